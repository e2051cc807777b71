//! What a listing says of an exchange as few bytes, and back. Everything else of it is left out.

use bytes::Bytes;
use mwscope_parsers::m3::{Call, CallKind, Nok};

use crate::model::moment::stamp_of_capture_ns;
use crate::model::packed::{put, take};
use crate::model::{Body, Exchange, ExchangeId, Header, Headers, Outcome, Request, Response, SourceId, Stage};

/// The headers that are kept: those that tell whether a challenge was answered.
const KEPT: [&str; 5] =
    ["authorization", "proxy-authorization", "www-authenticate", "proxy-authenticate", "user-agent"];
const KINDS: [CallKind; 6] =
    [CallKind::Other, CallKind::Api, CallKind::DisplayProgram, CallKind::Sql, CallKind::Definition, CallKind::SignOn];

/// Packs an exchange of a capture behind what is in `out`.
pub(super) fn pack(exchange: &Exchange, out: &mut Vec<u8>) {
    let mut to = Packer(out);
    to.maybe(exchange.started.as_ref(), |to, started| to.number(started.civil.ns.cast_unsigned()));
    to.maybe(exchange.duration_ns.as_ref(), |to, ns| to.number(*ns));
    to.maybe(exchange.client.as_ref(), |to, text| to.text(text));
    to.maybe(exchange.server.as_ref(), |to, text| to.text(text));
    let Request { method, target, version, headers, body, .. } = &exchange.request;
    // Most URLs end with the target.
    match exchange.url.strip_suffix(target.as_str()) {
        Some(front) => (to.flag(true), to.text(front)),
        None => (to.flag(false), to.text(&exchange.url)),
    };
    [method, target, version].into_iter().for_each(|text| to.text(text));
    to.headers(headers);
    to.number(body.len);
    to.maybe(exchange.response.as_ref(), |to, response| {
        to.number(response.status.into());
        [&response.reason, &response.version].into_iter().for_each(|text| to.text(text));
        to.headers(&response.headers);
        to.number(response.body.len);
    });
    to.outcome(&exchange.outcome);
    to.flag(exchange.incomplete);
    to.maybe(exchange.stream.as_ref(), |to, stream| to.number((*stream).into()));
    to.call(&exchange.call);
}

/// The exchange that `packed` begins with; `None` where that isn't one.
pub(super) fn unpack(packed: &[u8], source: SourceId) -> Option<Exchange> {
    let mut from = Unpacker(packed);
    let started = from.maybe(Unpacker::number)?.and_then(|ns| stamp_of_capture_ns(ns.cast_signed()));
    let duration_ns = from.maybe(Unpacker::number)?;
    let (client, server) = (from.maybe(Unpacker::text)?, from.maybe(Unpacker::text)?);
    let ends_with_target = from.flag()?;
    let mut url = from.text()?;
    let (method, target, version) = (from.text()?, from.text()?, from.text()?);
    if ends_with_target {
        url.push_str(&target);
    }
    let (headers, body) = (from.headers()?, from.body()?);
    let request = Request { method, target, version, headers, body, ..Request::default() };
    let response = from.maybe(|from| {
        let status = u16::try_from(from.number()?).ok()?;
        let (reason, version) = (from.text()?, from.text()?);
        let (headers, body) = (from.headers()?, from.body()?);
        Some(Response { status, reason, version, headers, body, ..Response::default() })
    })?;
    let outcome = from.outcome()?;
    let incomplete = from.flag()?;
    let stream = from.maybe(|from| u32::try_from(from.number()?).ok())?;
    let call = from.call()?;
    let exchange = Exchange::new(ExchangeId(0), source, 0, url, request);
    Some(Exchange { started, duration_ns, client, server, response, outcome, incomplete, stream, call, ..exchange })
}

struct Packer<'a>(&'a mut Vec<u8>);

impl Packer<'_> {
    fn flag(&mut self, flag: bool) {
        self.0.push(flag.into());
    }

    fn number(&mut self, number: u64) {
        put(self.0, number);
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.number(bytes.len() as u64);
        self.0.extend_from_slice(bytes);
    }

    fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    fn maybe<T>(&mut self, value: Option<&T>, pack: impl FnOnce(&mut Self, &T)) {
        self.flag(value.is_some());
        if let Some(value) = value {
            pack(self, value);
        }
    }

    fn headers(&mut self, headers: &Headers) {
        let is_kept = |header: &&Header| KEPT.iter().any(|kept| header.name.eq_ignore_ascii_case(kept));
        self.number(headers.0.iter().filter(is_kept).count() as u64);
        for header in headers.0.iter().filter(is_kept) {
            self.text(&header.name);
            self.bytes(&header.value);
        }
    }

    fn outcome(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::Complete => self.number(0),
            Outcome::Open => self.number(1),
            Outcome::Failed { stage, cause } => self.broke(2, *stage, cause),
            Outcome::Aborted { stage, cause } => self.broke(3, *stage, cause),
        }
    }

    fn broke(&mut self, how: u64, stage: Stage, cause: &str) {
        self.number(how);
        self.number(Stage::ALL.iter().position(|known| *known == stage).unwrap_or(0) as u64);
        self.text(cause);
    }

    fn call(&mut self, call: &Call) {
        let Call { protocol, service, operation, program, user, company, division, fault, fault_code, .. } = call;
        self.text(protocol);
        self.number(KINDS.iter().position(|kind| *kind == call.kind).unwrap_or(0) as u64);
        for text in [service, operation, program, user, company, division, fault, fault_code] {
            self.maybe(text.as_ref(), |to, text| to.text(text));
        }
        self.maybe(call.nok.as_ref(), |to, nok| {
            for text in [&nok.code, &nok.field, &nok.message] {
                to.maybe(text.as_ref(), |to, text| to.text(text));
            }
            to.flag(nok.partial);
        });
        self.maybe(call.rows.as_ref(), |to, rows| to.number(*rows));
    }
}

struct Unpacker<'a>(&'a [u8]);

impl Unpacker<'_> {
    fn flag(&mut self) -> Option<bool> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first != 0)
    }

    fn number(&mut self) -> Option<u64> {
        take(&mut self.0)
    }

    fn bytes(&mut self) -> Option<&[u8]> {
        let len = usize::try_from(self.number()?).ok()?;
        let (bytes, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(bytes)
    }

    fn text(&mut self) -> Option<String> {
        self.bytes().and_then(|bytes| std::str::from_utf8(bytes).ok()).map(str::to_owned)
    }

    /// What may be missing; the outer `None` says that the bytes end.
    #[allow(clippy::option_option, reason = "bytes that end and a value that was left out are two things")]
    fn maybe<T>(&mut self, unpack: impl FnOnce(&mut Self) -> Option<T>) -> Option<Option<T>> {
        if self.flag()? { unpack(self).map(Some) } else { Some(None) }
    }

    fn headers(&mut self) -> Option<Headers> {
        let mut headers = Headers::default();
        for _ in 0..self.number()? {
            let name = self.text()?;
            headers.0.push(Header { name: name.into(), value: Bytes::copy_from_slice(self.bytes()?) });
        }
        Some(headers)
    }

    fn body(&mut self) -> Option<Body> {
        Some(Body { len: self.number()?, ..Body::default() })
    }

    fn outcome(&mut self) -> Option<Outcome> {
        Some(match self.number()? {
            0 => Outcome::Complete,
            1 => Outcome::Open,
            how => {
                let stage = *Stage::ALL.get(usize::try_from(self.number()?).ok()?)?;
                let cause = self.text()?;
                if how == 2 { Outcome::Failed { stage, cause } } else { Outcome::Aborted { stage, cause } }
            }
        })
    }

    fn call(&mut self) -> Option<Call> {
        let protocol = self.text()?;
        let kind = *KINDS.get(usize::try_from(self.number()?).ok()?)?;
        let mut text = || self.maybe(Self::text);
        Some(Call {
            protocol,
            kind,
            service: text()?,
            operation: text()?,
            program: text()?,
            user: text()?,
            company: text()?,
            division: text()?,
            fault: text()?,
            fault_code: text()?,
            nok: self.maybe(|from| {
                let mut text = || from.maybe(Self::text);
                let (code, field, message) = (text()?, text()?, text()?);
                Some(Nok { code, field, message, partial: from.flag()? })
            })?,
            rows: self.maybe(Self::number)?,
            ..Call::default()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_listing_says_comes_back_as_it_was() {
        let mut request = Request {
            method: "POST".into(),
            target: "/mws-ws/services/Facility?x=ä".into(),
            version: "HTTP/1.1".into(),
            ..Request::default()
        };
        request.body.len = 1 << 40;
        request.headers.0.push(Header::new("Authorization", [0xff, 0]));
        request.headers.0.push(Header::new("Host", "m3.example"));
        let url = format!("http://m3.example{}", request.target);
        let mut exchange = Exchange::new(ExchangeId(0), SourceId(3), 0, url, request);
        exchange.started = stamp_of_capture_ns(-1_768_292_102_000_000_001);
        (exchange.duration_ns, exchange.stream) = (Some(u64::MAX), Some(7));
        (exchange.client, exchange.incomplete) = (Some("10.0.0.1:4000".into()), true);
        exchange.response = Some(Response { status: 500, reason: "Error".into(), ..Response::default() });
        exchange.outcome = Outcome::Aborted { stage: Stage::Wait, cause: "gone".into() };
        exchange.call = Call {
            protocol: "MWS SOAP".into(),
            kind: CallKind::Api,
            operation: Some("Create".into()),
            user: Some(String::new()),
            nok: Some(Nok { message: Some("no".into()), partial: true, ..Nok::default() }),
            rows: Some(0),
            ..Call::default()
        };
        let mut packed = Vec::new();
        pack(&exchange, &mut packed);
        exchange.request.headers.0.truncate(1);
        let back = unpack(&packed, SourceId(3)).expect("an exchange");
        assert_eq!(format!("{back:?}"), format!("{exchange:?}"));
        exchange.url = "elsewhere".into();
        exchange.outcome = Outcome::Open;
        packed.clear();
        pack(&exchange, &mut packed);
        assert_eq!(unpack(&packed, SourceId(3)).map(|back| format!("{back:?}")), Some(format!("{exchange:?}")));
        for end in 0..packed.len() {
            assert!(unpack(&packed[..end], SourceId(3)).is_none(), "cut at {end}");
        }
    }
}

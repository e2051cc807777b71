//! How an exchange and a source are written down: explicit types with versions of their own, so that the model may
//! change without old cases becoming unreadable. It knows nothing of files.
//!
//! JSON, because a case outlives the program: unknown members of newer versions are ignored, missing ones have a
//! default. Bytes that needn't be UTF-8 stand as text in which each character is one byte (Latin-1).

use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;
use serde::de::{self, Deserializer, Visitor};
use serde::{Deserialize, Serialize, Serializer};

use super::extent::Extent;
use crate::model::{
    Body, BodyState, Call, CallKind, Edit, Exchange, ExchangeId, Header, Headers, Kept, Mask, Nok, Outcome, Part,
    Request, Response, SourceId, Stage, Stamp, Timings, TlsFacts,
};
use mwscope_parsers::Civil;

/// The version of [`StoredExchange`] that is written.
const VERSION: u32 = 1;

/// The bytes of an exchange entry's payload. Bodies must have been stored before: one that is still in memory is
/// written as not kept.
///
/// # Errors
/// Never for exchanges as the model knows them.
pub(crate) fn exchange_to_bytes(exchange: &Exchange) -> serde_json::Result<Vec<u8>> {
    let head = |head: Option<&Bytes>| head.map_or(0, Bytes::len);
    // Each header stands there once more, with what is around it; names and numbers of the rest take about as much.
    let heads = head(exchange.request.head.as_ref()) + exchange.response.as_ref().map_or(0, |r| head(r.head.as_ref()));
    let mut payload = Vec::with_capacity(1024 + 3 * heads);
    serde_json::to_writer(&mut payload, &StoredExchange::of(exchange))?;
    Ok(payload)
}

/// The exchange of a payload.
///
/// # Errors
/// When the payload isn't an exchange that this version understands; the text says what is wrong.
pub(crate) fn exchange_of_bytes(payload: &[u8]) -> Result<Exchange, String> {
    let stored: StoredExchange<'_> = serde_json::from_slice(payload).map_err(|e| e.to_string())?;
    if stored.v > VERSION {
        return Err(format!("it is of version {}, newer than this program", stored.v));
    }
    stored.back()
}

/// Bytes as text, a character each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Octets(Bytes);

impl Serialize for Octets {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match std::str::from_utf8(&self.0) {
            Ok(text) if text.is_ascii() => to.serialize_str(text),
            _ => to.collect_str(&self.0.iter().map(|b| char::from(*b)).collect::<String>()),
        }
    }
}

impl<'de> Deserialize<'de> for Octets {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct AsBytes;
        impl Visitor<'_> for AsBytes {
            type Value = Octets;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("text in which each character is a byte")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Octets, E> {
                if text.is_ascii() {
                    return Ok(Octets(Bytes::copy_from_slice(text.as_bytes())));
                }
                let bytes: Result<Vec<u8>, _> = text.chars().map(u8::try_from).collect();
                bytes.map(|b| Octets(b.into())).map_err(|_| E::custom("a character that is no byte"))
            }
        }
        from.deserialize_str(AsBytes)
    }
}

/// An exchange as it is written.
#[derive(Serialize, Deserialize)]
struct StoredExchange<'a> {
    v: u32,
    id: u32,
    source: u32,
    index: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    started: Option<StoredStamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    duration_ns: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none", borrow)]
    client: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none", borrow)]
    server: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none", borrow)]
    process: Option<Cow<'a, str>>,
    #[serde(borrow)]
    url: Cow<'a, str>,
    #[serde(borrow)]
    request: StoredRequest<'a>,
    #[serde(default, skip_serializing_if = "Option::is_none", borrow)]
    response: Option<StoredResponse<'a>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty", borrow)]
    interim: Vec<StoredResponse<'a>>,
    #[serde(borrow)]
    outcome: StoredOutcome<'a>,
    #[serde(default, skip_serializing_if = "is_false")]
    incomplete: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    challenge: bool,
    #[serde(default)]
    timings: [Option<u64>; 7],
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tls: Option<StoredTls>,
    #[serde(default, skip_serializing_if = "Option::is_none", borrow)]
    tunnel: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    stream: Option<u32>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    edits: Vec<(String, Option<String>, Option<String>)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty", borrow)]
    masks: Vec<StoredMask<'a>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    notes: Vec<(String, String)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    origin: Option<(String, u32)>,
    #[serde(default, skip_serializing_if = "Option::is_none", borrow)]
    call: Option<StoredCall<'a>>,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_false(value: &bool) -> bool {
    !value
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_zero(value: &u64) -> bool {
    *value == 0
}

impl<'a> StoredExchange<'a> {
    fn of(x: &'a Exchange) -> Self {
        let t = &x.timings;
        Self {
            v: VERSION,
            id: x.id.0,
            source: x.source.0,
            index: x.index,
            started: x.started.as_ref().map(StoredStamp::of),
            duration_ns: x.duration_ns,
            client: borrowed(x.client.as_ref()),
            server: borrowed(x.server.as_ref()),
            process: borrowed(x.process.as_ref()),
            url: Cow::Borrowed(&x.url),
            request: StoredRequest::of(&x.request),
            response: x.response.as_ref().map(StoredResponse::of),
            interim: x.interim.iter().map(StoredResponse::of).collect(),
            outcome: StoredOutcome::of(&x.outcome),
            incomplete: x.incomplete,
            challenge: x.challenge,
            timings: [t.blocked, t.dns, t.connect, t.tls, t.send, t.wait, t.receive],
            tls: x.tls.as_ref().map(StoredTls::of),
            tunnel: borrowed(x.tunnel.as_ref()),
            stream: x.stream,
            edits: x.edits.iter().map(|e| (e.what.clone(), e.before.clone(), e.after.clone())).collect(),
            masks: x.masks.iter().map(StoredMask::of).collect(),
            notes: x.notes.clone(),
            origin: x.origin.clone(),
            call: (x.call != Call::default()).then(|| StoredCall::of(&x.call)),
        }
    }

    fn back(self) -> Result<Exchange, String> {
        let [blocked, dns, connect, tls, send, wait, receive] = self.timings;
        Ok(Exchange {
            id: ExchangeId(self.id),
            source: SourceId(self.source),
            index: self.index,
            started: self.started.map(StoredStamp::back),
            duration_ns: self.duration_ns,
            client: owned(self.client),
            server: owned(self.server),
            process: owned(self.process),
            url: self.url.into_owned(),
            request: self.request.back(),
            response: self.response.map(StoredResponse::back),
            interim: self.interim.into_iter().map(StoredResponse::back).collect(),
            outcome: self.outcome.back()?,
            incomplete: self.incomplete,
            challenge: self.challenge,
            timings: Timings { blocked, dns, connect, tls, send, wait, receive },
            tls: self.tls.map(StoredTls::back),
            tunnel: owned(self.tunnel),
            stream: self.stream,
            edits: self.edits.into_iter().map(|(what, before, after)| Edit { what, before, after }).collect(),
            masks: self.masks.into_iter().map(StoredMask::back).collect::<Result<_, _>>()?,
            notes: self.notes,
            origin: self.origin,
            call: self.call.map(StoredCall::back).unwrap_or_default(),
        })
    }
}

fn borrowed(text: Option<&String>) -> Option<Cow<'_, str>> {
    text.map(|t| Cow::Borrowed(t.as_str()))
}

fn owned(text: Option<Cow<'_, str>>) -> Option<String> {
    text.map(Cow::into_owned)
}

/// Civil nanoseconds, seconds east of UTC where written, digits, and whether there is a date.
#[derive(Serialize, Deserialize)]
struct StoredStamp(i64, Option<i32>, u8, bool);

impl StoredStamp {
    const fn of(stamp: &Stamp) -> Self {
        Self(stamp.civil.ns, stamp.offset_s, stamp.digits, stamp.has_date)
    }

    const fn back(self) -> Stamp {
        Stamp { civil: Civil { ns: self.0 }, offset_s: self.1, digits: self.2, has_date: self.3 }
    }
}

#[derive(Serialize, Deserialize)]
struct StoredRequest<'a> {
    #[serde(borrow)]
    method: Cow<'a, str>,
    #[serde(borrow)]
    target: Cow<'a, str>,
    #[serde(borrow)]
    version: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Vec::is_empty", borrow)]
    headers: Vec<(Cow<'a, str>, Octets)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    head: Option<Octets>,
    #[serde(default, skip_serializing_if = "StoredBody::is_empty")]
    body: StoredBody,
    #[serde(default, skip_serializing_if = "Vec::is_empty", borrow)]
    trailers: Vec<(Cow<'a, str>, Octets)>,
}

impl<'a> StoredRequest<'a> {
    fn of(request: &'a Request) -> Self {
        Self {
            method: Cow::Borrowed(&request.method),
            target: Cow::Borrowed(&request.target),
            version: Cow::Borrowed(&request.version),
            headers: headers_of(&request.headers),
            head: request.head.clone().map(Octets),
            body: StoredBody::of(&request.body),
            trailers: headers_of(&request.trailers),
        }
    }

    fn back(self) -> Request {
        Request {
            method: self.method.into_owned(),
            target: self.target.into_owned(),
            version: self.version.into_owned(),
            headers: headers_back(self.headers),
            head: self.head.map(|h| h.0),
            body: self.body.back(),
            trailers: headers_back(self.trailers),
        }
    }
}

#[derive(Serialize, Deserialize)]
struct StoredResponse<'a> {
    status: u16,
    #[serde(default, skip_serializing_if = "str_is_empty", borrow)]
    reason: Cow<'a, str>,
    #[serde(borrow)]
    version: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Vec::is_empty", borrow)]
    headers: Vec<(Cow<'a, str>, Octets)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    head: Option<Octets>,
    #[serde(default, skip_serializing_if = "StoredBody::is_empty")]
    body: StoredBody,
    #[serde(default, skip_serializing_if = "Vec::is_empty", borrow)]
    trailers: Vec<(Cow<'a, str>, Octets)>,
}

fn str_is_empty(text: &str) -> bool {
    text.is_empty()
}

impl<'a> StoredResponse<'a> {
    fn of(response: &'a Response) -> Self {
        Self {
            status: response.status,
            reason: Cow::Borrowed(&response.reason),
            version: Cow::Borrowed(&response.version),
            headers: headers_of(&response.headers),
            head: response.head.clone().map(Octets),
            body: StoredBody::of(&response.body),
            trailers: headers_of(&response.trailers),
        }
    }

    fn back(self) -> Response {
        Response {
            status: self.status,
            reason: self.reason.into_owned(),
            version: self.version.into_owned(),
            headers: headers_back(self.headers),
            head: self.head.map(|h| h.0),
            body: self.body.back(),
            trailers: headers_back(self.trailers),
        }
    }
}

fn headers_of(headers: &Headers) -> Vec<(Cow<'_, str>, Octets)> {
    headers.0.iter().map(|h| (Cow::Borrowed(h.name.as_str()), Octets(h.value.clone()))).collect()
}

fn headers_back(headers: Vec<(Cow<'_, str>, Octets)>) -> Headers {
    // A list that was read has room for more, and there are many exchanges: those that stay get as much as they need.
    let mut own = Vec::with_capacity(headers.len());
    own.extend(headers.into_iter().map(|(name, value)| Header { name: name.into_owned(), value: value.0 }));
    Headers(own)
}

#[derive(Default, Serialize, Deserialize)]
struct StoredBody {
    #[serde(default, skip_serializing_if = "is_zero")]
    len: u64,
    /// `whole` where not written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    state: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    why: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    kept: Option<Extent>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    codings: Vec<String>,
}

impl StoredBody {
    fn is_empty(&self) -> bool {
        self.len == 0 && self.state.is_none() && self.kept.is_none() && self.codings.is_empty()
    }

    fn of(body: &Body) -> Self {
        let (state, why) = match &body.state {
            BodyState::Whole => (None, None),
            BodyState::Cut => (Some("cut"), None),
            BodyState::Dropped => (Some("dropped"), None),
            BodyState::Withheld(why) => (Some("withheld"), Some(why.clone())),
            BodyState::Absent => (Some("absent"), None),
        };
        let kept = match body.kept {
            Kept::InCase { segment, offset, len } => Some(Extent { segment, offset, len }),
            Kept::Nothing | Kept::Here(_) | Kept::InCapture { .. } => None,
        };
        Self { len: body.len, state: state.map(str::to_owned), why, kept, codings: body.codings.clone() }
    }

    fn back(self) -> Body {
        let state = match self.state.as_deref() {
            None => BodyState::Whole,
            Some("cut") => BodyState::Cut,
            Some("dropped") => BodyState::Dropped,
            Some("withheld") => BodyState::Withheld(self.why.unwrap_or_default()),
            Some(_) => BodyState::Absent,
        };
        let kept =
            self.kept.map_or(Kept::Nothing, |at| Kept::InCase { segment: at.segment, offset: at.offset, len: at.len });
        Body { len: self.len, state, kept, codings: self.codings }
    }
}

#[derive(Serialize, Deserialize)]
struct StoredOutcome<'a> {
    #[serde(borrow)]
    word: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Option::is_none", borrow)]
    stage: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none", borrow)]
    cause: Option<Cow<'a, str>>,
}

impl<'a> StoredOutcome<'a> {
    fn of(outcome: &'a Outcome) -> Self {
        let broke = outcome.broke_at();
        Self {
            word: Cow::Borrowed(outcome.word()),
            stage: broke.map(|(stage, _)| Cow::Borrowed(stage.word())),
            cause: broke.map(|(_, cause)| Cow::Borrowed(cause)),
        }
    }

    fn back(self) -> Result<Outcome, String> {
        let stage = || {
            let word = self.stage.as_deref().unwrap_or_default();
            Stage::from_word(word).ok_or_else(|| format!("its stage “{word}” is not known"))
        };
        let cause = || self.cause.as_deref().unwrap_or_default().to_owned();
        match &*self.word {
            "complete" => Ok(Outcome::Complete),
            "open" => Ok(Outcome::Open),
            "failed" => Ok(Outcome::Failed { stage: stage()?, cause: cause() }),
            "aborted" => Ok(Outcome::Aborted { stage: stage()?, cause: cause() }),
            word => Err(format!("its outcome “{word}” is not known")),
        }
    }
}

#[derive(Serialize, Deserialize)]
struct StoredTls {
    #[serde(default)]
    version: Option<String>,
    #[serde(default)]
    cipher: Option<String>,
    #[serde(default)]
    sni: Option<String>,
    #[serde(default)]
    alpn: Option<String>,
    #[serde(default)]
    certificates: Vec<String>,
    #[serde(default)]
    leaf: Option<String>,
}

impl StoredTls {
    fn of(tls: &TlsFacts) -> Self {
        let TlsFacts { version, cipher, sni, alpn, certificates, leaf } = tls.clone();
        Self { version, cipher, sni, alpn, certificates, leaf }
    }

    fn back(self) -> TlsFacts {
        let Self { version, cipher, sni, alpn, certificates, leaf } = self;
        TlsFacts { version, cipher, sni, alpn, certificates, leaf }
    }
}

/// Part, offset, length, rule and token.
#[derive(Serialize, Deserialize)]
struct StoredMask<'a>(
    #[serde(borrow)] Cow<'a, str>,
    u64,
    u64,
    #[serde(borrow)] Cow<'a, str>,
    #[serde(borrow)] Cow<'a, str>,
);

impl<'a> StoredMask<'a> {
    fn of(mask: &'a Mask) -> Self {
        let word = Cow::Borrowed(mask.part.word());
        Self(word, mask.offset, mask.len, Cow::Borrowed(&mask.rule), Cow::Borrowed(&mask.token))
    }

    fn back(self) -> Result<Mask, String> {
        let parts = [Part::Target, Part::RequestHead, Part::RequestBody, Part::ResponseHead, Part::ResponseBody];
        let part = parts.into_iter().find(|p| p.word() == self.0);
        let part = part.ok_or_else(|| format!("a mask's part “{}” is not known", self.0))?;
        Ok(Mask { part, offset: self.1, len: self.2, rule: self.3.into_owned(), token: self.4.into_owned() })
    }
}

#[derive(Serialize, Deserialize)]
struct StoredCall<'a> {
    #[serde(default, borrow)]
    protocol: Cow<'a, str>,
    #[serde(default, borrow)]
    kind: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Option::is_none", borrow)]
    service: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none", borrow)]
    operation: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none", borrow)]
    program: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none", borrow)]
    user: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none", borrow)]
    company: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none", borrow)]
    division: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    fields: Vec<(String, String)>,
    #[serde(default, skip_serializing_if = "Option::is_none", borrow)]
    fault: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none", borrow)]
    fault_code: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none", borrow)]
    fault_detail: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    nok: Option<StoredNok>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rows: Option<u64>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    ids: Vec<String>,
}

const CALL_KINDS: [(CallKind, &str); 6] = [
    (CallKind::Other, "other"),
    (CallKind::Api, "api"),
    (CallKind::DisplayProgram, "display-program"),
    (CallKind::Sql, "sql"),
    (CallKind::Definition, "definition"),
    (CallKind::SignOn, "sign-on"),
];

impl<'a> StoredCall<'a> {
    fn of(call: &'a Call) -> Self {
        let kind = CALL_KINDS.iter().find(|(kind, _)| *kind == call.kind).map_or("other", |(_, word)| word);
        Self {
            protocol: Cow::Borrowed(&call.protocol),
            kind: Cow::Borrowed(kind),
            service: borrowed(call.service.as_ref()),
            operation: borrowed(call.operation.as_ref()),
            program: borrowed(call.program.as_ref()),
            user: borrowed(call.user.as_ref()),
            company: borrowed(call.company.as_ref()),
            division: borrowed(call.division.as_ref()),
            fields: call.fields.clone(),
            fault: borrowed(call.fault.as_ref()),
            fault_code: borrowed(call.fault_code.as_ref()),
            fault_detail: borrowed(call.fault_detail.as_ref()),
            nok: call.nok.as_ref().map(StoredNok::of),
            rows: call.rows,
            ids: call.ids.clone(),
        }
    }

    fn back(mut self) -> Call {
        self.fields.shrink_to_fit();
        let kind = CALL_KINDS.iter().find(|(_, word)| *word == self.kind).map_or(CallKind::Other, |(kind, _)| *kind);
        Call {
            protocol: self.protocol.into_owned(),
            kind,
            service: owned(self.service),
            operation: owned(self.operation),
            program: owned(self.program),
            user: owned(self.user),
            company: owned(self.company),
            division: owned(self.division),
            fields: self.fields,
            fault: owned(self.fault),
            fault_code: owned(self.fault_code),
            fault_detail: owned(self.fault_detail),
            nok: self.nok.map(StoredNok::back),
            rows: self.rows,
            ids: self.ids,
        }
    }
}

#[derive(Serialize, Deserialize)]
struct StoredNok {
    #[serde(default)]
    code: Option<String>,
    #[serde(default)]
    field: Option<String>,
    #[serde(default)]
    message: Option<String>,
    #[serde(default)]
    partial: bool,
}

impl StoredNok {
    fn of(nok: &Nok) -> Self {
        let Nok { code, field, message, partial } = nok.clone();
        Self { code, field, message, partial }
    }

    fn back(self) -> Nok {
        let Self { code, field, message, partial } = self;
        Nok { code, field, message, partial }
    }
}

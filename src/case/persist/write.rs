//! An exchange as JSON, member by member as [`super`] reads them: what is empty or not known is left out.

use super::{CALL_KINDS, VERSION};
use crate::case::json::{Json, member};
use crate::model::{
    Body, BodyState, Call, Exchange, Headers, Kept, Nok, Outcome, Request, Response, Stamp, Timings, TlsFacts,
};

/// The bytes of an exchange entry's payload, in the memory of `room`, so that one goes after the other without new memory.
/// Bodies must have been stored before: one that is still in memory is written as not kept.
pub(crate) fn exchange_to_bytes(exchange: &Exchange, room: Vec<u8>) -> Vec<u8> {
    let mut json = Json::in_room(room);
    json.object(|json| members(json, exchange));
    json.into_bytes()
}

fn members(json: &mut Json, x: &Exchange) {
    json.name(member!("v")).number(VERSION);
    json.name(member!("id")).number(x.id.0);
    json.name(member!("source")).number(x.source.0);
    json.name(member!("index")).number(x.index);
    if let Some(started) = &x.started {
        stamp(json.name(member!("started")), started);
    }
    if let Some(duration) = x.duration_ns {
        json.name(member!("duration_ns")).number(duration);
    }
    text(json, member!("client"), x.client.as_ref());
    text(json, member!("server"), x.server.as_ref());
    text(json, member!("process"), x.process.as_ref());
    json.name(member!("url")).text(&x.url);
    json.name(member!("request")).object(|json| request(json, &x.request));
    if let Some(answer) = &x.response {
        json.name(member!("response")).object(|json| response(json, answer));
    }
    list(json, member!("interim"), &x.interim, |json, answer| json.object(|json| response(json, answer)));
    json.name(member!("outcome")).object(|json| outcome(json, &x.outcome));
    for (name, flag) in [(member!("incomplete"), x.incomplete), (member!("challenge"), x.challenge)] {
        if flag {
            json.name(name).flag(true);
        }
    }
    timings(json.name(member!("timings")), x.timings);
    if let Some(facts) = &x.tls {
        json.name(member!("tls")).object(|json| tls(json, facts));
    }
    text(json, member!("tunnel"), x.tunnel.as_ref());
    if let Some(stream) = x.stream {
        json.name(member!("stream")).number(stream);
    }
    list(json, member!("edits"), &x.edits, |json, edit| {
        json.array(|json| {
            json.text(&edit.what);
            json.some(edit.before.as_deref(), Json::text);
            json.some(edit.after.as_deref(), Json::text);
        });
    });
    list(json, member!("masks"), &x.masks, |json, mask| {
        json.array(|json| {
            json.text(mask.part.word());
            json.number(mask.offset);
            json.number(mask.len);
            json.text(&mask.rule);
            json.text(&mask.token);
        });
    });
    list(json, member!("notes"), &x.notes, pair);
    if let Some((path, index)) = &x.origin {
        json.name(member!("origin")).array(|json| {
            json.text(path);
            json.number(*index);
        });
    }
    if x.call != Call::default() {
        json.name(member!("call")).object(|json| call(json, &x.call));
    }
}

fn text(json: &mut Json, name: &'static str, text: Option<&String>) {
    if let Some(text) = text {
        json.name(name).text(text);
    }
}

fn list<T>(json: &mut Json, name: &'static str, items: &[T], write: impl Fn(&mut Json, &T)) {
    if !items.is_empty() {
        json.name(name).array(|json| items.iter().for_each(|item| write(json, item)));
    }
}

fn pair(json: &mut Json, (name, text): &(String, String)) {
    json.array(|json| {
        json.text(name);
        json.text(text);
    });
}

/// Civil nanoseconds, seconds east of UTC where written, digits, and whether there is a date.
fn stamp(json: &mut Json, stamp: &Stamp) {
    json.array(|json| {
        json.number(stamp.civil.ns);
        json.some(stamp.offset_s, Json::number);
        json.number(stamp.digits);
        json.flag(stamp.has_date);
    });
}

fn timings(json: &mut Json, t: Timings) {
    let each = [t.blocked, t.dns, t.connect, t.tls, t.send, t.wait, t.receive];
    json.array(|json| each.into_iter().for_each(|time| json.some(time, Json::number)));
}

fn request(json: &mut Json, request: &Request) {
    json.name(member!("method")).text(&request.method);
    json.name(member!("target")).text(&request.target);
    json.name(member!("version")).text(&request.version);
    message(json, &request.headers, request.head.as_deref(), &request.body, &request.trailers);
}

fn response(json: &mut Json, response: &Response) {
    json.name(member!("status")).number(response.status);
    if !response.reason.is_empty() {
        json.name(member!("reason")).text(&response.reason);
    }
    json.name(member!("version")).text(&response.version);
    message(json, &response.headers, response.head.as_deref(), &response.body, &response.trailers);
}

fn message(json: &mut Json, fields: &Headers, head: Option<&[u8]>, of: &Body, trailers: &Headers) {
    headers(json, member!("headers"), fields);
    if let Some(head) = head {
        json.name(member!("head")).octets(head);
    }
    body(json, of);
    headers(json, member!("trailers"), trailers);
}

fn headers(json: &mut Json, name: &'static str, headers: &Headers) {
    list(json, name, &headers.0, |json, header| {
        json.array(|json| {
            json.text(&header.name);
            json.octets(&header.value);
        });
    });
}

fn body(json: &mut Json, body: &Body) {
    let state = match &body.state {
        BodyState::Whole => None,
        BodyState::Cut => Some("cut"),
        BodyState::Dropped => Some("dropped"),
        BodyState::Withheld(_) => Some("withheld"),
        BodyState::Absent => Some("absent"),
    };
    let kept = match body.kept {
        Kept::InCase { segment, offset, len } => Some((segment, offset, len)),
        Kept::Nothing | Kept::Here(_) | Kept::InCapture { .. } => None,
    };
    if body.len == 0 && state.is_none() && kept.is_none() && body.codings.is_empty() {
        return;
    }
    json.name(member!("body")).object(|json| {
        if body.len != 0 {
            json.name(member!("len")).number(body.len);
        }
        if let Some(state) = state {
            json.name(member!("state")).text(state);
        }
        if let BodyState::Withheld(why) = &body.state {
            json.name(member!("why")).text(why);
        }
        if let Some((segment, offset, len)) = kept {
            json.name(member!("kept")).array(|json| {
                json.number(segment);
                json.number(offset);
                json.number(len);
            });
        }
        list(json, member!("codings"), &body.codings, |json, coding| json.text(coding));
    });
}

fn outcome(json: &mut Json, outcome: &Outcome) {
    json.name(member!("word")).text(outcome.word());
    if let Some((stage, cause)) = outcome.broke_at() {
        json.name(member!("stage")).text(stage.word());
        json.name(member!("cause")).text(cause);
    }
}

fn tls(json: &mut Json, tls: &TlsFacts) {
    text(json, member!("version"), tls.version.as_ref());
    text(json, member!("cipher"), tls.cipher.as_ref());
    text(json, member!("sni"), tls.sni.as_ref());
    text(json, member!("alpn"), tls.alpn.as_ref());
    list(json, member!("certificates"), &tls.certificates, |json, certificate| json.text(certificate));
    text(json, member!("leaf"), tls.leaf.as_ref());
}

fn call(json: &mut Json, call: &Call) {
    let kind = CALL_KINDS.iter().find(|(kind, _)| *kind == call.kind).map_or("other", |(_, word)| word);
    json.name(member!("protocol")).text(&call.protocol);
    json.name(member!("kind")).text(kind);
    text(json, member!("service"), call.service.as_ref());
    text(json, member!("operation"), call.operation.as_ref());
    text(json, member!("program"), call.program.as_ref());
    text(json, member!("user"), call.user.as_ref());
    text(json, member!("company"), call.company.as_ref());
    text(json, member!("division"), call.division.as_ref());
    list(json, member!("fields"), &call.fields, pair);
    text(json, member!("fault"), call.fault.as_ref());
    text(json, member!("fault_code"), call.fault_code.as_ref());
    text(json, member!("fault_detail"), call.fault_detail.as_ref());
    if let Some(refusal) = &call.nok {
        json.name(member!("nok")).object(|json| nok(json, refusal));
    }
    if let Some(rows) = call.rows {
        json.name(member!("rows")).number(rows);
    }
    list(json, member!("ids"), &call.ids, |json, id| json.text(id));
}

fn nok(json: &mut Json, nok: &Nok) {
    text(json, member!("code"), nok.code.as_ref());
    text(json, member!("field"), nok.field.as_ref());
    text(json, member!("message"), nok.message.as_ref());
    if nok.partial {
        json.name(member!("partial")).flag(true);
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use mwscope_parsers::Civil;

    use super::super::exchange_of_bytes;
    use super::*;
    use crate::model::{CallKind, Edit, ExchangeId, Header, Mask, Part, SourceId, Stage};

    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    fn headers(value: &[u8]) -> Headers {
        Headers(vec![Header::new("X-Größe", value), Header::new("", b"")])
    }

    fn kept(state: BodyState) -> Body {
        let kept = Kept::InCase { segment: 3, offset: u64::MAX, len: 9 };
        Body { len: 10, state, kept, codings: vec!["gzip".to_owned(), "br".to_owned()] }
    }

    /// An exchange of which everything is known.
    fn whole() -> Exchange {
        let request = Request {
            method: "POST".to_owned(),
            target: "/a?b=\"\\\u{7}ü".to_owned(),
            version: "HTTP/1.1".to_owned(),
            headers: headers(b"\xe4\xff\x80 \"\\\r\n\t\x01x"),
            head: Some(Bytes::from_static(b"POST /a HTTP/1.1\r\nX: \xfc\r\n\r\n")),
            body: kept(BodyState::Cut),
            trailers: headers(b"1"),
        };
        let mut x = Exchange::new(ExchangeId(7), SourceId(2), 5, "http://h/a?b=\"\\\u{7}ü".to_owned(), request);
        let answer = |state| Response {
            status: 500,
            reason: "Internal Server Error".to_owned(),
            version: "HTTP/1.1".to_owned(),
            headers: headers(b"\xc3\xa4"),
            head: Some(Bytes::from_static(b"HTTP/1.1 500\r\n\r\n")),
            body: kept(state),
            trailers: headers(b"2"),
        };
        x.started = Some(Stamp { civil: Civil { ns: -1 }, offset_s: Some(-3600), digits: 9, has_date: true });
        x.duration_ns = Some(u64::MAX);
        (x.client, x.server, x.process) = (some("127.0.0.1:1"), some("10.0.0.1:2"), some("java:4711"));
        x.interim = vec![answer(BodyState::Absent), answer(BodyState::Dropped)];
        x.response = Some(answer(BodyState::Withheld("it may hold \"secrets\"".to_owned())));
        x.outcome = Outcome::Failed { stage: Stage::ResponseBody, cause: "cut; ask\nagain".to_owned() };
        (x.incomplete, x.challenge) = (true, true);
        x.timings = Timings {
            blocked: Some(1),
            dns: Some(2),
            connect: Some(3),
            tls: Some(4),
            send: None,
            wait: Some(6),
            receive: Some(7),
        };
        x.tls = Some(TlsFacts {
            version: some("TLS 1.3"),
            cipher: some("TLS_AES_128_GCM_SHA256"),
            sni: some("h"),
            alpn: some("http/1.1"),
            certificates: vec!["ab".to_owned(), "cd".to_owned()],
            leaf: some("CN=h by CN=r"),
        });
        (x.tunnel, x.stream, x.origin) = (some("x3"), Some(4), Some(("a.har".to_owned(), 6)));
        x.edits = vec![
            Edit { what: "a".to_owned(), before: some("b"), after: None },
            Edit { what: String::new(), before: None, after: some("c") },
        ];
        let masks = [Part::Target, Part::RequestHead, Part::RequestBody, Part::ResponseHead, Part::ResponseBody];
        let mask = |part| Mask { part, offset: 1, len: 2, rule: "cookie".to_owned(), token: "0123456789".to_owned() };
        x.masks = masks.map(mask).to_vec();
        x.notes = vec![("held".to_owned(), "2 s".to_owned())];
        x.call = Call {
            protocol: "MWS SOAP".to_owned(),
            kind: CallKind::Api,
            service: some("s"),
            operation: some("o"),
            program: some("CRS610MI"),
            user: some("CORP\\JDOE"),
            company: some("100"),
            division: some("AAA"),
            fields: vec![("a/b".to_owned(), "\u{1}".to_owned())],
            fault: some("f"),
            fault_code: some("fc"),
            fault_detail: some("fd"),
            nok: Some(Nok { code: some("XIM0002"), field: some("CONO"), message: some("m"), partial: true }),
            rows: Some(0),
            ids: vec!["0f".to_owned()],
        };
        x
    }

    #[test]
    fn what_is_written_is_read_back() {
        let mut exchanges =
            vec![whole(), Exchange::new(ExchangeId(0), SourceId(0), 0, String::new(), Request::default())];
        for (_, word) in CALL_KINDS {
            let mut x = whole();
            x.call.kind = CALL_KINDS.iter().find(|(_, known)| *known == word).expect("it is in the list").0;
            exchanges.push(x);
        }
        for stage in Stage::ALL {
            let mut x = whole();
            x.outcome = Outcome::Aborted { stage: *stage, cause: String::new() };
            exchanges.push(x);
        }
        for outcome in [Outcome::Complete, Outcome::Open] {
            exchanges.push(Exchange { outcome, call: Call::default(), ..whole() });
        }
        for exchange in exchanges {
            let bytes = exchange_to_bytes(&exchange, b"of another".to_vec());
            let back = exchange_of_bytes(&bytes).unwrap_or_else(|why| panic!("{why}: {}", bytes.escape_ascii()));
            assert_eq!(format!("{back:?}"), format!("{exchange:?}"));
        }
    }

    #[test]
    fn little_is_written_of_what_is_little() {
        let request = Request { method: "GET".to_owned(), ..Request::default() };
        let mut x = Exchange::new(ExchangeId(1), SourceId(0), 1, "http://h/".to_owned(), request);
        x.request.body.kept = Kept::Here(Bytes::from_static(b"not stored"));
        let written = String::from_utf8(exchange_to_bytes(&x, Vec::new())).expect("UTF-8");
        assert_eq!(
            written,
            "{\"v\":1,\"id\":1,\"source\":0,\"index\":1,\"url\":\"http://h/\",\"request\":{\"method\":\"GET\",\"target\":\"\",\
             \"version\":\"\"},\"outcome\":{\"word\":\"open\"},\"timings\":[null,null,null,null,null,null,null]}"
        );
    }
}

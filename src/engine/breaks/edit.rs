//! A held message as a text: its head as it would be sent, an empty line, the body without content coding.

use std::sync::Arc;

use bytes::Bytes;
use mwscope_parsers::http::{Head, Limits};

use super::secrets::restored;
use super::{Half, HoldId};
use crate::case::Masking;
use crate::model::coding::{self, DECODED_LIMIT};
use crate::model::{Body, Edit, Exchange, Headers, Kept, Request, Response};
use crate::proxy::core::hold::{Edited, Message};
use crate::replay::Draft;
use crate::replay::draft::coded;

/// Bytes of a change that are listed.
const LISTED: usize = 16 << 10;

/// A message that is held.
pub struct Held {
    /// Which.
    pub id: HoldId,
    /// Which half of the exchange.
    pub half: Half,
    /// Since when, in nanoseconds since 1970.
    pub since_ns: i64,
    /// The exchange as far as it is known, its secrets masked.
    pub exchange: Exchange,
    /// The message as a text to be edited, its secrets masked; or why it can't be edited.
    pub text: Result<String, String>,
    real: Vec<u8>,
    message: Arc<Message>,
    /// The body without content coding.
    plain: Bytes,
    /// What stands in the text in the place of a body that is no text.
    stand_in: Option<String>,
}

impl Held {
    pub(super) fn new(masking: &Masking, id: HoldId, exchange: Exchange, message: Arc<Message>, since_ns: i64) -> Self {
        let headers = headers(&message.head, message.half);
        let codings = coding::codings(&headers);
        let decoded = coding::decode_as(&codings, &message.payload, DECODED_LIMIT);
        let plain = decoded.bytes;
        let mut masked = exchange;
        masking.exchange(&mut masked, u64::MAX, &[]);
        let shown = Parts::of(&masked, message.half);
        let is_text = decoded.trouble.is_none()
            && shown.body.len() == plain.len()
            && std::str::from_utf8(&plain).is_ok()
            && std::str::from_utf8(&shown.body).is_ok();
        let stand_in =
            (!is_text).then(|| format!("({} bytes that are no UTF-8 text; they are sent as they are)", plain.len()));
        let text = |head: &[u8], body: &[u8]| {
            let body = stand_in.as_deref().map_or(body, str::as_bytes);
            [&lines(head)[..], b"\n", body].concat()
        };
        let real = text(&message.head, &plain);
        let shown_bytes = text(&shown.head, &shown.body);
        let same_places = shown_bytes.len() == real.len();
        let text = match String::from_utf8(shown_bytes) {
            Ok(text) if same_places => Ok(text),
            Ok(_) => Err("it can't be masked in place: let it go as it is, or drop it".to_owned()),
            Err(_) => Err("its head is no UTF-8 text: let it go as it is, or drop it".to_owned()),
        };
        let half = message.half;
        Self { id, half, since_ns, exchange: masked, text, real, message, plain, stand_in }
    }
}

/// Head and decoded body of a half.
struct Parts {
    head: Vec<u8>,
    body: Bytes,
}

impl Parts {
    fn of(exchange: &Exchange, half: Half) -> Self {
        let none = Response::default();
        let (head, body) = match (half, &exchange.response) {
            (Half::Request, _) => (&exchange.request.head, &exchange.request.body),
            (Half::Response, response) => {
                let response = response.as_ref().unwrap_or(&none);
                (&response.head, &response.body)
            }
        };
        let body = match &body.kept {
            Kept::Here(bytes) => coding::decode(body, bytes).bytes,
            _ => Bytes::new(),
        };
        Self { head: head.as_deref().unwrap_or_default().to_vec(), body }
    }
}

/// A head's lines, divided as texts are, without the empty one.
fn lines(head: &[u8]) -> Vec<u8> {
    let head = head.strip_suffix(b"\r\n").unwrap_or(head);
    let mut out = Vec::with_capacity(head.len());
    for line in head.split_inclusive(|b| *b == b'\n') {
        out.extend_from_slice(line.strip_suffix(b"\r\n").unwrap_or(line));
        if line.ends_with(b"\r\n") {
            out.push(b'\n');
        }
    }
    out
}

fn headers(head: &[u8], half: Half) -> Headers {
    let head = parsed(head, half);
    Headers::of(head.bytes(), head.fields())
}

fn parsed(head: &[u8], half: Half) -> Head {
    match half {
        Half::Request => Head::request(head.to_vec(), 0, &Limits::default()),
        Half::Response => Head::response(head.to_vec(), 0, &Limits::default()),
    }
}

/// Makes of a held message what stands in `text`, which was made of its own.
pub(super) fn edited(masking: &Masking, held: &Held, text: &str) -> Result<Edited, String> {
    let shown = held.text.as_ref().map_err(Clone::clone)?;
    let bytes = restored(&held.real, shown.as_bytes(), text.as_bytes())?;
    let (first, body) = match memchr::memmem::find(&bytes, b"\n\n") {
        Some(at) => (&bytes[..at], &bytes[at + 2..]),
        None => (bytes.strip_suffix(b"\n").unwrap_or(&bytes), &b""[..]),
    };
    let mut head = Vec::with_capacity(first.len() + 64);
    for line in first.split(|b| *b == b'\n') {
        head.extend_from_slice(line);
        head.extend_from_slice(b"\r\n");
    }
    head.extend_from_slice(b"\r\n");
    let plain = match &held.stand_in {
        Some(words) if body == words.as_bytes() => held.plain.clone(),
        _ => Bytes::copy_from_slice(body),
    };
    let after = headers(&head, held.half);
    let (was, is) = (coding::codings(&headers(&held.message.head, held.half)), coding::codings(&after));
    let payload = match plain == held.plain && was == is {
        true => held.message.payload.clone(),
        false => {
            let draft = Draft { headers: after, ..Draft::default() };
            coded::coded(&draft, plain.clone()).map_err(|why| why.to_string())?
        }
    };
    let mut edits = listed(masking, held, &head, &plain);
    if plain != held.plain && !is.is_empty() {
        let what = format!("body coded again as {}", is.join(", "));
        edits.push(Edit { what, before: None, after: None });
    }
    Ok(Edited { head, payload, edits })
}

/// What was changed, its secrets masked.
fn listed(masking: &Masking, held: &Held, head: &[u8], plain: &Bytes) -> Vec<Edit> {
    let mut masked = held.exchange.clone();
    let (body, parsed) = (Body::whole(plain.clone()), parsed(head, held.half));
    match held.half {
        Half::Request => masked.request = Request { body, ..Request::of(&parsed) },
        Half::Response => masked.response = Some(Response { body, ..Response::of(&parsed) }),
    }
    masking.exchange(&mut masked, u64::MAX, &[]);
    let after = Parts::of(&masked, held.half);
    let before = Parts::of(&held.exchange, held.half);
    let mut edits = in_head(held.half, &lines(&before.head), &lines(&after.head));
    if *plain != held.plain {
        edits.push(in_body(&held.plain, plain, &before.body, &after.body));
    }
    edits
}

fn in_head(half: Half, before: &[u8], after: &[u8]) -> Vec<Edit> {
    let split = |bytes: &[u8]| -> Vec<String> {
        String::from_utf8_lossy(bytes).trim_end_matches('\n').split('\n').map(str::to_owned).collect()
    };
    let (before, after) = (split(before), split(after));
    if before == after {
        return Vec::new();
    }
    let mut edits = Vec::new();
    if before.first() != after.first() {
        let what = if half == Half::Request { "request line" } else { "status line" };
        let what = format!("{what} edited by the user");
        edits.push(Edit { what, before: before.first().cloned(), after: after.first().cloned() });
    }
    let mut gone: Vec<&String> = before.iter().skip(1).collect();
    let mut new = Vec::new();
    for line in after.iter().skip(1) {
        match gone.iter().position(|other| *other == line) {
            Some(at) => drop(gone.remove(at)),
            None => new.push(line),
        }
    }
    let divided = |line: &str| -> (String, String) {
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        (name.trim().to_owned(), value.trim().to_owned())
    };
    if gone.is_empty() && new.is_empty() && before[1..] != after[1..] {
        edits.push(Edit { what: "fields put in another order by the user".to_owned(), before: None, after: None });
    }
    for line in new {
        let (name, value) = divided(line);
        let same = gone.iter().position(|line| divided(line).0.eq_ignore_ascii_case(&name));
        let before = same.map(|at| divided(gone.remove(at)).1);
        let what = if before.is_some() { "edited" } else { "added" };
        edits.push(Edit { what: format!("{name} {what} by the user"), before, after: Some(value) });
    }
    for line in gone {
        let (name, value) = divided(line);
        edits.push(Edit { what: format!("{name} removed by the user"), before: Some(value), after: None });
    }
    edits
}

/// The part of a body that is another, by its place in what came. The texts are those that are masked.
fn in_body(before: &[u8], after: &[u8], shown_before: &[u8], shown_after: &[u8]) -> Edit {
    let start = before.iter().zip(after).take_while(|(a, b)| a == b).count();
    let most = before.len().min(after.len()) - start;
    let same_end = before.iter().rev().zip(after.iter().rev()).take(most).take_while(|(a, b)| a == b).count();
    let (old, new) = (start..before.len() - same_end, start..after.len() - same_end);
    let text = |whole: &[u8], shown: &[u8], range: std::ops::Range<usize>| {
        let there = whole.len() == shown.len() && range.len() <= LISTED;
        there.then(|| String::from_utf8_lossy(shown.get(range).unwrap_or_default()).into_owned())
    };
    Edit {
        what: format!("bytes {}..{} of the body edited by the user", old.start, old.end),
        before: text(before, shown_before, old),
        after: text(after, shown_after, new),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ExchangeId, SourceId};

    fn held(head: &str, payload: &[u8]) -> Held {
        let head = Bytes::copy_from_slice(head.as_bytes());
        let parsed = Head::request(head.to_vec(), 0, &Limits::default());
        let mut request = Request::of(&parsed);
        let codings = std::mem::take(&mut request.body.codings);
        let payload = Bytes::copy_from_slice(payload);
        request.body = Body { codings, ..Body::whole(payload.clone()) };
        let exchange = Exchange::new(ExchangeId(0), SourceId(0), 0, "http://h/a".to_owned(), request);
        let (wire, trailers) = (payload.clone(), Bytes::new());
        let message = Message { half: Half::Request, head, wire, payload, trailers, to_head: false, http2: false };
        Held::new(&Masking::of_this_run().unwrap(), HoldId(0), exchange, Arc::new(message), 0)
    }

    fn made(held: &Held, text: &str) -> (String, Bytes, Vec<Edit>) {
        let edited = edited(&Masking::of_this_run().unwrap(), held, text).unwrap();
        (String::from_utf8(edited.head).unwrap(), edited.payload, edited.edits)
    }

    const HEAD: &str = "POST /a HTTP/1.1\r\nhOst:  h\r\nAuthorization: Bearer abcdefghijklmnop\r\nX:1 \r\n\r\n";

    #[test]
    fn lines_that_nobody_touched_go_on_as_they_came_and_secrets_with_them() {
        let held = held(HEAD, b"user=JDOE&password=hunter2secret&f=A01");
        let shown = held.text.clone().unwrap();
        assert!(!shown.contains("abcdefgh") && !shown.contains("hunter2"), "{shown}");
        assert!(shown.starts_with("POST /a HTTP/1.1\nhOst:  h\n") && shown.contains("\nX:1 \n\nuser=JDOE"), "{shown}");
        let (head, payload, edits) = made(&held, &shown.replace("A01", "B0002").replace("X:1 ", "X: 2"));
        assert_eq!(head, HEAD.replace("X:1 ", "X: 2"));
        assert_eq!(&payload[..], b"user=JDOE&password=hunter2secret&f=B0002");
        let told: Vec<_> = edits.iter().map(|e| (e.what.as_str(), e.before.as_deref(), e.after.as_deref())).collect();
        let body = "bytes 35..38 of the body edited by the user";
        assert_eq!(told, [("X edited by the user", Some("1"), Some("2")), (body, Some("A01"), Some("B0002"))]);
    }

    #[test]
    fn a_secret_that_the_user_types_is_sent_and_not_listed() {
        let held = held(HEAD, b"user=JDOE&password=hunter2secret&f=A01");
        let shown = held.text.clone().unwrap();
        let (before, after) = shown.split_once("password=").unwrap();
        let after = after.trim_start_matches('*');
        let (_, payload, edits) = made(&held, &format!("{before}password=typed-by-hand{after}"));
        assert_eq!(&payload[..], b"user=JDOE&password=typed-by-hand&f=A01");
        assert!(!format!("{edits:?}").contains("typed-by-hand"), "{edits:?}");
    }

    #[test]
    fn a_coded_body_is_shown_plain_and_coded_again_and_one_that_is_no_text_stays() {
        let draft =
            Draft { headers: Headers(vec![crate::model::Header::new("Content-Encoding", "gzip")]), ..Draft::default() };
        let gzip = coded::coded(&draft, Bytes::from_static(b"<a>1</a>")).unwrap();
        let held_coded = held("POST /a HTTP/1.1\r\nHost: h\r\nContent-Encoding: gzip\r\n\r\n", &gzip);
        let shown = held_coded.text.clone().unwrap();
        assert!(shown.ends_with("\n\n<a>1</a>"), "{shown}");
        let (_, payload, _) = made(&held_coded, &shown.replace("Host: h", "Host: i"));
        assert_eq!(payload, gzip, "what nobody touched is not coded anew");
        let (_, payload, edits) = made(&held_coded, &shown.replace(">1<", ">22<"));
        assert_eq!(&coding::decode_as(&["gzip".to_owned()], &payload, 1000).bytes[..], b"<a>22</a>");
        assert!(edits.iter().any(|edit| edit.what == "body coded again as gzip"), "{edits:?}");
        let binary = held("POST /a HTTP/1.1\r\nHost: h\r\n\r\n", b"\xff\xfe\x00");
        let shown = binary.text.clone().unwrap();
        assert!(shown.ends_with("(3 bytes that are no UTF-8 text; they are sent as they are)"), "{shown}");
        assert_eq!(&made(&binary, &shown.replace("/a", "/b")).1[..], b"\xff\xfe\x00");
    }
}

//! A message that the user holds at a breakpoint, and what is sent in its place once it was edited: the head's lines that
//! nobody touched as they came, and framing that is true of the new body.

use bytes::Bytes;
use http::{HeaderName, HeaderValue};
use mwscope_parsers::http::{Asked, Event, Framer, Head, Limits, Version};

use super::patch::Patch;
use super::policy;
use crate::model::{Edit, Stage};

/// Bytes of a body that is held; what is larger passes. It is also what the screens let edit.
pub const LARGEST: usize = 2 << 20;
/// Why a larger one passes.
pub(in crate::proxy) const LARGE: &str = "its body is larger than 2 MiB; it passed";

/// Which half of an exchange is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Half {
    /// The request, before anything of it was sent.
    Request,
    /// The answer, before the client has any of it.
    Response,
}

impl Half {
    /// `request` or `answer`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Response => "answer",
        }
    }
}

/// A whole message on its way, as it would be sent on.
#[derive(Clone, Debug)]
pub struct Message {
    /// Which half it is.
    pub half: Half,
    /// The head's bytes; of HTTP/2 as HTTP/1 would write it.
    pub head: Bytes,
    /// The body with its framing, as it came; of HTTP/2 without any.
    pub wire: Bytes,
    /// The body without framing.
    pub payload: Bytes,
    /// The trailer section as it came, with its empty line; empty where there is none.
    pub trailers: Bytes,
    /// Whether it answers HEAD, so that it has no body whatever its head says.
    pub to_head: bool,
    /// Whether it is spoken as HTTP/2.
    pub http2: bool,
}

/// What the user made of a message.
#[derive(Clone, Debug, Default)]
pub struct Edited {
    /// The head's bytes.
    pub head: Vec<u8>,
    /// The body, with the content coding that its head names.
    pub payload: Bytes,
    /// What was changed, as it is listed.
    pub edits: Vec<Edit>,
}

/// A message as it is sent in the place of the one that came.
#[derive(Clone, Debug)]
pub struct Ready {
    /// Its head.
    pub head: Head,
    /// Head and body as they go over the wire; of HTTP/2 nothing.
    pub bytes: Bytes,
    /// The body alone.
    pub payload: Bytes,
    /// What was changed, framing included.
    pub edits: Vec<Edit>,
}

/// Makes a message of what was edited: its framing is put right, and it is refused where it is none.
///
/// # Errors
/// With what is wrong, in words for the one who edited it.
pub fn ready(message: &Message, edited: Edited, limits: &Limits) -> Result<Ready, String> {
    let Edited { head, payload, mut edits } = edited;
    let head = read(message, &head, limits)?;
    let no_body = message.half == Half::Response && (message.to_head || matches!(head.status(), 204 | 304));
    if no_body && !payload.is_empty() {
        return Err("an answer of this kind has no body: take its text away, or give it another status".to_owned());
    }
    let before = before(message, limits);
    let (head, framing) = match message.http2 {
        true => (head.bytes().to_vec(), Framing::Kept),
        false => framed(&head, before.as_ref(), message, &payload, no_body, &mut edits)?,
    };
    let head = match message.http2 {
        true => length_told(&read(message, &head, limits)?, &payload, no_body, &mut edits),
        false => head,
    };
    let head = read(message, &head, limits)?;
    let had = |what| before.as_ref().is_some_and(|before| before.doubts().iter().any(|doubt| doubt.what == what));
    if let Some(doubt) = head.doubts().iter().find(|doubt| !had(doubt.what)) {
        return Err(doubt.what.words().to_owned());
    }
    let bytes = match framing {
        _ if message.http2 => Bytes::new(),
        Framing::Kept => [head.bytes(), &message.wire].concat().into(),
        Framing::Plain => [head.bytes(), &payload].concat().into(),
        Framing::Chunked => chunked(&head, &payload, &message.trailers),
    };
    Ok(Ready { head, bytes, payload, edits })
}

/// How the body stands behind the head.
enum Framing {
    /// As it came.
    Kept,
    /// Nothing around it.
    Plain,
    Chunked,
}

/// The head as it came, where it can be read.
fn before(message: &Message, limits: &Limits) -> Option<Head> {
    read(message, &message.head, limits).ok()
}

/// Reads a head by the rules by which it would be read from the wire.
fn read(message: &Message, bytes: &[u8], limits: &Limits) -> Result<Head, String> {
    let (mut framer, stage, table): (Framer, Stage, fn(_) -> _) = match message.half {
        Half::Request => (Framer::requests(*limits), Stage::RequestHead, policy::on_request),
        Half::Response => (Framer::responses(*limits), Stage::ResponseHead, policy::on_response),
    };
    framer.expect(if message.to_head { Asked::Head } else { Asked::Other });
    let step = framer.step(bytes);
    let head = match step.event {
        Some(Event::Head(head, _)) if step.used == bytes.len() => *head,
        Some(Event::Doubt(doubt)) => return Err(doubt.what.words().to_owned()),
        Some(Event::End(end)) => return Err(format!("the head can't be read: {end:?}")),
        _ => return Err("the head can't be read: lines NAME: VALUE stand behind the first one".to_owned()),
    };
    policy::check(&head, stage, table).map_err(|trouble| trouble.cause)?;
    if message.half == Half::Response && (100..200).contains(&head.status()) {
        return Err("the answer can't become an interim one: a final one must follow".to_owned());
    }
    if message.half == Half::Request && head.method() == b"CONNECT" {
        return Err("a request can't become a CONNECT here".to_owned());
    }
    if message.http2 {
        for (name, value) in head.pairs() {
            let shown = String::from_utf8_lossy(name);
            let hop = ["connection", "transfer-encoding", "upgrade", "keep-alive", "proxy-connection"];
            if hop.iter().any(|hop| name.eq_ignore_ascii_case(hop.as_bytes())) {
                return Err(format!("{shown} can't stand in HTTP/2"));
            }
            if HeaderName::from_bytes(name).is_err() || HeaderValue::from_bytes(value).is_err() {
                return Err(format!("the field {shown:?} can't be sent in HTTP/2"));
            }
        }
    }
    Ok(head)
}

/// Puts the framing right, each change listed.
fn framed(
    head: &Head,
    before: Option<&Head>,
    message: &Message,
    payload: &Bytes,
    no_body: bool,
    edits: &mut Vec<Edit>,
) -> Result<(Vec<u8>, Framing), String> {
    const FIELDS: [&str; 2] = ["Content-Length", "Transfer-Encoding"];
    let same = |name| before.is_some_and(|before| before.all(name).eq(head.all(name)));
    if *payload == message.payload && FIELDS.iter().all(|name| same(name)) && (!no_body || head.status() != 204) {
        return Ok((head.bytes().to_vec(), Framing::Kept));
    }
    let codings: Vec<&[u8]> = head.members("Transfer-Encoding").collect();
    if codings.iter().any(|coding| !coding.eq_ignore_ascii_case(b"chunked")) {
        return Err("the body stands in a transfer coding other than chunked, which can't be put on again".to_owned());
    }
    let chunks = !codings.is_empty() && head.version() == Version::Http11 && !no_body;
    let mut patch = Patch::new(head);
    let mut told = chunks || no_body;
    let length = payload.len().to_string();
    for field in head.fields() {
        let name = head.slice(&field.name);
        if name.eq_ignore_ascii_case(b"Transfer-Encoding") && !chunks && !message.to_head {
            patch.remove(field);
        } else if name.eq_ignore_ascii_case(b"Content-Length") && !message.to_head {
            if told {
                patch.remove(field);
            } else if head.slice(&field.value) != length.as_bytes() {
                patch.replace(field.value.clone(), length.as_bytes(), "Content-Length: that of the edited body");
            }
            told = true;
        }
    }
    // An answer without any length ends with its connection, as it did before.
    let until_close = message.half == Half::Response && before.is_some_and(is_unframed);
    let nothing = payload.is_empty() && message.half == Half::Request;
    if !(told || until_close || nothing) {
        patch.insert("Content-Length", &length);
    }
    let (bytes, framing) = patch.finish();
    edits.extend(framing);
    if chunks {
        edits.push(Edit { what: "the edited body chunked anew".to_owned(), before: None, after: None });
    }
    Ok((bytes, if chunks { Framing::Chunked } else { Framing::Plain }))
}

fn is_unframed(head: &Head) -> bool {
    head.get("Content-Length").is_none() && head.get("Transfer-Encoding").is_none()
}

/// HTTP/2 needs no length; where one is told it must be true.
fn length_told(head: &Head, payload: &Bytes, no_body: bool, edits: &mut Vec<Edit>) -> Vec<u8> {
    let mut patch = Patch::new(head);
    let length = payload.len().to_string();
    let lengths = head.fields().iter().filter(|f| head.slice(&f.name).eq_ignore_ascii_case(b"content-length"));
    for (n, field) in lengths.enumerate() {
        if n > 0 {
            patch.remove(field);
        } else if !no_body && head.slice(&field.value) != length.as_bytes() {
            patch.replace(field.value.clone(), length.as_bytes(), "content-length: that of the edited body");
        }
    }
    let (bytes, framing) = patch.finish();
    edits.extend(framing);
    bytes
}

fn chunked(head: &Head, payload: &[u8], trailers: &[u8]) -> Bytes {
    let mut out = head.bytes().to_vec();
    if !payload.is_empty() {
        out.extend_from_slice(format!("{:x}\r\n", payload.len()).as_bytes());
        out.extend_from_slice(payload);
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b"0\r\n");
    out.extend_from_slice(if trailers.is_empty() { b"\r\n" } else { trailers });
    out.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(half: Half, head: &str, wire: &str, payload: &str) -> Message {
        Message {
            half,
            head: Bytes::copy_from_slice(head.as_bytes()),
            wire: Bytes::copy_from_slice(wire.as_bytes()),
            payload: Bytes::copy_from_slice(payload.as_bytes()),
            trailers: Bytes::new(),
            to_head: false,
            http2: false,
        }
    }

    fn made(message: &Message, head: &str, payload: &str) -> Result<(String, Vec<String>), String> {
        let edited = Edited {
            head: head.as_bytes().to_vec(),
            payload: Bytes::copy_from_slice(payload.as_bytes()),
            edits: vec![],
        };
        let ready = ready(message, edited, &Limits::default())?;
        let listed = ready.edits.iter().map(|edit| edit.what.clone()).collect();
        Ok((String::from_utf8_lossy(&ready.bytes).into_owned(), listed))
    }

    #[test]
    fn the_length_is_that_of_the_edited_body_and_the_rest_of_the_head_as_it_came() {
        let head = "POST /a HTTP/1.1\r\nhOst:  h\r\nCONTENT-length: 3\r\nX:1\r\n\r\n";
        let held = message(Half::Request, head, "abc", "abc");
        let (sent, edits) = made(&held, head, "four").unwrap();
        assert_eq!(sent, "POST /a HTTP/1.1\r\nhOst:  h\r\nCONTENT-length: 4\r\nX:1\r\n\r\nfour");
        assert_eq!(edits, ["Content-Length: that of the edited body"]);
        // The length that the user typed is put right too, and a second one goes.
        let typed = head.replace("CONTENT-length: 3\r\n", "Content-Length: 99\r\n");
        assert!(made(&held, &typed, "abc").unwrap().0.ends_with("Content-Length: 3\r\nX:1\r\n\r\nabc"));
        assert!(made(&held, "GET /a HTTP/1.1\r\nHost: h\r\n\r\n", "").unwrap().0.ends_with("Host: h\r\n\r\n"));
        let added = made(&held, "POST /a HTTP/1.1\r\nHost: h\r\n\r\n", "x").unwrap().0;
        assert_eq!(added, "POST /a HTTP/1.1\r\nContent-Length: 1\r\nHost: h\r\n\r\nx");
    }

    #[test]
    fn a_chunked_body_stays_as_it_came_where_only_the_head_was_edited_and_is_chunked_anew_where_not() {
        let head = "POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
        let mut held = message(Half::Request, head, "1;x\r\na\r\n1\r\nb\r\n0\r\nT: 1\r\n\r\n", "ab");
        held.trailers = Bytes::from_static(b"T: 1\r\n\r\n");
        let moved = head.replace("/a", "/b");
        assert_eq!(made(&held, &moved, "ab").unwrap().0, format!("{moved}1;x\r\na\r\n1\r\nb\r\n0\r\nT: 1\r\n\r\n"));
        let (sent, edits) = made(&held, head, "abc").unwrap();
        assert_eq!((sent, edits.len()), (format!("{head}3\r\nabc\r\n0\r\nT: 1\r\n\r\n"), 1));
        assert_eq!(made(&held, head, "").unwrap().0, format!("{head}0\r\nT: 1\r\n\r\n"));
    }

    #[test]
    fn an_answer_that_ends_with_its_connection_still_does() {
        let head = "HTTP/1.1 200 OK\r\nX: 1\r\n\r\n";
        let held = message(Half::Response, head, "abc", "abc");
        assert_eq!(made(&held, head, "other").unwrap(), (format!("{head}other"), vec![]));
        assert_eq!(made(&held, "HTTP/1.1 500 No\r\n\r\n", "abc").unwrap().0, "HTTP/1.1 500 No\r\n\r\nabc");
    }

    #[test]
    fn what_is_no_message_is_refused_in_words() {
        let head = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n";
        let held = message(Half::Response, head, "abc", "abc");
        assert!(made(&held, "HTTP/1.1 204 No\r\nContent-Length: 3\r\n\r\n", "abc").unwrap_err().contains("no body"));
        let (sent, _) = made(&held, "HTTP/1.1 204 No\r\nContent-Length: 3\r\n\r\n", "").unwrap();
        assert_eq!(sent, "HTTP/1.1 204 No\r\n\r\n");
        assert!(made(&held, "HTTP/1.1 100 Go on\r\n\r\n", "").unwrap_err().contains("interim"));
        for bad in ["", "nonsense\r\n\r\n", "HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "HTTP/1.1 200 OK\r\nA: b\r\n"] {
            assert!(made(&held, bad, "abc").is_err(), "{bad:?}");
        }
        let head = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n";
        let held = message(Half::Request, head, "0\r\n\r\n", "");
        assert!(made(&held, head, "abc").is_err());
    }

    #[test]
    fn http2_takes_no_field_of_a_connection_and_tells_the_length_where_it_was_told() {
        let head = "POST /a HTTP/1.1\r\nhost: h\r\ncontent-length: 3\r\n\r\n";
        let held = Message { http2: true, ..message(Half::Request, head, "", "abc") };
        let edited = |head: &str| Edited { head: head.into(), payload: Bytes::from_static(b"four"), edits: vec![] };
        let ready = |head: &str| ready(&held, edited(head), &Limits::default());
        assert_eq!(ready(head).unwrap().head.get("content-length"), Some(&b"4"[..]));
        assert!(ready(&head.replace("host: h", "host: h\r\nConnection: close")).unwrap_err().contains("HTTP/2"));
    }
}

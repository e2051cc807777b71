//! A request that asks before its body is sent (`Expect: 100-continue`), and is given the final answer instead. What its
//! client sends next is the body, or the next request without it: both are allowed (RFC 9110, 10.1.1), and curl, .NET and
//! others do the latter on a connection that stays.
//!
//! Taking the next request for the body breaks the client; taking a body for a request would let whoever wrote the body
//! have a request sent in the client's name. So the bytes themselves must leave no doubt:
//!
//! - A body in chunks begins with a size, and a request line is none: its first line decides.
//! - A counted body ends at its length. Where more than that has come and what stands behind it begins no request, it
//!   was no body. Where only a part of it has come, a whole request with silence behind it is one, since a body would
//!   go on; who wrote the body has no say in when its pieces come.
//! - What can be read both ways to its end is refused, as ambiguous framing is elsewhere.
//! - What doesn't begin as a request line does is the body, as it was before. So is all behind a 2xx, which promises to
//!   take it.
//!
//! The server may still wait for the body. So its connection is closed behind a body that was left out, and the next
//! request goes over a new one; there it is read by itself, whatever the server would have made of it on the old one.

use bytes::BytesMut;
use mwscope_parsers::http::{Ambiguity, Head, Limits, Target};

use super::{Broken, Download, Fact, Output, Relay, Upload};
use crate::model::Stage;
use crate::proxy::core::policy;

/// Bytes that are looked at before it is given up to tell a request from a body.
const LOOK: usize = 8 << 20;
/// Methods are shorter.
const METHOD: usize = 32;
/// Targets are shorter.
const LINE: usize = 64 * 1024;

/// The body that a request has announced, and may leave out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Announced {
    Counted(u64),
    Chunked,
}

/// What the bytes behind such an answer are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// It takes more of them, or silence, to tell.
    More,
    Body,
    Request,
    /// They can be read as either.
    Unclear,
}

/// What is waited for behind such an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Omission {
    /// Whatever the client does next.
    Next,
    /// More of what may be a request, or silence behind it.
    Silence,
    /// More of what may be a request; there was silence already.
    More,
}

impl Announced {
    /// The body that a request may leave out, where it asks whether to send it.
    pub(super) fn by(head: &Head) -> Option<Self> {
        if head.get("Expect").is_none() || !head.has_member("Expect", "100-continue") {
            return None;
        }
        match head.get("Content-Length") {
            Some(len) => std::str::from_utf8(len).ok()?.trim().parse().ok().map(Self::Counted),
            None => head.get("Transfer-Encoding").map(|_| Self::Chunked),
        }
    }
}

impl Relay<'_> {
    /// What is waited for, where the client may leave the body out.
    #[must_use]
    pub fn omission(&self, pending: &[u8]) -> Option<Omission> {
        self.may_omit().then_some(match (pending.is_empty(), self.was_silent) {
            (true, _) => Omission::Next,
            (false, false) => Omission::Silence,
            (false, true) => Omission::More,
        })
    }

    /// Whether the final answer has come before any of the body, and the client has had it.
    pub(super) fn may_omit(&self) -> bool {
        self.asks.is_some()
            && self.request == Upload::Coming
            && self.response == Download::Done
            && self.broken.is_none()
            && !self.is_held()
    }

    /// Looks at what the client sent behind an answer that came before the body; true where it is the body.
    pub(super) fn is_body(&mut self, buffer: &[u8], silent: bool, out: &mut Vec<Output>) -> bool {
        let Some(announced) = self.asks.filter(|_| !buffer.is_empty()) else { return false };
        let stays = self.keeps.request && self.keeps.response;
        let reading = if stays { read(buffer, announced, silent) } else { Reading::Body };
        match reading {
            Reading::More => self.was_silent = silent,
            Reading::Body => self.asks = None,
            Reading::Request => self.omit("the client sent its next request", out),
            Reading::Unclear => {
                let text = "what the client sent behind the answer can be read as the body that it had announced, and as \
                            its next request";
                self.fail(policy::unclear(Stage::RequestBody, text));
            }
        }
        reading == Reading::Body
    }

    /// Nothing more has come for as long as is waited for it.
    pub fn client_is_silent(&mut self, buffer: &mut BytesMut, out: &mut Vec<Output>) {
        if buffer.is_empty() {
            self.keeps.request = false;
            return self.omit("the client sent nothing more", out);
        }
        // What has not become a request by now will not.
        let given_up = std::mem::replace(&mut self.was_silent, true);
        if given_up {
            self.asks = None;
        }
        if given_up || self.is_body(buffer, true, out) {
            self.client_bytes(buffer, out);
        }
    }

    /// The body doesn't come.
    pub(super) fn omit(&mut self, why: &str, out: &mut Vec<Output>) {
        self.request = Upload::Done;
        self.omitted = true;
        self.client.restart();
        let text = format!(
            "the client had asked whether to send the body (Expect: 100-continue), and was given the answer; {why}. The \
             server's connection was closed, since it may wait for the body"
        );
        out.push(Output::Fact(Fact::Note("body not sent", text)));
    }

    /// The client ends behind the answer, without the body: it was free to.
    pub(super) fn ended_without_body(&mut self, pending: bool, out: &mut Vec<Output>) {
        if pending {
            let cause = "the client closed its connection inside what it sent behind the answer";
            self.broken = Some(Broken::Left(Stage::RequestBody, cause.to_owned()));
            return;
        }
        self.keeps.request = false;
        self.omit("the client closed its connection", out);
    }
}

/// What the bytes are behind an answer to a request that has announced such a body. `silent` says that no more came for
/// a while.
fn read(bytes: &[u8], announced: Announced, silent: bool) -> Reading {
    let line = match request_line(bytes) {
        Line::No => return Reading::Body,
        Line::Begun => None,
        Line::Whole(end) => Some(end),
    };
    let Announced::Counted(len) = announced else {
        return if line.is_some() { Reading::Request } else { Reading::More };
    };
    let len = usize::try_from(len).unwrap_or(usize::MAX);
    // What stands behind the body, if it is one.
    let behind = bytes.get(len..).unwrap_or_default();
    let may_be_body = matches!(request_line(behind), Line::Begun | Line::Whole(_));
    let message = line.and_then(|_| message(bytes));
    match (message, may_be_body) {
        (_, false) if line.is_some() => Reading::Request,
        (_, false) => Reading::More,
        _ if bytes.len() >= LOOK => Reading::Unclear,
        _ if !silent => Reading::More,
        (Some(Whole { all: true }), _) if bytes.len() < len => Reading::Request,
        (Some(Whole { all: true }), _) => Reading::Unclear,
        _ if bytes.len() == len => Reading::Body,
        _ => Reading::More,
    }
}

/// How far a request line has come.
enum Line {
    No,
    Begun,
    /// With its end.
    Whole(usize),
}

/// Looks for `METHOD SP target SP HTTP/1.x CR LF` as clients write it: methods in capitals, a target of a known form.
fn request_line(bytes: &[u8]) -> Line {
    let end = memchr::memchr(b'\n', bytes);
    let line = &bytes[..end.unwrap_or(bytes.len())];
    let is_method = |b: &u8| b.is_ascii_uppercase() || matches!(b, b'-' | b'_');
    let method = line.iter().position(|b| !is_method(b)).unwrap_or(line.len());
    let begins = line.first().is_none_or(u8::is_ascii_uppercase) && method <= METHOD && line.len() <= LINE;
    let Some(rest) = line.get(method..).filter(|rest| !rest.is_empty() && begins) else {
        return if begins && end.is_none() { Line::Begun } else { Line::No };
    };
    let Some(rest) = rest.strip_prefix(b" ").filter(|_| method > 0) else { return Line::No };
    let target = rest.iter().position(|b| !b.is_ascii_graphic()).unwrap_or(rest.len());
    let (target, rest) = rest.split_at(target);
    if rest.is_empty() {
        let may = target.first().is_none_or(|b| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'*' | b'['));
        return if may && end.is_none() { Line::Begun } else { Line::No };
    }
    let known = match Target::of(&line[..method], target) {
        Target::Other(_) => false,
        Target::Authority(authority) => authority.contains(&b':'),
        _ => true,
    };
    let versions: [&[u8]; 2] = [b" HTTP/1.1\r", b" HTTP/1.0\r"];
    match end {
        Some(end) if known && versions.contains(&rest) => Line::Whole(end + 1),
        None if known && versions.iter().any(|version| version.starts_with(rest)) => Line::Begun,
        _ => Line::No,
    }
}

/// A request whose head is there.
struct Whole {
    /// Whether all of it is, or all that is sent before the server asks for the rest.
    all: bool,
}

/// The request at the front, where its head is whole.
fn message(bytes: &[u8]) -> Option<Whole> {
    let end = memchr::memmem::find(bytes, b"\r\n\r\n")? + 4;
    let head = Head::request(bytes[..end].to_vec(), 0, &Limits::default());
    let is_bad = |what: Ambiguity| matches!(policy::on_request(what), policy::Verdict::Refuse(_));
    if head.doubts().iter().any(|doubt| is_bad(doubt.what)) {
        // It is refused where it is taken for a request, so nothing is sent of it.
        return Some(Whole { all: true });
    }
    let rest = bytes.len() - end;
    let all = match Announced::by(&head) {
        Some(_) if rest == 0 => true,
        _ if head.get("Transfer-Encoding").is_some() => bytes.ends_with(b"\r\n0\r\n\r\n"),
        _ => match head.get("Content-Length").map(|len| std::str::from_utf8(len).ok()?.trim().parse::<usize>().ok()) {
            Some(len) => len.is_some_and(|len| rest >= len),
            None => true,
        },
    };
    Some(Whole { all })
}

#[cfg(test)]
mod tests {
    use super::*;

    const GET: &str = "GET /a?b HTTP/1.1\r\nHost: h\r\n\r\n";

    fn of(bytes: &str, announced: u64) -> (Reading, Reading) {
        let announced = Announced::Counted(announced);
        (read(bytes.as_bytes(), announced, false), read(bytes.as_bytes(), announced, true))
    }

    #[test]
    fn what_begins_no_request_is_the_body_at_once() {
        for body in [
            "<a/>",
            "{",
            "hello",
            "Dear",
            "GET",
            " GET / ",
            "GET  / HTTP/1.1",
            "GET / HTTP/2",
            "GET a HTTP/1.1\r\n",
            "\r\n",
        ] {
            let begins = body == "GET";
            assert_eq!(of(body, 1000).0, if begins { Reading::More } else { Reading::Body }, "{body:?}");
            assert_eq!(read(body.as_bytes(), Announced::Chunked, false), of(body, 1000).0, "{body:?}");
        }
        // All that was announced, and then nothing.
        assert_eq!(of("GET", 3), (Reading::More, Reading::Body));
        assert_eq!(read(b"ADD /x HTTP/1.1\r\n", Announced::Chunked, false), Reading::Request);
        assert_eq!(read(b"ADD;x\r\n", Announced::Chunked, false), Reading::Body);
    }

    #[test]
    fn a_request_is_one_where_nothing_else_fits() {
        // More than was announced, and no request behind that.
        assert_eq!(of(GET, 5), (Reading::Request, Reading::Request));
        let post = format!("POST http://h/a HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\n{}", "b".repeat(9));
        assert_eq!(of(&post, 9), (Reading::Request, Reading::Request));
        // Less: a body would go on.
        assert_eq!(of(GET, 1000), (Reading::More, Reading::Request));
        let asks = "POST /a HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 1000\r\n\r\n";
        assert_eq!(of(asks, 1000), (Reading::More, Reading::Request));
        let half = "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\nabc";
        assert_eq!(of(half, 1000), (Reading::More, Reading::More));
        for at in 1..GET.len() {
            assert_eq!(of(&GET[..at], 1000), (Reading::More, Reading::More), "{at}");
        }
    }

    #[test]
    fn a_body_that_looks_like_a_request_is_never_taken_for_one() {
        // All of it, with silence or with the client's next request behind it.
        let len = GET.len() as u64;
        assert_eq!(of(GET, len), (Reading::More, Reading::Unclear));
        assert_eq!(of(&format!("{GET}{GET}"), len), (Reading::More, Reading::Unclear));
        // One that would take what follows for its body.
        let greedy = "POST /evil HTTP/1.1\r\nHost: h\r\nContent-Length: 500\r\n\r\n";
        let then = format!("{greedy}POST /next HTTP/1.1\r\nAuthorization: Basic eDp5\r\n\r\n");
        assert_eq!(of(&then, greedy.len() as u64), (Reading::More, Reading::More));
        assert_eq!(of(greedy, greedy.len() as u64), (Reading::More, Reading::Body));
    }
}

//! Requests as they stand on the wire, a file each: as `export --to raw` writes them, as editors and other tools save
//! them, and as people write them down. Without the answer in a file beside it, it was never seen being sent.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use mwscope_parsers::Problem;

use super::message;
use super::recorded::Recorded;
use crate::model::{Body, Exchange, ExchangeId, Outcome, Request, SourceId};

/// The head of a message ends within so many bytes.
const HEAD: usize = 64 << 10;

/// Whether a text begins with a request line and headers.
pub(super) fn looks_like(head: &[u8]) -> bool {
    let Some((lines, _)) = split(head) else { return false };
    let mut lines = lines.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_end);
    let first = lines.next().unwrap_or_default();
    is_request_line(first) && lines.all(is_header)
}

/// `POST /mws-ws/services/Facility HTTP/1.1`
fn is_request_line(line: &[u8]) -> bool {
    let words: Vec<&[u8]> = line.split(|byte| *byte == b' ').collect();
    let [method, target, version] = words.as_slice() else { return false };
    (2..=16).contains(&method.len())
        && method.iter().all(u8::is_ascii_uppercase)
        && !target.is_empty()
        && version.strip_prefix(b"HTTP/").is_some_and(|n| n.first().is_some_and(u8::is_ascii_digit))
}

fn is_header(line: &[u8]) -> bool {
    let Some(colon) = memchr::memchr(b':', line) else { return false };
    let token = |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte);
    colon > 0 && line[..colon].iter().all(token)
}

/// The lines of the head, without the empty one behind them, and what follows.
fn split(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let start = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let within = &start[..start.len().min(HEAD)];
    let ends = memchr::memchr_iter(b'\n', within);
    for end in ends {
        let behind = &start[end + 1..];
        if let Some(body) = behind.strip_prefix(b"\n").or_else(|| behind.strip_prefix(b"\r\n")) {
            return Some((&start[..end], body));
        }
    }
    // A request without a body may end with its last header.
    (start.len() < HEAD).then(|| (start.trim_ascii_end(), &start[start.len()..]))
}

/// The file in which the answer to the request in this one stands, where both are named as `export --to raw` names them.
pub(super) fn answer_beside(path: &Path) -> Option<PathBuf> {
    let name = path.file_name()?.to_str()?;
    let at = name.rfind("request")?;
    let answer = path.with_file_name(format!("{}response{}", &name[..at], &name[at + "request".len()..]));
    let mut start = [0; 5];
    File::open(&answer).ok()?.read_exact(&mut start).ok()?;
    (start == *b"HTTP/").then_some(answer)
}

/// Reads the request, and the answer where there is one; its exchange gets the id `first`.
pub(super) fn read(bytes: &[u8], answer: Option<&[u8]>, source: SourceId, first: ExchangeId) -> Recorded {
    let mut recorded = Recorded::default();
    let Some((lines, body)) = split(bytes) else { return recorded };
    // Editors end lines as their system does.
    let mut head = Vec::with_capacity(lines.len() + 64);
    for line in lines.split(|byte| *byte == b'\n') {
        head.extend_from_slice(line.trim_ascii_end());
        head.extend_from_slice(b"\r\n");
    }
    head.extend_from_slice(b"\r\n");
    let mut requests = message::requests(&head);
    if requests.all.is_empty() {
        recorded.problems.push(Problem::new(0, "the request's head can't be read", "look at its first lines"));
        return recorded;
    }
    let request = requests.all.remove(0);
    let chunked = request.headers.text("transfer-encoding").is_some();
    let stated = request.headers.text("content-length").and_then(|len| len.trim().parse::<usize>().ok());
    let mut odd = Vec::new();
    let request = if chunked {
        let mut whole = message::requests(&[&head[..], body].concat());
        odd.append(&mut whole.odd);
        if whole.all.is_empty() { request } else { whole.all.remove(0) }
    } else {
        if let Some(stated) = stated.filter(|stated| *stated != body.len()) {
            odd.push(format!("the head says {stated} bytes of body, the file has {}; it is kept as it is", body.len()));
        }
        let codings = request.body.codings.clone();
        Request { body: Body { codings, ..Body::whole(body.to_vec().into()) }, ..request }
    };
    let index = recorded.next_index();
    let mut exchange = Exchange::new(first, source, index, url(&request), request);
    exchange.notes.extend(odd.into_iter().map(|odd| ("framing".to_owned(), odd)));
    if let Some(answer) = answer {
        add_answer(&mut exchange, answer);
    }
    recorded.add(exchange);
    recorded.finish()
}

fn add_answer(exchange: &mut Exchange, bytes: &[u8]) {
    let mut responses = message::responses(bytes, &exchange.request.method);
    exchange.response = responses.all.pop_if(|response| response.status >= 200 || response.status == 101);
    exchange.interim = responses.all;
    exchange.incomplete = responses.cut;
    exchange.notes.extend(responses.odd.into_iter().map(|odd| ("framing".to_owned(), odd)));
    if exchange.response.is_some() {
        exchange.outcome = Outcome::Complete;
    }
}

/// No file says whether it goes over TLS.
fn url(request: &Request) -> String {
    if request.method == "CONNECT" || request.target.contains("://") {
        return request.target.clone();
    }
    format!("http://{}{}", request.headers.text("host").unwrap_or_default(), request.target)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Kept;

    fn one(text: &str) -> Exchange {
        assert!(looks_like(text.as_bytes()), "{text}");
        let recorded = read(text.as_bytes(), None, SourceId(0), ExchangeId(0));
        assert_eq!((recorded.exchanges.len(), recorded.problems.len()), (1, 0), "{text}");
        recorded.exchanges.into_iter().next().expect("one")
    }

    fn body(exchange: &Exchange) -> &[u8] {
        match &exchange.request.body.kept {
            Kept::Here(bytes) => bytes,
            _ => b"",
        }
    }

    #[test]
    fn a_request_in_a_file_is_an_exchange_without_answer() {
        for lines in ["\n", "\r\n"] {
            let head = ["POST /mws-ws/services/Facility HTTP/1.1", "Host: m3:19007", "Content-Type: text/xml"];
            let exchange = one(&format!("{}{lines}{lines}<a>\n</a>", head.join(lines)));
            assert_eq!(exchange.url, "http://m3:19007/mws-ws/services/Facility");
            assert_eq!((exchange.request.method.as_str(), body(&exchange)), ("POST", &b"<a>\n</a>"[..]));
            assert!(exchange.response.is_none() && exchange.notes.is_empty(), "{:?}", exchange.notes);
        }
        let chunked = one("POST http://h/x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
        assert_eq!((chunked.url.as_str(), body(&chunked)), ("http://h/x", &b"abc"[..]));
        assert_eq!(one("GET /x HTTP/1.1\nHost: h").url, "http://h/x");
        let cut = one("POST /x HTTP/1.1\nHost: h\nContent-Length: 9\n\nabc");
        assert_eq!((cut.notes.len(), body(&cut)), (1, &b"abc"[..]));
    }

    #[test]
    fn other_texts_are_no_requests() {
        for text in [
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
            "POST /x HTTP/1.1\n2026-01-13 10:15:02 INFO a log of requests\n",
            "GET /x HTTP/1.1\nGET /y HTTP/1.1\n",
            "Program: CRS008\nUser: JDOE\n",
            "POST it HTTP/1.1 to me\n\n",
            "",
        ] {
            assert!(!looks_like(text.as_bytes()), "{text}");
        }
    }
}

//! The parts of a `multipart/*` body (RFC 2046, 5.1), each with its place: form data, MTOM packages, SOAP with
//! attachments.

use std::borrow::Cow;
use std::ops::Range;

use memchr::memmem;

use super::media::MediaType;
use super::transfer;

/// One part. Ranges are bytes of the body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Piece {
    /// From its delimiter (the line end before it included, but for the first) to the next one's.
    pub range: Range<usize>,
    /// Its headers, names as written and values trimmed.
    pub headers: Vec<(String, String)>,
    /// What it holds, without the line end that belongs to the next delimiter.
    pub body: Range<usize>,
}

impl Piece {
    /// The first header of that name, letter case aside.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// What it holds, its transfer encoding taken off; `None` where it isn't written in the one that it names.
    #[must_use]
    pub fn content<'a>(&self, body: &'a [u8]) -> Option<Cow<'a, [u8]>> {
        let bytes = body.get(self.body.clone())?;
        transfer::decoded(bytes, self.header("Content-Transfer-Encoding").unwrap_or_default())
    }

    /// What it is called: `name` of its `Content-Disposition`, else its `Content-ID` without the brackets.
    #[must_use]
    pub fn name(&self) -> Option<String> {
        let disposition = self.header("Content-Disposition").map(|value| format!("x/{value}"));
        let disposition = disposition.and_then(|value| MediaType::parse(value.as_bytes()));
        let name = disposition.and_then(|value| value.parameter("name").map(str::to_owned));
        name.or_else(|| self.header("Content-ID").map(|id| id.trim_matches(['<', '>']).to_owned()))
    }
}

/// The parts between the delimiters of `boundary`; none where the first delimiter isn't there.
#[must_use]
pub fn pieces(body: &[u8], boundary: &str) -> Vec<Piece> {
    if boundary.is_empty() {
        return Vec::new();
    }
    let delimiter = [b"--", boundary.as_bytes()].concat();
    // A delimiter stands at the beginning of a line, and white space alone behind it.
    let at_line = |at: &usize| *at == 0 || body[at - 1] == b'\n';
    let clean = |at: &usize| {
        let behind = &body[at + delimiter.len()..];
        let line = behind.iter().position(|byte| *byte == b'\n').map_or(behind, |end| &behind[..end]);
        let line = line.strip_prefix(b"--").unwrap_or(line);
        line.iter().all(u8::is_ascii_whitespace)
    };
    let starts: Vec<_> = memmem::find_iter(body, &delimiter).filter(at_line).filter(clean).collect();
    let mut found = Vec::new();
    for (n, start) in starts.iter().enumerate() {
        let from = start + delimiter.len();
        if body[from..].starts_with(b"--") {
            break;
        }
        let next = starts.get(n + 1).copied().unwrap_or(body.len());
        let end = if starts.len() > n + 1 { without_line_end(body, next) } else { next };
        let begin = if found.is_empty() { *start } else { without_line_end(body, *start) };
        let head_start = body[from..next].iter().position(|byte| *byte == b'\n').map_or(next, |at| from + at + 1);
        let head_end = end_of_head(body, head_start, next);
        found.push(Piece {
            range: begin..end,
            headers: headers(&body[head_start..head_end]),
            body: head_end.min(end)..end,
        });
    }
    found
}

fn without_line_end(body: &[u8], at: usize) -> usize {
    match &body[..at] {
        [.., b'\r', b'\n'] => at - 2,
        [.., b'\n'] => at - 1,
        _ => at,
    }
}

/// The first byte of what a part holds: behind the first empty line, which is the first one where there are no headers.
fn end_of_head(body: &[u8], start: usize, end: usize) -> usize {
    let mut at = start;
    while at < end {
        let line = &body[at..end];
        let len = line.iter().position(|byte| *byte == b'\n').map_or(line.len(), |at| at + 1);
        at += len;
        if line[..len].iter().all(u8::is_ascii_whitespace) {
            break;
        }
    }
    at
}

fn headers(head: &[u8]) -> Vec<(String, String)> {
    let text = String::from_utf8_lossy(head);
    let mut headers: Vec<(String, String)> = Vec::new();
    for line in text.lines() {
        if let (true, Some((_, value))) = (line.starts_with([' ', '\t']), headers.last_mut()) {
            value.push(' ');
            value.push_str(line.trim());
        } else if let Some((name, value)) = line.split_once(':') {
            headers.push((name.trim().to_owned(), value.trim().to_owned()));
        }
    }
    headers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_stand_with_headers_names_and_places() {
        let body = b"pre\r\n--b\r\nContent-Disposition: form-data;\r\n name=\"one\"\r\n\r\n1\r\n--bc\r\n\r\n--b  \r\n\
            Content-ID: <x@y>\r\nContent-Type: text/xml\r\n\r\n<a/>\r\n--b\r\n\r\nbare\r\n--b--\r\nepilogue\r\n--b\r\n";
        let found = pieces(body, "b");
        let text = |range: &Range<usize>| String::from_utf8_lossy(&body[range.clone()]).into_owned();
        let bodies: Vec<_> = found.iter().map(|piece| text(&piece.body)).collect();
        assert_eq!(bodies, ["1\r\n--bc\r\n", "<a/>", "bare"]);
        assert_eq!(found.iter().map(Piece::name).collect::<Vec<_>>(), [Some("one".into()), Some("x@y".into()), None]);
        assert_eq!(found[1].header("content-type"), Some("text/xml"));
        assert!(text(&found[1].range).starts_with("\r\n--b  \r\n"));
        assert_eq!(found[0].range.end, found[1].range.start);
    }

    #[test]
    fn cut_and_foreign_bodies_give_what_they_have() {
        assert_eq!(pieces(b"nothing", "b"), []);
        assert_eq!(pieces(b"--b\r\nA: 1", "b").len(), 1);
        assert_eq!(pieces(b"--b\r\n\r\nhalf", "b")[0].body, 7..11);
        assert_eq!(pieces(b"--\n", ""), []);
        assert_eq!(pieces(b"--b", "b")[0].body, 3..3);
    }

    proptest::proptest! {
        #[test]
        fn any_body_is_read_and_parts_follow_each_other(body in "(--b|--b--|\r\n|\n|a: 1|x| ){0,20}") {
            let found = pieces(body.as_bytes(), "b");
            for piece in &found {
                proptest::prop_assert!(piece.range.start <= piece.body.start && piece.body.start <= piece.body.end);
                proptest::prop_assert_eq!(piece.body.end, piece.range.end);
            }
            for pair in found.windows(2) {
                proptest::prop_assert!(pair[0].range.end <= pair[1].range.start);
            }
        }
    }
}

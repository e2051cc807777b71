//! Content codings of single parts of a `multipart` body, taken off as the whole body's are, so that what is in them can be
//! searched. It knows boundaries and the heads of parts; everything else passes as it came.

use memchr::memmem;

use super::coded::Decoding;

/// A longer head of a part is none.
const LONGEST_HEAD: usize = 8192;

/// Bytes by which a coding that nobody named is known.
const MAGIC: usize = 4;

/// A `multipart` body whose parts are decoded.
pub(crate) struct Parts {
    /// What stands before each part.
    delimiter: Vec<u8>,
    /// What isn't decided yet.
    held: Vec<u8>,
    state: State,
    part: usize,
    notes: Vec<String>,
}

enum State {
    /// Before the first part.
    Start,
    /// In the line of a boundary.
    Line,
    /// In the head of a part.
    Head,
    /// At the start of a part's content, which is coded so by its head.
    Content(Vec<String>),
    Plain,
    Coded(Box<Decoding>, String),
    /// What can't be decoded is left out.
    LeftOut,
}

impl Parts {
    /// A body of that boundary.
    pub(crate) fn new(boundary: &str) -> Self {
        let delimiter = format!("\n--{boundary}").into_bytes();
        Self { delimiter, held: Vec::new(), state: State::Start, part: 0, notes: Vec::new() }
    }

    /// Takes bytes as they came and hands on what they are decoded; `take` says whether it wants more.
    pub(crate) fn feed(&mut self, bytes: &[u8], take: &mut dyn FnMut(&[u8]) -> bool) {
        self.held.extend_from_slice(bytes);
        self.run(false, take);
    }

    /// The body is at its end.
    pub(crate) fn finish(&mut self, take: &mut dyn FnMut(&[u8]) -> bool) {
        self.run(true, take);
        let rest = std::mem::take(&mut self.held);
        self.content(&rest, take);
        self.end(take);
    }

    /// What is to be said of the parts.
    pub(crate) fn take_notes(&mut self) -> Vec<String> {
        std::mem::take(&mut self.notes)
    }

    fn run(&mut self, last: bool, take: &mut dyn FnMut(&[u8]) -> bool) {
        let mut at = 0;
        loop {
            let rest = &self.held[at..];
            let next = match &self.state {
                State::Start => self.start(rest, last),
                State::Line => memchr::memchr(b'\n', rest).map(|end| (end + 1, State::Head)),
                State::Head => self.head(rest, last),
                State::Content(codings) if rest.len() < MAGIC && !last && !rest.contains(&b'\n') => {
                    let _more_is_needed = codings;
                    None
                }
                State::Content(codings) => Some((0, self.begin(&codings.clone(), rest.len().min(MAGIC), at))),
                State::Plain | State::Coded(..) | State::LeftOut => {
                    let (ends, sure) = self.boundary(rest, last);
                    // The line end before the boundary belongs to it.
                    let content = sure - usize::from(ends && sure > 0 && rest[sure - 1] == b'\r');
                    let content = self.held[at..at + content].to_vec();
                    self.content(&content, take);
                    at += content.len();
                    if ends {
                        self.end(take);
                        self.part += 1;
                        let line = self.delimiter.len() + usize::from(self.held[at] == b'\r');
                        take(&self.held[at..at + line]);
                        at += line;
                        self.state = State::Line;
                        continue;
                    }
                    None
                }
            };
            let Some((len, state)) = next else { break };
            take(&self.held[at..at + len]);
            at += len;
            self.part = self.part.max(usize::from(matches!(state, State::Line)));
            self.state = state;
        }
        self.held.drain(..at);
    }

    /// Whether a boundary is there, and where; or up to where there is none.
    fn boundary(&self, rest: &[u8], last: bool) -> (bool, usize) {
        for at in memmem::find_iter(rest, &self.delimiter) {
            match rest.get(at + self.delimiter.len()) {
                // It is no other word that begins so.
                Some(b'\r' | b'\n' | b' ' | b'\t' | b'-') => return (true, at),
                // With the line end that may belong to it.
                None => return (last, if last { at } else { at.saturating_sub(1) }),
                Some(_) => {}
            }
        }
        (false, rest.len().saturating_sub(if last { 0 } else { self.delimiter.len() + 1 }))
    }

    /// The first boundary stands at the very start, or behind a line that nobody reads.
    fn start(&self, rest: &[u8], last: bool) -> Option<(usize, State)> {
        let first = &self.delimiter[1..];
        match rest.starts_with(first) {
            true => Some((first.len(), State::Line)),
            false if first.starts_with(rest) && !last => None,
            false => Some((0, State::Plain)),
        }
    }

    fn head(&self, rest: &[u8], last: bool) -> Option<(usize, State)> {
        let empty = [&b"\r\n"[..], b"\n"].into_iter().find(|end| rest.starts_with(end)).map(<[u8]>::len);
        let ends = |end: &[u8]| memmem::find(rest, end).map(|at| at + end.len());
        let len = empty.or_else(|| ends(b"\r\n\r\n").into_iter().chain(ends(b"\n\n")).min());
        let Some(len) = len else {
            return (rest.len() > LONGEST_HEAD || last).then_some((0, State::Plain));
        };
        let (mut codings, mut base64) = (Vec::new(), false);
        for line in rest[..len].split(|b| *b == b'\n') {
            let Some(colon) = line.iter().position(|b| *b == b':') else { continue };
            let (name, value) = (line[..colon].trim_ascii(), String::from_utf8_lossy(line[colon + 1..].trim_ascii()));
            if name.eq_ignore_ascii_case(b"content-encoding") {
                codings.extend(value.split(',').map(|coding| coding.trim().to_ascii_lowercase()));
            }
            base64 |= name.eq_ignore_ascii_case(b"content-transfer-encoding") && value.eq_ignore_ascii_case("base64");
        }
        codings.retain(|coding| !coding.is_empty() && coding != "identity");
        // All of such a part is overwritten.
        Some((len, if base64 { State::Plain } else { State::Content(codings) }))
    }

    /// How the content is taken that begins with the `len` bytes at `at`.
    fn begin(&mut self, codings: &[String], len: usize, at: usize) -> State {
        let start = &self.held[at..at + len];
        let magic = match start {
            [0x1F, 0x8B, ..] => Some("gzip"),
            [0x28, 0xB5, 0x2F, 0xFD] => Some("zstd"),
            _ => None,
        };
        let codings = match (codings, magic) {
            ([], None) => return State::Plain,
            ([], Some(magic)) => vec![magic.to_owned()],
            ([.., last], None) if matches!(last.as_str(), "gzip" | "x-gzip") => {
                self.notes.push(format!("part {} is called {last} and is none; it was kept as it came", self.part));
                return State::Plain;
            }
            (named, _) => named.to_vec(),
        };
        match Decoding::new(&codings) {
            Ok(decoding) => State::Coded(Box::new(decoding), codings.join(", ")),
            Err(why) => {
                self.leave_out(&why);
                State::LeftOut
            }
        }
    }

    fn content(&mut self, bytes: &[u8], take: &mut dyn FnMut(&[u8]) -> bool) {
        match &mut self.state {
            State::Coded(decoding, _) => drop(decoding.feed(bytes, take)),
            State::LeftOut => {}
            _ => drop(bytes.is_empty() || take(bytes)),
        }
    }

    fn end(&mut self, take: &mut dyn FnMut(&[u8]) -> bool) {
        let State::Coded(mut decoding, codings) = std::mem::replace(&mut self.state, State::Plain) else { return };
        decoding.finish(take);
        match decoding.trouble() {
            Some(why) => self.leave_out(&why.replace("the body", "it").replace(" body ends", " ends")),
            None => {
                self.notes.push(format!("{codings} was taken off part {} so that secrets can be masked", self.part));
            }
        }
    }

    fn leave_out(&mut self, why: &str) {
        let text = format!(
            "part {} was left out as far as it can't be decoded: {why}, so secrets in it can't be seen",
            self.part
        );
        self.notes.push(text);
    }
}

/// The boundary of a body of which nobody says it, by its first line.
pub(crate) fn boundary(start: &[u8]) -> Option<String> {
    let line = start.strip_prefix(b"--")?;
    let line = &line[..line.iter().position(|b| matches!(b, b'\r' | b'\n'))?];
    let text = std::str::from_utf8(line).ok()?.trim_end();
    (!text.is_empty() && text.len() <= 70).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gzip(text: &[u8]) -> Vec<u8> {
        use std::io::Write;
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    fn decoded(body: &[u8], size: usize) -> (Vec<u8>, Vec<String>) {
        let (mut parts, mut out) = (Parts::new("B"), Vec::new());
        let mut take = |bytes: &[u8]| {
            out.extend_from_slice(bytes);
            true
        };
        body.chunks(size).for_each(|piece| parts.feed(piece, &mut take));
        parts.finish(&mut take);
        (out, parts.take_notes())
    }

    #[test]
    fn parts_are_decoded_however_the_body_is_cut() {
        let text = b"<password>\r\n--Bx</password>".repeat(9);
        let body = |coded: &[u8], head: &str| {
            [
                b"--B\r\nA: b\r\n\r\nplain\r\n--B\r\n",
                head.as_bytes(),
                b"\r\n\r\n",
                coded,
                b"\r\n--B\r\n\r\nmore\n--B--\r\nend",
            ]
            .concat()
        };
        for (head, coded, note) in [
            ("Content-Encoding: gzip", gzip(&text), "gzip was taken off part 2 so that secrets can be masked"),
            ("X: y", gzip(&text), "gzip was taken off part 2 so that secrets can be masked"),
            ("content-encoding: GZIP", text.clone(), "part 2 is called gzip and is none; it was kept as it came"),
        ] {
            let body_of = body(&coded, head);
            for size in [1, 2, 3, 7, body_of.len()] {
                let (out, notes) = decoded(&body_of, size);
                assert_eq!(
                    String::from_utf8_lossy(&out),
                    String::from_utf8_lossy(&body(&text, head)),
                    "{head} by {size}"
                );
                assert_eq!(notes, [note]);
            }
        }
        for (head, coded) in [("Content-Encoding: aes128gcm", text.clone()), ("Content-Encoding: br", text.clone())] {
            let (out, notes) = decoded(&body(&coded, head), 5);
            assert_eq!(String::from_utf8_lossy(&out), String::from_utf8_lossy(&body(b"", head)));
            assert!(notes.len() == 1 && notes[0].starts_with("part 2 was left out"), "{notes:?}");
        }
        let whole = b"--B\r\nnothing of a head";
        assert_eq!(decoded(whole, 1).0, whole);
        assert_eq!((boundary(b"--xyz\r\nA"), boundary(b"--xyz"), boundary(b"xyz\n")), (Some("xyz".into()), None, None));
    }
}

//! Where things stand in an archive: the entries as byte ranges, found without reading them.

use std::ops::Range;

use mwscope_parsers::Problem;

/// The parts of an archive.
#[derive(Debug, Default)]
pub(super) struct Outline {
    pub(super) entries: Vec<Range<usize>>,
    pub(super) problems: Vec<Problem>,
}

/// Whether the beginning of a file is that of an archive: an object with `log` among its first members, which has in it
/// what an archive has. Structured logs have an object of that name as well: `"log":{"level":"INFO"}`.
pub(super) fn looks_like(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let Some(start) = object_at(head, 0) else { return false };
    Items::members(head, start).any(|member| {
        let value = head.get(member.start).copied();
        member.key == b"log"
            && match value {
                Some(b'{') => is_archive(head, member.start),
                Some(b'[') | None => true,
                Some(_) => false,
            }
    })
}

/// Whether the object at `start` is the `log` of an archive, as far as its names go.
fn is_archive(head: &[u8], start: usize) -> bool {
    const OWN: [&[u8]; 6] = [b"version", b"creator", b"browser", b"pages", b"entries", b"comment"];
    let mut others = false;
    Items::members(head, start).any(|member| {
        others = true;
        OWN.contains(&member.key)
    }) || !others
}

pub(super) fn read(bytes: &[u8]) -> Outline {
    let mut outline = Outline::default();
    let log = object_at(bytes, 0).and_then(|at| Items::members(bytes, at).find(|member| member.key == b"log"));
    let Some(log) = log else {
        outline.say(0, "there is no \"log\" in it", "export the archive again");
        return outline;
    };
    let Some(start) = object_at(bytes, log.start) else {
        outline.say(log.start, "\"log\" is not an object", "export the archive again");
        return outline;
    };
    let mut members = Items::members(bytes, start);
    let mut has_entries = false;
    for member in members.by_ref() {
        if member.key == b"entries" {
            has_entries = true;
            outline.read_entries(bytes, &member);
        }
    }
    if let Some(at) = members.broken.filter(|_| outline.problems.is_empty()) {
        outline.say_broken(bytes, at);
    }
    if !has_entries && outline.problems.is_empty() {
        outline.say(start, "there are no \"entries\" in it", "export the archive again, with the calls in it");
    }
    outline
}

impl Outline {
    fn read_entries(&mut self, bytes: &[u8], member: &Item<'_>) {
        if bytes.get(member.start) != Some(&b'[') {
            self.say(member.start, "\"entries\" is not a list", "export the archive again");
            return;
        }
        let mut items = Items::elements(bytes, member.start);
        for item in items.by_ref() {
            self.entries.extend(item.end.map(|end| item.start..end));
        }
        if let Some(at) = items.broken {
            self.say_broken(bytes, at);
        }
    }

    fn say_broken(&mut self, bytes: &[u8], at: usize) {
        let count = self.entries.len();
        let what = if at >= bytes.len() || value_end(bytes, at).is_none() {
            format!("the file ends in the middle, after {count} whole entries")
        } else {
            format!("this is not JSON any more, after {count} whole entries")
        };
        self.say(at, what, "ask for the whole file, or export it again");
    }

    fn say(&mut self, at: usize, what: impl Into<String>, remedy: &str) {
        self.problems.push(Problem::new(at as u64, what, remedy));
    }
}

/// The start of the object that is the value at or behind `at`.
fn object_at(bytes: &[u8], at: usize) -> Option<usize> {
    let at = skip_white(bytes, at);
    (bytes.get(at) == Some(&b'{')).then_some(at)
}

/// A member of an object, or an element of a list (without a key).
struct Item<'a> {
    key: &'a [u8],
    start: usize,
    /// `None` where the text ends before the value does.
    end: Option<usize>,
}

/// Goes through the members of an object or the elements of a list.
struct Items<'a> {
    bytes: &'a [u8],
    at: usize,
    keyed: bool,
    done: bool,
    /// Where the text isn't what it should be, or ends.
    broken: Option<usize>,
}

impl<'a> Items<'a> {
    fn members(bytes: &'a [u8], object: usize) -> Self {
        Self { bytes, at: object + 1, keyed: true, done: false, broken: None }
    }

    fn elements(bytes: &'a [u8], list: usize) -> Self {
        Self { bytes, at: list + 1, keyed: false, done: false, broken: None }
    }

    fn stop(&mut self, at: usize) -> Option<Item<'a>> {
        self.broken = Some(at);
        self.done = true;
        None
    }
}

impl<'a> Iterator for Items<'a> {
    type Item = Item<'a>;

    fn next(&mut self) -> Option<Item<'a>> {
        if self.done {
            return None;
        }
        let bytes = self.bytes;
        let mut at = skip_white(bytes, self.at);
        if bytes.get(at) == Some(&b',') {
            at = skip_white(bytes, at + 1);
        }
        let mut key: &[u8] = b"";
        match bytes.get(at) {
            Some(b'}' | b']') => {
                self.done = true;
                return None;
            }
            Some(b'"') if self.keyed => {
                let Some(end) = string_end(bytes, at) else { return self.stop(at) };
                key = &bytes[at + 1..end - 1];
                at = skip_white(bytes, end);
                if bytes.get(at) != Some(&b':') {
                    return self.stop(at);
                }
                at = skip_white(bytes, at + 1);
            }
            Some(_) if !self.keyed => {}
            _ => return self.stop(at),
        }
        let end = value_end(bytes, at);
        match end {
            Some(end) if end > at => self.at = end,
            Some(_) => return self.stop(at),
            None => {
                self.broken = Some(at);
                self.done = true;
            }
        }
        Some(Item { key, start: at, end })
    }
}

fn skip_white(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    at + rest.iter().position(|byte| !matches!(byte, b' ' | b'\t' | b'\r' | b'\n')).unwrap_or(rest.len())
}

/// The end of the value at `at`; `None` where the text ends first.
fn value_end(bytes: &[u8], at: usize) -> Option<usize> {
    match bytes.get(at)? {
        b'"' => string_end(bytes, at),
        b'{' | b'[' => nest_end(bytes, at),
        _ => {
            let end =
                bytes[at..].iter().position(|byte| matches!(byte, b',' | b'}' | b']' | b' ' | b'\t' | b'\r' | b'\n'));
            end.map(|end| at + end)
        }
    }
}

fn nest_end(bytes: &[u8], start: usize) -> Option<usize> {
    let mut depth = 0_usize;
    let mut at = start;
    loop {
        match bytes.get(at)? {
            b'"' => {
                at = string_end(bytes, at)?;
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
        at += 1;
    }
}

/// The first byte behind the string that starts at `at`.
fn string_end(bytes: &[u8], at: usize) -> Option<usize> {
    let mut at = at + 1;
    loop {
        at += memchr::memchr2(b'"', b'\\', bytes.get(at..)?)?;
        match bytes[at] {
            b'"' => return Some(at + 1),
            _ => at += 2,
        }
    }
}

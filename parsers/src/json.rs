//! JSON with the place of everything in it (RFC 8259): members as they stand, names that occur twice included, numbers
//! to the letter. For those who change or compare a text; who needs the values alone is better served by `serde_json`.
//!
//! Unlike the reader of XML this one refuses what is no JSON, and says where: nobody writes JSON by hand into a log.
//! Depth costs nothing, so there is no limit to it.

use std::borrow::Cow;
use std::ops::Range;

use crate::Problem;

/// The values of a text in document order, so that what is in a value follows it at once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Document<'a> {
    /// All values; the first one is the whole.
    pub values: Vec<Value<'a>>,
}

/// One value. Ranges are bytes of the text that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Value<'a> {
    /// The object or array it stands in, as an index into [`Document::values`].
    pub parent: Option<usize>,
    /// Its name, where it is a member.
    pub name: Option<Name<'a>>,
    /// Its place among the members or items beside it, from 0.
    pub position: usize,
    /// What it is.
    pub kind: Kind<'a>,
    /// The value as it stands.
    pub range: Range<usize>,
}

/// The name of a member.
#[derive(Clone, Debug, PartialEq)]
pub struct Name<'a> {
    /// Without quotes, escapes replaced.
    pub text: Cow<'a, str>,
    /// The string as it stands, quotes included.
    pub range: Range<usize>,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind<'a> {
    /// An object.
    Object,
    /// An array.
    Array,
    /// A string, escapes replaced.
    String(Cow<'a, str>),
    /// A number as written.
    Number(&'a str),
    /// `true` or `false`.
    Bool(bool),
    /// `null`.
    Null,
}

impl<'a> Document<'a> {
    /// The members or items of a value.
    pub fn children(&self, of: usize) -> impl Iterator<Item = (usize, &Value<'a>)> {
        let end = self.values.get(of).map_or(0, |value| value.range.end);
        let below = self.values.iter().enumerate().skip(of.saturating_add(1));
        below.take_while(move |(_, value)| value.range.start < end).filter(move |(_, value)| value.parent == Some(of))
    }

    /// The value that a JSON pointer names (RFC 6901); the first of members of one name.
    #[must_use]
    pub fn find(&self, pointer: &str) -> Option<usize> {
        if pointer.is_empty() {
            return (!self.values.is_empty()).then_some(0);
        }
        let mut at = 0;
        for step in pointer.strip_prefix('/')?.split('/') {
            let step = step.replace("~1", "/").replace("~0", "~");
            let found = |value: &Value<'_>| match &value.name {
                Some(name) => name.text == step,
                None => step.parse() == Ok(value.position) && (step == "0" || !step.starts_with('0')),
            };
            at = self.children(at).find(|(_, value)| found(value))?.0;
        }
        Some(at)
    }

    /// The JSON pointer that names a value.
    #[must_use]
    pub fn pointer(&self, of: usize) -> String {
        let mut steps = Vec::new();
        let mut at = Some(of);
        while let Some(value) = at.and_then(|at| self.values.get(at)) {
            if value.parent.is_some() {
                steps.push(value.name.as_ref().map_or_else(|| value.position.to_string(), |name| escaped(&name.text)));
            }
            at = value.parent;
        }
        steps.iter().rev().flat_map(|step| ["/", step]).collect()
    }
}

/// A name as a step of a pointer.
#[must_use]
pub fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// Reads a text.
///
/// # Errors
/// Where it is no JSON: the first place at which that shows.
pub fn read(text: &str) -> Result<Document<'_>, Problem> {
    let mut reader = Reader { text, bytes: text.as_bytes(), at: 0, values: Vec::new() };
    reader.all()?;
    Ok(Document { values: reader.values })
}

struct Reader<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    values: Vec<Value<'a>>,
}

impl<'a> Reader<'a> {
    fn all(&mut self) -> Result<(), Problem> {
        // What is open, and how many members or items it has by now.
        let mut open: Vec<(usize, usize)> = Vec::new();
        let mut closed = false;
        loop {
            if !closed {
                closed = self.value(open.last().copied())?;
                let last = self.values.len() - 1;
                if !closed {
                    let end = if self.values[last].kind == Kind::Object { b'}' } else { b']' };
                    if self.next() == Some(end) {
                        self.close(last);
                        closed = true;
                    } else {
                        open.push((last, 0));
                        continue;
                    }
                }
            }
            let Some((parent, count)) = open.last_mut() else { break };
            *count += 1;
            let (parent, end) = (*parent, if self.values[*parent].kind == Kind::Object { b'}' } else { b']' });
            match self.next() {
                Some(b',') => {
                    self.at += 1;
                    closed = false;
                }
                Some(byte) if byte == end => {
                    self.close(parent);
                    open.pop();
                }
                _ => return Err(self.wrong(&format!("',' or '{}' is missing", char::from(end)))),
            }
        }
        match self.next() {
            None => Ok(()),
            Some(_) => Err(self.wrong("something stands behind the end of the value")),
        }
    }

    /// Reads a value, of objects and arrays the opening only, with the name before it where it is a member; tells
    /// whether it is at its end.
    fn value(&mut self, inside: Option<(usize, usize)>) -> Result<bool, Problem> {
        let parent = inside.map(|(parent, _)| parent);
        let mut name = None;
        if parent.is_some_and(|parent| self.values[parent].kind == Kind::Object) {
            self.next();
            let start = self.at;
            if self.bytes.get(start) != Some(&b'"') {
                return Err(self.wrong("a name in quotes is missing"));
            }
            let text = self.string()?;
            name = Some(Name { text, range: start..self.at });
            if self.next() != Some(b':') {
                return Err(self.wrong("':' is missing behind a name"));
            }
            self.at += 1;
        }
        let first = self.next();
        let start = self.at;
        let (kind, whole) = match first {
            Some(b'{') => (Kind::Object, false),
            Some(b'[') => (Kind::Array, false),
            Some(b'"') => (Kind::String(self.string()?), true),
            Some(b'-' | b'0'..=b'9') => (Kind::Number(self.number()?), true),
            _ => (self.word()?, true),
        };
        self.at += usize::from(!whole);
        let position = inside.map_or(0, |(_, count)| count);
        self.values.push(Value { parent, name, position, kind, range: start..self.at });
        Ok(whole)
    }

    fn close(&mut self, value: usize) {
        self.at += 1;
        self.values[value].range.end = self.at;
    }

    /// The next byte that is no white space; it isn't passed.
    fn next(&mut self) -> Option<u8> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        self.at += rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).count();
        self.bytes.get(self.at).copied()
    }

    fn word(&mut self) -> Result<Kind<'a>, Problem> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let words = [("true", Kind::Bool(true)), ("false", Kind::Bool(false)), ("null", Kind::Null)];
        for (word, kind) in words {
            if rest.starts_with(word.as_bytes()) {
                self.at += word.len();
                return Ok(kind);
            }
        }
        Err(self.wrong(if rest.is_empty() { "the text ends where a value is due" } else { "this is no value" }))
    }

    fn number(&mut self) -> Result<&'a str, Problem> {
        let start = self.at;
        self.at += usize::from(self.bytes.get(self.at) == Some(&b'-'));
        let whole = self.digits();
        let leading_zero = whole > 1 && self.bytes.get(self.at - whole) == Some(&b'0');
        let mut wrong = whole == 0 || leading_zero;
        if self.bytes.get(self.at) == Some(&b'.') {
            self.at += 1;
            wrong |= self.digits() == 0;
        }
        if matches!(self.bytes.get(self.at), Some(b'e' | b'E')) {
            self.at += 1;
            self.at += usize::from(matches!(self.bytes.get(self.at), Some(b'+' | b'-')));
            wrong |= self.digits() == 0;
        }
        if wrong {
            self.at = start;
            return Err(self.wrong("this is no number"));
        }
        Ok(&self.text[start..self.at])
    }

    fn digits(&mut self) -> usize {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.at += count;
        count
    }

    /// The string whose opening quote is next.
    fn string(&mut self) -> Result<Cow<'a, str>, Problem> {
        let start = self.at + 1;
        let mut at = start;
        let mut escapes = false;
        loop {
            match self.bytes.get(at) {
                None => return Err(self.wrong("a string has no end")),
                Some(b'"') => break,
                Some(b'\\') => {
                    escapes = true;
                    at += 2;
                }
                Some(0..=31) => {
                    self.at = at;
                    return Err(self.wrong("a control character stands in a string; it must be escaped"));
                }
                Some(_) => at += 1,
            }
        }
        let raw = self.text.get(start..at).unwrap_or_default();
        let text = if escapes { Cow::Owned(self.unescaped(raw, start)?) } else { Cow::Borrowed(raw) };
        self.at = at + 1;
        Ok(text)
    }

    fn unescaped(&mut self, raw: &str, start: usize) -> Result<String, Problem> {
        let mut out = String::with_capacity(raw.len());
        let mut at = 0;
        while let Some(found) = raw.get(at..).and_then(|rest| memchr::memchr(b'\\', rest.as_bytes())) {
            out.push_str(&raw[at..at + found]);
            at += found;
            let (c, len) = match raw.as_bytes().get(at + 1) {
                Some(b'"') => ('"', 2),
                Some(b'\\') => ('\\', 2),
                Some(b'/') => ('/', 2),
                Some(b'b') => ('\u{8}', 2),
                Some(b'f') => ('\u{c}', 2),
                Some(b'n') => ('\n', 2),
                Some(b'r') => ('\r', 2),
                Some(b't') => ('\t', 2),
                Some(b'u') => match unicode(&raw[at..]) {
                    Some(found) => found,
                    None => {
                        self.at = start + at;
                        return Err(self.wrong("\\u takes four hex digits"));
                    }
                },
                _ => {
                    self.at = start + at;
                    return Err(self.wrong("there is no such escape"));
                }
            };
            out.push(c);
            at += len;
        }
        out.push_str(raw.get(at..).unwrap_or_default());
        Ok(out)
    }

    fn wrong(&self, what: &str) -> Problem {
        Problem::new(self.at as u64, what, "look where the JSON is built")
    }
}

/// The character of the `\uXXXX` at the start, a pair of surrogates taken together, and the length of what was read. A
/// lone surrogate, which is allowed and stands for nothing, is U+FFFD.
fn unicode(text: &str) -> Option<(char, usize)> {
    let unit = |at: usize| -> Option<u32> {
        let digits = text.get(at..at + 6)?.strip_prefix("\\u")?;
        digits.bytes().all(|b| b.is_ascii_hexdigit()).then(|| u32::from_str_radix(digits, 16).ok())?
    };
    let first = unit(0)?;
    if (0xd800..0xdc00).contains(&first)
        && let Some(second) = unit(6).filter(|second| (0xdc00..0xe000).contains(second))
    {
        let code = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
        return Some((char::from_u32(code)?, 12));
    }
    Some((char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER), 6))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stand_with_their_places() {
        let text = r#" {"a" : [1.50, {}, []], "b\/c":"x\u00e9\ud83d\ude00\n", "a":null} "#;
        let document = read(text).expect("JSON");
        let found = |pointer: &str| document.find(pointer).map(|at| &text[document.values[at].range.clone()]);
        assert_eq!(found(""), Some(text.trim()));
        assert_eq!(found("/a"), Some("[1.50, {}, []]"));
        assert_eq!(found("/a/0"), Some("1.50"));
        assert_eq!(found("/a/2"), Some("[]"));
        assert_eq!((found("/a/3"), found("/a/00"), found("a")), (None, None, None));
        let at = document.find("/b~1c").expect("a member");
        assert_eq!(document.values[at].kind, Kind::String("xé\u{1f600}\n".into()));
        assert_eq!(document.pointer(at), "/b~1c");
        assert_eq!(document.children(0).map(|(_, v)| v.position).collect::<Vec<_>>(), [0, 1, 2]);
        let depth = 200_000;
        let deep = "[".repeat(depth) + &"]".repeat(depth);
        assert_eq!(read(&deep).map(|d| d.values.len()), Ok(depth));
    }

    #[test]
    fn what_is_no_json_is_refused_at_its_place() {
        for (text, at) in [
            ("", 0),
            ("{", 1),
            ("[1,]", 3),
            ("[1 2]", 3),
            ("{\"a\" 1}", 5),
            ("{a:1}", 1),
            ("01", 0),
            ("1.", 0),
            ("-", 0),
            ("\"a", 0),
            ("\"\\x\"", 1),
            ("\"\\u12g4\"", 1),
            ("tru", 0),
            ("1 1", 2),
            ("\"a\nb\"", 2),
            ("[1}", 2),
        ] {
            assert_eq!(read(text).map_err(|problem| problem.offset), Err(at), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn what_is_json_is_what_serde_says(text in r#"([\[\]{},:"0-9.eE+\-a\\/u\n ]|true|null|"a"|"a":){0,12}"#) {
            let theirs = serde_json::from_str::<serde_json::Value>(&text);
            // Numbers beyond f64 and lone surrogates are JSON all the same.
            let beyond = theirs.as_ref().err().map(ToString::to_string).unwrap_or_default();
            if !beyond.contains("out of range") && !beyond.contains("surrogate") && !beyond.contains("hex escape") {
                proptest::prop_assert_eq!(read(&text).is_ok(), theirs.is_ok(), "{} {:?}", text, theirs);
            }
        }
    }
}

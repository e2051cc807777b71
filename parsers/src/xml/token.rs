//! The tokens of XML, each with its range; together they cover the text.

use std::ops::Range;

use memchr::{memchr, memchr3, memmem};

use super::{entity, note};
use crate::Problem;

/// A tag longer than this is taken for text, so that a stray `<` before megabytes of text stays cheap.
const LONGEST_TAG: usize = 64 * 1024;

/// One token and where it stands in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token<'a> {
    pub(crate) kind: Kind<'a>,
    pub(crate) range: Range<usize>,
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind<'a> {
    /// Text between tags, references not yet replaced.
    Text(&'a str),
    /// What stands in `<![CDATA[...]]>`.
    CData(&'a str),
    /// `<name attributes>` or `<name attributes/>`.
    Start { name: &'a str, attributes: &'a str, empty: bool },
    /// `</name>`
    End { name: &'a str },
    /// A comment, a processing instruction, the XML declaration or a document type.
    Aside,
}

/// Reads `text` token by token; what is wrong goes to `problems`.
pub(crate) struct Tokens<'a, 'p> {
    text: &'a str,
    at: usize,
    /// The markup at `at`, where it was read in looking for the end of the text before it.
    ahead: Option<(Kind<'a>, usize)>,
    pub(crate) problems: &'p mut Vec<Problem>,
}

impl<'a, 'p> Tokens<'a, 'p> {
    pub(crate) fn new(text: &'a str, problems: &'p mut Vec<Problem>) -> Self {
        Self { text, at: 0, ahead: None, problems }
    }

    fn take(&mut self, kind: Kind<'a>, end: usize) -> Token<'a> {
        let range = self.at..end;
        self.at = end;
        Token { kind, range }
    }

    fn text_token(&mut self) -> Token<'a> {
        let start = self.at;
        let mut end = start;
        let (mut raw, mut references) = (false, false);
        loop {
            // The first byte may be a `<` that starts no tag.
            let from = (end + 1).min(self.text.len());
            raw |= self.text.as_bytes().get(end) == Some(&b'<');
            references |= self.text.as_bytes().get(end) == Some(&b'&');
            let (len, has_reference) = plain_text(&self.text.as_bytes()[from..]);
            references |= has_reference;
            end = from + len;
            if end == self.text.len() {
                break;
            }
            self.ahead = markup(&self.text[end..]);
            if self.ahead.is_some() {
                break;
            }
        }
        let text = &self.text[start..end];
        if raw || references {
            self.look_for_raw_characters(text, start);
        }
        self.take(Kind::Text(text), end)
    }

    /// Passes the text and the end tag of the element `name` by whose start tag was just read, where there is nothing
    /// else in it.
    pub(crate) fn skip_leaf(&mut self, name: &str) -> bool {
        let rest = &self.text.as_bytes()[self.at..];
        let (len, has_reference) = plain_text(rest);
        let end = rest[len..].strip_prefix(b"</").and_then(|rest| rest.strip_prefix(name.as_bytes()));
        if has_reference || end.is_none_or(|rest| rest.first() != Some(&b'>')) {
            return false;
        }
        self.at += len + name.len() + 3;
        true
    }

    /// Goes on with what stands at `at`, further on.
    pub(crate) fn pass_to(&mut self, at: usize) {
        self.at = at;
        self.ahead = None;
    }

    fn look_for_raw_characters(&mut self, text: &str, start: usize) {
        if let Some(at) = memchr(b'<', text.as_bytes()) {
            note(self.problems, start + at, "a '<' that starts no tag", "escape it as &lt; where the XML is built");
        }
        let raw = memchr::memchr_iter(b'&', text.as_bytes()).find(|at| !entity::is_reference(&text[*at..]));
        if let Some(at) = raw {
            note(
                self.problems,
                start + at,
                "an '&' that starts no reference",
                "escape it as &amp; where the XML is built",
            );
        }
    }
}

/// How many bytes come before the next `<`, and whether an `&` is among them.
fn plain_text(bytes: &[u8]) -> (usize, bool) {
    // Most texts are values of a few bytes, for which a search by wide registers takes longer to set up than to do.
    const FEW: usize = 24;
    let mut has_reference = false;
    for (at, byte) in bytes.iter().take(FEW).enumerate() {
        match byte {
            b'<' => return (at, has_reference),
            b'&' => has_reference = true,
            _ => {}
        }
    }
    let rest = bytes.get(FEW..).unwrap_or_default();
    let len = memchr(b'<', rest).unwrap_or(rest.len());
    (bytes.len().min(FEW) + len, has_reference || memchr(b'&', &rest[..len]).is_some())
}

impl<'a> Iterator for Tokens<'a, '_> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        let rest = &self.text[self.at..];
        if rest.is_empty() {
            return None;
        }
        let here = if rest.starts_with('<') { self.ahead.take().or_else(|| markup(rest)) } else { None };
        let Some((kind, len)) = here else {
            return Some(self.text_token());
        };
        if len == rest.len() && !rest.ends_with('>') {
            note(self.problems, self.at, "the text ends inside markup", "ask for the whole text");
        }
        Some(self.take(kind, self.at + len))
    }
}

/// The markup at the start of `rest`, which starts with `<`, and its length; `None` where it is text.
fn markup(rest: &str) -> Option<(Kind<'_>, usize)> {
    let second = *rest.as_bytes().get(1)?;
    if let Some(found) = plain_tag(rest, second == b'/') {
        return Some(found);
    }
    match second {
        b'!' if rest.starts_with("<!--") => Some((Kind::Aside, until(rest, 4, "-->"))),
        b'!' if rest.starts_with("<![CDATA[") => {
            let end = until(rest, 9, "]]>");
            let inner = &rest[9..end];
            Some((Kind::CData(inner.strip_suffix("]]>").unwrap_or(inner)), end))
        }
        b'!' if rest.as_bytes().get(2).is_some_and(u8::is_ascii_uppercase) => Some((Kind::Aside, document_type(rest))),
        b'?' => Some((Kind::Aside, until(rest, 2, "?>"))),
        b'/' => {
            let end = tag_end(rest)?;
            let name = rest[2..end - 1].trim();
            is_name(name).then_some((Kind::End { name }, end))
        }
        _ => start_tag(rest),
    }
}

/// A tag that is a name of ASCII and nothing else, as most are.
fn plain_tag(rest: &str, closes: bool) -> Option<(Kind<'_>, usize)> {
    let from = 1 + usize::from(closes);
    let bytes = rest.as_bytes().get(from..)?;
    let first = bytes.first()?;
    if !(first.is_ascii_alphabetic() || matches!(first, b'_' | b':')) {
        return None;
    }
    let is_part = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':' | b'-' | b'.');
    let len = bytes.iter().take(LONGEST_TAG).take_while(is_part).count();
    let name = rest.get(from..from + len)?;
    match bytes.get(len..)? {
        [b'>', ..] if closes => Some((Kind::End { name }, from + len + 1)),
        [b'>', ..] => Some((Kind::Start { name, attributes: "", empty: false }, from + len + 1)),
        [b'/', b'>', ..] if !closes => Some((Kind::Start { name, attributes: "", empty: true }, from + len + 2)),
        _ => None,
    }
}

fn start_tag(rest: &str) -> Option<(Kind<'_>, usize)> {
    let inner_start = &rest[1..];
    let len = inner_start.find(|c: char| c.is_whitespace() || matches!(c, '>' | '/' | '<' | '=' | '"' | '\'' | '&'));
    let name = &inner_start[..len?];
    if !is_name(name) {
        return None;
    }
    let end = tag_end(rest)?;
    let inner = &rest[1 + name.len()..end - 1];
    let (attributes, empty) = inner.strip_suffix('/').map_or((inner, false), |inner| (inner, true));
    Some((Kind::Start { name, attributes, empty }, end))
}

/// The first byte behind the tag at the start of `rest`; `None` where another `<` or the end comes first.
pub(super) fn tag_end(rest: &str) -> Option<usize> {
    let bytes = &rest.as_bytes()[..rest.len().min(LONGEST_TAG)];
    let mut at = 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'>' => return Some(at + 1),
            b'<' => return None,
            b'"' | b'\'' => at += 1 + memchr(*byte, &bytes[at + 1..])?,
            _ => {}
        }
        at += 1;
    }
    None
}

fn is_name(name: &str) -> bool {
    let first = name.chars().next();
    first.is_some_and(|c| c.is_alphabetic() || matches!(c, '_' | ':'))
        && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | ':' | '-' | '.' | '\u{b7}'))
}

fn until(rest: &str, from: usize, end: &str) -> usize {
    memmem::find(&rest.as_bytes()[from..], end.as_bytes()).map_or(rest.len(), |at| from + at + end.len())
}

/// The end of `<!DOCTYPE ...>`, an internal subset in brackets included.
fn document_type(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let mut at = 0;
    let mut open = false;
    while let Some(found) = memchr3(b'[', b']', b'>', &bytes[at..]) {
        at += found + 1;
        match bytes[at - 1] {
            b'[' => open = true,
            b']' => open = false,
            _ if !open => return at,
            _ => {}
        }
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn kinds(text: &str) -> Vec<Kind<'_>> {
        Tokens::new(text, &mut Vec::new()).map(|token| token.kind).collect()
    }

    #[test]
    fn markup_and_text_are_told_apart() {
        let start = |name, attributes, empty| Kind::Start { name, attributes, empty };
        assert_eq!(
            kinds("<?xml?><!DOCTYPE a [<!ENTITY b 'c'>]><!-- <x> --><a b='>'>t<![CDATA[<&]]><c /></a>"),
            [
                Kind::Aside,
                Kind::Aside,
                Kind::Aside,
                start("a", " b='>'", false),
                Kind::Text("t"),
                Kind::CData("<&"),
                start("c", " ", true),
                Kind::End { name: "a" },
            ]
        );
    }

    #[test]
    fn a_bracket_that_starts_no_tag_is_text() {
        for text in ["a < b", "a <b and c", "1 <2>", "<", "</>", "<a", "<a b=\"c", "< a>", "<a<b>"] {
            let mut problems = Vec::new();
            let first = Tokens::new(text, &mut problems).next().map(|token| token.kind);
            assert!(matches!(first, Some(Kind::Text(t)) if !t.is_empty()), "{text}: {first:?}");
            assert!(problems[0].what.contains("starts no tag"), "{text}");
        }
    }

    proptest! {
        #[test]
        fn tokens_cover_any_text(text in "[<>/a!\\[\\]CDATA&;'\"= é-]{0,60}") {
            let mut end = 0;
            for token in Tokens::new(&text, &mut Vec::new()) {
                prop_assert_eq!(token.range.start, end);
                prop_assert!(token.range.end > end);
                end = token.range.end;
            }
            prop_assert_eq!(end, text.len());
        }
    }
}

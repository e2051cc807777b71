//! Pairs of name and value whose value comes first: `<item value="..." name="password"/>`, `{"value":"...","name":
//! "password"}`. Only what is written plainly and is near is seen. It looks at the bytes at hand.

use std::ops::Range;

use super::grammar::{self, Behind};
use super::names;
use super::state::{State, Until, Value};

/// A name that stands further behind the value is not waited for.
const REACH: usize = 512;

/// What the word `value` at `at` begins, where the name behind its value is a secret's.
pub(crate) fn pair(bytes: &[u8], word: Range<usize>, last: bool) -> Behind {
    let mut text = Cursor { bytes, at: word.end, end: word.end + REACH, member: false };
    let Some(value) = text.value(word.start) else { return text.nothing(word.end, last) };
    text.skip(|b| b.is_ascii_whitespace() || b == b',');
    // The attributes behind it, in whatever order they stand.
    loop {
        let Some(name) = text.name() else { return text.nothing(word.end, last) };
        let (is_name, is_type) =
            (names::is_name(&bytes[name.clone()]), bytes[name.clone()].eq_ignore_ascii_case(b"type"));
        if name.is_empty() {
            return Behind::Nothing;
        }
        let Some(named) = text.value(word.start) else { return text.nothing(word.end, last) };
        match names::kind(&bytes[named]) {
            Some(kind @ (names::Kind::Secret(_) | names::Kind::Common(_) | names::Kind::Parameter(_)))
                if is_name || is_type && kind.rule() == "password" =>
            {
                let until = Until::Count(value.len() as u16);
                let found = Value { rule: kind.rule(), until, then: Box::new(State::Idle) };
                return Behind::Begins(State::Value(found), value.start);
            }
            _ if is_name || text.member => return Behind::Nothing,
            _ => text.skip(|b| b.is_ascii_whitespace()),
        }
    }
}

struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
    end: usize,
    /// Whether it is a member of JSON, no attribute.
    member: bool,
}

impl Cursor<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied().filter(|_| self.at < self.end)
    }

    fn skip(&mut self, what: impl Fn(u8) -> bool) {
        while self.peek().is_some_and(&what) {
            self.at += 1;
        }
    }

    fn take(&mut self, what: impl Fn(u8) -> bool) -> Option<u8> {
        let byte = self.peek().filter(|b| what(*b))?;
        self.at += 1;
        Some(byte)
    }

    /// `="..."` or `": "..."`: what is in the quotes; in the tag that was opened before `word` also without them.
    fn value(&mut self, word: usize) -> Option<Range<usize>> {
        let member = self.take(is_quote).is_some();
        self.member |= member;
        self.skip(|b| b.is_ascii_whitespace());
        self.take(|b| b == if member { b':' } else { b'=' })?;
        self.skip(|b| b.is_ascii_whitespace());
        let Some(quote) = self.take(is_quote) else {
            let start = self.at;
            self.peek()?;
            if member || !in_tag(&self.bytes[..word]) {
                return None;
            }
            self.skip(|b| !b.is_ascii_whitespace() && b != b'>');
            self.peek()?;
            return Some(start..self.at);
        };
        let start = self.at;
        loop {
            match self.peek()? {
                b'\\' if member => self.at += 2,
                b'<' if !member => return None,
                byte if byte == quote => break,
                _ => self.at += 1,
            }
        }
        self.at += 1;
        Some(start..self.at - 1)
    }

    fn name(&mut self) -> Option<Range<usize>> {
        self.take(is_quote);
        let start = self.at;
        self.skip(grammar::is_name);
        self.peek()?;
        Some(start..self.at)
    }

    /// More bytes are asked for where those at hand ended before it was clear.
    fn nothing(&self, hold: usize, last: bool) -> Behind {
        if self.at >= self.bytes.len() && self.at < self.end && !last { Behind::Short(hold) } else { Behind::Nothing }
    }
}

/// Whether the last angle bracket near the end opens a tag.
fn in_tag(before: &[u8]) -> bool {
    let near = &before[before.len().saturating_sub(256)..];
    near.iter().rev().find(|b| matches!(b, b'<' | b'>')) == Some(&b'<')
}

const fn is_quote(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'')
}

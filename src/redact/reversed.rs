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
    let mut text = Cursor { bytes, at: word.end, end: word.end + REACH };
    let Some(value) = text.value() else { return text.nothing(word.end, last) };
    text.skip(|b| b.is_ascii_whitespace() || b == b',');
    let Some(name) = text.name() else { return text.nothing(word.end, last) };
    if !names::is_name(&bytes[name]) {
        return Behind::Nothing;
    }
    let Some(named) = text.value() else { return text.nothing(word.end, last) };
    match names::kind(&bytes[named]) {
        Some(kind @ (names::Kind::Secret(_) | names::Kind::Common(_) | names::Kind::Parameter(_))) => {
            let until = Until::Count(value.len() as u16);
            let found = Value { rule: kind.rule(), until, then: Box::new(State::Idle) };
            Behind::Begins(State::Value(found), value.start)
        }
        _ => Behind::Nothing,
    }
}

struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
    end: usize,
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

    /// `="..."` or `": "..."`: what is in the quotes.
    fn value(&mut self) -> Option<Range<usize>> {
        let member = self.take(is_quote).is_some();
        self.skip(|b| b.is_ascii_whitespace());
        self.take(|b| b == if member { b':' } else { b'=' })?;
        self.skip(|b| b.is_ascii_whitespace());
        let quote = self.take(is_quote)?;
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

const fn is_quote(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'')
}

//! One secret in bytes that are at hand, and overwriting it.

use std::ops::Range;

use super::search::{FILLER, Search};
use super::state::Syntax;
use super::stems;

/// A secret, where it is, and what it becomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) range: Range<usize>,
    pub(crate) rule: &'static str,
    /// The secret itself, without whatever it was written in.
    pub(crate) secret: Vec<u8>,
    /// What comes in its place, as long as the range; otherwise the filler.
    pub(crate) with: Option<Vec<u8>>,
}

impl Change {
    /// The bytes of `range` are the secret; `None` where there are none.
    pub(crate) fn whole(bytes: &[u8], range: Range<usize>, rule: &'static str) -> Option<Self> {
        let secret = bytes.get(range.clone())?.to_vec();
        (!secret.is_empty()).then_some(Self { range, rule, secret, with: None })
    }

    /// The same change in bytes of which those it was found in are a part from `by` on.
    pub(crate) fn moved(mut self, by: usize) -> Self {
        self.range = self.range.start + by..self.range.end + by;
        self
    }
}

impl Change {
    /// Whether there is nothing but filler: it was masked before, and listed then.
    pub(crate) fn is_old(&self) -> bool {
        is_filler(&self.secret)
    }
}

/// Whether these bytes are what a secret is overwritten with.
pub(crate) fn is_filler(secret: &[u8]) -> bool {
    secret.iter().all(|byte| *byte == FILLER)
}

/// Overwrites what was found.
pub(crate) fn apply(bytes: &mut [u8], changes: &[Change]) {
    for change in changes {
        let Some(place) = bytes.get_mut(change.range.clone()) else { continue };
        match &change.with {
            Some(with) if with.len() == place.len() => place.copy_from_slice(with),
            _ => place.fill(FILLER),
        }
    }
}

/// What the search finds in `bytes`.
pub(crate) fn search(syntax: Syntax, bytes: &[u8]) -> Vec<Change> {
    // Nothing to begin at, as in most headers.
    if !stems::may_find(bytes) {
        return Vec::new();
    }
    let mut search = Search::new(syntax);
    let mut out = Vec::with_capacity(bytes.len());
    search.feed(bytes, &mut out);
    search.finish(&mut out);
    let found = search.take_found().into_iter().filter_map(|secret| {
        let start = usize::try_from(secret.offset).ok()?;
        let range = start..start + usize::try_from(secret.len).ok()?;
        let with = Some(out.get(range.clone())?.to_vec());
        Some(Change { range, rule: secret.rule, secret: plain(&secret.bytes, syntax), with })
    });
    found.collect()
}

/// A secret as it was meant, so that it is seen to be equal however it was written.
pub(crate) fn plain(written: &[u8], syntax: Syntax) -> Vec<u8> {
    use super::forms::{self, Look};
    let mut plain = Vec::with_capacity(written.len());
    let mut at = 0;
    while let Look::Is(Some(c)) = forms::at(written, at, true) {
        if let Some((ch, len)) = beyond_ascii(&written[at..], syntax).filter(|_| c.len == 1) {
            at += len;
            match ch {
                Beyond::Byte(byte) => plain.push(byte),
                Beyond::Char(ch) => plain.extend_from_slice(ch.encode_utf8(&mut [0; 4]).as_bytes()),
            }
            continue;
        }
        at += c.len;
        plain.push(match c.ch {
            b'+' if c.len == 1 && syntax == Syntax::Form => b' ',
            b'\\' if c.len == 1 && syntax == Syntax::Json && at < written.len() => {
                at += 1;
                written[at - 1]
            }
            ch => ch,
        });
    }
    plain
}

/// What an escape stands for that is no ASCII.
enum Beyond {
    /// One byte of a character.
    Byte(u8),
    Char(char),
}

/// The escape at the start of `rest` that stands for what is no ASCII, and its length.
fn beyond_ascii(rest: &[u8], syntax: Syntax) -> Option<(Beyond, usize)> {
    let number = |digits: &[u8], radix: u32| u32::from_str_radix(std::str::from_utf8(digits).ok()?, radix).ok();
    let char_of = |number: u32| char::from_u32(number).filter(|ch| !ch.is_ascii());
    match rest {
        [b'%', hex @ ..] if syntax == Syntax::Form => {
            let byte = u8::try_from(number(hex.get(..2)?, 16)?).ok()?;
            (!byte.is_ascii()).then_some((Beyond::Byte(byte), 3))
        }
        [b'\\', b'u', hex @ ..] => Some((Beyond::Char(char_of(number(hex.get(..4)?, 16)?)?), 6)),
        [b'&', b'#', rest @ ..] => {
            let end = rest.iter().take(8).position(|b| *b == b';')?;
            let number = match &rest[..end] {
                [b'x' | b'X', hex @ ..] => number(hex, 16)?,
                digits => number(digits, 10)?,
            };
            Some((Beyond::Char(char_of(number)?), end + 3))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_read_through_its_escapes() {
        for (written, syntax, expected) in [
            ("gr%C3%B6%C3%9Fe+9", Syntax::Form, "größe 9"),
            ("gr\\u00f6\\u00dfe\\\"9", Syntax::Json, "größe\"9"),
            ("gr&#246;&#xDF;e&amp;9", Syntax::Markup, "größe&9"),
            ("50%C3 &#;&#x; \\u00", Syntax::Text, "50%C3 &#;&#x; \\u00"),
        ] {
            assert_eq!(String::from_utf8_lossy(&plain(written.as_bytes(), syntax)), expected);
        }
    }
}

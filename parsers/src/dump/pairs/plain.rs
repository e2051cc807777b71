//! Pairs in the plainest notation, which large dumps are made of: a name in capitals, an equals sign, a value. It must not
//! read anything otherwise than it is read where all notations are known.

use std::ops::Range;

use super::{LinePair, trim};

/// The one pair on a line that is a name in capitals, an equals sign and a value, quoted or without blanks; what is
/// read here reads the same by [`super::on_line`], only slower.
pub(crate) fn plain(line: &str) -> Option<LinePair> {
    let bytes = line.as_bytes();
    let start = bytes.iter().take_while(|b| **b == b' ').count();
    let key = start..start + name_len(&bytes[start..])?;
    let gap = bytes[key.end..].iter().take_while(|b| **b == b' ').count();
    let sign = key.end + gap;
    if bytes.get(sign) != Some(&b'=') {
        return None;
    }
    let from = sign + 1 + bytes[sign + 1..].iter().take_while(|b| **b == b' ').count();
    let end = bytes.len() - bytes.iter().rev().take_while(|b| **b == b' ').count();
    let value = bytes.get(from..end)?;
    match value.first() {
        Some(quote @ (b'"' | b'\'')) => {
            let inner = value[1..].strip_suffix(&[*quote])?;
            (memchr::memchr(*quote, inner).is_none()).then(|| LinePair { key, value: trim(line, from + 1..end - 1) })
        }
        // What else stands for quotes is found where all notations are known.
        Some(b'=' | b'>' | b'<' | b'{' | b'[' | 0xC2 | 0xE2) => None,
        _ => value
            .iter()
            .all(|b| !matches!(b, b' ' | b'\t' | b',' | b';' | b'|'))
            .then(|| LinePair { key, value: from..end.max(from) }),
    }
}

/// How long the name in capitals is with which `text` begins.
fn name_len(text: &[u8]) -> Option<usize> {
    let len = text.iter().take_while(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || **b == b'_').count();
    ((2..=32).contains(&len) && text[0].is_ascii_uppercase()).then_some(len)
}

/// The pairs of a line that has several in a row: names in capitals, an equals sign, a word as value, and one blank
/// before the next; what is read here reads the same by [`super::on_line`], only slower.
pub(crate) fn plain_row(line: &str) -> Option<impl Iterator<Item = LinePair> + Clone> {
    let start = line.bytes().take_while(|b| *b == b' ').count();
    let words = || {
        let mut at = start;
        line[start..].split(' ').map(move |word| {
            let own = at..at + word.len();
            at = own.end + 1;
            own
        })
    };
    let equals = |word: &[u8]| {
        let plain = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_');
        let name = name_len(word)?;
        let value =
            word[name..].strip_prefix(b"=").filter(|value| value.first().is_some_and(u8::is_ascii_alphanumeric))?;
        value.iter().all(plain).then_some(name)
    };
    let bytes = line.as_bytes();
    let mut several = 0;
    for word in words() {
        equals(&bytes[word])?;
        several += 1;
    }
    let pair = move |word: Range<usize>| {
        let name = memchr::memchr(b'=', &bytes[word.clone()]).unwrap_or(0);
        LinePair { key: word.start..word.start + name, value: word.start + name + 1..word.end }
    };
    (several > 1).then(|| words().map(pair))
}

//! From bytes to text, by byte order mark, the transport's charset or the XML declaration, in this order
//! (RFC 7303, section 3), and back from places in the text to places in the bytes.

use std::borrow::Cow;
use std::ops::Range;

use crate::encoding::windows_1252;
use crate::{Problem, Span};

/// The encodings that are read. Others are named in a problem and read as UTF-8.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, and ASCII with it.
    #[default]
    Utf8,
    /// UTF-16, low byte first.
    Utf16Le,
    /// UTF-16, high byte first.
    Utf16Be,
    /// ISO-8859-1: each byte is the character of that number.
    Latin1,
    /// windows-1252, which has quotes and the euro sign where ISO-8859-1 has control characters.
    Windows1252,
}

/// Bytes as text, with what is needed to find a place of the text in the bytes.
#[derive(Clone, Debug)]
pub struct Decoded<'a> {
    /// The text, without a byte order mark. What isn't valid stands as U+FFFD.
    pub text: Cow<'a, str>,
    /// The encoding that was used.
    pub encoding: Encoding,
    /// Bytes that are not valid in it, an encoding that isn't known.
    pub problems: Vec<Problem>,
    start: usize,
    replaced: Vec<(usize, usize)>,
}

/// Decodes `bytes`; `charset` is what the transport says (`charset=` of `Content-Type`), if it says something.
#[must_use]
pub fn decode<'a>(bytes: &'a [u8], charset: Option<&str>) -> Decoded<'a> {
    let (marked, start) = byte_order_mark(bytes);
    let mut problems = Vec::new();
    let encoding = marked.or_else(|| unmarked_utf16(bytes)).unwrap_or_else(|| {
        let name = charset.or_else(|| declared(bytes));
        name.map_or(Encoding::Utf8, |name| named(name, &mut problems))
    });
    let body = &bytes[start..];
    let mut replaced = Vec::new();
    let text = match encoding {
        Encoding::Utf8 => utf8(body, &mut replaced),
        Encoding::Latin1 => Cow::Owned(body.iter().map(|b| char::from(*b)).collect()),
        Encoding::Windows1252 => Cow::Owned(body.iter().map(|b| windows_1252(*b)).collect()),
        Encoding::Utf16Le => Cow::Owned(utf16(body, u16::from_le_bytes)),
        Encoding::Utf16Be => Cow::Owned(utf16(body, u16::from_be_bytes)),
    };
    if let Some((at, _)) = replaced.first() {
        // Up to the first replaced character places and bytes are the same.
        let what = format!("{} bytes are not valid UTF-8", replaced.iter().map(|(_, len)| len).sum::<usize>());
        problems.push(Problem::new((start + at) as u64, what, "make the sender write the encoding that it declares"));
    }
    Decoded { text, encoding, problems, start, replaced }
}

impl Decoded<'_> {
    /// Finds places of the text in the bytes that were decoded; cheapest where places are asked for in order.
    #[must_use]
    pub fn locator(&self) -> Locator<'_> {
        Locator { decoded: self, place: 0, offset: self.start, replaced: 0 }
    }
}

/// A way back from places in a decoded text to the bytes behind them.
#[derive(Clone, Debug)]
pub struct Locator<'a> {
    decoded: &'a Decoded<'a>,
    place: usize,
    offset: usize,
    replaced: usize,
}

impl Locator<'_> {
    /// The bytes behind a range of the text.
    #[must_use]
    pub fn span(&mut self, range: Range<usize>) -> Span {
        let from = self.offset(range.start);
        Span::new(from, self.offset(range.end.max(range.start)).saturating_sub(from))
    }

    /// The byte behind a place of the text.
    #[must_use]
    pub fn offset(&mut self, place: usize) -> u64 {
        let place = place.min(self.decoded.text.len());
        if place < self.place {
            *self = self.decoded.locator();
        }
        match self.decoded.encoding {
            Encoding::Utf8 => self.skip_utf8(place),
            Encoding::Latin1 | Encoding::Windows1252 => self.skip(place, |_| 1),
            Encoding::Utf16Le | Encoding::Utf16Be => self.skip(place, |c| 2 * c.len_utf16()),
        }
        self.offset as u64
    }

    fn skip(&mut self, place: usize, width: impl Fn(char) -> usize) {
        let rest = self.decoded.text.get(self.place..).unwrap_or_default();
        for c in rest.chars() {
            if self.place >= place {
                return;
            }
            self.place += c.len_utf8();
            self.offset += width(c);
        }
    }

    /// Each character has its own bytes but for the replaced ones, which stand for one to three.
    fn skip_utf8(&mut self, place: usize) {
        self.offset += place - self.place;
        self.place = place;
        while let Some((_, len)) = self.decoded.replaced.get(self.replaced).filter(|(at, _)| *at < place) {
            self.offset -= char::REPLACEMENT_CHARACTER.len_utf8() - len;
            self.replaced += 1;
        }
    }
}

fn byte_order_mark(bytes: &[u8]) -> (Option<Encoding>, usize) {
    match bytes {
        [0xef, 0xbb, 0xbf, ..] => (Some(Encoding::Utf8), 3),
        [0xff, 0xfe, ..] => (Some(Encoding::Utf16Le), 2),
        [0xfe, 0xff, ..] => (Some(Encoding::Utf16Be), 2),
        _ => (None, 0),
    }
}

fn unmarked_utf16(bytes: &[u8]) -> Option<Encoding> {
    match bytes {
        [b'<', 0, second, 0, ..] if *second != 0 => Some(Encoding::Utf16Le),
        [0, b'<', 0, second, ..] if *second != 0 => Some(Encoding::Utf16Be),
        _ => None,
    }
}

/// The encoding of `<?xml ... encoding="..."?>`.
fn declared(bytes: &[u8]) -> Option<&str> {
    let head = &bytes[..bytes.len().min(200)];
    let head = head.trim_ascii_start();
    if !head.starts_with(b"<?xml") {
        return None;
    }
    let end = head.windows(2).position(|w| w == b"?>")?;
    let head = std::str::from_utf8(&head[..end]).ok()?;
    let value = head.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    value[1..].split_once(quote).map(|(name, _)| name)
}

fn named(name: &str, problems: &mut Vec<Problem>) -> Encoding {
    let name = name.trim_matches(['"', '\'', ' ']);
    match name.to_ascii_lowercase().as_str() {
        "" | "utf-8" | "utf8" | "us-ascii" | "ascii" => Encoding::Utf8,
        // A text without a mark whose first bytes aren't UTF-16 was written as bytes, whatever it claims;
        // RFC 2781 takes the big end first where nothing else is known.
        "utf-16" | "utf-16le" | "utf-16be" => Encoding::Utf8,
        "iso-8859-1" | "latin1" | "iso8859-1" | "iso_8859-1" | "8859_1" => Encoding::Latin1,
        "windows-1252" | "cp1252" => Encoding::Windows1252,
        _ => {
            let what = format!("the encoding {name:?} is not known; read as UTF-8");
            problems.push(Problem::new(0, what, "convert the file to UTF-8"));
            Encoding::Utf8
        }
    }
}

fn utf8<'a>(bytes: &'a [u8], replaced: &mut Vec<(usize, usize)>) -> Cow<'a, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            replaced.push((text.len(), chunk.invalid().len()));
            text.push(char::REPLACEMENT_CHARACTER);
        }
    }
    Cow::Owned(text)
}

fn utf16(bytes: &[u8], unit: impl Fn([u8; 2]) -> u16) -> String {
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16_bytes(text: &str, mark: bool) -> Vec<u8> {
        let mark = if mark { vec![0xff, 0xfe] } else { Vec::new() };
        mark.into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect()
    }

    #[test]
    fn each_encoding_is_found_where_it_is_stated() {
        let latin = b"<?xml version='1.0' encoding='ISO-8859-1'?><a>\xe9</a>";
        assert_eq!(decode(latin, None).encoding, Encoding::Latin1);
        assert!(decode(latin, None).text.ends_with("<a>é</a>"));
        assert_eq!(decode(b"<a>\x80</a>", Some("windows-1252")).text, "<a>€</a>");
        for mark in [true, false] {
            let bytes = utf16_bytes("<a>é😀</a>", mark);
            assert_eq!(decode(&bytes, Some("utf-8")).text, "<a>é😀</a>", "with a mark: {mark}");
        }
        assert_eq!(decode(b"\xef\xbb\xbf<a/>", None).text, "<a/>");
        let odd = decode(b"<?xml version=\"1.0\" encoding=\"EBCDIC\"?><a/>", None);
        assert!(odd.problems[0].what.contains("EBCDIC"));
    }

    #[test]
    fn a_place_in_the_text_is_found_in_the_bytes() {
        let bytes = utf16_bytes("<a>é😀b</a>", true);
        let decoded = decode(&bytes, None);
        let at = decoded.text.find('b').unwrap_or_default();
        assert_eq!(decoded.locator().span(at..at + 1), Span::new(2 + 12, 2));

        let bytes = b"a\xff\xc3\xa9\xe2\x82z";
        let decoded = decode(bytes, None);
        assert_eq!(decoded.text, "a\u{fffd}é\u{fffd}z");
        let at = decoded.text.find('z').unwrap_or_default();
        assert_eq!(decoded.locator().span(at..at + 1), Span::new(6, 1));
        assert_eq!(decoded.problems[0].offset, 1, "{:?}", decoded.problems);
    }
}

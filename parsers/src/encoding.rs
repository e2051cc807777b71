//! From the bytes of a dumplog or thread dump to text, and back to places in the bytes.
//!
//! Dumps come from Windows, Linux and IBM i, and nothing in them says how they are encoded. UTF-8 is sure where it is
//! valid; UTF-16 shows by its mark or its zero bytes, EBCDIC by what its blanks, digits and line ends are; the rest is
//! windows-1252. It must not know what the text says.

mod code_page;
mod records;

use std::borrow::Cow;
use std::ops::Range;

pub use code_page::CodePage;

use crate::Span;

/// Encodings of dumps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, and ASCII with it.
    Utf8,
    /// UTF-16, low byte first.
    Utf16Le,
    /// UTF-16, high byte first.
    Utf16Be,
    /// windows-1252, which ISO-8859-1 is a part of.
    Windows1252,
    /// EBCDIC, in the code page that its signs and letters speak for.
    Ebcdic,
}

/// Text with the way back to its bytes.
#[derive(Clone, Debug)]
pub(crate) struct Decoded<'a> {
    pub(crate) text: Cow<'a, str>,
    pub(crate) encoding: Encoding,
    /// Bytes before the text: a byte order mark.
    start: usize,
}

/// Decodes the bytes of a dump. Nothing fails: what has no character stands as U+FFFD, or as SUB where that would be longer.
pub(crate) fn decode(bytes: &[u8]) -> Decoded<'_> {
    let valid = std::str::from_utf8(bytes);
    if let Some(text) = valid.err().and_then(|error| utf8_of_a_vm(bytes, error.valid_up_to())) {
        return Decoded { text: Cow::Owned(text), encoding: Encoding::Utf8, start: 0 };
    }
    let (encoding, start) = detect(bytes, || valid.is_ok());
    let body = &bytes[start..];
    let decoded = part(body, encoding, if encoding == Encoding::Ebcdic { CodePage::of(body) } else { CodePage::Cp037 });
    let text = match encoding {
        Encoding::Ebcdic => Cow::Owned(records::ended(decoded.text.into_owned())),
        _ => decoded.text,
    };
    Decoded { text, encoding, start }
}

/// The text of bytes that are UTF-8 but for halves of surrogate pairs: HotSpot writes names of threads in the UTF-8 of
/// class files, where a sign such as an emoji is two of three bytes. Each stands as U+FFFD, which is as long. At `at` is
/// the first that is no UTF-8.
fn utf8_of_a_vm(bytes: &[u8], mut at: usize) -> Option<String> {
    let [0xed, 0xa0..=0xbf, ..] = bytes[at..] else { return None };
    let mut bytes = bytes.to_vec();
    while let [0xed, 0xa0..=0xbf, 0x80..=0xbf, ..] = bytes[at..] {
        bytes[at..at + 3].copy_from_slice("\u{fffd}".as_bytes());
        at += std::str::from_utf8(&bytes[at..]).map_or_else(|error| error.valid_up_to(), str::len);
    }
    String::from_utf8(bytes).ok()
}

/// The text of bytes of which some are no UTF-8 although their mark says so, byte for byte as long, so that places in it are
/// places in the bytes: SUB (U+001A) stands for each byte without a character, U+FFFD for three.
fn as_long(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        match chunk.invalid() {
            [_, _, _] => text.push('\u{fffd}'),
            invalid => invalid.iter().for_each(|_| text.push('\u{1a}')),
        }
    }
    text
}

/// Decodes a part of a text whose encoding is known, and its code page where that is EBCDIC. A character that is cut
/// at its end is left out.
pub(crate) fn part(bytes: &[u8], encoding: Encoding, page: CodePage) -> Decoded<'_> {
    let text = match encoding {
        Encoding::Utf8 => match std::str::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(error) if error.error_len().is_none() => {
                Cow::Borrowed(std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default())
            }
            Err(_) => Cow::Owned(as_long(bytes)),
        },
        Encoding::Utf16Le => Cow::Owned(utf16(bytes, u16::from_le_bytes)),
        Encoding::Utf16Be => Cow::Owned(utf16(bytes, u16::from_be_bytes)),
        Encoding::Windows1252 => Cow::Owned(bytes.iter().map(|b| windows_1252(*b)).collect()),
        Encoding::Ebcdic => Cow::Owned(page.decode(bytes)),
    };
    Decoded { text, encoding, start: 0 }
}

impl Decoded<'_> {
    /// The same text with another content of the same length, so that places stay true.
    pub(crate) fn locator(&self) -> Locator<'_> {
        Locator { text: &self.text, encoding: self.encoding, place: 0, offset: self.start, start: self.start }
    }
}

/// Finds places of the text in the bytes; cheap where each lies near the one before.
#[derive(Clone, Debug)]
pub(crate) struct Locator<'a> {
    text: &'a str,
    encoding: Encoding,
    place: usize,
    offset: usize,
    start: usize,
}

impl Locator<'_> {
    /// The bytes behind a range of the text.
    pub(crate) fn span(&mut self, range: &Range<usize>) -> Span {
        let from = self.offset(range.start);
        let to = self.offset(range.end.max(range.start));
        Span::new(from as u64, to.saturating_sub(from) as u64)
    }

    fn offset(&mut self, place: usize) -> usize {
        let place = place.min(self.text.len());
        let width: fn(char) -> usize = match self.encoding {
            Encoding::Utf8 => return self.start + place,
            Encoding::Utf16Le | Encoding::Utf16Be => |c| 2 * c.len_utf16(),
            Encoding::Windows1252 | Encoding::Ebcdic => |_| 1,
        };
        // Places are of a text of the same length that may have other signs; within one of this text it is meant.
        let place = (0..=place).rev().find(|at| self.text.is_char_boundary(*at)).unwrap_or(0);
        let long = |between: &str| between.chars().map(width).sum::<usize>();
        if place < self.place {
            self.offset -= long(&self.text[place..self.place]);
        } else {
            self.offset += long(&self.text[self.place..place]);
        }
        self.place = place;
        self.offset
    }
}

/// The encoding of a text by its first bytes, and the length of its mark; `valid` says whether all of it is UTF-8.
pub(crate) fn detect(bytes: &[u8], valid: impl Fn() -> bool) -> (Encoding, usize) {
    match bytes {
        [0xef, 0xbb, 0xbf, ..] => return (Encoding::Utf8, 3),
        [0xff, 0xfe, ..] => return (Encoding::Utf16Le, 2),
        [0xfe, 0xff, ..] => return (Encoding::Utf16Be, 2),
        _ => {}
    }
    let sample = &bytes[..bytes.len().min(64 * 1024)];
    if let Some(found) = unmarked_utf16(sample) {
        return (found, 0);
    }
    if is_ebcdic_text(bytes) {
        return (Encoding::Ebcdic, 0);
    }
    if valid() {
        return (Encoding::Utf8, 0);
    }
    // Reading bad bytes as UTF-8 changes lengths, and with them places; 1252 keeps every byte.
    (Encoding::Windows1252, 0)
}

/// Whether bytes are UTF-16 text, by its mark or, where it has none, by its signs.
#[must_use]
pub fn is_utf16_text(bytes: &[u8]) -> bool {
    if matches!(bytes, [0xff, 0xfe, ..] | [0xfe, 0xff, ..]) {
        return true;
    }
    let sample = &bytes[..bytes.len().min(4096)];
    let Some(encoding) = unmarked_utf16(sample) else { return false };
    // Programs have zeros and numbers in every other byte as well, and many signs that a text has now and then at most:
    // between columns, say.
    let unit = |pair: &[u8]| if encoding == Encoding::Utf16Le { (pair[1], pair[0]) } else { (pair[0], pair[1]) };
    let of_none = |unit: &(u8, u8)| matches!(unit, (0, 0..=8 | 14..=26 | 28..=31));
    let units = || sample.chunks_exact(2).map(unit);
    units().all(|unit| unit != (0, 0)) && units().filter(of_none).count() * 20 <= sample.len() / 2
}

fn unmarked_utf16(sample: &[u8]) -> Option<Encoding> {
    // Of thousands of dumps nearly all have no zero in them.
    if sample.len() < 8 || memchr::memchr(0, sample).is_none() {
        return None;
    }
    let half = sample.len() / 2;
    let zeros = |parity: usize| sample.iter().skip(parity).step_by(2).filter(|b| **b == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    match (even * 10 > half * 6, odd * 10 > half * 6) {
        (false, true) => return Some(Encoding::Utf16Le),
        (true, false) => return Some(Encoding::Utf16Be),
        (true, true) => return None,
        (false, false) => {}
    }
    // Boxes are drawn with signs that have no zero in them: between U+2000 and U+25FF.
    let drawn = |high: usize, low: usize| {
        let unit = |pair: &&[u8]| matches!((pair[high], pair[low]), (0, 9..) | (0x20..=0x25, _));
        let (zero, units) = (if high == 1 { odd } else { even }, sample.chunks_exact(2).filter(unit).count());
        zero * 10 > half && units * 100 >= half * 97
    };
    match (drawn(1, 0), drawn(0, 1)) {
        (true, false) => Some(Encoding::Utf16Le),
        (false, true) => Some(Encoding::Utf16Be),
        _ => None,
    }
}

/// Whether bytes are EBCDIC text, which looks binary to everyone else.
#[must_use]
pub fn is_ebcdic_text(bytes: &[u8]) -> bool {
    is_ebcdic(&bytes[..bytes.len().min(4096)])
}

/// EBCDIC text has blanks (0x40), letters above 0x80 and digits above 0xF0, besides signs and the letters of other
/// languages; it has next to no ASCII letters.
fn is_ebcdic(sample: &[u8]) -> bool {
    // Other texts have next to no at-signs and none of these line ends, and most of what is asked about is other text.
    // Markup on one line has few blanks in EBCDIC either.
    let opens_markup = sample.first() == Some(&0x4c);
    // Who separates cells by tabs needs few blanks.
    let blanks = memchr::memchr2_iter(0x40, 0x05, sample).count();
    let ends = memchr::memchr2_iter(0x15, 0x25, sample).count();
    let few = blanks * 100 <= sample.len() * 3 && (ends * 120 <= sample.len() || sample.contains(&b'\n'));
    if sample.len() < 16 || few && !opens_markup {
        return false;
    }
    let common = |b: &&u8| matches!(**b, 0x40 | 0x81..=0x89 | 0x91..=0x99 | 0xa2..=0xa9 | 0xc1..=0xc9 | 0xd1..=0xd9 | 0xe2..=0xe9 | 0xf0..=0xf9);
    let signs = |b: &&u8| matches!(**b, 0x05 | 0x0c | 0x0d | 0x15 | 0x25 | 0x4a..=0x50 | 0x5a..=0x61 | 0x6b..=0x6f | 0x79..=0x7f | 0xa1 | 0xad | 0xbd | 0xba | 0xbb | 0xc0 | 0xd0 | 0xe0);
    let accented = |b: &&u8| matches!(**b, 0x42..=0x49 | 0x51..=0x59 | 0x62..=0x69 | 0x70..=0x78 | 0xcb..=0xcf | 0xdb..=0xdf | 0x9f);
    let letters = sample.iter().filter(common).count();
    let known = letters + sample.iter().filter(signs).count() + sample.iter().filter(accented).count();
    // Rules of underscores are `mmmm` there.
    let ascii = sample.iter().filter(|b| matches!(**b, b'a'..=b'l' | b'n'..=b'z' | b'0'..=b'9' | b' ')).count();
    letters * 100 > sample.len() * 30 && known * 100 > sample.len() * 93 && ascii * 5 < sample.len()
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// <https://encoding.spec.whatwg.org/#windows-1252>; the five bytes without a character stay control characters.
pub(crate) fn windows_1252(byte: u8) -> char {
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘',
        '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9f => HIGH[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}

#[cfg(test)]
pub(crate) fn to_cp037(text: &str) -> Vec<u8> {
    let code = |c: char| (0..=255u8).rev().find(|b| CodePage::Cp037.char(*b) == c && *b != 0x25).unwrap_or(0x6f);
    text.chars().map(code).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_across_the_end_of_the_sample_is_no_damage() {
        let text = "a".repeat(64 * 1024 - 1) + "é and on";
        let decoded = decode(text.as_bytes());
        assert_eq!((decoded.encoding, decoded.text.as_ref()), (Encoding::Utf8, text.as_str()));
    }

    #[test]
    fn what_is_no_utf8_behind_its_mark_leaves_all_places_as_they_are() {
        let bytes = b"\xef\xbb\xbfUser: J\xffD\xe2\x80 and\xf0\x9f\x98 on";
        let decoded = decode(bytes);
        assert_eq!(decoded.text, "User: J\u{1a}D\u{1a}\u{1a} and\u{fffd} on");
        let on = decoded.text.find(" on").expect("there");
        assert_eq!(decoded.locator().span(&(on..on + 3)).of(bytes), b" on");
    }

    const TEXT: &str =
        "Program . . . : CRS008\nUser  . . . . : MWSUSR\nException . . : java.lang.NullPointerException\n";

    #[test]
    fn every_encoding_gives_the_same_text_and_the_way_back() {
        let le: Vec<u8> = TEXT.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let be: Vec<u8> = [0xfe, 0xff].into_iter().chain(TEXT.encode_utf16().flat_map(u16::to_be_bytes)).collect();
        for (bytes, encoding, at, len) in [
            (TEXT.as_bytes().to_vec(), Encoding::Utf8, 16, 6),
            (le, Encoding::Utf16Le, 32, 12),
            (be, Encoding::Utf16Be, 34, 12),
            (to_cp037(TEXT), Encoding::Ebcdic, 16, 6),
        ] {
            let decoded = decode(&bytes);
            assert_eq!((decoded.text.as_ref(), decoded.encoding), (TEXT, encoding));
            let place = TEXT.find("CRS008").expect("it is there");
            assert_eq!(decoded.locator().span(&(place..place + 6)), Span::new(at, len), "{encoding:?}");
        }
    }

    #[test]
    fn places_are_found_in_any_order() {
        let text = "Användare: Ö😀x\nBehörighet: é\n".repeat(50);
        let bytes: Vec<u8> = [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let decoded = decode(&bytes);
        let (mut locator, mut place) = (decoded.locator(), 0);
        for step in 0..2_000 {
            place = (place + step * 7_919) % (text.len() + 1);
            let before = (0..=place).rev().find(|at| text.is_char_boundary(*at)).expect("one at the start");
            let offset = 2 + 2 * text[..before].encode_utf16().count() as u64;
            assert_eq!(locator.span(&(place..place)), Span::new(offset, 0), "{place}");
        }
    }

    #[test]
    fn what_is_not_utf_8_is_windows_1252() {
        let decoded = decode(b"Benutzer: M\xfcller\nPreis: 5 \x80\n");
        assert_eq!(decoded.text, "Benutzer: Müller\nPreis: 5 €\n");
        assert_eq!(decoded.encoding, Encoding::Windows1252);
    }

    #[test]
    fn other_8_bit_texts_are_no_ebcdic() {
        let cyrillic: Vec<u8> = (0..400).map(|n| if n % 7 == 6 { b' ' } else { 0xe0 + (n % 32) as u8 }).collect();
        assert!(!is_ebcdic_text(&cyrillic));
        assert!(!is_ebcdic_text("Zażółć gęślą jaźń, żółw i ćma na łące".as_bytes()));
        assert!(!is_ebcdic_text(b"USER=MWSUSR;KEY=@@@@@@@@ ABCDEFG HIJKLMNO"));
    }

    #[test]
    fn brackets_tell_the_ebcdic_pages_apart() {
        let mut bytes = to_cp037("USER X SYSTEM STATE Y AND MORE ");
        bytes.extend([0xad, 0xc1, 0xbd]);
        assert!(decode(&bytes).text.ends_with("[A]"));
        let mut bytes = to_cp037("USER X SYSTEM STATE Y AND MORE ");
        bytes.extend([0x4a, 0xc1, 0x5a, 0xbb, 0x4f]);
        assert!(decode(&bytes).text.ends_with("[A]|!"));
    }
}

//! From bytes to text and lines: encodings and line ends of logs. Knows nothing of records.

use std::borrow::Cow;

use super::wrapper::{Around, Wrapper};
use crate::encoding::{CodePage, is_ebcdic_text, windows_1252};

/// How a log's bytes are to be read as text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8; what isn't valid UTF-8 is read as Windows-1252.
    #[default]
    Utf8,
    /// UTF-8 with escape sequences that colour words on a terminal, which are no part of the text.
    Coloured,
    /// UTF-16, low byte first.
    Utf16Le,
    /// UTF-16, high byte first.
    Utf16Be,
    /// UTF-8 whose lines stand in what the runtime of a container writes around them, which is no part of the text;
    /// perhaps with colours.
    Wrapped(Wrapper, bool),
    /// UTF-8 with runs of lines in UTF-16, low byte first, as a shell of Windows appends them to a log; each line is read
    /// as what it is.
    Mixed,
    /// EBCDIC, as programs on IBM i write it. NEL (0x15) and LF (0x25) both end lines.
    Ebcdic(CodePage),
}

/// What ends a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LineEnds {
    /// A line feed, with or without a carriage return before it.
    #[default]
    Lf,
    /// A lone carriage return.
    Cr,
}

impl Encoding {
    /// The encoding of a log that starts with `sample`: by its byte-order mark, else by where its NUL bytes are.
    #[must_use]
    pub fn detect(sample: &[u8]) -> Self {
        if is_mixed(sample) {
            return Self::Mixed;
        }
        match sample {
            [0xFF, 0xFE, ..] => return Self::Utf16Le,
            [0xFE, 0xFF, ..] => return Self::Utf16Be,
            _ => {}
        }
        let head = &sample[..sample.len().min(8192) & !1];
        let (mut even, mut odd) = (0_usize, 0_usize);
        for pair in head.chunks_exact(2) {
            even += usize::from(pair[0] == 0 && pair[1] != 0);
            odd += usize::from(pair[1] == 0 && pair[0] != 0);
        }
        let many = head.len() / 2 / 3;
        if odd > 1 && odd > many && even * 20 < odd {
            Self::Utf16Le
        } else if even > 1 && even > many && odd * 20 < even {
            Self::Utf16Be
        } else if is_ebcdic_text(sample) {
            Self::Ebcdic(CodePage::of(sample))
        } else if is_coloured(sample) {
            Self::Coloured
        } else {
            Self::Utf8
        }
    }

    /// A number that stands for it, `None` for those that need more to be said.
    pub(crate) const fn number(self) -> Option<u8> {
        match self {
            Self::Utf8 => Some(0),
            Self::Utf16Le => Some(1),
            Self::Utf16Be => Some(2),
            Self::Coloured => Some(3),
            Self::Mixed => Some(4),
            Self::Wrapped(by, coloured) => Some(16 + 2 * by.number() + coloured as u8),
            Self::Ebcdic(_) => None,
        }
    }

    pub(crate) fn numbered(number: u8) -> Option<Self> {
        if let Some(by) = number.checked_sub(16) {
            return Wrapper::numbered(by / 2).map(|wrapper| Self::Wrapped(wrapper, by % 2 == 1));
        }
        [Self::Utf8, Self::Utf16Le, Self::Utf16Be, Self::Coloured, Self::Mixed]
            .into_iter()
            .find(|encoding| encoding.number() == Some(number))
    }

    /// How many bytes a character takes at least.
    #[must_use]
    pub const fn unit(self) -> usize {
        match self {
            Self::Utf8 | Self::Coloured | Self::Wrapped(..) | Self::Mixed | Self::Ebcdic(_) => 1,
            Self::Utf16Le | Self::Utf16Be => 2,
        }
    }

    /// The text of `bytes`, a byte-order mark at its start left out. Never fails: what isn't valid is shown as
    /// Windows-1252 or as U+FFFD.
    #[must_use]
    pub fn decode(self, bytes: &[u8]) -> Cow<'_, str> {
        match self {
            Self::Utf8 => {
                let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
                match std::str::from_utf8(bytes) {
                    Ok(text) => Cow::Borrowed(text),
                    Err(_) => Cow::Owned(mixed(bytes)),
                }
            }
            Self::Coloured => bare(Self::Utf8.decode(bytes)),
            Self::Wrapped(by, false) => Cow::Owned(by.unwrap(&Self::Utf8.decode(bytes))),
            // Colours may stand around the wrapper, and in the text inside.
            Self::Wrapped(by, true) => bare(Cow::Owned(by.unwrap(&Self::Coloured.decode(bytes)))),
            Self::Utf16Le => Cow::Owned(utf16(bytes, u16::from_le_bytes)),
            Self::Utf16Be => Cow::Owned(utf16(bytes, u16::from_be_bytes)),
            Self::Mixed => Cow::Owned(line_by_line(bytes)),
            Self::Ebcdic(page) => Cow::Owned(page.decode(bytes)),
        }
    }

    /// This encoding with what stands around each line of a log that starts with `sample`; `None` where nothing does.
    pub(crate) fn wrapped(self, sample: &[u8]) -> Option<Self> {
        if !matches!(self, Self::Utf8 | Self::Coloured) {
            return None;
        }
        let text = self.decode(&sample[..sample.len().min(SHOWING)]);
        let by = Wrapper::detect(&text)?;
        let coloured = self == Self::Coloured || is_coloured(by.unwrap(&text).as_bytes());
        Some(Self::Wrapped(by, coloured))
    }

    pub(crate) fn wrapper(self) -> Option<Wrapper> {
        if let Self::Wrapped(by, _) = self { Some(by) } else { None }
    }

    /// Whether each line has the time at which the runtime of a container got it.
    pub(crate) fn has_times(self) -> bool {
        matches!(self, Self::Wrapped(by, _) if by.has_time())
    }

    /// What stands around the line that `bytes` start with, where something does.
    pub(super) fn around(self, bytes: &[u8]) -> Option<Around> {
        let Self::Wrapped(by, coloured) = self else { return None };
        let line = &bytes[..memchr::memchr(b'\n', bytes).map_or(bytes.len(), |at| at + 1)];
        let line = if coloured { Self::Coloured } else { Self::Utf8 }.decode(line);
        by.open(&line).map(|inside| inside.around())
    }

    /// Whether the text of `bytes`, and of every line of them, is what stands there, and no NULs are in it, which a log
    /// that was cut under its writer's hands has.
    pub(crate) fn keeps(self, bytes: &[u8]) -> bool {
        match self {
            Self::Utf8 => {}
            Self::Coloured if memchr::memchr(0x1b, bytes).is_none() => {}
            Self::Coloured | Self::Wrapped(..) | Self::Mixed | Self::Utf16Le | Self::Utf16Be | Self::Ebcdic(_) => {
                return false;
            }
        }
        if is_plain(bytes) {
            return true;
        }
        memchr::memchr(0, bytes).is_none() && self.mark(bytes) == 0 && std::str::from_utf8(bytes).is_ok()
    }

    /// Bytes of a byte-order mark at the start of `bytes`.
    pub(crate) fn mark(self, bytes: &[u8]) -> usize {
        match self {
            Self::Utf8 | Self::Coloured | Self::Wrapped(..) if bytes.starts_with(b"\xEF\xBB\xBF") => 3,
            Self::Mixed if bytes.starts_with(b"\xEF\xBB\xBF") => 3,
            Self::Utf16Le | Self::Mixed if bytes.starts_with(b"\xFF\xFE") => 2,
            Self::Utf16Be if bytes.starts_with(b"\xFE\xFF") => 2,
            _ => 0,
        }
    }
}

/// Whether all bytes are ASCII without NUL, found at the speed of memory: so much at once that the compiler makes one
/// instruction of many bytes, so little that other text is soon known.
fn is_plain(bytes: &[u8]) -> bool {
    let plain = |bytes: &[u8]| bytes.iter().fold(0, |most, byte| byte.wrapping_sub(1).max(most)) < 0x7f;
    let mut chunks = bytes.chunks_exact(4096);
    chunks.by_ref().all(plain) && plain(chunks.remainder())
}

/// What every sequence that colours words begins with.
const ESCAPE: &str = "\u{1b}[";

/// Whether colours are part of how the log is written, and not of one message.
fn is_coloured(sample: &[u8]) -> bool {
    let lines = memchr::memchr_iter(b'\n', sample).count();
    let escapes = memchr::memmem::find_iter(sample, ESCAPE).take(lines / 20 + 2).count();
    escapes > 1 && escapes * 20 > lines
}

/// Whether lines of UTF-8 and lines of UTF-16 stand in one text, and hardly any that are neither.
fn is_mixed(sample: &[u8]) -> bool {
    /// A few lines of either kind could be a gap, or a message.
    const FEWEST: usize = 3;
    if memchr::memchr(0, sample).is_none() {
        return false;
    }
    let (mut wide, mut plain, mut neither) = (0, 0, 0);
    for line in sample.split(|byte| *byte == b'\n') {
        // The second byte of a line end, and what a truncation left.
        let nuls = line.iter().take_while(|byte| **byte == 0).count();
        let line = &line[nuls..];
        let zeros = memchr::memchr_iter(0, line).count();
        if line.len() < 16 {
            continue;
        }
        if zeros * 5 >= line.len() * 2 && line.chunks(2).all(|pair| pair != [0, 0]) {
            wide += 1;
        } else if zeros == 0
            && std::str::from_utf8(line).is_ok()
            && line.iter().all(|b| *b >= b' ' || b"\t\r\x1b".contains(b))
        {
            plain += 1;
        } else {
            neither += 1;
        }
    }
    wide >= FEWEST && plain >= FEWEST && neither * 10 <= wide + plain
}

/// The text of lines of which each is UTF-8 or UTF-16. The line feed of the latter is followed by a zero, which stands at
/// the start of the next line.
fn line_by_line(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    let (mut at, mut after_wide) = (0, false);
    while at < bytes.len() {
        let end = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |len| at + len + 1);
        let line = &bytes[at..end];
        let line = if after_wide { line.strip_prefix(b"\0").unwrap_or(line) } else { line };
        // An empty line is what the one before it was.
        let empty = line == b"\n" && bytes.get(end) == Some(&0);
        after_wide = if empty { after_wide } else { is_wide(line, bytes.get(end)) };
        if after_wide {
            let pairs = line.chunks_exact(2);
            let last = pairs.remainder() == b"\n";
            text.push_str(&utf16(&line[..line.len() / 2 * 2], u16::from_le_bytes));
            text.extend(last.then_some('\n'));
        } else {
            text.push_str(&Encoding::Utf8.decode(line));
        }
        at = end;
    }
    text
}

/// Whether a line is UTF-16; `behind` is the byte behind its line feed.
fn is_wide(line: &[u8], behind: Option<&u8>) -> bool {
    let own = line.strip_suffix(b"\n").unwrap_or(line);
    let zeros = memchr::memchr_iter(0, own).count();
    zeros > 0 && (behind == Some(&0) || own.ends_with(b"\0") || zeros * 3 >= own.len())
}

/// So many bytes of a log show what stands around all of its lines.
const SHOWING: usize = 256 << 10;

/// The text without its colours, where it has any.
fn bare(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.contains(ESCAPE) { Cow::Owned(without_colours(&text)) } else { text }
}

/// The text without its colours: `ESC [ 1 ; 31 m`, and `ESC [ K`, which clears the rest of a line.
fn without_colours(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut pieces = text.split(ESCAPE);
    out.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let behind = piece.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';');
        match behind.strip_prefix(['m', 'K']) {
            Some(rest) => out.push_str(rest),
            None => {
                out.push_str(ESCAPE);
                out.push_str(piece);
            }
        }
    }
    out
}

/// UTF-8 with bytes in between that aren't, which are Windows-1252: two programs wrote into one log.
fn mixed(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() + 16);
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|b| windows_1252(*b)));
    }
    text
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    let mut text: String = char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    if bytes.len() % 2 == 1 {
        text.push(char::REPLACEMENT_CHARACTER);
    }
    if text.starts_with('\u{feff}') {
        text.remove(0);
    }
    text
}

impl LineEnds {
    /// The line ends of a log, from a sample of it.
    #[must_use]
    pub fn detect(sample: &[u8], encoding: Encoding) -> Self {
        let lf = line_end(sample, 0, encoding, Self::Lf).is_some();
        if !lf && line_end(sample, 0, encoding, Self::Cr).is_some() { Self::Cr } else { Self::Lf }
    }

    pub(crate) const fn byte(self) -> u8 {
        match self {
            Self::Lf => b'\n',
            Self::Cr => b'\r',
        }
    }
}

/// The index behind the first line end at or behind `from`. `bytes` must start on a character.
pub(crate) fn line_end(bytes: &[u8], from: usize, encoding: Encoding, ends: LineEnds) -> Option<usize> {
    let byte = ends.byte();
    let mut at = from;
    match encoding {
        Encoding::Utf8 | Encoding::Coloured | Encoding::Wrapped(..) | Encoding::Mixed => {
            return memchr::memchr(byte, bytes.get(at..)?).map(|len| at + len + 1);
        }
        Encoding::Ebcdic(_) if ends == LineEnds::Lf => {
            return memchr::memchr2(0x15, 0x25, bytes.get(at..)?).map(|len| at + len + 1);
        }
        Encoding::Ebcdic(_) => return memchr::memchr(byte, bytes.get(at..)?).map(|len| at + len + 1),
        Encoding::Utf16Le | Encoding::Utf16Be => {}
    }
    loop {
        let hit = at + memchr::memchr(byte, bytes.get(at..)?)?;
        let start = hit & !1;
        match (encoding, bytes.get(start..start + 2)?) {
            (Encoding::Utf16Le, [low, 0]) if *low == byte => return Some(start + 2),
            (Encoding::Utf16Be, [0, low]) if *low == byte => return Some(start + 2),
            _ => at = hit + 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_is_as_it_is_written_is_known() {
        let long = "a line of plain text\r\n".repeat(1000);
        assert!(Encoding::Utf8.keeps(long.as_bytes()) && Encoding::Coloured.keeps(long.as_bytes()));
        assert!(Encoding::Utf8.keeps(format!("{long}\u{1b}[31mcafé").as_bytes()) && Encoding::Utf8.keeps(b""));
        assert!(!Encoding::Coloured.keeps(format!("{long}\u{1b}[31mred").as_bytes()));
        for odd in [b"\0".as_slice(), b"caf\xE9", b"caf\xC3\xA9\0"] {
            assert!(!Encoding::Utf8.keeps(&[long.as_bytes(), odd].concat()));
        }
        assert!(!Encoding::Utf8.keeps(b"\xEF\xBB\xBFa") && !Encoding::Utf16Le.keeps(b"ab"));
    }

    #[test]
    fn lines_of_two_encodings_are_each_read_as_what_they_are() {
        let line = |n: usize| format!("2026-01-13 10:15:{n:02},480 INFO  [main] a.B - caf\u{e9} {n}\r\n");
        let plain: String = (0..6).map(line).collect();
        let wide: Vec<u8> = plain.encode_utf16().flat_map(u16::to_le_bytes).collect();
        for bytes in [
            [plain.as_bytes(), &wide].concat(),
            [b"\xFF\xFE".as_slice(), &wide, plain.as_bytes()].concat(),
            [plain.as_bytes(), b"\xFF\xFE", &wide, plain.as_bytes(), &wide].concat(),
        ] {
            assert_eq!(Encoding::detect(&bytes), Encoding::Mixed);
            let text = Encoding::Mixed.decode(&bytes);
            assert_eq!(text.matches("caf\u{e9}").count(), text.lines().count(), "{text:?}");
            assert!(text.lines().all(|line| line.starts_with("2026-01-13 10:15:0")), "{text:?}");
        }
        assert_eq!(Encoding::detect(&wide), Encoding::Utf16Le);
        let empty: Vec<u8> = "one\n\n\ntwo\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(Encoding::Mixed.decode(&empty), "one\n\n\ntwo\n");
        let gap = [plain.as_bytes(), &[0; 500], plain.as_bytes()].concat();
        assert_eq!(Encoding::detect(&gap), Encoding::Utf8);
        for end in 0..wide.len() {
            let _text = Encoding::Mixed.decode(&wide[end..]);
        }
    }

    #[test]
    fn encodings_are_found_by_mark_and_by_nuls() {
        let le: Vec<u8> = "2026-01-13 x\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let be: Vec<u8> = "2026-01-13 x\n".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(Encoding::detect(&le), Encoding::Utf16Le);
        assert_eq!(Encoding::detect(&be), Encoding::Utf16Be);
        assert_eq!(Encoding::detect(b"\xFF\xFEx\0"), Encoding::Utf16Le);
        assert_eq!(Encoding::detect("plain åäö".as_bytes()), Encoding::Utf8);
        let coloured = b"\x1b[2m10:15:02\x1b[0;39m \x1b[1;31mERROR\x1b[m no \x1b[ here\n";
        assert_eq!(Encoding::detect(coloured), Encoding::Coloured);
        assert_eq!(Encoding::Coloured.decode(coloured), "10:15:02 ERROR no \x1b[ here\n");
        assert_eq!(Encoding::Utf16Be.decode(&be), "2026-01-13 x\n");
        assert_eq!(Encoding::Utf8.decode(b"caf\xE9 \x80"), "café €");
        assert_eq!(Encoding::Utf8.decode(b"caf\xC3\xA9 \x80"), "café €");
        assert_eq!(line_end(&le, 0, Encoding::Utf16Le, LineEnds::Lf), Some(le.len()));
        // U+0A41 holds the byte of a line feed and isn't one.
        let gurmukhi: Vec<u8> = "\u{0a41}\u{410a}\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(line_end(&gurmukhi, 0, Encoding::Utf16Le, LineEnds::Lf), Some(6));
        assert_eq!(LineEnds::detect(b"a\rb\r", Encoding::Utf8), LineEnds::Cr);
        let ebcdic = crate::encoding::to_cp037("2026-01-13 10:15:02 INFO [main] started\n");
        assert_eq!(Encoding::detect(&ebcdic), Encoding::Ebcdic(CodePage::Cp037));
        assert_eq!(line_end(&ebcdic, 0, Encoding::detect(&ebcdic), LineEnds::Lf), Some(ebcdic.len()));
        assert_eq!(LineEnds::detect(b"a\r\nb\r", Encoding::Utf8), LineEnds::Lf);
    }
}

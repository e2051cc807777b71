//! What values mean that a dump shows as hex or packed decimal: `X'F0F1F2'` is `012`, `X'012345678F'` is 12345678.
//!
//! Only what can be read one way is read: the notation has to say that a value is hex, and where its bytes could be a
//! number as well as text nothing is said, unless the dump says which it is. It must not know which fact a field states.

use std::borrow::Cow;

use super::fields::Field;
use crate::hex;

/// What the bytes of a value are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// A packed decimal: its digits without leading zeros, a minus before them where it is negative, and the decimal
    /// point where the dump says how many decimals it has.
    Packed(String),
    /// A zoned decimal, in the same form.
    Zoned(String),
    /// Text in EBCDIC.
    Ebcdic(String),
    /// Text in ASCII.
    Ascii(String),
    /// Text in UTF-16, high byte first.
    Utf16(String),
}

impl Meaning {
    /// Number or text.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Packed(text) | Self::Zoned(text) | Self::Ebcdic(text) | Self::Ascii(text) | Self::Utf16(text) => text,
        }
    }

    /// What it was decoded from, in a word or two.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Packed(_) => "packed",
            Self::Zoned(_) => "zoned",
            Self::Ebcdic(_) => "EBCDIC",
            Self::Ascii(_) => "ASCII",
            Self::Utf16(_) => "UTF-16",
        }
    }
}

/// What a dump says of the bytes of a value, beside them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Declared {
    hex: bool,
    packed: bool,
    zoned: bool,
    /// Digits behind the decimal point.
    decimals: Option<usize>,
}

/// Bytes of the longest value that is decoded; fields are shorter.
const LONGEST: usize = 4_096;

/// Bytes from which on text behind `0x`, which also opens numbers and addresses, is no chance.
const NO_CHANCE: usize = 6;

impl Field<'_> {
    /// What the value means, where the dump shows it as hex or packed decimal and that can be read one way only.
    #[must_use]
    pub fn meaning(&self) -> Option<Meaning> {
        // Most values are plain, and there may be a hundred thousand of them.
        let value = self.value.trim();
        if value.len() < 4 || !value.bytes().any(|b| b.is_ascii_digit()) {
            return None;
        }
        let (said, literal) = opened(value)?;
        let mut declared = declared(said);
        for words in [Some(self.name), self.section].into_iter().flatten() {
            let more = self::declared(words);
            declared.hex |= more.hex;
            declared.packed |= more.packed;
            declared.zoned |= more.zoned;
            declared.decimals = declared.decimals.or(more.decimals);
        }
        match literal {
            Literal::Quoted(digits) => read(&bytes(digits)?, declared, 2),
            Literal::Prefixed(digits) => {
                let shortest = if declared.hex { 2 } else { NO_CHANCE };
                let sure = declared.packed || declared.zoned;
                let found = read(&bytes(digits)?, declared, shortest)?;
                // A number that is written in hex isn't a packed one by chance.
                (sure || !matches!(found, Meaning::Packed(_) | Meaning::Zoned(_))).then_some(found)
            }
            Literal::Bare(digits) if declared.hex || declared.packed => read(&bytes(&digits)?, declared, 2),
            Literal::Bare(_) => None,
        }
    }
}

/// Hex digits as a value holds them.
enum Literal<'a> {
    /// `X'F0F1'`: nothing but hex.
    Quoted(&'a str),
    /// `0xF0F1`.
    Prefixed(&'a str),
    /// `F0F1 F2F3`, which is hex where the dump says so.
    Bare(Cow<'a, str>),
}

/// The words before the digits of a value, and the digits; `None` where it holds anything else.
fn opened(value: &str) -> Option<(&str, Literal<'_>)> {
    if let Some(inner) = value.strip_suffix(['\'', '"']) {
        let open = inner.rfind(['\'', '"'])?;
        let (before, digits) = (&inner[..open], &inner[open + 1..]);
        let said = before.strip_suffix(['X', 'x', 'H', 'h'])?;
        let apart = said.is_empty() || said.ends_with([' ', ')', ':', ',', '=']);
        return apart.then_some((said, Literal::Quoted(digits)));
    }
    if let Some(at) = value.find("0x").filter(|at| *at == 0 || value[..*at].ends_with([' ', ')', ':', ',', '='])) {
        return Some((&value[..at], Literal::Prefixed(&value[at + 2..])));
    }
    let hex = value.bytes().all(|b| b.is_ascii_hexdigit() || b == b' ');
    hex.then(|| ("", Literal::Bare(value.split(' ').collect())))
}

/// What words say of the bytes beside them: `Record buffer (hex)`, `WWORQT (packed 15,6)`, `COMP-3`.
fn declared(said: &str) -> Declared {
    let lower = said.to_lowercase();
    let parts = || lower.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty());
    let any = |of: &[&str]| parts().any(|part| of.contains(&part));
    let packed = any(&["packed", "comp3", "gepackt", "packad", "packat", "condensé", "pakket", "empaquetado"])
        || lower.contains("comp-3");
    let zoned = any(&["zoned", "gezont", "zonad", "zonat", "zonédécimal"]);
    let hex = any(&["hex", "hexadecimal", "hexadezimal", "hexadécimal", "hexdump"]);
    let decimals = (packed || zoned).then(|| decimals(&lower)).flatten();
    Declared { hex, packed, zoned, decimals }
}

/// The second of two numbers: `(15,6)`, `15 6`.
fn decimals(said: &str) -> Option<usize> {
    let numbers: Vec<&str> = said.split(|c: char| !c.is_ascii_digit()).filter(|n| !n.is_empty()).collect();
    // The 3 of `COMP-3` is none.
    let numbers = if said.contains("comp-3") { numbers.get(1..)? } else { &numbers[..] };
    let [digits, decimals] = numbers else { return None };
    let (digits, decimals): (usize, usize) = (digits.parse().ok()?, decimals.parse().ok()?);
    (digits <= 63 && decimals <= digits).then_some(decimals)
}

fn bytes(digits: &str) -> Option<Vec<u8>> {
    hex::bytes(digits).filter(|bytes| (1..=LONGEST).contains(&bytes.len()))
}

/// The one meaning of bytes.
fn read(bytes: &[u8], declared: Declared, shortest: usize) -> Option<Meaning> {
    if declared.packed {
        return packed(bytes, declared.decimals).map(Meaning::Packed);
    }
    if declared.zoned {
        return zoned(bytes, declared.decimals).map(Meaning::Zoned);
    }
    if bytes.len() < shortest {
        return None;
    }
    let text = ebcdic(bytes)
        .map(Meaning::Ebcdic)
        .or_else(|| ascii(bytes).map(Meaning::Ascii))
        .or_else(|| utf16(bytes).map(Meaning::Utf16));
    let number = packed(bytes, None);
    match (text, number) {
        (Some(text), None) => Some(text),
        // Signs that stand for no number could still be text, if an unlikely one.
        (None, Some(number))
            if !bytes.iter().all(|b| ebcdic_char(*b).is_some()) && !bytes.iter().all(|b| printable(*b)) =>
        {
            Some(Meaning::Packed(number))
        }
        _ => None,
    }
}

/// Two digits a byte, and the sign in the last half: C and F are positive, D is negative.
fn packed(bytes: &[u8], decimals: Option<usize>) -> Option<String> {
    let (last, before) = bytes.split_last()?;
    let mut digits: Vec<u8> = before.iter().flat_map(|byte| [byte >> 4, byte & 15]).collect();
    digits.push(last >> 4);
    signed(&digits, last & 15, decimals)
}

/// A digit a byte in its second half, and the sign in the first half of the last.
fn zoned(bytes: &[u8], decimals: Option<usize>) -> Option<String> {
    let (last, before) = bytes.split_last()?;
    let digits: Vec<u8> = bytes.iter().map(|byte| byte & 15).collect();
    before.iter().all(|byte| byte >> 4 == 15).then(|| signed(&digits, last >> 4, decimals)).flatten()
}

fn signed(digits: &[u8], sign: u8, decimals: Option<usize>) -> Option<String> {
    let minus = match sign {
        0xc | 0xf => "",
        0xd => "-",
        _ => return None,
    };
    if digits.iter().any(|digit| *digit > 9) {
        return None;
    }
    let all: String = digits.iter().map(|digit| char::from(b'0' + digit)).collect();
    let decimals = decimals.unwrap_or(0);
    let all = format!("{all:0>width$}", width = decimals + 1);
    let (whole, part) = all.split_at(all.len() - decimals);
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let point = if part.is_empty() { "" } else { "." };
    let zero = digits.iter().all(|digit| *digit == 0);
    Some(format!("{}{whole}{point}{part}", if zero { "" } else { minus }))
}

/// Text of letters and digits that are the same in every EBCDIC code page, with the signs that are.
fn ebcdic(bytes: &[u8]) -> Option<String> {
    let text: String = bytes.iter().map(|byte| ebcdic_char(*byte)).collect::<Option<_>>()?;
    likely(&text)
}

/// The invariant characters of EBCDIC.
fn ebcdic_char(byte: u8) -> Option<char> {
    let letter = |first: u8, from: u8| Some(char::from(first + (byte - from)));
    match byte {
        0x81..=0x89 => letter(b'a', 0x81),
        0x91..=0x99 => letter(b'j', 0x91),
        0xa2..=0xa9 => letter(b's', 0xa2),
        0xc1..=0xc9 => letter(b'A', 0xc1),
        0xd1..=0xd9 => letter(b'J', 0xd1),
        0xe2..=0xe9 => letter(b'S', 0xe2),
        0xf0..=0xf9 => letter(b'0', 0xf0),
        _ => {
            const SIGNS: [(u8, char); 20] = [
                (0x40, ' '),
                (0x4b, '.'),
                (0x4c, '<'),
                (0x4d, '('),
                (0x4e, '+'),
                (0x50, '&'),
                (0x5c, '*'),
                (0x5d, ')'),
                (0x5e, ';'),
                (0x60, '-'),
                (0x61, '/'),
                (0x6b, ','),
                (0x6c, '%'),
                (0x6d, '_'),
                (0x6e, '>'),
                (0x6f, '?'),
                (0x7a, ':'),
                (0x7d, '\''),
                (0x7e, '='),
                (0x7f, '"'),
            ];
            SIGNS.iter().find(|(code, _)| *code == byte).map(|(_, sign)| *sign)
        }
    }
}

const fn printable(byte: u8) -> bool {
    matches!(byte, 0x20..=0x7e)
}

fn ascii(bytes: &[u8]) -> Option<String> {
    let text: String = bytes.iter().map(|byte| printable(*byte).then_some(char::from(*byte))).collect::<Option<_>>()?;
    likely(&text)
}

fn utf16(bytes: &[u8]) -> Option<String> {
    let (pairs, []) = bytes.as_chunks::<2>() else { return None };
    let text: String = pairs
        .iter()
        .map(|[high, low]| (*high == 0 && printable(*low)).then_some(char::from(*low)))
        .collect::<Option<_>>()?;
    likely(&text).filter(|_| pairs.len() >= 2)
}

/// Text as fields hold it: at least half of what isn't blank is letters and digits. Blanks behind it are filled up.
fn likely(text: &str) -> Option<String> {
    let text = text.trim_end();
    let written = text.chars().filter(|c| *c != ' ').count();
    let plain = text.chars().filter(char::is_ascii_alphanumeric).count();
    (plain > 0 && plain * 2 >= written).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Span;

    fn of(section: Option<&str>, name: &str, value: &str) -> Option<(&'static str, String)> {
        let meaning = Field { section, name, value, span: Span::default() }.meaning()?;
        Some((meaning.kind(), meaning.text().to_owned()))
    }

    #[test]
    fn what_can_be_read_one_way_is_read() {
        for (value, kind, text) in [
            ("X'F0F1F2'", "EBCDIC", "012"),
            ("x'C3D9E2F0F0F84040'", "EBCDIC", "CRS008"),
            ("X\"C195A2A24B\"", "EBCDIC", "Anss."),
            ("X'012345678F'", "packed", "12345678"),
            ("X'0000100C'", "packed", "100"),
            ("X'0012345D'", "packed", "-12345"),
            ("X'0000000C'", "packed", "0"),
            ("X'435253303038'", "ASCII", "CRS008"),
            ("X'004300520053'", "UTF-16", "CRS"),
            ("PACKED(9,2) X'000012345C'", "packed", "123.45"),
            ("packed 5 3 X'00012D'", "packed", "-0.012"),
            ("COMP-3 X'5C'", "packed", "5"),
            ("zoned X'F1F2D3'", "zoned", "-123"),
            ("0xC3D9E2F0F0F8", "EBCDIC", "CRS008"),
        ] {
            assert_eq!(of(None, "WWXXXX", value), Some((kind, text.to_owned())), "{value}");
        }
        assert_eq!(of(Some("Record buffer (hex)"), "WWFACI", "C1F0 F1"), Some(("EBCDIC", "A01".to_owned())));
        assert_eq!(of(None, "WWORQT (packed 15,6)", "0000000001500000C0".get(..16).unwrap_or_default()), None);
        assert_eq!(of(None, "WWORQT (packed 15,6)", "000000001500000C"), Some(("packed", "1.500000".to_owned())));
    }

    #[test]
    fn what_can_be_read_two_ways_or_none_is_left() {
        for value in [
            // A number or text: `12<` in ASCII, `ab(` and ` *` in EBCDIC.
            "X'31323C'",
            "X'81824D'",
            "X'405C'",
            "X'41424D'",
            // Blanks or at-signs, a flag or a digit.
            "X'4040'",
            "X'5C'",
            "X'00'",
            "X'0000'",
            "X'FFFF'",
            "X'F1F2D'",
            "X''",
            "X'GG'",
            // Numbers and addresses that a program writes in hex.
            "0x0000012C",
            "0x7f3a41424344",
            "0x41424344",
            "0x012345678F",
            // No hex by any word.
            "F0F1F2",
            "20260113",
            "100",
            "'F0F1'",
            "AX'F0F1'",
            "X'F0F1' and more",
            "It's X'F0'",
            "C1F0 F1",
        ] {
            assert_eq!(of(None, "WWXXXX", value), None, "{value}");
        }
        // Said to be packed, and none.
        assert_eq!(of(None, "A (packed)", "X'F0F1'"), None);
        assert_eq!(of(Some("Zoned fields"), "A", "X'C1F0'"), None);
    }
}

//! The EBCDIC code pages: which of them a text is in, and its characters. It must not know what the text says.

use std::sync::LazyLock;

/// The EBCDIC code pages that Java programs on IBM i and z/OS write. They differ in a few signs; those with a euro sign
/// (1140, 1141, 1143, 1147) are the same but for that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CodePage {
    /// 037, of the USA and Canada.
    Cp037,
    /// 500, the international one.
    Cp500,
    /// 1047, of open systems.
    Cp1047,
    /// 273, of Austria and Germany.
    Cp273,
    /// 278, of Finland and Sweden.
    Cp278,
    /// 297, of France.
    Cp297,
}

/// The characters of each page by their bytes, in the order of [`CodePage::ALL`]: a log is decoded record by record.
static TABLES: LazyLock<[[char; 256]; CodePage::ALL.len()]> = LazyLock::new(|| {
    CodePage::ALL.map(|page| {
        let mut chars = [' '; 256];
        (0..=255).for_each(|byte: u8| chars[usize::from(byte)] = page.char(byte));
        chars
    })
});

/// Bytes that are looked at.
const SAMPLE: usize = 64 << 10;

impl CodePage {
    const ALL: [Self; 6] = [Self::Cp037, Self::Cp1047, Self::Cp500, Self::Cp273, Self::Cp278, Self::Cp297];

    /// The code page of a text: the one in which its brackets and letters stand where brackets and letters do.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        let sample = &bytes[..bytes.len().min(SAMPLE)];
        let mut best = (Self::Cp037, i64::MIN);
        for page in Self::ALL {
            let likely = page.likely(sample);
            if likely > best.1 {
                best = (page, likely);
            }
        }
        best.0
    }

    /// How much speaks for the page: each sign that differs between pages by what stands beside it.
    fn likely(self, sample: &[u8]) -> i64 {
        let chars = self.chars();
        let char = |at: Option<usize>| at.and_then(|at| sample.get(at)).map_or(' ', |byte| chars[usize::from(*byte)]);
        let differs = |byte: usize| TABLES.iter().any(|other| other[byte] != TABLES[0][byte]);
        let places = sample.iter().enumerate().filter(|(_, byte)| differs(usize::from(**byte)));
        let mut opened = [0_i64; 2];
        let mut likely = 0;
        let mut last_open = None;
        for (at, _) in places {
            let sign = char(Some(at));
            let (before, behind) = (char(at.checked_sub(1)), char(Some(at + 1)));
            likely += weight(before, sign, behind);
            // ` * @param`, a tag in a comment of Java.
            let tag = sign == '@' && before == ' ' && behind.is_alphabetic() && char(at.checked_sub(2)) == '*';
            likely += if tag { 2 } else { 0 };
            match sign {
                '[' => opened[0] += 1,
                ']' => opened[0] -= 1,
                '{' => {
                    opened[1] += 1;
                    last_open = Some(at);
                }
                '}' => {
                    opened[1] -= 1;
                    // `UserContext{userId=JDOE, cono=100}`
                    let inner = last_open.take().map_or(&[][..], |open| &sample[open..at]);
                    let has = |sign: char| inner.iter().any(|byte| chars[usize::from(*byte)] == sign);
                    likely += if has('=') && !has('\n') { 3 } else { 0 };
                }
                _ => {}
            }
        }
        // What is opened is closed, but for what was cut off.
        likely - opened.iter().map(|open| 2 * open.abs()).sum::<i64>()
    }

    /// The text of `bytes`. NEL (0x15) and LF (0x25) both end lines.
    #[must_use]
    pub fn decode(self, bytes: &[u8]) -> String {
        let chars = self.chars();
        bytes.iter().map(|byte| chars[usize::from(*byte)]).collect()
    }

    fn chars(self) -> &'static [char; 256] {
        &TABLES[Self::ALL.iter().position(|page| *page == self).unwrap_or(0)]
    }

    /// Where a page differs from 037 by the mappings of the JDK (`IBM273` and so on).
    pub(super) fn char(self, byte: u8) -> char {
        let own: &[(u8, char)] = match self {
            Self::Cp037 => &[],
            Self::Cp500 => &[(0x4a, '['), (0x4f, '!'), (0x5a, ']'), (0x5f, '^'), (0xb0, '¢'), (0xba, '¬'), (0xbb, '|')],
            Self::Cp1047 => &[(0x5f, '^'), (0xad, '['), (0xb0, '¬'), (0xba, 'Ý'), (0xbb, '¨'), (0xbd, ']')],
            Self::Cp273 => &[
                (0x43, '{'),
                (0x4a, 'Ä'),
                (0x4f, '!'),
                (0x59, '~'),
                (0x5a, 'Ü'),
                (0x5f, '^'),
                (0x63, '['),
                (0x6a, 'ö'),
                (0x7c, '§'),
                (0xa1, 'ß'),
                (0xb0, '¢'),
                (0xb5, '@'),
                (0xba, '¬'),
                (0xbb, '|'),
                (0xc0, 'ä'),
                (0xcc, '¦'),
                (0xd0, 'ü'),
                (0xdc, '}'),
                (0xe0, 'Ö'),
                (0xec, '\\'),
                (0xfc, ']'),
            ],
            Self::Cp278 => &[
                (0x43, '{'),
                (0x47, '}'),
                (0x4a, '§'),
                (0x4f, '!'),
                (0x51, '`'),
                (0x5a, '¤'),
                (0x5b, 'Å'),
                (0x5f, '^'),
                (0x63, '#'),
                (0x67, '$'),
                (0x6a, 'ö'),
                (0x71, '\\'),
                (0x79, 'é'),
                (0x7b, 'Ä'),
                (0x7c, 'Ö'),
                (0x9f, ']'),
                (0xa1, 'ü'),
                (0xb0, '¢'),
                (0xb5, '['),
                (0xba, '¬'),
                (0xbb, '|'),
                (0xc0, 'ä'),
                (0xcc, '¦'),
                (0xd0, 'å'),
                (0xdc, '~'),
                (0xe0, 'É'),
                (0xec, '@'),
            ],
            Self::Cp297 => &[
                (0x44, '@'),
                (0x48, '\\'),
                (0x4a, '°'),
                (0x4f, '!'),
                (0x51, '{'),
                (0x54, '}'),
                (0x5a, '§'),
                (0x5f, '^'),
                (0x6a, 'ù'),
                (0x79, 'µ'),
                (0x7b, '£'),
                (0x7c, 'à'),
                (0x90, '['),
                (0xa0, '`'),
                (0xa1, '¨'),
                (0xb0, '¢'),
                (0xb1, '#'),
                (0xb5, ']'),
                (0xba, '¬'),
                (0xbb, '|'),
                (0xbd, '~'),
                (0xc0, 'é'),
                (0xd0, 'è'),
                (0xdd, '¦'),
                (0xe0, 'ç'),
            ],
        };
        own.iter().find(|(code, _)| *code == byte).map_or_else(|| cp037(byte), |(_, char)| *char)
    }
}

/// What a sign between two others says for its page.
fn weight(before: char, sign: char, behind: char) -> i64 {
    let letter = char::is_alphabetic;
    let word = char::is_alphanumeric;
    let within = letter(before) && letter(behind);
    // Between a name and a value that begins with a capital.
    let between = before.is_lowercase() && behind.is_uppercase();
    match sign {
        '[' if letter(before) && behind.is_lowercase() => -1,
        '[' => i64::from(word(behind) || matches!(behind, ']' | '"' | '\'' | '*')),
        ']' => i64::from(word(before) || matches!(before, '[' | '"' | '\'')),
        '{' | '}' if within => -2,
        '{' | '}' => i64::from(!word(before) || !word(behind)),
        // As properties of Java write what else would end a name.
        '\\' if matches!(behind, ':' | '=') => 2,
        '@' if behind == ':' => -2,
        '#' if before.is_whitespace() && (behind == ' ' || word(behind)) => 1,
        // As JSON and Java write the ends of lines.
        '\\' if matches!(behind, 'n' | 't' | 'r' | '"' | '\\') => 2,
        '\\' if before.is_lowercase() && behind.is_lowercase() => -1,
        '\\' if word(before) && !before.is_lowercase() && word(behind) => 2,
        '\\' => i64::from(word(behind) || behind == '"'),
        '@' if word(before) && word(behind) => 2,
        // A word of its own in French, and no other begins with it.
        'à' if before == ' ' => {
            if behind == ' ' {
                1
            } else {
                -2
            }
        }
        '!' | '§' | '$' | '#' | '~' | '^' | '`' if within => {
            if between {
                0
            } else {
                -2
            }
        }
        '¢' | '¬' | '¤' | '¨' | '°' | '£' | 'µ' | 'Ý' | '¦' | '§' => -1,
        // A rule is drawn with one sign.
        same if same == before || same == behind => -1,
        accented if accented.is_alphabetic() && !accented.is_ascii() => {
            // Capitals don't stand behind small letters, nor between brackets and the like.
            let odd = accented.is_uppercase()
                && (before.is_lowercase() || before.is_ascii_uppercase() && behind.is_lowercase());
            match (letter(before), letter(behind)) {
                _ if odd || between => -2,
                (true, true) if before.is_uppercase() && accented.is_lowercase() => 1,
                (true, true) => 2,
                (true, false) if behind == ' ' || behind.is_ascii_punctuation() => 1,
                (false, true) if before.is_whitespace() => 1,
                // `"Ä12"`
                (false, false) if matches!(before, ' ' | '"' | '\'' | '=') && behind.is_ascii_digit() => 0,
                _ => -2,
            }
        }
        _ => 0,
    }
}

/// <https://www.unicode.org/Public/MAPPINGS/VENDORS/MICSFT/EBCDIC/CP037.TXT>
fn cp037(byte: u8) -> char {
    const HIGH: [char; 192] = chars(concat!(
        " \u{a0}âäàáãåçñ¢.<(+|&éêëèíîïìß!$*);¬-/ÂÄÀÁÃÅÇÑ¦,%_>?øÉÊËÈÍÎÏÌ`:#@'=\"",
        "Øabcdefghi«»ðýþ±°jklmnopqrªºæ¸Æ¤µ~stuvwxyz¡¿ÐÝÞ®^£¥·©§¶¼½¾[]¯¨´×",
        "{ABCDEFGHI\u{ad}ôöòóõ}JKLMNOPQR¹ûüùúÿ\\÷STUVWXYZ²ÔÖÒÓÕ0123456789³ÛÜÙÚ\u{9f}",
    ));
    match byte {
        0x05 => '\t',
        0x0c => '\u{c}',
        0x0d => '\r',
        0x15 | 0x25 => '\n',
        0x40.. => HIGH[usize::from(byte - 0x40)],
        0 => '\0',
        _ => '\u{1a}',
    }
}

/// The characters of a text of one- and two-byte characters, for looking them up by their place.
const fn chars(text: &str) -> [char; 192] {
    let bytes = text.as_bytes();
    let mut out = [char::REPLACEMENT_CHARACTER; 192];
    let (mut at, mut n) = (0, 0);
    while at < bytes.len() && n < out.len() {
        let two = bytes[at] >= 0x80;
        let code =
            if two { ((bytes[at] as u32 & 0x1f) << 6) | (bytes[at + 1] as u32 & 0x3f) } else { bytes[at] as u32 };
        if let Some(c) = char::from_u32(code) {
            out[n] = c;
        }
        at += if two { 2 } else { 1 };
        n += 1;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(page: CodePage, text: &str) -> Vec<u8> {
        let code = |c: char| (0..=255u8).find(|byte| page.char(*byte) == c && *byte != 0x25).unwrap_or(0x6f);
        text.chars().map(code).collect()
    }

    #[test]
    fn each_page_is_known_by_its_signs_and_letters() {
        assert_eq!((cp037(0x40), cp037(0xff), cp037(0xf9)), (' ', '\u{9f}', '9'));
        let same = "Program: CRS008\nMessage: [SQL0913] Row or object\nUser: EXT\\kbauer, a@b.com\nargs: {a|b}\n";
        let german = "Geschäftsbereich: AAA\nGröße: 5\nMeldung: [SQL0913] Zeile für Änderung gesperrt\n";
        let values = "MELDUNG: Ungültiger Wert für Feld\nSOCIÉTÉ: 200\nÉTABLISSEMENT: A\nWWFACI='Ä12'\n";
        let swedish = "Företag: 100\nMiljö: PRD\nAnvändare: a@b.com\nFält[3] är \\tomt\n";
        let french = "Société: 100\nPanneau à l'écran: {E}\nMessage: [SQL0913] déjà verrouillé, ça bloque\n";
        let stored = "#Stored\nversion=15.1.4\\:12\nmessage=For input\\: 1\n";
        let printed =
            "M3 dump\nUserContext{userId=JDOE, cono=100}\nJobInfo{number=47, priority=5}\nstack=[SYS, CRS008]\n";
        let tags = "/*\n * Dump of the program\n *\n * @program CRS175\n * @time 20230402 08:18:35\n */\n";
        for (page, text) in [
            (CodePage::Cp037, tags),
            (CodePage::Cp273, tags),
            (CodePage::Cp278, tags),
            (CodePage::Cp297, tags),
            (CodePage::Cp037, printed),
            (CodePage::Cp273, printed),
            (CodePage::Cp500, printed),
            (CodePage::Cp500, stored),
            (CodePage::Cp273, stored),
            (CodePage::Cp037, same),
            (CodePage::Cp500, same),
            (CodePage::Cp1047, same),
            (CodePage::Cp273, same),
            (CodePage::Cp273, german),
            (CodePage::Cp273, values),
            (CodePage::Cp037, german),
            (CodePage::Cp278, swedish),
            (CodePage::Cp037, swedish),
            (CodePage::Cp297, french),
            (CodePage::Cp500, french),
        ] {
            let bytes = encoded(page, text);
            assert_eq!(CodePage::of(&bytes).decode(&bytes), text, "{page:?} {:?}", CodePage::of(&bytes));
        }
    }
}

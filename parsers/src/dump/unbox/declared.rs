//! Values with the declaration of what holds them, as debuggers and compilers' listings have them: `0x0ea6  +0x0010  char
//! panel[16]  "E"` of C, `05  WWFACI  PIC X(3)  A02` of COBOL. It must not know what the names mean.

use super::{blank, rewritten, sample};

/// Bytes of a text that show whether it has such lines.
const SAMPLE: usize = 64 << 10;

/// Declarations that a text has at least.
const FEWEST: usize = 3;

/// The text with each as a name and its value, byte for byte as long; `None` where it has too few.
pub(crate) fn in_c(text: &str) -> Option<String> {
    memchr::memmem::find(sample(text, SAMPLE).as_bytes(), b"] ")?;
    rewritten(text, sample(text, SAMPLE), FEWEST, member, pair)
}

/// As [`in_c`].
pub(crate) fn in_cobol(text: &str) -> Option<String> {
    memchr::memmem::find(sample(text, SAMPLE).as_bytes(), b" PIC ")?;
    rewritten(text, sample(text, SAMPLE), 2, item, pair)
}

/// Where a name stands in a line, and where its value begins.
type Places = (std::ops::Range<usize>, usize);

fn pair(line: &str, (name, value): Places) -> String {
    let between = " ".repeat(value - name.end - 1);
    format!("{}{}={between}{}", blank(&line[..name.start]), &line[name], &line[value..])
}

/// `char panel[16]  "E"`, addresses and offsets before it.
fn member(line: &str) -> Option<Places> {
    let is_place = |word: &str| {
        let digits = word.trim_start_matches('+').strip_prefix("0x").unwrap_or_default().trim_end_matches(':');
        !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_hexdigit())
    };
    let mut at = 0;
    let mut next = || {
        at += line[at..].len() - line[at..].trim_start().len();
        let start = at;
        at += line[at..].find(char::is_whitespace).unwrap_or(line.len() - at);
        (start, &line[start..at])
    };
    let (_, mut word) = next();
    let placed = is_place(word);
    while is_place(word) {
        word = next().1;
    }
    let typed = matches!(word, "char" | "int" | "long" | "short" | "unsigned" | "wchar_t" | "double" | "float");
    let (start, declared) = next();
    let name = declared.split('[').next()?;
    let length = declared[name.len()..].strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let sized = length.is_some_and(|length| length.bytes().all(|b| b.is_ascii_digit()));
    let (value, said) = next();
    let named = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
    (typed && named && (sized || placed) && !said.is_empty() && said != "=")
        .then_some((start..start + name.len(), value))
}

/// `05  WWFACI  PIC X(3)  A02`, with or without the number of its level.
fn item(line: &str) -> Option<Places> {
    let at = line.find(" PIC ")?;
    let before = line[..at].trim_end();
    let start = before.char_indices().rfind(|(_, c)| c.is_whitespace()).map_or(0, |(at, c)| at + c.len_utf8());
    let level = before[..start].trim();
    let clause = line[at + 5..].trim_start();
    let picture = clause.find(char::is_whitespace)?;
    let formed = clause[..picture].starts_with(['X', '9', 'S', 'A', 'Z', 'N']);
    let mut value = line.len() - clause.len() + picture;
    // What says how a number is stored.
    loop {
        let rest = &line[value..];
        let own = rest.trim_start();
        let word = own.split_whitespace().next().unwrap_or_default();
        value = line.len() - own.len();
        if !(word.starts_with("COMP") || matches!(word, "BINARY" | "DISPLAY" | "PACKED-DECIMAL" | "VALUE")) {
            break;
        }
        value += word.len();
    }
    let numbered = level.len() <= 2 && level.bytes().all(|b| b.is_ascii_digit());
    (numbered && formed && start < before.len() && !line[value..].trim().is_empty())
        .then_some((start..before.len(), value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(plain: Option<String>, text: &str) -> Option<Vec<String>> {
        let plain = plain?;
        assert_eq!(plain.len(), text.len());
        let bare = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
        Some(plain.lines().map(bare).collect())
    }

    #[test]
    fn declared_values_are_named() {
        let text = "context:\n  0x0ea6  +0x0010  char panel[16]   \"E\"\n  char WWFACI[4]  \"C 1\"\r\n  +0x1c int n  5\nchar x[2] = \"a\";\n";
        let expected = ["context:", "panel= \"E\"", "WWFACI= \"C 1\"", "n= 5", "char x[2] = \"a\";"];
        assert_eq!(lines(in_c(text), text), Some(expected.map(str::to_owned).to_vec()));
        assert_eq!(in_cobol(&" 05\u{2000}WWFACI PIC X  A\n".repeat(2)).map(|plain| plain.len()), Some(44));
        let text = "  05  WWFACI  PIC X(3)     A 2\n  WSORQT PIC S9(7)V99 COMP-3  -4.00\n 05 FILLER PIC X(3)\n";
        let expected = ["WWFACI= A 2", "WSORQT= -4.00", "05 FILLER PIC X(3)"];
        assert_eq!(lines(in_cobol(text), text), Some(expected.map(str::to_owned).to_vec()));
    }
}

//! Pairs of which name or value stands in brackets: `PGM(CRS008) USER(JDOE)`, `Program name(CRS008)`, `<User> JDOE`,
//! `[User] JDOE`. It must not know what a name means beyond whether it is in the table of synonyms.

use std::ops::Range;

use super::super::fields::is_of_m3;
use super::super::synonyms::Synonyms;
use super::{LinePair, bare, is_code, is_key, trim};
use crate::blank;

/// The pairs on a line that ends with its last sign; empty where it is something else.
pub(super) fn on_line(line: &str, start: usize, synonyms: &Synonyms) -> Vec<LinePair> {
    if let Some(pair) = name_enclosed(line, start, synonyms).or_else(|| name_marked(line, start, synonyms)) {
        return vec![pair];
    }
    if let Some(pair) = value_quoted(line, start, synonyms) {
        return vec![pair];
    }
    let several = values_enclosed(line, start, synonyms);
    if !several.is_empty() { several } else { value_enclosed(line, start, synonyms).into_iter().collect() }
}

/// `<User> JDOE`, `[User] JDOE`, `[User] => JDOE`
fn name_enclosed(line: &str, start: usize, synonyms: &Synonyms) -> Option<LinePair> {
    let rest = &line[start..];
    let close = match rest.chars().next()? {
        '<' => '>',
        '[' => ']',
        '{' => '}',
        '*' => '*',
        _ => return None,
    };
    let end = 1 + rest[1..].find(close)?;
    let name = &rest[1..end];
    let plain = is_key(name) && name.starts_with(char::is_alphabetic) && name.trim() == name;
    let behind = &rest[end + 1..];
    let apart = behind.starts_with([' ', '\t', ':', '=']);
    let blanks = behind.len() - behind.trim_start_matches([' ', '\t']).len();
    let sign = ["=> ", "-> ", ":= ", "= ", ": "].iter().find(|sign| behind[blanks..].starts_with(**sign));
    let signed = sign.map_or(0, |sign| blanks + sign.len());
    // What is in brackets at the start of a line may be a level or a thread: names are known, or of several words.
    let named = synonyms.knows(name) || name.contains([' ', '_']) && close != '*';
    let value = bare(line, start + end + 1 + signed..line.len());
    (plain && apart && named && !value.is_empty()).then(|| LinePair { key: start + 1..start + end, value })
}

/// `@User JDOE`: one known word, marked as one.
fn name_marked(line: &str, start: usize, synonyms: &Synonyms) -> Option<LinePair> {
    let rest = line[start..].strip_prefix('@').filter(|rest| rest.starts_with(char::is_alphabetic))?;
    let end = rest.find([' ', '\t'])?;
    let value = bare(line, start + 1 + end..line.len());
    (synonyms.knows(&rest[..end]) && !value.is_empty()).then(|| LinePair { key: start + 1..start + 1 + end, value })
}

/// `User 'JDOE';`, `User #JDOE#`: one known name, and all behind it between two signs of one kind.
fn value_quoted(line: &str, start: usize, synonyms: &Synonyms) -> Option<LinePair> {
    let rest = &line[start..];
    let body = rest.strip_suffix([';', ',']).unwrap_or(rest);
    let quote = body.chars().next_back().filter(|c| matches!(c, '\'' | '"' | '#' | '`'))?;
    let open = rest.find(quote).filter(|open| *open + 1 < body.len() && rest[..*open].ends_with([' ', '\t']))?;
    let name = rest[..open].trim_end();
    let value = trim(line, start + open + 1..start + body.len() - 1);
    (is_key(name) && synonyms.knows(name)).then(|| LinePair { key: start..start + name.len(), value })
}

/// `PGM(CRS008) USER(JDOE)`: a whole line of words with brackets, of which at least one is known.
fn values_enclosed(line: &str, start: usize, synonyms: &Synonyms) -> Vec<LinePair> {
    let mut pairs = Vec::new();
    let mut at = start;
    while at < line.len() {
        let rest = &line[at..];
        let Some(open) = rest.find(['(', '[']).filter(|n| *n > 0) else { return Vec::new() };
        let name = rest[..open].trim_end();
        let few = name.split_whitespace().count() <= 3 && is_key(name);
        if !(is_code(name) && name.len() == open || rest[open..].starts_with('[') && few)
            || !name.starts_with(char::is_alphabetic)
        {
            return Vec::new();
        }
        let close = if rest[open..].starts_with('(') { ')' } else { ']' };
        let Some(end) = rest[open..].find(close).map(|n| open + n) else { return Vec::new() };
        pairs.push(LinePair { key: at..at + name.len(), value: bare(line, at + open + 1..at + end) });
        let behind = &rest[end + 1..];
        let skip = behind.len() - behind.trim_start_matches([' ', '\t', ',', ';', '/']).len();
        if skip == 0 && !behind.is_empty() {
            return Vec::new();
        }
        at += end + 1 + skip;
    }
    let known = pairs.iter().any(|p| synonyms.knows(&line[p.key.clone()]));
    if known { pairs } else { Vec::new() }
}

/// Bytes that a field's name has at most where a list of fields shows it to be one.
const LONGEST_CODE: usize = 20;

fn is_name_of_a_field(word: &str) -> bool {
    is_code(word) && word.len() <= LONGEST_CODE && word.starts_with(char::is_alphabetic)
}

/// A code and its value, which only a list of fields shows to be a pair.
pub(crate) fn field(line: &str) -> Option<LinePair> {
    field_enclosed(line).or_else(|| field_in_cells(line)).or_else(|| field_typed(line))
}

/// A field of M3 with one blank before its value, `WWFACI A01`, `IN60 1`, which only a list of such lines shows to be a pair.
pub(crate) fn field_beside(line: &str) -> Option<LinePair> {
    let start = line.len() - blank::trim_start(line).len();
    let end = start + line[start..].find(' ')?;
    let name = &line[start..end];
    let value = bare(line, end..line.len());
    (is_of_m3(name) && value.start == end + 1 && !value.is_empty()).then_some(LinePair { key: start..end, value })
}

/// What the types of fields are called.
const TYPES: [&str; 18] = [
    "CHAR",
    "CHARACTER",
    "VARCHAR",
    "ALPHA",
    "DEC",
    "DECIMAL",
    "PACKED",
    "ZONED",
    "NUM",
    "NUMERIC",
    "INT",
    "INTEGER",
    "BIN",
    "BINARY",
    "DATE",
    "TIME",
    "STRING",
    "BOOLEAN",
];

fn is_type_name(word: &str) -> bool {
    TYPES.iter().any(|known| word.eq_ignore_ascii_case(known))
}

/// What stands behind the type of a field with its size, `CHAR(14)`, where a text begins with one.
fn behind_type(text: &str) -> Option<&str> {
    let (word, behind) = text.split_at(text.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(text.len()));
    if !is_type_name(word) {
        return None;
    }
    let sized = |size: &str| size.bytes().all(|b| b.is_ascii_digit() || matches!(b, b',' | b' ' | b'.'));
    match behind.strip_prefix('(').and_then(|inner| inner.split_once(')')) {
        Some((size, behind)) => sized(size).then_some(behind),
        None => Some(behind),
    }
}

/// The place of a field's name behind its type, `CHAR(14)  WWFACI = A02`; `start` where no type stands there.
pub(super) fn skip_type(line: &str, start: usize) -> usize {
    let Some(behind) = behind_type(&line[start..]) else { return start };
    let own = behind.trim_start();
    let end = own.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(own.len());
    let signed = own[end..].trim_start().starts_with(['=', ':']);
    let named = own.len() < behind.len() && is_name_of_a_field(&own[..end]) && !is_type_name(&own[..end]);
    if named && signed { line.len() - own.len() } else { start }
}

/// The place of a value without the type of its field before it, `CHAR(4) = "true"`.
pub(super) fn without_type(line: &str, value: Range<usize>) -> Range<usize> {
    let behind = behind_type(line[value.clone()].trim_start());
    match behind.and_then(|behind| behind.trim_start().strip_prefix('=')).map(str::trim_start) {
        Some(own) => value.end - own.len()..value.end,
        None => value,
    }
}

/// `WWFACI (3) 'A02'`, `WWFACI:CHAR(3) = 'A02'`, `CHAR(3)  WWFACI = 'A02'`: a code with its type and its length, before or
/// behind it.
fn field_typed(line: &str) -> Option<LinePair> {
    let end = line.trim_end().len();
    let quote = line[..end].chars().next_back().filter(|c| matches!(c, '"' | '\''))?;
    let open = line.find(quote).filter(|open| open + 1 < end)?;
    // `WWFACI DEC(7,0) X'0000000C'`, of which the value begins with the sign that it is hex; behind another value the same in
    // hex is no second one.
    let signs = [" X", " x", "\tX", "\tx", "=X", ":X"];
    let hex = signs.iter().find_map(|sign| line[..open].strip_suffix(sign));
    let hex = hex.is_some_and(|before| !before.trim_end().ends_with(|c: char| c.is_ascii_digit()));
    let (open, value) = if hex { (open - 1, open - 1..end) } else { (open, open + 1..end - 1) };
    let mut name = None;
    let mut at = 0;
    for word in line[..open].split([' ', '\t', ':', '=', ',', '(', ')']) {
        let place = at..at + word.len();
        at = place.end + 1;
        if word.is_empty() || is_type_name(word) || word.bytes().all(|b| b.is_ascii_digit()) {
            continue;
        }
        if !is_name_of_a_field(word) || name.replace(place).is_some() {
            return None;
        }
    }
    let signed = line[..open].contains([':', '=', '(']);
    name.filter(|_| signed).map(|key| LinePair { key, value })
}

/// `"WWFACI","A02"`, as cells.
fn field_in_cells(line: &str) -> Option<LinePair> {
    let start = line.len() - line.trim_start().len();
    let cells = line.trim();
    let quote = cells.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let (name, behind) = cells[1..].split_once(quote)?;
    let rest = behind.trim_start().strip_prefix([',', ';', '|', '\t', ':', '='])?.trim_start();
    let value = rest.strip_prefix(quote)?.strip_suffix(quote)?;
    let end = line.trim_end().len();
    is_name_of_a_field(name)
        .then(|| LinePair { key: start + 1..start + 1 + name.len(), value: end - 1 - value.len()..end - 1 })
}

/// `WWFACI [A02]`, in brackets.
fn field_enclosed(line: &str) -> Option<LinePair> {
    let start = line.len() - line.trim_start().len();
    let end = line.trim_end().len();
    let (name, inner) = line.get(start..end)?.split_once(' ')?;
    let inner = inner.trim_start();
    let closed = [('[', ']'), ('<', '>'), ('{', '}'), ('(', ')')]
        .into_iter()
        .any(|(open, close)| inner.len() >= 2 && inner.starts_with(open) && inner.ends_with(close));
    (closed && is_name_of_a_field(name))
        .then(|| LinePair { key: start..start + name.len(), value: bare(line, end - inner.len() + 1..end - 1) })
}

/// `Program name(CRS008)`, `Message(it is (nearly) empty)`, `Program name <CRS008>`: one known name, and all behind it in
/// brackets.
fn value_enclosed(line: &str, start: usize, synonyms: &Synonyms) -> Option<LinePair> {
    let (rest, bracket) = [(')', '('), ('>', '<'), (']', '['), ('}', '{')]
        .into_iter()
        .find_map(|(close, open)| Some((line[start..].strip_suffix(close)?, open)))?;
    // A name may have brackets itself: `Company (CONO)(100)`. Round ones behind a blank explain what stands before them.
    let opens = rest.match_indices(bracket).map(|(at, _)| at);
    let open = opens
        .filter(|at| is_key(rest[..*at].trim_end()) && (bracket != '(' || !rest[..*at].ends_with(' ')))
        .find(|at| synonyms.knows(&rest[..*at]))?;
    // What is closed before it is opened again isn't one value.
    let inner = &rest[open + 1..];
    let close = if bracket == '[' { ']' } else { '}' };
    let several = inner.find(close).zip(inner.find(bracket)).is_some_and(|(closed, opened)| closed < opened);
    if matches!(bracket, '[' | '{') && several {
        return None;
    }
    let name = rest[..open].trim_end().len();
    let value = bare(line, start + open + 1..start + rest.len());
    Some(LinePair { key: start..start + name, value })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(line: &str) -> Vec<(&str, &str)> {
        let pairs = on_line(line, 0, Synonyms::standard());
        pairs.into_iter().map(|p| (&line[p.key], &line[p.value])).collect()
    }

    #[test]
    fn names_and_values_in_brackets() {
        for (line, expected) in [
            ("PGM(CRS008) USER(JDOE)", vec![("PGM", "CRS008"), ("USER", "JDOE")]),
            ("Program name(CRS008)", vec![("Program name", "CRS008")]),
            ("Company (CONO)(100)", vec![("Company (CONO)", "100")]),
            ("Message(a (b) c)", vec![("Message", "a (b) c")]),
            ("<User> JDOE", vec![("User", "JDOE")]),
            ("[Job type] Batch", vec![("Job type", "Batch")]),
            ("M3 user [JDOE] / company [100]", vec![("M3 user", "JDOE"), ("company", "100")]),
            ("Failing program [CRS008], called from [X]", vec![("Failing program", "CRS008"), ("called from", "X")]),
            ("[User] \"JDOE\"", vec![("User", "JDOE")]),
            ("[User] => JDOE", vec![("User", "JDOE")]),
            ("[User]: JDOE", vec![("User", "JDOE")]),
            ("{User} JDOE", vec![("User", "JDOE")]),
            ("@Last_operation CHAIN OOHEAD", vec![("Last_operation", "CHAIN OOHEAD")]),
        ] {
            assert_eq!(shown(line), expected, "{line}");
        }
        for (line, value) in [
            ("WOPONR : CHAR(4) = \"true\"", "\"true\""),
            ("WOPONR : packed(9,2) = 0.00", "0.00"),
            ("WOPONR : CHAR(4)", "CHAR(4)"),
            ("WOPONR : TIME of day = 1", "TIME of day = 1"),
            ("WOPONR : CHAR(x) = 1", "CHAR(x) = 1"),
        ] {
            assert_eq!(&line[without_type(line, 9..line.len())], value, "{line}");
        }
        let cells =
            |line: &str| field_in_cells(line).map(|pair| (line[pair.key].to_owned(), line[pair.value].to_owned()));
        for line in ["\"WWFACI\",\"A, 02\"", " 'WWFACI' ; 'A, 02' "] {
            assert_eq!(cells(line), Some(("WWFACI".to_owned(), "A, 02".to_owned())), "{line}");
        }
        assert_eq!(cells("\"WWFACI\",\"\"").map(|(_, value)| value), Some(String::new()));
        let typed = |line: &str| field_typed(line).map(|pair| (line[pair.key].to_owned(), line[pair.value].to_owned()));
        for line in
            ["WWFACI (3) 'A02'", "  WWFACI:CHAR(3) = 'A02'", "CHAR(3)  WWFACI = 'A02' ", "WWFACI DEC(7,0): \"A02\""]
        {
            assert_eq!(typed(line), Some(("WWFACI".to_owned(), "A02".to_owned())), "{line}");
        }
        assert_eq!(typed("WWORQT PACKED(9,0)   0    X'000000000F'"), None);
        let hex = typed("WWORQT PACKED(9,0) X'000000064C'");
        assert_eq!(hex, Some(("WWORQT".to_owned(), "X'000000064C'".to_owned())));
        for (line, name) in [
            ("CHAR(14)  WWFACI = A02", 10),
            ("DECIMAL(3,0) WWFACI: 100", 13),
            ("  INT WWFACI = 1", 6),
            ("DATE = 2026", 0),
            ("CHAR(3) = x", 0),
            ("TIME of day = x", 0),
            ("DATE TIME = x", 0),
            ("CHAR(", 0),
        ] {
            let start = line.len() - line.trim_start().len();
            assert_eq!(skip_type(line, start), name.max(start), "{line}");
        }
        for line in ["WWFACI 'A02'", "CHAR(3) = 'A02'", "WWFACI WWDIVI = 'A02'", "it says: 'A02'", "WWFACI = '", "'"] {
            assert_eq!(typed(line), None, "{line}");
        }
        for line in ["\"WWFACI\"", "\"\",\"x\"", "\"it says\",\"x\"", "\"WWFACI\" and \"x\"", "\""] {
            assert_eq!(cells(line), None, "{line}");
        }
        let field = field_enclosed("  WWFACI [A 02]").map(|pair| (pair.key, pair.value));
        assert_eq!(field, Some((2..8, 10..14)));
        for line in ["[main] started", "<b>bold", "[User]", "at a.b(C.java:1)", "see (1)", "Program (old)"] {
            assert!(shown(line).is_empty(), "{line}: {:?}", shown(line));
        }
    }
}

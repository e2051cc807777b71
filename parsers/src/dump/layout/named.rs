//! Names and values in forms of their own: a stack behind its name, fields behind the name of their record, a field with its
//! length and bytes before its value. It must not know of the lines beside.

use std::ops::Range;

use super::super::synonyms::{Fact, Synonyms};
use super::super::{pairs, stack, table};

/// The name of a field without the word that says that it is one, `Field WTCUNO`, and without its type: `WTTRQT P(15,6)`.
pub(super) fn without_kind(line: &str, name: Range<usize>) -> Range<usize> {
    const KINDS: [&str; 24] = [
        "field",
        "fld",
        "variable",
        "var",
        "indicator",
        "feld",
        "fält",
        "champ",
        "campo",
        "felt",
        "string",
        "char",
        "int",
        "integer",
        "decimal",
        "packed",
        "zoned",
        "date",
        "boolean",
        "long",
        "double",
        "varchar",
        "bin",
        "bigdecimal",
    ];
    let Some((kind, own)) = line[name.clone()].split_once(' ') else { return name };
    let code = |word: &str| word.len() >= 4 && word.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    if code(kind) && pairs::is_type(own.trim_matches([' ', '(', ')'])) {
        return name.start..name.start + kind.len();
    }
    let kind = kind.split('(').next().unwrap_or(kind);
    // `MvxString`, `CharField`: classes are called by what they hold.
    let is_class = || kind.starts_with(char::is_uppercase) && kind.bytes().all(|b| b.is_ascii_alphanumeric());
    let is_kind = || {
        KINDS.iter().any(|known| kind.eq_ignore_ascii_case(known))
            || is_class() && KINDS.iter().any(|known| known.len() > 3 && holds(kind, known))
    };
    let own = own.trim_start();
    if code(own) && is_kind() { name.end - own.len()..name.end } else { name }
}

/// Whether the name of a class begins or ends in a word.
fn holds(class: &str, word: &str) -> bool {
    let part = |range: Option<&str>| range.is_some_and(|part| part.eq_ignore_ascii_case(word));
    part(class.get(..word.len())) || part(class.len().checked_sub(word.len()).and_then(|at| class.get(at..)))
}

/// A stack on one line behind its name alone: `Stack SYS > CRS008`.
pub(super) fn named_stack(line: &str, synonyms: &Synonyms) -> Option<pairs::LinePair> {
    let body = line.trim();
    let (name, value) = body.split_once(' ')?;
    let chained = value.contains(['>', '→']) && stack::inline(value).len() > 1;
    let named = || synonyms.meanings(None, name).first().is_some_and(|(fact, _)| *fact == Fact::CallStack);
    let start = line.len() - line.trim_start().len();
    let end = start + body.len();
    (chained && named()).then(|| pairs::LinePair { key: start..start + name.len(), value: end - value.len()..end })
}

/// A stack whose name says how it is to be read: `Program stack of this job, first program first: SYS, CRS008`.
pub(super) fn explained_stack(line: &str, synonyms: &Synonyms) -> Option<pairs::LinePair> {
    let colon = line.find(": ").filter(|colon| line[..*colon].contains(", ") || line[..*colon].ends_with(')'))?;
    // `(caller -> called)` says of none but the programs whose they are.
    let name = line[..colon].split(" (").next().unwrap_or_default();
    let named = synonyms.meanings(None, name).first().is_some_and(|(fact, _)| *fact == Fact::CallStack);
    let start = line.len() - line.trim_start().len();
    let key = start..name.len().max(start);
    (named && !stack::inline(&line[colon + 2..]).is_empty())
        .then(|| pairs::LinePair { key, value: colon + 2..line.trim_end().len() })
}

/// A field whose length and bytes stand between its name and its value: `W1CUNO   len=10  hex=C1C3D4C5   value='ACME'`.
pub(super) fn with_attributes(line: &str, found: &[pairs::LinePair]) -> Option<pairs::LinePair> {
    const BESIDE: [&str; 10] = ["len", "length", "hex", "type", "dec", "decimals", "pos", "attr", "bytes", "size"];
    let (value, beside) = found.split_last().filter(|(_, beside)| !beside.is_empty())?;
    let is =
        |pair: &pairs::LinePair, names: &[&str]| names.iter().any(|n| line[pair.key.clone()].eq_ignore_ascii_case(n));
    let named =
        is(value, &["value", "val", "content", "contents", "data"]) && beside.iter().all(|pair| is(pair, &BESIDE));
    let name = line[..beside[0].key.start].trim();
    let start = line.len() - line.trim_start().len();
    let coded = name.len() >= 2 && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
    (named && coded).then(|| pairs::LinePair { key: start..start + name.len(), value: value.value.clone() })
}

/// Pairs behind the name of the record they belong to: `CFACIL  FFCONO=100 FFFACI=A02`.
pub(super) fn behind_name(line: &str, synonyms: &Synonyms) -> Vec<pairs::LinePair> {
    let cells = table::cells(line);
    let [name, rest, ..] = cells.as_slice() else { return Vec::new() };
    let coded = line[name.clone()].bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if !coded || line.contains('|') {
        return Vec::new();
    }
    let mut found = pairs::on_line(&line[rest.start..], synonyms);
    found.retain(|pair| line[rest.start + pair.key.end..].starts_with('='));
    for pair in &mut found {
        pair.key = rest.start + pair.key.start..rest.start + pair.key.end;
        pair.value = rest.start + pair.value.start..rest.start + pair.value.end;
    }
    found
}

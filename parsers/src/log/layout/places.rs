//! What may stand at a place of a line: where a level, a line end or the text of a field is looked for.

use super::super::level;
use super::{AnyLevel, Field, Level, Part};

/// The level that stands at `at` behind any blanks, and from where to where its word reaches; `any` takes other words, too.
pub(super) fn level_at(any: AnyLevel, line: &[u8], at: usize) -> Option<(Level, usize, usize)> {
    let start = at + line.get(at..)?.iter().take_while(|b| **b == b' ').count();
    let rest = line.get(start..)?;
    let (level, len) = match level::at_start(rest) {
        Some(found) => found,
        None if any != AnyLevel::Known => match level::alone(rest) {
            Some(level) => (level, 1),
            None if any == AnyLevel::Words => (Level::OTHER, level::word_len(rest)),
            None => return None,
        },
        // `I0113 08:15:02`, a letter that its date follows at once.
        None if rest.get(1).is_some_and(u8::is_ascii_digit) => (Level::of(&rest[..1])?, 1),
        None => return None,
    };
    (len > 0).then_some((level, start, start + len))
}

/// Where the next line starts, if there is one and nothing but blanks stands before it.
pub(super) fn line_break(line: &[u8], at: usize) -> Option<usize> {
    let end = line_end(line, at);
    if line[at..end].iter().any(|b| *b != b' ') || end == line.len() {
        return None;
    }
    // Two programs, one behind the other, may have written a return each.
    let returns = line[end..].iter().take_while(|byte| **byte == b'\r').count();
    Some(end + if line.get(end + returns) == Some(&b'\n') { returns + 1 } else { 1 })
}

/// The brackets that a column's own text begins with, as a printed map does: `{node=a, user=b}`.
pub(super) fn opens_itself(field: &Field, first: Option<u8>) -> Option<(u8, u8)> {
    match (field, first) {
        (Field::Column(_), Some(b'{')) => Some((b'{', b'}')),
        (Field::Column(_), Some(b'[')) => Some((b'[', b']')),
        _ => None,
    }
}

/// A column that a blank ends holds none.
pub(super) fn is_word(field: &Field, next: &Part) -> bool {
    matches!((field, next), (Field::Column(_), Part::Text(text)) if text.starts_with(' '))
}

/// Bytes that end fields of a strict shape.
pub(super) fn never_in(field: &Field, byte: u8) -> bool {
    match field {
        Field::Column(name) if name == "line" => !byte.is_ascii_digit(),
        Field::Column(name) if name == "method" => byte == b'.' || byte == b' ',
        _ => false,
    }
}

/// Whether `part` can start with `byte`; a quick look that spares the full match.
pub(super) fn may_follow(part: &Part, byte: Option<u8>, at_limit: bool) -> bool {
    match part {
        Part::Text(text) => {
            let first = text.as_bytes().first().copied();
            byte == first || (byte == Some(b' ') && first.is_some()) || (at_limit && first == Some(b' '))
        }
        Part::Time(format) => byte.is_some_and(|b| format.may_start_with(b)),
        Part::Field(Field::Level, _) => byte.is_some_and(|b| b.is_ascii_alphabetic() || b == b' '),
        Part::Field(..) => byte == Some(b' '),
        Part::LineBreak => at_limit,
    }
}

/// Where the line that holds `at` ends, its line end not included.
pub(crate) fn line_end(bytes: &[u8], at: usize) -> usize {
    memchr::memchr2(b'\n', b'\r', &bytes[at.min(bytes.len())..]).map_or(bytes.len(), |len| at + len)
}

//! Lines of words that nothing takes: whether what they say could make them into something else than others of the same
//! form. It must not know what words mean.

use super::super::super::section::SectionKind;
use super::super::super::synonyms::Synonyms;
use super::super::super::{stack, table};
use super::super::stacks::may_be_of_frames;
use super::ends_open;

/// Words at the start of a line that are none of it: bullets, in letters.
const BULLETS: [&str; 5] = ["o ", "SET ", "set ", "let ", "export "];

/// Whether the words of a line say nothing, so that its form alone tells what it is.
pub(super) fn say_nothing(line: &str, kind: SectionKind, synonyms: &Synonyms) -> bool {
    let words = line.trim_ascii();
    // Names with their values below, stacks and frames are looked at, and so is what may be a field without a value.
    let apart = ends_open(line) || words.contains("->") && !stack::inline(words).is_empty() || words == "SYS";
    let bullet = || line.starts_with("M3:") || BULLETS.iter().any(|bullet| words.starts_with(bullet));
    let empty_field = || {
        kind == SectionKind::Values && words.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
    };
    !apart
        && !bullet()
        && !may_be_of_frames(words, kind)
        && !empty_field()
        && !synonyms.may_stand_in(words)
        && (table::is_one_cell(line) || !table::may_be_titles(line))
}

/// Whether a line is by itself none that lines beside it could make into one of several.
pub(super) fn stand_alone(line: &str) -> bool {
    !line.trim_ascii_start().starts_with('|') && table::separated_pair(line).is_none()
}

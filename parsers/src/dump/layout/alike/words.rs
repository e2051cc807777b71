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
    !synonyms.may_stand_in(line.trim_ascii())
        && stand_for_themselves(line, kind)
        && (table::is_one_cell(line) || !table::may_be_titles(line))
}

/// Whether the words of a line, some of which are known, make it into no part of something that other lines belong to.
pub(super) fn are_no_part(line: &str, kind: SectionKind) -> bool {
    stand_for_themselves(line, kind) && table::cells(line).len() < 2
}

/// What tells the words of a line from those of others, digits aside.
pub(super) fn hash(line: &str, aside: u64) -> u64 {
    let known = |byte: u8| if byte.is_ascii_digit() { b'0' } else { byte };
    let mixed =
        |hash: u64, byte: u8| (hash.rotate_left(5) ^ u64::from(known(byte))).wrapping_mul(0x517c_c1b7_2722_0a95);
    line.bytes().fold(aside + 3, mixed)
}

/// Whether a line is by its signs no name with its value below, no stack, no frame and no field without a value.
fn stand_for_themselves(line: &str, kind: SectionKind) -> bool {
    let words = line.trim_ascii();
    // Names with their values below, stacks and frames are looked at, and so is what may be a field without a value.
    let apart = ends_open(line) || words.contains("->") && !stack::inline(words).is_empty() || words == "SYS";
    let bullet = || line.starts_with("M3:") || BULLETS.iter().any(|bullet| words.starts_with(bullet));
    let empty_field = || {
        kind == SectionKind::Values && words.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
    };
    !apart && !bullet() && !may_be_of_frames(words, kind) && !empty_field()
}

/// Whether a line is by itself none that lines beside it could make into one of several.
pub(super) fn stand_alone(line: &str) -> bool {
    !line.trim_ascii_start().starts_with('|') && table::separated_pair(line).is_none()
}

//! What a layout writes behind the message: the thread in brackets, alone or with the logger, at the end of a record's
//! last line.

use super::super::layout::{Field, Pad, Part};
use super::classify::{is_dotted, is_identifier};
use super::rows::{Row, Work};
use super::shapes::closing;
use super::threads::thread_score;
use super::values::Values;

/// Fewer records don't show whether a bracket at the end is the layout's or the message's.
const FEWEST: usize = 8;
/// Rows that a sign opens show with fewer that it closes them, too.
const FEWEST_OPENED: usize = 2;
/// Of a hundred records on one line so many end in a bracket where the layout writes it.
const NEARLY_ALL: usize = 97;
/// Of a hundred words in these brackets so many look like a thread's name.
const THREADS: usize = 30;

/// The parts of a thread behind the message, where the head names none and nearly all records end in one.
pub(super) fn thread(work: &Work, fields: &[Field]) -> Option<Vec<Part>> {
    if fields.contains(&Field::Thread) {
        return None;
    }
    // What is written behind a message of several lines stands on the last of them.
    let heads = work.heads();
    let alone = || work.rows.iter().filter(|row| heads.contains(&row.next.as_ptr()));
    let ends: Vec<(u8, &[u8])> = alone().filter_map(bracket_at_end).collect();
    let (open, _) = *ends.first()?;
    let close = closing(open)?;
    let words: Vec<&[u8]> = ends.iter().filter(|(own, _)| *own == open).map(|(_, word)| *word).collect();
    let records = alone().count();
    if records < FEWEST || words.len() * 100 < records * NEARLY_ALL {
        return None;
    }
    let text = |text: String| Part::Text(text);
    let field = |field: Field| Part::Field(field, Pad::None);
    let around = |inside: Vec<Part>| {
        let opening = text(format!(" {}", char::from(open)));
        [vec![opening], inside, vec![text(char::from(close).to_string())]].concat()
    };
    if !fields.contains(&Field::Logger) && words.iter().all(|word| thread_and_logger(word).is_some()) {
        return Some(around(vec![field(Field::Thread), text(BETWEEN.into()), field(Field::Logger)]));
    }
    (thread_score(&Values::of(words)) >= THREADS).then(|| around(vec![field(Field::Thread)]))
}

/// What stands between a thread and a logger in one bracket.
const BETWEEN: &str = ", ";

/// `main, com.foo.Bar`, taken apart.
fn thread_and_logger(word: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = word.windows(BETWEEN.len()).rposition(|two| two == BETWEEN.as_bytes()).filter(|at| *at > 0)?;
    let logger = &word[at + BETWEEN.len()..];
    (is_dotted(logger) && is_identifier(logger)).then_some((&word[..at], logger))
}

/// The separator of the columns, where it stands behind the message too.
pub(super) fn sign(work: &Work) -> Option<Part> {
    cells_close(work, work.separator?).map(|text| Part::Text(text.to_owned()))
}

/// The sign behind each cell of a row with the blank before it, where it stands behind the last one as well: of a table
/// whose rows begin with it, or of many rows.
pub(super) fn cells_close(work: &Work, separator: u8) -> Option<&'static str> {
    let heads = work.heads();
    let alone: Vec<&Row> = work.rows.iter().filter(|row| heads.contains(&row.next.as_ptr())).collect();
    let opened = separator == b'|' && work.rows.iter().all(|row| row.text.first() == Some(&separator));
    let least = if opened { FEWEST_OPENED } else { FEWEST };
    let (blank, bare) = [(b'|', " |", "|"), (b';', " ;", ";"), (b'\t', "\t", "\t"), (b',', ",", ",")]
        .into_iter()
        .find_map(|(sign, blank, bare)| (sign == separator).then_some((blank, bare)))?;
    let all = |end: &str| alone.iter().all(|row| row.text.ends_with(end.as_bytes()));
    let closing = if all(blank) { blank } else { bare };
    (alone.len() >= least && all(closing)).then_some(closing)
}

/// The bracket that closes with the line, and the word in it.
fn bracket_at_end<'a>(row: &Row<'a>) -> Option<(u8, &'a [u8])> {
    let (last, inside) = row.text.split_last()?;
    let open = [b'[', b'(', b'{', b'<'].into_iter().find(|open| closing(*open) == Some(*last))?;
    let at = inside.iter().rposition(|byte| *byte == open)?;
    let word = &inside[at + 1..];
    let apart = at > row.pos && inside[at - 1] == b' ';
    (apart && !word.is_empty() && !word.contains(last)).then_some((open, word))
}

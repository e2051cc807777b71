//! What a layout writes behind the message: the thread in brackets, alone or with the logger, at the end of a record's
//! last line.

use super::super::layout::{Field, Pad, Part};
use super::classify::{is_dotted, is_identifier};
use super::rows::{Row, Work};
use super::shapes::closing;
use super::threads::{may_name, thread_score};
use super::values::Values;

/// Fewer records don't show whether a bracket at the end is the layout's or the message's.
const FEWEST: usize = 8;
/// Rows that a sign opens show with fewer that it closes them, too.
const FEWEST_OPENED: usize = 2;
/// Of a hundred records on one line so many end in a bracket where the layout writes it.
const NEARLY_ALL: usize = 97;
/// Of a hundred words in these brackets so many look like a thread's name.
const THREADS: usize = 30;

/// Logger and thread behind the message, the separator of the columns before each, where nearly all records end so and the
/// rest of them is no column before.
pub(super) fn columns(work: &Work, separator: u8) -> Option<Vec<Part>> {
    let heads = work.heads();
    let alone: Vec<&Row> = work.rows.iter().filter(|row| heads.contains(&row.next.as_ptr())).collect();
    let last_two = |row: &&Row<'_>| {
        let mut cells = row.rest().rsplitn(3, |b| *b == separator);
        let (last, before, rest) = (cells.next()?, cells.next()?, cells.next());
        rest.map(|_| (before.to_vec(), last.to_vec()))
    };
    let cells: Vec<(Vec<u8>, Vec<u8>)> = alone.iter().filter_map(last_two).collect();
    if alone.len() < FEWEST_COLUMNS || cells.len() * 100 < alone.len() * NEARLY_ALL {
        return None;
    }
    let class = |name: &[u8]| is_dotted(name.trim_ascii()) && is_identifier(name.trim_ascii());
    let threads = Values::of(cells.iter().map(|(_, last)| last.trim_ascii()).collect());
    let named = cells.iter().filter(|(before, _)| class(before)).count() * 100 >= cells.len() * NEARLY_ALL;
    // A sentence may speak of a pool.
    let worker = |name: &[u8]| may_name(name) && name.split(|b| *b == b' ').count() <= 3;
    if !named || threads.share(worker) < WORKERS {
        return None;
    }
    let blank = if cells.iter().all(|(_, last)| last.starts_with(b" ")) { " " } else { "" };
    let sign = || Part::Text(format!("{blank}{}{blank}", char::from(separator)));
    Some(vec![sign(), Part::Field(Field::Logger, Pad::None), sign(), Part::Field(Field::Thread, Pad::None)])
}

/// Of a hundred names behind the last separator so many are such as pools give.
const WORKERS: usize = 50;
/// So many records show what stands behind their messages between separators.
const FEWEST_COLUMNS: usize = 3;

/// The logger in brackets behind the message, where the head names none and nearly all records end in a class with its
/// package: `text (kafka.server.KafkaServer)`.
pub(super) fn logger(work: &Work, fields: &[Field]) -> Option<Vec<Part>> {
    if fields.contains(&Field::Logger) {
        return None;
    }
    let heads = work.heads();
    let alone: Vec<&Row> = work.rows.iter().filter(|row| heads.contains(&row.next.as_ptr())).collect();
    let ends: Vec<(u8, &[u8])> = alone.iter().filter_map(|row| bracket_at_end(row)).collect();
    let (open, _) = *ends.first()?;
    let class = |(own, word): &&(u8, &[u8])| *own == open && is_dotted(word) && is_identifier(word);
    let named = ends.iter().filter(class).count();
    let enough = alone.len() >= FEWEST_COLUMNS && named * 100 >= alone.len() * NEARLY_ALL;
    let close = closing(open).filter(|_| enough)?;
    let text = |text: String| Part::Text(text);
    let field = Part::Field(Field::Logger, Pad::None);
    Some(vec![text(format!(" {}", char::from(open))), field, text(char::from(close).to_string())])
}

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

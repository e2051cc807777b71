//! M3 dumplogs: what is known of one, whatever notation it was written in.
//!
//! No format of a dumplog is public, so nothing here goes by position. A dump is taken apart into headings, pairs,
//! tables, stacks and traces by what its lines look like, then names and the form of values decide which pair states
//! which fact. What isn't stated is unknown, and what isn't understood stays in the source, with its place.

mod accept;
mod cells;
mod coded;
mod edges;
mod facts;
mod fields;
mod hands;
mod hashed;
mod layout;
mod learned;
mod markup;
mod operation;
mod pairs;
mod pieces;
mod section;
mod sniff;
mod split;
mod stack;
mod summary;
mod synonyms;
mod table;
mod thinned;
mod unbox;
mod value;
pub(crate) mod when;

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

pub use crate::encoding::{Encoding, is_ebcdic_text, is_utf16_text};
pub use coded::Meaning;
pub use fields::{Field, Fields};
pub use hands::{Hands, OneHand};
pub use operation::is_alone as is_operation;
pub use pieces::{PIECE, read_pieces};
pub use sniff::{Likeness, opens_with_a_failure, says_so, sniff};
pub use synonyms::{Fact, Synonyms};
pub use value::Dump;

use crate::Span;
use crate::encoding::{self, Decoded};
use crate::m3::names;
use layout::Layout;

/// The dumps of a source.
#[derive(Clone, Debug, PartialEq)]
pub struct Dumps {
    /// In the order of the source, at least one; their spans cover the source.
    pub dumps: Vec<Dump>,
    /// How the source is encoded.
    pub encoding: Encoding,
}

/// Reads a source that holds dumps. Time and memory are linear in its size; [`read_pieces`] holds a piece of it at a
/// time.
#[must_use]
pub fn read(bytes: &[u8], synonyms: &Synonyms) -> Dumps {
    let decoded = encoding::decode(bytes);
    let bare = unbox::uncarried(&decoded.text);
    let xml = markup::xml(&bare, synonyms);
    let text = if xml.is_some() { Cow::Borrowed(&*bare) } else { with_plain_lines(Cow::Borrowed(&bare)) };
    let dumps = match xml.or_else(|| markup::json(&text, synonyms)) {
        Some(parts) => {
            let mut locator = decoded.locator();
            // All that a document of JSON holds has one place, which is looked for once.
            let mut last = (0..0, locator.span(&(0..0)));
            let place = |range: &Range<usize>| {
                if last.0 != *range {
                    last = (range.clone(), locator.span(range));
                }
                last.1
            };
            of_markup((text.len(), bytes.len() as u64), parts, synonyms, place, line_numbers(&text))
        }
        None => of_lines(bytes, &decoded, &text, synonyms),
    };
    let more = of_cells(bytes, &decoded, &bare, &dumps, synonyms);
    let mut dumps = more.unwrap_or(dumps);
    // What says no time of its own was written when the records say that hold its lines.
    if let [one] = dumps.as_mut_slice()
        && one.at.is_none()
        && one.either_at.is_none()
    {
        one.at = unbox::head_above(&decoded.text).and_then(|head| when::find(&head));
    }
    Dumps { dumps, encoding: decoded.encoding }
}

/// What a record of a log says, between its head and its message, of whom it was written for, `[user=JDOE cono=100]`; a name
/// and its value a line.
#[must_use]
pub fn context(record: &str) -> Option<String> {
    unbox::context::first(record)
}

/// Facts of which one dump states so many that its notation is known: of markup, in which names may stand by chance, and of
/// lines.
const READ: [usize; 2] = [9, 6];

/// Facts on which two ways of reading agree where both read the notation.
const AGREED: usize = 3;

/// The dumps of a text by its cells, where these state more than what was `read_before`: it is in a notation that nobody
/// knows.
fn of_cells(
    bytes: &[u8],
    decoded: &Decoded<'_>,
    text: &str,
    read_before: &[Dump],
    synonyms: &Synonyms,
) -> Option<Vec<Dump>> {
    let stated = |dumps: &[Dump]| dumps.iter().map(Dump::stated).max().unwrap_or(0);
    let known = stated(read_before);
    if known >= READ[usize::from(!cells::is_marked_up(text))] {
        return None;
    }
    let mut locator = decoded.locator();
    let read = cells::rewritten(text, synonyms).into_iter().map(|rewritten| {
        let lines = plain(&rewritten.text, synonyms);
        let place = |own: &Range<usize>| locator.span(&rewritten.source(own));
        let mut line = line_numbers(text);
        let line = |start: usize| line(rewritten.source(&(start..start)).start);
        of_ranges(&lines, bytes.len() as u64, synonyms, place, line)
    });
    // Who reads much and says the same has read the notation: the little that cells add stands elsewhere, among fields.
    let understood = |dumps: &[Dump]| {
        let agreed = read_before.iter().flat_map(|own| dumps.iter().map(|other| own.agrees_on(other))).max();
        agreed.is_some_and(|agreed| agreed >= AGREED && stated(dumps) < known + agreed)
    };
    let more = read.filter(|dumps| stated(dumps) > known && !understood(dumps));
    let mut best = more.reduce(|best, next| if stated(&next) > stated(&best) { next } else { best })?;
    // A list of programs is more than a cell.
    if let ([own], [read]) = (best.as_mut_slice(), read_before)
        && read.call_stack.len() > own.call_stack.len()
    {
        own.call_stack.clone_from(&read.call_stack);
    }
    // Frames may be documents of their own, which cells don't show; and what stands in lines is whole there, but for what
    // markup escapes.
    if let ([own], [read]) = (best.as_mut_slice(), read_before)
        && read.trace.is_some()
        && (own.trace.is_none() || !cells::is_marked_up(text) && own.frames().count() <= read.frames().count())
    {
        own.trace.clone_from(&read.trace);
        own.customer_code = read.customer_code;
        let program =
            own.frames().find_map(|frame| names::program_of(&frame.class)).map(|found| found.program.to_owned());
        own.program = own.program.take().or(program);
        own.exception = own.exception.take().or_else(|| read.exception.clone());
        own.exception_message = own.exception_message.take().or_else(|| read.exception_message.clone());
    }
    Some(best)
}

/// The text without what it was carried in, and with plain lines, byte for byte as long.
fn unboxed<'t>(text: &'t str, synonyms: &Synonyms) -> Cow<'t, str> {
    let text = unbox::uncarried(text);
    if markup::xml(&text, synonyms).is_some() { text } else { with_plain_lines(text) }
}

/// The text with objects that were printed on lines of it made plain, unless it is a document of JSON.
fn with_plain_lines(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.trim_start().starts_with("{\"") {
        return text;
    }
    unbox::signs::printed_on_lines(&text).map_or(text, Cow::Owned)
}

/// The numbers of the lines on which places of a text stand, from 1; what lies between a place and the one before is
/// counted, so that places in rising order take the text once.
fn line_numbers(text: &str) -> impl FnMut(usize) -> u64 {
    let ends = |between: Range<usize>| memchr::memchr_iter(b'\n', &text.as_bytes()[between]).count() as u64;
    let (mut line, mut counted) = (1, 0);
    move |place: usize| {
        let place = place.min(text.len());
        if place < counted {
            line -= ends(place..counted);
        } else {
            line += ends(counted..place);
        }
        counted = place;
        line
    }
}

fn owned(text: Cow<'_, str>) -> Option<String> {
    match text {
        Cow::Owned(text) => Some(text),
        Cow::Borrowed(_) => None,
    }
}

/// The text without what is written around its lines, and with a notation that had to be learned made plain.
fn plain<'t>(text: &'t str, synonyms: &Synonyms) -> Cow<'t, str> {
    let bare = unbox::plain(text);
    match owned(learned::plain(&bare, synonyms)) {
        Some(learned) => Cow::Owned(learned),
        None => bare,
    }
}

/// `text` is the decoded text with other signs in the same places, here and in [`of_markup`].
fn of_lines(bytes: &[u8], decoded: &Decoded<'_>, text: &str, synonyms: &Synonyms) -> Vec<Dump> {
    let plain = plain(text, synonyms);
    let mut locator = decoded.locator();
    // Of the text as it was: where a name stood above its value they are on one line now.
    of_ranges(&plain, bytes.len() as u64, synonyms, |range| locator.span(range), line_numbers(text))
}

/// The dumps of a text in lines, which was made of a source of so many bytes; `place` and `line` find places of the text in
/// that.
fn of_ranges(
    text: &str,
    bytes: u64,
    synonyms: &Synonyms,
    mut place: impl FnMut(&Range<usize>) -> Span,
    mut line: impl FnMut(usize) -> u64,
) -> Vec<Dump> {
    let mut dumps = Vec::new();
    for range in split::dumps(text, synonyms) {
        let layout = layout::read(&text[range.clone()], synonyms);
        let mut dump = build(layout, synonyms, |own| place(&(range.start + own.start..range.start + own.end)));
        let from = if dumps.is_empty() { 0 } else { place(&range).offset };
        let to = if range.end == text.len() { bytes } else { place(&(range.end..range.end)).offset };
        dump.span = Span::new(from, to.saturating_sub(from));
        dump.line = line(range.start);
        dumps.push(dump);
    }
    dumps
}

/// `len` and `bytes` are the lengths of the text and of its source; `place` and `line` find places of the text in that.
fn of_markup(
    (len, bytes): (usize, u64),
    parts: Vec<(Range<usize>, Layout<'static>)>,
    synonyms: &Synonyms,
    mut place: impl FnMut(&Range<usize>) -> Span,
    mut line: impl FnMut(usize) -> u64,
) -> Vec<Dump> {
    let starts: Vec<usize> = parts.iter().map(|(range, _)| range.start).collect();
    let mut dumps = Vec::new();
    for (n, (_, layout)) in parts.into_iter().enumerate() {
        let start = if n == 0 { 0 } else { starts[n] };
        let end = starts.get(n + 1).copied().unwrap_or(len);
        let mut dump = build(layout, synonyms, &mut place);
        let from = if n == 0 { 0 } else { place(&(start..start)).offset };
        let to = if end == len { bytes } else { place(&(end..end)).offset };
        dump.span = Span::new(from, to.saturating_sub(from));
        dump.line = line(start);
        dumps.push(dump);
    }
    dumps
}

/// A dump from its parts; `place` finds their ranges in the source.
fn build(mut layout: Layout<'_>, synonyms: &Synonyms, mut place: impl FnMut(&Range<usize>) -> Span) -> Dump {
    let facts::Facts { mut dump, used } = facts::read(&mut layout, synonyms);
    let titles: Vec<Option<Arc<str>>> =
        layout.sections.iter().map(|s| (!s.title.is_empty()).then(|| Arc::from(s.title.as_ref()))).collect();
    let mut kept = vec![true; layout.pairs.len()];
    used.into_iter().filter_map(|at| kept.get_mut(at).map(|k| *k = false)).for_each(drop);
    let mut fields: Vec<_> =
        layout.pairs.into_iter().zip(kept).filter(|(_, kept)| *kept).map(|(pair, _)| pair).collect();
    fields.sort_by_key(|pair| pair.range.start);
    let bytes = fields.iter().map(|pair| pair.name.len() + pair.value.len()).sum();
    dump.fields = Fields::with_room(fields.len(), bytes);
    for pair in fields {
        let section = titles.get(pair.section).and_then(Option::as_ref);
        if !dump.fields.push(section, fields::own_name(&pair.name), &pair.value, place(&pair.range)) {
            layout.further_count += 1;
            layout.further.push(pair.range);
        }
    }
    dump.fields.shrink();
    dump.further_fields = layout.further_count;
    dump.further = layout.further.iter().map(&mut place).collect();
    dump.unparsed = facts::joined(layout.unparsed).iter().map(&mut place).collect();
    dump
}

#[cfg(test)]
mod tests;

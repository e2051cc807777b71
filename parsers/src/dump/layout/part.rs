//! A dump that is taken apart piece by piece, since it is too large to be held: what is known at the end of a piece goes
//! on with the next one. Lines that follow a piece are seen while it is read, so that each line is read as it would be
//! in the whole.

use std::borrow::Cow;
use std::ops::Range;

use super::super::hands::Hands;
use super::super::section::{Section, SectionKind};
use super::super::stack;
use super::super::synonyms::Synonyms;
use super::alike::{Alike, Forms};
use super::bounds::{Kept, LINES};
use super::stacks::Frames;
use super::{Above, Layout, Open, Pair, Reader};
use crate::trace::{self, Role, Trace};

/// What is known of a dump up to the end of a piece. Ranges are bytes of the source.
#[derive(Debug)]
pub(crate) struct Carried {
    layout: Layout<'static>,
    open: Vec<Open>,
    table: Option<super::Table>,
    stack: Vec<String>,
    called_by: bool,
    levels: stack::Levels,
    frames: Frames,
    above: Above,
    names_above: bool,
    kept: Kept,
    known: Forms,
    line_above: Option<String>,
    /// Whether the piece ended within a trace, and which one that is where it is kept.
    in_trace: Option<Option<usize>>,
}

impl Carried {
    /// Nothing is known of it yet.
    pub(crate) fn new() -> Self {
        let first = Section { title: Cow::Borrowed(""), kind: SectionKind::Facts };
        Self {
            layout: Layout { sections: vec![first], ..Layout::default() },
            open: vec![Open { section: 0, indent: None }],
            table: None,
            stack: Vec::new(),
            called_by: false,
            levels: stack::Levels::default(),
            frames: Frames::default(),
            above: Above::Nothing,
            names_above: false,
            kept: Kept::default(),
            known: Forms::default(),
            line_above: None,
            in_trace: None,
        }
    }

    /// The dump taken apart, at its end.
    pub(crate) fn finish(self, synonyms: &Synonyms) -> Layout<'static> {
        let Self { layout, open, stack, called_by, levels, frames, kept, .. } = self;
        let mut reader = Reader { open, stack, called_by, levels, frames, kept, ..Reader::new("", synonyms) };
        reader.out = Layout { sections: layout.sections, traces: layout.traces, ..Layout::default() };
        reader.end_frames();
        reader.end_stack();
        let Layout { sections, stacks, traces, .. } = reader.out;
        let sections = sections.into_iter().map(owned_section).collect();
        let stacks = if layout.stacks.is_empty() { stacks } else { layout.stacks };
        Layout { sections, stacks, traces, ..layout }
    }

    /// The line that is too long for a piece, which was read from `start` on, goes on up to `end`.
    pub(crate) fn goes_on_to(&mut self, start: usize, end: usize) {
        let Layout { pairs, further, further_count, unparsed, .. } = &mut self.layout;
        let of_line = |range: &Range<usize>| range.end > start;
        if let Some(cut) = pairs.pop_if(|pair| of_line(&pair.range)) {
            // What is kept of the value isn't all of it.
            *further_count += 1;
            further.push(cut.range.start..end);
        } else if let Some(last) = further.last_mut().filter(|last| of_line(last)) {
            last.end = end;
        } else if let Some(last) = unparsed.last_mut().filter(|last| of_line(last)) {
            last.end = end;
        } else {
            unparsed.push(start..end);
        }
    }
}

/// Where the trace starts that reaches across `at`, if there is one.
pub(crate) fn trace_across(text: &str, at: usize) -> Option<usize> {
    // Most start near; one that starts further up is seen here by its frames alone.
    let near = trace::line_start(text, at.saturating_sub(NEAR));
    let across = |from: usize| {
        let ranges = trace::ranges(&text[from..]).map(|range| from + range.start..from + range.end);
        ranges.take_while(|range| range.start < at).find(|range| range.end > at).map(|range| range.start)
    };
    let found = across(near)?;
    if found > near + NEAR / 2 || near == 0 { Some(found) } else { across(0) }
}

/// Bytes before a place in which a trace that reaches across it is looked for first.
const NEAR: usize = 1 << 20;

/// Reads on with the lines of `text` that start before `end`, of which the last may reach behind it. `within` says that
/// a trace does too; `place` finds ranges of the text in the source. Gives where the next piece starts.
pub(crate) fn read_on(
    carried: &mut Carried,
    text: &str,
    end: usize,
    within: bool,
    (synonyms, hands): (&Synonyms, &impl Hands),
    mut place: impl FnMut(&Range<usize>) -> Range<usize>,
) -> usize {
    let line_above = carried.line_above.take();
    let sections = std::mem::take(&mut carried.layout.sections);
    let traces = std::mem::take(&mut carried.layout.traces);
    let kept_traces = traces.len();
    let mut reader = Reader {
        line_above: line_above.as_deref(),
        open: std::mem::take(&mut carried.open),
        table: carried.table.take(),
        stack: std::mem::take(&mut carried.stack),
        called_by: carried.called_by,
        levels: carried.levels,
        frames: std::mem::take(&mut carried.frames),
        above: carried.above,
        names_above: carried.names_above,
        kept: carried.kept,
        alike: Alike::knowing(std::mem::take(&mut carried.known)),
        ..Reader::new(text, synonyms)
    };
    reader.out = Layout { sections, traces, ..Layout::default() };
    reader.traces_on(carried.in_trace.take(), end);
    reader.lines(end, hands);
    carried.in_trace = within.then_some(reader.last_trace);
    let next = end.max(reader.read_to);
    let before = text[..next].trim_end_matches(['\n', '\r']);
    carried.line_above = Some(before.rsplit('\n').next().unwrap_or_default().chars().take(4000).collect());
    let Reader { out, open, table, stack, called_by, levels, mut frames, above, names_above, kept, alike, .. } = reader;
    frames.stand_at(text.len(), &mut place);
    let Layout { sections, pairs, stacks, mut traces, titles, further, further_count, words, unparsed } = out;
    traces.iter_mut().skip(kept_traces).for_each(|found| found.range = place(&found.range));
    let layout = &mut carried.layout;
    layout.sections = sections.into_iter().map(owned_section).collect();
    layout.traces = traces;
    if layout.stacks.is_empty() {
        layout.stacks = stacks;
    }
    layout.pairs.extend(pairs.into_iter().map(|pair| Pair {
        section: pair.section,
        name: Cow::Owned(pair.name.into_owned()),
        value: Cow::Owned(pair.value.into_owned()),
        range: place(&pair.range),
    }));
    for (all, more) in [(&mut layout.titles, titles), (&mut layout.words, words)] {
        let room = LINES.saturating_sub(all.len());
        let own = |(at, line): (usize, Cow<'_, str>)| (place(&(at..at)).start, Cow::Owned(line.into_owned()));
        all.extend(more.into_iter().take(room).map(own));
    }
    layout.further_count += further_count;
    for (all, more) in [(&mut layout.further, further), (&mut layout.unparsed, unparsed)] {
        for (n, range) in more.into_iter().enumerate() {
            let range = place(&range);
            // Lines that follow each other are one range, across pieces as well: what is between them is a line's end.
            match all.last_mut().filter(|last: &&mut Range<usize>| n == 0 && range.start <= last.end + 4) {
                Some(last) => last.end = range.end,
                None => all.push(range),
            }
        }
    }
    carried.open = open;
    carried.table = table;
    carried.stack = stack;
    (carried.called_by, carried.levels, carried.frames, carried.above) = (called_by, levels, frames, above);
    (carried.names_above, carried.kept, carried.known) = (names_above, kept, alike.into_known());
    next
}

impl Reader<'_> {
    /// Finds the traces of a piece; the first goes on with the one that the piece before ended in.
    fn traces_on(&mut self, before: Option<Option<usize>>, end: usize) {
        let Some(whole) = before else { return self.take_traces(end) };
        // What the trace has no room for is only counted.
        let room = whole.and_then(|at| self.out.traces.get(at)).map_or(0, Trace::room);
        let mut found = trace::all_keeping(&self.text[..end], [room, trace::MOST_FRAMES]);
        let first_line = self.text.find('\n').unwrap_or(self.text.len());
        let Some(first) = found.next().filter(|found| found.range.start <= first_line && goes_on(found)) else {
            return self.take_traces(end);
        };
        self.taken.push(first.range.clone());
        self.last_trace = whole;
        if let Some(whole) = whole.and_then(|at| self.out.traces.get_mut(at)) {
            whole.go_on(first);
        }
        for found in found {
            self.take_trace(found);
        }
    }
}

/// Whether a trace could be the rest of another one.
fn goes_on(found: &Trace) -> bool {
    found.throwables.first().is_some_and(|first| first.role != Role::Outer || first.exception.is_empty())
}

fn owned_section(section: Section<'_>) -> Section<'static> {
    Section { title: Cow::Owned(section.title.into_owned()), kind: section.kind }
}

//! What the lines of a dump are: headings, pairs, tables, stacks, traces, and text that none of these takes.
//!
//! The notation of a dump isn't known beforehand, so each line is read by what it and its neighbours look like. It
//! must not decide which pair states which fact.

mod alike;
mod beforehand;
mod bounds;
mod columns;
mod frames;
mod heading;
mod hex;
mod line;
mod named;
mod part;
mod stacks;

use std::borrow::Cow;
use std::ops::Range;

use super::hands::{Hands, OneHand};
use super::pairs;
use super::section::{self, Section, SectionKind};
use super::stack;
use super::synonyms::Synonyms;
use super::table::{self, Table, TableKind};
use crate::event;
use crate::trace::{self, Trace};
pub(crate) use bounds::LINES;
use line::{Line, Lines};
pub(crate) use part::{Carried, read_on, trace_across};

/// A dump taken apart. Ranges are bytes of its text.
#[derive(Debug, Default)]
pub(crate) struct Layout<'a> {
    /// The first has no title and holds what stands before any heading.
    pub(crate) sections: Vec<Section<'a>>,
    pub(crate) pairs: Vec<Pair<'a>>,
    /// The program stack, outermost first: the first one with programs of M3 in it.
    pub(crate) stacks: Vec<Vec<String>>,
    /// Those that may tell of the failure.
    pub(crate) traces: Vec<Trace>,
    /// The first headings, for what they say in words, and where they start.
    pub(crate) titles: Vec<(usize, Cow<'a, str>)>,
    /// Fields that are too many to be kept: where they stand, and how many they are.
    pub(crate) further: Vec<Range<usize>>,
    pub(crate) further_count: u64,
    /// The first lines that nothing took, of sections that speak of the dump.
    pub(crate) words: Vec<(usize, Cow<'a, str>)>,
    /// Where all lines stand that nothing took.
    pub(crate) unparsed: Vec<Range<usize>>,
}

/// A key and its value in a section.
#[derive(Clone, Debug)]
pub(crate) struct Pair<'a> {
    /// Index into [`Layout::sections`].
    pub(crate) section: usize,
    pub(crate) name: Cow<'a, str>,
    pub(crate) value: Cow<'a, str>,
    pub(crate) range: Range<usize>,
}

impl<'a> Layout<'a> {
    /// The pairs that are about the dump itself, and not its fields, programs or surroundings.
    pub(crate) fn facts(&self) -> impl Iterator<Item = &Pair<'a>> {
        self.pairs.iter().filter(|pair| self.sections[pair.section].kind == SectionKind::Facts)
    }
}

/// Takes a text apart.
pub(crate) fn read<'a>(text: &'a str, synonyms: &'a Synonyms) -> Layout<'a> {
    let mut reader = Reader::new(text, synonyms);
    reader.take_traces(text.len());
    reader.lines(text.len(), &OneHand);
    reader.finish()
}

struct Reader<'a> {
    text: &'a str,
    /// The line before the text, where that is not the start of the dump.
    line_above: Option<&'a str>,
    synonyms: &'a Synonyms,
    out: Layout<'a>,
    /// Lines that belong to traces, in order, and how many of them lie behind.
    taken: Vec<Range<usize>>,
    passed: usize,
    /// The trace that was found last, where it is kept.
    last_trace: Option<usize>,
    open: Vec<Open>,
    table: Option<Table>,
    stack: Vec<String>,
    /// Whether the stack says that each of its programs was called by the next.
    called_by: bool,
    levels: stack::Levels,
    frames: stacks::Frames,
    /// The last pair's value column, while the lines below may go on with its value.
    value_column: Option<usize>,
    /// Whether the line below is the value of the name that was read.
    value_below: bool,
    /// Where what was read of the lines below ends.
    read_to: usize,
    above: Above,
    /// Whether names stand above their values in this section.
    names_above: bool,
    /// What is kept already.
    kept: bounds::Kept,
    /// The forms of lines that hold nothing but fields beyond those that are kept.
    alike: alike::Alike,
    /// What was judged of the lines that come next.
    beforehand: beforehand::Beforehand,
    /// The names and values of the present line, and room for those of another.
    found: Vec<(Range<usize>, Range<usize>)>,
    places: Vec<(Range<usize>, Range<usize>)>,
    /// What beside the present line shows that it holds fields.
    beside: alike::Beside,
    /// Whether the last field is one that isn't kept.
    last_left_out: bool,
}

/// What the line above was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Above {
    Nothing,
    Rule,
    Content,
}

/// An open section: its number, and the indentation of its heading where it ends with lines that stand further left.
#[derive(Debug)]
struct Open {
    section: usize,
    indent: Option<usize>,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str, synonyms: &'a Synonyms) -> Self {
        let first = Section { title: Cow::Borrowed(""), kind: SectionKind::Facts };
        let out = Layout { sections: vec![first], ..Layout::default() };
        Self {
            text,
            line_above: None,
            synonyms,
            out,
            taken: Vec::new(),
            passed: 0,
            last_trace: None,
            open: vec![Open { section: 0, indent: None }],
            table: None,
            stack: Vec::new(),
            called_by: false,
            levels: stack::Levels::default(),
            frames: stacks::Frames::default(),
            value_column: None,
            value_below: false,
            read_to: 0,
            above: Above::Nothing,
            names_above: false,
            kept: bounds::Kept::default(),
            alike: alike::Alike::default(),
            beforehand: beforehand::Beforehand::default(),
            found: Vec::new(),
            places: Vec::new(),
            beside: alike::Beside::Nothing,
            last_left_out: false,
        }
    }

    /// Reads the lines that start before `end`.
    fn lines(&mut self, end: usize, hands: &impl Hands) {
        let mut lines = Lines::on(self.line_above, self.text, 0);
        while let Some(line) = lines.next().filter(|line| line.start < end) {
            if let Some(next) = self.take_judged(line.start, end, hands) {
                lines.go_to(next);
                continue;
            }
            if !self.in_trace(&line) {
                self.line(line);
            }
        }
    }

    /// Finds the traces. A head may have drawn lines of the dump into its message, since a message may have any: those
    /// that state facts are given back.
    fn take_traces(&mut self, end: usize) {
        for found in trace::all(&self.text[..end]) {
            self.take_trace(found);
        }
    }

    fn take_trace(&mut self, mut found: Trace) {
        let (message, calls) = trace::parts(self.text, &found);
        // Calls without an `at` are no message: they are read line by line.
        let bare = found.throwables.first().is_some_and(|first| first.frames.is_empty());
        if bare && self.text[message.clone()].lines().any(|line| frames::frame(line).is_some()) {
            return;
        }
        // `Trace` above the frames is their heading, and `REPORT: Dumplog` that of the dump: they are read like any other line.
        let mut unthrown = false;
        if let Some(first) = found.throwables.first_mut()
            && !trace::may_be_thrown(&first.exception)
        {
            (first.exception, first.message) = (String::new(), None);
            unthrown = true;
        }
        // Within a quoted cell of a row a quote is written twice.
        let line = self.text[..found.range.start].rfind('\n').map_or(0, |at| at + 1);
        if self.text[line..found.range.start].matches('"').count() % 2 == 1 {
            let said = found.throwables.iter_mut().filter_map(|thrown| thrown.message.as_mut());
            said.filter(|said| said.contains("\"\"")).for_each(|said| *said = said.replace("\"\"", "\""));
        }
        let lost = Lines::new(&self.text[message.clone()]).any(|l| self.is_structure(l.text));
        if unthrown {
            found.range.start = calls.start;
            self.taken.push(calls);
        } else if lost {
            if let Some(first) = found.throwables.first_mut() {
                let said = first.message.as_deref().and_then(|m| m.lines().next()).map(str::trim_end);
                first.message = said.filter(|said| !said.is_empty()).map(str::to_owned);
            }
            self.taken.push(found.range.start..message.start);
            self.taken.push(calls);
        } else {
            self.taken.push(found.range.clone());
        }
        let kept = self.out.traces.len();
        if !stacks::is_of_earlier(self.text, found.range.start) {
            self.out.trace(found);
        }
        self.last_trace = (self.out.traces.len() > kept).then_some(kept);
    }

    fn is_structure(&self, line: &str) -> bool {
        let line = line.trim_end();
        let known = |p: &pairs::LinePair| self.synonyms.knows(&line[p.key.clone()]);
        section::is_rule(line)
            || section::decorated(line).is_some()
            || pairs::on_line(line, self.synonyms).iter().any(known)
            // `WWFACI = A01` on a line of its own
            || pairs::plain(line.trim_start()).is_some_and(|pair| pair.key.len() >= 4)
            // `stackTrace: |` of YAML, `StackTrace : at a.b.C.d(C.java:1)`
            || line.split_once(':').is_some_and(|(name, _)| section::kind(name) == SectionKind::Trace && !name.contains('.'))
    }

    fn in_trace(&mut self, line: &Line<'a>) -> bool {
        while self.taken.get(self.passed).is_some_and(|t| t.end <= line.start) {
            self.passed += 1;
        }
        let Some(taken) = self.taken.get(self.passed) else { return false };
        if taken.start >= line.end() || line.text.trim().is_empty() {
            return false;
        }
        // What stands before the exception on its own line is read like any other line: `Exception . . : `
        let before = self.text[line.start..taken.start.clamp(line.start, line.end())].trim_end();
        // `Exception in thread ""main""` in the last cell of a row is of the trace.
        let before = match before.rfind("Exception in thread \"") {
            Some(at) if before.ends_with('"') => before[..at].trim_end(),
            _ => before,
        };
        if !before.trim().is_empty() {
            let whole = Line { text: before, ..*line };
            if self.table.is_none() && pairs::on_line(before, self.synonyms).is_empty() {
                self.out.title(line.start, before);
            } else {
                self.line(whole);
            }
        }
        self.above = Above::Content;
        self.value_column = None;
        true
    }

    fn line(&mut self, line: Line<'a>) {
        if line.start < self.read_to || self.plain_field(&line) || self.passed_hex_row(&line) {
            return;
        }
        self.read_or_left_out(line);
    }

    fn read(&mut self, line: Line<'a>) {
        if line.text.trim().is_empty() {
            return self.blank();
        }
        // A program event tells of the end: behind its name stand pairs as anywhere.
        if let Some(at) = event::pairs_at(line.text) {
            let (name, pairs) = line.text.split_at(at);
            let section = self.section();
            self.out.unread(section, line.start, Cow::Borrowed(name));
            return self.read(Line { start: line.start + at, text: pairs, ..line });
        }
        if section::is_rule(line.text) {
            self.above = Above::Rule;
            self.value_column = None;
            return;
        }
        if self.call(&line) || self.thrown(&line) {
            self.above = Above::Content;
            return;
        }
        self.close_by_indent(&line);
        let is_value = std::mem::take(&mut self.value_below);
        // The value of the name above is no heading, though a rule follows.
        let taken = is_value && self.continued(&line, is_value)
            || self.name_above_value(&line)
            || self.heading(&line)
            || !is_value && self.continued(&line, is_value)
            || self.content(&line);
        if !taken {
            self.table = None;
            let section = self.section();
            self.out.unread(section, line.start, Cow::Borrowed(line.text));
        }
        self.above = Above::Content;
    }

    /// A field in the plainest notation, in a section of fields: dumps of hundreds of megabytes are made of these.
    fn plain_field(&mut self, line: &Line<'a>) -> bool {
        if self.kind() != SectionKind::Values || self.table.is_some() || self.frames.are_open() {
            return false;
        }
        let Some(pair) = pairs::plain(line.text) else { return false };
        self.close_by_indent(line);
        self.value_column = None;
        self.above = Above::Content;
        let taken = self.pair(line, pair.key, pair.value);
        // Nobody asks for what was found on it, and there may be millions.
        self.found.clear();
        taken
    }

    fn blank(&mut self) {
        self.above = Above::Nothing;
        self.table = None;
        self.value_column = None;
        self.end_frames();
        if !self.stack.is_empty() {
            // A stack ends with its list; what follows without a heading is about the dump again.
            self.end_stack();
            if self.kind() == SectionKind::Stack {
                self.open.push(Open { section: 0, indent: None });
            }
        }
    }

    fn close_by_indent(&mut self, line: &Line<'a>) {
        while let Some(Open { indent: Some(indent), .. }) = self.open.last() {
            if line.indent() > *indent {
                return;
            }
            self.end_stack();
            self.open.pop();
        }
    }

    fn kind(&self) -> SectionKind {
        self.out.sections[self.section()].kind
    }

    fn section(&self) -> usize {
        self.open.last().map_or(0, |open| open.section)
    }

    /// Whether the line goes on with the value above it; `is_value` where it is known to be that of the name above.
    fn continued(&mut self, line: &Line<'a>, is_value: bool) -> bool {
        if !self.value_column.is_some_and(|column| line.indent() + 1 >= column && line.indent() > 0) {
            return false;
        }
        let own = if is_value { Vec::new() } else { pairs::on_line(line.text, self.synonyms) };
        if self.last_left_out && own.is_empty() {
            self.out.further_goes_on(line.end());
            return true;
        }
        let Some(last) = self.out.pairs.last_mut().filter(|_| own.is_empty()) else { return false };
        if !last.value.is_empty() {
            last.value.to_mut().push('\n');
        }
        last.value.to_mut().push_str(line.text.trim());
        last.range.end = line.end();
        true
    }

    fn content(&mut self, line: &Line<'a>) -> bool {
        self.value_column = None;
        if self.row(line) {
            return true;
        }
        let table = table::header(line.text, line.below, self.kind() == SectionKind::Stack, self.synonyms);
        if !table.as_ref().is_some_and(|table| matches!(table.kind, TableKind::Frames(_))) {
            self.end_frames();
        }
        if let Some(table) = table {
            let single = line.second_below.or(line.below);
            if !matches!(table.kind, TableKind::OneRow(_)) || single.is_some() {
                self.table = Some(table);
                return true;
            }
        }
        if self.stack_line(line) {
            return true;
        }
        // A dash may be the sign of a pair, and stand between several.
        let dashed = line.text.contains(" - ");
        dashed && line::is_all_said(line.text, self.synonyms) && self.sentence(line)
            || self.pairs(line)
            || line::is_all_said(line.text, self.synonyms) && self.sentence(line)
            || self.columns(line)
            || self.field_beside(line)
            || self.empty_field(line)
            || self.sentence(line)
    }

    fn pairs(&mut self, line: &Line<'a>) -> bool {
        let on_a_line =
            named::explained_stack(line.text, self.synonyms).or_else(|| named::named_stack(line.text, self.synonyms));
        let is_stack = on_a_line.is_some();
        let mut found = match on_a_line {
            Some(stack) => vec![stack],
            None => pairs::on_line(line.text, self.synonyms),
        };
        if found.is_empty() {
            found = named::behind_name(line.text, self.synonyms);
        }
        if let Some(field) = named::with_attributes(line.text, &found) {
            found = vec![field];
        }
        if found.is_empty() && self.kind() == SectionKind::Values {
            found.extend(pairs::field(line.text));
        }
        let called = || line.text.contains("->") && self.kind() != SectionKind::Values;
        if found.len() == 1 && !is_stack && called() && !self.synonyms.knows(&line.text[found[0].key.clone()]) {
            found.clear();
        }
        let Some(last) = found.last().cloned() else { return false };
        if found.len() == 1 && self.exception(line, &last.key) {
            return true;
        }
        // A block of YAML: the value is what stands below.
        if found.len() == 1 && matches!(&line.text[last.value.clone()], "|" | ">" | "|-" | ">-") {
            return true;
        }
        // A known name with nothing behind it: the value stands below, further right.
        let alone = found.len() == 1 && last.value.is_empty() && self.synonyms.knows(&line.text[last.key.clone()]);
        for pair in found {
            self.pair(line, pair.key, pair.value);
        }
        let deeper = |b: &&str| b.len() - b.trim_start().len() > line.indent() && !b.trim().is_empty();
        self.value_column = match alone {
            true => line.below.filter(deeper).map(|b| b.len() - b.trim_start().len()),
            false => (!last.value.is_empty() && last.value.start > 4).then_some(last.value.start),
        };
        true
    }

    /// An exception with what it says, where no frames show that it is one: its class is the name of no field.
    fn exception(&mut self, line: &Line<'a>, name: &Range<usize>) -> bool {
        let class = &line.text[name.clone()];
        if !trace::named_in(class).is_some_and(|(found, _)| found == (0..class.len())) || !class.contains('.') {
            return false;
        }
        let value = line.text.trim_end();
        self.put(Pair {
            section: self.section(),
            name: Cow::Borrowed("Exception"),
            value: Cow::Borrowed(&value[name.start..]),
            range: line.start + name.start..line.start + value.len(),
        });
        self.value_column = Some(line.indent()).filter(|indent| *indent > 0);
        true
    }

    fn pair(&mut self, line: &Line<'a>, name: Range<usize>, value: Range<usize>) -> bool {
        let name = named::without_kind(line.text, name);
        let range = line.start + name.start..line.start + value.end.max(name.end);
        self.found.push((name.clone(), value.clone()));
        let name = &line.text[name];
        if !self.has_room(name, &line.text[value.clone()]) {
            self.last_left_out = true;
            self.out.further(line.start, range);
            return true;
        }
        self.put(Pair {
            section: self.section(),
            name: Cow::Borrowed(name),
            value: pairs::unescaped(line.text, &value),
            range,
        });
        true
    }

    /// `Program CRS008, panel E, user JDOE`: names and values as a list of words.
    fn sentence(&mut self, line: &Line<'a>) -> bool {
        let found = line::said(line.text, self.synonyms);
        if !found.is_empty() && line.text.split_whitespace().count() > 3 * found.len() {
            // It says more than these.
            self.out.title(line.start, line.text);
        }
        for (name, value) in &found {
            self.pair(line, name.clone(), value.clone());
        }
        !found.is_empty()
    }

    fn finish(mut self) -> Layout<'a> {
        self.end_frames();
        self.end_stack();
        self.out
    }
}

//! What the lines of a dump are: headings, pairs, tables, stacks, traces, and text that none of these takes.
//!
//! The notation of a dump isn't known beforehand, so each line is read by what it and its neighbours look like. It
//! must not decide which pair states which fact.

mod line;

use std::borrow::Cow;
use std::ops::Range;

use super::section::{self, Section, SectionKind};
use super::synonyms::{Fact, Synonyms};
use super::table::{self, Table, TableKind};
use super::{pairs, stack};
use crate::m3::names;
use crate::trace::{self, Frame, Role, Throwable, Trace};
use line::{Line, Lines};

/// A dump taken apart. Ranges are bytes of its text.
#[derive(Debug, Default)]
pub(crate) struct Layout<'a> {
    /// The first has no title and holds what stands before any heading.
    pub(crate) sections: Vec<Section<'a>>,
    pub(crate) pairs: Vec<Pair<'a>>,
    /// Program stacks, outermost first.
    pub(crate) stacks: Vec<Vec<String>>,
    pub(crate) traces: Vec<Trace>,
    /// Headings, for what they say in words.
    pub(crate) titles: Vec<Range<usize>>,
    /// Lines that nothing took.
    pub(crate) texts: Vec<Range<usize>>,
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

/// Takes a text apart.
pub(crate) fn read<'a>(text: &'a str, synonyms: &'a Synonyms) -> Layout<'a> {
    let mut reader = Reader::new(text, synonyms);
    reader.take_traces();
    for line in Lines::new(text) {
        if !reader.in_trace(&line) {
            reader.line(line);
        }
    }
    reader.finish()
}

struct Reader<'a> {
    text: &'a str,
    synonyms: &'a Synonyms,
    out: Layout<'a>,
    /// Lines that belong to traces, in order, and how many of them lie behind.
    taken: Vec<Range<usize>>,
    passed: usize,
    open: Vec<Open>,
    table: Option<Table>,
    stack: Vec<String>,
    frames: (Range<usize>, Vec<Frame>),
    /// The last pair's value column, while the lines below may go on with its value.
    value_column: Option<usize>,
    above: Above,
}

/// What the line above was.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Above {
    Nothing,
    Rule,
    Content,
}

/// An open section: its number, and the indentation of its heading where it ends with lines that stand further left.
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
            synonyms,
            out,
            taken: Vec::new(),
            passed: 0,
            open: vec![Open { section: 0, indent: None }],
            table: None,
            stack: Vec::new(),
            frames: (0..0, Vec::new()),
            value_column: None,
            above: Above::Nothing,
        }
    }

    /// Finds the traces. A head may have drawn lines of the dump into its message, since a message may have any: those
    /// that state facts are given back.
    fn take_traces(&mut self) {
        for mut found in trace::all(self.text) {
            let (message, calls) = trace::parts(self.text, &found);
            let lost = Lines::new(&self.text[message.clone()]).any(|l| self.is_structure(l.text));
            if lost {
                if let Some(first) = found.throwables.first_mut() {
                    first.message =
                        first.message.as_deref().and_then(|m| m.lines().next()).map(|m| m.trim_end().to_owned());
                }
                self.taken.push(found.range.start..message.start);
                self.taken.push(calls);
            } else {
                self.taken.push(found.range.clone());
            }
            self.out.traces.push(found);
        }
    }

    fn is_structure(&self, line: &str) -> bool {
        let line = line.trim_end();
        let known = |p: &pairs::LinePair| self.synonyms.knows(&line[p.key.clone()]);
        section::is_rule(line)
            || section::decorated(line).is_some()
            || pairs::on_line(line, self.synonyms).iter().any(known)
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
        if !before.trim().is_empty() {
            let whole = Line { text: before, ..*line };
            if pairs::on_line(before, self.synonyms).is_empty() {
                self.out.titles.push(line.start..line.start + before.len());
            } else {
                self.line(whole);
            }
        }
        self.above = Above::Content;
        self.value_column = None;
        true
    }

    fn line(&mut self, line: Line<'a>) {
        if line.text.trim().is_empty() {
            return self.blank();
        }
        if section::is_rule(line.text) {
            self.above = Above::Rule;
            self.value_column = None;
            return;
        }
        self.close_by_indent(&line);
        let taken = self.heading(&line) || self.continued(&line) || self.content(&line);
        if !taken {
            self.table = None;
            self.out.texts.push(line.start..line.end());
        }
        self.above = Above::Content;
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

    fn heading(&mut self, line: &Line<'a>) -> bool {
        let Some((title, indent)) = self.title(line) else { return false };
        self.end_stack();
        self.end_frames();
        self.table = None;
        self.value_column = None;
        if indent.is_none() {
            self.open.clear();
        }
        let start = line.start + offset(line.text, title);
        self.out.titles.push(start..start + title.len());
        self.out.sections.push(Section { title: Cow::Borrowed(title), kind: section::kind(title) });
        self.open.push(Open { section: self.out.sections.len() - 1, indent });
        true
    }

    /// The title on a line that is a heading, and its indentation where the section ends with lines further left.
    fn title(&self, line: &Line<'a>) -> Option<(&'a str, Option<usize>)> {
        let content = line.text.trim();
        if self.kind() == SectionKind::Stack
            && stack::entry(content).is_some_and(|p| names::is_program(&p) || p == "SYS")
        {
            return None;
        }
        if let Some(title) = section::decorated(content).filter(|title| !is_marked_pair(content, title, self.synonyms))
        {
            let states =
                pairs::on_line(title, self.synonyms).iter().any(|p| self.synonyms.knows(&title[p.key.clone()]));
            return (!states).then_some((title, None));
        }
        if let Some(title) = content.strip_suffix(':').map(|t| t.trim_end_matches([' ', '.', '-', '_'])) {
            return self.opens_block(title, content, line).then_some((title, Some(line.indent())));
        }
        let underlined = line.below.is_some_and(|b| section::is_rule(b) && section::rule_columns(b).is_empty());
        let titled = section::is_title(content) && table::cells(content).len() == 1;
        if titled && (underlined || self.above == Above::Rule && line.below.is_none_or(|b| b.trim().is_empty())) {
            let states =
                pairs::on_line(content, self.synonyms).iter().any(|p| self.synonyms.knows(&content[p.key.clone()]));
            return (!states).then_some((content, None));
        }
        self.is_plain_title(line).then_some((content, None))
    }

    /// Whether `Title:` opens a section: it names one, or what is below stands further right.
    fn opens_block(&self, title: &str, content: &str, line: &Line<'a>) -> bool {
        let Some(below) = line.below.filter(|_| section::is_title(title) && table::cells(content).len() <= 2) else {
            return false;
        };
        let deeper = !below.trim().is_empty() && below.len() - below.trim_start().len() > line.indent();
        let meanings = self.synonyms.meanings(None, title);
        if section::kind(title) != SectionKind::Facts {
            return true;
        }
        let one_value = pairs::on_line(below, self.synonyms).is_empty();
        deeper && (meanings.is_empty() || !one_value)
    }

    fn is_plain_title(&self, line: &Line<'a>) -> bool {
        let content = line.text.trim();
        let Some(below) = line.below else { return false };
        if self.above == Above::Content || !section::is_plain_title(content) || table::cells(content).len() != 1 {
            return false;
        }
        let next = if below.trim().is_empty() { line.second_below.unwrap_or_default() } else { below };
        let deeper = next.len() - next.trim_start().len() > line.indent();
        let capitals = !content.chars().any(char::is_lowercase) && content.len() > 3;
        let listed = section::kind(content) != SectionKind::Facts;
        let in_stack = self.kind() == SectionKind::Stack && stack::entry(content).is_some();
        !next.trim().is_empty() && (deeper || capitals || listed) && !in_stack
    }

    /// Whether the line goes on with the value above it.
    fn continued(&mut self, line: &Line<'a>) -> bool {
        let Some(column) = self.value_column.filter(|c| line.indent() + 1 >= *c && *c > 4) else { return false };
        let own = pairs::on_line(line.text, self.synonyms);
        let Some(last) = self.out.pairs.last_mut().filter(|_| own.is_empty()) else { return false };
        debug_assert!(column > 0);
        last.value.to_mut().push('\n');
        last.value.to_mut().push_str(line.text.trim());
        last.range.end = line.end();
        true
    }

    fn content(&mut self, line: &Line<'a>) -> bool {
        self.value_column = None;
        if self.row(line) || self.call(line) {
            return true;
        }
        self.end_frames();
        if let Some(table) = table::header(line.text, line.below, self.kind() == SectionKind::Stack, self.synonyms) {
            let single = line.second_below.or(line.below);
            if !matches!(table.kind, TableKind::OneRow(_)) || single.is_some() {
                self.table = Some(table);
                return true;
            }
        }
        if self.stack_line(line) {
            return true;
        }
        self.pairs(line) || self.columns(line) || self.empty_field(line) || self.sentence(line)
    }

    fn row(&mut self, line: &Line<'a>) -> bool {
        let Some(table) = self.table.take() else { return false };
        let Some(row) = table.row(line.text) else { return false };
        let cell = |at: usize| row.get(at).cloned().unwrap_or(0..0);
        let kept = match &table.kind {
            TableKind::NameValue(name, value) => {
                let (name, value) = (cell(*name), pairs::bare(line.text, cell(*value)));
                !name.is_empty() && self.pair(line, name, value)
            }
            TableKind::Stack(program) => {
                let found = stack::entry(&line.text[cell(*program)]);
                found.is_some_and(|program| {
                    self.stack.push(program);
                    true
                })
            }
            TableKind::OneRow(titles) => {
                // Two rows are a list of something, and none of its rows speaks for the dump.
                let alone = line.below.is_none_or(|b| {
                    b.trim().is_empty() || section::is_rule(b) || table.row(b).is_none_or(|r| r.len() < 2)
                });
                let titles = titles.clone();
                return alone && self.one_row(line, &titles, &row);
            }
        };
        if kept {
            self.table = Some(table);
        }
        kept
    }

    /// The one row below a line of keys; the keys stand in an earlier line of the text.
    fn one_row(&mut self, line: &Line<'a>, titles: &[Range<usize>], row: &[Range<usize>]) -> bool {
        let Some(header) = line.header_above(self.text) else { return false };
        for (title, value) in titles.iter().zip(row) {
            let Some(name) = header.get(title.clone()) else { return false };
            let range = line.start + value.start..line.start + value.end;
            let pair = Pair {
                section: self.section(),
                name: Cow::Borrowed(name),
                value: Cow::Borrowed(&line.text[value.clone()]),
                range,
            };
            self.out.pairs.push(pair);
        }
        true
    }

    /// A frame without `at`, as some print the Java stack.
    fn call(&mut self, line: &Line<'a>) -> bool {
        let stacked = matches!(self.kind(), SectionKind::Stack | SectionKind::Trace);
        let Some(frame) = trace::call(line.text.trim()).filter(|f| stacked || f.class.starts_with("mvx.")) else {
            return false;
        };
        if self.frames.1.is_empty() {
            self.frames.0 = line.start..line.end();
        }
        self.frames.0.end = line.end();
        self.frames.1.push(frame);
        true
    }

    fn end_frames(&mut self) {
        let (range, frames) = std::mem::take(&mut self.frames);
        if frames.is_empty() {
            return;
        }
        let outer = Throwable { role: Role::Outer, depth: 0, exception: String::new(), message: None, frames, more: 0 };
        self.out.traces.push(Trace { range, throwables: vec![outer], ending: trace::Ending::Whole });
    }

    fn stack_line(&mut self, line: &Line<'a>) -> bool {
        let content = line.text.trim();
        if self.kind() != SectionKind::Stack {
            let chain = content.contains("->") && table::cells(content).len() == 1;
            let first = content.split("->").next().unwrap_or_default().trim();
            let inline = if chain && !first.contains(' ') { stack::inline(content) } else { Vec::new() };
            let found = inline.len() > 1;
            self.stack.extend(inline);
            return found;
        }
        let inline = stack::inline(content);
        if inline.len() > 1 && (content.contains(['>', '→', '/', ','])) {
            self.stack.extend(inline);
            return true;
        }
        for pair in pairs::on_line(line.text, self.synonyms) {
            let (name, value) = (&line.text[pair.key], &line.text[pair.value]);
            let counted = name.chars().any(|c| c.is_ascii_digit()) || table::states(self.synonyms, name, Fact::Program);
            match stack::entry(value).filter(|_| counted) {
                Some(program) => self.stack.push(program),
                None => continue,
            }
            return true;
        }
        let found = stack::entry(content).filter(|_| !assigns(content) && !content.ends_with(':'));
        match found {
            Some(program) => {
                self.stack.push(program);
                true
            }
            None => false,
        }
    }

    fn end_stack(&mut self) {
        let found = std::mem::take(&mut self.stack);
        if stack::has_m3(&found) {
            let title = &self.out.sections[self.section()].title;
            self.out.stacks.push(stack::outermost_first(title, found));
        }
    }

    fn pairs(&mut self, line: &Line<'a>) -> bool {
        let mut found = pairs::on_line(line.text, self.synonyms);
        if found.is_empty() {
            found = behind_name(line.text, self.synonyms);
        }
        if found.len() == 1 && line.text.contains("->") && !self.synonyms.knows(&line.text[found[0].key.clone()]) {
            found.clear();
        }
        let Some(last) = found.last().cloned() else { return false };
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
            true => line.below.filter(deeper).map(|b| (b.len() - b.trim_start().len()).max(5)),
            false => (!last.value.is_empty()).then_some(last.value.start),
        };
        true
    }

    fn pair(&mut self, line: &Line<'a>, name: Range<usize>, value: Range<usize>) -> bool {
        let range = line.start + name.start..line.start + value.end.max(name.end);
        let (name, value) = (&line.text[name], &line.text[value]);
        self.out.pairs.push(Pair {
            section: self.section(),
            name: Cow::Borrowed(name),
            value: Cow::Borrowed(value),
            range,
        });
        true
    }

    /// Names and values in columns, without any sign between them.
    fn columns(&mut self, line: &Line<'a>) -> bool {
        let in_values = self.kind() == SectionKind::Values;
        let found = table::loose_pairs(line.text, in_values, self.synonyms);
        let Some((name, value)) = found.first().cloned() else { return self.listed(line) || self.narrow_column(line) };
        let barred = line.text.contains('|') || line.text.contains('│');
        let known = found.iter().any(|(name, _)| self.synonyms.knows(&line.text[name.clone()]));
        let aligned =
            |other: Option<&str>| other.is_some_and(|o| table::cells(o).get(1).is_some_and(|c| c.start == value.start));
        if !(barred || known || in_values || aligned(line.below) || aligned(line.above)) || value.is_empty() && !barred
        {
            return false;
        }
        for (name, value) in found {
            let value = pairs::bare(line.text, value);
            self.pair(line, name, value);
        }
        true
    }

    /// A field without a value, in a section of nothing but fields.
    fn empty_field(&mut self, line: &Line<'a>) -> bool {
        let name = line.text.trim();
        let coded = name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
        let alone = |o: &str| o.trim().len() <= 10 && !o.trim().contains(' ');
        let beside = |other: Option<&str>| other.is_none_or(|o| table::cells(o).len() >= 2 || alone(o));
        if self.kind() != SectionKind::Values || !coded || !(3..=10).contains(&name.len()) {
            return false;
        }
        let start = line.indent();
        let end = start + name.len();
        beside(line.above) && beside(line.below) && self.pair(line, start..end, end..end)
    }

    /// Name and value as a file of separated values has them: `Program;CRS008`, `"Program","CRS008"`.
    fn listed(&mut self, line: &Line<'a>) -> bool {
        let Some((name, value)) = table::separated_pair(line.text) else { return false };
        let alike = |other: Option<&str>| other.and_then(table::separated_pair).is_some();
        let known = self.synonyms.knows(&line.text[name.clone()]);
        known
            && (alike(line.above) || alike(line.below) || line.text.contains(';'))
            && self.pair(line, name.clone(), value.clone())
            || !known && alike(line.above) && alike(line.below) && self.pair(line, name, value)
    }

    /// The longest name of a column leaves one blank only before its value.
    fn narrow_column(&mut self, line: &Line<'a>) -> bool {
        let column = |other: Option<&str>| other.and_then(|o| table::cells(o).get(1).map(|c| c.start));
        let Some(at) = column(line.above).or_else(|| column(line.below)).filter(|at| *at > 1) else { return false };
        let (Some(name), Some(value)) = (line.text.get(..at - 1), line.text.get(at..)) else { return false };
        let gap = line.text.as_bytes().get(at - 1) == Some(&b' ');
        if !gap || value.trim().is_empty() || !self.synonyms.knows(name) {
            return false;
        }
        let start = name.len() - name.trim_start().len();
        self.pair(line, start..start + name.trim().len(), at..line.text.trim_end().len())
    }

    /// `Program CRS008, panel E, user JDOE`: names and values as a list of words.
    fn sentence(&mut self, line: &Line<'a>) -> bool {
        let found = line::said(line.text, self.synonyms);
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

/// Whether a line is a pair behind a bullet: `# Host: srv01`.
fn is_marked_pair(line: &str, title: &str, synonyms: &Synonyms) -> bool {
    let bullet = line.ends_with(title) && line.len() - title.len() <= 2;
    bullet && pairs::on_line(title, synonyms).first().is_some_and(|pair| !pair.value.is_empty())
}

/// Whether a line has an equals sign behind something other than a number.
fn assigns(line: &str) -> bool {
    line.split_once('=').is_some_and(|(name, _)| name.chars().any(char::is_alphabetic))
}

/// Pairs behind the name of the record they belong to: `CFACIL  FFCONO=100 FFFACI=A02`.
fn behind_name(line: &str, synonyms: &Synonyms) -> Vec<pairs::LinePair> {
    let cells = table::cells(line);
    let [name, rest, ..] = cells.as_slice() else { return Vec::new() };
    let coded = line[name.clone()].bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
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

/// Where `part`, a slice of `whole`, starts in it.
fn offset(whole: &str, part: &str) -> usize {
    (part.as_ptr() as usize).saturating_sub(whole.as_ptr() as usize).min(whole.len())
}

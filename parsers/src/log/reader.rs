//! A reader for one log: its encoding, its line ends and its layouts, learned from a sample or told.
//!
//! Reads one head at the start of a line and one record in full; [`super::Splitter`] finds the lines.

mod saved;
mod traced;

pub use traced::Tracing;

use super::joined;
use super::json;
use super::layout::{Caught, Field, Form, Part, Quick, Seen};
use super::pairs;
use super::pattern::{self, PatternError};
use super::tagged;
use super::text::{Encoding, LineEnds};
use super::unwrapped::{encoding_by, surround};
use super::{Day, Head, Hints, Layout, Level, Record, Severity, learn};
use crate::{Civil, Span, Stamp, trace};

/// Reads the records of a log.
///
/// The same bytes give the same records, in however many pieces they come and on however many threads.
#[derive(Clone, Debug)]
pub struct Reader {
    pub(crate) encoding: Encoding,
    pub(crate) line_ends: LineEnds,
    pub(crate) layouts: Vec<Layout>,
    /// The short way through the heads of each layout.
    quick: Vec<Option<Quick>>,
    /// The bytes with which a record can start; all others are the quick way to *no*.
    pub(crate) first: Box<[bool; 256]>,
    /// The most lines that a head spans.
    pub(crate) head_lines: usize,
    /// Some layout writes the time behind the message.
    pub(crate) time_in_tail: bool,
    /// Whether a record starts in a line shows by that line alone, and its time as well.
    pub(crate) line_by_line: bool,
    /// The layouts that have times without a date.
    undated: Vec<bool>,
    notes: Vec<String>,
    /// The day of times that have none.
    day: Option<Day>,
    /// The layouts were learned: there may be more of them than the sample showed.
    pub(super) learned: bool,
}

/// What stands in [`Head::layout`] of the lines before the first record.
pub const HEADER: u16 = u16::MAX;

/// What is remembered from line to line, for speed alone.
#[derive(Debug)]
pub(crate) struct Looking {
    pub(crate) caught: Caught,
    /// The last heads of each layout.
    seen: Vec<Option<Seen>>,
}

/// A head that was found at the start of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Start {
    pub(crate) stamp: Option<Stamp>,
    pub(crate) level: Option<Level>,
    pub(crate) layout: u16,
}

impl Reader {
    /// Learns how a log is written from a sample: its first some hundred kilobytes, or more.
    ///
    /// Never fails: where no layout is found the reader has none, and the whole log is one header record.
    #[must_use]
    pub fn learn(sample: &[u8]) -> Self {
        Self::learn_with(sample, &Hints::default())
    }

    /// As [`Reader::learn`], with what is known of the log from outside.
    #[must_use]
    pub fn learn_with(sample: &[u8], hints: &Hints) -> Self {
        let encoding = Encoding::detect(sample);
        let line_ends = LineEnds::detect(sample, encoding);
        if let Some(inside) = Self::learn_inside(sample, encoding, line_ends, hints) {
            return Self { learned: true, ..inside };
        }
        let lines = lines(sample, encoding, line_ends);
        if let Some(layout) = tagged::of_lines(&lines) {
            return Self { learned: true, ..Self::assemble(encoding, line_ends, vec![layout], Vec::new()) };
        }
        let learned = learn::learn(&lines, hints);
        let reader = Self::assemble(encoding, line_ends, learned.layouts, learned.notes).on(hints.day);
        Self { learned: true, ..reader }
    }

    /// The same with these layouts instead.
    pub(super) fn with_layouts(&self, layouts: Vec<Layout>, notes: Vec<String>) -> Self {
        let Self { day, learned, .. } = *self;
        Self { day, learned, ..Self::assemble(self.encoding, self.line_ends, layouts, notes) }
    }

    /// The reader with the day that times without one are of, and dates without a year near to.
    #[must_use]
    pub fn on(mut self, day: Option<Day>) -> Self {
        let undated = |layout: &&Layout| layout.has_time() && !layout.has_date();
        let Some(day) = day.filter(|_| self.layouts.iter().any(|layout| undated(&layout))) else { return self };
        let (year, month, date) = day.date;
        let from = if day.told { "as it was told" } else { "as the file's name says" };
        let of = match (self.layouts.iter().filter(undated).all(Layout::has_month), day.told) {
            (false, _) => "times without a date are of",
            (true, true) => "dates without a year are of the year from",
            (true, false) => "dates without a year are of the half year before or behind",
        };
        self.notes.push(format!("{of} {year:04}-{month:02}-{date:02}, {from}; --date YYYY-MM-DD tells another day"));
        self.day = Some(day);
        self
    }

    /// The stamp with the log's day or year, where it has none of its own.
    fn dated(&self, stamp: Stamp, layout: &Layout) -> Stamp {
        let Some(log) = self.day.filter(|_| !stamp.has_date) else { return stamp };
        let (_, month, day, hour, minute, second, ns) = stamp.civil.parts();
        let (year, month, day) = if layout.has_month() { (log.year_of(month, day), month, day) } else { log.date };
        match Civil::new(year, month, day, hour, minute, second, ns) {
            Some(civil) => Stamp { civil, has_date: true, ..stamp },
            None => stamp,
        }
    }

    /// A reader for a log whose layout is known, as a pattern of log4j, logback, `java.util.logging`, Python or
    /// strftime; `sample` tells encoding and line ends.
    ///
    /// # Errors
    /// Where the pattern can't be understood.
    pub fn told(pattern: &str, sample: &[u8]) -> Result<Self, PatternError> {
        let encoding = Encoding::detect(sample);
        let line_ends = LineEnds::detect(sample, encoding);
        let layouts = pattern::parse(pattern)?;
        let encoding = encoding_by(&layouts, sample, encoding, line_ends);
        Ok(Self::assemble(encoding, line_ends, layouts, Vec::new()))
    }

    pub(super) fn assemble(
        encoding: Encoding,
        line_ends: LineEnds,
        layouts: Vec<Layout>,
        mut notes: Vec<String>,
    ) -> Self {
        const MIXED: &str = "some of its lines are UTF-8 and some are UTF-16: each is read as what it is";
        if encoding == Encoding::Mixed && notes.iter().all(|note| note != MIXED) {
            notes.push(MIXED.to_owned());
        }
        let mut first = Box::new([false; 256]);
        for layout in &layouts {
            for (all, one) in first.iter_mut().zip(layout.first_bytes()) {
                *all |= one;
            }
        }
        let head_lines = layouts.iter().map(Layout::lines).max().unwrap_or(1);
        let time_in_tail = layouts.iter().any(Layout::time_in_tail);
        let quick = layouts.iter().map(Quick::of).collect();
        let undated = |layout: &Layout| layout.has_time() && !layout.has_date() && !layout.has_month();
        let undated: Vec<bool> = layouts.iter().map(|layout| undated(layout) && !encoding.has_times()).collect();
        let line_by_line = head_lines == 1 && !time_in_tail && !undated.contains(&true);
        let (day, learned) = (None, false);
        Self {
            encoding,
            line_ends,
            layouts,
            quick,
            first,
            head_lines,
            time_in_tail,
            line_by_line,
            undated,
            notes,
            day,
            learned,
        }
    }

    /// The layouts, in the order in which they are tried; [`Head::layout`] is an index into them.
    #[must_use]
    pub fn layouts(&self) -> &[Layout] {
        &self.layouts
    }

    /// What was assumed where the sample left a choice, in words: `03/04/2026 is read day first`.
    #[must_use]
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Where in `bytes`, which start a line of the log, the line starts that follows `skip` others; their length where
    /// there are fewer.
    #[must_use]
    pub fn line_in(&self, bytes: &[u8], skip: u64) -> usize {
        let mut at = 0;
        for _ in 0..skip {
            match super::text::line_end(bytes, at, self.encoding, self.line_ends) {
                Some(next) => at = next,
                None => return bytes.len(),
            }
        }
        at
    }

    /// The encoding of the log.
    #[must_use]
    pub fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// Whether the text of each record in `bytes`, which start with one and end with one, is what stands there, but for
    /// the record's own line end.
    #[must_use]
    pub fn reads_as_written(&self, bytes: &[u8]) -> bool {
        self.line_ends == LineEnds::Lf && self.encoding.keeps(bytes)
    }

    /// Whether parts of the log can be split on their own; not where the time stands behind the message, perhaps lines
    /// further on, nor where it has no date, and its day shows by the records before it.
    #[must_use]
    pub fn in_parts(&self) -> bool {
        !self.time_in_tail && !self.undated.contains(&true)
    }

    /// Whether times of a layout have no date, so that their day shows by the records before them.
    #[must_use]
    pub fn is_undated(&self, layout: u16) -> bool {
        self.undated.get(usize::from(layout)).is_some_and(|undated| *undated)
    }

    /// Where the first line starts whose first byte is at or behind `from`, in bytes that begin on a character;
    /// `None` where none does within them.
    #[must_use]
    pub fn line_start(&self, bytes: &[u8], from: usize) -> Option<usize> {
        super::text::line_end(bytes, from.checked_sub(self.encoding.unit())?, self.encoding, self.line_ends)
    }

    /// Whether `line`, whole characters, has its end.
    pub(crate) fn ends_line(&self, line: &[u8]) -> bool {
        let byte = self.line_ends.byte();
        match (self.encoding, line) {
            (Encoding::Utf8 | Encoding::Coloured | Encoding::Wrapped(..) | Encoding::Mixed, [.., last]) => {
                *last == byte
            }
            (Encoding::Utf16Le, [.., low, 0]) => *low == byte,
            (Encoding::Utf16Be, [.., 0, low]) => *low == byte,
            _ => false,
        }
    }

    /// The head at the start of `line`, which is UTF-8 or a superset of ASCII and reaches over
    /// as many lines as a head may span. The `first` line of a log starts a record also where it goes on with a trace.
    #[inline]
    pub(crate) fn head(&self, line: &[u8], first: bool, looking: &mut Looking) -> Option<Start> {
        let Looking { caught, seen } = looking;
        for (at, layout) in self.layouts.iter().enumerate() {
            let read = match (self.quick.get(at), seen.get_mut(at)) {
                (Some(Some(quick)), Some(Some(seen))) => quick.read(layout, line, seen, caught),
                _ => layout.matches(line, caught).then_some((caught.stamp, caught.level, caught.end)),
            };
            let Some((stamp, level, end)) = read else { continue };
            if !first && joined::is_of_trace(line.get(end..).unwrap_or_default()) {
                return None;
            }
            let stamp = if self.day.is_none() { stamp } else { stamp.map(|stamp| self.dated(stamp, layout)) };
            return Some(Start { stamp, level, layout: at as u16 });
        }
        None
    }

    /// As [`Reader::head`] for a line that is none of a log's first, with other lines behind it in `rest` perhaps: without
    /// a look at where it ends. Where this is `None`, the line may start with a head all the same.
    #[inline]
    pub(crate) fn head_ahead(&self, rest: &[u8], looking: &mut Looking) -> Option<Start> {
        let (Some(layout), Some(Some(quick)), Some(Some(seen))) =
            (self.layouts.first(), self.quick.first(), looking.seen.first_mut())
        else {
            return None;
        };
        let (stamp, level, end) = quick.ahead(layout, rest, seen)?;
        if self.day.is_some() || joined::is_of_trace(rest.get(end..)?) {
            return None;
        }
        Some(Start { stamp, level, layout: 0 })
    }

    /// What [`Reader::head`] needs to go through a log.
    pub(crate) fn looking(&self) -> Looking {
        let seen = self.quick.iter().map(|quick| quick.as_ref().map(Quick::nothing_seen));
        Looking { caught: Caught::new(), seen: seen.collect() }
    }

    /// The time at the end of `line`, for records of a layout that writes it behind the message.
    pub(crate) fn time_behind(&self, layout: u16, line: &[u8], caught: &mut Caught) -> Option<Stamp> {
        let layout = self.layouts.get(usize::from(layout)).filter(|layout| layout.time_in_tail())?;
        let text = self.encoding.decode(line);
        caught.stamp = None;
        layout.tail_start(text.trim_end_matches(['\n', '\r']).as_bytes(), caught)?;
        caught.stamp.map(|stamp| self.dated(stamp, layout))
    }

    /// The record in full: `bytes` are those of `head.span`.
    #[must_use]
    pub fn record(&self, head: Head, bytes: &[u8]) -> Record {
        let text = self.encoding.decode(bytes);
        // What a truncation left in front of a record belongs to none of its fields.
        let text = text.trim_start_matches('\0').trim_end_matches('\0');
        let text = without_line_end(text);
        // What ends lines in the log ends lines in what it says.
        let text = if self.line_ends == LineEnds::Cr { text.replace('\r', "\n") } else { text.to_owned() };
        let mut record = Record { text, ..Record::plain(head, String::new()) };
        match self.layouts.get(usize::from(head.layout)).map(|layout| layout.form) {
            Some(Form::Json) => json::fields(&mut record),
            Some(Form::Pairs) => pairs::fields(&mut record),
            Some(Form::Tagged) => tagged::fields(&mut record),
            Some(Form::Parts) | None => self.joined_parts(&mut record),
        }
        if let Some(around) = self.encoding.around(bytes) {
            surround(&mut record, around);
        }
        record
    }

    /// As [`Reader::parts`], with the heads of lines that are none of records left out meanwhile.
    fn joined_parts(&self, record: &mut Record) {
        let text = std::mem::take(&mut record.text);
        let Some(bare) = self.without_heads(&record.head, &text) else {
            record.text = text;
            return self.parts(record);
        };
        record.text = bare.text.clone().into_owned();
        self.parts(record);
        record.trace_range = record.trace_range.take().map(|range| bare.before(&range));
        record.text = text;
    }

    /// Fills in the fields of a record by the parts of its layout.
    fn parts(&self, record: &mut Record) {
        let mut caught = Caught::new();
        let message = match self.layouts.get(usize::from(record.head.layout)) {
            Some(layout) if layout.matches(record.text.as_bytes(), &mut caught) => fields(layout, &caught, record),
            _ => (0, record.text.len()),
        };
        record.message = record.text.get(message.0..message.1).unwrap_or_default().to_owned();
        take_trace(message, record);
        if self.layouts.get(usize::from(record.head.layout)).is_some_and(Layout::quotes_cells) {
            record.message = record.message.replace("\"\"", "\"");
        }
    }
}

/// Fills in the fields of the head and the tail; gives where the message starts and ends.
fn fields(layout: &Layout, caught: &Caught, record: &mut Record) -> (usize, usize) {
    let text = std::mem::take(&mut record.text);
    for (part, (start, end)) in layout.head.iter().zip(caught.parts) {
        let value = text.get(start as usize..end as usize).unwrap_or_default();
        field(part, value, record);
    }
    let mut message = (caught.end.min(text.len()), text.len());
    if !layout.tail.is_empty() {
        // What follows the message stands before its stack trace.
        let trace = text.get(message.0..).and_then(trace::find).map(|trace| message.0 + trace.range.start);
        let until = trace.unwrap_or(text.len());
        // A sign that closes the record stands behind the trace, which has its own lines before it.
        if let ([Part::Text(sign)], Some(trace)) = (layout.tail.as_slice(), trace)
            && let Some(rest) = without_line_end(&text).strip_suffix(sign.as_str())
            && rest.len() >= trace
        {
            message.1 = rest.len();
            record.text = text;
            settle_names(record);
            return message;
        }
        let before = tail(layout, without_line_end(&text[..until]), message.0, record);
        // A pattern may also name the exception before what stands behind the message.
        let behind = || trace.and_then(|_| tail(layout, without_line_end(&text), until, record));
        if let Some(start) = before.or_else(behind) {
            // A cell is filled up with blanks.
            let filled = if layout.closes_cells() { text.get(message.0..start).map_or(0, blanks_behind) } else { 0 };
            message.1 = start - filled;
        }
    }
    record.text = text;
    settle_names(record);
    message
}

fn blanks_behind(text: &str) -> usize {
    text.len() - text.trim_end_matches(' ').len()
}

/// Reads the tail behind the message, on the last line that ends in one; gives where it starts.
fn tail(layout: &Layout, text: &str, from: usize, record: &mut Record) -> Option<usize> {
    let mut end = text.len();
    loop {
        let start = text.get(..end)?.rfind(['\n', '\r']).map_or(0, |at| at + 1).max(from);
        let line = text.as_bytes().get(start..end)?;
        let mut caught = Caught::new();
        if let Some(at) = layout.tail_start(line, &mut caught) {
            for (part, (a, b)) in layout.tail.iter().zip(caught.parts) {
                field(part, text.get(start + a as usize..start + b as usize).unwrap_or_default(), record);
            }
            record.head.stamp = record.head.stamp.or(caught.stamp);
            return Some(start + at);
        }
        if start <= from {
            return None;
        }
        end = without_line_end(&text[..start]).len().max(from);
    }
}

fn field(part: &Part, value: &str, record: &mut Record) {
    match part {
        Part::Text(_) | Part::LineBreak => {}
        Part::Time(_) if record.at_text.is_empty() => value.clone_into(&mut record.at_text),
        Part::Time(_) => record.columns.push(("time".into(), value.to_owned())),
        Part::Field(kind, _) => {
            let value = value.trim();
            if value.is_empty() {
                return;
            }
            match kind {
                Field::Level => record.level = Some(value.to_uppercase()),
                Field::Thread => record.thread = Some(value.to_owned()),
                Field::Logger => record.logger = Some(value.to_owned()),
                Field::Column(name) => record.columns.push((name.clone(), value.to_owned())),
            }
        }
    }
}

/// What closes a record behind its message has fewer bytes than this, and is no trace.
const CLOSING_MAX: usize = 8;

/// Finds the stack trace behind the head, and leaves it out of the message.
fn take_trace((from, until): (usize, usize), record: &mut Record) {
    let closed = record.text.get(until..).is_some_and(|behind| !behind.is_empty() && behind.len() < CLOSING_MAX);
    let to = if closed { until } else { record.text.len() };
    let message = || record.text.get(from..to);
    let Some(mut trace) = message().and_then(|text| trace::find(text).or_else(|| trace_on_a_line(text))) else {
        return;
    };
    let range = from + trace.range.start..from + trace.range.end;
    trace.range = range.clone();
    let end = from + record.message.len();
    // Behind a tail the message has ended before the trace.
    if range.start < end {
        let before = without_line_end(&record.text[from..range.start]);
        let behind = without_line_start(record.text.get(range.end..end).unwrap_or_default());
        record.message = match (before.trim().is_empty(), behind.trim().is_empty()) {
            (_, true) => before.to_owned(),
            (true, false) => behind.to_owned(),
            (false, false) => format!("{before}\n{behind}"),
        };
    }
    record.trace_range = Some(range);
    record.trace = Some(trace);
}

/// A trace whose lines log4j 2 joined into one by a separator: `%ex{separator( | )}`. It ends with its line.
fn trace_on_a_line(text: &str) -> Option<trace::Trace> {
    /// Characters of a separator.
    const SIGNS: usize = 8;
    const FRAME: &str = "\tat ";
    let line = &text[..text.find(['\n', '\r']).unwrap_or(text.len())];
    let mut frames = line.match_indices(FRAME).map(|(at, _)| &line[..at]);
    let (first, second) = (frames.next()?, frames.next());
    let sign = |before: &str| {
        let sign = before.len() - before.trim_end_matches(|c: char| !c.is_alphanumeric() && c != ')').len();
        (1..=SIGNS).contains(&sign).then(|| before[before.len() - sign..].to_owned())
    };
    // The last sign before the first frame may be the exception's own.
    let sign = second.map_or_else(|| sign(first), sign)?;
    let broken = first.ends_with(&sign).then(|| line.replace(&sign, "\n"))?;
    let mut found = trace::find(&broken)?;
    let signs_before = broken[..found.range.start].matches('\n').count();
    // A blank stands between the message and what is thrown.
    let start = found.range.start + signs_before * (sign.len() - 1);
    found.range = line[..start].trim_end().len()..line.len();
    Some(found)
}

/// A layout without a logger may write the class, one without a thread name the thread's number.
fn settle_names(record: &mut Record) {
    let mut take = |name: &str| {
        let at = record.columns.iter().position(|(column, _)| column == name)?;
        Some(record.columns.remove(at).1)
    };
    if record.logger.is_none() {
        record.logger = take("class");
    }
    if record.thread.is_none() {
        record.thread = take("thread-id");
    }
}

/// The text without the end of its last line, which two programs one behind the other may have written as `\r\r\n`.
fn without_line_end(text: &str) -> &str {
    text.strip_suffix('\n').unwrap_or(text).trim_end_matches('\r')
}

fn without_line_start(text: &str) -> &str {
    let text = text.strip_prefix('\r').unwrap_or(text);
    text.strip_prefix('\n').unwrap_or(text)
}

impl Start {
    /// The head of a record that starts at byte `offset` in line `line`, before its end is known.
    pub(crate) fn at(self, offset: u64, line: u64) -> Head {
        let Self { stamp, level, layout } = self;
        let severity = level.map_or(Severity::Unknown, Level::severity);
        Head { span: Span::new(offset, 0), line, lines: 1, stamp, level, severity, layout }
    }
}

/// The lines of a sample in UTF-8 without their ends, cut to what may be a head; the last one is left out where
/// the sample ends inside it.
pub(super) fn lines(sample: &[u8], encoding: Encoding, ends: LineEnds) -> Vec<Vec<u8>> {
    let mut out = Vec::new();
    let mut at = encoding.mark(sample);
    while at < sample.len() && out.len() < 30_000 {
        // What a truncation left before a line isn't part of it.
        at += sample[at..].iter().take_while(|b| **b == 0).count() / encoding.unit() * encoding.unit();
        let next = line_end_or(sample, at, encoding, ends);
        let line = &sample[at..next.min(at + 4096 * encoding.unit())];
        let end = |line: &[u8]| line.iter().rposition(|b| !matches!(b, b'\n' | b'\r')).map_or(0, |last| last + 1);
        out.push(match encoding {
            Encoding::Utf8 => line[..end(line)].to_vec(),
            _ => {
                let mut line = encoding.decode(line).into_owned().into_bytes();
                line.truncate(end(&line));
                line
            }
        });
        at = next;
    }
    out
}

fn line_end_or(sample: &[u8], at: usize, encoding: Encoding, ends: LineEnds) -> usize {
    super::text::line_end(sample, at, encoding, ends).unwrap_or(sample.len())
}

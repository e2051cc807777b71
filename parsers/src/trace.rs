//! Java stack traces wherever they stand in a text: in a log record, in a dumplog, in a fault string.
//!
//! [`find`] gives the first trace with its byte range, [`all`] every trace of a text. A trace is recognised by its
//! frame lines (`at class.method(source)`) and captions (`Caused by:`, `Suppressed:`), then the line that names the
//! exception is looked for above them, since a message may have any number of lines. The notation is the one of
//! `java.lang.Throwable.printStackTrace`, with what log4j, logback and IBM's VM add to it. This file must not know
//! what a log record or a dumplog is.

pub(crate) mod fingerprint;
pub(crate) mod frame;
mod head;
mod known;
mod value;

use std::ops::Range;
use std::sync::LazyLock;

use memchr::memmem;

pub use value::{Ending, Frame, MOST_FRAMES, Role, Throwable, Trace};

use frame::FrameLine;
use head::{Above, Head};
pub(crate) use known::Known;

/// The first stack trace in `text`, if there is one. Linear in the length of the text.
#[must_use]
pub fn find(text: &str) -> Option<Trace> {
    all(text).next()
}

/// Whether a trace can stand in `bytes`; true for some in which none does. `unit` is the width of a character.
pub(crate) fn possible(bytes: &[u8], unit: usize) -> bool {
    static WORDS: LazyLock<[memmem::Finder<'static>; 4]> =
        LazyLock::new(|| ["at ", "ed by: ", "ed By: ", "ressed: "].map(memmem::Finder::new));
    // What every frame and caption has behind its first word.
    unit > 1 || WORDS.iter().any(|word| word.find(bytes).is_some())
}

/// The fingerprint of the first stack trace in `text`, as [`Trace::fingerprint_bits`] gives it, without keeping the trace.
pub(crate) fn fingerprint(text: &str) -> Option<u64> {
    let trace = found(text, [MOST_FRAMES, MOST_FRAMES]).next()?;
    Some(fingerprint::of(trace.throwables.iter().map(|t| (t.role, t.exception(), t.frames.as_slice()))))
}

/// Every stack trace in `text`, first one first; their ranges don't overlap.
pub fn all(text: &str) -> impl Iterator<Item = Trace> {
    all_keeping(text, [MOST_FRAMES, MOST_FRAMES])
}

/// Where every stack trace in `text` stands.
pub(crate) fn ranges(text: &str) -> impl Iterator<Item = Range<usize>> {
    found(text, [0, 0]).map(|found| found.range)
}

/// Every stack trace in `text`; so many frames are kept of the first one, and of each that follows.
pub(crate) fn all_keeping(text: &str, frames: [usize; 2]) -> impl Iterator<Item = Trace> {
    found(text, frames).map(|found| found.to_trace())
}

fn found(text: &str, [first, each]: [usize; 2]) -> impl Iterator<Item = Found<'_>> {
    let (mut from, mut most) = (0, first);
    std::iter::from_fn(move || {
        let (found, end) = find_from(text, from, most)?;
        (from, most) = (end, each);
        Some(found)
    })
}

/// A frame that is printed without `at`.
pub(crate) fn call(text: &str) -> Option<Frame> {
    frame::parse_call(text).map(|frame| frame.to_frame())
}

/// The frame of a line that has nothing but `at` and the call.
pub(crate) fn called(line: &str) -> Option<Frame> {
    call(line.trim().strip_prefix("at ")?)
}

/// The number in a line that says how many frames it stands for: `... 6 more`.
pub(crate) fn more(line: &str) -> Option<u32> {
    frame::more(line.trim())
}

/// Whether a line can only be one of a stack trace below its first: a frame, a number of further ones, or a caption with
/// the class of an exception behind it.
pub(crate) fn goes_on(line: &str) -> bool {
    let line = line_at(line, 0);
    match part(line.text, Line { start: 0, ..line }) {
        Some(Part::Frame(_) | Part::More(_)) => true,
        Some(Part::Caption(_, head)) => head.exception.is_some_and(|class| class.contains('.')),
        Some(Part::Stump) | None => false,
    }
}

/// Class and message of an exception that a line names, with the words before it: `java.io.IOException: x`.
pub(crate) fn named_in(line: &str) -> Option<(Range<usize>, Option<&str>)> {
    head::named_in(line)
}

/// Whether a word that stands where an exception does may be one's class, and is no heading: `Trace`.
pub(crate) fn may_be_thrown(class: &str) -> bool {
    head::may_be_thrown(class)
}

/// The lines of a trace's outermost message behind its first line, and those from its first frame or caption on.
pub(crate) fn parts(text: &str, trace: &Trace) -> (Range<usize>, Range<usize>) {
    let first = line_at(text, trace.range.start);
    let mut line = first;
    let below = first.behind(text).min(trace.range.end);
    if part(text, first).is_some() {
        return (trace.range.start..trace.range.start, trace.range.clone());
    }
    while let Some(next) = line.next(text).filter(|l| l.start < trace.range.end) {
        if part(text, next).is_some() {
            return (below..next.start, next.start..trace.range.end);
        }
        line = next;
    }
    (below..trace.range.end, trace.range.end..trace.range.end)
}

/// A line of the text: where it starts, and its bytes without the line break.
#[derive(Clone, Copy)]
pub(crate) struct Line<'a> {
    pub(crate) start: usize,
    pub(crate) text: &'a str,
}

/// What a line is in a stack trace.
enum Part<'a> {
    Frame(FrameLine<'a>),
    More(u32),
    Caption(Role, Head<'a>),
    /// The last line of the text, which starts like a part and breaks off.
    Stump,
}

/// Lines between an exception's first line and its first frame that are still taken for its message. More than any
/// message seen; it bounds the work on texts that only look like traces.
const MESSAGE_LINES: usize = 200;

/// A trace as slices of the text, with what [`Trace`] has.
struct Found<'a> {
    range: Range<usize>,
    throwables: Vec<Thrown<'a>>,
    ending: Ending,
}

/// One exception of it, with what [`Throwable`] has.
struct Thrown<'a> {
    role: Role,
    depth: u16,
    head: Head<'a>,
    frames: Vec<FrameLine<'a>>,
    further: u32,
    more: u32,
}

impl Found<'_> {
    fn to_trace(&self) -> Trace {
        let throwables = self.throwables.iter().map(Thrown::to_throwable).collect();
        Trace { range: self.range.clone(), throwables, ending: self.ending }
    }

    fn has_frames(&self) -> bool {
        self.throwables.iter().any(|t| !t.frames.is_empty() || t.further > 0)
    }
}

impl<'a> Thrown<'a> {
    fn exception(&self) -> &'a str {
        self.head.exception.unwrap_or_default()
    }

    fn to_throwable(&self) -> Throwable {
        Throwable {
            role: self.role,
            depth: self.depth,
            exception: self.exception().to_owned(),
            message: self.head.message.map(str::to_owned),
            frames: self.frames.iter().map(FrameLine::to_frame).collect(),
            further: self.further,
            more: self.more,
        }
    }
}

/// What is tried where a line looks like part of a trace.
enum Attempt<'a> {
    Trace(Found<'a>),
    /// No trace; the search goes on at this byte, and what is above it may still be the head of a later trace.
    Prose(usize),
    /// No trace, and none that follows has its head above this byte, where the search goes on.
    Nothing(usize),
}

/// The first trace behind `from`, and where the line behind it starts.
fn find_from(text: &str, from: usize, most: usize) -> Option<(Found<'_>, usize)> {
    let (mut floor, mut at) = (from, from);
    loop {
        let seed = frame::next_seed(text, at)?;
        match trace_at(text, floor, line_at(text, seed), most) {
            Attempt::Trace(trace) => {
                let end = line_at(text, trace.range.end).behind(text);
                return Some((trace, end));
            }
            Attempt::Prose(resume) => at = resume,
            Attempt::Nothing(resume) => (floor, at) = (resume, resume),
        }
    }
}

/// The trace whose first frame or caption is the line `seed`; no byte before `floor` is taken.
fn trace_at<'a>(text: &'a str, floor: usize, seed: Line<'a>, most: usize) -> Attempt<'a> {
    let Some(Part::Frame(_) | Part::Caption(..)) = part(text, seed) else {
        return Attempt::Prose(seed.behind(text));
    };
    // Frames that log4j2 left out stand above the first one it printed.
    let first = seed.previous(text, floor).filter(|above| frame::left_out(above.text).is_some()).unwrap_or(seed);
    let above = head::above(text, floor, first);
    // A frame of .NET by itself may be prose.
    if matches!(above, Above::Nothing) && frame::is_dotnet(seed.text) {
        return Attempt::Prose(seed.behind(text));
    }
    let mut reading = match &above {
        Above::Head(head) => Reading::below(head, first.start),
        Above::Nothing => Reading::headless(first.start),
        Above::Thread => return Attempt::Nothing(behind_thread(text, seed)),
    };
    reading.most = most;
    reading.follow(text, first);
    let trace = reading.end();
    // A caption in prose is no trace: it takes a frame, or an exception above it.
    if !trace.has_frames() && matches!(above, Above::Nothing) {
        return Attempt::Nothing(seed.behind(text));
    }
    Attempt::Trace(trace)
}

/// Where the frames of a thread in a thread dump end.
fn behind_thread(text: &str, seed: Line<'_>) -> usize {
    let mut line = seed;
    while part(text, line).is_some() || line.text.trim_start().starts_with("- ") {
        match line.next(text) {
            Some(next) => line = next,
            None => return text.len(),
        }
    }
    line.start
}

/// A trace while it is read, line by line.
struct Reading<'a> {
    start: usize,
    end: usize,
    done: Vec<Thrown<'a>>,
    /// The throwable being read: its role, depth, head, frames and the number folded away.
    now: Option<(Role, u16, Head<'a>, Vec<FrameLine<'a>>, u32)>,
    /// How many frames are kept at most of all.
    most: usize,
    /// How many frames are kept of all, and how many of the throwable being read are not.
    kept: usize,
    further: u32,
    /// Indentation of the captions `Suppressed:` around the present line.
    suppressed: Vec<usize>,
    ending: Ending,
}

impl<'a> Reading<'a> {
    fn below(head: &Head<'a>, seed: usize) -> Self {
        let now = Some((Role::Outer, 0, *head, Vec::new(), 0));
        Self { start: head.start, now, ..Self::headless(seed) }
    }

    fn headless(seed: usize) -> Self {
        Self {
            start: seed,
            end: seed,
            done: Vec::new(),
            now: None,
            most: MOST_FRAMES,
            kept: 0,
            further: 0,
            suppressed: Vec::new(),
            ending: Ending::Whole,
        }
    }

    /// Reads on from `seed` for as long as lines belong to the trace.
    fn follow(&mut self, text: &'a str, seed: Line<'a>) {
        let mut next = Some(seed);
        while let Some(line) = next {
            // What is only counted need not be taken apart.
            if self.kept >= self.most && frame::is_plain(line.text) {
                let _begun = self.now();
                self.further = self.further.saturating_add(1);
                self.end = line.end();
                next = line.next(text);
                continue;
            }
            match self.part(text, line) {
                Some(found) => {
                    let opens = matches!(found, Part::Caption(Role::Circular { .. }, _))
                        && !line.text.trim_end().ends_with(']');
                    self.take(found, line);
                    let last = if opens { self.closed(text, line) } else { line };
                    next = last.next(text);
                }
                None => next = self.message_before(text, line),
            }
        }
    }

    /// Whether the message of the present throwable may go on. One that was printed before ends with its bracket.
    fn is_open(&self) -> bool {
        let Some((role, _, _, frames, more)) = &self.now else { return false };
        self.further == 0 && frames.is_empty() && *more == 0 && !matches!(role, Role::Circular { .. })
    }

    /// What the line is, unless it is one of the present throwable's message.
    fn part(&self, text: &'a str, line: Line<'a>) -> Option<Part<'a>> {
        let open = self.is_open();
        part(text, line).filter(|found| !(open && quotes(text, line, found)))
    }

    fn take(&mut self, found: Part<'a>, line: Line<'a>) {
        self.end = line.end();
        match found {
            Part::Frame(frame) if self.kept < self.most => {
                self.kept += 1;
                self.now().3.push(frame);
            }
            Part::Frame(_) => {
                let _begun = self.now();
                self.further = self.further.saturating_add(1);
            }
            Part::More(n) => {
                let more = &mut self.now().4;
                *more = more.saturating_add(n);
            }
            Part::Caption(role, head) => {
                let depth = self.depth_of(role, line.indent());
                self.close();
                self.now = Some((role, depth, head, Vec::new(), 0));
            }
            Part::Stump => self.ending = Ending::Cut,
        }
    }

    /// The line that closes the reference to a throwable that was printed before, which `line` opens: its message has
    /// several. `line` itself where none does.
    fn closed(&mut self, text: &'a str, line: Line<'a>) -> Line<'a> {
        let Some((.., head, _, _)) = self.now.as_mut() else { return line };
        let further = std::iter::successors(line.next(text), |line| line.next(text)).take(MESSAGE_LINES);
        let mut message = further.take_while(|line| part(text, *line).is_none_or(|part| quotes(text, *line, &part)));
        let Some(last) = message.find(|line| line.text.trim_end().ends_with(']')) else { return line };
        head.extend(text, last.start + last.text.trim_end().len() - 1);
        self.end = last.end();
        last
    }

    /// The throwable being read; one without a class where the trace has lost its first line.
    fn now(&mut self) -> &mut (Role, u16, Head<'a>, Vec<FrameLine<'a>>, u32) {
        self.now.get_or_insert_with(|| (Role::Outer, 0, Head::default(), Vec::new(), 0))
    }

    fn close(&mut self) {
        let Some((role, depth, head, frames, more)) = self.now.take() else { return };
        let further = std::mem::take(&mut self.further);
        self.done.push(Thrown { role, depth, head, frames, further, more });
    }

    /// How many `Suppressed:` enclose a caption with this indentation.
    fn depth_of(&mut self, role: Role, indent: usize) -> u16 {
        match role {
            Role::Suppressed => {
                self.suppressed.retain(|&around| around < indent);
                self.suppressed.push(indent);
            }
            _ => self.suppressed.retain(|&around| around <= indent && indent > 0),
        }
        u16::try_from(self.suppressed.len()).unwrap_or(u16::MAX)
    }

    /// The next line of the trace behind lines that are none: the rest of a message that has several lines, or blank
    /// lines within a message that is itself a printed trace. `None` ends the trace before `line`.
    fn message_before(&mut self, text: &'a str, line: Line<'a>) -> Option<Line<'a>> {
        let open = self.is_open();
        let (_, _, head, _, _) = self.now.as_mut()?;
        let mut candidate = Some(line);
        let mut ruled = false;
        for _ in 0..MESSAGE_LINES {
            let now = candidate?;
            if part(text, now)
                .filter(|found| !(open && quotes(text, now, found)))
                .is_some_and(|p| !matches!(p, Part::Stump))
            {
                if open {
                    head.extend(text, now.start);
                }
                return Some(now);
            }
            let empty = now.text.trim().is_empty();
            ruled |= head::is_rule(now.text);
            let ends = if open { head::starts_trace(now.text) || ruled && empty } else { !empty };
            if ends {
                return None;
            }
            candidate = now.next(text);
        }
        None
    }

    fn end(mut self) -> Found<'a> {
        self.close();
        Found { range: self.start..self.end, throwables: self.done, ending: self.ending }
    }
}

impl<'a> Line<'a> {
    /// Where its text ends, before the line break.
    pub(crate) fn end(self) -> usize {
        self.start + self.text.len()
    }

    /// How many blanks and tabs it starts with.
    pub(crate) fn indent(self) -> usize {
        self.text.bytes().take_while(|b| matches!(b, b' ' | b'\t')).count()
    }

    /// Where the line behind it starts; the end of the text where there is none.
    pub(crate) fn behind(self, text: &str) -> usize {
        let rest = text.as_bytes().get(self.end()..).unwrap_or_default();
        memchr::memchr(b'\n', rest).map_or(text.len(), |n| self.end() + n + 1)
    }

    /// The line behind it.
    pub(crate) fn next(self, text: &'a str) -> Option<Self> {
        let start = self.behind(text);
        (start < text.len()).then(|| line_at(text, start))
    }

    /// The line before it, where that starts at or behind `floor`.
    fn previous(self, text: &'a str, floor: usize) -> Option<Self> {
        let before = text.get(floor..self.start)?.strip_suffix('\n')?;
        let start = floor + memchr::memrchr(b'\n', before.as_bytes()).map_or(0, |n| n + 1);
        Some(line_at(text, start))
    }
}

/// Where the line starts that has the byte `at` in it.
pub(crate) fn line_start(text: &str, at: usize) -> usize {
    memchr::memrchr(b'\n', &text.as_bytes()[..at.min(text.len())]).map_or(0, |n| n + 1)
}

/// The line that starts at `start`, without its break (`\n` or `\r\n`).
pub(crate) fn line_at(text: &str, start: usize) -> Line<'_> {
    let rest = text.get(start..).unwrap_or_default();
    let end = memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len());
    Line { start, text: rest[..end].trim_end_matches('\r') }
}

/// Whether a part only looks like one, within a message: a caption before plain words, or a number of further frames
/// that stands before the frames and not behind them.
fn quotes(text: &str, line: Line<'_>, found: &Part<'_>) -> bool {
    let before_frames = || line.next(text).is_some_and(|next| frame::parse(next.text).is_some());
    match found {
        Part::Caption(_, head) => head::is_prose(head),
        Part::More(_) => frame::left_out(line.text).is_none() && before_frames(),
        Part::Frame(_) | Part::Stump => false,
    }
}

fn part<'a>(text: &'a str, line: Line<'a>) -> Option<Part<'a>> {
    if let Some(frame) = frame::parse(line.text) {
        return Some(Part::Frame(frame));
    }
    let last_of_text = line.end() == text.len();
    if let Some(n) = frame::more(line.text.trim()).or_else(|| frame::left_out(line.text).filter(|_| !last_of_text)) {
        return Some(Part::More(n));
    }
    if let Some((role, head)) = head::caption(line) {
        return Some(Part::Caption(role, head));
    }
    if frame::is_truncated(line.text.trim()) {
        return Some(Part::More(0));
    }
    (last_of_text && frame::is_stump(line.text)).then_some(Part::Stump)
}

#[cfg(test)]
mod tests;

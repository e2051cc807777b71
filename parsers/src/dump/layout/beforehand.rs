//! Lines of known forms that are judged before their turn, in parts of a text that several hands take: whether they hold
//! nothing but fields that are too many depends on little else than on themselves. What is judged so is taken as one
//! where its turn comes and that little is as it was thought to be; any other line is read as always. It must not know
//! what makes lines alike.

use std::ops::Range;

use super::super::hands::Hands;
use super::super::section;
use super::alike::{Behind, By, Judged, Neighbours, Sight};
use super::bounds::{note, pass};
use super::line::Lines;
use super::{Above, Reader};
use crate::blank;

/// What was judged of a text.
#[derive(Debug)]
pub(super) struct Beforehand {
    /// Bytes of the first block that is judged at once, of the largest, and of the parts that hands take.
    sizes: [usize; 3],
    /// Bytes of lines that are taken as one at most.
    most_taken: usize,
    /// Up to where the text was judged, and what that was judged by.
    up_to: usize,
    sight: Option<Sight>,
    full: bool,
    /// In the order of the text, and how many of them lie behind.
    runs: Vec<Run>,
    passed: usize,
}

/// Lines that follow each other and hold nothing but fields that are too many, or nothing.
#[derive(Debug)]
struct Run {
    /// From the first byte of its first line to that of the line behind its last.
    range: Range<usize>,
    /// The indentation of its first line, which goes on with no value, and what is above that.
    indent: usize,
    above: Above,
    /// Where the line of the first field starts.
    first: usize,
    fields: u64,
    /// Where they stand.
    places: Vec<Range<usize>>,
    /// What nothing took.
    unread: Vec<Range<usize>>,
    /// Where the last record begins whose heading is among the lines.
    record: Option<usize>,
    /// What it leaves behind.
    behind: Behind,
}

impl Default for Beforehand {
    fn default() -> Self {
        Self::of([64 << 10, 4 << 20, 256 << 10], 32 << 10)
    }
}

impl Beforehand {
    /// Nothing is judged.
    #[cfg(test)]
    pub(super) fn never() -> Self {
        Self { up_to: usize::MAX, full: true, ..Self::of([0; 3], 0) }
    }

    pub(super) const fn of(sizes: [usize; 3], most_taken: usize) -> Self {
        Self { sizes, most_taken, up_to: 0, sight: None, full: false, runs: Vec::new(), passed: 0 }
    }

    /// The lines that start at `start`, where they were judged by the same.
    fn take(&mut self, start: usize, sight: Sight, behind: Behind) -> Option<Run> {
        let passed = self.runs.get(self.passed..)?.iter().take_while(|run| run.range.start < start).count();
        self.passed += passed;
        let fits =
            |run: &&mut Run| run.range.start == start && run.above == behind.above && !behind.reaches(run.indent);
        let run = self.runs.get_mut(self.passed).filter(|_| self.sight == Some(sight)).filter(fits)?;
        Some(std::mem::replace(run, Run::at(start, behind)))
    }
}

/// What lines are judged by.
struct Judge<'j> {
    text: &'j str,
    by: By<'j>,
    /// Lines that belong to traces, in order.
    taken: &'j [Range<usize>],
    most_taken: usize,
}

impl Reader<'_> {
    /// Takes the lines from `start` on that were judged to hold nothing but fields that are too many; gives where the
    /// line behind them starts. Lines that start before `end` are judged.
    pub(super) fn take_judged(&mut self, start: usize, end: usize, hands: &impl Hands) -> Option<usize> {
        if start < self.read_to || !self.is_settled() {
            return None;
        }
        let (sight, before) = (self.sight(), self.behind());
        // Few fields were judged while they were kept.
        let is_full = self.is_full();
        if start >= self.beforehand.up_to || is_full && !std::mem::replace(&mut self.beforehand.full, is_full) {
            self.judge(start..end, hands);
        }
        let taken = self.beforehand.take(start, sight, before)?;
        let Run { range, first, fields, places, unread, record, behind, .. } = taken;
        let mut places = places.into_iter();
        if let Some(place) = places.next() {
            note(&mut self.out.further, first, place);
        }
        self.out.further.extend(places);
        self.out.further_count += fields;
        let mut unread = unread.into_iter();
        unread.next().into_iter().for_each(|place| self.out.passed_by(place));
        self.out.unparsed.extend(unread);
        if let Some(line) = record.and_then(|at| Lines::on(None, self.text, at).next()) {
            self.open_record(&line);
        }
        let left_out = if fields > 0 { behind.left_out } else { before.left_out };
        self.set_behind(Behind { left_out, ..behind });
        Some(range.end)
    }

    /// Judges the next block of the lines that start within `range`: a small one while few forms are known.
    fn judge(&mut self, range: Range<usize>, hands: &impl Hands) {
        let Self { text, taken, passed, beforehand, .. } = &*self;
        let (text, [block, largest, part], most_taken) = (*text, beforehand.sizes, beforehand.most_taken);
        let to = behind_line(text, range.start + block).min(range.end);
        let taken = &taken[(*passed).min(taken.len())..];
        let judge = Judge { text, by: self.by(false), taken, most_taken };
        let bound = |n: usize| if n == 0 { range.start } else { behind_line(text, range.start + n * part).min(to) };
        let parts = hands.each((to - range.start).div_ceil(part), |n| judge.runs(bound(n)..bound(n + 1)));
        let sight = self.sight();
        let beforehand = &mut self.beforehand;
        beforehand.sizes[0] = (2 * block).min(largest);
        (beforehand.up_to, beforehand.sight) = (to, Some(sight));
        (beforehand.runs, beforehand.passed) = (parts.into_iter().flatten().collect(), 0);
    }
}

impl Judge<'_> {
    /// The runs of lines that start within `range`, which starts where a line does.
    fn runs(&self, range: Range<usize>) -> Vec<Run> {
        let mut runs: Vec<Run> = Vec::new();
        let mut neighbours = Neighbours::default();
        let mut taken = &self.taken[self.taken.partition_point(|taken| taken.end <= range.start)..];
        let mut lines = Lines::on(None, self.text, range.start);
        // What the line above leaves behind, as far as is seen here: nothing goes on with a value that isn't of the run.
        let mut behind = behind_read(line_above(self.text, range.start));
        while let Some(line) = lines.next().filter(|line| line.start < range.end) {
            while let Some((_, further)) = taken.split_first().filter(|(first, _)| first.end <= line.start) {
                taken = further;
            }
            let in_trace = taken.first().is_some_and(|taken| taken.start < line.end());
            let last = runs.last_mut().filter(|run| {
                let few = line.start - run.range.start < self.most_taken;
                run.range.end == line.start && (few || behind.reaches(line.indent()))
            });
            let mut none = None;
            let run = match last {
                Some(run) => run,
                None => {
                    behind.column = None;
                    let run = none.insert(Run::at(line.start, behind));
                    run.indent = line.indent();
                    run
                }
            };
            let mut field = |name: Range<usize>, value: Range<usize>| {
                let range = name.start..value.end.max(name.end);
                if run.fields == 0 {
                    run.first = line.start;
                }
                run.fields += 1;
                note(&mut run.places, line.start, line.start + range.start..line.start + range.end);
            };
            let judged = match in_trace {
                true => None,
                false => self.by.judged(&line, &mut behind, &mut neighbours, &mut field),
            };
            match judged {
                None => {
                    behind = behind_read(line.text);
                    continue;
                }
                Some(Judged::Nothing) => pass(&mut run.unread, line.start..line.end()),
                Some(Judged::Opens) => run.record = Some(line.start),
                Some(Judged::GoesOn) => run.places.last_mut().into_iter().for_each(|last| last.end = line.end()),
                Some(Judged::Fields | Judged::Blank) => {}
            }
            (run.range.end, run.behind) = (lines.next_start(), behind);
            runs.extend(none);
        }
        runs
    }
}

impl Run {
    fn at(start: usize, behind: Behind) -> Self {
        let (places, unread) = (Vec::new(), Vec::new());
        let (range, above, first) = (start..start, behind.above, start);
        Self { range, indent: 0, above, first, fields: 0, places, unread, record: None, behind }
    }
}

/// What a line that has to be read most likely leaves behind.
fn behind_read(line: &str) -> Behind {
    let above = match line.trim().is_empty() {
        true => Above::Nothing,
        false if section::is_rule(line) => Above::Rule,
        false => Above::Content,
    };
    Behind { above, column: None, left_out: true }
}

/// The line above the one that starts at `at`, which is taken to follow one with content where the text starts.
fn line_above(text: &str, at: usize) -> &str {
    let Some(before) = text[..at].strip_suffix('\n') else { return "line" };
    let above = &before[memchr::memrchr(b'\n', before.as_bytes()).map_or(0, |n| n + 1)..];
    blank::without_return(above)
}

/// Where the line starts that is the first one behind the byte before `at`.
fn behind_line(text: &str, at: usize) -> usize {
    let before = text.as_bytes().get(at.saturating_sub(1)..).unwrap_or_default();
    memchr::memchr(b'\n', before).map_or(text.len(), |n| at.saturating_sub(1) + n + 1)
}

//! Lines of known forms that are judged before their turn, in parts of a text that several hands take: whether they hold
//! nothing but fields that are too many depends on little else than on themselves. What is judged so is taken as one
//! where its turn comes and that little is as it was thought to be; any other line is read as always. It must not know
//! what makes lines alike.

use std::ops::Range;

use super::super::hands::Hands;
use super::super::section;
use super::alike::{self, Forms, Neighbours, Sight};
use super::bounds::note;
use super::line::Lines;
use super::{Reader, Synonyms};

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
    /// In the order of the text, and how many of them lie behind.
    runs: Vec<Run>,
    passed: usize,
}

/// Lines that follow each other and hold nothing but fields that are too many.
#[derive(Debug)]
struct Run {
    /// From the first byte of its first line to that of the line behind its last.
    range: Range<usize>,
    fields: u64,
    /// Where they stand.
    places: Vec<Range<usize>>,
    value_column: Option<usize>,
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
        Self { up_to: usize::MAX, ..Self::of([0; 3], 0) }
    }

    pub(super) const fn of(sizes: [usize; 3], most_taken: usize) -> Self {
        Self { sizes, most_taken, up_to: 0, sight: None, runs: Vec::new(), passed: 0 }
    }

    /// The lines that start at `start`, where they were judged by the same.
    fn take(&mut self, start: usize, sight: Sight) -> Option<Run> {
        let behind = self.runs.get(self.passed..)?.iter().take_while(|run| run.range.start < start).count();
        self.passed += behind;
        let run = self.runs.get_mut(self.passed).filter(|run| run.range.start == start && self.sight == Some(sight))?;
        Some(std::mem::replace(run, Run::at(start)))
    }
}

/// What lines are judged by.
struct Judge<'j> {
    text: &'j str,
    sight: Sight,
    known: &'j Forms,
    synonyms: &'j Synonyms,
    /// Lines that belong to traces, in order.
    taken: &'j [Range<usize>],
    most_taken: usize,
}

impl Reader<'_> {
    /// Takes the lines from `start` on that were judged to hold nothing but fields that are too many; gives where the
    /// line behind them starts. Lines that start before `end` are judged.
    pub(super) fn take_judged(&mut self, start: usize, end: usize, hands: &impl Hands) -> Option<usize> {
        if !self.is_full() || start < self.read_to || self.plain_state().is_none() {
            return None;
        }
        let sight = self.sight();
        if start >= self.beforehand.up_to {
            self.judge(start..end, sight, hands);
        }
        let Run { range, fields, places, value_column } = self.beforehand.take(start, sight)?;
        let mut places = places.into_iter();
        if let Some(first) = places.next() {
            note(&mut self.out.further, start, first);
        }
        self.out.further.extend(places);
        self.out.further_count += fields;
        (self.value_column, self.last_left_out) = (value_column, true);
        Some(range.end)
    }

    /// Judges the next block of the lines that start within `range`: a small one while few forms are known.
    fn judge(&mut self, range: Range<usize>, sight: Sight, hands: &impl Hands) {
        let Self { text, taken, passed, beforehand, .. } = self;
        let [block, largest, part] = beforehand.sizes;
        let to = behind_line(text, range.start + block).min(range.end);
        let judge = Judge {
            text,
            sight,
            known: self.alike.known(),
            synonyms: self.synonyms,
            taken: &taken[(*passed).min(taken.len())..],
            most_taken: beforehand.most_taken,
        };
        let bound = |n: usize| if n == 0 { range.start } else { behind_line(text, range.start + n * part).min(to) };
        let parts = hands.each((to - range.start).div_ceil(part), |n| judge.runs(bound(n)..bound(n + 1)));
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
        // Whether the line above makes the next one worth a look of its own.
        let mut apart = false;
        while let Some(line) = lines.next().filter(|line| line.start < range.end) {
            while let Some((_, behind)) = taken.split_first().filter(|(first, _)| first.end <= line.start) {
                taken = behind;
            }
            let in_trace = taken.first().is_some_and(|taken| taken.start < line.end());
            let last = runs
                .last_mut()
                .filter(|run| run.range.end == line.start && line.start - run.range.start < self.most_taken);
            let mut none = None;
            let run = match last {
                Some(run) => run,
                None => none.insert(Run::at(line.start)),
            };
            let mut field = |range: Range<usize>| {
                run.fields += 1;
                note(&mut run.places, line.start, line.start + range.start..line.start + range.end);
            };
            let judged = match in_trace || apart {
                true => None,
                false => alike::judged(&line, self.sight, self.known, &mut neighbours, self.synonyms, &mut field),
            };
            let Some(value_column) = judged else {
                apart = line.text.trim().is_empty() || section::is_rule(line.text);
                continue;
            };
            (run.range.end, run.value_column) = (lines.next_start(), value_column);
            runs.extend(none);
        }
        runs
    }
}

impl Run {
    const fn at(start: usize) -> Self {
        Self { range: start..start, fields: 0, places: Vec::new(), value_column: None }
    }
}

/// Where the line starts that is the first one behind the byte before `at`.
fn behind_line(text: &str, at: usize) -> usize {
    let before = text.as_bytes().get(at.saturating_sub(1)..).unwrap_or_default();
    memchr::memchr(b'\n', before).map_or(text.len(), |n| at.saturating_sub(1) + n + 1)
}

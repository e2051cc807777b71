//! Calls that ran at the same time, as bars on a time axis: which there are, the part of time in view, the cursor. Bars
//! are found by time, so that of a hundred thousand only those in view are looked at.

use std::sync::Arc;

use crate::model::{EventRef, ExchangeId};

use super::lines::Class;

/// One call on the time axis, nanoseconds on the reference's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::tui) struct Bar {
    pub(in crate::tui) from_ns: i64,
    /// When it ended; of one that hasn't, the newest event.
    pub(in crate::tui) to_ns: i64,
    pub(in crate::tui) id: ExchangeId,
    pub(in crate::tui) failed: bool,
}

/// All calls by their start.
#[derive(Clone, Debug, Default)]
pub(in crate::tui) struct Bars {
    all: Vec<Bar>,
    /// For each, the latest end of it and of all before it: by that the first that reaches into a span is found.
    latest: Vec<i64>,
}

impl Bars {
    pub(in crate::tui) fn new(mut all: Vec<Bar>) -> Self {
        all.sort_by_key(|bar| (bar.from_ns, bar.id));
        let latest = all.iter().scan(i64::MIN, |latest, bar| {
            *latest = bar.to_ns.max(*latest);
            Some(*latest)
        });
        let latest = latest.collect();
        Self { all, latest }
    }

    pub(in crate::tui) fn len(&self) -> usize {
        self.all.len()
    }

    pub(in crate::tui) fn get(&self, n: usize) -> Option<&Bar> {
        self.all.get(n)
    }

    /// The bars from number `n` on that reach into a span, with their numbers.
    pub(in crate::tui) fn within(&self, n: usize, (from, to): (i64, i64)) -> impl Iterator<Item = (usize, &Bar)> {
        let first = self.latest.partition_point(|latest| *latest < from).max(n);
        let rest = self.all.get(first..).unwrap_or_default().iter().enumerate();
        let rest = rest.map(move |(at, bar)| (first + at, bar)).take_while(move |(_, bar)| bar.from_ns <= to);
        rest.filter(move |(_, bar)| bar.to_ns >= from)
    }

    /// The last bar before number `n` that reaches into a span.
    pub(in crate::tui) fn before(&self, n: usize, (from, to): (i64, i64)) -> Option<usize> {
        let first = self.latest.partition_point(|latest| *latest < from);
        (first..n.min(self.all.len())).rev().find(|at| self.all[*at].to_ns >= from && self.all[*at].from_ns <= to)
    }

    /// The number of the call of that id, else of the first that begins at that time or later, else of the last.
    pub(in crate::tui) fn find(&self, id: Option<ExchangeId>, at_ns: i64) -> usize {
        let by_id = || self.all.iter().position(|bar| Some(bar.id) == id);
        let by_time = || self.all.partition_point(|bar| bar.from_ns < at_ns).min(self.all.len().saturating_sub(1));
        id.and_then(|_| by_id()).unwrap_or_else(by_time)
    }
}

/// A record or dump beneath the call it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::tui) struct Mark {
    pub(in crate::tui) event: EventRef,
    pub(in crate::tui) at_ns: i64,
    /// How far the place may be wrong, either way.
    pub(in crate::tui) doubt_ns: i64,
    pub(in crate::tui) class: Class,
    pub(in crate::tui) text: String,
}

/// What the threads of a call wrote while it ran.
#[derive(Clone, Debug, Default)]
pub(in crate::tui) struct Beneath {
    pub(in crate::tui) of: Option<ExchangeId>,
    pub(in crate::tui) marks: Vec<Mark>,
    /// How many there are beyond those.
    pub(in crate::tui) more: usize,
    /// Which threads, and on what the join rests.
    pub(in crate::tui) how: String,
}

/// The axis: nanoseconds to columns.
#[derive(Clone, Copy, Debug)]
pub(in crate::tui) struct Axis {
    pub(in crate::tui) from: i64,
    span: i128,
    pub(in crate::tui) columns: i128,
}

impl Axis {
    pub(in crate::tui) fn of((from, to): (i64, i64), columns: u16) -> Self {
        Self { from, span: (i128::from(to) - i128::from(from)).max(1), columns: i128::from(columns) }
    }

    /// The column of an instant; may lie outside.
    pub(in crate::tui) fn column(&self, ns: i64) -> i128 {
        ((i128::from(ns) - i128::from(self.from)) * self.columns).div_euclid(self.span)
    }

    /// The columns from one instant to another that are in view.
    pub(in crate::tui) fn range(&self, from: i64, to: i64) -> std::ops::RangeInclusive<i128> {
        self.column(from).max(0)..=self.column(to).min(self.columns - 1)
    }

    pub(in crate::tui) fn has(&self, column: i128) -> bool {
        (0..self.columns).contains(&column)
    }

    /// How much time a column is.
    pub(in crate::tui) fn cell(&self) -> i64 {
        i64::try_from(self.span / self.columns.max(1)).unwrap_or(i64::MAX).max(1)
    }

    /// The instant at which a column begins.
    pub(in crate::tui) fn start(&self, column: i128) -> i64 {
        i64::try_from(i128::from(self.from) + column * self.span / self.columns.max(1)).unwrap_or(i64::MAX)
    }

    /// The instant in the middle of a column.
    pub(in crate::tui) fn middle(&self, column: i128) -> i64 {
        let ns = i128::from(self.from) + (2 * column + 1) * self.span / (2 * self.columns.max(1));
        i64::try_from(ns).unwrap_or(i64::MAX)
    }
}

/// What stands in a row below the axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::tui) enum Row {
    /// The call of that number.
    Bar(usize),
    /// The record of that number beneath the call under the cursor.
    Mark(usize),
    /// The records aren't there yet.
    Looking,
    /// How they were found, and how many more there are.
    How { hidden: usize },
}

/// The waterfall.
#[derive(Default)]
pub(in crate::tui) struct Waterfall {
    pub(in crate::tui) bars: Arc<Bars>,
    /// The part of time in view.
    pub(in crate::tui) span: (i64, i64),
    /// The number of the bar under the cursor.
    pub(in crate::tui) at: usize,
    /// The number of the first bar in view.
    pub(in crate::tui) top: usize,
    /// Where the cursor is to be put when the bars are there.
    pub(in crate::tui) wanted: Option<(Option<ExchangeId>, i64)>,
    pub(in crate::tui) beneath: Beneath,
    /// Whether records are being looked for.
    pub(in crate::tui) looking: bool,
    /// The question whose answer gives the bars.
    pub(in crate::tui) ticket: u64,
    pub(in crate::tui) waiting: bool,
    /// Of how many exchanges the bars were made.
    pub(in crate::tui) made_of: Option<usize>,
}

/// The shortest and longest part of time that can be looked at.
const SHORTEST: i64 = 1_000;
const LONGEST: i64 = i64::MAX / 8;

impl Waterfall {
    pub(in crate::tui) fn bar(&self) -> Option<&Bar> {
        self.bars.get(self.at)
    }

    /// What stands in so many rows below the axis.
    pub(in crate::tui) fn rows(&self, height: usize) -> Vec<Row> {
        let mut rows = Vec::with_capacity(height);
        for (n, bar) in self.bars.within(self.top, self.span) {
            if rows.len() >= height {
                break;
            }
            rows.push(Row::Bar(n));
            if n != self.at {
                continue;
            }
            if self.beneath.of != Some(bar.id) {
                rows.push(Row::Looking);
                continue;
            }
            let marks = &self.beneath.marks;
            let shown = marks.len().min(height / 2);
            rows.extend((0..shown).map(Row::Mark));
            rows.push(Row::How { hidden: marks.len() - shown + self.beneath.more });
        }
        rows.truncate(height);
        rows
    }

    /// The call that a click at that time of the axis means: the first that begins then or later, else the last before,
    /// of those in view.
    pub(in crate::tui) fn at_time(&self, at_ns: i64) -> usize {
        let n = self.bars.find(None, at_ns);
        match self.bars.get(n) {
            Some(bar) if bar.from_ns > self.span.1 => self.bars.before(n, self.span).unwrap_or(n),
            _ => n,
        }
    }

    /// Shows so much of time, with `middle` where it is.
    fn show(&mut self, from: i64, width: i64) {
        let width = width.clamp(SHORTEST, LONGEST);
        self.span = (from, from.saturating_add(width));
    }

    fn width(&self) -> i64 {
        self.span.1.saturating_sub(self.span.0).max(SHORTEST)
    }

    /// Shows the call under the cursor with a quarter of its length on both sides.
    pub(in crate::tui) fn fit(&mut self) {
        let Some(bar) = self.bar().copied() else { return };
        let length = bar.to_ns.saturating_sub(bar.from_ns).max(1_000_000);
        self.show(bar.from_ns.saturating_sub(length / 4), length.saturating_add(length / 2));
    }

    /// Halves or doubles the part in view; the middle of what is in view of the call under the cursor stays.
    pub(in crate::tui) fn zoom(&mut self, closer: bool) {
        let (from, to) = self.span;
        let width = self.width();
        let middle = match self.bar() {
            Some(bar) => {
                let (start, end) = (bar.from_ns.clamp(from, to), bar.to_ns.clamp(from, to));
                start + (end - start) / 2
            }
            None => from + width / 2,
        };
        let new = if closer { (width / 2).max(SHORTEST) } else { width.saturating_mul(2).min(LONGEST) };
        let share = i128::from(middle - from) * i128::from(new) / i128::from(width);
        self.show(middle.saturating_sub(i64::try_from(share).unwrap_or(0)), new);
    }

    /// Moves the part in view by a quarter of it.
    pub(in crate::tui) fn pan(&mut self, later: bool) {
        let (width, step) = (self.width(), self.width() / 4);
        let from = if later { self.span.0.saturating_add(step) } else { self.span.0.saturating_sub(step) };
        self.show(from, width);
    }

    /// Puts the cursor on a bar; time moves where nothing of it is in view.
    pub(in crate::tui) fn go(&mut self, n: usize) {
        self.at = n.min(self.bars.len().saturating_sub(1));
        let Some(bar) = self.bar().copied() else { return };
        let (from, to) = self.span;
        if bar.to_ns < from || bar.from_ns > to {
            let width = self.width();
            self.show(bar.from_ns.saturating_sub(width / 8), width);
        }
    }

    /// Moves the cursor by so many bars of those in view; behind the last the next in time follows.
    pub(in crate::tui) fn step(&mut self, by: i64) {
        for _ in 0..by.unsigned_abs().min(10_000) {
            let next = if by > 0 {
                let in_view = self.bars.within(self.at + 1, self.span).next().map(|(n, _)| n);
                in_view.or_else(|| (self.at + 1 < self.bars.len()).then_some(self.at + 1))
            } else {
                self.bars.before(self.at, self.span).or_else(|| self.at.checked_sub(1))
            };
            let Some(next) = next else { break };
            self.go(next);
        }
    }

    /// Brings the cursor's bar between the top and the bottom of a view of so many rows.
    pub(in crate::tui) fn keep_in_view(&mut self, rows: usize) {
        let beneath = if self.beneath.of == self.bar().map(|bar| bar.id) { self.beneath.marks.len() } else { 0 };
        let rows = rows.saturating_sub(beneath.min(rows / 2) + 1).max(1);
        self.top = self.top.min(self.at);
        let shown = self.bars.within(self.top, self.span).take(rows).take_while(|(n, _)| *n <= self.at);
        if shown.last().is_none_or(|(n, _)| n != self.at) {
            // The cursor's bar is the last one shown: so many bars in view stand before it.
            self.top = self.at;
            self.back(rows - 1);
        }
        // None is left out above while there is room below the last.
        let shown = self.bars.within(self.top, self.span).take(rows).count();
        self.back(rows - shown.min(rows));
    }

    /// Moves the top by so many bars in view towards the beginning, as far as there are any.
    fn back(&mut self, rows: usize) {
        for _ in 0..rows {
            match self.bars.before(self.top, self.span) {
                Some(before) => self.top = before,
                None => break,
            }
        }
    }

    /// Puts the cursor's bar a third below the top of a view of so many rows.
    pub(in crate::tui) fn land(&mut self, rows: usize) {
        self.top = self.at;
        self.back(rows / 3);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bar(id: u32, from_ns: i64, to_ns: i64) -> Bar {
        Bar { from_ns, to_ns, id: ExchangeId(id), failed: false }
    }

    fn numbers(bars: &Bars, span: (i64, i64)) -> Vec<u32> {
        bars.within(0, span).map(|(_, bar)| bar.id.0).collect()
    }

    #[test]
    fn what_reaches_into_a_span_is_found_however_early_it_began() {
        let bars = Bars::new(vec![bar(3, 30, 35), bar(0, 0, 100), bar(1, 5, 6), bar(2, 20, 31)]);
        assert_eq!(numbers(&bars, (31, 40)), [0, 2, 3]);
        assert_eq!(numbers(&bars, (0, 4)), [0]);
        assert_eq!(numbers(&bars, (101, 200)), [0_u32; 0]);
        assert_eq!(bars.before(3, (31, 40)), Some(2));
        assert_eq!(bars.before(2, (31, 40)), Some(0), "what lies between ended before");
        assert_eq!(bars.find(Some(ExchangeId(2)), 0), 2);
        assert_eq!(bars.find(None, 6), 2);
        assert_eq!(bars.find(None, 999), 3);
    }

    #[test]
    fn the_cursor_goes_on_in_time_and_zooms_about_its_call() {
        let bars = Bars::new(
            (0..100).map(|n| bar(n, i64::from(n) * 10_000_000, i64::from(n) * 10_000_000 + 4_000_000)).collect(),
        );
        let mut view = Waterfall { bars: Arc::new(bars), at: 50, ..Waterfall::default() };
        view.fit();
        assert_eq!(view.span, (499_000_000, 505_000_000));
        view.step(1);
        assert_eq!(view.at, 51);
        let (from, to) = view.span;
        assert!(from <= 510_000_000 && to - from == 6_000_000, "{from} {to}");
        view.zoom(false);
        view.zoom(true);
        assert_eq!(view.span.1 - view.span.0, 6_000_000);
        assert!(view.span.0 <= 510_000_000 && view.span.1 > 510_000_000);
        view.step(-100);
        assert_eq!(view.at, 0);
        (0..60).for_each(|_| view.zoom(true));
        assert_eq!(view.span.1 - view.span.0, SHORTEST);
        (0..80).for_each(|_| view.zoom(false));
        view.keep_in_view(10);
        assert_eq!(view.top, 0);
        view.go(99);
        view.keep_in_view(10);
        assert_eq!(view.top, 91);
    }

    #[test]
    fn columns_cover_the_span_evenly() {
        let axis = Axis::of((1_000, 2_000), 10);
        assert_eq!([axis.column(999), axis.column(1_000), axis.column(1_999), axis.column(2_000)], [-1, 0, 9, 10]);
        assert_eq!(axis.range(0, i64::MAX), 0..=9);
        assert_eq!((axis.cell(), axis.middle(0)), (100, 1_050));
    }
}

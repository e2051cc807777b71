//! What of a text is folded away: which of its parts can be, which are, and where the rows are that stay. It knows
//! lines and rows only, not what they say.

use std::ops::Range;

/// A part of a text that can be folded into its first line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::tui) struct Fold {
    /// The line that stays.
    pub(in crate::tui) head: u32,
    /// The last line that is folded away.
    pub(in crate::tui) last: u32,
    pub(in crate::tui) of: FoldOf,
}

/// What is folded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::tui) enum FoldOf {
    /// An element, a section: open until it is folded.
    Lines,
    /// Frames of the container, of proxies and of reflection: folded until they are asked for.
    Frames,
}

impl Fold {
    /// How many lines it hides.
    pub(in crate::tui) const fn hides(&self) -> u32 {
        self.last - self.head
    }

    /// What is said of it where it is folded.
    pub(in crate::tui) fn words(&self) -> String {
        match (self.of, self.hides()) {
            (FoldOf::Frames, count) => format!("+ {count} frames of the container, proxies, reflection"),
            (FoldOf::Lines, 1) => "+ 1 line".to_owned(),
            (FoldOf::Lines, count) => format!("+ {count} lines"),
        }
    }

    const fn has(&self, line: u32) -> bool {
        self.head < line && line <= self.last
    }
}

/// The parts of a text that can be folded, by their first lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::tui) struct Folds(Vec<Fold>);

impl Folds {
    /// Begins a part at line `head`; they begin in rising order.
    pub(in crate::tui) fn begin(&mut self, head: usize, of: FoldOf) -> usize {
        let head = u32::try_from(head).unwrap_or(u32::MAX);
        self.0.push(Fold { head, last: head, of });
        self.0.len() - 1
    }

    /// Ends part `n` with line `last`; without a second line it can't be folded.
    pub(in crate::tui) fn end(&mut self, n: usize, last: usize) {
        if let Some(fold) = self.0.get_mut(n) {
            fold.last = u32::try_from(last).unwrap_or(u32::MAX).max(fold.head);
        }
    }

    /// The part that begins with a line.
    fn at(&self, line: u32) -> Option<usize> {
        let after = self.0.partition_point(|fold| fold.head <= line);
        let n = after.checked_sub(1)?;
        self.0.get(n).filter(|fold| fold.head == line && fold.hides() > 0).map(|_| n)
    }

    /// The innermost part around a line, whose first line it isn't.
    fn around(&self, line: u32) -> Option<usize> {
        let before = self.0.partition_point(|fold| fold.head < line);
        (0..before).rev().find(|n| self.0[*n].has(line))
    }
}

/// What of a text is folded now.
#[derive(Clone, Debug, Default)]
pub(in crate::tui) struct Folded {
    /// Numbers of the parts that are folded, rising.
    parts: Vec<u32>,
    hidden: Hidden,
}

impl Folded {
    /// As a text is seen first: frames that say nothing are folded.
    pub(in crate::tui) fn at_first(folds: &Folds) -> Self {
        let parts = (0_u32..).zip(&folds.0).filter(|(_, fold)| fold.of == FoldOf::Frames).map(|(n, _)| n).collect();
        Self { parts, hidden: Hidden::default() }
    }

    /// Finds the rows that stay, in a text whose line `n` begins with row `row_of(n)` and which has so many rows.
    pub(in crate::tui) fn hide(&mut self, folds: &Folds, row_of: impl Fn(usize) -> usize) {
        let mut past = 0;
        let mut hidden = Hidden::default();
        for n in &self.parts {
            let Some(fold) = folds.0.get(*n as usize).filter(|fold| fold.head >= past && fold.hides() > 0) else {
                continue;
            };
            past = fold.last + 1;
            hidden.add(row_of(fold.head as usize + 1)..row_of(past as usize));
        }
        self.hidden = hidden;
    }

    pub(in crate::tui) const fn hidden(&self) -> &Hidden {
        &self.hidden
    }

    /// The fold that line `n` stands for, where it is folded.
    pub(in crate::tui) fn at<'a>(&self, folds: &'a Folds, line: usize) -> Option<&'a Fold> {
        if self.parts.is_empty() {
            return None;
        }
        let n = folds.at(u32::try_from(line).ok()?)?;
        self.parts.binary_search(&u32::try_from(n).ok()?).ok().and(folds.0.get(n))
    }

    /// Folds the part that begins with a line, or the one around it where there is none or it is folded already; the
    /// line that stays. `None` where nothing is left to be folded.
    pub(in crate::tui) fn fold(&mut self, folds: &Folds, line: usize) -> Option<usize> {
        let line = u32::try_from(line).ok()?;
        let own = folds.at(line).filter(|n| self.place(*n).is_err());
        let n = own.or_else(|| folds.around(line))?;
        if let Err(at) = self.place(n) {
            self.parts.insert(at, u32::try_from(n).ok()?);
        }
        folds.0.get(n).map(|fold| fold.head as usize)
    }

    /// Unfolds the part that begins with a line; whether it was folded.
    pub(in crate::tui) fn unfold(&mut self, folds: &Folds, line: usize) -> bool {
        let n = u32::try_from(line).ok().and_then(|line| folds.at(line));
        match n.map(|n| self.place(n)) {
            Some(Ok(at)) => {
                self.parts.remove(at);
                true
            }
            _ => false,
        }
    }

    /// Unfolds all parts that hide a line; whether there were any.
    pub(in crate::tui) fn reveal(&mut self, folds: &Folds, line: usize) -> bool {
        let line = u32::try_from(line).unwrap_or(u32::MAX);
        let before = self.parts.len();
        self.parts.retain(|n| folds.0.get(*n as usize).is_some_and(|fold| !fold.has(line)));
        self.parts.len() != before
    }

    /// Folds all, or unfolds all; whether there is anything to be folded.
    pub(in crate::tui) fn all(&mut self, folds: &Folds, open: bool) -> bool {
        self.parts = match (open, u32::try_from(folds.0.len())) {
            (false, Ok(count)) => (0..count).collect(),
            _ => Vec::new(),
        };
        folds.0.iter().any(|fold| fold.hides() > 0)
    }

    fn place(&self, n: usize) -> Result<usize, usize> {
        self.parts.binary_search(&u32::try_from(n).unwrap_or(u32::MAX))
    }
}

/// Rows that aren't shown, and how the others count without them.
#[derive(Clone, Debug, Default)]
pub(in crate::tui) struct Hidden {
    /// Runs of rows, rising, each with how many are hidden before it.
    runs: Vec<(Range<usize>, usize)>,
}

impl Hidden {
    fn add(&mut self, rows: Range<usize>) {
        let before = self.count();
        self.runs.push((rows, before));
    }

    /// How many rows are hidden.
    pub(in crate::tui) fn count(&self) -> usize {
        self.runs.last().map_or(0, |(rows, before)| before + rows.len())
    }

    /// Which of the rows shown `row` is; of a hidden one, the row that stands for it.
    pub(in crate::tui) fn place_of(&self, row: usize) -> usize {
        let behind = self.runs.partition_point(|(rows, _)| rows.start <= row);
        match behind.checked_sub(1).and_then(|n| self.runs.get(n)) {
            None => row,
            Some((rows, before)) if row < rows.end => (rows.start - before).saturating_sub(1),
            Some((rows, before)) => row - before - rows.len(),
        }
    }

    /// The row at a place among those shown.
    pub(in crate::tui) fn row_at(&self, place: usize) -> usize {
        let behind = self.runs.partition_point(|(rows, before)| rows.start - before <= place);
        match behind.checked_sub(1).and_then(|n| self.runs.get(n)) {
            None => place,
            Some((rows, before)) => place + before + rows.len(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `a` over all of ten lines, `b` over 1 to 4, `c` over 2 and 3, `d` over 5 and 6.
    fn nested() -> Folds {
        let mut folds = Folds::default();
        let [a, b, c, d] = [0, 1, 2, 5].map(|head| folds.begin(head, FoldOf::Lines));
        for (n, last) in [(c, 3), (b, 4), (d, 6), (a, 9)] {
            folds.end(n, last);
        }
        folds
    }

    fn shown(folded: &mut Folded, folds: &Folds) -> Vec<usize> {
        folded.hide(folds, |line| line);
        let hidden = folded.hidden();
        let rows: Vec<usize> = (0..10 - hidden.count()).map(|place| hidden.row_at(place)).collect();
        for (place, row) in rows.iter().enumerate() {
            assert_eq!(hidden.place_of(*row), place);
        }
        rows
    }

    #[test]
    fn a_part_folds_into_its_first_line_and_the_one_around_it_next() {
        let folds = nested();
        let mut folded = Folded::default();
        assert_eq!(folded.fold(&folds, 3), Some(2));
        assert_eq!(shown(&mut folded, &folds), [0, 1, 2, 4, 5, 6, 7, 8, 9]);
        assert_eq!(folded.fold(&folds, 2), Some(1));
        assert_eq!(shown(&mut folded, &folds), [0, 1, 5, 6, 7, 8, 9]);
        assert_eq!(folded.hidden().place_of(3), 1, "the line that stands for it");
        assert_eq!(folded.fold(&folds, 9), Some(0));
        assert_eq!(shown(&mut folded, &folds), [0]);
        assert_eq!(folded.fold(&folds, 0), None);
        // Unfolding leaves what is folded inside as it was.
        assert!(folded.unfold(&folds, 0) && folded.unfold(&folds, 1) && !folded.unfold(&folds, 1));
        assert_eq!(shown(&mut folded, &folds), [0, 1, 2, 4, 5, 6, 7, 8, 9]);
        assert_eq!(folded.at(&folds, 2).map(Fold::words).as_deref(), Some("+ 1 line"));
    }

    #[test]
    fn what_is_looked_for_is_revealed_and_the_rest_stays_folded() {
        let folds = nested();
        let mut folded = Folded::default();
        assert!(folded.all(&folds, false));
        assert!(folded.reveal(&folds, 3));
        assert_eq!(shown(&mut folded, &folds), [0, 1, 2, 3, 4, 5, 7, 8, 9]);
        assert!(!folded.reveal(&folds, 3));
        assert!(!Folded::default().all(&Folds::default(), false), "there is nothing to fold");
    }

    #[test]
    fn a_million_elements_fold_and_unfold_between_two_pictures() {
        let mut folds = Folds::default();
        for n in 0..1_000_000 {
            let fold = folds.begin(n * 4, FoldOf::Lines);
            folds.end(fold, n * 4 + 3);
        }
        let mut folded = Folded::default();
        let began = std::time::Instant::now();
        folded.all(&folds, false);
        folded.hide(&folds, |line| line);
        assert!(folded.unfold(&folds, 2_000_000));
        folded.hide(&folds, |line| line);
        assert_eq!(folded.hidden().row_at(500_001), 2_000_001);
        assert_eq!(folded.hidden().row_at(999_999 + 3), 3_999_996);
        let took = began.elapsed();
        assert!(took.as_millis() < 2000, "{took:?}");
    }
}

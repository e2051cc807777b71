//! A list of events: which are shown, where the cursor is, what is unfolded. The cursor is an event, never a
//! number alone, so that new, late or refiltered rows don't move what the user looks at.

use std::collections::HashSet;
use std::sync::{Arc, Weak};

use crate::model::{EventRef, Gathered, Investigation};
use crate::query::Filter;

use super::hits::Hits;
use super::lines::Line;
use super::streams::is_tunnel;

/// What a list is made of before any filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::tui) enum Base {
    /// Every event.
    All,
    /// Log records.
    Records,
    /// TCP conversations, and the tunnels of recordings.
    Streams,
}

impl Base {
    pub(in crate::tui) fn takes(self, event: EventRef, gathered: &Gathered) -> bool {
        match (self, event) {
            (Self::All, _) | (Self::Records, EventRef::Record(..)) | (Self::Streams, EventRef::Stream(_)) => true,
            (Self::Streams, EventRef::Exchange(id)) => gathered.exchange(id).is_some_and(is_tunnel),
            (Self::Records | Self::Streams, _) => false,
        }
    }
}

/// A list of events.
pub(in crate::tui) struct EventList {
    pub(in crate::tui) base: Base,
    pub(in crate::tui) filter: FilterBox,
    pub(in crate::tui) shown: Shown,
    /// The event under the cursor.
    pub(in crate::tui) cursor: Option<EventRef>,
    /// The cursor's row among those shown.
    pub(in crate::tui) row: usize,
    /// The first row in view.
    pub(in crate::tui) top: usize,
    pub(in crate::tui) unfolded: HashSet<EventRef>,
    /// Whether the cursor stays at the end when new events come.
    pub(in crate::tui) follow: bool,
    /// New events that came while it doesn't follow.
    pub(in crate::tui) below: usize,
    /// Cells that lines are shifted to the left.
    pub(in crate::tui) sideways: usize,
    pub(in crate::tui) scan: Option<Scan>,
    /// How much of the events was searched when the search was stopped, percent.
    pub(in crate::tui) stopped: Option<usize>,
    pub(in crate::tui) find: Option<Arc<Filter>>,
    /// What `find` found, as far as it is counted.
    pub(in crate::tui) hits: Option<Hits<EventRef, CountedIn>>,
    /// Whether the cursor stands where it was put first, so that the row under it counts as still ahead.
    pub(in crate::tui) fresh: bool,
}

/// What the hits of a search were counted in.
#[derive(Clone, Debug)]
pub(in crate::tui) struct CountedIn {
    /// Events on the time line, and rows shown.
    pub(in crate::tui) rows: (usize, usize),
    /// What was concluded then, which a search can ask for.
    pub(in crate::tui) investigation: Weak<Investigation>,
}

impl CountedIn {
    /// Whether a count would see the same now.
    pub(in crate::tui) fn same(&self, now: &Self) -> bool {
        self.rows == now.rows && Weak::ptr_eq(&self.investigation, &now.investigation)
    }
}

/// Which rows are shown: positions in the time line.
#[derive(Clone, Debug)]
pub(in crate::tui) enum Shown {
    /// All of them.
    All,
    /// These, rising.
    Some(Arc<Vec<u32>>),
}

impl Shown {
    /// How many rows there are.
    pub(in crate::tui) fn len(&self, lines: &[Line]) -> usize {
        match self {
            Self::All => lines.len(),
            Self::Some(rows) => rows.len(),
        }
    }

    /// The position in the time line of a row.
    pub(in crate::tui) fn position(&self, row: usize) -> Option<usize> {
        match self {
            Self::All => Some(row),
            Self::Some(rows) => rows.get(row).map(|at| *at as usize),
        }
    }

    /// The line of a row.
    pub(in crate::tui) fn line<'a>(&self, lines: &'a [Line], row: usize) -> Option<&'a Line> {
        lines.get(self.position(row)?)
    }

    /// The lines of all rows, in order.
    pub(in crate::tui) fn each<'a>(&'a self, lines: &'a [Line]) -> impl Iterator<Item = &'a Line> {
        (0..self.len(lines)).filter_map(|row| self.line(lines, row))
    }
}

/// The filter of a list.
#[derive(Default)]
pub(in crate::tui) struct FilterBox {
    /// The filter as last accepted; kept while it is off.
    pub(in crate::tui) filter: Option<Arc<Filter>>,
    /// Whether it was taken off for now.
    pub(in crate::tui) off: bool,
}

impl FilterBox {
    /// The filter that is in force.
    pub(in crate::tui) fn active(&self) -> Option<&Arc<Filter>> {
        self.filter.as_ref().filter(|f| !self.off && !f.is_empty())
    }
}

/// A search for the rows that pass a filter, while it runs.
pub(in crate::tui) struct Scan {
    /// Which one; answers to older ones are dropped.
    pub(in crate::tui) ticket: u64,
    pub(in crate::tui) found: Vec<u32>,
    pub(in crate::tui) done: usize,
    pub(in crate::tui) total: usize,
    /// Whether what was found so far is shown already.
    pub(in crate::tui) showing: bool,
    /// The event that was under the cursor when it began.
    pub(in crate::tui) anchor: Option<Line>,
    /// The event that the cursor was put on while it runs; on any other it was moved by the user.
    pub(in crate::tui) put: Option<EventRef>,
}

impl EventList {
    pub(in crate::tui) fn new(base: Base) -> Self {
        Self {
            base,
            filter: FilterBox::default(),
            shown: Shown::All,
            cursor: None,
            row: 0,
            top: 0,
            unfolded: HashSet::new(),
            follow: false,
            below: 0,
            sideways: 0,
            scan: None,
            stopped: None,
            find: None,
            hits: None,
            fresh: true,
        }
    }

    /// How many rows are shown.
    pub(in crate::tui) fn len(&self, lines: &[Line]) -> usize {
        self.shown.len(lines)
    }

    /// What is known of the hits of a search, where `counting` is the count that runs.
    pub(in crate::tui) fn hits_told(&self, counting: Option<u64>) -> Option<String> {
        let hits = self.hits.as_ref()?;
        Some(hits.words(self.cursor.and_then(|event| hits.rank(event)), counting == Some(hits.ticket)))
    }

    /// The position in the time line of a row.
    pub(in crate::tui) fn position(&self, row: usize) -> Option<usize> {
        self.shown.position(row)
    }

    /// The line of a row.
    pub(in crate::tui) fn line<'a>(&self, lines: &'a [Line], row: usize) -> Option<&'a Line> {
        self.shown.line(lines, row)
    }

    /// The row at or, where it isn't shown, behind a position in the time line.
    pub(in crate::tui) fn row_at(&self, position: usize) -> usize {
        match &self.shown {
            Shown::All => position,
            Shown::Some(rows) => rows.partition_point(|at| (*at as usize) < position),
        }
    }

    /// The row of exactly that position, where it is shown.
    pub(in crate::tui) fn row_of(&self, position: usize) -> Option<usize> {
        let row = self.row_at(position);
        (self.position(row) == Some(position)).then_some(row)
    }

    /// Puts the cursor on a row, cut to those there are.
    pub(in crate::tui) fn go(&mut self, lines: &[Line], row: usize) {
        self.row = row.min(self.len(lines).saturating_sub(1));
        self.cursor = self.line(lines, self.row).map(|line| line.event);
    }

    /// Rows moved because events were put into the time line: these are their places in it now, rising. Those of them
    /// that `passing` names, rising, too, are shown.
    pub(in crate::tui) fn put_in(&mut self, places: &[usize], passing: &[usize]) {
        // Where a row stood before, so many of the new ones came before it.
        let behind = |at: usize| before(places, |k, place| place - k <= at);
        let Shown::Some(rows) = &mut self.shown else {
            let (row, top) = (behind(self.row), before(places, |k, place| place - k < self.top));
            self.row += if self.cursor.is_some() { row } else { 0 };
            self.top += top;
            return;
        };
        let mut shifted = 0;
        let moved: Vec<u32> = rows
            .iter()
            .map(|at| {
                while places.get(shifted).is_some_and(|place| place - shifted <= *at as usize) {
                    shifted += 1;
                }
                at.saturating_add(u32::try_from(shifted).unwrap_or(u32::MAX))
            })
            .collect();
        let above = |row: Option<usize>| {
            let at = row.and_then(|row| moved.get(row)).map(|at| *at as usize);
            passing.partition_point(|place| at.is_some_and(|at| *place < at))
        };
        let (row, top) = (above(Some(self.row)), above(self.top.checked_sub(1)));
        self.row += if self.cursor.is_some() { row } else { 0 };
        self.top += top;
        let mut all: Vec<u32> =
            moved.into_iter().chain(passing.iter().filter_map(|at| u32::try_from(*at).ok())).collect();
        // Two runs in order, which a stable sort only merges.
        all.sort();
        *rows = Arc::new(all);
    }

    /// Rows moved because the event at `position` of the time line was taken out.
    pub(in crate::tui) fn removed(&mut self, position: usize) {
        let row = match &mut self.shown {
            Shown::All => Some(position),
            Shown::Some(rows) => {
                let rows = Arc::make_mut(rows);
                let row = rows.partition_point(|at| (*at as usize) < position);
                let shown = rows.get(row).is_some_and(|at| *at as usize == position);
                if shown {
                    rows.remove(row);
                }
                for at in &mut rows[row..] {
                    *at -= 1;
                }
                shown.then_some(row)
            }
        };
        if let Some(row) = row {
            self.row -= usize::from(row < self.row);
            self.top -= usize::from(row < self.top);
        }
    }

    /// Moves the top row so that the cursor is in view. `extra` gives the lines that a row has beyond its first.
    pub(in crate::tui) fn keep_in_view(&mut self, height: usize, extra: impl Fn(&Self, usize) -> usize) {
        if height == 0 {
            return;
        }
        if self.row < self.top {
            self.top = self.row;
            return;
        }
        if self.row - self.top >= height {
            self.top = self.row + 1 - height;
        }
        let mut used: usize = (self.top..=self.row).map(|row| 1 + extra(self, row)).sum();
        while used > height && self.top < self.row {
            used -= 1 + extra(self, self.top);
            self.top += 1;
        }
    }

    /// After a jump the cursor lands a third below the top.
    pub(in crate::tui) fn land(&mut self, height: usize) {
        let outside = self.row < self.top || self.row >= self.top + height.saturating_sub(1);
        if outside {
            self.top = self.row.saturating_sub(height / 3);
        }
    }
}

/// How many of the first `places`, each with its number, are so; behind the first that isn't none is.
fn before(places: &[usize], is: impl Fn(usize, usize) -> bool) -> usize {
    let (mut low, mut high) = (0, places.len());
    while low < high {
        let middle = low + (high - low) / 2;
        if is(middle, places[middle]) { low = middle + 1 } else { high = middle }
    }
    low
}

#[cfg(test)]
mod tests {
    use crate::model::ExchangeId;

    use super::super::lines::Class;
    use super::*;

    fn lines(n: u32) -> Vec<Line> {
        let line = |n| Line {
            at_ns: i64::from(n) * 10,
            event: EventRef::Exchange(ExchangeId(n)),
            class: Class::Plain,
            doubtful: false,
        };
        (0..n).map(line).collect()
    }

    #[test]
    fn rows_are_found_by_their_place() {
        let lines = lines(10);
        let mut list = EventList::new(Base::All);
        list.shown = Shown::Some(Arc::new(vec![2, 5, 9]));
        assert_eq!(list.len(&lines), 3);
        assert_eq!(list.row_of(5), Some(1));
        assert_eq!(list.row_of(6), None);
        assert_eq!(list.row_at(6), 2);
        list.go(&lines, 99);
        assert_eq!((list.row, list.cursor), (2, Some(EventRef::Exchange(ExchangeId(9)))));
    }

    #[test]
    fn what_the_user_looks_at_stays_when_events_come_late() {
        let lines = lines(10);
        let mut list = EventList::new(Base::All);
        list.shown = Shown::Some(Arc::new(vec![2, 5, 9]));
        list.go(&lines, 1);
        list.put_in(&[3], &[3]);
        assert_eq!(list.row, 2);
        assert!(matches!(&list.shown, Shown::Some(rows) if ***rows == [2, 3, 6, 10]));
        list.put_in(&[0], &[]);
        assert_eq!(list.row, 2);
        assert!(matches!(&list.shown, Shown::Some(rows) if ***rows == [3, 4, 7, 11]));
        list.removed(4);
        list.removed(0);
        assert_eq!(list.row, 1);
        assert!(matches!(&list.shown, Shown::Some(rows) if ***rows == [2, 5, 9]));
        // Many at once are as one after the other, wherever the user looks.
        for (row, top) in (0..3).flat_map(|row| (0..=row).map(move |top| (row, top))) {
            let mut one_by_one = EventList::new(Base::All);
            one_by_one.shown = Shown::Some(Arc::new(vec![2, 5, 9]));
            one_by_one.go(&lines, row);
            one_by_one.top = top;
            let mut at_once = EventList::new(Base::All);
            at_once.shown = Shown::Some(Arc::new(vec![2, 5, 9]));
            at_once.go(&lines, row);
            at_once.top = top;
            let places = [0, 3, 4, 7, 11, 14];
            for place in places {
                let passes: &[usize] = if place % 2 == 1 { &[place] } else { &[] };
                one_by_one.put_in(&[place], passes);
            }
            at_once.put_in(&places, &[3, 7, 11]);
            let rows = |list: &EventList| match &list.shown {
                Shown::Some(rows) => (rows.to_vec(), list.row, list.top),
                Shown::All => panic!("some"),
            };
            assert_eq!(rows(&at_once), rows(&one_by_one), "{row} {top}");
        }
    }

    #[test]
    fn unfolded_rows_count_with_all_their_lines() {
        let mut list = EventList::new(Base::All);
        list.row = 4;
        list.keep_in_view(5, |_, row| if row == 1 { 3 } else { 0 });
        assert_eq!(list.top, 2);
        list.row = 1;
        list.keep_in_view(5, |_, _| 0);
        assert_eq!(list.top, 1);
        list.row = 50;
        list.land(9);
        assert_eq!(list.top, 47);
    }
}

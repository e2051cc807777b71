//! What a search has found: where the hits are, how far the count of them has come, and which of them the cursor is on.
//! It knows neither lists nor texts, only in what it was counted and that both may change.

/// The hits of a search. `T` is what a hit is told by, `M` what they were counted in.
#[derive(Clone, Debug)]
pub(in crate::tui) struct Hits<T, M> {
    /// Which count it is; answers to others are dropped.
    pub(in crate::tui) ticket: u64,
    /// The search for the next hit that is under way, or was last.
    pub(in crate::tui) asked: u64,
    /// What they are counted in: of anything else they say nothing.
    pub(in crate::tui) of: M,
    found: Vec<T>,
    done: usize,
    total: usize,
    landed: Option<T>,
    rank: Option<usize>,
    /// Whether the search went round the end before it came to the hit the cursor was put on last.
    wrapped: bool,
}

impl<T: Copy + PartialEq, M> Hits<T, M> {
    /// None of `total` rows is searched yet.
    pub(in crate::tui) fn new(ticket: u64, of: M, total: usize) -> Self {
        Self { ticket, asked: 0, of, found: Vec::new(), done: 0, total, landed: None, rank: None, wrapped: false }
    }

    /// Hits that come behind those that are known; so many of the rows are searched by now.
    pub(in crate::tui) fn add(&mut self, found: &[T], (done, total): (usize, usize)) {
        let before = self.found.len();
        self.found.extend_from_slice(found);
        (self.done, self.total) = (done, total);
        if let (Some(landed), None) = (self.landed, self.rank) {
            self.rank = found.iter().position(|hit| *hit == landed).map(|at| before + at);
        }
    }

    /// The cursor was put on a hit.
    pub(in crate::tui) fn land(&mut self, hit: T, wrapped: bool) {
        self.rank = self.found.iter().position(|found| *found == hit);
        (self.landed, self.wrapped) = (Some(hit), wrapped);
    }

    /// Whether every row was searched.
    pub(in crate::tui) fn complete(&self) -> bool {
        self.done >= self.total
    }

    /// All that are known, in order.
    pub(in crate::tui) fn found(&self) -> &[T] {
        &self.found
    }

    /// Which hit is at `cursor`, from 0, where the cursor was put there and it is counted already.
    pub(in crate::tui) fn rank(&self, cursor: T) -> Option<usize> {
        self.rank.filter(|_| self.landed == Some(cursor))
    }

    /// The hit behind the one at `cursor`, or before it, and whether that is round the end; `None` where it isn't known.
    pub(in crate::tui) fn next(&self, cursor: T, forward: bool) -> Option<(T, bool)> {
        let at = self.rank(cursor).filter(|_| self.complete())?;
        let count = self.found.len();
        let next = (at + if forward { 1 } else { count - 1 }) % count;
        Some((*self.found.get(next)?, if forward { next <= at } else { next >= at }))
    }

    /// How many there are, the one that the cursor is on, and how far the count has come.
    pub(in crate::tui) fn words(&self, rank: Option<usize>, running: bool) -> String {
        let count = self.found.len();
        let percent = self.done * 100 / self.total.max(1);
        let mut out = match (rank, count) {
            (Some(at), _) => format!("hit {} of {count}", at + 1),
            (None, _) if running => count.to_string(),
            (None, 0) => "no hit".to_owned(),
            (None, 1) => "1 hit".to_owned(),
            (None, _) => format!("{count} hits"),
        };
        if running {
            out.push_str(&format!(" so far, {percent} % searched"));
        } else if !self.complete() {
            out.push_str(&format!(" in the {percent} % searched"));
        }
        if self.wrapped && rank.is_some() {
            out.push_str(", went on from the other end");
        }
        if running {
            out.push_str("   Esc stops");
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_says_how_far_it_is_and_which_hit_the_cursor_is_on() {
        let mut hits = Hits::new(1, (), 100);
        assert_eq!(hits.words(hits.rank(30), true), "0 so far, 0 % searched   Esc stops");
        hits.land(30, true);
        hits.add(&[10], (20, 100));
        assert_eq!(hits.words(hits.rank(30), true), "1 so far, 20 % searched   Esc stops");
        assert_eq!(hits.words(hits.rank(30), false), "1 hit in the 20 % searched");
        hits.add(&[30], (43, 100));
        let told = "hit 2 of 2 so far, 43 % searched, went on from the other end   Esc stops";
        assert_eq!(hits.words(hits.rank(30), true), told);
        assert_eq!(hits.next(30, true), None, "what isn't searched yet may have the next");
        hits.add(&[70, 90], (100, 100));
        assert_eq!(hits.words(hits.rank(30), false), "hit 2 of 4, went on from the other end");
        assert_eq!(hits.words(hits.rank(31), false), "4 hits");
        assert_eq!((hits.next(30, true), hits.next(30, false)), (Some((70, false)), Some((10, false))));
        hits.land(90, false);
        assert_eq!(hits.words(hits.rank(90), false), "hit 4 of 4");
        assert_eq!(hits.next(90, true), Some((10, true)));
        hits.land(10, false);
        assert_eq!(hits.next(10, false), Some((90, true)));
        let mut none = Hits::<usize, ()>::new(1, (), 5);
        none.add(&[], (5, 5));
        assert_eq!((none.words(None, false), none.next(0, true)), ("no hit".to_owned(), None));
    }
}

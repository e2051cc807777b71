//! Spans of time that were brought together, for asking quickly whether something lies in any of them.

/// Spans of time, both ends included, rising, none touching another.
#[derive(Clone, Debug, Default)]
pub(super) struct Spans(Vec<(i64, i64)>);

impl Spans {
    /// Whether a span touches any of these.
    pub(super) fn touch(&self, (from, to): (i64, i64)) -> bool {
        self.0.get(self.0.partition_point(|span| span.1 < from)).is_some_and(|span| span.0 <= to)
    }

    /// For asking about one moment after the other, most of them later than the one before.
    pub(super) fn walk(&self) -> Walk<'_> {
        Walk { spans: &self.0, next: 0 }
    }

    /// The spans one by one.
    pub(super) fn iter(&self) -> impl Iterator<Item = (i64, i64)> {
        self.0.iter().copied()
    }
}

/// A place among spans: the first that doesn't end before the moment asked about last.
pub(super) struct Walk<'a> {
    spans: &'a [(i64, i64)],
    next: usize,
}

impl Walk<'_> {
    /// Whether a moment lies in any of the spans.
    pub(super) fn holds(&mut self, at: i64) -> bool {
        let ends_before = |n: usize| self.spans.get(n).is_some_and(|span| span.1 < at);
        let here = !ends_before(self.next) && self.next.checked_sub(1).is_none_or(ends_before);
        if !here {
            let follows = ends_before(self.next) && !ends_before(self.next + 1);
            self.next = if follows { self.next + 1 } else { self.spans.partition_point(|span| span.1 < at) };
        }
        self.spans.get(self.next).is_some_and(|span| span.0 <= at)
    }
}

impl FromIterator<(i64, i64)> for Spans {
    fn from_iter<I: IntoIterator<Item = (i64, i64)>>(spans: I) -> Self {
        let mut sorted: Vec<(i64, i64)> = spans.into_iter().collect();
        sorted.sort_unstable();
        let mut merged: Vec<(i64, i64)> = Vec::with_capacity(sorted.len());
        for (from, to) in sorted {
            match merged.last_mut() {
                Some(last) if from <= last.1 => last.1 = last.1.max(to),
                _ => merged.push((from, to)),
            }
        }
        Self(merged)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_overlaps_is_one_and_ends_belong_to_it() {
        let spans: Spans = [(20, 30), (1, 5), (5, 9), (22, 24)].into_iter().collect();
        assert_eq!(spans.iter().collect::<Vec<_>>(), [(1, 9), (20, 30)]);
        for inside in [(9, 9), (1, 1), (0, 1), (10, 20), (0, 100)] {
            assert!(spans.touch(inside), "{inside:?}");
        }
        for outside in [(0, 0), (10, 19), (31, 31)] {
            assert!(!spans.touch(outside), "{outside:?}");
        }
    }

    #[test]
    fn moments_in_any_order_are_found_as_one_by_one() {
        let spans: Spans = [(1, 5), (8, 9), (20, 30), (40, 40)].into_iter().collect();
        let mut walk = spans.walk();
        let risen = 0..=45;
        for at in risen.clone().chain(risen.rev()).chain([40, 1, 9, 41, 8, 30, 0, 45, 20]) {
            assert_eq!(walk.holds(at), spans.touch((at, at)), "{at}");
        }
    }
}

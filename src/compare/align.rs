//! Which items of two sequences belong together: what is equal, in its place or elsewhere, and what has changed. It must
//! not know what the items are.

use std::collections::{HashMap, HashSet};

/// One item of a sequence.
#[derive(Clone, Debug, Default)]
pub(super) struct Item {
    /// Equal items have it in common.
    pub(super) hash: u64,
    /// Only items that have it in common can be two states of one.
    pub(super) identity: u64,
    /// Hashes of what is in it, by which a changed item is known again.
    pub(super) marks: Vec<u64>,
}

/// Two items that belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Pair {
    pub(super) left: usize,
    pub(super) right: usize,
    /// Whether it stands at another place among the others.
    pub(super) moved: bool,
}

/// What belongs together; items in no pair were removed or added. In the order of the left side.
pub(super) fn align(left: &[Item], right: &[Item]) -> Vec<Pair> {
    let mut found = Found::new(left, right);
    let hashes = |items: &[Item]| items.iter().map(|item| item.hash).collect::<Vec<_>>();
    for (l, r) in common(&hashes(left), &hashes(right)) {
        found.pair(l, r);
    }
    found.equal_elsewhere();
    found.of_a_name_of_their_own();
    found.by_marks();
    let mut pairs: Vec<Pair> = found.pairs().map(|(left, right)| Pair { left, right, moved: false }).collect();
    mark_moved(&mut pairs);
    let anchors: Vec<_> = pairs.iter().filter(|pair| !pair.moved).map(|pair| (pair.left, pair.right)).collect();
    for (left, right) in found.in_gaps(&anchors) {
        pairs.push(Pair { left, right, moved: false });
    }
    pairs.sort_unstable();
    pairs
}

struct Found<'a> {
    left: &'a [Item],
    right: &'a [Item],
    /// The partner of each item on the left.
    partner: Vec<Option<usize>>,
    taken: Vec<bool>,
}

impl<'a> Found<'a> {
    fn new(left: &'a [Item], right: &'a [Item]) -> Self {
        Self { left, right, partner: vec![None; left.len()], taken: vec![false; right.len()] }
    }

    fn pair(&mut self, left: usize, right: usize) {
        self.partner[left] = Some(right);
        self.taken[right] = true;
    }

    fn pairs(&self) -> impl Iterator<Item = (usize, usize)> {
        self.partner.iter().enumerate().filter_map(|(left, right)| Some((left, (*right)?)))
    }

    fn free_left(&self) -> Vec<usize> {
        (0..self.left.len()).filter(|at| self.partner[*at].is_none()).collect()
    }

    fn free_right(&self) -> Vec<usize> {
        (0..self.right.len()).filter(|at| !self.taken[*at]).collect()
    }

    /// Equal items that stand elsewhere, the first with the first.
    fn equal_elsewhere(&mut self) {
        let mut waiting: HashMap<u64, Vec<usize>> = HashMap::new();
        for at in self.free_right().into_iter().rev() {
            waiting.entry(self.right[at].hash).or_default().push(at);
        }
        for left in self.free_left() {
            if let Some(right) = waiting.get_mut(&self.left[left].hash).and_then(Vec::pop) {
                self.pair(left, right);
            }
        }
    }

    /// What is the only one of its identity on both sides is the same, whatever is in it.
    fn of_a_name_of_their_own(&mut self) {
        let only = |items: &[Item]| {
            let mut seen: HashMap<u64, Option<usize>> = HashMap::new();
            for (at, item) in items.iter().enumerate() {
                seen.entry(item.identity).and_modify(|only| *only = None).or_insert(Some(at));
            }
            seen
        };
        let right = only(self.right);
        for (identity, at) in only(self.left) {
            if let (Some(left), Some(Some(right))) = (at, right.get(&identity))
                && self.partner[left].is_none()
                && !self.taken[*right]
            {
                self.pair(left, *right);
            }
        }
    }

    /// Items with marks that no other item beside them has: the keys of rows, as they turn out. Those with most of them
    /// in common belong together.
    fn by_marks(&mut self) {
        let (left, right) = (self.free_left(), self.free_right());
        if left.is_empty() || right.is_empty() {
            return;
        }
        let owners = |items: &[Item], free: &[usize]| {
            let mut owners: HashMap<u64, Option<usize>> = HashMap::new();
            for at in free {
                let own: HashSet<u64> = items[*at].marks.iter().copied().collect();
                for mark in own {
                    owners.entry(mark).and_modify(|owner| *owner = None).or_insert(Some(*at));
                }
            }
            owners
        };
        let on_the_right = owners(self.right, &right);
        let mut votes: HashMap<(usize, usize), u32> = HashMap::new();
        for (mark, left) in owners(self.left, &left) {
            if let (Some(left), Some(Some(right))) = (left, on_the_right.get(&mark))
                && self.left[left].identity == self.right[*right].identity
            {
                *votes.entry((left, *right)).or_default() += 1;
            }
        }
        let mut votes: Vec<_> = votes.into_iter().collect();
        votes.sort_unstable_by_key(|((left, right), count)| (std::cmp::Reverse(*count), *left, *right));
        for ((left, right), _) in votes {
            if self.partner[left].is_none() && !self.taken[right] {
                self.pair(left, right);
            }
        }
    }

    /// What is left between two pairs in place belongs together in order, as far as it is alike.
    fn in_gaps(&self, anchors: &[(usize, usize)]) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        let (mut from_left, mut from_right) = (0, 0);
        let end = [(self.left.len(), self.right.len())];
        for (left, right) in anchors.iter().chain(&end) {
            let lefts: Vec<_> = (from_left..*left).filter(|at| self.partner[*at].is_none()).collect();
            let rights: Vec<_> = (from_right..*right).filter(|at| !self.taken[*at]).collect();
            if !lefts.is_empty() && !rights.is_empty() {
                found.extend(self.alike(&lefts, &rights));
            }
            (from_left, from_right) = (left + 1, right + 1);
        }
        found
    }

    fn alike(&self, lefts: &[usize], rights: &[usize]) -> Vec<(usize, usize)> {
        let same = |left: usize, right: usize| self.left[left].identity == self.right[right].identity;
        // Beyond this the table takes longer than it is worth; those of one identity are taken in order then.
        const LARGEST: usize = 60_000;
        if lefts.len() * rights.len() > LARGEST {
            let mut found = Vec::new();
            let mut next = 0;
            for left in lefts {
                if let Some(at) = (next..rights.len().min(next + 64)).find(|at| same(*left, rights[*at])) {
                    found.push((*left, rights[at]));
                    next = at + 1;
                }
            }
            return found;
        }
        let score = |left: usize, right: usize| {
            if same(left, right) {
                1.0 + 100.0 * likeness(&self.left[left].marks, &self.right[right].marks)
            } else {
                0.0
            }
        };
        let scores: Vec<Vec<f64>> =
            lefts.iter().map(|left| rights.iter().map(|right| score(*left, *right)).collect()).collect();
        best_in_order(&scores).into_iter().map(|(l, r)| (lefts[l], rights[r])).collect()
    }
}

/// How much of two sets of marks is in both, from 0 to 1.
fn likeness(left: &[u64], right: &[u64]) -> f64 {
    let most = left.len().max(right.len());
    if most == 0 {
        return 0.0;
    }
    let mut waiting: HashMap<u64, usize> = HashMap::new();
    for mark in left {
        *waiting.entry(*mark).or_default() += 1;
    }
    let mut both = 0;
    for mark in right {
        if let Some(count) = waiting.get_mut(mark).filter(|count| **count > 0) {
            *count -= 1;
            both += 1;
        }
    }
    both as f64 / most as f64
}

/// The pairs in order whose scores add up to most; pairs of score 0 are none.
fn best_in_order(scores: &[Vec<f64>]) -> Vec<(usize, usize)> {
    let (rows, columns) = (scores.len(), scores.first().map_or(0, Vec::len));
    // From the end, so that among equals the first ones are paired.
    let mut best = vec![vec![0.0; columns + 1]; rows + 1];
    for l in (0..rows).rev() {
        for r in (0..columns).rev() {
            let here = scores[l][r];
            let with = if here > 0.0 { here + best[l + 1][r + 1] } else { 0.0 };
            best[l][r] = f64::max(with, f64::max(best[l + 1][r], best[l][r + 1]));
        }
    }
    let (mut l, mut r) = (0, 0);
    let mut found = Vec::new();
    while l < rows && r < columns {
        let here = scores[l][r];
        if here > 0.0 && here + best[l + 1][r + 1] >= best[l][r] {
            found.push((l, r));
            (l, r) = (l + 1, r + 1);
        } else if best[l][r + 1] >= best[l + 1][r] {
            r += 1;
        } else {
            l += 1;
        }
    }
    found
}

/// Marks the fewest pairs whose move explains the order.
fn mark_moved(pairs: &mut [Pair]) {
    let order: Vec<usize> = pairs.iter().map(|pair| pair.right).collect();
    let mut stay = vec![false; pairs.len()];
    for at in rising(&order) {
        stay[at] = true;
    }
    for (pair, stay) in pairs.iter_mut().zip(stay) {
        pair.moved = !stay;
    }
}

/// The places of a longest rising subsequence.
fn rising(values: &[usize]) -> Vec<usize> {
    let mut ends: Vec<usize> = Vec::new();
    let mut before = vec![usize::MAX; values.len()];
    for (at, value) in values.iter().enumerate() {
        let len = ends.partition_point(|end| values[*end] < *value);
        if let Some(last) = len.checked_sub(1) {
            before[at] = ends[last];
        }
        if len == ends.len() { ends.push(at) } else { ends[len] = at }
    }
    let mut found = Vec::with_capacity(ends.len());
    let mut next = ends.last().copied();
    while let Some(at) = next {
        found.push(at);
        next = Some(before[at]).filter(|at| *at != usize::MAX);
    }
    found.reverse();
    found
}

/// A long common subsequence of two sequences of hashes: the longest where they are short, else one that holds to what
/// is there once.
pub(super) fn common(left: &[u64], right: &[u64]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut open = vec![(0, left.len(), 0, right.len())];
    while let Some((mut l, mut l_end, mut r, mut r_end)) = open.pop() {
        while l < l_end && r < r_end && left[l] == right[r] {
            found.push((l, r));
            (l, r) = (l + 1, r + 1);
        }
        while l < l_end && r < r_end && left[l_end - 1] == right[r_end - 1] {
            (l_end, r_end) = (l_end - 1, r_end - 1);
            found.push((l_end, r_end));
        }
        let (rows, columns) = (l_end - l, r_end - r);
        if rows == 0 || columns == 0 {
            continue;
        }
        const SHORT: usize = 1 << 20;
        if rows.saturating_mul(columns) <= SHORT {
            found.extend(
                longest(&left[l..l_end], &right[r..r_end], PartialEq::eq).into_iter().map(|(a, b)| (a + l, b + r)),
            );
            continue;
        }
        let anchors = once_in_both(&left[l..l_end], &right[r..r_end]);
        let (mut from_l, mut from_r) = (l, r);
        for (a, b) in &anchors {
            found.push((a + l, b + r));
            open.push((from_l, a + l, from_r, b + r));
            (from_l, from_r) = (a + l + 1, b + r + 1);
        }
        if !anchors.is_empty() {
            open.push((from_l, l_end, from_r, r_end));
        }
    }
    found.sort_unstable();
    found
}

/// What is there once on both sides, in order.
fn once_in_both(left: &[u64], right: &[u64]) -> Vec<(usize, usize)> {
    let once = |hashes: &[u64]| {
        let mut seen: HashMap<u64, Option<usize>> = HashMap::new();
        for (at, hash) in hashes.iter().enumerate() {
            seen.entry(*hash).and_modify(|only| *only = None).or_insert(Some(at));
        }
        seen
    };
    let on_the_right = once(right);
    let on_the_left = once(left);
    let pairs: Vec<(usize, usize)> = left
        .iter()
        .enumerate()
        .filter(|(_, hash)| on_the_left.get(hash).is_some_and(Option::is_some))
        .filter_map(|(at, hash)| Some((at, (*on_the_right.get(hash)?)?)))
        .collect();
    let order: Vec<usize> = pairs.iter().map(|(_, right)| *right).collect();
    rising(&order).into_iter().map(|at| pairs[at]).collect()
}

/// A longest common subsequence, of several the one that holds to the left side's beginning; takes time and memory for
/// each pair of items.
pub(crate) fn longest<L, R>(left: &[L], right: &[R], same: impl Fn(&L, &R) -> bool) -> Vec<(usize, usize)> {
    let columns = right.len() + 1;
    let mut best = vec![0_u32; (left.len() + 1) * columns];
    for l in (0..left.len()).rev() {
        for r in (0..right.len()).rev() {
            best[l * columns + r] = if same(&left[l], &right[r]) {
                best[(l + 1) * columns + r + 1] + 1
            } else {
                best[(l + 1) * columns + r].max(best[l * columns + r + 1])
            };
        }
    }
    let (mut l, mut r) = (0, 0);
    let mut found = Vec::new();
    while l < left.len() && r < right.len() {
        if same(&left[l], &right[r]) {
            found.push((l, r));
            (l, r) = (l + 1, r + 1);
        } else if best[(l + 1) * columns + r] >= best[l * columns + r + 1] {
            l += 1;
        } else {
            r += 1;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(text: &str) -> Vec<Item> {
        text.bytes().map(|b| Item { hash: b.into(), identity: 0, marks: vec![b.into()] }).collect()
    }

    fn aligned(left: &str, right: &str) -> String {
        let pairs = align(&items(left), &items(right));
        let name = |pair: &Pair| format!("{}{}{}", pair.left, if pair.moved { "~" } else { "=" }, pair.right);
        pairs.iter().map(name).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_is_added_removed_and_moved_is_seen() {
        assert_eq!(aligned("abc", "abc"), "0=0 1=1 2=2");
        assert_eq!(aligned("abc", "axbc"), "0=0 1=2 2=3");
        assert_eq!(aligned("abcd", "bcda"), "0~3 1=0 2=1 3=2");
        assert_eq!(aligned("aaa", "aa"), "0=0 1=1");
        assert_eq!(aligned("axbxc", "axnxbxc"), "0=0 1=1 2=4 3=5 4=6");
        // What has no partner is a change of what stands in its place.
        assert_eq!(aligned("abc", "axc"), "0=0 1=1 2=2");
        assert_eq!(aligned("", "a"), "");
    }

    #[test]
    fn rows_are_known_by_what_only_they_have() {
        let row =
            |key: u64, value: u64| Item { hash: key * 1000 + value, identity: 0, marks: vec![key, 100_000 + value] };
        let left: Vec<_> = (0..500).map(|n| row(n, n)).collect();
        let mut right: Vec<_> = (0..500).map(|n| row(n, n + 700)).collect();
        right.insert(100, row(900, 3));
        let pairs = align(&left, &right);
        assert_eq!(pairs.len(), 500);
        assert!(pairs.iter().all(|pair| !pair.moved && pair.right == pair.left + usize::from(pair.left >= 100)));
    }

    proptest::proptest! {
        #[test]
        fn a_pair_has_two_sides_and_what_is_equal_stays(text in "[a-d]{0,30}", other in "[a-d]{0,30}") {
            let pairs = align(&items(&text), &items(&other));
            let rights: HashSet<_> = pairs.iter().map(|pair| pair.right).collect();
            proptest::prop_assert_eq!(rights.len(), pairs.len());
            let same = align(&items(&text), &items(&text));
            proptest::prop_assert!(same.iter().all(|pair| pair.left == pair.right && !pair.moved) && same.len() == text.len());
        }
    }
}

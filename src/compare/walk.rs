//! Two trees side by side: what changed, was added, removed or moved, each with its path. It must not know what
//! notation the trees were made of.

use std::collections::HashMap;

use super::align::{self, Item};
use super::difference::{Found, Kind};
use super::tree::{Node, Sort, Tree, hash_of};

/// Compares all that is in two trees.
pub(super) fn compare(left: &Tree<'_>, right: &Tree<'_>, found: &mut Found<'_>) {
    let mut walk = Walk { left, right, all: found.rows.is_some(), steps: Vec::new() };
    walk.among(&left.roots(), &right.roots());
    while let Some(step) = walk.steps.pop() {
        match step {
            Step::Both(l, r) => walk.both(l, r, found),
            Step::Moved(l, r) => {
                let (from, to) = (left.path(l), right.path(r));
                found.add(from.clone(), Kind::Moved, Some(from), Some(to));
            }
            Step::Left(l) if found.rows.is_some() => {
                leaves(left, l).for_each(|l| found.add(left.path(l), Kind::Removed, Some(left.shown(l)), None));
            }
            Step::Right(r) if found.rows.is_some() => {
                leaves(right, r).for_each(|r| found.add(right.path(r), Kind::Added, None, Some(right.shown(r))));
            }
            Step::Left(l) => found.add(left.path(l), Kind::Removed, Some(left.shown(l)), None),
            Step::Right(r) => found.add(right.path(r), Kind::Added, None, Some(right.shown(r))),
        }
    }
}

enum Step {
    Both(u32, u32),
    Moved(u32, u32),
    Left(u32),
    Right(u32),
}

struct Walk<'t, 'a> {
    left: &'t Tree<'a>,
    right: &'t Tree<'a>,
    /// Whether what is equal is told too.
    all: bool,
    /// What is still to be looked at, the next one last. Trees may be deep, so that this is no recursion.
    steps: Vec<Step>,
}

impl Walk<'_, '_> {
    /// Compares two nodes that belong together, and puts off what is in them.
    fn both(&mut self, l: u32, r: u32, found: &mut Found<'_>) {
        let (a, b) = (self.left.node(l), self.right.node(r));
        if a.exact == b.exact {
            if found.rows.is_some() {
                leaves(self.left, l).for_each(|l| found.equal(self.left.path(l), self.left.shown(l)));
            }
            return;
        }
        if a.space != b.space && !self.inherited(a, b) {
            let name = |node: &Node<'_>| node.space.as_deref().unwrap_or_default().to_owned();
            found.add(format!("{}/namespace-uri()", self.left.path(l)), Kind::Changed, Some(name(a)), Some(name(b)));
        }
        if a.sort != b.sort {
            found.add(self.left.path(l), Kind::Changed, Some(self.left.source(l)), Some(self.right.source(r)));
            return;
        }
        if a.value != b.value {
            let shown = |tree: &Tree<'_>, at: u32, node: &Node<'_>| match node.sort {
                Sort::Element => node.value.clone().into_owned(),
                _ => tree.shown(at),
            };
            found.change(self.left.path(l), shown(self.left, l, a), shown(self.right, r, b));
        } else if found.rows.is_some() && !a.value.is_empty() {
            found.equal(self.left.path(l), self.left.shown(l));
        }
        self.among(self.left.children(l), self.right.children(r));
    }

    /// Whether two namespaces differ no more than those around them do.
    fn inherited(&self, a: &Node<'_>, b: &Node<'_>) -> bool {
        let (Some(l), Some(r)) = (a.parent, b.parent) else { return false };
        let (l, r) = (self.left.node(l), self.right.node(r));
        a.sort == Sort::Element && l.space == a.space && r.space == b.space
    }

    /// Puts off the comparison of what stands beside each other.
    fn among(&mut self, left: &[u32], right: &[u32]) {
        let mut steps = Vec::new();
        let named = |tree: &Tree<'_>, at: u32| {
            let node = tree.node(at);
            !node.is_item() && node.sort != Sort::Element
        };
        let (l_named, l_ordered): (Vec<u32>, Vec<u32>) = left.iter().partition(|at| named(self.left, **at));
        let (r_named, r_ordered): (Vec<u32>, Vec<u32>) = right.iter().partition(|at| named(self.right, **at));
        self.by_name(&l_named, &r_named, &mut steps);
        self.in_order(&l_ordered, &r_ordered, &mut steps);
        self.steps.extend(steps.into_iter().rev());
    }

    /// Attributes, members and fields, whose order means nothing.
    fn by_name(&self, left: &[u32], right: &[u32], steps: &mut Vec<Step>) {
        let key =
            |node: &Node<'_>| (node.label.to_string(), node.space.as_ref().map(ToString::to_string), node.position);
        let mut waiting: HashMap<_, u32> = right.iter().map(|at| (key(self.right.node(*at)), *at)).collect();
        for l in left {
            match waiting.remove(&key(self.left.node(*l))) {
                Some(r) => steps.push(Step::Both(*l, r)),
                None => steps.push(Step::Left(*l)),
            }
        }
        let mut rest: Vec<u32> = waiting.into_values().collect();
        rest.sort_unstable();
        steps.extend(rest.into_iter().map(Step::Right));
    }

    /// Elements and items, whose order may mean something.
    fn in_order(&self, left: &[u32], right: &[u32], steps: &mut Vec<Step>) {
        let (left, right, common) = (left, right, self.same_at_the_ends(left, right));
        let (start, end) = common;
        let (l_end, r_end) = (left.len() - end, right.len() - end);
        for n in 0..start {
            self.pair(left[n], right[n], false, steps);
        }
        let l_items: Vec<_> = left[start..l_end].iter().map(|at| item(self.left, *at)).collect();
        let r_items: Vec<_> = right[start..r_end].iter().map(|at| item(self.right, *at)).collect();
        let pairs = align::align(&l_items, &r_items);
        let mut taken = vec![false; r_items.len()];
        for pair in &pairs {
            taken[pair.right] = true;
        }
        let mut pairs = pairs.into_iter().peekable();
        let mut next = 0;
        for (n, l) in left[start..l_end].iter().enumerate() {
            let Some(pair) = pairs.next_if(|pair| pair.left == n) else {
                steps.push(Step::Left(*l));
                continue;
            };
            if !pair.moved {
                // What was added stands before the first thing in place that stood behind it.
                while next < pair.right {
                    if !taken[next] {
                        steps.push(Step::Right(right[start + next]));
                    }
                    next += 1;
                }
            }
            self.pair(*l, right[start + pair.right], pair.moved, steps);
        }
        steps.extend((next..r_items.len()).filter(|at| !taken[*at]).map(|at| Step::Right(right[start + at])));
        for n in 0..end {
            self.pair(left[l_end + n], right[r_end + n], false, steps);
        }
    }

    fn pair(&self, l: u32, r: u32, moved: bool, steps: &mut Vec<Step>) {
        if moved {
            steps.push(Step::Moved(l, r));
        }
        if self.all || self.left.node(l).exact != self.right.node(r).exact {
            steps.push(Step::Both(l, r));
        }
    }

    /// How many are alike at the beginning and at the end: most, where one row among many differs.
    fn same_at_the_ends(&self, left: &[u32], right: &[u32]) -> (usize, usize) {
        let same = |l: &u32, r: &u32| self.left.node(*l).loose == self.right.node(*r).loose;
        let start = left.iter().zip(right).take_while(|(l, r)| same(l, r)).count();
        let (left, right) = (&left[start..], &right[start..]);
        let end = left.iter().rev().zip(right.iter().rev()).take_while(|(l, r)| same(l, r)).count();
        (start, end)
    }
}

/// What has a value in a subtree, or nothing in it.
fn leaves<'t>(tree: &'t Tree<'_>, at: u32) -> impl Iterator<Item = u32> + 't {
    let end = at + tree.node(at).size;
    (at..end).filter(|at| !tree.node(*at).value.is_empty() || tree.children(*at).is_empty())
}

fn item(tree: &Tree<'_>, at: u32) -> Item {
    let node = tree.node(at);
    let below = tree.below(at);
    // The values in it, each with the name it stands under. One that has none in it is its own.
    let leaves = below.iter().filter(|node| !node.value.is_empty() && !matches!(node.sort, Sort::Object | Sort::Array));
    let marks = leaves.map(|leaf| hash_of(&(&leaf.label, leaf.value.as_ref()))).collect();
    Item { hash: node.loose, identity: hash_of(&(&node.label, node.sort)), marks }
}

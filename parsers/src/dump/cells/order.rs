//! How the values among cells lie to their names, learned from the names that are known.

use std::collections::{BTreeMap, HashSet};

use super::super::learned::Judged;
use super::super::pairs;
use super::super::synonyms::{Fact, Synonyms};
use super::{Cell, bare, may_be_named};

/// Cells of the beginning that the order is learned from.
const SAMPLE: usize = 4_000;

/// Known names that show the order.
const NAMES: usize = 200;

/// Cells between a name and its value at most: as many as a row of a table has.
const FARTHEST: isize = 48;

/// Cells from one value of a row to the next, and behind the last name to the first value.
const WIDEST: usize = 6;
const GAP: usize = 24;

/// Facts that have to be stated in one order.
const LEAST: usize = 4;

/// How values lie to their names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// All so many cells behind them, or in front.
    Apart(isize),
    /// Names in a row and values in another, the first of each and how far the next one is.
    Rows { names: (usize, usize), values: (usize, usize) },
}

impl Order {
    /// The order that states most, and how much speaks for it.
    pub(super) fn learned(cells: &[Cell<'_>], synonyms: &Synonyms) -> Option<(Self, usize)> {
        let cells = &cells[..cells.len().min(SAMPLE)];
        let may_be = cells.iter().enumerate().filter(|(_, cell)| may_be_named(cell));
        let meant = may_be.map(|(n, cell)| (n, synonyms.meanings(None, bare(cell))));
        let names: Vec<(usize, Vec<(Fact, u16)>)> =
            meant.filter(|(_, meanings)| !meanings.is_empty()).take(NAMES).collect();
        // Whatever the order, no more than this can be stated.
        let named: HashSet<Fact> = names.iter().filter_map(|(_, meanings)| Some(meanings.first()?.0)).collect();
        if named.len() < LEAST {
            return None;
        }
        // The nearest first, and behind before in front.
        let apart = (1..=FARTHEST).flat_map(|distance| [Self::Apart(distance), Self::Apart(-distance)]);
        let judged = apart.chain(rows(&names)).filter_map(|order| {
            let mut judged = Judged::default();
            for (name, meanings) in &names {
                if let Some(value) = order.value_of(*name).and_then(|value| cells.get(value)) {
                    judged.add_meant(meanings, value.text.trim(), false);
                }
            }
            judged.holds(LEAST).then(|| (order, judged.weight()))
        });
        judged.reduce(|best, next| if next.1 > best.1 { next } else { best })
    }

    /// Where the value of a name stands.
    fn value_of(self, name: usize) -> Option<usize> {
        match self {
            Self::Apart(distance) => name.checked_add_signed(distance),
            Self::Rows { names: (first, step), values: (value, width) } => {
                let behind = name.checked_sub(first).filter(|behind| behind.is_multiple_of(step))?;
                Some(value + behind / step * width)
            }
        }
    }

    /// The pairs among cells, by where their names stand: those known with a value of their form, and what stands as they
    /// do between the first and the last of them.
    pub(super) fn pairs(self, cells: &[Cell<'_>], synonyms: &Synonyms) -> BTreeMap<usize, usize> {
        let value_of = |n: usize| self.value_of(n).filter(|value| *value < cells.len());
        let states = |n: usize, value: usize| {
            may_be_named(&cells[n]) && Judged::is_stated(bare(&cells[n]), cells[value].text.trim(), synonyms)
        };
        let pair = |n: usize| value_of(n).filter(|value| states(n, *value)).map(|value| (n, value));
        let mut pairs: BTreeMap<usize, usize> = (0..cells.len()).filter_map(pair).collect();
        let places: Vec<usize> = pairs.keys().copied().collect();
        let (Some(first), Some(last), Some(step)) = (places.first(), places.last(), step(&places)) else {
            return pairs;
        };
        if step < 2 && matches!(self, Self::Apart(-1..=1)) {
            return pairs;
        }
        // Where all of them stand in the same steps, what doesn't is no name, and what does is one.
        let on_step = |n: &usize| n % step == first % step;
        pairs.retain(|n, _| on_step(n));
        let values: HashSet<usize> = pairs.values().copied().collect();
        let may_be = |n: &usize| on_step(n) && !values.contains(n) && pairs::is_key(bare(&cells[*n]));
        let more: Vec<(usize, usize)> =
            (*first..*last).filter(may_be).filter_map(|n| Some((n, value_of(n)?))).collect();
        for (name, value) in more {
            pairs.entry(name).or_insert(value);
        }
        pairs
    }
}

/// Rows of values that may belong to a row of names, where these stand in one step.
fn rows(names: &[(usize, Vec<(Fact, u16)>)]) -> Vec<Order> {
    let places: Vec<usize> = names.iter().map(|(n, _)| *n).collect();
    let (Some(first), Some(last), Some(step)) = (places.first(), places.last(), step(&places)) else {
        return Vec::new();
    };
    let widths = (1..=WIDEST).filter(|width| *width != step);
    let of = |width: usize| {
        (*last + 1..=last + GAP).map(move |value| Order::Rows { names: (*first, step), values: (value, width) })
    };
    widths.flat_map(of).collect()
}

/// How far names stand from each other at least, where nearly all of them lie in such steps from the first one.
fn step(places: &[usize]) -> Option<usize> {
    let first = *places.first()?;
    let mut steps: Vec<usize> = places.windows(2).map(|two| two[1] - two[0]).collect();
    steps.sort_unstable();
    steps.dedup();
    let on_step = |step: usize| places.iter().filter(|n| (*n - first).is_multiple_of(step)).count();
    steps.into_iter().find(|step| on_step(*step) * 10 >= places.len() * 8)
}

//! Scores of pairs, and the pairs that come of them when all are decided at once.

use std::collections::BTreeMap;

use super::score::{NOTHING, Score};
use crate::timeline::assign;

/// Scores by row and column; pairs for which nothing speaks aren't kept.
#[derive(Debug, Default)]
pub(super) struct Scores {
    of: BTreeMap<(usize, usize), Score>,
}

/// A row and the column it got.
#[derive(Debug)]
pub(super) struct Pair {
    pub(super) row: usize,
    pub(super) column: usize,
    /// How probable the pair is over all assignments, 0 to 0.99.
    pub(super) sure: f64,
    /// How probable it is that the row has this column or another one, likewise.
    pub(super) some: f64,
    /// Whether values or an id that no other call has tie it.
    pub(super) own: bool,
    pub(super) why: Vec<&'static str>,
    /// Other columns that come close for this row, with their probability against the one it got.
    pub(super) rivals: Vec<(usize, f64)>,
}

/// A column this much weaker than the one that was taken is no rival.
const RIVAL: f64 = 2.5;

impl Scores {
    pub(super) fn new() -> Self {
        Self::default()
    }

    pub(super) fn put(&mut self, row: usize, column: usize, score: Option<Score>) {
        if let Some(score) = score.filter(|s| s.total > NOTHING) {
            self.of.insert((row, column), score);
        }
    }

    /// The heaviest assignment.
    pub(super) fn pairs(&self) -> Vec<Pair> {
        let mut pairs = Vec::new();
        for (rows, columns) in assign::components(self.of.keys().copied()) {
            let weight = |row: &usize, column: &usize| self.of.get(&(*row, *column)).map_or(0.0, |s| s.total - NOTHING);
            let weights: Vec<Vec<f64>> = rows.iter().map(|r| columns.iter().map(|c| weight(r, c)).collect()).collect();
            let taken = assign::heaviest_matching(&weights);
            let probable = assign::probabilities(&weights);
            for (n, row) in rows.iter().enumerate() {
                let Some(column) = taken[n] else { continue };
                let score = self.of.get(&(*row, columns[column]));
                pairs.push(Pair {
                    row: *row,
                    column: columns[column],
                    sure: probable[n][column].clamp(0.0, 0.99),
                    some: probable[n].iter().sum::<f64>().clamp(0.0, 0.99),
                    own: score.is_some_and(|score| score.own),
                    why: score.map(Score::reasons).unwrap_or_default(),
                    rivals: rivals(&weights, &columns, n, column),
                });
            }
        }
        pairs
    }
}

fn rivals(weights: &[Vec<f64>], columns: &[usize], row: usize, column: usize) -> Vec<(usize, f64)> {
    let own = weights[row][column];
    let mut rivals: Vec<(usize, f64)> = Vec::new();
    for (other, weight) in weights[row].iter().enumerate() {
        // One who is plainly another's is no rival.
        let others_own =
            weights.iter().enumerate().filter(|(r, _)| *r != row).map(|(_, w)| w[other]).fold(0.0, f64::max);
        if other != column && *weight > 0.0 && *weight > own - RIVAL && others_own < *weight + RIVAL {
            rivals.push((columns[other], sure(weight - own)));
        }
    }
    rivals.sort_by(|a, b| b.1.total_cmp(&a.1));
    rivals.truncate(5);
    rivals
}

/// The probability that belongs to log odds.
fn sure(margin: f64) -> f64 {
    (1.0 / (1.0 + (-margin).exp())).clamp(0.0, 0.99)
}

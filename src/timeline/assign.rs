//! Who gets what, decided for all at once: the assignment with the greatest total weight.

/// For each row the column it gets, where any; rows and columns are used at most once, and only pairs of positive
/// weight are made. `weights[row][column]`; all rows have the same length.
///
/// This is the Hungarian method with potentials, cubic in the number of rows, exact.
pub(super) fn heaviest_matching(weights: &[Vec<f64>]) -> Vec<Option<usize>> {
    let rows = weights.len();
    let columns = weights.first().map_or(0, Vec::len);
    if rows > EXACT {
        return greedy_matching(weights);
    }
    // Every row has a column of its own that stands for "nothing", at weight 0.
    let width = columns + rows;
    let cost =
        |row: usize, column: usize| -> f64 { if column < columns { -weights[row][column].max(0.0) } else { 0.0 } };
    let mut row_potential = vec![0.0; rows + 1];
    let mut column_potential = vec![0.0; width + 1];
    let mut owner = vec![0_usize; width + 1];
    let mut way = vec![0_usize; width + 1];
    for row in 1..=rows {
        owner[0] = row;
        let mut column = 0;
        let mut least = vec![f64::INFINITY; width + 1];
        let mut used = vec![false; width + 1];
        loop {
            used[column] = true;
            let current = owner[column];
            let (mut delta, mut next) = (f64::INFINITY, 0);
            for candidate in 1..=width {
                if used[candidate] {
                    continue;
                }
                let reduced = cost(current - 1, candidate - 1) - row_potential[current] - column_potential[candidate];
                if reduced < least[candidate] {
                    least[candidate] = reduced;
                    way[candidate] = column;
                }
                if least[candidate] < delta {
                    delta = least[candidate];
                    next = candidate;
                }
            }
            for candidate in 0..=width {
                if used[candidate] {
                    row_potential[owner[candidate]] += delta;
                    column_potential[candidate] -= delta;
                } else {
                    least[candidate] -= delta;
                }
            }
            column = next;
            if owner[column] == 0 {
                break;
            }
        }
        while column != 0 {
            let previous = way[column];
            owner[column] = owner[previous];
            column = previous;
        }
    }
    let mut taken = vec![None; rows];
    for column in 1..=columns {
        let row = owner[column];
        if row > 0 && weights[row - 1][column - 1] > 0.0 {
            taken[row - 1] = Some(column - 1);
        }
    }
    taken
}

/// Rows up to which the exact method is used; it would take minutes for thousands.
const EXACT: usize = 250;

/// The heaviest pairs first, for crowds in which exactness can't be had.
fn greedy_matching(weights: &[Vec<f64>]) -> Vec<Option<usize>> {
    let mut pairs: Vec<(f64, usize, usize)> = Vec::new();
    for (row, of) in weights.iter().enumerate() {
        pairs.extend(of.iter().enumerate().filter(|(_, w)| **w > 0.0).map(|(column, w)| (*w, row, column)));
    }
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2)));
    let mut taken = vec![None; weights.len()];
    let mut used = vec![false; weights.first().map_or(0, Vec::len)];
    for (_, row, column) in pairs {
        if taken[row].is_none() && !used[column] {
            taken[row] = Some(column);
            used[column] = true;
        }
    }
    taken
}

/// The total weight of an assignment.
pub(super) fn total(weights: &[Vec<f64>], taken: &[Option<usize>]) -> f64 {
    taken.iter().enumerate().filter_map(|(row, column)| column.map(|c| weights[row][c])).sum()
}

/// How much total weight is lost when a row may not have the column it got: how clearly the pair was decided.
pub(super) fn margin(weights: &[Vec<f64>], taken: &[Option<usize>], row: usize) -> f64 {
    let Some(column) = taken.get(row).copied().flatten() else { return 0.0 };
    if weights.len() > 40 {
        // Solving anew for each pair would take too long; the nearest rival bounds the loss.
        let own = weights[row][column];
        let in_row = weights[row].iter().enumerate().filter(|(c, _)| *c != column).map(|(_, w)| *w);
        let in_column = weights.iter().enumerate().filter(|(r, _)| *r != row).map(|(_, w)| w[column]);
        return (own - in_row.chain(in_column).fold(0.0, f64::max)).max(0.0);
    }
    let mut without = weights.to_vec();
    without[row][column] = 0.0;
    total(weights, taken) - total(&without, &heaviest_matching(&without))
}

/// Rows and columns that compete with each other, directly or through others: the connected parts of the graph whose
/// edges are `(row, column)`, each with its rows and columns rising.
pub(super) fn components(edges: impl Iterator<Item = (usize, usize)>) -> Vec<(Vec<usize>, Vec<usize>)> {
    use std::collections::BTreeMap;
    let mut edges: Vec<(usize, usize)> = edges.collect();
    edges.sort_unstable();
    // Nodes are edges' ends; each is led to the first edge of its group.
    let mut group: Vec<usize> = (0..edges.len()).collect();
    let (mut of_row, mut of_column) = (BTreeMap::new(), BTreeMap::new());
    for (n, (row, column)) in edges.iter().enumerate() {
        for first in [*of_row.entry(*row).or_insert(n), *of_column.entry(*column).or_insert(n)] {
            let (a, b) = (root(&mut group, n), root(&mut group, first));
            group[a.max(b)] = a.min(b);
        }
    }
    let mut found: BTreeMap<usize, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
    for (n, (row, column)) in edges.iter().enumerate() {
        let (rows, columns) = found.entry(root(&mut group, n)).or_default();
        rows.push(*row);
        columns.push(*column);
    }
    for (rows, columns) in found.values_mut() {
        rows.sort_unstable();
        rows.dedup();
        columns.sort_unstable();
        columns.dedup();
    }
    found.into_values().collect()
}

fn root(group: &mut [usize], mut of: usize) -> usize {
    while group[of] != of {
        group[of] = group[group[of]];
        of = group[of];
    }
    of
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn best_by_trying(weights: &[Vec<f64>], row: usize, used: &mut Vec<bool>) -> f64 {
        if row == weights.len() {
            return 0.0;
        }
        let mut best = best_by_trying(weights, row + 1, used);
        for column in 0..used.len() {
            if !used[column] && weights[row][column] > 0.0 {
                used[column] = true;
                best = best.max(weights[row][column] + best_by_trying(weights, row + 1, used));
                used[column] = false;
            }
        }
        best
    }

    #[test]
    fn a_crowd_is_assigned_in_no_time() {
        let weights: Vec<Vec<f64>> =
            (0..400).map(|r| (0..400).map(|c| f64::from(u8::from(r == c)) + 0.5).collect()).collect();
        let taken = heaviest_matching(&weights);
        assert!(taken.iter().enumerate().all(|(row, column)| *column == Some(row)));
    }

    #[test]
    fn the_total_counts_and_not_the_first_come() {
        let weights = [vec![5.0, 4.0], vec![4.5, 0.0]];
        let taken = heaviest_matching(&weights);
        assert_eq!(taken, [Some(1), Some(0)]);
        assert!((margin(&weights, &taken, 0) - 3.5).abs() < 1e-9);
        assert_eq!(heaviest_matching(&[vec![0.0, -1.0]]), [None]);
        let edges = [(0, 0), (1, 1), (2, 0)];
        assert_eq!(components(edges.into_iter()), [(vec![0, 2], vec![0]), (vec![1], vec![1])]);
    }

    proptest! {
        #[test]
        fn no_other_assignment_is_heavier(
            weights in (1_usize..5, 1_usize..5).prop_flat_map(|(r, c)| {
                prop::collection::vec(prop::collection::vec(-2.0..9.0_f64, c), r)
            })
        ) {
            let taken = heaviest_matching(&weights);
            let mut used = vec![false; weights[0].len()];
            prop_assert!((total(&weights, &taken) - best_by_trying(&weights, 0, &mut used)).abs() < 1e-6);
        }
    }
}

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

/// How probable each pair is over all assignments, not in the heaviest alone: an assignment is as likely as the
/// exponential of its total weight, and a row or a column may stay without a partner at weight 0. Of two rows that fit
/// two columns equally well each pair is even; of three, one in three.
pub(super) fn probabilities(weights: &[Vec<f64>]) -> Vec<Vec<f64>> {
    /// Beyond this a weight is certainty, and its exponential would only lose digits.
    const SURE: f64 = 40.0;
    let columns = weights.first().map_or(0, Vec::len);
    let odds: Vec<Vec<f64>> =
        weights.iter().map(|of| of.iter().map(|w| if *w > 0.0 { w.min(SURE).exp() } else { 0.0 }).collect()).collect();
    if columns <= ADDED_UP {
        return added_up(&odds);
    }
    if odds.len() <= ADDED_UP {
        return transposed(&added_up(&transposed(&odds)));
    }
    settled(&odds)
}

/// So many rows or columns can be added up over all sets of them.
const ADDED_UP: usize = 9;

fn transposed(of: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let columns = of.first().map_or(0, Vec::len);
    (0..columns).map(|column| of.iter().map(|row| row[column]).collect()).collect()
}

/// The exact probabilities, by adding up over all sets of columns that the rows so far may have used.
fn added_up(odds: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let columns = odds.first().map_or(0, Vec::len);
    let sets = 1_usize << columns;
    // What the rows from each one on weigh together, where these columns are used already.
    let mut rest = vec![vec![1.0; sets]; odds.len() + 1];
    for (row, of) in odds.iter().enumerate().rev() {
        for used in 0..sets {
            let free = (0..columns).filter(|c| used >> c & 1 == 0);
            let with: f64 = free.map(|c| of[c] * rest[row + 1][used | 1 << c]).sum();
            rest[row][used] = rest[row + 1][used] + with;
        }
    }
    let mut used_so_far = vec![0.0; sets];
    used_so_far[0] = 1.0;
    let mut found = Vec::with_capacity(odds.len());
    for (row, of) in odds.iter().enumerate() {
        let mut pairs = vec![0.0; columns];
        let mut next = used_so_far.clone();
        for (used, weight) in used_so_far.iter().enumerate().filter(|(_, weight)| **weight > 0.0) {
            for column in (0..columns).filter(|c| used >> c & 1 == 0) {
                let with = weight * of[column];
                next[used | 1 << column] += with;
                pairs[column] += with * rest[row + 1][used | 1 << column] / rest[0][0];
            }
        }
        used_so_far = next;
        found.push(pairs);
    }
    found
}

/// The same for crowds: cavity equations, iterated, linear in the number of pairs for each round. They are exact where the
/// pairs form no circles; where several assignments are about as heavy they make too much of the heaviest.
fn settled(odds: &[Vec<f64>]) -> Vec<Vec<f64>> {
    const ROUNDS: usize = 60;
    /// Messages that change by less have settled.
    const SETTLED: f64 = 1e-4;
    let columns = odds.first().map_or(0, Vec::len);
    // Of each pair: how free the row is as far as its other columns go, and the column as far as its other rows go.
    let mut row_free = vec![vec![1.0_f64; columns]; odds.len()];
    let mut column_free = row_free.clone();
    for _ in 0..ROUNDS {
        let mut change = 0.0_f64;
        let mut settle = |known: &mut f64, other: f64| {
            let free = 1.0 / (1.0 + other);
            change = change.max((free.ln() - known.ln()).abs());
            // The middle of old and new, as a ratio: they swing between far apart orders otherwise.
            *known = (free * *known).sqrt();
        };
        for (row, of) in odds.iter().enumerate() {
            let pulls: Vec<f64> = (0..columns).map(|c| of[c] * column_free[row][c]).collect();
            for (column, other) in sums_of_others(&pulls).into_iter().enumerate() {
                settle(&mut row_free[row][column], other);
            }
        }
        for column in 0..columns {
            let pulls: Vec<f64> = (0..odds.len()).map(|r| odds[r][column] * row_free[r][column]).collect();
            for (row, other) in sums_of_others(&pulls).into_iter().enumerate() {
                settle(&mut column_free[row][column], other);
            }
        }
        if change < SETTLED {
            break;
        }
    }
    let pair = |row: usize, column: usize| {
        let odds = odds[row][column] * row_free[row][column] * column_free[row][column];
        odds / (1.0 + odds)
    };
    (0..odds.len()).map(|row| (0..columns).map(|column| pair(row, column)).collect()).collect()
}

/// For each value the sum of all others; taking it off the sum of all would lose small ones beside a large one.
fn sums_of_others(values: &[f64]) -> Vec<f64> {
    let mut sums = vec![0.0; values.len()];
    let mut before = 0.0;
    for (sum, value) in sums.iter_mut().zip(values) {
        *sum = before;
        before += value;
    }
    let mut behind = 0.0;
    for (sum, value) in sums.iter_mut().zip(values).rev() {
        *sum += behind;
        behind += value;
    }
    sums
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

    fn total(weights: &[Vec<f64>], taken: &[Option<usize>]) -> f64 {
        taken.iter().enumerate().filter_map(|(row, column)| column.map(|c| weights[row][c])).sum()
    }

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
        assert_eq!(heaviest_matching(&[vec![0.0, -1.0]]), [None]);
        let edges = [(0, 0), (1, 1), (2, 0)];
        assert_eq!(components(edges.into_iter()), [(vec![0, 2], vec![0]), (vec![1], vec![1])]);
    }

    /// The same by adding up all assignments.
    fn probable_by_trying(weights: &[Vec<f64>], row: usize, used: &mut Vec<bool>, pair: (usize, usize)) -> (f64, f64) {
        if row == weights.len() {
            return (1.0, 0.0);
        }
        let (mut all, mut with) = probable_by_trying(weights, row + 1, used, pair);
        for column in 0..used.len() {
            if !used[column] && weights[row][column] > 0.0 {
                used[column] = true;
                let (rest, rest_with) = probable_by_trying(weights, row + 1, used, pair);
                used[column] = false;
                let odds = weights[row][column].exp();
                all += odds * rest;
                with += odds * if (row, column) == pair { rest } else { rest_with };
            }
        }
        (all, with)
    }

    #[test]
    fn pairs_that_fit_alike_are_equally_likely() {
        for (many, wanted) in [(1, 0.997), (2, 0.5), (3, 0.333), (4, 0.25)] {
            let of = probabilities(&vec![vec![6.0; many]; many]);
            assert!(of.iter().flatten().all(|p| (p - wanted).abs() < 0.06), "{many}: {of:?}");
        }
        let of = probabilities(&[vec![9.0, 6.0], vec![6.0, 0.0]]);
        assert!(of[0][0] < 0.1 && of[0][1] > 0.9, "the first is needed by the other: {of:?}");
        assert!(probabilities(&[]).is_empty());
        // A crowd of which each one fits one only, and a pair that can't be told apart.
        let fits = |r: usize, c: usize| if r == c || (r < 2 && c < 2) { 9.0 } else { 0.0 };
        let crowd: Vec<Vec<f64>> = (0..20).map(|r| (0..20).map(|c| fits(r, c)).collect()).collect();
        let of = probabilities(&crowd);
        assert!(of[5][5] > 0.99 && (of[0][1] - 0.5).abs() < 0.05, "{of:?}");
    }

    proptest! {
        #[test]
        fn probabilities_are_near_those_of_all_assignments(
            weights in (1_usize..4, 1_usize..4).prop_flat_map(|(r, c)| {
                prop::collection::vec(prop::collection::vec(-2.0..9.0_f64, c), r)
            })
        ) {
            let found = probabilities(&weights);
            for row in 0..weights.len() {
                for column in 0..weights[0].len() {
                    let mut used = vec![false; weights[0].len()];
                    let (all, with) = probable_by_trying(&weights, 0, &mut used, (row, column));
                    prop_assert!((found[row][column] - with / all).abs() < 1e-6, "{:?} {:?}", weights, found);
                }
            }
        }

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

//! Where most weighted intervals overlap: how several imprecise statements about one number are brought together.

/// Nanoseconds since the epoch, held to a range (about the years 1843 to 2096) in which differences can't overflow,
/// whatever a hostile source states.
pub(super) fn sane(ns: i64) -> i64 {
    ns.clamp(-4_000_000_000_000_000_000, 4_000_000_000_000_000_000)
}

/// One statement: the number lies between `lo` and `hi`, both included.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Vote {
    pub(super) lo: i64,
    pub(super) hi: i64,
    pub(super) weight: f64,
}

/// The stretch on which the heaviest set of statements agrees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Stretch {
    pub(super) lo: i64,
    pub(super) hi: i64,
    pub(super) weight: f64,
}

/// The heaviest stretch; of several equally heavy ones the first. `None` without statements.
pub(super) fn heaviest(votes: &[Vote]) -> Option<Stretch> {
    let own = || votes.iter().filter(|v| v.lo <= v.hi);
    let mut opening: Vec<(i64, f64)> = own().map(|v| (v.lo, v.weight)).collect();
    let mut closing: Vec<(i64, f64)> = own().map(|v| (v.hi, v.weight)).collect();
    // Each by itself is sorted faster than both together.
    for edges in [&mut opening, &mut closing] {
        edges.sort_unstable_by_key(|(at, _)| *at);
    }
    let mut closing = closing.into_iter().peekable();
    let mut best: Option<Stretch> = None;
    let mut weight = 0.0;
    for (n, (at, w)) in opening.iter().enumerate() {
        // Intervals include both ends, so at equal places openings come before closings.
        while let Some((_, closed)) = closing.next_if(|(to, _)| to < at) {
            weight -= closed;
        }
        weight += w;
        if best.is_none_or(|b| weight > b.weight + 1e-9) {
            let next = opening.get(n + 1).map(|next| next.0);
            let hi = next.into_iter().chain(closing.peek().map(|next| next.0)).min().unwrap_or(*at);
            best = Some(Stretch { lo: *at, hi, weight });
        }
    }
    best
}

/// The stretch around the heaviest one on which at least that share (0 to 1) of its weight agrees: where some of the
/// statements may be mistaken, the truth needn't lie on the very top.
pub(super) fn plateau(votes: &[Vote], share: f64) -> Option<Stretch> {
    let top = heaviest(votes)?;
    let around = reaching(votes, top.weight * share).into_iter().find(|(lo, hi)| *lo <= top.lo && *hi >= top.hi);
    around.map(|(lo, hi)| Stretch { lo, hi, weight: top.weight }).or(Some(top))
}

/// All stretches on which statements of at least that weight agree, rising.
pub(super) fn reaching(votes: &[Vote], enough: f64) -> Vec<(i64, i64)> {
    let mut edges: Vec<(i64, bool, f64)> = Vec::with_capacity(votes.len() * 2);
    for vote in votes.iter().filter(|v| v.lo <= v.hi) {
        edges.push((vote.lo, false, vote.weight));
        edges.push((vote.hi, true, vote.weight));
    }
    edges.sort_unstable_by_key(|(at, closes, _)| (*at, *closes));
    let (mut weight, mut since, mut found) = (0.0, None, Vec::new());
    for (at, closes, w) in edges {
        weight += if closes { -w } else { w };
        match since {
            None if weight >= enough - 1e-9 => since = Some(at),
            Some(lo) if weight < enough - 1e-9 => {
                found.push((lo, at));
                since = None;
            }
            _ => {}
        }
    }
    found
}

/// How far the heaviest stretch's middle must be widened so that it meets that share (0 to 1) of the statements.
pub(super) fn reach(votes: &[Vote], middle: i64, share: f64) -> i64 {
    let mut misses: Vec<i64> =
        votes.iter().map(|v| v.lo.saturating_sub(middle).max(middle.saturating_sub(v.hi)).max(0)).collect();
    misses.sort_unstable();
    let at = ((misses.len() as f64 * share).ceil() as usize).saturating_sub(1);
    misses.get(at).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vote(lo: i64, hi: i64) -> Vote {
        Vote { lo, hi, weight: 1.0 }
    }

    #[test]
    fn most_statements_win_over_one_that_is_wrong() {
        let votes = [vote(0, 100), vote(40, 140), vote(60, 90), vote(5_000, 5_100)];
        assert_eq!(heaviest(&votes), Some(Stretch { lo: 60, hi: 90, weight: 3.0 }));
        assert_eq!(plateau(&votes, 0.6), Some(Stretch { lo: 40, hi: 100, weight: 3.0 }));
        assert_eq!(reach(&votes, 75, 0.75), 0);
        assert_eq!(reach(&votes, 75, 1.0), 4_925);
        assert_eq!(heaviest(&[]), None);
    }

    #[test]
    fn touching_intervals_agree_on_a_point() {
        assert_eq!(heaviest(&[vote(0, 10), vote(10, 20)]), Some(Stretch { lo: 10, hi: 10, weight: 2.0 }));
    }
}

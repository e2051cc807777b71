//! Texts compared line by line; how lines end makes no difference.

use super::align::common;
use super::difference::{Found, Kind};
use super::tree::{beginning, hash_of};
use super::volatile;

/// Compares two texts; `prefix` stands before all paths.
pub(super) fn compare(left: &str, right: &str, prefix: &str, found: &mut Found<'_>) {
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<String>>();
    let (left, right) = (lines(left), lines(right));
    let hashes = |lines: &[String]| lines.iter().map(|line| hash_of(&volatile::plain(line))).collect::<Vec<_>>();
    let mut pairs = common(&hashes(&left), &hashes(&right));
    pairs.push((left.len(), right.len()));
    let path = |line: usize| {
        let slash = if prefix.is_empty() { "" } else { "/" };
        format!("{prefix}{slash}text:{}", line + 1)
    };
    let (mut l, mut r) = (0, 0);
    for (l_next, r_next) in pairs {
        while l < l_next && r < r_next {
            found.change(path(l), beginning(&left[l]), beginning(&right[r]));
            (l, r) = (l + 1, r + 1);
        }
        for (n, line) in left.iter().enumerate().take(l_next).skip(l) {
            found.add(path(n), Kind::Removed, Some(beginning(line)), None);
        }
        for (n, line) in right.iter().enumerate().take(r_next).skip(r) {
            found.add(path(n), Kind::Added, None, Some(beginning(line)));
        }
        if let (Some(a), Some(b)) = (left.get(l_next), right.get(r_next)) {
            if a == b {
                found.equal(path(l_next), beginning(a));
            } else {
                found.change(path(l_next), beginning(a), beginning(b));
            }
        }
        (l, r) = (l_next + 1, r_next + 1);
    }
}

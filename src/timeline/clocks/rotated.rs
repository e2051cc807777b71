//! The parts of a log that was rotated: one machine's clock wrote them all, so all of them speak of it.
//!
//! It sees names and the time that each part covers, nothing of what is in them.

/// A log by its path and by the times of its first and last record as written, nanoseconds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Covered<'a> {
    pub(super) path: &'a str,
    pub(super) first: i64,
    pub(super) last: i64,
}

/// Which of these logs are parts of one, each time with all of them, by their places in `logs`: their names differ in
/// numbers alone, and no two cover the same time, as those of two nodes would.
pub(super) fn together(logs: &[Covered<'_>]) -> Vec<Vec<usize>> {
    let mut groups: Vec<(String, Vec<usize>)> = Vec::new();
    for (n, log) in logs.iter().enumerate() {
        let stem = stem(log.path);
        match groups.iter_mut().find(|(known, _)| *known == stem) {
            Some((_, parts)) => parts.push(n),
            None => groups.push((stem, vec![n])),
        }
    }
    let one_by_one = |parts: Vec<usize>| {
        let mut by_time = parts.clone();
        by_time.sort_by_key(|n| (logs[*n].first, logs[*n].last));
        let apart = by_time.windows(2).all(|two| logs[two[0]].last <= logs[two[1]].first);
        if apart { vec![parts] } else { parts.into_iter().map(|n| vec![n]).collect() }
    };
    groups.into_iter().flat_map(|(_, parts)| one_by_one(parts)).collect()
}

/// A path without the numbers by which rotation tells the parts of a log apart: `MWS.log.1`, `MWS-2026-01-13.log.gz`.
fn stem(path: &str) -> String {
    const PACKED: [&str; 4] = ["gz", "bz2", "xz", "zst"];
    let (folder, name) = path.rsplit_once(['/', '\\', '!']).unwrap_or(("", path));
    let is_number = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let parts = name.split(['.', '-', '_']).filter(|part| !is_number(part) && !PACKED.contains(part));
    parts.fold(folder.to_owned(), |stem, part| stem + "/" + part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_differ_in_numbers_and_follow_each_other() {
        let log = |path, first, last| Covered { path, first, last };
        let groups = |logs: &[Covered<'_>]| together(logs);
        let parts = [
            log("a/MWS.log", 20, 30),
            log("a/MWS.log.1", 10, 20),
            log("a/MWS.log.2.gz", 0, 9),
            log("b/MWS.log", 31, 40),
        ];
        assert_eq!(groups(&parts), [vec![0, 1, 2], vec![3]]);
        let days =
            [log("MWS-2026-01-13.log", 0, 5), log("MWS-2026-01-14.log", 6, 9), log("M3BE-2026-01-15.log", 10, 11)];
        assert_eq!(groups(&days), [vec![0, 1], vec![2]]);
        let nodes =
            [log("node-1.log", 0, 9), log("node-2.log", 1, 8), log("node3.log", 20, 30), log("node4.log", 31, 40)];
        assert_eq!(groups(&nodes), [vec![0], vec![1], vec![2], vec![3]]);
    }
}

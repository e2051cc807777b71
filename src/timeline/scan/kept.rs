//! Lists of records that were found in a log, kept beside it.

use crate::model::Records;
use crate::model::packed::{put, take};

/// The lists of record numbers, each rising, that answer a question; `find` looks for them where they aren't known from
/// an earlier look. `asked` is what of the question isn't in its name, and there are `lists` of them.
pub(super) fn known(
    records: &dyn Records,
    question: &str,
    asked: &[u8],
    lists: usize,
    find: impl FnOnce() -> Vec<Vec<usize>>,
) -> Vec<Vec<usize>> {
    // A log is waited for: before it is whole nothing is kept of it.
    let len = records.len();
    let kept = records.worked_out(question);
    if let Some(known) = kept.and_then(|kept| unpacked(kept.strip_prefix(asked)?, lists, len)) {
        return known;
    }
    let found = find();
    let mut answer = asked.to_vec();
    found.iter().for_each(|list| pack(&mut answer, list));
    records.keep(question, &answer);
    found
}

fn pack(to: &mut Vec<u8>, list: &[usize]) {
    put(to, list.len() as u64);
    let mut before = 0;
    for n in list {
        put(to, (n - before) as u64);
        before = *n;
    }
}

/// `None` where these aren't so many lists of records of a log with `len` of them.
fn unpacked(mut bytes: &[u8], lists: usize, len: usize) -> Option<Vec<Vec<usize>>> {
    let from = &mut bytes;
    let mut all = Vec::with_capacity(lists);
    for _ in 0..lists {
        // Each takes a byte at least.
        let count = usize::try_from(take(from)?).ok().filter(|count| *count <= from.len())?;
        let mut list = Vec::with_capacity(count);
        let mut before = 0;
        for _ in 0..count {
            before = usize::try_from(take(from)?).ok()?.checked_add(before).filter(|n| *n < len)?;
            list.push(before);
        }
        all.push(list);
    }
    from.is_empty().then_some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_come_back_and_what_is_none_is_seen() {
        let lists = [vec![0, 1, 700, 70_000], Vec::new(), vec![70_000]];
        let mut packed = Vec::new();
        lists.iter().for_each(|list| pack(&mut packed, list));
        assert_eq!(unpacked(&packed, 3, 70_001).as_deref(), Some(&lists[..]));
        assert_eq!(unpacked(&packed, 3, 70_000), None, "a record that isn't there");
        assert_eq!(unpacked(&packed, 2, 70_001), None, "another question");
        assert_eq!(unpacked(&packed[..packed.len() - 1], 3, 70_001), None);
        assert_eq!(unpacked(&[0xff, 0x7f], 1, 9), None, "more than can stand there");
    }
}

//! What was searched before and had no secret in it: lines of heads, targets and short texts, which are the same from one
//! call to the next. To know one again costs a fraction of another search; what has a secret is searched each time and
//! never kept.

use std::cell::RefCell;
use std::collections::HashSet;

/// Longer ones come once.
const LONGEST: usize = 512;
/// So many are known of each kind; then it begins anew.
const MOST: usize = 1024;

/// What a text is, since that decides what is a secret in it.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    /// The first line of a head.
    First,
    /// A header's line.
    Header,
    /// A target or a URL.
    Target,
    /// Anything else.
    Text,
}

thread_local! {
    static KNOWN: RefCell<[HashSet<Box<[u8]>>; 4]> = RefCell::default();
}

/// What `search` finds in `text`: nothing, without a search, where it found nothing in it before.
pub(crate) fn unless_known<T>(kind: Kind, text: &[u8], search: impl FnOnce() -> Vec<T>) -> Vec<T> {
    if text.len() > LONGEST {
        return search();
    }
    if KNOWN.with_borrow(|known| known[kind as usize].contains(text)) {
        return Vec::new();
    }
    let found = search();
    if found.is_empty() {
        KNOWN.with_borrow_mut(|known| {
            let known = &mut known[kind as usize];
            if known.len() >= MOST {
                known.clear();
            }
            known.insert(text.into());
        });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_had_nothing_is_known_again() {
        let mut searched = 0;
        for _ in 0..3 {
            assert_eq!(unless_known(Kind::Text, b"a secret", || vec![{ searched += 1 }]), [()]);
        }
        assert_eq!(searched, 3);
        for kind in [Kind::Text, Kind::Header, Kind::Text, Kind::Header] {
            unless_known::<()>(kind, b"none", || {
                searched += 1;
                Vec::new()
            });
        }
        assert_eq!(searched, 5, "once of each kind");
        let long = [b'x'; LONGEST + 1];
        for n in 0..2 * MOST {
            unless_known::<()>(Kind::Text, n.to_string().as_bytes(), Vec::new);
            unless_known::<()>(Kind::Text, &long, Vec::new);
        }
        assert!(KNOWN.with_borrow(|known| known[Kind::Text as usize].len() <= MOST));
        assert!(KNOWN.with_borrow(|known| known[Kind::Text as usize].iter().all(|text| text.len() <= LONGEST)));
    }
}

//! What was searched before and had no secret in it: lines of heads, targets and short texts, which are the same from one
//! call to the next. To know one again costs a fraction of another search; what has a secret is searched each time and
//! never kept.

use std::cell::RefCell;
use std::collections::HashSet;
use std::hash::{BuildHasher, Hasher, RandomState};

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
    static KNOWN: RefCell<[HashSet<Box<[u8]>, Seed>; 4]> = RefCell::default();
}

/// Makes hashes that nobody foresees who doesn't know the seed, for a fraction of what those of the standard library take:
/// each line of each head is looked up. Whoever found texts that are hashed alike would only fill a set that is small.
#[derive(Clone, Copy)]
struct Seed([u64; 2]);

impl Default for Seed {
    fn default() -> Self {
        let random = RandomState::new();
        Self([random.hash_one(0), random.hash_one(1) | 1])
    }
}

impl BuildHasher for Seed {
    type Hasher = Folded;

    fn build_hasher(&self) -> Folded {
        Folded { seed: *self, folded: self.0[0] }
    }
}

/// Multiplies eight bytes at a time with what came before, and folds the two halves of the product.
struct Folded {
    seed: Seed,
    folded: u64,
}

impl Folded {
    fn fold(&mut self, word: u64) {
        let product = u128::from(self.folded ^ word) * u128::from(self.seed.0[1]);
        self.folded = (product as u64) ^ (product >> 64) as u64 ^ self.seed.0[0];
    }
}

impl Hasher for Folded {
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        words.iter().for_each(|word| self.fold(u64::from_le_bytes(*word)));
        if !rest.is_empty() {
            let mut last = [0; 8];
            last[..rest.len()].copy_from_slice(rest);
            self.fold(u64::from_le_bytes(last));
        }
    }

    // A length stands before the bytes, so that those of a rest need no mark of their own.
    fn write_usize(&mut self, len: usize) {
        self.fold(len as u64);
    }

    fn finish(&self) -> u64 {
        self.folded
    }
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
    fn texts_are_hashed_by_all_their_bytes_and_by_the_seed() {
        let (one, other) = (Seed::default(), Seed::default());
        let texts: Vec<String> = (0..2000).map(|n| format!("X-Request-Id: {n:0width$}", width = n % 19)).collect();
        let hashes = |seed: Seed| texts.iter().map(|text| seed.hash_one(text.as_bytes())).collect::<HashSet<u64>>();
        let all = texts.iter().collect::<HashSet<_>>().len();
        assert_eq!((hashes(one).len(), hashes(other).len()), (all, all));
        assert!(hashes(one).is_disjoint(&hashes(other)));
        // By the bits that a table takes, they are spread over it.
        let low: HashSet<u64> = hashes(one).into_iter().map(|hash| hash & 0xFFF).collect();
        let high: HashSet<u64> = hashes(one).into_iter().map(|hash| hash >> 52).collect();
        assert!(low.len() > 1200 && high.len() > 1200, "{} and {} of 4096", low.len(), high.len());
        assert_ne!(one.hash_one(b"a\0".as_slice()), one.hash_one(b"a".as_slice()));
    }

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

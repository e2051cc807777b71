//! What names begin with: a quick answer to whether any of them can stand on a line, in words of whatever spelling. It
//! must not know what the names mean.

use std::collections::HashMap;

use super::super::hashed::Hashed;

/// The beginnings of names in small letters without blanks: whether each is a whole name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Starts {
    /// The two bytes that names start with, a bit for each.
    edges: Vec<u64>,
    hashes: HashMap<u64, bool, Hashed>,
}

impl Starts {
    pub(crate) fn insert(&mut self, name: &str) {
        let bytes = name.as_bytes();
        self.edges.resize(1024, 0);
        let (place, bit) = edge(bytes);
        self.edges[place] |= bit;
        let mut hash = 0;
        for (at, byte) in bytes.iter().enumerate() {
            hash = mixed(hash, *byte);
            *self.hashes.entry(hash).or_default() |= at + 1 == bytes.len();
        }
    }

    /// Whether some words of a line, one behind the other, may be one of the names, or begin with it; `true` for a line
    /// with other signs than those of ASCII.
    pub(crate) fn may_stand_in(&self, line: &str) -> bool {
        let bytes = line.as_bytes();
        // What the word before is the beginning of.
        let mut before = None;
        let mut at = 0;
        while let Some(first) = bytes.get(at) {
            if !first.is_ascii_alphanumeric() {
                if !first.is_ascii() {
                    return true;
                }
                at += 1;
                continue;
            }
            let start = at;
            at += 1;
            // Where a small letter stands before a capital, another word begins.
            while bytes.get(at).is_some_and(|b| {
                b.is_ascii_alphanumeric() && !(b.is_ascii_uppercase() && bytes[at - 1].is_ascii_lowercase())
            }) {
                at += 1;
            }
            let word = &bytes[start..at];
            let of = |hash: u64| word.iter().fold(hash, |hash, b| mixed(hash, b.to_ascii_lowercase()));
            if before.take().is_some_and(|before| self.hashes.contains_key(&of(before))) {
                return true;
            }
            let (place, bit) = edge(word);
            // Of one letter alone no more is known.
            if word.len() > 1 && self.edges.get(place).is_none_or(|edges| edges & bit == 0) {
                continue;
            }
            let hash = of(0);
            match self.hashes.get(&hash) {
                Some(true) => return true,
                Some(false) => before = Some(hash),
                None => {}
            }
        }
        false
    }
}

fn mixed(hash: u64, byte: u8) -> u64 {
    ((hash ^ u64::from(byte)).wrapping_add(0x9e37)).wrapping_mul(0x517c_c1b7_2722_0a95).rotate_left(23)
}

fn edge(word: &[u8]) -> (usize, u64) {
    let [first, second] = [0, 1].map(|n| word.get(n).map_or(0, u8::to_ascii_lowercase));
    let number = usize::from(u16::from_be_bytes([first, second]));
    (number / 64, 1 << (number % 64))
}

#[cfg(test)]
mod tests {
    use super::super::Synonyms;

    #[test]
    fn no_name_is_missed() {
        let synonyms = Synonyms::standard();
        for line in [
            "Program ended",
            "The failing program is",
            "of failingProgram",
            "PGM N",
            "a US-ID here",
            "jobUUID",
            "Call stack",
            "für alle",
            "at what time",
        ] {
            assert!(synonyms.may_stand_in(line), "{line}");
        }
        for line in ["Stock balance of 12 is negative", "WWFACI", "", "----", "read 17 rows"] {
            assert!(!synonyms.may_stand_in(line), "{line}");
        }
    }
}

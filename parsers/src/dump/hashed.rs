//! Tables by numbers that are hashes already, and by short words that nobody chooses to make them slow. It must not know
//! of what.

use std::hash::{BuildHasherDefault, Hasher};

/// What such tables are built with.
pub(super) type Hashed = BuildHasherDefault<Mixed>;

/// A hash that needs no further mixing; of words, one that is mixed eight bytes at a time.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Mixed(u64);

impl Hasher for Mixed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for part in bytes.chunks(8) {
            let word = part.iter().fold(0, |word, byte| word << 8 | u64::from(*byte));
            let mixed = (self.0.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95);
            self.0 = mixed ^ mixed >> 32;
        }
    }

    fn write_u64(&mut self, hash: u64) {
        // What is in the upper bits goes down as well: tables look at both ends.
        self.0 = self.0.rotate_left(8) ^ hash ^ hash >> 32;
    }
}

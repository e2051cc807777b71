//! Tables by numbers that are hashes already. It must not know of what.

use std::hash::{BuildHasherDefault, Hasher};

/// What such tables are built with.
pub(super) type Hashed = BuildHasherDefault<Mixed>;

/// A hash that needs no further mixing.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Mixed(u64);

impl Hasher for Mixed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u64(u64::from(*byte)));
    }

    fn write_u64(&mut self, hash: u64) {
        // What is in the upper bits goes down as well: tables look at both ends.
        self.0 = self.0.rotate_left(8) ^ hash ^ hash >> 32;
    }
}

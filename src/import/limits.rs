//! How much a run may unpack, so that an archive made to fill disks and memory ends with words instead.

use std::cell::Cell;

/// What is allowed; all limits are far above any evidence that makes sense.
#[derive(Debug)]
pub(super) struct Limits {
    /// Bytes that may still be unpacked in this run.
    left: Cell<u64>,
    /// Archives and packed files inside each other.
    pub(super) depth: u32,
    /// Members of one archive.
    pub(super) members: usize,
    /// How many times larger than its packed form something may be, once it is larger than `suspicious`.
    ratio: u64,
    suspicious: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { left: Cell::new(256 << 30), depth: 6, members: 200_000, ratio: 400, suspicious: 256 << 20 }
    }
}

impl Limits {
    /// Limits for tests: little in all, and a ratio that is looked at early.
    #[cfg(test)]
    pub(super) fn small(left: u64, ratio: u64) -> Self {
        Self { left: Cell::new(left), depth: 3, members: 10, ratio, suspicious: 1 << 20 }
    }

    /// Takes `len` unpacked bytes into account, of something of `packed` bytes.
    ///
    /// `taken` is how many bytes of the same thing were taken into account before.
    pub(super) fn allow(&self, packed: u64, taken: u64, len: u64) -> Result<(), String> {
        if len > self.suspicious && len / packed.max(1) > self.ratio {
            return Err(format!(
                "it unpacks to more than {} times its size; it is taken for an archive bomb",
                self.ratio
            ));
        }
        let Some(left) = self.left.get().checked_sub(len.saturating_sub(taken)) else {
            return Err("this run has unpacked as much as it may".to_owned());
        };
        self.left.set(left);
        Ok(())
    }
}

//! Bytes that are looked for in others, without a call and with several compared at once: what is looked for stands a
//! few bytes away for the most part, and finding out which instructions the processor has would take longer.

use wide::u8x16;

/// How many bytes are compared at once: as many as every processor has instructions for that it need not be asked about.
const LEN: usize = 16;

/// So many bytes are searched in one go.
const STRETCH: usize = 4 << 10;

/// Every place of one byte in others, one after the other.
///
/// They are found some kilobytes ahead of where they are asked for: a processor works on several of them at once then,
/// since none depends on what was made of the one before.
#[derive(Debug, Default)]
pub(crate) struct Places {
    /// The places in the stretch that is searched, and as many more as there is room for.
    found: Vec<u16>,
    /// How many of those are places, and how many of them were told.
    count: usize,
    told: usize,
    /// Where the stretch begins and ends.
    from: usize,
    until: usize,
}

impl Places {
    /// Begins with other bytes.
    pub(crate) fn start(&mut self) {
        (self.count, self.told, self.from, self.until) = (0, 0, 0, 0);
    }

    /// The next place of `byte` in `bytes`, which are the same from call to call.
    #[inline(always)]
    pub(crate) fn next(&mut self, byte: u8, bytes: &[u8]) -> Option<usize> {
        if self.told == self.count && !self.search(byte, bytes) {
            return None;
        }
        let place = self.found.get(self.told).map(|place| self.from + usize::from(*place));
        self.told += 1;
        place
    }

    /// Goes on to the next stretch with any; false where there is none.
    #[inline(never)]
    fn search(&mut self, byte: u8, bytes: &[u8]) -> bool {
        // One more than there can be places: where none is, one is written all the same, and written over.
        self.found.resize(STRETCH + 1, 0);
        (self.count, self.told) = (0, 0);
        while self.count == 0 && self.until < bytes.len() {
            self.from = self.until;
            self.until = bytes.len().min(self.from + STRETCH);
            self.mark(byte, &bytes[self.from..self.until]);
        }
        self.count > 0
    }

    fn mark(&mut self, byte: u8, stretch: &[u8]) {
        let wanted = u8x16::splat(byte);
        let (many, rest) = stretch.as_chunks::<{ 4 * LEN }>();
        for (n, many) in many.iter().enumerate() {
            let mut marks = marks(many.as_chunks().0, |sixteen| sixteen.simd_eq(wanted));
            // One or none in most: whether there is one can't be foretold, that there is no second can.
            self.found[self.count] = (n * 4 * LEN + first(marks)) as u16;
            self.count += usize::from(marks != 0);
            marks &= marks.wrapping_sub(1);
            while marks != 0 {
                self.found[self.count] = (n * 4 * LEN + first(marks)) as u16;
                self.count += 1;
                marks &= marks - 1;
            }
        }
        for (at, _) in rest.iter().enumerate().filter(|(_, this)| **this == byte) {
            self.found[self.count] = (stretch.len() - rest.len() + at) as u16;
            self.count += 1;
        }
    }
}

/// A bit for each byte that `look` marks, the first one lowest.
#[inline(always)]
fn marks(bytes: &[[u8; LEN]], look: impl Fn(u8x16) -> u8x16) -> u64 {
    bytes.iter().rev().fold(0, |all, sixteen| all << LEN | u64::from(look(u8x16::from(*sixteen)).to_bitmask()))
}

/// The place of the lowest of some marks.
#[inline(always)]
const fn first(marks: u64) -> usize {
    marks.trailing_zeros() as usize
}

/// Blanks, what stands before them in ASCII, and up to two other bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stops {
    others: [u8; 2],
}

impl Stops {
    /// With these other bytes, where they aren't too many.
    pub(crate) fn with(bytes: impl IntoIterator<Item = u8>) -> Option<Self> {
        // A byte that is one anyhow stands where there is none.
        let (mut others, mut count) = ([b' '; 2], 0);
        for byte in bytes {
            *others.get_mut(count)? = byte;
            count += 1;
        }
        Some(Self { others })
    }

    /// Where the first of them stands in `bytes`, or else the last bytes begin that are fewer than are compared at once.
    #[inline(always)]
    pub(crate) fn next(&self, bytes: &[u8]) -> Result<usize, usize> {
        let ([one, other], blank) = (self.others.map(u8x16::splat), u8x16::splat(b' '));
        let look = |bytes: u8x16| bytes.min(blank).simd_eq(bytes) | bytes.simd_eq(one) | bytes.simd_eq(other);
        // As many at once as nearly every field has: where it ends is asked once.
        let mut at = 0;
        for many in bytes.as_chunks::<{ 4 * LEN }>().0 {
            let marks = marks(many.as_chunks().0, look);
            if marks != 0 {
                return Ok(at + first(marks));
            }
            at += 4 * LEN;
        }
        for sixteen in bytes[at..].as_chunks().0 {
            let marks = marks(&[*sixteen], look);
            if marks != 0 {
                return Ok(at + first(marks));
            }
            at += LEN;
        }
        Err(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Bytes among which those that are looked for, and those beside them, are frequent.
    fn byte() -> impl Strategy<Value = u8> {
        let near = vec![0, b'\t', b'\n', 0x0b, 0x1f, b' ', b'!', b'[', b'\\', 0x7f, 0x80, 0x8a, 0xff];
        prop_oneof![prop::sample::select(near), any::<u8>()]
    }

    fn bytes() -> impl Strategy<Value = Vec<u8>> {
        let rare = prop_oneof![40 => Just(b'x'), 1 => byte()];
        prop_oneof![prop::collection::vec(byte(), 0..60), prop::collection::vec(rare, 0..400)]
    }

    proptest! {
        #[test]
        fn every_place_of_a_byte_is_found(pieces in prop::collection::vec((bytes(), 0..9000_usize), 0..4), wanted in byte()) {
            let mut places = Places::default();
            let bytes: Vec<u8> = pieces.iter().flat_map(|(piece, far)| piece.iter().copied().chain(vec![b'y'; *far])).collect();
            for bytes in [&bytes[bytes.len() / 2..], &bytes] {
                places.start();
                let found: Vec<usize> = std::iter::from_fn(|| places.next(wanted, bytes)).collect();
                let there = bytes.iter().enumerate().filter(|(_, byte)| **byte == wanted);
                prop_assert_eq!(found, there.map(|(at, _)| at).collect::<Vec<_>>());
            }
        }

        #[test]
        fn the_first_stop_is_found(bytes in bytes(), others in prop::collection::vec(byte(), 0..4)) {
            let Some(stops) = Stops::with(others.iter().copied()) else {
                prop_assert!(others.len() > 2);
                return Ok(());
            };
            let there = bytes.iter().position(|byte| *byte <= b' ' || others.contains(byte));
            match stops.next(&bytes) {
                Ok(at) => prop_assert_eq!(Some(at), there),
                Err(at) => {
                    prop_assert_eq!(at, bytes.len() / LEN * LEN);
                    prop_assert!(there.is_none_or(|there| there >= at));
                }
            }
        }
    }
}

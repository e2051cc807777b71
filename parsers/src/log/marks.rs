//! Bytes that are looked for in others, without a call and with several compared at once: what is looked for stands a
//! few bytes away for the most part, and finding out which instructions the processor has would take longer.

/// How many bytes are compared at once where nearly none is the one.
const MANY: usize = 64;

/// Where `byte` stands first in `bytes`.
#[inline]
pub(crate) fn find(byte: u8, bytes: &[u8]) -> Option<usize> {
    let (many, rest) = bytes.as_chunks::<MANY>();
    for (n, many) in many.iter().enumerate() {
        // Written so that compilers see that all are to be compared, with the instructions that every processor has.
        if many.iter().fold(0, |any, this| any | u8::from(*this == byte)) != 0 {
            return by_eights(byte, many).map(|at| n * MANY + at);
        }
    }
    by_eights(byte, rest).map(|at| bytes.len() - rest.len() + at)
}

#[inline]
fn by_eights(byte: u8, bytes: &[u8]) -> Option<usize> {
    let wanted = u64::from_ne_bytes([byte; 8]);
    let (eights, rest) = bytes.as_chunks();
    for (n, eight) in eights.iter().enumerate() {
        let marks = zeros(u64::from_le_bytes(*eight) ^ wanted);
        if marks != 0 {
            return Some(n * 8 + first(marks));
        }
    }
    rest.iter().position(|this| *this == byte).map(|at| bytes.len() - rest.len() + at)
}

/// Marks bytes that are 0, as in <https://graphics.stanford.edu/~seander/bithacks.html#ZeroInWord>: the lowest mark is
/// exact, those above it need not be.
#[inline]
const fn zeros(eight: u64) -> u64 {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    eight.wrapping_sub(ONES) & !eight & HIGHS
}

const HIGHS: u64 = u64::from_ne_bytes([0x80; 8]);

/// Which byte of eight has the lowest mark.
#[inline]
const fn first(marks: u64) -> usize {
    marks.trailing_zeros() as usize / 8
}

/// Blanks, what stands before them in ASCII, and up to two other bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stops {
    others: [u64; 2],
    count: usize,
}

impl Stops {
    /// With these other bytes, where they aren't too many.
    pub(crate) fn with(bytes: impl IntoIterator<Item = u8>) -> Option<Self> {
        let mut stops = Self { others: [0; 2], count: 0 };
        for byte in bytes {
            *stops.others.get_mut(stops.count)? = u64::from_ne_bytes([byte; 8]);
            stops.count += 1;
        }
        Some(stops)
    }

    /// Where the first of them stands in `bytes`, or else the last bytes begin that are fewer than eight.
    #[inline(always)]
    pub(crate) fn next(&self, bytes: &[u8]) -> Result<usize, usize> {
        let [one, other] = self.others;
        match self.count {
            0 => Self::first(bytes, below),
            1 => Self::first(bytes, |eight| below(eight) | zeros(eight ^ one)),
            _ => Self::first(bytes, |eight| below(eight) | zeros(eight ^ one) | zeros(eight ^ other)),
        }
    }

    #[inline]
    fn first(bytes: &[u8], marks: impl Fn(u64) -> u64) -> Result<usize, usize> {
        let mut at = 0;
        for eight in bytes.as_chunks().0 {
            let marks = marks(u64::from_le_bytes(*eight));
            if marks != 0 {
                return Ok(at + first(marks));
            }
            at += 8;
        }
        Err(at)
    }
}

/// Marks bytes up to the blank, the lowest mark being exact.
#[inline]
const fn below(eight: u64) -> u64 {
    const ABOVE_BLANK: u64 = u64::from_ne_bytes([b'!'; 8]);
    eight.wrapping_sub(ABOVE_BLANK) & !eight & HIGHS
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
        fn the_first_of_a_byte_is_found(bytes in bytes(), wanted in byte()) {
            prop_assert_eq!(find(wanted, &bytes), bytes.iter().position(|byte| *byte == wanted));
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
                    prop_assert_eq!(at, bytes.len() / 8 * 8);
                    prop_assert!(there.is_none_or(|there| there >= at));
                }
            }
        }
    }
}

//! A few bytes with which others are compared at their start, eight at once: no call, and no loop over bytes.

/// Most bytes that are compared.
const MOST: usize = 40;
const WORDS: usize = MOST / 8;

/// Bytes that others may start with; none at first, with which all do.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Prefix {
    words: [u64; WORDS],
    /// Which bits of each word count.
    masks: [u64; WORDS],
    len: usize,
}

impl Prefix {
    /// `bytes`, where they aren't too many.
    pub(crate) fn of(bytes: &[u8]) -> Option<Self> {
        if bytes.len() > MOST {
            return None;
        }
        let mut prefix = Self { len: bytes.len(), ..Self::default() };
        let words = prefix.words.iter_mut().zip(&mut prefix.masks);
        for ((word, mask), part) in words.zip(bytes.chunks(8)) {
            let (mut padded, mut counts) = ([0; 8], [0; 8]);
            padded[..part.len()].copy_from_slice(part);
            counts[..part.len()].fill(0xff);
            (*word, *mask) = (u64::from_le_bytes(padded), u64::from_le_bytes(counts));
        }
        Some(prefix)
    }

    /// How many bytes it has.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// What follows in `bytes`, where they start with it. Where fewer than seven bytes follow, it may be `None` as well.
    #[inline]
    pub(crate) fn behind<'b>(&self, bytes: &'b [u8]) -> Option<&'b [u8]> {
        let mut at = 0;
        while at < self.len {
            let eight = u64::from_le_bytes(*bytes.get(at..)?.first_chunk()?);
            if eight & self.masks[at / 8] != self.words[at / 8] {
                return None;
            }
            at += 8;
        }
        bytes.get(self.len..)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_compared_to_the_last() {
        let text = b"2026-01-13 10:15:02,480 INFO [main] a long line of a log";
        for len in 0..=MOST {
            let prefix = Prefix::of(&text[..len]).expect("few bytes");
            assert_eq!(prefix.behind(text), Some(&text[len..]), "{len}");
            assert_eq!(prefix.len(), len);
            for other in 0..len {
                let mut changed = text.to_vec();
                changed[other] ^= 1;
                assert_eq!(prefix.behind(&changed), None, "{len} {other}");
            }
            assert_eq!(prefix.behind(&text[..len.saturating_sub(1)]).is_none(), len > 0);
        }
        assert!(Prefix::of(&text[..=MOST]).is_none());
    }
}

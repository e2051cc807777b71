//! A few bytes with which others are compared at their start, many at once: no call, and no loop over bytes.

/// Most bytes that are compared.
const MOST: usize = 48;

/// Bytes that others may start with; none at first, with which all do.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Prefix {
    bytes: [u8; MOST],
    len: usize,
}

impl Default for Prefix {
    fn default() -> Self {
        Self { bytes: [0; MOST], len: 0 }
    }
}

impl Prefix {
    /// `bytes`, where they aren't too many.
    pub(crate) fn of(bytes: &[u8]) -> Option<Self> {
        let mut prefix = Self { len: bytes.len(), ..Self::default() };
        prefix.bytes.get_mut(..bytes.len())?.copy_from_slice(bytes);
        Some(prefix)
    }

    /// How many bytes it has.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Whether `bytes` start with it.
    #[inline]
    pub(crate) fn starts(&self, bytes: &[u8]) -> bool {
        let (Some(own), Some(bytes)) = (self.bytes.get(..self.len), bytes.get(..self.len)) else { return false };
        if self.len < 16 {
            return match (own.first_chunk(), own.last_chunk(), bytes.first_chunk(), bytes.last_chunk()) {
                (Some(first), Some(last), Some(begin), Some(end)) => same(first, begin) && same(last, end),
                _ => own == bytes,
            };
        }
        // The last of them may have been compared before, in part.
        let mut at = 0;
        while at + 16 < self.len {
            if !alike(own, bytes, at) {
                return false;
            }
            at += 16;
        }
        alike(own, bytes, self.len - 16)
    }
}

/// Whether eight bytes are the same.
#[inline]
fn same(one: &[u8; 8], other: &[u8; 8]) -> bool {
    u64::from_le_bytes(*one) == u64::from_le_bytes(*other)
}

/// Whether sixteen bytes from `at` on are there and the same.
#[inline]
fn alike(own: &[u8], bytes: &[u8], at: usize) -> bool {
    let sixteen = |bytes: &[u8]| bytes.get(at..)?.first_chunk().map(|sixteen| u128::from_le_bytes(*sixteen));
    sixteen(own).zip(sixteen(bytes)).is_some_and(|(own, other)| own == other)
}

/// Up to eight bytes with which others are compared at their start.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Short {
    bytes: u64,
    /// Which bits of them count.
    mask: u64,
    len: usize,
}

impl Short {
    /// Bytes that no others start with.
    pub(crate) const NEVER: Self = Self { bytes: 1, mask: 0, len: 0 };

    /// `bytes`, where they aren't too many.
    pub(crate) fn of(bytes: &[u8]) -> Option<Self> {
        let (mut padded, mut counts) = ([0; 8], [0; 8]);
        padded.get_mut(..bytes.len())?.copy_from_slice(bytes);
        counts[..bytes.len()].fill(0xff);
        Some(Self { bytes: u64::from_le_bytes(padded), mask: u64::from_le_bytes(counts), len: bytes.len() })
    }

    /// What follows it in `bytes`, where they start with it. Where fewer than eight follow, it may be `None` though they do.
    #[inline]
    pub(crate) fn behind<'b>(&self, bytes: &'b [u8]) -> Option<&'b [u8]> {
        let eight = u64::from_le_bytes(*bytes.first_chunk()?);
        if eight & self.mask != self.bytes {
            return None;
        }
        bytes.get(self.len..)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_compared_to_the_last() {
        let text = b"2026-01-13 10:15:02,480 INFO [main] a long line of a log that goes on";
        for len in 0..=MOST {
            let prefix = Prefix::of(&text[..len]).expect("few bytes");
            let short = Short::of(&text[..len]);
            assert_eq!(short.is_some(), len <= 8);
            assert_eq!(prefix.len(), len);
            assert!(prefix.starts(text) && prefix.starts(&text[..len]), "{len}");
            assert!(short.is_none_or(|short| short.behind(text) == Some(&text[len..])), "{len}");
            for other in 0..len {
                let mut changed = text.to_vec();
                changed[other] ^= 1;
                assert!(!prefix.starts(&changed), "{len} {other}");
                assert!(short.is_none_or(|short| short.behind(&changed).is_none()), "{len} {other}");
            }
            assert!(len == 0 || !prefix.starts(&text[..len - 1]));
        }
        assert!(Prefix::of(&text[..=MOST]).is_none());
        assert!(Short::NEVER.behind(text).is_none());
    }
}

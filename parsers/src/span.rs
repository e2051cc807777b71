//! Where something stands in the bytes it was read from, and what was wrong there.

use std::fmt;
use std::ops::Range;

/// A range of bytes in a source: `offset` from its (decompressed) start, `len` bytes long.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// Bytes before the range.
    pub offset: u64,
    /// Bytes in the range.
    pub len: u64,
}

impl Span {
    /// The range of `len` bytes that starts at `offset`.
    #[must_use]
    pub const fn new(offset: u64, len: u64) -> Self {
        Self { offset, len }
    }

    /// The first byte behind the range.
    #[must_use]
    pub const fn end(self) -> u64 {
        self.offset.saturating_add(self.len)
    }

    /// The same range moved `by` bytes towards the end of the source.
    #[must_use]
    pub const fn shifted(self, by: u64) -> Self {
        Self { offset: self.offset.saturating_add(by), len: self.len }
    }

    /// The bytes of this range in `bytes`, cut where `bytes` ends.
    #[must_use]
    pub fn of(self, bytes: &[u8]) -> &[u8] {
        let start = usize::try_from(self.offset).unwrap_or(usize::MAX).min(bytes.len());
        let end = usize::try_from(self.end()).unwrap_or(usize::MAX).min(bytes.len());
        &bytes[start..end]
    }
}

impl From<Range<usize>> for Span {
    fn from(range: Range<usize>) -> Self {
        Self::new(range.start as u64, range.end.saturating_sub(range.start) as u64)
    }
}

/// Something that could not be read as it should: where, what, and what the user can do about it.
///
/// A problem never replaces the bytes it speaks of; they are kept with the item or as an unparsed range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Bytes before the place, in the source that was read.
    pub offset: u64,
    /// What is wrong, without a full stop: `the response ends inside a chunk`.
    pub what: String,
    /// What mends it or what to ask for: `record again, or ask for the whole file`.
    pub remedy: String,
}

impl Problem {
    /// A problem at `offset`.
    pub fn new(offset: u64, what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { offset, what: what.into(), remedy: remedy.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (at byte {}); {}", self.what, self.offset, self.remedy)
    }
}

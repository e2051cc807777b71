//! What stood in the last heads of a layout, by which the next ones are known: nearly all are written by the same
//! node and application within the same minute, at one of a few levels.
//!
//! It is for speed alone: what is answered from here is what reading it anew would say.

use crate::Stamp;
use crate::log::Level;
use crate::log::prefix::Prefix;
use crate::log::time::clock::Clock;

/// What is remembered from head to head.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    /// The last head's level.
    pub(crate) level: Option<Level>,
    /// Where the last head ended in its line.
    pub(super) end: usize,
    /// How many times were read of it.
    pub(super) timed: usize,
    /// One for each format of time.
    pub(super) clocks: Vec<Clock>,
    pub(super) columns: Columns,
    pub(super) levels: Levels,
}

impl Seen {
    /// Nothing yet, of a layout with so many formats of time.
    pub(super) fn none(clocks: usize) -> Self {
        let clocks = vec![Clock::default(); clocks];
        Self { level: None, end: 0, timed: 0, clocks, columns: Columns::default(), levels: Levels::default() }
    }

    /// The last head's time.
    pub(crate) fn stamp(&self) -> Option<Stamp> {
        self.clocks.get(self.timed.checked_sub(1)?)?.stamp
    }
}

/// The columns that stand next to each other, with what separates them.
#[derive(Clone, Debug, Default)]
pub(super) struct Columns(Option<Prefix>);

impl Columns {
    /// What follows them in `rest`, where they are those of the last head.
    #[inline]
    pub(super) fn again<'b>(&self, rest: &'b [u8]) -> Option<&'b [u8]> {
        let prefix = self.0.as_ref().filter(|prefix| prefix.starts(rest))?;
        // Blanks that follow belong to what separates, however many they are.
        rest.get(prefix.len()..).filter(|behind| behind.first().is_some_and(|next| *next != b' '))
    }

    /// Takes those that end at `len` of `rest`.
    pub(super) fn remember(&mut self, rest: &[u8], len: usize) {
        let ends = rest.get(len).is_some_and(|next| *next != b' ');
        self.0 = rest.get(..len).filter(|_| ends && len > 0).and_then(Prefix::of);
    }
}

/// Bytes that start with a level, and behind its blanks with something else: what they are and how far the level goes.
#[derive(Clone, Copy, Debug)]
struct Known {
    eight: [u8; 8],
    level: Level,
    len: u8,
}

/// The levels of the last heads, in places by their bytes.
#[derive(Clone, Debug)]
pub(super) struct Levels([Option<Known>; PLACES]);

const PLACES: usize = 32;

impl Default for Levels {
    fn default() -> Self {
        Self([None; PLACES])
    }
}

impl Levels {
    /// The level at the start of `rest` and what follows it, where these bytes stood there before.
    #[inline]
    pub(super) fn again<'b>(&self, rest: &'b [u8]) -> Option<(Level, &'b [u8])> {
        let eight = rest.first_chunk::<8>()?;
        let known = self.0[place(*eight)].filter(|known| known.eight == *eight)?;
        Some((known.level, rest.get(usize::from(known.len)..)?))
    }

    /// Takes the level that stands in `rest` up to `end`, behind which what follows starts at `next`. Only what these
    /// eight bytes decide is remembered.
    pub(super) fn remember(&mut self, rest: &[u8], level: Level, end: usize, next: usize) {
        let Some(eight) = rest.first_chunk::<8>() else { return };
        let behind = eight.get(end..).unwrap_or_default();
        let decided = behind.iter().any(|byte| *byte != b' ') && !level.needs_sign();
        if let (true, Ok(len)) = (decided, u8::try_from(next)) {
            self.0[place(*eight)] = Some(Known { eight: *eight, level, len });
        }
    }
}

fn place(eight: [u8; 8]) -> usize {
    // Fibonacci hashing: the upper bits of the product depend on all bytes.
    (u64::from_le_bytes(eight).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 59) as usize
}

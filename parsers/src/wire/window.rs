//! The part of a capture file that is in memory while it is shown to a reader piece by piece.

/// How much is read at a time: what stays in a processor's own memory until it was looked at.
const BLOCK: usize = 256 << 10;

/// The part of a file that was read and not taken yet.
#[derive(Debug, Default)]
pub struct Window {
    /// What is held, and behind it room that was used before.
    room: Vec<u8>,
    held: usize,
    start: u64,
    wanted: usize,
}

impl Window {
    /// Has the bytes behind it read; whether there were more.
    ///
    /// # Errors
    /// Those of `read`, which fills what it gets with the bytes at an offset and says how many there were: fewer only where
    /// the file ends.
    pub fn fill<E>(&mut self, read: impl FnOnce(u64, &mut [u8]) -> Result<usize, E>) -> Result<bool, E> {
        let end = self.held + self.wanted.max(BLOCK);
        if self.room.len() < end {
            self.room.resize(end, 0);
        }
        let into = &mut self.room[self.held..end];
        let read = read(self.start + self.held as u64, into)?.min(into.len());
        self.held += read;
        Ok(read > 0)
    }

    /// The bytes that are at hand.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.room[..self.held]
    }

    /// Where they begin in the file.
    #[must_use]
    pub fn start(&self) -> u64 {
        self.start
    }

    /// So many of them were taken, and so many are wanted at once the next time, as [`super::Capture::push`] and
    /// [`super::Sieve::push`] say.
    pub fn took(&mut self, (used, wants): (usize, usize)) {
        self.room.copy_within(used..self.held, 0);
        self.held -= used;
        self.wanted = wants.saturating_sub(self.held);
        self.start += used as u64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Span;

    #[test]
    fn what_is_wanted_at_once_is_at_hand_the_next_time() {
        let file: Vec<u8> = (0..3 * BLOCK + 5).map(|n| (n % 251) as u8).collect();
        let mut window = Window::default();
        let mut asked = Vec::new();
        let mut read = |at: u64, into: &mut [u8]| {
            let there = Span::new(at, into.len() as u64).of(&file);
            asked.push((at, into.len()));
            into[..there.len()].copy_from_slice(there);
            Ok::<usize, ()>(there.len())
        };
        assert_eq!(window.fill(&mut read), Ok(true));
        window.took((10, 2 * BLOCK));
        assert_eq!(window.fill(&mut read), Ok(true));
        assert_eq!((window.start(), window.bytes().len()), (10, 2 * BLOCK));
        assert!(window.bytes() == &file[10..10 + 2 * BLOCK]);
        window.took((0, 0));
        assert_eq!(window.fill(&mut read), Ok(true));
        assert_eq!(window.fill(&mut read), Ok(false), "the file ends");
        assert!(window.bytes() == &file[10..]);
        assert_eq!(asked[..2], [(0, BLOCK), (BLOCK as u64, BLOCK + 10)]);
    }
}

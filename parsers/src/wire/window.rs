//! The part of a capture file that is in memory while it is shown to a reader piece by piece.

use crate::Span;

/// How much is read at a time: what stays in a processor's own memory until it was looked at.
const BLOCK: usize = 256 << 10;

/// The part of a file that was read and not taken yet.
#[derive(Debug, Default)]
pub struct Window {
    bytes: Vec<u8>,
    start: u64,
    wanted: usize,
}

impl Window {
    /// Has the bytes behind it read; whether there were more.
    ///
    /// # Errors
    /// Those of `read`, which adds what stands there, less where the file ends.
    pub fn fill<E>(&mut self, read: impl FnOnce(Span, &mut Vec<u8>) -> Result<(), E>) -> Result<bool, E> {
        let before = self.bytes.len();
        read(Span::new(self.start + before as u64, self.wanted.max(BLOCK) as u64), &mut self.bytes)?;
        Ok(self.bytes.len() > before)
    }

    /// The bytes that are at hand.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Where they begin in the file.
    #[must_use]
    pub fn start(&self) -> u64 {
        self.start
    }

    /// So many of them were taken, and so many are wanted at once the next time, as [`super::Capture::push`] and
    /// [`super::Sieve::push`] say.
    pub fn took(&mut self, (used, wants): (usize, usize)) {
        self.wanted = wants.saturating_sub(self.bytes.len() - used);
        self.bytes.drain(..used);
        self.start += used as u64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wanted_at_once_is_at_hand_the_next_time() {
        let file: Vec<u8> = (0..3 * BLOCK + 5).map(|n| (n % 251) as u8).collect();
        let mut window = Window::default();
        let mut asked = Vec::new();
        let mut read = |span: Span, bytes: &mut Vec<u8>| {
            asked.push((span.offset, span.len));
            bytes.extend_from_slice(span.of(&file));
            Ok::<(), ()>(())
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
        let block = BLOCK as u64;
        assert_eq!(asked[..2], [(0, block), (block, block + 10)]);
    }
}

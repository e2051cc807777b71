//! The two bytes that each of some words starts or ends with: a quick answer to whether any of them can stand somewhere,
//! before each of them is looked for. It must not know what the words mean.

/// Pairs of bytes, a bit for each.
pub(super) struct Edges(Box<[u64; 1024]>);

impl Edges {
    /// The first bytes of words, behind the blank that may stand before them.
    pub(super) fn first<'w>(words: impl IntoIterator<Item = &'w str>) -> Self {
        // Behind a word of one letter stands the blank that ends it.
        let edge = |word: &str| match word.as_bytes() {
            [one] => Some([*one, b' ']),
            word => word.first_chunk().copied(),
        };
        Self::of(words.into_iter().filter_map(|word| edge(word.trim_start())))
    }

    /// The last bytes of words.
    pub(super) fn last<'w>(words: impl IntoIterator<Item = &'w str>) -> Self {
        Self::of(words.into_iter().filter_map(|word| word.as_bytes().last_chunk().copied()))
    }

    fn of(edges: impl Iterator<Item = [u8; 2]>) -> Self {
        let mut set = Box::new([0; 1024]);
        for edge in edges {
            let (place, bit) = place(edge);
            set[place] |= bit;
        }
        Self(set)
    }

    /// Whether one of the words may stand at the start of `text`, as far as its first bytes tell; a text of one byte may
    /// always.
    pub(super) fn may_start(&self, text: &str) -> bool {
        text.as_bytes().first_chunk().is_none_or(|edge| self.has(*edge))
    }

    /// Whether one of the words may stand at the end of `text`.
    pub(super) fn may_end(&self, text: &str) -> bool {
        text.as_bytes().last_chunk().is_none_or(|edge| self.has(*edge))
    }

    fn has(&self, edge: [u8; 2]) -> bool {
        let (place, bit) = place(edge);
        self.0[place] & bit != 0
    }
}

fn place(edge: [u8; 2]) -> (usize, u64) {
    let number = usize::from(u16::from_be_bytes(edge));
    (number / 64, 1 << (number % 64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_is_missed() {
        let words = ["program", " über", "of", "x"];
        let (first, last) = (Edges::first(words), Edges::last(words));
        for word in words.map(str::trim) {
            assert!(first.may_start(word) && last.may_end(word), "{word}");
        }
        assert!(first.may_start("x y") && !first.may_start("xy"));
        assert!(first.may_start("process") && !first.may_start("field") && !last.may_end("field"));
    }
}

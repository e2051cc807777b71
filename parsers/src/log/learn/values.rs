//! The values of one field in the lines of a group: few of them for the most part, each of which comes back.

use std::collections::HashMap;

/// What a field holds, line by line.
pub(super) struct Values<'a> {
    all: Vec<&'a [u8]>,
    /// Each value once, and in how many lines it stands.
    kinds: Vec<(&'a [u8], usize)>,
}

impl<'a> Values<'a> {
    pub(super) fn of(all: Vec<&'a [u8]>) -> Self {
        let mut kinds: HashMap<&[u8], usize> = HashMap::new();
        for value in &all {
            *kinds.entry(value).or_default() += 1;
        }
        Self { all, kinds: kinds.into_iter().collect() }
    }

    /// In how many lines the field stands.
    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    /// How many different values there are.
    pub(super) fn kinds(&self) -> usize {
        self.kinds.len()
    }

    /// The values in the order of the lines.
    pub(super) fn iter(&self) -> impl Iterator<Item = &'a [u8]> {
        self.all.iter().copied()
    }

    /// In how many of a hundred lines the value is such a one.
    pub(super) fn share(&self, test: impl Fn(&[u8]) -> bool) -> usize {
        let such: usize = self.kinds.iter().filter(|(value, _)| test(value)).map(|(_, lines)| lines).sum();
        such * 100 / self.all.len().max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::Values;

    #[test]
    fn lines_are_counted_and_not_kinds() {
        let values = Values::of(vec![b"a", b"b", b"a", b"a", b""]);
        assert_eq!((values.len(), values.kinds()), (5, 3));
        assert_eq!((values.share(|value| value == b"a"), values.share(<[u8]>::is_empty)), (60, 20));
        assert_eq!(values.iter().map(<[u8]>::len).collect::<Vec<_>>(), [1, 1, 1, 1, 0]);
        assert_eq!(Values::of(Vec::new()).share(|_| true), 0);
    }
}

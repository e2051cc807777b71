//! A description in UTF-16, as .NET writes some: read for its addresses, and written again sign by sign in the same order
//! of bytes. Nothing is guessed: what isn't UTF-16 throughout is left alone.

/// Which byte of each pair comes first, and whether a mark says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::proxy) struct Order {
    high_first: bool,
}

impl Order {
    /// What the first bytes of an XML text show: a byte order mark, or the `<` that it begins with.
    pub(in crate::proxy) fn of(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0xFF, 0xFE, ..] | [b'<', 0, ..] => Some(Self { high_first: false }),
            [0xFE, 0xFF, ..] | [0, b'<', ..] => Some(Self { high_first: true }),
            _ => None,
        }
    }

    /// The text, its mark among it; `None` where a byte is over or a surrogate alone, so that it couldn't be written as
    /// it was.
    pub(in crate::proxy) fn read(self, bytes: &[u8]) -> Option<String> {
        let (pairs, rest) = bytes.as_chunks::<2>();
        let unit = |pair: &[u8; 2]| if self.high_first { u16::from_be_bytes(*pair) } else { u16::from_le_bytes(*pair) };
        rest.is_empty().then(|| char::decode_utf16(pairs.iter().map(unit)).collect::<Result<String, _>>().ok())?
    }

    /// A text that [`Self::read`] gave, after changes.
    pub(in crate::proxy) fn write(self, text: &str) -> Vec<u8> {
        let pair = |unit: u16| if self.high_first { unit.to_be_bytes() } else { unit.to_le_bytes() };
        text.encode_utf16().flat_map(pair).collect()
    }
}

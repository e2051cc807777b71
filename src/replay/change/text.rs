//! A body as text, with the way back to its bytes.

use std::ops::Range;

use bytes::Bytes;
use mwscope_parsers::xml::{Decoded, Encoding, decode};

/// A body that is read as text.
pub(crate) struct BodyText<'a>(Decoded<'a>);

impl<'a> BodyText<'a> {
    /// By byte order mark, `charset` of its content type, or XML declaration.
    pub(crate) fn of(plain: &'a Bytes, charset: Option<&str>) -> Self {
        Self(decode(plain, charset))
    }

    pub(crate) fn text(&self) -> &str {
        &self.0.text
    }

    pub(crate) fn encoding(&self) -> Encoding {
        self.0.encoding
    }

    /// The bytes behind a range of the text.
    pub(crate) fn bytes_of(&self, range: &Range<usize>) -> Range<usize> {
        let span = self.0.locator().span(range.clone());
        let start = usize::try_from(span.offset).unwrap_or(usize::MAX);
        start..start.saturating_add(usize::try_from(span.len).unwrap_or(0))
    }
}

//! HTTP archives (HAR 1.2, <http://www.softwareishard.com/blog/har-12-spec/>) of every producer, also cut off ones.
//!
//! The outline of the file is found first and each entry is read by itself, so that one bad entry is a problem
//! and a file that ends in the middle still gives the entries before. It knows nothing of files or cases.

mod body;
mod entry;
mod mend;
mod outline;

use std::borrow::Cow;

use mwscope_parsers::Problem;

use super::recorded::Recorded;
use crate::model::{ExchangeId, SourceId};

/// Reads an archive; its exchanges get ids from `first` on.
#[must_use]
pub fn read(bytes: &[u8], source: SourceId, first: ExchangeId) -> Recorded {
    let bytes = utf8(bytes);
    let outline = outline::read(&bytes);
    let mut recorded = Recorded { problems: outline.problems, ..Recorded::default() };
    for range in outline.entries {
        let at = range.start as u64;
        let index = recorded.next_index();
        let id = ExchangeId(first.0.saturating_add(index));
        match mend::parse(&bytes[range]).and_then(|value| entry::exchange(&value, id, source, index)) {
            Ok(exchange) => recorded.add(exchange),
            Err(what) => {
                recorded.problems.push(Problem::new(at, what, "look at the entry there; the others were read"));
            }
        }
    }
    recorded.finish()
}

/// The archive as UTF-8: a byte order mark is left out, UTF-16 is converted.
fn utf8(bytes: &[u8]) -> Cow<'_, [u8]> {
    match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => Cow::Borrowed(rest),
        _ => wide(bytes).map_or(Cow::Borrowed(bytes), Cow::Owned),
    }
}

/// Whether the beginning of a file is that of an archive, as PowerShell writes text as well.
pub(super) fn looks_like(head: &[u8]) -> bool {
    /// Bytes that are enough to see it by.
    const ENOUGH: usize = 64 << 10;
    match wide(&head[..head.len().min(ENOUGH)]) {
        Some(text) => outline::looks_like(&text),
        None => outline::looks_like(head),
    }
}

/// UTF-16 as UTF-8, with a byte order mark or without; `None` for anything else.
fn wide(bytes: &[u8]) -> Option<Vec<u8>> {
    let (body, little) = match bytes {
        [0xff, 0xfe, body @ ..] => (body, true),
        [0xfe, 0xff, body @ ..] => (body, false),
        [b'{', 0, ..] => (bytes, true),
        [0, b'{', ..] => (bytes, false),
        _ => return None,
    };
    let unit = if little { u16::from_le_bytes } else { u16::from_be_bytes };
    let units = body.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    let text: String = char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    Some(text.into_bytes())
}

#[cfg(test)]
mod tests;

//! HTTP archives (HAR 1.2, <http://www.softwareishard.com/blog/har-12-spec/>) of every producer, also cut off ones.
//!
//! The outline of the file is found first and each entry is read by itself, so that one bad entry is a problem
//! and a file that ends in the middle still gives the entries before. It knows nothing of files or cases.

mod body;
mod entry;
mod mend;
mod outline;

use std::borrow::Cow;

use mwscope_parsers::{Problem, xml};

use super::recorded::Recorded;
use crate::model::{ExchangeId, SourceId};

pub(super) use outline::looks_like;

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
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Cow::Owned(xml::decode(bytes, None).text.into_owned().into_bytes()),
        _ => Cow::Borrowed(bytes),
    }
}

#[cfg(test)]
mod tests;

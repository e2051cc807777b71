//! HTTP archives (HAR 1.2, <http://www.softwareishard.com/blog/har-12-spec/>) of every producer, also cut off ones.
//!
//! The outline of the file is found first and each entry is read by itself, so that one bad entry is a problem
//! and a file that ends in the middle still gives the entries before. It knows nothing of files or cases.

mod body;
mod entry;
mod failure;
mod mend;
mod outline;
mod when;

use std::borrow::Cow;

use mwscope_parsers::{Problem, xml};

use crate::model::{Exchange, ExchangeId, SourceId, challenge, facts};

pub(super) use outline::looks_like;

/// What an archive holds.
#[derive(Debug, Default)]
pub struct Archive {
    /// The exchanges, in the order of the entries.
    pub exchanges: Vec<Exchange>,
    /// What could not be read; offsets are bytes of the archive.
    pub problems: Vec<Problem>,
    /// Who wrote it, name and version.
    pub creator: Option<String>,
}

/// Reads an archive; its exchanges get ids from `first` on.
#[must_use]
pub fn read(bytes: &[u8], source: SourceId, first: ExchangeId) -> Archive {
    let bytes = utf8(bytes);
    let outline = outline::read(&bytes);
    let mut archive = Archive { problems: outline.problems, ..Archive::default() };
    if let Some(range) = outline.creator {
        let creator = serde_json::from_slice::<serde_json::Value>(&bytes[range]).ok();
        let text = |name: &str| creator.as_ref()?.get(name)?.as_str().map(str::to_owned);
        archive.creator =
            text("name").map(|name| format!("{name} {}", text("version").unwrap_or_default()).trim().to_owned());
    }
    for range in outline.entries {
        let at = range.start as u64;
        let index = u32::try_from(archive.exchanges.len()).unwrap_or(u32::MAX);
        let id = ExchangeId(first.0.saturating_add(index));
        let read = mend::parse(&bytes[range]).and_then(|value| entry::exchange(&value, id, source, index));
        match read {
            Ok(mut exchange) => {
                exchange.call = facts::call_of(&exchange);
                archive.exchanges.push(exchange);
            }
            Err(what) => archive.problems.push(Problem::new(at, what, "look at the entry there; the others were read")),
        }
    }
    challenge::mark(&mut archive.exchanges);
    archive
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

//! mitmproxy flow files of every version, from the tuples of 0.10 to the integers of today: dictionaries in
//! tnetstrings, one behind the other. Fields are looked up by the names of all versions, so no chain of conversions
//! is needed; where the file ends in the middle, the flows before are read.
//! <https://github.com/mitmproxy/mitmproxy/blob/main/mitmproxy/io/compat.py>

mod flow;
mod tnetstring;

use mwscope_parsers::Problem;

use super::recorded::Recorded;
use crate::model::{ExchangeId, SourceId};
use tnetstring::Item;

/// Reads the flows; their exchanges get ids from `first` on.
#[must_use]
pub(super) fn read(bytes: &[u8], source: SourceId, first: ExchangeId) -> Recorded {
    let mut recorded = Recorded::default();
    let mut others: Vec<(String, u64, u64)> = Vec::new();
    let mut at = 0;
    while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
        let (item, len) = match tnetstring::read(rest) {
            Ok(read) => read,
            Err(what) => {
                let what = format!("{what}, after {} whole flows", recorded.exchanges.len());
                recorded.problems.push(Problem::new(at as u64, what, "ask for the whole file, or save it again"));
                break;
            }
        };
        let index = recorded.next_index();
        let id = ExchangeId(first.0.saturating_add(index));
        match kind(&item) {
            "http" => match flow::exchange(&item, id, source, index) {
                Ok(exchange) => recorded.add(exchange),
                Err(what) => {
                    recorded.problems.push(Problem::new(
                        at as u64,
                        what,
                        "look at the flow in mitmproxy; the others were read",
                    ));
                }
            },
            other => match others.iter_mut().find(|(name, ..)| name == other) {
                Some((_, count, _)) => *count += 1,
                None => others.push((other.to_owned(), 1, at as u64)),
            },
        }
        at += len;
    }
    for (name, count, at) in others {
        let what = format!("{count} flows of type {name:?} are no HTTP and are not read");
        recorded.problems.push(Problem::new(at, what, "look at them in mitmproxy"));
    }
    recorded.finish()
}

/// The type of a flow; the oldest files have none and hold HTTP only.
fn kind<'a>(item: &'a Item<'_>) -> &'a str {
    item.text("type").unwrap_or(if item.get("request").is_some() { "http" } else { "unknown" })
}

#[cfg(test)]
mod tests;

//! What the user knows of clocks, resolved against what was read.

use crate::cli::evidence::named::{self, Thing};
use crate::cli::output::Failure;
use crate::model::{Gathered, SourceId, Stamp};
use crate::timeline::Same;

/// The sources that a name means: one by its path or the end of it, or all in a folder.
///
/// # Errors
/// Where it means none, or several that aren't a folder's.
pub(super) fn sources(gathered: &Gathered, name: &str) -> Result<Vec<SourceId>, Failure> {
    let unknown = match named::source(gathered, name) {
        Ok(source) => return Ok(vec![source]),
        Err(what) => what,
    };
    let folder = format!("{}/", name.trim_end_matches(['/', '\\']));
    let inside = |path: &str| path.starts_with(&folder) || path.contains(&format!("/{folder}"));
    let found: Vec<SourceId> = gathered.sources.iter().filter(|s| inside(&s.path)).map(|s| s.id).collect();
    if found.is_empty() {
        let known: Vec<&str> = gathered.sources.iter().map(|s| s.path.as_str()).take(20).collect();
        return Err(Failure::Usage(format!("--clock {name}: {unknown}; its sources are {}", known.join(", "))));
    }
    Ok(found)
}

/// Two entries that are one instant.
///
/// # Errors
/// Where one names nothing, or has no time, or both are of one source.
pub(super) fn same(gathered: &Gathered, one: &str, other: &str) -> Result<Same, Failure> {
    let same = Same { one: entry(gathered, one)?, other: entry(gathered, other)? };
    if same.one.0 == same.other.0 {
        let path = gathered.path(same.one.0);
        return Err(Failure::Usage(format!(
            "--same {one} {other}: both stand in {path}, whose clock is one; name entries of two sources"
        )));
    }
    Ok(same)
}

fn entry(gathered: &Gathered, name: &str) -> Result<(SourceId, Stamp), Failure> {
    let wrong = |what: String| Failure::Usage(format!("--same {name}: {what}"));
    let (source, stamp) = match named::find(gathered, name).map_err(wrong)? {
        Thing::Exchange(exchange) => (exchange.source, exchange.started),
        Thing::Record(source, n) => (source, gathered.log(source).and_then(|r| r.head(n)?.stamp)),
        Thing::Dump(dump) => (dump.source, dump.dump.at),
        Thing::Stream(stream) => (stream.source, stream.started()),
        Thing::Text(source) => (source, None),
    };
    let stamp = stamp.filter(|s| s.has_date).ok_or_else(|| wrong("it has no date and time".to_owned()))?;
    Ok((source, stamp))
}

//! What is said where nothing failed near the time asked for, but something did elsewhere: often the zone is another one
//! than was thought.

use crate::model::{FindingKind, Investigation, SourceKind};
use crate::timeline::AskedTime;

/// How many failures lie elsewhere, and on which zone the time was taken; `None` where something was found, or nothing
/// at all failed.
pub(super) fn said(at: &AskedTime, of: &Investigation) -> Option<String> {
    let found = of.findings.iter().any(|f| f.kind == FindingKind::Verdict) || !of.unexplained.is_empty();
    if found || of.left_out == 0 {
        return None;
    }
    let failures = if of.left_out == 1 { "1 failure".to_owned() } else { format!("{} failures", of.left_out) };
    let said = format!("nothing that was asked for failed near --at; {failures} elsewhere (--within asks further)");
    let of_kind = |kind| of.sources.iter().filter(move |(s, ..)| s.kind == kind);
    // A dump's clock only follows the log's.
    let mut written = of_kind(SourceKind::Log).chain(of_kind(SourceKind::Dump));
    let local = written.find_map(|(source, clock, first, _)| {
        let zone = clock.zone_minutes.filter(|_| first.is_some_and(|stamp| stamp.offset_s.is_none()))?;
        Some((source, zone, clock.basis))
    });
    let Some((source, minutes, basis)) = local.filter(|_| at.offset_s.is_some()) else {
        let how = if at.offset_s.is_some() { "in the zone it names" } else { "as the server's local time" };
        return Some(format!("{said}; the time was taken {how}"));
    };
    let sign = if minutes < 0 { '-' } else { '+' };
    let zone = format!("{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60);
    let (path, by) = (&source.path, basis.word());
    Some(format!("{said}; the times of {path} carry no zone and were taken for {zone}, by {by}: --zone gives another"))
}

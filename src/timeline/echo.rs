//! One failure, seen by two sources: program events that tell of what a log tells of too, and a log that is there twice.

use std::collections::HashMap;

use super::episode::{Episode, EpisodeKind};
use crate::model::SourceId;

/// How far an event's time, which is often in whole seconds, may be from the record's.
const NEAR_NS: i64 = 5_000_000_000;

/// Takes the episodes of events out of `found` that a log tells of as well, and notes them there.
pub(super) fn fold(found: &mut Vec<(usize, Episode)>, is_events: &dyn Fn(SourceId) -> bool) {
    if !found.iter().any(|(_, episode)| is_events(episode.log)) {
        return;
    }
    let (events, mut told): (Vec<_>, Vec<_>) = found.drain(..).partition(|(_, episode)| is_events(episode.log));
    for (log, event) in events {
        let fits = told.iter().enumerate().filter(|(_, (_, episode))| is_same(episode, &event));
        let nearest = fits.min_by_key(|(_, (_, episode))| episode.at.abs_diff(event.at)).map(|(at, _)| at);
        match nearest {
            Some(at) => told[at].1.echoes.push((event.log, event.cause)),
            None => told.push((log, event)),
        }
    }
    *found = told;
}

/// Leaves each failure once: a log that two recordings followed stands in their case twice, to the letter and the instant.
pub(super) fn once(found: &mut Vec<(usize, Episode)>) {
    let mut first: HashMap<&str, SourceId> = HashMap::new();
    let keep: Vec<bool> =
        found.iter().map(|(_, episode)| *first.entry(episode.words()).or_insert(episode.log) == episode.log).collect();
    let mut keep = keep.into_iter();
    found.retain(|_| keep.next().unwrap_or(true));
}

fn is_same(episode: &Episode, event: &Episode) -> bool {
    let users = episode.user.as_ref().zip(event.user.as_ref()).is_none_or(|(a, b)| a == b);
    episode.kind == EpisodeKind::Abnormal
        && episode.program.is_some()
        && episode.program == event.program
        && users
        && episode.at.abs_diff(event.at) <= NEAR_NS.unsigned_abs()
}

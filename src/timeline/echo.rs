//! One failure that is told of twice: by program events and by a log, by the threads of a program and of the call that ran
//! it, and by a log that is there twice.

use std::collections::HashMap;

use super::episode::{Episode, EpisodeKind, GAP_BEHIND_A_CRASH};
use super::words;
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
    keep_those(found, keep);
}

/// Keeps what is to be kept, one after the other.
fn keep_those(found: &mut Vec<(usize, Episode)>, keep: Vec<bool>) {
    let mut keep = keep.into_iter();
    found.retain(|_| keep.next().unwrap_or(true));
}

/// Takes each crash once that two threads tell of, naming one dump: that of the program's job and that of the call which
/// ran it. The call's is left, which goes on to the fault that was answered, and what the other says is noted there.
pub(super) fn once_for_each_dump(found: &mut Vec<(usize, Episode)>) {
    let mut by_dump: HashMap<String, Vec<usize>> = HashMap::new();
    for (n, (_, episode)) in found.iter().enumerate() {
        if let Some(path) = episode.dump_path.as_ref().filter(|_| episode.kind == EpisodeKind::Abnormal) {
            by_dump.entry(path.to_ascii_uppercase()).or_default().push(n);
        }
    }
    let mut keep = vec![true; found.len()];
    for of_dump in by_dump.into_values().filter(|of_dump| of_dump.len() > 1) {
        let says_fault = |n: &usize| words::says_it_could_not(&found[*n].1.upper);
        // The call's thread hears of it from the job's.
        let later = |n: &usize| (says_fault(n), found[*n].1.thread.is_some(), found[*n].1.at);
        let Some(left) = of_dump.iter().copied().max_by_key(later) else { continue };
        for other in of_dump.into_iter().filter(|n| *n != left) {
            let (one, two) = (&found[left].1, &found[other].1);
            let programs = one.program.as_ref().zip(two.program.as_ref()).is_none_or(|(a, b)| a == b);
            if !programs || one.at.abs_diff(two.at) > NEAR_NS.unsigned_abs() {
                continue;
            }
            let (event, user, upper) = ((two.log, two.cause), two.user.clone(), two.upper.clone());
            let one = &mut found[left].1;
            one.echoes.push(event);
            one.user = one.user.take().or(user);
            one.upper.push('\n');
            one.upper.push_str(&upper);
            keep[other] = false;
        }
    }
    keep_those(found, keep);
}

/// Where a program's own thread says that it ended, the call's thread that passes it on says only that it couldn't go on.
pub(super) fn pass_on(found: &mut [(usize, Episode)]) {
    let is_its_end = |own: &Episode, end: &Episode| {
        end.kind == EpisodeKind::Abnormal
            && !end.passed_on
            && end.log == own.log
            && end.thread != own.thread
            && end.program == own.program
            && (own.at.saturating_sub(GAP_BEHIND_A_CRASH)..=own.at).contains(&end.at)
    };
    let passed_on: Vec<usize> = (0..found.len()).filter(|n| found[*n].1.passed_on).collect();
    for n in passed_on {
        let own = &found[n].1;
        if own.program.is_some() && found.iter().any(|(_, end)| is_its_end(own, end)) {
            found[n].1.kind = EpisodeKind::Mpd;
        }
    }
}

fn is_same(episode: &Episode, event: &Episode) -> bool {
    let users = episode.user.as_ref().zip(event.user.as_ref()).is_none_or(|(a, b)| a == b);
    episode.kind == EpisodeKind::Abnormal
        && episode.program.is_some()
        && episode.program == event.program
        && users
        && episode.at.abs_diff(event.at) <= NEAR_NS.unsigned_abs()
}

//! The words of the faults that failing exchanges got, by the time at which a record may repeat them.

use std::collections::HashMap;

use super::subject::Subject;
use crate::timeline::spans::Spans;

/// A record repeats a fault within this of the exchange that got it; nanoseconds.
const NEAR: i64 = 10_000_000_000;
/// Shorter words stand in too many records.
const SHORTEST: usize = 6;

/// Faults in upper case, each with when it is listened for.
#[derive(Clone, Debug, Default)]
pub(super) struct Faults {
    /// From, to, which fault; rising.
    times: Vec<(i64, i64, usize)>,
    /// For each of the times the latest end of it and of those before it.
    latest: Vec<i64>,
    words: Vec<String>,
}

impl Faults {
    /// The faults of failing exchanges; those of an exchange without a time are listened for always.
    pub(super) fn of(failing: &[Subject]) -> Self {
        let mut by_words: HashMap<&str, Vec<(i64, i64)>> = HashMap::new();
        for subject in failing {
            let Some(fault) = subject.fault.as_deref().filter(|fault| fault.len() >= SHORTEST) else { continue };
            let (from, to) = subject.span.unwrap_or((i64::MIN, i64::MAX));
            by_words.entry(fault).or_default().push((from.saturating_sub(NEAR), to.saturating_add(NEAR)));
        }
        let mut faults = Self::default();
        for (word, spans) in by_words {
            let number = faults.words.len();
            faults.words.push(word.to_owned());
            faults.times.extend(spans.into_iter().collect::<Spans>().iter().map(|(from, to)| (from, to, number)));
        }
        faults.times.sort_unstable();
        faults.latest = faults
            .times
            .iter()
            .scan(i64::MIN, |latest, (_, to, _)| {
                *latest = (*latest).max(*to);
                Some(*latest)
            })
            .collect();
        faults
    }

    /// The faults that a record written at that moment may repeat.
    pub(super) fn near(&self, at: i64) -> impl Iterator<Item = &str> {
        let begun = self.times.partition_point(|(from, ..)| *from <= at);
        let open = self.times[..begun].iter().zip(&self.latest[..begun]).rev();
        open.take_while(move |(_, latest)| **latest >= at)
            .filter(move |((_, to, _), _)| *to >= at)
            .map(|((.., number), _)| self.words[*number].as_str())
    }
}

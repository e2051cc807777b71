//! Where a log names its threads, where its layout didn't tell: a column, a bracket or a word that holds names such as
//! `http-nio-21007-exec-7` in most records, and not the same in all.

use std::collections::{BTreeMap, HashSet};
use std::sync::LazyLock;

use mwscope_parsers::log::Record;
use regex::Regex;

use crate::model::Records;

/// Where in a record a thread's name may stand.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Column(String),
    /// The n-th pair of brackets of the first line.
    Bracket(usize),
    /// The last pair of brackets, at the end of the first line.
    Last,
    /// The brackets with which the message opens, where that stands below the head.
    Message,
    /// The n-th word of the first line.
    Word(usize),
}

/// Where the threads of a log are named, if anywhere.
#[derive(Clone, Debug, Default)]
pub(super) struct ThreadPlaces(Option<Place>);

/// Records that are looked at.
const SAMPLE: usize = 300;
/// Of these, this share names a thread there.
const MOST_OF_THEM: f64 = 0.6;

impl ThreadPlaces {
    /// Looks for the place in a sample of the records.
    pub(super) fn of(records: &dyn Records) -> Self {
        let step = records.len().div_ceil(SAMPLE).max(1);
        let mut seen = 0_usize;
        let mut names: BTreeMap<Place, (usize, HashSet<String>)> = BTreeMap::new();
        for record in (0..records.len()).step_by(step).filter_map(|n| records.read(n).ok()) {
            if record.thread.is_some() {
                // The layout tells; a record without a thread is then one that has none.
                return Self(None);
            }
            seen += 1;
            for (place, name) in candidates(&record) {
                let (count, distinct) = names.entry(place).or_default();
                *count += 1;
                distinct.insert(name);
            }
        }
        let often = names.into_iter().filter(|(_, (count, names))| {
            *count as f64 >= seen as f64 * MOST_OF_THEM && names.len() > 1 && names.len() * 2 <= seen.max(8)
        });
        Self(often.max_by_key(|(_, (count, _))| *count).map(|(place, _)| place))
    }

    /// The thread that a record names at that place.
    pub(super) fn thread_in(&self, record: &Record) -> Option<String> {
        let place = self.0.as_ref()?;
        candidates(record).into_iter().find(|(at, _)| at == place).map(|(_, name)| name)
    }
}

fn candidates(record: &Record) -> Vec<(Place, String)> {
    static NAME: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"^[A-Za-z][A-Za-z0-9 _.:@#/-]{0,60}[-_:# ][0-9]{1,6}$|^(?i:main|timer|thread)[A-Za-z0-9-]*$").ok()
    });
    static BRACKET: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"[\[({<]([^\[\](){}<>]{2,70})[\])}>]").ok());
    let is_name = |text: &str| NAME.as_ref().is_some_and(|n| n.is_match(text));
    let mut found: Vec<(Place, String)> = Vec::new();
    for (column, value) in &record.columns {
        if is_name(value.trim()) {
            found.push((Place::Column(column.clone()), value.trim().to_owned()));
        }
    }
    let line = record.text.lines().next().unwrap_or("").trim_end();
    let line = line.get(..400).unwrap_or(line);
    let brackets: Vec<&str> = BRACKET
        .as_ref()
        .into_iter()
        .flat_map(|b| b.captures_iter(line))
        .filter_map(|c| c.get(1))
        .map(|m| m.as_str().trim())
        .collect();
    for (n, name) in brackets.iter().enumerate().take(4).filter(|(_, name)| is_name(name)) {
        found.push((Place::Bracket(n), (*name).to_owned()));
    }
    if let Some(name) = brackets.last().filter(|name| line.ends_with([']', ')', '}', '>']) && is_name(name)) {
        found.push((Place::Last, (*name).to_owned()));
    }
    if let Some(name) = opening_bracket(&record.message).filter(|name| !line.contains(*name) && is_name(name)) {
        found.push((Place::Message, name.to_owned()));
    }
    for (n, word) in line.split_whitespace().take(7).enumerate() {
        let name = word.rsplit_once('=').map_or(word, |(_, value)| value).trim_matches([',', ';', '|', '"']);
        if is_name(name) && name.bytes().any(|b| b.is_ascii_alphabetic()) {
            found.push((Place::Word(n), name.to_owned()));
        }
    }
    found
}

/// What stands in the brackets at the start of a message.
fn opening_bracket(message: &str) -> Option<&str> {
    let inside = message.strip_prefix('[')?;
    inside.get(..inside.find(']')?).map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logs::Log;
    use bytes::Bytes;

    fn threads(lines: &[&str]) -> Vec<Option<String>> {
        let text = lines.join("\n");
        let log = Log::in_memory(Bytes::from(text.into_bytes()), None).expect("a log");
        let places = ThreadPlaces::of(&log);
        let read = (0..log.len()).filter_map(|n| log.read(n).ok());
        read.map(|record| record.thread.clone().or_else(|| places.thread_in(&record))).collect()
    }

    #[test]
    fn names_at_the_end_are_found_and_loggers_are_not_taken_for_them() {
        let lines = [
            "2026-01-13 10:15:02,418 INFO call of Facility taken [qtp51-2]",
            "2026-01-13 10:15:03,418 INFO call of Supplier taken [qtp51-3]",
            "2026-01-13 10:15:04,418 WARN slow client [grid-router-2]",
            "2026-01-13 10:15:05,418 INFO call of Facility ended [qtp51-2]",
        ];
        assert_eq!(threads(&lines).first(), Some(&Some("qtp51-2".to_owned())));
        let lines = [
            "2026-01-13 10:15:02,418 INFO com.example.A - one",
            "2026-01-13 10:15:03,418 INFO com.example.B - two",
            "2026-01-13 10:15:04,418 WARN com.example.A - three",
        ];
        assert!(threads(&lines).iter().all(Option::is_none));
    }

    #[test]
    fn names_before_the_message_of_java_util_logging_are_found() {
        let lines = [
            "Jan 13, 2026 10:15:02 AM com.example.Dispatcher handle\nINFO: [qtp51-2] call of Facility taken",
            "Jan 13, 2026 10:15:03 AM com.example.Dispatcher handle\nINFO: [qtp51-3] call of Supplier taken",
            "Jan 13, 2026 10:15:04 AM com.example.Router run\nWARNING: [Router-2] slow client",
            "Jan 13, 2026 10:15:05 AM com.example.Program run\nSEVERE: [qtp51-2] [E] it broke",
        ];
        let found = threads(&lines);
        assert_eq!(found.last(), Some(&Some("qtp51-2".to_owned())), "{found:?}");
    }
}

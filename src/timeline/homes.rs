//! Which columns of a log belong to the name of a thread. Names repeat on every node and in every application, so the
//! columns that name these belong to it; what changes while a thread works (the class, the method, an id) doesn't.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use mwscope_parsers::log::Record;

use super::places::ThreadPlaces;
use crate::model::Records;

/// The columns that change along a thread.
#[derive(Clone, Debug, Default)]
pub(super) struct Homes {
    varying: BTreeSet<String>,
}

/// Stretches of records that are looked at, and records in each.
const STRETCHES: usize = 8;
const LENGTH: usize = 64;
/// Records of one thread that follow each other this closely are of one call, nanoseconds.
const CLOSE: i64 = 250_000_000;
/// A column that changes from one of these records to the next more often than in one of so many isn't the thread's. Where
/// two nodes have threads of one name, they take turns now and then.
const ONE_OF: usize = 3;
/// Longer values are no names.
const LONGEST: usize = 40;

impl Homes {
    /// Looks at a sample of the records.
    pub(super) fn of(records: &dyn Records, places: &ThreadPlaces) -> Self {
        let mut changes: BTreeMap<String, (usize, usize)> = BTreeMap::new();
        let step = (records.len() / STRETCHES).max(LENGTH);
        for first in (0..records.len()).step_by(step) {
            let mut last: HashMap<String, Record> = HashMap::new();
            for record in (first..records.len().min(first + LENGTH)).filter_map(|n| records.read(n).ok()) {
                if record.columns.is_empty() {
                    continue;
                }
                let Some(name) = record.thread.clone().or_else(|| places.thread_in(&record)) else { continue };
                if let Some(before) = last.get(&name).filter(|before| are_close(before, &record)) {
                    for (column, value) in &record.columns {
                        let (pairs, changed) = changes.entry(column.clone()).or_default();
                        *pairs += 1;
                        let old = before.columns.iter().find(|(name, _)| name == column).map(|(_, value)| value);
                        *changed += usize::from(old != Some(value));
                    }
                }
                last.insert(name, record);
            }
        }
        let varies = |(pairs, changed): (usize, usize)| changed > 1 && changed * ONE_OF > pairs;
        Self { varying: changes.into_iter().filter(|(_, counts)| varies(*counts)).map(|(name, _)| name).collect() }
    }

    /// What tells the thread of this name that wrote the record from those of other nodes.
    pub(super) fn key(&self, record: &Record, name: &str) -> String {
        let mut key = without_class(name).to_owned();
        for (column, value) in &record.columns {
            let number = value.bytes().all(|b| b.is_ascii_digit());
            let id = value.len() >= 16 && value.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
            let steady = value.len() <= LONGEST && !number && !id && !self.varying.contains(column);
            if steady && !says_where_in_the_code(column) {
                key.push('\u{1f}');
                key.push_str(value);
            }
        }
        key
    }
}

fn are_close(before: &Record, now: &Record) -> bool {
    let at = |record: &Record| record.head.stamp.map(|stamp| stamp.civil.ns);
    at(before).zip(at(now)).is_some_and(|(before, now)| now.saturating_sub(before).abs() <= CLOSE)
}

/// A thread's name without the class that stands before it where a layout has nothing but a space between the two: another
/// class of the same thread is no other thread.
fn without_class(name: &str) -> &str {
    let is_class = |word: &str| {
        let mut parts = word.rsplit('.');
        let class = parts.next().is_some_and(|class| class.starts_with(|c: char| c.is_ascii_uppercase()));
        let mut packages = 0;
        let named = parts.all(|part| {
            packages += 1;
            part.starts_with(|c: char| c.is_ascii_lowercase())
                && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        });
        class && named && packages >= 2
    };
    name.split_once(' ')
        .filter(|(first, rest)| !rest.trim().is_empty() && is_class(first))
        .map_or(name, |(_, rest)| rest.trim())
}

/// What logging frameworks know of the place in the program.
fn says_where_in_the_code(column: &str) -> bool {
    ["class", "method", "file", "line", "location"].contains(&column)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logs::Log;
    use bytes::Bytes;
    use mwscope_parsers::log::Reader;

    fn keys(lines: &[String]) -> Vec<String> {
        let text = lines.join("\n");
        let told = Reader::told("%d %p %X{node} [%t] %X{place}: %m%n", text.as_bytes()).expect("a layout");
        let log = Log::in_memory(Bytes::from(text.into_bytes()), Some(told)).expect("a log");
        let places = ThreadPlaces::of(&log);
        let homes = Homes::of(&log, &places);
        let read = (0..log.len()).filter_map(|n| log.read(n).ok());
        read.map(|record| homes.key(&record, record.thread.as_deref().unwrap_or_default())).collect()
    }

    #[test]
    fn a_thread_is_one_whatever_its_records_speak_of_and_each_node_has_its_own() {
        let places = ["Dispatcher", "Program", "FaultHandler"];
        let line = |n: usize| {
            // Calls on both nodes take turns, each of three records.
            let (call, step) = (n / 3, n % 3);
            let (second, ms) = (call / 4, call % 4 * 200 + step);
            format!(
                "2026-01-13 10:15:{second:02},{ms:03} INFO node{} [worker-{}] {}: step",
                call % 2,
                call % 4 / 2,
                places[step]
            )
        };
        let found = keys(&(0..96).map(line).collect::<Vec<_>>());
        let distinct: BTreeSet<&String> = found.iter().collect();
        assert_eq!(found.len(), 96);
        assert_eq!(distinct.len(), 4, "{distinct:?}");
    }

    #[test]
    fn a_class_before_a_threads_name_is_no_part_of_it() {
        for (written, name) in [
            ("com.lawson.mws.m3.ProgramExecutor WorkerThread #16", "WorkerThread #16"),
            ("WorkerThread #16", "WorkerThread #16"),
            ("http-nio-8080-exec-7", "http-nio-8080-exec-7"),
            ("node1.example.com worker-3", "node1.example.com worker-3"),
            ("Java2D Disposer", "Java2D Disposer"),
            ("com.lawson.mws.Pool ", "com.lawson.mws.Pool "),
        ] {
            assert_eq!(without_class(written), name);
        }
    }
}

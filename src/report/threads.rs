//! Thread dumps written down: as the object for other programs, and for people.

mod alone;
mod logged;
mod people;
mod series;

use mwscope_parsers::m3::names;
use mwscope_parsers::threads::{Contention, Group, Kind, State, Thread, ThreadDump};
use mwscope_parsers::trace::Frame;
use serde_json::{Map, Value, json};

use alone::Alone;
pub use logged::{Last, last_records};
pub use people::{people, shown};

use crate::model::{Gathered, SourceId, ThreadsId};

/// Frames of a group that are named.
const TOP: usize = 8;

/// All thread dumps and what changed between them, as the object of the contract.
#[must_use]
pub fn json(gathered: &Gathered) -> Value {
    let dumps = gathered.threads.iter().enumerate();
    let dumps: Vec<Value> = dumps.map(|(n, (source, dump))| one(n, *source, dump, gathered)).collect();
    let changes: Vec<Value> = series::steps(gathered).iter().map(series::Step::json).collect();
    json!({"dumps": dumps, "changes": changes})
}

/// One thread dump as an object; `n` counts the dumps from 0.
#[must_use]
pub fn one(n: usize, source: SourceId, dump: &ThreadDump, gathered: &Gathered) -> Value {
    let states: Map<String, Value> = dump.by_state().iter().map(|(s, n)| (s.word().to_owned(), json!(n))).collect();
    let count = |kind| dump.threads.iter().filter(|t| t.kind == kind).count();
    let cpu = busiest(dump);
    let cpu = cpu.iter().map(|t| json!({"name": t.name, "ms": t.cpu_us.map(milliseconds)}));
    json!({
        "source": gathered.path(source),
        "id": ThreadsId(n).to_string(),
        "line": dump.line,
        "at": dump.at.map(|stamp| stamp.to_rfc3339()),
        "jvm": dump.jvm,
        "threads": dump.listed(),
        "daemon": dump.daemons(),
        "virtual": count(Kind::Virtual),
        "vm": count(Kind::Vm),
        "by_state": states,
        "deadlocks": dump.deadlocks(),
        "contended": dump.contended().iter().map(contended).collect::<Vec<_>>(),
        "groups": dump.groups().iter().map(|group| grouped(group, dump)).collect::<Vec<_>>(),
        "alone": alone::alone(dump).iter().map(Alone::json).collect::<Vec<_>>(),
        "names": dump.threads.iter().map(|t| t.name.as_str()).collect::<Vec<_>>(),
        "cpu": cpu.collect::<Vec<_>>(),
        "last_records": last_records(dump, gathered).iter().map(|last| last_record(last, gathered)).collect::<Vec<_>>(),
        "occasion": dump.occasion.as_ref().map(|o| json!({"event": o.event, "thread": o.thread})),
        "death": dump.death.as_ref().map(|d| json!({"cause": d.cause, "frame": d.frame, "thread": d.thread})),
    })
}

fn last_record(last: &Last, gathered: &Gathered) -> Value {
    json!({
        "thread": last.thread,
        "source": gathered.path(last.source),
        "line": last.record.head.line,
        "at": last.record.head.stamp.map(|stamp| stamp.to_rfc3339()),
        "text": crate::report::masked(last.record.text.trim_end()),
    })
}

fn contended(found: &Contention) -> Value {
    json!({
        "monitor": found.monitor,
        "class": found.class,
        "owner": found.owner,
        "waiters": found.waiters.len(),
        "names": found.waiters,
    })
}

fn grouped(group: &Group, dump: &ThreadDump) -> Value {
    let frames = frames_of(group, dump);
    json!({
        "count": group.names.len(),
        "state": group.state.map(State::word),
        "subsystem": subsystem(frames),
        "top_frames": frames.iter().take(TOP).map(ToString::to_string).collect::<Vec<_>>(),
        "names": group.names,
    })
}

fn frames_of<'d>(group: &Group, dump: &'d ThreadDump) -> &'d [Frame] {
    dump.threads.get(group.first).map_or(&[], |thread| &thread.frames)
}

/// The subsystem of the innermost frame that belongs to a known one.
fn subsystem(frames: &[Frame]) -> Option<&'static str> {
    frames.iter().find_map(|f| names::subsystem(&f.class)).map(names::Subsystem::word)
}

/// The ten threads that have used most CPU time, where the dump tells it.
fn busiest(dump: &ThreadDump) -> Vec<&Thread> {
    let mut threads: Vec<&Thread> = dump.threads.iter().filter(|t| t.cpu_us.is_some_and(|us| us > 0)).collect();
    threads.sort_by_key(|t| std::cmp::Reverse(t.cpu_us));
    threads.truncate(10);
    threads
}

fn milliseconds(micros: u64) -> f64 {
    micros as f64 / 1000.0
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use mwscope_parsers::threads;

    use super::*;
    use crate::model::{Source, SourceKind};

    const TEXT: &str = "2026-11-23 15:02:01\nFull thread dump X:\n\n\"a\" #1 prio=5 cpu=1.00ms tid=0x1 nid=0x1 runnable\n\
\x20  java.lang.Thread.State: BLOCKED (on object monitor)\n\tat mvx.app.pgm.CRS008.PE(CRS008.java:1)\n\t- waiting to lock <0xb> (a A)\n\n\
\"b\" #2 daemon prio=5 cpu=2.00ms tid=0x2 nid=0x2 runnable\n   java.lang.Thread.State: RUNNABLE\n\tat A.c(A.java:2)\n\t- locked <0xb> (a A)\n";

    fn gathered() -> Gathered {
        let later = TEXT.replace("15:02:01", "15:02:09").replace("cpu=2.00ms", "cpu=9.00ms");
        let source = SourceId(0);
        let mut gathered = Gathered::new();
        let path = "t.txt".to_owned();
        gathered.sources.push(Source { id: source, path, kind: SourceKind::Threads, items: 2, bytes: 1, layout: None });
        for text in [TEXT, later.as_str()] {
            gathered.threads.extend(threads::read(text.as_bytes()).into_iter().map(|dump| (source, Arc::new(dump))));
        }
        gathered
    }

    #[test]
    fn the_object_has_the_contracts_names() {
        let value = json(&gathered());
        let dump = &value["dumps"][0];
        assert_eq!((&dump["threads"], &dump["by_state"]), (&json!(2), &json!({"RUNNABLE": 1, "BLOCKED": 1})));
        let contended = &dump["contended"][0];
        assert_eq!((&contended["owner"], &contended["waiters"]), (&json!("b"), &json!(1)));
        let change = &value["changes"][0];
        assert_eq!((&change["from"], &change["to"]), (&json!("t0"), &json!("t1")));
        assert_eq!(change["cpu"], json!([{"name": "b", "ms": 7.0}]));
        assert_eq!(change["unmoved"].as_array().map(Vec::len), Some(2));
    }

    #[test]
    fn people_read_who_holds_up_whom() {
        let text = people(&gathered());
        assert!(text.contains("2 threads: 1 RUNNABLE, 1 BLOCKED"), "{text}");
        assert!(text.contains("\"b\" holds 0xb (A); 1 waits: \"a\""), "{text}");
        assert!(text.contains("From t0 to t1"), "{text}");
        assert!(text.contains("\"a\" has not moved: mvx.app.pgm.CRS008.PE(CRS008.java:1)"), "{text}");
    }
}

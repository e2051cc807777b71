//! The file of `jcmd PID Thread.dump_to_file -format=json`, of JDK 21 and later.
//!
//! <https://docs.oracle.com/en/java/javase/21/core/virtual-threads.html>. It must not know what the threads are for.

use std::collections::HashMap;

use serde_json::Value;

use super::hotspot::{identity, returning};
use super::value::{Kind, Lock, LockKind, State, Thread, ThreadDump};
use crate::dump::when;
use crate::{Span, trace};

/// Whether a text is such a file, as far as its beginning shows.
pub(super) fn is_one(text: &str) -> bool {
    let inner = text.trim_start().strip_prefix('{').map(str::trim_start);
    inner.is_some_and(|inner| inner.starts_with("\"threadDump\""))
}

/// The dump in the file; spans are bytes of the text. None where it was cut, since JSON has no parts.
pub(super) fn read(text: &str) -> Vec<ThreadDump> {
    let Ok(value) = serde_json::from_str::<Value>(text) else { return Vec::new() };
    let dump = &value["threadDump"];
    let containers = dump["threadContainers"].as_array().into_iter().flatten();
    let threads = containers.flat_map(|container| container["threads"].as_array().into_iter().flatten());
    let lines = lines_of_numbers(text);
    vec![ThreadDump {
        span: Span::new(0, text.len() as u64),
        line: 1,
        at: dump["time"].as_str().and_then(when::find),
        jvm: dump["runtimeVersion"].as_str().map(str::to_owned),
        threads: threads.map(|of| thread(of, &lines)).collect(),
        ..ThreadDump::default()
    }]
}

fn thread(of: &Value, lines: &HashMap<u64, u64>) -> Thread {
    // Numbers stand as texts up to JDK 24, as numbers afterwards.
    let id = of["tid"].as_u64().or_else(|| of["tid"].as_str()?.parse().ok());
    let frames = of["stack"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let mut thread = Thread {
        name: of["name"].as_str().unwrap_or_default().to_owned(),
        kind: if of["virtual"].as_bool() == Some(true) { Kind::Virtual } else { Kind::User },
        id,
        frames: frames.filter_map(trace::call).collect(),
        state: of["state"].as_str().and_then(State::from_word),
        locks: locks(of),
        line: id.and_then(|id| lines.get(&id).copied()).unwrap_or(1),
        ..Thread::default()
    };
    thread.locks.extend(returning(&thread));
    thread
}

/// What the thread waits for and holds, which stands there from JDK 24 on.
fn locks(of: &Value) -> Vec<Lock> {
    let lock = |kind, depth: u64, value: &Value| {
        let (object, class) = identity(value.as_str()?)?;
        Some(Lock { kind, object, class, depth: usize::try_from(depth).unwrap_or(usize::MAX), owner: None })
    };
    let wanted = [
        lock(LockKind::Entering, 0, &of["blockedOn"]),
        lock(LockKind::Waiting, 0, &of["waitingOn"]),
        lock(LockKind::Parking, 0, &of["parkBlocker"]["object"]),
    ];
    let owned = of["monitorsOwned"].as_array().into_iter().flatten().flat_map(|owned| {
        let depth = owned["depth"].as_u64().unwrap_or(0);
        let locks = owned["locks"].as_array().into_iter().flatten();
        locks.filter_map(move |value| lock(LockKind::Locked, depth, value))
    });
    wanted.into_iter().flatten().chain(owned).collect()
}

/// The lines on which the numbers of threads stand, from 1.
fn lines_of_numbers(text: &str) -> HashMap<u64, u64> {
    let number = |line: &str| line.trim_start().strip_prefix("\"tid\":")?.trim_matches([' ', ',', '"']).parse().ok();
    (1..).zip(text.lines()).filter_map(|(n, line)| Some((number(line)?, n))).collect()
}

//! What changed between two dumps of the same VM. It must not know how they were printed.

use std::collections::HashMap;

use super::analysis::stack_key;
use super::value::{Kind, State, Thread, ThreadDump};

/// What changed from one dump to the next.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Change {
    /// Threads that weren't there before, by name.
    pub appeared: Vec<String>,
    /// Threads that aren't there any more, by name.
    pub gone: Vec<String>,
    /// Threads in another state: name, state before, state after.
    pub states: Vec<(String, Option<State>, Option<State>)>,
    /// Threads whose stack is another, by name.
    pub moved: Vec<String>,
    /// Threads that are busy or held up and stand where they stood, as indices into the later dump's threads. Idle
    /// ones, which wait for work, are left out.
    pub stuck: Vec<usize>,
    /// CPU time used in between, in microseconds, by name; the busiest first.
    pub cpu: Vec<(String, u64)>,
}

/// Compares two dumps of one VM, the earlier one first.
#[must_use]
pub fn compare(earlier: &ThreadDump, later: &ThreadDump) -> Change {
    let mut before: HashMap<String, Vec<&Thread>> = HashMap::new();
    for thread in earlier.threads.iter().rev() {
        before.entry(key(thread)).or_default().push(thread);
    }
    let mut change = Change::default();
    for (at, thread) in later.threads.iter().enumerate() {
        match before.get_mut(&key(thread)).and_then(Vec::pop) {
            None => change.appeared.push(thread.name.clone()),
            Some(was) => change.note(at, was, thread),
        }
    }
    let mut gone: Vec<&Thread> = before.into_values().flatten().collect();
    gone.sort_by_key(|t| t.line);
    change.gone = gone.into_iter().map(|t| t.name.clone()).collect();
    change.cpu.sort_by_key(|(_, used)| std::cmp::Reverse(*used));
    change
}

impl Change {
    fn note(&mut self, at: usize, was: &Thread, is: &Thread) {
        if was.state != is.state {
            self.states.push((is.name.clone(), was.state, is.state));
        }
        let moved = stack_key(was) != stack_key(is);
        if moved {
            self.moved.push(is.name.clone());
        } else if is_at_work(is) {
            self.stuck.push(at);
        }
        if let (Some(then), Some(now)) = (was.cpu_us, is.cpu_us) {
            let used = now.saturating_sub(then);
            if used > 0 {
                self.cpu.push((is.name.clone(), used));
            }
        }
    }
}

/// A thread is the same one where name and address, or name and number, are.
fn key(thread: &Thread) -> String {
    let id = thread.tid.clone().or_else(|| thread.id.map(|id| id.to_string()));
    format!("{}\0{}", thread.name, id.unwrap_or_default())
}

/// Whether a thread has something to do: it runs, or wants a lock. A native method of the JDK waits for something from
/// outside, though its state is called runnable.
fn is_at_work(thread: &Thread) -> bool {
    let in_native = thread
        .frames
        .first()
        .is_some_and(|f| f.line.is_none() && ["java.", "sun.", "jdk."].iter().any(|p| f.class.starts_with(p)));
    match thread.state {
        Some(State::Blocked) => true,
        Some(State::Runnable) => thread.kind != Kind::Vm && !thread.frames.is_empty() && !in_native,
        _ => false,
    }
}

//! What a thread dump shows: states, deadlocks, who holds up whom, who does the same. It must not know how the dump
//! was printed.

use std::collections::BTreeMap;
use std::collections::HashMap;

use super::value::{Kind, LockKind, State, Thread, ThreadDump};
use crate::trace::fingerprint::stable;

/// A lock that threads wait to get into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contention {
    /// Its address or identity.
    pub monitor: String,
    /// Its class.
    pub class: String,
    /// The thread that holds it; `None` where the dump doesn't show it.
    pub owner: Option<String>,
    /// The threads that wait, by name, in the order of the dump.
    pub waiters: Vec<String>,
}

/// Threads that do exactly the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Their state.
    pub state: Option<State>,
    /// The names, in the order of the dump; at least two.
    pub names: Vec<String>,
    /// Index of the first of them in [`ThreadDump::threads`], whose frames are those of all.
    pub first: usize,
}

impl ThreadDump {
    /// How many threads it lists; `None` where it has no list, as what a dying VM leaves may have none.
    #[must_use]
    pub const fn listed(&self) -> Option<usize> {
        if self.threads.is_empty() && self.death.is_some() { None } else { Some(self.threads.len()) }
    }

    /// How many of its threads are daemons; `None` where it doesn't say which.
    #[must_use]
    pub fn daemons(&self) -> Option<usize> {
        let count = || self.threads.iter().filter(|thread| thread.kind == Kind::Daemon).count();
        self.listed().filter(|_| self.tells_daemons).map(|_| count())
    }

    /// How many threads are in each state, by the state's order; threads of the VM have none.
    #[must_use]
    pub fn by_state(&self) -> Vec<(State, usize)> {
        let mut counts = BTreeMap::new();
        for state in self.threads.iter().filter_map(|t| t.state) {
            *counts.entry(state).or_insert(0) += 1;
        }
        counts.into_iter().collect()
    }

    /// The deadlocks, each as the names of its threads: those that the VM found, else the cycles of threads that wait
    /// for each other.
    #[must_use]
    pub fn deadlocks(&self) -> Vec<Vec<String>> {
        if !self.found_deadlocks.is_empty() {
            return self.found_deadlocks.clone();
        }
        cycles(&self.waits_for())
            .into_iter()
            .map(|cycle| cycle.into_iter().map(|t| self.threads[t].name.clone()).collect())
            .collect()
    }

    /// The locks that threads wait to get into, those with most waiters first.
    #[must_use]
    pub fn contended(&self) -> Vec<Contention> {
        let owners = self.owners();
        let mut found: Vec<Contention> = Vec::new();
        let mut places: HashMap<&str, usize> = HashMap::new();
        for thread in &self.threads {
            let Some((lock, class, said)) = wanted(thread, &owners) else { continue };
            let at = *places.entry(lock).or_insert_with(|| {
                let owner = owners.get(lock).map(|t| self.threads[*t].name.clone()).or_else(|| said.map(str::to_owned));
                found.push(Contention {
                    monitor: lock.to_owned(),
                    class: class.to_owned(),
                    owner,
                    waiters: Vec::new(),
                });
                found.len() - 1
            });
            found[at].waiters.push(thread.name.clone());
        }
        found.sort_by_key(|c| std::cmp::Reverse(c.waiters.len()));
        found
    }

    /// Threads with the same state and the same stack, larger groups first; threads without a stack are left out.
    #[must_use]
    pub fn groups(&self) -> Vec<Group> {
        let mut places: HashMap<String, usize> = HashMap::new();
        let mut found: Vec<Group> = Vec::new();
        for (at, thread) in self.threads.iter().enumerate().filter(|(_, t)| !t.frames.is_empty()) {
            let place = *places.entry(stack_key(thread)).or_insert_with(|| {
                found.push(Group { state: thread.state, names: Vec::new(), first: at });
                found.len() - 1
            });
            found[place].names.push(thread.name.clone());
        }
        found.retain(|g| g.names.len() > 1);
        found.sort_by_key(|g| std::cmp::Reverse(g.names.len()));
        found
    }

    /// Who is inside each lock, as indices into the threads.
    fn owners(&self) -> HashMap<&str, usize> {
        let mut owners = HashMap::new();
        for (lock, name) in &self.found_owners {
            owners.extend(self.threads.iter().position(|t| t.name == *name).map(|at| (lock.as_str(), at)));
        }
        for (at, thread) in self.threads.iter().enumerate() {
            for lock in thread.locks.iter().filter(|l| l.kind == LockKind::Locked) {
                let Some(object) = lock.object.as_deref().filter(|o| !has_left(thread, o, lock.depth)) else {
                    continue;
                };
                owners.entry(object).or_insert(at);
            }
            for object in thread.owned.iter().filter_map(|l| l.object.as_deref()) {
                owners.entry(object).or_insert(at);
            }
        }
        owners
    }

    /// For each thread the one that it waits for.
    fn waits_for(&self) -> Vec<Option<usize>> {
        let owners = self.owners();
        let by_name: HashMap<&str, usize> =
            self.threads.iter().enumerate().map(|(at, t)| (t.name.as_str(), at)).collect();
        let target = |thread: &Thread| {
            let (lock, _, said) = wanted(thread, &owners)?;
            owners.get(lock).copied().or_else(|| by_name.get(said?).copied())
        };
        self.threads.iter().map(target).collect()
    }
}

/// The stack of a thread as text that is the same for threads that do the same.
pub(super) fn stack_key(thread: &Thread) -> String {
    let mut key = thread.state.map_or("", State::word).to_owned();
    for frame in &thread.frames {
        key.push('\n');
        key.push_str(stable(&frame.class));
        key.push('.');
        key.push_str(&frame.method);
        if let Some(line) = frame.line {
            key.push_str(&format!(":{line}"));
        }
    }
    key
}

/// Whether a thread left a monitor that its stack names as locked: it is in `Object.wait` on it. Where the VM doesn't
/// know any more which one that is, the line that tells of its way back names it, else it is the innermost.
fn has_left(thread: &Thread, object: &str, depth: usize) -> bool {
    let named = thread.locks.iter().any(|l| l.kind == LockKind::Returning);
    thread.locks.iter().any(|l| match (l.kind, l.object.as_deref()) {
        (LockKind::Waiting | LockKind::Returning, Some(known)) => known == object,
        (LockKind::Waiting, None) if !named => {
            let innermost = thread.locks.iter().filter(|l| l.kind == LockKind::Locked).map(|l| l.depth).min();
            innermost == Some(depth)
        }
        _ => false,
    })
}

/// The lock that a thread wants to get into, its class, and its owner where the line says so.
fn wanted<'t>(thread: &'t Thread, owners: &HashMap<&str, usize>) -> Option<(&'t str, &'t str, Option<&'t str>)> {
    let lock = thread.locks.iter().find(|l| match l.kind {
        LockKind::Entering => true,
        // JDK 9 to 11 say `waiting to re-lock in wait()` of every monitor that a thread has left, notified or not; before
        // JDK 9 a thread on its way back shows by its state only. So the state decides.
        LockKind::Waiting | LockKind::Returning => thread.state == Some(State::Blocked) && l.object.is_some(),
        LockKind::Parking => {
            is_lock(&l.class) || l.owner.is_some() || l.object.as_deref().is_some_and(|o| owners.contains_key(o))
        }
        LockKind::Locked => false,
    })?;
    Some((lock.object.as_deref()?, &lock.class, lock.owner.as_deref()))
}

/// Whether a class of `java.util.concurrent` is a lock that one thread holds, not a condition or a queue.
fn is_lock(class: &str) -> bool {
    class.contains("ReentrantLock$") || class.contains("ReentrantReadWriteLock$") || class.ends_with("StampedLock")
}

/// The cycles in a graph where each node points at one other at most.
fn cycles(next: &[Option<usize>]) -> Vec<Vec<usize>> {
    let mut found = Vec::new();
    let mut seen_in = vec![usize::MAX; next.len()];
    for start in 0..next.len() {
        let mut path = Vec::new();
        let mut at = Some(start);
        while let Some(node) = at.filter(|n| seen_in[*n] == usize::MAX) {
            seen_in[node] = start;
            path.push(node);
            at = next[node];
        }
        // Met on this very walk: a cycle begins there.
        if let Some(begin) = at.filter(|n| seen_in[*n] == start).and_then(|n| path.iter().position(|p| *p == n)) {
            let cycle = path.split_off(begin);
            if cycle.len() > 1 {
                found.push(cycle);
            }
        }
    }
    found
}

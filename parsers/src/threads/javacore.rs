//! Javacores of OpenJ9 and IBM's VM: every line starts with a tag that says what it is.
//!
//! <https://eclipse.dev/openj9/docs/dump_javadump/>. It must not know what the threads mean.

use super::value::{Death, Kind, Lock, LockKind, Occasion, State, Thread, ThreadDump};
use crate::trace;
use crate::{Civil, Span, Stamp};

/// Whether a text is a javacore.
pub(super) fn is_one(text: &str) -> bool {
    let head: String = text.chars().take(4096).collect();
    head.contains("0SECTION")
        && (head.contains("1TISIGINFO") || head.contains("TITLE subcomponent") || head.contains("3XMTHREADINFO"))
}

/// The dump in a javacore; spans are bytes of the text.
pub(super) fn read(text: &str) -> Vec<ThreadDump> {
    let mut dump = ThreadDump { span: Span::new(0, text.len() as u64), line: 1, ..ThreadDump::default() };
    let mut thread: Option<Thread> = None;
    let mut deadlock: Vec<String> = Vec::new();
    let mut monitors: Vec<Monitor> = Vec::new();
    let (mut current, mut module) = (false, Vec::new());
    for (number, line) in (1u64..).zip(text.lines()) {
        let Some((tag, rest)) = line.split_once(char::is_whitespace) else { continue };
        let rest = rest.trim();
        match tag {
            "1TIDATETIME" | "1TIDATETIMEUTC" if dump.at.is_none() => dump.at = time(rest),
            "1TISIGINFO" if dump.occasion.is_none() => dump.occasion = occasion(rest),
            "1XHEXCPMODULE" => module.extend(in_module(rest)),
            "1XMCURTHDINFO" => current = true,
            "1CIJAVAVERSION" if dump.jvm.is_none() => dump.jvm = Some(rest.to_owned()),
            "3XMTHREADINFO" => {
                dump.threads.extend(thread.take());
                if let Some(occasion) = dump.occasion.as_mut().filter(|_| std::mem::take(&mut current)) {
                    occasion.thread = quoted(rest);
                }
                // The current thread stands above the others, and may stand among them again.
                let known = |t: &Thread| dump.threads.iter().any(|k| t.tid.is_some() && k.tid == t.tid);
                thread = header(rest).filter(|t| !known(t)).map(|t| Thread { line: number, ..t });
            }
            // The same threads are listed again by their CPU time, by a table or in other sections.
            "0SECTION" => dump.threads.extend(thread.take()),
            "1LKDEADLOCK" => push(&mut dump.found_deadlocks, &mut deadlock),
            "2LKREGMON" => monitors.push(Monitor::default()),
            "3LKMONOBJECT" => monitors.extend(monitor(rest)),
            "3LKWAITER" | "3LKWAITNOTIFY" => {
                if let (Some(monitor), Some(name)) = (monitors.last_mut(), quoted(rest)) {
                    let kind = if tag == "3LKWAITER" { LockKind::Entering } else { LockKind::Waiting };
                    let tid = rest.split_once("J9VMThread:").map(|(_, tid)| id(tid).to_owned());
                    monitor.waiters.push((kind, name, tid));
                }
            }
            "2LKDEADLOCKTHR" => deadlock.extend(quoted(rest)),
            _ => {
                dump.tells_daemons |= rest.contains("isDaemon:");
                if let Some(thread) = &mut thread {
                    detail(thread, tag, rest);
                }
            }
        }
    }
    dump.threads.extend(thread);
    push(&mut dump.found_deadlocks, &mut deadlock);
    monitors.into_iter().for_each(|monitor| monitor.told(&mut dump));
    dump.death = dump.occasion.as_ref().filter(|occasion| is_end(&occasion.event)).map(|occasion| Death {
        cause: occasion.event.clone(),
        frame: (!module.is_empty()).then(|| module.join(" ")),
        thread: occasion.thread.clone(),
    });
    // A tag quoted in a log is no javacore.
    let says = !dump.threads.is_empty() || dump.at.is_some() || dump.occasion.is_some();
    says.then_some(dump).into_iter().collect()
}

/// `Dump Event "systhrow" (00040000) Detail "java/lang/OutOfMemoryError" "Java heap space" received`
fn occasion(rest: &str) -> Option<Occasion> {
    let event = rest.strip_prefix("Dump Event ").unwrap_or(rest);
    let event = event.strip_suffix("received").unwrap_or(event).trim_end();
    (!event.is_empty()).then(|| Occasion { event: event.to_owned(), thread: None })
}

/// Whether an event is the VM's end: a fault or an abort. After others it goes on.
fn is_end(event: &str) -> bool {
    ["\"gpf\"", "\"abort\"", "\"traceassert\""].iter().any(|end| event.starts_with(end))
}

/// `Module: /opt/ibm/lib/libj9jit29.so`, `Symbol: sendResolve`; the rest are addresses.
fn in_module(rest: &str) -> Option<&str> {
    let name = ["Module:", "Symbol:"].iter().find_map(|said| rest.strip_prefix(said))?.trim();
    (!name.is_empty()).then_some(name)
}

/// A monitor as the section of locks lists it. One of the VM's own has no object, and its waiters are nobody's.
#[derive(Default)]
struct Monitor {
    object: Option<String>,
    owner: Option<String>,
    /// What each waits for, its name and its address.
    waiters: Vec<(LockKind, String, Option<String>)>,
}

impl Monitor {
    /// Adds what it says to the threads: not every VM says at the thread what it is blocked on.
    fn told(self, dump: &mut ThreadDump) {
        let Some(lock) = self.object else { return };
        for (kind, name, tid) in self.waiters {
            let by_tid = dump.threads.iter().position(|t| tid.is_some() && t.tid == tid);
            let Some(at) = by_tid.or_else(|| dump.threads.iter().position(|t| t.name == name)) else { continue };
            let waiter = &mut dump.threads[at];
            if waiter.locks.iter().all(|lock| lock.kind == LockKind::Locked) {
                waiter.locks.push(Lock { owner: self.owner.clone(), ..object(&lock, kind, 0) });
            }
        }
        dump.found_owners.extend(self.owner.map(|owner| (lock, owner)));
    }
}

/// `java/lang/Integer@0x1/0x2: Flat locked by "W1" (J9VMThread:0x3), entry count 1`, `...: owner "W1" (...)`,
/// `...: <unowned>`
fn monitor(rest: &str) -> Option<Monitor> {
    let (object, owner) = rest.split_once(": ")?;
    Some(Monitor { object: Some(object.trim().to_owned()), owner: quoted(owner), waiters: Vec::new() })
}

/// The address at the start of a text.
fn id(text: &str) -> &str {
    text.split([',', ')', ' ']).next().unwrap_or(text)
}

fn push(deadlocks: &mut Vec<Vec<String>>, names: &mut Vec<String>) {
    // A cycle is closed by its first thread, named again.
    if names.len() > 1 && names.first() == names.last() {
        names.pop();
    }
    if !names.is_empty() {
        deadlocks.push(std::mem::take(names));
    }
}

/// `"main" J9VMThread:0x1, omrthread_t:0x2, java/lang/Thread:0x3, state:R, prio=5`; up to Java 5
/// `"main" (TID:0x1, sys_thread_t:0x2, state:CW, native ID:0x3) prio=5`
fn header(rest: &str) -> Option<Thread> {
    let name = quoted(rest)?;
    let behind = rest.get(rest.find('"')? + 1 + name.len() + 1..)?;
    let fact =
        |key: &str| behind.split([',', '(', ')']).find_map(|part| part.trim().strip_prefix(key)).map(str::to_owned);
    let letter = fact("state:");
    let state = match letter.as_deref() {
        Some("R") => Some(State::Runnable),
        Some("CW" | "P") => Some(State::Waiting),
        Some("B" | "MW") => Some(State::Blocked),
        Some("Z") => Some(State::Terminated),
        _ => None,
    };
    Some(Thread {
        name,
        state,
        tid: fact("J9VMThread:").or_else(|| fact("TID:")),
        nid: fact("native ID:"),
        priority: fact("prio=").and_then(|p| p.parse().ok()),
        detail: letter,
        ..Thread::default()
    })
}

fn detail(thread: &mut Thread, tag: &str, rest: &str) {
    match tag {
        "3XMTHREADINFO1" => {
            thread.nid = rest
                .split_once("native thread ID:")
                .map(|(_, id)| id.split([',', ')']).next().unwrap_or_default().to_owned());
        }
        "3XMCPUTIME" => thread.cpu_us = cpu(rest),
        "3XMJAVALTHREAD" => {
            let digits = rest.split_once("getId:0x").map(|(_, behind)| id(behind));
            thread.id = digits.and_then(|digits| u64::from_str_radix(digits, 16).ok());
            if rest.contains("isDaemon:true") {
                thread.kind = Kind::Daemon;
            }
        }
        "4XESTACKTRACE" => {
            let call = rest.strip_prefix("at ").unwrap_or(rest);
            thread.frames.extend(frame(call));
        }
        "5XESTACKTRACE" => {
            if let Some((_, lock)) = rest.split_once("entered lock: ") {
                let lock = lock.split(',').next().unwrap_or(lock);
                thread.locks.push(object(lock, LockKind::Locked, thread.frames.len()));
            }
        }
        "3XMTHREADBLOCK" => thread.locks.extend(block(rest)),
        _ => {}
    }
}

/// `java/lang/Object.wait(Native Method)`: classes have slashes.
fn frame(call: &str) -> Option<crate::trace::Frame> {
    let open = call.find('(')?;
    let name = call[..open].replace('/', ".");
    trace::call(&format!("{name}{}", &call[open..]))
}

/// `Blocked on: java/lang/Object@0x1 Owned by: "other" (J9VMThread:0x2, ...)`
fn block(rest: &str) -> Option<Lock> {
    let (kind, rest) =
        [("Blocked on: ", LockKind::Entering), ("Waiting on: ", LockKind::Waiting), ("Parked on: ", LockKind::Parking)]
            .iter()
            .find_map(|(said, kind)| Some((*kind, rest.strip_prefix(said)?)))?;
    let (lock, owner) = rest.split_once(" Owned by: ").unwrap_or((rest, ""));
    let mut found = object(lock.trim(), kind, 0);
    found.owner = quoted(owner);
    Some(found)
}

fn object(text: &str, kind: LockKind, depth: usize) -> Lock {
    let class = text.split('@').next().unwrap_or(text).replace('/', ".");
    Lock { kind, object: Some(text.to_owned()), class, depth, owner: None }
}

fn quoted(text: &str) -> Option<String> {
    let start = text.find('"')? + 1;
    let rest = &text[start..];
    // Names may hold quotes; behind the last one stand a bracket or an address.
    let end = rest
        .find("\" J9VMThread:")
        .or_else(|| rest.find("\" ("))
        .or_else(|| rest.find("\" TID:"))
        .or_else(|| rest.rfind('"'))?;
    Some(rest[..end].to_owned())
}

/// `CPU usage total: 0.053448000 secs, user: ...`
fn cpu(rest: &str) -> Option<u64> {
    let seconds = rest.split_once("CPU usage total: ")?.1.split_whitespace().next()?.parse::<f64>().ok()?;
    (0.0..1e9).contains(&seconds).then_some((seconds * 1e6).round() as u64)
}

/// `Date: 2015/07/17 at 09:46:27:261`, in UTC where it says so.
fn time(rest: &str) -> Option<Stamp> {
    let utc = rest.contains("(UTC)");
    let digits: Vec<u32> = rest.split(|c: char| !c.is_ascii_digit()).filter_map(|p| p.parse().ok()).collect();
    let [y, mo, d, h, mi, s, rest @ ..] = digits.as_slice() else { return None };
    let millis = rest.first().copied().unwrap_or(0).min(999);
    let civil = Civil::new(i32::try_from(*y).ok()?, *mo, *d, *h, *mi, *s, millis * 1_000_000)?;
    Some(Stamp { civil, offset_s: utc.then_some(0), digits: if rest.is_empty() { 0 } else { 3 }, has_date: true })
}

//! The first line of a thread, in each of the notations. It must not know what stands below it.

use super::value::{Kind, Lock, LockKind, State, Thread};

/// The thread that a line begins; `None` for any other line.
///
/// ```text
/// "main" #1 [2340] daemon prio=5 os_prio=0 cpu=42.42ms elapsed=2.5s tid=0x00 nid=0x74 waiting on condition  [0x00]
/// "RMI TCP Connection(23)" id=3149 in RUNNABLE (running in native)
/// "pool-1" daemon prio=5 Id=12 TIMED_WAITING on java.lang.Object@1b owned by "other" Id=13
/// #22 "pool-1" virtual
/// "http-1" - Thread t@45
/// ```
pub(super) fn read(line: &str) -> Option<Thread> {
    if let Some(rest) = line.strip_prefix('#') {
        return numbered(rest);
    }
    if let Some(rest) = line.strip_prefix("Thread ") {
        return unnamed(rest);
    }
    let rest = line.strip_prefix('"')?;
    // A name may hold quotes, and what looks like a header: it ends at the last one that has the rest of one behind it.
    rest.rmatch_indices('"').find_map(|(at, _)| {
        let behind = rest[at + 1..].strip_prefix(' ')?;
        let mut thread = by_number(behind).or_else(|| facts(behind))?;
        rest[..at].clone_into(&mut thread.name);
        Some(thread)
    })
}

/// `- Thread t@45`, as VisualVM writes it.
fn by_number(behind: &str) -> Option<Thread> {
    let id = behind.strip_prefix("- Thread t@")?.parse().ok()?;
    Some(Thread { id: Some(id), ..Thread::default() })
}

/// `4711: (state = BLOCKED)`, by a debugger up to JDK 8: the number in the operating system and the VM's state, which
/// is `BLOCKED` for whatever a thread waits for.
fn unnamed(rest: &str) -> Option<Thread> {
    let (number, state) = rest.split_once(": (state = ")?;
    number.parse::<u32>().ok()?;
    let status = state.strip_suffix(')')?.to_owned();
    Some(Thread { name: format!("Thread {number}"), nid: Some(number.to_owned()), status, ..Thread::default() })
}

/// `22 "name" virtual`, in files of `jcmd Thread.dump_to_file`.
fn numbered(rest: &str) -> Option<Thread> {
    let (id, rest) = rest.split_once(' ')?;
    let id = id.parse().ok()?;
    let rest = rest.strip_prefix('"')?;
    let (name, behind) = rest.rsplit_once('"')?;
    let mut words = behind.split_whitespace();
    let kind = match words.next() {
        None => Kind::User,
        Some("virtual") => Kind::Virtual,
        // Later JDKs add the state and the time.
        Some(word) if State::from_word(word).is_some() => Kind::User,
        Some(_) => return None,
    };
    let state = behind.split_whitespace().find_map(State::from_word);
    Some(Thread { name: name.to_owned(), kind, id: Some(id), state, ..Thread::default() })
}

/// What stands behind the name; `None` where it isn't a header's.
fn facts(behind: &str) -> Option<Thread> {
    let mut thread = Thread::default();
    let mut rest = behind;
    let mut known = 0;
    let mut priority_of_os = false;
    loop {
        rest = rest.trim_start();
        let (word, after) = rest.split_once(' ').unwrap_or((rest, ""));
        match word.split_once('=') {
            Some(("prio", value)) => thread.priority = value.parse().ok(),
            Some(("os_prio", _)) => priority_of_os = true,
            Some(("cpu", value)) => thread.cpu_us = micros(value),
            Some(("tid", value)) => thread.tid = Some(value.to_owned()),
            Some(("nid", value)) => thread.nid = Some(value.to_owned()),
            Some(("id" | "Id", value)) => thread.id = Some(value.parse().ok()?),
            Some(("elapsed" | "allocated" | "defined_classes" | "carrier", _)) => {}
            Some(_) => break,
            None if word == "daemon" => thread.kind = Kind::Daemon,
            None if word == "virtual" => thread.kind = Kind::Virtual,
            None if word.len() > 1 && word.starts_with('#') => thread.id = Some(word[1..].parse().ok()?),
            None if is_os_number(word) => {}
            None => break,
        }
        known += 1;
        rest = after;
        if rest.is_empty() {
            break;
        }
    }
    let named = thread.tid.is_some() || thread.nid.is_some() || thread.priority.is_some() || priority_of_os;
    if known == 0 || !(named || thread.id.is_some()) {
        return None;
    }
    if thread.nid.is_some() || thread.tid.is_some() {
        // The VM's own threads have no priority in Java.
        if thread.priority.is_none() && thread.id.is_none() {
            thread.kind = Kind::Vm;
        }
        thread.status = rest.split('[').next().unwrap_or(rest).trim().to_owned();
        return Some(thread);
    }
    stated(rest, thread)
}

/// `[2340]`, the number in the operating system.
fn is_os_number(word: &str) -> bool {
    word.strip_prefix('[').and_then(|w| w.strip_suffix(']')).is_some_and(|w| w.bytes().all(|b| b.is_ascii_digit()))
}

/// State and lock behind the number, as `ThreadInfo` prints them.
fn stated(rest: &str, mut thread: Thread) -> Option<Thread> {
    let rest = rest.strip_prefix("in ").unwrap_or(rest);
    let (word, behind) = rest.split_once(' ').unwrap_or((rest, ""));
    thread.state = Some(State::from_word(word)?);
    rest.clone_into(&mut thread.status);
    let behind = behind.trim();
    if let Some(detail) = behind.strip_prefix('(').and_then(|d| d.strip_suffix(')')) {
        thread.detail = Some(detail.to_owned());
    }
    if let Some(lock) = behind.strip_prefix("on ") {
        let (lock, owner) = match lock.split_once(" owned by \"") {
            Some((lock, owner)) => (lock, owner.rsplit_once('"').map(|(name, _)| name.to_owned())),
            None => (lock, None),
        };
        let object = lock.split_whitespace().next().unwrap_or_default();
        let class = object.split('@').next().unwrap_or(object).to_owned();
        let kind = match thread.state {
            Some(State::Blocked) => LockKind::Entering,
            _ if class.starts_with("java.util.concurrent.locks.") => LockKind::Parking,
            _ => LockKind::Waiting,
        };
        thread.locks.push(Lock { kind, object: Some(object.to_owned()), class, depth: 0, owner });
    }
    Some(thread)
}

/// `42.42ms` in microseconds.
fn micros(text: &str) -> Option<u64> {
    let (number, factor) = match text.strip_suffix("ms") {
        Some(number) => (number, 1000.0),
        None => (text.strip_suffix('s')?, 1_000_000.0),
    };
    let value = number.replace(',', ".").parse::<f64>().ok()? * factor;
    (value.is_finite() && (0.0..1e15).contains(&value)).then_some(value.round() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(line: &str) -> Option<String> {
        let t = read(line)?;
        let number = |n: Option<u64>| n.map_or_else(|| "-".to_owned(), |n| n.to_string());
        Some(format!("{}|{:?}|{}|{}|{}", t.name, t.kind, number(t.id), number(t.cpu_us), t.status))
    }

    #[test]
    fn headers_of_every_notation() {
        for (line, expected) in [
            (
                "\"main\" #1 prio=5 os_prio=0 cpu=42.42ms elapsed=2.54s tid=0x0 nid=0x743b waiting on condition  [0x0]",
                "main|User|1|42420|waiting on condition",
            ),
            (
                "\"main\" #1 [6403] daemon prio=5 os_prio=31 cpu=19.30ms elapsed=1.27s tid=0x1 nid=6403 runnable  [0x1]",
                "main|Daemon|1|19300|runnable",
            ),
            (
                "\"x\" daemon prio=10 tid=0x0804f800 nid=0x1e in Object.wait() [0xb6..0xb7]",
                "x|Daemon|-|-|in Object.wait()",
            ),
            (
                "\"VM Thread\" os_prio=0 cpu=1.30ms elapsed=2.52s tid=0x0 nid=0x7441 runnable  ",
                "VM Thread|Vm|-|1300|runnable",
            ),
            ("\"VM Thread\" prio=10 tid=0x0 nid=0x7441 runnable ", "VM Thread|User|-|-|runnable"),
            (
                "\"M3 job #7 \"quoted\"\" #34 daemon prio=5 tid=0x0 nid=0x1 runnable",
                "M3 job #7 \"quoted\"|Daemon|34|-|runnable",
            ),
            ("\"a #1 prio=5\" #41 prio=5 tid=0x0 nid=0x2 runnable", "a #1 prio=5|User|41|-|runnable"),
            (
                "\"VirtualThread[#21]\" #21 virtual [21] prio=5 tid=0x0 nid=0x1 runnable",
                "VirtualThread[#21]|Virtual|21|-|runnable",
            ),
            ("\"RMI(23)\" id=3149 in RUNNABLE (running in native)", "RMI(23)|User|3149|-|RUNNABLE (running in native)"),
            ("\"p\" Id=12 TIMED_WAITING on java.lang.Object@1b", "p|User|12|-|TIMED_WAITING on java.lang.Object@1b"),
            ("#22 \"\" virtual", "|Virtual|22|-|"),
            ("\"http-1\" - Thread t@45", "http-1|User|45|-|"),
            ("#1 \"main\"", "main|User|1|-|"),
            ("\"\" #30 virtual", ""),
        ] {
            assert_eq!(show(line).unwrap_or_default(), expected, "{line}");
        }
    }

    #[test]
    fn other_lines_with_quotes() {
        for line in [
            "\"MWS-worker-1\":",
            "\"a\" is a word",
            "\"x\"",
            "# a heading",
            "#1 CRS008",
            "",
            "\"id=5\" said he",
            "\"prio=5",
        ] {
            assert_eq!(show(line), None, "{line}");
        }
    }

    #[test]
    fn the_lock_and_its_owner() {
        let thread = read("\"p\" Id=12 BLOCKED on java.lang.Object@1b owned by \"o \"q\"\" Id=13").expect("a thread");
        assert_eq!(thread.locks[0].kind, LockKind::Entering);
        assert_eq!(thread.locks[0].owner.as_deref(), Some("o \"q\""));
    }
}

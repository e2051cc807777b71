//! Thread dumps as HotSpot prints them, by themselves or inside a log. It must not know what the dumps mean.

mod lines;
mod time;

pub(super) use time::is_time;

use std::borrow::Cow;

use super::header;
use super::value::{Kind, Lock, LockKind, State, Thread, ThreadDump};
use crate::trace::{self, Frame};
use crate::{Span, Stamp};
use lines::{Line, Lines};
use time::{introduced, time_alone};

/// What a dump begins with.
pub(super) const OPENING: &str = "Full thread dump";

/// The lines behind its first one on which the end of a thread's name is looked for.
const NAME_LINES: u64 = 4;

/// What stands above the threads where a debugger asked for them (`jstack -F`, `jhsdb jstack`).
const BY_DEBUGGER: &str = "Deadlock Detection:";

/// What stands before a thread's state.
const STATE: &str = "java.lang.Thread.State:";

/// What a debugger writes before it names the VM's version.
const VERSION: &str = "JVM version is ";

/// Whether a line opens a dump.
pub(super) fn opens(line: &str) -> bool {
    line.contains(OPENING) || line == BY_DEBUGGER
}

/// Whether a line may stand before a dump in a file of its own: a process id, a time, a version.
pub(super) fn may_precede(line: &str) -> bool {
    let line = line.trim();
    let id = line.strip_suffix(':').unwrap_or(line);
    let debugger = ["Attaching to ", "Debugger attached ", "Server compiler ", "Client compiler ", VERSION];
    id.bytes().all(|b| b.is_ascii_digit())
        || time_alone(line).is_some()
        || is_version(line)
        || debugger.iter().any(|said| line.starts_with(said))
}

/// Whether a line can stand right below a thread's header: its state, or a frame.
pub(super) fn is_below(line: &str) -> bool {
    let trimmed = line.trim();
    trimmed.starts_with(STATE) || trimmed.strip_prefix("at ").is_some_and(|call| trace::call(call).is_some())
}

/// Every dump in the text; spans are bytes of the text.
pub(super) fn read(text: &str) -> Vec<ThreadDump> {
    let mut reader = Reader::default();
    for line in Lines::new(text) {
        reader.line(&line);
    }
    reader.finish()
}

#[derive(Default)]
struct Reader<'a> {
    done: Vec<ThreadDump>,
    dump: Option<ThreadDump>,
    /// Where the dump's last understood line ends.
    end: usize,
    thread: Option<Thread>,
    /// The lines of a thread's name that has a break in it, as far as read: where they start, their number, the text.
    name: Option<(usize, u64, String)>,
    part: Part,
    /// A time on a line of its own: its start, its number, and the stamp.
    time: Option<(usize, u64, Stamp)>,
    /// The last line that isn't blank.
    last: &'a str,
    /// The VM's version on the line below the time, in files of `jcmd Thread.dump_to_file`.
    version: Option<String>,
    deadlock: Vec<String>,
    /// The lines of a name in the list of a deadlock, as far as read.
    begun: Option<String>,
    /// The lock that the last line of a deadlock named.
    wanted: Option<String>,
}

/// Where in a dump the reader is.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Part {
    /// Between threads, where no frame belongs to anything.
    #[default]
    Between,
    /// In the lines below a thread's header.
    Stack,
    /// In the list of locks of `java.util.concurrent` that a thread owns.
    Owned,
    /// In a virtual thread that is mounted on the thread above.
    Mounted,
    /// In the list of who waits for whom in a deadlock.
    Deadlock,
    /// In the stacks of deadlocked threads, which were printed before.
    Again,
}

impl<'a> Reader<'a> {
    fn line(&mut self, line: &Line<'a>) {
        self.take(line);
        if !line.text.trim().is_empty() {
            self.last = line.text;
        }
    }

    fn take(&mut self, line: &Line<'a>) {
        let text = line.text.trim_end();
        let name = self.name.take();
        // A thread may be called like the line that opens a dump.
        if let Some(thread) = header::read(text) {
            return self.begin(line, thread);
        }
        if let Some((first, thread)) = name.and_then(|begun| self.named_on(begun, line, text)) {
            return self.begin(&first, thread);
        }
        if opens(text) {
            return self.open(line, text);
        }
        if self.dump.is_some() && self.inside(line, text) {
            self.end = line.end;
            // A time further up isn't that of a dump further down.
            self.time = None;
            return;
        }
        if self.dump.is_some() && self.part == Part::Between && text.starts_with(['"', '#']) {
            self.name = Some((line.start, line.number, text.to_owned()));
        }
        if let Some(stamp) = time_alone(text) {
            self.time = Some((line.start, line.number, stamp));
            self.version = None;
        } else if self.time.is_some() && is_version(text) {
            self.version = Some(text.to_owned());
        } else if let Some(version) = text.strip_prefix(VERSION) {
            self.version = Some(version.to_owned());
        } else if !text.is_empty() {
            self.time = None;
        }
    }

    /// The thread whose name has a break in it and ends on this line, with its first line; what isn't at its end yet is
    /// kept for the next line.
    fn named_on(
        &mut self,
        (start, number, mut name): (usize, u64, String),
        line: &Line<'a>,
        text: &str,
    ) -> Option<(Line<'a>, Thread)> {
        name.push('\n');
        name.push_str(text);
        let thread = header::read(&name);
        if thread.is_none() && line.number < number + NAME_LINES {
            self.name = Some((start, number, name));
        }
        Some((Line { start, number, ..*line }, thread?))
    }

    fn open(&mut self, line: &Line<'a>, text: &str) {
        self.close();
        let mut dump = ThreadDump { span: Span::new(line.start as u64, 0), line: line.number, ..ThreadDump::default() };
        // Behind a prefix, the time is known for one only now.
        let above = || line.above.and_then(|(start, number, text)| Some((start, number, time_alone(text)?)));
        if let Some((start, number, stamp)) = self.time.take().or_else(above) {
            dump.span.offset = start as u64;
            dump.line = number;
            dump.at = Some(stamp);
        } else {
            dump.at = introduced(line.raw).or_else(|| introduced(self.last));
        }
        let jvm = text.split_once(OPENING).map_or("", |(_, jvm)| jvm).trim().trim_end_matches(':').trim();
        dump.jvm = (!jvm.is_empty()).then(|| jvm.to_owned()).or_else(|| self.version.take());
        self.end = line.end;
        self.dump = Some(dump);
    }

    fn begin(&mut self, line: &Line<'a>, mut thread: Thread) {
        self.end_thread();
        if self.part == Part::Again || self.part == Part::Deadlock {
            self.end_deadlock();
        }
        if self.dump.is_none() {
            // The beginning is lost, or the tool prints none: a file of numbered threads has its time above.
            let (start, number, at) = match self.time.take() {
                Some((start, number, at)) => (start, number, Some(at)),
                None => (line.start, line.number, introduced(self.last)),
            };
            let jvm = self.version.take();
            self.dump =
                Some(ThreadDump { span: Span::new(start as u64, 0), line: number, at, jvm, ..ThreadDump::default() });
        }
        self.time = None;
        thread.line = line.number;
        if let Some(dump) = &mut self.dump {
            // Both stand beside the word; files of `jcmd Thread.dump_to_file`, debuggers and VisualVM have neither.
            dump.tells_daemons |= thread.priority.is_some() || thread.tid.is_some();
        }
        self.thread = Some(thread);
        self.part = Part::Stack;
        self.end = line.end;
    }

    /// A line within a dump; false where it doesn't belong to it.
    fn inside(&mut self, line: &Line<'_>, text: &str) -> bool {
        let trimmed = text.trim_start();
        if text.is_empty() {
            if matches!(self.part, Part::Stack | Part::Mounted) {
                self.part = Part::Between;
            }
            return false;
        }
        if trimmed.starts_with("Found one Java-level deadlock") || trimmed.starts_with("Found a Java-level deadlock") {
            self.end_thread();
            self.end_deadlock();
            self.part = Part::Deadlock;
            return true;
        }
        match self.part {
            Part::Deadlock => return self.in_deadlock(trimmed),
            Part::Again => return self.in_stacks_again(trimmed),
            _ => {}
        }
        if trimmed.starts_with("JNI global ref") || trimmed == "Heap" {
            self.end_thread();
            self.part = Part::Between;
            return true;
        }
        if trimmed.starts_with("Locked ownable synchronizers:") || trimmed.starts_with("Locked synchronizers:") {
            self.part = Part::Owned;
            return self.thread.is_some();
        }
        if trimmed.starts_with("Mounted virtual thread") {
            self.part = Part::Mounted;
            return self.thread.is_some();
        }
        let indented = line.text.starts_with([' ', '\t']);
        match self.part {
            Part::Owned => self.owned(trimmed),
            Part::Stack | Part::Mounted if indented => self.stack(trimmed),
            _ => false,
        }
    }

    fn stack(&mut self, trimmed: &str) -> bool {
        let mounted = self.part == Part::Mounted;
        let Some(thread) = &mut self.thread else { return false };
        if let Some(state) = trimmed.strip_prefix(STATE) {
            set_state(thread, state.trim());
            return true;
        }
        if let Some(id) = trimmed.strip_prefix("Carrying virtual thread #") {
            thread.carries = id.trim().parse().ok();
            return true;
        }
        if let Some(frame) = seen_by_debugger(trimmed) {
            thread.frames.push(frame);
            return true;
        }
        if let Some(lock) = lock(trimmed, thread.frames.len()) {
            // The locks of a mounted thread are held while its carrier runs it.
            thread.locks.extend(lock);
            return true;
        }
        let call = trimmed.strip_prefix("at ").unwrap_or(trimmed);
        match trace::call(call) {
            Some(frame) if !mounted => {
                thread.frames.push(frame);
                true
            }
            Some(_) => true,
            None => trimmed.starts_with("No compile task") || trimmed.starts_with("Compiling:"),
        }
    }

    fn owned(&mut self, trimmed: &str) -> bool {
        let Some(thread) = &mut self.thread else { return false };
        let Some(entry) = trimmed.strip_prefix("- ") else {
            self.part = Part::Between;
            return false;
        };
        if entry.trim() == "None" {
            return true;
        }
        let (object, class) = object(entry).or_else(|| identity(entry)).unwrap_or((None, entry.trim().to_owned()));
        thread.owned.push(Lock { kind: LockKind::Locked, object, class, depth: 0, owner: None });
        true
    }

    /// A line of the list; a name with a break in it goes on over several.
    fn in_deadlock(&mut self, trimmed: &str) -> bool {
        let said = match self.begun.take() {
            Some(begun) => format!("{begun}\n{trimmed}").into(),
            None => Cow::Borrowed(trimmed),
        };
        let quoted = said.strip_prefix("which is held by ").unwrap_or(&said);
        let open = quoted.starts_with('"') && !quoted.trim_end_matches([':', ',']).ends_with('"');
        if open && said.lines().count() <= NAME_LINES as usize {
            self.begun = Some(said.into_owned());
            return true;
        }
        self.of_deadlock(&said)
    }

    fn of_deadlock(&mut self, trimmed: &str) -> bool {
        if trimmed.starts_with("Java stack information for the threads listed above") {
            self.part = Part::Again;
            return true;
        }
        if let Some(name) = trimmed.strip_prefix('"').and_then(|t| t.strip_suffix("\":")) {
            self.deadlock.push(name.to_owned());
            return true;
        }
        if trimmed.starts_with("waiting ") {
            self.wanted = wanted_address(trimmed).map(str::to_owned);
            return true;
        }
        if let Some(owner) = trimmed.strip_prefix("which is held by \"") {
            let owner = owner.trim_end_matches(',');
            let owner = owner.strip_suffix('"').unwrap_or(owner).to_owned();
            if let (Some(lock), Some(dump)) = (self.wanted.take(), &mut self.dump) {
                dump.found_owners.push((lock, owner));
            }
            return true;
        }
        trimmed.starts_with("====") || trimmed.starts_with("which is held by") || trimmed.starts_with("in JNI")
    }

    fn in_stacks_again(&mut self, trimmed: &str) -> bool {
        if trimmed.starts_with("Found ") && trimmed.contains("deadlock")
            || trimmed == "Heap"
            || trimmed.starts_with("JNI global")
        {
            self.end_deadlock();
            self.part = Part::Between;
            return true;
        }
        let named = trimmed.starts_with('"') && trimmed.ends_with("\":");
        named || trimmed.starts_with("====") || trimmed.starts_with("at ") || trimmed.starts_with("- ")
    }

    fn end_deadlock(&mut self) {
        let names = std::mem::take(&mut self.deadlock);
        if let Some(dump) = self.dump.as_mut().filter(|_| !names.is_empty()) {
            dump.found_deadlocks.push(names);
        }
    }

    fn end_thread(&mut self) {
        if let (Some(mut thread), Some(dump)) = (self.thread.take(), &mut self.dump) {
            thread.locks.extend(returning(&thread));
            dump.threads.push(thread);
        }
    }

    fn close(&mut self) {
        self.end_thread();
        self.end_deadlock();
        self.part = Part::Between;
        let Some(mut dump) = self.dump.take() else { return };
        dump.span.len = (self.end as u64).saturating_sub(dump.span.offset);
        states_from_headers(&mut dump);
        self.done.push(dump);
    }

    fn finish(mut self) -> Vec<ThreadDump> {
        self.close();
        // `Full thread dump` in prose has no threads below it.
        self.done.retain(|dump| !dump.threads.is_empty() || dump.at.is_some());
        self.done
    }
}

/// The monitor that a thread on its way back from `Object.wait` wants: files of `jcmd Thread.dump_to_file` name it only
/// among the locked ones.
pub(super) fn returning(thread: &Thread) -> Option<Lock> {
    let waits = thread.frames.first().is_some_and(|f| f.class == "java.lang.Object" && f.method.starts_with("wait"));
    let unsaid = thread.locks.iter().all(|lock| lock.kind == LockKind::Locked);
    let innermost = thread.locks.first().filter(|_| waits && unsaid && thread.state == Some(State::Blocked))?;
    Some(Lock { kind: LockKind::Returning, ..innermost.clone() })
}

/// `TIMED_WAITING (sleeping)`
fn set_state(thread: &mut Thread, text: &str) {
    let (word, detail) = text.split_once(' ').unwrap_or((text, ""));
    thread.state = State::from_word(word);
    let detail = detail.trim().trim_start_matches('(').trim_end_matches(')');
    thread.detail = (!detail.is_empty()).then(|| detail.to_owned());
}

/// `- java.lang.Object.wait(long) @bci=0, line=502 (Compiled frame; information may be imprecise)`
fn seen_by_debugger(trimmed: &str) -> Option<Frame> {
    let (call, place) = trimmed.strip_prefix("- ")?.split_once(" @bci=")?;
    let frame = trace::call(&format!("{}(Unknown Source)", call.split('(').next()?))?;
    let number = |text: &str| text.split(|c: char| !c.is_ascii_digit()).next()?.parse::<u32>().ok();
    let line = place.split_once("line=").and_then(|(_, line)| number(line));
    // No source file stands there, and no line for native methods and hidden classes.
    let instead = number(place).map(|at| format!("bci {at}").into());
    Some(Frame { line, instead, ..frame })
}

/// The lock on a line `- locked <0x...> (a java.lang.Object)`; `Some(None)` for lines that name no lock.
#[allow(clippy::option_option, reason = "no such line, a line without a lock, and a lock are three things")]
fn lock(trimmed: &str, depth: usize) -> Option<Option<Lock>> {
    let text = trimmed.strip_prefix("- ")?;
    const KINDS: [(&str, LockKind); 7] = [
        ("waiting to lock", LockKind::Entering),
        ("waiting to re-lock in wait()", LockKind::Returning),
        ("waiting on the Class initialization monitor for", LockKind::Entering),
        ("waiting on", LockKind::Waiting),
        ("parking to wait for", LockKind::Parking),
        ("locked", LockKind::Locked),
        ("blocked on", LockKind::Entering),
    ];
    let Some((kind, rest)) = KINDS.iter().find_map(|(said, kind)| Some((*kind, text.strip_prefix(said)?))) else {
        return Some(None);
    };
    let (object, class) = object(rest).or_else(|| identity(rest)).unwrap_or((None, rest.trim().to_owned()));
    // VisualVM: `- waiting to lock <7d5c3> (a java.lang.Object) owned by "hot" t@46`
    let owner = rest.split_once(" owned by \"").and_then(|(_, owner)| owner.rsplit_once("\" t@"));
    Some(Some(Lock { kind, object, class, depth, owner: owner.map(|(name, _)| name.to_owned()) }))
}

/// `<0x000000069ec19610> (a java.lang.Object)`, `<java.lang.Object@5b3ba181>`: address and class; `<no object reference available>` has neither.
fn object(text: &str) -> Option<(Option<String>, String)> {
    let (_, rest) = text.split_once('<')?;
    let (address, rest) = rest.split_once('>')?;
    if let Some(found) = identity(address) {
        return Some(found);
    }
    let class = rest.trim_start_matches([',', ' ', '(']);
    let class = class.split(')').next().unwrap_or(class).trim_end();
    let class = class.strip_prefix("a ").unwrap_or(class);
    let known = address.starts_with("0x") || address.bytes().all(|b| b.is_ascii_hexdigit());
    Some((known.then(|| address.to_owned()), class.to_owned()))
}

/// The address in `waiting to lock monitor 0x1 (object 0x2, a java.lang.Object),` and
/// `waiting for ownable synchronizer 0x2, (a java.util...),`: the one that stands in the stacks.
fn wanted_address(text: &str) -> Option<&str> {
    let from = text.split_once("(object ").or_else(|| text.split_once("synchronizer "))?.1;
    from.split([',', ' ', ')']).next().filter(|a| a.starts_with("0x"))
}

/// `java.util.concurrent.locks.ReentrantLock$NonfairSync@166fba`, as `ThreadInfo` prints it.
pub(super) fn identity(text: &str) -> Option<(Option<String>, String)> {
    let word = text.split_whitespace().next()?;
    let (class, _) = word.split_once('@')?;
    Some((Some(word.to_owned()), class.to_owned()))
}

/// Before JDK 6 no state was printed; the end of the header says as much.
fn states_from_headers(dump: &mut ThreadDump) {
    if dump.threads.iter().any(|t| t.state.is_some()) {
        return;
    }
    for thread in dump.threads.iter_mut().filter(|t| t.kind != Kind::Vm && t.priority.is_some()) {
        thread.state = match thread.status.as_str() {
            "runnable" => Some(State::Runnable),
            "waiting for monitor entry" => Some(State::Blocked),
            "in Object.wait()" => Some(State::Waiting),
            "sleeping" => Some(State::TimedWaiting),
            _ => None,
        };
    }
}

/// `21.0.2+13-58`
fn is_version(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
        && text.len() < 60
        && !text.contains(char::is_whitespace)
        && !text.contains(':')
}

//! The file that HotSpot leaves when it dies (`hs_err_pid4711.log`): why, in which thread, and which threads there were.
//!
//! <https://docs.oracle.com/en/java/javase/21/troubleshoot/fatal-error-log.html>. It must not know what the threads are
//! for.

use std::borrow::Cow;

use super::value::{Death, Kind, Thread, ThreadDump};
use crate::dump::when;
use crate::trace::{self, Frame};
use crate::{Span, Stamp};

/// Whether a text is such a file.
pub(super) fn is_one(text: &str) -> bool {
    comments(text).next().is_some_and(is_opening)
}

/// Whether a line is the first of such a file that says something.
pub(super) fn opens(line: &str) -> bool {
    line.starts_with('#') && is_opening(line.trim_start_matches('#').trim())
}

fn is_opening(said: &str) -> bool {
    const OPENINGS: [&str; 3] = [
        "A fatal error has been detected by the Java Runtime",
        "There is insufficient memory for the Java Runtime",
        "An unexpected error has been detected by",
    ];
    OPENINGS.iter().any(|opening| said.starts_with(opening))
}

/// What the file says; spans are bytes of the text.
pub(super) fn read(text: &str) -> Vec<ThreadDump> {
    let mut dump =
        ThreadDump { span: Span::new(0, text.len() as u64), line: 1, tells_daemons: true, ..ThreadDump::default() };
    let mut death = Death { cause: cause(text), ..Death::default() };
    let (mut died, mut java_frames) = (None, Vec::new());
    let mut part = "";
    for (number, line) in (1..).zip(text.lines()) {
        match line {
            "Java Threads: ( => current thread )" | "Other Threads:" => part = line,
            _ if line.starts_with("Java frames:") => part = "Java frames:",
            "" => part = "",
            _ => {}
        }
        match part {
            "Java frames:" => java_frames.extend(frame(line)),
            "" => {}
            _ => dump.threads.extend(thread(line).map(|found| Thread { line: number, ..found })),
        }
        if let Some(current) = line.strip_prefix("Current thread ") {
            died = thread(current).map(|found| Thread { line: number, ..found });
        }
        // JDK 8 writes it small, on a line of its own.
        let time = line.strip_prefix("Time: ").or_else(|| line.strip_prefix("time: "));
        dump.at = dump.at.or_else(|| at(time?));
    }
    let mut head = comments(text);
    dump.jvm = head.find_map(|line| line.strip_prefix("Java VM:")).map(|vm| vm.trim().to_owned());
    death.frame = head.skip_while(|line| *line != "Problematic frame:").nth(1).map(str::to_owned);
    death.thread = died.as_ref().map(|thread: &Thread| thread.name.clone());
    match dump.threads.iter_mut().find(|found| death.thread.as_ref() == Some(&found.name)) {
        Some(listed) => listed.frames = java_frames,
        // The list is cut off, or was never written.
        None => dump.threads.extend(died.map(|thread| Thread { frames: java_frames, ..thread })),
    }
    dump.death = Some(death);
    vec![dump]
}

/// `Wed Nov 25 09:18:42 2026 UTC elapsed time: 0.369758 seconds`; other zones are the machine's own, by a short name.
fn at(text: &str) -> Option<Stamp> {
    let text = text.split("elapsed").next()?;
    let utc = text.split_whitespace().any(|word| matches!(word, "UTC" | "GMT"));
    when::find(text).map(|stamp| if utc { Stamp { offset_s: Some(0), ..stamp } } else { stamp })
}

/// What the comments on top say, without their signs; empty lines left out.
fn comments(text: &str) -> impl Iterator<Item = &str> {
    let lines = text.lines().skip_while(|line| line.trim().is_empty()).take_while(|line| line.starts_with('#'));
    lines.map(|line| line.trim_start_matches('#').trim()).filter(|line| !line.is_empty())
}

/// The signal, or what there wasn't enough memory for, with the sentence before it where that says more.
fn cause(text: &str) -> String {
    let mut head = comments(text);
    let said = head.next().unwrap_or_default();
    let more = head.next().unwrap_or_default();
    if said.contains("insufficient memory") {
        return format!("{said} {more}");
    }
    // The VM gave up by itself, and says why on the next line.
    let why = if more.starts_with("Internal Error") { head.next() } else { None };
    why.map_or_else(|| more.to_owned(), |why| format!("{more}: {why}"))
}

/// `=>0x00007f98 JavaThread "main" daemon [_thread_blocked, id=15865, stack(...)]`
fn thread(line: &str) -> Option<Thread> {
    let bare = line.trim_start_matches("=>").trim().trim_start_matches('(');
    let (address, rest) = bare.split_once([' ', ')'])?;
    let (class, rest) = rest.trim_start_matches([':', ' ']).split_once(' ')?;
    if !address.starts_with("0x") || !class.ends_with("Thread") {
        return None;
    }
    let (name, rest) = match rest.strip_prefix('"') {
        // Names may hold quotes.
        Some(quoted) => quoted.rsplit_once('"')?,
        None => (class, rest),
    };
    let facts = || rest.split(['[', ']', ',']).map(str::trim);
    Some(Thread {
        name: name.to_owned(),
        kind: match class {
            "JavaThread" if rest.trim_start().starts_with("daemon") => Kind::Daemon,
            "JavaThread" => Kind::User,
            _ => Kind::Vm,
        },
        tid: Some(address.to_owned()),
        nid: facts().find_map(|fact| fact.strip_prefix("id=")).map(str::to_owned),
        status: facts().find_map(|fact| fact.strip_prefix("_thread_")).unwrap_or_default().replace('_', " "),
        ..Thread::default()
    })
}

/// `j  a.B.c(Ljava/lang/String;)V+28 module@1`, `J 123 c2 a.B.c()V (23 bytes) @ 0x1 [0x2+0x3]`: no source, but how the
/// method was run, and how far in it the interpreter was.
fn frame(line: &str) -> Option<Frame> {
    if !line.starts_with(['j', 'J']) {
        return None;
    }
    let call = line.split_whitespace().find(|word| word.contains('(') && word.contains('.'))?;
    let (name, signature) = call.split_once('(')?;
    let at = signature.rsplit_once('+').and_then(|(_, at)| at.parse::<u32>().ok());
    let instead = match at {
        _ if line.starts_with('J') => Cow::Borrowed("compiled"),
        Some(at) => format!("interpreted, bci {at}").into(),
        None => Cow::Borrowed("interpreted"),
    };
    Some(Frame { instead: Some(instead), ..trace::call(&format!("{name}(Unknown Source)"))? })
}

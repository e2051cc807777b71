//! A thread dump in words: what matters in it, what its threads had logged last, and each of them with its stack.

use mwscope_parsers::threads::{LockKind, State, Thread, ThreadDump};

use crate::model::{EventRef, ThreadsId};
use crate::query::Surroundings;
use crate::report::{masked, threads as report};
use crate::tui::model::folds::FoldOf;
use crate::tui::model::text::Text;
use crate::tui::theme::Role;

/// What a thread dump says, in one line.
pub(in crate::tui) fn in_a_line(dump: &ThreadDump) -> String {
    let mut parts: Vec<String> = dump.listed().map(|threads| format!("{threads} threads")).into_iter().collect();
    if let Some(death) = &dump.death {
        parts.insert(0, format!("the VM died of {}", death.cause));
    }
    let deadlocks = dump.deadlocks().len();
    if deadlocks > 0 {
        parts.push(if deadlocks == 1 { "a deadlock".to_owned() } else { format!("{deadlocks} deadlocks") });
    }
    let waiting = dump.contended().iter().map(|found| found.waiters.len()).sum::<usize>();
    if waiting > 0 {
        parts.push(format!("{waiting} wait for a lock"));
    }
    parts.join(", ")
}

/// The thread dump in full.
pub(in crate::tui) fn page(around: &Surroundings, id: ThreadsId) -> Text {
    let mut out = Text::default();
    super::note(&mut out, around, EventRef::Threads(id));
    let Some((_, dump)) = around.gathered.thread_dump(id) else { return out };
    for line in report::shown(dump).lines() {
        let broken = line.starts_with("  DIED") || line.starts_with("  DEADLOCK");
        out.add(line, if broken { Role::Fail } else { Role::Plain });
    }
    let last = report::last_records(dump, &around.gathered);
    if !last.is_empty() {
        out.add("", Role::Plain).add("What its threads logged last", Role::Title);
    }
    let fold = out.fold_below(FoldOf::Lines);
    for last in last {
        let place = super::place(around, EventRef::Record(last.source, last.n));
        let text = masked(last.record.text.lines().next().unwrap_or_default());
        out.add_link(&format!("  {place}  {text}"), Role::Plain, EventRef::Record(last.source, last.n));
    }
    out.end_fold(fold);
    for thread in &dump.threads {
        all_of(&mut out, thread);
    }
    out
}

/// A thread with its whole stack, and with the locks between its frames.
fn all_of(out: &mut Text, thread: &Thread) {
    let state = thread.state.map_or("", State::word);
    let detail = thread.detail.as_ref().map(|detail| format!(" ({detail})")).unwrap_or_default();
    let status = if state.is_empty() { format!("  {}", thread.status) } else { String::new() };
    let role = if thread.state == Some(State::Blocked) { Role::Warn } else { Role::Title };
    out.add("", Role::Plain);
    let fold = out.fold(FoldOf::Lines);
    out.add(&masked(&format!("\"{}\"  {state}{detail}{status}", thread.name)), role);
    for depth in 0..=thread.frames.len() {
        for lock in thread.locks.iter().filter(|lock| lock.depth == depth) {
            let does = match lock.kind {
                LockKind::Locked => "locked",
                LockKind::Entering => "waits to get into",
                LockKind::Waiting => "waits in",
                LockKind::Returning => "must get back into",
                LockKind::Parking => "is parked on",
            };
            let object = lock.object.as_deref().unwrap_or("a lock");
            let owner = lock.owner.as_ref().map(|owner| format!(", owned by \"{owner}\"")).unwrap_or_default();
            out.add(&masked(&format!("      - {does} {object} ({}){owner}", lock.class)), Role::Dim);
        }
        if let Some(frame) = thread.frames.get(depth) {
            out.add(&format!("    at {frame}"), Role::Plain);
        }
    }
    for lock in &thread.owned {
        let object = lock.object.as_deref().unwrap_or("a lock");
        out.add(&format!("      - owns {object} ({})", lock.class), Role::Dim);
    }
    out.end_fold(fold);
}

/// The first lines of it.
pub(in crate::tui) fn preview(around: &Surroundings, id: ThreadsId) -> Vec<(String, Role)> {
    let Some((_, dump)) = around.gathered.thread_dump(id) else { return Vec::new() };
    report::shown(dump).lines().map(|line| (line.trim_start().to_owned(), Role::Plain)).collect()
}

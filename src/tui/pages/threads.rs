//! A thread dump in words: what matters in it, and what its threads had logged last.

use mwscope_parsers::threads::ThreadDump;

use crate::model::{EventRef, ThreadsId};
use crate::query::Surroundings;
use crate::report::threads as report;
use crate::tui::model::text::Text;
use crate::tui::theme::Role;

/// What a thread dump says, in one line.
pub(in crate::tui) fn in_a_line(dump: &ThreadDump) -> String {
    let mut parts = vec![format!("{} threads", dump.threads.len())];
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
    for last in last {
        let place = super::place(around, EventRef::Record(last.source, last.n));
        let text = crate::report::masked(last.record.text.lines().next().unwrap_or_default());
        out.add_link(&format!("  {place}  {text}"), Role::Plain, EventRef::Record(last.source, last.n));
    }
    out
}

/// The first lines of it.
pub(in crate::tui) fn preview(around: &Surroundings, id: ThreadsId) -> Vec<(String, Role)> {
    let Some((_, dump)) = around.gathered.thread_dump(id) else { return Vec::new() };
    report::shown(dump).lines().map(|line| (line.trim_start().to_owned(), Role::Plain)).collect()
}

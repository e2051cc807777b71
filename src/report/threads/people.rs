//! Thread dumps for people: of each what matters first, then what changed.

use std::fmt::Write;

use mwscope_parsers::threads::{Contention, Death, Group, Occasion, State, ThreadDump};

use super::alone::{self, Alone};
use super::series::{self, Step};
use super::{TOP, busiest, frames_of, last_records, milliseconds, subsystem};
use crate::model::{Gathered, ThreadsId};
use crate::report::safe;

/// The dumps for people.
#[must_use]
pub fn people(gathered: &Gathered) -> String {
    let mut out = String::new();
    for (n, (source, dump)) in gathered.threads.iter().enumerate() {
        if n > 0 {
            out.push('\n');
        }
        let at = dump.at.map_or_else(|| "no time".to_owned(), |at| at.to_rfc3339().replace('T', " "));
        let _infallible = writeln!(out, "{}  {at}  {}:{}", ThreadsId(n), safe::line(gathered.path(*source)), dump.line);
        one(&mut out, dump);
        logged(&mut out, dump, gathered);
    }
    for step in series::steps(gathered) {
        changes(&mut out, &step);
    }
    out
}

/// One dump for people, without its place and time.
#[must_use]
pub fn shown(dump: &ThreadDump) -> String {
    let mut out = String::new();
    one(&mut out, dump);
    out
}

fn logged(out: &mut String, dump: &ThreadDump, gathered: &Gathered) {
    let found = last_records(dump, gathered);
    if !found.is_empty() {
        let _infallible = writeln!(out, "  what its threads logged last");
    }
    for last in found.iter().take(TOP) {
        let text = crate::report::masked(last.record.text.lines().next().unwrap_or_default());
        let place = format!("{}:{}", gathered.path(last.source), last.record.head.line);
        let _infallible = writeln!(out, "      {}  {}", safe::line(&place), safe::line(&text));
    }
}

fn one(out: &mut String, dump: &ThreadDump) {
    let states: Vec<String> = dump.by_state().iter().map(|(s, count)| format!("{count} {}", s.word())).collect();
    if let Some(jvm) = &dump.jvm {
        let _infallible = writeln!(out, "  {}", safe::line(jvm));
    }
    match (&dump.death, &dump.occasion) {
        (Some(death), _) => died(out, death, dump),
        (None, Some(occasion)) => written(out, occasion, dump),
        (None, None) => {}
    }
    // The states in Java aren't in what a VM leaves when it dies.
    let states = if states.is_empty() { String::new() } else { format!(": {}", states.join(", ")) };
    let _infallible = match dump.listed() {
        Some(threads) => writeln!(out, "  {threads} threads{states}"),
        None => writeln!(out, "  its threads aren't listed"),
    };
    for deadlock in dump.deadlocks() {
        let _infallible = writeln!(out, "  DEADLOCK of {}", quoted(&deadlock, deadlock.len()));
    }
    dump.contended().iter().take(TOP).for_each(|found| held(out, found));
    dump.groups().iter().take(TOP).for_each(|group| alike(out, group, dump));
    let shown =
        dump.death.as_ref().map_or_else(|| dump.occasion.as_ref()?.thread.as_ref(), |death| death.thread.as_ref());
    let alone = alone::alone(dump).into_iter().filter(|alone| shown != Some(&alone.thread.name));
    let alone: Vec<Alone<'_>> = alone.collect();
    alone.iter().take(TOP).for_each(|thread| by_itself(out, thread));
    if alone.len() > TOP {
        let _infallible = writeln!(out, "  {} further threads of M3 do what no other does", alone.len() - TOP);
    }
    let used = |us: Option<u64>| milliseconds(us.unwrap_or(0)) / 1000.0;
    let cpu = busiest(dump);
    let cpu: Vec<String> =
        cpu.iter().take(3).map(|t| format!("\"{}\" {:.1} s", safe::line(&t.name), used(t.cpu_us))).collect();
    if !cpu.is_empty() {
        let _infallible = writeln!(out, "  most CPU time: {}", cpu.join(", "));
    }
}

/// Why the VM died, and what the thread did in which it did.
fn died(out: &mut String, death: &Death, dump: &ThreadDump) {
    let _infallible = writeln!(out, "  DIED of {}", safe::line(&death.cause));
    if let Some(at) = &death.frame {
        let _infallible = writeln!(out, "  in {}", safe::line(at));
    }
    in_thread(out, death.thread.as_deref(), dump);
}

/// Why a VM that went on wrote the dump, and what the thread did in which that came about.
fn written(out: &mut String, occasion: &Occasion, dump: &ThreadDump) {
    let _infallible = writeln!(out, "  written for {}", safe::line(&occasion.event));
    in_thread(out, occasion.thread.as_deref(), dump);
}

fn in_thread(out: &mut String, name: Option<&str>, dump: &ThreadDump) {
    let Some(name) = name else { return };
    let _infallible = writeln!(out, "  thread \"{}\"", safe::line(name));
    let frames = dump.threads.iter().find(|t| t.name == name).map_or(&[][..], |t| &t.frames);
    for top in frames.iter().take(TOP) {
        let _infallible = writeln!(out, "      at {}", safe::line(&top.to_string()));
    }
}

fn held(out: &mut String, found: &Contention) {
    let owner = found.owner.as_deref().map(|owner| format!("\"{}\"", safe::line(owner)));
    let owner = owner.unwrap_or_else(|| "nobody that the dump shows".to_owned());
    let wait = if found.waiters.len() == 1 { "waits" } else { "wait" };
    let (lock, class) = (safe::line(&found.monitor), safe::line(&found.class));
    let waiters = quoted(&found.waiters, 3);
    let _infallible = writeln!(out, "  {owner} holds {lock} ({class}); {} {wait}: {waiters}", found.waiters.len());
}

fn alike(out: &mut String, group: &Group, dump: &ThreadDump) {
    let frames = frames_of(group, dump);
    let state = group.state.map_or("no state", State::word);
    let whose = subsystem(frames).map(|s| format!(" of {s}")).unwrap_or_default();
    let names = quoted(&group.names, 3);
    let _infallible = writeln!(out, "  {} threads{whose} do the same, {state}: {names}", group.names.len());
    for top in frames.iter().take(3) {
        let _infallible = writeln!(out, "      at {}", safe::line(&top.to_string()));
    }
}

/// A thread of M3 that does what no other does: where it stands, and where that is in M3.
fn by_itself(out: &mut String, found: &Alone<'_>) {
    let state = found.thread.state.map_or("no state", State::word);
    let name = safe::line(&found.thread.name);
    let _infallible = writeln!(out, "  \"{name}\" of {}, {state}", found.subsystem.word());
    let top = found.thread.frames.first().filter(|top| *top != found.frame);
    for frame in top.into_iter().chain([found.frame]) {
        let _infallible = writeln!(out, "      at {}", safe::line(&frame.to_string()));
    }
}

fn changes(out: &mut String, step: &Step<'_>) {
    let change = &step.change;
    let counts = [
        ("appeared", change.appeared.len()),
        ("gone", change.gone.len()),
        ("in another state", change.states.len()),
        ("elsewhere in the code", change.moved.len()),
    ];
    let counts: Vec<String> = counts.iter().map(|(what, n)| format!("{n} {what}")).collect();
    let _infallible = writeln!(out, "\nFrom t{} to t{}", step.from, step.to);
    let _infallible = writeln!(out, "  threads: {}", counts.join(", "));
    for thread in step.stuck().take(TOP) {
        let top = thread.frames.first().map(ToString::to_string).unwrap_or_default();
        let _infallible = writeln!(out, "  \"{}\" has not moved: {}", safe::line(&thread.name), safe::line(&top));
    }
    for (name, us) in change.cpu.iter().take(3) {
        let _infallible = writeln!(out, "  \"{}\" used {:.1} ms of CPU time", safe::line(name), milliseconds(*us));
    }
}

/// Names in quotes, as many as are wanted.
fn quoted(names: &[String], most: usize) -> String {
    let shown: Vec<String> = names.iter().take(most).map(|name| format!("\"{}\"", safe::line(name))).collect();
    let more = if names.len() > most { ", ..." } else { "" };
    format!("{}{more}", shown.join(", "))
}

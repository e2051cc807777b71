//! All failures seen together in words, as `investigate --summary` has it; each line leads to its events.

use crate::model::{Cause, Comparison, Difference, Fact, Holds, Step, Tally};
use crate::query::Surroundings;
use crate::report::summary as report;
use crate::report::times::Times;
use crate::tui::model::summary::Told;
use crate::tui::theme::Role;
use crate::tui::widgets::wrap;

use super::time::date_clock;

/// Cells of the longest bar by time.
const LONGEST: usize = 40;

/// The summary, its prose broken at `width` cells.
pub(in crate::tui) fn summary(around: &Surroundings, width: usize) -> Told {
    let of = &around.investigation.summary;
    let mut told = Told::default();
    if of.failures == 0 {
        told.text.add("Nothing failed that could be summed up.", Role::Plain);
        return told;
    }
    let times = Times::of(&around.investigation);
    let until = of.until.map_or(String::new(), |stamp| format!(", seen until {}", times.stamp(&stamp)));
    told.text.add(&format!("{} failures of {} causes{until}", of.failures, of.causes.len()), Role::Title);
    told.text.add("Enter shows the events of a line on the time line", Role::Dim);
    told.text.add("", Role::Plain).add("Causes", Role::Title);
    for of_cause in &of.causes {
        cause(&mut told, of_cause, times, width);
    }
    tallies(&mut told, "By service", "service=", &of.services);
    tallies(&mut told, "By program", "program=", &of.programs);
    tallies(&mut told, "By user", "user:", &of.users);
    steps(&mut told, around);
    told
}

impl Told {
    fn lead(&mut self, line: &str, role: Role, filter: String) {
        self.leads.push((self.text.len(), filter));
        self.text.add(line, role);
    }
}

fn cause(told: &mut Told, of: &Cause, times: Times, width: usize) {
    let title = format!("{:<4} {:>6}  {}", of.id, of.failures, report::title(of));
    let mut lines = wrap(&title, width.saturating_sub(4).max(30)).into_iter();
    told.lead(&format!("  {}", lines.next().unwrap_or_default()), Role::Fail, format!("cause:{}", of.id));
    for line in lines {
        told.text.add(&format!("{:15}{line}", ""), Role::Fail);
    }
    let mut facts = vec![format!("layer {}", of.layer.word())];
    facts.extend(of.program.as_ref().map(|program| format!("program {program}")));
    facts.push(of.rule.map_or_else(|| "no rule explains it".to_owned(), |rule| format!("rule {rule}")));
    say(told, "", &facts.join("   "), Role::Dim, width);
    say(
        told,
        "seen",
        &report::when(of, times),
        if of.course.ongoing() == Some(true) { Role::Warn } else { Role::Plain },
        width,
    );
    say(told, "calls", &report::tallies(&of.operations), Role::Plain, width);
    say(told, "users", &report::tallies(&of.users), Role::Plain, width);
    for compared in &of.compared {
        for found in &compared.differences {
            differs(told, of, compared, found, width);
        }
    }
}

fn say(told: &mut Told, name: &str, text: &str, role: Role, width: usize) {
    if text.is_empty() {
        return;
    }
    for (n, line) in wrap(text, width.saturating_sub(24).max(30)).into_iter().enumerate() {
        let name = if n == 0 { name } else { "" };
        told.text.add(&format!("{:15}{name:<8} {line}", ""), role);
    }
}

/// What tells failing calls from others leads to all calls of which it holds.
fn differs(told: &mut Told, cause: &Cause, of: &Comparison, found: &Difference, width: usize) {
    let text = report::difference(of, found);
    let filter = match (&found.fact, &found.holds) {
        (Fact::Field(path), Holds::Is(value)) if !path.contains([' ', '"']) => {
            let name = path.rsplit('/').next().unwrap_or(path);
            format!("op={} el.{name}={}", quoted(&of.operation), quoted(value))
        }
        (Fact::Of(name @ ("user" | "company" | "client" | "host")), Holds::Is(value)) => {
            format!("op={} {name}:{}", quoted(&of.operation), quoted(value))
        }
        _ => format!("cause:{}", cause.id),
    };
    for (n, line) in wrap(&text, width.saturating_sub(24).max(30)).into_iter().enumerate() {
        let name = if n == 0 { "differs" } else { "" };
        let line = format!("{:15}{name:<8} {line}", "");
        if n == 0 {
            told.lead(&line, Role::Info, filter.clone());
        } else {
            told.text.add(&line, Role::Info);
        }
    }
}

fn tallies(told: &mut Told, heading: &str, field: &str, of: &[Tally]) {
    if of.is_empty() {
        return;
    }
    told.text.add("", Role::Plain).add(heading, Role::Title);
    for tally in of {
        let line = format!("  {:>6}  {}", report::counts(tally), report::named(tally));
        match tally.name.as_deref().filter(|name| !name.is_empty()) {
            Some(name) => told.lead(&line, Role::Plain, format!("{field}{} is:failed", quoted(name))),
            None => told.lead(&line, Role::Dim, "is:failed".to_owned()),
        }
    }
}

fn steps(told: &mut Told, around: &Surroundings) {
    let of = &around.investigation.summary;
    if of.steps.is_empty() {
        return;
    }
    let heading = format!("By time ({})", report::clock_name(&around.investigation));
    told.text.add("", Role::Plain).add(&heading, Role::Title);
    let most = of.steps.iter().map(|step| step.failures).max().unwrap_or(1).max(1);
    let times = Times::of(&around.investigation);
    for step in &of.steps {
        let bar = "#".repeat((step.failures * LONGEST).div_ceil(most));
        let line = format!(
            "  {}  {:>6} of {:<7} {bar}",
            report::step_name(step, of.step_ns, times),
            step.failures,
            step.calls
        );
        let role = if step.failures > 0 { Role::Plain } else { Role::Dim };
        told.lead(&line, role, within(step, of.step_ns, around.zone_minutes));
    }
}

/// The filter for the failures in a step of time. Steps are whole seconds, and both ends of a range are in it.
fn within(step: &Step, step_ns: i64, zone_minutes: i32) -> String {
    const SECOND: i64 = 1_000_000_000;
    let at = |ns: i64| date_clock(ns, zone_minutes).replace(' ', "T");
    let last = step.from_ns.saturating_add(step_ns).saturating_sub(SECOND);
    format!("time:{}..{} is:failed", at(step.from_ns), at(last.max(step.from_ns)))
}

fn quoted(value: &str) -> String {
    format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
}

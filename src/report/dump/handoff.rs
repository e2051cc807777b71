//! What a developer of an M3 program needs to mend it, as Markdown: version, place, stacks, and the values at the time
//! of failure.

use std::fmt::Write;

use mwscope_parsers::dump::{Dump, Fields};
use mwscope_parsers::trace::{Role, Trace};

use super::{Secrets, Telling, facts, meaning, shown, text};
use crate::model::GatheredDump;
use crate::report::{mask, safe};

/// Fields that go into a hand-off; a developer asks for the dump itself where these don't do.
const FIELDS: usize = 200;

/// The text to send on; `call` is the request that the program ran for, where that is known.
#[must_use]
pub fn handoff(found: &GatheredDump, telling: Telling, call: Option<&String>) -> String {
    let (dump, secrets) = (&found.dump, telling.secrets);
    let program = dump.program.as_deref().unwrap_or("M3 program");
    let summary = text(&dump.summary, secrets);
    let mut out = format!("# {}: {}\n\n{}\n\n", escaped(program), escaped(title(dump)), escaped(&summary));
    let _infallible = writeln!(out, "| | |\n|---|---|");
    for (name, value) in facts(dump, secrets).iter().filter(|(name, _)| *name != "java stack") {
        let _infallible = writeln!(out, "| {name} | {} |", escaped(value));
    }
    if let Some(advice) = dump.trace.as_ref().and_then(telling.explain) {
        let _infallible =
            writeln!(out, "\n**Cause:** {}\n\n**Remedy:** {}", escaped(&advice.cause), escaped(&advice.remedy));
    }
    if let Some(trace) = &dump.trace {
        let stack = printed(trace, secrets);
        let _infallible = writeln!(out, "\n## Java stack\n\n~~~~\n{}~~~~", stack.replace("~~~", "~ ~"));
    }
    match found.fields() {
        Ok(fields) if fields.is_empty() => {}
        Ok(fields) => values(&mut out, &fields, secrets),
        Err(error) => {
            let _infallible =
                writeln!(out, "\nThe field values can't be read any more: {}", escaped(&error.to_string()));
        }
    }
    if let Some(call) = call {
        let call = call.trim_end().replace("~~~~", "~ ~~");
        let _infallible = writeln!(out, "\n## The request behind it\n\n~~~~\n{call}\n~~~~");
    }
    out
}

fn values(out: &mut String, fields: &Fields, secrets: Secrets) {
    let _infallible = writeln!(out, "\n## Values at the time of failure\n\n| section | field | value |\n|---|---|---|");
    for field in fields.iter().take(FIELDS) {
        let section = field.section.unwrap_or_default();
        let mut value = shown(&field, secrets);
        if let Some((kind, meaning)) = meaning(&field, secrets) {
            let _infallible = write!(value, " = {meaning} ({kind})");
        }
        let _infallible = writeln!(out, "| {} | {} | {} |", escaped(section), escaped(field.name), escaped(&value));
    }
    if fields.len() > FIELDS {
        let _infallible = writeln!(out, "\n{} more in the dump.", fields.len() - FIELDS);
    }
}

fn title(dump: &Dump) -> &str {
    let exception = dump.exception.as_deref().and_then(|e| e.rsplit('.').next());
    exception.or(dump.failed_at.as_deref()).unwrap_or("abnormal termination")
}

/// The trace as Java prints it.
fn printed(trace: &Trace, secrets: Secrets) -> String {
    let mut out = String::new();
    for throwable in &trace.throwables {
        let caption = match throwable.role {
            Role::Outer => "",
            Role::Suppressed | Role::Circular { suppressed: true } => "Suppressed: ",
            Role::Wrapper => "Wrapped by: ",
            Role::Cause | Role::Circular { suppressed: false } => "Caused by: ",
        };
        let message = throwable.message.as_deref().map(|m| format!(": {}", text(m, secrets))).unwrap_or_default();
        if !throwable.exception.is_empty() {
            let _infallible = writeln!(out, "{caption}{}{message}", throwable.exception);
        }
        for frame in &throwable.frames {
            let _infallible = writeln!(out, "    at {frame}");
        }
        if throwable.further > 0 {
            let _infallible = writeln!(out, "    ({} further frames are in the dump)", throwable.further);
        }
        if throwable.more > 0 {
            let _infallible = writeln!(out, "    ... {} more", throwable.more);
        }
    }
    mask::masked(&out).into_owned()
}

/// A text in one cell of a Markdown table.
fn escaped(text: &str) -> String {
    let line: String = safe::lines(text).chars().map(|c| if matches!(c, '\n' | '\t') { ' ' } else { c }).collect();
    line.replace('\\', "\\\\").replace('|', "\\|").replace('<', "&lt;").replace('`', "\\`")
}

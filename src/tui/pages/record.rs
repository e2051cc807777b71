//! A log record in words: one line for the list, all of it for its page. Frames of the container, of proxies and of
//! reflection fold; own frames, messages and each `Caused by` stay.

use mwscope_parsers::trace::{Frame, Role as Hangs, Throwable, Trace};

use crate::model::{EventRef, Record};
use crate::query::Surroundings;
use crate::tui::model::details::RecordRef;
use crate::tui::model::folds::FoldOf;
use crate::tui::model::page::View;
use crate::tui::model::text::Text;
use crate::tui::theme::Role;

use super::source_name;
use super::time::{as_written, date_clock};

/// A record in one line: its message's first line, and what else there is.
pub(in crate::tui) fn first_line(record: &Record) -> String {
    let mut text = record.message.lines().find(|l| !l.trim().is_empty()).unwrap_or("").trim_start().to_owned();
    if let Some(outer) = record.trace.as_ref().and_then(|t| t.throwables.first()) {
        let class = outer.exception.rsplit('.').next().unwrap_or(&outer.exception);
        if !text.contains(class) {
            text.push_str(if text.is_empty() { "" } else { "  " });
            text.push_str(class);
        }
    }
    if record.head.lines > 1 {
        text.push_str(&format!("  +{} lines", record.head.lines - 1));
    }
    text
}

/// A record in full.
pub(in crate::tui) fn record(around: &Surroundings, at: RecordRef, record: &Record, view: View) -> Text {
    let mut out = Text::default();
    match view {
        View::Raw => {
            out.add(&record.text, Role::Plain);
        }
        View::Hex => hex(&mut out, around, at, record),
        View::Pretty | View::Fields => {
            facts(&mut out, around, at, record);
            out.add("", Role::Plain);
            message(&mut out, record, view);
            if let Some(thrown) = &record.trace {
                out.add("", Role::Plain);
                trace(&mut out, thrown, "");
            }
        }
    }
    out
}

fn facts(out: &mut Text, around: &Surroundings, at: RecordRef, record: &Record) {
    let mut row = |name: &str, value: &str| {
        out.add(&format!("{name:10} {value}"), Role::Dim);
    };
    for line in around.notes.get(&EventRef::Record(at.0, at.1)).into_iter().flat_map(|note| note.lines()) {
        row("note", line);
    }
    let head = &record.head;
    let lines = if head.lines == 1 { String::new() } else { format!(" to {}", head.line + u64::from(head.lines) - 1) };
    row("source", &format!("{}  line {}{lines}", source_name(&around.gathered, at.0), head.line));
    if let Some(moment) = around.moment(EventRef::Record(at.0, at.1)) {
        let doubt = moment.uncertainty_ns / 1_000_000;
        let shown = date_clock(moment.utc_ns, around.zone_minutes);
        row("time", &format!("{shown}  +-{doubt} ms by {}", moment.basis.word()));
    }
    if let Some(stamp) = &head.stamp {
        row("as written", if record.at_text.is_empty() { as_written(stamp) } else { record.at_text.clone() }.as_str());
    }
    for (name, value) in [("level", &record.level), ("thread", &record.thread), ("logger", &record.logger)] {
        if let Some(value) = value {
            row(name, value);
        }
    }
    for (name, value) in record.columns.iter().filter(|(_, value)| !value.is_empty()) {
        row(name, value);
    }
}

/// The message; XML in it (the `<MPD>` of a display program, an envelope) is laid out.
fn message(out: &mut Text, record: &Record, view: View) {
    let text = &record.message;
    let xml = text.find('<').filter(|at| view == View::Pretty && text[*at..].contains("</"));
    let Some(at) = xml else {
        out.add(text, Role::Plain);
        return;
    };
    let end = text.rfind('>').map_or(text.len(), |end| end + 1);
    if end <= at {
        out.add(text, Role::Plain);
        return;
    }
    let page = mwscope_parsers::xml::laid(&text[at..end]);
    if page.problem.is_some() {
        out.add(text, Role::Plain);
        return;
    }
    let around = |out: &mut Text, part: &str| {
        if !part.trim().is_empty() {
            out.add(part.trim_end(), Role::Plain);
        }
    };
    around(out, &text[..at]);
    out.add_folding(&page.text, &page.elements, |_| Role::Plain);
    around(out, &text[end..]);
}

fn hex(out: &mut Text, around: &Surroundings, at: RecordRef, record: &Record) {
    let bytes = around.gathered.log(at.0).and_then(|log| log.bytes(record.head.span).ok());
    match bytes {
        Some(bytes) => crate::tui::effect::hex(out, &bytes, 16),
        None => {
            out.add("the bytes can't be read any more", Role::Fail);
        }
    }
}

/// Classes whose frames say nothing about the failure.
const CONTAINER: &[&str] = &[
    "java.",
    "javax.",
    "jdk.",
    "sun.",
    "com.sun.",
    "org.apache.",
    "org.eclipse.",
    "org.mortbay.",
    "org.springframework.",
    "org.jboss.",
    "io.netty.",
    "com.ibm.ws.",
];

fn folds(class: &str) -> bool {
    CONTAINER.iter().any(|package| class.starts_with(package)) || class.contains("$Proxy") || class.contains("$$")
}

/// The frames in runs of those that fold and those that don't. The first is where it happened, whoever's code that is.
fn runs(frames: &[Frame]) -> impl Iterator<Item = (bool, &[Frame])> {
    let (first, rest) = frames.split_at(frames.len().min(1));
    let rest = rest.chunk_by(|a, b| folds(&a.class) == folds(&b.class));
    let folds = |run: &[Frame]| run.first().is_some_and(|frame| folds(&frame.class));
    std::iter::once((false, first)).chain(rest.map(move |run| (folds(run), run)))
}

/// A stack trace in lines, with what folds counted.
pub(in crate::tui) fn trace_lines(trace: &Trace) -> Vec<(String, Role)> {
    let mut lines = Vec::new();
    for throwable in &trace.throwables {
        let indent = indent(throwable);
        lines.extend(heads(throwable, &indent));
        for (folds, frames) in runs(&throwable.frames) {
            if folds {
                let count = frames.len();
                lines.push((format!("{indent}  + {count} frames of the container, proxies, reflection"), Role::Dim));
            } else {
                lines.extend(frames.iter().map(|frame| frame_line(frame, &indent)));
            }
        }
        lines.extend(more(throwable, &indent));
    }
    lines
}

/// Adds a stack trace of which each part folds; frames that say nothing are folded at first.
pub(super) fn trace(out: &mut Text, trace: &Trace, lead: &str) {
    for throwable in &trace.throwables {
        let indent = format!("{lead}{}", indent(throwable));
        let part = out.fold(FoldOf::Lines);
        for (line, role) in heads(throwable, &indent) {
            out.add(&line, role);
        }
        for (folds, frames) in runs(&throwable.frames) {
            let run = folds.then(|| out.fold_below(FoldOf::Frames));
            for (line, role) in frames.iter().map(|frame| frame_line(frame, &indent)) {
                out.add(&line, role);
            }
            if let Some(run) = run {
                out.end_fold(run);
            }
        }
        if let Some((line, role)) = more(throwable, &indent) {
            out.add(&line, role);
        }
        out.end_fold(part);
    }
}

fn indent(throwable: &Throwable) -> String {
    "  ".repeat(usize::from(throwable.depth.min(20)))
}

/// What was thrown, and the lines of its message.
fn heads(throwable: &Throwable, indent: &str) -> Vec<(String, Role)> {
    let caption = match throwable.role {
        Hangs::Outer => "",
        Hangs::Cause => "Caused by: ",
        Hangs::Suppressed => "Suppressed: ",
        Hangs::Wrapper => "Wrapped by: ",
        Hangs::Circular { .. } => "Again, as above: ",
    };
    let message = throwable.message.as_deref().map_or(String::new(), |m| format!(": {m}"));
    let text = format!("{caption}{}{message}", throwable.exception);
    let role = |n| if n == 0 { Role::Fail } else { Role::Plain };
    text.lines().enumerate().map(|(n, line)| (format!("{indent}{line}"), role(n))).collect()
}

fn frame_line(frame: &Frame, indent: &str) -> (String, Role) {
    let own = frame.class.starts_with("mvx.");
    (format!("{indent}  at {frame}"), if own { Role::Plain } else { Role::Dim })
}

/// The frames that the trace itself leaves out.
fn more(throwable: &Throwable, indent: &str) -> Option<(String, Role)> {
    (throwable.more > 0).then(|| (format!("{indent}  ... {} more, as above", throwable.more), Role::Dim))
}

//! A dumplog in words: what broke where, the program stack, the trace, and every field it has.

use crate::model::{EventRef, GatheredDump, Span};
use crate::query::Surroundings;
use crate::tui::model::folds::FoldOf;
use crate::tui::model::text::Text;
use crate::tui::theme::Role;

use super::source_name;

/// A dump in full.
pub(in crate::tui) fn dump(around: &Surroundings, found: &GatheredDump) -> Text {
    let dump = &found.dump;
    let mut out = Text::default();
    super::note(&mut out, around, EventRef::Dump(found.id));
    if !dump.summary.is_empty() {
        out.add(&dump.summary, Role::Title);
        out.add("", Role::Plain);
    }
    let mut row = |name: &str, value: Option<&str>, role: Role| {
        if let Some(value) = value.filter(|v| !v.is_empty()) {
            out.add(&format!("{name:12} {value}"), role);
        }
    };
    let exception = match (&dump.exception, &dump.exception_message) {
        (Some(class), Some(message)) => Some(format!("{class}: {message}")),
        (class, message) => class.clone().or_else(|| message.clone()),
    };
    row("exception", exception.as_deref(), Role::Fail);
    row("where", dump.failed_at.as_deref(), Role::Fail);
    row("program", dump.program.as_deref(), Role::Plain);
    row("panel", dump.panel.as_deref(), Role::Plain);
    let code = if dump.customer_code {
        "customer code: the first M3 frame is in mvx.app.pgm.customer"
    } else {
        "standard code"
    };
    row("code", dump.trace.is_some().then_some(code), if dump.customer_code { Role::Warn } else { Role::Plain });
    row("user", dump.user.as_deref(), Role::Plain);
    row("job", dump.job.as_deref(), Role::Plain);
    row("company", dump.company.as_deref(), Role::Plain);
    row("division", dump.division.as_deref(), Role::Plain);
    row("environment", dump.environment.as_deref(), Role::Plain);
    row("version", dump.version.as_deref(), Role::Plain);
    row("written", dump.at.map(|at| at.to_rfc3339()).as_deref(), Role::Plain);
    row("source", Some(&format!("{}:{}", source_name(&around.gathered, found.source), dump.line)), Role::Dim);
    if !dump.call_stack.is_empty() {
        out.add("", Role::Plain).add("Program stack, outermost first", Role::Title);
        out.add(&format!("  {}", dump.call_stack.join(" > ")), Role::Plain);
    }
    if let Some(trace) = &dump.trace {
        out.add("", Role::Plain);
        let section = out.fold(FoldOf::Lines);
        out.add("Java stack", Role::Title);
        super::record::trace(&mut out, trace, "  ");
        out.end_fold(section);
    }
    fields(&mut out, found);
    let unparsed: u64 = dump.unparsed.iter().map(|span: &Span| span.len).sum();
    if unparsed > 0 {
        out.add("", Role::Plain);
        out.add(&format!("{unparsed} bytes weren't understood; they stay in the source"), Role::Dim);
    }
    out
}

fn fields(out: &mut Text, found: &GatheredDump) {
    let fields = match found.fields() {
        Ok(fields) => fields,
        Err(error) => {
            out.add("", Role::Plain);
            out.add(&format!("its fields can't be read any more: {error}"), Role::Warn);
            return;
        }
    };
    let mut section: Option<(Option<&str>, usize)> = None;
    for field in fields.iter() {
        if let Some((_, fold)) = section.take_if(|(name, _)| *name != field.section) {
            out.end_fold(fold);
        }
        if section.is_none() {
            out.add("", Role::Plain);
            section = Some((field.section, out.fold(FoldOf::Lines)));
            out.add(field.section.unwrap_or("Fields"), Role::Title);
        }
        for (n, line) in field.value.split('\n').enumerate() {
            let name = if n == 0 { field.name } else { "" };
            out.add(&format!("  {name:24} {line}"), Role::Plain);
        }
        if let Some(meaning) = field.meaning() {
            out.add(&format!("  {:24} = {} ({})", "", meaning.text(), meaning.kind()), Role::Dim);
        }
    }
    if let Some((_, fold)) = section {
        out.end_fold(fold);
    }
}

//! A dump in one sentence. It must not know how the facts were found.

use super::value::Dump;

/// One sentence that says what happened, to whom and where, from what the dump states; `ended` is whether anything in it
/// speaks of a failure.
pub(crate) fn of(dump: &Dump, ended: bool) -> String {
    let program = match &dump.program {
        Some(program) if dump.customer_code => match dump.customer_program().filter(|other| other != program) {
            Some(other) => format!("{program} (customer code in {other})"),
            None => format!("{program} (customer code)"),
        },
        Some(program) => program.clone(),
        None => "A program".to_owned(),
    };
    let mut sentence = match &dump.exception {
        Some(exception) => format!("{program} ended with {}", short(exception)),
        None if ended || dump.failed_at.is_some() => format!("{program} ended abnormally"),
        None => format!("It isn't stated how {} ended", if dump.program.is_some() { &program } else { "a program" }),
    };
    if let Some(place) = &dump.failed_at {
        let joint = if place.contains(' ') { " on " } else { " in " };
        sentence.push_str(joint);
        sentence.push_str(place);
    }
    if let Some(message) = dump.exception_message.as_deref().filter(|m| Some(*m) != dump.failed_at.as_deref()) {
        sentence.push_str(&format!(" (\"{}\")", one_line(message)));
    }
    if let Some(cause) = cause(dump) {
        sentence.push_str(&cause);
    }
    if let Some(panel) = &dump.panel {
        sentence.push_str(&format!(", panel {panel}"));
    }
    if let Some(user) = &dump.user {
        sentence.push_str(&format!(", for user {user}"));
    }
    match (&dump.company, &dump.division) {
        (Some(company), Some(division)) => sentence.push_str(&format!(" in company {company}, division {division}")),
        (Some(company), None) => sentence.push_str(&format!(" in company {company}")),
        _ => {}
    }
    if let Some(at) = &dump.at {
        sentence.push_str(&format!(" at {}", at.to_rfc3339().replace('T', " ")));
    }
    sentence.push('.');
    sentence
}

/// What the exception was thrown for, where it only wraps it and its own message doesn't say it already.
fn cause(dump: &Dump) -> Option<String> {
    let root = dump.trace.as_ref()?.root()?;
    let outer = dump.exception.as_deref()?;
    let name = short(&root.exception);
    // What the sentence shows of the message.
    let said = dump.exception_message.as_deref().map(one_line).unwrap_or_default();
    if root.exception.is_empty() || name == short(outer) || said.contains(name) {
        return None;
    }
    let message = root.message.as_deref().map(one_line).filter(|m| !m.is_empty() && !said.contains(m.as_str()));
    let message = message.map(|message| format!(" (\"{message}\")")).unwrap_or_default();
    Some(format!(", caused by {name}{message}"))
}

/// A class without its package.
fn short(class: &str) -> &str {
    class.rsplit('.').next().unwrap_or(class)
}

fn one_line(message: &str) -> String {
    let line = message.lines().next().unwrap_or_default().trim();
    match line.char_indices().nth(120) {
        Some((end, _)) => format!("{}...", &line[..end]),
        None => line.to_owned(),
    }
}

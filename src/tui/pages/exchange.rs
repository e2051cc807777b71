//! A call in words: its name, its answer in short, its facts.

use crate::model::{Exchange, Outcome};
use crate::tui::model::text::Text;
use crate::tui::theme::Role;

use super::time::{size, took};

/// What is called, as it is spoken of: service and operation, program and transaction, or the path.
pub(in crate::tui) fn name(x: &Exchange) -> String {
    let call = &x.call;
    match (&call.service, &call.operation) {
        (Some(service), Some(operation)) => format!("{service}.{operation}"),
        (None, Some(operation)) => match &call.program {
            Some(program) => format!("{program}.{operation}"),
            None => operation.clone(),
        },
        (Some(service), None) => format!("{service} {}", x.path()),
        (None, None) if x.path().is_empty() => x.url.clone(),
        (None, None) => x.path().to_owned(),
    }
}

/// How it was answered, in a few words: the status, and what it doesn't say.
pub(in crate::tui) fn answer_words(x: &Exchange) -> String {
    let mut words: Vec<String> = x.status().map(|s| s.to_string()).into_iter().collect();
    if x.challenge {
        words.push("challenge".to_owned());
    }
    if let Some(code) = x.call.nok.as_ref().map(|n| n.code.clone().unwrap_or_default()) {
        words.push(format!("NOK {code}").trim_end().to_owned());
    } else if x.call.fault.is_some() {
        words.push("fault".to_owned());
    }
    match &x.outcome {
        Outcome::Complete => {}
        Outcome::Failed { stage, .. } => words.push(format!("failed: {}", stage.word())),
        Outcome::Aborted { stage, .. } => words.push(format!("aborted: {}", stage.word())),
        Outcome::Open if x.note(Exchange::CUT_OFF).is_some() => words.push("cut off".to_owned()),
        Outcome::Open => words.push("waiting".to_owned()),
    }
    words.join(" ")
}

/// The facts of a call by name, those that are known.
pub(in crate::tui) fn call_facts(x: &Exchange) -> Vec<(String, String)> {
    let call = &x.call;
    let nok = call.nok.as_ref();
    let facts = [
        ("method", Some(x.request.method.clone())),
        ("url", Some(x.url.clone())),
        ("service", call.service.clone()),
        ("operation", call.operation.clone()),
        ("program", call.program.clone()),
        ("user", call.user.clone()),
        ("company", call.company.clone()),
        ("division", call.division.clone()),
        ("status", x.status().map(|s| s.to_string())),
        ("fault", call.fault.clone()),
        ("fault code", call.fault_code.clone()),
        ("refused with", nok.and_then(|n| n.code.clone())),
        ("refused field", nok.and_then(|n| n.field.clone())),
        ("refused because", nok.and_then(|n| n.message.clone())),
        ("outcome", Some(x.outcome.word().to_owned())),
        ("took", x.duration_ns.map(took)),
        ("request bytes", Some(x.request.body.len.to_string())),
        ("answer bytes", x.response.as_ref().map(|r| r.body.len.to_string())),
    ];
    facts.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

/// The call and its fields as a table.
pub(in crate::tui) fn call_fields(out: &mut Text, x: &Exchange) {
    let call = &x.call;
    let facts = [
        ("protocol", Some(&call.protocol)),
        ("service", call.service.as_ref()),
        ("operation", call.operation.as_ref()),
        ("program", call.program.as_ref()),
        ("user", call.user.as_ref()),
        ("company", call.company.as_ref()),
        ("division", call.division.as_ref()),
    ];
    for (name, value) in facts.into_iter().filter_map(|(n, v)| Some((n, v.filter(|v| !v.is_empty())?))) {
        out.add(&format!("{name:10} {value}"), Role::Plain);
    }
}

/// What is known of the call besides its two halves: how it ended, timings, TLS, edits, masks, notes.
pub(in crate::tui) fn facts(out: &mut Text, x: &Exchange) {
    out.add("", Role::Plain);
    if let Some((stage, cause)) = x.outcome.broke_at() {
        out.add(&format!("broke at {}: {cause}", stage.word()), Role::Fail);
    }
    if let Some(fault) = &x.call.fault {
        out.add(&format!("fault  {fault}"), Role::Fail);
    }
    if let Some(nok) = &x.call.nok {
        let parts = [nok.code.as_deref(), nok.field.as_deref(), nok.message.as_deref()];
        out.add(&format!("refused  {}", parts.into_iter().flatten().collect::<Vec<_>>().join("  ")), Role::Fail);
        if nok.partial {
            out.add("         rows were delivered before the refusal: the list is incomplete", Role::Warn);
        }
    }
    if let Some(line) = timing_line(x) {
        out.add(&line, Role::Dim);
    }
    let answered = x.response.as_ref().map_or(0, |r| r.body.len);
    out.add(&format!("size   request {}, answer {}", size(x.request.body.len), size(answered)), Role::Dim);
    for (name, who) in [("client", &x.client), ("server", &x.server), ("by", &x.process), ("inside", &x.tunnel)] {
        if let Some(who) = who {
            out.add(&format!("{name:6} {who}"), Role::Dim);
        }
    }
    if let Some(tls) = &x.tls {
        let parts = [&tls.version, &tls.cipher, &tls.sni, &tls.alpn];
        let known: Vec<&str> = parts.into_iter().filter_map(|p| p.as_deref()).collect();
        out.add(&format!("tls    {}", known.join("  ")), Role::Dim);
        if let Some(leaf) = &tls.leaf {
            out.add(&format!("       {leaf}"), Role::Dim);
        }
    }
    for edit in &x.edits {
        out.add(&format!("edit   {}", edit.in_words()), Role::Dim);
    }
    if !x.masks.is_empty() {
        out.add(&format!("masked {} secrets were overwritten before storing", x.masks.len()), Role::Dim);
    }
    if x.incomplete {
        out.add("bytes or packets of this call are missing", Role::Warn);
    }
    for (name, text) in &x.notes {
        out.add(&format!("note   {name}: {text}"), Role::Dim);
    }
}

fn timing_line(x: &Exchange) -> Option<String> {
    let t = &x.timings;
    let stages = [
        ("blocked", t.blocked),
        ("dns", t.dns),
        ("connect", t.connect),
        ("tls", t.tls),
        ("send", t.send),
        ("wait", t.wait),
        ("receive", t.receive),
    ];
    let known: Vec<String> =
        stages.iter().filter_map(|(name, ns)| ns.map(|ns| format!("{name} {}", took(ns)))).collect();
    let total = x.duration_ns.map(|ns| format!("took {}", took(ns)));
    let all: Vec<String> = total.into_iter().chain(known).collect();
    (!all.is_empty()).then(|| format!("time   {}", all.join("  ")))
}

//! What was sent and answered, written down: the object of the contract, a line of JSON a run, or for people.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::explained::Told;
use super::{Call, Run};
use crate::case;
use crate::cli::evidence::{Shown, masked};
use crate::cli::output::{Exit, Failure, Format};
use crate::compare::{Comparison, Difference};
use crate::model::gathered::InMemory;
use crate::model::{Edit, Exchange, Kept};
use crate::proxy::Sender;
use crate::report::exchange::{self as report, Secrets};
use crate::report::safe;

/// The schema of the object.
const SCHEMA: &str = "mwscope.replay/1";

/// Writes what would be sent.
///
/// # Errors
/// When standard output can't be written.
pub(super) fn dry(calls: &[Call], sender: &Sender, format: Format, show_secrets: bool) -> Result<Exit, Failure> {
    let mut out = io::stdout().lock();
    let mut values = Vec::new();
    for (n, call) in calls.iter().enumerate() {
        let exchange = shown(&sender.unsent(&call.draft), show_secrets)?;
        match format {
            Format::Text => {
                if n > 0 {
                    writeln!(out)?;
                }
                writeln!(out, "{} would be sent as", call.id)?;
                if let Some(why) = why(&exchange) {
                    writeln!(out, "  refused  {}", safe::line(&why))?;
                }
                write_edits(&mut out, &exchange.edits)?;
                let missing = crate::replay::missing(&call.draft);
                if !missing.is_empty() {
                    writeln!(out, "  missing  {}", safe::line(&missing.join(", ")))?;
                }
                writeln!(out)?;
                out.write_all(request_text(&exchange, show_secrets).as_bytes())?;
            }
            Format::Json | Format::Ndjson => {
                let origin = json!({"source": call.origin.0, "index": call.origin.1});
                let value = json!({"origin": origin, "request": request(&exchange), "edits": edits(&exchange.edits),
                    "missing": crate::replay::missing(&call.draft)});
                if format == Format::Ndjson {
                    writeln!(out, "{value}")?;
                }
                values.push(value);
            }
        }
    }
    if format == Format::Json {
        writeln!(out, "{:#}", json!({"schema": SCHEMA, "runs": [], "dry_run": values}))?;
    }
    out.flush()?;
    Ok(Exit::Answered)
}

/// Writes what became of all runs.
///
/// # Errors
/// When standard output can't be written.
pub(super) fn runs(
    calls: &[Call],
    runs: &[Run],
    judged: &[Option<Comparison>],
    findings: &[Option<Told>],
    format: Format,
    show_secrets: bool,
) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    let values = runs.iter().zip(judged).zip(findings).map(|((run, judged), finding)| {
        let mut value = value(&calls[run.call], run, judged, show_secrets)?;
        value["finding"] = finding.as_ref().map_or(Value::Null, |told| told.value.clone());
        Ok::<_, Failure>(value)
    });
    match format {
        Format::Json => {
            let runs = values.collect::<Result<Vec<_>, _>>()?;
            writeln!(out, "{:#}", json!({"schema": SCHEMA, "runs": runs}))?;
        }
        Format::Ndjson => {
            for value in values {
                writeln!(out, "{}", value?)?;
            }
        }
        Format::Text => {
            for ((run, judged), finding) in runs.iter().zip(judged).zip(findings) {
                let found = finding.as_ref().map(|told| told.line.as_str());
                text(&mut out, &calls[run.call], run, (judged, found), runs.len() == 1, show_secrets)?;
            }
        }
    }
    Ok(out.flush()?)
}

fn value(call: &Call, run: &Run, judged: &Option<Comparison>, show_secrets: bool) -> Result<Value, Failure> {
    let object = |exchange: &Exchange| -> Result<Value, Failure> {
        let exchange = shown(exchange, show_secrets)?;
        Ok(report::full_json(&exchange, case::REPLAY, &InMemory, secrets(show_secrets)))
    };
    let (last, before) = run.hops.split_last().expect("invariant: a draft that is sent gives an exchange");
    let differences = judged.iter().flat_map(|judged| judged.differences.iter().chain(&judged.headers));
    Ok(json!({
        "origin": {"source": call.origin.0, "index": call.origin.1},
        "exchange": object(last)?,
        "redirects": before.iter().map(object).collect::<Result<Vec<_>, _>>()?,
        "same": judged.as_ref().map(Comparison::same),
        "differences": differences.map(|difference| difference_value(difference, show_secrets)).collect::<Vec<_>>(),
        "ignored": judged.as_ref().map(|judged| judged.ignored.len()),
    }))
}

fn text(
    out: &mut impl Write,
    call: &Call,
    run: &Run,
    (judged, found): (&Option<Comparison>, Option<&str>),
    in_full: bool,
    show_secrets: bool,
) -> Result<(), Failure> {
    for exchange in &run.hops {
        let exchange = shown(exchange, show_secrets)?;
        let took = exchange.duration_ns.map(|ns| format!(" in {:.1} ms", ns as f64 / 1e6)).unwrap_or_default();
        let what = match exchange.status() {
            Some(status) => status.to_string(),
            None => exchange.outcome.word().to_owned(),
        };
        let why = why(&exchange).map(|why| format!(": {why}")).unwrap_or_default();
        let line = format!("{} {} {} -> {what}{took}{why}", call.id, exchange.request.method, exchange.url);
        writeln!(out, "{}", safe::line(&line))?;
        write_edits(out, &exchange.edits)?;
        for (name, note) in &exchange.notes {
            writeln!(out, "  note     {}", safe::line(&format!("{name}: {note}")))?;
        }
    }
    if let Some(found) = found {
        writeln!(out, "  verdict  {found}")?;
    }
    match judged {
        Some(judged) if judged.same() => writeln!(out, "  answer   as recorded")?,
        Some(judged) => {
            let all = judged.differences.len() + judged.headers.len();
            for difference in judged.differences.iter().chain(&judged.headers).take(20) {
                let difference = if show_secrets { difference.clone() } else { difference.masked() };
                writeln!(out, "  differs  {}", safe::line(&difference_in_words(&difference)))?;
            }
            let more = judged.more + all.saturating_sub(20);
            if more > 0 {
                writeln!(out, "  differs  at {more} more places; --format json lists them")?;
            }
            for what in &judged.unknown {
                writeln!(out, "  differs? {}", safe::line(what))?;
            }
        }
        None => {}
    }
    if in_full && run.last().response.is_some() {
        let exchange = shown(run.last(), show_secrets)?;
        writeln!(out)?;
        out.write_all(report::response_text(&exchange, &InMemory, secrets(show_secrets)).as_bytes())?;
    }
    Ok(())
}

fn why(exchange: &Exchange) -> Option<String> {
    let call = &exchange.call;
    let broke = || exchange.outcome.broke_at().map(|(stage, cause)| format!("{}: {cause}", stage.word()));
    call.fault.clone().or_else(|| call.nok.as_ref().and_then(|nok| nok.message.clone())).or_else(broke)
}

fn difference_in_words(difference: &Difference) -> String {
    let text =
        |value: &Option<String>| value.as_ref().map_or_else(|| "nothing".to_owned(), |v| v.chars().take(80).collect());
    let Difference { path, kind, left, right } = difference;
    format!("{path} {}: {} -> {}", kind.word(), text(left), text(right))
}

fn difference_value(difference: &Difference, show_secrets: bool) -> Value {
    let Difference { path, kind, left, right } = if show_secrets { difference.clone() } else { difference.masked() };
    json!({"path": path, "kind": kind.word(), "left": left, "right": right})
}

fn write_edits(out: &mut impl Write, edits: &[Edit]) -> io::Result<()> {
    for edit in edits {
        let change = match (&edit.before, &edit.after) {
            (Some(before), Some(after)) => format!(": {before} -> {after}"),
            (None, Some(after)) => format!(": {after}"),
            (Some(before), None) => format!(" (was {before})"),
            (None, None) => String::new(),
        };
        writeln!(out, "  edited   {}", safe::line(&format!("{}{change}", edit.what)))?;
    }
    Ok(())
}

fn edits(edits: &[Edit]) -> Vec<Value> {
    edits.iter().map(|edit| json!({"what": edit.what, "before": edit.before, "after": edit.after})).collect()
}

fn secrets(show_secrets: bool) -> Secrets {
    if show_secrets { Secrets::Shown } else { Secrets::Masked }
}

pub(super) fn shown(exchange: &Exchange, show_secrets: bool) -> Result<Exchange, Failure> {
    if show_secrets {
        return Ok(exchange.clone());
    }
    Ok(masked(exchange, Shown::Whole).map_err(anyhow::Error::from)?)
}

pub(super) fn request(exchange: &Exchange) -> Value {
    let request = &exchange.request;
    let headers: Vec<_> = request.headers.0.iter().map(|header| json!([header.name.as_str(), header.text()])).collect();
    let bytes = match &request.body.kept {
        Kept::Here(bytes) => crate::model::coding::decode(&request.body, bytes).bytes,
        _ => bytes::Bytes::new(),
    };
    let (body, coded) = match std::str::from_utf8(&bytes) {
        Ok(text) => (Some(text.to_owned()), None),
        Err(_) => (None, Some(base64::Engine::encode(&base64::engine::general_purpose::STANDARD, &bytes))),
    };
    json!({"method": request.method, "url": exchange.url, "headers": headers, "body": body, "body_base64": coded})
}

pub(super) fn request_text(exchange: &Exchange, show_secrets: bool) -> String {
    report::request_text(exchange, &InMemory, secrets(show_secrets))
}

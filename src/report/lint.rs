//! What a linter found, as lines that editors jump to, and as JSON. Everything in it was masked when it was found.

use std::fmt::Write;

use serde_json::{Value, json};

use super::safe;
use crate::model::{Fault, LintRule, Linted, Weight};

/// One fault a line (`path:line:column: weight: message [rule]`), the remedy below where it hasn't been said yet, and a
/// line that counts.
#[must_use]
pub fn text(linted: &Linted, colour: bool) -> String {
    let paint = |weight: Weight, text: &str| match (colour, weight) {
        (false, _) => text.to_owned(),
        (true, Weight::Error) => format!("\x1b[31m{text}\x1b[0m"),
        (true, Weight::Warning) => format!("\x1b[33m{text}\x1b[0m"),
    };
    let mut out = String::new();
    let mut told: Vec<&str> = Vec::new();
    for fault in &linted.faults {
        let (line, column) = (fault.place.line, fault.place.column);
        let _infallible = writeln!(
            out,
            "{}:{line}:{column}: {}: {} [{}]",
            safe::line(&place(fault)),
            paint(fault.weight, fault.weight.word()),
            safe::line(&fault.message),
            fault.rule.name
        );
        if !told.contains(&fault.rule.name) {
            told.push(fault.rule.name);
            let _infallible = writeln!(out, "  remedy: {}", fault.rule.remedy);
        }
    }
    if !linted.faults.is_empty() {
        out.push('\n');
    }
    let _infallible = writeln!(out, "{}", counts(linted));
    out
}

/// Where a fault stands: the file, and the exchange in it.
fn place(fault: &Fault) -> String {
    match fault.exchange {
        Some((_, index, part)) => format!("{}#{index} {}", fault.path, part.word()),
        None => fault.path.clone(),
    }
}

/// `2 errors, 1 warning in 3 mashups, 1 script`.
fn counts(linted: &Linted) -> String {
    let number = |n: usize, one: &str| if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") };
    let of = |weight: Weight| linted.faults.iter().filter(|fault| fault.weight == weight).count();
    let looked_at = linted.looked_at.iter().filter(|(_, n)| *n > 0).map(|(kind, n)| number(*n, kind.word()));
    let looked_at = looked_at.collect::<Vec<_>>().join(", ");
    if linted.faults.is_empty() {
        return format!("nothing found in {looked_at}");
    }
    format!("{}, {} in {looked_at}", number(of(Weight::Error), "error"), number(of(Weight::Warning), "warning"))
}

/// All of it as one value.
#[must_use]
pub fn json(linted: &Linted, problems: &[crate::model::SourceProblem]) -> Value {
    let of = |weight: Weight| linted.faults.iter().filter(|fault| fault.weight == weight).count();
    let looked_at: serde_json::Map<String, Value> =
        linted.looked_at.iter().map(|(kind, n)| (format!("{}s", kind.word()), json!(n))).collect();
    json!({
        "schema": "mwscope.lint/1",
        "findings": linted.faults.iter().map(fault).collect::<Vec<_>>(),
        "errors": of(Weight::Error),
        "warnings": of(Weight::Warning),
        "looked_at": looked_at,
        "problems": problems.iter().map(|p| json!({
            "path": p.path, "offset": p.offset, "what": p.what, "remedy": p.remedy
        })).collect::<Vec<_>>(),
    })
}

fn fault(fault: &Fault) -> Value {
    json!({
        "path": fault.path,
        "line": fault.place.line,
        "column": fault.place.column,
        "end_line": fault.place.end_line,
        "end_column": fault.place.end_column,
        "exchange": fault.exchange.map(|(id, _, _)| id.to_string()),
        "index": fault.exchange.map(|(_, index, _)| index),
        "part": fault.exchange.map(|(_, _, part)| part.word()),
        "severity": fault.weight.word(),
        "rule": fault.rule.name,
        "message": fault.message,
        "remedy": fault.rule.remedy,
        "name": fault.name,
        "found": fault.found,
    })
}

/// The rules, one a line.
#[must_use]
pub fn rules(rules: &[&LintRule]) -> String {
    let width = rules.iter().map(|rule| rule.name.len()).max().unwrap_or(0);
    let mut out = String::new();
    for rule in rules {
        let weight = if rule.on { rule.weight.word() } else { "off" };
        let _infallible = writeln!(out, "{:<width$}  {weight:<7}  {}", rule.name, rule.looks_for);
    }
    out
}

/// All about one rule.
#[must_use]
pub fn explain(rule: &LintRule) -> String {
    let kinds: Vec<_> = rule.artefacts.iter().map(|kind| kind.word()).collect();
    let weight = if rule.on { rule.weight.word() } else { "off unless asked for with --deny" };
    format!(
        "{} ({weight}; {})\n  looks for  {}\n  why        {}\n  remedy     {}\n  wrong      {}\n  right      {}\n",
        rule.name,
        kinds.join(", "),
        rule.looks_for,
        rule.why,
        rule.remedy,
        rule.example.0,
        rule.example.1
    )
}

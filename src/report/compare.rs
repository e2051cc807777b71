//! Comparisons written down: for people, a difference a line with both values; for programs, as `replay` and `compare`
//! give them. It must not know where the sides came from.

pub mod recordings;

use std::fmt::Write;

use serde_json::{Value, json};

use super::exchange::Secrets;
use super::safe;
use crate::compare::{Comparison, Difference, Kind, Reason, Timing};

/// The differences of a comparison as `replay --format json` has them: `{path,kind,left,right}`, headers last.
#[must_use]
pub fn differences(comparison: &Comparison, secrets: Secrets) -> Value {
    comparison.differences.iter().chain(&comparison.headers).map(|one| difference(one, secrets)).collect()
}

/// One difference.
#[must_use]
pub fn difference(difference: &Difference, secrets: Secrets) -> Value {
    let shown = shown(difference, secrets);
    json!({"path": shown.path, "kind": shown.kind.word(), "left": shown.left, "right": shown.right})
}

/// A comparison as `compare --format json` has it.
#[must_use]
pub fn json(comparison: &Comparison, secrets: Secrets) -> Value {
    let list = |list: &[Difference]| list.iter().map(|one| difference(one, secrets)).collect::<Vec<_>>();
    let ignored = comparison.ignored.iter().map(|ignored| {
        let mut value = difference(&ignored.difference, secrets);
        value["reason"] = json!(ignored.reason.word());
        if let Reason::Named(pattern) = &ignored.reason {
            value["pattern"] = json!(pattern);
        }
        value
    });
    json!({
        "same": comparison.same(),
        "differences": list(&comparison.differences),
        "headers": list(&comparison.headers),
        "ignored": ignored.collect::<Vec<_>>(),
        "more": comparison.more,
        "unknown": comparison.unknown,
    })
}

/// Times side by side.
#[must_use]
pub fn timings(timings: &[Timing]) -> Value {
    let one =
        |timing: &Timing| (timing.name.to_owned(), json!({"left_ms": timing.left_ms, "right_ms": timing.right_ms}));
    Value::Object(timings.iter().map(one).collect())
}

/// How a comparison is written for people.
#[derive(Clone, Copy, Debug, Default)]
pub struct Style {
    /// Whether secrets are shown.
    pub secrets: Secrets,
    /// Whether signs and values have colours.
    pub colour: bool,
    /// Whether what doesn't count is listed too, not only counted.
    pub ignored: bool,
    /// How many differences are written at most; the others are counted.
    pub most: usize,
}

/// A comparison for people, each line behind `indent`.
#[must_use]
pub fn text(comparison: &Comparison, indent: &str, style: Style) -> String {
    let mut out = String::new();
    let all: Vec<_> = comparison.differences.iter().chain(&comparison.headers).collect();
    for difference in all.iter().take(style.most) {
        write_one(&mut out, &shown(difference, style.secrets), indent, style.colour);
    }
    let more = all.len().saturating_sub(style.most) + comparison.more;
    if more > 0 {
        let _infallible = writeln!(out, "{indent}... and {more} more differences");
    }
    for unknown in &comparison.unknown {
        let _infallible = writeln!(out, "{indent}? {}", safe::line(unknown));
    }
    match comparison.ignored.len() {
        0 => {}
        _ if style.ignored => {
            for ignored in comparison.ignored.iter().take(style.most) {
                let one = shown(&ignored.difference, style.secrets);
                let why = match &ignored.reason {
                    Reason::Named(pattern) => format!("--ignore {pattern}"),
                    reason => reason.word().to_owned(),
                };
                let _infallible = writeln!(
                    out,
                    "{indent}(left out: {why}) {}  {} | {}",
                    safe::line(&one.path),
                    value(one.left.as_deref()),
                    value(one.right.as_deref())
                );
            }
        }
        count => {
            let what = if count == 1 { "difference doesn't" } else { "differences don't" };
            let _infallible =
                writeln!(out, "{indent}{count} {what} count (times, ids and the like; --ignored lists them)");
        }
    }
    out
}

fn write_one(out: &mut String, difference: &Difference, indent: &str, colour: bool) {
    let (sign, code) = match difference.kind {
        Kind::Changed => ('~', "33"),
        Kind::Added => ('+', "32"),
        Kind::Removed => ('-', "31"),
        Kind::Moved => ('>', "36"),
    };
    let painted = |text: &str, code: &str| if colour { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() };
    let path = safe::line(&difference.path);
    let head = painted(&format!("{sign} {path}"), code);
    let (left, right) = (difference.left.as_deref(), difference.right.as_deref());
    let line = match difference.kind {
        Kind::Changed => {
            let (left, right) = (value(left), value(right));
            if left.chars().count() + right.chars().count() <= SIDE_BY_SIDE {
                format!("{head}  {} -> {}", painted(&left, "31"), painted(&right, "32"))
            } else {
                let (left, right) = (painted(&left, "31"), painted(&right, "32"));
                format!("{head}\n{indent}    {left}\n{indent}    {right}")
            }
        }
        Kind::Added => format!("{head}  {}", painted(&value(right), "32")),
        Kind::Removed => format!("{head}  {}", painted(&value(left), "31")),
        Kind::Moved => format!("{head}  to {}", value(right)),
    };
    let _infallible = writeln!(out, "{indent}{line}");
}

/// Two values that are longer together stand below each other.
const SIDE_BY_SIDE: usize = 72;

/// A value in one line of a bearable length.
fn value(text: Option<&str>) -> String {
    const LONGEST: usize = 200;
    let Some(text) = text else { return "(nothing)".to_owned() };
    if text.is_empty() {
        return "\"\"".to_owned();
    }
    let words = text.split('\n').map(str::trim).collect::<Vec<_>>().join(" ");
    let line = safe::line(&words).into_owned();
    match line.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line,
    }
}

fn shown(difference: &Difference, secrets: Secrets) -> Difference {
    match secrets {
        Secrets::Masked => difference.masked(),
        Secrets::Shown => difference.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::{Ignored, Reason};

    #[test]
    fn differences_are_written_for_people() {
        let one = |path: &str, kind, left: Option<&str>, right: Option<&str>| Difference {
            path: path.to_owned(),
            kind,
            left: left.map(str::to_owned),
            right: right.map(str::to_owned),
        };
        let comparison = Comparison {
            differences: vec![
                one("/a/b", Kind::Changed, Some("1"), Some("")),
                one("/a/c", Kind::Added, None, Some("<c>\n  <d/>\n</c>")),
                one("/a/e", Kind::Moved, Some("/a/e"), Some("/a/e[2]")),
                one("/a/Password", Kind::Changed, Some("abc"), Some("x".repeat(90).as_str())),
            ],
            headers: vec![one("header:x-a", Kind::Removed, Some("1"), None)],
            ignored: vec![Ignored {
                difference: one("/a/t", Kind::Changed, Some("1"), Some("2")),
                reason: Reason::Named("t".to_owned()),
            }],
            more: 3,
            unknown: vec!["the body of x1: gone".to_owned()],
        };
        let style = Style { most: 100, ..Style::default() };
        insta::assert_snapshot!(text(&comparison, "  ", style), @r#"
        ~ /a/b  1 -> ""
        + /a/c  <c> <d/> </c>
        > /a/e  to /a/e[2]
        ~ /a/Password
            ***
            ******************************************************************************************
        - header:x-a  1
        ... and 3 more differences
        ? the body of x1: gone
        1 difference doesn't count (times, ids and the like; --ignored lists them)
        "#);
        assert!(text(&comparison, "", Style { ignored: true, ..style }).contains("(left out: --ignore t) /a/t  1 | 2"));
        assert!(text(&comparison, "", Style { most: 2, ..style }).contains("... and 6 more"));
        let value = json(&comparison, Secrets::Masked);
        assert_eq!(value["differences"][3]["left"], "***");
        assert_eq!(value["ignored"][0]["pattern"], "t");
    }
}

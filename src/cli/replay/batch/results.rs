//! What came of each row: counted, and written as CSV beside the data.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::redact;
use crate::replay::{Data, Row};
use crate::report::mask::masked;

/// What came of a row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct RowResult {
    /// The line in the data at which it begins.
    pub(super) line: u64,
    pub(super) outcome: Outcome,
    /// The status of the last answer.
    pub(super) status: Option<u16>,
    /// Over all of its calls.
    pub(super) duration_ms: Option<f64>,
    /// The call at which it ended early.
    pub(super) call: Option<String>,
    /// Why it isn't well.
    pub(super) message: String,
    /// What the user had taken from its answers.
    pub(super) taken: BTreeMap<String, String>,
}

/// How a row ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Outcome {
    /// Answered as expected.
    Ok,
    /// Answered otherwise.
    Failed,
    /// Sent, and no whole answer came.
    Unknown,
    /// Nothing of it was sent.
    NotSent,
    /// It doesn't fit, so that nothing of it can be sent.
    Rejected,
}

impl Outcome {
    const fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
            Self::NotSent => "not_sent",
            Self::Rejected => "rejected",
        }
    }
}

impl RowResult {
    fn bare(line: u64, outcome: Outcome, message: &str) -> Self {
        let message = message.to_owned();
        Self { line, outcome, status: None, duration_ms: None, call: None, message, taken: BTreeMap::new() }
    }

    /// A row of which nobody knows whether it was done.
    pub(super) fn unknown(line: u64, why: &str) -> Self {
        Self::bare(line, Outcome::Unknown, why)
    }

    /// A row that doesn't fit.
    pub(super) fn rejected(line: u64, why: &str) -> Self {
        Self::bare(line, Outcome::Rejected, why)
    }

    pub(super) fn is_unknown(&self) -> bool {
        self.outcome == Outcome::Unknown
    }

    /// The object of one line of NDJSON.
    pub(super) fn value(&self) -> Value {
        json!({"row": self.line, "outcome": self.outcome.word(), "status": self.status, "duration_ms": self.duration_ms,
            "call": self.call, "message": masked(&self.message), "taken": self.shown()})
    }

    fn shown(&self) -> BTreeMap<&str, String> {
        self.taken.iter().map(|(name, value)| (name.as_str(), shown(name, value))).collect()
    }
}

/// How many rows ended how.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    pub(super) rows: usize,
    pub(super) ok: usize,
    pub(super) failed: usize,
    pub(super) unknown: usize,
    pub(super) rejected: usize,
    pub(super) not_sent: usize,
    /// Not tried yet.
    pub(super) pending: usize,
}

impl Counts {
    pub(super) fn add(&mut self, result: &RowResult) {
        match result.outcome {
            Outcome::Ok => self.ok += 1,
            Outcome::Unknown => self.unknown += 1,
            Outcome::Failed => self.failed += 1,
            Outcome::NotSent => (self.not_sent, self.failed) = (self.not_sent + 1, self.failed + 1),
            Outcome::Rejected => (self.rejected, self.failed) = (self.rejected + 1, self.failed + 1),
        }
    }

    pub(super) fn value(&self) -> Value {
        let Self { rows, ok, failed, unknown, rejected, not_sent, pending } = self;
        json!({"rows": rows, "ok": ok, "failed": failed, "unknown": unknown, "rejected": rejected, "not_sent": not_sent,
            "pending": pending})
    }

    pub(super) fn in_words(&self) -> String {
        let Self { rows, ok, failed, unknown, rejected, not_sent, pending } = self;
        let mut text = format!("{rows} rows: {ok} ok, {failed} failed, {unknown} unknown");
        for (n, what) in [
            (rejected, "of the failed don't fit"),
            (not_sent, "of the failed were not sent"),
            (pending, "not tried yet"),
        ] {
            if *n > 0 {
                text.push_str(&format!(", {n} {what}"));
            }
        }
        text
    }
}

/// Where results are kept by default: `users.csv` gives `users.results.csv`.
pub(super) fn beside(data: &Path) -> PathBuf {
    data.with_extension("results.csv")
}

const FIRST: [&str; 6] = ["line", "outcome", "status", "duration_ms", "call", "message"];

/// Whether there is a file at `path` that isn't one of ours.
pub(super) fn is_anothers(path: &Path) -> bool {
    let Ok(bytes) = std::fs::read(path) else { return false };
    !bytes.is_empty() && !bytes.starts_with(FIRST.join(",").as_bytes())
}

/// Writes all results, in the order of the rows, the row's own values behind them; credentials among them masked.
pub(super) fn write(
    path: &Path,
    data: &Data,
    named: &[String],
    results: &[RowResult],
    show_secrets: bool,
) -> io::Result<()> {
    let mut options = std::fs::File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut out = io::BufWriter::new(options.open(path)?);
    let header =
        FIRST.iter().map(|name| (*name).to_owned()).chain(named.iter().cloned()).chain(data.columns.iter().cloned());
    line(&mut out, header)?;
    let rows: std::collections::HashMap<u64, &Row> = data.rows.iter().map(|row| (row.line, row)).collect();
    for result in results {
        let own = [
            result.line.to_string(),
            result.outcome.word().to_owned(),
            result.status.map(|status| status.to_string()).unwrap_or_default(),
            result.duration_ms.map(|ms| format!("{ms:.1}")).unwrap_or_default(),
            result.call.clone().unwrap_or_default(),
            if show_secrets { result.message.clone() } else { masked(&result.message).into_owned() },
        ];
        let hide = |name: &str, value: &str| if show_secrets { value.to_owned() } else { shown(name, value) };
        let taken = named.iter().map(|name| result.taken.get(name).map(|value| hide(name, value)).unwrap_or_default());
        let row = rows.get(&result.line);
        let values = data.columns.iter().enumerate().map(|(at, name)| {
            let value = row.and_then(|row| row.values.get(at)?.as_deref()).unwrap_or_default();
            hide(name, value)
        });
        line(&mut out, own.into_iter().chain(taken).chain(values))?;
    }
    out.flush()
}

fn shown(name: &str, value: &str) -> String {
    if redact::is_secret_name(name) { "*".repeat(value.chars().count()) } else { value.to_owned() }
}

fn line(out: &mut impl Write, fields: impl Iterator<Item = String>) -> io::Result<()> {
    let quoted = |field: String| {
        let plain = !field.contains([',', ';', '"', '\r', '\n']) && field.trim() == field;
        if plain { field } else { format!("\"{}\"", field.replace('"', "\"\"")) }
    };
    writeln!(out, "{}", fields.map(quoted).collect::<Vec<_>>().join(","))
}

//! What a bundle says of itself: to whoever gets it, and of what was masked in it.

use std::fmt::Write;

use serde_json::{Value, json};

use super::Bundle;
use crate::export::Counts;
use crate::model::KnownOfLog;

/// A member.
#[derive(Debug, Default)]
pub(super) struct Row {
    pub(super) path: String,
    /// The number of the source that it was made from.
    pub(super) source: usize,
    pub(super) kind: &'static str,
    /// Items in the source.
    pub(super) of: u64,
    /// Those that are in it.
    pub(super) kept: u64,
    pub(super) bytes: u64,
    pub(super) sha256: String,
    /// Where its lines stood.
    pub(super) lines: Vec<(u64, u64, u64)>,
    /// Where it is a log: how it was read.
    pub(super) log: Option<KnownOfLog>,
    /// Where it holds the conversations of a capture: the member with its exchanges, empty where there were none.
    pub(super) streams_of: Option<String>,
    pub(super) counts: Counts,
    pub(super) note: String,
}

impl Row {
    /// Whether it holds what the source held, and not what was made of it.
    pub(super) fn is_a_copy(&self) -> bool {
        matches!(self.kind, "log" | "dump" | "threads" | "events")
    }

    /// As it stands in the manifest.
    pub(super) fn value(&self) -> Value {
        let mut value = json!({
            "path": self.path, "kind": self.kind, "items": self.kept, "of": self.of, "bytes": self.bytes,
            "sha256": self.sha256, "lines": self.lines,
            "masked": {
                "rules": self.counts.rules, "known_secrets": self.counts.secrets, "patterns": self.counts.patterns,
                "names": self.counts.names,
            },
        });
        if let Some(KnownOfLog { layout, hints }) = &self.log {
            let day = hints.day.map(|day| json!([day.date.0, day.date.1, day.date.2, day.told]));
            value["log"] = json!({"layout": layout, "day": day, "written": hints.written.map(|written| written.ns)});
        }
        if let Some(of) = &self.streams_of {
            value["streams_of"] = json!(of);
        }
        value
    }
}

/// For whoever gets it.
pub(super) fn readme(rows: &[Row], bundle: &Bundle) -> String {
    let mut out = String::from(
        "# Evidence of calls that failed\n\nMade by mwscope. Everything is in here that is needed:\n\n    mwscope investigate BUNDLE.zip\n    \
         mwscope open BUNDLE.zip\n\nsay what failed and why, on any machine. Without mwscope: `report/report.html` is for a browser, \
         `report/report.md`\nfor a ticket, and each `.har` opens in any browser or Fiddler.\n\n",
    );
    let users = if bundle.keep_users {
        "User names are as they were."
    } else {
        "Other names stand for those of users, the same one everywhere."
    };
    let secrets = if bundle.secrets {
        "**Passwords, tokens and cookies are in here in clear, as they were asked for.**"
    } else {
        "Passwords, tokens and cookies are overwritten; `masking.md` says where, and what may remain."
    };
    let _infallible = write!(out, "{secrets} {users}\n\n| member | what | items | |\n|---|---|---|---|\n");
    for row in rows {
        let _infallible =
            writeln!(out, "| `{}` | {} | {} of {} | {} |", row.path, row.kind, row.kept, row.of, row.note);
    }
    out.push_str(
        "\n`manifest.json` has the SHA-256 of each member, for excerpts of logs the lines where they stood, and what whoever \
         made this\nknew of layouts, days, zones and clocks, which counts when it is read. Of packet captures the \
         exchanges and what each TCP\nconversation was are here (`.streams.ndjson`), not the packets.\n",
    );
    out
}

/// What was masked where, and what may remain.
pub(super) fn masking(rows: &[Row], bundle: &Bundle, names: usize) -> String {
    let mut out = String::from("# What was masked\n\n");
    if bundle.secrets {
        out.push_str("Nothing: secrets were asked to stay (`--show-secrets`).\n\n");
    }
    out.push_str("| member | by rule | known from elsewhere | own patterns | names |\n|---|---|---|---|---|\n");
    for row in rows {
        let Counts { rules, secrets, patterns, names } = row.counts;
        let _infallible = writeln!(out, "| `{}` | {rules} | {secrets} | {patterns} | {names} |", row.path);
    }
    let _infallible = write!(
        out,
        "\nBy rule: passwords, tokens, cookies and session ids by the names and places that such things have. Known from\n\
         elsewhere: a secret of one exchange, wherever else it stands, also as base64, URL and XML spell it. Each is\n\
         overwritten by as many bytes. {names} names of users were replaced.\n\n\
         ## What may remain\n\n\
         - Secrets under names that nobody would expect, and in no exchange: look at the logs, and add `--mask-pattern`.\n\
         - What is packed or encrypted inside a body (attachments, PDF, images, base64 of packed content).\n\
         - Texts in UTF-16: rules find secrets in them, own patterns and names are looked for in single bytes only.\n\
         - Names of users that no exchange, finding, dump or record names as such, of fewer than three characters, or that are\n  \
           words (admin, system, user); full names and mail addresses of persons in business data.\n\
         - Names and addresses of servers, companies, divisions, and the business data itself: they are what a failure is\n  \
           about.\n"
    );
    out
}

//! What a bundle says of itself: to whoever gets it, and of what was masked in it.

use std::fmt::Write;

use serde_json::{Value, json};

use super::Bundle;
use crate::export::Counts;

/// A member.
#[derive(Debug, Default)]
pub(super) struct Row {
    pub(super) path: String,
    pub(super) kind: &'static str,
    /// Items in the source.
    pub(super) of: u64,
    /// Those that are in it.
    pub(super) kept: u64,
    pub(super) bytes: u64,
    pub(super) sha256: String,
    /// Where its lines stood.
    pub(super) lines: Vec<(u64, u64, u64)>,
    pub(super) counts: Counts,
    pub(super) note: String,
}

impl Row {
    /// As it stands in the manifest.
    pub(super) fn value(&self) -> Value {
        json!({
            "path": self.path, "kind": self.kind, "items": self.kept, "of": self.of, "bytes": self.bytes,
            "sha256": self.sha256, "lines": self.lines,
            "masked": {
                "rules": self.counts.rules, "known_secrets": self.counts.secrets, "patterns": self.counts.patterns,
                "names": self.counts.names,
            },
        })
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
        "\n`manifest.json` has the SHA-256 of each member, and for excerpts of logs the lines where they stood.\n",
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

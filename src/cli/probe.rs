//! `mwscope probe`: whether a server can be reached at all, one test after the other.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::Args as ClapArgs;
use serde_json::json;

use super::output::{self, Exit, Failure, Format};
use super::record::identities::Identities;
use crate::engine::now;
use crate::proxy::{Accepted, Limits, Step, Subject, Trust, probe};
use crate::redact::{mask_shown, mask_text};
use crate::report::safe;

/// Tests the way to a server: name, connection, TLS, HTTP or SSH greeting
#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// The server, as https://HOST/PATH?wsdl or HOST:PORT
    #[arg(value_name = "URL|HOST:PORT")]
    subject: String,
    /// PEM file with a root that the server's certificate may lead to, beside those of this computer
    #[arg(long, value_name = "FILE")]
    extra_root: Vec<PathBuf>,
    /// Goes on with a certificate that doesn't verify, after saying so
    #[arg(long)]
    insecure_upstream: bool,
    #[command(flatten)]
    identities: Identities,
    /// How the answer is written
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Probes.
///
/// # Errors
/// When the argument names no server.
#[allow(clippy::needless_pass_by_value, reason = "all commands are run alike")]
pub(super) fn run(args: Args) -> Result<Exit, Failure> {
    let subject = Subject::parse(&args.subject).map_err(Failure::Usage)?;
    let accepted = if args.insecure_upstream { Accepted::All } else { Accepted::Hosts(Vec::new()) };
    let trust = Trust::new(&args.extra_root, accepted).map_err(|e| Failure::Usage(format!("--extra-root {e}")))?;
    let trust = trust.with_identities(args.identities.read()?);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(anyhow::Error::from)?;
    let now = now::utc_ns() / 1_000_000_000;
    let steps = runtime.block_on(probe(&subject, &trust, &Limits::default(), now));
    let mut out = io::stdout().lock();
    match args.format {
        Format::Text => {
            for step in &steps {
                writeln!(out, "{}", line(step))?;
            }
        }
        Format::Ndjson => {
            for step in &steps {
                writeln!(out, "{}", value(step))?;
            }
        }
        Format::Json => {
            let steps: Vec<_> = steps.iter().map(value).collect();
            writeln!(out, "{:#}", json!({"subject": mask_text(&args.subject), "steps": steps}))?;
        }
    }
    Ok(Exit::Answered)
}

fn line(step: &Step) -> String {
    let (mark, text) = match &step.found {
        Ok(text) => ("ok  ", text),
        Err(text) => ("FAIL", text),
    };
    let text = mask_shown(text);
    let mark = match (&step.found, output::colour()) {
        (Err(_), true) => format!("\x1b[31m{mark}\x1b[0m"),
        _ => mark.to_owned(),
    };
    format!("{mark}  {:<14} {:>6} ms  {}", step.stage.word(), step.took.as_millis(), safe::line(&text))
}

fn value(step: &Step) -> serde_json::Value {
    let (Ok(text) | Err(text)) = &step.found;
    json!({
        "stage": step.stage.word(),
        "ok": step.found.is_ok(),
        // A server may lead to an address with a token in it, as those of single sign-on do.
        "text": mask_text(text),
        "duration_ms": step.took.as_secs_f64() * 1000.0,
    })
}

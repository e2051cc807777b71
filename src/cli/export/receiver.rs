//! Receivers of time lines as the command line names them, for `export` and `record` alike.

use crate::cli::output::Failure;
use crate::engine::push::{self, Target, Wire, environment};
use crate::redact::mask_text;
use crate::telemetry::Origin;

/// How items are called where they go.
pub(in crate::cli) struct Names {
    /// The index of OpenSearch.
    pub(in crate::cli) index: String,
    /// The table of ClickHouse.
    pub(in crate::cli) table: String,
}

/// The words for what receivers speak, with what it is.
pub(in crate::cli) const WIRES: [(&str, &str); 4] = [
    (
        "otlp",
        "time line and findings as OpenTelemetry: calls are spans, records and dumps are logs (JSON, a request a line)",
    ),
    ("otlp-grpc", "the same over gRPC, with --push"),
    ("opensearch", "time line and findings as lines for the bulk interface of OpenSearch and Elasticsearch"),
    ("clickhouse", "time line and findings as rows of JSON for ClickHouse; --create-table says into which table"),
];

/// What the word means.
pub(in crate::cli) fn wire(word: &str, names: &Names) -> Option<Wire> {
    match word {
        "otlp" => Some(Wire::Otlp),
        "otlp-grpc" => Some(Wire::OtlpGrpc),
        "opensearch" => Some(Wire::OpenSearch { index: names.index.clone() }),
        "clickhouse" => Some(Wire::ClickHouse { table: names.table.clone() }),
        _ => None,
    }
}

/// The receiver at an address, as `option` said it: `env` is the one that OpenTelemetry's variables name.
///
/// # Errors
/// When it is no address.
pub(in crate::cli) fn target(option: &str, wire: Wire, url: &str, origin: Origin) -> Result<Target, Failure> {
    if url == environment::WORD
        && let Some(target) =
            environment::receiver(&wire, &origin, &|name| std::env::var(name).ok()).map_err(Failure::Usage)?
    {
        address("OTEL_EXPORTER_OTLP_ENDPOINT", &target.url)?;
        return Ok(target);
    }
    Ok(Target { url: address(option, url)?, wire, origin, headers: Vec::new() })
}

/// A receiver's address, as `option` said it.
///
/// # Errors
/// When it is none, or has a password in it: addresses are shown and kept, headers aren't.
fn address(option: &str, url: &str) -> Result<String, Failure> {
    let host = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://"));
    match host.and_then(|host| host.split(['/', '?', '#', '\\']).next()) {
        Some(authority) if authority.contains('@') => Err(Failure::Usage(format!(
            "{option} {}: credentials don't belong into the address; give them by --header (export) or --push-header \
             (record), as Authorization: Basic ...",
            repeated(url)
        ))),
        Some(authority) if !authority.is_empty() => Ok(url.to_owned()),
        _ => Err(Failure::Usage(format!(
            "{option} {}: write the receiver's address, as http://localhost:4318",
            repeated(url)
        ))),
    }
}

/// What was written for an address, as it may be repeated: nothing in front of an `@`, and secrets masked.
pub(in crate::cli) fn repeated(text: &str) -> String {
    let behind = text.rsplit_once('@').map(|(_, host)| format!("...@{host}"));
    mask_text(behind.as_deref().unwrap_or(text)).into_owned()
}

/// A header that a receiver wants, as `option` said it, and the word for the receiver that alone wants it.
///
/// # Errors
/// When it is none. What it says may be secret and is not repeated.
pub(in crate::cli) fn header(option: &str, text: &str) -> Result<(Option<&'static str>, (String, String)), Failure> {
    let of_one = text.split_once('=').and_then(|(word, rest)| {
        let (word, _) = WIRES.iter().find(|(known, _)| *known == word)?;
        Some((*word, rest))
    });
    let (word, text) = of_one.map_or((None, text), |(word, rest)| (Some(word), rest));
    let wrong = || Failure::Usage(format!("{option}: write NAME: VALUE, as Authorization: Bearer ..."));
    let header = text.split_once(':').and_then(|(name, value)| push::header(name, value)).ok_or_else(wrong)?;
    Ok((word, header))
}

//! A batch of items as the requests of a wire format.

use std::io::{self, Write};

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use mwscope_parsers::hex;
use sha2::{Digest, Sha256};

use super::{Target, Wire};
use crate::model::{Header, Headers};
use crate::replay::{Draft, escape};
use crate::telemetry::otlp::Signal;
use crate::telemetry::{Item, clickhouse, opensearch, otlp};

/// A request of the wire format, with the items in it.
pub(super) fn draft(target: &Target, signal: Signal, items: &[Item]) -> io::Result<Draft> {
    let address = target.url.trim_end_matches('/');
    let (url, content_type, body) = match &target.wire {
        Wire::Otlp | Wire::OtlpGrpc => {
            let spans: Vec<_> = items.iter().map(|item| otlp::encoded(item).1).collect();
            let body = otlp::request(signal, &target.origin, &spans).to_string();
            (format!("{address}{}", signal.path()), "application/json", body)
        }
        Wire::OpenSearch { index } => {
            let lines = items.iter().map(|item| opensearch::lines(item, index, &target.origin));
            (format!("{address}/_bulk"), "application/x-ndjson", lines.collect())
        }
        Wire::ClickHouse { table } => {
            let rows: String = items.iter().map(|item| clickhouse::row(item, &target.origin)).collect();
            (insert(address, table, &rows), "application/x-ndjson", rows)
        }
    };
    let mut headers = vec![Header::new("Content-Type", content_type), Header::new("Content-Encoding", "gzip")];
    headers.extend(target.headers.iter().map(|(name, value)| Header::new(name.clone(), value)));
    Ok(Draft {
        method: "POST".to_owned(),
        url,
        headers: Headers(headers),
        body: compressed(body.as_bytes())?,
        ..Draft::default()
    })
}

/// Where rows are put in. They are known by a token, so that rows that are sent again are left out where the table keeps
/// tokens (a replicated one does); the server gathers small requests, answers when they are written, and passes over what
/// a table of the user's own has no column for.
fn insert(address: &str, table: &str, rows: &str) -> String {
    let token = hex::text(&Sha256::digest(rows.as_bytes())[..16]);
    let query = clickhouse::insert(table);
    let settings = [
        ("query", query.as_str()),
        ("insert_deduplication_token", &token),
        ("input_format_skip_unknown_fields", "1"),
        ("async_insert", "1"),
        ("wait_for_async_insert", "1"),
    ];
    with_settings(address, &settings)
}

/// The address of a query. One that has a `?` already (a database) goes on behind it.
pub(super) fn with_settings(address: &str, settings: &[(&str, &str)]) -> String {
    let settings = settings.iter().map(|(name, value)| format!("{name}={}", escape::url(value)));
    let (begin, settings) = (if address.contains('?') { "&" } else { "/?" }, settings.collect::<Vec<_>>().join("&"));
    format!("{address}{begin}{settings}")
}

/// Items by the requests in which they can go together, in the order in which these go.
pub(super) fn by_request(target: &Target, items: Vec<Item>) -> Vec<(Signal, Vec<Item>)> {
    let (calls, others) = match &target.wire {
        Wire::Otlp | Wire::OtlpGrpc => items.into_iter().partition(|item| otlp::signal(item) == Signal::Traces),
        Wire::OpenSearch { .. } | Wire::ClickHouse { .. } => (items, Vec::new()),
    };
    let groups = [(Signal::Traces, calls), (Signal::Logs, others)];
    groups.into_iter().filter(|(_, items)| !items.is_empty()).collect()
}

pub(super) fn compressed(body: &[u8]) -> io::Result<Bytes> {
    let mut coded = GzEncoder::new(Vec::new(), Compression::fast());
    coded.write_all(body)?;
    Ok(Bytes::from(coded.finish()?))
}

//! A batch of items as the requests of a wire format.

use std::io::{self, Write};

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;

use super::{Target, Wire};
use crate::model::{Header, Headers};
use crate::replay::Draft;
use crate::telemetry::otlp::Signal;
use crate::telemetry::{Item, opensearch, otlp};

/// A request of the wire format, with the items in it.
pub(super) fn draft(target: &Target, signal: Signal, items: &[Item]) -> io::Result<Draft> {
    let (path, content_type, body) = match &target.wire {
        Wire::Otlp | Wire::OtlpGrpc => {
            let spans: Vec<_> = items.iter().map(|item| otlp::encoded(item).1).collect();
            (signal.path(), "application/json", otlp::request(signal, &target.origin, &spans).to_string())
        }
        Wire::OpenSearch { index } => {
            let lines = items.iter().map(|item| opensearch::lines(item, index, &target.origin));
            ("/_bulk", "application/x-ndjson", lines.collect())
        }
    };
    let mut headers = vec![Header::new("Content-Type", content_type), Header::new("Content-Encoding", "gzip")];
    headers.extend(target.headers.iter().map(|(name, value)| Header::new(name.clone(), value)));
    Ok(Draft {
        method: "POST".to_owned(),
        url: format!("{}{path}", target.url.trim_end_matches('/')),
        headers: Headers(headers),
        body: compressed(body.as_bytes())?,
        ..Draft::default()
    })
}

/// Items by the requests in which they can go together, in the order in which these go.
pub(super) fn by_request(target: &Target, items: Vec<Item>) -> Vec<(Signal, Vec<Item>)> {
    let (calls, others) = match &target.wire {
        Wire::Otlp | Wire::OtlpGrpc => items.into_iter().partition(|item| otlp::signal(item) == Signal::Traces),
        Wire::OpenSearch { .. } => (items, Vec::new()),
    };
    let groups = [(Signal::Traces, calls), (Signal::Logs, others)];
    groups.into_iter().filter(|(_, items)| !items.is_empty()).collect()
}

pub(super) fn compressed(body: &[u8]) -> io::Result<Bytes> {
    let mut coded = GzEncoder::new(Vec::new(), Compression::fast());
    coded.write_all(body)?;
    Ok(Bytes::from(coded.finish()?))
}

//! Handing items to a receiver over the network: in batches, compressed, again where it has no room or isn't there, and
//! on from where it was broken off. [`Pusher`] hands on evidence that is all there, [`recording`] what is being recorded.
//! It knows the wire formats of [`telemetry`](crate::telemetry) and no more of items.

mod body;
mod create;
pub mod environment;
mod grpc;
mod progress;
mod receiver;
pub(super) mod recorded;
pub(super) mod recording;
mod told;
mod whole;

pub use create::create_table;
pub use progress::{Gone, Sent};
pub use whole::Pusher;

use std::borrow::Cow;
use std::path::Path;

use crate::case::Case;
use crate::telemetry::Origin;

/// What a receiver speaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wire {
    /// OTLP over HTTP, in JSON.
    Otlp,
    /// OTLP over gRPC.
    OtlpGrpc,
    /// The bulk interface of OpenSearch and Elasticsearch.
    OpenSearch {
        /// The index.
        index: String,
    },
    /// The HTTP interface of ClickHouse.
    ClickHouse {
        /// The table, with its database in front where that isn't the default one.
        table: String,
    },
}

impl Wire {
    /// The word by which it is chosen.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Otlp => "otlp",
            Self::OtlpGrpc => "otlp-grpc",
            Self::OpenSearch { .. } => "opensearch",
            Self::ClickHouse { .. } => "clickhouse",
        }
    }

    /// Whether an item that is handed on again takes the place of the one that is there. Where it doesn't, what becomes
    /// known of a call later must be an item of its own.
    const fn replaces(&self) -> bool {
        match self {
            Self::Otlp | Self::OtlpGrpc => false,
            Self::OpenSearch { .. } | Self::ClickHouse { .. } => true,
        }
    }
}

/// Where items go.
#[derive(Clone, Debug)]
pub struct Target {
    /// The address of the receiver, without the path of the interface.
    pub url: String,
    /// What it speaks.
    pub wire: Wire,
    /// What is said of all items.
    pub origin: Origin,
    /// Headers that it wants (`Authorization`).
    pub headers: Vec<(String, String)>,
}

/// Who hands on what is recorded into `case` on this computer, or what was recorded into it before.
#[must_use]
pub fn origin(service: &str, case: &Path) -> Origin {
    Origin::new(service, Some(&Case::name_of(case)), Some(&crate::case::host()))
}

/// A header that a receiver wants; `None` where it has no name that a header can have.
#[must_use]
pub fn header(name: &str, value: &str) -> Option<(String, String)> {
    let (name, value) = (name.trim(), value.trim());
    let is_token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    (!name.is_empty() && name.bytes().all(is_token)).then(|| (name.to_owned(), value.to_owned()))
}

/// An address as it can be shown: without what its query says, and without a password.
fn shown(url: &str) -> Cow<'_, str> {
    crate::redact::mask_text(url.split('?').next().unwrap_or(url))
}

impl Target {
    /// What is handed on to whom, without secrets: by this a kept position is known to be about it.
    fn name(&self) -> serde_json::Value {
        let about = match &self.wire {
            Wire::Otlp | Wire::OtlpGrpc => &self.origin.service,
            Wire::OpenSearch { index } => index,
            Wire::ClickHouse { table } => table,
        };
        let url = crate::redact::mask_text(&self.url);
        serde_json::json!({"url": url, "wire": format!("{} {about}", self.wire.word())})
    }
}

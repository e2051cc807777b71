//! What was found, written down: one output a file. It knows the model alone, so that every output can be tested
//! without a socket; reading bodies goes through the model's narrow view. What goes out is masked.

pub mod body;
pub mod compare;
pub mod dump;
pub mod exchange;
mod html;
mod json;
pub mod lint;
mod markdown;
pub mod mask;
pub mod record;
pub mod remarks;
pub mod safe;
mod sarif;
mod story;
pub mod stream;
pub(crate) mod summary;
mod text;
pub mod threads;
pub(crate) mod times;

pub use html::html;
pub use json::{finding, investigation as json, ndjson, problem};
pub(crate) use markdown::escaped;
pub use markdown::markdown;
pub(crate) use mask::{masked, masked_named};
pub use sarif::sarif;
pub use summary::Detail;
pub use text::{Style, text, verdict_line};

/// A line on each source and its clock.
#[must_use]
pub(crate) fn clock_lines(investigation: &crate::model::Investigation) -> Vec<String> {
    (0..investigation.sources.len()).filter_map(|n| story::clock_line(investigation, n)).collect()
}

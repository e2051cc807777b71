//! HTTP that no other protocol knows: what an error body says of itself, and nothing else.

use serde_json::Value;

use super::call::Call;
use super::mi_answer::text;
use super::program_in;
use super::seen::Context;

#[allow(clippy::unnecessary_wraps, reason = "one of the protocols in the list")]
pub(super) fn recognise(context: &Context<'_>) -> Option<Call> {
    let mut call = Call { protocol: "HTTP".to_owned(), ..Call::default() };
    if context.seen.method != "CONNECT" {
        call.program = context.target.segments.iter().find_map(|segment| program_in(segment));
    }
    if context.seen.status.is_some_and(|status| status >= 400) {
        call.fault = context.json().and_then(error_text);
    }
    Some(call)
}

/// The text of a problem document (RFC 9457) or of the error objects that frameworks write.
fn error_text(value: &Value) -> Option<String> {
    const NAMES: [&str; 5] = ["detail", "message", "error_description", "title", "error"];
    let inner = value.get("error").filter(|error| error.is_object());
    inner.into_iter().chain([value]).find_map(|value| NAMES.iter().find_map(|name| text(value, name)))
}

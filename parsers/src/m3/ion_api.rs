//! Calls through the ION API gateway to something that no other protocol knows: tenant, application and path, and what
//! the gateway says of itself where it refuses.

use super::call::Call;
use super::mi_answer::text;
use super::seen::Context;
use crate::http::behind_scheme;

/// Headers of public clients that name the calling application.
const HEADERS: [&str; 2] = ["x-infor-ionapi-source", "x-infor-ionapi-platform"];

pub(super) fn recognise(context: &Context<'_>) -> Option<Call> {
    let host = behind_scheme(context.seen.url).map_or("", |(_, rest)| rest.split(['/', '?']).next().unwrap_or(""));
    let gateway = host.as_bytes().windows(6).any(|word| word.eq_ignore_ascii_case(b"ionapi"));
    if !gateway && !HEADERS.iter().any(|name| context.seen.request.header(name).is_some()) {
        return None;
    }
    // `/TENANT/APPLICATION/...` on the gateway; an application that is called straight has no tenant in front.
    let from = usize::from(gateway);
    let service = context.target.segment(from)?.to_owned();
    let rest = context.target.segments.get(from + 1..).unwrap_or_default();
    let operation = if rest.is_empty() { None } else { Some(format!("{} {}", context.seen.method, rest.join("/"))) };
    let mut call = Call { protocol: "ION API".to_owned(), service: Some(service), operation, ..Call::default() };
    call.fields.clone_from(&context.target.query);
    if context.seen.status.is_some_and(|status| status >= 400) {
        let names = ["error_description", "message", "detail", "title", "error"];
        call.fault = context.json().and_then(|value| names.iter().find_map(|name| text(value, name)));
    }
    Some(call)
}

//! Headers compared: their order and the case of their names make no difference, and neither does what says when and
//! over which connection a message was sent.

use mwscope_parsers::http::MediaType;

use super::difference::{Difference, Found, Kind};
use super::volatile::Reason;
use crate::model::Headers;

/// Headers that follow the moment, the connection or the way a body is packed.
const PASSING: [&str; 26] = [
    "date",
    "expires",
    "last-modified",
    "age",
    "etag",
    "server-timing",
    "content-length",
    "content-md5",
    "digest",
    "transfer-encoding",
    "content-encoding",
    "connection",
    "keep-alive",
    "proxy-connection",
    "x-request-id",
    "request-id",
    "x-correlation-id",
    "x-trace-id",
    "traceparent",
    "tracestate",
    "x-response-time",
    "x-runtime",
    "x-amzn-trace-id",
    "x-amz-cf-id",
    "x-amz-request-id",
    "cf-ray",
];

/// Compares two heads.
pub(super) fn compare(left: &Headers, right: &Headers, found: &mut Found<'_>) {
    let mut names: Vec<String> = Vec::new();
    for header in left.0.iter().chain(&right.0) {
        let name = header.name.to_ascii_lowercase();
        if !names.contains(&name) {
            names.push(name);
        }
    }
    for name in names {
        let values = |headers: &Headers| headers.all(&name).map(|h| h.text().into_owned()).collect::<Vec<String>>();
        let (l, r) = (values(left), values(right));
        if l == r {
            continue;
        }
        for n in 0..l.len().max(r.len()) {
            one(&name, n, l.get(n), r.get(n), found);
        }
    }
}

fn one(name: &str, n: usize, left: Option<&String>, right: Option<&String>, found: &mut Found<'_>) {
    if left == right {
        return;
    }
    let path = if n == 0 { format!("header:{name}") } else { format!("header:{name}[{}]", n + 1) };
    let kind = match (left, right) {
        (None, _) => Kind::Added,
        (_, None) => Kind::Removed,
        _ => Kind::Changed,
    };
    let difference = Difference { path, kind, left: left.cloned(), right: right.cloned() };
    let both = left.zip(right);
    if PASSING.contains(&name) || both.is_some_and(|(l, r)| name == "set-cookie" && cookie(l) == cookie(r)) {
        return found.pass_over(difference, Reason::Name);
    }
    if name == "content-type" && both.is_some_and(|(l, r)| media(l).is_some() && media(l) == media(r)) {
        return;
    }
    match both {
        Some((l, r)) => found.change(difference.path, l.clone(), r.clone()),
        None => found.add(difference.path, kind, difference.left, difference.right),
    }
}

/// A cookie without its value and when it ends.
fn cookie(text: &str) -> Vec<String> {
    let mut parts = text.split(';');
    let name = parts.next().and_then(|pair| pair.split('=').next()).unwrap_or_default().trim().to_owned();
    let attributes = parts.map(|part| part.trim().to_ascii_lowercase());
    let mut rest: Vec<_> =
        attributes.filter(|part| !part.starts_with("expires=") && !part.starts_with("max-age=")).collect();
    rest.sort();
    rest.insert(0, name);
    rest
}

/// A media type without what is made up for each message, however it is spelled.
fn media(text: &str) -> Option<(String, Vec<(String, String)>)> {
    let media = MediaType::parse(text.as_bytes())?;
    let made_up = |name: &str| matches!(name, "boundary" | "start");
    let mut parameters: Vec<_> = media.parameters.into_iter().filter(|(name, _)| !made_up(name)).collect();
    for (name, value) in &mut parameters {
        if name == "charset" {
            value.make_ascii_lowercase();
        }
    }
    parameters.sort();
    Some((media.essence, parameters))
}

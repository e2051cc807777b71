//! Two answers, two requests or two whole recordings side by side: what changed, was added, removed or moved. XML and
//! JSON are compared as what they mean, not as they are written, and values that change from call to call don't count
//! ([`Volatile`]). There are no sockets, files or clocks in it.

pub(crate) mod align;
mod body;
mod difference;
mod headers;
mod json;
pub mod recordings;
mod text;
mod tree;
pub mod volatile;
mod walk;
mod xml;

pub use body::Content;
pub use difference::{Difference, Ignored, Kind, Row};
pub use volatile::{Reason, Volatile};

use difference::Found;

use crate::model::{Bodies, Body, BodyState, Exchange, Headers, coding};

/// An exchange and where its bodies are read.
#[derive(Clone, Copy)]
pub struct Side<'a> {
    /// The exchange.
    pub exchange: &'a Exchange,
    /// Where its bodies are.
    pub bodies: &'a dyn Bodies,
}

/// What two sides differ in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// Status, outcome and body (of requests: method, path, query and body), in the order of the left side.
    pub differences: Vec<Difference>,
    /// Headers.
    pub headers: Vec<Difference>,
    /// What doesn't count, with the reason.
    pub ignored: Vec<Ignored>,
    /// How many differences there are beyond those that are listed.
    pub more: usize,
    /// What couldn't be compared, and why.
    pub unknown: Vec<String>,
}

/// A time that both sides took for the same thing; milliseconds.
#[derive(Clone, Debug, PartialEq)]
pub struct Timing {
    /// What took it: `total`, `connect`, `wait` and so on.
    pub name: &'static str,
    /// How long on the left, where known.
    pub left_ms: Option<f64>,
    /// How long on the right, where known.
    pub right_ms: Option<f64>,
}

impl Comparison {
    /// Whether nothing differs that counts.
    #[must_use]
    pub fn same(&self) -> bool {
        self.differences.is_empty() && self.headers.is_empty()
    }

    fn of(body: Found<'_>, headers: Found<'_>) -> Self {
        let mut ignored = body.ignored;
        ignored.extend(headers.ignored);
        let more = body.more + headers.more;
        Self { differences: body.differences, headers: headers.differences, ignored, more, unknown: Vec::new() }
    }
}

/// Compares two bodies.
#[must_use]
pub fn bodies(left: &Content, right: &Content, volatile: &Volatile) -> Comparison {
    let mut found = Found::new(volatile);
    body::compare(left, right, "", &mut found);
    Comparison::of(found, Found::new(volatile))
}

/// All values of two bodies beside each other, in the order of the left one: what is equal too.
#[must_use]
pub fn side_by_side(left: &Content, right: &Content, volatile: &Volatile) -> Vec<Row> {
    let mut found = Found::new(volatile);
    found.rows = Some(Vec::new());
    body::compare(left, right, "", &mut found);
    found.rows.unwrap_or_default()
}

/// Compares what became of two calls: outcome, status, body, headers.
#[must_use]
pub fn answers(left: Side<'_>, right: Side<'_>, volatile: &Volatile) -> Comparison {
    let (mut found, mut in_headers) = (Found::new(volatile), Found::new(volatile));
    let (l, r) = (left.exchange, right.exchange);
    if outcome(l) != outcome(r) {
        found.change("outcome".to_owned(), outcome(l), outcome(r));
    }
    let mut unknown = Vec::new();
    match (&l.response, &r.response) {
        (Some(a), Some(b)) => {
            if a.status != b.status {
                found.add("status".to_owned(), Kind::Changed, Some(a.status.to_string()), Some(b.status.to_string()));
            }
            let contents = (content(left, &a.body, &a.headers), content(right, &b.body, &b.headers));
            compare_bodies(contents, (a.body.len, b.body.len), &mut found, &mut unknown);
            // What isn't in a body that can be read is known from listings at least.
            if !unknown.is_empty() && l.call.fault != r.call.fault {
                let fault = |x: &Exchange| x.call.fault.clone().unwrap_or_default();
                found.change("fault".to_owned(), fault(l), fault(r));
            }
            headers::compare(&a.headers, &b.headers, &mut in_headers);
        }
        (Some(a), None) => found.add("status".to_owned(), Kind::Removed, Some(a.status.to_string()), None),
        (None, Some(b)) => found.add("status".to_owned(), Kind::Added, None, Some(b.status.to_string())),
        (None, None) => {}
    }
    Comparison { unknown, ..Comparison::of(found, in_headers) }
}

/// Compares two requests: method, path, query, body, headers. The host doesn't count: the same call may go to another
/// environment.
#[must_use]
pub fn requests(left: Side<'_>, right: Side<'_>, volatile: &Volatile) -> Comparison {
    let (mut found, mut in_headers) = (Found::new(volatile), Found::new(volatile));
    let (l, r) = (left.exchange, right.exchange);
    let changed = |found: &mut Found<'_>, path: &str, l: &str, r: &str| {
        if l != r {
            found.add(path.to_owned(), Kind::Changed, Some(l.to_owned()), Some(r.to_owned()));
        }
    };
    changed(&mut found, "method", &l.request.method, &r.request.method);
    changed(&mut found, "path", l.path(), r.path());
    body::queries(query(&l.url), query(&r.url), &mut found);
    let mut unknown = Vec::new();
    let contents =
        (content(left, &l.request.body, &l.request.headers), content(right, &r.request.body, &r.request.headers));
    compare_bodies(contents, (l.request.body.len, r.request.body.len), &mut found, &mut unknown);
    let without_host = |headers: &Headers| {
        Headers(headers.0.iter().filter(|h| !h.name.eq_ignore_ascii_case("host")).cloned().collect())
    };
    headers::compare(&without_host(&l.request.headers), &without_host(&r.request.headers), &mut in_headers);
    Comparison { unknown, ..Comparison::of(found, in_headers) }
}

/// Learns from two answers to the same request what changes from call to call.
pub fn learn(volatile: &mut Volatile, first: Side<'_>, second: Side<'_>) {
    let found = answers(first, second, volatile);
    for difference in found.differences.iter().chain(&found.headers) {
        // That an answer comes or doesn't is no detail.
        if !matches!(difference.path.as_str(), "status" | "outcome" | "body") {
            volatile.learn(&difference.path, difference.kind != Kind::Changed);
        }
    }
}

/// Where the time of two calls went.
#[must_use]
pub fn timings(left: &Exchange, right: &Exchange) -> Vec<Timing> {
    let of = |x: &Exchange| {
        let t = x.timings;
        [x.duration_ns, t.blocked, t.dns, t.connect, t.tls, t.send, t.wait, t.receive]
    };
    const NAMES: [&str; 8] = ["total", "blocked", "dns", "connect", "tls", "send", "wait", "receive"];
    let ms = |ns: Option<u64>| ns.map(|ns| ns as f64 / 1e6);
    let all = NAMES.into_iter().zip(of(left)).zip(of(right));
    let all = all.map(|((name, l), r)| Timing { name, left_ms: ms(l), right_ms: ms(r) });
    all.filter(|timing| timing.left_ms.is_some() || timing.right_ms.is_some()).collect()
}

fn outcome(exchange: &Exchange) -> String {
    match exchange.outcome.broke_at() {
        Some((stage, cause)) => format!("{} at {}: {cause}", exchange.outcome.word(), stage.word()),
        None => exchange.outcome.word().to_owned(),
    }
}

fn query(url: &str) -> &str {
    url.split('#').next().and_then(|url| url.split_once('?')).map_or("", |(_, query)| query)
}

/// A body with its content coding removed, or why there is none.
fn content(side: Side<'_>, body: &Body, headers: &Headers) -> Result<Content, String> {
    let missing = match &body.state {
        BodyState::Whole => None,
        BodyState::Cut => Some("only its first part was kept".to_owned()),
        BodyState::Dropped => Some("it was dropped while it was recorded".to_owned()),
        BodyState::Withheld(why) => Some(format!("it was withheld: {why}")),
        BodyState::Absent => Some("the source doesn't hold it".to_owned()),
    };
    let id = side.exchange.id;
    if let Some(why) = missing {
        return Err(format!("the body of {id}: {why}"));
    }
    let kept = side.bodies.load(body).map_err(|error| format!("the body of {id} can't be read: {error}"))?;
    let decoded = coding::decode(body, &kept);
    match decoded.trouble {
        Some(why) => Err(format!("the body of {id}: {why}")),
        None => Ok(Content { bytes: decoded.bytes, content_type: headers.text("content-type").unwrap_or_default() }),
    }
}

fn compare_bodies(
    contents: (Result<Content, String>, Result<Content, String>),
    sizes: (u64, u64),
    found: &mut Found<'_>,
    unknown: &mut Vec<String>,
) {
    match contents {
        (Ok(left), Ok(right)) => body::compare(&left, &right, "", found),
        (left, right) => {
            unknown.extend([left.err(), right.err()].into_iter().flatten());
            if sizes.0 != sizes.1 {
                let size = |len: u64| Some(format!("{len} bytes"));
                found.add("body".to_owned(), Kind::Changed, size(sizes.0), size(sizes.1));
            }
        }
    }
}

#[cfg(test)]
mod tests;

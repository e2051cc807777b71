//! What of a request makes it the same as another: its operation and values, without what changes with every call.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::LazyLock;

use mwscope_parsers::http::MediaType;
use mwscope_parsers::m3::form;
use mwscope_parsers::{soap, xml};
use regex::Regex;

use crate::model::Exchange;
use crate::redact::is_secret_name;

/// A request as it is compared.
#[derive(Clone, Debug)]
pub(super) struct Likeness {
    /// Method, path and operation.
    pub(super) kind: String,
    /// Path and value of each field, in order of the path.
    values: Vec<(String, String)>,
    /// A digest of the values.
    pub(super) digest: u64,
    /// A digest of target and body as they are.
    exact: u64,
    /// The scheme by which it signs on (`basic`), where it does.
    signed_on: Option<String>,
}

impl Likeness {
    /// The likeness of a request whose body is `body`, content coding removed.
    pub(super) fn of(exchange: &Exchange, body: &[u8]) -> Self {
        let request = &exchange.request;
        let (path, query) = split(&exchange.url);
        let media = request.headers.first("content-type").and_then(|header| MediaType::parse(&header.value));
        let content_type = request.headers.text("content-type");
        let mut values: Vec<_> =
            form::pairs(query).into_iter().map(|(name, value)| (format!("?{name}"), value)).collect();
        let operation = operation(exchange, body, content_type.as_deref(), &mut values, media.as_ref());
        values.retain(|(path, _)| !changes_by_name(last(path)));
        for (_, value) in &mut values {
            if CHANGES.is_match(value.trim()) {
                value.clear();
            }
        }
        values.sort();
        let kind = format!("{} {path} {operation}", request.method);
        let signed_on = request.headers.text("authorization");
        let signed_on = signed_on.map(|value| value.split(' ').next().unwrap_or_default().to_ascii_lowercase());
        Self { kind, digest: digest(&values), exact: digest(&(query, body)), values, signed_on }
    }

    /// The kind of the GET that this HEAD could be.
    pub(super) fn kind_of_get(&self) -> Option<String> {
        Some(format!("GET {}", self.kind.strip_prefix("HEAD ")?))
    }

    /// Whether they are the same, apart from what changes with every call.
    pub(super) fn equals(&self, other: &Self) -> bool {
        self.signed_on == other.signed_on && self.has_the_values_of(other)
    }

    /// As [`Likeness::equals`], whoever signs on how.
    pub(super) fn has_the_values_of(&self, other: &Self) -> bool {
        self.digest == other.digest && self.values == other.values
    }

    /// Whether target and body are the same bytes.
    pub(super) fn is_exactly(&self, other: &Self) -> bool {
        self.exact == other.exact
    }

    /// The share of the values that agree, 0 to 1 (Dice's coefficient); 1 where neither has any.
    pub(super) fn alike(&self, other: &Self) -> f64 {
        let all = self.values.len() + other.values.len();
        if all == 0 {
            return 1.0;
        }
        let mut left: BTreeMap<&(String, String), usize> = BTreeMap::new();
        for value in &self.values {
            *left.entry(value).or_default() += 1;
        }
        let mut common = 0_usize;
        for value in &other.values {
            if let Some(count) = left.get_mut(value).filter(|count| **count > 0) {
                *count -= 1;
                common += 1;
            }
        }
        #[allow(clippy::cast_precision_loss, reason = "counts of fields")]
        let share = 2.0 * common as f64 / all as f64;
        share
    }

    /// Where `other` differs, at most `most` of them, in words. Values of secret fields aren't among them.
    pub(super) fn differences(&self, other: &Self, most: usize) -> Vec<String> {
        let here: BTreeMap<_, _> = self.values.iter().map(|(path, value)| (path, value)).collect();
        let there: BTreeMap<_, _> = other.values.iter().map(|(path, value)| (path, value)).collect();
        let changed = here.iter().filter_map(|(path, recorded)| match there.get(path) {
            Some(asked) if asked == recorded => None,
            Some(asked) => Some(format!("{path} is {asked:?}, recorded is {recorded:?}")),
            None => Some(format!("{path} is missing")),
        });
        let added =
            there.keys().filter(|path| !here.contains_key(*path)).map(|path| format!("{path} was not recorded"));
        changed.chain(added).take(most).collect()
    }
}

/// Names the operation and collects the values of the body.
fn operation(
    exchange: &Exchange,
    body: &[u8],
    content_type: Option<&str>,
    values: &mut Vec<(String, String)>,
    media: Option<&MediaType>,
) -> String {
    if body.is_empty() {
        return exchange.request.headers.text("soapaction").unwrap_or_default();
    }
    if let Some(envelope) = soap::read(body, content_type) {
        let credentials = envelope.credentials;
        let told = [("company", credentials.company), ("division", credentials.division)];
        values.extend(told.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
        values.extend(envelope.fields.into_iter().map(|field| (field.path, field.value)));
        let operation = envelope.operation.unwrap_or_default();
        // An empty element without fields is the call itself.
        return format!("{{{}}}{}", operation.namespace.unwrap_or_default(), operation.name);
    }
    if media.is_some_and(MediaType::is_json)
        && let Ok(value) = serde_json::from_slice(body)
    {
        json(String::new(), &value, values);
    } else if media.is_some_and(|media| media.essence.ends_with("/x-www-form-urlencoded")) {
        values.extend(form::pairs(&String::from_utf8_lossy(body)));
    } else if media.is_some_and(MediaType::is_xml) {
        let decoded = xml::decode(body, None);
        elements(&decoded.text, values);
    } else {
        values.push(("body".to_owned(), format!("{} bytes, {:016x}", body.len(), digest(&body))));
    }
    String::new()
}

fn json(path: String, value: &serde_json::Value, values: &mut Vec<(String, String)>) {
    match value {
        serde_json::Value::Object(members) if !members.is_empty() => {
            members.iter().for_each(|(name, value)| json(format!("{path}/{name}"), value, values));
        }
        serde_json::Value::Array(items) if !items.is_empty() => {
            items.iter().enumerate().for_each(|(at, value)| json(format!("{path}/{at}"), value, values));
        }
        serde_json::Value::String(text) => values.push((path, text.clone())),
        other => values.push((path, other.to_string())),
    }
}

fn elements(text: &str, values: &mut Vec<(String, String)>) {
    let document = xml::read(text);
    let mut paths: Vec<String> = Vec::new();
    for (at, element) in document.elements.iter().enumerate() {
        paths.truncate(element.depth);
        let path = format!("{}/{}", paths.last().map_or("", String::as_str), element.name);
        let attributes = element.attributes.iter().filter(|(name, _)| !name.starts_with("xmlns"));
        values.extend(attributes.map(|(name, value)| (format!("{path}/@{name}"), value.to_string())));
        if document.is_leaf(at) {
            values.push((path.clone(), element.text.to_string()));
        }
        // Deeper than this nothing real goes, and paths of paths would grow with the square of the depth.
        paths.push(if element.depth < 64 { path } else { "...".to_owned() });
    }
}

/// Fields that are new with every call by what they are called, and secrets.
fn changes_by_name(name: &str) -> bool {
    const CHANGING: [&str; 7] = ["_", "nonce", "created", "expires", "messageid", "timestamp", "jsessionid"];
    CHANGING.contains(&name.to_ascii_lowercase().as_str()) || is_secret_name(name)
}

fn last(path: &str) -> &str {
    path.rsplit(['/', '?', '@']).next().unwrap_or(path).split('[').next().unwrap_or(path)
}

/// Values that are new with every call by their form: points in time with a time of day, UUIDs, 32 hex digits.
#[allow(clippy::unwrap_used, reason = "the pattern is fixed, and every test of this module compiles it")]
static CHANGES: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?ix)^(?: \d{4}-\d\d-\d\d[T\ ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?
            | (?:urn:)?(?:uuid:)?\{?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\}?
            | [0-9a-f]{32} )$",
    )
    .unwrap()
});

/// Path and query of an absolute URL.
fn split(url: &str) -> (&str, &str) {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let rest = rest.find(['/', '?']).map_or("/", |at| &rest[at..]);
    let rest = rest.split('#').next().unwrap_or(rest);
    rest.split_once('?').unwrap_or((rest, ""))
}

fn digest(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

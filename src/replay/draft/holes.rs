//! Fillers in a recorded request: where a secret was masked, what stands there can't be sent.

use std::ops::Range;

use mwscope_parsers::http::{Head, Limits};

use crate::model::{Exchange, Headers, Mask, Part};
use crate::redact;

/// A filler, and what it stands in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hole {
    /// The part of the request.
    pub part: Part,
    /// The header or the field of the query; of a body nothing.
    pub name: String,
    /// Where it stands in a body without content coding.
    pub range: Range<usize>,
    /// The rule that found the secret.
    pub rule: String,
    /// By which equal secrets are seen to be equal; empty where there is none.
    pub token: String,
}

impl Hole {
    /// Where it stands, in words.
    #[must_use]
    pub fn place(&self) -> String {
        match self.part {
            Part::Target if self.name.is_empty() => "the URL".to_owned(),
            Part::Target => format!("query:{}", self.name),
            Part::RequestHead => format!("header:{}", self.name),
            _ => format!("the body at byte {}", self.range.start),
        }
    }
}

/// The fillers in the request of an exchange: those that its source lists, else those that are seen to be some, as in
/// an archive that was exported masked. `plain` is its body without content coding.
pub(super) fn of(exchange: &Exchange, plain: &[u8]) -> Vec<Hole> {
    let of_the_request = |mask: &&Mask| matches!(mask.part, Part::Target | Part::RequestHead | Part::RequestBody);
    let mut holes: Vec<Hole> = exchange.masks.iter().filter(of_the_request).map(|mask| hole(exchange, mask)).collect();
    for header in &exchange.request.headers.0 {
        let listed = holes.iter().any(|hole| hole.name.eq_ignore_ascii_case(&header.name));
        if !listed && redact::is_filled(&header.name, &header.value) {
            holes.push(Hole {
                part: Part::RequestHead,
                name: header.name.to_string(),
                range: 0..0,
                rule: "filler".to_owned(),
                token: String::new(),
            });
        }
    }
    if !holes.iter().any(|hole| hole.part == Part::RequestBody) {
        let seen = |range| Hole {
            part: Part::RequestBody,
            name: String::new(),
            range,
            rule: "filler".to_owned(),
            token: String::new(),
        };
        holes.extend(redact::fillers(plain).into_iter().map(seen));
    }
    holes
}

fn hole(exchange: &Exchange, mask: &Mask) -> Hole {
    let start = usize::try_from(mask.offset).unwrap_or(usize::MAX);
    let range = start..start.saturating_add(usize::try_from(mask.len).unwrap_or(0));
    let name = match mask.part {
        Part::Target => field_of_query(exchange, &range),
        Part::RequestHead => header(exchange, start),
        _ => String::new(),
    };
    Hole { part: mask.part, name, range, rule: mask.rule.clone(), token: mask.token.clone() }
}

fn header(exchange: &Exchange, at: usize) -> String {
    let request = &exchange.request;
    let head = request.head.as_ref().map(|bytes| Head::request(bytes.to_vec(), 0, &Limits::default()));
    // Where the source has no raw head, places are those in the head as it would be written.
    let first = request.method.len() + request.target.len() + request.version.len() + 4;
    header_at(head.as_ref(), &request.headers, first, at).unwrap_or_default()
}

/// The header of an answer in which a byte of its head stands.
pub(in crate::replay) fn header_of_answer(exchange: &Exchange, at: usize) -> Option<String> {
    let response = exchange.response.as_ref()?;
    let head = response.head.as_ref().map(|bytes| Head::response(bytes.to_vec(), 0, &Limits::default()));
    let first = response.version.len() + response.reason.len() + 7;
    header_at(head.as_ref(), &response.headers, first, at)
}

fn header_at(head: Option<&Head>, headers: &Headers, first: usize, at: usize) -> Option<String> {
    if let Some(head) = head {
        let field = head.fields().iter().find(|field| field.line.contains(&at))?;
        return Some(String::from_utf8_lossy(head.slice(&field.name)).into_owned());
    }
    let mut line = first;
    for header in &headers.0 {
        let end = line + header.name.len() + header.value.len() + 4;
        if (line..end).contains(&at) {
            return Some(header.name.to_string());
        }
        line = end;
    }
    None
}

/// The field of the query in which a filler stands; places are those in the target, or in the URL where it has none.
fn field_of_query(exchange: &Exchange, range: &Range<usize>) -> String {
    let target = &exchange.request.target;
    let filler = |text: &str| text.as_bytes().get(range.clone()).is_some_and(|part| part.contains(&b'*'));
    let text = if filler(target) { target } else { &exchange.url };
    let Some(before) = text.get(..range.start) else { return String::new() };
    let start = before.rfind(['?', '&', ';']).map_or(0, |at| at + 1);
    before[start..].split_once('=').map(|(name, _)| name.to_owned()).unwrap_or_default()
}

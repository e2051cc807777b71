//! All of an exchange but its bodies: heads, targets, URL, and the texts that were made from them.

use std::borrow::Cow;

use bytes::Bytes;

use super::body::BodyFacts;
use super::change::{self, Change};
use super::clean;
use super::header;
use super::key::Key;
use super::search::FILLER;
use super::{is_secret_name, mask_text, target};
use crate::model::{Exchange, Header, Headers, Mask, Outcome, Part, Response};

/// A secret this short may be part of other words, and is not looked for elsewhere.
const SHORTEST_ECHO: usize = 6;

/// Overwrites the secrets in everything of `exchange` except its bodies, and lists them. `in_bodies` are those that
/// were found there: they may stand in the texts that were made from a body. Gives the secrets that it looked for; they
/// must not be kept.
pub fn mask_exchange(key: &Key, exchange: &mut Exchange, in_bodies: &[String]) -> Vec<String> {
    let mut found = Found { key, masks: Vec::new(), secrets: Vec::new() };
    found.secrets.extend(in_bodies.iter().filter(|secret| secret.len() >= SHORTEST_ECHO).cloned());
    found.request(exchange);
    for response in exchange.interim.iter_mut().chain(exchange.response.as_mut()) {
        found.response(response);
    }
    let Found { masks, secrets, .. } = found;
    exchange.masks.extend(masks);
    let texts = Texts { secrets };
    texts.of(exchange);
    texts.secrets
}

/// Whether there are texts in an exchange in which a secret of its headers may be said again.
#[must_use]
pub fn has_texts(exchange: &Exchange) -> bool {
    let call = &exchange.call;
    let none = call.fault.is_none()
        && call.fault_detail.is_none()
        && call.fault_code.is_none()
        && call.nok.is_none()
        && call.fields.is_empty()
        && call.ids.is_empty()
        && exchange.notes.is_empty()
        && exchange.edits.is_empty()
        && exchange.outcome.broke_at().is_none();
    !none
}

/// What must be known of a request's body before it comes.
#[must_use]
pub fn facts_of_request(exchange: &Exchange) -> BodyFacts {
    let request = &exchange.request;
    BodyFacts {
        content_type: request.headers.text("content-type"),
        codings: request.body.codings.clone(),
        answer_to: None,
    }
}

/// What must be known of the body of `response` to `exchange` before it comes.
#[must_use]
pub fn facts_of_response(exchange: &Exchange, response: &Response) -> BodyFacts {
    BodyFacts {
        content_type: response.headers.text("content-type"),
        codings: response.body.codings.clone(),
        answer_to: Some(exchange.path().to_owned()),
    }
}

struct Found<'a> {
    key: &'a Key,
    masks: Vec<Mask>,
    secrets: Vec<String>,
}

impl Found<'_> {
    fn request(&mut self, exchange: &mut Exchange) {
        let in_target = |target: &str| {
            clean::unless_known(clean::Kind::Target, target.as_bytes(), || target::in_target(target.as_bytes()))
        };
        let in_url = in_target(&exchange.url);
        let request = &mut exchange.request;
        let in_target = in_target(&request.target);
        // The URL is made of the target; what stands in both is listed once.
        self.list(Part::Target, 0, if in_target.is_empty() { &in_url } else { &in_target });
        overwrite(&mut exchange.url, &in_url);
        overwrite(&mut request.target, &in_target);
        let before_headers = request.method.len() + request.target.len() + request.version.len() + 4;
        self.head(Part::RequestHead, &mut request.head, &mut request.headers, before_headers);
        self.headers(Part::RequestHead, &mut request.trailers, None);
    }

    fn response(&mut self, response: &mut Response) {
        overwrite_text(&mut response.reason);
        let before_headers = response.version.len() + response.reason.len() + 7;
        self.head(Part::ResponseHead, &mut response.head, &mut response.headers, before_headers);
        self.headers(Part::ResponseHead, &mut response.trailers, None);
    }

    /// Offsets are those in the raw head; where a source has none, those in the head as it would be written.
    fn head(&mut self, part: Part, head: &mut Option<Bytes>, headers: &mut Headers, before_headers: usize) {
        let Some(raw) = head else { return self.headers(part, headers, Some(before_headers)) };
        let lines = header::in_head(raw);
        // The headers were read from those lines, and what is the same needn't be searched again.
        let mut left = lines.iter().skip(1);
        for header in &mut headers.0 {
            let same = left.find(|line| line.is(raw, header.name.as_bytes(), &header.value));
            match same {
                Some(line) => self.overwrite(header, &line.changes),
                None => {
                    left = lines.iter().skip(1);
                    let changes = header::in_header(header.name.as_bytes(), &header.value);
                    self.overwrite(header, &changes);
                }
            }
        }
        let changes: Vec<Change> = lines.iter().flat_map(header::Line::in_head).collect();
        if changes.is_empty() {
            return;
        }
        let first_line = raw.iter().position(|b| *b == b'\n').unwrap_or(raw.len());
        // A secret in the request line was listed as the target's.
        let listed: Vec<_> = changes.iter().filter(|c| c.range.start > first_line).cloned().collect();
        self.list(part, 0, &listed);
        let mut masked = raw.to_vec();
        change::apply(&mut masked, &changes);
        *raw = masked.into();
    }

    /// Headers one by one; listed where they begin at `at` of a head.
    fn headers(&mut self, part: Part, headers: &mut Headers, mut at: Option<usize>) {
        for header in &mut headers.0 {
            let changes = header::in_header(header.name.as_bytes(), &header.value);
            let value_at = at.map(|at| at + header.name.len() + 2);
            at = value_at.map(|value_at| value_at + header.value.len() + 2);
            if let Some(value_at) = value_at {
                self.list(part, value_at, &changes);
            }
            self.overwrite(header, &changes);
        }
    }

    fn overwrite(&mut self, header: &mut Header, changes: &[Change]) {
        if changes.is_empty() {
            return;
        }
        self.remember(changes);
        let mut masked = header.value.to_vec();
        change::apply(&mut masked, changes);
        header.value = masked.into();
    }

    fn list(&mut self, part: Part, at: usize, changes: &[Change]) {
        self.remember(changes);
        let new = changes.iter().filter(|change| !change.is_old());
        self.masks.extend(new.map(|change| Mask {
            part,
            offset: (at + change.range.start) as u64,
            len: change.range.len() as u64,
            rule: change.rule.to_owned(),
            token: self.key.token(&change.secret),
        }));
    }

    fn remember(&mut self, changes: &[Change]) {
        for change in changes {
            let Ok(secret) = std::str::from_utf8(&change.secret) else { continue };
            if secret.len() >= SHORTEST_ECHO && !change.is_old() && !self.secrets.iter().any(|known| known == secret) {
                self.secrets.push(secret.to_owned());
            }
        }
    }
}

/// What was found, to be overwritten wherever it is said again.
struct Texts {
    secrets: Vec<String>,
}

impl Texts {
    /// The texts that were made from an exchange: what it is in M3's terms, remarks, changes, causes. The user stays
    /// even where the password is the same word.
    fn of(&self, exchange: &mut Exchange) {
        for (name, text) in &mut exchange.notes {
            self.text_called(name, text);
        }
        for edit in &mut exchange.edits {
            for text in edit.before.iter_mut().chain(edit.after.as_mut()).chain([&mut edit.what]) {
                self.text(text);
            }
        }
        if let Outcome::Failed { cause, .. } | Outcome::Aborted { cause, .. } = &mut exchange.outcome {
            self.text(cause);
        }
        let call = &mut exchange.call;
        for (path, value) in &mut call.fields {
            self.text_called(path, value);
        }
        let texts = [&mut call.fault, &mut call.fault_detail, &mut call.fault_code];
        texts.into_iter().flatten().for_each(|text| self.text(text));
        if let Some(message) = call.nok.as_mut().and_then(|nok| nok.message.as_mut()) {
            self.text(message);
        }
        // What is no longer to be read joins nothing.
        call.ids.retain(|id| !change::is_filler(id.as_bytes()) && !self.secrets.iter().any(|secret| secret == id));
    }

    fn text_called(&self, name: &str, text: &mut String) {
        if is_secret_name(name) {
            *text = filler(text);
        } else {
            self.text(text);
        }
    }

    fn text(&self, text: &mut String) {
        overwrite_text(text);
        for secret in &self.secrets {
            if text.contains(secret.as_str()) {
                *text = text.replace(secret.as_str(), &filler(secret));
            }
        }
    }
}

fn filler(text: &str) -> String {
    char::from(FILLER).to_string().repeat(text.len())
}

fn overwrite_text(text: &mut String) {
    let masked = || match mask_text(text) {
        Cow::Owned(masked) => vec![masked],
        Cow::Borrowed(_) => Vec::new(),
    };
    if let Some(masked) = clean::unless_known(clean::Kind::Text, text.as_bytes(), masked).pop() {
        *text = masked;
    }
}

fn overwrite(text: &mut String, changes: &[Change]) {
    if changes.is_empty() {
        return;
    }
    let mut bytes = std::mem::take(text).into_bytes();
    change::apply(&mut bytes, changes);
    *text = String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
}

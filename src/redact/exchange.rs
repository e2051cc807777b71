//! All of an exchange but its bodies: heads, targets, URL, and the texts that were made from them.

use std::borrow::Cow;
use std::sync::Arc;

use bytes::Bytes;

use super::again::{self, Again};
use super::body::BodyFacts;
use super::change::{self, Change};
use super::clean;
use super::echo::SHORTEST;
use super::header;
use super::key::Key;
use super::names;
use super::search::FILLER;
use super::{is_secret_name, mask_text, target};
use crate::model::{Exchange, Header, Headers, Mask, Outcome, Part, Response};

/// Overwrites the secrets in everything of `exchange` except its bodies, and lists them. `in_bodies` are those that
/// were found there: they may stand in the texts that were made from a body, and in the heads. Gives the secrets that it
/// looked for; they must not be kept.
pub fn mask_exchange(key: &Key, exchange: &mut Exchange, in_bodies: &[String]) -> Vec<String> {
    let mut secrets = mask_request(key, exchange);
    secrets.extend_from_slice(in_bodies);
    mask_answer(key, exchange, &secrets)
}

/// The first half of [`mask_exchange`], by which what an answer may say again is known before the answer is masked: the
/// request but its body. Gives the secrets that were found.
pub fn mask_request(key: &Key, exchange: &mut Exchange) -> Vec<String> {
    let mut found = Found { key, masks: Vec::new(), secrets: Vec::new() };
    found.request(exchange);
    exchange.masks.extend(found.masks);
    found.secrets
}

/// The second half of [`mask_exchange`]: responses, texts, and what is said again in any head. `known` are the secrets of
/// the request and of all bodies.
pub fn mask_answer(key: &Key, exchange: &mut Exchange, known: &[String]) -> Vec<String> {
    let mut found = Found { key, masks: Vec::new(), secrets: Vec::new() };
    for secret in known.iter().filter(|secret| secret.len() >= SHORTEST) {
        if !found.secrets.contains(secret) {
            found.secrets.push(secret.clone());
        }
    }
    for response in exchange.interim.iter_mut().chain(exchange.response.as_mut()) {
        found.response(response);
    }
    let again = Again::of(&found.secrets, exchange.call.user.as_deref());
    if let Some(again) = &again {
        found.said_again(exchange, again);
    }
    let Found { masks, secrets, .. } = found;
    exchange.masks.extend(masks);
    let texts = Texts { secrets, again };
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
        ..BodyFacts::default()
    }
}

/// What must be known of the body of `response` to `exchange` before it comes.
#[must_use]
pub fn facts_of_response(exchange: &Exchange, response: &Response) -> BodyFacts {
    BodyFacts {
        content_type: response.headers.text("content-type"),
        codings: response.body.codings.clone(),
        answer_to: Some(exchange.path().to_owned()),
        known: None,
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
        let (target, text) =
            if in_target.is_empty() { (&in_url, &exchange.url) } else { (&in_target, &request.target) };
        self.list(Part::Target, 0, target, text.as_bytes());
        overwrite(&mut exchange.url, &in_url);
        overwrite(&mut request.target, &in_target);
        let before_headers = request.method.len() + request.target.len() + request.version.len() + 4;
        let spilled = self.head(Part::RequestHead, &mut request.head, &mut request.headers, before_headers);
        // Of what is no request the parts that one has were read all the same.
        for change in spilled {
            let Ok(secret) = std::str::from_utf8(&change.secret) else { continue };
            for word in secret.split_ascii_whitespace() {
                for text in [&mut request.method, &mut request.target, &mut request.version, &mut exchange.url] {
                    *text = text.replace(word, &filler(word));
                }
            }
        }
        self.headers(Part::RequestHead, &mut request.trailers, None);
    }

    fn response(&mut self, response: &mut Response) {
        overwrite_text(&mut response.reason);
        let before_headers = response.version.len() + response.reason.len() + 7;
        self.head(Part::ResponseHead, &mut response.head, &mut response.headers, before_headers);
        self.headers(Part::ResponseHead, &mut response.trailers, None);
    }

    /// Offsets are those in the raw head; where a source has none, those in the head as it would be written.
    /// Gives the secrets in a first line that is none of HTTP.
    fn head(
        &mut self,
        part: Part,
        head: &mut Option<Bytes>,
        headers: &mut Headers,
        before_headers: usize,
    ) -> Vec<Change> {
        let Some(raw) = head else {
            self.headers(part, headers, Some(before_headers));
            return Vec::new();
        };
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
            return Vec::new();
        }
        let first_line = header::first_line(raw);
        // A secret in the request line was listed as the target's.
        let listed: Vec<_> =
            changes.iter().filter(|c| first_line.is_none_or(|end| c.range.start > end)).cloned().collect();
        self.list(part, 0, &listed, raw);
        let end = raw.iter().position(|b| *b == b'\n').unwrap_or(raw.len());
        let mut masked = raw.to_vec();
        change::apply(&mut masked, &changes);
        *raw = masked.into();
        let spilled = |change: &Change| first_line.is_none() && change.range.start < end;
        changes.into_iter().filter(spilled).collect()
    }

    /// Headers one by one; listed where they begin at `at` of a head.
    fn headers(&mut self, part: Part, headers: &mut Headers, mut at: Option<usize>) {
        for header in &mut headers.0 {
            let changes = header::in_header(header.name.as_bytes(), &header.value);
            let value_at = at.map(|at| at + header.name.len() + 2);
            at = value_at.map(|value_at| value_at + header.value.len() + 2);
            if let Some(value_at) = value_at {
                self.list(part, value_at, &changes, &header.value);
            }
            self.overwrite(header, &changes);
        }
    }

    fn overwrite(&mut self, header: &mut Header, changes: &[Change]) {
        if changes.is_empty() {
            return;
        }
        self.remember(changes, &header.value);
        let mut masked = header.value.to_vec();
        change::apply(&mut masked, changes);
        header.value = masked.into();
    }

    /// Lists changes in `text`, which stands at `at` of its part.
    fn list(&mut self, part: Part, at: usize, changes: &[Change], text: &[u8]) {
        self.remember(changes, text);
        let new = changes.iter().filter(|change| !change.is_old());
        self.masks.extend(new.map(|change| Mask {
            part,
            offset: (at + change.range.start) as u64,
            len: change.range.len() as u64,
            rule: change.rule.to_owned(),
            token: self.key.token(&change.secret),
        }));
    }

    fn remember(&mut self, changes: &[Change], text: &[u8]) {
        for change in changes.iter().filter(|change| !change.is_old() && is_telling(change, text)) {
            let Ok(secret) = std::str::from_utf8(&change.secret) else { continue };
            if secret.len() >= SHORTEST && !self.secrets.iter().any(|known| known == secret) {
                self.secrets.push(secret.to_owned());
            }
        }
    }

    /// Overwrites in all heads, and in the URL, what `again` finds there.
    fn said_again(&mut self, exchange: &mut Exchange, again: &Again) {
        let request = &mut exchange.request;
        let before = self.masks.len();
        self.again_in_text(Part::Target, &mut request.target, again);
        let in_target = self.masks.len();
        self.again_in_text(Part::Target, &mut exchange.url, again);
        if in_target > before {
            // The URL is made of the target; what stands in both is listed once.
            self.masks.truncate(in_target);
        }
        again.overwrite(&mut request.method);
        again.overwrite(&mut request.version);
        let first = request.method.len() + request.target.len() + request.version.len() + 4;
        self.again_in_head(Part::RequestHead, &mut request.head, &mut request.headers, first, again);
        again_in_headers(&mut request.trailers, again);
        for response in exchange.interim.iter_mut().chain(exchange.response.as_mut()) {
            again.overwrite(&mut response.reason);
            let first = response.version.len() + response.reason.len() + 7;
            self.again_in_head(Part::ResponseHead, &mut response.head, &mut response.headers, first, again);
            again_in_headers(&mut response.trailers, again);
        }
    }

    fn again_in_text(&mut self, part: Part, text: &mut String, again: &Again) {
        self.list_again(part, 0, text.as_bytes(), again);
        again.overwrite(text);
    }

    fn again_in_head(
        &mut self,
        part: Part,
        head: &mut Option<Bytes>,
        headers: &mut Headers,
        first: usize,
        again: &Again,
    ) {
        match head {
            Some(raw) => {
                let line = header::first_line(raw);
                let before = self.masks.len();
                if self.list_again(part, 0, raw, again) {
                    // What stands in the request line was listed as the target's.
                    let in_line = |mask: &Mask| line.is_some_and(|end| mask.offset <= end as u64);
                    let listed = self.masks.split_off(before);
                    self.masks.extend(listed.into_iter().filter(|mask| !in_line(mask)));
                    *raw = overwritten(raw, again);
                }
            }
            None => {
                let mut at = first;
                for header in &headers.0 {
                    at += header.name.len() + 2;
                    self.list_again(part, at, &header.value, again);
                    at += header.value.len() + 2;
                }
            }
        }
        again_in_headers(headers, again);
    }

    /// Lists what `again` finds in `text`, which stands at `at` of its part; says whether there is any.
    fn list_again(&mut self, part: Part, at: usize, text: &[u8], again: &Again) -> bool {
        let places = again.places(text);
        let any = !places.is_empty();
        self.masks.extend(places.into_iter().map(|place| Mask {
            part,
            offset: (at + place.start) as u64,
            len: place.len() as u64,
            rule: again::RULE.to_owned(),
            token: self.key.token(&text[place]),
        }));
        any
    }
}

fn again_in_headers(headers: &mut Headers, again: &Again) {
    for header in &mut headers.0 {
        if !again.places(&header.value).is_empty() {
            header.value = overwritten(&header.value, again);
        }
    }
}

fn overwritten(bytes: &[u8], again: &Again) -> Bytes {
    let mut masked = bytes.to_vec();
    again.places(bytes).into_iter().for_each(|place| masked[place].fill(FILLER));
    masked.into()
}

/// Whether a secret found in `text` is one wherever else it stands. Many a cookie holds a language, a company or a date:
/// one whose name says nothing must look as if it had been drawn.
fn is_telling(change: &Change, text: &[u8]) -> bool {
    const DRAWN: usize = 16;
    if change.rule != "cookie" {
        return true;
    }
    let before = text[..change.range.start.min(text.len())].trim_ascii_end();
    let before = before.strip_suffix(b"\"").unwrap_or(before);
    let name = before.strip_suffix(b"=").unwrap_or_default();
    let name = name.rsplit(|b| matches!(b, b';' | b',' | b' ' | b':' | b'\n')).next().unwrap_or_default();
    let has = |what: fn(&u8) -> bool| change.secret.iter().any(what);
    let drawn = change.secret.len() >= DRAWN
        && has(u8::is_ascii_digit)
        && has(u8::is_ascii_alphabetic)
        && change.secret.iter().all(u8::is_ascii_graphic);
    drawn || names::kind_of_field(name).is_some()
}

/// What was found, to be overwritten wherever it is said again.
struct Texts {
    secrets: Vec<String>,
    again: Option<Arc<Again>>,
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
        if let Some(again) = &self.again {
            again.overwrite(text);
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

//! What the writer does about secrets before bytes reach the disk.

use std::borrow::Cow;
use std::io;

use bytes::Bytes;

use crate::model::{Body, BodyState, Exchange, Kept, Part};
use crate::redact::{self, Again, BodyFacts, BodyMask, Key};

/// What becomes of secrets.
#[derive(Clone, Debug)]
pub(crate) enum Masking {
    /// They are kept, as the user asked.
    Off,
    /// They are overwritten; tokens are made under this key.
    On(Key),
}

impl Masking {
    /// Under the user's key. Where that can't be had, under one of this run, and the text says so.
    ///
    /// # Errors
    /// When there is no key at all; nothing must be written then.
    pub(crate) fn of_user() -> io::Result<(Self, Option<String>)> {
        match Key::of_user() {
            Ok(key) => Ok((Self::On(key), None)),
            Err(error) => Ok((Self::On(Key::of_this_run()?), Some(error.to_string()))),
        }
    }

    /// For what is shown and written nowhere: tokens are those of this run.
    ///
    /// # Errors
    /// When there is no key at all.
    pub(crate) fn of_this_run() -> io::Result<Self> {
        Key::of_this_run().map(Self::On)
    }

    /// Masks all of an exchange; bodies that aren't in memory have been masked before, and `streamed` was found in them.
    /// Gives the secrets that were found, to be looked for elsewhere; they must not be kept.
    pub(crate) fn exchange(&self, exchange: &mut Exchange, limit: u64, streamed: &[String]) -> Vec<String> {
        let Self::On(key) = self else {
            cut_bodies(exchange, limit);
            return Vec::new();
        };
        let (mut secrets, mut done) = (streamed.to_vec(), Vec::new());
        let facts = redact::facts_of_request(exchange);
        done.push((Part::RequestBody, mask(key, Part::RequestBody, facts, &mut exchange.request.body, limit)));
        if let Some(mut response) = exchange.response.take() {
            let facts = redact::facts_of_response(exchange, &response);
            done.push((Part::ResponseBody, mask(key, Part::ResponseBody, facts, &mut response.body, limit)));
            exchange.response = Some(response);
        }
        for (part, report) in done {
            let Some(report) = report else { continue };
            exchange.notes.extend(report.all_notes().into_iter().map(|note| (part.word().to_owned(), note)));
            exchange.masks.extend(report.masks);
            secrets.extend(report.secrets);
        }
        let secrets = redact::mask_exchange(key, exchange, &secrets);
        mask_said_again(key, exchange, &secrets);
        secrets
    }

    /// Masks the request of an exchange but its body, and gives the secrets that were found, to be looked for in what
    /// answers it; they must not be kept.
    pub(crate) fn request(&self, exchange: &mut Exchange) -> Vec<String> {
        match self {
            Self::Off => Vec::new(),
            Self::On(key) => redact::mask_request(key, exchange),
        }
    }

    /// Masks what [`Self::request`] left, of an exchange whose bodies have been masked before; `known` are the secrets
    /// of the request and of the bodies.
    pub(crate) fn answer(&self, exchange: &mut Exchange, known: &[String]) -> Vec<String> {
        match self {
            Self::Off => Vec::new(),
            Self::On(key) => redact::mask_answer(key, exchange, known),
        }
    }

    /// An exchange without its bodies, for listings and for what is handed on without them.
    pub(crate) fn facts(&self, exchange: &Exchange) -> Exchange {
        self.facts_of(exchange.clone())
    }

    /// As [`Self::facts`], of an exchange that isn't needed any more.
    pub(crate) fn facts_of(&self, mut exchange: Exchange) -> Exchange {
        let response = exchange.response.as_mut().map(|response| &mut response.body);
        for body in response.into_iter().chain([&mut exchange.request.body]) {
            body.kept = Kept::Nothing;
        }
        self.exchange(&mut exchange, u64::MAX, &[]);
        exchange
    }

    /// As [`Self::facts_of`], for a line of a listing, which says nothing of headers: where there is no text either in
    /// which their secrets could stand again, they aren't looked for.
    pub(crate) fn line_of(&self, mut exchange: Exchange) -> Exchange {
        if !redact::has_texts(&exchange) {
            exchange.request.headers.0.clear();
            if let Some(response) = &mut exchange.response {
                response.headers.0.clear();
            }
        }
        self.facts_of(exchange)
    }

    /// Masks a file that is copied.
    pub(crate) fn file<'a>(&self, bytes: &'a [u8]) -> Cow<'a, [u8]> {
        match self {
            Self::Off => Cow::Borrowed(bytes),
            Self::On(_) => redact::mask_bytes(bytes),
        }
    }
}

/// Overwrites the secrets of an exchange where its own bodies say them again with nothing before them.
fn mask_said_again(key: &Key, exchange: &mut Exchange, secrets: &[String]) {
    let Some(again) = Again::of(secrets, exchange.call.user.as_deref()) else { return };
    let response = exchange.response.as_mut().map(|response| (Part::ResponseBody, &mut response.body));
    for (part, body) in response.into_iter().chain([(Part::RequestBody, &mut exchange.request.body)]) {
        let Kept::Here(bytes) = &body.kept else { continue };
        let mut masked = Cow::Borrowed(&bytes[..]);
        let masks = redact::mask_again(key, part, &again, &mut masked);
        if let Cow::Owned(masked) = masked {
            body.kept = Kept::Here(masked.into());
            exchange.masks.extend(masks);
        }
    }
}

/// Masks a body that is in memory.
fn mask(key: &Key, part: Part, facts: BodyFacts, body: &mut Body, limit: u64) -> Option<redact::BodyReport> {
    let Kept::Here(bytes) = &body.kept else { return None };
    let mut out = Vec::with_capacity(bytes.len());
    let mut masking = BodyMask::new(key, part, facts, limit);
    masking.feed(bytes, &mut out);
    let report = masking.finish(&mut out);
    body.codings.clear();
    body.kept = if out.is_empty() { Kept::Nothing } else { Kept::Here(out.into()) };
    body.state = worse(std::mem::take(&mut body.state), report.state.clone());
    Some(report)
}

/// What a source says of a body stands, unless less of it was kept than that.
pub(crate) fn worse(before: BodyState, after: BodyState) -> BodyState {
    match (before, after) {
        (before @ (BodyState::Dropped | BodyState::Withheld(_) | BodyState::Absent), _) => before,
        (BodyState::Cut, BodyState::Whole) => BodyState::Cut,
        (_, after) => after,
    }
}

fn cut_bodies(exchange: &mut Exchange, limit: u64) {
    let response = exchange.response.as_mut().map(|response| &mut response.body);
    for body in response.into_iter().chain([&mut exchange.request.body]) {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        if let Kept::Here(bytes) = &body.kept {
            let kept: Bytes = bytes.slice(..bytes.len().min(limit));
            if kept.len() < bytes.len() {
                body.state = worse(std::mem::take(&mut body.state), BodyState::Cut);
            }
            body.kept = Kept::Here(kept);
        }
    }
}

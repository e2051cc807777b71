//! An exchange made ready to be handed on: its bodies brought into memory, its secrets overwritten, also where they are
//! said again, and what the user wants overwritten besides.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io;

use bytes::Bytes;
use serde_json::Value;

use super::scrub::{Counts, Scrub};
use super::told::Told;
use crate::case::Masking;
use crate::model::facts::bare_user;
use crate::model::{Body, BodyState, Exchange, Gathered, Header, Headers, Kept, Outcome, coding};
use crate::workers;

/// Exchanges that are looked through in one go.
const SOME: usize = 512;

/// What is done to each exchange, and to files, before anything of them is written.
#[derive(Debug)]
pub struct Preparation {
    masking: Masking,
    scrub: Scrub,
}

impl Preparation {
    /// Secrets stay.
    #[must_use]
    pub const fn with_secrets(scrub: Scrub) -> Self {
        Self { masking: Masking::Off, scrub }
    }

    /// Secrets are overwritten. Where the user's key for the tokens of masks can't be had, one of this run is taken, and
    /// the text says so.
    ///
    /// # Errors
    /// When the system gives no random bytes; nothing must be written then.
    pub fn masked(scrub: Scrub) -> io::Result<(Self, Option<String>)> {
        let (masking, trouble) = Masking::of_user()?;
        Ok((Self { masking, scrub }, trouble))
    }

    /// Secrets are overwritten as they are wherever else this masking is used, so that equal ones stay equal.
    pub(crate) fn by(masking: &Masking) -> Self {
        Self { masking: masking.clone(), scrub: Scrub::default() }
    }

    /// What is overwritten beside secrets.
    #[must_use]
    pub const fn scrub(&self) -> &Scrub {
        &self.scrub
    }

    /// Takes more to be overwritten.
    pub fn set_scrub(&mut self, change: impl FnOnce(Scrub) -> Scrub) {
        self.scrub = change(std::mem::take(&mut self.scrub));
    }

    /// The exchange as it may be written.
    #[must_use]
    pub fn exchange(&self, gathered: &Gathered, exchange: &Exchange, told: &mut Told) -> Exchange {
        let mut ready = exchange.clone();
        let responses = ready.interim.iter_mut().chain(ready.response.as_mut());
        for body in responses.map(|response| &mut response.body).chain([&mut ready.request.body]) {
            if let Err(error) = load(gathered, body) {
                told.say(exchange, &format!("a body can't be read: {error}"));
            }
        }
        let mut counts = Counts::default();
        let before = ready.masks.len();
        let _known = self.mask(&mut ready);
        counts.rules = (ready.masks.len() - before) as u64;
        if !self.scrub.is_empty() {
            overwrite(&mut ready, &self.scrub, &mut counts);
        }
        told.masked(counts);
        ready
    }

    /// Looks at all exchanges for secrets, to overwrite them wherever else they stand, also where nothing says what they
    /// are. Names of users are none.
    pub fn learn(&mut self, gathered: &Gathered, users: &BTreeSet<String>, step: &mut dyn FnMut()) {
        if matches!(self.masking, Masking::Off) {
            return;
        }
        let mut secrets = BTreeSet::new();
        for exchange in &gathered.exchanges {
            step();
            let mut ready = exchange.clone();
            let response = ready.response.as_mut().map(|response| &mut response.body);
            for body in response.into_iter().chain([&mut ready.request.body]) {
                // What can't be read is said when it is to be written.
                let _said_later = load(gathered, body);
            }
            secrets.extend(self.masking.exchange(&mut ready, u64::MAX, &[]));
        }
        let but = users_in(gathered).chain(users.iter().cloned()).collect();
        self.set_scrub(|scrub| scrub.secrets(&secrets, &but));
    }

    /// The secrets of what was read, to be overwritten wherever they are said again in what is shown of it. Bodies that
    /// aren't in memory were masked when they were kept.
    ///
    /// # Errors
    /// When the system gives no random bytes for the tokens of masks.
    pub fn said_again(gathered: &Gathered) -> io::Result<Scrub> {
        let masking = Masking::of_this_run()?;
        let some: Vec<_> = gathered.exchanges.chunks(SOME).collect();
        let of_some = |n: usize| -> BTreeSet<String> {
            some[n].iter().flat_map(|exchange| masking.exchange(&mut exchange.clone(), u64::MAX, &[])).collect()
        };
        let secrets: BTreeSet<String> = workers::in_order(some.len(), of_some).into_iter().flatten().collect();
        Ok(Scrub::default().secrets(&secrets, &users_in(gathered).collect()))
    }

    /// The bytes of a file as they may be written.
    #[must_use]
    pub fn file<'a>(&self, bytes: &'a [u8], counts: &mut Counts) -> Cow<'a, [u8]> {
        let masked = self.masking.file(bytes);
        counts.rules += places(bytes, &masked);
        match masked {
            Cow::Borrowed(bytes) => self.scrub.bytes(bytes, counts),
            Cow::Owned(bytes) => Cow::Owned(self.scrub.bytes(&bytes, counts).into_owned()),
        }
    }

    /// All texts of a value as they may be written.
    pub(super) fn value(&self, value: &mut Value, counts: &mut Counts) {
        match value {
            Value::String(text) => {
                if let Cow::Owned(masked) = self.file(text.as_bytes(), counts) {
                    *text = String::from_utf8_lossy(&masked).into_owned();
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.value(item, counts)),
            Value::Object(members) => members.values_mut().for_each(|member| self.value(member, counts)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn mask(&self, ready: &mut Exchange) -> Vec<String> {
        if matches!(self.masking, Masking::Off) {
            return Vec::new();
        }
        let request = ready.request.body.clone();
        let response = ready.response.as_ref().map(|response| response.body.clone());
        let secrets = self.masking.exchange(ready, u64::MAX, &[]);
        // Where nothing had to be overwritten in a coded body, it is handed on as it came.
        ready.request.body = unless_masked(request, std::mem::take(&mut ready.request.body));
        if let (Some(now), Some(before)) = (&mut ready.response, response) {
            now.body = unless_masked(before, std::mem::take(&mut now.body));
        }
        secrets
    }
}

/// How many runs of bytes differ.
fn places(before: &[u8], after: &[u8]) -> u64 {
    let mut count = 0;
    let mut inside = false;
    for (a, b) in before.iter().zip(after) {
        let differs = a != b;
        count += u64::from(differs && !inside);
        inside = differs;
    }
    count
}

/// The names of users without domains.
fn users_in(gathered: &Gathered) -> impl Iterator<Item = String> {
    gathered
        .exchanges
        .iter()
        .filter_map(|exchange| exchange.call.user.as_deref())
        .map(|user| bare_user(user).to_owned())
}

fn load(gathered: &Gathered, body: &mut Body) -> io::Result<()> {
    if matches!(body.kept, Kept::InCase { .. } | Kept::InCapture { .. }) {
        match gathered.bodies.load(body) {
            Ok(bytes) => body.kept = Kept::of(bytes),
            Err(error) => {
                body.kept = Kept::Nothing;
                body.state = BodyState::Absent;
                return Err(error);
            }
        }
    }
    Ok(())
}

fn unless_masked(before: Body, after: Body) -> Body {
    if before.codings.is_empty() || after.state != before.state {
        return after;
    }
    let (Kept::Here(coded), Kept::Here(masked)) = (&before.kept, &after.kept) else { return after };
    let decoded = coding::decode(&before, coded);
    if decoded.trouble.is_none() && decoded.bytes == *masked { before } else { after }
}

/// Overwrites in all of an exchange.
fn overwrite(exchange: &mut Exchange, scrub: &Scrub, counts: &mut Counts) {
    let responses = exchange.interim.iter_mut().chain(exchange.response.as_mut());
    let mut texts = Vec::new();
    for response in responses {
        in_message(
            &mut response.headers,
            &mut response.trailers,
            &mut response.head,
            &mut response.body,
            scrub,
            counts,
        );
        texts.push(&mut response.reason);
    }
    let request = &mut exchange.request;
    in_message(&mut request.headers, &mut request.trailers, &mut request.head, &mut request.body, scrub, counts);
    texts.extend([&mut request.target, &mut exchange.url]);
    texts.extend(exchange.client.as_mut());
    texts.extend(exchange.server.as_mut());
    texts.extend(exchange.process.as_mut());
    texts.extend(exchange.notes.iter_mut().map(|(_, text)| text));
    for edit in &mut exchange.edits {
        texts.push(&mut edit.what);
        texts.extend(edit.before.as_mut());
        texts.extend(edit.after.as_mut());
    }
    if let Outcome::Failed { cause, .. } | Outcome::Aborted { cause, .. } = &mut exchange.outcome {
        texts.push(cause);
    }
    texts.extend(exchange.origin.as_mut().map(|(path, _)| path));
    let call = &mut exchange.call;
    texts.extend(call.fields.iter_mut().map(|(_, value)| value));
    let said = [&mut call.user, &mut call.fault, &mut call.fault_detail, &mut call.fault_code];
    texts.extend(said.into_iter().flatten());
    texts.extend(call.nok.as_mut().and_then(|nok| nok.message.as_mut()));
    for text in texts {
        scrub.text(text, counts);
    }
}

fn in_message(
    headers: &mut Headers,
    trailers: &mut Headers,
    head: &mut Option<Bytes>,
    body: &mut Body,
    scrub: &Scrub,
    counts: &mut Counts,
) {
    for Header { name, value } in headers.0.iter_mut().chain(&mut trailers.0) {
        // With its name, by which credentials are known.
        let line = [name.as_bytes(), b": ", value].concat();
        if let Cow::Owned(line) = scrub.bytes(&line, counts) {
            *value = Bytes::copy_from_slice(&line[name.len() + 2..]);
        }
    }
    if let Some(Cow::Owned(written)) = head.as_ref().map(|head| scrub.bytes(head, &mut Counts::default())) {
        *head = Some(written.into());
    }
    let Kept::Here(kept) = &body.kept else { return };
    let decoded = coding::decode(body, kept);
    if let Cow::Owned(written) = scrub.bytes(&decoded.bytes, counts) {
        body.kept = Kept::Here(written.into());
        body.codings.clear();
    }
}

//! The body of one message on its way to the disk: content coding off, secrets out, cut at a limit; piece by piece
//! and in bounded memory. It knows media types, not HTTP messages.

use std::sync::Arc;

use mwscope_parsers::http::MediaType;

use super::again::{self, Again};
use super::change;
use super::charset::{self, WideSearch, Width};
use super::coded::Decoding;
use super::key::Key;
use super::parts::{self, Parts};
use super::search::Search;
use super::state::Syntax;
use super::table::Table;
use crate::model::{BodyState, Mask, Part};

/// Decoded bytes that are looked at before it is said what they are.
const SNIFF: usize = 64;

/// Masks of one body that are listed; there may be more.
const LISTED: usize = 1000;

/// Secrets of one body that are looked for in the texts made from it.
const ECHOED: usize = 64;

/// What is known of a body before it comes.
#[derive(Clone, Debug, Default)]
pub struct BodyFacts {
    /// The `Content-Type`.
    pub content_type: Option<String>,
    /// The content codings that are on, outermost last.
    pub codings: Vec<String>,
    /// The URL's path where the body is the answer to it: some services answer with nothing but a token.
    pub answer_to: Option<String>,
    /// What finds the secrets of the exchange that may be said again in it.
    pub known: Option<Arc<Again>>,
}

/// What became of a body; no content coding is on what was given out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BodyReport {
    /// How much was kept.
    pub state: BodyState,
    /// What was overwritten.
    pub masks: Vec<Mask>,
    /// What is to be said about it, beside the codings.
    pub notes: Vec<String>,
    /// The content codings that were taken off, outermost last.
    pub decoded: Vec<String>,
    /// The secrets themselves as far as they are listed, for [`super::mask_exchange`]; they must not be kept.
    pub secrets: Vec<String>,
}

impl BodyReport {
    /// All that is to be said where what was given out is kept.
    #[must_use]
    pub fn all_notes(&self) -> Vec<String> {
        let taken_off = || format!("{} was taken off so that secrets can be masked", self.decoded.join(", "));
        let first = (!self.decoded.is_empty()).then(taken_off);
        first.into_iter().chain(self.notes.iter().cloned()).collect()
    }
}

/// A body that is being masked.
pub struct BodyMask {
    facts: BodyFacts,
    /// The first bytes as they came, as long as they are too few to know whether they are what the head says.
    start: Option<Vec<u8>>,
    decoding: Option<Decoding>,
    decoded: Vec<String>,
    withheld: Option<String>,
    notes: Vec<String>,
    plain: Plain,
}

impl BodyMask {
    /// A body of which at most `limit` bytes are to be kept.
    #[must_use]
    pub fn new(key: &Key, part: Part, facts: BodyFacts, limit: u64) -> Self {
        Self {
            plain: Plain::new(key, part, &facts, limit),
            facts,
            start: Some(Vec::new()),
            decoding: None,
            decoded: Vec::new(),
            withheld: None,
            notes: Vec::new(),
        }
    }

    /// Takes the next bytes as they came and appends to `out` those that may be written to the disk.
    pub fn feed(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        const ENOUGH: usize = 4;
        let Some(start) = &mut self.start else { return self.take(bytes, out) };
        if start.is_empty() && bytes.len() >= ENOUGH {
            self.start = None;
            return self.begin(bytes, out);
        }
        start.extend_from_slice(bytes);
        if start.len() >= ENOUGH {
            self.open(out);
        }
    }

    /// The body is at its end, or nothing more of it is recorded.
    pub fn finish(mut self, out: &mut Vec<u8>) -> BodyReport {
        self.open(out);
        if let Some(decoding) = &mut self.decoding {
            decoding.finish(&mut |bytes| self.plain.feed(bytes, out));
        }
        self.plain.finish(out);
        self.report()
    }

    /// The secrets that were found until now, as far as they are listed; they must not be kept.
    #[must_use]
    pub fn secrets(&self) -> &[String] {
        &self.plain.secrets
    }

    /// Decides on the codings, now that the first bytes are there.
    fn open(&mut self, out: &mut Vec<u8>) {
        if let Some(start) = self.start.take() {
            self.begin(&start, out);
        }
    }

    fn begin(&mut self, start: &[u8], out: &mut Vec<u8>) {
        let codings = self.codings(start);
        match Decoding::new(&codings) {
            _ if codings.is_empty() || start.is_empty() => {}
            Ok(decoding) => {
                self.decoding = Some(decoding);
                self.decoded = codings;
            }
            Err(why) => self.withheld = Some(why),
        }
        self.take(start, out);
    }

    /// The codings that are on, by the head and by what the first bytes say against it.
    fn codings(&mut self, start: &[u8]) -> Vec<String> {
        let gzip = start.starts_with(&[0x1F, 0x8B]);
        let zstd = start.starts_with(&[0x28, 0xB5, 0x2F, 0xFD]);
        let mut codings: Vec<String> = self.facts.codings.iter().map(|c| c.trim().to_ascii_lowercase()).collect();
        codings.retain(|c| !c.is_empty() && c != "identity");
        match codings.last().map(String::as_str) {
            Some(named @ ("gzip" | "x-gzip")) if !gzip && !start.is_empty() => {
                self.notes.push(format!("it is called {named} and is none; it was kept as it came"));
                codings.pop();
            }
            None if gzip => codings.push("gzip".to_owned()),
            None if zstd => codings.push("zstd".to_owned()),
            _ => {}
        }
        codings
    }

    fn take(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        if self.withheld.is_some() || self.plain.full {
            return;
        }
        match &mut self.decoding {
            None => drop(self.plain.feed(bytes, out)),
            Some(decoding) => drop(decoding.feed(bytes, &mut |plain| self.plain.feed(plain, out))),
        }
    }

    fn report(mut self) -> BodyReport {
        let trouble = self.decoding.as_ref().and_then(Decoding::trouble).map(str::to_owned);
        let nothing = self.plain.kept == 0;
        let state = match (self.withheld, trouble) {
            (Some(why), _) => BodyState::Withheld(format!("{why}, so secrets in it can't be seen")),
            (None, Some(why)) if nothing => BodyState::Withheld(format!("{why}, so secrets in it can't be seen")),
            (None, Some(why)) => {
                self.notes.push(format!("{why}; what is behind that was not kept"));
                BodyState::Cut
            }
            (None, None) if self.plain.full => BodyState::Cut,
            (None, None) => BodyState::Whole,
        };
        let decoded = if nothing { Vec::new() } else { self.decoded };
        self.notes.append(&mut self.plain.part_notes);
        if let Some(charset) = self.plain.unreadable {
            let text =
                format!("text in {charset} isn't read, so secrets in it can't be seen, and all of it was masked");
            self.notes.push(text);
        }
        if self.plain.unlisted > 0 {
            self.notes.push(format!("{} more secrets were masked than are listed", self.plain.unlisted));
        }
        BodyReport { state, masks: self.plain.masks, notes: self.notes, decoded, secrets: self.plain.secrets }
    }
}

/// A body without codings.
struct Plain {
    part: Part,
    key: Key,
    media: Option<MediaType>,
    /// A service that answers with nothing but a token.
    token_only: bool,
    /// A charset in which nothing can be found.
    unreadable: Option<&'static str>,
    limit: u64,
    kept: u64,
    full: bool,
    content: Content,
    /// The table that a text may be.
    table: Option<Box<Table>>,
    /// The parts that it may have, which may be coded each by itself.
    parts: Option<Box<Parts>>,
    part_notes: Vec<String>,
    /// What is known from elsewhere, and what is searched and yet to go through it.
    again: Option<(again::Stream, Vec<u8>)>,
    masks: Vec<Mask>,
    secrets: Vec<String>,
    unlisted: u64,
}

enum Content {
    /// The first bytes, as long as they are too few to know what they are.
    Start(Vec<u8>),
    /// The search is under way.
    Search(Syntax, Box<WideSearch>),
}

impl Plain {
    fn new(key: &Key, part: Part, facts: &BodyFacts, limit: u64) -> Self {
        let answers_with_token = |path: &String| TOKEN_ONLY.iter().any(|end| path.trim_end_matches('/').ends_with(end));
        Self {
            part,
            key: key.clone(),
            media: facts.content_type.as_ref().and_then(|value| MediaType::parse(value.as_bytes())),
            token_only: facts.answer_to.as_ref().is_some_and(answers_with_token),
            unreadable: None,
            limit,
            kept: 0,
            full: false,
            content: Content::Start(Vec::new()),
            table: None,
            parts: None,
            part_notes: Vec::new(),
            again: facts.known.clone().map(|known| (again::Stream::new(known), Vec::new())),
            masks: Vec::new(),
            secrets: Vec::new(),
            unlisted: 0,
        }
    }

    /// Takes bytes; says whether it wants more.
    fn feed(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> bool {
        if let Content::Start(start) = &mut self.content {
            if start.is_empty() && bytes.len() >= SNIFF {
                return self.begin_with(bytes, out);
            }
            start.extend_from_slice(bytes);
            if start.len() >= SNIFF {
                self.begin(out);
            }
            return true;
        }
        self.search(bytes, out)
    }

    fn begin(&mut self, out: &mut Vec<u8>) {
        let Content::Start(start) = &mut self.content else { return };
        let start = std::mem::take(start);
        self.begin_with(&start, out);
    }

    fn begin_with(&mut self, start: &[u8], out: &mut Vec<u8>) -> bool {
        let width = Width::of(start, self.media.as_ref().and_then(|media| media.parameter("charset")));
        let syntax = syntax(self.media.as_ref(), start);
        self.unreadable = charset::unreadable(start, self.media.as_ref().and_then(|media| media.parameter("charset")));
        let search = match self.unreadable {
            Some(_) => Search::everything("charset"),
            None if self.token_only && syntax == Syntax::Text => Search::everything("token"),
            None => Search::new(syntax),
        };
        if self.unreadable.is_none() && syntax == Syntax::Text && width == Width::One {
            let called = |media: &MediaType| media.essence.ends_with("csv") || media.essence.contains("tab-separated");
            self.table = Some(Box::new(Table::new(self.media.as_ref().is_some_and(called))));
        }
        if syntax == Syntax::Multipart && width == Width::One {
            let named = self.media.as_ref().and_then(|media| media.parameter("boundary")).map(str::to_owned);
            self.parts = named.or_else(|| parts::boundary(start)).map(|boundary| Box::new(Parts::new(&boundary)));
        }
        self.content = Content::Search(syntax, Box::new(WideSearch::new(search, width)));
        self.search(start, out)
    }

    fn search(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> bool {
        let Some(mut parts) = self.parts.take() else { return self.search_decoded(bytes, out) };
        parts.feed(bytes, &mut |decoded| self.search_decoded(decoded, out));
        self.parts = Some(parts);
        !self.full
    }

    fn search_decoded(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> bool {
        if self.full {
            return false;
        }
        let Content::Search(_, search) = &mut self.content else { return true };
        let before = out.len();
        let searched = self.again.as_mut().map_or(&mut *out, |(_, searched)| searched);
        match &mut self.table {
            Some(table) => search.feed(&table.mask(bytes), searched),
            None => search.feed(bytes, searched),
        }
        if let Some((again, searched)) = &mut self.again {
            again.feed(searched, out);
            searched.clear();
        }
        self.keep(before, out, false);
        !self.full
    }

    fn finish(&mut self, out: &mut Vec<u8>) {
        self.begin(out);
        if let Some(mut parts) = self.parts.take() {
            parts.finish(&mut |decoded| self.search_decoded(decoded, out));
            self.part_notes = parts.take_notes();
        }
        let Content::Search(_, search) = &mut self.content else { return };
        let before = out.len();
        match &mut self.again {
            None => search.finish(out),
            Some((again, searched)) => {
                search.finish(searched);
                again.feed(searched, out);
                again.finish(out);
            }
        }
        self.keep(before, out, true);
    }

    /// Counts what was given out behind `before`, and cuts it at the limit.
    fn keep(&mut self, before: usize, out: &mut Vec<u8>, last: bool) {
        let room = usize::try_from(self.limit - self.kept).unwrap_or(usize::MAX);
        if out.len() - before > room {
            out.truncate(before + room);
            self.full = true;
        }
        self.kept += (out.len() - before) as u64;
        let Content::Search(syntax, search) = &mut self.content else { return };
        let in_table = self.table.as_mut().map(|table| table.take_found(last));
        let again = self.again.as_mut().map(|(again, _)| again.take_found());
        for secret in in_table.into_iter().flatten().chain(search.take_found()).chain(again.into_iter().flatten()) {
            if change::is_filler(&secret.bytes) {
                continue;
            }
            if self.masks.len() >= LISTED {
                self.unlisted += 1;
                continue;
            }
            let plain = change::plain(&secret.bytes, *syntax);
            let token = self.key.token(&plain);
            let new = self.secrets.len() < ECHOED && secret.rule != again::RULE;
            self.secrets.extend(String::from_utf8(plain).ok().filter(|_| new));
            let (offset, len, rule) = (secret.offset, secret.len, secret.rule.to_owned());
            self.masks.push(Mask { part: self.part, offset, len, rule, token });
        }
    }
}

/// Ends of the paths of services whose answer is a token as plain text: OAuth of the grid's router, and CSRF.
const TOKEN_ONLY: [&str; 2] = ["/security/sessions/oauth", "/csrf"];

/// Whether it begins as a form, which nobody has said: `name=value&name=value` and no blank anywhere.
fn is_form(start: &[u8]) -> bool {
    let start = &start[..start.len().min(4 * SNIFF)];
    let part = |b: &u8| b.is_ascii_alphanumeric() || b"-._~%+*=&[]:/@!,$;".contains(b);
    start.first().is_some_and(u8::is_ascii_alphabetic)
        && start.contains(&b'&')
        && start.iter().all(part)
        && start.split(|b| *b == b'&').take(2).all(|pair| pair.contains(&b'='))
}

/// What a text is, by its media type, else by how it begins.
fn syntax(media: Option<&MediaType>, start: &[u8]) -> Syntax {
    match media {
        Some(media) if media.essence == "application/x-www-form-urlencoded" => return Syntax::Form,
        Some(media) if media.essence.starts_with("multipart/") => return Syntax::Multipart,
        Some(media) if media.is_xml() || media.essence == "text/html" => return Syntax::Markup,
        Some(media) if media.is_json() => return Syntax::Json,
        _ => {}
    }
    if media.is_none() && is_form(start) {
        return Syntax::Form;
    }
    let first = start.iter().find(|b| b.is_ascii_graphic());
    match first {
        Some(b'<') => Syntax::Markup,
        Some(b'{' | b'[') => Syntax::Json,
        Some(b'-') if start.starts_with(b"--") => Syntax::Multipart,
        _ => Syntax::Text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_that_nobody_calls_one_is_known_by_how_it_begins() {
        let masked = |text: &str| {
            let key = Key::of_this_run().expect("a key");
            let (mut mask, mut out) = (BodyMask::new(&key, Part::RequestBody, BodyFacts::default(), 1000), Vec::new());
            mask.feed(text.as_bytes(), &mut out);
            mask.finish(&mut out);
            String::from_utf8(out).expect("text")
        };
        assert_eq!(masked("user=U&pin=1234&x=1"), "user=U&pin=****&x=1");
        assert_eq!(masked("the pin=1234 of a&b=c"), "the pin=1234 of a&b=c");
        assert_eq!(masked("user=U&pinned=1&x=1"), "user=U&pinned=1&x=1");
    }
}

//! Secrets are overwritten before anything reaches the disk: passwords, tokens, cookies and session ids in the places
//! where such things stand, each by a filler of the same length, so that offsets and lengths stay true. A user name is
//! no secret; it joins request and log. This part knows HTTP messages and texts, no files but that of its key.
//!
//! What is looked for is a list of names (`redact/names.rs`) and of what stands around them (`redact/grammar.rs`); a
//! content type decides no more than how a value ends, since many a server names a wrong one. Where it can't be told
//! whether something is a secret it is overwritten.

mod again;
mod base64;
mod body;
mod change;
mod charset;
mod clean;
mod coded;
mod commands;
pub(crate) mod echo;
mod ends;
mod exchange;
mod forms;
mod grammar;
mod header;
mod inside;
mod key;
mod nameless;
mod names;
mod parts;
#[cfg(test)]
mod planted;
mod prefixed;
mod prose;
mod reversed;
mod search;
mod spelled;
mod state;
mod stems;
mod table;
mod target;

use std::borrow::Cow;

pub use again::{Again, mask_again};
pub use body::{BodyFacts, BodyMask, BodyReport};
pub use exchange::{facts_of_request, facts_of_response, has_texts, mask_answer, mask_exchange, mask_request};
pub use key::{CONFIG_DIR, Key, config_dir};

use state::Syntax;

/// `text`, which may be anything (a log, a dump, a message), with its secrets overwritten; as it is where it has none.
#[must_use]
pub fn mask_text(text: &str) -> Cow<'_, str> {
    // Most texts have nothing that a search would begin at. Wide characters, as which one with NUL may be read, are the
    // search's own.
    if memchr::memchr(0, text.as_bytes()).is_none() && !stems::may_find(text.as_bytes()) {
        return Cow::Borrowed(text);
    }
    match mask_bytes(text.as_bytes()) {
        Cow::Borrowed(_) => Cow::Borrowed(text),
        Cow::Owned(bytes) => match String::from_utf8(bytes) {
            Ok(text) => Cow::Owned(text),
            Err(error) => Cow::Owned(String::from_utf8_lossy(error.as_bytes()).into_owned()),
        },
    }
}

/// As [`mask_text`], for what is shown: as many asterisks as there were characters, so that columns stay.
#[must_use]
pub fn mask_shown(text: &str) -> Cow<'_, str> {
    if !stems::may_find(text.as_bytes()) {
        return Cow::Borrowed(text);
    }
    shown(text, &change::search(Syntax::File, text.as_bytes()))
}

/// The value of that header, as [`mask_shown`].
#[must_use]
pub fn mask_header<'a>(name: &str, value: &'a str) -> Cow<'a, str> {
    shown(value, &header::in_header(name.as_bytes(), value.as_bytes()))
}

fn shown<'a>(text: &'a str, found: &[change::Change]) -> Cow<'a, str> {
    if found.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut last = 0;
    for change in found {
        let start = (0..=change.range.start).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0).max(last);
        let end = (change.range.end..text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len()).max(start);
        out.push_str(&text[last..start]);
        out.extend(text[start..end].chars().map(|_| char::from(search::FILLER)));
        last = end;
    }
    out.push_str(&text[last..]);
    Cow::Owned(out)
}

/// The bytes of a text in any charset with its secrets overwritten; as they are where there are none.
#[must_use]
pub fn mask_bytes(bytes: &[u8]) -> Cow<'_, [u8]> {
    let mut search = charset::WideSearch::new(search::Search::new(Syntax::File), charset::Width::of(bytes, None));
    let mut table = table::Table::new(false);
    let mut masked = Vec::with_capacity(bytes.len());
    search.feed(&table.mask(bytes), &mut masked);
    search.finish(&mut masked);
    let found = !search.take_found().is_empty() || !table.take_found(true).is_empty();
    if found { Cow::Owned(masked) } else { Cow::Borrowed(bytes) }
}

/// Whether `bytes` are those of which `masked` was made: the same but for what was overwritten, some of which must not be.
#[must_use]
pub fn is_masked_of(masked: &[u8], bytes: &[u8]) -> bool {
    let same = |(masked, byte): (&u8, &u8)| masked == byte || *masked == search::FILLER;
    masked.len() == bytes.len()
        && masked.iter().zip(bytes).all(same)
        && (masked.is_empty() || masked.iter().any(|byte| *byte != search::FILLER))
}

/// Where in `bytes` (a body, a text) secrets stand that were masked before: nothing but filler is left of them.
#[must_use]
pub fn fillers(bytes: &[u8]) -> Vec<std::ops::Range<usize>> {
    let found = change::search(Syntax::File, bytes).into_iter();
    found.filter(|change| change.is_old() && !change.secret.is_empty()).map(|change| change.range).collect()
}

/// Whether the value of that header is a secret that was masked before.
#[must_use]
pub fn is_filled(name: &str, value: &[u8]) -> bool {
    header::in_header(name.as_bytes(), value).iter().any(|change| change.is_old() && !change.secret.is_empty())
}

/// Whether what is called so is a secret: a header, an element, a member, a field (its last part counts).
#[must_use]
pub fn is_secret_name(name: &str) -> bool {
    let last = name.rsplit(['/', '@', ':']).next().unwrap_or(name);
    names::kind(last.as_bytes()).is_some_and(|kind| !matches!(kind, names::Kind::Basic | names::Kind::Bearer))
}

/// As [`is_secret_name`], for the column of a log or the field of a dump, where a session id is an address and what
/// carries credentials says first of which kind they are.
#[must_use]
pub fn is_secret_field(name: &str) -> bool {
    let kind = names::kind(name.rsplit(['/', '@', ':']).next().unwrap_or(name).as_bytes());
    kind.is_some_and(|kind| {
        !matches!(kind, names::Kind::Basic | names::Kind::Bearer | names::Kind::Credentials)
            && kind.rule() != "session-id"
    })
}

#[cfg(test)]
mod tests;

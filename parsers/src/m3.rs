//! What an HTTP exchange is in M3's terms: protocol, service, operation, program, user, and M3's refusal.
//!
//! [`recognise`] asks one protocol after the other, most specific first; a new one is a file here and a line in
//! [`PROTOCOLS`]. Bodies are handed in with transfer and content coding removed. Nothing is guessed: what the
//! bytes don't say stays `None`. `<MPD>` blocks in log messages are read by [`mpd`].

mod call;
mod event_hub;
pub mod form;
mod ion_api;
mod mec;
mod mi_access;
mod mi_answer;
mod mi_rest;
mod mne;
pub mod mpd;
mod mws;
pub mod names;
mod plain;
mod seen;
mod sign_on;
mod soap_call;
mod target;
mod user;
mod web_admin;

pub use call::{Call, CallKind, Nok};
pub use seen::{Part, Seen};

use seen::Context;

/// The protocols in the order in which they are asked; the last one knows every exchange.
const PROTOCOLS: [fn(&Context<'_>) -> Option<Call>; 11] = [
    mi_rest::recognise,
    mi_access::recognise,
    mws::recognise,
    mne::recognise,
    sign_on::recognise,
    web_admin::recognise,
    event_hub::recognise,
    soap_call::recognise,
    mec::recognise,
    ion_api::recognise,
    plain::recognise,
];

/// The fields of a SOAP request that more is taken from than their values: what else a call is.
const TELLING: [&str; 7] = ["Company", "CONO", "Division", "DIVI", "Program", "Transaction", "NameValue"];

/// Says what an exchange is.
#[must_use]
pub fn recognise(seen: &Seen<'_>) -> Call {
    let context = Context::new(seen);
    let mut call = PROTOCOLS.iter().find_map(|protocol| protocol(&context)).unwrap_or_default();
    call.user = call.user.or_else(|| user::of(&context));
    call.ids.extend(context.header_ids());
    call.fields.retain(|(path, _)| !user::is_secret(path));
    call
}

/// Whether a word has the form of a display program: two or three capitals, perhaps an `S`, three digits (`CRS008`).
pub(crate) fn is_display_program(word: &str) -> bool {
    let letters = word.bytes().take_while(u8::is_ascii_uppercase).count();
    let digits = &word.as_bytes()[letters..];
    let fits = letters == 2 || letters == 3 || (letters == 4 && word.as_bytes()[3] == b'S');
    fits && digits.len() == 3 && digits.iter().all(u8::is_ascii_digit)
}

/// The first display program that is a word of its own in a name (`MPD_PPS044_Add`, `MMS100_Lines`).
fn program_in(name: &str) -> Option<String> {
    name.split(|c: char| !c.is_ascii_alphanumeric()).find(|word| is_display_program(word)).map(str::to_owned)
}

#[cfg(test)]
mod tests;

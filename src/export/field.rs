//! The fields of an exchange, by the names that they have in NDJSON, and what a format does with each. The tables are
//! shown to the user, tell what an export left out, and are what the round trips are tested by.

use crate::model::{BodyState, Exchange, Headers, Outcome};

/// What becomes of a field in a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// It is kept, and comes back the same where this program reads the format.
    Kept,
    /// It is kept in another form, or not in all cases; the text says how.
    Changed(&'static str),
    /// It is left out; the text says why.
    Dropped(&'static str),
}

impl Kept {
    /// The word for it, and what is to be said about it.
    #[must_use]
    pub const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Kept => ("kept", ""),
            Self::Changed(how) => ("changed", how),
            Self::Dropped(why) => ("dropped", why),
        }
    }
}

macro_rules! fields {
    ($($(#[$doc:meta])* $name:ident = $word:literal),+ $(,)?) => {
        /// A field of an exchange.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Field { $($(#[$doc])* $name),+ }

        impl Field {
            /// All fields.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// Its name in NDJSON.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$name => $word),+ }
            }
        }
    };
}

fields! {
    /// When it began.
    Started = "started",
    /// How long it took.
    Duration = "duration_ms",
    /// Who called.
    Client = "client",
    /// Who answered.
    Server = "server",
    /// The process that called.
    Process = "process",
    /// The method.
    Method = "method",
    /// The absolute URL.
    Url = "url",
    /// The request target as sent.
    Target = "target",
    /// The version of the request.
    Http = "http",
    /// Its headers: order, case and number.
    RequestHeaders = "request.headers",
    /// Its body.
    RequestBody = "request.body",
    /// Its trailers.
    RequestTrailers = "request.trailers",
    /// The bytes of its head.
    RequestHead = "request.head",
    /// The status.
    Status = "status",
    /// The reason phrase.
    Reason = "response.reason",
    /// The version of the response.
    ResponseHttp = "response.http",
    /// Its headers: order, case and number.
    ResponseHeaders = "response.headers",
    /// Its body.
    ResponseBody = "response.body",
    /// Its trailers.
    ResponseTrailers = "response.trailers",
    /// The bytes of its head.
    ResponseHead = "response.head",
    /// Interim answers.
    Interim = "interim",
    /// How it ended, where and why.
    Outcome = "outcome",
    /// Whether bytes are missing.
    Complete = "complete",
    /// Where the time went.
    Timings = "timings",
    /// What TLS agreed on.
    Tls = "tls",
    /// The tunnel that it travelled in.
    Tunnel = "tunnel",
    /// The TCP conversation in a capture.
    Stream = "stream",
    /// What the proxy changed.
    Edits = "edits",
    /// What was masked.
    Masks = "masks",
    /// Remarks of the source.
    Notes = "notes",
    /// What was sent again.
    Origin = "origin",
}

impl Field {
    /// Whether an exchange has anything in this field.
    #[must_use]
    pub fn is_in(self, exchange: &Exchange) -> bool {
        let request = &exchange.request;
        let response = exchange.response.as_ref();
        let has = |headers: &Headers| !headers.0.is_empty();
        match self {
            Self::Started => exchange.started.is_some(),
            Self::Duration => exchange.duration_ns.is_some(),
            Self::Client => exchange.client.is_some(),
            Self::Server => exchange.server.is_some(),
            Self::Process => exchange.process.is_some(),
            Self::Method => !request.method.is_empty(),
            Self::Url => !exchange.url.is_empty(),
            Self::Target => !request.target.is_empty(),
            Self::Http => !request.version.is_empty(),
            Self::RequestHeaders => has(&request.headers),
            Self::RequestBody => request.body.len > 0 || request.body.state != BodyState::Whole,
            Self::RequestTrailers => has(&request.trailers),
            Self::RequestHead => request.head.is_some(),
            Self::Status => response.is_some(),
            Self::Reason => response.is_some_and(|response| !response.reason.is_empty()),
            Self::ResponseHttp => response.is_some_and(|response| !response.version.is_empty()),
            Self::ResponseHeaders => response.is_some_and(|response| has(&response.headers)),
            Self::ResponseBody => {
                response.is_some_and(|response| response.body.len > 0 || response.body.state != BodyState::Whole)
            }
            Self::ResponseTrailers => response.is_some_and(|response| has(&response.trailers)),
            Self::ResponseHead => response.is_some_and(|response| response.head.is_some()),
            Self::Interim => !exchange.interim.is_empty(),
            Self::Outcome => exchange.outcome != Outcome::Complete,
            Self::Complete => exchange.incomplete,
            Self::Timings => exchange.timings != crate::model::Timings::default(),
            Self::Tls => exchange.tls.is_some(),
            Self::Tunnel => exchange.tunnel.is_some(),
            Self::Stream => exchange.stream.is_some(),
            Self::Edits => !exchange.edits.is_empty(),
            Self::Masks => !exchange.masks.is_empty(),
            Self::Notes => !exchange.notes.is_empty(),
            Self::Origin => exchange.origin.is_some(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::FORMATS;

    #[test]
    fn every_format_says_of_every_field_what_becomes_of_it() {
        for format in FORMATS {
            for field in Field::ALL {
                let said = format.fields.iter().filter(|(of, _)| of == field).count();
                assert_eq!(said, 1, "{}: {}", format.name, field.word());
            }
        }
    }
}

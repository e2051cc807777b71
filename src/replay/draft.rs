//! What is to be sent: a request that can still be changed. Bytes that nobody changes go out as they were recorded.

pub mod coded;
mod holes;
mod origin;
pub mod text;

use bytes::Bytes;

use crate::model::{Bodies, BodyState, Edit, Exchange, Header, Headers, Part};

pub use holes::Hole;
pub(super) use holes::header_of_answer;

/// A request as it will be sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// The method.
    pub method: String,
    /// The absolute URL; host, target and TLS follow from it. `OPTIONS` of a URL without any path asks for `*`.
    pub url: String,
    /// Headers in the order and case in which they go out, `Host` and `Content-Length` included.
    pub headers: Headers,
    /// The body: transfer coding removed, the content coding that `Content-Encoding` names still on.
    pub body: Bytes,
    /// Fields behind a chunked body.
    pub trailers: Headers,
    /// Which parts of it are fillers, since a secret was masked when it was recorded.
    pub masked: Vec<Part>,
    /// The fillers one by one, as far as it is known where they stand.
    pub holes: Vec<Hole>,
    /// The head as it was recorded: fields that nobody changed go out with their white space.
    pub head: Option<Bytes>,
    /// What was changed, against the recording.
    pub edits: Vec<Edit>,
}

/// Why an exchange can't be sent again.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what}; {remedy}")]
pub struct Unsendable {
    /// What is missing.
    pub what: String,
    /// What mends it.
    pub remedy: String,
}

impl Unsendable {
    /// With these words.
    pub fn new(what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { what: what.into(), remedy: remedy.into() }
    }
}

impl Draft {
    /// The request of `exchange`, as it was sent to the server.
    ///
    /// # Errors
    /// When it was recorded in part only, is a CONNECT, or has no URL that can be called.
    pub fn of(exchange: &Exchange, bodies: &dyn Bodies) -> Result<Self, Unsendable> {
        let request = &exchange.request;
        if request.method.eq_ignore_ascii_case("CONNECT") {
            let what = format!("{} opened a tunnel", exchange.id);
            return Err(Unsendable::new(what, "send one of the requests that travelled in it"));
        }
        if request.method.is_empty() || !exchange.url.contains("://") {
            let what = format!("{} is no request that was understood", exchange.id);
            return Err(Unsendable::new(what, "send another; mwscope show has its bytes"));
        }
        let kept = match &request.body.state {
            BodyState::Whole => None,
            BodyState::Cut => Some("only the first part of its body was kept".to_owned()),
            BodyState::Dropped => Some("its body was dropped while it was recorded".to_owned()),
            BodyState::Withheld(why) => Some(format!("its body was withheld: {why}")),
            BodyState::Absent => Some("the source doesn't hold its body".to_owned()),
        };
        if let Some(why) = kept {
            return Err(Unsendable::new(
                format!("{} can't be sent as it was: {why}", exchange.id),
                "record it again, or give a body with --body FILE",
            ));
        }
        let body = bodies.load(&request.body).map_err(|error| {
            Unsendable::new(format!("{} can't be read: {error}", exchange.id), "look whether the source is still there")
        })?;
        origin::draft(exchange, body)
    }

    /// The same request without its body, for an exchange whose body isn't there to be sent.
    ///
    /// # Errors
    /// As [`Draft::of`], but for the body.
    pub fn without_body(exchange: &Exchange, bodies: &dyn Bodies) -> Result<Self, Unsendable> {
        let mut exchange = exchange.clone();
        exchange.request.body = crate::model::Body::default();
        exchange.masks.retain(|mask| mask.part != Part::RequestBody);
        Self::of(&exchange, bodies)
    }

    /// Whether it only asks: sending it again changes nothing on a server that keeps to RFC 9110, 9.2.1.
    #[must_use]
    pub fn is_safe(&self) -> bool {
        matches!(self.method.to_ascii_uppercase().as_str(), "GET" | "HEAD" | "OPTIONS" | "TRACE")
    }

    /// Whether sending it twice is the same as sending it once (RFC 9110, 9.2.2).
    #[must_use]
    pub fn is_idempotent(&self) -> bool {
        self.is_safe() || matches!(self.method.to_ascii_uppercase().as_str(), "PUT" | "DELETE")
    }

    /// The host and port in the URL, as they are written there.
    #[must_use]
    pub fn authority(&self) -> &str {
        authority_of(&self.url)
    }

    /// Everything of the URL behind the host.
    #[must_use]
    pub fn target(&self) -> &str {
        let rest = self.url.split_once("://").map_or(self.url.as_str(), |(_, rest)| rest);
        let rest = rest.split('#').next().unwrap_or_default();
        rest.find(['/', '?']).map_or("", |at| &rest[at..])
    }

    /// Notes a change.
    pub fn edited(&mut self, what: impl Into<String>, before: Option<String>, after: Option<String>) {
        self.edits.push(Edit { what: what.into(), before, after });
    }

    /// Calls another URL. `Host` becomes the one in it where the host changes.
    pub fn set_url(&mut self, url: &str) {
        self.move_to(url);
        self.drop_holes(|hole| hole.part == Part::Target);
    }

    /// As [`Draft::set_url`], where only the first part of the URL changes, so that what was masked in it still is.
    pub fn move_to(&mut self, url: &str) {
        if url == self.url {
            return;
        }
        let before = std::mem::replace(&mut self.url, url.to_owned());
        self.edited("url", Some(before.clone()), Some(url.to_owned()));
        let host = authority_of(url).rsplit('@').next().unwrap_or_default().to_owned();
        if authority_of(&before) != authority_of(url) && self.headers.text("Host").is_some_and(|there| there != host) {
            self.set_header("Host", &host);
        }
    }

    /// Sets the one header of that name, in its place and with the case that it has; behind the others where there is
    /// none. Of several the first is set and the rest go.
    pub fn set_header(&mut self, name: &str, value: &str) {
        let at = self.headers.0.iter().position(|header| header.name.eq_ignore_ascii_case(name));
        let before = self.headers.text(name);
        match at {
            Some(at) => {
                self.headers.0[at].value = Bytes::copy_from_slice(value.as_bytes());
                let mut n = 0;
                self.headers.0.retain(|header| {
                    n += 1;
                    n - 1 <= at || !header.name.eq_ignore_ascii_case(name)
                });
            }
            None => self.headers.0.push(Header::new(name, value)),
        }
        if before.as_deref() != Some(value) {
            self.listed(name, before, Some(value.to_owned()));
        }
        self.drop_holes(|hole| hole.part == Part::RequestHead && hole.name.eq_ignore_ascii_case(name));
    }

    /// Takes all headers of that name away; whether there were any.
    pub fn remove_header(&mut self, name: &str) -> bool {
        let before = self.headers.text(name);
        self.headers.0.retain(|header| !header.name.eq_ignore_ascii_case(name));
        self.drop_holes(|hole| hole.part == Part::RequestHead && hole.name.eq_ignore_ascii_case(name));
        if before.is_some() {
            self.listed(&format!("{name} removed"), before.clone(), None);
        }
        before.is_some()
    }

    /// Forgets the fillers for which `filled` holds: something else stands there now.
    pub fn drop_holes(&mut self, filled: impl Fn(&Hole) -> bool) {
        self.holes.retain(|hole| !filled(hole));
        let holes = &self.holes;
        self.masked.retain(|part| holes.iter().any(|hole| hole.part == *part));
    }
}

fn authority_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or_default()
}

#[cfg(test)]
mod tests;

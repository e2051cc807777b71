//! What is to be sent: a request that can still be changed. Bytes that nobody changes go out as they were recorded.

use bytes::Bytes;

use crate::model::{Bodies, BodyState, Exchange, Headers, Part};

/// A request as it will be sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// The method.
    pub method: String,
    /// The absolute URL; host, target and TLS follow from it.
    pub url: String,
    /// Headers in the order and case in which they go out, `Host` and `Content-Length` included.
    pub headers: Headers,
    /// The body: transfer coding removed, the content coding that `Content-Encoding` names still on.
    pub body: Bytes,
    /// Which parts of it are fillers, since a secret was masked when it was recorded.
    pub masked: Vec<Part>,
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

impl Draft {
    /// The request of `exchange`, as it was sent.
    ///
    /// # Errors
    /// When it was recorded in part only, or is a CONNECT.
    pub fn of(exchange: &Exchange, bodies: &dyn Bodies) -> Result<Self, Unsendable> {
        let request = &exchange.request;
        let unsendable = |what: String, remedy: &str| Unsendable { what, remedy: remedy.to_owned() };
        if request.method.eq_ignore_ascii_case("CONNECT") {
            return Err(unsendable(
                format!("{} opened a tunnel", exchange.id),
                "send one of the requests that travelled in it",
            ));
        }
        let kept = match &request.body.state {
            BodyState::Whole => None,
            BodyState::Cut => Some("only the first part of its body was kept".to_owned()),
            BodyState::Dropped => Some("its body was dropped while it was recorded".to_owned()),
            BodyState::Withheld(why) => Some(format!("its body was withheld: {why}")),
            BodyState::Absent => Some("the source doesn't hold its body".to_owned()),
        };
        if let Some(why) = kept {
            return Err(unsendable(format!("{} can't be sent as it was: {why}", exchange.id), "record it again"));
        }
        let body = bodies.load(&request.body).map_err(|error| {
            unsendable(format!("{} can't be read: {error}", exchange.id), "look whether the source is still there")
        })?;
        let mut masked = Vec::new();
        for mask in &exchange.masks {
            if is_of_the_request(mask.part) && !masked.contains(&mask.part) {
                masked.push(mask.part);
            }
        }
        let (method, url, headers) = (request.method.clone(), exchange.url.clone(), request.headers.clone());
        Ok(Self { method, url, headers, body, masked })
    }
}

fn is_of_the_request(part: Part) -> bool {
    matches!(part, Part::Target | Part::RequestHead | Part::RequestBody)
}

//! A client over a sender: it keeps the cookies that servers set while it runs, and follows redirects as curl does.

use std::sync::Arc;
use std::time::SystemTime;

use bytes::Bytes;

use super::cookies::Jar;
use super::{Ready, Sender};
use crate::model::{Exchange, Headers};
use crate::replay::{Draft, Peer, address};

/// Redirects behind each other before it is given up.
const MOST: usize = 20;

/// Whether redirects are followed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Follow {
    /// 301, 302 and 303 by GET (HEAD stays HEAD), 307 and 308 with the same method and body. What isn't safe to repeat
    /// is never sent to another server that way.
    #[default]
    AsClients,
    /// The redirect is the answer.
    Never,
}

/// Sends as one client does, one request after the other.
#[derive(Clone, Debug)]
pub struct Client {
    sender: Arc<Sender>,
    jar: Option<Jar>,
    follow: Follow,
}

impl Client {
    /// A client without cookies yet.
    #[must_use]
    pub fn new(sender: Arc<Sender>, follow: Follow) -> Self {
        Self { sender, jar: Some(Jar::default()), follow }
    }

    /// A client that ignores the cookies that servers set, so that each request goes out as it is.
    #[must_use]
    pub fn without_cookies(sender: Arc<Sender>, follow: Follow) -> Self {
        Self { sender, jar: None, follow }
    }

    /// Whether a server has set a cookie of that name in this run.
    #[must_use]
    pub fn has_cookie(&self, name: &str) -> bool {
        self.jar.as_ref().is_some_and(|jar| jar.has(name))
    }

    /// Sends a draft and what its answers lead to; the last exchange has the final answer.
    pub async fn send_all(&mut self, draft: &Draft) -> Vec<Exchange> {
        self.send_when(draft, &|| Ok(())).await
    }

    /// As [`Client::send_all`]; `ready` is asked before the first byte of each request leaves.
    pub async fn send_when(&mut self, draft: &Draft, ready: Ready<'_>) -> Vec<Exchange> {
        let mut draft = draft.clone();
        let mut hops: Vec<Exchange> = Vec::new();
        loop {
            let given = draft.clone();
            if let Some(jar) = &self.jar {
                jar.give(&mut draft, SystemTime::now());
            }
            let mut exchange = self.sender.send_once(&draft, ready).await;
            if let Some(jar) = &mut self.jar {
                jar.take(&exchange, SystemTime::now());
            }
            let next = match self.follow {
                Follow::AsClients if hops.len() < MOST => redirected(&given, &mut exchange),
                Follow::AsClients if location(&exchange).is_some() => {
                    let text = format!("not followed: it is the {MOST}th behind each other");
                    exchange.notes.push(("redirect".to_owned(), text));
                    None
                }
                _ => None,
            };
            hops.push(exchange);
            match next {
                Some(next) => draft = next,
                None => return hops,
            }
        }
    }
}

impl Peer for Client {
    async fn send(&mut self, draft: &Draft) -> Exchange {
        let last = self.send_all(draft).await.pop();
        last.expect("invariant: a draft that is sent gives an exchange")
    }
}

fn location(exchange: &Exchange) -> Option<(u16, String)> {
    let response = exchange.response.as_ref()?;
    let redirects = matches!(response.status, 301 | 302 | 303 | 307 | 308);
    response.headers.text("Location").filter(|to| redirects && !to.trim().is_empty()).map(|to| (response.status, to))
}

/// The request that a redirect asks for.
fn redirected(draft: &Draft, exchange: &mut Exchange) -> Option<Draft> {
    let (status, location) = location(exchange)?;
    let mut note = |text: String| exchange.notes.push(("redirect".to_owned(), text));
    let Some(url) = address::resolved(&draft.url, location.trim()) else {
        note(format!("not followed: {location:?} can't be called"));
        return None;
    };
    let elsewhere = origin(&url) != origin(&draft.url);
    let same_method = matches!(status, 307 | 308) || draft.is_safe();
    if same_method && !draft.is_safe() && elsewhere {
        note(format!(
            "not followed: {} would be sent to another server; send it to {url} with --set url",
            draft.method
        ));
        return None;
    }
    let mut next = draft.clone();
    next.edits.clear();
    next.set_url(&url);
    next.edits.clear();
    next.edited(format!("redirected by {status}"), Some(draft.url.clone()), Some(url));
    if !same_method {
        next.edited("method", Some(draft.method.clone()), Some("GET".to_owned()));
        "GET".clone_into(&mut next.method);
        next.body = Bytes::new();
        next.trailers = Headers::default();
        let of_body = ["content-", "transfer-encoding", "expect", "trailer"];
        next.headers.0.retain(|header| {
            let name = header.name.to_ascii_lowercase();
            !of_body.iter().any(|start| name.starts_with(start))
        });
    }
    if elsewhere {
        // Credentials are for the server that they were given for.
        for name in ["Authorization", "Cookie"] {
            if next.headers.first(name).is_some() {
                next.headers.0.retain(|header| !header.name.eq_ignore_ascii_case(name));
                next.edited(format!("{name} removed"), None, None);
            }
        }
    }
    Some(next)
}

fn origin(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    format!("{scheme}://{authority}").to_ascii_lowercase()
}

//! Which 401 and 407 answers are part of signing on: a client sends its call without credentials, is asked for
//! them, and sends it again with them. Such an answer is no failure.

use std::collections::VecDeque;

use super::exchange::{Body, Exchange, Kept, Mask, Part};

/// How long after the question the next attempt may begin where the source doesn't say who called: a program answers
/// at once, and a later call may well be another client's.
const SOON_NS: i64 = 60_000_000_000;

/// How many exchanges are looked through for the next attempt, so that a long recording stays cheap.
const LOOK_AHEAD: usize = 2000;

/// Sets [`Exchange::challenge`] on the exchanges of one source, which stand in the order of their index.
///
/// The next attempt is the next exchange of the same client with the same method, address and (where both have
/// one) body. Calls must have been recognised before, for the user's name.
pub fn mark(exchanges: &mut [Exchange]) {
    for at in 0..exchanges.len() {
        let Some(status @ (401 | 407)) = exchanges[at].status() else { continue };
        let (asked, later) = (&exchanges[at], &exchanges[at + 1..]);
        let next = later.iter().take(LOOK_AHEAD).find(|next| is_attempt(asked, next));
        let answered = next.is_some_and(|next| answers(status, asked, next));
        exchanges[at].challenge = answered;
    }
}

/// Does what [`mark`] does to exchanges that come one after the other; of those that are looked through, as many as need
/// be are held.
pub fn marked(exchanges: impl Iterator<Item = Exchange>) -> impl Iterator<Item = Exchange> {
    Marked { from: exchanges, ahead: VecDeque::new() }
}

struct Marked<I> {
    from: I,
    /// What was looked through and not given out yet.
    ahead: VecDeque<Exchange>,
}

impl<I: Iterator<Item = Exchange>> Iterator for Marked<I> {
    type Item = Exchange;

    fn next(&mut self) -> Option<Exchange> {
        let mut exchange = self.ahead.pop_front().or_else(|| self.from.next())?;
        let Some(status @ (401 | 407)) = exchange.status() else { return Some(exchange) };
        for at in 0..LOOK_AHEAD {
            if at == self.ahead.len() {
                let Some(next) = self.from.next() else { break };
                self.ahead.push_back(next);
            }
            let next = &self.ahead[at];
            if is_attempt(&exchange, next) {
                exchange.challenge = answers(status, &exchange, next);
                break;
            }
        }
        Some(exchange)
    }
}

/// Whether `next` answers the question that `asked` was met with. Credentials after none do, even wrong ones: the
/// failure is then the attempt that carried them. Sending the very same again does not.
fn answers(status: u16, asked: &Exchange, next: &Exchange) -> bool {
    let (sent, asks) = match status {
        401 => ("authorization", "www-authenticate"),
        _ => ("proxy-authorization", "proxy-authenticate"),
    };
    let (before, after) = (asked.request.headers.first(sent), next.request.headers.first(sent));
    if before.is_some() && before == after && tokens(asked) == tokens(next) {
        return false;
    }
    let refused = next.status().is_none_or(|answer| answer == status);
    !refused || (after.is_some() && (before.is_none() || is_in_talks(asked, asks)))
}

/// What tells masked credentials apart, which look alike.
fn tokens(exchange: &Exchange) -> Vec<&str> {
    let in_head = |mask: &&Mask| mask.part == Part::RequestHead && mask.rule != "cookie";
    exchange.masks.iter().filter(in_head).map(|mask| mask.token.as_str()).collect()
}

/// NTLM and Negotiate take several rounds; until the last the server answers with a token of its own.
fn is_in_talks(asked: &Exchange, asks: &str) -> bool {
    let Some(response) = &asked.response else { return false };
    response.headers.all(asks).any(|header| {
        let text = header.text();
        let (scheme, token) = text.trim().split_once(' ').unwrap_or((&text, ""));
        !token.trim().is_empty() && ["ntlm", "negotiate"].iter().any(|known| scheme.eq_ignore_ascii_case(known))
    })
}

fn is_attempt(asked: &Exchange, next: &Exchange) -> bool {
    let (a, b) = (&asked.request, &next.request);
    a.method == b.method
        && asked.url == next.url
        && same_client(asked, next)
        && a.headers.text("user-agent") == b.headers.text("user-agent")
        && same_body(&a.body, &b.body)
}

/// By address; a refused user name is not answered by another one.
fn same_client(asked: &Exchange, next: &Exchange) -> bool {
    if asked.call.user.is_some() && next.call.user.is_some() && asked.call.user != next.call.user {
        return false;
    }
    let (a, b) = (host(asked.client.as_deref()), host(next.client.as_deref()));
    let began = |exchange: &Exchange| exchange.started.map(|stamp| stamp.utc_ns().unwrap_or(stamp.civil.ns));
    let soon = began(asked).zip(began(next)).is_none_or(|(asked, next)| next.saturating_sub(asked) <= SOON_NS);
    a == b && (a.is_some() || soon)
}

/// The client's address without its port: the next attempt may come over a new connection.
fn host(client: Option<&str>) -> Option<&str> {
    client.map(|client| client.rsplit_once(':').map_or(client, |(host, _)| host))
}

/// NTLM and Negotiate clients send no body before they are let in.
fn same_body(a: &Body, b: &Body) -> bool {
    match (&a.kept, &b.kept) {
        (Kept::Here(a), Kept::Here(b)) => a.is_empty() || b.is_empty() || a == b,
        _ => a.len == 0 || b.len == 0 || a.len == b.len,
    }
}

#[cfg(test)]
mod tests {
    use super::super::exchange::{ExchangeId, Header, Request, Response};
    use super::super::source::SourceId;
    use super::*;

    fn exchange(credentials: &str, body: &str, status: u16) -> Exchange {
        let mut request = Request { method: "POST".into(), ..Request::default() };
        if !credentials.is_empty() {
            request.headers.0.push(Header::new("Authorization", credentials));
        }
        request.body = Body::whole(bytes::Bytes::copy_from_slice(body.as_bytes()));
        let mut exchange = Exchange::new(ExchangeId(0), SourceId(0), 0, "http://h/s".into(), request);
        exchange.response = (status > 0).then(|| Response { status, ..Response::default() });
        exchange
    }

    /// Each exchange is `credentials/body/status`.
    fn challenges(list: &[(&str, &str, u16)]) -> Vec<bool> {
        let mut exchanges: Vec<_> = list.iter().map(|(sent, body, status)| exchange(sent, body, *status)).collect();
        let one_by_one: Vec<_> = marked(exchanges.clone().into_iter()).map(|exchange| exchange.challenge).collect();
        mark(&mut exchanges);
        let marked: Vec<_> = exchanges.iter().map(|exchange| exchange.challenge).collect();
        assert_eq!(marked, one_by_one);
        marked
    }

    #[test]
    fn an_answered_question_is_no_failure() {
        assert_eq!(challenges(&[("", "a", 401), ("Basic x", "a", 200)]), [true, false]);
        assert_eq!(challenges(&[("", "a", 401), ("Basic x", "a", 500)]), [true, false]);
        assert_eq!(challenges(&[("", "", 401), ("NTLM 1", "", 401), ("NTLM 3", "a", 200)]), [true, true, false]);
        assert_eq!(challenges(&[("Bearer old", "a", 401), ("Bearer new", "a", 200)]), [true, false]);
        assert_eq!(challenges(&[("", "a", 401), ("Basic wrong", "a", 401)]), [true, false]);
        let mut masked = [exchange("NTLM ****", "a", 401), exchange("NTLM ****", "a", 200)];
        let mask = |token: &str| Mask {
            part: Part::RequestHead,
            offset: 0,
            len: 4,
            rule: "ntlm-or-negotiate".into(),
            token: token.into(),
        };
        (masked[0].masks, masked[1].masks) = (vec![mask("one")], vec![mask("two")]);
        mark(&mut masked);
        assert!(masked[0].challenge, "masked credentials look alike and are not the same");
        let mut talks = [exchange("NTLM 1", "", 401), exchange("NTLM 3", "", 401)];
        let token = Header::new("WWW-Authenticate", "NTLM TlRMTVNTUAAC");
        talks[0].response.as_mut().expect("an answer").headers.0.push(token);
        mark(&mut talks);
        assert!(talks[0].challenge && !talks[1].challenge);
    }

    #[test]
    fn a_refusal_stays_one() {
        assert_eq!(challenges(&[("", "a", 401)]), [false]);
        assert_eq!(challenges(&[("Basic x", "a", 401), ("Basic y", "a", 401)]), [false, false]);
        assert_eq!(challenges(&[("Basic x", "a", 401), ("Basic x", "a", 200)]), [false, false]);
        assert_eq!(challenges(&[("", "a", 401), ("Basic x", "b", 200)]), [false, false]);
        assert_eq!(challenges(&[("Basic x", "a", 401), ("Basic y", "a", 0)]), [false, false]);
        let mut other = [exchange("", "a", 401), exchange("Basic x", "a", 200)];
        (other[0].client, other[1].client) = (Some("10.0.0.1:5".into()), Some("10.0.0.2:5".into()));
        mark(&mut other);
        assert!(!other[0].challenge);
        let mut users = [exchange("Basic x", "a", 401), exchange("Basic y", "a", 200)];
        users[0].call.user = Some("OLD".into());
        users[1].call.user = Some("NEW".into());
        mark(&mut users);
        assert!(!users[0].challenge);
        let mut late = [exchange("", "a", 401), exchange("Basic y", "a", 200)];
        late[0].started = Some(super::super::moment::stamp_of_utc_ns(0));
        late[1].started = Some(super::super::moment::stamp_of_utc_ns(SOON_NS + 1_000_000));
        mark(&mut late);
        assert!(!late[0].challenge);
    }
}

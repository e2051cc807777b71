//! Which 401 and 407 answers are part of signing on: a client sends its call without credentials, is asked for
//! them, and sends it again with them. Such an answer is no failure.
//!
//! Several clients sign on at the same time, so it isn't what comes next that answers a question but the next attempt
//! over the same connection, whoever comes between; where that is closed, an attempt over another one of the same
//! client. Each attempt answers one question.

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher, RandomState};

use super::exchange::{Body, Exchange, Kept, Mask, Outcome, Part, Stage};

/// How long after the question the next attempt may begin where the source doesn't say who called: a program answers
/// at once, and a later call may well be another client's.
const SOON_NS: i64 = 60_000_000_000;

/// How many exchanges are looked through for the next attempt, so that a long recording stays cheap.
const LOOK_AHEAD: usize = 2000;

/// How many questions about one address may be open at the same time; more clients don't ask at once.
const OPEN: usize = 64;

/// Sets [`Exchange::challenge`] on the exchanges of one source, which stand in the order of their index.
///
/// An attempt is an exchange of the same client with the same method, address and (where both have one) body. Calls
/// must have been recognised before, for the user's name.
pub fn mark(exchanges: &mut [Exchange]) {
    let mut questions = Questions::default();
    for at in 0..exchanges.len() {
        let answered = questions.take(at, &exchanges[at], |at| exchanges.get(at));
        if is_question(&exchanges[at]) {
            exchanges[at].challenge = false;
        }
        if let Some(asked) = answered.and_then(|at| exchanges.get_mut(at)) {
            asked.challenge = true;
        }
    }
}

/// Does what [`mark`] does to exchanges that come one after the other; of those that are looked through, as many as need
/// be are held.
pub fn marked(exchanges: impl Iterator<Item = Exchange>) -> impl Iterator<Item = Exchange> {
    Marked { from: exchanges, ahead: VecDeque::new(), first: 0, questions: Questions::default() }
}

/// Whether it was asked for credentials: by the server or a proxy on the way, or by us, who make no answer up for the
/// recording.
#[must_use]
pub fn is_question(exchange: &Exchange) -> bool {
    by_us(exchange) || matches!(exchange.status(), Some(401 | 407))
}

fn by_us(exchange: &Exchange) -> bool {
    exchange.response.is_none() && matches!(exchange.outcome, Outcome::Failed { stage: Stage::ProxyAuth, .. })
}

struct Marked<I> {
    from: I,
    /// What was looked through and not given out yet.
    ahead: VecDeque<Exchange>,
    /// The number of the first of them.
    first: usize,
    questions: Questions,
}

impl<I: Iterator<Item = Exchange>> Iterator for Marked<I> {
    type Item = Exchange;

    fn next(&mut self) -> Option<Exchange> {
        let waits = |this: &Self| this.ahead.front().is_none_or(|x| this.questions.is_open(this.first, x));
        while self.ahead.len() <= LOOK_AHEAD && waits(self) {
            let Some(next) = self.from.next() else { break };
            let (at, first, ahead) = (self.first + self.ahead.len(), self.first, &self.ahead);
            let answered = self.questions.take(at, &next, |at| ahead.get(at.checked_sub(first)?));
            self.ahead.push_back(next);
            if let Some(asked) = answered.and_then(|at| self.ahead.get_mut(at.checked_sub(first)?)) {
                asked.challenge = true;
            }
        }
        let exchange = self.ahead.pop_front()?;
        self.first += 1;
        Some(exchange)
    }
}

/// The questions to which no attempt has come yet, by the number of their exchanges, the latest last.
#[derive(Default)]
struct Questions {
    open: HashMap<u64, Vec<usize>>,
    hasher: RandomState,
}

impl Questions {
    /// Takes the next exchange, which may answer a question, and may be one. Gives the one that it answers.
    fn take<'a>(
        &mut self,
        number: usize,
        next: &Exchange,
        get: impl Fn(usize) -> Option<&'a Exchange>,
    ) -> Option<usize> {
        if self.open.is_empty() && !is_question(next) {
            return None;
        }
        let key = self.key(next);
        let mut answered = None;
        if let Some(open) = self.open.get_mut(&key) {
            open.retain(|at| number - at <= LOOK_AHEAD);
            let asked = |at: &usize| get(*at).filter(|asked| is_attempt(asked, next));
            // Over another connection it may well be another client's, unless it answers.
            let may_be = |asked: &Exchange| asked.client.is_none() || answers(asked, next);
            let by = |test: &dyn Fn(&Exchange) -> bool| open.iter().rposition(|at| asked(at).is_some_and(test));
            let found = by(&|asked| is_same_connection(asked, next)).or_else(|| by(&may_be));
            if let Some(found) = found {
                let at = open.remove(found);
                answered = asked(&at).is_some_and(|asked| answers(asked, next)).then_some(at);
            }
            if open.is_empty() {
                self.open.remove(&key);
            }
        }
        if is_question(next) {
            let open = self.open.entry(key).or_default();
            if open.len() >= OPEN {
                open.remove(0);
            }
            open.push(number);
        }
        answered
    }

    /// Whether the exchange of that number still waits for an attempt.
    fn is_open(&self, number: usize, exchange: &Exchange) -> bool {
        is_question(exchange) && self.open.get(&self.key(exchange)).is_some_and(|open| open.contains(&number))
    }

    fn key(&self, exchange: &Exchange) -> u64 {
        self.hasher.hash_one((&exchange.request.method, &exchange.url))
    }
}

/// Whether one follows the other on a connection. Streams of HTTP/2 don't follow each other.
fn is_same_connection(asked: &Exchange, next: &Exchange) -> bool {
    asked.client.is_some() && asked.client == next.client && !next.request.version.starts_with("HTTP/2")
}

/// Whether `next` answers the question that `asked` was met with. Credentials after none do, even wrong ones: the
/// failure is then the attempt that carried them. Sending the very same again does not.
fn answers(asked: &Exchange, next: &Exchange) -> bool {
    let status = asked.status();
    let has = |name: &str| next.request.headers.first(name).is_some();
    let (sent, asks) = match status {
        Some(401) => ("authorization", "www-authenticate"),
        // Before a server that is stood in for, we ask for what a server would.
        None if !has("proxy-authorization") => ("authorization", "www-authenticate"),
        _ => ("proxy-authorization", "proxy-authenticate"),
    };
    let (before, after) = (asked.request.headers.first(sent), next.request.headers.first(sent));
    if before.is_some() && before == after && tokens(asked) == tokens(next) {
        return false;
    }
    let refused = if by_us(asked) { by_us(next) } else { next.status().is_none_or(|answer| Some(answer) == status) };
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
    use super::super::exchange::{ExchangeId, Request, Response};
    use super::super::header::Header;
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
        marks(list.iter().map(|(sent, body, status)| exchange(sent, body, *status)).collect())
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

    /// As [`exchange`], over the connection from `port`.
    fn over(port: u16, credentials: &str, status: u16) -> Exchange {
        Exchange { client: Some(format!("10.0.0.1:{port}")), ..exchange(credentials, "a", status) }
    }

    fn marks(mut exchanges: Vec<Exchange>) -> Vec<bool> {
        let one_by_one: Vec<_> = marked(exchanges.clone().into_iter()).map(|exchange| exchange.challenge).collect();
        mark(&mut exchanges);
        let marked: Vec<_> = exchanges.iter().map(|exchange| exchange.challenge).collect();
        assert_eq!(marked, one_by_one);
        marked
    }

    #[test]
    fn clients_that_sign_on_at_the_same_time_are_told_apart_by_their_connections() {
        let all = |sent: &str, status| [1, 2, 3].map(|port| over(port, sent, status)).to_vec();
        let basic = [all("", 401), all("Basic x", 200)].concat();
        assert_eq!(marks(basic), [true, true, true, false, false, false]);
        let mut talks = all("NTLM 1", 401);
        for talk in &mut talks {
            let token = Header::new("WWW-Authenticate", "NTLM TlRMTVNTUAAC");
            talk.response.as_mut().expect("an answer").headers.0.push(token);
        }
        let ntlm = [all("", 401), talks, all("NTLM 3", 200)].concat();
        assert_eq!(marks(ntlm), [[true; 6].as_slice(), &[false; 3]].concat());
        // One of them gives up, and stays a failure; its question isn't answered by another's attempt.
        let up = vec![over(1, "", 401), over(2, "", 401), over(2, "Basic x", 200)];
        assert_eq!(marks(up), [false, true, false]);
        // The connections were closed: each attempt answers one question.
        let anew = vec![over(1, "", 401), over(2, "", 401), over(3, "Basic x", 200), over(4, "Basic x", 200)];
        assert_eq!(marks(anew), [true, true, false, false]);
        // The same client asks again in vain before it signs on.
        let vain = vec![over(1, "", 401), over(1, "", 401), over(1, "Basic x", 200), over(1, "Basic x", 200)];
        assert_eq!(marks(vain), [false, true, false, false]);
        let streams = [all("", 401), all("Basic x", 200)].concat().into_iter().map(|x| {
            let request = Request { version: "HTTP/2".into(), ..x.request };
            Exchange { client: Some("10.0.0.1:1".into()), request, ..x }
        });
        assert_eq!(marks(streams.collect()), [true, true, true, false, false, false]);
    }

    #[test]
    fn what_we_ask_for_ourselves_is_a_question_too() {
        let ours = |port, sent: &str, name: &str| {
            let mut asked = over(port, "", 0);
            let cause = "the client gave no credentials for the proxy".to_owned();
            asked.outcome = Outcome::Failed { stage: Stage::ProxyAuth, cause };
            if !sent.is_empty() {
                asked.request.headers.0.push(Header::new(name, sent));
            }
            asked
        };
        let let_in = |port, name: &str| {
            let mut next = over(port, "", 200);
            next.request.headers.0.push(Header::new(name, "Basic x"));
            next
        };
        for name in ["Proxy-Authorization", "Authorization"] {
            assert_eq!(marks(vec![ours(1, "", name), let_in(2, name)]), [true, false]);
            assert_eq!(marks(vec![ours(1, "", name), ours(2, "Basic no", name)]), [true, false]);
            assert_eq!(marks(vec![ours(1, "", name), ours(2, "", name)]), [false, false]);
        }
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

//! A receiver and how it is dealt with: one request at a time, again where it has no room or isn't there, in halves where
//! one is too large, and never again what it won't have.

use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use serde_json::Value;
use tokio::runtime::Runtime;

use super::body;
use super::grpc::Grpc;
use super::{Target, Wire, shown};
use crate::model::{BodyState, Exchange, Kept, coding};
use crate::proxy::{Client, Follow, Http2, Sender};
use crate::redact::mask_text;
use crate::telemetry::clickhouse::{self, Refusal};
use crate::telemetry::otlp::Signal;
use crate::telemetry::{Item, opensearch, otlp};

/// The first pause after a failure; each next one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
/// The longest pause that isn't asked for.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// How long somebody who wants to leave may go unnoticed.
const GLANCE: Duration = Duration::from_millis(50);

/// A receiver that is handed items.
pub(super) struct Receiver {
    pub(super) target: Target,
    runtime: Runtime,
    way: Way,
}

/// How requests reach it.
enum Way {
    Http(Client),
    Grpc(Grpc),
}

/// How the receiver is dealt with.
pub(super) struct Manner<'a> {
    /// How long a request is sent again before it is given up; `None` for as long as it takes.
    pub(super) patience: Option<Duration>,
    /// Whether a request that is refused as a whole is an error, or its items are refused one by one.
    pub(super) strict: bool,
    /// Whether it is time to leave.
    pub(super) leave: &'a dyn Fn() -> bool,
    /// Called with what happens.
    pub(super) hear: &'a mut dyn FnMut(Heard),
}

/// What happens while items are handed on.
pub(super) enum Heard {
    /// The receiver took items.
    Took(u64),
    /// It refused items for good.
    Refused(u64, Vec<String>),
    /// It takes nothing at present: why, and when it is tried again.
    Waits(String, Duration),
}

/// What came of one request.
pub(super) enum Answer {
    /// It was taken, but for items that have no room now, by number, and items that are refused, with reasons.
    Took { again: Vec<usize>, refused: u64, reasons: Vec<String> },
    /// Nothing was taken, which may be otherwise later, or when the receiver says.
    Later(String, Option<Duration>),
    /// Nothing was taken, since there is too much of it.
    TooLarge(String),
    /// Nothing was taken, for what it is.
    Wrong(String),
    /// Nothing is taken from us, whatever it is.
    Unwelcome(String),
    /// It wasn't waited for.
    Left,
}

impl Receiver {
    pub(super) fn new(target: Target, sender: Arc<Sender>) -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let way = match target.wire {
            Wire::OtlpGrpc => Way::Grpc(Grpc(Http2::new(sender))),
            Wire::Otlp | Wire::OpenSearch { .. } | Wire::ClickHouse { .. } => {
                Way::Http(Client::without_cookies(sender, Follow::Never))
            }
        };
        Ok(Self { target, runtime, way })
    }

    /// Hands items over; whether all were taken or refused, or it was left before.
    ///
    /// # Errors
    /// When patience ends, or in a strict manner when a request is refused.
    pub(super) fn hand(&mut self, items: Vec<Item>, manner: &mut Manner<'_>) -> io::Result<bool> {
        let mut open = body::by_request(&self.target, items);
        open.reverse();
        let (mut began, mut pause) = (Instant::now(), FIRST_PAUSE);
        while let Some((signal, mut items)) = open.pop() {
            let (why, asked) = match self.offer(signal, &items, manner.leave)? {
                Answer::Left => return Ok(false),
                Answer::Took { again, refused, reasons } => {
                    let taken = (items.len() - again.len()) as u64;
                    (manner.hear)(Heard::Took(taken.saturating_sub(refused)));
                    if refused > 0 {
                        (manner.hear)(Heard::Refused(refused, reasons));
                    }
                    if again.is_empty() {
                        (began, pause) = (Instant::now(), FIRST_PAUSE);
                        continue;
                    }
                    let mut n = 0..;
                    items.retain(|_| n.next().is_some_and(|n| again.binary_search(&n).is_ok()));
                    (format!("has no room for {} items", items.len()), None)
                }
                Answer::TooLarge(_) if items.len() > 1 => {
                    halve(&mut open, signal, items);
                    continue;
                }
                Answer::Wrong(_) if items.len() > 1 && !manner.strict => {
                    halve(&mut open, signal, items);
                    continue;
                }
                Answer::TooLarge(why) | Answer::Wrong(why) | Answer::Unwelcome(why) if manner.strict => {
                    return Err(io::Error::other(why));
                }
                Answer::TooLarge(why) | Answer::Wrong(why) => {
                    (manner.hear)(Heard::Refused(items.len() as u64, vec![why]));
                    continue;
                }
                Answer::Unwelcome(why) => (why, Some(LONGEST_PAUSE)),
                Answer::Later(why, asked) => (why, asked),
            };
            let wait = asked.unwrap_or(pause);
            if manner.patience.is_some_and(|patience| began.elapsed() + wait > patience) {
                return Err(io::Error::other(format!("{why}; sent again until patience ended")));
            }
            (manner.hear)(Heard::Waits(why, wait));
            if !slept(wait, manner.leave) {
                return Ok(false);
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
            open.push((signal, items));
        }
        Ok(true)
    }

    /// Sends one request and says what came of it.
    fn offer(&mut self, signal: Signal, items: &[Item], leave: &dyn Fn() -> bool) -> io::Result<Answer> {
        let Self { target, runtime, way } = self;
        runtime.block_on(async {
            tokio::select! {
                answer = way.offer(target, signal, items) => answer,
                () = until(leave) => Ok(Answer::Left),
            }
        })
    }
}

impl Way {
    async fn offer(&mut self, target: &Target, signal: Signal, items: &[Item]) -> io::Result<Answer> {
        let client = match self {
            Self::Http(client) => client,
            Self::Grpc(grpc) => return grpc.offer(target, signal, items).await,
        };
        let draft = body::draft(target, signal, items)?;
        let sent = client.send_all(&draft).await;
        let last = sent.last().ok_or_else(|| io::Error::other("nothing came of sending"))?;
        Ok(answer(&target.wire, last, &draft.url, items.len()))
    }
}

fn answer(wire: &Wire, exchange: &Exchange, url: &str, items: usize) -> Answer {
    let url = &*shown(url);
    let Some(status) = exchange.status() else {
        let why = format!("{url} {}", broke(exchange));
        // What is wrong with an address is said with the address.
        return Answer::Later(mask_text(&why).into_owned(), None);
    };
    let why = || format!("{url} answers {status} and takes nothing: {}", said(exchange));
    // Its statuses say little; whatever goes wrong has a number.
    if let Some(code) = exception(wire, exchange) {
        let why = why();
        return match clickhouse::refusal(code) {
            Refusal::Later => Answer::Later(why, None),
            Refusal::Rows => Answer::Wrong(why),
            Refusal::Everything => Answer::Unwelcome(why),
        };
    }
    match status {
        200..=299 => taken(wire, exchange, url, items),
        // <https://opentelemetry.io/docs/specs/otlp/#failures-1>: these may be sent again, others not.
        429 | 502 | 503 | 504 => Answer::Later(format!("{url} answers {status}"), retry_after(exchange)),
        413 => Answer::TooLarge(why()),
        400 | 422 => Answer::Wrong(why()),
        _ => Answer::Unwelcome(why()),
    }
}

/// The number of ClickHouse's exception.
fn exception(wire: &Wire, exchange: &Exchange) -> Option<u32> {
    if !matches!(wire, Wire::ClickHouse { .. }) {
        return None;
    }
    exchange.response.as_ref()?.headers.text("x-clickhouse-exception-code")?.trim().parse().ok()
}

/// What an answer that takes a request says of the items in it. One that the receiver wouldn't give is from somebody
/// else (the page of a proxy, a server for something else), who has thrown the items away.
fn taken(wire: &Wire, exchange: &Exchange, url: &str, items: usize) -> Answer {
    let text = text_of(exchange);
    let answer = serde_json::from_slice(&text).unwrap_or(Value::Null);
    let whole = exchange.response.as_ref().is_none_or(|response| response.body.state == BodyState::Whole);
    let nothing = whole && text.trim_ascii().is_empty();
    let unwelcome = |who: &str| {
        Answer::Unwelcome(format!("{url} answers, but doesn't say what became of the items; is {who} there?"))
    };
    match wire {
        Wire::Otlp | Wire::OtlpGrpc if nothing || answer.is_object() => {
            let (refused, why) = otlp::refused(&answer).unwrap_or_default();
            Answer::Took { again: Vec::new(), refused, reasons: vec![why] }
        }
        Wire::Otlp | Wire::OtlpGrpc => unwelcome("a collector of OpenTelemetry"),
        Wire::ClickHouse { .. } if nothing => Answer::Took { again: Vec::new(), refused: 0, reasons: Vec::new() },
        Wire::ClickHouse { .. } => unwelcome("ClickHouse"),
        Wire::OpenSearch { .. } => match opensearch::refused(&answer) {
            Some((again, reasons)) => {
                Answer::Took { again, refused: (reasons.len() as u64).min(items as u64), reasons }
            }
            None => unwelcome("OpenSearch or Elasticsearch"),
        },
    }
}

/// Puts items back in two halves, the first of them next.
fn halve(open: &mut Vec<(Signal, Vec<Item>)>, signal: Signal, mut items: Vec<Item>) {
    let behind = items.split_off(items.len() / 2);
    open.extend([(signal, behind), (signal, items)]);
}

/// Sleeps, unless it is time to leave before.
pub(super) fn slept(wait: Duration, leave: &dyn Fn() -> bool) -> bool {
    let until = Instant::now() + wait;
    loop {
        if leave() {
            return false;
        }
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return true;
        }
        std::thread::sleep(left.min(GLANCE));
    }
}

async fn until(leave: &dyn Fn() -> bool) {
    while !leave() {
        tokio::time::sleep(GLANCE).await;
    }
}

/// What became of a request that nobody answers.
pub(super) fn broke(exchange: &Exchange) -> String {
    let broke = exchange.outcome.broke_at().map(|(stage, cause)| format!("{}: {cause}", stage.word()));
    broke.unwrap_or_else(|| "gives no answer".to_owned())
}

/// What an answer says, as much as is shown of it.
pub(super) fn said(exchange: &Exchange) -> String {
    String::from_utf8_lossy(&text_of(exchange)).trim().chars().take(300).collect()
}

fn text_of(exchange: &Exchange) -> Bytes {
    let Some(response) = &exchange.response else { return Bytes::new() };
    match &response.body.kept {
        Kept::Here(bytes) => coding::decode(&response.body, bytes).bytes,
        _ => Bytes::new(),
    }
}

/// Seconds that a receiver asks to wait.
fn retry_after(exchange: &Exchange) -> Option<Duration> {
    let value = exchange.response.as_ref()?.headers.text("retry-after")?;
    value.trim().parse().ok().map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Body, ExchangeId, Outcome, Request, Response, SourceId, Stage};

    fn exchange(status: u16, body: &str) -> Exchange {
        let mut x = Exchange::new(ExchangeId(0), SourceId(0), 0, String::new(), Request::default());
        let body = Body::whole(Bytes::copy_from_slice(body.as_bytes()));
        x.response = (status > 0).then(|| Response { status, body, ..Response::default() });
        x
    }

    #[test]
    fn only_who_answers_as_the_receiver_would_has_taken_items() {
        let (page, table) = ("<html>Please sign on</html>", String::new());
        let of = |wire: &Wire, body: &str| match answer(wire, &exchange(200, body), "http://c", 2) {
            Answer::Took { refused, .. } => Some(refused),
            Answer::Unwelcome(why) if why.starts_with("http://c answers, but doesn't say what became") => None,
            _ => panic!("{body} is neither"),
        };
        for (body, refused) in [("", 0), ("{}", 0), (r#"{"partialSuccess":{"rejectedSpans":"1"}}"#, 1)] {
            assert_eq!(of(&Wire::Otlp, body), Some(refused), "{body}");
        }
        for body in [page, "OK", "[]", "null"] {
            assert_eq!(of(&Wire::Otlp, body), None, "{body}");
        }
        let clickhouse = Wire::ClickHouse { table };
        assert_eq!((of(&clickhouse, ""), of(&clickhouse, page), of(&clickhouse, "{}")), (Some(0), None, None));
        assert_eq!(of(&Wire::OpenSearch { index: String::new() }, page), None);
    }

    #[test]
    fn a_password_in_an_address_is_not_said_where_nobody_answers() {
        let url = "http://jdoe:hunter2@c:99999/?user=jdoe&password=hunter3";
        let mut x = exchange(0, "");
        for outcome in
            [Outcome::Open, Outcome::Failed { stage: Stage::RequestHead, cause: format!("{url:?} is wrong") }]
        {
            x.outcome = outcome;
            let Answer::Later(why, None) = answer(&Wire::Otlp, &x, url, 1) else { panic!("nothing was answered") };
            assert!(!why.contains("hunter") && why.starts_with("http://jdoe:*******@c:99999/ "), "{why}");
        }
    }
}

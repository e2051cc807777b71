//! What the `Date` headers of a server say about its clock.
//!
//! A server sets `Date` (RFC 9110, 6.6.1) while it answers, in whole seconds of its own clock. The instant at which
//! it did so lies between the request's first byte and the answer's last on ours, so each exchange bounds the
//! difference of the two clocks from both sides, and many of them narrow it far below a second. Most servers do so as the
//! answer begins, which bounds it closer, and which shows where the calls don't all last as long.

use std::collections::BTreeMap;

use mwscope_parsers::Civil;

use super::fit::{Fit, Statement};
use super::machines::{self, Heard};
use crate::model::{Drift, Exchange, SourceId};
use crate::timeline::overlap::{Vote, sane};
use crate::workers;

const MS: i64 = 1_000_000;
/// Starts and durations in recordings are cut to milliseconds.
const SLOP: i64 = 2 * MS;

/// Exchanges that are looked at in one go.
const SOME: usize = 2_048;

/// A server's clock against that of the source which saw its answers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct ServerClock {
    /// What is added to the server's time to reach the source's, nanoseconds.
    pub(crate) offset: i64,
    /// The truth lies within this, nanoseconds.
    pub(crate) uncertainty: i64,
    /// How the offset changes, by the server's own instants.
    pub(crate) drift: Drift,
    /// How much higher the clock of a single machine may lie, where these are the answers of several that can't be told
    /// apart, nanoseconds: the `Date` is set at the end of an exchange, so that its beginning bounds it loosely.
    pub(crate) loose: i64,
    /// Whether some of the answers can't be of the machine of the others.
    pub(crate) several: bool,
    /// How many headers it rests on.
    pub(crate) headers: usize,
}

/// The clock of each server seen in `source`, and of each machine behind its address where they differ; those with most headers first.
pub(crate) fn server_clocks(exchanges: &[Exchange], source: SourceId) -> Vec<ServerClock> {
    let some: Vec<&[Exchange]> = exchanges.chunks(SOME).collect();
    let of_some = |n: usize| {
        let own = some[n].iter().filter(|x| x.source == source);
        own.filter_map(|x| Some((authority(&x.url), statement(x)?))).collect::<Vec<_>>()
    };
    let mut by_server: BTreeMap<String, Vec<Statement>> = BTreeMap::new();
    for (server, vote) in workers::in_order(some.len(), of_some).into_iter().flatten() {
        // Most of them are written in small letters.
        match by_server.get_mut(server) {
            Some(votes) => votes.push(vote),
            None => by_server.entry(server.to_ascii_lowercase()).or_default().push(vote),
        }
    }
    let by_machine = by_server.into_values().flat_map(machines::clocks);
    let of = |Heard { fit: Fit { offset, doubt, drift }, loose, several, headers }: Heard| ServerClock {
        offset,
        uncertainty: doubt + SLOP,
        drift,
        loose,
        several,
        headers,
    };
    let mut clocks: Vec<ServerClock> = by_machine.map(of).collect();
    clocks.sort_by_key(|c| std::cmp::Reverse(c.headers));
    clocks
}

/// The bounds that one exchange puts on `our clock - server's clock`.
pub(super) fn statement(exchange: &Exchange) -> Option<Statement> {
    let response = exchange.response.as_ref()?;
    // A gateway's own answer, or one from a store, carries another clock.
    if matches!(response.status, 502..=504) || response.headers.first("age").is_some() {
        return None;
    }
    let date = sane(http_date(&response.headers.text("date")?)?.ns);
    let started = sane(exchange.started.as_ref()?.utc_ns()?);
    let ended = sane(started.checked_add(i64::try_from(exchange.duration_ns?).ok()?)?);
    let received = exchange.timings.receive.and_then(|ns| i64::try_from(ns).ok()).unwrap_or(0);
    let began = ended.saturating_sub(received).max(started);
    let turn = date + 1_000 * MS;
    let vote = Vote { lo: started - turn - SLOP, hi: ended - date + SLOP, weight: 1.0 };
    Some(Statement { own: date, vote, late: began - turn - SLOP })
}

/// Host and port of an absolute URL.
fn authority(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or("")
}

/// The three forms of RFC 9110, 5.6.7 that senders use: `Tue, 13 Jan 2026 09:15:06 GMT`, the one with a two-digit
/// year, and asctime's.
fn http_date(text: &str) -> Option<Civil> {
    let words: Vec<&str> = text.split([' ', ',', '-']).filter(|w| !w.is_empty()).collect();
    let (day, month, year, time) = match words.as_slice() {
        [_, day, month, year, time, "GMT" | "UTC"] => (*day, *month, *year, *time),
        [_, month, day, time, year] => (*day, *month, *year, *time),
        _ => return None,
    };
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let month = MONTHS.iter().position(|m| month.eq_ignore_ascii_case(m))? as u32 + 1;
    let year: i32 = year.parse().ok()?;
    let year = if year < 100 { if year < 70 { 2000 + year } else { 1900 + year } } else { year };
    let mut parts = time.split(':').map(|p| p.parse::<u32>().ok());
    let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next()??);
    Civil::new(year, month, day.parse().ok()?, hour, minute, second, 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ExchangeId, Header, Request, Response, moment};

    fn exchange(started_ms: i64, took_ms: i64, ahead_ms: i64) -> Exchange {
        let mut x = Exchange::new(ExchangeId(0), SourceId(0), 0, "http://srv:1/a".to_owned(), Request::default());
        x.started = Some(moment::stamp_of_utc_ns(started_ms * MS));
        x.duration_ns = Some((took_ms * MS) as u64);
        let date = (started_ms + took_ms - 1 + ahead_ms).div_euclid(1000);
        let (y, mo, d, h, mi, s, _) = Civil { ns: date * 1000 * MS }.parts();
        let month = ["Jan", "Feb", "Mar"][mo as usize - 1];
        let mut response = Response { status: 200, ..Response::default() };
        response.headers.0.push(Header::new("Date", format!("Tue, {d:02} {month} {y} {h:02}:{mi:02}:{s:02} GMT")));
        x.response = Some(response);
        x
    }

    #[test]
    fn many_headers_narrow_the_clock_far_below_a_second() {
        let start = 1_768_294_800_000;
        let exchanges: Vec<Exchange> = (0..60).map(|n| exchange(start + n * 7_313, 40 + n % 9 * 13, 3_700)).collect();
        let clocks = server_clocks(&exchanges, SourceId(0));
        let [clock] = clocks.as_slice() else { panic!("one server") };
        assert!((clock.offset + 3_700 * MS).abs() <= clock.uncertainty, "{clock:?}");
        assert!(clock.uncertainty <= 250 * MS, "{clock:?}");
    }

    #[test]
    fn machines_behind_one_address_have_a_clock_each() {
        let start = 1_768_294_800_000;
        let of = |ahead: &dyn Fn(i64) -> i64| {
            let exchanges: Vec<Exchange> =
                (0..120).map(|n| exchange(start + n * 2_313, 40 + n % 9 * 13, ahead(n))).collect();
            server_clocks(&exchanges, SourceId(0))
        };
        for (one, other) in [(-12_400, 31_000), (-1_200, 300)] {
            let two = of(&|n| if n * 7 % 5 < 3 { one } else { other });
            assert_eq!(two.len(), 2, "{two:?}");
            for (clock, truth) in two.iter().zip([-one, -other]) {
                assert!(
                    (clock.offset - truth * MS).abs() <= clock.uncertainty && clock.uncertainty <= 250 * MS,
                    "{clock:?}"
                );
            }
        }
        // One that was set right half way is one clock, and so is one that runs ahead.
        assert_eq!(of(&|n| if n < 60 { -12_400 } else { 0 }).len(), 1);
        assert_eq!(of(&|n| n * 100).len(), 1);
    }

    #[test]
    fn a_date_in_any_of_its_forms_is_one_instant() {
        let texts = ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"];
        for text in texts {
            assert_eq!(http_date(text).map(|c| c.ns), Some(784_111_777_000 * MS), "{text}");
        }
        assert_eq!(http_date("0"), None);
    }
}

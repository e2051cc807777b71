//! Clocks of logs in small incidents of which the truth is known.

use std::sync::Arc;

use mwscope_parsers::log::{Head, Record, Severity};
use mwscope_parsers::{Civil, Span};

use super::*;
use crate::model::{Exchange, ExchangeId, Header, Outcome, Records, Request, Response, Stage};

/// When the first call is sent, milliseconds since 1970.
const START: i64 = 1_768_294_800_000;
/// The zone in which the log is written, minutes.
const ZONE: i32 = 120;
const PROGRAMS: [&str; 5] = ["CRS008", "OIS101", "MMS005", "PPS044", "MWS422"];

/// A log held in memory.
struct Lines(Vec<Record>);

impl Records for Lines {
    fn len(&self) -> usize {
        self.0.len()
    }
    fn head(&self, n: usize) -> Option<Head> {
        self.0.get(n).map(|r| r.head)
    }
    fn read(&self, n: usize) -> std::io::Result<Record> {
        self.0.get(n).cloned().ok_or_else(|| std::io::ErrorKind::NotFound.into())
    }
    fn bytes(&self, span: Span) -> std::io::Result<Vec<u8>> {
        // Each record takes up a hundred bytes, its text first.
        let mut bytes = Vec::new();
        for record in self.0.iter().filter(|r| r.head.span.offset >= span.offset && r.head.span.offset < span.end()) {
            let mut text = record.text.clone().into_bytes();
            text.resize(100, b'\n');
            bytes.extend(text);
        }
        Ok(bytes)
    }
}

/// What was called, answered and written, each at a time of the client's clock, milliseconds after the start.
#[derive(Default)]
struct Site {
    exchanges: Vec<Exchange>,
    logs: Vec<(&'static str, Vec<(i64, String)>)>,
}

impl Site {
    /// A call of a program that is answered with that status, and by a clock so far ahead (`None` for no `Date`).
    fn call(&mut self, (sent, took): (i64, i64), program: usize, status: u16, date_ahead: Option<i64>) {
        let id = ExchangeId(self.exchanges.len() as u32);
        let url = "http://m3:19007/mws-ws/services/x".to_owned();
        let mut exchange = Exchange::new(id, SourceId(0), id.0, url, Request::default());
        exchange.started = Some(crate::model::moment::stamp_of_utc_ns((START + sent) * MS));
        exchange.duration_ns = Some((took * MS).unsigned_abs());
        let call = &mut exchange.call;
        call.program = Some(PROGRAMS[program].to_owned());
        call.operation = Some(format!("Operation{}", PROGRAMS[program]));
        call.fault = (status == 500).then(|| "Unable to execute MPD!".to_owned());
        if status == 0 {
            exchange.outcome = Outcome::Failed { stage: Stage::Wait, cause: "given up".to_owned() };
        } else {
            exchange.outcome = Outcome::Complete;
            let mut response = Response { status, ..Response::default() };
            if let Some(ahead) = date_ahead {
                let at = Civil { ns: (START + sent + took - 2 + ahead).div_euclid(1000) * SECOND };
                let (y, _, d, h, mi, s, _) = at.parts();
                response.headers.0.push(Header::new("Date", format!("Tue, {d:02} Jan {y} {h:02}:{mi:02}:{s:02} GMT")));
            }
            exchange.response = Some(response);
        }
        self.exchanges.push(exchange);
    }

    fn write(&mut self, log: &'static str, at: i64, text: String) {
        match self.logs.iter_mut().find(|(path, _)| *path == log) {
            Some((_, lines)) => lines.push((at, text)),
            None => self.logs.push((log, vec![(at, text)])),
        }
    }

    /// What a log at INFO has of a call.
    fn informed(&mut self, log: &'static str, (sent, took): (i64, i64), program: usize) {
        self.write(log, sent + 4, format!("Invoking Operation{}", PROGRAMS[program]));
        self.write(log, sent + took - 4, format!("Operation{} done", PROGRAMS[program]));
    }

    fn crash(&mut self, log: &'static str, at: i64, program: usize) {
        self.write(log, at, format!("Abnormal termination of mvx.app.pgm.{}", PROGRAMS[program]));
    }

    /// The clocks of the logs, whose own run so far ahead of the client's.
    fn clocks(self, ahead: &[(&'static str, i64)]) -> Vec<Clock> {
        let mut gathered = Gathered::new();
        let source = |n: usize, path: &str, kind| Source {
            id: SourceId(n as u32),
            path: path.to_owned(),
            kind,
            items: 1,
            bytes: 1,
            layout: None,
        };
        gathered.sources.push(source(0, "traffic.har", SourceKind::Har));
        gathered.exchanges = self.exchanges;
        for (path, ahead) in ahead {
            let mut lines =
                self.logs.iter().find(|(of, _)| of == path).map(|(_, lines)| lines.clone()).unwrap_or_default();
            lines.sort();
            let record = |(n, (at, text)): (usize, (i64, String))| {
                let civil = Civil { ns: (START + at + ahead + i64::from(ZONE) * 60_000) * MS };
                let stamp = Some(Stamp { civil, offset_s: None, digits: 3, has_date: true });
                let span = Span::new(n as u64 * 100, 100);
                let severity = Severity::Info;
                let head = Head { span, line: n as u64 + 1, lines: 1, stamp, severity, level: None, layout: 0 };
                Record::plain(head, text)
            };
            let id = gathered.sources.len();
            gathered.sources.push(source(id, path, SourceKind::Log));
            let lines = Lines(lines.into_iter().enumerate().map(record).collect());
            gathered.logs.push((SourceId(id as u32), Arc::new(lines)));
        }
        estimate(&gathered, &Options::default(), &Trouble::default()).of.split_off(1)
    }
}

/// By how much a clock is wrong, milliseconds, where its source runs so far ahead.
fn wrong(clock: &Clock, ahead: i64) -> u64 {
    let zone = i64::from(clock.zone_minutes.unwrap_or(0) - ZONE) * 60_000;
    (clock.offset_ms - zone + ahead).unsigned_abs()
}

/// Asserts that a clock holds the truth and is no vaguer than `most` milliseconds.
fn assert_holds(clock: &Clock, ahead: i64, most: u64) {
    assert!(wrong(clock, ahead) <= clock.uncertainty_ms && clock.uncertainty_ms <= most, "{ahead}: {clock:?}");
}

/// Something between 0 and 999 that looks like chance.
fn odd(n: i64) -> i64 {
    (n * 617 + n * n * 31) % 1_000
}

#[test]
fn a_termination_is_no_call_that_went_well() {
    let mut site = Site::default();
    // A second behind each crash the same program is called again, and answers.
    for n in 0..60 {
        let (of, status) = match n {
            20 | 30 => ((n * 313, 90), 500),
            24 | 34 => ((n * 313 - 250, 90), 200),
            _ => ((n * 313 + odd(n) / 10, 60), 200),
        };
        let program = if (20..35).contains(&n) { usize::from(n >= 30) } else { 2 + n as usize % 3 };
        site.call(of, program, status, Some(3_400));
        if status == 500 {
            site.crash("merged.log", of.0 + 50, program);
        }
    }
    let [clock] = site.clocks(&[("merged.log", 3_400)])[..] else { panic!("one log") };
    assert_holds(&clock, 3_400, 250);
    assert_eq!(clock.basis, Basis::DateHeader);
}

#[test]
fn a_log_of_one_programs_failures_only_shows_its_zone() {
    let mut site = Site::default();
    for n in 0..60 {
        let fails = [9, 21, 40, 52].contains(&n);
        site.call((n * 211 + odd(n) / 8, 80), 0, if fails { 500 } else { 200 }, Some(3_400));
        if fails {
            site.crash("merged.log", n * 211 + odd(n) / 8 + 40, 0);
        }
    }
    let [clock] = site.clocks(&[("merged.log", 3_400)])[..] else { panic!("one log") };
    assert_holds(&clock, 3_400, 250);
    assert_eq!(clock.zone_minutes, Some(ZONE));
}

#[test]
fn a_zone_that_nothing_shows_may_be_any_however_well_the_server_is_known() {
    let mut site = Site::default();
    for n in 0..60 {
        site.call((n * 211, 80), 0, 200, Some(3_400));
    }
    site.write("merged.log", 2_000, "Heartbeat".to_owned());
    let [clock] = site.clocks(&[("merged.log", 3_400)])[..] else { panic!("one log") };
    assert_eq!(clock.basis, Basis::Assumed);
    assert!(clock.uncertainty_ms >= 12 * 3_600_000, "{clock:?}");
}

#[test]
fn a_call_that_was_given_up_bounds_only_its_beginning() {
    let mut site = Site::default();
    for n in 0..20 {
        let (sent, program) = (n * 1_900 + odd(n), n as usize % 5);
        if n % 5 == 3 {
            // The client waits for 10 s, the server goes on for 25 s more.
            site.call((sent, 10_000), program, 0, None);
            site.informed("merged.log", (sent, 35_000), program);
        } else {
            site.call((sent, 120), program, 200, None);
            site.informed("merged.log", (sent, 120), program);
        }
    }
    let [clock] = site.clocks(&[("merged.log", 3_400)])[..] else { panic!("one log") };
    assert_holds(&clock, 3_400, 400);
}

#[test]
fn a_date_that_all_records_contradict_is_a_gateways() {
    for (of_gateway, own) in [(-12_000, 17_600), (3_400, 3_400)] {
        let mut site = Site::default();
        for n in 0..40 {
            let (of, program) = ((n * 700 + odd(n), 150 + odd(n + 7) / 4), odd(n) as usize % 5);
            site.call(of, program, 200, Some(of_gateway));
            site.informed("merged.log", of, program);
        }
        let [clock] = site.clocks(&[("merged.log", own)])[..] else { panic!("one log") };
        assert_holds(&clock, own, 400);
        assert_eq!(clock.basis == Basis::DateHeader, of_gateway == own, "{clock:?}");
    }
}

#[test]
fn a_few_terminations_elsewhere_dont_contradict_the_server() {
    let mut site = Site::default();
    for n in 0..60 {
        let fails = [9, 21, 40].contains(&n);
        site.call((n * 211, 80), n as usize % 3, if fails { 500 } else { 200 }, Some(3_400));
    }
    // Of interactive users, 2 s behind each.
    for n in [9, 21, 40] {
        site.crash("merged.log", n * 211 + 2_040, n as usize % 3);
    }
    let [clock] = site.clocks(&[("merged.log", 3_400)])[..] else { panic!("one log") };
    assert!(wrong(&clock, 3_400) <= clock.uncertainty_ms, "{clock:?}");
}

#[test]
fn failures_that_keep_step_contradict_a_gateways_date() {
    // A log that holds errors only, and a gateway whose clock is another one.
    let fails = [3, 9, 21, 40, 52];
    for (of_gateway, own) in [(-12_000, 17_600), (3_400, 3_400)] {
        let mut site = Site::default();
        for n in 0..60 {
            let (of, failed) = ((n * 2_110 + odd(n), 80), fails.contains(&n));
            site.call(of, n as usize % 3, if failed { 500 } else { 200 }, Some(of_gateway));
            if failed {
                site.crash("merged.log", of.0 + 60, n as usize % 3);
            }
        }
        let [clock] = site.clocks(&[("merged.log", own)])[..] else { panic!("one log") };
        assert_holds(&clock, own, 400);
        assert_eq!(clock.basis == Basis::DateHeader, of_gateway == own, "{clock:?}");
    }
}

#[test]
fn records_inside_their_calls_narrow_what_long_calls_leave() {
    let mut site = Site::default();
    for n in 0..70 {
        let (of, program) = ((n * 900 + odd(n), 500 + odd(n + 7)), odd(n) as usize % 5);
        site.call(of, program, 200, Some(3_400));
        site.informed("merged.log", of, program);
    }
    let [clock] = site.clocks(&[("merged.log", 3_400)])[..] else { panic!("one log") };
    assert_holds(&clock, 3_400, 250);
}

#[test]
fn machines_of_one_address_have_clocks_of_their_own() {
    let mut site = Site::default();
    let ahead = [("mws1.log", 3_400), ("app2.log", 3_800)];
    for n in 0..40 {
        let (log, own) = ahead[usize::from(odd(n) % 7 < 3)];
        let (of, program) = ((n * 1_300 + odd(n), 90), odd(n) as usize % 5);
        site.call(of, program, 200, Some(own));
        site.informed(log, of, program);
    }
    let clocks = site.clocks(&ahead);
    for (clock, (_, own)) in clocks.iter().zip(ahead) {
        assert_holds(clock, own, 1_000);
    }
}

#[test]
fn a_log_that_fits_a_gateways_clock_in_no_zone_is_placed_by_its_records() {
    let placed = |date_ahead: i64, failing: &[i64]| {
        let mut site = Site::default();
        for n in 0..60 {
            let (call, program) = ((n * 3_000 + odd(n), 200 + odd(n) / 2), (n % 5) as usize);
            let fails = failing.contains(&n);
            site.call(call, program, if fails { 500 } else { 200 }, Some(date_ahead));
            if fails {
                site.crash("errors.log", call.0 + call.1 - 20, program);
            }
        }
        site.clocks(&[("errors.log", 45_000)]).swap_remove(0)
    };
    let (by_records, by_server) = (placed(-11_000, &[30]), placed(45_000, &[30]));
    assert_eq!(by_records.basis, Basis::SharedId);
    assert!(wrong(&by_records, 45_000) <= by_records.uncertainty_ms, "{by_records:?}");
    // By one call it could be another zone; calls that failed as far apart as the log says leave less doubt.
    const HOUR_MS: u64 = 3_600_000;
    assert!(by_records.uncertainty_ms > HOUR_MS, "{by_records:?}");
    let by_several = placed(-11_000, &[11, 30, 41]);
    assert_eq!(by_several.basis, Basis::SharedId);
    assert!(wrong(&by_several, 45_000) <= by_several.uncertainty_ms, "{by_several:?}");
    assert!(by_several.uncertainty_ms < HOUR_MS, "{by_several:?}");
    assert_eq!(by_server.basis, Basis::DateHeader);
    assert_holds(&by_server, 45_000, 250);
}

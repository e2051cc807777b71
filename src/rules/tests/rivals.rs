//! Calls of one program by one user at one time: what tells their records apart, and what is said where nothing does.

use super::*;
use crate::model::EventRef;

/// Two calls at the same moment, of one program by one user, each with a value of its own.
fn two() -> Vec<Exchange> {
    ["IT10001", "IT20002"]
        .iter()
        .map(|value| {
            let mut exchange = call(500, MPD);
            exchange.call.fields = vec![("CRS008/ItemNumber".to_owned(), (*value).to_owned())];
            exchange
        })
        .collect()
}

fn crashed(dump: &str) -> String {
    format!("Abnormal termination of mvx.app.pgm.CRS008 [user MWSUSR] Dump log created: /m3/dump/{dump}")
}

/// For each call the line of its cause and the confidence.
fn causes(exchanges: Vec<Exchange>, log: Lines) -> Vec<Option<(u64, f64)>> {
    let of = exchanges.len() as u32;
    let found = ask(exchanges, Some(log)).findings;
    let cause = |id: u32| {
        let finding = found.iter().find(|f| f.exchange == Some(ExchangeId(id)) && f.kind == FindingKind::Verdict)?;
        let record = finding.evidence.iter().find(|e| matches!(e.event, EventRef::Record(..)))?;
        Some((record.place.line?, finding.confidence))
    };
    (0..of).map(cause).collect()
}

#[test]
fn records_that_fit_two_calls_alike_are_likely_for_neither() {
    let (one, other) = (crashed("d1.log"), crashed("d2.log"));
    let log = lines(&[
        (900, "ERROR", "w-1", &one),
        (910, "ERROR", "w-1", "Unable to execute MPD!"),
        (900, "ERROR", "w-2", &other),
        (910, "ERROR", "w-2", "Unable to execute MPD!"),
    ]);
    for cause in causes(two(), log) {
        assert!(cause.is_some_and(|(_, confidence)| confidence <= 0.5), "{cause:?}");
    }
}

#[test]
fn a_value_that_one_call_alone_sent_decides() {
    let (one, other) = (crashed("d1.log"), crashed("d2.log"));
    let sent =
        |value: &str| format!("<MPD service=\"Facility\"><PGM name=\"CRS008\"><F n=\"WWITNO\">{value}</F></PGM></MPD>");
    let log = lines(&[
        (10, "DEBUG", "w-1", &sent("IT20002")),
        (10, "DEBUG", "w-2", &sent("IT10001")),
        (900, "ERROR", "w-1", &one),
        (910, "ERROR", "w-1", "Unable to execute MPD!"),
        (900, "ERROR", "w-2", &other),
        (910, "ERROR", "w-2", "Unable to execute MPD!"),
    ]);
    let found = causes(two(), log);
    assert_eq!(found.iter().map(|c| c.map(|(line, _)| line)).collect::<Vec<_>>(), [Some(5), Some(3)], "{found:?}");
    assert!(found.iter().flatten().all(|(_, confidence)| *confidence > 0.9), "{found:?}");
}

#[test]
fn a_program_that_broke_before_the_call_came_is_not_the_calls() {
    let broke = crashed("d1.log");
    let on = |crash: i64| {
        let log = lines(&[
            (crash, "ERROR", "CRS008-77", &broke),
            (20, "DEBUG", "w-1", "Facility.Create user MWSUSR started"),
            (990, "ERROR", "w-1", ENDED),
        ]);
        verdict(call(500, MPD), Some(log)).map(|(rule, _)| rule)
    };
    assert_eq!(on(960), Some("abnormal-termination"));
    assert_eq!(on(5), Some("mpd-without-dump"));
}

#[test]
fn a_trace_that_was_caught_is_a_note() {
    let trace =
        "trying again\njava.net.SocketTimeoutException: Read timed out\n\tat com.lawson.mws.Pool.call(Pool.java:7)";
    let found = |level: &str, more: &[(i64, &str, &str, &str)]| {
        let mut of = vec![(0, level, "a", trace)];
        of.extend_from_slice(more);
        let mut alone = gathered(Vec::new(), Some(lines(&of)));
        alone.sources[0].kind = SourceKind::Other;
        let found = investigate(&alone, &Options::default()).findings;
        found.iter().map(|f| (f.kind, f.rule)).collect::<Vec<_>>()
    };
    assert_eq!(found("INFO", &[]), [(FindingKind::Note, "handled-trace")]);
    assert_eq!(found("WARN", &[]), [(FindingKind::Verdict, "stack-trace")]);
    let failed = (20, "ERROR", "a", "the call failed");
    assert_eq!(found("INFO", &[failed]), [(FindingKind::Verdict, "stack-trace")]);
}

#[test]
fn an_end_whose_thread_answered_otherwise_is_less_likely_the_calls() {
    // One that got an MPD's fault, and three seconds later one that got other words.
    let sure = |fault: &str| {
        let mut earlier = call(500, fault);
        earlier.started = Some(moment::stamp_of_utc_ns((START - 3_000) * 1_000_000));
        let log = lines(&[
            (-2_100, "ERROR", "w-1", &crashed("d1.log")),
            (-2_095, "ERROR", "w-1", MPD),
            (900, "ERROR", "w-5", &crashed("d2.log")),
            (905, "ERROR", "w-5", MPD),
        ]);
        let found = causes(vec![earlier, call(500, "Internal server error")], log);
        found[1].filter(|(line, _)| *line == 3).map_or(0.0, |(_, confidence)| confidence)
    };
    // Where no caller gets what the threads write, other words say nothing.
    let (passed_on, hidden) = (sure(MPD), sure("Internal server error"));
    assert!(passed_on < hidden && hidden > 0.5, "{passed_on} {hidden}");
}

#[test]
fn what_a_log_of_whole_seconds_wrote_may_have_come_at_the_end_of_its_second() {
    let sent = |value: &str| format!("<MPD program=\"CRS008\"><F n=\"WWITNO\">{value}</F></MPD>");
    let (one, other) = (crashed("d1.log"), crashed("d2.log"));
    let mut log = lines(&[
        (0, "DEBUG", "w-1", &sent("IT20002")),
        (0, "DEBUG", "w-2", &sent("IT10001")),
        (1_000, "ERROR", "w-1", &one),
        (1_000, "ERROR", "w-2", &other),
    ]);
    log.0.iter_mut().filter_map(|record| record.head.stamp.as_mut()).for_each(|stamp| stamp.digits = 0);
    // The clock is known well by the answers of calls before and behind.
    let begun = |mut call: Exchange, ms: i64| {
        call.started = Some(moment::stamp_of_utc_ns((START + ms) * 1_000_000));
        call.duration_ns = Some(40_000_000);
        let answered = (START + ms + 38) / 1000 % 86_400;
        let date =
            format!("Tue, 13 Jan 2026 {:02}:{:02}:{:02} GMT", answered / 3600, answered / 60 % 60, answered % 60);
        call.response.iter_mut().for_each(|answer| answer.headers.0.push(crate::model::Header::new("Date", &date)));
        call
    };
    let failed = two().into_iter().map(|call| begun(call, 990));
    let others = (0..60).map(|n| begun(call(200, ""), (n - 30) * 1_717));
    let calls = failed.chain(others).enumerate().map(|(n, call)| Exchange { id: ExchangeId(n as u32), ..call });
    let lines = causes(calls.collect(), log).into_iter().take(2).map(|cause| cause.map(|(line, _)| line));
    assert_eq!(lines.collect::<Vec<_>>(), [Some(4), Some(3)]);
}

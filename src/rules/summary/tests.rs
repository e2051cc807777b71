//! Many failures seen together, on recordings made up here.

use crate::model::{
    Clock, Exchange, ExchangeId, FindingKind, Gathered, Nok, Outcome, Request, Response, Source, SourceId, SourceKind,
    moment,
};
use crate::model::{Course, Fact, Holds, Summary};
use crate::rules;
use crate::timeline::Options;

/// A call a minute: fields, and the fault where it failed.
fn call(n: usize, fields: &[(&str, &str)], fault: Option<&str>) -> Exchange {
    let request = Request { method: "POST".to_owned(), ..Request::default() };
    let url = "http://m3.example.com/mws-ws/services/Facility".to_owned();
    let mut exchange = Exchange::new(ExchangeId(n as u32), SourceId(0), n as u32, url, request);
    exchange.started = Some(moment::stamp_of_utc_ns((1_768_294_800 + 60 * n as i64) * 1_000_000_000));
    exchange.response = Some(Response { status: if fault.is_some() { 500 } else { 200 }, ..Response::default() });
    exchange.outcome = Outcome::Complete;
    exchange.client = Some(format!("10.0.0.7:{}", 40_000 + n));
    let some = |text: &str| Some(text.to_owned());
    (exchange.call.service, exchange.call.operation) = (some("Facility"), some("Create"));
    (exchange.call.program, exchange.call.user) = (some("CRS008"), some("MWSUSR"));
    exchange.call.fields = fields.iter().map(|(path, value)| ((*path).to_owned(), (*value).to_owned())).collect();
    exchange.call.fault = fault.map(str::to_owned);
    exchange
}

fn summary(exchanges: Vec<Exchange>) -> Summary {
    let mut gathered = Gathered::new();
    let (path, kind) = ("traffic.har".to_owned(), SourceKind::Har);
    gathered.sources.push(Source { id: SourceId(0), path, kind, items: 1, bytes: 1, layout: None });
    gathered.exchanges = exchanges;
    rules::investigate(&gathered, &Options::default()).summary
}

/// `Facility is C01: 14 of 14, 0 of 230`, for all differences.
fn differences(of: &Summary) -> Vec<String> {
    let compared = of.causes.iter().flat_map(|cause| &cause.compared);
    let words = compared.flat_map(|c| {
        c.differences.iter().map(move |d| {
            let holds = match &d.holds {
                Holds::Is(value) => format!("is {value}"),
                Holds::Absent => "absent".to_owned(),
                Holds::Empty => "empty".to_owned(),
                Holds::BeyondAscii => "beyond ASCII".to_owned(),
            };
            format!("{} {holds}: {} of {}, {} of {}", d.fact.name(), d.failing, c.failing, d.succeeding, c.succeeding)
        })
    });
    words.collect()
}

#[test]
fn failures_of_one_cause_are_one_whatever_values_they_name() {
    let faults = ["Facility A17 is blocked", "Facility 'Main depot' is blocked", "Facility C01 is blocked"];
    let mut exchanges: Vec<Exchange> = (0..3).map(|n| call(n, &[("Facility", "C01")], Some(faults[n]))).collect();
    exchanges.push(call(3, &[("Facility", "XYZ")], Some("Facility XYZ is blocked")));
    exchanges.push(call(4, &[], Some("Warehouse 100 is blocked")));
    let mut nok = call(5, &[], None);
    nok.call.nok = Some(Nok { code: Some("XFA0103".to_owned()), ..Nok::default() });
    exchanges.push(nok);
    let summary = summary(exchanges);
    let causes: Vec<(usize, &str)> = summary.causes.iter().map(|c| (c.failures, c.title.as_str())).collect();
    let expected = [
        (4, "M3 refused: Facility <*> is blocked"),
        (1, "M3 refused: Warehouse 100 is blocked"),
        (1, "M3 refused: XFA0103"),
    ];
    // The quoted name keeps its quotes, and is a cause of its own only where it should not be.
    assert_eq!(causes.iter().map(|(n, _)| n).sum::<usize>(), summary.failures);
    assert_eq!(causes.len(), expected.len() + 1, "{causes:?}");
    assert!(causes.contains(&(3, "M3 refused: Facility <*> is blocked")), "{causes:?}");
    assert!(causes.contains(&(1, "M3 refused: XFA0103")), "{causes:?}");
}

#[test]
fn what_all_failing_calls_have_and_no_other_is_named() {
    let mut exchanges = Vec::new();
    for n in 0..244 {
        let bad = n % 17 == 6;
        let (facility, name) = (if bad { "C01".to_owned() } else { format!("A{:02}", n % 40) }, format!("N{n}"));
        let fields = [("Facility", facility.as_str()), ("Name", name.as_str()), ("Type", "1")];
        exchanges.push(call(n, &fields, bad.then_some("Unable to do that")));
    }
    let summary = summary(exchanges);
    assert_eq!(differences(&summary), ["Facility is C01: 14 of 14, 0 of 230"]);
    assert_eq!(summary.causes[0].compared[0].differences[0].fact, Fact::Field("Facility".to_owned()));
    let [service] = &summary.services[..] else { panic!("{:?}", summary.services) };
    assert_eq!((service.name.as_deref(), service.failures, service.calls), (Some("Facility"), 14, 244));
    assert_eq!(summary.steps.iter().map(|s| s.failures).sum::<usize>(), 14);
    assert_eq!(summary.steps.iter().map(|s| s.calls).sum::<usize>(), 244);
}

#[test]
fn what_is_left_out_or_comes_from_elsewhere_is_named_too() {
    let mut exchanges = Vec::new();
    for n in 0..60 {
        let bad = n % 6 == 1;
        let fields: &[(&str, &str)] =
            if bad { &[("Text", "Gr\u{f6}\u{df}e")] } else { &[("Text", "size"), ("Division", "AAA")] };
        let mut one = call(n, fields, bad.then_some("Unable to do that"));
        if bad {
            one.client = Some("10.0.0.9:1".to_owned());
        }
        exchanges.push(one);
    }
    let found = differences(&summary(exchanges));
    for expected in ["client is 10.0.0.9: 10 of 10, 0 of 50", "Division absent: 10 of 10, 0 of 50"] {
        assert!(found.iter().any(|f| f == expected), "{expected}: {found:?}");
    }
    assert!(found.iter().any(|f| f.starts_with("Text ")), "{found:?}");
}

#[test]
fn chance_is_no_difference() {
    // A field that has another value in each call, one that half of all calls share, and too few calls to tell.
    let of = |all: usize, every: usize| {
        let one = |n: usize| {
            let number = format!("{n}");
            let half = if n.is_multiple_of(2) { "EVEN" } else { "ODD" };
            call(n, &[("Number", &number), ("Half", half)], (n % every == 3).then_some("Unable to do that"))
        };
        differences(&summary((0..all).map(one).collect()))
    };
    assert_eq!(of(200, 17), [""; 0]);
    assert_eq!(of(6, 100), [""; 0], "one failing call shares everything with itself");
    // The same request sent twice is one.
    let same =
        |n: usize| call(n, &[("Number", if n < 2 { "4711" } else { "1" })], (n < 2).then_some("Unable to do that"));
    assert_eq!(differences(&summary((0..40).map(same).collect())), [""; 0]);
}

#[test]
fn a_cause_ends_where_it_would_have_been_seen_again() {
    let course = |failing: &dyn Fn(usize) -> bool| {
        let one = |n: usize| call(n, &[], failing(n).then_some("Unable to do that"));
        let summary = summary((0..100).map(one).collect());
        (summary.causes[0].course, summary.causes[0].succeeded_since)
    };
    assert_eq!(course(&|n| n % 10 == 5), (Course::Ongoing, 4));
    assert_eq!(course(&|n| n > 90), (Course::Ongoing, 0));
    assert_eq!(course(&|n| n < 50 && n % 5 == 0), (Course::Ended, 54));
    assert_eq!(course(&|n| n == 95), (Course::Unknown, 4));
    assert_eq!(course(&|n| n == 2), (Course::Ended, 97));
}

#[test]
fn nothing_failed_is_an_empty_summary() {
    let summary = summary((0..3).map(|n| call(n, &[], None)).collect());
    assert_eq!((summary.failures, summary.causes.len(), summary.steps.len()), (0, 0, 0));
}

#[test]
fn findings_of_a_cause_are_those_of_the_investigation() {
    let mut gathered = Gathered::new();
    let (path, kind) = ("traffic.har".to_owned(), SourceKind::Har);
    gathered.sources.push(Source { id: SourceId(0), path, kind, items: 1, bytes: 1, layout: None });
    gathered.exchanges = (0..20).map(|n| call(n, &[], (n % 3 == 0).then_some("Unable to do that"))).collect();
    let investigation = rules::investigate(&gathered, &Options::default());
    let mut named: Vec<&String> = investigation.summary.causes.iter().flat_map(|c| &c.findings).collect();
    let mut all: Vec<&String> =
        investigation.findings.iter().filter(|f| f.kind == FindingKind::Verdict).map(|f| &f.id).collect();
    named.sort();
    all.sort();
    assert_eq!(named, all);
    assert_eq!(named.len() + investigation.unexplained.len(), 7);
    assert!(investigation.sources.iter().all(|(_, clock, ..)| *clock == Clock::REFERENCE));
}

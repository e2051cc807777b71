//! The language as users write it, on a handful of made-up events.

use std::sync::Arc;

use bytes::Bytes;

use super::*;
use crate::logs::Log;
use crate::model::{
    Body, Dump, DumpId, EventRef, Exchange, ExchangeId, Gathered, GatheredDump, Header, Headers, Investigation,
    Outcome, Request, Response, Source, SourceId, SourceKind, Stamp,
};

fn stamp(hour: u32, minute: u32, second: u32, ms: u32) -> Stamp {
    let civil = mwscope_parsers::Civil::new(2026, 1, 13, hour, minute, second, ms * 1_000_000).expect("a time");
    Stamp { civil, offset_s: Some(0), digits: 3, has_date: true }
}

fn exchange(id: u32, user: &str, operation: &str, status: u16, second: u32) -> Exchange {
    let body = "<Envelope><Body><Create><Facility>A01</Facility><Qty>115</Qty></Create></Body></Envelope>";
    let request = Request {
        method: "POST".to_owned(),
        target: "/ws/Facility".to_owned(),
        version: "HTTP/1.1".to_owned(),
        headers: Headers(vec![Header::new("SOAPAction", "create")]),
        body: Body::whole(Bytes::from_static(body.as_bytes())),
        ..Request::default()
    };
    let mut x = Exchange::new(ExchangeId(id), SourceId(0), id - 10, "http://erp:8080/ws/Facility".to_owned(), request);
    x.started = Some(stamp(10, 41, second, 0));
    x.duration_ns = Some(2_100_000_000);
    x.client = Some("10.1.4.9:5000".to_owned());
    x.outcome = Outcome::Complete;
    x.response = Some(Response {
        status,
        body: Body::whole(Bytes::from_static(b"<Fault>XIM0002 no price list</Fault>")),
        ..Response::default()
    });
    x.call.user = Some(user.to_owned());
    x.call.service = Some("Facility".to_owned());
    x.call.operation = Some(operation.to_owned());
    x.call.fields = vec![("Create/Facility".to_owned(), "A01".to_owned())];
    if status >= 500 {
        x.call.fault = Some("no price list".to_owned());
        x.call.fault_code = Some("XIM0002".to_owned());
    }
    x
}

fn around() -> Surroundings {
    let log = concat!(
        "2026-01-13 10:41:02,471 ERROR [http-8080-12] order.LineWriter - no price list (Facility.Create, JDOE)\n",
        "java.lang.NullPointerException: priceList\n",
        "\tat com.acme.order.LineWriter.price(LineWriter.java:212)\n",
        "2026-01-13 10:41:03,000 INFO  [http-8080-12] order.OrderBean - rolled back\n",
        "2026-01-13 10:50:00,000 WARN  [http-8080-07] db.Pool - wait 1900 ms\n",
    );
    let log = Log::in_memory(Bytes::from_static(log.as_bytes()), None).expect("in memory");
    let source = |id: u32, path: &str, kind| Source {
        id: SourceId(id),
        path: path.to_owned(),
        kind,
        items: 3,
        bytes: 0,
        layout: None,
    };
    let mut gathered = Gathered::new();
    gathered.sources = vec![
        source(0, "traffic.har", SourceKind::Har),
        source(1, "server.log", SourceKind::Log),
        source(2, "dumps/x.log", SourceKind::Dump),
    ];
    gathered.exchanges = vec![exchange(10, "CORP\\JDOE", "Create", 500, 1), exchange(11, "BATCH", "Get", 200, 30)];
    gathered.logs = vec![(SourceId(1), Arc::new(log))];
    let dump = Dump { program: Some("CRS008".into()), user: Some("JDOE".into()), line: 1, ..Dump::default() };
    gathered.dumps = vec![GatheredDump::new(DumpId(1), SourceId(2), Arc::new(dump))];
    let investigation = crate::model::Investigation {
        reference: Some(SourceId(0)),
        sources: gathered
            .sources
            .iter()
            .map(|s| {
                let clock = crate::model::Clock { zone_minutes: Some(0), ..crate::model::Clock::REFERENCE };
                (s.clone(), clock, Some(stamp(10, 41, 1, 0)), Some(stamp(10, 50, 0, 0)))
            })
            .collect(),
        ..Investigation::default()
    };
    Surroundings::new(Arc::new(gathered), Arc::new(investigation))
}

/// The events that match, as ids and line numbers.
fn matching(text: &str) -> String {
    let around = around();
    let filter = Filter::parse(text).unwrap_or_else(|error| panic!("{}", error.render(text)));
    let events = [10, 11].map(|n| EventRef::Exchange(ExchangeId(n)));
    let records = [0, 1, 2].map(|n| EventRef::Record(SourceId(1), n));
    let all = events.into_iter().chain(records).chain([EventRef::Dump(DumpId(1))]);
    let found = all.filter(|event| {
        let subject = Subject::of(*event, &around.gathered).expect("an event");
        filter.matches(&subject, &around)
    });
    let name = |event: EventRef| match event {
        EventRef::Record(_, n) => format!("r{n}"),
        named => named.id().unwrap_or_default(),
    };
    found.map(name).collect::<Vec<_>>().join(" ")
}

#[test]
fn terms_find_what_users_mean() {
    for (text, expected) in [
        ("", "x10 x11 r0 r1 r2 d1"),
        ("is:failed", "x10 r0 d1"),
        ("user:jdoe is:failed", "x10 d1"),
        ("user:corp\\jdoe", "x10"),
        ("user:jdo", ""),
        ("-user:batch kind:call", "x10"),
        ("op:Create dur>2s", "x10"),
        ("op:facility.get", "x11"),
        ("op=Creat", ""),
        ("status:500,502", "x10"),
        ("status:5xx", "x10"),
        ("status!=500", "x11"),
        ("code:XIM0002 OR fault:\"price list\"", "x10"),
        ("el.Facility:A01", "x10 x11"),
        ("el.Facility:A", ""),
        ("el.Qty:110..119", "x10 x11"),
        ("el.Qty>115", ""),
        ("req.body:/FACI.{3}/", "x10 x11"),
        ("resp.body:/XIM0\\d{3}/", "x10 x11"),
        ("header.soapaction:create -resp.header:create", "x10 x11"),
        ("kind:log level:>=warn", "r0 r2"),
        ("level:warn", "r2"),
        ("level>=error", "r0"),
        ("logger:order.*", "r0 r1"),
        ("exc:NullPointerException frame:LineWriter", "r0"),
        ("thread:http-8080-12", "x10 r0 r1"),
        ("time:10:41..10:43", "x10 x11 r0 r1"),
        ("time:>10:41", "r2"),
        ("time:2026-01-13T10:41:02", "r0"),
        ("time:-5m", "r2"),
        ("last:5m", "r2"),
        ("near:x10,500ms kind:log", "r0 r1"),
        ("kind:dump program:crs008", "d1"),
        ("price list", "x10 r0"),
        ("\"rolled back\"", "r1"),
        ("any:soapaction", "x10 x11"),
        ("(op:Create OR op:Get) -client:10.1.4.8", "x10 x11"),
        ("NOT kind:call NOT kind:dump", "r0 r1 r2"),
        ("! kind:call & -kind:dump | is:failed", "x10 r0 r1 r2 d1"),
        ("id:x10", "x10"),
        ("id:server.log:4", "r1"),
        ("id:traffic.har#1", "x11"),
        ("file:dumps", "d1"),
        ("port:8080 host:erp path:/ws", "x10 x11"),
        ("path:/ws/facility url:/ws\\/Fac/", "x10 x11"),
        ("~bq A01 & !~c 200", "x10"),
        ("~m POST ~u Facil ~s", "x10 x11"),
        ("http://erp:8080/ws", "x10 x11"),
        ("size>30k", ""),
        ("resp.size<1k", "x10 x11"),
    ] {
        assert_eq!(matching(text), expected, "{text}");
    }
}

#[test]
fn a_calls_own_events_are_found_by_its_threads() {
    assert_eq!(matching("with:x10"), "x10 r0 r1");
    assert_eq!(matching("with:#0"), "x10 r0 r1");
    assert_eq!(matching("with:x99"), "");
}

#[test]
fn what_is_wrong_is_pointed_at() {
    let render = |text: &str| Filter::parse(text).expect_err(text).render(text);
    insta::assert_snapshot!(render("user:jdoe stauts:500"), @r"
    user:jdoe stauts:500
              ^^^^^^ there is no field `stauts`; did you mean `status`? Put the word in quotes if it is text
    ");
    insta::assert_snapshot!(render("is:faild"), @r"
    is:faild
       ^^^^^ `faild` is none of its values; did you mean `failed`?
    ");
    insta::assert_snapshot!(render("op:Create dur>"), @r"
    op:Create dur>
              ^^^^ `dur` has no value; write what it should be, as in dur:2s
    ");
    insta::assert_snapshot!(render("(op:Create OR op:Get"), @r"
    (op:Create OR op:Get
    ^ this bracket isn't closed; add ) at the end of the group
    ");
    insta::assert_snapshot!(render("body:/a(b/"), @r"
    body:/a(b/
         ^^^^^ this is no regular expression: unclosed group; put \ before signs that are meant as such
    ");
}

#[test]
fn broken_filters_are_refused_and_never_taken_as_text() {
    for text in [
        "OR",
        "a OR",
        "a AND",
        "AND a",
        "()",
        "(a",
        "a)",
        "\"open",
        "nofield:x",
        "status:abc",
        "time:99:99",
        "dur:fast",
        "user<x",
        "with:foo",
        "near:x1,soon",
        "~zz a",
        "~c",
        "el:A01",
        "req.user:x",
        "status.x:1",
        "level:loud",
        "-",
        "status:500,",
        "is:failed,nonsense",
        "size:1..x",
    ] {
        let error = Filter::parse(text).map(|f| format!("{f:?}")).expect_err(text);
        assert!(!error.what.is_empty() && !error.remedy.is_empty(), "{text}");
        assert!(error.at.start <= text.len(), "{text}");
    }
    assert!(Filter::parse(&"(".repeat(10_000)).is_err());
    assert!(Filter::parse(&"-".repeat(10_000)).is_err());
}

proptest::proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "[a-z(){}:=<>~!|&\"/\\\\,.0-9é漢 -]{0,40}") {
        if let Err(error) = Filter::parse(&text) {
            let _shown = error.render(&text);
        }
        let _regex = text_regex(&text);
    }
}

#[test]
fn a_saved_filter_is_one_term_among_others() {
    let saved =
        [("a", "op:Create OR op:Get"), ("b", "saved:a is:failed"), ("round", "saved:round"), ("bad", "is:faild")];
    let read = |text: &str| Filter::with_saved(text, &saved).map(|filter| format!("{:?}", filter.root));
    let same = |text: &str, plain: &str| assert_eq!(read(text).expect("read"), read(plain).expect("read"), "{text}");
    same("saved:a is:failed", "(op:Create OR op:Get) is:failed");
    same("-saved:A", "-(op:Create OR op:Get)");
    same("saved:b", "(op:Create OR op:Get) is:failed");
    same("user:x | saved=\"a\"", "user:x | (op:Create OR op:Get)");
    same("saved:a,b", "(op:Create OR op:Get) OR ((op:Create OR op:Get) is:failed)");
    assert_eq!(Filter::with_saved("saved:b", &saved).expect("read").text(), "saved:b");
    let why = |text: &str| read(text).expect_err("refused").to_string();
    assert_eq!(why("user:x saved:zzz"), "no filter is saved as `zzz`; saved: a, b, round, bad");
    assert!(
        why("saved:round").contains("asks for itself") && why("saved:bad").contains("(is:faild) can't be understood")
    );
    for text in ["saved:", "saved>1", "saved~a", "saved: a"] {
        assert!(why(text).contains("the name of a saved filter is missing"), "{text}: {}", why(text));
    }
    assert!(Filter::parse("saved:a").expect_err("none is").to_string().contains("none is saved yet"));
    // What asks twice for what asks twice ends.
    let names: Vec<(String, String)> =
        (0..40).map(|n| (n.to_string(), format!("saved:{0} saved:{0}", n + 1))).collect();
    let many: Vec<(&str, &str)> = names.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    assert!(Filter::with_saved("saved:0", &many).is_err());
}

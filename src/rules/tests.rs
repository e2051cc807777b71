//! Each rule with a hit and a near miss, on incidents small enough to be read.

use std::sync::Arc;

use bytes::Bytes;
use mwscope_parsers::log::{Head, Record, Severity};
use mwscope_parsers::{Civil, Span, Stamp};

use super::*;
use crate::model::{
    Body, CallKind, Exchange, ExchangeId, FindingKind, Header, Investigation, Nok, Outcome, Records, Request, Response,
    Source, SourceId, SourceKind, Stage, moment,
};
use crate::timeline::Options;

const START: i64 = 1_768_294_800_000;

/// A log held in memory: time in milliseconds after the start, level, thread, message.
struct Lines(Vec<Record>);

fn lines(of: &[(i64, &str, &str, &str)]) -> Lines {
    let record = |(n, (ms, level, thread, message)): (usize, &(i64, &str, &str, &str))| {
        let civil = Civil { ns: (START + ms) * 1_000_000 };
        let severity = match *level {
            "ERROR" => Severity::Error,
            "WARN" => Severity::Warn,
            "DEBUG" => Severity::Debug,
            _ => Severity::Info,
        };
        let stamp = Some(Stamp { civil, offset_s: Some(0), digits: 3, has_date: true });
        let span = Span::new(n as u64 * 1_000, 1_000);
        let head = Head { span, line: n as u64 + 1, lines: 1, stamp, severity, level: None, layout: 0 };
        Record {
            level: Some((*level).to_owned()),
            thread: Some((*thread).to_owned()),
            trace: mwscope_parsers::trace::find(message),
            ..Record::plain(head, (*message).to_owned())
        }
    };
    Lines(of.iter().enumerate().map(record).collect())
}

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
        // Each record takes up a thousand bytes, its text first.
        let mut bytes = Vec::new();
        for record in self.0.iter().filter(|r| r.head.span.offset >= span.offset && r.head.span.offset < span.end()) {
            let mut text = record.text.clone().into_bytes();
            text.resize(1_000, b'\n');
            bytes.extend(text);
        }
        Ok(bytes)
    }
}

/// A call to Facility.Create (CRS008) by MWSUSR that starts at the start and takes a second.
fn call(status: u16, fault: &str) -> Exchange {
    let request = Request { method: "POST".to_owned(), ..Request::default() };
    let url = "http://m3:19007/mws-ws/services/Facility".to_owned();
    let mut exchange = Exchange::new(ExchangeId(0), SourceId(0), 0, url, request);
    exchange.started = Some(moment::stamp_of_utc_ns(START * 1_000_000));
    exchange.duration_ns = Some(1_000_000_000);
    exchange.response = Some(Response { status, ..Response::default() });
    exchange.outcome = Outcome::Complete;
    let call = &mut exchange.call;
    let some = |text: &str| Some(text.to_owned());
    (call.service, call.operation) = (some("Facility"), some("Create"));
    (call.program, call.user) = (some("CRS008"), some("MWSUSR"));
    call.fields = vec![("CRS008/Facility".to_owned(), "C0117".to_owned())];
    call.fault = some(fault).filter(|f| !f.is_empty());
    exchange
}

fn gathered(exchanges: Vec<Exchange>, log: Option<Lines>) -> Gathered {
    let mut gathered = Gathered::new();
    let mut source = |path: &str, kind| {
        let id = SourceId(gathered.sources.len() as u32);
        gathered.sources.push(Source { id, path: path.to_owned(), kind, items: 1, bytes: 1, layout: None });
        id
    };
    source("traffic.har", SourceKind::Har);
    if let Some(log) = log {
        let id = source("merged.log", SourceKind::Log);
        gathered.logs.push((id, Arc::new(log)));
    }
    gathered.exchanges = exchanges;
    for (n, exchange) in gathered.exchanges.iter_mut().enumerate() {
        (exchange.id, exchange.index) = (ExchangeId(n as u32), n as u32);
    }
    gathered
}

fn ask(exchanges: Vec<Exchange>, log: Option<Lines>) -> Investigation {
    investigate(&gathered(exchanges, log), &Options::default())
}

/// Rule and layer of the only verdict, where there is one.
fn verdict(exchange: Exchange, log: Option<Lines>) -> Option<(&'static str, Layer)> {
    let investigation = ask(vec![exchange], log);
    let verdicts: Vec<&Finding> = investigation.findings.iter().filter(|f| f.kind == FindingKind::Verdict).collect();
    assert!(verdicts.len() + investigation.unexplained.len() <= 1);
    verdicts.first().map(|f| (f.rule, f.layer))
}

fn notes(exchanges: Vec<Exchange>, log: Option<Lines>) -> Vec<&'static str> {
    let findings = ask(exchanges, log).findings;
    findings.iter().filter(|f| f.kind == FindingKind::Note).map(|f| f.rule).collect()
}

const MPD: &str = "Unable to execute MPD!";
const CRASH: &str = "Abnormal termination of mvx.app.pgm.CRS008. Dump log created: /m3/dump/d1.log";
const ENDED: &str = "Facility.Create user MWSUSR: Unable to execute MPD!";

fn broken(stage: Stage, cause: &str) -> Exchange {
    let mut exchange = call(0, "");
    exchange.response = None;
    exchange.outcome = Outcome::Failed { stage, cause: cause.to_owned() };
    exchange
}

#[test]
fn a_crash_is_the_programs_unless_it_is_anothers() {
    let log = lines(&[(980, "ERROR", "w-1", CRASH), (990, "ERROR", "w-1", ENDED)]);
    assert_eq!(verdict(call(500, MPD), Some(log)), Some(("abnormal-termination", Layer::M3Program)));
    let other = "Abnormal termination of mvx.app.pgm.OIS100. Dump log created: /m3/dump/d1.log";
    let log = lines(&[(900, "ERROR", "OIS100-ASMITH", other), (990, "ERROR", "w-1", ENDED)]);
    assert_eq!(verdict(call(500, MPD), Some(log)), Some(("mpd-without-dump", Layer::ServiceDefinition)));
}

#[test]
fn a_crash_beside_is_a_note_and_no_failure() {
    let log = lines(&[(500, "ERROR", "CRS008-ASMITH", CRASH)]);
    assert_eq!(notes(vec![call(200, "")], Some(log)), ["crash-beside"]);
    let log = lines(&[(980, "ERROR", "w-1", CRASH), (990, "ERROR", "w-1", ENDED)]);
    assert_eq!(notes(vec![call(500, MPD)], Some(log)), Vec::<&str>::new());
}

#[test]
fn an_mpd_fault_without_any_log_stays_open() {
    let investigation = ask(vec![call(500, MPD)], None);
    assert!(investigation.findings.is_empty());
    assert_eq!(investigation.unexplained.len(), 1);
    assert!(investigation.unexplained[0].missing[0].contains("DEBUG"));
}

#[test]
fn who_is_turned_away() {
    assert_eq!(verdict(call(401, ""), None), Some(("unauthorised", Layer::Authentication)));
    let mut answered = call(401, "");
    answered.challenge = true;
    assert_eq!(verdict(answered, None), None);
}

#[test]
fn what_a_gateway_says_and_what_the_server_says() {
    assert_eq!(verdict(call(504, ""), None), Some(("gateway-time-out", Layer::Network)));
    assert_eq!(verdict(call(503, ""), None), Some(("gateway-time-out", Layer::MwsRuntime)));
    // Who says that a service is stopped is the server.
    assert_eq!(verdict(call(503, "Service Facility is stopped"), None), Some(("not-serving", Layer::MwsRuntime)));
    let runtime = verdict(call(500, "Connection timed out"), None);
    assert_eq!(runtime, Some(("runtime-exception", Layer::MwsRuntime)));
}

#[test]
fn a_nok_is_the_datas_fault_and_a_partial_list_says_so() {
    let mut refused = call(200, "");
    refused.call.nok = Some(Nok { code: Some("XIM0002".to_owned()), ..Nok::default() });
    assert_eq!(verdict(refused.clone(), None), Some(("nok", Layer::M3Data)));
    refused.call.nok = Some(Nok { partial: true, ..Nok::default() });
    assert_eq!(verdict(refused, None), Some(("partial-list", Layer::M3Data)));
    assert_eq!(verdict(call(200, ""), None), None);
}

#[test]
fn a_message_is_the_programs_word_and_an_exception_the_servers() {
    let message = verdict(call(500, "Facility C0117 is blocked"), None);
    assert_eq!(message, Some(("business-message", Layer::M3Data)));
    let exception = verdict(call(500, "java.lang.IllegalStateException: no connection"), None);
    assert_eq!(exception, Some(("runtime-exception", Layer::MwsRuntime)));
}

#[test]
fn a_body_that_cannot_be_read_is_the_clients() {
    let malformed = verdict(call(500, "Error reading XMLStreamReader: Unexpected character '&'"), None);
    assert_eq!(malformed, Some(("malformed-request", Layer::Client)));
    let unread = verdict(call(500, "Couldn't parse stream."), None);
    assert_eq!(unread, Some(("malformed-request", Layer::Client)));
    assert_eq!(verdict(call(400, ""), None), Some(("malformed-request", Layer::Client)));
    // What a server doesn't know to do, it didn't fail to read.
    assert_eq!(verdict(call(417, ""), None), Some(("expectation-refused", Layer::Client)));
    assert_eq!(verdict(call(409, ""), None), Some(("http-error", Layer::Client)));
    assert_eq!(verdict(call(500, ""), None), None);
}

#[test]
fn a_definition_that_does_not_know_the_call() {
    let unknown = "Message part {http://x}Creat was not recognized. (Does it exist in service WSDL?)";
    assert_eq!(verdict(call(500, unknown), None), Some(("definition-error", Layer::ServiceDefinition)));
    assert_eq!(verdict(call(404, ""), None), Some(("not-found", Layer::Configuration)));
    let mut probe = call(404, "");
    probe.url = "http://m3:19007/m3api-rest/csrf".to_owned();
    assert_eq!(verdict(probe, None), None);
}

#[test]
fn where_the_way_broke() {
    let tls = verdict(broken(Stage::TlsUpstream, "the certificate has expired; renew it"), None);
    assert_eq!(tls, Some(("tls-failure", Layer::Tls)));
    let dial = verdict(broken(Stage::Dial, "connection refused; is the server started?"), None);
    assert_eq!(dial, Some(("network-failure", Layer::Network)));
    let mut aborted = call(0, "");
    aborted.response = None;
    aborted.outcome = Outcome::Aborted { stage: Stage::Wait, cause: "the client went away".to_owned() };
    assert_eq!(verdict(aborted, None), None);
}

#[test]
fn an_untrusted_certificate_is_named_wherever_it_shows() {
    let pkix = "SSLHandshakeException: PKIX path building failed: unable to find valid certification path";
    assert_eq!(verdict(call(500, pkix), None), Some(("untrusted-certificate", Layer::Tls)));
    let shake = verdict(call(500, "SSLHandshakeException: connection closed"), None);
    assert_eq!(shake, Some(("runtime-exception", Layer::MwsRuntime)));
}

#[test]
fn without_a_recording_traces_are_grouped() {
    let trace = "it broke\njava.lang.IllegalStateException: x\n\tat com.lawson.grid.node.Node.run(Node.java:7)";
    let log = || lines(&[(0, "ERROR", "a", trace), (60_000, "ERROR", "b", trace)]);
    let mut alone = gathered(Vec::new(), Some(log()));
    alone.sources[0].kind = SourceKind::Other;
    let found = investigate(&alone, &Options::default()).findings;
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0].rule, found[0].layer), ("stack-trace", Layer::MwsRuntime));
    assert!(found[0].title.ends_with("2 times"), "{}", found[0].title);
    assert_eq!(notes(vec![call(200, "")], Some(log())), Vec::<&str>::new());
    // Java's own class threw on behalf of the server's.
    let full = "java.lang.OutOfMemoryError: Java heap space\n\tat java.util.Arrays.copyOf(Arrays.java:3332)\n\tat \
                com.lawson.mws.Mapper.map(Mapper.java:180)";
    let mut alone = gathered(Vec::new(), Some(lines(&[(0, "ERROR", "a", full)])));
    alone.sources[0].kind = SourceKind::Other;
    let found = investigate(&alone, &Options::default()).findings;
    assert_eq!((found.len(), found[0].layer), (1, Layer::MwsRuntime), "{found:?}");
    assert_eq!(found[0].title, "java.lang.OutOfMemoryError in com.lawson.mws.Mapper");
}

#[test]
fn a_retry_comes_right_after_a_time_out() {
    let first = call(504, "");
    let later = |seconds: i64| {
        let mut again = call(200, "");
        again.started = Some(moment::stamp_of_utc_ns((START + 1_000 + seconds * 1_000) * 1_000_000));
        again
    };
    assert_eq!(notes(vec![first.clone(), later(1)], None), ["retry"]);
    assert_eq!(notes(vec![first, later(60)], None), Vec::<&str>::new());
}

#[test]
fn a_question_mark_alone_is_a_placeholder() {
    let mut sent = call(200, "");
    sent.call.division = Some("?".to_owned());
    assert_eq!(notes(vec![sent.clone()], None), ["placeholder"]);
    sent.call.division = Some("A?".to_owned());
    assert_eq!(notes(vec![sent], None), Vec::<&str>::new());
}

#[test]
fn exactly_a_hundred_rows_are_suspicious() {
    let mut list = call(200, "");
    list.call.kind = CallKind::Api;
    list.call.rows = Some(100);
    list.call.company = Some("100".to_owned());
    assert_eq!(notes(vec![list.clone()], None), ["hundred-rows"]);
    list.call.rows = Some(99);
    assert_eq!(notes(vec![list], None), Vec::<&str>::new());
}

#[test]
fn mecs_reply_says_nothing_of_the_outcome() {
    let reply = |body: &'static str| {
        let mut exchange = call(200, "");
        let mut response =
            Response { status: 200, body: Body::whole(Bytes::from_static(body.as_bytes())), ..Response::default() };
        response.headers.0.push(Header::new("Content-Type", "text/html"));
        exchange.response = Some(response);
        exchange
    };
    assert_eq!(notes(vec![reply("<p>The request was succesfully processed</p>")], None), ["mec-reply"]);
    assert_eq!(notes(vec![reply("<p>The order was processed</p>")], None), Vec::<&str>::new());
    let mut page = reply("<p>The request was succesfully processed</p>");
    page.request.method = "GET".to_owned();
    assert_eq!(notes(vec![page], None), Vec::<&str>::new(), "nothing was handed in");
}

#[test]
fn debug_is_left_on_where_it_is_a_good_part_of_the_log() {
    let of = |debug: i64| {
        let all = (0..100).map(|n| (n, if n < debug { "DEBUG" } else { "INFO" }, "t", "x"));
        notes(vec![call(200, "")], Some(lines(&all.collect::<Vec<_>>())))
    };
    assert_eq!(of(60), ["debug-left-on"]);
    assert_eq!(of(20), Vec::<&str>::new());
}

fn refused(code: &str, message: &str) -> Exchange {
    let mut exchange = call(200, "");
    let some = |text: &str| Some(text.to_owned()).filter(|t| !t.is_empty());
    exchange.call.nok = Some(Nok { code: some(code), message: some(message), ..Nok::default() });
    exchange
}

#[test]
fn what_exists_already_was_written_before() {
    let exists = || call(500, "Facility C0117 already exists");
    assert_eq!(verdict(exists(), None), Some(("already-exists", Layer::M3Data)));
    assert_eq!(verdict(call(500, "Facility C0117 does not exist"), None), Some(("business-message", Layer::M3Data)));
    let mut again = exists();
    again.started = Some(moment::stamp_of_utc_ns((START + 5_000) * 1_000_000));
    let found = ask(vec![call(504, ""), again], None).findings;
    let verdict = found.iter().find(|f| f.rule == "already-exists").expect("a verdict");
    assert!(verdict.explanation.contains("x0 sent the same before (traffic.har#0)"), "{}", verdict.explanation);
}

#[test]
fn a_refused_company_is_not_a_refused_value() {
    let company = refused("XAU0008", "Not authorized for company 0");
    assert_eq!(verdict(company, None), Some(("company-refused", Layer::M3Data)));
    let value = refused("XIM0002", "Customer number is invalid");
    assert_eq!(verdict(value, None), Some(("nok", Layer::M3Data)));
}

#[test]
fn a_call_that_does_not_fit_the_api_is_the_clients() {
    let input = refused("MandatoryInputFieldNotFound", "Mandatory field CUNO is missing");
    assert_eq!(verdict(input, None), Some(("wrong-input", Layer::Client)));
    assert_eq!(verdict(refused("CPF9898", "Field CUNO is missing"), None), Some(("nok", Layer::M3Data)));
}

#[test]
fn a_csrf_token_goes_no_way_through_a_gateway() {
    let sent = |host: &str| {
        let mut exchange = call(403, "");
        exchange.url = format!("https://{host}/m3api-rest/execute/CRS610MI/LstByNumber");
        exchange.request.headers.0.push(Header::new("fnd-csrf-token", "******"));
        exchange
    };
    let routed = verdict(sent("mingle-ionapi.example.com/TENANT/M3"), None);
    assert_eq!(routed, Some(("csrf-token", Layer::Client)));
    assert_eq!(verdict(sent("m3.example.com"), None), Some(("unauthorised", Layer::Authentication)));
}

#[test]
fn a_refused_signature_is_no_refused_password() {
    let signature = verdict(call(500, "The signature or decryption was invalid"), None);
    assert_eq!(signature, Some(("ws-security", Layer::Authentication)));
    let password = verdict(call(500, "The security token could not be authenticated or authorized"), None);
    assert_eq!(password, Some(("unauthorised", Layer::Authentication)));
}

#[test]
fn a_server_that_cannot_connect_names_the_address() {
    let refused = "java.net.ConnectException: Connection refused: m3be01/10.1.2.3:16305";
    assert_eq!(verdict(call(500, refused), None), Some(("m3-unreachable", Layer::MwsRuntime)));
    assert_eq!(verdict(call(500, "Connection timed out"), None), Some(("runtime-exception", Layer::MwsRuntime)));
}

#[test]
fn bytes_that_are_not_what_they_declare() {
    let bytes = "com.ctc.wstx.exc.WstxIOException: Invalid UTF-8 start byte 0xfc";
    assert_eq!(
        verdict(call(500, "Invalid byte 2 of 3-byte UTF-8 sequence."), None).map(|v| v.0),
        Some("wrong-encoding")
    );
    assert_eq!(verdict(call(500, bytes), None).map(|v| v.0), Some("wrong-encoding"));
    let mut latin = call(500, "ParseError at [row,col]:[1,20]");
    latin.request.body = Body::whole(Bytes::from_static(b"<a>M\xfcller</a>"));
    assert_eq!(verdict(latin, None), Some(("wrong-encoding", Layer::Client)));
    let mut well = call(500, "ParseError at [row,col]:[1,20]");
    well.request.body = Body::whole(Bytes::from_static("<a>M\u{fc}ller</a>".as_bytes()));
    assert_eq!(verdict(well, None), Some(("malformed-request", Layer::Client)));
}

#[test]
fn damaged_text_is_seen_and_umlauts_are_none() {
    let sent = |value: &str| {
        let mut exchange = call(200, "");
        exchange.call.fields = vec![("Name".to_owned(), value.to_owned())];
        exchange
    };
    assert_eq!(notes(vec![sent("M\u{c3}\u{bc}ller")], None), ["damaged-text"]);
    assert_eq!(notes(vec![sent("M\u{fc}ller \u{c3}")], None), Vec::<&str>::new());
}

#[test]
fn a_call_without_company_runs_in_the_users() {
    let mut sent = call(200, "");
    sent.call.kind = CallKind::DisplayProgram;
    assert_eq!(notes(vec![sent.clone()], None), ["default-company"]);
    sent.call.company = Some("100".to_owned());
    assert_eq!(notes(vec![sent], None), Vec::<&str>::new());
}

#[test]
fn a_changed_profile_changes_what_others_do() {
    let of = |client: &str, operation: &str| {
        let mut exchange = call(200, "");
        exchange.client = Some(client.to_owned());
        exchange.call.operation = Some(operation.to_owned());
        exchange
    };
    let change = || of("10.0.0.1:5000", "UpdateUserProfile");
    assert_eq!(notes(vec![change(), of("10.0.0.2:5000", "Create")], None), ["profile-race"]);
    assert_eq!(notes(vec![change(), of("10.0.0.1:5001", "Create")], None), Vec::<&str>::new());
}

#[test]
fn a_jobs_log_ends_after_four_hours() {
    let ends_after = |minutes: i64| {
        let mut all =
            gathered(vec![call(200, "")], Some(lines(&[(0, "INFO", "t", "a"), (minutes * 60_000, "INFO", "t", "b")])));
        all.sources[1].path = "JOBLOG-4711.txt".to_owned();
        let found = investigate(&all, &Options::default()).findings;
        found.iter().map(|f| f.rule).collect::<Vec<_>>()
    };
    assert_eq!(ends_after(239), ["joblog-ended"]);
    assert_eq!(ends_after(120), Vec::<&str>::new());
}

#[test]
fn rules_have_names_of_their_own_and_say_all() {
    for (n, rule) in RULES.iter().enumerate() {
        assert!(RULES[..n].iter().all(|other| other.name != rule.name), "{}", rule.name);
        for text in [rule.symptom, rule.cause, rule.remedy, rule.source, rule.confirm] {
            assert!(text.len() > 10 && !text.contains("  "), "{}: {text}", rule.name);
        }
    }
}

mod dumps;
mod faults;
mod joins;
mod passed_on;
mod rivals;
mod threads;
mod unrecorded;

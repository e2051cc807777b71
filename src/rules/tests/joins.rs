//! What belongs to a call and what only lies near it: an answer that explains itself, the call's own thread, and crashes of
//! others.

use super::*;
use crate::model::{EventRef, EvidenceRole};

/// A crash of the call's program and user, on a thread of which nothing says whom it serves.
const OF_SOMEBODY: &str =
    "Abnormal termination of mvx.app.pgm.CRS008 for user MWSUSR. Dump log created: /m3/dump/d9.log";
const BEGUN: &str = "Start executing Facility/Create for user MWSUSR";

fn crash_at(ms: i64) -> (i64, &'static str, &'static str, &'static str) {
    (ms, "ERROR", "Display-417", OF_SOMEBODY)
}

/// Rule, confidence and the line of the record that caused it, of the only verdict.
fn verdict_of(gathered: &Gathered) -> (&'static str, f64, Option<u64>) {
    let investigation = investigate(gathered, &Options::default());
    let verdicts: Vec<&Finding> = investigation.findings.iter().filter(|f| f.kind == FindingKind::Verdict).collect();
    let [one] = verdicts.as_slice() else { panic!("not one verdict: {verdicts:?} {:?}", investigation.unexplained) };
    let causes = one.evidence.iter().filter(|e| e.role == EvidenceRole::Cause);
    let record = causes.filter(|e| matches!(e.event, EventRef::Record(..))).find_map(|e| e.place.line);
    (one.rule, one.confidence, record)
}

fn with_log(exchange: Exchange, log: &[(i64, &str, &str, &str)]) -> (&'static str, f64, Option<u64>) {
    verdict_of(&gathered(vec![exchange], Some(lines(log))))
}

#[test]
fn an_answer_that_explains_itself_has_no_crash_behind_it() {
    let beside = [crash_at(985)];
    let unread = "com.ctc.wstx.exc.WstxParsingException: Unexpected character ' ' at [row,col]: [1,312]";
    assert_eq!(with_log(call(400, unread), &beside).0, "malformed-request");
    assert_eq!(with_log(call(503, ""), &beside).0, "gateway-time-out");
    assert_eq!(with_log(call(401, ""), &beside).0, "unauthorised");
    assert_eq!(with_log(call(500, MPD), &beside).0, "abnormal-termination");
}

#[test]
fn a_service_that_is_out_of_step_with_its_panels_has_no_crash_behind_it() {
    let log = [
        crash_at(600),
        (980, "WARN", "w-1", "m3.program CRS008: Field WWPSEQ not found on panel CRS008/E"),
        (982, "ERROR", "w-1", MPD),
    ];
    let says_why = "Unable to execute MPD! Field WWPSEQ not found on panel CRS008/E";
    let (rule, _, line) = with_log(call(500, says_why), &log);
    assert_eq!((rule, line), ("mpd-without-dump", Some(2)));
}

#[test]
fn what_the_calls_own_thread_threw_is_nearer_than_a_crash_on_another() {
    let thrown = |exception: &str| {
        format!("Internal error in Facility.Create\n{exception}\n\tat com.lawson.mws.server.Mapper.map(Mapper.java:77)")
    };
    let with = |exception: &str| {
        let text = thrown(exception);
        let log = [(10, "INFO", "w-1", BEGUN), crash_at(700), (980, "ERROR", "w-1", text.as_str())];
        with_log(call(500, "Internal server error"), &log)
    };
    let (rule, confidence, line) = with("java.lang.OutOfMemoryError: Java heap space");
    assert_eq!((rule, line), ("runtime-exception", Some(3)));
    assert!(confidence > 0.7, "{confidence}");
    assert_eq!(with("com.lawson.mws.PoolExhaustedException: No free M3 connection").2, Some(3));
    // What lost its connection lost it because something broke.
    assert_eq!(with("java.net.SocketException: Connection reset").2, Some(2));
    assert_eq!(with("com.lawson.mws.MWSException: Internal error").2, Some(2));
    assert_eq!(with("com.example.ExecException: Unable to execute MPD!").2, Some(2));
}

/// Two logs of one machine: the crash stands in one, the call's thread in the other.
fn two_logs(crashed: i64) -> Gathered {
    let thread = lines(&[(450, "INFO", "w-1", BEGUN), (985, "ERROR", "w-1", MPD)]);
    let mut gathered = gathered(vec![call(500, MPD)], Some(thread));
    let id = SourceId(gathered.sources.len() as u32);
    let path = "m3be.log".to_owned();
    gathered.sources.push(Source { id, path, kind: SourceKind::Log, items: 1, bytes: 1, layout: None });
    gathered.logs.push((id, Arc::new(lines(&[crash_at(crashed)]))));
    gathered
}

#[test]
fn no_program_breaks_before_the_calls_thread_took_the_call_up() {
    let (rule, confidence, _) = verdict_of(&two_logs(150));
    assert!(rule != "abnormal-termination" || confidence <= 0.5, "{rule} {confidence}");
    let (rule, confidence, _) = verdict_of(&two_logs(970));
    assert!(rule == "abnormal-termination" && confidence > 0.5, "{rule} {confidence}");
}

#[test]
fn a_program_that_others_call_by_its_name_is_no_service_where_it_breaks() {
    let refused = "Unable to execute transaction GetBasicData in CRS610MI";
    let mut failing = call(500, refused);
    let some = |text: &str| Some(text.to_owned());
    (failing.call.service, failing.call.operation) = (some("CustomerMI"), some("GetBasicData"));
    failing.call.program = some("CRS610MI");
    // The same program by its own name, four seconds later, well answered.
    let mut answered = call(200, "");
    answered.started = Some(moment::stamp_of_utc_ns((START + 5_000) * 1_000_000));
    (answered.call.service, answered.call.operation) = (some("CRS610MI"), some("GetBasicData"));
    answered.call.program = some("CRS610MI");
    let log = lines(&[
        (20, "INFO", "w-1", "Request received: service=CustomerMI operation=GetBasicData user=MWSUSR"),
        (970, "ERROR", "w-1", "Abnormal termination of mvx.app.pgm.CRS610MI. Dump log created: /m3/dump/d1.log"),
        (980, "ERROR", "w-1", refused),
    ]);
    let (rule, confidence, line) = verdict_of(&gathered(vec![failing, answered], Some(log)));
    assert_eq!((rule, line), ("abnormal-termination", Some(2)));
    assert!(confidence > 0.8, "{confidence}");
}

#[test]
fn a_record_that_names_what_was_called_is_the_calls_whatever_brackets_its_layout_has() {
    let mut log = lines(&[(975, "ERROR", "WorkerThread #7", "Internal error in Facility.Create")]);
    for record in &mut log.0 {
        record.text = format!("09:00:00.975 ERROR MWS@host1 <WorkerThread #7> Dispatcher#run {}", record.message);
    }
    let (rule, _, line) = verdict_of(&gathered(vec![call(500, "Internal server error")], Some(log)));
    assert_eq!((rule, line), ("runtime-exception", Some(1)));
}

//! An end that several records tell of, and ends that are another call's.

use super::*;
use crate::model::EventRef;

const WRAPPED: &str = "Unable to execute MI transaction!\njava.lang.Exception: Unable to execute MI transaction!\n\tat \
    com.lawson.mws.m3.Executor.run(Executor.java:311)\nCaused by: com.lawson.mws.m3.M3Exception: Abnormal termination of \
    mvx.app.pgm.CRS008\n\t... 12 more\n";

/// Rule and line of the first record of each verdict.
fn verdicts(exchanges: Vec<Exchange>, log: Lines) -> Vec<(&'static str, Option<u64>)> {
    let findings = ask(exchanges, Some(log)).findings;
    let verdicts = findings.iter().filter(|f| f.kind == FindingKind::Verdict);
    let line = |f: &Finding| {
        f.evidence.iter().find(|e| matches!(e.event, EventRef::Record(..))).and_then(|record| record.place.line)
    };
    verdicts.map(|f| (f.rule, line(f))).collect()
}

#[test]
fn what_passes_an_end_on_is_no_end_of_its_own() {
    let ends = |records: &[(i64, &str, &str, &str)], call: Option<Exchange>| {
        verdicts(call.into_iter().collect(), lines(records))
    };
    let one = Some(("abnormal-termination", Some(1)));
    for call in [None, Some(call(500, MPD))] {
        let same = [(900, "ERROR", "w-1", CRASH), (903, "ERROR", "w-1", WRAPPED)];
        assert_eq!(ends(&same, call.clone()), Vec::from_iter(one));
        let job = [(900, "ERROR", "CRS008-77", CRASH), (903, "ERROR", "w-1", WRAPPED)];
        assert_eq!(ends(&job, call.clone()), Vec::from_iter(one));
        // Where nothing else tells of it, it does.
        assert_eq!(ends(&[(903, "ERROR", "w-1", WRAPPED)], call), Vec::from_iter(one));
    }
    // Where the log names no threads, what comes right behind it is.
    let unnamed = |records: &[(i64, &str, &str, &str)]| {
        let mut log = lines(records);
        log.0.iter_mut().for_each(|record| record.thread = None);
        verdicts(Vec::new(), log)
    };
    assert_eq!(unnamed(&[(900, "ERROR", "", CRASH), (903, "ERROR", "", WRAPPED)]), Vec::from_iter(one));
    // The next call's own end.
    let other = CRASH.replace("d1.log", "d2.log");
    let twice = [(300, "ERROR", "w-1", CRASH), (303, "ERROR", "w-1", WRAPPED), (900, "ERROR", "w-1", &other)];
    assert_eq!(ends(&twice, None).len(), 2);
}

#[test]
fn a_transaction_that_could_not_be_executed_goes_with_the_jobs_end() {
    let fault = "Unable to execute transaction AddAlias in CRS008";
    let log = [(900, "ERROR", "CRS008-77", CRASH), (903, "ERROR", "w-1", fault)];
    assert_eq!(verdicts(vec![call(500, fault)], lines(&log)), [("abnormal-termination", Some(1))]);
    // Without an end it says nothing of a definition, which a transaction hasn't.
    let alone = verdicts(Vec::new(), lines(&log[1..]));
    assert!(alone.iter().all(|(rule, _)| *rule != "mpd-without-dump"), "{alone:?}");
}

#[test]
fn an_error_that_ended_another_call_is_not_taken_along() {
    let logged = |records: &[(i64, &str, &str, &str)], loggers: &[&str]| {
        let mut log = lines(records);
        for (record, logger) in log.0.iter_mut().zip(loggers) {
            record.logger = Some((*logger).to_owned());
        }
        verdicts(Vec::new(), log)
    };
    let error =
        "Internal error in Order.Receive\ncom.lawson.mws.PoolException: No free connection\n\tat a.B.c(B.java:7)\n";
    let records = [(600, "ERROR", "w-1", error), (900, "ERROR", "w-1", CRASH), (903, "ERROR", "w-1", MPD)];
    assert_eq!(
        logged(&records, &["FaultHandler", "Executor", "FaultHandler"]),
        [("abnormal-termination", Some(2)), ("stack-trace", Some(1))]
    );
    // What another logger says before is why.
    assert_eq!(logged(&records, &["Program", "Executor", "FaultHandler"]), [("abnormal-termination", Some(2))]);
}

#[test]
fn a_warning_of_the_definition_is_a_reason() {
    let log = lines(&[
        (700, "ERROR", "CRS008-77", CRASH),
        (898, "WARN", "w-1", "CRS008: Panel CRS008/F is not in the panel sequence"),
        (900, "ERROR", "w-1", MPD),
    ]);
    let found = verdicts(Vec::new(), log);
    let rules: Vec<_> = found.iter().map(|(rule, _)| *rule).collect();
    assert_eq!(rules, ["abnormal-termination", "mpd-without-dump"], "{found:?}");
}

#[test]
fn a_record_that_is_nothing_but_a_trace_says_what_the_trace_begins_with() {
    let thrown =
        format!("com.lawson.mws.m3.M3Exception: {CRASH}\n\tat com.lawson.mws.m3.Executor.run(Executor.java:7)\n");
    let verdicts_of = |records: [(i64, &str, &str, &str); 2], bare: usize| {
        let mut log = lines(&records);
        log.0[bare].message.clear();
        verdicts(Vec::new(), log)
    };
    let told = verdicts_of([(900, "ERROR", "CRS008-77", &thrown), (903, "ERROR", "w-1", WRAPPED)], 0);
    assert_eq!(told, [("abnormal-termination", Some(1))]);
    // What begins with other words and names the end as its cause only passes it on.
    let wrapped = WRAPPED.split_once('\n').map_or(WRAPPED, |(_, trace)| trace);
    let passed_on = verdicts_of([(900, "ERROR", "CRS008-77", CRASH), (903, "ERROR", "w-1", wrapped)], 1);
    assert_eq!(passed_on, [("abnormal-termination", Some(1))]);
}

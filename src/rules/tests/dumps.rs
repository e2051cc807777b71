//! Dumps that only program, user and time tie to a call: what outweighs them, and what they leave open.

use mwscope_parsers::dump::{Synonyms, read};

use super::*;
use crate::model::{DumpId, EventRef, EvidenceRole, GatheredDump};

/// A dump of CRS008 for MWSUSR, so many milliseconds after the start.
fn dumped(all: &mut Gathered, ms: i64, path: &str, more: &str) {
    dumped_at(all, moment::stamp_of_utc_ns((START + ms) * 1_000_000), path, more);
}

fn dumped_at(all: &mut Gathered, at: Stamp, path: &str, more: &str) {
    let source = SourceId(all.sources.len() as u32);
    all.sources.push(Source {
        id: source,
        path: path.to_owned(),
        kind: SourceKind::Dump,
        items: 1,
        bytes: 1,
        layout: None,
    });
    let text = format!(
        "Program: CRS008\nUser: MWSUSR\n{more}Failing operation: CHAIN MITMAS\n\njava.lang.NullPointerException\n\tat \
         mvx.app.pgm.CRS008.PBCHK(CRS008.java:802)\n\tat mvx.app.common.Interactive.run(Interactive.java:77)\n"
    );
    let mut dump = read(text.as_bytes(), Synonyms::standard()).dumps.remove(0);
    dump.at = Some(at);
    all.dumps.push(GatheredDump::new(DumpId(all.dumps.len() as u32), source, Arc::new(dump)));
}

/// The verdict on a call that took the last 300 ms of the second, beside one dump.
fn beside_a_dump(exchange: Exchange, log: Option<Lines>, more: &str) -> Option<Finding> {
    let mut all = gathered(vec![exchange], log);
    dumped(&mut all, 900, "dumps/x.dmp", more);
    investigate(&all, &Options::default()).findings.into_iter().find(|f| f.kind == FindingKind::Verdict)
}

const STARTED: (i64, &str, &str, &str) = (10, "INFO", "w-1", "Facility.Create user MWSUSR started");

#[test]
fn a_reason_of_the_calls_own_outweighs_a_dump_that_no_record_names() {
    let rule = |status, fault, level, said| {
        let log = lines(&[STARTED, (980, level, "w-1", said)]);
        beside_a_dump(call(status, fault), Some(log), "").map(|f| f.rule)
    };
    let exists = "Facility C0117 already exists";
    assert_eq!(rule(500, exists, "WARN", "CRS008: Facility C0117 already exists"), Some("already-exists"));
    assert_eq!(rule(500, MPD, "ERROR", "CRS008: expected panel E, got panel B"), Some("definition-error"));
    let heap = "java.lang.OutOfMemoryError: Java heap space";
    let said = "Facility.Create user MWSUSR ended with fault: java.lang.OutOfMemoryError: Java heap space";
    assert_eq!(rule(500, heap, "ERROR", said), Some("runtime-exception"));
    let refused = "Authentication failed for user MWSUSR";
    assert_eq!(rule(401, "", "WARN", refused), Some("unauthorised"));
    assert_eq!(rule(502, "", "WARN", refused), Some("gateway-time-out"));
    // What only says that it couldn't go on gives no reason.
    assert_eq!(rule(500, MPD, "ERROR", ENDED), Some("abnormal-termination"));
    assert_eq!(beside_a_dump(call(500, exists), None, "").map(|f| f.rule), Some("already-exists"));
    assert_eq!(beside_a_dump(call(500, MPD), None, "").map(|f| f.rule), Some("abnormal-termination"));
}

#[test]
fn a_time_is_the_servers_even_where_its_log_is_in_utc() {
    let mut all = gathered(Vec::new(), Some(lines(&[(980, "ERROR", "w-1", CRASH)])));
    // The log counts from 1970, nine o'clock; the dump that it names is of eleven.
    let civil = Civil { ns: (START + 7_200_000) * 1_000_000 };
    dumped_at(&mut all, Stamp { civil, offset_s: None, digits: 0, has_date: true }, "dumps/d1.log", "");
    let found = |at: &str| {
        let at = crate::timeline::AskedTime::parse(at).ok();
        let only = crate::timeline::Only { at, within_ns: 60_000_000_000, ..Default::default() };
        let options = Options { only, ..Options::default() };
        investigate(&all, &options).findings.iter().filter(|f| f.kind == FindingKind::Verdict).count()
    };
    assert_eq!((found("11:00"), found("09:00"), found("09:00Z")), (1, 0, 1));
}

#[test]
fn a_terminals_dump_is_a_calls_only_where_its_record_names_it() {
    let rule = |job: &str, log: Option<Lines>| {
        beside_a_dump(call(500, MPD), log, &format!("Job type: {job}\n")).map(|f| f.rule)
    };
    assert_eq!(rule("Interactive", None), None);
    assert_eq!(rule("Interactive (MWS)", None), Some("abnormal-termination"));
    let named = "Abnormal termination of mvx.app.pgm.CRS008. Dump log created: /m3/dumps/x.dmp";
    let log = lines(&[STARTED, (980, "ERROR", "w-1", named), (990, "ERROR", "w-1", ENDED)]);
    assert_eq!(rule("Interactive", Some(log)), Some("abnormal-termination"));
}

#[test]
fn a_dump_of_another_time_or_one_of_two_is_a_doubtful_one_and_the_finding_says_so() {
    let found = |dumps: &[i64]| {
        let ended = (980, "ERROR", "w-1", "Abnormal termination of mvx.app.pgm.CRS008");
        let mut all = gathered(vec![call(500, MPD)], Some(lines(&[STARTED, ended, (990, "ERROR", "w-1", ENDED)])));
        for (n, at) in dumps.iter().enumerate() {
            dumped(&mut all, *at, &format!("dumps/{n}.dmp"), "");
        }
        let findings = investigate(&all, &Options::default()).findings;
        findings.into_iter().find(|f| f.rule == "abnormal-termination").expect("a verdict")
    };
    let of_dump = |f: &Finding| {
        let pieces = f.evidence.iter().filter(|e| e.role == EvidenceRole::Cause);
        pieces.filter(|e| matches!(e.event, EventRef::Dump(_))).map(|e| e.score).next()
    };
    let own = found(&[1_000]);
    assert!(of_dump(&own).is_some_and(|score| score > 0.8) && own.title.contains("NullPointerException"), "{own:?}");
    for doubtful in [found(&[-1_000]), found(&[2_900]), found(&[1_000, 1_100])] {
        assert!(of_dump(&doubtful).is_some_and(|score| score <= 0.5), "{doubtful:?}");
        assert!(doubtful.confidence <= 0.5, "{}", doubtful.confidence);
        assert_eq!(doubtful.title, "CRS008 ended abnormally");
        assert!(doubtful.explanation.contains("which may be another crash's"), "{}", doubtful.explanation);
        assert!(doubtful.reasons.iter().any(|r| r.starts_with("no record names the dump")), "{:?}", doubtful.reasons);
    }
    assert_eq!(found(&[1_000, 1_100]).ambiguous_with.len(), 1);
}

#[test]
fn a_dump_goes_to_the_end_that_was_written_right_behind_it() {
    // Stamped in whole seconds, after the first end and before the second, whose thread names no user.
    let log = lines(&[
        (460, "DEBUG", "w-1", "Facility.Create user MWSUSR started"),
        (472, "ERROR", "w-1", "Abnormal termination of mvx.app.pgm.CRS008. Dump log created."),
        (474, "ERROR", "w-1", MPD),
        (1_235, "ERROR", "w-2", "Abnormal termination of mvx.app.pgm.CRS008. Dump log created."),
        (1_238, "ERROR", "w-2", MPD),
    ]);
    let mut all = gathered(Vec::new(), Some(log));
    dumped(&mut all, 1_000, "dumps/1.dmp", "");
    let findings = investigate(&all, &Options::default()).findings;
    let with_dump = findings.iter().filter(|f| f.evidence.iter().any(|e| matches!(e.event, EventRef::Dump(_))));
    let lines: Vec<_> = with_dump.map(|f| f.evidence.first().and_then(|e| e.place.line)).collect();
    assert_eq!(lines, [Some(4)]);
}

#[test]
fn a_crash_that_two_threads_tell_of_is_one() {
    let log = || {
        lines(&[
            (978, "ERROR", "CRS008-MWSUSR-000016", CRASH),
            (980, "ERROR", "w-1", CRASH),
            (990, "ERROR", "w-1", ENDED),
        ])
    };
    let mut all = gathered(vec![call(500, MPD)], Some(log()));
    dumped(&mut all, 975, "m3/dump/d1.log", "");
    let investigation = investigate(&all, &Options::default());
    let verdicts: Vec<_> = investigation.findings.iter().filter(|f| f.kind == FindingKind::Verdict).collect();
    let [verdict] = verdicts.as_slice() else { panic!("{verdicts:?}") };
    let causes = verdict.evidence.iter().filter(|e| e.role == EvidenceRole::Cause).map(|e| e.event);
    let causes: Vec<EventRef> = causes.collect();
    assert!(matches!(causes.as_slice(), [EventRef::Record(_, 1), EventRef::Dump(_)]), "{causes:?}");
    // Without a recording it is one failure as well.
    let mut alone = gathered(Vec::new(), Some(log()));
    alone.sources[0].kind = SourceKind::Other;
    dumped(&mut alone, 975, "m3/dump/d1.log", "");
    let found = investigate(&alone, &Options::default()).findings;
    assert_eq!(found.iter().filter(|f| f.kind == FindingKind::Verdict).count(), 1, "{found:?}");
}

#[test]
fn a_dump_under_another_name_is_found_by_its_job() {
    let job = "62f99182cb6a329c97a434d1ca45bd14";
    for (thread, says) in [("Job-62f99182", String::new()), ("w-7", format!(" [job {job}]"))] {
        let crash = format!("{thread}: Abnormal termination of mvx.app.pgm.CRS008{says} Dump log created: /m3/d17.log");
        let mut alone = gathered(Vec::new(), Some(lines(&[(980, "ERROR", thread, crash.as_str())])));
        alone.sources[0].kind = SourceKind::Other;
        dumped(&mut alone, 975, "mail/other.txt", "Job: 11119182cb6a329c97a434d1ca45bd14\n");
        dumped(&mut alone, 975, "mail/mine.txt", &format!("Job: {job}\n"));
        let found = investigate(&alone, &Options::default()).findings;
        let of_record = found.iter().find(|f| f.evidence.iter().any(|e| matches!(e.event, EventRef::Record(..))));
        let dump = of_record.and_then(|f| f.evidence.iter().find(|e| matches!(e.event, EventRef::Dump(_))));
        assert_eq!(dump.map(|e| e.place.source.as_str()), Some("mail/mine.txt"), "{found:?}");
    }
}

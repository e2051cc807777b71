//! What the log says of a call that nobody recorded.

use super::*;

/// Service, operation and program of the only failure, as the thread's records name them.
fn named(records: &[(i64, &str, &str, &str)]) -> [Option<String>; 3] {
    let findings = ask(Vec::new(), Some(lines(records))).findings;
    let mut verdicts = findings.into_iter().filter(|f| f.kind == FindingKind::Verdict);
    let in_log = verdicts.next().and_then(|f| f.in_log).unwrap_or_default();
    assert!(verdicts.next().is_none());
    [in_log.service, in_log.operation, in_log.program]
}

fn some(words: [&str; 3]) -> [Option<String>; 3] {
    words.map(|word| Some(word.to_owned()).filter(|w| !w.is_empty()))
}

#[test]
fn a_call_is_named_as_its_thread_names_it() {
    for (begun, wanted) in [
        ("[0fa301] begin Facility/Create as MWSUSR", ["Facility", "Create", ""]),
        ("-> Facility/Create (MWSUSR, 100/*)", ["Facility", "Create", ""]),
        ("Create@Facility <MWSUSR>", ["Facility", "Create", ""]),
        ("Call 000012 begins: {http://your.company.net/Facility}Create by MWSUSR", ["Facility", "Create", ""]),
        ("user=MWSUSR service=Facility op=Create cono=100", ["Facility", "Create", ""]),
        ("usr=MWSUSR;svc=Facility;opr=Create;cono=100", ["Facility", "Create", ""]),
        ("Request 12ab operation Create of service Facility for user MWSUSR", ["Facility", "Create", ""]),
        ("Facility.Create user MWSUSR", ["Facility", "Create", ""]),
        ("execute CRS610MI/GetBasicData user=MWSUSR", ["", "GetBasicData", "CRS610MI"]),
        ("wrote /tmp/Facility/Create.xml at org.apache.Facility.Create", ["", "", ""]),
    ] {
        let log = [
            (-900, "INFO", "w-1", "[0fa300] begin Item/Update as JDOE"),
            (-400, "INFO", "w-1", "[0fa300] end Item/Update 500 ms"),
            (0, "INFO", "w-1", begun),
            (900, "ERROR", "w-1", CRASH),
            (990, "ERROR", "w-1", MPD),
            (1_200, "INFO", "w-1", "[0fa302] begin Order/NewHead as JDOE"),
        ];
        assert_eq!(named(&log), some(wanted), "{begun}");
    }
}

#[test]
fn what_an_earlier_call_of_the_thread_was_is_not_this_ones() {
    let log = [
        (100, "INFO", "w-1", "[0fa300] begin Item/Update as JDOE"),
        (600, "INFO", "w-1", "[0fa300] end Item/Update 500 ms"),
        (900, "ERROR", "w-1", CRASH),
    ];
    assert_eq!(named(&log), [None, None, None]);
}

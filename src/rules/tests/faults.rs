//! What the words of a fault or a record say, and what they only seem to say.

use super::*;

#[test]
fn an_error_of_the_virtual_machine_is_no_message_of_the_programs() {
    for fault in [
        "java.lang.OutOfMemoryError: GC overhead limit exceeded",
        "java.lang.StackOverflowError",
        "java.lang.NoClassDefFoundError: com/jcraft/jzlib/ZStream",
    ] {
        assert_eq!(verdict(call(500, fault), None), Some(("runtime-exception", Layer::MwsRuntime)), "{fault}");
    }
    let found = ask(vec![call(500, "java.lang.OutOfMemoryError: GC overhead limit exceeded")], None).findings;
    assert!(found[0].reasons.iter().any(|r| r == "a known exception: out-of-memory"), "{:?}", found[0].reasons);
    assert!(found[0].advice.contains("-Xmx"), "{}", found[0].advice);
}

#[test]
fn a_server_that_takes_no_calls_refuses_no_values() {
    let of = |fault: &str| verdict(call(500, fault), None);
    assert_eq!(of("Service Facility is stopped"), Some(("not-serving", Layer::MwsRuntime)));
    assert_eq!(of("The server is busy"), Some(("not-serving", Layer::MwsRuntime)));
    assert_eq!(of("Maximum number of users reached"), Some(("not-serving", Layer::Configuration)));
    assert_eq!(of("Invalid username or password"), Some(("unauthorised", Layer::Authentication)));
    assert_eq!(of("Facility C0117 is stopped"), Some(("business-message", Layer::M3Data)));
    assert_eq!(of("User group is invalid"), Some(("business-message", Layer::M3Data)));
}

#[test]
fn what_a_record_only_mentions_did_not_happen() {
    let rules = |records: &[(i64, &str, &str, &str)]| {
        let mut alone = gathered(Vec::new(), Some(lines(records)));
        alone.sources[0].kind = SourceKind::Other;
        investigate(&alone, &Options::default()).findings.iter().map(|f| f.rule).collect::<Vec<_>>()
    };
    let mentions = [
        (0, "INFO", "w-2", "no Abnormal termination of mvx.app.pgm.CRS008 was seen today"),
        (5_000, "INFO", "w-3", "user typed \"Unable to execute MPD!\" in the comment field"),
        (9_000, "DEBUG", "w-4", "will say \"Abnormal termination\" if it fails"),
    ];
    assert_eq!(rules(&mentions), Vec::<&str>::new());
    assert_eq!(rules(&[(0, "INFO", "w-2", CRASH)]), ["abnormal-termination"]);
    let quoted = "Facility.Create ended with fault: \"Unable to execute MPD!\"";
    assert_eq!(rules(&[(0, "ERROR", "w-2", quoted)]), ["mpd-without-dump"]);
}

#[test]
fn what_is_said_fits_what_came() {
    let title = |exchange: Exchange| ask(vec![exchange], None).findings.remove(0).title;
    assert_eq!(title(call(502, "")), "A gateway couldn't talk to the server: HTTP 502 after 1.0 s");
    assert_eq!(title(call(504, "")), "A gateway gave up after 1.0 s with HTTP 504");
    let mut list = call(200, "");
    let message = Some("Customer exists".to_owned());
    list.call.nok = Some(Nok { code: Some("WCU0304".to_owned()), message, partial: true, ..Nok::default() });
    list.call.rows = Some(1);
    assert_eq!(title(list.clone()), "A list broke off after 1 row: WCU0304 Customer exists");
    list.call.fields = vec![("Add/CUNO".to_owned(), "A".to_owned()), ("Add[2]/CUNO".to_owned(), "B".to_owned())];
    assert_eq!(title(list), "One of several transactions in a call failed: WCU0304 Customer exists");
    let mut company = call(200, "");
    company.call.nok = Some(Nok { code: Some("XAU0008".to_owned()), ..Nok::default() });
    company.call.company = Some("?".to_owned());
    let found = ask(vec![company], None).findings.remove(0);
    assert!(found.explanation.contains("placeholder ?") && found.advice.contains("placeholder ?"), "{found:?}");
}

#[test]
fn a_record_that_may_be_anybodys_says_not_that_the_server_went_on() {
    let went_on = |records: &[(i64, &str, &str, &str)]| {
        let options = Options { clocks: vec![(SourceId(1), 0)], ..Options::default() };
        let found = investigate(&gathered(vec![call(502, "")], Some(lines(records))), &options).findings.remove(0);
        found.reasons.iter().any(|r| r.contains("went on writing"))
    };
    let waits = "Facility.Create user MWSUSR: CRS008 waits for a lock";
    let one = (20_000, "ERROR", "w-1", waits);
    assert!(went_on(&[one]));
    assert!(!went_on(&[one, (20_000, "ERROR", "w-2", waits)]));
}

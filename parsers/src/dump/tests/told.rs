//! What is told of a dump: no more than it says, nothing of what carried it, and nothing that it says is dropped.

use super::*;

#[test]
fn what_speaks_of_no_failure_is_not_said_to_have_ended() {
    let summary = |text: &str| read(text.as_bytes(), Synonyms::standard()).dumps[0].summary.clone();
    assert_eq!(
        summary("User: ASMITH\nProgram: CRS008\nIt is slow, please look\n"),
        "It isn't stated how CRS008 ended, for user ASMITH."
    );
    assert_eq!(summary("M3 dump\nUser: ASMITH\nProgram: CRS008\n"), "CRS008 ended abnormally, for user ASMITH.");
}

#[test]
fn what_carried_a_dump_states_nothing_of_it() {
    let gelf = r#"{"version": "1.1", "short_message": "M3 dump of CRS008", "_user": "JDOE", "_program": "CRS008",
        "full_message": "java.lang.NullPointerException\n\tat mvx.app.pgm.CRS008.PECHK(CRS008.java:7)"}"#;
    let dump = &read(gelf.as_bytes(), Synonyms::standard()).dumps[0];
    assert_eq!((dump.version.as_deref(), dump.user.as_deref()), (None, Some("JDOE")));
    let mail = "From: a@b.com\nDate: Sat, 23 Mar 2024 21:19:34 +0100\nSubject: M3 dump\n\nProgram: CRS008\nTimestamp: 20230323 21:19:34\n\
                User: JDOE\njava.lang.NullPointerException\n\tat mvx.app.pgm.CRS008.PECHK(CRS008.java:7)\n";
    let dump = &read(mail.as_bytes(), Synonyms::standard()).dumps[0];
    assert_eq!(dump.at.map(|at| at.to_rfc3339()).as_deref(), Some("2023-03-23T21:19:34"));
}

#[test]
fn who_writes_in_a_language_that_has_the_day_first_means_it() {
    let dump = |keys: [&str; 3]| {
        let [user, company, at] = keys;
        let text = format!(
            "M3 dump\n{user}: JDOE\n{company}: 100\n{at}: 04-01-2026 08:40:41\njava.lang.NullPointerException\n\
             \tat mvx.app.pgm.CRS008.PECHK(CRS008.java:7)\n"
        );
        read(text.as_bytes(), Synonyms::standard()).dumps[0].at.map(|at| at.to_rfc3339())
    };
    assert_eq!(dump(["Usuario", "Empresa", "Momento del error"]).as_deref(), Some("2026-01-04T08:40:41"));
    assert_eq!(dump(["User", "Company", "Time of failure"]), None);
}

#[test]
fn a_stack_is_read_by_what_its_lines_and_headings_say_of_its_order() {
    let stack = |text: &str| {
        let text = format!("M3 dump\nProgram: CRS008\nUser: JDOE\n\n{text}\n\nFields\n------\nWWFACI = \"A02\"\n");
        read(text.as_bytes(), Synonyms::standard()).dumps[0].call_stack.join(" ")
    };
    for text in [
        "Program stack (newest first)\n---------------------------\nCRS008 < OIS100 < SYS",
        "Programstakk (siste først)\n--------------------------\n- CRS008\n- OIS100\n- SYS",
        "Program stack\n-------------\nLevel  Program  Library\n-----  -------  -------\n3      CRS008   MVXPGM\n2      OIS100   MVXPGM\n1      SYS      MVXPGM",
        "*************\n*  Program stack\n*************\n1. SYS\n2. OIS100\n3. CRS008",
        "Call chain\n----------\nMVXCUST/OIS100\nM3BE151/CRS008",
    ] {
        let expected = if text.contains("MVXCUST") { "OIS100 CRS008" } else { "SYS OIS100 CRS008" };
        assert_eq!(stack(text), expected, "{text}");
    }
}

#[test]
fn values_of_fields_are_those_at_the_failure_in_whatever_quotes_and_types() {
    let field = |line: &str| {
        let text = format!("M3 dump\nProgram: CRS008\nUser: JDOE\n\nFields\n------\n{line}\nIN60 = \"1\"\n");
        let dump = &read(text.as_bytes(), Synonyms::standard()).dumps[0];
        dump.fields.iter().find(|field| field.name == "WWFACI").map_or("none", |field| field.value).to_owned()
    };
    for line in [
        "WWFACI = \"A02\" (was \"A01\")",
        "WWFACI   »A02«",
        "String WWFACI = \"A02\"",
        "WWFACI (A10) = \"A02\"",
        "WWFACI   \"A02       \"  X'C1F0F240404040404040'",
        "Field   | Value at entry | Value at failure\n--------+----------------+-----------------\nWWFACI  | 'A01'          | 'A02'",
    ] {
        assert_eq!(field(line).trim_end(), "A02", "{line}");
    }
    assert_eq!(field("WWFACI: a = b, c: d"), "a = b, c: d");
    let user = read(b"M3 dump\nProgram: CRS008\nUser:   JDOE - Production planner\nPanel: E\n", Synonyms::standard());
    assert_eq!(user.dumps[0].user.as_deref(), Some("JDOE"));
}

#[test]
fn what_is_not_understood_is_counted() {
    let unread = |text: &str| {
        let text = format!("M3 dump\n=======\nProgram: CRS008\nUser: JDOE\n\n{text}");
        let read = read(text.as_bytes(), Synonyms::standard());
        let bytes = text.as_bytes();
        let unread = read.dumps[0].unparsed.iter().map(|span| String::from_utf8_lossy(span.of(bytes)).into_owned());
        unread.collect::<Vec<_>>().join("|")
    };
    // One line below a heading, and another failure.
    assert!(unread("Remarks\n-------\nCustomer 1001 is blocked by credit control\n").contains("Customer 1001"));
    let two = "java.lang.NullPointerException\n\tat mvx.app.pgm.CRS008.PE(CRS008.java:1)\n\nSecond\n------\n\
               java.io.IOException: two\n\tat mvx.app.pgm.MMS001.PE(MMS001.java:1)\n";
    assert!(unread(two).contains("java.io.IOException: two\n\tat mvx.app.pgm.MMS001.PE(MMS001.java:1)"));
    // A time that is nobody's to decide.
    let read = read(b"M3 dump\nProgram: CRS008\nCreated: 03/04/2026 10:15:07\nUser: JDOE\n", Synonyms::standard());
    let field = read.dumps[0].fields.iter().find(|field| field.name == "Created").map(|field| field.value.to_owned());
    assert_eq!((read.dumps[0].at, field.as_deref()), (None, Some("03/04/2026 10:15:07")));
}

#[test]
fn customer_code_is_that_of_the_program_whose_it_is() {
    let dump = |class: &str| {
        let text = format!(
            "M3 dump\nProgram: MMS001\njava.lang.NullPointerException\n\tat mvx.app.pgm.{class}.PE(X.java:1)\n"
        );
        read(text.as_bytes(), Synonyms::standard()).dumps[0].summary.clone()
    };
    assert!(dump("customer.CRS008").starts_with("MMS001 (customer code in CRS008) ended with"));
    assert!(dump("customer.MMS001").starts_with("MMS001 (customer code) ended with"));
    assert!(dump("CRS008").starts_with("MMS001 ended with"));
}

#[test]
fn a_value_that_says_more_than_its_fact_stays_a_field() {
    let text = "M3 dump\nProgram: CRS008 (Facility)\nCompany: 100 (Acme)\nDivision: AAA\nUser: 'JDOE'\nJob: 004711/JDOE/QPAD\n\
                Operation: READ_DSP on ICFCMD\nDate: 6 Jan 2026\nTime: 10:15:07\n";
    let dump = &read(text.as_bytes(), Synonyms::standard()).dumps[0];
    let fields: Vec<_> = dump.fields.iter().map(|field| (field.name, field.value)).collect();
    assert_eq!(fields, [("Program", "CRS008 (Facility)"), ("Company", "100 (Acme)")]);
    assert_eq!((dump.program.as_deref(), dump.company.as_deref()), (Some("CRS008"), Some("100")));
}

#[test]
fn a_trace_in_the_last_cell_of_a_row_leaves_the_row_a_row() {
    let text = "Program;User;Last Restart;Company;Operation;File;stack\n\
                MMS002;KOSKIM;2026-01-11 03:00:00;100;READ_DSP;ICFCMD;\"Exception in thread \"\"main\"\" a.b.FException: say \"\"it\"\"\n\
                \tat mvx.app.pgm.MMS002.PBCHK(MMS002.java:10)\"\n";
    let dump = &read(text.as_bytes(), Synonyms::standard()).dumps[0];
    let facts =
        (dump.user.as_deref(), dump.company.as_deref(), dump.failed_at.as_deref(), dump.exception_message.as_deref());
    assert_eq!(facts, (Some("KOSKIM"), Some("100"), Some("READ_DSP ICFCMD"), Some("say \"it\"")));
}

#[test]
fn what_a_database_throws_assigns_nothing() {
    let text = "M3 dump\nException=com.ibm.db2.X.SqlException: DB2 SQL Error: SQLCODE=-911, SQLSTATE=40001, Program=CRS008, User=JDOE\n";
    let dump = &read(text.as_bytes(), Synonyms::standard()).dumps[0];
    assert_eq!(dump.exception_message.as_deref(), Some("DB2 SQL Error: SQLCODE=-911, SQLSTATE=40001"));
    assert_eq!((dump.program.as_deref(), dump.user.as_deref(), dump.fields.len()), (Some("CRS008"), Some("JDOE"), 0));
}

#[test]
fn sentences_name_versions_of_several_words_and_panels_behind_programs() {
    let text = "User TKRAUS got a dump in CRS008/E in company 1, division BBB, when the program did a READE OOLINE.\n\
                The version is MAK 15.1.2 FIXLEVEL 23. The next version is 16.1.\n\n\
                java.lang.ArithmeticException: / by zero\n\tat mvx.app.pgm.CRS008.PBCHK(CRS008.java:10)\n";
    let dump = &read(text.as_bytes(), Synonyms::standard()).dumps[0];
    assert_eq!((dump.panel.as_deref(), dump.version.as_deref()), (Some("E"), Some("MAK 15.1.2 FIXLEVEL 23")));
    assert_eq!(dump.failed_at.as_deref(), Some("READE OOLINE"));
}

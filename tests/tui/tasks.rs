//! The ways through the screens that habits may rely on, counted in keys, on the shipped case.

use mwscope::tui::Ending;

use super::opened;

/// The row under the cursor: the one that begins with `>`.
fn cursor(script: &mwscope::tui::Script) -> String {
    script.screen().lines().find(|l| l.starts_with('>')).unwrap_or_default().to_owned()
}

#[track_caller]
fn shows(screen: &str, parts: &[&str]) {
    for part in parts {
        assert!(screen.contains(part), "{part:?} isn't on\n{screen}");
    }
}

#[test]
fn the_failing_call_and_its_dump_from_a_cold_start() {
    let mut script = opened(&[""], 120, 36);
    script.keys("e");
    shows(&cursor(&script), &[">F", "POST Facility.Create", "500 fault", "MWSUSR"]);
    shows(&script.screen(), &["Unable to execute MPD!", "m3-program"]);
    script.keys("d");
    shows(
        &script.screen(),
        &["java.lang.NullPointerException", "READ_DSP ICFCMD", "SYS > CRS008", "mvx.app.pgm.CRS008"],
    );
    script.keys("Esc");
    shows(&cursor(&script), &[">F", "Facility.Create"]);
}

#[test]
fn one_users_calls() {
    let mut script = opened(&[""], 120, 36);
    script.keys("e =u");
    let screen = script.screen();
    shows(&screen, &["filter: user:MWSUSR", "hidden"]);
    shows(&cursor(&script), &["Facility.Create"]);
    assert!(!screen.contains("JDOE"), "{screen}");
    script.keys("F");
    shows(&script.screen(), &["(off: user:MWSUSR)", "0 hidden"]);
    shows(&cursor(&script), &["Facility.Create"]);
    script.keys("F");
    shows(&script.screen(), &["filter: user:MWSUSR"]);
}

#[test]
fn the_threads_records_of_the_call() {
    let mut script = opened(&[""], 120, 36);
    script.keys("e t");
    let screen = script.screen();
    shows(&screen, &["[3 Logs]", "filter: with:x28", "Abnormal termination of mvx.app.pgm.CRS008"]);
    let rows = screen.lines().filter(|l| l.contains("mws-worker-8  ")).count();
    assert!(rows >= 4, "{screen}");
    assert!(!screen.contains("mws-worker-6  "), "{screen}");
    script.keys("Esc");
    shows(&script.screen(), &["[1 Time line]"]);
    shows(&cursor(&script), &["Facility.Create"]);
}

#[test]
fn a_failing_and_a_succeeding_call_side_by_side() {
    let mut script = opened(&[""], 120, 36);
    script.keys("e c");
    shows(&script.screen(), &["[5 Compare]", "A  x28", "succeeded", "~ status", "- fault", "Unable to execute MPD!"]);
    script.keys("n n n Enter S");
    shows(&script.screen(), &["B  x28", "+ fault"]);
    script.keys("yy");
    assert!(script.copied().is_some_and(|text| text.contains("Unable to execute MPD!")));
}

#[test]
fn a_call_opens_with_request_answer_and_what_belongs_to_it() {
    let mut script = opened(&[""], 120, 36);
    script.keys("e Enter");
    let screen = script.screen();
    shows(&screen, &["[REQUEST]", "<cre:Facility>C01</cre:Facility>", "<faultstring>Unable to execute MPD!"]);
    shows(&screen, &["what belongs to it", "next:"]);
    script.keys("Tab Tab G");
    let link = cursor(&script);
    assert!(!link.is_empty());
    script.keys("Enter Esc Tab");
    shows(&script.screen(), &["[REQUEST]"]);
    script.keys("v");
    shows(&script.screen(), &["[fields]", "program    CRS008"]);
    script.keys("v v");
    shows(&script.screen(), &["[hex]", "00000000"]);
    script.keys("v b yb");
    assert!(script.copied().is_some_and(|text| text.contains("Unable to execute MPD!")), "{:?}", script.copied());
}

#[test]
fn the_report_from_chosen_evidence() {
    let mut script = opened(&[""], 120, 36);
    script.keys("e i t i 7");
    shows(&script.screen(), &["2 pieces of evidence", "# What failed, and why"]);
    script.keys("x");
    let [(_, report)] = script.written() else { panic!("one file: {}", script.written().len()) };
    assert!(String::from_utf8_lossy(report).contains("# Evidence"), "the report, as Markdown");
    shows(&script.screen(), &["written to mwscope-report.md"]);
}

#[test]
fn records_dumps_and_calls_stand_in_one_order() {
    let mut script = opened(&[""], 120, 36);
    script.keys("f \"time:10:15:02..10:15:03 -kind:call\" Enter G");
    let screen = script.screen();
    shows(&screen, &["Abnormal termination", "left panel A", "  NullPointerException", "x28 f1"]);
    assert!(!screen.contains(" call "), "{screen}");
    let times = screen.lines().map(|l| l.chars().skip(4).take(12).collect::<String>());
    let times: Vec<String> = times.filter(|t| t.starts_with("10:15:0")).collect();
    assert!(times.len() > 5 && times.is_sorted(), "{times:?}");
}

#[test]
fn a_filter_that_is_wrong_is_pointed_at_and_kept_for_mending() {
    let mut script = opened(&[""], 120, 36);
    script.keys("f \"stauts:500\"");
    shows(&script.screen(), &["did you mean `status`?"]);
    script.keys("Enter");
    shows(&script.screen(), &["filter: stauts:500", "did you mean `status`?"]);
    script.keys("Ctrl-U \"status:5xx\" Enter");
    shows(&script.screen(), &["filter: status:5xx"]);
    shows(&cursor(&script), &[">F"]);
    script.keys("f Ctrl-U \"user:nobody\" Enter");
    shows(&script.screen(), &["0 of", "F shows all again"]);
    script.keys("Esc F");
    shows(&script.screen(), &["0 hidden"]);
}

#[test]
fn find_goes_round_and_marks_hits() {
    let mut script = opened(&[""], 120, 36);
    script.keys("/ \"Abnormal termination\" Enter");
    let first = cursor(&script);
    shows(&first, &["Abnormal termination"]);
    script.keys("N");
    script.keys("n");
    assert_eq!(cursor(&script), first);
}

#[test]
fn every_screen_has_its_number_and_q_leaves() {
    let mut script = opened(&[""], 120, 36);
    for (key, title) in
        [("0", "[0 Sources]"), ("2", "[2 Findings]"), ("3", "[3 Logs]"), ("7", "[7 Report]"), ("1", "[1 Time line]")]
    {
        shows(script.keys(key).row(1).as_str(), &[title]);
    }
    shows(&script.keys("0").screen(), &["merged.log", "date-header", "traffic.har", "the reference"]);
    script.keys("1 e Enter q");
    assert_eq!(script.ending(), None, "q closes a page first");
    script.keys("q");
    assert_eq!(script.ending(), Some(&Ending::Left));
}

#[test]
fn findings_lead_to_their_evidence() {
    let mut script = opened(&[""], 120, 36);
    script.keys("2");
    shows(&script.screen(), &["CRS008 ended abnormally", "Evidence", "Next step", "Why"]);
    script.keys("Enter Enter");
    shows(&script.screen(), &["x28", "[REQUEST]"]);
    script.keys("Esc Tab j Tab");
    shows(&script.screen(), &["[2 Findings]"]);
}

#[test]
fn without_recording_the_log_and_the_dump_still_tell() {
    let mut script = opened(&["/inputs/merged.log", "/inputs/dumps"], 120, 36);
    shows(&script.row(0), &["zone unknown"]);
    script.keys("/ \"Abnormal termination mws-worker-8\" Enter");
    shows(&cursor(&script), &[" E"]);
    script.keys("d");
    shows(&script.screen(), &["READ_DSP ICFCMD", "NullPointerException"]);
    script.keys("Esc t");
    shows(&script.screen(), &["[3 Logs]", "mws-worker-8"]);
}

#[test]
fn the_palette_does_what_its_line_says() {
    let mut script = opened(&[""], 120, 36);
    script.keys("e Ctrl-P \"its dump\" Enter");
    shows(&script.screen(), &["READ_DSP ICFCMD"]);
    script.keys("Esc Space t");
    shows(&script.screen(), &["with:x28"]);
}

#[test]
fn a_wrong_key_says_what_would_work() {
    let mut script = opened(&[""], 120, 36);
    shows(&script.keys("Z").screen(), &["Z does nothing here; ? shows what the keys do"]);
    shows(&script.keys("=").screen(), &["= ", "u user"]);
    shows(&script.keys("Q").screen(), &["=Q is nothing here; behind = may follow: u"]);
}

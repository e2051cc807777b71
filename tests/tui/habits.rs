//! What makes the screens one's own: notes, marks, saved filters, folds, the session that is gone on with.

use std::path::Path;
use std::sync::Arc;

use mwscope::case::Case;
use mwscope::tui::{Loaded, Script, Update};
use mwscope::{import, rules, timeline};

use super::{loaded, opened};

/// The row under the cursor: the one that begins with `>`.
fn cursor(script: &Script) -> String {
    script.screen().lines().find(|l| l.starts_with('>')).unwrap_or_default().to_owned()
}

#[track_caller]
fn shows(screen: &str, parts: &[&str]) {
    for part in parts {
        assert!(screen.contains(part), "{part:?} isn't on\n{screen}");
    }
}

/// The sample case, with a case on disk that keeps what is written.
fn keeping(case: &Path) -> Script {
    let case = Case::open_or_create(case).expect("a case");
    let mut script = Script::new(120, 36);
    script.keeping(&[case.dir().display().to_string()]).feed(loaded(&[""]));
    script
}

#[test]
fn a_note_is_written_shown_listed_and_there_again() {
    let dir = tempfile::tempdir().expect("a folder");
    let case = dir.path().join("c.mwscope");
    let mut script = keeping(&case);
    script.keys("e a");
    shows(&script.screen(), &["note on traffic.har#", "Ctrl-N"]);
    script.keys("\"seen by hand\" Ctrl-N \"second line\" Enter");
    shows(&script.screen(), &["noted", "note   seen by hand / second line"]);
    shows(&cursor(&script), &["Facility.Create"]);
    script.keys("m d a \"the dump of it\" Enter");
    shows(&script.screen(), &["note: the dump of it"]);
    script.keys("Esc 2 a \"ask the customer\" Enter");
    shows(&script.screen(), &["Your note", "ask the customer"]);
    // Another process opens the same case.
    let mut again = keeping(&case);
    again.keys("A");
    shows(
        &again.screen(),
        &["notes and marks", "* x28", "seen by hand  (POST Facility", "the dump of it", "f1", "ask the customer"],
    );
    again.keys("\"hand\" Enter");
    shows(&cursor(&again), &[">*F", "Facility.Create"]);
    again.keys("Enter");
    shows(&again.screen(), &["note: seen by hand"]);
    again.keys("Esc 7");
    shows(&again.keys("/ \"Notes and marks\" Enter").screen(), &["## Notes and marks", "seen by hand"]);
    again.keys("1 A \"hand\" Del Esc");
    assert!(!keeping(&case).keys("A").screen().contains("seen by hand"), "the first one was taken off");
}

#[test]
fn a_note_that_was_given_up_is_gone_on_with() {
    let mut script = opened(&[""], 100, 30);
    script.keys("e a \"half a\" Esc");
    shows(&script.screen(), &["the note wasn't kept"]);
    script.keys("a \" note\"");
    shows(&script.screen(), &["half a note"]);
}

#[test]
fn without_a_place_to_keep_it_the_user_is_told() {
    let mut script = opened(&[""], 100, 30);
    script.keys("e a \"x\" Enter");
    shows(&script.screen(), &["not kept, it holds until you leave"]);
    shows(&script.keys("A").screen(), &["x  (POST"]);
}

#[test]
fn what_cannot_be_read_of_what_is_kept_stands_among_the_problems() {
    let dir = tempfile::tempdir().expect("a folder");
    let case = dir.path().join("c.mwscope");
    Case::open_or_create(&case).expect("a case");
    // A folder in the place of the file can't be read by anybody.
    for name in ["notes.jsonl", "filters.jsonl"] {
        std::fs::create_dir_all(case.join(name)).expect("made");
    }
    let mut script = keeping(&case);
    shows(&script.screen(), &["notes and marks can't be read"]);
    shows(&script.keys("0").screen(), &["2 problems", "notes and marks can't be read", "saved filters can't be read"]);
}

#[test]
fn notes_and_marks_can_be_filtered_by() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut script = keeping(&dir.path().join("c.mwscope"));
    script.keys("e a \"look here\" Enter t m 1");
    script.keys("f \"note:look\" Enter");
    shows(&script.screen(), &["1 shown", "Facility.Create"]);
    script.keys("f Ctrl-U \"~marked | ~note look\" Enter");
    shows(&script.screen(), &["2 shown"]);
    script.keys("f Ctrl-U \"is:noted is:marked\" Enter");
    shows(&script.screen(), &["0 of"]);
}

#[test]
fn filters_are_saved_and_taken_again() {
    let dir = tempfile::tempdir().expect("a folder");
    let case = dir.path().join("c.mwscope");
    let mut script = keeping(&case);
    script.keys("gV");
    shows(&script.screen(), &["there is no filter to save"]);
    script.keys("f \"is:failed user:MWSUSR\" Enter gV \"my failures\" Enter");
    shows(&script.screen(), &["saved as my failures in this case"]);
    let mut again = keeping(&case);
    again.keys("gv");
    shows(&again.screen(), &["my failures", "is:failed user:MWSUSR", "in this case"]);
    again.keys("\"fail\" Enter");
    shows(&again.screen(), &["filter: is:failed user:MWSUSR"]);
    again.keys("gv Del Esc gv");
    shows(&again.screen(), &["no filter is saved yet"]);
    again.keys("Esc Ctrl-P \"saved filters\"");
    shows(&again.screen(), &["Saved filters", "gv"]);
}

#[test]
fn what_was_typed_comes_back_with_the_arrows() {
    let mut script = opened(&[""], 120, 36);
    script.keys("f \"is:failed\" Enter f Ctrl-U \"kind:dump\" Enter f Ctrl-U \"now\" Up");
    shows(&script.row(2), &["kind:dump"]);
    script.keys("Up");
    shows(&script.row(2), &["is:failed"]);
    script.keys("Down Down");
    shows(&script.row(2), &["now"]);
}

#[test]
fn a_filter_is_completed_and_counted_while_it_is_typed() {
    let mut script = opened(&[""], 120, 36);
    script.keys("f \"us\"");
    shows(&script.screen(), &["Tab: user:"]);
    script.keys("Tab \"mw\"");
    shows(&script.screen(), &["filter: user:mw", "Tab: MWSUSR"]);
    script.keys("Tab \" is:fai\" Tab");
    shows(&script.row(2), &["filter: user:MWSUSR is:failed", " match"]);
    let counted = script.row(2);
    script.keys("Enter");
    let shown = script.row(2);
    let number = |line: &str, word: &str| {
        line.split(word).next().and_then(|before| before.split_whitespace().last().map(str::to_owned))
    };
    assert_eq!(number(&counted, " match"), number(&shown, " shown"), "{counted}\n{shown}");
}

#[test]
fn what_is_pasted_into_a_line_is_completed_and_counted_as_if_it_were_typed() {
    let mut script = opened(&[""], 120, 36);
    script.keys("f \"us\"").paste("er:mw");
    shows(&script.screen(), &["filter: user:mw", "Tab: MWSUSR", " match"]);
    script.keys("Tab");
    shows(&script.row(2), &["filter: user:MWSUSR"]);
    // Between two completions: the next one would put back the line without what was pasted.
    script.keys("f Ctrl-U \"sta\" Tab").paste("500");
    shows(&script.row(2), &["500"]);
    script.keys("Tab");
    shows(&script.row(2), &["500"]);
    // In a box the best of what is left is under the cursor.
    script.keys("Esc Esc Ctrl-P Down Down Down").paste("saved filters");
    shows(&script.keys("Enter").screen(), &["no filter is saved yet"]);
}

#[test]
fn the_filter_language_is_one_key_away_and_the_line_waits() {
    let mut script = opened(&[""], 120, 36);
    script.keys("f \"user:\" F1");
    shows(&script.screen(), &["The filter language", "Often:"]);
    script.keys("Esc");
    shows(&script.row(2), &["filter: user:"]);
    script.keys("F1 q");
    shows(&script.row(2), &["filter: user:"]);
    script.keys("F1 2 ? Esc");
    assert!(!script.screen().contains("filter: user:"), "another screen ends the line");
}

#[test]
fn a_failing_chain_is_drawn_and_folds_into_its_first_row() {
    let mut script = opened(&[""], 120, 36);
    script.keys("e");
    shows(&cursor(&script), &["┌"]);
    let before = script.row(2);
    script.keys("h");
    shows(&cursor(&script), &[">F|+", "[+ ", " log, 1 dump] Facility.C"]);
    shows(&script.row(2), &["(some folded)"]);
    script.keys("l");
    assert_eq!(script.row(2), before);
    script.keys("o");
    shows(&cursor(&script), &["├"]);
    script.keys("h");
    shows(&cursor(&script), &["Facility.C"]);
    script.keys("H");
    assert_eq!(script.screen().lines().filter(|l| l.contains("├")).count(), 0);
    script.keys("L");
    assert_eq!(script.row(2), before);
}

/// Three calls that fail alike, one that doesn't, and a log with the same trace three times; synthetic.
fn repeated() -> Update {
    let dir = tempfile::tempdir().expect("a folder");
    let entry = |second: u32, status: u16| {
        format!(
            r#"{{"startedDateTime":"2026-01-13T09:41:{second:02}.000Z","time":100,"request":{{"method":"POST","url":"http://erp:8080/ws/Facility","httpVersion":"HTTP/1.1","headers":[],"queryString":[],"cookies":[],"headersSize":-1,"bodySize":0}},"response":{{"status":{status},"statusText":"","httpVersion":"HTTP/1.1","headers":[],"cookies":[],"content":{{"size":4,"mimeType":"text/plain","text":"oops"}},"redirectURL":"","headersSize":-1,"bodySize":4}},"cache":{{}},"timings":{{"send":0,"wait":100,"receive":0}}}}"#
        )
    };
    let entries = [entry(1, 503), entry(10, 503), entry(20, 503), entry(30, 200)].join(",");
    let har = format!(r#"{{"log":{{"version":"1.2","creator":{{"name":"t","version":"1"}},"entries":[{entries}]}}}}"#);
    let record = |second: u32| {
        format!(
            "2026-01-13 09:41:{second:02},500 ERROR [t{second}] a.B - it broke {second}\njava.lang.IllegalStateException: \
             no {second}\n\tat com.acme.Line.add(Line.java:7)\n\tat com.acme.Order.save(Order.java:9)\n"
        )
    };
    let log: String = [1, 10, 20].map(record).concat();
    let paths = [("a.har", har), ("a.log", log)].map(|(name, text)| {
        let path = dir.path().join(name);
        std::fs::write(&path, text).expect("written");
        path.display().to_string()
    });
    let gathered = import::gather(&paths, &import::Options::default(), &mut |_| ()).expect("evidence");
    let investigation = Arc::new(rules::investigate(&gathered, &timeline::Options::default()));
    Update::Loaded(Box::new(Loaded { title: "repeated".to_owned(), gathered: Arc::new(gathered), investigation }))
}

#[test]
fn like_failures_stand_in_one_row() {
    let mut script = Script::new(120, 36);
    script.feed(repeated()).keys("f \"kind:call\" Enter");
    shows(&script.row(2), &["4 shown"]);
    script.keys("gx");
    shows(&script.screen(), &["2 like it]", "2 shown", "(some folded)"]);
    script.keys("gx");
    shows(&script.row(2), &["4 shown"]);
}

#[test]
fn records_with_the_same_trace_stand_in_one_row() {
    let mut script = Script::new(120, 36);
    script.feed(repeated()).keys("3");
    shows(&script.row(2), &["3 shown"]);
    script.keys("gx");
    shows(
        &script.screen(),
        &["2 records stand in the rows of 1 with the same trace", "1 shown", "[3 times] it broke 1"],
    );
    script.keys("gx");
    shows(&script.row(2), &["3 shown", "0 hidden"]);
    let mut script = opened(&[""], 120, 36);
    shows(&script.keys("3 gx").screen(), &["no two records have the same trace"]);
}

#[test]
fn levels_are_stepped_through() {
    let mut script = opened(&[""], 120, 36);
    script.keys("3 gL");
    shows(&script.row(2), &["filter: level:>=warn"]);
    script.keys("gL");
    shows(&script.row(2), &["filter: level:>=error"]);
    script.keys("gL");
    shows(&script.row(2), &["filter: (none)"]);
}

#[test]
fn what_differs_is_told_of_the_records_shown() {
    let mut script = opened(&[""], 120, 36);
    script.keys("3 gd");
    shows(&script.screen(), &["say which records are meant"]);
    script.keys("gL gL gd");
    shows(&script.screen(), &["What tells these records from the rest: level:>=error", "records match", "message"]);
    script.keys("Esc");
    shows(&script.row(2), &["filter: level:>=error"]);
}

#[test]
fn columns_are_chosen() {
    let mut script = opened(&[""], 120, 36);
    script.keys("3");
    shows(&script.row(3), &["logger"]);
    script.keys("gk \"logger\" Enter");
    shows(&script.screen(), &["[ ] logger"]);
    script.keys("Esc");
    assert!(!script.row(3).contains("logger"), "{}", script.row(3));
}

#[test]
fn the_columns_of_a_merged_log_are_shown_by_their_names_and_remembered() {
    let mut script = opened(&[""], 120, 36);
    script.keys("3");
    assert!(!script.row(3).contains("column1"), "off unless they are asked for\n{}", script.row(3));
    script.keys("gk");
    shows(&script.screen(), &["[ ] column1", "of the logs: m3app01", "[ ] column2", "[x] logger"]);
    script.keys("\"column2\" Enter");
    shows(&script.screen(), &["[x] column2"]);
    script.keys("Backspace \"1\" Enter Esc");
    shows(&script.row(3), &["thread", "column2", "column1", "level", "logger", "message"]);
    shows(&script.row(5), &["grid-timer-1  Grid           m3app01  TRACE", "heartbeat 0"]);
    shows(&script.row(6), &["M3BE_15.1_PRD  m3app01  INFO"]);
    // The time line has no room for them, and a narrow screen leaves the message some.
    shows(&script.keys("1").row(7), &["kind"]);
    assert!(!script.screen().contains("column2"), "{}", script.screen());
    script.keys("3").resize(60, 20);
    shows(&script.screen(), &["message", "heartbeat"]);
    script.resize(120, 36);
    let session = script.session();
    let mut again = Script::new(120, 36);
    again.resume(&session).feed(loaded(&[""]));
    shows(&again.row(3), &["thread", "column2", "column1"]);
    again.keys("gk \"column2\" Enter Esc");
    assert!(!again.row(3).contains("column2") && again.row(3).contains("column1"), "{}", again.row(3));
    again.keys("f \"el.column2:M3BE*\" Enter");
    assert!(!again.row(2).contains(" 0 shown") && !again.screen().contains("heartbeat"), "{}", again.screen());
}

#[test]
fn what_a_json_log_names_is_a_column_and_masked() {
    let dir = tempfile::tempdir().expect("a folder");
    let log = dir.path().join("app.log");
    let line = r#"{"time":"2026-01-13T10:10:03.700Z","level":"INFO","message":"in","password":"hunter2","node":"n1"}"#;
    std::fs::write(&log, format!("{line}\n").repeat(4)).expect("written");
    let gathered =
        import::gather(&[log.display().to_string()], &import::Options::default(), &mut |_| ()).expect("evidence");
    let investigation = Arc::new(rules::investigate(&gathered, &timeline::Options::default()));
    let mut script = Script::new(100, 30);
    script.feed(Update::Loaded(Box::new(Loaded {
        title: "json".to_owned(),
        gathered: Arc::new(gathered),
        investigation,
    })));
    script.keys("3 gk \"node\" Enter Esc gk \"password\" Enter Esc");
    shows(&script.row(3), &["node  password"]);
    shows(&script.row(5), &["n1    *******"]);
    script.keys("Enter");
    assert!(!script.screen().contains("hunter2"), "{}", script.screen());
}

#[test]
fn from_a_record_to_its_call() {
    let mut script = opened(&[""], 120, 36);
    script.keys("e t gr");
    shows(&script.screen(), &["[1 Time line]"]);
    shows(&cursor(&script), &["Facility.Create"]);
}

#[test]
fn back_and_forward_again() {
    let mut script = opened(&[""], 120, 36);
    script.keys("e Enter");
    shows(&script.screen(), &["[REQUEST]", "time line > x28"]);
    script.keys("d");
    shows(&script.screen(), &["time line > x28 > d"]);
    script.keys("Backspace Backspace");
    shows(&cursor(&script), &["Facility.Create"]);
    script.keys("gf");
    shows(&script.screen(), &["[REQUEST]"]);
    script.keys("gf");
    shows(&script.screen(), &["READ_DSP ICFCMD"]);
    script.keys("gf");
    shows(&script.screen(), &["nothing lies ahead"]);
}

#[test]
fn the_same_evidence_opens_where_it_was_left() {
    let mut script = opened(&[""], 120, 36);
    script.keys("f \"is:failed\" Enter e h gs p gk \"links\" Enter Esc e i Enter");
    let session = script.session();
    let mut again = Script::new(120, 36);
    again.resume(&session).feed(loaded(&[""]));
    shows(&again.screen(), &["[REQUEST]", "going on where you were, with filter is:failed"]);
    let name = |script: &Script| script.row(2);
    assert_eq!(name(&again), name(&script));
    again.keys("Esc");
    script.keys("Esc");
    shows(&again.screen(), &["filter: is:failed", "since start", "(some folded)"]);
    assert_eq!(cursor(&again), cursor(&script));
    assert_eq!(again.session(), script.session());
    assert!(!again.row(7).contains("links"));
}

#[test]
fn a_finding_is_copied_as_markdown() {
    let mut script = opened(&[""], 120, 36);
    script.keys("2 ym");
    let copied = script.copied().expect("copied").to_owned();
    shows(&copied, &["# What failed, and why", "## f1: CRS008 ended abnormally", "# Evidence"]);
    assert!(!copied.contains("## f2"), "{copied}");
}

#[test]
fn a_session_of_other_evidence_harms_nothing() {
    let mut script = opened(&[""], 120, 36);
    let session = script.keys("e Enter").session();
    let mut other = Script::new(120, 36);
    other.resume(&session).feed(loaded(&["/inputs/merged.log"]));
    shows(&other.screen(), &["[1 Time line]"]);
    let mut broken = Script::new(120, 36);
    broken.resume("{\"screen\":99,").feed(loaded(&[""]));
    shows(&broken.screen(), &["[1 Time line]"]);
}

#[test]
fn the_mouse_moves_in_time_on_the_density_line() {
    let mut script = opened(&[""], 120, 36);
    let first = cursor(&script);
    script.click(100, 4);
    let late = cursor(&script);
    assert_ne!(first, late);
    // Where there is room it is a line with bars on it, all of them one line to the mouse.
    assert_eq!(cursor(script.click(100, 6)), late);
    insta::assert_snapshot!(
        "density_with_bars",
        script.screen().lines().skip(3).take(4).collect::<Vec<_>>().join("\n")
    );
    let low = opened(&[""], 120, 35).screen();
    assert!(low.contains("density") && !low.contains('▁'), "{low}");
    script.drag(8, 4);
    let early = cursor(&script);
    let time = |row: &str| row.chars().skip(4).take(12).collect::<String>();
    assert!(time(&early) < time(&late), "{early}\n{late}");
    script.keys("F2");
    shows(&script.screen(), &["the mouse is"]);
}

#[test]
fn a_partner_is_chosen_from_a_list() {
    let mut script = opened(&[""], 120, 36);
    script.keys("e C");
    shows(&script.screen(), &["compare x28 Facility.Create with"]);
    script.keys("Enter");
    shows(&script.screen(), &["[5 Compare]", "it was chosen"]);
}

#[test]
fn what_was_pasted_into_a_note_keeps_its_lines() {
    let mut script = opened(&[""], 120, 36);
    script.keys("e a").paste("one\r\ntwo\u{1b}[2J");
    let screen = script.screen();
    shows(&screen, &["one", "two\\x1B[2J"]);
}

#[test]
fn a_pasted_word_is_looked_for() {
    let mut script = opened(&[""], 120, 36);
    script.paste("JDOE");
    shows(&script.row(2), &["find: JDOE"]);
    script.keys("Esc");
    shows(&script.screen(), &["569 shown"]);
}

#[test]
fn a_word_that_looks_like_an_operator_is_told_while_it_is_typed_and_behind_it() {
    let mut script = opened(&[""], 120, 36);
    script.keys("f \"is:failed or kind:dump \"");
    assert!(script.screen().contains("or is looked for as a word; OR joins"), "{}", script.screen());
    script.keys("Enter");
    assert!(script.screen().contains("or is looked for as a word; OR joins"), "{}", script.screen());
    script.keys("f Ctrl-U \"is:failed OR kind:dump \" Enter");
    assert!(!script.screen().contains("looked for as a word"), "{}", script.screen());
}

#[test]
fn what_is_told_is_read_to_its_end_in_a_narrow_terminal_too() {
    let mut script = opened(&[""], 60, 24);
    script.keys("gc");
    let screen = script.screen();
    let told: Vec<&str> = screen.lines().skip(20).take(3).map(str::trim).collect();
    assert!(told.join(" ").contains("no forward proxy is recording: mwscope record starts one"), "{screen}");
}

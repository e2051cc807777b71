//! The mouse on every screen: a click puts the cursor somewhere, a second one opens, the wheel scrolls what lies under
//! it.

use mwscope::tui::Script;

use super::opened;

/// The row under the cursor.
fn cursor(script: &Script) -> String {
    script.screen().lines().find(|l| l.starts_with('>')).unwrap_or_default().to_owned()
}

/// Where a text stands on the screen.
#[track_caller]
fn place(script: &Script, text: &str) -> (u16, u16) {
    let screen = script.screen();
    let found = screen
        .lines()
        .enumerate()
        .find_map(|(y, line)| Some((line.find(text).map(|at| line[..at].chars().count())?, y)));
    let (x, y) = found.unwrap_or_else(|| panic!("{text:?} isn't on\n{screen}"));
    (u16::try_from(x).expect("a column"), u16::try_from(y).expect("a row"))
}

#[track_caller]
fn click(script: &mut Script, text: &str) {
    let (x, y) = place(script, text);
    script.click(x, y);
}

#[track_caller]
fn shows(script: &Script, parts: &[&str]) {
    for part in parts {
        assert!(script.screen().contains(part), "{part:?} isn't on\n{}", script.screen());
    }
}

#[test]
fn a_row_of_the_waterfall_is_chosen_and_opened() {
    let mut script = opened(&[""], 120, 36);
    script.keys("e z Z Z Z Z");
    let before = cursor(&script);
    assert!(before.contains("Facility.Create"), "{before}");
    click(&mut script, "Facility.Get");
    let chosen = cursor(&script);
    assert!(chosen.contains("Facility.Get"), "{}", script.screen());
    let (x, y) = place(&script, &chosen);
    // The bar is as good as the name.
    script.click(x + 80, y);
    shows(&script, &["[REQUEST]", "Facility.Get"]);
    script.keys("Esc");
    assert_eq!(cursor(&script), chosen);
}

#[test]
fn what_was_logged_beneath_a_call_is_opened_and_its_rest_is_a_click_away() {
    let mut script = opened(&[""], 120, 36);
    script.keys("e z");
    let (x, y) = place(&script, "Abnormal termination");
    script.click(x, y);
    shows(&script, &["as written", "merged.log"]);
    script.keys("Esc");
    shows(&script, &["calls by their start"]);
    script.resize(120, 18);
    click(&mut script, "more, t shows all");
    shows(&script, &["[3 Logs]"]);
}

#[test]
fn the_axis_of_the_waterfall_is_a_way_through_time() {
    let mut script = opened(&[""], 120, 36);
    script.keys("e z Z Z Z Z Z Z");
    let time = |script: &Script| cursor(script).chars().skip(3).take(12).collect::<String>();
    let span = script.row(2);
    script.click(118, 3);
    let late = time(&script);
    script.drag(80, 3).drag(50, 3);
    let early = time(&script);
    assert!(early < late, "{early} {late}\n{}", script.screen());
    assert_eq!(script.row(2), span, "time stays where it is while there are calls in it");
    script.wheel(60, 3, -3);
    assert_ne!(script.row(2), span, "over the axis the wheel zooms");
    script.wheel(60, 3, 3);
    assert_eq!(script.row(2).split("  (").nth(1), span.split("  (").nth(1));
    script.wheel(60, 10, 3);
    assert_ne!(time(&script), early, "elsewhere it scrolls");
    script.click(2, 3).drag(2, 20).click(60, 33).click(119, 3);
    assert!(!cursor(&script).is_empty(), "{}", script.screen());
}

#[test]
fn tabs_and_filters_are_clicked_on() {
    for width in [80, 120] {
        let mut script = opened(&[""], width, 36);
        for (name, shown) in [("3 Logs", "[3 Logs]"), ("2 Findings", "[2 Findings]"), ("7 Report", "[7 Report]")] {
            click(&mut script, name);
            shows(&script, &[shown]);
        }
        click(&mut script, "5 Compare");
        shows(&script, &["[7 Report]", "nothing is compared yet"]);
        click(&mut script, "1 Time line");
        script.click(3, 2).keys("\"is:failed\" Enter");
        shows(&script, &["filter: is:failed"]);
    }
    let mut script = opened(&[""], 120, 36);
    script.click(119, 1);
    shows(&script, &["[0 Sources]"]);
}

#[test]
fn findings_and_sources_are_clicked_through() {
    let mut script = opened(&[""], 120, 36);
    script.keys("2");
    script.click(5, 6);
    assert!(cursor(&script).contains("f2"), "{}", script.screen());
    let below = script.screen();
    script.click(5, 30);
    assert_eq!(script.screen(), below, "there is no finding there");
    // The wheel turns what lies under it, whatever has the keys.
    script.click(5, 4);
    let text = |script: &Script| script.row(4).chars().skip(60).collect::<String>();
    let before = text(&script);
    script.wheel(100, 10, 3);
    assert_ne!(text(&script), before, "{}", script.screen());
    script.wheel(100, 10, -3).wheel(5, 10, 3);
    assert!(cursor(&script).contains("f4"), "{}", script.screen());
    script.wheel(5, 10, -3);
    // A second click is Enter: the text has the keys then, and a line of it leads on in its turn.
    script.click(5, 4);
    click(&mut script, "dump 10:15:03");
    shows(&script, &["[2 Findings]"]);
    click(&mut script, "dump 10:15:03");
    assert!(script.row(2).contains("dump_20260113_101507_CRS008_0017.log"), "{}", script.screen());

    let mut script = opened(&[""], 120, 36);
    script.keys("0");
    click(&mut script, "merged.log");
    assert!(cursor(&script).contains("merged.log"), "{}", script.screen());
    click(&mut script, "merged.log");
    shows(&script, &["[1 Time line]", "filter: file="]);
}

#[test]
fn boxes_are_clicked_in_and_closed_beside() {
    let mut script = opened(&[""], 120, 36);
    script.keys("3 gk");
    click(&mut script, "] logger");
    shows(&script, &["[x] logger"]);
    click(&mut script, "] logger");
    shows(&script, &["[ ] logger"]);
    script.click(0, 35);
    assert!(!script.screen().contains("[ ] logger") && !script.row(3).contains("logger"), "{}", script.screen());
    script.keys(":").wheel(60, 10, 3);
    let chosen = script.screen();
    assert!(chosen.lines().skip(6).any(|line| line.contains("│>")), "{chosen}");
    script.keys("Esc : \"choose the columns\"");
    click(&mut script, "Choose the columns");
    shows(&script, &["[ ] logger"]);
    script.click(0, 0).keys("?").wheel(60, 10, 3).click(10, 12);
    shows(&script, &["help  ("]);
    // What is being written isn't lost by a click.
    script.keys("Esc 1 f \"user:\"").click(50, 20);
    shows(&script, &["filter: user:"]);
}

#[test]
fn a_call_s_page_is_scrolled_where_the_wheel_is_and_what_belongs_to_it_opened() {
    let mut script = opened(&[""], 120, 36);
    script.keys("e Enter");
    shows(&script, &["[REQUEST]"]);
    script.resize(120, 26);
    shows(&script, &["HTTP/1.1 500 Internal"]);
    script.wheel(100, 10, 3);
    shows(&script, &["[REQUEST]", ">POST /mws-ws"]);
    assert!(!script.screen().contains("HTTP/1.1 500 Internal"), "{}", script.screen());
    script.wheel(100, 10, -3).resize(120, 36);
    script.click(100, 8);
    shows(&script, &["[ANSWER]"]);
    let (x, y) = place(&script, "what belongs to it");
    script.click(x, y);
    shows(&script, &["[what belongs to it]"]);
    let title = script.row(2);
    script.click(x, y + 3);
    script.click(x, y + 3);
    assert_ne!(script.row(2), title, "{}", script.screen());
}

#[test]
fn a_comparison_a_report_and_a_replay_take_clicks() {
    let mut script = opened(&[""], 120, 36);
    script.keys("e c").click(10, 9);
    assert!(script.row(9).starts_with('>'), "{}", script.screen());
    script.wheel(10, 9, 3);
    assert!(script.row(12).starts_with('>'), "{}", script.screen());
    script.keys("7").click(10, 12);
    assert!(script.row(12).starts_with('>'), "{}", script.screen());
    script.keys("1 e r");
    shows(&script, &["[6 Replay]", "EDIT"]);
    click(&mut script, "20</upd:Status");
    script.keys("\"XX\"");
    shows(&script, &["<upd:Status>XX20<", "SKU-2201"]);
    script.click(100, 5);
    shows(&script, &["j k run"]);
    script.click(100, 30);
    shows(&script, &["j k scroll"]);
    script.wheel(100, 30, 3);
    shows(&script, &["j k scroll"]);
    script.click(100, 5).click(100, 5);
    shows(&script, &["[REQUEST]"]);
    // While a question is open no click changes what it is about.
    script.keys("Esc Ctrl-R");
    let asked = script.screen();
    assert!(asked.contains("Send this POST to"), "{asked}");
    script.click(10, 10).click(20, 1).wheel(10, 10, 3);
    assert_eq!(script.screen(), asked);
}

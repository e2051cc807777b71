//! What a support engineer does most, counted in keys from a cold start: no more may it take than habits rely on. Typed
//! text isn't counted.

use super::opened;

/// Task, keys, how many they may be, and what must be on the screen then.
const TASKS: &[(&str, &str, usize, &[&str])] = &[
    (
        "the failing call and its dump",
        "e d",
        2,
        &["java.lang.NullPointerException", "READ_DSP ICFCMD", "mvx.app.pgm.CRS008"],
    ),
    ("only one user's events", "=u", 2, &["filter: user:MWSUSR", "57 shown"]),
    (
        "what its thread logged in the call",
        "e t",
        2,
        &["[3 Logs]", "with:x28", "Abnormal termination of mvx.app.pgm.CRS008"],
    ),
    ("the failing beside a succeeding call", "e c", 2, &["[5 Compare]", "same operation", "~ status"]),
    ("one value changed, ready to be sent", "e r \"B02\"", 2, &["[6 Replay]", "<cre:Facility>B02</cre:Facility>"]),
    (
        "the report, from the call and its records",
        "e i t i 7 x",
        6,
        &["2 pieces of evidence", "written to mwscope-report.md"],
    ),
    ("why it failed", "2", 1, &["CRS008 ended abnormally", "Next step", "Evidence"]),
    ("why it failed, as Markdown for a ticket", "2 ym", 3, &["CRS008 ended abnormally"]),
    ("errors of the logs alone", "3 gL gL", 5, &["level:>=error", "Abnormal termination"]),
    ("a mark, and the way back to it", "e m G U", 4, &[">*"]),
];

#[test]
fn the_tasks_take_no_more_keys_than_habits_rely_on() {
    for (task, keys, most, expected) in TASKS {
        let mut script = opened(&[""], 120, 36);
        let screen = script.keys(keys).screen();
        let names = ["Enter", "Esc", "Tab", "Space"];
        let typed: usize = keys
            .split_whitespace()
            .filter(|word| !word.starts_with('"'))
            .map(|word| if names.contains(&word) { 1 } else { word.chars().count() })
            .sum();
        assert!(typed <= *most, "{task} takes {typed} keys, not {most}: {keys}");
        for part in *expected {
            assert!(screen.contains(part), "{task} ({keys}): {part:?} isn't on\n{screen}");
        }
    }
}

//! Saved filters from outside: saved, listed and deleted by `filters`, asked for by their names wherever a filter is
//! written, here and on the screens.

use std::path::Path;
use std::process::{Command, Output};

use mwscope::tui::Script;
use serde_json::{Value, json};

use super::tui::{CASE, loaded};

fn mwscope(own: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mwscope"));
    command.args(args).env("MWSCOPE_CONFIG_DIR", own).env("NO_COLOR", "1").output().expect("a run")
}

#[track_caller]
fn said(own: &Path, args: &[&str]) -> String {
    let output = mwscope(own, args);
    assert_eq!(output.status.code(), Some(0), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[track_caller]
fn refused(own: &Path, args: &[&str]) -> String {
    let output = mwscope(own, args);
    assert_eq!(output.status.code(), Some(2), "{args:?}: {}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A case that holds the recording, and a folder of the user's own.
fn case(folder: &Path) -> (String, std::path::PathBuf) {
    let (case, own) = (folder.join("c.mwscope").display().to_string(), folder.join("own"));
    said(&own, &["import", &case, &format!("{CASE}/inputs/traffic.har")]);
    (case, own)
}

#[test]
fn a_filter_is_saved_listed_asked_for_and_deleted() {
    let folder = tempfile::tempdir().expect("a folder");
    let (case, own) = case(folder.path());
    assert_eq!(said(&own, &["filters", &case]), "no filter is saved\n");
    assert_eq!(
        said(&own, &["filters", &case, "--save", "mine", "user:MWSUSR is:failed"]),
        "mine  user:MWSUSR is:failed  (in this case)\n"
    );
    said(&own, &["filters", "--save", "slow ones", "dur>1s"]);
    said(&own, &["filters", &case, "--everywhere", "--save", "mine", "user:JDOE"]);
    let listed = said(&own, &["filters", &case]);
    assert_eq!(
        listed,
        "mine       user:MWSUSR is:failed  (in this case)\n\
         mine       user:JDOE  (everywhere; the one in this case goes before it)\n\
         slow ones  dur>1s  (everywhere)\n"
    );
    let json: Value = serde_json::from_str(&said(&own, &["filters", "--format", "json"])).expect("json");
    assert_eq!(json["filters"][1], json!({"name": "slow ones", "filter": "dur>1s", "scope": "user", "problem": null}));
    assert_eq!(said(&own, &["filters", &case, "--format", "ndjson"]).lines().count(), 3);

    let plain = said(&own, &["list", &case, "--filter", "user:MWSUSR is:failed"]);
    assert_eq!(said(&own, &["list", &case, "--filter", "saved:mine"]), plain, "the case's own goes first");
    let slow = said(&own, &["list", &case, "--filter", "saved:mine saved:\"slow ones\""]);
    assert_eq!(slow, said(&own, &["list", &case, "--filter", "user:MWSUSR is:failed dur>1s"]));
    let not = said(&own, &["list", &case, "--filter", "-saved:mine", "--format", "ndjson"]);
    assert!(!not.is_empty() && not.lines().count() + plain.lines().count() > 10);
    // Everybody who opens the case has what stands in it.
    let other = folder.path().join("other");
    assert_eq!(said(&other, &["list", &case, "--filter", "saved:mine"]), plain);

    said(&own, &["filters", &case, "--delete", "mine"]);
    let left = said(&own, &["list", &case, "--filter", "saved:mine"]);
    assert_eq!(left, said(&own, &["list", &case, "--filter", "user:JDOE"]));
    assert_eq!(said(&own, &["filters", "--delete", "mine"]), "no filter is saved as mine any more\n");
    assert!(!said(&own, &["filters", &case]).contains("mine"));
}

#[test]
fn every_command_that_takes_a_filter_takes_a_saved_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let own = folder.path();
    said(own, &["filters", "--save", "warned", "kind:log level:>=warn"]);
    said(own, &["filters", "--save", "created", "op:Create"]);
    let (har, log) = (format!("{CASE}/inputs/traffic.har"), format!("{CASE}/inputs/merged.log"));
    let same = |args: &[&str], saved: &str, plain: &str| {
        let by_name = said(own, &[args, &["--filter", saved]].concat());
        assert!(!by_name.is_empty(), "{args:?}");
        assert_eq!(by_name, said(own, &[args, &["--filter", plain]].concat()), "{args:?}");
    };
    same(&["log", &log], "saved:warned", "kind:log level:>=warn");
    same(&["investigate", &har], "saved:created", "op:Create");
    same(&["export", &har, "--to", "csv"], "saved:created", "op:Create");
    same(&["export", &har, "--to", "otlp"], "saved:created", "op:Create");
    for command in ["list", "investigate", "log", "export", "serve", "packets"] {
        let to: &[&str] = if command == "export" { &["--to", "csv"] } else { &[] };
        let path = if command == "log" { &log } else { &har };
        let why = refused(own, &[&[command, path.as_str(), "--filter", "saved:creatd"], to].concat());
        for part in
            ["--filter saved:creatd", "no filter is saved as `creatd`", "did you mean created?", "created, warned"]
        {
            assert!(why.contains(part), "{command}: {part}: {why}");
        }
    }
    let why = refused(own, &["serve", &har, "--fault", "saved:creatd => close"]);
    assert!(why.contains("--fault") && why.contains("did you mean created?"), "{why}");
}

#[test]
fn what_is_no_filter_or_no_name_is_not_saved() {
    let folder = tempfile::tempdir().expect("a folder");
    let own = folder.path();
    for (args, why) in [
        (vec!["--save", "a", "is:faild"], "did you mean"),
        (vec!["--save", "a", ""], "the filter is empty"),
        (vec!["--save", " ", "is:failed"], "the name is missing"),
        (vec!["--save", "a", "saved:a"], "no filter is saved as `a`; none is saved yet"),
        (vec!["--delete", "a"], "no filter is saved as a"),
        (vec!["nowhere.mwscope"], "there is no such file or folder"),
        (vec!["--save", "a"], "2 values required"),
    ] {
        let said = refused(own, &[&["filters"], args.as_slice()].concat());
        assert!(said.contains(why), "{args:?}: {said}");
    }
    assert_eq!(said(own, &["filters"]), "no filter is saved\n");
    said(own, &["filters", "--save", "a", "is:failed"]);
    said(own, &["filters", "--save", "b", "saved:a op:Create"]);
    let round = refused(own, &["filters", "--save", "a", "saved:b"]);
    assert!(round.contains("the saved filter `a` asks for itself"), "{round}");
    let near = refused(own, &["filters", "--delete", "bb"]);
    assert!(near.contains("did you mean b?") && near.contains("saved: a, b"), "{near}");
    said(own, &["filters", "--delete", "a"]);
    let list = said(own, &["filters"]);
    assert!(list.contains("b  saved:a op:Create  (everywhere; the saved filter `b`"), "{list}");
}

#[test]
fn the_screens_take_and_complete_the_same_names() {
    let folder = tempfile::tempdir().expect("a folder");
    let (case, own) = case(folder.path());
    said(&own, &["filters", &case, "--save", "failed ones", "is:failed"]);
    let screen = || {
        let mut script = Script::new(120, 36);
        script.keeping(std::slice::from_ref(&case)).feed(loaded(&[""]));
        script
    };
    let mut script = screen();
    script.keys("f \"saved:fai\"");
    assert!(script.screen().contains("\"failed ones\""), "{}", script.screen());
    script.keys("Tab \" op:Create\"");
    assert!(script.row(2).contains("filter: saved:\"failed ones\" op:Create"), "{}", script.row(2));
    let counted = script.row(2);
    assert!(counted.contains("match") && !counted.contains(" 0 match"), "{counted}");
    script.keys("Enter");
    let by_name = script.screen();
    let mut plain = screen();
    plain.keys("f \"is:failed op:Create\" Enter");
    let rows = |screen: &str| screen.lines().skip(4).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(rows(&by_name), rows(&plain.screen()));
    script.keys("f Ctrl-U \"saved:faild\" Enter");
    assert!(script.screen().contains("no filter is saved as `faild`"), "{}", script.screen());
    script.keys("Esc gV \"both\" Enter gv");
    assert!(script.screen().contains("saved:\"failed ones\" op:Create"), "{}", script.screen());
    assert!(said(&own, &["filters", &case]).contains("both"));
    // A filter of the last time that asks for one that is gone is told, and hides nothing.
    let session = script.keys("Esc").session();
    said(&own, &["filters", &case, "--delete", "failed ones"]);
    let mut again = Script::new(120, 36);
    again.keeping(std::slice::from_ref(&case)).resume(&session).feed(loaded(&[""]));
    assert!(again.screen().contains("without filter saved:"), "{}", again.screen());
    assert!(again.row(2).contains("filter: (none)"), "{}", again.row(2));
}

//! Notes and marks from outside: written, listed, found again, handed on; by several processes, without the cache.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

const CASE: &str = "captures/cases/crs008-facility";

/// A command with a folder of its own for what is a user's.
fn command(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mwscope"));
    command.args(args).env("MWSCOPE_CONFIG_DIR", folder).env("NO_COLOR", "1");
    command.current_dir(env!("CARGO_MANIFEST_DIR"));
    command
}

fn mwscope(folder: &Path, args: &[&str]) -> Output {
    command(folder, args).output().expect("run")
}

#[track_caller]
fn said(folder: &Path, args: &[&str]) -> String {
    let output = mwscope(folder, args);
    let err = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{args:?}: {err}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The remarks as programs get them.
#[track_caller]
fn remarks(folder: &Path, path: &str) -> Vec<Value> {
    let json: Value = serde_json::from_str(&said(folder, &["note", path, "--format", "json"])).expect("json");
    json["remarks"].as_array().expect("a list").clone()
}

#[test]
fn a_note_is_written_listed_shown_filtered_by_and_reported() {
    let dir = tempfile::tempdir().expect("a folder");
    let own = dir.path();
    assert_eq!(said(own, &["note", CASE]), "there is no note and no mark\n");
    said(own, &["note", CASE, "x28", "by hand, password=hunter2secret", "--mark"]);
    said(own, &["note", CASE, "merged.log:399", "--mark"]);
    said(own, &["note", CASE, "f1", "ask the customer"]);
    let all = remarks(own, CASE);
    let kinds: Vec<_> = all.iter().map(|r| (r["kind"].as_str().unwrap(), r["marked"].as_bool().unwrap())).collect();
    assert_eq!(kinds, [("log", true), ("exchange", true), ("finding", false)]);
    assert_eq!(all[1]["id"], "x28");
    assert!(all[1]["at"].as_str().is_some_and(|at| at.starts_with("20")));
    let note = all[1]["note"].as_str().unwrap();
    assert!(note.starts_with("by hand, password=") && !note.contains("hunter2"), "{note}");
    let kept = std::fs::read_to_string(own.join("notes.jsonl")).expect("kept");
    assert!(!kept.contains("hunter2"), "{kept}");
    assert!(said(own, &["show", CASE, "x28"]).contains("note  * "));
    assert!(said(own, &["list", CASE, "--filter", "note:hand"]).contains("x28"));
    assert!(said(own, &["log", CASE, "--filter", "is:marked"]).contains("Abnormal termination"));
    let json: Value = serde_json::from_str(&said(own, &["investigate", CASE, "--format", "json"])).expect("json");
    assert_eq!(json["remarks"].as_array().map(Vec::len), Some(3));
    for format in ["text", "md", "html"] {
        assert!(said(own, &["investigate", CASE, "--format", format]).contains("Notes and marks"), "{format}");
    }
    // A file of the folder opened alone has what is on it.
    assert_eq!(remarks(own, &format!("{CASE}/inputs/merged.log")).len(), 1);
    said(own, &["note", CASE, "x28", "--remove"]);
    assert_eq!(remarks(own, CASE).len(), 2);
}

#[test]
fn a_case_keeps_them_without_its_cache_and_for_everyone() {
    let dir = tempfile::tempdir().expect("a folder");
    let (own, other) = (dir.path().join("own"), dir.path().join("other"));
    let case = dir.path().join("c.mwscope").display().to_string();
    said(&own, &["import", &case, &format!("{CASE}/inputs")]);
    said(&own, &["note", &case, "x28", "in the case"]);
    for name in ["case.db", "case.db-wal", "case.db-shm"] {
        let _may_not_be_there = std::fs::remove_file(Path::new(&case).join(name));
    }
    assert_eq!(remarks(&other, &case)[0]["note"], "in the case");
    assert!(!own.join("notes.jsonl").exists(), "what is said of a case stands in the case");
    // A line that was cut by a crash costs itself alone, and is said.
    let path = Path::new(&case).join("notes.jsonl");
    let mut text = std::fs::read_to_string(&path).expect("kept");
    text.push_str("{\"on\":\"cut of");
    std::fs::write(&path, text).expect("written");
    said(&other, &["note", &case, "x29", "and another"]);
    let output = mwscope(&own, &["note", &case]);
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(out.contains("in the case") && out.contains("and another"), "{out}");
    assert!(err.contains("notes.jsonl:2") && err.contains("not whole"), "{err}");
}

#[test]
fn several_processes_write_at_once_and_none_is_lost() {
    let dir = tempfile::tempdir().expect("a folder");
    let log = dir.path().join("a.log");
    let line = |n: usize| format!("2026-01-13 10:41:{n:02},000 INFO  [t1] a.B - record {n}\n");
    std::fs::write(&log, (0..12).map(line).collect::<String>()).expect("written");
    let log = log.display().to_string();
    let running: Vec<_> = (1..=12)
        .map(|n| {
            let id = format!("a.log:{n}");
            let mut command = command(dir.path(), &["note", &log, &id, &format!("note {n}")]);
            command.stdout(Stdio::null()).spawn().expect("run")
        })
        .collect();
    for mut child in running {
        assert!(child.wait().expect("ended").success());
    }
    let mut notes: Vec<String> =
        remarks(dir.path(), &log).iter().map(|r| r["note"].as_str().unwrap().to_owned()).collect();
    notes.sort_by_key(|note| note.len() * 100 + note.bytes().map(usize::from).sum::<usize>());
    assert_eq!(notes.len(), 12, "{notes:?}");
}

#[test]
fn a_bundle_has_them_masked() {
    let dir = tempfile::tempdir().expect("a folder");
    let (own, other) = (dir.path().join("own"), dir.path().join("other"));
    let zip = dir.path().join("t.zip").display().to_string();
    said(&own, &["note", CASE, "x28", "MWSUSR did this by hand", "--mark"]);
    said(&own, &["note", CASE, "merged.log:399", "here"]);
    said(&own, &["note", CASE, "f1", "ask"]);
    said(&own, &["export", CASE, "--to", "bundle", "-o", &zip]);
    let all = remarks(&other, &zip);
    let notes: Vec<&str> = all.iter().map(|r| r["note"].as_str().unwrap()).collect();
    assert_eq!(notes.len(), 3, "{notes:?}");
    assert!(notes.iter().any(|note| note.ends_with("did this by hand") && !note.contains("MWSUSR")), "{notes:?}");
    let kinds: Vec<&str> = all.iter().map(|r| r["kind"].as_str().unwrap()).collect();
    assert!(["log", "exchange", "finding"].iter().all(|kind| kinds.contains(kind)), "{kinds:?}");
}

#[test]
fn what_is_marked_is_found_by_every_filter_and_what_cannot_be_read_is_said() {
    let dir = tempfile::tempdir().expect("a folder");
    let own = dir.path();
    said(own, &["note", CASE, "x28", "--mark"]);
    let kept = own.join("notes.jsonl");
    let whole = std::fs::read_to_string(&kept).expect("kept");
    std::fs::write(&kept, format!("{whole}{{\"on\":\"cut o")).expect("written");
    let commands: [&[&str]; 6] = [
        &["list", CASE, "--filter", "is:marked"],
        &["investigate", CASE],
        &["log", CASE, "--filter", "is:marked"],
        &["export", CASE, "--to", "otlp", "--filter", "is:marked"],
        &["export", CASE, "--to", "bundle", "--filter", "is:marked", "--force", "-o"],
        &["show", CASE, "x28"],
    ];
    let zip = own.join("t.zip").display().to_string();
    for args in commands {
        let args: Vec<&str> = args.iter().copied().chain((args.last() == Some(&"-o")).then_some(&*zip)).collect();
        let output = mwscope(own, &args);
        let err = String::from_utf8_lossy(&output.stderr);
        assert_eq!(err.matches("not whole, as after a crash").count(), 1, "{args:?}: {err}");
    }
    let spans = said(own, &["export", CASE, "--to", "otlp", "--filter", "is:marked"]);
    assert!(spans.contains("\"x28\""), "{spans}");
}

#[test]
fn what_cannot_be_noted_is_said() {
    let dir = tempfile::tempdir().expect("a folder");
    for (args, expected) in [
        (vec!["note", CASE, "x999", "n"], "there is no x999 in it"),
        (vec!["note", CASE, "nothing", "n"], "nothing is no id"),
        (vec!["note", "nowhere.log", "x1", "n"], "nowhere.log"),
    ] {
        let output = mwscope(dir.path(), &args);
        let err = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{args:?}: {err}");
        assert!(err.contains(expected), "{args:?}: {err}");
    }
    let blocked = dir.path().join("file");
    std::fs::write(&blocked, "no folder").expect("written");
    let output = mwscope(&blocked, &["note", CASE, "x28", "n"]);
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(2) && err.contains("isn't kept"), "{err}");
}

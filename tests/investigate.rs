//! `investigate` from outside: what the user knows of clocks and calls, one call in two recordings, errors.

use std::path::PathBuf;
use std::process::{Command, Output};

use serde_json::Value;

fn case() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("captures/cases/crs008-facility")
}

fn investigate(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mwscope")).arg("investigate").args(args).env("NO_COLOR", "1").output().unwrap()
}

fn json(args: &[&str]) -> Value {
    let args: Vec<&str> = args.iter().copied().chain(["--format", "json"]).collect();
    let output = investigate(&args);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn clock_of<'a>(answer: &'a Value, path: &str) -> &'a Value {
    let sources = answer["sources"].as_array().unwrap();
    &sources.iter().find(|s| s["path"].as_str().unwrap().ends_with(path)).unwrap()["clock"]
}

fn verdicts(answer: &Value) -> Vec<&Value> {
    answer["findings"].as_array().unwrap().iter().filter(|f| f["kind"] == "verdict").collect()
}

#[test]
fn two_entries_known_to_be_one_instant_set_a_clock() {
    let case = case().display().to_string();
    let answer = json(&[&case, "--same", "merged.log:399", "x28"]);
    let clock = clock_of(&answer, "merged.log");
    assert_eq!((clock["basis"].as_str(), clock["zone_minutes"].as_i64()), (Some("user"), Some(60)));
    // 10:15:07.451 in the log, 09:15:02.418 in the recording.
    assert_eq!((clock["offset_ms"].as_i64(), clock["uncertainty_ms"].as_i64()), (Some(-5_033), Some(1)));
    let turned = json(&[&case, "--same", "x28", "merged.log:399"]);
    assert_eq!(clock_of(&turned, "merged.log"), clock);
    let dump = json(&[&case, "--same", "merged.log:399", "d0", "--clock", "merged.log=-3.6s"]);
    assert_eq!(clock_of(&dump, "merged.log")["offset_ms"], -3_600);
    for entries in [["merged.log:399", "merged.log:400"], ["merged.log:999999", "x28"], ["x28", "x4711"], ["x28", "?"]]
    {
        let output = investigate(&[&case, "--same", entries[0], entries[1]]);
        assert_eq!(output.status.code(), Some(2), "{entries:?}");
        assert!(String::from_utf8_lossy(&output.stderr).starts_with("mwscope: --same "), "{entries:?}");
    }
}

#[test]
fn a_clock_needs_a_source_that_is_there() {
    let case = case().display().to_string();
    let output = investigate(&[&case, "--clock", "other.log=+3.7s"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2));
    assert!(said.contains("no source other.log") && said.contains("merged.log"), "{said}");
    let answer = json(&[&case, "--clock", "inputs/dumps=+2s"]);
    assert_eq!(clock_of(&answer, "0017.log")["offset_ms"], 2_000);
    for (option, value) in
        [("--clock", "merged.log"), ("--zone", "nowhere"), ("--at", "32.01. 10:15"), ("--filter", "is:")]
    {
        let output = investigate(&[&case, option, value]);
        assert_eq!(output.status.code(), Some(2), "{option} {value}");
        assert!(!output.stderr.is_empty());
    }
}

#[test]
fn a_filter_leaves_what_it_names_and_says_how_much_it_left_out() {
    let case = case().display().to_string();
    let answer = json(&[&case, "--filter", "op:Create user:MWSUSR"]);
    let [one] = verdicts(&answer)[..] else { panic!("one verdict: {answer}") };
    assert_eq!(one["exchange"]["id"], "x28");
    let text = investigate(&[&case, "--user", "nobody"]);
    let text = String::from_utf8_lossy(&text.stdout).into_owned();
    assert!(
        text.starts_with("59 exchanges, 507 records, 3 dumps: 6 calls failed, 0 explained, 0 not, 6 not asked for"),
        "{text}"
    );
}

#[test]
fn a_call_in_two_recordings_is_one_failure_with_both_views() {
    let folder = std::env::temp_dir().join(format!("mwscope-two-views-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let first = std::fs::read_to_string(case().join("inputs/traffic.har")).unwrap();
    // The second recording's clock is 2.5 s ahead, and it stands behind a reverse proxy.
    let later = regex::Regex::new(r#""startedDateTime":\s*"([^"]+)""#).unwrap();
    let second = later.replace_all(&first, |found: &regex::Captures<'_>| {
        let at: jiff::Timestamp = found[1].parse().unwrap();
        let at = at.checked_add(jiff::SignedDuration::from_millis(2_500)).unwrap();
        format!("\"startedDateTime\": \"{at:.3}\"")
    });
    std::fs::write(folder.join("proxy.har"), &first).unwrap();
    std::fs::write(folder.join("server.har"), second.as_bytes()).unwrap();
    std::fs::copy(case().join("inputs/merged.log"), folder.join("merged.log")).unwrap();
    let answer = json(&[&folder.display().to_string()]);
    std::fs::remove_dir_all(&folder).unwrap();
    let clock = clock_of(&answer, "server.har");
    assert_eq!((clock["offset_ms"].as_i64(), clock["basis"].as_str()), (Some(-2_500), Some("shared-id")));
    assert_eq!(verdicts(&answer).len() + answer["unexplained"].as_array().unwrap().len(), 6);
    for verdict in verdicts(&answer) {
        assert!(verdict["exchange"]["source"].as_str().unwrap().ends_with("proxy.har"));
        let views = verdict["evidence"].as_array().unwrap().iter().filter(|e| e["why"][0] == "same call");
        assert_eq!(views.count(), 1, "{verdict}");
    }
}

#[test]
fn without_a_recording_a_crash_on_a_thread_of_its_own_is_the_calls() {
    let dir = tempfile::tempdir().expect("dir");
    let log = "2026-01-13 21:13:00,000 INFO  [grid-timer-1] grid.Node - heartbeat
2026-01-13 21:14:06,019 DEBUG [mws-worker-0] mws.service - Incoming call Warehouse/Create user=KLARSSON
2026-01-13 21:14:06,022 DEBUG [mws-worker-0] m3.program - request document <MPD program=\"MMS005\"><Input key=\"K4290\"/></MPD>
2026-01-13 21:14:06,078 ERROR [BJ52917] mvx.runtime.Job - Abnormal termination of mvx.app.pgm.MMS005
2026-01-13 21:14:06,084 ERROR [mws-worker-0] mws.service - Create failed: Unable to execute MPD!
2026-01-13 21:15:00,000 INFO  [grid-timer-1] grid.Node - heartbeat
";
    std::fs::write(dir.path().join("merged.log"), log).expect("write");
    let dump = |user: &str| {
        format!(
            "M3 dump log\n\nCreated: 2026-01-13 21:14:06\nProgram: MMS005\nUser: {user}\nFailing operation: CHAIN MITMAS\n\njava.lang.NullPointerException\n\tat mvx.app.pgm.MMS005.PEUPD(MMS005.java:10)\n"
        )
    };
    std::fs::write(dir.path().join("dump_1.txt"), dump("KLARSSON")).expect("write");
    std::fs::write(dir.path().join("dump_2.txt"), dump("BKHAN")).expect("write");
    let output = Command::new(env!("CARGO_BIN_EXE_mwscope"))
        .args(["investigate", "--format", "json"])
        .arg(dir.path())
        .output()
        .expect("run");
    let value: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let findings = value["findings"].as_array().expect("findings");
    // The call's crash with its own dump is one failure; the other user's dump is another.
    let crash = findings.iter().find(|f| f.to_string().contains("merged.log")).expect("the crash");
    assert_eq!(findings.iter().filter(|f| f.to_string().contains("merged.log")).count(), 1, "{value:#}");
    let dumps: Vec<_> =
        crash["evidence"].as_array().expect("evidence").iter().filter(|e| e["kind"] == "dump").collect();
    assert!(dumps.len() == 1 && dumps[0]["source"].as_str().is_some_and(|s| s.ends_with("dump_1.txt")), "{value:#}");
}

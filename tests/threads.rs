//! `threads` from outside: thread dumps beside the log of the same server.

use std::process::Command;

const LOG: &str = "2026-11-25 09:18:01,100 INFO  [mws-worker-1] mws.call - Facility.Create user=MWSUSR
2026-11-25 09:18:01,200 INFO  [mws-worker-2] mws.call - Item.Update user=EDIUSR
2026-11-25 09:18:02,000 INFO  [grid-timer] grid.Node - heartbeat
2026-11-25 09:18:04,000 INFO  [mws-worker-2] mws.call - Item.Get user=EDIUSR password=open-sesame
2026-11-25 09:18:09,000 INFO  [mws-worker-1] mws.call - written after the dump
2026-11-25 09:18:10,000 INFO  [mws-worker-1] mws.call - and more
";

const DUMP: &str = r#"2026-11-25 09:18:05
Full thread dump OpenJDK 64-Bit Server VM (17.0.15+6 mixed mode, sharing):

"mws-worker-1" #12 prio=5 os_prio=0 cpu=1.0ms elapsed=3.0s tid=0x1 nid=0x11 waiting for monitor entry  [0x0]
   java.lang.Thread.State: BLOCKED (on object monitor)
	at mvx.app.pgm.CRS008.PEUPD(CRS008.java:10)
	- waiting to lock <0x00000000000000aa> (a java.lang.Object)

"mws-worker-2" #13 prio=5 os_prio=0 cpu=1.0ms elapsed=3.0s tid=0x2 nid=0x12 runnable  [0x0]
   java.lang.Thread.State: RUNNABLE
	at java.lang.Thread.run(Thread.java:1)
	- locked <0x00000000000000aa> (a java.lang.Object)

"VM Thread" os_prio=0 cpu=1.0ms elapsed=3.0s tid=0x3 nid=0x13 runnable
"#;

#[test]
fn threads_are_shown_with_what_they_logged_last() {
    let dir = tempfile::tempdir().expect("dir");
    std::fs::write(dir.path().join("merged.log"), LOG).expect("write");
    std::fs::write(dir.path().join("jstack.txt"), DUMP).expect("write");
    let run = |format: &str| {
        let mut program = Command::new(env!("CARGO_BIN_EXE_mwscope"));
        let output = program.args(["threads", "--format", format]).arg(dir.path()).env("NO_COLOR", "1").output();
        String::from_utf8(output.expect("run").stdout).expect("text")
    };
    let value: serde_json::Value = serde_json::from_str(&run("json")).expect("JSON");
    let last = value["dumps"][0]["last_records"].as_array().expect("records");
    // The blocked one first; of each what stands last before the dump.
    let found: Vec<_> = last.iter().map(|record| (record["thread"].as_str(), record["line"].as_u64())).collect();
    assert_eq!(found, [(Some("mws-worker-1"), Some(1)), (Some("mws-worker-2"), Some(4))]);
    assert!(value["dumps"][0]["death"].is_null());
    let text = run("text");
    assert!(text.contains("what its threads logged last") && text.contains("Item.Get user=EDIUSR"), "{text}");
    assert!(!text.contains("open-sesame") && !last.iter().any(|r| r.to_string().contains("open-sesame")), "{text}");
}

#[test]
fn a_dump_in_a_log_is_shown_with_the_records_before_it() {
    let dir = tempfile::tempdir().expect("dir");
    let path = dir.path().join("console.log");
    let lines: Vec<&str> = LOG.split_inclusive('\n').collect();
    std::fs::write(&path, [&lines[..4].concat(), DUMP, &lines[4..].concat()].concat()).expect("write");
    let mut program = Command::new(env!("CARGO_BIN_EXE_mwscope"));
    let output = program.args(["threads", "--format", "json"]).arg(&path).output().expect("run");
    let value: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let last = value["dumps"][0]["last_records"].as_array().expect("records");
    let found: Vec<_> = last.iter().map(|record| (record["thread"].as_str(), record["line"].as_u64())).collect();
    assert_eq!(found, [(Some("mws-worker-1"), Some(1)), (Some("mws-worker-2"), Some(4))]);
    // For the log the dump belongs to the record above it.
    assert!(last[1]["text"].as_str().is_some_and(|text| text.lines().count() == 1), "{last:?}");
    let alone = &value["dumps"][0]["alone"][0];
    assert_eq!((&alone["name"], &alone["subsystem"]), (&"mws-worker-1".into(), &"M3 Business Engine".into()));
}

#[test]
fn a_thread_dump_that_was_cut_is_said_and_not_passed_over() {
    let dir = tempfile::tempdir().expect("dir");
    std::fs::write(dir.path().join("merged.log"), LOG).expect("write");
    let cut =
        "{\n  \"threadDump\": {\n    \"processId\": \"1\",\n    \"threadContainers\": [\n      {\"container\": \"<ro";
    std::fs::write(dir.path().join("cut.json"), cut).expect("write");
    let mut program = Command::new(env!("CARGO_BIN_EXE_mwscope"));
    let output = program.arg("investigate").arg(dir.path()).env("NO_COLOR", "1").output().expect("run");
    let said = String::from_utf8(output.stderr).expect("text");
    assert_eq!(output.status.code(), Some(0));
    assert!(said.contains("cut.json: it begins as a thread dump does") && said.contains("write it again"), "{said}");
}

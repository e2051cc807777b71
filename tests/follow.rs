//! Following from outside: the built program follows a log that is rotated under it as fast as a program can.

use std::fs::{self, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Rotations every ten milliseconds; more of them in the nightly run.
fn rotations() -> usize {
    std::env::var("MWSCOPE_ROTATIONS").ok().and_then(|n| n.parse().ok()).unwrap_or(60)
}

fn record(n: usize) -> String {
    let (minute, second, milli) = (n / 60_000 % 60, n / 1000 % 60, n % 1000);
    format!("2026-01-13 10:{minute:02}:{second:02},{milli:03} INFO  [worker-1] a.b.C - record {n:06}\n")
}

fn rotate(path: &Path, keep: usize) {
    let name = |n: usize| path.with_file_name(format!("a.log.{n}"));
    for n in (1..keep).rev().filter(|n| name(*n).exists()) {
        fs::rename(name(n), name(n + 1)).expect("rename");
    }
    fs::rename(path, name(1)).expect("rename");
}

#[test]
fn rotation_every_ten_milliseconds_loses_and_doubles_nothing() {
    let dir = tempfile::tempdir().expect("dir");
    let path = dir.path().join("a.log");
    fs::write(&path, record(0)).expect("write");
    let mut program = Command::new(env!("CARGO_BIN_EXE_mwscope"))
        .args(["log", "--follow", "--format", "ndjson"])
        .arg(&path)
        .stdout(Stdio::piped())
        .spawn()
        .expect("run");
    let output = BufReader::new(program.stdout.take().expect("output"));
    let (send, receive) = std::sync::mpsc::channel();
    thread::spawn(move || output.lines().map_while(Result::ok).try_for_each(|line| send.send(line)));
    let message = |line: &str| -> String {
        let value: serde_json::Value = serde_json::from_str(line).expect("JSON");
        assert!(value.get("gap").is_none(), "{line}");
        value["message"].as_str().unwrap_or_default().to_owned()
    };
    let first: String = receive.recv_timeout(Duration::from_secs(60)).expect("the first record");
    let mut seen = vec![message(&first)];
    let mut written = 1;
    for _ in 0..rotations() {
        let began = Instant::now();
        let mut file = OpenOptions::new().create(true).append(true).open(&path).expect("open");
        for _ in 0..3 {
            file.write_all(record(written).as_bytes()).expect("write");
            written += 1;
        }
        drop(file);
        rotate(&path, 40);
        thread::sleep(Duration::from_millis(10).saturating_sub(began.elapsed()));
    }
    fs::write(&path, record(written)).expect("write");
    written += 1;
    while let Ok(line) = receive.recv_timeout(Duration::from_secs(5)) {
        seen.push(message(&line));
        if seen.len() >= written {
            break;
        }
    }
    program.kill().expect("kill");
    program.wait().expect("end");
    let expected: Vec<String> = (0..written).map(|n| format!("record {n:06}")).collect();
    assert_eq!(seen, expected);
}

#[test]
fn a_recording_tells_each_record_once_and_again_where_it_grew() {
    let dir = tempfile::tempdir().expect("dir");
    let path = dir.path().join("a.log");
    fs::write(&path, (1..=3).map(record).collect::<String>()).expect("write");
    let mut program = Command::new(env!("CARGO_BIN_EXE_mwscope"))
        .args(["record", "--headless", "--listen", "127.0.0.1:0", "--format", "ndjson", "--follow"])
        .args([&path, &dir.path().join("c.mwscope")])
        .env("MWSCOPE_CONFIG_DIR", dir.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("run");
    let output = BufReader::new(program.stdout.take().expect("output"));
    let (send, receive) = std::sync::mpsc::channel();
    thread::spawn(move || output.lines().map_while(Result::ok).try_for_each(|line| send.send(line)));
    let told = |until: Duration| -> Vec<(u64, u64, bool)> {
        let began = Instant::now();
        let mut told = Vec::new();
        while let Ok(line) = receive.recv_timeout(until.saturating_sub(began.elapsed())) {
            let value: serde_json::Value = serde_json::from_str(&line).expect("JSON");
            if value["event"] == "record" {
                let number = |name: &str| value[name].as_u64().unwrap_or(0);
                told.push((number("line"), number("lines"), value["replaces"] == true));
            }
        }
        told
    };
    let mut file = OpenOptions::new().append(true).open(&path).expect("open");
    let mut append = |text: &str| file.write_all(text.as_bytes()).expect("write");
    let mut all = told(Duration::from_secs(3));
    append(&record(4));
    all.extend(told(Duration::from_secs(3)));
    append("\tat a.b.C.d(C.java:1)\n");
    all.extend(told(Duration::from_secs(3)));
    program.kill().expect("kill");
    program.wait().expect("end");
    assert_eq!(all, [(1, 1, false), (2, 1, false), (3, 1, false), (4, 1, false), (4, 2, true)]);
}

#[test]
fn a_log_that_is_cut_shows_a_gap_with_its_time() {
    let dir = tempfile::tempdir().expect("dir");
    let path = dir.path().join("a.log");
    fs::write(&path, record(1) + &record(2)).expect("write");
    let mut program = Command::new(env!("CARGO_BIN_EXE_mwscope"))
        .args(["log", "--follow", "--format", "ndjson"])
        .arg(&path)
        .stdout(Stdio::piped())
        .spawn()
        .expect("run");
    let mut output = BufReader::new(program.stdout.take().expect("output")).lines();
    let mut next = || -> serde_json::Value {
        serde_json::from_str(&output.next().expect("a line").expect("output")).expect("JSON")
    };
    assert_eq!(next()["message"], "record 000001");
    assert_eq!(next()["message"], "record 000002");
    // As logrotate does with copytruncate.
    fs::copy(&path, dir.path().join("a.log.1")).expect("copy");
    OpenOptions::new().write(true).open(&path).expect("open").set_len(0).expect("cut");
    OpenOptions::new().append(true).open(&path).expect("open").write_all(record(3).as_bytes()).expect("write");
    let gap = next();
    assert_eq!(gap["gap"], true);
    assert!(gap["at"].as_str().is_some_and(|at| at.ends_with('Z')), "{gap}");
    assert_eq!(next()["message"], "record 000003");
    program.kill().expect("kill");
    program.wait().expect("end");
}

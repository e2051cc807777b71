//! Files that go on while the screens show them: a log grows by what led to a failure, its dump appears, it is rotated.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use mwscope::engine::{Followed, Following};
use mwscope::import;
use mwscope::rules;
use mwscope::timeline;
use mwscope::tui::{Loaded, Script, Update};

const CASE: &str = "captures/cases/crs008-facility/inputs";

/// The screens over these paths, as `mwscope open` opens them, and what comes.
fn opened(paths: &[String]) -> (Script, Receiver<Followed>) {
    let mut following = Following::before(paths);
    let gathered = import::gather(paths, &import::Options::default(), &mut |_| {}).expect("read");
    let investigation = Arc::new(rules::investigate(&gathered, &timeline::Options::default()));
    following.was_read(&gathered);
    assert!(following.may_go_on());
    let mut script = Script::new(120, 36);
    script.feed(Update::Following);
    let title = "following".to_owned();
    script.feed(Update::Loaded(Box::new(Loaded { title, gathered: Arc::new(gathered), investigation })));
    let (send, told) = mpsc::channel();
    thread::spawn(move || following.run(|followed| send.send(followed).is_ok()));
    (script, told)
}

/// Feeds what comes until the screen shows this.
fn until(script: &mut Script, told: &Receiver<Followed>, shown: &str) {
    let end = Instant::now() + Duration::from_secs(60);
    while !script.screen().contains(shown) {
        let left = end.saturating_duration_since(Instant::now());
        let followed = told.recv_timeout(left).unwrap_or_else(|_| panic!("no {shown}\n{}", script.screen()));
        script.feed(Update::Followed(followed));
    }
}

fn append(path: &Path, text: &str) {
    OpenOptions::new().append(true).open(path).and_then(|mut file| file.write_all(text.as_bytes())).expect("grows");
}

#[test]
fn a_failure_is_explained_by_what_is_written_while_the_screens_are_open() {
    let folder = tempfile::tempdir().expect("a folder");
    let whole = fs::read_to_string(format!("{CASE}/merged.log")).expect("the sample");
    let cut = whole.find("Executing CRS008 for MWSUSR").expect("its call");
    let log = folder.path().join("merged.log");
    fs::write(&log, &whole[..cut]).expect("written");
    fs::copy(format!("{CASE}/traffic.har"), folder.path().join("traffic.har")).expect("copied");
    let (mut script, told) = opened(&[folder.path().display().to_string()]);
    script.keys("2");
    assert!(!script.screen().contains("CRS008 ended abnormally"), "{}", script.screen());
    append(&log, &whole[cut..]);
    until(&mut script, &told, "CRS008 ended abnormally");
    assert!(!script.screen().contains("READ_DSP ICFCMD"), "{}", script.screen());
    for dump in fs::read_dir(format!("{CASE}/dumps")).expect("the sample") {
        let dump = dump.expect("a dump");
        fs::copy(dump.path(), folder.path().join(dump.file_name())).expect("copied");
    }
    until(&mut script, &told, "NullPointerException at READ_DSP ICFCMD");
    let threads = "2026-01-13 10:20:00\nFull thread dump OpenJDK 64-Bit Server VM (17.0.9+9 mixed mode, sharing):\n\n\"main\" #1 prio=5 os_prio=0 cpu=1.00ms elapsed=2.00s tid=0x01 nid=0x1 runnable  [0x0a]\n   java.lang.Thread.State: RUNNABLE\n\tat com.example.A.b(A.java:1)\n";
    fs::write(folder.path().join("threads.txt"), threads).expect("written");
    script.keys("0");
    until(&mut script, &told, "threads.txt");
    assert!(
        script.screen().lines().any(|l| l.contains("threads.txt") && l.contains(" threads  1 ")),
        "{}",
        script.screen()
    );
    // It opens with each thread and its stack.
    script.keys("1 f \"kind:threads\" Enter Enter");
    assert!(script.screen().contains("\"main\"  RUNNABLE"), "{}", script.screen());
    assert!(script.screen().contains("at com.example.A.b(A.java:1)"), "{}", script.screen());
    // Nothing is there twice: as many records and dumps as in the whole case.
    assert!(script.screen().contains("logs 507  dumps 3"), "{}", script.screen());
}

#[test]
fn the_end_of_a_list_stays_in_view_as_long_as_nobody_goes_elsewhere() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = folder.path().join("a.log");
    let lines = |of: std::ops::Range<u32>| -> String {
        of.map(|n| format!("2026-01-13 10:15:{:02},000 INFO  [w-1] a.b.C - line {n}\n", n % 60)).collect()
    };
    fs::write(&log, lines(0..50)).expect("written");
    let (mut script, told) = opened(&[log.display().to_string()]);
    script.keys("3 G");
    assert!(script.screen().contains("FOLLOWING"), "{}", script.screen());
    append(&log, &lines(50..55));
    until(&mut script, &told, "row 55 of 55");
    fs::rename(&log, folder.path().join("a.log.1")).expect("renamed");
    fs::write(&log, lines(55..58)).expect("written");
    until(&mut script, &told, "58 shown");
    assert!(script.screen().contains("line 57"), "{}", script.screen());
    script.keys("k");
    append(&log, &lines(58..59));
    until(&mut script, &told, "1 NEW BELOW");
    assert!(script.screen().contains("row 57 of 59"), "{}", script.screen());
}

#[test]
fn a_large_log_of_before_comes_in_at_once_and_the_place_is_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let lines = |day: u32, of: std::ops::Range<u32>| -> String {
        let line = |n: u32| {
            let (h, m, s) = (n / 3600 % 24, n / 60 % 60, n % 60);
            format!("2026-01-{day:02} {h:02}:{m:02}:{s:02},000 INFO  [w-1] a.b.C - of day {day} line {n}\n")
        };
        of.map(line).collect()
    };
    let log = folder.path().join("b.log");
    fs::write(&log, lines(14, 0..40_000)).expect("written");
    let (mut script, told) = opened(&[folder.path().display().to_string()]);
    script.keys("3 : \"500\" Esc g g Down Down");
    assert!(script.screen().contains("row 3 of 40000"), "{}", script.screen());
    // One by one they would be put in for minutes.
    fs::write(folder.path().join("a.log"), lines(13, 0..80_000)).expect("written");
    until(&mut script, &told, "row 80003 of 120000");
    assert!(script.screen().contains("of day 14 line 2"), "{}", script.screen());
    append(&log, &lines(13, 80_000..83_000));
    until(&mut script, &told, "of 123000");
}

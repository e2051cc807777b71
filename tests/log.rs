//! `log` from outside: records of any layout, what is asked of them, counts, groups, following.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use serde_json::Value;

fn merged() -> String {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    root.join("captures/cases/crs008-facility/inputs/merged.log").display().to_string()
}

fn mwscope(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mwscope")).args(args).env("NO_COLOR", "1").output().unwrap()
}

fn rows(args: &[&str]) -> Vec<Value> {
    let output = mwscope(&[args, &["--format", "ndjson"]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn records_cover_the_log_and_have_their_fields() {
    let rows = rows(&["log", &merged()]);
    assert_eq!(rows.len(), 507);
    let (mut offset, mut line) = (0, 1);
    for row in &rows {
        assert_eq!((row["offset"].as_u64(), row["line"].as_u64()), (Some(offset), Some(line)));
        offset += row["length"].as_u64().unwrap();
        line += row["lines"].as_u64().unwrap();
        assert!(row["level"].is_string() && row["thread"].is_string() && row["logger"].is_string(), "{row}");
    }
    assert_eq!(offset, std::fs::metadata(merged()).unwrap().len());
    let fault = rows.iter().find(|row| row["trace"].is_object()).unwrap();
    assert_eq!(fault["trace"]["exception"], "org.apache.cxf.interceptor.Fault");
    assert_eq!(fault["message"], "Facility.Create user MWSUSR ended with fault: Unable to execute MPD!");
    assert_eq!((&fault["at"], &fault["zone"]), (&Value::from("2026-01-13T10:15:07.463"), &Value::from("none")));
    assert_eq!(fault["columns"].as_object().map(serde_json::Map::len), Some(2));
}

#[test]
fn a_column_that_is_called_like_a_secret_is_masked() {
    let line =
        r#"{"time":"2026-01-13T10:10:03.700Z","level":"INFO","message":"in","password":"hunter2 long","node":"n1"}"#;
    let mut log = tempfile::NamedTempFile::new().unwrap();
    (0..4).for_each(|_| writeln!(log, "{line}").unwrap());
    let path = log.path().display().to_string();
    let row = &rows(&["log", &path])[0];
    assert_eq!(row["columns"], serde_json::json!({"password": "************", "node": "n1"}));
    assert_eq!(rows(&["log", &path, "--show-secrets"])[0]["columns"]["password"], "hunter2 long");
}

#[test]
fn what_is_asked_for_is_found() {
    let count = |args: &[&str]| rows(&[&["log", &merged()], args].concat()).len();
    assert_eq!(count(&["--level", "ERROR"]), 5);
    assert_eq!(count(&["--level", "error,WARN"]), 7);
    assert_eq!(count(&["--level", ">=note"]), 15);
    assert_eq!(count(&["--grep", "(?s)Abnormal termination.*dumplog"]), 2);
    assert_eq!(count(&["--with-trace"]), 1);
    assert_eq!(count(&["--logger", "mvx.runtime", "--level", "ERROR"]), 1);
    assert_eq!(count(&["--thread", "mws-worker-8", "--since", "10:15:07", "--until", "2026-01-13 10:15:07"]), 3);
    assert_eq!(count(&["--around", "10:15:07.4", "--within", "100ms", "--level", "ERROR"]), 2);
    let zoned = rows(&["log", &merged(), "--level", "ERROR", "--zone", "Europe/Stockholm"]);
    assert_eq!((&zoned[0]["at"], &zoned[0]["zone"]), (&"2026-01-13T10:15:06.966+01:00".into(), &"user".into()));
    assert_eq!(count(&["--zone", "+01:00", "--since", "2026-01-13T09:15:07Z", "--level", "ERROR"]), 4);
}

#[test]
fn counts_groups_and_reasons() {
    let output = mwscope(&["log", &merged(), "--stats", "--format", "json"]);
    let stats: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&stats["records"], &stats["bytes"]), (&507.into(), &74575.into()));
    assert_eq!((&stats["by_level"]["NOTE"], &stats["distinct_traces"]), (&8.into(), &1.into()));
    let pattern = stats["layouts"][0]["pattern"].as_str().unwrap().to_owned();
    assert_eq!(rows(&["log", &merged(), "--layout", &pattern]), rows(&["log", &merged()]));
    assert_eq!(rows(&["log", &merged(), "--top", "traces"])[0]["count"], 1);
    assert_eq!(rows(&["log", &merged(), "--top", "messages"])[0]["message"], "heartbeat <*> of node <*>");
    let line = rows(&["log", &merged(), "--explain", "401"]);
    assert_eq!((&line[0]["starts_record"], &line[0]["record_line"]), (&false.into(), &400.into()));
    assert!(line[0]["misfits"][0]["expected"].as_str().unwrap().starts_with("%d{"));
    let line = rows(&["log", &merged(), "--explain", "1"]);
    assert_eq!((&line[0]["starts_record"], &line[0]["message"]), (&true.into(), &"heartbeat 0 of node m3app01".into()));
}

#[test]
fn a_line_that_was_split_wrongly_says_the_option_that_mends_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("app.log");
    let lines = (1..9).map(|n| format!("0{n}/04/2026 10:15:02 INFO [main] a.B - call {n}\n"));
    std::fs::write(&path, lines.collect::<String>()).unwrap();
    let explained = |more: &[&str]| {
        let args = [&["log", path.to_str().unwrap(), "--explain"], more].concat();
        let told = String::from_utf8(mwscope(&args).stdout).unwrap();
        told.lines().find(|line| line.contains("--layout")).map(str::to_owned)
    };
    let whole = explained(&[]);
    // Day and month could be either; the other order is what mends it.
    assert!(whole.as_deref().is_some_and(|line| line.contains("MM") && line.contains("If that is wrong")), "{whole:?}");
    assert_eq!(explained(&["3"]), whole);
}

#[test]
fn pairs_of_key_and_value_are_a_log_and_no_dumps() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("merged.log");
    let record = |n: usize| {
        format!(
            "ts=\"2026-11-26 02:{n:02}:02.101\" level=ERROR thread=\"http-{n}\" logger=com.x.Y program=CRS008 user=X \
             job=12 company=100 msg=\"Abnormal termination\\njava.lang.NullPointerException: none\\n\\tat a.B.c(B.java:1)\"\n"
        )
    };
    std::fs::write(&path, (0..40).map(record).collect::<String>()).unwrap();
    let path = path.to_str().unwrap();
    let read = rows(&["log", path]);
    assert_eq!(read.len(), 40);
    let first = (&read[0]["level"], &read[0]["thread"], &read[0]["logger"], &read[0]["message"]);
    assert_eq!(first, (&"ERROR".into(), &"http-0".into(), &"com.x.Y".into(), &"Abnormal termination".into()));
    assert_eq!(rows(&["log", path, "--filter", "user:X", "--top", "traces"])[0]["count"], 40);
    assert!(rows(&["log", path, "--layout", "logfmt"]) == read);
    let listed = String::from_utf8(mwscope(&["list", path]).stdout).unwrap();
    assert!(!listed.contains("dump"), "{listed}");
}

#[test]
fn the_filter_language_is_that_of_the_screens() {
    let count = |filter: &str| rows(&["log", &merged(), "--filter", filter]).len();
    assert_eq!(count("level:>=warn"), rows(&["log", &merged(), "--level", ">=WARN"]).len());
    assert_eq!(count("level:error thread:mws-worker-8"), 2);
    assert_eq!(count("-level:error"), 502);
    let output = mwscope(&["log", &merged(), "--filter", "nosuchfield:x"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("nosuchfield"));
}

#[test]
fn records_are_counted_over_time_and_compared_with_the_rest() {
    let steps = rows(&["log", &merged(), "--histogram", "1h"]);
    assert_eq!(steps.iter().map(|step| step["records"].as_u64().unwrap()).sum::<u64>(), 507);
    assert_eq!(steps.iter().map(|step| step["errors"].as_u64().unwrap()).sum::<u64>(), 5);
    assert!(steps.iter().any(|step| step["from"] == "2026-01-13T10:00:00"), "{steps:?}");
    let auto = mwscope(&["log", &merged(), "--histogram"]);
    let lines = String::from_utf8_lossy(&auto.stdout).lines().count();
    assert!((2..=81).contains(&lines), "{lines}");
    let found = rows(&["log", &merged(), "--grep", "CRS008", "--differs"]);
    assert!(found.iter().all(|row| row["percent"] != row["percent_of_rest"]));
    assert_eq!(found[0]["value"], "m3.program", "{found:?}");
    assert_eq!(mwscope(&["log", &merged(), "--differs"]).status.code(), Some(2));
}

#[test]
fn levels_that_were_left_on_are_said_with_who_writes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.log");
    let line = |n: u32| format!("2026-01-13 10:{:02}:{:02} DEBUG [main] a.b.Chatty - number {n}\n", n / 60, n % 60);
    std::fs::write(&path, (0..600).map(line).collect::<String>()).unwrap();
    let output = mwscope(&["log", path.to_str().unwrap(), "--stats", "--format", "json"]);
    let stats: Value = serde_json::from_slice(&output.stdout).unwrap();
    let verbose = &stats["verbose"][0];
    assert_eq!((&verbose["records"], &verbose["loggers"][0]["logger"]), (&600.into(), &"a.b.Chatty".into()));
    let hour = std::fs::metadata(&path).unwrap().len() * 3600 / 599;
    assert_eq!(verbose["bytes_per_hour"].as_u64().unwrap(), hour);
    let said = mwscope(&["log", path.to_str().unwrap()]);
    assert!(String::from_utf8_lossy(&said.stderr).contains("Log Levels"));
}

#[test]
fn days_go_by_where_times_have_no_date() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("clock.log");
    let line = |time: &str, n: usize| format!("{time} [main] INFO  a.B - record {n}\n");
    // Three nights, with a record of before midnight behind it, and an hour of silence in each; long enough for several
    // blocks of the index.
    let mut text = String::new();
    let (mut n, mut days) = (0, Vec::new());
    for day in 0..3 {
        for minute in (0..1440).filter(|minute| !(600..660).contains(minute)) {
            for second in [0, 20, 40] {
                text.push_str(&line(&format!("{:02}:{:02}:{second:02}.000", minute / 60, minute % 60), n));
                days.push(day);
                n += 1;
            }
        }
        if day < 2 {
            text.push_str(&line("00:00:00.000", n));
            text.push_str(&line("23:59:59.000", n + 1));
            days.extend([day + 1, day]);
            n += 2;
        }
    }
    std::fs::write(&path, &text).expect("a log");
    let path = path.to_str().expect("a name");
    let read = || rows(&["log", path, "--date", "2026-01-13"]);
    let told = |rows: &[Value]| -> Vec<i64> {
        let day = |row: &Value| row["at"].as_str().and_then(|at| at.get(8..10)?.parse::<i64>().ok());
        rows.iter().map(|row| day(row).map_or(-1, |day| day - 13)).collect()
    };
    assert_eq!(told(&read()), days);
    // The index that was saved is gone on with.
    let more = line("08:00:00.000", n) + &line("09:00:00.000", n + 1);
    std::fs::write(path, text + &more).expect("a log");
    days.extend([3, 3]);
    assert_eq!(told(&read()), days);
}

#[test]
fn times_without_a_day_take_it_from_the_files_name_or_as_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("server-2026-01-13.log");
    std::fs::write(&path, "10:15:02,480 INFO [main] a.b.C - one\n10:15:03,480 INFO [main] a.b.C - two\n").unwrap();
    let path = path.to_str().unwrap();
    assert_eq!(rows(&["log", path])[1]["at"], "2026-01-13T10:15:03.480");
    assert_eq!(rows(&["log", path, "--date", "2026-02-01"])[1]["at"], "2026-02-01T10:15:03.480");
    let explained = mwscope(&["log", path, "--explain"]);
    assert!(String::from_utf8_lossy(&explained.stdout).contains("--date"));
}

#[test]
fn hours_that_came_twice_and_disorder_are_flagged() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.log");
    let line = |time: &str| format!("2026-10-25 {time} INFO [main] a.b.C - x\n");
    let read = |times: &[&str], zone: &str| {
        let lines: String = times.iter().map(|time| line(&format!("{time}{zone}"))).collect();
        std::fs::write(&path, lines).unwrap();
        let rows = rows(&["log", path.to_str().unwrap(), "--zone", "Europe/Stockholm"]);
        let shown = |row: &serde_json::Value| {
            let shift = row["clock_shift"].as_str().unwrap_or("-").to_owned();
            (shift, row["at"].as_str().unwrap()[11..].to_owned(), row["out_of_order"].as_bool().unwrap())
        };
        rows.iter().map(shown).collect::<Vec<_>>()
    };
    let told = |expected: &[(&str, &str, bool)]| -> Vec<_> {
        expected.iter().map(|(shift, at, late)| ((*shift).to_owned(), (*at).to_owned(), *late)).collect()
    };
    // One step back within the hour is the clock's.
    let decided = told(&[
        ("-", "01:59:59+02:00", false),
        ("fold-first", "02:30:00+02:00", false),
        ("fold-second", "02:10:00+01:00", false),
        ("-", "03:30:00+01:00", false),
    ]);
    let times = ["01:59:59", "02:30:00", "02:10:00", "03:30:00"];
    assert_eq!(read(&times, ""), decided);
    assert_eq!(read(&times, " Europe/Berlin"), decided);
    // Two are disorder.
    let undecided = told(&[
        ("fold", "02:30:00+02:00", false),
        ("fold", "02:10:00+02:00", true),
        ("fold", "02:40:00+02:00", false),
        ("fold", "02:20:00+02:00", true),
    ]);
    assert_eq!(read(&["02:30:00", "02:10:00", "02:40:00", "02:20:00"], ""), undecided);
}

#[test]
fn a_layout_has_a_name_or_a_file_with_samples() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.log");
    std::fs::write(&path, "13-Jan-2026 10:15:02.480 INFO [main] a.b.C started\n").unwrap();
    let path = path.to_str().unwrap();
    assert_eq!(rows(&["log", path, "--layout", "tomcat"])[0]["logger"], "a.b.C");
    let own = folder.path().join("own.toml");
    let pattern = "pattern = '%d{dd-MMM-yyyy HH:mm:ss.SSS} %p [%t] %X{where} %m%n'\n";
    std::fs::write(
        &own,
        format!("{pattern}[[sample]]\ntext = '13-Jan-2026 10:15:02.480 INFO [main] x y'\nmessage = 'y'\n"),
    )
    .unwrap();
    assert_eq!(rows(&["log", path, "--layout", own.to_str().unwrap()])[0]["columns"]["where"], "a.b.C");
    for (layout, word) in [("nosuch", "spring-boot"), ("own-but-missing.toml", "it can't be read")] {
        let output = mwscope(&["log", path, "--layout", layout]);
        assert_eq!(output.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&output.stderr).contains(word));
    }
}

#[test]
fn what_is_no_log_is_refused_with_a_remedy() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.txt");
    std::fs::write(&path, "no time\nanywhere in it\n").unwrap();
    let output = mwscope(&["log", path.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("a.txt: ") && said.contains("; ") && said.lines().count() == 1, "{said}");
    let output = mwscope(&["log", &merged(), "--layout", "%d %q"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("%q"));
}

#[test]
fn a_log_that_tells_of_a_program_that_ended_is_a_log_by_name_and_in_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let text = "Jan 13 08:15:02 host app[1]: Started\nJan 13 08:15:03 host app[1]: Abnormal termination of CRS008\n";
    std::fs::write(path("a.log"), text).unwrap();
    assert_eq!(rows(&["log", &path("a.log")]).len(), 2);
    std::fs::write(path("b.log"), "2026-01-13 08:15:03 INFO  [main] a.b.C - x\n").unwrap();
    assert_eq!(rows(&["log", folder.path().to_str().unwrap()]).len(), 3);
    // A dump is none, and what was named is said to be none beside another file.
    let dump = "M3 dump log\nProgram: CRS008\nUser: JDOE\nCompany: 100\nException: java.lang.NullPointerException\n";
    std::fs::write(path("dump.txt"), dump).unwrap();
    assert_eq!(rows(&["log", folder.path().to_str().unwrap()]).len(), 3);
    let output = mwscope(&["log", &path("a.log"), &path("dump.txt")]);
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("dump.txt: there are no log records in it, it is of kind dump"), "{said}");
}

#[test]
fn nuls_that_a_cut_or_a_crash_left_are_none_of_the_log() {
    let line = "2026-01-13 08:15:03 INFO  [main] a.b.C - x\n";
    let mut log = tempfile::NamedTempFile::new().unwrap();
    log.write_all(
        &[vec![0; 200_000], line.repeat(50).into_bytes(), vec![0; 300], line.repeat(2).into_bytes()].concat(),
    )
    .unwrap();
    let rows = rows(&["log", &log.path().display().to_string()]);
    assert_eq!(rows.iter().filter(|row| row["level"] == "INFO" && row["message"] == "x").count(), 52);
}

#[test]
fn a_layout_that_fits_no_line_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.log");
    std::fs::write(&path, "2026-01-13 08:15:03 INFO  [main] a.b.C - x\n").unwrap();
    for (named, code) in [(path.as_path(), 2), (folder.path(), 0)] {
        let output = mwscope(&["log", named.to_str().unwrap(), "--layout", "%d{HH:mm} %p %m%n"]);
        assert_eq!(output.status.code(), Some(code));
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.contains("a.log: the layout that was told fits no line of it; "), "{said}");
    }
}

#[test]
fn the_layout_that_is_explained_can_be_told() {
    let mut log = tempfile::NamedTempFile::new().unwrap();
    for n in 0..6 {
        writeln!(log, "2026-01-13T10:15:02.{n}+01:00 INFO  [main] a.b.C - it's {n}").unwrap();
    }
    let path = log.path().display().to_string();
    let said = String::from_utf8_lossy(&mwscope(&["log", &path, "--explain"]).stdout).into_owned();
    let option = said.split("for example --layout ").nth(1).unwrap().lines().next().unwrap();
    let pattern = option.strip_prefix('"').unwrap().strip_suffix('"').unwrap();
    let learned = rows(&["log", &path]);
    assert_eq!(learned[3]["at"], "2026-01-13T10:15:02.3+01:00");
    // Also where a shell took the quotes from around the T.
    for told in [pattern.to_owned(), pattern.replace('\'', "")] {
        assert_eq!(rows(&["log", &path, "--layout", &told]), learned, "{told}");
    }
}

#[test]
fn several_logs_are_merged_by_time() {
    let folder = tempfile::tempdir().unwrap();
    let line = |s: u32, text: &str| format!("2026-01-13 10:15:{s:02} INFO [main] a.b.C - {text}\n");
    std::fs::write(folder.path().join("a.log"), line(1, "one") + &line(3, "three") + &line(2, "late")).unwrap();
    std::fs::write(folder.path().join("b.log"), line(2, "two") + &line(3, "also three") + &line(4, "four")).unwrap();
    let rows = rows(&["log", folder.path().to_str().unwrap()]);
    let messages: Vec<_> = rows.iter().map(|row| row["message"].as_str().unwrap()).collect();
    assert_eq!(messages, ["one", "two", "three", "late", "also three", "four"]);
}

#[test]
fn a_growing_log_is_followed_across_rotation() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("server.log");
    write(&path, &line(0));
    let mut child = Command::new(env!("CARGO_BIN_EXE_mwscope"))
        .args(["log", path.to_str().unwrap(), "--follow", "--format", "ndjson"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let stdout = child.stdout.take().unwrap();
    let (send, received) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            let row: Value = serde_json::from_str(&line).unwrap();
            if send.send(row["message"].as_str().unwrap().to_owned()).is_err() {
                return;
            }
        }
    });
    for n in 1..60 {
        if n % 20 == 0 {
            std::fs::rename(&path, folder.path().join(format!("server.log.{n}"))).unwrap();
        }
        write(&path, &line(n));
        std::thread::sleep(Duration::from_millis(10));
    }
    let mut messages = Vec::new();
    while messages.len() < 60 {
        messages.push(received.recv_timeout(Duration::from_secs(20)).expect("a record"));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(messages, (0..60).map(|n| format!("message {n}")).collect::<Vec<_>>());
}

fn line(n: u32) -> String {
    format!("2026-01-13 10:15:{n:02},000 INFO  [main] a.b.C - message {n}\n")
}

fn write(path: &Path, text: &str) {
    let mut file = std::fs::OpenOptions::new().create(true).append(true).open(path).unwrap();
    file.write_all(text.as_bytes()).unwrap();
}

#[test]
fn what_follows_explain_may_be_the_log() {
    let log = merged();
    let explained = |args: &[&str]| String::from_utf8(mwscope(args).stdout).unwrap();
    let whole = explained(&["log", &log, "--explain"]);
    assert!(whole.contains("507 records, 1 layouts"), "{whole}");
    assert_eq!(explained(&["log", "--explain", &log]), whole);
    assert!(explained(&["log", "--explain", "399", &log]).contains("starts record 266"));
    assert_eq!(mwscope(&["log", "--explain"]).status.code(), Some(2));
    let behind = mwscope(&["log", &log, "--explain", "99999"]);
    assert_eq!(behind.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&behind.stderr).contains("there is no such line"));
}

#[test]
fn how_near_is_more_than_nothing_in_a_unit() {
    for wrong in ["--within=5", "--within=-5m", "--within=0s"] {
        assert_eq!(mwscope(&["log", &merged(), "--around", "10:15", wrong]).status.code(), Some(2), "{wrong}");
        assert_eq!(mwscope(&["investigate", &merged(), "--at", "10:15", wrong]).status.code(), Some(2), "{wrong}");
    }
}

#[test]
fn a_time_with_a_zone_that_the_log_does_not_have_is_said() {
    let said = |more: &[&str]| {
        let log = merged();
        let output = mwscope(&[&["log", &log, "--since", "2026-01-13T09:15:00Z", "--stats"], more].concat());
        assert_eq!(output.status.code(), Some(0));
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    assert!(said(&[]).contains("carry no zone") && said(&[]).contains("--zone"), "{}", said(&[]));
    assert_eq!(said(&["--zone", "+01:00"]), "");
}

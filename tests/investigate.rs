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
fn calls_that_are_made_again_the_next_day_are_no_second_view_of_the_first() {
    let dir = tempfile::tempdir().expect("dir");
    let first = std::fs::read_to_string(case().join("inputs/traffic.har")).unwrap();
    let mut again: Value = serde_json::from_str(&first).unwrap();
    let next_day = jiff::SignedDuration::from_secs(86_400 + 420);
    for entry in again["log"]["entries"].as_array_mut().unwrap() {
        let at: jiff::Timestamp = entry["startedDateTime"].as_str().unwrap().parse().unwrap();
        let at = at.checked_add(next_day).unwrap();
        entry["startedDateTime"] = format!("{at:.3}").into();
        for header in entry["response"]["headers"].as_array_mut().unwrap() {
            if header["name"].as_str().unwrap().eq_ignore_ascii_case("date") {
                const HTTP: &str = "%a, %d %b %Y %H:%M:%S GMT";
                let said = jiff::civil::DateTime::strptime(HTTP, header["value"].as_str().unwrap()).unwrap();
                header["value"] = said.checked_add(next_day).unwrap().strftime(HTTP).to_string().into();
            }
        }
    }
    std::fs::write(dir.path().join("one.har"), &first).unwrap();
    std::fs::write(dir.path().join("two.har"), again.to_string()).unwrap();
    let answer = json(&[&dir.path().display().to_string()]);
    let clock = clock_of(&answer, "two.har");
    assert!(clock["offset_ms"].as_i64().unwrap().abs() < 2_000, "{clock}");
    assert_eq!(verdicts(&answer).len() + answer["unexplained"].as_array().unwrap().len(), 12, "6 calls fail each day");
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

#[test]
fn what_a_program_answers_ends_no_call_and_its_values_tell_whose_crash_it_is() {
    let sent = 36_000_000;
    let worker = |worker: usize, at: i64, value: &str| {
        let record = |at: i64, level: &str, logger: &str, text: &str| {
            format!("{} {level} [http-worker-{worker}] {logger} - {text}\n", time(at))
        };
        let asked = format!("<MPD program=\"CRS008\"><Field name=\"W1FACI\">{value}</Field></MPD>");
        [
            (at, record(at, "INFO ", "mws.runtime.WebService", "--> Facility.Create [WEBSHOP]")),
            (at + 2, record(at + 2, "DEBUG", "mws.m3.program", &asked)),
            (
                at + 60,
                record(at + 60, "DEBUG", "mws.m3.program", if worker == 2 { "Mapping response" } else { "Panel E" }),
            ),
            (at + 98, record(at + 98, "ERROR", "mws.service", "Unable to execute MPD!")),
        ]
    };
    let crash = |at: i64, job: &str| {
        let text = "Abnormal termination of mvx.app.pgm [CRS008]";
        (at, format!("{} ERROR [{job}] mvx.runtime.Job - {text}\n", time(at)))
    };
    // The first of the two wasn't recorded, and fits the recorded call's beginning and end better.
    let mut lines: Vec<(i64, String)> = Vec::new();
    lines.extend(worker(1, sent + 10, "F99999"));
    lines.extend(worker(2, sent + 95, "F00000"));
    lines.extend([crash(sent + 105, "M3-e9da10"), crash(sent + 190, "M3-79f615")]);
    lines.extend((0..40).map(|n| {
        let at = sent - 60_000 + n * 3_000 + 1_500;
        (at, format!("{} INFO  [Grid-1] grid.Node - heartbeat\n", time(at)))
    }));
    lines.sort();
    let log: String = lines.into_iter().map(|(_, line)| line).collect();
    let dir = folder(&[("traffic.har", failing_calls([sent].into_iter())), ("merged.log", log.clone())]);
    let answer = json(&[&dir.path().display().to_string(), "--zone", "UTC"]);
    let [one] = verdicts(&answer)[..] else { panic!("one verdict: {answer:#}") };
    let cause = one["evidence"].as_array().unwrap().iter().find(|e| e["role"] == "cause").unwrap();
    assert_eq!(cause["thread"], "M3-79f615", "{one:#}");
}

/// A folder with files, by their names.
fn folder(files: &[(&str, String)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(dir.path().join(name), text).unwrap();
    }
    dir
}

/// A recording of calls to `CRS008` that fail, each after 200 ms: when they were sent, by milliseconds since midnight.
fn failing_calls(sent: impl Iterator<Item = i64>) -> String {
    let entries: Vec<Value> = sent
        .enumerate()
        .map(|(n, at)| {
            let started: jiff::Timestamp = "2026-01-13T00:00:00Z".parse().unwrap();
            let started = started.checked_add(jiff::SignedDuration::from_millis(at)).unwrap();
            let envelope = |body: &str| {
                format!("<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Body>{body}</e:Body></e:Envelope>")
            };
            let asked = envelope(&format!("<Create xmlns=\"urn:Facility\"><CRS008><Facility>F{n:05}</Facility></CRS008></Create>"));
            let fault = "<e:Fault><faultcode>e:Server</faultcode><faultstring>Unable to execute MPD!</faultstring></e:Fault>";
            serde_json::json!({
                "startedDateTime": format!("{started:.3}"), "time": 200, "cache": {},
                "timings": {"send": 0, "wait": 200, "receive": 0},
                "request": {
                    "method": "POST", "url": "http://m3app:19007/mws-ws/services/Facility", "httpVersion": "HTTP/1.1",
                    "cookies": [], "queryString": [], "headersSize": -1, "bodySize": -1,
                    "headers": [{"name": "Content-Type", "value": "text/xml"}],
                    "postData": {"mimeType": "text/xml", "text": asked},
                },
                "response": {
                    "status": 500, "statusText": "Error", "httpVersion": "HTTP/1.1", "cookies": [], "redirectURL": "",
                    "headers": [{"name": "Content-Type", "value": "text/xml"}], "headersSize": -1, "bodySize": -1,
                    "content": {"size": 0, "mimeType": "text/xml", "text": envelope(fault)},
                },
            })
        })
        .collect();
    serde_json::json!({"log": {"version": "1.2", "creator": {"name": "t", "version": "1"}, "entries": entries}})
        .to_string()
}

/// A time of that day, by milliseconds since midnight.
fn time(at: i64) -> String {
    format!("2026-01-13 {:02}:{:02}:{:02},{:03}", at / 3_600_000, at / 60_000 % 60, at / 1_000 % 60, at % 1_000)
}

fn dump_of(program: &str, created: Option<&str>, user: Option<&str>) -> String {
    let created = created.map(|at| format!("Created: {at}\n")).unwrap_or_default();
    let user = user.map(|user| format!("User: {user}\n")).unwrap_or_default();
    format!(
        "M3 dump log\n\n{created}Program: {program}\n{user}Failing operation: CHAIN MITMAS\n\njava.lang.NullPointerException\n\
         \tat mvx.app.pgm.{program}.PEUPD({program}.java:10)\n"
    )
}

fn dump_evidence(finding: &Value) -> Option<(&str, f64)> {
    let of = finding["evidence"].as_array()?.iter().find(|e| e["kind"] == "dump")?;
    Some((of["source"].as_str()?.rsplit('/').next()?, of["score"].as_f64()?))
}

#[test]
fn a_log_shows_its_drift_where_no_date_header_does() {
    // Ten hours, in which the log's clock gains 100 ms an hour on 3.5 s.
    let sent: Vec<i64> = (0..60).map(|n| 3_600_000 + n * 611_000 + n * n % 17 * 900).collect();
    let ahead = |at: i64| 3_500 + (at - 3_600_000) / 36_000;
    let own = |at: i64| time(at + ahead(at));
    let records = sent.iter().enumerate().map(|(n, at)| {
        format!(
            "{} ERROR [w-{}] m3.program - CRS008: no output for panel CRS008E with F{n:05}\n{} ERROR [w-{}] mws - Unable to execute MPD!\n",
            own(at + 190), n % 4, own(at + 194), n % 4
        )
    });
    let dir = folder(&[("traffic.har", failing_calls(sent.iter().copied())), ("merged.log", records.collect())]);
    let answer = json(&[&dir.path().display().to_string()]);
    let clock = clock_of(&answer, "merged.log");
    assert!(clock["drift"].as_array().is_some_and(|knots| knots.len() >= 2), "{clock}");
    assert!(clock["uncertainty_ms"].as_u64().is_some_and(|doubt| doubt <= 250), "{clock}");
    let joined = verdicts(&answer).iter().filter(|v| v["evidence"].to_string().contains("no output for panel")).count();
    assert_eq!(joined, sent.len(), "{:#}", answer["unexplained"]);
}

#[test]
fn dumps_take_the_zone_in_which_they_lie_beside_their_crashes() {
    // The log writes UTC and names no dump; the dumps write local time, five and three quarter hours ahead.
    let log: String = [("09:02:32.100", "CRS620"), ("09:07:01.500", "MMS001"), ("09:21:40.000", "OIS100")]
        .iter()
        .map(|(at, program)| format!("2026-01-13T{at}Z ERROR [{program}-job-1] mvx.runtime.Job: Abnormal termination of mvx.app.pgm.{program}\n"))
        .collect();
    let dir = folder(&[
        ("merged.log", format!("2026-01-13T09:00:00.000Z INFO  [grid-1] grid.Node: heartbeat\n{log}")),
        ("MVX1.txt", dump_of("CRS620", Some("2026-01-13 14:47:32"), Some("JDOE"))),
        ("MVX2.txt", dump_of("MMS001", Some("2026-01-13 14:52:02"), Some("JDOE"))),
        ("MVX3.txt", dump_of("OIS100", Some("2026-01-13 15:06:40"), None)),
    ]);
    let answer = json(&[&dir.path().display().to_string()]);
    for (name, program) in [("MVX1.txt", "CRS620"), ("MVX2.txt", "MMS001"), ("MVX3.txt", "OIS100")] {
        assert_eq!(clock_of(&answer, name)["zone_minutes"], 345, "{name}");
        let of_program = verdicts(&answer).into_iter().filter(|v| v["program"] == program).collect::<Vec<_>>();
        assert_eq!(of_program.len(), 1, "{answer:#}");
        assert_eq!(dump_evidence(of_program[0]).map(|(dump, _)| dump), Some(name), "{answer:#}");
    }
}

#[test]
fn dates_that_lie_years_apart_are_no_zone_but_a_problem() {
    let record = "2011-04-25 10:15:07,451 ERROR [w] m3.program - Abnormal termination of mvx.app.pgm.CRS008. Dump log \
                  created: /x/one.log\n2011-04-25 10:15:08,000 INFO [w] m3.program - on\n";
    let dump = dump_of("CRS008", Some("2025-11-04 10:15:07"), Some("MWSUSR"));
    let folder = folder(&[("server.log", record.to_owned()), ("one.log", dump)]);
    let answer = json(&[&folder.path().display().to_string()]);
    for source in answer["sources"].as_array().unwrap() {
        let zone = source["clock"]["zone_minutes"].as_i64().unwrap_or(0);
        assert!((-12 * 60..=14 * 60).contains(&zone), "{source}");
    }
    let problems = answer["problems"].as_array().unwrap();
    let said = problems.iter().any(|p| p["what"].as_str().unwrap().contains("5306 days apart"));
    assert!(said && problems.len() == 1, "{problems:?}");
}

#[test]
fn a_crash_of_anybody_is_not_likely_the_calls_where_another_dump_fits_as_well() {
    let log = "2026-01-13 10:00:00,000 INFO  [grid-1] grid.Node - heartbeat
2026-01-13 10:00:01,050 ERROR [CRS008-CLARSEN-1] mvx.runtime.Job - Abnormal termination of mvx.app.pgm.CRS008 Dump log created: /d/dump_1.txt
2026-01-13 10:05:00,000 INFO  [grid-1] grid.Node - heartbeat
";
    let named = ("dump_1.txt", dump_of("CRS008", Some("2026-01-13 10:00:01"), Some("CLARSEN")));
    let (traffic, log) = (("traffic.har", failing_calls([36_000_900].into_iter())), ("merged.log", log.to_owned()));
    let score = |files: &[(&str, String)]| {
        let dir = folder(files);
        let answer = json(&[&dir.path().display().to_string(), "--zone", "UTC"]);
        let verdict = verdicts(&answer).into_iter().find(|v| !v["exchange"].is_null()).cloned().unwrap_or_default();
        (dump_evidence(&verdict).map(|(_, score)| score), verdict["ambiguous_with"].as_array().map_or(0, Vec::len))
    };
    let (alone, rivals) = score(&[traffic.clone(), log.clone(), named.clone()]);
    assert!(alone.is_some_and(|score| score > 0.5) && rivals == 0, "{alone:?} {rivals}");
    let unclaimed = ("attachment-7.txt", dump_of("CRS008", None, Some("MWSUSR")));
    let (beside, rivals) = score(&[traffic, log, named, unclaimed]);
    assert!(beside.is_some_and(|score| score <= 0.5) && rivals == 1, "{beside:?} {rivals}");
}

#[test]
fn one_fault_said_twice_by_one_logger_is_two_failures() {
    let log = "2026-01-13 10:00:00,000 INFO  [grid-1] grid.Node - heartbeat
2026-01-13 10:00:01,050 ERROR [w-1] mws - Unable to execute MPD!
2026-01-13 10:00:01,090 ERROR [w-1] mws - Unable to execute MPD!
2026-01-13 10:05:00,000 INFO  [grid-1] grid.Node - heartbeat
";
    let dir = folder(&[("merged.log", log.to_owned())]);
    assert_eq!(verdicts(&json(&[&dir.path().display().to_string()])).len(), 2);
}

#[test]
fn a_log_that_is_there_twice_makes_no_call_ambiguous() {
    let log = std::fs::read_to_string(case().join("inputs/merged.log")).unwrap();
    let har = std::fs::read_to_string(case().join("inputs/traffic.har")).unwrap();
    // The second copy ends earlier, as one of an earlier recording does.
    let cut = log.lines().take(460).fold(String::new(), |all, line| all + line + "\n");
    let dir = folder(&[("traffic.har", har), ("one.log", log), ("two.log", cut)]);
    let answer = json(&[&dir.path().display().to_string()]);
    assert_eq!(verdicts(&answer).len() + answer["unexplained"].as_array().unwrap().len(), 6);
    let doubted =
        verdicts(&answer).iter().filter(|v| v["ambiguous_with"].as_array().is_some_and(|a| !a.is_empty())).count();
    assert_eq!(doubted, 0, "{answer:#}");
}

#[test]
fn where_nothing_is_left_by_a_time_the_failures_elsewhere_and_the_zone_are_said() {
    let inputs = case().join("inputs");
    let log = inputs.join("merged.log").display().to_string();
    let said = |at: &str| {
        let output = investigate(&[&log, "--at", at]);
        assert_eq!(output.status.code(), Some(0));
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let nothing = said("2026-01-13T03:15:00Z");
    assert!(nothing.starts_with("mwscope: nothing that was asked for failed near --at; "), "{nothing}");
    assert!(
        nothing.contains(" elsewhere") && nothing.contains("were taken for +") && nothing.contains("--zone"),
        "{nothing}"
    );
    assert!(said("03:15").contains("the server's local time"));
    assert_eq!(said("13.01. 10:15"), "");
}

#[test]
fn one_is_no_many_and_a_call_is_named_by_its_place() {
    let inputs = case().join("inputs");
    let one = inputs.join("dumps/dump_20260113_101507_CRS008_0017.log").display().to_string();
    let text = |args: &[&str]| String::from_utf8_lossy(&investigate(args).stdout).into_owned();
    let of_dump = text(&[&one]);
    assert!(of_dump.contains("1 dump: 1 failure found") && of_dump.contains("dump, 1 item,"), "{of_dump}");
    let recorded = text(&[&inputs.join("traffic.har").display().to_string()]);
    assert!(recorded.contains("division is ?  (traffic.har#14)"), "{recorded}");
}

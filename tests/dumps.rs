//! `dump` and `threads` from outside: formats, dumps inside logs, names of the user's, what is said where.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};

const DUMP: &str = "Program . . . : CRS008\nSachbearbeiter : MWSUSR\nUser  . . . . : OTHER\nCompany . . . : 100\nPanel . . . . : E\n\
java.lang.NullPointerException: READ_DSP ICFCMD\n\tat mvx.app.pgm.customer.CRS008.PEDSP(CRS008.java:1412)\n";

fn mwscope(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mwscope")).args(args).current_dir(folder).env("NO_COLOR", "1").output().unwrap()
}

fn value(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&output.stderr)))
}

#[test]
fn the_dumps_of_the_sample_case() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = mwscope(root, &["dump", "captures/cases/crs008-facility", "--format", "json"]);
    assert_eq!(output.status.code(), Some(0));
    let read = value(&output);
    assert_eq!(read["dumps"].as_array().map(Vec::len), Some(3));
    let failing = read["dumps"].as_array().unwrap().iter().find(|d| d["at"] == "2026-01-13T10:15:07").unwrap();
    for (fact, expected) in [
        ("program", json!("CRS008")),
        ("panel", json!("E")),
        ("user", json!("MWSUSR")),
        ("exception", json!("java.lang.NullPointerException")),
        ("exception_message", Value::Null),
        ("where", json!("READ_DSP ICFCMD")),
        ("customer_code", json!(false)),
        ("call_stack", json!(["SYS", "CRS008"])),
        ("unparsed_bytes", json!(0)),
    ] {
        assert_eq!(failing[fact], expected, "{fact}");
    }
    assert_eq!(failing["fields"]["WWFACI"], "C01");
    assert_eq!(read["groups"][0]["count"], 2);
}

#[test]
fn a_dump_inside_a_log_and_names_of_the_users() {
    let folder = tempfile::tempdir().unwrap();
    let log = format!(
        "2026-01-13 10:15:06,000 INFO  [a] b.C - start\n2026-01-13 10:15:07,480 ERROR [a] b.C - Dump follows\n{DUMP}2026-01-13 10:15:08,000 INFO  [a] b.C - on\n"
    );
    std::fs::write(folder.path().join("merged.log"), log).unwrap();
    std::fs::write(folder.path().join("names.toml"), "user = [\"Sachbearbeiter\"]\n").unwrap();
    let output = mwscope(folder.path(), &["dump", "merged.log", "--format", "ndjson"]);
    let read = value(&output);
    assert_eq!((&read["program"], &read["user"], &read["line"]), (&json!("CRS008"), &json!("OTHER"), &json!(2)));
    assert_eq!(read["at"], "2026-01-13T10:15:07.480");
    let output = mwscope(folder.path(), &["dump", "merged.log", "--names", "names.toml", "--format", "ndjson"]);
    assert_eq!(value(&output)["user"], "MWSUSR");
    let output = mwscope(folder.path(), &["dump", "merged.log", "--names", "absent.toml"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).starts_with("mwscope: absent.toml: it can't be read"));
}

#[test]
fn what_to_send_on_is_markdown() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("d.log"), format!("M3 dump\n\n{DUMP}")).unwrap();
    let output = mwscope(folder.path(), &["dump", "d.log", "--handoff"]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.starts_with("# CRS008: NullPointerException\n"), "{text}");
    assert!(
        text.contains("| where | READ_DSP ICFCMD |")
            && text.contains("    at mvx.app.pgm.customer.CRS008.PEDSP(CRS008.java:1412)")
    );
}

#[test]
fn thread_dumps_and_what_changed() {
    let folder = tempfile::tempdir().unwrap();
    let dump = |at: u32| {
        format!(
            "2026-11-23 15:02:0{at}\nFull thread dump X:\n\n\"a\" #1 prio=5 tid=0x1 nid=0x1 waiting for monitor entry\n   java.lang.Thread.State: BLOCKED (on object monitor)\n\
             \tat A.b(A.java:1)\n\t- waiting to lock <0xb> (a A)\n\n\"b\" #2 prio=5 tid=0x2 nid=0x2 runnable\n   java.lang.Thread.State: RUNNABLE\n\tat A.c(A.java:2)\n\t- locked <0xb> (a A)\n\n"
        )
    };
    std::fs::write(folder.path().join("one.txt"), dump(1)).unwrap();
    std::fs::write(folder.path().join("two.txt"), dump(5)).unwrap();
    let read = value(&mwscope(folder.path(), &["threads", "one.txt", "two.txt", "--format", "json"]));
    let first = &read["dumps"][0];
    assert_eq!((&first["source"], &first["threads"], &first["jvm"]), (&json!("one.txt"), &json!(2), &json!("X")));
    assert_eq!(first["by_state"], json!({"RUNNABLE": 1, "BLOCKED": 1}));
    assert_eq!((&first["contended"][0]["owner"], &first["contended"][0]["waiters"]), (&json!("b"), &json!(1)));
    assert_eq!(read["changes"][0]["unmoved"].as_array().map(Vec::len), Some(2));
    std::fs::write(folder.path().join("words.txt"), "nothing of the kind\n").unwrap();
    for command in ["dump", "threads"] {
        let output = mwscope(folder.path(), &[command, "words.txt"]);
        assert_eq!(output.status.code(), Some(2), "{command}");
        assert!(String::from_utf8_lossy(&output.stderr).starts_with("mwscope: words.txt: "), "{command}");
    }
}

#[test]
fn a_known_exception_is_explained_wherever_it_stands() {
    let folder = tempfile::tempdir().unwrap();
    let trace = "java.lang.NoClassDefFoundError: com/jcraft/jzlib/ZStream\n\tat com.jcraft.jsch.Session.initDeflater(Session.java:2334)\n\tat com.intentia.ec.server.sftp.SFTPOut.send(SFTPOut.java:88)\n";
    let record =
        format!("2026-01-13 10:15:07,480 ERROR [mec-1] com.intentia.ec.server.Agreement - message failed\n{trace}");
    std::fs::write(folder.path().join("mec.log"), record.repeat(3)).unwrap();
    let remedy = "put jzlib-1.1.x.jar into MEC's class path";
    for args in [
        &["log", "mec.log", "--top", "traces"][..],
        &["investigate", "mec.log"],
        &["show", "mec.log", "mec.log:1"],
        &["investigate", "mec.log", "--format", "json"],
    ] {
        let output = mwscope(folder.path(), args);
        let text = String::from_utf8_lossy(&output.stdout).split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains(remedy), "{args:?}: {text}");
    }
    let dump = format!("M3 dump\nProgram: CRS008\nUser: MWSUSR\n\n{}", trace.replace("com.intentia.ec", "mvx.util"));
    std::fs::write(folder.path().join("d.log"), dump).unwrap();
    let read = value(&mwscope(folder.path(), &["dump", "d.log", "--format", "json"]));
    assert_eq!(read["dumps"][0]["known"]["rule"], "jzlib-missing");
    let rules = mwscope(folder.path(), &["investigate", "--rules"]);
    assert!(String::from_utf8_lossy(&rules.stdout).contains("jzlib-missing"));
}

#[test]
fn the_request_behind_a_dump_goes_with_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = mwscope(root, &["dump", "captures/cases/crs008-facility", "--handoff"]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(text.matches("## The request behind it").count(), 1, "one dump of three is of a recorded call");
    assert!(text.contains("POST ") && !text.contains("Basic TVdT"), "{text}");
}

#[test]
fn program_events_stand_on_the_time_line() {
    let folder = tempfile::tempdir().unwrap();
    // The example of Infor's documentation.
    let event = "M3:MMS001:F\ncallStack=SYS->MMS001;\nPGMN=MMS001;\nUSID=M3User    ;\nCONO=330;\nDIVI=AAA;\nprogramType=Interactive;\n\
startTimeMillis=1327328450551;\nowner=M3User;\nstartTime=2012-01-23 15:20:50;\njobUUID=05d9cacec00843da948e2131d01e4a95;\n\
stopTime=2012-01-23 15:21:24;\nenvironment=M3BEEnv;\nversion=1410;\napplication=M3;\n";
    std::fs::write(folder.path().join("events.txt"), event).unwrap();
    let read = value(&mwscope(folder.path(), &["investigate", "events.txt", "--format", "json"]));
    let source = &read["sources"][0];
    assert_eq!((&source["kind"], &source["clock"]["basis"]), (&json!("events"), &json!("epoch-field")), "{source}");
    let finding = &read["findings"][0];
    assert_eq!((&finding["rule"], &finding["program"]), (&json!("abnormal-termination"), &json!("MMS001")));
    assert_eq!(finding["user"], "M3User", "as it is written");
    assert_eq!(finding["evidence"][0]["kind"], "event");
    assert_eq!(finding["evidence"][0]["at"], "2012-01-23T15:21:24+01:00");

    // A log without a zone tells of the same failure: one verdict, and the log's zone is the server's.
    let log = "2012-01-23 15:21:00,000 INFO  [t1] a.B - on\n\
2012-01-23 15:21:24,300 ERROR [t1] m3.program - Abnormal termination of mvx.app.pgm.MMS001 user=M3User Dump log created: /m3/dumps/d1.log\n";
    std::fs::write(folder.path().join("merged.log"), log).unwrap();
    let read = value(&mwscope(folder.path(), &["investigate", "merged.log", "events.txt", "--format", "json"]));
    let verdicts: Vec<&Value> =
        read["findings"].as_array().unwrap().iter().filter(|f| f["kind"] == "verdict").collect();
    assert_eq!(verdicts.len(), 1, "{verdicts:#?}");
    let kinds: Vec<&Value> = verdicts[0]["evidence"].as_array().unwrap().iter().map(|e| &e["kind"]).collect();
    assert!(kinds.contains(&&json!("log")) && kinds.contains(&&json!("event")), "{kinds:?}");
}

#[test]
fn what_is_larger_than_a_piece_reads_alike_from_a_file_and_from_standard_input() {
    use std::fmt::Write as _;
    use std::io::Write as _;

    let folder = tempfile::tempdir().unwrap();
    let mut text = String::new();
    for (n, user) in ["ANNA", "BERT", "CARL"].iter().enumerate() {
        write!(text, "M3 dump log {n}\n=============\n{}\nField values\n------------\n", DUMP.replace("OTHER", user))
            .unwrap();
        for field in 0..170_000 {
            writeln!(text, "WW{field:06} = \"value {n} of that field\"").unwrap();
        }
        text.push_str("\nSystem\n------\nVersion . . : 15.1.2\n\n");
    }
    assert!(text.len() > 16 << 20);
    let path = folder.path().join("large.log");
    std::fs::write(&path, &text).unwrap();
    let from_file = mwscope(folder.path(), &["dump", "large.log", "--format", "ndjson"]);
    let told: Vec<Value> =
        from_file.stdout.split(|b| *b == b'\n').filter_map(|line| serde_json::from_slice(line).ok()).collect();
    let facts: Vec<_> =
        told.iter().map(|dump| (dump["user"].as_str(), dump["version"].as_str(), dump["line"].as_u64())).collect();
    let line = |nth: u64| Some(1 + nth * text.lines().count() as u64 / 3);
    let expected = [("ANNA", 0), ("BERT", 1), ("CARL", 2)].map(|(user, nth)| (Some(user), Some("15.1.2"), line(nth)));
    assert_eq!(facts, expected);
    for (n, dump) in told.iter().enumerate() {
        // Those of the later ones are read again.
        assert_eq!(dump["fields"]["WW000007"], format!("value {n} of that field"));
        let kept = dump["fields"].as_object().unwrap().len() as u64;
        assert!(kept < 101_000 && kept + dump["further_fields"].as_u64().unwrap() > 160_000, "{kept}");
    }
    let mut piped = Command::new(env!("CARGO_BIN_EXE_mwscope"))
        .args(["dump", "-", "--format", "ndjson"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    piped.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let piped = piped.wait_with_output().unwrap();
    let source = |out: &[u8]| String::from_utf8_lossy(out).replace("\"source\":\"large.log\"", "\"source\":\"-\"");
    assert!(source(&from_file.stdout) == source(&piped.stdout), "both say the same");
}

#[test]
fn a_dump_inside_a_log_is_an_item_to_every_command() {
    let folder = tempfile::tempdir().unwrap();
    let head = "ERROR [w-1] c.l.mws.Call -";
    let dump = DUMP.replace("Program . . . :", "Failing operation : READ_DSP ICFCMD\nProgram . . . :");
    let log = format!(
        "2026-01-13 10:15:01,123 INFO  [w-1] c.l.mws.Call - start\n\
         2026-01-13 10:15:03,123 {head} Abnormal termination of CRS008, dump log follows\n{dump}\
         2026-01-13 10:15:03,223 {head} Unable to execute MPD!\n\
         2026-01-13 10:15:09,123 INFO  [w-1] c.l.mws.Call - go on\n"
    );
    std::fs::write(folder.path().join("a.log"), log).unwrap();
    let found = value(&mwscope(folder.path(), &["investigate", "a.log", "--format", "json"]));
    let verdicts: Vec<&Value> =
        found["findings"].as_array().unwrap().iter().filter(|finding| finding["kind"] == "verdict").collect();
    assert_eq!(verdicts.len(), 1, "{found}");
    let evidence = verdicts[0]["evidence"].as_array().unwrap();
    assert!(evidence.iter().any(|one| one["kind"] == "dump" && one["id"] == "d0"), "{}", verdicts[0]);
    // `READ_DSP` is what the program did, and no call of a web service.
    assert_eq!(verdicts[0]["in_log"]["operation"], Value::Null, "{}", verdicts[0]);
    let shown = mwscope(folder.path(), &["show", "a.log", "d0"]);
    assert!(String::from_utf8_lossy(&shown.stdout).contains("CRS008 (customer code) ended with"), "{shown:?}");
}

#[test]
fn the_bytes_of_a_dump_are_shown_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let other = DUMP.replace("CRS008", "MMS001").replace("Company", "Password . . : geheim1\nCompany");
    let title = "Dump (synthetic)\n================\n";
    let (first, second) = (format!("{title}{DUMP}\n"), format!("{title}{other}"));
    std::fs::write(folder.path().join("two.txt"), format!("{first}{second}")).unwrap();
    let shown = |path: &str, id: &str, more: &[&str]| {
        let output = mwscope(folder.path(), &[&["show", path, id, "--raw"], more].concat());
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let masked = second.replace("geheim1", "*******");
    assert_eq!((shown("two.txt", "d0", &[]), shown("two.txt", "d1", &[])), (first.clone(), masked.clone()));
    assert_eq!(shown("two.txt", "d1", &["--show-secrets"]), second);
    // In a case there are no other bytes than those that were copied into it.
    assert!(mwscope(folder.path(), &["import", "all.mwscope", "two.txt"]).status.success());
    assert_eq!((shown("all.mwscope", "d0", &[]), shown("all.mwscope", "d1", &[])), (first, masked));
    let line = |second: u32, said: &str| format!("2026-01-13 10:15:0{second},123 ERROR [w-1] a.B - {said}\n");
    let record = line(2, &format!("Abnormal termination, dump log follows\n{}", DUMP.trim_end()));
    std::fs::write(folder.path().join("a.log"), [line(1, "start"), record.clone(), line(3, "end")].concat()).unwrap();
    assert_eq!(shown("a.log", "d0", &[]), record);
}

#[test]
fn a_dump_that_a_record_of_json_holds_is_read_without_its_escapes() {
    let folder = tempfile::tempdir().unwrap();
    for title in ["M3 dump log\n", "Dump:\nM3 dump log\n"] {
        let text = format!(
            "{title}Created: 2026-01-13 10:15:07\n{DUMP}\nFields\n------\nWWFACI = \"C00\"\n{}",
            "WWTX40 = \"text\"\n".repeat(9)
        );
        let record = |message: &str, second: u32| json!({"@timestamp": format!("2026-01-13T10:15:0{second}Z"), "level": "ERROR", "message": message});
        let log = format!("{}\n{}\n{}\n", record("start", 6), record(&text, 7), record("end", 8));
        std::fs::write(folder.path().join("a.ndjson"), log).unwrap();
        let read = value(&mwscope(folder.path(), &["dump", "a.ndjson", "--format", "json"]));
        let dumps = read["dumps"].as_array().unwrap();
        assert_eq!(dumps.len(), 1, "{read}");
        assert_eq!((&dumps[0]["fields"]["WWFACI"], &dumps[0]["line"]), (&json!("C00"), &json!(2)), "{read}");
    }
}

#[test]
fn copies_of_a_dump_are_one_crash() {
    let folder = tempfile::tempdir().unwrap();
    let dump = DUMP.replace("Company", "Created . . . : 2026-01-13 10:15:07\nJob . . . . . : 4711\nCompany");
    for (name, text) in [("a.txt", &dump), ("b.txt", &dump), ("c.txt", &dump.replace("4711", "4712"))] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let read = value(&mwscope(folder.path(), &["dump", ".", "--format", "json"]));
    assert_eq!((&read["groups"][0]["count"], &read["groups"][0]["times"]), (&json!(3), &json!(2)), "{read}");
    let told = mwscope(folder.path(), &["dump", "."]);
    let told = String::from_utf8_lossy(&told.stdout);
    assert!(told.contains("the same crash 2 times (in 3 dumps, of which some are copies)"), "{told}");
}

#[test]
fn a_trace_of_a_line_a_record_is_one_failure() {
    let folder = tempfile::tempdir().unwrap();
    let trace = [
        "java.lang.IllegalStateException: no answer",
        "\tat com.lawson.mws.runtime.Mpd.run(Mpd.java:212)",
        "\tat java.lang.Thread.run(Thread.java:748)",
        "Caused by: java.net.ConnectException: Connection refused: connect",
        "\tat java.net.Socket.connect(Socket.java:1)",
        "\t... 1 more",
    ];
    let line =
        |n: usize, level: &str, said: &str| format!("2026-01-05 10:00:{n:02},123 {level} [stderr] (thread-1) {said}\n");
    let before = (0..5).map(|n| line(n, "INFO ", "served"));
    let log: String = before.chain(trace.iter().map(|said| line(9, "ERROR", said))).collect();
    std::fs::write(folder.path().join("server.log"), log).unwrap();
    let found = value(&mwscope(folder.path(), &["investigate", "server.log", "--format", "json"]));
    let titles: Vec<&Value> = found["findings"].as_array().unwrap().iter().map(|finding| &finding["title"]).collect();
    assert_eq!(titles, [&json!("java.net.ConnectException in com.lawson.mws.runtime.Mpd")], "{found}");
    let top = mwscope(folder.path(), &["log", "server.log", "--top", "traces"]);
    let top = String::from_utf8_lossy(&top.stdout).into_owned();
    assert!(
        top.contains("1  java.lang.IllegalStateException: no answer") && top.contains("root java.net.Connect"),
        "{top}"
    );
}

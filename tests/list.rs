//! `list` and `show` from outside: formats, exit status, standard input, what is said where.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

fn case() -> String {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("captures/cases/crs008-facility").display().to_string()
}

fn mwscope(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mwscope")).args(args).env("NO_COLOR", "1").output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn exchanges_are_listed_for_programs() {
    let output = mwscope(&["list", &case(), "--format", "ndjson"]);
    assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()), (Some(0), ""));
    let rows: Vec<Value> = out(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(rows.len(), 59);
    assert!(rows.iter().enumerate().all(|(at, row)| row["index"] == at && row["id"] == format!("x{at}")));
    let failing = &rows[28];
    for (field, value) in [("service", "Facility"), ("operation", "Create"), ("program", "CRS008"), ("user", "MWSUSR")]
    {
        assert_eq!(failing[field], value);
    }
    assert_eq!((&failing["status"], &failing["fault"]), (&Value::from(500), &Value::from("Unable to execute MPD!")));
    let challenges: Vec<_> = rows.iter().filter(|row| row["challenge"] == true).map(|row| &row["index"]).collect();
    assert_eq!(challenges, [0]);
    let failed: Vec<_> =
        rows.iter().filter(|row| row["failed"] == true).filter_map(|row| row["index"].as_u64()).collect();
    assert_eq!(failed, [28, 36, 40, 43, 45, 49]);
    let whole: Value = serde_json::from_str(&out(&mwscope(&["list", &case(), "--format", "json"]))).unwrap();
    assert_eq!(whole["exchanges"].as_array().map(Vec::len), Some(59));
}

#[test]
fn standard_input_is_read_like_a_file() {
    let har = std::fs::read(PathBuf::from(case()).join("inputs/traffic.har")).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_mwscope"))
        .args(["list", "-", "--format", "ndjson"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || input.write_all(&har).unwrap());
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    assert_eq!(out(&output).lines().count(), 59);
    assert!(out(&output).lines().next().is_some_and(|line| line.contains("\"source\":\"-\"")));
}

#[test]
fn bad_input_is_one_line_and_status_two() {
    let root = tempfile::tempdir().unwrap();
    let file = |name: &str, bytes: &[u8]| {
        let path = root.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path.display().to_string()
    };
    let garbage: Vec<u8> = (0..=255_u8).collect::<Vec<_>>().repeat(64);
    let log = b"2026-01-13 10:15:02,480 INFO [a] b - c\n2026-01-13 10:15:03,480 INFO [a] b - d\n";
    let paths = [
        file("empty", b""),
        file("garbage.bin", &garbage),
        file("broken.har", b"{\"log\":{\"entries\":["),
        file("only.log", log),
        root.path().join("nothing").display().to_string(),
    ];
    for path in paths {
        let output = mwscope(&["list", &path]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!((output.status.code(), out(&output).as_str()), (Some(2), ""), "{said}");
        assert!(
            said.starts_with(&format!("mwscope: {path}: ")) && said.contains("; ") && said.lines().count() == 1,
            "{said}"
        );
    }
}

#[test]
fn one_thing_is_shown_in_full() {
    let show = |id: &str, more: &[&str]| {
        let case = case();
        let args: Vec<&str> = ["show", &case, id].into_iter().chain(more.iter().copied()).collect();
        let output = mwscope(&args);
        (output.status.code(), out(&output))
    };
    let (status, text) = show("x28", &[]);
    assert!(
        status == Some(0) && text.contains("\n      <cre:CRS008>\n        <cre:Facility>C01</cre:Facility>"),
        "{text}"
    );
    for other in ["28", "traffic.har#28"] {
        assert_eq!(show(other, &[]).1, text, "{other}");
    }
    let body = show("x28", &["--body", "request"]).1;
    assert!(body.starts_with("<soapenv:Envelope") && body.len() == 516, "{body}");
    assert!(show("x28", &["--raw"]).1.starts_with("POST /mws-ws/services/Facility HTTP/1.1\r\n"));
    let json: Value = serde_json::from_str(&show("x28", &["--format", "json"]).1).unwrap();
    assert_eq!(json["fields"][0], serde_json::json!(["CRS008/Facility", "C01"]));
    assert!(show("merged.log:399", &[]).1.contains("Abnormal termination of mvx.app.pgm.CRS008"));
    assert!(show("d2", &[]).1.contains("NullPointerException"));
    for missing in ["x99", "d9", "merged.log:100000", "nothing.log:1", "what"] {
        assert_eq!(show(missing, &[]), (Some(2), String::new()), "{missing}");
    }
}

#[test]
fn secrets_are_masked_unless_asked_for() {
    let har = r#"{"log":{"entries":[{"request":{"method":"POST","url":"http://h/a?api_key=k123","headers":[{"name":"Authorization","value":"Basic VTpzZWNyZXQ="},{"name":"Cookie","value":"sid=c456"}],"postData":{"text":"<a><password>p789</password></a>"}},"response":{"status":200}}]}}"#;
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("a.har");
    std::fs::write(&path, har).unwrap();
    let path = path.display().to_string();
    let ways: [&[&str]; 7] = [
        &["list", &path],
        &["list", &path, "--format", "ndjson"],
        &["show", &path, "x0"],
        &["show", &path, "x0", "--raw"],
        &["show", &path, "x0", "--body", "request"],
        &["show", &path, "x0", "--format", "json"],
        &["list", &path, "--format", "json"],
    ];
    let secrets = ["k123", "VTpzZWNyZXQ", "c456", "p789"];
    for way in ways {
        let masked = out(&mwscope(way));
        assert!(!masked.is_empty() && secrets.iter().all(|secret| !masked.contains(secret)), "{way:?}: {masked}");
    }
    let whole = out(&mwscope(&["show", &path, "x0", "--show-secrets"]));
    assert!(secrets.iter().all(|secret| whole.contains(secret)), "{whole}");
}

#[test]
fn the_parts_of_a_package_are_shown_and_taken_out() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("package.har").to_string_lossy().into_owned();
    let answer = "--b\r\nContent-Type: application/xop+xml; charset=UTF-8; type=\"text/xml\"\r\nContent-ID: <root@x>\r\n\r\n\
        <e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Body><File>a.txt</File></e:Body></e:Envelope>\r\n\
        --b\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\nContent-ID: <1@x>\r\n\r\naGFsbG8K\r\n--b--\r\n";
    let har = serde_json::json!({"log": {"version": "1.2", "creator": {"name": "synthetic", "version": "1"}, "entries": [{
        "startedDateTime": "2026-01-13T09:15:02Z", "time": 1, "cache": {}, "timings": {"send": 0, "wait": 1, "receive": 0},
        "request": {"method": "GET", "url": "http://h/f", "httpVersion": "HTTP/1.1", "headers": [], "queryString": [],
            "cookies": [], "headersSize": -1, "bodySize": 0},
        "response": {"status": 200, "statusText": "OK", "httpVersion": "HTTP/1.1", "cookies": [], "redirectURL": "",
            "headers": [{"name": "Content-Type", "value": "multipart/related; boundary=b; start=\"<root@x>\""}],
            "headersSize": -1, "bodySize": answer.len(),
            "content": {"size": answer.len(), "mimeType": "multipart/related", "text": answer}},
    }]}});
    std::fs::write(&path, har.to_string()).unwrap();
    let masked = out(&mwscope(&["show", &path, "0"]));
    assert!(masked.contains("[masked as a whole: ") && masked.contains("<File>a.txt</File>"), "{masked}");
    let text = out(&mwscope(&["show", &path, "0", "--show-secrets"]));
    for line in ["part 1 of 2  root@x", "    <File>a.txt</File>", "part 2 of 2  1@x  8 bytes", "hallo"] {
        assert!(text.contains(line) && !text.contains("is not known"), "{line}\n{text}");
    }
    let json: Value =
        serde_json::from_str(&out(&mwscope(&["show", &path, "0", "--show-secrets", "--format", "json"]))).unwrap();
    let second = &json["response"]["parts"][1];
    assert_eq!((&second["name"], &second["body"]), (&Value::from("1@x"), &Value::from("hallo\n")));
    let part = |n: &str, more: &[&str]| {
        mwscope(&[&["show", &path, "0", "--show-secrets", "--body", "response", "--part", n], more].concat())
    };
    assert_eq!((out(&part("2", &[])), out(&part("2", &["--raw"]))), ("hallo\n".to_owned(), "aGFsbG8K".to_owned()));
    let missing = part("3", &[]);
    let told = String::from_utf8_lossy(&missing.stderr).into_owned();
    assert!(missing.status.code() == Some(2) && told.contains("has 2 parts"), "{told}");
}

#[test]
fn a_filter_leaves_what_matches() {
    let ids = |filter: &str| {
        let output = mwscope(&["list", &case(), "--format", "ndjson", "--filter", filter]);
        assert_eq!(output.status.code(), Some(0), "{filter}: {}", String::from_utf8_lossy(&output.stderr));
        let rows = out(&output).lines().map(|line| serde_json::from_str::<Value>(line).unwrap()).collect::<Vec<_>>();
        rows.iter().filter_map(|row| row["index"].as_u64()).collect::<Vec<_>>()
    };
    assert_eq!(ids("is:failed"), [28, 36, 40, 43, 45, 49]);
    assert_eq!(ids("user:jdoe dur>2s"), [49]);
    assert_eq!(ids("el.Facility:C01"), [28]);
    assert_eq!(ids("user:nobody"), [] as [u64; 0]);
    let wrong = mwscope(&["list", &case(), "--filter", "nope:1"]);
    let said = String::from_utf8_lossy(&wrong.stderr).into_owned();
    assert!(wrong.status.code() == Some(2) && said.contains("no field") && said.lines().count() == 1, "{said}");
}

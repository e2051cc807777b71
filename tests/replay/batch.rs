//! A call sent for each row of a table, broken off and gone on with.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::exact::har;
use super::lab::{Answer, Raw, json, mwscope, ok, said, text};

const CALL: &str = "<Envelope><Body><Create><User>{{user}}</User><Name a=\"{{name}}\"><![CDATA[{{name}}]]></Name></Create></Body></Envelope>";

fn write(folder: &Path, name: &str, bytes: impl AsRef<[u8]>) -> String {
    let path = folder.join(name);
    std::fs::write(&path, bytes).unwrap();
    path.display().to_string()
}

#[test]
fn each_row_is_sent_once_and_told() {
    let server = Raw::start(|_, request| {
        let body = text(request);
        let status = if body.contains("<User>bad</User>") { "500 Internal Server Error" } else { "200 OK" };
        Answer::Keep(
            format!("HTTP/1.1 {status}\r\nContent-Type: text/xml\r\nContent-Length: 14\r\n\r\n<No>10001</No>")
                .into_bytes(),
        )
    });
    let folder = tempfile::tempdir().unwrap();
    let path = har(
        folder.path(),
        &[("POST", &server.url("/{{user}}?q=1"), &[("Content-Type", "text/xml"), ("X-User", "{{user}}")], CALL)],
    );
    let rows = "user;name\r\nü 1;\"A & \"\"B\"\"\"\r\nbad;x\r\nonly one\r\n\"q\"x;y\r\nlast;]]>\r\n";
    let data = write(folder.path(), "users.csv", rows);
    let output = mwscope(&[
        "replay",
        &path,
        "x0",
        "--data",
        &data,
        "--yes",
        "--concurrency",
        "1",
        "--take",
        "no=//No",
        "--format",
        "json",
    ]);
    let batch = json(&output)["batch"].clone();
    assert_eq!(
        (&batch["rows"], &batch["ok"], &batch["failed"], &batch["unknown"], &batch["rejected"]),
        (&5.into(), &2.into(), &3.into(), &0.into(), &2.into()),
        "{batch}"
    );
    for line in
        ["users.csv:4: 1 fields", "users.csv:5: field 1: there is text behind its closing quote", "line 3: failed"]
    {
        assert!(said(&output).contains(line), "{}", said(&output));
    }
    let arrived: Vec<String> = server.take().iter().map(|r| text(r)).collect();
    assert_eq!(arrived.len(), 3);
    assert!(
        arrived[0].starts_with("POST /%C3%BC%201?q=1 HTTP/1.1\r\n") && arrived[0].contains("\r\nX-User: ü 1\r\n"),
        "{}",
        arrived[0]
    );
    let filled = CALL
        .replace("{{user}}", "ü 1")
        .replace("a=\"{{name}}\"", "a=\"A &amp; &quot;B&quot;\"")
        .replace("{{name}}", "A & \"B\"");
    assert!(arrived[0].ends_with(&filled), "{}", arrived[0]);
    assert!(arrived[2].contains("a=\"]]>\"><![CDATA[]]]]><![CDATA[>]]></Name>"), "{}", arrived[2]);
    let results = std::fs::read_to_string(folder.path().join("users.results.csv")).unwrap();
    let lines: Vec<&str> = results.lines().collect();
    assert_eq!(lines[0], "line,outcome,status,duration_ms,call,message,no,user,name");
    assert!(lines[1].starts_with("2,ok,200,") && lines[1].ends_with(",10001,ü 1,\"A & \"\"B\"\"\""), "{results}");
    assert!(
        lines[2].starts_with("3,failed,500,") && lines[3].starts_with("4,rejected,") && lines.len() == 6,
        "{results}"
    );
    assert!(!folder.path().join("users.results.csv.journal").exists());
    // A path may be filled, too; what a row must be is said.
    let output = mwscope(&[
        "replay",
        &path,
        "x0",
        "--data",
        &data,
        "--yes",
        "--set",
        "//User=x{{name}}",
        "--expect",
        "//No=10002",
        "--check",
    ]);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("expected //No=10002, got 10001"), "{}", said(&output));
    assert!(server.take().iter().any(|r| text(r).contains("<User>xA &amp; \"B\"</User>")));
    for (args, why) in [
        (&["--set", "//User={{nmae}}"][..], "there is no column nmae"),
        (&["--resume"], "there is no batch to go on with"),
        (&["--results", &path], "holds no results"),
        (&["--expect", "Return=1"], "names no value of an answer"),
    ] {
        let mut all = vec!["replay", path.as_str(), "x0", "--data", &data, "--yes"];
        all.extend(args);
        let output = mwscope(&all);
        assert_eq!((output.status.code(), server.take().len()), (Some(2), 0), "{args:?}");
        assert!(said(&output).contains(why), "{}", said(&output));
    }
}

#[test]
fn a_flow_takes_what_earlier_answers_give() {
    let server = Raw::start(|n, request| {
        let path = text(request).split(' ').nth(1).unwrap().to_owned();
        let token = format!("tok-{n}");
        Answer::Keep(
            match path.as_str() {
                "/csrf" => format!(
                    "HTTP/1.1 200 OK\r\nX-CSRF-Token: {token}\r\nSet-Cookie: SID={token}\r\nContent-Length: 0\r\n\r\n"
                ),
                "/create" => ok(&format!("<r><Id>id-{n}</Id></r>")),
                _ => ok("<r/>"),
            }
            .into_bytes(),
        )
    });
    let folder = tempfile::tempdir().unwrap();
    let client = [("X-CSRF-Token", "recorded-token"), ("Cookie", "SID=recorded"), ("Content-Type", "text/xml")];
    let id = server.url("/update?id=id-77");
    let path = har(
        folder.path(),
        &[
            ("GET", &server.url("/csrf"), &[], ""),
            ("POST", &server.url("/create"), &client, "<q><U>u</U></q>"),
            ("POST", &id, &client, "<q><Id>id-77</Id></q>"),
        ],
    );
    // What was answered then.
    let mut archive: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    let answer = |headers: Value, text: &str| {
        serde_json::json!({"status": 200, "statusText": "OK", "httpVersion": "HTTP/1.1",
        "headers": headers, "cookies": [], "content": {"size": text.len(), "mimeType": "text/xml", "text": text},
        "redirectURL": "", "headersSize": -1, "bodySize": text.len()})
    };
    archive["log"]["entries"][0]["response"] =
        answer(serde_json::json!([{"name": "x-csrf-token", "value": "recorded-token"}]), "");
    archive["log"]["entries"][1]["response"] = answer(serde_json::json!([]), "<r><Id>id-77</Id></r>");
    archive["log"]["entries"][2]["response"] = answer(serde_json::json!([]), "<r/>");
    std::fs::write(&path, archive.to_string()).unwrap();
    let data = write(folder.path(), "users.json", "[{\"u\":\"a\"},{\"u\":\"b\"}]");
    let output = mwscope(&[
        "replay",
        &path,
        "x0",
        "x1",
        "x2",
        "--data",
        &data,
        "--set",
        "//U={{u}}",
        "--yes",
        "--concurrency",
        "1",
    ]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert!(said(&output).contains("x1: header:X-CSRF-Token as the answer to x0 gives it"), "{}", said(&output));
    let arrived: Vec<String> = server.take().iter().map(|r| text(r)).collect();
    let lines: Vec<&str> = arrived.iter().map(|r| r.lines().next().unwrap()).collect();
    assert_eq!(
        lines,
        [
            "GET /csrf HTTP/1.1",
            "POST /create HTTP/1.1",
            "POST /update?id=id-1 HTTP/1.1",
            "GET /csrf HTTP/1.1",
            "POST /create HTTP/1.1",
            "POST /update?id=id-4 HTTP/1.1"
        ]
    );
    for (n, token) in [(1, "tok-0"), (2, "tok-0"), (4, "tok-3"), (5, "tok-3")] {
        assert!(
            arrived[n].contains(&format!("\r\nX-CSRF-Token: {token}\r\nCookie: SID={token}\r\n")),
            "{}",
            arrived[n]
        );
    }
    assert!(arrived[2].ends_with("<q><Id>id-1</Id></q>") && arrived[4].ends_with("<q><U>b</U></q>"));
}

/// Starts a batch and waits until the server has got so many requests.
fn started(args: &[&str], server: &Raw, seen: usize) -> Child {
    let mut child = Command::new(env!("CARGO_BIN_EXE_mwscope"))
        .args(args)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let began = Instant::now();
    while server.seen() < seen {
        assert!(began.elapsed() < Duration::from_secs(20) && child.try_wait().unwrap().is_none(), "{}", server.seen());
        std::thread::sleep(Duration::from_millis(2));
    }
    child
}

#[test]
fn a_batch_that_was_killed_goes_on_and_sends_nothing_twice() {
    for kill_at in [3, 17, 40] {
        let server = Raw::start(|n, _| {
            std::thread::sleep(Duration::from_millis(4 + n as u64 % 7));
            Answer::Keep(ok("<r/>").into_bytes())
        });
        let folder = tempfile::tempdir().unwrap();
        let path = har(folder.path(), &[("POST", &server.url("/"), &[("Content-Type", "text/xml")], "<U>{{u}}</U>")]);
        let rows: String = (0..60).map(|n| format!("user{n:03}\n")).collect();
        let data = write(folder.path(), "rows.csv", format!("u\n{rows}"));
        let args = ["replay", &path, "x0", "--data", &data, "--yes", "--concurrency", "4", "--format", "json"];
        let mut child = started(&args, &server, kill_at);
        child.kill().unwrap();
        child.wait().unwrap();
        // What was on its way arrives.
        std::thread::sleep(Duration::from_millis(100));
        let before = server.seen();
        let batch = json(&mwscope(&args))["batch"].clone();
        let number = |name: &str| batch[name].as_u64().unwrap();
        assert_eq!(number("ok") + number("unknown"), 60, "{batch}");
        assert!(number("unknown") <= 4, "{batch}");
        let mut users: Vec<String> =
            server.take().iter().map(|r| text(r).split("<U>").nth(1).unwrap()[..7].to_owned()).collect();
        // A row can be noted and the program be killed before its first byte leaves, but not the other way round.
        let missing = 60 - users.len();
        assert!(before < 60 && missing <= 1, "sent = answered + unknown: {} {batch}", users.len());
        users.sort();
        users.dedup();
        assert_eq!(users.len(), 60 - missing, "nothing was sent twice");
        if number("unknown") == 0 {
            continue;
        }
        let again = mwscope(&[
            "replay",
            &path,
            "x0",
            "--data",
            &data,
            "--yes",
            "--resume",
            "--retry-unknown",
            "--format",
            "json",
        ]);
        let second = json(&again)["batch"].clone();
        assert_eq!((&second["ok"], &second["unknown"]), (&60.into(), &0.into()), "{second}");
        assert_eq!(server.take().len() as u64, number("unknown"));
    }
}

#[test]
fn rows_without_an_answer_are_unknown_and_rows_that_were_not_sent_are_not() {
    let server = Raw::start(|_, request| match text(request).contains("lost") {
        true => Answer::Close(Vec::new()),
        false => Answer::Keep(ok("<r/>").into_bytes()),
    });
    let folder = tempfile::tempdir().unwrap();
    let path = har(folder.path(), &[("POST", &server.url("/"), &[], "<U>{{u}}</U>")]);
    let data = write(folder.path(), "rows.csv", "u\na\nlost\nb\n");
    let args = ["replay", path.as_str(), "x0", "--data", &data, "--yes", "--format", "json"];
    let batch = json(&mwscope(&args))["batch"].clone();
    assert_eq!((&batch["ok"], &batch["unknown"]), (&2.into(), &1.into()), "{batch}");
    assert_eq!(server.take().len(), 3);
    let batch = json(&mwscope(&args))["batch"].clone();
    assert_eq!((&batch["ok"], &batch["unknown"], server.take().len()), (&2.into(), &1.into(), 0), "{batch}");
    let other = mwscope(&["replay", &path, "x0", "--data", &data, "--yes", "--set", "header:X=1"]);
    assert!(other.status.code() == Some(2) && said(&other).contains("--restart"), "{}", said(&other));
    let dead = har(folder.path(), &[("POST", "http://127.0.0.1:1/", &[], "<U>{{u}}</U>")]);
    let batch =
        json(&mwscope(&["replay", &dead, "x0", "--data", &data, "--yes", "--restart", "--format", "json"]))["batch"]
            .clone();
    assert_eq!((&batch["failed"], &batch["not_sent"], &batch["unknown"]), (&3.into(), &3.into(), &0.into()), "{batch}");
}

//! `compare` from outside: recordings before and after a change, two exchanges, exit status, formats, big answers.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Value, json};

fn mwscope(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mwscope")).args(args).env("NO_COLOR", "1").output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// A call of a synthetic service, as HAR has it.
fn entry(second: u32, key: &str, status: u16, ms: u32, answer: &str) -> Value {
    let body = format!(
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body><Create xmlns=\"urn:x/Facility/Create\"><CRS008><Facility>{key}</Facility></CRS008></Create></s:Body></s:Envelope>"
    );
    json!({
        "startedDateTime": format!("2026-01-13T10:15:{second:02}.000Z"), "time": ms,
        "request": {"method": "POST", "url": "http://m3.example.com/mws-ws/services/Facility", "httpVersion": "HTTP/1.1",
            "headers": [{"name": "Content-Type", "value": "text/xml"}], "queryString": [], "cookies": [],
            "headersSize": -1, "bodySize": body.len(), "postData": {"mimeType": "text/xml", "text": body}},
        "response": {"status": status, "statusText": "", "httpVersion": "HTTP/1.1",
            "headers": [{"name": "Content-Type", "value": "text/xml"}, {"name": "Date", "value": format!("{second}")}],
            "cookies": [], "redirectURL": "", "headersSize": -1, "bodySize": answer.len(),
            "content": {"size": answer.len(), "mimeType": "text/xml", "text": answer}},
        "cache": {}, "timings": {"send": 0, "wait": ms, "receive": 0}
    })
}

fn har(folder: &Path, name: &str, entries: &[Value]) -> String {
    let path: PathBuf = folder.join(name);
    let har = json!({"log": {"version": "1.2", "creator": {"name": "test", "version": "1"}, "entries": entries}});
    std::fs::write(&path, har.to_string()).unwrap();
    path.display().to_string()
}

fn answer(key: &str, name: &str, n: u32) -> String {
    format!("<r><Facility>{key}</Facility><Name>{name}</Name><at>2026-01-13T10:15:02.{n:03}Z</at><seq>{n}</seq></r>")
}

const FAULT: &str = "<e><faultstring>no</faultstring></e>";

#[test]
fn two_runs_of_a_test_are_compared_call_by_call() {
    let folder = tempfile::tempdir().unwrap();
    let before = [
        entry(1, "A01", 200, 10, &answer("A01", "one", 1)),
        entry(2, "A02", 500, 10, FAULT),
        entry(3, "A03", 200, 10, &answer("A03", "three", 3)),
        entry(4, "A04", 200, 10, &answer("A04", "four", 4)),
        entry(5, "A05", 200, 10, &answer("A05", "five", 5)),
        entry(6, "A06", 200, 10, &answer("A06", "six", 6)),
    ];
    let again: Vec<_> = (1..=6)
        .map(|n| {
            let key = format!("A0{n}");
            if n == 2 {
                entry(n, &key, 500, 10, FAULT)
            } else {
                entry(
                    n,
                    &key,
                    200,
                    10,
                    &answer(&key, ["", "one", "", "three", "four", "five", "six"][n as usize], n + 40),
                )
            }
        })
        .collect();
    let after = [
        entry(1, "A05", 200, 900, &answer("A05", "five", 11)),
        entry(2, "A04", 200, 10, &answer("A04", "FOUR", 12)),
        entry(3, "A03", 500, 10, FAULT),
        entry(4, "A02", 200, 10, &answer("A02", "two", 14)),
        entry(5, "A01", 200, 10, &answer("A01", "one", 15)),
        entry(6, "B99", 200, 10, &answer("B99", "nine", 16)),
    ];
    let (before, again, after) = (
        har(folder.path(), "before.har", &before),
        har(folder.path(), "again.har", &again),
        har(folder.path(), "after.har", &after),
    );
    let output = mwscope(&["compare", &before, &after, "--learn", &again, "--check", "--format", "json"]);
    assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()), (Some(1), ""));
    let value: Value = serde_json::from_str(&out(&output)).unwrap();
    let verdict = |key: &str| {
        let pairs = value["pairs"].as_array().unwrap();
        let at = (key.as_bytes()[2] - b'1') as usize;
        pairs.iter().find(|pair| pair["left"]["index"] == at).map(|pair| pair["verdict"].as_str().unwrap().to_owned())
    };
    let verdicts: Vec<_> = ["A01", "A02", "A03", "A04", "A05", "A06"].map(verdict).into_iter().collect();
    let expected = [Some("same"), Some("fixed"), Some("new-failure"), Some("changed"), Some("slower"), None];
    assert_eq!(verdicts, expected.map(|word| word.map(str::to_owned)), "{value:#}");
    let changed = value["pairs"].as_array().unwrap().iter().find(|pair| pair["verdict"] == "changed").unwrap();
    let differences = &changed["answer"]["differences"];
    assert_eq!(differences, &json!([{"path": "/r/Name", "kind": "changed", "left": "four", "right": "FOUR"}]));
    assert_eq!((&value["counts"]["only_left"], &value["counts"]["only_right"]), (&json!(1), &json!(1)));
    // Without having learned it, the number that counts calls is a change.
    let value: Value = serde_json::from_str(&out(&mwscope(&["compare", &before, &after, "--format", "json"]))).unwrap();
    assert_eq!(value["counts"]["changed"], 3);
    let value: Value =
        serde_json::from_str(&out(&mwscope(&["compare", &before, &after, "--ignore", "seq", "--format", "json"])))
            .unwrap();
    assert_eq!(value["counts"]["changed"], 1);
    let text = out(&mwscope(&["compare", &before, &after, "--ignore", "seq"]));
    assert!(
        text.starts_with(
            "6 calls left, 6 right: 1 new failures, 1 fixed, 1 changed, 1 slower, 1 same, 1 only left, 1 only right\n"
        ),
        "{text}"
    );
    assert!(text.contains("~ /r/Name  four -> FOUR"), "{text}");
}

#[test]
fn two_exchanges_are_compared() {
    let folder = tempfile::tempdir().unwrap();
    let one = har(
        folder.path(),
        "one.har",
        &[
            entry(1, "A01", 200, 10, &answer("A01", "one", 1)),
            entry(2, "A01", 200, 10, &answer("A01", "one", 2)),
            entry(3, "A01", 200, 10, &answer("A01", "uno", 3)),
        ],
    );
    let value = |args: &[&str]| -> Value { serde_json::from_str(&out(&mwscope(args))).unwrap() };
    let both = value(&["compare", &one, "0", "2", "--format", "json"]);
    assert_eq!((&both["same"], both["answer"]["differences"].as_array().unwrap().len()), (&json!(false), 2));
    assert_eq!(both["timings"]["total"], json!({"left_ms": 10.0, "right_ms": 10.0}));
    let learned = value(&["compare", &one, "x0", "2", "--learn", "1", "--format", "json"]);
    assert_eq!(learned["answer"]["differences"].as_array().unwrap().len(), 1);
    let output = mwscope(&["compare", &format!("{one}#0"), &format!("{one}#1"), "--ignore", "/r/seq", "--check"]);
    assert_eq!(output.status.code(), Some(0), "{}", out(&output));
    let exact = value(&["compare", &one, "0", "1", "--exact", "--format", "json"]);
    assert_eq!(
        (exact["answer"]["differences"].as_array().unwrap().len(), &exact["answer"]["headers"][0]["path"]),
        (2, &json!("header:date"))
    );
    let output = mwscope(&["compare", &one, &format!("{one}#1")]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(mwscope(&["compare", &one, "0", "9"]).status.code(), Some(2));
    assert_eq!(mwscope(&["compare", &one, "0"]).status.code(), Some(2));
    let lines = out(&mwscope(&["compare", &one, "0", "2", "--format", "ndjson"]));
    assert_eq!(lines.lines().count(), 2);
}

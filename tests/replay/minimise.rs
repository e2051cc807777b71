//! `--minimise` against a server that fails on a hidden combination of elements, with another text at every call.

use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::Value;

use super::exact::har;
use super::lab::{Answer, Raw, json, mwscope_with, ok, said, text};

/// An envelope with 400 elements, each with an attribute, and credentials in its header.
fn envelope() -> String {
    let fields: String = (0..400).map(|n| format!("\n      <x:F{n} a=\"{n}\">v{n}</x:F{n}>")).collect();
    format!(
        "<?xml version=\"1.0\"?>\n<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns:x=\"urn:x\"><s:Header>\
         <mws><user>U</user><password>geheim1</password></mws></s:Header>\n  <s:Body>\n    <x:Create>{fields}\n    </x:Create>\n  \
         </s:Body>\n</s:Envelope>"
    )
}

fn fault(status: u16, words: &str) -> Answer {
    let body = format!(
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body><s:Fault><faultcode>s:Server</faultcode>\
         <faultstring>{words}</faultstring></s:Fault></s:Body></s:Envelope>"
    );
    let head = format!("HTTP/1.1 {status} No\r\nContent-Type: text/xml\r\nContent-Length: {}\r\n\r\n", body.len());
    Answer::Keep(format!("{head}{body}").into_bytes())
}

/// Fails with F17 as it is together with F233; says something else where there is no SOAPAction.
fn server(pause: u64) -> Raw {
    Raw::start(move |n, request| {
        std::thread::sleep(Duration::from_millis(pause));
        let request = text(request);
        let junk = format!("{:x}", (n as u64 + 3).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        if !request.contains("SOAPAction:") {
            return fault(500, &format!("No operation named {junk} after {n} ms"));
        }
        if request.contains(">v17</x:F17>") && request.contains("<x:F233") {
            return fault(500, &format!("Unable to execute {junk} MPD! after {n} ms, try {}", n * 7));
        }
        Answer::Keep(ok("<r/>").into_bytes())
    })
}

fn recording(folder: &std::path::Path, server: &Raw) -> String {
    let body = envelope();
    let length = body.len().to_string();
    let host = server.address.to_string();
    let headers = [
        ("Host", host.as_str()),
        ("Content-Type", "text/xml"),
        ("SOAPAction", "\"Create\""),
        ("User-Agent", "x"),
        ("Authorization", "Basic VTpnZWhlaW0x"),
        ("Content-Length", length.as_str()),
    ];
    har(folder, &[("POST", &server.url("/mws-ws/services/F?q=1"), &headers, &body)])
}

fn run(folder: &std::path::Path, args: &[&str]) -> std::process::Output {
    let cache = folder.join("cache").display().to_string();
    mwscope_with(args, &[("MWSCOPE_CACHE", cache.as_str())])
}

fn check_least(value: &Value) {
    let least = &value["minimise"];
    let needed = ["header:SOAPAction", "/Envelope/Body/Create/F17", "/Envelope/Body/Create/F233"];
    assert_eq!(least["needed"], serde_json::json!(needed), "{least:#}");
    assert_eq!((&least["complete"], &least["verified"], &least["steady"]), (&true.into(), &true.into(), &true.into()));
    let body = least["request"]["body"].as_str().unwrap();
    let create =
        "<x:Create>\n      <x:F17>v17</x:F17>\n      <x:F233></x:F233>\n    </x:Create>\n  </s:Body>\n</s:Envelope>";
    assert!(body.ends_with(create), "{body}");
    assert_eq!(least["signature"]["status"], 500);
}

#[test]
fn the_hidden_combination_is_found_exactly() {
    let (server, folder) = (server(0), tempfile::tempdir().unwrap());
    let recorded = recording(folder.path(), &server);
    server.take();
    let output = run(folder.path(), &["replay", &recorded, "--minimise", "--yes", "--format", "json"]);
    let value = json(&output);
    check_least(&value);
    let arrived = server.take();
    assert_eq!(value["minimise"]["sends"], arrived.len());
    assert!(arrived.len() <= 150, "{} requests", arrived.len());
    // Who calls was in each of them; what it is, is shown nowhere.
    assert!(arrived.iter().all(|request| text(request).contains("VTpnZWhlaW0x") && text(request).contains("geheim1")));
    assert!(!text(&output.stdout).contains("geheim1") && !text(&output.stdout).contains("VTpnZWhlaW0x"));
    assert!(
        said(&output).contains("each send may create or change records")
            && said(&output).contains("the least request once more")
    );
    // The length is that of what was sent.
    for request in &arrived {
        let request = text(request);
        let (head, body) = request.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(&format!("Content-Length: {}", body.len())), "{head}");
    }
    let lines = run(folder.path(), &["replay", &recorded, "--minimise", "--yes", "--format", "ndjson"]);
    let lines: Vec<Value> = text(&lines.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((&lines[0]["event"], &lines[lines.len() - 1]["event"]), (&"step".into(), &"minimise".into()));
    check_least(&lines[lines.len() - 1]);
    let shown = run(folder.path(), &["replay", &recorded, "--minimise", "--yes"]);
    let shown = text(&shown.stdout);
    assert!(
        shown.contains("needed   /Envelope/Body/Create/F17  with its value\n") && shown.contains("\ncurl "),
        "{shown}"
    );
}

#[test]
fn a_run_that_was_killed_goes_on() {
    let (server, folder) = (server(15), tempfile::tempdir().unwrap());
    let recorded = recording(folder.path(), &server);
    server.take();
    let journal = folder.path().join("journal.ndjson").display().to_string();
    let args = ["replay", &recorded, "--minimise", "--yes", "--journal", &journal, "--format", "json"];
    let mut child = Command::new(env!("CARGO_BIN_EXE_mwscope"))
        .args(args)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    while server.seen() < 20 {
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let before = server.take().len();
    let value = json(&run(folder.path(), &args));
    check_least(&value);
    let after = server.take().len();
    assert!(value["minimise"]["cached"].as_u64().unwrap() as usize >= before - 1, "{before} before, {value:#}");
    let straight = recording(folder.path(), &server);
    let straight = json(&run(folder.path(), &["replay", &straight, "--minimise", "--yes", "--format", "json"]));
    // What was on its way when it was killed, and one to see whether the server still answers so, come on top.
    let straight = straight["minimise"]["sends"].as_u64().unwrap() as usize;
    assert!(before + after <= straight + 12, "{before} + {after}, {straight} without being killed");
}

#[test]
fn it_is_refused_where_it_may_do_harm() {
    let (server, folder) = (server(0), tempfile::tempdir().unwrap());
    let recorded = recording(folder.path(), &server);
    server.take();
    let output = run(folder.path(), &["replay", &recorded, "--minimise"]);
    assert_eq!((output.status.code(), server.seen()), (Some(2), 0));
    assert!(said(&output).contains("200 requests") && said(&output).contains("--yes"), "{}", said(&output));
    let file = folder.path().join("environments.toml");
    std::fs::write(&file, format!("[prd]\nprotected = true\n[prd.urls]\nmws = '{}'\n", server.url(""))).unwrap();
    let file = file.display().to_string();
    let args = ["replay", &recorded, "--minimise", "--env", "prd", "--environments", &file, "--yes=prd"];
    let output = run(folder.path(), &args);
    assert_eq!((output.status.code(), server.seen()), (Some(2), 0));
    assert!(said(&output).contains("prd is protected: --minimise is refused"), "{}", said(&output));
    let few = json(&run(
        folder.path(),
        &["replay", &recorded, "--minimise", "--yes", "--max-sends", "12", "--format", "json"],
    ));
    assert_eq!((&few["minimise"]["complete"], server.take().len()), (&false.into(), 12));
}

#[test]
fn a_server_that_answers_now_so_now_so_is_told() {
    let server = Raw::start(|n, _| if n % 2 == 0 { fault(500, "no") } else { Answer::Keep(ok("<r/>").into_bytes()) });
    let folder = tempfile::tempdir().unwrap();
    let recorded = recording(folder.path(), &server);
    server.take();
    let output = run(folder.path(), &["replay", &recorded, "--minimise", "--yes", "--format", "json"]);
    let value = json(&output);
    assert_eq!((&value["minimise"]["steady"], server.take().len()), (&false.into(), 2));
    assert!(value["minimise"]["differed"].as_str().unwrap().starts_with("status: "));
}

//! `lint` from outside: faults planted in synthetic mashups are found where they stand, and nothing else; formats, exit
//! status, packages, encodings, recorded requests.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

fn samples(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("captures/lint").join(name)
}

fn lint(paths: &[&Path], options: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mwscope"));
    command.arg("lint").args(paths).args(options).env("NO_COLOR", "1").output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn json(paths: &[&Path], options: &[&str]) -> Value {
    let output = lint(paths, &[options, &["--format", "json"]].concat());
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    serde_json::from_str(&out(&output)).unwrap()
}

/// File, line, column and rule of everything that was found.
fn places(answer: &Value) -> Vec<(String, u64, u64, String)> {
    let findings = answer["findings"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    findings
        .map(|found| {
            let path = text(&found["path"]).replace('\\', "/");
            let name = path.rsplit('/').next().unwrap().to_owned();
            (name, found["line"].as_u64().unwrap(), found["column"].as_u64().unwrap(), text(&found["rule"]))
        })
        .collect()
}

/// What was planted.
fn planted() -> Vec<(String, u64, u64, String)> {
    let table = std::fs::read_to_string(samples("planted.tsv")).unwrap();
    let rows = table.lines().skip(1).map(|line| {
        let cells: Vec<&str> = line.split('\t').collect();
        let text = std::fs::read_to_string(samples("planted").join(cells[0])).unwrap();
        let (line, column) = (cells[1].parse::<usize>().unwrap(), cells[2].parse::<usize>().unwrap());
        let there: String = text.lines().nth(line - 1).unwrap().chars().skip(column - 1).collect();
        assert!(there.starts_with(cells[4]), "planted.tsv is wrong: {cells:?}: {there}");
        (cells[0].to_owned(), line as u64, column as u64, cells[3].to_owned())
    });
    rows.collect()
}

#[test]
fn planted_faults_are_found_where_they_stand_and_nothing_else() {
    let folder = samples("planted");
    assert_eq!(places(&json(&[&folder], &[])), planted());
    let clean = lint(&[&samples("clean")], &[]);
    assert_eq!(clean.status.code(), Some(0), "{}", out(&clean));
    assert!(out(&clean).starts_with("nothing found in 1 mashup, 1 agreement, 1 script"), "{}", out(&clean));
}

#[test]
fn every_rule_has_a_planted_fault_or_a_test_of_requests() {
    let listed = Command::new(env!("CARGO_BIN_EXE_mwscope")).args(["lint", "--rules"]).output().unwrap();
    let planted: Vec<_> = planted().into_iter().map(|(.., rule)| rule).collect();
    for line in out(&listed).lines() {
        let rule = line.split_whitespace().next().unwrap();
        let elsewhere = rule.starts_with("request-") || line.split_whitespace().nth(1) == Some("off");
        assert!(elsewhere || planted.iter().any(|planted| planted == rule), "{rule}");
        let explained = Command::new(env!("CARGO_BIN_EXE_mwscope")).args(["lint", "--explain", rule]).output().unwrap();
        assert!(out(&explained).starts_with(rule) && out(&explained).contains("remedy"), "{rule}");
    }
}

#[test]
fn packages_and_packages_inside_packages_are_looked_into() {
    let root = tempfile::tempdir().unwrap();
    let pack = |members: &[(&str, Vec<u8>)]| {
        let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for (name, bytes) in members {
            writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    };
    let xaml = std::fs::read(samples("planted/CustomerPortal.xaml")).unwrap();
    let picture = b"\x89PNG\r\n\x1a\n....".to_vec();
    let mashup = pack(&[("Customer Portal/Main.xaml", xaml), ("icon.png", picture)]);
    let path = root.path().join("portal.lawsonapp");
    std::fs::write(&path, pack(&[("portal.mashup", mashup)])).unwrap();
    let answer = json(&[&path], &[]);
    let expected: Vec<_> = planted().into_iter().filter(|(file, ..)| file == "CustomerPortal.xaml").collect();
    let found: Vec<_> = places(&answer).into_iter().map(|(_, line, column, rule)| (line, column, rule)).collect();
    assert_eq!(found, expected.into_iter().map(|(_, line, column, rule)| (line, column, rule)).collect::<Vec<_>>());
    let shown = answer["findings"][0]["path"].as_str().unwrap().to_owned();
    assert!(shown.ends_with("portal.lawsonapp!/portal.mashup!/Customer Portal/Main.xaml"), "{shown}");
    let sarif: Value = serde_json::from_str(&out(&lint(&[&path], &["--format", "sarif"]))).unwrap();
    let uri = sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str();
    assert!(uri.is_some_and(|uri| uri.ends_with("portal.lawsonapp!/portal.mashup!/Customer%20Portal/Main.xaml")));
    let member = PathBuf::from(format!("{}!/portal.mashup", path.display()));
    assert_eq!(places(&json(&[&member], &[])).len(), found.len());
}

#[test]
fn other_encodings_have_the_same_places() {
    let root = tempfile::tempdir().unwrap();
    let text = std::fs::read_to_string(samples("planted/CustomerPortal.xaml")).unwrap();
    let path = root.path().join("CustomerPortal.xaml");
    let expected: Vec<_> = planted().into_iter().filter(|(file, ..)| file == "CustomerPortal.xaml").collect();
    let wide = text.replace("utf-8", "utf-16").replace('\n', "\r\n");
    let wide: Vec<u8> = [0xff, 0xfe].into_iter().chain(wide.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let marked = [b"\xef\xbb\xbf", text.as_bytes()].concat();
    let latin: Vec<u8> =
        text.replace("utf-8", "iso-8859-1").chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    for bytes in [wide, marked, latin] {
        std::fs::write(&path, bytes).unwrap();
        assert_eq!(places(&json(&[&path], &[])), expected);
    }
}

#[test]
fn sarif_has_what_code_hosts_read() {
    let folder = samples("planted");
    let output = lint(&[&folder], &["--format", "sarif"]);
    assert_eq!(output.status.code(), Some(1));
    let sarif: Value = serde_json::from_str(&out(&output)).unwrap();
    let run = &sarif["runs"][0];
    assert_eq!((&sarif["version"], &run["columnKind"]), (&"2.1.0".into(), &"unicodeCodePoints".into()));
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), planted().len());
    let mut prints: Vec<_> =
        results.iter().map(|result| result["partialFingerprints"]["mwscope/v1"].to_string()).collect();
    for result in results {
        let rule = &rules[usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
        assert_eq!(rule["id"], result["ruleId"]);
        assert!(rule["help"]["text"].as_str().is_some_and(|help| help.contains("Remedy")));
        let region = &result["locations"][0]["physicalLocation"]["region"];
        assert!(
            region["startLine"].as_u64() >= Some(1) && region["endColumn"].as_u64() > region["startColumn"].as_u64()
        );
    }
    prints.sort();
    prints.dedup();
    assert_eq!(prints.len(), results.len());
    // A line more at the top moves everything and changes no fingerprint.
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("a.xaml");
    let text = std::fs::read_to_string(folder.join("CustomerPortal.xaml")).unwrap();
    let prints = |text: &str| {
        std::fs::write(&path, text).unwrap();
        let sarif: Value = serde_json::from_str(&out(&lint(&[&path], &["--format", "sarif"]))).unwrap();
        let results = sarif["runs"][0]["results"].as_array().unwrap().clone();
        results.iter().map(|result| result["partialFingerprints"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(prints(&text), prints(&text.replacen("<Grid", "<!-- more -->\n\n<Grid", 1)));
}

#[test]
fn secrets_are_never_shown() {
    let folder = samples("planted");
    for format in ["text", "json", "sarif"] {
        let said = out(&lint(&[&folder], &["--format", format]));
        assert!(said.contains("WS.Password") && !said.contains("S3cret-"), "{format}: {said}");
    }
}

#[test]
fn the_status_says_whether_something_was_found() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("a.xaml");
    let list = "<m:ListPanel xmlns:m='clr-namespace:MForms.Mashup;assembly=MForms'/>";
    std::fs::write(&path, list).unwrap();
    let status = |options: &[&str]| lint(&[&path], options).status.code();
    assert_eq!(status(&[]), Some(1));
    assert_eq!(status(&["--fail-on", "error"]), Some(0));
    assert_eq!(status(&["--fail-on", "error", "--deny", "mashup-list-header"]), Some(1));
    assert_eq!(status(&["--allow", "mashup-list-header"]), Some(0));
    let unknown = lint(&[&path], &["--allow", "mashup-list-heder"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("did you mean mashup-list-header?"));
    let picture = root.path().join("a.png");
    std::fs::write(&picture, b"\x89PNG\r\n\x1a\n....").unwrap();
    let log = root.path().join("a.log");
    std::fs::write(&log, "2026-01-13 10:15:02,480 INFO [a] b - password=x\n".repeat(9)).unwrap();
    for nothing in [&picture, &log, &root.path().join("nothing")] {
        let output = lint(&[nothing], &[]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(2) && said.lines().count() == 1, "{said}");
        assert_eq!(out(&output), "");
    }
}

#[test]
fn recorded_requests_are_looked_at() {
    let body = |header: &str| {
        format!(
            "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/' xmlns:c='http://lawson.com/ws/credentials'><e:Header>{header}</e:Header>\
             <e:Body><o:Get xmlns:o='http://your.company.net/S/Get'><o:GetItem><o:A>1</o:A></o:GetItem></o:Get></e:Body></e:Envelope>"
        )
    };
    let entry = |url: &str, header: &str| {
        serde_json::json!({"request": {"method": "POST", "url": url, "headers": [{"name": "Content-Type", "value": "text/xml"}],
            "postData": {"mimeType": "text/xml", "text": body(header)}}, "response": {"status": 200}})
    };
    let company = "<c:lws><c:company>100</c:company></c:lws>";
    let har = serde_json::json!({"log": {"entries": [
        entry("http://m3:21007/mws-ws/services/S", company),
        entry("http://m3:21007/mws-ws/services/S", ""),
        entry("http://m3:21007/mws-ws/services/S", "<c:lws><c:company>?</c:company></c:lws>"),
        entry("http://m3:21007/mws-ws/services/S", "<c:lws><c:user>U</c:user><c:password>S3cret</c:password><c:company>100</c:company></c:lws>"),
        entry("https://m3:21008/mws-ws/services/S", "<c:lws><c:user>U</c:user><c:password>S3cret</c:password><c:company>100</c:company></c:lws>"),
    ]}});
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("a.har");
    std::fs::write(&path, har.to_string()).unwrap();
    let answer = json(&[&path], &[]);
    let found: Vec<_> = answer["findings"].as_array().unwrap().iter().collect();
    let facts: Vec<_> = found
        .iter()
        .map(|f| (f["index"].as_u64().unwrap(), f["rule"].as_str().unwrap(), f["part"].as_str().unwrap()))
        .collect();
    let expected = [
        (1, "request-missing-company", "request-body"),
        (2, "request-placeholder", "request-body"),
        (3, "request-credentials-http", "request-body"),
    ];
    assert_eq!(facts, expected);
    let column = |n: usize| found[n]["column"].as_u64().unwrap();
    let at = |header: &str, part: &str| u64::try_from(body(header).find(part).unwrap()).unwrap() + 1;
    assert_eq!(column(1), at("<c:lws><c:company>?</c:company></c:lws>", "?</c:company>"));
    assert!(!answer.to_string().contains("S3cret"));
    // A case holds the same, masked.
    let case = root.path().join("a.mwscope");
    let import = Command::new(env!("CARGO_BIN_EXE_mwscope")).arg("import").args([&case, &path]).output().unwrap();
    assert_eq!(import.status.code(), Some(0));
    let again = json(&[&case], &[]);
    let rules =
        |answer: &Value| places(answer).into_iter().map(|(_, _, column, rule)| (column, rule)).collect::<Vec<_>>();
    assert_eq!(rules(&again), rules(&answer));
}

#[test]
fn standard_input_is_linted_and_garbage_does_no_harm() {
    let feed = |bytes: &[u8]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mwscope"));
        let mut child = command
            .args(["lint", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(bytes).unwrap();
        child.wait_with_output().unwrap()
    };
    let xaml = std::fs::read(samples("planted/CustomerPortal.xaml")).unwrap();
    assert!(out(&feed(&xaml)).contains("\n-:35:48: error: WS.User"));
    for cut in (0..xaml.len()).step_by(211) {
        let status = feed(&xaml[..cut]).status.code();
        assert!(matches!(status, Some(0..=2)), "cut at {cut}: {status:?}");
    }
    for (at, byte) in [(100, 0xff), (400, b'<'), (1700, b'&'), (2100, b'%')] {
        let mut bytes = xaml.clone();
        bytes[at] = byte;
        assert!(matches!(feed(&bytes).status.code(), Some(0..=2)));
    }
}

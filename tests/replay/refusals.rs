//! What isn't sent, and why: without a yes, with secrets masked, or where it isn't there.

use super::exact::har;
use super::lab::{Raw, json, mwscope, ok, record, said, text};

#[test]
fn what_may_change_something_needs_a_yes() {
    let server = Raw::always(&ok("<r/>"));
    let folder = tempfile::tempdir().unwrap();
    let path = har(folder.path(), &[("POST", &server.url("/a"), &[], "<a/>"), ("GET", &server.url("/b"), &[], "")]);
    let refused = mwscope(&["replay", &path, "x0"]);
    assert_eq!((refused.status.code(), server.take().len()), (Some(2), 0));
    assert!(said(&refused).contains("--yes") && said(&refused).contains("--dry-run"), "{}", said(&refused));
    let dry = mwscope(&["replay", &path, "x0", "--dry-run", "--set", "header:Authorization=Basic bWU6Z2VoZWlt"]);
    assert_eq!((dry.status.code(), server.take().len()), (Some(0), 0));
    let shown = text(&dry.stdout);
    assert!(shown.contains("POST /a HTTP/1.1\n") && shown.contains("Content-Length: 4\n"), "{shown}");
    assert!(!shown.contains("bWU6Z2VoZWlt") && !shown.contains("geheim"), "{shown}");
    assert_eq!(mwscope(&["replay", &path, "x1"]).status.code(), Some(0));
    assert_eq!(server.take().len(), 1);
    for args in
        [&["x7"][..], &["traffic.har#9"], &["x1", "--set", "nonsense"], &["x0", "--yes", "--body", "nowhere"], &[]]
    {
        let mut all = vec!["replay", path.as_str()];
        all.extend(args);
        let output = mwscope(&all);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{args:?}");
        assert_eq!(said(&output).lines().count(), 1, "{}", said(&output));
    }
}

#[test]
fn masked_recordings_get_their_credentials_first() {
    let server = Raw::always(&ok("<r/>"));
    let folder = tempfile::tempdir().unwrap();
    let soap = "<s:Envelope xmlns:s='u'><s:Header><lws xmlns='http://lawson.com/ws/credentials'><user>ME</user><password>geheim1</password>\
                <company>100</company></lws></s:Header></s:Envelope>";
    let request = format!(
        "POST /mws HTTP/1.1\r\nHost: {}\r\nAuthorization: Basic TUU6Z2VoZWltMQ==\r\nContent-Type: text/xml\r\nContent-Length: {}\r\n\r\n{soap}",
        server.address,
        soap.len()
    );
    let case = record(folder.path(), &server, &[request.as_bytes()], false).display().to_string();
    assert_eq!(text(&server.take()[0]), request);
    let refused = mwscope(&["replay", &case, "x0", "--yes"]);
    assert_eq!((refused.status.code(), server.take().len()), (Some(2), 0));
    let why = said(&refused);
    assert!(why.contains("header:Authorization") && why.contains("/Envelope/Header/lws/password"), "{why}");
    let half = mwscope(&["replay", &case, "x0", "--yes", "--set", "//password=geheim1"]);
    assert!(half.status.code() == Some(2) && !said(&half).contains("lws/password"), "{}", said(&half));
    let run = json(&mwscope(&["replay", &case, "x0", "--yes", "--user", "ME:geheim1", "--format", "json"]));
    assert_eq!(text(&server.take()[0]), request, "as it was before it was masked");
    assert!(!run.to_string().contains("geheim1") && !run.to_string().contains("TUU6Z2VoZWltMQ"), "{run}");
    let other = mwscope(&["replay", &case, "x0", "--yes", "--user", "YOU:p&w", "--set", "//company=200"]);
    assert_eq!(other.status.code(), Some(0), "{}", said(&other));
    let arrived = text(&server.take()[0]);
    assert!(arrived.contains("Authorization: Basic WU9VOnAmdw=="), "{arrived}");
    assert!(
        arrived.contains("<user>YOU</user><password>p&amp;w</password>") && arrived.contains("<company>200</company>")
    );
}

#[test]
fn what_was_sent_can_be_kept_and_is_found_again() {
    let server = Raw::always("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 4\r\n\r\noops");
    let folder = tempfile::tempdir().unwrap();
    let request = format!("POST /a HTTP/1.1\r\nHost: {}\r\nContent-Length: 4\r\n\r\n<a/>", server.address);
    let case = record(folder.path(), &server, &[request.as_bytes()], false).display().to_string();
    let checked = mwscope(&["replay", &case, "x0", "--yes", "--check"]);
    assert_eq!(checked.status.code(), Some(1), "{}", said(&checked));
    assert_eq!(mwscope(&["replay", &case, "x0", "--yes", "--compare"]).status.code(), Some(0));
    let different = mwscope(&["replay", &case, "x0", "--yes", "--compare", "--set", "url=http://127.0.0.1:1/"]);
    assert_eq!(different.status.code(), Some(1), "{}", said(&different));
    let list = |case: &str| text(&mwscope(&["list", case, "--format", "ndjson"]).stdout);
    assert_eq!(list(&case).lines().count(), 1, "a case is left as it is unless it is said otherwise");
    assert_eq!(mwscope(&["replay", &case, "x0", "--yes", "--save", &case, "--times", "2"]).status.code(), Some(0));
    let rows: Vec<serde_json::Value> = list(&case).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let told: Vec<_> = rows
        .iter()
        .map(|row| (row["source"].as_str().unwrap(), row["index"].as_u64().unwrap(), row["status"].as_u64()))
        .collect();
    assert_eq!(told, [("proxy", 0, Some(500)), ("replay", 0, Some(500)), ("replay", 1, Some(500))]);
    let again = mwscope(&["replay", &case, "replay#1", "--yes"]);
    assert_eq!(again.status.code(), Some(0), "{}", said(&again));
}

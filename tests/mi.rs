//! M3's API sockets in a capture: what was refused on them is said, and by whom.

use std::process::Command;

use serde_json::Value;

const CLIENT: [u8; 4] = [10, 0, 0, 1];
const SERVER: [u8; 4] = [10, 0, 0, 2];

/// A conversation on an API socket: what the client sent and what the server did, in turns, in frames of the protocol.
fn capture(turns: &[(bool, String)]) -> Vec<u8> {
    let mut file = Vec::new();
    for word in [0xa1b2_3c4d_u32, 0x0004_0002, 0, 0, 0xffff, 101] {
        file.extend(word.to_le_bytes());
    }
    let mut sent = [1000_u32, 5000];
    for (n, (from_client, text)) in (0_u32..).zip(turns) {
        let mut payload = u32::try_from(text.len()).expect("short").to_be_bytes().to_vec();
        payload.extend(text.bytes());
        let (own, other) = (usize::from(!from_client), usize::from(*from_client));
        let ports: [u16; 2] = if *from_client { [40001, 16105] } else { [16105, 40001] };
        let mut segment: Vec<u8> = ports.iter().flat_map(|port| port.to_be_bytes()).collect();
        segment.extend(sent[own].to_be_bytes());
        segment.extend(sent[other].to_be_bytes());
        segment.extend([0x50, 0x18, 0xff, 0xff, 0, 0, 0, 0]);
        sent[own] += u32::try_from(payload.len()).expect("short");
        segment.extend(payload);
        let len = u16::try_from(20 + segment.len()).expect("short");
        let mut packet = vec![0x45, 0];
        packet.extend(len.to_be_bytes());
        packet.extend([0, 0, 0, 0, 64, 6, 0, 0]);
        packet.extend(if *from_client { [CLIENT, SERVER] } else { [SERVER, CLIENT] }.concat());
        packet.extend(segment);
        for word in [1_768_294_800 + n, 0, u32::from(len), u32::from(len)] {
            file.extend(word.to_le_bytes());
        }
        file.extend(packet);
    }
    file
}

fn logon() -> [(bool, String); 2] {
    let logon = format!(
        "PWLOG{:32}{:16}{:16}{:32}{:32}{:16}",
        "100AAA", "MWSUSR", "xxxxxxxx", "CRS610MI", "MI-TEST", "10.0.0.1"
    );
    [(true, logon), (false, "Connection accepted".to_owned())]
}

fn asked(customer: &str, answer: &str) -> [(bool, String); 2] {
    [(true, format!("{:15}{customer}", "GetBasicData")), (false, answer.to_owned())]
}

fn findings(turns: &[(bool, String)], beside: Option<&str>) -> Vec<Value> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("mi.pcap");
    std::fs::write(&path, capture(turns)).expect("written");
    let mut command = Command::new(env!("CARGO_BIN_EXE_mwscope"));
    command.env("MWSCOPE_CONFIG_DIR", folder.path()).arg("investigate").arg(&path).args(beside);
    let output = command.args(["--format", "json"]).output().expect("it runs");
    let told: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    told["findings"].as_array().expect("a list").clone()
}

#[test]
fn a_refusal_on_a_socket_is_a_verdict_with_its_message_and_user() {
    let nok = "NOK  XIM0002 Customer number 4711 is invalid";
    let other = "NOK  XIM0002 Customer number 12 is invalid";
    let turns = [logon(), asked("4711", nok), asked("8", "OK   Central depot"), asked("12", other)].concat();
    let found = findings(&turns, None);
    let [finding] = &found[..] else { panic!("{found:#?}") };
    let text = |name: &str| finding[name].as_str().unwrap_or_default().to_owned();
    assert_eq!((&*text("rule"), &*text("kind"), &*text("layer")), ("mi-refused", "verdict", "m3-data"));
    assert_eq!((&*text("program"), &*text("severity")), ("CRS610MI", "error"));
    assert_eq!(text("title"), "M3 refused CRS610MI.GetBasicData: XIM0002 Customer number 4711 is invalid");
    let explained = "CRS610MI.GetBasicData for MWSUSR was refused on an API socket; 2 of 3 calls of it were: XIM0002 Customer number 4711 is invalid.";
    assert_eq!(text("explanation"), explained);
    assert_eq!(finding["evidence"][0]["kind"], "stream", "{finding:#}");
    assert_eq!(finding["evidence"][0]["role"], "cause");
}

#[test]
fn what_m3_did_is_no_finding_and_beside_recorded_calls_a_refusal_is_a_note() {
    assert!(findings(&[logon(), asked("8", "OK   Central depot")].concat(), None).is_empty());
    // The middle of a message isn't its first word.
    assert!(findings(&[logon(), asked("8", "OK   NOK")].concat(), None).is_empty());
    let case = "captures/cases/crs008-facility";
    let turns = [logon(), asked("4711", "NOK  XIM0002 Never heard of it")].concat();
    let found = findings(&turns, Some(case));
    let refused: Vec<&Value> = found.iter().filter(|finding| finding["rule"] == "mi-refused").collect();
    assert_eq!(refused.len(), 1, "{found:#?}");
    assert_eq!((&refused[0]["kind"], &refused[0]["severity"]), (&"note".into(), &"warn".into()));
    // What a recorded call was answered is that call's matter.
    let turns = [logon(), asked("4711", "NOK  XIM0002 Customer number is invalid")].concat();
    let found = findings(&turns, Some(case));
    assert!(!found.iter().any(|finding| finding["rule"] == "mi-refused"), "{found:#?}");
}

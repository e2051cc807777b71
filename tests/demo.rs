//! The demonstration from outside: the whole way from a call through the proxy to the verdict, live and from the case
//! that it leaves.

use std::path::Path;
use std::process::Command;

fn mwscope(arguments: &[&str]) -> String {
    let done = Command::new(env!("CARGO_BIN_EXE_mwscope")).args(arguments).output().expect("mwscope runs");
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "mwscope {arguments:?} ended with {:?}: {said}", done.status.code());
    String::from_utf8_lossy(&done.stdout).replace("\r\n", "\n")
}

fn files(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
}

#[test]
fn the_demonstration_finds_the_program_that_broke() {
    let folder = tempfile::tempdir().unwrap();
    let kept = folder.path().join("kept");
    let kept_text = kept.to_str().expect("a path that is text");
    let said = mwscope(&["demo", "--headless", "--calls", "5", "--seed", "3", "--keep", kept_text]);
    assert!(said.contains("simulated MWS (synthetic)"), "{said}");
    let verdicts: Vec<&str> = said.lines().filter(|l| l.starts_with("verdict")).collect();
    let broke = "CRS008 ended abnormally with NullPointerException at READ_DSP ICFCMD";
    assert!(verdicts.iter().any(|l| l.contains("x3") && l.contains(broke) && l.contains("m3-program")), "{said}");
    assert!(verdicts.iter().any(|l| l.contains("x5") && l.contains("XIM0002") && l.contains("m3-data")), "{said}");
    assert!(!verdicts.iter().any(|l| l.contains("x1 ")), "an answered challenge is no failure:\n{said}");

    // Live is loaded: the case that was left leads to the same verdicts.
    let case = kept.join("demo.mwscope");
    let case_text = case.to_str().expect("a path that is text");
    let report: serde_json::Value =
        serde_json::from_str(&mwscope(&["investigate", case_text, "--format", "json"])).expect("JSON");
    let found = report["findings"].as_array().expect("findings");
    let verdicts: Vec<_> = found.iter().filter(|f| f["kind"] == "verdict").collect();
    assert_eq!(verdicts.len(), 2, "{verdicts:#?}");
    let broke = verdicts.iter().find(|f| f["exchange"]["id"] == "x3").expect("the failing call");
    assert_eq!(broke["layer"], "m3-program");
    let dump = broke["evidence"].as_array().expect("evidence").iter().find(|e| e["kind"] == "dump");
    assert_eq!(dump.expect("a dump")["where"], "READ_DSP ICFCMD", "and not the interactive user's");

    let listed = mwscope(&["list", case_text, "--format", "ndjson"]);
    assert_eq!(listed.lines().count(), 6, "five calls, one of them asked for credentials:\n{listed}");
    let mut stored = Vec::new();
    files(&case, &mut stored);
    for path in stored {
        let held = std::fs::read(&path).unwrap();
        // `:simulated` at the two alignments that the three users give it in Base64.
        for secret in ["OnNpbXVsYXRlZA", "c2ltdWxhdGVk"] {
            let here = held.windows(secret.len()).any(|w| w == secret.as_bytes());
            assert!(!here, "{} holds a password", path.display());
        }
    }
}

#[test]
fn a_folder_that_cannot_be_made_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let done = Command::new(env!("CARGO_BIN_EXE_mwscope"))
        .args(["demo", "--headless", "--calls", "1", "--keep"])
        .arg(file.join("below"))
        .output()
        .expect("mwscope runs");
    assert_eq!(done.status.code(), Some(2));
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(said.starts_with("mwscope: ") && said.contains("; name another folder"), "{said}");
}

//! Exchanges out of packet captures, exported as the packets that were captured: what is read back is what was there.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

fn mwscope(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mwscope")).args(args).env("NO_COLOR", "1").output().unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// Everything that is known of the exchanges in a capture, but where in it they stand.
fn exchanges(path: &Path, options: &[&str]) -> Vec<Value> {
    let output = mwscope(&[&["export", &shown(path), "--to", "ndjson", "--show-secrets"], options].concat());
    let lines = String::from_utf8(output.stdout).unwrap();
    let line = |line: &str| {
        let mut value: Value = serde_json::from_str(line).unwrap();
        let members = value.as_object_mut().unwrap();
        members.retain(|name, _| !matches!(name.as_str(), "source" | "id" | "index" | "stream" | "tunnel"));
        value
    };
    lines.lines().map(line).collect()
}

fn cut(path: &Path, out: &Path, options: &[&str]) -> Output {
    let (path, out) = (shown(path), shown(out));
    mwscope(&[&["export", &path, "--to", "pcapng", "--show-secrets", "--force", "-o", &out], options].concat())
}

fn sample(folder: &Path) -> PathBuf {
    let case = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("captures/cases/crs008-facility");
    let capture = folder.join("capture.pcapng");
    let made = mwscope(&["export", &shown(&case), "--to", "pcapng", "-o", &shown(&capture)]);
    assert_eq!(made.status.code(), Some(0), "{}", err(&made));
    capture
}

#[test]
fn the_packets_of_a_call_are_cut_out_of_a_capture() {
    let folder = tempfile::tempdir().unwrap();
    let (capture, one) = (sample(folder.path()), folder.path().join("one.pcapng"));
    let done = cut(&capture, &one, &["x28"]);
    assert!(done.status.code() == Some(0) && err(&done).contains("as captured"), "{}", err(&done));
    let (all, found) = (exchanges(&capture, &[]), exchanges(&one, &[]));
    assert_eq!(found, all[28..29]);
    let (whole, part) = (std::fs::read(&capture).unwrap(), std::fs::read(&one).unwrap());
    assert!(part.len() * 5 < whole.len(), "{} of {}", part.len(), whole.len());
    // Its last packet, byte for byte.
    let text = String::from_utf8_lossy(&part);
    assert!(text.contains("Packets cut out of captures") && !text.contains("No packet in it was captured"));
    // Who doesn't ask for secrets gets none: what is written is put together.
    let masked = folder.path().join("masked.pcapng");
    mwscope(&["export", &shown(&capture), "x28", "--to", "pcapng", "-o", &shown(&masked)]);
    assert!(String::from_utf8_lossy(&std::fs::read(&masked).unwrap()).contains("No packet in it was captured"));
}

#[test]
fn what_was_captured_and_what_was_recorded_stand_in_one_file() {
    let folder = tempfile::tempdir().unwrap();
    let (capture, both) = (sample(folder.path()), folder.path().join("both.pcapng"));
    let har =
        shown(&PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("captures/cases/crs008-facility/inputs/traffic.har"));
    let done = cut(&capture, &both, &[&har, "--filter", "is:failed"]);
    assert_eq!(done.status.code(), Some(0), "{}", err(&done));
    let failed = mwscope(&["list", &shown(&capture), &har, "--filter", "is:failed", "--format", "ndjson"]);
    let failed = String::from_utf8(failed.stdout).unwrap().lines().count();
    assert_eq!(exchanges(&both, &[]).len(), failed);
}

/// Captures that others made.
fn fixtures() -> Vec<PathBuf> {
    let Some(folder) = std::env::var_os("MWSCOPE_FIXTURES") else { return Vec::new() };
    let entries = std::fs::read_dir(Path::new(&folder).join("pcap")).unwrap().map(|entry| entry.unwrap());
    let mut paths: Vec<_> =
        entries.filter(|e| e.metadata().unwrap().len() < 300_000).map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

#[test]
fn captures_of_all_kinds_say_the_same_when_they_are_cut() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("cut.pcapng");
    let mut wrong = Vec::new();
    for path in fixtures() {
        let all = exchanges(&path, &[]);
        if all.is_empty() {
            continue;
        }
        let done = cut(&path, &out, &[]);
        let found = exchanges(&out, &[]);
        if done.status.code() != Some(0) || found.len() != all.len() {
            wrong.push(format!("{}: {} of {}; {}", path.display(), found.len(), all.len(), err(&done)));
        }
        let different = found.iter().zip(&all).filter(|(found, all)| found != all).take(2);
        wrong.extend(different.map(|(found, all)| format!("{}: {found}\nwas {all}", path.display())));
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn the_keys_that_open_it_go_with_it() {
    let Some(fixtures) = std::env::var_os("MWSCOPE_FIXTURES") else { return };
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("cut.pcapng");
    for (capture, keys) in [
        ("wireshark--tls12-chacha20poly1305.pcap", "wireshark--tls12-chacha20poly1305.keys"),
        ("wireshark--dhe1.pcapng.gz", "wireshark--dhe1_keylog.dat"),
    ] {
        let (path, keys) =
            (Path::new(&fixtures).join("pcap").join(capture), Path::new(&fixtures).join("keys").join(keys));
        let keys = shown(&keys);
        let opened = exchanges(&path, &["--keylog", &keys]);
        let done = cut(&path, &out, &["--keylog", &keys]);
        assert_eq!(done.status.code(), Some(0), "{capture}: {}", err(&done));
        assert!(!opened.is_empty());
        assert_eq!(exchanges(&out, &[]), opened, "{capture}");
    }
}

/// The blocks of a capture in pcapng, those with keys apart from the others; and the keys.
fn without_keys(capture: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let number = |bytes: &[u8], at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()) as usize;
    let (mut packets, mut keys, mut rest) = (Vec::new(), Vec::new(), capture);
    while !rest.is_empty() {
        let (block, after) = rest.split_at(number(rest, 4));
        match number(block, 0) {
            0xa => keys.extend_from_slice(&block[16..16 + number(block, 12)]),
            _ => packets.extend_from_slice(block),
        }
        rest = after;
    }
    (packets, keys)
}

#[cfg(unix)]
#[test]
fn keys_that_come_through_a_pipe_go_with_it() {
    use std::io::Write;
    use std::process::Stdio;
    let folder = tempfile::tempdir().unwrap();
    let [har, made, capture, out] = ["a.har", "made.pcapng", "a.pcapng", "out.pcapng"].map(|n| folder.path().join(n));
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/captures/cases/crs008-facility/inputs/traffic.har");
    let text = std::fs::read_to_string(sample).unwrap();
    std::fs::write(&har, text.replace("\"url\": \"http:", "\"url\": \"https:")).unwrap();
    assert_eq!(cut(&har, &made, &["x28"]).status.code(), Some(0));
    let (packets, keys) = without_keys(&std::fs::read(&made).unwrap());
    assert!(!keys.is_empty(), "it is sealed");
    std::fs::write(&capture, packets).unwrap();
    let (capture, shown_out) = (shown(&capture), shown(&out));
    let mut run = Command::new(env!("CARGO_BIN_EXE_mwscope"))
        .args(["export", &capture, "--to", "pcapng", "--show-secrets", "-o", &shown_out, "--keylog", "/dev/stdin"])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    run.stdin.take().unwrap().write_all(&keys).unwrap();
    let done = run.wait_with_output().unwrap();
    assert!(done.status.success() && !err(&done).contains("have to be handed on"), "{}", err(&done));
    assert_eq!(exchanges(&out, &[]).len(), 1);
}

//! Third-party captures: what they are known to hold, and what tshark finds in them. `tests/captures/tshark.tsv` says
//! where tshark is wrong and why. Needs `MWSCOPE_FIXTURES`, and tshark for the second part; says so where they aren't
//! there.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

fn fixtures() -> Option<PathBuf> {
    let folder = std::env::var_os("MWSCOPE_FIXTURES").map(PathBuf::from);
    if folder.is_none() {
        println!("skipped: captures of others, since MWSCOPE_FIXTURES is unset");
    }
    folder
}

/// What `mwscope packets` says of a capture, one value a line; with its key log where there is one.
fn packets(fixtures: &Path, name: &str, streams: bool) -> Vec<Value> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mwscope"));
    command.args(["packets", "--format", "ndjson"]).args(streams.then_some("--streams"));
    if let Some(keys) = key_log(fixtures, name) {
        command.arg("--keylog").arg(keys);
    }
    let output = command.arg(fixtures.join("pcap").join(name)).output().expect("mwscope runs");
    assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("text");
    text.lines().map(|line| serde_json::from_str(line).expect("a value a line")).collect()
}

fn key_log(fixtures: &Path, name: &str) -> Option<PathBuf> {
    let start = name.split(".pcap").next()?;
    let mut keys = std::fs::read_dir(fixtures.join("keys")).ok()?.flatten().map(|entry| entry.path());
    keys.find(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(start)))
}

/// Method, target, status and both body lengths of each exchange of a capture.
fn exchanges(fixtures: &Path, name: &str) -> Vec<String> {
    let word = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let all = packets(fixtures, name, false);
    let fields = ["method", "target", "status", "request_bytes", "response_bytes", "complete"];
    all.iter().map(|x| fields.map(|field| word(&x[field])).join(" ")).collect()
}

#[test]
fn captures_hold_what_their_makers_say() {
    let Some(fixtures) = fixtures() else { return };
    let of = |name: &str| exchanges(&fixtures, name);
    let lengths: Vec<_> = of("zeek--http--pipelined-requests.pcap")
        .iter()
        .map(|line| line.split(' ').nth(4).unwrap_or_default().to_owned())
        .collect();
    // As sent; the first two are compressed.
    assert_eq!(lengths, ["946", "6716", "94", "2349", "27579"]);
    let pipelined = fixtures.join("pcap/zeek--http--pipelined-requests.pcap");
    for (id, len) in [("x0", 2675), ("x1", 21421), ("x2", 94), ("x3", 2349), ("x4", 27579)] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mwscope"));
        command.arg("show").arg(&pipelined).args([id, "--body", "response", "--show-secrets"]);
        assert_eq!(command.output().expect("mwscope runs").stdout.len(), len, "{id}");
    }
    assert_eq!(
        of("zeek--http--100-continue.pcap")[0].split(' ').skip(2).collect::<Vec<_>>(),
        ["200", "2001", "60731", "true"]
    );
    let thousand = packets(&fixtures, "zeek--http--1000-requests-one-dropped-response.pcap.gz", false);
    assert_eq!(thousand.len(), 1000);
    let unanswered: Vec<_> = thousand.iter().filter(|x| x["status"].is_null()).collect();
    assert_eq!((unanswered.len(), &unanswered[0]["complete"]), (1, &Value::Bool(false)));
    let gap = of("suricata-verify--http-gap-simple--input.pcap");
    assert_eq!(gap.iter().map(|line| line.ends_with("true")).collect::<Vec<_>>(), [true, false, true]);
    let order = of("wireshark--http-ooo.pcap");
    let order: Vec<_> = order.iter().map(|line| line.split(' ').take(2).collect::<Vec<_>>().join(" ")).collect();
    assert_eq!(order, ["PUT /1", "GET /2", "PUT /3", "PUT /4", "PUT /5"]);
    assert_eq!(packets(&fixtures, "zeek--http--websocket.pcap", false)[0]["status"], 101);
}

#[test]
fn streams_have_the_bytes_that_their_makers_say() {
    let Some(fixtures) = fixtures() else { return };
    let count = |name: &str, field: &str| -> Vec<u64> {
        packets(&fixtures, name, true).iter().map(|stream| stream[field].as_u64().unwrap_or(u64::MAX)).collect()
    };
    let name = "arkime--pcap--tcp-reassembly-synthetic.pcap";
    assert_eq!(count(name, "client_bytes"), [40, 45, 49, 44, 37, 49, 47, 39, 39, 39, 31]);
    assert_eq!(count(name, "server_gaps"), [0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0]);
    assert_eq!(count("arkime--pcap--tcp_handshake_synthetic.pcap", "client_bytes").len(), 14);
    assert_eq!(count("zeek--tcp--miss_end_data.pcap", "server_gaps"), [2902]);
    assert_eq!(count("wireshark--tcp-badsegments.pcap", "client_gaps"), [62]);
}

/// A multiset of what a stream holds.
type Found = BTreeMap<(String, String), usize>;

fn tshark(arguments: &[&str], file: &Path, keys: Option<&Path>) -> Option<Vec<Vec<String>>> {
    let mut command = Command::new("tshark");
    if let Some(keys) = keys {
        command.arg("-o").arg(format!("tls.keylog_file:{}", keys.display()));
    }
    let output = command.args(["-n", "-T", "fields"]).args(arguments).arg("-r").arg(file).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    Some(text.lines().map(|line| line.split('\t').map(str::to_owned).collect()).collect())
}

#[test]
fn requests_and_responses_are_those_that_tshark_finds() {
    let Some(fixtures) = fixtures() else { return };
    if Command::new("tshark").arg("-v").output().is_err() {
        println!("skipped: captures beside tshark, which isn't installed");
        return;
    }
    let table = include_str!("captures/tshark.tsv");
    let excused: BTreeSet<_> = table
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('\t').and_then(|(file, rest)| Some((file, rest.split_once('\t')?.0))))
        .collect();
    let mut names: Vec<_> = std::fs::read_dir(fixtures.join("pcap")).expect("a folder").flatten().collect();
    names.sort_by_key(std::fs::DirEntry::file_name);
    let (mut wrong, mut needless) = (Vec::new(), Vec::new());
    for entry in names {
        let name = entry.file_name().to_string_lossy().into_owned();
        let keys = key_log(&fixtures, &name);
        let mut ours = [Found::new(), Found::new()];
        for x in packets(&fixtures, &name, false).iter().filter(|x| x["http"] != "HTTP/2") {
            let stream = x["stream"].to_string();
            let (method, target) = (x["method"].as_str().unwrap_or(""), x["target"].as_str().unwrap_or(""));
            if !method.is_empty() {
                *ours[0].entry((stream.clone(), format!("{method} {target}"))).or_default() += 1;
            }
            if !x["status"].is_null() {
                *ours[1].entry((stream, x["status"].to_string())).or_default() += 1;
            }
        }
        let fields = ["-e", "tcp.stream", "-e"];
        let requests =
            [&["-Y", "http.request"][..], &fields, &["http.request.method", "-e", "http.request.uri"]].concat();
        let responses = [&["-Y", "http.response"][..], &fields, &["http.response.code"]].concat();
        for (what, arguments, ours) in [("requests", requests, &ours[0]), ("responses", responses, &ours[1])] {
            let mut theirs = Found::new();
            for row in tshark(&arguments, &entry.path(), keys.as_deref()).unwrap_or_default() {
                let stream = row[0].split(',').next().unwrap_or_default();
                // Several messages in one packet stand in one cell.
                let one = row.get(1).is_some_and(|cell| !cell.contains(','));
                let second = row.get(2).map(|cell| if one { vec![cell.as_str()] } else { cell.split(',').collect() });
                for (n, first) in row.get(1).map(String::as_str).unwrap_or_default().split(',').enumerate() {
                    let words = second
                        .as_ref()
                        .and_then(|second| second.get(n))
                        .map_or_else(|| first.to_owned(), |target| format!("{first} {target}"));
                    if what == "requests" || !first.starts_with("10") || first == "101" {
                        *theirs.entry((stream.to_owned(), words)).or_default() += 1;
                    }
                }
            }
            let is_excused = excused.contains(&(name.as_str(), what));
            // Suites that aren't opened are said to be so elsewhere.
            let missing = theirs.iter().filter(|(key, count)| ours.get(key).is_none_or(|own| own < count)).count();
            if (*ours != theirs) != is_excused {
                let list = if is_excused { &mut needless } else { &mut wrong };
                list.push(format!("{name} {what}: ours {ours:?}, theirs {theirs:?}, {missing} missing"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // Another version of tshark may be right where that of the table isn't.
    needless.iter().for_each(|line| println!("not needed in the table: {line}"));
}

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

fn tshark(arguments: &[&str], file: &Path, keys: Option<&Path>) -> Option<String> {
    let mut command = Command::new("tshark");
    if let Some(keys) = keys {
        command.arg("-o").arg(format!("tls.keylog_file:{}", keys.display()));
    }
    let output = command.arg("-n").args(arguments).arg("-r").arg(file).output().ok()?;
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Requests or responses by stream: method and target, or status. Several messages in one packet stand in one cell.
fn messages_of_tshark(what: &str, file: &Path, keys: Option<&Path>) -> Found {
    let filter = if what == "requests" { "http.request" } else { "http.response" };
    let fields: &[&str] = match what {
        "requests" => &["http.request.method", "http.request.uri"],
        _ => &["http.response.code"],
    };
    let fields = ["tcp.stream"].iter().chain(fields).flat_map(|field| ["-e", field]);
    let arguments: Vec<_> = ["-T", "fields", "-Y", filter].into_iter().chain(fields).collect();
    let mut found = Found::new();
    for row in tshark(&arguments, file, keys).unwrap_or_default().lines() {
        let cells: Vec<_> = row.split('\t').collect();
        let stream = cells[0].split(',').next().unwrap_or_default();
        let one = cells.get(1).is_some_and(|cell| !cell.contains(','));
        let second = cells.get(2).map(|cell| if one { vec![*cell] } else { cell.split(',').collect() });
        for (n, first) in cells.get(1).unwrap_or(&"").split(',').enumerate() {
            let target = second.as_ref().and_then(|second| second.get(n));
            let words = target.map_or_else(|| first.to_owned(), |target| format!("{first} {target}"));
            if what == "requests" || !first.starts_with("10") || first == "101" {
                *found.entry((stream.to_owned(), words)).or_default() += 1;
            }
        }
    }
    found
}

/// Method or status, and the body's length behind the transfer coding, by stream. No field has that length: it stands
/// in the text for people alone.
fn bodies_of_tshark(file: &Path, keys: Option<&Path>) -> Found {
    let arguments = ["-o", "http.decompress_body:FALSE", "-Y", "http", "-V", "-O", "http,tcp"];
    let text = tshark(&arguments, file, keys).unwrap_or_default();
    let (mut found, mut stream, mut message) = (Found::new(), String::new(), None);
    let mut end = |message: &mut Option<(String, usize)>, stream: &str| {
        let Some((start, len)) = message.take().filter(|(start, _)| !start.is_empty()) else { return };
        if !start.starts_with("10") || start == "101" {
            *found.entry((stream.to_owned(), format!("{start} {len}"))).or_default() += 1;
        }
    };
    for line in text.lines() {
        if line.starts_with(|first: char| !first.is_whitespace()) {
            end(&mut message, &stream);
            message = (line == "Hypertext Transfer Protocol").then(|| (String::new(), 0));
        }
        let line = line.trim();
        if let Some(number) = line.strip_prefix("[Stream index: ") {
            stream = number.trim_end_matches(']').to_owned();
        }
        let Some((start, len)) = &mut message else { continue };
        let word = line.strip_prefix("Request Method: ").or_else(|| line.strip_prefix("Status Code: "));
        if let Some(word) = word.filter(|_| start.is_empty()) {
            word.clone_into(start);
        }
        let coded = line.strip_prefix("Content-encoded entity body (").and_then(|rest| Some(rest.split_once(": ")?.1));
        let bytes = line.strip_prefix("File Data: ").or(coded).and_then(|rest| rest.split(' ').next());
        if let Some(bytes) = bytes {
            *len = bytes.parse().expect("a length");
        }
    }
    end(&mut message, &stream);
    found
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
        let mut ours = [Found::new(), Found::new(), Found::new()];
        for x in packets(&fixtures, &name, false).iter().filter(|x| x["http"] != "HTTP/2") {
            let stream = x["stream"].to_string();
            let (method, target) = (x["method"].as_str().unwrap_or(""), x["target"].as_str().unwrap_or(""));
            if !method.is_empty() {
                *ours[0].entry((stream.clone(), format!("{method} {target}"))).or_default() += 1;
                *ours[2].entry((stream.clone(), format!("{method} {}", x["request_bytes"]))).or_default() += 1;
            }
            if !x["status"].is_null() {
                *ours[2].entry((stream.clone(), format!("{} {}", x["status"], x["response_bytes"]))).or_default() += 1;
                *ours[1].entry((stream, x["status"].to_string())).or_default() += 1;
            }
        }
        for (what, ours) in ["requests", "responses", "bodies"].into_iter().zip(&ours) {
            let theirs = match what {
                "bodies" => bodies_of_tshark(&entry.path(), keys.as_deref()),
                _ => messages_of_tshark(what, &entry.path(), keys.as_deref()),
            };
            let is_excused = excused.contains(&(name.as_str(), what));
            if (*ours != theirs) != is_excused {
                let list = if is_excused { &mut needless } else { &mut wrong };
                let alone = |a: &Found, b: &Found| -> Vec<_> {
                    a.iter()
                        .filter(|(key, count)| b.get(key) != Some(count))
                        .map(|(key, count)| (key.clone(), *count))
                        .collect()
                };
                list.push(format!("{name} {what}: ours {:?}, theirs {:?}", alone(ours, &theirs), alone(&theirs, ours)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // Another version of tshark may be right where that of the table isn't.
    needless.iter().for_each(|line| println!("not needed in the table: {line}"));
}

/// A capture of raw IP of one conversation: who sends what, the client first, to that port.
fn conversation(port: u16, messages: &[(bool, &[u8])]) -> Vec<u8> {
    let mut file = [0xa1b2_c3d4_u32, 0x0004_0002, 0, 0, 65_535, 101].map(u32::to_le_bytes).concat();
    let mut next = [1000_u32, 5000];
    for (at, (from_server, payload)) in messages.iter().enumerate() {
        let (own, other) = (usize::from(*from_server), usize::from(!from_server));
        let ends = [([10, 0, 0, 1], 40_000_u16), ([10, 0, 0, 2], port)];
        let len = 40 + payload.len();
        file.extend([1_768_292_102, at as u32, len as u32, len as u32].map(u32::to_le_bytes).concat());
        file.extend([0x45, 0, 0, len as u8, 0, 0, 0, 0, 64, 6, 0, 0]);
        file.extend([ends[own].0, ends[other].0].concat());
        file.extend([ends[own].1.to_be_bytes(), ends[other].1.to_be_bytes()].concat());
        file.extend([next[own].to_be_bytes(), next[other].to_be_bytes()].concat());
        file.extend([0x50, 0x18, 0xff, 0xff, 0, 0, 0, 0]);
        file.extend_from_slice(payload);
        next[own] += payload.len() as u32;
    }
    file
}

#[test]
fn framed_conversations_are_bci_only_where_the_user_says_so() {
    let frame = |text: &str| [&(text.len() as u32).to_be_bytes()[..], text.as_bytes()].concat();
    let (asked, answered) = (frame("\u{1}GetOrder\u{2}0000012"), frame("\u{3}OK a customer\u{4}"));
    let messages: Vec<_> = [(false, &asked[..]), (true, &answered[..])].repeat(4);
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("a.pcap");
    std::fs::write(&file, conversation(6800, &messages)).expect("a file");
    for (port, expected) in [(None, "framed"), (Some("6801"), "framed"), (Some("6800"), "bci")] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mwscope"));
        command.args(["packets", "--streams", "--format", "ndjson"]).arg(&file);
        if let Some(port) = port {
            command.args(["--bci", port]);
        }
        let output = command.output().expect("mwscope runs").stdout;
        let stream: Value = serde_json::from_slice(&output).expect("one conversation");
        assert_eq!(stream["protocol"], expected, "{port:?}: {stream}");
        assert_eq!(stream["framed"]["messages"][0]["text"][0], "GetOrder");
    }
}

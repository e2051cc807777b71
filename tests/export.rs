//! `export` from outside: what is written is read back and compared field by field, by the tables of the formats.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

fn sample() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("captures/cases/crs008-facility")
}

/// Recordings that others wrote, where the machine has them.
fn fixtures() -> Vec<PathBuf> {
    let Some(folder) = std::env::var_os("MWSCOPE_FIXTURES") else { return Vec::new() };
    let entries = fs::read_dir(Path::new(&folder).join("http")).unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| {
        path.extension().is_some_and(|extension| matches!(extension.to_str(), Some("har" | "saz" | "mitm")))
    });
    paths.sort();
    paths
}

fn mwscope(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mwscope")).args(args).env("NO_COLOR", "1").output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// Everything that is known of the exchanges in a file.
fn everything(path: &Path) -> Vec<Value> {
    let output = mwscope(&["export", &shown(path), "--to", "ndjson", "--show-secrets"]);
    assert_eq!(output.status.code(), Some(0), "{}: {}", path.display(), err(&output));
    out(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// What a format does with each field, as it says itself.
fn fields(format: &str) -> Vec<(String, String)> {
    let output = mwscope(&["export", "--fields", format]);
    let rows = out(&output);
    let pair = |line: &str| {
        let mut words = line.split_whitespace().map(str::to_owned);
        (words.next().unwrap(), words.next().unwrap())
    };
    rows.lines().map(pair).collect()
}

/// Everything in a file: the members of an archive unpacked, their names too.
fn members(path: &Path) -> Vec<(String, Vec<u8>)> {
    let bytes = fs::read(path).unwrap();
    if !bytes.starts_with(b"PK") {
        return vec![(shown(path), bytes)];
    }
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut all = Vec::new();
    for at in 0..zip.len() {
        let mut member = zip.by_index(at).unwrap();
        let name = member.name().unwrap().into_owned();
        let mut bytes = name.clone().into_bytes();
        std::io::copy(&mut member, &mut bytes).unwrap();
        all.push((name, bytes));
    }
    all
}

/// The members of a line that belong to a field.
fn places(field: &str) -> Vec<&str> {
    match field {
        "request.body" => vec!["/request/body", "/request/body_base64", "/request/body_state", "/request_bytes"],
        "response.body" => vec!["/response/body", "/response/body_base64", "/response/body_state", "/response_bytes"],
        "request.headers" => vec!["/request/headers"],
        "request.trailers" => vec!["/request/trailers"],
        "request.head" => vec!["/request/head_base64"],
        "response.headers" => vec!["/response/headers"],
        "response.trailers" => vec!["/response/trailers"],
        "response.head" => vec!["/response/head_base64"],
        "response.reason" => vec!["/response/reason"],
        "response.http" => vec!["/response/http"],
        "outcome" => vec!["/outcome", "/stage", "/cause", "/failed"],
        "started" => vec!["/started"],
        "duration_ms" => vec!["/duration_ms"],
        "client" => vec!["/client"],
        "server" => vec!["/server"],
        "process" => vec!["/process"],
        "method" => vec!["/method", "/service", "/operation", "/program", "/user", "/fault", "/challenge"],
        "url" => vec!["/url"],
        "target" => vec!["/target"],
        "http" => vec!["/http"],
        "status" => vec!["/status"],
        "interim" => vec!["/interim"],
        "complete" => vec!["/complete"],
        "timings" => vec!["/timings"],
        "tls" => vec!["/tls"],
        "tunnel" => vec!["/tunnel"],
        "stream" => vec!["/stream"],
        "edits" => vec!["/edits"],
        "masks" => vec!["/masks"],
        "notes" => vec!["/notes"],
        "origin" => vec!["/origin"],
        other => panic!("{other} is a field that no test compares"),
    }
}

/// Writes a file in a format, reads it, and gives what of the kept fields isn't the same.
fn differences(path: &Path, format: &str, folder: &Path) -> Vec<String> {
    let written = folder.join(format!("written.{format}"));
    let done = mwscope(&["export", &shown(path), "--to", format, "--show-secrets", "--force", "-o", &shown(&written)]);
    assert_eq!(done.status.code(), Some(0), "{}: {}", path.display(), err(&done));
    let (before, after) = (everything(path), everything(&written));
    let mut wrong = Vec::new();
    if before.len() != after.len() {
        wrong.push(format!("{} exchanges, were {}", after.len(), before.len()));
    }
    let kept: Vec<_> = fields(format).into_iter().filter(|(_, kept)| kept == "kept").collect();
    assert!(kept.len() > 5, "{format} keeps next to nothing");
    for (at, (before, after)) in before.iter().zip(&after).enumerate() {
        for (field, _) in &kept {
            for member in places(field) {
                let value = |of: &Value| {
                    let value = of.pointer(member).cloned().unwrap_or_default();
                    if member == "/notes" { in_order(value) } else { value }
                };
                let (was, is) = (value(before), value(after));
                if was != is {
                    let (was, is) = (was.to_string(), is.to_string());
                    wrong.push(format!("{at} {member}: {is:.200}\n     was {was:.200}"));
                }
            }
        }
    }
    wrong
}

/// Notes in any order are the same notes.
fn in_order(notes: Value) -> Value {
    let Value::Array(mut notes) = notes else { return notes };
    notes.sort_by_key(Value::to_string);
    Value::Array(notes)
}

fn comes_back(format: &str) {
    let folder = tempfile::tempdir().unwrap();
    let mut wrong = Vec::new();
    for path in [sample()].into_iter().chain(fixtures()) {
        if mwscope(&["list", &shown(&path)]).status.code() != Some(0) {
            continue;
        }
        let found = differences(&path, format, folder.path());
        wrong.extend(found.into_iter().take(10).map(|what| format!("{}: {what}", path.display())));
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn har_comes_back() {
    comes_back("har");
}

#[test]
fn saz_comes_back() {
    comes_back("saz");
}

#[test]
fn flow_comes_back() {
    comes_back("flow");
}

#[test]
fn captures_come_back() {
    comes_back("pcapng");
}

/// Writes a zip archive of one session as Fiddler does with a password.
fn encrypted(path: &Path, options: zip::write::FileOptions<'_, '_, ()>) {
    use std::io::Write;
    let mut writer = zip::ZipWriter::new(fs::File::create(path).unwrap());
    for (name, text) in [
        ("raw/1_c.txt", "GET http://a.example/x HTTP/1.1\r\nHost: a.example\r\n\r\n"),
        ("raw/1_s.txt", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"),
        ("raw/1_m.xml", "<Session SID=\"1\" BitFlags=\"0\"></Session>"),
    ] {
        writer.start_file(name, options).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap();
}

#[test]
fn encrypted_sessions_open_with_their_password() {
    use zip::unstable::write::FileOptionsExt;
    let folder = tempfile::tempdir().unwrap();
    let plain = zip::write::SimpleFileOptions::default;
    let (old, new) = (folder.path().join("old.saz"), folder.path().join("new.saz"));
    encrypted(&old, plain().with_deprecated_encryption(b"opensesame").unwrap());
    encrypted(&new, plain().with_aes_encryption(zip::AesMode::Aes256, "opensesame"));
    for path in [&old, &new].map(|path| shown(path)) {
        let closed = mwscope(&["list", &path]);
        assert!(closed.status.code() == Some(2) && err(&closed).contains("--password"), "{}", err(&closed));
        let wrong = mwscope(&["list", &path, "--password", "other"]);
        assert!(wrong.status.code() == Some(2) && err(&wrong).contains("another one"), "{}", err(&wrong));
        let open = mwscope(&["list", &path, "--password", "opensesame", "--format", "ndjson"]);
        assert!(out(&open).contains("\"status\":200"), "{}", err(&open));
    }
}

fn without_paths(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|name, _| !matches!(name.as_str(), "path" | "source" | "reference"));
            members.values_mut().for_each(without_paths);
        }
        Value::Array(items) => items.iter_mut().for_each(without_paths),
        Value::String(text) => {
            // What is no HAR is one in a bundle, and is called so.
            let exchange = regex::Regex::new(r"[^\s(]*#(\d+)").unwrap();
            *text = exchange.replace_all(text, "#$1").into_owned();
            let path = regex::Regex::new(r"\S*inputs[/\\](?:\d{4}/|dumps[/\\])?").unwrap();
            *text = path.replace_all(text, "").into_owned();
        }
        _ => {}
    }
}

#[test]
fn a_bundle_says_the_same_elsewhere() {
    let folder = tempfile::tempdir().unwrap();
    let bundle = shown(&folder.path().join("ticket.zip"));
    let done = mwscope(&["export", &shown(&sample()), "--to", "bundle", "-o", &bundle, "--keep-users"]);
    assert_eq!((done.status.code(), err(&done).as_str()), (Some(0), ""));
    assert_eq!(said(&[&bundle], &[]), said(&[&shown(&sample())], &[]));
    let again = mwscope(&["export", &shown(&sample()), "--to", "bundle", "-o", &bundle]);
    assert!(again.status.code() == Some(2) && err(&again).contains("--force"), "{}", err(&again));
    let renamed = shown(&folder.path().join("renamed.zip"));
    mwscope(&["export", &shown(&sample()), "--to", "bundle", "-o", &renamed]);
    for (name, bytes) in members(Path::new(&renamed)) {
        assert!(!String::from_utf8_lossy(&bytes).to_lowercase().contains("mwsusr"), "{name} names a user");
    }
    let found = out(&mwscope(&["investigate", &renamed, "--format", "json"]));
    assert!(found.contains("READ_DSP ICFCMD") && found.contains("\"line\": 399"), "{found:.400}");
}

#[test]
fn a_user_whom_only_the_log_names_has_another_name_too() {
    let folder = tempfile::tempdir().unwrap();
    let log = std::fs::read_to_string(sample().join("inputs/merged.log")).unwrap();
    let line = log.lines().find(|line| line.contains(" user JDOE ")).unwrap().replace("JDOE", "LOGONLY7");
    std::fs::write(folder.path().join("merged.log"), format!("{log}{line}\n")).unwrap();
    std::fs::copy(sample().join("inputs/traffic.har"), folder.path().join("traffic.har")).unwrap();
    let bundle = shown(&folder.path().join("ticket.zip"));
    let paths = ["merged.log", "traffic.har"].map(|name| shown(&folder.path().join(name)));
    let done = mwscope(&["export", &paths[0], &paths[1], "--to", "bundle", "-o", &bundle]);
    assert_eq!(done.status.code(), Some(0), "{}", err(&done));
    for (name, bytes) in members(Path::new(&bundle)) {
        assert!(!String::from_utf8_lossy(&bytes).contains("LOGONLY7"), "{name} names a user");
    }
}

/// What `investigate` says of paths, without what speaks of them.
fn said(paths: &[&str], options: &[&str]) -> Value {
    let output = mwscope(&[&["investigate"], paths, options, &["--format", "json"]].concat());
    assert_eq!(output.status.code(), Some(0), "{paths:?}: {}", err(&output));
    let mut value: Value = serde_json::from_str(&out(&output)).unwrap();
    without_paths(&mut value);
    value
}

#[test]
fn a_bundle_knows_what_was_told_when_it_was_made() {
    let folder = tempfile::tempdir().unwrap();
    let (har, log) = (sample().join("inputs/traffic.har"), sample().join("inputs/merged.log"));
    let dated = fs::read_to_string(&log).unwrap();
    let undated: String =
        dated.lines().map(|line| format!("{}\n", line.strip_prefix("2026-01-13 ").unwrap_or(line))).collect();
    fs::create_dir(folder.path().join("inputs")).unwrap();
    let clock_times = folder.path().join("inputs/times.log");
    fs::write(&clock_times, undated).unwrap();
    let [har, log, clock_times] = [&har, &log, &clock_times].map(|path| shown(path));
    let told: [(&[&str], &[&str]); 5] = [
        (&[&har, &log], &["--zone", "Asia/Kolkata"]),
        (&[&har, &log], &["--clock", "merged.log=+3.7s", "--zone", "+02:00"]),
        (&[&har, &log], &["--same", "merged.log:399", "x40"]),
        (&[&har, &clock_times], &["--date", "2026-01-12"]),
        (&[&har, &log], &["--layout", "%d{yyyy-MM-dd HH:mm:ss,SSS} %m%n"]),
    ];
    for (n, (paths, options)) in told.into_iter().enumerate() {
        let elsewhere = tempfile::tempdir().unwrap();
        let bundle = shown(&elsewhere.path().join(format!("{n}.zip")));
        let arguments = [&["export"], paths, options, &["--to", "bundle", "--keep-users", "-o", &bundle]].concat();
        let done = mwscope(&arguments);
        assert_eq!(done.status.code(), Some(0), "{options:?}: {}", err(&done));
        let whole = said(paths, options);
        assert_ne!(whole, said(paths, &[]), "{options:?} changes nothing, so this shows nothing");
        assert_eq!(said(&[&bundle], &[]), whole, "{options:?}");
        if n == 1 {
            // Handed on once more, it still knows; who knows better can say so.
            let again = shown(&elsewhere.path().join("again.zip"));
            mwscope(&["export", &bundle, "--to", "bundle", "--keep-users", "-o", &again]);
            assert_eq!(said(&[&again], &[]), whole);
            assert_ne!(said(&[&bundle], &["--zone", "-08:00"]), whole);
        }
    }
    let refused = mwscope(&["export", &har, "--to", "csv", "--zone", "+01:00"]);
    assert!(refused.status.code() == Some(2) && err(&refused).contains("--zone"), "{}", err(&refused));
}

/// The lines of `packets`, without the path.
fn packets(path: &Path, options: &[&str]) -> Vec<Value> {
    let output = mwscope(&[&["packets", &shown(path)], options, &["--format", "ndjson"]].concat());
    assert_eq!(output.status.code(), Some(0), "{}: {}", path.display(), err(&output));
    let line = |line: &str| {
        let mut value: Value = serde_json::from_str(line).unwrap();
        value.as_object_mut().unwrap().remove("source");
        value
    };
    out(&output).lines().map(line).collect()
}

#[test]
fn a_bundle_holds_the_conversations_of_captures() {
    let folder = tempfile::tempdir().unwrap();
    let capture = folder.path().join("own.pcapng");
    mwscope(&["export", &shown(&sample()), "--to", "pcapng", "-o", &shown(&capture)]);
    let mut captures = vec![capture];
    if let Some(fixtures) = std::env::var_os("MWSCOPE_FIXTURES") {
        let entries = fs::read_dir(Path::new(&fixtures).join("pcap")).unwrap().map(|entry| entry.unwrap());
        let small = entries.filter(|entry| entry.metadata().unwrap().len() < 100_000).map(|entry| entry.path());
        captures.extend(small);
    }
    let mut spoken = std::collections::BTreeSet::new();
    let mut wrong = Vec::new();
    for capture in captures {
        if mwscope(&["packets", &shown(&capture), "--streams"]).status.code() != Some(0) {
            continue;
        }
        let bundle = folder.path().join("ticket.zip");
        let arguments =
            ["export", &shown(&capture), "--to", "bundle", "--keep-users", "--force", "-o", &shown(&bundle)];
        let done = mwscope(&arguments);
        assert_eq!(done.status.code(), Some(0), "{}: {}", capture.display(), err(&done));
        let streams = packets(&capture, &["--streams"]);
        spoken.extend(streams.iter().map(|stream| stream["protocol"].to_string()));
        for (is, was) in packets(&bundle, &["--streams"]).iter().zip(&streams).filter(|(is, was)| is != was) {
            wrong.push(format!("{}: {is}\nwas {was}", capture.display()));
        }
        let (is, was) = (said(&[&shown(&bundle)], &[]), said(&[&shown(&capture)], &[]));
        if is != was {
            wrong.push(format!("{}: {is}\nwas {was}", capture.display()));
        }
        let table = |path: &Path| out(&mwscope(&["packets", &shown(path), "--streams"]));
        if table(&bundle) != table(&capture) {
            wrong.push(format!("{}: {}\nwas\n{}", capture.display(), table(&bundle), table(&capture)));
        }
        for (name, bytes) in members(&bundle) {
            assert!(!name.ends_with("pcap") && !name.ends_with("pcapng"), "{name}");
            assert!(!bytes.starts_with(&[0xd4, 0xc3, 0xb2, 0xa1]) && !bytes.starts_with(&[0x0a, 0x0d, 0x0d, 0x0a]));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(spoken.contains("\"http1\""), "{spoken:?}");
}

const SECRETS: [&str; 6] =
    ["Pa55&w<rd/One", "Tok3n-Two.Two_Two", "C00kie33Three", "F0rm Pass/Four!", "Sess10nFive55", "Log0nlyS1x66"];

/// A recording, a log and a dump with secrets wherever they can stand.
fn planted(folder: &Path) -> Vec<String> {
    use base64::Engine;
    let base64 = |text: &str| base64::engine::general_purpose::STANDARD.encode(text);
    let [one, two, three, four, five, six] = SECRETS;
    let xml = one.replace('&', "&amp;").replace('<', "&lt;");
    let form = four.replace(' ', "+").replace('/', "%2F").replace('!', "%21");
    let header = |name: &str, value: &str| serde_json::json!({"name": name, "value": value});
    let entry = |url: &str, headers: Vec<Value>, mime: &str, body: &str, answer: &str| {
        serde_json::json!({
            "startedDateTime": "2026-01-13T09:15:02.418Z", "time": 10,
            "request": {"method": "POST", "url": url, "httpVersion": "HTTP/1.1", "headers": headers,
                "postData": {"mimeType": mime, "text": body}},
            "response": {"status": 500, "statusText": "No", "httpVersion": "HTTP/1.1", "headers": [
                header("Set-Cookie", &format!("SID={three}; Path=/")), header("Content-Type", "text/xml")],
                "content": {"mimeType": "text/xml", "text": answer}},
            "timings": {"send": 1, "wait": 8, "receive": 1}, "_note": format!("tried with {one}"),
        })
    };
    let soap = format!("<Envelope><Header><user>PLANTED</user><password>{xml}</password></Header></Envelope>");
    let fault =
        format!("<Envelope><Fault><faultstring>refused {xml} and {}</faultstring></Fault></Envelope>", base64(one));
    let basic = header("Authorization", &format!("Basic {}", base64(&format!("PLANTED:{one}"))));
    let archive = serde_json::json!({"log": {"version": "1.2", "entries": [
        entry("http://a.example/mws-ws/services/X", vec![basic, header("Content-Type", "text/xml")], "text/xml", &soap, &fault),
        entry(&format!("http://a.example/y?access_token={two}"), vec![header("Authorization", &format!("Bearer {two}")),
            header("Cookie", &format!("SID={three}")), header("Content-Type", "application/x-www-form-urlencoded")],
            "application/x-www-form-urlencoded", &format!("user=PLANTED&password={form}"), &format!("<a>{form}</a>")),
        entry("http://a.example/z", vec![header("Content-Type", "application/json")], "application/json",
            &format!("{{\"client_secret\":\"{five}\"}}"), "<a/>"),
    ]}});
    fs::write(folder.join("planted.har"), archive.to_string()).unwrap();
    let log = format!(
        "2026-01-13 10:15:02,480 INFO  [w-1] a.B - sign-on PLANTED password={six}\n\
         2026-01-13 10:15:02,490 WARN  [w-1] a.B - refused: {one} {xml} {} {}\n\
         2026-01-13 10:15:02,500 WARN  [w-1] a.B - GET /y?access_token={two} with {form}\n\
         2026-01-13 10:15:02,510 INFO  [w-1] a.B - session {three} of {five}\n",
        base64(one),
        base64(&format!("x{five}y")),
    );
    fs::write(folder.join("planted.log"), log).unwrap();
    vec![shown(&folder.join("planted.har")), shown(&folder.join("planted.log"))]
}

/// All spellings in which a secret would be given away.
fn spellings(secret: &str) -> Vec<String> {
    use base64::Engine;
    let escaped = |upper: bool| -> String {
        let hex = |b: u8| if upper { format!("%{b:02X}") } else { format!("%{b:02x}") };
        let keep = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
        secret.bytes().map(|b| if keep(b) { char::from(b).to_string() } else { hex(b) }).collect()
    };
    vec![
        secret.to_owned(),
        base64::engine::general_purpose::STANDARD.encode(secret).trim_end_matches('=').to_owned(),
        escaped(true),
        escaped(false),
        escaped(true).replace("%20", "+"),
        secret.replace('&', "&amp;").replace('<', "&lt;"),
    ]
}

#[test]
fn no_secret_is_handed_on_in_any_format() {
    let folder = tempfile::tempdir().unwrap();
    let paths = planted(folder.path());
    let help = out(&mwscope(&["export", "--help"]));
    let formats = ["bundle", "har", "saz", "flow", "pcapng", "raw", "ndjson", "csv"];
    assert!(formats.iter().all(|format| help.contains(format)), "{help}");
    for format in formats {
        let ending = if matches!(format, "bundle" | "raw") { "zip" } else { format };
        let written = folder.path().join(format!("{format}.{ending}"));
        let mut arguments = vec!["export", &paths[0], &paths[1], "--to", format, "-o"];
        let name = shown(&written);
        arguments.push(&name);
        let done = mwscope(&arguments);
        assert_eq!(done.status.code(), Some(0), "{format}: {}", err(&done));
        let mut texts = members(&written);
        texts.push(("standard error".to_owned(), done.stderr));
        for (name, bytes) in texts {
            let text = String::from_utf8_lossy(&bytes);
            for form in SECRETS.iter().flat_map(|secret| spellings(secret)) {
                if let Some(at) = text.find(&form) {
                    let from = text.floor_char_boundary(at.saturating_sub(80));
                    panic!("{format} {name} holds {form}: {:.200}", &text[from..]);
                }
            }
        }
    }
    let pattern = mwscope(&["export", &paths[0], "--to", "ndjson", "--mask-pattern", "PLANT[A-Z]+"]);
    assert!(!out(&pattern).contains("PLANTED") && out(&pattern).contains("*******"));
    let kept = mwscope(&["export", &paths[0], "--to", "ndjson", "--show-secrets"]);
    assert!(out(&kept).contains(SECRETS[1]));
}

#[cfg(unix)]
#[test]
fn what_is_written_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    for (format, name) in [("har", "a.har"), ("bundle", "b.zip"), ("raw", "c")] {
        let path = folder.path().join(name);
        mwscope(&["export", &shown(&sample()), "x28", "--to", format, "-o", &shown(&path)]);
        let files = if path.is_dir() {
            fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()).collect()
        } else {
            vec![path]
        };
        assert!(!files.is_empty());
        for file in files {
            assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600, "{}", file.display());
        }
    }
}

#[test]
fn a_case_is_the_same_from_inside_its_folder() {
    let folder = tempfile::tempdir().unwrap();
    let case = folder.path().join("ticket.mwscope");
    let har = concat!(env!("CARGO_MANIFEST_DIR"), "/captures/cases/crs008-facility/inputs/traffic.har");
    assert!(mwscope(&["import", case.to_str().unwrap(), har]).status.success());
    let export = ["export", "--to", "opensearch", "--show-secrets"];
    let named = mwscope(&[&export[..], &[case.to_str().unwrap()]].concat());
    let inside = Command::new(env!("CARGO_BIN_EXE_mwscope")).args(export).arg(".").current_dir(&case).output().unwrap();
    assert!(named.status.success() && String::from_utf8_lossy(&named.stdout).contains("ticket.mwscope"));
    assert!(named.stdout == inside.stdout, "{}", String::from_utf8_lossy(&inside.stdout));
}

#[test]
fn where_clocks_may_be_told_is_said_of_every_format() {
    let output = mwscope(&["export", "nowhere.har", "--to", "har", "--zone", "UTC"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    for format in ["bundle", "otlp", "otlp-grpc", "opensearch", "clickhouse"] {
        assert!(said.contains(&format!(" {format}")), "{format}: {said}");
    }
}

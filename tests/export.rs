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

/// The members of a line that belong to a field.
fn members(field: &str) -> Vec<&str> {
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
            for member in members(field) {
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

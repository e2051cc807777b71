//! The same traffic as its producer wrote it twice, as a flow file and as HAR: both are read, and what both formats can
//! hold is compared field by field. Needs the third-party files that `MWSCOPE_FIXTURES` names.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use base64::Engine;
use serde_json::Value;

/// Members of a line that both formats hold; what the producer left out of its HAR, or says otherwise there, stands in
/// [`LEFT_OUT`] with the reason.
const COMPARED: [&str; 27] = [
    "/started",
    "/method",
    "/url",
    "/target",
    "/http",
    "/server",
    "/status",
    "/service",
    "/operation",
    "/program",
    "/user",
    "/fault",
    "/outcome",
    "/stage",
    "/cause",
    "/complete",
    "/interim",
    "/edits",
    "/tunnel",
    "/challenge",
    "/request/headers",
    "/request/trailers",
    "/request_bytes",
    "/response/http",
    "/response/reason",
    "/response/headers",
    "/response/trailers",
];

/// Fields that a table of kept fields has, and that these files can't show alike.
const LEFT_OUT: [(&str, &str); 13] = [
    ("client", "its HAR names no client"),
    ("process", "mitmproxy knows none"),
    ("tls", "its HAR says nothing of TLS"),
    ("notes", "what is the producer's own has other names in both"),
    ("timings", "compared by themselves: its HAR has the connection's also where that was there before"),
    ("duration_ms", "compared by itself, as the sum that HAR wants"),
    ("request.body", "compared by itself: its HAR has bytes as the characters of Latin-1"),
    ("response.body", "compared by itself: its HAR has bytes as the characters of Latin-1"),
    ("request.head", "neither has the bytes of heads"),
    ("response.head", "neither has the bytes of heads"),
    ("stream", "neither has packets"),
    ("masks", "nothing was masked by us"),
    ("origin", "nothing was sent again by us"),
];

fn twins() -> Vec<(PathBuf, PathBuf)> {
    let Some(folder) = std::env::var_os("MWSCOPE_FIXTURES") else { return Vec::new() };
    let entries = std::fs::read_dir(Path::new(&folder).join("http")).unwrap();
    let flows = entries.map(|entry| entry.unwrap().path());
    let flows = flows.filter(|path| path.extension().is_some_and(|extension| extension == "mitm"));
    let pairs = flows.map(|flows| (flows.clone(), flows.with_extension("har")));
    pairs.filter(|(_, har)| har.is_file()).collect()
}

fn mwscope(args: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_mwscope")).args(args).env("NO_COLOR", "1").output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn exchanges(path: &Path) -> Vec<Value> {
    let lines = mwscope(&["export", &path.display().to_string(), "--to", "ndjson", "--show-secrets"]);
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_flow_file_and_the_har_of_the_same_traffic_say_the_same() {
    let twins = twins();
    if std::env::var_os("MWSCOPE_FIXTURES").is_some() {
        assert!(twins.len() >= 3, "only {} pairs of a flow file and a HAR", twins.len());
    }
    let mut wrong = Vec::new();
    for (flows, har) in twins {
        let (left, right) = (exchanges(&flows), exchanges(&har));
        let name = har.file_stem().unwrap().to_string_lossy().into_owned();
        assert!(!left.is_empty() && left.len() == right.len(), "{name}: {} and {}", left.len(), right.len());
        for (n, (left, right)) in left.iter().zip(&right).enumerate() {
            let different = COMPARED.iter().filter(|place| left.pointer(place) != right.pointer(place));
            let shown =
                |of: &Value, place: &str| format!("{:.200}", of.pointer(place).unwrap_or(&Value::Null).to_string());
            wrong.extend(
                different.map(|place| format!("{name} {n} {place}: {} {}", shown(left, place), shown(right, place))),
            );
            for part in ["request", "response"] {
                if !same_body(&left[part], &right[part]) {
                    wrong.push(format!("{name} {n} body of the {part}"));
                }
            }
            if let Some(what) = different_times(left, right) {
                wrong.push(format!("{name} {n} {what}"));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// Content decoded; where HAR has no text for the bytes, mitmproxy writes each as the character of that number.
fn same_body(flow: &Value, har: &Value) -> bool {
    let bytes = |of: &Value| match (of["body"].as_str(), of["body_base64"].as_str()) {
        (Some(text), _) => text.as_bytes().to_vec(),
        (None, Some(base64)) => base64::engine::general_purpose::STANDARD.decode(base64).unwrap(),
        (None, None) => Vec::new(),
    };
    let latin = |text: &str| text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect::<Option<Vec<u8>>>();
    let (flow, har_bytes) = (bytes(flow), bytes(har));
    flow == har_bytes || har["body"].as_str().and_then(latin).is_some_and(|har| har == flow)
}

/// Send, wait and receive are the same; what the HAR takes besides is the connection's.
fn different_times(flow: &Value, har: &Value) -> Option<String> {
    let ms = |of: &Value, place: &str| of.pointer(place).and_then(Value::as_f64).unwrap_or_default();
    let apart = |a: f64, b: f64| (a - b).abs() > 0.01;
    for phase in ["/timings/send", "/timings/wait", "/timings/receive"] {
        if apart(ms(flow, phase), ms(har, phase)) {
            return Some(format!("{phase}: {} {}", ms(flow, phase), ms(har, phase)));
        }
    }
    let connection = |of: &Value| ms(of, "/timings/connect") + ms(of, "/timings/tls");
    let (flow, har) = (ms(flow, "/duration_ms"), ms(har, "/duration_ms") - connection(har));
    apart(flow, har).then(|| format!("duration without the connection of the HAR: {flow} {har}"))
}

#[test]
fn every_field_that_both_keep_is_compared_or_left_out_for_a_reason() {
    let kept = |format: &str| -> BTreeSet<String> {
        let table = mwscope(&["export", "--fields", format]);
        table.lines().filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
    };
    for field in kept("flow").intersection(&kept("har")) {
        let place = format!("/{}", field.replace('.', "/"));
        let compared = COMPARED.contains(&place.as_str());
        let left_out = LEFT_OUT.iter().any(|(name, _)| name == field);
        assert!(compared != left_out, "{field} is neither compared nor left out, or both");
    }
}

//! What a linter found as SARIF 2.1.0, which code hosts and editors read.
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>

use std::collections::HashMap;

use mwscope_parsers::hex;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::model::{Fault, LintRule, Linted, SourceProblem, Weight};

/// The log of one run.
#[must_use]
pub fn sarif(linted: &Linted, rules: &[&LintRule], problems: &[SourceProblem]) -> Value {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let results: Vec<_> = linted.faults.iter().map(|fault| result(fault, rules, &mut seen)).collect();
    let notifications: Vec<_> = problems.iter().map(notification).collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "mwscope",
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "rules": rules.iter().map(|rule| descriptor(rule)).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "invocations": [{"executionSuccessful": true, "toolExecutionNotifications": notifications}],
            "results": results,
        }],
    })
}

fn descriptor(rule: &LintRule) -> Value {
    let (wrong, right) = rule.example;
    let help = format!("{}. Remedy: {}.\nWrong: {wrong}\nRight: {right}", rule.why, rule.remedy);
    let markdown = format!(
        "{}.\n\n**Remedy:** {}.\n\nWrong:\n\n```\n{wrong}\n```\n\nRight:\n\n```\n{right}\n```\n",
        rule.why, rule.remedy
    );
    let name: String = rule.name.split('-').map(capital).collect();
    json!({
        "id": rule.name,
        "name": name,
        "shortDescription": {"text": format!("{}.", capital(rule.looks_for))},
        "fullDescription": {"text": format!("{}.", rule.why)},
        "help": {"text": help, "markdown": markdown},
        "defaultConfiguration": {"enabled": rule.on, "level": rule.weight.word()},
        "properties": {"tags": rule.artefacts.iter().map(|kind| kind.word()).collect::<Vec<_>>()},
    })
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

fn result(fault: &Fault, rules: &[&LintRule], seen: &mut HashMap<String, usize>) -> Value {
    let level = match fault.weight {
        Weight::Error => "error",
        Weight::Warning => "warning",
    };
    let mut location = json!({"physicalLocation": {"artifactLocation": {"uri": uri(&fault.path)}}});
    let place = fault.place;
    if let Some((id, index, part)) = fault.exchange {
        // The place is one of the body, not of the file that holds it.
        location["logicalLocations"] = json!([{
            "name": id.to_string(),
            "fullyQualifiedName": format!("{}#{index}/{}:{}:{}", fault.path, part.word(), place.line, place.column),
            "kind": "member",
        }]);
    } else {
        location["physicalLocation"]["region"] = json!({
            "startLine": place.line,
            "startColumn": place.column,
            "endLine": place.end_line,
            "endColumn": place.end_column,
        });
    }
    json!({
        "ruleId": fault.rule.name,
        "ruleIndex": rules.iter().position(|rule| rule.name == fault.rule.name),
        "level": level,
        "message": {"text": format!("{}; {}", fault.message, fault.rule.remedy)},
        "locations": [location],
        "partialFingerprints": {"mwscope/v1": fingerprint(fault, seen)},
    })
}

/// The same for the same fault wherever it moves to in its file: rule, file, what it is about, and which of them it is.
fn fingerprint(fault: &Fault, seen: &mut HashMap<String, usize>) -> String {
    let path = fault.path.replace('\\', "/");
    let index = fault.exchange.map(|(_, index, _)| index);
    let own = format!("{}\0{path}\0{index:?}\0{}\0{}", fault.rule.name, fault.name, fault.found);
    let n = seen.entry(own.clone()).or_default();
    let digest = Sha256::digest(format!("{own}\0{n}"));
    *n += 1;
    hex::text(&digest[..16])
}

fn notification(problem: &SourceProblem) -> Value {
    json!({
        "level": "warning",
        "message": {"text": format!("{}; {}", problem.what, problem.remedy)},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": uri(&problem.path)}}}],
    })
}

/// A path as a reference of RFC 3986: relative ones stay so, others become URLs of files.
fn uri(path: &str) -> String {
    let path = path.replace('\\', "/");
    let coded: String = path
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z'
            | b'A'..=b'Z'
            | b'0'..=b'9'
            | b'/'
            | b'-'
            | b'.'
            | b'_'
            | b'~'
            | b'!'
            | b'$'
            | b'\''
            | b'('
            | b')'
            | b'*'
            | b'+'
            | b','
            | b'@' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect();
    let drive = path.as_bytes().get(1) == Some(&b':') && path.as_bytes().first().is_some_and(u8::is_ascii_alphabetic);
    if drive {
        format!("file:///{}:{}", &coded[..1], coded[1..].trim_start_matches("%3A"))
    } else if coded.starts_with("//") {
        format!("file:{coded}")
    } else if coded.starts_with('/') {
        format!("file://{coded}")
    } else {
        coded
    }
}

#[cfg(test)]
mod tests {
    use super::uri;

    #[test]
    fn paths_become_references() {
        assert_eq!(uri("a b/x.zip!/é#.xaml"), "a%20b/x.zip!/%C3%A9%23.xaml");
        assert_eq!(uri("C:\\a\\b.xaml"), "file:///C:/a/b.xaml");
        assert_eq!(uri("/a/b"), "file:///a/b");
        assert_eq!(uri("\\\\server\\share\\a"), "file://server/share/a");
        assert_eq!(uri("a:b"), "file:///a:b");
    }
}

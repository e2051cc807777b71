//! Scripts, properties files and command files of any language: passwords and addresses in clear, by the notations in
//! which they stand. Lines that are comments aren't looked at.

use std::ops::Range;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::address;
use super::secret;
use super::text::Found;

/// Looks at a script.
pub(super) fn check(text: &str, found: &mut Vec<Found>) {
    let from = found.len();
    let code = is_code(text);
    let mut at = 0;
    let mut in_comment = false;
    for line in text.split_inclusive(['\n', '\r']) {
        if !is_comment(line.trim(), &mut in_comment) {
            check_line(line, at, code, found);
        }
        at += line.len();
    }
    let own = &mut found[from..];
    own.sort_by_key(|found| (found.range.start, found.rule.name));
    // Two notations may see one value.
    let mut seen: Vec<(&str, Range<usize>)> = Vec::new();
    let mut kept = Vec::new();
    for found in found.split_off(from) {
        let twice = seen.iter().any(|(rule, range)| {
            *rule == found.rule.name && found.range.start < range.end && range.start < found.range.end
        });
        if !twice {
            seen.push((found.rule.name, found.range.clone()));
            kept.push(found);
        }
    }
    found.extend(kept);
}

/// Whether a value without quotes is an expression, as in programs, and no text, as in properties and command files.
fn is_code(text: &str) -> bool {
    static CODE: LazyLock<Regex> = LazyLock::new(|| {
        let pattern = r"(?m)^\s*(?:import |from \S+ import|package |using |#include|def \w+\s*\(|(?:async )?function\b|(?:var|let|const) \w+|class \w+|public |private |#!.*(?:python|node|perl|ruby))|;\s*$";
        Regex::new(pattern).expect("invariant: a pattern that compiles")
    });
    CODE.is_match(text)
}

fn is_comment(line: &str, in_comment: &mut bool) -> bool {
    if *in_comment {
        *in_comment = !line.contains("*/");
        return true;
    }
    if line.starts_with("/*") {
        *in_comment = !line.contains("*/");
        return true;
    }
    let word = line.get(..4).unwrap_or(line).to_ascii_lowercase();
    let is_rem = word == "rem "
        || word == "rem\t"
        || word == "rem"
        || line.get(..5).is_some_and(|w| w.eq_ignore_ascii_case("@rem "));
    is_rem
        || ["#", "//", "::", ";", "--", "'", "!", "<!--"]
            .iter()
            .any(|start| line.starts_with(start) && !line.starts_with("--p"))
}

fn check_line(line: &str, at: usize, code: bool, found: &mut Vec<Found>) {
    for (name, value) in secrets(line, code) {
        let text = &line[value.clone()];
        if secret::is_clear(text) {
            let message = |_: &str| format!("{name} stands in clear");
            found.push(Found::new(&secret::RULE, at + value.start..at + value.end, (name, text), message).masked());
        }
    }
    let urls = address::find(line);
    for url in &urls {
        if let Some(password) = &url.password {
            let message = |_: &str| format!("a password stands in the address of {}", url.host);
            let range = at + password.start..at + password.end;
            found.push(Found::new(&secret::RULE, range, ("password", &line[password.clone()]), message).masked());
        }
        if address::names_a_server(&url.host) {
            let range = at + url.range.start..at + url.range.end;
            let message = |shown: &str| format!("the address of a server is hard-coded: {shown}");
            found.push(Found::new(&address::RULE, range, ("", &line[url.range.clone()]), message));
        }
    }
    for (name, value) in assignments(line, code) {
        let inside = urls.iter().any(|url| url.range.start < value.end && value.start < url.range.end);
        if !inside && address::is_address_name(name) && address::is_host(&line[value.clone()]) {
            let message = |shown: &str| format!("{name} is hard-coded: {shown}");
            found.push(Found::new(
                &address::RULE,
                at + value.start..at + value.end,
                (name, &line[value.clone()]),
                message,
            ));
        }
    }
}

impl Found {
    /// What was recognised as a secret by where it stands, whatever it is called.
    fn masked(mut self) -> Self {
        super::text::MASKED.clone_into(&mut self.found);
        self
    }
}

/// A name and where its value stands.
type Named<'a> = (&'a str, Range<usize>);

/// Values that stand where secrets do.
fn secrets(line: &str, code: bool) -> Vec<Named<'_>> {
    // Scheme and credentials are told apart below.
    let is_header = |name: &str| name.to_ascii_lowercase().ends_with("authorization");
    let assigned = assignments(line, code).into_iter();
    let assigned = assigned.filter(|(name, _)| secret::is_secret(name) && !is_header(name));
    let mut secrets: Vec<_> = assigned.collect();
    for pattern in PATTERNS.iter() {
        secrets.extend(pattern.captures_iter(line).filter_map(|captures| named(&captures)));
    }
    secrets
}

fn named<'a>(captures: &Captures<'a>) -> Option<Named<'a>> {
    let value = captures.name("q").or(captures.name("s")).or(captures.name("b"))?;
    let name = captures.name("name").map_or("a password", |name| name.as_str());
    Some((name, value.range()))
}

/// `NAME=value`, `name: "value"`, `"name", "value"`.
fn assignments(line: &str, code: bool) -> Vec<Named<'_>> {
    static QUOTED: LazyLock<Regex> = LazyLock::new(|| {
        let pattern = r#"["']?(?P<name>[A-Za-z_$][\w.$-]*)["']?\]?\s*(?::=|=>|==?|:|,)\s*(?:"(?P<q>(?:[^"\\]|\\.)*)"|'(?P<s>(?:[^'\\]|\\.)*)')"#;
        Regex::new(pattern).expect("invariant: a pattern that compiles")
    });
    static BARE: LazyLock<Regex> = LazyLock::new(|| {
        let pattern = r#"(?i)^\s*-?\s*(?:@?(?:set|setx|export|declare|readonly|local|let)\s+(?:-\w+\s+)*)?"?(?P<name>\$?[A-Za-z_][\w.$-]*)\s*[=:]\s*(?P<b>[^\s"'=(){}][^\r\n"]*?)"?\s*(?:\s#.*)?$"#;
        Regex::new(pattern).expect("invariant: a pattern that compiles")
    });
    let mut named_values: Vec<_> = QUOTED.captures_iter(line).filter_map(|captures| named(&captures)).collect();
    if !code && named_values.is_empty() {
        let bare = BARE.captures(line.trim_end_matches(['\r', '\n']));
        // A call or a list of words is no value.
        let bare =
            bare.and_then(|captures| named(&captures)).filter(|(_, value)| !line[value.clone()].contains(['(', '<']));
        named_values.extend(bare);
    }
    named_values
}

/// Where passwords stand without a name in front of an equals sign.
static PATTERNS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    let patterns = [
        // --password x, -pw x, /password:x
        r#"(?i)(?:^|\s)(?:--?|/)(?P<name>pass(?:word|wd|phrase)?|pwd|pw|secret|token|api-?key)(?:[=:]|\s+)(?:"(?P<q>[^"]*)"|'(?P<s>[^']*)'|(?P<b>[^\s"'|;&>-][^\s"'|;&>]*))"#,
        // curl -u user:x
        r#"(?:^|\s)(?P<name>-u|--user|--proxy-user|-U)[= ]?\s*(?:"[^":\s]+:(?P<q>[^"]+)"|'[^':\s]+:(?P<s>[^']+)'|[^\s"':$%]+:(?P<b>[^\s"'|;&>/]+))(?:\s|$)"#,
        // sqlplus user/x@db
        r"(?i)\bsqlplus(?:\.exe)?\s+(?:-\S+\s+)*[\w$]+/(?P<b>[^\s@/]+)@",
        // Authorization: Basic x
        r#"(?i)\b(?P<name>(?:proxy-)?authorization)["']?\s*[:=,]\s*["']?(?:basic|bearer)\s+(?P<b>[A-Za-z0-9+/=._~-]{6,})"#,
        // setPassword("x")
        r#"(?i)\b(?P<name>set_?(?:password|passwd|pwd|passphrase))\s*\(\s*(?:"(?P<q>[^"]+)"|'(?P<s>[^']+)')\s*\)"#,
        // new NetworkCredential("user", "x")
        r#"\b(?:NetworkCredential|PasswordAuthentication|UsernamePasswordCredentials|HTTPBasicAuth|HttpNtlmAuth|AuthCredentials)\s*\(\s*["'][^"']*["']\s*,\s*(?:"(?P<q>[^"]+)"|'(?P<s>[^']+)')"#,
        // ConvertTo-SecureString "x" -AsPlainText
        r#"(?i)ConvertTo-SecureString\s+(?:-String\s+)?(?:"(?P<q>[^"]+)"|'(?P<s>[^']+)')"#,
    ];
    patterns.iter().map(|pattern| Regex::new(pattern).expect("invariant: a pattern that compiles")).collect()
});

#[cfg(test)]
mod tests {
    use super::super::tests::{clean_file, hits_of};

    fn passwords(text: &str) -> Vec<String> {
        let hits = hits_of(text).into_iter();
        hits.filter(|(rule, _)| *rule == "clear-password").map(|(_, value)| value).collect()
    }

    #[test]
    fn passwords_are_found_in_every_notation() {
        let lines = [
            "set M3_PASSWORD=S3cret",
            "set \"M3_PASSWORD=S3cret\"",
            "export SFTP_PASS=S3cret",
            "sftp.password = S3cret",
            "password: S3cret",
            "{\"password\": \"S3cret\"}",
            "$Password = 'S3cret'",
            "var pwd = \"S3cret\";",
            "props.put(\"password\", \"S3cret\");",
            "plink -pw S3cret user@h",
            "tool --password=S3cret",
            "curl -u jdoe:S3cret http://localhost/",
            "sqlplus scott/S3cret@orcl",
            "req.setRequestHeader(\"Authorization\", \"Basic S3cret\");",
            "c.setPassword(\"S3cret\");",
            "new NetworkCredential(\"jdoe\", \"S3cret\")",
            "ConvertTo-SecureString \"S3cret\" -AsPlainText -Force",
            "x http://jdoe:S3cret@localhost/",
            "os.environ[\"PASSWORD\"] = 'S3cret'",
        ];
        for line in lines {
            assert_eq!(passwords(line), ["S3cret"], "{line}");
        }
    }

    #[test]
    fn variables_prompts_and_comments_are_left_alone() {
        let lines = [
            "set M3_PASSWORD=%1",
            "export PASS=$(pass show m3)",
            "password=${db.password}",
            "# password=S3cret",
            "REM set PASSWORD=S3cret",
            "// pwd = \"S3cret\"",
            "set /p PASSWORD=",
            "import getpass\npassword = getpass.getpass()",
            "import x\npassword = args.password",
            "curl -u \"$USER:$PASS\" http://localhost/",
            "tool --password-file /etc/pw",
            "passwordExpires=30",
            "echo Wrong password",
            "curl -u %USER%:%PW% http://localhost/",
            "password=",
            "user=jdoe",
            "/* pwd\n pwd = \"S3cret\"\n*/ x",
            "tool -p 22 -u jdoe",
        ];
        for line in lines {
            clean_file(line);
        }
    }

    #[test]
    fn addresses_are_found_in_commands_and_properties() {
        let hits = |text: &str| hits_of(text).into_iter().map(|(_, value)| value).collect::<Vec<_>>();
        assert_eq!(hits("curl \"https://m3.example.com:21007/x\""), ["https://m3.example.com:21007/x"]);
        assert_eq!(hits("set HOST=m3app01\r\nset PORT=21007"), ["m3app01"]);
        assert_eq!(hits("var server = 'm3app01';"), ["m3app01"]);
        clean_file(
            "# see https://m3.example.com/\nset HOST=localhost\nset HOST=%1\nvar server = name;\ncurl http://$HOST/x",
        );
    }
}

//! The rules of the house that no compiler knows: which part may know which, who may look at the clock, what every
//! file says of itself, and that nothing secret or local gets in. `src/README.md` gives the reasons.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;

/// Which modules of the crate a module may name, besides itself and `model`. The arrows run one way; a module that
/// isn't listed may name no other.
const ARROWS: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("workers", &[]),
    // A comparison is plain data like the model; what is shown is masked like what is kept.
    ("report", &["compare", "redact"]),
    ("logs", &["workers"]),
    ("demo", &[]),
    ("redact", &[]),
    // What it says of a file is shown, so it masks.
    ("lint", &["redact"]),
    ("case", &["logs", "redact", "workers"]),
    // A case keeps what the user writes on what is in it; that is masked too.
    ("remarks", &["case", "redact"]),
    ("import", &["case", "logs", "workers"]),
    // What is sent again goes out by the means of the proxy.
    ("proxy", &["case", "replay"]),
    ("timeline", &["workers"]),
    ("rules", &["timeline", "workers"]),
    ("query", &[]),
    // The certificates that a client trusts, and addresses that lead back here, are the proxy's.
    ("mock", &["proxy", "query", "redact"]),
    // Names of secrets decide what of a difference may be shown.
    ("compare", &["redact", "workers"]),
    // What is a secret by its name is not listed among the changes of a request.
    ("replay", &["compare", "redact"]),
    // What is handed on is masked like a case, and told in the words of the reports.
    ("export", &["case", "query", "redact", "remarks", "replay", "report", "workers"]),
    // Names of calls and what belongs to them, and who is a user, are those of the filter language.
    ("telemetry", &["query"]),
    (
        "engine",
        &[
            "case",
            "demo",
            "import",
            "logs",
            "proxy",
            "query",
            "redact",
            "replay",
            "report",
            "rules",
            "telemetry",
            "timeline",
            // How a thread gives way to traffic.
            "workers",
        ],
    ),
    (
        "tui",
        &[
            "engine", "case", "compare", "export", "import", "logs", "query", "remarks", "replay", "report", "rules",
            "timeline",
        ],
    ),
    (
        "cli",
        &[
            "case",
            "compare",
            "demo",
            "engine",
            "export",
            "import",
            "lint",
            "logs",
            "mock",
            "proxy",
            "query",
            "redact",
            "remarks",
            "replay",
            "report",
            "rules",
            "telemetry",
            "timeline",
            "tui",
            "workers",
        ],
    ),
];

/// What the readers must not touch: bytes come in, values go out. Addresses and durations are values.
const NOT_IN_PARSERS: &[&str] = &[
    "std::fs",
    "std::thread",
    "std::process",
    "std::env",
    "tokio",
    "TcpStream",
    "TcpListener",
    "UdpSocket",
    "ToSocketAddrs",
    "SystemTime",
    "Instant",
];

/// What plain data must not touch.
const NOT_IN_MODEL: &[&str] = &["std::fs", "std::net", "std::thread", "std::process", "std::env", "tokio", "hyper"];

/// Who may look at the clock: the shells. Everyone else is told the time.
const SEES_THE_CLOCK: &[&str] = &["src/engine", "src/cli", "src/tui", "src/proxy", "src/mock/server"];

/// The largest file that can still be said to be about one thing, in lines.
const LONGEST: usize = 600;

#[test]
fn every_file_says_what_it_is_for() {
    check(|file| {
        let first = file.text.lines().find(|l| !l.trim().is_empty() && !l.starts_with("#!["));
        let said = first.is_some_and(|l| l.starts_with("//! "));
        if said { Vec::new() } else { vec!["doesn't begin with //!".to_owned()] }
    });
}

#[test]
fn files_are_about_one_thing() {
    check(|file| {
        let lines = file.text.lines().count();
        let mut wrong = Vec::new();
        if lines > LONGEST {
            wrong.push(format!("has {lines} lines; split it by what it is about"));
        }
        if file.name.ends_with("/mod.rs") {
            wrong.push("is named mod.rs; name it for what it holds".to_owned());
        }
        wrong
    });
}

#[test]
fn names_come_from_the_domain() {
    let defined = Regex::new(r"(?m)^\s*(?:pub(?:\([a-z]+\))? )?(?:struct|enum|trait|mod|type|fn) (\w+)").unwrap();
    let empty = Regex::new(r"(?i)manager|helper|utils?$|^utils?_").unwrap();
    check(|file| {
        let names = defined.captures_iter(&file.text).map(|c| c[1].to_owned());
        names.filter(|n| empty.is_match(n)).map(|n| format!("{n} says nothing of what it does")).collect()
    });
}

#[test]
fn readers_touch_nothing_but_bytes() {
    check(|file| if file.name.starts_with("parsers/src/") { file.uses(NOT_IN_PARSERS) } else { Vec::new() });
}

#[test]
fn the_model_is_plain_data() {
    check(|file| if file.module() == Some("model") { file.uses(NOT_IN_MODEL) } else { Vec::new() });
}

#[test]
fn arrows_run_one_way() {
    let named = Regex::new(r"\bcrate::([a-z_]+)").unwrap();
    let listed = Regex::new(r"\bcrate::\{([^;]*)\};").unwrap();
    check(|file| {
        let Some(module) = file.module() else { return Vec::new() };
        let Some((_, allowed)) = ARROWS.iter().find(|(name, _)| *name == module) else {
            return vec![format!("{module} has no place in the order of modules; add it to ARROWS")];
        };
        let code = file.code();
        let mut wrong: Vec<String> = named
            .captures_iter(code)
            .map(|c| c[1].to_owned())
            .filter(|other| {
                is_module(other) && other != module && other != "model" && !allowed.contains(&other.as_str())
            })
            .map(|other| format!("{module} knows {other}"))
            .collect();
        if listed.is_match(code) {
            wrong.push("names several modules in one `use crate::{}`; write a line for each".to_owned());
        }
        wrong
    });
}

#[test]
fn only_shells_see_the_clock() {
    let looks = Regex::new(r"(?:SystemTime|Instant|Timestamp|Zoned)::now\(").unwrap();
    check(|file| {
        let may = SEES_THE_CLOCK.iter().any(|path| file.name.starts_with(path)) && !file.name.contains("/core");
        if may || !file.name.starts_with("src/") || !looks.is_match(file.code()) {
            return Vec::new();
        }
        vec!["looks at the clock; take the time as a parameter".to_owned()]
    });
}

#[test]
fn no_test_is_left_out() {
    let root = root();
    let list = read(&root.join("tests/tests.rs"));
    let mut wrong = Vec::new();
    for path in files(&root.join("tests"), &["rs"]).into_iter().filter(|p| p.parent() == Some(&root.join("tests"))) {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if name != "tests" && !list.contains(&format!("mod {name};")) {
            wrong.push(format!("tests/{name}.rs isn't in tests/tests.rs and never runs"));
        }
    }
    check_into(&mut wrong, |file| {
        // In pieces, so that this file doesn't find itself.
        let set_aside = concat!("#[igno", "re");
        if file.text.contains(set_aside) { vec!["sets a test aside".to_owned()] } else { Vec::new() }
    });
    report(wrong);
}

#[test]
fn every_rule_is_in_the_list() {
    in_the_list("rules");
    in_the_list("rules/known");
}

#[test]
fn every_command_is_in_the_list() {
    in_the_list("cli");
}

#[test]
fn nothing_local_gets_in() {
    let local = [concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!(".lib", "rary"), concat!("C:\\Us", "ers\\")];
    let mut wrong = Vec::new();
    for path in kept_files() {
        let text = read(&path);
        for word in local.iter().filter(|word| text.contains(**word)) {
            wrong.push(format!("{}: names {word}, which is on one machine only", shown(&path)));
        }
    }
    report(wrong);
}

#[test]
fn nothing_secret_gets_in() {
    let secrets = [
        ("a private key", r"-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/]{40}"),
        ("a bearer token", r"(?i)bearer\s+[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}"),
        ("a cloud access key", r"\bAKIA[0-9A-Z]{16}\b"),
        ("a SAML assertion", r"SAMLResponse=[A-Za-z0-9%+/]{40}"),
        ("a client secret", r#""(?:cs|sask|saak)"\s*:\s*"[A-Za-z0-9_-]{20,}""#),
    ];
    let secrets: Vec<(&str, Regex)> = secrets.iter().map(|(what, re)| (*what, Regex::new(re).unwrap())).collect();
    let mut wrong = Vec::new();
    for path in kept_files() {
        let text = read(&path);
        for (what, _) in secrets.iter().filter(|(_, re)| re.is_match(&text)) {
            wrong.push(format!("{}: holds {what}", shown(&path)));
        }
    }
    report(wrong);
}

/// Every file of `src/MODULE/` is declared in `src/MODULE.rs` and used there beyond its declaration.
fn in_the_list(module: &str) {
    let root = root();
    let folder = root.join("src").join(module);
    if !folder.is_dir() {
        return;
    }
    let list = read(&root.join(format!("src/{module}.rs")));
    let mut wrong = Vec::new();
    for path in files(&folder, &["rs"]).into_iter().filter(|p| p.parent() == Some(&folder)) {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let declared = list.contains(&format!("mod {name};"));
        if name != "tests" && !(declared && list.contains(&format!("{name}::"))) {
            wrong.push(format!("src/{module}/{name}.rs isn't used in src/{module}.rs"));
        }
    }
    report(wrong);
}

/// A source file of this project.
struct File {
    /// From the project's root, with `/`.
    name: String,
    text: String,
}

impl File {
    /// The top-level module of the main crate that the file belongs to.
    fn module(&self) -> Option<&str> {
        let rest = self.name.strip_prefix("src/")?;
        let module = rest.split(['/', '.']).next()?;
        (module != "lib" && module != "main").then_some(module)
    }

    /// The text without its tests, which stand last, and may do more than what they test.
    fn code(&self) -> &str {
        if self.name.ends_with("/tests.rs") || self.name.contains("/tests/") {
            return "";
        }
        self.text.split("\n#[cfg(test)]\nmod tests").next().unwrap_or_default()
    }

    fn uses(&self, forbidden: &[&str]) -> Vec<String> {
        let mut wrong = Vec::new();
        for (n, line) in self.code().lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            for word in forbidden.iter().filter(|word| contains_word(code, word)) {
                wrong.push(format!("line {} uses {word}", n + 1));
            }
        }
        wrong
    }
}

fn contains_word(code: &str, word: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(word).any(|(at, _)| !code[..at].ends_with(part) && !code[at + word.len()..].starts_with(part))
}

fn is_module(name: &str) -> bool {
    ARROWS.iter().any(|(module, _)| *module == name)
}

fn check(wrong_with: impl Fn(&File) -> Vec<String>) {
    let mut wrong = Vec::new();
    check_into(&mut wrong, wrong_with);
    report(wrong);
}

fn check_into(wrong: &mut Vec<String>, wrong_with: impl Fn(&File) -> Vec<String>) {
    let root = root();
    let mut seen = 0;
    for folder in ["src", "parsers", "tests", "benches"] {
        for path in files(&root.join(folder), &["rs"]) {
            let file = File { name: shown(&path), text: read(&path) };
            seen += 1;
            wrong.extend(wrong_with(&file).into_iter().map(|w| format!("{}: {w}", file.name)));
        }
    }
    assert!(seen > 20, "only {seen} source files found below {}", root.display());
}

fn report(wrong: Vec<String>) {
    let wrong: BTreeSet<String> = wrong.into_iter().collect();
    assert!(wrong.is_empty(), "\n{}\n", wrong.into_iter().collect::<Vec<_>>().join("\n"));
}

/// Everything that is handed on with the project: sources, documents, sample cases, build scripts.
fn kept_files() -> Vec<PathBuf> {
    let root = root();
    let mut all = Vec::new();
    for folder in ["src", "parsers", "tests", "captures", ".ci", "benches"] {
        all.extend(files(&root.join(folder), &[]));
    }
    all.extend(["README.md", "CHANGELOG.md", "Cargo.toml"].iter().map(|name| root.join(name)));
    all
}

/// Files below a folder with one of these endings, or all; none where there is no such folder.
fn files(folder: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for path in entries.map(|entry| entry.unwrap().path()) {
            let ending = path.extension().unwrap_or_default().to_string_lossy().into_owned();
            let name = path.file_name().unwrap_or_default();
            if path.is_dir() && name != "target" && name != "fuzz" {
                folders.push(path);
            } else if path.is_file() && (endings.is_empty() || endings.contains(&ending.as_str())) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn read(path: &Path) -> String {
    let bytes = fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    String::from_utf8_lossy(&bytes).into_owned()
}

fn shown(path: &Path) -> String {
    let inside = path.strip_prefix(root()).unwrap_or(path);
    inside.to_string_lossy().replace('\\', "/")
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

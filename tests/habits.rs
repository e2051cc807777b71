//! A person's habits, from outside: settings that hold and from where (what they do, `settings.rs` tests), completions, manual pages, examples of the help,
//! words that were meant.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// A command with a folder of settings of its own.
fn mwscope(folder: &Path, args: &[&str], variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mwscope"));
    let own = std::env::vars().filter(|(name, _)| name.starts_with("MWSCOPE_")).map(|(name, _)| name);
    own.for_each(|name| {
        command.env_remove(name);
    });
    command.args(args).env("MWSCOPE_CONFIG_DIR", folder).env("NO_COLOR", "1").envs(variables.iter().copied());
    command.current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn settings_hold_and_say_where_they_come_from() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path();
    let path = folder.join("config.toml");
    assert_eq!(out(&mwscope(folder, &["config", "path"], &[])).trim_end(), path.display().to_string());
    let init = mwscope(folder, &["config", "init"], &[]);
    assert_eq!(init.status.code(), Some(0), "{}", err(&init));
    assert_eq!(mwscope(folder, &["config", "init"], &[]).status.code(), Some(2));
    let of = |variables: &[(&str, &str)], name: &str| {
        let answer: Value =
            serde_json::from_str(&out(&mwscope(folder, &["config", "--format", "json"], variables))).unwrap();
        let row = answer["settings"].as_array().unwrap().iter().find(|row| row["name"] == name).unwrap().clone();
        (row["value"].as_str().unwrap().to_owned(), row["from"].as_str().unwrap().to_owned())
    };
    assert_eq!(of(&[], "lint.fail-on"), ("warning".to_owned(), "default".to_owned()));
    std::fs::write(&path, "# mine\n[lint]\nfail-on = \"error\"\n").unwrap();
    assert_eq!(of(&[], "lint.fail-on"), ("error".to_owned(), "config.toml:3".to_owned()));
    let variable = ("MWSCOPE_LINT_FAIL_ON", "warning");
    assert_eq!(of(&[variable], "lint.fail-on"), ("warning".to_owned(), variable.0.to_owned()));
}

#[test]
fn what_is_wrong_with_the_file_is_said_in_one_line() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path();
    std::fs::write(folder.join("config.toml"), "# mine\n\n[lint]\nfail_on = \"error\"\n").unwrap();
    let listed = mwscope(folder, &["list", "captures/cases/crs008-facility"], &[]);
    let said = err(&listed);
    assert!(listed.status.code() == Some(2) && said.lines().count() == 1, "{said}");
    assert!(said.contains("config.toml:4: there is no setting lint.fail_on; did you mean lint.fail-on?"), "{said}");
    let config = mwscope(folder, &["config"], &[]);
    assert!(config.status.code() == Some(0) && err(&config).contains("config.toml:4"), "{}", err(&config));
    for harmless in [&["--version"][..], &["--help"], &["completions", "bash"], &["config", "path"]] {
        assert_eq!(mwscope(folder, harmless, &[]).status.code(), Some(0), "{harmless:?}");
    }
}

#[test]
fn shells_get_completions_and_man_gets_pages() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = out(&mwscope(folder, &["completions", shell], &[]));
        assert!(["investigate", "lint", "body-limit"].iter().all(|word| script.contains(word)), "{shell}");
    }
    let page = out(&mwscope(folder, &["man"], &[]));
    assert!(page.contains(".TH mwscope 1") && page.contains("investigate"), "{page}");
    assert!(out(&mwscope(folder, &["man", "lint"], &[])).contains("Examples:"));
    let pages = folder.join("man");
    let written = out(&mwscope(folder, &["man", "--out", &pages.display().to_string()], &[]));
    let help = out(&mwscope(folder, &["--help"], &[]));
    for line in
        help.lines().skip_while(|line| !line.starts_with("Commands:")).skip(1).take_while(|line| !line.is_empty())
    {
        let Some(name) = line.strip_prefix("  ").and_then(|line| line.split_whitespace().next()) else { continue };
        if line.starts_with("   ") || name == "help" {
            continue;
        }
        assert!(pages.join(format!("mwscope-{name}.1")).is_file(), "{name}: {written}");
    }
}

#[test]
fn examples_of_the_help_do_what_they_say() {
    let root = tempfile::tempdir().unwrap();
    let sandbox = root.path();
    let sample = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("captures/cases/crs008-facility/inputs");
    std::fs::copy(sample.join("traffic.har"), sandbox.join("traffic.har")).unwrap();
    std::fs::copy(sample.join("merged.log"), sandbox.join("merged.log")).unwrap();
    std::fs::create_dir(sandbox.join("dumps")).unwrap();
    for dump in std::fs::read_dir(sample.join("dumps")).unwrap() {
        let dump = dump.unwrap();
        std::fs::copy(dump.path(), sandbox.join("dumps").join(dump.file_name())).unwrap();
    }
    let run = |words: &[String]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mwscope"));
        command
            .args(words)
            .current_dir(sandbox)
            .env("MWSCOPE_CONFIG_DIR", sandbox.join("settings"))
            .env("NO_COLOR", "1");
        command.output().unwrap()
    };
    let made = run(&["import", "ticket.mwscope", "traffic.har", "merged.log"].map(str::to_owned));
    assert_eq!(made.status.code(), Some(0), "{}", err(&made));
    let mut ran = 0;
    for name in ["list", "show", "config", "completions", "man", "lint", "export", "filters"] {
        let help = out(&run(&[name.to_owned(), "--help".to_owned()]));
        let examples = help.lines().filter_map(|line| line.strip_prefix("  mwscope "));
        for example in examples.filter(|line| !line.contains("mashup") && !line.contains("...")) {
            let words: Vec<String> = example
                .split('\'')
                .enumerate()
                .flat_map(|(n, part)| match n % 2 {
                    0 => part.split_whitespace().map(str::to_owned).collect::<Vec<_>>(),
                    _ => vec![part.to_owned()],
                })
                .collect();
            let done = run(&words);
            assert!(matches!(done.status.code(), Some(0 | 1)), "mwscope {example}: {}", err(&done));
            ran += 1;
        }
    }
    assert!(ran >= 12, "{ran}");
}

#[test]
fn what_was_meant_is_said() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path();
    let said = |args: &[&str]| {
        let output = mwscope(folder, args, &[]);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        err(&output)
    };
    assert!(said(&["investigat"]).contains("did you mean mwscope investigate?"));
    assert!(said(&["investigat", "captures"]).contains("did you mean mwscope investigate?"));
    assert!(said(&["lits", "captures", "src"]).contains("did you mean mwscope list?"));
    assert!(said(&["trafic.har", "captures"]).contains("trafic.har: there is no such file"));
    assert!(said(&["list", "x", "--fromat", "json"]).contains("'--format'"));
    assert!(said(&["man", "lits"]).contains("did you mean mwscope list?"));
    assert!(
        said(&["list", "captures/cases/crs008-facility/inputs/trafic.har"])
            .contains("did you mean captures/cases/crs008-facility/inputs/traffic.har?")
    );
    assert!(said(&["list", "captures", "--filter", "stauts:500"]).contains("did you mean `status`?"));
}

//! What README.md shows is what happens: every command in its `console` blocks is run, in order, from the project's
//! root, and its output compared. A line `...` stands for any lines, ` ...` at the end of a line for its rest, and
//! `? 2` for an exit status other than 0. Those of `sh` blocks are run beside files of the names that they use; a block
//! that can't be says why behind `sh not run:`. Whatever is named anywhere, commands and options, is there.

mod pictures;

use std::path::Path;
use std::process::Command;

#[test]
fn the_readme_is_true() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = std::fs::read_to_string(root.join("README.md")).expect("README.md");
    let steps = steps(&readme);
    assert!(!steps.is_empty(), "README.md shows no command");
    let mut wrong = Vec::new();
    for step in &steps {
        if let Err(why) = step.run(root) {
            wrong.push(why);
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// Files of the names that the page uses.
fn sandbox() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let inputs = Path::new(env!("CARGO_MANIFEST_DIR")).join("captures/cases/crs008-facility/inputs");
    std::fs::copy(inputs.join("merged.log"), folder.path().join("merged.log")).expect("a copy");
    std::fs::create_dir(folder.path().join("dumps")).expect("a folder");
    for dump in std::fs::read_dir(inputs.join("dumps")).expect("dumps").flatten() {
        std::fs::copy(dump.path(), folder.path().join("dumps").join(dump.file_name())).expect("a copy");
    }
    for case in ["ticket.mwscope", "ticket-4711.mwscope"] {
        let traffic = inputs.join("traffic.har").display().to_string();
        let made = run(folder.path(), &["import", case, &traffic]);
        assert_eq!(made.status.code(), Some(0), "{}", String::from_utf8_lossy(&made.stderr));
    }
    folder
}

fn run(folder: &Path, arguments: &[&str]) -> std::process::Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mwscope"));
    command
        .args(arguments)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .env("COLUMNS", "100")
        .env_remove("MWSCOPE_FIXTURES");
    command.output().expect("a run")
}

#[test]
fn commands_for_shells_end_well_or_say_why_they_are_not_run() {
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).expect("README.md");
    let sandbox = sandbox();
    let mut ran = 0;
    for (info, lines) in blocks(&readme).into_iter().filter(|(info, _)| info.split(' ').next() == Some("sh")) {
        if let Some(why) = info.strip_prefix("sh not run:") {
            assert!(why.trim().len() > 10, "a block isn't run, and doesn't say why: {lines:?}");
            continue;
        }
        for line in lines {
            let words = words(&line);
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let ["mwscope", arguments @ ..] = &words[..] else { panic!("{line} isn't a command of ours") };
            let done = run(sandbox.path(), arguments);
            assert_eq!(done.status.code(), Some(0), "{line}: {}", String::from_utf8_lossy(&done.stderr));
            ran += 1;
        }
    }
    assert!(ran > 0, "README.md has no command for a shell that can be run");
}

#[test]
fn commands_and_options_that_are_named_are_there() {
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).expect("README.md");
    let help = |arguments: &[&str]| {
        let done = run(Path::new("."), &[arguments, &["--help"]].concat());
        done.status.success().then(|| String::from_utf8_lossy(&done.stdout).into_owned())
    };
    let all = help(&[]).expect("help");
    let names = all.lines().skip_while(|line| *line != "Commands:").skip(1).filter_map(|line| line.strip_prefix("  "));
    let names: Vec<&str> =
        names.filter(|line| !line.starts_with(' ')).filter_map(|line| line.split(' ').next()).collect();
    let inline = readme.split('`').skip(1).step_by(2).filter(|text| !text.contains('\n')).map(str::to_owned);
    let shells = blocks(&readme).into_iter().filter(|(info, _)| info.starts_with("sh")).flat_map(|(_, lines)| lines);
    let mut seen = 0;
    for text in inline.chain(shells).filter(|text| text.starts_with("mwscope ")) {
        let words = words(&text);
        let words: Vec<&str> = words.iter().map(String::as_str).skip(1).collect();
        let own: Vec<&str> = words.iter().copied().filter(|word| names.contains(word)).take(1).collect();
        let about = help(&own).expect("help of a command that is listed");
        let named = own.is_empty() && words.iter().any(|word| word.bytes().all(|b| b.is_ascii_lowercase()));
        assert!(!named, "{text}: there is no such command");
        for option in words.iter().filter(|word| word.starts_with("--")) {
            let name = option.split('=').next().unwrap_or_default();
            assert!(
                about.contains(&format!("{name} "))
                    || about.contains(&format!("{name}\n"))
                    || about.contains(&format!("{name}[")),
                "{text}: there is no {name}"
            );
            seen += 1;
        }
    }
    assert!(seen > 10, "{seen}");
}

/// The fenced blocks: what stands behind the fence, and the lines, those that end in a backslash joined with the next.
fn blocks(readme: &str) -> Vec<(String, Vec<String>)> {
    let mut blocks: Vec<(String, Vec<String>)> = Vec::new();
    let mut open = false;
    for line in readme.lines() {
        match line.strip_prefix("```") {
            Some(info) if !open => {
                blocks.push((info.to_owned(), Vec::new()));
                open = true;
            }
            Some(_) => open = false,
            None if open => {
                let Some((_, lines)) = blocks.last_mut() else { continue };
                match lines.last_mut().filter(|last| last.ends_with('\\')) {
                    Some(last) => *last = format!("{} {}", last.trim_end_matches('\\'), line.trim_start()),
                    None if line.trim().is_empty() => {}
                    None => lines.push(line.to_owned()),
                }
            }
            None => {}
        }
    }
    blocks
}

/// A command and what it is said to print, on both outputs.
#[derive(Debug, Default, PartialEq, Eq)]
struct Step {
    words: Vec<String>,
    output: Vec<String>,
    status: i32,
}

impl Step {
    fn run(&self, root: &Path) -> Result<(), String> {
        let shown = self.words.join(" ");
        let arguments = match self.words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            ["mwscope", ..] => &self.words[1..],
            ["cargo", "run", "--release", "--", ..] => &self.words[4..],
            _ => return Err(format!("`{shown}` isn't a command of ours; use a block of another kind")),
        };
        let done = Command::new(env!("CARGO_BIN_EXE_mwscope"))
            .args(arguments)
            .current_dir(root)
            .env("NO_COLOR", "1")
            .env("COLUMNS", "100")
            .env_remove("MWSCOPE_FIXTURES")
            .output()
            .map_err(|error| format!("`{shown}`: {error}"))?;
        let status = done.status.code().unwrap_or(-1);
        if status != self.status {
            let said = String::from_utf8_lossy(&done.stderr);
            return Err(format!("`{shown}` ended with {status}, not {}: {said}", self.status));
        }
        let printed = [done.stdout, done.stderr].concat();
        let printed = String::from_utf8_lossy(&printed).replace("\r\n", "\n");
        let printed: Vec<&str> = printed.lines().map(str::trim_end).collect();
        let expected: Vec<&str> = self.output.iter().map(String::as_str).collect();
        if matches(&expected, &printed) {
            return Ok(());
        }
        Err(format!("`{shown}` should print\n{}\n\nbut prints\n{}\n", expected.join("\n"), printed.join("\n")))
    }
}

/// The commands of all `console` blocks.
fn steps(readme: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut inside = false;
    for line in readme.lines() {
        if line.starts_with("```") {
            inside = line == "```console";
        } else if let (true, Some(command)) = (inside, line.strip_prefix("$ ")) {
            steps.push(Step { words: words(command), ..Step::default() });
        } else if let (true, Some(step)) = (inside, steps.last_mut()) {
            match line.strip_prefix("? ") {
                Some(status) => step.status = status.trim().parse().expect("a number after `? `"),
                None => step.output.push(line.trim_end().to_owned()),
            }
        }
    }
    steps
}

/// Splits at spaces outside of quotes.
fn words(command: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote = None;
    for char in command.chars() {
        match (quote, char) {
            (None, '\'' | '"') => quote = Some(char),
            (Some(open), _) if open == char => quote = None,
            (None, ' ') => words.push(String::new()),
            _ => words.last_mut().expect("never empty").push(char),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Whether the lines are as expected, where `...` stands for any number of them.
fn matches(expected: &[&str], printed: &[&str]) -> bool {
    match expected.split_first() {
        None => printed.is_empty(),
        Some((&"...", rest)) => (0..=printed.len()).any(|skipped| matches(rest, &printed[skipped..])),
        Some((line, rest)) => {
            let as_expected = |first: &str| match line.strip_suffix(" ...") {
                Some(start) => first.starts_with(start),
                None => first == *line,
            };
            printed.split_first().is_some_and(|(first, others)| as_expected(first) && matches(rest, others))
        }
    }
}

#[test]
fn blocks_are_read_as_meant() {
    let readme =
        "text\n```console\n$ mwscope list 'a b'\none\n...\n? 2\n$ mwscope\n```\n$ not this\n```sh\n$ nor this\n```\n";
    let read = steps(readme);
    let first = Step { words: words("mwscope list 'a b'"), output: vec!["one".into(), "...".into()], status: 2 };
    assert_eq!(read, [first, Step { words: vec!["mwscope".into()], ..Step::default() }]);
    assert_eq!(read[0].words, ["mwscope", "list", "a b"]);
    assert!(matches(&["a", "...", "d"], &["a", "b", "c", "d"]));
    assert!(matches(&["..."], &[]));
    assert!(matches(&["a b ..."], &["a b c"]) && !matches(&["a b ..."], &["a c"]));
    assert!(!matches(&["a", "..."], &["b"]));
    assert!(!matches(&["a"], &["a", "b"]));
}

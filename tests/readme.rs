//! What README.md shows is what happens: every command in its `console` blocks is run, in order, from the project's
//! root, and its output compared. A line `...` stands for any lines, ` ...` at the end of a line for its rest, and
//! `? 2` for an exit status other than 0.

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

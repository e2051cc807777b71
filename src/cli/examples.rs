//! What `--help` shows of each command that has no examples beside its options: what one types.

use clap::Command;

/// Subcommand and its examples, one a line.
const EXAMPLES: &[(&str, &[&str])] = &[
    (
        "record",
        &[
            "mwscope record --follow /m3/logs/merged.log --follow /m3/dumplog ticket.mwscope",
            "mwscope record --reverse https://m3.example.com:21007 ticket.mwscope",
            "mwscope record --headless --format ndjson --listen 127.0.0.1:0",
            "mwscope record --headless --push otlp=http://collector:4318 mws.mwscope",
        ],
    ),
    ("open", &["mwscope open ticket.mwscope", "mwscope open traffic.har merged.log dumps"]),
    (
        "list",
        &[
            "mwscope list traffic.har",
            "mwscope list ticket.mwscope --filter 'user:jdoe is:failed'",
            "mwscope list traffic.har --format ndjson",
        ],
    ),
    (
        "show",
        &[
            "mwscope show traffic.har x28",
            "mwscope show traffic.har x28 --body request",
            "mwscope show merged.log merged.log:399",
        ],
    ),
    ("compare", &["mwscope compare before.har after.har", "mwscope compare traffic.har x28 x29"]),
    (
        "packets",
        &[
            "mwscope packets capture.pcapng",
            "mwscope packets capture.pcapng --streams",
            "mwscope packets capture.pcapng --keylog keys.log --filter is:failed",
        ],
    ),
    (
        "probe",
        &["mwscope probe https://m3.example.com:21007/mws-ws/services/Facility", "mwscope probe m3.example.com:21007"],
    ),
    (
        "replay",
        &[
            "mwscope replay traffic.har x28 --dry-run",
            "mwscope replay traffic.har x28 --set Facility=A01 --yes",
            "mwscope replay ticket.mwscope x28 --env tst",
        ],
    ),
    ("render", &["mwscope render template.xml --data users.csv"]),
    ("serve", &["mwscope serve traffic.har"]),
    (
        "lint",
        &[
            "mwscope lint CustomerPortal.mashup",
            "mwscope lint mashups --format sarif",
            "mwscope lint --explain mashup-ws-address",
        ],
    ),
    ("ca", &["mwscope ca show", "mwscope ca export"]),
    ("config", &["mwscope config", "mwscope config init", "mwscope config path"]),
    ("completions", &["mwscope completions bash", "mwscope completions powershell"]),
    ("man", &["mwscope man", "mwscope man record", "mwscope man --out man"]),
    ("demo", &["mwscope demo", "mwscope demo --headless", "mwscope demo --serve"]),
];

/// Puts the examples behind the help of the commands that have none.
pub(super) fn add(mut command: Command) -> Command {
    for (name, examples) in EXAMPLES {
        if command.find_subcommand(name).is_none_or(|own| own.get_after_help().is_some()) {
            continue;
        }
        let lines: String = examples.iter().map(|example| format!("\n  {example}")).collect();
        command = command.mut_subcommand(*name, |own| own.after_help(format!("Examples:{lines}")));
    }
    command
}

#[cfg(test)]
mod tests {
    use super::super::command;

    #[test]
    fn every_command_has_examples_and_they_can_be_typed() {
        let all = command();
        let mut wrong = Vec::new();
        for own in all.get_subcommands() {
            let help = own.get_after_help().map(ToString::to_string).unwrap_or_default();
            let examples: Vec<_> = help.lines().filter_map(|line| line.strip_prefix("  mwscope ")).collect();
            if examples.is_empty() {
                wrong.push(format!("{} has no examples", own.get_name()));
            }
            // Words behind a wide gap say what it is for.
            for example in examples.into_iter().filter_map(|line| line.split("   ").next()) {
                let words = std::iter::once("mwscope".to_owned()).chain(words(example));
                if let Err(error) = command().try_get_matches_from(words) {
                    wrong.push(format!("mwscope {example}: {error}"));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    fn words(line: &str) -> Vec<String> {
        let mut words = vec![String::new()];
        let mut quote = None;
        for c in line.chars() {
            match (quote, c) {
                (None, '\'' | '"') => quote = Some(c),
                (Some(open), _) if open == c => quote = None,
                (None, ' ') => words.push(String::new()),
                _ => words.last_mut().expect("never empty").push(c),
            }
        }
        words.retain(|word| !word.is_empty());
        words
    }
}

//! Command lines of curl, as browsers copy them ("Copy as cURL" for bash, cmd and PowerShell), as people write them into
//! tickets, and as this program exports them. Each command is a request that was never seen: an exchange without answer.
//!
//! Nothing is run: variables stay as they stand, and files that a command names aren't read.

mod cmd;
mod command;
mod form;
mod powershell;
mod shell;

use mwscope_parsers::{Problem, xml};

use super::recorded::Recorded;
use crate::model::{ExchangeId, SourceId};

/// What of a command line becomes what of an exchange.
pub const READS: &[(&str, &str)] = &[
    ("URL, --url, --get", "kept; several URLs, --next: an exchange each"),
    ("-X, -I, -T", "kept, as the method"),
    ("-H, -A, -e, -b, -u, --oauth2-bearer", "kept, as headers; @file is told as a problem"),
    ("-d, --data-raw, --data-binary, --data-urlencode, --json", "kept, as the body; @file is told as a problem"),
    ("-F, --form-string", "kept, as multipart/form-data with a boundary of its own; files are told as a problem"),
    ("--compressed", "kept, as Accept-Encoding"),
    (
        "Accept, Content-Type and Host of curl's own",
        "added, since curl sends them; User-Agent isn't, since its version isn't known",
    ),
    (
        "-k, -x, --resolve, --cert, --http2, ...",
        "dropped, and told as a note of the exchange: they say how it is sent, not what",
    ),
    ("-o, -s, -v, -w, ...", "dropped: they say what becomes of the answer"),
];

/// A command: its words, where it begins, and what was put into its standard input.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Words {
    at: usize,
    words: Vec<Vec<u8>>,
    input: Option<Vec<u8>>,
}

impl Words {
    /// The words behind `curl`, where this is a command of curl.
    fn of_curl(&self) -> Option<&[Vec<u8>]> {
        let (first, rest) = self.words.split_first()?;
        // `& curl.exe` of PowerShell.
        if first == b"&" {
            return Self { words: rest.to_vec(), ..self.clone() }.of_curl().map(|_| &self.words[2..]);
        }
        is_curl(first).then_some(rest)
    }
}

fn is_curl(word: &[u8]) -> bool {
    let name = word.rsplit(|byte| matches!(byte, b'/' | b'\\')).next().unwrap_or_default();
    name.eq_ignore_ascii_case(b"curl") || name.eq_ignore_ascii_case(b"curl.exe")
}

/// Commands beside curl that don't make a script of a file: what guards and frames an export.
fn is_frame(words: &[Vec<u8>]) -> bool {
    let Some(first) = words.first() else { return true };
    let first = String::from_utf8_lossy(first).to_ascii_lowercase();
    const FRAME: [&str; 21] = [
        ":",
        "set",
        "export",
        "setlocal",
        "endlocal",
        "@echo",
        "echo",
        "@setlocal",
        "base64",
        "cat",
        "printf",
        "if",
        "rem",
        "exit",
        "chcp",
        "certutil",
        "del",
        "type",
        "powershell",
        ")",
        "then",
    ];
    FRAME.contains(&first.as_str()) || first.starts_with("@rem") || first.starts_with('>')
}

/// Whether a text is command lines of curl, and no script with more in it.
pub(super) fn looks_like(head: &[u8], whole: bool) -> bool {
    // Cheap for the gigabytes that are no such thing.
    if memchr::memmem::find(&head[..head.len().min(64 << 10)], b"curl").is_none() {
        return false;
    }
    let text = text(head);
    let mut commands = commands(&text);
    if !whole {
        commands.pop();
    }
    let curls = commands.iter().filter(|command| command.of_curl().is_some_and(|words| !words.is_empty())).count();
    curls > 0 && commands.iter().all(|command| command.of_curl().is_some() || is_frame(&command.words))
}

/// Reads the commands; their exchanges get ids from `first` on.
#[must_use]
pub fn read(bytes: &[u8], source: SourceId, first: ExchangeId) -> Recorded {
    let text = text(bytes);
    let mut recorded = Recorded::default();
    for command in commands(&text) {
        let Some(words) = command.of_curl() else { continue };
        let at = command.at as u64;
        let requests = command::requests(words, command.input.as_deref());
        for request in requests {
            let index = recorded.next_index();
            let id = ExchangeId(first.0.saturating_add(index));
            for (what, remedy) in &request.problems {
                recorded.problems.push(Problem::new(at, what.clone(), *remedy));
            }
            match request.exchange(id, source, index) {
                Some(exchange) => recorded.add(exchange),
                None => recorded.problems.push(Problem::new(
                    at,
                    "the command names no URL",
                    "look at it; the others were read",
                )),
            }
        }
    }
    recorded.finish()
}

fn text(bytes: &[u8]) -> String {
    xml::decode(bytes, None).text.into_owned()
}

/// The commands in a text, in the notation in which it seems to be written.
fn commands(text: &str) -> Vec<Words> {
    let ends_with = |mark: char| text.lines().any(|line| line.trim_end().ends_with(mark));
    let has_carets = text.contains("^\"") || ends_with('^') || text.contains("setlocal");
    if has_carets && !text.contains("$'") {
        return cmd::commands(text);
    }
    let has_ticks = ends_with('`') && !text.contains("\\\n");
    if has_ticks { powershell::commands(text) } else { shell::commands(text) }
}

#[cfg(test)]
mod tests;

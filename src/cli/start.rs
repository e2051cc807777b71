//! What `mwscope` does without a subcommand: paths are opened on a terminal and investigated elsewhere; without
//! anything it says what can be done from here.

use std::io::{self, IsTerminal, Write};
use std::path::Path;

use super::output::{Exit, Failure};
use super::{Cli, Command, run};

/// Opens the paths on a terminal, else investigates them.
///
/// # Errors
/// As the command that it turns out to be.
pub(super) fn paths(paths: Vec<String>) -> Result<Exit, Failure> {
    if let [word] = paths.as_slice()
        && word != "-"
        && !Path::new(word).exists()
        && !word.contains(['/', '\\', '.', '!'])
    {
        return Err(super::no_command(word));
    }
    // `mwscope lits traffic.har`: a command that is misspelt, and what it is for.
    if let [word, _, ..] = paths.as_slice()
        && !Path::new(word).exists()
        && super::near_command(word).is_some()
    {
        return Err(super::no_command(word));
    }
    let on_terminal = io::stdout().is_terminal() && io::stdin().is_terminal();
    let verb = if on_terminal { "open" } else { "investigate" };
    let words = ["mwscope", verb, "--"].into_iter().map(str::to_owned).chain(paths);
    // The words are ours and the paths stand behind `--`: there is nothing to refuse.
    let (settings, _) = super::settings::Settings::of_user();
    match super::parse(&settings, words) {
        Ok(Cli { command: Some(command @ (Command::Open(_) | Command::Investigate(_))), .. }) => {
            run(Cli { command: Some(command), paths: Vec::new(), password: Vec::new(), colour: None })
        }
        _ => Err(Failure::Usage("these paths can't be opened; mwscope --help tells how paths are named".to_owned())),
    }
}

/// Says what can be done from here.
///
/// # Errors
/// When standard output can't be written.
pub(super) fn page() -> Result<Exit, Failure> {
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "mwscope {} finds why an Infor M3 web service call failed. No case is open. From here:

  mwscope FILE...                      open logs, dumplogs, HTTP archives, folders, zips from a ticket
  mwscope investigate FILE...          say what failed, which layer broke, and who mends it
  mwscope record --follow LOG          record calls through a proxy while following the server's log
  mwscope record --reverse URL         the same for clients that know no proxy, such as MWS Designer
  mwscope demo                         a made-up MWS and a client, recorded live on this computer

{}  mwscope --help                       all commands",
        env!("CARGO_PKG_VERSION"),
        cases(Path::new("."))
    )?;
    Ok(Exit::Answered)
}

/// The cases in this folder, newest first: what one most likely came for.
fn cases(folder: &Path) -> String {
    let Ok(entries) = folder.read_dir() else { return String::new() };
    let mut found: Vec<_> = entries
        .flatten()
        .filter(|entry| crate::case::Case::is_case(&entry.path()))
        .map(|entry| (entry.metadata().and_then(|m| m.modified()).ok(), entry.file_name()))
        .collect();
    found.sort_by(|a, b| b.cmp(a));
    let lines: String =
        found.iter().take(5).map(|(_, name)| format!("  mwscope {}\n", name.to_string_lossy())).collect();
    if lines.is_empty() { lines } else { format!("Cases in this folder:\n{lines}\n") }
}

//! What `mwscope` does without a subcommand: paths are opened on a terminal and investigated elsewhere; without
//! anything it says what can be done from here.

use std::io::{self, IsTerminal, Write};
use std::iter;
use std::path::Path;
use std::sync::mpsc;
use std::time::SystemTime;

use super::open::Watching;
use super::output::{self, Exit, Failure};
use super::{Cli, run};
use crate::tui::{self, Choice, Ending, Feed, Recent, Setup, Start, Update};

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
    let verb = if on_terminal() { "open" } else { "investigate" };
    command([verb, "--"].into_iter().map(str::to_owned).chain(paths))
}

fn on_terminal() -> bool {
    io::stdout().is_terminal() && io::stdin().is_terminal()
}

/// Does a command that is made up here; paths in it stand behind `--` or an option.
fn command(words: impl Iterator<Item = String>) -> Result<Exit, Failure> {
    let (settings, _) = super::settings::Settings::of_user();
    match super::parse(&settings, iter::once("mwscope".to_owned()).chain(words)) {
        Ok(Cli { command: Some(command), .. }) => {
            run(Cli { command: Some(command), paths: Vec::new(), password: Vec::new(), colour: None })
        }
        _ => Err(Failure::Usage("this can't be opened; mwscope --help tells how paths are named".to_owned())),
    }
}

/// Shows what can be done from here: on a terminal as a screen on which it is chosen, else as text.
///
/// # Errors
/// When standard output can't be written or the terminal not be taken; as the command that was chosen.
pub(super) fn page() -> Result<Exit, Failure> {
    if on_terminal() { screen() } else { text() }
}

/// The start page on the terminal. What can't be done that was chosen there is told there.
fn screen() -> Result<Exit, Failure> {
    let mut said = None;
    loop {
        let (feed, updates) = mpsc::channel();
        let listen = super::settings::in_force("record.listen").unwrap_or("127.0.0.1:8888").to_owned();
        let _open = feed.send(Update::Start(Start { recent: recent(), listen, said: said.take() }));
        let title = concat!("mwscope ", env!("CARGO_PKG_VERSION")).to_owned();
        let (keys, theme) = super::settings::screens();
        let setup = Setup { title, colour: output::colour_said(), keys, theme, ..Setup::default() };
        let watching = Watching::leave_when_ended(feed)?;
        let ending = tui::run(Feed { updates }, setup)?;
        let words = match ending {
            Ending::Left => return Ok(Exit::Answered),
            Ending::Failed(problem) => return Err(problem.into()),
            Ending::Chosen(choice) => words(choice),
        };
        match command(words.into_iter()) {
            Err(why @ (Failure::Path { .. } | Failure::Usage(_))) if !watching.ended() => said = Some(why.to_string()),
            done => return done,
        }
    }
}

/// A choice as the command that does it.
fn words(choice: Choice) -> Vec<String> {
    match choice {
        Choice::Open(paths) => ["open", "--"].into_iter().map(str::to_owned).chain(paths).collect(),
        Choice::Demo => vec!["demo".to_owned()],
        Choice::Record { listen, follow } => {
            let follow = follow.into_iter().map(|path| format!("--follow={path}"));
            ["record".to_owned(), format!("--listen={listen}")].into_iter().chain(follow).collect()
        }
    }
}

/// What was open before, and the cases in this folder.
fn recent() -> Vec<Recent> {
    let at = |when: SystemTime| {
        let when = jiff::Timestamp::try_from(when).unwrap_or_default();
        let when = when.to_zoned_datetime(jiff::tz::TimeZone::system());
        when.strftime("%Y-%m-%d %H:%M").to_string()
    };
    let whole = |name: &str| std::path::absolute(name).map_or_else(|_| name.to_owned(), |p| p.display().to_string());
    let before = tui::opened_before();
    let here = cases(Path::new(".")).into_iter().filter_map(|(when, name)| Some((vec![whole(&name)], when?)));
    let here: Vec<_> = here.filter(|(paths, _)| !before.iter().any(|(known, _)| known == paths)).collect();
    let mut all = [before, here].concat();
    all.sort_by_key(|(_, when)| std::cmp::Reverse(*when));
    all.into_iter().map(|(paths, when)| Recent { about: at(when), paths }).collect()
}

/// Says what can be done from here.
fn text() -> Result<Exit, Failure> {
    let here: String = cases(Path::new(".")).iter().take(5).map(|(_, name)| format!("  mwscope {name}\n")).collect();
    let here = if here.is_empty() { here } else { format!("Cases in this folder:\n{here}\n") };
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
        here
    )?;
    Ok(Exit::Answered)
}

/// The cases in this folder, newest first: what one most likely came for.
fn cases(folder: &Path) -> Vec<(Option<SystemTime>, String)> {
    let Ok(entries) = folder.read_dir() else { return Vec::new() };
    let mut found: Vec<_> = entries
        .flatten()
        .filter(|entry| crate::case::Case::is_case(&entry.path()))
        .map(|entry| {
            let when = entry.metadata().and_then(|m| m.modified()).ok();
            (when, entry.file_name().to_string_lossy().into_owned())
        })
        .collect();
    found.sort_by(|a, b| b.cmp(a));
    found
}

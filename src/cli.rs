//! The command line: one file per subcommand over the same façade as the screens. Standard output carries the
//! answer, standard error everything else.

mod ca;
mod compare;
mod completions;
mod config;
mod demo;
mod dump;
mod evidence;
mod examples;
mod export;
mod filters;
mod import;
mod interrupt;
mod investigate;
mod lint;
mod list;
mod log;
mod man;
mod note;
mod open;
pub mod output;
mod packets;
mod probe;
mod record;
mod render;
mod replay;
mod serve;
mod settings;
mod show;
mod start;
mod threads;

use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

pub(crate) use evidence::gather;
pub use output::{Exit, Failure};

/// Finds why an Infor M3 web service call failed.
#[derive(Debug, Parser)]
#[command(name = "mwscope", version, about, max_term_width = 100, args_conflicts_with_subcommands = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    /// Opened on a terminal, else investigated
    #[arg(value_name = "PATH")]
    paths: Vec<String>,
    /// The password of an encrypted archive among the PATHs (Fiddler's, zip); several are tried in turn
    #[arg(
        long,
        value_name = "PASSWORD",
        global = true,
        hide_short_help = true,
        env = "MWSCOPE_PASSWORD",
        hide_env_values = true
    )]
    password: Vec<String>,
    /// Colour on screens, in lists and reports
    #[arg(long, visible_alias = "color", value_name = "WHEN", global = true, hide_short_help = true,
        value_parser = ["auto", "always", "never"])]
    colour: Option<String>,
}

// One line per subcommand, in the order of the help; each has a file of its own.
#[derive(Debug, Subcommand)]
enum Command {
    Record(Box<record::Args>),
    Open(open::Args),
    Import(import::Args),
    Investigate(investigate::Args),
    List(list::Args),
    Show(show::Args),
    Note(note::Args),
    Filters(filters::Args),
    Compare(compare::Args),
    Log(Box<log::Args>),
    Dump(dump::Args),
    Threads(threads::Args),
    Packets(packets::Args),
    Probe(probe::Args),
    Replay(Box<replay::Args>),
    Render(render::Args),
    Serve(serve::Args),
    Export(export::Args),
    Lint(lint::Args),
    Ca(ca::Args),
    Config(config::Args),
    Completions(completions::Args),
    Man(man::Args),
    Demo(demo::Args),
}

impl Command {
    /// Whether the command answers and ends; the others end an interrupt in their own order.
    fn answers_once(&self) -> bool {
        !matches!(
            self,
            Self::Record(_) | Self::Open(_) | Self::Import(_) | Self::Replay(_) | Self::Serve(_) | Self::Demo(_)
        )
    }
}

/// Reads the arguments, does what they say, and gives the exit status of the contract.
#[must_use]
pub fn main() -> ExitCode {
    let (mut settings, troubles) = settings::Settings::of_user();
    let cli = match parse(&settings, std::env::args_os()) {
        Ok(cli) => cli,
        Err(error) => return output::usage(&error),
    };
    // What shows and mends the settings must not fail for them.
    let needs_none = matches!(cli.command, Some(Command::Config(_) | Command::Completions(_) | Command::Man(_)));
    if let Some(trouble) = troubles.first().filter(|_| !needs_none) {
        return output::finish(Err(Failure::Usage(trouble.to_string())));
    }
    if let Some(when) = cli.colour.clone() {
        settings.told("colour", when);
    }
    settings.enforce();
    output::finish(run(cli))
}

/// All commands and options, with examples.
fn command() -> clap::Command {
    examples::add(Cli::command())
}

/// Reads arguments, with settings as defaults.
fn parse<T: Into<std::ffi::OsString> + Clone>(
    settings: &settings::Settings,
    words: impl IntoIterator<Item = T>,
) -> Result<Cli, clap::Error> {
    let matches = settings.apply(command()).try_get_matches_from(words)?;
    Cli::from_arg_matches(&matches)
}

/// Says that there is no such command, and which may have been meant.
fn no_command(word: &str) -> Failure {
    let near = near_command(word).map(|near| format!("; did you mean mwscope {near}?")).unwrap_or_default();
    Failure::Usage(format!("{word}: there is no such file, folder or command{near}; mwscope --help lists the commands"))
}

/// The command whose name is most like a word, where one is.
fn near_command(word: &str) -> Option<String> {
    let all = command();
    let names = all.get_subcommands().map(clap::Command::get_name);
    crate::query::nearest(word, names).map(str::to_owned)
}

fn run(cli: Cli) -> Result<Exit, Failure> {
    evidence::remember_passwords(&cli.password);
    match record::system_proxy::repair() {
        Ok(false) => {}
        Ok(true) => output::say(&"a recording that broke off had left its proxy in the system's settings; put back"),
        Err(why) => output::say(&why),
    }
    if cli.command.as_ref().is_some_and(Command::answers_once) {
        interrupt::ends_the_program();
    }
    match cli.command {
        None if cli.paths.is_empty() => start::page(),
        None => start::paths(cli.paths),
        Some(Command::Record(args)) => record::run(*args),
        Some(Command::Open(args)) => open::run(args),
        Some(Command::Import(args)) => import::run(&args),
        Some(Command::Investigate(args)) => investigate::run(&args),
        Some(Command::List(args)) => list::run(args),
        Some(Command::Show(args)) => show::run(args),
        Some(Command::Note(args)) => note::run(&args),
        Some(Command::Filters(args)) => filters::run(&args),
        Some(Command::Compare(args)) => compare::run(&args),
        Some(Command::Log(args)) => log::run(*args),
        Some(Command::Dump(args)) => dump::run(args),
        Some(Command::Threads(args)) => threads::run(args),
        Some(Command::Packets(args)) => packets::run(args),
        Some(Command::Probe(args)) => probe::run(args),
        Some(Command::Serve(args)) => serve::run(args),
        Some(Command::Export(args)) => export::run(args),
        Some(Command::Replay(args)) => replay::run(*args),
        Some(Command::Lint(args)) => lint::run(&args),
        Some(Command::Render(args)) => render::run(args),
        Some(Command::Ca(args)) => ca::run(args),
        Some(Command::Config(args)) => config::run(&args),
        Some(Command::Completions(args)) => completions::run(&args),
        Some(Command::Man(args)) => man::run(&args),
        Some(Command::Demo(args)) => demo::run(args),
    }
}

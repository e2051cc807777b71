//! `mwscope export`: exchanges handed on to other programs. What is written was masked before; what a format can't hold
//! is said on standard error.

mod bundle;
mod place;
pub(super) mod receiver;
mod telemetry;

use std::collections::BTreeSet;
use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

use clap::Args as ClapArgs;
use clap::builder::PossibleValuesParser;

use super::evidence::keys::KeyFiles;
use super::evidence::named::{Thing, find};
use super::evidence::reading::Reading;
use super::filters;
use super::list::keep;
use super::output::{self, Exit, Failure};
use crate::export::{FORMATS, Format, Originals, Preparation, Scrub, Told};
use crate::import;
use crate::model::Gathered;
use crate::report::safe;
use place::Place;
use receiver::WIRES;

/// Writes exchanges for other programs: HAR, Fiddler, mitmproxy, Wireshark, spreadsheets
#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Secrets are masked unless --show-secrets is given. What a format can't hold is said on standard error;
--fields FORMAT shows what becomes of each field.

Examples:
  mwscope export ticket.mwscope --to har -o ticket.har
  mwscope export traffic.har merged.log dumps --to bundle -o ticket.zip
  mwscope export traffic.har x28 --to ndjson
  mwscope export ticket.mwscope --filter 'is:failed' --to csv -o failed.csv"
)]
pub(super) struct Args {
    /// Cases, recordings, folders, archives, - for standard input; and ids (x12, SOURCE#INDEX or the bare index) where
    /// not all exchanges are meant
    #[arg(value_name = "PATH|ID", required_unless_present_any = ["fields", "create_table"])]
    paths: Vec<String>,
    /// The format
    #[arg(long, value_name = "FORMAT", required_unless_present = "fields", value_parser = all_names())]
    to: Option<String>,
    /// Where it is written to, - for standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<String>,
    /// Replace what stands there
    #[arg(long)]
    force: bool,
    /// Only what matches, in the filter language of the screens: "user:jdoe is:failed", "op:Create dur>2s", saved:NAME
    #[arg(long, value_name = "FILTER", allow_hyphen_values = true)]
    filter: Option<String>,
    /// Keep passwords, tokens and cookies where the source has them
    #[arg(long)]
    show_secrets: bool,
    /// Overwrite besides what this regular expression finds, wherever it stands; @FILE has one a line
    #[arg(long, value_name = "REGEX", allow_hyphen_values = true)]
    mask_pattern: Vec<String>,
    /// Keep the names of users in a bundle, instead of the same other name for each everywhere
    #[arg(long)]
    keep_users: bool,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    keys: KeyFiles,
    #[command(flatten)]
    telemetry: telemetry::Options,
    /// Show what becomes of each field in a format, and write nothing
    #[arg(long, value_name = "FORMAT", value_parser = names(), conflicts_with_all = ["paths", "to"])]
    fields: Option<String>,
}

fn all_names() -> PossibleValuesParser {
    let formats = FORMATS.iter().map(|format| (format.name, format.about));
    let all = std::iter::once((bundle::NAME, bundle::ABOUT)).chain(formats).chain(WIRES);
    let values = all.map(|(name, about)| clap::builder::PossibleValue::new(name).help(about));
    values.collect::<Vec<_>>().into()
}

fn names() -> PossibleValuesParser {
    FORMATS
        .iter()
        .map(|format| clap::builder::PossibleValue::new(format.name).help(format.about))
        .collect::<Vec<_>>()
        .into()
}

/// Exports.
///
/// # Errors
/// When a path gives nothing, nothing is left to be written, or the file can't be.
#[allow(clippy::needless_pass_by_value, reason = "all commands are run alike")]
pub(super) fn run(args: Args) -> Result<Exit, Failure> {
    if let Some(format) = args.fields.as_deref().and_then(Format::named) {
        return Ok(tell_fields(format)?);
    }
    let collected = WIRES.iter().find(|(name, _)| args.to.as_deref() == Some(*name));
    if let Some((name, _)) = collected {
        return telemetry::run(&args, name);
    }
    if args.to.as_deref() == Some(bundle::NAME) {
        return bundle::run(&args);
    }
    if let Some(option) = args.reading.given() {
        let others = WIRES.map(|(name, _)| name).join(", ");
        let what =
            format!("{option} says how logs and clocks are read; those have them: --to {}, {others}", bundle::NAME);
        return Err(Failure::Usage(what));
    }
    let format = args.to.as_deref().and_then(Format::named);
    let format = format.ok_or_else(|| Failure::Usage("--to names no format".to_owned()))?;
    let place = Place::new(args.output.as_deref(), args.force, format)?;
    let scrub = scrub(&args)?;
    let (gathered, key_logs) = read(&args)?;
    let mut preparation = preparation(&args, scrub)?;
    let mut progress = Progress::new(gathered.exchanges.len());
    preparation.learn(&gathered, &BTreeSet::new(), &mut || progress.next());
    progress.end();
    let mut told = Told::default();
    let writing = place.open()?;
    // Packets can't be masked, so that only who hands secrets on gets those that were captured.
    let originals = match format.name == Originals::FORMAT && args.show_secrets {
        true => Originals::of(&gathered, &key_logs),
        false => Originals::default(),
    };
    let mut sink = match originals.is_empty() {
        true => (format.begin)(writing.out()?)?,
        false => originals.begin(writing.out()?, &gathered, &mut told)?,
    };
    let mut progress = Progress::new(gathered.exchanges.len());
    for exchange in &gathered.exchanges {
        progress.next();
        if originals.has(exchange) {
            continue;
        }
        let ready = preparation.exchange(&gathered, exchange, &mut told);
        told.exchange(&ready, format.fields);
        sink.put(&ready, gathered.path(exchange.source), &mut told)?;
    }
    progress.end();
    sink.finish(&mut told)?;
    let written = writing.keep()?;
    for line in told.lines() {
        output::say(&line);
    }
    if let Some(path) = written {
        let exchanges = if told.exchanges() == 1 { "exchange" } else { "exchanges" };
        let secrets = if args.show_secrets { "with secrets" } else { "secrets masked" };
        let path = safe::line(&path).into_owned();
        writeln!(io::stdout(), "{path}: {}, {} {exchanges}, {secrets}", format.name, told.exchanges())?;
    }
    Ok(Exit::Answered)
}

/// What is done to everything that is written.
fn preparation(args: &Args, scrub: Scrub) -> Result<Preparation, Failure> {
    if args.show_secrets {
        return Ok(Preparation::with_secrets(scrub));
    }
    let (preparation, trouble) = Preparation::masked(scrub).map_err(anyhow::Error::from)?;
    if let Some(trouble) = trouble {
        output::say(&trouble);
    }
    Ok(preparation)
}

/// What is to be overwritten beside secrets.
fn scrub(args: &Args) -> Result<Scrub, Failure> {
    let mut patterns = Vec::new();
    for pattern in &args.mask_pattern {
        match pattern.strip_prefix('@') {
            None => patterns.push(pattern.clone()),
            Some(path) => {
                let text = std::fs::read_to_string(path).map_err(|error| {
                    Failure::path(path, format!("it can't be read: {error}"), "look at the spelling")
                })?;
                patterns.extend(text.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned));
            }
        }
    }
    Scrub::with_patterns(&patterns).map_err(|what| Failure::Usage(format!("--mask-pattern {what}")))
}

/// What the arguments name: paths, and the exchanges in them that are wanted; and the key logs that open them.
fn read(args: &Args) -> Result<(Gathered, Vec<u8>), Failure> {
    let (ids, paths): (Vec<_>, Vec<_>) = args.paths.iter().cloned().partition(|word| is_id(word));
    if paths.is_empty() {
        return Err(Failure::Usage(
            "no PATH is named, only ids; name the case or recording that they are in".to_owned(),
        ));
    }
    let (secrets, key_logs) = args.keys.read_whole()?;
    let gathered = super::gather(&paths, &import::Options { secrets, ..import::Options::default() })?;
    if gathered.exchanges.is_empty() {
        let what = "there are no exchanges in it";
        return Err(Failure::path(
            paths.join(" "),
            what,
            "name a case or a recording; mwscope list shows what is in it",
        ));
    }
    Ok((chosen(args, gathered, &ids, &paths)?, key_logs))
}

/// Leaves the exchanges that the ids and the filter name.
fn chosen(args: &Args, mut gathered: Gathered, ids: &[String], paths: &[String]) -> Result<Gathered, Failure> {
    let filter = args.filter.as_deref().map(|filter| filters::read(filter, paths)).transpose()?;
    if !ids.is_empty() {
        let mut wanted = Vec::new();
        for id in ids {
            match find(&gathered, id) {
                Ok(Thing::Exchange(exchange)) => wanted.push(exchange.id),
                Ok(_) => return Err(Failure::path(id, "it is no exchange", "mwscope list shows the ids of exchanges")),
                Err(what) => return Err(Failure::path(paths.join(" "), what, "mwscope list shows the ids")),
            }
        }
        gathered.exchanges.retain(|exchange| wanted.contains(&exchange.id));
    }
    if let Some(filter) = filter.filter(|filter| !filter.is_empty()) {
        gathered = keep(gathered, paths, &filter);
        if gathered.exchanges.is_empty() {
            let what = format!("no exchange matches the filter {}", args.filter.as_deref().unwrap_or_default());
            return Err(Failure::path(paths.join(" "), what, "mwscope list shows what is in it; nothing was written"));
        }
    }
    Ok(gathered)
}

/// Whether a word of the command line is an id and not a path: what exists is a path.
fn is_id(word: &str) -> bool {
    if word == "-" || std::path::Path::new(word).exists() {
        return false;
    }
    let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    number(word.strip_prefix('x').unwrap_or(word)) || word.rsplit_once('#').is_some_and(|(_, index)| number(index))
}

fn tell_fields(format: &Format) -> io::Result<Exit> {
    let mut out = io::stdout().lock();
    for (field, kept) in format.fields {
        let (word, how) = kept.words();
        writeln!(out, "{}", format!("{:<18} {word:<8} {how}", field.word()).trim_end())?;
    }
    Ok(Exit::Answered)
}

/// A line on the terminal that says how far it is, once it takes more than a second.
struct Progress {
    total: usize,
    done: usize,
    next: Option<Instant>,
    shown: bool,
}

impl Progress {
    const STEP: Duration = Duration::from_millis(200);

    fn new(total: usize) -> Self {
        let next = io::stderr().is_terminal().then(|| Instant::now() + Duration::from_secs(1));
        Self { total, done: 0, next, shown: false }
    }

    fn next(&mut self) {
        self.done += 1;
        let Some(next) = self.next else { return };
        let now = Instant::now();
        if now >= next {
            self.next = Some(now + Self::STEP);
            self.shown = true;
            let _closed = write!(io::stderr(), "\r\x1b[2Kwriting {} of {} exchanges", self.done, self.total);
        }
    }

    fn end(&self) {
        if self.shown {
            let _closed = write!(io::stderr(), "\r\x1b[2K");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_told_from_paths() {
        assert!(is_id("x12") && is_id("12") && is_id("a.har#3"));
        assert!(!is_id("-") && !is_id("Cargo.toml") && !is_id("src") && !is_id("xyz") && !is_id("a.har"));
    }
}

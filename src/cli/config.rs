//! `mwscope config`: what is in force, and from where.

use std::fs;
use std::io::{self, Write};

use clap::{Args as ClapArgs, Subcommand, ValueEnum};
use serde_json::json;

use super::output::{self, Exit, Failure};
use super::settings::{self, KEYS, Settings};
use crate::redact;
use crate::tui;

/// Shows the settings that are in force, and from where; writes and finds their file
#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Option<Action>,
    /// List the actions of the screens with their keys, for the table [keys]
    #[arg(long)]
    keys: bool,
    /// How the answer is written
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    #[default]
    Text,
    Json,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Writes a file with all settings as comments
    Init {
        /// Replace the file that is there
        #[arg(long)]
        force: bool,
    },
    /// Says where the file is, or would be
    Path,
}

/// Shows, writes or finds.
///
/// # Errors
/// When there is no folder for settings, or the file can't be written.
pub(super) fn run(args: &Args) -> Result<Exit, Failure> {
    let path = settings::path().ok_or_else(|| {
        Failure::Usage("there is no home folder for settings; set MWSCOPE_CONFIG_DIR to a folder".to_owned())
    })?;
    let shown = path.display().to_string();
    let mut out = io::stdout().lock();
    if args.keys {
        keys(&mut out, args.format)?;
        return Ok(Exit::Answered);
    }
    match args.command {
        Some(Action::Path) => writeln!(out, "{shown}")?,
        Some(Action::Init { force }) => {
            if path.exists() && !force {
                return Err(Failure::path(shown, "it is there already", "edit it, or replace it with --force"));
            }
            let made = path.parent().map_or(Ok(()), fs::create_dir_all);
            made.and_then(|()| fs::write(&path, settings::commented())).map_err(|error| {
                Failure::path(&shown, format!("it can't be written: {error}"), "look at the folder's permissions")
            })?;
            writeln!(out, "{shown}: written; all settings in it are comments")?;
        }
        None => show(&mut out, args.format, &shown)?,
    }
    Ok(Exit::Answered)
}

/// The actions of the screens, as they are without settings.
fn keys(out: &mut impl Write, format: Format) -> io::Result<()> {
    let all = tui::listed();
    if format == Format::Json {
        let all: Vec<_> =
            all.iter().map(|(name, keys, about)| json!({"name": name, "keys": keys, "about": about})).collect();
        return writeln!(out, "{:#}", json!({"keys": all}));
    }
    let width = |of: fn(&(String, String, String)) -> usize| all.iter().map(of).max().unwrap_or(0);
    let (names, keys) = (width(|row| row.0.len()), width(|row| row.1.chars().count()));
    all.iter().try_for_each(|(name, own, about)| writeln!(out, "{name:<names$}  {own:<keys$}  {about}"))
}

/// What may be seen of a setting. A header says by its name what it is, and what it has may be a secret whatever its name.
fn shown_value(key: &settings::Key, values: &[String]) -> String {
    if key.has_headers() {
        let shown = values
            .iter()
            .map(|value| value.split_once(':').map_or("***".to_owned(), |(name, _)| format!("{name}: ***")));
        return shown.collect::<Vec<_>>().join(", ");
    }
    redact::mask_text(&values.join(", ")).into_owned()
}

fn show(out: &mut impl Write, format: Format, path: &str) -> io::Result<()> {
    let (settings, troubles) = Settings::of_user();
    let rows: Vec<_> = KEYS
        .iter()
        .map(|key| {
            let set = settings.value(key.name);
            let value = set.map_or_else(|| key.default.to_owned(), |set| shown_value(key, &set.values));
            (key, value, set.map_or("default", |set| set.from.as_str()))
        })
        .collect();
    for trouble in &troubles {
        output::say(trouble);
    }
    if format == Format::Json {
        let settings: Vec<_> = rows
            .iter()
            .map(|(key, value, from)| json!({"name": key.name, "value": value, "from": from, "variable": key.variable}))
            .collect();
        return writeln!(out, "{:#}", json!({"path": path, "settings": settings}));
    }
    let there = if fs::metadata(path).is_ok() { "" } else { " (not there; mwscope config init writes it)" };
    writeln!(out, "file  {path}{there}\n")?;
    let width = |of: &dyn Fn(&(&settings::Key, String, &str)) -> usize| rows.iter().map(of).max().unwrap_or(0);
    let (names, values) = (width(&|row| row.0.name.len()), width(&|row| row.1.chars().count()).min(48));
    for (key, value, from) in &rows {
        writeln!(out, "{:<names$}  {value:<values$}  {from}", key.name)?;
    }
    Ok(())
}

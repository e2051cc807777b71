//! `mwscope filters`: filters saved under a name, as the screens save and take them; and reading a `--filter`, which may
//! ask for them.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use clap::Args as ClapArgs;
use serde_json::{Value, json};

use super::output::{self, Exit, Failure, Format};
use crate::query::{Filter, nearest, quoted, taken_as_word};
use crate::remarks::saved::{Saved, SavedFilters, Scope};
use crate::report::safe;

/// Lists, saves and deletes filters that are asked for by their names
#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Wherever a filter is written, here and on the screens, saved:NAME stands for the one of that name.
They are kept in the case that PATH is, for everyone who opens it; else with you, for everything
that you open.

Examples:
  mwscope filters ticket.mwscope
  mwscope filters ticket.mwscope --save mine 'user:jdoe is:failed'
  mwscope list ticket.mwscope --filter 'saved:mine -op:Get'
  mwscope filters --save slow 'dur>2s'
  mwscope filters ticket.mwscope --delete mine"
)]
pub(super) struct Args {
    /// A case; without it, and for loose files, your own filters
    #[arg(value_name = "PATH")]
    path: Option<String>,
    /// Save a filter under a name, in place of the one that has it
    #[arg(long, num_args = 2, value_names = ["NAME", "FILTER"], allow_hyphen_values = true, conflicts_with = "delete")]
    save: Option<Vec<String>>,
    /// Delete the filter of that name
    #[arg(long, value_name = "NAME")]
    delete: Option<String>,
    /// Save or delete it with you, not in the case
    #[arg(long)]
    everywhere: bool,
    /// How the answer is written
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Saves or deletes one, and lists those of that name; without a name all.
///
/// # Errors
/// When there is nothing at the path, what is to be saved is no filter, none has the name, or it can't be kept.
pub(super) fn run(args: &Args) -> Result<Exit, Failure> {
    if let Some(path) = args.path.as_ref().filter(|path| !Path::new(path).exists()) {
        return Err(Failure::path(
            path,
            "there is no such file or folder",
            "name a case, or none for your own filters",
        ));
    }
    let mut saved = of(args.path.as_slice());
    let name = match (args.save.as_deref(), &args.delete) {
        (Some([name, text]), _) => Some(save(args, &mut saved, name.trim(), text)?),
        (_, Some(name)) => Some(delete(args, &mut saved, name)?),
        _ => None,
    };
    write(args.format, &saved, name.as_deref())?;
    Ok(Exit::Answered)
}

fn save(args: &Args, saved: &mut SavedFilters, name: &str, text: &str) -> Result<String, Failure> {
    if name.is_empty() || name.contains(char::is_control) {
        return Err(Failure::Usage("--save: the name is missing; mwscope filters --save NAME FILTER".to_owned()));
    }
    let scope = if saved.has_case() && !args.everywhere { Scope::Case } else { Scope::User };
    let text = text.trim();
    let wrong = |why: String| Failure::Usage(format!("--save {name} {text}: {why}"));
    let filter = Filter::with_saved(text, &saved.named()).map_err(|error| wrong(error.to_string()))?;
    if filter.is_empty() {
        return Err(wrong("the filter is empty; it would leave everything".to_owned()));
    }
    saved.take(name, Some(text), scope);
    // Only now it is known whether it asks for itself.
    asked(name, saved).map_err(|error| wrong(error.to_string()))?;
    keep(saved, name, Some(text), scope)?;
    Ok(name.to_owned())
}

fn delete(args: &Args, saved: &mut SavedFilters, name: &str) -> Result<String, Failure> {
    let found = saved.all.iter().find(|one| one.name == name && (!args.everywhere || one.scope == Scope::User));
    let Some(scope) = found.map(|one| one.scope) else {
        let names = || saved.all.iter().map(|one| one.name.as_str());
        let near = nearest(name, names()).map(|near| format!("did you mean {near}? ")).unwrap_or_default();
        let known: Vec<&str> = names().collect();
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        let place = if args.everywhere { " everywhere" } else { "" };
        return Err(Failure::Usage(format!(
            "--delete {name}: no filter is saved as {name}{place}; {near}saved: {known}"
        )));
    };
    saved.take(name, None, scope);
    keep(saved, name, None, scope)?;
    Ok(name.to_owned())
}

fn keep(saved: &SavedFilters, name: &str, text: Option<&str>, scope: Scope) -> Result<(), Failure> {
    saved.write(name, text, scope).map_err(|why| Failure::Other(anyhow::anyhow!("the filter isn't kept: {why}")))
}

fn asked(name: &str, saved: &SavedFilters) -> Result<Filter, crate::query::QueryError> {
    Filter::with_saved(&format!("saved:{}", quoted(name)), &saved.named())
}

/// The saved filters for these paths; says what could not be read of them.
fn of(paths: &[String]) -> SavedFilters {
    let saved = SavedFilters::of(paths);
    saved.problems.iter().for_each(output::say);
    saved
}

/// Reads what `--filter` names, with the filters that are saved for these paths.
///
/// # Errors
/// When it is no filter, or asks for one that isn't saved.
pub(super) fn read(filter: &str, paths: &[String]) -> Result<Filter, Failure> {
    let read = with_saved(paths, |saved| Filter::with_saved(filter, saved))
        .map_err(|error| Failure::Usage(format!("--filter {filter}: {error}")))?;
    if let Some(what) = taken_as_word(filter) {
        output::say(&format!("--filter {filter}: {what}"));
    }
    Ok(read)
}

/// Reads something that may ask for the filters that are saved for these paths. Most ask for none, and none is looked
/// for then.
pub(super) fn with_saved<T, E>(paths: &[String], read: impl Fn(&[(&str, &str)]) -> Result<T, E>) -> Result<T, E> {
    read(&[]).or_else(|_| read(&of(paths).named()))
}

fn write(format: Format, saved: &SavedFilters, name: Option<&str>) -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    let all: Vec<&Saved> = saved.all.iter().filter(|one| name.is_none_or(|name| one.name == name)).collect();
    match format {
        Format::Text if all.is_empty() => match name {
            Some(name) => writeln!(out, "no filter is saved as {} any more", safe::line(name))?,
            None => writeln!(out, "no filter is saved")?,
        },
        Format::Text => {
            let wide = all.iter().map(|one| safe::line(&one.name).chars().count()).max().unwrap_or(0);
            for one in all {
                let trouble = trouble(one, saved).map(|why| format!("; {why}")).unwrap_or_default();
                let (name, text) = (safe::line(&one.name), safe::line(&one.text));
                writeln!(out, "{name:<wide$}  {text}  ({}{})", one.scope.words(), safe::line(&trouble))?;
            }
        }
        Format::Json => {
            let all: Vec<Value> = all.into_iter().map(|one| value(one, saved)).collect();
            writeln!(out, "{:#}", json!({"filters": all}))?;
        }
        Format::Ndjson => {
            for one in all {
                writeln!(out, "{}", value(one, saved))?;
            }
        }
    }
    out.flush()
}

fn value(one: &Saved, saved: &SavedFilters) -> Value {
    let scope = match one.scope {
        Scope::Case => "case",
        Scope::User => "user",
    };
    json!({"name": one.name, "filter": one.text, "scope": scope, "problem": trouble(one, saved)})
}

/// Why a saved filter can't be taken: it isn't understood, or another goes before it.
fn trouble(one: &Saved, saved: &SavedFilters) -> Option<String> {
    if saved.all.iter().find(|other| other.name == one.name).is_some_and(|first| first.scope != one.scope) {
        return Some("the one in this case goes before it".to_owned());
    }
    asked(&one.name, saved).err().map(|error| error.to_string())
}

//! `mwscope dump`: what M3 dumplogs say.

use std::collections::HashMap;
use std::io::{self, BufWriter, Write};

use clap::Args as ClapArgs;
use mwscope_parsers::dump::{Fact, Synonyms};

use super::evidence::known::Known;
use super::evidence::{self, Shown};
use super::output::{Exit, Failure, Format};
use crate::import::{self, Told};
use crate::model::{Gathered, GatheredDump};
use crate::report::dump as report;
use crate::report::exchange::{self, Secrets};
use crate::rules;
use crate::timeline::{self, clocks};

/// Says what dumplogs say: program, exception, where, stack, field values
#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  mwscope dump CRS008.log                 one sentence, the facts, and what to send on
  mwscope dump dumps.zip                  by crash, the most frequent first
  mwscope dump merged.log --format json   dumps inside a log

The table of --names has names as dumps write them, by fact:
  user = [\"Sachbearbeiter\"]
  where = [\"Stelle\", \"Ort\"]")]
pub(super) struct Args {
    /// Dumplogs, logs with dumps in them, cases, folders, archives or their members (x.zip!/a.log), - for standard input
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<String>,
    /// How the answer is written
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// A TOML file with further names of facts
    #[arg(long, value_name = "FILE")]
    names: Option<String>,
    /// Only the text for the M3 developer, as Markdown
    #[arg(long, conflicts_with = "format")]
    handoff: bool,
    /// Show passwords and tokens that stand in field values
    #[arg(long)]
    show_secrets: bool,
}

/// Says what dumps say.
///
/// # Errors
/// When a path gives nothing, none of them holds a dump, or the table of names can't be read.
#[allow(clippy::needless_pass_by_value, reason = "all commands are run alike")]
pub(super) fn run(args: Args) -> Result<Exit, Failure> {
    let names = args.names.as_deref().map(names).transpose()?;
    let options = import::Options { told: Told::Dump, names, ..import::Options::default() };
    let gathered = super::gather(&args.paths, &options)?;
    if gathered.dumps.is_empty() {
        let remedy = "name a dumplog; where its names are unknown, tell them with --names";
        return Err(Failure::path(args.paths.join(" "), "there is no dump in it", remedy));
    }
    let secrets = if args.show_secrets { Secrets::Shown } else { Secrets::Masked };
    let telling = report::Telling { secrets, explain: rules::explain };
    let known = Known::of(&gathered, args.show_secrets)?;
    if args.handoff {
        let calls = calls_behind(&gathered);
        let text = |d: &GatheredDump| report::handoff(d, telling, calls.get(&d.id));
        let texts: Vec<String> = gathered.dumps.iter().map(text).collect();
        return say(&known.told(texts.join("\n---\n\n").into_bytes(), false));
    }
    // Secrets of exchanges may stand anywhere in what is written; without any, it needn't be at hand as a whole.
    if known.is_empty() {
        let mut out = BufWriter::new(io::stdout().lock());
        write(&mut out, args.format, &gathered, telling)?;
        out.flush()?;
        return Ok(Exit::Answered);
    }
    let mut out = Vec::new();
    write(&mut out, args.format, &gathered, telling)?;
    say(&known.told(out, args.format != Format::Text))
}

fn write(out: &mut impl Write, format: Format, gathered: &Gathered, telling: report::Telling) -> io::Result<()> {
    match format {
        Format::Text => out.write_all(report::people(gathered, telling, &calls_behind(gathered)).as_bytes()),
        Format::Ndjson => {
            gathered.dumps.iter().try_for_each(|dump| writeln!(out, "{}", report::one(dump, gathered, telling)))
        }
        Format::Json => {
            serde_json::to_writer_pretty(&mut *out, &report::json(gathered, telling)).map_err(io::Error::from)?;
            writeln!(out)
        }
    }
}

fn say(told: &[u8]) -> Result<Exit, Failure> {
    let mut out = io::stdout().lock();
    out.write_all(told)?;
    out.flush()?;
    Ok(Exit::Answered)
}

/// How sure a join has to be before a request is handed on as the one behind a dump.
const SURE: f64 = 0.5;

/// The requests that dumps were written for, as text, where there are recorded ones: masked, since they are sent on.
pub(super) fn calls_behind(gathered: &Gathered) -> report::Calls {
    if gathered.exchanges.is_empty() || gathered.dumps.is_empty() {
        return report::Calls::new();
    }
    let trouble = timeline::Trouble::default();
    let clocks = clocks::estimate(gathered, &timeline::Options::default(), &trouble);
    let joins = timeline::join(gathered, &clocks, &timeline::views(gathered, &clocks), &trouble).joins;
    let call = |join: timeline::Join| {
        let exchange = evidence::masked(gathered.exchange(join.exchange?)?, Shown::Whole).ok()?;
        let source = gathered.path(exchange.source);
        let text = exchange::text(&exchange, source, gathered.bodies.as_ref(), Secrets::Masked);
        let dump = join.dump.filter(|dump| dump.confidence >= SURE)?;
        Some((dump.id, text))
    };
    joins.into_iter().filter_map(call).collect()
}

/// The standard names and those of a file.
fn names(path: &str) -> Result<Synonyms, Failure> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| Failure::path(path, format!("it can't be read: {error}"), "name a TOML file with names"))?;
    table(&text).map_err(|what| Failure::path(path, what, "write lines such as user = [\"Sachbearbeiter\"]"))
}

fn table(text: &str) -> Result<Synonyms, String> {
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| error.message().to_owned())?;
    let mut synonyms = Synonyms::default();
    let mut taken: HashMap<String, &str> = HashMap::new();
    for (fact, names) in &table {
        let known = Fact::from_name(fact).ok_or_else(|| format!("there is no fact {fact}"))?;
        let names = match names {
            toml::Value::String(name) => vec![name.as_str()],
            toml::Value::Array(list) if list.iter().all(toml::Value::is_str) => {
                list.iter().filter_map(toml::Value::as_str).collect()
            }
            _ => return Err(format!("the names of {fact} are no list of texts")),
        };
        for name in names {
            let said: String = name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
            if said.is_empty() {
                return Err(format!("{fact} has a name without a letter: {name:?}"));
            }
            // One name can't stand for two facts.
            if let Some(other) = taken.insert(said, fact.as_str()).filter(|other| other != fact) {
                return Err(format!("{name} stands for {other} and for {fact}"));
            }
            synonyms.add(known, name);
        }
    }
    Ok(synonyms)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_of_names_is_read() {
        let read = table("user = [\"Sachbearbeiter\"]\nwhere = \"Stelle\"").expect("a table");
        assert!(read.knows("Sachbearbeiter") && read.knows("STELLE"));
        assert_eq!(table("nobody = [\"x\"]").err().as_deref(), Some("there is no fact nobody"));
        assert!(table("user = ").is_err());
        for (wrong, said) in [
            ("user = [1]", "the names of user are no list of texts"),
            ("user = [\"\"]", "user has a name without a letter: \"\""),
            ("job = [\"Nr.\"]\nuser = [\"NR\"]", "NR stands for job and for user"),
        ] {
            assert_eq!(table(wrong).err().as_deref(), Some(said), "{wrong}");
        }
    }
}

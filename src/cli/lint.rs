//! `mwscope lint`: what will break at the next move, in mashups, agreements, scripts and recorded requests.

use std::io::{self, IsTerminal, Write};

use clap::{Args as ClapArgs, ValueEnum};
use serde_json::Value;

use super::output::{self, Exit, Failure};
use crate::import::{self, Offered};
use crate::lint::{self, Choice, Linter, RULES};
use crate::model::{Artefact, Gathered, LintRule, Linted, SourceProblem, Weight, coding};
use crate::query;
use crate::report::{lint as report, sarif};

/// Finds addresses, credentials and placeholders written into mashups, agreements, scripts and requests
#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// Mashups (XAML, .mashup, .lawsonapp), agreements, scripts, recordings, cases, folders or archives with them, or
    /// their members (x.zip!/a.xaml), - for standard input
    #[arg(value_name = "PATH", required_unless_present_any = ["rules", "explain"])]
    paths: Vec<String>,
    /// How the answer is written
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Take what this rule finds for an error, also where it isn't looked for by itself
    #[arg(long, value_name = "RULE", value_parser = rule)]
    deny: Vec<&'static LintRule>,
    /// Don't look for this
    #[arg(long, value_name = "RULE", value_parser = rule)]
    allow: Vec<&'static LintRule>,
    /// From what on the exit status is 1
    #[arg(long, value_enum, value_name = "SEVERITY", default_value_t)]
    fail_on: FailOn,
    /// List the rules
    #[arg(long, conflicts_with_all = ["paths", "explain"])]
    rules: bool,
    /// Say all about one rule
    #[arg(long, value_name = "RULE", value_parser = rule, conflicts_with = "paths")]
    explain: Option<&'static LintRule>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people and editors.
    #[default]
    Text,
    /// One JSON value.
    Json,
    /// SARIF 2.1.0.
    Sarif,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum FailOn {
    #[default]
    Warning,
    Error,
}

/// The rule of a name; clap says what was typed where there is none.
fn rule(name: &str) -> Result<&'static LintRule, String> {
    lint::rule(name).ok_or_else(|| {
        let names = RULES.iter().map(|rule| rule.name);
        let near = query::nearest(name, names).map(|near| format!("; did you mean {near}?"));
        format!("there is no such rule{}; mwscope lint --rules lists them", near.unwrap_or_default())
    })
}

/// Lints.
///
/// # Errors
/// When a path gives nothing that could be linted.
pub(super) fn run(args: &Args) -> Result<Exit, Failure> {
    let mut out = io::stdout().lock();
    if args.rules {
        write!(out, "{}", report::rules(RULES))?;
        return Ok(Exit::Answered);
    }
    if let Some(rule) = args.explain {
        write!(out, "{}", report::explain(rule))?;
        return Ok(Exit::Answered);
    }
    let mut choice = Choice::default();
    args.allow.iter().for_each(|rule| choice.allow(rule));
    args.deny.iter().for_each(|rule| choice.deny(rule));
    let (linted, problems) = look(args, choice)?;
    match args.format {
        Format::Text => write!(out, "{}", report::text(&linted, output::colour()))?,
        Format::Json => pretty(&mut out, &report::json(&linted, &problems))?,
        Format::Sarif => pretty(&mut out, &sarif(&linted, RULES, &problems))?,
    }
    out.flush()?;
    let least = if args.fail_on == FailOn::Error { Weight::Error } else { Weight::Warning };
    let found = linted.faults.iter().any(|fault| fault.weight >= least);
    Ok(if found { Exit::Found } else { Exit::Answered })
}

fn pretty(out: &mut impl Write, value: &Value) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, value).map_err(io::Error::from)?;
    writeln!(out)
}

fn look(args: &Args, choice: Choice) -> Result<(Linted, Vec<SourceProblem>), Failure> {
    let mut linter = Linter::new(choice);
    let mut unread = Vec::new();
    let mut take = |offered: &Offered<'_>| {
        let Some(what) = lint::recognise(offered.head) else { return false };
        match offered.whole() {
            Ok(bytes) => linter.text(offered.path, &bytes, what),
            Err(error) => unread.push(problem(offered.path, &error.to_string(), "look at its size and permissions")),
        }
        true
    };
    let mut gathered = import::gather_offering(&args.paths, &import::Options::default(), &mut |_| {}, &mut take)?;
    gathered.problems.append(&mut unread);
    requests(&mut linter, &mut gathered);
    for problem in &gathered.problems {
        output::say(problem);
    }
    let linted = linter.finish();
    if linted.looked_at.iter().all(|(_, n)| *n == 0) {
        let remedy = "name mashups, agreements, scripts, recordings, or a folder or archive with them";
        return Err(Failure::path(args.paths.join(" "), "there is nothing in it that could be linted", remedy));
    }
    if linted.looked_at.iter().any(|(kind, n)| *kind == Artefact::Script && *n > 0) && io::stderr().is_terminal() {
        output::say(&"scripts are looked at by the notations in which passwords and addresses stand, not run");
    }
    Ok((linted, gathered.problems))
}

/// The requests of all exchanges, bodies loaded from wherever they are.
fn requests(linter: &mut Linter, gathered: &mut Gathered) {
    let mut problems = Vec::new();
    for exchange in &gathered.exchanges {
        if exchange.request.method.eq_ignore_ascii_case("CONNECT") {
            continue;
        }
        let path = gathered.path(exchange.source);
        match gathered.bodies.load(&exchange.request.body) {
            Ok(bytes) => {
                let decoded = coding::decode(&exchange.request.body, &bytes);
                linter.exchange(path, exchange, &decoded.bytes);
            }
            Err(error) => {
                let what = format!("the request of {} can't be read: {error}", exchange.id);
                problems.push(problem(path, &what, "look whether the source is still there"));
            }
        }
    }
    gathered.problems.append(&mut problems);
}

fn problem(path: &str, what: &str, remedy: &str) -> SourceProblem {
    SourceProblem { path: path.to_owned(), offset: 0, what: what.to_owned(), remedy: remedy.to_owned() }
}

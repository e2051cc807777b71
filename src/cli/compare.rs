//! `mwscope compare`: two exchanges or two whole recordings side by side.

use std::io::{self, BufWriter, Write};

use clap::Args as ClapArgs;
use serde_json::{Value, json};

use super::evidence::Shown;
use super::evidence::named::{Thing, find};
use super::output::{self, Exit, Failure, Format};
use crate::compare::recordings::{self, Recording};
use crate::compare::{self, Comparison, Side, Timing, Volatile};
use crate::import;
use crate::model::{Exchange, Gathered};
use crate::report::compare::recordings::Compared;
use crate::report::compare::{self as report, Style};
use crate::report::exchange::{self as exchange_report, Secrets};

/// Compares two exchanges or two whole recordings
#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// LEFT RIGHT: two recordings, or two exchanges as PATH#INDEX; or PATH ID ID: two exchanges of one recording
    #[arg(value_name = "PATH", num_args = 2..=3, required = true)]
    sides: Vec<String>,
    /// What doesn't count: a path with * and **, or the name of an element, attribute, member or field
    #[arg(long, value_name = "PATTERN", allow_hyphen_values = true)]
    ignore: Vec<String>,
    /// Another recording of the same run as LEFT (or the id of another answer to the same request): what differs between
    /// the two changes from call to call, and doesn't count
    #[arg(long, value_name = "PATH|ID")]
    learn: Vec<String>,
    /// Everything counts: times, ids and the like too
    #[arg(long)]
    exact: bool,
    /// List what doesn't count, with the reason
    #[arg(long)]
    ignored: bool,
    /// How many times as long a call takes that is called slower
    #[arg(long, value_name = "FACTOR", default_value_t = 2.0)]
    slower: f64,
    /// Exit with status 1 where they differ (time alone is no difference)
    #[arg(long)]
    check: bool,
    /// Show passwords, tokens and cookies where the source has them
    #[arg(long)]
    show_secrets: bool,
    /// How the answer is written
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Compares.
///
/// # Errors
/// When a path gives nothing, or an id names no exchange.
pub(super) fn run(args: &Args) -> Result<Exit, Failure> {
    if !args.slower.is_finite() || args.slower < 1.0 {
        return Err(Failure::Usage(format!("--slower {}: give how many times as long, such as 2", args.slower)));
    }
    let mut volatile = if args.exact { Volatile::nothing() } else { Volatile::default() };
    for pattern in &args.ignore {
        volatile.name(pattern).map_err(|why| Failure::Usage(format!("--ignore: {why}")))?;
    }
    match &args.sides[..] {
        [path, left, right] => {
            let gathered = read(path)?;
            let (left, right) = (exchange(&gathered, path, left)?, exchange(&gathered, path, right)?);
            for id in &args.learn {
                let other = exchange(&gathered, path, id)?;
                learn(&mut volatile, (&gathered, left), (&gathered, other));
            }
            two_exchanges(args, (&gathered, left), (&gathered, right), &volatile)
        }
        [left, right] => match (one_of(left), one_of(right)) {
            (Some((l_path, l_id)), Some((r_path, r_id))) => {
                let (left, right) = (read(l_path)?, read(r_path)?);
                let (l, r) = (exchange(&left, l_path, l_id)?, exchange(&right, r_path, r_id)?);
                for other in &args.learn {
                    let (path, id) = one_of(other).unwrap_or((l_path, other));
                    let gathered = read(path)?;
                    learn(&mut volatile, (&left, l), (&gathered, exchange(&gathered, path, id)?));
                }
                two_exchanges(args, (&left, l), (&right, r), &volatile)
            }
            (None, None) => {
                let (left, right) = (read(left)?, read(right)?);
                for path in &args.learn {
                    recordings::learn_from(&mut volatile, recording(&left), recording(&read(path)?));
                }
                two_recordings(args, &left, &right, &volatile)
            }
            _ => Err(Failure::Usage(format!(
                "{left} {right}: one is a recording, the other one exchange; name an exchange on both sides, as PATH#INDEX"
            ))),
        },
        _ => Err(Failure::Usage("compare takes two recordings, or a recording and two exchanges".to_owned())),
    }
}

/// Path and id, where an exchange is named: `PATH#INDEX` or `PATH#x12`. A file that is called so is meant itself.
fn one_of(side: &str) -> Option<(&str, &str)> {
    let (path, id) = side.rsplit_once('#')?;
    let is_id = id.strip_prefix('x').unwrap_or(id).parse::<u32>().is_ok();
    (is_id && !path.is_empty() && !std::path::Path::new(side).exists()).then_some((path, id))
}

fn read(path: &str) -> Result<Gathered, Failure> {
    let gathered = super::gather(&[path.to_owned()], &import::Options::default())?;
    if gathered.exchanges.is_empty() {
        return Err(Failure::path(path, "there are no exchanges in it", "name a case or an HTTP archive"));
    }
    Ok(gathered)
}

fn exchange<'a>(gathered: &'a Gathered, path: &str, id: &str) -> Result<&'a Exchange, Failure> {
    match find(gathered, id).map_err(|what| Failure::path(path, what, "mwscope list shows the ids"))? {
        Thing::Exchange(exchange) => Ok(exchange),
        _ => Err(Failure::path(path, format!("{id} is no exchange"), "mwscope list shows the ids")),
    }
}

fn recording(gathered: &Gathered) -> Recording<'_> {
    Recording { exchanges: &gathered.exchanges, bodies: gathered.bodies.as_ref() }
}

type Named<'a> = (&'a Gathered, &'a Exchange);

fn side<'a>((gathered, exchange): Named<'a>) -> Side<'a> {
    Side { exchange, bodies: gathered.bodies.as_ref() }
}

fn learn(volatile: &mut Volatile, left: Named<'_>, other: Named<'_>) {
    compare::learn(volatile, side(left), side(other));
}

impl Args {
    fn style(&self) -> Style {
        Style { secrets: self.secrets(), colour: output::colour(), ignored: self.ignored, most: 1000 }
    }

    fn secrets(&self) -> Secrets {
        if self.show_secrets { Secrets::Shown } else { Secrets::Masked }
    }

    /// The facts of an exchange as they may be shown.
    fn shown(&self, exchange: &Exchange) -> Result<Exchange, Failure> {
        if self.show_secrets {
            return Ok(exchange.clone());
        }
        Ok(super::evidence::masked(exchange, Shown::Facts).map_err(anyhow::Error::from)?)
    }

    fn judged(&self, differs: bool) -> Exit {
        if self.check && differs { Exit::Found } else { Exit::Answered }
    }
}

fn two_exchanges(args: &Args, left: Named<'_>, right: Named<'_>, volatile: &Volatile) -> Result<Exit, Failure> {
    let answer = compare::answers(side(left), side(right), volatile);
    let request = compare::requests(side(left), side(right), volatile);
    let timings = compare::timings(left.1, right.1);
    let facts = (args.shown(left.1)?, args.shown(right.1)?);
    let same = answer.same() && request.same();
    let object = |(gathered, _): Named<'_>, exchange: &Exchange| {
        exchange_report::json(exchange, gathered.path(exchange.source), args.secrets())
    };
    let mut out = BufWriter::new(io::stdout().lock());
    match args.format {
        Format::Text => {
            writeln!(out, "left   {}", exchange_report::cells(&facts.0).join("  ").trim_end())?;
            writeln!(out, "right  {}", exchange_report::cells(&facts.1).join("  ").trim_end())?;
            section(&mut out, "request", &request, args.style())?;
            section(&mut out, "answer", &answer, args.style())?;
            write_timings(&mut out, &timings)?;
        }
        Format::Json => {
            let value = json!({
                "schema": "mwscope.compare/1",
                "left": object(left, &facts.0),
                "right": object(right, &facts.1),
                "same": same,
                "answer": report::json(&answer, args.secrets()),
                "request": report::json(&request, args.secrets()),
                "timings": report::timings(&timings),
                "fault": {"left": facts.0.call.fault, "right": facts.1.call.fault},
            });
            serde_json::to_writer_pretty(&mut out, &value).map_err(io::Error::from)?;
            writeln!(out)?;
        }
        Format::Ndjson => {
            for (part, comparison) in [("request", &request), ("answer", &answer)] {
                for one in comparison.differences.iter().chain(&comparison.headers) {
                    let mut value = report::difference(one, args.secrets());
                    value["in"] = json!(part);
                    writeln!(out, "{value}")?;
                }
            }
        }
    }
    out.flush()?;
    Ok(args.judged(!same))
}

fn section(out: &mut impl Write, title: &str, comparison: &Comparison, style: Style) -> io::Result<()> {
    let verdict = if comparison.same() { ": the same" } else { "" };
    writeln!(out, "\n{title}{verdict}")?;
    out.write_all(report::text(comparison, "  ", style).as_bytes())
}

fn write_timings(out: &mut impl Write, timings: &[Timing]) -> io::Result<()> {
    if timings.is_empty() {
        return Ok(());
    }
    writeln!(out, "\ntime")?;
    let ms = |ms: Option<f64>| ms.map_or_else(|| "-".to_owned(), |ms| format!("{ms:.1} ms"));
    for timing in timings {
        writeln!(out, "  {:<9} {:>12} {:>12}", timing.name, ms(timing.left_ms), ms(timing.right_ms))?;
    }
    Ok(())
}

fn two_recordings(args: &Args, left: &Gathered, right: &Gathered, volatile: &Volatile) -> Result<Exit, Failure> {
    let (alignment, pairings) = recordings::recordings(recording(left), recording(right), volatile, args.slower);
    let shown = |gathered: &Gathered| {
        gathered.exchanges.iter().map(|exchange| args.shown(exchange)).collect::<Result<Vec<_>, _>>()
    };
    let (l_shown, r_shown) = (shown(left)?, shown(right)?);
    let compared = Compared { left: &l_shown, right: &r_shown, alignment: &alignment, pairings: &pairings };
    let secrets = args.secrets();
    let paths = |n: usize| {
        let pairing = &pairings[n];
        let (l, r) = (&l_shown[pairing.left], &r_shown[pairing.right]);
        [left.path(l.source), right.path(r.source)]
    };
    let pairs = (0..pairings.len()).map(|n| compared.pair(&pairings[n], paths(n), secrets));
    let only = |gathered: &Gathered, shown: &[Exchange], places: &[usize]| -> Vec<Value> {
        let one = |at: &usize| exchange_report::json(&shown[*at], gathered.path(shown[*at].source), secrets);
        places.iter().map(one).collect()
    };
    let (only_left, only_right) = (only(left, &l_shown, &alignment.left), only(right, &r_shown, &alignment.right));
    let mut out = BufWriter::new(io::stdout().lock());
    match args.format {
        Format::Text => {
            // Of each call a few differences are enough to see what happened; the two by themselves show all.
            out.write_all(compared.text(Style { most: 12, ..args.style() }).as_bytes())?;
        }
        Format::Json => {
            let value = json!({
                "schema": "mwscope.compare-recordings/1",
                "same": !compared.differs(),
                "counts": compared.counts(),
                "pairs": pairs.collect::<Vec<_>>(),
                "only_left": only_left,
                "only_right": only_right,
            });
            serde_json::to_writer_pretty(&mut out, &value).map_err(io::Error::from)?;
            writeln!(out)?;
        }
        Format::Ndjson => {
            for pair in pairs {
                writeln!(out, "{pair}")?;
            }
            for value in only_left {
                writeln!(out, "{}", json!({"verdict": "only-left", "left": value, "right": null}))?;
            }
            for value in only_right {
                writeln!(out, "{}", json!({"verdict": "only-right", "left": null, "right": value}))?;
            }
        }
    }
    out.flush()?;
    Ok(args.judged(compared.differs()))
}

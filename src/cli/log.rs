//! `mwscope log`: the records of logs, asked for, counted, grouped, explained, or as they come.

mod differs;
mod explain;
mod follow;
mod found;
mod histogram;
pub(super) mod layout;
mod query;
mod shifted;
mod stats;
mod top;
mod verbose;
mod whole;

use std::collections::HashMap;
use std::io::{self, BufWriter, Write};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::SystemTime;

use clap::{Args as ClapArgs, ValueEnum};
use mwscope_parsers::Civil;
use mwscope_parsers::log::HEADER;

use super::evidence::known::Known;
use super::filters;
use super::investigate::{span, time, within, zone};
use super::output::{self, Exit, Failure, Format};
use crate::import;
use crate::model::{Gathered, Record, Records, Severity, SourceId, Stamp};
use crate::report::record as report;
use crate::timeline::{AskedTime, Zone};
pub(super) use query::day;
use query::{Level, Name, Query};
use shifted::Shifted;

/// Shows log records: any layout, many lines or one
#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  mwscope log merged.log --level ERROR,WARN --around 10:15:02
  mwscope log logs.zip --grep 'CRS0\\d\\d' --thread mws-worker-3 --format ndjson
  mwscope log merged.log --top traces
  mwscope log merged.log --level ERROR --differs
  mwscope log strange.log --explain 42
  mwscope log strange.log --layout '%d{dd.MM.yy HH:mm:ss} %p [%t] %c - %m%n'")]
pub(super) struct Args {
    /// Logs, folders, archives or their members (x.zip!/a.log), - for standard input
    #[arg(value_name = "PATH", required_unless_present = "explain")]
    paths: Vec<String>,
    /// Only these levels: ERROR,WARN, or >=WARN. ERROR also finds SEVERE, and so on
    #[arg(long, value_name = "LEVEL", value_delimiter = ',', value_parser = query::level)]
    level: Vec<Level>,
    /// Only records whose text, of however many lines, this regular expression finds
    #[arg(long, value_name = "RE", value_parser = query::expression)]
    grep: Option<regex::Regex>,
    /// Only this logger or package; * stands for any text
    #[arg(long, value_name = "NAME", value_parser = query::name)]
    logger: Option<Name>,
    /// Only this thread; * stands for any text
    #[arg(long, value_name = "NAME", value_parser = query::name)]
    thread: Option<Name>,
    /// Only records of this column, as NAME=VALUE; * stands for any text
    #[arg(long, value_name = "NAME=VALUE", value_parser = query::column)]
    column: Vec<(String, Name)>,
    /// Only records with a stack trace
    #[arg(long)]
    with_trace: bool,
    /// Only what matches, in the filter language of the screens: "level:>=warn -thread:main msg:/CRS0\d\d/",
    /// saved:NAME
    #[arg(long, value_name = "FILTER", allow_hyphen_values = true)]
    filter: Option<String>,
    /// Only records from this time on: 10:15, "13.01. 10:15" (the log's own clock), or RFC 3339
    #[arg(long, value_name = "TIME", value_parser = time)]
    since: Option<AskedTime>,
    /// Only records up to this time, which is included as far as it was written
    #[arg(long, value_name = "TIME", value_parser = query::until)]
    until: Option<query::Until>,
    /// Only records near this time
    #[arg(long, value_name = "TIME", value_parser = time)]
    around: Option<AskedTime>,
    /// How near: 5s, 1m
    #[arg(long, value_name = "SPAN", value_parser = within, default_value = "30s", requires = "around")]
    within: i64,
    /// Count instead of listing
    #[arg(long)]
    stats: bool,
    /// Group instead of listing: alike stack traces, or alike messages
    #[arg(long, value_name = "WHAT", value_enum, conflicts_with = "stats")]
    top: Option<Top>,
    /// Count by time instead of listing, in steps of so long (1m, 1h) or such that they fit a screen
    #[arg(long, value_name = "STEP", num_args = 0..=1, default_missing_value = "0s", value_parser = span,
        conflicts_with_all = ["stats", "top"])]
    histogram: Option<i64>,
    /// Say what these records have in common that the others of the logs don't
    #[arg(long, conflicts_with_all = ["stats", "top", "histogram"])]
    differs: bool,
    /// Say how the log is read, or how the line of that number is
    #[arg(long, value_name = "LINE", num_args = 0..=1, default_missing_value = "0",
        conflicts_with_all = ["stats", "top", "histogram", "differs"])]
    explain: Option<String>,
    /// The layout as a log4j or logback pattern, a java.util.logging format or strftime, by name, or as a
    /// file (x.toml) with its own samples; else it is learned
    #[arg(long, value_name = "PATTERN")]
    layout: Option<String>,
    /// The zone of times that carry none: +01:00 or Europe/Stockholm
    #[arg(long, value_name = "ZONE", value_parser = zone, allow_hyphen_values = true)]
    zone: Option<Zone>,
    /// The day of times that have none, YYYY-MM-DD; else it is taken from the file's name
    #[arg(long, value_name = "DAY", value_parser = query::day)]
    date: Option<(i32, u32, u32)>,
    /// Go on with new records as they are written
    #[arg(long, conflicts_with_all = ["stats", "top", "explain", "histogram", "differs"])]
    follow: bool,
    /// Show passwords, tokens and cookies as they stand in the log
    #[arg(long)]
    show_secrets: bool,
    /// How the answer is written
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// What records are grouped by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Top {
    /// Stack traces that are alike but for line numbers and generated names.
    Traces,
    /// Messages that are alike but for numbers, ids and quoted text.
    Messages,
}

/// A log among the sources.
struct Source<'a> {
    id: SourceId,
    path: &'a str,
    bytes: u64,
    records: &'a Arc<dyn Records>,
}

/// Shows, counts, groups or explains records.
///
/// # Errors
/// When a path gives nothing, none of them is a log, or the layout can't be understood.
#[allow(clippy::needless_pass_by_value, reason = "all commands are run alike")]
pub(super) fn run(mut args: Args) -> Result<Exit, Failure> {
    // `--explain a.log`: what isn't a line's number is the first path.
    let explained = args.explain.take().map(|said| {
        said.parse().unwrap_or_else(|_| {
            args.paths.insert(0, said);
            0
        })
    });
    if args.paths.is_empty() {
        return Err(Failure::Usage("--explain: name the log that is to be explained".to_owned()));
    }
    let filter = args.filter.as_deref().map(|filter| filters::read(filter, &args.paths)).transpose()?;
    if args.since.zip(args.until).is_some_and(|(since, until)| query::order(&since, &until) == query::Order::Falling) {
        return Err(Failure::Usage("--since is later than --until: no record lies between them".to_owned()));
    }
    let mut query = Query::new(&args, filter);
    if query.goes_over_midnight() {
        output::say(&"--since is later than --until and neither says the day: the range is read as over midnight");
    }
    args.layout = layout::pattern(args.layout.as_deref())?;
    if args.follow {
        return follow::run(&args, &query);
    }
    let told = import::Told::Log;
    let options = import::Options {
        layout: args.layout.clone(),
        day: args.date,
        hasty: true,
        told,
        ..import::Options::default()
    };
    let gathered = super::gather(&args.paths, &options)?;
    query.look_around(&gathered, &args.paths);
    // What has no layout isn't counted or grouped with logs.
    let listing = !args.stats && args.top.is_none() && args.histogram.is_none() && !args.differs && explained.is_none();
    let sources = sources(&gathered, listing);
    if sources.is_empty() {
        return Err(nothing(&args.paths, &gathered));
    }
    if let Some(other) = named_without_records(&args.paths, &gathered, &sources) {
        return Err(nothing(&[other], &gathered));
    }
    for source in sources.iter().filter(|source| args.layout.is_some() && has_no_record(source)) {
        let (what, remedy) = ("the layout that was told fits no line of it", "leave --layout out, and it is learned");
        if args.paths.iter().any(|path| path == source.path) {
            return Err(Failure::path(source.path, what, remedy));
        }
        output::say(&format!("{}: {what}; {remedy}", source.path));
    }
    if let Some(path) = sources.iter().find(|source| query.is_unplaced(source)).map(|source| source.path) {
        output::say(&format!(
            "{path}: its times carry no zone, so the time asked for is compared with them as written; --zone says which they are in"
        ));
    }
    let mut out = BufWriter::with_capacity(256 << 10, io::stdout().lock());
    let known = Known::of(&gathered, args.show_secrets)?;
    let mut told = Vec::new();
    if args.stats {
        stats::write(&mut told, &sources, &query, &args)?;
    } else if let Some(top) = args.top {
        top::write(&mut told, &sources, &query, top, &args)?;
    } else if let Some(step) = args.histogram {
        histogram::write(&mut told, &sources, &query, step, &args)?;
    } else if args.differs {
        differs::write(&mut told, &sources, &query, &args)?;
    } else if let Some(line) = explained {
        explain::write(&mut told, &sources, line, args.format)?;
    } else {
        list(&mut out, &sources, &query, (&args, &known))?;
    }
    out.write_all(&known.told(told, args.format != Format::Text))?;
    out.flush()?;
    for source in &sources {
        if let Some(trouble) = source.records.trouble() {
            output::say(&format!("{}: it can't be read to its end: {trouble}; look at the disk", source.path));
        }
    }
    Ok(Exit::Answered)
}

/// The logs, with the texts of no known kind where those are wanted.
fn sources(gathered: &Gathered, texts: bool) -> Vec<Source<'_>> {
    let texts = gathered.texts.iter().filter(|_| texts);
    gathered
        .logs
        .iter()
        .chain(texts)
        .map(|(id, records)| Source {
            id: *id,
            path: gathered.path(*id),
            bytes: gathered.source(*id).map_or(0, |source| source.bytes),
            records,
        })
        .collect()
}

/// A file among the paths that was read and is no log.
fn named_without_records(paths: &[String], gathered: &Gathered, logs: &[Source<'_>]) -> Option<String> {
    let is_log = |path: &String| logs.iter().any(|log| log.path == path);
    let other = |path: &&String| gathered.sources.iter().any(|source| source.path == **path) && !is_log(path);
    paths.iter().find(other).cloned()
}

/// Whether all lines stand before the first record, there being none.
fn has_no_record(source: &Source<'_>) -> bool {
    let first = source.records.head(0);
    first.is_some_and(|head| head.layout == HEADER) && source.records.head(1).is_none()
}

fn nothing(paths: &[String], gathered: &Gathered) -> Failure {
    let of_paths = |path: &String| paths.iter().any(|named| path == named);
    let named: Vec<_> = gathered.sources.iter().filter(|source| of_paths(&source.path)).collect();
    let all = gathered.sources.iter().filter(|_| named.is_empty());
    let kinds: Vec<_> = named.iter().copied().chain(all).map(|source| source.kind.word()).collect();
    let what = match kinds.first() {
        Some(kind) if kinds.len() == 1 => format!("there are no log records in it, it is of kind {kind}"),
        _ => "there are no log records in it".to_owned(),
    };
    Failure::path(paths.join(" "), what, "where it is a log, tell its layout with --layout PATTERN")
}

/// Calls `each` with the records that are asked for, all logs merged by time. The order is stable: records without a
/// time stay behind the one before them, equal times keep the order of the logs.
fn asked(
    sources: &[Source<'_>],
    query: &Query,
    each: &mut dyn FnMut(&Source<'_>, usize, Record) -> io::Result<()>,
) -> Result<(), Failure> {
    let gone = |path: &str, error: io::Error| {
        Failure::path(path, format!("it can't be read any more: {error}"), "read it again")
    };
    if let [source] = sources {
        let mut written = Ok(());
        let read = found::each(source, query, &mut |(_, matches)| {
            for one in matches {
                let (n, record) = (one.n, one.read(source.records.as_ref())?);
                written = each(source, n, record);
                if written.is_err() {
                    return Ok(ControlFlow::Break(()));
                }
            }
            Ok(ControlFlow::Continue(()))
        });
        written?;
        return read.map_err(|error| gone(source.path, error));
    }
    let mut runs = Vec::with_capacity(sources.len());
    for source in sources {
        runs.push(Run::new(source, query).map_err(|error| gone(source.path, error))?);
    }
    while let Some(run) = runs.iter_mut().filter(|run| run.next.is_some()).min_by_key(|run| run.at) {
        let source = run.source;
        if let Some(one) = run.next.take() {
            let n = one.n;
            let record = one.read(source.records.as_ref()).map_err(|error| gone(source.path, error))?;
            each(source, n, record)?;
        }
        run.step(query).map_err(|error| gone(source.path, error))?;
    }
    Ok(())
}

/// How far the records of one log have been merged.
struct Run<'a> {
    source: &'a Source<'a>,
    next_block: usize,
    found: std::vec::IntoIter<found::Match>,
    next: Option<found::Match>,
    /// The latest time so far, so that a log keeps its own order.
    at: i64,
    /// Room for the bytes of a block.
    bytes: Vec<u8>,
}

impl<'a> Run<'a> {
    fn new(source: &'a Source<'a>, query: &Query) -> io::Result<Self> {
        let mut run =
            Self { source, next_block: 0, found: Vec::new().into_iter(), next: None, at: i64::MIN, bytes: Vec::new() };
        run.step(query)?;
        Ok(run)
    }

    fn step(&mut self, query: &Query) -> io::Result<()> {
        loop {
            if let Some(next) = self.found.next() {
                if let Some(stamp) = next.head.stamp {
                    self.at = self.at.max(query.instant(&stamp));
                }
                self.next = Some(next);
                return Ok(());
            }
            let Some(block) = self.source.records.block(self.next_block) else { return Ok(()) };
            self.next_block += 1;
            let found = found::in_block(self.source, query, block, &mut self.bytes)?;
            self.found = found.map(|(_, found)| found).unwrap_or_default().into_iter();
        }
    }
}

/// Writes single records in one format.
struct Writing<'a> {
    format: Format,
    zone: Option<&'a Zone>,
    options: report::Options,
    colour: bool,
    /// The log of the last record, where there are several.
    last: Option<String>,
    several: bool,
    written: usize,
    /// The latest time of each log so far.
    latest: HashMap<String, i64>,
    shifted: Shifted,
}

impl<'a> Writing<'a> {
    fn new(args: &'a Args, several: bool) -> Self {
        let options = report::Options { show_secrets: args.show_secrets };
        let colour = args.format == Format::Text && output::colour();
        Self {
            format: args.format,
            zone: args.zone.as_ref(),
            options,
            colour,
            last: None,
            several,
            written: 0,
            latest: HashMap::new(),
            shifted: Shifted::default(),
        }
    }

    /// Whether the record's time lies before that of one above it in its log; `minutes` is the offset of its zone, where
    /// its stamp has none.
    fn out_of_order(&mut self, path: &str, stamp: Option<Stamp>, minutes: i32) -> bool {
        let Some(stamp) = stamp else { return false };
        let at = stamp.utc_ns().unwrap_or_else(|| stamp.civil.ns.saturating_sub(i64::from(minutes) * 60_000_000_000));
        match self.latest.get_mut(path) {
            Some(latest) => {
                let before = at < *latest;
                *latest = at.max(*latest);
                before
            }
            None => {
                self.latest.insert(path.to_owned(), at);
                false
            }
        }
    }

    /// Writes a record; `place` is its log and its number there, where the log is at hand.
    fn record(
        &mut self,
        out: &mut impl Write,
        path: &str,
        place: Option<(&dyn Records, usize)>,
        mut record: Record,
    ) -> io::Result<()> {
        self.written += 1;
        let found = self.shifted.take(self.zone, path, place, &record);
        if self.format != Format::Text {
            if let Some(found) = found {
                record.head.stamp = record.head.stamp.map(|stamp| shifted::meant(stamp, found));
            }
            let minutes = |civil| match (found, self.zone) {
                (Some(found), _) => found.minutes,
                (None, zone) => zone.map_or(0, |zone| zone.minutes_at(civil)),
            };
            let told = self.zone.map(|_| &minutes as report::ToldZone<'_>);
            let mut value = report::json_as(&record, path, told, self.options);
            let stamp = record.head.stamp;
            let minutes = stamp.map_or(0, |stamp| minutes(stamp.civil));
            value["out_of_order"] = self.out_of_order(path, stamp, minutes).into();
            value["clock_shift"] = found.map(shifted::Found::word).into();
            if self.format == Format::Json {
                let comma = if self.written > 1 { ",\n" } else { "" };
                return write!(out, "{comma}{value}");
            }
            return writeln!(out, "{value}");
        }
        if self.several && self.last.as_deref() != Some(path) {
            writeln!(out, "--- {}", crate::report::safe::line(path))?;
            self.last = Some(path.to_owned());
        }
        let text = report::text(&record, self.options);
        match colour_of(record.head.severity).filter(|_| self.colour) {
            Some(colour) => writeln!(out, "\x1b[{colour}m{text}\x1b[0m"),
            None => writeln!(out, "{text}"),
        }
    }
}

impl Writing<'_> {
    /// A record in the place of what is missing: the file was cut, as by copying and truncating it, before everything
    /// was read that had been written since the last look.
    fn gap(&mut self, out: &mut impl Write, path: &str, now: SystemTime) -> io::Result<()> {
        let ns = now.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_millis() as i64 * 1_000_000);
        let stamp = Stamp { civil: Civil { ns }, offset_s: Some(0), digits: 3, has_date: true };
        let at = stamp.to_rfc3339();
        let message = "gap: the file was cut here, and what was written to it shortly before may be missing";
        if self.format == Format::Text {
            return writeln!(out, "--- {at} {}: {message}", crate::report::safe::line(path));
        }
        let record = serde_json::json!({
            "source": path, "line": null, "lines": 0, "offset": 0, "length": 0, "at": at, "at_text": "",
            "zone": "explicit", "level": null, "logger": null, "thread": null, "columns": {}, "message": message,
            "trace": null, "gap": true,
        });
        writeln!(out, "{record}")
    }
}

fn colour_of(severity: Severity) -> Option<&'static str> {
    match severity {
        Severity::Error | Severity::Fatal => Some("31"),
        Severity::Warn => Some("33"),
        Severity::Trace | Severity::Debug => Some("2"),
        Severity::Unknown | Severity::Info | Severity::Note => None,
    }
}

fn list(
    out: &mut impl Write,
    sources: &[Source<'_>],
    query: &Query,
    (args, known): (&Args, &Known),
) -> Result<(), Failure> {
    let mut writing = Writing::new(args, sources.len() > 1);
    if args.format == Format::Json {
        write!(out, "{{\"records\":[")?;
    }
    asked(sources, query, &mut |source, n, record| {
        let place = Some((source.records.as_ref(), n));
        if known.is_empty() {
            return writing.record(out, source.path, place, record);
        }
        let mut told = Vec::new();
        // The comma between two members of a list stands before the second.
        writing.record(&mut told, source.path, place, record)?;
        let comma = if told.starts_with(b",\n") { 2 } else { 0 };
        out.write_all(&told[..comma])?;
        out.write_all(&known.told(told.split_off(comma), args.format != Format::Text))
    })?;
    if args.format == Format::Json {
        writeln!(out, "]}}")?;
    }
    out.flush()?;
    writing.shifted.say();
    if args.format == Format::Text && query.asks_for_all() {
        verbose::say(sources);
    }
    Ok(())
}

/// A stamp for people and programs, with the zone that was told where it has none.
fn shown(stamp: &Stamp, zone: Option<&Zone>) -> String {
    let minutes = zone.map(|zone| move |civil| zone.minutes_at(civil));
    let (stamp, _) = report::placed(Some(*stamp), minutes.as_ref().map(|minutes| minutes as report::ToldZone<'_>));
    stamp.map(|stamp| stamp.to_rfc3339()).unwrap_or_default()
}

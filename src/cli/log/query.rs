//! Which records are asked for: what can be told from a head comes first, the text last.

use std::sync::Arc;

use mwscope_parsers::Civil;
use mwscope_parsers::log::{Level as Word, Severity};
use regex::{Regex, RegexBuilder};

use super::whole::Whole;
use super::{Args, Source};
use crate::cli::evidence;
use crate::model::{Block, Gathered, Head, Investigation, Record, SourceId, Stamp};
use crate::query::{Filter, Subject, Surroundings};
use crate::timeline::{self, AskedTime, Zone};

/// A level as it is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Level {
    /// This word, or one that means the same.
    Is(Word),
    /// This severity or a worse one.
    AtLeast(Severity),
}

/// A name with `*` for any text.
#[derive(Clone, Debug)]
pub(super) struct Name {
    text: String,
    pattern: Option<Regex>,
}

/// The end of a time range, and how much of it the user wrote: `10:15` lasts to the end of that minute.
#[derive(Clone, Copy, Debug)]
pub(super) struct Until {
    time: AskedTime,
    precision_ns: i64,
}

/// What is asked for; nothing asks for everything.
#[derive(Debug)]
pub(super) struct Query {
    levels: Vec<Level>,
    grep: Option<Regex>,
    /// The same for many records at once, where it means the same there.
    whole: Option<Whole>,
    logger: Option<Name>,
    thread: Option<Name>,
    columns: Vec<(String, Name)>,
    with_trace: bool,
    since: Option<AskedTime>,
    until: Option<Until>,
    around: Option<(AskedTime, i64)>,
    /// The range begins on one day and ends on the next, neither of which is named.
    over_midnight: bool,
    zone: Option<Zone>,
    filter: Option<Filtering>,
}

/// A filter, and what it may ask about.
struct Filtering {
    filter: Filter,
    around: Surroundings,
}

impl std::fmt::Debug for Filtering {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.filter.text())
    }
}

pub(super) fn level(text: &str) -> Result<Level, String> {
    let (at_least, word) = match text.trim().strip_prefix(">=") {
        Some(word) => (true, word),
        None => (false, text.trim()),
    };
    let level = Word::named(word.trim()).ok_or_else(|| format!("{word} is no level that is known"))?;
    Ok(if at_least { Level::AtLeast(level.severity()) } else { Level::Is(level) })
}

pub(super) fn expression(text: &str) -> Result<Regex, String> {
    RegexBuilder::new(text).multi_line(true).build().map_err(|error| error.to_string())
}

pub(super) fn name(text: &str) -> Result<Name, String> {
    let pattern = text.contains('*').then(|| {
        let parts: Vec<String> = text.split('*').map(regex::escape).collect();
        RegexBuilder::new(&format!("^(?:{})$", parts.join(".*"))).dot_matches_new_line(true).build()
    });
    let pattern = pattern.transpose().map_err(|error| error.to_string())?;
    Ok(Name { text: text.to_owned(), pattern })
}

pub(super) fn column(text: &str) -> Result<(String, Name), String> {
    let (column, value) = text.split_once('=').ok_or_else(|| "write NAME=VALUE".to_owned())?;
    Ok((column.to_owned(), name(value)?))
}

/// A day as YYYY-MM-DD.
pub(in crate::cli) fn day(text: &str) -> Result<(i32, u32, u32), String> {
    let wrong = || "write YYYY-MM-DD".to_owned();
    let parts: Vec<u32> = text.split('-').map_while(|part| part.parse().ok()).collect();
    let [year, month, day] = parts[..] else { return Err(wrong()) };
    let year = i32::try_from(year).map_err(|_too_large| wrong())?;
    Civil::new(year, month, day, 0, 0, 0, 0).map(|_| (year, month, day)).ok_or_else(wrong)
}

pub(super) fn until(text: &str) -> Result<Until, String> {
    let time = super::time(text)?;
    let clock = text.rsplit(['T', 't', ' ']).next().unwrap_or(text).trim_end_matches(['Z', 'z']);
    let clock = clock.split(['+', '-']).next().unwrap_or(clock);
    let precision_ns = match (clock.matches(':').count(), clock.split_once(['.', ','])) {
        (_, Some((_, fraction))) => 10_i64.pow(9 - fraction.len().min(9) as u32),
        (0 | 1, None) => 60_000_000_000,
        (_, None) => 1_000_000_000,
    };
    Ok(Until { time, precision_ns })
}

/// How the two ends of a range stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// The first comes first, or may.
    Rising,
    /// Times of day without a day, the later one first.
    OverMidnight,
    /// What begins after it ends.
    Falling,
}

pub(super) fn order(since: &AskedTime, until: &Until) -> Order {
    let until_ns = until.time.time_ns.saturating_add(until.precision_ns - 1);
    let day = |time: &AskedTime| time.year.zip(time.days[0]).filter(|_| time.days[1].is_none());
    match (since.days[0], until.time.days[0]) {
        (None, None) if since.offset_s == until.time.offset_s && since.time_ns > until_ns => Order::OverMidnight,
        (Some(_), Some(_)) => {
            let instant = |time: &AskedTime, ns: i64| {
                let (year, (month, date)) = day(time)?;
                let midnight = Civil::new(year, month, date, 0, 0, 0, 0)?;
                let offset = i64::from(time.offset_s.unwrap_or_default()) * 1_000_000_000;
                midnight.ns.checked_add(ns)?.checked_sub(offset)
            };
            let ends = instant(since, since.time_ns).zip(instant(&until.time, until_ns));
            let alike = since.offset_s.is_some() == until.time.offset_s.is_some();
            if alike && ends.is_some_and(|(since, until)| since > until) { Order::Falling } else { Order::Rising }
        }
        _ => Order::Rising,
    }
}

impl Query {
    pub(super) fn new(args: &Args, filter: Option<Filter>) -> Self {
        Self {
            levels: args.level.clone(),
            grep: args.grep.clone(),
            whole: args.grep.as_ref().and_then(Whole::of),
            logger: args.logger.clone(),
            thread: args.thread.clone(),
            columns: args.column.clone(),
            with_trace: args.with_trace,
            since: args.since,
            until: args.until,
            around: args.around.map(|time| (time, args.within)),
            over_midnight: args
                .since
                .zip(args.until)
                .is_some_and(|(since, until)| order(&since, &until) == Order::OverMidnight),
            zone: args.zone.clone(),
            filter: filter.filter(|filter| !filter.is_empty()).map(|filter| {
                let (gathered, concluded) = (Arc::new(Gathered::new()), Arc::new(Investigation::default()));
                Filtering { filter, around: Surroundings::new(gathered, concluded) }
            }),
        }
    }

    /// Finds out what a filter may ask about: what was joined, clocks, findings. Loose logs have nothing of the kind
    /// that their records don't say themselves.
    pub(super) fn look_around(&mut self, gathered: &Gathered, paths: &[String]) {
        let Some(filtering) = &mut self.filter else { return };
        let options = timeline::Options { zone: self.zone.clone(), ..timeline::Options::default() };
        let concluded = if gathered.exchanges.is_empty() {
            let remarks = evidence::remarks(paths).on(gathered, &Investigation::default());
            Investigation { remarks, ..Investigation::default() }
        } else {
            evidence::concluded(gathered, &options, paths)
        };
        filtering.around = Surroundings::new(Arc::new(gathered.clone()), Arc::new(concluded));
    }

    /// Whether nothing is asked for but everything.
    pub(super) fn asks_for_all(&self) -> bool {
        self.heads_decide()
            && !self.with_trace
            && self.levels.is_empty()
            && self.since.is_none()
            && self.until.is_none()
            && self.around.is_none()
    }

    /// Whether the query itself settles that field of all records that it finds.
    pub(super) fn settles(&self, field: &str) -> bool {
        match field {
            "level" => !self.levels.is_empty(),
            "logger" => self.logger.is_some(),
            "thread" => self.thread.is_some(),
            other => self.columns.iter().any(|(column, _)| column.eq_ignore_ascii_case(other)),
        }
    }

    /// Whether a record with this head can be one of those asked for.
    pub(super) fn may_match(&self, head: &Head) -> bool {
        self.level_fits(head) && self.time_fits(head.stamp.as_ref()) && (!self.with_trace || head.lines > 1)
    }

    /// Whether a head that may match, and whether it has a trace, is enough to know that its record does.
    pub(super) fn heads_decide(&self) -> bool {
        self.grep.is_none() && self.fields_decide()
    }

    /// Whether a record matches whose head may and in whose text the expression is found.
    pub(super) fn text_decides(&self) -> bool {
        self.grep.is_some() && self.fields_decide()
    }

    fn fields_decide(&self) -> bool {
        self.logger.is_none() && self.thread.is_none() && self.columns.is_empty() && self.filter.is_none()
    }

    /// Whether only records with a stack trace are asked for.
    pub(super) fn with_trace(&self) -> bool {
        self.with_trace
    }

    /// Whether a record is asked for that is known to have a trace or none.
    pub(super) fn trace_fits(&self, traced: bool) -> bool {
        traced || !self.with_trace
    }

    /// Whether a record that is asked for can be in the block.
    pub(super) fn may_be_in(&self, block: &Block) -> bool {
        let known = block.traces.is_some();
        block.kinds.iter().any(|kind| {
            let (low, high) =
                (kind.timing.map(|t| t.stamp(kind.civil_ns.0)), kind.timing.map(|t| t.stamp(kind.civil_ns.1)));
            self.word_fits(kind.level, kind.severity)
                && self.span_fits(low.zip(high))
                && (!known || self.trace_fits(kind.traced))
        })
    }

    /// Whether a time between two stamps that are written alike can be asked for.
    fn span_fits(&self, ends: Option<(Stamp, Stamp)>) -> bool {
        let asked = [self.since, self.until.map(|until| until.time), self.around.map(|(time, _)| time)];
        let mut asked = asked.into_iter().flatten().peekable();
        if asked.peek().is_none() {
            return true;
        }
        let Some((low, high)) = ends else { return false };
        // A time of day comes again each day, so that only within one day both ends tell what is between them.
        let day = |stamp: &Stamp| stamp.civil.ns.div_euclid(86_400_000_000_000);
        let rises = |time: AskedTime| {
            (time.year.is_some() && time.days[0].is_some()) || (time.offset_s.is_none() && day(&low) == day(&high))
        };
        if !asked.all(rises) {
            return true;
        }
        let begun = self.since.is_none_or(|since| self.distance(&high, &since) >= 0);
        let not_over = self.until.is_none_or(|until| self.distance(&low, &until.time) < until.precision_ns);
        self.in_range(begun, not_over)
            && self.around.is_none_or(|(time, within)| {
                self.distance(&high, &time) >= -within && self.distance(&low, &time) <= within
            })
    }

    /// The expression, where it can be looked for in many records at once.
    pub(super) fn whole(&self) -> Option<&Whole> {
        self.whole.as_ref()
    }

    /// Whether the record, the `n`-th of its log, is asked for; its head was looked at before.
    pub(super) fn matches(&self, source: SourceId, n: usize, record: &Record) -> bool {
        let name = |asked: &Option<Name>, value: &Option<String>, kind: fn(&Name, &str) -> bool| match asked {
            None => true,
            Some(asked) => value.as_deref().is_some_and(|value| kind(asked, value)),
        };
        name(&self.logger, &record.logger, Name::is_logger)
            && name(&self.thread, &record.thread, Name::is)
            && (!self.with_trace || record.trace.is_some())
            && self.columns.iter().all(|(column, asked)| {
                record.columns.iter().any(|(name, value)| name.eq_ignore_ascii_case(column) && asked.is(value))
            })
            && self.grep.as_ref().is_none_or(|grep| grep.is_match(&record.text))
            && self
                .filter
                .as_ref()
                .is_none_or(|asked| asked.filter.matches(&Subject::record(source, n, record), &asked.around))
    }

    /// Where a stamp lies on one line for all logs; zone-less stamps are taken as they are, unless a zone was told.
    pub(super) fn instant(&self, stamp: &Stamp) -> i64 {
        stamp.utc_ns().unwrap_or_else(|| {
            let minutes = self.zone.as_ref().map_or(0, |zone| zone.minutes_at(stamp.civil));
            stamp.civil.ns.saturating_sub(i64::from(minutes) * 60_000_000_000)
        })
    }

    fn level_fits(&self, head: &Head) -> bool {
        self.word_fits(head.level, head.severity)
    }

    fn word_fits(&self, level: Option<Word>, severity: Severity) -> bool {
        let fits = |asked: &Level| match asked {
            Level::AtLeast(least) => severity >= *least,
            Level::Is(word) => level == Some(*word) || (is_plain(*word) && severity == word.severity()),
        };
        self.levels.is_empty() || self.levels.iter().any(fits)
    }

    fn time_fits(&self, stamp: Option<&Stamp>) -> bool {
        if self.since.is_none() && self.until.is_none() && self.around.is_none() {
            return true;
        }
        let Some(stamp) = stamp else { return false };
        let begun = self.since.is_none_or(|since| self.distance(stamp, &since) >= 0);
        let not_over = self.until.is_none_or(|until| self.distance(stamp, &until.time) < until.precision_ns);
        self.in_range(begun, not_over)
            && self.around.is_none_or(|(time, within)| self.distance(stamp, &time).abs() <= within)
    }

    /// Of a day without a name both ends are its own: what is over midnight lies behind the one or before the other.
    fn in_range(&self, begun: bool, not_over: bool) -> bool {
        if self.over_midnight { begun || not_over } else { begun && not_over }
    }

    /// Whether the range that is asked for goes over midnight, without a day.
    pub(super) fn goes_over_midnight(&self) -> bool {
        self.over_midnight
    }

    /// Whether a time with a zone is asked for, and the log's times have none: the zone then says nothing.
    pub(super) fn is_unplaced(&self, source: &Source<'_>) -> bool {
        let asked = [self.since, self.until.map(|until| until.time), self.around.map(|(time, _)| time)];
        let zoned = asked.iter().flatten().any(|time| time.offset_s.is_some());
        let stamp = || (0..source.records.len().min(100)).find_map(|n| source.records.head(n)?.stamp);
        zoned && self.zone.is_none() && stamp().is_some_and(|stamp| stamp.offset_s.is_none())
    }

    /// How far `stamp` lies behind `asked`, in nanoseconds. What wasn't given of the date is the stamp's own.
    fn distance(&self, stamp: &Stamp, asked: &AskedTime) -> i64 {
        // A time with a zone is compared as an instant, where the record's zone is known; else on the log's clock.
        let own = stamp.offset_s.or_else(|| self.zone.as_ref().map(|zone| zone.minutes_at(stamp.civil) * 60));
        let civil = match (asked.offset_s, own) {
            (Some(asked), Some(own)) => stamp.civil.ns + i64::from(asked - own) * 1_000_000_000,
            _ => stamp.civil.ns,
        };
        let (year, month, day, ..) = Civil { ns: civil }.parts();
        let (month, day) = asked.days[0].unwrap_or((month, day));
        let midnight = Civil::new(asked.year.unwrap_or(year), month, day, 0, 0, 0, 0);
        midnight.map_or(i64::MAX, |midnight| civil.saturating_sub(midnight.ns).saturating_sub(asked.time_ns))
    }
}

/// The levels that stand for all words of their severity.
fn is_plain(level: Word) -> bool {
    matches!(level.word(), Some("TRACE" | "DEBUG" | "INFO" | "NOTE" | "WARN" | "ERROR" | "FATAL"))
}

impl Name {
    fn is(&self, value: &str) -> bool {
        match &self.pattern {
            Some(pattern) => pattern.is_match(value),
            None => value == self.text,
        }
    }

    /// A logger by its name, its package, or the end of its name.
    fn is_logger(&self, value: &str) -> bool {
        if self.is(value) {
            return true;
        }
        let below = value.strip_prefix(self.text.as_str()).is_some_and(|rest| rest.starts_with(['.', '$']));
        below || value.strip_suffix(self.text.as_str()).is_some_and(|rest| rest.ends_with('.'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_levels_and_ends_of_ranges() {
        let logger = name("com.foo").expect("a name");
        assert!(logger.is_logger("com.foo.Bar") && !logger.is_logger("com.foobar.Bar"));
        assert!(name("Bar").expect("a name").is_logger("com.foo.Bar"));
        assert!(name("*exec-1*").expect("a name").is("http-exec-12"));
        assert_eq!(level(">=warn"), Ok(Level::AtLeast(Severity::Warn)));
        assert!(level("loud").is_err());
        assert_eq!(day("2026-01-13"), Ok((2026, 1, 13)));
        assert!(day("2026-02-30").is_err() && day("13.1.2026").is_err());
        let asked =
            |since: &str, to: &str| order(&AskedTime::parse(since).expect("a time"), &until(to).expect("a time"));
        assert_eq!(asked("23:59:52", "00:00:01"), Order::OverMidnight);
        assert_eq!(asked("10:15:02", "10:15"), Order::Rising);
        assert_eq!(asked("2026-01-14T10:15:02", "2026-01-13T10:15"), Order::Falling);
        assert_eq!(asked("2026-01-13T10:15:02+02:00", "2026-01-13T08:15:02Z"), Order::Rising);
        assert_eq!(until("10:15").expect("a time").precision_ns, 60_000_000_000);
        assert_eq!(until("2026-01-13T10:15:02.4Z").expect("a time").precision_ns, 100_000_000);
    }
}

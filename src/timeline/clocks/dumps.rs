//! Where dumps stand. A dump's stamp is local time without a zone more often than not: the record that names the dump
//! tells the zone, or the zone of the other dumps, or that of the log, or else the crashes that the log tells of.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::RangeInclusive;

use mwscope_parsers::Stamp;

use super::placing::{Way, candidates};
use super::{Clocks, Estimate, MS, QUARTER, SECOND, votes};
use crate::model::{Basis, Clock, SourceId, SourceProblem};
use crate::timeline::correlate::stamp_of;
use crate::timeline::words;

/// A dump's stamp, in whole seconds at times, is this near to the record of its crash.
const NEAR: i64 = 3 * SECOND;
/// A zone that chance could have picked needs this many times the support of the next.
const CLEARLY: f64 = 2.0;

/// The zones that there are, in quarter hours.
const ZONES: RangeInclusive<i32> = -48..=56;

/// A record that tells of a crash.
struct Crash {
    /// The name of the file of its dump, in upper case, where the record has it.
    file: Option<String>,
    program: Option<String>,
    /// When it was written, UTC by its log's own clock, nanoseconds.
    own: i64,
    log: SourceId,
}

impl Estimate<'_> {
    /// Places every source of dumps; the logs are placed already.
    pub(super) fn dumps(&self, clocks: &mut Clocks) {
        let crashes = self.crashes(clocks);
        let mut by_file: HashMap<&str, &Crash> = HashMap::new();
        for crash in &crashes {
            if let Some(file) = &crash.file {
                by_file.entry(file).or_insert(crash);
            }
        }
        let mut unnamed = Vec::new();
        let mut zones: BTreeMap<i32, usize> = BTreeMap::new();
        let mut beyond: BTreeMap<SourceId, (usize, SourceId, i64)> = BTreeMap::new();
        for (source, stamp) in self.stamps_of_dumps() {
            let file = words::file_name(self.gathered.path(source));
            match by_file.get(file.as_str()) {
                Some(crash) => {
                    let Some(clock) = named_by(&stamp, crash, &clocks.clock(crash.log)) else {
                        let apart = stamp.civil.ns.saturating_sub(crash.own);
                        beyond.entry(crash.log).or_insert((0, source, apart)).0 += 1;
                        unnamed.push((source, stamp));
                        continue;
                    };
                    if let Some(zone) = clock.zone_minutes {
                        *zones.entry(zone).or_default() += 1;
                    }
                    clocks.of[source.0 as usize] = clock;
                }
                None => unnamed.push((source, stamp)),
            }
        }
        clocks.problems.extend(beyond.into_iter().map(|(log, beyond)| self.beyond_zones(log, beyond)));
        let of_others = zones.into_iter().max_by_key(|(_, count)| *count).map(|(zone, _)| zone);
        let zone = of_others.or_else(|| self.zone_by_crashes(&crashes));
        for (source, stamp) in unnamed {
            let log = self.log_beside(source, &stamp, zone, (&crashes, clocks));
            clocks.of[source.0 as usize] = self.unnamed_dump(source, &stamp, zone, (clocks, log));
        }
    }

    /// What is said of a log that names so many dumps, the first of them this, which are stamped so far off.
    fn beyond_zones(&self, log: SourceId, (count, first, apart): (usize, SourceId, i64)) -> SourceProblem {
        let hours = apart.unsigned_abs() / (3_600 * SECOND.unsigned_abs());
        let apart = if hours < 72 { format!("{hours} hours") } else { format!("{} days", hours / 24) };
        let dumps = match count {
            1 => format!("the dump {} that it names is", self.gathered.path(first)),
            _ => format!("{count} dumps that it names, {} the first, are", self.gathered.path(first)),
        };
        SourceProblem {
            path: self.gathered.path(log).to_owned(),
            offset: 0,
            what: format!("{dumps} stamped {apart} apart from its records, which is no zone"),
            remedy: "its dates may be read in the wrong order: --layout PATTERN tells it; else a clock was wrong"
                .into(),
        }
    }

    /// The sources of dumps that have a stamp and aren't placed by the user, each with its first stamp.
    fn stamps_of_dumps(&self) -> Vec<(SourceId, Stamp)> {
        let mut first: BTreeMap<SourceId, Stamp> = BTreeMap::new();
        for dump in &self.gathered.dumps {
            if let Entry::Vacant(none_yet) = first.entry(dump.source)
                && let Some(stamp) = stamp_of(self.gathered, dump)
            {
                none_yet.insert(stamp);
            }
        }
        first.retain(|source, stamp| stamp.has_date && self.told.whole(*source).is_none());
        first.into_iter().collect()
    }

    fn crashes(&self, clocks: &Clocks) -> Vec<Crash> {
        let mut crashes = Vec::new();
        if self.gathered.dumps.is_empty() {
            return crashes;
        }
        for (log, records) in &self.gathered.logs {
            let clock = clocks.clock(*log);
            for n in self.trouble.of(*log, records.as_ref()).iter() {
                let Ok(record) = records.read(*n) else { continue };
                let Some(moment) = record.head.stamp.and_then(|stamp| clock.place(&stamp)) else { continue };
                let file = words::dump_path_of(&record).map(|path| words::file_name(&path));
                if file.is_some() || ended_abnormally(&record.text) {
                    let program = words::program_in(&record.text.to_ascii_uppercase());
                    crashes.push(Crash { file, program, own: clock.own(moment.utc_ns), log: *log });
                }
            }
        }
        crashes
    }

    /// The zone in which most dumps lie beside a crash of their program, where one is clearly ahead.
    fn zone_by_crashes(&self, crashes: &[Crash]) -> Option<i32> {
        let mut support: BTreeMap<i64, f64> = BTreeMap::new();
        for (source, stamp) in self.stamps_of_dumps().into_iter().filter(|(_, stamp)| stamp.offset_s.is_none()) {
            let Some(program) = self.program_of(source) else { continue };
            let of_program = crashes.iter().filter(|crash| crash.program.as_ref() == Some(&program));
            let quarters: BTreeSet<i64> = of_program.filter_map(|crash| quarters_between(&stamp, crash)).collect();
            for quarter in &quarters {
                *support.entry(*quarter).or_default() += 1.0 / quarters.len() as f64;
            }
        }
        let mut by_support: Vec<(i64, f64)> = support.into_iter().collect();
        by_support.sort_by(|a, b| b.1.total_cmp(&a.1));
        match by_support.as_slice() {
            [(quarter, _)] => i32::try_from(quarter * 15).ok(),
            [(quarter, most), (_, next), ..] if *most >= next * CLEARLY => i32::try_from(quarter * 15).ok(),
            _ => None,
        }
    }

    fn program_of(&self, source: SourceId) -> Option<String> {
        let dump = self.gathered.dumps.iter().find(|d| d.source == source)?;
        dump.dump.program.as_ref().map(|program| program.trim().to_ascii_uppercase())
    }

    /// The log that tells of a crash of the dump's program at its time: the dump was written on that log's machine.
    fn log_beside(
        &self,
        source: SourceId,
        stamp: &Stamp,
        zone: Option<i32>,
        (crashes, clocks): (&[Crash], &Clocks),
    ) -> Option<SourceId> {
        let program = self.program_of(source)?;
        let zone = self.told_zone(source, stamp).or(zone);
        let own = |zone: i32| stamp.utc_ns().unwrap_or(stamp.civil.ns - i64::from(zone) * 60 * SECOND);
        let at = own(zone.unwrap_or(0));
        let near = crashes.iter().filter(|crash| crash.program.as_ref() == Some(&program));
        let near = near.map(|crash| (crash.own.saturating_sub(at).saturating_abs(), crash.log));
        let told = near.filter(|(apart, _)| *apart <= NEAR).min_by_key(|(apart, _)| *apart).map(|(_, log)| log);
        // Where no other dump tells the zone, it is the log's.
        let of_log = |log: SourceId| own(zone.or(clocks.clock(log).zone_minutes).unwrap_or(0));
        told.or_else(|| self.log_with_its_call(source, &of_log, clocks))
    }

    /// The log on whose machine a dump was written while a call of its program and user failed; `own` is when it was by
    /// the clock of that machine, UTC.
    fn log_with_its_call(&self, source: SourceId, own: &dyn Fn(SourceId) -> i64, clocks: &Clocks) -> Option<SourceId> {
        const SLACK: i64 = SECOND;
        let dump = &self.gathered.dumps.iter().find(|d| d.source == source)?.dump;
        let user = |user: &Option<String>| user.as_deref().map(words::bare_user);
        let of_reference = self.gathered.exchanges.iter().filter(|x| x.source == self.reference && x.failed());
        let of_it = of_reference.filter(|x| {
            let users = user(&x.call.user).zip(user(&dump.user)).is_none_or(|(a, b)| a == b);
            users && x.call.program.is_some() && x.call.program == dump.program
        });
        let spans: Vec<(i64, i64)> = of_it.filter_map(votes::span).collect();
        let fits = |log: &SourceId| {
            let at = own(*log).saturating_add(clocks.clock(*log).offset_ms.saturating_mul(MS));
            spans.iter().any(|(started, ended)| at >= started - SLACK && at <= ended + SLACK)
        };
        self.gathered.logs.iter().map(|(log, _)| *log).find(fits)
    }

    /// A dump that no record names, written on the machine of that log, or of the first one as far as anybody knows.
    fn unnamed_dump(
        &self,
        source: SourceId,
        stamp: &Stamp,
        zone: Option<i32>,
        (clocks, log): (&Clocks, Option<SourceId>),
    ) -> Clock {
        let log = log.or_else(|| self.gathered.logs.first().map(|(log, _)| *log)).map(|log| clocks.clock(log));
        let said = || votes::of_dumps(self.gathered, self.reference, source);
        let Some(log) = log else {
            return match self.place(source, stamp, &said, None) {
                Ok(clock) => clock,
                Err(Some(guess)) => *guess,
                Err(None) => self.without_votes(source, stamp, self.assumed_zone(clocks), None),
            };
        };
        if stamp.offset_s.is_some() {
            return Clock { zone_minutes: None, ..log };
        }
        if let Some(zone) = self.told_zone(source, stamp).or(zone).or(log.zone_minutes) {
            return Clock { zone_minutes: Some(zone), ..log };
        }
        // It keeps the log's time, whatever its zone.
        let doubt = i64::try_from(log.uncertainty_ms).unwrap_or(i64::MAX).saturating_mul(MS);
        let way = Way::new(log.offset_ms.saturating_mul(MS), doubt, log.drift);
        let placed = candidates(&said(), None, Some(way)).into_iter().max_by(|a, b| a.weight.total_cmp(&b.weight));
        match placed {
            Some(placed) => placed.clock(false, Basis::SharedId),
            None => self.without_votes(source, stamp, self.assumed_zone(clocks), None),
        }
    }
}

fn ended_abnormally(text: &str) -> bool {
    ["ABNORMAL", "Abnormal", "abnormal"]
        .iter()
        .any(|word| memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_some())
}

/// A dump is written just before the record that names it; `None` where no zone lies between their stamps.
fn named_by(stamp: &Stamp, crash: &Crash, log: &Clock) -> Option<Clock> {
    if stamp.offset_s.is_some() {
        return Some(Clock { zone_minutes: None, ..*log });
    }
    let zone = (stamp.civil.ns.saturating_sub(crash.own) as f64 / QUARTER as f64).round() as i64 * 15;
    let zone = i32::try_from(zone).ok().filter(|zone| ZONES.contains(&(zone / 15)))?;
    Some(Clock { zone_minutes: Some(zone), basis: log.basis.min(Basis::SharedId), ..*log })
}

/// How many quarter hours lie between a stamp and a crash, where it is a whole number of them.
fn quarters_between(stamp: &Stamp, crash: &Crash) -> Option<i64> {
    let apart = stamp.civil.ns.saturating_sub(crash.own);
    let quarters = (apart as f64 / QUARTER as f64).round() as i64;
    let possible = i32::try_from(quarters).is_ok_and(|quarter| ZONES.contains(&quarter))
        && (apart - quarters * QUARTER).abs() <= NEAR;
    possible.then_some(quarters)
}

//! The clock of each source: how its stamps are placed on the reference's.
//!
//! Machines don't agree, and logs write local time without a zone. What both sides saw is brought together as
//! statements about one number, the *shift* (stamp as written minus instant on the reference's clock): the `Date`
//! headers of a server bound its clock, every record that names what an exchange was about bounds its log's, and a
//! record that names a dump bounds the dump's. A zone is a whole number of quarter hours of the shift.

pub(crate) mod date;
mod dumps;
mod fit;
mod machines;
mod placing;
mod rotated;
#[cfg(test)]
mod tests;
mod told;
mod unplaced;
mod votes;
mod ways;

use std::collections::BTreeSet;

use mwscope_parsers::Stamp;

use super::overlap::{Stretch, heaviest};
use super::scan::Trouble;
use super::{Options, views};
use crate::model::{Basis, Clock, Drift, Gathered, Records, Source, SourceId, SourceKind, SourceProblem};
use date::ServerClock;
use placing::{Placing, Way, candidates, sloped};
use rotated::Covered;
use told::Told;
use unplaced::Unplaced;
use votes::Said;

const MS: i64 = 1_000_000;
/// Beyond this a doubt says that little is known.
pub(super) const MOST_DOUBT_MS: u64 = 5_000;
const SECOND: i64 = 1_000 * MS;
const QUARTER: i64 = 900 * SECOND;
/// Where machines are merely taken to agree, this is how far they may be apart.
const TAKEN_TO_AGREE_MS: u64 = 2_000;
/// How much farther off the clock of a log may be that is taken to be another log's.
const BESIDE_MS: u64 = 500;
/// By chance some shift among all zones fits; to be believed against a clock near the server's it must fit this much better.
const MUCH_HEAVIER: f64 = 4.0;
/// Records that agree on a clock near the server's, from which on they are taken at their word.
const MANY_RECORDS: usize = 8;
/// Calls that agree on the clock of a machine of its own, near the server's.
const FEW_CALLS: usize = 3;
/// With so many `Date` headers a clock is known within a quarter of a second.
const MANY_HEADERS: usize = 50;
/// And this much better than the next best one.
const CLEARLY: f64 = 2.5;
/// The same where the calls that failed agree, whose errors are what a log tells most surely.
const PLAINLY: f64 = 2.0;
/// The same where nothing fits the server's clock.
const FAIRLY: f64 = 1.5;
/// So near a call another one may have failed as well, nanoseconds.
const BESIDE_A_CALL: i64 = 5 * SECOND;
/// The same where nearly all calls of which a log's records tell agree.
const HEAVIER: f64 = 1.25;
/// This share of them is nearly all.
const OF_ONE_MIND: f64 = 0.75;
/// The doubt about stamps for which not even a zone is known.
const NO_ZONE_MS: u64 = 12 * 3_600_000;

/// The clocks of all sources, by source number, and whose clock they all lead to.
#[derive(Clone, Debug)]
pub struct Clocks {
    /// The source whose clock everything is placed on.
    pub reference: Option<SourceId>,
    /// One clock for each source.
    pub of: Vec<Clock>,
    /// What no zone explains.
    pub problems: Vec<SourceProblem>,
}

impl Clocks {
    /// The clock of a source.
    #[must_use]
    pub fn clock(&self, source: SourceId) -> Clock {
        self.of.get(source.0 as usize).copied().unwrap_or(Clock::REFERENCE)
    }

    /// How far off a source's clock may be in what is looked at, nanoseconds.
    pub(super) fn doubt(&self, source: SourceId) -> i64 {
        // Where not even the zone is known, a whole day would fit; then only what is near by assumption is tried.
        self.clock(source).uncertainty_ms.min(MOST_DOUBT_MS) as i64 * MS
    }
}

/// The recording, else the source with most exchanges, else the first source.
#[must_use]
pub fn reference(gathered: &Gathered) -> Option<SourceId> {
    let mut counts = vec![0_usize; gathered.sources.len()];
    for exchange in &gathered.exchanges {
        if let Some(count) = counts.get_mut(exchange.source.0 as usize) {
            *count += 1;
        }
    }
    let count = |s: &&Source| counts.get(s.id.0 as usize).copied().unwrap_or(0);
    let recorded = |s: &&Source| (s.path == "proxy" || s.kind == SourceKind::Case) && !s.is_replay();
    let recording = gathered.sources.iter().find(|s| recorded(s) && count(s) > 0);
    // What was sent again afterwards moves nothing of what it was sent because of.
    let most = gathered.sources.iter().rev().max_by_key(|s| (count(s) > 0 && !s.is_replay(), count(s)));
    recording.or(most).map(|s| s.id)
}

/// Estimates the clock of every source.
#[must_use]
pub fn estimate(gathered: &Gathered, options: &Options, trouble: &Trouble) -> Clocks {
    let reference = reference(gathered);
    let assumed = Clock { basis: Basis::Zone, uncertainty_ms: TAKEN_TO_AGREE_MS, ..Clock::REFERENCE };
    let mut clocks = Clocks { reference, of: vec![assumed; gathered.sources.len()], problems: Vec::new() };
    let Some(reference) = reference else { return clocks };
    let servers = date::server_clocks(&gathered.exchanges, reference);
    let options = &options.with(&gathered.known);
    let told = Told::new(options, reference);
    let estimate = Estimate { gathered, options, trouble, reference, servers, told };
    for source in &gathered.sources {
        let clock = match source.kind {
            SourceKind::Log | SourceKind::Dump => continue,
            _ => estimate.of_exchanges(source.id),
        };
        clocks.of[source.id.0 as usize] = clock;
    }
    estimate.logs(&mut clocks);
    for source in gathered.sources.iter().filter(|source| source.kind == SourceKind::Events) {
        let clock = &mut clocks.of[source.id.0 as usize];
        // Their zone isn't written: it is what lies between startTime and startTimeMillis.
        if clock.zone_minutes.is_none() && clock.basis == Basis::Zone {
            clock.basis = Basis::EpochField;
        }
    }
    estimate.told.chained(&mut clocks);
    estimate.dumps(&mut clocks);
    estimate.told.apply(&mut clocks);
    clocks
}

/// A log with the times of its first and last record that has one.
#[derive(Clone, Copy)]
struct DatedLog<'a> {
    source: SourceId,
    records: &'a dyn Records,
    stamp: Stamp,
    last: Stamp,
    /// What is added to stamps that write no date.
    days: i64,
}

struct Estimate<'a> {
    gathered: &'a Gathered,
    options: &'a Options,
    trouble: &'a Trouble,
    reference: SourceId,
    servers: Vec<ServerClock>,
    told: Told<'a>,
}

impl Estimate<'_> {
    /// The zone the user gave, at the time of that stamp, minutes.
    fn told_zone(&self, source: SourceId, stamp: &Stamp) -> Option<i32> {
        self.options.zone_at(source, stamp.civil)
    }

    fn of_exchanges(&self, source: SourceId) -> Clock {
        let first = self.gathered.exchanges.iter().filter(|x| x.source == source).find_map(|x| x.started);
        let zone_minutes = match first {
            Some(stamp) if stamp.offset_s.is_none() => Some(self.told_zone(source, &stamp).unwrap_or(0)),
            _ => None,
        };
        if source == self.reference {
            let basis = if zone_minutes.is_some() { Basis::Assumed } else { Basis::Zone };
            return Clock { zone_minutes, basis, ..Clock::REFERENCE };
        }
        let again = self.gathered.sources.get(source.0 as usize).is_some_and(Source::is_replay);
        if again {
            // The same request at another time: no second view of the first call.
            let basis = if zone_minutes.is_some() { Basis::Assumed } else { Basis::Zone };
            return Clock { zone_minutes, uncertainty_ms: TAKEN_TO_AGREE_MS, basis, ..Clock::REFERENCE };
        }
        // What both recordings saw places them best; else the same server's Date headers in both. Calls of two clients
        // may look the same: what the headers exclude is no one call.
        let theirs = date::server_clocks(&self.gathered.exchanges, source);
        let by_dates = self.servers.first().zip(theirs.first());
        let by_dates =
            by_dates.map(|(ours, theirs)| (ours.offset - theirs.offset, ours.uncertainty + theirs.uncertainty));
        let possible = |s: &Stretch| by_dates.is_none_or(|(at, doubt)| s.lo <= at + doubt && s.hi >= at - doubt);
        let seen_twice = heaviest(&views::votes(self.gathered, self.reference, source)).filter(possible);
        if let Some(Stretch { lo, hi, .. }) = seen_twice {
            let (offset_ms, uncertainty_ms) = (rounded_ms(lo + (hi - lo) / 2), ceil_ms((hi - lo) / 2) + 5);
            return Clock { zone_minutes, offset_ms, uncertainty_ms, basis: Basis::SharedId, ..Clock::REFERENCE };
        }
        if let Some((offset, doubt)) = by_dates {
            return Clock {
                zone_minutes,
                offset_ms: rounded_ms(offset),
                uncertainty_ms: ceil_ms(doubt),
                basis: Basis::DateHeader,
                ..Clock::REFERENCE
            };
        }
        let basis = if zone_minutes.is_some() { Basis::Assumed } else { Basis::Zone };
        Clock { zone_minutes, uncertainty_ms: TAKEN_TO_AGREE_MS, basis, ..Clock::REFERENCE }
    }

    fn logs(&self, clocks: &mut Clocks) {
        let (mut placed, mut unplaced) = (Vec::new(), Vec::new());
        for mut parts in self.dated_logs() {
            parts.retain(|log| {
                let told = self.told.whole(log.source);
                if let Some(clock) = told {
                    clocks.of[log.source.0 as usize] = clock;
                }
                told.is_none()
            });
            let Some(first) = parts.first() else { continue };
            let votes = || {
                let of_part = |log: &DatedLog<'_>| {
                    let trouble = self.trouble.of(log.source, log.records);
                    votes::of_log(self.gathered, self.reference, (log.records, &trouble), (&clocks.of, log.days))
                };
                parts.iter().flat_map(of_part).collect()
            };
            let sibling = self.of_same_machine(first.source, &placed).map(|log| clocks.clock(log));
            match self.place(first.source, &first.stamp, &votes, sibling) {
                Ok(clock) => {
                    for log in parts {
                        clocks.of[log.source.0 as usize] = Clock { days: log.days, ..clock };
                        placed.push((log.records.len(), log.source));
                    }
                }
                Err(guess) => {
                    let of_part = |log: &DatedLog<'_>| Unplaced {
                        together: first.source,
                        source: log.source,
                        stamp: log.stamp,
                        days: log.days,
                        guess: guess.as_deref().copied(),
                    };
                    unplaced.extend(parts.iter().map(of_part));
                }
            }
        }
        self.rest(clocks, &placed, &unplaced);
    }

    /// The logs that have times, those that say most first, since a short log of the same machine keeps their time; the parts
    /// of one that was rotated together.
    fn dated_logs(&self) -> Vec<Vec<DatedLog<'_>>> {
        let dated = self.gathered.logs.iter().filter_map(|(source, records)| {
            let records: &dyn Records = records.as_ref();
            let stamp_of = |n: usize| records.head(n)?.stamp;
            let stamp = (0..records.len()).find_map(stamp_of)?;
            let last = (0..records.len()).rev().find_map(stamp_of).unwrap_or(stamp);
            let days = self.days(&stamp);
            Some(DatedLog { source: *source, records, stamp: stamp.on_day(days), last: last.on_day(days), days })
        });
        let mut logs: Vec<DatedLog<'_>> = dated.collect();
        logs.sort_by_key(|log| std::cmp::Reverse(log.records.len()));
        let covered: Vec<Covered<'_>> = logs
            .iter()
            .map(|log| Covered {
                path: self.gathered.path(log.source),
                first: log.stamp.civil.ns,
                last: log.last.civil.ns,
            })
            .collect();
        let groups = rotated::together(&covered);
        groups.into_iter().map(|parts| parts.into_iter().map(|n| logs[n]).collect()).collect()
    }

    /// The log that is likely to be of the same machine, of those that are placed: the one named most alike, folders
    /// included (`node2/MWS.log` and `node2/M3BE.log`), and of several the longest.
    fn log_of_its_machine(&self, source: SourceId, placed: &[(usize, SourceId)]) -> Option<SourceId> {
        let parts = |source: SourceId| -> BTreeSet<String> {
            let path = self.gathered.path(source).to_ascii_uppercase();
            path.split(|c: char| !c.is_ascii_alphanumeric()).map(str::to_owned).collect()
        };
        let own = parts(source);
        let alike = |log: SourceId| own.intersection(&parts(log)).count();
        placed.iter().max_by_key(|(records, log)| (alike(*log), *records)).map(|(_, log)| *log)
    }

    /// What is added to stamps that write no year, or no date at all: the date of what else was seen.
    fn days(&self, stamp: &Stamp) -> i64 {
        if stamp.has_date {
            return 0;
        }
        let of_exchange = self.gathered.exchanges.iter().filter(|x| x.source == self.reference).find_map(|x| x.started);
        let of_dump = || self.gathered.dumps.iter().find_map(|d| d.dump.at);
        let Some(seen) = of_exchange.or_else(of_dump).filter(|s| s.has_date) else { return 0 };
        let (year, month, day, ..) = seen.civil.parts();
        let (_, own_month, own_day, ..) = stamp.civil.parts();
        let no_date = (own_month, own_day) == (1, 1);
        let (month, day) = if no_date { (month, day) } else { (own_month, own_day) };
        let of = |year, month, day| mwscope_parsers::Civil::new(year, month, day, 0, 0, 0, 0).map_or(0, |c| c.ns);
        of(year, month, day) - stamp.civil.ns.div_euclid(86_400 * SECOND) * 86_400 * SECOND
    }

    /// The clock of a source that writes stamps like `stamp`, from what it shares with the exchanges; where it shares too
    /// little to be sure of, the error is the best guess there is.
    fn place(
        &self,
        source: SourceId,
        stamp: &Stamp,
        said: &dyn Fn() -> Vec<Said>,
        sibling: Option<Clock>,
    ) -> Result<Clock, Option<Box<Clock>>> {
        if !self.gathered.exchanges.iter().any(|x| x.source == self.reference) {
            return Err(None);
        }
        let has_zone = stamp.offset_s.is_some();
        let said = said();
        let zone = if has_zone { Some(0) } else { self.told_zone(source, stamp) };
        let told = self.told.offset(source).map(|ms| Way::new(ms * MS, 0, Drift::NONE));
        let servers = self.servers.iter().map(|s| Way::new(s.offset, s.uncertainty, s.drift));
        let ways: Vec<Way> = told.into_iter().chain(servers).collect();
        let by_server: Vec<Placing> = ways.iter().flat_map(|way| candidates(&said, zone, Some(*way))).collect();
        let beside: Vec<Placing> = if told.is_some() {
            Vec::new()
        } else {
            ways.iter().flat_map(|way| candidates(&said, zone, Some(way.of_a_neighbour()))).collect()
        };
        let mut free = if told.is_some() { Vec::new() } else { candidates(&said, zone.filter(|_| !has_zone), None) };
        if ways.is_empty() {
            // No server's clock tells of a drift.
            free.extend(sloped(&said, &free));
        }
        let best = |of: &[Placing]| of.iter().copied().max_by(|a, b| a.weight.total_cmp(&b.weight));
        // Where there are several logs, most of them are of nodes that didn't write the Date headers.
        let confirmed = if self.gathered.logs.len() > 1 { 0.9 } else { 0.75 };
        let bound = best(&by_server).filter(|placing| placing.weight > 0.0);
        // Near the server's clock many records of one mind are no chance either.
        let many = |placing: &Placing| placing::supporters(&said, placing) >= MANY_RECORDS;
        let free = best(&free).filter(|placing| placing.weight > 0.0);
        let of_bound = bound.map_or(0.0, |placing| placing.weight);
        let calls = |placing: &Placing| placing::calls(&said, placing);
        let named = placing::named(&said);
        let of_one_mind = |placing: &Placing| {
            let agreeing = calls(placing);
            agreeing >= MANY_RECORDS && agreeing as f64 >= OF_ONE_MIND * named as f64
        };
        let failures = |placing: &Placing| placing::failures(&said, placing);
        let failing = bound.as_ref().map_or(0, |bound| failures(bound).0);
        // A log that holds little but errors tells of the calls that failed: these lie as far apart in it as in the recording.
        let in_step = |placing: &Placing| {
            let (agreeing, named) = failures(placing);
            let most = agreeing > FEW_CALLS && agreeing as f64 >= OF_ONE_MIND * named as f64;
            most && failing * 3 <= agreeing && placing.weight > placing::rival(&said, placing) * PLAINLY
        };
        // Where nearly all calls agree, another shift on which fewer do is no rival.
        let clear = |placing: &Placing| {
            let rival = placing::rival(&said, placing);
            placing.weight > rival * if of_one_mind(placing) { HEAVIER } else { CLEARLY }
        };
        let clearly_free = free.filter(|free| clear(free) || in_step(free));
        // What the server says of itself is only contradicted by many calls of one mind of which hardly any fits it: a
        // gateway wrote the headers, or another machine.
        let fitting = bound.as_ref().map_or(0, calls);
        let contradicts = |placing: &Placing| {
            let agreeing = calls(placing);
            let hardly = of_one_mind(placing) && (fitting * 2 <= agreeing || of_bound * CLEARLY <= placing.weight);
            let clearly = || placing.weight > placing::rival(&said, placing) * CLEARLY;
            ways.is_empty()
                || hardly
                || in_step(placing)
                || (agreeing >= MANY_RECORDS && fitting * 4 <= agreeing && clearly())
        };
        let near = best(&beside).filter(|near| near.weight * confirmed > of_bound && (clear(near) || many(near)));
        // The answers are those of several machines: the records of one of them say more of it, where they are some.
        let one_of_several = told.is_none() && self.is_one_of_several(source);
        let another_machine = |near: &Placing| one_of_several && calls(near) >= FEW_CALLS;
        let near = near.filter(|near| contradicts(near) || another_machine(near));
        let near = near.filter(|near| clearly_free.is_none_or(|f| f.weight < MUCH_HEAVIER * near.weight));
        // Unless the records plainly speak against it, the log keeps the time of the server that answered.
        let against = clearly_free.filter(|free| free.weight * confirmed > of_bound && contradicts(free));
        // Where no record fits what the server says of itself, calls that failed as far apart as the log says do. A little
        // beside its clock they may be those of somebody who crashes the same programs.
        let fits_nothing = !ways.is_empty() && told.is_none() && bound.is_none();
        let in_pairs = |free: &Placing| {
            let beside = |way: &Way| way.offset.abs_diff(free.offset()) <= BESIDE_A_CALL.unsigned_abs();
            let agree = failures(free).0 >= 2 && free.weight > placing::rival(&said, free) * FAIRLY;
            fits_nothing && agree && !ways.iter().any(beside)
        };
        match (near, against, bound) {
            // Another node of the same site keeps a time of its own, where its records say so.
            (Some(near), ..) => Ok(near.narrowed(clearly_free).clock(has_zone, Basis::SharedId)),
            (None, Some(free), _) => Ok(free.clock(has_zone, Basis::SharedId)),
            (None, None, Some(bound)) => {
                // A few records don't say it better than the server's own answers do.
                let bound = ways::chosen(bound, &ways, (&said, zone), sibling);
                // Where one machine gave all answers, all of them say more than those to the calls of one log.
                let several = told.is_none() && (self.servers.len() > 1 || self.loose(source) > 0);
                let loose = self.servers.first().map_or(0, |server| server.loose);
                let own = several.then(|| ways::by_own_answers(&bound, &said, loose)).flatten();
                let few = || ways::by_few_answers(&bound, &said, self.widest());
                let own = own.or_else(|| one_of_several.then(few).flatten());
                let bound = own.unwrap_or_else(|| {
                    let clear = clear(&bound) || of_one_mind(&bound);
                    let bound = if clear { bound.narrowed(clearly_free) } else { bound.as_the_nearest_of(&ways) };
                    bound.raised(if told.is_none() { self.loose(source) } else { 0 })
                });
                Ok(bound.clock(has_zone, Basis::DateHeader))
            }
            (None, None, None) => {
                let guess = free.map(|free| free.widened(&said).clock(has_zone, Basis::SharedId));
                // What is known of the server, or of another log, says more than a few records.
                guess.filter(|_| free.as_ref().is_some_and(in_pairs)).ok_or(guess.map(Box::new))
            }
        }
    }

    /// How little may be known of one machine's clock where the answers are those of several, nanoseconds.
    fn widest(&self) -> i64 {
        let headers: usize = self.servers.iter().map(|server| server.headers).sum();
        if headers >= MANY_HEADERS { SECOND / 4 } else { SECOND }
    }

    /// How far from the first server's clock that of any of them may be, nanoseconds.
    fn all_servers(&self) -> i64 {
        let Some(first) = self.servers.first() else { return 0 };
        let apart = self
            .servers
            .iter()
            .map(|s| s.offset.saturating_sub(first.offset).saturating_abs().saturating_add(s.uncertainty));
        apart.max().unwrap_or(0)
    }
}

fn rounded_ms(ns: i64) -> i64 {
    (ns as f64 / MS as f64).round() as i64
}

fn ceil_ms(ns: i64) -> u64 {
    (ns.max(0) as u64).div_ceil(MS as u64)
}

//! The clock of each source: how its stamps are placed on the reference's.
//!
//! Machines don't agree, and logs write local time without a zone. What both sides saw is brought together as
//! statements about one number, the *shift* (stamp as written minus instant on the reference's clock): the `Date`
//! headers of a server bound its clock, every record that names what an exchange was about bounds its log's, and a
//! record that names a dump bounds the dump's. A zone is a whole number of quarter hours of the shift.

pub(crate) mod date;
mod votes;

use mwscope_parsers::Stamp;

use super::overlap::{Stretch, Vote, plateau};
use super::{Options, scan, words};
use crate::model::{Basis, Clock, Gathered, SourceId, SourceKind};
use date::ServerClock;

const MS: i64 = 1_000_000;
const SECOND: i64 = 1_000 * MS;
const QUARTER: i64 = 900 * SECOND;
/// Where machines are merely taken to agree, this is how far they may be apart.
const TAKEN_TO_AGREE_MS: u64 = 2_000;
/// Of the weight of the statements that agree best, this share must agree with every shift that isn't ruled out.
const PLATEAU: f64 = 0.8;
/// The doubt about stamps for which not even a zone is known.
const NO_ZONE_MS: u64 = 12 * 3_600_000;

/// The clocks of all sources, by source number, and whose clock they all lead to.
#[derive(Clone, Debug)]
pub struct Clocks {
    /// The source whose clock everything is placed on.
    pub reference: Option<SourceId>,
    /// One clock for each source.
    pub of: Vec<Clock>,
}

impl Clocks {
    /// The clock of a source.
    #[must_use]
    pub fn clock(&self, source: SourceId) -> Clock {
        self.of.get(source.0 as usize).copied().unwrap_or(Clock::REFERENCE)
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
    let recording = gathered.sources.iter().find(|s| {
        (s.path == "proxy" || s.kind == SourceKind::Case) && counts.get(s.id.0 as usize).is_some_and(|n| *n > 0)
    });
    let most = gathered.sources.iter().rev().max_by_key(|s| counts.get(s.id.0 as usize));
    recording.or(most).map(|s| s.id)
}

/// Estimates the clock of every source.
#[must_use]
pub fn estimate(gathered: &Gathered, options: &Options) -> Clocks {
    let reference = reference(gathered);
    let assumed = Clock { zone_minutes: None, offset_ms: 0, uncertainty_ms: TAKEN_TO_AGREE_MS, basis: Basis::Zone };
    let mut clocks = Clocks { reference, of: vec![assumed; gathered.sources.len()] };
    let Some(reference) = reference else { return clocks };
    let estimate =
        Estimate { gathered, options, reference, servers: date::server_clocks(&gathered.exchanges, reference) };
    for source in &gathered.sources {
        let clock = match source.kind {
            SourceKind::Log | SourceKind::Dump => continue,
            _ => estimate.of_exchanges(source.id),
        };
        clocks.of[source.id.0 as usize] = clock;
    }
    estimate.logs(&mut clocks);
    estimate.dumps(&mut clocks);
    for source in &gathered.sources {
        if let Some(told) = estimate.told(source.id) {
            let clock = &mut clocks.of[source.id.0 as usize];
            *clock = Clock { offset_ms: told, uncertainty_ms: 0, basis: Basis::User, ..*clock };
        }
    }
    clocks
}

struct Estimate<'a> {
    gathered: &'a Gathered,
    options: &'a Options,
    reference: SourceId,
    servers: Vec<ServerClock>,
}

impl Estimate<'_> {
    /// What the user said is added to that source's stamps, milliseconds.
    fn told(&self, source: SourceId) -> Option<i64> {
        let path = self.gathered.path(source);
        self.options.clocks.iter().find(|(name, _)| path == name || path.ends_with(name.as_str())).map(|(_, ms)| *ms)
    }

    /// The zone the user gave, at the time of that stamp, minutes.
    fn told_zone(&self, stamp: &Stamp) -> Option<i32> {
        self.options.zone.as_ref().map(|zone| zone.minutes_at(stamp.civil))
    }

    fn of_exchanges(&self, source: SourceId) -> Clock {
        let first = self.gathered.exchanges.iter().filter(|x| x.source == source).find_map(|x| x.started);
        let zone_minutes = match first {
            Some(stamp) if stamp.offset_s.is_none() => Some(self.told_zone(&stamp).unwrap_or(0)),
            _ => None,
        };
        if source == self.reference {
            let basis = if zone_minutes.is_some() { Basis::Assumed } else { Basis::Zone };
            return Clock { zone_minutes, basis, ..Clock::REFERENCE };
        }
        // Two recordings that saw the same server's Date headers are placed by them.
        let theirs = date::server_clocks(&self.gathered.exchanges, source);
        if let (Some(ours), Some(theirs)) = (self.servers.first(), theirs.first()) {
            return Clock {
                zone_minutes,
                offset_ms: rounded_ms(ours.offset - theirs.offset),
                uncertainty_ms: ceil_ms(ours.uncertainty + theirs.uncertainty),
                basis: Basis::DateHeader,
            };
        }
        let basis = if zone_minutes.is_some() { Basis::Assumed } else { Basis::Zone };
        Clock { zone_minutes, offset_ms: 0, uncertainty_ms: TAKEN_TO_AGREE_MS, basis }
    }

    fn logs(&self, clocks: &mut Clocks) {
        let mut unplaced = Vec::new();
        for (source, records) in &self.gathered.logs {
            let stamps = (0..records.len()).filter_map(|n| records.head(n)?.stamp).find(|s| s.has_date);
            let Some(stamp) = stamps else { continue };
            let votes = || votes::of_log(self.gathered, self.reference, records.as_ref());
            match self.place(*source, &stamp, &votes) {
                Some(clock) => clocks.of[source.0 as usize] = clock,
                None => unplaced.push((*source, stamp)),
            }
        }
        for (source, stamp) in unplaced {
            let zone = self.assumed_zone(clocks, &stamp);
            clocks.of[source.0 as usize] = self.without_votes(source, &stamp, zone);
        }
    }

    /// The clock of a source that writes stamps like `stamp`, from what it shares with the exchanges; `None` where
    /// it shares nothing.
    fn place(&self, source: SourceId, stamp: &Stamp, votes: &dyn Fn() -> Vec<Vote>) -> Option<Clock> {
        if !self.gathered.exchanges.iter().any(|x| x.source == self.reference) {
            return None;
        }
        let has_zone = stamp.offset_s.is_some();
        let votes = votes();
        let zone = if has_zone { Some(0) } else { self.told_zone(stamp) };
        let told = self.told(source).map(|ms| (ms * MS, 0));
        let servers = self.servers.iter().map(|s| (s.offset, s.uncertainty));
        let by_server: Vec<Placing> = told
            .into_iter()
            .chain(servers)
            .flat_map(|(offset, doubt)| candidates(&votes, zone, Some((offset, doubt))))
            .collect();
        let free = if told.is_some() { Vec::new() } else { candidates(&votes, zone.filter(|_| !has_zone), None) };
        let best = |of: &[Placing]| of.iter().copied().max_by(|a, b| a.weight.total_cmp(&b.weight));
        let (bound, free) = (best(&by_server), best(&free));
        match (bound, free) {
            // Unless the records plainly speak against it, the log keeps the time of the server that answered.
            (Some(bound), free) if bound.weight > 0.0 && free.is_none_or(|f| f.weight < 2.5 * bound.weight) => {
                Some(bound.clock(has_zone, Basis::DateHeader))
            }
            (_, Some(free)) if free.weight > 0.0 => Some(free.clock(has_zone, Basis::SharedId)),
            _ => None,
        }
    }

    fn without_votes(&self, source: SourceId, stamp: &Stamp, assumed_zone: Option<i32>) -> Clock {
        let server = self.servers.first().filter(|_| source != self.reference);
        let offset_ms = server.map_or(0, |s| rounded_ms(s.offset));
        let own_frame = source == self.reference;
        let doubt = if own_frame { 0 } else { server.map_or(TAKEN_TO_AGREE_MS, |s| ceil_ms(s.uncertainty)) };
        if stamp.offset_s.is_some() {
            let basis = if server.is_some() { Basis::DateHeader } else { Basis::Zone };
            return Clock { zone_minutes: None, offset_ms, uncertainty_ms: doubt, basis };
        }
        if let Some(zone) = self.told_zone(stamp) {
            let uncertainty_ms = doubt;
            return Clock { zone_minutes: Some(zone), offset_ms, uncertainty_ms, basis: Basis::User };
        }
        let uncertainty_ms = if own_frame {
            0
        } else if assumed_zone.is_some() {
            doubt
        } else {
            NO_ZONE_MS
        };
        Clock { zone_minutes: Some(assumed_zone.unwrap_or(0)), offset_ms, uncertainty_ms, basis: Basis::Assumed }
    }

    /// A zone for stamps that nothing places: that of another log, else the zone in which the reference writes.
    fn assumed_zone(&self, clocks: &Clocks, _stamp: &Stamp) -> Option<i32> {
        let of_log = self.gathered.logs.iter().find_map(|(source, _)| clocks.clock(*source).zone_minutes);
        let written = || {
            let mut stamps = self.gathered.exchanges.iter().filter(|x| x.source == self.reference);
            stamps.find_map(|x| x.started?.offset_s).filter(|s| *s != 0).map(|s| s / 60)
        };
        let of_zoned_log = || {
            let mut stamps =
                self.gathered.logs.iter().filter_map(|(_, r)| r.head(r.len().checked_sub(1)?)?.stamp?.offset_s);
            stamps.next().map(|s| s / 60)
        };
        let no_exchange = self.gathered.exchanges.is_empty().then_some(0);
        of_log.or_else(written).or_else(of_zoned_log).or(no_exchange)
    }

    fn dumps(&self, clocks: &mut Clocks) {
        let named = self.records_that_name_dumps(clocks);
        let sources: std::collections::BTreeSet<SourceId> = self.gathered.dumps.iter().map(|d| d.source).collect();
        for source in sources {
            let dumps = || self.gathered.dumps.iter().filter(|d| d.source == source);
            let Some(stamp) = dumps().find_map(|d| d.dump.at).filter(|s| s.has_date) else { continue };
            let name = words::file_name(self.gathered.path(source));
            let by_name = named.iter().find(|(named, _, _)| *named == name);
            let clock = match by_name {
                Some((_, at, log)) => from_naming_record(&stamp, *at, &clocks.clock(*log)),
                None => self.dump_without_record(source, &stamp, clocks),
            };
            clocks.of[source.0 as usize] = clock;
        }
    }

    /// File name (upper case), moment and log of every record that names a dump.
    fn records_that_name_dumps(&self, clocks: &Clocks) -> Vec<(String, i64, SourceId)> {
        let mut named = Vec::new();
        if self.gathered.dumps.is_empty() {
            return named;
        }
        for (source, records) in &self.gathered.logs {
            for n in scan::suspicious(records.as_ref()) {
                let Ok(record) = records.read(n) else { continue };
                let moment = record.head.stamp.and_then(|s| clocks.clock(*source).place(&s));
                if let (Some(path), Some(moment)) = (words::dump_path_in(&record.text), moment) {
                    named.push((words::file_name(&path), moment.utc_ns, *source));
                }
            }
        }
        named
    }

    fn dump_without_record(&self, source: SourceId, stamp: &Stamp, clocks: &Clocks) -> Clock {
        let has_zone = stamp.offset_s.is_some();
        let log = self.gathered.logs.first().map(|(log, _)| clocks.clock(*log));
        if let Some(log) = log.filter(|l| has_zone || l.zone_minutes.is_some()) {
            let zone_minutes = if has_zone { None } else { log.zone_minutes };
            return Clock { zone_minutes, ..log };
        }
        let votes = || votes::of_dumps(self.gathered, self.reference, source);
        self.place(source, stamp, &votes)
            .unwrap_or_else(|| self.without_votes(source, stamp, self.assumed_zone(clocks, stamp)))
    }
}

/// A possible placing: zone, remaining offset and doubt, and the weight of the statements that agree with it.
#[derive(Clone, Copy, Debug)]
struct Placing {
    zone_minutes: i32,
    offset: i64,
    doubt: i64,
    weight: f64,
}

impl Placing {
    fn clock(&self, has_zone: bool, basis: Basis) -> Clock {
        let zone = i64::from(self.zone_minutes) * 60 * SECOND;
        let (zone_minutes, offset) =
            if has_zone { (None, self.offset - zone) } else { (Some(self.zone_minutes), self.offset) };
        Clock { zone_minutes, offset_ms: rounded_ms(offset), uncertainty_ms: ceil_ms(self.doubt), basis }
    }
}

/// All placings by quarter hours (or in the zone that is known), on a server's clock where that is known.
fn candidates(votes: &[Vote], zone: Option<i32>, server: Option<(i64, i64)>) -> Vec<Placing> {
    let zones: Vec<i32> = zone.map_or_else(|| (-48..=56).map(|q| q * 15).collect(), |z| vec![z]);
    zones.into_iter().filter_map(|zone| candidate(votes, zone, server)).collect()
}

fn candidate(votes: &[Vote], zone_minutes: i32, server: Option<(i64, i64)>) -> Option<Placing> {
    let zone = i64::from(zone_minutes) * 60 * SECOND;
    let (lo, hi) = match server {
        Some((offset, doubt)) => (zone - offset - doubt, zone - offset + doubt),
        None => (zone - QUARTER / 2, zone + QUARTER / 2),
    };
    let inside: Vec<Vote> = votes
        .iter()
        .filter(|v| v.hi >= lo && v.lo <= hi)
        .map(|v| Vote { lo: v.lo.max(lo), hi: v.hi.min(hi), ..*v })
        .collect();
    let Stretch { lo, hi, weight } = plateau(&inside, PLATEAU)?;
    let middle = lo + (hi - lo) / 2;
    // People's zones are whole hours far more often than quarters, and clocks are rarely minutes off.
    let usual = match zone_minutes.rem_euclid(60) {
        0 => 1.0,
        30 => 0.95,
        _ => 0.85,
    };
    let near = 1.0 - 0.2 * ((middle - zone).abs() as f64 / (QUARTER / 2) as f64).min(1.0);
    let weight = if server.is_some() { weight * usual } else { weight * usual * near };
    Some(Placing { zone_minutes, offset: zone - middle, doubt: (hi - lo) / 2 + 20 * MS, weight })
}

/// A dump is written just before the record that names it.
fn from_naming_record(stamp: &Stamp, record_at: i64, log: &Clock) -> Clock {
    if stamp.offset_s.is_some() {
        return Clock { zone_minutes: None, ..*log };
    }
    let server_time = record_at.saturating_sub(log.offset_ms.saturating_mul(MS));
    let zone = (stamp.civil.ns.saturating_sub(server_time) as f64 / QUARTER as f64).round() as i64 * 15;
    Clock { zone_minutes: i32::try_from(zone).ok().or(log.zone_minutes), basis: log.basis.min(Basis::SharedId), ..*log }
}

fn rounded_ms(ns: i64) -> i64 {
    (ns as f64 / MS as f64).round() as i64
}

fn ceil_ms(ns: i64) -> u64 {
    (ns.max(0) as u64).div_ceil(MS as u64)
}

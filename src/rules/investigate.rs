//! The whole investigation: clocks, joins, one verdict for each failure, notes, and what else to ask for.

pub(super) mod evidence;
pub(super) mod heard;
pub(super) mod missing;

use std::collections::{BTreeMap, BTreeSet};

use super::{Answer, Check, Failure, RULES, Whole, summarise};
use crate::model::facts::bare_user;
use crate::model::{
    Basis, EventRef, EvidenceRole, Finding, FindingKind, Gathered, Investigation, SourceKind, Stamp, Summary,
    Unexplained,
};
use crate::timeline::clocks::{self, Clocks};
use crate::timeline::{Only, Options, Trouble, join, views};
use crate::workers;

/// Says of everything that failed why it failed, or what would tell.
#[must_use]
pub fn investigate(gathered: &Gathered, options: &Options) -> Investigation {
    investigate_on(gathered, options, &Trouble::default())
}

/// As [`investigate`], for evidence that grows: `trouble` is what was found in its logs the last time.
#[must_use]
pub fn investigate_on(gathered: &Gathered, options: &Options, trouble: &Trouble) -> Investigation {
    let clocks = clocks::estimate(gathered, options, trouble);
    let views = views(gathered, &clocks);
    let joined = join(gathered, &clocks, &views, trouble);
    let whole = Whole { gathered, clocks: &clocks, joined: &joined, views: &views };
    let mut findings = Vec::new();
    let mut unexplained = Vec::new();
    let (asked, others): (Vec<_>, Vec<_>) = failures(&whole).into_iter().partition(|f| wanted(f, &options.only));
    let left_out = others.iter().filter(|f| !matches!(judge(f), Judged::Nothing)).count();
    for judged in workers::in_order(asked.len(), |n| judge(&asked[n])) {
        match judged {
            Judged::Verdict(mut finding) => {
                evidence::other_views(&mut finding, &whole);
                findings.push(*finding);
            }
            Judged::Unexplained(open) => unexplained.push(open),
            Judged::Nothing => {}
        }
    }
    findings = grouped(findings);
    let checked = workers::in_order(RULES.len(), |n| match RULES[n].check {
        Check::Whole(check) => check(&whole),
        Check::Failure(_) => Vec::new(),
    });
    findings.extend(checked.into_iter().flatten());
    sort(&mut findings);
    for (n, finding) in findings.iter_mut().enumerate() {
        finding.id = format!("f{}", n + 1);
    }
    let missing = missing_of(&whole, &findings, &unexplained);
    let mut investigation = Investigation {
        reference: clocks.reference,
        sources: sources(gathered, &clocks),
        missing,
        left_out,
        findings,
        unexplained,
        summary: Summary::default(),
        problems: gathered.problems.iter().chain(&clocks.problems).cloned().collect(),
        views,
        remarks: Vec::new(),
        dumps: gathered.dumps.iter().map(|d| (d.id, d.source)).collect(),
    };
    investigation.summary = summarise(&investigation, gathered);
    investigation
}

/// All failures: every failing exchange; without any exchange, all trouble in the logs and every dump that no record
/// names.
fn failures<'a>(whole: &Whole<'a>) -> Vec<Failure<'a>> {
    let no_exchange = whole.gathered.exchanges.is_empty();
    let joins = whole.joined.joins.iter().filter(|j| j.exchange.is_some() || no_exchange);
    joins.map(|join| Failure::new(whole.gathered, whole.clocks, whole.joined, join)).collect()
}

fn wanted(failure: &Failure<'_>, only: &Only) -> bool {
    let same_user =
        |asked: &String| failure.user().is_some_and(|user| bare_user(&user).eq_ignore_ascii_case(bare_user(asked)));
    let same_program = |asked: &String| {
        let called = failure.exchange.and_then(|x| x.call.program.clone());
        [failure.program(), called].iter().flatten().any(|p| p.eq_ignore_ascii_case(asked.trim()))
    };
    only.user.as_ref().is_none_or(same_user) && only.program.as_ref().is_none_or(same_program) && in_time(failure, only)
}

/// Whether the failure lies near the time asked for, which is the server's local time unless a zone was given.
fn in_time(failure: &Failure<'_>, only: &Only) -> bool {
    let Some(asked) = only.at else { return true };
    let near = |civil| asked.distance_ns(civil) <= only.within_ns;
    if let Some(entry) = failure.cause() {
        let Some(stamp) = entry.record.head.stamp else { return false };
        return match (asked.offset_s, stamp.utc_ns(), failure.clocks.clock(entry.log).place(&stamp)) {
            (Some(offset), Some(utc), _) => near(shifted(utc, offset)),
            (Some(offset), None, Some(moment)) => near(shifted(moment.utc_ns, offset)),
            // A log in UTC, or in seconds since 1970, doesn't say what the clock on the wall showed.
            (None, Some(utc), _) if stamp.offset_s == Some(0) => match zone_of_dumps(failure) {
                Some(minutes) => near(shifted(utc, minutes * 60)),
                None => near(stamp.civil),
            },
            _ => near(stamp.civil),
        };
    }
    if let (Some((dump, _)), None) = (failure.dump(), failure.exchange) {
        return dump.dump.at.is_some_and(|s| near(s.civil));
    }
    let Some(exchange) = failure.exchange else { return false };
    let clock = failure.clocks.clock(exchange.source);
    let Some(moment) = exchange.started.as_ref().and_then(|s| clock.place(s)) else { return false };
    if let Some(offset) = asked.offset_s {
        return near(shifted(moment.utc_ns, offset));
    }
    // The server's local time, by the clock of its log; without a log, the zone in which the recording writes.
    let log = failure
        .gathered
        .logs
        .iter()
        .map(|(source, _)| failure.clocks.clock(*source))
        .find(|c| c.zone_minutes.is_some());
    match (log, zone_of_dumps(failure)) {
        (Some(log), _) => near(shifted(log.own(moment.utc_ns), log.zone_minutes.unwrap_or(0) * 60)),
        (None, Some(minutes)) => near(shifted(moment.utc_ns, minutes * 60)),
        (None, None) => exchange.started.is_some_and(|s| near(s.civil)),
    }
}

/// The zone in which the server writes its dumps, minutes east of UTC, where they don't carry it and evidence told it.
fn zone_of_dumps(failure: &Failure<'_>) -> Option<i32> {
    let clocks = failure.gathered.dumps.iter().map(|dump| failure.clocks.clock(dump.source));
    clocks.filter(|clock| clock.basis != Basis::Assumed).find_map(|clock| clock.zone_minutes)
}

fn shifted(utc_ns: i64, offset_s: i32) -> mwscope_parsers::Civil {
    mwscope_parsers::Civil { ns: utc_ns.saturating_add(i64::from(offset_s) * 1_000_000_000) }
}

enum Judged {
    Verdict(Box<Finding>),
    Unexplained(Unexplained),
    Nothing,
}

fn judge(failure: &Failure<'_>) -> Judged {
    let mut waiting: Option<(String, Vec<String>)> = None;
    for rule in RULES {
        let Check::Failure(check) = rule.check else { continue };
        match check(failure) {
            Answer::Found(draft) => return Judged::Verdict(Box::new(evidence::verdict(rule, failure, *draft))),
            Answer::Wait { reason, missing } => waiting = waiting.or(Some((reason, missing))),
            Answer::Clear => {}
        }
    }
    let Some(exchange) = failure.exchange else { return Judged::Nothing };
    let (reason, missing) = waiting.unwrap_or_else(|| {
        ("no rule fits, and no record belongs to it".to_owned(), vec![missing::LOG_AT_DEBUG.to_owned()])
    });
    Judged::Unexplained(Unexplained { exchange: exchange.id, reason, missing })
}

/// Pieces of evidence of a finding that stands for many.
const MOST_PIECES: usize = 20;

/// Traces that are the same are one finding: the first, with the others as context, the last one among them.
fn grouped(findings: Vec<Finding>) -> Vec<Finding> {
    let mut kept: Vec<Finding> = Vec::with_capacity(findings.len());
    let mut first: BTreeMap<String, usize> = BTreeMap::new();
    for finding in findings {
        let at = if finding.rule == "stack-trace" { first.get(&finding.title) } else { None };
        let Some(one) = at.and_then(|at| kept.get_mut(*at)) else {
            if finding.rule == "stack-trace" {
                first.insert(finding.title.clone(), kept.len());
            }
            kept.push(finding);
            continue;
        };
        one.times += 1;
        if let Some(mut piece) = finding.evidence.into_iter().find(|e| e.role == EvidenceRole::Cause) {
            piece.role = EvidenceRole::Context;
            piece.why = vec!["same trace"];
            one.evidence.truncate(MOST_PIECES);
            one.evidence.push(piece);
        }
    }
    for one in kept.iter_mut().filter(|f| f.times > 1) {
        one.title.push_str(&format!(", {} times", one.times));
    }
    kept
}

/// Verdicts before notes; among verdicts what an engineer can't mend by looking at the request comes first, then time.
fn sort(findings: &mut [Finding]) {
    let rank = |finding: &Finding| match (finding.kind, RULES.iter().position(|r| r.name == finding.rule)) {
        // Without a recording, a web service's call comes before a user's program, and that before a dump alone.
        (FindingKind::Verdict, _) if finding.rule == "abnormal-termination" => {
            let served = finding.exchange.is_some() || shows_mpd(finding) || says_mpd(finding);
            let in_log = finding.evidence.iter().any(|e| matches!(e.event, EventRef::Record(..)));
            if served {
                0
            } else if in_log {
                50
            } else {
                5_000
            }
        }
        (FindingKind::Verdict, place) => 1 + weight(finding) * 100 + place.unwrap_or(99),
        (FindingKind::Note, place) => 10_000 + place.unwrap_or(99),
    };
    let at = |finding: &Finding| {
        let moments = finding.evidence.iter().filter_map(|e| e.place.moment);
        moments.map(|m| m.utc_ns).next().unwrap_or(i64::MAX)
    };
    findings.sort_by_key(|f| (rank(f), at(f)));
}

fn weight(finding: &Finding) -> usize {
    use crate::model::Layer;
    match finding.layer {
        Layer::M3Program => 0,
        Layer::MwsRuntime | Layer::ServiceDefinition => 1,
        Layer::Tls | Layer::Network | Layer::Configuration => 2,
        Layer::Authentication => 3,
        Layer::Client | Layer::M3Data => 4,
        Layer::Unknown => 5,
    }
}

fn sources(
    gathered: &Gathered,
    clocks: &Clocks,
) -> Vec<(crate::model::Source, crate::model::Clock, Option<Stamp>, Option<Stamp>)> {
    let mut ends: Vec<Ends> = vec![Ends::default(); gathered.sources.len()];
    let exchanges = gathered.exchanges.iter().filter_map(|x| Some((x.source, x.started?)));
    let dumps = gathered.dumps.iter().filter_map(|d| Some((d.source, d.dump.at?)));
    let logs = gathered.logs.iter().flat_map(|(source, records)| {
        records.blocks().flat_map(|block| block.ends().collect::<Vec<_>>()).map(|stamp| (*source, stamp))
    });
    for (source, stamp) in exchanges.chain(dumps).chain(logs) {
        if let Some(ends) = ends.get_mut(source.0 as usize) {
            ends.add(stamp);
        }
    }
    let with_ends = gathered.sources.iter().zip(ends);
    with_ends.map(|(source, Ends { first, last })| (source.clone(), clocks.clock(source.id), first, last)).collect()
}

/// The earliest and the latest stamp of a source, of those with a date.
#[derive(Clone, Copy, Debug, Default)]
struct Ends {
    first: Option<Stamp>,
    last: Option<Stamp>,
}

impl Ends {
    fn add(&mut self, stamp: Stamp) {
        if !stamp.has_date {
            return;
        }
        let at = |stamp: &Stamp| stamp.utc_ns().unwrap_or(stamp.civil.ns);
        if self.first.is_none_or(|first| at(&stamp) < at(&first)) {
            self.first = Some(stamp);
        }
        if self.last.is_none_or(|last| at(&stamp) >= at(&last)) {
            self.last = Some(stamp);
        }
    }
}

/// What else to ask for, each thing once.
fn missing_of(whole: &Whole<'_>, findings: &[Finding], unexplained: &[Unexplained]) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    let mut seen = BTreeSet::new();
    let mut ask = |text: String| {
        if seen.insert(text.clone()) {
            all.push(text);
        }
    };
    let has = |kind: SourceKind| whole.gathered.sources.iter().any(|s| s.kind == kind);
    if whole.gathered.exchanges.is_empty() && !findings.is_empty() {
        ask(missing::RECORDING.to_owned());
    }
    for join in &whole.joined.joins {
        let Some(episode) = join.episode.and_then(|n| whole.joined.episodes.get(n)) else { continue };
        let verdict = join.exchange.is_some() || whole.gathered.exchanges.is_empty();
        if let Some(path) = episode.dump_path.as_ref().filter(|_| join.dump.is_none() && verdict) {
            let line = whole.gathered.log(episode.log).and_then(|r| r.head(episode.cause)).map_or(0, |h| h.line);
            ask(format!("dumplog {path} on the M3 host, named at {}:{line}", whole.gathered.path(episode.log)));
        }
    }
    if whole.gathered.logs.is_empty() && findings.iter().any(|f| f.kind == FindingKind::Verdict && needs_log(f)) {
        ask(missing::LOG_AT_DEBUG.to_owned());
    }
    if !has(SourceKind::Log) && has(SourceKind::Dump) && whole.gathered.exchanges.is_empty() {
        ask(missing::LOG.to_owned());
    }
    if without_mpd(findings) {
        ask(missing::LOG_AT_DEBUG.to_owned());
    }
    if findings.iter().any(|f| f.rule == "abnormal-termination") && whole.gathered.exchanges.is_empty() {
        ask(missing::JOBLOG.to_owned());
    }
    for open in unexplained {
        open.missing.iter().cloned().for_each(&mut ask);
    }
    all
}

fn needs_log(finding: &Finding) -> bool {
    matches!(finding.rule, "abnormal-termination" | "runtime-exception" | "mpd-without-dump" | "http-error")
}

/// Whether a program's failure was explained by a log that doesn't show what was sent to it.
fn without_mpd(findings: &[Finding]) -> bool {
    let of_program = |f: &&Finding| {
        let rule = matches!(f.rule, "abnormal-termination" | "mpd-without-dump");
        f.kind == FindingKind::Verdict && rule && f.evidence.iter().any(|e| matches!(e.event, EventRef::Record(..)))
    };
    let mut crashes = findings.iter().filter(of_program).peekable();
    crashes.peek().is_some() && !crashes.any(shows_mpd)
}

fn shows_mpd(finding: &Finding) -> bool {
    finding.evidence.iter().any(|e| e.place.text.contains("<MPD"))
}

fn says_mpd(finding: &Finding) -> bool {
    finding.evidence.iter().any(|e| mpd_in(&e.place.text.to_ascii_uppercase()))
}

/// Whether words in upper case speak of an MPD (or MDP, as Infor spells it) that couldn't be executed.
pub(super) fn mpd_in(words: &str) -> bool {
    words.contains("UNABLE TO EXECUTE MPD") || words.contains("UNABLE TO EXECUTE MDP")
}

//! How well an episode or a dump fits a failing exchange, and why. Scores are sums of evidence in natural-log odds.

use super::subject::{Answer, Subject, Subjects};
use super::{Chain, DumpFacts};
use crate::timeline::episode::{Episode, EpisodeKind};
use crate::timeline::words::{has_word, says_it_could_not};

const SECOND: f64 = 1e9;
/// How far beyond its doubt a clock may be wrong at all, nanoseconds.
const BEYOND_DOUBT: i64 = 1_500_000_000;

/// A sum of evidence and what it consists of.
#[derive(Clone, Debug, Default)]
pub(super) struct Score {
    pub(super) total: f64,
    pub(super) why: Vec<(&'static str, f64)>,
    /// Whether values or an id that no other call has speak for it.
    pub(super) own: bool,
}

impl Score {
    fn add(&mut self, why: &'static str, weight: f64) {
        self.total += weight;
        // What kind of trouble it is says nothing about whose it is.
        if weight > 0.0 && why != "kind" {
            self.why.push((why, weight));
        }
    }

    /// The same, where it is the less likely by so much that it counts at all; only what it costs is taken.
    pub(super) fn less(mut self, odds: f64) -> Self {
        self.total += odds.min(0.0);
        self
    }

    /// What the call's own thread says about a crash on another: it must come just before the fault.
    pub(super) fn link(&mut self, own: Option<&Episode>, crash: &Episode) {
        let Some(own) = own else { return };
        let before = own.last_at.saturating_sub(crash.at);
        if before < -50_000_000 {
            self.add("order", -2.0);
        } else {
            // Calls that end one behind the other broke in that order: a near pair must not pay for a far one.
            self.add("order", 1.5 * nearness(before as f64, 0.5 * SECOND) - 0.3);
        }
    }

    /// How well a crash explains the fault that a call's thread wrote behind it, whichever call that was: whether that
    /// `runs` the program is known or not, and `users` are the call's and the crash's.
    pub(super) fn unrecorded(
        &mut self,
        own: &Episode,
        crash: &Episode,
        runs: Option<bool>,
        [user, crashed]: [Option<&str>; 2],
    ) {
        self.add("program", if runs == Some(true) { 2.0 } else { 0.5 });
        self.add("time", 2.0);
        self.link(Some(own), crash);
        self.same_user(user, crashed);
    }

    /// Whether the user for whom the program ended is known to call web services; `None` where that isn't known.
    pub(super) fn caller(&mut self, known: Option<bool>) {
        match known {
            Some(true) => self.add("user", 1.0),
            Some(false) => self.add("user", -3.0),
            None => {}
        }
    }

    /// Whether the call's own thread and the crash name one user.
    pub(super) fn same_user(&mut self, own: Option<&str>, crash: Option<&str>) {
        match (own, crash) {
            (Some(own), Some(crash)) if own == crash => self.add("user", 1.5),
            (Some(_), Some(_)) => self.add("user", -6.0),
            _ => {}
        }
    }

    /// The reasons, weightiest first.
    pub(super) fn reasons(&self) -> Vec<&'static str> {
        let mut why = self.why.clone();
        why.sort_by(|a, b| b.1.total_cmp(&a.1));
        let mut reasons: Vec<&'static str> = Vec::new();
        for (reason, _) in why {
            if !reasons.contains(&reason) {
                reasons.push(reason);
            }
        }
        reasons
    }
}

/// What fits by chance: only what scores above it is joined at all.
pub(super) const NOTHING: f64 = 2.5;

/// How well an episode fits; `None` where time rules it out. `doubt` is the clock's and the stamp's, `last` when the thread
/// wrote the episode's last record.
pub(super) fn of_episode(
    all: &Subjects,
    subject: &Subject,
    episode: &Episode,
    chain: &Chain,
    dump: Option<&DumpFacts>,
    (doubt, last): (i64, i64),
) -> Option<Score> {
    let mut score = Score::default();
    let coarse = episode.precision / 2;
    time(&mut score, subject, episode.at.saturating_add(coarse), doubt)?;
    if says_it_could_not(&episode.upper) {
        answered_then(&mut score, subject, last.saturating_add(coarse), doubt);
    }
    kind(&mut score, subject, episode);
    fault(&mut score, all, subject, &episode.upper);
    fault_of_another(&mut score, all, subject, episode);
    let program = dump.and_then(|d| d.program.as_deref()).or(episode.program.as_deref()).or(chain.program.as_deref());
    let stack = dump.map_or(&[][..], |d| d.stack.as_slice());
    self::program(&mut score, all, subject, program, stack);
    let user = dump.and_then(|d| d.user.as_deref()).or(chain.user.as_deref()).or(episode.user.as_deref());
    self::user(&mut score, all, subject, user, &episode.upper);
    service(&mut score, all, subject, chain);
    began(&mut score, subject, chain, (doubt, coarse));
    let of_dump = dump.map(|d| d.text.as_str());
    let texts: Vec<&str> = chain.texts().chain([episode.upper.as_str()]).chain(of_dump).collect();
    let says_values = chain.has_values || dump.is_some_and(|d| !d.text.is_empty());
    values(&mut score, all, subject, &texts, says_values);
    ids(&mut score, subject, &texts);
    Some(score)
}

/// What a program's end weighs where the answer itself says that no program was reached, or none broke: time, program and
/// user together say less.
const RULED_OUT: f64 = -9.0;

/// How well a dump alone fits, without a record that names it.
pub(super) fn of_dump(all: &Subjects, subject: &Subject, dump: &DumpFacts, doubt: i64) -> Option<Score> {
    if dump.terminal {
        return None;
    }
    let mut score = Score::default();
    if let Some(at) = dump.at {
        time(&mut score, subject, at, doubt.saturating_add(dump.precision))?;
    }
    if subject.answer == Answer::Crash {
        score.add("fault", 1.0);
    }
    answered(&mut score, subject, dump);
    program(&mut score, all, subject, dump.program.as_deref(), &dump.stack);
    user(&mut score, all, subject, dump.user.as_deref(), "");
    values(&mut score, all, subject, &[&dump.text], !dump.text.is_empty());
    ids(&mut score, subject, &[&dump.text]);
    Some(score)
}

/// Whether a dump holds values or an id that no other call sent.
pub(super) fn ties(all: &Subjects, subject: &Subject, dump: &DumpFacts) -> bool {
    let mut score = Score::default();
    values(&mut score, all, subject, &[&dump.text], false);
    ids(&mut score, subject, &[&dump.text]);
    score.own
}

/// How well a dump that no record names fits an episode, whether or not an exchange called for it. `apart` is by how much
/// their clocks may differ, nanoseconds.
pub(super) fn of_dump_for_episode(
    all: &Subjects,
    subject: Option<&Subject>,
    episode: &Episode,
    chain: &Chain,
    (dump, apart): (&DumpFacts, i64),
) -> Option<Score> {
    if episode.kind > EpisodeKind::Mpd && subject.is_none() {
        return None;
    }
    if episode.dump_path.as_ref().is_some_and(|path| dump.is_named_like_but_not(path)) {
        return None;
    }
    if dump.terminal && subject.is_some() {
        return None;
    }
    let mut score = Score::default();
    let mut less = 0.0;
    if let Some(at) = dump.at {
        if (at - episode.at).abs() > 2_000_000_000 + dump.precision {
            return None;
        }
        let fits = written_then(at, dump.precision, episode, apart);
        score.add("time", fits);
        less = WRITTEN_THEN - fits;
    }
    let program = episode.program.as_ref().or(chain.program.as_ref()).or(subject.and_then(|s| s.programs.first()));
    match program {
        Some(program) if dump.program.as_ref() == Some(program) || dump.stack.contains(program) => {
            score.add("program", 2.0);
        }
        Some(_) => score.add("program", -6.0),
        // A fault may say neither program nor user: what was written right before it, by no one at a terminal, may be why.
        None if episode.kind == EpisodeKind::Mpd && dump.at.is_some() && !dump.terminal => score.add("time", 1.6),
        None => return None,
    }
    let user = subject.and_then(|s| s.user.as_ref()).or(chain.user.as_ref()).or(episode.user.as_ref());
    match (user, &dump.user) {
        (Some(a), Some(b)) if a == b => score.add("user", 2.0),
        (Some(_), Some(_)) => score.add("user", -6.0),
        (None, Some(b)) if chain.names(b) => score.add("user", 2.0),
        _ => {}
    }
    if dump.has_its_job_named_in(&episode.upper) {
        score.add("job", 5.0);
        score.own = true;
    }
    if let Some(subject) = subject {
        values(&mut score, all, subject, &[&dump.text], false);
        ids(&mut score, subject, &[&dump.text]);
        if episode.kind != EpisodeKind::Abnormal {
            answered(&mut score, subject, dump);
        }
    }
    match episode.kind {
        EpisodeKind::Abnormal => {}
        _ if episode.gives_a_reason => score.add("kind", -4.0),
        _ if subject.is_some_and(|subject| says_another_reason(subject, episode, chain, dump)) => {
            score.add("kind", -4.0);
        }
        _ => score.add("kind", -0.5),
    }
    // What nothing else fits is taken even so: a stamp may be rounded.
    if score.total <= NOTHING && score.total + less > NOTHING {
        score.total = NOTHING + 0.1;
    }
    Some(score)
}

/// What the time at which a dump was written says for it at most.
const WRITTEN_THEN: f64 = 1.5;

/// How well the time at which a dump was written fits the record of the end, which is written right behind it, as far as
/// both stamps are exact.
fn written_then(at: i64, precision: i64, episode: &Episode, apart: i64) -> f64 {
    /// Two that read one clock, one shortly after the other.
    const SLACK: i64 = 100_000_000;
    let slack = apart.saturating_add(SLACK);
    let (last, latest) = (at.saturating_add(precision), episode.at.saturating_add(episode.precision));
    let too_late = at.saturating_sub(latest).saturating_sub(slack).max(0);
    let before = episode.at.saturating_sub(last).max(0);
    WRITTEN_THEN - 1.0 + nearness(before as f64, SECOND) - (8.0 * too_late as f64 / SECOND).min(3.0)
}

/// What the answer says about a dump behind it that no record names.
fn answered(score: &mut Score, subject: &Subject, dump: &DumpFacts) {
    match subject.answer {
        Answer::Broken if subject.fault.as_deref().is_some_and(|fault| names_another_exception(fault, dump)) => {
            score.add("fault", -5.0);
        }
        Answer::Crash | Answer::Broken | Answer::Plain => {}
        Answer::GaveUp => score.add("fault", -1.5),
        Answer::Refused => score.add("fault", -5.0),
        Answer::TurnedAway | Answer::OutOfStep => score.add("fault", RULED_OUT),
    }
}

/// Whether the thread that served the call wrote an error which is neither the fault it sent nor what the dump shows.
fn says_another_reason(subject: &Subject, episode: &Episode, chain: &Chain, dump: &DumpFacts) -> bool {
    let serves = subject.service.as_ref().is_some_and(|service| chain.services.contains(service));
    if !serves || !matches!(episode.kind, EpisodeKind::Trace | EpisodeKind::Error) {
        return false;
    }
    if dump.exception.as_ref().is_some_and(|exception| episode.upper.contains(exception.as_str())) {
        return false;
    }
    let repeats = subject.fault.as_deref().is_some_and(|fault| episode.upper.contains(fault));
    !repeats || names_another_exception(&episode.upper, dump)
}

/// Whether an exception's class (its last part, in upper case) is a reason by itself: not one that only says that something
/// behind it failed, or that a connection to it was lost.
pub(super) fn is_a_reason(class: &str) -> bool {
    const OF_CONNECTIONS: [&str; 7] = ["SOCKET", "CONNECT", "EOF", "IOEXCEPTION", "TIMEOUT", "COMMUNICATION", "CLOSED"];
    const OF_LAYERS: [&str; 6] = ["M3", "MI", "MWS", "LWS", "SOAP", "SERVICE"];
    let thrown = class.ends_with("EXCEPTION") || class.ends_with("ERROR");
    let layer = class.strip_suffix("EXCEPTION").or_else(|| class.strip_suffix("ERROR"));
    thrown
        && !WRAPPERS.contains(&class)
        && !layer.is_some_and(|layer| layer.is_empty() || OF_LAYERS.contains(&layer))
        && !OF_CONNECTIONS.iter().any(|word| class.contains(word))
}

/// Classes that say no more than that another exception was caught.
const WRAPPERS: [&str; 6] = [
    "EXCEPTION",
    "RUNTIMEEXCEPTION",
    "INVOCATIONTARGETEXCEPTION",
    "UNDECLAREDTHROWABLEEXCEPTION",
    "EXECUTIONEXCEPTION",
    "REMOTEEXCEPTION",
];

/// Whether a text in upper case names an exception of Java's own that isn't the dump's and doesn't only wrap another.
fn names_another_exception(text: &str, dump: &DumpFacts) -> bool {
    let Some(own) = dump.exception.as_deref() else { return false };
    let names = || text.split(|c: char| !c.is_ascii_alphanumeric() && c != '.').filter(|w| w.starts_with("JAVA"));
    let classes = || names().filter_map(|w| w.rsplit_once('.')).map(|(_, class)| class);
    let thrown = |class: &&str| (class.ends_with("EXCEPTION") || class.ends_with("ERROR")) && !WRAPPERS.contains(class);
    classes().any(|class| thrown(&class)) && !classes().any(|class| class == own)
}

/// How near a distance is, from 1 for none down to nothing. It falls off slowly first: of two that began or ended one
/// shortly behind the other, each with its own record fits better than the two crossed.
fn nearness(distance: f64, scale: f64) -> f64 {
    (-(distance / scale) * (distance / scale)).exp()
}

fn time(score: &mut Score, subject: &Subject, at: i64, doubt: i64) -> Option<()> {
    let Some((started, ended)) = subject.span else {
        score.add("time", 0.0);
        return Some(());
    };
    let doubt = doubt.saturating_add(subject.doubt);
    let late = if subject.answer == Answer::GaveUp { 120_000_000_000 } else { 600_000_000 };
    let last = ended.saturating_add(doubt).saturating_add(late);
    let outside = started.saturating_sub(doubt).saturating_sub(at).max(at.saturating_sub(last)).max(0);
    if outside > BEYOND_DOUBT {
        return None;
    }
    if outside > 0 {
        // A second node may keep a time of its own, beyond what is known of the first one's.
        score.add("time", -1.0 - 2.0 * outside as f64 / SECOND);
        return Some(());
    }
    let beyond = (at.saturating_sub(ended)).max(0) as f64;
    let allowed = doubt.max(30_000_000) as f64;
    let length = (ended - started) as f64;
    // A failure ends the call: the closer to the end, the likelier.
    let distance = (ended.saturating_sub(at)).unsigned_abs() as f64;
    let scale = 0.2 * length + 0.15 * SECOND + doubt as f64;
    // Who answers has written the record before, as far as the clocks can tell.
    let late_penalty =
        if subject.answer == Answer::GaveUp { 0.0 } else { (2.0 * (beyond / allowed - 1.0)).clamp(0.0, 5.0) };
    score.add("time", 0.8 + 1.2 * nearness(distance, scale) - late_penalty);
    Some(())
}

/// The fault that a thread wrote went to the caller right behind it: far from the call's end it was another one's.
fn answered_then(score: &mut Score, subject: &Subject, last: i64, doubt: i64) {
    let Some((started, ended)) = subject.span.filter(|_| matches!(subject.answer, Answer::Crash | Answer::OutOfStep))
    else {
        return;
    };
    let doubt = doubt.saturating_add(subject.doubt).saturating_add(80_000_000);
    let scale = 0.05 * (ended - started) as f64 + doubt as f64;
    let distance = ended.saturating_sub(last).unsigned_abs() as f64 / scale;
    score.add("time", if distance <= 1.0 { 0.7 } else { (0.7 - 0.7 * (distance - 1.0)).max(-2.0) });
}

/// The thread took the call up just after it was sent, and certainly neither before it nor after its end.
fn began(score: &mut Score, subject: &Subject, chain: &Chain, (doubt, coarse): (i64, i64)) {
    let (Some(began), Some((started, ended))) = (chain.began, subject.span) else { return };
    let doubt = doubt.saturating_add(subject.doubt).saturating_add(30_000_000);
    let began = began.saturating_add(coarse);
    let after = began.saturating_sub(started);
    if after < -doubt || began > ended.saturating_add(doubt) {
        let outside = (-after).max(began.saturating_sub(ended)).saturating_sub(doubt) as f64 / SECOND;
        score.add("start", -(1.5 + 3.0 * outside).min(5.0));
    } else {
        score.add("start", 1.5 * nearness(after.abs() as f64, 0.2 * SECOND + doubt as f64));
    }
}

fn kind(score: &mut Score, subject: &Subject, episode: &Episode) {
    let named = subject.fault.as_ref().is_some_and(|f| f.len() >= 8 && episode.upper.contains(f.as_str()));
    let weight = match (episode.kind, subject.answer) {
        (EpisodeKind::Abnormal, Answer::Crash) => 1.5,
        (EpisodeKind::Abnormal, Answer::Broken | Answer::Plain) => 0.5,
        (EpisodeKind::Abnormal, Answer::GaveUp) => -5.0,
        (EpisodeKind::Abnormal, Answer::Refused) if !named => -5.0,
        (EpisodeKind::Abnormal, Answer::TurnedAway | Answer::OutOfStep) => RULED_OUT,
        (EpisodeKind::Mpd, Answer::Crash | Answer::OutOfStep) => 1.0,
        (EpisodeKind::Mpd, Answer::Refused | Answer::TurnedAway) if !named => -3.0,
        (
            EpisodeKind::Trace | EpisodeKind::Error,
            Answer::Crash | Answer::OutOfStep | Answer::Broken | Answer::Plain,
        ) => 0.3,
        (EpisodeKind::Warning, Answer::Crash) if !named => -1.0,
        _ => 0.0,
    };
    score.add("kind", weight);
}

fn fault(score: &mut Score, all: &Subjects, subject: &Subject, text: &str) {
    let Some(fault) = subject.fault.as_deref().filter(|f| f.len() >= 4) else { return };
    let first = fault.lines().next().unwrap_or(fault).trim();
    // What one answer says in two sentences the log may say in two records.
    let mut sentences = first.split_inclusive('!').map(str::trim);
    let mut says_each = || first.contains('!') && sentences.all(|s| s.len() >= 10 && text.contains(s));
    if text.contains(fault) || (first.len() >= 10 && text.contains(first)) || says_each() {
        score.add("fault", 0.8 + all.rarity(fault));
    }
}

/// What a thread writes when it can't execute something is what its caller gets, where any caller got such a fault: one
/// that got other words is another thread's.
fn fault_of_another(score: &mut Score, all: &Subjects, subject: &Subject, episode: &Episode) {
    let other_words = matches!(subject.answer, Answer::Broken | Answer::Plain)
        && subject.fault.as_deref().is_some_and(|fault| !episode.upper.contains(fault));
    let passed_on = || all.failing.iter().any(|other| other.answer == Answer::Crash);
    if other_words && says_it_could_not(&episode.upper) && passed_on() {
        score.add("fault", -1.5);
    }
}

fn program(score: &mut Score, all: &Subjects, subject: &Subject, program: Option<&str>, stack: &[String]) {
    let Some(program) = program else { return };
    if subject.programs.iter().any(|p| p == program) {
        score.add("program", 1.2 + all.rarity(program) * 0.6);
    } else if stack.iter().any(|p| subject.programs.contains(p)) {
        score.add("program", 1.0);
    } else if !subject.programs.is_empty() {
        // A program may call another one that breaks, but one that another exchange calls is the other's.
        let of_another = all.programs.contains(program);
        score.add("program", if of_another { -4.0 } else { -2.5 });
    }
}

fn user(score: &mut Score, all: &Subjects, subject: &Subject, user: Option<&str>, text: &str) {
    let Some(wanted) = subject.user.as_deref() else { return };
    match user {
        Some(user) if user == wanted => score.add("user", 1.0 + all.rarity(wanted) * 0.7),
        Some(_) => score.add("user", -6.0),
        None if has_word(text, wanted) => score.add("user", 1.0 + all.rarity(wanted) * 0.7),
        None => {}
    }
}

fn service(score: &mut Score, all: &Subjects, subject: &Subject, chain: &Chain) {
    if chain.services.is_empty() {
        return;
    }
    let Some(service) = subject.service.as_deref() else { return };
    if !chain.services.iter().any(|s| s == service) {
        return score.add("thread", -4.0);
    }
    score.add("thread", 1.0 + all.rarity(service) * 0.6);
    if let Some(operation) = subject.operation.as_deref().filter(|o| o.len() >= 3) {
        if chain.names_plainly(operation) {
            score.add("operation", 0.4 + all.rarity(operation) * 0.4);
        } else if chain.operations {
            score.add("operation", -1.5);
        }
    }
}

/// Field values that stand there too. One that no other call sent ties by itself; one that every call sends says nothing.
fn values(score: &mut Score, all: &Subjects, subject: &Subject, texts: &[&str], says_values: bool) {
    let stands = |value: &str| texts.iter().any(|t| has_word(t, value));
    let (own, shared): (Vec<_>, Vec<_>) = subject.values.iter().partition(|v| all.is_own(v));
    let found = own.iter().filter(|v| stands(v)).count();
    match found {
        0 if says_values && !own.is_empty() => score.add("fields", -2.0),
        0 => {}
        // What came together is said together: the second value adds less than the first.
        _ => {
            score.add("fields", 3.0 + 0.8 * (found.min(4) - 1) as f64);
            score.own = true;
        }
    }
    for value in shared.iter().filter(|v| stands(v)).take(4) {
        let rarity = all.rarity(value);
        score.add(if rarity >= TELLING { "fields" } else { "kind" }, 0.35 * rarity);
    }
}

/// A value rarer than this is worth naming as a reason.
const TELLING: f64 = 0.7;

fn ids(score: &mut Score, subject: &Subject, texts: &[&str]) {
    if subject.ids.iter().any(|id| id.len() >= 8 && texts.iter().any(|t| t.contains(id.as_str()))) {
        score.add("id", 6.0);
        score.own = true;
    }
}

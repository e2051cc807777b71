//! A failing exchange as the joins see it: what its record, its thread and its dump would have to name.

use std::collections::{HashMap, HashSet};

use super::faults::Faults;
use crate::model::{Exchange, ExchangeId, Gathered, Outcome, Stage};
use crate::timeline::clocks::Clocks;
use crate::timeline::overlap::sane;
use crate::timeline::views::Views;
use crate::timeline::words::{self, has_word};

/// Beyond this a doubt says that nothing is known; nanoseconds.
const MOST_DOUBT: u64 = 5_000_000_000;

/// A failing exchange and what would name it; all words in upper case.
#[derive(Clone, Debug)]
pub(super) struct Subject {
    pub(super) id: ExchangeId,
    /// First and last moment on the reference's clock, nanoseconds, where it is placed.
    pub(super) span: Option<(i64, i64)>,
    /// How far the moments may be off, nanoseconds.
    pub(super) doubt: i64,
    pub(super) service: Option<String>,
    pub(super) operation: Option<String>,
    /// The program called, and those that its fields lead into.
    pub(super) programs: Vec<String>,
    pub(super) user: Option<String>,
    /// Field values that could be recognised elsewhere.
    pub(super) values: Vec<String>,
    pub(super) ids: Vec<String>,
    pub(super) fault: Option<String>,
    pub(super) answer: Answer,
}

/// What kind of answer the caller got, as far as it tells what can be behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// *Unable to execute MPD*, or a program's abnormal end by name.
    Crash,
    /// A fault whose words say that something broke.
    Broken,
    /// A message of the program's own, or a NOK.
    Refused,
    /// Nobody waited for the server any longer: its record may come after the end.
    GaveUp,
    /// Turned away before any program ran.
    TurnedAway,
    /// MWS says itself that the service's definition doesn't fit the program's panels: no program broke.
    OutOfStep,
    /// An error status without words.
    Plain,
}

impl Subject {
    fn new(exchange: &Exchange, clocks: &Clocks) -> Self {
        let call = &exchange.call;
        let upper = |text: &Option<String>| text.as_deref().map(|t| t.trim().to_ascii_uppercase());
        let clock = clocks.clock(exchange.source);
        let moment = exchange.started.as_ref().and_then(|s| clock.place(s));
        let length = exchange.duration_ns.and_then(|d| i64::try_from(d).ok()).unwrap_or(2_000_000_000);
        Self {
            id: exchange.id,
            span: moment.map(|m| (sane(m.utc_ns), sane(m.utc_ns.saturating_add(length)))),
            doubt: moment.map_or(0, |m| m.uncertainty_ns.min(MOST_DOUBT) as i64),
            service: upper(&call.service),
            operation: upper(&call.operation),
            programs: programs(exchange),
            user: call.user.as_deref().map(words::bare_user).filter(|u| !u.is_empty()),
            values: values(exchange),
            ids: call.ids.iter().map(|id| id.to_ascii_uppercase()).collect(),
            fault: upper(&call.fault).filter(|f| !f.is_empty()),
            answer: answer(exchange),
        }
    }
}

/// The failing exchanges, and how common each of their words is among all exchanges.
pub(super) struct Subjects {
    pub(super) failing: Vec<Subject>,
    counts: HashMap<String, u32>,
    exchanges: f64,
    /// What the failing exchanges got for an answer.
    pub(super) faults: Faults,
    /// Services of all exchanges: a thread that names another one was serving another call.
    pub(super) services: HashSet<String>,
    /// Users of all exchanges and dumps.
    pub(super) users: HashSet<String>,
    /// Users of all exchanges.
    pub(super) users_of_calls: HashSet<String>,
    /// The programs that each service runs, by all exchanges.
    pub(super) programs_of: HashMap<String, HashSet<String>>,
    /// Programs of all exchanges.
    pub(super) programs: HashSet<String>,
}

impl Subjects {
    pub(super) fn of(gathered: &Gathered, clocks: &Clocks, views: &Views) -> Self {
        let mut counts: HashMap<String, u32> = HashMap::new();
        let (mut services, mut users, mut known) = (HashSet::new(), HashSet::new(), HashSet::new());
        let seen_first = || gathered.exchanges.iter().filter(|x| !views.contains_key(&x.id));
        let mut programs_of: HashMap<String, HashSet<String>> = HashMap::new();
        for exchange in seen_first() {
            let call = &exchange.call;
            let upper = |text: &Option<String>| text.as_deref().map(|t| t.trim().to_ascii_uppercase());
            let user = call.user.as_deref().map(words::bare_user);
            services.extend(upper(&call.service));
            users.extend(user.clone());
            let of_call = programs(exchange);
            if let Some(service) = upper(&call.service) {
                programs_of.entry(service).or_default().extend(of_call.iter().cloned());
            }
            known.extend(of_call.iter().cloned());
            let mut all = values(exchange);
            all.extend(of_call);
            all.extend([upper(&call.service), upper(&call.operation), user, upper(&call.fault)].into_iter().flatten());
            all.sort_unstable();
            all.dedup();
            for word in all {
                *counts.entry(word).or_default() += 1;
            }
        }
        let users_of_calls = users.clone();
        users.extend(gathered.dumps.iter().filter_map(|d| d.dump.user.as_deref()).map(words::bare_user));
        services.retain(|s| s.len() >= 3);
        users.retain(|u| u.len() >= 3);
        let failing: Vec<Subject> = seen_first().filter(|x| x.failed()).map(|x| Subject::new(x, clocks)).collect();
        let faults = Faults::of(&failing);
        Self {
            failing,
            faults,
            counts,
            exchanges: seen_first().count() as f64,
            services,
            users,
            users_of_calls,
            programs_of,
            programs: known,
        }
    }

    /// Whether there is no exchange at all, failing or not.
    pub(super) fn is_empty(&self) -> bool {
        self.exchanges == 0.0
    }

    /// Whether a value is that of one call alone and long enough not to stand anywhere by chance.
    pub(super) fn is_own(&self, value: &str) -> bool {
        let once = self.counts.get(value).is_none_or(|count| *count <= 1);
        once && (self.rarity(value) >= 1.5 || (value.len() >= 5 && value.bytes().any(|b| b.is_ascii_digit())))
    }

    /// What a shared word is worth: little where every exchange has it, up to 3 where it is one in twenty or rarer.
    pub(super) fn rarity(&self, word: &str) -> f64 {
        let count = f64::from(self.counts.get(word).copied().unwrap_or(1));
        ((self.exchanges + 1.0) / (count + 0.5)).ln().clamp(0.1, 3.0)
    }
}

fn programs(exchange: &Exchange) -> Vec<String> {
    let call = &exchange.call;
    let mut found: Vec<String> = call.program.iter().map(|p| p.to_ascii_uppercase()).collect();
    for (path, _) in &call.fields {
        for part in path.split('/') {
            let upper = part.to_ascii_uppercase();
            if words::program_in(&upper).as_deref() == Some(upper.as_str()) && !found.contains(&upper) {
                found.push(upper);
            }
        }
    }
    found
}

fn values(exchange: &Exchange) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for (_, value) in exchange.call.fields.iter().take(40) {
        let value = value.trim().to_ascii_uppercase();
        let telling = value.len() >= 2 && value.len() <= 80 && (value.len() >= 4 || !is_number(&value));
        if telling && !found.contains(&value) {
            found.push(value);
        }
    }
    found
}

fn is_number(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b'-')
}

fn answer(exchange: &Exchange) -> Answer {
    if let Outcome::Failed { stage, .. } = &exchange.outcome {
        return if *stage >= Stage::Wait { Answer::GaveUp } else { Answer::TurnedAway };
    }
    let fault = exchange.call.fault.as_deref().unwrap_or("").to_ascii_uppercase();
    match exchange.status() {
        Some(401 | 403 | 407 | 404 | 405) => Answer::TurnedAway,
        Some(504 | 502 | 408) => Answer::GaveUp,
        // A page without the server's words: nothing served the address.
        Some(503) if fault.is_empty() => Answer::TurnedAway,
        _ if exchange.call.nok.is_some() => Answer::Refused,
        _ if fault.is_empty() => Answer::Plain,
        _ if not_serving(&fault) => Answer::TurnedAway,
        _ if fault.contains("ABNORMAL") => Answer::Crash,
        _ if out_of_step(&fault) => Answer::OutOfStep,
        _ if words::says_it_could_not(&fault) => Answer::Crash,
        _ if not_readable(&fault) => Answer::TurnedAway,
        _ if sounds_broken(&fault) => Answer::Broken,
        _ => Answer::Refused,
    }
}

/// Whether a fault's words (upper case) say that the server takes no calls, or no more of them: no program was reached.
pub(crate) fn not_serving(fault: &str) -> bool {
    const WORDS: [&str; 5] = [
        "SERVER IS BUSY",
        "SERVICE IS BUSY",
        "SERVICE IS STOPPED",
        "MAXIMUM NUMBER OF USERS",
        "MAXIMUM NUMBER OF SESSIONS",
    ];
    let stopped = || {
        let named = fault.split_once("SERVICE ").and_then(|(_, rest)| rest.trim_start().split_once(' '));
        named.is_some_and(|(_, rest)| rest.starts_with("IS STOPPED"))
    };
    WORDS.iter().any(|w| fault.contains(w)) || stopped()
}

/// Whether a fault's words (upper case) say that what the client sent couldn't be read: no program was reached.
pub(crate) fn not_readable(fault: &str) -> bool {
    const WORDS: [&str; 18] = [
        "PARSE STREAM",
        "READ XML",
        "XMLSTREAM",
        "PARSEERROR",
        "PARSE ERROR",
        "UNMARSHAL",
        "NOT WELL-FORMED",
        "NOT WELL FORMED",
        "WELL-FORMED",
        "SAXPARSE",
        "UNEXPECTED CHARACTER",
        "UNEXPECTED EOF",
        "INVALID BYTE",
        "INVALID XML",
        "MALFORMED",
        "CONTENT IS NOT ALLOWED IN PROLOG",
        "UNDECLARED NAMESPACE",
        "UNBOUND",
    ];
    WORDS.iter().any(|w| fault.contains(w))
}

/// Whether a fault's words (upper case) say that the panels aren't those which the service was designed for.
pub(crate) fn out_of_step(fault: &str) -> bool {
    const OF_PANELS: [&str; 8] =
        ["NOT FOUND", "NOT ON ", "NO SUCH", "EXPECTED", "SEQUENCE", "MISSING", "UNKNOWN", "DOES NOT"];
    let of_panels = has_word(fault, "PANEL") && OF_PANELS.iter().any(|w| fault.contains(w));
    of_panels || fault.contains("MANDATORY INPUT")
}

/// Whether a fault's words (upper case) say that something broke, rather than that the data was refused.
pub(crate) fn sounds_broken(fault: &str) -> bool {
    const WORDS: [&str; 18] = [
        "EXCEPTION",
        "INTERNAL",
        "TERMINAT",
        "UNABLE TO",
        "FAILED TO",
        "TIMED OUT",
        "TIMEOUT",
        "TIME-OUT",
        "CONNECTION",
        "UNEXPECTED",
        "SERVER ERROR",
        "NULLPOINTER",
        "COULD NOT",
        "DUMP",
        "OUTOFMEMORY",
        "STACKOVERFLOW",
        "NOCLASSDEFFOUND",
        "LINKAGEERROR",
    ];
    WORDS.iter().any(|w| fault.contains(w))
}

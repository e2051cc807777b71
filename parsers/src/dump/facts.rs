//! Which pair of a dump states which fact.
//!
//! Every name has a rank in the table of synonyms and every fact a form that its values have; the best name with a
//! fitting value wins, and what fits nothing stays a field. Where the dump doesn't state a fact it stays unknown: only
//! program, operation and exception may also come from the words of a heading or from the trace, which state them too.

mod failed_at;
mod others;
mod promoted;
mod rest;
mod words;

use std::collections::HashSet;
use std::ops::Range;

use super::layout::{Layout, Pair};
use super::section::{self, SectionKind};
use super::synonyms::{Fact, Synonyms, explained, words as bare_words};
use super::value::Dump;
use super::{accept, stack, summary, when};
use crate::m3::names::{self, Origin};
use crate::trace::{Frame, Trace};

/// A dump's facts, and which pairs stated them.
pub(crate) struct Facts {
    /// Everything but spans and fields.
    pub(crate) dump: Dump,
    /// Pairs whose values went into the facts, as indices into [`Layout::pairs`].
    pub(crate) used: HashSet<usize>,
}

pub(crate) use words::speaks_of_failure;

/// Pairs that are looked at for a class of the program.
const MOST_FACTS: usize = 2_000;

/// Reads the facts from a dump that was taken apart.
pub(crate) fn read(layout: &mut Layout<'_>, synonyms: &Synonyms) -> Facts {
    let trace = take_main_trace(&mut layout.traces);
    // What tells of others is kept where it stands.
    for other in std::mem::take(&mut layout.traces) {
        layout.unparsed.push(other.range);
    }
    promoted::promote(layout, synonyms);
    let stated = Stated::collect(layout, synonyms);
    let of_exception = || {
        let thrown = stated.of(Fact::Exception).next()?;
        let message = stated.of(Fact::Message).next()?;
        (message.pair.abs_diff(thrown.pair) <= 2).then_some(message.value.as_str())
    };
    let said = words::Said::collect(layout, trace.as_ref().and_then(Trace::message).or_else(of_exception));
    let mut picker = Picker { stated, said, trace: trace.as_ref(), used: HashSet::new() };
    let (at, either_at) = picker.at(layout);
    let mut dump = Dump {
        at,
        either_at,
        program: picker.program(),
        panel: picker.panel(),
        user: picker.simple(Fact::User),
        job: picker.simple(Fact::Job),
        company: picker.simple(Fact::Company),
        division: picker.simple(Fact::Division),
        environment: picker.simple(Fact::Environment),
        version: picker.simple(Fact::Version),
        exception: picker.exception(),
        exception_message: picker.message(layout),
        failed_at: picker.failed_at(layout),
        customer_code: picker.customer_code(),
        call_stack: picker.call_stack(layout),
        ..Dump::default()
    };
    // The program that failed is the innermost one.
    if let [first, .., last] = dump.call_stack.as_slice()
        && dump.program.as_ref().is_some_and(|program| program == first && program != last)
    {
        dump.call_stack.reverse();
    }
    if let Some(program) = dump.program.as_deref().filter(|_| picker.frame().is_none()) {
        let class = format!("mvx.app.pgm.customer.{program}");
        dump.customer_code |= layout.facts().take(MOST_FACTS).any(|pair| pair.value.contains(&class));
    }
    picker.also_used(Fact::Exception, dump.exception.as_deref());
    picker.also_used(Fact::Message, dump.exception_message.as_deref());
    let Picker { mut used, stated, .. } = picker;
    const WHOLE: [Fact; 4] = [Fact::At, Fact::Date, Fact::Time, Fact::CallStack];
    let whole = |at: usize| stated.all.iter().any(|c| c.pair == at && WHOLE.contains(&c.fact));
    used.retain(|at| whole(*at) || !layout.pairs.get(*at).is_some_and(|p| rest::says_more(p, &dump, synonyms)));
    dump.trace = trace;
    let mut words = layout.titles.iter().chain(&layout.words);
    dump.summary = summary::of(&dump, words.any(|(_, line)| words::speaks_of_failure(line)));
    Facts { dump, used }
}

/// The trace that tells of the failure: the first with an M3 frame, else the first one.
fn take_main_trace(traces: &mut Vec<Trace>) -> Option<Trace> {
    let with_m3 = traces.iter().position(|t| t.m3_frame().is_some());
    let named = traces.iter().position(|t| t.exception().is_some());
    let at = with_m3.or(named).or(if traces.is_empty() { None } else { Some(0) })?;
    Some(traces.remove(at))
}

/// A value that was stated for a fact.
#[derive(Clone, Debug)]
struct Candidate {
    fact: Fact,
    rank: u16,
    /// Index into the pairs.
    pair: usize,
    /// The value in the form that the fact has.
    value: String,
    /// The value as written.
    raw: String,
}

/// All that pairs state, best first.
struct Stated {
    all: Vec<Candidate>,
}

impl Stated {
    fn collect(layout: &Layout<'_>, synonyms: &Synonyms) -> Self {
        let mut all = Vec::new();
        let mut in_stack: Vec<Candidate> = Vec::new();
        for (at, pair) in layout.pairs.iter().enumerate() {
            let section = &layout.sections[pair.section];
            match section.kind {
                SectionKind::Facts | SectionKind::Trace => {}
                // `Error Stack Dump` may be the heading of an exception.
                SectionKind::Stack if states_exception(pair) => {}
                // Behind a list of fields or programs, without a heading of its own.
                SectionKind::Values | SectionKind::Stack => {
                    all.extend(stack_on_a_line(at, pair, synonyms));
                    if section::is_local_data(&section.title) {
                        all.extend(of_session(at, pair, synonyms));
                    }
                    if section.kind == SectionKind::Stack {
                        in_stack.extend(of_program(at, pair, synonyms));
                    }
                    continue;
                }
                SectionKind::Surroundings => continue,
            }
            if others::is_of_the_machine(layout, at) || others::is_of_the_carrier(layout, at) {
                continue;
            }
            let title = Some(section.title.as_ref()).filter(|t| !t.is_empty());
            let whole = accept::rejoined(&pair.value);
            for (name, value) in accept::parts(&pair.name, &whole, synonyms) {
                for (fact, rank) in meanings(title, name, synonyms) {
                    let written = explained(name).filter(|_| fact == Fact::At);
                    let written = written.and_then(|pattern| when::written_as(value, pattern));
                    let value = written.as_deref().unwrap_or(value);
                    // The title of a column isn't what stands below it; an environment may be called one: `M3BEEnv`.
                    let names_itself = || {
                        let cell = value.trim().split("  ").next().unwrap_or(value);
                        fact != Fact::Environment
                            && synonyms.meanings(None, cell).first().is_some_and(|(named, _)| *named == fact)
                    };
                    if let Some((form, worse)) = accept::value(fact, value).filter(|_| !names_itself()) {
                        let raw = accept::unclosed(value).to_owned();
                        all.push(Candidate { fact, rank: rank + worse, pair: at, value: form, raw });
                    }
                }
            }
            all.extend(counted(at, pair, synonyms));
        }
        // Of several programs one can't know whose it is that failed.
        let only = |c: &Candidate| in_stack.iter().filter(|other| other.fact == c.fact).count() == 1;
        all.extend(in_stack.iter().filter(|c| only(c)).cloned());
        all.sort_by_key(|c| (c.rank, c.pair));
        leave_cut(&mut all);
        Self { all }
    }

    fn of(&self, fact: Fact) -> impl Iterator<Item = &Candidate> {
        self.all.iter().filter(move |c| c.fact == fact)
    }
}

/// The meanings of a name, before which may stand how it belongs to the failure: `By user`, `For company`. Within a line
/// such words go on with what stands before them.
fn meanings(title: Option<&str>, name: &str, synonyms: &Synonyms) -> Vec<(Fact, u16)> {
    const WORDS: [&str; 12] = ["by", "for", "on", "in", "at", "of", "von", "für", "av", "för", "par", "pour"];
    let found = synonyms.meanings(title, name);
    let bare = || name.split_once(' ').filter(|(word, _)| WORDS.contains(&word.to_lowercase().as_str()));
    match bare() {
        Some((_, name)) if found.is_empty() => synonyms.meanings(title, name),
        _ => found,
    }
}

/// Whether at least two of the names are of a language in which nobody writes the month first.
fn speaks_day_first(layout: &Layout<'_>) -> bool {
    const NAMES: [&str; 44] = [
        "benutzer",
        "anwender",
        "umgebung",
        "firma",
        "mandant",
        "programm",
        "användare",
        "bolag",
        "företag",
        "miljö",
        "utilisateur",
        "société",
        "environnement",
        "programme",
        "usuario",
        "código de usuario",
        "empresa",
        "compañía",
        "entorno",
        "programa",
        "utente",
        "codice utente",
        "azienda",
        "società",
        "ambiente",
        "programma",
        "gebruiker",
        "bedrijf",
        "omgeving",
        "bruger",
        "selskab",
        "bruker",
        "selskap",
        "käyttäjä",
        "yritys",
        "yritysnumero",
        "ohjelma",
        "ympäristö",
        "użytkownik",
        "spółka",
        "środowisko",
        "usuário",
        "ambiente m3",
        "miljø",
    ];
    let known = |name: &str| {
        let own = bare_words(name);
        // `Bruger-id`
        NAMES.contains(&own.as_str()) || own.split_once(' ').is_some_and(|(first, _)| NAMES.contains(&first))
    };
    layout.facts().take(MOST_FACTS).filter(|pair| known(&pair.name)).take(2).count() == 2
}

/// Leaves values out that begin or end alike, though they state different facts: where they begin and end wasn't seen.
fn leave_cut(all: &mut Vec<Candidate>) {
    const ANY: [Fact; 5] = [Fact::User, Fact::Job, Fact::Environment, Fact::Version, Fact::Message];
    let best: Vec<(Fact, &str)> = ANY
        .into_iter()
        .filter_map(|fact| all.iter().find(|c| c.fact == fact).map(|c| (fact, c.value.as_str())))
        .collect();
    let values: Vec<&str> = best.iter().map(|(_, value)| *value).collect();
    let cut: Vec<(Fact, String)> = best
        .iter()
        .zip(super::learned::edges::shared(&values))
        .filter(|(_, shares)| *shares)
        .map(|((fact, value), _)| (*fact, (*value).to_owned()))
        .collect();
    all.retain(|c| !cut.iter().any(|(fact, value)| *fact == c.fact && *value == c.value));
}

/// Whether a pair is an exception with what it says, and nothing else.
fn states_exception(pair: &Pair<'_>) -> bool {
    let class = || crate::trace::named_in(&pair.value).is_some_and(|(class, _)| class.start == 0);
    pair.name == "Exception" && class() && pair.value.contains('.')
}

/// A field of the local data area, which holds whose session it is: `LDCONO = 100`. Anything stated goes before it.
fn of_session(at: usize, pair: &Pair<'_>, synonyms: &Synonyms) -> Option<Candidate> {
    const WORSE: u16 = 400;
    let name = pair
        .name
        .strip_prefix("LD")
        .or_else(|| pair.name.strip_prefix("ZD"))
        .or_else(|| pair.name.strip_prefix("ZZ"))
        .filter(|name| name.len() == 4)?;
    let (fact, rank) = *synonyms.meanings(None, name).first()?;
    let (value, worse) = accept::value(fact, &pair.value)?;
    let raw = accept::unclosed(&pair.value).to_owned();
    Some(Candidate { fact, rank: rank + worse + WORSE, pair: at, value, raw })
}

/// `Call stack: SYS->CRS008`, which is the value of no field.
fn stack_on_a_line(at: usize, pair: &Pair<'_>, synonyms: &Synonyms) -> Option<Candidate> {
    let raw = pair.value.trim();
    // Most fields show by their values that they are no stack; there may be a hundred thousand of them.
    if raw.bytes().any(|b| b.is_ascii_lowercase()) || !raw.starts_with(|c: char| c.is_ascii_uppercase()) {
        return None;
    }
    let (fact, rank) = *synonyms.meanings(None, &pair.name).first()?;
    (fact == Fact::CallStack && !accept::stack(raw).is_empty()).then(|| Candidate {
        fact,
        rank,
        pair: at,
        value: raw.to_owned(),
        raw: raw.to_owned(),
    })
}

/// The panel or the operation that a program of the stack was at, or what it ended with.
fn of_program(at: usize, pair: &Pair<'_>, synonyms: &Synonyms) -> Option<Candidate> {
    /// Behind what stands with the facts.
    const BEHIND: u16 = 500;
    let (fact, rank) = *synonyms.meanings(None, &pair.name).first()?;
    let (value, worse) = Some(fact)
        .filter(|fact| matches!(fact, Fact::Panel | Fact::FailedAt | Fact::Exception | Fact::Message))
        .and_then(|_| accept::value(fact, &pair.value))?;
    let raw = pair.value.trim().to_owned();
    Some(Candidate { fact, rank: rank + worse + BEHIND, pair: at, value, raw })
}

/// `Call stack 1 : SYS`, `callStack[0] = SYS`: one entry of a stack a line.
fn counted(at: usize, pair: &Pair<'_>, synonyms: &Synonyms) -> Option<Candidate> {
    let name = pair.name.trim_end_matches(|c: char| {
        c.is_ascii_digit() || matches!(c, ' ' | '.' | '[' | ']' | '(' | ')' | '_' | '-' | '#')
    });
    let is_stack =
        name.len() < pair.name.len() && synonyms.meanings(None, name).iter().any(|(fact, _)| *fact == Fact::CallStack);
    let value = stack::entry(&pair.value).filter(|_| is_stack)?;
    Some(Candidate { fact: Fact::CallStack, rank: 5000, pair: at, value, raw: pair.value.to_string() })
}

struct Picker<'t> {
    stated: Stated,
    said: words::Said,
    trace: Option<&'t Trace>,
    used: HashSet<usize>,
}

impl Picker<'_> {
    /// The best stated value of a fact, else what a sentence says of it.
    fn simple(&mut self, fact: Fact) -> Option<String> {
        match self.stated.of(fact).next().cloned() {
            Some(found) => {
                self.used.insert(found.pair);
                Some(found.value)
            }
            None => self.said.of(fact),
        }
    }

    /// When it was written, or the two readings of what it says of that.
    fn at(&mut self, layout: &Layout<'_>) -> (Option<crate::Stamp>, Option<[crate::Stamp; 2]>) {
        let first = |fact: Fact| self.stated.of(fact).next().cloned();
        let (text, pairs) = match (first(Fact::At), first(Fact::Date), first(Fact::Time)) {
            (Some(whole), ..) => (whole.raw, vec![whole.pair]),
            (None, Some(date), Some(time)) => {
                (format!("{} {}", date.raw.trim(), time.raw.trim()), vec![date.pair, time.pair])
            }
            _ => return (self.said.at, None),
        };
        let stamp = when::stated(&text);
        let either = if stamp.is_none() { when::either(&text) } else { None };
        if stamp.is_none() && either.is_none() {
            return (None, None);
        }
        let Some(readings) = either else {
            self.used.extend(pairs);
            return (stamp, None);
        };
        // Who writes one date day first writes them all so.
        let dated = layout.facts().take(MOST_FACTS).find_map(|pair| when::day_first(&pair.value));
        match dated.or_else(|| speaks_day_first(layout).then_some(true)) {
            Some(day_first) => {
                self.used.extend(pairs);
                (Some(readings[usize::from(!day_first)]), None)
            }
            // What is nobody's to decide stays a field.
            None => (None, Some(readings)),
        }
    }

    fn program(&mut self) -> Option<String> {
        if let Some(found) = self.simple(Fact::Program) {
            return Some(found);
        }
        let frame = self.frame().and_then(|f| names::program_of(&f.class));
        // `Panel: CRS008/E`
        let before_panel = || {
            let (program, _) = self.stated.of(Fact::Panel).next()?.raw.trim().split_once('/')?;
            names::is_program(program).then(|| program.to_owned())
        };
        frame.map(|p| p.program.to_owned()).or_else(before_panel)
    }

    /// As it is stated, else behind the program: `CRS008/E`.
    fn panel(&mut self) -> Option<String> {
        let stated = self.simple(Fact::Panel);
        let behind = || {
            let (program, panel) = self.stated.of(Fact::Program).next()?.raw.split_once('/')?;
            let letter = panel.starts_with(|c: char| c.is_ascii_uppercase()) && panel.len() <= 2;
            let formed = letter && panel.bytes().skip(1).all(|b| b.is_ascii_alphanumeric());
            (formed && names::is_program(program)).then(|| panel.to_owned())
        };
        stated.or_else(behind)
    }

    /// A fact that is stated twice is no further field.
    fn also_used(&mut self, fact: Fact, value: Option<&str>) {
        let again = self.stated.of(fact).filter(|c| Some(c.value.as_str()) == value).map(|c| c.pair);
        self.used.extend(again);
    }

    /// The first M3 frame in the order of printing.
    fn frame(&self) -> Option<&Frame> {
        let frames = self.trace?.throwables.iter().flat_map(|t| &t.frames);
        frames.into_iter().find(|f| names::program_of(&f.class).is_some())
    }

    fn exception(&mut self) -> Option<String> {
        let stated = self.stated.of(Fact::Exception).next().cloned();
        if let Some(found) = &stated {
            self.used.insert(found.pair);
        }
        let traced = self.trace.and_then(Trace::exception).map(str::to_owned);
        traced
            .or_else(|| stated.map(|s| s.value))
            .or_else(|| self.said.exception.as_ref().map(|(class, _)| class.clone()))
    }

    fn message(&mut self, layout: &Layout<'_>) -> Option<String> {
        if let Some(message) = self.trace.and_then(Trace::message) {
            return Some(message.trim().to_owned());
        }
        let printed_without = self.trace.is_some_and(|t| t.exception().is_some());
        let named = |c: &Candidate| c.rank < GENERAL_MESSAGE || words::names_a_message(&layout.pairs[c.pair].name);
        // Beside the exception stands what it says.
        let beside = |c: &Candidate| self.stated.of(Fact::Exception).any(|thrown| thrown.pair.abs_diff(c.pair) == 1);
        let stated = self.stated.of(Fact::Message).find(|c| !printed_without || named(c) || beside(c)).cloned();
        let stated = stated.or_else(|| self.text_behind_exception(layout));
        // A value that goes on below was only broken there.
        let on_one_line = |text: String| text.lines().map(str::trim).collect::<Vec<_>>().join(" ");
        let behind = || self.stated.of(Fact::Exception).find_map(|c| accept::message_behind(&c.raw)).map(on_one_line);
        // What the exception says itself goes before what is only called a reason.
        let stated = stated.filter(|c| named(c) || printed_without || behind().is_none());
        let known =
            printed_without || self.stated.of(Fact::Exception).next().is_some() || self.said.exception.is_some();
        if let Some(found) = stated.filter(|c| known || c.rank < ANY_MESSAGE) {
            self.used.insert(found.pair);
            return Some(found.value);
        }
        if printed_without {
            return None;
        }
        behind().or_else(|| self.said.exception.as_ref().and_then(|(_, message)| message.clone()))
    }

    /// What is called a text and stands right behind the exception.
    fn text_behind_exception(&self, layout: &Layout<'_>) -> Option<Candidate> {
        self.stated.of(Fact::Exception).find_map(|thrown| {
            let at = thrown.pair + 1;
            let pair = layout.pairs.get(at).filter(|pair| pair.section == layout.pairs[thrown.pair].section)?;
            let named = TEXTS.iter().any(|text| pair.name.trim().eq_ignore_ascii_case(text));
            let (value, rank) = accept::value(Fact::Message, &pair.value).filter(|_| named)?;
            Some(Candidate { fact: Fact::Message, rank, pair: at, raw: pair.value.to_string(), value })
        })
    }

    fn customer_code(&self) -> bool {
        match self.frame().and_then(|f| names::program_of(&f.class)) {
            Some(program) => program.origin == Origin::Customer,
            None => {
                self.said.customer
                    || self.stated.of(Fact::Program).next().is_some_and(|c| c.raw.contains("mvx.app.pgm.customer."))
            }
        }
    }

    fn call_stack(&mut self, layout: &Layout<'_>) -> Vec<String> {
        let whole = self.stated.of(Fact::CallStack).find(|c| c.rank < 5000).cloned();
        if let Some(found) = whole {
            self.used.insert(found.pair);
            return accept::stack_by(&found.raw, &layout.pairs[found.pair].name);
        }
        if let Some(first) = layout.stacks.first() {
            return first.clone();
        }
        if let Some(said) = self.said.of(Fact::CallStack) {
            return accept::stack(&said);
        }
        let mut counted: Vec<Candidate> = self.stated.of(Fact::CallStack).cloned().collect();
        // In the order of their numbers, whatever the order of the lines.
        let number = |c: &Candidate| {
            let name = layout.pairs[c.pair].name.trim_end_matches([']', ')', ' ']);
            name[name.trim_end_matches(|c: char| c.is_ascii_digit()).len()..].parse::<u32>().unwrap_or(0)
        };
        counted.sort_by_key(|c| (number(c), c.pair));
        self.used.extend(counted.iter().map(|c| c.pair));
        stack::outermost_first("", counted.into_iter().map(|c| c.value).collect())
    }
}

/// Names of an exception's message that may be of anything elsewhere.
const TEXTS: [&str; 3] = ["text", "description", "beschreibung"];

/// Ranks from which on a name (`Message`, `Reason`) may speak of something other than the exception.
const GENERAL_MESSAGE: u16 = 15;

/// Ranks from which on a name may speak of anything where no exception is known: behind `Error message`, `Error text`.
const ANY_MESSAGE: u16 = 17;

/// The ranges that nothing took, joined where they touch.
pub(crate) fn joined(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|r| r.start);
    let mut out: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match out.last_mut().filter(|last| range.start <= last.end + 2) {
            Some(last) => last.end = last.end.max(range.end),
            None => out.push(range),
        }
    }
    out
}

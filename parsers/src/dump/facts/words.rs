//! What headings and sentences of a dump say: *Abnormal termination of mvx.app.pgm.CRS008 for user JDOE*.
//!
//! Only lines that speak of a failure or a dump are believed, and only names with a coded value behind them. It must
//! not know of pairs.

use std::borrow::Cow;

use super::super::accept;
use super::super::layout::{LINES, Layout, Pair};
use super::super::synonyms::Fact;
use super::super::{operation, section, when};
use crate::Stamp;
use crate::m3::names;
use crate::trace;

/// What was said in words.
#[derive(Debug, Default)]
pub(super) struct Said {
    facts: Vec<(Fact, String)>,
    pub(super) at: Option<Stamp>,
    pub(super) operation: Option<String>,
    /// Class and message of an exception that has no trace.
    pub(super) exception: Option<(String, Option<String>)>,
    /// Whether a class of customer code is named.
    pub(super) customer: bool,
}

impl Said {
    /// What is said beside the `message` of an exception: that may be of another program, whose call failed.
    pub(super) fn collect(layout: &Layout<'_>, message: Option<&str>) -> Self {
        // `Program CRS008 ended abnormally` is said of this one.
        let is_message = |p: &Pair<'_>| {
            message.is_some_and(|message| p.value.trim() == message.trim()) && !p.value.contains("abnormal")
        };
        // `Dump: program CRS008 failed` is a pair by its form only.
        let dated = |p: &Pair<'_>| p.name.to_lowercase().starts_with("abnormal ") && when::find(&p.value).is_some();
        let worded = |p: &&Pair<'_>| {
            dated(p) || p.value.split(' ').count() >= 4 || trace::named_in(&p.value).is_some_and(|(c, _)| c.start == 0)
        };
        // A class that is a value by itself needs no name before it, which might be taken for a class too.
        let text_of = |p: &Pair<'_>| match trace::named_in(&p.value) {
            Some((class, _)) if class.start == 0 => p.value.to_string(),
            _ => format!("{}: {}", p.name, p.value),
        };
        let facts = layout.facts().filter(worded).map(|p| (p.range.start, Cow::Owned(text_of(p)), is_message(p)));
        let titles = layout.titles.iter().map(|(at, line)| (*at, Cow::Borrowed(line.as_ref()), false));
        let words = titles.chain(sentences(&layout.words).into_iter().map(|(at, line)| (at, line, false)));
        let mut lines: Vec<(usize, Cow<'_, str>, bool)> = words.chain(facts.take(LINES)).collect();
        lines.sort_by_key(|(start, ..)| *start);
        let mut said = Self::default();
        lines.iter().for_each(|(_, line, is_message)| said.line(line, !is_message));
        said.at = said.at.or_else(|| above_all(layout));
        said
    }

    pub(super) fn of(&self, fact: Fact) -> Option<String> {
        self.facts.iter().find(|(known, _)| *known == fact).map(|(_, value)| value.clone())
    }

    /// Takes what a line says; whose failure it was only where it `names` that.
    fn line(&mut self, line: &str, names: bool) {
        if self.exception.is_none() {
            self.exception = trace::named_in(line).map(|(class, message)| {
                let message = message.filter(|_| line[class.end..].starts_with(':')).map(str::trim);
                // A full stop ends the sentence that the exception stands in.
                let stop = |said: &str| class.start > 0 && said.ends_with('.') && !said.ends_with("..");
                let message = message.map(|said| said[..said.len() - usize::from(stop(said))].to_owned());
                (line[class].to_owned(), message)
            });
        }
        // `@dumpSent 2026-02-04 08:30:12` is the value of a name that isn't known.
        if speaks_of_others(line) || is_named(line) {
            return;
        }
        // `PANEL FIELDS` is a heading; a sentence has small letters.
        if names && line.chars().any(char::is_lowercase) {
            self.named(line);
        }
        if !speaks_of_failure(line) {
            return;
        }
        self.customer |= line.contains("mvx.app.pgm.customer.");
        self.at = self.at.or_else(|| when::find(line).filter(|_| !tells_of_print(line)));
        if self.operation.is_none() {
            self.operation = operation::in_text(line);
        }
        if names {
            self.program(line);
        }
    }

    /// A program by its class, else the one word in the line that looks like a program.
    fn program(&mut self, line: &str) {
        if line.contains("mvx.app.pgm.")
            && let Some((program, _)) = accept::value(Fact::Program, line)
        {
            self.facts.push((Fact::Program, program));
            return;
        }
        let operation = operation::in_text(line);
        // The object of an operation may look like a program: `EXFMT CRS008E`.
        let object = operation.as_deref().and_then(|o| o.split(' ').nth(1)).unwrap_or_default();
        let words = line.split(|c: char| !c.is_alphanumeric());
        let mut programs: Vec<&str> = words.filter(|w| names::is_program(w) && *w != object).collect();
        programs.dedup();
        if let [one] = programs.as_slice() {
            self.facts.push((Fact::Program, (*one).to_owned()));
            // `a dump in CRS008/E`
            let named = format!("in {one}/");
            let behind = line.find(&named).map(|at| &line[at + named.len()..]);
            let panel = behind.and_then(|behind| behind.split(|c: char| !c.is_ascii_alphanumeric()).next());
            let is_panel = |panel: &&str| panel.len() <= 2 && panel.starts_with(|c: char| c.is_ascii_uppercase());
            self.facts.extend(panel.filter(is_panel).map(|panel| (Fact::Panel, panel.to_owned())));
        }
    }

    /// `user JDOE`, `company 100`, `panel E`: the name and the word behind it.
    fn named(&mut self, line: &str) {
        let words: Vec<&str> =
            line.split_whitespace().map(|w| w.trim_matches([',', ';', '.', '(', ')', '[', ']', '"', '\''])).collect();
        let chain = words.iter().find(|word| word.contains("->"));
        self.facts
            .extend(chain.and_then(|chain| accept::value(Fact::CallStack, chain)).map(|(v, _)| (Fact::CallStack, v)));
        for (at, name) in words.iter().enumerate() {
            let fact = match name.to_lowercase().as_str() {
                "user" | "benutzer" | "användare" | "utilisateur" => Fact::User,
                "company" | "cono" | "firma" | "bolag" | "société" => Fact::Company,
                "division" | "divi" => Fact::Division,
                "panel" | "bild" | "panneau" => Fact::Panel,
                "program" | "programm" | "programme" => Fact::Program,
                "environment" | "umgebung" | "miljö" | "environnement" if is_of_m3(words[..at].last()) => {
                    Fact::Environment
                }
                "version" if is_of_m3(words[..at].last()) => Fact::Version,
                "job" => Fact::Job,
                "stack" => Fact::CallStack,
                _ => continue,
            };
            let joins = ["is", "was", "of", "id", "number", "no", "name", "ist", "war", "är", "var", "est", "="];
            let behind = &words[at + 1..];
            let joined = behind.iter().take_while(|w| joins.contains(&w.to_lowercase().as_str())).count();
            let Some(value) = behind.get(joined) else { continue };
            let whole = if fact == Fact::Version { version(&behind[joined..]) } else { (*value).to_owned() };
            let value = whole.as_str();
            // `run by user jdoe in company 790`
            let of_company = || line.bytes().any(|b| b.is_ascii_digit()) && says_company(&words[at + 1..]);
            let coded = value.chars().all(|c| !c.is_lowercase())
                || value.bytes().any(|b| b.is_ascii_digit() || b == b'\\')
                || fact == Fact::User && of_company()
                || fact == Fact::User && at > 0 && is_failure_of(words[at - 1], line);
            let digits = fact != Fact::Job || value.bytes().any(|b| b.is_ascii_digit());
            let digits = digits && (fact != Fact::Program || names::is_program(value));
            if coded && digits && !value.is_empty() {
                self.facts.extend(accept::value(fact, value).map(|(value, _)| (fact, value)));
            }
        }
    }
}

/// A version of several words: `MAK 15.1.2`, `15.1.2 FIXLEVEL 23`.
fn version(words: &[&str]) -> String {
    const LEVELS: [&str; 6] = ["fixlevel", "fix", "fp", "sp", "hotfix", "level"];
    let numbered = |at: usize| words.get(at).is_some_and(|word| word.bytes().any(|b| b.is_ascii_digit()));
    let named =
        |at: usize| words.get(at).is_some_and(|word| word.len() >= 2 && word.bytes().all(|b| b.is_ascii_uppercase()));
    let mut len = if named(0) && numbered(1) { 2 } else { 1 };
    while words.get(len).is_some_and(|word| LEVELS.contains(&word.to_lowercase().as_str())) && numbered(len + 1) {
        len += 2;
    }
    words[..len.min(words.len())].join(" ")
}

/// Whether a line is a value behind a name that is marked as one and isn't known.
fn is_named(line: &str) -> bool {
    line.trim_start().strip_prefix('@').is_some_and(|name| name.starts_with(char::is_alphabetic))
}

/// Whether the words behind a user's name go on with the company that it is of.
fn says_company(behind: &[&str]) -> bool {
    const COMPANIES: [&str; 6] = ["company", "cono", "firma", "bolag", "société", "division"];
    let of = |word: &&str| COMPANIES.contains(&word.to_lowercase().as_str());
    behind.iter().skip(1).take(5).any(of)
}

/// Whether a user whose name isn't in capitals is the one for whom something failed: `ended abnormally for user jdoe`.
fn is_failure_of(before: &str, line: &str) -> bool {
    matches!(before.to_lowercase().as_str(), "for" | "by" | "für" | "von" | "för" | "av" | "pour" | "par")
        && speaks_of_failure(line)
}

/// Lines of prose put together where a sentence goes on from one to the next, each sentence by itself; other lines as
/// they are.
fn sentences<'l>(lines: &'l [(usize, Cow<'_, str>)]) -> Vec<(usize, Cow<'l, str>)> {
    let mut all: Vec<(usize, Cow<'l, str>)> = Vec::new();
    let mut at = 0;
    while let Some((start, line)) = lines.get(at) {
        at += 1;
        if !is_prose(line) {
            all.push((*start, Cow::Borrowed(line)));
            continue;
        }
        let (mut paragraph, mut end) = (line.trim_end().to_owned(), start + line.len());
        while let Some((next, line)) = lines.get(at) {
            // The line break is a sign or two. The heading of a page goes on with nothing.
            let below = (1..=2).contains(&next.saturating_sub(end)) && line.starts_with(char::is_alphanumeric);
            if !below || section::unpaged(line) != line.trim_end() {
                break;
            }
            paragraph.push(' ');
            paragraph.push_str(line.trim());
            end = next + line.len();
            at += 1;
        }
        let ends = paragraph.match_indices(". ").map(|(stop, _)| stop + 1);
        let ends: Vec<usize> = ends.filter(|end| paragraph[end + 1..].starts_with(char::is_uppercase)).collect();
        let mut from = 0;
        for end in ends.into_iter().chain([paragraph.len()]) {
            all.push((*start, Cow::Owned(paragraph[from..end].to_owned())));
            from = end + 1;
        }
    }
    all
}

fn is_prose(line: &str) -> bool {
    line.split_whitespace().count() >= 4
        && line.starts_with(char::is_alphabetic)
        && line.chars().any(char::is_lowercase)
}

/// The one time in the lines above the first pair, as the head of a printed page has it.
fn above_all(layout: &Layout<'_>) -> Option<Stamp> {
    let first = layout.pairs.first().map_or(usize::MAX, |pair| pair.range.start);
    let trace = layout.traces.first().map_or(usize::MAX, |trace| trace.range.start);
    let head = layout.titles.iter().chain(&layout.words).filter(|(start, _)| *start < first.min(trace));
    // Behind a `#` is when a file was stored: properties of Java.
    let mut times = head
        .filter(|(_, line)| !speaks_of_others(line) && !is_named(line) && !line.trim_start().starts_with('#'))
        .filter(|(_, line)| !tells_of_print(line))
        .filter_map(|(_, line)| when::only(line));
    let found = times.next()?;
    times.all(|other| other == found).then_some(found)
}

/// Whether a line tells of how the dump was printed or written down: it names the file, as `pr` does, or the program that
/// made a page of it. The time is that of the print.
fn tells_of_print(line: &str) -> bool {
    let ends = |word: &str| [".txt", ".log", ".lst", ".dmp", ".out"].iter().any(|ext| word.ends_with(ext));
    let lower = line.to_lowercase();
    let made = ["generated by ", "printed by ", "exported by ", "converted by ", "rendered by "];
    line.split_whitespace().any(ends) || made.iter().any(|made| lower.contains(made))
}

/// Whether a name is that of an exception's message and of nothing else, in a language of those who write dumps.
pub(super) fn names_a_message(name: &str) -> bool {
    const NAMES: [&str; 35] = [
        "error message",
        "error text",
        "ausnahmetext",
        "ausnahmemeldung",
        "fehlermeldung",
        "fehlertext",
        "felmeddelande",
        "feltext",
        "undantagsmeddelande",
        "undantagstext",
        "message d erreur",
        "message d exception",
        "texte de l exception",
        "texte d erreur",
        "texte de l erreur",
        "message de l exception",
        "fejlmeddelelse",
        "fejltekst",
        "feilmelding",
        "feiltekst",
        "foutmelding",
        "fouttekst",
        "mensaje de error",
        "texto del error",
        "texto de error",
        "mensaje de excepción",
        "messaggio di errore",
        "messaggio d errore",
        "testo dell errore",
        "testo errore",
        "mensagem de erro",
        "texto do erro",
        "virheteksti",
        "virheilmoitus",
        "error msg",
    ];
    NAMES.contains(&super::bare_words(name).as_str())
}

/// Whether a version with that word before it is one of M3 or of its program, and not Java's or the system's.
fn is_of_m3(before: Option<&&str>) -> bool {
    const OTHERS: [&str; 32] = [
        "tool",
        "editor",
        "registry",
        "format",
        "schema",
        "protocol",
        "kernel",
        "agent",
        "next",
        "new",
        "old",
        "target",
        "planned",
        "latest",
        "former",
        "available",
        "java",
        "jvm",
        "jdk",
        "jre",
        "vm",
        "os",
        "windows",
        "linux",
        "db2",
        "oracle",
        "sql",
        "server",
        "database",
        "driver",
        "grid",
        "runtime",
    ];
    before.is_none_or(|word| !OTHERS.contains(&word.to_lowercase().as_str()))
}

/// Lines about someone or something else than what failed.
fn speaks_of_others(line: &str) -> bool {
    // `READ_LOCK OOHEAD` is what failed.
    let line = line.to_lowercase().replace("_lock", "");
    const OTHERS: [&str; 20] = [
        "inform ",
        "notify",
        "contact ",
        "ended normally",
        "completed normally",
        "ended; ",
        "dump sent",
        "mailed",
        "lock",
        "held by",
        "caller",
        "called by",
        "previous",
        "other ",
        "java.version",
        "jvm",
        "last successful",
        "reproduce",
        "printed",
        "spooled",
    ];
    OTHERS.iter().any(|w| line.contains(w))
}

pub(crate) fn speaks_of_failure(line: &str) -> bool {
    let line = line.to_lowercase();
    let words = [
        "dump",
        "abnormal",
        "terminat",
        "fail",
        "error",
        "exception",
        "abend",
        "crash",
        "ended",
        "not completed",
        "not be completed",
        "abbruch",
        "fehler",
        "abgebrochen",
        "avbr",
        "fel ",
        "erreur",
        "échec",
        "while executing",
        "happened",
        "last operation",
        "during",
    ];
    words.iter().any(|word| line.contains(word))
}

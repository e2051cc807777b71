//! A recording without a screen: addresses first, then what happens, then the counts.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value, json};
use tokio::runtime::Runtime;

use super::{Interrupted, Lines};
use crate::cli::output::{self, Exit, Failure};
use crate::engine::push::Gone;
use crate::engine::{Counts, Session, Update};
use crate::model::{Exchange, Finding, Gathered, Records, Source, SourceId, SourceKind, Span};
use crate::report::{self, exchange::Secrets};

/// How long an interrupt may go unnoticed.
const GLANCE: Duration = Duration::from_millis(100);
/// Failing exchanges that are remembered for the verdicts on them.
const IN_VIEW: usize = 2000;

/// Prints until the recording is interrupted or nobody reads any more.
///
/// # Errors
/// When the answer can't be written, except that its reader is gone, which ends the recording in order.
pub(super) fn run(
    runtime: &Runtime,
    session: Session,
    ca: &Path,
    format: Lines,
    interrupted: &Interrupted,
) -> Result<Exit, Failure> {
    let mut known = Gathered::new();
    let path = crate::case::RECORDING.to_owned();
    known.sources.push(Source { id: SourceId(0), path, kind: SourceKind::Case, items: 0, bytes: 0, layout: None });
    let mut lines = Printer { format, known, told: Told::default(), failed: None };
    lines.begin(&session, ca);
    while lines.failed.is_none() && !interrupted.is_set() {
        if let Some(update) = session.next(GLANCE) {
            lines.update(update);
        }
    }
    let counts = runtime.block_on(session.stop(&mut |update| lines.update(update)));
    lines.end(&counts);
    lines.failed.map_or(Ok(Exit::Answered), |error| Err(Failure::Output(error)))
}

/// Writes events as they come, a line each.
struct Printer {
    format: Lines,
    /// Sources, logs, and those exchanges of which verdicts may speak.
    known: Gathered,
    told: Told,
    failed: Option<io::Error>,
}

impl Printer {
    fn begin(&mut self, session: &Session, ca: &Path) {
        let case = session.case().display().to_string();
        for listening in session.listening() {
            let reverse = listening.to.as_ref().map(ToString::to_string);
            match self.format {
                Lines::Text => self.line(&format!("listening on {}", listening.address)),
                Lines::Ndjson => self.event(
                    "listening",
                    json!({"address": listening.address.to_string(), "reverse": reverse, "ca": ca, "case": case}),
                ),
            }
        }
        if self.format == Lines::Text {
            self.line(&format!("ca {}", ca.display()));
            self.line(&format!("case {case}"));
        }
    }

    fn update(&mut self, update: Update) {
        match update {
            Update::Source(source, log) => self.source(source, log),
            Update::Exchange(exchange) => self.exchange(*exchange),
            Update::Grew { source, from } if self.format == Lines::Ndjson => self.records(source, from),
            Update::Dump(dump) if self.format == Lines::Ndjson => {
                let source = self.known.path(dump.source).to_owned();
                let dump = &dump.dump;
                let fields =
                    json!({"kind": "dump", "source": source, "program": dump.program, "exception": dump.exception});
                self.event("note", fields);
            }
            Update::Finding(finding) => self.finding(&finding),
            Update::Pushed(gone) if self.format == Lines::Ndjson => {
                let mut fields = pushed(&gone);
                fields["kind"] = json!("push");
                self.event("note", fields);
            }
            Update::Note(text) => match self.format {
                Lines::Text => output::say(&text),
                Lines::Ndjson => self.event("note", json!({"kind": "said", "text": text})),
            },
            Update::Problem(problem) => match self.format {
                Lines::Text => output::say(&problem),
                Lines::Ndjson => self.event("problem", report::problem(&problem)),
            },
            // Each exchange is told once, when it ends; the case has it before.
            Update::UnderWay(_)
            | Update::Grew { .. }
            | Update::Dump(_)
            | Update::Concluded(_)
            | Update::Pushed(_)
            | Update::Breaks(_) => {}
        }
    }

    fn source(&mut self, source: Source, log: Option<Arc<dyn Records>>) {
        if self.format == Lines::Ndjson {
            let fields =
                json!({"kind": "following", "source": source.path, "is": source.kind.word(), "layout": source.layout});
            self.event("note", fields);
        }
        self.known.logs.extend(log.map(|log| (source.id, log)));
        self.known.sources.push(source);
    }

    fn exchange(&mut self, exchange: Exchange) {
        if self.format == Lines::Ndjson {
            self.event("exchange", report::exchange::json(&exchange, crate::case::RECORDING, Secrets::Masked));
        }
        if !exchange.failed() {
            return;
        }
        let known = &mut self.known.exchanges;
        let at = known.partition_point(|x| x.id < exchange.id);
        known.insert(at, exchange);
        if known.len() > IN_VIEW {
            known.drain(..IN_VIEW / 10);
        }
    }

    fn records(&mut self, source: SourceId, from: usize) {
        let path = self.known.path(source).to_owned();
        let Some(log) = self.known.log(source).map(Arc::clone) else { return };
        for n in from..log.len() {
            match log.read(n) {
                Ok(record) => {
                    let mut fields = report::record::json(&record, &path);
                    match self.told.news(source, record.head.span) {
                        News::Nothing => continue,
                        News::New => {}
                        News::Grown => fields["replaces"] = json!(true),
                    }
                    self.event("record", fields);
                }
                // The next look at the file says what became of it.
                Err(_) => return,
            }
        }
    }

    fn finding(&mut self, finding: &Finding) {
        match self.format {
            Lines::Text => self.line(&report::verdict_line(finding)),
            Lines::Ndjson => self.event("finding", report::finding(finding, &self.known)),
        }
    }

    fn end(&mut self, counts: &Counts) {
        if self.format == Lines::Ndjson {
            let Counts { begun, stored, unstored, bodies_dropped, failed, verdicts, pushed: all } = counts;
            let all: Vec<_> = all.iter().map(pushed).collect();
            let fields = json!({"kind": "counts", "begun": begun, "stored": stored, "unstored": unstored,
                "bodies_dropped": bodies_dropped, "failed": failed, "verdicts": verdicts, "pushed": all});
            return self.event("note", fields);
        }
        self.line(&in_words(counts));
    }

    fn event(&mut self, event: &str, fields: Value) {
        let mut object = Map::new();
        object.insert("event".to_owned(), json!(event));
        if let Value::Object(fields) = fields {
            object.extend(fields);
        }
        self.line(&Value::Object(object).to_string());
    }

    fn line(&mut self, text: &str) {
        if self.failed.is_some() {
            return;
        }
        let mut out = io::stdout().lock();
        self.failed = writeln!(out, "{text}").and_then(|()| out.flush()).err();
    }
}

/// What was told of records: where each starts, and how long it was.
#[derive(Default)]
struct Told(HashMap<SourceId, BTreeMap<u64, u64>>);

/// So many of a log are remembered: behind the part of it that its layout is learned from only the last one comes again.
const REMEMBERED: usize = 20_000;

/// What a record is to who reads the events.
#[derive(Debug, PartialEq, Eq)]
enum News {
    New,
    /// It was told already, and is the same.
    Nothing,
    /// It was told before it was whole.
    Grown,
}

impl Told {
    /// Looks whether that record was told, and remembers it. Records come again where the last one might have grown, and
    /// all of them where the layout was learned anew.
    fn news(&mut self, source: SourceId, span: Span) -> News {
        let told = self.0.entry(source).or_default();
        let before = told.insert(span.offset, span.len);
        if told.len() > REMEMBERED {
            told.pop_first();
        }
        match before {
            None => News::New,
            Some(len) if len == span.len => News::Nothing,
            Some(_) => News::Grown,
        }
    }
}

/// Prints how a recording ended.
///
/// # Errors
/// When standard output can't be written.
pub(super) fn print_counts(counts: &Counts) -> io::Result<()> {
    writeln!(io::stdout(), "{}", in_words(counts))
}

fn pushed(gone: &Gone) -> Value {
    let Gone { url, wire, taken, refused, behind, trouble } = gone;
    json!({"to": url, "format": wire, "taken": taken, "refused": refused, "behind": behind, "trouble": trouble})
}

fn in_words(counts: &Counts) -> String {
    let Counts { begun: _, stored, unstored, bodies_dropped, failed, verdicts, pushed } = counts;
    let mut text = format!("recorded {stored} exchanges, {failed} failed, {verdicts} verdicts");
    for (n, what) in [(unstored, "exchanges could not be stored"), (bodies_dropped, "bodies were left out")] {
        if *n > 0 {
            text.push_str(&format!(", {n} {what}"));
        }
    }
    for gone in pushed {
        text.push_str(&format!("\npushed: {}", gone.in_words()));
        if gone.behind > 0 {
            text.push_str("; they go when it is recorded into this case again");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_told_again_only_where_it_grew() {
        let mut told = Told::default();
        let (one, other) = (SourceId(1), SourceId(2));
        assert_eq!(told.news(one, Span::new(0, 55)), News::New);
        assert_eq!(told.news(one, Span::new(0, 55)), News::Nothing);
        assert_eq!(told.news(one, Span::new(0, 80)), News::Grown);
        assert_eq!(told.news(one, Span::new(0, 80)), News::Nothing);
        assert_eq!(told.news(one, Span::new(80, 55)), News::New);
        assert_eq!(told.news(other, Span::new(0, 55)), News::New, "a log that was rotated is another source");
        for n in 2..50_000 {
            assert_eq!(told.news(one, Span::new(n * 80, 55)), News::New);
            assert_eq!(told.news(one, Span::new(n * 80, 55)), News::Nothing);
        }
        assert!(told.0[&one].len() <= REMEMBERED, "a recording of days takes no more room");
    }
}

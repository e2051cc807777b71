//! One item: what it is, when, under which ids, and its facts under the names that OpenTelemetry's semantic conventions
//! give them where they have one, else under `mwscope.`.
//!
//! <https://opentelemetry.io/docs/specs/semconv/>

use mwscope_parsers::hex;
use mwscope_parsers::log::Severity;
use sha2::{Digest, Sha256};

use super::{Masking, Telemetry};
use crate::model::{EventRef, Exchange, Finding, FindingKind, GatheredDump, Record, SourceId};

/// What an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An HTTP request and what became of it.
    Call,
    /// A log record.
    Record,
    /// An M3 dumplog.
    Dump,
    /// What was concluded.
    Finding,
}

impl Kind {
    /// The word used in machine-readable output.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Call => "call",
            Self::Record => "record",
            Self::Dump => "dump",
            Self::Finding => "finding",
        }
    }
}

/// A value of a fact.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Text.
    Text(String),
    /// A whole number.
    Number(i64),
    /// A share.
    Share(f64),
    /// Yes or no.
    Bool(bool),
}

/// Facts in the order in which they are written.
pub type Facts = Vec<(&'static str, Value)>;

/// Who hands on: what tells the items of several recorders apart where they come together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Origin {
    /// The name under which calls are found, `service.name`.
    pub service: String,
    /// What else is true of all items.
    pub facts: Facts,
}

impl Origin {
    /// A case, by name, recorded on a host, as far as these are known.
    #[must_use]
    pub fn new(service: &str, case: Option<&str>, host: Option<&str>) -> Self {
        let mut facts = Facts::new();
        add(&mut facts, "host.name", host.map(str::to_owned));
        add(&mut facts, "mwscope.case", case.map(str::to_owned));
        Self { service: service.to_owned(), facts }
    }
}

/// Ids by which a call and what belongs to it are found together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// 32 hex digits; those of the caller where it sent `traceparent`.
    pub trace: String,
    /// 16 hex digits.
    pub span: String,
    /// The caller's span.
    pub parent: Option<String>,
}

/// Something that happened within a call.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// What.
    pub name: &'static str,
    /// When, nanoseconds since the epoch on the reference's clock.
    pub at_ns: i64,
    /// Its facts.
    pub facts: Facts,
}

/// One item.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// What it is.
    pub kind: Kind,
    /// An id that is the same each time the same thing is handed on.
    pub id: String,
    /// When, nanoseconds since the epoch on the reference's clock.
    pub at_ns: i64,
    /// When it ended; of a call alone.
    pub end_ns: Option<i64>,
    /// `Facility.Create`, or the first line of a text.
    pub name: String,
    /// The text of a record, dump or finding.
    pub body: Option<String>,
    /// How bad it is.
    pub severity: Severity,
    /// The source's own word for that.
    pub severity_text: Option<String>,
    /// Why the call failed, where it did.
    pub failed: Option<String>,
    /// The call it is, or belongs to.
    pub trace: Option<Trace>,
    /// Its facts.
    pub facts: Facts,
    /// What happened within the call.
    pub events: Vec<Event>,
    /// Spans that this one has to do with: the tunnel it travelled in.
    pub links: Vec<Trace>,
}

impl Item {
    /// How bad it is: the source's own word, else ours.
    #[must_use]
    pub fn level(&self) -> String {
        self.severity_text.clone().unwrap_or_else(|| format!("{:?}", self.severity).to_uppercase())
    }

    /// About how many bytes it is on the wire.
    #[must_use]
    pub fn weight(&self) -> usize {
        let of = |facts: &Facts| -> usize {
            let value = |value: &Value| if let Value::Text(text) = value { text.len() } else { 8 };
            facts.iter().map(|(name, fact)| name.len() + value(fact) + 40).sum()
        };
        let events: usize = self.events.iter().map(|event| of(&event.facts) + 80).sum();
        300 + self.name.len() + self.body.as_ref().map_or(0, String::len) + of(&self.facts) + events
    }
}

impl Trace {
    /// The ids of a call: those of its `traceparent`, else made of what names it in its source; `within` is the case
    /// that the source belongs to.
    ///
    /// <https://www.w3.org/TR/trace-context/#traceparent-header>
    #[must_use]
    pub fn of(exchange: &Exchange, source: &str, within: &str) -> Self {
        let started = exchange.started.map(|stamp| stamp.to_rfc3339()).unwrap_or_default();
        let digest = digest(within, &["call", source, &exchange.index.to_string(), &started]);
        let (own_trace, own_span) = (digest[..32].to_owned(), digest[32..48].to_owned());
        let header = exchange.request.headers.text("traceparent");
        let caller = header.as_deref().and_then(|value| {
            let mut parts = value.trim().split('-').skip(1);
            let (trace, span) = (parts.next()?, parts.next()?);
            let hex = |text: &str, len: usize| {
                text.len() == len && text.bytes().all(|b| b.is_ascii_hexdigit()) && text.bytes().any(|b| b != b'0')
            };
            (hex(trace, 32) && hex(span, 16)).then(|| (trace.to_ascii_lowercase(), span.to_ascii_lowercase()))
        });
        match caller {
            Some((trace, parent)) => Self { trace, span: own_span, parent: Some(parent) },
            None => Self { trace: own_trace, span: own_span, parent: None },
        }
    }
}

/// 64 hex digits of what names something within a case, or within no case.
fn digest(within: &str, names: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for name in names.iter().chain([&within].into_iter().filter(|within| !within.is_empty())) {
        hasher.update((name.len() as u64).to_be_bytes());
        hasher.update(name.as_bytes());
    }
    hex::text(&hasher.finalize())
}

fn add(facts: &mut Facts, name: &'static str, value: Option<String>) {
    facts.extend(value.filter(|value| !value.is_empty()).map(|value| (name, Value::Text(value))));
}

fn number(value: impl TryInto<i64>) -> Value {
    Value::Number(value.try_into().unwrap_or(i64::MAX))
}

impl Telemetry<'_> {
    /// A call that was masked; nothing where it has no time.
    pub(super) fn call(&self, x: &Exchange, masking: &Masking<'_>) -> Option<Item> {
        let at_ns = self.around.moment(EventRef::Exchange(x.id))?.utc_ns;
        let source = self.around.gathered.path(x.source);
        let trace = self.trace_of(x.id);
        let call = &x.call;
        let mut facts = Facts::new();
        add(&mut facts, "http.request.method", Some(x.request.method.clone()));
        add(&mut facts, "url.full", Some(x.url.clone()));
        let host = crate::query::host(&x.url).map(str::to_owned);
        add(&mut facts, "server.address", host);
        add(&mut facts, "network.peer.address", x.server.clone());
        add(&mut facts, "client.address", x.client.clone());
        facts.extend(x.status().map(|status| ("http.response.status_code", Value::Number(status.into()))));
        facts.push(("http.request.body.size", number(x.request.body.len)));
        facts.extend(x.response.as_ref().map(|response| ("http.response.body.size", number(response.body.len))));
        add(&mut facts, "user.name", call.user.clone());
        add(&mut facts, "mwscope.service", call.service.clone());
        add(&mut facts, "mwscope.operation", call.operation.clone());
        add(&mut facts, "mwscope.program", call.program.clone());
        add(&mut facts, "mwscope.company", call.company.clone());
        add(&mut facts, "mwscope.division", call.division.clone());
        add(&mut facts, "mwscope.fault", call.fault.as_deref().map(masking.text));
        add(&mut facts, "mwscope.id", Some(x.id.to_string()));
        add(&mut facts, "mwscope.source", Some(source.to_owned()));
        facts.push(("mwscope.index", Value::Number(x.index.into())));
        add(&mut facts, "mwscope.outcome", Some(x.outcome.word().to_owned()));
        if let Some((stage, cause)) = x.outcome.broke_at() {
            add(&mut facts, "mwscope.stage", Some(stage.word().to_owned()));
            add(&mut facts, "mwscope.cause", Some((masking.text)(cause)));
        }
        facts.push(("mwscope.challenge", Value::Bool(x.challenge)));
        let nok = call.nok.as_ref().and_then(|nok| nok.message.clone().or_else(|| nok.code.clone()));
        let broke = || x.outcome.broke_at().map(|(stage, cause)| format!("{}: {cause}", stage.word()));
        let why =
            call.fault.clone().or(nok).or_else(broke).or_else(|| x.status().map(|status| format!("HTTP {status}")));
        let failed = x.failed().then(|| (masking.text)(&why.unwrap_or_default()));
        if x.failed() {
            let kind = x.status().filter(|status| *status >= 400).map(|status| status.to_string());
            add(&mut facts, "error.type", kind.or_else(|| Some(x.outcome.word().to_owned())));
        }
        let names: Vec<&str> = [call.service.as_deref(), call.operation.as_deref()].into_iter().flatten().collect();
        let name = if names.is_empty() { format!("{} {}", x.request.method, x.path()) } else { names.join(".") };
        let took = i64::try_from(x.duration_ns.unwrap_or_default()).unwrap_or(i64::MAX);
        let mut events = Vec::new();
        for finding in self.around.investigation.findings.iter().filter(|finding| finding.exchange == Some(x.id)) {
            if finding.kind == FindingKind::Verdict {
                facts.extend(verdict(finding, masking));
            }
            events.extend(self.within(finding, masking, at_ns));
        }
        let tunnel = x.tunnel.as_deref().and_then(|id| id.strip_prefix('x')?.parse().ok());
        let links = tunnel.and_then(|id| self.trace_of(crate::model::ExchangeId(id))).into_iter().collect();
        Some(Item {
            kind: Kind::Call,
            id: trace.as_ref().map(|trace| trace.span.clone()).unwrap_or_default(),
            at_ns,
            end_ns: Some(at_ns.saturating_add(took)),
            name,
            body: None,
            severity: if failed.is_some() { Severity::Error } else { Severity::Info },
            severity_text: None,
            failed,
            trace,
            facts,
            events,
            links,
        })
    }

    /// What a finding rests on, as events of its call.
    fn within(&self, finding: &Finding, masking: &Masking<'_>, call_ns: i64) -> Vec<Event> {
        let mut events = Vec::new();
        for evidence in &finding.evidence {
            let name = match evidence.event {
                EventRef::Record(..) => "log",
                EventRef::Dump(_) => "m3.dump",
                EventRef::Exchange(_) | EventRef::Threads(_) | EventRef::Stream(_) => continue,
            };
            let at_ns = self.around.moment(evidence.event).map_or(call_ns, |moment| moment.utc_ns);
            let mut facts = Facts::new();
            let place = &evidence.place;
            add(&mut facts, "log.file.path", Some(place.source.clone()));
            facts.extend(place.line.map(|line| ("mwscope.line", number(line))));
            add(&mut facts, "mwscope.role", Some(evidence.role.word().to_owned()));
            add(&mut facts, "mwscope.why", Some(evidence.why.join(", ")));
            facts.push(("mwscope.score", Value::Share(evidence.score)));
            match evidence.event {
                EventRef::Record(source, n) => {
                    let record = self.around.gathered.log(source).and_then(|records| records.read(n).ok());
                    add(&mut facts, "message", record.map(|record| (masking.text)(&record.message)));
                }
                EventRef::Dump(id) => {
                    let dump = self.around.gathered.dump(id).map(|found| &found.dump);
                    add(&mut facts, "exception.type", dump.and_then(|dump| dump.exception.clone()));
                    add(&mut facts, "mwscope.where", dump.and_then(|dump| dump.failed_at.clone()));
                }
                EventRef::Exchange(_) | EventRef::Threads(_) | EventRef::Stream(_) => {}
            }
            events.push(Event { name, at_ns, facts });
        }
        events
    }

    pub(super) fn record(&self, source: SourceId, n: usize, record: &Record, masking: &Masking<'_>) -> Option<Item> {
        let event = EventRef::Record(source, n);
        let at_ns = self.around.moment(event)?.utc_ns;
        let path = self.around.gathered.path(source);
        let mut facts = Facts::new();
        add(&mut facts, "log.file.path", Some(path.to_owned()));
        facts.push(("mwscope.line", number(record.head.line)));
        add(&mut facts, "thread.name", record.thread.clone());
        add(&mut facts, "mwscope.logger", record.logger.clone());
        if let Some(trace) = &record.trace {
            add(&mut facts, "exception.type", trace.exception().map(str::to_owned));
            add(&mut facts, "exception.message", trace.message().map(masking.text));
            add(&mut facts, "exception.stacktrace", Some((masking.text)(&record.text)));
        }
        let trace = self.call_of(event, record.thread.as_deref(), at_ns).and_then(|call| self.trace_of(call));
        let body = (masking.text)(&record.message);
        let stamp = record.head.stamp.map(|stamp| stamp.to_rfc3339()).unwrap_or_default();
        Some(Item {
            kind: Kind::Record,
            // A log that was rotated away had the same path and offsets, at another time.
            id: digest(&self.within, &["record", path, &record.head.span.offset.to_string(), &stamp])[..32].to_owned(),
            at_ns,
            end_ns: None,
            name: body.lines().next().unwrap_or_default().to_owned(),
            body: Some(body),
            severity: record.head.severity,
            severity_text: record.level.clone(),
            failed: None,
            trace,
            facts,
            events: Vec::new(),
            links: Vec::new(),
        })
    }

    pub(super) fn dump(&self, found: &GatheredDump, masking: &Masking<'_>) -> Option<Item> {
        let event = EventRef::Dump(found.id);
        let at_ns = self.around.moment(event)?.utc_ns;
        let path = self.around.gathered.path(found.source);
        let dump = &found.dump;
        let mut facts = Facts::new();
        add(&mut facts, "log.file.path", Some(path.to_owned()));
        add(&mut facts, "exception.type", dump.exception.clone());
        add(&mut facts, "exception.message", dump.exception_message.as_deref().map(masking.text));
        add(&mut facts, "mwscope.program", dump.program.clone());
        add(&mut facts, "mwscope.panel", dump.panel.clone());
        add(&mut facts, "mwscope.where", dump.failed_at.clone());
        add(&mut facts, "user.name", dump.user.clone());
        add(&mut facts, "mwscope.company", dump.company.clone());
        add(&mut facts, "mwscope.division", dump.division.clone());
        facts.push(("mwscope.customer_code", Value::Bool(dump.customer_code)));
        let trace = self.call_of(event, None, at_ns).and_then(|call| self.trace_of(call));
        // Its number counts what was read before it, which isn't the same each time; its place in its file is.
        let nth = self.around.gathered.dumps.partition_point(|other| other.id < found.id);
        let before = self.around.gathered.dumps[..nth].iter().rev().take_while(|other| other.source == found.source);
        let (nth, stamp) = (before.count().to_string(), dump.at.map(|at| at.to_rfc3339()).unwrap_or_default());
        let summary = (masking.text)(&dump.summary);
        Some(Item {
            kind: Kind::Dump,
            id: digest(&self.within, &["dump", path, &nth, &stamp])[..32].to_owned(),
            at_ns,
            end_ns: None,
            name: summary.clone(),
            body: Some(summary),
            severity: Severity::Error,
            severity_text: None,
            failed: None,
            trace,
            facts,
            events: Vec::new(),
            links: Vec::new(),
        })
    }

    pub(super) fn finding(&self, finding: &Finding, about: EventRef, masking: &Masking<'_>) -> Option<Item> {
        let at_ns = self.around.moment(about)?.utc_ns;
        let mut facts = verdict(finding, masking);
        add(&mut facts, "mwscope.finding", Some(finding.kind.word().to_owned()));
        add(&mut facts, "mwscope.program", finding.program.clone());
        add(&mut facts, "user.name", finding.user.clone());
        add(&mut facts, "mwscope.advice", Some((masking.text)(&finding.advice)));
        let place = finding.evidence.first().map(|e| format!("{}:{}", e.place.source, e.place.line.unwrap_or(0)));
        let about = finding.exchange.map_or_else(
            || place.unwrap_or_default(),
            |id| {
                let index = self.around.gathered.exchange(id).map_or(0, |x| x.index);
                format!("{id}#{index}")
            },
        );
        Some(Item {
            kind: Kind::Finding,
            id: digest(&self.within, &["finding", finding.rule, &about])[..32].to_owned(),
            at_ns,
            end_ns: None,
            name: (masking.text)(&finding.title),
            body: Some((masking.text)(&finding.explanation)),
            severity: finding.severity,
            severity_text: None,
            failed: None,
            trace: finding.exchange.and_then(|call| self.trace_of(call)),
            facts,
            events: Vec::new(),
            links: Vec::new(),
        })
    }
}

/// Rule, layer and confidence.
fn verdict(finding: &Finding, masking: &Masking<'_>) -> Facts {
    let mut facts = Facts::new();
    add(&mut facts, "mwscope.rule", Some(finding.rule.to_owned()));
    add(&mut facts, "mwscope.layer", Some(finding.layer.word().to_owned()));
    facts.push(("mwscope.confidence", Value::Share(finding.confidence)));
    add(&mut facts, "mwscope.title", Some((masking.text)(&finding.title)));
    facts
}

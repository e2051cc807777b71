//! Whether one event matches a tree of terms. One arm for each field says which texts or numbers of the event it
//! asks about; what an event doesn't have makes a term false.

use crate::model::{Body, BodyState, EventRef, Exchange, Headers, Outcome, Severity, StreamId};

use super::body;
use super::field::{Field, Half};
use super::stream;
use super::subject::Subject;
use super::surroundings::Surroundings;
use super::texts::{Pass, all_texts, authority, columns, dump_texts, exchange_texts, record_texts, row_texts};
use super::tree::{Edge, Node, Number, Term, Test, rank};
use super::value::{When, of_day};

/// A call that takes longer is slow, in nanoseconds.
const SLOW: u64 = 2_000_000_000;

/// Whether `subject` matches `node`.
pub(super) fn matches(node: &Node, subject: &Subject<'_>, around: &Surroundings) -> bool {
    match node {
        Node::All(nodes) => nodes.iter().all(|n| matches(n, subject, around)),
        Node::Either(nodes) => nodes.iter().any(|n| matches(n, subject, around)),
        Node::Not(node) => !matches(node, subject, around),
        Node::Term(term) => Asked { term, subject, around }.holds(),
    }
}

struct Asked<'a> {
    term: &'a Term,
    subject: &'a Subject<'a>,
    around: &'a Surroundings,
}

impl Asked<'_> {
    fn holds(&self) -> bool {
        let Some(field) = self.term.field else {
            return self.any_text(|pass| row_texts(self.subject, pass));
        };
        match field {
            Field::Kind => self.any_text(|pass| kind_words(self.subject, self.around).iter().any(|w| pass(w))),
            Field::Is => self.any_text(|pass| super::field::IS.iter().any(|word| self.is(word) && pass(word))),
            Field::Time => self.moment().is_some_and(|at| self.tests(|test| self.in_time(test, at))),
            Field::Last => self.last(),
            Field::With => self.tests(|test| self.with(test)),
            Field::Near => self.tests(|test| self.near(test)),
            Field::Level => self.level(),
            Field::Status | Field::Port | Field::Size | Field::Duration => self.numbers(field),
            Field::Finding | Field::Layer => self.any_text(|pass| self.findings(field, pass)),
            Field::Mark => self.any_text(|pass| pass(if self.is("marked") { "yes" } else { "no" })),
            Field::Note => {
                self.any_text(|pass| self.around.notes.get(&self.subject.event()).is_some_and(|note| pass(note)))
            }
            Field::Dump => self.any_text(|pass| self.dumps(pass)),
            Field::Thread => self.any_text(|pass| self.threads(pass)),
            Field::File => self.any_text(|pass| pass(self.around.gathered.path(self.subject.source()))),
            Field::Id => self.any_text(|pass| self.ids(pass)),
            Field::Stream => self.any_text(|pass| self.stream().is_some_and(|id| pass(&id.to_string()))),
            Field::Cause => {
                self.any_text(|pass| self.around.causes_of(self.subject.event()).any(|cause| pass(&cause.id)))
            }
            Field::Any => self.any_text(|pass| {
                row_texts(self.subject, pass)
                    || self.headers(pass)
                    || self.bodies(pass)
                    || all_texts(self.subject, pass)
            }),
            Field::Body => self.any_text(|pass| self.bodies(pass)),
            Field::Header => self.any_text(|pass| self.headers(pass)),
            Field::Type => self.any_text(|pass| self.types(pass)),
            Field::Element => self.any_text(|pass| self.elements(pass)),
            _ => self.any_text(|pass| match self.subject {
                Subject::Exchange(x) => exchange_texts(field, x, self.around, pass),
                Subject::Record(r) => r.record().is_some_and(|r| record_texts(field, r, pass)),
                Subject::Dump(d) => dump_texts(field, &d.dump, pass),
                Subject::Stream(s) => stream::texts(field, s, pass),
                Subject::Threads(..) => false,
            }),
        }
    }

    /// Whether a test of the term holds for one of the texts that `read` hands over; with `!=` whether there are
    /// texts and none of them passes.
    fn any_text(&self, read: impl FnOnce(&mut Pass<'_>) -> bool) -> bool {
        if !self.term.negated {
            return read(&mut |text| self.passes(text));
        }
        let mut seen = false;
        let mut passed = false;
        let _all = read(&mut |text| {
            seen = true;
            passed |= self.passes(text);
            passed
        });
        seen && !passed
    }

    fn passes(&self, text: &str) -> bool {
        self.term.tests.iter().any(|test| match test {
            Test::Text(regex) => regex.is_match(text),
            Test::Number(between) => text.trim().parse().is_ok_and(|n| between.has(n)),
            _ => false,
        })
    }

    fn tests(&self, hold: impl Fn(&Test) -> bool) -> bool {
        self.term.tests.iter().any(hold) != self.term.negated
    }

    fn any_number(&self, numbers: &[f64]) -> bool {
        !numbers.is_empty()
            && self.tests(|test| match test {
                Test::Number(between) => numbers.iter().any(|n| between.has(*n)),
                Test::Text(regex) => numbers.iter().any(|n| regex.is_match(&n.to_string())),
                _ => false,
            })
    }

    fn numbers(&self, field: Field) -> bool {
        match (field, self.subject) {
            (Field::Status, Subject::Exchange(x)) => self.any_number(x.status().map(f64::from).as_slice()),
            (Field::Port, Subject::Exchange(x)) => self.any_number(port(&x.url).as_slice()),
            (Field::Duration, Subject::Exchange(x)) => self.any_number(x.duration_ns.map(|ns| ns as f64).as_slice()),
            (Field::Size, Subject::Exchange(x)) => {
                let sizes: Vec<f64> = halves(x, self.term.half).iter().map(|(_, body)| body.len as f64).collect();
                self.any_number(&sizes)
            }
            _ if self.term.half != Half::Both => false,
            (Field::Size, Subject::Record(r)) => self.any_number(&[r.head.span.len as f64]),
            (Field::Size, Subject::Dump(d)) => self.any_number(&[d.dump.span.len as f64]),
            (Field::Size, Subject::Threads(_, _, d)) => self.any_number(&[d.span.len as f64]),
            (Field::Size, Subject::Stream(s)) => self.any_number(&[(s.tcp.bytes.client + s.tcp.bytes.server) as f64]),
            (Field::Duration, Subject::Stream(s)) => self.any_number(&[s.duration_ns() as f64]),
            (Field::Port, Subject::Stream(s)) => self.any_number(&[f64::from(s.tcp.ends.server.port())]),
            _ => false,
        }
    }

    fn level(&self) -> bool {
        let Subject::Record(r) = self.subject else { return false };
        r.head.severity != Severity::Unknown
            && self.tests(|test| matches!(test, Test::Level(between) if between.has(rank(r.head.severity))))
    }

    fn moment(&self) -> Option<i64> {
        self.around.moment(self.subject.event()).map(|m| m.utc_ns)
    }

    fn in_time(&self, test: &Test, at: i64) -> bool {
        let Test::Time(edges) = test else { return false };
        edges.iter().all(|(edge, when)| {
            let zone = self.around.zone_minutes;
            let (value, low, high) = match *when {
                When::OfDay(low, high) => (of_day(at, zone), low, high),
                When::Civil(low, high) => (at as f64 + f64::from(zone) * 60e9, low, high),
                When::Utc(low, high) => (at as f64, low, high),
                When::BeforeEnd(ns) => match self.around.end_ns {
                    Some(end) => (at as f64, end as f64 - ns, end as f64 - ns),
                    None => return false,
                },
            };
            match edge {
                Edge::From => value >= low,
                Edge::To => value <= high,
                Edge::After => value > high,
                Edge::Before => value < low,
            }
        })
    }

    fn last(&self) -> bool {
        let (Some(at), Some(end)) = (self.moment(), self.around.end_ns) else { return false };
        let ago = end.saturating_sub(at) as f64;
        self.tests(|test| match test {
            // `last:5m` is everything up to five minutes old; a comparison means what it says.
            Test::Number(b) if b.low == b.high => b.high.is_some_and(|high| ago <= high),
            Test::Number(b) => b.has(ago),
            _ => false,
        })
    }

    fn call(&self, n: u32, how: Number) -> Option<&Exchange> {
        let exchanges = &self.around.gathered.exchanges;
        match how {
            Number::Id => self.around.gathered.exchange(crate::model::ExchangeId(n)),
            Number::Bare => exchanges.iter().find(|x| x.index == n),
        }
    }

    /// The TCP conversation that the event is, or travelled in.
    fn stream(&self) -> Option<StreamId> {
        match self.subject {
            Subject::Stream(s) => Some(s.id),
            Subject::Exchange(x) => self.around.gathered.stream_of(x).map(|s| s.id),
            _ => None,
        }
    }

    fn with(&self, test: &Test) -> bool {
        let Test::Exchange(n, how, _) = test else { return false };
        if let Subject::Stream(s) = self.subject {
            let of_call = self.call(*n, *how).and_then(|x| self.around.gathered.stream_of(x));
            return of_call.is_some_and(|of_call| of_call.id == s.id);
        }
        let Some(joined) = self.call(*n, *how).and_then(|x| self.around.joined(x.id)) else { return false };
        if joined.events.contains(&self.subject.event()) {
            return true;
        }
        let Subject::Record(r) = self.subject else { return false };
        let clock = self.around.clock(r.source);
        let Some(moment) = r.head.stamp.and_then(|stamp| clock.place(&stamp)) else { return false };
        let inside = joined.span.is_some_and(|(from, to)| {
            let doubt = i64::try_from(moment.uncertainty_ns).unwrap_or(i64::MAX);
            moment.utc_ns >= from.saturating_sub(doubt) && moment.utc_ns <= to.saturating_add(doubt)
        });
        // The thread is read from the log only for records of the right time.
        inside && {
            let thread = r.record().and_then(|record| record.thread.as_deref());
            joined.has(r.source, thread, Some(moment.utc_ns), moment.uncertainty_ns)
        }
    }

    fn near(&self, test: &Test) -> bool {
        let Test::Exchange(n, how, far) = test else { return false };
        let Some(x) = self.call(*n, *how) else { return false };
        let Some(start) = self.around.moment(EventRef::Exchange(x.id)).map(|m| m.utc_ns) else { return false };
        let end = start.saturating_add(i64::try_from(x.duration_ns.unwrap_or(0)).unwrap_or(i64::MAX));
        self.moment().is_some_and(|at| at as f64 >= start as f64 - far && at as f64 <= end as f64 + far)
    }

    fn is(&self, word: &str) -> bool {
        let event = self.subject.event();
        match (word, self.subject) {
            ("marked", _) => self.around.marks.contains(&event),
            ("noted", _) => self.around.notes.contains_key(&event),
            ("seen", _) => self.around.seen.contains(&event),
            ("failed", Subject::Exchange(x)) => x.failed(),
            ("failed" | "error", Subject::Record(r)) => r.head.severity >= Severity::Error,
            ("failed" | "error", Subject::Dump(_)) => true,
            ("failed" | "error", Subject::Threads(_, _, d)) => d.death.is_some() || !d.deadlocks().is_empty(),
            ("failed" | "error", Subject::Stream(s)) => s.failed(),
            ("cut", Subject::Stream(s)) => s.tcp.midstream || s.tcp.gaps.client + s.tcp.gaps.server > 0,
            ("error", Subject::Exchange(x)) => x.failed(),
            ("warn", Subject::Record(r)) => r.head.severity == Severity::Warn,
            ("slow", Subject::Exchange(x)) => x.busy_ns().is_some_and(|ns| ns > SLOW),
            ("waiting", Subject::Exchange(x)) => x.outcome == Outcome::Open,
            ("replay", Subject::Exchange(x)) => x.origin.is_some(),
            ("challenge", Subject::Exchange(x)) => x.challenge,
            ("masked", Subject::Exchange(x)) => !x.masks.is_empty(),
            ("cut", Subject::Exchange(x)) => {
                x.incomplete || halves(x, Half::Both).iter().any(|(_, body)| body.state != BodyState::Whole)
            }
            ("linked", _) => self.resting().next().is_some(),
            ("explained", _) => self.resting().any(|f| f.kind == crate::model::FindingKind::Verdict),
            _ => false,
        }
    }

    /// The findings that speak of the event or rest on it.
    fn resting(&self) -> impl Iterator<Item = &crate::model::Finding> {
        self.around.findings_of(self.subject.event())
    }

    fn findings(&self, field: Field, pass: &mut Pass<'_>) -> bool {
        self.resting().any(|f| match field {
            Field::Layer => pass(f.layer.word()),
            _ => pass(&f.id) || pass(f.rule) || pass(&f.title),
        })
    }

    fn dumps(&self, pass: &mut Pass<'_>) -> bool {
        if let Subject::Dump(d) = self.subject {
            return pass(&d.id.to_string());
        }
        self.resting().flat_map(|f| &f.evidence).any(|e| match e.event {
            EventRef::Dump(id) => pass(&id.to_string()),
            _ => false,
        })
    }

    fn threads(&self, pass: &mut Pass<'_>) -> bool {
        match self.subject {
            Subject::Record(r) => r.record().is_some_and(|r| r.thread.as_deref().is_some_and(&mut *pass)),
            Subject::Exchange(x) => {
                self.around.joined(x.id).is_some_and(|j| j.threads.iter().any(|(_, thread)| pass(thread)))
            }
            Subject::Threads(_, _, d) => d.threads.iter().any(|thread| pass(&thread.name)),
            Subject::Dump(_) | Subject::Stream(_) => false,
        }
    }

    fn ids(&self, pass: &mut Pass<'_>) -> bool {
        let path = self.around.gathered.path(self.subject.source());
        match self.subject {
            Subject::Exchange(x) => pass(&x.id.to_string()) || pass(&format!("{path}#{}", x.index)),
            Subject::Record(r) => pass(&format!("{path}:{}", r.head.line)),
            Subject::Dump(d) => pass(&d.id.to_string()) || pass(&format!("{path}:{}", d.dump.line)),
            Subject::Threads(id, _, d) => pass(&id.to_string()) || pass(&format!("{path}:{}", d.line)),
            Subject::Stream(s) => pass(&s.id.to_string()),
        }
    }

    fn headers(&self, pass: &mut Pass<'_>) -> bool {
        let Subject::Exchange(x) = self.subject else { return false };
        let name = self.term.name.as_deref();
        halves(x, self.term.half).iter().any(|(headers, _)| {
            headers.0.iter().any(|h| match name {
                Some(name) => h.name.eq_ignore_ascii_case(name) && pass(&h.text()),
                None => pass(&format!("{}: {}", h.name, h.text())),
            })
        })
    }

    fn types(&self, pass: &mut Pass<'_>) -> bool {
        let Subject::Exchange(x) = self.subject else { return false };
        halves(x, self.term.half).iter().any(|(headers, _)| headers.text("content-type").is_some_and(|t| pass(&t)))
    }

    fn bodies(&self, pass: &mut Pass<'_>) -> bool {
        let Subject::Exchange(x) = self.subject else { return false };
        let bodies = self.around.gathered.bodies.as_ref();
        halves(x, self.term.half).iter().any(|(headers, body)| {
            body.len > 0 && body::decoded(bodies, body).is_ok_and(|d| pass(&body::text_of(&d.bytes, headers)))
        })
    }

    /// Elements of bodies and fields of dumps by their name, or the end of their path.
    fn elements(&self, pass: &mut Pass<'_>) -> bool {
        let Some(name) = self.term.name.as_deref() else { return false };
        match self.subject {
            Subject::Exchange(x) => {
                let sent = self.term.half != Half::Response
                    && x.call.fields.iter().any(|(path, value)| names(path, name) && pass(value));
                sent || self.parsed_elements(x, name, pass)
            }
            Subject::Record(r) => r.record().is_some_and(|r| columns(r, name, pass)),
            Subject::Dump(d) => d.fields().is_ok_and(|fields| {
                let mut of_name = fields.iter().filter(|f| f.name.eq_ignore_ascii_case(name));
                of_name.any(|f| pass(f.value) || f.meaning().is_some_and(|meaning| pass(meaning.text())))
            }),
            Subject::Threads(..) | Subject::Stream(_) => false,
        }
    }

    fn parsed_elements(&self, x: &Exchange, name: &str, pass: &mut Pass<'_>) -> bool {
        let bodies = self.around.gathered.bodies.as_ref();
        let last = name.rsplit('.').next().unwrap_or(name);
        halves(x, self.term.half).iter().any(|(headers, body)| {
            let Ok(decoded) = body::decoded(bodies, body) else { return false };
            let text = body::text_of(&decoded.bytes, headers);
            let document = mwscope_parsers::xml::read(&text);
            document.elements.iter().any(|e| e.name.eq_ignore_ascii_case(last) && pass(e.text.trim()))
        })
    }
}

fn names(path: &str, name: &str) -> bool {
    let path = path.replace(['/', '\\'], ".");
    let tail = path.len().checked_sub(name.len()).and_then(|at| path.get(at..));
    tail.is_some_and(|tail| tail.eq_ignore_ascii_case(name))
        && (path.len() == name.len() || path.as_bytes().get(path.len() - name.len() - 1) == Some(&b'.'))
}

fn halves(x: &Exchange, half: Half) -> Vec<(&Headers, &Body)> {
    let mut halves = Vec::with_capacity(2);
    if half != Half::Response {
        halves.push((&x.request.headers, &x.request.body));
    }
    if let Some(response) = x.response.as_ref().filter(|_| half != Half::Request) {
        halves.push((&response.headers, &response.body));
    }
    halves
}

fn kind_words(subject: &Subject<'_>, around: &Surroundings) -> &'static [&'static str] {
    match subject {
        Subject::Exchange(_) => &["call", "exchange"],
        Subject::Record(record) if around.gathered.is_text(record.source) => &["text"],
        Subject::Record(_) => &["log", "record"],
        Subject::Dump(_) => &["dump"],
        Subject::Threads(..) => &["threads"],
        Subject::Stream(_) => &["stream"],
    }
}

/// The host of a URL, where it has one.
pub(crate) fn host(url: &str) -> Option<&str> {
    Some(authority(url).0).filter(|host| !host.is_empty())
}

fn port(url: &str) -> Option<f64> {
    match authority(url).1 {
        Some(port) => port.parse().ok(),
        None if url.starts_with("https:") => Some(443.0),
        None if url.starts_with("http:") => Some(80.0),
        None => None,
    }
}

//! What an export left out or changed, and why: gathered by reason, said in one line each when all is written.

use super::field::{Field, Kept};
use super::scrub::Counts;
use crate::model::{BodyState, Exchange, ExchangeId};

/// How many exchanges a line names.
const NAMED: usize = 5;

/// What is to be said about an export.
#[derive(Default)]
pub struct Told {
    lines: Vec<Line>,
    exchanges: u64,
    counts: Counts,
}

#[derive(Debug, Default)]
struct Line {
    what: String,
    /// The fields that are left out for that reason.
    fields: Vec<&'static str>,
    count: u64,
    first: Vec<String>,
    last: Option<ExchangeId>,
}

impl Told {
    /// Says something about an exchange; what is said of several becomes one line.
    pub fn say(&mut self, exchange: &Exchange, what: &str) {
        self.add(exchange, what, None);
    }

    fn add(&mut self, exchange: &Exchange, what: &str, field: Option<&'static str>) {
        let same = |line: &Line| line.what == what && line.fields.is_empty() == field.is_none();
        let at = self.lines.iter().position(same).unwrap_or_else(|| {
            self.lines.push(Line { what: what.to_owned(), ..Line::default() });
            self.lines.len() - 1
        });
        let line = &mut self.lines[at];
        line.fields.extend(field.filter(|field| !line.fields.contains(field)));
        if line.last == Some(exchange.id) {
            return;
        }
        line.last = Some(exchange.id);
        line.count += 1;
        if line.first.len() < NAMED {
            line.first.push(exchange.id.to_string());
        }
    }

    /// Counts an exchange, and says what a format with these fields leaves out of it and what wasn't there to be written.
    pub fn exchange(&mut self, exchange: &Exchange, fields: &[(Field, Kept)]) {
        self.exchanges += 1;
        for (field, kept) in fields {
            if let Kept::Dropped(why) = kept
                && field.is_in(exchange)
            {
                self.add(exchange, why, Some(field.word()));
            }
        }
        let response = exchange.response.as_ref().map(|response| ("response", &response.body));
        for (which, body) in [("request", &exchange.request.body)].into_iter().chain(response) {
            if let Some(why) = missing(&body.state) {
                self.say(exchange, &format!("{which} body {why}"));
            }
        }
        if exchange.request.version == "HTTP/2" {
            self.say(exchange, "HTTP/2, recorded decoded: its frames are not at hand");
        }
        if exchange.status() == Some(101) {
            self.say(exchange, "what followed the switch of protocols is not written");
        }
    }

    pub(super) fn masked(&mut self, counts: Counts) {
        self.counts.add(counts);
    }

    /// How often something was overwritten in exchanges.
    #[must_use]
    pub const fn counts(&self) -> Counts {
        self.counts
    }

    /// How many exchanges were written.
    #[must_use]
    pub const fn exchanges(&self) -> u64 {
        self.exchanges
    }

    /// One line for each reason.
    pub fn lines(&self) -> impl Iterator<Item = String> {
        self.lines.iter().map(|line| {
            let more = if line.count > line.first.len() as u64 { ", ..." } else { "" };
            let exchanges = if line.count == 1 { "exchange" } else { "exchanges" };
            let left_out = match line.fields.as_slice() {
                [] => String::new(),
                fields => format!("{} left out: ", fields.join(", ")),
            };
            format!("{} {exchanges} ({}{more}): {left_out}{}", line.count, line.first.join(", "), line.what)
        })
    }
}

fn missing(state: &BodyState) -> Option<String> {
    match state {
        BodyState::Whole => None,
        BodyState::Cut => Some("not whole: only its beginning was kept".to_owned()),
        BodyState::Dropped => Some("missing: the recording could not keep up".to_owned()),
        BodyState::Withheld(why) => Some(format!("withheld: {why}")),
        BodyState::Absent => Some("missing: the source doesn't hold it".to_owned()),
    }
}

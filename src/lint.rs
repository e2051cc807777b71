//! What will break at the next move, in artefacts that were made by hand: Smart Office mashups, agreements, scripts and
//! recorded requests with addresses, credentials and placeholders in them. A rule a file, or a few that look at the same
//! thing; the list of all is [`RULES`].
//!
//! It takes texts and exchanges and gives [`Fault`]s; where they come from and how they are shown it doesn't know.

mod address;
mod agreement;
mod mapped;
mod mashup;
mod request;
mod script;
mod secret;
mod text;
mod well_formed;
mod what;
mod xaml;

use std::collections::{HashMap, HashSet};

use bytes::Bytes;

use crate::model::{Artefact, Exchange, Fault, LintRule, Linted, Part, Weight};
use text::{Found, Lines};
pub use what::{What, recognise};

/// All rules, in the order in which they are listed.
pub const RULES: &[&LintRule] = &[
    &mashup::web_service::ADDRESS,
    &mashup::web_service::BASE_URI,
    &mashup::web_service::CREDENTIALS,
    &mashup::web_service::CREDENTIAL_SOURCE,
    &mashup::bookmark::RULE,
    &mashup::automation::RULE,
    &mashup::xquery::RULE,
    &mashup::refresh::RULE,
    &mashup::list_header::RULE,
    &mashup::value::RULE,
    &secret::RULE,
    &address::RULE,
    &request::PLACEHOLDER,
    &request::CREDENTIALS,
    &request::COMPANY,
    &well_formed::RULE,
];

/// The rule of that name.
#[must_use]
pub fn rule(name: &str) -> Option<&'static LintRule> {
    RULES.iter().copied().find(|rule| rule.name == name)
}

/// Which rules are looked for, and how much each matters.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    denied: HashSet<&'static str>,
    allowed: HashSet<&'static str>,
}

impl Choice {
    /// Takes a rule for an error, also one that isn't looked for by itself.
    pub fn deny(&mut self, rule: &'static LintRule) {
        self.allowed.remove(rule.name);
        self.denied.insert(rule.name);
    }

    /// Doesn't look for a rule.
    pub fn allow(&mut self, rule: &'static LintRule) {
        self.denied.remove(rule.name);
        self.allowed.insert(rule.name);
    }

    /// How much a rule matters; `None` where it isn't looked for.
    fn weight(&self, rule: &'static LintRule) -> Option<Weight> {
        if self.denied.contains(rule.name) {
            return Some(Weight::Error);
        }
        (rule.on && !self.allowed.contains(rule.name)).then_some(rule.weight)
    }
}

/// Looks at one artefact after the other.
#[derive(Debug, Default)]
pub struct Linter {
    choice: Choice,
    faults: Vec<Fault>,
    looked_at: HashMap<Artefact, usize>,
}

impl Linter {
    /// A linter with those rules.
    #[must_use]
    pub fn new(choice: Choice) -> Self {
        Self { choice, ..Self::default() }
    }

    /// Looks at a text that was recognised as `what`.
    pub fn text(&mut self, path: &str, bytes: &[u8], what: What) {
        let decoded = mwscope_parsers::xml::decode(bytes, None);
        let text = decoded.text.as_ref();
        let mut found = Vec::new();
        let artefact = match what {
            What::Mashup => {
                mashup::check(text, &mut found);
                Artefact::Mashup
            }
            What::Agreement => {
                agreement::check(text, agreement::Addresses::Wanted, &mut found);
                Artefact::Agreement
            }
            What::Definition => {
                agreement::check(text, agreement::Addresses::Expected, &mut found);
                Artefact::Agreement
            }
            What::Script => {
                script::check(text, &mut found);
                Artefact::Script
            }
            What::Message => {
                request::check_text(text, &mut found);
                Artefact::Request
            }
        };
        self.note(path, None, text, found);
        *self.looked_at.entry(artefact).or_default() += 1;
    }

    /// Looks at the request of an exchange; `body` is its body, content coding removed.
    pub fn exchange(&mut self, path: &str, exchange: &Exchange, body: &Bytes) {
        let own = |part| Some((exchange.id, exchange.index, part));
        let content_type = exchange.request.headers.text("content-type");
        let charset = content_type.as_deref().and_then(text::charset);
        let decoded = mwscope_parsers::xml::decode(body, charset);
        let text = decoded.text.as_ref();
        let mut found = Vec::new();
        request::check(exchange, text, &mut found);
        self.note(path, own(Part::RequestBody), text, found);
        *self.looked_at.entry(Artefact::Request).or_default() += 1;
    }

    /// Everything that was found, by path and place.
    #[must_use]
    pub fn finish(mut self) -> Linted {
        let place =
            |fault: &Fault| (fault.path.clone(), fault.exchange.map(|(id, _, _)| id), fault.place, fault.rule.name);
        self.faults.sort_by_cached_key(place);
        let kinds = [Artefact::Mashup, Artefact::Agreement, Artefact::Script, Artefact::Request];
        let looked_at = kinds.iter().map(|kind| (*kind, self.looked_at.get(kind).copied().unwrap_or(0))).collect();
        Linted { faults: self.faults, looked_at }
    }

    fn note(&mut self, path: &str, exchange: Option<text::Within>, text: &str, mut found: Vec<Found>) {
        found.sort_by_key(|found| found.range.start);
        let lines = Lines::of(text);
        for found in found {
            let Some(weight) = self.choice.weight(found.rule) else { continue };
            self.faults.push(Fault {
                rule: found.rule,
                weight,
                path: path.to_owned(),
                exchange,
                place: lines.place(text, &found.range),
                message: found.message,
                name: found.name,
                found: found.found,
            });
        }
    }
}

#[cfg(test)]
mod tests;

//! While a filter is typed: what it could go on with, what was typed before.

use std::collections::BTreeSet;

use crate::query::{Completion, complete};
use crate::tui::model::Model;
use crate::tui::model::overlay::{Prompt, Purpose, Typing};

/// So many exchanges and records are looked at for values; more would be felt while typing.
const LOOKED_AT: usize = 20_000;
/// Lines that are remembered.
const REMEMBERED: usize = 100;

/// Finds out what could stand at the cursor.
pub(super) fn offer(model: &Model, prompt: &mut Prompt) {
    prompt.completion = match prompt.purpose {
        Purpose::Filter | Purpose::Find | Purpose::Break(_) => {
            complete(&prompt.line.text, prompt.line.at, |field| values(model, field))
        }
        _ => Completion::default(),
    };
}

/// Puts the next completion in, or the one before; whether there is one.
pub(super) fn next(prompt: &mut Prompt, back: bool) -> bool {
    let count = prompt.completion.with.len();
    if count == 0 {
        return false;
    }
    let (at, before) = match prompt.completed.take() {
        Some((at, before)) => ((at + if back { count - 1 } else { 1 }) % count, before),
        None => (if back { count - 1 } else { 0 }, prompt.line.clone()),
    };
    let mut text = before.text.clone();
    let with = &prompt.completion.with[at];
    text.replace_range(prompt.completion.start..before.at, with);
    prompt.line = Typing { text, at: prompt.completion.start + with.len() };
    // The only one is taken: what follows may be completed in its turn.
    if count == 1 {
        prompt.completion = Completion::default();
    } else {
        prompt.completed = Some((at, before));
    }
    true
}

/// Puts in what was typed before, or what came after that.
pub(super) fn history(prompt: &mut Prompt, typed: &[String], back: bool) {
    let (at, now) = match &prompt.back {
        Some((at, now)) => (*at, now.clone()),
        None => (0, prompt.line.text.clone()),
    };
    let at = if back { (at + 1).min(typed.len()) } else { at.saturating_sub(1) };
    let text = match at.checked_sub(1).and_then(|at| typed.iter().rev().nth(at)) {
        Some(text) => text,
        None => &now,
    };
    prompt.line = Typing::new(text);
    prompt.back = (at > 0).then_some((at, now));
}

/// Remembers what was typed, once.
pub(super) fn remember(typed: &mut Vec<String>, text: &str) {
    let text = text.trim();
    if text.is_empty() {
        return;
    }
    typed.retain(|known| known != text);
    typed.push(text.to_owned());
    if typed.len() > REMEMBERED {
        typed.remove(0);
    }
}

/// The values of a field in what was read, without reading more.
fn values(model: &Model, field: &str) -> Vec<String> {
    let gathered = model.gathered();
    let mut found: BTreeSet<String> = BTreeSet::new();
    if field == "saved" {
        return model.saved.all.iter().map(|saved| saved.name.clone()).collect();
    }
    if field == "file" {
        return gathered.sources.iter().map(|source| source.path.clone()).collect();
    }
    for x in gathered.exchanges.iter().rev().take(LOOKED_AT) {
        let call = &x.call;
        found.extend(match field {
            "user" => call.user.clone(),
            "op" => call.operation.clone(),
            "service" => call.service.clone(),
            "program" => call.program.clone(),
            "company" => call.company.clone(),
            "division" => call.division.clone(),
            "method" => Some(x.request.method.clone()),
            "host" => crate::query::host(&x.url).map(str::to_owned),
            "status" => x.status().map(|status| status.to_string()),
            "code" => call.nok.as_ref().and_then(|nok| nok.code.clone()).or_else(|| call.fault_code.clone()),
            "protocol" => Some(call.protocol.clone()),
            "with" | "id" => x.failed().then(|| x.id.to_string()),
            _ => None,
        });
    }
    for record in model.details.all() {
        found.extend(match field {
            "user" => crate::query::record_user(record).map(str::to_owned),
            "thread" => record.thread.clone(),
            "logger" => record.logger.clone(),
            _ => None,
        });
    }
    found.extend(model.investigation().findings.iter().filter(|_| field == "finding").map(|f| f.rule.to_owned()));
    found.extend(gathered.dumps.iter().filter(|_| field == "dump").map(|d| d.id.to_string()));
    found.retain(|value| !value.is_empty());
    found.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_go_through_what_was_typed_and_back_to_what_is_being() {
        let typed = ["one".to_owned(), "two".to_owned()];
        let mut prompt = Prompt::new(Purpose::Filter, "now");
        let mut step = |back| {
            history(&mut prompt, &typed, back);
            prompt.line.text.clone()
        };
        assert_eq!([step(true), step(true), step(true)], ["two", "one", "one"]);
        assert_eq!([step(false), step(false), step(false)], ["two", "now", "now"]);
    }

    #[test]
    fn tab_goes_round_what_could_stand_there() {
        let mut prompt = Prompt::new(Purpose::Filter, "sta x");
        prompt.line.at = 3;
        prompt.completion = complete("sta x", 3, |_| Vec::new());
        let mut step = |back| {
            assert!(next(&mut prompt, back));
            (prompt.line.text.clone(), prompt.line.at)
        };
        assert_eq!(step(false), ("stage: x".to_owned(), 6));
        assert_eq!(step(false), ("status: x".to_owned(), 7));
        assert_eq!(step(false).0, "stage: x");
        assert_eq!(step(true).0, "status: x");
        let mut none = Prompt::new(Purpose::Filter, "");
        assert!(!next(&mut none, false));
    }

    #[test]
    fn what_was_typed_is_remembered_once() {
        let mut typed = Vec::new();
        for text in ["a", "b", " a ", ""] {
            remember(&mut typed, text);
        }
        assert_eq!(typed, ["b", "a"]);
    }
}

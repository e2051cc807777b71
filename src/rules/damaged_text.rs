//! Text that was damaged before it was sent: UTF-8 read as Latin-1, or letters lost to replacement signs.

use super::evidence::{note, of_exchange};
use super::{Check, Rule, Whole};
use crate::model::{EvidenceRole, Exchange, Finding, Layer};

pub(super) const RULE: Rule = Rule {
    name: "damaged-text",
    symptom: "Field values with pairs such as \u{c3}\u{a4} for \u{e4}, or with the replacement sign \u{fffd}",
    cause: "The client read or wrote its text in another encoding than it was in; M3 stores what it gets",
    remedy: "Owner of the calling program: read and write UTF-8 throughout; correct the records that were stored so",
    source: "public MWS clients, which turn text into bytes in the platform's default encoding",
    confirm: "The value in M3 and in the client's own data",
    check: Check::Whole(check),
};

const SHOWN: usize = 5;

fn check(whole: &Whole<'_>) -> Vec<Finding> {
    let sent: Vec<&Exchange> = whole.gathered.exchanges.iter().filter(|x| field(x).is_some()).collect();
    let Some((first, name)) = sent.first().and_then(|x| Some((x, field(x)?))) else { return Vec::new() };
    let evidence =
        sent.iter().take(SHOWN).map(|x| of_exchange(whole.gathered, whole.clocks, x, EvidenceRole::Context)).collect();
    let title = format!("{} calls send damaged text, {} first in field {name}", sent.len(), first.id);
    vec![note(&RULE, Layer::Client, title, evidence)]
}

/// The first field with damaged text.
fn field(exchange: &Exchange) -> Option<&str> {
    exchange.call.fields.iter().find(|(_, value)| is_damaged(value)).map(|(name, _)| name.as_str())
}

fn is_damaged(value: &str) -> bool {
    let mut before = ' ';
    value.chars().any(|c| {
        // The first byte of a two-byte UTF-8 sequence as Latin-1, and a second one behind it.
        let pair = matches!(before, '\u{c2}' | '\u{c3}') && ('\u{80}'..='\u{bf}').contains(&c);
        before = c;
        pair || c == '\u{fffd}'
    })
}

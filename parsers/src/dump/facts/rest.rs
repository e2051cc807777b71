//! What a value says beside the fact that was taken from it: `100 (Acme)` names the company as well. Such a value stays a
//! field, so that nothing of the dump is lost.

use super::super::layout::Pair;
use super::super::synonyms::Synonyms;
use super::super::value::Dump;

/// Letters of a word that says something of its own: `WRITE on MITMAS` says no more than `WRITE MITMAS`.
const LEAST: usize = 3;

/// Whether `pair`, which stated a fact of `dump`, has words that no fact has.
pub(super) fn says_more(pair: &Pair<'_>, dump: &Dump, synonyms: &Synonyms) -> bool {
    let value = pair.value.trim();
    let facts = [
        &dump.program,
        &dump.panel,
        &dump.user,
        &dump.job,
        &dump.company,
        &dump.division,
        &dump.environment,
        &dump.version,
        &dump.exception,
        &dump.exception_message,
        &dump.failed_at,
    ];
    // The usual case: the value is the fact.
    if facts.iter().any(|fact| fact.as_deref() == Some(value)) {
        return false;
    }
    let said = |word: &str| {
        let known =
            |text: &String| text.split(|c: char| !c.is_alphanumeric()).any(|own| own.eq_ignore_ascii_case(word));
        facts.into_iter().flatten().any(known) || dump.call_stack.iter().any(known) || synonyms.knows(word)
    };
    // Words alone: signs around a value, and numbers that count it, say nothing.
    let named = |word: &&str| word.len() >= LEAST && word.starts_with(char::is_alphabetic);
    value.split(|c: char| !c.is_alphanumeric()).filter(named).any(|word| !said(word))
}

//! What makes two failures one cause: the words that they share, with what varies taken out of them.

use std::sync::LazyLock;

use mwscope_parsers::log::alike;
use regex::Regex;

use super::Failed;
use crate::model::{Call, EventRef, EvidenceRole, Exchange};

/// What failures of one cause have in common.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    rule: Option<&'static str>,
    program: Option<String>,
    /// Exception and operation of the dump, or the exception in the record.
    place: Vec<String>,
    words: String,
}

pub(super) fn key(of: &Failed<'_>) -> Key {
    let mut place = Vec::new();
    if let Some(finding) = of.finding {
        let causes = || finding.evidence.iter().filter(|e| e.role == EvidenceRole::Cause);
        let dump = causes().find(|e| matches!(e.event, EventRef::Dump(_)));
        let broke = dump.or_else(|| causes().find(|e| matches!(e.event, EventRef::Record(..)))).map(|e| &e.place);
        place.extend(broke.into_iter().flat_map(|p| [&p.exception, &p.failed_at]).flatten().cloned());
    }
    Key {
        rule: of.finding.map(|f| f.rule),
        program: of.program().map(str::to_ascii_uppercase),
        place,
        words: without_what_varies(of, said(of)),
    }
}

/// The cause in one line: the words of its failures, with `<*>` where they differ.
pub(super) fn title(group: &[Failed<'_>]) -> String {
    let Some(first) = group.first() else { return String::new() };
    let words = said(first);
    let text = match group.iter().any(|other| said(other) != words) {
        true => without_what_varies(first, words),
        false => words.to_owned(),
    };
    if first.open.is_some() { format!("not explained: {text}") } else { text }
}

fn said<'a>(of: &Failed<'a>) -> &'a str {
    let of_finding = of.finding.map(|f| f.title.as_str());
    let title = of_finding.or_else(|| of.open.map(|o| o.reason.as_str())).unwrap_or("");
    // Equal traces were counted into the title of the first.
    let times = of.finding.map_or(0, |f| f.times);
    title.strip_suffix(&format!(", {times} times")).unwrap_or(title)
}

/// The words with numbers, ids, quoted text and the values of the call taken out. What names the trouble stays: the
/// program, the message's id, the status.
fn without_what_varies(of: &Failed<'_>, text: &str) -> String {
    let call = of.exchange.map(|x| &x.call);
    let mut text = text.to_owned();
    for value in call.into_iter().flat_map(values) {
        if text.contains(value) {
            text = replaced(&text, value);
        }
    }
    if let Some(quoted) = QUOTED.as_ref() {
        text = quoted.replace_all(&text, "$1'<*>'").into_owned();
    }
    let status = of.exchange.and_then(Exchange::status).map(|status| format!("HTTP {status}"));
    let code = call.and_then(|c| c.nok.as_ref()?.code.as_deref()).map(str::trim);
    let stays = [Some("M3 "), of.program(), status.as_deref(), code];
    let stays: Vec<&str> = stays.into_iter().flatten().filter(|word| !word.is_empty()).collect();
    keeping(&text, &stays)
}

/// `alike`, but for the words that stay.
fn keeping(text: &str, stays: &[&str]) -> String {
    let found = stays.iter().filter_map(|word| Some((text.find(word)?, *word))).min_by_key(|(at, _)| *at);
    let Some((at, word)) = found else { return alike(text) };
    let (before, rest) = (&text[..at], &text[at + word.len()..]);
    format!("{}{word}{}", alike(before), if rest.is_empty() { String::new() } else { keeping(rest, stays) })
}

/// Values of a call that a message would repeat: codes and numbers, or long enough not to be a word of the message.
fn values(call: &Call) -> impl Iterator<Item = &str> {
    let fields = call.fields.iter().map(|(_, value)| value.trim());
    let telling = |value: &&str| value.len() >= 2 && (value.len() >= 8 || !value.contains(char::is_lowercase));
    fields.filter(telling).filter(|value| call.program.as_deref() != Some(value)).chain(call.user.as_deref())
}

/// The text with `<*>` for that value, where it stands as a word of its own.
fn replaced(text: &str, value: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    // Nothing is found everywhere, without end.
    while let Some(at) = rest.find(value).filter(|_| !value.is_empty()) {
        let (before, after) = (&rest[..at], &rest[at + value.len()..]);
        let inside = before.ends_with(char::is_alphanumeric) || after.starts_with(char::is_alphanumeric);
        out.push_str(before);
        out.push_str(if inside { value } else { "<*>" });
        rest = after;
    }
    out + rest
}

/// Text in single quotes; an apostrophe within a word opens none.
static QUOTED: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(^|[\s(=:\[])'[^'\r\n]{1,80}'").ok());

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_names_the_trouble_stays() {
        assert_eq!(keeping("CRS008 ended at 10:15 in CRS008", &["CRS008"]), "CRS008 ended at <*>:<*> in CRS008");
        assert_eq!(keeping("HTTP 502 from 10.0.0.1", &["HTTP 502"]), "HTTP 502 from <*>");
        assert_eq!(replaced("Item ABC of ABCD", "ABC"), "Item <*> of ABCD");
        assert_eq!(replaced("Item ABC", ""), "Item ABC");
    }
}

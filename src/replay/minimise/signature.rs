//! What makes two outcomes the same: how the call ended, the status, the exception, the dump, and the text of the fault
//! without what changes from call to call, which is learned from answers to one request. It must not know what was sent.

use std::sync::LazyLock;

use regex::Regex;

use crate::compare::align::longest;
use crate::compare::volatile;
use crate::model::{Exchange, Outcome};
use crate::redact;

/// What was seen of an outcome; secrets in its texts are overwritten.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// Whether the call failed.
    pub failed: bool,
    /// The status, where there was an answer.
    pub status: Option<u16>,
    /// Where it broke on the way, where it did.
    pub broke: Option<String>,
    /// The text of the fault, of M3's refusal, or the beginning of an answer that says why.
    pub fault: Option<String>,
    /// The Java exception in it.
    pub exception: Option<String>,
    /// The fingerprint of the dump that was written meanwhile, where a log is followed.
    pub dump: Option<String>,
}

/// The outcome that is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    first: Seen,
    text: Option<Text>,
}

/// How a second outcome stands to a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Likeness {
    /// It is the same.
    Same,
    /// Everything is the same but some words of the text: they may be such as change from call to call.
    Near,
    /// It is another one.
    Other,
}

impl Seen {
    /// What is to be seen of an exchange. `body` is its answer's body as text, for answers that say why they failed in
    /// no form that is known.
    #[must_use]
    pub fn of(exchange: &Exchange, body: &str, dump: Option<String>) -> Self {
        let call = &exchange.call;
        let failed = exchange.failed();
        let broke = match &exchange.outcome {
            Outcome::Failed { stage, .. } | Outcome::Aborted { stage, .. } => Some(stage.word().to_owned()),
            Outcome::Open => Some("open".to_owned()),
            Outcome::Complete => None,
        };
        let nok = call.nok.as_ref().map(|nok| {
            let parts = [nok.code.as_deref(), nok.field.as_deref(), nok.message.as_deref()];
            parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
        });
        let fault = call.fault.clone().map(|fault| match &call.fault_code {
            Some(code) => format!("{} {fault}", code.rsplit(':').next().unwrap_or(code)),
            None => fault,
        });
        let said = || (failed && !body.trim().is_empty()).then(|| beginning(body.trim(), 400));
        let fault = fault.or(nok).or_else(said).map(|text| redact::mask_text(&beginning(&text, 2000)).into_owned());
        let detail = call.fault_detail.as_deref().unwrap_or_default();
        let exception = exception(detail).or_else(|| exception(fault.as_deref().unwrap_or_default()));
        Self { failed, status: exchange.status(), broke, fault, exception, dump }
    }

    /// Whether the answer never came, so that nothing is known of what the server made of the request.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        self.status.is_none()
    }
}

impl Signature {
    /// The signature of an outcome.
    #[must_use]
    pub fn of(seen: &Seen) -> Self {
        let text = seen.fault.as_deref().map(Text::of);
        Self { first: seen.clone(), text }
    }

    /// Learns from another outcome of the same request; what differs that mustn't is said.
    ///
    /// # Errors
    /// With what differs, in words.
    pub fn learn(&mut self, seen: &Seen) -> Result<(), String> {
        let shown = |status: Option<u16>| status.map_or_else(|| "no answer".to_owned(), |status| status.to_string());
        let yes = |failed: bool| if failed { "failed" } else { "succeeded" };
        let word = |word: &Option<String>| word.clone().unwrap_or_else(|| "none".to_owned());
        let first = &self.first;
        let differs = |what: &str, one: String, other: String| Err(format!("{what}: {one}, then {other}"));
        if first.status != seen.status {
            return differs("status", shown(first.status), shown(seen.status));
        }
        if first.failed != seen.failed {
            return differs("outcome", yes(first.failed).to_owned(), yes(seen.failed).to_owned());
        }
        if first.broke != seen.broke {
            return differs("where it broke", word(&first.broke), word(&seen.broke));
        }
        if first.exception != seen.exception {
            return differs("exception", word(&first.exception), word(&seen.exception));
        }
        if first.dump.is_some() && seen.dump.is_some() && first.dump != seen.dump {
            return differs("dump", word(&first.dump), word(&seen.dump));
        }
        if first.fault.is_some() != seen.fault.is_some() {
            return differs("fault", word(&first.fault), word(&seen.fault));
        }
        if let (Some(text), Some(other)) = (&mut self.text, &seen.fault) {
            text.learn(other);
        }
        Ok(())
    }

    /// Whether an outcome is the one that is looked for.
    #[must_use]
    pub fn likeness(&self, seen: &Seen) -> Likeness {
        let first = &self.first;
        // A dump may be written late: one that isn't there says nothing.
        let dumps = first.dump.is_none() || seen.dump.is_none() || first.dump == seen.dump;
        let same = first.status == seen.status && first.failed == seen.failed && first.broke == seen.broke;
        if !same || !dumps || first.exception != seen.exception {
            return Likeness::Other;
        }
        match (&self.text, &seen.fault) {
            (None, None) => Likeness::Same,
            (Some(text), Some(other)) if text.fits(other) => Likeness::Same,
            (Some(text), Some(other)) if text.is_near(other) => Likeness::Near,
            // Of calls that succeed the text is no part of the outcome.
            _ if !first.failed => Likeness::Same,
            _ => Likeness::Other,
        }
    }

    /// Learns from two outcomes of one request, both near to this signature, that they are the same one: whether they
    /// are, with what differs between the two left out.
    pub fn learn_near(&mut self, one: &Seen, other: &Seen) -> bool {
        let (Some(text), Some(one), Some(other)) = (&mut self.text, &one.fault, &other.fault) else { return false };
        let mut between = Text::of(one);
        between.learn(other);
        if between.fixed() == between.words.len() {
            return false;
        }
        let mut merged = text.clone();
        merged.learn(one);
        merged.learn(other);
        // What is fixed in the two is fixed in the signature too, and the other way round: only what changes between
        // them was different.
        let same = merged.fixed() >= between.fixed().min(text.fixed()) && merged.fixed() > 0;
        if same {
            *text = merged;
        }
        same
    }

    /// The status that is looked for.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.first.status
    }

    /// Whether it is a failure that is looked for.
    #[must_use]
    pub fn is_failure(&self) -> bool {
        self.first.failed
    }

    /// The text of the fault, with `…` where it changes from call to call.
    #[must_use]
    pub fn fault(&self) -> Option<String> {
        self.text.as_ref().map(Text::shown)
    }

    /// The exception that is looked for.
    #[must_use]
    pub fn exception(&self) -> Option<&str> {
        self.first.exception.as_deref()
    }

    /// The fingerprint of the dump that is looked for.
    #[must_use]
    pub fn dump(&self) -> Option<&str> {
        self.first.dump.as_deref()
    }
}

/// A text as words, with gaps where anything may stand.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Text {
    words: Vec<Option<Word>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Word {
    text: String,
    /// Whether white space stands before it.
    apart: bool,
}

/// Longer texts are compared by their beginning.
const MOST_WORDS: usize = 400;

impl Text {
    fn of(text: &str) -> Self {
        Self { words: words(text).into_iter().map(Some).collect() }
    }

    fn fixed(&self) -> usize {
        self.words.iter().flatten().count()
    }

    /// Makes gaps where `other` has other words.
    fn learn(&mut self, other: &str) {
        let others = words(other);
        let mine: Vec<Option<&str>> = self.words.iter().map(|word| word.as_ref().map(|w| w.text.as_str())).collect();
        let theirs: Vec<&str> = others.iter().map(|word| word.text.as_str()).collect();
        let mut merged: Vec<Option<Word>> = Vec::new();
        let (mut l, mut r) = (0, 0);
        for (l_next, r_next) in in_both(&mine, &theirs).into_iter().chain([(mine.len(), theirs.len())]) {
            if (l < l_next || r < r_next) && merged.last().is_none_or(Option::is_some) {
                merged.push(None);
            }
            if let Some(Some(word)) = self.words.get(l_next) {
                merged.push(Some(word.clone()));
            }
            (l, r) = (l_next + 1, r_next + 1);
        }
        self.words = merged;
    }

    /// Whether `other` has the words in their order, and others only where there are gaps.
    fn fits(&self, other: &str) -> bool {
        let others = words(other);
        let (mut at, mut word) = (0, 0);
        // Where to go on when what follows a gap turns out not to fit.
        let mut back: Option<(usize, usize)> = None;
        while word < others.len() {
            match self.words.get(at) {
                Some(None) => {
                    back = Some((at, word));
                    at += 1;
                }
                Some(Some(fixed)) if fixed.text == others[word].text => (at, word) = (at + 1, word + 1),
                _ => match back {
                    Some((gap, from)) => {
                        back = Some((gap, from + 1));
                        (at, word) = (gap + 1, from + 1);
                    }
                    None => return false,
                },
            }
        }
        self.words[at.min(self.words.len())..].iter().all(Option::is_none)
    }

    /// Whether most of the words are there.
    fn is_near(&self, other: &str) -> bool {
        let others = words(other);
        let mine: Vec<Option<&str>> = self.words.iter().map(|word| word.as_ref().map(|w| w.text.as_str())).collect();
        let theirs: Vec<&str> = others.iter().map(|word| word.text.as_str()).collect();
        let common = in_both(&mine, &theirs).len();
        common > 0 && common * 2 >= self.fixed()
    }

    fn shown(&self) -> String {
        let mut out = String::new();
        for word in &self.words {
            match word {
                Some(word) => {
                    if word.apart && !out.is_empty() {
                        out.push(' ');
                    }
                    out.push_str(&word.text);
                }
                None if out.is_empty() => out.push('…'),
                None => out.push_str(" …"),
            }
        }
        out
    }
}

/// The words and signs of a text, times, ids and the like replaced by one word for each, and numbers that say where in
/// the request something is.
fn words(text: &str) -> Vec<Word> {
    let plain = volatile::plain(text);
    let plain = match PLACES.as_ref() {
        Some(places) => places.replace_all(&plain, "$word<number>"),
        None => plain,
    };
    let mut words: Vec<Word> = Vec::new();
    let mut apart = false;
    let mut open = false;
    for c in plain.chars() {
        if c.is_whitespace() {
            (apart, open) = (true, false);
        } else if c.is_alphanumeric() || c == '_' {
            match words.last_mut().filter(|_| open) {
                Some(word) => word.text.push(c),
                None => words.push(Word { text: c.to_string(), apart }),
            }
            (apart, open) = (false, true);
        } else {
            words.push(Word { text: c.to_string(), apart });
            (apart, open) = (false, false);
        }
        if words.len() > MOST_WORDS {
            break;
        }
    }
    words
}

/// Where words of two texts are the same, as many as can be in order.
fn in_both(left: &[Option<&str>], right: &[&str]) -> Vec<(usize, usize)> {
    longest(left, right, |left, right| *left == Some(*right))
}

fn exception(text: &str) -> Option<String> {
    EXCEPTION.as_ref()?.find(text).map(|found| found.as_str().to_owned())
}

fn beginning(text: &str, chars: usize) -> String {
    text.chars().take(chars).collect()
}

static EXCEPTION: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\b(?:[a-z][\w$]*\.){2,}[A-Z][\w$]*(?:Exception|Error|Failure)\b").ok());

// A place in the request moves when something before it is left out.
static PLACES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?P<word>\b(?i:line|column|col|position|pos|offset|byte|char|character|row|index|length|size)(?i:[\x20_-]?(?:number|no)\b\.?)?\s?[:=#]?\s?\[?)\d+").ok()
});

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> Seen {
        Seen { failed: true, status: Some(500), fault: Some(text.to_owned()), ..Seen::default() }
    }

    fn learned(texts: &[&str]) -> Signature {
        let mut signature = Signature::of(&fault(texts[0]));
        texts[1..].iter().for_each(|text| signature.learn(&fault(text)).expect("the same"));
        signature
    }

    #[test]
    fn what_changes_from_call_to_call_is_learned() {
        let signature = learned(&[
            "Unable to execute MPD! ref aa91 (node alpha)",
            "Unable to execute MPD! ref q7 x (node beta)",
            "Unable to execute MPD! ref 00 (node gamma)",
        ]);
        assert_eq!(signature.fault().as_deref(), Some("Unable to execute MPD! ref … (node …)"));
        let is = |text: &str| signature.likeness(&fault(text));
        assert_eq!(is("Unable to execute MPD! ref zz top (node delta)"), Likeness::Same);
        assert_eq!(is("Unable to execute MPD! ref zz top (server delta)"), Likeness::Near);
        assert_eq!(is("Facility is missing"), Likeness::Other);
        assert_eq!(signature.likeness(&Seen { status: Some(200), ..fault("x") }), Likeness::Other);
    }

    #[test]
    fn times_ids_and_places_need_not_be_learned() {
        let signature = Signature::of(&fault("job 4711 failed at 2026-01-13 10:15:02, line 7 column 12"));
        assert_eq!(
            signature.likeness(&fault("job 4712 failed at 2026-01-14 00:00:00, line 3 column 1")),
            Likeness::Same
        );
        assert_ne!(Signature::of(&fault("error 204")).likeness(&fault("error 205")), Likeness::Same);
        assert_ne!(Signature::of(&fault("'A' is missing")).likeness(&fault("'B' is missing")), Likeness::Same);
    }

    #[test]
    fn a_server_that_is_not_steady_is_told() {
        let mut signature = Signature::of(&fault("x"));
        let why = signature.learn(&Seen { status: Some(200), ..Seen::default() });
        assert_eq!(why, Err("status: 500, then 200".to_owned()));
    }

    #[test]
    fn near_texts_are_learned_from_a_second_look() {
        let mut signature = learned(&["failed with token red now", "failed with token red now"]);
        let (one, other) = (fault("failed with token blue now"), fault("failed with token green now"));
        assert_eq!(signature.likeness(&one), Likeness::Near);
        assert!(signature.learn_near(&one, &other));
        assert_eq!(signature.likeness(&fault("failed with token white now")), Likeness::Same);
        assert!(!signature.learn_near(&one, &one));
    }
}

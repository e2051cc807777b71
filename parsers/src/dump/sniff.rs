//! How much a source looks like a dumplog, so that its kind is found by content. It must not read the whole source.

use super::synonyms::Synonyms;
use crate::Span;
use crate::m3::names;

/// How much a source looks like a dumplog: 0 is not at all, 100 is beyond doubt; from 50 on it is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Likeness(pub u8);

impl Likeness {
    /// Whether the source is a dump, as far as its beginning shows.
    #[must_use]
    pub const fn is_dump(self) -> bool {
        self.0 >= 50
    }
}

/// Bytes that are looked at; most dumps show what they are in the first of them.
const SAMPLES: [u64; 2] = [4 * 1024, 12 * 1024];

/// Looks at the beginning of a source.
#[must_use]
pub fn sniff(bytes: &[u8]) -> Likeness {
    let mut found = Likeness(0);
    for len in SAMPLES {
        found = likeness(Span::new(0, len).of(bytes));
        if found.is_dump() {
            break;
        }
    }
    found
}

fn likeness(sample: &[u8]) -> Likeness {
    if sample.is_empty() || looks_binary(sample) {
        return Likeness(0);
    }
    let decoded = crate::encoding::decode(sample);
    let text = &decoded.text;
    let foreign = text.trim_start().to_lowercase();
    if ["<?xml", "<soap", "<html", "<!doctype", "<mpd", "{\"log\"", "http/"].iter().any(|s| foreign.starts_with(s))
        && !says_so(&foreign)
    {
        return Likeness(0);
    }
    // Its events name programs and what ended them.
    if crate::log::is_tagged(sample) {
        return Likeness(5);
    }
    if text.contains("Full thread dump") || stamped(text) && !super::unbox::is_page(text) {
        return Likeness(5);
    }
    let read = super::read(sample, Synonyms::standard());
    let Some(dump) = read.dumps.first() else { return Likeness(0) };
    let who = [&dump.user, &dump.company, &dump.division, &dump.environment, &dump.job, &dump.panel, &dump.version];
    let stated = who.iter().filter(|fact| fact.is_some()).count();
    let head: String = text.lines().take(20).collect::<Vec<_>>().join("\n").to_lowercase();
    let titled = says_so(&head);
    let program = dump.program.as_deref().is_some_and(names::is_program);
    let m3 = dump.trace.as_ref().is_some_and(|t| t.m3_frame().is_some());
    let failed = dump.exception.is_some() || dump.failed_at.is_some();
    // Something has to say that a program of M3 broke; the rest only adds to it.
    let stacked = dump.call_stack.iter().any(|program| names::is_program(program));
    if !(program || m3 || stacked) || !(failed || titled) {
        return Likeness(0);
    }
    // A log whose records say that a program ended is no dump of it.
    if crate::log::is_throughout(sample) {
        return Likeness(5);
    }
    let score = 15
        + 15 * u8::from(program)
        + 15 * u8::from(m3)
        + 15 * u8::from(failed)
        + 20 * u8::from(titled)
        + 6 * stated.min(5) as u8;
    Likeness(score.min(100))
}

/// Whether words, in small letters, say that a dump stands with them.
#[must_use]
pub fn says_so(words: &str) -> bool {
    ["dump", "abnormal termination", "abend", "abnormal end"].iter().any(|word| words.contains(word))
}

/// Whether the first lines of a text, a few, speak of a failure.
#[must_use]
pub fn opens_with_a_failure(text: &str) -> bool {
    const LINES: usize = 6;
    text.lines().filter(|line| !line.trim().is_empty()).take(LINES).any(super::facts::speaks_of_failure)
}

fn looks_binary(sample: &[u8]) -> bool {
    // Signs that draw boxes have no zero in them, and a tab is a five in EBCDIC.
    if crate::encoding::is_utf16_text(sample) || crate::encoding::is_ebcdic_text(sample) {
        return false;
    }
    let head = &sample[..sample.len().min(512)];
    let controls = head.iter().filter(|b| **b < 9).count();
    controls > 8
}

/// Whether many lines start with a time: records of a log.
fn stamped(text: &str) -> bool {
    let lines: Vec<&str> =
        text.lines().filter(|l| !l.trim().is_empty() && !l.starts_with([' ', '\t'])).take(400).collect();
    let starts = lines
        .iter()
        .filter(|l| {
            let head: String = l.chars().take(40).collect();
            l.starts_with(|c: char| c.is_ascii_digit() || c == '[')
                && (super::when::find(&head).is_some() || crate::log::opens_with_time(head.as_bytes()))
        })
        .count();
    starts >= 3 && starts * 5 >= lines.len()
        || starts >= 2 && starts == lines.len()
        // A log of one record, or of few that go over several lines.
        || lines.first().is_some_and(|first| {
            crate::log::opens_with_a_record(first.as_bytes(), lines.get(1).map_or(b"", |line| line.as_bytes()))
        })
}

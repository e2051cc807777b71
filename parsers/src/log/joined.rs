//! Lines of a stack trace that came through a logger one by one, each with a head of its own, as `System.err` does in
//! application servers (`[...] 0000002a SystemErr     R \tat a.B.c(B.java:1)`) and services (`INFO | jvm 1 | ... | \tat`).
//! They are lines of the record that the trace began, which shows by each line alone.

use super::layout::{Caught, Field, Form, Part, line_end};
use super::{Head, Layout, Reader};
use crate::trace;
use std::borrow::Cow;
use std::ops::Range;

/// No line of a trace is longer.
const LONGEST: usize = 2048;

/// What such a line begins with, but for blanks.
const WORDS: [&[u8]; 7] =
    [b"at ", b"... ", b"Caused by: ", b"Caused By: ", b"Suppressed: ", b"Wrapped by: ", b"[CIRCULAR REFERENCE:"];

/// The first two bytes of all these, and of what a syslog daemon writes for a tab.
const BEGINNINGS: [[u8; 2]; 7] = [*b"at", *b"..", *b"Ca", *b"Su", *b"Wr", *b"[C", *b"#0"];

/// What a syslog daemon writes for a tab.
const TAB: &[u8] = b"#011";

/// Whether what stands behind a head is a frame, a cause or a number of further frames.
#[inline(always)]
pub(super) fn is_of_trace(message: &[u8]) -> bool {
    // Nearly all messages begin with other signs, but a processor can't foretell with which: all are compared.
    let [first, second, ..] = *message else { return false };
    let may = BEGINNINGS.iter().fold(first == b' ' || first == b'\t', |may, two| may | (*two == [first, second]));
    may && is_line_of_trace(message)
}

#[cold]
fn is_line_of_trace(message: &[u8]) -> bool {
    let message = &message[tabs(message)..];
    let blanks = message.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let Some(reach) = message.get(blanks..).filter(|rest| WORDS.iter().any(|word| rest.starts_with(word))) else {
        return false;
    };
    let reach = &reach[..reach.len().min(LONGEST)];
    // A sentence may go on behind dots as well.
    let counts = |rest: &[u8]| rest.first().is_some_and(u8::is_ascii_digit) || rest.starts_with(b"suppressed");
    if reach.strip_prefix(b"... ").is_some_and(|rest| !counts(rest)) {
        return false;
    }
    trace::goes_on(&String::from_utf8_lossy(reach[..line_end(reach, 0)].trim_ascii_end()))
}

/// Bytes of the tabs at the start of a message that a daemon wrote so.
fn tabs(message: &[u8]) -> usize {
    message.chunks_exact(TAB.len()).take_while(|chunk| *chunk == TAB).count() * TAB.len()
}

/// The text of a record without the heads of its further lines.
pub(super) struct Bare<'t> {
    pub(super) text: Cow<'t, str>,
    /// For each head that was left out, where it stood in the text that is left, and how long it was.
    left_out: Vec<(usize, usize)>,
}

impl Bare<'_> {
    /// Where what stands in the text that is left stood before.
    pub(super) fn before(&self, range: &Range<usize>) -> Range<usize> {
        let place =
            |at: usize| at + self.left_out.iter().take_while(|(from, _)| *from < at).map(|(_, len)| len).sum::<usize>();
        // A head in front of the first line is none of the range.
        let heads = self.left_out.iter().filter(|(from, _)| *from == range.start).map(|(_, len)| len).sum::<usize>();
        place(range.start) + heads..place(range.end)
    }
}

impl Reader {
    /// The text without the heads that its lines of a trace have; `None` where there are none. What another thread wrote in
    /// between goes on with nothing of it, and stays as it is.
    pub(super) fn without_heads<'t>(&self, head: &Head, text: &'t str) -> Option<Bare<'t>> {
        if head.lines < 2 {
            return None;
        }
        let whole = |layout: &&Layout| layout.form == Form::Parts && layout.lines() == 1 && !layout.is_bare();
        let layouts = || self.layouts.iter().filter(whole);
        let mut caught = Caught::new();
        let mut bare = Bare { text: Cow::Borrowed(text), left_out: Vec::new() };
        let mut kept = String::new();
        let mut done = 0;
        // Who wrote the record, and where its message starts; asked only where a line may go on with it.
        let own = std::cell::OnceCell::new();
        let own = || {
            let found = own.get_or_init(|| {
                let mut caught = Caught::new();
                let layout = layouts().find(|layout| layout.matches(text.as_bytes(), &mut caught))?;
                Some((writer(layout, &caught, text), caught.end))
            });
            found.as_ref()
        };
        // A trace whose beginning is lost starts with a frame.
        let begins = &text.as_bytes()[..text.len().min(LONGEST)];
        if let Some((_, end)) = memchr::memmem::find(begins, TAB).and_then(|_| own()) {
            let tab = tabs(text.as_bytes().get(*end..).unwrap_or_default());
            if tab > 0 {
                kept.push_str(&text[..*end]);
                bare.left_out.push((kept.len(), tab));
                done = end + tab;
            }
        }
        for at in memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1) {
            let line = &text.as_bytes()[at..];
            if !line.first().is_some_and(|byte| self.first[usize::from(*byte)]) {
                continue;
            }
            let line = &line[..line_end(line, 0)];
            let behind = layouts().find_map(|layout| {
                let goes_on = layout.matches(line, &mut caught) && line.get(caught.end..).is_some_and(is_of_trace);
                let same = || own().is_none_or(|(own, _)| *own == writer(layout, &caught, &text[at..]));
                (goes_on && same()).then_some(caught.end)
            });
            let behind = behind.map(|end| end + tabs(&line[end..]));
            let Some(len) = behind.filter(|len| text.is_char_boundary(at + len)) else { continue };
            kept.push_str(&text[done..at]);
            bare.left_out.push((kept.len(), len));
            done = at + len;
        }
        if bare.left_out.is_empty() {
            return None;
        }
        kept.push_str(&text[done..]);
        bare.text = Cow::Owned(kept);
        Some(bare)
    }
}

/// What a head says of who wrote the line: a number may count lines, unless it is the process's.
fn writer<'l>(layout: &Layout, caught: &Caught, line: &'l str) -> Vec<&'l str> {
    let says = |part: &Part, value: &str| match part {
        Part::Field(Field::Thread | Field::Logger, _) => true,
        Part::Field(Field::Column(name), _) => name == "pid" || !value.bytes().all(|byte| byte.is_ascii_digit()),
        _ => false,
    };
    let parts = layout.head.iter().zip(caught.parts);
    let value = |(part, (start, end))| {
        let value = line.get(start as usize..end as usize).unwrap_or_default().trim();
        says(part, value).then_some(value)
    };
    parts.filter_map(value).collect()
}

#[cfg(test)]
mod tests;

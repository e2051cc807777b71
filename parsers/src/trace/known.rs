//! Fingerprints of traces whose frames were seen before. A program that fails fails again, and prints the same frames below
//! another message: what was read of them once needn't be read again.
//!
//! It is for speed alone: [`Known::fingerprint`] says what [`super::fingerprint()`] does. It answers only for traces of the
//! plainest form, frames behind a tab below the line that names the exception, and leaves all others to that.

use super::fingerprint::{Fnv, is_app};
use super::head::{Above, above};
use super::{Line, MOST_FRAMES, Part, Role, frame, line_at, part};

/// What every frame of a plain trace begins with.
const FRAME: &[u8] = b"\tat ";
/// So many runs of frames are remembered, in places by their bytes.
const RUNS: usize = 256;
/// A longer run isn't remembered.
const LONGEST: usize = 16 << 10;
/// So many outcomes are remembered of a run: it stands below exceptions of a few classes.
const OUTCOMES: usize = 8;

/// Runs of frames that were seen.
#[derive(Debug, Default)]
pub(crate) struct Known {
    runs: Vec<Option<Run>>,
}

/// Frames that follow each other, one a line.
#[derive(Debug)]
struct Run {
    text: Box<str>,
    frames: usize,
    /// What counts of all frames, and of those that are the application's own.
    all: Vec<u8>,
    own: Vec<u8>,
    /// What was hashed before them, and both hashes with them.
    outcomes: [Option<(Hashes, Hashes)>; OUTCOMES],
    /// Where the next outcome goes.
    next: usize,
}

/// The hash over all frames of a trace, and that over those alone that are the application's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Hashes {
    all: Fnv,
    own: Fnv,
}

impl Known {
    /// The fingerprint of the first trace in `text`; `None` where it isn't plain or there is none.
    pub(crate) fn fingerprint(&mut self, text: &str) -> Option<u64> {
        let seed = line_at(text, frame::next_seed(text, 0)?);
        let first = begins_frame(text, seed.start).then_some(seed)?;
        // Frames that were left out may stand above the first that is there.
        if first.previous(text, 0).is_some_and(|line| frame::left_out(line.text).is_some()) {
            return None;
        }
        let Above::Head(head) = above(text, 0, first) else { return None };
        let mut hashes = Hashes { all: Fnv::new(), own: Fnv::new() };
        hashes.throwable(Role::Outer, head.exception.unwrap_or_default());
        let (mut at, mut frames, mut any_own) = (first.start, 0, false);
        while at < text.len() {
            if begins_frame(text, at) {
                let end = run_end(text, at);
                let run = self.run(text.get(at..end)?)?;
                frames += run.frames;
                any_own |= !run.own.is_empty();
                hashes = run.behind(hashes);
                at = end;
                continue;
            }
            let line = line_at(text, at);
            at = line.behind(text);
            match part(text, line)? {
                Part::More(_) => {}
                Part::Caption(Role::Cause, head) if begins_frame(text, at) => {
                    hashes.throwable(Role::Cause, head.exception.unwrap_or_default());
                }
                _ => return None,
            }
        }
        // The application's own are all that counts where there are any.
        (frames < MOST_FRAMES).then(|| if any_own { hashes.own.bits() } else { hashes.all.bits() })
    }

    /// What is known of the run of frames `text`; `None` where a line of it is no frame.
    fn run(&mut self, text: &str) -> Option<&mut Run> {
        if text.len() > LONGEST {
            return None;
        }
        self.runs.resize_with(RUNS, || None);
        let run = self.runs.get_mut(place(text.as_bytes()))?;
        if run.as_ref().is_none_or(|run| *run.text != *text) {
            *run = Some(Run::read(text)?);
        }
        run.as_mut()
    }
}

impl Run {
    fn read(text: &str) -> Option<Self> {
        let (mut frames, mut all, mut own) = (0, Vec::new(), Vec::new());
        let mut next = Some(line_at(text, 0));
        while let Some(line) = next {
            let frame = frame::parse(line.text)?;
            let start = all.len();
            Fnv::stable_bytes(frame.class, &mut all);
            Fnv::stable_bytes(frame.method, &mut all);
            if is_app(&frame) {
                own.extend_from_slice(&all[start..]);
            }
            frames += 1;
            next = Line::next(line, text);
        }
        Some(Self { text: text.into(), frames, all, own, outcomes: [None; OUTCOMES], next: 0 })
    }

    /// The hashes behind its frames, where these are those before them.
    fn behind(&mut self, before: Hashes) -> Hashes {
        if let Some((_, behind)) = self.outcomes.iter().flatten().find(|(known, _)| *known == before) {
            return *behind;
        }
        let mut behind = before;
        behind.all.bytes(&self.all);
        behind.own.bytes(&self.own);
        self.outcomes[self.next] = Some((before, behind));
        self.next = (self.next + 1) % OUTCOMES;
        behind
    }
}

impl Hashes {
    fn throwable(&mut self, role: Role, exception: &str) {
        self.all.throwable(role, exception);
        self.own.throwable(role, exception);
    }
}

fn begins_frame(text: &str, at: usize) -> bool {
    text.as_bytes().get(at..).is_some_and(|rest| rest.starts_with(FRAME))
}

/// Where the first line starts that doesn't begin as a frame does, of those from `at` on.
fn run_end(text: &str, mut at: usize) -> usize {
    while begins_frame(text, at) {
        at = memchr::memchr(b'\n', &text.as_bytes()[at..]).map_or(text.len(), |end| at + end + 1);
    }
    at
}

/// The place for a run, by all its bytes: four hashes side by side, so that none waits for another.
fn place(bytes: &[u8]) -> usize {
    const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;
    let take = |hash: u64, eight: &[u8; 8]| (hash ^ u64::from_le_bytes(*eight)).wrapping_mul(SPREAD).rotate_left(29);
    let (many, rest) = bytes.as_chunks::<32>();
    let mut hashes = [bytes.len() as u64; 4];
    for many in many {
        for (hash, eight) in hashes.iter_mut().zip(many.as_chunks().0) {
            *hash = take(*hash, eight);
        }
    }
    let last = rest.as_chunks().0.iter().fold(0, take);
    let all = hashes.iter().fold(last, |all, hash| take(all, &hash.to_le_bytes()));
    (all >> 32) as usize % RUNS
}

#[cfg(test)]
mod tests {
    use super::super::fingerprint;
    use super::*;
    use proptest::prelude::*;

    fn line() -> impl Strategy<Value = &'static str> {
        prop::sample::select(vec![
            "\tat a.B.run(B.java:17)",
            "\tat a.B.run(B.java:18)",
            "\tat java.lang.Thread.run(Thread.java:840)",
            "\tat java.base@17/java.lang.Thread.run(Thread.java:840) ~[?:?]",
            "\tat a.B$$Lambda$14/0x00ab.run(Unknown Source)",
            "\tat a.B$$SpringCGLIB$$0.go(<generated>)",
            "\tat a.B.run(B.java:17)\r",
            "\tat noon",
            "  at a.B.run(B.java:17)",
            "at a.B.run(B.java:17)",
            "Caused by: java.io.IOException: reset",
            "Caused by: so they say",
            "Caused by: [CIRCULAR REFERENCE: a.b.CException]",
            "\tSuppressed: a.b.DException: gone",
            "\t... 12 more",
            "\t... suppressed 3 lines",
            "a.b.CException: no order",
            "java.lang.NullPointerException",
            "it failed",
            "",
        ])
    }

    proptest! {
        #[test]
        fn what_is_known_is_what_is_read(texts in prop::collection::vec(prop::collection::vec(line(), 0..12), 1..6), end in prop::bool::ANY) {
            let mut known = Known::default();
            for lines in texts.iter().chain(&texts) {
                let text = lines.join("\n") + if end { "\n" } else { "" };
                let found = known.fingerprint(&text);
                prop_assert!(found.is_none() || found == fingerprint(&text), "{text:?}");
            }
        }
    }

    #[test]
    fn frames_that_were_seen_are_known_below_another_message() {
        let mut known = Known::default();
        let trace = |class: &str, order: u32| {
            format!(
                "Call {order} failed\n{class}: order {order}\n\tat a.B.run(B.java:17)\n\tat java.lang.Thread.run(Thread.java:840)\n\
                 Caused by: java.io.IOException: {order}\n\tat a.Wire.read(Wire.java:88)\n\t... 2 more\n"
            )
        };
        for (class, order) in [("a.CException", 1), ("a.CException", 2), ("a.DException", 3), ("a.CException", 4)] {
            let text = trace(class, order);
            let found = known.fingerprint(&text);
            assert!(found.is_some(), "{text}");
            assert_eq!(found, fingerprint(&text), "{text}");
        }
        assert_eq!(known.runs.iter().flatten().count(), 2);
    }

    #[test]
    fn more_outcomes_than_are_remembered_stay_right() {
        let mut known = Known::default();
        for n in (0..3 * OUTCOMES).chain(0..3) {
            let text = format!("a.E{n}Exception\n\tat a.B.run(B.java:17)\n");
            assert_eq!(known.fingerprint(&text), fingerprint(&text), "{text}");
            assert!(known.fingerprint(&text).is_some());
        }
    }
}

//! A stack trace as values: what was printed, and where it stands. It must not know how one is read.

use std::borrow::Cow;
use std::fmt::{self, Display, Formatter};
use std::ops::Range;

use super::fingerprint;
use crate::m3::names;

/// Frames that are kept of one trace. Java prints at most 1,024 of an exception, unless it is told otherwise.
pub const MOST_FRAMES: usize = 100_000;

/// A stack trace: the outermost exception and everything that hangs below it, in the order of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// Bytes of the text that it takes, from the exception's class (words before it on the same line are left out) to
    /// the end of its last line, without that line's break.
    pub range: Range<usize>,
    /// The exception, its causes and its suppressed ones, in the order of printing. Never empty.
    pub throwables: Vec<Throwable>,
    /// Whether the text ends inside the trace.
    pub ending: Ending,
}

/// How a trace ends, as far as the text shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The last line is complete.
    Whole,
    /// The text ends in the middle of a line of the trace; that line is in the range, but is no frame.
    Cut,
}

/// One exception of a trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Throwable {
    /// How it hangs on the one before.
    pub role: Role,
    /// Nesting depth: 0 for the outermost and its causes, one more inside each `Suppressed:`.
    pub depth: u16,
    /// The class, with its package; empty where the trace has lost its first line.
    pub exception: String,
    /// What follows the class, line breaks kept; `None` where nothing does.
    pub message: Option<String>,
    /// The frames as written, innermost call first; those folded into `... n more` are only counted.
    pub frames: Vec<Frame>,
    /// How many frames are printed behind those in `frames`: a trace keeps the first [`MOST_FRAMES`] of all its
    /// exceptions together.
    pub further: u32,
    /// The `n` of `... n more`.
    pub more: u32,
}

/// How an exception hangs on the one before it in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// The outermost exception.
    Outer,
    /// `Caused by:`
    Cause,
    /// `Suppressed:`
    Suppressed,
    /// `Wrapped by:`, as logback prints with the root cause first: this one was caused by the one before.
    Wrapper,
    /// `[CIRCULAR REFERENCE: ...]`: it was printed already, higher up, and has no frames of its own.
    Circular {
        /// Whether it stands behind `Suppressed:`. Before JDK 16 no caption tells.
        suppressed: bool,
    },
}

/// One `at class.method(file:line)`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frame {
    /// The class with its package, without module or class-loader prefix.
    pub class: String,
    /// The method, `<init>` and lambdas as written.
    pub method: String,
    /// The source file; `None` for `Native Method` and `Unknown Source`.
    pub file: Option<String>,
    /// The line in it, from 1.
    pub line: Option<u32>,
    /// What stands where the source file would: `Native Method`, `Unknown Source`, `<generated>`, what a VM or a
    /// debugger says of the call instead.
    pub instead: Option<Cow<'static, str>>,
}

impl Frame {
    /// What stands in the brackets behind the call, as it was printed; `None` where nothing was.
    #[must_use]
    pub fn place(&self) -> Option<Cow<'_, str>> {
        match (&self.file, self.line) {
            (Some(file), Some(line)) => Some(format!("{file}:{line}").into()),
            (Some(file), None) => Some(file.as_str().into()),
            (None, Some(line)) => Some(format!("line {line}").into()),
            (None, None) => self.instead.as_deref().map(Cow::Borrowed),
        }
    }
}

/// As a stack trace writes it: `com.example.A.b(A.java:1)`.
impl Display for Frame {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        write!(out, "{}.{}", self.class, self.method)?;
        self.place().map_or(Ok(()), |place| write!(out, "({place})"))
    }
}

impl Trace {
    /// Class of the exception that the caller got: the outermost one. `None` where the trace has lost its first line.
    #[must_use]
    pub fn exception(&self) -> Option<&str> {
        self.outer().map(|t| t.exception.as_str()).filter(|e| !e.is_empty())
    }

    /// Message of the outermost exception.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.outer()?.message.as_deref()
    }

    /// The innermost cause of the outermost exception: the exception itself where no cause is printed.
    #[must_use]
    pub fn root(&self) -> Option<&Throwable> {
        if self.wrappers().next().is_some() {
            return self.throwables.first();
        }
        self.causes().last().or_else(|| self.throwables.first())
    }

    /// The causes of the outermost exception, outer ones first; those of suppressed exceptions are left out.
    pub fn causes(&self) -> impl Iterator<Item = &Throwable> {
        self.throwables.iter().filter(|t| t.role == Role::Cause && t.depth == 0)
    }

    /// The exceptions of the failure itself, its root cause first and the outermost last: what is suppressed, with its
    /// causes, came while something was tidied up after the failure.
    pub fn inner_first(&self) -> impl Iterator<Item = &Throwable> {
        let own = |t: &&Throwable| t.depth == 0 && matches!(t.role, Role::Outer | Role::Cause | Role::Wrapper);
        let mut own: Vec<&Throwable> = self.throwables.iter().filter(own).collect();
        // Printed root first, they stand as they are wanted.
        if self.wrappers().next().is_none() {
            own.reverse();
        }
        own.into_iter()
    }

    /// The suppressed exceptions at any depth, references to what was printed before among them.
    pub fn suppressed(&self) -> impl Iterator<Item = &Throwable> {
        self.throwables.iter().filter(|t| matches!(t.role, Role::Suppressed | Role::Circular { suppressed: true }))
    }

    /// How many frame lines were printed, over all throwables; `... n more` counts nothing.
    #[must_use]
    pub fn frames(&self) -> usize {
        self.throwables.iter().map(|t| t.frames.len() + t.further as usize).sum()
    }

    /// How many of them are not kept.
    #[must_use]
    pub fn further_frames(&self) -> usize {
        self.throwables.iter().map(|t| t.further as usize).sum()
    }

    /// How many further frames it has room for.
    pub(crate) fn room(&self) -> usize {
        MOST_FRAMES.saturating_sub(self.throwables.iter().map(|t| t.frames.len()).sum())
    }

    /// Goes on with what was found where the text before it ended within the trace.
    pub(crate) fn go_on(&mut self, more: Self) {
        self.ending = more.ending;
        for mut throwable in more.throwables {
            let room = self.room();
            let over = throwable.frames.len().saturating_sub(room);
            throwable.frames.truncate(room);
            throwable.further = throwable.further.saturating_add(u32::try_from(over).unwrap_or(u32::MAX));
            match self.throwables.last_mut().filter(|_| throwable.role == Role::Outer) {
                Some(last) => {
                    last.frames.append(&mut throwable.frames);
                    last.further = last.further.saturating_add(throwable.further);
                    last.more = last.more.saturating_add(throwable.more);
                }
                None => self.throwables.push(throwable),
            }
        }
    }

    /// The first frame in an M3 program, searched from the root cause outwards, since the innermost call failed first.
    #[must_use]
    pub fn m3_frame(&self) -> Option<&Frame> {
        let all = self.inner_first().chain(&self.throwables);
        all.flat_map(|t| &t.frames).find(|f| names::program_of(&f.class).is_some())
    }

    /// 16 hex digits that stay the same when the same crash happens again: exception classes with their roles and the
    /// frames of application code, without line numbers, messages and the names that class generators make up.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        format!("{:016x}", self.fingerprint_bits())
    }

    /// The 64 bits of [`Trace::fingerprint`].
    #[must_use]
    pub fn fingerprint_bits(&self) -> u64 {
        fingerprint::of(self.throwables.iter().map(|t| (t.role, t.exception.as_str(), t.frames.as_slice())))
    }

    fn outer(&self) -> Option<&Throwable> {
        self.wrappers().last().or_else(|| self.throwables.first())
    }

    /// What the root cause was wrapped by, where that one is printed first; inside suppressed ones it is theirs.
    fn wrappers(&self) -> impl Iterator<Item = &Throwable> {
        self.throwables.iter().filter(|t| t.role == Role::Wrapper && t.depth == 0)
    }
}

//! Java stack traces: what one is, wherever it stands.

use std::ops::Range;

/// A stack trace: the outermost exception and everything that hangs below it, in the order of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// Where it stands in the text it was found in, first exception line to last frame.
    pub range: Range<usize>,
    /// The exception, its causes and its suppressed ones; the first is the outermost.
    pub throwables: Vec<Throwable>,
}

/// One exception of a trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Throwable {
    /// How it hangs on the one before.
    pub role: Role,
    /// Nesting depth: 0 for the outermost and its causes, one more inside each `Suppressed:`.
    pub depth: u16,
    /// The class, with its package.
    pub exception: String,
    /// What follows the class, line breaks kept; `None` where nothing does.
    pub message: Option<String>,
    /// The frames as written; those folded into `... n more` are only counted.
    pub frames: Vec<Frame>,
    /// The `n` of `... n more`.
    pub more: u32,
}

/// How an exception hangs on the one before it in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The outermost exception.
    Outer,
    /// `Caused by:`
    Cause,
    /// `Suppressed:`
    Suppressed,
}

/// One `at class.method(file:line)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The class with its package, without module or class-loader prefix.
    pub class: String,
    /// The method, `<init>` and lambdas as written.
    pub method: String,
    /// The source file; `None` for `Native Method` and `Unknown Source`.
    pub file: Option<String>,
    /// The line in it.
    pub line: Option<u32>,
}

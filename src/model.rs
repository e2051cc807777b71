//! Plain data that every part of mwscope speaks of: sources, exchanges, moments, findings. No IO, no clock, no
//! opinion; what it means is the business of `timeline` and `rules`, how it looks that of `report` and `tui`.

pub mod block;
pub mod challenge;
pub mod coding;
pub mod dumps;
pub mod exchange;
pub mod facts;
pub mod finding;
pub mod gathered;
pub mod header;
pub mod known;
pub mod lint;
pub mod moment;
mod noted;
pub(crate) mod packed;
pub mod remark;
pub mod source;
pub mod stream;
pub mod summary;

pub use block::{Block, Hit, Kind, Timing};
pub use dumps::{FieldsElsewhere, GatheredDump};
pub use exchange::{
    Body, BodyState, CapturePart, Edit, Exchange, ExchangeId, Kept, Mask, Outcome, Part, Request, Response, Stage,
    Timings, TlsFacts,
};
pub use finding::{
    Advice, CallInLog, Evidence, EvidenceRole, Explain, Finding, FindingKind, Investigation, Layer, Place, Sourced,
    Unexplained,
};
pub use gathered::Gathered;
pub use header::{Header, Headers, Name};
pub use known::{BUNDLE, Known, KnownOfLog};
pub use lint::{Artefact, Fault, LintPlace, LintRule, Linted, Weight};
pub use moment::{Basis, Clock, Drift, Moment};
pub use mwscope_parsers::dump::Dump;
pub use mwscope_parsers::log::{Head, Record, Severity};
pub use mwscope_parsers::m3::{Call, CallKind, Nok};
pub use mwscope_parsers::{Problem, Span, Stamp};
pub use remark::{About, Remark};
pub use source::{
    Bodies, DumpId, EventRef, REPLAY, Records, Source, SourceId, SourceKind, SourceProblem, ThreadsId, shortest_end,
};
pub use stream::{Stream, StreamId};
pub use summary::{Cause, Comparison, Course, Difference, Fact, Holds, Step, Summary, Tally};

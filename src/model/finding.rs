//! Conclusions with their evidence, and the investigation that holds them. Serialised by `report`, not here.

use mwscope_parsers::Stamp;

use super::exchange::ExchangeId;
use super::moment::{Basis, Clock, Moment};
use super::remark::{About, Remark};
use super::source::{DumpId, EventRef, Source, SourceId, SourceKind, SourceProblem};
use super::summary::Summary;

/// A conclusion. Without evidence there is none.
#[derive(Clone, Debug)]
pub struct Finding {
    /// `f1`, stable within an investigation.
    pub id: String,
    /// Why something failed, or something worth knowing.
    pub kind: FindingKind,
    /// The rule that found it.
    pub rule: &'static str,
    /// How bad it is.
    pub severity: mwscope_parsers::log::Severity,
    /// One line that says what happened.
    pub title: String,
    /// Who is at fault.
    pub layer: Layer,
    /// The M3 program it concerns.
    pub program: Option<String>,
    /// In whose name it ran, where that is known.
    pub user: Option<String>,
    /// What the log says of the call, where no recording of it exists.
    pub in_log: Option<CallInLog>,
    /// 0 to 1: of those called 0.9, nine in ten are right.
    pub confidence: f64,
    /// How many failures it stands for: more than one where traces in the log are the same.
    pub times: usize,
    /// The failing exchange; `None` where only logs and dumps speak.
    pub exchange: Option<ExchangeId>,
    /// What it rests on, causes before context.
    pub evidence: Vec<Evidence>,
    /// The reasons for layer and confidence, in words.
    pub reasons: Vec<String>,
    /// At most three sentences that name service, operation, program, user, file and line, and dump.
    pub explanation: String,
    /// The next step and who takes it.
    pub advice: String,
    /// Other candidates that the evidence can't rule out, with their scores: `SOURCE:LINE`, `x12` or `d3`.
    pub ambiguous_with: Vec<(String, f64)>,
}

impl Finding {
    /// The event that it is on: the call that failed, else the first of what it rests on.
    #[must_use]
    pub fn about(&self) -> Option<EventRef> {
        self.exchange.map(EventRef::Exchange).or_else(|| self.evidence.first().map(|e| e.event))
    }
}

/// A call of which only the log tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CallInLog {
    /// The service.
    pub service: Option<String>,
    /// The operation.
    pub operation: Option<String>,
    /// The program that was called.
    pub program: Option<String>,
    /// The fault that the caller got.
    pub fault: Option<String>,
}

/// What is known of an exception, wherever its trace stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    /// The name of what is known (`jzlib-missing`).
    pub rule: &'static str,
    /// Why it came, in one or two sentences.
    pub cause: String,
    /// What to do, and who does it.
    pub remedy: String,
}

/// Looks a trace up among the known exceptions.
pub type Explain = fn(&mwscope_parsers::trace::Trace) -> Option<Advice>;

/// Whether a finding explains a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FindingKind {
    /// Says why something failed.
    Verdict,
    /// Worth knowing; never says that a call failed.
    Note,
}

impl FindingKind {
    /// The word used in machine-readable output.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Verdict => "verdict",
            Self::Note => "note",
        }
    }
}

macro_rules! layers {
    ($($(#[$doc:meta])* $name:ident = $word:literal),+ $(,)?) => {
        /// The layer at fault.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Layer { $($(#[$doc])* $name),+ }

        impl Layer {
            /// The word used in machine-readable output.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$name => $word),+ }
            }
        }
    };
}

layers! {
    /// The calling program.
    Client = "client",
    /// Between client and server.
    Network = "network",
    /// Certificates and handshakes.
    Tls = "tls",
    /// Who may call.
    Authentication = "authentication",
    /// The web service as designed.
    ServiceDefinition = "service-definition",
    /// MWS itself and the Grid.
    MwsRuntime = "mws-runtime",
    /// An M3 program broke.
    M3Program = "m3-program",
    /// M3 refused the data.
    M3Data = "m3-data",
    /// How the systems are set up.
    Configuration = "configuration",
    /// The evidence doesn't say.
    Unknown = "unknown",
}

/// One piece of evidence.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// What it points at.
    pub event: EventRef,
    /// Whether it is what broke, or what stood around it.
    pub role: EvidenceRole,
    /// How sure the join is, 0 to 1.
    pub score: f64,
    /// Why it was joined (`thread`, `program`, `user`, `time` ...), weightiest first.
    pub why: Vec<&'static str>,
    /// Where it stands, for display and machine-readable output.
    pub place: Place,
}

/// What an event shows of itself in a finding, so that a report needs no access to the sources.
#[derive(Clone, Debug, Default)]
pub struct Place {
    /// The source's path.
    pub source: String,
    /// The record's or dump's first line, from 1.
    pub line: Option<u64>,
    /// Its time as the source states it.
    pub at: Option<Stamp>,
    /// Its time on the reference's clock.
    pub moment: Option<Moment>,
    /// What it says, masked: a record's text, a dump's summary, a request line.
    pub text: String,
    /// A dump's exception.
    pub exception: Option<String>,
    /// A dump's failing operation (`READ_DSP ICFCMD`).
    pub failed_at: Option<String>,
    /// The program a dump or record speaks of.
    pub program: Option<String>,
    /// The panel a dump was on.
    pub panel: Option<String>,
    /// Whether a dump's first M3 frame is customer code.
    pub customer_code: Option<bool>,
    /// A record's thread.
    pub thread: Option<String>,
    /// A record's level, in its source's word.
    pub level: Option<String>,
}

/// Whether evidence is the cause or its surroundings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EvidenceRole {
    /// What broke; at most one of each kind in a verdict.
    Cause,
    /// What stood around it.
    Context,
}

impl EvidenceRole {
    /// The word used in machine-readable output.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Cause => "cause",
            Self::Context => "context",
        }
    }
}

/// A failing exchange that no rule explains.
#[derive(Clone, Debug)]
pub struct Unexplained {
    /// Which.
    pub exchange: ExchangeId,
    /// What was looked for and not found.
    pub reason: String,
    /// What would have shown it, and where it is to be had.
    pub missing: Vec<String>,
}

/// All that was concluded from the evidence.
#[derive(Clone, Debug, Default)]
pub struct Investigation {
    /// The source whose clock everything is placed on.
    pub reference: Option<SourceId>,
    /// The sources with the clock of each and the first and last stamp seen, in the order of loading.
    pub sources: Vec<Sourced>,
    /// Verdicts and notes, what matters most first.
    pub findings: Vec<Finding>,
    /// Failing exchanges that no rule explains.
    pub unexplained: Vec<Unexplained>,
    /// Failures that weren't asked for (`--at`, `--user`, `--program`, `--filter`) and stand in neither list.
    pub left_out: usize,
    /// The failures grouped by cause, service, program, user and time.
    pub summary: Summary,
    /// What else to ask for.
    pub missing: Vec<String>,
    /// What could not be read.
    pub problems: Vec<SourceProblem>,
    /// Second views: exchanges that another source saw too, and the exchange that stands for both.
    pub views: std::collections::BTreeMap<ExchangeId, ExchangeId>,
    /// What the user wrote on the evidence.
    pub remarks: Vec<Remark>,
    /// Dumps by id with the source each stands in, for display.
    pub dumps: Vec<(DumpId, SourceId)>,
}

/// A source with its clock and the first and last stamp seen in it.
pub type Sourced = (Source, Clock, Option<Stamp>, Option<Stamp>);

impl Investigation {
    /// Whether the reference writes local time in a zone that nobody knows, so that all times are local ones.
    #[must_use]
    pub fn in_local_time(&self) -> bool {
        let mut clocks = self.sources.iter().filter(|(s, ..)| self.reference == Some(s.id));
        clocks.any(|(_, clock, ..)| clock.basis == Basis::Assumed && clock.zone_minutes.is_some())
    }

    /// The zone that times are told in, in minutes east of UTC: the one that the first log is written in, so that they
    /// can be found in it as they stand; else that of the reference, else UTC; and whether anything in the evidence
    /// says so.
    #[must_use]
    pub fn shown_zone(&self) -> (i32, bool) {
        let sources = &self.sources;
        let log = sources.iter().find(|(source, ..)| source.kind == SourceKind::Log);
        let reference = sources.iter().find(|(source, ..)| Some(source.id) == self.reference);
        // A reference without a zone is its own measure; what others are placed by then rests on nothing.
        let known = |(source, clock, first, _): &Sourced| match first.and_then(|stamp| stamp.offset_s) {
            Some(seconds) => Some(seconds / 60),
            None if clock.basis == Basis::Assumed || self.reference == Some(source.id) => None,
            None => clock.zone_minutes,
        };
        if let Some(minutes) = log.and_then(known).or_else(|| reference.and_then(known)) {
            return (minutes, true);
        }
        let read_in = log.or(reference).or(sources.first()).and_then(|(_, clock, ..)| clock.zone_minutes);
        (read_in.unwrap_or(0), sources.is_empty())
    }

    /// What the user wrote on the finding of that id.
    #[must_use]
    pub fn remark_on(&self, finding: &str) -> Option<&Remark> {
        self.remarks.iter().find(|remark| matches!(&remark.about, About::Finding(id) if id == finding))
    }
}

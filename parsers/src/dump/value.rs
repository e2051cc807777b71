//! One M3 dumplog as values. Everything is text as in the file, trimmed; what isn't stated is `None`, never guessed.

use super::fields::Fields;
use crate::m3::names::{self, Origin};
use crate::trace::fingerprint::Fnv;
use crate::trace::{Frame, Trace};
use crate::{Span, Stamp};

/// One dumplog.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Dump {
    /// Its bytes in the source.
    pub span: Span,
    /// Its first physical line, counted from 1.
    pub line: u64,
    /// When it was written, as far as it says.
    pub at: Option<Stamp>,
    /// The two readings of when it was written, where its date may be day or month first; then `at` is `None`.
    pub either_at: Option<[Stamp; 2]>,
    /// The program that ended (`CRS008`).
    pub program: Option<String>,
    /// The panel it was on (`E`, `CRS008/E`), as the dump states it.
    pub panel: Option<String>,
    /// The M3 user it ran for.
    pub user: Option<String>,
    /// The job's id or number.
    pub job: Option<String>,
    /// Company (`CONO`).
    pub company: Option<String>,
    /// Division (`DIVI`).
    pub division: Option<String>,
    /// Environment (`M3BE_15.1_PRD`).
    pub environment: Option<String>,
    /// Version, release and fix level (`15.1.2:*NONE`).
    pub version: Option<String>,
    /// The outermost exception's class.
    pub exception: Option<String>,
    /// Its message.
    pub exception_message: Option<String>,
    /// The operation that failed and its object (`READ_DSP ICFCMD`), else the first M3 frame as `PGM.METHOD`.
    pub failed_at: Option<String>,
    /// Whether the first M3 frame is customer code (`mvx.app.pgm.customer.`).
    pub customer_code: bool,
    /// The program stack, outermost first (`SYS`, `CRS008`).
    pub call_stack: Vec<String>,
    /// The Java trace.
    pub trace: Option<Trace>,
    /// Every other key and value, in the order of the dump.
    pub fields: Fields,
    /// How many fields there are beyond those in `fields`, which holds the first 100,000.
    pub further_fields: u64,
    /// Where the further ones stand in the source.
    pub further: Vec<Span>,
    /// What wasn't understood; it stays in the source at these ranges.
    pub unparsed: Vec<Span>,
    /// One sentence that says what happened.
    pub summary: String,
}

impl Dump {
    /// How many of the facts are stated; the trace counts as one.
    #[must_use]
    pub fn stated(&self) -> usize {
        let stated = self.words().iter().filter(|fact| fact.is_some()).count();
        stated + usize::from(self.trace.is_some()) + usize::from(!self.call_stack.is_empty())
    }

    /// Whether anything is stated that only a failure has: an exception, what failed, a trace, a program stack.
    #[must_use]
    pub fn shows_failure(&self) -> bool {
        self.exception.is_some() || self.failed_at.is_some() || self.trace.is_some() || !self.call_stack.is_empty()
    }

    /// The program whose customer code failed, as the first M3 frame says; `None` where no frame does.
    #[must_use]
    pub fn customer_program(&self) -> Option<&str> {
        let frame = self.trace.as_ref().filter(|_| self.customer_code)?.m3_frame()?;
        names::program_of(&frame.class).filter(|class| class.origin == Origin::Customer).map(|class| class.program)
    }

    /// The facts that are a word or few.
    const fn words(&self) -> [Option<&String>; 10] {
        [
            self.program.as_ref(),
            self.panel.as_ref(),
            self.user.as_ref(),
            self.job.as_ref(),
            self.company.as_ref(),
            self.division.as_ref(),
            self.environment.as_ref(),
            self.version.as_ref(),
            self.exception.as_ref(),
            self.failed_at.as_ref(),
        ]
    }

    /// Takes the reading of a doubtful date that `fits`, where one does and the other doesn't.
    pub fn settle_at(&mut self, fits: impl Fn(&Stamp) -> bool) {
        let Some(readings) = &self.either_at else { return };
        let mut fitting = readings.iter().filter(|reading| fits(reading));
        if let (Some(reading), None) = (fitting.next(), fitting.next()) {
            self.at = Some(*reading);
            self.either_at = None;
        }
    }

    /// How many facts both state alike.
    pub(crate) fn agrees_on(&self, other: &Self) -> usize {
        let both = self.words().into_iter().zip(other.words());
        both.filter(|(own, other)| own.is_some() && own == other).count()
    }

    /// The frames of the Java trace in the order of printing, those of causes and suppressed exceptions included.
    pub fn frames(&self) -> impl Iterator<Item = &Frame> {
        self.trace.iter().flat_map(|trace| &trace.throwables).flat_map(|throwable| &throwable.frames)
    }

    /// 16 hex digits that are the same for dumps of the same crash: program, exception, operation and the trace
    /// without line numbers; not user, time or data.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let mut hash = Fnv::new();
        for fact in [&self.program, &self.exception, &self.failed_at] {
            hash.word(fact.as_deref().unwrap_or_default());
        }
        hash.word(&self.trace.as_ref().map(Trace::fingerprint).unwrap_or_default());
        hash.hex()
    }
}

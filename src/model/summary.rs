//! Many failures seen together: which causes they have, where and when each shows, whether it goes on, and what tells
//! the calls that fail from those of the same operation that don't.

use mwscope_parsers::Stamp;

use super::exchange::ExchangeId;
use super::finding::Layer;

/// All failures of an investigation, grouped.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// How many failures there are, explained or not.
    pub failures: usize,
    /// The causes, the most frequent first.
    pub causes: Vec<Cause>,
    /// Failures by service.
    pub services: Vec<Tally>,
    /// Failures by M3 program.
    pub programs: Vec<Tally>,
    /// Failures by user.
    pub users: Vec<Tally>,
    /// Failures by time, in equal steps from the first call to the last; empty where times aren't known.
    pub steps: Vec<Step>,
    /// How long a step is, in nanoseconds.
    pub step_ns: i64,
    /// When the last call of all began: what was recorded ends there. Without calls, the last failure.
    pub until: Option<Stamp>,
}

/// Failures that are one and the same trouble: the same rule, program, place and words, numbers and names aside.
#[derive(Clone, Debug)]
pub struct Cause {
    /// `c1`, stable within an investigation.
    pub id: String,
    /// The rule that explains them; `None` where none does.
    pub rule: Option<&'static str>,
    /// What happened, in one line; what varies from one failure to the next is replaced by `<*>`.
    pub title: String,
    /// Who is at fault.
    pub layer: Layer,
    /// The M3 program it concerns.
    pub program: Option<String>,
    /// How many failures it stands for; more than there are findings where equal traces were put together.
    pub failures: usize,
    /// The findings, by their ids, in order of time.
    pub findings: Vec<String>,
    /// Failing calls that no rule explains.
    pub unexplained: Vec<ExchangeId>,
    /// When it was seen first.
    pub first: Option<Stamp>,
    /// When it was seen last.
    pub last: Option<Stamp>,
    /// Whether it goes on at the end of what was recorded.
    pub course: Course,
    /// Calls of the same operations that succeeded after it was seen last.
    pub succeeded_since: usize,
    /// The operations that fail so (`Facility.Create`).
    pub operations: Vec<Tally>,
    /// In whose name.
    pub users: Vec<Tally>,
    /// What tells its failing calls from succeeding ones, operation by operation.
    pub compared: Vec<Comparison>,
}

/// Whether a trouble goes on at the end of what was recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Course {
    /// No call of the operation succeeded since, or too few did for it to have ended.
    Ongoing,
    /// So many calls succeeded since that it would have been seen again, did it go on as often as before.
    Ended,
    /// The evidence doesn't say.
    #[default]
    Unknown,
}

impl Course {
    /// Whether it goes on, where that is known.
    #[must_use]
    pub const fn ongoing(self) -> Option<bool> {
        match self {
            Self::Ongoing => Some(true),
            Self::Ended => Some(false),
            Self::Unknown => None,
        }
    }
}

/// Failures that share a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    /// The service, program, user or operation; `None` where the failure names none.
    pub name: Option<String>,
    /// How many failures.
    pub failures: usize,
    /// How many calls of that name were recorded at all; 0 without a recording.
    pub calls: usize,
}

/// A step of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Where it begins on the reference's clock, in nanoseconds since the Unix epoch.
    pub from_ns: i64,
    /// Failures in it.
    pub failures: usize,
    /// Calls in it.
    pub calls: usize,
}

/// The failing calls of one operation and cause beside the succeeding calls of the same operation.
#[derive(Clone, Debug, Default)]
pub struct Comparison {
    /// The operation (`Facility.Create`).
    pub operation: String,
    /// How many of its calls fail by this cause.
    pub failing: usize,
    /// How many succeed.
    pub succeeding: usize,
    /// What differs, the surest first.
    pub differences: Vec<Difference>,
}

/// Something that holds in most calls of one group and in few of the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Which fact of a call (`user`, `company`, `client`, `host`) or which field, by its path below the operation.
    pub fact: Fact,
    /// What holds of it.
    pub holds: Holds,
    /// In how many failing calls it holds.
    pub failing: usize,
    /// In how many succeeding calls it holds.
    pub succeeding: usize,
}

/// A fact of a call by which calls are compared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fact {
    /// A field of the request, by its path below the operation.
    Field(String),
    /// Anything else, by its name.
    Of(&'static str),
}

impl Fact {
    /// The field's path, or the fact's name.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Field(path) => path,
            Self::Of(name) => name,
        }
    }
}

/// What holds of a fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holds {
    /// It has this value.
    Is(String),
    /// It isn't sent at all.
    Absent,
    /// It is sent without a value.
    Empty,
    /// Its value has letters beyond ASCII (`ä`, `é`).
    BeyondAscii,
}

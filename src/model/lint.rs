//! What a linter says of an artefact: plain data that knows neither how faults are found nor how they are shown.

use super::exchange::{ExchangeId, Part};

/// How much a fault matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Weight {
    /// It works today and won't after a move, a copy or a new password.
    Warning,
    /// It is wrong, or it gives a secret away.
    Error,
}

impl Weight {
    /// The word used in machine-readable output.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// What a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Artefact {
    /// The XAML of a Smart Office mashup.
    Mashup,
    /// An agreement or configuration as XML.
    Agreement,
    /// A script, a properties file, a command file.
    Script,
    /// A request as it was recorded or written down.
    Request,
}

impl Artefact {
    /// The word used in output.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Mashup => "mashup",
            Self::Agreement => "agreement",
            Self::Script => "script",
            Self::Request => "request",
        }
    }
}

/// A rule of the linter.
#[derive(Debug, PartialEq, Eq)]
pub struct LintRule {
    /// Its id (`mashup-ws-address`).
    pub name: &'static str,
    /// What it is about.
    pub artefacts: &'static [Artefact],
    /// How much a fault of this kind matters.
    pub weight: Weight,
    /// Whether it is looked for unless told otherwise.
    pub on: bool,
    /// What is looked for, in one line.
    pub looks_for: &'static str,
    /// What comes of it.
    pub why: &'static str,
    /// What mends it.
    pub remedy: &'static str,
    /// An example with the fault, and one without.
    pub example: (&'static str, &'static str),
}

/// Where in an artefact. Lines and columns count from 1, columns in characters; the end stands behind the last one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LintPlace {
    /// Line.
    pub line: usize,
    /// Column.
    pub column: usize,
    /// Line of the end.
    pub end_line: usize,
    /// Column of the end.
    pub end_column: usize,
}

/// One fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The rule's id.
    pub rule: &'static LintRule,
    /// How much it matters here.
    pub weight: Weight,
    /// The file, as it is shown (`x.zip!/a.xaml`).
    pub path: String,
    /// The exchange and the part of it that the place speaks of, where it isn't the file itself.
    pub exchange: Option<(ExchangeId, u32, Part)>,
    /// Where.
    pub place: LintPlace,
    /// What is wrong, secrets masked.
    pub message: String,
    /// The element, parameter or variable that it is about.
    pub name: String,
    /// What stands there, secrets masked.
    pub found: String,
}

/// All that was said.
#[derive(Clone, Debug, Default)]
pub struct Linted {
    /// The faults, by path and place.
    pub faults: Vec<Fault>,
    /// How many of each kind were looked at, in the order of [`Artefact`].
    pub looked_at: Vec<(Artefact, usize)>,
}

//! One difference, and the collecting of them: what doesn't count is put aside with its reason.

use super::volatile::{Reason, Volatile};
use crate::redact;

/// One difference between two sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Where: `/Envelope/Body/Create/Facility[2]`, `/…/@attr`, `json:/a/b`, `form:NAME`, `query:NAME`, `header:NAME`,
    /// `part:NAME…`, `text:LINE`, `status`, `body`; of the left side, but for what was added.
    pub path: String,
    /// What happened to it.
    pub kind: Kind,
    /// The value on the left; where it was moved, its path there.
    pub left: Option<String>,
    /// The value on the right; where it was moved, its path there.
    pub right: Option<String>,
}

/// What happened to something on the way from the left to the right side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Its value is another one.
    Changed,
    /// It is on the right only.
    Added,
    /// It is on the left only.
    Removed,
    /// It stands at another place among those beside it.
    Moved,
}

/// A difference that doesn't count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ignored {
    /// The difference.
    pub difference: Difference,
    /// Why it doesn't count.
    pub reason: Reason,
}

impl Kind {
    /// The word used in machine-readable output.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Moved => "moved",
        }
    }
}

impl Difference {
    /// The difference as it may be shown: secrets in its values overwritten.
    #[must_use]
    pub fn masked(&self) -> Self {
        let last = self.path.rsplit(['/', '@', ':']).next().unwrap_or_default();
        let last = last.split('[').next().unwrap_or_default();
        let is_secret = redact::is_secret_name(last) && self.kind != Kind::Moved;
        let mask = |text: &Option<String>| {
            let text = text.as_deref()?;
            Some(if is_secret { text.chars().map(|_| '*').collect() } else { redact::mask_text(text).into_owned() })
        };
        Self { path: self.path.clone(), kind: self.kind, left: mask(&self.left), right: mask(&self.right) }
    }
}

/// More differences than this are counted, not kept: nobody reads them.
const MOST: usize = 50_000;

/// What was found so far.
#[derive(Debug)]
pub(super) struct Found<'v> {
    pub(super) volatile: &'v Volatile,
    pub(super) differences: Vec<Difference>,
    pub(super) ignored: Vec<Ignored>,
    /// How many were found beyond those that were kept.
    pub(super) more: usize,
    /// Everything in order, what is equal too, where that is wanted.
    pub(super) rows: Option<Vec<Row>>,
}

/// A value of one or both sides, for showing them beside each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Where it stands.
    pub path: String,
    /// What happened to it; `None` where it is the same, or doesn't count.
    pub kind: Option<Kind>,
    /// The value on the left.
    pub left: Option<String>,
    /// The value on the right.
    pub right: Option<String>,
}

impl<'v> Found<'v> {
    pub(super) fn new(volatile: &'v Volatile) -> Self {
        Self { volatile, differences: Vec::new(), ignored: Vec::new(), more: 0, rows: None }
    }

    /// A value that is another one.
    pub(super) fn change(&mut self, path: String, left: String, right: String) {
        let reason = self.volatile.reason(&path, Some((&left, &right)));
        self.put(Difference { path, kind: Kind::Changed, left: Some(left), right: Some(right) }, reason);
    }

    /// Any other difference: a form of values is no reason to leave it out.
    pub(super) fn add(&mut self, path: String, kind: Kind, left: Option<String>, right: Option<String>) {
        let reason = self.volatile.reason(&path, None);
        self.put(Difference { path, kind, left, right }, reason);
    }

    /// A difference that is left out for a reason of its own, unless nothing is.
    pub(super) fn pass_over(&mut self, difference: Difference, reason: Reason) {
        let reason =
            if self.volatile.is_builtin() { Some(reason) } else { self.volatile.reason(&difference.path, None) };
        self.put(difference, reason);
    }

    /// What is the same on both sides.
    pub(super) fn equal(&mut self, path: String, value: String) {
        if let Some(rows) = &mut self.rows {
            rows.push(Row { path, kind: None, left: Some(value.clone()), right: Some(value) });
        }
    }

    fn put(&mut self, difference: Difference, reason: Option<Reason>) {
        if let Some(rows) = &mut self.rows {
            let Difference { path, kind, left, right } = difference.clone();
            rows.push(Row { path, kind: reason.is_none().then_some(kind), left, right });
        }
        match reason {
            Some(reason) if self.ignored.len() < MOST => self.ignored.push(Ignored { difference, reason }),
            None if self.differences.len() < MOST => self.differences.push(difference),
            Some(_) => {}
            None => self.more += 1,
        }
    }
}

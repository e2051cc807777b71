//! Filters that were saved under a name, where another asks for them: `saved:NAME`.

use std::ops::Range;

use super::complete::quoted;
use super::error::QueryError;
use super::field::nearest;
use super::parse;
use super::tree::Node;

/// The saved filters, while a filter is read that may ask for them.
pub(super) struct Saved<'n> {
    named: &'n [(&'n str, &'n str)],
    /// Those that are being read, the outermost first.
    open: Vec<&'n str>,
    /// How many more may be read.
    left: usize,
    /// Whether an error says already which of them it is about.
    told: bool,
}

/// As many may be put in for one another; more are a filter that nobody can foresee.
const MOST: usize = 100;

impl<'n> Saved<'n> {
    /// Names and texts; of two of one name the first is meant.
    pub(super) fn new(named: &'n [(&'n str, &'n str)]) -> Self {
        Self { named, open: Vec::new(), left: MOST, told: false }
    }

    /// What the filter of that name asks; it is named at `at`, below so many brackets.
    pub(super) fn node(&mut self, name: &str, at: &Range<usize>, depth: u32) -> Result<Option<Node>, QueryError> {
        let exact = self.named.iter().find(|(known, _)| *known == name);
        let found = exact.or_else(|| self.named.iter().find(|(known, _)| known.to_lowercase() == name.to_lowercase()));
        let Some((known, text)) = found.copied() else {
            return Err(QueryError::new(at.clone(), format!("no filter is saved as `{name}`"), self.others(name)));
        };
        if self.open.contains(&known) {
            self.told = true;
            let what = format!("the saved filter `{known}` asks for itself");
            return Err(QueryError::new(at.clone(), what, "save it anew without that"));
        }
        let Some(left) = self.left.checked_sub(1) else {
            self.told = true;
            let what = "the saved filters in it ask for too many others";
            return Err(QueryError::new(at.clone(), what, "write out what they ask for"));
        };
        self.left = left;
        self.open.push(known);
        let node = parse::within(text, depth, self).map_err(|inner| {
            let what = match std::mem::replace(&mut self.told, true) {
                true => inner.what,
                false => format!("the saved filter `{known}` ({text}) can't be understood: {}", inner.what),
            };
            QueryError::new(at.clone(), what, inner.remedy)
        });
        self.open.pop();
        node
    }

    fn others(&self, name: &str) -> String {
        const SHOWN: usize = 20;
        let names: Vec<&str> = self.named.iter().map(|(known, _)| *known).collect();
        if names.is_empty() {
            return "none is saved yet: mwscope filters --save saves one, gV on the screens".to_owned();
        }
        let near =
            nearest(name, names.iter().copied()).map(|near| format!("did you mean {near}? ")).unwrap_or_default();
        let more = names.len().saturating_sub(SHOWN);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let mut shown: Vec<String> = names.into_iter().take(SHOWN).map(quoted).collect();
        shown.dedup();
        format!("{near}saved: {}{more}", shown.join(", "))
    }
}

//! How handing on goes: counts for the end, and a state that can be shown at any time.

/// What came of handing on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sent {
    /// Items that the receiver took.
    pub taken: u64,
    /// Items that it had from an earlier time.
    pub skipped: u64,
    /// Items that it refused.
    pub refused: u64,
    /// Why, each reason once.
    pub reasons: Vec<String>,
}

/// Reasons that are kept.
const REASONS: usize = 10;

impl Sent {
    /// Counts what was refused; gives the reasons that are new.
    pub(super) fn refuse(&mut self, items: u64, reasons: Vec<String>) -> Vec<String> {
        self.refused += items;
        let mut new = Vec::new();
        for reason in reasons {
            if self.reasons.len() < REASONS && !self.reasons.contains(&reason) {
                self.reasons.push(reason.clone());
                new.push(reason);
            }
        }
        new
    }
}

/// How far what is recorded has come to one receiver.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gone {
    /// Its address, without secrets.
    pub url: String,
    /// What it speaks, by its word.
    pub wire: &'static str,
    /// Items that it took, of all recordings into this case.
    pub taken: u64,
    /// Items that it refused.
    pub refused: u64,
    /// Exchanges that are in the case and not there yet.
    pub behind: u64,
    /// Why it takes nothing at present.
    pub trouble: Option<String>,
}

impl Gone {
    /// In words: `120 items at http://collector:4318, 3 exchanges behind`.
    #[must_use]
    pub fn in_words(&self) -> String {
        let Self { url, taken, refused, behind, .. } = self;
        let mut text = format!("{taken} items at {url}");
        for (n, what) in [(refused, "refused"), (behind, "exchanges behind")] {
            if *n > 0 {
                text.push_str(&format!(", {n} {what}"));
            }
        }
        text
    }
}

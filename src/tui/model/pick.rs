//! A box with rows to choose from: notes, saved filters, columns, calls to compare with. Typing narrows it.

use crate::model::{About, ExchangeId};

use super::overlay::{Typing, score};
use crate::remarks::saved::Saved;

/// Rows to choose from.
pub(in crate::tui) struct Pick {
    pub(in crate::tui) title: String,
    /// What is said where there is no row.
    pub(in crate::tui) none: String,
    rows: Vec<PickRow>,
    pub(in crate::tui) typed: Typing,
    pub(in crate::tui) row: usize,
}

/// A row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::tui) struct PickRow {
    pub(in crate::tui) text: String,
    /// What stands at its right end.
    pub(in crate::tui) aside: String,
    pub(in crate::tui) value: Picked,
}

/// What a row stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::tui) enum Picked {
    /// A note or mark: going there, or taking it off.
    Remark(About),
    /// A saved filter: taking it, or deleting it.
    Filter(Saved),
    /// A column: shown or not.
    Column(Column),
    /// A further column of logs, by its name: shown or not.
    Further(String),
    /// A call to compare with.
    Partner(ExchangeId),
    /// A form in which calls are written to a file.
    Export(Form),
}

/// In which form something is written to a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::tui) enum Form {
    /// What was found on a call, as Markdown.
    Markdown(ExchangeId),
    /// Calls in the format of that name.
    Calls(Vec<ExchangeId>, &'static str),
    /// The marked events as text.
    Marked,
}

/// A column of the lists that may be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(in crate::tui) enum Column {
    Kind,
    Took,
    User,
    Thread,
    Level,
    Logger,
    Answer,
    Links,
}

impl Column {
    pub(in crate::tui) const ALL: [Self; 8] =
        [Self::Kind, Self::Took, Self::User, Self::Thread, Self::Level, Self::Logger, Self::Answer, Self::Links];

    pub(in crate::tui) const fn name(self) -> &'static str {
        match self {
            Self::Kind => "kind",
            Self::Took => "took",
            Self::User => "user",
            Self::Thread => "thread",
            Self::Level => "level",
            Self::Logger => "logger",
            Self::Answer => "answer",
            Self::Links => "links",
        }
    }
}

impl Pick {
    pub(in crate::tui) fn new(title: &str, none: &str, rows: Vec<PickRow>) -> Self {
        Self { title: title.to_owned(), none: none.to_owned(), rows, typed: Typing::default(), row: 0 }
    }

    /// The rows that match what is typed, the best first; in their own order where nothing is.
    pub(in crate::tui) fn matches(&self) -> Vec<&PickRow> {
        let typed = self.typed.text.to_lowercase();
        let scored = |row: &PickRow| score(&format!("{} {}", row.text, row.aside).to_lowercase(), &typed);
        let mut found: Vec<(usize, &PickRow)> = self.rows.iter().filter_map(|row| Some((scored(row)?, row))).collect();
        if !typed.is_empty() {
            found.sort_by_key(|(score, _)| *score);
        }
        found.into_iter().map(|(_, row)| row).collect()
    }

    /// The row under the cursor.
    pub(in crate::tui) fn chosen(&self) -> Option<Picked> {
        self.matches().get(self.row).map(|row| row.value.clone())
    }

    /// Puts other rows in place of these; the cursor stays as far as it can.
    pub(in crate::tui) fn replace(&mut self, rows: Vec<PickRow>) {
        self.rows = rows;
        self.row = self.row.min(self.matches().len().saturating_sub(1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typing_narrows_and_the_best_comes_first() {
        let row =
            |text: &str, column| PickRow { text: text.to_owned(), aside: String::new(), value: Picked::Column(column) };
        let mut pick = Pick::new("", "", vec![row("the user", Column::User), row("used by", Column::Took)]);
        assert_eq!(pick.chosen(), Some(Picked::Column(Column::User)));
        pick.typed = Typing::new("used");
        assert_eq!(pick.matches().len(), 1);
        pick.typed = Typing::new("xyz");
        assert_eq!(pick.chosen(), None);
    }
}

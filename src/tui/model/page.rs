//! The screens besides the lists, each with the data it shows: one event in full, the findings, the sources, a
//! comparison.

use std::sync::Arc;

use crate::model::{DumpId, EventRef, ExchangeId, Investigation, ThreadsId};

use super::details::RecordRef;
use super::streams::StreamPage;
use super::text::{Reading, Text};

/// One event in full.
#[derive(Clone)]
pub(in crate::tui) enum Page {
    Exchange(Box<ExchangePage>),
    Record(RecordPage),
    Dump(DumpPage),
    Threads(ThreadsPage),
    Stream(StreamPage),
}

impl Page {
    pub(in crate::tui) fn event(&self) -> EventRef {
        match self {
            Self::Exchange(page) => EventRef::Exchange(page.id),
            Self::Record(page) => EventRef::Record(page.at.0, page.at.1),
            Self::Dump(page) => EventRef::Dump(page.id),
            Self::Threads(page) => EventRef::Threads(page.id),
            Self::Stream(page) => EventRef::Stream(page.id),
        }
    }

    /// The text that moves with the keys.
    pub(in crate::tui) fn reading_mut(&mut self) -> &mut Reading {
        match self {
            Self::Exchange(page) => match page.side {
                Side::Request => &mut page.request,
                Side::Answer => &mut page.answer,
                Side::Joined => &mut page.joined,
            },
            Self::Record(page) => &mut page.reading,
            Self::Dump(page) => &mut page.reading,
            Self::Threads(page) => &mut page.reading,
            Self::Stream(page) => &mut page.reading,
        }
    }

    pub(in crate::tui) fn reading(&self) -> &Reading {
        match self {
            Self::Exchange(page) => match page.side {
                Side::Request => &page.request,
                Side::Answer => &page.answer,
                Side::Joined => &page.joined,
            },
            Self::Record(page) => &page.reading,
            Self::Dump(page) => &page.reading,
            Self::Threads(page) => &page.reading,
            Self::Stream(page) => &page.reading,
        }
    }
}

/// The part of an exchange's page that has the cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::tui) enum Side {
    Request,
    Answer,
    /// What belongs to the call: its finding and the evidence.
    Joined,
}

/// How bodies and records are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::tui) enum View {
    /// Laid out for reading.
    Pretty,
    /// Fields as a table.
    Fields,
    /// The text as it came.
    Raw,
    /// Every byte.
    Hex,
}

impl View {
    pub(in crate::tui) const ALL: [Self; 4] = [Self::Pretty, Self::Fields, Self::Raw, Self::Hex];

    pub(in crate::tui) const fn name(self) -> &'static str {
        match self {
            Self::Pretty => "pretty",
            Self::Fields => "fields",
            Self::Raw => "raw",
            Self::Hex => "hex",
        }
    }

    pub(in crate::tui) fn next(self, back: bool) -> Self {
        let at = Self::ALL.iter().position(|v| *v == self).unwrap_or(0);
        Self::ALL[(at + if back { 3 } else { 1 }) % 4]
    }
}

/// How a body is shown where there is so much room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::tui) struct Shape {
    pub(in crate::tui) view: View,
    /// Bytes in a line of hexadecimal digits.
    pub(in crate::tui) row: usize,
}

impl Shape {
    /// For half of a screen of that width.
    pub(in crate::tui) fn of(view: View, width: u16) -> Self {
        // Sixteen bytes take 78 columns with their addresses and letters.
        Self { view, row: if width >= 160 { 16 } else { 8 } }
    }

    /// Cells in a line of a picture, which take what a line of hexadecimal digits takes.
    pub(in crate::tui) fn cells(self) -> usize {
        if self.row >= 16 { 76 } else { 36 }
    }
}

/// An exchange in full.
#[derive(Clone)]
pub(in crate::tui) struct ExchangePage {
    pub(in crate::tui) id: ExchangeId,
    pub(in crate::tui) side: Side,
    pub(in crate::tui) view: View,
    pub(in crate::tui) request: Reading,
    pub(in crate::tui) answer: Reading,
    pub(in crate::tui) joined: Reading,
    /// The question whose answer fills the texts.
    pub(in crate::tui) ticket: u64,
}

/// A record in full.
#[derive(Clone)]
pub(in crate::tui) struct RecordPage {
    pub(in crate::tui) at: RecordRef,
    pub(in crate::tui) view: View,
    pub(in crate::tui) reading: Reading,
    /// Whether `reading` holds the record already.
    pub(in crate::tui) filled: bool,
}

/// A dump in full.
#[derive(Clone)]
pub(in crate::tui) struct DumpPage {
    pub(in crate::tui) id: DumpId,
    pub(in crate::tui) reading: Reading,
}

/// A thread dump in full.
#[derive(Clone)]
pub(in crate::tui) struct ThreadsPage {
    pub(in crate::tui) id: ThreadsId,
    pub(in crate::tui) reading: Reading,
}

/// The findings and what no rule explains.
#[derive(Default)]
pub(in crate::tui) struct Findings {
    pub(in crate::tui) row: usize,
    pub(in crate::tui) top: usize,
    pub(in crate::tui) pane: Pane,
    /// The finding under the cursor in full.
    pub(in crate::tui) detail: Reading,
}

/// The part of a split screen that has the cursor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::tui) enum Pane {
    #[default]
    List,
    Detail,
}

impl Findings {
    /// How many rows there are.
    pub(in crate::tui) fn len(investigation: &Investigation) -> usize {
        investigation.findings.len() + investigation.unexplained.len()
    }

    /// The event that the row under the cursor is about.
    pub(in crate::tui) fn subject(&self, investigation: &Investigation) -> Option<EventRef> {
        if self.pane == Pane::Detail
            && let Some(event) = self.detail.text.link(self.detail.row)
        {
            return Some(event);
        }
        let Some(finding) = investigation.findings.get(self.row) else {
            let unexplained = investigation.unexplained.get(self.row.checked_sub(investigation.findings.len())?)?;
            return Some(EventRef::Exchange(unexplained.exchange));
        };
        finding.about()
    }
}

/// The sources and their clocks.
#[derive(Default)]
pub(in crate::tui) struct Sources {
    pub(in crate::tui) row: usize,
    pub(in crate::tui) top: usize,
}

/// Two calls side by side.
pub(in crate::tui) struct Compare {
    pub(in crate::tui) left: ExchangeId,
    pub(in crate::tui) right: ExchangeId,
    /// Why the right one was chosen.
    pub(in crate::tui) why: String,
    pub(in crate::tui) rows: Arc<Vec<CompareRow>>,
    pub(in crate::tui) row: usize,
    pub(in crate::tui) top: usize,
    /// The question whose answer fills the rows.
    pub(in crate::tui) ticket: u64,
}

/// A row of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::tui) struct CompareRow {
    pub(in crate::tui) name: String,
    pub(in crate::tui) left: Option<String>,
    pub(in crate::tui) right: Option<String>,
    pub(in crate::tui) kind: RowKind,
}

/// What a row of a comparison says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::tui) enum RowKind {
    /// A heading.
    Head,
    Equal,
    Differs,
    OnlyLeft,
    OnlyRight,
}

impl ExchangePage {
    pub(in crate::tui) fn new(id: ExchangeId, joined: Text, ticket: u64) -> Self {
        let wait = Reading::new(Text::plain("reading ..."));
        let joined = Reading::new(joined);
        Self { id, side: Side::Request, view: View::Pretty, request: wait.clone(), answer: wait, joined, ticket }
    }
}

//! Goes through a case from segment to segment, also while it grows. It knows where entries stand, not what they say.

use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use super::entry::{Kind, Scan, Step};
use super::problem;
use super::segment::{self, SEGMENT_HEADER, Segment, SegmentHead, VERSION};
use crate::model::SourceProblem;

/// A place in a case's segments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Position {
    pub(crate) segment: u32,
    pub(crate) offset: u64,
}

impl Position {
    pub(crate) const START: Self = Self { segment: 0, offset: SEGMENT_HEADER };
}

/// What stands at a place.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    /// An entry; without its payload where it belongs to a body.
    Entry(Kind, &'a [u8]),
    /// Bytes that are no entry.
    Damage(String),
    /// A segment that can't be read now; it may be later.
    Unreadable(String),
}

/// A way through a case, as far as it has come.
#[derive(Debug)]
pub(crate) struct Walk {
    dir: PathBuf,
    at: Position,
    segment: Option<Segment>,
    /// Bytes behind the last whole entry of all, when it was last looked at.
    torn: u64,
}

impl Walk {
    /// Begins at `at`, which is the start of an entry, or [`Position::START`].
    pub(crate) fn new(dir: &Path, at: Position) -> Self {
        Self { dir: dir.to_owned(), at, segment: None, torn: 0 }
    }

    /// Where it stands: behind what was taken last.
    pub(crate) const fn at(&self) -> Position {
        self.at
    }

    /// Bytes at the very end that were no whole entry, or not yet.
    pub(crate) const fn torn(&self) -> u64 {
        self.torn
    }

    /// Gives what stands behind the present place to `take`, until there is no more or it has had enough.
    ///
    /// # Errors
    /// When the folder can't be read, or a newer version of mwscope wrote it.
    pub(crate) fn go(
        &mut self,
        take: &mut dyn FnMut(Position, Piece<'_>) -> ControlFlow<()>,
    ) -> Result<(), SourceProblem> {
        loop {
            let next = self.next_segment()?;
            if self.at.segment == 0 {
                let Some(first) = next else { return Ok(()) };
                self.at = Position { segment: first, offset: SEGMENT_HEADER };
                continue;
            }
            let mut flow = match self.rest_of_segment(take) {
                Ok(rest) => {
                    self.torn = rest.torn;
                    if rest.flow.is_break() {
                        return Ok(());
                    }
                    if next.is_some() && rest.torn > 0 {
                        take(self.at, Piece::Damage(format!("{} bytes at the end are no whole entry", rest.torn)))
                    } else {
                        rest.flow
                    }
                }
                Err(Unreadable::Newer(problem)) => return Err(problem),
                Err(Unreadable::Failed(error)) => {
                    let flow = take(self.at, Piece::Unreadable(format!("can't be read: {error}")));
                    if flow.is_break() {
                        return Ok(());
                    }
                    flow
                }
            };
            let Some(next) = next else { return Ok(()) };
            if next != self.at.segment + 1 {
                let what = format!("behind it segment {} is missing", self.at.segment + 1);
                flow = take(self.at, Piece::Damage(what));
            }
            self.at = Position { segment: next, offset: SEGMENT_HEADER };
            self.segment = None;
            if flow.is_break() {
                return Ok(());
            }
        }
    }

    /// The number of the next segment, asked for before the present one is read to its end: whoever writes begins
    /// the next only when the present one is whole.
    fn next_segment(&self) -> Result<Option<u32>, SourceProblem> {
        let numbers = segment::numbers(&self.dir).map_err(|e| problem(&self.dir, format!("can't be read: {e}")))?;
        Ok(numbers.iter().map(|(number, _)| *number).find(|number| *number > self.at.segment))
    }

    /// Goes through the present segment as far as it is whole.
    fn rest_of_segment(
        &mut self,
        take: &mut dyn FnMut(Position, Piece<'_>) -> ControlFlow<()>,
    ) -> Result<Rest, Unreadable> {
        let none = |torn| Rest { flow: ControlFlow::Continue(()), torn };
        if self.segment.is_none() {
            let mut segment = Segment::open(&self.dir, self.at.segment)?;
            match SegmentHead::read(&mut segment)? {
                Some(head) if head.version > VERSION => return Err(newer(&self.dir, head.version)),
                // Not even the head is written yet.
                None if segment.len()? < SEGMENT_HEADER => return Ok(none(segment.len()?)),
                Some(_) | None => self.segment = Some(segment),
            }
        }
        let Some(segment) = &mut self.segment else { return Ok(none(0)) };
        let mut scan = Scan::new(segment, self.at.offset)?;
        loop {
            let flow = match scan.step()? {
                Step::Entry { offset, kind, payload } => {
                    take(Position { segment: self.at.segment, offset }, Piece::Entry(kind, &payload))
                }
                Step::Damage { from, to } => {
                    let what = format!("{} bytes are damaged", to - from);
                    take(Position { segment: self.at.segment, offset: from }, Piece::Damage(what))
                }
                Step::End { torn, .. } => return Ok(none(torn)),
            };
            self.at.offset = scan.at();
            if flow.is_break() {
                return Ok(Rest { flow, torn: 0 });
            }
        }
    }
}

struct Rest {
    flow: ControlFlow<()>,
    torn: u64,
}

enum Unreadable {
    Newer(SourceProblem),
    Failed(io::Error),
}

impl From<io::Error> for Unreadable {
    fn from(error: io::Error) -> Self {
        Self::Failed(error)
    }
}

fn newer(dir: &Path, version: u32) -> Unreadable {
    Unreadable::Newer(SourceProblem {
        path: dir.display().to_string(),
        offset: 0,
        what: format!("is a case of version {version}, and this program knows version {VERSION}"),
        remedy: "open it with the version of mwscope that wrote it, or a newer one".to_owned(),
    })
}

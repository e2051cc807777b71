//! Reads a case, also while it is being recorded: each reading gives what has come since the one before. It writes
//! nothing and holds nothing back; bodies are left where they are.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use super::bodies;
use super::entry::{Kind, Scan, Step};
use super::remark::Remark;
use super::segment::{self, SEGMENT_HEADER, Segment, SegmentHead, VERSION};
use super::source::{self, StoredSource};
use super::{Case, persist, problem};
use crate::model::{Exchange, SourceProblem};

/// What a reading gave.
#[derive(Clone, Debug, Default)]
pub struct Contents {
    /// Sources, by rising id.
    pub sources: Vec<StoredSource>,
    /// Exchanges, by rising id; their `source` is the id of a stored source. One that was given by an earlier
    /// reading is replaced by a later one with the same id.
    pub exchanges: Vec<Exchange>,
    /// What the user added, in the order in which it was said.
    pub remarks: Vec<Remark>,
    /// What could not be read, now or when it was recorded.
    pub problems: Vec<SourceProblem>,
}

impl Contents {
    /// Whether there is nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let Self { sources, exchanges, remarks, problems } = self;
        sources.is_empty() && exchanges.is_empty() && remarks.is_empty() && problems.is_empty()
    }
}

/// A place in a case's segments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Position {
    pub(crate) segment: u32,
    pub(crate) offset: u64,
}

impl Position {
    pub(crate) const START: Self = Self { segment: 0, offset: SEGMENT_HEADER };
}

/// Reads one case from its start to its end, and further as it grows.
pub struct Reader {
    dir: PathBuf,
    /// Which case of an investigation this is; see [`bodies::CaseBodies`].
    place: u32,
    at: Position,
    segment: Option<Segment>,
}

impl Reader {
    pub(super) fn new(case: &Case, place: u32) -> Self {
        Self { dir: case.dir().to_owned(), place, at: Position::START, segment: None }
    }

    /// Everything that has come since the last reading, at first everything there is.
    ///
    /// # Errors
    /// When the folder can't be read, or a newer version of mwscope wrote it. Damage in it is a problem among the
    /// contents, and the rest is read.
    pub fn read(&mut self) -> Result<Contents, SourceProblem> {
        let mut found = Found::default();
        self.entries(|at, kind, payload| found.take(at, kind, payload))?;
        Ok(found.into_contents(&self.dir, self.place))
    }

    /// Gives every entry behind the position to `take`, with its place; bodies without their payload. Damage comes
    /// as a [`Piece::Damage`].
    fn entries(&mut self, mut take: impl FnMut(Position, Piece, &[u8])) -> Result<(), SourceProblem> {
        loop {
            let next = self.next_segment()?;
            if self.at.segment == 0 {
                let Some(first) = next else { return Ok(()) };
                self.at = Position { segment: first, offset: SEGMENT_HEADER };
                continue;
            }
            let torn = match self.rest_of_segment(&mut take) {
                Ok(torn) => torn,
                Err(Unreadable::Newer(problem)) => return Err(problem),
                Err(Unreadable::Failed(error)) => {
                    take(self.at, Piece::Damage { what: format!("can't be read: {error}") }, &[]);
                    0
                }
            };
            let Some(next) = next else { return Ok(()) };
            if torn > 0 {
                let what = format!("{torn} bytes at the end are no whole entry");
                take(self.at, Piece::Damage { what }, &[]);
            }
            if next != self.at.segment + 1 {
                let what = format!("behind it segment {} is missing", self.at.segment + 1);
                take(self.at, Piece::Damage { what }, &[]);
            }
            self.at = Position { segment: next, offset: SEGMENT_HEADER };
            self.segment = None;
        }
    }

    /// The number of the next segment, asked for before the present one is read to its end: whoever writes begins
    /// the next only when the present one is whole.
    fn next_segment(&self) -> Result<Option<u32>, SourceProblem> {
        let numbers = segment::numbers(&self.dir).map_err(|e| problem(&self.dir, format!("can't be read: {e}")))?;
        Ok(numbers.iter().map(|(number, _)| *number).find(|number| *number > self.at.segment))
    }

    /// Reads the present segment as far as it is whole, and says how many bytes are left behind that.
    fn rest_of_segment(&mut self, take: &mut impl FnMut(Position, Piece, &[u8])) -> Result<u64, Unreadable> {
        if self.segment.is_none() {
            let mut segment = Segment::open(&self.dir, self.at.segment)?;
            match SegmentHead::read(&mut segment)? {
                Some(head) if head.version > VERSION => return Err(newer(&self.dir, head.version)),
                // Not even the head is written yet.
                None if segment.len()? < SEGMENT_HEADER => return Ok(segment.len()?),
                Some(_) | None => self.segment = Some(segment),
            }
        }
        let Some(segment) = &mut self.segment else { return Ok(0) };
        let mut scan = Scan::new(segment, self.at.offset)?;
        loop {
            match scan.step()? {
                Step::Entry { offset, kind, payload } => {
                    let at = Position { segment: self.at.segment, offset };
                    take(at, Piece::Entry(kind), &payload);
                    self.at.offset = scan.at();
                }
                Step::Damage { from, to } => {
                    let at = Position { segment: self.at.segment, offset: from };
                    let what = format!("{} bytes are damaged", to - from);
                    take(at, Piece::Damage { what }, &[]);
                    self.at.offset = to;
                }
                Step::End { torn, .. } => return Ok(torn),
            }
        }
    }
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

/// What stands at a place.
enum Piece {
    Entry(Kind),
    Damage { what: String },
}

#[derive(Default)]
struct Found {
    sources: BTreeMap<u32, StoredSource>,
    exchanges: BTreeMap<u32, Exchange>,
    remarks: Vec<Remark>,
    stored_problems: Vec<SourceProblem>,
    /// Place, and what is wrong there.
    damage: Vec<(Position, String)>,
    unknown: BTreeMap<u16, (Position, u64)>,
}

impl Found {
    fn take(&mut self, at: Position, piece: Piece, payload: &[u8]) {
        let kind = match piece {
            Piece::Entry(kind) => kind,
            Piece::Damage { what } => return self.damage.push((at, what)),
        };
        let read = match kind {
            Kind::Body | Kind::BodyList => Ok(()),
            Kind::Exchange => persist::exchange_of_bytes(payload).map(|x| drop(self.exchanges.insert(x.id.0, x))),
            Kind::Source => source::of_bytes(payload).map(|s| drop(self.sources.insert(s.source.id.0, s))),
            Kind::Problem => problem_of_bytes(payload).map(|p| self.stored_problems.push(p)),
            Kind::Note | Kind::Mark | Kind::Clock => match Remark::of_entry(kind, payload) {
                Some(remark) => remark.map(|r| self.remarks.push(r)),
                None => Ok(()),
            },
            Kind::Unknown(number) => {
                self.unknown.entry(number).or_insert((at, 0)).1 += 1;
                Ok(())
            }
        };
        if let Err(what) = read {
            self.damage.push((at, format!("an entry can't be understood: {what}")));
        }
    }

    fn into_contents(self, dir: &Path, place: u32) -> Contents {
        let mut exchanges: Vec<_> = self.exchanges.into_values().collect();
        exchanges.iter_mut().for_each(|exchange| bodies::shift(exchange, place));
        let mut problems = self.stored_problems;
        problems.extend(self.damage.into_iter().map(|(at, what)| SourceProblem {
            path: dir.display().to_string(),
            offset: at.offset,
            what: format!("segment {}: {what}", at.segment),
            remedy: "the rest was read; take the case from a copy if that part is needed".to_owned(),
        }));
        problems.extend(self.unknown.into_iter().map(|(number, (at, count))| SourceProblem {
            path: dir.display().to_string(),
            offset: at.offset,
            what: format!("segment {}: {count} entries of kind {number}, which this version doesn't know", at.segment),
            remedy: "they were kept; use a newer version of mwscope to see them".to_owned(),
        }));
        Contents { sources: self.sources.into_values().collect(), exchanges, remarks: self.remarks, problems }
    }
}

fn problem_of_bytes(payload: &[u8]) -> Result<SourceProblem, String> {
    let (path, offset, what, remedy) = serde_json::from_slice(payload).map_err(|e| e.to_string())?;
    Ok(SourceProblem { path, offset, what, remedy })
}

/// What a writer must know of what was written before.
#[derive(Debug, Default)]
pub(crate) struct Counted {
    /// The next id of an exchange.
    pub(crate) next: u32,
    /// The next index of each source.
    pub(crate) indexes: Vec<u32>,
    /// The sources.
    pub(crate) sources: Vec<StoredSource>,
}

impl Counted {
    /// Counts what the case holds.
    pub(crate) fn of(case: &Case) -> Result<Self, SourceProblem> {
        let mut counted = Self::default();
        let mut sources = BTreeMap::new();
        Reader::new(case, 0).entries(|_, piece, payload| match piece {
            Piece::Entry(Kind::Exchange) => counted.exchange(payload),
            Piece::Entry(Kind::Source) => {
                if let Ok(stored) = source::of_bytes(payload) {
                    sources.insert(stored.source.id.0, stored);
                }
            }
            Piece::Entry(_) | Piece::Damage { .. } => {}
        })?;
        counted.sources = sources.into_values().collect();
        Ok(counted)
    }

    fn exchange(&mut self, payload: &[u8]) {
        #[derive(serde::Deserialize)]
        struct Numbers {
            id: u32,
            source: u32,
            index: u32,
        }
        let Ok(numbers) = serde_json::from_slice::<Numbers>(payload) else { return };
        self.next = self.next.max(numbers.id.saturating_add(1));
        let source = numbers.source as usize;
        // A source's number is small; a damaged one must not cost memory.
        if source < 1 << 20 {
            if self.indexes.len() <= source {
                self.indexes.resize(source + 1, 0);
            }
            self.indexes[source] = self.indexes[source].max(numbers.index.saturating_add(1));
        }
    }
}

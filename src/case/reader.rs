//! Reads a case, also while it is being recorded: each reading gives what has come since the one before. It holds
//! nothing back; bodies are left where they are.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use super::bodies;
use super::entry::Kind;
use super::index;
use super::source::{self, StoredSource};
use super::walk::{Piece, Position, Walk};
use super::{Case, Options, lock, persist, under_way};
use crate::model::{Exchange, SourceProblem};
use crate::workers;

/// What a reading gave.
#[derive(Clone, Debug, Default)]
pub struct Contents {
    /// Sources, by rising id.
    pub sources: Vec<StoredSource>,
    /// Exchanges, by rising id; their `source` is the id of a stored source. One that was given by an earlier
    /// reading is replaced by a later one with the same id.
    pub exchanges: Vec<Exchange>,
    /// What could not be read, now or when it was recorded.
    pub problems: Vec<SourceProblem>,
}

impl Contents {
    /// Whether there is nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let Self { sources, exchanges, problems } = self;
        sources.is_empty() && exchanges.is_empty() && problems.is_empty()
    }
}

/// Reads one case from its start to its end, and further as it grows.
pub struct Reader {
    case: Case,
    dir: PathBuf,
    /// Which case of an investigation this is; see [`bodies::CaseBodies`].
    place: u32,
    walk: Option<Walk>,
}

impl Reader {
    pub(super) fn new(case: &Case, place: u32) -> Self {
        Self { case: case.clone(), dir: case.dir().to_owned(), place, walk: None }
    }

    /// Everything that has come since the last reading, at first everything there is.
    ///
    /// The first reading takes what the index knows from there, and puts a crashed writer's case in order where that
    /// can be done.
    ///
    /// # Errors
    /// When the folder can't be read, or a newer version of mwscope wrote it. Damage in it is a problem among the
    /// contents, and the rest is read.
    pub fn read(&mut self) -> Result<Contents, SourceProblem> {
        let mut found = Found::default();
        let Some(walk) = &mut self.walk else { return self.first() };
        walk.go(&mut |at, piece| found.take(at, piece))?;
        Ok(found.into_contents(&self.dir, self.place))
    }

    fn first(&mut self) -> Result<Contents, SourceProblem> {
        let (mut found, mut walk) = self.all()?;
        if walk.torn() > 0 && lock::owner(&self.dir).is_some() {
            // Whoever wrote may be writing still: then the case can't be taken, and what is torn will be whole soon.
            let options = Options { keep_secrets: true, ..Options::new(0) };
            if self.case.write(options).is_ok() {
                (found, walk) = self.all()?;
            }
        }
        self.walk = Some(walk);
        Ok(found.into_contents(&self.dir, self.place))
    }

    fn all(&self) -> Result<(Found, Walk), SourceProblem> {
        let mut found = Found::default();
        // And for those that came since: all would have to move for one more.
        let known = index::exchanges(&self.dir);
        found.exchanges.reserve_exact(known + known / 8);
        let known = found.understood(|take| index::load(&self.dir, take));
        if known.is_none() {
            found = Found::default();
        }
        let mut walk = Walk::new(&self.dir, known.unwrap_or(Position::START));
        found.understood(|take| walk.go(take))?;
        if known.is_none() {
            // The index is a convenience: where it can't be written (a read-only folder) there is none.
            let _ = index::catch_up(&self.dir);
        }
        Ok((found, walk))
    }
}

/// Exchanges that are understood in one go.
const TOGETHER: usize = 256;

/// Exchanges as they are stored, with their places, one behind the other.
#[derive(Default)]
struct Stored {
    bytes: Vec<u8>,
    /// Where each stands in the case, and where it ends in `bytes`.
    ends: Vec<(Position, usize)>,
}

impl Stored {
    fn add(&mut self, at: Position, payload: &[u8]) {
        self.bytes.extend_from_slice(payload);
        self.ends.push((at, self.bytes.len()));
    }

    fn understood(&self) -> Vec<Result<Exchange, (Position, String)>> {
        let starts = [0].into_iter().chain(self.ends.iter().map(|(_, end)| *end));
        let each = starts.zip(&self.ends).map(|(start, (at, end))| (*at, &self.bytes[start..*end]));
        each.map(|(at, payload)| persist::exchange_of_bytes(payload).map_err(|what| (at, what))).collect()
    }
}

#[derive(Default)]
struct Found {
    sources: BTreeMap<u32, StoredSource>,
    exchanges: Vec<Exchange>,
    /// Those that hadn't ended when they were written down; the end of some may be among the others.
    under_way: Vec<Exchange>,
    stored_problems: Vec<SourceProblem>,
    /// Place, and what is wrong there.
    damage: Vec<(Position, String)>,
    unknown: BTreeMap<u16, (Position, u64)>,
}

impl Found {
    /// Takes what `walk` gives it; exchanges are understood on all processors meanwhile.
    fn understood<T>(&mut self, walk: impl FnOnce(&mut dyn FnMut(Position, Piece<'_>) -> ControlFlow<()>) -> T) -> T {
        let (mut exchanges, mut ununderstood) = (std::mem::take(&mut self.exchanges), Vec::new());
        let take = |understood: Vec<_>| {
            for exchange in understood {
                match exchange {
                    Ok(exchange) => exchanges.push(exchange),
                    Err(not) => ununderstood.push(not),
                }
            }
        };
        let walked = workers::in_line(
            |stored: Stored| stored.understood(),
            take,
            |line| {
                let mut stored = Stored::default();
                let walked = walk(&mut |at, piece| {
                    let Piece::Entry(Kind::Exchange, payload) = piece else { return self.take(at, piece) };
                    stored.add(at, payload);
                    if stored.ends.len() == TOGETHER {
                        line.put(std::mem::take(&mut stored));
                    }
                    ControlFlow::Continue(())
                });
                line.put(stored);
                walked
            },
        );
        self.exchanges = exchanges;
        ununderstood.into_iter().for_each(|(at, what)| self.not_understood(at, &what));
        self.damage.sort_by_key(|(at, _)| *at);
        walked
    }

    fn take(&mut self, at: Position, piece: Piece<'_>) -> ControlFlow<()> {
        let (kind, payload) = match piece {
            Piece::Entry(kind, payload) => (kind, payload),
            Piece::Damage(what) | Piece::Unreadable(what) => {
                self.damage.push((at, what));
                return ControlFlow::Continue(());
            }
        };
        if let Err(what) = self.entry(at, kind, payload) {
            self.not_understood(at, &what);
        }
        ControlFlow::Continue(())
    }

    fn not_understood(&mut self, at: Position, what: &str) {
        self.damage.push((at, format!("an entry can't be understood: {what}")));
    }

    fn entry(&mut self, at: Position, kind: Kind, payload: &[u8]) -> Result<(), String> {
        match kind {
            Kind::Body | Kind::BodyList => {}
            Kind::Exchange => {
                let exchange = persist::exchange_of_bytes(payload)?;
                self.exchanges.push(exchange);
            }
            Kind::UnderWay => self.under_way.push(persist::exchange_of_bytes(payload)?),
            Kind::Source => {
                let stored = source::of_bytes(payload)?;
                self.sources.insert(stored.source.id.0, stored);
            }
            Kind::Problem => self.stored_problems.push(problem_of_bytes(payload)?),
            Kind::Unknown(number) => self.unknown.entry(number).or_insert((at, 0)).1 += 1,
        }
        Ok(())
    }

    fn into_contents(self, dir: &Path, place: u32) -> Contents {
        let mut exchanges = newest(self.exchanges);
        add_under_way(&mut exchanges, newest(self.under_way), || lock::is_held(dir));
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
        Contents { sources: self.sources.into_values().collect(), exchanges, problems }
    }
}

/// Exchanges by rising id; of those with the same id the one that was written last. They are large and many, so they
/// are moved only where they must be.
fn newest(mut exchanges: Vec<Exchange>) -> Vec<Exchange> {
    if !exchanges.is_sorted_by(|a, b| a.id < b.id) {
        exchanges.sort_by_key(|exchange| exchange.id);
        exchanges.reverse();
        exchanges.dedup_by_key(|exchange| exchange.id);
        exchanges.reverse();
    }
    exchanges
}

/// Puts those in whose end isn't among the others, and says so of them.
fn add_under_way(exchanges: &mut Vec<Exchange>, under_way: Vec<Exchange>, is_written: impl FnOnce() -> Option<bool>) {
    let mut left: Vec<Exchange> = under_way;
    left.retain(|exchange| exchanges.binary_search_by_key(&exchange.id, |x| x.id).is_err());
    if left.is_empty() {
        return;
    }
    let written = is_written();
    left.iter_mut().for_each(|exchange| under_way::say(exchange, written));
    exchanges.append(&mut left);
    exchanges.sort_by_key(|exchange| exchange.id);
}

fn problem_of_bytes(payload: &[u8]) -> Result<SourceProblem, String> {
    let (path, offset, what, remedy) = serde_json::from_slice(payload).map_err(|e| e.to_string())?;
    Ok(SourceProblem { path, offset, what, remedy })
}

//! `case.db`: what the segments say, without the bodies, where it can be asked for at once. It is a cache: made from
//! the segments alone, brought up to date from wherever it ends, thrown away and made anew when it is broken, of
//! another version or of another case. Nothing depends on it but time.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, OptionalExtension, Statement, Transaction, TransactionBehavior, params};

use super::counted::Counted;
use super::entry::Kind;
use super::segment::{self, Segment, SegmentHead};
use super::source::{self, StoredSource};
use super::walk::{Piece, Position, Walk};
use super::{persist, private};

/// The version of the tables; another one is made anew.
const VERSION: i64 = 2;

/// Entries that go into one transaction.
const BATCH: usize = 4000;

/// The kind under which damage stands among the entries.
const DAMAGE: i64 = -1;

const TABLES: &str = "
    CREATE TABLE state (case_id INTEGER, segment INTEGER, offset INTEGER, exchanges INTEGER, others INTEGER);
    CREATE TABLE exchanges (
        id INTEGER PRIMARY KEY, source INTEGER, idx INTEGER, segment INTEGER, offset INTEGER,
        started_ns INTEGER, duration_ns INTEGER, method TEXT, url TEXT, status INTEGER, outcome TEXT, service TEXT,
        operation TEXT, program TEXT, user TEXT, fault TEXT, request_bytes INTEGER, response_bytes INTEGER,
        under_way INTEGER, entry BLOB);
    CREATE INDEX exchanges_by_source ON exchanges (source, idx);
    CREATE INDEX exchanges_under_way ON exchanges (id) WHERE under_way;
    CREATE TABLE sources (id INTEGER PRIMARY KEY, path TEXT, kind TEXT, segment INTEGER, offset INTEGER, entry BLOB);
    CREATE TABLE others (seq INTEGER PRIMARY KEY, kind INTEGER, segment INTEGER, offset INTEGER, entry BLOB);
";

/// How eagerly the index is brought up to date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pace {
    /// Everything there is.
    AllAtOnce,
    /// One batch, so that a recording keeps the processor.
    OneBatch,
}

/// How far the index has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Progress {
    /// To the end.
    Done,
    /// There is more.
    More,
}

/// The index of a case, open for writing.
pub(crate) struct Index {
    db: Connection,
    dir: PathBuf,
}

impl Index {
    /// Opens the index of the case in `dir`; what is broken is made anew. `None` where there is no case yet.
    ///
    /// # Errors
    /// When it can't be written.
    pub(crate) fn open(dir: &Path) -> rusqlite::Result<Option<Self>> {
        let Some(case) = case_id(dir) else { return Ok(None) };
        let db = match open(dir, case) {
            Ok(db) => db,
            Err(_) => {
                remove(dir);
                open(dir, case)?
            }
        };
        Ok(Some(Self { db, dir: dir.to_owned() }))
    }

    /// Brings it up to date.
    ///
    /// # Errors
    /// When it can't be written. It is gone then, as far as it could be deleted.
    pub(crate) fn catch_up(mut self, pace: Pace) -> Result<(Self, Progress), Failed> {
        loop {
            match batch(&mut self.db, &self.dir) {
                Ok(Progress::More) if pace == Pace::AllAtOnce => {}
                Ok(progress) => return Ok((self, progress)),
                Err(error) => {
                    drop(self.db);
                    remove(&self.dir);
                    return Err(error);
                }
            }
        }
    }
}

/// Brings the index of the case in `dir` up to date.
///
/// # Errors
/// As [`Index::open`] and [`Index::catch_up`].
pub(crate) fn catch_up(dir: &Path) -> Result<(), Failed> {
    if let Some(index) = Index::open(dir)? {
        index.catch_up(Pace::AllAtOnce)?;
    }
    Ok(())
}

/// Why the index is not up to date; nothing hangs on it.
pub(crate) type Failed = Box<dyn std::error::Error + Send + Sync>;

/// Gives everything that the index knows to `take`, and says up to where that is. `None` where there is no index, or
/// none that can be relied on; what was given then is to be forgotten.
pub(crate) fn load(dir: &Path, take: &mut dyn FnMut(Position, Piece<'_>) -> ControlFlow<()>) -> Option<Position> {
    let mut db = read_only(dir)?;
    let db = db.transaction().ok()?;
    let state = State::of(&db, dir)?;
    let mut given = (0, 0);
    let mut give = |sql: &str, kinds: [Kind; 2], count: &mut i64| {
        let mut query = db.prepare(sql).ok()?;
        let mut rows = query.query([]).ok()?;
        while let Some(row) = rows.next().ok()? {
            let at = position(row.get(0).ok()?, row.get(1).ok()?)?;
            let payload = row.get_ref(2).ok()?.as_blob().ok()?;
            let kind = kinds[usize::from(row.get::<_, bool>(3).ok()?)];
            let _ = take(at, Piece::Entry(kind, payload));
            *count += 1;
        }
        Some(())
    };
    give("SELECT segment, offset, entry, 0 FROM sources ORDER BY id", [Kind::Source; 2], &mut 0)?;
    let kinds = [Kind::Exchange, Kind::UnderWay];
    give("SELECT segment, offset, entry, under_way FROM exchanges ORDER BY id", kinds, &mut given.0)?;
    let mut query = db.prepare("SELECT segment, offset, entry, kind FROM others ORDER BY seq").ok()?;
    let mut rows = query.query([]).ok()?;
    while let Some(row) = rows.next().ok()? {
        let at = position(row.get(0).ok()?, row.get(1).ok()?)?;
        let payload = row.get_ref(2).ok()?.as_blob().ok()?;
        let piece = match row.get(3).ok()? {
            DAMAGE => Piece::Damage(String::from_utf8_lossy(payload).into_owned()),
            kind => Piece::Entry(Kind::of(u16::try_from(kind).ok()?), payload),
        };
        let _ = take(at, piece);
        given.1 += 1;
    }
    (given == (state.exchanges, state.others)).then_some(state.at)
}

/// How many exchanges the index says there are, for whoever makes room for them; 0 where it doesn't say.
pub(crate) fn exchanges(dir: &Path) -> usize {
    let asked = |db: Connection| db.query_row("SELECT exchanges FROM state", [], |row| row.get::<_, i64>(0)).ok();
    let said = read_only(dir).and_then(asked).and_then(|n| usize::try_from(n).ok());
    // Each takes more than a hundred bytes of the file; what claims more is damaged.
    let most = std::fs::metadata(path(dir)).map_or(0, |file| file.len() / 100);
    said.unwrap_or(0).min(usize::try_from(most).unwrap_or(0))
}

/// Counts what the index knows, and says up to where that is.
pub(crate) fn count(dir: &Path, to: &mut Counted, sources: &mut BTreeMap<u32, StoredSource>) -> Option<Position> {
    let mut db = read_only(dir)?;
    let db = db.transaction().ok()?;
    let state = State::of(&db, dir)?;
    let counted: i64 = db.query_row("SELECT count(*) FROM exchanges", [], |row| row.get(0)).ok()?;
    if counted != state.exchanges {
        return None;
    }
    let mut query = db.prepare("SELECT max(id), source, max(idx) FROM exchanges GROUP BY source").ok()?;
    let mut rows = query.query([]).ok()?;
    while let Some(row) = rows.next().ok()? {
        to.taken(row.get(0).ok()?, row.get(1).ok()?, row.get(2).ok()?);
    }
    let mut query = db.prepare("SELECT id, entry FROM exchanges WHERE under_way").ok()?;
    let mut rows = query.query([]).ok()?;
    while let Some(row) = rows.next().ok()? {
        to.under_way.insert(row.get(0).ok()?, row.get(1).ok()?);
    }
    let mut query = db.prepare("SELECT entry FROM sources").ok()?;
    let mut rows = query.query([]).ok()?;
    while let Some(row) = rows.next().ok()? {
        let stored = source::of_bytes(row.get_ref(0).ok()?.as_blob().ok()?).ok()?;
        sources.insert(stored.source.id.0, stored);
    }
    Some(state.at)
}

fn path(dir: &Path) -> PathBuf {
    dir.join("case.db")
}

fn remove(dir: &Path) {
    for name in ["case.db", "case.db-wal", "case.db-shm", "case.db-journal"] {
        // Another process may have it open; then it stays, and is no worse than before.
        let _ = std::fs::remove_file(dir.join(name));
    }
}

/// The number that the case's first segment says.
pub(crate) fn case_id(dir: &Path) -> Option<i64> {
    let (first, _) = *segment::numbers(dir).ok()?.first()?;
    let mut segment = Segment::open(dir, first).ok()?;
    SegmentHead::read(&mut segment).ok()?.map(|head| head.case.cast_signed())
}

fn read_only(dir: &Path) -> Option<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(path(dir), flags).ok()?;
    db.busy_timeout(Duration::from_secs(1)).ok()?;
    Some(db)
}

/// Opens the index for writing, with its tables.
fn open(dir: &Path, case: i64) -> rusqlite::Result<Connection> {
    if !path(dir).exists() {
        // What is left of one that was deleted must not be taken for part of the new one.
        remove(dir);
    }
    // SQLite gives the files beside it the mode of this one. Where it can't be made SQLite says so itself.
    let _said_below = private::options().write(true).create(true).truncate(false).open(path(dir));
    let mut db = Connection::open(path(dir))?;
    db.busy_timeout(Duration::from_secs(5))?;
    // Where the file system can't do that SQLite stays with its rollback journal.
    let _mode: String = db.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
    db.execute_batch("PRAGMA synchronous = NORMAL")?;
    let version: i64 = db.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if version == 0 {
        let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // Another process may have been quicker.
        if tx.query_row("PRAGMA user_version", [], |row| row.get::<_, i64>(0))? == 0 {
            tx.execute_batch(TABLES)?;
            tx.execute("INSERT INTO state VALUES (?1, 0, 0, 0, 0)", [case])?;
            tx.execute_batch(&format!("PRAGMA user_version = {VERSION}"))?;
        }
        tx.commit()?;
    }
    let ours: Option<i64> = db.query_row("SELECT case_id FROM state", [], |row| row.get(0)).optional()?;
    let version: i64 = db.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if version != VERSION || ours != Some(case) {
        return Err(rusqlite::Error::InvalidQuery);
    }
    Ok(db)
}

struct State {
    at: Position,
    exchanges: i64,
    others: i64,
}

impl State {
    /// What the index says of itself, where that fits the segments.
    fn of(db: &Transaction<'_>, dir: &Path) -> Option<Self> {
        let version: i64 = db.query_row("PRAGMA user_version", [], |row| row.get(0)).ok()?;
        if version != VERSION {
            return None;
        }
        let (case, state) = Self::read(db).ok()?;
        let state = state?;
        if case_id(dir) != Some(case) || !stands(dir, state.at) {
            return None;
        }
        Some(state)
    }

    fn read(db: &Transaction<'_>) -> rusqlite::Result<(i64, Option<Self>)> {
        db.query_row("SELECT case_id, segment, offset, exchanges, others FROM state", [], |row| {
            let at = position(row.get(1)?, row.get(2)?);
            let (exchanges, others) = (row.get(3)?, row.get(4)?);
            Ok((row.get(0)?, at.map(|at| Self { at, exchanges, others })))
        })
    }
}

fn position(segment: i64, offset: i64) -> Option<Position> {
    Some(Position { segment: u32::try_from(segment).ok()?, offset: u64::try_from(offset).ok()? })
}

/// Whether the segments reach as far as the index says it has read.
fn stands(dir: &Path, at: Position) -> bool {
    let len = || Segment::open(dir, at.segment).and_then(|segment| segment.len());
    at.segment == 0 || len().is_ok_and(|len| at.offset <= len)
}

/// Takes the next entries in.
fn batch(db: &mut Connection, dir: &Path) -> Result<Progress, Failed> {
    let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let (_, state) = State::read(&tx)?;
    let state = state.filter(|state| stands(dir, state.at)).ok_or("the index is of other segments")?;
    let begin = if state.at.segment == 0 { Position::START } else { state.at };
    let mut walk = Walk::new(dir, begin);
    let (mut taken, mut failed) = (0, None);
    let mut inserts = Inserts::new(&tx)?;
    walk.go(&mut |at, piece| {
        if matches!(piece, Piece::Unreadable(_)) {
            return ControlFlow::Break(());
        }
        taken += usize::from(!matches!(piece, Piece::Entry(kind, _) if kind.is_body()));
        match inserts.take(at, &piece) {
            Ok(()) if taken < BATCH => ControlFlow::Continue(()),
            Ok(()) => ControlFlow::Break(()),
            Err(error) => {
                failed = Some(error);
                ControlFlow::Break(())
            }
        }
    })
    .map_err(|problem| problem.to_string())?;
    drop(inserts);
    if let Some(error) = failed {
        return Err(error.into());
    }
    if walk.at() != state.at {
        let at = walk.at();
        tx.execute(
            "UPDATE state SET segment = ?1, offset = ?2,
                exchanges = (SELECT count(*) FROM exchanges), others = (SELECT count(*) FROM others)",
            params![at.segment, at.offset.cast_signed()],
        )?;
    }
    tx.commit()?;
    Ok(if taken >= BATCH { Progress::More } else { Progress::Done })
}

/// The statements that take entries in.
struct Inserts<'a> {
    exchanges: Statement<'a>,
    sources: Statement<'a>,
    others: Statement<'a>,
}

impl<'a> Inserts<'a> {
    fn new(tx: &'a Transaction<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            exchanges: tx.prepare(
                "INSERT OR REPLACE INTO exchanges
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)",
            )?,
            sources: tx.prepare("INSERT OR REPLACE INTO sources VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?,
            others: tx.prepare("INSERT INTO others (kind, segment, offset, entry) VALUES (?1, ?2, ?3, ?4)")?,
        })
    }

    fn take(&mut self, at: Position, piece: &Piece<'_>) -> rusqlite::Result<()> {
        let done = match piece {
            Piece::Entry(Kind::Body | Kind::BodyList, _) | Piece::Unreadable(_) => true,
            Piece::Entry(kind @ (Kind::Exchange | Kind::UnderWay), payload) => self.exchange(at, *kind, payload)?,
            Piece::Entry(Kind::Source, payload) => self.source(at, payload)?,
            Piece::Entry(..) | Piece::Damage(_) => false,
        };
        let (kind, payload) = match piece {
            _ if done => return Ok(()),
            Piece::Entry(kind, payload) => (i64::from(kind.number()), *payload),
            Piece::Damage(what) | Piece::Unreadable(what) => (DAMAGE, what.as_bytes()),
        };
        self.others.execute(params![kind, at.segment, at.offset.cast_signed(), payload]).map(drop)
    }

    /// False where it can't be understood; then it stands among the others.
    fn source(&mut self, at: Position, payload: &[u8]) -> rusqlite::Result<bool> {
        let Ok(StoredSource { source, .. }) = source::of_bytes(payload) else { return Ok(false) };
        let (segment, offset) = (at.segment, at.offset.cast_signed());
        self.sources.execute(params![source.id.0, source.path, source.kind.word(), segment, offset, payload])?;
        Ok(true)
    }

    /// False where it can't be understood; then it stands among the others.
    fn exchange(&mut self, at: Position, kind: Kind, payload: &[u8]) -> rusqlite::Result<bool> {
        let Ok(x) = persist::exchange_of_bytes(payload) else { return Ok(false) };
        let call = &x.call;
        self.exchanges.execute(params![
            x.id.0,
            x.source.0,
            x.index,
            at.segment,
            at.offset.cast_signed(),
            x.started.map(|stamp| stamp.utc_ns().unwrap_or(stamp.civil.ns)),
            x.duration_ns.map(u64::cast_signed),
            x.request.method,
            x.url,
            x.status(),
            x.outcome.word(),
            call.service,
            call.operation,
            call.program,
            call.user,
            call.fault,
            x.request.body.len.cast_signed(),
            x.response.as_ref().map(|r| r.body.len.cast_signed()),
            kind == Kind::UnderWay,
            payload,
        ])?;
        Ok(true)
    }
}

//! Writes a case: entries to the segments and nothing else on the way of an exchange. Sealing and the index run
//! behind it. It doesn't know where exchanges come from, nor who reads along.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use bytes::Bytes;

use super::background::Background;
use super::counted::Counted;
use super::entry::{self, BODY_PART, Kind};
use super::extent::{self, Extent};
use super::lock::{Lock, Refused};
use super::masking::Masking;
use super::onward::Place;
use super::recover::{self, Torn};
use super::segment::{self, SEGMENT_HEADER, SegmentHead, VERSION};
use super::source::{self, Copied, NewContent, NewSource, StoredContent, StoredSource};
use super::tail::Tail;
use super::walk::Position;
use super::{Case, persist, private, problem};
use crate::model::{Body, Exchange, ExchangeId, Kept, Source, SourceId, SourceProblem};
use crate::redact::Key;
use crate::redact::echo::Known;

/// Room that is kept from one exchange to the next; few take more.
const FACTS: usize = 64 << 10;

/// How a case is written.
#[derive(Clone, Debug)]
pub struct Options {
    /// Leaves secrets in the recorded bytes.
    pub keep_secrets: bool,
    /// The key for the tokens of secrets; the user's own where there is none here.
    pub key: Option<Key>,
    /// Bytes of each body that are kept.
    pub body_limit: u64,
    /// Bytes after which a segment is sealed and the next begun.
    pub segment_limit: u64,
    /// The time now, nanoseconds since the Unix epoch.
    pub now_utc_ns: i64,
}

impl Options {
    /// Secrets masked, 64 MiB of each body, segments of 64 MiB.
    #[must_use]
    pub const fn new(now_utc_ns: i64) -> Self {
        Self { keep_secrets: false, key: None, body_limit: 64 << 20, segment_limit: 64 << 20, now_utc_ns }
    }
}

/// The one writer of a case.
pub struct Writer {
    dir: PathBuf,
    options: Options,
    tail: Tail,
    number: u32,
    case: u64,
    next: u32,
    sources: Vec<StoredSource>,
    /// The next index of each source.
    counts: Vec<u32>,
    batch: Vec<u8>,
    /// Room for what an exchange is written into.
    facts: Vec<u8>,
    /// Exchanges in the batch.
    prepared: u32,
    /// Why exchanges that were prepared could not be written, where nobody has been told yet.
    owed: Option<io::Error>,
    masking: Masking,
    /// Secrets of exchanges, to be overwritten in files that are copied: a log may say a call's password again.
    known: Known,
    background: Background,
    _lock: Lock,
}

impl Writer {
    /// Takes the case's lock and puts it in order; see [`Case::write`].
    pub(super) fn open(case: &Case, options: Options) -> Result<Self, SourceProblem> {
        let dir = case.dir().to_owned();
        let (masking, keyless) = match (options.keep_secrets, &options.key) {
            (true, _) => (Masking::Off, None),
            (false, Some(key)) => (Masking::On(key.clone()), None),
            (false, None) => Masking::of_user().map_err(|e| problem(&dir, format!("secrets can't be masked: {e}")))?,
        };
        let lock = Lock::take(&dir, options.now_utc_ns).map_err(|refused| refusal(&dir, refused))?;
        let left_by = match &lock.left_by {
            Some(who) => format!("process {} on {} ended without closing the case", who.process, who.host),
            None => "as after a crash or a power failure".to_owned(),
        };
        let order = recover::put_in_order(&dir).map_err(|e| problem(&dir, format!("can't be put in order: {e}")))?;
        let counted = Counted::of(&dir)?;
        let id = order.case.unwrap_or_else(|| new_id(&dir, options.now_utc_ns));
        let begun = match order.open {
            Some((number, len)) => reopen(&dir, number, len).map(|tail| (tail, number)),
            None => begin(&dir, order.last + 1, id).map(|tail| (tail, order.last + 1)),
        };
        let (tail, number) = begun.map_err(|e| problem(&dir, format!("can't be written: {e}")))?;
        let mut writer = Self {
            background: Background::start(&dir),
            dir,
            options,
            tail,
            number,
            case: id,
            next: counted.next,
            counts: counted.indexes,
            sources: counted.sources,
            batch: Vec::new(),
            facts: Vec::new(),
            prepared: 0,
            owed: None,
            masking,
            known: Known::default(),
            _lock: lock,
        };
        for number in order.unsealed {
            writer.background.seal(number);
        }
        writer.settle(counted.under_way).map_err(|e| problem(&writer.dir, format!("can't be written: {e}")))?;
        for torn in &order.torn {
            writer.say_torn(torn, &left_by).map_err(|e| problem(&writer.dir, format!("can't be written: {e}")))?;
        }
        if let Some(why) = keyless {
            let without_key = SourceProblem {
                path: writer.dir.display().to_string(),
                offset: 0,
                what: format!("the key for the tokens of secrets can't be kept: {why}"),
                remedy: "secrets are masked, but can't be compared with those of other recordings".to_owned(),
            };
            writer.add_problem(&without_key).map_err(|e| problem(&writer.dir, format!("can't be written: {e}")))?;
        }
        Ok(writer)
    }

    /// Stores an exchange of a source that was added before. It gets the next id of the case; its index in its
    /// source is kept as it is. Bodies that are in memory are stored with it, up to the limit.
    ///
    /// # Errors
    /// When the disk is full or fails. Nothing of the exchange is listed then; the next append may succeed.
    pub fn append(&mut self, mut exchange: Exchange) -> io::Result<ExchangeId> {
        exchange.id = ExchangeId(self.next);
        self.store(&mut exchange)?;
        Ok(exchange.id)
    }

    /// Sets the next id of the case and the next index of `source` aside for an exchange that is about to begin.
    pub fn reserve(&mut self, source: SourceId) -> (ExchangeId, u32) {
        let id = ExchangeId(self.next);
        self.next += 1;
        let place = source.0 as usize;
        if self.counts.len() <= place {
            self.counts.resize(place + 1, 0);
        }
        self.counts[place] += 1;
        (id, self.counts[place] - 1)
    }

    /// Stores an exchange under the id that it carries, as by [`Writer::reserve`]; one stored before under that id
    /// is replaced. Its secrets are overwritten, and bodies in memory are stored and replaced by their place in the case.
    ///
    /// # Errors
    /// As [`Writer::append`].
    pub fn store(&mut self, exchange: &mut Exchange) -> io::Result<()> {
        self.store_streamed(exchange, &[])
    }

    /// As [`Writer::store`], for an exchange whose bodies went before it: `secrets` are those found in them.
    ///
    /// # Errors
    /// As [`Writer::append`].
    pub fn store_streamed(&mut self, exchange: &mut Exchange, secrets: &[String]) -> io::Result<()> {
        self.prepare(exchange, secrets)?;
        self.flush()
    }

    /// As [`Writer::store_streamed`], but stored only when [`Writer::flush`] has returned: many exchanges are written
    /// at once. Anything else that the writer stores takes those prepared with it.
    ///
    /// # Errors
    /// When the disk is full or fails; then nothing that was prepared since the last flush is stored. One of the kind
    /// `InvalidInput` means this exchange alone, which can't be written down.
    pub fn prepare(&mut self, exchange: &mut Exchange, secrets: &[String]) -> io::Result<()> {
        let secrets = self.masking.exchange(exchange, self.options.body_limit, secrets);
        self.put_prepared(exchange, secrets)
    }

    /// As [`Writer::prepare`], for an exchange whose request was masked by [`Writer::mask_request`]; `known` are the
    /// secrets that it gave, and those of the bodies, which went before.
    ///
    /// # Errors
    /// As [`Writer::prepare`].
    pub fn prepare_answer(&mut self, exchange: &mut Exchange, known: &[String]) -> io::Result<()> {
        let secrets = self.masking.answer(exchange, known);
        self.put_prepared(exchange, secrets)
    }

    fn put_prepared(&mut self, exchange: &mut Exchange, secrets: Vec<String>) -> io::Result<()> {
        let put = self.put_exchange(Kind::Exchange, exchange, secrets);
        if put.as_ref().is_err_and(|error| error.kind() != io::ErrorKind::InvalidInput) {
            self.owed = None;
        }
        put
    }

    pub(super) fn put_exchange(&mut self, kind: Kind, exchange: &mut Exchange, secrets: Vec<String>) -> io::Result<()> {
        self.known.add(secrets, exchange.call.user.as_deref());
        self.store_body(&mut exchange.request.body)?;
        for response in exchange.interim.iter_mut().chain(exchange.response.as_mut()) {
            self.store_body(&mut response.body)?;
        }
        let payload = persist::exchange_to_bytes(exchange, std::mem::take(&mut self.facts));
        self.put(kind, &payload)?;
        if payload.capacity() <= FACTS {
            self.facts = payload;
        }
        self.prepared += u32::from(kind == Kind::Exchange);
        self.next = self.next.max(exchange.id.0 + 1);
        let place = exchange.source.0 as usize;
        if self.counts.len() <= place {
            self.counts.resize(place + 1, 0);
        }
        self.counts[place] = self.counts[place].max(exchange.index + 1);
        Ok(())
    }

    /// Bytes that wait for [`Writer::flush`].
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.batch.len()
    }

    /// The place behind everything that was written.
    #[must_use]
    pub fn place(&self) -> Place {
        Place::at(Position { segment: self.number, offset: self.tail.len() })
    }

    /// The id and index that the next exchange of `source` would get.
    #[must_use]
    pub fn next_place(&self, source: SourceId) -> (ExchangeId, u32) {
        (ExchangeId(self.next), self.counts.get(source.0 as usize).copied().unwrap_or(0))
    }

    /// Adds a source, or gives the one that is there where a recording or sending again is continued.
    ///
    /// # Errors
    /// As [`Writer::append`].
    pub fn add_source(&mut self, new: NewSource) -> io::Result<SourceId> {
        let continued = |s: &&StoredSource| {
            matches!(new.path.as_str(), source::RECORDING | source::REPLAY) && s.source.path == new.path
        };
        if let Some(there) = self.sources.iter().find(continued) {
            return Ok(there.source.id);
        }
        let id = SourceId(self.sources.iter().map(|s| s.source.id.0 + 1).max().unwrap_or(0));
        self.put_source(id, new)?;
        Ok(id)
    }

    /// Puts another state of a source in the place of the one that is there: a log that has grown, a dump written anew.
    ///
    /// # Errors
    /// As [`Writer::append`].
    pub fn replace_source(&mut self, id: SourceId, new: NewSource) -> io::Result<()> {
        self.put_source(id, new)
    }

    /// Takes the secrets of exchanges that are yet to be put in, since files that are copied before may say them again.
    pub fn learn(&mut self, exchanges: &[Exchange]) {
        for exchange in exchanges {
            let secrets = self.masking.exchange(&mut exchange.clone(), u64::MAX, &[]);
            self.known.add(secrets, exchange.call.user.as_deref());
        }
    }

    fn put_source(&mut self, id: SourceId, new: NewSource) -> io::Result<()> {
        let content = match new.content {
            NewContent::Exchanges => StoredContent::Exchanges,
            NewContent::Copy(bytes) => {
                let mut masked = self.masking.file(&bytes).into_owned();
                self.known.overwrite(&mut masked);
                StoredContent::Copied(Copied(self.put_bytes(&masked)?))
            }
            NewContent::Outside(outside) => StoredContent::Outside(outside),
        };
        let source =
            Source { id, path: new.path, kind: new.kind, items: new.items, bytes: new.bytes, layout: new.layout };
        let stored = StoredSource { source, content };
        let payload = source::to_bytes(&stored)?;
        self.put(Kind::Source, &payload)?;
        self.flush()?;
        self.sources.retain(|known| known.source.id != id);
        self.sources.push(stored);
        Ok(())
    }

    /// The sources that the case has.
    #[must_use]
    pub fn sources(&self) -> &[StoredSource] {
        &self.sources
    }

    /// Adds something that could not be read or kept.
    ///
    /// # Errors
    /// As [`Writer::append`].
    pub fn add_problem(&mut self, problem: &SourceProblem) -> io::Result<()> {
        let SourceProblem { path, offset, what, remedy } = problem;
        self.put(Kind::Problem, &serde_json::to_vec(&(path, offset, what, remedy))?)?;
        self.flush()
    }

    /// Waits until everything is on the disk, and until sealing and index have caught up.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn finish(mut self) -> io::Result<()> {
        self.flush()?;
        self.tail.sync()?;
        self.background.stop();
        Ok(())
    }

    pub(super) const fn masking(&self) -> &Masking {
        &self.masking
    }

    pub(super) const fn body_limit(&self) -> u64 {
        self.options.body_limit
    }

    /// Stores the kept bytes of a body that is in memory and puts their place there instead.
    fn store_body(&mut self, body: &mut Body) -> io::Result<()> {
        if let Kept::Here(bytes) = &body.kept {
            body.kept = self.keep(&bytes.clone())?;
        }
        Ok(())
    }

    fn keep(&mut self, bytes: &Bytes) -> io::Result<Kept> {
        if bytes.is_empty() {
            return Ok(Kept::Nothing);
        }
        let Extent { segment, offset, len } = self.put_bytes(bytes)?;
        Ok(Kept::InCase { segment, offset, len })
    }

    /// Puts bytes of any length into the batch, in pieces where they are many.
    fn put_bytes(&mut self, bytes: &[u8]) -> io::Result<Extent> {
        let mut pieces = Vec::new();
        for piece in bytes.chunks(BODY_PART) {
            pieces.push(self.put_piece(piece)?);
        }
        self.put_list(&pieces)
    }

    /// Puts one piece of a body, which has at most [`BODY_PART`] bytes.
    pub(super) fn put_piece(&mut self, piece: &[u8]) -> io::Result<Extent> {
        let (segment, offset) = self.put(Kind::Body, piece)?;
        Ok(Extent { segment, offset, len: piece.len() as u64 })
    }

    /// One place for all the pieces of a body.
    pub(super) fn put_list(&mut self, pieces: &[Extent]) -> io::Result<Extent> {
        if let [only] = pieces {
            return Ok(*only);
        }
        let len = pieces.iter().map(|p| p.len).sum();
        let (segment, offset) = self.put(Kind::BodyList, &extent::list_to_bytes(pieces))?;
        Ok(Extent { segment, offset, len })
    }

    /// Puts an entry into the batch and says where it will stand.
    fn put(&mut self, kind: Kind, payload: &[u8]) -> io::Result<(u32, u64)> {
        if payload.len() > entry::MAX_PAYLOAD {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "more facts than one entry can hold"));
        }
        if self.batch.len() >= BODY_PART {
            self.write_batch()?;
        }
        if self.batch.is_empty() && self.tail.len() >= self.options.segment_limit {
            self.rotate()?;
        }
        let offset = self.tail.len() + self.batch.len() as u64;
        entry::put(&mut self.batch, kind, payload);
        Ok((self.number, offset))
    }

    /// Writes what was prepared.
    ///
    /// # Errors
    /// When the disk is full or fails; then it is dropped, and nothing of it has been stored.
    pub fn flush(&mut self) -> io::Result<()> {
        if let Some(error) = self.owed.take() {
            self.batch.clear();
            self.prepared = 0;
            return Err(error);
        }
        let written = self.write_batch();
        self.owed = None;
        written
    }

    /// Writes the batch. Where that fails it is dropped, and where exchanges were in it the next flush says so, too:
    /// whoever filled it up need not be who prepared them.
    pub(super) fn write_batch(&mut self) -> io::Result<()> {
        if self.batch.is_empty() {
            return Ok(());
        }
        let written = self.tail.append(&self.batch);
        self.batch.clear();
        self.batch.shrink_to(4 * BODY_PART);
        let prepared = std::mem::take(&mut self.prepared);
        if let Err(error) = written {
            if prepared > 0 {
                self.owed = Some(io::Error::new(error.kind(), error.to_string()));
            }
            return Err(error);
        }
        self.background.wake();
        Ok(())
    }

    /// Whoever seals the full one has what it makes of it on the disk before the raw one goes; to wait for the raw one here
    /// would keep the traffic waiting.
    fn rotate(&mut self) -> io::Result<()> {
        let full = self.number;
        self.tail = begin(&self.dir, full + 1, self.case)?;
        self.number = full + 1;
        self.background.seal(full);
        Ok(())
    }

    fn say_torn(&mut self, torn: &Torn, left_by: &str) -> io::Result<()> {
        self.add_problem(&SourceProblem {
            path: self.dir.display().to_string(),
            offset: torn.offset,
            what: format!("the last {} bytes of segment {} were not a whole entry ({left_by})", torn.len, torn.segment),
            remedy: format!("everything before them is there; the bytes are kept in {}", torn.kept_as),
        })
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        // What can't be written now could not be written before either, and was said then.
        let _ = self.flush();
        self.background.stop();
    }
}

fn reopen(dir: &Path, number: u32, len: u64) -> io::Result<Tail> {
    use std::io::{Seek, SeekFrom};
    let mut file = File::options().write(true).open(segment::raw_path(dir, number))?;
    file.seek(SeekFrom::Start(len))?;
    Ok(Tail::new(Box::new(file), len))
}

/// Begins segment `number`.
fn begin(dir: &Path, number: u32, case: u64) -> io::Result<Tail> {
    let path = segment::raw_path(dir, number);
    let file = private::options().create_new(true).write(true).open(&path)?;
    let mut tail = Tail::new(Box::new(file), 0);
    if let Err(error) = tail.append(&SegmentHead { version: VERSION, number, case }.bytes()) {
        drop(tail);
        // Otherwise the next try would find a segment without a head in its way.
        let _ = std::fs::remove_file(&path);
        return Err(error);
    }
    debug_assert_eq!(tail.len(), SEGMENT_HEADER);
    Ok(tail)
}

/// A number that tells cases apart; it needn't be secret.
fn new_id(dir: &Path, now_utc_ns: i64) -> u64 {
    use std::hash::BuildHasher;
    std::hash::RandomState::new().hash_one((dir, now_utc_ns, std::process::id()))
}

fn refusal(dir: &Path, refused: Refused) -> SourceProblem {
    let (what, remedy) = match refused {
        Refused::Held(Some(who)) => (
            format!("is being written by process {} on {}", who.process, who.host),
            "end that one, or name another case".to_owned(),
        ),
        Refused::Held(None) => {
            ("is being written by another process".to_owned(), "end that one, or name another case".to_owned())
        }
        Refused::Failed(error) => {
            (format!("can't be locked for writing: {error}"), "name a case in a folder you may write to".to_owned())
        }
    };
    SourceProblem { path: dir.display().to_string(), offset: 0, what, remedy }
}

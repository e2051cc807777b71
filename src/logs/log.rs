//! One log: its bytes, its index, and its records in full when somebody asks.

use std::collections::VecDeque;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use bytes::Bytes;
use mwscope_parsers::Span;
use mwscope_parsers::log::{Head, Hints, Layout, PatternError, Reader, Record, Splitter};

use super::index::{Block, Index, Whereabouts};
use super::store::Store;
use crate::model::Records;

/// Bytes read at once while indexing.
const CHUNK: u64 = 4 << 20;
/// Bytes from the start of a log that its layout is learned from.
const SAMPLE: u64 = 512 << 10;
/// Bytes from further places of it, since a log may change its layout on the way.
const LATER_SAMPLE: u64 = 64 << 10;
/// Blocks whose heads are kept at hand.
const CACHED: usize = 48;

/// One log, readable from any thread.
#[derive(Debug)]
pub struct Log {
    store: Store,
    reader: RwLock<Arc<Reader>>,
    index: RwLock<Index>,
    cache: Mutex<VecDeque<Arc<Opened>>>,
}

/// A block with its heads split again.
#[derive(Debug)]
struct Opened {
    block: Block,
    heads: Vec<Head>,
    bytes: Bytes,
}

impl Log {
    /// Opens and indexes the log at `path`. `layout` is a told pattern, else the layout is learned.
    /// `progress` is told the bytes done, and stops the indexing by giving false; what was indexed stays.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn open(path: &Path, reader: Option<Reader>, progress: &mut dyn FnMut(u64) -> bool) -> io::Result<Self> {
        Self::index(Store::file(path)?, reader, progress)
    }

    /// The log in these bytes.
    ///
    /// # Errors
    /// None in practice; reading memory doesn't fail.
    pub fn in_memory(bytes: Bytes, reader: Option<Reader>) -> io::Result<Self> {
        Self::index(Store::Memory(bytes), reader, &mut |_| true)
    }

    /// Indexes the log in `store`.
    ///
    /// # Errors
    /// When it can't be read.
    pub fn index(store: Store, reader: Option<Reader>, progress: &mut dyn FnMut(u64) -> bool) -> io::Result<Self> {
        let reader = match reader {
            Some(reader) => reader,
            None => Reader::learn(&sample(&store)?),
        };
        let reader = Arc::new(reader);
        let mut splitter = Splitter::new(Arc::clone(&reader));
        let mut index = Index::default();
        let mut heads = Vec::new();
        let mut offset = 0;
        loop {
            let chunk = store.read(Span::new(offset, CHUNK))?;
            if chunk.is_empty() {
                break;
            }
            offset += chunk.len() as u64;
            splitter.push(&chunk, &mut heads);
            index.extend(&heads);
            heads.clear();
            if !progress(offset) {
                break;
            }
        }
        splitter.finish(&mut heads);
        index.extend(&heads);
        Ok(Self::of(store, reader, index))
    }

    /// A log that has no records yet and is filled by following.
    pub(super) fn empty(store: Store) -> Self {
        Self::of(store, Arc::new(Reader::learn(&[])), Index::default())
    }

    fn of(store: Store, reader: Arc<Reader>, index: Index) -> Self {
        Self { store, reader: RwLock::new(reader), index: RwLock::new(index), cache: Mutex::new(VecDeque::new()) }
    }

    /// How its records are read.
    #[must_use]
    pub fn reader(&self) -> Arc<Reader> {
        Arc::clone(&self.reader.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The blocks of the index, for passing over what can't match.
    #[must_use]
    pub fn blocks(&self) -> Vec<Block> {
        self.index.read().unwrap_or_else(PoisonError::into_inner).blocks().to_vec()
    }

    /// Bytes that are at hand by now, where the log is followed or in memory; a file's are not counted.
    #[must_use]
    pub fn spooled(&self) -> u64 {
        match &self.store {
            Store::Spool(spool) => spool.len(),
            Store::Memory(bytes) => bytes.len() as u64,
            Store::File(_) => 0,
        }
    }

    /// The store that the bytes are in.
    pub(super) fn store(&self) -> &Store {
        &self.store
    }

    /// Adds records; `open` is the last one, while its end isn't known.
    pub(super) fn extend(&self, heads: &[Head], open: Option<Head>) {
        let mut index = self.index.write().unwrap_or_else(PoisonError::into_inner);
        index.extend(heads);
        index.set_open(open);
    }

    /// Starts over with another reader: what was split so far was split wrongly.
    pub(super) fn start_over(&self, reader: Arc<Reader>) {
        *self.reader.write().unwrap_or_else(PoisonError::into_inner) = reader;
        *self.index.write().unwrap_or_else(PoisonError::into_inner) = Index::default();
        self.cache.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn find(&self, n: usize) -> io::Result<Option<(Head, Option<Arc<Opened>>)>> {
        let found = self.index.read().unwrap_or_else(PoisonError::into_inner).find(n);
        match found {
            None => Ok(None),
            Some(Whereabouts::Here(head)) => Ok(Some((head, None))),
            Some(Whereabouts::InBlock(block, nth)) => {
                let opened = self.opened(block)?;
                Ok(opened.heads.get(nth).map(|head| (*head, Some(Arc::clone(&opened)))))
            }
        }
    }

    fn opened(&self, block: Block) -> io::Result<Arc<Opened>> {
        let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = cache.iter().position(|o| o.block == block)
            && let Some(opened) = cache.remove(at)
        {
            cache.push_back(Arc::clone(&opened));
            return Ok(opened);
        }
        drop(cache);
        let bytes = self.store.read(Span::new(block.offset, block.len))?;
        if (bytes.len() as u64) < block.len {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the log became shorter after it was read"));
        }
        let mut heads = Vec::with_capacity(block.count);
        let mut splitter = Splitter::starting_at(Self::reader(self), block.offset, block.line);
        splitter.push(&bytes, &mut heads);
        splitter.finish(&mut heads);
        let opened = Arc::new(Opened { block, heads, bytes });
        let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        if cache.len() >= CACHED {
            cache.pop_front();
        }
        cache.push_back(Arc::clone(&opened));
        Ok(opened)
    }
}

impl Records for Log {
    fn len(&self) -> usize {
        self.index.read().unwrap_or_else(PoisonError::into_inner).len()
    }

    fn head(&self, n: usize) -> Option<Head> {
        // A head that can't be read any more is as good as none; `read` says why.
        self.find(n).ok().flatten().map(|(head, _)| head)
    }

    fn read(&self, n: usize) -> io::Result<Record> {
        let Some((head, opened)) = self.find(n)? else {
            return Err(io::Error::new(io::ErrorKind::NotFound, "there is no such record"));
        };
        let bytes = match &opened {
            Some(opened) => {
                let inside = Span::new(head.span.offset - opened.block.offset, head.span.len);
                Bytes::copy_from_slice(inside.of(&opened.bytes))
            }
            None => self.store.read(head.span)?,
        };
        Ok(Self::reader(self).record(head, &bytes))
    }

    fn bytes(&self, span: Span) -> io::Result<Vec<u8>> {
        self.store.read(span).map(|bytes| bytes.to_vec())
    }

    fn reader(&self) -> Option<Arc<Reader>> {
        Some(Self::reader(self))
    }

    fn layouts(&self) -> Vec<String> {
        Self::reader(self).layouts().iter().map(Layout::to_string).collect()
    }

    fn notes(&self) -> Vec<String> {
        Self::reader(self).notes().to_vec()
    }
}

/// A reader for a told pattern; `store` tells encoding and line ends.
///
/// # Errors
/// When the pattern can't be understood (inner), or the store can't be read (outer).
pub fn told(pattern: &str, store: &Store) -> io::Result<Result<Reader, PatternError>> {
    Ok(Reader::told(pattern, &store.read(Span::new(0, SAMPLE))?))
}

/// A reader that learned from the log in `store`, with what is known of it from outside.
///
/// # Errors
/// When the store can't be read.
pub fn learned(store: &Store, hints: &Hints) -> io::Result<Reader> {
    Ok(Reader::learn_with(&sample(store)?, hints))
}

/// The start of a log and, where it is long and of 8-bit characters, whole lines from further places of it.
fn sample(store: &Store) -> io::Result<Vec<u8>> {
    let mut sample = store.read(Span::new(0, SAMPLE))?.to_vec();
    if (sample.len() as u64) < SAMPLE || memchr::memchr(0, &sample).is_some() {
        return Ok(sample);
    }
    sample.truncate(memchr::memrchr(b'\n', &sample).map_or(sample.len(), |at| at + 1));
    let size = size(store)?;
    for part in 1..=4 {
        let later = store.read(Span::new((size / 5 * part).max(SAMPLE), LATER_SAMPLE))?;
        let (Some(from), Some(to)) = (memchr::memchr(b'\n', &later), memchr::memrchr(b'\n', &later)) else { continue };
        sample.extend_from_slice(&later[from + 1..=to.max(from)]);
    }
    Ok(sample)
}

fn size(store: &Store) -> io::Result<u64> {
    match store {
        Store::File(file) => Ok(file.metadata()?.len()),
        Store::Memory(bytes) => Ok(bytes.len() as u64),
        Store::Spool(spool) => Ok(spool.len()),
    }
}

#[cfg(test)]
mod tests;

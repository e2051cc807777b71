//! One log: its bytes, its index, and its records in full when somebody asks.
//!
//! A log can be looked at while it is being indexed: what isn't known yet is waited for.

use std::collections::VecDeque;
use std::io;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError, RwLock, RwLockReadGuard};
use std::thread;

use bytes::Bytes;
use mwscope_parsers::log::{Head, Layout, Reader, Record};
use mwscope_parsers::{Span, Stamp};

use super::aside::Aside;
use super::build::Task;
use super::index::{Entry, Index, Packed, Whereabouts};
use super::sample::sample;
use super::saved::{Folder, Saving};
use super::store::Store;
use crate::model::{Block, Hit, Records};

/// A log is read anew so often, at most, because layouts are found in it that nothing showed before.
pub(super) const LAYOUTS_FOUND_LATE: usize = 4;
/// So many records are asked whether what stands in them is written in a layout of its own: tables are long, too.
pub(super) const STRAYS_ASKED: usize = 64;
/// Bytes and heads of so many blocks are kept at hand.
const CACHED: usize = 16;
/// Larger blocks aren't kept: they are one record for the most part.
const CACHED_BYTES: u64 = 2 << 20;
/// The packed index of a log of fewer bytes is kept in memory.
const IN_MEMORY: u64 = 64 << 20;

/// One log, readable from any thread.
#[derive(Debug)]
pub struct Log {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    store: Store,
    reader: RwLock<Arc<Reader>>,
    index: RwLock<Index>,
    cache: Mutex<VecDeque<Arc<Opened>>>,
    state: Mutex<State>,
    moved: Condvar,
    /// Nobody is interested in the rest of the index any more.
    stop: AtomicBool,
    /// Where what is worked out of it is kept, once it is indexed.
    aside: OnceLock<Aside>,
}

/// How far a log is indexed.
#[derive(Debug, Default)]
struct State {
    done: u64,
    complete: bool,
    trouble: Option<String>,
}

/// A block that was looked at.
#[derive(Debug)]
struct Opened {
    entry: Entry,
    heads: Vec<Head>,
    bytes: OnceLock<Bytes>,
}

impl Log {
    /// Opens and indexes the log at `path`; its layout is learned unless `reader` knows it.
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
        let log = Self::begin(store, reader, None)?;
        log.wait(progress)?;
        Ok(log)
    }

    /// Begins to index the log in `store` and doesn't wait. Where a `folder` for indexes is given, the index is taken
    /// from there as far as it goes, and kept there.
    ///
    /// # Errors
    /// When the log can't be read.
    pub fn begin(store: Store, reader: Option<Reader>, saving: Option<Saving>) -> io::Result<Self> {
        let reader = match reader {
            Some(reader) => reader,
            None => Reader::learn(&sample(&store)?),
        };
        let size = store.size()?;
        let log = Self::of(store, Arc::new(reader), Index::of(Vec::new(), packed(size, saving.as_ref())?));
        log.go_on(size, saving);
        Ok(log)
    }

    /// The log at `path` by the index that `folder` has of it; `None` where it has none, or one of another content.
    /// What the file has gained since is indexed behind it.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn reopen(path: &Path, told: Option<&str>, folder: &Folder) -> io::Result<Option<Self>> {
        let Some(found) = folder.find(path, told)? else { return Ok(None) };
        let log = Self::of(Store::File(found.file), Arc::new(found.reader), found.index);
        found.aside.into_iter().for_each(|aside| log.inner.keep_aside(aside));
        log.go_on(found.size, found.saving);
        Ok(Some(log))
    }

    /// A log that has no records yet and is filled by following.
    pub(super) fn empty(store: Store, reader: Arc<Reader>) -> Self {
        let log = Self::of(store, reader, Index::default());
        log.inner.state().complete = true;
        log
    }

    fn of(store: Store, reader: Arc<Reader>, index: Index) -> Self {
        let inner = Inner {
            store,
            reader: RwLock::new(reader),
            index: RwLock::new(index),
            cache: Mutex::default(),
            state: Mutex::default(),
            moved: Condvar::new(),
            stop: AtomicBool::new(false),
            aside: OnceLock::new(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// Indexes what lies between the blocks that are there and byte `size`: here where that is little, else in the
    /// background.
    fn go_on(&self, size: u64, saving: Option<Saving>) {
        let from = self.inner.index().end();
        let inner = Arc::clone(&self.inner);
        if from >= size {
            return inner.finish(Ok(()));
        }
        if size - from < super::build::AT_ONCE {
            return inner.build(from, size, saving);
        }
        let background = Arc::clone(&self.inner);
        let spawned =
            thread::Builder::new().name("log index".to_owned()).spawn(move || background.build(from, size, saving));
        if let Err(error) = spawned {
            inner.finish(Err(error));
        }
    }

    /// Waits until the log is indexed; `progress` is told the bytes done, and ends the indexing by giving false.
    ///
    /// # Errors
    /// When it couldn't be read; what was indexed before stays.
    pub fn wait(&self, progress: &mut dyn FnMut(u64) -> bool) -> io::Result<()> {
        let mut state = self.inner.state();
        while !state.complete {
            let done = state.done;
            drop(state);
            if !progress(done) {
                self.inner.stop.store(true, Ordering::Relaxed);
            }
            state = self.inner.state();
            while !state.complete && state.done == done {
                state = self.inner.moved.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
        }
        match state.trouble.take() {
            Some(trouble) => Err(io::Error::other(trouble)),
            None => Ok(()),
        }
    }

    /// How its records are read.
    #[must_use]
    pub fn reader(&self) -> Arc<Reader> {
        self.inner.reader()
    }

    /// The time of the last record that has no date, with the day that those before it show.
    ///
    /// # Errors
    /// When the index can't be read.
    pub(super) fn last_undated(&self) -> io::Result<Option<Stamp>> {
        self.inner.index().last_undated(&self.reader())
    }

    /// The bytes that are at hand by now, where the log is followed or in memory; none of a file's.
    #[must_use]
    pub fn spooled(&self) -> Span {
        match &self.inner.store {
            Store::Spool(spool) => spool.span(),
            Store::Memory(bytes) => Span::new(0, bytes.len() as u64),
            Store::File(_) => Span::new(0, 0),
        }
    }

    /// The store that the bytes are in.
    pub(super) fn store(&self) -> &Store {
        &self.inner.store
    }

    /// Adds records; `open` is the last one, while its end isn't known.
    pub(super) fn extend(&self, heads: &[Head], open: Option<Head>) -> io::Result<()> {
        let mut index = self.inner.index.write().unwrap_or_else(PoisonError::into_inner);
        index.extend(heads)?;
        index.set_open(open);
        Ok(())
    }

    /// Starts over with another reader: what was split so far was split wrongly.
    pub(super) fn start_over(&self, reader: Arc<Reader>) {
        self.inner.start_over(reader, Index::default());
    }

    /// Goes on with a reader that reads what was split so far as before, and other lines as well.
    pub(super) fn goes_on_with(&self, reader: Arc<Reader>) {
        *self.inner.reader.write().unwrap_or_else(PoisonError::into_inner) = reader;
    }

    fn opened(&self, entry: &Entry) -> io::Result<Arc<Opened>> {
        let mut cache = self.inner.cache();
        if let Some(at) =
            cache.iter().position(|o| o.entry.place == entry.place && o.entry.block.offset == entry.block.offset)
            && let Some(opened) = cache.remove(at)
        {
            cache.push_back(Arc::clone(&opened));
            return Ok(opened);
        }
        drop(cache);
        let heads = self.inner.index().heads(entry)?;
        let opened = Arc::new(Opened { entry: entry.clone(), heads, bytes: OnceLock::new() });
        let mut cache = self.inner.cache();
        if cache.len() >= CACHED {
            cache.pop_front();
        }
        cache.push_back(Arc::clone(&opened));
        Ok(opened)
    }

    /// The bytes of a record in a block.
    fn bytes_in(&self, opened: &Opened, head: Head) -> io::Result<Bytes> {
        let block = &opened.entry.block;
        if block.len > CACHED_BYTES {
            return self.inner.store.read(head.span);
        }
        let bytes = match opened.bytes.get() {
            Some(bytes) => bytes,
            None => {
                let bytes = self.inner.store.read(block.span())?;
                if opened.entry.hash != 0 && !opened.entry.is_of(&bytes) {
                    return Err(changed());
                }
                opened.bytes.get_or_init(|| bytes)
            }
        };
        let start = (head.span.offset - block.offset) as usize;
        Ok(bytes.slice(start.min(bytes.len())..(start + head.span.len as usize).min(bytes.len())))
    }
}

/// Where the packed records of a log of so many bytes go.
fn packed(size: u64, saving: Option<&Saving>) -> io::Result<Packed> {
    Ok(match saving {
        Some(saving) => saving.packed()?,
        None if size < IN_MEMORY => Packed::default(),
        None => Packed::writing(tempfile::tempfile()?, 0),
    })
}

fn changed() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "the file was changed after it was read")
}

impl Drop for Log {
    fn drop(&mut self) {
        self.inner.stop.store(true, Ordering::Relaxed);
    }
}

impl Inner {
    fn build(&self, from: u64, size: u64, mut saving: Option<Saving>) {
        let mut from = from;
        for left in (0..=LAYOUTS_FOUND_LATE).rev() {
            match self.build_with(from, size, if left > 0 { STRAYS_ASKED } else { 0 }) {
                Ok(None) => {
                    if self.index().end() == size {
                        // An index that can't be kept is made again the next time.
                        let kept =
                            saving.take().and_then(|saving| saving.finish(&self.index(), &self.reader(), size).ok());
                        kept.flatten().into_iter().for_each(|aside| self.keep_aside(aside));
                    }
                    return self.finish(Ok(()));
                }
                // A log that goes on in a layout that nothing showed before is read once more with it.
                Ok(Some(reader)) => {
                    saving = saving.and_then(|saving| saving.anew().ok());
                    match packed(size, saving.as_ref()) {
                        Ok(packed) => self.start_over(Arc::new(reader), Index::of(Vec::new(), packed)),
                        Err(error) => return self.finish(Err(error)),
                    }
                    from = 0;
                }
                Err(error) => return self.finish(Err(error)),
            }
        }
    }

    /// Indexes from byte `from`, where the index ends, to `size`; gives a reader that knows more layouts where a record
    /// shows that the log has more, with which all of it is to be read again. `asked` records are asked, at most.
    fn build_with(&self, from: u64, size: u64, mut asked: usize) -> io::Result<Option<Reader>> {
        let reader = self.reader();
        let after = self.index().last_undated(&reader)?;
        let mut before = self.index().lines();
        let mut more = None;
        let task = Task { store: &self.store, reader: &reader, from, after, size };
        task.run(&mut |part| {
            for strays in part.strays.into_iter().take(asked) {
                asked -= 1;
                more = reader.knowing_strays(&self.store.read(strays)?);
                if more.is_some() {
                    return Ok(ControlFlow::Break(()));
                }
            }
            let mut index = self.index.write().unwrap_or_else(PoisonError::into_inner);
            for block in part.blocks {
                index.add(block, before)?;
            }
            drop(index);
            before += part.lines;
            self.state().done = part.end;
            self.moved.notify_all();
            let stop = self.stop.load(Ordering::Relaxed);
            Ok(if stop { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
        })?;
        Ok(more)
    }

    fn start_over(&self, reader: Arc<Reader>, index: Index) {
        *self.reader.write().unwrap_or_else(PoisonError::into_inner) = reader;
        *self.index.write().unwrap_or_else(PoisonError::into_inner) = index;
        self.cache().clear();
        self.state().done = 0;
    }

    fn reader(&self) -> Arc<Reader> {
        Arc::clone(&self.reader.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn finish(&self, built: io::Result<()>) {
        let mut state = self.state();
        state.complete = true;
        state.trouble = built.err().map(|error| error.to_string());
        self.moved.notify_all();
    }

    fn keep_aside(&self, aside: Aside) {
        let _there_is_one = self.aside.set(aside);
    }

    /// Asks the index until it answers or is complete.
    fn ask<T>(&self, find: impl Fn(&Index) -> Option<T>) -> Option<T> {
        loop {
            if let Some(found) = find(&self.index()) {
                return Some(found);
            }
            let state = self.state();
            if state.complete {
                drop(state);
                return find(&self.index());
            }
            let done = state.done;
            // What came between asking and waiting has moved the mark.
            if find(&self.index()).is_none() {
                let _woken = self.moved.wait_while(state, |state| !state.complete && state.done == done);
            }
        }
    }

    fn index(&self) -> RwLockReadGuard<'_, Index> {
        self.index.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn cache(&self) -> MutexGuard<'_, VecDeque<Arc<Opened>>> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Records for Log {
    fn len(&self) -> usize {
        let _complete = self.inner.ask(|_| None::<()>);
        self.inner.index().len()
    }

    fn head(&self, n: usize) -> Option<Head> {
        match self.inner.ask(|index| index.find(n))? {
            Whereabouts::Here(head) => Some(head),
            // A head that can't be read any more is as good as none; `read` says why.
            Whereabouts::InBlock(entry, nth) => self.opened(&entry).ok()?.heads.get(nth).copied(),
        }
    }

    fn block(&self, n: usize) -> Option<Block> {
        self.inner.ask(|index| index.block(n))
    }

    fn heads(&self, block: &Block) -> io::Result<Vec<Head>> {
        let index = self.inner.index();
        match index.entry(block) {
            Some(entry) => index.heads(entry),
            None => Ok(index.unpacked().into_iter().take(block.count).collect()),
        }
    }

    fn traces(&self, block: &Block) -> io::Result<Vec<Option<usize>>> {
        let index = self.inner.index();
        index.entry(block).map_or_else(|| Ok(vec![None; block.count]), |entry| index.traces(entry))
    }

    fn holding(&self, block: &Block, next: &mut dyn FnMut(u64) -> Option<u64>) -> io::Result<Vec<Hit>> {
        let Some(place) = next(block.offset) else { return Ok(Vec::new()) };
        let index = self.inner.index();
        let Some(entry) = index.entry(block) else { return Ok(Hit::among(&index.unpacked(), &[], place, next)) };
        let (entry, packed) = (entry.clone(), index.packed_of(entry)?);
        drop(index);
        entry.holding(&packed, place, next)
    }

    fn read(&self, n: usize) -> io::Result<Record> {
        let (head, bytes) = match self.inner.ask(|index| index.find(n)) {
            None => return Err(io::Error::new(io::ErrorKind::NotFound, "there is no such record")),
            Some(Whereabouts::Here(head)) => (head, self.inner.store.read(head.span)?),
            Some(Whereabouts::InBlock(entry, nth)) => {
                let opened = self.opened(&entry)?;
                let head = *opened.heads.get(nth).ok_or(io::ErrorKind::NotFound)?;
                (head, self.bytes_in(&opened, head)?)
            }
        };
        if (bytes.len() as u64) < head.span.len {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the log became shorter after it was read"));
        }
        Ok(Self::reader(self).record(head, &bytes))
    }

    fn trouble(&self) -> Option<String> {
        self.inner.state().trouble.clone()
    }

    fn bytes(&self, span: Span) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.inner.store.read_into(span, &mut bytes)?;
        Ok(bytes)
    }

    fn bytes_into(&self, span: Span, into: &mut Vec<u8>) -> io::Result<usize> {
        self.inner.store.read_aligned(span, into)
    }

    fn reader(&self) -> Option<Arc<Reader>> {
        Some(Self::reader(self))
    }

    fn worked_out(&self, question: &str) -> Option<Vec<u8>> {
        self.inner.aside.get()?.get(question)
    }

    fn keep(&self, question: &str, answer: &[u8]) {
        if let Some(aside) = self.inner.aside.get() {
            aside.put(question, answer);
        }
    }

    fn layouts(&self) -> Vec<String> {
        Self::reader(self).layouts().iter().map(Layout::to_string).collect()
    }

    fn notes(&self) -> Vec<String> {
        let reader = Self::reader(self);
        let wrapper = reader.wrapper().map(|by| format!("lines are read without what {} around each", by.said()));
        reader.notes().iter().cloned().chain(wrapper).collect()
    }
}

#[cfg(test)]
mod tests;

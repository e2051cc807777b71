//! A log that was read to its end and grows since: what was read, and behind it what came.

use std::fmt;
use std::io;
use std::sync::Arc;

use mwscope_parsers::Span;
use mwscope_parsers::log::{Head, Reader, Record};

use super::log::Log;
use crate::model::{Block, Records};

/// The records of a log that was read before, but for the last one, which may have gained lines, and those of `tail`,
/// which begins with that one. Bytes and lines are counted from the start of the file in both.
pub(super) struct Resumed {
    before: Arc<dyn Records>,
    /// How many records are taken from `before`.
    kept: usize,
    /// Where the first record of the tail starts.
    from: u64,
    /// Whole blocks of `before`, and what is left of its last one.
    whole: usize,
    cut: Option<Block>,
    tail: Arc<Log>,
}

impl fmt::Debug for Resumed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Resumed").field("kept", &self.kept).field("tail", &self.tail).finish_non_exhaustive()
    }
}

impl Resumed {
    /// `before` without its last record, whose start is byte `from`; it is the first one of `tail`.
    ///
    /// # Errors
    /// When the index of `before` can't be read.
    pub(super) fn new(before: Arc<dyn Records>, from: u64, tail: Arc<Log>) -> io::Result<Self> {
        let kept = before.len().saturating_sub(1);
        let (mut whole, mut cut) = (0, None);
        for block in before.blocks() {
            if block.first + block.count <= kept {
                whole += 1;
                continue;
            }
            let mut heads = before.heads(&block)?;
            heads.truncate(kept.saturating_sub(block.first));
            cut = Block::of(&heads, block.first);
        }
        Ok(Self { before, kept, from, whole, cut, tail })
    }

    /// How many records stand before those of the tail.
    pub(super) fn kept(&self) -> usize {
        self.kept
    }

    /// A block of the tail as the tail itself knows it.
    fn of_tail(&self, block: &Block) -> Option<Block> {
        let first = block.first.checked_sub(self.kept)?;
        Some(Block { first, ..block.clone() })
    }
}

impl Records for Resumed {
    fn len(&self) -> usize {
        self.kept + self.tail.len()
    }

    fn head(&self, n: usize) -> Option<Head> {
        match n.checked_sub(self.kept) {
            None => self.before.head(n),
            Some(n) => self.tail.head(n),
        }
    }

    fn block(&self, n: usize) -> Option<Block> {
        let Some(behind) = n.checked_sub(self.whole) else { return self.before.block(n) };
        match (&self.cut, behind.checked_sub(usize::from(self.cut.is_some()))) {
            (_, Some(behind)) => {
                let block = self.tail.block(behind)?;
                Some(Block { first: block.first + self.kept, ..block })
            }
            (cut, None) => cut.clone(),
        }
    }

    fn heads(&self, block: &Block) -> io::Result<Vec<Head>> {
        match self.of_tail(block) {
            Some(block) => self.tail.heads(&block),
            None => {
                let mut heads = self.before.heads(block)?;
                heads.truncate(block.count);
                Ok(heads)
            }
        }
    }

    fn traces(&self, block: &Block) -> io::Result<Vec<Option<usize>>> {
        match self.of_tail(block) {
            Some(block) => self.tail.traces(&block),
            // The numbers of a block's traces mean nothing without its list of them.
            None if block.traces.is_none() => Ok(vec![None; block.count]),
            None => self.before.traces(block),
        }
    }

    fn trouble(&self) -> Option<String> {
        self.before.trouble().or_else(|| self.tail.trouble())
    }

    fn read(&self, n: usize) -> io::Result<Record> {
        match n.checked_sub(self.kept) {
            None => self.before.read(n),
            Some(n) => self.tail.read(n),
        }
    }

    fn bytes(&self, span: Span) -> io::Result<Vec<u8>> {
        if span.offset >= self.from { Records::bytes(&*self.tail, span) } else { self.before.bytes(span) }
    }

    // The tail is read as what is before it, and perhaps in layouts that it turned to later.
    fn layouts(&self) -> Vec<String> {
        self.tail.layouts()
    }

    fn reader(&self) -> Option<Arc<Reader>> {
        Records::reader(&*self.tail)
    }

    fn notes(&self) -> Vec<String> {
        self.tail.notes()
    }
}

//! Which records a log has, at a few bytes a record: blocks of about 256 KiB that start with a record, each with
//! its first record's number, offset and line, its times and levels. Heads within a block are split again on demand.

use mwscope_parsers::log::Head;

/// A block is closed at the first record that starts this many bytes behind the block's start.
pub(super) const BLOCK: u64 = 256 << 10;

/// A run of whole records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    /// The number of its first record, from 0.
    pub first: usize,
    /// How many records it has.
    pub count: usize,
    /// Where it starts in the source.
    pub offset: u64,
    /// Its bytes.
    pub len: u64,
    /// The line number of its first record.
    pub line: u64,
    /// Earliest and latest stamp in it, as civil nanoseconds; `None` where no record has one.
    pub civil_ns: Option<(i64, i64)>,
    /// Bit n is set where a record of severity n is in it.
    pub severities: u16,
}

impl Block {
    fn of(heads: &[Head], first: usize) -> Option<Self> {
        let (start, end) = (heads.first()?, heads.last()?);
        let mut civil_ns: Option<(i64, i64)> = None;
        let mut severities = 0;
        for head in heads {
            severities |= 1 << head.severity as u16;
            if let Some(stamp) = head.stamp {
                let at = stamp.civil.ns;
                civil_ns = Some(civil_ns.map_or((at, at), |(low, high)| (low.min(at), high.max(at))));
            }
        }
        Some(Self {
            first,
            count: heads.len(),
            offset: start.span.offset,
            len: end.span.end() - start.span.offset,
            line: start.line,
            civil_ns,
            severities,
        })
    }
}

/// The index of a log that may still grow.
#[derive(Debug, Default)]
pub(super) struct Index {
    blocks: Vec<Block>,
    // Records behind the last closed block.
    recent: Vec<Head>,
    // The last record, while its end isn't known.
    open: Option<Head>,
}

/// Where a record's head is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Whereabouts {
    /// In a closed block, as the n-th record of it.
    InBlock(Block, usize),
    /// At hand.
    Here(Head),
}

impl Index {
    /// Takes the next heads; closes blocks that have become large enough.
    pub(super) fn extend(&mut self, heads: &[Head]) {
        self.open = None;
        for head in heads {
            let start = self.recent.first().map_or(head.span.offset, |first| first.span.offset);
            if head.span.offset - start >= BLOCK {
                self.close();
            }
            self.recent.push(*head);
        }
    }

    /// Says what is known of the last record while its end isn't known; it counts as a record.
    pub(super) fn set_open(&mut self, open: Option<Head>) {
        self.open = open;
    }

    /// How many records there are by now.
    #[must_use]
    pub(super) fn len(&self) -> usize {
        self.closed() + self.recent.len() + usize::from(self.open.is_some())
    }

    /// Where the head of record `n` is found.
    #[must_use]
    pub(super) fn find(&self, n: usize) -> Option<Whereabouts> {
        let Some(behind) = n.checked_sub(self.closed()) else {
            let at = self.blocks.partition_point(|b| b.first <= n).checked_sub(1)?;
            let block = *self.blocks.get(at)?;
            return Some(Whereabouts::InBlock(block, n - block.first));
        };
        let here = self.recent.get(behind).copied();
        here.or(if behind == self.recent.len() { self.open } else { None }).map(Whereabouts::Here)
    }

    /// The closed blocks, in order.
    #[must_use]
    pub(super) fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    fn closed(&self) -> usize {
        self.blocks.last().map_or(0, |b| b.first + b.count)
    }

    fn close(&mut self) {
        self.blocks.extend(Block::of(&self.recent, self.closed()));
        self.recent.clear();
    }
}

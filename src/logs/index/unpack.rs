//! The packed records of a block one after the other, as [`pack`](super::pack) writes them, and no further than somebody
//! goes.

use mwscope_parsers::Span;
use mwscope_parsers::log::Head;

use super::pack::{unit, units};
use crate::model::packed::{take, unzigzag};
use crate::model::{Block, Hit, Kind};

/// The heads of a block's records; `None` where the bytes aren't those of the block.
pub(super) fn heads(block: &Block, packed: &[u8]) -> Option<Vec<Head>> {
    let mut heads = Vec::with_capacity(block.count);
    let mut steps = Steps::new(block, packed);
    let mut before: Option<Step<'_>> = None;
    for nth in 0..=block.count {
        let step = steps.next(nth)?;
        if let Some(before) = before {
            heads.push(before.head(&step)?);
        }
        before = Some(step);
    }
    steps.packed.is_empty().then_some(heads)
}

/// For each record of a block the number of its trace, where it has one; `None` where the bytes aren't those of the block.
pub(super) fn traces(block: &Block, packed: &[u8]) -> Option<Vec<Option<usize>>> {
    let mut steps = Steps::new(block, packed);
    let traces = (0..block.count).map(|nth| steps.next(nth)?.trace()).collect::<Option<_>>()?;
    steps.packed.is_empty().then_some(traces)
}

/// Those of a block's records that hold a place: `place` is the first, `next` is told where a record ends that holds one
/// and gives the next from there on. `None` where the bytes aren't those of the block.
pub(super) fn holding(
    block: &Block,
    packed: &[u8],
    mut place: u64,
    next: &mut dyn FnMut(u64) -> Option<u64>,
) -> Option<Vec<Hit>> {
    let mut found = Vec::new();
    let mut steps = Steps::new(block, packed);
    let mut before = steps.next(0)?;
    for nth in 1..=block.count {
        // A step further is all that most records need: only those that hold a place are looked at as a whole.
        let step = steps.next(nth)?;
        if place < step.offset {
            found.push(Hit { nth: nth - 1, head: before.head(&step)?, trace: before.trace()? });
            match next(step.offset) {
                Some(there) => place = there,
                None => break,
            }
        }
        before = step;
    }
    Some(found)
}

/// How far a block is unpacked.
struct Steps<'a> {
    block: &'a Block,
    packed: &'a [u8],
    offset: u64,
    line: u64,
    /// Digits of the last time, and how many units of its last digit it has: dividing is dear.
    units: (u8, i64),
}

/// Where a record starts, and what else stands at its place; the last step of a block is its end.
#[derive(Clone, Copy)]
struct Step<'a> {
    kind: Option<&'a Kind>,
    offset: u64,
    line: u64,
    units: i64,
    /// One more than the number of its trace; 0 where it has none.
    trace: u64,
}

impl<'a> Steps<'a> {
    fn new(block: &'a Block, packed: &'a [u8]) -> Self {
        Self { block, packed, offset: block.offset, line: block.line.wrapping_sub(1), units: (0, 0) }
    }

    /// The next step, which is the `nth`.
    #[inline(always)]
    fn next(&mut self, nth: usize) -> Option<Step<'a>> {
        if nth == self.block.count {
            let (offset, line) = (self.block.span().end(), self.block.line.saturating_add(self.block.lines));
            return Some(Step { kind: None, offset, line, units: 0, trace: 0 });
        }
        let kind = take(&mut self.packed)?;
        self.offset = self.offset.checked_add(take(&mut self.packed)?)?;
        let lines = if kind & 1 == 1 { take(&mut self.packed)? } else { 1 };
        self.line = self.line.wrapping_add(lines);
        let kind = self.block.kinds.get(usize::try_from(kind >> 1).ok()?)?;
        if let Some(timing) = kind.timing {
            let (digits, before) = self.units;
            let before = match digits == timing.digits {
                true => before,
                false => units(before.checked_mul(unit(digits))?, timing.digits),
            };
            self.units = (timing.digits, before.wrapping_add(unzigzag(take(&mut self.packed)?)));
        }
        let trace = if kind.traced { take(&mut self.packed)?.checked_add(1)? } else { 0 };
        Some(Step { kind: Some(kind), offset: self.offset, line: self.line, units: self.units.1, trace })
    }
}

impl Step<'_> {
    /// The head of the record that starts here, where the next one or the block's end is known.
    fn head(&self, next: &Step<'_>) -> Option<Head> {
        let Kind { level, severity, layout, timing, .. } = *self.kind?;
        let stamp = match timing {
            Some(timing) => Some(timing.stamp(self.units.checked_mul(unit(timing.digits))?)),
            None => None,
        };
        let span = Span::new(self.offset, next.offset.saturating_sub(self.offset));
        let lines = u32::try_from(next.line.saturating_sub(self.line)).unwrap_or(u32::MAX);
        Some(Head { span, line: self.line, lines, stamp, level, severity, layout })
    }

    /// The number of its trace, where it has one.
    fn trace(&self) -> Option<Option<usize>> {
        match self.trace.checked_sub(1) {
            Some(trace) => usize::try_from(trace).ok().map(Some),
            None => Some(None),
        }
    }
}

//! The blocks of an index as bytes: in sections, so that those of a very large log are read on all processors.

use mwscope_parsers::Span;
use mwscope_parsers::log::{Level, Severity};

use crate::logs::index::Entry;
use crate::model::packed::{put, take, unzigzag, zigzag};
use crate::model::{Block, Kind, Timing};
use crate::workers;

/// Blocks of a section.
const SECTION: usize = if cfg!(test) { 3 } else { 1024 };

/// Appends the blocks.
pub(super) fn write(to: &mut Vec<u8>, blocks: &[Entry]) {
    put(to, blocks.len() as u64);
    for blocks in blocks.chunks(SECTION) {
        let mut section = Vec::with_capacity(blocks.len() * 256);
        blocks.iter().for_each(|entry| write_entry(&mut section, entry));
        put(to, section.len() as u64);
        to.extend_from_slice(&section);
    }
}

/// Takes the blocks from the front of `from`; `None` where they aren't there.
pub(super) fn read(from: &mut &[u8]) -> Option<Vec<Entry>> {
    let count = usize::try_from(take(from)?).ok()?;
    // An entry has more than one byte.
    if count > from.len() {
        return None;
    }
    let mut sections = Vec::with_capacity(count.div_ceil(SECTION));
    for start in (0..count).step_by(SECTION) {
        let len = usize::try_from(take(from)?).ok()?;
        let (section, rest) = from.split_at_checked(len)?;
        sections.push((section, (count - start).min(SECTION)));
        *from = rest;
    }
    let read = workers::in_order(sections.len(), |n| read_section(sections.get(n)?));
    let mut blocks: Vec<Entry> = Vec::with_capacity(count);
    for section in read {
        let before = blocks.last().map_or(0, |last| last.block.first + last.block.count);
        blocks.extend(section?.into_iter().map(|mut entry| {
            entry.block.first += before;
            entry
        }));
    }
    Some(blocks)
}

/// The blocks of a section; their records are counted from its first one.
fn read_section(&(mut section, count): &(&[u8], usize)) -> Option<Vec<Entry>> {
    let (mut blocks, mut first) = (Vec::with_capacity(count), 0);
    for _ in 0..count {
        let entry = read_entry(&mut section, first)?;
        first += entry.block.count;
        blocks.push(entry);
    }
    Some(blocks)
}

fn write_entry(to: &mut Vec<u8>, entry: &Entry) {
    let Entry { block, hash, place } = entry;
    let numbers = [block.count as u64, block.offset, block.len, block.line, block.lines, block.late, u64::from(*hash)];
    for number in numbers.into_iter().chain([place.offset, place.len, block.kinds.len() as u64]) {
        put(to, number);
    }
    let mut before = 0;
    for kind in block.kinds.iter() {
        put(to, kind.level.map_or(0, |level| u64::from(level.number()) + 1));
        put(to, u64::from(kind.layout));
        to.push(u8::from(kind.traced) | u8::from(kind.timing.is_some()) << 1);
        if let Some(timing) = kind.timing {
            put(to, timing.offset_s.map_or(0, |offset| zigzag(i64::from(offset)) + 1));
            to.push(timing.digits | u8::from(timing.has_date) << 4);
        }
        // The times of kinds lie near each other.
        let (earliest, latest) = kind.civil_ns;
        let times = [earliest.wrapping_sub(before), latest.wrapping_sub(earliest)].map(zigzag);
        for number in [kind.count, kind.bytes, kind.lines].into_iter().chain(times) {
            put(to, number);
        }
        before = earliest;
    }
    let traces = block.traces.as_deref().unwrap_or_default();
    put(to, traces.len() as u64);
    traces.iter().for_each(|trace| to.extend_from_slice(&trace.to_le_bytes()));
}

fn read_entry(from: &mut &[u8], first: usize) -> Option<Entry> {
    let count = usize::try_from(take(from)?).ok()?;
    let (offset, len, line, lines) = (take(from)?, take(from)?, take(from)?, take(from)?);
    let late = take(from)?;
    let hash = u32::try_from(take(from)?).ok()?;
    let place = Span::new(take(from)?, take(from)?);
    let count_of_kinds = usize::try_from(take(from)?).ok()?;
    let mut kinds = Vec::with_capacity(count_of_kinds.min(from.len()));
    let mut before = 0_i64;
    for _ in 0..count_of_kinds {
        let level = take(from)?.checked_sub(1).map(|number| Level::numbered(number as u8));
        let layout = u16::try_from(take(from)?).ok()?;
        let flags = byte(from)?;
        let timing = match flags & 2 {
            0 => None,
            _ => {
                let offset_s = take(from)?.checked_sub(1).map(|offset| unzigzag(offset) as i32);
                let digits = byte(from)?;
                Some(Timing { offset_s, digits: digits & 15, has_date: digits & 16 != 0 })
            }
        };
        let (count, bytes, lines) = (take(from)?, take(from)?, take(from)?);
        let earliest = before.wrapping_add(unzigzag(take(from)?));
        let civil_ns = (earliest, earliest.wrapping_add(unzigzag(take(from)?)));
        before = earliest;
        let severity = level.map_or(Severity::Unknown, Level::severity);
        kinds.push(Kind { level, severity, layout, timing, traced: flags & 1 != 0, count, bytes, lines, civil_ns });
    }
    let mut traces = Vec::new();
    for _ in 0..take(from)? {
        let (trace, rest) = from.split_at_checked(8)?;
        traces.push(u64::from_le_bytes(trace.try_into().ok()?));
        *from = rest;
    }
    let block =
        Block { first, count, offset, len, line, lines, late, kinds: kinds.into(), traces: Some(traces.into()) };
    Some(Entry { block, hash, place })
}

fn byte(from: &mut &[u8]) -> Option<u8> {
    let (byte, rest) = from.split_first()?;
    *from = rest;
    Some(*byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Blocks with this many kinds each, which lie one behind the other.
    fn blocks(kinds: &[usize]) -> Vec<Entry> {
        let mut first = 0;
        let entry = |(n, kinds): (usize, &usize)| {
            let kind = |k: usize| Kind {
                level: k.is_multiple_of(2).then(|| Level::numbered(k as u8)),
                severity: if k.is_multiple_of(2) { Level::numbered(k as u8).severity() } else { Severity::Unknown },
                layout: k as u16,
                timing: (k % 3 != 2).then_some(Timing {
                    offset_s: (k % 3 == 1).then_some(-3600),
                    digits: 3,
                    has_date: k % 2 == 1,
                }),
                traced: k % 4 == 3,
                count: 1,
                bytes: 1 << k,
                lines: 7,
                civil_ns: [(i64::MIN, i64::MAX), (0, 0), (-5, 1_700_000_000_000_000_000), (9, 10)][(n + k) % 4],
            };
            let block = Block {
                first,
                count: *kinds,
                offset: n as u64 * 1000,
                len: 1000,
                line: 1 + n as u64,
                lines: 1,
                late: n as u64 % 2,
                kinds: (0..*kinds).map(kind).collect(),
                traces: Some((0..n as u64 % 3).map(|trace| trace << 40).collect()),
            };
            first += kinds;
            Entry { block, hash: n as u32, place: Span::new(n as u64 * 9, 9) }
        };
        kinds.iter().enumerate().map(entry).collect()
    }

    #[test]
    fn blocks_come_back_in_their_order_from_however_many_sections() {
        for count in [0, 1, SECTION - 1, SECTION, SECTION + 1, 10 * SECTION + 1] {
            let blocks = blocks(&(0..count).map(|n| 1 + n % 7).collect::<Vec<_>>());
            let mut bytes = Vec::new();
            write(&mut bytes, &blocks);
            bytes.push(77);
            let mut from = bytes.as_slice();
            assert_eq!(read(&mut from), Some(blocks), "{count}");
            assert_eq!(from, [77]);
        }
    }

    #[test]
    fn what_is_cut_off_is_none() {
        let mut bytes = Vec::new();
        write(&mut bytes, &blocks(&[2, 1, 3, 1]));
        for len in 0..bytes.len() {
            assert_eq!(read(&mut &bytes[..len]), None, "{len}");
        }
        assert_eq!(read(&mut [0xff; 10].as_slice()), None);
    }
}

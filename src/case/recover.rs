//! Puts a case in order before it is written to: cuts what a crash tore off, finishes what sealing left undone.
//! Nothing is thrown away; what isn't whole is moved beside the segment and said.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use super::entry::{Scan, Step};
use super::private;
use super::segment::{self, SEGMENT_HEADER, Segment, SegmentHead};

/// A case in order.
#[derive(Debug)]
pub(crate) struct Order {
    /// The last segment, where it can be appended to, and its length; `None` where a new one must be begun.
    pub(crate) open: Option<(u32, u64)>,
    /// The highest number of a segment; 0 where there is none.
    pub(crate) last: u32,
    /// The case's own number, where a segment says it.
    pub(crate) case: Option<u64>,
    /// Raw segments that are to be sealed.
    pub(crate) unsealed: Vec<u32>,
    /// What was moved aside.
    pub(crate) torn: Vec<Torn>,
}

/// The end of a segment that was not whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Torn {
    pub(crate) segment: u32,
    pub(crate) offset: u64,
    pub(crate) len: u64,
    pub(crate) kept_as: String,
}

/// Puts the case in `dir` in order; the caller holds its lock.
///
/// # Errors
/// When the folder can't be read or written.
pub(crate) fn put_in_order(dir: &Path) -> io::Result<Order> {
    finish_sealing(dir)?;
    let numbers = segment::numbers(dir)?;
    let mut order = Order { open: None, last: 0, case: None, unsealed: Vec::new(), torn: Vec::new() };
    for (place, (number, raw)) in numbers.iter().enumerate() {
        order.last = *number;
        let last = place + 1 == numbers.len();
        if order.case.is_none() || last {
            let head = Segment::open(dir, *number).and_then(|mut s| SegmentHead::read(&mut s)).ok().flatten();
            order.case = order.case.or(head.map(|h| h.case));
        }
        match (raw, last) {
            (false, _) => {}
            (true, false) => order.unsealed.push(*number),
            (true, true) => {
                order.open = cut_tail(dir, *number, &mut order.torn)?;
                order.last = if order.open.is_some() { *number } else { number.saturating_sub(1) };
            }
        }
    }
    Ok(order)
}

fn finish_sealing(dir: &Path) -> io::Result<()> {
    for item in std::fs::read_dir(dir.join("segments"))? {
        let path = item?.path();
        if path.extension().is_some_and(|e| e == "unfinished") {
            std::fs::remove_file(&path)?;
        }
    }
    for (number, raw) in segment::numbers(dir)? {
        if raw && segment::sealed_path(dir, number).exists() {
            std::fs::remove_file(segment::raw_path(dir, number))?;
        }
    }
    Ok(())
}

/// Cuts segment `number` behind its last whole entry.
fn cut_tail(dir: &Path, number: u32, torn: &mut Vec<Torn>) -> io::Result<Option<(u32, u64)>> {
    let path = segment::raw_path(dir, number);
    let mut segment = Segment::raw(File::open(&path)?);
    let len = segment.len()?;
    let begun = SegmentHead::read(&mut segment)?.is_some();
    let keep = if begun { whole_until(&mut segment)? } else { 0 };
    drop(segment);
    if keep < len {
        torn.push(set_aside(dir, number, keep)?);
    }
    if begun {
        return Ok(Some((number, keep)));
    }
    // Not even its head is whole: it is begun anew under the same number.
    std::fs::remove_file(&path)?;
    Ok(None)
}

fn whole_until(segment: &mut Segment) -> io::Result<u64> {
    let mut scan = Scan::new(segment, SEGMENT_HEADER)?;
    loop {
        if let Step::End { at, .. } = scan.step()? {
            return Ok(at);
        }
    }
}

fn set_aside(dir: &Path, number: u32, offset: u64) -> io::Result<Torn> {
    let path = segment::raw_path(dir, number);
    let mut file = File::options().read(true).write(true).open(&path)?;
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(offset))?;
    file.read_to_end(&mut bytes)?;
    let kept_as = format!("segments/{number:06}.torn-{offset}");
    private::write(&dir.join(&kept_as), &bytes)?;
    file.set_len(offset)?;
    file.sync_all()?;
    Ok(Torn { segment: number, offset, len: bytes.len() as u64, kept_as })
}

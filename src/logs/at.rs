//! Reading at an offset, on every system.

use std::fs::File;
use std::io;

use bytes::Bytes;
use mwscope_parsers::Span;

/// The bytes at `span` of `file`, cut where the file ends.
///
/// # Errors
/// When the file can't be read.
pub(super) fn read_at(file: &File, span: Span) -> io::Result<Bytes> {
    let mut bytes = Vec::new();
    read_into(file, span, &mut bytes)?;
    Ok(bytes.into())
}

/// Room that is made at once.
const STEP: usize = 256 << 10;

/// Puts the bytes at `span` of `file`, cut where the file ends, in place of what `into` holds.
///
/// # Errors
/// When the file can't be read.
pub(super) fn read_into(file: &File, span: Span, into: &mut Vec<u8>) -> io::Result<()> {
    let available = file.metadata()?.len().saturating_sub(span.offset).min(span.len);
    let len = usize::try_from(available).map_err(|_| io::Error::from(io::ErrorKind::OutOfMemory))?;
    into.truncate(len);
    into.reserve_exact(len - into.len());
    let mut done = 0;
    while done < len {
        // Room is made step by step: what was just made is still near the processor when it is filled.
        if done == into.len() {
            into.resize((done + STEP).min(len), 0);
        }
        match fill(file, span.offset + done as u64, &mut into[done..])? {
            0 => break,
            n => done += n,
        }
    }
    into.truncate(done);
    Ok(())
}

/// Bytes that a processor copies at once.
const ALIGNED: u64 = 64;

/// Puts the bytes at `span` of `file`, cut where the file ends, in place of what `into` holds, behind a few that stand
/// before them; gives how many those are. They are there so that bytes come to lie as they do in the system's pages:
/// some processors copy much faster then.
///
/// # Errors
/// When the file can't be read.
pub(super) fn read_aligned(file: &File, span: Span, into: &mut Vec<u8>) -> io::Result<usize> {
    let available = file.metadata()?.len().saturating_sub(span.offset).min(span.len);
    let most = usize::try_from(available + ALIGNED).map_err(|_| io::Error::from(io::ErrorKind::OutOfMemory))?;
    into.reserve_exact(most.saturating_sub(into.len()));
    let lead = span.offset.wrapping_sub(into.as_ptr().addr() as u64) % ALIGNED;
    let lead = if lead > span.offset { 0 } else { lead };
    read_into(file, Span::new(span.offset - lead, lead + available), into)?;
    Ok(into.len().min(lead as usize))
}

/// Fills `into` with the bytes of `file` at `offset`; how many there were, which are fewer only where the file ends.
///
/// # Errors
/// When the file can't be read.
pub(super) fn fill(file: &File, offset: u64, into: &mut [u8]) -> io::Result<usize> {
    let mut done = 0;
    while done < into.len() {
        match some_at(file, &mut into[done..], offset + done as u64) {
            Ok(0) => break,
            Ok(n) => done += n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(done)
}

#[cfg(unix)]
fn some_at(file: &File, into: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, into, offset)
}

#[cfg(windows)]
fn some_at(file: &File, into: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, into, offset)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn bytes_come_whole_wherever_they_lie_in_memory() {
        let mut file = tempfile::tempfile().expect("a file");
        let all: Vec<u8> = (0..700_u32).flat_map(u32::to_le_bytes).collect();
        file.write_all(&all).expect("write");
        let mut into = Vec::new();
        for (offset, len) in [(0, 9), (3, 100), (63, 64), (64, 1), (1000, 1800), (2790, 500), (2800, 4), (9999, 1)] {
            let lead = read_aligned(&file, Span::new(offset, len), &mut into).expect("read");
            let wanted = Span::new(offset, len).of(&all);
            assert_eq!(&into[lead..], wanted, "{len} bytes at {offset}");
            let apart = (offset - lead as u64).wrapping_sub(into.as_ptr().addr() as u64) % ALIGNED;
            assert!(apart == 0 || offset < ALIGNED || wanted.is_empty(), "{len} bytes at {offset}");
        }
    }
}

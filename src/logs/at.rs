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

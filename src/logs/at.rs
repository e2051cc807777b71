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
    append(file, span, &mut bytes)?;
    Ok(bytes.into())
}

/// Bytes that are read at once.
const STEP: usize = 256 << 10;

/// Appends the bytes at `span` of `file` to `to`, cut where the file ends.
///
/// # Errors
/// When the file can't be read.
pub(super) fn append(file: &File, span: Span, to: &mut Vec<u8>) -> io::Result<()> {
    let available = file.metadata()?.len().saturating_sub(span.offset).min(span.len);
    let len = usize::try_from(available).map_err(|_| io::Error::from(io::ErrorKind::OutOfMemory))?;
    let before = to.len();
    to.reserve(len);
    let mut done = 0;
    while done < len {
        // Room is made step by step: what was just made is still near the processor when it is filled.
        to.resize(before + done + STEP.min(len - done), 0);
        match some_at(file, &mut to[before + done..], span.offset + done as u64) {
            Ok(0) => break,
            Ok(n) => done += n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    to.truncate(before + done);
    Ok(())
}

#[cfg(unix)]
fn some_at(file: &File, into: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, into, offset)
}

#[cfg(windows)]
fn some_at(file: &File, into: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, into, offset)
}

//! Which bytes of a log its layouts are learned from, and the reader that is made of them.
//! Layouts that none of these bytes show are found while the log is indexed ([`super::log`]).

use std::io;

use mwscope_parsers::Span;
use mwscope_parsers::log::{Hints, PatternError, Reader};

use super::store::Store;

/// Bytes from the start of a log that its layout is learned from.
const SAMPLE: u64 = 512 << 10;
/// Bytes from further places of it, since a log may change its layout on the way.
const LATER_SAMPLE: u64 = 64 << 10;

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
pub(super) fn sample(store: &Store) -> io::Result<Vec<u8>> {
    let mut sample = store.read(Span::new(0, SAMPLE))?.to_vec();
    // A log that was cut under its writer's hands begins with NULs, gigabytes of them perhaps.
    let mut from = 0;
    while sample.len() as u64 == SAMPLE && sample.iter().all(|byte| *byte == 0) {
        from += SAMPLE;
        sample = store.read(Span::new(from, SAMPLE))?.to_vec();
    }
    if (sample.len() as u64) < SAMPLE || memchr::memchr(0, &sample).is_some() {
        return Ok(sample);
    }
    sample.truncate(memchr::memrchr(b'\n', &sample).map_or(sample.len(), |at| at + 1));
    let size = store.size()?;
    let places = (1..=4).map(|part| size / 5 * part).chain([size.saturating_sub(LATER_SAMPLE)]);
    let mut end = SAMPLE;
    for place in places {
        let later = store.read(Span::new(place.max(end), LATER_SAMPLE))?;
        end = place.max(end) + later.len() as u64;
        let (Some(from), Some(to)) = (memchr::memchr(b'\n', &later), memchr::memrchr(b'\n', &later)) else { continue };
        sample.extend_from_slice(&later[from + 1..=to.max(from)]);
    }
    Ok(sample)
}

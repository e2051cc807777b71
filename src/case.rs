//! A case on disk: everything that one investigation has recorded and taken in. This part knows how it is written,
//! masked, found whole again after a crash and read; it has no opinion on what the exchanges mean.
//!
//! # The folder
//! ```text
//! NAME.mwscope/
//!   segments/000001.seg.zst   sealed: zstd in the seekable format, `zstd -d` gives the raw segment
//!   segments/000002.seg       raw: the one that is written to
//!   segments/000002.torn-417  what was not a whole entry behind byte 417 after a crash
//!   case.db                   a cache of what the segments say; it may be deleted at any time
//!   lock, lock.json           one writer, and who it is
//!   notes.jsonl, filters.jsonl   the user's own, see `remarks`: no entries, since those have one writer
//!   push-*.json               how far receivers have what was recorded; it may be deleted, then they get it again
//! ```
//! A segment begins with 32 bytes: `mwscope\0`, version (4), its number (4), the case's number (8), zero (4) and a
//! CRC-32 of the 28 bytes before; all numbers are little-endian. Behind them stand entries, each with a header of 20
//! bytes (see `case/entry.rs`) and a payload: JSON for facts (exchange, source, problem), bytes for
//! bodies and copied files. An exchange's entry comes behind those of its bodies, so that whatever is listed is whole.
//! Entries are never changed; a later exchange or source of the same id replaces an earlier one. An exchange that takes
//! long stands there before it ends, as an entry of another kind, which its end replaces. A reader skips kinds
//! that it doesn't know and says so; it refuses a segment of a newer version.
//!
//! # What is promised
//! - An exchange is handed to the operating system when [`Writer::append`] returns: a crash of this program loses
//!   none. Waiting for the disk itself happens when a segment is sealed and at [`Writer::finish`].
//! - A write that fails leaves nothing half-done behind, and the next may succeed.
//! - A torn end is cut when the case is next written to, kept beside the segment and said as a problem; damage
//!   elsewhere costs the entries that it hits.
//! - There is one writer and any number of readers, which need no lock and may follow while it writes.

mod background;
mod bodies;
mod counted;
mod entry;
mod extent;
mod index;
mod json;
mod lock;
mod masking;
mod onward;
mod persist;
pub(crate) mod private;
mod reader;
mod recover;
mod segment;
mod source;
mod stream;
mod tail;
pub(crate) mod under_way;
mod walk;
mod writer;

use std::io;
use std::path::{Path, PathBuf};

pub use bodies::CaseBodies;
pub use lock::Owner;
pub(crate) use lock::host;
pub(crate) use masking::Masking;
pub use onward::{Came, Onward, Place};
pub use reader::{Contents, Reader};
pub(crate) use segment::read_full;
pub use source::{
    COPY_LIMIT, Copied, NewContent, NewSource, Outside, RECORDING, REPLAY, Standing, StoredContent, StoredSource,
};
pub use stream::{BodyStream, EndedBody, Streamed, facts_of_unknown, readable};
pub use writer::{Options, Writer};

use crate::model::SourceProblem;
pub use crate::redact::Key;

/// The ending of a case's folder.
pub const EXTENSION: &str = "mwscope";

/// A case, known by its folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    dir: PathBuf,
}

impl Case {
    /// Whether `path` is a case, by its content.
    #[must_use]
    pub fn is_case(path: &Path) -> bool {
        let Ok(numbers) = segment::numbers(path) else { return false };
        let named = path.extension().is_some_and(|e| e == EXTENSION);
        let begun = |number| {
            segment::Segment::open(path, number)
                .and_then(|mut s| segment::SegmentHead::read(&mut s))
                .is_ok_and(|h| h.is_some())
        };
        named || numbers.iter().any(|(number, _)| begun(*number))
    }

    /// The case at `path`.
    ///
    /// # Errors
    /// When there is none.
    pub fn open(path: &Path) -> Result<Self, SourceProblem> {
        if Self::is_case(path) {
            return Ok(Self { dir: path.to_owned() });
        }
        let what = if path.exists() { "is no case" } else { "does not exist" };
        Err(SourceProblem {
            path: path.display().to_string(),
            offset: 0,
            what: what.to_owned(),
            remedy: format!("name a folder that mwscope recorded into (its name ends in .{EXTENSION})"),
        })
    }

    /// The case at `path`, begun there where there is nothing yet.
    ///
    /// # Errors
    /// When something else stands there, or the folder can't be made.
    pub fn open_or_create(path: &Path) -> Result<Self, SourceProblem> {
        if Self::is_case(path) {
            return Ok(Self { dir: path.to_owned() });
        }
        if holds_something(path) {
            return Err(SourceProblem {
                path: path.display().to_string(),
                offset: 0,
                what: "is no case, and something else stands there".to_owned(),
                remedy: format!("name a new folder, such as {}.{EXTENSION}", path.display()),
            });
        }
        private::folder(path)
            .and_then(|()| private::folder(&path.join("segments")))
            .map_err(|e| problem(path, format!("the case can't be made: {e}")))?;
        Ok(Self { dir: path.to_owned() })
    }

    /// Its folder.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Takes the case for writing and puts it in order.
    ///
    /// # Errors
    /// When another process writes it (who is said), or the folder can't be written.
    pub fn write(&self, options: Options) -> Result<Writer, SourceProblem> {
        Writer::open(self, options)
    }

    /// A reader that begins at the start.
    #[must_use]
    pub fn reader(&self) -> Reader {
        self.reader_at(0)
    }

    /// A reader for the `place`-th case of an investigation, counted from 0; see [`CaseBodies`].
    #[must_use]
    pub fn reader_at(&self, place: u32) -> Reader {
        Reader::new(self, place)
    }

    /// What came into it behind a place, and comes while it is written.
    #[must_use]
    pub fn onward(&self, from: Place) -> Onward {
        Onward::new(self, from)
    }

    /// What it is called: the name of its folder.
    #[must_use]
    pub fn name(&self) -> String {
        Self::name_of(&self.dir)
    }

    /// What the case at `path` is called, also before it is begun.
    #[must_use]
    pub fn name_of(path: &Path) -> String {
        // A path such as `.` has no name of its own.
        let whole = || path.canonicalize().ok()?.file_name().map(std::ffi::OsStr::to_owned);
        let name = path.file_name().map(std::ffi::OsStr::to_owned).or_else(whole);
        name.map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    }

    /// What it is known by everywhere, whatever its folder is called, 16 hex digits; `None` before anything is written.
    #[must_use]
    pub fn id(&self) -> Option<String> {
        index::case_id(&self.dir).map(|id| format!("{:016x}", id.cast_unsigned()))
    }

    /// Who writes the case now or was writing it when it crashed.
    #[must_use]
    pub fn owner(&self) -> Option<Owner> {
        lock::owner(&self.dir)
    }
}

/// Whether something stands at `path` that must not be taken for a new case.
fn holds_something(path: &Path) -> bool {
    match std::fs::read_dir(path) {
        Ok(mut items) => items.next().is_some(),
        Err(error) => error.kind() != io::ErrorKind::NotFound,
    }
}

fn problem(dir: &Path, what: String) -> SourceProblem {
    let remedy = "check that the folder is there and may be written and read".to_owned();
    SourceProblem { path: dir.display().to_string(), offset: 0, what, remedy }
}

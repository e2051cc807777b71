//! What is followed, put into the case: a log by its place as soon as it is noticed and as a copy at the end where it
//! is small, a dump as it is written. A recording that is killed loses none of it.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError};

use bytes::Bytes;

use super::push;
use super::recorder::Recorder;
use crate::case::{self, NewContent, NewSource, Outside, StoredContent};
use crate::logs::Log;
use crate::model::{Records, SourceId, SourceKind, SourceProblem};

/// The followed sources of one recording.
pub(super) struct Sources {
    logs: Vec<Followed>,
    /// The same logs, for who hands on what is recorded.
    shared: push::recorded::Followed,
    dumps: HashMap<PathBuf, SourceId>,
}

struct Followed {
    path: PathBuf,
    log: Arc<Log>,
    id: Option<SourceId>,
    /// Where it stands; of a log that was rotated away, where it stood.
    outside: Option<Outside>,
    rotated: bool,
}

impl Sources {
    /// None yet; logs are put into `shared` as well.
    pub(super) fn new(shared: push::recorded::Followed) -> Self {
        Self { logs: Vec::new(), shared, dumps: HashMap::new() }
    }

    /// A log is followed from here on; another one that was followed under that path was rotated away.
    pub(super) fn log(&mut self, to: &mut Recorder, path: &Path, log: Arc<Log>) -> Option<SourceProblem> {
        let shown = path.display().to_string();
        self.shared.lock().unwrap_or_else(PoisonError::into_inner).push((shown, Arc::clone(&log)));
        for before in self.logs.iter_mut().filter(|followed| followed.path == path) {
            before.rotated = true;
        }
        let outside = match Outside::of(path) {
            Ok(outside) => outside,
            // It vanished meanwhile; what was read of it is kept at the end.
            Err(_) => return self.remember(path, log, None, None),
        };
        // A recording that goes on with the case follows the log that it already has.
        let known = to.sources().iter().find(|s| {
            s.source.kind == SourceKind::Log
                && matches!(&s.content, StoredContent::Outside(o) if o.is_start_of(&outside))
        });
        let there = known.map(|stored| stored.source.id);
        let new = new_log(path, &log, NewContent::Outside(outside.clone()));
        match to.keep_source(there, new) {
            Ok(id) => self.remember(path, log, Some(id), Some(outside)),
            Err(error) => {
                self.remember(path, log, None, Some(outside));
                Some(not_kept(path, &error))
            }
        }
    }

    fn remember(
        &mut self,
        path: &Path,
        log: Arc<Log>,
        id: Option<SourceId>,
        outside: Option<Outside>,
    ) -> Option<SourceProblem> {
        self.logs.push(Followed { path: path.to_owned(), log, id, outside, rotated: false });
        None
    }

    /// A dump was written, or written anew.
    pub(super) fn dump(&mut self, to: &mut Recorder, path: &Path, bytes: &[u8]) -> Option<SourceProblem> {
        let new = NewSource {
            path: path.display().to_string(),
            kind: SourceKind::Dump,
            items: 1,
            bytes: bytes.len() as u64,
            layout: None,
            content: NewContent::Copy(Bytes::copy_from_slice(bytes)),
        };
        match to.keep_source(self.dumps.get(path).copied(), new) {
            Ok(id) => {
                self.dumps.insert(path.to_owned(), id);
                None
            }
            Err(error) => Some(not_kept(path, &error)),
        }
    }

    /// Puts the logs in as they are at the end of the recording.
    pub(super) fn end(self, to: &mut Recorder) -> Vec<SourceProblem> {
        let mut problems = Vec::new();
        for followed in self.logs.iter().filter(|followed| followed.log.len() > 0) {
            let kept = followed.content().and_then(|content| {
                to.keep_source(followed.id, new_log(&followed.path, &followed.log, content)).map(drop)
            });
            problems.extend(kept.err().map(|error| not_kept(&followed.path, &error)));
        }
        problems
    }
}

impl Followed {
    /// A small log is copied as it was followed, a large one stays where it is.
    fn content(&self) -> io::Result<NewContent> {
        let spooled = self.log.spooled();
        match &self.outside {
            Some(outside) if spooled.len > case::COPY_LIMIT && self.rotated => Ok(NewContent::Outside(outside.clone())),
            _ if spooled.len > case::COPY_LIMIT => Outside::of(&self.path).map(NewContent::Outside),
            _ => self.log.bytes(spooled).map(|bytes| NewContent::Copy(bytes.into())),
        }
    }
}

fn new_log(path: &Path, log: &Log, content: NewContent) -> NewSource {
    NewSource {
        path: path.display().to_string(),
        kind: SourceKind::Log,
        items: log.len() as u64,
        bytes: log.spooled().len,
        layout: log.layouts().into_iter().next(),
        content,
    }
}

fn not_kept(path: &Path, error: &io::Error) -> SourceProblem {
    SourceProblem {
        path: path.display().to_string(),
        offset: 0,
        what: format!("is not in the case: {error}"),
        remedy: "import it afterwards".to_owned(),
    }
}

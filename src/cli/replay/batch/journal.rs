//! What was sent and answered, on disk while a batch runs, so that one that was broken off in whatever way goes on where
//! it was and nothing is sent twice unasked.
//!
//! A line says that a row is about to be sent, before its first byte leaves; another what came of it. Lines reach the
//! system at once, which is enough for a program that is killed. For a power failure rows are set aside in advance, many
//! with one flush to the disk: after it, each row that was set aside and has no result may have been sent.

use std::collections::HashMap;
use std::fs::{File, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use super::results::RowResult;

const SCHEMA: &str = "mwscope.batch/1";
/// Rows that are set aside with one flush.
const ASIDE: usize = 128;

/// What a journal belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Key {
    pub(super) data: String,
    pub(super) calls: String,
    pub(super) rows: usize,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Line {
    Begin { schema: String, key: Key, boot: String },
    Sending { s: usize },
    Done { d: usize, result: RowResult },
    Aside { r: usize },
}

/// The journal of a batch that runs.
pub(super) struct Journal {
    path: PathBuf,
    state: Mutex<State>,
}

struct State {
    file: File,
    aside: usize,
}

/// What a journal says of the rows that were begun before.
pub(super) type Before = HashMap<usize, RowResult>;

/// Why a journal can't be used.
pub(super) enum Unusable {
    /// It belongs to other data or other calls.
    Other,
    /// Another process writes it.
    Busy,
    Io(io::Error),
}

impl From<io::Error> for Unusable {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl Journal {
    /// Opens the journal at `path`, or begins one. `line` gives the line in the data of a row.
    pub(super) fn open(path: &Path, key: &Key, line: &dyn Fn(usize) -> u64) -> Result<(Self, Before), Unusable> {
        let mut options = File::options();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(Unusable::Busy),
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        // A power failure may leave half a line.
        let whole = bytes.iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
        let (before, found) = read(&bytes[..whole], line);
        if found.as_ref().is_some_and(|found| found != key) || (found.is_none() && whole > 0) {
            return Err(Unusable::Other);
        }
        file.set_len(whole as u64)?;
        file.seek(SeekFrom::End(0))?;
        let journal = Self { path: path.to_owned(), state: Mutex::new(State { file, aside: 0 }) };
        let mut state = journal.state();
        // What was found unknown is so from now on, whatever the computer did meanwhile.
        put(&mut state.file, &Line::Begin { schema: SCHEMA.to_owned(), key: key.clone(), boot: boot() })?;
        for (row, result) in before.iter().filter(|(_, result)| result.is_unknown()) {
            put(&mut state.file, &Line::Done { d: *row, result: result.clone() })?;
        }
        state.file.sync_data()?;
        drop(state);
        Ok((journal, before))
    }

    /// Notes that the first byte of a row is about to leave.
    pub(super) fn sending(&self, row: usize) -> io::Result<()> {
        let mut state = self.state();
        if row >= state.aside {
            let aside = row + ASIDE;
            put(&mut state.file, &Line::Aside { r: aside })?;
            state.file.sync_data()?;
            state.aside = aside;
        }
        put(&mut state.file, &Line::Sending { s: row })
    }

    /// Notes what came of a row.
    pub(super) fn done(&self, row: usize, result: &RowResult) -> io::Result<()> {
        put(&mut self.state().file, &Line::Done { d: row, result: result.clone() })
    }

    /// Takes the journal away: nothing is left to be done.
    pub(super) fn finished(self) -> io::Result<()> {
        let Self { path, state } = self;
        drop(state);
        std::fs::remove_file(path)
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn put(file: &mut File, line: &Line) -> io::Result<()> {
    let mut bytes = serde_json::to_vec(line)?;
    bytes.push(b'\n');
    file.write_all(&bytes)
}

fn read(bytes: &[u8], line_of: &dyn Fn(usize) -> u64) -> (Before, Option<Key>) {
    let (mut before, mut found) = (Before::new(), None);
    let (mut sending, mut aside, mut began_at) = (Vec::new(), 0, String::new());
    for line in bytes.split(|b| *b == b'\n').filter(|line| !line.is_empty()) {
        match serde_json::from_slice(line) {
            Ok(Line::Begin { key, boot, .. }) => {
                // What an earlier run left open was noted when this one began.
                (found, began_at) = (Some(key), boot);
                sending.clear();
                aside = 0;
            }
            Ok(Line::Sending { s }) => sending.push(s),
            Ok(Line::Done { d, result }) => drop(before.insert(d, result)),
            Ok(Line::Aside { r }) => aside = r,
            Err(_) => {}
        }
    }
    // After a power failure lines may be missing.
    let lost = began_at != boot();
    let rows = found.as_ref().map_or(0, |key: &Key| key.rows);
    let may = sending.into_iter().chain((0..aside.min(rows)).filter(|_| lost));
    for row in may {
        before
            .entry(row)
            .or_insert_with(|| RowResult::unknown(line_of(row), "it was being sent when the batch broke off"));
    }
    (before, found)
}

/// What is another after the computer was started anew.
fn boot() -> String {
    #[cfg(windows)]
    {
        // Rounded, since it is reckoned from the clock.
        (sysinfo::System::boot_time() / 10).to_string()
    }
    #[cfg(not(windows))]
    {
        std::fs::read_to_string("/proc/sys/kernel/random/boot_id").map(|id| id.trim().to_owned()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_begun_and_not_ended_is_unknown() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("j");
        let key = Key { data: "d".into(), calls: "c".into(), rows: 300 };
        let line = |row: usize| row as u64 + 2;
        let open = |key: &Key| Journal::open(&path, key, &line);
        let (journal, before) = open(&key).map_err(|_| "unusable").expect("a journal");
        assert!(before.is_empty() && matches!(open(&key), Err(Unusable::Busy)));
        for row in 0..3 {
            journal.sending(row).expect("a line");
        }
        journal.done(1, &RowResult::unknown(3, "x")).expect("a line");
        drop(journal);
        std::fs::OpenOptions::new()
            .append(true)
            .open(&path)
            .expect("the file")
            .write_all(b"{\"s\":")
            .expect("half a line");
        let (journal, before) = open(&key).map_err(|_| "unusable").expect("the journal");
        let mut rows: Vec<_> = before.iter().map(|(row, result)| (*row, result.line)).collect();
        rows.sort_unstable();
        assert_eq!(rows, [(0, 2), (1, 3), (2, 4)]);
        drop(journal);
        // Another start of the computer: all that was set aside.
        let text = std::fs::read_to_string(&path).expect("the journal").replace(&boot(), "another");
        std::fs::write(&path, text + "{\"r\":128}\n").expect("the journal");
        let (journal, before) = open(&key).map_err(|_| "unusable").expect("the journal");
        assert_eq!(before.len(), 128);
        drop(journal);
        assert!(matches!(open(&Key { rows: 2, ..key }), Err(Unusable::Other)));
    }
}

//! One writer a case: an operating-system lock, which ends with the process however it ends, and beside it a file
//! that says who holds it. It knows nothing of what is written.

use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::private;

/// A reader that looks whether somebody writes has the lock for a moment; so often, and for so long, it is let be.
const LOOKS: u32 = 3;
const LOOK: Duration = Duration::from_millis(20);

/// The lock of a case, held until it is dropped.
#[derive(Debug)]
pub(crate) struct Lock {
    // Locked as long as it is open. Nothing is written into it: on Windows a locked file can't be read by others.
    _file: File,
    owner: PathBuf,
    /// Who held it before and ended without letting go, as after a crash.
    pub(crate) left_by: Option<Owner>,
}

/// Who writes a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner {
    /// The process.
    pub process: u32,
    /// The machine it runs on.
    pub host: String,
    /// When it began to write, in nanoseconds since the Unix epoch on its own clock.
    pub since_utc_ns: i64,
}

/// Why the lock can't be had.
#[derive(Debug)]
pub(crate) enum Refused {
    /// Somebody has it; who, where that can be read.
    Held(Option<Owner>),
    /// The file system doesn't let us.
    Failed(io::Error),
}

impl Lock {
    /// Takes the lock of the case in `dir` for this process.
    pub(crate) fn take(dir: &Path, now_utc_ns: i64) -> Result<Self, Refused> {
        let path = dir.join("lock");
        let file = private::options().create(true).truncate(false).write(true).open(path).map_err(Refused::Failed)?;
        let mut looks = LOOKS;
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if looks > 0 => {
                    looks -= 1;
                    std::thread::sleep(LOOK);
                }
                Err(TryLockError::WouldBlock) => return Err(Refused::Held(owner(dir))),
                Err(TryLockError::Error(error)) => return Err(Refused::Failed(error)),
            }
        }
        let left_by = owner(dir);
        let owner = owner_path(dir);
        let who = Owner { process: std::process::id(), host: host(), since_utc_ns: now_utc_ns };
        let text = serde_json::to_string(&who).map_err(|e| Refused::Failed(e.into()))?;
        private::write(&owner, text.as_bytes()).map_err(Refused::Failed)?;
        Ok(Self { _file: file, owner, left_by })
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Nothing depends on it: a leftover only says that the end was not seen.
        let _ = std::fs::remove_file(&self.owner);
    }
}

/// Whether somebody writes the case in `dir`; `None` where that can't be seen, as on a file system without locks.
pub(crate) fn is_held(dir: &Path) -> Option<bool> {
    let file = match File::open(dir.join("lock")) {
        Ok(file) => file,
        // It is made by the first who writes, and stays.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Some(false),
        Err(_) => return None,
    };
    match file.try_lock_shared() {
        Ok(()) => Some(false),
        Err(TryLockError::WouldBlock) => Some(true),
        Err(TryLockError::Error(_)) => None,
    }
}

/// Who writes the case in `dir`, by its own word; it may have crashed since.
pub(crate) fn owner(dir: &Path) -> Option<Owner> {
    serde_json::from_slice(&std::fs::read(owner_path(dir)).ok()?).ok()
}

fn owner_path(dir: &Path) -> PathBuf {
    dir.join("lock.json")
}

/// The name of this computer.
pub(crate) fn host() -> String {
    ["COMPUTERNAME", "HOSTNAME"]
        .iter()
        .find_map(|name| std::env::var(name).ok())
        .or_else(|| std::fs::read_to_string("/etc/hostname").ok())
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| "this machine".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_one_writer_and_the_second_learns_who() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(is_held(dir.path()), Some(false), "nobody has written yet");
        let first = Lock::take(dir.path(), 42).unwrap();
        assert_eq!(first.left_by, None);
        assert_eq!(is_held(dir.path()), Some(true));
        let Err(Refused::Held(Some(who))) = Lock::take(dir.path(), 43) else { panic!("taken twice") };
        assert_eq!((who.process, who.since_utc_ns), (std::process::id(), 42));
        drop(first);
        assert_eq!(is_held(dir.path()), Some(false));
        assert_eq!(Lock::take(dir.path(), 44).unwrap().left_by, None);
        let crashed = r#"{"process":4711,"host":"SRV","since_utc_ns":1}"#;
        std::fs::write(dir.path().join("lock.json"), crashed).unwrap();
        let left_by = Lock::take(dir.path(), 45).unwrap().left_by.clone();
        assert_eq!(left_by.map(|who| who.process), Some(4711), "a leftover is no lock");
    }
}

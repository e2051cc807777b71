//! The key under which equal secrets get equal tokens. It lies in the user's configuration folder and never in a
//! case, so that whoever gets a case can't try passwords against the tokens.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use hmac::{Hmac, KeyInit, Mac};
use mwscope_parsers::hex;
use sha2::Sha256;

/// The variable that names another configuration folder.
pub const CONFIG_DIR: &str = "MWSCOPE_CONFIG_DIR";

const LEN: usize = 32;

/// A key for tokens.
#[derive(Clone)]
pub struct Key {
    // Shared, since each body has its key, and only those with a secret use it.
    mac: Arc<Hmac<Sha256>>,
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key")
    }
}

impl Key {
    /// The user's key, made where there is none yet.
    ///
    /// # Errors
    /// When it can neither be read nor made.
    pub fn of_user() -> io::Result<Self> {
        let dir = config_dir().ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "there is no home folder"))?;
        Self::in_dir(&dir)
    }

    /// The key in that folder, made where there is none yet.
    ///
    /// # Errors
    /// As [`Key::of_user`].
    pub fn in_dir(dir: &Path) -> io::Result<Self> {
        let path = dir.join("mask.key");
        for _ in 0..20 {
            match read(&path) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                // Another process is just writing it.
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                    std::thread::sleep(std::time::Duration::from_millis(10));
                    continue;
                }
                read => return Ok(Self::of_bytes(&read?)),
            }
            fs::create_dir_all(dir)?;
            let bytes = random()?;
            match create(&path, &bytes) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                made => return made.map(|()| Self::of_bytes(&bytes)),
            }
        }
        Err(io::Error::new(io::ErrorKind::InvalidData, format!("{} is too short; delete it", path.display())))
    }

    /// A key for this run alone: tokens can't be compared with those of another run.
    ///
    /// # Errors
    /// When the system gives no random bytes.
    pub fn of_this_run() -> io::Result<Self> {
        random().map(|bytes| Self::of_bytes(&bytes))
    }

    fn of_bytes(bytes: &[u8; LEN]) -> Self {
        Self { mac: Arc::new(Hmac::new_from_slice(bytes).expect("invariant: HMAC takes a key of any length")) }
    }

    /// Ten hex digits for a secret.
    #[must_use]
    pub fn token(&self, secret: &[u8]) -> String {
        let mut mac = Hmac::clone(&self.mac);
        mac.update(secret);
        hex::text(&mac.finalize().into_bytes()[..5])
    }
}

/// The user's configuration folder; it needn't exist yet.
#[must_use]
pub fn config_dir() -> Option<PathBuf> {
    match std::env::var_os(CONFIG_DIR) {
        Some(dir) if !dir.is_empty() => Some(dir.into()),
        _ => directories::ProjectDirs::from("", "", "mwscope").map(|dirs| dirs.config_dir().to_owned()),
    }
}

fn read(path: &Path) -> io::Result<[u8; LEN]> {
    let mut bytes = [0; LEN];
    File::open(path)?.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn create(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = File::options();
    options.write(true).create_new(true);
    // On Windows the folder is the user's own.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn random() -> io::Result<[u8; LEN]> {
    let mut bytes = [0; LEN];
    getrandom::fill(&mut bytes).map_err(|error| io::Error::other(error.to_string()))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_hold_over_runs_and_differ_between_users() {
        let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let dir = one.path().join("deeper");
        let first = Key::in_dir(&dir).unwrap().token(b"secret");
        assert_eq!(first.len(), 10);
        assert_eq!(Key::in_dir(&dir).unwrap().token(b"secret"), first);
        assert_ne!(Key::in_dir(&dir).unwrap().token(b"Secret"), first);
        assert_ne!(Key::in_dir(two.path()).unwrap().token(b"secret"), first);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(dir.join("mask.key")).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }
}

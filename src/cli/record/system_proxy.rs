//! `--system-proxy`: Windows' own proxy setting leads to the recording while it runs, and back to what it was at its end.
//!
//! What was there before is written to a journal before anything is changed. Whoever finds a journal whose writer is
//! gone puts the settings back: a crash costs the proxy setting only until mwscope is started again. Settings that
//! somebody else has changed meanwhile are theirs, and left alone. All of it belongs to the user alone and needs no
//! administrator.

#![cfg_attr(
    not(any(windows, test)),
    allow(dead_code, reason = "only Windows has such settings; the logic is tested everywhere")
)]

use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

#[cfg(windows)]
mod windows;

/// The settings that are changed: those of the user's Internet Settings in the registry.
const NAMES: [&str; 4] = ["ProxyEnable", "ProxyServer", "ProxyOverride", "AutoConfigURL"];

const JOURNAL: &str = "system-proxy.json";
const LOCK: &str = "system-proxy.lock";

/// A setting's value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
enum Value {
    Number(u32),
    Text(String),
}

/// Where the settings are.
trait Settings {
    /// `None` where there is none of that name.
    fn get(&self, name: &str) -> io::Result<Option<Value>>;
    /// Sets it, or takes it away.
    fn set(&mut self, name: &str, value: Option<&Value>) -> io::Result<()>;
}

/// What was changed, and from what.
#[derive(Debug, Serialize, Deserialize)]
struct Journal {
    before: Vec<(String, Option<Value>)>,
    ours: Vec<(String, Option<Value>)>,
}

/// The system's proxy while it is ours; given back when dropped.
pub(super) struct SystemProxy {
    settings: Box<dyn Settings + Send>,
    folder: PathBuf,
    /// Held as long as the settings are ours; the system lets go of it when this process ends, however it ends.
    _lock: File,
}

impl SystemProxy {
    /// Sets the system's proxy.
    ///
    /// # Errors
    /// On a system that has none that can be set, or when another recording has it, or it can't be written.
    #[cfg(windows)]
    pub(super) fn set(proxy: SocketAddr) -> Result<Self, String> {
        Self::set_in(Box::new(windows::open().map_err(|e| unwritable(&e))?), &folder()?, proxy)
    }

    /// There is none here.
    #[cfg(not(windows))]
    pub(super) fn set(_proxy: SocketAddr) -> Result<Self, String> {
        Err(NOT_HERE.to_owned())
    }

    fn set_in(mut settings: Box<dyn Settings + Send>, folder: &Path, proxy: SocketAddr) -> Result<Self, String> {
        fs::create_dir_all(folder).map_err(|e| unwritable(&e))?;
        let lock = take(folder).map_err(|e| unwritable(&e))?.ok_or("another recording has set the system's proxy")?;
        put_back(settings.as_mut(), folder).map_err(|e| unwritable(&e))?;
        let before = NAMES.iter().map(|name| Ok(((*name).to_owned(), settings.get(name)?)));
        let before = before.collect::<io::Result<Vec<_>>>().map_err(|e| unwritable(&e))?;
        // Without the override, calls to this computer itself would pass the proxy by.
        let ours = [
            Some(Value::Number(1)),
            Some(Value::Text(proxy.to_string())),
            Some(Value::Text("<-loopback>".to_owned())),
            None,
        ];
        let ours: Vec<_> = NAMES.iter().map(|name| (*name).to_owned()).zip(ours).collect();
        let journal = Journal { before, ours };
        write(folder, &journal).map_err(|e| unwritable(&e))?;
        // What fails half-way is put back by the drop.
        let mut set = Self { settings, folder: folder.to_owned(), _lock: lock };
        for (name, value) in &journal.ours {
            set.settings.set(name, value.as_ref()).map_err(|e| unwritable(&e))?;
        }
        Ok(set)
    }
}

impl Drop for SystemProxy {
    fn drop(&mut self) {
        if let Err(error) = put_back(self.settings.as_mut(), &self.folder) {
            crate::cli::output::say(&format!(
                "the system's proxy could not be put back ({error}); the next mwscope tries again, or set it in Windows \
                 Settings, Network, Proxy"
            ));
        }
    }
}

/// Whether this system has such a setting.
pub(super) const THERE_IS_ONE: bool = cfg!(windows);

/// What is to be said where there is none.
pub(super) const NOT_HERE: &str = "only Windows has a proxy setting that programs share; on this system tell the client (mwscope \
                        record prints how) or set HTTP_PROXY and HTTPS_PROXY for it";

/// Puts back what a recording that crashed has left; true where there was something.
///
/// # Errors
/// When it can't be put back; the next try may succeed.
pub(in crate::cli) fn repair() -> Result<bool, String> {
    #[cfg(windows)]
    {
        let folder = folder()?;
        if !folder.join(JOURNAL).exists() {
            return Ok(false);
        }
        let mut settings = windows::open().map_err(|e| unwritable(&e))?;
        repair_in(&mut settings, &folder).map_err(|e| unwritable(&e))
    }
    #[cfg(not(windows))]
    Ok(false)
}

#[cfg(windows)]
fn folder() -> Result<PathBuf, String> {
    crate::redact::config_dir().ok_or_else(|| "there is no folder for this user's settings".to_owned())
}

fn repair_in(settings: &mut dyn Settings, folder: &Path) -> io::Result<bool> {
    if !folder.join(JOURNAL).exists() {
        return Ok(false);
    }
    match take(folder)? {
        Some(_lock) => put_back(settings, folder).map(|()| true),
        // Its writer is alive.
        None => Ok(false),
    }
}

/// The lock of whoever has set the proxy; `None` while somebody has it.
fn take(folder: &Path) -> io::Result<Option<File>> {
    let lock = File::options().create(true).truncate(false).write(true).open(folder.join(LOCK))?;
    match lock.try_lock() {
        Ok(()) => Ok(Some(lock)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

fn write(folder: &Path, journal: &Journal) -> io::Result<()> {
    let unfinished = folder.join(format!("{JOURNAL}.unfinished"));
    let mut file = File::create(&unfinished)?;
    file.write_all(&serde_json::to_vec_pretty(journal)?)?;
    file.sync_all()?;
    drop(file);
    fs::rename(unfinished, folder.join(JOURNAL))
}

/// Puts back each setting that is still as we left it, and ends the journal.
fn put_back(settings: &mut dyn Settings, folder: &Path) -> io::Result<()> {
    let path = folder.join(JOURNAL);
    let bytes = match fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    let journal: Journal = serde_json::from_slice(&bytes)?;
    for ((name, before), (_, ours)) in journal.before.iter().zip(&journal.ours) {
        if settings.get(name)? == *ours {
            settings.set(name, before.as_ref())?;
        }
    }
    fs::remove_file(path)
}

fn unwritable(error: &io::Error) -> String {
    format!("the system's proxy can't be set: {error}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;
    use std::sync::{Arc, Mutex};

    #[derive(Clone, Default)]
    struct Held(Arc<Mutex<BTreeMap<String, Value>>>);

    impl Settings for Held {
        fn get(&self, name: &str) -> io::Result<Option<Value>> {
            Ok(self.0.lock().expect("one thread").get(name).cloned())
        }

        fn set(&mut self, name: &str, value: Option<&Value>) -> io::Result<()> {
            let mut held = self.0.lock().expect("one thread");
            match value {
                Some(value) => drop(held.insert(name.to_owned(), value.clone())),
                None => drop(held.remove(name)),
            }
            Ok(())
        }
    }

    const PROXY: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8888);

    fn held() -> Held {
        let mut held = Held::default();
        held.set("ProxyEnable", Some(&Value::Number(0))).expect("set");
        held.set("ProxyServer", Some(&Value::Text("proxy:3128".into()))).expect("set");
        held.set("AutoConfigURL", Some(&Value::Text("http://pac/".into()))).expect("set");
        held
    }

    fn now(held: &Held) -> BTreeMap<String, Value> {
        held.0.lock().expect("one thread").clone()
    }

    #[test]
    fn what_was_there_comes_back_at_the_end() {
        let (folder, held) = (tempfile::tempdir().expect("a folder"), held());
        let before = now(&held);
        let set = SystemProxy::set_in(Box::new(held.clone()), folder.path(), PROXY).expect("set");
        assert_eq!(now(&held).get("ProxyServer"), Some(&Value::Text("127.0.0.1:8888".into())));
        assert_eq!(now(&held).get("ProxyEnable"), Some(&Value::Number(1)));
        assert_eq!(now(&held).get("AutoConfigURL"), None);
        assert!(SystemProxy::set_in(Box::new(held.clone()), folder.path(), PROXY).is_err(), "somebody has it");
        assert!(!repair_in(&mut held.clone(), folder.path()).expect("looked at"), "whose writer is alive");
        drop(set);
        assert_eq!(now(&held), before);
        assert!(!folder.path().join(JOURNAL).exists());
    }

    #[test]
    fn a_crash_is_repaired_by_the_next_start() {
        let (folder, held) = (tempfile::tempdir().expect("a folder"), held());
        let before = now(&held);
        let mut set = SystemProxy::set_in(Box::new(held.clone()), folder.path(), PROXY).expect("set");
        // As if the process were gone: its lock is free, and nothing was put back.
        set.folder = folder.path().join("elsewhere");
        drop(set);
        assert_ne!(now(&held), before);
        assert!(repair_in(&mut held.clone(), folder.path()).expect("repaired"));
        assert_eq!(now(&held), before);
        assert!(!repair_in(&mut held.clone(), folder.path()).expect("nothing left"));
    }

    #[test]
    fn what_somebody_else_set_meanwhile_stays() {
        let (folder, mut held) = (tempfile::tempdir().expect("a folder"), held());
        let set = SystemProxy::set_in(Box::new(held.clone()), folder.path(), PROXY).expect("set");
        held.set("ProxyServer", Some(&Value::Text("other:1".into()))).expect("set");
        drop(set);
        assert_eq!(now(&held).get("ProxyServer"), Some(&Value::Text("other:1".into())));
        assert_eq!(now(&held).get("ProxyEnable"), Some(&Value::Number(0)));
    }
}

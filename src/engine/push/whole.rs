//! Evidence that is all there, handed on from its first item to its last; a file keeps how far it has come.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::receiver::{Heard, Manner, Receiver};
use super::{Sent, Target};
use crate::proxy::Sender;
use crate::telemetry::Item;

/// Items that are handed over at once.
pub(super) const ITEMS: usize = 500;
/// Bytes of items, about, after which they are handed over with fewer.
pub(super) const BYTES: usize = 2 << 20;

/// Hands items on, one batch after the other: while one is under way no other is made.
pub struct Pusher {
    receiver: Receiver,
    /// What the items are of.
    of: String,
    patience: Duration,
    resume: Option<PathBuf>,
    waiting: Vec<Item>,
    bytes: usize,
    /// Items that were given to it.
    seen: u64,
    /// Items that were taken in an earlier time.
    before: u64,
    sent: Sent,
    /// Called with what happens while it waits.
    say: Box<dyn FnMut(&str)>,
}

impl Pusher {
    /// Begins to hand on the items of some evidence, `of`, or goes on where the file `resume` says. A receiver that takes
    /// nothing is waited for as long as `patience` says.
    ///
    /// # Errors
    /// When that file can't be read, or is about another receiver or other items.
    pub fn new(
        target: Target,
        sender: Arc<Sender>,
        of: &str,
        patience: Duration,
        resume: Option<PathBuf>,
        say: Box<dyn FnMut(&str)>,
    ) -> io::Result<Self> {
        let before = match &resume {
            Some(path) => come_so_far(path, &target, of)?,
            None => 0,
        };
        Ok(Self {
            receiver: Receiver::new(target, sender)?,
            of: of.to_owned(),
            patience,
            resume,
            waiting: Vec::new(),
            bytes: 0,
            seen: 0,
            before,
            sent: Sent::default(),
            say,
        })
    }

    /// Takes an item; hands over a batch where one is full.
    ///
    /// # Errors
    /// When the receiver can't be reached within its patience, or doesn't understand what it is sent.
    pub fn put(&mut self, item: Item) -> io::Result<()> {
        self.seen += 1;
        if self.seen <= self.before {
            self.sent.skipped += 1;
            return Ok(());
        }
        self.bytes += item.weight();
        self.waiting.push(item);
        if self.waiting.len() >= ITEMS || self.bytes >= BYTES { self.flush() } else { Ok(()) }
    }

    /// Hands over what waits and gives the counts.
    ///
    /// # Errors
    /// As [`Pusher::put`].
    pub fn finish(mut self) -> io::Result<Sent> {
        self.flush()?;
        Ok(self.sent)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.bytes = 0;
        let (sent, say) = (&mut self.sent, &mut self.say);
        let mut hear = |heard| match heard {
            Heard::Took(items) => sent.taken += items,
            Heard::Refused(items, reasons) => drop(sent.refuse(items, reasons)),
            Heard::Waits(why, wait) => say(&format!("{why}; sent again in {:.1} s", wait.as_secs_f64())),
        };
        let mut manner = Manner { patience: Some(self.patience), strict: true, leave: &|| false, hear: &mut hear };
        self.receiver.hand(std::mem::take(&mut self.waiting), &mut manner)?;
        if let Some(path) = &self.resume {
            keep(path, &self.receiver.target, &self.of, self.seen.max(self.before))?;
        }
        Ok(())
    }
}

fn come_so_far(path: &Path, target: &Target, of: &str) -> io::Result<u64> {
    let text = match std::fs::read(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
        Err(error) => return Err(error),
    };
    let kept: Value = serde_json::from_slice(&text).map_err(io::Error::other)?;
    if kept.get("push") != Some(&target.name()) || kept.get("of").and_then(Value::as_str) != Some(of) {
        return Err(io::Error::other("it is about another receiver or other evidence; name another file"));
    }
    Ok(kept.get("taken").and_then(Value::as_u64).unwrap_or(0))
}

fn keep(path: &Path, target: &Target, of: &str, taken: u64) -> io::Result<()> {
    replace(path, &json!({"push": target.name(), "of": of, "taken": taken}))
}

/// Replaced as a whole, so that a kill leaves the one before.
pub(super) fn replace(path: &Path, value: &Value) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    writeln!(file, "{value}")?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

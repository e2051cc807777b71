//! What was sent and what came of it, a line each, so that a minimisation that was ended goes on where it was. It holds
//! no request and no answer: hashes, and the facts that make a signature, with secrets overwritten.

use std::collections::HashMap;
use std::io::{self, Write};

use mwscope_parsers::hex;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::signature::Seen;
use crate::replay::draft::Draft;

/// What was seen of each request, in the order in which it was sent.
#[derive(Debug, Default)]
pub struct Journal {
    seen: HashMap<String, Vec<Seen>>,
    out: Option<Box<dyn Out>>,
}

/// Where lines go.
pub trait Out: Write + Send + std::fmt::Debug {}

impl<T: Write + Send + std::fmt::Debug> Out for T {}

impl Journal {
    /// A journal that goes on where `text` ends, which is what was written before: a last line that was cut off is
    /// passed over. New lines go to `out`.
    ///
    /// # Errors
    /// When `text` is the journal of another request, or none.
    pub fn of(text: &str, first: &Draft, out: Option<Box<dyn Out>>) -> Result<Self, String> {
        let mut journal = Self { seen: HashMap::new(), out };
        let wanted = hash(first);
        let mut lines = text.lines().enumerate();
        match lines.next() {
            None => journal.write(&json!({"journal": "mwscope.minimise/1", "request": wanted})),
            Some((_, line)) => {
                let head: Value = serde_json::from_str(line).unwrap_or_default();
                if head["journal"] != "mwscope.minimise/1" {
                    return Err("it is no journal of a minimisation; name another file".to_owned());
                }
                if head["request"] != wanted.as_str() {
                    return Err("it is the journal of another request; name another file, or delete it".to_owned());
                }
                let complete = text.ends_with('\n');
                let last = text.lines().count() - 1;
                for (n, line) in lines {
                    match serde_json::from_str::<Value>(line).ok().and_then(|value| entry(&value)) {
                        Some((hash, seen)) => journal.seen.entry(hash).or_default().push(seen),
                        None if n == last && !complete => journal.line_end(),
                        None => return Err(format!("line {} can't be read; delete it, or the file", n + 1)),
                    }
                }
            }
        }
        Ok(journal)
    }

    /// What came of sending this request the n-th time, from 0.
    #[must_use]
    pub fn seen(&self, hash: &str, n: usize) -> Option<&Seen> {
        self.seen.get(hash)?.get(n)
    }

    /// Notes what came of a request. That it can't be written is no reason to stop: the search goes on, only not later.
    pub fn put(&mut self, hash: &str, seen: &Seen) {
        let line = json!({
            "request": hash, "failed": seen.failed, "status": seen.status, "broke": seen.broke, "fault": seen.fault,
            "exception": seen.exception, "dump": seen.dump,
        });
        self.write(&line);
        self.seen.entry(hash.to_owned()).or_default().push(seen.clone());
    }

    fn write(&mut self, value: &Value) {
        if let Some(out) = &mut self.out {
            let _best_effort: io::Result<()> = writeln!(out, "{value}").and_then(|()| out.flush());
        }
    }

    fn line_end(&mut self) {
        if let Some(out) = &mut self.out {
            let _best_effort = writeln!(out);
        }
    }
}

fn entry(value: &Value) -> Option<(String, Seen)> {
    let text = |name: &str| value[name].as_str().map(str::to_owned);
    let seen = Seen {
        failed: value["failed"].as_bool()?,
        status: value["status"].as_u64().and_then(|status| u16::try_from(status).ok()),
        broke: text("broke"),
        fault: text("fault"),
        exception: text("exception"),
        dump: text("dump"),
    };
    Some((text("request")?, seen))
}

/// What is the same for equal requests, and tells nothing of what is in them.
#[must_use]
pub fn hash(draft: &Draft) -> String {
    let mut hasher = Sha256::new();
    let mut put = |bytes: &[u8]| {
        hasher.update((bytes.len() as u64).to_le_bytes());
        hasher.update(bytes);
    };
    put(draft.method.as_bytes());
    put(draft.url.as_bytes());
    for header in &draft.headers.0 {
        put(header.name.as_bytes());
        put(&header.value);
    }
    put(&draft.body);
    hex::text(&hasher.finalize()[..16])
}

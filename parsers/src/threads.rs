//! Java thread dumps: who waited for whom, and what everybody did, at one moment or over a series.
//!
//! Reads what HotSpot prints from JDK 5 on (`jstack`, also by a debugger, `jcmd Thread.print`, `kill -3` inside a log,
//! with `-l` and `-e`), the files of `jcmd Thread.dump_to_file`, what `ThreadInfo.toString` gives and VisualVM writes, the
//! file that HotSpot leaves when it dies, and the javacores of OpenJ9 and IBM's VM.
//! Several dumps may stand in one text, with anything between them. It must not know what the threads are for.

mod analysis;
mod fatal;
mod header;
mod hotspot;
mod javacore;
mod json;
mod parts;
mod series;
mod value;

pub use analysis::{Contention, Group};
pub use series::{Change, compare};
pub use value::{Death, Kind, Lock, LockKind, Occasion, State, Thread, ThreadDump};

use crate::encoding;
use parts::{Notation, Part};

/// Reads every thread dump in the bytes of a source; empty where there is none. Linear in their number.
#[must_use]
pub fn read(bytes: &[u8]) -> Vec<ThreadDump> {
    let decoded = encoding::decode(bytes);
    let text = &decoded.text;
    let mut dumps = if json::is_one(text) {
        json::read(text)
    } else {
        parts::of(text).into_iter().flat_map(|part| read_part(text, &part)).collect()
    };
    let mut locator = decoded.locator();
    for dump in &mut dumps {
        let range = dump.span.offset as usize..dump.span.end() as usize;
        dump.span = locator.span(&range);
    }
    dumps
}

/// The dumps in a part of a text; their places are those in the text.
fn read_part(text: &str, part: &Part) -> Vec<ThreadDump> {
    let read = match part.notation {
        Notation::Printed => hotspot::read,
        Notation::Javacore => javacore::read,
        Notation::Fatal => fatal::read,
    };
    let mut dumps = read(&text[part.range.clone()]);
    for dump in &mut dumps {
        dump.span.offset += part.range.start as u64;
        dump.line += part.lines;
        dump.threads.iter_mut().for_each(|thread| thread.line += part.lines);
    }
    dumps
}

/// Whether a source is a thread dump, as far as its beginning shows. A log with a dump far inside is a log.
#[must_use]
pub fn sniff(bytes: &[u8]) -> bool {
    let sample = &bytes[..bytes.len().min(16 * 1024)];
    let decoded = encoding::decode(sample);
    let text = decoded.text.trim_start();
    if javacore::is_one(text) || fatal::is_one(text) || json::is_one(text) {
        return true;
    }
    // A process id and a time may stand before a dump, and one thread's header is enough where its start is lost.
    let mut lines = text.lines().filter(|l| !l.trim().is_empty()).skip_while(|l| hotspot::may_precede(l));
    lines.next().is_some_and(|line| hotspot::opens(line) || header::read(line).is_some())
}

/// Where the first thread stands in a source that begins otherwise, and how many threads there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Below {
    /// The byte at which its header begins.
    pub at: u64,
    /// How many lines stand before it that aren't blank.
    pub lines: usize,
    /// The threads in the beginning of the source.
    pub threads: usize,
}

/// Looks for threads below other words in the beginning of a source: a command that was typed, a mail, the end of the
/// thread before where a dump has lost its first half.
#[must_use]
pub fn below(bytes: &[u8]) -> Option<Below> {
    let decoded = encoding::decode(&bytes[..bytes.len().min(16 * 1024)]);
    let text = &*decoded.text;
    let mut found: Option<Below> = None;
    let (mut at, mut above) = (0, 0);
    let mut lines = text.split_inclusive('\n').peekable();
    while let Some(line) = lines.next() {
        // A header alone could be anything in quotes.
        let begins =
            header::read(line.trim_end()).is_some() && lines.peek().is_some_and(|below| hotspot::is_below(below));
        if begins {
            let first = Below { at: decoded.locator().span(&(at..at)).offset, lines: above, threads: 0 };
            found.get_or_insert(first).threads += 1;
        }
        above += usize::from(!line.trim().is_empty());
        at += line.len();
    }
    found
}

#[cfg(test)]
mod tests;

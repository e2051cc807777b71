//! Java thread dumps: who waited for whom, and what everybody did, at one moment or over a series.
//!
//! Reads what HotSpot prints from JDK 5 on (`jstack`, also by a debugger, `jcmd Thread.print`, `kill -3` inside a log,
//! with `-l` and `-e`), the files of `jcmd Thread.dump_to_file`, what `ThreadInfo.toString` gives, the file that HotSpot
//! leaves when it dies, and the javacores of OpenJ9 and IBM's VM.
//! Several dumps may stand in one text, with anything between them. It must not know what the threads are for.

mod analysis;
mod fatal;
mod header;
mod hotspot;
mod javacore;
mod json;
mod series;
mod value;

pub use analysis::{Contention, Group};
pub use series::{Change, compare};
pub use value::{Death, Kind, Lock, LockKind, State, Thread, ThreadDump};

use crate::encoding;

/// Reads every thread dump in the bytes of a source; empty where there is none. Linear in their number.
#[must_use]
pub fn read(bytes: &[u8]) -> Vec<ThreadDump> {
    let decoded = encoding::decode(bytes);
    let text = &decoded.text;
    let mut dumps = if javacore::is_one(text) {
        javacore::read(text)
    } else if fatal::is_one(text) {
        fatal::read(text)
    } else if json::is_one(text) {
        json::read(text)
    } else {
        hotspot::read(text)
    };
    let mut locator = decoded.locator();
    for dump in &mut dumps {
        let range = dump.span.offset as usize..dump.span.end() as usize;
        dump.span = locator.span(&range);
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

#[cfg(test)]
mod tests;

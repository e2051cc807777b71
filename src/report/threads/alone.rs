//! Threads of M3 that do what no other does: with few of a kind, the one that matters is in no group.

use std::collections::HashSet;

use mwscope_parsers::m3::names::{self, Subsystem};
use mwscope_parsers::threads::{State, Thread, ThreadDump};
use mwscope_parsers::trace::Frame;
use serde_json::{Value, json};

/// A thread of M3 that is in no group.
pub(super) struct Alone<'d> {
    pub(super) thread: &'d Thread,
    pub(super) subsystem: Subsystem,
    /// The innermost frame in a program, else the innermost in the subsystem.
    pub(super) frame: &'d Frame,
}

/// The threads of M3 that are in no group, the blocked ones first, then those that run.
pub(super) fn alone(dump: &ThreadDump) -> Vec<Alone<'_>> {
    let groups = dump.groups();
    let grouped: HashSet<&str> = groups.iter().flat_map(|group| &group.names).map(String::as_str).collect();
    let others = dump.threads.iter().filter(|thread| !grouped.contains(thread.name.as_str()));
    let mut found: Vec<Alone<'_>> = others.filter_map(of_m3).collect();
    found.sort_by_key(|alone| match alone.thread.state {
        Some(State::Blocked) => 0,
        Some(State::Runnable) => 1,
        _ => 2,
    });
    found
}

/// The thread as one of M3's; a driver or a client alone may be anybody's.
fn of_m3(thread: &Thread) -> Option<Alone<'_>> {
    let own = |frame: &Frame| {
        names::subsystem(&frame.class).filter(|subsystem| match subsystem {
            Subsystem::BusinessEngine
            | Subsystem::WebServices
            | Subsystem::Grid
            | Subsystem::UiAdapter
            | Subsystem::EnterpriseCollaborator => true,
            Subsystem::Ssh | Subsystem::Jdbc | Subsystem::Tls | Subsystem::HttpClient => false,
        })
    };
    let program = thread.frames.iter().find(|frame| names::program_of(&frame.class).is_some());
    let frame = program.or_else(|| thread.frames.iter().find(|frame| own(frame).is_some()))?;
    Some(Alone { thread, subsystem: own(frame)?, frame })
}

impl Alone<'_> {
    pub(super) fn json(&self) -> Value {
        json!({
            "name": self.thread.name,
            "line": self.thread.line,
            "state": self.thread.state.map(State::word),
            "subsystem": self.subsystem.word(),
            "frame": self.frame.to_string(),
            "top_frame": self.thread.frames.first().map(ToString::to_string),
        })
    }
}

#[cfg(test)]
mod tests {
    use mwscope_parsers::threads;

    use super::*;

    #[test]
    fn a_thread_of_m3_is_named_unless_others_do_the_same() {
        let thread = |name: &str, state: &str, frames: &[&str]| {
            let frames: String = frames.iter().map(|frame| format!("\tat {frame}\n")).collect();
            format!("\"{name}\" #1 prio=5 tid=0x1 nid=0x1 runnable\n   java.lang.Thread.State: {state}\n{frames}\n")
        };
        let read = "java.net.SocketInputStream.socketRead0(Native Method)";
        let pooled = ["a.P.run(P.java:1)", "com.intentia.ec.communication.SFTPOut.x(S.java:1)"];
        let text = [
            "Full thread dump X:\n\n".to_owned(),
            thread("grid", "WAITING (parking)", &["com.lawson.grid.node.Node.run(Node.java:4)"]),
            thread(
                "job",
                "RUNNABLE",
                &[read, "mvx.db.dta.MITMAS.CHAIN(MITMAS.java:5)", "mvx.app.pgm.CRS008.PECHK(CRS008.java:812)"],
            ),
            thread("y-0", "RUNNABLE", &pooled),
            thread("y-1", "RUNNABLE", &pooled),
            thread("other", "RUNNABLE", &[read, "org.postgresql.core.Stream.read(Stream.java:1)"]),
        ]
        .concat();
        let dump = threads::read(text.as_bytes()).remove(0);
        let found: Vec<Value> = alone(&dump).iter().map(Alone::json).collect();
        assert_eq!(
            found,
            [
                json!({"name": "job", "line": 7, "state": "RUNNABLE", "subsystem": "M3 Business Engine",
                    "frame": "mvx.app.pgm.CRS008.PECHK(CRS008.java:812)", "top_frame": read}),
                json!({"name": "grid", "line": 3, "state": "WAITING", "subsystem": "ION Grid",
                    "frame": "com.lawson.grid.node.Node.run(Node.java:4)", "top_frame": "com.lawson.grid.node.Node.run(Node.java:4)"}),
            ]
        );
    }
}

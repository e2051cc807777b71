//! One TCP conversation of a capture: who spoke with whom, what about, and what went wrong on the way.

use std::fmt;

use mwscope_parsers::Stamp;
use mwscope_parsers::wire::{Facts, Protocol, TcpFacts};
use serde_json::{Map, Value};

use super::moment;
use super::source::SourceId;

/// A stream within one case or investigation; shown as `s7`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StreamId(pub u32);

impl fmt::Display for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "s{}", self.0)
    }
}

/// One TCP conversation.
#[derive(Clone, Debug)]
pub struct Stream {
    /// Its id.
    pub id: StreamId,
    /// Where it comes from.
    pub source: SourceId,
    /// What TCP knows about it; its number counts the conversations of the capture from 0.
    pub tcp: TcpFacts,
    /// What it spoke, and what was inside that, outermost first; never empty.
    pub protocols: Vec<Protocol>,
    /// What was learnt of each of them.
    pub facts: Vec<Facts>,
    /// The same as it was written down, member by member as `packets --streams` has it, where the packets stayed with
    /// whoever handed the evidence on.
    pub written: Map<String, Value>,
    /// What could not be read of it, in words.
    pub troubles: Vec<String>,
}

impl Stream {
    /// When its first packet was captured.
    #[must_use]
    pub fn started(&self) -> Option<Stamp> {
        moment::stamp_of_capture_ns(self.tcp.first)
    }

    /// When its last packet was captured.
    #[must_use]
    pub fn ended(&self) -> Option<Stamp> {
        moment::stamp_of_capture_ns(self.tcp.last)
    }

    /// Whether it was broken off: reset, or a handshake inside it failed.
    #[must_use]
    pub fn failed(&self) -> bool {
        let broken = |facts: &Facts| {
            facts.tls.as_ref().is_some_and(|tls| tls.failure().is_some())
                || facts.ssh.as_ref().is_some_and(|ssh| !ssh.mismatches.is_empty())
                || facts.socks.as_ref().is_some_and(|socks| socks.reply.is_some() && !socks.granted)
        };
        self.tcp.reset.is_some() || self.facts.iter().any(broken) || self.broken_as_written()
    }

    /// Whether a handshake inside it failed by what was written down of it.
    fn broken_as_written(&self) -> bool {
        let said = |protocol, member| self.told(protocol, member).is_some_and(Value::is_string);
        let mismatches = self.told("ssh", "/mismatches").and_then(Value::as_array);
        let granted = self.told("socks", "/granted").and_then(Value::as_bool).unwrap_or_default();
        said("tls", "/failure") || mismatches.is_some_and(|all| !all.is_empty()) || said("socks", "/reply") && !granted
    }

    /// A member of what was written down of a protocol, by its place there: `mi`, `/logon/user`.
    #[must_use]
    pub fn told(&self, protocol: &str, place: &str) -> Option<&Value> {
        self.written.get(protocol)?.pointer(place)
    }

    /// Between its first and its last packet, in nanoseconds.
    #[must_use]
    pub fn duration_ns(&self) -> u64 {
        self.tcp.last.saturating_sub(self.tcp.first).unsigned_abs()
    }

    /// What it spoke, outermost.
    #[must_use]
    pub fn protocol(&self) -> Protocol {
        self.protocols.first().copied().unwrap_or_default()
    }
}

//! A simulated MWS and a client that calls it, for `mwscope demo` and for tests: everything it writes is synthetic
//! and says so. It imitates what clients and administrators see (SOAP, WSDL, log lines, dumplogs); it knows nothing
//! of the proxy, the case or the time line, so that what these find in it is really found.

mod asked;
mod client;
mod dumplog;
mod gridlog;
mod server;
mod services;
mod world;
mod wsdl;

use std::sync::Arc;

pub use client::{CallError, Caller, Planned, Told, plan};
pub use server::{Options, Server, StartError};
pub use services::SERVICES;

/// What the simulated server takes for the current time: nanoseconds since the Unix epoch, UTC.
pub type Now = Arc<dyn Fn() -> i64 + Send + Sync>;

/// The password that every simulated user has; it protects nothing.
pub const PASSWORD: &str = "simulated";

/// A small deterministic generator (splitmix64, <https://prng.di.unimi.it/splitmix64.c>): the same seed gives the
/// same demonstration. Not for secrets.
#[derive(Clone, Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `bound`; 0 where `bound` is 0.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        if bound == 0 { 0 } else { self.roll() % bound }
    }

    /// 32 hexadecimal digits, as M3 job ids have them.
    pub(crate) fn job_id(&mut self) -> String {
        format!("{:016x}{:016x}", self.roll(), self.roll())
    }
}

#[cfg(test)]
mod tests;

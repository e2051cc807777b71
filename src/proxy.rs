//! The recording proxy: what a client sends is what the server gets, what the server answers is what the client gets,
//! and a copy goes to the recorder.
//!
//! [`core`] decides, without sockets or clocks; the other files are the shell around it, one for each stage: [`listen`]
//! takes connections, [`detect`] sees what they speak, [`tls`] and [`ca`] open TLS on both sides, [`dial`] reaches the
//! server, [`forward`] carries exchanges, [`breaks`] and
//! [`hold`] keep those back that the user wants to look at, [`tunnel`] what is behind CONNECT or [`socks`], [`process`] finds who calls, [`tap`] hands the copy on. HTTP/1 is never
//! parsed into something and written again: see [`mwscope_parsers::http`].
//!
//! The proxy knows nothing of cases, masking or M3; it records bytes, times and failures.

mod breaks;
mod ca;
mod carry;
mod chain;
pub mod clients;
mod clock;
mod config;
pub mod core;
mod detect;
mod dial;
mod forward;
mod hold;
mod http2;
mod identity;
mod listen;
mod overheard;
mod probe;
mod process;
mod reach;
mod recording;
mod refusals;
mod rounds;
mod send;
mod socks;
mod stream;
mod tap;
mod tls;
mod tunnel;

pub use breaks::{Break, Breaks, Happened, HoldId, Verdict, Went};
pub use ca::Authority;
pub use config::{Config, Limits, Networks, Reverse, UpstreamProxy, parse_listen, parse_reverse};
pub use identity::Identity;
pub use listen::{Listening, Running, start};
pub use probe::{Step, Subject, probe};
pub use send::{Answered, Client, Follow, Http2, Ready, Sender, Terms};
pub use stream::{Io, Stream};
pub use tap::{Key, Patience, Room, Tap, Tapped, tap};
pub use tls::{Accepted, Trust, secured};

//! What went over the wire: capture files, frames and packets, TCP conversations, and what was said in them.
//!
//! Layers, each ignorant of the ones above it: a capture file gives frames, a frame gives a packet, packets give
//! conversations, a conversation gives [`flow::Piece`]s of its two directions in the order of time, and a
//! [`Dissector`] makes something of them. Dissectors nest: what is inside TLS, SOCKS or CONNECT is pieces again.
//! HTTP of either version gives a [`Pair`], so that whoever reads captures makes one kind of exchange of both.
//!
//! Nothing here reads files: bytes are handed in, and what must be read a second time is asked for.

mod capture;
mod cursor;
pub mod file;
pub mod flow;
pub mod framed;
mod guess;
pub mod http1;
pub mod http2;
mod ip;
mod layers;
mod link;
pub mod mi;
mod pair;
mod prefixed;
mod recognise;
mod secrets;
mod sieve;
pub mod socks;
pub mod ssh;
mod tcp;
pub mod tls;
pub mod websocket;
mod window;

pub use capture::{Capture, Counts, Seen};
pub use flow::{Dissector, End, Facts, Found, Piece, Protocol, Recognised, Side};
pub use layers::{Around, Within};
pub use pair::{Broken, Message, Pair};
pub use secrets::{Learnt, Secrets};
pub use sieve::{Sieve, Sifted};
pub use tcp::{Again, Ends, TcpFacts};
pub use window::Window;

//! Readers for everything a support engineer is handed: logs, dumplogs, thread dumps, HTTP/1 bytes, SOAP.
//!
//! Bytes go in, values come out. There are no files, sockets, clocks, threads or async in this crate, and no
//! reader panics or fails: what can't be read comes back verbatim with a [`Problem`] that says where, what and
//! how to mend it. Byte ranges ([`Span`]) always point into the bytes that were handed in, and together they
//! cover them.

mod blank;
pub mod dump;
mod encoding;
pub mod event;
pub mod hex;
pub mod http;
pub mod json;
pub mod log;
pub mod m3;
pub mod rows;
pub mod soap;
mod span;
mod stamp;
pub mod threads;
pub mod trace;
pub mod wire;
pub mod wsdl;
pub mod xml;

pub use span::{Problem, Span};
pub use stamp::{Civil, Stamp};

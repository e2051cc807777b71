//! HTTP/1 messages as they stand in the bytes: heads with order, case and white space kept, body framing, chunk framing.
//!
//! Nothing here is re-encoded: a [`Framer`] says which bytes are head, payload, framing and trailers, and their
//! spans cover the stream. What two readers could understand differently is a value ([`Doubt`]), so that a proxy
//! can refuse it and a capture reader can show it. Which request a response belongs to is counted here (interim
//! responses answer nothing); who sent what to whom, and when, is not known here.
//!
//! Grammar: RFC 9110 (semantics) and RFC 9112 (HTTP/1.1 message syntax).

mod chunk;
mod doubt;
pub mod form;
mod framer;
mod framing;
mod head;
mod media;
pub mod multipart;
mod target;
pub mod transfer;

pub use doubt::{Ambiguity, Doubt};
pub use framer::{Asked, End, Event, Feed, Framer, Step, Trailers};
pub use framing::{BodyLength, request_body, response_body};
pub use head::{Field, Head, Limits, Start, Version};
pub use media::{Coding, MediaType, codings};
pub use target::{HostPort, Target, behind_scheme};

//! The proxy from outside: raw sockets on both sides, so that what is compared is bytes, and what was recorded of it.

mod assemble;
mod breaks;
mod chained;
mod exact;
mod expecting;
mod failures;
mod http2;
mod identity;
mod intercept;
mod lab;
mod limits;
mod probing;
mod reverse;
mod smuggling;
mod socks;
mod tunnelled;

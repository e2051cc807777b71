//! `replay` from outside: what arrives at a server, byte for byte, and what is said of its answer.

mod batch;
mod edits;
mod environments;
mod exact;
mod followed;
mod lab;
mod minimise;
mod refusals;

//! All integration tests in one program, which links once: a file each, listed here.

// clippy.toml allows these in #[test] functions; what they call is a test as well.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::print_stderr)]

mod captures;
mod case;
mod cases;
mod compare;
mod demo;
mod dumps;
mod export;
mod filters;
mod follow;
mod habits;
mod handed;
mod import;
mod incidents;
mod investigate;
mod lint;
mod list;
mod log;
mod mi;
mod notations;
mod originals;
mod proxy;
mod readme;
mod recording;
mod remarks;
mod replay;
mod serve;
mod settings;
mod shown;
mod threads;
mod tidy;
mod tui;
mod twins;
mod written;
mod wsdl;

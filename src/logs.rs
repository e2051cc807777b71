//! Logs of any size: read in chunks, indexed by record, details parsed on demand; and logs that still grow.
//! What a record is, is known in `mwscope_parsers::log`; what it means, in `timeline` and `rules`.

mod at;
mod spool;
mod tail;

pub use spool::Spool;
pub use tail::{Seen, Tail};

//! Log records: what one is, whatever layout it was written in.

mod record;

pub use record::{Head, Record, Severity};

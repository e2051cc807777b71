//! Log records: what one is, whatever layout it was written in.

mod layout;
mod level;
mod pattern;
mod record;
mod time;

pub use layout::Layout;
pub use level::Level;
pub use pattern::PatternError;
pub use record::{Head, Record, Severity};

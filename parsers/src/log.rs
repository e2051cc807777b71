//! Log records: what one is, whatever layout it was written in.
//!
//! A [`Reader`] learns a log's layouts from a sample or is told them; a [`Splitter`] turns the log's bytes into
//! [`Head`]s, in pieces of any size; [`Reader::record`] reads the fields of one record when they are asked for.
//! Nothing here knows files, time zones of machines, or more of a log than what is pushed in.

mod alike;
mod days;
mod explain;
mod hints;
mod joined;
mod json;
mod keys;
mod layout;
mod learn;
mod level;
mod likeness;
mod marks;
mod pairs;
mod pattern;
mod prefix;
mod reader;
mod record;
mod split;
mod strays;
mod tagged;
mod text;
mod time;
mod unwrapped;
mod wrapper;

pub use crate::encoding::CodePage;
pub use alike::alike;
pub use explain::{Explanation, Misfit};
pub use hints::{Day, Hints, day_in_name};
pub use layout::Layout;
pub use level::Level;
pub use likeness::{fits, is_plainly, is_throughout, looks_like, opens_with_a_record, opens_with_time};
pub use pattern::PatternError;
pub use reader::{HEADER, Reader, Tracing};
pub use record::{Head, Record, Severity};
pub use split::Splitter;
pub(crate) use tagged::is_log as is_tagged;
pub use text::{Encoding, LineEnds};
pub use time::region;
pub use wrapper::Wrapper;

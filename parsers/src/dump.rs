//! M3 dumplogs: what is known of one, whatever notation it was written in.

mod value;

pub use value::{Dump, Field};

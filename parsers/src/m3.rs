//! What an HTTP exchange is in M3's terms.

mod call;
pub mod names;

pub use call::{Call, CallKind, Nok};

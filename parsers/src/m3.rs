//! What an HTTP exchange is in M3's terms.

mod call;

pub use call::{Call, CallKind, Nok};

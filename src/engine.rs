//! The façade between what mwscope can do and the two fronts that show it: a recording is started, tells what
//! happens, and is ended. It owns tasks, channels and shutdown, and is the only reader of the time.

mod beside;
pub mod breaks;
mod following;
mod live;
pub mod now;
pub mod push;
mod recorder;
pub mod replay;
mod session;
mod sources;
mod watch;

pub use crate::proxy::{clients, parse_listen};
pub use beside::Beside;
pub use following::{Followed, Following};
pub use live::recording_in;
pub use session::{Before, Counts, Options, Session, Update};

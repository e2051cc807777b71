//! Logs of any size: read in chunks, indexed by record, details parsed on demand; and logs that still grow.
//! What a record is, is known in `mwscope_parsers::log`; what it means, in `timeline` and `rules`.

mod aside;
mod at;
mod build;
mod follow;
pub mod formats;
mod index;
mod late;
mod log;
mod resumed;
mod sample;
mod saved;
mod spool;
mod store;
mod tail;

pub use follow::{Before, Follow, News, SILENCE_NS, Told};
pub use log::Log;
pub use sample::{learned, told};
pub use saved::{Folder, Saving, written};
pub use spool::Spool;
pub use store::Store;
pub use tail::{Seen, Tail};

//! Logs of any size: read in chunks, indexed by record, details parsed on demand; and logs that still grow.
//! What a record is, is known in `mwscope_parsers::log`; what it means, in `timeline` and `rules`.

mod aside;
mod at;
mod build;
mod follow;
pub mod formats;
mod index;
mod log;
mod resumed;
mod saved;
mod spool;
mod store;
mod tail;

pub use follow::{Before, Follow, News, SILENCE_NS, Told};
pub use log::{Log, learned, told};
pub use saved::{Folder, Saving};
pub use spool::Spool;
pub use store::Store;
pub use tail::{Seen, Tail};

use std::path::Path;
use std::time::UNIX_EPOCH;

use mwscope_parsers::Civil;

/// When a file was last written to, in UTC; `None` where the system doesn't tell.
#[must_use]
pub fn written(path: &Path) -> Option<Civil> {
    let at = std::fs::metadata(path).and_then(|metadata| metadata.modified()).ok()?;
    let since = at.duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(since.as_nanos()).ok().map(|ns| Civil { ns })
}

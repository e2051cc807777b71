//! Files and folders that only their owner may read, since what a case holds is a customer's. On Windows that is said by
//! the folder they are in.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

/// How such a file is made. Where it is there already its owner has decided, and it stays as it is.
pub(crate) fn options() -> OpenOptions {
    #[allow(unused_mut, reason = "only Unix knows a mode")]
    let mut options = File::options();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Such a file with these bytes in place of what it held.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    options().write(true).create(true).truncate(true).open(path)?.write_all(bytes)
}

/// Such a folder, unless there is one; those above it are made like any others.
pub(crate) fn folder(path: &Path) -> io::Result<()> {
    if let Some(above) = path.parent() {
        fs::create_dir_all(above)?;
    }
    #[allow(unused_mut, reason = "only Unix knows a mode")]
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    match builder.create(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
        made => made,
    }
}

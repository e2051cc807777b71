//! Text that was pasted onto the screens, as a file that evidence can be read from.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::PathBuf;

use super::data_dir;
use crate::redact;

/// Keeps pasted text, masked, in a new file of the user's folder; nobody else may read it.
///
/// # Errors
/// When there is no such folder, or it can't be written.
pub fn keep_pasted(text: &str) -> io::Result<PathBuf> {
    let none =
        || io::Error::new(io::ErrorKind::NotFound, "there is no home folder; set MWSCOPE_CONFIG_DIR to a folder");
    let folder = data_dir().ok_or_else(none)?.join("pasted");
    fs::create_dir_all(&folder)?;
    let text = redact::mask_text(text);
    for n in 1..100_000 {
        let path = folder.join(format!("pasted-{n}.txt"));
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        match options.open(&path) {
            Ok(mut file) => {
                file.write_all(text.as_bytes())?;
                if !text.ends_with('\n') {
                    file.write_all(b"\n")?;
                }
                return Ok(path);
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::other("too much was pasted; delete the older files"))
}

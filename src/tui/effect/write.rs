//! What is too long for a clipboard, as a file.

use std::io::Write;

/// Writes a new file in the current folder; an existing one is never replaced.
pub(super) fn save(name: &str, text: &str) -> Result<String, String> {
    let (path, mut out) = super::export::new_file(name)?;
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map(|()| path.clone()).map_err(|e| format!("{path}: {e}"))
}

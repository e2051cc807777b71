//! What leaves the screens as files: the report, and what is too long for a clipboard.

use std::fs::OpenOptions;
use std::io::{self, Write};

use crate::model::EventRef;
use crate::query::Surroundings;
use crate::tui::model::text::Text;
use crate::tui::pages;

/// Writes the report to a new file.
pub(super) fn export(around: &Surroundings, chosen: &[EventRef]) -> Result<String, String> {
    save("mwscope-report.md", &pages::markdown(around, chosen))
}

/// Writes a new file in the current folder; an existing one is never replaced, a number is put behind the name.
pub(super) fn save(name: &str, text: &str) -> Result<String, String> {
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, "txt"));
    for n in 1..1000 {
        let path = if n == 1 { format!("{stem}.{extension}") } else { format!("{stem}-{n}.{extension}") };
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(mut file) => {
                return file.write_all(text.as_bytes()).map(|()| path.clone()).map_err(|e| format!("{path}: {e}"));
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(format!("{path}: {error}")),
        }
    }
    Err(format!("{stem}-999.{extension} exists already; move the older ones away"))
}

/// The report as a text to read.
pub(super) fn report(around: &Surroundings, chosen: &[EventRef]) -> Text {
    pages::report(around, chosen)
}

//! What leaves the screens: the clipboard, files, the report.

use std::fs::OpenOptions;
use std::io::{self, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::model::EventRef;
use crate::query::Surroundings;
use crate::tui::model::text::Text;
use crate::tui::pages;

/// What terminals take through OSC 52 at most, in base64.
const CLIPBOARD: usize = 74_994;

/// Hands text to the terminal's clipboard by OSC 52, which works over ssh and in tmux too; says what was done.
pub(super) fn copy(text: &str) -> String {
    let coded = STANDARD.encode(text);
    if coded.len() > CLIPBOARD {
        let name = format!("mwscope-copy-{}.txt", text.len());
        return match save(&name, text) {
            Ok(path) => format!("too long for the clipboard: written to {path}"),
            Err(why) => format!("too long for the clipboard, and not written: {why}"),
        };
    }
    match send(&coded) {
        Ok(()) => format!("{} characters handed to the terminal's clipboard (OSC 52)", text.chars().count()),
        Err(error) => format!("the terminal took nothing: {error}"),
    }
}

fn send(coded: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let inner = format!("\x1b]52;c;{coded}\x07");
    // tmux hands it on by itself where `set-clipboard` allows it, else only wrapped; screen only wrapped.
    match std::env::var("TERM") {
        Ok(term) if term.starts_with("screen") && std::env::var_os("TMUX").is_none() => {
            write!(out, "\x1bP{inner}\x1b\\")?;
        }
        _ => write!(out, "{inner}")?,
    }
    out.flush()
}

/// Writes the report to a new file.
pub(super) fn export(around: &Surroundings, chosen: &[EventRef]) -> Result<String, String> {
    save("mwscope-report.md", &pages::markdown(around, chosen))
}

/// Writes a new file in the current folder; an existing one is never replaced, a number is put behind the name.
fn save(name: &str, text: &str) -> Result<String, String> {
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

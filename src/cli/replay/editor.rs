//! `--edit`: the request in the user's editor, head and body as they will be sent, nothing laid out anew.

use std::io::{self, Write};
use std::process::Command;

use mwscope_parsers::http::MediaType;

use crate::cli::output::{self, Failure};
use crate::replay::Draft;
use crate::replay::draft::text;

/// Opens the editor on `draft` and takes what was made of it.
///
/// # Errors
/// When no editor can be opened, or what was made of it is no request.
pub(super) fn edit(draft: &mut Draft) -> Result<(), Failure> {
    let usage = |what: String| Failure::Usage(format!("--edit: {what}"));
    let before = text::written(draft).map_err(|why| usage(why.to_string()))?;
    let kind = draft.headers.text("Content-Type").and_then(|value| MediaType::parse(value.as_bytes()));
    // Editors choose their colours by the ending.
    let ending = match &kind {
        Some(kind) if kind.is_xml() => ".xml",
        Some(kind) if kind.is_json() => ".json",
        _ => ".txt",
    };
    let mut file =
        tempfile::Builder::new().prefix("mwscope-").suffix(ending).tempfile().map_err(anyhow::Error::from)?;
    file.write_all(&before).and_then(|()| file.flush()).map_err(anyhow::Error::from)?;
    // On Windows an editor can't open a file that is open here.
    let path = file.into_temp_path();
    open(&path).map_err(|error| usage(format!("{error}; name your editor in VISUAL or EDITOR")))?;
    let after = std::fs::read(&path).map_err(anyhow::Error::from)?;
    if after == before {
        output::say(&"--edit: nothing was changed");
        return Ok(());
    }
    text::take(draft, &after).map_err(usage)?;
    warn(draft);
    Ok(())
}

/// Says where what will be sent is not well-formed; it is sent all the same, if the user wants that.
pub(super) fn warn(draft: &Draft) {
    if let Some(trouble) = text::trouble(draft) {
        output::say(&trouble.what);
    }
}

/// `VISUAL`, `EDITOR`, else what every system has. The value may carry options, as `code --wait`.
fn open(path: &std::path::Path) -> io::Result<()> {
    let named =
        ["VISUAL", "EDITOR"].into_iter().find_map(|name| std::env::var(name).ok().filter(|v| !v.trim().is_empty()));
    let editor = named.unwrap_or_else(|| if cfg!(windows) { "notepad" } else { "vi" }.to_owned());
    let words = words(&editor);
    let (program, options) = words.split_first().ok_or_else(|| io::Error::other("no editor is named"))?;
    let status = Command::new(program)
        .args(options)
        .arg(path)
        .status()
        .map_err(|error| io::Error::new(error.kind(), format!("{program} can't be started: {error}")))?;
    if status.success() { Ok(()) } else { Err(io::Error::other(format!("{program} ended with {status}"))) }
}

/// Words divided by white space, quotes kept together.
fn words(text: &str) -> Vec<String> {
    let (mut words, mut word, mut quote, mut begun) = (Vec::new(), String::new(), None, false);
    for c in text.chars() {
        match (c, quote) {
            (c, Some(open)) if c == open => quote = None,
            (c, Some(_)) => word.push(c),
            ('"' | '\'', None) => (quote, begun) = (Some(c), true),
            (c, None) if c.is_whitespace() => {
                if begun || !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
                begun = false;
            }
            (c, None) => word.push(c),
        }
    }
    if begun || !word.is_empty() {
        words.push(word);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn editors_are_named_with_their_options() {
        assert_eq!(words("\"C:\\Program Files\\x.exe\" -n  --wait"), ["C:\\Program Files\\x.exe", "-n", "--wait"]);
        assert_eq!(words("  vi "), ["vi"]);
    }
}

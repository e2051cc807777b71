//! Paths that were typed, pasted, or dropped onto the terminal, which pastes them as its system writes them: in quotes,
//! with escaped signs, as `file:` addresses, or bare.

use std::fmt;
use std::path::{Path, PathBuf};

use mwscope_parsers::http::form;

/// Longer texts name no path.
const LONGEST: usize = 16 << 10;
/// More are no help any more.
const MOST: usize = 40;

/// Why a text gives no path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NotThere {
    /// It is written like a path, and nothing is there.
    Path(String),
    /// It is another text.
    NoPath,
}

impl fmt::Display for NotThere {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) => write!(f, "{path}: there is no such file or folder"),
            Self::NoPath => write!(f, "there is no such file or folder"),
        }
    }
}

/// The paths that a text names, all of which are there.
///
/// # Errors
/// When it names none, or one that isn't there.
pub(super) fn named(text: &str) -> Result<Vec<String>, NotThere> {
    let text = text.trim();
    if text.is_empty() || text.len() > LONGEST {
        return Err(NotThere::NoPath);
    }
    let mut readings = readings(text);
    if let Some(at) = readings.iter().position(|paths| paths.iter().all(|path| is_there(path))) {
        return Ok(readings.swap_remove(at));
    }
    let one_line = !text.contains('\n');
    Err(if one_line && looks_like_a_path(text) { NotThere::Path(text.to_owned()) } else { NotThere::NoPath })
}

/// What a text of paths can mean: a path a line as it stands or with its quotes and escapes taken off, or several
/// between spaces. Never empty, and no reading is.
fn readings(text: &str) -> Vec<Vec<String>> {
    let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty());
    let bare: Vec<String> = lines().map(|line| at_home(&of_address(line))).collect();
    let words = |escapes: bool| -> Vec<String> {
        lines().flat_map(|line| words(line, escapes)).map(|word| at_home(&of_address(&word))).collect()
    };
    // On Windows a backslash stands between folders, elsewhere in front of what is meant as it is.
    let mut all = vec![bare, words(false), words(true)];
    all.retain(|paths| !paths.is_empty());
    all
}

/// The words of a line; quotes hold one together, and a backslash the sign behind it where it escapes.
fn words(line: &str, escapes: bool) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote: Option<char> = None;
    let mut signs = line.chars();
    while let Some(sign) = signs.next() {
        match (sign, quote) {
            (_, Some(open)) if sign == open => quote = None,
            ('\\', None | Some('"')) if escapes => word.get_or_insert_default().extend(signs.next()),
            (_, Some(_)) => word.get_or_insert_default().push(sign),
            ('"' | '\'', None) => {
                word.get_or_insert_default();
                quote = Some(sign);
            }
            (_, None) if sign.is_whitespace() => words.extend(word.take()),
            (_, None) => word.get_or_insert_default().push(sign),
        }
    }
    words.extend(word);
    words
}

/// `file:///tmp/a%20b.log` as a path.
fn of_address(text: &str) -> String {
    let Some(rest) = text.strip_prefix("file://") else { return text.to_owned() };
    let rest = rest.strip_prefix("localhost").unwrap_or(rest);
    let path = form::percent_decoded(rest);
    // `/C:/logs` of an address is `C:/logs`.
    match path.strip_prefix('/').filter(|rest| has_drive(rest)) {
        Some(rest) => rest.to_owned(),
        None => path,
    }
}

/// A path that begins with the sign for the user's folder.
fn at_home(path: &str) -> String {
    let home = || directories::BaseDirs::new().map(|dirs| dirs.home_dir().to_owned());
    match path.strip_prefix("~/").and_then(|rest| Some(home()?.join(rest))) {
        Some(whole) => whole.display().to_string(),
        None => path.to_owned(),
    }
}

/// Whether something is there; of a member of an archive, its archive.
pub(in crate::tui) fn is_there(path: &str) -> bool {
    Path::new(path.split("!/").next().unwrap_or(path)).exists()
}

fn has_drive(text: &str) -> bool {
    matches!(text.as_bytes(), [drive, b':', b'\\' | b'/', ..] if drive.is_ascii_alphabetic())
}

/// Whether a text begins as paths do that name their folder.
fn looks_like_a_path(text: &str) -> bool {
    let bare = text.trim_start_matches(['"', '\'']);
    ["/", "~/", "./", "../", "\\\\", "file:"].iter().any(|start| bare.starts_with(start)) || has_drive(bare)
}

/// Where the path at the end of a text begins in it, and what it could go on with: folders with a slash behind them.
pub(super) fn complete(text: &str) -> (usize, Vec<String>) {
    let folder_ends = text.rfind(['/', std::path::MAIN_SEPARATOR]).map_or(0, |at| at + 1);
    let (folder, begun) = text.split_at(folder_ends);
    let place = if folder.is_empty() { PathBuf::from(".") } else { PathBuf::from(at_home(folder)) };
    let Ok(entries) = place.read_dir() else { return (folder_ends, Vec::new()) };
    let hidden = begun.starts_with('.');
    let named = entries.flatten().filter_map(|entry| {
        let name = entry.file_name().into_string().ok()?;
        let wanted = name.starts_with(begun) && (hidden || !name.starts_with('.'));
        let slash = if entry.path().is_dir() { "/" } else { "" };
        wanted.then(|| format!("{name}{slash}"))
    });
    let mut with: Vec<String> = named.collect();
    with.sort_unstable();
    with.truncate(MOST);
    (folder_ends, with)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_found_however_a_terminal_writes_them() {
        let folder = tempfile::tempdir().expect("folder");
        let file = folder.path().join("a b's.log");
        let other = folder.path().join("c.log");
        std::fs::write(&file, "x").expect("file");
        std::fs::write(&other, "x").expect("file");
        let [file, other] = [file, other].map(|path| path.display().to_string());
        let escaped = file.replace(' ', "\\ ").replace('\'', "\\'");
        let coded = format!("file://{}{}", if file.starts_with('/') { "" } else { "/" }, file.replace(' ', "%20"));
        for text in [file.clone(), format!("\"{file}\""), escaped.clone(), format!(" {file}\n"), coded] {
            assert_eq!(named(&text), Ok(vec![file.clone()]), "{text}");
        }
        for text in [format!("{escaped} {other}"), format!("\"{file}\" \"{other}\""), format!("{file}\n{other}\n")] {
            assert_eq!(named(&text), Ok(vec![file.clone(), other.clone()]), "{text}");
        }
        assert_eq!(named(&format!("{other}!/member")), Ok(vec![format!("{other}!/member")]));
        let gone = format!("{other}.gone");
        assert_eq!(named(&gone), Err(NotThere::Path(gone)));
    }

    #[test]
    fn paths_of_windows_are_read_as_they_are_dropped() {
        let read = |text: &str| readings(text).contains(&vec![r"C:\m3 logs\merged.log".to_owned()]);
        assert!(read(r"C:\m3 logs\merged.log") && read(r#""C:\m3 logs\merged.log""#));
        let two = readings(r#""C:\m3 logs\a.log" D:\b.log"#);
        assert!(two.contains(&vec![r"C:\m3 logs\a.log".to_owned(), r"D:\b.log".to_owned()]), "{two:?}");
        assert_eq!(of_address("file:///C:/m3%20logs/a.log"), "C:/m3 logs/a.log");
        assert!(matches!(named(r"Q:\nowhere\a.log"), Err(NotThere::Path(_))));
    }

    #[test]
    fn other_texts_name_no_path() {
        for text in ["java.lang.NullPointerException\n\tat a.B.c(B.java:1)", "2026-01-13 10:15 ERROR it broke", "<a/>"]
        {
            assert_eq!(named(text), Err(NotThere::NoPath), "{text}");
        }
    }

    #[test]
    fn a_path_is_completed_from_its_folder() {
        let folder = tempfile::tempdir().expect("folder");
        std::fs::write(folder.path().join("merged.log"), "x").expect("file");
        std::fs::create_dir(folder.path().join("mec")).expect("folder");
        let typed = format!("{}/me", folder.path().display());
        assert_eq!(complete(&typed), (typed.len() - 2, vec!["mec/".to_owned(), "merged.log".to_owned()]));
        assert_eq!(complete(&format!("{typed}x")).1, Vec::<String>::new());
    }
}

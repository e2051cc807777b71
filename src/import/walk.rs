//! What counts as evidence in folders and archives: everything but what describes a case or is expected of it,
//! and only what is in `inputs/` where there is such a folder.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// How deep folders are walked.
const DEEPEST: usize = 64;

/// What a folder holds, in the order of names: files with their names below the folder, `/` between steps.
#[derive(Debug, Default)]
pub(super) struct Walk {
    /// Files, by name.
    pub(super) files: Vec<(String, PathBuf)>,
    /// Folders that hold a case of ours; they are not walked.
    pub(super) cases: Vec<(String, PathBuf)>,
    /// What could not be looked into.
    pub(super) unread: Vec<(String, io::Error)>,
}

/// Walks `folder`.
pub(super) fn folder(folder: &Path, is_case: &dyn Fn(&Path) -> bool) -> Walk {
    let mut walk = Walk::default();
    let mut seen = HashSet::new();
    visit(folder, "", 0, is_case, &mut seen, &mut walk);
    walk
}

fn visit(
    folder: &Path,
    name: &str,
    depth: usize,
    is_case: &dyn Fn(&Path) -> bool,
    seen: &mut HashSet<PathBuf>,
    walk: &mut Walk,
) {
    // A link may lead to a folder above.
    let fresh = fs::canonicalize(folder).map_or(true, |real| seen.insert(real));
    if !fresh || depth > DEEPEST {
        return;
    }
    if is_case(folder) && depth > 0 {
        walk.cases.push((name.to_owned(), folder.to_owned()));
        return;
    }
    let inputs = folder.join("inputs");
    if inputs.is_dir() {
        return visit(&inputs, &join(name, "inputs"), depth + 1, is_case, seen, walk);
    }
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => return walk.unread.push((name.to_owned(), error)),
    };
    let mut entries: Vec<_> = entries.filter_map(Result::ok).collect();
    entries.sort_by_cached_key(fs::DirEntry::file_name);
    for entry in entries {
        let step = entry.file_name().to_string_lossy().into_owned();
        let path = entry.path();
        // Only a link has to be followed to know.
        let is_folder = match entry.file_type() {
            Ok(own) if !own.is_symlink() => own.is_dir(),
            _ => path.is_dir(),
        };
        if !is_evidence(&step, is_folder) {
            continue;
        }
        let name = join(name, &step);
        if is_folder {
            visit(&path, &name, depth + 1, is_case, seen, walk);
        } else {
            walk.files.push((name, path));
        }
    }
}

fn join(folder: &str, step: &str) -> String {
    if folder.is_empty() { step.to_owned() } else { format!("{folder}/{step}") }
}

/// Whether a file or folder of that name can be evidence.
fn is_evidence(step: &str, is_folder: bool) -> bool {
    if is_folder {
        return !matches!(step, "expected" | ".git" | ".svn" | "__MACOSX");
    }
    let readme = step.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("readme"));
    !readme && !matches!(step, ".DS_Store" | "Thumbs.db" | "desktop.ini" | "case.toml") && !step.starts_with("._")
}

/// Keeps the names of an archive's members that are evidence.
pub(super) fn evidence(names: &[String]) -> Vec<bool> {
    let with_inputs: HashSet<&str> = names
        .iter()
        .filter_map(|name| match name.find("/inputs/") {
            Some(at) => Some(&name[..at]),
            None => name.starts_with("inputs/").then_some(""),
        })
        .collect();
    names.iter().map(|name| is_evidence_member(name, &with_inputs)).collect()
}

fn is_evidence_member(name: &str, with_inputs: &HashSet<&str>) -> bool {
    let (folders, file) = name.rsplit_once('/').unwrap_or(("", name));
    if !is_evidence(file, false) || folders.split('/').any(|step| !is_evidence(step, true)) {
        return false;
    }
    let beside = |folder: &str| {
        let inside = if folder.is_empty() {
            Some(name)
        } else {
            name.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/'))
        };
        inside.is_some_and(|rest| !rest.starts_with("inputs/"))
    };
    !with_inputs.iter().any(|folder| beside(folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_walked_by_name_without_what_describes_them() {
        let root = tempfile::tempdir().expect("a folder");
        for name in [
            "b.log",
            "a/z.log",
            "README.md",
            "expected/x.json",
            "case/inputs/in.har",
            "case/case.toml",
            "case/notes.txt",
            "own.mwscope/segment",
        ] {
            let path = root.path().join(name);
            fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
            fs::write(path, "x").expect("a file");
        }
        let walk = folder(root.path(), &|path| path.extension().is_some_and(|end| end == "mwscope"));
        let names: Vec<_> = walk.files.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["a/z.log", "b.log", "case/inputs/in.har"]);
        assert_eq!(walk.cases[0].0, "own.mwscope");
    }

    #[test]
    fn archives_follow_the_same_rules() {
        let names = ["inputs/a.log", "readme.txt", "notes.txt", "x/inputs/b.log"].map(str::to_owned);
        assert_eq!(evidence(&names), [true, false, false, false]);
        let names = ["c/inputs/a.log", "c/notes.txt", "d/notes.txt", "c/expected/x", "d/._y"].map(str::to_owned);
        assert_eq!(evidence(&names), [true, false, true, false, false]);
    }
}

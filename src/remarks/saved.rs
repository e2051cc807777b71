//! Filters that were saved under a name, for everyone who opens the case or for everything that the user opens, and how
//! they are kept: a line each, the last of a name holds.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::case::Case;
use crate::model::SourceProblem;

use super::{data_dir, lines};

const FILE: &str = "filters.jsonl";

/// Where a filter is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// In the case.
    Case,
    /// With the user.
    User,
}

impl Scope {
    /// Where that is, in words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Case => "in this case",
            Self::User => "everywhere",
        }
    }
}

/// A saved filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    /// What it is called.
    pub name: String,
    /// The filter.
    pub text: String,
    /// Where it is kept.
    pub scope: Scope,
}

/// A line of the file; without a text the name is free again.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Line {
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    text: Option<String>,
}

/// The saved filters, and where they are kept.
#[derive(Clone, Debug, Default)]
pub struct SavedFilters {
    case: Option<PathBuf>,
    user: Option<PathBuf>,
    /// All of them by their names; of two of one name the case's stands first.
    pub all: Vec<Saved>,
    /// What could not be read of them.
    pub problems: Vec<SourceProblem>,
}

impl SavedFilters {
    /// Those of a case among the paths, and those of the user.
    #[must_use]
    pub fn of(paths: &[String]) -> Self {
        let case = paths.iter().map(Path::new).find(|path| Case::is_case(path));
        Self::at(case.map(|case| case.join(FILE)), data_dir().map(|dir| dir.join(FILE)))
    }

    /// Those in these files.
    #[must_use]
    pub fn at(case: Option<PathBuf>, user: Option<PathBuf>) -> Self {
        let mut saved = Self { case, user, ..Self::default() };
        for scope in [Scope::User, Scope::Case] {
            let Some(path) = saved.path(scope).cloned() else { continue };
            match lines::read::<Line>(&path) {
                // What isn't a whole line costs a filter that can be saved again.
                Ok((read, _)) => {
                    read.into_iter().for_each(|line| saved.take(&line.name, line.text.as_deref(), scope));
                }
                Err(error) => saved.problems.push(SourceProblem {
                    path: path.display().to_string(),
                    offset: 0,
                    what: format!("saved filters can't be read: {error}"),
                    remedy: "look at the permissions of the file".to_owned(),
                }),
            }
        }
        saved
    }

    fn path(&self, scope: Scope) -> Option<&PathBuf> {
        match scope {
            Scope::Case => self.case.as_ref(),
            Scope::User => self.user.as_ref(),
        }
    }

    /// Whether there is a case to keep filters in.
    #[must_use]
    pub fn has_case(&self) -> bool {
        self.case.is_some()
    }

    /// Names and texts, as a filter that is read finds them by `saved:NAME`.
    #[must_use]
    pub fn named(&self) -> Vec<(&str, &str)> {
        self.all.iter().map(|saved| (saved.name.as_str(), saved.text.as_str())).collect()
    }

    /// Takes a filter, or lets its name go.
    pub fn take(&mut self, name: &str, text: Option<&str>, scope: Scope) {
        self.all.retain(|saved| saved.name != name || saved.scope != scope);
        if let Some(text) = text {
            self.all.push(Saved { name: name.to_owned(), text: text.to_owned(), scope });
        }
        self.all.sort_by_key(|saved| (saved.name.to_lowercase(), saved.scope as u8));
    }

    /// Writes it down.
    ///
    /// # Errors
    /// When it can't be written, in words.
    pub fn write(&self, name: &str, text: Option<&str>, scope: Scope) -> Result<(), String> {
        let path = self.path(scope).ok_or("there is no folder to keep it in; set MWSCOPE_CONFIG_DIR to one")?;
        let line = Line { name: name.to_owned(), text: text.map(str::to_owned) };
        lines::append(path, &[line]).map_err(|error| format!("{} can't be written: {error}", path.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_of_a_name_holds_and_scopes_are_apart() {
        let dir = tempfile::tempdir().expect("a folder");
        let paths = || (Some(dir.path().join("case.jsonl")), Some(dir.path().join("user.jsonl")));
        let saved = SavedFilters::at(paths().0, paths().1);
        saved.write("mine", Some("is:failed"), Scope::User).expect("written");
        saved.write("mine", Some("user:jdoe"), Scope::Case).expect("written");
        saved.write("gone", Some("is:slow"), Scope::Case).expect("written");
        saved.write("gone", None, Scope::Case).expect("written");
        let again = SavedFilters::at(paths().0, paths().1);
        let all: Vec<_> = again.all.iter().map(|s| (s.name.as_str(), s.text.as_str(), s.scope)).collect();
        assert_eq!(all, [("mine", "user:jdoe", Scope::Case), ("mine", "is:failed", Scope::User)]);
    }
}

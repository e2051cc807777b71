//! Where the user was when he left, so that the same evidence opens there again: screen, cursors, filters, folds, how
//! times are shown. Plain data; events go by the places where they stand.

use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;
use std::time::SystemTime;

use mwscope_parsers::hex;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::model::{About, EventRef};
use crate::query::Surroundings;
use crate::remarks::{Names, data_dir};

use super::effect::is_there;
use super::model::pick::Column;

/// Where the user was.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Session {
    /// What is open, by whole paths: what the start page offers.
    pub(super) paths: Vec<String>,
    /// The number of the screen.
    pub(super) screen: u8,
    pub(super) timeline: ListPlace,
    pub(super) logs: ListPlace,
    /// The event that was open in full.
    pub(super) page: Option<String>,
    /// 0 on the clock, 1 since the start, 2 as written.
    pub(super) times: u8,
    pub(super) no_preview: bool,
    pub(super) no_wrap: bool,
    /// Columns that are left out.
    pub(super) left_out: BTreeSet<Column>,
    /// Further columns of logs that are shown, by their names.
    pub(super) further: Vec<String>,
    /// The first events of chains that are folded.
    pub(super) folded: BTreeSet<String>,
    pub(super) together: bool,
    /// What was typed as filter and to be found, latest last.
    pub(super) typed: Vec<String>,
    /// What was chosen for the report.
    pub(super) chosen: Vec<String>,
}

/// Where a list was.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct ListPlace {
    pub(super) cursor: Option<String>,
    pub(super) filter: String,
    pub(super) off: bool,
}

/// Where the session of these paths is kept; `None` where there is no folder for it.
pub(super) fn file(paths: &[String]) -> Option<PathBuf> {
    let whole =
        |path: &String| std::fs::canonicalize(path).map_or_else(|_| path.clone(), |path| path.display().to_string());
    let mut names: Vec<String> = paths.iter().map(whole).collect();
    names.sort_unstable();
    let hash = hex::text(&Sha256::digest(names.join("\n").as_bytes())[..12]);
    Some(data_dir()?.join("sessions").join(format!("{hash}.json")))
}

/// The session that was kept; none where there is none or it is of another kind.
pub(super) fn read(paths: &[String]) -> Option<Session> {
    serde_json::from_slice(&std::fs::read(file(paths)?).ok()?).ok()
}

/// What was open before, newest first, and when; as far as it is still there.
#[must_use]
pub fn opened_before() -> Vec<(Vec<String>, SystemTime)> {
    let Some(Ok(folder)) = data_dir().map(|dir| dir.join("sessions").read_dir()) else { return Vec::new() };
    let written = |entry: std::fs::DirEntry| Some((entry.metadata().ok()?.modified().ok()?, entry.path()));
    let mut files: Vec<(SystemTime, PathBuf)> = folder.flatten().filter_map(written).collect();
    files.sort_unstable_by(|a, b| b.cmp(a));
    let read = |(when, file): (SystemTime, PathBuf)| {
        let session: Session = serde_json::from_slice(&std::fs::read(file).ok()?).ok()?;
        let there = !session.paths.is_empty() && session.paths.iter().all(|path| is_there(path));
        there.then_some((session.paths, when))
    };
    files.into_iter().take(LOOKED_AT).filter_map(read).collect()
}

/// Sessions that are looked at for what was open before.
const LOOKED_AT: usize = 50;

/// Keeps a session. It takes the place of the one before as a whole. A session that can't be kept costs a place in a
/// list, which isn't worth a word to somebody who is leaving.
pub(super) fn write(paths: &[String], session: &Session) {
    let Some(path) = file(paths) else { return };
    let Some(folder) = path.parent() else { return };
    let whole = |path: &String| std::path::absolute(path).map_or_else(|_| path.clone(), |p| p.display().to_string());
    let session = Session { paths: paths.iter().map(whole).collect(), ..session.clone() };
    let kept = || -> std::io::Result<()> {
        std::fs::create_dir_all(folder)?;
        let mut new = tempfile::NamedTempFile::new_in(folder)?;
        serde_json::to_writer(&mut new, &session)?;
        new.persist(&path).map_err(|error| error.error)?;
        Ok(())
    };
    let _not_worth_a_word = kept();
}

/// The names by which a session tells events: sources go by the paths that they were opened with.
pub(super) fn names(around: &Surroundings) -> Names<'_> {
    Names::with((&around.gathered, &around.investigation), |source| Some(source.path.clone()))
}

impl Session {
    /// The events that it tells of, as far as they are among what was read.
    pub(super) fn events(&self, around: &Surroundings) -> HashMap<&str, EventRef> {
        let lists = [&self.timeline.cursor, &self.logs.cursor, &self.page].into_iter().flatten();
        let places = lists.chain(&self.folded).chain(&self.chosen).map(String::as_str);
        let found = names(around).find(places).into_iter();
        let events = found.filter_map(|(place, about)| match about {
            About::Event(event) => Some((place, event)),
            About::Finding(_) | About::Gone => None,
        });
        events.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_of_another_version_still_opens() {
        let read: Session =
            serde_json::from_str(r#"{"screen":3,"new":true,"logs":{"filter":"is:failed"}}"#).expect("read");
        assert_eq!((read.screen, read.logs.filter.as_str(), read.timeline.off), (3, "is:failed", false));
    }

    #[test]
    fn the_same_paths_in_any_order_are_one_session() {
        let of = |paths: &[&str]| file(&paths.iter().map(|p| (*p).to_owned()).collect::<Vec<_>>());
        assert_eq!(of(&["/nowhere/a", "/nowhere/b"]), of(&["/nowhere/b", "/nowhere/a"]));
        assert_ne!(of(&["/nowhere/a"]), of(&["/nowhere/b"]));
    }
}

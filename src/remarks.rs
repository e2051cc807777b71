//! What a user writes on the evidence: notes and marks on exchanges, records, dumps, streams and findings. They are
//! the user's own work and no part of any cache: of a case they stand in a file in its folder, of loose files in the
//! user's data folder, by the whole path of each, so that they are there again whatever the file is opened with.
//!
//! They are no entries of the case's segments, since those have one writer: a note may be written while another process
//! records. `lines` has the file that several processes write, `names` the names by which evidence is found again.
//! `saved` has the filters that a user saved, which are kept alike.

pub mod lines;
mod names;
mod pasted;
pub mod saved;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::case::Case;
use crate::model::{About, EventRef, Gathered, Investigation, Remark, SourceProblem};
use crate::redact;
pub use names::Names;
use names::Roots;
pub use pasted::keep_pasted;

/// The file in a case's folder, and the member of a bundle.
pub const FILE: &str = "notes.jsonl";

/// A line of the file; a later one on the same thing replaces what it says of an earlier one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// What it is about, by its lasting name.
    pub on: String,
    /// What stood there, to see whether it still does.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub what: String,
    /// The note; an empty one takes it back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Whether it is marked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark: Option<bool>,
    /// When it was written, nanoseconds since the Unix epoch.
    #[serde(default)]
    pub at_utc_ns: i64,
}

/// The remarks of what is opened.
#[derive(Clone, Debug, Default)]
pub struct Remarks {
    file: Option<PathBuf>,
    roots: Roots,
    kept: BTreeMap<String, Kept>,
    problems: Vec<SourceProblem>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Kept {
    what: String,
    note: String,
    marked: bool,
    at_utc_ns: i64,
}

/// The user's folder for what is his own and no setting.
#[must_use]
pub fn data_dir() -> Option<PathBuf> {
    // One variable moves all that is a user's.
    match std::env::var_os(redact::CONFIG_DIR) {
        Some(dir) if !dir.is_empty() => Some(dir.into()),
        _ => directories::ProjectDirs::from("", "", "mwscope").map(|dirs| dirs.data_dir().to_owned()),
    }
}

impl Remarks {
    /// The remarks that belong to these paths: those of the case among them, else the user's on loose files; and those
    /// that came with a bundle. What can't be read of them is among the problems.
    #[must_use]
    pub fn of(paths: &[String]) -> Self {
        let (cases, loose): (Vec<_>, Vec<_>) = paths.iter().cloned().partition(|path| Case::is_case(Path::new(path)));
        let file = match cases.first() {
            Some(case) => Some(Path::new(case).join(FILE)),
            None => data_dir().map(|dir| dir.join(FILE)),
        };
        let mut remarks = Self { file, roots: Roots { loose, case: !cases.is_empty() }, ..Self::default() };
        for path in remarks.roots.loose.clone() {
            remarks.take_bundle(&path);
        }
        if let Some(path) = remarks.file.clone() {
            match lines::read::<Line>(&path) {
                Ok((read, bad)) => {
                    read.into_iter().for_each(|line| remarks.take(line));
                    remarks.problems.extend(bad.first().map(|line| cut_off(&path, *line, bad.len())));
                }
                Err(error) => {
                    let (path, remedy) = (path.display().to_string(), "look at the permissions of the file");
                    remarks.problems.push(unreadable(path, &error, remedy));
                }
            }
        }
        remarks
    }

    /// Remarks that are kept nowhere.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// What could not be read of them.
    #[must_use]
    pub fn problems(&self) -> &[SourceProblem] {
        &self.problems
    }

    fn take_bundle(&mut self, path: &str) {
        let Ok(mut zip) = File::open(path).and_then(|file| Ok(zip::ZipArchive::new(file)?)) else { return };
        // A bundle is known by its manifest; any other archive may hold a file of that name.
        if zip.index_for_name("manifest.json").is_none() || zip.index_for_name(FILE).is_none() {
            return;
        }
        let member = format!("{path}!/{FILE}");
        let mut bytes = Vec::new();
        let read = zip.by_name(FILE).map_err(io::Error::from).and_then(|mut file| file.read_to_end(&mut bytes));
        if let Err(error) = read {
            return self.problems.push(unreadable(member, &error, "have the bundle sent once more"));
        }
        let whole = std::fs::canonicalize(path).map_or_else(|_| path.to_owned(), |whole| whole.display().to_string());
        let (read, bad) = lines::parse::<Line>(&bytes);
        self.problems.extend(bad.first().map(|line| cut_off(Path::new(&member), *line, bad.len())));
        for mut line in read {
            line.on = match line.on.split_once('@') {
                // No rule has a slash in its name; the name of a member may have the sign.
                Some((rule, on)) if !rule.contains('/') => format!("{rule}@{whole}!/{on}"),
                _ => format!("{whole}!/{}", line.on),
            };
            self.take(line);
        }
    }

    fn take(&mut self, line: Line) {
        let kept = self.kept.entry(line.on.clone()).or_default();
        if !line.what.is_empty() {
            kept.what = line.what;
        }
        if let Some(note) = line.note {
            kept.note = note;
        }
        kept.marked = line.mark.unwrap_or(kept.marked);
        kept.at_utc_ns = line.at_utc_ns;
        if kept.note.is_empty() && !kept.marked {
            self.kept.remove(&line.on);
        }
    }

    /// The remarks on what was read, by the order of their names. Of a case those on what is gone are told too; of loose
    /// files they are those on other files.
    #[must_use]
    pub fn on(&self, gathered: &Gathered, investigation: &Investigation) -> Vec<Remark> {
        if self.kept.is_empty() {
            return Vec::new();
        }
        let names = Names::new((gathered, investigation), &self.roots);
        let found = names.find(self.kept.keys().map(String::as_str));
        let mut remarks: Vec<Remark> = Vec::new();
        for (name, kept) in &self.kept {
            let there = found.get(name.as_str());
            if there.is_none() && !self.roots.case {
                continue;
            }
            let now = there.map(|about| (about.clone(), what(gathered, investigation, about)));
            let now = now.filter(|(about, now)| kept.what.is_empty() || still(about, now, &kept.what));
            let (about, what) = now.unwrap_or_else(|| (About::Gone, kept.what.clone()));
            let place = place(gathered, &about).unwrap_or_else(|| name.clone());
            let (note, marked, at_utc_ns) = (kept.note.clone(), kept.marked, kept.at_utc_ns);
            remarks.push(Remark { about, place, what, note, marked, at_utc_ns });
        }
        remarks
    }

    /// Keeps a note or a mark on something, for all who open it; gives what it is now.
    ///
    /// # Errors
    /// When there is nowhere to keep it, in words; it holds then until these remarks are let go of.
    pub fn keep(&mut self, read: (&Gathered, &Investigation), said: &[Said]) -> Result<(), String> {
        let names = Names::new(read, &self.roots);
        let line = |said: &Said| {
            let on = names.of(&said.about).ok_or(
                "what comes from standard input has no name to keep a note under: mwscope import puts it into a case",
            )?;
            let note = said.note.as_ref().map(|note| redact::mask_text(note.trim_end()).into_owned());
            let what = what(read.0, read.1, &said.about);
            Ok(Line { on, what, note, mark: said.mark, at_utc_ns: said.at_utc_ns })
        };
        let new = said.iter().map(line).collect::<Result<Vec<Line>, String>>()?;
        let written = match &self.file {
            None => Err("there is no home folder to keep it in; set MWSCOPE_CONFIG_DIR to a folder".to_owned()),
            Some(file) => lines::append(file, &new).map_err(|error| {
                format!("{} can't be written: {error}; a case of your own takes notes (mwscope import)", file.display())
            }),
        };
        // What can't be kept holds as long as it is open.
        new.into_iter().for_each(|line| self.take(line));
        written
    }
}

/// A note or a mark to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// What it is about.
    pub about: About,
    /// The note; an empty one takes it back.
    pub note: Option<String>,
    /// Whether it is marked from now on.
    pub mark: Option<bool>,
    /// When, nanoseconds since the Unix epoch.
    pub at_utc_ns: i64,
}

fn unreadable(path: String, error: &io::Error, remedy: &str) -> SourceProblem {
    SourceProblem {
        path,
        offset: 0,
        what: format!("notes and marks can't be read: {error}"),
        remedy: remedy.to_owned(),
    }
}

fn cut_off(path: &Path, line: usize, count: usize) -> SourceProblem {
    let path = path.display().to_string();
    SourceProblem {
        path: format!("{path}:{line}"),
        offset: 0,
        what: format!("{count} lines of notes and marks are not whole, as after a crash; the others are read"),
        remedy: "nothing needs to be done; the line can be deleted".to_owned(),
    }
}

/// Cells of the line that says what a remark is about.
const WHAT: usize = 100;

/// What stands there, in a line, masked.
fn what(gathered: &Gathered, investigation: &Investigation, about: &About) -> String {
    let text = match about {
        About::Event(EventRef::Exchange(id)) => gathered.exchange(*id).map(|x| {
            let call = [x.call.service.as_deref(), x.call.operation.as_deref()];
            let called: Vec<&str> = call.into_iter().flatten().collect();
            let name = if called.is_empty() { x.path().to_owned() } else { called.join(".") };
            format!("{} {name}", x.request.method)
        }),
        About::Event(EventRef::Record(source, n)) => {
            let record = gathered.log(*source).and_then(|log| log.read(*n).ok());
            record.map(|r| {
                let first = r.message.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
                format!("{} {first}", r.level.as_deref().unwrap_or_default())
            })
        }
        About::Event(EventRef::Dump(id)) => gathered.dump(*id).map(|d| d.dump.summary.clone()),
        About::Event(EventRef::Threads(id)) => {
            gathered.thread_dump(*id).map(|(_, dump)| format!("thread dump of {} threads", dump.threads.len()))
        }
        About::Event(EventRef::Stream(id)) => gathered
            .stream(*id)
            .map(|s| format!("{} to {}, {}", s.tcp.ends.client, s.tcp.ends.server, s.protocol().word())),
        About::Finding(id) => investigation.findings.iter().find(|f| f.id == *id).map(|f| f.title.clone()),
        About::Gone => None,
    };
    let text = text.unwrap_or_default();
    let masked = redact::mask_text(text.trim());
    masked.chars().map(|c| if c.is_control() { ' ' } else { c }).take(WHAT).collect()
}

/// Whether the text that was remarked on still stands there: a log may have been turned over under the same name.
fn still(about: &About, now: &str, was: &str) -> bool {
    !matches!(about, About::Event(EventRef::Record(..))) || now == was
}

fn place(gathered: &Gathered, about: &About) -> Option<String> {
    match about {
        About::Event(event) => Some(gathered.place(*event)),
        About::Finding(id) => Some(id.clone()),
        About::Gone => None,
    }
}

/// Puts the remarks of these paths into an investigation, for its reports and for filters.
pub fn into(investigation: &mut Investigation, gathered: &Gathered, paths: &[String]) {
    investigation.remarks = Remarks::of(paths).on(gathered, investigation);
}

/// The lines that hand remarks on under other names; what has none is left out.
///
/// # Errors
/// When a line can't be written down.
pub fn handed_on(remarks: &[Remark], names: &Names<'_>) -> io::Result<Vec<u8>> {
    let mut out = Vec::new();
    for remark in remarks {
        let Some(on) = names.of(&remark.about) else { continue };
        let note = Some(remark.note.clone()).filter(|note| !note.is_empty());
        // What stands there is masked anew in what is handed on, so it isn't held against it.
        let line = Line { on, what: String::new(), note, mark: Some(remark.marked), at_utc_ns: remark.at_utc_ns };
        serde_json::to_writer(&mut out, &line)?;
        out.push(b'\n');
    }
    Ok(out)
}

#[cfg(test)]
mod tests;

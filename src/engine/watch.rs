//! Followed paths: logs that grow and dumps that appear, in files and folders, found by content.
//!
//! A folder is walked at each poll. What lay there before counts as old, unless it was written to shortly before the
//! start; what is written to later is followed from where it was. Time is a parameter.

use std::collections::HashMap;
use std::fs::{self, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use mwscope_parsers::log::Reader;

use crate::logs::{Before, Follow, Log, News, Told};
use crate::model::{Records, SourceProblem};

/// What was written this long before the start still belongs to what is watched.
const RECENT_NS: i64 = 600_000_000_000;
/// Bytes by which a file's kind is found.
const SNIFF: u64 = 64 << 10;
/// Larger dumps are named, not read, while recording.
const DUMP_LIMIT: u64 = 64 << 20;
/// Files in a followed folder that are looked at; more are said.
const FILES: usize = 10_000;
/// Folders within folders that are followed.
const DEPTH: usize = 4;

/// Follows files and folders.
pub(super) struct Watch {
    roots: Vec<PathBuf>,
    layout: Option<String>,
    files: HashMap<PathBuf, Watched>,
    started: bool,
    /// What was there before is read by somebody else, so that what appears is to be read whole.
    whole: bool,
    said_too_many: bool,
}

/// What a poll found.
pub(super) enum Noticed {
    /// A log is followed from here on.
    Log { path: PathBuf, log: Arc<Log> },
    /// A log that was followed was rotated away; another begins under the same path.
    Rotated { path: PathBuf, log: Arc<Log>, lost: bool },
    /// A log that was read before has grown: these are its records from now on, in place of those that were known;
    /// the first that may have changed is number `from`.
    GoesOn { path: PathBuf, records: Arc<dyn Records>, from: usize },
    /// Records came, or the last one grew.
    Records { path: PathBuf, from: usize },
    /// A dump was written.
    Dump { path: PathBuf, bytes: Vec<u8> },
    /// A thread dump was written.
    Threads { path: PathBuf, bytes: Vec<u8> },
    /// A file appeared beside what was read that is no log and no dump.
    Unread { path: PathBuf },
    /// Something can't be read; the rest is.
    Problem(SourceProblem),
}

enum Watched {
    /// Not looked at yet, or nothing to be seen in it: its size and time when last looked at.
    Idle {
        seen: Stand,
    },
    /// Was there before, unchanged since.
    Old {
        seen: Stand,
    },
    /// A log that was read before and hasn't changed its size.
    Read(Before),
    Log(Box<Follow>),
    /// A dumplog or a thread dump; read once it has stopped growing.
    Dump {
        seen: Stand,
        read: bool,
        threads: bool,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stand {
    len: u64,
    modified: Option<SystemTime>,
}

impl Stand {
    fn of(metadata: &Metadata) -> Self {
        Self { len: metadata.len(), modified: metadata.modified().ok() }
    }
}

impl Watch {
    /// Follows `roots`, files or folders, which need not exist yet; `layout` is a told log pattern.
    pub(super) fn new(roots: Vec<PathBuf>, layout: Option<String>) -> Self {
        Self { roots, layout, files: HashMap::new(), started: false, whole: false, said_too_many: false }
    }

    /// Follows `roots` from what is there now: it is about to be read, and only what comes then is new.
    pub(super) fn behind(roots: Vec<PathBuf>) -> Self {
        let mut watch = Self::new(roots, None);
        let mut found = Vec::new();
        for root in &watch.roots {
            // What can't be walked is said by whoever reads it.
            let _unreadable = walk(root, DEPTH, &mut found);
        }
        let old = |(path, metadata): (PathBuf, Metadata)| (path, Watched::Old { seen: Stand::of(&metadata) });
        watch.files = found.into_iter().map(old).collect();
        (watch.started, watch.whole) = (true, true);
        watch
    }

    /// These are the records of the log at `path`, as far as it was there. Where its bytes aren't the file's, as in a
    /// compressed log, it can't be gone on with, and only another file under its path would be noticed.
    pub(super) fn was_read(&mut self, path: PathBuf, records: Arc<dyn Records>) {
        if let Ok(Some(before)) = Before::of(&path, records) {
            self.files.insert(path, Watched::Read(before));
        }
    }

    /// Takes the dumps that are there for known, as they are.
    pub(super) fn pass_over_dumps(&mut self) {
        for watched in self.files.values_mut() {
            if let Watched::Dump { read, .. } = watched {
                *read = true;
            }
        }
    }

    /// Whether there is a folder that files may appear in, or a log that may grow.
    pub(super) fn may_go_on(&self) -> bool {
        self.roots.iter().any(|root| root.is_dir()) || self.files.values().any(|file| matches!(file, Watched::Read(_)))
    }

    /// Looks for what is new; `now_ns` is the time in nanoseconds since the Unix epoch.
    pub(super) fn poll(&mut self, now_ns: i64) -> Vec<Noticed> {
        let mut noticed = Vec::new();
        let mut found = Vec::new();
        for root in self.roots.clone() {
            if let Err(error) = walk(&root, DEPTH, &mut found)
                && error.kind() != io::ErrorKind::NotFound
                && !self.started
            {
                noticed.push(Noticed::Problem(unreadable(&root, &error)));
            }
        }
        if found.len() >= FILES && !std::mem::replace(&mut self.said_too_many, true) {
            let root = self.roots.first().map_or_else(String::new, |r| r.display().to_string());
            noticed.push(Noticed::Problem(SourceProblem {
                path: root,
                offset: 0,
                what: format!("more than {FILES} files; the rest is not followed"),
                remedy: "follow a folder further down".to_owned(),
            }));
        }
        for (path, metadata) in found {
            self.look(&path, &metadata, now_ns, &mut noticed);
        }
        // A log whose file was renamed away for a moment isn't found by walking, and goes on all the same.
        for (path, watched) in &mut self.files {
            if let Watched::Log(follow) = watched {
                follow_on(path, follow, now_ns, &mut noticed);
            }
        }
        self.started = true;
        noticed
    }

    fn look(&mut self, path: &Path, metadata: &Metadata, now_ns: i64, noticed: &mut Vec<Noticed>) {
        let stand = Stand::of(metadata);
        let named = self.roots.iter().any(|root| root == path);
        match self.files.get_mut(path) {
            Some(Watched::Log(_)) => {}
            Some(Watched::Read(before)) if before.bytes() == stand.len => {}
            Some(Watched::Read(before)) => {
                let watched = match go_on(path, before, stand, noticed) {
                    Ok(watched) => watched,
                    Err(error) => {
                        noticed.push(Noticed::Problem(unreadable(path, &error)));
                        Watched::Old { seen: stand }
                    }
                };
                self.files.insert(path.to_owned(), watched);
            }
            Some(Watched::Idle { seen }) if *seen == stand && self.whole && stand.len > 0 => {
                // It has stopped growing and is nothing that is followed.
                self.files.insert(path.to_owned(), Watched::Old { seen: stand });
                noticed.push(Noticed::Unread { path: path.to_owned() });
            }
            Some(Watched::Old { seen } | Watched::Idle { seen }) if *seen == stand => {}
            Some(Watched::Dump { seen, read, threads }) => {
                if *seen != stand {
                    (*seen, *read) = (stand, false);
                } else if !std::mem::replace(read, true) {
                    noticed.push(read_dump(path, stand.len, *threads));
                }
            }
            None if !self.started && !named && !is_recent(stand, now_ns) => {
                self.files.insert(path.to_owned(), Watched::Old { seen: stand });
            }
            _ => {
                let begun = match self.started && !named && self.was_rotated_to(path) {
                    true => Ok(Watched::Old { seen: stand }),
                    false => self.begin(path, stand, noticed),
                };
                let watched = match begun {
                    Ok(watched) => watched,
                    Err(error) => {
                        noticed.push(Noticed::Problem(unreadable(path, &error)));
                        Watched::Old { seen: stand }
                    }
                };
                self.files.insert(path.to_owned(), watched);
            }
        }
    }

    /// Whether a log that is followed was renamed or copied to `path`: its records are known.
    fn was_rotated_to(&self, path: &Path) -> bool {
        // A folder that can't be read is said where it is walked.
        let was =
            |watched: &Watched| matches!(watched, Watched::Log(follow) if follow.was_rotated_to(path).unwrap_or(false));
        self.files.values().any(was)
    }

    /// Finds out what a file is, by its content.
    fn begin(&self, path: &Path, stand: Stand, noticed: &mut Vec<Noticed>) -> io::Result<Watched> {
        let mut sample = Vec::new();
        fs::File::open(path)?.take(SNIFF).read_to_end(&mut sample)?;
        if self.layout.is_none() && mwscope_parsers::threads::sniff(&sample) {
            return Ok(Watched::Dump { seen: stand, read: false, threads: true });
        }
        if mwscope_parsers::dump::sniff(&sample).is_dump() {
            return Ok(Watched::Dump { seen: stand, read: false, threads: false });
        }
        if self.layout.is_none() && Reader::learn(&sample).layouts().is_empty() {
            return Ok(Watched::Idle { seen: stand });
        }
        if self.whole {
            let (watched, log) = read_whole(path, stand)?;
            noticed.push(Noticed::Log { path: path.to_owned(), log });
            return Ok(watched);
        }
        let follow = Follow::start(path, Told { layout: self.layout.clone(), day: None })?;
        noticed.push(Noticed::Log { path: path.to_owned(), log: Arc::clone(follow.log()) });
        Ok(Watched::Log(Box::new(follow)))
    }
}

/// Goes on behind what was read of a log, or begins with the one that took its place.
fn go_on(path: &Path, before: &Before, stand: Stand, noticed: &mut Vec<Noticed>) -> io::Result<Watched> {
    if let Some(follow) = Follow::beyond(path, before)? {
        let records = follow.records();
        let from = records.len().saturating_sub(1);
        noticed.push(Noticed::GoesOn { path: path.to_owned(), records, from });
        return Ok(Watched::Log(Box::new(follow)));
    }
    let (watched, log) = read_whole(path, stand)?;
    noticed.push(Noticed::Rotated { path: path.to_owned(), log, lost: true });
    Ok(watched)
}

/// A log from its start to where it ends now, to be gone on with from there.
fn read_whole(path: &Path, stand: Stand) -> io::Result<(Watched, Arc<Log>)> {
    let log = Arc::new(Log::open(path, None, &mut |_| true)?);
    let before = Before::of(path, Arc::clone(&log) as Arc<dyn Records>)?;
    // One without a record is looked at again when there is more of it.
    Ok((before.map_or(Watched::Idle { seen: stand }, Watched::Read), log))
}

fn follow_on(path: &Path, follow: &mut Follow, now_ns: i64, noticed: &mut Vec<Noticed>) {
    match follow.poll(now_ns) {
        Ok(news) => noticed.extend(news.into_iter().map(|news| match news {
            News::Records { from } => Noticed::Records { path: path.to_owned(), from },
            News::Rotated { begins, lost, .. } => Noticed::Rotated { path: path.to_owned(), log: begins, lost },
        })),
        Err(error) => noticed.push(Noticed::Problem(unreadable(path, &error))),
    }
}

fn read_dump(path: &Path, len: u64, threads: bool) -> Noticed {
    if len > DUMP_LIMIT {
        return Noticed::Problem(SourceProblem {
            path: path.display().to_string(),
            offset: 0,
            what: format!("a dump of {} MiB isn't read while recording", len >> 20),
            remedy: "import it into the case afterwards".to_owned(),
        });
    }
    match fs::read(path) {
        Ok(bytes) if threads => Noticed::Threads { path: path.to_owned(), bytes },
        Ok(bytes) => Noticed::Dump { path: path.to_owned(), bytes },
        Err(error) => Noticed::Problem(unreadable(path, &error)),
    }
}

fn is_recent(stand: Stand, now_ns: i64) -> bool {
    let since_epoch = stand.modified.and_then(|at| at.duration_since(SystemTime::UNIX_EPOCH).ok());
    let modified_ns = since_epoch.and_then(|d| i64::try_from(d.as_nanos()).ok());
    modified_ns.is_some_and(|at| now_ns.saturating_sub(at) < RECENT_NS)
}

fn unreadable(path: &Path, error: &io::Error) -> SourceProblem {
    SourceProblem {
        path: path.display().to_string(),
        offset: 0,
        what: format!("can't be followed: {error}"),
        remedy: "check the path and the rights to read it".to_owned(),
    }
}

fn walk(path: &Path, depth: usize, found: &mut Vec<(PathBuf, Metadata)>) -> io::Result<()> {
    let metadata = fs::metadata(path)?;
    if metadata.is_file() {
        found.push((path.to_owned(), metadata));
        return Ok(());
    }
    if !metadata.is_dir() || depth == 0 {
        return Ok(());
    }
    for entry in fs::read_dir(path)? {
        if found.len() >= FILES {
            break;
        }
        // What vanished between listing and looking is not there.
        match walk(&entry?.path(), depth - 1, found) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    const LOG: &str = "2026-01-13 10:15:00,000 INFO  [w-1] a.b.C - one\n2026-01-13 10:15:00,100 INFO  [w-2] a.b.C - two\n2026-01-13 10:15:00,200 WARN  [w-1] a.b.D - three\n";
    const DUMP: &str = "M3 dump log (synthetic)\n=======\nProgram . . . : CRS008\nUser  . . . . : MWSUSR\nCompany . . . : 100\n\njava.lang.NullPointerException\n\tat mvx.app.pgm.CRS008.PEDSP(CRS008.java:1412)\n";

    fn write(path: &Path, text: &str) {
        let mut file = fs::OpenOptions::new().create(true).append(true).open(path).expect("open");
        file.write_all(text.as_bytes()).expect("write");
    }

    fn names(noticed: &[Noticed]) -> Vec<String> {
        let name = |path: &Path| path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        noticed
            .iter()
            .map(|n| match n {
                Noticed::Log { path, .. } => format!("log {}", name(path)),
                Noticed::Rotated { path, .. } => format!("rotated {}", name(path)),
                Noticed::Records { path, from } => format!("records {} from {from}", name(path)),
                Noticed::GoesOn { path, from, .. } => format!("{} goes on from {from}", name(path)),
                Noticed::Dump { path, bytes } => format!("dump {} {}", name(path), bytes.len()),
                Noticed::Threads { path, bytes } => format!("threads {} {}", name(path), bytes.len()),
                Noticed::Unread { path } => format!("unread {}", name(path)),
                Noticed::Problem(problem) => format!("problem {problem}"),
            })
            .collect()
    }

    #[test]
    fn logs_and_dumps_are_found_by_what_is_in_them() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut watch = Watch::new(vec![folder.path().to_owned()], None);
        assert_eq!(names(&watch.poll(0)), [""; 0]);
        write(&folder.path().join("anything.txt"), LOG);
        write(&folder.path().join("no-name"), DUMP);
        write(&folder.path().join("picture.png"), "\u{1}\u{2}\u{3}");
        let mut seen = names(&watch.poll(1));
        // A dump is read once it has stopped growing.
        seen.extend(names(&watch.poll(2)));
        seen.sort();
        let dump = format!("dump no-name {}", DUMP.len());
        assert_eq!(seen, [dump.as_str(), "log anything.txt", "records anything.txt from 0"]);
        assert_eq!(names(&watch.poll(3)), [""; 0]);
    }

    #[test]
    fn what_lay_there_long_before_is_left_alone_until_it_is_written_to() {
        let folder = tempfile::tempdir().expect("a folder");
        let old = folder.path().join("old.log");
        write(&old, LOG);
        write(&folder.path().join("old-dump.txt"), DUMP);
        let an_hour_later =
            i64::try_from(SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("after 1970").as_nanos())
                .expect("before 2262")
                + 3_600_000_000_000;
        let mut watch = Watch::new(vec![folder.path().to_owned()], None);
        assert_eq!(names(&watch.poll(an_hour_later)), [""; 0]);
        write(&old, LOG);
        assert_eq!(names(&watch.poll(an_hour_later + 1))[0], "log old.log");
    }

    #[test]
    fn a_rotated_log_is_not_read_again_under_its_new_name() {
        for copied in [false, true] {
            let folder = tempfile::tempdir().expect("a folder");
            let (path, rotated) = (folder.path().join("a.log"), folder.path().join("a.log.1"));
            let mut watch = Watch::new(vec![folder.path().to_owned()], None);
            assert_eq!(names(&watch.poll(0)), [""; 0]);
            write(&path, LOG);
            write(&folder.path().join("b.log"), LOG);
            assert_eq!(names(&watch.poll(1)).iter().filter(|name| name.starts_with("log ")).count(), 2);
            if copied {
                fs::copy(&path, &rotated).expect("copied");
                fs::write(&path, "").expect("cut");
            } else {
                fs::rename(&path, &rotated).expect("renamed");
            }
            write(&path, &LOG.replace("10:15", "10:16"));
            let mut seen = names(&watch.poll(2));
            seen.extend(names(&watch.poll(3)));
            assert!(seen.iter().any(|one| one == "rotated a.log"), "{copied} {seen:?}");
            assert!(!seen.iter().any(|one| one.contains("a.log.1")), "{copied} {seen:?}");
        }
    }

    #[test]
    fn a_path_that_is_not_there_yet_is_no_problem() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("later.log");
        let mut watch = Watch::new(vec![path.clone()], None);
        assert_eq!(names(&watch.poll(0)), [""; 0]);
        write(&path, LOG);
        assert_eq!(names(&watch.poll(1))[0], "log later.log");
    }
}

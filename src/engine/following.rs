//! What was read goes on: logs that grow and files that appear, told as they come to whoever has read the rest. What is
//! concluded of them is for him to say.

use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use mwscope_parsers::dump::{self, Dump, Synonyms};
use mwscope_parsers::threads::{self, ThreadDump};

use super::now;
use super::watch::{Noticed, Watch};
use crate::case::Case;
use crate::model::{Gathered, Records, SourceKind, SourceProblem};

/// How often paths are looked at ...
const POLL: Duration = Duration::from_millis(150);
/// ... but never for more than this part of the time: a folder on a slow share takes long to walk.
const SHARE: u32 = 10;
/// What came belongs together until nothing has come for so long, which is longer than the silence behind which the last
/// record of a log is told ...
const QUIET: Duration = Duration::from_millis(450);
/// ... or for so long something has.
const PATIENCE: Duration = Duration::from_secs(1);

/// Paths that are read and followed from there on.
pub struct Following {
    watch: Watch,
    /// What the files are called that were read, and the records of those that go on.
    names: HashMap<PathBuf, String>,
    records: HashMap<PathBuf, Arc<dyn Records>>,
}

/// What came. Sources are named by their paths, as in what was read.
pub enum Followed {
    /// A log begins.
    Log {
        /// Its path.
        path: String,
        /// Its records, of which there may be more when they are looked at.
        records: Arc<dyn Records>,
    },
    /// A log has more records, or its last one grew.
    Grew {
        /// Its path.
        path: String,
        /// All its records, in place of those that were known.
        records: Arc<dyn Records>,
        /// The first one that is new or has grown.
        from: usize,
    },
    /// A dumplog was written, in place of what was in that file before.
    Dumps {
        /// Its path.
        path: String,
        /// Its size in bytes.
        bytes: u64,
        /// What is in it.
        dumps: Vec<Dump>,
    },
    /// A thread dump was written.
    Threads {
        /// Its path.
        path: String,
        /// Its size in bytes.
        bytes: u64,
        /// What is in it; there may be several behind each other.
        dumps: Vec<ThreadDump>,
    },
    /// Something the user should know.
    Note(String),
    /// Something that can't be read; the rest is.
    Problem(SourceProblem),
    /// Nothing more came for a moment: it is time to conclude.
    Quiet,
}

impl Following {
    /// Follows files and folders from what is there now: they are about to be read. A case has copies of what was
    /// followed when it was recorded, and archives and standard input don't go on.
    #[must_use]
    pub fn before(paths: &[String]) -> Self {
        let roots = paths.iter().map(PathBuf::from).filter(|path| path.exists() && !Case::is_case(path)).collect();
        Self { watch: Watch::behind(roots), names: HashMap::new(), records: HashMap::new() }
    }

    /// This was read of them.
    pub fn was_read(&mut self, gathered: &Gathered) {
        for source in &gathered.sources {
            let path = plain(Path::new(&source.path));
            if source.kind == SourceKind::Log
                && let Some(log) = gathered.log(source.id)
            {
                self.watch.was_read(PathBuf::from(&source.path), Arc::clone(log));
            }
            self.names.insert(path, source.path.clone());
        }
    }

    /// Whether anything can come: not of archives and of what came by standard input.
    #[must_use]
    pub fn may_go_on(&self) -> bool {
        self.watch.may_go_on()
    }

    /// Tells what comes, until nobody listens any more.
    pub fn run(mut self, mut tell: impl FnMut(Followed) -> bool) {
        // Since when something has come that nothing was concluded of, and when it last did.
        let mut open: Option<(Instant, Instant)> = None;
        loop {
            let began = Instant::now();
            for noticed in self.watch.poll(now::utc_ns()) {
                open = Some((open.map_or(began, |(first, _)| first), began));
                for one in self.told(noticed) {
                    if !tell(one) {
                        return;
                    }
                }
            }
            if let Some((first, last)) = open
                && (last.elapsed() >= QUIET || first.elapsed() >= PATIENCE)
            {
                open = None;
                if !tell(Followed::Quiet) {
                    return;
                }
            }
            thread::sleep(POLL.max(began.elapsed() * SHARE));
        }
    }

    fn told(&mut self, noticed: Noticed) -> Vec<Followed> {
        match noticed {
            Noticed::Log { path, log } => self.log(path, log),
            Noticed::Rotated { path, log, lost } => {
                let how = if lost { "is another than was read, or was cut" } else { "was rotated" };
                let mut told =
                    vec![Followed::Note(format!("{} {how}; it is followed from its start", self.name(&path)))];
                told.extend(self.log(path, log));
                told
            }
            Noticed::GoesOn { path, records, from } => {
                self.records.insert(path.clone(), Arc::clone(&records));
                vec![Followed::Grew { path: self.name(&path), records, from }]
            }
            Noticed::Records { path, from } => {
                let records = self.records.get(&path).map(Arc::clone);
                let grew = |records| Followed::Grew { path: self.name(&path), records, from };
                records.map(grew).into_iter().collect()
            }
            Noticed::Dump { path, bytes } => {
                let dumps = dump::read(&bytes, Synonyms::standard()).dumps;
                vec![Followed::Dumps { path: self.name(&path), bytes: bytes.len() as u64, dumps }]
            }
            Noticed::Threads { path, bytes } => {
                let dumps = threads::read(&bytes);
                vec![Followed::Threads { path: self.name(&path), bytes: bytes.len() as u64, dumps }]
            }
            Noticed::Unread { path } => {
                vec![Followed::Note(format!(
                    "{} has come; only logs and dumps are followed, opening anew reads it",
                    self.name(&path)
                ))]
            }
            Noticed::Problem(problem) => vec![Followed::Problem(problem)],
        }
    }

    fn log(&mut self, path: PathBuf, records: Arc<dyn Records>) -> Vec<Followed> {
        let name = self.name(&path);
        self.records.insert(path, Arc::clone(&records));
        vec![Followed::Log { path: name, records }]
    }

    /// What the file is called where it was read, or would be.
    fn name(&self, path: &Path) -> String {
        let path = plain(path);
        self.names.get(&path).cloned().unwrap_or_else(|| path.display().to_string())
    }
}

/// A path without the parts that lead nowhere: a folder that was named `.` names its files without it.
fn plain(path: &Path) -> PathBuf {
    path.components().filter(|part| *part != Component::CurDir).collect()
}

#[cfg(test)]
mod tests {
    use std::fs::{self, OpenOptions};
    use std::io::Write;
    use std::sync::mpsc;

    use super::*;
    use crate::import;

    const DUMP: &str = "M3 dump log (synthetic)\n=======\nProgram . . . : CRS008\nUser  . . . . : MWSUSR\nCompany . . . : 100\n\njava.lang.NullPointerException\n\tat mvx.app.pgm.CRS008.PEDSP(CRS008.java:1412)\n";

    fn lines(of: std::ops::Range<u32>) -> String {
        of.map(|n| format!("2026-01-13 10:15:{:02},000 INFO  [w-1] a.b.C - line {n}\n", n % 60)).collect()
    }

    fn append(path: &Path, text: &str) {
        OpenOptions::new().append(true).open(path).and_then(|mut file| file.write_all(text.as_bytes())).expect("grows");
    }

    /// What the next pieces of news are, up to the moment of quiet.
    fn until_quiet(told: &mpsc::Receiver<Followed>) -> Vec<String> {
        let mut all = Vec::new();
        loop {
            match told.recv_timeout(Duration::from_secs(20)).expect("something") {
                Followed::Log { path, records } => all.push(format!("{path} begins: {}", records.len())),
                Followed::Grew { path, records, from } => all.push(format!("{path} from {from}: {}", records.len())),
                Followed::Dumps { path, dumps, .. } => all.push(format!("{path}: {} dumps", dumps.len())),
                Followed::Threads { path, dumps, .. } => all.push(format!("{path}: {} thread dumps", dumps.len())),
                Followed::Note(note) => all.push(note),
                Followed::Problem(problem) => all.push(problem.to_string()),
                Followed::Quiet => return all,
            }
        }
    }

    #[test]
    fn what_was_read_goes_on_and_what_is_new_comes_in() {
        let folder = tempfile::tempdir().expect("a folder");
        let paths = [folder.path().display().to_string()];
        let (log, other) = (folder.path().join("a.log"), folder.path().join("b.log"));
        fs::write(&log, lines(0..20)).expect("written");
        fs::write(&other, lines(0..5)).expect("written");
        let mut following = Following::before(&paths);
        let gathered = import::gather(&paths, &import::Options::default(), &mut |_| {}).expect("read");
        // While it was read, more came.
        append(&log, &lines(20..22));
        following.was_read(&gathered);
        let (send, told) = mpsc::channel();
        thread::spawn(move || following.run(|one| send.send(one).is_ok()));
        let name = log.display().to_string();
        let first = until_quiet(&told);
        assert_eq!(first.first(), Some(&format!("{name} from 19: 21")), "{first:?}");
        let last = first.last().expect("news");
        assert!(last.starts_with(&format!("{name} from 2")) && last.ends_with(": 22"), "{first:?}");
        fs::write(folder.path().join("d.txt"), DUMP).expect("written");
        let dump = format!("{}: 1 dumps", folder.path().join("d.txt").display());
        assert_eq!(until_quiet(&told), [dump]);
        fs::write(folder.path().join("later.har"), "{\"log\": {}}").expect("written");
        let unread = until_quiet(&told);
        assert!(unread.len() == 1 && unread[0].contains("later.har has come"), "{unread:?}");
        fs::rename(&log, folder.path().join("a.log.1")).expect("renamed");
        fs::write(&log, lines(30..33)).expect("written");
        let rotated = until_quiet(&told);
        assert!(rotated.iter().any(|one| one.contains("was rotated")), "{rotated:?}");
        assert!(!rotated.iter().any(|one| one.contains("b.log") || one.contains("a.log.1")), "{rotated:?}");
    }
}

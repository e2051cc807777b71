//! Foreign files as evidence: paths in, everything that was read out, whatever it was packed in.
//!
//! The kind of a content is found by its bytes ([`sniff`]); packed streams and archives are unpacked under
//! limits, folders are walked. One reader a kind; a new one is a file here and an arm in [`Gatherer::content`].
//! What can't be read is a problem with its path, and the rest is still read. It concludes nothing.

mod ahead;
mod archive;
mod bundle;
mod capture;
mod content;
pub mod curl;
mod damaged;
mod dumps;
mod events;
mod extra;
mod failure;
mod fields;
mod flows;
mod glimpse;
pub mod har;
mod http;
mod keep;
mod kept;
mod limits;
mod logged;
mod message;
mod offer;
mod problems;
mod recorded;
mod saz;
mod sniff;
pub mod soapui;
mod stored;
mod text;
mod unpack;
mod walk;
mod when;

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use archive::{Archive, Member, Tar, Zip};
use bundle::Manifest;
use capture::{CaptureBodies, Everywhere};
pub use capture::{Lines, listed};
use content::Content;
use dumps::Dumps;
pub use glimpse::glimpse;
use keep::Origin;
pub use keep::{Imported, Loaded};
use limits::Limits;
use mwscope_parsers::dump;
use mwscope_parsers::wire::Secrets;
pub use offer::{Offered, Taker, gather_offering};
use problems::problem;
pub use recorded::Recorded;
use sniff::Kind;
pub use stored::beside;
use text::Unsettled;
use unpack::Packing;

use crate::case::{Case, CaseBodies};
use crate::logs;
use crate::model::{ExchangeId, Gathered, Source, SourceId, SourceKind, SourceProblem};

/// How reading is to be done.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The layout of logs as a pattern, where the user tells it; else each log's layout is learned from it.
    pub layout: Option<String>,
    /// What the user says a text is that shows no clear kind.
    pub told: Told,
    /// The day of log times that have none, where the user tells it; else it may stand in the file's name.
    pub day: Option<(i32, u32, u32)>,
    /// The names of facts in dumps, where the user has some to add.
    pub names: Option<dump::Synonyms>,
    /// Where the indexes of large logs are kept; else they are made anew each time.
    pub indexes: Option<logs::Folder>,
    /// Whether logs may be handed on before they are indexed. Then nobody knows yet how many records they have.
    pub hasty: bool,
    /// Keys that open what captures hold encrypted.
    pub secrets: Secrets,
    /// What of captures is wanted.
    pub wanted: Wanted,
    /// Passwords of archives that are encrypted.
    pub passwords: Vec<String>,
    /// Whether a path answers where nothing but texts of no known kind is in it: they can be shown and searched, and
    /// there is nothing to investigate.
    pub texts: bool,
    /// Whether the bytes of dumps are asked for, and not only what they say.
    pub bytes: bool,
}

/// What of captures is wanted: a listing of millions of exchanges has no room for their heads and bodies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Wanted {
    /// Everything.
    #[default]
    All,
    /// Of each exchange what a line of a listing says ([`listed`]), and no streams.
    Lines,
    /// The streams, and no exchanges.
    Streams,
}

/// What the user says a text is, by the command it is given to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Told {
    /// Nothing.
    #[default]
    Nothing,
    /// Dumps: a text is one where it states at least two facts and isn't a log.
    Dump,
    /// Thread dumps, also those inside logs.
    Threads,
    /// Logs: a file that is named is one where a layout of logs fits, though it looks like a dump. What is found in folders
    /// and archives is what it looks like.
    Log,
}

/// What happens while reading, for a line of progress.
#[derive(Clone, Copy, Debug)]
pub enum Progress<'a> {
    /// A source is being read.
    Reading {
        /// Its path as it will be shown.
        path: &'a str,
        /// How many of its bytes were read.
        done: u64,
        /// Its size in bytes.
        bytes: u64,
    },
}

/// Reads everything that the paths lead to.
///
/// A path is a file, a folder, a case, a member of an archive (`x.zip!/a.log`) or `-` for standard input.
///
/// # Errors
/// When one of the paths gives no item at all; the problem says why. What can't be read beside items that can
/// stands in [`Gathered::problems`].
pub fn gather(
    paths: &[String],
    options: &Options,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<Gathered, SourceProblem> {
    gather_all(paths, options, progress, None, false).map(finish)
}

fn gather_all<'a>(
    paths: &[String],
    options: &'a Options,
    progress: &'a mut dyn FnMut(Progress<'_>),
    take: Option<Taker<'a>>,
    copies: bool,
) -> Result<Gatherer<'a>, SourceProblem> {
    let mut gatherer = Gatherer { copies, ..Gatherer::new(options, progress, take) };
    for path in paths {
        gatherer.named(path)?;
    }
    gatherer.read_waiting();
    gatherer.read_unsettled();
    Ok(gatherer)
}

fn finish(gatherer: Gatherer<'_>) -> Gathered {
    let Gatherer { mut gathered, cases, captures, .. } = gatherer;
    if !cases.is_empty() || !captures.is_empty() {
        gathered.bodies = Arc::new(Everywhere { cases: CaseBodies::new(&cases), captures });
    }
    gathered
}

struct Gatherer<'a> {
    gathered: Gathered,
    limits: Limits,
    /// Files that were read already, under whatever name.
    seen: HashSet<PathBuf>,
    /// The cases among the paths, by the place that marks their bodies.
    cases: Vec<Case>,
    /// Where the bytes of the captures among the paths are.
    captures: Vec<CaptureBodies>,
    /// What a listing says of the exchanges in captures.
    lines: Vec<Lines>,
    dumps: Dumps,
    /// Logs whose dates what is read beside them may settle.
    unsettled: Unsettled,
    /// What bundles say of their members, by the path of each.
    bundled: HashMap<String, bundle::Member>,
    /// Where the content comes from that is being read, and where each source came from.
    origin: Origin,
    origins: Vec<Origin>,
    /// Whether the bytes of sources are wanted again, to be copied.
    copies: bool,
    options: &'a Options,
    /// Whether what is being read was named by the user, and not found in a folder or an archive.
    by_name: bool,
    progress: &'a mut dyn FnMut(Progress<'_>),
    /// Who is offered texts, and how many were taken.
    take: Option<Taker<'a>>,
    taken: u64,
}

/// Where in nested archives a content stands, and which member of it is meant.
#[derive(Clone, Copy)]
struct Nest<'a> {
    depth: u32,
    wanted: Option<&'a str>,
}

impl Nest<'_> {
    /// A file by itself, wanted whole.
    const TOP: Self = Self { depth: 0, wanted: None };
}

impl<'a> Gatherer<'a> {
    fn new(options: &'a Options, progress: &'a mut dyn FnMut(Progress<'_>), take: Option<Taker<'a>>) -> Self {
        Self {
            gathered: Gathered::new(),
            limits: Limits::default(),
            seen: HashSet::new(),
            cases: Vec::new(),
            captures: Vec::new(),
            lines: Vec::new(),
            dumps: Dumps::new(options),
            unsettled: Unsettled::default(),
            bundled: HashMap::new(),
            origin: Origin::default(),
            origins: Vec::new(),
            copies: false,
            options,
            by_name: false,
            progress,
            take,
            taken: 0,
        }
    }
}

impl Gatherer<'_> {
    /// A path of the command line: no item in it is an error.
    fn named(&mut self, path: &str) -> Result<(), SourceProblem> {
        let (items, problems) = (self.items(), self.gathered.problems.len());
        self.by_name = true;
        let again = self.read_named(path);
        self.by_name = false;
        if self.items() > items || again {
            return Ok(());
        }
        let (what, remedy) = if self.offers() {
            let remedy = "name mashups, agreements, scripts, recordings, or a folder or archive with them";
            ("there is nothing in it that could be linted", remedy)
        } else {
            let remedy = "name logs, dumplogs, HTTP archives, thread dumps, or a folder or archive with them";
            ("there is no evidence in it", remedy)
        };
        let mut found = self.gathered.problems.drain(problems..);
        Err(found.next().unwrap_or_else(|| problem(path, 0, what, remedy)))
    }

    fn items(&self) -> u64 {
        let counts = |source: &&Source| self.options.texts || !self.gathered.is_text(source.id);
        self.taken
            + self.unsettled.logs.len() as u64
            + self.gathered.sources.iter().filter(counts).map(|source| source.items).sum::<u64>()
    }

    /// Reads a path; true where everything in it had been read before.
    fn read_named(&mut self, path: &str) -> bool {
        let nest = Nest::TOP;
        if path == "-" {
            self.standard_input(nest);
            return false;
        }
        let on_disk = Path::new(path);
        if on_disk.is_dir() {
            return self.folder(path, on_disk);
        }
        if let Some((archive, member)) = split_member(path).filter(|_| !on_disk.exists()) {
            self.file(archive, Path::new(archive), Nest { wanted: Some(member), ..nest });
            return false;
        }
        if self.was_read(on_disk) {
            return true;
        }
        self.file(path, on_disk, nest);
        false
    }

    fn standard_input(&mut self, nest: Nest<'_>) {
        self.origin.file = None;
        match Content::once(io::stdin().lock(), |_| Ok(())) {
            Ok((content, trouble)) => {
                self.note_trouble("-", trouble);
                self.content("-", content, nest);
            }
            Err(error) => self.say("-", 0, format!("standard input can't be read: {error}"), "name a file instead"),
        }
    }

    fn folder(&mut self, given: &str, folder: &Path) -> bool {
        self.by_name = false;
        if Case::is_case(folder) {
            let again = self.was_read(folder);
            if !again {
                self.case(given, folder);
            }
            return again;
        }
        let walk = walk::folder(folder, &Case::is_case);
        let below = |name: &str| {
            let folder = given.trim_end_matches(['/', std::path::MAIN_SEPARATOR]);
            if given == "." { name.to_owned() } else { format!("{folder}/{name}") }
        };
        for (name, error) in &walk.unread {
            let path = if name.is_empty() { given.to_owned() } else { below(name) };
            self.say(&path, 0, format!("the folder can't be read: {error}"), "look at its permissions");
        }
        let mut again = !walk.files.is_empty() || !walk.cases.is_empty();
        for (name, path) in &walk.cases {
            if !self.was_read(path) {
                again = false;
                self.case(&below(name), path);
            }
        }
        let files: Vec<_> = walk.files.into_iter().map(|(name, path)| (below(&name), path)).collect();
        self.files(&files) && again
    }

    fn was_read(&mut self, path: &Path) -> bool {
        fs::canonicalize(path).is_ok_and(|real| !self.seen.insert(real))
    }

    fn file(&mut self, shown: &str, path: &Path, nest: Nest<'_>) {
        self.origin.file = Some(path.to_owned());
        if let Some(log) = self.reopen(path).filter(|_| nest.wanted.is_none()) {
            self.origin.bytes = None;
            return self.add_log(shown, fs::metadata(path).map_or(0, |metadata| metadata.len()), log);
        }
        match Content::file(path) {
            Ok(content) => self.content(shown, content, nest),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                self.say(shown, 0, "there is no such file", "look at the spelling");
            }
            Err(error) => self.say(shown, 0, format!("it can't be read: {error}"), "look at its permissions"),
        }
    }

    fn content(&mut self, shown: &str, content: Content, nest: Nest<'_>) {
        if let Some(member) = self.bundled.get(shown).filter(|member| member.streams_of.is_some()) {
            let (of, items) = (member.streams_of.clone().filter(|of| !of.is_empty()), member.items);
            return self.handed_streams(shown, &content, (of.as_deref(), items));
        }
        let head = match content.head(sniff::HEAD) {
            Ok(head) => head,
            Err(error) => return self.say(shown, 0, format!("it can't be read: {error}"), "look at its permissions"),
        };
        (self.progress)(Progress::Reading { path: shown, done: 0, bytes: content.len() });
        self.origin.bytes = match &content {
            Content::Memory(bytes) if self.copies => Some(bytes.clone()),
            _ => None,
        };
        let kind = sniff::kind(&head, head.len() as u64 == content.len());
        if kind == Kind::Binary
            && (head.len() as u64) < content.len()
            && let Some(head) = sniff::text_behind_nuls(&content, &head)
        {
            return if self.offers() { self.offer(shown, &content, &head) } else { self.text(shown, content, &head) };
        }
        match kind {
            Kind::Packed(packing) => self.packed(shown, &content, packing, nest),
            Kind::Zip => match Zip::open(&content, &self.options.passwords) {
                Ok(mut zip) => self.zip(shown, &mut zip, content.len(), nest),
                Err(what) => self.say(shown, 0, what, "ask for it again; it may be cut off"),
            },
            Kind::Tar => match Tar::open(&content, &self.limits) {
                Ok((mut tar, trouble)) => {
                    self.note_trouble(shown, trouble);
                    self.archive(shown, &mut tar, nest);
                }
                Err(what) => self.say(shown, 0, what, "ask for it again; it may be cut off"),
            },
            _ if nest.wanted.is_some() => {
                self.say(
                    shown,
                    0,
                    "it is no archive, so it has no members",
                    "name the file without what follows the '!'",
                );
            }
            Kind::Har => self.recording(shown, &content, SourceKind::Har, har::read),
            // A package holds pictures and programs beside what is looked at.
            Kind::Empty | Kind::Foreign(..) | Kind::Binary if self.offers() => {}
            Kind::Empty => self.say(shown, 0, "the file is empty", "ask for it again"),
            Kind::Flows => self.recording(shown, &content, SourceKind::Flows, flows::read),
            Kind::Capture => self.capture(shown, content),
            Kind::Foreign(what, remedy) => self.say(shown, 0, format!("it is {what}, which isn't read"), remedy),
            Kind::Binary => self.say(
                shown,
                0,
                "it is a binary file of no kind that is known",
                "name logs, dumplogs, HTTP archives, thread dumps, or archives with them",
            ),
            Kind::Text => match sniff::written_down(&head, head.len() as u64 == content.len()) {
                Some(kind) => self.written_down(shown, &content, &head, kind),
                None if self.offers() => self.offer(shown, &content, &head),
                None => self.text(shown, content, &head),
            },
        }
    }

    /// A zip archive, or a recording that is one.
    fn zip(&mut self, shown: &str, zip: &mut Zip<'_>, bytes: u64, nest: Nest<'_>) {
        if nest.wanted.is_some() || !saz::looks_like(&zip.members()) {
            return self.archive(shown, zip, nest);
        }
        let recorded = saz::read(zip, &self.limits, self.next_source(), self.next_exchange());
        self.recorded(shown, bytes, SourceKind::Saz, recorded);
    }

    fn packed(&mut self, shown: &str, content: &Content, packing: Packing, nest: Nest<'_>) {
        if nest.depth >= self.limits.depth {
            return self.say_too_deep(shown);
        }
        match packing.unpack(content, &self.limits) {
            Ok((content, trouble)) => {
                self.note_trouble(shown, trouble);
                self.content(shown, content, Nest { depth: nest.depth + 1, ..nest });
            }
            Err(error) => self.say(shown, 0, format!("it can't be unpacked: {error}"), "ask for it again"),
        }
    }

    fn archive(&mut self, shown: &str, archive: &mut dyn Archive, nest: Nest<'_>) {
        if nest.depth >= self.limits.depth {
            return self.say_too_deep(shown);
        }
        let mut members = archive.members();
        if members.len() > self.limits.members {
            let what = format!("the archive has {} members, more than are read", members.len());
            self.say(shown, 0, what, "name the members that matter, as ARCHIVE!/MEMBER");
            members.truncate(self.limits.members);
        }
        let manifest = self.manifest(shown, archive, &members);
        self.by_name &= nest.wanted.is_some();
        let first = self.next_source();
        let names: Vec<_> = members.iter().map(|member| member.name.clone()).collect();
        let evidence = walk::evidence(&names);
        let mut found = false;
        for (member, evidence) in members.iter().zip(evidence) {
            let Some(wanted) = choose(&member.name, nest.wanted, evidence) else { continue };
            found = true;
            self.member(&format!("{shown}!/{}", member.name), archive, member, Nest { depth: nest.depth + 1, wanted });
        }
        if let Some(manifest) = manifest {
            self.gathered.problems.extend(manifest.problems(shown));
            let (sources, known) = (&self.gathered.sources, &mut self.gathered.known);
            known.handed_on.extend(sources.iter().map(|source| source.id).filter(|source| *source >= first));
            manifest.clocks(known, |name| {
                let place = format!("{shown}!/{name}");
                sources.iter().find(|source| source.path == place).map(|source| source.id)
            });
        }
        if let Some(wanted) = nest.wanted.filter(|_| !found) {
            let shown = format!("{shown}!/{wanted}");
            self.say(&shown, 0, "the archive has no such member", "list the archive to see its members");
        }
    }

    /// What the archive says of itself, where it is a bundle.
    fn manifest(&mut self, shown: &str, archive: &mut dyn Archive, members: &[Member]) -> Option<Manifest> {
        let member = members.iter().find(|member| member.name == "manifest.json")?;
        let Ok((content, None)) = archive.read(member, &self.limits) else { return None };
        let mut manifest = Manifest::read(&content.whole().ok()?)?;
        let place = |name: &str| format!("{shown}!/{name}");
        self.bundled.extend(std::mem::take(&mut manifest.members).into_iter().map(|(name, member)| {
            let streams_of = member.streams_of.map(|of| if of.is_empty() { of } else { place(&of) });
            (place(&name), bundle::Member { streams_of, ..member })
        }));
        Some(manifest)
    }

    fn member(&mut self, shown: &str, archive: &mut dyn Archive, member: &Member, nest: Nest<'_>) {
        match archive.read(member, &self.limits) {
            Ok((content, trouble)) => {
                self.note_trouble(shown, trouble);
                self.content(shown, content, nest);
            }
            Err(what) => self.say(shown, 0, what, "unpack the archive and name the file"),
        }
    }

    /// A recording in one piece, by its reader.
    fn recording(
        &mut self,
        shown: &str,
        content: &Content,
        kind: SourceKind,
        read: impl Fn(&[u8], SourceId, ExchangeId) -> Recorded,
    ) {
        let bytes = match content.whole() {
            Ok(bytes) => bytes,
            Err(error) => return self.say(shown, 0, format!("it can't be read: {error}"), "look at its permissions"),
        };
        let recorded = read(&bytes, self.next_source(), self.next_exchange());
        self.recorded(shown, content.len(), kind, recorded);
    }

    /// Requests that somebody wrote down; the text itself may be wanted as well.
    fn written_down(&mut self, shown: &str, content: &Content, head: &[u8], kind: SourceKind) {
        if self.offers() {
            self.offer(shown, content, head);
        }
        let answer = match content {
            Content::File(path, _) if kind == SourceKind::Http => http::answer_beside(path),
            _ => None,
        };
        let answer = answer.and_then(|answer| {
            let bytes = fs::read(&answer).ok();
            // It is no evidence by itself any more.
            self.was_read(&answer);
            bytes
        });
        let read = |bytes: &[u8], source, first| match kind {
            SourceKind::Curl => curl::read(bytes, source, first),
            SourceKind::Http => http::read(bytes, answer.as_deref(), source, first),
            _ => soapui::read(bytes, source, first),
        };
        let (items, problems) = (self.items(), self.gathered.problems.len());
        self.recording(shown, content, kind, read);
        // A composite project has parts without requests; to look at, the text itself is something.
        if self.items() == items && (self.taken > 0 || (kind == SourceKind::SoapUi && soapui::may_be_empty(head))) {
            self.gathered.problems.truncate(problems);
        }
    }

    fn recorded(&mut self, shown: &str, bytes: u64, kind: SourceKind, recorded: Recorded) {
        self.note_problems(shown, &recorded.problems);
        if recorded.exchanges.is_empty() {
            if recorded.problems.is_empty() {
                self.say(shown, 0, "the recording holds no exchanges", "record again, with the failing call in it");
            }
            return;
        }
        let kind_there = self.bundled.get(shown).and_then(|member| member.kind);
        let kind = kind_there.filter(|kind| keep::has_exchanges(*kind)).unwrap_or(kind);
        self.add_source(shown, kind, recorded.exchanges.len() as u64, bytes);
        self.gathered.exchanges.extend(recorded.exchanges);
    }

    fn next_source(&self) -> SourceId {
        SourceId(u32::try_from(self.gathered.sources.len()).unwrap_or(u32::MAX))
    }

    fn next_exchange(&self) -> ExchangeId {
        let last = self.gathered.exchanges.iter().map(|exchange| exchange.id.0).max();
        let next = last.map_or(ExchangeId(0), |last| ExchangeId(last.saturating_add(1)));
        self.lines.iter().map(Lines::next).fold(next, ExchangeId::max)
    }

    fn add_source(&mut self, shown: &str, kind: SourceKind, items: u64, bytes: u64) -> SourceId {
        let id = self.next_source();
        self.note_origin();
        self.gathered.sources.push(Source { id, path: shown.to_owned(), kind, items, bytes, layout: None });
        id
    }
}

/// The archive and the member of `x.zip!/a.log`, at the first mark whose left side is a file.
fn split_member(path: &str) -> Option<(&str, &str)> {
    let marks = path.match_indices("!/").map(|(at, _)| (&path[..at], &path[at + 2..]));
    marks.into_iter().find(|(archive, member)| !member.is_empty() && Path::new(archive).is_file())
}

/// Whether a member is to be read, and what is wanted inside it. A member that was named is evidence by that.
#[allow(clippy::option_option, reason = "not chosen, chosen whole, and chosen in part are three things")]
fn choose<'a>(name: &str, wanted: Option<&'a str>, evidence: bool) -> Option<Option<&'a str>> {
    let Some(wanted) = wanted else { return evidence.then_some(None) };
    let rest = wanted
        .strip_prefix(name)
        .or_else(|| name.starts_with(&format!("{}/", wanted.trim_end_matches('/'))).then_some(""))?;
    match rest {
        "" => Some(None),
        rest => rest.strip_prefix("!/").map(Some),
    }
}

#[cfg(test)]
mod tests;

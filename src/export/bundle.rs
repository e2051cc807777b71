//! A case to hand on: one zip archive with all exchanges, what matters of the logs, dumps and thread dumps, masked
//! throughout, with a manifest. It is read like any other evidence; what was left out is said in it.

mod about;
mod excerpt;

use std::collections::{BTreeSet, HashSet};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

use bytes::Bytes;
use mwscope_parsers::hex;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::{Counts, Preparation, Told, har};
use crate::model::facts::bare_user;
use crate::model::{BUNDLE, FindingKind, Gathered, Investigation, Records, Source, SourceId, SourceKind, Stamp};
use crate::query::record_user;
use crate::remarks::{self, Names};
use crate::report::exchange::Secrets;
use crate::report::stream;
use about::Row;
use excerpt::{Piece, Windows};

/// Logs up to this many bytes go in whole.
const WHOLE: u64 = 16 << 20;

/// How the member with the conversations of a capture ends.
const CONVERSATIONS: &str = "streams.ndjson";

/// What of a bundle is wanted.
#[derive(Clone, Debug)]
pub struct Bundle {
    /// Whether users keep their names.
    pub keep_users: bool,
    /// Whether secrets stay, as the user asked.
    pub secrets: bool,
    /// When it is made, RFC 3339.
    pub made: String,
}

/// The bytes of a source that holds no exchanges and isn't read as a log.
pub type Load<'a> = dyn Fn(&Source) -> Result<Bytes, String> + 'a;

impl Bundle {
    /// Writes everything but the reports into `file`; gives what is to be said.
    ///
    /// # Errors
    /// When writing fails.
    pub fn write(
        &self,
        file: File,
        (gathered, investigation): (&Gathered, &Investigation),
        mut preparation: Preparation,
        load: &Load<'_>,
    ) -> io::Result<Vec<String>> {
        let taken = taken(gathered, investigation)?;
        let people = if self.keep_users { BTreeSet::new() } else { people((gathered, investigation), &taken)? };
        let key = crate::redact::Key::of_user().or_else(|_| crate::redact::Key::of_this_run())?;
        preparation.learn(gathered, &people, &mut || {});
        if !people.is_empty() {
            preparation.set_scrub(|scrub| scrub.people(&people, &|name| key.token(name.as_bytes())));
        }
        let (zip, secrets) = (ZipWriter::new(file), self.secrets);
        let members = vec![None; gathered.sources.len()];
        let mut writing = Writing { zip, preparation, secrets, rows: Vec::new(), members, said: Vec::new() };
        for ((at, source), taken) in gathered.sources.iter().enumerate().zip(&taken) {
            writing.source(at, source, (gathered, taken.as_ref()), load)?;
        }
        writing.remarks(gathered, investigation)?;
        writing.finish(self, gathered)
    }
}

/// What is taken of a log, with its records.
type Taken<'a> = (&'a dyn Records, Vec<Piece>);

/// What is taken of each source that is a log, in the order of the sources.
fn taken<'a>(gathered: &'a Gathered, investigation: &Investigation) -> io::Result<Vec<Option<Taken<'a>>>> {
    let of = |(at, source): (usize, &Source)| {
        let Some(records) = gathered.log(source.id) else { return Ok(None) };
        let clock = investigation.sources.get(at).map(|(_, clock, ..)| clock);
        let windows = Windows::of(gathered, investigation, source.id, clock);
        let pieces = excerpt::pieces(records.as_ref(), &windows, (source.bytes > WHOLE).then_some(WHOLE))?;
        Ok(Some((records.as_ref(), pieces)))
    };
    gathered.sources.iter().enumerate().map(of).collect()
}

/// The users that those records name which are handed on.
fn logged(taken: &[Option<Taken<'_>>]) -> io::Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for (records, pieces) in taken.iter().flatten() {
        for piece in pieces {
            for n in piece.first..piece.first + piece.records {
                let record = records.read(n)?;
                names.extend(record_user(&record).map(|user| bare_user(user).to_owned()));
            }
        }
    }
    Ok(names)
}

/// The users that exchanges, findings, dumps and records name, without domains; words that mean no one are none.
fn people(
    (gathered, investigation): (&Gathered, &Investigation),
    taken: &[Option<Taken<'_>>],
) -> io::Result<BTreeSet<String>> {
    const NOBODY: [&str; 24] = [
        "agent",
        "company",
        "context",
        "division",
        "error",
        "group",
        "interface",
        "locale",
        "name",
        "profile",
        "role",
        "session",
        "admin",
        "anonymous",
        "default",
        "guest",
        "none",
        "null",
        "root",
        "system",
        "unknown",
        "user",
        "test",
        "public",
    ];
    let called = gathered.exchanges.iter().filter_map(|exchange| exchange.call.user.as_deref());
    let found = investigation.findings.iter().filter_map(|finding| finding.user.as_deref());
    let dumped = gathered.dumps.iter().filter_map(|dump| dump.dump.user.as_deref());
    let spoken = gathered.streams.iter().flat_map(stream::users).map(|user| bare_user(&user).to_owned());
    let names = called.chain(found).chain(dumped).map(|user| bare_user(user).to_owned()).chain(spoken);
    let names = names.chain(logged(taken)?);
    // In one case only, so that one user gets one other name.
    let names = names.filter(|name| {
        let words =
            name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-' | b'@' | b'$' | b'#'));
        name.len() >= 3
            && words
            && !name.bytes().all(|b| b == b'*')
            && !NOBODY.contains(&name.to_ascii_lowercase().as_str())
    });
    let mut known = HashSet::new();
    Ok(names.filter(|name| known.insert(name.to_ascii_lowercase())).collect())
}

struct Writing {
    zip: ZipWriter<File>,
    preparation: Preparation,
    secrets: bool,
    rows: Vec<Row>,
    /// The member that each source became.
    members: Vec<Option<String>>,
    said: Vec<String>,
}

impl Writing {
    fn source(
        &mut self,
        at: usize,
        source: &Source,
        (gathered, taken): (&Gathered, Option<&Taken<'_>>),
        load: &Load<'_>,
    ) -> io::Result<()> {
        let mut row = Row {
            source: at,
            path: self.name(at, &source.path),
            kind: source.kind.word(),
            of: source.items,
            ..Row::default()
        };
        if gathered.exchanges.iter().any(|exchange| exchange.source == source.id) {
            let conversations = format!("{}.{CONVERSATIONS}", row.path);
            row.path.push_str(if row.path.ends_with(".har") { "" } else { ".har" });
            let of = row.path.clone();
            self.exchanges(row, gathered, source.id)?;
            if source.kind == SourceKind::Capture {
                let row =
                    Row { source: at, path: conversations, kind: "streams", streams_of: Some(of), ..Row::default() };
                self.conversations(row, gathered, source.id)?;
            }
            return Ok(());
        }
        // Its packets can't be masked: what they hold is cut anywhere, and packed.
        if source.kind == SourceKind::Capture {
            row.path = format!("{}.{CONVERSATIONS}", row.path);
            row.streams_of = Some(String::new());
            return self.conversations(row, gathered, source.id);
        }
        if let Some((records, pieces)) = taken {
            row.log = gathered.known.logs.iter().find(|(of, _)| *of == source.id).map(|(_, known)| known.clone());
            row.kept = pieces.iter().map(|piece| piece.records as u64).sum();
            row.lines = excerpt::lines(pieces);
            if source.bytes > WHOLE {
                let share =
                    format!("{} of {} records: those around failures, and the first and last", row.kept, row.of);
                self.said.push(format!("{}: {share}", row.path));
                row.note = share;
            }
            self.zip.start_file(&row.path, options(source.bytes))?;
            let mut hash = Hash::default();
            for piece in pieces {
                let bytes = records.bytes(piece.span)?;
                let masked = self.preparation.file(&bytes, &mut row.counts);
                hash.add(&masked);
                self.zip.write_all(&masked)?;
            }
            return self.done(row, hash);
        }
        match load(source) {
            Ok(bytes) => {
                row.kept = row.of;
                let masked = self.preparation.file(&bytes, &mut row.counts).into_owned();
                self.zip.start_file(&row.path, options(source.bytes))?;
                self.zip.write_all(&masked)?;
                let mut hash = Hash::default();
                hash.add(&masked);
                self.done(row, hash)
            }
            Err(why) => {
                self.said.push(format!("{} is left out: {why}", row.path));
                Ok(())
            }
        }
    }

    fn exchanges(&mut self, mut row: Row, gathered: &Gathered, source: SourceId) -> io::Result<()> {
        let file = tempfile::tempfile()?;
        let mut sink = (har::FORMAT.begin)(Box::new(file.try_clone()?))?;
        let mut told = Told::default();
        for exchange in gathered.exchanges.iter().filter(|exchange| exchange.source == source) {
            let ready = self.preparation.exchange(gathered, exchange, &mut told);
            told.exchange(&ready, har::FORMAT.fields);
            sink.put(&ready, "", &mut told)?;
        }
        sink.finish(&mut told)?;
        row.kept = told.exchanges();
        row.counts = told.counts();
        self.said.extend(told.lines().map(|line| format!("{}: {line}", row.path)));
        let mut file = file;
        let len = file.seek(SeekFrom::End(0))?;
        file.seek(SeekFrom::Start(0))?;
        self.zip.start_file(&row.path, options(len))?;
        let mut hash = Hash::default();
        let mut chunk = vec![0; 64 << 10];
        loop {
            let n = file.read(&mut chunk)?;
            if n == 0 {
                return self.done(row, hash);
            }
            hash.add(&chunk[..n]);
            self.zip.write_all(&chunk[..n])?;
        }
    }

    /// The conversations of a capture, one a line.
    fn conversations(&mut self, mut row: Row, gathered: &Gathered, source: SourceId) -> io::Result<()> {
        self.zip.start_file(&row.path, SimpleFileOptions::default())?;
        let secrets = if self.secrets { Secrets::Shown } else { Secrets::Masked };
        let mut hash = Hash::default();
        for found in gathered.streams.iter().filter(|stream| stream.source == source) {
            let mut value = stream::json(found, "", secrets);
            self.preparation.value(&mut value, &mut row.counts);
            let line = format!("{value}\n");
            hash.add(line.as_bytes());
            self.zip.write_all(line.as_bytes())?;
            row.kept += 1;
        }
        row.of = row.of.max(row.kept);
        self.done(row, hash)
    }

    fn done(&mut self, mut row: Row, hash: Hash) -> io::Result<()> {
        row.bytes = hash.len;
        row.sha256 = hash.hex();
        if let Some(member) = self.members.get_mut(row.source).filter(|member| member.is_none()) {
            *member = Some(row.path.clone());
        }
        self.rows.push(row);
        Ok(())
    }

    /// What the user wrote, masked like the rest, by the names that the sources have here.
    fn remarks(&mut self, gathered: &Gathered, investigation: &Investigation) -> io::Result<()> {
        let member = |source: &Source| self.members.get(source.id.0 as usize)?.clone();
        let names = Names::with((gathered, investigation), member);
        let lines = remarks::handed_on(&investigation.remarks, &names)?;
        let gone = investigation.remarks.len() - lines.iter().filter(|b| **b == b'\n').count();
        if gone > 0 {
            self.said.push(format!("{gone} notes and marks are on what isn't in it, and are left out"));
        }
        if lines.is_empty() {
            return Ok(());
        }
        let masked = self.preparation.file(&lines, &mut Counts::default()).into_owned();
        self.zip.start_file(remarks::FILE, SimpleFileOptions::default())?;
        self.zip.write_all(&masked)
    }

    /// The name of a member: its place keeps the order of the sources, since members are read by name.
    fn name(&self, at: usize, path: &str) -> String {
        let last = path.rsplit(['/', '\\']).next().unwrap_or(path);
        let packed = [".gz", ".zst", ".bz2", ".xz", ".lzma"];
        let last = packed.iter().find_map(|ending| last.strip_suffix(ending)).unwrap_or(last);
        let mut name: String =
            last.chars().map(|c| if c.is_control() || "<>:\"|?*!".contains(c) { '_' } else { c }).collect();
        self.preparation.scrub().text(&mut name, &mut Counts::default());
        let name = name.replace('*', "_");
        // What is called README is never evidence.
        let name = if name == "-" || name.is_empty() || name.to_ascii_lowercase().starts_with("readme") {
            "input"
        } else {
            &name
        };
        format!("inputs/{at:04}/{name}")
    }

    /// What could not be read of sources whose bytes aren't in here: whoever reads this can't find it again.
    fn problems(&self, gathered: &Gathered) -> Vec<Value> {
        let source = |path: &str| gathered.sources.iter().position(|source| source.path == path);
        let found_again = |at: usize| self.rows.iter().any(|row| row.source == at && row.is_a_copy());
        let left = gathered.problems.iter().filter(|problem| !source(&problem.path).is_some_and(found_again));
        let value = left.map(|problem| {
            let member = source(&problem.path).and_then(|at| self.members.get(at)?.clone());
            let path = member.unwrap_or_else(|| self.name(gathered.sources.len(), &problem.path));
            let mut value = json!({"offset": problem.offset, "what": problem.what, "remedy": problem.remedy});
            self.preparation.value(&mut value, &mut Counts::default());
            value["path"] = json!(path);
            value
        });
        value.collect()
    }

    fn finish(mut self, bundle: &Bundle, gathered: &Gathered) -> io::Result<Vec<String>> {
        let names = self.preparation.scrub().stand_ins().count();
        let members = [
            ("README.md", about::readme(&self.rows, bundle)),
            ("masking.md", about::masking(&self.rows, bundle, names)),
        ];
        let mut listed: Vec<Value> = self.rows.iter().map(Row::value).collect();
        for (name, text) in members {
            self.zip.start_file(name, SimpleFileOptions::default())?;
            self.zip.write_all(text.as_bytes())?;
            let mut hash = Hash::default();
            hash.add(text.as_bytes());
            listed.push(json!({"path": name, "kind": "text", "bytes": hash.len, "sha256": hash.hex()}));
        }
        let manifest = json!({
            "schema": BUNDLE, "made": bundle.made, "by": concat!("mwscope ", env!("CARGO_PKG_VERSION")),
            "secrets": if bundle.secrets { "kept" } else { "masked" },
            "users": if bundle.keep_users { "kept" } else { "pseudonyms" },
            "reading": self.reading(gathered),
            "problems": self.problems(gathered),
            "members": listed,
        });
        self.zip.start_file("manifest.json", SimpleFileOptions::default())?;
        serde_json::to_writer_pretty(&mut self.zip, &manifest).map_err(io::Error::from)?;
        self.zip.finish()?.flush()?;
        Ok(self.said)
    }
}

impl Writing {
    /// What was known of the clocks, by the members that the sources became.
    fn reading(&self, gathered: &Gathered) -> Value {
        let known = &gathered.known;
        let member = |source: SourceId| self.members.get(source.0 as usize)?.as_deref();
        let entry = |(source, stamp): &(SourceId, Stamp)| {
            Some(json!([member(*source)?, {
                "ns": stamp.civil.ns, "offset_s": stamp.offset_s, "digits": stamp.digits,
            }]))
        };
        let zones = known.zones.iter().filter_map(|(source, zone)| Some(json!([member(*source)?, zone])));
        let offsets = known.offsets.iter().filter_map(|(source, ms)| Some(json!([member(*source)?, ms])));
        let same = known.same.iter().filter_map(|[one, other]| Some(json!([entry(one)?, entry(other)?])));
        json!({
            "zones": zones.collect::<Vec<_>>(), "offsets": offsets.collect::<Vec<_>>(), "same": same.collect::<Vec<_>>(),
        })
    }
}

/// How a verdict is compared between the case and its bundle: all that doesn't speak of paths and names.
#[must_use]
pub fn conclusions(investigation: &Investigation) -> Vec<String> {
    let mut all: Vec<_> = investigation
        .findings
        .iter()
        .filter(|finding| finding.kind == FindingKind::Verdict)
        .map(|finding| {
            let x = finding.exchange.map(|id| id.to_string()).unwrap_or_default();
            format!("{x} {} {} {:.2}", finding.rule, finding.layer.word(), finding.confidence)
        })
        .collect();
    all.extend(investigation.unexplained.iter().map(|open| format!("{} unexplained", open.exchange)));
    all.sort();
    all
}

fn options(len: u64) -> SimpleFileOptions {
    SimpleFileOptions::default().large_file(len > (3 << 30))
}

/// The hash of a member while it is written.
#[derive(Default)]
struct Hash {
    hash: Sha256,
    len: u64,
}

impl Hash {
    fn add(&mut self, bytes: &[u8]) {
        self.hash.update(bytes);
        self.len += bytes.len() as u64;
    }

    fn hex(self) -> String {
        hex::text(&self.hash.finalize())
    }
}

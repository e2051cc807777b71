//! What of a dump is compared: program, user, time, values.

use mwscope_parsers::Stamp;

use super::Episode;
use crate::model::{DumpId, Gathered, GatheredDump, SourceId};
use crate::timeline::clocks::Clocks;
use crate::timeline::overlap::sane;
use crate::timeline::words;

/// A dump as the joins see it; words in upper case.
#[derive(Clone, Debug)]
pub(super) struct DumpFacts {
    pub(super) id: DumpId,
    pub(super) source: SourceId,
    /// When it was written, nanoseconds on the reference's clock.
    pub(super) at: Option<i64>,
    /// How coarse that is, nanoseconds.
    pub(super) precision: i64,
    pub(super) program: Option<String>,
    pub(super) stack: Vec<String>,
    pub(super) user: Option<String>,
    /// The id of its job.
    pub(super) job: Option<String>,
    pub(super) text: String,
    /// The last part of the exception's class.
    pub(super) exception: Option<String>,
    /// Whether it is of a job at somebody's terminal, and not of one that MWS ran.
    pub(super) terminal: bool,
    pub(super) path: Vec<String>,
}

/// Fields of a dump that are looked at.
const MOST_FIELDS: usize = 2_000;

/// Bytes of their values that are kept while dumps are joined, of one dump, and of the longest value: what a call sent
/// and a dump shows again is a word.
const MOST_TEXT: usize = 64 << 10;
const LONGEST_VALUE: usize = 4 << 10;
/// Shorter ids of jobs, and shorter beginnings of them, stand anywhere by chance.
const SHORTEST_JOB: usize = 6;
const SHORTEST_BEGINNING: usize = 8;

/// Whether a dump's field says that its job was one at a terminal: `Interactive (MWS)` is a job that MWS runs.
fn is_terminal(name: &str, value: &str) -> bool {
    let name: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    name.eq_ignore_ascii_case("jobtype") && value.trim().eq_ignore_ascii_case("interactive")
}

impl DumpFacts {
    pub(super) fn new(gathered: &Gathered, of: &GatheredDump, clocks: &Clocks) -> Self {
        let dump = &of.dump;
        let stamp = stamp_of(gathered, of);
        let moment = stamp.as_ref().and_then(|s| clocks.clock(of.source).place(s));
        let digits = stamp.map_or(0, |s| u32::from(s.digits.min(9)));
        let mut text = String::new();
        // Where they can't be read any more, the dump is joined by what else it says.
        let fields = of.fields().unwrap_or_default();
        // Without a call there is nothing to compare them with.
        let compared = if gathered.exchanges.is_empty() { 0 } else { MOST_FIELDS };
        for field in fields.iter().take(compared).filter(|field| field.value.len() <= LONGEST_VALUE) {
            if text.len() + field.value.len() < MOST_TEXT {
                text.push_str(&field.value.to_ascii_uppercase());
                text.push('\n');
            }
        }
        text.shrink_to_fit();
        Self {
            id: of.id,
            source: of.source,
            at: moment.map(|m| sane(m.utc_ns)),
            precision: 10_i64.pow(9 - digits),
            program: dump.program.as_ref().map(|p| p.trim().to_ascii_uppercase()),
            stack: dump.call_stack.iter().map(|p| p.trim().to_ascii_uppercase()).collect(),
            job: dump.job.as_ref().map(|job| job.trim().to_ascii_uppercase()).filter(|job| job.len() >= SHORTEST_JOB),
            user: dump.user.as_deref().map(words::bare_user).filter(|u| !u.is_empty()),
            text,
            exception: dump.exception.as_deref().and_then(|e| e.rsplit('.').next()).map(str::to_ascii_uppercase),
            terminal: fields.iter().take(MOST_FIELDS).any(|f| is_terminal(f.name, f.value)),
            path: parts(gathered.path(of.source)),
        }
    }

    /// How a record tells of this dump that is known to be its own: by the path, or by the job alone.
    pub(super) fn named_how(&self, episode: &Episode) -> &'static str {
        let path = episode.dump_path.as_deref().map(parts);
        let by_path = path
            .is_some_and(|path| self.path.first().zip(path.first()).is_some_and(|(a, b)| a.starts_with(b.as_str())));
        let in_text = || self.path.first().is_some_and(|name| words::has_word(&episode.upper, name));
        if by_path || in_text() { "dump path" } else { "job" }
    }

    /// Whether a record that names `path` means another dump than this: one that is named alike, but is not it.
    pub(super) fn is_named_like_but_not(&self, path: &str) -> bool {
        let named = parts(path);
        let (Some(own), Some(other)) = (self.path.first(), named.first()) else { return false };
        own != other && shape(own) == shape(other)
    }

    /// Whether a text in upper case names the dump's job by its id, or by the beginning of a long one, as names of threads
    /// do.
    pub(super) fn has_its_job_named_in(&self, text: &str) -> bool {
        let Some(job) = self.job.as_deref() else { return false };
        if words::has_word(text, job) {
            return true;
        }
        let is_id = job.len() >= 2 * SHORTEST_BEGINNING && job.bytes().all(|b| b.is_ascii_hexdigit());
        let mut named = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| w.len() >= SHORTEST_BEGINNING);
        is_id && named.any(|word| job.starts_with(word))
    }
}

/// When a dump was written, by its own text, else by the name of its file.
pub(in crate::timeline) fn stamp_of(gathered: &Gathered, dump: &GatheredDump) -> Option<Stamp> {
    let of_name = || words::stamp_in_name(gathered.path(dump.source));
    dump.dump.at.or_else(of_name)
}

/// A name without what changes from file to file: each run of letters and digits that holds a digit is one sign.
fn shape(name: &str) -> String {
    let runs = name.split_inclusive(|c: char| !c.is_ascii_alphanumeric());
    let shaped = runs.map(|run| {
        let word = run.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        let sign = if word.bytes().any(|b| b.is_ascii_digit()) { "#" } else { word };
        format!("{sign}{}", &run[word.len()..])
    });
    shaped.collect()
}

/// The parts of a path of any system, last first, in upper case.
pub(super) fn parts(path: &str) -> Vec<String> {
    path.split(['/', '\\', '!']).rev().map(|p| p.trim().to_ascii_uppercase()).filter(|p| !p.is_empty()).collect()
}

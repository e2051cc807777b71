//! What the runtime of a container writes around each line of a program: a time, the stream, whether the line goes on,
//! which container it was. The program's own lines are what is inside.
//!
//! - Docker's `json-file` driver: `{"log":"text\n","stream":"stdout","time":"2026-01-02T03:04:05.123456789Z"}`
//!   ([documentation](https://docs.docker.com/engine/logging/drivers/json-file/)). What has no `\n` goes on in the next.
//! - CRI, as the kubelet reads it: `2026-01-02T03:04:05.123456789Z stdout F text`, with `P` where the text goes on
//!   ([design](https://github.com/kubernetes/design-proposals-archive/blob/main/node/kubelet-cri-logging.md)).
//! - `docker logs -t` and `kubectl logs --timestamps`: a time alone.
//! - `docker compose logs`: `name-1  | text`, and `kubectl logs --prefix`: `[pod/name/container] text`, both with a time
//!   behind that where one was asked for.

use std::borrow::Cow;
use std::sync::LazyLock;

use super::time::{TimeFormat, pattern};
use crate::Stamp;

/// What stands around each line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrapper {
    /// One JSON object a line, by Docker's `json-file` driver.
    Docker,
    /// Time, stream and tag, by containerd and CRI-O.
    Cri,
    /// A time.
    Time,
    /// The container's name and `|`, by `docker compose logs`.
    Name,
    /// The same with a time behind it.
    NameTime,
    /// Pod and container in brackets, by `kubectl logs --prefix`.
    Pod,
    /// The same with a time behind it.
    PodTime,
}

/// A line and what stood around it.
#[derive(Debug, Default)]
pub(super) struct Inside<'a> {
    /// The program's own text, with the line's end where the program wrote one.
    pub(crate) text: Cow<'a, str>,
    pub(crate) time: Option<&'a str>,
    pub(crate) stream: Option<&'a str>,
    pub(crate) container: Option<&'a str>,
}

/// What stood around a line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Around {
    /// When the runtime got the line, and as it is written.
    pub(crate) at: Option<(Stamp, String)>,
    /// What more is known of it, as columns of a record.
    pub(crate) columns: Vec<(String, String)>,
}

impl Inside<'_> {
    pub(super) fn around(&self) -> Around {
        let columns = [("stream", self.stream), ("container", self.container)];
        let columns = columns.into_iter().filter_map(|(name, text)| Some((name.to_owned(), text?.to_owned())));
        let at = self.time.and_then(|time| Some((rfc3339(time.as_bytes())?.0, time.to_owned())));
        Around { at, columns: columns.collect() }
    }
}

/// In the order in which a log is asked for them: what says most goes first.
const ALL: [Wrapper; 7] =
    [Wrapper::Docker, Wrapper::Cri, Wrapper::PodTime, Wrapper::Pod, Wrapper::NameTime, Wrapper::Time, Wrapper::Name];

/// Where half of so many lines aren't wrapped, the others aren't looked at.
const FIRST: usize = 50;
/// A time of a runtime has so many digits, but for zeros at its end that may be left out. Programs write fewer.
const DIGITS: u8 = 7;

impl Wrapper {
    /// What stands around nearly every line of a log that starts with `text`.
    pub(crate) fn detect(text: &str) -> Option<Self> {
        let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
        if lines.len() > 1 && lines.last().is_some_and(|last| !last.ends_with('\n')) {
            lines.pop();
        }
        lines.retain(|line| !line.trim().is_empty());
        ALL.into_iter().find(|wrapper| {
            // Most logs show by their first lines that they aren't.
            let first = &lines[..lines.len().min(FIRST)];
            if first.iter().filter(|line| wrapper.open(line).is_some()).count() * 2 < first.len() {
                return false;
            }
            let open: Vec<Inside<'_>> = lines.iter().filter_map(|line| wrapper.open(line)).collect();
            !open.is_empty() && open.len() * 10 >= lines.len() * 9 && wrapper.shows(&open)
        })
    }

    /// Whether the lines show that it is a wrapper, and none of a program's own columns.
    fn shows(self, open: &[Inside<'_>]) -> bool {
        let fine = |inside: &Inside<'_>| {
            inside.time.and_then(|time| rfc3339(time.as_bytes())).is_some_and(|(stamp, _)| stamp.digits >= DIGITS)
        };
        let fine = open.iter().filter(|inside| fine(inside)).count();
        match self {
            Self::Docker | Self::Cri | Self::Pod | Self::PodTime => true,
            Self::Time | Self::NameTime => fine * 4 >= open.len() * 3,
            // A program that writes a name and a bar writes them in front of its records, not of every line.
            Self::Name => open.iter().any(|inside| goes_on(&inside.text)),
        }
    }

    /// Whether the program's lines that were found inside show that they are a program's; `timed` says that they open
    /// records with times of their own. A program may write the like of this wrapper itself.
    pub(crate) fn is_believed(self, lines: &[Vec<u8>], timed: bool) -> bool {
        self != Self::Time || timed || lines.iter().any(|line| std::str::from_utf8(line).is_ok_and(goes_on))
    }

    /// What a line says inside, its end included; `None` where it isn't wrapped so.
    pub(super) fn open(self, line: &str) -> Option<Inside<'_>> {
        match self {
            Self::Docker => docker(line),
            Self::Cri => cri(line),
            Self::Time => time(line),
            Self::Name => name(line),
            Self::NameTime => behind(&name(line)?),
            Self::Pod => pod(line),
            Self::PodTime => behind(&pod(line)?),
        }
    }

    /// The program's own text of whole lines; what isn't wrapped stays as it is.
    pub(crate) fn unwrap(self, text: &str) -> String {
        let mut own = String::with_capacity(text.len());
        for line in text.split_inclusive('\n') {
            match self.open(line) {
                Some(inside) => own.push_str(&inside.text),
                None => own.push_str(line),
            }
        }
        own
    }

    /// Whether a time stands around each line.
    pub(crate) const fn has_time(self) -> bool {
        !matches!(self, Self::Name | Self::Pod)
    }

    /// What it is, for people.
    #[must_use]
    pub const fn said(self) -> &'static str {
        match self {
            Self::Docker => "Docker's json-file driver writes (log, stream, time)",
            Self::Cri => "the container runtime writes (time, stream, F or P)",
            Self::Time => "docker or kubectl logs writes (a time)",
            Self::Name | Self::NameTime => "docker compose logs writes (the container's name)",
            Self::Pod | Self::PodTime => "kubectl logs --prefix writes (pod and container)",
        }
    }

    pub(crate) const fn number(self) -> u8 {
        match self {
            Self::Docker => 0,
            Self::Cri => 1,
            Self::Time => 2,
            Self::Name => 3,
            Self::NameTime => 4,
            Self::Pod => 5,
            Self::PodTime => 6,
        }
    }

    pub(crate) fn numbered(number: u8) -> Option<Self> {
        ALL.into_iter().find(|wrapper| wrapper.number() == number)
    }
}

/// Whether a line is one that goes on with the one before, as those of a stack trace.
fn goes_on(line: &str) -> bool {
    line.starts_with("\tat ") || line.starts_with("    at ") || line.starts_with("Caused by: ")
}

fn docker(line: &str) -> Option<Inside<'_>> {
    let rest = line.strip_prefix("{\"log\":")?;
    let (text, rest) = string(rest)?;
    let between = |from: &str| rest.split_once(from)?.1.split('"').next();
    let time = rest.rsplit_once("\"time\":\"").and_then(|(_, time)| time.split('"').next());
    Some(Inside { text, time, stream: between("\"stream\":\""), container: None })
}

/// The JSON string that `rest` starts with, and what stands behind it; of one that is cut, as far as it goes.
fn string(rest: &str) -> Option<(Cow<'_, str>, &str)> {
    let bytes = rest.as_bytes();
    if bytes.first() != Some(&b'"') {
        return None;
    }
    let mut at = 1;
    let (quoted, behind) = loop {
        let Some(len) = memchr::memchr2(b'"', b'\\', bytes.get(at..).unwrap_or_default()) else {
            break (None, "");
        };
        at += len;
        if bytes[at] == b'"' {
            break (rest.get(..=at), rest.get(at + 1..).unwrap_or_default());
        }
        at += 2;
    };
    if let Some(quoted) = quoted {
        return Some((Cow::Owned(serde_json::from_str(quoted).ok()?), behind));
    }
    // What is cut may be cut in an escape, which has twelve bytes at most.
    let open = rest.trim_end_matches(['\n', '\r']);
    let ends = (0..=12).filter_map(|less| open.get(..open.len().checked_sub(less)?));
    let text = ends.filter(|open| !open.is_empty()).find_map(|open| serde_json::from_str(&format!("{open}\"")).ok())?;
    Some((Cow::Owned(text), ""))
}

fn cri(line: &str) -> Option<Inside<'_>> {
    let (time, rest) = stamped(line)?;
    let (stream, rest) = rest.split_once(' ')?;
    let is_stream = matches!(stream, "stdout" | "stderr");
    let (tags, text) = rest.split_once(' ').or_else(|| Some((rest.trim_end(), rest.get(1..)?)))?;
    let text = match tags.split(':').next()? {
        "F" => text,
        "P" => text.trim_end_matches(['\n', '\r']),
        _ => return None,
    };
    is_stream.then_some(Inside { text: text.into(), time: Some(time), stream: Some(stream), container: None })
}

fn time(line: &str) -> Option<Inside<'_>> {
    let (time, text) = stamped(line)?;
    Some(Inside { text: text.into(), time: Some(time), ..Inside::default() })
}

fn name(line: &str) -> Option<Inside<'_>> {
    let (name, text) = line.split_once('|')?;
    let name = name.strip_suffix(' ')?.trim_end();
    let is_name = name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
    let text = text.strip_prefix(' ').or_else(|| text.trim_end().is_empty().then_some(text))?;
    (is_name && !name.is_empty()).then_some(Inside { text: text.into(), container: Some(name), ..Inside::default() })
}

fn pod(line: &str) -> Option<Inside<'_>> {
    let (name, text) = line.strip_prefix("[pod/")?.split_once(']')?;
    let text = text.strip_prefix(' ').or_else(|| text.trim_end().is_empty().then_some(text))?;
    (name.contains('/') && !name.contains(' ')).then_some(Inside {
        text: text.into(),
        container: Some(name),
        ..Inside::default()
    })
}

/// What has a time behind its name.
fn behind<'a>(inside: &Inside<'a>) -> Option<Inside<'a>> {
    let Cow::Borrowed(text) = inside.text else { return None };
    let (time, text) = stamped(text)?;
    Some(Inside { text: text.into(), time: Some(time), stream: inside.stream, container: inside.container })
}

/// The time that a line starts with and what stands behind the blank behind it.
fn stamped(line: &str) -> Option<(&str, &str)> {
    let (_, len) = rfc3339(line.as_bytes())?;
    let (time, rest) = line.split_at_checked(len)?;
    let rest = rest.strip_prefix(' ').or_else(|| rest.trim_end().is_empty().then_some(rest))?;
    Some((time, rest))
}

/// The time that `bytes` start with, as [RFC 3339](https://www.rfc-editor.org/rfc/rfc3339#section-5.6) has it, and its
/// length.
fn rfc3339(bytes: &[u8]) -> Option<(Stamp, usize)> {
    static FORMAT: LazyLock<Option<TimeFormat>> = LazyLock::new(|| pattern::java("yyyy-MM-dd'T'HH:mm:ss[.S]XXX").ok());
    FORMAT.as_ref()?.read(bytes)
}

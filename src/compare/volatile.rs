//! Which values change from call to call though nothing else has: by their form, by their name, learned from two
//! answers to one request, or named by the user. It must not know what is compared.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::{Captures, Regex};

/// What is left out of a comparison.
#[derive(Clone, Debug)]
pub struct Volatile {
    builtin: bool,
    /// Paths without numbers, and whether what is below them is meant too.
    learned: BTreeMap<String, bool>,
    named: Vec<Pattern>,
}

/// Why a difference doesn't count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Both values are the same but for times, ids and the like in them.
    Form,
    /// What is called so changes from call to call.
    Name,
    /// It was different between two answers to the same request.
    Learned,
    /// The user named it so.
    Named(String),
}

impl Reason {
    /// The reason in a word.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Form => "form",
            Self::Name => "name",
            Self::Learned => "learned",
            Self::Named(_) => "named",
        }
    }
}

impl Default for Volatile {
    fn default() -> Self {
        Self { builtin: true, learned: BTreeMap::new(), named: Vec::new() }
    }
}

impl Volatile {
    /// Nothing is left out but what is named or learned.
    #[must_use]
    pub fn nothing() -> Self {
        Self { builtin: false, ..Self::default() }
    }

    /// Leaves out what a pattern names: `*` stands for anything within a step, `**` for any steps; one without `/` and
    /// `:` is the name of an element, attribute, member or field anywhere.
    ///
    /// # Errors
    /// When it is empty.
    pub fn name(&mut self, pattern: &str) -> Result<(), String> {
        if pattern.trim().is_empty() {
            return Err("an empty pattern names nothing; give a path such as /Envelope/Body/*/Id or a name".to_owned());
        }
        self.named.push(Pattern::new(pattern.trim()));
        Ok(())
    }

    /// Leaves out what was different between two answers to the same request, at this path; `whole` where something was
    /// added, removed or moved, so that what is in it is meant too.
    pub fn learn(&mut self, path: &str, whole: bool) {
        *self.learned.entry(general(path)).or_default() |= whole;
    }

    /// Whether forms and names count that nobody has to name.
    pub(super) fn is_builtin(&self) -> bool {
        self.builtin
    }

    /// The paths that were learned, `[n]` left out.
    pub fn learned(&self) -> impl Iterator<Item = &str> {
        self.learned.keys().map(String::as_str)
    }

    /// Why a change at `path` doesn't count, if it doesn't. `values` are the two values where there are two.
    pub(super) fn reason(&self, path: &str, values: Option<(&str, &str)>) -> Option<Reason> {
        if let Some(pattern) = self.named.iter().find(|pattern| pattern.matches(path)) {
            return Some(Reason::Named(pattern.text.clone()));
        }
        if !self.learned.is_empty() && self.is_learned(&general(path)) {
            return Some(Reason::Learned);
        }
        let (left, right) = values.filter(|_| self.builtin)?;
        if by_name(path.rsplit(['/', '@', ':']).next().unwrap_or(path)) {
            return Some(Reason::Name);
        }
        (plain(left) == plain(right)).then_some(Reason::Form)
    }

    fn is_learned(&self, path: &str) -> bool {
        if self.learned.contains_key(path) {
            return true;
        }
        path.match_indices('/').any(|(at, _)| self.learned.get(&path[..at]).is_some_and(|whole| *whole))
    }
}

/// A path without the numbers of elements and items, which change with what stands before.
fn general(path: &str) -> String {
    let steps = path.split('/').enumerate().map(|(n, step)| match step.split_once('[') {
        Some((name, number)) if number.ends_with(']') => name,
        _ if n > 0 && !step.is_empty() && step.bytes().all(|byte| byte.is_ascii_digit()) => "*",
        _ => step,
    });
    steps.collect::<Vec<_>>().join("/")
}

/// Part of a path, in the user's words.
#[derive(Clone, Debug)]
struct Pattern {
    text: String,
    steps: Vec<String>,
}

impl Pattern {
    fn new(text: &str) -> Self {
        let anywhere = !text.contains(['/', ':']);
        let steps = if anywhere { format!("**/{text}") } else { text.to_owned() };
        Self { text: text.to_owned(), steps: steps.split('/').map(str::to_owned).collect() }
    }

    /// Whether it names the path or something that it is in.
    fn matches(&self, path: &str) -> bool {
        // A name alone stands behind a prefix too (`form:NAME`), but for headers, which are apart.
        let bare = if path.starts_with("header:") { path } else { path.split_once(':').map_or(path, |(_, rest)| rest) };
        let anywhere = self.steps.first().is_some_and(|step| step == "**");
        let path = if anywhere { bare } else { path };
        let steps: Vec<&str> = path.split('/').collect();
        fits(&self.steps, &steps)
    }
}

fn fits(pattern: &[String], steps: &[&str]) -> bool {
    let Some((first, rest)) = pattern.split_first() else { return true };
    if first == "**" {
        return (0..=steps.len()).any(|skipped| fits(rest, &steps[skipped..]));
    }
    steps.split_first().is_some_and(|(step, others)| step_fits(first, step) && fits(rest, others))
}

/// Whether a step is meant; its number counts only where the pattern has one. Headers are the same in any case.
fn step_fits(pattern: &str, step: &str) -> bool {
    let step = if pattern.contains('[') { step } else { step.split('[').next().unwrap_or(step) };
    if step.starts_with("header:") {
        return wild(&pattern.to_ascii_lowercase(), &step.to_ascii_lowercase());
    }
    wild(pattern, step)
}

fn wild(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return rest.is_empty() };
    for part in middle {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

/// Whether what is called so changes from call to call, by its name alone.
pub(super) fn by_name(name: &str) -> bool {
    // Of M3's own fields those that say when a record was written last and how often.
    const NAMES: [&str; 39] = [
        "rgdt",
        "rgtm",
        "lmdt",
        "lmts",
        "chno",
        "timestamp",
        "servertime",
        "currenttime",
        "requestid",
        "messageid",
        "correlationid",
        "conversationid",
        "transactionid",
        "activityid",
        "traceid",
        "spanid",
        "traceparent",
        "sessionid",
        "jsessionid",
        "session",
        "sid",
        "csrf",
        "csrftoken",
        "xsrftoken",
        "token",
        "accesstoken",
        "idtoken",
        "refreshtoken",
        "nonce",
        "jobid",
        "jobnumber",
        "bejobid",
        "elapsed",
        "elapsedtime",
        "elapsedms",
        "executiontime",
        "responsetime",
        "processingtime",
        "durationms",
    ];
    let name = name.split('[').next().unwrap_or(name);
    if name.len() > 24 || name.len() < 3 {
        return false;
    }
    let mut flat = [0_u8; 24];
    let mut len = 0;
    for byte in name.bytes().filter(u8::is_ascii_alphanumeric) {
        flat[len] = byte.to_ascii_lowercase();
        len += 1;
    }
    NAMES.iter().any(|known| known.as_bytes() == &flat[..len])
}

/// A value with times, ids, job numbers and the like replaced by words for them.
pub(crate) fn plain(value: &str) -> Cow<'_, str> {
    // Most values are short codes and numbers.
    let may_be = value.len() > 4
        && value.bytes().any(|byte| byte.is_ascii_digit())
        && (value.len() > 9 || value.bytes().any(|byte| !byte.is_ascii_alphanumeric()));
    let Some(pattern) = FORMS.as_ref().filter(|_| may_be) else { return Cow::Borrowed(value) };
    pattern.replace_all(value, |found: &Captures<'_>| {
        let whole = found.get(0).map_or("", |m| m.as_str());
        let named = |name: &str| found.name(name).is_some();
        if let Some(word) = found.name("word") {
            return format!("{}<number>", word.as_str());
        }
        if named("hex") && !is_hex_id(whole) {
            return whole.to_owned();
        }
        let word = if named("time") {
            "<time>"
        } else if named("took") {
            "<duration>"
        } else {
            "<id>"
        };
        word.to_owned()
    })
}

/// A long run of hex digits that is neither a number nor a word.
fn is_hex_id(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
        && (text.bytes().any(|byte| byte.is_ascii_alphabetic()) || text.len() >= 32)
}

// Times with a time of day in the spellings of XML, HTTP, Java, databases and people (a date alone is data), UUIDs,
// long hex ids, addresses of objects, numbers behind a word that says what they count, durations.
static FORMS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?x)(?P<time>",
        r"  \b\d{4}-\d{2}-\d{2}[T\x20_]\d{2}[:.]\d{2}(?:[:.]\d{2}(?:[.,]\d{1,9})?)?(?:\x20?(?:Z\b|UTC\b|GMT\b|[+-]\d{2}:?\d{2}\b))?",
        r"| \b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,?\x20\d{1,2}[\x20-][A-Z][a-z]{2}[\x20-]\d{2,4}\x20\d{2}:\d{2}:\d{2}(?:\x20(?:[A-Z]{1,5}\b|[+-]\d{4}))?",
        r"| \b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\x20[A-Z][a-z]{2}\x20{1,2}\d{1,2}\x20\d{2}:\d{2}:\d{2}(?:\x20[A-Z]{1,5})?\x20\d{4}\b",
        r"| \b\d{1,4}[./-]\d{1,2}[./-]\d{2,4},?\x20\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:[.,]\d{1,9})?)?(?:\x20?[AaPp][Mm]\b)?",
        r"| \b20\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[T\x20_-]?(?:[01]\d|2[0-3])[0-5]\d[0-5]\d(?:\d{3}|\d{6})?Z?\b",
        r"| \b\d{1,2}:\d{2}:\d{2}(?:[.,]\d{1,9})?(?:\x20?[AaPp][Mm]\b)?",
        r"| \bP(?:\d+D)?T(?:\d+H)?(?:\d+M)?\d+(?:\.\d+)?S\b",
        r"| /Date\(-?\d+(?:[+-]\d{4})?\)/",
        r"| \b1[5-9]\d{11}\b)",
        r"| (?P<uuid>\b[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}\b)",
        r"| (?P<hex>\b[0-9A-Fa-f]{16,}\b)",
        r"| (?P<address>@[0-9a-f]{5,8}\b|\b0x[0-9A-Fa-f]{6,16}\b)",
        r"| (?P<took>\b\d+(?:[.,]\d+)?\x20?(?:ms|msec|millis|milliseconds|µs|us|ns|sec|seconds)\b)",
        r"| (?P<word>\b(?i:job|session|request|thread|pid|process|transaction|correlation|trace|sequence|seq|connection)(?i:[\x20_-]?(?:id|no|nr|number)\b\.?)?\s{0,2}[:=\#]?\s{0,2}['\x22(\[]?)[0-9][0-9A-Za-z-]*",
    ))
    .ok()
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_change_by_themselves_are_known_by_their_form() {
        for (one, other) in [
            ("2026-01-13T10:15:02.480+01:00", "2026-01-14T00:00:00Z"),
            ("2026-01-13 10:15:02,480", "2026-01-13 10:15:03,001"),
            ("Tue, 13 Jan 2026 10:15:02 GMT", "Wed, 14 Jan 2026 10:15:03 GMT"),
            ("Tue Jan 13 10:15:02 CET 2026", "Wed Jan 14 11:15:02 CEST 2026"),
            ("13.01.2026 10:15", "14.01.2026 9:05"),
            ("1/13/26 10:15:02 AM", "1/14/26 9:15:02 PM"),
            ("20260113101502", "20260114091502480"),
            ("1768295702480", "1768295702999"),
            ("0b9f4a4e-1c55-4a3c-9d2f-6f6a0a5a7b11", "7d444840-9dc0-11d1-b245-5ffdce74fad2"),
            ("urn:uuid:0b9f4a4e-1c55-4a3c-9d2f-6f6a0a5a7b11", "urn:uuid:7d444840-9dc0-11d1-b245-5ffdce74fad2"),
            ("5f3a0c77d1e94b0a8a7f0c6f2c1b9d10", "0123456789abcdef0123456789abcdef"),
            ("Unable to execute, job 4711 at 10:15:02", "Unable to execute, job 4712 at 10:16:00"),
            ("session id: 77a at com.x.Y@1a2b3c4d", "session id: 81 at com.x.Y@99ff33aa"),
            ("took 15 ms", "took 1.5 ms"),
        ] {
            assert_eq!(plain(one), plain(other));
        }
        for (one, other) in [
            ("2026-01-13", "2026-01-14"),
            ("20260113", "20260114"),
            ("A01", "A02"),
            ("1000000123", "1000000124"),
            ("8712345678906123", "8712345678906124"),
            ("Record A01 exists", "Record A02 exists"),
            ("DEADBEEF", "FEEDBEEF"),
            ("3 seconds", "3 sections"),
        ] {
            assert_ne!(plain(one), plain(other));
        }
    }

    #[test]
    fn what_is_named_or_learned_is_left_out() {
        let mut volatile = Volatile::nothing();
        volatile.name("/Envelope/Body/*/Row/Id").unwrap();
        volatile.name("@seq").unwrap();
        volatile.name("header:X-*").unwrap();
        volatile.name("CHID").unwrap();
        volatile.name("json:/a/**").unwrap();
        assert!(volatile.name(" ").is_err());
        let out = |path: &str| volatile.reason(path, Some(("1", "2"))).is_some();
        for path in [
            "/Envelope/Body/List/Row[7]/Id",
            "/Envelope/Body/List/Row/Id/x",
            "/a/b[3]/@seq",
            "header:x-Trace",
            "form:CHID",
            "/a/CHID[2]",
            "json:/b/CHID",
            "json:/a/3/b",
        ] {
            assert!(out(path), "{path}");
        }
        for path in ["/Envelope/Body/List/Row[7]/Name", "/a/seq", "header:Date", "json:/b", "/a/XCHID"] {
            assert!(!out(path), "{path}");
        }
        volatile.learn("/a/Row[2]/Time", false);
        volatile.learn("json:/rows/3", true);
        assert_eq!(volatile.reason("/a/Row[9]/Time", None), Some(Reason::Learned));
        assert_eq!(volatile.reason("json:/rows/4/x", None), Some(Reason::Learned));
        assert_eq!(volatile.reason("/a/Row[9]/Time/x", None), None);
    }

    #[test]
    fn names_are_known_whatever_their_spelling() {
        assert!(by_name("requestId") && by_name("request-id") && by_name("CHNO") && by_name("jobNumber[2]"));
        assert!(!by_name("Facility") && !by_name("id") && !by_name(""));
    }
}

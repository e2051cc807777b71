//! M3 program events: `M3:MMS001:F` and its name-value pairs, the one published record of a program that fails.
//!
//! The grammar is Infor's (*Program events*, M3 Core Technology Administration Guide,
//! <https://docs.infor.com/m3coretech/13.4.x/en-us/m3coretechopolh/m3coreag_ibmi/ryz1493403279997.html>):
//! `<subscription><name>=<value>[(<old value>)]{;<name>=<value>[(<old value>)]}`. Events are found wherever they stand,
//! in a log record or in a file of their own. This file must not know who published them to whom.

use std::borrow::Cow;
use std::ops::Range;

use crate::{Civil, Stamp};

/// One event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Bytes of the text that it takes, from its publisher to the end of its last pair.
    pub range: Range<usize>,
    /// Who publishes it: `M3`.
    pub publisher: String,
    /// The program or table it is about: `MMS001`.
    pub subject: String,
    /// The method, where it is about one (`M3:MMS001.PEDSP:S`).
    pub method: Option<String>,
    /// What happened.
    pub operation: Operation,
    /// The pairs, in their order.
    pub pairs: Vec<Pair>,
}

/// What happened to the subject of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operation {
    /// `S`: it started.
    Start,
    /// `X`: it ended.
    Exit,
    /// `F`: it failed.
    Fail,
    /// Any other letters, such as those of table events.
    Other(String),
}

/// A name and its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The name.
    pub name: String,
    /// The value, without the blanks that pad it.
    pub value: String,
    /// The value before the change, where one is stated.
    pub old: Option<String>,
}

/// Every event in a text, in order; their ranges don't overlap. Linear in the length of the text.
pub fn all(text: &str) -> impl Iterator<Item = Event> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let event = find_from(text, from)?;
        from = event.range.end;
        Some(event)
    })
}

/// The text of a file of events, whatever its encoding.
#[must_use]
pub fn text_of(bytes: &[u8]) -> Cow<'_, str> {
    crate::encoding::decode(bytes).text
}

/// The first event in a text.
#[must_use]
pub fn find(text: &str) -> Option<Event> {
    find_from(text, 0)
}

/// Bytes of the line up to the first pair of an event that it opens with; `None` where it opens with none, or where no pair
/// follows on the line.
pub(crate) fn pairs_at(line: &str) -> Option<usize> {
    if !line.starts_with("M3:") {
        return None;
    }
    let at = Head::at(line, 0)?.end;
    let blanks = line[at..].len() - line[at..].trim_start().len();
    (!pairs(line, at).0.is_empty()).then_some(at + blanks)
}

impl Event {
    /// The value of a pair, where there is such a pair and it isn't empty.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.pairs.iter().find(|p| p.name == name)?;
        Some(found.value.as_str()).filter(|v| !v.is_empty())
    }

    /// The program (`PGMN`), else the subject.
    #[must_use]
    pub fn program(&self) -> &str {
        self.get("PGMN").unwrap_or(&self.subject)
    }

    /// The programs that called each other, outermost first (`SYS->MMS001`).
    #[must_use]
    pub fn call_stack(&self) -> Vec<&str> {
        let stack = self.get("callStack").unwrap_or_default();
        stack.split("->").map(str::trim).filter(|p| !p.is_empty()).collect()
    }

    /// When it started: exact from `startTimeMillis`, else `startTime`, which is the server's local time.
    #[must_use]
    pub fn started(&self) -> Option<Stamp> {
        self.started_exactly().or_else(|| local(self.get("startTime")?))
    }

    /// When it started, in the server's local time where that is known, so that the zone shows.
    #[must_use]
    pub fn began(&self) -> Option<Stamp> {
        let started = self.started()?;
        let Some(zone) = self.zone_s().filter(|_| started.offset_s.is_some()) else { return Some(started) };
        let ns = started.civil.ns.saturating_add(i64::from(zone) * NS);
        Some(Stamp { civil: Civil { ns }, offset_s: Some(zone), ..started })
    }

    /// When it ended or failed; where that isn't stated, when it started.
    #[must_use]
    pub fn ended(&self) -> Option<Stamp> {
        self.stopped().or_else(|| self.began())
    }

    /// When it stopped, in the zone that the start gives away where it does.
    #[must_use]
    pub fn stopped(&self) -> Option<Stamp> {
        let stamp = local(self.get("stopTime")?)?;
        Some(Stamp { offset_s: self.zone_s(), ..stamp })
    }

    /// Seconds that the server's local time is east of UTC: what lies between `startTime` and `startTimeMillis`.
    /// `None` where the two don't differ by what zones differ.
    #[must_use]
    pub fn zone_s(&self) -> Option<i32> {
        let exact = self.started_exactly()?.civil.ns;
        let local = local(self.get("startTime")?)?.civil.ns;
        let seconds = (local.checked_sub(exact - exact.rem_euclid(NS))?) / NS;
        (seconds % 900 == 0 && seconds.abs() <= 18 * 3600).then(|| i32::try_from(seconds).ok()).flatten()
    }

    fn started_exactly(&self) -> Option<Stamp> {
        let millis: i64 = self.get("startTimeMillis")?.parse().ok()?;
        let ns = millis.checked_mul(NS / 1000)?;
        Some(Stamp { civil: Civil { ns }, offset_s: Some(0), digits: 3, has_date: true })
    }
}

const NS: i64 = 1_000_000_000;

/// `2012-01-23 15:20:50`
fn local(text: &str) -> Option<Stamp> {
    let (date, time) = text.trim().split_once([' ', 'T'])?;
    let mut date = date.split('-').map(str::parse::<u32>);
    let mut time = time.split(':').map(str::parse::<u32>);
    let number = |part: Option<Result<u32, _>>| part.and_then(Result::ok);
    let (y, mo, d) = (number(date.next())?, number(date.next())?, number(date.next())?);
    let (h, mi, s) = (number(time.next())?, number(time.next())?, number(time.next())?);
    let civil = Civil::new(i32::try_from(y).ok()?, mo, d, h, mi, s, 0)?;
    Some(Stamp { civil, offset_s: None, digits: 0, has_date: true })
}

fn find_from(text: &str, from: usize) -> Option<Event> {
    let mut at = from;
    loop {
        let rest = text.get(at..)?;
        let start = at + memchr::memmem::find(rest.as_bytes(), b"M3:")?;
        if let Some(event) = event_at(text, start) {
            return Some(event);
        }
        at = start + 3;
    }
}

/// What an event is about.
struct Head<'a> {
    subject: &'a str,
    method: Option<&'a str>,
    operation: &'a str,
    /// Where its pairs begin.
    end: usize,
}

impl<'a> Head<'a> {
    /// The one whose publisher starts at `start`, if one may start there.
    fn at(text: &'a str, start: usize) -> Option<Self> {
        let before = text[..start].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '/')) {
            return None;
        }
        let (document, rest) = text[start + 3..].split_once(':')?;
        let (subject, method) = match document.split_once('.') {
            Some((subject, method)) if is_name(method) => (subject, Some(method)),
            Some(_) => return None,
            None => (document, None),
        };
        let letters = rest.bytes().take_while(u8::is_ascii_uppercase).count();
        let end = start + 3 + document.len() + 1 + letters;
        (is_name(subject) && (1..=4).contains(&letters)).then_some(Self {
            subject,
            method,
            operation: &rest[..letters],
            end,
        })
    }
}

/// The event whose publisher starts at `start`.
fn event_at(text: &str, start: usize) -> Option<Event> {
    let Head { subject, method, operation, end: pairs_at } = Head::at(text, start)?;
    let operation = match operation {
        "S" => Operation::Start,
        "X" => Operation::Exit,
        "F" => Operation::Fail,
        other => Operation::Other(other.to_owned()),
    };
    let (pairs, end) = pairs(text, pairs_at);
    let behind = text[pairs_at..].chars().next();
    if behind.is_some_and(|c| !c.is_whitespace() && !matches!(c, ';' | ',' | ')' | ']' | '"' | '\'' | '.'))
        && pairs.is_empty()
    {
        return None;
    }
    let (publisher, subject) = ("M3".to_owned(), subject.to_owned());
    let method = method.map(str::to_owned);
    Some(Event { range: start..end, publisher, subject, method, operation, pairs })
}

fn is_name(word: &str) -> bool {
    (2..=32).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// The pairs from `at` on, and where the last of them ends. A pair ends at its semicolon, the last one at its line.
fn pairs(text: &str, at: usize) -> (Vec<Pair>, usize) {
    let mut pairs = Vec::new();
    let (mut at, mut end) = (at, at);
    loop {
        let rest = &text[at..];
        let blanks = rest.len() - rest.trim_start().len();
        let rest = &rest[blanks..];
        let Some(name_len) = rest.find('=').filter(|n| is_pair_name(&rest[..*n])) else { return (pairs, end) };
        let behind = &rest[name_len + 1..];
        let stop = behind.find([';', '\n']).unwrap_or(behind.len());
        let (value, old) = value(&behind[..stop]);
        pairs.push(Pair { name: rest[..name_len].to_owned(), value, old });
        at += blanks + name_len + 1 + stop;
        end = at;
        if !behind[stop..].starts_with(';') {
            return (pairs, end);
        }
        at += 1;
        end = at;
    }
}

fn is_pair_name(name: &str) -> bool {
    (1..=64).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'#' | b'$' | b'@'))
}

/// A value and, in brackets at its end, the one before.
fn value(text: &str) -> (String, Option<String>) {
    let text = text.trim();
    let old = text.strip_suffix(')').and_then(|t| t.rsplit_once('('));
    match old {
        Some((value, old)) => (value.trim_end().to_owned(), Some(old.trim().to_owned())),
        None => (text.to_owned(), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // The example of Infor's documentation (wig1493403279794.html of the guide above).
    const PUBLISHED: &str = "M3:MMS001:F\ncallStack=SYS->MMS001;\nPGMN=MMS001;\nUSID=M3User    ;\nCONO=330;\nDIVI=AAA;\nprogramType=Interactive;\n\
startTimeMillis=1327328450551;\nowner=M3User;\nstartTime=2012-01-23 15:20:50;\njobUUID=05d9cacec00843da948e2131d01e4a95;\n\
sessionID=11.22.3.444:63547_5-0;\nmainTable=MITMAS;\nrelatedTables=;\nprimaryKey=MMCONO,330,MMITNO,+++++++TEST++++;\n\
mainTableLanguageConstant=XMI1001;\nOPT2= 2;\nstopTime=2012-01-23 15:21:24;\nenvironment=M3BEEnv;\nversion=1410;\napplication=M3;\n";

    #[test]
    fn the_published_example() {
        let event = find(PUBLISHED).expect("an event");
        assert_eq!(event.range, 0..PUBLISHED.len() - 1);
        assert_eq!((event.subject.as_str(), &event.method, &event.operation), ("MMS001", &None, &Operation::Fail));
        assert_eq!(event.call_stack(), ["SYS", "MMS001"]);
        assert_eq!(event.pairs.len(), 20);
        for (name, value) in [
            ("USID", Some("M3User")),
            ("CONO", Some("330")),
            ("jobUUID", Some("05d9cacec00843da948e2131d01e4a95")),
            ("relatedTables", None),
            ("OPT2", Some("2")),
            ("application", Some("M3")),
        ] {
            assert_eq!(event.get(name), value, "{name}");
        }
        assert_eq!(event.started().map(|s| s.to_rfc3339()).as_deref(), Some("2012-01-23T14:20:50.551Z"));
        assert_eq!(event.zone_s(), Some(3600));
        assert_eq!(event.stopped().map(|s| s.to_rfc3339()).as_deref(), Some("2012-01-23T15:21:24+01:00"));
    }

    #[test]
    fn events_of_methods_and_tables_on_one_line() {
        let text = "got M3:MMS001.PEDSP:S callStack=SYS->MMS001;USID=JD;WWFACI=A02(A01);x\nM3:OOHEAD:U OAORNO=001\nand M3:MMS001:X";
        let found: Vec<Event> = all(text).collect();
        let show: Vec<String> =
            found.iter().map(|e| format!("{} {:?} {:?} {}", e.subject, e.method, e.operation, e.pairs.len())).collect();
        assert_eq!(show, ["MMS001 Some(\"PEDSP\") Start 3", "OOHEAD None Other(\"U\") 1", "MMS001 None Exit 0"]);
        assert_eq!((found[0].get("WWFACI"), found[0].pairs[2].old.as_deref()), (Some("A02"), Some("A01")));
        assert_eq!(&text[found[0].range.clone()], "M3:MMS001.PEDSP:S callStack=SYS->MMS001;USID=JD;WWFACI=A02(A01);");
    }

    #[test]
    fn what_only_begins_like_one() {
        for text in
            ["M3: a word", "xM3:MMS001:F", "M3:MMS001", "M3:MMS001:f", "M3:MMS001:Friday", "http://M3:8080/x:Y", ""]
        {
            assert_eq!(find(text), None, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_breaks_it(text in "(M3:|MMS001|:|F|\\.|=|;|\\(|\\)|é|\n| |x){0,40}") {
            for event in all(&text) {
                assert!(text.is_char_boundary(event.range.start) && text.is_char_boundary(event.range.end));
            }
        }
    }
}

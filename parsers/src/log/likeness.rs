//! Whether a text is a log at all, from its first bytes. Dumplogs and thread dumps hold times too; whoever asks decides
//! which reader is asked first.

use super::layout::{Field, Form, Part};
use super::time::scan::{Grade, scan};
use super::{Encoding, HEADER, Head, Layout, Reader, Splitter, level};
use crate::Span;
use std::sync::Arc;

/// Whether the text that starts with `sample` is a log: records with a time or a level, and not just a date somewhere.
#[must_use]
pub fn looks_like(sample: &[u8]) -> bool {
    let found = Found::learned(sample);
    // A text with one date on top has one record of many lines; a log's only record has a level.
    let one = found.records == 1 && found.timed && (found.levelled == 1 || found.lines < 4 || found.objects);
    let many = found.records > 1
        && (found.timed || found.levelled * 3 > found.records)
        && found.records * 200 >= found.lines.saturating_sub(found.header);
    (one || many) && found.header < 1000.max(found.lines / 2)
}

/// Whether the text that starts with `sample` can be nothing but a log: most of its lines open a record with a time and
/// a level, or all records from the top on do. A dump or a thread dump may hold times, or lines with a level, but not
/// that.
///
/// Looks at the first lines only, since every dump of thousands is asked; where those have levels and don't tell, at some
/// more, since a record may be long.
#[must_use]
pub fn is_plainly(sample: &[u8]) -> bool {
    const FIRST: u64 = 4 << 10;
    if super::tagged::is_log(sample) {
        return true;
    }
    let (first, more) = (Span::new(0, FIRST).of(sample), Span::new(0, 4 * FIRST).of(sample));
    may_be_plainly(first) && (is_learned_plainly(first) || more.len() > first.len() && is_learned_plainly(more))
}

fn is_learned_plainly(sample: &[u8]) -> bool {
    let found = Found::learned(sample);
    let dense = found.records >= 3 && found.stamped_and_levelled * 2 > found.lines;
    let whole = if found.untimed { found.levelled } else { found.stamped_and_levelled };
    // Words of another kind of text may be levels by chance: `Stack trace;1;at ...` among rows of other names.
    let alone = found.untimed && found.records * 10 < unindented(sample) * 9;
    let steady = (found.complete || found.untimed)
        && !alone
        && found.header <= 1
        && found.records >= FEWEST_STEADY as u64
        && whole * 10 >= found.records * 9;
    dense || steady
}

/// Whether a text is a log throughout, whatever its records say: hardly a line of it opens no record, but for those of
/// traces and what is indented below a head. Lines of names and values, tables and headings, of which dumps are made, open
/// none.
#[must_use]
pub fn is_throughout(sample: &[u8]) -> bool {
    if !may_be_throughout(sample) {
        return false;
    }
    let found = Found::learned(sample);
    let lines = || sample.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty());
    let others = lines().filter(|line| !is_of_trace(line)).count() as u64;
    // A document may be one object; records of a log are several.
    let enough = found.records >= 2 || found.records == 1 && !found.objects && others == 1;
    let told = found.timed || found.levelled == found.records;
    enough && told && found.header == 0 && found.records * 10 >= unindented(sample) * 9 && found.records * 3 >= others
}

/// A quick look at the first lines that start where records do: most of them begin with a time, a level or an object.
fn may_be_throughout(sample: &[u8]) -> bool {
    const FIRST: usize = 24;
    let begins = |line: &[u8]| {
        let signs = line.iter().take_while(|byte| b"[({<\"'!".contains(byte)).count();
        let bare = &line[signs..];
        // A time may stand behind a host, a priority or a letter for the level.
        let words = || line.split(u8::is_ascii_whitespace).take(WORDS);
        let timed =
            |word: &[u8]| scan(word.trim_ascii_start()).is_some() || word.get(1..).is_some_and(|b| scan(b).is_some());
        scan(bare).is_some() || super::learn::opens_with_level(bare) || line.starts_with(b"{\"") || words().any(timed)
    };
    let lines = sample.split(|byte| *byte == b'\n').filter(|line| starts_where_records_do(line)).take(FIRST);
    let (mut all, mut like) = (0, 0);
    for line in lines {
        all += 1;
        like += usize::from(begins(line));
    }
    like * 2 >= all && all > 0
}

/// So many words from the start of a line a time may be the record's.
const WORDS: usize = 6;

fn is_of_trace(line: &[u8]) -> bool {
    let thrown = |line: &str| crate::trace::named_in(line).is_some_and(|(class, _)| class.start == 0);
    let bare = line.trim_ascii_start();
    // What Eclipse's log writes below `!ENTRY` stands at the start of a line, too.
    let below = [b"at ".as_slice(), b"Caused by", b"Suppressed", b"... ", b"!MESSAGE", b"!STACK", b"!SUBENTRY"];
    below.iter().any(|begins| bare.starts_with(begins)) || str::from_utf8(line).is_ok_and(thrown)
}

fn starts_where_records_do(line: &[u8]) -> bool {
    line.first().is_some_and(|byte| !byte.is_ascii_whitespace()) && !is_of_trace(line)
}

/// Lines that start where records do, but for those that name the exception of a trace.
fn unindented(sample: &[u8]) -> u64 {
    sample.split(|byte| *byte == b'\n').filter(|line| starts_where_records_do(line)).count() as u64
}

/// Records that have to look alike.
const FEWEST_STEADY: usize = 5;

/// Whether there are levels enough for [`is_learned_plainly`]. What has next to none, as most dumps, needn't be learned.
fn may_be_plainly(sample: &[u8]) -> bool {
    let alone = |at: usize| sample.get(at + 1).is_some_and(|next| *next != b'\n');
    if Encoding::detect(sample) != Encoding::Utf8 || memchr::memchr_iter(b'\r', sample).any(alone) {
        return true;
    }
    let levels = level::count(sample, FEWEST_STEADY);
    levels >= FEWEST_STEADY || levels >= 2 && levels * 2 > memchr::memchr_iter(b'\n', sample).count()
}

/// Whether `sample` starts with records of the layout that `pattern` tells.
#[must_use]
pub fn fits(pattern: &str, sample: &[u8]) -> bool {
    Reader::told(pattern, sample).is_ok_and(|reader| Found::of(&Arc::new(reader), sample).records > 0)
}

/// Whether a line starts as records do, with a time: such a line that opens no record may be one of another layout.
#[must_use]
pub fn opens_with_time(line: &[u8]) -> bool {
    let bare = line.trim_ascii_start();
    let opening = bare.iter().take(3).take_while(|b| b"[({<\"'".contains(b)).count();
    bare.len() == line.len() && scan(&bare[opening..]).is_some_and(|found| found.grade > Grade::TimeOnly)
}

/// Whether a text starts as a log does: with a record that has a time, perhaps without a date, and a level, the one before
/// or behind the other, or on the next line.
#[must_use]
pub fn opens_with_a_record(first: &[u8], second: &[u8]) -> bool {
    let after_signs = |text: &[u8]| text.iter().take_while(|b| b"[({<\"' ".contains(b)).count();
    let word = |text: &[u8]| text.iter().take_while(|b| b.is_ascii_alphabetic()).count();
    let levelled = |text: &[u8]| super::learn::opens_with_level(&text[..word(text)]);
    let first = &first[after_signs(first)..];
    if scan(first).is_some() {
        let named_level = levelled(second) && second.get(word(second)) == Some(&b':');
        return super::learn::opens_with_level(first) || named_level;
    }
    let behind = &first[word(first)..];
    levelled(first) && scan(&behind[after_signs(behind)..]).is_some()
}

/// What a reader finds in a sample.
struct Found {
    /// All lines, and those before the first record.
    lines: u64,
    header: u64,
    records: u64,
    levelled: u64,
    stamped_and_levelled: u64,
    timed: bool,
    objects: bool,
    /// A layout has time and level.
    complete: bool,
    /// The main layout has a level, a logger or a thread, and no time.
    untimed: bool,
}

impl Found {
    fn learned(sample: &[u8]) -> Self {
        Self::of(&Arc::new(Reader::learn(sample)), sample)
    }

    fn of(reader: &Arc<Reader>, sample: &[u8]) -> Self {
        let mut heads: Vec<Head> = Vec::new();
        let mut splitter = Splitter::new(Arc::clone(reader));
        splitter.push(sample, &mut heads);
        splitter.finish(&mut heads);
        let header = heads.iter().filter(|h| h.layout == HEADER).map(|h| u64::from(h.lines)).sum();
        let count = |of: fn(&Head) -> bool| heads.iter().filter(|head| of(head)).count() as u64;
        let level = |part: &Part| matches!(part, Part::Field(Field::Level, _));
        let writer = |part: &Part| matches!(part, Part::Field(Field::Logger | Field::Thread, _));
        let main = reader.layouts.first();
        let has = |wanted: &dyn Fn(&Part) -> bool| main.is_some_and(|l| l.head.iter().any(wanted));
        Self {
            lines: heads.iter().map(|head| u64::from(head.lines)).sum(),
            header,
            records: count(|head| head.layout != HEADER),
            levelled: count(|head| head.level.is_some()),
            stamped_and_levelled: count(|head| head.level.is_some() && head.stamp.is_some()),
            timed: reader.has_times(),
            objects: reader.layouts.iter().any(|layout| layout.form.names_parts()),
            complete: reader.layouts.iter().any(|layout| {
                layout.has_time()
                    && (matches!(layout.form, Form::Pairs | Form::Tagged) || layout.head.iter().any(level))
            }),
            untimed: !main.is_some_and(Layout::has_time) && has(&level) && has(&writer),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Lines as logs and dumps have them, with a level or without.
    fn lines() -> impl Strategy<Value = String> {
        let level = prop_oneof![Just("INFO"), Just("Error"), Just("W"), Just("warn"), Just("Program"), Just("")];
        (level, 0_u8..60, 0_u8..11).prop_map(|(level, n, kind)| match kind {
            0 | 1 => format!("2026-01-13 10:15:{n:02},451 {level} [w-{n}] m3.program - value {n}"),
            2 => format!("10:15:{n:02} [{level}] text {n}"),
            3 => format!("{level}: text {n}"),
            4 => format!("{level}/Tag({n}): text"),
            5 => format!("{{\"time\":\"2026-01-13T10:15:{n:02}Z\",\"level\":\"{level}\",\"msg\":\"x\"}}"),
            6 => format!("ts=2026-01-13T10:15:{n:02}Z level={level} msg=\"x {n}\""),
            7 => format!("<{level}> <2026-01-13 10:15:{n:02}> text"),
            8 => format!("WW{n:04} = \"value {n}\""),
            9 => format!("\tat a.b.C.d(C.java:{n})"),
            _ => String::new(),
        })
    }

    proptest! {
        #[test]
        fn what_is_plainly_a_log_has_levels_enough(
            block in prop::collection::vec(lines(), 1..4),
            times in 1_usize..9,
            others in prop::collection::vec(lines(), 0..6),
            ends in prop_oneof![Just("\n"), Just("\r\n"), Just("\r")],
        ) {
            let lines: Vec<_> = std::iter::repeat_n(block, times).flatten().chain(others).collect();
            let text = lines.join(ends);
            prop_assert!(may_be_plainly(text.as_bytes()) || !is_learned_plainly(text.as_bytes()), "{}", text);
        }
    }

    #[test]
    fn a_dump_is_not_learned_as_a_log() {
        let dump = "M3 dump log\nCreated . : 2026-01-13 10:15:02\nPanel . . : E\n\nFields\nWWFACI = \"C01\"\n";
        assert!(!may_be_plainly(dump.as_bytes()));
        assert!(may_be_plainly("2026-01-13 10:15:02 INFO a\n2026-01-13 10:15:03 INFO b\n".as_bytes()));
    }

    #[test]
    fn a_log_of_one_record_is_told_by_its_first_lines() {
        let opens = |first: &str, second: &str| opens_with_a_record(first.as_bytes(), second.as_bytes());
        for (first, second) in [
            ("2026-01-13 10:15:07,451 ERROR [w-1] m3.program - Abnormal termination", "Dump log created:"),
            ("10:15:07.451 [w-1] ERROR m3.program - Abnormal termination", ""),
            ("ERROR 2026-01-13 10:15:07,451 [w-1] Abnormal termination", ""),
            ("Jan 13, 2026 10:15:07 AM mvx.runtime.Job run", "SEVERE: Abnormal termination"),
        ] {
            assert!(opens(first, second), "{first}");
        }
        for (first, second) in [
            ("M3 dump log", "Created: 2026-01-13 10:15:06"),
            ("2026-01-13 10:15:06 dump of CRS008", "Program: CRS008"),
            ("10:15:06 13-01-2026 dump of CRS008", "User => MWSUSR"),
            ("", ""),
        ] {
            assert!(!opens(first, second), "{first}");
        }
    }

    /// Synthetic: two records as logs of many kinds have them.
    const LOGS: [&str; 12] = [
        "Jan 13 08:15:02 host app[1]: Started\nJan 13 08:15:03 host app[1]: Abnormal termination of CRS008\n",
        "[08:15:02] Started\n[08:15:03] Abnormal termination of CRS008\n",
        "0 [main] INFO com.a.B - Started\n12 [main] ERROR com.a.B - Abnormal termination of CRS008\n",
        "I0113 08:15:02.118000     812 node.go:112] Started\n\
         E0113 08:15:03.118000     812 node.go:112] Abnormal termination of CRS008\n",
        "<34>1 2026-01-13T08:15:02.118Z host app 812 ID47 - Started\n\
         <34>1 2026-01-13T08:15:03.118Z host app 812 ID47 - Abnormal termination of CRS008\n",
        "{\"name\":\"app\",\"level\":30,\"msg\":\"Started\",\"time\":\"2026-01-13T08:15:02.118Z\",\"v\":0}\n\
         {\"name\":\"app\",\"level\":50,\"msg\":\"Abnormal termination of CRS008\",\"time\":\"2026-01-13T08:15:03.118Z\",\"v\":0}\n",
        "{\"log\":\"INFO Started\\n\",\"stream\":\"stdout\",\"time\":\"2026-01-13T08:15:02.118000000Z\"}\n\
         {\"log\":\"ERROR Abnormal termination of CRS008\\n\",\"stream\":\"stdout\",\"time\":\"2026-01-13T08:15:03.118000000Z\"}\n",
        "!ENTRY com.a.b 1 0 2026-01-13 08:15:02.118\n!MESSAGE Started\n\n\
         !ENTRY com.a.b 4 0 2026-01-13 08:15:03.118\n!MESSAGE Abnormal termination of CRS008\n",
        "info: Com.A.B[0]\n      Started\nfail: Com.A.B[0]\n      Abnormal termination of CRS008\n",
        "INFO:root:Started\nERROR:root:Abnormal termination of CRS008\n",
        "2026-01-13 08:15:02,118 INFO  [main] com.a.B - Started\n\
         2026-01-13 08:15:03,118 ERROR [main] com.a.B - Abnormal termination of CRS008\n",
        "2026-01-13 08:15:02,118 Started\n2026-01-13 08:15:03,118 Abnormal termination of CRS008\n",
    ];

    #[test]
    fn a_log_whose_records_tell_of_a_program_that_ended_is_a_log_throughout() {
        let trace = "java.lang.NullPointerException: x\n\tat mvx.app.pgm.CRS008.PEINZ(CRS008.java:12)\n\tat mvx.runtime.Job.run(Job.java:3)\n";
        for log in LOGS {
            for text in [log.to_owned(), format!("{log}{trace}{log}"), format!("{log}{trace}{}", log.repeat(3))] {
                assert!(is_throughout(text.as_bytes()), "{text}");
                assert!(!crate::dump::sniff(text.as_bytes()).is_dump(), "{text}");
            }
        }
        for dump in [
            "2026-01-13 08:15:03 Abnormal termination of CRS008\nProgram: CRS008\nUser: JDOE\n",
            "Dump log\n2026-01-13 08:15:03\nProgram: CRS008\n",
            "2026-01-13 08:15:03 Dump of CRS008\n    Program: CRS008\n    User: JDOE\n    Company: 100\n",
        ] {
            assert!(!is_throughout(dump.as_bytes()), "{dump}");
        }
    }
}

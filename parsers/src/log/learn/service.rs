//! What a service wrapper writes before each line of the program that it runs: how bad, which process, when.
//! `INFO   | jvm 1    | 2026/01/05 10:15:02 | text`, by Tanuki's Java Service Wrapper and what was made after it
//! ([format](https://wrapper.tanukisoftware.com/doc/english/prop-wrapper-logfile-format.html)).
//!
//! The program's lines may have heads of their own, which are those of the records then.

use super::super::layout::{Caught, Field, Layout, Pad, Part};
use super::super::{Hints, pattern};
use super::group::may_not_start;
use super::{Learned, has_level, read_by_place};
use std::sync::LazyLock;

/// With seconds, and with milliseconds.
const HEADS: [&str; 2] =
    ["%-6p | %-8t | %d{yyyy/MM/dd HH:mm:ss} | %m%n", "%-6p | %-8t | %d{yyyy/MM/dd HH:mm:ss.SSS} | %m%n"];
/// What the wrapper calls the program, before the number of its start; together they are filled up with blanks.
const PROGRAM: &str = "jvm ";
const WIDTH: u16 = 4;
/// Of a hundred lines that may start a record so many are written so.
const NEARLY_ALL: usize = 97;
/// Of a hundred lines so many of a program's have a head where it writes one.
const MANY: usize = 10;

/// The layouts of a log whose lines nearly all are written so.
pub(super) fn layouts(lines: &[Vec<u8>], open: &[usize], hints: &Hints) -> Option<Vec<Layout>> {
    // The wrapper has words for how bad a line is that nobody else has: `STATUS`, `ADVICE`.
    static LAYOUTS: LazyLock<Vec<Layout>> =
        LazyLock::new(|| HEADS.into_iter().filter_map(|head| pattern::parse(head).ok()?.into_iter().next()).collect());
    let starting = || open.iter().map(|at| &lines[*at]).filter(|line| !may_not_start(line));
    let mut caught = Caught::new();
    let first = starting().next()?;
    let layout = LAYOUTS.iter().find(|layout| text(layout, first, &mut caught).is_some())?;
    let inside: Vec<Vec<u8>> =
        starting().filter_map(|line| text(layout, line, &mut caught)).map(<[u8]>::to_vec).collect();
    if inside.len() * 100 < starting().count() * NEARLY_ALL {
        return None;
    }
    let mut own = Learned { layouts: Vec::new(), notes: Vec::new() };
    read_by_place(&inside, (0..inside.len()).filter(|at| !inside[*at].is_empty()).collect(), hints, false, &mut own);
    let told = |own: &Layout| {
        let read = inside.iter().filter(|line| own.matches(line, &mut Caught::new())).count();
        own.lines() == 1 && (own.has_time() || has_level(own)) && read * 100 >= inside.len() * MANY
    };
    let around = own.layouts.iter().filter(|own| told(own)).map(|own| around(layout, own));
    Some(around.chain([layout.clone()]).collect())
}

/// The text behind the head, where the line has one and the process is one that the wrapper names.
fn text<'l>(layout: &Layout, line: &'l [u8], caught: &mut Caught) -> Option<&'l [u8]> {
    if !layout.matches(line, caught) {
        return None;
    }
    let thread = layout.head.iter().position(|part| matches!(part, Part::Field(Field::Thread, _)))?;
    let (start, end) = *caught.parts.get(thread)?;
    let process = line.get(start as usize..end as usize)?.trim_ascii();
    (process.starts_with(b"jvm") || process.starts_with(b"wrapper")).then(|| line.get(caught.end..).unwrap_or_default())
}

/// The program's layout behind the wrapper's, of which the level and the number of the process are columns then.
fn around(layout: &Layout, own: &Layout) -> Layout {
    let mut head: Vec<Part> = Vec::with_capacity(layout.head.len() + own.head.len());
    for part in &layout.head {
        match part {
            Part::Field(Field::Level, pad) => head.push(Part::Field(Field::Column("status".into()), *pad)),
            Part::Field(Field::Thread, _) => {
                text_behind(&mut head, PROGRAM);
                head.push(Part::Field(Field::Column("jvm".into()), Pad::Left(WIDTH)));
            }
            Part::Text(text) => text_behind(&mut head, text),
            other => head.push(other.clone()),
        }
    }
    for part in &own.head {
        match part {
            Part::Text(text) => text_behind(&mut head, text),
            other => head.push(other.clone()),
        }
    }
    Layout { head, ..own.clone() }
}

fn text_behind(head: &mut Vec<Part>, text: &str) {
    match head.last_mut() {
        Some(Part::Text(before)) => before.push_str(text),
        _ => head.push(Part::Text(text.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::shown;

    fn log(own: impl Fn(usize) -> String) -> String {
        let line = |n: usize| {
            let time = format!("2026/01/05 10:15:{:02}", n % 60);
            let status = if n.is_multiple_of(9) {
                format!("STATUS | wrapper  | {time} | Launching a JVM...\n")
            } else {
                String::new()
            };
            let trace = ["java.io.IOException: closed", "\tat com.foo.Bar.run(Bar.java:12)", "\t... 1 more"];
            let below = if n % 5 == 2 { &trace[..] } else { &[] };
            let said = below.iter().map(|line| format!("INFO   | jvm 1    | {time} | {line}\n")).collect::<String>();
            format!("{status}INFO   | jvm 1    | {time} | {}\n{said}", own(n))
        };
        (0..40).map(line).collect()
    }

    #[test]
    fn lines_of_a_service_are_records() {
        for own in [|n: usize| format!("WrapperManager: {n} done"), |n: usize| format!("loaded {n} of 40")] {
            let (layouts, records) = shown(&log(own));
            assert_eq!((layouts.len(), records.len()), (1, 40 + 5 + 8), "{layouts:?}");
            assert_eq!(records[0], "2026-01-05T10:15:00|STATUS|wrapper|-||Launching a JVM...");
            assert!(records[1].starts_with("2026-01-05T10:15:00|INFO|jvm 1|-||"), "{records:?}");
        }
    }

    #[test]
    fn records_of_a_program_in_a_service_have_their_own_level_and_time() {
        let levels = ["INFO", "DEBUG", "ERROR"];
        let timed = |n: usize| {
            format!("2026-01-05 10:15:{:02},480 {:5} [w-{}] com.foo.Bar - x {n}", n % 60, levels[n % 3], n % 4)
        };
        let (layouts, records) = shown(&log(timed));
        assert_eq!(records.len(), 40 + 5 + 8, "{layouts:?}");
        assert_eq!(
            records[1],
            "2026-01-05T10:15:00.480|INFO|w-0|com.foo.Bar|status=INFO,jvm=1,time=2026-01-05 10:15:00,480|x 0"
        );
        assert_eq!(records[0], "2026-01-05T10:15:00|STATUS|wrapper|-||Launching a JVM...");
        let levelled = |n: usize| format!("{} [w-{}] com.foo.Bar - x {n}", levels[n % 3], n % 4);
        let (layouts, records) = shown(&log(levelled));
        assert_eq!(records.len(), 40 + 5 + 8, "{layouts:?}");
        assert_eq!(records[2], "2026-01-05T10:15:01|DEBUG|w-1|com.foo.Bar|status=INFO,jvm=1|x 1");
    }
}

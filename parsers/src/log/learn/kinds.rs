//! Lines that open with the same time and are of several kinds: records of two layouts, or records and the rows that some
//! of them tell, which begin with a time as well. Read together they have nothing in common but that time, so that the
//! layout would lose what the records say; here the kind that says most is read alone.
//!
//! Knows nothing of what becomes of the other lines: they stay open, and are asked again.

use super::super::layout::{Field, Layout, Part};
use super::group::Group;
use super::induce::{Induced, induce};
use super::others::in_order;
use super::rows::{level_outside, words_before};
use std::cmp::Reverse;
use std::collections::HashMap;

/// So many kinds are read alone, the largest ones.
const TRIED: usize = 4;
/// Of a hundred lines so many of one kind are the group; the others are let go without this.
const NEARLY_ALL: usize = 97;
/// What a kind says at least that isn't half of the lines: a level, and a thread or a logger, which no row of a table has.
const TELLING: usize = LEVEL + NAME;

/// What parts of a head are worth: what they say of a record, and how unlikely they are to be found by chance.
const LEVEL: usize = 4;
const NAME: usize = 2;
const COLUMN: usize = 1;

/// The lines of the kind that says most, and the layouts of them, where that is more than the `whole` group says.
pub(super) fn most_telling(lines: &[Vec<u8>], group: &Group, whole: &[Layout]) -> Option<(Group, Induced)> {
    if !group.starts_line || group.tail.is_some() {
        return None;
    }
    let least = worth(whole);
    let mut kinds: HashMap<Kind, Vec<(usize, usize, usize)>> = HashMap::new();
    for place in &group.lines {
        kinds.entry(Kind::of(&lines[place.0], place.1, place.2)).or_default().push(*place);
    }
    let mut kinds: Vec<_> = kinds.into_iter().collect();
    kinds.sort_unstable_by_key(|(_, members)| (Reverse(members.len()), members[0]));
    let all = group.lines.len();
    if kinds.first().is_none_or(|(_, largest)| largest.len() * 100 >= all * NEARLY_ALL) {
        return None;
    }
    let mut best: Option<(usize, Group, Induced)> = None;
    for (kind, members) in kinds.into_iter().take(TRIED) {
        let half = members.len() * 2 >= all;
        // One line shows no kind: it may begin with an ordinary word.
        if !half && (members.len() < 2 || !kind.opens_with_level()) {
            continue;
        }
        let rest: Vec<usize> =
            group.lines.iter().filter(|line| members.binary_search(line).is_err()).map(|(at, ..)| *at).collect();
        let part = group.part(lines, &members);
        let induced = induce(lines, &part);
        let worth = worth(&induced.layouts);
        let most = best.as_ref().map_or(least, |(most, ..)| *most);
        // What a few rows begin with would loosen how the records' own time is read.
        let tighter = best.is_none() && half && worth == least && !others_have_levels(lines, group, &part);
        if worth <= most && !tighter || !induced.layouts.iter().all(Layout::has_time) {
            continue;
        }
        let whole = Group { lines: group.lines.clone(), ..part.clone() };
        if half || worth >= TELLING && !in_order(lines, &whole, &rest, &rest) {
            best = Some((worth, part, induced));
        }
    }
    best.map(|(_, part, induced)| (part, induced))
}

/// Whether some lines of the group that `part` doesn't read have a level behind their time, or all of its lines are read
/// as `part` writes the time.
fn others_have_levels(lines: &[Vec<u8>], group: &Group, part: &Group) -> bool {
    if part.format == group.format {
        return true;
    }
    let other = |line: &&(usize, usize, usize)| part.lines.binary_search(line).is_err();
    let levelled = |(at, start, end): &(usize, usize, usize)| Kind::of(&lines[*at], *start, *end).opens_with_level();
    group.lines.iter().filter(other).any(levelled)
}

/// What the layouts of a group say, the one that says most counted.
pub(super) fn worth(layouts: &[Layout]) -> usize {
    let of = |part: &Part| match part {
        Part::Field(Field::Level, _) => LEVEL,
        Part::Field(Field::Thread | Field::Logger, _) => NAME,
        Part::Field(Field::Column(_), _) => COLUMN,
        Part::Text(_) | Part::Time(_) | Part::LineBreak => 0,
    };
    layouts.iter().map(|layout| layout.head.iter().map(of).sum()).max().unwrap_or(0)
}

/// What tells lines of one kind from those of another.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Kind {
    /// The time as it is written, numbers and words as one sign each.
    time: Vec<u8>,
    /// The signs behind it.
    behind: Vec<u8>,
    /// How many words stand between time and level, where there is one.
    level: Option<usize>,
}

impl Kind {
    /// Whether the level stands where only a head has one: first, or behind a column or two.
    fn opens_with_level(&self) -> bool {
        self.level.is_some_and(|words| words <= 2)
    }

    fn of(line: &[u8], start: usize, end: usize) -> Self {
        let mut time: Vec<u8> = Vec::new();
        for byte in &line[start..end] {
            let sign = match byte {
                b'0'..=b'9' => b'9',
                // Zones go either way.
                b'+' => b'-',
                b if b.is_ascii_alphanumeric() || *b >= 0x80 => b'a',
                b => *b,
            };
            // A blank stands for the first digit of a day that has but one.
            if !((sign.is_ascii_alphanumeric() || sign == b' ') && time.last() == Some(&sign)) {
                time.push(sign);
            }
        }
        let mut behind: Vec<u8> = Vec::new();
        for byte in line[end..].iter().take_while(|byte| !byte.is_ascii_alphanumeric() && **byte < 0x80).take(SIGNS) {
            if *byte != b' ' || behind.last() != Some(&b' ') {
                behind.push(*byte);
            }
        }
        let level = level_outside(line, (start, end))
            .map(|(at, _)| words_before(line, at).saturating_sub(words_before(line, end)));
        Self { time, behind, level }
    }
}

/// So many signs behind a time are looked at: a column that is filled up in front begins with any number of blanks.
const SIGNS: usize = 40;

#[cfg(test)]
mod tests {
    use super::super::tests::shown;

    fn records(text: &str) -> Vec<String> {
        shown(text).1
    }

    #[test]
    fn rows_that_begin_with_a_date_belong_to_the_record_that_tells_them() {
        let row = |n: usize| format!("2026-01-{:02} 00:00:00  {n}00  A\n", n + 1);
        let line = |n: usize, text: &str| {
            let level = ["INFO ", "DEBUG", "ERROR"][n % 3];
            format!("2026-01-13 08:{:02}:{:02},118 {level} [w-{}] com.a.B - {text}\n", n / 60, n % 60, n % 4)
        };
        // Few records and more rows, or many of both.
        for (lines, rows, every) in [(4, 3, 4), (4, 9, 4), (300, 3, 5), (300, 12, 5), (300, 3, 50)] {
            let text: String = (0..lines)
                .map(|n| {
                    if n % every == 1 {
                        line(n, "rows:") + &(0..rows).map(row).collect::<String>()
                    } else {
                        line(n, "x")
                    }
                })
                .collect();
            let (layouts, records) = shown(&text);
            assert_eq!(layouts, ["%d{yyyy-MM-dd HH:mm:ss,SSS} %-5p [%t] %c - %m%n"], "{lines} {rows}");
            assert_eq!(records.len(), lines, "{lines} {rows}");
            let told =
                format!("2026-01-13T08:00:01.118|DEBUG|w-1|com.a.B||rows:\n{}", (0..rows).map(row).collect::<String>());
            assert_eq!(records[1], told.trim_end(), "{lines} {rows}");
        }
    }

    #[test]
    fn rows_with_another_notation_of_dates_belong_to_their_record_too() {
        let line = |n: usize| format!("2026-01-13 08:15:{n:02},118 INFO  [main] com.a.B - rows:\n");
        let rows = "01.02.2024 00:00:00  100  A\n02.02.2024 00:00:00  200  B\n03.02.2024 00:00:00  300  C\n";
        // Also behind a number.
        let numbered = rows.lines().map(|row| format!("7   {row}\n")).collect::<String>();
        // And where a column of theirs is a level.
        let levelled = "1;2024-01-01 10:00:00;INFO;abc\n2;2024-01-02 10:00:00;WARN;def\n";
        let tables = [rows, &numbered, levelled];
        for (rows, times) in tables.into_iter().flat_map(|rows| [(rows, 1), (rows, 4)]) {
            let text: String = (0..12).map(|n| line(n) + &rows.repeat(times)).collect();
            assert_eq!(records(&text).len(), 12, "{rows} {times}");
        }
    }

    #[test]
    fn a_date_within_an_exception_or_a_document_opens_no_record() {
        let text = "2026-01-13 08:15:02,118 INFO  [main] com.a.B - Started\n\
            2026-01-13 08:15:03,118 ERROR [main] com.a.B - failed\n\
            java.sql.SQLException: row\n2026-01-13 08:15:03.000 conflicts\n\tat a.B.c(B.java:1)\n";
        let (layouts, records) = shown(text);
        assert_eq!((layouts.len(), records.len()), (1, 2), "{layouts:?} {records:?}");
        assert!(records[1].starts_with("2026-01-13T08:15:03.118|ERROR|main|com.a.B||"), "{records:?}");
        // Nor where records below such dates begin as columns of a table do that stand a line each.
        let mpd = "<MPD>\n<Time>2026-01-13 08:15:02</Time>\n2026-01-13 08:15:02\n</MPD>\n";
        let text: String = (0..4)
            .map(|n| {
                format!("2026-01-13 08:15:{n:02},118 DEBUG [main] com.a.B - {}", if n % 2 == 1 { mpd } else { "x\n" })
            })
            .collect();
        let (layouts, records) = shown(&text);
        assert_eq!((layouts.len(), records.len()), (1, 4), "{layouts:?} {records:?}");
        let (layouts, records) = shown(&text.repeat(20));
        assert_eq!((layouts.len(), records.len()), (1, 80), "{layouts:?}");
    }

    #[test]
    fn a_word_that_one_line_begins_with_is_no_level_of_a_log_without() {
        let says = ["Abnormal end", "Company: 330", "Error time: 09:12:31", "Program: PPS200", "Division: AAA"];
        let text: String = says.iter().map(|text| format!("[07/Jun/2025:09:12:33 +0100] (job-17) {text}\n")).collect();
        assert_eq!(records(&text).len(), says.len());
    }

    #[test]
    fn two_layouts_that_write_the_time_alike_are_two_layouts() {
        let grid = "[2025-11-05T13:59:50.007Z] [INFO] [m3app01] [MWS] [mws-worker-8] [com.a.B] request done\n";
        let jvm = "[2025-11-05T14:01:00.007+0100][info ][gc,start] GC(1) Started\n";
        for text in
            [format!("{grid}{jvm}").repeat(2), format!("{grid}{jvm}").repeat(20), grid.repeat(3) + &jvm.repeat(5)]
        {
            let records = records(&text);
            assert_eq!(records.len(), text.lines().count());
            for record in records {
                let wanted = if record.ends_with("done") {
                    "2025-11-05T13:59:50.007Z|INFO|"
                } else {
                    "2025-11-05T14:01:00.007+01:00|INFO|"
                };
                assert!(record.starts_with(wanted), "{record}");
            }
        }
        let python = |n: usize| format!("2024-03-01 00:01:{n:02},999 - com.a.B - INFO - GET /x\n");
        let tabs = |n: usize| format!("2024-03-01 00:02:{n:02},999\tWARN\tm3app01\tMWS\tmain\tcom.a.C\tdone\n");
        let text: String = (0..12).map(python).chain((0..12).map(tabs)).collect();
        let records = records(&text);
        assert_eq!(records[0], "2024-03-01T00:01:00.999|INFO|-|com.a.B||GET /x");
        assert!(records[12].starts_with("2024-03-01T00:02:00.999|WARN|main|com.a.C|"), "{records:?}");
    }
}

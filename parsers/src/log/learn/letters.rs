//! Levels of one character in a column of their own, as WebSphere writes them behind thread and short name:
//! `[1/13/26 10:15:02:480 CET] 0000004a ServletWrappe I   SRVE0242I: ...`.
//! <https://www.ibm.com/docs/en/was/9.0.5?topic=SSEQTP_9.0.5/com.ibm.websphere.base.doc/ae/rtrb_readmsglogs.htm>
//!
//! Most of the characters are no levels anywhere else, so that the whole column is found by the columns before it.

use super::super::layout::Field;
use super::super::level;
use super::rows::{Row, Work};

/// Of a hundred rows so many are written so.
const NEEDED: usize = 97;
/// Fewer rows show no columns.
const FEWEST: usize = 3;
/// Digits of a thread's number.
const THREAD_DIGITS: usize = 8;

/// Gives the rows their levels where those stand in such a column; whether they do.
pub(super) fn find(rows: &mut [Row<'_>]) -> bool {
    let places: Vec<Option<usize>> = rows.iter().map(place).collect();
    if rows.len() < FEWEST || places.iter().flatten().count() * 100 < rows.len() * NEEDED {
        return false;
    }
    for (row, place) in rows.iter_mut().zip(places) {
        row.level = place.map(|at| (at, 1));
    }
    true
}

/// Where the level of a row stands, if it is written so.
fn place(row: &Row<'_>) -> Option<usize> {
    let behind = row.text.get(row.time.1..)?;
    let mut words = behind.split(|byte| *byte == b' ').filter(|word| !matches!(word, [] | [b']']));
    let (thread, _name, level) = (words.next()?, words.next()?, words.next()?);
    let numbered = thread.len() == THREAD_DIGITS && thread.iter().all(u8::is_ascii_hexdigit);
    let at = level.as_ptr().addr() - row.text.as_ptr().addr();
    (numbered && level.len() == 1 && level::alone(level).is_some()).then_some(at)
}

/// Names the thread and the logger, which stand in this order before such a level.
pub(super) fn name(work: &Work<'_>, fields: &mut [Option<Field>]) {
    for (slot, field) in work.slots_before_level().zip([Field::Thread, Field::Logger]) {
        fields[slot] = Some(field);
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::shown;

    /// Synthetic, in IBM's basic format.
    fn log(letters: &str) -> String {
        let names = ["ServletWrappe", "SystemOut    ", "MWSService   "];
        let line = |(n, letter): (usize, char)| {
            format!(
                "[1/13/26 10:15:{:02}:48{} CET] 000000{:02x} {} {letter}   SRVE02{n:02}I: A servlet is ready\n",
                n % 60,
                n % 10,
                0x4a + n % 3,
                names[n % 3]
            )
        };
        letters.chars().cycle().take(40).enumerate().map(line).collect()
    }

    #[test]
    fn each_character_is_a_level_and_each_line_a_record() {
        let (layouts, records) = shown(&log("IWEAOR123><DFCZ"));
        assert_eq!(layouts, ["[%d{M/dd/yy HH:mm:ss:SSS z}] %t %-13c{1} %p   %m%n"]);
        assert_eq!(records.len(), 40);
        assert_eq!(records[0], "2026-01-13T10:15:00.480+01:00|I|0000004a|ServletWrappe||SRVE0200I: A servlet is ready");
        let level = |n: usize| records[n].split('|').nth(1).map(str::to_owned);
        assert_eq!(level(9).as_deref(), Some(">"));
        assert_eq!(level(4).as_deref(), Some("O"));
    }

    #[test]
    fn characters_elsewhere_are_none() {
        let text: String = (0..40)
            .map(|n| format!("2026-01-13 10:15:{:02},480 000000{n:02x} step {} of 3 is done\n", n % 60, n % 3 + 1))
            .collect();
        let (layouts, records) = shown(&text.replace("step ", "step").replace(" of", "x of"));
        assert_eq!(records.len(), 40, "{layouts:?}");
        assert!(records.iter().all(|record| record.contains("|-|")), "{layouts:?} {records:?}");
    }
}

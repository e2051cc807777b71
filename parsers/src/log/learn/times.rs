//! Which of the times in a line is the record's own, and where the others stand: in a file's name, in a message, or among
//! columns that only count. Knows nothing of groups and layouts.

use super::super::level;
use super::super::time::scan::{Found, Grade, scan};
use super::super::time::{Digits, Item, TimeFormat};
use super::group::{REACH, is_opening, may_not_start, next_level, normal};
use super::rows::words_before;
use std::collections::HashMap;

/// For each line the time that is most likely to be the record's own.
pub(super) fn main_times(lines: &[Vec<u8>]) -> Vec<Option<(usize, Found)>> {
    let found: Vec<_> = lines.iter().map(|line| main_time(line, |_| true)).collect();
    let mut times = of_heads(lines, found);
    if counts_up(lines, &times) {
        let no_count = |found: &Found| found.grade != Grade::Epoch;
        for (line, time) in lines.iter().zip(&mut times) {
            if time.as_ref().is_some_and(|(_, found)| !no_count(found)) {
                *time = main_time(line, no_count).map(|times| times.best);
            }
        }
    }
    times
}

/// Whether what reads as seconds since 1970 is the running time of a program (`%r`): where the one stands, other lines
/// have numbers of fewer digits, and their level at the same place.
fn counts_up(lines: &[Vec<u8>], times: &[Option<(usize, Found)>]) -> bool {
    let place = |line: &[u8], at: usize| {
        let (level, _) = next_level(line, 0)?;
        let columns = line[..at].iter().filter(|b| **b == b',').count();
        Some((words_before(line, at), columns, words_before(line, level)))
    };
    let mut places: HashMap<(usize, usize, usize), (usize, usize)> = HashMap::new();
    for (line, time) in lines.iter().zip(times) {
        if let Some((at, found)) = time
            && found.grade == Grade::Epoch
            && found.len == 10
            && let Some(place) = place(line, *at)
        {
            places.entry(place).or_default().0 += 1;
        }
    }
    if places.is_empty() {
        return false;
    }
    for line in lines.iter().filter(|line| !may_not_start(line)) {
        let mut words = line.split(|b| matches!(b, b' ' | b'\t' | b'|' | b';')).scan(0, |at, word| {
            let start = *at;
            *at += word.len() + 1;
            Some((start, word))
        });
        let short = |word: &[u8]| (1..10).contains(&word.len()) && word.iter().all(u8::is_ascii_digit);
        if let Some((at, _)) = words.by_ref().take(8).find(|(_, word)| short(word))
            && let Some((_, shorter)) = place(line, at).and_then(|place| places.get_mut(&place))
        {
            *shorter += 1;
        }
    }
    places.values().any(|(long, shorter)| shorter * 20 >= *long && *shorter > 1)
}

/// The times of a line that may be the record's.
struct Times {
    /// The one that is most likely.
    best: (usize, Found),
    /// The first, where that is another one.
    first: Option<(usize, Found)>,
}

/// For each line its time: a date in what some records say is likelier than a time of day, but not where all records have
/// such a one at one place before it.
fn of_heads(lines: &[Vec<u8>], found: Vec<Option<Times>>) -> Vec<Option<(usize, Found)>> {
    let place = |line: usize, (at, found): &(usize, Found)| (normal(&found.format), words_before(&lines[line], *at));
    let behind = found.iter().flatten().filter(|times| times.first.is_some()).count();
    let all = found.iter().flatten().count();
    let mut places: HashMap<(Vec<Item>, usize), usize> = HashMap::new();
    if behind > 0 && behind * 2 <= all {
        for (line, times) in found.iter().enumerate().filter_map(|(line, times)| Some((line, times.as_ref()?))) {
            *places.entry(place(line, times.first.as_ref().unwrap_or(&times.best))).or_default() += 1;
        }
    }
    let of_all = places.into_iter().find(|(_, many)| many * 100 >= all * NEARLY_ALL).map(|(place, _)| place);
    let settle = |(line, times): (usize, Option<Times>)| {
        let Times { best, first } = times?;
        let first = first.filter(|first| of_all.as_ref().is_some_and(|of_all| place(line, first) == *of_all));
        Some(first.unwrap_or(best))
    };
    found.into_iter().enumerate().map(settle).collect()
}

/// Of a hundred lines so many have a time where all records have theirs.
const NEARLY_ALL: usize = 97;

/// The times of one line, of those that `may_be`.
fn main_time(line: &[u8], may_be: impl Fn(&Found) -> bool) -> Option<Times> {
    if may_not_start(line) {
        return None;
    }
    let mut best: Option<(i64, usize, Found)> = None;
    let mut first: Option<(usize, Found)> = None;
    let mut at = 0;
    let reach = line.len().min(REACH);
    while at < reach {
        let fresh = at == 0 || !line[at - 1].is_ascii_alphanumeric();
        // A name of a month may begin beyond ASCII.
        let begins = line[at].is_ascii_alphanumeric() || line[at] >= 0xC0 && (at == 0 || line[at - 1].is_ascii());
        if fresh
            && begins
            && let Some(found) = scan(&line[at..]).or_else(|| minutes(line, at)).filter(&may_be)
            && !within_a_name(line, at, &found)
        {
            let len = found.len;
            let score = score(line, at, &found);
            // No other time opens the line, and none is worth more than one that does.
            let settled = found.grade == Grade::Full && is_opening(&line[..at]);
            match best.take() {
                Some(before) if before.0 >= score => best = Some(before),
                before => {
                    first = first.or(before.map(|(_, at, found)| (at, found)));
                    best = Some((score, at, found));
                }
            }
            if settled {
                break;
            }
            at += len;
        } else {
            at += 1;
        }
    }
    best.map(|(_, at, found)| Times { best: (at, found), first })
}

/// Hours and minutes alone, which are a time only where they open a line and a level follows.
fn minutes(line: &[u8], at: usize) -> Option<Found> {
    let [h, i, b':', m, n] = line.get(at..at + 5)? else { return None };
    let number = |tens: &u8, ones: &u8| {
        (tens.is_ascii_digit() && ones.is_ascii_digit()).then(|| (tens - b'0') * 10 + ones - b'0')
    };
    let opens = is_opening(&line[..at]) && number(h, i)? < 24 && number(m, n)? < 60;
    let behind = line[at + 5..].iter().take_while(|b| b" ])>}|;,\"[(<{-".contains(b)).count();
    let levelled = behind > 0 && level::at_start(line.get(at + 5 + behind..)?).is_some();
    (opens && levelled).then(|| {
        let items = vec![Item::Hour(Digits::Two), Item::Lit(b':'), Item::Minute(Digits::Two)];
        Found { format: TimeFormat { items }, len: 5, grade: Grade::TimeOnly, order: None }
    })
}

/// Whether a time is a part of a longer name, as in `dumps/CRS008-20260113101507-0.txt` or `D20260113.101507.004`: it
/// says when the file was made and nothing of the record.
fn within_a_name(line: &[u8], at: usize, found: &Found) -> bool {
    let len = found.len;
    let joins = |byte: Option<&u8>| byte.is_some_and(|b| b"-_./\\".contains(b));
    let word = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let ahead = at >= 2 && joins(line.get(at - 1)) && word(line.get(at - 2));
    let behind = joins(line.get(at + len)) && word(line.get(at + len + 1));
    let behind_a_number = at >= 2 && line[at - 1] == b'.' && line[at - 2].is_ascii_digit();
    ahead && (behind || (behind_a_number && found.grade == Grade::TimeOnly))
}

fn score(line: &[u8], at: usize, found: &Found) -> i64 {
    let grade = match found.grade {
        Grade::Full => 100,
        Grade::Epoch => 60,
        Grade::NoYear => 50,
        Grade::TimeOnly => 30,
    };
    let place = match at.checked_sub(1).map(|i| line[i]) {
        _ if is_opening(&line[..at]) => 100,
        Some(b' ' | b'\t' | b'|' | b';' | b',' | b'[' | b'(' | b'"' | b'=') => 10,
        _ => -30,
    };
    grade + place + found.format.items.len() as i64 / 4 - at as i64 / 8
}

#[cfg(test)]
mod tests {
    use super::super::tests::shown;

    #[test]
    fn a_date_in_some_messages_is_not_the_time_of_records_that_all_have_one_before() {
        let text = "main\t10:15:02,140\tWARN\tcom.a.B\t2024-01-02 03:04:05 date at the start\n\
            main\t10:15:02,159\tWARN\ta.B\tuser=JDOE program=CRS008 [cono=100]\n";
        for text in [text.to_owned(), text.repeat(20)] {
            let (layouts, records) = shown(&text);
            assert_eq!(layouts.len(), 1, "{layouts:?}");
            assert_eq!(records.len(), text.lines().count());
            assert_eq!(records[0], "1970-01-01T10:15:02.140|WARN|main|com.a.B||2024-01-02 03:04:05 date at the start");
        }
    }

    #[test]
    fn a_date_and_a_time_may_stand_in_brackets_of_their_own() {
        for between in ["] [", "]["] {
            let line = |n: usize| format!("[2026-01-13{between}08:15:{n:02}.118] [ERROR] [com.a.B] x\n");
            let (layouts, records) = shown(&(line(2) + &line(3)));
            assert_eq!(records[1], "2026-01-13T08:15:03.118|ERROR|-|com.a.B||x", "{layouts:?}");
        }
    }
}

//! What a log's record says of whom it was written for, between its head and its message:
//! `... ERROR [job-4] [user=JDOE cono=100 pgm=CRS008] a.b.C - Program ended`. It must not know what the names mean.

use super::lines_of;

/// Names and values that such a context has at least.
const FEWEST: usize = 3;

/// Lines that are looked at.
const LINES: usize = 50;

/// Bytes of the longest line that is: each bracket of it may open a context.
const LONGEST: usize = 2 << 10;

/// The text with the names and values of each such context on lines of their own, byte for byte as long; `None` where no
/// line has one.
pub(crate) fn members(text: &str) -> Option<String> {
    lines_of(text).take(LINES).any(|line| context(line).is_some()).then(|| {
        let apart = |(at, line): (usize, &str)| match context(line).filter(|_| at < LINES) {
            Some((open, close)) => {
                let members = line[open + 1..close].replace(", ", " \n").replace(' ', "\n");
                format!("{}\n{members}\n{}", &line[..open], &line[close + 1..])
            }
            None => line.to_owned(),
        };
        lines_of(text).enumerate().map(apart).collect()
    })
}

/// The names and values of the context on the first line of a record.
pub(crate) fn first(record: &str) -> Option<String> {
    let line = record.lines().next()?;
    let (open, close) = context(line)?;
    Some(line[open + 1..close].replace([' ', ','], "\n"))
}

/// Where a context opens and closes on a line that has a date before it.
fn context(line: &str) -> Option<(usize, usize)> {
    if line.len() > LONGEST || !line.contains('=') {
        return None;
    }
    let opens = line.match_indices(['[', '{']).map(|(at, sign)| (at, if sign == "[" { ']' } else { '}' }));
    opens.into_iter().find_map(|(open, sign)| {
        let close = open + line[open..].find(sign)?;
        let inner = &line[open + 1..close];
        let members = inner.split([' ', ',']).filter(|member| !member.is_empty());
        let named = |member: &str| {
            member.split_once('=').is_some_and(|(name, value)| {
                name.starts_with(char::is_alphabetic) && name.chars().all(char::is_alphanumeric) && !value.contains('=')
            })
        };
        let dated = super::super::when::find(&line[..open]).is_some();
        let (several, all) = members.fold((0, true), |(n, all), member| (n + 1, all && named(member)));
        (dated && all && several >= FEWEST).then_some((open, close))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_context_of_a_record_stands_on_lines() {
        let text = "2026-01-13 10:15:02,480 ERROR [job-4] [user=JDOE cono=100 pgm=CRS008] a.b.C - ended\na.B: x\n";
        let plain = members(text).expect("a context");
        assert_eq!(plain.len(), text.len());
        let lines: Vec<&str> = plain.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        let expected =
            ["2026-01-13 10:15:02,480 ERROR [job-4]", "user=JDOE", "cono=100", "pgm=CRS008", "a.b.C - ended", "a.B: x"];
        assert_eq!(lines, expected);
        for other in
            ["[user=JDOE cono=100 pgm=CRS008]\n", "2026-01-13 10:15:02 [a=1 b]\n", "2026-01-13 10:15:02 [a=1\n", ""]
        {
            assert_eq!(members(other), None, "{other}");
        }
    }
}

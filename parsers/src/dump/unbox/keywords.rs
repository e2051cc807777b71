//! Keywords with their values in brackets, as commands of IBM i have them: `DMPPGM PGM(CRS008) USER(JDOE)`. It must not
//! know what the keywords mean.

use std::ops::Range;

use super::{blank, lines_of};

/// Keywords that a text has at least.
const FEWEST: usize = 5;

/// Lines by which a text is known.
const LINES: usize = 200;

/// The text with each keyword and its value on a line of its own, byte for byte as long; `None` where it has too few.
pub(crate) fn lines(text: &str) -> Option<String> {
    // A line that has one begins with a capital.
    let found = |line: &str| {
        let begins = line.trim_start().starts_with(|c: char| c.is_ascii_uppercase());
        if begins { keywords(line) } else { Vec::new() }
    };
    let counted = lines_of(text).take(LINES).map(|line| (found(line).len(), line.trim_end().ends_with(" +")));
    // Several on a line, or a command that goes over lines.
    let (several, continued, all) = counted.fold((false, 0, 0), |(several, continued, all), (n, goes_on)| {
        (several || n > 2, continued + usize::from(n > 0 && goes_on), all + n)
    });
    ((several || continued > 2) && all >= FEWEST).then(|| {
        let apart = |line: &str| match found(line) {
            keywords if keywords.is_empty() => line.to_owned(),
            keywords => apart(line, &keywords),
        };
        lines_of(text).map(apart).collect()
    })
}

/// A keyword: its name, and what stands in the brackets behind it.
struct Keyword {
    name: Range<usize>,
    value: Range<usize>,
}

/// The keywords that are all of a line, but for a command before them and a comment behind them.
fn keywords(line: &str) -> Vec<Keyword> {
    let mut all = Vec::new();
    let mut at = 0;
    loop {
        at += line[at..].len() - line[at..].trim_start().len();
        let rest = &line[at..];
        let comment = || rest.starts_with("/*") && rest.trim_end().ends_with("*/") || rest.trim_end() == "+";
        if rest.is_empty() || !all.is_empty() && comment() {
            return all;
        }
        // `USER ID(JDOE)`
        let two_words = rest.find('(').filter(|open| {
            let name = &rest[..*open];
            at > 0
                && name.split(' ').count() == 2
                && name.bytes().all(|b| b.is_ascii_uppercase() || matches!(b, b' ' | b'-'))
        });
        if let Some((open, len)) = two_words.and_then(|open| Some((open, closed(&rest[open..])?))) {
            all.push(Keyword { name: at..at + open, value: at + open + 1..at + open + len });
            at += open + len + 1;
            continue;
        }
        let name = rest.bytes().take_while(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || *b == b'_').count();
        let behind = &rest[name..];
        if all.is_empty() && at == 0 && name > 2 && behind.starts_with(' ') {
            at += name;
            continue;
        }
        let Some(len) = closed(behind).filter(|_| (2..=10).contains(&name)) else { return Vec::new() };
        all.push(Keyword { name: at..at + name, value: at + name + 1..at + name + len });
        at += name + len + 1;
        if !line[at..].is_empty() && !line[at..].starts_with([' ', '\t', '\r', '\n']) {
            return Vec::new();
        }
    }
}

/// Where the bracket that opens a text is closed, those in quotes aside.
fn closed(text: &str) -> Option<usize> {
    let (mut depth, mut quoted) = (0, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'\'' => quoted = !quoted,
            _ if quoted => {}
            b'(' => depth += 1,
            b')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return (at > 0).then_some(at);
        }
    }
    None
}

/// `DMPPGM PGM(CRS008) USER(JDOE)` as `DMPPGM\nPGM=CRS008 \nUSER=JDOE `.
fn apart(line: &str, keywords: &[Keyword]) -> String {
    let mut out = String::with_capacity(line.len());
    let mut at = 0;
    for keyword in keywords {
        let between = &line[at..keyword.name.start];
        let ends = !between.is_empty() && !line[..keyword.name.start].trim().is_empty();
        let before = between.len() - usize::from(ends);
        out.push_str(&between[..before]);
        out.push_str(if ends { "\n" } else { "" });
        out.push_str(&format!("{}={} ", &line[keyword.name.clone()], &line[keyword.value.clone()]));
        at = keyword.value.end + 1;
    }
    // What stands behind is a comment.
    let rest = line[at..].trim_end_matches(['\r', '\n']).len();
    out.push_str(&blank(&line[at..at + rest]));
    out.push_str(&line[at + rest..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_stand_on_lines_of_their_own() {
        let text = "DMPPGM PGM(CRS008) USER(JDOE) CONO(100)\n       ENV(TST)  TEXT('a (b')\nSTACK(SYS CRS008)   /* in order */\r\nat a.B.c(B.java:7)\n";
        let plain = lines(text).expect("keywords");
        assert_eq!(plain.len(), text.len());
        let found: Vec<&str> = plain.lines().map(str::trim).collect();
        let expected = "DMPPGM|PGM=CRS008|USER=JDOE|CONO=100|ENV=TST|TEXT='a (b'|STACK=SYS CRS008|at a.B.c(B.java:7)";
        assert_eq!(found.join("|"), expected);
        for other in ["A(1) B(2)\nC(3)\n", "AB(1) CD(2) EF(3) GH(4) x\n", "AB(1\n", "SELECT MAX(A), MIN(B)\n", ""] {
            assert_eq!(lines(other), None, "{other}");
        }
    }
}

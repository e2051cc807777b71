//! The headings of a listing's pages that cut a trace apart. It must not know what they say.

use super::lines_of;
use crate::{blank, trace};

/// Bytes of the longest line that may be a heading.
const LONGEST: usize = 200;

/// The text with the headings of pages within traces as blanks, byte for byte as long; `None` where it has none.
pub(crate) fn headings(text: &str) -> Option<String> {
    lines_of(text).find(|line| is_heading(line))?;
    let lines: Vec<&str> = lines_of(text).collect();
    let mut out = String::with_capacity(text.len());
    let (mut at, mut found) = (0, false);
    // Whether the line above is one of a trace, but for blank ones.
    let mut within = false;
    while let Some(line) = lines.get(at) {
        let gap = if within && is_heading(line) { gap(&lines[at..]) } else { None };
        if let Some(gap) = gap {
            found = true;
            lines[at..at + gap].iter().for_each(|line| out.push_str(&" ".repeat(line.len())));
            at += gap;
            continue;
        }
        within = is_of_trace(line) || within && line.trim().is_empty();
        out.push_str(line);
        at += 1;
    }
    found.then_some(out)
}

/// How many lines of a page's heading stand here before a trace goes on; `None` where it doesn't.
fn gap(lines: &[&str]) -> Option<usize> {
    const MOST: usize = 6;
    let next = lines.iter().skip(1).take(MOST).position(|line| !line.trim().is_empty() && !is_heading(line))? + 1;
    is_of_trace(lines[next]).then_some(next)
}

/// Whether a line ends in the number of a page.
fn is_heading(line: &str) -> bool {
    const NAMES: [&str; 9] = ["page", "seite", "sida", "side", "página", "pagina", "blatt", "page:", "seite:"];
    let line = blank::trim(line);
    // Few lines end in a number.
    if !line.ends_with(|c: char| c.is_ascii_digit()) {
        return false;
    }
    let bare = line.trim_end_matches(|c: char| c.is_ascii_digit());
    let word = bare.trim_end().rsplit([' ', '\t']).next().unwrap_or_default();
    let named = || NAMES.iter().any(|named| word.eq_ignore_ascii_case(named));
    line.len() <= LONGEST && bare.trim_end().len() > word.len() + 2 && named()
}

fn is_of_trace(line: &str) -> bool {
    trace::called(line).is_some() || line.trim().starts_with("Caused by: ") || trace::more(line).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_within_a_trace_are_no_part_of_it() {
        let head = |page: u8| format!("5770SS1  M3 DUMP        10:15:0{page}  Page    {page}\n");
        let text = format!(
            "{}\nUser: A\n{}\n\ta.B: x\n\tat a.b.C.d(C.java:1)\n{}\n\tat a.b.C.e(C.java:2)\n",
            head(1),
            head(2),
            head(3)
        );
        let bare = headings(&text).expect("a page within");
        assert_eq!(bare.len(), text.len());
        assert_eq!(bare.matches("Page").count(), 2);
        assert_eq!(bare.lines().last().map(str::trim), Some("at a.b.C.e(C.java:2)"));
        for other in [&text[..text.len() - 30], "See page 1\nSee page 2\n", ""] {
            assert_eq!(headings(other), None, "{other}");
        }
    }
}

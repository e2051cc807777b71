//! The headings of a listing's pages, which cut a dump apart. It must not know what they say.

use super::lines_of;
use crate::{blank, trace};

/// Bytes of the longest line that may be a heading.
const LONGEST: usize = 200;

/// The most lines of a page's heading.
const MOST: usize = 6;

/// The text with the headings of pages within traces as blanks, and of all pages but the first where one dump goes over
/// several; byte for byte as long, `None` where it has none.
pub(crate) fn headings(text: &str) -> Option<String> {
    lines_of(text).find(|line| is_heading(line))?;
    let continued = continued(text);
    within_traces(continued.as_deref().unwrap_or(text)).or(continued)
}

/// The text with the headings of the pages behind the first as blanks: the line with the page's number, one above the
/// number before, and the lines below it that are those below the first one.
fn continued(text: &str) -> Option<String> {
    let lines: Vec<&str> = lines_of(text).collect();
    let first = lines.iter().position(|line| !line.trim().is_empty()).filter(|at| is_heading(lines[*at]))?;
    let (title, mut page) = (untold(lines[first]), number(lines[first])?);
    let mut again = Vec::new();
    for (at, line) in lines.iter().enumerate().skip(first + 1) {
        // A page's number alone may be that of another listing.
        if is_heading(line) && number(line) == page.checked_add(1) && untold(line) == title {
            page += 1;
            let same = lines[first + 1..].iter().zip(&lines[at + 1..]).take_while(|(own, other)| own == other).count();
            again.push((at, same.min(MOST) + 1));
        }
    }
    // What the first page begins with comes once in a dump.
    let len = again.iter().map(|(_, len)| *len).min()?;
    let begins = |at: usize| lines[at + len..].iter().map(|line| name(line)).find(|name| !name.is_empty());
    if again.iter().any(|(at, _)| begins(*at) == begins(first)) {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let mut again = again.into_iter().peekable();
    let mut blank_until = 0;
    for (at, line) in lines.iter().enumerate() {
        if let Some((_, len)) = again.next_if(|(start, _)| *start == at) {
            blank_until = at + len;
        }
        match at < blank_until {
            true => out.push_str(&super::blank(line)),
            false => out.push_str(line),
        }
    }
    Some(out)
}

/// What stands before the value of a line, or its first word.
fn name(line: &str) -> &str {
    let line = blank::trim(line);
    let ends = [":", "=", "  ", " ."].iter().filter_map(|sign| line.find(sign)).min();
    line[..ends.unwrap_or(line.len())].trim_end_matches([' ', '.'])
}

/// A heading without its numbers, which are of the page and the time.
fn untold(line: &str) -> String {
    let bare: String = line.chars().filter(|c| !c.is_ascii_digit()).collect();
    bare.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The number that a heading ends in.
fn number(line: &str) -> Option<u32> {
    let line = blank::trim(line);
    line[line.trim_end_matches(|c: char| c.is_ascii_digit()).len()..].parse().ok()
}

/// The text with the headings of pages within traces as blanks.
fn within_traces(text: &str) -> Option<String> {
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
    fn a_dump_goes_over_several_pages() {
        let head = |page: u8| format!("M3 DUMP     Page  {page}\r\nPrinted by A\n------\n");
        let page = |n: u8, rest: &str| format!("{}\n   {rest}\n", head(n));
        let text = [page(1, "User ..... A"), page(2, "FIELDS"), page(3, "STACK")].concat();
        let bare = headings(&text).expect("pages");
        assert_eq!(bare.len(), text.len());
        assert_eq!(bare.split_whitespace().collect::<Vec<_>>().join(" "), {
            "M3 DUMP Page 1 Printed by A ------ User ..... A FIELDS STACK"
        });
        // Dumps of their own: each with a user, each from page one on, or each of another title.
        assert_eq!(headings(&[page(1, "User ..... A"), page(2, "User ..... B")].concat()), None);
        assert_eq!(headings(&[page(1, "User ..... A"), page(1, "FIELDS")].concat()), None);
        assert_eq!(headings(&[page(1, "User ..... A"), page(2, "FIELDS").replace("DUMP", "LIST")].concat()), None);
        assert_eq!(headings(&format!("x\n{text}")), None);
    }

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
        assert_eq!(bare.matches("Page").count(), 1);
        assert_eq!(bare.lines().last().map(str::trim), Some("at a.b.C.e(C.java:2)"));
        let not_on_top = format!("Dump\n{}", &text[..text.len() - 30]);
        for other in [not_on_top.as_str(), "See page 1\nSee it\n", ""] {
            assert_eq!(headings(other), None, "{other}");
        }
    }
}

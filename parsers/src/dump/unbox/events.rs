//! Dumps in events of the Common Event Format, by which security systems are told of them: `CEF:0|Infor|M3 BE|15.1.2|...|
//! suser=JDOE cs1Label=Program cs1=CRS008`, as
//! <https://www.microfocus.com/documentation/arcsight/arcsight-smartconnectors/pdfdoc/common-event-format-v25/common-event-format-v25.pdf>
//! has it. It must not know what the labels mean.

use std::ops::Range;

use super::escaped::unescaped_at;
use super::{lines_of, sample};

/// Bytes of a text that show whether it has such events.
const SAMPLE: usize = 64 << 10;

/// The text with each pair of an event on a line of its own, by its label where it has one, byte for byte as long; `None`
/// where there is no event.
pub(crate) fn members(text: &str) -> Option<String> {
    memchr::memmem::find(sample(text, SAMPLE).as_bytes(), b"CEF:")?;
    let mut any = false;
    let mut out = String::with_capacity(text.len());
    for line in lines_of(text) {
        match extension(line) {
            Some(start) => {
                any = true;
                out.push_str(&line[..start - 1]);
                out.push('\n');
                out.push_str(&pairs(&line[start..]));
            }
            None => out.push_str(line),
        }
    }
    any.then_some(out)
}

/// Where the pairs of an event begin, behind the seven parts of its head.
fn extension(line: &str) -> Option<usize> {
    let mut at = line.find("CEF:").filter(|at| line[at + 4..].starts_with(|c: char| c.is_ascii_digit()))?;
    for _ in 0..7 {
        at += unescaped_at(&line[at..], |c| c == '|')? + 1;
    }
    Some(at)
}

/// The pairs of an event on lines, as long as they were.
fn pairs(text: &str) -> String {
    let names = names(text);
    let value = |n: usize| names[n].end + 1..names.get(n + 1).map_or(text.len(), |next| next.start);
    let mut out = String::with_capacity(text.len());
    let mut n = 0;
    out.push_str(&text[..names.first().map_or(text.len(), |first| first.start)]);
    while let Some(name) = names.get(n) {
        let own = &text[name.clone()];
        // `cs1Label=Program cs1=CRS008`
        let labelled = own.strip_suffix("Label").filter(|_| n + 1 < names.len());
        if labelled.is_some_and(|own| text[names[n + 1].clone()] == *own) {
            let label = text[value(n)].trim_end();
            out.push_str(&format!("{label}{}=", " ".repeat(names[n + 1].end - name.start - label.len())));
            n += 1;
        } else {
            // The user that an event is about.
            out.push_str(if own == "suser" { " user" } else { own });
            out.push('=');
        }
        out.push_str(&plain(&text[value(n)], n + 1 < names.len()));
        n += 1;
    }
    out
}

/// Where the names of pairs stand: words before an equals sign that isn't escaped, behind a blank.
fn names(text: &str) -> Vec<Range<usize>> {
    let mut names = Vec::new();
    let mut from = 0;
    while let Some(at) = unescaped_at(&text[from..], |c| c == '=').map(|at| from + at) {
        let word = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
        let start = at - text[from..at].chars().rev().take_while(word).count();
        if start < at && (start == 0 || text[..start].ends_with(' ')) {
            names.push(start..at);
        }
        from = at + 1;
    }
    names
}

/// A value without its escapes, filled up behind; with a line break in the place of the blank before the next name.
fn plain(value: &str, more: bool) -> String {
    let body = if more { &value[..value.len() - 1] } else { value.trim_end_matches(['\r', '\n']) };
    let bare = body
        .replace("\\\\", "\u{1}")
        .replace("\\=", "=")
        .replace("\\n", "\n")
        .replace("\\r", "\r")
        .replace('\u{1}', "\\");
    let end = if more { "\n" } else { &value[body.len()..] };
    format!("{bare}{}{end}", " ".repeat(value.len() - bare.len() - end.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_of_an_event_are_lines() {
        let text = "Jan 1 host CEF:0|Infor|M3 BE|15\\|1|X|Abnormal|8|suser=EU\\\\jdoe cs1Label=Program cs1=CRS008 job=4711 msg=a.B: x\\=1 y\\ntwo\nnext=1\n";
        let plain = members(text).expect("an event");
        assert_eq!(plain.len(), text.len());
        let lines: Vec<String> =
            plain.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        let expected = [
            "Jan 1 host CEF:0|Infor|M3 BE|15\\|1|X|Abnormal|8",
            "user=EU\\jdoe",
            "Program =CRS008",
            "job=4711",
            "msg=a.B: x=1 y",
            "two",
            "next=1",
        ];
        assert_eq!(lines, expected);
        for other in ["CEF:0|a|b\n", "CEF: words\n", "CEF:", "", "CEF:0|||||||"] {
            assert!(members(other).is_none_or(|plain| plain.len() == other.len()), "{other}");
        }
    }
}

//! What carries a text from place to place and stays before its lines: the `> ` of a mail that was answered, who said it
//! in a chat, the numbers that an editor or a listing puts before lines, the signs that move a printer's paper. It must not know what the lines say.

use std::ops::Range;

use crate::encoding::{self, CodePage, Encoding};
use crate::http::transfer::quoted_printable;

/// Bytes that are looked at to tell what stands before lines.
const SAMPLE: usize = 8 << 10;

/// The text without the signs of quoting, however often it was quoted, byte for byte; `None` where it has none.
pub(crate) fn unquoted(text: &str) -> Option<String> {
    // A greeting above, and a name below.
    stands_before(text, 6, quotes).then(|| without(text, quotes)).or_else(|| barred(text))
}

/// Whether something stands before so many of ten lines, and before four at least; `len` says how many bytes it has.
fn stands_before(text: &str, of_ten: usize, len: impl Fn(&str) -> usize) -> bool {
    const FEWEST: usize = 4;
    let (mut with, mut all) = (0, 0);
    for line in super::sample(text, SAMPLE).lines().filter(|line| !line.trim().is_empty()) {
        all += 1;
        with += usize::from(len(line) > 0);
    }
    with >= FEWEST && with * 10 >= all * of_ten
}

/// The text without the bars before the lines of a part of it, `| User: JDOE`, with none of them behind any; `None` where
/// there are few, or other lines among them.
fn barred(text: &str) -> Option<String> {
    const FEWEST: usize = 6;
    let seen = super::sample(text, SAMPLE);
    let bar = |line: &str| line.starts_with("| ") || line.trim_end() == "|";
    let lines: Vec<&str> = seen.lines().collect();
    let first = lines.iter().position(|line| bar(line))?;
    let run: Vec<&&str> = lines[first..].iter().take_while(|line| bar(line)).collect();
    let empty = run.iter().filter(|line| line.trim_end() == "|").count();
    let single = run.iter().all(|line| line.matches('|').count() == 1);
    let len = |line: &str| if line.starts_with("| ") { 2 } else { usize::from(line.starts_with('|')) };
    (run.len() >= FEWEST && empty >= 2 && single).then(|| without(text, len))
}

/// The text as it was before it was made printable for the mail (RFC 2045, section 6.7), byte for byte as long: what is
/// joined or shorter has blanks at the end of its line. `None` for any other text.
pub(crate) fn printable(text: &str) -> Option<String> {
    let sample = super::sample(text, SAMPLE);
    // What begins a sample is known to be whole lines, but for its last.
    let lines = || sample.lines().map(|line| line.trim_end_matches('\r'));
    let breaks = lines().filter(|line| line.ends_with('=') && (60..=76).contains(&line.len())).count();
    let said = || sample.to_ascii_lowercase().contains("content-transfer-encoding: quoted-printable");
    // An equals sign stands for nothing but a byte, or for a line that goes on.
    let escapes = |line: &str| {
        line.match_indices('=').all(|(at, _)| {
            let behind = &line.as_bytes()[at + 1..];
            behind.is_empty() || behind.len() > 1 && behind[..2].iter().all(u8::is_ascii_hexdigit)
        })
    };
    if !(breaks >= 3 && lines().rev().skip(1).all(escapes) || said()) {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let (mut from, mut to) = (0, 0);
    for part in super::lines_of(text) {
        to += part.len();
        let body = part.trim_end_matches(['\n', '\r']);
        if body.ends_with('=') && to < text.len() {
            continue;
        }
        let ends = &part[body.len()..];
        let line = &text[from..to - ends.len()];
        // What isn't written so stays as it is.
        let own = quoted_printable(line.as_bytes()).unwrap_or_else(|| line.as_bytes().to_vec());
        let own = String::from_utf8(own).unwrap_or_else(|other| {
            encoding::part(other.as_bytes(), Encoding::Windows1252, CodePage::Cp037).text.into_owned()
        });
        out.push_str(&own);
        out.extend(std::iter::repeat_n(' ', line.len().saturating_sub(own.len())));
        out.push_str(ends);
        from = to;
    }
    (out.len() == text.len()).then_some(out)
}

/// The text without the numbers of its lines, byte for byte; `None` where they have none.
pub(crate) fn unnumbered(text: &str) -> Option<String> {
    let (mut rising, mut all, mut last) = (0, 0, None::<u64>);
    for line in super::sample(text, SAMPLE).lines().filter(|line| !line.trim().is_empty()) {
        all += 1;
        let own = number(line);
        // Empty lines are counted as well, though not every listing numbers them.
        rising += usize::from(own.zip(last).is_some_and(|((n, _), last)| n > last && n <= last + 3));
        last = own.map(|(n, _)| n).or(last);
    }
    let len = |line: &str| number(line).map_or(0, |(_, len)| len);
    if rising >= 4 && rising * 10 >= (all - 1) * 9 {
        return Some(without(text, len));
    }
    // Or of a part of its lines, one behind the other, that have signs of pairs: other lists are counted as well.
    let mut runs: Vec<Range<usize>> = Vec::new();
    let (mut at, mut last) = (0, None);
    for line in super::sample(text, SAMPLE).split_inclusive('\n') {
        let own = number(line.trim_end()).filter(|(_, len)| line[*len..].contains([':', '=']));
        match (own, last) {
            (Some((n, _)), Some(before)) if n == before + 1 => {
                runs.last_mut().into_iter().for_each(|run| run.end = at + line.len());
            }
            (Some((1, _)), _) => runs.push(at..at + line.len()),
            _ => {}
        }
        last = own.map(|(n, _)| n);
        at += line.len();
    }
    runs.retain(|run| text[run.clone()].lines().count() >= 5);
    if runs.is_empty() {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for run in runs {
        out.push_str(&text[from..run.start]);
        out.push_str(&without(&text[run.clone()], len));
        from = run.end;
    }
    out.push_str(&text[from..]);
    Some(out)
}

/// The text without who said each line of it and when, as chats have them: `[16:10] Lena Berg: program: CRS008`; byte for
/// byte, `None` where most lines don't begin so.
pub(crate) fn chatted(text: &str) -> Option<String> {
    if !stands_before(text, 6, speaker) {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let mut last = "";
    for line in super::lines_of(text) {
        let (head, said) = line.split_at(speaker(line));
        let name = head.trim_end_matches([':', ' ']).rsplit([']', ')', '-']).next().unwrap_or(head);
        // What another says goes on with nothing.
        let ends = if head.is_empty() || name == last { ' ' } else { '\n' };
        out.extend(std::iter::repeat_n(' ', head.len().saturating_sub(1)).chain((!head.is_empty()).then_some(ends)));
        out.push_str(said);
        last = if head.is_empty() { last } else { name };
    }
    Some(out)
}

/// Bytes of a time and a name at the start of a line: `[16:10] Lena Berg: `, `13/01/2026, 16:10 - Lena: `.
fn speaker(line: &str) -> usize {
    const LONGEST: usize = 60;
    // Most lines have no time near their start.
    let start = &line.as_bytes()[..line.len().min(LONGEST)];
    let timed = |three: &[u8]| three[1] == b':' && three[0].is_ascii_digit() && three[2].is_ascii_digit();
    if !start.windows(3).any(timed) {
        return 0;
    }
    let clock = |word: &str| {
        let mut parts = word.split(':');
        let two = |part: Option<&str>| {
            part.is_some_and(|p| (1..=2).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_digit()))
        };
        two(parts.next()) && two(parts.next()) && parts.all(|part| two(Some(part)))
    };
    let words = line.split(' ').take(4);
    let mut at = 0;
    let timed = words.into_iter().find_map(|word| {
        at += word.len() + 1;
        let open = word.starts_with(['[', '(']) || word.ends_with([']', ')']);
        let bare = word.trim_matches(['[', ']', '(', ')', ',']);
        clock(bare).then_some((at, open))
    });
    let Some((behind, bracketed)) = timed.filter(|(behind, _)| *behind < line.len()) else { return 0 };
    let dashed = line[behind..].strip_prefix("- ");
    let rest = dashed.unwrap_or(&line[behind..]);
    let Some((name, _)) = rest.split_once(": ") else { return 0 };
    let spoken = name.split(' ').count() <= 3
        && name.starts_with(char::is_uppercase)
        && name.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '.' | '-' | '\''));
    let len = line.len() - rest.len() + name.len() + 2;
    if spoken && (bracketed || dashed.is_some()) && len <= LONGEST { len } else { 0 }
}

/// The text without the signs before its lines that move a printer's paper, `1` for a new page and `0` for a blank line
/// (ASA); byte for byte, `None` where it has none.
pub(crate) fn controlled(text: &str) -> Option<String> {
    const FEWEST: usize = 3;
    let lines = || super::sample(text, SAMPLE).lines().filter(|line| !line.trim().is_empty());
    // The line above may be that of a log.
    let all = lines().skip(1).all(|line| line.starts_with([' ', '0', '1', '-', '+']));
    let moved = |line: &&str| {
        line.starts_with(['0', '1', '-']) && line[1..].starts_with(|c: char| c == ' ' || c.is_alphabetic())
    };
    let close = |line: &&str| moved(line) && line[1..].starts_with(char::is_alphabetic);
    (all && lines().filter(moved).count() >= FEWEST && lines().any(|line| close(&line)))
        .then(|| without(text, |line| usize::from(line.starts_with([' ', '0', '1', '-', '+']))))
}

/// The text without the places in sources that wrote its lines, `m3dump.c:120: dump_context(): `; byte for byte, `None`
/// where most lines don't begin so.
pub(crate) fn placed(text: &str) -> Option<String> {
    stands_before(text, 8, place).then(|| without(text, place))
}

/// Bytes of a file, the number of a line and perhaps a function at the start of a line.
fn place(line: &str) -> usize {
    let Some((file, rest)) = line.split_once(':') else { return 0 };
    let named = file.rsplit_once('.').is_some_and(|(name, ext)| {
        !name.is_empty() && (1..=4).contains(&ext.len()) && ext.bytes().all(|b| b.is_ascii_lowercase())
    }) && !file.contains(' ');
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let behind = &rest[digits..];
    if !named || digits == 0 || !behind.starts_with(": ") {
        return 0;
    }
    let said = &behind[2..];
    let function =
        said.find("(): ").filter(|end| said[..*end].chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | ':')));
    line.len() - said.len() + function.map_or(0, |end| end + 4)
}

fn without(text: &str, len: impl Fn(&str) -> usize) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let len = len(line.trim_end_matches(['\n', '\r']));
        out.extend(std::iter::repeat_n(' ', len));
        out.push_str(&line[len..]);
    }
    out
}

/// Bytes of `> > `, `>> ` at the start of a line.
fn quotes(line: &str) -> usize {
    let mut len = 0;
    loop {
        let rest = &line[len..];
        match rest.as_bytes() {
            [b'>', b' ', ..] => len += 2,
            [b'>'] | [b'>', b'>', ..] => len += 1,
            _ => return len,
        }
    }
}

/// A number at the start of a line with a blank, a colon or a bar behind it, and how many bytes they are together.
fn number(line: &str) -> Option<(u64, usize)> {
    let start = line.len() - line.trim_start_matches([' ', '\t']).len();
    let digits = line[start..].bytes().take_while(u8::is_ascii_digit).count();
    let end = start + digits;
    let value = line.get(start..end)?.parse().ok().filter(|_| (1..=7).contains(&digits))?;
    let sign = line[end..].bytes().next();
    let len = match sign {
        None => end,
        Some(b' ' | b'\t') if line[end..].trim_start().starts_with("| ") => {
            line.len() - line[end..].trim_start().len() + 1
        }
        Some(b' ' | b'\t') => end,
        Some(b':' | b'|' | b'.' | b')') => end + 1,
        Some(_) => return None,
    };
    Some((value, len))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_carries_a_text_becomes_blanks() {
        let quoted = "> Program: CRS008\r\n>\r\n> > User: JDOE\n>> Panel: E\n> Job: 1\n";
        let plain = "  Program: CRS008\r\n \r\n    User: JDOE\n   Panel: E\n  Job: 1\n";
        assert_eq!(unquoted(quoted).as_deref(), Some(plain));
        let numbered = "    9  Program: CRS008\n   10  \n   11: User: JDOE\n   12| Panel: 8\n13\tJob: 1\n14 x\n15 y\n";
        let plain = "       Program: CRS008\n       \n       User: JDOE\n       Panel: 8\n  \tJob: 1\n   x\n   y\n";
        assert_eq!(unnumbered(numbered).as_deref(), Some(plain));
    }

    #[test]
    fn what_was_made_printable_is_as_it_was() {
        let text = "Content-Transfer-Encoding: quoted-printable\r\n\r\nMilj=C3=B6 =3D M3=\r\nPRD\nx=\n";
        let plain = "Content-Transfer-Encoding: quoted-printable\r\n\r\nMiljö = M3PRD         \nx\n";
        let found = printable(text).expect("a mail");
        assert_eq!(found.len(), text.len());
        assert_eq!(found.replace(' ', ""), plain.replace(' ', ""));
        assert_eq!(printable("a=\nb=\nc=\n"), None);
    }

    #[test]
    fn what_others_write_before_lines_becomes_blanks() {
        let bare =
            |text: Option<String>| text.map(|text| text.lines().map(|line| line.trim().to_owned()).collect::<Vec<_>>());
        let chat =
            "[16:10] Lena Berg: program: CRS008\n[16:11] Bo: user: X\n[16:11] Bo: job: 1\n[16:12] Lena Berg: thanks\n";
        assert_eq!(
            bare(chatted(chat)),
            Some(["", "program: CRS008", "", "user: X", "job: 1", "", "thanks"].map(str::to_owned).to_vec())
        );
        let chat = "13/01/2026, 16:10 - Lena: program: A\n".repeat(4);
        assert_eq!(
            bare(chatted(&chat)),
            Some(["", "program: A", "program: A", "program: A", "program: A"].map(str::to_owned).to_vec())
        );
        assert_eq!(chatted(&"16:10:02 Program: A\n".repeat(5)), None);
        let listing = "1ABNORMAL END\n0PROGRAM  CRS008\n PANEL  E\n0USER  X\n0101\n";
        assert_eq!(
            bare(controlled(listing)),
            Some(["ABNORMAL END", "PROGRAM  CRS008", "PANEL  E", "USER  X", "101"].map(str::to_owned).to_vec())
        );
        assert_eq!(controlled("1 SYS\n2 CRS008\n3 A\n"), None);
        assert_eq!(controlled("1 SYS\n0 CRS008\n1 A\n"), None);
        let source = "m3dump.c:88: dump_open(): ended\nm3.c:9: a='1'\nm3.c:9: b='1'\nm3.c:10: x::y(): c='1'\n";
        assert_eq!(bare(placed(source)), Some(["ended", "a='1'", "b='1'", "c='1'"].map(str::to_owned).to_vec()));
        assert_eq!(placed(&"10.1.2.3:80: x\n".repeat(5)), None);
    }

    #[test]
    fn other_texts_stay() {
        let text = "Program: CRS008\nUser: JDOE\n\n1 SYS\n2 CRS008\n3 OIS100\n4 OIS101\n5 OIS102\nPanel: E\n";
        assert_eq!((unquoted(text), unnumbered(text)), (None, None));
        let part = "Dump\n\n01 A: b\n02 C: d\n03 E: f\n04 G: h\n05 I: j\n\n1 SYS\n2 CRS008\n";
        let plain = "Dump\n\n   A: b\n   C: d\n   E: f\n   G: h\n   I: j\n\n1 SYS\n2 CRS008\n";
        assert_eq!(unnumbered(part).as_deref(), Some(plain));
        assert_eq!(unnumbered("100 200\n7 3\n9 1\n2 1\n1 3\n5 6\n"), None);
    }
}

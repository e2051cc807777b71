//! Takes off a dump what is written around its lines: a box (`* Program: CRS008 *`), a comment's sign (`# Program`), the
//! head of a log's records before every line, the tags of a web page.
//!
//! What is taken off becomes blanks and line breaks, byte for byte, so that every place in the text stays what it was.
//! It must not know what the lines say, but that words tell of a dump below them.

mod abreast;
mod answered;
mod bracketed;
mod broken;
mod carried;
mod collected;
mod commented;
pub(crate) mod context;
mod declared;
mod dotted;
mod elements;
mod escaped;
mod events;
mod flowed;
mod frames;
mod inserted;
mod keywords;
mod labelled;
mod labels;
mod listed;
mod maps;
mod nested;
mod nibbles;
mod optional;
mod page;
mod paged;
mod repeated;
mod sheet;
pub(crate) mod signs;
mod strung;
mod tree;

use std::borrow::Cow;

use super::{owned, sniff};

/// What is taken off a text, step by step: what it was carried in, then what is written around its names and values. Each
/// gives `None` where a text has nothing of the kind.
const STEPS: [fn(&str) -> Option<String>; 66] = [
    unwrapped,
    collected::lines,
    collected::text,
    carried::printable,
    super::cells::rich::text,
    carried::controlled,
    nibbles::rows,
    carried::unquoted,
    |text| owned(headless(text)),
    carried::unnumbered,
    carried::chatted,
    carried::placed,
    inserted::rows,
    listed::in_rows,
    frames::behind_names,
    frames::of_debugger,
    frames::of_machine,
    declared::in_c,
    declared::in_cobol,
    optional::values,
    signs::full_stops,
    signs::bracketed,
    |text| behind_head(text).or_else(|| below_words(text)),
    paged::headings,
    labels::above_values,
    labels::below_values,
    abreast::pairs,
    escaped::markup,
    events::members,
    escaped::continued,
    escaped::properties,
    sheet::sections,
    repeated::headings,
    elements::fields,
    listed::pairs,
    dotted::paths,
    broken::cells,
    bracketed::pairs,
    bracketed::lists,
    tree::branches,
    labelled::tagged,
    labelled::rows,
    keywords::lines,
    collected::traces,
    maps::untagged,
    maps::pairs,
    answered::questions,
    answered::interviews,
    answered::stacks,
    strung::pairs,
    flowed::pairs,
    commented::traces,
    commented::settings,
    commented::values,
    commented::codes,
    commented::codes_behind,
    context::members,
    listed::objects,
    commented::remarks,
    commented::getters,
    nested::flow_maps,
    nested::objects_on_lines,
    nested::blocks,
    nested::members_on_lines,
    nested::objects,
    signs::printed,
];

/// The text without what it was carried in, and without what is written around its names and values.
pub(crate) fn uncarried(text: &str) -> Cow<'_, str> {
    let text = signs::line_ends(text);
    let text = owned(signs::uncoloured(&text)).map_or(text, Cow::Owned);
    STEPS.into_iter().fold(text, |text, step| match step(&text) {
        Some(plain) => {
            debug_assert_eq!(plain.len(), text.len(), "places in the text stay what they were");
            Cow::Owned(plain)
        }
        None => text,
    })
}

/// The text without the head that a log put before nearly every line of it, or the mark: `DUMP>> `.
pub(crate) fn headless(text: &str) -> Cow<'_, str> {
    match common_head(text).or_else(|| common_mark(text)) {
        Some(head) => Cow::Owned(text.split_inclusive('\n').map(|line| without_head(line, &head)).collect()),
        None => Cow::Borrowed(text),
    }
}

/// The text with the lines of a kind written anew, where what is seen of it has so many; `None` where it has fewer.
fn rewritten<'t, K>(
    text: &'t str,
    seen: &'t str,
    fewest: usize,
    kind: impl Fn(&'t str) -> Option<K>,
    anew: impl Fn(&'t str, K) -> String,
) -> Option<String> {
    (lines_of(seen).filter_map(&kind).take(fewest).count() == fewest).then(|| {
        let plain = |line| kind(line).map_or(Cow::Borrowed(line), |found| Cow::Owned(anew(line, found)));
        lines_of(text).map(plain).collect()
    })
}

/// A line that says something shorter instead, with blanks at its end for what it had more.
fn filled(said: &str, line: &str) -> String {
    let own = line.trim_end_matches(['\r', '\n']).len();
    format!("{said}{}{}", " ".repeat(own - said.len()), &line[own..])
}

/// A part of a line with one of each sign that it writes twice, and blanks at its end for the others.
fn single(part: &str, sign: char) -> String {
    let said = part.trim_end_matches(['\r', '\n']);
    let bare = said.replace(&format!("{sign}{sign}"), sign.encode_utf8(&mut [0; 4]));
    format!("{bare}{}{}", " ".repeat(said.len() - bare.len()), &part[said.len()..])
}

/// The first of the heads that a log put before nearly every line of a text.
pub(crate) fn head_above(text: &str) -> Option<String> {
    let bare = owned(headless(text))?;
    let (line, bare) = text.lines().zip(bare.lines()).find(|(line, _)| !line.trim().is_empty())?;
    line.get(..bare.len() - bare.trim_start().len()).map(str::to_owned)
}

/// The text without the head that a log put before markup on one line: `2026-01-13 10:15:02 ERROR a.b - {"program":...`.
pub(crate) fn behind_head(text: &str) -> Option<String> {
    let first = text.lines().find(|line| !line.trim().is_empty())?;
    let at = first.find(['{', '<']).filter(|at| (1..=LONGEST_HEAD).contains(at))?;
    let start = text.find(first)? + at;
    let opens = first[at..].starts_with("{\"") || first[at..].starts_with("<?xml") || first[at..].contains("</");
    let timed = super::when::find(&first[..at]).is_some();
    (opens && timed).then(|| format!("{}{}", blank(&text[..start]), &text[start..]))
}

/// The text without the words above markup that is all of its rest, as a record of a log has them, or before it on the
/// same line; byte for byte as long. The words have to say that it is a dump: requests have programs and users, too.
pub(crate) fn below_words(text: &str) -> Option<String> {
    const LINES: usize = 4;
    let trimmed = text.trim_end();
    let closed = match trimmed.as_bytes().last()? {
        b'}' => "{",
        b'>' => "<",
        _ => return None,
    };
    if text.trim_start().starts_with(['{', '[', '<']) {
        return None;
    }
    let mut at = 0;
    for line in lines_of(text).take(LINES) {
        let indent = line.len() - line.trim_start().len();
        let own = line[indent..].starts_with(closed).then_some(at + indent);
        let start = own.or_else(|| (closed == "{").then(|| line.find("{\"").map(|open| at + open)).flatten());
        if let Some(start) = start {
            let opens = text[start..].starts_with("{\"")
                || text[start + 1..].trim_start().starts_with('"')
                || text[start..].starts_with("<?xml")
                || closed == "<" && trimmed.contains("</");
            let titled = sniff::says_so(&text[..start].to_lowercase());
            return (opens && titled).then(|| format!("{}{}", blank(&text[..start]), &text[start..]));
        }
        at += line.len();
    }
    None
}

/// The text of a dump that stands in a document of XML as it is, `<file><![CDATA[...]]></file>`, without the document.
pub(crate) fn unwrapped(text: &str) -> Option<String> {
    const LONGEST: usize = 1 << 10;
    let start = text.trim_start();
    if !start.starts_with('<') {
        return None;
    }
    let open = sample(text, LONGEST).find("<![CDATA[")?;
    let close = text.rfind("]]>").filter(|close| *close > open)?;
    let (before, inner, behind) = (&text[..open], &text[open + 9..close], &text[close + 3..]);
    let bare = !before.contains("</") && before.matches('=').count() <= 4 && before.trim_end().ends_with('>');
    let ends = behind.len() < LONGEST
        && behind.split('<').skip(1).all(|tag| tag.starts_with('/') && tag.trim_end().ends_with('>'));
    let lines = inner.lines().filter(|line| !line.trim().is_empty()).take(5).count();
    let first = inner.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let traced = crate::trace::named_in(first).is_some_and(|(class, _)| class.start == 0);
    (bare && ends && lines >= 5 && !traced && !inner.contains("]]>"))
        .then(|| format!("{}{inner}{}", blank(&text[..open + 9]), blank(&text[close..])))
}

/// Bytes of the longest head before markup.
const LONGEST_HEAD: usize = 240;

fn blank(text: &str) -> String {
    text.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }).collect()
}

/// The text without the signs that stand before and behind most of its lines.
pub(crate) fn plain(text: &str) -> Cow<'_, str> {
    if is_page(text) {
        return Cow::Owned(page::plain(text));
    }
    let text = signs::plain(text);
    match owned(without_frame(&text)) {
        // What stood before the lines hid what they are dressed with.
        Some(bare) => Cow::Owned(owned(signs::plain(&bare)).unwrap_or(bare)),
        None => text,
    }
}

/// The text up to so many bytes, whole characters.
pub(crate) fn sample(text: &str, most: usize) -> &str {
    let end = (0..=text.len().min(most)).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    &text[..end]
}

/// The lines of a text with their breaks.
pub(crate) fn lines_of(text: &str) -> impl Iterator<Item = &str> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let rest = text.get(from..).filter(|rest| !rest.is_empty())?;
        let len = memchr::memchr(b'\n', rest.as_bytes()).map_or(rest.len(), |end| end + 1);
        from += len;
        Some(&rest[..len])
    })
}

/// Each line of a text that has another below it, with that one.
fn lines_in_twos(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut above = None;
    lines_of(text).filter_map(move |line| above.replace(line).map(|above| (above, line)))
}

/// The first and the last byte of a line that are no blanks; `None` where it has none. A byte that isn't ASCII may be
/// part of a blank.
fn outer(line: &str) -> Option<(u8, u8)> {
    let blank = |byte: &u8| matches!(byte, 9..=13 | b' ');
    let bytes = line.as_bytes();
    let first = bytes.iter().find(|byte| !blank(byte))?;
    bytes.iter().rfind(|byte| !blank(byte)).map(|last| (*first, *last))
}

fn without_frame(text: &str) -> Cow<'_, str> {
    let mut lines = 0usize;
    let mut boxed = 0usize;
    let mut marked: Vec<(char, usize)> = Vec::new();
    for line in lines_of(text).take(2000) {
        // Nearly all lines begin with a letter, which neither marks nor boxes any.
        match outer(line) {
            None => continue,
            Some((first, _)) if first.is_ascii_alphanumeric() => {
                lines += 1;
                continue;
            }
            Some(_) => {}
        }
        let Some((first, last)) = ends(line) else { continue };
        lines += 1;
        boxed += usize::from(is_box(line, first, last));
        match marked.iter_mut().find(|(sign, _)| *sign == first) {
            Some((_, count)) => *count += 1,
            None => marked.push((first, 1)),
        }
    }
    // Bars stand before lines as well as between cells.
    let barred = || text.lines().take(2000).filter(|l| l.trim().trim_start_matches('|').contains('|')).count();
    let prefix = marked
        .into_iter()
        .filter(|(sign, count)| matches!(sign, '#' | '>' | '*' | ';' | '!' | '%' | '|') && count * 10 >= lines * 9)
        .find(|(sign, _)| *sign != '|' || barred() * 10 < lines || is_quoted_by_bars(text))
        .map(|(sign, _)| sign);
    if lines < 3 || boxed < 3 && prefix.is_none() {
        return Cow::Borrowed(text);
    }
    let cleaned = text.split_inclusive('\n').map(|line| clean(line, prefix)).collect();
    Cow::Owned(cleaned)
}

/// Whether a bar stands before the lines of a text and behind none, also where nothing follows it; rows of a table may
/// stand among them.
fn is_quoted_by_bars(text: &str) -> bool {
    let lines = || text.lines().take(2000).map(str::trim);
    lines().filter(|line| *line == "|").count() >= 2 && lines().all(|line| line == "|" || !line.ends_with('|'))
}

/// Whether a text is a web page, or a part of one as it is pasted.
pub(crate) fn is_page(text: &str) -> bool {
    const BLOCKS: [&str; 15] =
        ["div", "table", "body", "h1", "h2", "h3", "h4", "h5", "p", "ul", "ol", "dl", "pre", "section", "span"];
    const INNER: [&str; 6] = ["</td>", "</li>", "</p>", "</pre>", "</dd>", "<br"];
    let text = text.trim_start();
    let start: String = text.chars().take(15).collect::<String>().to_ascii_lowercase();
    if start.starts_with("<html") || start.starts_with("<!doctype html") {
        return true;
    }
    let tag = start.strip_prefix('<').unwrap_or_default();
    let name = tag.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    BLOCKS.contains(&name) && INNER.iter().any(|inner| sample(text, SAMPLE_OF_PAGE).contains(inner))
}

/// Bytes of a text that show whether it is a part of a page.
const SAMPLE_OF_PAGE: usize = 16 << 10;

/// What nearly every line starts with, digits made equal, where it has a time in it; as bytes.
fn common_head(text: &str) -> Option<Vec<u8>> {
    let mut lines = text.lines().filter(|l| !l.trim().is_empty()).take(400);
    let mut head = shape(lines.next()?);
    // It only gets shorter.
    if head.iter().filter(|b| **b == b'0').count() < FEWEST_DIGITS {
        return None;
    }
    let (mut all, mut with) = (1usize, 1usize);
    for line in lines {
        all += 1;
        let common = head.iter().zip(shape(line)).take_while(|(a, b)| **a == *b).count();
        if common >= SHORTEST_HEAD {
            head.truncate(common);
            with += 1;
        }
    }
    // A word that all lines begin with by chance belongs to them.
    let end = head.iter().rposition(|b| !b.is_ascii_alphanumeric())? + 1;
    head.truncate(end);
    let digits = head.iter().filter(|b| **b == b'0').count();
    (all >= 4 && with * 10 >= all * 9 && digits >= FEWEST_DIGITS && end >= SHORTEST_HEAD).then_some(head)
}

/// The word that nearly every line starts with, where it has a sign in it that ends no name, and the blank behind it.
fn common_mark(text: &str) -> Option<Vec<u8>> {
    let mut lines = text.lines().filter(|l| !l.trim().is_empty()).take(400);
    let first = lines.next()?;
    // What the runtime of a container leaves behind its time.
    if let Some(stream) = ["stdout F", "stderr F"].into_iter().find(|stream| first.starts_with(stream)) {
        return text
            .lines()
            .all(|line| line.is_empty() || line.starts_with(stream))
            .then(|| stream.as_bytes().to_vec());
    }
    let on_all = |mark: &str| {
        let all = || text.lines().filter(|line| !line.trim().is_empty());
        (all().nth(5).is_some() && all().take(400).all(|line| line.starts_with(mark))).then(|| shape(mark))
    };
    // And what `docker compose logs` puts before the lines of a container: `m3be-1  | `.
    if let Some(bar) = first.find(" |").filter(|bar| *bar <= 40) {
        let name = first[..bar].trim_end();
        let named =
            name.len() > 2 && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
        return on_all(&first[..bar + 2]).filter(|_| named);
    }
    // Or `kubectl logs --prefix`: `[pod/m3be-0/main] `.
    if let Some(close) = first.find(']').filter(|_| first.starts_with("[pod/")) {
        return on_all(&first[..=close]);
    }
    let mark = &first[..=first.find(' ')?];
    let word = mark.trim_end();
    let lettered = word.bytes().any(|b| b.is_ascii_alphabetic()) && word.is_ascii();
    let marked =
        word.ends_with(['>', '|', ']', ')', '!', '#', '}']) || word.ends_with(':') && !first[mark.len()..].is_empty();
    let plain = !word.contains(['=', '"', '\'', '<', '(', ',', ';']) && !word.bytes().any(|b| b.is_ascii_digit());
    if !(lettered && marked && plain && (3..=24).contains(&word.len())) {
        return None;
    }
    let (mut all, mut with) = (1usize, 1usize);
    for line in lines {
        all += 1;
        with += usize::from(line.starts_with(word) && line[word.len()..].chars().next().is_none_or(|c| c == ' '));
    }
    (all >= 6 && with * 20 >= all * 19).then(|| mark.as_bytes().to_vec())
}

/// Digits of a time of day.
const FEWEST_DIGITS: usize = 6;

/// Bytes of the shortest head: a time of day with something behind it.
const SHORTEST_HEAD: usize = 9;

fn shape(line: &str) -> Vec<u8> {
    line.bytes().take(200).map(|b| if b.is_ascii_digit() { b'0' } else { b }).collect()
}

fn without_head(line: &str, head: &[u8]) -> String {
    let own = shape(line);
    if !own.starts_with(head) || !line.is_char_boundary(head.len()) {
        return line.to_owned();
    }
    format!("{}{}", " ".repeat(head.len()), &line[head.len()..])
}

fn ends(line: &str) -> Option<(char, char)> {
    let trimmed = line.trim();
    Some((trimmed.chars().next()?, trimmed.chars().next_back()?))
}

/// A line that is closed on both sides and has no bar inside, which would make it a row of a table, unless a pair with a
/// leader stands on either side of it: `| Program.... CRS008 | User.... JDOE |`.
fn is_box(line: &str, first: char, last: char) -> bool {
    let sign = matches!(first, '|' | '*' | '#' | '│' | '║' | '!');
    let trimmed = line.trim();
    let inner = trimmed.get(first.len_utf8()..trimmed.len().saturating_sub(last.len_utf8())).unwrap_or_default();
    let bar = matches!(first, '|' | '│' | '║');
    let row = bar && inner.contains(first) && !inner.split(first).all(|cell| cell.contains(".. "));
    sign && first == last && !row && (bar || inner.starts_with(' ')) && inner.ends_with(' ')
}

/// The line with its frame as blanks, byte for byte.
fn clean(line: &str, prefix: Option<char>) -> String {
    let Some((first, last)) = ends(line) else { return line.to_owned() };
    let start = line.len() - line.trim_start().len();
    let end = line.trim_end().len();
    let only_sign = line.trim().chars().all(|c| c == first);
    if only_sign {
        return line.to_owned();
    }
    let blank = |out: &mut String, c: char| out.push_str(&" ".repeat(c.len_utf8()));
    let mut out = line[..start].to_owned();
    if is_box(line, first, last) {
        blank(&mut out, first);
        out.push_str(&line[start + first.len_utf8()..end - last.len_utf8()]);
        blank(&mut out, last);
    } else if prefix == Some(first) {
        blank(&mut out, first);
        out.push_str(&line[start + first.len_utf8()..end]);
    } else {
        out.push_str(&line[start..end]);
    }
    out.push_str(&line[end..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_and_comments_are_taken_off() {
        let boxed = "****************\n* Program: X   *\n* User: Y      *\n****************\n";
        assert_eq!(plain(boxed), "****************\n  Program: X    \n  User: Y       \n****************\n");
        let quoted = "| Dump\n|\n| Program | X\n| User | Y\n|\n| \tat a.b.c(D.java:1)\n";
        assert_eq!(plain(quoted), "  Dump\n|\n  Program | X\n  User | Y\n|\n  \tat a.b.c(D.java:1)\n");
        let marked = "# Program: X\r\n# User: Y\r\n#\tat a.b.c(D.java:1)\r\n";
        assert_eq!(plain(marked), "  Program: X\r\n  User: Y\r\n \tat a.b.c(D.java:1)\r\n");
    }

    #[test]
    fn tables_and_plain_text_stay() {
        for text in ["| A | B |\n| C | D |\n| E | F |\n", "Program: X\nUser: Y\nPanel: E\n", ""] {
            assert_eq!(plain(text), text);
        }
    }
}

//! Takes the frame off a dump that is drawn into a box or written as a comment: `| Program: CRS008 |`, `# Program`.
//!
//! Signs become blanks, so that every place in the text stays what it was. It must not know what the lines say.

use std::borrow::Cow;

/// The text without the signs that stand before and behind most of its lines.
pub(crate) fn plain(text: &str) -> Cow<'_, str> {
    let mut lines = 0usize;
    let mut boxed = 0usize;
    let mut marked: Vec<(char, usize)> = Vec::new();
    for line in text.lines().take(2000).filter(|l| !l.trim().is_empty()) {
        lines += 1;
        let Some((first, last)) = ends(line) else { continue };
        boxed += usize::from(is_box(line, first, last));
        match marked.iter_mut().find(|(sign, _)| *sign == first) {
            Some((_, count)) => *count += 1,
            None => marked.push((first, 1)),
        }
    }
    let prefix = marked
        .into_iter()
        .find(|(sign, count)| matches!(sign, '#' | '>' | '*' | ';' | '!' | '%') && count * 10 >= lines * 9)
        .map(|(sign, _)| sign);
    if lines < 3 || boxed < 3 && prefix.is_none() {
        return Cow::Borrowed(text);
    }
    let cleaned = text.split_inclusive('\n').map(|line| clean(line, prefix)).collect();
    Cow::Owned(cleaned)
}

fn ends(line: &str) -> Option<(char, char)> {
    let trimmed = line.trim();
    Some((trimmed.chars().next()?, trimmed.chars().next_back()?))
}

/// A line that is closed on both sides and has no bar inside, which would make it a row of a table.
fn is_box(line: &str, first: char, last: char) -> bool {
    let sign = matches!(first, '|' | '*' | '#' | '│' | '║' | '!');
    let trimmed = line.trim();
    let inner = trimmed.get(first.len_utf8()..trimmed.len().saturating_sub(last.len_utf8())).unwrap_or_default();
    let row = matches!(first, '|' | '│' | '║') && inner.contains(first);
    sign && first == last && !row && inner.starts_with(' ') && inner.ends_with(' ')
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

//! Signs that dress up lines, made plain or blank, byte for byte: line ends of old systems, emphasis and code of
//! Markdown, bars of other alphabets, the colon of a definition below its term. It must not know what the lines say.

use std::borrow::Cow;

/// Bytes that are looked at to tell how a text is dressed.
const SAMPLE: usize = 64 << 10;

/// The text with a `\n` for every `\r` that ends a line by itself.
pub(crate) fn line_ends(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let lone = |at: &usize| bytes.get(at + 1) != Some(&b'\n');
    let sample = &bytes[..bytes.len().min(SAMPLE)];
    // One here and there is a sign within a line.
    let count = memchr::memchr_iter(b'\r', sample).filter(lone).count();
    if count <= memchr::memchr_iter(b'\n', sample).count() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(replaced(text, |at, c| (c == '\r' && lone(&at)).then_some('\n')))
}

/// The text with plain signs.
pub(super) fn plain(text: &str) -> Cow<'_, str> {
    let end = (0..=text.len().min(SAMPLE)).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let sample = &text[..end];
    let has = |signs: &str| memchr::memmem::find(sample.as_bytes(), signs.as_bytes()).is_some();
    let dressed = |line: &str| line.contains("**") || line.contains('`') || line.contains(['¦', '┃']);
    let defined = has(": ") && sample.lines().filter(|line| is_definition(line)).count() >= 2;
    let framed = has(" ! ") && sample.lines().filter(|line| is_framed(line)).count() >= 3;
    if !defined && !framed && !["**", "`", "¦", "┃"].into_iter().any(has) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(
        text.split_inclusive('\n')
            .map(|line| {
                let mut out = Cow::Borrowed(line);
                if dressed(&out) {
                    out = Cow::Owned(undressed(&out));
                }
                if defined && is_definition(&out) {
                    out = Cow::Owned(out.replacen(':', " ", 1));
                }
                if framed && is_framed(&out) {
                    let bar = |at: usize| {
                        let blank = |at: Option<usize>| {
                            at.and_then(|at| out.as_bytes().get(at)).is_none_or(u8::is_ascii_whitespace)
                        };
                        blank(at.checked_sub(1)) && blank(Some(at + 1))
                    };
                    out = Cow::Owned(replaced(&out, |at, c| (c == '!' && bar(at)).then_some('|')));
                }
                out
            })
            .collect(),
    )
}

/// `: CRS008`
fn is_definition(line: &str) -> bool {
    let line = line.trim_start();
    line.strip_prefix(':').is_some_and(|rest| rest.starts_with([' ', '\t']) && !rest.trim().is_empty())
}

/// `! Program ! CRS008 !`
fn is_framed(line: &str) -> bool {
    let line = line.trim();
    line.len() > 4 && line.starts_with("! ") && line.ends_with(" !") && line[1..line.len() - 1].contains(" ! ")
}

/// Without `**` around words, without backticks around a whole value, and with `|` for other bars.
fn undressed(line: &str) -> String {
    let mut out = replaced(line, |_, c| matches!(c, '¦' | '┃').then_some('|'));
    let mut from = 0;
    while let Some(open) = out[from..].find("**").map(|at| from + at) {
        let inner = open + 2;
        let Some(close) = out[inner..].find("**").map(|at| inner + at).filter(|close| {
            let words = &out[inner..*close];
            words.len() <= 80
                && words.starts_with(|c: char| c.is_alphanumeric() || c == ' ')
                && !words.trim().is_empty()
        }) else {
            break;
        };
        // More than two stars are a rule.
        let rule = out[..open].ends_with('*') || out[close + 2..].starts_with('*');
        if !rule {
            out.replace_range(open..inner, "  ");
            out.replace_range(close..close + 2, "  ");
        }
        from = close + 2;
    }
    for open in out.match_indices('`').map(|(at, _)| at).collect::<Vec<_>>() {
        let before = out[..open].trim_end();
        let opens = before.is_empty() || before.ends_with([':', '=', '|', '>', '-', '*', '~']);
        let Some(close) = out[open + 1..].find('`').map(|at| open + 1 + at) else { continue };
        let behind = out[close + 1..].trim_start();
        let closes = behind.is_empty() || behind.starts_with(['|', ':', '=']);
        if opens && closes && close > open + 1 && out[open..].starts_with('`') {
            out.replace_range(open..=open, " ");
            out.replace_range(close..=close, " ");
        }
    }
    out
}

/// The text with other signs in places; a shorter one is filled up with blanks.
fn replaced(text: &str, with: impl Fn(usize, char) -> Option<char>) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let new = with(at, c).unwrap_or(c);
        out.push(new);
        out.extend(std::iter::repeat_n(' ', c.len_utf8().saturating_sub(new.len_utf8())));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dressed_lines_become_plain_and_stay_as_long() {
        for (line, expected) in [
            ("- **Program**: CRS008\n", "-   Program  : CRS008\n"),
            ("- **Program:** CRS008  \n", "-   Program:   CRS008  \n"),
            ("| **User** | `JDOE` |\n", "|   User   |  JDOE  |\n"),
            ("* User: `JDOE`\r\n", "* User:  JDOE \r\n"),
            ("Program ¦ CRS008\n", "Program |  CRS008\n"),
            ("Unknown column `a`.`b` in x\n", "Unknown column `a`.`b` in x\n"),
            ("Message: near `a`, `b`\n", "Message: near `a`, `b`\n"),
            ("*** DUMP ***\n", "*** DUMP ***\n"),
            ("Version: 15.1.2:*NONE\n", "Version: 15.1.2:*NONE\n"),
        ] {
            assert_eq!(plain(line), expected);
            assert_eq!(plain(line).len(), line.len());
        }
        assert_eq!(plain("Program\n: CRS008\n\nUser\n:   JDOE\n"), "Program\n  CRS008\n\nUser\n    JDOE\n");
        let framed = "! A ! B! !\n! User ! X !\n! C ! D !\n";
        assert_eq!(plain(framed), "| A | B! |\n| User | X |\n| C | D |\n");
    }

    #[test]
    fn old_line_ends_are_line_ends() {
        assert_eq!(line_ends("a\rb\r\rc"), "a\nb\n\nc");
        assert_eq!(line_ends("a\r\nb\r\r\nc\n"), "a\r\nb\r\r\nc\n");
        assert_eq!(line_ends("50 %\r100 %\nb\nc\nd\n"), "50 %\r100 %\nb\nc\nd\n");
    }
}

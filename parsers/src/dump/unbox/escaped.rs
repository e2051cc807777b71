//! Text that was escaped: markup to stand in other markup (`&lt;user&gt;JDOE&lt;/user&gt;`), properties as Java writes
//! them. It must not know what the text says.

/// The markup as it was, byte for byte as long; `None` for any other text. The blanks that fill it up stand outside of
/// its tags and values.
pub(crate) fn markup(text: &str) -> Option<String> {
    let start = text.trim_start_matches('\u{feff}').trim_start();
    if !start.starts_with("&lt;") || !(text.contains("&lt;/") || text.contains("/&gt;")) {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    // Whether a quote that comes next opens a value.
    let mut opens = true;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let known = [("&lt;", '<'), ("&gt;", '>'), ("&quot;", '"'), ("&#34;", '"'), ("&apos;", '\''), ("&#39;", '\'')];
        let Some((name, sign)) = known.into_iter().find(|(name, _)| rest.starts_with(name)) else {
            // What was escaped twice is escaped once now: `&amp;lt;` would be `&lt;`, with blanks behind.
            let escaped = rest.strip_prefix("&amp;").and_then(|inner| Some(inner.find(';').filter(|at| *at <= 6)? + 1));
            let len = escaped.map_or(1, |len| {
                out.push('&');
                out.push_str(&rest[5..5 + len]);
                out.push_str("    ");
                5 + len
            });
            if escaped.is_none() {
                out.push('&');
            }
            rest = &rest[len..];
            continue;
        };
        let fill = " ".repeat(name.len() - 1);
        let before = sign == '<' || matches!(sign, '"' | '\'') && opens;
        if matches!(sign, '"' | '\'') {
            opens = !opens;
        } else {
            opens = true;
        }
        if before {
            out.push_str(&fill);
        }
        out.push(sign);
        if !before {
            out.push_str(&fill);
        }
        rest = &rest[name.len()..];
    }
    out.push_str(rest);
    Some(out)
}

/// Properties as Java writes them, without their escapes (`M3\\ user\\ ID=CORP\\\\jdoe`), as long as before: blanks fill up
/// a name in front and a value behind. `None` where names have no escapes.
pub(crate) fn properties(text: &str) -> Option<String> {
    // JSON has escapes before colons as well: `"\tat a.B.c(B.java:1)"`.
    if text.trim_start().trim_start_matches('[').trim_start().starts_with(['{', '<']) {
        return None;
    }
    // Nearly all texts have no escapes.
    memchr::memchr(b'\\', text.as_bytes())?;
    let apart = |block| match are_escaped(block) {
        true => vec![(block, true)],
        false => runs(block).into_iter().map(|run| (run, are_escaped(run))).collect(),
    };
    let parts: Vec<(&str, bool)> = blocks(text).flat_map(apart).collect();
    if !parts.iter().any(|(_, escaped)| *escaped) {
        return None;
    }
    let plain = |(part, escaped): (&str, bool)| match escaped {
        true => part.split_inclusive('\n').map(unescaped).collect(),
        false => part.to_owned(),
    };
    Some(parts.into_iter().map(plain).collect())
}

/// The values of properties that go on below, behind a backslash at the end of a line, as they were meant, byte for byte as
/// long: `trace=a.B\: x\n\` above `  \tat a.b.C.d(C.java\:1)`. `None` where no value goes on.
pub(crate) fn continued(text: &str) -> Option<String> {
    memchr::memmem::find(text.as_bytes(), b"\\\n").or_else(|| memchr::memmem::find(text.as_bytes(), b"\\\r\n"))?;
    let goes_on = |line: &str| {
        let body = line.trim_end_matches(['\r', '\n']);
        body.len() < line.len() && (body.len() - body.trim_end_matches('\\').len()) % 2 == 1
    };
    let mut out = String::with_capacity(text.len());
    let mut lines = text.split_inclusive('\n').peekable();
    let mut any = false;
    while let Some(line) = lines.next() {
        let below = lines.peek().is_some_and(|next| next.starts_with([' ', '\t']));
        if !goes_on(line) || !is_named(line) || !below {
            out.push_str(line);
            continue;
        }
        any = true;
        let mut now = Some(line);
        while let Some(part) = now {
            let on = goes_on(part);
            out.push_str(&joined(part, on));
            now = if on { lines.next() } else { None };
        }
    }
    any.then_some(out)
}

/// A line of a value that goes on below or not, as long as it was: a break that was meant is one, and the others are none.
fn joined(line: &str, goes_on: bool) -> String {
    let body = line.trim_end_matches(['\r', '\n']);
    let ends = &line[body.len()..];
    let body = if goes_on { &body[..body.len() - 1] } else { body };
    let broken = body.ends_with("\\n") || !goes_on;
    let said = body.strip_suffix("\\n").filter(|_| goes_on).unwrap_or(body);
    let mut plain = plain(said).replace("\\t", "\t");
    // Breaks within are none of the text's lines.
    if plain.contains("\\n\tat ") {
        plain = plain.replace("\\n", " \n");
    }
    let fill = " ".repeat(line.len() - ends.len() - plain.len());
    let ends = if broken { ends.to_owned() } else { " ".repeat(ends.len()) };
    format!("{plain}{fill}{ends}")
}

/// Lines of a run that may be properties among other lines.
const SHORTEST_RUN: usize = 4;

/// A block taken apart into runs of lines that are named and such that aren't; short ones of the former, which other
/// texts have as well, stay with what they stand in.
fn runs(block: &str) -> Vec<&str> {
    if memchr::memchr(b'\\', block.as_bytes()).is_none() {
        return vec![block];
    }
    let named: Vec<bool> = block.lines().map(is_named).collect();
    let mut parts = Vec::new();
    let (mut start, mut at) = (0, 0);
    let mut lines = block.split_inclusive('\n');
    for run in named.chunk_by(|one, next| one == next) {
        let len: usize = lines.by_ref().take(run.len()).map(str::len).sum();
        if run[0] && run.len() >= SHORTEST_RUN {
            parts.extend([&block[start..at], &block[at..at + len]]);
            start = at + len;
        }
        at += len;
    }
    parts.push(&block[start..]);
    parts.retain(|part| !part.is_empty());
    parts
}

fn is_named(line: &str) -> bool {
    name_end(line).is_some_and(|end| line[end..].starts_with(['=', ':']))
}

/// The parts of a text between empty lines, each with those behind it: properties may stand between other parts.
fn blocks(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let empty = rest.match_indices('\n').find(|(at, _)| rest[at + 1..].starts_with(['\n', '\r']));
        let end = empty.map_or(rest.len(), |(at, _)| rest.len() - rest[at..].trim_start_matches(['\n', '\r']).len());
        let (block, behind) = rest.split_at(end);
        rest = behind;
        (!block.is_empty()).then_some(block)
    })
}

/// Whether the lines of a block are properties, and some of them have escapes.
fn are_escaped(block: &str) -> bool {
    if memchr::memchr(b'\\', block.as_bytes()).is_none() {
        return false;
    }
    let escapes = |line: &str| {
        let in_value = |end: usize| line[end + 1..].contains("\\:") && !line[end + 1..].contains(":\\");
        name_end(line).is_some_and(|end| line[..end].contains('\\') || in_value(end))
    };
    let lines = block.lines().take(200).filter(|line| !line.trim().is_empty() && !line.starts_with(['#', '!']));
    let (all, named, escaped) = lines.fold((0, 0, 0), |(all, with, esc), line| {
        (all + 1, with + usize::from(is_named(line)), esc + usize::from(escapes(line)))
    });
    escaped >= 1 && named * 10 >= all * 7
}

/// Where the name of a property ends: at the first equals sign or colon that isn't escaped.
fn name_end(line: &str) -> Option<usize> {
    unescaped_at(line, |c| matches!(c, '=' | ':'))
}

/// Where the first of some signs stands that has no backslash before it.
pub(super) fn unescaped_at(text: &str, is_one: impl Fn(char) -> bool) -> Option<usize> {
    let mut escaped = false;
    text.char_indices().find_map(|(at, c)| {
        let here = !escaped && is_one(c);
        escaped = c == '\\' && !escaped;
        here.then_some(at)
    })
}

fn unescaped(line: &str) -> String {
    let Some(end) = name_end(line).filter(|_| !line.starts_with(['#', '!']) && line.contains('\\')) else {
        return line.to_owned();
    };
    let body = line.trim_end_matches(['\n', '\r']);
    let (name, mut value) = (plain(&body[..end]), plain(&body[end..]));
    if value.contains("\\n\\tat ") {
        value = value.replace("\\n", " \n").replace("\\t", " \t");
    }
    let fill = |len: usize| " ".repeat(len);
    let before = fill(end - name.len());
    format!("{before}{name}{value}{}{}", fill(body.len() - end - value.len()), &line[body.len()..])
}

/// Without backslashes; what they make of a letter that no text shows stays as it is.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let behind = &rest[at + 1..];
        let code = || u32::from_str_radix(behind.strip_prefix('u')?.get(..4)?, 16).ok().and_then(char::from_u32);
        let next = behind.chars().next();
        if let Some(c) = code().filter(|c| !c.is_control()) {
            out.push(c);
            rest = &behind[5..];
        } else if let Some(c) = next.filter(|c| matches!(c, ' ' | ':' | '=' | '#' | '!' | '\\')) {
            out.push(c);
            rest = &behind[1..];
        } else {
            out.push('\\');
            rest = behind;
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escaped_markup_is_markup_of_the_same_length() {
        let text = "&lt;d user=&quot;J &amp;amp; D&quot;&gt;\n&lt;b&gt;x&lt;/b&gt;&lt;/d&gt;";
        let plain = markup(text).expect("markup");
        assert_eq!(plain, "   <d user=     \"J &amp;     D\"     >   \n   <b>   x   </b>      </d>   ");
        assert_eq!(plain.len(), text.len());
        assert_eq!(markup("a &lt; b"), None);
        assert_eq!(markup("&lt;unknown&gt;"), None);
    }

    #[test]
    fn escaped_properties_are_plain_and_as_long() {
        let text = "#x\\ y\nM3\\ user\\ ID=CORP\\\\jdoe\r\nVersion=15.1.2\\:*NONE\nMilj\\u00f6=PRD\n";
        let expected = "#x\\ y\n  M3 user ID=CORP\\jdoe \r\nVersion=15.1.2:*NONE \n    Milj\u{f6}=PRD\n";
        assert_eq!(properties(text).as_deref(), Some(expected));
        assert_eq!(expected.len(), text.len());
        assert_eq!(properties("Path: C:\\temp\nUser=CORP\\jdoe\n"), None);
        let parts = "Dump of it\n\nM3\\ user=JDOE\nJob=1\n\n\njava.io.IOException: C:\\x\n";
        let expected = "Dump of it\n\n M3 user=JDOE\nJob=1\n\n\njava.io.IOException: C:\\x\n";
        assert_eq!(properties(parts).as_deref(), Some(expected));
    }

    #[test]
    fn values_of_properties_go_on_below() {
        let text = "user=JDOE\ntrace=a.B\\: x\\n\\\n  \\tat a.b.C.d(C.java\\:1)\\n\\\r\n  \\tat a.b.C.e(C.java\\:2)\nwords=one, \\\n  two\n";
        let plain = continued(text).expect("a value");
        assert_eq!(plain.len(), text.len());
        let lines: Vec<&str> = plain.lines().map(str::trim_end).collect();
        let expected =
            ["user=JDOE", "trace=a.B: x", "  \tat a.b.C.d(C.java:1)", "  \tat a.b.C.e(C.java:2)", "words=one,     two"];
        assert_eq!(lines, expected);
        for other in ["a=C:\\\nb=1\n", "a=x\\\\\n b\n", "words \\\n  more\n", "a=b\\", ""] {
            assert_eq!(continued(other), None, "{other}");
        }
    }
}

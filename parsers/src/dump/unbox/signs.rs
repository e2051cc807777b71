//! Signs that dress up lines, made plain or blank, byte for byte: line ends of old systems, emphasis and code of
//! Markdown, bars of other alphabets, the colon of a definition below its term. It must not know what the lines say.

use std::borrow::Cow;

use super::super::fields;

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
    let sample = super::sample(text, SAMPLE);
    let has = |signs: &str| memchr::memmem::find(sample.as_bytes(), signs.as_bytes()).is_some();
    let dressed = |line: &str| {
        line.contains("**") || line.contains("{{") || line.contains('`') || line.contains(['¦', '┃', '：'])
    };
    let Seen { framed, definitions, listed, longest_run } = Seen::of(sample);
    let framed = FRAMES.into_iter().zip(framed).find(|(_, lines)| *lines >= 3).map(|(sign, _)| sign);
    let defined = framed.is_none() && definitions >= 2 && has(": ");
    let listed = listed >= 3;
    let bracketed = longest_run >= 5;
    let signs =
        || ["**", "`", "{{"].into_iter().any(has) || !sample.is_ascii() && ["¦", "┃", "："].into_iter().any(has);
    if !defined && !listed && !bracketed && framed.is_none() && !signs() {
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
                if bracketed && is_bracketed(&out) {
                    let (open, end) = (out.find(" (").map(|at| at + 1), out.trim_end().len());
                    out = Cow::Owned(replaced(&out, |at, c| match c {
                        '(' if Some(at) == open => Some('='),
                        ')' if at + 1 == end => Some(' '),
                        _ => None,
                    }));
                }
                if listed && is_listed(&out) {
                    out = Cow::Owned(unlisted(&out));
                }
                if let Some(sign) = framed.filter(|sign| is_framed(&out, *sign)) {
                    let bar = |at: usize| {
                        let blank = |at: Option<usize>| {
                            at.and_then(|at| out.as_bytes().get(at)).is_none_or(u8::is_ascii_whitespace)
                        };
                        blank(at.checked_sub(1)) && blank(Some(at + 1))
                    };
                    out = Cow::Owned(replaced(&out, |at, c| (c == sign && bar(at)).then_some('|')));
                }
                out
            })
            .collect(),
    )
}

/// The text without the full stops behind values, `Company: 100.   Division: AAA.`, where all that has a name has one, byte
/// for byte as long; `None` for any other text.
pub(super) fn full_stops(text: &str) -> Option<String> {
    const FEWEST: usize = 4;
    let sample = super::sample(text, SAMPLE);
    memchr::memmem::find(sample.as_bytes(), b".\n").or_else(|| memchr::memmem::find(sample.as_bytes(), b".\r\n"))?;
    // A name of few words, and a value that is no sentence.
    let named = |line: &str| {
        let parts = line.trim().split_once(": ");
        parts.is_some_and(|(name, value)| {
            !value.trim().is_empty() && name.len() <= 30 && !name.contains(['.', ',', '"'])
        })
    };
    let of_trace = |line: &str| line.contains("Exception: ") || line.contains("Error: ") || line.contains("(");
    let pairs: Vec<&str> = sample.lines().filter(|line| named(line) && !of_trace(line)).collect();
    let ended = pairs.iter().filter(|line| line.trim_end().ends_with('.') && !line.trim_end().ends_with("..")).count();
    if ended < FEWEST || ended * 10 < pairs.len() * 9 {
        return None;
    }
    let bare = |line: &str| {
        if !named(line) {
            return line.to_owned();
        }
        let end = line.trim_end().len();
        let stop = |at: usize, c: char| c == '.' && (at + 1 == end || line[at + 1..].starts_with("  "));
        replaced(line, |at, c| stop(at, c).then_some(' '))
    };
    Some(super::lines_of(text).map(bare).collect())
}

/// The text with quotes for the brackets around values, `Message : [[SQL0911] in use]`, where nearly all have them, byte for
/// byte as long; `None` for any other text.
pub(super) fn bracketed(text: &str) -> Option<String> {
    const FEWEST: usize = 5;
    const FEWEST_FIELDS: usize = 3;
    let sample = super::sample(text, SAMPLE);
    memchr::memmem::find(sample.as_bytes(), b"]\n").or_else(|| memchr::memmem::find(sample.as_bytes(), b"]\r\n"))?;
    // Fields may be written otherwise than facts are.
    let is_field = |line: &str| {
        let name = line.trim_start();
        let end = name.find(|c: char| !(c.is_ascii_uppercase() || c.is_ascii_digit())).unwrap_or(name.len());
        fields::is_code(&name[..end]) && name[end..].starts_with([' ', '=', ':'])
    };
    // Another value shows that the brackets are part of theirs.
    let all = |fields: bool| {
        let lines = || sample.lines().filter(|line| is_field(line) == fields);
        let found = lines().filter(|line| in_brackets(line).is_some()).count();
        let others = lines()
            .filter(|line| in_brackets(line).is_none() && line.contains([':', '=']) && !line.contains(['(', '[']));
        found >= if fields { FEWEST_FIELDS } else { FEWEST } && others.count() * 2 <= found
    };
    let [facts, fields] = [all(false), all(true)];
    if !facts && !fields {
        return None;
    }
    let quoted = |line: &str| match in_brackets(line).filter(|_| if is_field(line) { fields } else { facts }) {
        Some((open, close)) => format!("{}\"{}\"{}", &line[..open], &line[open + 1..close], &line[close + 1..]),
        None => line.to_owned(),
    };
    Some(super::lines_of(text).map(quoted).collect())
}

/// Where the brackets around all of a value open and close: behind a sign, or behind a gap.
fn in_brackets(line: &str) -> Option<(usize, usize)> {
    let close = line.trim_end().strip_suffix(']')?.len();
    let open = line.find('[').filter(|open| *open < close)?;
    let name = line[..open].trim_end();
    let signed = name.ends_with([':', '=']);
    let apart = signed || open - name.len() >= 2;
    let name = name.trim_end_matches([':', '=', '.', ' ']).trim();
    let named =
        !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '_' | '-' | '.' | '/'));
    let inner = &line[open + 1..close];
    // Programs in a list are a stack.
    let program = |word: &str| word.len() >= 3 && word.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    let listed = inner.contains(',') && inner.split(',').all(|word| program(word.trim()));
    (apart && named && !inner.contains('"') && !listed).then_some((open, close))
}

/// How many lines of a sample are dressed in which way.
#[derive(Default)]
struct Seen {
    /// By each of [`FRAMES`].
    framed: [usize; FRAMES.len()],
    definitions: usize,
    listed: usize,
    /// Lines in brackets that follow each other.
    longest_run: usize,
}

impl Seen {
    fn of(sample: &str) -> Self {
        let mut seen = Self::default();
        let mut run = 0;
        for line in super::lines_of(sample) {
            // What a line starts and ends with tells of nearly all that they aren't dressed.
            let (first, last) = super::outer(line).unwrap_or_default();
            let may_start = |sign: char| !first.is_ascii() || first == sign as u8;
            let may_end = |sign: char| !last.is_ascii() || last == sign as u8;
            for (sign, lines) in FRAMES.into_iter().zip(&mut seen.framed) {
                *lines += usize::from(may_start(sign) && may_end(sign) && is_framed(line, sign));
            }
            seen.definitions += usize::from(may_start(':') && is_definition(line));
            seen.listed += usize::from(may_start('(') && is_listed(line));
            run = if may_end(')') && is_bracketed(line) { run + 1 } else { 0 };
            seen.longest_run = seen.longest_run.max(run);
        }
        seen
    }
}

/// `: CRS008`
fn is_definition(line: &str) -> bool {
    let line = line.trim_start();
    line.strip_prefix(':').is_some_and(|rest| rest.starts_with([' ', '\t']) && !rest.trim().is_empty())
}

/// The text without the colours that a terminal shows (ECMA-48, `ESC [ ... m`), byte for byte as long.
pub(crate) fn uncoloured(text: &str) -> Cow<'_, str> {
    const ESCAPE: char = '\u{1b}';
    if memchr::memchr(ESCAPE as u8, text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(ESCAPE) {
        out.push_str(&rest[..at]);
        let behind = rest[at + 1..].strip_prefix('[');
        let len = behind.and_then(|behind| {
            let parameters = behind.bytes().take_while(|b| b.is_ascii_digit() || *b == b';').count();
            behind[parameters..].starts_with(|c: char| c.is_ascii_alphabetic()).then_some(parameters + 3)
        });
        let len = len.unwrap_or(1);
        out.extend(std::iter::repeat_n(' ', len));
        rest = &rest[at + len..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// The text of one object as programs print it, its members on lines of their own: `Dump{user=JDOE, panel=E}`. `None` for
/// any other text.
pub(crate) fn printed(text: &str) -> Option<String> {
    let line = text.trim();
    let open = line.find(['{', '[', '(']).filter(|at| (1..=40).contains(at))?;
    let close = match line.as_bytes()[open] {
        b'{' => '}',
        b'[' => ']',
        _ => ')',
    };
    let named = line[..open].chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '$'));
    if !named || line.contains('\n') || !line.ends_with(close) {
        return None;
    }
    let start = text.len() - text.trim_start().len();
    let last = start + line.len() - 1;
    // A comma within a value has no name and equals sign behind it.
    let member = |at: usize| {
        let name = text.get(at..).and_then(|rest| rest.strip_prefix(", ")).and_then(|rest| rest.split_once('='));
        name.is_some_and(|(name, _)| {
            name.len() <= 40 && name.starts_with(char::is_alphabetic) && !name.contains([',', ';', '{', '[', '"'])
        })
    };
    let members = text.match_indices(", ").filter(|(at, _)| member(*at)).count();
    let with = |at: usize, c: char| match c {
        _ if at == start + open || at == last => Some(if at == last { ' ' } else { '\n' }),
        ',' if member(at) => Some('\n'),
        _ => None,
    };
    (members >= 2 && line[open + 1..].split(',').next()?.contains('=')).then(|| replaced(text, with))
}

/// The text with what programs print of an object on one line of several made plain: `Dump[user=JDOE, panel=E]`,
/// `{user=JDOE, panel=E}`, `[dump user="JDOE" panel="E"]`. `None` where no line is one.
pub(crate) fn printed_on_lines(text: &str) -> Option<String> {
    let sample = super::sample(text, SAMPLE);
    sample.lines().any(|line| opened(line).is_some()).then(|| {
        let with = |line: &str| match opened(line) {
            Some(open) => {
                let last = line.trim_end().len() - 1;
                replaced(line, |at, c| match c {
                    _ if at < open && !c.is_whitespace() => Some(' '),
                    _ if at == open || at == last => Some(' '),
                    ',' if is_member(&line[at..]) => Some(';'),
                    _ => None,
                })
            }
            None => line.to_owned(),
        };
        text.split_inclusive('\n').map(with).collect()
    })
}

/// Where the bracket is that opens the members of an object which is all of a line, and the last place before them.
fn opened(line: &str) -> Option<usize> {
    let body = line.trim();
    let close = body.chars().next_back().filter(|c| matches!(c, '}' | ']' | ')'))?;
    let open = match close {
        '}' => '{',
        ']' => '[',
        _ => '(',
    };
    let at = body.find(open).filter(|at| *at <= 40)?;
    let start = line.len() - line.trim_start().len();
    if !body[..at].chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '$' | '@')) {
        return None;
    }
    let inner = &body[at + 1..body.len() - 1];
    // `[dump user="JDOE" panel="E"]`
    let name = inner.find(' ').filter(|end| open == '[' && at == 0 && !inner[..*end].contains(['=', '"', ',']));
    let members = match name {
        Some(_) => inner.matches("=\"").count(),
        None => 1 + inner.char_indices().filter(|(at, c)| *c == ',' && is_member(&inner[*at..])).count(),
    };
    let first = inner[name.map_or(0, |end| end + 1)..].split_once('=').is_some_and(|(name, _)| is_name(name));
    (members >= 3 && first).then(|| start + at + name.map_or(0, |end| end + 1))
}

fn is_name(name: &str) -> bool {
    (1..=40).contains(&name.len()) && name.starts_with(char::is_alphabetic) && !name.contains([',', ';', '{', '[', '"'])
}

/// Whether a comma has another name and its equals sign behind it.
fn is_member(rest: &str) -> bool {
    let next = rest.strip_prefix(',').map(|rest| rest.strip_prefix(' ').unwrap_or(rest));
    next.and_then(|rest| rest.split_once('=')).is_some_and(|(name, _)| is_name(name))
}

/// Signs that stand for the bars of a table.
const FRAMES: [char; 4] = ['!', ':', '#', '+'];

/// `! Program ! CRS008 !`
fn is_framed(line: &str, sign: char) -> bool {
    let cells = line.trim().strip_prefix(sign).and_then(|line| line.strip_suffix(sign));
    cells.is_some_and(|cells| {
        cells.starts_with(' ') && cells.ends_with(' ') && cells.trim().contains(&format!(" {sign} "))
    })
}

/// `User (JDOE)`: by itself it explains a word, one below the other it is how values are written.
fn is_bracketed(line: &str) -> bool {
    let value = line.trim().strip_suffix(')').and_then(|line| line.split_once(" ("));
    value.is_some_and(|(name, value)| {
        name.len() <= 40
            && name.starts_with(char::is_alphabetic)
            && !name.contains([':', '=', '(', '"', '\t'])
            && !name.starts_with("at ")
            && !value.is_empty()
            // `a.b.C.run (C.java:17)` is a frame.
            && (!name.contains('.') || crate::trace::call(line.trim()).is_none())
    })
}

/// `(User "JDOE")`
fn is_listed(line: &str) -> bool {
    let inner = line.trim().strip_prefix('(').map(|line| line.trim_end_matches(')'));
    inner
        .and_then(|inner| inner.strip_suffix('"')?.split_once(" \""))
        .is_some_and(|(name, _)| name.starts_with(char::is_alphabetic) && !name.contains(['(', '"']))
}

fn unlisted(line: &str) -> String {
    let sign = line.find(" \"");
    let end = line.trim_end().trim_end_matches(')').len();
    let open = line.find('(');
    let with = |at: usize, c: char| match c {
        '(' if Some(at) == open => Some(' '),
        ' ' if Some(at) == sign => Some('='),
        ')' if at >= end => Some(' '),
        _ => None,
    };
    replaced(line, with)
}

/// Without `**` around words, without backticks around a whole value, and with `|` for other bars.
fn undressed(line: &str) -> String {
    let mut out = replaced(line, |_, c| match c {
        '¦' | '┃' => Some('|'),
        '：' => Some(':'),
        _ => None,
    });
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
    // `{{CRS008}}`, as wikis write code.
    while let Some((open, close)) = out.find("{{").and_then(|open| Some((open, open + out[open..].find("}}")?))) {
        out.replace_range(close..close + 2, "  ");
        out.replace_range(open..open + 2, "  ");
    }
    for open in out.match_indices('`').map(|(at, _)| at).collect::<Vec<_>>() {
        let before = out[..open].trim_end();
        let opens = before.is_empty()
            || before.ends_with([':', '=', '|', '>', '-', '*', '~', '(', '→', '•', '·', '▪', '◦', '‣']);
        let Some(close) = out[open + 1..].find('`').map(|at| open + 1 + at) else { continue };
        let behind = out[close + 1..].trim_start();
        let closes = behind.is_empty() || behind.starts_with(['|', ':', '=', ')', '→']) || behind.starts_with("->");
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
    fn brackets_around_all_values_are_quotes() {
        let text = "Program : [CRS008]\nUser : [J]\nJob : [1]\nDivision : [B]\nMessage : [[SQL0911] in use]\nStack : [SYS, CRS008]\nfields (3):\nWERESP    [a = b, c: d]\nWWFACI = []\r\nKAITM = [1]\n";
        let expected = "Program : \"CRS008\"\nUser : \"J\"\nJob : \"1\"\nDivision : \"B\"\nMessage : \"[SQL0911] in use\"\nStack : [SYS, CRS008]\nfields (3):\nWERESP    \"a = b, c: d\"\nWWFACI = \"\"\r\nKAITM = \"1\"\n";
        assert_eq!(bracketed(text).as_deref(), Some(expected));
        let others = "a: [1]\nb: [2]\nc: [3]\nd: [4]\ne: [5]\nf: 1\ng: 2\nh: 3\n";
        assert_eq!((bracketed(others), bracketed("a: [1]\n")), (None, None));
    }

    #[test]
    fn full_stops_behind_all_values_are_no_part_of_them() {
        let text =
            "Program ended.\n  Job: 4711/QUSER/M3.\n  Company: 15.   Division: AAA.\nUser: J.DOE.\nRelease: 15.1.\n";
        let bare = full_stops(text).expect("full stops");
        let lines: Vec<&str> = bare.lines().map(str::trim_end).collect();
        let expected = [
            "Program ended.",
            "  Job: 4711/QUSER/M3",
            "  Company: 15    Division: AAA",
            "User: J.DOE",
            "Release: 15.1",
        ];
        assert_eq!((bare.len(), lines), (text.len(), expected.to_vec()));
        for other in ["a: b.\nc: d.\n", "a: 1.\nb: 2.\nc: 3.\nd: 4.\ne: 5\n", "a: 1\nb: 2\nc: 3\nd: 4\n"] {
            assert_eq!(full_stops(other), None, "{other}");
        }
    }

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
        let bracketed = "A (b)\nC d (e (f))\nG (h)\nI (j)\nK (l)\n";
        assert_eq!(plain(bracketed), "A =b \nC d =e (f) \nG =h \nI =j \nK =l \n");
        assert_eq!(plain("A (b)\nC (d)\n"), "A (b)\nC (d)\n");
        let object = "Dump{user=JDOE, msg=a, b, job no=1}\n";
        assert_eq!(printed(object).as_deref(), Some("Dump\nuser=JDOE\n msg=a, b\n job no=1 \n"));
        assert_eq!(printed("see (a=b, c)"), None);
        let objects = "Dump\n{a=b, c=d, e, e=f}\nX[a=1, b=2, c=3]\n[x@1 a=\"b\" c=\"d e\" f=\"g\"]\n[a] b=c\n";
        let plain_ones = "Dump\n a=b; c=d, e; e=f \n  a=1; b=2; c=3 \n     a=\"b\" c=\"d e\" f=\"g\" \n[a] b=c\n";
        assert_eq!(printed_on_lines(objects).as_deref(), Some(plain_ones));
        assert_eq!(printed_on_lines("see (a=b, c)\n"), None);
        assert_eq!(plain(": A : B :\n: C : D :\n: E : F :\n"), "| A | B |\n| C | D |\n| E | F |\n");
        assert_eq!(plain("Program：CRS008\n"), "Program:  CRS008\n");
        let listed = "(d\n  (A \"B\")\n  (C d \"E F\")\n  (G \"H\"))\n";
        assert_eq!(plain(listed), "(d\n   A=\"B\" \n   C d=\"E F\" \n   G=\"H\"  \n");
        assert_eq!(plain("# A # B #\n# C # D #\n# E # F #\n"), "| A | B |\n| C | D |\n| E | F |\n");
        let framed = "! A ! B! !\n! User ! X !\n! C ! D !\n";
        assert_eq!(plain(framed), "| A | B! |\n| User | X |\n| C | D |\n");
    }

    proptest::proptest! {
        #[test]
        fn lines_are_counted_as_if_each_was_looked_at(
            lines in proptest::collection::vec("[!:#+(]? ?[ab\u{a0}]{0,2} ?[!:#(] ?\"?b?\"?\\)?[!:#+)\u{a0}]?", 0..9),
        ) {
            let text = lines.join("\n");
            let count = |fits: &dyn Fn(&str) -> bool| text.lines().filter(|line| fits(line)).count();
            let seen = Seen::of(&text);
            proptest::prop_assert_eq!(seen.framed, FRAMES.map(|sign| count(&|line| is_framed(line, sign))));
            proptest::prop_assert_eq!(seen.definitions, count(&is_definition));
            proptest::prop_assert_eq!(seen.listed, count(&is_listed));
            let runs = text.lines().map(is_bracketed).collect::<Vec<_>>();
            let longest = runs.split(|is_one| !is_one).map(<[bool]>::len).max().unwrap_or(0);
            proptest::prop_assert_eq!(seen.longest_run, longest);
        }
    }

    #[test]
    fn colours_become_blanks() {
        assert_eq!(uncoloured("\u{1b}[1;36mUser\u{1b}[0m: J\u{1b}x\u{1b}["), "       User    : J x [");
        assert_eq!(uncoloured("User"), "User");
    }

    #[test]
    fn old_line_ends_are_line_ends() {
        assert_eq!(line_ends("a\rb\r\rc"), "a\nb\n\nc");
        assert_eq!(line_ends("a\r\nb\r\r\nc\n"), "a\r\nb\r\r\nc\n");
        assert_eq!(line_ends("50 %\r100 %\nb\nc\nd\n"), "50 %\r100 %\nb\nc\nd\n");
    }
}

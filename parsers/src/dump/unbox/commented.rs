//! Comments behind the values: `PICT = E    /* Panel */`, where what stands before is often a code that only the comment
//! explains. It must not know what the names mean, but which are known.

use super::super::synonyms::Synonyms;
use super::{blank, lines_of, rewritten, sample};

/// Bytes of a text that show whether it has such lines.
const SAMPLE: usize = 64 << 10;

/// Lines with a comment that a text has at least.
const FEWEST: usize = 3;

/// The text without the comments behind its values, a code that isn't known giving way to a comment that is; line by line
/// as long. `None` where it has no such lines.
pub(crate) fn values(text: &str) -> Option<String> {
    // Nearly all texts have none.
    memchr::memmem::find(sample(text, SAMPLE).as_bytes(), b"*/")?;
    rewritten(text, sample(text, SAMPLE), FEWEST, commented, |line, comment| comment.named(line))
}

/// The text without the codes before the words that say the same, `CONO  Company . . : 100`, byte for byte as long; `None`
/// where few of its lines have one.
pub(crate) fn codes(text: &str) -> Option<String> {
    const LEAST: usize = 4;
    rewritten(text, sample(text, SAMPLE), LEAST, coded, |line, end| format!("{}{}", blank(&line[..end]), &line[end..]))
}

/// The text without the codes in brackets behind the words that say the same, `Job [BJNO] = 4711`, byte for byte as long;
/// `None` where few of its lines have one.
pub(crate) fn codes_behind(text: &str) -> Option<String> {
    const LEAST: usize = 4;
    memchr::memmem::find(sample(text, SAMPLE).as_bytes(), b" [")?;
    rewritten(text, sample(text, SAMPLE), LEAST, coded_behind, |line, (start, end)| {
        format!("{}{}{}", &line[..start], " ".repeat(end - start), &line[end..])
    })
}

/// Where such a code begins and ends, brackets and all.
fn coded_behind(line: &str) -> Option<(usize, usize)> {
    let start = line.find(" [")? + 1;
    let end = start + line[start..].find(']')? + 1;
    let code = &line[start + 1..end - 1];
    let coded = (3..=6).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    let words = line[..start].trim();
    let named =
        words.starts_with(char::is_alphabetic) && words.chars().all(|c| c.is_alphanumeric() || " -/_.".contains(c));
    let behind = line[end..].trim_start();
    let signed = behind.starts_with(['=', ':']) || behind.starts_with("..") || behind.starts_with(". .");
    (coded && named && signed).then_some((start, end))
}

/// The text without the comments of a file of settings that look like pairs, `# user = nobody`, byte for byte as long;
/// `None` where a text is none, or its comments say all.
pub(crate) fn settings(text: &str) -> Option<String> {
    const LEAST: usize = 5;
    let seen = sample(text, SAMPLE);
    // Nearly all texts have no sections.
    memchr::memmem::find(seen.as_bytes(), b"\n[")?;
    // `#0  a.b.C.d(C.java:1)` is a frame.
    let comment = |line: &str| {
        let said = line.trim_start().strip_prefix(['#', ';']).map(str::trim_start);
        said.is_some_and(|said| said.starts_with(char::is_alphabetic) && said.contains(['=', ':']))
    };
    seen.lines().find(|line| comment(line))?;
    let heading = |line: &str| line.starts_with('[') && line.trim_end().ends_with(']') && !line.contains('=');
    let set = |line: &&str| {
        line.split_once(['=', ':']).is_some_and(|(name, _)| {
            let name = name.trim();
            name.starts_with(|c: char| c.is_ascii_alphabetic())
                && name.chars().all(|c| c.is_alphanumeric() || "._-".contains(c))
        })
    };
    let in_sections = seen.lines().filter(|line| heading(line)).count() >= 2;
    if !in_sections || seen.lines().filter(set).count() < LEAST {
        return None;
    }
    Some(lines_of(text).map(|line| if comment(line) { blank(line) } else { line.to_owned() }).collect())
}

/// The text without the comments behind its values as YAML has them, `stack: [SYS, CRS008]  # outermost first`, byte for byte
/// as long; `None` where it has none.
pub(crate) fn remarks(text: &str) -> Option<String> {
    memchr::memmem::find(sample(text, SAMPLE).as_bytes(), b" # ")?;
    rewritten(text, sample(text, SAMPLE), 1, remark, |line, at| format!("{}{}", &line[..at], blank(&line[at..])))
}

/// Where such a comment begins: behind a value that shows where it ends.
fn remark(line: &str) -> Option<usize> {
    let at = line.rfind(" # ")?;
    let value = line[..at].trim_end();
    (value.contains(": ") && value.ends_with([']', '"', '\'', '}'])).then_some(at)
}

/// The text without the signs of comments before the lines of a trace, as files of properties have one, byte for byte as
/// long; `None` where it has none.
pub(crate) fn traces(text: &str) -> Option<String> {
    let is_frame = |line: &str| line.strip_prefix('#').and_then(crate::trace::called).is_some();
    let bytes = text.as_bytes();
    let mut signs = memchr::memmem::find_iter(bytes, b"\n#");
    signs.find(|at| is_frame(lines_of(&text[at + 1..]).next().unwrap_or_default()))?;
    let lines: Vec<&str> = lines_of(text).collect();
    let mut out = String::with_capacity(text.len());
    for block in lines.chunk_by(|line, next| line.starts_with('#') == next.starts_with('#')) {
        let traced = block.iter().any(|line| is_frame(line));
        for line in block {
            match line.strip_prefix('#').filter(|_| traced) {
                Some(said) => out.extend([" ", said]),
                None => out.push_str(line),
            }
        }
    }
    Some(out)
}

/// The text with the names of what methods give as names, `getUserId() = JDOE`, byte for byte as long; `None` where few
/// lines have one.
pub(crate) fn getters(text: &str) -> Option<String> {
    memchr::memmem::find(sample(text, SAMPLE).as_bytes(), b"()")?;
    rewritten(text, sample(text, SAMPLE), FEWEST, getter, |line, (start, end)| {
        format!("{}   {}  {}", blank(&line[..start]), &line[start + 3..end], &line[end + 2..])
    })
}

/// Where the name of such a method begins and ends, behind whose method it is: `ctx.getUserId()`.
fn getter(line: &str) -> Option<(usize, usize)> {
    let end = line.find("()")?;
    let start = line[..end].rfind(['.', ' ']).map_or(0, |at| at + 1);
    let name = line[start..end].strip_prefix("get")?;
    let named = name.starts_with(char::is_uppercase) && name.chars().all(char::is_alphanumeric);
    let plain = line[..start].trim().chars().all(|c| c.is_alphanumeric() || c == '.');
    (named && plain).then_some((start, end))
}

/// Where the code ends with which a line begins, in front of words and the sign behind them.
fn coded(line: &str) -> Option<usize> {
    let body = line.trim_start();
    let code = body.bytes().take_while(|b| b.is_ascii_uppercase() || b.is_ascii_digit()).count();
    // `BJNO - Job number = 4711`
    let dashed = body[code..].strip_prefix(" - ");
    let words = dashed.unwrap_or(body[code..].trim_start());
    let apart = body.len() - code - words.len();
    let sign = words.find([':', '=']).or_else(|| words.find(" ...").map(|leader| leader + 4))?;
    let named = words[..sign].trim_end_matches([' ', '.', '-', '_']);
    let plain = named.chars().all(|c| c.is_alphanumeric() || " /-".contains(c));
    let leads = named.len() + 2 < sign;
    let set_off = dashed.is_some() || apart == 2 && leads;
    ((3..=8).contains(&code) && set_off && words.starts_with(char::is_uppercase) && plain)
        .then(|| line.len() - words.len())
}

/// A line `code = value /* words */`.
struct Comment {
    /// Where the sign behind the code stands.
    sign: usize,
    /// Where the comment begins, with its sign.
    start: usize,
    /// Where the line ends, without its break.
    end: usize,
}

fn commented(line: &str) -> Option<Comment> {
    let end = line.trim_end().len();
    let start = line[..end].strip_suffix("*/").and_then(|rest| rest.rfind("/*"))?;
    let field = &line[..start];
    let sign = field.find(['=', ':'])?;
    let named = field[..sign].trim().starts_with(char::is_alphabetic) && field.ends_with([' ', '\t']);
    named.then_some(Comment { sign, start, end })
}

impl Comment {
    /// The line without its comment, by the name that is known.
    fn named(&self, line: &str) -> String {
        let (code, field, rest) = (&line[..self.sign], &line[..self.start], &line[self.end..]);
        let words = line[self.start + 2..self.end - 2].trim();
        let synonyms = Synonyms::standard();
        let explained = words.split(" (").next().unwrap_or(words);
        let explains = !synonyms.knows(code.trim()) && synonyms.knows(explained);
        let bare = if explains { format!("{explained} {}", field[self.sign..].trim_end()) } else { field.to_owned() };
        match self.end.checked_sub(bare.len()) {
            Some(fill) => format!("{bare}{}{rest}", " ".repeat(fill)),
            None => format!("{field}{}{rest}", blank(&line[self.start..self.end])),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_before_words_give_way_to_them() {
        let text = "BJNO - Job number = 1\nCONO - Company ..... 2\nUSID - User: J\nPICC - Panel = E\nA1 - x = 2\n";
        let plain = codes(text).expect("codes");
        assert_eq!(plain.len(), text.len());
        let lines: Vec<&str> = plain.lines().map(str::trim).collect();
        assert_eq!(lines, ["Job number = 1", "Company ..... 2", "User: J", "Panel = E", "A1 - x = 2"]);
    }

    #[test]
    fn codes_behind_words_say_nothing_more() {
        let text = "Job [BJNO] = 1\nActive panel [PICC] = B\nM3 user [USID] ...... J\r\nExcl [EXCL]: a.B\nx[1] = 2\n";
        let plain = codes_behind(text).expect("codes");
        assert_eq!(
            plain,
            "Job        = 1\nActive panel        = B\nM3 user        ...... J\r\nExcl       : a.B\nx[1] = 2\n"
        );
        assert_eq!(codes_behind("Job [BJNO] = 1\n"), None);
    }

    #[test]
    fn what_is_commented_out_of_settings_sets_nothing() {
        let text = "; user = nobody\n# written by x\n[program]\nprogram = A\npanel = E\n[job]\njob = 1\n#user = X\nuser = J\nnice = 1\n";
        let plain = settings(text).expect("settings");
        assert_eq!(plain.len(), text.len());
        assert!(!plain.contains("nobody") && !plain.contains("= X") && plain.contains("\nuser = J\n"), "{plain}");
        for other in ["# user = JDOE\n# program = A\n", "# user = JDOE\na = 1\nb = 2\nc = 3\nd = 4\ne = 5\n"] {
            assert_eq!(settings(other), None, "{other}");
        }
    }

    #[test]
    fn remarks_behind_values_come_off() {
        let text = "a: [X, Y]  # order\nb: 1 # no\nc: \"#1\" # yes\n";
        let bare = remarks(text).expect("remarks");
        assert_eq!(bare.len(), text.len());
        let lines: Vec<&str> = bare.lines().map(str::trim_end).collect();
        assert_eq!(lines, ["a: [X, Y]", "b: 1 # no", "c: \"#1\""]);
        assert_eq!(remarks("# a: b\nb: 1 # no\n"), None);
    }

    #[test]
    fn a_trace_in_comments_is_one() {
        let text = "# M3 dump\na=1\n\n# a.B: x\n# \tat a.b.C.d(C.java:1)\n#... 3 more\nb=2\n# c: d\n";
        let bare = traces(text).expect("a trace");
        assert_eq!(bare, "# M3 dump\na=1\n\n  a.B: x\n  \tat a.b.C.d(C.java:1)\n ... 3 more\nb=2\n# c: d\n");
        assert_eq!(traces("# a.B: x\n# at the end\n"), None);
    }

    #[test]
    fn what_methods_give_has_their_names() {
        let text = "getUserId() = JDOE\ngetCONO() = 100\r\ngetFields()\n  getX = 1\n";
        let named = getters(text).expect("getters");
        assert_eq!(named, "   UserId   = JDOE\n   CONO   = 100\r\n   Fields  \n  getX = 1\n");
        assert_eq!(getters("getUserId() = JDOE\n"), None);
    }

    #[test]
    fn codes_give_way_to_the_words_behind_them() {
        let text = " CONO  Company . . . : 100\n DIVI  Division  . . : AAA\n PGM1  Program level 1 . . : SYS\n USID  User . . : JDOE\nABC: 1\n";
        let bare = codes(text).expect("codes");
        assert_eq!(bare.len(), text.len());
        assert_eq!(bare.lines().next().map(str::trim), Some("Company . . . : 100"));
        assert_eq!(codes(" CONO  Company . . : 100\n"), None);
    }

    #[test]
    fn a_comment_names_what_no_code_does() {
        let text =
            "PCTX = E      /* Panel */\nCONO = 100    /* Company */\r\nQQQQ = 7   /* counter */\n/* FIELDS */\na.b:\n";
        let bare = values(text).expect("comments");
        assert_eq!(bare.len(), text.len());
        let lines: Vec<&str> = bare.lines().map(str::trim_end).collect();
        assert_eq!(lines, ["Panel = E", "CONO = 100", "QQQQ = 7", "/* FIELDS */", "a.b:"]);
        for other in ["/* a */\n/* b */\n/* c */\n", "a = 1 /* x */\n", "*/\n*/\n/* */ */\n", ""] {
            assert_eq!(values(other), None, "{other}");
        }
    }
}

//! Properties whose names are paths: `m3.session.user=JDOE`, `m3.stack.0=SYS`, `exception.frame.0=a.B.c(B.java:7)`. It must
//! not know what the names mean, but those that every JVM has.

use std::borrow::Cow;
use std::ops::Range;

use super::super::section::{self, SectionKind};
use super::super::synonyms::{Synonyms, is_java_property, is_of_another};
use super::{blank, lines_of, single};

/// Lines that such a text has at least.
const FEWEST: usize = 8;

/// Of a hundred lines, comments aside, so many are properties.
const SHARE: usize = 70;

/// The heading of an exception whose path begins with it.
const ERROR: &str = "[error]";

/// Lines by which a text is known.
const LINES: usize = 400;

/// The text with each group of names as a section, its lists as lists and its frames as frames, byte for byte as long;
/// `None` where its names are no paths, or all of one group.
pub(crate) fn paths(text: &str) -> Option<String> {
    let lines =
        || lines_of(text).filter(|line| !matches!(line.trim_start().as_bytes().first(), None | Some(b'#' | b'!')));
    let seen = lines().take(LINES).count();
    let found = lines().take(LINES).filter_map(property).count();
    if found < FEWEST || found * 100 < seen * SHARE || groups(text) < 2 {
        return None;
    }
    if are_mixed(text) {
        return without_root(text);
    }
    let mut out = String::with_capacity(text.len());
    // The group that stands below a heading, if any does.
    let mut headed: Option<&str> = None;
    for line in lines_of(text) {
        let Some(property) = property(line) else {
            out.push_str(line);
            continue;
        };
        if let Some(start) = property.spoken(line) {
            let name = line[start..property.name.end].replace('.', " ");
            out.push_str(&format!("{}{name}={}", blank(&line[..start]), unescaped(&line[property.value..])));
            continue;
        }
        let group = &line[property.group.clone()];
        let goes_on = headed == Some(group);
        let form = match () {
            () if property.is_frame(line) => Form::Frame,
            () if goes_on => Form::Below,
            // What it is another's of stays beside the name.
            () if is_of_another(&format!("({})", group.replace('.', " "))) => Form::Flat,
            () => Form::Heading,
        };
        // What all names begin with needs no heading above all others.
        let form = if form == Form::Heading && headed.is_none() && property.is_root(line) { Form::Below } else { form };
        if form == Form::Heading {
            headed = Some(group);
        }
        property.put(line, form, &mut out);
    }
    Some(out)
}

/// How a property is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// `at a.B.c(B.java:7)`
    Frame,
    /// `group.name=value`
    Flat,
    /// The group as a heading, then as below it.
    Heading,
    /// `name=value`, or `0 value` in a list.
    Below,
}

/// Whether the names of different groups stand mixed, as a table in memory gives them out: none can have a heading then.
fn are_mixed(text: &str) -> bool {
    let group = |line: &str| property(line).map(|property| line[property.group].to_owned());
    let mut groups: Vec<String> = lines_of(text).take(LINES).filter_map(group).collect();
    groups.dedup();
    let runs = groups.len();
    groups.sort_unstable();
    groups.dedup();
    runs > 2 * groups.len()
}

/// The text without what all names begin with, `m3.` of `m3.user` and `m3.stack.0`, byte for byte as long; `None` where
/// they begin otherwise.
fn without_root(text: &str) -> Option<String> {
    let root = |line: &str| {
        let start = property(line)?.group.start;
        Some(start..start + line[start..].find('.')? + 1)
    };
    let mut roots = lines_of(text).take(LINES).filter_map(|line| Some(&line[root(line)?]));
    let first = roots.next()?;
    roots.all(|other| other == first).then(|| {
        // Lines far below may begin otherwise, and stay.
        let bare = |line: &str| match root(line).filter(|root| &line[root.clone()] == first) {
            Some(root) => format!("{}{}{}", &line[..root.start], blank(first), &line[root.end..]),
            None => line.to_owned(),
        };
        lines_of(text).map(bare).collect()
    })
}

/// How many groups follow each other, up to two.
fn groups(text: &str) -> usize {
    let mut groups: Vec<&str> =
        lines_of(text).take(LINES).filter_map(|line| Some(&line[property(line)?.group])).collect();
    groups.dedup();
    groups.len().min(2)
}

/// A line `root.group.name=value`.
struct Property {
    /// The path without its last part.
    group: Range<usize>,
    /// The last part of the path.
    name: Range<usize>,
    value: usize,
}

fn property(line: &str) -> Option<Property> {
    let start = line.len() - line.trim_start_matches([' ', '\t']).len();
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '$' | '.');
    let end = start + line[start..].find(|c| !is_name(c))?;
    let path = &line[start..end];
    let value = line[end..].strip_prefix('=').map(|_| end + 1)?;
    let parts = path.split('.');
    let named = path.starts_with(|c: char| c.is_ascii_alphabetic()) && parts.into_iter().all(|part| !part.is_empty());
    let dot = path.rfind('.').filter(|_| named && !is_java_property(path))?;
    Some(Property { group: start..start + dot, name: start + dot + 1..end, value })
}

/// A value without the backslashes before others, with blanks at its end for them.
fn unescaped(value: &str) -> Cow<'_, str> {
    if !value.contains("\\\\") || value.replace("\\\\", "").contains('\\') {
        return Cow::Borrowed(value);
    }
    Cow::Owned(single(value, '\\'))
}

impl Property {
    fn is_counted(&self, line: &str) -> bool {
        line[self.name.clone()].bytes().all(|byte| byte.is_ascii_digit())
    }

    fn is_frame(&self, line: &str) -> bool {
        let value = line[self.value..].trim();
        self.is_counted(line) && crate::trace::call(value.strip_prefix("at ").unwrap_or(value)).is_some()
    }

    /// Where the words begin that the last parts of its path are, `time.of.failure`; `None` where its parts aren't.
    fn spoken(&self, line: &str) -> Option<usize> {
        let name = |from: usize| line[from..self.name.end].replace('.', " ");
        let knows = |from: usize| !Synonyms::standard().meanings(None, &name(from)).is_empty();
        let path = &line[self.group.start..self.name.start - 1];
        let before = path.rfind('.')?;
        let joins = matches!(&path[before + 1..], "of" | "at" | "der" | "des" | "de" | "du" | "del" | "di");
        let start = self.group.start + path[..before].rfind('.').map_or(0, |dot| dot + 1);
        (joins && knows(start)).then_some(start)
    }

    /// Whether its group is all that stands before its name, and says nothing of it.
    fn is_root(&self, line: &str) -> bool {
        let title = self.title(line);
        title.len() == self.group.len() && section::kind(title) == SectionKind::Facts
    }

    /// The last part of its group's path.
    fn title<'l>(&self, line: &'l str) -> &'l str {
        let group = &line[self.group.clone()];
        group.rsplit('.').next().unwrap_or(group)
    }

    /// The line in a form, byte for byte as long.
    fn put(&self, line: &str, form: Form, out: &mut String) {
        let (title, name, value) = (self.title(line), &line[self.name.clone()], &unescaped(&line[self.value..]));
        let counted = self.is_counted(line);
        if form == Form::Frame {
            let said = if value.starts_with("at ") { "   " } else { "at " };
            return out.push_str(&format!("{}{said}{value}", blank(&line[..self.value - 3])));
        }
        let root = self.group.end - title.len();
        out.push_str(&blank(&line[..root]));
        match form {
            Form::Heading if root >= 2 => {
                out.truncate(out.len() - 2);
                out.push_str(&format!("[{title}]\n"));
            }
            // There is no room for the brackets around it, without which it is none behind others.
            Form::Heading if title.len() >= ERROR.len() && section::kind(title) == SectionKind::Trace => {
                out.push_str(&format!("{ERROR}{}\n", " ".repeat(title.len() - ERROR.len())));
            }
            // Nor for more than a part of it; without any, it would be of the section above.
            Form::Heading if self.is_root(line) && title.is_ascii() && title.len() > 2 => {
                out.push_str(&format!("[{}]\n", &title[..title.len() - 2]));
            }
            Form::Heading => out.push_str(&format!("{title}\n")),
            Form::Below => out.push_str(&format!("{}{}", blank(title), if counted { ' ' } else { '\n' })),
            _ => out.push_str(&format!("{title}.")),
        }
        let sign = if counted { ' ' } else { '=' };
        out.push_str(&format!("{name}{sign}{value}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_sections_lists_and_frames() {
        let text = "# dump\nm3.job.id=4711\nm3.session.user=JDOE\nuser.name=svc\nm3.database.user=DB\nm3.stack.0=SYS\nm3.stack.1=CRS008\n\
                    m3.field.WWFACI=C01\nm3.field.WWDIVI=AAA\nexception.class=a.B\nexception.frame.0=a.B.c(B.java:7)\n";
        let plain = paths(text).expect("paths");
        assert_eq!(plain.len(), text.len());
        let lines: Vec<&str> = plain.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        let expected = "# dump|[job]|id=4711|[session]|user=JDOE|user.name=svc|database.user=DB|[stack]|0 SYS|1 CRS008|[field]|\
                        WWFACI=C01|WWDIVI=AAA|[error]|class=a.B|at a.B.c(B.java:7)";
        assert_eq!(lines.join("|"), expected);
        let spoken = text.replace("m3.job.id=4711", "m3.time.of.failure=4711");
        let plain = paths(&spoken).expect("paths");
        assert_eq!((plain.len(), plain.lines().nth(1)), (spoken.len(), Some("   time of failure=4711")));
        let mixed: String = (0..8).map(|n| format!("m3.stack.{n}=B\nm3.field.F{n}=1\n")).collect();
        let bare = paths(&mixed).expect("a root");
        assert_eq!(bare.replace(' ', ""), mixed.replace("m3.", ""));
        assert_eq!(bare.len(), mixed.len());
        let otherwise = format!("{}a.b=", mixed.repeat(30));
        assert!(paths(&otherwise).is_some_and(|bare| bare.ends_with("\na.b=") && bare.len() == otherwise.len()));
        let one_group = "m3.a=1\n".repeat(9);
        for other in ["a.b=1\nc.d=2\n", &one_group, "Program: CRS008\nUser: JDOE\n", "a..b=1\n", ""] {
            assert_eq!(paths(other), None, "{other}");
        }
    }
}

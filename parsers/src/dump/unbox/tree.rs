//! Trees: `├── session`, and below it `│   ├── user: JDOE`. It must not know what the branches are called.

use super::{lines_of, sample};

/// Bytes of a text that show whether it has a tree.
const SAMPLE: usize = 64 << 10;

/// Branches that a tree has at least.
const FEWEST: usize = 5;

/// The text without the signs of its tree, branches that have others below them as headings, byte for byte as long;
/// `None` where it has no tree.
pub(crate) fn branches(text: &str) -> Option<String> {
    let seen = sample(text, SAMPLE);
    if !SIGNS.iter().any(|sign| memchr::memmem::find(seen.as_bytes(), sign.as_bytes()).is_some()) {
        return None;
    }
    let starts: Vec<usize> = lines_of(seen).filter_map(branch).collect();
    if starts.len() < FEWEST || starts.iter().all(|start| *start == starts[0]) {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let mut lines = lines_of(text).peekable();
    while let Some(line) = lines.next() {
        let Some(start) = branch(line) else {
            out.push_str(line);
            continue;
        };
        let deeper = |below: &str| branch(below).is_some_and(|other| columns(below, other) > columns(line, start));
        let holds = lines.peek().is_some_and(|below| deeper(below));
        let (signs, name) = line.split_at(start);
        let bare = name.trim_end();
        if holds && !bare.contains([':', '=']) && signs.len() > 2 {
            out.push_str(&format!("{}[{bare}]{}", " ".repeat(signs.len() - 2), &name[bare.len()..]));
        } else {
            out.push_str(&format!("{}{name}", " ".repeat(signs.len())));
        }
    }
    Some(out)
}

/// What connects a branch with the one that it is of.
const SIGNS: [&str; 6] = ["├─", "└─", "|-- ", "`-- ", "+-- ", "\\-- "];

/// Where the name of a branch begins, behind its signs.
fn branch(line: &str) -> Option<usize> {
    let signs = |c: char| matches!(c, '│' | '├' | '└' | '─' | '|' | '`' | '+' | '\\' | '-' | ' ');
    let name = line.trim_start_matches(signs);
    let start = line.len() - name.len();
    let connects = SIGNS.iter().any(|sign| line[..start].contains(sign)) && line[..start].ends_with(' ');
    (connects && name.starts_with(char::is_alphanumeric)).then_some(start)
}

/// How far right the name stands.
fn columns(line: &str, start: usize) -> usize {
    line[..start].chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn branches_become_sections() {
        let text = "dump\n├── session\n│   ├── user: JDOE\n│   └── company: 100\n└── program stack\n    └── SYS\n        └── CRS008\n\nat a.B.c(B.java:7)\n";
        let plain = branches(text).expect("a tree");
        assert_eq!(plain.len(), text.len());
        let lines: Vec<&str> = plain.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        let expected = "dump|[session]|user: JDOE|company: 100|[program stack]|[SYS]|CRS008|at a.B.c(B.java:7)";
        assert_eq!(lines.join("|"), expected);
        for other in ["+-- a\n+-- b\n+-- c\n+-- d\n+-- e\n", "| Key | Value |\n", "+----+\n| a |\n+----+\n", ""] {
            assert_eq!(branches(other), None, "{other}");
        }
    }
}

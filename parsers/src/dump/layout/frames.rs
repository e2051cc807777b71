//! A line of a Java stack in the notations of those who print one themselves: without `at`, behind a number, a sign or a
//! word, with slashes in the class, or with its place behind `in`. It must not know which stack it belongs to.

use crate::trace::{self, Frame};

/// The frame on a line without `at`, or behind what counts or marks the lines of a list: `#3  a.B.run(B.java:17)`.
pub(super) fn frame(line: &str) -> Option<Frame> {
    if memchr::memchr(b'(', line.as_bytes()).is_none() {
        return behind_place(line).or_else(|| in_columns(line));
    }
    let mut rest = line.trim();
    for _ in 0..3 {
        if rest.starts_with(char::is_alphabetic) && !rest.starts_with("o ") || rest.starts_with("0x") {
            break;
        }
        let bare = rest.trim_start_matches(['#', '[']);
        let digits = bare.len() - bare.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let behind = bare[digits..].trim_start_matches([']', ')', '.', ':']);
        let counted = digits > 0 && digits <= 5 && behind.starts_with([' ', '\t']);
        let marked = ["->", "=>", "→", "-", "*", "•", ">", "└─", "├─", "|", "o "]
            .iter()
            .find_map(|sign| rest.strip_prefix(sign));
        let Some(next) = Some(behind).filter(|_| counted).or(marked) else { break };
        rest = next.trim_start();
    }
    let bare = rest.strip_prefix("at ").unwrap_or(behind_number(rest)).trim();
    // Debuggers print the address first.
    let address = bare.strip_prefix("0x").and_then(|hex| hex.split_once(' '));
    let bare = match address {
        Some((digits, call)) if digits.bytes().all(|b| b.is_ascii_hexdigit()) => call.trim_start(),
        _ => bare,
    };
    // As C++ has it, a method belongs to its class by two colons.
    let dotted = bare.contains("::").then(|| bare.replacen("::", ".", 1));
    let bare = dotted.as_deref().unwrap_or(bare);
    let path = bare.split('(').next().unwrap_or_default().trim_end();
    let alone = !path.contains(char::is_whitespace);
    trace::call(bare).filter(|_| alone).or_else(|| place_behind(line)).or_else(|| behind_words(line))
}

/// What stands behind the name of a numbered frame: `Frame1=a.b.C.run(C.java:17)`, `frame 1: a.b.C.run(C.java:17)`.
fn behind_number(line: &str) -> &str {
    let named = line.split_once(['=', ':']).filter(|(name, _)| {
        let word =
            name.trim_end().trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, ' ' | '_' | '.' | '[' | ']'));
        word.len() < name.trim_end().len()
            && matches!(word.to_lowercase().as_str(), "frame" | "line" | "at" | "trace" | "java stack" | "stack")
    });
    named.map_or(line, |(_, call)| call.trim_start())
}

/// `C.java:17: a.b.C.run`: a place, and the method behind it.
fn behind_place(line: &str) -> Option<Frame> {
    let (place, path) = line.trim().split_once(": ")?;
    let (file, number) = place.split_once(':')?;
    let is_place = file.contains('.') && !file.contains(' ') && number.bytes().all(|b| b.is_ascii_digit());
    let is_path = path.matches('.').count() >= 2 && !path.contains(' ');
    if is_place && is_path { trace::call(&format!("{path}({place})")) } else { None }
}

/// `3  a.b.C.run    C.java    17`, `a.b.C run 17`: method, file and line in columns, or class, method and line.
fn in_columns(line: &str) -> Option<Frame> {
    let words: Vec<&str> = line.split_whitespace().collect();
    if let [class, method, number] = words.as_slice() {
        let is_class = class.matches('.').count() >= 2
            && class.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '$'))
            && class.rsplit('.').next().is_some_and(|name| name.starts_with(char::is_uppercase));
        let is_method = method.starts_with(char::is_alphabetic) && method.chars().all(char::is_alphanumeric);
        if is_class && is_method && number.bytes().all(|b| b.is_ascii_digit()) {
            let frame = trace::call(&format!("{class}.{method}(Unknown Source)"))?;
            return Some(Frame { line: number.parse().ok(), ..frame });
        }
    }
    let [count @ .., path, file, number] = words.as_slice() else { return None };
    let counts =
        |word: &&str| word.trim_matches(['#', '.', ':', ')', '(', '[', ']']).bytes().all(|b| b.is_ascii_digit());
    let is_file = file.rsplit_once('.').is_some_and(|(_, kind)| matches!(kind, "java" | "kt" | "scala" | "groovy"));
    let sound = count.len() <= 1 && count.iter().all(counts) && is_file && path.matches('.').count() >= 2;
    let is_number = number.bytes().all(|b| b.is_ascii_digit());
    (sound && is_number).then(|| trace::call(&format!("{path}({file}:{number})"))).flatten()
}

/// `at a.b.C.run(String) in C.java:line 17`, and `at a.b.C.run()` where no place is known.
fn place_behind(line: &str) -> Option<Frame> {
    let call = line.trim().strip_prefix("at ")?;
    let (path, arguments) = call.split_once('(')?;
    let (arguments, behind) = arguments.split_once(')')?;
    let place = behind.trim().strip_prefix("in ").and_then(|place| place.rsplit_once(":line "));
    let source = match place {
        Some((file, line)) => format!("{}:{}", file.rsplit(['/', '\\']).next().unwrap_or(file), line.trim()),
        None if behind.trim().is_empty() && arguments.is_empty() => "Unknown Source".to_owned(),
        None => return None,
    };
    let dotted = path.matches('.').count() >= 2;
    trace::call(&format!("{path}({source})")).filter(|_| dotted)
}

/// `4XESTACKTRACE    at mvx/app/pgm/CRS008.PECHK(CRS008.java:17)`, `called from a.b.C.run(C.java:17)`: a call with its source
/// is one behind a word that says so, or behind none.
fn behind_words(line: &str) -> Option<Frame> {
    let line = line.trim();
    let open = line.find('(').filter(|open| {
        let source = &line[open + 1..];
        source.contains(".java") || source.starts_with("Native Method)") || source.starts_with("Unknown Source)")
    })?;
    let is_path = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '$' | '/' | '<' | '>');
    let end = line[..open].trim_end().len();
    let start =
        line[..end].rfind(|c| !is_path(c)).map_or(0, |at| at + line[at..].chars().next().map_or(1, char::len_utf8));
    let before = line[..start].trim();
    let words: Vec<&str> = before.split_whitespace().filter(|word| word.contains(char::is_alphabetic)).collect();
    let says_so = |word: &&str| matches!(word.to_lowercase().as_str(), "at" | "from" | "by" | "von" | "par" | "av");
    if words.len() > 2 || !words.last().is_none_or(says_so) || before.contains(['=', '"']) {
        return None;
    }
    trace::call(&format!("{}{}", &line[start..end], &line[open..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_as_others_print_them() {
        for line in [
            "a.b.C.run(C.java:17)",
            "#3   a.b.C.run(C.java:17)",
            "  > a.b.C.run(C.java:17)",
            "4XESTACKTRACE                at a/b/C.run(C.java:17(Compiled Code))",
            "   at a.b.C.run(String) in C.java:line 17",
            "   at a.b.C.run() in D:\\src\\C.java:line 17",
            "[ 3] at a.b.C.run(C.java:17)",
            "called from a.b.C.run (C.java:17)",
            "   C.java:17: a.b.C.run",
            "  3  a.b.C.run          C.java     17",
            "  o a.b.C.run(C.java:17)",
            "#3  0x00007f a.b.C.run (C.java:17)",
            "   a.b.C::run (C.java:17)",
            "Frame1=a.b.C.run(C.java:17)",
            "frame 12: a.b.C.run(C.java:17)",
        ] {
            let found = frame(line).map(|f| (f.class, f.method, f.file, f.line));
            let expected = ("a.b.C".to_owned(), "run".to_owned(), Some("C.java".to_owned()), Some(17));
            assert_eq!(found, Some(expected), "{line}");
        }
        assert!(
            frame("  a.b.C   run   17").is_some_and(|f| f.method == "run" && f.file.is_none() && f.line == Some(17))
        );
        assert!(frame("  at a.b.C.run()").is_some_and(|f| f.file.is_none() && f.line.is_none()));
        for line in [
            "see the method a.b.C.run(C.java:17)",
            "PGM(CRS008)",
            "where = a.b.C.run(C.java:17)",
            "at once (now)",
            "a: b.c.d",
            "C.java:17: see it",
            "3  a.b.C.run  C.java  it",
            "a.b.c run 17",
            "see a.b.C 17",
        ] {
            assert_eq!(frame(line), None, "{line}");
        }
    }
}

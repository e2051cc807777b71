//! Frames as other programs print them than the JVM, made what it prints: those of gdb, and those in the files of a crash
//! of HotSpot. It must not know whose frames they are.

use super::{filled, lines_in_twos, lines_of, rewritten, sample};

/// Bytes of a text that show whether it has such frames.
const SAMPLE: usize = 64 << 10;

/// Frames that a text has at least.
const FEWEST: usize = 2;

/// `#1  0x00c9 in mvx.app.pgm.CRS008.PE (self=0x9155) at CRS008.java:2234` as `at mvx.app.pgm.CRS008.PE(CRS008.java:2234)`,
/// byte for byte as long; `None` where a text has too few.
pub(crate) fn of_debugger(text: &str) -> Option<String> {
    memchr::memmem::find(sample(text, SAMPLE).as_bytes(), b"#1 ")?;
    rewritten(text, sample(text, SAMPLE), FEWEST, debugged, |line, frame| filled(&frame, line))
}

/// `j  mvx.app.pgm.CRS008.PE()V+202` as `at mvx.app.pgm.CRS008.PE()`, byte for byte as long; `None` where a text has too few.
pub(crate) fn of_machine(text: &str) -> Option<String> {
    memchr::memmem::find(sample(text, SAMPLE).as_bytes(), b")V")?;
    rewritten(text, sample(text, SAMPLE), FEWEST, compiled, |line, frame| filled(&frame, line))
}

/// The text with the first frame of a trace on a line of its own, where the name of the trace stands before it:
/// `StackTrace : at a.b.C.d(C.java:1)`, byte for byte as long; `None` where it has none.
pub(crate) fn behind_names(text: &str) -> Option<String> {
    let frame = |line: &str| crate::trace::called(line).is_some();
    let behind = |line: &str| {
        let at = line.find(" at ")?;
        let sign = line[..at].chars().next_back().filter(|sign| matches!(sign, ':' | '=' | '|'))?;
        let name = line[..at - sign.len_utf8()].trim();
        let named = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '_' | '-' | '.'));
        (named && frame(&line[at..])).then_some(at)
    };
    // Nearly all texts have none.
    let signed = |at: &usize| text.as_bytes()[..*at].last().is_some_and(|sign| matches!(sign, b':' | b'=' | b'|'));
    memchr::memmem::find_iter(text.as_bytes(), b" at ").find(signed)?;
    lines_in_twos(text).find(|(line, below)| behind(line).is_some() && frame(below))?;
    let apart = |line: &str| match behind(line) {
        Some(at) => format!("{}:\n{}", &line[..at - 1], &line[at + 1..]),
        None => line.to_owned(),
    };
    Some(lines_of(text).map(apart).collect())
}

fn debugged(line: &str) -> Option<String> {
    let numbered = line.trim().strip_prefix('#')?;
    let behind = numbered.trim_start_matches(|c: char| c.is_ascii_digit());
    let call = behind.trim_start();
    let call = match call.strip_prefix("0x").and_then(|address| address.split_once(" in ")) {
        Some((address, call)) if address.bytes().all(|b| b.is_ascii_hexdigit()) => call,
        Some(_) => return None,
        None => call,
    };
    let (path, rest) = call.split_once(" (")?;
    let place = rest.rsplit_once(") at ")?.1;
    (behind.len() < numbered.len() && is_path(path)).then(|| format!("at {path}({place})"))
}

fn compiled(line: &str) -> Option<String> {
    let said = line.trim();
    let rest = said.strip_prefix("j  ").or_else(|| said.strip_prefix("J "))?;
    let path = rest.split_once('(')?.0.rsplit(' ').next()?;
    let signed = rest.split_once(')')?.1.starts_with(|c: char| "VZBCSIJFDL[".contains(c));
    (signed && is_path(path)).then(|| format!("at {path}()"))
}

fn is_path(path: &str) -> bool {
    path.contains('.') && path.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '$' | '<' | '>' | '/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_frame_stands_on_a_line_of_its_own() {
        let text = "a : 1\nStackTrace  : at a.b.C.d(C.java:1)\r\n              at a.b.C.e(C.java:2)\n";
        let plain = behind_names(text).expect("a trace");
        assert_eq!(plain, "a : 1\nStackTrace  :\nat a.b.C.d(C.java:1)\r\n              at a.b.C.e(C.java:2)\n");
        assert_eq!(behind_names("x: at a.b.C.d(C.java:1)\n"), None);
    }

    #[test]
    fn frames_of_others_are_those_of_java() {
        let text = "(gdb) bt\n#0  0x0020344e in a.b.C.d (self=0x4b) at C.java:3320\n#1  a.b.C.<init> (self=0x4b, n=1) at C.java:1\r\n#2 main () at x\n";
        let plain = of_debugger(text).expect("frames");
        assert_eq!(plain.len(), text.len());
        let lines: Vec<&str> = plain.lines().map(str::trim_end).collect();
        assert_eq!(lines, ["(gdb) bt", "at a.b.C.d(C.java:3320)", "at a.b.C.<init>(C.java:1)", "#2 main () at x"]);
        let text =
            "j  a.b.C.d()V+10\nJ 12 c2 a.b.C.e(ILa;)V (33 bytes) @ 0x01 [0x01+0x02]\nv  ~StubRoutines::call_stub\n";
        let plain = of_machine(text).expect("frames");
        assert_eq!(plain.len(), text.len());
        let lines: Vec<&str> = plain.lines().map(str::trim_end).collect();
        assert_eq!(lines, ["at a.b.C.d()", "at a.b.C.e()", "v  ~StubRoutines::call_stub"]);
    }
}

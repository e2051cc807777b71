//! Frames as other programs print them than the JVM, made what it prints: those of gdb, and those in the files of a crash
//! of HotSpot. It must not know whose frames they are.

use super::{rewritten, sample};

/// Bytes of a text that show whether it has such frames.
const SAMPLE: usize = 64 << 10;

/// Frames that a text has at least.
const FEWEST: usize = 2;

/// `#1  0x00c9 in mvx.app.pgm.CRS008.PE (self=0x9155) at CRS008.java:2234` as `at mvx.app.pgm.CRS008.PE(CRS008.java:2234)`,
/// byte for byte as long; `None` where a text has too few.
pub(crate) fn of_debugger(text: &str) -> Option<String> {
    memchr::memmem::find(sample(text, SAMPLE).as_bytes(), b"#1 ")?;
    rewritten(text, sample(text, SAMPLE), FEWEST, debugged, put)
}

/// `j  mvx.app.pgm.CRS008.PE()V+202` as `at mvx.app.pgm.CRS008.PE()`, byte for byte as long; `None` where a text has too few.
pub(crate) fn of_machine(text: &str) -> Option<String> {
    memchr::memmem::find(sample(text, SAMPLE).as_bytes(), b")V")?;
    rewritten(text, sample(text, SAMPLE), FEWEST, compiled, put)
}

/// The line with the frame in its place.
fn put(line: &str, frame: String) -> String {
    let said = line.trim_end_matches(['\r', '\n']);
    format!("{frame}{}{}", " ".repeat(said.len() - frame.len()), &line[said.len()..])
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

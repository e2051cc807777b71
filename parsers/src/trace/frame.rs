//! One line of a stack trace: `at class.method(source)` and `... n more`.
//!
//! The grammar is that of `java.lang.StackTraceElement.toString`
//! (<https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/lang/StackTraceElement.html#toString()>),
//! `loader/module@version/class.method(source)`, with the jar that log4j2 and logback write behind it. It must not
//! know what stands on other lines.

use std::borrow::Cow;

use super::Frame;

/// One call on a stack, as slices of the line it was printed on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FrameLine<'a> {
    /// Class loader and module as printed, without the slash before the class: `app//`, `java.base@17.0.15`.
    pub(crate) origin: Option<&'a str>,
    /// Class with its package, and with what generators add to it: `Foo$$Lambda$14/0x0000000800c03000`.
    pub(crate) class: &'a str,
    /// Method: `<init>`, `lambda$main$0`.
    pub(crate) method: &'a str,
    /// Where in the source it is.
    pub(crate) site: Site<'a>,
    /// The jar that log4j2 or logback name behind the frame, as printed: `~[cxf-core.jar:3.1]`.
    pub(crate) jar: Option<&'a str>,
}

/// Where in the source a call is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Site<'a> {
    /// `(File.java:12)`.
    Line(&'a str, u32),
    /// `(File.java)`: compiled without line numbers.
    File(&'a str),
    /// `(Native Method)`.
    Native,
    /// `(Unknown Source)`.
    Unknown,
    /// Anything else between the brackets: `<generated>`, `Compiled Code`.
    Other(&'a str),
}

impl<'a> FrameLine<'a> {
    /// The frame on its own, without what it was printed with.
    pub(crate) fn to_frame(&self) -> Frame {
        let class = self.class;
        Frame {
            // What generators add to a class has a slash of its own.
            class: if is_slashed(class) { class.replace('/', ".") } else { class.to_owned() },
            method: self.method.to_owned(),
            file: self.file().map(str::to_owned),
            line: self.line(),
            instead: match self.site {
                Site::Line(..) | Site::File(_) => None,
                Site::Native => Some(Cow::Borrowed("Native Method")),
                Site::Unknown => Some(Cow::Borrowed("Unknown Source")),
                Site::Other(said) => Some(Cow::Owned(said.to_owned())),
            },
        }
    }

    /// Source file, where it is printed.
    pub(crate) const fn file(&self) -> Option<&'a str> {
        match self.site {
            Site::Line(file, _) | Site::File(file) => Some(file),
            Site::Native | Site::Unknown | Site::Other(_) => None,
        }
    }

    /// Line in the source file, counted from 1, where it is printed.
    pub(crate) const fn line(&self) -> Option<u32> {
        match self.site {
            Site::Line(_, line) => Some(line),
            _ => None,
        }
    }
}

/// The frame on a line, where the line is one: `at` behind nothing but white space, and a call with its source.
pub(crate) fn parse(line: &str) -> Option<FrameLine<'_>> {
    let call = line.trim_start().strip_prefix("at ")?.trim();
    parse_call(call).or_else(|| line.strip_prefix("   at ").and_then(|call| dotnet(call.trim_end())))
}

/// Whether a line is a frame of .NET and none of Java.
pub(crate) fn is_dotnet(line: &str) -> bool {
    line.strip_prefix("   at ").is_some_and(|call| parse_call(call.trim()).is_none())
}

/// A frame as .NET prints it behind three blanks: the types and names of its arguments in brackets, and behind them the
/// source where it is known: `A.B.Run(String name) in C:\src\B.cs:line 12`.
fn dotnet(call: &str) -> Option<FrameLine<'_>> {
    const LONGEST: usize = 1024;
    let (name, site) = match call.rsplit_once(":line ") {
        Some((before, line)) => {
            let (name, file) = before.rsplit_once(" in ")?;
            let file = file.rsplit(['\\', '/']).next()?;
            (name, Site::Line(file, line.parse().ok()?))
        }
        None => (call, Site::Unknown),
    };
    let (path, arguments) = name.strip_suffix(')')?.split_once('(')?;
    if !arguments.is_empty() && !arguments.split(", ").all(|argument| argument.contains(' ')) {
        return None;
    }
    let (class, method) = match path.strip_suffix("..ctor") {
        Some(class) => (class, ".ctor"),
        None => path.rsplit_once('.')?,
    };
    let named = |text: &str| !text.is_empty() && text.len() <= LONGEST && !text.contains(char::is_whitespace);
    let starts = class.starts_with(|c: char| c.is_alphabetic() || c == '_');
    (starts && named(class) && named(method)).then_some(FrameLine { origin: None, class, method, site, jar: None })
}

/// Whether a line is a frame in one of the plainest notations, which [`parse`] takes for one as well.
pub(crate) fn is_plain(line: &str) -> bool {
    line.trim_ascii_start().strip_prefix("at ").and_then(plain).is_some()
}

/// The call in one of the plainest notations, `a.B.run(B.java:17)` with a module before it or a jar behind it: nearly all
/// are, and it is read in one go. What [`spelled_out`] says of it, or `None`.
fn plain(call: &str) -> Option<FrameLine<'_>> {
    const LONGEST: usize = 256;
    let bytes = call.as_bytes();
    let count =
        |from: usize, kind: u8| bytes[from..].iter().take_while(|b| KINDS[usize::from(**b)] & kind != 0).count();
    let names = count(0, NAME);
    let path = if bytes.get(names) == Some(&b'(') { names } else { count(0, NAME | ORIGIN) };
    let file = path + 1;
    if bytes.get(path) != Some(&b'(') || path > LONGEST {
        return None;
    }
    let colon = file + count(file, NAME);
    let digits = colon + 1;
    let close = digits + count(digits.min(bytes.len()), DIGIT);
    if bytes.get(colon) != Some(&b':') || bytes.get(close) != Some(&b')') {
        return None;
    }
    let (origin, name) = if path == names { (None, &call[..path]) } else { plain_origin(&call[..path])? };
    let dot = memchr::memrchr(b'.', name.as_bytes()).filter(|dot| *dot > 0 && dot + 1 < name.len())?;
    let (class, method) = (&name[..dot], &name[dot + 1..]);
    let first = class.as_bytes()[0];
    let sound = !first.is_ascii_digit() && first != b'.' && !class.ends_with('.');
    let twice = |(one, next): (&u8, &u8)| *one == b'.' && *next == b'.';
    if !sound || bytes[..path].iter().zip(&bytes[1..path]).fold(false, |any, two| any | twice(two)) {
        return None;
    }
    if !(1..=LONGEST).contains(&(colon - file)) || !(1..=9).contains(&(close - digits)) {
        return None;
    }
    let jar = match &call[close + 1..] {
        "" => None,
        behind => Some(plain_jar(behind)?),
    };
    let line = bytes[digits..close].iter().fold(0, |n, digit| n * 10 + u32::from(digit - b'0'));
    Some(FrameLine { origin, class, method, site: Site::Line(&call[file..colon], line), jar })
}

/// What stands before the class, and the class with its method, where no generated class is in sight: it has a slash of
/// its own.
fn plain_origin(path: &str) -> Option<(Option<&str>, &str)> {
    let (origin, name) = split_origin(path);
    let names = || name.bytes().all(|b| KINDS[usize::from(b)] & NAME != 0);
    (!path.contains("$$") && !path.contains("/0x") && names()).then_some((origin, name))
}

/// The jar as log4j2 and logback write it behind a frame, without brackets in it.
fn plain_jar(behind: &str) -> Option<&str> {
    let jar = behind.strip_prefix(' ')?;
    let named = jar.strip_prefix('~').unwrap_or(jar);
    let sound = named.starts_with('[') && named.ends_with(']');
    (sound && memchr::memchr2(b'(', b')', jar.as_bytes()).is_none()).then_some(jar)
}

const NAME: u8 = 1;
const ORIGIN: u8 = 2;
const DIGIT: u8 = 4;

/// What a byte may be part of: names of classes, methods and files; what stands before the class; numbers.
static KINDS: [u8; 256] = {
    let mut kinds = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        kinds[byte] = match byte as u8 {
            b'0'..=b'9' => NAME | DIGIT,
            b'A'..=b'Z' | b'a'..=b'z' | b'.' | b'_' | b'$' => NAME,
            b'/' | b'@' | b'-' => ORIGIN,
            _ => 0,
        };
        byte += 1;
    }
    kinds
};

/// A frame without the `at`: `java.base@17/java.lang.Thread.run(Thread.java:840)`.
pub(crate) fn parse_call(call: &str) -> Option<FrameLine<'_>> {
    plain(call).or_else(|| spelled_out(call))
}

/// A frame in any notation.
fn spelled_out(call: &str) -> Option<FrameLine<'_>> {
    let open = source_bracket(call)?;
    let (path, rest) = call.split_at(open);
    let close = closing_bracket(rest)?;
    let (source, behind) = (&rest[1..close], rest[close + 1..].trim());
    let jar = suffix(behind)?;
    let (source, module) = split_module(source);
    let site = site(source)?;
    let (origin, name) = split_origin(path.trim_end());
    let dot = memchr::memrchr(b'.', name.as_bytes()).filter(|&d| d > 0 && d + 1 < name.len())?;
    let (class, method) = (&name[..dot], &name[dot + 1..]);
    let spaced = method.contains(char::is_whitespace) && !matches!(site, Site::Line(..));
    if !is_class(class) || spaced || method.len() > 512 {
        return None;
    }
    Some(FrameLine { origin: origin.or(module), class, method, site, jar })
}

/// The bracket that opens the source. Method names of Kotlin and Scala may hold brackets, so it is the last one at the
/// outer level; IBM's VM nests `(Foo.java:12(Compiled Code))`.
fn source_bracket(call: &str) -> Option<usize> {
    let first = memchr::memchr(b'(', call.as_bytes())?;
    let last = memchr::memrchr(b'(', call.as_bytes())?;
    if first == last || !call[..last].contains(')') {
        return Some(first);
    }
    // Behind the source a jar may stand in brackets of its own kind; `(` there would be part of its file name.
    let jar = call.rfind(" ~[").or_else(|| call.rfind(" [")).unwrap_or(call.len());
    call[..jar].rfind('(')
}

fn closing_bracket(rest: &str) -> Option<usize> {
    let mut depth = 0usize;
    for (at, byte) in rest.bytes().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}

/// What may follow the source: nothing, the quote that ends a value whose last line the frame is, a jar in square
/// brackets, and a note in brackets of either kind: `[3 skipped]`, `<3 internal lines>`.
fn suffix(behind: &str) -> Option<Option<&str>> {
    if matches!(behind, "" | "\"" | "'" | "\"," | "'," | "\";" | "';") {
        return Some(None);
    }
    let jar = behind.strip_prefix('~').unwrap_or(behind);
    let noted = jar.starts_with(['[', '<']) && jar.ends_with([']', '>']);
    noted.then_some(Some(behind))
}

/// `java.base@17.0.15/Thread.java:840`, as thread dumps have it: the module stands with the source.
fn split_module(source: &str) -> (&str, Option<&str>) {
    match source.rsplit_once('/') {
        Some((module, rest)) if !module.is_empty() => (rest, Some(module)),
        _ => (source, None),
    }
}

fn site(source: &str) -> Option<Site<'_>> {
    match source {
        "Native Method" => return Some(Site::Native),
        "Unknown Source" => return Some(Site::Unknown),
        "Compiled Code" | "Inlined Compiled Code" | "Bytecode PC" | "Pure Java Method" => {
            return Some(Site::Other(source));
        }
        _ => {}
    }
    if source.starts_with('<') && source.ends_with('>') || source.starts_with("Bytecode PC:") {
        return Some(Site::Other(source));
    }
    // IBM: `Foo.java:12(Compiled Code)`, `Foo.java(Inlined Compiled Code)`
    let plain = source.split('(').next().unwrap_or(source);
    let (file, line) = match plain.rsplit_once(':') {
        Some((file, line)) => (file, line.parse::<i64>().ok()?),
        None => (plain, -1),
    };
    let line = u32::try_from(line).ok();
    match line {
        Some(line) if is_file(file) || file.is_empty() || is_script(file) => Some(Site::Line(file, line)),
        None if is_file(file) && (file.contains('.') || is_bare_source(file)) => Some(Site::File(file)),
        _ => None,
    }
}

fn is_file(file: &str) -> bool {
    let usual = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'$');
    if (1..=256).contains(&file.len()) && file.bytes().all(usual) {
        return true;
    }
    !file.is_empty() && file.len() <= 256 && !file.contains(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '"'))
}

/// A script by its path, which may have blanks in it.
fn is_script(file: &str) -> bool {
    let extension = file.rsplit_once('.').map_or("", |(_, extension)| extension);
    let named = (1..=10).contains(&extension.len()) && extension.bytes().all(|b| b.is_ascii_alphanumeric());
    named && file.len() <= 256 && !file.contains([',', ';', '"'])
}

/// Sources that obfuscators and compilers of other languages leave without an extension; `LambdaForm$DMH`, as classes
/// that the VM makes up have it.
fn is_bare_source(file: &str) -> bool {
    matches!(file, "SourceFile" | "NO_SOURCE_FILE" | "NO_SOURCE_PATH" | "Script1" | "Unknown") || file.contains('$')
}

/// Splits `app//`, `java.base@17/`, `app/my.module@1/` from the class. The own slash of a class that the VM made up
/// (`$$Lambda$1/0x00ab`, `$$Lambda/800c000`, `LambdaForm$MH/12`) stays with it.
fn split_origin(path: &str) -> (Option<&str>, &str) {
    if memchr::memchr(b'/', path.as_bytes()).is_none() {
        return (None, path);
    }
    if path.rsplit_once('.').is_some_and(|(class, _)| is_slashed(class)) {
        return (None, path);
    }
    let generated = ["$$Lambda", "LambdaForm$", "/0x"].iter().find_map(|sign| path.find(sign)).unwrap_or(path.len());
    match path[..generated].rfind('/') {
        Some(slash) => {
            let origin = if path[..slash].ends_with('/') { &path[..=slash] } else { &path[..slash] };
            (Some(origin), &path[slash + 1..])
        }
        None => (None, path),
    }
}

/// Whether a class is written as the machine names it, `mvx/app/pgm/CRS008`: what stands before a class otherwise has dots,
/// an at sign or two slashes in it, and the class in a module has a package.
fn is_slashed(class: &str) -> bool {
    let Some((package, name)) = class.rsplit_once('/') else { return false };
    package.contains('/')
        && !name.contains('.')
        && package.split('/').all(|part| {
            !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        })
}

fn is_class(class: &str) -> bool {
    let plain =
        |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '$' | '/' | '-' | '\\' | '^' | '+' | '<' | '>');
    let starts = class.starts_with(|c: char| c.is_alphabetic() || matches!(c, '_' | '$'));
    let usual = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'$');
    let all = || class.bytes().all(usual) || class.chars().all(plain);
    starts && class.len() <= 1024 && all() && !class.as_bytes().windows(2).any(|two| two == b"..")
}

/// The number in `... 6 more` and what log4j2 and logback write in its place (`... 6 common frames omitted`,
/// `... suppressed 27 lines`).
pub(crate) fn more(trimmed: &str) -> Option<u32> {
    // .NET says where the frames of an inner exception end, or of another thread.
    if trimmed.starts_with("--- End of ") && trimmed.ends_with(" ---") {
        return Some(0);
    }
    let rest = trimmed.strip_prefix("...")?.trim();
    if rest.len() > 80 {
        return None;
    }
    let said = ["more", "omitted", "truncated", "elided", "skipped", "excluded", "suppressed", "filtered", "lines"];
    if !said.iter().any(|word| rest.contains(word)) {
        return None;
    }
    let digits = rest.trim_start_matches(|c: char| !c.is_ascii_digit());
    if rest.len() - digits.len() > "suppressed (".len() {
        return None;
    }
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    digits[..end].parse().ok()
}

/// Whether a line says that frames were left out and not how many, as WebLogic does.
pub(crate) fn is_truncated(trimmed: &str) -> bool {
    trimmed == "Truncated. see log file for complete stacktrace"
}

/// How many frames log4j2 left out by its `filters`: `... suppressed 27 lines`, and nothing but the dots for one.
pub(crate) fn left_out(line: &str) -> Option<u32> {
    let said = line.strip_prefix('\t')?.trim();
    match said {
        "..." => Some(1),
        _ if said.starts_with("... suppressed ") => more(said),
        _ => None,
    }
}

/// A last line that begins like a frame or a caption and has no end.
pub(crate) fn is_stump(line: &str) -> bool {
    if !line.starts_with([' ', '\t']) {
        return false;
    }
    let trimmed = line.trim();
    let Some(call) = trimmed.strip_prefix("at ") else {
        return matches!(trimmed, "a" | "at" | "." | ".." | "...") || is_cut_more(trimmed);
    };
    let name = call.split('(').next().unwrap_or(call);
    !name.is_empty() && name.contains('.') && !name.contains(' ') && !call.contains(')')
}

fn is_cut_more(trimmed: &str) -> bool {
    let Some(rest) = trimmed.strip_prefix("... ") else { return false };
    let word = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    word.len() < rest.len() && " more".starts_with(word)
}

/// Start of the next line at or behind `at` (itself the start of a line) that begins like a frame or a caption.
pub(crate) fn next_seed(text: &str, at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut start = at;
    while start < bytes.len() {
        let rest = &bytes[start..];
        let blanks = rest.iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
        if opens(&rest[blanks..]) {
            return Some(start);
        }
        start += memchr::memchr(b'\n', rest)? + 1;
    }
    None
}

fn opens(line: &[u8]) -> bool {
    match line.first() {
        Some(b'a') => line.starts_with(b"at "),
        Some(b'C') => line.starts_with(b"Caused by: ") || line.starts_with(b"Caused By: "),
        Some(b'S') => line.starts_with(b"Suppressed: "),
        Some(b'W') => line.starts_with(b"Wrapped by: "),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn plain_calls_are_read_as_others(pieces in prop::collection::vec(prop::sample::select(vec![
            "a", "B", "1", ".", "..", "$", "$$Lambda", "_", "/", "//", "/0x1", "@", "-", "(", ")", "<init>", ":", "12", " ", "~",
            "[", "]", "é", "java.base@17", "a.B.run", "(B.java:17)", "(B.java:", "app/", " ~[b.jar:1]", " [b]",
        ]), 0..9)) {
            let call = pieces.concat();
            let plain = plain(call.trim());
            prop_assert!(plain.is_none() || plain == spelled_out(call.trim()), "{call}");
        }
    }

    #[test]
    fn a_plain_frame_is_a_frame() {
        for line in [
            "\tat a.B.run(B.java:17)",
            "at mvx.app.pgm.CRS008.PEDSP(CRS008.java:1412) ~[m3.jar:15.1]",
            " at java.base@17/java.lang.Thread.run(Thread.java:840)",
            "at app//a.B.<init>(B.java:1)",
            "at a..B.run(B.java:17)",
            "at B.run(B.java:17)",
            "at run(B.java:17)",
            "at .run(B.java:17)",
            "at a.(B.java:17)",
            "at 1a.B.run(B.java:17)",
            "at a/(B.java:1)",
            "at a.B$$Lambda$14/0x00ab.run(B.java:1)",
            "at a.B.run(B.java)",
            "at a.B.run(:17)",
            "at a.B.run(B.java:17) more",
            "at a.B.run(B.java:17) [x(1)]",
            "at a.B.run(B.java:99999999999)",
        ] {
            let call = line.trim_start().strip_prefix("at ").expect("a call").trim();
            assert!(plain(call).is_none() || plain(call) == spelled_out(call), "{line}");
        }
        assert!(is_plain("\tat a.B.run(B.java:17)") && is_plain("at m@1/a.B.run(B.java:17) ~[b.jar:1]"));
    }
}

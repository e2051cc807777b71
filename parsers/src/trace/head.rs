//! The line that names an exception: `java.io.IOException: message`, with a caption or a prefix before it.
//!
//! A message may have many lines, and any of them may look like an exception itself. So the head is searched upwards
//! from the first frame, and lines are weighed by how much they look like what `Throwable.toString` prints. It must
//! not know how the trace goes on below.

use std::ops::Range;

use super::{Line, MESSAGE_LINES, Role};

/// Class and message of a throwable.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Head<'a> {
    /// Where the class starts in the text.
    pub(crate) start: usize,
    pub(crate) exception: Option<&'a str>,
    /// What follows the class; behind a caption it goes to the end of the line until it is extended.
    pub(crate) message: Option<&'a str>,
}

impl<'a> Head<'a> {
    /// Draws the message out to the line that starts at `end`.
    pub(crate) fn extend(&mut self, text: &'a str, end: usize) {
        let class_end = self.start + self.exception.map_or(0, str::len);
        self.message = message(text.get(class_end..end).unwrap_or_default());
    }
}

/// What was found above the first frame.
pub(crate) enum Above<'a> {
    Head(Head<'a>),
    /// The frames are those of a thread in a thread dump.
    Thread,
    Nothing,
}

/// How well a line fits, best first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// Further left than the frames, a class named like an exception.
    Plain,
    /// Directly above the frames, a class with a package or an enclosing class.
    Qualified,
    /// Behind other words.
    Behind,
    /// As far to the right as the frames: the nested exception in the message of a `RemoteException`, or a trace
    /// without indentation.
    Indented,
    /// Further up, a class with a package or an enclosing class.
    QualifiedAbove,
    /// Directly above the frames, any word that could be a class: exceptions in the default package.
    Word,
    /// Further up, any word that could be a class.
    WordAbove,
}

/// The head of the trace whose first frame or caption is the line `seed`.
pub(crate) fn above<'a>(text: &'a str, floor: usize, seed: Line<'a>) -> Above<'a> {
    let mut best: Option<(Fit, Head<'_>)> = None;
    let (mut blank, mut said, mut ruled) = (false, false, false);
    let indent = seed.indent();
    let mut line = seed;
    for distance in 1..=MESSAGE_LINES {
        let Some(previous) = line.previous(text, floor) else { break };
        line = previous;
        if is_thread_line(line.text) {
            return if distance == 1 { Above::Thread } else { finish(text, seed.start, best) };
        }
        // A message may have a rule drawn in it; else what is above one is of another section.
        if is_rule(line.text) && best.is_none() && !blank {
            (ruled, said) = (true, true);
            continue;
        }
        let empty = line.text.trim().is_empty();
        if is_rule(line.text) || ruled && empty {
            break;
        }
        // Blank lines directly above the frames end a message; nothing else could stand between it and them.
        if empty {
            blank |= said;
            continue;
        }
        let directly = !said;
        said = true;
        let Some((fit, head)) = weigh(line, indent, directly) else { continue };
        if fit == Fit::Plain {
            return finish(text, seed.start, Some((fit, head)));
        }
        let first = line.start == 0;
        if !ruled && (!blank || first) && best.is_none_or(|(known, _)| fit < known) {
            best = Some((fit, head));
        }
    }
    finish(text, seed.start, best)
}

/// The head with its message drawn out to the first frame.
fn finish<'a>(text: &'a str, seed: usize, best: Option<(Fit, Head<'a>)>) -> Above<'a> {
    let Some((_, mut head)) = best else { return Above::Nothing };
    head.extend(text, seed);
    Above::Head(head)
}

fn message(behind_class: &str) -> Option<&str> {
    let behind = behind_class.strip_prefix([':', ';']).unwrap_or(behind_class);
    let behind = behind.strip_prefix(' ').unwrap_or(behind).trim_end();
    (!behind.trim().is_empty()).then_some(behind)
}

fn weigh(line: Line<'_>, indent: usize, directly: bool) -> Option<(Fit, Head<'_>)> {
    let own = line.indent();
    let body = &line.text[own..];
    let head = |class| Head { start: line.start + own, exception: Some(class), message: None };
    if let Some((class, shape)) = class_at(body) {
        match shape {
            Shape::Exception if own < indent || own == 0 => return Some((Fit::Plain, head(class))),
            Shape::Exception => return Some((Fit::Indented, head(class))),
            Shape::Qualified if directly => return Some((Fit::Qualified, head(class))),
            Shape::Qualified if own < indent || own == 0 => return Some((Fit::QualifiedAbove, head(class))),
            Shape::Word if body.ends_with(':') => {}
            // `Exception: java.io.IOException: x`: the first word only says what comes.
            Shape::Word if class_within(body).is_some_and(|(_, inner)| inner.contains('.')) => {}
            Shape::Word if directly => return Some((Fit::Word, head(class))),
            Shape::Word if own == 0 => return Some((Fit::WordAbove, head(class))),
            Shape::Qualified | Shape::Word => {}
        }
    }
    let (fit, (at, class)) = match uncaught(body) {
        Some(found) => (Fit::Plain, found),
        None => (Fit::Behind, class_within(body)?),
    };
    Some((fit, Head { start: line.start + own + at, exception: Some(class), message: None }))
}

/// How sure a name is that of a throwable's class.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// It ends as exceptions do.
    Exception,
    /// It has a package, or a class around it.
    Qualified,
    /// It could be a class.
    Word,
}

/// The class name at the start of `body`, where what follows it is what `Throwable.toString` puts there.
fn class_at(body: &str) -> Option<(&str, Shape)> {
    let end = body.find(|c: char| !is_name(c)).unwrap_or(body.len());
    let (class, rest) = body.split_at(end);
    let shape = shape(class)?;
    // A line that was filled up ends with blanks.
    let plain = rest.trim_end().is_empty() || rest == ":" || rest.starts_with(": ") || rest.starts_with(":\t");
    let overridden = (shape == Shape::Exception && rest.starts_with(['(', ';', '{', '[', ':']))
        || (shape == Shape::Qualified && rest.starts_with("; "));
    (plain || overridden).then_some((class, shape))
}

/// The exception that a line names, with its message.
pub(crate) fn named_in(line: &str) -> Option<(Range<usize>, Option<&str>)> {
    let body = line.trim_start();
    let own = line.len() - body.len();
    let (at, class) = match class_at(body) {
        Some((class, Shape::Exception)) => (0, class),
        _ => class_within(body).or_else(|| class_in_words(body))?,
    };
    let start = own + at;
    Some((start..start + class.len(), message(&line[start + class.len()..])))
}

/// An exception with its package in the middle of a sentence, whatever follows it.
fn class_in_words(body: &str) -> Option<(usize, &str)> {
    let words = body.split(|c: char| !is_name(c)).map(|word| word.trim_end_matches('.'));
    let class = words.filter(|word| word.contains('.')).find(|word| shape(word) == Some(Shape::Exception))?;
    Some(((class.as_ptr() as usize).saturating_sub(body.as_ptr() as usize), class))
}

/// The exception behind `Exception in thread "main" `, as the VM prints those that nobody caught.
fn uncaught(body: &str) -> Option<(usize, &str)> {
    let at = body.strip_prefix("Exception in thread \"").and_then(|rest| rest.find("\" "))?;
    let at = at + "Exception in thread \"\" ".len();
    let (class, _) = class_at(body.get(at..)?)?;
    Some((at, class))
}

/// The first exception named within a line, behind other words.
fn class_within(body: &str) -> Option<(usize, &str)> {
    let mut simple = None;
    let mut at = 0;
    while let Some(skip) = body[at..].find(is_name) {
        let start = at + skip;
        let len = body[start..].find(|c: char| !is_name(c)).unwrap_or(body.len() - start);
        at = start + len;
        let before = body[..start].chars().next_back();
        if before
            .is_some_and(|c| !(c.is_whitespace() || matches!(c, ':' | '=' | '(' | '[' | '<' | '>' | '|' | '"' | '\'')))
        {
            continue;
        }
        match class_at(&body[start..]) {
            Some((class, Shape::Exception)) if class.contains('.') => return Some((start, class)),
            Some((class, Shape::Exception)) if simple.is_none() && start > 0 => simple = Some((start, class)),
            _ => {}
        }
    }
    simple
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '.' | '_' | '$')
}

/// How names of exceptions end.
const ENDINGS: [&str; 7] = ["Exception", "Error", "Throwable", "Fault", "Failure", "ThreadDeath", "Interrupt"];

/// Whether a word that stands where an exception does may be one's class: it has a package, or ends as those do.
pub(crate) fn may_be_thrown(class: &str) -> bool {
    class.contains('.') || ENDINGS.iter().any(|end| class.ends_with(end))
}

fn shape(class: &str) -> Option<Shape> {
    if class.len() > 512 || class.split('.').any(str::is_empty) {
        return None;
    }
    let (package, last) = class.rsplit_once('.').unwrap_or(("", class));
    if !last.starts_with(|c: char| c.is_alphabetic() || c == '_' || c == '$') {
        return None;
    }
    if class.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let ending = ENDINGS.iter().find(|e| last.ends_with(**e));
    // `a.b.DBException$LockTimeout`
    let outer = || !package.is_empty() && last.split('$').any(|part| ENDINGS.iter().any(|e| part.ends_with(e)));
    match ending {
        None if last.contains('$') && outer() => Some(Shape::Exception),
        Some(ending) if !package.is_empty() || last.len() > ending.len() && last.starts_with(char::is_uppercase) => {
            Some(Shape::Exception)
        }
        _ if last.starts_with(char::is_uppercase) && !package.is_empty() => {
            let lower = package.split('.').all(|p| p.starts_with(|c: char| c.is_lowercase() || c == '_'));
            lower.then_some(Shape::Qualified)
        }
        _ if package.is_empty() && last.starts_with(char::is_uppercase) => {
            let inner = last.split('$').skip(1).any(|part| part.starts_with(char::is_uppercase));
            Some(if inner { Shape::Qualified } else { Shape::Word })
        }
        _ => None,
    }
}

/// A line `Caused by: ...`, `Suppressed: ...`, `Wrapped by: ...` or `[CIRCULAR REFERENCE: ...]`.
pub(crate) fn caption(line: Line<'_>) -> Option<(Role, Head<'_>)> {
    let own = line.indent();
    let body = &line.text[own..];
    let (role, said) = match body.split_once(": ") {
        // WebLogic writes it so.
        Some(("Caused by" | "Caused By", said)) => (Some(Role::Cause), said),
        Some(("Suppressed", said)) => (Some(Role::Suppressed), said),
        Some(("Wrapped by", said)) => (Some(Role::Wrapper), said),
        _ => (None, body),
    };
    if let Some(inner) = said.strip_prefix("[CIRCULAR REFERENCE:") {
        let inner = inner.trim();
        let inner = inner.strip_suffix(']').unwrap_or(inner);
        return Some((Role::Circular { suppressed: role == Some(Role::Suppressed) }, split(line, inner)));
    }
    let role = role.filter(|_| !said.trim().is_empty())?;
    Some((role, split(line, said.trim_start())))
}

/// Whether what stands behind a caption can only be words: a message may quote a trace, and Java prints a class there.
pub(crate) fn is_prose(caption: &Head<'_>) -> bool {
    let Some(class) = caption.exception else { return false };
    class.starts_with(|c: char| c.is_lowercase()) && !class.contains(['.', '/', '$'])
}

/// Class and message of what stands behind a caption, which is a throwable's text whatever it looks like.
fn split<'a>(line: Line<'a>, said: &'a str) -> Head<'a> {
    let start = line.start + (said.as_ptr() as usize).saturating_sub(line.text.as_ptr() as usize);
    let end = said.find(|c: char| !is_name(c) && c != '/').unwrap_or(said.len());
    let (class, rest) = said.split_at(end);
    if class.is_empty() {
        return Head { start, exception: None, message: message(said) };
    }
    Head { start, exception: Some(class), message: message(rest) }
}

/// Whether a line starts a trace of its own, so that it can't be part of the message above it.
pub(crate) fn starts_trace(line: &str) -> bool {
    if line.starts_with("Exception in thread ") {
        return true;
    }
    matches!(class_at(line), Some((class, Shape::Exception)) if class.contains('.'))
}

/// A line of one repeated sign, as is drawn between sections.
pub(crate) fn is_rule(line: &str) -> bool {
    let mut signs = line.trim().bytes();
    let Some(first) = signs.next() else { return false };
    line.trim().len() >= 5
        && matches!(first, b'-' | b'=' | b'*' | b'#' | b'_' | b'~' | b'+')
        && signs.all(|b| b == first)
}

/// The line above a thread's frames in a thread dump.
fn is_thread_line(line: &str) -> bool {
    let trimmed = line.trim_start();
    trimmed.starts_with("java.lang.Thread.State:")
        || names_lock(trimmed)
        || trimmed.starts_with('"')
            && (trimmed.contains(" tid=") || trimmed.contains(" prio=") || trimmed.contains("\" #"))
}

/// Whether a line names a lock between a thread's frames; other lines with a dash are items of a list.
fn names_lock(trimmed: &str) -> bool {
    let Some(said) = trimmed.strip_prefix("- ").map(str::trim_start) else { return false };
    let verbs = ["locked ", "waiting ", "parking ", "blocked on ", "eliminated "];
    verbs.iter().any(|verb| said.starts_with(verb)) && said.contains(['<', '@'])
}

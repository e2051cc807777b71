//! Lines of stacks: frames of Java without their `at`, and the programs that called each other. It must not know which
//! of several stacks tells of the failure.

use std::borrow::Cow;
use std::ops::Range;

use super::super::section::{Section, SectionKind};
use super::super::synonyms::Fact;
use super::super::{pairs, section, stack, table};
use super::frames::frame;
use super::line::Line;
use super::{Open, Reader, bounds};
use crate::blank;
use crate::m3::names;
use crate::trace::{self, Frame, Role, Throwable, Trace};

/// A Java stack that is printed without `at` before its frames, while it is read.
#[derive(Debug, Default)]
pub(super) struct Frames {
    range: Range<usize>,
    /// The exceptions that it began with, up to the present one.
    done: Vec<Throwable>,
    /// Role, class and message of the exception that the frames belong to, where a line above them names it.
    thrown: Option<(Role, String, Option<String>)>,
    frames: Vec<Frame>,
    more: u32,
}

impl Frames {
    /// Whether one is being read.
    pub(super) fn are_open(&self) -> bool {
        !self.frames.is_empty() || self.thrown.is_some()
    }

    /// Its place in the source, once the piece of so many bytes ends that it began in.
    pub(super) fn stand_at(&mut self, len: usize, mut place: impl FnMut(&Range<usize>) -> Range<usize>) {
        if self.are_open() && self.range.end <= len {
            self.range = place(&self.range);
        }
    }

    fn goes_on(&mut self, line: &Line<'_>) {
        if !self.are_open() {
            self.range = line.start..line.end();
        }
        self.range.end = line.end();
    }

    /// Ends the present exception.
    fn close(&mut self, further: u32) {
        let (role, exception, message) = self.thrown.take().unwrap_or((Role::Outer, String::new(), None));
        let (frames, more) = (std::mem::take(&mut self.frames), std::mem::take(&mut self.more));
        self.done.push(Throwable { role, depth: 0, exception, message, frames, further, more });
    }
}

impl<'a> Reader<'a> {
    /// A frame without `at`, as some print the Java stack.
    pub(super) fn call(&mut self, line: &Line<'a>) -> bool {
        let open = self.frames.are_open();
        let stacked = || matches!(self.kind(), SectionKind::Stack | SectionKind::Trace);
        let Some(frame) = frame(line.text).filter(|f| open || stacked() || f.class.starts_with("mvx.")) else {
            let more = if open { trace::more(line.text) } else { None };
            self.frames.more = more.unwrap_or(self.frames.more);
            return more.is_some();
        };
        self.frame(line, frame);
        true
    }

    /// A frame of the stack that is being read.
    pub(super) fn frame(&mut self, line: &Line<'a>, frame: Frame) {
        self.frames.goes_on(line);
        self.value_column = None;
        if self.frames.frames.len() < trace::MOST_FRAMES {
            self.frames.frames.push(frame);
        } else {
            self.kept.further_frames = self.kept.further_frames.saturating_add(1);
        }
    }

    /// The line that names an exception, right above its frames where those have no `at`.
    pub(super) fn thrown(&mut self, line: &Line<'a>) -> bool {
        // Whatever has an `at` was found before.
        let below = match line.below {
            Some(below) if section::is_rule(below) => line.second_below.filter(|b| table::is_header_of_frames(b)),
            below => below,
        };
        if !below.is_some_and(|below| frame(below).is_some() || table::is_header_of_frames(below)) {
            return false;
        }
        let text = line.text.trim();
        let (role, said) = match text.strip_prefix("Caused by: ") {
            Some(said) if self.frames.are_open() => (Role::Cause, said),
            _ => (Role::Outer, text),
        };
        // With frames below it needn't be called an exception.
        let end = said.find(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | '_' | '$'))).unwrap_or(said.len());
        let behind = &said[end..];
        // `java.lang.Thread.State: RUNNABLE` is above the frames of a thread, which threw nothing.
        let of_thread = said.starts_with("java.lang.Thread.State");
        if !is_class(&said[..end]) || of_thread || !(behind.is_empty() || behind.starts_with(':')) {
            return false;
        }
        let (class, message) = (0..end, Some(behind.trim_start_matches(':').trim()).filter(|said| !said.is_empty()));
        if role == Role::Outer {
            self.end_frames();
        } else {
            let further = std::mem::take(&mut self.kept.further_frames);
            self.frames.close(further);
        }
        self.frames.goes_on(line);
        self.frames.thrown = Some((role, said[class].to_owned(), message.map(str::to_owned)));
        self.value_column = None;
        true
    }

    pub(super) fn end_frames(&mut self) {
        if !self.frames.are_open() {
            return;
        }
        let further = std::mem::take(&mut self.kept.further_frames);
        self.frames.close(further);
        let Frames { range, done, .. } = std::mem::take(&mut self.frames);
        if !section::is_of_earlier(&self.out.sections[self.section()].title) {
            self.out.trace(Trace { range, throwables: done, ending: trace::Ending::Whole });
        }
    }

    /// Every program is called from `SYS`: alone on a line above a program, it begins a stack that has no heading.
    fn begin_stack_at_sys(&mut self, line: &Line<'a>) {
        let below = |b: &str| stack::entry(b).is_some_and(|program| names::is_program(&program)) && !assigns(b);
        let begins = line.text.trim() == "SYS"
            && matches!(self.kind(), SectionKind::Facts)
            && line.below.is_some_and(|b| b.trim().split(' ').count() == 1 && below(b));
        if begins {
            let section = Section { title: Cow::Borrowed(""), kind: SectionKind::Stack };
            self.section_begins(section);
            let indent = line.indent().checked_sub(1);
            self.open.push(Open { section: self.out.sections.len() - 1, indent });
        }
    }

    pub(super) fn stack_line(&mut self, line: &Line<'a>) -> bool {
        self.begin_stack_at_sys(line);
        if self.stack.len() >= bounds::MOST_CALLS {
            return false;
        }
        let content = line.text.trim();
        if self.kind() != SectionKind::Stack {
            let chain = content.contains("->") && table::cells(content).len() == 1;
            let first = content.split("->").next().unwrap_or_default().trim();
            let names_a_fact = || self.synonyms.knows(first) && !names::is_program(first);
            let called = stack::says_calls(content);
            let chained = || chain && !first.contains([' ', ';', ',', ':', '=', '\t']) && !names_a_fact();
            let inline = if called || chained() { stack::inline(content) } else { Vec::new() };
            let found = inline.len() > 1;
            self.calls(inline);
            return found;
        }
        let mut inline = stack::inline(content.trim_start_matches(['#', '*', '-', ' ']));
        // What the arrows say, the heading may say once more.
        if stack::is_backwards(content) && stack::is_innermost_first(&self.out.sections[self.section()].title) {
            inline.reverse();
        }
        let numbered = || content.starts_with(|c: char| c.is_ascii_digit()) && content.contains(':');
        if inline.len() > 1 && (numbered() || content.contains(['>', '<', '→', '/', ',']) || stack::says_calls(content))
        {
            self.calls(inline);
            return true;
        }
        for pair in pairs::on_line(line.text, self.synonyms) {
            let at = pair.value.start;
            let (name, value) = (&line.text[pair.key], &line.text[pair.value]);
            let several = stack::inline(value);
            if several.len() > 1 && table::states(self.synonyms, name, Fact::CallStack) {
                self.calls(several);
                return true;
            }
            let counted = name.chars().any(|c| c.is_ascii_digit()) || table::states(self.synonyms, name, Fact::Program);
            // A field of the program above, whose value looks like one: `WXTX40 = "*BLANKS"`.
            let quoted = line.text[..at].ends_with(['"', '\'']);
            let of_m3 = |program: &String| !quoted || names::is_program(program);
            match stack::entry(value).filter(|_| counted).filter(of_m3) {
                Some(program) => self.stack.push(program),
                None => continue,
            }
            return true;
        }
        let found = stack::entry(content)
            .filter(|_| !assigns(content) && !content.ends_with(':'))
            // `(level 1 was called first)`
            .filter(|_| !(content.starts_with('(') && content.ends_with(')') && content.contains(' ')))
            // `WWFACI [A02]` is a field.
            .filter(|program| names::is_program(program) || !content.contains(" [") && !content.contains(['"', '\'']))
            .filter(|program| {
                names::is_program(program)
                    || program == "SYS"
                    || !(is_heading_in_capitals(content) || self.is_name(line))
            });
        match found {
            Some(program) => {
                self.called_by |= stack::is_caller(content);
                self.levels.see(stack::level(content), self.stack.is_empty());
                self.stack.push(program);
                true
            }
            None => false,
        }
    }

    /// Takes programs of which each calls the next; the first may be the last of a line above, or the last the first of
    /// those: `CRS008 called by MMS001` above `MMS001 called by SYS`.
    fn calls(&mut self, mut programs: Vec<String>) {
        if programs.len() > 1 && self.stack.len() > 1 && self.stack.first() == programs.last() {
            programs.pop();
            programs.append(&mut self.stack);
            self.stack = programs;
            return;
        }
        let known = usize::from(!self.stack.is_empty() && self.stack.last() == programs.first());
        self.stack.extend(programs.into_iter().skip(known));
    }

    /// Whether a word in capitals at the start of a line is the name of what stands below it.
    fn is_name(&self, line: &Line<'a>) -> bool {
        let deeper = line.below.is_some_and(|below| {
            below.len() - below.trim_start().len() > line.indent()
                && stack::entry(below).is_none_or(|p| !names::is_program(&p))
        });
        let content = line.text.trim();
        content != "SYS"
            && content.starts_with(char::is_alphabetic)
            && (deeper && !content.contains(' ') || self.synonyms.knows(content))
    }

    pub(super) fn end_stack(&mut self) {
        let mut found = std::mem::take(&mut self.stack);
        let called_by = std::mem::take(&mut self.called_by);
        if stack::has_m3(&found) {
            let title = &self.out.sections[self.section()].title;
            // What each line says, the heading may say once more.
            let falling = !called_by && self.levels.fall_to_the_first(found.len()) && !section::says_order(title);
            let title = if called_by { "" } else { title };
            if called_by || falling {
                found.reverse();
            }
            let first = self.out.stacks.is_empty().then(|| stack::outermost_first(title, found));
            self.out.stacks.extend(first);
        }
    }
}

/// Whether a line has an equals sign behind something other than a number.
fn assigns(line: &str) -> bool {
    // An arrow assigns nothing: `CRS008  <== failed`.
    let sign = |line: &str, at: usize| {
        let beside = |byte: Option<&u8>| matches!(byte, Some(b'<' | b'=' | b'>'));
        !beside(line.as_bytes().get(at + 1)) && !beside(at.checked_sub(1).and_then(|at| line.as_bytes().get(at)))
    };
    let equals = line.match_indices('=').map(|(at, _)| at).find(|at| sign(line, *at));
    equals.is_some_and(|at| line[..at].chars().any(char::is_alphabetic))
}

/// Whether a line has words of a heading in capitals, of which the first may look like a program's name.
fn is_heading_in_capitals(line: &str) -> bool {
    // `SYS`, `MVXCTL`: without digits they are short.
    const LONGEST: usize = 7;
    let words = line.split_whitespace().filter(|word| word.len() > 2 && word.chars().all(char::is_uppercase)).count();
    let long = line.len() > LONGEST && line.chars().all(char::is_uppercase);
    // In columns stand a program and what it belongs to.
    line.starts_with(char::is_alphabetic)
        && !line.contains("  ")
        && !stack::is_caller(line)
        && (long || words >= 2 && words == line.split_whitespace().count() || section::kind(line) != SectionKind::Facts)
}

/// Whether a line may be a frame, or name the exception above some, wherever it stands in a section of that kind.
pub(super) fn may_be_of_frames(line: &str, kind: SectionKind) -> bool {
    let text = blank::trim(line);
    let said = text.strip_prefix("Caused by: ").unwrap_or(text);
    let word = || said.split(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | '_' | '$'))).next();
    // Most lines show by their first letter that they name no package.
    said.starts_with(|c: char| c.is_ascii_lowercase()) && word().is_some_and(is_class)
        || (matches!(kind, SectionKind::Stack | SectionKind::Trace) || text.contains("mvx.") || is_named_frame(text))
            && frame(text).is_some()
}

/// `Frame1=a.b.C.run(C.java:17)`
fn is_named_frame(text: &str) -> bool {
    text.get(..5).is_some_and(|word| word.eq_ignore_ascii_case("frame")) && text.contains(".java")
}

/// Whether a word is the name of a class in a package, as far as capitals tell.
fn is_class(word: &str) -> bool {
    let name = word.rsplit_once('.').filter(|(package, _)| package.starts_with(|c: char| c.is_ascii_lowercase()));
    name.is_some_and(|(_, name)| name.starts_with(|c: char| c.is_ascii_uppercase()))
}

/// Whether the heading above a trace, or above facts that stand with it, says that it tells of another time than that of
/// the failure.
pub(super) fn is_of_earlier(text: &str, start: usize) -> bool {
    const NEAR: usize = 1200;
    let from = (start.saturating_sub(NEAR)..=start).find(|at| text.is_char_boundary(*at)).unwrap_or(start);
    let above = text[from..start].lines().rev().filter(|line| !line.trim().is_empty());
    let mut ruled = false;
    for line in above {
        // What goes on with the heading, `in program CRS610`, is none.
        if line.trim_start().starts_with(char::is_lowercase)
            && !line.contains([':', '='])
            && !line.trim_start().starts_with("at ")
        {
            continue;
        }
        if section::is_rule(line) || !line.contains(char::is_alphanumeric) {
            ruled = true;
            continue;
        }
        let decorated = section::announced(line).or_else(|| section::decorated(line));
        let title = decorated.unwrap_or_else(|| section::unpaged(line.trim().trim_end_matches(':')));
        // Names have their values behind them.
        if section::is_title(title) && !title.contains([':', '|', '\t']) {
            return section::is_of_earlier(title);
        }
        let is_fact = || line.contains([':', '=']) && !line.trim_start().starts_with("at ");
        if ruled || decorated.is_some() || !is_fact() {
            return false;
        }
    }
    false
}

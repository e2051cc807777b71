//! Lines of stacks: frames of Java without their `at`, and the programs that called each other. It must not know which
//! of several stacks tells of the failure.

use std::borrow::Cow;

use super::super::section::{Section, SectionKind};
use super::super::synonyms::Fact;
use super::super::{pairs, stack, table};
use super::line::Line;
use super::{Open, Reader, bounds};
use crate::m3::names;
use crate::trace::{self, Role, Throwable, Trace};

impl<'a> Reader<'a> {
    /// A frame without `at`, as some print the Java stack.
    pub(super) fn call(&mut self, line: &Line<'a>) -> bool {
        let stacked = matches!(self.kind(), SectionKind::Stack | SectionKind::Trace);
        let Some(frame) = trace::call(line.text.trim()).filter(|f| stacked || f.class.starts_with("mvx.")) else {
            return false;
        };
        if self.frames.1.is_empty() {
            self.frames.0 = line.start..line.end();
        }
        self.frames.0.end = line.end();
        if self.frames.1.len() < trace::MOST_FRAMES {
            self.frames.1.push(frame);
        } else {
            self.kept.further_frames = self.kept.further_frames.saturating_add(1);
        }
        true
    }

    pub(super) fn end_frames(&mut self) {
        let (range, frames) = std::mem::take(&mut self.frames);
        if frames.is_empty() {
            return;
        }
        let (role, exception) = (Role::Outer, String::new());
        let further = std::mem::take(&mut self.kept.further_frames);
        let outer = Throwable { role, depth: 0, exception, message: None, frames, further, more: 0 };
        self.out.trace(Trace { range, throwables: vec![outer], ending: trace::Ending::Whole });
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
            let inline = if chain && !first.contains([' ', ';', ',', ':', '=', '\t']) && !names_a_fact() {
                stack::inline(content)
            } else {
                Vec::new()
            };
            let found = inline.len() > 1;
            self.stack.extend(inline);
            return found;
        }
        let inline = stack::inline(content);
        if inline.len() > 1 && (content.contains(['>', '→', '/', ','])) {
            self.stack.extend(inline);
            return true;
        }
        for pair in pairs::on_line(line.text, self.synonyms) {
            let (name, value) = (&line.text[pair.key], &line.text[pair.value]);
            let counted = name.chars().any(|c| c.is_ascii_digit()) || table::states(self.synonyms, name, Fact::Program);
            match stack::entry(value).filter(|_| counted) {
                Some(program) => self.stack.push(program),
                None => continue,
            }
            return true;
        }
        let found = stack::entry(content).filter(|_| !assigns(content) && !content.ends_with(':'));
        match found {
            Some(program) => {
                self.called_by |= stack::is_caller(content);
                self.stack.push(program);
                true
            }
            None => false,
        }
    }

    pub(super) fn end_stack(&mut self) {
        let mut found = std::mem::take(&mut self.stack);
        let called_by = std::mem::take(&mut self.called_by);
        if stack::has_m3(&found) {
            let title = &self.out.sections[self.section()].title;
            if called_by {
                found.reverse();
            }
            let first = self.out.stacks.is_empty().then(|| stack::outermost_first(title, found));
            self.out.stacks.extend(first);
        }
    }
}

/// Whether a line has an equals sign behind something other than a number.
fn assigns(line: &str) -> bool {
    line.split_once('=').is_some_and(|(name, _)| name.chars().any(char::is_alphabetic))
}

//! Names and values that no sign joins: tables, columns, separated values. It must not know what they mean.

use std::borrow::Cow;
use std::ops::Range;

use super::super::section::{self, SectionKind};
use super::super::table::{self, TableKind};
use super::super::{accept, pairs, stack};
use super::alike::Beside;
use super::line::Line;
use super::{Pair, Reader};
use crate::trace::Frame;

impl<'a> Reader<'a> {
    pub(super) fn row(&mut self, line: &Line<'a>) -> bool {
        let Some(table) = self.table.take() else { return false };
        let Some(row) = table.row(line.text) else { return false };
        let cell = |at: usize| row.get(at).cloned().unwrap_or(0..0);
        let kept = match &table.kind {
            TableKind::NameValue(name, value) => {
                let (name, value) = (cell(*name), pairs::bare(line.text, table::first_part(line.text, cell(*value))));
                // What stands below a name without one of its own belongs to that, such as the elements of an array.
                if name.is_empty() {
                    let section = self.section();
                    self.out.unread(section, line.start, Cow::Borrowed(line.text));
                    true
                } else {
                    let name = self.described(line, &name, &value, &row).unwrap_or(name);
                    self.pair(line, name, value)
                }
            }
            TableKind::Stack(program) => {
                // What has returned is on the stack no more.
                let returned = |cell: &std::ops::Range<usize>| {
                    matches!(&line.text[cell.clone()], "returned" | "ended" | "finished" | "completed" | "exited")
                };
                if row.iter().any(returned) {
                    self.table = Some(table);
                    return true;
                }
                let found = stack::entry(&line.text[cell(*program)]);
                found.filter(|_| self.stack.len() < super::bounds::MOST_CALLS).is_some_and(|program| {
                    self.levels.see(stack::level(line.text), self.stack.is_empty());
                    self.stack.push(program);
                    true
                })
            }
            TableKind::Frames([class, method, file, number]) => {
                let text = |at: &Option<usize>| at.map_or("", |at| &line.text[cell(at)]);
                let (class, method) = (text(class).to_owned(), text(method).to_owned());
                let named = class.contains('.') && !class.contains(' ') && !method.is_empty();
                let file = Some(text(file)).filter(|file| file.contains('.')).map(str::to_owned);
                let frame = Frame { class, method, file, line: text(number).parse().ok(), ..Frame::default() };
                if named {
                    self.frame(line, frame);
                }
                named
            }
            TableKind::OneRow(titles) => {
                // Of the messages in a job log, only the one by which a program ended speaks for the dump.
                if table::is_message_id(&line.text[cell(0)]) && !line.text.contains("Escape") {
                    return false;
                }
                // Two rows are a list of something, and none of its rows speaks for the dump.
                let alone = line.below.is_none_or(|b| {
                    b.trim().is_empty()
                        || section::is_rule(b)
                        // The second level of a job log's message.
                        || b.contains(" . . ")
                        || b.starts_with("***")
                        || table.row(b).is_none_or(|r| r.len() < 2)
                });
                let titles = titles.clone();
                return alone && self.one_row(line, &titles, &row);
            }
        };
        if kept {
            self.table = Some(table);
        }
        kept
    }

    /// The cell that says in words what a row states, where its name isn't known: `TMST  Timestamp  20260616 19:56:29`.
    fn described(
        &self,
        line: &Line<'a>,
        name: &Range<usize>,
        value: &Range<usize>,
        row: &[Range<usize>],
    ) -> Option<Range<usize>> {
        let is_field = self.kind() == SectionKind::Values || self.synonyms.knows(&line.text[name.clone()]);
        let states = |cell: &&Range<usize>| {
            let meanings = self.synonyms.meanings(None, &line.text[(*cell).clone()]);
            meanings.iter().any(|(fact, _)| accept::value(*fact, &line.text[value.clone()]).is_some())
        };
        let mut others = row.iter().filter(|cell| !cell.is_empty() && *cell != name && cell.end <= value.start);
        if is_field { None } else { others.find(states).cloned() }
    }

    /// The one row below a line of keys; the keys stand in an earlier line of the text.
    pub(super) fn one_row(&mut self, line: &Line<'a>, titles: &[Range<usize>], row: &[Range<usize>]) -> bool {
        let Some(header) = line.header_above(self.text) else { return false };
        for (title, value) in titles.iter().zip(row) {
            let Some(name) = header.get(title.clone()) else { return false };
            let range = line.start + value.start..line.start + value.end;
            let pair = Pair {
                section: self.section(),
                name: Cow::Borrowed(name),
                value: pairs::unescaped(line.text, value),
                range,
            };
            self.put(pair);
        }
        true
    }

    /// Names and values in columns, without any sign between them.
    pub(super) fn columns(&mut self, line: &Line<'a>) -> bool {
        let in_values = self.kind() == SectionKind::Values;
        if self.goes_on_in_a_cell(line) {
            return true;
        }
        let found = table::loose_pairs(line.text, in_values, self.synonyms);
        let Some((_, value)) = found.first().cloned() else { return self.listed(line) || self.narrow_column(line) };
        let barred = line.text.contains('|') || line.text.contains('│');
        let known = found.iter().any(|(name, _)| self.synonyms.knows(&line.text[name.clone()]));
        let tabbed = |line: &str| line.trim().contains('\t');
        let aligned = |other: Option<&str>| {
            other.is_some_and(|o| match table::cells(o).as_slice() {
                [_, other] if tabbed(o) && tabbed(line.text) => !other.is_empty(),
                [_, second, ..] => table::cells(line.text).get(1).is_some_and(|own| own.start == second.start),
                _ => false,
            })
        };
        let second = || table::cells(line.text).get(1).map_or(0, |cell| cell.start);
        self.beside = if barred || known || in_values { Beside::Nothing } else { Beside::Column(second()) };
        if !(barred || known || in_values || aligned(line.below) || aligned(line.above)) || value.is_empty() && !barred
        {
            return false;
        }
        for (name, value) in found {
            let value = pairs::bare(line.text, value);
            self.pair(line, name, value);
        }
        true
    }

    /// `|      | MNS150 |` below `| STACK | SYS |`: what the value of the row above goes on with.
    fn goes_on_in_a_cell(&mut self, line: &Line<'a>) -> bool {
        let (true, Some(above)) = (line.text.trim_start().starts_with('|'), line.above) else { return false };
        let (own, before) = (table::cells(line.text), table::cells(above));
        let ([name, value], [_, above_value]) = (own.as_slice(), before.as_slice()) else { return false };
        if !name.is_empty() || value.is_empty() || value.start != above_value.start {
            return false;
        }
        let end = line.start + line.text.len();
        let from = line.start.saturating_sub(above.len() + 2);
        let Some(last) = self.out.pairs.last_mut().filter(|pair| pair.range.end > from && pair.range.end < line.start)
        else {
            return false;
        };
        last.value.to_mut().push('\n');
        last.value.to_mut().push_str(&line.text[value.clone()]);
        last.range.end = end;
        true
    }

    /// A field without a value beside it, in a section of nothing but fields.
    pub(super) fn empty_field(&mut self, line: &Line<'a>) -> bool {
        let name = line.text.trim();
        let coded = name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
        let alone = |o: &str| o.trim().len() <= 10 && !o.trim().contains(' ');
        let beside = |other: Option<&str>| other.is_none_or(|o| table::cells(o).len() >= 2 || alone(o));
        if self.kind() != SectionKind::Values || !coded || !(3..=10).contains(&name.len()) {
            return false;
        }
        let start = line.indent();
        let end = start + name.len();
        let indent = |line: &str| line.len() - line.trim_start().len();
        let deeper = line.below.filter(|below| !below.trim().is_empty() && indent(below) > start).map(indent);
        let listed = beside(line.above) || beside(line.below) || deeper.is_some();
        let taken = listed && self.pair(line, start..end, end..end);
        // Its value stands below, further right.
        self.value_column = deeper.filter(|_| taken);
        self.value_below = self.value_column.is_some();
        // By its length and the lines beside it: its form says nothing.
        self.found.clear();
        taken
    }

    /// A field of M3 with one blank before its value, in a list of such lines.
    pub(super) fn field_beside(&mut self, line: &Line<'a>) -> bool {
        let alike = |other: Option<&str>| other.is_some_and(|other| pairs::field_beside(other).is_some());
        if self.kind() != SectionKind::Values || !(alike(line.above) || alike(line.below)) {
            return false;
        }
        let taken = pairs::field_beside(line.text).is_some_and(|field| self.pair(line, field.key, field.value));
        // By the lines beside it: its form says nothing.
        self.found.clear();
        taken
    }

    /// Name and value as a file of separated values has them: `Program;CRS008`, `"Program","CRS008"`.
    pub(super) fn listed(&mut self, line: &Line<'a>) -> bool {
        let Some((name, value)) = table::separated_pair(line.text) else { return false };
        let alike = |other: Option<&str>| other.and_then(table::separated_pair).is_some();
        let known = self.synonyms.knows(&line.text[name.clone()]);
        if known {
            return (alike(line.above) || alike(line.below) || line.text.contains(';')) && self.pair(line, name, value);
        }
        self.beside = Beside::Listed;
        alike(line.above) && alike(line.below) && self.pair(line, name, value)
    }

    /// The longest name of a column leaves one blank only before its value.
    pub(super) fn narrow_column(&mut self, line: &Line<'a>) -> bool {
        let column = |other: Option<&str>| other.and_then(|o| table::cells(o).get(1).map(|c| c.start));
        let Some(at) = column(line.above).or_else(|| column(line.below)).filter(|at| *at > 1) else { return false };
        let (Some(name), Some(value)) = (line.text.get(..at - 1), line.text.get(at..)) else { return false };
        let gap = line.text.as_bytes().get(at - 1) == Some(&b' ');
        if !gap || value.trim().is_empty() || !self.synonyms.knows(name) {
            return false;
        }
        let start = name.len() - name.trim_start().len();
        self.pair(line, start..start + name.trim().len(), at..line.text.trim_end().len())
    }
}

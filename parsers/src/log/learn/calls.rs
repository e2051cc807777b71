//! Where a record was written from: a class with its method, a file with its line, in one word or two. Knows nothing of
//! brackets around them.

use super::super::layout::Field;
use super::classify::{self, is_dotted, is_identifier};
use super::rows::{Row, Slot, Work};
use super::shapes::{called_at, first_word, is_file, method_start, name_and_line};
use std::collections::HashSet;

impl<'a> Work<'a> {
    /// `a.b.Class.method` before a delimiter.
    pub(super) fn with_method(&mut self, len: impl Fn(&Row<'a>) -> usize) -> bool {
        let method = |row: &Row<'a>| method_start(&row.rest()[..len(row)]);
        let classes = self.would_agree(60, |row| method(row).is_some_and(|(_, class)| class));
        if !classes || !self.would_agree(97, |row| method(row).is_some()) {
            return false;
        }
        self.rows.retain(|row| method(row).is_some());
        let ends: Vec<usize> = self.rows.iter().map(|row| row.pos + len(row)).collect();
        self.slot(Slot { bracketed: false, kind: Some(Field::Logger) }, |row| method(row).map_or(0, |(at, _)| at));
        self.sign(".");
        let lens: Vec<usize> = self.rows.iter().zip(ends).map(|(row, end)| end.saturating_sub(row.pos)).collect();
        let mut lens = lens.into_iter();
        let next = std::cell::RefCell::new(&mut lens);
        self.slot(Slot { bracketed: false, kind: Some(Field::Column("method".into())) }, |_| {
            next.borrow_mut().next().unwrap_or(0)
        });
        true
    }

    /// A logger with its line, a location, a class with its method; `false` for a plain word.
    pub(super) fn located(&mut self, words: &[&[u8]], len: impl Fn(&Row<'a>) -> usize) -> bool {
        let all = |test: fn(&[u8]) -> bool| words.iter().filter(|w| test(w)).count() * 100 >= words.len() * 97;
        if all(|w| called_at(w).is_some()) {
            self.called(len);
            return true;
        }
        if all(|w| name_and_line(w).is_some()) {
            let ends: Vec<usize> = self.rows.iter().map(|row| row.pos + len(row)).collect();
            self.rows.retain(|row| name_and_line(&row.rest()[..len(row)]).is_some());
            if ends.len() != self.rows.len() {
                return false;
            }
            let files = words.iter().filter(|w| name_and_line(w).is_some_and(|len| is_file(&w[..len]))).count() * 2
                > words.len();
            let kind = if files { Field::Column("file".into()) } else { Field::Logger };
            let name = |row: &Row<'a>| name_and_line(&row.rest()[..len(row)]).unwrap_or(0);
            if files || !self.with_method(name) {
                self.slot(Slot { bracketed: false, kind: Some(kind) }, name);
            }
            self.sign(":");
            let digits = |row: &Row<'a>| row.rest().iter().take_while(|b| b.is_ascii_digit()).count();
            self.slot(Slot { bracketed: false, kind: Some(Field::Column("line".into())) }, digits);
            return true;
        }
        if all(|w| w.ends_with(b")") && w.contains(&b'(')) {
            let location = words.iter().filter(|w| w.windows(6).any(|x| x == b".java:")).count() * 2 > words.len();
            if location {
                self.slot(Slot { bracketed: false, kind: Some(Field::Column("location".into())) }, len);
                return true;
            }
        }
        false
    }

    /// `Class(12)`, `Class.method(12)`.
    pub(super) fn called(&mut self, len: impl Fn(&Row<'a>) -> usize) {
        let name = |row: &Row<'a>| called_at(&row.rest()[..len(row)]);
        self.rows.retain(|row| name(row).is_some());
        let name = |row: &Row<'a>| name(row).unwrap_or(0);
        if !self.with_method(name) {
            self.slot(Slot { bracketed: false, kind: Some(Field::Logger) }, name);
        }
        self.sign("(");
        self.slot(Slot { bracketed: false, kind: Some(Field::Column("line".into())) }, |row| {
            row.rest().iter().take_while(|b| b.is_ascii_digit()).count()
        });
        self.sign(")");
    }

    /// Whether the word here is one of a few names, some of them like those of classes, before the beginnings of
    /// sentences: a word of a sentence is followed by words in small letters.
    pub(super) fn before_sentences(&self) -> bool {
        let many = self.rows.len();
        let word = |row: &Row<'a>| first_word(row.rest());
        let begins = |row: &Row<'a>| {
            let behind = row.rest().get(word(row).len()..).unwrap_or_default().trim_ascii_start();
            behind.first().is_some_and(|b| !b.is_ascii_lowercase() && !b"-:=>|".contains(b))
        };
        let classy = |row: &Row<'a>| {
            let name = word(row);
            let nested = name.contains(&b'$') && name[0].is_ascii_uppercase();
            classify::is_camel(name) || is_dotted(name) || nested
        };
        let words = self.rows.iter().map(word).collect::<HashSet<_>>().len();
        many >= 20
            && words * 6 <= many
            && self.would_agree(99, |row| is_identifier(word(row)))
            && self.share(classy) >= 25
            && self.share(begins) >= 50
    }

    /// The method behind a class, as java.util.logging writes its caller: `com.foo.Bar main message`.
    pub(super) fn method(&mut self) {
        let word = |row: &Row<'a>| first_word(row.rest().get(1..).unwrap_or_default());
        if self.names_methods(word) {
            self.sign(" ");
            self.slot(method_slot(), |row| first_word(row.rest()).len());
        }
    }

    /// The method by itself, where the compiler's own names are among them: `INFO <init> ...`, `INFO lambda$start$0 ...`.
    pub(super) fn bare_method(&mut self) -> bool {
        let word = |row: &Row<'a>| first_word(row.rest());
        let found = !self.complete() && self.share(|row| is_compiled(word(row))) > 0 && self.names_methods(word);
        if found {
            self.slot(method_slot(), |row| word(row).len());
        }
        found
    }

    /// Whether the words of all rows are names of methods.
    fn names_methods(&self, word: impl Fn(&Row<'a>) -> &'a [u8]) -> bool {
        let named = |row: &Row<'a>| {
            let word = word(row);
            word.first().is_some_and(|b| b.is_ascii_lowercase() || *b == b'<') && is_identifier(&word[1..])
                || word.len() == 1
        };
        let humped =
            |row: &Row<'a>| word(row).windows(2).any(|w| w[0].is_ascii_lowercase() && w[1].is_ascii_uppercase());
        let methods = self.rows.iter().map(&word).collect::<HashSet<_>>().len();
        self.rows.len() >= 5
            && methods * 4 <= self.rows.len()
            && self.would_agree(99, |row| named(row) || is_compiled(word(row)))
            && self.share(|row| is_compiled(word(row)) || humped(row)) >= 30
    }
}

fn method_slot() -> Slot {
    Slot { bracketed: false, kind: Some(Field::Column("method".into())) }
}

/// Names that the compiler gives: `<init>`, `lambda$start$0`, `access$000`.
pub(super) fn is_compiled(name: &[u8]) -> bool {
    [b"<init>".as_slice(), b"<clinit>", b"lambda$", b"access$"].iter().any(|known| name.starts_with(known))
}

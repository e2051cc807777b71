//! Fields in brackets: one, or several in one pair. Knows nothing of words that stand free.

use super::super::layout::Field;
use super::classify::{self, is_dotted, is_identifier};
use super::rows::{Row, Slot, Work};
use super::shapes::{
    closing, inside, inside_len, is_file, level_at_end, method_start, name_and_line, thread_logger_line,
};
use super::threads::{self, thread_score};
use super::values::Values;

impl<'a> Work<'a> {
    /// A field in brackets, or the bracket alone where time or level stand behind it.
    pub(super) fn bracket(&mut self) -> bool {
        let Some(open) = self.rows.first().and_then(Row::byte) else { return false };
        let Some(close) = closing(open) else { return false };
        if !self.would_agree(self.needed(), |row| row.byte() == Some(open)) {
            return false;
        }
        let landmark = |row: &Row<'a>| {
            // A row may end here.
            let behind = row.text.get(row.pos + 1..).unwrap_or_default();
            let inside = row.pos + 1 + behind.iter().take_while(|b| **b == b' ').count();
            row.byte() == Some(open)
                && ((self.time_ahead && row.time.0 == inside)
                    || (self.level_ahead && row.level.is_some_and(|(at, _)| at == inside)))
        };
        if self.would_agree(85, landmark) {
            self.open(open);
            return true;
        }
        if open == b'"' && !self.quotes_separate() {
            return false;
        }
        if !self.ahead() && !self.may_take_bracket(open, close) {
            return false;
        }
        if !self.agree(|row| row.byte() == Some(open) && inside(row.rest(), open, close).is_some()) {
            return false;
        }
        if self.would_agree(85, |row| level_at_end(row, open, close)) {
            // `[main INFO]`: the level is found inside.
            self.open(open);
            return true;
        }
        self.open(open);
        if !self.composite(open, close) {
            self.filled_in_front(|row| inside_len(row, open, close));
            self.slot(Slot { bracketed: true, kind: None }, |row| inside_len(row, open, close));
        }
        self.text(&char::from(close).to_string());
        self.rows.retain(|row| row.byte() == Some(close));
        for row in &mut self.rows {
            row.pos += 1;
        }
        true
    }

    /// Passes the blanks with which short contents are filled up: those that have some are all equally long.
    pub(super) fn filled_in_front(&mut self, len: impl Fn(&Row<'a>) -> usize) {
        let Some(width) = self.rows.iter().find(|row| row.blanks() > 0).map(&len) else { return };
        if self.would_agree(97, |row| if row.blanks() > 0 { len(row) == width } else { len(row) >= width }) {
            self.right = Some(width.min(400) as u16);
            for row in &mut self.rows {
                row.pos += row.blanks();
            }
        }
    }

    fn open(&mut self, open: u8) {
        self.rows.retain(|row| row.byte() == Some(open));
        for row in &mut self.rows {
            row.pos += 1;
        }
        self.text(&char::from(open).to_string());
    }

    fn quotes_separate(&self) -> bool {
        self.would_agree(97, |row| {
            inside(row.rest(), b'"', b'"')
                .is_some_and(|len| row.rest().get(len + 2).is_some_and(|b| b",;|\t".contains(b)))
        })
    }

    /// Whether brackets behind level and time are still part of the head, and not of the message.
    fn may_take_bracket(&self, open: u8, close: u8) -> bool {
        let between = self.last_text().to_owned();
        // Behind a head that seems complete, a bracket is a column where the same sign follows it once more.
        let repeated = |row: &Row<'a>| {
            let behind = inside(row.rest(), open, close).and_then(|len| row.rest().get(len + 2..));
            behind
                .is_some_and(|behind| behind.starts_with(between.as_bytes()) || between.trim_end().as_bytes() == behind)
        };
        if self.complete() {
            return self.rows.len() >= 10 && self.would_agree(99, |row| row.byte() == Some(open) && repeated(row));
        }
        if !self.would_agree(97, |row| row.byte() == Some(open) && inside(row.rest(), open, close).is_some()) {
            return false;
        }
        let many = self.rows.len() >= 10;
        let contents: Vec<&[u8]> = self
            .rows
            .iter()
            .filter_map(|row| inside(row.rest(), open, close).map(|len| &row.rest()[1..=len]))
            .collect();
        let wordy = contents.iter().filter(|c| c.iter().filter(|b| **b == b' ').count() > 3).count();
        if wordy * 2 > contents.len() && !many {
            return false;
        }
        !self.logger_found() || many || self.are_columns(&contents)
    }

    /// Whether what stands in brackets of a few rows is such as layouts write there and messages don't: threads, keys with their
    /// values, nothing at all, or ever the same.
    fn are_columns(&self, contents: &[&[u8]]) -> bool {
        /// One or two messages may begin alike.
        const FEWEST: usize = 3;
        let key = |content: &[u8]| {
            let len = content.iter().take_while(|b| b.is_ascii_alphanumeric() || b"_.-".contains(b)).count();
            matches!(content.get(len), Some(b'=' | b':')).then(|| content[..len].to_vec())
        };
        let same_key = contents.iter().find_map(|content| key(content));
        let written = |content: &&[u8]| {
            content.is_empty()
                || *content == b"(null)"
                || key(content).is_some_and(|key| Some(key) == same_key)
                || threads::may_name(content) && !classify::digits(content)
                || thread_logger_line(content).is_some()
        };
        let same = contents.iter().all(|content| content == &contents[0]);
        contents.len() >= FEWEST && (same || contents.iter().all(written))
    }

    /// Several fields in one pair of brackets: `[thread:logger@line]`, `[logger:line]`, `(File.java:12)`.
    fn composite(&mut self, open: u8, close: u8) -> bool {
        let needed = 97;
        let content = |row: &Row<'a>| &row.rest()[..inside_len(row, open, close)];
        let line = || Slot { bracketed: true, kind: Some(Field::Column("line".into())) };
        // `Thread[ec-in-4,5,main]`: a thread's name, priority and group, as Java prints it.
        if self.would_agree(needed, |row| content(row).starts_with(b"Thread[")) {
            return false;
        }
        if self.would_agree(needed, |row| thread_logger_line(content(row)).is_some()) {
            self.rows.retain(|row| thread_logger_line(content(row)).is_some());
            self.slot(Slot { bracketed: true, kind: Some(Field::Thread) }, |row| {
                thread_logger_line(content(row)).map_or(0, |(thread, _)| thread)
            });
            self.sign(":");
            self.slot(Slot { bracketed: true, kind: Some(Field::Logger) }, |row| {
                content(row).iter().rposition(|b| *b == b'@').unwrap_or(0)
            });
            self.sign("@");
            self.slot(line(), |row| inside_len(row, open, close));
            return true;
        }
        if self.file_method_line(open, close) || self.two_in_one(open, close) || self.several(open, close) {
            return true;
        }
        let before_line = |row: &Row<'a>| name_and_line(content(row));
        if !self.would_agree(needed, |row| before_line(row).is_some()) {
            return false;
        }
        let names = self.rows.iter().filter_map(|row| before_line(row).map(|len| &content(row)[..len]));
        let names = Values::of(names.collect());
        let files = names.iter().filter(|n| is_file(n)).count() * 2 > names.len();
        if !files && thread_score(&names) > classify::logger_score(&names) {
            return false;
        }
        self.rows.retain(|row| before_line(row).is_some());
        let kind = if files { Field::Column("file".into()) } else { Field::Logger };
        self.slot(Slot { bracketed: true, kind: Some(kind) }, |row| before_line(row).unwrap_or(0));
        self.sign(":");
        self.slot(line(), |row| inside_len(row, open, close));
        true
    }

    /// `(File.java:method:12)`.
    fn file_method_line(&mut self, open: u8, close: u8) -> bool {
        let file = |row: &Row<'a>| {
            let content = &row.rest()[..inside_len(row, open, close)];
            let file = content.iter().position(|b| *b == b':')?;
            let line = content.iter().rposition(|b| *b == b':')?;
            let digits = line + 1 < content.len() && content[line + 1..].iter().all(u8::is_ascii_digit);
            (file < line && digits && is_file(&content[..file])).then_some(file)
        };
        if !self.would_agree(97, |row| file(row).is_some()) {
            return false;
        }
        self.rows.retain(|row| file(row).is_some());
        let column = |name: &str| Slot { bracketed: true, kind: Some(Field::Column(name.into())) };
        self.slot(column("file"), |row| file(row).unwrap_or(0));
        self.sign(":");
        self.slot(column("method"), |row| {
            row.rest()[..inside_len(row, open, close)].iter().rposition(|b| *b == b':').unwrap_or(0)
        });
        self.sign(":");
        self.slot(column("line"), |row| inside_len(row, open, close));
        true
    }

    /// `[orders,4bf92f35,00f067aa]`: words with as many commas between them in every row.
    fn several(&mut self, open: u8, close: u8) -> bool {
        let content = |row: &Row<'a>| &row.rest()[..inside_len(row, open, close)];
        let commas = |row: &Row<'a>| content(row).iter().filter(|b| **b == b',').count();
        let Some(usual) = self.rows.first().map(commas).filter(|commas| (2..8).contains(commas)) else { return false };
        let steady = |row: &Row<'a>| commas(row) == usual && !content(row).contains(&b' ');
        if !self.would_agree(97, steady) {
            return false;
        }
        self.rows.retain(steady);
        for _ in 0..usual {
            self.slot(Slot { bracketed: false, kind: None }, |row| {
                row.rest().iter().position(|b| *b == b',').unwrap_or(0)
            });
            self.sign(",");
        }
        self.slot(Slot { bracketed: false, kind: None }, |row| inside_len(row, open, close));
        true
    }

    /// `[thread:logger]` or `[logger|thread]`.
    fn two_in_one(&mut self, open: u8, close: u8) -> bool {
        let content = |row: &Row<'a>| &row.rest()[..inside_len(row, open, close)];
        for sign in [": ", ":", " | ", "|", ", ", ",", " - ", "/", " "] {
            let last = |row: &Row<'a>| {
                let text = content(row);
                let at = text.windows(sign.len()).rposition(|w| w == sign.as_bytes())?;
                (at > 0 && is_dotted(&text[at + sign.len()..]) && is_identifier(&text[at + sign.len()..])).then_some(at)
            };
            if self.would_agree(97, |row| last(row).is_some()) {
                self.rows.retain(|row| last(row).is_some());
                self.slot(Slot { bracketed: true, kind: Some(Field::Thread) }, |row| last(row).unwrap_or(0));
                self.sign(sign);
                self.slot(Slot { bracketed: true, kind: Some(Field::Logger) }, |row| inside_len(row, open, close));
                return true;
            }
            let first = |row: &Row<'a>| {
                let text = content(row);
                let at = text.windows(sign.len()).position(|w| w == sign.as_bytes())?;
                let behind = &text[at + sign.len()..];
                let line = behind.iter().all(u8::is_ascii_digit);
                // A method behind a class leaves no doubt, even where the class is in no package.
                // `(default task-1)` is a thread.
                let called = sign == " "
                    && method_start(&[b"C.", behind].concat()).is_some()
                    && behind.iter().all(|b| b.is_ascii_alphanumeric() || b"_$<>".contains(b));
                let named = is_identifier(&text[..at]) && (is_dotted(&text[..at]) || called);
                (named && !behind.is_empty() && !line).then_some(at)
            };
            if self.would_agree(97, |row| first(row).is_some()) {
                self.rows.retain(|row| first(row).is_some());
                self.slot(Slot { bracketed: true, kind: Some(Field::Logger) }, |row| first(row).unwrap_or(0));
                self.sign(sign);
                self.slot(Slot { bracketed: true, kind: None }, |row| inside_len(row, open, close));
                return true;
            }
        }
        false
    }

    pub(super) fn sign(&mut self, text: &str) {
        for row in &mut self.rows {
            row.pos = (row.pos + text.len()).min(row.text.len());
        }
        self.text(text);
    }
}

//! Fields that stand free: between separators, or as a word before a delimiter.

use super::super::layout::Field;
use super::classify::{self, is_dotted, is_identifier};
use super::rows::{Draft, Row, Slot, Work};
use super::shapes::{
    before_number, behind_word, called_at, closing, first_word, inside, is_file, is_loggerlike, name_and_line,
    name_before_logger, names_class, next_key, tag_of, word_before,
};
use super::threads;
use super::values::Values;
use std::collections::HashSet;

/// Fewer rows don't show which words come back by chance.
const FEW_ROWS: usize = 10;

impl<'a> Work<'a> {
    /// One word or column. `false` where the message starts here.
    pub(super) fn word(&mut self) -> bool {
        if self.ahead() {
            return self.column_before_landmark();
        }
        if self.parts.is_empty() || self.message_before_columns() {
            return false;
        }
        // A column between commas or semicolons may be a pair.
        if matches!(self.separator, Some(b',' | b';')) && self.last_text().ends_with(' ') && self.key() {
            return true;
        }
        self.separated()
            || self.separated_as_before()
            || self.syslog_5424()
            || self.host()
            || self.constant()
            || self.bare_method()
            || self.before_bracket()
            || self.before_name()
            || self.column_before_tag()
            || self.delimited()
            || self.phrase()
            || self.number()
            || self.before_logger()
            || self.plain_logger()
            || self.filled_column()
            || self.key()
            || self.word_above_message()
            || self.name_before_message()
    }

    /// A word that is the same in every line, before a logger and its delimiter: `in com.foo.Bar - `.
    fn constant(&mut self) -> bool {
        let word = |row: &Row<'a>| first_word(row.rest());
        let Some(same) = self.rows.first().map(word).filter(|word| word.iter().all(u8::is_ascii_lowercase)) else {
            return false;
        };
        let behind = |row: &Row<'a>| row.rest().get(same.len() + 1..).unwrap_or_default();
        let logger = |row: &Row<'a>| {
            [": ", " - "].iter().any(|delimiter| {
                word_before(behind(row), delimiter.as_bytes()).is_some_and(|len| is_dotted(&behind(row)[..len]))
            })
        };
        if same.is_empty() || self.complete() || self.rows.len() < 5 || !self.would_agree(99, |row| word(row) == same) {
            return false;
        }
        if !self.would_agree(97, logger) {
            return false;
        }
        self.rows.retain(|row| word(row) == same);
        self.sign(&String::from_utf8_lossy(same));
        true
    }

    /// A word before brackets or a file with its line that all lines have: `doGet [com.foo.Bar] - `, `jdoe A.java:12 `.
    fn before_bracket(&mut self) -> bool {
        let open = |row: &Row<'a>| {
            let word = first_word(row.rest());
            let named = is_loggerlike(word) || (!word.is_empty() && word.iter().all(u8::is_ascii_digit));
            let behind = row.rest().get(word.len()..)?.trim_ascii_start();
            if named && name_and_line(first_word(behind)).is_some_and(|len| is_file(&first_word(behind)[..len])) {
                return Some(b':');
            }
            let open = *behind.first()?;
            let close = closing(open).filter(|_| open != b'"' && named)?;
            let len = inside(behind, open, close)?;
            behind[1..=len].iter().all(|b| *b != b'\n').then_some(open)
        };
        if self.complete() || self.rows.len() < 5 {
            return false;
        }
        let Some(Some(same)) = self.rows.first().map(open) else { return false };
        if !self.would_agree(98, |row| open(row) == Some(same)) {
            return false;
        }
        self.rows.retain(|row| open(row) == Some(same));
        self.slot(Slot::default(), |row| first_word(row.rest()).len());
        true
    }

    /// A word before another one and its delimiter, each of few kinds: `doGet Worker: `.
    fn before_name(&mut self) -> bool {
        let word = |row: &Row<'a>| first_word(row.rest());
        let behind = |row: &Row<'a>| row.rest().get(word(row).len()..).unwrap_or_default().trim_ascii_start();
        let name = |row: &Row<'a>| {
            let len = [": ", " - ", " : "].iter().find_map(|sign| word_before(behind(row), sign.as_bytes()))?;
            Some(behind(row)[..len].trim_ascii_end()).filter(|name| name.split(|b| *b == b'\\').all(is_identifier))
        };
        let many = self.rows.len();
        if self.complete() || self.logger_found() || many < 20 {
            return false;
        }
        if !self.would_agree(97, |row| is_identifier(word(row)) && name(row).is_some()) {
            return false;
        }
        let words = self.rows.iter().map(word).collect::<HashSet<_>>().len();
        let names = self.rows.iter().filter_map(name).collect::<HashSet<_>>().len();
        if words * 8 > many || names * 4 > many {
            return false;
        }
        self.rows.retain(|row| is_identifier(word(row)) && name(row).is_some());
        self.slot(Slot::default(), |row| first_word(row.rest()).len());
        true
    }

    /// Host, program, process, kind and structured data, as RFC 5424 has them behind `<134>1` and the time.
    fn syslog_5424(&mut self) -> bool {
        let opened = self.rows.first().is_some_and(|row| row.text.starts_with(b"<"));
        let words = |row: &Row<'a>| {
            let mut words = row.rest().splitn(6, |b| *b == b' ');
            let plain = words.by_ref().take(4).all(|word| !word.is_empty());
            plain && words.next().is_some_and(|data| data == b"-" || data.starts_with(b"["))
        };
        let versioned = |row: &Row<'a>| row.text[..row.time.0.min(row.text.len())].ends_with(b">1 ");
        if !opened || self.last_text() != " " || !self.would_agree(97, |row| versioned(row) && words(row)) {
            return false;
        }
        self.rows.retain(words);
        let column = |name: &str| Some(Field::Column(name.into()));
        for kind in [column("host"), Some(Field::Logger), column("pid"), column("msgid")] {
            self.slot(Slot { bracketed: false, kind }, |row| first_word(row.rest()).len());
            self.sign(" ");
        }
        self.slot(Slot { bracketed: false, kind: column("data") }, |row| {
            if row.byte() != Some(b'[') {
                return 1;
            }
            let ends = row.rest().windows(2).position(|two| two == b"] ");
            ends.map_or(row.rest().len(), |at| at + 1)
        });
        self.sign(" ");
        true
    }

    /// The host behind a syslog time.
    fn host(&mut self) -> bool {
        let syslog = self.slots.is_empty()
            && !self.level_done
            && self.format.as_ref().is_some_and(|f| !f.has_date() && f.has_month())
            && self.last_text() == " ";
        if !syslog || !self.would_agree(98, |row| row.rest().contains(&b' ')) {
            return false;
        }
        let hosts: HashSet<&[u8]> = self.rows.iter().map(|row| first_word(row.rest())).collect();
        let plain = self.would_agree(98, |row| {
            first_word(row.rest()).iter().all(|b| b.is_ascii_alphanumeric() || b".-_:".contains(b))
        });
        if !plain || (hosts.len() > 3 && hosts.len() * 4 > self.rows.len()) || hosts.iter().any(|h| h.ends_with(b":")) {
            return false;
        }
        self.slot(Slot { bracketed: false, kind: Some(Field::Column("host".into())) }, |row| {
            first_word(row.rest()).len()
        });
        true
    }

    /// `program[123]: message`, `program: message`, as syslog writes them side by side.
    pub(super) fn tag(&mut self) -> Option<Vec<Self>> {
        if self.ahead() || self.parts.is_empty() || self.complete() {
            return None;
        }
        let with_pid = |row: &Row<'a>| tag_of(row.rest()).is_some_and(|tag| tag.pid.is_some());
        if !self.would_agree(20, with_pid) || !self.would_agree(70, |row| tag_of(row.rest()).is_some()) {
            return None;
        }
        let shape = |row: &Row<'a>| tag_of(row.rest()).map(|t| (t.pid.is_some(), t.extra.is_some()));
        let mut variants = Vec::new();
        for wanted in [(true, true), (true, false), (false, true), (false, false)] {
            let mut part = self.clone();
            part.rows.retain(|row| shape(row) == Some(wanted));
            if part.rows.is_empty() {
                continue;
            }
            part.slot(Slot { bracketed: false, kind: Some(Field::Logger) }, |row| {
                tag_of(row.rest()).map_or(0, |t| t.name)
            });
            for (present, open, close, name) in [(wanted.0, "[", "]", "pid"), (wanted.1, " (", ")", "address")] {
                if present {
                    part.sign(open);
                    let shut = close.as_bytes()[0];
                    part.slot(Slot { bracketed: true, kind: Some(Field::Column(name.into())) }, |row| {
                        row.rest().iter().position(|b| *b == shut).unwrap_or(0)
                    });
                    part.sign(close);
                }
            }
            part.sign(": ");
            variants.push(part);
        }
        let mut rest = self.clone();
        rest.rows.retain(|row| shape(row).is_none());
        if !rest.rows.is_empty() {
            variants.push(rest);
        }
        Some(variants)
    }

    /// A word on the way to a `program[123]: ` that stands further right in most rows.
    fn column_before_tag(&mut self) -> bool {
        if self.complete() || self.level_done || self.rows.len() < 5 {
            return false;
        }
        let ahead = |row: &Row<'a>| {
            let mut rest = row.rest();
            (0..8).find_map(|words| {
                let len = first_word(rest).len();
                rest = rest.get(len..)?.trim_ascii_start();
                tag_of(rest).filter(|tag| tag.pid.is_some()).map(|_| words)
            })
        };
        let mut rows = [0; 8];
        for words in self.rows.iter().filter_map(ahead) {
            rows[words] += 1;
        }
        if rows.iter().all(|rows| rows * 100 / self.rows.len() < 40)
            || !self.would_agree(98, |row| row.rest().contains(&b' '))
        {
            return false;
        }
        self.rows.retain(|row| row.rest().contains(&b' '));
        self.slot(Slot::default(), |row| first_word(row.rest()).len());
        true
    }

    /// A word and a delimiter: `logger - `, `logger: `, `logger : `, `Class.method(File:12) `.
    fn delimited(&mut self) -> bool {
        let strict = self.complete();
        // Where a colon stood between the fields before, it stands behind this one too.
        let first = if self.last_text() == ":" { ":" } else { ": " };
        // What stands between the fields so far may stand behind this one.
        let same = self.last_text().to_owned();
        let own = if same.len() > 2 && same.starts_with(' ') && same.ends_with(' ') { same.as_str() } else { first };
        for delimiter in [own, first, ": ", " - ", " : ", " -- ", " > ", "> ", " => ", ":", "] ", " -"] {
            let tight = delimiter == ":" && first == ":";
            let len = |row: &Row<'a>| match first_word(row.rest()).iter().position(|b| *b == b':') {
                Some(len) if tight && len > 0 => Some(len),
                _ => word_before(row.rest(), delimiter.as_bytes()),
            };
            if !self.would_agree(if strict { 99 } else { 97 }, |row| len(row).is_some()) {
                continue;
            }
            let words: Vec<&[u8]> =
                self.rows.iter().filter_map(|row| len(row).map(|len| row.rest()[..len].trim_ascii_end())).collect();
            // A bracket that closes what was opened in the word is none of the layout's.
            if delimiter.starts_with(']') && words.iter().any(|word| word.contains(&b'[')) {
                continue;
            }
            // One word and a dash in every line, messages of all kinds behind it: no sentences begin so.
            let dashed = delimiter == " - " && !strict && words.len() >= 5 && words.len() == self.rows.len();
            let names = dashed && words.iter().all(|word| is_identifier(word)) && !self.logger_found();
            if !names && !self.believable(&words, strict) {
                continue;
            }
            self.rows.retain(|row| len(row).is_some());
            let whole = |row: &Row<'a>| len(row).map_or(0, |len| row.rest()[..len].trim_ascii_end().len());
            if !self.located(&words, whole) && !self.with_method(whole) {
                self.slot(Slot::default(), whole);
            }
            return true;
        }
        false
    }

    /// A few words before a delimiter, the same ones again and again: `chrome.exe *64 - `.
    fn phrase(&mut self) -> bool {
        if self.complete() || !self.slots.is_empty() {
            return false;
        }
        let len = |row: &Row<'a>| {
            let len = row.rest().windows(3).take(48).position(|w| w == b" - ")?;
            (len > 0 && row.rest()[..len].iter().filter(|b| **b == b' ').count() < 3).then_some(len)
        };
        if !self.would_agree(99, |row| len(row).is_some()) {
            return false;
        }
        let phrases: HashSet<&[u8]> =
            self.rows.iter().filter_map(|row| len(row).map(|len| &row.rest()[..len])).collect();
        let named = phrases.iter().filter(|p| is_dotted(first_word(p)) && is_identifier(first_word(p))).count();
        let repeated = self.rows.len() >= 10 && phrases.len() * 3 <= self.rows.len();
        if named * 2 < phrases.len() || !(repeated || self.rows.len() < 10) {
            return false;
        }
        self.rows.retain(|row| len(row).is_some());
        self.slot(Slot { bracketed: false, kind: Some(Field::Logger) }, |row| len(row).unwrap_or(0));
        true
    }

    /// A name with blanks in it, most likely a thread's, before a logger and its delimiter.
    fn before_logger(&mut self) -> bool {
        if self.logger_found() {
            return false;
        }
        for delimiter in [" - ", ": ", " : ", " | ", "] ", " "] {
            let len = |row: &Row<'a>| name_before_logger(row.rest(), delimiter.as_bytes());
            if self.rows.len() < 3 || !self.would_agree(85, |row| len(row).is_some()) {
                continue;
            }
            let names: HashSet<&[u8]> =
                self.rows.iter().filter_map(|row| len(row).map(|len| &row.rest()[..len])).collect();
            // Brackets in nearly every row are columns of their own.
            let opened = names.iter().filter(|name| name.windows(2).any(|w| w == b" [" || w == b" ("));
            let bracketed = opened.count() * 10 >= names.len() * 9;
            let few = names.len() * 3 <= self.rows.len() || names.iter().all(|name| threads::may_name(name));
            if !few || bracketed {
                continue;
            }
            self.rows.retain(|row| len(row).is_some());
            if self.name_before_thread(len) {
                return true;
            }
            // A number in every row, ever another one behind the same name, is a column of its own.
            let bare = |row: &Row<'a>| before_number(&row.rest()[..len(row)?]);
            let bares: HashSet<&[u8]> = self.rows.iter().filter_map(bare).collect();
            let numbered = self.would_agree(97, |row| bare(row).is_some()) && bares.len() * 2 <= names.len();
            if numbered {
                self.rows.retain(|row| bare(row).is_some());
            }
            self.slot(Slot::default(), |row| match bare(row).filter(|_| numbered) {
                Some(bare) => bare.len(),
                None => len(row).unwrap_or(0),
            });
            return true;
        }
        false
    }

    /// Whether words before a delimiter are loggers and not the beginnings of sentences.
    fn believable(&self, words: &[&[u8]], strict: bool) -> bool {
        let many = words.len();
        let shaped = words.iter().filter(|w| is_loggerlike(w)).count() * 100 >= many * 95;
        let dotted = words.iter().filter(|w| is_dotted(w)).count();
        let distinct = words.iter().collect::<HashSet<_>>().len();
        if !shaped || distinct == 1 && self.begins_sentences(words[0]) {
            return false;
        }
        if strict {
            return !self.logger_found() && (dotted * 100 >= many * 80 || (many >= 20 && distinct * 3 <= many));
        }
        let called = words.iter().filter(|w| called_at(w).is_some()).count();
        // Names of threads behind that of the logger.
        let pooled = |word: &&[u8]| threads::may_name(word) && !classify::digits(word);
        if many >= 3 && (self.logger_found() || self.level_done) && words.iter().all(pooled) {
            return true;
        }
        if dotted * 2 >= many || called * 100 >= many * 97 {
            return true;
        }
        // Behind the logger, a code that a few messages begin with is theirs.
        if self.logger_found() && many < FEW_ROWS {
            return false;
        }
        let camel = words.iter().filter(|w| classify::is_camel(w)).count();
        many >= 3 && (camel * 2 >= many || distinct * 2 <= many) || (camel == many && !self.logger_found())
    }

    /// Whether a word before a colon that is the same in every record is one of a sentence (`Query: 12 rows`), and no
    /// name: records that say something else would be taken for lines of these.
    fn begins_sentences(&self, word: &[u8]) -> bool {
        let capital = word.first().is_some_and(u8::is_ascii_uppercase);
        let plain = word.len() > 1 && word.iter().skip(1).all(u8::is_ascii_lowercase);
        self.rows.len() > 1
            && !is_dotted(word)
            && called_at(word).is_none()
            && (capital && plain || self.logger_found())
    }

    /// A class name without any delimiter behind it.
    fn plain_logger(&mut self) -> bool {
        if self.complete() || !matches!(self.parts.last(), Some(Draft::Text(_) | Draft::Time)) {
            return false;
        }
        let word = |row: &Row<'a>| first_word(row.rest());
        let located = |row: &Row<'a>| {
            name_and_line(word(row)).is_some()
                || (word(row).ends_with(b")") && word(row).windows(6).any(|x| x == b".java:"))
        };
        if self.would_agree(98, located) {
            self.rows.retain(located);
            let words: Vec<&[u8]> = self.rows.iter().map(word).collect();
            return self.located(&words, |row| first_word(row.rest()).len());
        }
        if self.logger_found() {
            return false;
        }
        let many = self.rows.len();
        let words = Values::of(self.rows.iter().map(word).collect());
        let dotted = words.share(|word| is_dotted(word) && is_identifier(word));
        let named = words.share(is_identifier);
        let distinct = words.kinds();
        // Two columns filled up to one width stand out even where their words say nothing.
        let filled = self.would_agree(98, |row| {
            let len = word(row).len();
            row.rest()[len..].iter().take_while(|b| **b == b' ').count() > 1
        }) && (distinct * 4 <= many || many < 10);
        let camel = words.share(classify::is_camel);
        let likely = self.before_sentences()
            || dotted >= 98
            || (dotted >= 60 && named >= 99 && many >= 10)
            || (camel >= 90 && named >= 99 && many >= 20 && distinct * 5 <= many);
        if !(likely || filled && named >= 98) || !self.would_agree(97, |row| is_identifier(word(row))) {
            return false;
        }
        // A node or an application looks so too; where a class stands further on, that one is the logger.
        let before_class = dotted < 50 && self.would_agree(97, |row| names_class(behind_word(row.rest())));
        self.rows.retain(|row| is_identifier(word(row)));
        let kind = (!before_class).then_some(Field::Logger);
        self.slot(Slot { bracketed: false, kind }, |row| first_word(row.rest()).len());
        if !before_class {
            self.method();
        }
        true
    }

    /// A word that is filled up with blanks to where what follows begins in every line: `Server      `, `spid51      `.
    fn filled_column(&mut self) -> bool {
        if self.complete() || self.rows.len() < 5 {
            return false;
        }
        let word = |row: &Row<'a>| first_word(row.rest()).len();
        let width = |row: &Row<'a>| {
            let blanks = row.rest()[word(row)..].iter().take_while(|b| **b == b' ').count();
            (word(row) > 0 && blanks > 1).then_some(word(row) + blanks)
        };
        let Some(same) = self.rows.first().and_then(width) else { return false };
        let lengths = self.rows.iter().map(word).collect::<HashSet<_>>().len();
        if lengths < 2 || !self.would_agree(98, |row| width(row) == Some(same)) {
            return false;
        }
        self.rows.retain(|row| width(row) == Some(same));
        self.slot(Slot::default(), |row| first_word(row.rest()).len());
        true
    }

    /// A number in every line: a process, a thread, a counter.
    fn number(&mut self) -> bool {
        // A sign behind it is what separates it from the message.
        let number = |row: &Row<'a>| first_word(row.rest()).strip_suffix(b":").unwrap_or(first_word(row.rest()));
        let digits = |row: &Row<'a>| classify::digits(number(row));
        if self.complete() || self.rows.len() < 5 || !self.would_agree(99, digits) {
            return false;
        }
        self.rows.retain(digits);
        self.slot(Slot::default(), |row| number(row).len());
        true
    }

    /// A word that names the value behind it in every line: `thread=main`.
    pub(super) fn key(&mut self) -> bool {
        let key = |row: &Row<'a>| {
            let len = row.rest().iter().take(30).take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
            matches!(row.rest().get(len), Some(b'=')).then(|| &row.rest()[..=len])
        };
        let Some(first) = self.rows.first().and_then(key).filter(|_| !self.complete()) else { return false };
        if self.rows.len() < 3 || !self.would_agree(99, |row| key(row) == Some(first)) {
            return false;
        }
        let Ok(text) = std::str::from_utf8(first) else { return false };
        self.rows.retain(|row| key(row) == Some(first));
        self.sign(text);
        let quoted = self.rows.len() >= 3 && self.would_agree(99, |row| row.byte() == Some(b'"'));
        if quoted {
            self.sign("\"");
        }
        let lower = text.to_ascii_lowercase();
        if lower == "msg=" || lower == "message=" {
            return false;
        }
        if self.ahead() && self.share(Row::at_landmark) >= 85 {
            return true;
        }
        let name = text.trim_end_matches('=').to_owned();
        let next = self.rows.first().and_then(|row| next_key(row.rest())).map(|(_, key)| key);
        // A sign that all values have behind them separates the pairs.
        let sign = |row: &Row<'a>| {
            let last = next_key(row.rest()).and_then(|(at, _)| row.rest().get(at.checked_sub(1)?));
            last.copied().filter(|byte| b",;".contains(byte))
        };
        let separator =
            self.rows.first().and_then(sign).filter(|first| self.would_agree(97, |row| sign(row) == Some(*first)));
        let to_next = |row: &Row<'a>| {
            let (at, _) = next_key(row.rest()).filter(|(_, key)| Some(*key) == next)?;
            Some(at - usize::from(separator.is_some() && sign(row) == separator))
        };
        let keyed = next.is_some() && self.would_agree(97, |row| to_next(row).is_some());
        if keyed {
            self.rows.retain(|row| to_next(row).is_some());
        }
        let value = |row: &Row<'a>| {
            let word = first_word(row.rest()).len();
            let quote = row.rest().iter().position(|b| *b == b'"').filter(|_| quoted);
            quote.unwrap_or(if keyed { to_next(row).unwrap_or(word) } else { word })
        };
        let kind = match lower.trim_end_matches('=') {
            "thread" | "thr" | "threadname" | "thread_name" => Field::Thread,
            "logger" | "lg" | "loggername" | "logger_name" | "category" => Field::Logger,
            _ => Field::Column(name),
        };
        self.filled_in_front(value);
        self.slot(Slot { bracketed: false, kind: Some(kind) }, value);
        if quoted {
            self.rows.retain(|row| row.byte() == Some(b'"'));
            self.sign("\"");
        }
        true
    }
}

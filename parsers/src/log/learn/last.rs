//! The last column of a head where no sign stands between it and the message: known by what follows it, since nothing in
//! it tells it from a message's first word.

use super::calls::is_compiled;
use super::classify::{digits, is_identifier};
use super::group::next_level;
use super::rows::{Row, Slot, Work};
use super::shapes::{behind_word, first_word};
use super::threads;
use std::collections::{HashMap, HashSet};

/// Rows that show a column by what follows.
const MANY: usize = 40;
/// The most names that such a column holds, and how often each comes back, on average.
const NAMES: usize = 12;
const COMES_BACK: usize = 10;
/// Of a hundred names so many are such as no sentence begins with.
const TELLING: usize = 30;
/// Of a hundred messages so many begin with a word, and of those so many with one that stands behind other names, too.
const WORDED: usize = 30;
const SHARED: usize = 80;
/// Words that messages begin with, at least.
const BEGINNINGS: usize = 8;

impl<'a> Work<'a> {
    /// A name that ends its line where the message stands on the line below, further in: `%M%n    %m`.
    pub(super) fn word_above_message(&mut self) -> bool {
        let word = |row: &Row<'a>| row.rest().trim_ascii_end();
        let above = |row: &Row<'a>| is_identifier(word(row)) && row.next.starts_with(b"  ");
        let begun = self.level_done || !self.slots.is_empty();
        if self.ahead() || !begun || self.rows.len() < 5 || !self.would_agree(97, above) {
            return false;
        }
        let names = self.rows.iter().map(word).collect::<HashSet<_>>().len();
        // Lines with a level are records of their own, whose first column is filled up in front.
        let levelled = self.level_done && self.share(|row| next_level(row.next, 0).is_some()) > 50;
        if names * 4 > self.rows.len() || levelled {
            return false;
        }
        self.rows.retain(above);
        self.slot(Slot::default(), |row| word(row).len());
        true
    }

    /// One of a few names of users, threads or nodes before messages that begin with whatever they begin with, or before
    /// a method or a number.
    pub(super) fn name_before_message(&mut self) -> bool {
        if self.ahead() || self.complete() || !self.level_done || self.rows.len() < MANY {
            return false;
        }
        let word = |row: &Row<'a>| first_word(row.rest());
        let second = |row: &Row<'a>| first_word(behind_word(row.rest()).trim_ascii_start());
        let mut names: HashSet<&[u8]> = HashSet::new();
        let mut behind: HashMap<&[u8], HashSet<&[u8]>> = HashMap::new();
        for row in &self.rows {
            names.insert(word(row));
            if second(row).first().is_some_and(u8::is_ascii_alphabetic) || is_compiled(second(row)) {
                behind.entry(second(row)).or_default().insert(word(row));
            }
        }
        let named = |name: &[u8]| name.len() > 1 && !name.ends_with(b":") && !name.ends_with(b",");
        let few = names.len() > 1 && names.len() <= NAMES && names.len() * COMES_BACK <= self.rows.len();
        if !few || !names.iter().all(|name| named(name)) || self.share(|row| is_telling(word(row))) < TELLING {
            return false;
        }
        let worded = |row: &Row<'a>| behind.contains_key(second(row));
        let shared = |row: &Row<'a>| behind.get(second(row)).is_some_and(|names| names.len() > 1);
        let independent = behind.len() >= BEGINNINGS
            && self.share(worded) >= WORDED
            && self.share(shared) * 100 >= self.share(worded) * SHARED;
        let before_method = || self.share(|row| is_compiled(second(row))) > 0 && self.share(shared) >= SHARED;
        if !independent && !before_method() && !self.would_agree(99, |row| digits(second(row))) {
            return false;
        }
        self.slot(Slot::default(), |row| word(row).len());
        true
    }

    /// The first word of what `len` says, where it is one of a few names and what follows it names threads, each behind
    /// several of them.
    pub(super) fn name_before_thread(&mut self, len: impl Fn(&Row<'a>) -> Option<usize>) -> bool {
        let word = |row: &Row<'a>| Some(first_word(&row.rest()[..len(row)?]));
        let thread = |row: &Row<'a>| Some(behind_word(&row.rest()[..len(row)?]).trim_ascii());
        let mut names: HashSet<&[u8]> = HashSet::new();
        let mut threads: HashMap<&[u8], HashSet<&[u8]>> = HashMap::new();
        for (word, thread) in self.rows.iter().filter_map(|row| word(row).zip(thread(row))) {
            names.insert(word);
            threads.entry(thread).or_default().insert(word);
        }
        let shared = threads.values().filter(|names| names.len() > 1).count();
        let found = self.rows.len() >= MANY
            && names.len() > 1
            && names.len() <= NAMES
            && !names.iter().any(|name| threads::may_name(name))
            && self.would_agree(97, |row| thread(row).is_some_and(threads::may_name))
            && shared * 2 >= threads.len();
        if found {
            self.slot(Slot::default(), |row| word(row).map_or(0, <[u8]>::len));
        }
        found
    }
}

/// Whether a word is a name of something and none of a language: a number in it, capitals alone, or a sign.
fn is_telling(word: &[u8]) -> bool {
    let capitals = word.len() > 2 && word.iter().all(u8::is_ascii_uppercase);
    capitals || word.iter().any(|b| b.is_ascii_digit() || b"\\@_".contains(b))
}

#[cfg(test)]
mod tests {
    use super::super::tests::shown;

    const USERS: [&str; 4] = ["jdoe", "MWSUSR", "ediusr", "DOMAIN\\admin"];
    const BEGINNINGS: [&str; 9] =
        ["Order", "Session", "Polling", "Closed", "Started", "Loading", "Executing", "Abnormal", "Connection"];
    const METHODS: [&str; 4] = ["<init>", "doGet", "lambda$start$0", "run"];

    /// Synthetic: 120 records, of which `line` says what stands behind time and level.
    fn learned(line: impl Fn(usize) -> String) -> (String, Vec<String>) {
        let level = |n: usize| ["INFO", "WARN", "ERROR"][n % 3];
        let line = |n: usize| format!("2026-01-13 10:{:02}:{:02},480 {} {}\n", n / 60, n % 60, level(n), line(n));
        let (layouts, records) = shown(&(0..120).map(line).collect::<String>());
        assert_eq!(records.len(), 120, "{layouts:?}");
        (layouts[0].clone(), records)
    }

    #[test]
    fn a_user_before_any_message_is_a_column() {
        let (layout, records) = learned(|n| format!("{} {} {n} is done", USERS[n % 4], BEGINNINGS[n % 9]));
        assert_eq!(layout, "%d{yyyy-MM-dd HH:mm:ss,SSS} %p %X{column1} %m%n");
        assert!(records[3].ends_with("|column1=DOMAIN\\admin|Closed 3 is done"), "{}", records[3]);
    }

    #[test]
    fn the_first_words_of_sentences_are_none() {
        for line in [
            |n: usize| format!("{} {n} is done", BEGINNINGS[n % 9]),
            |n: usize| format!("{} {}Service of node1", ["Starting", "Stopping"][n % 2], BEGINNINGS[n % 9]),
            |n: usize| format!("{} /mws/{} took {n} ms", ["GET", "POST"][n % 2], BEGINNINGS[n % 9]),
        ] {
            let (layout, _) = learned(line);
            assert_eq!(layout, "%d{yyyy-MM-dd HH:mm:ss,SSS} %p %m%n");
        }
    }

    #[test]
    fn a_user_before_a_number_a_method_or_a_thread_is_a_column() {
        let (_, records) =
            learned(|n| format!("{} {} com.foo.Bar - {} x", USERS[n % 4], 100 + n % 37, BEGINNINGS[n % 9]));
        assert!(records[1].contains("|-|com.foo.Bar|column1=MWSUSR,column2=101|"), "{}", records[1]);
        let (_, records) = learned(|n| format!("request{} {} {{com.foo.Bar}}: x", n % 9, METHODS[n / 2 % 4]));
        assert!(records[1].contains("|com.foo.Bar|column1=request1,method=<init>|x"), "{}", records[1]);
        let (_, records) = learned(|n| format!("{} pool-1-thread-{} com.foo.Bar: x", USERS[n % 3], n / 3 % 5));
        assert!(records[1].contains("|WARN|pool-1-thread-0|com.foo.Bar|column1=MWSUSR|x"), "{}", records[1]);
    }

    #[test]
    fn the_method_above_its_message_is_none_of_its_words() {
        let (layout, records) = learned(|n| format!("com.foo.Bar {}\n    {} x", METHODS[n % 4], BEGINNINGS[n % 9]));
        assert_eq!(layout, "%d{yyyy-MM-dd HH:mm:ss,SSS} %p %c %M%n    %m%n");
        assert!(records[0].ends_with("|com.foo.Bar|method=<init>|Order x"), "{}", records[0]);
    }
}

//! Where one dump ends and the next begins in a text that holds several.
//!
//! Programs that append dumps to one file write the same head each time. So the first two lines that say something are
//! remembered by their form, digits and values aside, and wherever that form comes again a dump begins. It must not
//! know what the lines state.

use std::ops::Range;

use super::pairs;
use super::section;
use super::synonyms::Synonyms;

/// The ranges of the dumps in a text; one range where nothing shows that there are more.
pub(crate) fn dumps(text: &str, synonyms: &Synonyms) -> Vec<Range<usize>> {
    let mut starts = vec![0];
    starts.extend(Heads::default().starts(text, synonyms));
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    starts.iter().copied().zip(ends).map(|(start, end)| start..end).collect()
}

/// One of the lines that a dump begins with.
#[derive(Clone, Debug)]
struct Head {
    first_letter: Option<char>,
    /// Its first letters, where they are of no code: no line of the same form starts with other ones.
    first_word: Option<String>,
    form: String,
}

impl Head {
    fn new(line: &str, synonyms: &Synonyms) -> Self {
        let first_word = first_word(line).map(str::to_ascii_lowercase);
        Self { first_letter: first_letter(line), first_word, form: form(line, synonyms) }
    }

    /// Whether a line is this one with other values.
    fn is(&self, line: &str, synonyms: &Synonyms) -> bool {
        let other = |word: &String| !first_word(line).is_some_and(|own| own.eq_ignore_ascii_case(word));
        // Few lines are worth their form.
        first_letter(line) == self.first_letter
            && !self.first_word.as_ref().is_some_and(other)
            && form(line, synonyms) == self.form
    }
}

/// The head that dumps begin with, while it is looked for line by line.
#[derive(Clone, Debug, Default)]
pub(crate) struct Heads {
    head: Vec<Head>,
    /// Where the rules start that stand right above.
    rules: Option<usize>,
    /// Where a dump begins if the next line is the head's second one.
    last: Option<usize>,
}

impl Heads {
    /// Where dumps begin in the lines that come next, behind the first dump of all.
    pub(crate) fn starts(&mut self, text: &str, synonyms: &Synonyms) -> Vec<usize> {
        let mut starts = Vec::new();
        let Self { head, rules, last } = self;
        for (start, line) in lines(text) {
            if line.trim().is_empty() {
                *rules = None;
                continue;
            }
            if section::is_rule(line) {
                *rules = rules.or(Some(start));
                continue;
            }
            // Only lines that look like the head's first two are worth their form.
            let begins = rules.take().unwrap_or(start);
            if head.len() < 2 {
                head.push(Head::new(line, synonyms));
                continue;
            }
            if let Some(at) = last.take()
                && head[1].is(line, synonyms)
            {
                starts.push(at);
                continue;
            }
            if head[0].is(line, synonyms) {
                *last = Some(begins);
            }
        }
        starts
    }

    /// Where the lines start that may turn out to begin a dump; they are forgotten and have to come again.
    pub(crate) fn pending(&mut self) -> Option<usize> {
        let (rules, last) = (self.rules.take(), self.last.take());
        last.or(rules)
    }
}

fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    text.split_inclusive('\n').map(move |line| {
        let start = at;
        at += line.len();
        (start, line.trim_end_matches(['\n', '\r']))
    })
}

/// The letters that a line begins with, where it begins with a word of ASCII letters.
fn first_word(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let word = &line[..line.bytes().take_while(u8::is_ascii_alphabetic).count()];
    (!word.is_empty() && !line[word.len()..].starts_with(|c: char| c.is_alphanumeric())).then_some(word)
}

fn first_letter(line: &str) -> Option<char> {
    line.chars().find(|c| c.is_alphabetic()).map(|c| c.to_ascii_lowercase())
}

/// A line without its values: the key of a pair, else the words with numbers and program names made equal. The `3` of
/// `M3` is no number.
fn form(line: &str, synonyms: &Synonyms) -> String {
    let found = pairs::on_line(line, synonyms);
    if !found.is_empty() {
        return found.iter().map(|p| format!("{}:", line[p.key.clone()].to_lowercase())).collect();
    }
    let words = line.split_whitespace().map(|word| {
        let coded = word.chars().filter(char::is_ascii_digit).count() * 3 >= word.len();
        if coded && !word.eq_ignore_ascii_case("m3") { "#".to_owned() } else { word.to_lowercase() }
    });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(text: &str) -> usize {
        let ranges = dumps(text, Synonyms::standard());
        assert_eq!(ranges.first().map(|r| r.start), Some(0));
        assert_eq!(ranges.last().map(|r| r.end), Some(text.len()));
        ranges.len()
    }

    #[test]
    fn the_same_head_begins_another_dump() {
        let one =
            "=====\nM3 dump 0017\n=====\nProgram: CRS008\nUser: A\n\nStack\n-----\nProgram: SYS\nProgram: CRS008\n";
        assert_eq!(count(one), 1);
        assert_eq!(count(&one.repeat(3)), 3);
        let two = format!("{one}{one}");
        assert!(dumps(&two, Synonyms::standard()).iter().all(|r| two[r.clone()].starts_with("=====")));
        assert_eq!(count("Program: CRS008\nUser: A\nx\nProgram: CRS009\nUser: B\n"), 2);
        assert_eq!(count(""), 1);
    }
}

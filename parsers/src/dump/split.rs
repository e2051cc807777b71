//! Where one dump ends and the next begins in a text that holds several.
//!
//! Programs that append dumps to one file write the same head each time. So the first two lines that say something are
//! remembered by their form, digits and values aside, and wherever that form comes again a dump begins. It must not
//! know what the lines state.

use std::ops::Range;

use super::hands::{Hands, OneHand};
use super::pairs;
use super::section;
use super::sniff;
use super::synonyms::Synonyms;
use super::{table, unbox};
use crate::blank;
use crate::m3::names;

/// The ranges of the dumps in a text; one range where nothing shows that there are more.
pub(crate) fn dumps(text: &str, synonyms: &Synonyms) -> Vec<Range<usize>> {
    let mut starts = vec![0];
    starts.extend(Heads::default().starts(text, synonyms, &OneHand));
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
    /// What every line of that form has in it: the first name, or the first word where that is no code. Empty where
    /// there is no such thing.
    begins_with: Vec<u8>,
    /// Whether that is a name, which may stand anywhere in a line.
    begins_with_name: bool,
    /// The line itself where it is nothing but words, without the number of a dump or a page.
    words: Option<String>,
}

impl Head {
    fn new(line: &str, synonyms: &Synonyms) -> Self {
        let first_word = first_word(line).map(str::to_ascii_lowercase);
        let form = form(line, synonyms);
        let counted = |word: &str| word.contains(|c: char| c.is_ascii_digit()) && !word.eq_ignore_ascii_case("m3");
        let is_words = !form.contains([':', '=']) && !line.split_whitespace().any(counted);
        let words = is_words.then(|| line.trim().to_owned());
        let (begins_with, begins_with_name) = match form.split_once(':') {
            Some((name, _)) => (name, true),
            None => (form.split(' ').next().filter(|word| *word != "#").unwrap_or_default(), false),
        };
        let begins_with = begins_with.as_bytes().to_vec();
        Self { first_letter: first_letter(line), first_word, form, begins_with, begins_with_name, words }
    }

    /// Whether it is nothing but words that say that a dump follows.
    fn is_title(&self) -> bool {
        self.words.is_some() && sniff::says_so(&self.form)
    }

    /// Whether a line is this one with other values.
    fn is(&self, line: &str, synonyms: &Synonyms) -> bool {
        let other = |word: &String| !first_word(line).is_some_and(|own| own.eq_ignore_ascii_case(word));
        // Few lines are worth their form.
        first_letter(line) == self.first_letter
            && !self.first_word.as_ref().is_some_and(other)
            && self.begins_alike(line)
            && form(line, synonyms) == self.form
    }

    /// Whether a line has in it what its form would begin with. Letters of other alphabets are left to the form.
    fn begins_alike(&self, line: &str) -> bool {
        let first = self.begins_with.as_slice();
        let bytes = blank::trim_start(line).as_bytes();
        let at = if self.begins_with_name { bytes.len().saturating_sub(first.len()) } else { 0 };
        (0..=at).any(|at| bytes.get(at..at + first.len()).is_some_and(|part| part.eq_ignore_ascii_case(first)))
            || !line.is_ascii()
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
    pub(crate) fn starts(&mut self, text: &str, synonyms: &Synonyms, hands: &impl Hands) -> Vec<usize> {
        self.starts_by(PART, text, synonyms, hands)
    }

    fn starts_by(&mut self, part: usize, text: &str, synonyms: &Synonyms, hands: &impl Hands) -> Vec<usize> {
        let mut from = 0;
        for line in text.split_inclusive('\n') {
            if self.head.len() >= 2 {
                break;
            }
            self.begin(from, line, synonyms);
            from += line.len();
        }
        let [first, second] = self.head.as_slice() else { return Vec::new() };
        // Two lines of one kind are a list, and no head: `section=failure ...` above `section=session ...`.
        if first.form == second.form && first.words.is_none() {
            return Vec::new();
        }
        let rest = &text[from..];
        let bound = |n: usize| match n {
            0 => 0,
            _ => memchr::memchr(b'\n', &rest.as_bytes()[(n * part - 1).min(rest.len())..])
                .map_or(rest.len(), |end| n * part + end),
        };
        let seen = hands.each(rest.len().div_ceil(part), |n| {
            let range = bound(n)..bound(n + 1);
            let start = from + range.start;
            seen(rest.get(range).unwrap_or_default(), start, [first, second], synonyms)
        });
        let mut starts = Vec::new();
        for Seen { between, what, start } in seen.into_iter().flatten() {
            if between.blank || between.content {
                self.rules = None;
            }
            if between.content {
                self.last = None;
            }
            let (is_first, is_second, is_same) = match what {
                What::End => continue,
                What::Rule => {
                    self.rules = self.rules.or(Some(start));
                    continue;
                }
                What::Line { is_first, is_second, is_same } => (is_first, is_second, is_same),
            };
            let ruled = self.rules.take();
            let begins = ruled.unwrap_or(start);
            match self.last.take().filter(|_| is_second) {
                Some(at) => starts.push(at),
                // What comes first in each needn't be the same.
                None if is_first && ruled.is_some() && first.is_title() || is_same && between.apart => {
                    starts.push(begins);
                }
                None if is_first => self.last = Some(begins),
                None => {}
            }
        }
        starts
    }

    /// Takes a line of the first dump, of which its first two become the head.
    fn begin(&mut self, start: usize, line: &str, synonyms: &Synonyms) {
        let line = line.trim_end_matches(['\n', '\r']);
        if line.trim().is_empty() {
            self.rules = None;
        } else if section::is_rule(line) {
            self.rules = self.rules.or(Some(start));
        } else {
            self.rules = None;
            self.head.push(Head::new(line, synonyms));
        }
    }

    /// Where the lines start that may turn out to begin a dump; they are forgotten and have to come again.
    pub(crate) fn pending(&mut self) -> Option<usize> {
        let (rules, last) = (self.rules.take(), self.last.take());
        last.or(rules)
    }
}

/// Bytes of lines that one hand looks at.
const PART: usize = 1 << 20;

/// A line that matters to where dumps begin, or the end of a part.
struct Seen {
    /// What stands between the line that mattered before and this one.
    between: Between,
    what: What,
    start: usize,
}

#[derive(Clone, Copy, Default)]
struct Between {
    blank: bool,
    content: bool,
    /// Whether several empty lines, or a page's end, stand right above what comes next.
    apart: bool,
}

impl Between {
    const CONTENT: Self = Self { blank: false, content: true, apart: false };
}

enum What {
    Rule,
    /// Whether it is the head's first line, whether it is that word for word, and whether it is the second one.
    Line {
        is_first: bool,
        is_same: bool,
        is_second: bool,
    },
    End,
}

/// The lines that matter among those of a part that starts at the byte `at`.
fn seen(part: &str, at: usize, [first, second]: [&Head; 2], synonyms: &Synonyms) -> Vec<Seen> {
    let mut seen = Vec::new();
    let mut between = Between::default();
    // Whether the line with content above may be the head's first one.
    let mut below_first = true;
    let letters = [first.first_letter, second.first_letter];
    for (start, line) in lines(part) {
        let letter = blank::trim_start(line).bytes().next().filter(u8::is_ascii_alphabetic);
        // Nearly all lines begin with another letter than both.
        if letter.is_some_and(|letter| !letters.contains(&Some(char::from(letter.to_ascii_lowercase())))) {
            below_first = false;
            between = Between::CONTENT;
            continue;
        }
        if letter.is_none() && line.trim().is_empty() {
            between.apart |= between.blank || line.contains('\x0c');
            between.blank = true;
            continue;
        }
        let what = if letter.is_none() && section::is_rule(line) {
            What::Rule
        } else {
            // Few lines are worth the question.
            let is_second = below_first && second.is(line, synonyms);
            let is_first = first.is(line, synonyms);
            below_first = is_first;
            if !is_first && !is_second {
                between = Between::CONTENT;
                continue;
            }
            let is_same = is_first && first.words.as_deref() == Some(line.trim());
            What::Line { is_first, is_second, is_same }
        };
        seen.push(Seen { between: std::mem::take(&mut between), what, start: at + start });
    }
    seen.push(Seen { between, what: What::End, start: at + part.len() });
    seen
}

fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    unbox::lines_of(text).map(move |line| {
        let start = at;
        at += line.len();
        let breaks = line.bytes().rev().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
        (start, &line[..line.len() - breaks])
    })
}

/// The letters that a line begins with, where it begins with a word of ASCII letters.
fn first_word(line: &str) -> Option<&str> {
    let line = blank::trim_start(line);
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
        // Of many on one line, some may be left out where there is nothing to say.
        let most = if found.len() > 3 { 1 } else { found.len() };
        return found.iter().take(most).map(|p| format!("{}:", line[p.key.clone()].to_lowercase())).collect();
    }
    if let Some((name, _)) = table::separated_pair(line).filter(|(name, _)| synonyms.knows(&line[name.clone()])) {
        return format!("{}:", line[name].to_lowercase());
    }
    if let [name, _] = table::cells(line).as_slice() {
        return format!("{}:", line[name.clone()].to_lowercase());
    }
    let words = line.split_whitespace().map(|word| {
        let coded = word.chars().filter(char::is_ascii_digit).count() * 3 >= word.len();
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        if (coded || names::is_program(bare)) && !word.eq_ignore_ascii_case("m3") {
            "#".to_owned()
        } else {
            word.to_lowercase()
        }
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
    fn a_title_below_a_rule_begins_another_dump_whatever_follows() {
        let dump = |body: &str| format!("# M3 BE dump log\n\n{body}\n\n##########\n");
        let (facts, fields) = ("Program: CRS008\nUser: A", "## Fields\nWWFACI: A");
        assert_eq!(count(&[dump(facts), dump(fields), dump(facts)].concat()), 3);
        let apart = |between: &str| format!("M3 dump\n{facts}\n{between}M3 dump\n{fields}\n");
        for (between, dumps) in [("\n\n", 2), ("\n\x0c\n", 2), ("\n", 1), ("", 1)] {
            assert_eq!(count(&apart(between)), dumps, "{between:?}");
        }
        // Pages have numbers, and what is no title may come again anywhere.
        assert_eq!(count(&[dump(facts), dump(fields)].concat().replace("dump log", "dump log, page 1")), 1);
        assert_eq!(count(&[dump(facts), dump(fields)].concat().replace("dump log", "program")), 1);
    }

    #[test]
    fn the_same_head_begins_another_dump() {
        let one =
            "=====\nM3 dump 0017\n=====\nProgram: CRS008\nUser: A\n\nStack\n-----\nProgram: SYS\nProgram: CRS008\n";
        assert_eq!(count(one), 1);
        assert_eq!(count(&one.repeat(3)), 3);
        let two = format!("{one}{one}");
        assert!(dumps(&two, Synonyms::standard()).iter().all(|r| two[r.clone()].starts_with("=====")));
        assert_eq!(count("Dump [CRS610MI]\n\"User\";\"A\"\nx\nDump [OIS100]\n\"User\";\"B\"\n"), 2);
        assert_eq!(count("Dump\nPGM=A PNL=B USID=C CONO=1\nx\nDump\nPGM=D USID=E CONO=2 DIVI=F\n"), 2);
        assert_eq!(count("Program: CRS008\nUser: A\nx\nProgram: CRS009\nUser: B\n"), 2);
        assert_eq!(count(""), 1);
    }

    /// Where dumps begin, line by line.
    fn one_by_one(heads: &mut Heads, text: &str) -> Vec<usize> {
        let synonyms = Synonyms::standard();
        let mut starts = Vec::new();
        let is_list = |head: &[Head]| matches!(head, [a, b] if a.form == b.form && a.words.is_none());
        for (start, line) in lines(text) {
            let Heads { head, rules, last } = heads;
            if is_list(head) {
                continue;
            }
            if line.trim().is_empty() {
                *rules = None;
            } else if section::is_rule(line) {
                *rules = rules.or(Some(start));
            } else if head.len() < 2 {
                *rules = None;
                head.push(Head::new(line, synonyms));
            } else {
                let begins = rules.take().unwrap_or(start);
                match last.take().filter(|_| head[1].is(line, synonyms)) {
                    Some(at) => starts.push(at),
                    None if head[0].is(line, synonyms) => *last = Some(begins),
                    None => {}
                }
            }
        }
        starts
    }

    proptest::proptest! {
        #[test]
        fn parts_show_the_same_starts(
            kinds in proptest::collection::vec(0_usize..7, 0..60),
            same in proptest::bool::ANY,
            part in 1_usize..80,
        ) {
            let line = |kind: &usize| match kind {
                0 | 1 => "\n",
                2 => "-----\n",
                3 => "M3 dump 17\n",
                4 if same => "M3 dump 18\r\n",
                4 => "Program: CRS008\n",
                5 => "    \r\n",
                _ => "WWFACI = A\n",
            };
            let text: String = kinds.iter().map(line).collect();
            let (mut parts, mut each) = (Heads::default(), Heads::default());
            for _ in 0..2 {
                let starts = parts.starts_by(part, &text, Synonyms::standard(), &OneHand);
                proptest::prop_assert_eq!(starts, one_by_one(&mut each, &text), "{:?}", text);
                proptest::prop_assert_eq!((parts.rules, parts.last), (each.rules, each.last), "{:?}", text);
            }
        }
    }
}

//! Which field names the thread, and how much names look like those of threads.

use super::super::layout::Field;
use super::classify::{best_of, digits};
use super::rows::{Draft, Work};
use super::shapes::without_number;
use super::values::Values;
use std::collections::{HashMap, HashSet};

/// From this score on a field is the thread.
const ENOUGH: usize = 40;
/// What brackets around it add.
const BRACKETED: usize = 35;
/// What names with a number behind a sign score in the columns of a Java program.
const COUNTED: usize = 40;
/// What a sign before their number adds to names of which some are ever the same.
const SIGNED: usize = 5;
/// What is taken from a name that is the same in so many records: a node or a zone is, a worker seldom.
const EVER_THE_SAME: usize = 40;
const MANY: usize = 8;
/// Names that come back so often each, on average, are those of few things.
const COMES_BACK: usize = 3;
/// Digits of the numbers that threads have; processes, which may be several in one log, have more.
const PLAIN_DIGITS: usize = 3;
/// Of a hundred numbers so many stand beside several loggers where they number threads.
const SHARED: usize = 80;

impl Work<'_> {
    /// Makes one field of a pool's name and the number behind it: `WorkerThread #3`, of which each part for itself would
    /// be a column.
    pub(super) fn number_of_thread(&mut self) {
        /// Digits of the highest number that a pool gives its threads.
        const DIGITS: usize = 4;
        let of_thread = |parts: &[Draft]| match parts {
            [Draft::Slot(name, _), Draft::Text(sign), Draft::Slot(number, pad)] => {
                let (names, numbers) = (self.values(*name), self.values(*number));
                let pool = |name: &[u8]| thread_word(name) && !name.last().is_some_and(u8::is_ascii_digit);
                let counted = |number: &[u8]| digits(number) && number.len() <= DIGITS;
                let one = sign == " #" || sign == " " && names.kinds() == 1 && numbers.kinds() > 1;
                (one && names.iter().all(pool) && numbers.iter().all(counted)).then_some((*name, *number, *pad))
            }
            _ => None,
        };
        let Some((at, (name, number, pad))) =
            self.parts.windows(3).enumerate().find_map(|(at, parts)| Some((at, of_thread(parts)?)))
        else {
            return;
        };
        for row in &mut self.rows {
            row.fields[name].1 = row.fields.remove(number).1;
        }
        self.slots.remove(number);
        self.parts.splice(at..at + 3, [Draft::Slot(name, pad)]);
        for part in &mut self.parts {
            if let Draft::Slot(slot, _) = part
                && *slot > number
            {
                *slot -= 1;
            }
        }
    }
}

/// The field that names the thread, by a name or a number.
pub(super) fn field(work: &Work, values: &[Values], taken: &[Option<Field>]) -> Option<usize> {
    let named = named(work, values, taken, ENOUGH);
    // Nodes have names with numbers too, but there are fewer of them than threads.
    let sure = |slot: &usize| values[*slot].share(thread_word) > 0;
    if named.is_some_and(|slot| sure(&slot)) {
        return named;
    }
    let numbered = numbered(work, values, taken).or_else(|| number_before_logger(work, values, taken));
    let more = |slot: &usize| named.is_none_or(|named| values[*slot].kinds() > values[named].kinds());
    // A name that is ever the same is better than none where nothing else could be one.
    numbered.filter(more).or(named).or_else(|| self::named(work, values, taken, 1))
}

/// The field whose values look most like names of threads, with a score of `least`.
fn named(work: &Work, values: &[Values], taken: &[Option<Field>], least: usize) -> Option<usize> {
    let in_columns = work.level_done && logger(values, taken).is_some();
    let score = |slot: usize| {
        let names = &values[slot];
        let kinds = names.kinds();
        let comes_back = kinds * COMES_BACK <= names.len();
        let bracketed = if work.slots[slot].bracketed && !are_ids(names) { BRACKETED } else { 0 };
        let pooled = |name: &[u8]| numbered_name(name) || name == b"main";
        let counted = in_columns && kinds > 2 && comes_back && names.share(pooled) >= 80;
        let own = thread_score(names).max(if counted { COUNTED } else { 0 });
        // There are more threads than nodes, and a pool counts its threads behind a sign.
        let variety = if comes_back && kinds > 1 { kinds.min(20) / 2 } else { 0 };
        let signed = if names.share(numbered_name) >= 80 { SIGNED } else { 0 };
        let same = kinds == 1 && names.len() >= MANY && names.share(thread_word) < 100;
        // `[Session]`, `[Router]`, `[Pool]`: where nothing else is the logger, names of classes are.
        if !taken.contains(&Some(Field::Logger)) && kinds > 2 && names.share(simple_class) == 100 {
            return 0;
        }
        let found = own + bracketed;
        if found < ENOUGH {
            0
        } else {
            (found + variety + signed).saturating_sub(if same { EVER_THE_SAME } else { 0 }).max(1)
        }
    };
    best_of(taken, score, least)
}

/// Threads of .NET have numbers and stand in brackets; a process is ever the same, a running time ever another. Others of
/// the same program may have names. Without brackets each has to stand beside several loggers: numbers of lines don't.
fn numbered(work: &Work, values: &[Values], taken: &[Option<Field>]) -> Option<usize> {
    let logger = logger(values, taken);
    let found = |slot: &usize| {
        let kinds = values[*slot].kinds();
        let bracketed = work.slots[*slot].bracketed;
        let comes_back = if bracketed && logger.is_some() { 2 } else { COMES_BACK };
        taken[*slot].is_none()
            && work.level_done
            && kinds > 1
            && kinds * comes_back <= values[*slot].len()
            && values[*slot].share(may_name) == 100
            && values[*slot].share(digits) >= if logger.is_some() { 20 } else { 100 }
            && (bracketed
                || values[*slot].share(|name| !digits(name) || name.len() <= PLAIN_DIGITS) == 100
                    && logger.is_some_and(|logger| stand_beside_several(&values[*slot], &values[logger])))
    };
    let bracketed = |slot: &usize| work.slots[*slot].bracketed;
    let slots = || (0..taken.len()).filter(found);
    slots().find(bracketed).or_else(|| slots().max_by_key(|slot| (values[*slot].kinds(), std::cmp::Reverse(*slot))))
}

/// In a few records, the number that stands right before the logger: no line has its place there, and processes have longer ones.
fn number_before_logger(work: &Work, values: &[Values], taken: &[Option<Field>]) -> Option<usize> {
    let before = logger(values, taken)?.checked_sub(1)?;
    let plain = |number: &[u8]| digits(number) && number.len() <= PLAIN_DIGITS;
    let found = taken[before].is_none() && work.level_done && values[before].len() < MANY && values[before].kinds() > 1;
    (found && values[before].share(plain) == 100).then_some(before)
}

/// The field that holds names of classes with their packages, where it was found to be the logger.
fn logger(values: &[Values], taken: &[Option<Field>]) -> Option<usize> {
    let slot = taken.iter().position(|field| *field == Some(Field::Logger))?;
    (values[slot].share(super::classify::is_dotted) >= 60).then_some(slot)
}

/// Whether most of the numbers that come back stand in records of several loggers.
fn stand_beside_several(numbers: &Values, loggers: &Values) -> bool {
    let mut beside: HashMap<&[u8], (usize, HashSet<&[u8]>)> = HashMap::new();
    for (number, logger) in numbers.iter().zip(loggers.iter()) {
        let (count, names) = beside.entry(number).or_default();
        *count += 1;
        names.insert(logger);
    }
    let back = || beside.values().filter(|(count, _)| *count > 1);
    let several = back().filter(|(_, names)| names.len() > 1).count();
    several > 1 && several * 100 >= back().count() * SHARED
}

/// How much the values look like thread names, 0 to 100.
pub(super) fn thread_score(values: &Values) -> usize {
    if are_ids(values) {
        return 0;
    }
    // Several keys with their values: `processor: flow/1; event: 12`.
    if values.share(|v| v.windows(2).any(|two| two == b"; ") && v.iter().any(|b| b":=".contains(b))) > 50 {
        return 0;
    }
    let words = values.share(thread_word);
    let spaced = values.share(|v| v.contains(&b' ')) / 4;
    let counted = values.share(|v| without_number(v).1 > 0 && !digits(v)) / 3;
    let addresses = if values.kinds() * COMES_BACK <= values.len() { values.share(address) } else { 0 };
    words.max(spaced + counted).max(addresses)
}

/// A name as classes have it, letters alone: `Session`, `FaultHandler`, and no pool's `MainThread`.
fn simple_class(value: &[u8]) -> bool {
    let capital = value.first().is_some_and(u8::is_ascii_uppercase);
    capital
        && value.iter().all(u8::is_ascii_alphabetic)
        && value.iter().any(u8::is_ascii_lowercase)
        && !value.ends_with(b"Thread")
}

/// `qtp51-2`, `MNE#12`, `Grid_3`: a name, a sign and a number of few digits.
fn numbered_name(value: &[u8]) -> bool {
    let (before, number) = without_number(value);
    let Some((sign, name)) = before.split_last() else { return false };
    (1..=6).contains(&number)
        && b"-#_ :".contains(sign)
        && name.first().is_some_and(u8::is_ascii_alphabetic)
        && !name.contains(&b'.')
        // `app:run:88` is where a program stands.
        && !(*sign == b':' && name.contains(&b':'))
}

/// Whether a word may name a thread: a short number, a name with a number, a name of a pool.
pub(super) fn may_name(value: &[u8]) -> bool {
    digits(value) && value.len() <= 6 || numbered_name(value) || thread_word(value)
}

/// Whether the values are ids of requests, each another one: hexadecimal numbers, dashes between them or not.
fn are_ids(values: &Values) -> bool {
    let id = |v: &[u8]| {
        v.len() >= 8 && v.iter().all(|b| b.is_ascii_hexdigit() || *b == b'-') && v.iter().any(u8::is_ascii_digit)
    };
    values.len() >= 5 && values.share(id) >= 90 && values.kinds() * 2 > values.len()
}

/// `MNE#12`, `grid.worker.3`: a name that a pool counts, as no class and no machine is called.
fn counted_name(value: &[u8]) -> bool {
    let (before, number) = without_number(value);
    let named = value.first().is_some_and(|b| b.is_ascii_alphabetic() || *b == b'[');
    named && (1..=4).contains(&number) && matches!(before.last(), Some(b'#' | b'.'))
}

/// `0x7f3a10`, as native programs name their threads.
fn address(value: &[u8]) -> bool {
    value.strip_prefix(b"0x").is_some_and(|digits| digits.len() >= 4 && digits.iter().all(u8::is_ascii_hexdigit))
}

/// Whether a name is such as pools and servers give their threads.
pub(super) fn thread_word(value: &[u8]) -> bool {
    let dotted = value.contains(&b'.');
    value == b"main"
        || counted_name(value)
        || (0..value.len()).any(|at| {
            let rest = &value[at..];
            let starts = |word: &&[u8]| {
                word[0] == rest[0].to_ascii_lowercase()
                    && rest.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
            };
            WORDS_OF_THREADS.iter().any(starts) || (!dotted && WORDS_WITHOUT_DOTS.iter().any(starts))
        })
}

/// What stands somewhere in the names of threads, in whatever case.
const WORDS_OF_THREADS: [&[u8]; 7] =
    [b"thread-", b"executethread", b"pool-", b"-thread", b"-exec-", b"worker-", b"timer-"];

/// What stands in such names as have no dot: with one it may be in that of a class.
const WORDS_WITHOUT_DOTS: [&[u8]; 12] = [
    b"thread",
    b"pool",
    b"exec-",
    b"worker",
    b"http-",
    b"https-",
    b"timer",
    b"scheduler",
    b"task-",
    b"ajp-",
    b"finalizer",
    b"nio-",
];

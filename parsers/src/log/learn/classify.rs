//! Which field is the thread, which the logger, and what the others are called: by what their values look like.

use super::super::layout::{Field, Layout, Part};
use super::calls::is_compiled;
use super::letters;
use super::rows::{Draft, Work};
use super::threads::{self, thread_word};
use super::values::Values;

/// The fields of a finished reading, one for each slot.
pub(super) fn fields(work: &Work) -> Vec<Field> {
    let mut out: Vec<Option<Field>> = work.slots.iter().map(|slot| slot.kind.clone()).collect();
    let values: Vec<Values> = (0..out.len()).map(|slot| work.values(slot)).collect();
    if work.letters {
        letters::name(work, &mut out);
    }
    methods(&values, &mut out);
    if !out.contains(&Some(Field::Logger)) {
        let best = best_of(&out, |slot| logger_score(&values[slot]) + ends_head(work, &values, slot), 50);
        if let Some(best) = best {
            out[best] = Some(Field::Logger);
        }
    }
    if !out.contains(&Some(Field::Logger)) {
        // Simple class names, of which some have humps; users and hosts have none.
        let classy = |slot: usize| {
            let humps = values[slot].share(|v| is_camel(v) || is_dotted(v));
            let named = values[slot].share(is_identifier) >= 95 && values[slot].share(thread_word) < 20;
            if named && values[slot].kinds() * 4 <= values[slot].len().max(8) { humps } else { 0 }
        };
        if let Some(best) = best_of(&out, classy, 20) {
            out[best] = Some(Field::Logger);
        }
    }
    logcat(work, &values, &mut out);
    if !out.contains(&Some(Field::Thread))
        && let Some(slot) = threads::field(work, &values, &out)
    {
        out[slot] = Some(Field::Thread);
    }
    if !out.contains(&Some(Field::Logger))
        && let Some(slot) = beside_level(work, &values, &out)
    {
        out[slot] = Some(Field::Logger);
    }
    if !out.contains(&Some(Field::Logger))
        && let Some(slot) = only_name(work, &values, &out)
    {
        out[slot] = Some(Field::Logger);
    }
    let mut number = 0;
    out.into_iter()
        .map(|field| {
            number += 1;
            field.unwrap_or_else(|| Field::Column(format!("column{number}")))
        })
        .collect()
}

pub(super) fn best_of(taken: &[Option<Field>], score: impl Fn(usize) -> usize, least: usize) -> Option<usize> {
    (0..taken.len())
        .filter(|slot| taken[*slot].is_none())
        .map(|slot| (score(slot), std::cmp::Reverse(slot)))
        .filter(|(score, _)| *score >= least)
        .max()
        .map(|(_, slot)| slot.0)
}

/// A word right before the message and its delimiter is most often the logger, unless that stands between all columns.
fn ends_head(work: &Work, values: &[Values], slot: usize) -> usize {
    match work.parts.as_slice() {
        [.., Draft::Slot(last, _), Draft::Text(text)]
            if *last == slot
                && !work.slots[slot].bracketed
                && text.contains(['-', ':', '|', '>', ';', ','])
                && work.separator.is_none_or(|sign| text.trim() != char::from(sign).to_string()) =>
        {
            let worded = values[slot].share(|v| v.iter().any(u8::is_ascii_alphabetic));
            if worded > 90 { 35 } else { 0 }
        }
        _ => 0,
    }
}

/// Names of methods: what the compiler calls them is among them, or some have humps and none a capital first.
fn methods(values: &[Values], out: &mut [Option<Field>]) {
    let small =
        |name: &[u8]| name.first().is_some_and(|b| b.is_ascii_lowercase() || *b == b'<') && !name.contains(&b'.');
    let humped = |name: &[u8]| name.windows(2).any(|w| w[0].is_ascii_lowercase() && w[1].is_ascii_uppercase());
    for (slot, values) in values.iter().enumerate() {
        if out[slot].is_none()
            && values.len() >= 5
            && values.share(|name| small(name) && is_identifier(name)) >= 98
            && values.share(|name| is_compiled(name) || humped(name)) >= 10
            && values.share(thread_word) < 5
        {
            out[slot] = Some(Field::Column("method".into()));
        }
    }
}

/// Android's `pid tid L Tag:`: two numbers before a level of one letter are process and thread.
fn logcat(work: &Work, values: &[Values], out: &mut [Option<Field>]) {
    let numbers: Vec<usize> =
        (0..out.len()).filter(|slot| out[*slot].is_none() && values[*slot].share(digits) == 100).collect();
    let letters = work.rows.iter().all(|row| row.level.is_some_and(|(_, len)| len == 1));
    let beside = work.slots_before_level().rev().take(2).collect::<Vec<_>>();
    let adjacent = numbers.iter().rev().copied().eq(beside);
    let named = (0..out.len()).any(|slot| values[slot].share(thread_word) >= 50);
    if let ([pid, tid], true) = (numbers.as_slice(), adjacent && letters && work.level_done && !named) {
        out[*pid] = Some(Field::Column("pid".into()));
        out[*tid] = Some(Field::Thread);
    }
}

/// The column right before the level, where it holds a few different names.
fn beside_level(work: &Work, values: &[Values], out: &[Option<Field>]) -> Option<usize> {
    let named = |slot: usize| {
        let distinct = values[slot].kinds();
        out[slot].is_none()
            && values[slot].share(names_account) == 0
            && values[slot].share(is_identifier) >= 98
            && values[slot].share(digits) < 5
            && (distinct > 1 && distinct * 5 <= values[slot].len() || values[slot].len() < 20)
    };
    if work.parts.iter().any(|part| matches!(part, Draft::Level(_))) {
        return work.slots_before_level().next_back().filter(|slot| named(*slot));
    }
    // Before the time stand machines and users, and programs where some are named as classes are.
    let before_time = work.parts.iter().take_while(|part| !matches!(part, Draft::Time));
    let before_time = before_time.filter(|part| matches!(part, Draft::Slot(..))).count();
    let from = if work.format.is_some() { before_time.min(out.len()) } else { 0 };
    let placed = |slot: &usize| *slot >= from || values[*slot].share(is_dotted) > 0;
    (0..out.len()).filter(placed).filter(|slot| named(*slot)).min_by_key(|slot| (values[*slot].kinds(), *slot))
}

/// The only column of a record with a level that holds a few different names, most of which are written as classes are.
fn only_name(work: &Work, values: &[Values], out: &[Option<Field>]) -> Option<usize> {
    let named = |slot: &usize| {
        let values = &values[*slot];
        out[*slot].is_none() && values.share(is_identifier) >= 98 && values.kinds() > 1
    };
    let classy = |name: &[u8]| name[0].is_ascii_uppercase() && name.iter().any(u8::is_ascii_lowercase);
    let mut slots = (0..out.len()).filter(named);
    let (slot, None) = (slots.next()?, slots.next()) else { return None };
    let comes_back = values[slot].len() >= 20 && values[slot].kinds() * 5 <= values[slot].len();
    // Of few records all have to be written so.
    let needed = if comes_back { 60 } else { 100 };
    let enough = comes_back || (3..20).contains(&values[slot].len());
    (work.level_done && enough && values[slot].share(classy) >= needed).then_some(slot)
}

pub(super) fn digits(value: &[u8]) -> bool {
    !value.is_empty() && value.iter().all(u8::is_ascii_digit)
}

/// How much the values look like logger names, 0 to 100.
pub(super) fn logger_score(values: &Values) -> usize {
    // `DOMAIN\admin` is a user, 10.1.2.3 a machine, and so are the others.
    let address = |v: &[u8]| v.split(|b| *b == b'.').count() == 4 && v.split(|b| *b == b'.').all(digits);
    if values.share(|v| v.contains(&b'\\') || address(v) || names_account(v)) > 0 {
        return 0;
    }
    let dotted = values.share(|v| is_dotted(v) && is_identifier(v));
    let camel = values.share(|v| is_camel(v) && is_identifier(v));
    let named = values.share(is_identifier);
    let threads = values.share(thread_word);
    dotted.max((camel * 6 + dotted * 4) / 10).max(named * 3 / 10).saturating_sub(threads / 2)
}

/// `jdoe@m3db`, and no object with its hash: `com.foo.Bar@1f3a2b4c`.
fn names_account(value: &[u8]) -> bool {
    let at = value.iter().position(|b| *b == b'@').filter(|at| *at > 0);
    let behind = at.map_or(&[][..], |at| &value[at + 1..]);
    !behind.is_empty() && !behind.iter().all(u8::is_ascii_hexdigit)
}

/// A Java-like name: letters, digits, dots and what compilers put into class names.
pub(super) fn is_identifier(word: &[u8]) -> bool {
    word.first().is_some_and(|b| b.is_ascii_alphabetic() || b"_$/<[".contains(b))
        && (!word.starts_with(b"<") || word.contains(&b'>'))
        && word.iter().all(|b| b.is_ascii_alphanumeric() || b"._$-/<>@#[]:".contains(b))
        && colons_are_paired(word)
        && !word.ends_with(b".")
        && (is_balanced(word) || is_dotted(word))
}

/// Whether colons stand in pairs between names, as Rust and C++ write them: `tower::balance::p2c`.
fn colons_are_paired(word: &[u8]) -> bool {
    let mut runs = word.split(|b| *b != b':').filter(|run| !run.is_empty());
    !word.contains(&b':') || runs.all(|run| run.len() == 2) && !word.starts_with(b":") && !word.ends_with(b":")
}

/// Whether square brackets close as they open, each with something inside: `ContainerBase.[Catalina].[localhost]`.
fn is_balanced(word: &[u8]) -> bool {
    let depth = word.iter().try_fold(0_u8, |depth, b| match b {
        b'[' => depth.checked_add(1),
        b']' => depth.checked_sub(1),
        _ => Some(depth),
    });
    depth == Some(0) && !word.windows(2).any(|two| two == b"[]")
}

/// `a.b` or `a::b`, each part a name.
pub(super) fn is_dotted(word: &[u8]) -> bool {
    let mut parts = 0;
    let mut rest = word;
    loop {
        if !rest.first().is_some_and(|b| b.is_ascii_alphabetic() || b"_$<[".contains(b)) {
            return false;
        }
        parts += 1;
        let end = rest.iter().enumerate().position(|(at, b)| *b == b'.' || rest[at..].starts_with(b"::"));
        let Some(end) = end else { return parts > 1 };
        rest = &rest[end + if rest[end] == b'.' { 1 } else { 2 }..];
    }
}

/// `CamelCase`: a capital first and another one behind a small letter, or `Outer$Inner`.
pub(super) fn is_camel(word: &[u8]) -> bool {
    word.first().is_some_and(u8::is_ascii_uppercase)
        && word.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'$' || *b == b'_')
        && word.windows(2).any(|w| w[0].is_ascii_lowercase() && w[1].is_ascii_uppercase() || w[0] == b'$')
}

/// Gives the fields the names of a heading, which has one for each field and one for the message.
pub(super) fn rename(layout: &mut Layout, names: &[String]) {
    let mut names = names.iter();
    for part in &mut layout.head {
        match part {
            Part::Time(_) => {
                names.next();
            }
            Part::Field(field, _) => {
                let Some(name) = names.next() else { return };
                match (&field, name.as_str()) {
                    (Field::Level, _) => {}
                    (_, "thread" | "thread name" | "threadname") => *field = Field::Thread,
                    (_, "logger" | "class" | "category" | "logger name") => *field = Field::Logger,
                    _ => *field = Field::Column(name.clone()),
                }
            }
            _ => {}
        }
    }
}

//! What is remembered of lines: what lines of some form hold, and what some words say. It must not know how a line is
//! judged by it.

use std::collections::HashMap;
use std::ops::Range;

use super::super::super::hashed::Hashed;
use super::super::super::table;
use super::form::Form;
use super::{Beside, words};

/// Forms that are remembered.
const MOST_FORMS: usize = 16_384;

/// Bytes of a name: whether a longer one is a name depends on its length.
const LONGEST_NAME: usize = 40;

/// What lines hold, by their forms, and by their words where those are known as names.
#[derive(Debug)]
pub(in super::super) struct Forms {
    pub(super) by_form: HashMap<u64, Known, Hashed>,
    pub(super) by_words: HashMap<u64, Known, Hashed>,
    /// How many of each are remembered.
    pub(super) most: usize,
}

impl Default for Forms {
    fn default() -> Self {
        Self { by_form: HashMap::default(), by_words: HashMap::default(), most: MOST_FORMS }
    }
}

impl Forms {
    /// Remembers what lines of a form hold, while there is room.
    pub(super) fn remember(&mut self, form: &Form, known: impl FnOnce(&Form) -> Option<Known>) {
        if form.parts.is_empty() || self.by_form.len() >= self.most {
            return;
        }
        if let Some(known) = known(form) {
            let by = if matches!(known, Known::Fields { .. }) { form.hash } else { form.exact };
            self.by_form.insert(by, known);
        }
    }

    /// Remembers that the words of a line say nothing, digits aside.
    pub(super) fn remember_words(&mut self, line: &str, aside: u64, known: Known) {
        // Lines that are all different mustn't keep out those that come again.
        if self.by_words.len() >= self.most {
            self.by_words.clear();
        }
        if self.most > 0 {
            self.by_words.insert(words::hash(line, aside), known);
        }
    }

    /// What the words of a line are known to be.
    pub(super) fn by_words(&self, line: &str, aside: u64) -> Option<&Known> {
        self.by_words.get(&words::hash(line, aside))
    }
}

/// What lines of a form hold.
#[derive(Debug)]
pub(in super::super) enum Known {
    Fields {
        fields: Vec<Field>,
        beside: Beside,
        /// The part that the last value starts with, where it may go on below.
        column: Option<u8>,
        /// The cells that a row of a table would have, up to 3.
        cells: u8,
        /// Whether no value has signs in it behind which a known name would begin another field.
        plain: bool,
    },
    /// Nothing that anything takes.
    Nothing,
    /// What the value above goes on with.
    GoesOn,
    /// The heading of a record, behind another.
    Opens,
}

/// A field on a line, in parts of its form: where its name starts and ends, and where the field does. Where its value
/// does is only known of one that shows it by its form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) struct Field {
    pub(super) name: (u8, u8),
    pub(super) value: Option<(u8, u8)>,
    pub(super) end: u8,
}

impl Field {
    pub(super) fn is_short(self, form: &Form) -> bool {
        form.range(self.name).len() <= LONGEST_NAME
    }
}

/// The fields of a line, by its form.
pub(super) fn by_form(
    line: &str,
    form: &Form,
    fields: &[(Range<usize>, Range<usize>)],
    beside: Beside,
    column: Option<usize>,
) -> Option<Known> {
    let end = |(name, value): &(Range<usize>, Range<usize>)| value.end.max(name.end);
    let parts = |range: &Range<usize>| Some((form.part(range.start)?, form.part(range.end)?));
    let field = |field: &(Range<usize>, Range<usize>)| {
        let name = parts(&field.0).filter(|_| field.0.len() <= LONGEST_NAME)?;
        Some(Field { name, value: parts(&field.1), end: form.part(end(field))? })
    };
    let beside = match beside {
        Beside::Column(at) => Beside::Column(usize::from(form.part(at)?)),
        other => other,
    };
    let column = match column {
        Some(at) => Some(form.part(at)?),
        None => None,
    };
    let behind = fields.last().map_or(0, end);
    let plain =
        fields.iter().all(|field| is_plain_value(&line[field.0.end..end(field)])) && is_plain_value(&line[behind..]);
    let cells = table::cells(line).len().min(3) as u8;
    let fields = fields.iter().map(field).collect::<Option<_>>()?;
    Some(Known::Fields { fields, beside, column, cells, plain })
}

/// Whether nothing in a value, which stands behind its sign, may be the sign of another.
fn is_plain_value(text: &str) -> bool {
    let value = text.trim_start_matches([' ', '\t', '.', ':', '=', '-', '_', '>']);
    let plain = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '.' | ',' | ';' | '"' | '\'' | '/' | '|');
    value.chars().all(plain) && !value.contains("..")
}

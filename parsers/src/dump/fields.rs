//! The keys and values of a dump, packed: a dump of megabytes has a hundred thousand of them, and a customer sends a
//! thousand dumps.

use std::fmt;
use std::sync::Arc;

use crate::Span;

/// A key and its value, and where they stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field<'a> {
    /// The section it stands in, where the dump has sections.
    pub section: Option<&'a str>,
    /// The key as written, without leaders.
    pub name: &'a str,
    /// The value as written, trimmed.
    pub value: &'a str,
    /// Key and value in the source.
    pub span: Span,
}

/// Keys and values in the order of their dump.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Fields {
    /// Names and values, one behind the other.
    text: String,
    rows: Vec<Row>,
    sections: Vec<Arc<str>>,
}

/// Where the parts of a field stand in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Row {
    /// One more than the number of its section; 0 without one.
    section: u32,
    name_ends: u32,
    value_ends: u32,
    length: u32,
    offset: u64,
}

/// Whether a word has the form of M3's own fields: a prefix of two signs and four more, `WWFACI`, or an indicator, `IN60`.
pub(super) fn is_of_m3(word: &str) -> bool {
    match word.strip_prefix("IN") {
        Some(number) if number.len() == 2 => number.bytes().all(|byte| byte.is_ascii_digit()),
        _ => word.len() == 6 && is_code(word) && word.starts_with(|c: char| c.is_ascii_uppercase()),
    }
}

/// Whether a word has the form of a field's name: four to ten capitals and digits.
pub(super) fn is_code(word: &str) -> bool {
    (4..=10).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

/// The name of a field without the path that says that it is one: `field.WETX40`.
pub(super) fn own_name(name: &str) -> &str {
    let Some((path, own)) = name.rsplit_once('.') else { return name };
    let kind = path.rsplit('.').next().unwrap_or(path);
    let coded = own.len() >= 4 && own.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    if coded && matches!(kind, "field" | "fields" | "variable" | "variables" | "feld" | "values") { own } else { name }
}

impl Fields {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Bytes of memory that they take.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.text.capacity() + self.rows.capacity() * size_of::<Row>()
    }

    /// The n-th field.
    #[must_use]
    pub fn get(&self, n: usize) -> Option<Field<'_>> {
        let row = self.rows.get(n)?;
        let begins = n.checked_sub(1).map_or(0, |before| self.rows[before].value_ends) as usize;
        let (name, value) = self.text.get(begins..row.value_ends as usize)?.split_at(row.name_ends as usize - begins);
        let section = row.section.checked_sub(1).and_then(|n| self.sections.get(n as usize));
        Some(Field { section: section.map(AsRef::as_ref), name, value, span: Span::new(row.offset, row.length.into()) })
    }

    /// The fields one by one.
    pub fn iter(&self) -> impl Iterator<Item = Field<'_>> {
        (0..self.len()).filter_map(|n| self.get(n))
    }

    /// Makes room for so many fields, with names and values of so many bytes together.
    pub(super) fn with_room(fields: usize, bytes: usize) -> Self {
        Self { text: String::with_capacity(bytes), rows: Vec::with_capacity(fields), sections: Vec::new() }
    }

    /// Adds a field behind the others; `false` where all together would be too long to be kept.
    pub(super) fn push(&mut self, section: Option<&Arc<str>>, name: &str, value: &str, span: Span) -> bool {
        let name_ends = u32::try_from(self.text.len() + name.len());
        let value_ends = u32::try_from(self.text.len() + name.len() + value.len());
        let length = u32::try_from(span.len);
        let (Ok(name_ends), Ok(value_ends), Ok(length)) = (name_ends, value_ends, length) else { return false };
        let section = section.map_or(0, |section| self.number_of(section));
        self.text.push_str(name);
        self.text.push_str(value);
        self.rows.push(Row { section, name_ends, value_ends, length, offset: span.offset });
        true
    }

    /// Gives back the room that was made for more.
    pub(super) fn shrink(&mut self) {
        self.text.shrink_to_fit();
        self.rows.shrink_to_fit();
    }

    /// One more than the number of a section. Fields of a section stand together, so it is the last one or a new one.
    fn number_of(&mut self, section: &Arc<str>) -> u32 {
        if self.sections.last() != Some(section) {
            self.sections.push(Arc::clone(section));
        }
        self.sections.len() as u32
    }
}

impl fmt::Debug for Fields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_in_comes_out() {
        let (screen, other): (Arc<str>, Arc<str>) = ("Screen".into(), "Other".into());
        let given = [
            (Some(&screen), "WWFACI", "C01", Span::new(10, 14)),
            (None, "", "", Span::new(30, 0)),
            (Some(&other), "ÄÖ", "é\nü", Span::new(1 << 40, 9)),
            (Some(&screen), "WWDIVI", "", Span::new(50, 6)),
        ];
        let mut fields = Fields::default();
        assert!(fields.is_empty());
        for (section, name, value, span) in given {
            assert!(fields.push(section, name, value, span));
        }
        fields.shrink();
        let found: Vec<_> = fields.iter().map(|f| (f.section, f.name, f.value, f.span)).collect();
        assert_eq!(found, given.map(|(section, name, value, span)| (section.map(AsRef::as_ref), name, value, span)));
        assert_eq!((fields.len(), fields.get(4)), (4, None));
        assert!(!fields.push(None, "X", "", Span::new(0, 1 << 32)));
    }
}

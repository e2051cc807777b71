//! The filter language: the same in the screens, in `--filter` and in saved views. It decides which events match;
//! it reads records and bodies only where a term asks for them, and knows nothing of how events are shown.
//!
//! `user:jdoe is:failed` · `op:Create dur>2s` · `-user:batch` · `status:500,502` · `status:5xx` ·
//! `time:10:41..10:43` · `el.Facility:A01` · `resp.body:/XIM0\d{3}/` · `with:x12` · `kind:log level:>=warn` ·
//! `(op:AddLine OR op:ChangeLine) -client:10.1.4.9` · mitmproxy's `~bq A01 & !~c 200`.
//!
//! A space is AND; case is ignored; a plain value is part of the text, for ids and codes the whole; `=` is the
//! whole, `*` any text, `/.../` or `~` a regular expression, `a,b` either, `a..b` a range with open ends allowed.
//! A term about something that an event doesn't have is false. A bare word looks in what a row shows, `any:` in
//! everything recorded. `saved:mine` is the filter that was saved under that name.

mod alias;
mod body;
mod complete;
mod differs;
mod error;
mod eval;
mod field;
mod joined;
mod on_the_way;
mod parse;
mod saved;
mod spoken;
mod stream;
mod subject;
mod surroundings;
mod term;
#[cfg(test)]
mod tests;
mod texts;
mod tree;
mod value;

pub use body::{decoded, text_of};
pub use complete::{Completion, complete, quoted};
pub use differs::{Count, Difference, Groups};
pub use error::QueryError;
pub(crate) use eval::host;
pub use field::{fields, nearest};
pub use joined::{Joined, JoinedBy};
pub(crate) use parse::text_regex;
pub use spoken::taken_as_word;
pub use subject::Subject;
pub use surroundings::Surroundings;
pub(crate) use texts::record_user;

use tree::Node;

/// A filter that was understood.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    text: String,
    root: Option<Node>,
}

impl Filter {
    /// Reads a filter. An empty one matches everything.
    ///
    /// # Errors
    /// Where the text can't be understood: which part, and what would be right. Nothing that looks like a term is
    /// ever taken as plain text instead.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        Self::with_saved(text, &[])
    }

    /// The same where filters are saved under names, which `saved:NAME` asks for; of two of one name the first is meant.
    ///
    /// # Errors
    /// As [`Filter::parse`], and where none is saved under that name.
    pub fn with_saved(text: &str, saved: &[(&str, &str)]) -> Result<Self, QueryError> {
        let root = parse::parse(text, &mut saved::Saved::new(saved))?;
        Ok(Self { text: text.trim().to_owned(), root })
    }

    /// The filter as it was written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it lets everything through.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.root.is_none()
    }

    /// Whether `subject` matches. Records and bodies that can't be read don't match what is asked of them.
    #[must_use]
    pub fn matches(&self, subject: &Subject<'_>, around: &Surroundings) -> bool {
        self.root.as_ref().is_none_or(|node| eval::matches(node, subject, around))
    }

    /// The plain words of the filter that must stand in what matches, for marking hits.
    #[must_use]
    pub fn words(&self) -> Vec<String> {
        let mut words = Vec::new();
        if let Some(node) = &self.root {
            node.words(&mut words);
        }
        words
    }
}

//! XML as it is found in captures, logs and dumps: often cut off, sometimes put together by hand and not escaped.
//!
//! The reader never refuses: a `<` that starts no tag is text, a closing tag without its opening one is passed
//! over, what is open at the end is closed there, and each of these is a [`Problem`]. That is why it has its own
//! tokens instead of a parser's: a parser stops at the first error, and a request with a raw `&` or `<` in it is
//! the very request that is being looked for. Knows nothing of SOAP or M3.

mod entity;
mod inside;
mod place;
mod pretty;
mod text;
pub(crate) mod token;
mod tree;

pub use entity::is_reference;
pub use place::{AttributePlace, attribute_places, unescape_with_places};
pub use pretty::{Laid, laid, pretty};
pub use text::{Decoded, Encoding, Locator, decode};
pub use tree::{Document, Element, read, read_down_to};

pub(crate) use entity::unescape;

use crate::Problem;

/// How many problems are told of one text; the rest would only repeat them.
const MAX_PROBLEMS: usize = 16;

/// Notes a problem unless there are many already.
fn note(problems: &mut Vec<Problem>, offset: usize, what: impl Into<String>, remedy: &str) {
    if problems.len() < MAX_PROBLEMS {
        problems.push(Problem::new(offset as u64, what, remedy));
    }
}

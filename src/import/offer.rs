//! Texts that are no evidence but something to look at themselves: whoever gathers is offered each one, wherever it is
//! packed, before it would be read as a log.

use std::io;

use bytes::Bytes;

use super::content::Content;
use super::{Gatherer, Options, Progress, finish, gather_all};
use crate::model::{Gathered, SourceProblem};

/// The largest text that is handed on: a mashup or a script is thousands of times smaller.
const LARGEST: u64 = 64 << 20;

/// Takes a text, or leaves it by `false`.
pub type Taker<'a> = &'a mut dyn FnMut(&Offered<'_>) -> bool;

/// A text that may be taken.
pub struct Offered<'c> {
    /// Its path as it is shown (`x.zip!/a.xaml`).
    pub path: &'c str,
    /// Its first bytes.
    pub head: &'c [u8],
    content: &'c Content,
}

impl Offered<'_> {
    /// All of it.
    ///
    /// # Errors
    /// When it can't be read any more, or is larger than anything that makes sense.
    pub fn whole(&self) -> io::Result<Bytes> {
        if self.content.len() > LARGEST {
            let what = format!(
                "it has {} MiB, more than the {} MiB that are looked at",
                self.content.len() >> 20,
                LARGEST >> 20
            );
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, what));
        }
        self.content.whole()
    }
}

/// Reads what the paths lead to as [`super::gather`] does, but for texts: each is offered to `take`, and none is read as a
/// log. Recordings with exchanges are read as ever.
///
/// # Errors
/// When one of the paths gives no exchange and no text that was taken.
pub fn gather_offering(
    paths: &[String],
    options: &Options,
    progress: &mut dyn FnMut(Progress<'_>),
    take: Taker<'_>,
) -> Result<Gathered, SourceProblem> {
    gather_all(paths, options, progress, Some(take), false).map(finish)
}

impl Gatherer<'_> {
    /// Whether texts are offered.
    pub(super) fn offers(&self) -> bool {
        self.take.is_some()
    }

    /// Offers a text.
    pub(super) fn offer(&mut self, shown: &str, content: &Content, head: &[u8]) {
        let Some(take) = &mut self.take else { return };
        if take(&Offered { path: shown, head, content }) {
            self.taken += 1;
        }
    }
}

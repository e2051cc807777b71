//! Files of a folder looked at before their turn, on all processors: a customer sends dumps by the thousand. Whatever
//! isn't a dump is left to its turn, so that nothing is found here that isn't found without it.

use std::fs;
use std::path::{Path, PathBuf};

use mwscope_parsers::dump::{Dump, Synonyms};

use super::sniff::{self, Kind};
use super::{Gatherer, Nest, Options, text};
use crate::workers;

/// Files that are looked at together.
const TOGETHER: usize = 256;

/// Bytes of the largest file that is looked at: with those beside it, it has to have room in memory.
const LARGEST: u64 = 512 << 10;

/// A file of dumps that was read before its turn.
pub(super) struct Ahead {
    /// Its bytes.
    pub(super) len: u64,
    /// What they say; at least one.
    pub(super) dumps: Vec<Dump>,
}

impl Gatherer<'_> {
    /// Reads files of a folder, by the names they are shown with; false where any of them wasn't read before.
    pub(super) fn files(&mut self, files: &[(String, PathBuf)]) -> bool {
        let mut again = true;
        for files in files.chunks(TOGETHER) {
            let mut ahead = self.ahead(files);
            for (n, (shown, path)) in files.iter().enumerate() {
                if self.was_read(path) {
                    continue;
                }
                again = false;
                match ahead.get_mut(n).and_then(Option::take) {
                    Some(ahead) => self.dumps_ahead(shown, path, ahead),
                    None => self.file(shown, path, Nest::TOP),
                }
            }
        }
        again
    }

    fn ahead(&self, files: &[(String, PathBuf)]) -> Vec<Option<Ahead>> {
        // What was told of texts decides over their content.
        if self.offers() || self.options.layout.is_some() || files.len() < 2 {
            return Vec::new();
        }
        let keep_fields = self.keeps_fields();
        workers::in_order(files.len(), |n| look(&files[n].1, self.options, keep_fields))
    }
}

/// The dumps in a file that is nothing else.
fn look(path: &Path, options: &Options, keep_fields: bool) -> Option<Ahead> {
    let len = fs::metadata(path).ok().filter(fs::Metadata::is_file)?.len();
    if len > LARGEST {
        return None;
    }
    let bytes = fs::read(path).ok()?;
    let head = &bytes[..bytes.len().min(usize::try_from(sniff::HEAD).unwrap_or(usize::MAX))];
    let whole = head.len() == bytes.len();
    let text = sniff::kind(head, whole) == Kind::Text && sniff::written_down(head, whole).is_none();
    if !text || !text::is_dump(head, options) {
        return None;
    }
    let names = options.names.as_ref().unwrap_or_else(|| Synonyms::standard());
    let mut dumps = mwscope_parsers::dump::read(&bytes, names).dumps;
    if !keep_fields {
        dumps.iter_mut().for_each(|dump| drop(std::mem::take(&mut dump.fields)));
    }
    Some(Ahead { len: bytes.len() as u64, dumps })
}

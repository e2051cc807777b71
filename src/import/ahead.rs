//! Files of a folder, and those that were copied into a case, looked at before their turn, on all processors: a customer
//! sends dumps by the thousand. Whatever isn't a dump is left to its turn, so that nothing is found here that isn't found
//! without it.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use mwscope_parsers::Span;
use mwscope_parsers::dump::{self, Dump, Synonyms};

use super::sniff::{self, Kind};
use super::{Gatherer, Nest, Options, text};
use crate::case::{CaseBodies, StoredContent, StoredSource, read_full};
use crate::model::SourceKind;
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

/// A file of a folder, looked at before its turn.
struct Looked {
    /// Its path without links; `None` where it has none.
    real: Option<PathBuf>,
    ahead: Option<Ahead>,
}

/// What was copied into a case, read before its turn.
pub(super) struct CopyAhead {
    pub(super) bytes: Bytes,
    /// What it says where it is dumps and nothing else.
    pub(super) dumps: Option<Vec<Dump>>,
}

impl Gatherer<'_> {
    /// Reads files of a folder, by the names they are shown with; false where any of them wasn't read before.
    pub(super) fn files(&mut self, files: &[(String, PathBuf)]) -> bool {
        let mut again = true;
        for files in files.chunks(TOGETHER) {
            for ((shown, path), Looked { real, ahead }) in files.iter().zip(self.looked(files)) {
                // Asked at its turn: a file may be read with one before it, as an answer with its request.
                if real.is_some_and(|real| !self.seen.insert(real)) {
                    continue;
                }
                again = false;
                match ahead {
                    Some(ahead) => self.dumps_ahead(shown, path, ahead),
                    None => self.file(shown, path, Nest::TOP),
                }
            }
        }
        again
    }

    fn looked(&self, files: &[(String, PathBuf)]) -> Vec<Looked> {
        let only_dumps = !self.is_told_of_texts() && files.len() > 1;
        let (options, names, keep_fields) = (self.options, self.dumps.names(), self.keeps_fields());
        workers::in_order(files.len(), |n| {
            let path = &files[n].1;
            let ahead = if only_dumps { look(path, options, names, keep_fields) } else { None };
            Looked { real: fs::canonicalize(path).ok(), ahead }
        })
    }

    /// Reads what was copied into a case of these sources, where that is little; `bodies` are those of this case.
    pub(super) fn copies_ahead(&self, bodies: &CaseBodies, stored: &[&StoredSource]) -> Vec<Option<CopyAhead>> {
        if self.is_told_of_texts() || stored.len() < 2 {
            return Vec::new();
        }
        let (options, names, keep_fields) = (self.options, self.dumps.names(), self.keeps_fields());
        let bundled = &self.bundled;
        workers::in_order(stored.len(), |n| {
            let StoredContent::Copied(copied) = stored[n].content else { return None };
            if stored[n].source.bytes > LARGEST || bundled.contains_key(&stored[n].source.path) {
                return None;
            }
            let bytes = bodies.copied(0, copied).ok()?;
            let head = Span::new(0, sniff::HEAD).of(&bytes);
            // What was found to be dumps when it was copied needs no second look, where it is a text.
            let whole = head.len() == bytes.len();
            let known = stored[n].source.kind == SourceKind::Dump && is_text(head, whole);
            let dumps = (known || is_dump(head, whole, options)).then(|| dumps(&bytes, names, keep_fields));
            Some(CopyAhead { bytes, dumps })
        })
    }

    /// Whether something was told of texts that decides over their content.
    fn is_told_of_texts(&self) -> bool {
        self.offers() || self.options.layout.is_some()
    }
}

/// Whether what begins so is dumps and nothing else; `whole` says whether it ends there, too.
fn is_dump(head: &[u8], whole: bool, options: &Options) -> bool {
    is_text(head, whole) && text::is_dump(head, options)
}

/// Whether it is a text, and no recording of calls.
fn is_text(head: &[u8], whole: bool) -> bool {
    sniff::kind(head, whole) == Kind::Text && sniff::written_down(head, whole).is_none()
}

fn dumps(bytes: &[u8], names: &Synonyms, keep_fields: bool) -> Vec<Dump> {
    let mut dumps = dump::read(bytes, names).dumps;
    if !keep_fields {
        dumps.iter_mut().for_each(|dump| drop(std::mem::take(&mut dump.fields)));
    }
    dumps
}

/// The dumps in a file that is nothing else.
fn look(path: &Path, options: &Options, names: &Synonyms, keep_fields: bool) -> Option<Ahead> {
    let len = fs::metadata(path).ok().filter(fs::Metadata::is_file)?.len();
    if len > LARGEST {
        return None;
    }
    // What is no dump is read at its turn, so that no more of it is read here than tells so.
    let mut file = File::open(path).ok()?;
    let mut bytes = vec![0; usize::try_from(len.min(sniff::HEAD)).ok()?];
    let read = read_full(&mut file, &mut bytes).ok()?;
    bytes.truncate(read);
    let whole = bytes.len() as u64 == len;
    if !is_dump(&bytes, whole, options) {
        return None;
    }
    if !whole {
        file.read_to_end(&mut bytes).ok()?;
    }
    Some(Ahead { len: bytes.len() as u64, dumps: dumps(&bytes, names, keep_fields) })
}

//! Archives of several members: zip and tar. Nothing is written to disk under a member's name, so hostile names
//! are only ever shown.

mod tar;
mod zip;

use super::content::Content;
use super::limits::Limits;

pub(super) use tar::Tar;
pub(super) use zip::Zip;

/// One member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Member {
    /// Its name with `/` between folders, without leading ones.
    pub(super) name: String,
    /// Its number in the archive.
    pub(super) index: usize,
    /// Its packed size.
    pub(super) packed: u64,
}

/// An archive whose members can be listed and read one by one.
pub(super) trait Archive {
    /// The members that are files, by name.
    fn members(&mut self) -> Vec<Member>;

    /// Reads a member; the words beside the content say why not all of it could be read.
    ///
    /// # Errors
    /// In words, when nothing of it can be read.
    fn read(&mut self, member: &Member, limits: &Limits) -> Result<(Content, Option<String>), String>;
}

/// Reads `from` under the limits.
fn take(from: impl std::io::Read, packed: u64, limits: &Limits) -> Result<(Content, Option<String>), String> {
    let mut taken = 0;
    let read = Content::once(from, |len| {
        limits.allow(packed, taken, len)?;
        taken = len;
        Ok(())
    });
    read.map_err(|error| error.to_string())
}

/// A member's name as it is shown; empty where nothing is left of it.
fn clean(name: &str) -> String {
    let name = name.replace('\\', "/");
    let steps = name.split('/').filter(|step| !step.is_empty() && *step != ".");
    steps.collect::<Vec<_>>().join("/")
}

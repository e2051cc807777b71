//! Zip archives, <https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT>.

use ::zip::ZipArchive;
use ::zip::result::ZipError;

use super::{Archive, Member, clean, take};
use crate::import::content::{Content, ReadSeek};
use crate::import::limits::Limits;

/// An open zip archive.
pub(in crate::import) struct Zip<'a> {
    archive: ZipArchive<Box<dyn ReadSeek + 'a>>,
}

impl<'a> Zip<'a> {
    /// Opens an archive, or says in words why it can't be.
    pub(in crate::import) fn open(content: &'a Content) -> Result<Self, String> {
        let reader = content.reader().map_err(|error| error.to_string())?;
        let archive = ZipArchive::new(reader).map_err(|error| format!("the zip archive can't be opened: {error}"))?;
        Ok(Self { archive })
    }
}

impl Archive for Zip<'_> {
    fn members(&mut self) -> Vec<Member> {
        let mut members = Vec::new();
        for index in 0..self.archive.len() {
            let Ok(entry) = self.archive.by_index_data(index) else { continue };
            let raw = || String::from_utf8_lossy(entry.name_raw()).into_owned();
            let name = clean(&entry.name().map_or_else(|_| raw(), std::borrow::Cow::into_owned));
            if !entry.is_dir() && !name.is_empty() {
                members.push(Member { name, index, packed: entry.compressed_size() });
            }
        }
        members.sort_by(|a, b| a.name.cmp(&b.name).then(a.index.cmp(&b.index)));
        members
    }

    fn read(&mut self, member: &Member, limits: &Limits) -> Result<(Content, Option<String>), String> {
        let entry = self.archive.by_index(member.index).map_err(|error| match error {
            ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => "it is encrypted with a password".to_owned(),
            ZipError::CompressionMethodNotSupported(method) => {
                format!("it is packed by a method that isn't read (number {method})")
            }
            error => format!("it can't be unpacked: {error}"),
        })?;
        take(entry, member.packed, limits)
    }
}

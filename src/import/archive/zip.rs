//! Zip archives, <https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT>.

use ::zip::ZipArchive;
use ::zip::result::ZipError;

use super::{Archive, Member, clean, take};
use crate::import::content::{Content, ReadSeek};
use crate::import::limits::Limits;

/// An open zip archive.
pub(in crate::import) struct Zip<'a> {
    archive: ZipArchive<Box<dyn ReadSeek + 'a>>,
    passwords: &'a [String],
}

/// What is said of a member that no password at hand opens.
pub(in crate::import) const ENCRYPTED: &str = "it is encrypted with a password; give it with --password";

impl<'a> Zip<'a> {
    /// Opens an archive, or says in words why it can't be. The passwords are for members that are encrypted.
    pub(in crate::import) fn open(content: &'a Content, passwords: &'a [String]) -> Result<Self, String> {
        let reader = content.reader().map_err(|error| error.to_string())?;
        let archive = ZipArchive::new(reader).map_err(|error| format!("the zip archive can't be opened: {error}"))?;
        Ok(Self { archive, passwords })
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
        let encrypted = match self.archive.by_index(member.index) {
            Err(ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED)) => true,
            Err(ZipError::CompressionMethodNotSupported(method)) => {
                return Err(format!("it is packed by a method that isn't read (number {method})"));
            }
            Err(error) => return Err(format!("it can't be unpacked: {error}")),
            Ok(entry) => return take(entry, member.packed, limits),
        };
        // A wrong password may pass the first check of the old encryption; then what comes out isn't whole.
        for password in self.passwords.iter().filter(|_| encrypted) {
            let Ok(entry) = self.archive.by_index_decrypt(member.index, password.as_bytes()) else { continue };
            if let Ok((content, None)) = take(entry, member.packed, limits) {
                return Ok((content, None));
            }
        }
        Err(if self.passwords.is_empty() { ENCRYPTED } else { "it is encrypted, and the password is another one" }
            .to_owned())
    }
}

//! Where an export is written: under another name first, so that nobody finds half a file, readable for its owner alone,
//! and never over what stands there unless that is asked for.

use std::io::{self, IsTerminal, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::cli::interrupt;
use crate::cli::output::Failure;
use crate::export::{Format, Out};

/// Where an export goes.
#[derive(Debug)]
pub(super) enum Place {
    /// Standard output, as it is written.
    Standard,
    /// Standard output once all is written: it can't be gone back in, as formats that are no text need.
    StandardAtEnd,
    /// A file.
    File {
        /// Its path.
        path: PathBuf,
        /// Whether another one there is replaced.
        force: bool,
    },
    /// A folder for what is an archive elsewhere.
    Folder(PathBuf),
}

impl Place {
    /// The place that is named; formats that are text go to standard output where none is.
    ///
    /// # Errors
    /// When it can't be written there; nothing was read by then.
    pub(super) fn new(named: Option<&str>, force: bool, format: &Format) -> Result<Self, Failure> {
        let name = format.name;
        match named {
            None if format.binary && io::stdout().is_terminal() => {
                Err(Failure::Usage(format!("--to {name} is no text; name a file with -o FILE.{}", format.extension)))
            }
            None | Some("-") => Ok(if format.binary { Self::StandardAtEnd } else { Self::Standard }),
            Some(path) if format.extension == "zip" && !path.to_ascii_lowercase().ends_with(".zip") => {
                let folder = PathBuf::from(path);
                let empty = std::fs::read_dir(&folder).map_or(!folder.exists(), |mut entries| entries.next().is_none());
                if empty || force {
                    return Ok(Self::Folder(folder));
                }
                Err(Failure::path(path, "it is there already", "name a new folder, or --force puts the files into it"))
            }
            Some(path) => {
                let place = Self::File { path: PathBuf::from(path), force };
                place.check()?;
                Ok(place)
            }
        }
    }

    /// The file of that name.
    ///
    /// # Errors
    /// As [`Place::new`].
    pub(super) fn file(path: &str, force: bool) -> Result<Self, Failure> {
        let place = Self::File { path: PathBuf::from(path), force };
        place.check()?;
        Ok(place)
    }

    fn check(&self) -> Result<(), Failure> {
        let Self::File { path, force } = self else { return Ok(()) };
        let shown = path.display().to_string();
        if path.is_dir() {
            return Err(Failure::path(shown, "it is a folder", "name a file in it"));
        }
        if path.exists() && !force {
            return Err(Failure::path(shown, "it is there already", "--force replaces it"));
        }
        let folder = folder(path);
        if !folder.is_dir() {
            return Err(Failure::path(shown, format!("there is no folder {}", folder.display()), "make it first"));
        }
        Ok(())
    }

    /// Opens it under another name.
    ///
    /// # Errors
    /// When no file can be made there.
    pub(super) fn open(self) -> Result<Writing, Failure> {
        let (made, shown) = match &self {
            Self::Standard => return Ok(Writing { place: self, file: None }),
            Self::StandardAtEnd => (NamedTempFile::new(), "-".to_owned()),
            Self::Folder(path) => (NamedTempFile::new(), path.display().to_string()),
            Self::File { path, .. } => {
                let made = tempfile::Builder::new().prefix(".mwscope-").tempfile_in(folder(path));
                (made, path.display().to_string())
            }
        };
        let file = made.map_err(|error| {
            Failure::path(&shown, format!("it can't be written: {error}"), "look at the disk and its permissions")
        })?;
        interrupt::removes(file.path());
        Ok(Writing { place: self, file: Some(file) })
    }
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A file that is being written.
pub(super) struct Writing {
    place: Place,
    file: Option<NamedTempFile>,
}

impl Writing {
    /// What is written to.
    ///
    /// # Errors
    /// When the file can't be opened again.
    pub(super) fn out(&self) -> io::Result<Box<dyn Out>> {
        Ok(match &self.file {
            Some(file) => Box::new(file.reopen()?),
            None => Box::new(Straight(io::stdout())),
        })
    }

    /// The file while it has no name yet.
    ///
    /// # Errors
    /// When it can't be opened again.
    pub(super) fn file(&self) -> io::Result<(std::fs::File, PathBuf)> {
        let file = self.file.as_ref().ok_or(io::ErrorKind::NotFound)?;
        Ok((file.reopen()?, file.path().to_owned()))
    }

    /// Gives the file its name, or copies it to standard output; says the path where it is a file.
    ///
    /// # Errors
    /// When that can't be done. A file that has come there meanwhile is not replaced.
    pub(super) fn keep(self) -> Result<Option<String>, Failure> {
        let Some(mut file) = self.file else { return Ok(None) };
        let failed = |shown: &str, error: &dyn std::fmt::Display| {
            Failure::path(shown, format!("it can't be written: {error}"), "look at the disk and its permissions")
        };
        let (path, force) = match self.place {
            Place::File { path, force } => (path, force),
            Place::Folder(path) => {
                let shown = path.display().to_string();
                unpack(file.as_file_mut(), &path).map_err(|error| failed(&shown, &error))?;
                return Ok(Some(shown));
            }
            Place::Standard | Place::StandardAtEnd => {
                let out = &mut io::stdout().lock();
                file.seek(SeekFrom::Start(0))?;
                copy(&mut file, out)?;
                out.flush()?;
                return Ok(None);
            }
        };
        let shown = path.display().to_string();
        let kept = if force { file.persist(&path) } else { file.persist_noclobber(&path) };
        kept.map_err(|error| failed(&shown, &error.error))?;
        Ok(Some(shown))
    }
}

/// Standard output, for formats that never go back.
struct Straight(io::Stdout);

impl Write for Straight {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl Seek for Straight {
    fn seek(&mut self, _: SeekFrom) -> io::Result<u64> {
        Err(io::Error::new(io::ErrorKind::NotSeekable, "standard output can't be gone back in"))
    }
}

/// Puts the members of an archive into a folder, each readable for its owner alone. Their names are those that the format
/// gave them, which lead nowhere else.
fn unpack(archive: &mut std::fs::File, folder: &Path) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let mut zip = zip::ZipArchive::new(archive)?;
    for at in 0..zip.len() {
        let mut member = zip.by_index(at)?;
        let Some(name) = member.enclosed_name() else { continue };
        let mut file = NamedTempFile::new_in(folder)?;
        io::copy(&mut member, &mut file)?;
        file.persist(folder.join(name)).map_err(|error| error.error)?;
    }
    Ok(())
}

fn copy(from: &mut impl Read, to: &mut impl Write) -> io::Result<()> {
    let mut chunk = vec![0; 64 << 10];
    loop {
        match from.read(&mut chunk)? {
            0 => return Ok(()),
            n => to.write_all(&chunk[..n])?,
        }
    }
}

//! Evidence put into a case: exchanges as they were read, files up to a limit as copies, larger ones by where they
//! stand. A source that the case has already is left out.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::PathBuf;

use bytes::Bytes;

use super::{Gatherer, Options, Progress, finish, gather_all, problem};
use crate::case::{COPY_LIMIT, NewContent, NewSource, Outside, StoredSource, Writer};
use crate::model::{Body, Exchange, Gathered, Kept, Source, SourceKind, SourceProblem};

/// Where a source's bytes came from.
#[derive(Clone, Debug, Default)]
pub(super) struct Origin {
    /// The file that it is or is in; `None` for standard input and what a case holds.
    pub(super) file: Option<PathBuf>,
    /// Its own bytes, where they are in memory.
    pub(super) bytes: Option<Bytes>,
}

/// What came into a case.
#[derive(Debug, Default)]
pub struct Imported {
    /// The sources that were added; ids are those in the case.
    pub sources: Vec<Source>,
    /// Paths of those that the case had already.
    pub known: Vec<String>,
    /// What could not be read or kept.
    pub problems: Vec<SourceProblem>,
}

/// Evidence that was read and is to be put into a case.
pub struct Loaded {
    gathered: Gathered,
    origins: Vec<Origin>,
}

impl Loaded {
    /// Reads everything that the paths lead to.
    ///
    /// # Errors
    /// As [`super::gather`].
    pub fn read(
        paths: &[String],
        options: &Options,
        progress: &mut dyn FnMut(Progress<'_>),
    ) -> Result<Self, SourceProblem> {
        let mut gatherer = gather_all(paths, options, progress, None, true)?;
        let origins = std::mem::take(&mut gatherer.origins);
        Ok(Self { gathered: finish(gatherer), origins })
    }

    /// What was read.
    #[must_use]
    pub const fn gathered(&self) -> &Gathered {
        &self.gathered
    }

    /// The bytes of a source that isn't a recording.
    ///
    /// # Errors
    /// In words, when they are not at hand any more.
    pub fn bytes(&self, source: &Source) -> Result<Bytes, String> {
        let unreadable = |error: io::Error| format!("it can't be read any more: {error}");
        let origin = self.origins.get(source.id.0 as usize);
        if let Some(bytes) = origin.and_then(|origin| origin.bytes.clone()) {
            return Ok(bytes);
        }
        if source.path.contains("!/") {
            return Err("it stands in an archive and is too large to be kept in memory".to_owned());
        }
        let file = origin.and_then(|origin| origin.file.as_ref()).ok_or("its bytes are not at hand")?;
        fs::read(file).map(Bytes::from).map_err(unreadable)
    }

    /// Puts everything into a case.
    ///
    /// # Errors
    /// When the disk is full or fails; what was put in before stays.
    pub fn put(self, writer: &mut Writer) -> io::Result<Imported> {
        let Self { mut gathered, origins } = self;
        let mut imported = Imported { problems: std::mem::take(&mut gathered.problems), ..Imported::default() };
        let known: HashSet<_> = writer.sources().iter().map(identity).collect();
        let mut exchanges = std::mem::take(&mut gathered.exchanges);
        // A log or a dump may say a call's password again, and may be copied before the call is.
        writer.learn(&exchanges);
        for (source, origin) in gathered.sources.iter().zip(&origins) {
            let own: Vec<_> = exchanges.extract_if(.., |exchange| exchange.source == source.id).collect();
            if known.contains(&(source.path.clone(), source.kind, source.items, source.bytes)) {
                imported.known.push(source.path.clone());
                continue;
            }
            let content = match content(&gathered, source, origin) {
                Ok(content) => content,
                Err(what) => {
                    let remedy = "write it to a file that stays, and import that";
                    imported.problems.push(problem(&source.path, 0, what, remedy));
                    continue;
                }
            };
            imported.sources.push(put_source(writer, &gathered, source, content, own)?);
        }
        // What stands in copied files is found again whenever the case is read.
        let copied =
            |path: &str| imported.sources.iter().any(|source| source.path == path && !has_exchanges(source.kind));
        for problem in imported.problems.iter().filter(|problem| !copied(&problem.path)) {
            writer.add_problem(problem)?;
        }
        Ok(imported)
    }
}

impl Gatherer<'_> {
    /// Keeps where the source came from that is added next.
    pub(super) fn note_origin(&mut self) {
        self.origins.push(self.origin.clone());
    }
}

fn identity(stored: &StoredSource) -> (String, SourceKind, u64, u64) {
    let source = &stored.source;
    (source.path.clone(), source.kind, source.items, source.bytes)
}

pub(super) const fn has_exchanges(kind: SourceKind) -> bool {
    use SourceKind::{Capture, Case, Curl, Flows, Har, Http, Saz, SoapUi};
    matches!(kind, Har | Saz | Flows | Capture | Case | Curl | SoapUi | Http)
}

/// What is kept of a source; in words where nothing can be.
fn content(gathered: &Gathered, source: &Source, origin: &Origin) -> Result<NewContent, String> {
    if has_exchanges(source.kind) {
        return Ok(NewContent::Exchanges);
    }
    let unreadable = |error: io::Error| format!("it can't be read any more: {error}");
    if source.bytes <= COPY_LIMIT {
        // A log may have grown since; what was read of it counts.
        let log = gathered.log(source.id).filter(|_| source.kind == SourceKind::Log);
        let bytes = match (&origin.bytes, &origin.file, log) {
            (Some(bytes), ..) => bytes.clone(),
            (None, _, Some(log)) => log.bytes(mwscope_parsers::Span::new(0, source.bytes)).map_err(unreadable)?.into(),
            (None, Some(file), None) => fs::read(file).map_err(unreadable)?.into(),
            (None, None, None) => return Err("its bytes are not at hand".to_owned()),
        };
        return Ok(NewContent::Copy(bytes));
    }
    let Some(file) = &origin.file else {
        return Err(format!("it came once only and is larger than the {} MiB that are copied", COPY_LIMIT >> 20));
    };
    Outside::of(file).map(NewContent::Outside).map_err(unreadable)
}

fn put_source(
    writer: &mut Writer,
    gathered: &Gathered,
    source: &Source,
    content: NewContent,
    exchanges: Vec<Exchange>,
) -> io::Result<Source> {
    let new = NewSource {
        path: source.path.clone(),
        kind: source.kind,
        items: source.items,
        bytes: source.bytes,
        layout: source.layout.clone(),
        content,
    };
    let id = writer.add_source(new)?;
    for mut exchange in exchanges {
        exchange.source = id;
        let responses = exchange.interim.iter_mut().chain(exchange.response.as_mut());
        for body in responses.map(|response| &mut response.body).chain([&mut exchange.request.body]) {
            load(gathered, body)?;
        }
        writer.append(exchange)?;
    }
    Ok(Source { id, ..source.clone() })
}

/// Brings a body that another case or a capture holds into memory.
fn load(gathered: &Gathered, body: &mut Body) -> io::Result<()> {
    if matches!(body.kept, Kept::InCase { .. } | Kept::InCapture { .. }) {
        body.kept = Kept::Here(gathered.bodies.load(body)?);
    }
    Ok(())
}

//! `--save`: what was sent and answered, put into a case beside what was recorded.

use std::path::{Path, PathBuf};

use super::Run;
use crate::case::{self, NewSource, Writer};
use crate::cli::output::Failure;
use crate::engine::now;
use crate::model::SourceId;

/// A case that is open for writing, so that nothing is sent that can't be kept.
pub(super) struct Case {
    writer: Writer,
    source: SourceId,
    path: PathBuf,
}

impl Case {
    /// Opens the case, or makes it.
    ///
    /// # Errors
    /// When it can't be written.
    pub(super) fn open(dir: &Path) -> Result<Self, Failure> {
        let mut writer = case::Case::open_or_create(dir)?.write(case::Options::new(now::utc_ns()))?;
        let source = writer.add_source(NewSource::replay()).map_err(|error| unwritable(dir, &error))?;
        Ok(Self { writer, source, path: dir.to_owned() })
    }

    /// Keeps what was sent.
    ///
    /// # Errors
    /// When the disk is full or fails.
    pub(super) fn add(&mut self, runs: &[Run]) -> Result<(), Failure> {
        for exchange in runs.iter().flat_map(|run| &run.hops) {
            let mut exchange = exchange.clone();
            (exchange.id, exchange.index) = self.writer.reserve(self.source);
            exchange.source = self.source;
            self.writer.prepare(&mut exchange, &[]).map_err(|error| unwritable(&self.path, &error))?;
        }
        self.writer.flush().map_err(|error| unwritable(&self.path, &error))
    }

    /// Closes the case.
    ///
    /// # Errors
    /// When the disk is full or fails.
    pub(super) fn finish(self) -> Result<(), Failure> {
        self.writer.finish().map_err(|error| unwritable(&self.path, &error))
    }
}

fn unwritable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::path(path.display().to_string(), format!("can't be written: {error}"), "check the disk and the rights")
}

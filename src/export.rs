//! Exchanges written down for other programs: one file per format, each with a table of what it keeps and what it can't
//! hold. What it is given is masked already ([`prepare`]); it knows no arguments, no paths and no clock.
//!
//! A new format is a file with a [`Format`] and a line in [`FORMATS`].

mod bundle;
mod code;
mod csv;
mod extra;
mod field;
mod flow;
mod har;
mod ndjson;
mod pcapng;
mod prepare;
mod raw;
mod saz;
mod scrub;
mod told;
mod wire;

use std::io::{self, Seek, Write};

pub use bundle::{Bundle, Load, conclusions};
pub use field::{Field, Kept};
pub use pcapng::Originals;
pub use prepare::Preparation;
pub use scrub::{Counts, Scrub};
pub use told::Told;

use crate::model::Exchange;

/// All formats, in the order in which they are named to the user.
pub const FORMATS: &[&Format] = &[
    &har::FORMAT,
    &saz::FORMAT,
    &flow::FORMAT,
    &pcapng::FORMAT,
    &raw::FORMAT,
    &ndjson::FORMAT,
    &csv::FORMAT,
    &code::CURL,
    &code::CMD,
    &code::POWERSHELL,
    &code::PYTHON,
    &code::FETCH,
    &code::JAVA,
    &code::SOAPUI,
];

/// A format.
#[derive(Debug)]
pub struct Format {
    /// As it is named on the command line.
    pub name: &'static str,
    /// What it is, in a few words.
    pub about: &'static str,
    /// How a file of it is called (`har`); empty for a folder of files.
    pub extension: &'static str,
    /// Whether it is no text, and nothing for a terminal.
    pub binary: bool,
    /// What becomes of each field of an exchange.
    pub fields: &'static [(Field, Kept)],
    /// Begins to write.
    pub begin: Begin,
}

/// Begins to write to a file; those that are no text may go back in it.
pub type Begin = fn(Box<dyn Out>) -> io::Result<Box<dyn Sink>>;

impl Format {
    /// The format of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        FORMATS.iter().copied().find(|format| format.name == name)
    }
}

/// Where a format writes to.
pub trait Out: Write + Seek {}

impl<T: Write + Seek> Out for T {}

/// Takes exchanges one after the other, in the order in which they were recorded, and writes them down; none is kept.
pub trait Sink {
    /// Writes an exchange. Its bodies are in memory, as far as they were kept; what can't be written is told.
    ///
    /// # Errors
    /// When writing fails.
    fn put(&mut self, exchange: &Exchange, source: &str, told: &mut Told) -> io::Result<()>;

    /// Writes what stands behind the last one.
    ///
    /// # Errors
    /// As [`Sink::put`].
    fn finish(self: Box<Self>, told: &mut Told) -> io::Result<()>;
}

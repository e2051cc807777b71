//! What the user knows of logs and clocks beyond what is written in them: options that every command has which
//! concludes from evidence.

use clap::Args;

use super::told;
use crate::cli::investigate::{clock, zone};
use crate::cli::log::{day, layout};
use crate::cli::output::Failure;
use crate::import;
use crate::model::Gathered;
use crate::timeline::{Options, Zone};

/// How logs and clocks are to be read.
#[derive(Debug, Default, Args)]
pub(in crate::cli) struct Reading {
    /// A source's clock: what is added to its times to reach the recording's, as merged.log=+3.7s or x.log=-250ms
    #[arg(long, value_name = "SOURCE=OFFSET", value_parser = clock)]
    clock: Vec<(String, i64)>,
    /// Two entries known to be one instant, which sets a clock: merged.log:4711 x12
    #[arg(long, value_names = ["ENTRY", "ENTRY"], num_args = 2, action = clap::ArgAction::Append)]
    same: Vec<String>,
    /// The zone of times that carry none: +01:00 or Europe/Stockholm
    #[arg(long, value_name = "ZONE", value_parser = zone, allow_hyphen_values = true)]
    zone: Option<Zone>,
    /// The day of log times that have none, YYYY-MM-DD; else it is taken from the file's name
    #[arg(long, value_name = "DAY", value_parser = day)]
    date: Option<(i32, u32, u32)>,
    /// The layout of the logs as a pattern of log4j, logback or others, or by name, where it isn't to be learned
    #[arg(long, value_name = "PATTERN")]
    layout: Option<String>,
}

impl Reading {
    /// For the readers.
    ///
    /// # Errors
    /// When there is no such layout.
    pub(in crate::cli) fn of_logs(&self) -> Result<import::Options, Failure> {
        let layout = layout::pattern(self.layout.as_deref())?;
        Ok(import::Options { layout, day: self.date, ..import::Options::default() })
    }

    /// For the time line.
    ///
    /// # Errors
    /// When a source or entry isn't there.
    pub(in crate::cli) fn of_clocks(&self, gathered: &Gathered) -> Result<Options, Failure> {
        let mut clocks = Vec::new();
        for (name, ms) in &self.clock {
            clocks.extend(told::sources(gathered, name)?.into_iter().map(|source| (source, *ms)));
        }
        let pairs = self.same.chunks_exact(2);
        let same = pairs.map(|pair| told::same(gathered, &pair[0], &pair[1])).collect::<Result<_, _>>()?;
        Ok(Options { clocks, same, zone: self.zone.clone(), ..Options::default() })
    }

    /// The first of its options that was given, for commands that conclude nothing.
    pub(in crate::cli) fn given(&self) -> Option<&'static str> {
        let given = [
            (!self.clock.is_empty(), "--clock"),
            (!self.same.is_empty(), "--same"),
            (self.zone.is_some(), "--zone"),
            (self.date.is_some(), "--date"),
            (self.layout.is_some(), "--layout"),
        ];
        given.into_iter().find(|(given, _)| *given).map(|(_, name)| name)
    }
}

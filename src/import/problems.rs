//! What goes wrong while sources are read: noted with the path it is about, and the rest is still read.

use super::Gatherer;
use crate::model::{Problem, SourceProblem};

impl Gatherer<'_> {
    pub(super) fn note_problems(&mut self, shown: &str, problems: &[Problem]) {
        for found in problems {
            self.gathered.problems.push(problem(shown, found.offset, &found.what, &found.remedy));
        }
    }

    pub(super) fn note_trouble(&mut self, shown: &str, trouble: Option<String>) {
        if let Some(what) = trouble {
            self.say(shown, 0, format!("not all of it could be unpacked: {what}"), "ask for the whole file");
        }
    }

    pub(super) fn say_too_deep(&mut self, shown: &str) {
        self.say(shown, 0, "archives stand too deep inside each other", "unpack it and name the files");
    }

    pub(super) fn say(&mut self, shown: &str, offset: u64, what: impl Into<String>, remedy: &str) {
        self.gathered.problems.push(problem(shown, offset, what, remedy));
    }
}

/// A problem at a place of a source.
pub(super) fn problem(path: &str, offset: u64, what: impl Into<String>, remedy: &str) -> SourceProblem {
    SourceProblem { path: path.to_owned(), offset, what: what.into(), remedy: remedy.to_owned() }
}

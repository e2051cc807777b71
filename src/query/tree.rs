//! A filter as a tree of terms, and each term as a test. It knows neither how one is written nor what it is asked
//! about.

use mwscope_parsers::log::Severity;
use regex::Regex;

use super::field::{Field, Half};
use super::value::{Between, When};

/// A filter as a tree.
#[derive(Clone, Debug)]
pub(super) enum Node {
    All(Vec<Node>),
    Either(Vec<Node>),
    Not(Box<Node>),
    Term(Term),
}

impl Node {
    /// The words that must stand in what matches.
    pub(super) fn words(&self, into: &mut Vec<String>) {
        match self {
            Self::All(nodes) | Self::Either(nodes) => nodes.iter().for_each(|n| n.words(into)),
            Self::Term(Term { plain: Some(word), .. }) => into.push(word.clone()),
            Self::Not(_) | Self::Term(_) => {}
        }
    }
}

/// One term: what it asks about, and the test.
#[derive(Clone, Debug)]
pub(super) struct Term {
    /// `None` for a bare word, which looks in what the row shows.
    pub(super) field: Option<Field>,
    pub(super) half: Half,
    /// The name behind the point, in `header.NAME` and `el.NAME`.
    pub(super) name: Option<String>,
    /// Any of these makes the term true.
    pub(super) tests: Vec<Test>,
    /// Whether what is found must fail all tests (`!=`).
    pub(super) negated: bool,
    /// The text asked for where it is plain.
    pub(super) plain: Option<String>,
}

/// One test.
#[derive(Clone, Debug)]
pub(super) enum Test {
    Text(Regex),
    Number(Between),
    Time(Vec<(Edge, When)>),
    Level(Between),
    /// A call, by id (true) or bare number, and for `near` how far from it in nanoseconds.
    Exchange(u32, Number, f64),
}

/// How a call was named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Number {
    Id,
    Bare,
}

/// From which side a time bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Edge {
    /// Not before its start.
    From,
    /// Not behind its end.
    To,
    /// Behind its end.
    After,
    /// Before its start.
    Before,
}

/// A level as a number, for ranges.
pub(super) fn rank(severity: Severity) -> f64 {
    f64::from(severity as u8)
}

//! A draft as a program that sends it: a command line, a source file, a SoapUI project. Pure: text comes out, nothing is
//! sent.
//!
//! Method, target, body bytes and headers are those of the draft. What the program that runs it adds, refuses or joins is
//! said in a comment beside it. A secret that was masked when the request was recorded becomes a variable with a name that
//! says what it is; the filler is never sent.

mod bash;
mod cmd;
mod fetch;
mod java;
mod piece;
mod powershell;
mod prepared;
mod python;
mod soapui;

use super::draft::Draft;
use crate::model::Exchange;
use prepared::Prepared;

/// A language in which requests can be written down.
#[derive(Debug)]
pub struct Language {
    /// As it is named on the command line.
    pub name: &'static str,
    /// What it is, in a few words.
    pub about: &'static str,
    /// How a file of it is called.
    pub extension: &'static str,
    begin: fn() -> String,
    request: fn(&Prepared, usize) -> String,
    end: fn(usize) -> String,
}

/// All languages, in the order in which they are named to the user.
pub const LANGUAGES: &[&Language] = &[
    &bash::LANGUAGE,
    &cmd::LANGUAGE,
    &powershell::LANGUAGE,
    &python::LANGUAGE,
    &fetch::LANGUAGE,
    &java::LANGUAGE,
    &soapui::LANGUAGE,
];

impl Language {
    /// The language of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        LANGUAGES.iter().copied().find(|language| language.name == name)
    }

    /// A whole program that sends one request; `title` says which.
    #[must_use]
    pub fn program(&self, draft: &Draft, title: &str) -> String {
        let mut program = Program::begin(self);
        let mut text = program.head();
        text.push_str(&program.request(draft, title));
        text.push_str(&program.end());
        text
    }
}

/// A program with several requests, which are sent one after the other.
#[derive(Debug)]
pub struct Program<'l> {
    language: &'l Language,
    requests: usize,
}

impl<'l> Program<'l> {
    /// An empty program.
    #[must_use]
    pub const fn begin(language: &'l Language) -> Self {
        Self { language, requests: 0 }
    }

    /// What stands before the first request.
    #[must_use]
    pub fn head(&self) -> String {
        (self.language.begin)()
    }

    /// One more request.
    pub fn request(&mut self, draft: &Draft, title: &str) -> String {
        self.requests += 1;
        let prepared = Prepared::of(draft, title);
        (self.language.request)(&prepared, self.requests)
    }

    /// What stands behind the last request.
    #[must_use]
    pub fn end(&self) -> String {
        (self.language.end)(self.requests)
    }
}

/// One curl command for a shell of Unix, without what surrounds it in a script.
#[must_use]
pub fn curl(draft: &Draft) -> String {
    bash::command(&Prepared::of(draft, ""))
}

/// How an exchange is called in a comment: where it was recorded, and what it calls.
#[must_use]
pub fn title(exchange: &Exchange, source: &str) -> String {
    let call = [exchange.call.service.as_deref(), exchange.call.operation.as_deref()];
    let call = call.into_iter().flatten().collect::<Vec<_>>().join(".");
    let call = if call.is_empty() { exchange.path() } else { call.as_str() };
    format!("{} of {source}: {} {call}", exchange.id, exchange.request.method)
}

/// Comments of a request, one a line behind `start`: which it is, what to set, what is different.
fn comments(prepared: &Prepared, start: &str, more: &[&str]) -> String {
    let mut lines = Vec::new();
    if !prepared.title.is_empty() {
        lines.push(prepared.title.clone());
    }
    lines.extend(prepared.variables.iter().map(|variable| format!("{}: {}", variable.name, variable.what)));
    lines.extend(prepared.notes.iter().cloned());
    lines.extend(more.iter().filter(|line| !line.is_empty()).map(|line| (*line).to_owned()));
    lines.iter().map(|line| format!("{start} {line}\n")).collect()
}

#[cfg(test)]
mod tests;

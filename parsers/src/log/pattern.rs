//! Layouts that are told: log4j 1, log4j 2, logback and JBoss patterns, `java.util.logging` formats, Python logging
//! formats, and strftime with `{level} {thread} {logger} {message}` around it.
//!
//! A pattern may stand for several layouts, where a part of it is written only sometimes; the fullest comes first.

mod jul;
mod other;

use super::layout::{AnyLevel, Field, Form, Layout, Pad, Part};
use super::tagged;
use super::time::{Item, TimeFormat, pattern as dates};
use std::fmt;

/// Why a pattern can't be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatternError(pub(crate) String);

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for PatternError {}

/// The layouts that `pattern` stands for.
///
/// # Errors
/// Where the pattern has a conversion that means nothing, or nothing by which the start of a record could be told.
pub(super) fn parse(pattern: &str) -> Result<Vec<Layout>, PatternError> {
    match pattern.trim() {
        "json" => return Ok(vec![Layout::json()]),
        "logfmt" => return Ok(vec![Layout::pairs()]),
        // Each line is a record, by what stands around it perhaps.
        "%m%n" => return Ok(vec![Layout::bare()]),
        other => {
            if let Some(layout) = tagged::told(other) {
                return Ok(vec![layout]);
            }
        }
    }
    let alternatives = if pattern.contains("%1$") || pattern.contains("%4$") || pattern.contains("%5$") {
        jul::parse(pattern)
    } else if pattern.contains("%(") && pattern.contains(")s") {
        other::python(pattern)
    } else if other::is_strftime(pattern) {
        other::strftime(pattern)
    } else {
        log4j(pattern)
    }
    .map_err(PatternError)?;
    let simple_logger = ["c{1}", "c{0}", "logger{0}", "logger{1}", "lo{0}"].iter().any(|c| pattern.contains(c));
    let layouts: Vec<Layout> =
        alternatives.into_iter().map(|pieces| Layout { simple_logger, ..assemble(pieces) }).collect();
    if layouts.iter().all(|layout| layout.head.iter().all(|p| matches!(p, Part::Text(_)))) {
        return Err(PatternError("the pattern has no field before the message, so no record start can be told".into()));
    }
    if let Some(long) = layouts.iter().find(|l| l.head.len() > super::layout::PARTS_MAX) {
        return Err(PatternError(format!(
            "the pattern has {} parts, {} at most",
            long.head.len(),
            super::layout::PARTS_MAX
        )));
    }
    Ok(layouts)
}

/// What a pattern is made of before head and tail are told apart.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Piece {
    Part(Part),
    Message,
    /// Written only where it isn't empty.
    Maybe(Vec<Piece>),
}

/// The most ways to take or leave optional pieces that are told apart.
const WAYS: usize = 8;

/// All ways to take or leave the optional pieces, at most [`WAYS`], the fullest first.
pub(super) fn expand(pieces: &[Piece]) -> Vec<Vec<Piece>> {
    let mut all: Vec<Vec<Piece>> = vec![Vec::new()];
    for piece in pieces {
        match piece {
            Piece::Maybe(inner) => {
                let mut more = Vec::new();
                let mut inside = expand(inner);
                if all.len() * (inside.len() + 1) > WAYS {
                    inside.truncate(1);
                }
                for start in &all {
                    more.extend(inside.iter().map(|inside| [start.as_slice(), inside].concat()));
                }
                if all.len() * 2 <= WAYS {
                    more.extend(all);
                }
                all = more;
            }
            other => all.iter_mut().for_each(|start| start.push(other.clone())),
        }
    }
    all
}

fn assemble(pieces: Vec<Piece>) -> Layout {
    let mut head = Vec::new();
    let mut tail = Vec::new();
    let mut before_message = true;
    for piece in pieces {
        match piece {
            Piece::Message | Piece::Maybe(_) => before_message = false,
            Piece::Part(part) if before_message => head.push(part),
            // The message's line ends here; what follows is the exception, or a line of its own.
            Piece::Part(Part::LineBreak) => break,
            Piece::Part(part) => tail.push(part),
        }
    }
    while matches!(head.last(), Some(Part::LineBreak)) && before_message {
        head.pop();
    }
    Layout { head: tidy(head), tail: tidy(tail), any_level: AnyLevel::Words, simple_logger: false, form: Form::Parts }
}

/// Joins neighbouring texts, dates and times into one part each.
fn tidy(parts: Vec<Part>) -> Vec<Part> {
    let mut out: Vec<Part> = Vec::with_capacity(parts.len());
    for part in parts {
        match (out.last_mut(), part) {
            (_, Part::Text(text)) if text.is_empty() => {}
            (Some(Part::Text(before)), Part::Text(text)) => before.push_str(&text),
            (Some(Part::Time(_)), Part::Text(text)) => zone_in_text(&mut out, text),
            (_, Part::Time(format)) => join_times(&mut out, format),
            (_, part) => out.push(part),
        }
    }
    out
}

/// `%d{...}Z` and `%d{...} UTC` state the zone as plain text.
fn zone_in_text(out: &mut Vec<Part>, mut text: String) {
    if let Some(Part::Time(format)) = out.last_mut()
        && !format.items.iter().any(|i| matches!(i, Item::Offset | Item::ZoneName | Item::Epoch(_)))
    {
        let ends = |rest: &str| !rest.starts_with(|c: char| c.is_ascii_alphanumeric());
        if let Some(rest) = text.strip_prefix('Z')
            && ends(rest)
        {
            format.items.push(Item::Offset);
            text = rest.to_owned();
        } else if let Some(rest) = text.strip_prefix(" UTC").or_else(|| text.strip_prefix(" GMT"))
            && ends(rest)
        {
            format.items.extend([Item::Lit(b' '), Item::ZoneName]);
            text = rest.to_owned();
        }
    }
    if !text.is_empty() {
        out.push(Part::Text(text));
    }
}

/// A date and a time of day that were written as two conversions are one stamp.
fn join_times(out: &mut Vec<Part>, format: TimeFormat) {
    let day = |f: &TimeFormat| f.items.iter().any(|i| matches!(i, Item::Day(_)));
    let clock = |f: &TimeFormat| f.items.iter().any(|i| matches!(i, Item::Minute(_)));
    let between = match out.as_slice() {
        [.., Part::Time(_)] => Some(0),
        [.., Part::Time(_), Part::Text(_)] => Some(1),
        _ => None,
    };
    if let Some(between) = between
        && let Some(Part::Time(first)) = out.get(out.len() - 1 - between)
        && (day(first) != day(&format) || clock(first) != clock(&format))
        && !first.is_epoch()
    {
        let text = match out.last() {
            Some(Part::Text(text)) => text.clone(),
            _ => String::new(),
        };
        out.truncate(out.len() - between);
        if let Some(Part::Time(first)) = out.last_mut() {
            first.items.extend(text.bytes().map(Item::Lit));
            first.items.extend(format.items);
        }
        return;
    }
    out.push(Part::Time(format));
}

/// A log4j 1, log4j 2, logback or JBoss conversion pattern.
fn log4j(pattern: &str) -> Result<Vec<Vec<Piece>>, String> {
    let mut reader = Reader { rest: pattern, group: 0 };
    let pieces = reader.pieces()?;
    Ok(expand(&pieces))
}

struct Reader<'a> {
    rest: &'a str,
    /// How many `%( )` groups are open.
    group: usize,
}

impl<'a> Reader<'a> {
    fn pieces(&mut self) -> Result<Vec<Piece>, String> {
        let mut pieces = Vec::new();
        let mut text = String::new();
        while let Some(c) = self.rest.chars().next() {
            self.rest = &self.rest[c.len_utf8()..];
            match c {
                '\\' => text.push(self.escape()),
                ')' if self.group > 0 => {
                    self.group -= 1;
                    flush(&mut text, &mut pieces);
                    return Ok(pieces);
                }
                '%' if self.rest.starts_with('%') => {
                    self.rest = &self.rest[1..];
                    text.push('%');
                }
                '%' => {
                    flush(&mut text, &mut pieces);
                    self.conversion(&mut pieces)?;
                }
                '$' if self.rest.starts_with('{') => {
                    flush(&mut text, &mut pieces);
                    let name = self.option().unwrap_or_default();
                    pieces.push(column(property_name(name), Pad::None));
                }
                c => text.push(c),
            }
        }
        flush(&mut text, &mut pieces);
        Ok(pieces)
    }

    fn escape(&mut self) -> char {
        let Some(c) = self.rest.chars().next() else { return '\\' };
        self.rest = &self.rest[c.len_utf8()..];
        match c {
            't' => '\t',
            'n' => '\n',
            'r' => '\r',
            other => other,
        }
    }

    /// `{...}` at the start of the rest, with the braces inside it.
    fn option(&mut self) -> Option<&'a str> {
        if !self.rest.starts_with('{') {
            return None;
        }
        let mut depth = 0_usize;
        for (at, c) in self.rest.char_indices() {
            depth = match c {
                '{' => depth + 1,
                '}' => depth.saturating_sub(1),
                _ => depth,
            };
            if depth == 0 {
                let inside = &self.rest[1..at];
                self.rest = &self.rest[at + 1..];
                return Some(inside);
            }
        }
        None
    }

    fn pad(&mut self) -> Pad {
        let left = self.rest.starts_with('-');
        let digits = self.rest.trim_start_matches(['-', '0']);
        let width: String = digits.chars().take_while(char::is_ascii_digit).collect();
        self.rest = &digits[width.len()..];
        if let Some(max) = self.rest.strip_prefix('.') {
            self.rest = max.trim_start_matches(|c: char| c == '-' || c.is_ascii_digit());
        }
        match width.parse() {
            Ok(width) if left => Pad::Left(width),
            Ok(width) => Pad::Right(width),
            Err(_) => Pad::None,
        }
    }

    fn conversion(&mut self, pieces: &mut Vec<Piece>) -> Result<(), String> {
        let pad = self.pad();
        if let Some(rest) = self.rest.strip_prefix('(') {
            self.rest = rest;
            return self.group(pieces);
        }
        let run = self.rest.len() - self.rest.trim_start_matches(|c: char| c.is_ascii_alphabetic()).len();
        let name =
            (1..=run).rev().map(|len| &self.rest[..len]).find(|name| KNOWN.contains(name) || COLOURS.contains(name));
        let Some(name) = name else {
            let shown: String = self.rest.chars().take(run.max(1)).collect();
            return Err(format!("`%{shown}` isn't a conversion that log4j, logback or java.util.logging knows"));
        };
        self.rest = &self.rest[name.len()..];
        if let Some(rest) = self.rest.strip_prefix('(') {
            let groups = ["replace", "highlight", "clr", "gray", "faint"].contains(&name) || COLOURS.contains(&name);
            if groups {
                self.rest = rest;
                self.group(pieces)?;
                while self.option().is_some() {}
                return Ok(());
            }
        }
        let takes_pattern = matches!(
            name,
            "highlight"
                | "style"
                | "replace"
                | "enc"
                | "encode"
                | "equals"
                | "equalsIgnoreCase"
                | "maxLen"
                | "maxLength"
        ) || COLOURS.contains(&name);
        let optional = matches!(name, "notEmpty" | "varsNotEmpty" | "variablesNotEmpty");
        if takes_pattern || optional {
            let inner = self.option().unwrap_or_default();
            let inner = Reader { rest: inner, group: 0 }.pieces()?;
            while self.option().is_some() {}
            if optional {
                pieces.push(Piece::Maybe(inner));
            } else {
                pieces.extend(inner);
            }
            return Ok(());
        }
        let first = self.option();
        let second = self.option();
        while self.option().is_some() {}
        simple(name, pad, first, second, pieces)
    }

    fn group(&mut self, pieces: &mut Vec<Piece>) -> Result<(), String> {
        self.group += 1;
        let depth = self.group;
        let inner = self.pieces()?;
        self.group = depth - 1;
        pieces.extend(inner);
        while self.option().is_some() {}
        Ok(())
    }
}

fn flush(text: &mut String, pieces: &mut Vec<Piece>) {
    if !text.is_empty() {
        pieces.push(Piece::Part(Part::Text(std::mem::take(text))));
    }
}

pub(super) fn column(name: impl Into<String>, pad: Pad) -> Piece {
    Piece::Part(Part::Field(Field::Column(name.into()), pad))
}

/// logback writes the zone, and perhaps a language, into the same braces: `%d{"HH:mm:ss,SSS", UTC}`, `%d{ISO8601,UTC}`,
/// `%d{HH:mm:ss.SSS, Europe/Berlin, en}`.
fn date_options(option: &str) -> (&str, Option<&str>) {
    if let Some((pattern, rest)) = option.strip_prefix('"').and_then(|rest| rest.split_once('"')) {
        let zone = rest.trim_start_matches([',', ' ']).split(',').next().map(str::trim);
        return (pattern, zone.filter(|zone| !zone.is_empty()));
    }
    let language = |text: &str| {
        let (lower, rest) = text.split_at_checked(2).unwrap_or_default();
        lower.bytes().all(|b| b.is_ascii_lowercase()) && (text.len() == 2 || rest.starts_with(['-', '_']))
    };
    let option = match option.rsplit_once(',') {
        Some((before, last)) if language(last.trim()) && before.contains(',') => before,
        _ => option,
    };
    match option.rsplit_once(',') {
        Some((pattern, zone)) if is_zone(zone) => (pattern.trim_end(), Some(zone.trim())),
        _ => (option, None),
    }
}

/// Whether what stands behind a comma is a zone, and not a part of the pattern, such as `SSS`.
fn is_zone(text: &str) -> bool {
    let zone = text.trim_start();
    let utc = zone.starts_with("GMT") || zone.starts_with("UTC");
    let named = || zone == "Z" || zone.contains('/') || zone.len() <= 5 && zone.ends_with('T');
    zone.starts_with(|c: char| c.is_ascii_uppercase())
        && (utc || !zone.contains(':') && (zone.len() < text.len() || named()))
}

fn property_name(name: &str) -> &str {
    let name = name.split(":-").next().unwrap_or(name);
    name.rsplit(':').next().unwrap_or(name)
}

fn simple(
    name: &str,
    pad: Pad,
    option: Option<&str>,
    zone: Option<&str>,
    pieces: &mut Vec<Piece>,
) -> Result<(), String> {
    let field = |field| Piece::Part(Part::Field(field, pad));
    pieces.push(match name {
        "d" | "date" => {
            let (pattern, quoted_zone) = date_options(option.unwrap_or(""));
            let zone = zone.or(quoted_zone);
            let mut format = dates::java(pattern)?;
            if zone.is_some_and(|z| matches!(z.trim(), "UTC" | "GMT" | "Z" | "GMT+0" | "Etc/UTC"))
                && !format.items.iter().any(|i| matches!(i, Item::Offset | Item::ZoneName | Item::Epoch(_)))
            {
                format.items.push(Item::ToldUtc);
            }
            Piece::Part(Part::Time(format))
        }
        "p" | "le" | "level" => field(Field::Level),
        "t" | "tn" | "thread" | "threadName" => field(Field::Thread),
        "c" | "lo" | "logger" => field(Field::Logger),
        "m" | "msg" | "message" | "s" => Piece::Message,
        "n" => Piece::Part(Part::LineBreak),
        "C" | "class" => column("class", pad),
        "F" | "file" => column("file", pad),
        "l" | "location" | "caller" => column("location", pad),
        "L" | "line" => column("line", pad),
        "M" | "method" => column("method", pad),
        "r" | "relative" => column("elapsed", pad),
        "x" | "NDC" => column("ndc", pad),
        "X" | "mdc" | "MDC" | "K" | "map" | "MAP" | "property" => match option.map(property_name) {
            Some(key) if !key.is_empty() && !key.contains(',') => column(key, pad),
            _ => column("mdc", pad),
        },
        "T" | "tid" | "threadId" => column("thread-id", pad),
        "tp" | "threadPriority" => column("thread-priority", pad),
        "sn" | "sequenceNumber" | "lsn" => column("sequence", pad),
        "u" | "uuid" => column("uuid", pad),
        "pid" | "processId" | "i" => column("pid", pad),
        "marker" | "markerSimpleName" => column("marker", pad),
        "N" | "nano" => column("nanos", pad),
        "cn" | "contextName" => column("context", pad),
        "fqcn" => column("fqcn", pad),
        "h" | "H" | "hostName" => column("host", pad),
        "kvp" => column("kvp", pad),
        // Exceptions stand behind the message and are found by their own shape.
        _ => return Ok(()),
    });
    Ok(())
}

const COLOURS: [&str; 18] = [
    "black",
    "red",
    "green",
    "yellow",
    "blue",
    "magenta",
    "cyan",
    "white",
    "boldBlack",
    "boldRed",
    "boldGreen",
    "boldYellow",
    "boldBlue",
    "boldMagenta",
    "boldCyan",
    "boldWhite",
    "gray",
    "faint",
];

const KNOWN: [&str; 91] = [
    "d",
    "date",
    "p",
    "le",
    "level",
    "t",
    "tn",
    "thread",
    "threadName",
    "c",
    "lo",
    "logger",
    "m",
    "msg",
    "message",
    "s",
    "n",
    "C",
    "class",
    "F",
    "file",
    "l",
    "location",
    "caller",
    "L",
    "line",
    "M",
    "method",
    "r",
    "relative",
    "x",
    "NDC",
    "X",
    "mdc",
    "MDC",
    "K",
    "map",
    "MAP",
    "property",
    "T",
    "tid",
    "threadId",
    "tp",
    "threadPriority",
    "sn",
    "sequenceNumber",
    "lsn",
    "u",
    "uuid",
    "pid",
    "processId",
    "i",
    "marker",
    "markerSimpleName",
    "N",
    "nano",
    "cn",
    "contextName",
    "fqcn",
    "h",
    "H",
    "hostName",
    "kvp",
    "ex",
    "exception",
    "throwable",
    "rEx",
    "rThrowable",
    "rException",
    "xEx",
    "xException",
    "xThrowable",
    "wEx",
    "wex",
    "nopex",
    "nopexception",
    "e",
    "E",
    "highlight",
    "style",
    "replace",
    "enc",
    "encode",
    "equals",
    "equalsIgnoreCase",
    "maxLen",
    "maxLength",
    "notEmpty",
    "varsNotEmpty",
    "variablesNotEmpty",
    "clr",
];

#[cfg(test)]
mod tests;

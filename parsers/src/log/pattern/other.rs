//! Formats of other worlds: Python's logging, and strftime with named fields around it.

use super::super::layout::{Field, Pad, Part};
use super::super::time::pattern as dates;
use super::{Piece, column};

/// Whether `pattern` is strftime: it has conversions that hardly a Java pattern has, and none that only those have.
pub(super) fn is_strftime(pattern: &str) -> bool {
    let has = |conversions: &[&str]| conversions.iter().any(|conversion| pattern.contains(conversion));
    has(&["%Y", "%H", "%T", "%y", "%I", "%s.", "%b"]) && !has(&["%d{", "%logger", "%level", "%thread", "%msg", "%m%n"])
}

/// strftime, with `{level}`, `{thread}`, `{logger}`, `{message}` or any `{column}` before and behind it.
pub(super) fn strftime(pattern: &str) -> Result<Vec<Vec<Piece>>, String> {
    let mut pieces = Vec::new();
    let start = pattern.find('%').unwrap_or(0);
    let last = pattern.rfind('%').unwrap_or(0);
    // Flags, a width and the letter follow the last `%`.
    let end = pattern[last + 1..]
        .find(|c: char| c.is_ascii_alphabetic() || c == '%')
        .map_or(pattern.len(), |at| last + 1 + at + 1);
    fields(&pattern[..start], &mut pieces);
    pieces.push(Piece::Part(Part::Time(dates::strftime(&pattern[start..end])?)));
    fields(&pattern[end..], &mut pieces);
    if !pieces.contains(&Piece::Message) {
        if !pattern.ends_with(' ') {
            pieces.push(Piece::Part(Part::Text(" ".into())));
        }
        pieces.push(Piece::Message);
    }
    Ok(vec![pieces])
}

fn fields(mut text: &str, pieces: &mut Vec<Piece>) {
    while let Some((before, rest)) = text.split_once('{') {
        let Some((name, behind)) = rest.split_once('}') else { break };
        pieces.push(Piece::Part(Part::Text(before.into())));
        pieces.push(named(name));
        text = behind;
    }
    pieces.push(Piece::Part(Part::Text(text.into())));
}

fn named(name: &str) -> Piece {
    let field = |field| Piece::Part(Part::Field(field, Pad::None));
    match name {
        "level" | "levelname" => field(Field::Level),
        "thread" | "threadName" => field(Field::Thread),
        "logger" | "name" => field(Field::Logger),
        "message" | "msg" => Piece::Message,
        other => column(other, Pad::None),
    }
}

/// A format of Python's logging module: `%(asctime)s - %(name)s - %(levelname)s - %(message)s`.
pub(super) fn python(pattern: &str) -> Result<Vec<Vec<Piece>>, String> {
    let mut pieces = Vec::new();
    let mut rest = pattern;
    while let Some((before, spec)) = rest.split_once("%(") {
        let (name, behind) = spec.split_once(')').ok_or("`%(` without `)`")?;
        pieces.push(Piece::Part(Part::Text(before.into())));
        let flags_len = behind.find(|c: char| c.is_ascii_alphabetic()).ok_or("a conversion without its letter")?;
        let flags = &behind[..flags_len];
        rest = &behind[flags_len + 1..];
        let pad = match flags.trim_start_matches('-').parse() {
            Ok(width) if flags.starts_with('-') => Pad::Left(width),
            Ok(width) => Pad::Right(width),
            Err(_) => Pad::None,
        };
        pieces.push(match name {
            "asctime" => Piece::Part(Part::Time(dates::java("ISO8601")?)),
            "levelname" => Piece::Part(Part::Field(Field::Level, pad)),
            "name" => Piece::Part(Part::Field(Field::Logger, pad)),
            "threadName" => Piece::Part(Part::Field(Field::Thread, pad)),
            "lineno" => column("line", pad),
            "funcName" => column("method", pad),
            "filename" => column("file", pad),
            "process" => column("pid", pad),
            "message" => Piece::Message,
            other => column(other, pad),
        });
    }
    pieces.push(Piece::Part(Part::Text(rest.into())));
    Ok(vec![pieces])
}

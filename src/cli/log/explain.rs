//! How a log is read and why: its layouts, and for one line its parts or what kept it from starting a record.

use std::io::{self, Write};

use mwscope_parsers::log::{Explanation, HEADER, Reader, opens_with_time};
use serde_json::{Value, json};

use super::Source;
use crate::cli::output::{Failure, Format};
use crate::report::safe;

pub(super) fn write(out: &mut impl Write, sources: &[Source<'_>], line: u64, format: Format) -> Result<(), Failure> {
    let lines = |source: &Source<'_>| {
        let last = source.records.len().checked_sub(1).and_then(|n| source.records.head(n));
        last.map_or(0, |head| head.line + u64::from(head.lines) - 1)
    };
    if line > 0 && sources.iter().all(|source| lines(source) < line) {
        let have = sources.iter().map(|source| format!("{} has {}", safe::line(source.path), lines(source)));
        let have = have.collect::<Vec<_>>().join(", ");
        return Err(Failure::Usage(format!("--explain {line}: there is no such line; {have}")));
    }
    for source in sources {
        let told = |error: io::Error| Failure::path(source.path, format!("it can't be read: {error}"), "read it again");
        match line {
            0 => layouts(out, source, unread(source).map_err(told)?, format)?,
            _ => one(out, source, line, format).map_err(told)?,
        }
    }
    Ok(())
}

fn layouts(out: &mut impl Write, source: &Source<'_>, unread: Option<(u64, u64)>, format: Format) -> io::Result<()> {
    let patterns = source.records.layouts();
    let mut counts = vec![0_u64; patterns.len()];
    let mut examples = vec![None; patterns.len()];
    let mut header = 0;
    for n in 0..source.records.len() {
        let Some(head) = source.records.head(n) else { break };
        if head.layout == HEADER {
            header += u64::from(head.lines);
        } else if let Some(count) = counts.get_mut(usize::from(head.layout)) {
            *count += 1;
            examples[usize::from(head.layout)].get_or_insert(head.line);
        }
    }
    if format != Format::Text {
        let list: Vec<Value> = patterns
            .iter()
            .zip(&counts)
            .zip(&examples)
            .map(|((pattern, records), line)| json!({"pattern": pattern, "records": records, "line": line}))
            .collect();
        let value = json!({"source": source.path, "layouts": list, "header_lines": header, "notes": source.records.notes(),
                "unread": unread.as_ref().map(|(lines, first)| json!({"lines": lines, "first": first}))});
        return writeln!(out, "{value}");
    }
    let path = safe::line(source.path);
    writeln!(out, "{path}: {} records, {} layouts", source.records.len(), patterns.len())?;
    for ((pattern, count), line) in patterns.iter().zip(&counts).zip(&examples) {
        let from = line.map(|line| format!(", the first at line {line}")).unwrap_or_default();
        writeln!(out, "  {}   {count} records{from}", safe::line(pattern))?;
    }
    if header > 0 {
        writeln!(out, "  {header} lines before the first record are its header")?;
    }
    if let Some((lines, first)) = unread {
        let goes_on = if lines == 1 { "line starts" } else { "lines start" };
        writeln!(out, "  {lines} {goes_on} with a time and open no record, the first is {first}: --explain {first}")?;
    }
    for note in source.records.notes() {
        writeln!(out, "  {}", safe::line(&note))?;
    }
    if let Some(pattern) = patterns.first() {
        mending(out, source, pattern)?;
        writeln!(out, "How a line is read: --explain LINE")?;
    }
    Ok(())
}

/// The option that says how the log is written, where it was read wrong: what was assumed the other way round, or the
/// pattern as it is, to be changed.
fn mending(out: &mut impl Write, source: &Source<'_>, pattern: &str) -> io::Result<()> {
    let assumed = source.records.notes().iter().any(|note| note.contains("assumed"));
    let others = if assumed { other_orders(pattern) } else { Vec::new() };
    let mut mend = pattern.to_owned();
    for other in others {
        if reads(&other, pattern, source)? {
            mend = other;
            break;
        }
    }
    writeln!(out, "If that is wrong, say how it is written, for example {}", option(&mend))
}

/// Whether a pattern reads what the first records show that another one read.
fn reads(pattern: &str, other: &str, source: &Source<'_>) -> io::Result<bool> {
    /// Records that are looked at.
    const SHOWING: usize = 2000;
    let own = source.records.layouts().iter().position(|layout| layout == other);
    let heads = (0..source.records.len().min(SHOWING)).filter_map(|n| source.records.head(n));
    let mut reader = None;
    for head in heads.filter(|head| Some(usize::from(head.layout)) == own) {
        let bytes = source.records.bytes(head.span)?;
        if reader.is_none() {
            reader = Reader::told(pattern, &bytes).ok();
        }
        let starts = |reader: &Reader| matches!(reader.explain(&bytes, true), Explanation::Starts { .. });
        if !reader.as_ref().is_some_and(starts) {
            return Ok(false);
        }
    }
    Ok(reader.is_some())
}

/// The option that tells a pattern; one that begins with a dash would be taken for an option itself.
fn option(pattern: &str) -> String {
    let sign = if pattern.starts_with('-') { '=' } else { ' ' };
    format!("--layout{sign}{}", quoted(&safe::line(pattern)))
}

/// A pattern as an argument that may be pasted into a shell of Unix, PowerShell or cmd: the last knows no single quotes, and
/// dates of ISO 8601 have some inside.
fn quoted(pattern: &str) -> String {
    let plain = !pattern.contains(['"', '$', '`', '!']) && !pattern.contains("\\\\") && !pattern.ends_with('\\');
    if plain { format!("\"{pattern}\"") } else { format!("'{}'", pattern.replace('\'', "'\\''")) }
}

/// Lines inside of records that start with a time as records do: how many, and which is the first.
fn unread(source: &Source<'_>) -> io::Result<Option<(u64, u64)>> {
    let Some(reader) = source.records.reader() else { return Ok(None) };
    let (mut count, mut first) = (0, None);
    for n in 0..source.records.len() {
        let Some(head) = source.records.head(n).filter(|head| head.lines > 1) else { continue };
        let text = source.records.bytes(head.span)?;
        let text = reader.encoding().decode(&text);
        // The head's own lines have been read.
        for (at, line) in text.lines().enumerate().skip(usize::from(head.layout != HEADER)) {
            if opens_with_time(line.as_bytes()) {
                count += 1;
                first.get_or_insert(head.line + at as u64);
            }
        }
    }
    Ok(first.map(|first| (count, first)))
}

/// The pattern with day, month and a year of two digits in the other orders in which people write them, where theirs was
/// assumed.
fn other_orders(pattern: &str) -> Vec<String> {
    let mut others = Vec::new();
    for sign in ["/", "-", "."] {
        let with = |order: [&str; 3]| order.join(sign);
        let orders = [
            with(["dd", "MM", "yyyy"]),
            with(["MM", "dd", "yyyy"]),
            with(["dd", "MM", "yy"]),
            with(["MM", "dd", "yy"]),
            with(["yy", "MM", "dd"]),
        ];
        // Four digits hold two, and are no other order of those.
        let (long, short) = orders.split_at(2);
        let Some(of_length) = [long, short].into_iter().find(|orders| orders.iter().any(|o| pattern.contains(o)))
        else {
            continue;
        };
        let Some(own) = of_length.iter().find(|order| pattern.contains(order.as_str())) else { continue };
        let other = of_length.iter().filter(|order| *order != own);
        others.extend(other.map(|order| pattern.replacen(own.as_str(), order, 1)));
    }
    others
}

/// Explains one line of the log.
fn one(out: &mut impl Write, source: &Source<'_>, line: u64, format: Format) -> io::Result<()> {
    let Some((head, n)) = record_with(source, line) else {
        return writeln!(out, "{}: it has no line {line}", safe::line(source.path));
    };
    let Some(reader) = source.records.reader() else {
        return writeln!(out, "{}: it isn't read from a file", safe::line(source.path));
    };
    let bytes = source.records.bytes(head.span)?;
    let from = reader.line_in(&bytes, line - head.line);
    let patterns = source.records.layouts();
    let starts = line == head.line && head.layout != HEADER;
    let (parts, message, misfits) = match reader.explain(&bytes[from..], starts) {
        Explanation::Starts { parts, message, .. } => (parts, message, Vec::new()),
        Explanation::Continues(misfits) => (Vec::new(), String::new(), misfits),
    };
    let text = first_line(&reader, &bytes[from..]);
    let mend = if starts { None } else { layout_of(&bytes[from..bytes.len().min(from + 8192)]) };
    if format != Format::Text {
        let parts: Vec<Value> = parts.iter().map(|(part, text)| json!({"part": part, "text": text})).collect();
        let misfits: Vec<Value> = misfits
            .iter()
            .map(|misfit| json!({"layout": patterns[misfit.layout], "expected": misfit.part, "at": misfit.fitted}))
            .collect();
        let value = json!({"source": source.path, "line": line, "record": n, "record_line": head.line, "text": text,
            "starts_record": starts, "layout": starts.then(|| patterns.get(usize::from(head.layout))).flatten(),
            "parts": parts, "message": message, "misfits": misfits, "mend": mend.as_deref().map(option)});
        return writeln!(out, "{value}");
    }
    writeln!(out, "{}:{line}: {}", safe::line(source.path), safe::line(&text))?;
    if starts {
        let pattern = patterns.get(usize::from(head.layout)).map(String::as_str).unwrap_or_default();
        writeln!(out, "  starts record {n} in the layout {}", safe::line(pattern))?;
        for (part, text) in parts.iter().filter(|(part, _)| part.starts_with('%')) {
            writeln!(out, "  {:<28} {:?}", safe::line(part), text)?;
        }
        writeln!(out, "  {:<28} {message:?}", "%m")?;
        return mending(out, source, pattern);
    }
    if head.layout == HEADER {
        writeln!(out, "  stands before the first record")?;
    } else {
        writeln!(out, "  goes on with record {n}, which starts at line {}", head.line)?;
    }
    for misfit in &misfits {
        let pattern = safe::line(&patterns[misfit.layout]).into_owned();
        let (part, fitted) = (&misfit.part, misfit.fitted);
        writeln!(out, "  no record by {pattern}: {part:?} was expected behind {fitted} bytes")?;
    }
    let option = mend.as_deref().map_or_else(|| "--layout PATTERN".to_owned(), option);
    writeln!(out, "If a record starts here, say how it is written: {option}")
}

/// How the line would be read by itself, where it looks like the head of a record at all.
fn layout_of(bytes: &[u8]) -> Option<String> {
    let line = &bytes[..memchr::memchr(b'\n', bytes).map_or(bytes.len(), |at| at + 1)];
    Reader::learn(line).layouts().first().map(ToString::to_string)
}

/// The record that the line belongs to, by halving.
fn record_with(source: &Source<'_>, line: u64) -> Option<(crate::model::Head, usize)> {
    let (mut low, mut high) = (0, source.records.len());
    while low < high {
        let middle = low + (high - low) / 2;
        if source.records.head(middle)?.line <= line {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    let n = low.checked_sub(1)?;
    let head = source.records.head(n)?;
    (line < head.line + u64::from(head.lines)).then_some((head, n))
}

fn first_line(reader: &Reader, bytes: &[u8]) -> String {
    reader.encoding().decode(bytes).lines().next().unwrap_or_default().chars().take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_other_orders_of_a_date_are_those_that_people_write() {
        assert_eq!(other_orders("%d{dd/MM/yy HH} %m"), ["%d{MM/dd/yy HH} %m", "%d{yy/MM/dd HH} %m"]);
        assert_eq!(other_orders("%d{MM.dd.yyyy} %m"), ["%d{dd.MM.yyyy} %m"]);
        assert_eq!(other_orders("%d{yy-MM-dd} %m"), ["%d{dd-MM-yy} %m", "%d{MM-dd-yy} %m"]);
        assert!(other_orders("%d{yyyy-MM-dd} %m").iter().all(|other| other.contains("yy")));
    }

    #[test]
    fn what_is_printed_works_as_an_option() {
        assert_eq!(option("%d %m%n"), "--layout \"%d %m%n\"");
        assert_eq!(option("- %d %m%n"), "--layout=\"- %d %m%n\"");
    }
}

//! How a log is read and why: its layouts, and for one line its parts or what kept it from starting a record.

use std::io::{self, Write};

use mwscope_parsers::Span;
use mwscope_parsers::log::{Explanation, HEADER, Reader};
use serde_json::{Value, json};

use super::Source;
use crate::cli::output::{Failure, Format};
use crate::report::safe;

pub(super) fn write(out: &mut impl Write, sources: &[Source<'_>], line: u64, format: Format) -> Result<(), Failure> {
    for source in sources {
        let told = |error: io::Error| Failure::path(source.path, format!("it can't be read: {error}"), "read it again");
        match line {
            0 => layouts(out, source, format)?,
            _ => one(out, source, line, format).map_err(told)?,
        }
    }
    Ok(())
}

fn layouts(out: &mut impl Write, source: &Source<'_>, format: Format) -> io::Result<()> {
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
        let value =
            json!({"source": source.path, "layouts": list, "header_lines": header, "notes": source.records.notes()});
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
    for note in source.records.notes() {
        writeln!(out, "  {}", safe::line(&note))?;
    }
    if let Some(pattern) = patterns.first() {
        writeln!(out, "If that is wrong, say how it is written, for example --layout '{}'", safe::line(pattern))?;
        writeln!(out, "How a line is read: --explain LINE")?;
    }
    Ok(())
}

/// Explains one line of the log.
fn one(out: &mut impl Write, source: &Source<'_>, line: u64, format: Format) -> io::Result<()> {
    let Some((head, n)) = record_with(source, line) else {
        return writeln!(out, "{}: it has no line {line}", safe::line(source.path));
    };
    let bytes = source.records.bytes(head.span)?;
    let from = line_in(&bytes, line - head.line);
    let patterns = source.records.layouts();
    let readers: Vec<Reader> = patterns.iter().filter_map(|pattern| Reader::told(pattern, &bytes).ok()).collect();
    let mut parts = Vec::new();
    let mut misfits = Vec::new();
    let mut message = String::new();
    let starts = line == head.line && head.layout != HEADER;
    for (at, reader) in readers.iter().enumerate() {
        match reader.explain(&bytes[from..]) {
            Explanation::Starts { parts: found, message: rest, .. } if starts && at == usize::from(head.layout) => {
                parts = found;
                message = rest;
            }
            Explanation::Starts { .. } => {}
            Explanation::Continues(found) => {
                misfits.extend(found.into_iter().map(|misfit| (at, misfit.part, misfit.fitted)));
            }
        }
    }
    let text = first_line(source, &bytes[from..]);
    if format != Format::Text {
        let parts: Vec<Value> = parts.iter().map(|(part, text)| json!({"part": part, "text": text})).collect();
        let misfits: Vec<Value> = misfits
            .iter()
            .map(|(layout, part, fitted)| json!({"layout": patterns[*layout], "expected": part, "at": fitted}))
            .collect();
        let value = json!({"source": source.path, "line": line, "record": n, "record_line": head.line, "text": text,
            "starts_record": starts, "layout": starts.then(|| patterns.get(usize::from(head.layout))).flatten(),
            "parts": parts, "message": message, "misfits": if starts { Vec::new() } else { misfits }});
        return writeln!(out, "{value}");
    }
    writeln!(out, "{}:{line}: {}", safe::line(source.path), safe::line(&text))?;
    if starts {
        let pattern = patterns.get(usize::from(head.layout)).map(String::as_str).unwrap_or_default();
        writeln!(out, "  starts record {n} in the layout {}", safe::line(pattern))?;
        for (part, text) in parts.iter().filter(|(part, _)| part.starts_with('%')) {
            writeln!(out, "  {:<28} {:?}", safe::line(part), text)?;
        }
        return writeln!(out, "  {:<28} {message:?}", "%m");
    }
    if head.layout == HEADER {
        writeln!(out, "  stands before the first record")?;
    } else {
        writeln!(out, "  goes on with record {n}, which starts at line {}", head.line)?;
    }
    for (layout, part, fitted) in &misfits {
        let pattern = safe::line(&patterns[*layout]).into_owned();
        writeln!(out, "  no record by {pattern}: {part:?} was expected behind {fitted} bytes")?;
    }
    writeln!(out, "If a record starts here, say how it is written with --layout PATTERN")
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

/// Where the line starts that follows `skip` others.
fn line_in(bytes: &[u8], skip: u64) -> usize {
    let ends = memchr::memchr_iter(if bytes.contains(&b'\n') { b'\n' } else { b'\r' }, bytes);
    let skip = usize::try_from(skip).unwrap_or(usize::MAX);
    match skip.checked_sub(1) {
        None => 0,
        Some(nth) => {
            let wide = usize::from(bytes.iter().take(64).filter(|b| **b == 0).count() > 8);
            ends.into_iter().nth(nth).map_or(bytes.len(), |at| (at + 1 + wide).min(bytes.len()))
        }
    }
}

fn first_line(source: &Source<'_>, bytes: &[u8]) -> String {
    let encoding =
        mwscope_parsers::log::Encoding::detect(&source.records.bytes(Span::new(0, 4096)).unwrap_or_default());
    encoding.decode(bytes).lines().next().unwrap_or_default().chars().take(200).collect()
}

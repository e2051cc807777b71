//! What is written to files from the screens: the report, calls in the formats of `mwscope export`, a comparison, the
//! events of a list, the text of a page. Secrets are masked by the same functions as there.

use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::sync::Arc;

use crate::export::{Format, Out, Preparation, Scrub, Told};
use crate::model::{EventRef, ExchangeId, Gathered};
use crate::query::Surroundings;
use crate::tui::model::lines::Line;
use crate::tui::model::list::Shown;
use crate::tui::model::text::Text;
use crate::tui::pages;

use super::mask;

/// Something to be written to a file.
pub(in crate::tui) struct Export {
    pub(in crate::tui) around: Surroundings,
    /// What was read before secrets were overwritten, so that all of them are known where they are overwritten.
    pub(in crate::tui) original: Arc<Gathered>,
    pub(in crate::tui) what: Exported,
}

/// What is written.
pub(in crate::tui) enum Exported {
    /// The report, on the events that were chosen.
    Report(Vec<EventRef>),
    /// Calls in a format of `mwscope export`.
    Calls(Vec<ExchangeId>, &'static Format),
    /// What was found on an event, as Markdown.
    Found(EventRef),
    /// Markdown that is made already, under a name.
    Markdown(String, String),
    /// A page as it is shown, under a name.
    Page(String, Arc<Text>),
    /// The rows of a list, with what is said of them.
    Rows { about: String, lines: Arc<Vec<Line>>, shown: Shown },
    /// These events, with what is said of them.
    Events { about: String, events: Vec<EventRef> },
}

/// Opens a new file of about that name; gives what it is called in the end.
pub(in crate::tui) type Open<'a> = &'a mut dyn FnMut(&str) -> Result<(String, Box<dyn Out>), String>;

/// Writes it; what was written, and where.
///
/// # Errors
/// Why it can't be written, in words.
pub(in crate::tui) fn export(export: &Export, open: Open<'_>) -> Result<String, String> {
    let Export { around, original, what } = export;
    let text = match what {
        Exported::Calls(ids, format) => return calls(export, ids, format, open),
        Exported::Rows { about, lines, shown } => {
            return rows(export, about, &mut shown.each(lines).map(|line| line.event), open);
        }
        Exported::Events { about, events } => return rows(export, about, &mut events.iter().copied(), open),
        Exported::Report(chosen) => pages::markdown(around, chosen),
        Exported::Found(event) => pages::markdown(around, &[*event]),
        Exported::Markdown(_, text) => text.clone(),
        Exported::Page(_, text) => text.whole(),
    };
    let name = match what {
        Exported::Markdown(name, _) | Exported::Page(name, _) => name.clone(),
        Exported::Found(event) => format!("mwscope-{}.md", event.id().unwrap_or_else(|| "record".to_owned())),
        _ => "mwscope-report.md".to_owned(),
    };
    let text = scrubbed(original, text)?;
    let (path, mut out) = open(&name)?;
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(|error| format!("{path}: {error}"))?;
    Ok(path)
}

/// Opens a new file in the current folder; an existing one is never replaced, a number is put behind the name.
pub(in crate::tui) fn new_file(name: &str) -> Result<(String, Box<dyn Out>), String> {
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, "txt"));
    for n in 1..1000 {
        let path = if n == 1 { format!("{stem}.{extension}") } else { format!("{stem}-{n}.{extension}") };
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(file) => return Ok((path, Box::new(file))),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(format!("{path}: {error}")),
        }
    }
    Err(format!("{stem}-999.{extension} exists already; move the older ones away"))
}

fn said_again(original: &Gathered) -> Result<Scrub, String> {
    Preparation::said_again(original).map_err(|error| format!("secrets can't be masked: {error}"))
}

/// The text without the secrets of calls, where they are said again.
fn scrubbed(original: &Gathered, mut text: String) -> Result<String, String> {
    said_again(original)?.text(&mut text, &mut crate::export::Counts::default());
    Ok(text)
}

/// Writes calls as `mwscope export` does.
fn calls(export: &Export, ids: &[ExchangeId], format: &'static Format, open: Open<'_>) -> Result<String, String> {
    // What came since everything was read was masked when it was recorded.
    let gathered = |id| match export.original.exchange(id) {
        Some(_) => &export.original,
        None => &export.around.gathered,
    };
    // As on the screen: who compares a file with what he saw finds the same tokens.
    let masking = mask::masking().map_err(|error| format!("secrets can't be masked: {error}"))?;
    let mut preparation = Preparation::by(masking);
    preparation.learn(&export.original, &BTreeSet::new(), &mut || ());
    let one = match ids {
        [id] => id.to_string(),
        _ => "calls".to_owned(),
    };
    let (path, out) = open(&format!("mwscope-{one}.{}", format.extension))?;
    let failed = |error: io::Error| format!("{path}: {error}");
    let mut told = Told::default();
    let mut sink = (format.begin)(out).map_err(failed)?;
    for id in ids {
        let gathered = gathered(*id);
        let Some(exchange) = gathered.exchange(*id) else { continue };
        let ready = preparation.exchange(gathered, exchange, &mut told);
        told.exchange(&ready, format.fields);
        sink.put(&ready, gathered.path(exchange.source), &mut told).map_err(failed)?;
    }
    sink.finish(&mut told).map_err(failed)?;
    let lost: Vec<String> = told.lines().collect();
    let more = if lost.is_empty() { String::new() } else { format!("; {}", lost.join("; ")) };
    Ok(format!("{path}: {}, secrets masked{more}", format.name))
}

/// Writes events one below the other: when, where it stands, and what it says in full where it is a record.
fn rows(
    export: &Export,
    about: &str,
    events: &mut dyn Iterator<Item = EventRef>,
    open: Open<'_>,
) -> Result<String, String> {
    let around = &export.around;
    let scrub = said_again(&export.original)?;
    let (path, out) = open("mwscope-events.txt")?;
    let failed = |error: io::Error| format!("{path}: {error}");
    let mut out = io::BufWriter::new(out);
    writeln!(out, "# {about}; {}", pages::times(around)).map_err(failed)?;
    let mut count = 0_usize;
    for event in events {
        let what = match event {
            EventRef::Record(source, n) => match around.gathered.log(source).map(|log| log.read(n)) {
                Some(Ok(record)) => mask::record(record).text,
                Some(Err(error)) => format!("(can't be read: {error})"),
                None => "(its log isn't there any more)".to_owned(),
            },
            other => pages::in_words(around, other),
        };
        let mut line = format!("{}{what}", pages::lead(around, event));
        scrub.text(&mut line, &mut crate::export::Counts::default());
        writeln!(out, "{}", line.trim_end()).map_err(failed)?;
        count += 1;
    }
    out.flush().map_err(failed)?;
    Ok(format!("{path}: {count} {}, secrets masked", if count == 1 { "event" } else { "events" }))
}

//! One event as a row of a list: which columns there are at a width, and what stands in them.

use std::collections::BTreeSet;

use ratatui::style::Style;

use crate::model::{EventRef, Exchange, GatheredDump, Record, SourceId};
use crate::query::record_user;
use crate::tui::model::further;
use crate::tui::model::lines::{Class, Line};
use crate::tui::model::pick::Column;
use crate::tui::model::{Model, Tab, TimeShown};
use crate::tui::pages::{self, time};
use crate::tui::theme::Role;
use crate::tui::widgets::Canvas;

/// Where the columns stand; 0 cells is not there.
#[derive(Clone, Debug)]
pub(super) struct Columns {
    pub(super) time: u16,
    pub(super) kind: u16,
    pub(super) took: u16,
    pub(super) user: u16,
    pub(super) thread: u16,
    /// Of the logs' further columns that are shown.
    pub(super) further: Vec<u16>,
    pub(super) level: u16,
    pub(super) logger: u16,
    pub(super) answer: u16,
    pub(super) links: u16,
}

/// Cells before the time: cursor or mark, the class's letter, a sign for what belongs together.
pub(super) const SIGNS: u16 = 4;

impl Columns {
    /// The columns that fit on the screen in view.
    pub(super) fn of(model: &Model) -> Self {
        let width = model.size.0;
        let days = !time::days_differ(model.density.from_ns, model.density.to_ns, model.around.zone_minutes);
        let time = match model.time_shown {
            TimeShown::Clock if days => 12,
            TimeShown::Clock => 18,
            TimeShown::SinceStart => 12,
            TimeShown::AsWritten => 18,
        };
        let calls = model.tab == Tab::Timeline && model.counts.calls > 0;
        let wide = |cells: u16, from: u16| if width >= from { cells } else { 0 };
        let all = Self {
            time,
            kind: if model.tab == Tab::Timeline { 5 } else { 0 },
            took: if calls { 6 } else { 0 },
            user: if calls { wide(10, 76) } else { 0 },
            thread: wide(if width >= 140 { 16 } else { 12 }, 110),
            further: Vec::new(),
            level: 6,
            logger: match (model.tab, width) {
                (Tab::Timeline, _) => wide(12, 100),
                (_, 140..) => 28,
                _ => wide(18, 90),
            },
            answer: if calls { wide(20, 70) } else { 0 },
            links: if model.tab == Tab::Timeline { wide(8, 100) } else { wide(6, 100) },
        };
        let mut columns = all.without(&model.left_out);
        if model.tab == Tab::Logs {
            columns.further = further::widths(&model.further, width.saturating_sub(columns.taken()));
        }
        columns
    }

    /// Cells of a record's row before its message and behind it, without its further columns.
    fn taken(&self) -> u16 {
        let parts = [self.time, self.kind, self.took, self.user, self.thread, self.level, self.logger];
        let before: u16 = parts.iter().filter(|cells| **cells > 0).map(|cells| cells + 2).sum();
        SIGNS + before + self.links + 1
    }

    /// The columns without those that the user left out.
    fn without(mut self, left_out: &BTreeSet<Column>) -> Self {
        for column in left_out {
            *match column {
                Column::Kind => &mut self.kind,
                Column::Took => &mut self.took,
                Column::User => &mut self.user,
                Column::Thread => &mut self.thread,
                Column::Level => &mut self.level,
                Column::Logger => &mut self.logger,
                Column::Answer => &mut self.answer,
                Column::Links => &mut self.links,
            } = 0;
        }
        self
    }
}

/// Writes the heads of the columns.
pub(super) fn heads(model: &Model, line: &mut Canvas<'_>) {
    let columns = Columns::of(model);
    let style = model.theme.of(Role::Dim);
    let mut x = SIGNS;
    let time = match model.time_shown {
        TimeShown::Clock => "time",
        TimeShown::SinceStart => "since start",
        TimeShown::AsWritten => "as written",
    };
    let mut head = |cells: u16, name: &str| {
        if cells > 0 {
            line.put(x, 0, name, style, cells);
            x = x.saturating_add(cells).saturating_add(2);
        }
    };
    head(columns.time, time);
    head(columns.kind, "kind");
    head(columns.took, "  took");
    head(columns.user, "user");
    head(columns.thread, "thread");
    for (cells, column) in columns.further.iter().zip(&model.further) {
        head(*cells, &column.name);
    }
    if model.tab == Tab::Logs {
        head(columns.level, "level");
        head(columns.logger, "logger");
        head(u16::MAX, "message");
    } else {
        head(u16::MAX / 2, "what");
    }
    if columns.links > 0 {
        let start = line.width().saturating_sub(columns.links);
        line.text(start, 0, "links", style);
    }
}

/// What is written for one row, by columns.
pub(super) struct Cells {
    pub(super) kind: &'static str,
    pub(super) took: String,
    pub(super) user: String,
    pub(super) thread: String,
    /// What stands in the further columns that are shown.
    pub(super) further: Vec<String>,
    /// Method or level before the text.
    pub(super) lead: String,
    pub(super) logger: String,
    pub(super) text: String,
    pub(super) answer: String,
    pub(super) links: String,
}

/// The contents of a row.
pub(super) fn cells(model: &Model, line: &Line) -> Cells {
    let mut cells = own_cells(model, line);
    let says = match model.tab {
        Tab::Timeline => model.chains.says(line.event),
        _ => model.alike.as_ref().and_then(|alike| alike.times.get(&line.event)).map(|n| format!("[{n} times] ")),
    };
    if let Some(says) = says {
        cells.text.insert_str(0, &says);
    }
    cells
}

fn own_cells(model: &Model, line: &Line) -> Cells {
    match line.event {
        EventRef::Exchange(id) => match model.gathered().exchange(id) {
            Some(x) => exchange(model, x),
            None => empty("call"),
        },
        EventRef::Record(source, n) => match model.details.get((source, n)) {
            Some(Ok(found)) => Cells { kind: kind_of(model, source), ..record(model, line.event, found) },
            Some(Err(why)) => Cells { text: why.clone(), ..empty(kind_of(model, source)) },
            None => Cells { text: "...".to_owned(), ..empty(kind_of(model, source)) },
        },
        EventRef::Dump(id) => match model.gathered().dump(id) {
            Some(found) => dump(model, found),
            None => empty("dump"),
        },
        EventRef::Threads(id) => match model.gathered().thread_dump(id) {
            Some((_, found)) => Cells {
                lead: id.to_string(),
                text: pages::threads::in_a_line(found),
                links: links(model, line.event),
                ..empty("thrd")
            },
            None => empty("thrd"),
        },
        EventRef::Stream(id) => match model.gathered().stream(id) {
            Some(found) => Cells {
                took: time::took(found.duration_ns()),
                lead: id.to_string(),
                text: pages::stream::in_a_line(found),
                links: links(model, line.event),
                ..empty("tcp")
            },
            None => empty("tcp"),
        },
    }
}

/// Records of a log, or rows of a text that was kept.
fn kind_of(model: &Model, source: SourceId) -> &'static str {
    if model.gathered().is_text(source) { "text" } else { "log" }
}

fn empty(kind: &'static str) -> Cells {
    let none = String::new;
    Cells {
        kind,
        took: none(),
        user: none(),
        thread: none(),
        further: Vec::new(),
        lead: none(),
        logger: none(),
        text: none(),
        answer: none(),
        links: none(),
    }
}

fn exchange(model: &Model, x: &Exchange) -> Cells {
    let joined = model.around.joined_if_known(x.id);
    let thread = joined.as_ref().and_then(|j| j.threads.first()).map(|(_, t)| t.clone()).unwrap_or_default();
    Cells {
        took: x.duration_ns.map(time::took).unwrap_or_default(),
        user: x.call.user.clone().unwrap_or_default(),
        thread,
        lead: x.request.method.clone(),
        text: pages::name(x),
        answer: pages::answer_words(x),
        links: links(model, EventRef::Exchange(x.id)),
        ..empty("call")
    }
}

fn record(model: &Model, event: EventRef, record: &Record) -> Cells {
    let logger = record.logger.as_deref().unwrap_or_default();
    Cells {
        user: record_user(record).unwrap_or_default().to_owned(),
        thread: record.thread.clone().unwrap_or_default(),
        further: model.further.iter().map(|c| further::value(record, &c.name).unwrap_or_default().to_owned()).collect(),
        lead: record.level.clone().unwrap_or_default(),
        logger: logger.to_owned(),
        text: pages::first_line(record),
        links: links(model, event),
        ..empty("log")
    }
}

fn dump(model: &Model, found: &GatheredDump) -> Cells {
    let dump = &found.dump;
    let exception = dump.exception.as_deref().map(|e| e.rsplit('.').next().unwrap_or(e));
    let parts = [dump.program.as_deref(), exception, dump.failed_at.as_deref()];
    let text = parts.into_iter().flatten().collect::<Vec<_>>().join("  ");
    Cells {
        user: dump.user.clone().unwrap_or_default(),
        lead: found.id.to_string(),
        text: if text.is_empty() { dump.summary.clone() } else { text },
        links: links(model, EventRef::Dump(found.id)),
        ..empty("dump")
    }
}

/// What an event leads to: its call, dump and finding.
fn links(model: &Model, event: EventRef) -> String {
    let mut out: Vec<String> = Vec::new();
    let mut add = |word: String| {
        if !out.contains(&word) {
            out.push(word);
        }
    };
    for f in model.around.findings_of(event) {
        let about = f.exchange.map(EventRef::Exchange);
        for e in f.evidence.iter().filter(|_| about == Some(event)) {
            if let EventRef::Dump(id) = e.event {
                add(id.to_string());
            }
        }
        if let Some(id) = f.exchange.filter(|_| about != Some(event)) {
            add(id.to_string());
        }
        add(f.id.clone());
    }
    if model.chosen.contains(&event) {
        add("i".to_owned());
    }
    if model.around.notes.contains_key(&event) {
        // First, so that it is there also where the rest is cut.
        out.insert(0, "n".to_owned());
    }
    out.join(" ")
}

/// How a row looks.
pub(super) fn style(model: &Model, class: Class) -> Style {
    model.theme.of(match class {
        Class::Failed | Class::Error | Class::Dump => Role::Fail,
        Class::Warning | Class::Waiting => Role::Warn,
        Class::Plain => Role::Plain,
    })
}

/// The time of a row as it is shown.
pub(super) fn time_text(model: &Model, line: &Line, cells: u16) -> String {
    let zone = model.around.zone_minutes;

    match model.time_shown {
        TimeShown::Clock => time::among(line.at_ns, model.density.middle_ns, zone, cells),
        TimeShown::SinceStart => {
            let first = model.lines.first().map_or(line.at_ns, |first| first.at_ns);
            time::since(line.at_ns.saturating_sub(first))
        }
        TimeShown::AsWritten => {
            model.around.stamp(line.event).map_or_else(|| "-".to_owned(), |(_, stamp)| time::as_written(&stamp))
        }
    }
}

/// The sign behind the time that says how far to trust it.
pub(super) fn doubt(model: &Model, line: &Line) -> &'static str {
    const DOUBTFUL: u64 = 1_000_000_000;
    if line.doubtful {
        return "?";
    }
    match model.around.moment(line.event) {
        Some(moment) if moment.uncertainty_ns > DOUBTFUL => "~",
        _ => " ",
    }
}

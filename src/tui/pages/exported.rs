//! What is on a screen as text for a file: a comparison, one finding, the lines of a list, the sources.

use crate::model::{EventRef, ExchangeId, FindingKind, Summary};
use crate::query::Surroundings;
use crate::report::{self, Detail, escaped};
use crate::tui::model::page::{Compare, RowKind};
use crate::tui::model::text::Text;
use crate::tui::theme::Role;

use super::exchange::{answer_words, name};
use super::time::{clock, date_clock, zone};

/// What the times in a file are.
pub(in crate::tui) fn times(around: &Surroundings) -> String {
    match around.zone_known {
        true => format!("times are {}", zone(around.zone_minutes)),
        false => "times are as written; their zone is unknown".to_owned(),
    }
}

/// When it was, and where it stands.
pub(in crate::tui) fn lead(around: &Surroundings, event: EventRef) -> String {
    let zone = around.zone_minutes;
    let at = around.moment(event).map_or("-".to_owned(), |moment| {
        let day = date_clock(moment.utc_ns, zone);
        format!("{} {}", day.split(' ').next().unwrap_or_default(), clock(moment.utc_ns, zone))
    });
    format!("{at}  {}  ", super::place(around, event))
}

/// An event in one line.
pub(in crate::tui) fn in_words(around: &Surroundings, event: EventRef) -> String {
    let what = match event {
        EventRef::Exchange(id) => around.gathered.exchange(id).map(|x| {
            let user = x.call.user.as_deref().map_or(String::new(), |user| format!("  {user}"));
            format!("{id}  {} {}: {}{user}", x.request.method, name(x), answer_words(x))
        }),
        other => super::in_a_line(&around.gathered, other),
    };
    what.unwrap_or_default()
}

/// A comparison as Markdown: a table for each part.
pub(in crate::tui) fn comparison(around: &Surroundings, compare: &Compare) -> String {
    let side = |letter: &str, id: ExchangeId| {
        let event = EventRef::Exchange(id);
        let lead = escaped(&lead(around, event));
        format!("- {letter}: {lead}{}", escaped(&in_words(around, event)))
    };
    let mut out = vec![
        format!("# {} compared with {}", compare.left, compare.right),
        String::new(),
        side("A", compare.left),
        side("B", compare.right),
        format!("- B was taken because: {}", escaped(&compare.why)),
        format!("- {}", escaped(&times(around))),
    ];
    for row in compare.rows.iter() {
        let value = |value: &Option<String>| value.as_deref().map(escaped).unwrap_or_default();
        let sign = match row.kind {
            RowKind::Head => {
                let head = ["", &format!("## {}", escaped(&row.name)), "", "| | | A | B |", "|---|---|---|---|"];
                out.extend(head.map(str::to_owned));
                continue;
            }
            RowKind::Equal => "",
            RowKind::Differs => "differs",
            RowKind::OnlyLeft => "only A",
            RowKind::OnlyRight => "only B",
        };
        out.push(format!("| {sign} | {} | {} | {} |", escaped(&row.name), value(&row.left), value(&row.right)));
    }
    out.join("\n") + "\n"
}

/// The finding in a row of the findings, or the failure that none explains, as Markdown.
pub(in crate::tui) fn one_finding(around: &Surroundings, row: usize) -> String {
    let mut wanted = around.investigation.as_ref().clone();
    let before = wanted.findings.len();
    let mut n = 0;
    wanted.findings.retain(|_| {
        n += 1;
        n == row + 1
    });
    let unexplained = row.checked_sub(before).and_then(|row| wanted.unexplained.get(row).cloned());
    wanted.unexplained = unexplained.into_iter().collect();
    let about = wanted.findings.first().map(|finding| crate::model::About::Finding(finding.id.clone()));
    wanted.remarks.retain(|remark| Some(&remark.about) == about.as_ref());
    wanted.summary = Summary::default();
    wanted.missing.clear();
    // A note is told in full too where it is what was asked for.
    for finding in &mut wanted.findings {
        finding.kind = FindingKind::Verdict;
    }
    report::markdown(&wanted, &around.gathered, Detail::All)
}

/// The sources with their clocks, and what could not be read of them.
pub(in crate::tui) fn sources(around: &Surroundings) -> Text {
    let mut out = Text::default();
    for source in &around.gathered.sources {
        out.add(&format!("{:?}  {} items  {}", source.kind, source.items, source.path), Role::Plain);
    }
    for line in report::clock_lines(&around.investigation) {
        out.add(&line, Role::Plain);
    }
    for problem in &around.gathered.problems {
        out.add(&format!("{}: {}; {}", problem.path, problem.what, problem.remedy), Role::Warn);
    }
    out
}

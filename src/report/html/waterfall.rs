//! Where the time of a call went: its phases one below the other, and below them when the records and the dump were
//! written, on the recording's clock, as wide as their place is in doubt.

use std::fmt::Write;

use super::{escaped, story};
use crate::model::{EventRef, EvidenceRole, Exchange, Finding};

/// Records and dumps that are placed; a thread may have written hundreds.
const MARKS: usize = 12;
/// What lies further off than this many times the call's length isn't drawn: the call would be a dot beside it.
const FAR: i64 = 3;

/// A row: nanoseconds from the start of the call.
struct Row {
    name: String,
    class: &'static str,
    from: i64,
    to: i64,
    says: String,
}

pub(super) fn draw(out: &mut String, finding: &Finding, exchange: &Exchange) {
    let mut rows = phases(exchange);
    let end = rows.iter().map(|r| r.to).max().unwrap_or(0);
    if end == 0 {
        return;
    }
    rows.extend(marks(finding, end));
    let first = rows.iter().map(|r| r.from).min().unwrap_or(0).min(0);
    let last = rows.iter().map(|r| r.to).max().unwrap_or(end);
    let scale = 100.0 / (last - first).max(1) as f64;
    out.push_str(
        "<h3>Where the time went</h3>\n<table class=\"waterfall\"><thead><tr><th scope=\"col\">What</th>\
         <th scope=\"col\">When</th></tr></thead><tbody>\n",
    );
    for row in rows {
        let left = (row.from - first) as f64 * scale;
        let width = (row.to - row.from) as f64 * scale;
        let _infallible = writeln!(
            out,
            "<tr><th scope=\"row\">{}</th><td><span class=\"says\">{}</span><span class=\"track\" aria-hidden=\"true\"><i class=\"{}\" \
             style=\"left:{left:.2}%;width:{width:.2}%\"></i></span></td></tr>",
            escaped(&row.name),
            escaped(&row.says),
            row.class
        );
    }
    out.push_str("</tbody></table>\n");
}

/// The phases of the call; where none is known, the call as a whole.
fn phases(exchange: &Exchange) -> Vec<Row> {
    let t = exchange.timings;
    let of = [
        ("blocked", "blocked", t.blocked),
        ("name look-up", "name", t.dns),
        ("connect", "connect", t.connect),
        ("TLS", "tls", t.tls),
        ("send", "send", t.send),
        ("wait", "wait", t.wait),
        ("receive", "receive", t.receive),
    ];
    let mut rows = Vec::new();
    let mut from = 0_i64;
    for (name, class, ns) in of {
        let Some(ns) = ns.filter(|ns| *ns > 0).and_then(|ns| i64::try_from(ns).ok()) else { continue };
        let to = from.saturating_add(ns);
        rows.push(Row { name: name.to_owned(), class, from, to, says: span(ns) });
        from = to;
    }
    if let (true, Some(ns)) = (rows.is_empty(), exchange.duration_ns.and_then(|ns| i64::try_from(ns).ok())) {
        rows.push(Row { name: "whole call".to_owned(), class: "wait", from: 0, to: ns, says: span(ns) });
    }
    rows
}

/// When records and dumps were written, those near the call.
fn marks(finding: &Finding, end: i64) -> Vec<Row> {
    let Some(start) = finding.evidence.iter().find_map(|e| match e.event {
        EventRef::Exchange(id) if Some(id) == finding.exchange => e.place.moment,
        _ => None,
    }) else {
        return Vec::new();
    };
    let mut marks: Vec<Row> = Vec::new();
    for evidence in finding.evidence.iter().filter(|e| !matches!(e.event, EventRef::Exchange(_))) {
        let Some(moment) = evidence.place.moment else { continue };
        let at = moment.utc_ns.saturating_sub(start.utc_ns);
        let doubt = i64::try_from(moment.uncertainty_ns).unwrap_or(i64::MAX);
        if at.abs() > end.saturating_mul(FAR) || doubt > end {
            continue;
        }
        let class = if evidence.role == EvidenceRole::Cause { "cause" } else { "mark" };
        let place = story::place_of(evidence);
        let name = place.rsplit(['/', '\\']).next().unwrap_or(&place).to_owned();
        let says = format!("at {} ±{}", span(at), span(doubt));
        marks.push(Row { name, class, from: at.saturating_sub(doubt), to: at.saturating_add(doubt), says });
    }
    // The cause stands first among the evidence and stays.
    marks.truncate(MARKS);
    marks.sort_by_key(|row| row.from);
    marks
}

fn span(ns: i64) -> String {
    let ms = ns as f64 / 1e6;
    if ms.abs() >= 10_000.0 { format!("{:.2} s", ms / 1e3) } else { format!("{ms:.1} ms") }
}

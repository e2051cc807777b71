//! Rows for ClickHouse: a table in which an item takes the place of the one of the same id, and items as JSON in its
//! columns.
//!
//! <https://clickhouse.com/docs/engines/table-engines/mergetree-family/replacingmergetree>,
//! <https://clickhouse.com/docs/interfaces/formats/JSONEachRow>

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Map, Value as Json, json};

use super::item::{Facts, Item, Origin, Value};

/// The statement that makes the table, where it isn't there. Of several rows of an id the one that came last counts, at
/// once in queries with `FINAL`.
#[must_use]
pub fn create(table: &str) -> String {
    format!(
        "CREATE TABLE IF NOT EXISTS {table}
(
    id String,
    kind LowCardinality(String),
    at DateTime64(9, 'UTC'),
    duration_ns Nullable(Int64),
    name String,
    message String,
    level LowCardinality(String),
    failed Bool,
    error String,
    trace_id String,
    span_id String,
    parent_span_id String,
    service LowCardinality(String),
    origin Map(LowCardinality(String), String),
    facts Map(LowCardinality(String), String),
    events Array(Tuple(at DateTime64(9, 'UTC'), name String, facts Map(String, String))),
    links Array(Tuple(trace_id String, span_id String)),
    INDEX at_index at TYPE minmax,
    INDEX trace_index trace_id TYPE bloom_filter
)
ENGINE = ReplacingMergeTree
ORDER BY id",
        table = quoted(table)
    )
}

/// The statement behind which rows stand.
#[must_use]
pub fn insert(table: &str) -> String {
    format!("INSERT INTO {} FORMAT JSONEachRow", quoted(table))
}

/// A name as it stands in a statement; what is before a dot is the database.
fn quoted(table: &str) -> String {
    let quoted = |name: &str| format!("`{}`", name.replace('\\', "\\\\").replace('`', "\\`"));
    table.split('.').map(quoted).collect::<Vec<_>>().join(".")
}

/// The item as a row, with its end.
#[must_use]
pub fn row(item: &Item, origin: &Origin) -> String {
    let trace = item.trace.as_ref();
    let events = item.events.iter().map(|e| json!({"at": stamp(e.at_ns), "name": e.name, "facts": map(&e.facts)}));
    let links = item.links.iter().map(|link| json!({"trace_id": link.trace, "span_id": link.span}));
    let row = json!({
        "id": item.id, "kind": item.kind.word(), "at": stamp(item.at_ns),
        "duration_ns": item.end_ns.map(|end| end.saturating_sub(item.at_ns)),
        "name": item.name, "message": item.body.as_deref().unwrap_or_default(), "level": item.level(),
        "failed": item.failed.is_some(), "error": item.failed.as_deref().unwrap_or_default(),
        "trace_id": trace.map_or("", |trace| &trace.trace), "span_id": trace.map_or("", |trace| &trace.span),
        "parent_span_id": trace.and_then(|trace| trace.parent.as_deref()).unwrap_or_default(),
        "service": origin.service, "origin": map(&origin.facts), "facts": map(&item.facts),
        "events": events.collect::<Vec<_>>(), "links": links.collect::<Vec<_>>(),
    });
    format!("{row}\n")
}

/// Facts by name; numbers are texts, as everything in a map is of one type.
fn map(facts: &Facts) -> Map<String, Json> {
    let text = |value: &Value| match value {
        Value::Text(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Share(share) => share.to_string(),
        Value::Bool(yes) => yes.to_string(),
    };
    facts.iter().map(|(name, value)| ((*name).to_owned(), json!(text(value)))).collect()
}

/// In UTC, as the column has it, and in the form that is read whatever a server is set to.
fn stamp(utc_ns: i64) -> String {
    // The column begins in 1900; nothing on a time line is older.
    let stamp = Timestamp::from_nanosecond(utc_ns.into()).unwrap_or_default().to_zoned_datetime(TimeZone::UTC);
    stamp.strftime("%Y-%m-%d %H:%M:%S.%9f").to_string()
}

/// What a refusal means, by the number of its exception.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It may be taken later.
    Later,
    /// The rows aren't what the table wants.
    Rows,
    /// Nothing is taken: no such table, no rights.
    Everything,
}

/// <https://github.com/ClickHouse/ClickHouse/blob/master/src/Common/ErrorCodes.cpp>
#[must_use]
pub const fn refusal(code: u32) -> Refusal {
    match code {
        // Time-outs, too many queries or parts, no memory or disk, a keeper or replicas that are away, an end from outside.
        159 | 160 | 202 | 209 | 210 | 225 | 236 | 241 | 242 | 243 | 252 | 285 | 319 | 394 | 999 => Refusal::Later,
        // What can't be parsed, or breaks a type or a constraint.
        6 | 26 | 27 | 38 | 41 | 53 | 72 | 117 | 130 | 131 | 349 | 469 => Refusal::Rows,
        _ => Refusal::Everything,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_can_be_no_statement() {
        assert_eq!(insert("m3.calls"), "INSERT INTO `m3`.`calls` FORMAT JSONEachRow");
        assert_eq!(insert("a` x"), "INSERT INTO `a\\` x` FORMAT JSONEachRow");
        assert!(create("calls").starts_with("CREATE TABLE IF NOT EXISTS `calls`\n"));
    }

    #[test]
    fn times_have_all_their_digits() {
        assert_eq!(stamp(1_768_295_702_418_000_001), "2026-01-13 09:15:02.418000001");
        assert_eq!(stamp(0), "1970-01-01 00:00:00.000000000");
    }
}

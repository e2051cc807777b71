//! Lines for the bulk interface of OpenSearch and Elasticsearch: an action with the item's id, then the item. Sent twice
//! it is there once.
//!
//! <https://opensearch.org/docs/latest/api-reference/document-apis/bulk/>

use jiff::Timestamp;
use serde_json::{Map, Value as Json, json};

use super::item::{Facts, Item, Origin, Value};

/// The two lines of an item, each with its end.
#[must_use]
pub fn lines(item: &Item, index: &str, origin: &Origin) -> String {
    let action = json!({"index": {"_index": index, "_id": item.id}});
    format!("{action}\n{}\n", document(item, origin))
}

/// The item as a document, names with dots as they are.
#[must_use]
pub fn document(item: &Item, origin: &Origin) -> Json {
    let mut out = Map::new();
    out.insert("@timestamp".to_owned(), json!(stamp(item.at_ns)));
    out.insert("event.kind".to_owned(), json!(item.kind.word()));
    out.insert("name".to_owned(), json!(item.name));
    if let Some(body) = &item.body {
        out.insert("message".to_owned(), json!(body));
    }
    out.insert("log.level".to_owned(), json!(item.level()));
    if let Some(end) = item.end_ns {
        out.insert("event.duration".to_owned(), json!(end.saturating_sub(item.at_ns)));
        out.insert("event.outcome".to_owned(), json!(if item.failed.is_some() { "failure" } else { "success" }));
    }
    if let Some(why) = &item.failed {
        out.insert("error.message".to_owned(), json!(why));
    }
    if let Some(trace) = &item.trace {
        out.insert("trace.id".to_owned(), json!(trace.trace));
        out.insert("span.id".to_owned(), json!(trace.span));
    }
    out.insert("service.name".to_owned(), json!(origin.service));
    out.extend(facts(&origin.facts));
    out.extend(facts(&item.facts));
    if !item.events.is_empty() {
        let events = item.events.iter().map(|event| {
            let mut one = facts(&event.facts);
            one.insert("name".to_owned(), json!(event.name));
            one.insert("@timestamp".to_owned(), json!(stamp(event.at_ns)));
            Json::Object(one)
        });
        out.insert("mwscope.events".to_owned(), events.collect());
    }
    Json::Object(out)
}

/// Of an answer: the numbers of the items that may be sent again, and what is wrong with those that may not; `None` where
/// it is no answer of the bulk interface, which names what became of each item.
#[must_use]
pub fn refused(answer: &Json) -> Option<(Vec<usize>, Vec<String>)> {
    let (mut again, mut wrong) = (Vec::new(), Vec::new());
    let items = answer.get("items")?.as_array()?;
    if answer.get("errors") != Some(&Json::Bool(true)) {
        return Some((again, wrong));
    }
    for (n, item) in items.iter().enumerate() {
        let Some(done) = item.as_object().and_then(|item| item.values().next()) else { continue };
        match done.get("status").and_then(Json::as_u64) {
            Some(200..=299) | None => {}
            Some(429 | 503) => again.push(n),
            Some(status) => {
                let error = done.get("error");
                let why =
                    error.and_then(|error| error.get("reason").and_then(Json::as_str)).unwrap_or("no reason is given");
                wrong.push(format!("{status}: {why}"));
            }
        }
    }
    Some((again, wrong))
}

fn facts(facts: &Facts) -> Map<String, Json> {
    let value = |value: &Value| match value {
        Value::Text(text) => json!(text),
        Value::Number(number) => json!(number),
        Value::Share(share) => json!(share),
        Value::Bool(yes) => json!(yes),
    };
    facts.iter().map(|(name, fact)| ((*name).to_owned(), value(fact))).collect()
}

fn stamp(utc_ns: i64) -> String {
    Timestamp::from_nanosecond(utc_ns.into()).map(|stamp| stamp.to_string()).unwrap_or_default()
}

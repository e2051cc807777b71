//! Dumps written as JSON, also within the text of another document. It must not decide which pair states which fact.

use std::borrow::Cow;
use std::ops::Range;

use serde_json::Value;

use super::super::layout::Layout;
use super::super::learned::Judged;
use super::super::pairs::is_key;
use super::super::section::{Section, SectionKind};
use super::super::synonyms::Synonyms;
use super::pairs::two_of;
use super::{Tree, documents, is_dump};
use crate::trace::{self, Frame};

/// The dumps in a text that is JSON, also where it is cut off; `None` for any other text.
pub(crate) fn json(text: &str, synonyms: &Synonyms) -> Option<Vec<(Range<usize>, Layout<'static>)>> {
    if !text.trim_start().starts_with(['{', '[']) {
        return None;
    }
    let documents = documents::of(text);
    let read = documents.last()?.0.end;
    // A heading in brackets is no document.
    if !documents.iter().any(|(_, value)| value.is_object() || value.as_array().is_some_and(|l| !l.is_empty())) {
        return None;
    }
    let mut found: Vec<_> = documents
        .iter()
        .flat_map(|(range, value)| {
            dumps_in(value, synonyms).into_iter().map(move |v| (range.clone(), of_value(v, range, synonyms)))
        })
        .collect();
    leave_others(&mut found, synonyms);
    if let Some((_, last)) = found.last_mut().filter(|_| !text[read..].trim().is_empty()) {
        last.unread(0, read, Cow::Owned(text[read..].to_owned()));
    }
    Some(found)
}

/// Leaves the documents out that say nothing of a program that broke, beside some that do: records of a log.
fn leave_others(found: &mut Vec<(Range<usize>, Layout<'static>)>, synonyms: &Synonyms) {
    let states = |layout: &Layout<'_>| {
        let pairs = layout.pairs.iter().take(400).map(|pair| (pair.name.as_ref(), pair.value.as_ref()));
        Judged::of(pairs, synonyms).facts.len()
    };
    let stated: Vec<(usize, bool)> =
        found.iter().map(|(_, layout)| (states(layout), layout.traces.is_empty())).collect();
    if stated.iter().any(|(facts, _)| *facts >= 4) {
        let mut stated = stated.into_iter();
        found.retain(|_| stated.next().is_some_and(|(facts, untraced)| facts >= 3 || !untraced));
    }
}

/// The dumps of a document: the members of a list of dumps, else the document itself.
fn dumps_in<'v>(value: &'v Value, synonyms: &Synonyms) -> Vec<&'v Value> {
    let list = match value {
        Value::Array(list) => Some(list),
        Value::Object(map) if map.len() <= 3 => {
            map.iter().find(|(k, v)| is_dump(k) && v.is_array()).and_then(|(_, v)| v.as_array())
        }
        _ => None,
    };
    let is_one = |v: &Value| {
        v.as_object()
            .is_some_and(|o| o.keys().filter(|k| synonyms.knows(k)).count() >= 2 || o.values().any(Value::is_object))
    };
    match list {
        Some(list) if !list.is_empty() && list.iter().all(is_one) => list.iter().collect(),
        _ => vec![value],
    }
}

fn of_value(value: &Value, range: &Range<usize>, synonyms: &Synonyms) -> Layout<'static> {
    let mut tree = Tree::new(synonyms);
    match carried(value, synonyms) {
        Some((dump, record)) => {
            walk(&mut tree, "", &dump, range, 0);
            // What the record says of itself isn't about the dump.
            tree.out.sections.push(Section { title: Cow::Borrowed(""), kind: SectionKind::Surroundings });
            tree.open.push(tree.out.sections.len() - 1);
            record.into_iter().for_each(|(name, value)| walk(&mut tree, name, value, range, 1));
            tree.leave();
        }
        None => walk(&mut tree, "", value, range, 0),
    }
    tree.finish(range)
}

/// The dump that is the text of a record, and what else the record has.
fn carried<'v>(value: &'v Value, synonyms: &Synonyms) -> Option<(Value, Vec<(&'v String, &'v Value)>)> {
    const LEAST: usize = 4;
    let map = value.as_object()?;
    let (text, dump) = map.iter().find_map(|(name, value)| Some((name, documents::within(value.as_str()?)?)))?;
    let states = dump.as_object()?.keys().filter(|name| synonyms.knows(name)).count() >= LEAST;
    states.then(|| (dump, map.iter().filter(|(name, _)| *name != text).collect()))
}

fn walk(tree: &mut Tree<'_>, name: &str, value: &Value, range: &Range<usize>, depth: usize) {
    match value {
        Value::Object(map) => {
            let field = |names: &[&str]| {
                let found = names.iter().find_map(|n| map.get(*n))?;
                found.as_str().map(str::to_owned).or_else(|| found.as_u64().map(|n| n.to_string()))
            };
            if tree.frame(field) {
                return;
            }
            if let (Some(key), Some(value)) = (
                field(&["name", "key", "field", "label", "k", "n"]),
                ["value", "val", "v"].iter().find_map(|n| map.get(*n)),
            ) {
                return walk(tree, &key, only_value(value), range, depth + 1);
            }
            if tree.kind() == SectionKind::Stack
                && let Some(program) = field(&["program", "pgm", "name"])
                && tree.stack_text(&program)
            {
                return;
            }
            if depth > 0 {
                tree.enter(name);
            }
            map.iter().for_each(|(key, value)| walk(tree, key, value, range, depth + 1));
            if depth > 0 {
                tree.leave();
            }
        }
        Value::Array(list) => {
            let lines: Option<Vec<&str>> = list.iter().map(Value::as_str).collect();
            if let Some(lines) = lines.filter(|l| !l.is_empty()) {
                return lines_of(tree, name, &lines, range);
            }
            if let Some(pairs) = pairs_of(list).or_else(|| pairs_of_objects(list, tree.synonyms)) {
                return pairs.into_iter().for_each(|(key, value)| walk(tree, key, value, range, depth + 1));
            }
            tree.enter(name);
            list.iter().for_each(|value| walk(tree, name, value, range, depth + 1));
            tree.leave();
        }
        Value::String(text) => match documents::within(text) {
            Some(inner) if depth < DEEPEST => walk(tree, name, &inner, range, depth + 1),
            _ => tree.text(name, text, range),
        },
        Value::Null => tree.pair(name, "", range),
        other => tree.text(name, &other.to_string(), range),
    }
}

/// Documents within texts of documents that are read.
const DEEPEST: usize = 60;

/// The value in `{"stringValue": "JDOE"}`: an object around one value says of which type it is.
fn only_value(value: &Value) -> &Value {
    let inner = value.as_object().filter(|map| map.len() == 1).and_then(|map| map.iter().next());
    let typed = |(key, value): &(&String, &Value)| key.to_lowercase().ends_with("value") && !value.is_object();
    inner.filter(typed).map_or(value, |(_, value)| value)
}

/// The pairs of a list in which each member is a list of a name and a value, `[["Program", "CRS008"], ...]`.
fn pairs_of(list: &[Value]) -> Option<Vec<(&str, &Value)>> {
    const LEAST: usize = 3;
    if list.len() < LEAST {
        return None;
    }
    let pairs: Vec<(&str, &Value)> = list.iter().map(pair_of).collect::<Option<_>>()?;
    let mut names: Vec<&str> = pairs.iter().map(|(name, _)| *name).collect();
    names.sort_unstable();
    names.dedup();
    (names.len() == pairs.len()).then_some(pairs)
}

/// The name and the value that are all of a list.
fn pair_of(member: &Value) -> Option<(&str, &Value)> {
    match member.as_array()?.as_slice() {
        [Value::String(name), value] if !value.is_array() && !value.is_object() && is_key(name) => Some((name, value)),
        _ => None,
    }
}

/// The pairs of a list in which each member is an object with a name and a value, under whatever keys: those whose
/// values are known names, and have fitting values beside them.
fn pairs_of_objects<'v>(list: &'v [Value], synonyms: &Synonyms) -> Option<Vec<(&'v str, &'v Value)>> {
    const LEAST: usize = 3;
    const MOST_MEMBERS: usize = 4;
    let keys: Vec<&str> = list.first()?.as_object()?.keys().map(String::as_str).collect();
    if list.len() < LEAST || keys.len() > MOST_MEMBERS {
        return None;
    }
    let pairs = |(name, value): (usize, usize)| -> Option<Vec<(&'v str, &'v Value)>> {
        let of = |member: &'v Value| Some((member.get(keys[name])?.as_str()?, only_value(member.get(keys[value])?)));
        list.iter().map(of).collect()
    };
    let judged = two_of(keys.len()).filter_map(pairs).map(|pairs| {
        // Only a text shows the form of a fact.
        let texts = pairs.iter().filter_map(|(name, value)| Some((*name, value.as_str()?)));
        (Judged::of(texts, synonyms), pairs)
    });
    let best = judged.filter(|(judged, _)| judged.holds(LEAST)).max_by_key(|(judged, _)| judged.facts.len());
    best.map(|(_, pairs)| pairs)
}

/// A list of texts: the lines of a trace, of a stack, or values.
fn lines_of(tree: &mut Tree<'_>, name: &str, lines: &[&str], range: &Range<usize>) {
    let frames: Vec<Frame> = lines.iter().filter_map(|l| trace::call(l.trim().trim_start_matches("at "))).collect();
    if frames.len() == lines.len() {
        tree.frames.extend(frames);
        return;
    }
    tree.text(name, &lines.join("\n"), range);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<Vec<String>> {
        let dumps = json(text, Synonyms::standard()).unwrap_or_default();
        let shown = |layout: &Layout<'_>| {
            let about_it = |section: usize| layout.sections[section].kind == SectionKind::Facts;
            let pairs = layout.pairs.iter().filter(|pair| about_it(pair.section));
            pairs.map(|pair| format!("{}={}", pair.name, pair.value)).collect()
        };
        dumps.iter().map(|(_, layout)| shown(layout)).collect()
    }

    #[test]
    fn names_and_values_in_lists() {
        let pairs = r#"{"header":[["Program","CRS008"],["User","JDOE"],["Level",3]]}"#;
        assert_eq!(shown(pairs), [["Program=CRS008", "User=JDOE", "Level=3"]]);
        let typed = r#"{"attributes":[{"key":"User","value":{"stringValue":"JDOE"}}]}"#;
        assert_eq!(shown(typed), [["User=JDOE"]]);
        assert_eq!(
            shown(r#"{"points":[["a",[1]],["b",2],["c",3]]}"#),
            [Vec::<String>::new(); 1].map(|_| vec![
                "points=a".to_owned(),
                "points=1".to_owned(),
                "points=b".to_owned(),
                "points=2".to_owned(),
                "points=c".to_owned(),
                "points=3".to_owned()
            ])
        );
    }

    #[test]
    fn the_text_of_a_record_is_the_dump() {
        let dump = r#"{\"program\":\"CRS008\",\"user\":\"JDOE\",\"company\":\"100\",\"panel\":\"E\"}"#;
        let log = format!(
            "{{\"at\":\"2026-01-02T03:04:05Z\",\"message\":\"started\"}}\n{{\"at\":\"2026-01-02T03:04:06Z\",\"message\":\"{dump}\"}}\n"
        );
        let mut read = shown(&log);
        // Whether members keep their order is decided by whoever else uses the reader of JSON.
        read.iter_mut().for_each(|pairs| pairs.sort());
        assert_eq!(read, [["company=100", "panel=E", "program=CRS008", "user=JDOE"]]);
    }
}

//! Changing one JSON value.

use mwscope_parsers::json::{self, Kind};

use super::{Cut, near};
use crate::replay::draft::Unsendable;
use crate::replay::escape;

/// What must change in `text` so that the value at `pointer` becomes `value`, or goes.
pub(super) fn cut(text: &str, pointer: &str, value: Option<&str>) -> Result<Cut, Unsendable> {
    let document = json::read(text).map_err(|problem| {
        let what = format!("the body is no JSON: {} at byte {}", problem.what, problem.offset);
        Unsendable::new(what, "name an element as //NAME where it is XML, a field as form:NAME where it is a form")
    })?;
    let Some(at) = document.find(pointer) else {
        let wanted = pointer.rsplit('/').next().unwrap_or(pointer);
        let all = (1..document.values.len()).map(|at| document.pointer(at));
        let names = all.map(|path| (path.rsplit('/').next().unwrap_or_default().to_owned(), format!("json:{path}")));
        return Err(near::nothing(&format!("json:{pointer}"), wanted, names.collect()));
    };
    let there = &document.values[at];
    let before = match &there.kind {
        Kind::String(text) => text.to_string(),
        _ => text[there.range.clone()].to_owned(),
    };
    let Some(value) = value else {
        if there.parent.is_none() {
            return Err(Unsendable::new("the whole of a JSON body can't be removed", "use --remove body"));
        }
        let start = there.name.as_ref().map_or(there.range.start, |name| name.range.start);
        let behind = text[there.range.end..].len() - text[there.range.end..].trim_start().len();
        let next = there.range.end + behind;
        let range = match text[..start].trim_end().strip_suffix(',') {
            Some(rest) => rest.len()..there.range.end,
            // The first of several takes the comma behind it, with the white space before the next one.
            None if text[next..].starts_with(',') => {
                let rest = &text[next + 1..];
                start..next + 1 + (rest.len() - rest.trim_start().len())
            }
            None => start..there.range.end,
        };
        return Ok(Cut { range, with: String::new(), before });
    };
    let range = there.range.clone();
    let is = |kind: fn(&serde_json::Value) -> bool| serde_json::from_str(value.trim()).is_ok_and(|value| kind(&value));
    let with = match &there.kind {
        Kind::String(_) => {
            return Ok(Cut { range: range.start + 1..range.end - 1, with: escape::json_string(value), before });
        }
        Kind::Object | Kind::Array if !is(|_| true) => {
            let what = format!("json:{pointer} is no single value, and {value:?} is no JSON to put in its place");
            return Err(Unsendable::new(what, "name a member of it, or give JSON"));
        }
        Kind::Object | Kind::Array => value.trim().to_owned(),
        // A slot takes what is put into it for what it is.
        Kind::Number(_) | Kind::Bool(_) | Kind::Null if value.starts_with("{{") && value.ends_with("}}") => {
            value.to_owned()
        }
        Kind::Number(_) if is(serde_json::Value::is_number) => value.trim().to_owned(),
        Kind::Bool(_) | Kind::Null if is(|value| !value.is_object() && !value.is_array()) => value.trim().to_owned(),
        Kind::Number(_) | Kind::Bool(_) | Kind::Null => format!("\"{}\"", escape::json_string(value)),
    };
    Ok(Cut { range, with, before })
}

//! What a filter that is being typed can go on with: names of fields, words that a field knows, values of the evidence.

use super::alias;
use super::field::{self, FIELDS, Type};

/// What could take the place of the text from `start` to the cursor, the most likely first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completion {
    /// Where the part begins that would be replaced, in bytes.
    pub start: usize,
    /// What could stand there.
    pub with: Vec<String>,
}

/// More are no help any more.
const MOST: usize = 40;

const LEVELS: &[&str] = &[">=warn", ">=error", "trace", "debug", "info", "warn", "error", "fatal"];

/// What the part before the cursor could be meant as; `values` gives the values of a field in the evidence.
pub fn complete(text: &str, cursor: usize, values: impl FnOnce(&str) -> Vec<String>) -> Completion {
    let before = text.get(..cursor).unwrap_or(text);
    // Inside of quotes there is text, of which nobody knows how it goes on.
    if before.matches('"').count() % 2 == 1 {
        return Completion::default();
    }
    let word = before.rfind(|c: char| c.is_whitespace() || c == '(').map_or(0, |at| at + 1);
    let sign = before[word..].len() - before[word..].trim_start_matches(['-', '!']).len();
    let start = word + sign;
    let part = &before[start..];
    if part.is_empty() {
        return Completion::default();
    }
    if let Some(short) = part.strip_prefix('~') {
        let with = alias::names().filter(|name| name.starts_with(short)).map(|name| format!("~{name}")).collect();
        return Completion { start, with };
    }
    match part.split_once(':') {
        None => Completion { start, with: fields(part) },
        Some((name, value)) => {
            // Of several values the last one is being typed.
            let last = value.rfind(',').map_or(0, |at| at + 1);
            Completion { start: start + name.len() + 1 + last, with: words(name, &value[last..], values) }
        }
    }
}

fn fields(part: &str) -> Vec<String> {
    let part = part.to_ascii_lowercase();
    let (half, rest) = ["req.", "resp."]
        .iter()
        .find_map(|half| part.strip_prefix(half).map(|rest| (*half, rest)))
        .unwrap_or(("", part.as_str()));
    let named = |(names, _, kind, _): &(&[&str], _, Type, _)| {
        let name = names.iter().find(|name| name.starts_with(rest))?;
        // What is asked by its part has no value of its own.
        Some(if *kind == Type::Value { format!("{half}{name}.") } else { format!("{half}{name}:") })
    };
    FIELDS.iter().filter_map(named).take(MOST).collect()
}

fn words(name: &str, part: &str, values: impl FnOnce(&str) -> Vec<String>) -> Vec<String> {
    let own = name.trim_start_matches("req.").trim_start_matches("resp.");
    let Some((_, kind)) = field::find(own) else { return Vec::new() };
    let lower = part.to_lowercase();
    let fits = |word: &str| word.to_lowercase().starts_with(&lower) && !word.eq_ignore_ascii_case(part);
    match kind {
        Type::Words(words) => words.iter().filter(|word| fits(word)).map(|word| (*word).to_owned()).collect(),
        Type::Level => LEVELS.iter().filter(|word| fits(word)).map(|word| (*word).to_owned()).collect(),
        Type::Text | Type::Code | Type::Number | Type::Exchange => {
            let name = FIELDS.iter().find(|(names, ..)| names.contains(&own)).map_or(own, |(names, ..)| names[0]);
            values(name).into_iter().filter(|value| fits(value)).take(MOST).map(|value| quoted(&value)).collect()
        }
        _ => Vec::new(),
    }
}

/// A value as it can stand in a filter.
#[must_use]
pub fn quoted(value: &str) -> String {
    let plain = value.chars().all(|c| c.is_ascii_alphanumeric() || "._-/".contains(c))
        && !value.contains("..")
        && !value.starts_with('/');
    if plain && !value.is_empty() {
        return value.to_owned();
    }
    format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(text: &str) -> Vec<String> {
        complete(text, text.len(), |field| match field {
            "user" => vec!["JDOE".to_owned(), "j smith".to_owned()],
            _ => Vec::new(),
        })
        .with
    }

    #[test]
    fn names_words_and_values_go_on() {
        assert_eq!(with("sta"), ["stage:", "status:"]);
        assert_eq!(with("is:failed -is:f"), ["failed"]);
        assert_eq!(with("(use"), ["user:"]);
        assert_eq!(with("user:j"), ["JDOE", "\"j smith\""]);
        assert_eq!(with("user:BATCH,J"), ["JDOE", "\"j smith\""]);
        assert_eq!(with("user:JDOE"), Vec::<String>::new(), "what is whole needs nothing");
        assert_eq!(with("resp.bo"), ["resp.body:"]);
        assert_eq!(with("e"), ["el.", "exc:"]);
        assert!(with("~b").contains(&"~bq".to_owned()));
        assert!(with("").is_empty() && with("\"us").is_empty() && with("nofield:x").is_empty());
        assert_eq!(complete("-is:f x", 5, |_| Vec::new()), Completion { start: 4, with: vec!["failed".to_owned()] });
    }

    #[test]
    fn what_is_offered_can_be_read() {
        for value in ["a b", "x..y", "/a/", "say \"x\"", "C:\\x", "é"] {
            let text = format!("file={}", quoted(value));
            assert!(crate::query::Filter::parse(&text).is_ok(), "{text}");
        }
    }
}

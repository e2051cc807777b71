//! One term: which field a name stands for, and the test that a written value stands for.

use std::ops::Range;

use super::error::QueryError;
use super::field::{self, Field, Half, Type};
use super::tree::{Edge, Number, Test, rank};
use super::value::{self, Between, Cmp, Reach, When};

/// Whether a value stood in quotes, and so is no range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Plain {
    Word,
    Quoted,
}

pub(super) type Resolved = (Field, Type, Half, Option<String>);

/// The field that a name with its points stands for.
pub(super) fn resolve(name: &str, at: &Range<usize>) -> Result<Resolved, QueryError> {
    let (half, rest) = match name.split_once('.') {
        Some((h, rest)) if ["req", "request"].contains(&h.to_ascii_lowercase().as_str()) => (Half::Request, rest),
        Some((h, rest)) if ["resp", "response", "res"].contains(&h.to_ascii_lowercase().as_str()) => {
            (Half::Response, rest)
        }
        _ => (Half::Both, name),
    };
    let (base, sub) = rest.split_once('.').map_or((rest, None), |(base, sub)| (base, Some(sub)));
    let Some((field, kind)) = field::find(base) else {
        let names = field::FIELDS.iter().flat_map(|(names, ..)| names.iter().copied());
        let remedy = match field::nearest(base, names) {
            Some(near) => format!("did you mean `{near}`? Put the word in quotes if it is text"),
            None => "put the word in quotes if it is text; ? lists the fields".to_owned(),
        };
        return Err(QueryError::new(at.clone(), format!("there is no field `{base}`"), remedy));
    };
    let takes_name = matches!(field, Field::Header | Field::Element);
    let has_halves =
        matches!(field, Field::Header | Field::Element | Field::Body | Field::Size | Field::Type | Field::Any);
    if sub.is_some() && !takes_name {
        return Err(QueryError::new(at.clone(), format!("`{base}` has no parts"), format!("write `{base}:`")));
    }
    if field == Field::Element && sub.is_none_or(str::is_empty) {
        return Err(QueryError::new(
            at.clone(),
            "the element's name is missing",
            "write it behind the point, as in el.Facility:A01",
        ));
    }
    if half != Half::Both && !has_halves {
        let remedy = format!("write `{base}:`; halves have header, body, el, size and type");
        return Err(QueryError::new(at.clone(), format!("`{base}` isn't something of one half"), remedy));
    }
    Ok((field, kind, half, sub.filter(|s| !s.is_empty()).map(str::to_owned)))
}

pub(super) fn example(kind: Type) -> &'static str {
    match kind {
        Type::Text | Type::Code | Type::Value => "text",
        Type::Words(words) => words[0],
        Type::Number => "500",
        Type::Size => "10k",
        Type::Duration => "2s",
        Type::Time => "10:41",
        Type::Level => "warn",
        Type::Exchange => "x12",
        Type::Near => "x12,5s",
    }
}

/// The test that one value stands for.
pub(super) fn test(kind: Type, cmp: Cmp, text: &str, plain: Plain, at: &Range<usize>) -> Result<Test, QueryError> {
    let wrong = |what: String, remedy: String| QueryError::new(at.clone(), what, remedy);
    let ordered = !matches!(cmp, Cmp::Is | Cmp::Equal | Cmp::NotEqual);
    let number: fn(&str) -> Option<(f64, f64)> = match kind {
        Type::Size => value::size,
        Type::Duration => value::duration,
        Type::Level => |text| value::level(text).map(|s| (rank(s), rank(s))),
        _ => value::number,
    };
    match kind {
        Type::Words(words) => {
            let word = text.to_ascii_lowercase();
            if ordered || !words.contains(&word.as_str()) {
                let near = field::nearest(&word, words.iter().copied());
                let remedy =
                    near.map_or_else(|| format!("it can be {}", words.join(", ")), |n| format!("did you mean `{n}`?"));
                return Err(wrong(format!("`{text}` is none of its values"), remedy));
            }
            let regex =
                value::text_test(&word, Reach::Whole).map_err(|why| wrong(why, "write a shorter text".into()))?;
            Ok(Test::Text(regex))
        }
        Type::Number | Type::Size | Type::Duration | Type::Level => {
            if text == "*" && !ordered {
                return Ok(Test::Number(Between { low: None, high: None, strict: false }));
            }
            let between = range(cmp, text, number).ok_or_else(|| {
                wrong(format!("`{text}` is no value for this field"), format!("write it like {}", example(kind)))
            })?;
            Ok(if kind == Type::Level { Test::Level(between) } else { Test::Number(between) })
        }
        Type::Time => time(cmp, text).ok_or_else(|| {
            wrong(
                format!("`{text}` is no time"),
                "write 10:41, 10:41:58.402, 2026-01-13, 2026-01-13T10:41 or -5m".into(),
            )
        }),
        Type::Exchange => exchange(text, 0.0, at),
        Type::Near => near(text, "5s", at.clone()),
        Type::Value if ordered || (plain == Plain::Word && text.contains("..")) => match range(cmp, text, number) {
            Some(between) => Ok(Test::Number(between)),
            None => Err(wrong(format!("`{text}` is no number"), "write a number, or : for text".into())),
        },
        Type::Text | Type::Code | Type::Value => {
            if ordered {
                return Err(wrong("text is neither more nor less".into(), "write : or = for text".into()));
            }
            let whole = kind != Type::Text || cmp != Cmp::Is;
            let reach = if whole { Reach::Whole } else { Reach::Part };
            let regex = value::text_test(text, reach).map_err(|why| wrong(why, "write a shorter text".into()))?;
            Ok(Test::Text(regex))
        }
    }
}

fn range(cmp: Cmp, text: &str, number: fn(&str) -> Option<(f64, f64)>) -> Option<Between> {
    let Some((low, high)) = text.split_once("..") else {
        let (low, high) = number(text)?;
        return Some(Between::of(cmp, low, high));
    };
    let end = |text: &str| if text.is_empty() { Some(None) } else { number(text).map(Some) };
    let (low, high) = (end(low)?, end(high)?);
    if low.is_none() && high.is_none() {
        return None;
    }
    Some(Between { low: low.map(|(n, _)| n), high: high.map(|(_, n)| n), strict: false })
}

fn time(cmp: Cmp, text: &str) -> Option<Test> {
    let edges = match text.split_once("..") {
        Some((low, high)) => {
            let mut edges = Vec::new();
            if !low.is_empty() {
                edges.push((Edge::From, value::when(low)?));
            }
            if !high.is_empty() {
                edges.push((Edge::To, value::when(high)?));
            }
            edges
        }
        None => {
            let when = value::when(text)?;
            match (cmp, when) {
                (Cmp::Is | Cmp::Equal | Cmp::NotEqual, When::BeforeEnd(_)) | (Cmp::GreaterEqual, _) => {
                    vec![(Edge::From, when)]
                }
                (Cmp::Is | Cmp::Equal | Cmp::NotEqual, _) => vec![(Edge::From, when), (Edge::To, when)],
                (Cmp::Less, _) => vec![(Edge::Before, when)],
                (Cmp::LessEqual, _) => vec![(Edge::To, when)],
                (Cmp::Greater, _) => vec![(Edge::After, when)],
            }
        }
    };
    (!edges.is_empty()).then_some(Test::Time(edges))
}

fn exchange(text: &str, far: f64, at: &Range<usize>) -> Result<Test, QueryError> {
    let lower = text.to_ascii_lowercase();
    let (digits, how) = match lower.strip_prefix('x') {
        Some(digits) => (digits, Number::Id),
        None => (lower.strip_prefix('#').unwrap_or(&lower), Number::Bare),
    };
    match digits.parse() {
        Ok(n) => Ok(Test::Exchange(n, how, far)),
        Err(_) => Err(QueryError::new(at.clone(), format!("`{text}` names no call"), "write its id, as in x12")),
    }
}

pub(super) fn near(text: &str, far: &str, at: Range<usize>) -> Result<Test, QueryError> {
    let Some((ns, _)) = value::duration(far) else {
        return Err(QueryError::new(at, format!("`{far}` is no duration"), "write it like 5s or 200ms"));
    };
    exchange(text, ns, &at)
}

//! Values in an answer: taken for later requests (`--take`), or held against what is expected (`--expect`).

use bytes::Bytes;
use mwscope_parsers::http::MediaType;
use mwscope_parsers::{json, xml};
use regex::Regex;

use super::place::Steps;
use crate::model::{Exchange, Kept, Response, coding};

/// Where in an answer a value stands.
#[derive(Clone, Debug)]
pub enum Source {
    /// The status.
    Status,
    /// A header.
    Header(String),
    /// A cookie that is set.
    Cookie(String),
    /// An element or attribute.
    Xml(Steps),
    /// A JSON value.
    Json(String),
    /// What the first group of a pattern matches in the body, or all of the match where it has no group.
    Regex(Regex),
    /// The whole body.
    Body,
}

/// A value to be taken.
#[derive(Clone, Debug)]
pub struct Take {
    /// The name by which later requests have it.
    pub name: String,
    /// The id of the call whose answer has it; `None` for the first that does.
    pub only: Option<String>,
    /// Where it stands.
    pub source: Source,
}

/// A check of an answer.
#[derive(Clone, Debug)]
pub struct Expect {
    /// The id of the call that is checked; `None` for the last of a flow.
    pub only: Option<String>,
    source: Source,
    test: Test,
    text: String,
}

#[derive(Clone, Debug)]
enum Test {
    Is(String),
    IsNot(String),
    Matches(Regex),
    Exists,
}

impl Source {
    /// Reads `status`, `body`, `header:NAME`, `cookie:NAME`, `json:/POINTER`, `regex:PATTERN` or a path of an element.
    ///
    /// # Errors
    /// With what is wrong and how it is written.
    pub fn parse(text: &str) -> Result<Self, String> {
        match text.split_once(':') {
            _ if text.starts_with('/') => Steps::parse(text).map(Self::Xml),
            _ if text == "status" => Ok(Self::Status),
            _ if text == "body" => Ok(Self::Body),
            Some(("header", name)) if !name.is_empty() => Ok(Self::Header(name.to_owned())),
            Some(("cookie", name)) if !name.is_empty() => Ok(Self::Cookie(name.to_owned())),
            Some(("json", pointer)) if pointer.is_empty() || pointer.starts_with('/') => {
                Ok(Self::Json(pointer.to_owned()))
            }
            Some(("regex", pattern)) => Regex::new(pattern).map(Self::Regex).map_err(|error| short(&error)),
            _ => Err(format!(
                "{text:?} names no value of an answer; write status, body, //ELEMENT, header:NAME, cookie:NAME, \
                 json:/POINTER or regex:PATTERN"
            )),
        }
    }

    /// The value in an answer, where it has one.
    #[must_use]
    pub fn value(&self, exchange: &Exchange) -> Option<String> {
        let response = exchange.response.as_ref()?;
        match self {
            Self::Status => Some(response.status.to_string()),
            Self::Header(name) => response.headers.text(name),
            Self::Cookie(name) => cookie(response, name),
            Self::Body => Some(text(response)),
            Self::Regex(pattern) => {
                let body = text(response);
                let found = pattern.captures(&body)?;
                Some(found.get(1).or_else(|| found.get(0))?.as_str().to_owned())
            }
            Self::Xml(steps) => {
                let body = text(response);
                let document = xml::read(&body);
                let found = steps.find(&document).into_iter().next()?;
                let element = &document.elements[found.element];
                match found.attribute {
                    Some(name) => element.attributes.iter().find(|(key, _)| *key == name).map(|(_, v)| v.to_string()),
                    None => Some(element.text.trim().to_owned()),
                }
            }
            Self::Json(pointer) => {
                let body = text(response);
                let document = json::read(&body).ok()?;
                let value = &document.values[document.find(pointer)?];
                Some(match &value.kind {
                    json::Kind::String(text) => text.to_string(),
                    _ => body[value.range.clone()].to_owned(),
                })
            }
        }
    }
}

impl Take {
    /// Reads `NAME=[ID:]PATH`. `ids` are those of the requests.
    ///
    /// # Errors
    /// With what is wrong and how it is written.
    pub fn parse(text: &str, ids: &[String]) -> Result<Self, String> {
        let (name, path) = text.split_once('=').ok_or_else(|| format!("{text:?} is no NAME=PATH"))?;
        let name = name.trim();
        if name.is_empty() || name.contains(['{', '}']) {
            return Err(format!("{text:?} gives it no name"));
        }
        let (only, path) = divided(path.trim(), ids);
        Ok(Self { name: name.to_owned(), only, source: Source::parse(path)? })
    }
}

impl Expect {
    /// Reads `[ID:]PATH=VALUE`, `!=`, `~PATTERN`, or a path that must be there. `status=2xx` is any of them.
    ///
    /// # Errors
    /// With what is wrong and how it is written.
    pub fn parse(text: &str, ids: &[String]) -> Result<Self, String> {
        let (only, rest) = divided(text.trim(), ids);
        let whole = text.to_owned();
        // A pattern may have any sign in it.
        if rest.starts_with("regex:") {
            return Ok(Self { only, source: Source::parse(rest)?, test: Test::Exists, text: whole });
        }
        let at = operator(rest);
        let Some(at) = at else {
            return Ok(Self { only, source: Source::parse(rest)?, test: Test::Exists, text: whole });
        };
        let (path, behind) = rest.split_at(at);
        let value = |skip: usize| behind[skip..].trim().trim_matches(['"', '\'']).to_owned();
        let source = Source::parse(path.trim())?;
        let test = match behind.as_bytes() {
            [b'!', b'=', ..] => Test::IsNot(value(2)),
            [b'=', b'=', ..] => Test::Is(value(2)),
            [b'=', ..] => Test::Is(value(1)),
            _ => Test::Matches(Regex::new(behind[1..].trim()).map_err(|error| short(&error))?),
        };
        Ok(Self { only, source, test, text: whole })
    }

    /// Holds it against an answer.
    ///
    /// # Errors
    /// With what is there instead.
    pub fn check(&self, exchange: &Exchange) -> Result<(), String> {
        let value = self.source.value(exchange);
        let held = match (&self.test, value.as_deref()) {
            (Test::Exists, value) => value.is_some(),
            (Test::IsNot(wanted), value) => value.is_none_or(|value| !same(&self.source, value, wanted)),
            (Test::Is(wanted), Some(value)) => same(&self.source, value, wanted),
            (Test::Matches(pattern), Some(value)) => pattern.is_match(value),
            (_, None) => false,
        };
        if held {
            return Ok(());
        }
        let there = value.map_or_else(|| "nothing".to_owned(), |value| value.chars().take(80).collect());
        Err(format!("expected {}, got {there}", self.text))
    }
}

fn same(source: &Source, value: &str, wanted: &str) -> bool {
    let class = || matches!(source, Source::Status) && wanted.len() == 3 && wanted[1..].eq_ignore_ascii_case("xx");
    value == wanted || value.trim() == wanted || (class() && value.as_bytes().first() == wanted.as_bytes().first())
}

/// Where `=`, `!=` or `~` stands, outside of brackets.
fn operator(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        match c {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            '=' | '~' if depth == 0 => return Some(at),
            '!' if depth == 0 && text[at..].starts_with("!=") => return Some(at),
            _ => {}
        }
    }
    None
}

fn divided<'a>(text: &'a str, ids: &[String]) -> (Option<String>, &'a str) {
    let named = |id: &&String| text.strip_prefix(id.as_str()).is_some_and(|rest| rest.starts_with(':'));
    match ids.iter().find(named) {
        Some(id) => (Some(id.clone()), &text[id.len() + 1..]),
        None => (None, text),
    }
}

fn cookie(response: &Response, name: &str) -> Option<String> {
    response.headers.all("Set-Cookie").find_map(|header| {
        let line = header.text().into_owned();
        let (key, value) = line.split(';').next()?.split_once('=')?;
        (key.trim() == name).then(|| value.trim().to_owned())
    })
}

/// The body of an answer that is in memory, as text.
pub(super) fn text(response: &Response) -> String {
    let kept = if let Kept::Here(bytes) = &response.body.kept { bytes.clone() } else { Bytes::new() };
    readable(response, &kept)
}

/// A body as text; `kept` are its kept bytes.
pub(super) fn readable(response: &Response, kept: &Bytes) -> String {
    let plain = coding::decode(&response.body, kept).bytes;
    let media = response.headers.text("Content-Type").and_then(|value| MediaType::parse(value.as_bytes()));
    xml::decode(&plain, media.as_ref().and_then(|media| media.parameter("charset"))).text.into_owned()
}

fn short(error: &regex::Error) -> String {
    error.to_string().lines().last().unwrap_or_default().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Body, ExchangeId, Header, Headers, Request, SourceId};

    fn answered(body: &str) -> Exchange {
        let mut exchange = Exchange::new(ExchangeId(0), SourceId(0), 0, "http://h/".into(), Request::default());
        let headers = Headers(vec![Header::new("X-Token", "abc"), Header::new("Set-Cookie", "S=1; Path=/")]);
        let body = Body::whole(Bytes::copy_from_slice(body.as_bytes()));
        exchange.response = Some(Response { status: 201, headers, body, ..Response::default() });
        exchange
    }

    #[test]
    fn values_are_taken_from_anywhere_in_an_answer() {
        let ids = ["x1".to_owned()];
        let take = |text: &str, body: &str| Take::parse(text, &ids).expect(text).source.value(&answered(body));
        assert_eq!(take("t=header:x-token", "").as_deref(), Some("abc"));
        assert_eq!(take("t=x1:cookie:S", "").as_deref(), Some("1"));
        assert_eq!(take("t=//b/@c", "<a><b c='&lt;'/></a>").as_deref(), Some("<"));
        assert_eq!(take("t=json:/a/0", "{\"a\":[1.50]}").as_deref(), Some("1.50"));
        assert_eq!(take("t=regex:no=(\\d+)", "x no=17;").as_deref(), Some("17"));
        assert_eq!(take("t=json:/b", "{\"a\":[1.50]}"), None);
        assert!(Take::parse("t", &ids).is_err() && Take::parse("t=Element", &ids).is_err());
    }

    #[test]
    fn expectations_say_what_is_there_instead() {
        let check = |text: &str, body: &str| Expect::parse(text, &[]).expect(text).check(&answered(body));
        for text in [
            "status=201",
            "status = 2xx",
            "status!=500",
            "//Return=0",
            "//R[@k='a=b'] = 'x'",
            "header:X-Token~^a",
            "regex:<R",
            "//R",
        ] {
            assert_eq!(check(text, "<q><Return> 0 </Return><R k='a=b'>x</R></q>"), Ok(()), "{text}");
        }
        assert_eq!(check("//Return = 0", "<Return>1</Return>"), Err("expected //Return = 0, got 1".into()));
        assert_eq!(check("status=200", ""), Err("expected status=200, got 201".into()));
        assert_eq!(check("json:/a=1", ""), Err("expected json:/a=1, got nothing".into()));
    }
}

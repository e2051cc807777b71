//! Several recorded calls as one flow: what a later request carried because an earlier answer gave it (a token, a number)
//! is found, so that it is taken anew in each run.

use std::collections::HashSet;

use mwscope_parsers::http::{MediaType, form};
use mwscope_parsers::{json, xml};

use super::answers::{Source, Take, readable};
use super::change::{BodyText, Change};
use super::draft::{Draft, Hole, coded};
use super::place::{Place, Steps, paths};
use crate::model::{Bodies, Exchange, Part, Response};

/// Shorter values are too often equal by chance.
const SHORTEST: usize = 4;

/// A value that an earlier answer gives and a later request carries.
#[derive(Clone, Debug)]
pub struct Link {
    /// How it is taken.
    pub take: Take,
    /// Which call carries it, and where.
    pub call: usize,
    /// Where it stands there.
    pub place: Place,
    /// In words.
    pub text: String,
}

/// One call of a flow: its id, what was recorded, and what is to be sent.
#[derive(Clone, Copy)]
pub struct Step<'a> {
    /// The id by which it is named.
    pub id: &'a str,
    /// What was recorded.
    pub recorded: &'a Exchange,
    /// What is to be sent.
    pub draft: &'a Draft,
}

/// What of each request an earlier answer gave. A value that stood in a request before is not given by an answer; cookies
/// are kept by the client itself.
#[must_use]
pub fn links(steps: &[Step<'_>], bodies: &dyn Bodies) -> Vec<Link> {
    let mut links: Vec<Link> = Vec::new();
    let mut known: HashSet<String> = HashSet::new();
    let mut given: Vec<(usize, Source, String)> = Vec::new();
    for (at, step) in steps.iter().enumerate() {
        let carried = carried(step.draft);
        for (place, value) in &carried {
            let from = given.iter().find(|(_, _, there)| there == value);
            if let Some((call, source, _)) = from {
                links.push(link(steps, links.len(), *call, source.clone(), at, place.clone()));
            }
        }
        for hole in &step.draft.holes {
            links.extend(by_token(steps, links.len(), at, hole));
        }
        known.extend(carried.into_iter().map(|(_, value)| value));
        if let Some(response) = &step.recorded.response {
            let values = answered(response, bodies).into_iter().filter(|(_, value)| !known.contains(value));
            given.extend(values.map(|(source, value)| (at, source, value)));
        }
    }
    links
}

/// Puts the slot of each link into the request that carries its value.
pub fn put(links: &[Link], drafts: &mut [Draft]) {
    for link in links {
        let Some(draft) = drafts.get_mut(link.call) else { continue };
        let edits = draft.edits.len();
        let slot = format!("{{{{{}}}}}", link.take.name);
        let put = draft.change(&Change::Set(link.place.clone(), slot));
        draft.edits.truncate(edits);
        if put.is_ok() {
            draft.edited(link.text.clone(), None, None);
        }
    }
}

fn link(steps: &[Step<'_>], n: usize, from: usize, source: Source, to: usize, place: Place) -> Link {
    let id = steps[from].id;
    let text = format!("{place} as the answer to {id} gives it ({})", in_words(&source));
    let take = Take { name: format!("taken{}", n + 1), only: Some(id.to_owned()), source };
    Link { take, call: to, place, text }
}

fn in_words(source: &Source) -> String {
    match source {
        Source::Status => "status".to_owned(),
        Source::Header(name) => format!("header:{name}"),
        Source::Cookie(name) => format!("cookie:{name}"),
        Source::Xml(steps) => steps.to_string(),
        Source::Json(pointer) => format!("json:{pointer}"),
        Source::Regex(pattern) => format!("regex:{pattern}"),
        Source::Body => "body".to_owned(),
    }
}

/// A masked header that is the same secret as a masked one of an earlier answer, by the tokens of both.
fn by_token(steps: &[Step<'_>], n: usize, at: usize, hole: &Hole) -> Option<Link> {
    if hole.part != Part::RequestHead || hole.token.is_empty() || hole.name.eq_ignore_ascii_case("cookie") {
        return None;
    }
    let (from, name) = steps[..at].iter().enumerate().rev().find_map(|(from, step)| {
        let mask =
            step.recorded.masks.iter().find(|mask| mask.part == Part::ResponseHead && mask.token == hole.token)?;
        super::draft::header_of_answer(step.recorded, usize::try_from(mask.offset).ok()?).map(|name| (from, name))
    })?;
    if name.eq_ignore_ascii_case("set-cookie") {
        return None;
    }
    Some(link(steps, n, from, Source::Header(name), at, Place::Header(hole.name.clone(), None)))
}

/// What a request carries: values of headers, query and body, with their places.
fn carried(draft: &Draft) -> Vec<(Place, String)> {
    let usual = [
        "host",
        "content-type",
        "content-length",
        "user-agent",
        "accept",
        "accept-encoding",
        "accept-language",
        "connection",
        "soapaction",
        "origin",
        "referer",
        "cookie",
        "cache-control",
        "pragma",
        "expect",
        "transfer-encoding",
    ];
    let mut found = Vec::new();
    for header in &draft.headers.0 {
        let name = header.name.to_ascii_lowercase();
        if !usual.contains(&name.as_str()) && !name.starts_with("sec-") {
            found.push((Place::Header(header.name.to_string(), None), header.text().trim().to_owned()));
        }
    }
    let query = draft.target().split_once('?').map_or("", |(_, query)| query);
    found.extend(form::fields(query).into_iter().map(|f| (Place::Query(f.name, None), f.value)));
    let Ok(plain) = coded::plain(draft) else { return long(found) };
    let media = draft.headers.text("Content-Type").and_then(|value| MediaType::parse(value.as_bytes()));
    let text = BodyText::of(&plain, media.as_ref().and_then(|media| media.parameter("charset")));
    let text = text.text();
    if media.as_ref().is_some_and(|media| media.essence == "application/x-www-form-urlencoded") {
        found.extend(form::fields(text).into_iter().map(|f| (Place::Form(f.name, None), f.value)));
    } else {
        for (source, value) in in_text(text) {
            match source {
                Source::Xml(steps) => found.push((Place::Xml(steps), value)),
                Source::Json(pointer) => found.push((Place::Json(pointer), value)),
                _ => {}
            }
        }
    }
    long(found)
}

fn long(found: Vec<(Place, String)>) -> Vec<(Place, String)> {
    found.into_iter().filter(|(place, value)| is_telling(&place.to_string(), value)).collect()
}

/// Whether a value looks like one that a server gave out: long enough to be known again, and by its name, its length or
/// its digits no word; days are equal by chance.
fn is_telling(name: &str, value: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let named = ["csrf", "xsrf", "token", "nonce", "session", "ticket"].iter().any(|word| name.contains(word));
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let day = matches!(value.len(), 8 | 10) && (value.starts_with("19") || value.starts_with("20")) && digits == 8;
    let stamp = value.len() > 10 && value.as_bytes().get(4) == Some(&b'-') && value.as_bytes().get(10) == Some(&b'T');
    let filler = value.bytes().all(|b| b == b'*');
    value.len() >= SHORTEST
        && !filler
        && !value.contains(char::is_whitespace)
        && (named || digits > 0 || value.len() >= 12)
        && !day
        && !stamp
}

/// The values that an answer gives, with where they stand.
fn answered(response: &Response, bodies: &dyn Bodies) -> Vec<(Source, String)> {
    let usual = [
        "date",
        "content-type",
        "content-length",
        "server",
        "connection",
        "set-cookie",
        "cache-control",
        "vary",
        "expires",
        "pragma",
        "transfer-encoding",
        "content-encoding",
        "keep-alive",
        "x-powered-by",
    ];
    let mut found = Vec::new();
    for header in &response.headers.0 {
        if !usual.contains(&header.name.to_ascii_lowercase().as_str()) {
            found.push((Source::Header(header.name.to_string()), header.text().trim().to_owned()));
        }
    }
    let kept = bodies.load(&response.body).unwrap_or_default();
    found.extend(in_text(&readable(response, &kept)));
    found.retain(|(source, value)| is_telling(&in_words(source), value) && !is_further_down(source));
    found
}

/// Whether it stands behind others in a list, where another stands the next time.
fn is_further_down(source: &Source) -> bool {
    let Source::Xml(steps) = source else { return false };
    steps.to_string().split('[').skip(1).any(|step| !step.starts_with("1]"))
}

/// The single values of XML or JSON.
fn in_text(text: &str) -> Vec<(Source, String)> {
    let mut found = Vec::new();
    let begins = text.trim_start();
    if begins.starts_with(['{', '[']) {
        let Ok(document) = json::read(text) else { return found };
        for (at, value) in document.values.iter().enumerate() {
            let plain = match &value.kind {
                json::Kind::String(text) => text.to_string(),
                json::Kind::Number(text) => (*text).to_owned(),
                _ => continue,
            };
            found.push((Source::Json(document.pointer(at)), plain));
        }
    } else if begins.starts_with('<') {
        let document = xml::read(text);
        let paths = paths(&document);
        for (at, path) in paths.iter().enumerate() {
            let element = &document.elements[at];
            if document.is_leaf(at)
                && let Ok(steps) = Steps::parse(path)
            {
                found.push((Source::Xml(steps), element.text.trim().to_owned()));
            }
            for (key, value) in &element.attributes {
                let path = format!("{path}/@{key}");
                if !key.starts_with("xmlns")
                    && let Ok(steps) = Steps::parse(&path)
                {
                    found.push((Source::Xml(steps), value.trim().to_owned()));
                }
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::model::{Body, ExchangeId, Header, Headers, Kept, Request, SourceId};

    struct Here;

    impl Bodies for Here {
        fn load(&self, body: &Body) -> std::io::Result<Bytes> {
            Ok(if let Kept::Here(bytes) = &body.kept { bytes.clone() } else { Bytes::new() })
        }
    }

    #[test]
    fn what_an_answer_gave_is_found_in_later_requests() {
        let exchange = |headers: Headers, body: &'static str| {
            let mut exchange = Exchange::new(ExchangeId(0), SourceId(0), 0, "http://h/a".into(), Request::default());
            let body = Body::whole(Bytes::from_static(body.as_bytes()));
            exchange.response = Some(Response { status: 200, headers, body, ..Response::default() });
            exchange
        };
        let draft = |url: &str, headers: Headers, body: &'static str| Draft {
            method: "POST".into(),
            url: url.into(),
            headers,
            body: Bytes::from_static(body.as_bytes()),
            ..Draft::default()
        };
        let first = exchange(
            Headers(vec![Header::new("X-CSRF-Token", "t0ken-1")]),
            "<r><Order>10001234</Order><Company>1000</Company></r>",
        );
        let asked = draft("http://h/a", Headers::default(), "<q><Company>1000</Company></q>");
        let later = draft(
            "http://h/b?order=10001234",
            Headers(vec![Header::new("x-csrf-token", "t0ken-1")]),
            "<q><Company>1000</Company><No>10001234</No></q>",
        );
        let last = exchange(Headers::default(), "");
        let steps =
            [Step { id: "x1", recorded: &first, draft: &asked }, Step { id: "x2", recorded: &last, draft: &later }];
        let links = links(&steps, &Here);
        let told: Vec<_> = links.iter().map(|link| link.text.as_str()).collect();
        assert_eq!(
            told,
            [
                "header:x-csrf-token as the answer to x1 gives it (header:X-CSRF-Token)",
                "query:order as the answer to x1 gives it (/r/Order)",
                "/q/No as the answer to x1 gives it (/r/Order)",
            ]
        );
        let mut drafts = [asked.clone(), later.clone()];
        put(&links, &mut drafts);
        assert_eq!(drafts[1].body, "<q><Company>1000</Company><No>{{taken3}}</No></q>");
        assert_eq!(drafts[1].headers.text("X-CSRF-Token").as_deref(), Some("{{taken1}}"));
        assert_eq!(drafts[1].url, "http://h/b?order=%7B%7Btaken2%7D%7D");
    }
}

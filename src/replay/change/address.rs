//! Changing what stands in the head: headers, cookies, the query and the parameters of the path.

use bytes::Bytes;
use mwscope_parsers::http::form;

use super::{Change, near, with_separator};
use crate::model::{Header, Part};
use crate::replay::draft::{Draft, Unsendable};
use crate::replay::escape;
use crate::replay::place::Place;

pub(super) fn change(draft: &mut Draft, change: &Change) -> Result<(), Unsendable> {
    match change {
        Change::Set(Place::Header(name, nth), value) => set_header(draft, name, *nth, value),
        Change::Remove(Place::Header(name, nth)) => remove_header(draft, name, *nth),
        Change::Set(Place::Query(name, nth), value) => query(draft, name, *nth, Some(value)),
        Change::Remove(Place::Query(name, nth)) => query(draft, name, *nth, None),
        Change::Set(Place::Cookie(name), value) => cookie(draft, name, Some(value)),
        Change::Remove(Place::Cookie(name)) => cookie(draft, name, None),
        Change::Set(..) | Change::Remove(_) => Ok(()),
    }
}

fn headers_named(draft: &Draft, name: &str) -> Vec<usize> {
    let named = |(at, header): (usize, &Header)| header.name.eq_ignore_ascii_case(name).then_some(at);
    draft.headers.0.iter().enumerate().filter_map(named).collect()
}

fn set_header(draft: &mut Draft, name: &str, nth: Option<usize>, value: &str) -> Result<(), Unsendable> {
    if value.contains(['\r', '\n', '\0']) {
        return Err(Unsendable::new(format!("the value of {name} holds a line break"), "write it in one line"));
    }
    let there = headers_named(draft, name);
    if there.is_empty() && nth.is_none_or(|n| n == 1) {
        draft.headers.0.push(Header::new(name, value));
        draft.listed(name, None, Some(value.to_owned()));
        return Ok(());
    }
    let at = *near::one(&format!("header:{name}"), name, &there.iter().collect::<Vec<_>>(), nth, Vec::new())?;
    let header = &mut draft.headers.0[at];
    let before = header.text().into_owned();
    header.value = Bytes::copy_from_slice(value.trim().as_bytes());
    draft.listed(name, Some(before), Some(value.to_owned()));
    draft.drop_holes(|hole| hole.part == Part::RequestHead && hole.name.eq_ignore_ascii_case(name));
    Ok(())
}

fn remove_header(draft: &mut Draft, name: &str, nth: Option<usize>) -> Result<(), Unsendable> {
    let there = headers_named(draft, name);
    if there.is_empty() {
        let names = draft.headers.0.iter().map(|h| (h.name.to_string(), format!("header:{}", h.name))).collect();
        return Err(near::nothing(&format!("header:{name}"), name, names));
    }
    match nth {
        None => drop(draft.remove_header(name)),
        Some(_) => {
            let at = *near::one(&format!("header:{name}"), name, &there.iter().collect::<Vec<_>>(), nth, Vec::new())?;
            let gone = draft.headers.0.remove(at);
            draft.listed(&format!("{name} removed"), Some(gone.text().into_owned()), None);
        }
    }
    Ok(())
}

/// The field of the query, else the parameter of the path, of that name; one that isn't there is added to the query.
fn query(draft: &mut Draft, name: &str, nth: Option<usize>, value: Option<&str>) -> Result<(), Unsendable> {
    let url = draft.url.clone();
    let start = url.len() - draft.target().len();
    let (path, query) = url.split_at(url.find('?').map_or(url.len(), |at| at + 1));
    let fields = form::fields(query);
    let named: Vec<_> = fields.iter().filter(|field| field.name == name).collect();
    let parameters = parameters(path, start);
    let in_path: Vec<_> = parameters.iter().filter(|field| field.name.eq_ignore_ascii_case(name)).collect();
    let (field, text, base, separator) = if named.is_empty() && !in_path.is_empty() {
        (
            *near::one(&format!("query:{name}"), name, &in_path.iter().collect::<Vec<_>>(), nth, Vec::new())?,
            path,
            0,
            ';',
        )
    } else if named.is_empty() {
        let Some(value) = value else {
            let names =
                fields.iter().chain(&parameters).map(|f| (f.name.clone(), format!("query:{}", f.name))).collect();
            return Err(near::nothing(&format!("query:{name}"), name, names));
        };
        let divider = if query.is_empty() { "?" } else { "&" };
        let url = format!("{}{divider}{}={}", url.trim_end_matches(['?', '&']), escape::url(name), escape::url(value));
        draft.url = url;
        draft.listed(&format!("query:{name}"), None, Some(value.to_owned()));
        return Ok(());
    } else {
        (near::one(&format!("query:{name}"), name, &named, nth, Vec::new())?, query, path.len(), '&')
    };
    let before = field.value.clone();
    let (range, with) = match value {
        Some(value) if text[field.range.clone()].contains('=') => (field.at_value.clone(), escape::url(value)),
        Some(value) => (field.at_value.clone(), format!("={}", escape::url(value))),
        None => (with_separator(text, &field.range, separator), String::new()),
    };
    let mut changed = url.clone();
    changed.replace_range(base + range.start..base + range.end, &with);
    if changed.ends_with('?') {
        changed.pop();
    }
    draft.url = changed;
    let what = if value.is_some() { format!("query:{name}") } else { format!("query:{name} removed") };
    draft.listed(&what, Some(before), value.map(str::to_owned));
    draft.drop_holes(|hole| hole.part == Part::Target && form::decoded(&hole.name) == name);
    Ok(())
}

/// The parameters of a URL's path (`/execute/PGM/TRANS;cono=100;divi=AAA`). `from` is where the path begins.
fn parameters(url: &str, from: usize) -> Vec<form::Pair> {
    let mut found = Vec::new();
    let path_end = url.find('?').unwrap_or(url.len());
    let mut at = from;
    for segment in url[from..path_end].split('/') {
        let mut start = at;
        at += segment.len() + 1;
        for (n, field) in segment.split(';').enumerate() {
            let range = start..start + field.len();
            start = range.end + 1;
            if n == 0 || field.is_empty() {
                continue;
            }
            let (name, value) = field.split_once('=').unwrap_or((field, ""));
            let at_value = range.end - value.len()..range.end;
            found.push(form::Pair { name: form::decoded(name), value: form::decoded(value), range, at_value });
        }
    }
    found
}

fn cookie(draft: &mut Draft, name: &str, value: Option<&str>) -> Result<(), Unsendable> {
    let place = format!("cookie:{name}");
    let mut names = Vec::new();
    for at in headers_named(draft, "Cookie") {
        let line = draft.headers.0[at].text().into_owned();
        let mut start = 0;
        for pair in line.split(';') {
            let range = start..start + pair.len();
            start = range.end + 1;
            let (key, _) = pair.split_once('=').unwrap_or((pair, ""));
            names.push((key.trim().to_owned(), format!("cookie:{}", key.trim())));
            if key.trim() != name {
                continue;
            }
            let mut changed = line.clone();
            match value {
                Some(value) => {
                    let from = range.start + pair.len() - pair.split_once('=').map_or(0, |(_, value)| value.len());
                    changed.replace_range(from..range.end, value);
                }
                None => changed.replace_range(with_separator(&line, &range, ';'), ""),
            }
            let changed = changed.trim().to_owned();
            if changed.is_empty() {
                draft.headers.0.remove(at);
            } else {
                draft.headers.0[at].value = Bytes::from(changed);
            }
            draft.listed(&place, None, None);
            draft.edited(if value.is_some() { place } else { format!("{place} removed") }, None, None);
            draft.drop_holes(|hole| hole.part == Part::RequestHead && hole.name.eq_ignore_ascii_case("cookie"));
            return Ok(());
        }
    }
    match value {
        None => Err(near::nothing(&place, name, names)),
        Some(value) => {
            let line = draft.headers.text("Cookie").map_or_else(String::new, |line| format!("{line}; "));
            let listed = draft.edits.len();
            draft.set_header("Cookie", &format!("{line}{name}={value}"));
            draft.edits.truncate(listed);
            draft.edited(place, None, None);
            Ok(())
        }
    }
}

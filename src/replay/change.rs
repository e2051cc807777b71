//! Changing one value of a draft: only the bytes of that value change, written so that it stands for itself where it is.

mod address;
mod json;
mod near;
mod text;
mod xml;

use std::ops::Range;

use bytes::Bytes;
use mwscope_parsers::http::{MediaType, form, multipart};

use super::draft::{Draft, Unsendable, coded};
use super::escape;
use super::place::Place;
use crate::model::Part;
use crate::redact;

pub use near::nearest;
pub(crate) use text::BodyText;
pub(super) use xml::attribute_place;

/// A change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The value becomes this one.
    Set(Place, String),
    /// It goes.
    Remove(Place),
}

/// What comes in the place of some bytes of a text.
struct Cut {
    range: Range<usize>,
    with: String,
    /// What stood there, as it is meant.
    before: String,
}

impl Draft {
    /// Makes a change.
    ///
    /// # Errors
    /// When the path names nothing or several values, with those that are near; or when the value can't stand there.
    pub fn change(&mut self, change: &Change) -> Result<(), Unsendable> {
        match change {
            Change::Set(Place::Method, value) => {
                let before = std::mem::replace(&mut self.method, value.clone());
                self.listed("method", Some(before), Some(value.clone()));
                Ok(())
            }
            Change::Set(Place::Url, value) => {
                if !value.contains("://") {
                    return Err(Unsendable::new(format!("{value:?} is no absolute URL"), "write http(s)://HOST/PATH"));
                }
                self.set_url(value);
                Ok(())
            }
            Change::Set(Place::Body, value) => self.replace_body(Bytes::copy_from_slice(value.as_bytes())),
            Change::Remove(Place::Body) => self.replace_body(Bytes::new()),
            Change::Remove(Place::Method | Place::Url) => {
                Err(Unsendable::new("a request can't be without method and URL", "set another with --set"))
            }
            Change::Set(Place::Header(..) | Place::Query(..) | Place::Cookie(_), _)
            | Change::Remove(Place::Header(..) | Place::Query(..) | Place::Cookie(_)) => address::change(self, change),
            Change::Set(place, _) | Change::Remove(place) => {
                let value = if let Change::Set(_, value) = change { Some(value.as_str()) } else { None };
                self.in_body(place, value)
            }
        }
    }

    /// Puts another body in the place of the one that is there; `plain` is without content coding.
    ///
    /// # Errors
    /// When the coding that the headers name can't be put on.
    pub fn replace_body(&mut self, plain: Bytes) -> Result<(), Unsendable> {
        let before = format!("{} bytes", self.body.len());
        let after = format!("{} bytes", plain.len());
        self.set_plain_body(plain)?;
        self.drop_holes(|hole| hole.part == Part::RequestBody);
        self.edited("body", Some(before), Some(after));
        Ok(())
    }

    fn in_body(&mut self, place: &Place, value: Option<&str>) -> Result<(), Unsendable> {
        let plain = coded::plain(self)?;
        let content_type = self.headers.text("Content-Type").and_then(|value| MediaType::parse(value.as_bytes()));
        if let (Place::Form(name, nth), Some(media)) = (place, &content_type)
            && media.essence.starts_with("multipart/")
        {
            return self.in_multipart(&plain, media, name, *nth, value);
        }
        let charset = content_type.as_ref().and_then(|media| media.parameter("charset"));
        let text = BodyText::of(&plain, charset);
        let cuts = match place {
            Place::Xml(steps) => xml::cuts(text.text(), steps, value)?,
            Place::Json(pointer) => vec![json::cut(text.text(), pointer, value)?],
            Place::Form(name, nth) => vec![form_cut(text.text(), name, *nth, value)?],
            _ => Vec::new(),
        };
        let reference = |c: char| match place {
            Place::Xml(_) => Some(format!("&#{};", u32::from(c))),
            Place::Json(_) => Some(escape_json(c)),
            _ => None,
        };
        let name = place.to_string();
        let before = cuts.first().map(|cut| cut.before.clone()).unwrap_or_default();
        // From the last to the first, so that those before stay where they are.
        let mut bytes = plain.to_vec();
        let mut spans: Vec<(Range<usize>, Vec<u8>)> = Vec::new();
        for cut in &cuts {
            let with = escape::encoded(&cut.with, text.encoding(), reference).map_err(|c| {
                Unsendable::new(
                    format!("{c:?} can't be written in the encoding of the body"),
                    "write the value without it, or change the encoding",
                )
            })?;
            spans.push((text.bytes_of(&cut.range), with));
        }
        spans.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
        for (range, with) in spans {
            self.move_holes(&range, with.len());
            bytes.splice(range, with);
        }
        self.set_plain_body(bytes.into())?;
        match value {
            Some(value) => self.listed(&name, Some(before), Some(value.to_owned())),
            None => self.listed(&format!("{name} removed"), Some(before), None),
        }
        Ok(())
    }

    fn in_multipart(
        &mut self,
        plain: &Bytes,
        media: &MediaType,
        name: &str,
        nth: Option<usize>,
        value: Option<&str>,
    ) -> Result<(), Unsendable> {
        let pieces = multipart::pieces(plain, media.parameter("boundary").unwrap_or_default());
        let named: Vec<_> = pieces.iter().filter(|piece| piece.name().as_deref() == Some(name)).collect();
        let names = pieces.iter().filter_map(multipart::Piece::name).map(|name| (name.clone(), format!("form:{name}")));
        let place = format!("form:{name}");
        let piece = near::one(&place, name, &named, nth, names.collect())?;
        let range = if value.is_some() { piece.body.clone() } else { piece.range.clone() };
        let before = String::from_utf8_lossy(plain.get(piece.body.clone()).unwrap_or_default()).into_owned();
        let mut bytes = plain.to_vec();
        let with = value.unwrap_or_default().as_bytes();
        self.move_holes(&range, with.len());
        bytes.splice(range, with.iter().copied());
        self.set_plain_body(bytes.into())?;
        let what = if value.is_some() { place } else { format!("{place} removed") };
        self.listed(&what, Some(before), value.map(str::to_owned));
        Ok(())
    }

    /// What was masked in the replaced bytes is filled; what is behind them moves.
    fn move_holes(&mut self, range: &Range<usize>, len: usize) {
        self.drop_holes(|hole| {
            hole.part == Part::RequestBody && hole.range.start < range.end && hole.range.end > range.start
        });
        for hole in self.holes.iter_mut().filter(|hole| hole.part == Part::RequestBody) {
            if hole.range.start >= range.end {
                hole.range.start = hole.range.start + len - range.len();
                hole.range.end = hole.range.end + len - range.len();
            }
        }
    }

    /// Notes a change, without the values where they are secrets by their name.
    pub(crate) fn listed(&mut self, what: &str, before: Option<String>, after: Option<String>) {
        let short = |text: Option<String>| text.map(|text| shortened(&text));
        match is_secret(what) {
            true => self.edited(what, None, None),
            false if before == after => {}
            false => self.edited(what, short(before), short(after)),
        }
    }
}

/// Whether what is called so is a credential.
fn is_secret(what: &str) -> bool {
    let name = what.strip_suffix(" removed").unwrap_or(what);
    let last = name.rsplit(['/', ':', '@']).next().unwrap_or(name);
    let last = last.split('[').next().unwrap_or(last);
    let credentials = ["authorization", "proxy-authorization", "cookie"];
    name.starts_with("cookie:")
        || credentials.iter().any(|name| last.eq_ignore_ascii_case(name))
        || redact::is_secret_name(last)
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(200) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

fn form_cut(text: &str, name: &str, nth: Option<usize>, value: Option<&str>) -> Result<Cut, Unsendable> {
    let fields = form::fields(text);
    let named: Vec<_> = fields.iter().filter(|field| field.name == name).collect();
    let names = fields.iter().map(|field| (field.name.clone(), format!("form:{}", field.name))).collect();
    let field = near::one(&format!("form:{name}"), name, &named, nth, names)?;
    Ok(match value {
        Some(value) if field.range.end == field.at_value.start && !text[field.range.clone()].contains('=') => {
            Cut { range: field.at_value.clone(), with: format!("={}", escape::form(value)), before: String::new() }
        }
        Some(value) => Cut { range: field.at_value.clone(), with: escape::form(value), before: field.value.clone() },
        None => {
            Cut { range: with_separator(text, &field.range, '&'), with: String::new(), before: field.value.clone() }
        }
    })
}

/// A member of a list with the separator that divides it from the one before, or behind where it is the first.
fn with_separator(text: &str, range: &Range<usize>, separator: char) -> Range<usize> {
    let width = separator.len_utf8();
    if text[..range.start].ends_with(separator) {
        return range.start - width..range.end;
    }
    if text[range.end..].starts_with(separator) { range.start..range.end + width } else { range.clone() }
}

fn escape_json(c: char) -> String {
    let mut units = [0; 2];
    c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")).collect()
}

#[cfg(test)]
mod tests;

//! `{{column}}` in a text or a request, filled row by row so that each value stands for itself where it is put.

use std::ops::Range;

use bytes::Bytes;
use mwscope_parsers::http::MediaType;
use mwscope_parsers::xml::Encoding;

use super::change::BodyText;
use super::draft::{Draft, Unsendable, coded};
use super::escape;

/// What a place takes, which decides how a value is written there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// As it is.
    Plain,
    /// As it is, in one line.
    Line,
    /// Text of an XML element.
    Xml,
    /// An attribute between quotes of this kind.
    Attribute(char),
    /// A CDATA section.
    Cdata,
    /// A JSON string.
    JsonString,
    /// A JSON value outside of strings.
    JsonValue,
    /// A form.
    Form,
    /// A URL.
    Url,
    /// A field of a CSV file.
    Csv(char),
}

/// The kind of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// XML.
    Xml,
    /// JSON.
    Json,
    /// A form.
    Form,
    /// A URL.
    Url,
    /// The value of a header.
    Header,
    /// Fields divided by this sign.
    Csv(char),
    /// Anything else.
    Plain,
}

/// A text with slots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    pieces: Vec<Piece>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Slot(String, Place),
}

/// Why a row can't be put in.
pub type Misfit = String;

impl Text {
    /// Finds the slots of a text.
    #[must_use]
    pub fn read(text: &str, kind: Kind) -> Self {
        let slots = slots(text);
        let places = places(text, kind, &slots);
        let (mut pieces, mut at) = (Vec::new(), 0);
        for ((range, name), place) in slots.into_iter().zip(places) {
            if range.start > at {
                pieces.push(Piece::Text(text[at..range.start].to_owned()));
            }
            pieces.push(Piece::Slot(name, place));
            at = range.end;
        }
        if at < text.len() {
            pieces.push(Piece::Text(text[at..].to_owned()));
        }
        Self { pieces }
    }

    /// The names of its slots.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().filter_map(|piece| if let Piece::Slot(name, _) = piece { Some(name.as_str()) } else { None })
    }

    /// The text with a value in each slot.
    ///
    /// # Errors
    /// When a slot gets no value, or one that can't stand there.
    pub fn fill<'v>(&self, value: &dyn Fn(&str) -> Option<std::borrow::Cow<'v, str>>) -> Result<String, Misfit> {
        let mut out = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Slot(name, place) => {
                    let value = value(name).ok_or_else(|| format!("there is no value for {{{{{name}}}}}"))?;
                    out.push_str(&written(&value, *place).map_err(|why| format!("{name}: {why}"))?);
                }
            }
        }
        Ok(out)
    }
}

fn written(value: &str, place: Place) -> Result<String, String> {
    if matches!(place, Place::Xml | Place::Attribute(_) | Place::Cdata)
        && let Some(c) = escape::not_in_xml(value)
    {
        return Err(format!("no XML can hold {c:?}"));
    }
    Ok(match place {
        Place::Plain => value.to_owned(),
        Place::Line if value.contains(['\r', '\n', '\0']) => return Err("it holds a line break".to_owned()),
        Place::Line => value.to_owned(),
        Place::Xml => escape::xml_text(value),
        Place::Attribute(quote) => escape::xml_attribute(value, quote),
        Place::Cdata => escape::xml_cdata(value),
        Place::JsonString => escape::json_string(value),
        Place::JsonValue => {
            let literal = serde_json::from_str::<serde_json::Value>(value.trim());
            match literal {
                Ok(found) if !found.is_string() => value.trim().to_owned(),
                _ => format!("\"{}\"", escape::json_string(value)),
            }
        }
        Place::Form => escape::form(value),
        Place::Url => escape::url(value),
        Place::Csv(delimiter) if value.contains([delimiter, '"', '\r', '\n']) || value.trim() != value => {
            format!("\"{}\"", value.replace('"', "\"\""))
        }
        Place::Csv(_) => value.to_owned(),
    })
}

/// `{{name}}`, also as a URL or form writes it. Names have no braces, and no line breaks.
fn slots(text: &str) -> Vec<(Range<usize>, String)> {
    let mut found = Vec::new();
    for (open, close) in [("{{", "}}"), ("%7B%7B", "%7D%7D")] {
        let mut at = 0;
        while let Some(start) = text[at..].find(open).map(|start| at + start) {
            let from = start + open.len();
            at = from;
            let Some(end) = text[from..].find(close).map(|end| from + end) else { break };
            let name = &text[from..end];
            if name.contains(['{', '}', '\n', '\r']) || name.trim().is_empty() || name.trim().starts_with(['#', '/']) {
                continue;
            }
            let name = if open == "{{" { name.to_owned() } else { mwscope_parsers::http::form::decoded(name) };
            at = end + close.len();
            found.push((start..at, name.trim().to_owned()));
        }
    }
    found.sort_by_key(|(range, _)| range.start);
    found
}

/// What each slot stands in.
fn places(text: &str, kind: Kind, slots: &[(Range<usize>, String)]) -> Vec<Place> {
    match kind {
        Kind::Xml => in_xml(text, slots),
        Kind::Json => in_json(text, slots),
        Kind::Form => vec![Place::Form; slots.len()],
        Kind::Url => vec![Place::Url; slots.len()],
        Kind::Header => vec![Place::Line; slots.len()],
        Kind::Csv(delimiter) => slots.iter().map(|(range, _)| in_csv(text, range, delimiter)).collect(),
        Kind::Plain => vec![Place::Plain; slots.len()],
    }
}

/// A slot between quotes doubles those in its value; one that is a field by itself gets quotes where it needs them.
fn in_csv(text: &str, range: &Range<usize>, delimiter: char) -> Place {
    let before = text[..range.start].chars().next_back();
    let begins = before.is_none_or(|c| c == delimiter || c == '\n');
    let after = text[range.end..].chars().next();
    let ends = after.is_none_or(|c| c == delimiter || matches!(c, '\r' | '\n'));
    if begins && ends { Place::Csv(delimiter) } else { Place::Line }
}

fn in_xml(text: &str, slots: &[(Range<usize>, String)]) -> Vec<Place> {
    let mut places = Vec::with_capacity(slots.len());
    let mut slots = slots.iter().peekable();
    let mut at = 0;
    let mut place = Place::Xml;
    let mut in_tag = false;
    while let Some(c) = text[at..].chars().next() {
        if let Some((range, _)) = slots.next_if(|(range, _)| range.start <= at) {
            // A name can't be escaped; it is written as it is.
            places.push(if in_tag && place == Place::Xml { Place::Line } else { place });
            at = range.end;
            continue;
        }
        let rest = &text[at..];
        match (place, in_tag) {
            (Place::Cdata, _) if rest.starts_with("]]>") => place = Place::Xml,
            (Place::Cdata, _) => {}
            (Place::Plain, _) if rest.starts_with("-->") => place = Place::Xml,
            (Place::Plain, _) => {}
            (Place::Attribute(quote), _) if c == quote => place = Place::Xml,
            (Place::Attribute(_), _) => {}
            (_, true) if matches!(c, '"' | '\'') => place = Place::Attribute(c),
            (_, true) if c == '>' => in_tag = false,
            (_, true) => {}
            (_, false) if rest.starts_with("<![CDATA[") => place = Place::Cdata,
            (_, false) if rest.starts_with("<!--") => place = Place::Plain,
            (_, false) => in_tag = c == '<',
        }
        at += c.len_utf8();
    }
    places.resize(places.len() + slots.count(), Place::Xml);
    places
}

fn in_json(text: &str, slots: &[(Range<usize>, String)]) -> Vec<Place> {
    let mut places = Vec::with_capacity(slots.len());
    let (mut at, mut in_string) = (0, false);
    let bytes = text.as_bytes();
    for (range, _) in slots {
        while at < range.start {
            match bytes[at] {
                b'\\' if in_string => at += 1,
                b'"' => in_string = !in_string,
                _ => {}
            }
            at += 1;
        }
        places.push(if in_string { Place::JsonString } else { Place::JsonValue });
        at = range.end;
    }
    places
}

/// A request with slots.
#[derive(Clone, Debug)]
pub struct Template {
    draft: Draft,
    method: Text,
    url: Text,
    /// The headers that have slots.
    headers: Vec<(usize, Text)>,
    body: Option<(Text, Encoding, bool)>,
}

impl Template {
    /// Finds the slots of a request.
    ///
    /// # Errors
    /// When its body can't be read, for a coding that isn't known.
    pub fn of(draft: &Draft) -> Result<Self, Unsendable> {
        let headers = draft.headers.0.iter().enumerate().filter_map(|(at, header)| {
            let text = Text::read(&header.text(), Kind::Header);
            let has_slots = text.names().next().is_some();
            has_slots.then_some((at, text))
        });
        let plain = coded::plain(draft)?;
        let media = draft.headers.text("Content-Type").and_then(|value| MediaType::parse(value.as_bytes()));
        let text = BodyText::of(&plain, media.as_ref().and_then(|media| media.parameter("charset")));
        let body = Text::read(text.text(), kind_of(media.as_ref(), text.text()));
        let has_slots = body.names().next().is_some();
        let mark = matches!(&plain[..], [0xef, 0xbb, 0xbf, ..] | [0xff, 0xfe, ..] | [0xfe, 0xff, ..]);
        Ok(Self {
            method: Text::read(&draft.method, Kind::Plain),
            url: Text::read(&draft.url, Kind::Url),
            headers: headers.collect(),
            body: has_slots.then_some((body, text.encoding(), mark)),
            draft: draft.clone(),
        })
    }

    /// The names of all slots.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let texts = [&self.method, &self.url].into_iter().chain(self.headers.iter().map(|(_, text)| text));
        let texts = texts.chain(self.body.as_ref().map(|(text, ..)| text));
        let mut names: Vec<String> = Vec::new();
        for name in texts.flat_map(Text::names) {
            if !names.iter().any(|there| there == name) {
                names.push(name.to_owned());
            }
        }
        names
    }

    /// The request with a value in each slot.
    ///
    /// # Errors
    /// When a slot gets no value, or one that can't stand there.
    pub fn fill<'v>(&self, value: &dyn Fn(&str) -> Option<std::borrow::Cow<'v, str>>) -> Result<Draft, Misfit> {
        let mut draft = self.draft.clone();
        draft.method = self.method.fill(value)?;
        let url = self.url.fill(value)?;
        if url != draft.url {
            let edits = draft.edits.len();
            draft.set_url(&url);
            draft.edits.truncate(edits);
        }
        for (at, text) in &self.headers {
            if let Some(header) = draft.headers.0.get_mut(*at) {
                header.value = Bytes::from(text.fill(value)?);
            }
        }
        if let Some((text, encoding, mark)) = &self.body {
            let filled = text.fill(value)?;
            let filled = if *mark { format!("\u{feff}{filled}") } else { filled };
            let reference = |c: char| Some(format!("&#{};", u32::from(c)));
            let bytes =
                escape::encoded(&filled, *encoding, reference).map_err(|c| format!("{c:?} can't be written"))?;
            draft.body = coded::coded(&draft, bytes.into()).map_err(|why| why.to_string())?;
        }
        Ok(draft)
    }
}

/// What a body is, by its type and by how it begins.
fn kind_of(media: Option<&MediaType>, text: &str) -> Kind {
    let begins = text.trim_start();
    match media {
        Some(media) if media.is_json() => Kind::Json,
        Some(media) if media.is_xml() => Kind::Xml,
        Some(media) if media.essence == "application/x-www-form-urlencoded" => Kind::Form,
        _ if begins.starts_with('<') => Kind::Xml,
        _ if begins.starts_with(['{', '[']) && !begins.starts_with("{{") => Kind::Json,
        _ => Kind::Plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(text: &str, kind: Kind) -> Result<String, String> {
        let value = |name: &str| (name != "none").then(|| name.replace("V", "a\"'<&>]]>é").into());
        Text::read(text, kind).fill(&value)
    }

    #[test]
    fn a_value_is_written_for_where_it_stands() {
        let xml = "<a b=\"{{V}}\" c='{{ V }}' d{{x}}=''>{{V}}<!-- ' {{V}} --><![CDATA[{{V}}]]>{{V}}</a>";
        assert_eq!(
            filled(xml, Kind::Xml),
            Ok("<a b=\"a&quot;'&lt;&amp;>]]>é\" c='a\"&apos;&lt;&amp;>]]>é' dx=''>a\"'&lt;&amp;&gt;]]&gt;é<!-- ' a\"'<&>]]>é \
                --><![CDATA[a\"'<&>]]]]><![CDATA[>é]]>a\"'&lt;&amp;&gt;]]&gt;é</a>"
                .to_owned())
        );
        assert_eq!(
            filled("{\"{{a}}\": \"\\\"{{V}}\", \"n\": {{12}}, \"m\": {{x}}}", Kind::Json),
            Ok("{\"a\": \"\\\"a\\\"'<&>]]>é\", \"n\": 12, \"m\": \"x\"}".to_owned())
        );
        assert_eq!(filled("http://h/{{a b}}?q=%7B%7Ba+b%7D%7D", Kind::Url), Ok("http://h/a%20b?q=a%20b".into()));
        assert_eq!(filled("x={{a b}}", Kind::Form), Ok("x=a+b".into()));
        assert_eq!(filled("{{a;b}};x{{c}};\"{{d}}\"", Kind::Csv(';')), Ok("\"a;b\";xc;\"d\"".into()));
        assert_eq!(filled("{{ {{x}} }} {{}} {{a", Kind::Plain), Ok("{{ x }} {{}} {{a".into()));
        assert!(filled("{{none}}", Kind::Plain).is_err() && filled("<a>{{\u{1}}}</a>", Kind::Xml).is_err());
    }
}

//! A request put together again without what is left out of it.

use std::ops::Range;

use bytes::Bytes;

use super::{Choice, Node, Parts, Sort, Spelling, Value};
use crate::model::{Header, Headers, Part};
use crate::replay::draft::{Draft, Unsendable, coded};
use crate::replay::escape;

/// Bytes that come in the place of others.
type Cut = (Range<usize>, Vec<u8>);

impl Parts {
    /// The request without what `choice` leaves out, and with the values that it sets. Everything else is byte for byte
    /// what it was; the length and the content coding follow.
    ///
    /// # Errors
    /// When the content coding can't be put on again.
    pub fn without(&self, choice: &Choice) -> Result<Draft, Unsendable> {
        let gone = self.all_gone(choice);
        let mut draft = self.draft.clone();
        draft.url = spliced(self.draft.url.as_bytes(), self.cuts_of_url(choice, &gone))
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .unwrap_or_else(|| self.draft.url.clone());
        draft.headers = self.headers_without(choice, &gone);
        let body_gone = self.nodes.iter().zip(&gone).any(|(node, gone)| node.sort == Sort::Body && *gone);
        let plain = if body_gone {
            Bytes::new()
        } else {
            spliced(&self.plain, self.cuts_of_body(choice, &gone)).map_or_else(|| self.plain.clone(), Bytes::from)
        };
        let as_it_was =
            plain == self.plain && draft.headers.all("content-encoding").eq(self.draft.headers.all("content-encoding"));
        draft.body = if as_it_was { self.draft.body.clone() } else { coded::coded(&draft, plain)? };
        if !as_it_was {
            let len = draft.body.len().to_string();
            let lengths =
                draft.headers.0.iter_mut().filter(|header| header.name.eq_ignore_ascii_case("content-length"));
            lengths.for_each(|header| header.value = Bytes::copy_from_slice(len.as_bytes()));
            draft.drop_holes(|hole| hole.part == Part::RequestBody);
        }
        Ok(draft)
    }

    fn all_gone(&self, choice: &Choice) -> Vec<bool> {
        let mut gone = vec![false; self.nodes.len()];
        for (at, node) in self.nodes.iter().enumerate() {
            gone[at] = choice.is_gone(at) || node.parent.is_some_and(|parent| gone[parent]);
        }
        gone
    }

    fn headers_without(&self, choice: &Choice, gone: &[bool]) -> Headers {
        let mut headers = Vec::with_capacity(self.draft.headers.0.len());
        for (at, node) in self.nodes.iter().enumerate().filter(|(_, node)| node.sort == Sort::Header) {
            let Some(header) = self.draft.headers.0.get(node.at.start).filter(|_| !gone[at]) else { continue };
            match choice.value(at) {
                Some(value) => headers.push(Header::new(header.name.clone(), value)),
                None => headers.push(header.clone()),
            }
        }
        Headers(headers)
    }

    fn cuts_of_url(&self, choice: &Choice, gone: &[bool]) -> Vec<Cut> {
        let fields: Vec<usize> = (0..self.nodes.len()).filter(|at| self.nodes[*at].sort == Sort::Query).collect();
        let mut cuts = self.values(fields.iter().copied().filter(|at| !gone[*at]), choice);
        if let (Some(first), Some(last)) = (fields.first(), fields.last()) {
            // Where all go, the question mark goes too.
            let whole = self.nodes[*first].at.start.saturating_sub(1)..self.nodes[*last].at.end;
            cuts.extend(list(&self.nodes, &fields, gone, Some(&whole)));
        }
        cuts
    }

    fn cuts_of_body(&self, choice: &Choice, gone: &[bool]) -> Vec<Cut> {
        let mut children: Vec<Vec<usize>> = vec![Vec::new(); self.nodes.len()];
        for (at, node) in self.nodes.iter().enumerate() {
            if let Some(parent) = node.parent {
                children[parent].push(at);
            }
        }
        let in_body = |at: &usize| !matches!(self.nodes[*at].sort, Sort::Header | Sort::Query | Sort::Body);
        let here = (0..self.nodes.len()).filter(in_body).filter(|at| !gone[*at]);
        let mut cuts = self.values(here, choice);
        for (parent, inside) in children.iter().enumerate().filter(|(parent, _)| !gone[*parent]) {
            let of = |sorts: &[Sort]| -> Vec<usize> {
                inside.iter().copied().filter(|at| sorts.contains(&self.nodes[*at].sort)).collect()
            };
            let inner = self.nodes[parent].inner.as_ref();
            let in_list = of(&[Sort::Member, Sort::Item, Sort::Form]);
            cuts.extend(list(&self.nodes, &in_list, gone, inner));
            let elements = of(&[Sort::Element]);
            match inner {
                Some(inner) if !elements.is_empty() && elements.iter().all(|at| gone[*at]) => {
                    cuts.push((inner.clone(), Vec::new()));
                }
                _ => cuts.extend(alone(&self.nodes, &elements, gone)),
            }
            cuts.extend(alone(&self.nodes, &of(&[Sort::Attribute, Sort::Piece]), gone));
        }
        cuts
    }

    fn values(&self, of: impl Iterator<Item = usize>, choice: &Choice) -> Vec<Cut> {
        let cut = |at: usize| {
            let (value, wanted) = (self.nodes[at].value.as_ref()?, choice.value(at)?);
            Some((value.at.clone(), value.spelled(wanted)))
        };
        of.filter_map(cut).collect()
    }
}

impl Value {
    /// A text as it is written in the place of this value.
    fn spelled(&self, text: &str) -> Vec<u8> {
        let reference = |c: char| Some(format!("&#{};", u32::from(c)));
        let encoded =
            |text: String, encoding| escape::encoded(&text, encoding, reference).unwrap_or_else(|_| text.into_bytes());
        match self.spelling {
            Spelling::Text(encoding) => encoded(escape::xml_text(text), encoding),
            Spelling::Attribute(quote, encoding) => encoded(escape::xml_attribute(text, quote), encoding),
            Spelling::String => format!("\"{}\"", escape::json_string(text)).into_bytes(),
            Spelling::Form => escape::form(text).into_bytes(),
            Spelling::Bare | Spelling::Header | Spelling::Raw => text.as_bytes().to_vec(),
        }
    }
}

/// What goes by itself.
fn alone(nodes: &[Node], places: &[usize], gone: &[bool]) -> Vec<Cut> {
    places.iter().filter(|at| gone[**at]).map(|at| (nodes[*at].at.clone(), Vec::new())).collect()
}

/// What goes out of a list, with the separator between it and the one before; of the first ones that behind them.
fn list(nodes: &[Node], places: &[usize], gone: &[bool], inner: Option<&Range<usize>>) -> Vec<Cut> {
    if places.is_empty() || !places.iter().any(|at| gone[*at]) {
        return Vec::new();
    }
    let Some(first) = places.iter().position(|at| !gone[*at]) else {
        let all = nodes[places[0]].at.start..nodes[places[places.len() - 1]].at.end;
        return vec![(inner.cloned().unwrap_or(all), Vec::new())];
    };
    let mut cuts = Vec::new();
    if first > 0 {
        cuts.push((nodes[places[0]].at.start..nodes[places[first]].at.start, Vec::new()));
    }
    for pair in places[first..].windows(2).filter(|pair| gone[pair[1]]) {
        cuts.push((nodes[pair[0]].at.end..nodes[pair[1]].at.end, Vec::new()));
    }
    cuts
}

/// `bytes` with the cuts made; `None` where there are none.
fn spliced(bytes: &[u8], mut cuts: Vec<Cut>) -> Option<Vec<u8>> {
    if cuts.is_empty() {
        return None;
    }
    cuts.sort_by_key(|(range, _)| (range.start, range.end));
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    for (range, with) in cuts {
        // One that begins in another was taken out with it.
        if range.start < at {
            continue;
        }
        out.extend_from_slice(bytes.get(at..range.start)?);
        out.extend_from_slice(&with);
        at = range.end;
    }
    out.extend_from_slice(bytes.get(at..)?);
    Some(out)
}

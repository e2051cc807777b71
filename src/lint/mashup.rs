//! Smart Office mashups: the rules of a public quality control for them, each in its file, and what every artefact is
//! looked at for. Comments are no part of the mashup and aren't looked at.

pub(super) mod automation;
pub(super) mod bookmark;
pub(super) mod list_header;
pub(super) mod refresh;
pub(super) mod value;
pub(super) mod web_service;
pub(super) mod xquery;

use super::mapped::Mapped;
use super::secret;
use super::text::Found;
use super::well_formed;
use super::xaml::{Value, Xaml};

/// Looks at a XAML.
pub(super) fn check(text: &str, found: &mut Vec<Found>) {
    let xaml = Xaml::read(text);
    well_formed::check(&xaml, found);
    for at in 0..xaml.document.elements.len() {
        web_service::check(&xaml, at, found);
        xquery::check(&xaml, at, found);
        list_header::check(&xaml, at, found);
        value::check(&xaml, at, found);
        passwords(&xaml, at, found);
        for link in links(&xaml, at) {
            bookmark::check(&link, found);
            automation::check(&link, found);
        }
    }
    refresh::check(&xaml, found);
}

/// The keys by which parameters are named.
const KEYS: [&str; 3] = ["Key", "TargetKey", "SourceKey"];

/// A password under a key that no other rule is about.
fn passwords(xaml: &Xaml<'_>, at: usize, found: &mut Vec<Found>) {
    let key = KEYS.iter().find_map(|name| xaml.plain(at, name));
    let Some(key) = key.filter(|key| secret::is_secret(key) && !web_service::is_credential(key)) else { return };
    let Some(Value::Literal { text, range }) = xaml.property(at, "Value") else { return };
    if secret::is_clear(&text) && !has_parameter(&text) {
        found.push(Found::new(&secret::RULE, range, (key, &text), |_| format!("{key} holds a password in clear")));
    }
}

/// A link to a form of M3: `Uri` or `LinkUri` of an element, as an attribute or an element of its own.
pub(super) struct Link {
    /// The link, references replaced.
    pub(super) uri: Mapped,
}

fn links(xaml: &Xaml<'_>, at: usize) -> Vec<Link> {
    let mut links = Vec::new();
    for name in ["Uri", "LinkUri"] {
        let Some(Value::Literal { text, range }) = xaml.property(at, name) else { continue };
        if text.trim_end().ends_with(".xaml") {
            continue;
        }
        let raw = &xaml.text[range.clone()];
        // Inside CDATA nothing is escaped.
        let uri = if xaml.attribute(at, name).is_some() || !is_cdata(xaml.text, range.start) {
            Mapped::of_xml(raw, range.start)
        } else {
            Mapped::plain(raw, range.start)
        };
        links.push(Link { uri: uri.trimmed() });
    }
    links
}

fn is_cdata(text: &str, at: usize) -> bool {
    text[..at].trim_end().ends_with("<![CDATA[")
}

impl Link {
    /// The parameters of the query, where this is a link to one of those hosts of `mforms`.
    pub(super) fn query(&self, hosts: &[&str]) -> Option<Vec<(String, Mapped)>> {
        let text = &self.uri.text;
        let scheme = text.get(..9).filter(|scheme| scheme.eq_ignore_ascii_case("mforms://"))?;
        let rest = &text[scheme.len()..];
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        if !hosts.iter().any(|host| rest[..end].eq_ignore_ascii_case(host)) {
            return None;
        }
        let (_, query) = self.uri.split_once('?')?;
        // XML that nobody coded may hold whatever separates parameters.
        if let Some(at) = query.text.find("data=").filter(|at| query.text[at + 5..].trim_start().starts_with('<')) {
            let data = query.part(at + 5..query.text.len());
            return Some(vec![("data".to_owned(), data)]);
        }
        let pairs = query.split('&').into_iter().filter_map(|pair| {
            let (name, value) = pair.split_once('=')?;
            Some((name.url_decoded().text.to_ascii_lowercase(), value))
        });
        Some(pairs.collect())
    }
}

/// Whether a value holds a parameter that is filled in when the link is followed: `{CUNO}`.
pub(super) fn has_parameter(value: &str) -> bool {
    value.find('{').is_some_and(|open| value[open + 1..].find('}').is_some_and(|close| close > 0))
}

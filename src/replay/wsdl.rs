//! A service's description with all documents that it refers to, wherever they are: on a server, in files, or recorded.
//! How one is fetched is handed in.

use std::collections::{HashSet, VecDeque};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use mwscope_parsers::http::HostPort;
use mwscope_parsers::wsdl::{Description, Text, references};
use mwscope_parsers::xml;

use super::address;
use crate::model::{Exchange, Gathered, coding};

/// Gets one document.
pub trait Fetch {
    /// The document at an address.
    ///
    /// # Errors
    /// Why it can't be had, in words.
    fn fetch(&mut self, address: &str) -> impl Future<Output = Result<Bytes, String>> + Send;
}

/// A description and what could not be had of it.
#[derive(Debug, Default)]
pub struct Loaded {
    /// What the documents say together.
    pub description: Description,
    /// The addresses of the documents, the first one first.
    pub documents: Vec<String>,
    /// Documents that are missing: address, and why.
    pub missing: Vec<(String, String)>,
}

/// Documents that one description may have.
const MOST: usize = 500;

/// Fetches the description at `address` and all that it refers to.
pub async fn load(address: &str, fetch: &mut impl Fetch) -> Loaded {
    let mut loaded = Loaded::default();
    let mut texts: Vec<Text> = Vec::new();
    let mut seen = HashSet::new();
    let mut next = VecDeque::from([(address.to_owned(), None)]);
    while let Some((address, included_into)) = next.pop_front() {
        if texts.len() >= MOST {
            loaded.missing.push((address, format!("the description has more than {MOST} documents")));
            break;
        }
        if !seen.insert((address.clone(), included_into.clone())) {
            continue;
        }
        let bytes = match fetch.fetch(&address).await {
            Ok(bytes) => bytes,
            Err(why) => {
                loaded.missing.push((address, why));
                continue;
            }
        };
        let text = xml::decode(&bytes, None).text.into_owned();
        for reference in references(&text) {
            // A schema without a namespace that includes another passes on what it took itself.
            let into = reference.into.or_else(|| included_into.clone());
            next.push_back((resolved(&address, &reference.location), into));
        }
        if !loaded.documents.contains(&address) {
            loaded.documents.push(address.clone());
        }
        texts.push(Text { address, text, included_into });
    }
    loaded.description = Description::read(&texts);
    loaded
}

/// An address as seen from the document that names it: a URL, or a path.
#[must_use]
pub fn resolved(base: &str, location: &str) -> String {
    if location.contains("://") || is_absolute_path(location) {
        return location.to_owned();
    }
    if base.contains("://") {
        return address::resolved(base, location).unwrap_or_else(|| location.to_owned());
    }
    let folder = Path::new(base).parent().map(Path::to_owned).unwrap_or_default();
    tidied(&folder.join(location)).display().to_string()
}

fn is_absolute_path(location: &str) -> bool {
    let bytes = location.as_bytes();
    bytes.len() > 2 && bytes[0].is_ascii_alphabetic() && bytes[1] == b':' && matches!(bytes[2], b'\\' | b'/')
}

/// A path without `.` and `..`, as far as they can be taken out without looking at the disk.
fn tidied(path: &Path) -> PathBuf {
    use std::path::Component;
    let mut tidy = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if matches!(tidy.components().next_back(), Some(Component::Normal(_))) => {
                tidy.pop();
            }
            other => tidy.push(other),
        }
    }
    tidy
}

/// The recorded answers of a gathering, for working without the server.
pub struct Recorded<'a>(pub &'a Gathered);

impl Recorded<'_> {
    /// The addresses under which descriptions were recorded, without those that only failed.
    #[must_use]
    pub fn descriptions(&self) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        for exchange in &self.0.exchanges {
            let asks =
                exchange.url.rsplit_once('?').is_some_and(|(_, query)| query.to_ascii_lowercase().contains("wsdl"));
            let is = asks || exchange.path().to_ascii_lowercase().ends_with(".wsdl");
            if is && exchange.status() == Some(200) && !found.contains(&exchange.url) && !is_part(&exchange.url) {
                found.push(exchange.url.clone());
            }
        }
        found
    }

    fn body(&self, exchange: &Exchange) -> Result<Bytes, String> {
        let Some(response) = &exchange.response else { return Err("it has no answer".to_owned()) };
        let kept = self.0.bodies.load(&response.body).map_err(|error| error.to_string())?;
        Ok(coding::decode(&response.body, &kept).bytes)
    }
}

/// CXF and Axis give parts of a description as `?wsdl=PART` and `?xsd=PART`.
fn is_part(url: &str) -> bool {
    let query = url.rsplit_once('?').map_or("", |(_, query)| query).to_ascii_lowercase();
    query.starts_with("wsdl=") || query.starts_with("xsd=")
}

impl Fetch for Recorded<'_> {
    async fn fetch(&mut self, address: &str) -> Result<Bytes, String> {
        let good = |exchange: &&Exchange| exchange.status() == Some(200) && exchange.request.method == "GET";
        let exact = self.0.exchanges.iter().filter(good).find(|exchange| same_address(&exchange.url, address));
        match exact {
            Some(exchange) => self.body(exchange),
            None => Err("it was not recorded".to_owned()),
        }
    }
}

/// Whether two URLs name the same, host in any case and default ports aside.
fn same_address(a: &str, b: &str) -> bool {
    let parts = |url: &str| {
        let (scheme, rest) = url.split_once("://")?;
        let (authority, path) = rest.find('/').map_or((rest, "/"), |at| rest.split_at(at));
        let parts = HostPort::of(authority.as_bytes())?;
        let port = parts.port.unwrap_or(if scheme.eq_ignore_ascii_case("https") { 443 } else { 80 });
        Some((parts.host.to_ascii_lowercase(), port, path.to_owned()))
    };
    a == b || parts(a).is_some_and(|a| Some(a) == parts(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_seen_from_the_document_that_names_them() {
        for (base, location, expected) in [
            ("http://h:1/a/b?wsdl", "c.xsd", "http://h:1/a/c.xsd"),
            ("http://h:1/a/b?wsdl", "?xsd=1", "http://h:1/a/b?xsd=1"),
            ("http://h:1/a/b/c", "../d?x=../y", "http://h:1/a/d?x=../y"),
            ("http://h:1/a", "/z", "http://h:1/z"),
            ("http://h", "z", "http://h/z"),
            ("http://h/a", "//i/z", "http://i/z"),
            ("http://h/a", "https://i/z", "https://i/z"),
            ("wsdl/main.wsdl", "../xsd/./a.xsd", "xsd/a.xsd"),
            ("main.wsdl", "a.xsd", "a.xsd"),
        ] {
            let found = resolved(base, location).replace('\\', "/");
            assert_eq!(found, expected, "{location} seen from {base}");
        }
    }

    struct Here(Vec<(&'static str, &'static str)>);

    impl Fetch for Here {
        async fn fetch(&mut self, address: &str) -> Result<Bytes, String> {
            let found = self.0.iter().find(|(known, _)| *known == address);
            found.map(|(_, text)| Bytes::from_static(text.as_bytes())).ok_or_else(|| "not here".to_owned())
        }
    }

    #[tokio::test]
    async fn documents_that_refer_to_each_other_are_fetched_once_and_missing_ones_said() {
        let mut here = Here(vec![
            (
                "http://h/a?wsdl",
                "<definitions xmlns='http://schemas.xmlsoap.org/wsdl/'><import location='b.wsdl'/>\
                 <import location='c.wsdl'/></definitions>",
            ),
            (
                "http://h/b.wsdl",
                "<definitions xmlns='http://schemas.xmlsoap.org/wsdl/'><import location='/a?wsdl'/></definitions>",
            ),
        ]);
        let loaded = load("http://h/a?wsdl", &mut here).await;
        assert_eq!(loaded.documents, ["http://h/a?wsdl", "http://h/b.wsdl"]);
        assert_eq!(loaded.missing, [("http://h/c.wsdl".to_owned(), "not here".to_owned())]);
    }

    #[test]
    fn recorded_addresses_are_the_same_with_and_without_the_default_port() {
        assert!(same_address("http://H.example:80/a?wsdl", "http://h.example/a?wsdl"));
        assert!(!same_address("http://h.example/a?wsdl", "https://h.example/a?wsdl"));
    }
}

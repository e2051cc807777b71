//! The path of a request in its segments, with matrix and query parameters (RFC 3986, section 3.3), percent
//! coding removed.

use super::form;
use crate::http::behind_scheme;
use crate::http::form::percent_decoded;

/// A URL or request target in parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Target {
    /// The segments of the path, empty ones left out, without matrix parameters.
    pub(super) segments: Vec<String>,
    /// Matrix parameters of all segments.
    pub(super) matrix: Vec<(String, String)>,
    /// Query parameters.
    pub(super) query: Vec<(String, String)>,
}

impl Target {
    pub(super) fn read(url: &str) -> Self {
        let rest = match behind_scheme(url) {
            Some((scheme, rest)) if scheme.bytes().all(|b| b.is_ascii_alphanumeric()) => {
                rest.find(['/', '?', '#']).map_or("", |at| &rest[at..])
            }
            _ => url,
        };
        let rest = rest.split('#').next().unwrap_or_default();
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let mut target = Self { query: form::pairs(query), ..Self::default() };
        for segment in path.split('/') {
            let mut parts = segment.split(';');
            let name = percent_decoded(parts.next().unwrap_or_default());
            if !name.is_empty() {
                target.segments.push(name);
            }
            target.matrix.extend(parts.flat_map(form::pairs));
        }
        target
    }

    /// Where a segment stands, letter case aside.
    pub(super) fn position(&self, name: &str) -> Option<usize> {
        self.segments.iter().position(|segment| segment.eq_ignore_ascii_case(name))
    }

    pub(super) fn segment(&self, at: usize) -> Option<&str> {
        self.segments.get(at).map(String::as_str)
    }

    pub(super) fn matrix(&self, name: &str) -> Option<String> {
        form::value(&self.matrix, name)
    }

    /// Whether the URL asks for a definition: `?wsdl`, `?WSDL`, `?xsd=1`, `?singleWsdl`.
    pub(super) fn asks_for_definition(&self) -> bool {
        let known = ["wsdl", "xsd", "singlewsdl", "wadl", "_wadl"];
        self.query.iter().any(|(name, _)| known.contains(&name.to_ascii_lowercase().as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_read_with_matrix_and_query() {
        let target =
            Target::read("https://h:1/M3/m3api-rest/execute/CRS610MI/Get%20X;cono=100;divi=A%3BB?CUNO=a+b&x#f");
        assert_eq!(target.segments, ["M3", "m3api-rest", "execute", "CRS610MI", "Get X"]);
        assert_eq!(target.matrix("CONO").as_deref(), Some("100"));
        assert_eq!(target.matrix("divi").as_deref(), Some("A;B"));
        assert_eq!(target.query[0], ("CUNO".to_owned(), "a b".to_owned()));
        assert_eq!(target.query[1], ("x".to_owned(), String::new()));
    }

    #[test]
    fn every_form_of_target_is_read() {
        assert_eq!(Target::read("/a//b?wsdl").segments, ["a", "b"]);
        assert!(Target::read("/a?WSDL").asks_for_definition());
        assert_eq!(Target::read("http://h").segments, Vec::<String>::new());
        assert_eq!(Target::read("*").segments, ["*"]);
        assert_eq!(Target::read("http://h?x=%é%4").query[0].1, "%é%4");
    }
}

//! Where a reference leads that was found at a URL: in a redirect, or in a document that names others.

/// A reference against the URL that it was found at; nothing where it leads to something else than http or https.
///
/// <https://www.rfc-editor.org/rfc/rfc3986#section-5.2>
#[must_use]
pub fn resolved(base: &str, reference: &str) -> Option<String> {
    let reference = reference.split('#').next().unwrap_or_default();
    let reference: String =
        reference.chars().map(|c| if c == ' ' { "%20".to_owned() } else { c.to_string() }).collect();
    let (scheme, rest) = base.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let path = rest[authority.len()..].split(['?', '#']).next().unwrap_or_default();
    if let Some((named, _)) = reference.split_once("://")
        && named.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
    {
        let known = named.eq_ignore_ascii_case("http") || named.eq_ignore_ascii_case("https");
        return known.then_some(reference);
    }
    if let Some(rest) = reference.strip_prefix("//") {
        return Some(format!("{scheme}://{rest}"));
    }
    let (to, query) = reference.split_at(reference.find('?').unwrap_or(reference.len()));
    let path = match to {
        "" => path.to_owned(),
        to if to.starts_with('/') => without_dots(to),
        to => without_dots(&format!("{}/{to}", path.rsplit_once('/').map_or("", |(folder, _)| folder))),
    };
    Some(format!("{scheme}://{authority}{path}{query}"))
}

fn without_dots(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    let last = path.rsplit('/').next().unwrap_or_default();
    for part in path.split('/').skip(1) {
        match part {
            "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    let folder = matches!(last, "." | "..");
    format!("/{}{}", parts.join("/"), if folder && !parts.is_empty() { "/" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_resolved_as_by_rfc_3986() {
        let base = "http://h:81/a/b?q=1";
        for (reference, url) in [
            ("/x", "http://h:81/x"),
            ("c", "http://h:81/a/c"),
            ("../c?d=e", "http://h:81/c?d=e"),
            ("?d", "http://h:81/a/b?d"),
            ("//o/p#f", "http://o/p"),
            ("HTTPS://o/p q", "HTTPS://o/p%20q"),
            ("./", "http://h:81/a/"),
        ] {
            assert_eq!(resolved(base, reference).as_deref(), Some(url), "{reference}");
        }
        assert_eq!(resolved(base, "ftp://o/p"), None);
    }
}

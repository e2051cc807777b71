//! Secrets in a URL or a request target: the password before the host, session ids among the path's parameters,
//! tokens and passwords in query and fragment.

use std::ops::Range;

use super::change::{self, Change};
use super::names;
use super::state::Syntax;

/// The secrets in a target of any form, or a URL.
pub(crate) fn in_target(target: &[u8]) -> Vec<Change> {
    let (authority, path, query) = parts(target);
    let mut found: Vec<_> = user_info(target, authority).into_iter().collect();
    found.extend(parameters(target, path.clone()));
    found.extend(segments(target, path));
    let in_query = change::search(Syntax::Form, &target[query.clone()]);
    found.extend(in_query.into_iter().map(|c| c.moved(query.start)));
    found.extend(code(target, query.clone()));
    found.extend(key(target, query));
    found
}

/// A key to a service that is called nothing but `key`, as a word that may stand before anything: it is known by what it
/// is made of. A UUID names a record.
fn key(target: &[u8], query: Range<usize>) -> Option<Change> {
    const SHORTEST: usize = 24;
    let mut start = query.start;
    for piece in target[query].split(|b| matches!(b, b'?' | b'&' | b'#')) {
        if let Some((name, value)) = piece.split_at_checked(4)
            && name.eq_ignore_ascii_case(b"key=")
        {
            let made = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
            let uuid = value.len() == 36 && [8, 13, 18, 23].iter().all(|at| value[*at] == b'-');
            let is_key = value.len() >= SHORTEST
                && value.iter().all(made)
                && value.iter().any(u8::is_ascii_digit)
                && value.iter().any(u8::is_ascii_alphabetic);
            if is_key && !uuid {
                return Change::whole(target, start + 4..start + piece.len(), "api-key");
            }
        }
        start += piece.len() + 1;
    }
    None
}

/// The place behind the first `://`.
pub(crate) fn behind_scheme(text: &[u8]) -> Option<usize> {
    memchr::memchr_iter(b':', text).find(|at| text[*at..].starts_with(b"://")).map(|at| at + 3)
}

/// Authority, path, and query with fragment.
fn parts(target: &[u8]) -> (Range<usize>, Range<usize>, Range<usize>) {
    let start = behind_scheme(target).unwrap_or(0);
    let find = |from: usize, ends: &[u8]| {
        target[from..].iter().position(|b| ends.contains(b)).map_or(target.len(), |at| from + at)
    };
    // That of CONNECT has an authority alone, in which somebody may have written whose it is.
    let slash = if start > 0 || target.contains(&b'@') { find(start, b"/?#") } else { 0 };
    let query = find(slash, b"?#");
    (start.min(slash)..slash, slash..query, query..target.len())
}

fn user_info(target: &[u8], authority: Range<usize>) -> Option<Change> {
    let text = &target[authority.clone()];
    let at = text.iter().rposition(|b| *b == b'@')?;
    let colon = text[..at].iter().position(|b| *b == b':')?;
    Change::whole(target, authority.start + colon + 1..authority.start + at, "url-password")
}

/// `;jsessionid=...` and others, each up to the next parameter or segment.
fn parameters(target: &[u8], path: Range<usize>) -> Vec<Change> {
    let mut found = Vec::new();
    let mut at = path.start;
    while let Some(semicolon) = target[at..path.end].iter().position(|b| *b == b';') {
        let start = at + semicolon + 1;
        let end = target[start..path.end].iter().position(|b| matches!(b, b';' | b'/')).map_or(path.end, |n| start + n);
        at = end;
        let Some(equals) = target[start..end].iter().position(|b| *b == b'=') else { continue };
        if let Some(kind) = names::kind(&target[start..start + equals]) {
            found.extend(Change::whole(target, start + equals + 1..end, kind.rule()));
        }
    }
    found
}

/// Path segments that are secrets whatever stands before them: JSON web tokens (RFC 7519), behind their first part, and
/// the session ids of ASP.NET in brackets. Behind a word for a password what has letters and digits is one, or a token to
/// set another.
fn segments(target: &[u8], path: Range<usize>) -> Vec<Change> {
    const SHORTEST: usize = 8;
    let mut found = Vec::new();
    let mut named = false;
    let mut start = path.start;
    for segment in target[path].split(|b| *b == b'/') {
        let end = start + segment.len();
        let token = segment.starts_with(b"eyJ").then(|| memchr::memmem::find(segment, b".eyJ")).flatten();
        if let Some(dot) = token {
            let len = segment[dot + 1..].iter().take_while(|b| **b != b';').count();
            found.extend(Change::whole(target, start + dot + 1..start + dot + 1 + len, "json-web-token"));
        }
        if segment.starts_with(b"(S(") && segment.ends_with(b"))") {
            found.extend(Change::whole(target, start + 3..end - 2, "session-id"));
        }
        let segment = &segment[..segment.iter().position(|b| *b == b';').unwrap_or(segment.len())];
        let drawn = segment.len() >= SHORTEST
            && segment.iter().any(u8::is_ascii_digit)
            && segment.iter().any(u8::is_ascii_alphabetic)
            && token.is_none();
        if named && drawn {
            found.extend(Change::whole(target, start..start + segment.len(), "password"));
        }
        named = names::kind(segment) == Some(names::Kind::Secret("password"));
        start = end + 1;
    }
    found
}

/// The authorization code with which a browser comes back (RFC 6749, 4.1.2); `code` alone may be anything.
fn code(target: &[u8], query: Range<usize>) -> Option<Change> {
    let mut start = query.start;
    let mut code = None;
    for piece in target[query].split(|b| matches!(b, b'?' | b'&' | b'#')) {
        if piece.starts_with(b"code=") {
            code = Some(start + b"code=".len()..start + piece.len());
        }
        start += piece.len() + 1;
    }
    Change::whole(target, code.filter(|_| brings_code(target))?, "oauth-code")
}

/// Whether `code` in the query of that URL is one of OAuth: by what stands beside it, or by where it leads.
pub(crate) fn brings_code(url: &[u8]) -> bool {
    const PLACES: [&[u8]; 5] = [b"authorize", b"callback", b"cb", b"signin-oidc", b"oidc"];
    let (path, query) = url.split_at(url.iter().position(|b| matches!(b, b'?' | b'#')).unwrap_or(url.len()));
    let beside = |piece: &[u8]| piece.starts_with(b"state=") || piece.starts_with(b"grant_type=");
    // In markup an ampersand is written `&amp;`.
    query.split(|b| matches!(b, b'?' | b'&' | b'#' | b';')).any(beside)
        || path.split(|b| matches!(b, b'/' | b'.')).any(|segment| {
            segment.windows(5).any(|part| part.eq_ignore_ascii_case(b"oauth"))
                || PLACES.iter().any(|place| segment.eq_ignore_ascii_case(place))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_known_by_what_it_is_made_of() {
        let cases = [
            ("/x?key=AIzaSyA1234567890abcdefghijklmno_pq&a=1", "/x?key=***********************************&a=1"),
            (
                "https://h/x?a=1&KEY=0123456789abcdef0123456789abcdef",
                "https://h/x?a=1&KEY=********************************",
            ),
            ("/x?key=A1000012", "/x?key=A1000012"),
            ("/x?key=123456789012345678901234", "/x?key=123456789012345678901234"),
            ("/x?key=3f2504e0-4f89-11d3-9a0c-0305e82c3301", "/x?key=3f2504e0-4f89-11d3-9a0c-0305e82c3301"),
            ("/x?pin=1234&pinned=1", "/x?pin=****&pinned=1"),
        ];
        for (target, expected) in cases {
            let mut masked = target.as_bytes().to_vec();
            change::apply(&mut masked, &in_target(target.as_bytes()));
            assert_eq!(String::from_utf8_lossy(&masked), expected);
        }
    }
}

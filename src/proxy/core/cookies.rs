//! What of a cookie must change so that it comes back to us in the place of its server.
//!
//! `Domain` names the server's domain: without it the cookie belongs to our host. `Secure` is harder where the client calls
//! us without TLS:
//!
//! - Programs send such a cookie over https alone: Java's `CookieManager`, .NET's `CookieContainer`, Python's `http.cookiejar`
//!   (requests, zeep). For them it goes; they know nothing of `SameSite` or of prefixes of names.
//! - Chrome, Edge and Firefox take it over http from loopback, as a secure context, and without it they refuse cookies of
//!   `SameSite=None` and those named `__Host-` or `__Secure-`. For them it stays there.
//! - Safari never takes it over http, and no browser does from another computer. There it goes, and `SameSite=None` with it,
//!   which leaves the default (`Lax`); of a prefix it is said that TLS is needed. We take TLS on the same port.

use std::ops::Range;

use super::{Endpoint, Scheme, fronts};
use crate::model::Edit;

/// What a client makes of cookies with `Secure`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Keeper {
    /// Sends them over https alone, and knows nothing else of them.
    #[default]
    Program,
    /// A browser that takes them from loopback as well.
    Browser,
    /// A browser that doesn't.
    Safari,
}

/// A cookie as it is handed on.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Changed {
    /// What is cut out of the field's value.
    pub(super) cuts: Vec<Range<usize>>,
    /// The change; without the cookie's value, which may be a secret.
    pub(super) edit: Edit,
    /// What the client still won't do, and what helps.
    pub(super) remark: Option<String>,
}

impl Keeper {
    /// The client that names itself so.
    #[must_use]
    pub fn of(user_agent: Option<&[u8]>) -> Self {
        let name = user_agent.unwrap_or_default();
        let has = |word: &str| memchr::memmem::find(name, word.as_bytes()).is_some();
        match name.starts_with(b"Mozilla/") {
            // All call themselves Safari, one nothing else; on a telephone of Apple's all are.
            true if has("iPhone") || has("iPad") => Self::Safari,
            true if has("Safari/") && !(has("Chrome/") || has("Chromium/") || has("Firefox/")) => Self::Safari,
            true if has("Chrome/") || has("Chromium/") || has("Firefox/") => Self::Browser,
            _ => Self::Program,
        }
    }
}

/// What is changed in the value of a `Set-Cookie` for a client that called us as `here`.
pub(super) fn changed(value: &[u8], here: &Endpoint, keeper: Keeper) -> Option<Changed> {
    let secure_goes = here.scheme == Scheme::Http && !(keeper == Keeper::Browser && fronts::is_loopback(&here.host));
    let (mut cuts, mut names, mut at) = (Vec::new(), Vec::new(), 0);
    let (mut before, mut after) = (String::new(), String::new());
    let has_secure = value.split(|b| *b == b';').skip(1).any(|part| part.trim_ascii().eq_ignore_ascii_case(b"secure"));
    for (n, part) in value.split(|b| *b == b';').enumerate() {
        let range = at..at + part.len();
        at = range.end + 1;
        let (name, told) = match part.iter().position(|b| *b == b'=') {
            Some(equals) => (&part[..equals], part[equals + 1..].trim_ascii()),
            None => (part, &b""[..]),
        };
        if n == 0 {
            before = String::from_utf8_lossy(name.trim_ascii()).into_owned();
            after.clone_from(&before);
            continue;
        }
        let is = |word: &str| name.trim_ascii().eq_ignore_ascii_case(word.as_bytes());
        let goes = is("domain")
            || (secure_goes && is("secure"))
            || (secure_goes
                && has_secure
                && keeper != Keeper::Program
                && is("samesite")
                && told.eq_ignore_ascii_case(b"none"));
        let shown = String::from_utf8_lossy(part);
        before.push_str(&format!(";{shown}"));
        if goes {
            names.push(String::from_utf8_lossy(name.trim_ascii()).into_owned());
            cuts.push(range.start - 1..range.end);
        } else {
            after.push_str(&format!(";{shown}"));
        }
    }
    if cuts.is_empty() {
        return None;
    }
    let prefixed = ["__Host-", "__Secure-"].iter().any(|prefix| before.starts_with(prefix));
    let remark = (prefixed && has_secure && secure_goes).then(|| {
        let name = before.split(';').next().unwrap_or_default();
        let https = Endpoint { scheme: Scheme::Https, ..here.clone() };
        format!(
            "{name} had to lose Secure, without which browsers and curl refuse a cookie of that name; have the client call \
             {https}, where the proxy speaks TLS on the same port"
        )
    });
    let what = format!("cookie: {} removed", names.join(", "));
    Some(Changed { cuts, edit: Edit { what, before: Some(before), after: Some(after) }, remark })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(value: &str, here: &str, keeper: Keeper) -> (String, bool) {
        let here = Endpoint::of_url(here).unwrap();
        let Some(changed) = changed(value.as_bytes(), &here, keeper) else { return (value.to_owned(), false) };
        let mut out = value.to_owned();
        changed.cuts.into_iter().rev().for_each(|cut| out.replace_range(cut, ""));
        let listed = changed.edit.after.unwrap();
        assert_eq!(
            listed.split_once(';').map(|l| l.1),
            out.split_once(';').map(|o| o.1),
            "what is listed is what is sent"
        );
        (out, changed.remark.is_some())
    }

    #[test]
    fn each_client_gets_what_it_sends_back() {
        const NONE: &str = "s=1; Path=/; Domain=.x; Secure; SameSite=None; HttpOnly";
        let (near, far, tls) = ("http://127.0.0.1:9001", "http://pc7:9001", "https://localhost:9001");
        for (value, here, keeper, expected, said) in [
            (NONE, near, Keeper::Program, "s=1; Path=/; SameSite=None; HttpOnly", false),
            (NONE, near, Keeper::Browser, "s=1; Path=/; Secure; SameSite=None; HttpOnly", false),
            (NONE, near, Keeper::Safari, "s=1; Path=/; HttpOnly", false),
            (NONE, far, Keeper::Browser, "s=1; Path=/; HttpOnly", false),
            (NONE, tls, Keeper::Program, "s=1; Path=/; Secure; SameSite=None; HttpOnly", false),
            ("__Host-s=1; Secure; Path=/", near, Keeper::Browser, "__Host-s=1; Secure; Path=/", false),
            ("__Host-s=1; Secure; Path=/", far, Keeper::Browser, "__Host-s=1; Path=/", true),
            ("__Secure-s=1;secure", near, Keeper::Program, "__Secure-s=1", true),
            ("s=Secure", near, Keeper::Program, "s=Secure", false),
        ] {
            assert_eq!(sent(value, here, keeper), (expected.to_owned(), said), "{value} {here} {keeper:?}");
        }
    }

    #[test]
    fn the_value_is_not_listed() {
        let here = Endpoint::of_url("http://pc7:1").unwrap();
        let changed = changed(b"s=geheim; Secure", &here, Keeper::Program).unwrap();
        assert_eq!(changed.edit.before.as_deref(), Some("s; Secure"));
        assert_eq!((changed.edit.what.as_str(), changed.edit.after.as_deref()), ("cookie: Secure removed", Some("s")));
    }

    #[test]
    fn browsers_are_told_apart_by_what_they_call_themselves() {
        let of = |name: &str| Keeper::of(Some(name.as_bytes()));
        let chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36";
        assert_eq!(of(chrome), Keeper::Browser);
        assert_eq!(of("Mozilla/5.0 (Windows NT 10.0; rv:130.0) Gecko/20100101 Firefox/130.0"), Keeper::Browser);
        assert_eq!(
            of("Mozilla/5.0 (Macintosh) AppleWebKit/605 (KHTML, like Gecko) Version/17.0 Safari/605"),
            Keeper::Safari
        );
        assert_eq!(of("Mozilla/5.0 (iPhone) AppleWebKit/605 CriOS/130 Mobile Safari/604"), Keeper::Safari);
        assert_eq!(of("Mozilla/4.0 (compatible; MSIE 6.0; MS Web Services Client Protocol 4.0)"), Keeper::Program);
        assert_eq!((of("Java/17"), Keeper::of(None)), (Keeper::Program, Keeper::Program));
    }
}

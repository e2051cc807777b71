//! Secrets in the text of records and messages: overwritten before anything is shown.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

/// The text with passwords, tokens and cookies overwritten by asterisks of the same number, so that columns stay.
pub(super) fn masked(text: &str) -> Cow<'_, str> {
    let Some(pattern) = PATTERN.as_ref() else { return Cow::Borrowed(text) };
    if !pattern.is_match(text) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut last = 0;
    for found in pattern.captures_iter(text) {
        let Some(secret) = found.iter().skip(1).flatten().next() else { continue };
        out.push_str(&text[last..secret.start()]);
        out.extend(secret.as_str().chars().map(|_| '*'));
        last = secret.end();
    }
    out.push_str(&text[last..]);
    Cow::Owned(out)
}

// What stands behind a word for a secret, in the notations of headers, XML, JSON, forms and plain text.
static PATTERN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)authorization\s*[:=]\s*(?:basic|bearer|negotiate|ntlm)\s+([A-Za-z0-9+/=._~-]{4,})",
        r"|\b(?:set-)?cookie\s*:\s*([^\r\n]+)",
        r"|<(?:[\w.-]+:)?(?:password|passwd|pwd|passwort|secret|token)\b[^<>]*>([^<]+)<",
        r#"|"(?:password|passwd|pwd|secret|client_secret|access_token|refresh_token|saak|sask|cs)"\s*:\s*"([^"]+)""#,
        r#"|\b(?:password|passwd|pwd|client_secret|access_token|refresh_token)\s*[=:]\s*["']?([^\s"'&;,<>]+)"#,
    ))
    .ok()
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_go_and_the_rest_stays() {
        let shown = |text: &str| masked(text).into_owned();
        assert_eq!(shown("user=MWSUSR password=secret1 company=100"), "user=MWSUSR password=******* company=100");
        assert_eq!(shown("<cred:password>pässi</cred:password>"), "<cred:password>*****</cred:password>");
        assert_eq!(shown("Authorization: Basic TVdTVVNSOnB3"), "Authorization: Basic ************");
        assert_eq!(shown("{\"access_token\": \"abc\"}"), "{\"access_token\": \"***\"}");
        assert_eq!(shown("the password is wrong"), "the password is wrong");
    }
}

//! Secrets in the text of records and messages: overwritten before anything is shown.

use std::borrow::Cow;
use std::cell::RefCell;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::LazyLock;

use mwscope_parsers::log::Encoding;
use regex::Regex;

use crate::redact;

/// The text with passwords, tokens and cookies overwritten by asterisks of the same number, so that columns stay.
#[must_use]
pub fn masked(text: &str) -> Cow<'_, str> {
    if text.len() > LONGEST_KNOWN {
        return looked_through(text);
    }
    // Addresses and numbers, which are what differs most between the rows of a listing, name nothing.
    if text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b':' | b'[' | b']')) {
        return Cow::Borrowed(text);
    }
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    let place = usize::try_from(hasher.finish() % KNOWN as u64).unwrap_or(0);
    if CLEAN.with_borrow(|clean| clean[place].as_deref() == Some(text)) {
        return Cow::Borrowed(text);
    }
    let masked = looked_through(text);
    if matches!(masked, Cow::Borrowed(_)) {
        CLEAN.with_borrow_mut(|clean| clean[place] = Some(text.into()));
    }
    masked
}

/// How many short texts without a secret are remembered, and how long such a one may be: the rows of a listing name the
/// same address, service and server again and again.
const KNOWN: usize = 256;
const LONGEST_KNOWN: usize = 256;

thread_local! {
    static CLEAN: RefCell<[Option<Box<str>>; KNOWN]> = const { RefCell::new([const { None }; KNOWN]) };
}

fn looked_through(text: &str) -> Cow<'_, str> {
    match redact::mask_shown(text) {
        Cow::Borrowed(text) => further(text),
        Cow::Owned(text) => Cow::Owned(further(&text).into_owned()),
    }
}

/// What is a secret only to who is shown it: parameters of URLs whose names are too common for what is kept.
fn further(text: &str) -> Cow<'_, str> {
    let Some(pattern) = PATTERN.as_ref() else { return Cow::Borrowed(text) };
    if !may_name(text) || !pattern.is_match(text) {
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

/// Whether there is anything like a name in a text and a sign that a value follows, as every alternative of the pattern
/// has: numbers, times and addresses, of which most listings consist, have not.
fn may_name(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_letter = |byte: &u8| byte.is_ascii_alphabetic() || !byte.is_ascii();
    memchr::memchr3(b':', b'=', b'<', bytes).is_some() && bytes.windows(2).any(|two| two.iter().all(is_letter))
}

/// Bytes that may be text, masked where they are.
#[must_use]
pub fn masked_bytes(bytes: &[u8]) -> Cow<'_, [u8]> {
    match std::str::from_utf8(bytes).map(masked) {
        Ok(Cow::Owned(text)) => Cow::Owned(text.into_bytes()),
        Ok(Cow::Borrowed(_)) => masked_wide(bytes).map_or(Cow::Borrowed(bytes), Cow::Owned),
        Err(_) => masked_wide(bytes).or_else(|| masked_narrow(bytes)).map_or(Cow::Borrowed(bytes), Cow::Owned),
    }
}

/// UTF-16 with what is masked of it; `None` where it is none, or says nothing secret.
fn masked_wide(bytes: &[u8]) -> Option<Vec<u8>> {
    let encoding = Encoding::detect(bytes);
    let unit: fn(u16) -> [u8; 2] = match encoding {
        Encoding::Utf16Le => u16::to_le_bytes,
        Encoding::Utf16Be => u16::to_be_bytes,
        _ => return None,
    };
    let text = encoding.decode(bytes);
    let Cow::Owned(masked) = masked(&text) else { return None };
    let mark = [unit(0xfeff)].into_iter().filter(|mark| bytes.starts_with(mark));
    Some(mark.chain(masked.encode_utf16().map(unit)).flatten().collect())
}

/// Text of one byte a character, whatever characters they are, with what is masked of it; `None` where it is no text, or
/// says nothing secret.
fn masked_narrow(bytes: &[u8]) -> Option<Vec<u8>> {
    const OF_TEXT: [u8; 5] = *b"\t\n\r\x0c\x1b";
    if bytes.iter().any(|byte| byte.is_ascii_control() && !OF_TEXT.contains(byte)) {
        return None;
    }
    let text: String = bytes.iter().map(|byte| char::from(*byte)).collect();
    let Cow::Owned(masked) = masked(&text) else { return None };
    masked.chars().map(|c| u8::try_from(c).ok()).collect()
}

/// The value of a header, masked by what its name says.
pub(super) fn masked_header(name: &str, value: &str) -> String {
    let line = format!("{name}: {value}");
    let masked = masked(&line);
    if matches!(masked, Cow::Borrowed(_)) {
        return redact::mask_header(name, value).into_owned();
    }
    masked.get(name.len() + 2..).unwrap_or_default().to_owned()
}

/// The value of a column, a cell or a member, masked by what its name says: one that is a secret's leaves nothing.
#[must_use]
pub fn masked_named(name: &str, value: &str) -> String {
    if redact::is_secret_field(name) {
        return value.chars().map(|_| '*').collect();
    }
    masked_header(name, value)
}

/// All texts in a value, masked.
pub(super) fn mask_value(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::String(text) => {
            if let Cow::Owned(masked) = masked(text) {
                *text = masked;
            }
        }
        serde_json::Value::Array(items) => items.iter_mut().for_each(mask_value),
        serde_json::Value::Object(members) => members.iter_mut().for_each(|(_, value)| mask_value(value)),
        _ => {}
    }
}

// What stands behind a word for a secret, in the notations of headers, XML, JSON, forms and plain text.
static PATTERN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)authorization\s*[:=]\s*(?:basic|bearer|negotiate|ntlm)\s+([A-Za-z0-9+/=._~-]{4,})",
        r"|\b(?:set-)?cookie\s*:\s*([^\r\n]+)",
        r"|<(?:[\w.-]+:)?(?:password|passwd|pwd|passwort|secret|token)\b[^<>]*>([^<]+)<",
        r#"|"(?:password|passwd|pwd|secret|client_secret|access_token|refresh_token|saak|sask|cs)"\s*:\s*"([^"]+)""#,
        r#"|\b(?:password|passwd|pwd|client_secret|access_token|refresh_token)\s*[=:]\s*["']?([^\s"'&;,<>]+)"#,
        r#"|[?&;](?:api[_-]?key|token|sid|sig|signature|code)=([^&;\s"'<>]+)"#,
        // Oracle's addresses have user and password before the server: `jdbc:oracle:thin:scott/tiger@dbhost`.
        r#"|:(?:thin|oci8?):[^\s/@"']+/([^\s@"']+)@"#,
    ))
    .ok()
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_clean_before_is_looked_through_when_it_differs() {
        for text in ["/a?x=1", "/a?x=1", "/a?sid=77", "/a?x=1"] {
            let expected = if text.contains("sid") { "/a?sid=**" } else { text };
            assert_eq!(masked(text), expected);
        }
    }

    #[test]
    fn bytes_of_other_encodings_are_masked_in_their_own() {
        let wide = |text: &str| -> Vec<u8> {
            "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
        };
        let (said, expected) = ("User: J\nPassword: geheim1\nName: M\u{fc}ller\n", "User: J\nPassword: *******\n");
        assert_eq!(masked_bytes(&wide(said)), wide(&format!("{expected}Name: M\u{fc}ller\n")));
        let narrow = |text: &str| -> Vec<u8> { text.chars().map(|c| c as u8).collect() };
        assert_eq!(masked_bytes(&narrow(said)), narrow(&format!("{expected}Name: M\u{fc}ller\n")));
        // What is no text stays what it is.
        let binary = [&narrow(said)[..], &[0, 1, 2, 0xff]].concat();
        assert_eq!(masked_bytes(&binary), &binary[..]);
    }

    #[test]
    fn secrets_go_and_the_rest_stays() {
        let shown = |text: &str| masked(text).into_owned();
        assert_eq!(shown("user=MWSUSR password=secret1 company=100"), "user=MWSUSR password=******* company=100");
        assert_eq!(shown("<cred:password>pässi</cred:password>"), "<cred:password>*****</cred:password>");
        assert_eq!(shown("Authorization: Basic TVdTVVNSOnB3"), "Authorization: Basic ************");
        assert_eq!(shown("{\"access_token\": \"abc\"}"), "{\"access_token\": \"***\"}");
        assert_eq!(shown("the password is wrong"), "the password is wrong");
        assert_eq!(shown("jdbc:oracle:thin:scott/tiger1@db:1521/ORCL"), "jdbc:oracle:thin:scott/******@db:1521/ORCL");
        assert_eq!(shown("jdbc:oracle:thin:@//db:1521/ORCL"), "jdbc:oracle:thin:@//db:1521/ORCL");
        assert_eq!(shown("/a?api_key=abc&x=1&SID=77"), "/a?api_key=***&x=1&SID=**");
        assert_eq!(masked_header("Cookie", "a=b; c=d"), "********");
        assert_eq!(masked_header("Authorization", "Basic TVdTVVNSOnB3"), "Basic ************");
        let named = |name| masked_named(name, "s e password=abc");
        assert_eq!(["password", "client_secret", "Token"].map(named), ["****************"; 3]);
        assert_eq!(["node", "code"].map(named), ["s e password=***"; 2]);
        assert_eq!(masked_bytes(b"password=abc\xff\0").as_ref(), b"password=abc\xff\0");
    }
}

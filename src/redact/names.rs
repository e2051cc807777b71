//! Which names stand before a secret: of headers, elements, attributes, members, fields and parameters. A list that
//! errs on the side of masking; it knows nothing of the syntax around a name.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

/// No name is longer; a longer run of letters is data.
pub(crate) const MAX_NAME: usize = 64;

/// What kind of secret follows a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The value is the secret.
    Secret(&'static str),
    /// As [`Kind::Secret`], but the word is too common to be taken for a name in running text (`token: x`).
    Common(&'static str),
    /// As [`Kind::Secret`], but as an element it holds more than the secret.
    Parameter(&'static str),
    /// As [`Kind::Secret`], as an element where its content is drawn by lot: it may be the number of something else.
    Drawn(&'static str),
    /// Scheme and credentials.
    Credentials,
    /// A `Cookie` or `Set-Cookie` line.
    Cookies,
    /// The word `Bearer` itself.
    Bearer,
    /// The word `Basic` itself.
    Basic,
}

impl Kind {
    /// The rule as it stands in a mask.
    pub(crate) const fn rule(self) -> &'static str {
        match self {
            Self::Secret(rule) | Self::Common(rule) | Self::Parameter(rule) | Self::Drawn(rule) => rule,
            Self::Credentials => "authorization",
            Self::Cookies => "cookie",
            Self::Bearer => "bearer-token",
            Self::Basic => "basic-password",
        }
    }
}

/// Words for a password, also in the languages of those who name their fields themselves; letters beyond ASCII are no
/// part of a name here.
const WORDS: [&str; 15] = [
    "password",
    "passwd",
    "passwort",
    "passphrase",
    "passcode",
    "passord",
    "kennwort",
    "motdepasse",
    "senord",
    "wachtwoord",
    "adgangskode",
    "salasana",
    "contrasena",
    "contrasea",
    "pwd",
];

/// Words behind `password` that make it something else (`passwordExpires`).
const ABOUT_PASSWORDS: [&str; 20] = [
    "policy", "expir", "rule", "length", "type", "required", "url", "hint", "changed", "age", "lastset", "reset",
    "forgot", "strength", "min", "max", "valid", "attempt", "field", "label",
];

/// Endings of names of tokens that are none of a sign-on, or of elements that hold a whole structure.
const OTHER_TOKENS: [&str; 8] = [
    "usernametoken",
    "requestsecuritytoken",
    "requestedsecuritytoken",
    "pagetoken",
    "nexttoken",
    "continuationtoken",
    "paginationtoken",
    "cancellationtoken",
];

/// Words that end in `pass` and have nothing to do with a password.
const OTHER_PASSES: [&str; 6] = ["bypass", "compass", "trespass", "surpass", "overpass", "underpass"];

/// What follows `name`, where it is a secret. Dots, underscores, hyphens and case make no difference, and only what
/// is behind the last dot counts (`WS.Password`).
pub(crate) fn kind(name: &[u8]) -> Option<Kind> {
    if name.len() > MAX_NAME {
        return None;
    }
    if is_field_of_m3(name) {
        return Some(Kind::Secret("password"));
    }
    let flat = flat(name)?;
    exact(&flat).or_else(|| if WITHIN.is_match(&flat) { password(&flat).or_else(|| other(&flat)) } else { None })
}

/// What [`password`] and [`other`] look for within a name, all at once: most names have none of it, and each header's is
/// looked at.
static WITHIN: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let others = ["pass", "token", "secret", "sess", "key", "srf"];
    AhoCorasick::builder()
        .kind(Some(AhoCorasickKind::DFA))
        .build(WORDS.iter().chain(&others))
        .expect("invariant: the words are few and fixed")
});

/// As [`kind`], for a field of a form or a member of JSON: there even a word that is common elsewhere names a value.
pub(crate) fn kind_of_field(name: &[u8]) -> Option<Kind> {
    kind(name).or_else(|| match flat(name)?.as_str() {
        "session" => Some(Kind::Parameter("session-id")),
        "ticket" => Some(Kind::Parameter("token")),
        "pin" | "pincode" => Some(Kind::Parameter("password")),
        "auth" => Some(Kind::Parameter("authorization")),
        "sig" | "signature" | "xamzsignature" => Some(Kind::Parameter("signature")),
        _ => None,
    })
}

/// As [`kind`], for a name in a text that may be an element's. The tickets are those of CAS.
pub(crate) fn kind_of_element(name: &[u8]) -> Option<Kind> {
    const TICKETS: [&[u8]; 5] =
        [b"ticket", b"serviceTicket", b"proxyTicket", b"proxyGrantingTicket", b"proxy-granting-ticket"];
    kind(name)
        .or_else(|| TICKETS.iter().any(|ticket| name.eq_ignore_ascii_case(ticket)).then_some(Kind::Drawn("token")))
}

/// As [`kind`], for a header.
pub(crate) fn kind_of_header(name: &[u8]) -> Option<Kind> {
    const ENDINGS: [(&str, &str); 8] = [
        ("assertion", "assertion"),
        ("dpop", "token"),
        ("auth", "authorization"),
        ("authentication", "authorization"),
        ("credentials", "credentials"),
        ("session", "session-id"),
        ("ticket", "token"),
        ("signature", "signature"),
    ];
    kind(name).or_else(|| {
        let flat = flat(name)?;
        if flat.ends_with("authorization") {
            return Some(Kind::Credentials);
        }
        ENDINGS.iter().find(|(ending, _)| flat.ends_with(ending)).map(|(_, rule)| Kind::Secret(rule))
    })
}

/// Letters and digits behind the last dot, in lower case.
fn flat(name: &[u8]) -> Option<String> {
    let last = name.rsplit(|b| *b == b'.').find(|part| !part.is_empty())?;
    Some(last.iter().filter(|b| b.is_ascii_alphanumeric()).map(|b| char::from(b.to_ascii_lowercase())).collect())
}

fn exact(flat: &str) -> Option<Kind> {
    Some(match flat {
        "authorization" | "proxyauthorization" | "xauthorization" | "authorizationheader" => Kind::Credentials,
        "cookie" | "cookie2" | "setcookie" | "setcookie2" | "cookies" => Kind::Cookies,
        "bearer" => Kind::Bearer,
        "basic" => Kind::Basic,
        "pswd" | "psw" | "pw" | "otp" | "uspw" => Kind::Common("password"),
        "pwlog" => Kind::Common("pwlog-password"),
        "credential" | "credentials" => Kind::Parameter("credentials"),
        // The field of the password in the sign-on page of OpenAM.
        "idtoken2" => Kind::Secret("password"),
        // Without it a signed assertion is worth nothing.
        "signaturevalue" => Kind::Secret("signature"),
        "saak" | "sask" => Kind::Secret("service-account-key"),
        "cs" => Kind::Common("client-secret"),
        "token" | "jwt" => Kind::Common("token"),
        "sid" => Kind::Common("session-id"),
        "codeverifier" | "devicecode" | "authorizationcode" => Kind::Secret("oauth-code"),
        "assertion" | "clientassertion" => Kind::Parameter("assertion"),
        "samlresponse" | "samlart" | "wresult" => Kind::Secret("assertion"),
        _ => return None,
    })
}

fn password(flat: &str) -> Option<Kind> {
    let (at, word) = WORDS.iter().find_map(|word| flat.find(word).map(|at| (at, word)))?;
    let behind = &flat[at + word.len()..];
    if *word == "pwd" && !(behind.is_empty() || behind.bytes().all(|b| b.is_ascii_digit())) {
        return None;
    }
    (!ABOUT_PASSWORDS.iter().any(|about| behind.starts_with(about))).then_some(Kind::Secret("password"))
}

/// A field of M3 that holds a password: two letters that say whose it is, and what it is.
fn is_field_of_m3(name: &[u8]) -> bool {
    let letters = name.iter().all(u8::is_ascii_uppercase);
    let ends = [&b"PASS"[..], b"PSWD", b"PWD"].iter().any(|end| name.len() == end.len() + 2 && name.ends_with(end));
    letters && ends && name != b"BYPASS"
}

/// Whether it is nothing but a word for a password, as a sentence would use it.
pub(crate) fn is_word_for_password(name: &[u8]) -> bool {
    !name.ends_with(b".") && flat(name).is_some_and(|flat| WORDS.contains(&flat.as_str()))
}

fn other(flat: &str) -> Option<Kind> {
    let ends = |endings: &[&str]| endings.iter().any(|ending| flat.ends_with(ending));
    if ends(&["pass"]) && !ends(&OTHER_PASSES) {
        return Some(Kind::Common("password"));
    }
    if ends(&["token", "tokenvalue"]) && !ends(&OTHER_TOKENS) {
        return Some(Kind::Secret("token"));
    }
    if ends(&["csrf", "xsrf"]) {
        return Some(Kind::Secret("token"));
    }
    if flat.contains("secret") && !flat.contains("secretar") {
        return Some(Kind::Secret("client-secret"));
    }
    if ends(&["sessionid", "sessid", "sessionkey", "sessionticket"]) || flat.starts_with("aspsessionid") {
        return Some(Kind::Secret("session-id"));
    }
    const KEYS: [&str; 8] =
        ["apikey", "privatekey", "subscriptionkey", "accesskey", "authkey", "functionskey", "accountkey", "signingkey"];
    ends(&KEYS).then_some(Kind::Secret("api-key"))
}

/// Whether a name is that of the value in a pair of name and value.
pub(crate) fn is_value(name: &[u8]) -> bool {
    [&b"value"[..], b"val", b"content", b"text", b"#text", b"$", b"$value", b"v"]
        .iter()
        .any(|word| name.eq_ignore_ascii_case(word))
}

/// Whether an attribute's value is the name in a pair of name and value.
pub(crate) fn is_name(attribute: &[u8]) -> bool {
    [&b"name"[..], b"key", b"property", b"param", b"n"].iter().any(|word| attribute.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets_and_others() {
        for name in [
            "password",
            "wsse_Password",
            "newPassword2",
            "j_password",
            "WS.Password",
            "PWD",
            "db.pwd",
            "client_secret",
            "access_token",
            "refresh-token",
            "X-Auth-Token",
            "saak",
            "sask",
            "cs",
            "SID",
            "connect.sid",
            "JSESSIONID",
            "PasswordCiphertext",
            "Authorization",
            "Set-Cookie",
            "x-api-key",
            "SAMLResponse",
            "fnd-csrf-token",
            "BinarySecurityToken",
            "db_pass",
            "l\u{f6}senord",
            "X-Functions-Key",
        ] {
            assert!(kind(name.as_bytes()).is_some(), "{name}");
        }
        for name in [
            "passwordExpires",
            "UsernameToken",
            "side",
            "residence",
            "csv",
            "nextToken",
            "tokenType",
            "secretary",
            "compass",
            "bypass",
            "pwdLastSet",
            "user",
            "Facility",
            "",
            ".",
            "session",
        ] {
            assert_eq!(kind(name.as_bytes()), None, "{name}");
        }
    }

    #[test]
    fn what_is_looked_for_within_names_is_all_that_makes_one_a_secret() {
        let made = |stem: &str| [stem.to_owned(), format!("a{stem}"), format!("{stem}1"), format!("my{stem}2")];
        let endings = ["sessionid", "sessid", "sessionkey", "sessionticket", "apikey", "privatekey", "subscriptionkey"];
        let more =
            ["accesskey", "authkey", "functionskey", "accountkey", "signingkey", "token", "tokenvalue", "secret"];
        let stems = WORDS.iter().chain(&endings).chain(&more).chain(&["pass", "aspsessionid", "wpass"]);
        for name in stems.flat_map(|stem| made(stem)) {
            let found = password(&name).or_else(|| other(&name));
            assert!(found.is_none() || WITHIN.is_match(&name), "{name}");
        }
    }
}

//! Bytes in which masked secrets stand: the fillers become variables, each with a name and what is to be put there.

use std::ops::Range;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::redact;

/// A part of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// Bytes as they are sent.
    Bytes(Vec<u8>),
    /// What a variable of that name holds.
    Variable(String),
}

/// Pieces as an expression of a language that puts strings together by `+`; `string` writes one of ASCII, a character for
/// each byte, which is how headers are sent, and `variable` is a function of the program.
pub(super) fn expression(pieces: &[Piece], string: fn(&str) -> String) -> String {
    let pieces: Vec<_> = pieces
        .iter()
        .map(|piece| match piece {
            Piece::Bytes(bytes) => string(&bytes.iter().map(|byte| char::from(*byte)).collect::<String>()),
            Piece::Variable(name) => format!("variable({})", string(name)),
        })
        .collect();
    if pieces.is_empty() { string("") } else { pieces.join(" + ") }
}

/// What is to be set before the program runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Variable {
    pub(super) name: String,
    pub(super) what: String,
}

/// What the filler of a secret is made of.
const FILLER: u8 = b'*';

/// The fewest of them that are taken for a filler where no name in front says that a secret follows.
const FEWEST: usize = 3;

/// Splits a header's value.
pub(super) fn of_header(name: &str, value: &[u8], variables: &mut Vec<Variable>) -> Vec<Piece> {
    let flat = name.to_ascii_lowercase();
    let is_credentials = flat.ends_with("authorization");
    if let Some((scheme, user)) = is_credentials.then(|| masked_basic(value)).flatten() {
        let what = format!("base64 of {user}:PASSWORD, whose password was masked when it was recorded");
        let variable = Variable { name: "MWS_BASIC".to_owned(), what };
        let pieces = vec![Piece::Bytes(scheme), Piece::Variable(variable.name.clone())];
        note(variables, variable);
        return pieces;
    }
    let is_secret = is_credentials || flat == "cookie" || redact::is_secret_name(name);
    split(
        value,
        &|before, range| {
            if !is_secret && range.len() < FEWEST {
                return None;
            }
            let before = String::from_utf8_lossy(before).into_owned();
            let scheme = before.trim().to_ascii_lowercase();
            Some(match scheme.as_str() {
                "basic" if is_credentials => Variable {
                    name: "MWS_BASIC".to_owned(),
                    what: "base64 of USER:PASSWORD, masked when it was recorded".to_owned(),
                },
                "bearer" if is_credentials => Variable {
                    name: "MWS_TOKEN".to_owned(),
                    what: "the bearer token, masked when it was recorded".to_owned(),
                },
                _ => match name_before(before.as_bytes()).filter(|_| !is_credentials) {
                    Some(own) => named(&own),
                    None => named(name),
                },
            })
        },
        variables,
    )
}

/// The scheme and the user of basic credentials whose password is a filler: the mask stands within what is coded.
fn masked_basic(value: &[u8]) -> Option<(Vec<u8>, String)> {
    let scheme = value.get(..6).filter(|scheme| scheme.eq_ignore_ascii_case(b"basic "))?;
    let plain = STANDARD.decode(value[scheme.len()..].trim_ascii()).ok()?;
    let plain = String::from_utf8_lossy(&plain);
    let (user, password) = plain.split_once(':')?;
    let filled = !password.is_empty() && password.bytes().all(|byte| byte == FILLER);
    let user = user.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    filled.then(|| (scheme.to_vec(), user))
}

/// Splits a URL.
pub(super) fn of_text(text: &[u8], variables: &mut Vec<Variable>) -> Vec<Piece> {
    of_body(text, &[], variables)
}

/// Splits a body, of which is known where some of its fillers stand.
pub(super) fn of_body(text: &[u8], known: &[Range<usize>], variables: &mut Vec<Variable>) -> Vec<Piece> {
    split(
        text,
        &|before, range| {
            let own = name_before(before);
            let secret = known.contains(&range) || own.as_deref().is_some_and(redact::is_secret_name);
            (secret || range.len() >= FEWEST).then(|| own.map_or_else(|| named("secret"), |own| named(&own)))
        },
        variables,
    )
}

/// All of it as it is.
pub(super) fn whole(bytes: &[u8]) -> Vec<Piece> {
    if bytes.is_empty() { Vec::new() } else { vec![Piece::Bytes(bytes.to_vec())] }
}

/// A value with text in front of it.
pub(super) fn prefixed(start: &str, value: &[Piece]) -> Vec<Piece> {
    match value.split_first() {
        Some((Piece::Bytes(first), rest)) => {
            let mut pieces = vec![Piece::Bytes([start.as_bytes(), first].concat())];
            pieces.extend_from_slice(rest);
            pieces
        }
        _ => [&whole(start.as_bytes()), value].concat(),
    }
}

/// The bytes of pieces without variables; `None` where there are some.
pub(super) fn plain(pieces: &[Piece]) -> Option<Vec<u8>> {
    pieces.iter().try_fold(Vec::new(), |mut all, piece| match piece {
        Piece::Bytes(bytes) => {
            all.extend_from_slice(bytes);
            Some(all)
        }
        Piece::Variable(_) => None,
    })
}

/// What stands for a run of fillers, by what is before it and where it is; `None` where it is none.
type Name<'a> = &'a dyn Fn(&[u8], Range<usize>) -> Option<Variable>;

fn split(bytes: &[u8], variable: Name<'_>, variables: &mut Vec<Variable>) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let (mut from, mut at) = (0, 0);
    while let Some(start) = memchr::memchr(FILLER, &bytes[at..]).map(|found| at + found) {
        let len = bytes[start..].iter().take_while(|byte| **byte == FILLER).count();
        at = start + len;
        if !stands_alone(bytes, start, at) {
            continue;
        }
        let Some(variable) = variable(&bytes[..start], start..at) else { continue };
        pieces.extend(whole(&bytes[from..start]));
        pieces.push(Piece::Variable(variable.name.clone()));
        note(variables, variable);
        from = at;
    }
    pieces.extend(whole(&bytes[from..]));
    pieces
}

/// A name is told once, by what it stood for first.
fn note(variables: &mut Vec<Variable>, variable: Variable) {
    if !variables.iter().any(|known| known.name == variable.name) {
        variables.push(variable);
    }
}

/// Whether what is around a run of fillers can be the border of a value.
fn stands_alone(bytes: &[u8], start: usize, end: usize) -> bool {
    let border = |byte: Option<&u8>| byte.is_none_or(|byte| !byte.is_ascii_alphanumeric() && *byte != b'/');
    border(start.checked_sub(1).and_then(|at| bytes.get(at))) && border(bytes.get(end))
}

/// The name in front of a value: `name=`, `"name": "`, `<p:name a="b">`, `name="`.
fn name_before(before: &[u8]) -> Option<String> {
    let tail = &before[before.len().saturating_sub(256)..];
    let tail = String::from_utf8_lossy(tail);
    let mut rest = tail.trim_end();
    if let Some(tag) = rest.strip_suffix('>') {
        let start = tag.rfind('<')?;
        let name = tag[start + 1..].split(|c: char| c.is_whitespace()).next()?;
        let local = name.rsplit(':').next()?;
        return (!local.is_empty() && !name.starts_with(['/', '!', '?'])).then(|| local.to_owned());
    }
    rest = rest.trim_end_matches(['"', '\'']).trim_end();
    let rest = rest.strip_suffix([':', '=']).map(str::trim_end)?.trim_end_matches(['"', '\'']);
    let start = rest
        .rfind(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.')))
        .map_or(0, |at| at + rest[at..].chars().next().map_or(1, char::len_utf8));
    let name = &rest[start..];
    (!name.is_empty()).then(|| name.to_owned())
}

/// `MWS_PASSWORD` for whatever is a password, else a name made of the one it stands behind.
fn named(name: &str) -> Variable {
    let flat: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_uppercase();
    let is_password = ["PASSWORD", "PASSWD", "PWD", "PASSPHRASE"].iter().any(|end| flat.ends_with(end));
    let own = match (is_password, flat.is_empty()) {
        (true, _) => "PASSWORD".to_owned(),
        (_, true) => "SECRET".to_owned(),
        _ => name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect(),
    };
    let what = format!("the value of {name}, masked when it was recorded; it is put in as it is");
    Variable { name: format!("MWS_{own}"), what }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(pieces: &[Piece]) -> String {
        let one = |piece: &Piece| match piece {
            Piece::Bytes(bytes) => String::from_utf8_lossy(bytes).into_owned(),
            Piece::Variable(name) => format!("[{name}]"),
        };
        pieces.iter().map(one).collect()
    }

    #[test]
    fn fillers_become_variables() {
        let mut variables = Vec::new();
        let header = |name: &str, value: &str, variables: &mut Vec<Variable>| {
            shown(&of_header(name, value.as_bytes(), variables))
        };
        assert_eq!(header("Authorization", "Basic VVNFUjoqKioqKio=", &mut variables), "Basic [MWS_BASIC]");
        assert_eq!(header("Authorization", "Basic VVNFUjpTM2NyZXQ=", &mut variables), "Basic VVNFUjpTM2NyZXQ=");
        assert_eq!(header("Authorization", "Basic ****", &mut variables), "Basic [MWS_BASIC]");
        assert_eq!(header("authorization", "Bearer ****", &mut variables), "Bearer [MWS_TOKEN]");
        assert_eq!(
            header("Cookie", "JSESSIONID=***; a=b; x=*", &mut variables),
            "JSESSIONID=[MWS_JSESSIONID]; a=b; x=[MWS_X]"
        );
        assert_eq!(header("X-Api-Key", "**", &mut variables), "[MWS_X_API_KEY]");
        assert_eq!(header("Accept", "*/*", &mut variables), "*/*");
        assert_eq!(header("X", "a*****b /* c */", &mut variables), "a*****b /* c */");
        let text = |text: &str, variables: &mut Vec<Variable>| shown(&of_text(text.as_bytes(), variables));
        assert_eq!(
            text("<c:password a='b'>*</c:password>", &mut variables),
            "<c:password a='b'>[MWS_PASSWORD]</c:password>"
        );
        assert_eq!(
            text("{\"pwd\": \"***\", \"x\": \"a*\"}", &mut variables),
            "{\"pwd\": \"[MWS_PASSWORD]\", \"x\": \"a*\"}"
        );
        assert_eq!(text("a=b&token=****&c=*", &mut variables), "a=b&token=[MWS_TOKEN]&c=*");
        assert_eq!(text("http://h/x?api_key=****", &mut variables), "http://h/x?api_key=[MWS_API_KEY]");
        let says_how = |variable: &Variable| variable.name == "MWS_BASIC" && variable.what.contains("USER:PASSWORD");
        assert!(variables.iter().any(says_how));
    }
}

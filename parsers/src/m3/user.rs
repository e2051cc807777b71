//! In whose name a call is made, from `Authorization` and the SOAP header. Passwords are never taken over.

use super::form;
use super::seen::Context;

/// The user: of `Authorization` (Basic, Digest, NTLM), else of WS-Security, else of the `lws`/`mws` header.
pub(super) fn of(context: &Context<'_>) -> Option<String> {
    let header = context.seen.request.header("authorization");
    header.and_then(of_authorization).or_else(|| {
        let credentials = &context.request()?.credentials;
        credentials.token_user.clone().or_else(|| credentials.user.clone())
    })
}

/// Whether a field of that path holds a secret.
pub(super) fn is_secret(path: &str) -> bool {
    const WORDS: [&str; 7] = ["password", "passwd", "pwd", "secret", "token", "apikey", "credential"];
    const NAMES: [&str; 6] = ["saak", "sask", "cs", "sid", "assertion", "pass"];
    let name = path.rsplit(['/', '@', '.']).next().unwrap_or(path).to_ascii_lowercase();
    WORDS.iter().any(|word| name.contains(word)) || NAMES.contains(&name.as_str())
}

fn of_authorization(value: &str) -> Option<String> {
    let (scheme, rest) = value.trim().split_once(' ')?;
    let rest = rest.trim();
    match scheme.to_ascii_lowercase().as_str() {
        "basic" => {
            let decoded = base64(rest)?;
            let text = String::from_utf8(decoded).unwrap_or_else(|error| {
                // RFC 7617 leaves the charset open; clients without one send ISO-8859-1.
                error.as_bytes().iter().map(|byte| char::from(*byte)).collect()
            });
            form::some(text.split(':').next()?.trim())
        }
        "digest" => {
            let value = rest.split("username=").nth(1)?.strip_prefix('"')?;
            form::some(value.split('"').next()?)
        }
        "ntlm" | "negotiate" => ntlm(&base64(rest)?),
        _ => None,
    }
}

/// Domain and user of an NTLM AUTHENTICATE message ([MS-NLMP], section 2.2.1.3).
fn ntlm(message: &[u8]) -> Option<String> {
    if !message.starts_with(b"NTLMSSP\0\x03\0\0\0") {
        return None;
    }
    let field = |at: usize| {
        let len = usize::from(u16::from_le_bytes([*message.get(at)?, *message.get(at + 1)?]));
        let offset = message.get(at + 4..at + 8)?;
        let offset = usize::try_from(u32::from_le_bytes([offset[0], offset[1], offset[2], offset[3]])).ok()?;
        let bytes = message.get(offset..offset.checked_add(len)?)?;
        let units = bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
        form::some(&char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect::<String>())
    };
    let user = field(36)?;
    Some(field(28).map_or(user.clone(), |domain| format!("{domain}\\{user}")))
}

/// Base64 of both alphabets (RFC 4648), padding optional; `None` where another character stands in it.
fn base64(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let mut bits = 0_u32;
    let mut count = 0;
    for byte in text.trim_end_matches('=').bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count) as u8);
            bits &= (1 << count) - 1;
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn basic_credentials_give_the_user_alone() {
        let user = |value: &str| of_authorization(value);
        assert_eq!(user("Basic TVdTVVNSOnBhOnNz").as_deref(), Some("MWSUSR"));
        assert_eq!(user("basic  Q09SUFxKRE9FOng=").as_deref(), Some("CORP\\JDOE"));
        assert_eq!(user("Basic SlJH6VI6eA").as_deref(), Some("JRGéR"));
        for value in ["Basic", "Basic :", "Basic Ong=", "Basic !!", "Bearer abc", ""] {
            assert_eq!(user(value), None, "{value}");
        }
        assert_eq!(user("Digest username=\"JDOE\", realm=\"r\"").as_deref(), Some("JDOE"));
    }

    #[test]
    fn an_ntlm_message_names_domain_and_user() {
        let mut message = b"NTLMSSP\0\x03\0\0\0".to_vec();
        message.resize(64, 0);
        let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
        for (at, text) in [(28, "CORP"), (36, "jdoe")] {
            let offset = message.len() as u32;
            let bytes = wide(text);
            message[at..at + 2].copy_from_slice(&(bytes.len() as u16).to_le_bytes());
            message[at + 4..at + 8].copy_from_slice(&offset.to_le_bytes());
            message.extend(bytes);
        }
        assert_eq!(ntlm(&message).as_deref(), Some("CORP\\jdoe"));
        for cut in 0..message.len() {
            let _ = ntlm(&message[..cut]);
        }
        message[40..44].copy_from_slice(&u32::MAX.to_le_bytes());
        assert_eq!(ntlm(&message), None);
    }
}

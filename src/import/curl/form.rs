//! Bodies that curl puts together: form fields that it codes, and parts of multipart.

use mwscope_parsers::http::form::percent_encoded;

use super::command::Trouble;

/// What `--data-urlencode` makes of its argument.
pub(super) fn urlencoded(argument: &[u8]) -> Result<Vec<u8>, Trouble> {
    let mark = argument.iter().position(|byte| matches!(byte, b'=' | b'@'));
    let (name, content) = match mark {
        Some(at) if argument[at] == b'@' => return Err(Trouble::file(&argument[at + 1..])),
        Some(at) => (&argument[..at], &argument[at + 1..]),
        None => (&b""[..], argument),
    };
    let mut coded = name.to_vec();
    if !name.is_empty() {
        coded.push(b'=');
    }
    coded.extend(percent_encoded(content).into_bytes());
    Ok(coded)
}

/// A boundary that is the same each time, and unlike anything that is sent.
pub(super) const BOUNDARY: &str = "------------------------mwscope0read0from0curl";

/// The part that `-F` makes of its argument; `literal` is `--form-string`, whose value has no meaning but itself.
pub(super) fn part(argument: &[u8], literal: bool) -> Result<Vec<u8>, Trouble> {
    let at = argument.iter().position(|byte| *byte == b'=').unwrap_or(argument.len());
    let (name, value) = (&argument[..at], argument.get(at + 1..).unwrap_or_default());
    let (mut value, mut kind, mut file) = (value.to_vec(), None, None);
    if !literal {
        if let Some(b'@' | b'<') = value.first() {
            let path = value[1..].split(|byte| *byte == b';').next().unwrap_or_default();
            return Err(Trouble::file(path));
        }
        let whole = String::from_utf8_lossy(&value).into_owned();
        let mut pieces = whole.split(';');
        let first = pieces.next().unwrap_or_default().to_owned();
        let mut known = false;
        for piece in pieces {
            if let Some(of_type) = piece.trim().strip_prefix("type=") {
                (kind, known) = (Some(of_type.to_owned()), true);
            } else if let Some(name) = piece.trim().strip_prefix("filename=") {
                (file, known) = (Some(name.trim_matches('"').to_owned()), true);
            }
        }
        if known {
            value = first.trim_matches('"').as_bytes().to_vec();
        }
    }
    let mut part =
        format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{}\"", String::from_utf8_lossy(name));
    if let Some(file) = file {
        part.push_str(&format!("; filename=\"{file}\""));
    }
    if let Some(kind) = kind {
        part.push_str(&format!("\r\nContent-Type: {kind}"));
    }
    part.push_str("\r\n\r\n");
    let mut part = part.into_bytes();
    part.extend_from_slice(&value);
    part.extend_from_slice(b"\r\n");
    Ok(part)
}

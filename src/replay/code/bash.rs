//! curl for the shells of Unix. Text stands in single quotes; with control characters in `$'...'`, which bash, zsh and ksh
//! know; bytes that no argument can hold, and long bodies, come through a pipe as base64.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::piece::{self, Piece};
use super::prepared::Prepared;
use super::{Language, comments};

pub(super) const LANGUAGE: Language = Language {
    name: "curl",
    about: "curl commands for bash and zsh",
    extension: "sh",
    begin: || "#!/usr/bin/env bash\n".to_owned(),
    request: |prepared, _| {
        let mut text = String::from("\n");
        text.push_str(&comments(prepared, "#", &["curl adds Host and Content-Length, and nothing else."]));
        for variable in &prepared.variables {
            text.push_str(&format!(": \"${{{}:?is not set}}\"\n", variable.name));
        }
        text.push_str(&command(prepared));
        text
    },
    end: |_| String::new(),
};

/// The longest argument: Linux takes 128 KiB.
const LONGEST_ARGUMENT: usize = 96 << 10;

/// Headers that curl sends of itself, to be left out where the draft hasn't them.
pub(super) const OWN: [&str; 4] = ["User-Agent", "Accept", "Content-Type", "Expect"];

/// The command.
pub(super) fn command(prepared: &Prepared) -> String {
    let mut words: Vec<String> = options(prepared).into_iter().map(str::to_owned).collect();
    words.push(format!("--request {}", quote(prepared.method.as_bytes())));
    if prepared.method == "HEAD" && !prepared.has_body {
        words.pop();
        words.push("--head".to_owned());
    }
    let mut lines = vec![words.join(" "), join(&prepared.url())];
    if prepared.of_server {
        lines.push("--request-target '*'".to_owned());
    }
    for line in &prepared.headers {
        lines.push(format!("--header {}", join(&line.for_curl())));
    }
    for own in left_out(prepared) {
        lines.push(format!("--header '{own}:'"));
    }
    let mut before = String::new();
    let mut behind = String::new();
    if prepared.has_body {
        match through_a_pipe(&prepared.body) {
            Some(bytes) => {
                before = "base64 --decode <<'BODY' | ".to_owned();
                lines.push("--data-binary @-".to_owned());
                behind = format!("\n{}BODY", wrapped(&bytes));
            }
            None => lines.push(format!("--data-raw {}", join(&prepared.body))),
        }
    }
    format!("{before}curl {}{behind}\n", lines.join(" \\\n  "))
}

/// What keeps curl from changing the request.
pub(super) fn options(prepared: &Prepared) -> Vec<&'static str> {
    let mut options = vec!["--http1.1", "--path-as-is", "--globoff"];
    let accepts = prepared.plain_header("accept-encoding").unwrap_or_default();
    let accepts = String::from_utf8_lossy(&accepts).to_ascii_lowercase();
    let known =
        |coding: &str| matches!(coding.split(';').next().unwrap_or_default().trim(), "gzip" | "deflate" | "identity");
    // Every curl takes these off an answer; of others it would say that it doesn't know them.
    if !accepts.is_empty() && accepts.split(',').all(known) {
        options.push("--compressed");
    }
    options
}

/// The headers of curl's own that the draft hasn't.
pub(super) fn left_out(prepared: &Prepared) -> impl Iterator<Item = &'static str> {
    OWN.iter()
        .copied()
        .filter(|own| !prepared.has_header(own) && (prepared.has_body || !matches!(*own, "Content-Type" | "Expect")))
}

/// The body, where it can't be an argument.
fn through_a_pipe(body: &[Piece]) -> Option<Vec<u8>> {
    let bytes = piece::plain(body)?;
    let as_argument = bytes.len() <= LONGEST_ARGUMENT && !bytes.contains(&0) && std::str::from_utf8(&bytes).is_ok();
    (!as_argument).then_some(bytes)
}

fn wrapped(bytes: &[u8]) -> String {
    let coded = STANDARD.encode(bytes);
    let mut text = String::with_capacity(coded.len() + coded.len() / 76 + 1);
    for line in coded.as_bytes().chunks(76) {
        text.push_str(&String::from_utf8_lossy(line));
        text.push('\n');
    }
    text
}

/// One word of pieces, each quoted in its way.
fn join(pieces: &[Piece]) -> String {
    let words: String = pieces
        .iter()
        .map(|piece| match piece {
            Piece::Bytes(bytes) => quote(bytes),
            Piece::Variable(name) => format!("\"${{{name}}}\""),
        })
        .collect();
    if words.is_empty() { "''".to_owned() } else { words }
}

/// A word as the shell reads it back, byte for byte; NUL can't be one of them.
fn quote(bytes: &[u8]) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._/:=,@%+".contains(byte);
    if !bytes.is_empty() && bytes.iter().all(plain) {
        return String::from_utf8_lossy(bytes).into_owned();
    }
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.chars().any(|c| c.is_control() && c != '\n') => format!("'{}'", text.replace('\'', "'\\''")),
        _ => {
            let mut quoted = String::from("$'");
            for byte in bytes {
                match byte {
                    b'\n' => quoted.push_str("\\n"),
                    b'\r' => quoted.push_str("\\r"),
                    b'\t' => quoted.push_str("\\t"),
                    b'\\' | b'\'' => quoted.extend(['\\', char::from(*byte)]),
                    0x20..=0x7e => quoted.push(char::from(*byte)),
                    // Three digits always, so that a digit behind is no part of it.
                    _ => quoted.push_str(&format!("\\{byte:03o}")),
                }
            }
            quoted.push('\'');
            quoted
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_as_the_shell_reads_them() {
        assert_eq!(quote(b"plain-1.2/x:y"), "plain-1.2/x:y");
        assert_eq!(quote(b"it's $HOME `x` \"y\" !"), "'it'\\''s $HOME `x` \"y\" !'");
        assert_eq!(quote("é\nz".as_bytes()), "'é\nz'");
        assert_eq!(quote(b"a\r\n\t'\\\x011\xe9"), "$'a\\r\\n\\t\\'\\\\\\0011\\351'");
        assert_eq!(quote(b""), "''");
    }
}

//! curl for PowerShell, Windows' own and 7. How PowerShell hands quotes to programs differs between its versions, so that
//! nothing but a file name is handed over: curl reads a file of options, whose quoting is curl's
//! (<https://curl.se/docs/manpage.html#-K>), and the body from another.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::bash::{left_out, options};
use super::piece::{self, Piece};
use super::prepared::Prepared;
use super::{Language, comments};

pub(super) const LANGUAGE: Language = Language {
    name: "curl-powershell",
    about: "curl commands for PowerShell, on Windows and elsewhere",
    extension: "ps1",
    begin: || {
        "$ErrorActionPreference = 'Stop'\n\
         # Latin-1 takes every byte there and back.\n\
         $latin1 = [Text.Encoding]::GetEncoding(28591)\n\
         $temp = [IO.Path]::GetTempPath()\n\
         $curl = @(Get-Command curl.exe, curl -CommandType Application -ErrorAction SilentlyContinue)[0].Source\n"
            .to_owned()
    },
    request,
    end: |_| String::new(),
};

fn request(prepared: &Prepared, n: usize) -> String {
    let mut text = String::from("\n");
    text.push_str(&comments(prepared, "#", &["curl adds Host and Content-Length, and nothing else."]));
    for variable in &prepared.variables {
        text.push_str(&format!("if (-not $env:{0}) {{ throw '{0} is not set' }}\n", variable.name));
    }
    let mut config: Vec<u8> = Vec::new();
    let mut add = |text: &str| config.extend_from_slice(text.as_bytes());
    for option in options(prepared) {
        add(&format!("{}\n", option.trim_start_matches('-')));
    }
    if prepared.method == "HEAD" && !prepared.has_body {
        add("head\n");
    } else {
        add(&format!("request = {}\n", quote(prepared.method.as_bytes())));
    }
    let mut option = |name: &str, pieces: &[Piece]| {
        config.extend_from_slice(format!("{name} = ").as_bytes());
        config.extend(quoted(pieces));
        config.push(b'\n');
    };
    option("url", &prepared.url());
    if prepared.of_server {
        option("request-target", &piece::whole(b"*"));
    }
    for line in &prepared.headers {
        option("header", &line.for_curl());
    }
    for own in left_out(prepared) {
        option("header", &piece::whole(format!("{own}:").as_bytes()));
    }
    text.push_str(&format!("$config = {}\n", literal(&config)));
    if prepared.has_body {
        text.push_str(&format!("$body = {}\n", literal(&flat(&prepared.body))));
        text.push_str(&replaced("$body", &flat(&prepared.body), prepared, false));
        text.push_str(&format!(
            "$file = Join-Path $temp 'mwscope-body-{n}.bin'\n[IO.File]::WriteAllBytes($file, $latin1.GetBytes($body))\n"
        ));
        text.push_str("$config += 'data-binary = \"@' + $file.Replace('\\', '\\\\') + '\"' + \"`n\"\n");
    }
    text.push_str(&replaced("$config", &config, prepared, true));
    text.push_str(&format!(
        "$options = Join-Path $temp 'mwscope-curl-{n}.txt'\n[IO.File]::WriteAllBytes($options, $latin1.GetBytes($config))\n& $curl --config $options\n"
    ));
    text
}

/// Bytes as a text of Latin-1: a here-string where they are printable lines, else base64.
fn literal(bytes: &[u8]) -> String {
    let readable = bytes.iter().all(|byte| (0x20..0x7f).contains(byte) || *byte == b'\n');
    let text = String::from_utf8_lossy(bytes);
    if readable && !text.split('\n').any(|line| line.trim_start().starts_with("'@")) {
        // The line break before the closing mark isn't part of the text. A file that was saved with CR LF still gives LF.
        return format!("@'\n{text}\n'@.Replace(\"`r`n\", \"`n\")");
    }
    let coded = STANDARD.encode(bytes);
    let lines: Vec<_> = coded.as_bytes().chunks(100).map(String::from_utf8_lossy).collect();
    format!("$latin1.GetString([Convert]::FromBase64String(@'\n{}\n'@))", lines.join("\n"))
}

/// A line for each variable that stands in `bytes` as `@NAME@`.
fn replaced(name: &str, bytes: &[u8], prepared: &Prepared, in_quotes: bool) -> String {
    let stands = prepared
        .variables
        .iter()
        .filter(|variable| memchr::memmem::find(bytes, format!("@{}@", variable.name).as_bytes()).is_some());
    // Within a quoted option its quotes and backslashes are escaped.
    let escape = if in_quotes { ".Replace('\\', '\\\\').Replace('\"', '\\\"')" } else { "" };
    stands.map(|variable| format!("{name} = {name}.Replace('@{0}@', $env:{0}{escape})\n", variable.name)).collect()
}

fn flat(pieces: &[Piece]) -> Vec<u8> {
    let one = |piece: &Piece| match piece {
        Piece::Bytes(bytes) => bytes.clone(),
        Piece::Variable(name) => format!("@{name}@").into_bytes(),
    };
    pieces.iter().flat_map(one).collect()
}

fn quoted(pieces: &[Piece]) -> Vec<u8> {
    let mut quoted = vec![b'"'];
    for byte in flat(pieces) {
        match byte {
            b'"' | b'\\' => quoted.extend([b'\\', byte]),
            b'\n' => quoted.extend_from_slice(b"\\n"),
            b'\r' => quoted.extend_from_slice(b"\\r"),
            b'\t' => quoted.extend_from_slice(b"\\t"),
            _ => quoted.push(byte),
        }
    }
    quoted.push(b'"');
    quoted
}

fn quote(bytes: &[u8]) -> String {
    String::from_utf8_lossy(&quoted(&piece::whole(bytes))).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_quoted_as_curl_reads_them() {
        assert_eq!(quote(b"SOAPAction: \"a\\b\"\t"), "\"SOAPAction: \\\"a\\\\b\\\"\\t\"");
        assert_eq!(literal(b"a\nb"), "@'\na\nb\n'@.Replace(\"`r`n\", \"`n\")");
        for bytes in [&b"a\r\nb"[..], b"\xff", b"a\n'@b"] {
            assert!(literal(bytes).contains("FromBase64String"), "{bytes:?}");
        }
    }
}

//! curl for a command file of Windows. Each argument is quoted as the C runtime takes arguments apart
//! (<https://learn.microsoft.com/cpp/c-language/parsing-c-command-line-arguments>), and that again for cmd.exe, every
//! special character behind a caret. What a command line can't hold (line breaks, bytes that are no ASCII, long bodies)
//! comes from a file that certutil writes from base64.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::bash::{left_out, options};
use super::piece::Piece;
use super::prepared::Prepared;
use super::{Language, comments};

pub(super) const LANGUAGE: Language = Language {
    name: "curl-cmd",
    about: "curl commands for a command file (.cmd) of Windows",
    extension: "cmd",
    begin: || "@echo off\r\nsetlocal DisableDelayedExpansion\r\n".to_owned(),
    request,
    end: |_| String::new(),
};

/// cmd.exe takes lines of 8191 characters; what is longer is written to a file.
const LONGEST: usize = 6000;

fn request(prepared: &Prepared, n: usize) -> String {
    let mut text = String::from("\n");
    let more = [
        "curl adds Host and Content-Length, and nothing else.",
        "This is for a command file; typed at the prompt, a doubled percent sign would have to be a single one.",
    ];
    text.push_str(&escaped_comments(&comments(prepared, "rem", &more)));
    for variable in &prepared.variables {
        text.push_str(&format!("if not defined {0} echo {0} is not set>&2& exit /b 2\n", variable.name));
    }
    let mut arguments: Vec<Vec<Piece>> = Vec::new();
    let plain = |text: &str| vec![Piece::Bytes(text.as_bytes().to_vec())];
    arguments.extend(options(prepared).into_iter().map(plain));
    if prepared.method == "HEAD" && !prepared.has_body {
        arguments.push(plain("--head"));
    } else {
        arguments.extend([plain("--request"), plain(&prepared.method)]);
    }
    arguments.push(prepared.url());
    if prepared.of_server {
        arguments.extend([plain("--request-target"), plain("*")]);
    }
    let mut in_file = Vec::new();
    for line in &prepared.headers {
        let mut pieces =
            plain(&if line.value.is_empty() { format!("{};", line.name) } else { format!("{}: ", line.name) });
        pieces.extend_from_slice(&line.value);
        if pieces.iter().all(fits) {
            arguments.extend([plain("--header"), pieces]);
        } else {
            in_file.extend(flat(&pieces));
            in_file.extend_from_slice(b"\r\n");
        }
    }
    for own in left_out(prepared) {
        arguments.extend([plain("--header"), plain(&format!("{own}:"))]);
    }
    let mut files = String::new();
    if !in_file.is_empty() {
        let name = format!("%TEMP%\\mwscope-headers-{n}.txt");
        files.push_str(&file(&name, &in_file, prepared));
        arguments.extend([plain("--header"), vec![Piece::Variable(format!("@{name}"))]]);
    }
    if prepared.has_body {
        if prepared.body.iter().all(fits) && word(&prepared.body).len() <= LONGEST {
            arguments.extend([plain("--data-raw"), prepared.body.clone()]);
        } else {
            let name = format!("%TEMP%\\mwscope-body-{n}.bin");
            files.push_str(&file(&name, &flat(&prepared.body), prepared));
            arguments.extend([plain("--data-binary"), vec![Piece::Variable(format!("@{name}"))]]);
        }
    }
    text.push_str(&files);
    let words: Vec<_> = arguments.iter().map(|pieces| word(pieces)).collect();
    let mut line = String::from("curl.exe");
    for (at, word) in words.iter().enumerate() {
        // An option stays beside its value.
        let breaks = word.starts_with("--h") || word.starts_with("--d") || at == 3;
        line.push_str(if breaks { " ^\n  " } else { " " });
        line.push_str(word);
    }
    text.push_str(&line);
    text.push('\n');
    text.replace('\n', "\r\n")
}

/// Comments end with the line, but cmd.exe still reads percent signs in them.
fn escaped_comments(comments: &str) -> String {
    comments.replace('%', "%%")
}

/// Whether a piece can stand on a command line.
fn fits(piece: &Piece) -> bool {
    match piece {
        Piece::Bytes(bytes) => bytes.iter().all(|byte| (0x20..0x7f).contains(byte)),
        Piece::Variable(_) => true,
    }
}

/// Bytes for a file; a variable stands there as `@NAME@` until the file is written.
fn flat(pieces: &[Piece]) -> Vec<u8> {
    let one = |piece: &Piece| match piece {
        Piece::Bytes(bytes) => bytes.clone(),
        Piece::Variable(name) => format!("@{name}@").into_bytes(),
    };
    pieces.iter().flat_map(one).collect()
}

/// Lines that write `bytes` to a file, variables put in.
fn file(name: &str, bytes: &[u8], prepared: &Prepared) -> String {
    if bytes.is_empty() {
        return format!("type nul >\"{name}\"\n");
    }
    let mut text = format!(">\"{name}.b64\" (\n");
    for line in STANDARD.encode(bytes).as_bytes().chunks(76) {
        text.push_str(&format!("echo {}\n", String::from_utf8_lossy(line)));
    }
    text.push_str(&format!(")\ncertutil -f -decode \"{name}.b64\" \"{name}\" >nul\ndel \"{name}.b64\"\n"));
    for variable in &prepared.variables {
        let marked = format!("@{}@", variable.name);
        if memchr::memmem::find(bytes, marked.as_bytes()).is_some() {
            // Latin-1 takes every byte there and back.
            text.push_str(&format!(
                "powershell -NoProfile -Command \"$l=[Text.Encoding]::GetEncoding(28591);$f='{name}';\
                 [IO.File]::WriteAllText($f,[IO.File]::ReadAllText($f,$l).Replace('{marked}',$env:{}),$l)\"\n",
                variable.name
            ));
        }
    }
    text
}

/// One argument for the C runtime and for cmd.exe.
fn word(pieces: &[Piece]) -> String {
    let mut raw = String::new();
    let mut backslashes = 0;
    let mut quoted = pieces.is_empty();
    for piece in pieces {
        match piece {
            Piece::Bytes(bytes) => {
                let text = String::from_utf8_lossy(bytes);
                quoted |= text.contains([' ', '\t', '"']);
                for c in text.chars() {
                    match c {
                        '\\' => backslashes += 1,
                        '"' => {
                            // Backslashes count only in front of a quote: twice as many, and one for the quote.
                            raw.push_str(&"\\".repeat(backslashes + 1));
                            backslashes = 0;
                        }
                        _ => backslashes = 0,
                    }
                    raw.push_str(&for_cmd(c));
                }
            }
            Piece::Variable(name) => {
                quoted = true;
                backslashes = 0;
                // A name with a path in it is one of ours, with a variable of the system.
                if name.starts_with('@') { raw.push_str(name) } else { raw.push_str(&format!("%{name}%")) }
            }
        }
    }
    if quoted { format!("^\"{raw}{}^\"", "\\".repeat(backslashes)) } else { raw }
}

/// A character that cmd.exe hands on as it is.
fn for_cmd(c: char) -> String {
    match c {
        '%' => "%%".to_owned(),
        '^' | '&' | '|' | '<' | '>' | '(' | ')' | '"' | '!' => format!("^{c}"),
        _ => c.to_string(),
    }
}

#[cfg(test)]
mod tests;

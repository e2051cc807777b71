//! Python 3 with its standard library. `http.client` rather than `requests` or `urllib`: it sends headers as they are told,
//! in their order and case, twice where they are there twice, and adds none.

use super::piece::Piece;
use super::prepared::Prepared;
use super::{Language, comments};

pub(super) const LANGUAGE: Language = Language {
    name: "python",
    about: "a Python 3 program, standard library alone",
    extension: "py",
    begin: || {
        r#"#!/usr/bin/env python3
"""Sends requests as they were recorded; needs nothing but Python 3."""
import base64
import http.client
import os
import sys


def variable(name):
    """What is to be set before: a secret that was masked when it was recorded."""
    value = os.environ.get(name)
    if value is None:
        sys.exit(name + " is not set")
    return value.encode()


def send(scheme, host, port, method, target, headers, body):
    make = http.client.HTTPSConnection if scheme == "https" else http.client.HTTPConnection
    connection = make(host, port, timeout=300)
    # Nothing is added: headers go out in this order and case.
    connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
    for name, value in headers:
        connection.putheader(name, value)
    connection.endheaders(body)
    response = connection.getresponse()
    print(response.status, response.reason, file=sys.stderr)
    sys.stdout.buffer.write(response.read())
    connection.close()
"#
        .to_owned()
    },
    request,
    end: |_| String::new(),
};

fn request(prepared: &Prepared, _: usize) -> String {
    let mut text = String::from("\n\n");
    let (target, changed) = target(prepared);
    let note = if changed { "Characters of the target that http.client refuses are percent-coded." } else { "" };
    text.push_str(&comments(prepared, "#", &[note]));
    let body = if prepared.has_body { bytes(&prepared.body, "    ") } else { "None".to_owned() };
    text.push_str(&format!("body = {body}\nsend(\n    "));
    text.push_str(&format!("{}, {}, {},\n    ", string(&prepared.scheme), string(&prepared.host), prepared.port));
    text.push_str(&format!("{}, {target},\n    [\n", string(&prepared.method)));
    for line in prepared.host_line().iter().chain(&prepared.headers) {
        text.push_str(&format!("        ({}, {}),\n", string(&line.name), bytes(&line.value, "         ")));
    }
    if prepared.has_body {
        text.push_str("        (\"Content-Length\", str(len(body))),\n");
    }
    text.push_str("    ],\n    body,\n)\n");
    text
}

/// The target as text; `http.client` refuses control characters, spaces, and what is no ASCII.
fn target(prepared: &Prepared) -> (String, bool) {
    if prepared.of_server {
        return (string("*"), false);
    }
    let mut changed = false;
    let pieces = prepared.target.iter().map(|piece| match piece {
        Piece::Bytes(bytes) => {
            let coded: String = bytes
                .iter()
                .map(|byte| match byte {
                    0x21..=0x7e => char::from(*byte).to_string(),
                    _ => {
                        changed = true;
                        format!("%{byte:02X}")
                    }
                })
                .collect();
            string(&coded)
        }
        Piece::Variable(name) => format!("variable({}).decode()", string(name)),
    });
    let text = pieces.collect::<Vec<_>>().join(" + ");
    (text, changed)
}

/// A string of ASCII.
fn string(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            ' '..='~' => quoted.push(c),
            _ => quoted.push_str(&format!("\\U{:08x}", u32::from(c))),
        }
    }
    quoted.push('"');
    quoted
}

/// A bytes object: text in lines, else base64.
fn bytes(pieces: &[Piece], indent: &str) -> String {
    let pieces: Vec<_> = pieces
        .iter()
        .map(|piece| match piece {
            Piece::Bytes(bytes) if is_readable(bytes) => literal(bytes, indent),
            Piece::Bytes(bytes) => base64(bytes, indent),
            Piece::Variable(name) => format!("variable({})", string(name)),
        })
        .collect();
    match &pieces[..] {
        [] => "b\"\"".to_owned(),
        [one] => one.clone(),
        several => several.join(" + "),
    }
}

/// Whether most of it can be read where it stands in a program.
fn is_readable(bytes: &[u8]) -> bool {
    let odd = bytes.iter().filter(|byte| !matches!(byte, 0x20..=0x7e | b'\n' | b'\r' | b'\t')).count();
    odd * 4 <= bytes.len()
}

fn literal(bytes: &[u8], indent: &str) -> String {
    let mut lines = vec![String::from("b\"")];
    for (at, byte) in bytes.iter().enumerate() {
        let Some(line) = lines.last_mut() else { break };
        match byte {
            b'"' | b'\\' => line.extend(['\\', char::from(*byte)]),
            b'\n' => line.push_str("\\n"),
            b'\r' => line.push_str("\\r"),
            b'\t' => line.push_str("\\t"),
            0x20..=0x7e => line.push(char::from(*byte)),
            _ => line.push_str(&format!("\\x{byte:02x}")),
        }
        if *byte == b'\n' && at + 1 < bytes.len() {
            line.push('"');
            lines.push(String::from("b\""));
        }
    }
    if let Some(line) = lines.last_mut() {
        line.push('"');
    }
    in_brackets(&lines, indent)
}

fn base64(bytes: &[u8], indent: &str) -> String {
    use ::base64::Engine;
    let coded = ::base64::engine::general_purpose::STANDARD.encode(bytes);
    let lines: Vec<_> =
        coded.as_bytes().chunks(100).map(|line| format!("\"{}\"", String::from_utf8_lossy(line))).collect();
    format!("base64.b64decode({})", in_brackets(&lines, indent))
}

fn in_brackets(lines: &[String], indent: &str) -> String {
    match lines {
        [one] => one.clone(),
        several => format!("(\n{indent}{}\n)", several.join(&format!("\n{indent}"))),
    }
}

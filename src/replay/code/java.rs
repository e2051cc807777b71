//! A Java program in one file (`java Replay.java`, Java 11 and later) with `java.net.http.HttpClient`.

use super::piece::{self, Piece};
use super::prepared::Prepared;
use super::{Language, comments};

pub(super) const LANGUAGE: Language = Language {
    name: "java",
    about: "a Java 11 program in one file (HttpClient)",
    extension: "java",
    begin: || {
        r#"// Sends requests as they were recorded; java Replay.java, Java 11 or later.

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

public class Replay {
    /** What is to be set before: a secret that was masked when it was recorded. */
    static String variable(String name) {
        String value = System.getenv(name);
        if (value == null) throw new IllegalStateException(name + " is not set");
        return value;
    }

    static byte[] text(String... parts) {
        return String.join("", parts).getBytes(StandardCharsets.UTF_8);
    }

    static byte[] base64(String... parts) {
        return Base64.getDecoder().decode(String.join("", parts));
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) all.write(part, 0, part.length);
        return all.toByteArray();
    }

    static void send(HttpRequest request) throws Exception {
        HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        HttpResponse<byte[]> response = client.send(request, BodyHandlers.ofByteArray());
        System.err.println(response.statusCode());
        System.out.write(response.body());
        System.out.flush();
    }
"#
        .to_owned()
    },
    request,
    end: |requests| {
        let mut text = String::from("\n    public static void main(String[] args) throws Exception {\n");
        for n in 1..=requests {
            text.push_str(&format!("        send{n}();\n"));
        }
        text.push_str("    }\n}\n");
        text
    },
};

/// Headers that HttpClient refuses.
const REFUSED: [&str; 4] = ["connection", "expect", "host", "upgrade"];

/// The longest string that a class file holds is 65535 bytes.
const LONGEST: usize = 16_000;

fn request(prepared: &Prepared, n: usize) -> String {
    let mut text = String::from("\n");
    let is_refused = |name: &str| REFUSED.contains(&name.to_ascii_lowercase().as_str());
    let refused: Vec<_> =
        prepared.headers.iter().filter(|line| is_refused(&line.name)).map(|line| line.name.as_str()).collect();
    let refused = if refused.is_empty() {
        String::new()
    } else {
        format!(
            "HttpClient refuses, so left out: {}. (With -Djdk.httpclient.allowRestrictedHeaders=... Java 12 takes them.)",
            refused.join(", ")
        )
    };
    let agent = if prepared.has_header("user-agent") { "" } else { " and User-Agent" };
    let adds = format!("HttpClient adds Host, Content-Length{agent}, and sorts headers by name.");
    let (url, coded) = url(prepared);
    let coded = if coded { "Characters of the URL that java.net.URI refuses are percent-coded." } else { "" };
    let odd = prepared.headers.iter().any(|line| {
        line.value.iter().any(|piece| matches!(piece, Piece::Bytes(bytes) if !bytes.iter().all(|byte| (0x20..0x7f).contains(byte) || *byte == b'\t')))
    });
    let odd = if odd { "HttpClient can't send headers that are no ASCII; those arrive changed." } else { "" };
    text.push_str(&comments(
        prepared,
        "    //",
        &[
            &adds,
            &refused,
            coded,
            odd,
            if prepared.of_server { "HttpClient knows no * for a target: / is asked for." } else { "" },
        ],
    ));
    text.push_str(&format!("    static void send{n}() throws Exception {{\n"));
    text.push_str(&format!("        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create({url}));\n"));
    for line in prepared.headers.iter().filter(|line| !is_refused(&line.name)) {
        text.push_str(&format!("        request.header({}, {});\n", string(&line.name), string_of(&line.value)));
    }
    let body = if prepared.has_body {
        format!("BodyPublishers.ofByteArray({})", body(&prepared.body))
    } else {
        "BodyPublishers.noBody()".to_owned()
    };
    text.push_str(&format!("        request.method({}, {body});\n", string(&prepared.method)));
    text.push_str("        send(request.build());\n    }\n");
    text
}

/// The URL; `java.net.URI` refuses characters that RFC 2396 doesn't know.
fn url(prepared: &Prepared) -> (String, bool) {
    let mut changed = false;
    let mut code = |byte: u8| {
        if byte.is_ascii_alphanumeric() || b"-._~:/?[]@!$&'()*+,;=%#".contains(&byte) {
            return char::from(byte).to_string();
        }
        changed = true;
        format!("%{byte:02X}")
    };
    let pieces: Vec<_> = prepared
        .url()
        .iter()
        .map(|piece| match piece {
            Piece::Bytes(bytes) => string(&bytes.iter().map(|byte| code(*byte)).collect::<String>()),
            Piece::Variable(name) => format!("variable({})", string(name)),
        })
        .collect();
    (pieces.join(" + "), changed)
}

fn string_of(pieces: &[Piece]) -> String {
    piece::expression(pieces, string)
}

fn body(pieces: &[Piece]) -> String {
    use base64::Engine;
    let parts: Vec<_> = pieces
        .iter()
        .map(|piece| match piece {
            Piece::Bytes(bytes) => match std::str::from_utf8(bytes) {
                Ok(text) => format!("text({})", strings(text)),
                Err(_) => format!("base64({})", strings(&base64::engine::general_purpose::STANDARD.encode(bytes))),
            },
            Piece::Variable(name) => format!("text(variable({}))", string(name)),
        })
        .collect();
    match &parts[..] {
        [] => "new byte[0]".to_owned(),
        [one] => one.clone(),
        several => format!("join({})", several.join(", ")),
    }
}

/// A text in strings that a class file can hold, a line of it in each where there are lines.
fn strings(text: &str) -> String {
    let mut parts = Vec::new();
    for line in text.split_inclusive('\n') {
        let mut rest = line;
        while rest.len() > LONGEST {
            let end = (0..=LONGEST).rev().find(|at| rest.is_char_boundary(*at)).unwrap_or(rest.len());
            parts.push(string(&rest[..end]));
            rest = &rest[end..];
        }
        parts.push(string(rest));
    }
    match &parts[..] {
        [one] => one.clone(),
        several => format!("\n            {}", several.join(",\n            ")),
    }
}

/// A string of ASCII as Java reads it.
fn string(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            ' '..='~' => quoted.push(c),
            // Octal: Java reads \u escapes before it looks for strings, so that a line break by one ends the line.
            '\0'..='\u{1f}' | '\u{7f}' => quoted.push_str(&format!("\\{:03o}", u32::from(c))),
            _ => {
                let mut units = [0; 2];
                c.encode_utf16(&mut units).iter().for_each(|unit| quoted.push_str(&format!("\\u{unit:04x}")));
            }
        }
    }
    quoted.push('"');
    quoted
}

//! JavaScript for Node.js 18 and later. `fetch` where it can send the request; it refuses a body with GET and HEAD, some
//! methods and some headers, and writes URLs anew: there `node:http` sends what was recorded.

use super::piece::{self, Piece};
use super::prepared::Prepared;
use super::{Language, comments};

pub(super) const LANGUAGE: Language = Language {
    name: "fetch",
    about: "JavaScript for Node.js 18 and later (fetch)",
    extension: "mjs",
    begin: || {
        r#"// Sends requests as they were recorded; needs nothing but Node.js 18 or later.
import http from "node:http";
import https from "node:https";

// What is to be set before: a secret that was masked when it was recorded.
function variable(name) {
  if (process.env[name] === undefined) throw new Error(name + " is not set");
  return process.env[name];
}

// Sends headers in this order and case, and adds none.
function send(scheme, options, body) {
  return new Promise((resolve, reject) => {
    const request = (scheme === "https" ? https : http).request({ setHost: false, ...options }, (response) => {
      console.error(response.statusCode, response.statusMessage);
      response.pipe(process.stdout, { end: false });
      response.on("end", resolve);
    });
    request.on("error", reject);
    request.end(body);
  });
}
"#
        .to_owned()
    },
    request,
    end: |_| String::new(),
};

/// Headers that fetch sets itself and refuses, or answers with an error.
const REFUSED: [&str; 9] =
    ["host", "connection", "keep-alive", "proxy-connection", "te", "trailer", "upgrade", "expect", "transfer-encoding"];

/// Headers that fetch adds where they aren't given.
const ADDED: [&str; 5] = ["accept", "accept-language", "sec-fetch-mode", "user-agent", "accept-encoding"];

fn request(prepared: &Prepared, n: usize) -> String {
    if let Some(why) = beyond_fetch(prepared) {
        return by_node(prepared, n, &why);
    }
    let mut text = String::from("\n");
    let (refused, kept): (Vec<_>, Vec<_>) =
        prepared.headers.iter().partition(|line| REFUSED.contains(&line.name.to_ascii_lowercase().as_str()));
    let refused: Vec<_> = refused.iter().map(|line| line.name.clone()).collect();
    let refused = if refused.is_empty() {
        String::new()
    } else {
        format!("fetch refuses or sets itself, so left out: {}.", refused.join(", "))
    };
    let added: Vec<_> = ADDED.iter().copied().filter(|name| !prepared.has_header(name)).collect();
    let added = format!(
        "fetch adds Host, Connection{}{}.",
        if prepared.has_body { ", Content-Length" } else { "" },
        list(&added)
    );
    text.push_str(&comments(
        prepared,
        "//",
        &[&added, "fetch writes names of headers in lower case and joins those that are there twice.", &refused],
    ));
    text.push_str(&format!("const response{n} = await fetch({}, {{\n", string_of(&prepared.url())));
    text.push_str(&format!("  method: {},\n  redirect: \"manual\",\n  headers: [\n", string(&prepared.method)));
    for line in kept {
        text.push_str(&format!("    [{}, {}],\n", string(&line.name), string_of(&line.value)));
    }
    text.push_str("  ],\n");
    if prepared.has_body {
        text.push_str(&format!("  body: {},\n", buffer(&prepared.body)));
    }
    text.push_str(&format!(
        "}});\nconsole.error(response{n}.status, response{n}.statusText);\nprocess.stdout.write(Buffer.from(await response{n}.arrayBuffer()));\n"
    ));
    text
}

fn list(names: &[&str]) -> String {
    names.iter().map(|name| format!(", {name}")).collect()
}

/// Why fetch can't send it, where it can't.
fn beyond_fetch(prepared: &Prepared) -> Option<String> {
    let method = prepared.method.as_str();
    if prepared.of_server {
        return Some("fetch knows no * for a target".to_owned());
    }
    if matches!(method, "GET" | "HEAD") && !prepared.body.is_empty() {
        return Some(format!("fetch sends no body with {method}"));
    }
    if ["CONNECT", "TRACE", "TRACK"].iter().any(|name| method.eq_ignore_ascii_case(name)) {
        return Some(format!("fetch refuses {method}"));
    }
    if ["delete", "get", "head", "options", "post", "put"]
        .iter()
        .any(|name| method.eq_ignore_ascii_case(name) && method != name.to_uppercase())
    {
        return Some(format!("fetch would write {method} in capitals"));
    }
    let target = piece::plain(&prepared.target).unwrap_or_default();
    let text = String::from_utf8_lossy(&target);
    let path = text.split('?').next().unwrap_or_default().to_ascii_lowercase().replace("%2e", ".");
    let dots = path.split('/').any(|step| step == "." || step == "..");
    if dots || !target.iter().all(|byte| byte.is_ascii_graphic() && !b"\"<>`{}|\\^'".contains(byte)) {
        return Some("fetch would write the URL anew".to_owned());
    }
    let has_host = prepared.headers.iter().any(|line| line.name.eq_ignore_ascii_case("host"));
    has_host.then(|| "fetch sets Host by the URL".to_owned())
}

fn by_node(prepared: &Prepared, _: usize, why: &str) -> String {
    let mut text = String::from("\n");
    let why = format!("{why}; node:http sends it as it is, headers in order and case.");
    text.push_str(&comments(prepared, "//", &[&why]));
    let path = if prepared.of_server { string("*") } else { string_of(&prepared.target) };
    text.push_str(&format!("await send({}, {{\n", string(&prepared.scheme)));
    text.push_str(&format!("  host: {}, port: {},\n", string(&prepared.host), prepared.port));
    text.push_str(&format!("  method: {}, path: {path},\n  headers: [\n", string(&prepared.method)));
    for line in prepared.host_line().iter().chain(&prepared.headers) {
        text.push_str(&format!("    {}, {},\n", string(&line.name), string_of(&line.value)));
    }
    if prepared.has_body {
        text.push_str(&format!("    \"Content-Length\", String({}.length),\n", buffer(&prepared.body)));
    }
    if !prepared.has_header("connection") {
        text.push_str("    \"Connection\", \"close\",\n");
    }
    text.push_str("  ],\n}");
    if prepared.has_body {
        text.push_str(&format!(", {}", buffer(&prepared.body)));
    }
    text.push_str(");\n");
    text
}

fn string_of(pieces: &[Piece]) -> String {
    piece::expression(pieces, string)
}

/// A string of ASCII as JavaScript reads it.
fn string(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            ' '..='~' => quoted.push(c),
            _ => {
                let mut units = [0; 2];
                c.encode_utf16(&mut units).iter().for_each(|unit| quoted.push_str(&format!("\\u{unit:04x}")));
            }
        }
    }
    quoted.push('"');
    quoted
}

/// The body as bytes: text in its characters, else base64.
fn buffer(pieces: &[Piece]) -> String {
    use base64::Engine;
    let parts: Vec<_> = pieces
        .iter()
        .map(|piece| match piece {
            Piece::Bytes(bytes) => match std::str::from_utf8(bytes) {
                Ok(text) => format!("Buffer.from({})", string(text)),
                Err(_) => {
                    let coded = base64::engine::general_purpose::STANDARD.encode(bytes);
                    format!("Buffer.from(\"{coded}\", \"base64\")")
                }
            },
            Piece::Variable(name) => format!("Buffer.from(variable({}))", string(name)),
        })
        .collect();
    match &parts[..] {
        [] => "Buffer.alloc(0)".to_owned(),
        [one] => one.clone(),
        several => format!("Buffer.concat([{}])", several.join(", ")),
    }
}

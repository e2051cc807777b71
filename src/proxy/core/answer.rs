//! The answers that the proxy gives itself, which can't be taken for a server's: they carry `Mwscope-Error`.

use super::Trouble;

/// An answer that says what went wrong, with the connection closed behind it.
#[must_use]
pub fn trouble(trouble: &Trouble) -> Vec<u8> {
    let (error, body) = words(trouble);
    let extra = match trouble.status {
        401 => "WWW-Authenticate: Basic realm=\"mwscope\"\r\n",
        407 => "Proxy-Authenticate: Basic realm=\"mwscope\"\r\n",
        _ => "",
    };
    format!(
        "HTTP/1.1 {} {}\r\nMwscope-Error: {error}\r\n{extra}Content-Type: text/plain; charset=utf-8\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        trouble.status,
        reason(trouble.status),
        body.len(),
    )
    .into_bytes()
}

/// The value of `Mwscope-Error` and the body of an answer that says what went wrong.
#[must_use]
pub fn words(trouble: &Trouble) -> (String, String) {
    let stage = trouble.stage.word();
    let body = format!(
        "mwscope, the recording proxy, answers instead of the server.\r\nStage: {stage}\r\nCause: {}\r\n",
        trouble.cause
    );
    (format!("{stage}; {}", one_line(&trouble.cause)), body)
}

/// A page of our own.
#[must_use]
pub fn page(content_type: &str, body: &[u8], with_body: bool) -> Vec<u8> {
    let mut out = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    )
    .into_bytes();
    if with_body {
        out.extend_from_slice(body);
    }
    out
}

/// What opens a tunnel. No field is added: RFC 9110, 9.3.6 wants none.
pub const CONNECTED: &[u8] = b"HTTP/1.1 200 Connection established\r\n\r\n";

fn reason(status: u16) -> &'static str {
    match status {
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        407 => "Proxy Authentication Required",
        408 => "Request Timeout",
        431 => "Request Header Fields Too Large",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        505 => "HTTP Version Not Supported",
        508 => "Loop Detected",
        _ => "Proxy Error",
    }
}

/// Text that can stand in a field value: no line ends, and ASCII so that every client can show it.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if (' '..='~').contains(&c) { c } else { '?' }).collect()
}

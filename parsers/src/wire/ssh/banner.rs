//! Greetings: `SSH-2.0-SOFTWARE COMMENT`, and the lines of text that a server may send before (RFC 4253 section 4.2).

use super::super::flow::Recognised;

/// The longest line, with its end. The standard says 255; servers with long notices exist.
pub(super) const LONGEST_LINE: usize = 8 * 1024;

/// How many lines of text are taken before a greeting must have come; OpenSSH reads 1024.
pub(super) const MOST_LINES: usize = 1024;

/// Whether a client's first bytes are those of an SSH client.
pub(super) fn starts_like_client(bytes: &[u8]) -> Recognised {
    Recognised::prefix(bytes, b"SSH-")
}

/// Whether a server's first bytes are a greeting, or text lines that end in one.
pub(super) fn starts_like_server(bytes: &[u8]) -> Recognised {
    let mut lines = bytes.split(|&b| b == b'\n').take(MOST_LINES);
    let greeted =
        lines.find_map(|line| (Recognised::prefix(line, b"SSH-") == Recognised::Yes).then_some(Recognised::Yes));
    // Text alone says nothing yet: many protocols greet with a line.
    greeted.unwrap_or_else(|| if bytes.is_ascii() { Recognised::More } else { Recognised::No })
}

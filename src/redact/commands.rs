//! Secrets in the commands of other protocols, which come to a proxy where a client is led to the wrong port: those by
//! which IMAP, POP, SMTP, FTP, NNTP and Redis sign on. It looks at what is no HTTP, and knows lines, no conversations.

use std::ops::Range;

use super::change::Change;

/// What behind `AUTH` is a way to sign on; behind it stands what is sent.
const MECHANISMS: [&str; 11] = [
    "PLAIN",
    "LOGIN",
    "CRAM-MD5",
    "DIGEST-MD5",
    "NTLM",
    "GSSAPI",
    "XOAUTH2",
    "OAUTHBEARER",
    "EXTERNAL",
    "SCRAM-SHA-1",
    "SCRAM-SHA-256",
];

/// The secrets in `text`, which is no HTTP.
pub(crate) fn secrets(text: &[u8]) -> Vec<Change> {
    let mut found = Vec::new();
    let mut start = 0;
    // Whether the next lines are what a command signs on with.
    let mut follows = false;
    for line in text.split(|b| *b == b'\n') {
        let words = words(line, start);
        let is_command = |word: &Range<usize>| VERBS.iter().any(|verb| is(&text[word.clone()], verb));
        if let Some(at) = words.iter().take(2).position(is_command) {
            let secret = of_command(text, &words[at..]);
            follows = matches!(secret, Secret::Follows);
            if let Secret::Is(range) = secret {
                found.extend(Change::whole(text, unquoted(text, range), "password"));
            }
        } else if let ([only], true) = (&words[..], follows) {
            found.extend(Change::whole(text, only.clone(), "password"));
        }
        start += line.len() + 1;
    }
    found
}

const VERBS: [&str; 6] = ["PASS", "LOGIN", "AUTH", "AUTHENTICATE", "AUTHINFO", "APOP"];

enum Secret {
    None,
    Is(Range<usize>),
    /// It stands in the lines below.
    Follows,
}

fn of_command(text: &[u8], words: &[Range<usize>]) -> Secret {
    let verb = &text[words[0].clone()];
    let mechanism = words.get(1).is_some_and(|word| MECHANISMS.iter().any(|known| is(&text[word.clone()], known)));
    let rest = |from: usize| match (words.get(from), words.last()) {
        (Some(first), Some(last)) => Secret::Is(first.start..last.end),
        _ => Secret::None,
    };
    // IMAP may announce that a word comes in the next line (RFC 9051, 4.3).
    let announced = words.last().is_some_and(|word| text[word.clone()].starts_with(b"{"));
    match words.len() {
        1 => Secret::None,
        _ if announced => Secret::Follows,
        2 if mechanism => Secret::Follows,
        _ if mechanism => rest(2),
        // `AUTH TLS` of FTP begins encryption.
        2 if is(verb, "AUTH") && ["TLS", "SSL"].iter().any(|word| is(&text[words[1].clone()], word)) => Secret::None,
        2 if is(verb, "AUTH") => rest(1),
        3 if is(verb, "AUTH") || is(verb, "LOGIN") || is(verb, "APOP") => rest(2),
        3 if is(verb, "AUTHINFO") && is(&text[words[1].clone()], "PASS") => rest(2),
        _ if is(verb, "PASS") => rest(1),
        _ => Secret::None,
    }
}

/// In capitals or in small letters, as programs write commands; a sentence may begin with `Login`.
fn is(word: &[u8], verb: &str) -> bool {
    word == verb.as_bytes() || word == verb.to_ascii_lowercase().as_bytes()
}

/// The words of a line that begins at `start`, those in quotes with them.
fn words(line: &[u8], start: usize) -> Vec<Range<usize>> {
    let (mut words, mut open, mut quoted): (Vec<Range<usize>>, Option<usize>, bool) = (Vec::new(), None, false);
    for (at, byte) in line.iter().enumerate() {
        quoted ^= *byte == b'"';
        match (byte.is_ascii_whitespace() && !quoted, open) {
            (true, Some(from)) => {
                words.push(start + from..start + at);
                open = None;
            }
            (false, None) => open = Some(at),
            _ => {}
        }
    }
    words.extend(open.map(|from| start + from..start + line.len()));
    words
}

fn unquoted(text: &[u8], range: Range<usize>) -> Range<usize> {
    let quoted = range.len() > 1 && text[range.start] == b'"' && text[range.end - 1] == b'"';
    if quoted { range.start + 1..range.end - 1 } else { range }
}

#[cfg(test)]
mod tests {
    use super::super::change;
    use super::super::planted::plan;
    use super::*;

    #[test]
    fn what_commands_sign_on_with_goes_and_users_stay() {
        for marked in [
            "LOGIN user §hunter2§\r\n",
            "a1 LOGIN user \"§my words§\"\r\na2 SELECT inbox",
            "a1 login user {7}\r\n§hunter2§\r\n",
            "a1 AUTHENTICATE PLAIN §AHUAaHVudGVyMg==§",
            "EHLO h\r\nAUTH PLAIN §AHUAaHVudGVyMg==§\r\nMAIL FROM:<a@b>",
            "AUTH LOGIN\r\n§dQ==§\r\n§aHVudGVyMg==§\r\nMAIL FROM:<a@b>",
            "USER u\r\nPASS §hunter 2§\r\nQUIT",
            "AUTH §hunter2§\r\nAUTH default §hunter2§\r\n",
            "AUTHINFO USER u\r\nAUTHINFO PASS §hunter2§",
            "APOP u §c4c9334bac560ecc979e58001b3e22fb§",
            "AUTH TLS\r\nUSER u\r\nLogin failed now\r\nPass it on to others",
            "LOGIN\r\nPASS\r\nlogin of a user failed",
        ] {
            let (text, expected, _) = plan(marked);
            let mut bytes = text.into_bytes();
            let found = secrets(&bytes);
            change::apply(&mut bytes, &found);
            assert_eq!(String::from_utf8(bytes).unwrap(), expected);
        }
    }
}

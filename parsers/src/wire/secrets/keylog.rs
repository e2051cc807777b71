//! Key logs: one secret a line, as RFC 9850 (SSLKEYLOGFILE) and the programs before it have them.

use crate::{Problem, hex};

/// What a secret is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in super::super) enum Label {
    /// `CLIENT_RANDOM`: the master secret of TLS 1.2 and before.
    Master,
    /// `PMS_CLIENT_RANDOM`: the premaster secret.
    Premaster,
    /// `CLIENT_EARLY_TRAFFIC_SECRET`
    ClientEarly,
    /// `CLIENT_HANDSHAKE_TRAFFIC_SECRET`
    ClientHandshake,
    /// `SERVER_HANDSHAKE_TRAFFIC_SECRET`
    ServerHandshake,
    /// `CLIENT_TRAFFIC_SECRET_0`
    ClientTraffic,
    /// `SERVER_TRAFFIC_SECRET_0`
    ServerTraffic,
}

/// One secret and what it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    Connection { label: Label, random: [u8; 32], secret: Vec<u8> },
    EndOfRandom { label: Label, random: [u8; 28], secret: Vec<u8> },
    Session { name: Vec<u8>, master: Vec<u8> },
    Encrypted { first: [u8; 8], premaster: Vec<u8> },
}

const LABELS: &[(&str, Label)] = &[
    ("CLIENT_RANDOM", Label::Master),
    ("PMS_CLIENT_RANDOM", Label::Premaster),
    ("CLIENT_EARLY_TRAFFIC_SECRET", Label::ClientEarly),
    ("CLIENT_HANDSHAKE_TRAFFIC_SECRET", Label::ClientHandshake),
    ("SERVER_HANDSHAKE_TRAFFIC_SECRET", Label::ServerHandshake),
    ("CLIENT_TRAFFIC_SECRET_0", Label::ClientTraffic),
    ("SERVER_TRAFFIC_SECRET_0", Label::ServerTraffic),
];

/// The secrets in a text. Lines that begin with no label at all are passed by: programs mix the log with others.
pub(super) fn read(text: &[u8], problems: &mut Vec<Problem>) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut offset = 0;
    for raw in text.split(|&byte| byte == b'\n') {
        let line = String::from_utf8_lossy(raw);
        match entry(line.trim_start_matches('\u{feff}').trim()) {
            Line::Entry(entry) => entries.push(entry),
            Line::Other => {}
            Line::Wrong(what) => {
                problems.push(Problem::new(offset, what, "copy the key log again; one line is one secret"));
            }
        }
        offset += raw.len() as u64 + 1;
    }
    entries
}

enum Line {
    Entry(Entry),
    Other,
    Wrong(String),
}

fn entry(line: &str) -> Line {
    let mut words = line.split_ascii_whitespace();
    let Some(word) = words.next() else { return Line::Other };
    let fields: Vec<&str> = words.collect();
    if word == "RSA" {
        return rsa(&fields);
    }
    let Some((_, label)) = LABELS.iter().find(|(name, _)| *name == word) else {
        // A label that opens no records (EXPORTER_SECRET, QUIC_..., later ones) is no mistake, and neither is a
        // comment or a line of another program.
        return Line::Other;
    };
    let [random, secret] = fields[..] else {
        return Line::Wrong(format!("{word} needs a client random and a secret, and has {} fields", fields.len()));
    };
    let (Some(random), Some(secret)) = (hex::bytes(random), hex::bytes(secret)) else {
        return Line::Wrong(format!("{word} has fields that aren't hexadecimal"));
    };
    if !fits(*label, secret.len()) {
        return Line::Wrong(format!("the secret of {word} has {} bytes", secret.len()));
    }
    let label = *label;
    if let Ok(random) = <[u8; 32]>::try_from(&random[..]) {
        return Line::Entry(Entry::Connection { label, random, secret });
    }
    if let Ok(random) = <[u8; 28]>::try_from(&random[..]) {
        return Line::Entry(Entry::EndOfRandom { label, random, secret });
    }
    Line::Wrong(format!("the client random of {word} has {} bytes and not 32", random.len()))
}

/// How long a secret of a kind can be: a hash of SHA-256 or SHA-384, a master secret, a premaster secret.
fn fits(label: Label, bytes: usize) -> bool {
    match label {
        Label::Master => bytes == 48,
        Label::Premaster => bytes > 0,
        _ => bytes == 32 || bytes == 48,
    }
}

/// `RSA <8 bytes of the encrypted premaster> <premaster>`, or `RSA Session-ID:<name> Master-Key:<master>` as Java
/// agents write it.
fn rsa(fields: &[&str]) -> Line {
    let [first, second] = fields else { return Line::Other };
    if let (Some(name), Some(master)) = (first.strip_prefix("Session-ID:"), second.strip_prefix("Master-Key:")) {
        return match (hex::bytes(name), hex::bytes(master)) {
            (Some(name), Some(master)) if master.len() == 48 => Line::Entry(Entry::Session { name, master }),
            _ => Line::Wrong("RSA Session-ID: has fields that aren't hexadecimal".to_owned()),
        };
    }
    match (hex::bytes(first).and_then(|first| first.try_into().ok()), hex::bytes(second)) {
        (Some(first), Some(premaster)) if premaster.len() == 48 => Line::Entry(Entry::Encrypted { first, premaster }),
        _ => Line::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_all(text: &str) -> (Vec<Entry>, Vec<Problem>) {
        let mut problems = Vec::new();
        (read(text.as_bytes(), &mut problems), problems)
    }

    #[test]
    fn every_label_of_the_standard_is_read() {
        let random = "0a".repeat(32);
        let mut text = String::from("# a comment\r\n\r\n");
        for (name, label) in LABELS {
            let secret =
                if matches!(label, Label::Master | Label::Premaster) { "bb".repeat(48) } else { "cc".repeat(32) };
            text.push_str(&format!("{name} {random} {secret}\r\n"));
        }
        text.push_str(&format!("EXPORTER_SECRET {random} {}\n", "dd".repeat(32)));
        let (entries, problems) = read_all(&text);
        let labels: Vec<Label> = entries
            .iter()
            .map(|entry| match entry {
                Entry::Connection { label, random, .. } if *random == [10; 32] => *label,
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(labels, LABELS.iter().map(|(_, label)| *label).collect::<Vec<_>>());
        assert_eq!(problems, []);
    }

    #[test]
    fn a_client_random_without_its_time_is_kept_by_its_end() {
        let (entries, _) = read_all(&format!("CLIENT_RANDOM {} {}", "0b".repeat(28), "cc".repeat(48)));
        assert_eq!(entries, [Entry::EndOfRandom { label: Label::Master, random: [11; 28], secret: vec![0xcc; 48] }]);
    }

    #[test]
    fn sessions_and_encrypted_premasters_are_read() {
        let master = "ab".repeat(48);
        let text = format!("RSA Session-ID:0102 Master-Key:{master}\nRSA 0102030405060708 {master}");
        let master = vec![0xab; 48];
        assert_eq!(
            read_all(&text).0,
            [
                Entry::Session { name: vec![1, 2], master: master.clone() },
                Entry::Encrypted { first: [1, 2, 3, 4, 5, 6, 7, 8], premaster: master },
            ]
        );
    }

    #[test]
    fn a_line_that_was_cut_is_a_problem_at_its_place() {
        let (entries, problems) = read_all(&format!("# log\nCLIENT_RANDOM {} {}", "0a".repeat(32), "cc".repeat(20)));
        assert_eq!((entries.len(), problems.len(), problems[0].offset), (0, 1, 6));
        assert_eq!(problems[0].what, "the secret of CLIENT_RANDOM has 20 bytes");
    }
}

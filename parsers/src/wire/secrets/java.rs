//! What Java up to 8 prints of its handshakes with `-Djavax.net.debug=ssl,keygen`: client random and master secret.
//!
//! Java 9 and later print no secrets. The output has blocks of the form
//!
//! ```text
//! CONNECTION KEYGEN:
//! Client Nonce:
//! 0000: 4C 7E 34 16 E2 23 81 F5   E8 33 0C 97 9E F3 B5 C7  L.4..#...3......
//! 0010: ...
//! Server Nonce:
//! ...
//! Master Secret:
//! 0000: ...
//! ```

use super::keylog::{Entry, Label};

/// The secrets in a text; none in one of another kind.
pub(super) fn read(text: &[u8]) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut random = None;
    let mut block: Option<(Block, Vec<u8>)> = None;
    let mut finish = |block: Option<(Block, Vec<u8>)>| match block {
        Some((Block::ClientNonce, bytes)) => random = <[u8; 32]>::try_from(bytes).ok(),
        Some((Block::MasterSecret, secret)) if secret.len() == 48 => {
            if let Some(random) = random.take() {
                entries.push(Entry::Connection { label: Label::Master, random, secret });
            }
        }
        _ => {}
    };
    for line in text.split(|&byte| byte == b'\n') {
        // Other threads print in between; a block goes on where its next offset stands.
        let line = String::from_utf8_lossy(line);
        let line = line.trim();
        let begins = match line {
            "Client Nonce:" => Some(Block::ClientNonce),
            "Master Secret:" => Some(Block::MasterSecret),
            _ if line.ends_with(':') => Some(Block::Other),
            _ => None,
        };
        if let Some(kind) = begins {
            finish(block.replace((kind, Vec::new())));
        } else if let Some((_, bytes)) = &mut block {
            bytes.extend(row(line, bytes.len()).unwrap_or_default());
        }
    }
    finish(block);
    entries
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Block {
    ClientNonce,
    MasterSecret,
    Other,
}

/// The bytes of a row at this offset.
fn row(line: &str, expected: usize) -> Option<Vec<u8>> {
    let (offset, rest) = line.split_once(": ")?;
    if usize::from_str_radix(offset, 16).ok()? != expected {
        return None;
    }
    // 16 groups of two digits, with a wider space after eight; text follows behind two spaces.
    let hex = rest.get(..rest.len().min(50))?;
    hex.split_ascii_whitespace()
        .map_while(|pair| (pair.len() == 2).then(|| u8::from_str_radix(pair, 16).ok())?)
        .take(16)
        .map(Some)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_master_secret_of_an_old_java_is_read() {
        // Layout of sun.misc.HexDumpEncoder as Java 8 prints it; the bytes are made up.
        let row = |at: u8| {
            let bytes: Vec<String> = (0..16).map(|i| format!("{:02X}", at + i)).collect();
            format!("{:04X}: {}   {}  ................\n", at, bytes[..8].join(" "), bytes[8..].join(" "))
        };
        let text = [
            "CONNECTION KEYGEN:\nClient Nonce:\n",
            &row(0),
            "main, WRITE: TLSv1 Handshake, length = 32\n",
            &row(16),
            "Server Nonce:\n",
            &row(0),
            &row(16),
            "Master Secret:\n",
            &row(0),
            &row(16),
            &row(32),
            "Client MAC write Secret:\n",
            &row(0),
        ]
        .concat();
        let random: [u8; 32] = std::array::from_fn(|i| u8::try_from(i).unwrap());
        let secret: Vec<u8> = (0..48).collect();
        assert_eq!(read(text.as_bytes()), [Entry::Connection { label: Label::Master, random, secret }]);
    }
}

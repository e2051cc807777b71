//! Header compression (RFC 7541), as an onlooker decodes it: also when the beginning wasn't seen.
//!
//! An index counts from the newest entry, so that entries added since the onlooker looks are always right. What
//! refers to older ones is unknown, and said to be; it is never guessed.

mod huffman;
mod known;

use std::collections::VecDeque;

/// The most bytes of names and values that a block of fields may give.
const MOST_BYTES: usize = 256 * 1024;

/// The largest dynamic table that is kept, whatever the peers agree on.
const LARGEST_TABLE: usize = 1024 * 1024;

/// The size of a dynamic table where none was agreed on.
const DEFAULT_TABLE: usize = 4096;

/// A header field; `None` stands for what refers to something that wasn't seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Field {
    pub(super) name: Option<Vec<u8>>,
    pub(super) value: Option<Vec<u8>>,
}

/// A block that can't be decoded. The table can't be trusted any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Undecodable;

/// Decodes the blocks of one direction.
#[derive(Debug)]
pub(super) struct Decoder {
    entries: VecDeque<Field>,
    size: usize,
    largest: usize,
    /// Every block since the beginning was seen.
    whole: bool,
}

impl Default for Decoder {
    fn default() -> Self {
        Self { entries: VecDeque::new(), size: 0, largest: DEFAULT_TABLE, whole: true }
    }
}

impl Decoder {
    /// Notes that blocks were missed: nothing in the table is known any more.
    pub(super) fn missed(&mut self) {
        *self = Self { whole: false, largest: LARGEST_TABLE, ..Self::default() };
    }

    /// Decodes a whole block.
    pub(super) fn decode(&mut self, block: &[u8]) -> Result<Vec<Field>, Undecodable> {
        let mut rest = block;
        let mut fields = Vec::new();
        let mut bytes = 0;
        while let Some(&first) = rest.first() {
            let field = match first {
                0x80.. => {
                    let index = integer(&mut rest, 7)?;
                    self.get(index)?
                }
                0x40.. => {
                    let field = self.literal(&mut rest, 6)?;
                    self.insert(field.clone());
                    field
                }
                0x20.. => {
                    let size = integer(&mut rest, 5)?;
                    // An onlooker who missed something keeps more than the peers do, which does no harm.
                    if self.whole {
                        self.largest = size.min(LARGEST_TABLE);
                        self.evict();
                    }
                    continue;
                }
                _ => self.literal(&mut rest, 4)?,
            };
            let length = |text: &Option<Vec<u8>>| text.as_ref().map_or(0, Vec::len);
            bytes += length(&field.name) + length(&field.value) + 32;
            if bytes > MOST_BYTES {
                return Err(Undecodable);
            }
            fields.push(field);
        }
        Ok(fields)
    }

    fn literal(&self, rest: &mut &[u8], prefix: u32) -> Result<Field, Undecodable> {
        let index = integer(rest, prefix)?;
        let name = if index == 0 { Some(string(rest)?) } else { self.get(index)?.name };
        Ok(Field { name, value: Some(string(rest)?) })
    }

    fn get(&self, index: usize) -> Result<Field, Undecodable> {
        let index = index.checked_sub(1).ok_or(Undecodable)?;
        if let Some((name, value)) = known::FIELDS.get(index) {
            let bytes = |text: &str| Some(text.as_bytes().to_vec());
            return Ok(Field { name: bytes(name), value: bytes(value) });
        }
        match self.entries.get(index - known::FIELDS.len()) {
            Some(field) => Ok(field.clone()),
            None if self.whole => Err(Undecodable),
            None => Ok(Field { name: None, value: None }),
        }
    }

    fn insert(&mut self, field: Field) {
        self.size += size(&field);
        self.entries.push_front(field);
        self.evict();
    }

    fn evict(&mut self) {
        while self.size > self.largest {
            let Some(oldest) = self.entries.pop_back() else { break };
            self.size -= size(&oldest);
        }
    }
}

/// The size of an entry (RFC 7541 section 4.1).
fn size(field: &Field) -> usize {
    let length = |text: &Option<Vec<u8>>| text.as_ref().map_or(0, Vec::len);
    length(&field.name) + length(&field.value) + 32
}

/// An integer with a prefix of so many bits (RFC 7541 section 5.1).
fn integer(rest: &mut &[u8], prefix: u32) -> Result<usize, Undecodable> {
    let mask = (1usize << prefix) - 1;
    let (&first, mut bytes) = rest.split_first().ok_or(Undecodable)?;
    let mut value = usize::from(first) & mask;
    if value == mask {
        for shift in (0..28).step_by(7) {
            let (&next, behind) = bytes.split_first().ok_or(Undecodable)?;
            bytes = behind;
            value += usize::from(next & 0x7f) << shift;
            if next & 0x80 == 0 {
                *rest = bytes;
                return Ok(value);
            }
        }
        return Err(Undecodable);
    }
    *rest = bytes;
    Ok(value)
}

/// A string, Huffman coded or not (RFC 7541 section 5.2).
fn string(rest: &mut &[u8]) -> Result<Vec<u8>, Undecodable> {
    let coded = rest.first().is_some_and(|first| first & 0x80 != 0);
    let length = integer(rest, 7)?;
    let (bytes, behind) = rest.split_at_checked(length).ok_or(Undecodable)?;
    *rest = behind;
    if coded { huffman::decode(bytes, MOST_BYTES).ok_or(Undecodable) } else { Ok(bytes.to_vec()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(text: &str) -> Vec<u8> {
        let digits: Vec<u8> = text.bytes().filter_map(|b| char::from(b).to_digit(16)).map(|d| d as u8).collect();
        digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
    }

    fn text(fields: &[Field]) -> Vec<String> {
        let words = |part: &Option<Vec<u8>>| {
            part.as_ref().map_or_else(|| "?".to_owned(), |bytes| String::from_utf8_lossy(bytes).into_owned())
        };
        fields.iter().map(|field| format!("{}: {}", words(&field.name), words(&field.value))).collect()
    }

    #[test]
    fn the_requests_of_the_standard_are_decoded() {
        // RFC 7541 appendix C.4: three requests on one connection, Huffman coded.
        let mut decoder = Decoder::default();
        let first = decoder.decode(&hex("828684418cf1e3c2e5f23a6ba0ab90f4ff")).unwrap();
        assert_eq!(text(&first), [":method: GET", ":scheme: http", ":path: /", ":authority: www.example.com"]);
        let second = decoder.decode(&hex("828684be5886a8eb10649cbf")).unwrap();
        assert_eq!(text(&second)[3..], [":authority: www.example.com", "cache-control: no-cache"]);
        let third = decoder.decode(&hex("828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf")).unwrap();
        assert_eq!(
            text(&third)[2..],
            [":path: /index.html", ":authority: www.example.com", "custom-key: custom-value"]
        );
    }

    #[test]
    fn entries_make_room_as_the_standard_says() {
        // RFC 7541 appendix C.6: three responses with a table of 256 bytes.
        let mut decoder = Decoder { largest: 256, ..Decoder::default() };
        let first = "488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad171863c78f0b97c8e9ae82ae43d3";
        decoder.decode(&hex(first)).unwrap();
        let second = decoder.decode(&hex("4883640effc1c0bf")).unwrap();
        assert_eq!(text(&second)[0], ":status: 307");
        assert_eq!(text(&second)[3], "location: https://www.example.com");
        assert_eq!((decoder.entries.len(), decoder.size), (4, 222), "`:status: 302` had to go");
    }

    #[test]
    fn what_was_missed_is_unknown_and_what_came_since_is_right() {
        let mut decoder = Decoder::default();
        decoder.missed();
        // A new entry, then the newest (62) and one from before (63), and a value under a name from before (64).
        let block = [&hex("4003616263 03646566 be bf")[..], &hex("7f01 0178")[..], &hex("be c0")[..]].concat();
        let fields = decoder.decode(&block).unwrap();
        assert_eq!(text(&fields), ["abc: def", "abc: def", "?: ?", "?: x", "?: x", "?: ?"]);
        assert_eq!(Decoder::default().decode(&hex("be")), Err(Undecodable), "nobody refers to what can't be there");
    }
}

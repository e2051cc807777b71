//! JSON that is written, put together by hand: every exchange of a recording becomes some, and a general serialiser takes
//! several times as long for it as all else that storing one takes. It knows no exchange and reads nothing.

/// A member's name as [`Json::name`] takes it, which needs no escape: with all that stands around it, so that it is
/// written at once.
macro_rules! member {
    ($name:literal) => {
        concat!(",\"", $name, "\":")
    };
}
pub(crate) use member;

/// JSON on its way. What is written goes behind what is there, with a comma between them where one is due.
#[derive(Debug)]
pub(crate) struct Json {
    out: Vec<u8>,
}

impl Json {
    /// Nothing yet, in the memory of `room`, whose bytes are given up.
    pub(crate) fn in_room(mut room: Vec<u8>) -> Self {
        room.clear();
        Self { out: room }
    }

    /// What was written.
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.out
    }

    /// An object, whose members `inside` writes.
    pub(crate) fn object(&mut self, inside: impl FnOnce(&mut Self)) {
        self.within(b'{', b'}', inside);
    }

    /// An array, whose items `inside` writes.
    pub(crate) fn array(&mut self, inside: impl FnOnce(&mut Self)) {
        self.within(b'[', b']', inside);
    }

    /// A member's name, made by [`member`]; its value comes next.
    pub(crate) fn name(&mut self, member: &'static str) -> &mut Self {
        debug_assert!(member.starts_with(",\"") && member.ends_with("\":") && !member.contains('\\'));
        let written = member.as_bytes();
        self.out.extend_from_slice(if self.is_behind_another() { written } else { &written[1..] });
        self
    }

    /// A text.
    pub(crate) fn text(&mut self, text: &str) {
        self.item();
        self.out.push(b'"');
        self.escaped::<false>(text.as_bytes());
        self.out.push(b'"');
    }

    /// Bytes as a text, a character each (Latin-1).
    pub(crate) fn octets(&mut self, bytes: &[u8]) {
        self.item();
        self.out.push(b'"');
        self.escaped::<true>(bytes);
        self.out.push(b'"');
    }

    /// A number.
    pub(crate) fn number(&mut self, number: impl Into<i128>) {
        self.item();
        let number: i128 = number.into();
        if number < 0 {
            self.out.push(b'-');
        }
        let mut left = u64::try_from(number.unsigned_abs()).unwrap_or(u64::MAX);
        if left < 10 {
            return self.out.push(b'0' + left as u8);
        }
        // No number of 64 bits has more digits. Each of them hangs on the one before, so they are made in pairs.
        let (mut digits, mut at) = ([0; 20], 20);
        while left >= 10 {
            let pair = (left % 100) as u8;
            left /= 100;
            at -= 2;
            digits[at..at + 2].copy_from_slice(&[b'0' + pair / 10, b'0' + pair % 10]);
        }
        if left > 0 {
            at -= 1;
            digits[at] = b'0' + left as u8;
        }
        self.out.extend_from_slice(&digits[at..]);
    }

    /// `true` or `false`.
    pub(crate) fn flag(&mut self, flag: bool) {
        self.item();
        self.out.extend_from_slice(if flag { b"true" } else { b"false" });
    }

    /// `null`.
    pub(crate) fn null(&mut self) {
        self.item();
        self.out.extend_from_slice(b"null");
    }

    /// A value, or `null` where there is none.
    pub(crate) fn some<T>(&mut self, value: Option<T>, write: impl FnOnce(&mut Self, T)) {
        match value {
            Some(value) => write(self, value),
            None => self.null(),
        }
    }

    fn within(&mut self, open: u8, close: u8, inside: impl FnOnce(&mut Self)) {
        self.item();
        self.out.push(open);
        inside(self);
        self.out.push(close);
    }

    /// A value begins: behind another one stands a comma first. (A text ends with its quote, so that what it says is never
    /// taken for a bracket.)
    fn item(&mut self) {
        if self.is_behind_another() {
            self.out.push(b',');
        }
    }

    fn is_behind_another(&self) -> bool {
        !matches!(self.out.last(), None | Some(b'{' | b'[' | b':'))
    }

    fn escaped<const LATIN: bool>(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        loop {
            let plain = plain_len::<LATIN>(rest);
            self.out.extend_from_slice(&rest[..plain]);
            let Some(byte) = rest.get(plain) else { return };
            match *byte {
                b'"' => self.out.extend_from_slice(b"\\\""),
                b'\\' => self.out.extend_from_slice(b"\\\\"),
                b'\r' => self.out.extend_from_slice(b"\\r"),
                b'\n' => self.out.extend_from_slice(b"\\n"),
                b'\t' => self.out.extend_from_slice(b"\\t"),
                byte @ ..0x20 => {
                    const HEX: &[u8; 16] = b"0123456789abcdef";
                    let digits = [HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]];
                    self.out.extend_from_slice(b"\\u00");
                    self.out.extend_from_slice(&digits);
                }
                byte => self.out.extend_from_slice(&[0xC0 | byte >> 6, 0x80 | byte & 0x3F]),
            }
            rest = &rest[plain + 1..];
        }
    }
}

const fn is_escaped(byte: u8) -> bool {
    matches!(byte, ..0x20 | b'"' | b'\\')
}

/// How many bytes at the start stand for themselves; of Latin-1 (`LATIN`) that is ASCII alone.
fn plain_len<const LATIN: bool>(bytes: &[u8]) -> usize {
    // Eight at a time, by the usual arithmetic on the bytes of a word: the top bit of a byte says that it is meant.
    const ONES: u64 = u64::MAX / 255;
    const TOPS: u64 = ONES << 7;
    let below = |word: u64, least: u8| word.wrapping_sub(ONES * u64::from(least)) & !word;
    let is = |word: u64, byte: u8| below(word ^ (ONES * u64::from(byte)), 1);
    let (words, _) = bytes.as_chunks::<8>();
    let mut plain = 0;
    for word in words.iter().copied().map(u64::from_le_bytes) {
        let latin = if LATIN { word } else { 0 };
        let meant = (below(word, 0x20) | is(word, b'"') | is(word, b'\\') | latin) & TOPS;
        if meant != 0 {
            // A borrow can only name a byte behind one that is meant.
            return plain + meant.trailing_zeros() as usize / 8;
        }
        plain += 8;
    }
    let last = bytes[plain..].iter().position(|byte| is_escaped(*byte) || LATIN && !byte.is_ascii());
    plain + last.unwrap_or(bytes.len() - plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut Json)) -> String {
        let mut json = Json::in_room(Vec::new());
        write(&mut json);
        String::from_utf8(json.into_bytes()).expect("UTF-8")
    }

    #[test]
    fn commas_stand_between_values_and_nowhere_else() {
        let text = written(|json| {
            json.object(|json| {
                json.name(member!("a")).array(|json| {
                    json.number(1_u8);
                    json.array(|_| {});
                    json.text("[");
                    json.some(None::<u8>, Json::number);
                    json.some(Some(-5_i64), Json::number);
                });
                json.name(member!("b")).object(|_| {});
                json.name(member!("c")).flag(true);
                json.name(member!("d")).text("{:");
                json.name(member!("e")).flag(false);
            });
        });
        assert_eq!(text, r#"{"a":[1,[],"[",null,-5],"b":{},"c":true,"d":"{:","e":false}"#);
    }

    #[test]
    fn numbers_are_whole_to_their_ends() {
        for number in [0, 9, 10, 99, 100, 101, 905, 1005, 99_999, 1_000_000, u64::MAX - 1, u64::MAX] {
            assert_eq!(written(|json| json.number(number)), number.to_string());
        }
        assert_eq!(written(|json| json.number(i64::MIN)), i64::MIN.to_string());
    }

    #[test]
    fn each_character_and_byte_is_read_back_wherever_it_stands() {
        for n in 0..=u8::MAX {
            for at in 0..20 {
                let mut bytes = vec![b'x'; 20];
                bytes[at] = n;
                bytes[(at + 9) % 20] = n;
                let text: String = bytes.iter().map(|b| char::from(*b)).collect();
                for written in [written(|json| json.octets(&bytes)), written(|json| json.text(&text))] {
                    assert_eq!(
                        written,
                        serde_json::to_string(&text).expect("JSON").replace("\\b", "\\u0008").replace("\\f", "\\u000c")
                    );
                    assert_eq!(serde_json::from_str::<String>(&written).expect("JSON"), text);
                }
            }
        }
        let beyond = "Größe → 𝄞 \"\\ \u{1}";
        assert_eq!(serde_json::from_str::<String>(&written(|json| json.text(beyond))).expect("JSON"), beyond);
    }
}

//! A text that was decoded, with the place where each of its bytes stood: references of XML, then percent coding. So a
//! value deep in an escaped URI is pointed at where it stands in the file.

use std::ops::Range;

use mwscope_parsers::xml;

/// Decoded text and where it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mapped {
    pub(super) text: String,
    /// For each byte of the text its place, and one more for the end.
    places: Vec<usize>,
}

impl Mapped {
    /// The raw text at `start` in a file, references replaced.
    pub(super) fn of_xml(raw: &str, start: usize) -> Self {
        let (text, places) = xml::unescape_with_places(raw);
        Self { text, places: places.into_iter().map(|place| place + start).collect() }
    }

    /// The raw text at `start` in a file, as it is.
    pub(super) fn plain(raw: &str, start: usize) -> Self {
        Self { text: raw.to_owned(), places: (start..=start + raw.len()).collect() }
    }

    /// A part of it.
    pub(super) fn part(&self, range: Range<usize>) -> Self {
        Self { text: self.text[range.clone()].to_owned(), places: self.places[range.start..=range.end].to_vec() }
    }

    /// Split at a character of ASCII.
    pub(super) fn split(&self, at: char) -> Vec<Self> {
        let mut parts = Vec::new();
        let mut start = 0;
        for (end, _) in self.text.match_indices(at) {
            parts.push(self.part(start..end));
            start = end + 1;
        }
        parts.push(self.part(start..self.text.len()));
        parts
    }

    /// What is before and behind the first such character.
    pub(super) fn split_once(&self, at: char) -> Option<(Self, Self)> {
        let end = self.text.find(at)?;
        Some((self.part(0..end), self.part(end + 1..self.text.len())))
    }

    /// Percent coding taken off, and `+` for a space; what isn't valid stays.
    pub(super) fn url_decoded(&self) -> Self {
        let bytes = self.text.as_bytes();
        let (mut decoded, mut places) = (Vec::with_capacity(bytes.len()), Vec::with_capacity(bytes.len() + 1));
        let mut at = 0;
        while let Some(byte) = bytes.get(at) {
            let hex = |n: usize| bytes.get(at + n).and_then(|digit| char::from(*digit).to_digit(16));
            let (byte, len) = match (byte, hex(1), hex(2)) {
                (b'%', Some(high), Some(low)) => (u8::try_from(high * 16 + low).unwrap_or(*byte), 3),
                (b'+', ..) => (b' ', 1),
                _ => (*byte, 1),
            };
            decoded.push(byte);
            places.push(self.places[at]);
            at += len;
        }
        places.push(self.places[bytes.len()]);
        match String::from_utf8(decoded) {
            Ok(text) => Self { text, places },
            Err(_) => self.clone(),
        }
    }

    /// White space at both ends removed.
    pub(super) fn trimmed(&self) -> Self {
        let start = self.text.len() - self.text.trim_start().len();
        self.part(start..start.max(self.text.trim_end().len()))
    }

    /// Where it stands in the file.
    pub(super) fn range(&self) -> Range<usize> {
        let (start, end) = (self.places[0], self.places[self.text.len()]);
        start..end.max(start)
    }

    /// Where a part of it stands in the file.
    pub(super) fn range_of(&self, range: Range<usize>) -> Range<usize> {
        self.places[range.start]..self.places[range.end].max(self.places[range.start])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decoded_parts_know_where_they_stood() {
        let raw = "x?a=1&amp;keys=K%31,%C3%A9+v,L,2";
        let mapped = Mapped::of_xml(raw, 10);
        assert_eq!(mapped.text, "x?a=1&keys=K%31,%C3%A9+v,L,2");
        let (_, query) = mapped.split_once('?').expect("a query");
        let parts = query.split('&');
        let (name, value) = parts[1].split_once('=').expect("a value");
        assert_eq!(name.text, "keys");
        let values = value.url_decoded().split(',');
        let texts: Vec<_> = values.iter().map(|value| value.text.as_str()).collect();
        assert_eq!(texts, ["K1", "é v", "L", "2"]);
        let range = values[1].range();
        assert_eq!(&raw[range.start - 10..range.end - 10], "%C3%A9+v");
        assert_eq!(values[1].trimmed().range(), range);
    }
}

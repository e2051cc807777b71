//! UTF-16 for the search, which knows bytes only: each unit becomes one byte and back. It knows nothing of secrets but
//! that some bytes come back changed.

use std::collections::VecDeque;

use super::search::{Search, Secret};

/// How the characters of a text are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Width {
    /// ASCII is one byte: UTF-8, Latin-1, Windows code pages.
    One,
    /// UTF-16, low byte first.
    Little,
    /// UTF-16, high byte first.
    Big,
}

impl Width {
    /// By a byte order mark, by the first character of markup, or by what the media type says.
    pub(crate) fn of(start: &[u8], charset: Option<&str>) -> Self {
        match start {
            [0xFF, 0xFE, ..] => Self::Little,
            [0xFE, 0xFF, ..] => Self::Big,
            // ASCII and zeros by turns.
            [a, 0, b, 0, ..] if *a != 0 && *b != 0 => Self::Little,
            [0, a, 0, b, ..] if *a != 0 && *b != 0 => Self::Big,
            _ => match charset {
                Some(name) if name.eq_ignore_ascii_case("utf-16le") && zero_at(start, 1) => Self::Little,
                Some(name) if begins(name, "utf-16") && zero_at(start, 0) => Self::Big,
                _ => Self::One,
            },
        }
    }
}

/// The charset, where it is one whose ASCII is written otherwise than the search reads it. A label alone is believed of
/// EBCDIC only where no ASCII speaks against it.
pub(crate) fn unreadable(start: &[u8], label: Option<&str>) -> Option<&'static str> {
    match start {
        [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0xFE, 0xFF, ..] => return Some("UTF-32"),
        [a, 0, 0, 0, b, 0, 0, 0, ..] | [0, 0, 0, a, 0, 0, 0, b, ..] if *a != 0 && *b != 0 => return Some("UTF-32"),
        // `<?xml` in EBCDIC (XML 1.0, appendix F).
        [0x4C, 0x6F, 0xA7, 0x94, ..] => return Some("EBCDIC"),
        _ => {}
    }
    let label = label?;
    let named = ["ibm", "cp0", "cp2", "cp5", "cp11", "ebcdic"].into_iter().any(|start| begins(label, start));
    let ascii = || start.iter().any(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9')) && !start.iter().any(|b| *b >= 0x81);
    (named && !ascii()).then_some("EBCDIC")
}

/// Whether a label begins so, letter case aside.
fn begins(label: &str, start: &str) -> bool {
    label.as_bytes().get(..start.len()).is_some_and(|label| label.eq_ignore_ascii_case(start.as_bytes()))
}

/// A label alone doesn't make it UTF-16: many a server says so of UTF-8.
fn zero_at(start: &[u8], at: usize) -> bool {
    start.get(at) == Some(&0)
}

/// A search in a text of either width.
#[derive(Debug)]
pub(crate) struct WideSearch {
    search: Search,
    width: Width,
    /// The low byte that waits for its high one, or the other way round.
    half: Option<u8>,
    /// Units that are in the search.
    inside: VecDeque<[u8; 2]>,
}

/// What a unit beyond ASCII is to the search.
const BEYOND: u8 = 0xFF;

impl WideSearch {
    pub(crate) fn new(search: Search, width: Width) -> Self {
        Self { search, width, half: None, inside: VecDeque::new() }
    }

    pub(crate) fn feed(&mut self, piece: &[u8], out: &mut Vec<u8>) {
        if self.width == Width::One {
            return self.search.feed(piece, out);
        }
        let mut units = Vec::with_capacity(piece.len() / 2 + 1);
        for byte in piece {
            match self.half.take() {
                None => self.half = Some(*byte),
                Some(first) => {
                    let (low, high) = if self.width == Width::Little { (first, *byte) } else { (*byte, first) };
                    units.push(if high == 0 && low != BEYOND { low } else { BEYOND });
                    self.inside.push_back([first, *byte]);
                }
            }
        }
        let mut searched = Vec::with_capacity(units.len());
        self.search.feed(&units, &mut searched);
        self.widen(&searched, out);
    }

    pub(crate) fn finish(&mut self, out: &mut Vec<u8>) {
        if self.width == Width::One {
            return self.search.finish(out);
        }
        let mut searched = Vec::new();
        self.search.finish(&mut searched);
        self.widen(&searched, out);
        // Half a unit carries nothing that could be told from noise.
        out.extend(self.half.take());
    }

    /// The secrets since the last time, in bytes of the text.
    pub(crate) fn take_found(&mut self) -> Vec<Secret> {
        let mut found = self.search.take_found();
        if self.width != Width::One {
            for secret in &mut found {
                secret.offset *= 2;
                secret.len *= 2;
            }
        }
        found
    }

    fn widen(&mut self, searched: &[u8], out: &mut Vec<u8>) {
        for byte in searched {
            let Some(unit) = self.inside.pop_front() else { return };
            let (low, high) = if self.width == Width::Little { (unit[0], unit[1]) } else { (unit[1], unit[0]) };
            let came = if high == 0 && low != BEYOND { low } else { BEYOND };
            let unit = match (came == *byte, self.width) {
                (true, _) => unit,
                (false, Width::Big) => [0, *byte],
                (false, _) => [*byte, 0],
            };
            out.extend_from_slice(&unit);
        }
    }
}

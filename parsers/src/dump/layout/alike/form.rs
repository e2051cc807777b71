//! What a line is made of, without what it says: lines of one form are read alike. It must not know any notation.

use std::ops::Range;

/// Bytes of a line that has a form; what is longer is read.
const LONGEST_LINE: usize = 255;

/// Bytes of a line on which no name or heading can be too long to be one.
const SHORT_LINE: usize = 60;

/// What tells a line of a text from all others of it, by what is told apart of it beside.
pub(super) type Place = (usize, usize, u64);

/// What a line is made of: words by the kinds of their letters, gaps by their width, signs as they are.
#[derive(Debug, Default)]
pub(super) struct Form {
    /// The line that this is the form of.
    pub(super) line: Place,
    pub(super) hash: u64,
    /// The hash of the form in which the words of a long line have their lengths.
    pub(super) exact: u64,
    /// Where its parts start, and where the last one ends.
    pub(super) parts: Vec<u8>,
    /// Bytes of the gap that it starts with.
    pub(super) indent: usize,
}

impl Form {
    /// Where a part starts; 0 where there is none.
    pub(super) fn at(&self, part: u8) -> usize {
        self.parts.get(usize::from(part)).map_or(0, |at| usize::from(*at))
    }

    /// The part that starts at a byte, or ends there as the last one.
    pub(super) fn part(&self, at: usize) -> Option<u8> {
        let at = u8::try_from(at).ok()?;
        self.parts.binary_search(&at).ok().and_then(|part| u8::try_from(part).ok())
    }

    pub(super) fn range(&self, parts: (u8, u8)) -> Range<usize> {
        self.at(parts.0)..self.at(parts.1)
    }

    /// Becomes the form of a line; without any parts where it is empty or too long for one.
    pub(super) fn of(&mut self, line: &str, aside: u64) {
        self.line = place(line, aside);
        self.parts.clear();
        (self.hash, self.exact) = (aside + 1, aside + 2);
        if line.len() > LONGEST_LINE {
            return;
        }
        let bytes = line.as_bytes();
        self.indent = line.len() - line.trim_ascii_start().len();
        let long = line.len() > SHORT_LINE;
        let mut at = 0;
        while let Some(&first) = bytes.get(at) {
            let start = at;
            self.parts.push(at as u8);
            let class = KINDS[usize::from(first)];
            let mut len = 0;
            let mark = match class {
                0 => {
                    at += 1;
                    u64::from(first)
                }
                BLANK => {
                    let width = bytes[at..].iter().take_while(|b| **b == first).count();
                    at += width;
                    256 + u64::from(first) * 256 + width as u64
                }
                _ => {
                    let mut kinds = 0;
                    let mut last = 0;
                    while let Some(kind) = bytes.get(at).map(|b| KINDS[usize::from(*b)]).filter(|kind| *kind > BLANK) {
                        (kinds, last) = (kinds | kind, kind);
                        at += 1;
                    }
                    // Few digits may count what stands behind them.
                    let digits = if kinds == DIGIT && start <= self.indent { (at - start).min(4) } else { 0 };
                    len = at - start;
                    // What a word starts and ends with decides whether a colon behind it separates anything.
                    (digits as u64) << 33 | 1 << 32 | u64::from(class) << 16 | u64::from(last) << 8 | u64::from(kinds)
                }
            };
            let mixed = |hash: u64, mark: u64| (hash.rotate_left(5) ^ mark).wrapping_mul(0x517c_c1b7_2722_0a95);
            self.hash = mixed(self.hash, mark);
            if long {
                self.exact = mixed(self.exact, mark | (len as u64) << 48);
            }
        }
        if !long {
            self.exact = self.hash ^ 1 << 60;
        }
        if !self.parts.is_empty() {
            self.parts.push(at as u8);
        }
    }
}

/// What tells a line of a text from all others of it.
pub(super) fn place(line: &str, aside: u64) -> Place {
    (line.as_ptr() as usize, line.len(), aside)
}

const BLANK: u8 = 1;
const CAPITAL: u8 = 2;
const SMALL: u8 = 4;
const DIGIT: u8 = 8;

/// What a byte is part of; 0 for signs, and for what isn't ASCII, which may be signs as well.
static KINDS: [u8; 256] = kinds();

const fn kinds() -> [u8; 256] {
    let mut kinds = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        kinds[byte] = match byte as u8 {
            b' ' | b'\t' => BLANK,
            b'A'..=b'Z' => CAPITAL,
            b'a'..=b'z' => SMALL,
            b'0'..=b'9' => DIGIT,
            _ => 0,
        };
        byte += 1;
    }
    kinds
}

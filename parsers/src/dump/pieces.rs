//! Dumps of any size, read piece by piece: what is held doesn't grow with the source.
//!
//! How a text is dressed shows at its beginning, so the beginning stands before each piece while it is undressed. A piece
//! ends where a line does that neither a value nor a trace goes on behind, and is read with the lines behind it in view.
//! Sources that fit into one piece and web pages are read as a whole; XML and JSON are made shorter first.

mod valid;

use std::borrow::Cow;
use std::ops::Range;

use super::hands::{Hands, OneHand};
use super::layout::{self, Carried};
use super::synonyms::Synonyms;
use super::thinned::{Json, Thinned};
use super::value::Dump;
use super::{markup, split, unbox};
use crate::Span;
use crate::encoding::{self, CodePage, Encoding};

/// Bytes of a piece.
pub const PIECE: u64 = 16 << 20;

/// Bytes of text behind the end of a piece that are seen while it is read.
const AHEAD: usize = 256 << 10;

/// Bytes of the beginning that show how a text is dressed.
const HEAD: usize = 256 << 10;

/// Lines before the last that a piece may end at.
const LINES_TO_CHOOSE: usize = 4_000;

/// Lines above one that show whether it could go on with a value.
const LINES_OF_A_VALUE: usize = 40;

/// Reads the dumps in a source of `len` bytes, one after the other, until `take` says `false`: those from the byte `from`
/// on, where one starts. `bytes` gives those of a span; what is longer than `piece`, mostly [`PIECE`], isn't held whole. Work that comes in
/// independent pieces is given to `hands`.
///
/// # Errors
/// Those of `bytes`; the dumps that were read before are taken.
pub fn read_pieces<B: AsRef<[u8]>, E: Send>(
    piece: u64,
    len: u64,
    from: u64,
    bytes: impl Fn(Span) -> Result<B, E> + Sync,
    (synonyms, hands): (&Synonyms, &impl Hands),
    mut take: impl FnMut(Dump) -> bool,
) -> Result<(), E> {
    let whole = Span::new(0, len);
    if len > piece
        && let Some(dumps) = marked_up(piece, len, &bytes, (synonyms, hands))?
    {
        let _all = dumps.into_iter().skip_while(|dump| dump.span.offset < from).all(&mut take);
        return Ok(());
    }
    if len > piece
        && let Some(mut pieces) = Pieces::begin(piece, len, &bytes, (synonyms, hands))?
    {
        pieces.start_at(from);
        return pieces.read(len, hands, bytes, take);
    }
    let read = super::read(bytes(whole)?.as_ref(), synonyms);
    let _all = read.dumps.into_iter().skip_while(|dump| dump.span.offset < from).all(&mut take);
    Ok(())
}

/// The dumps of a source that is XML or JSON in UTF-8, as a whole; `None` for any other.
fn marked_up<B: AsRef<[u8]>, E: Send>(
    piece: u64,
    len: u64,
    bytes: &(impl Fn(Span) -> Result<B, E> + Sync),
    (synonyms, hands): (&Synonyms, &impl Hands),
) -> Result<Option<Vec<Dump>>, E> {
    let (mark, is_xml) = {
        let first = bytes(Span::new(0, piece.min(64 << 10)))?;
        let first = first.as_ref();
        let (encoding, mark) = encoding::detect(first, || true);
        let decoded = encoding::part(&first[mark..], encoding, CodePage::Cp037);
        let is_xml = decoded.text.trim_start().starts_with('<');
        let opens = match is_xml {
            true => markup::xml(&decoded.text, synonyms).is_some(),
            // Its first value may be longer than this; a heading in brackets shows as one where it is read.
            false => decoded.text.trim_start().starts_with(['{', '[']),
        };
        if encoding != Encoding::Utf8 || !opens || super::unboxed(&decoded.text, synonyms) != decoded.text {
            return Ok(None);
        }
        (mark as u64, is_xml)
    };
    if !valid::is_utf8(piece, len, bytes, hands)? {
        return Ok(None);
    }
    let measure = usize_of(piece) / 4 * 3;
    let mut thinned = Thinned::new(measure);
    let mut json = Json::new(measure, mark, synonyms);
    let mut at = mark;
    while at < len {
        let raw = bytes(Span::new(at, piece))?;
        let raw = raw.as_ref();
        if !is_xml {
            // What no document is made of is for the reader of lines.
            if raw.is_empty() || !json.take(raw, hands) {
                return Ok(None);
            }
            at += raw.len() as u64;
            continue;
        }
        let decoded = encoding::part(raw, Encoding::Utf8, CodePage::Cp037);
        let last = raw.is_empty() || at + raw.len() as u64 >= len;
        at += thinned.take(&decoded.text, at, last, synonyms).max(1) as u64;
    }
    let thinned = if is_xml { thinned } else { json.thinned };
    let text = &thinned.text;
    let parts = if is_xml { markup::xml(text, synonyms) } else { markup::json(text, synonyms) };
    let Some(parts) = parts else { return Ok(None) };
    let place = |range: &Range<usize>| thinned.span(range);
    let line = |start: usize| thinned.line(start);
    let mut dumps = super::of_markup((thinned.text.len(), len), parts, synonyms, place, line);
    for (span, values) in thinned.left {
        if let Some(dump) = dumps.iter_mut().rfind(|dump| dump.span.offset <= span.offset) {
            dump.further_fields += values;
            if values > 0 { dump.further.push(span) } else { dump.unparsed.push(span) }
        }
    }
    Ok(Some(dumps))
}

/// A source while it is read.
struct Pieces<'s> {
    /// Bytes of a piece.
    len: u64,
    synonyms: &'s Synonyms,
    encoding: Encoding,
    page: CodePage,
    /// Whether the text is dressed, and its beginning, which shows how.
    dressed: bool,
    head: String,
    heads: split::Heads,
    /// The dump that is being read: what is known of it, its first byte and line.
    carried: Carried,
    from: u64,
    line: u64,
    /// The line of the source that comes next.
    next_line: u64,
    /// The byte at which the next piece starts.
    at: u64,
    /// Whether a dump is known to start at the next line.
    begins: bool,
}

impl<'s> Pieces<'s> {
    /// Looks at the beginning; `None` for what is read as a whole.
    fn begin<B: AsRef<[u8]>, E: Send>(
        piece: u64,
        len: u64,
        bytes: &(impl Fn(Span) -> Result<B, E> + Sync),
        (synonyms, hands): (&'s Synonyms, &impl Hands),
    ) -> Result<Option<Self>, E> {
        let first = bytes(Span::new(0, piece))?;
        let first = first.as_ref();
        let mut valid = Ok(true);
        // Only where it matters is all of it looked at.
        let matters = encoding::detect(first, || true) == (Encoding::Utf8, 0);
        if matters {
            valid = valid::is_utf8(piece, len, bytes, hands);
        }
        let valid = valid?;
        let (encoding, mark) = encoding::detect(first, || valid);
        let page = if encoding == Encoding::Ebcdic { CodePage::of(first) } else { CodePage::Cp037 };
        let decoded = encoding::part(&first[mark..], encoding, page);
        let text = super::unboxed(&decoded.text, synonyms);
        let Some(end) = memchr::memrchr(b'\n', &text.as_bytes()[..text.len().min(HEAD)]) else {
            return Ok(None);
        };
        let page_or_markup = unbox::is_page(&text)
            || text.trim_start().starts_with(['<', '{', '['])
                && (markup::xml(&text, synonyms).is_some() || markup::json(&text, synonyms).is_some());
        if page_or_markup || text.len() != decoded.text.len() {
            return Ok(None);
        }
        Ok(Some(Self {
            len: piece,
            synonyms,
            encoding,
            page,
            dressed: matches!(text, Cow::Owned(_)) || matches!(super::plain(&text, synonyms), Cow::Owned(_)),
            head: decoded.text[..=end].to_owned(),
            heads: split::Heads::default(),
            carried: Carried::new(),
            from: 0,
            line: 1,
            next_line: 1,
            at: mark as u64,
            begins: false,
        }))
    }

    /// Goes to a dump that isn't the first.
    fn start_at(&mut self, from: u64) {
        if from > self.at {
            let head = self.plain(&self.head, true);
            let _known = self.heads.starts(&head, self.synonyms, &OneHand);
            let _again = self.heads.pending();
            (self.at, self.from, self.begins) = (from, from, true);
        }
    }

    fn read<B: AsRef<[u8]>, E: Send>(
        &mut self,
        len: u64,
        hands: &impl Hands,
        bytes: impl Fn(Span) -> Result<B, E>,
        mut take: impl FnMut(Dump) -> bool,
    ) -> Result<(), E> {
        let first = if self.begins { u64::MAX } else { self.at };
        while self.at < len {
            let raw = bytes(Span::new(self.at, self.len))?;
            let raw = raw.as_ref();
            if raw.is_empty() {
                break;
            }
            let last = self.at + raw.len() as u64 >= len;
            let too_long = {
                let decoded = encoding::part(raw, self.encoding, self.page);
                let text = self.plain(&decoded.text, self.at == first);
                let end = if last { Some(text.len()) } else { self.end(&text) };
                let too_long = end.is_none();
                if !self.piece(&text, end.unwrap_or(text.len()), last, hands, decoded.locator(), &mut take) {
                    return Ok(());
                }
                too_long
            };
            if too_long {
                let started = self.at;
                self.skip_line(len, &bytes)?;
                self.carried.goes_on_to(usize_of(started.saturating_sub(1)), usize_of(self.at));
            }
            if last {
                self.at = len;
            }
        }
        let carried = std::mem::replace(&mut self.carried, Carried::new());
        take(self.dump(carried, len));
        Ok(())
    }

    /// The text of a piece without what it is dressed in.
    fn plain<'t>(&self, text: &'t str, first: bool) -> Cow<'t, str> {
        if !self.dressed {
            return Cow::Borrowed(text);
        }
        let head = if first { "" } else { self.head.as_str() };
        let with_head = format!("{head}{text}");
        let unboxed = super::unboxed(&with_head, self.synonyms);
        let plain = super::plain(&unboxed, self.synonyms);
        match plain.get(head.len()..).filter(|_| plain.len() == with_head.len()) {
            Some(plain) => Cow::Owned(plain.to_owned()),
            None => Cow::Borrowed(text),
        }
    }

    /// Where a piece ends that isn't the last: at the start of a line, with lines in view behind it. `None` where no
    /// line ends in it.
    fn end(&self, text: &str) -> Option<usize> {
        let limit = limit(text);
        let starts = || memchr::memrchr_iter(b'\n', &text.as_bytes()[..limit]).map(|n| n + 1).take(LINES_TO_CHOOSE);
        // The second line of a value stands further right than its first.
        let indent = |line: &str| line.len() - line.trim_start().len();
        let left = |at: &usize| {
            let own = text[*at..].lines().next().unwrap_or_default();
            let above = text[..*at].lines().rev().filter(|line| !line.trim().is_empty()).take(LINES_OF_A_VALUE);
            !own.trim().is_empty() && above.map(indent).all(|above| indent(own) <= above)
        };
        let behind_blank = |at: &usize| left(at) && text[..*at].trim_end_matches(['\r', '\n']).len() + 1 < *at - 1;
        let at = starts().find(behind_blank).or_else(|| starts().find(left)).or_else(|| starts().next())?;
        (at > 0).then_some(at)
    }

    /// Reads a piece up to `end`; false where no more dumps are wanted.
    fn piece(
        &mut self,
        text: &str,
        mut end: usize,
        last: bool,
        hands: &impl Hands,
        mut locator: encoding::Locator<'_>,
        mut take: impl FnMut(Dump) -> bool,
    ) -> bool {
        // What takes most of a piece can't be kept together.
        let movable = |start: usize| start > text.len() / 4;
        let mut within = false;
        if !last && let Some(start) = layout::trace_across(text, end) {
            let start = crate::trace::line_start(text, start);
            within = !movable(start);
            // What is within a trace may be cut between any of its lines.
            let last = crate::trace::line_start(text, limit(text));
            end = if within { last.max(end) } else { start };
        }
        let mut starts = self.heads.starts(&text[..end], self.synonyms, hands);
        if !last && let Some(start) = self.heads.pending().filter(|start| movable(*start)) {
            (end, within) = (start, false);
            starts.retain(|at| *at < end);
        }
        if std::mem::take(&mut self.begins) {
            starts.retain(|at| *at > 0);
        }
        let base = self.at;
        let mut byte = |at: usize| base + locator.span(&(at..at)).offset;
        let mut from = 0;
        for start in starts {
            self.part(&text[from..start], start - from, false, hands, |range| byte(from + range));
            let done = std::mem::replace(&mut self.carried, Carried::new());
            let dump = self.dump(done, byte(start));
            if !take(dump) {
                return false;
            }
            (from, self.from, self.line) = (start, byte(start), self.next_line);
        }
        let next = from + self.part(&text[from..], end - from, within, hands, |at| byte(from + at));
        self.at = byte(next);
        true
    }

    /// Reads lines of the present dump; gives where the next ones start.
    fn part(
        &mut self,
        text: &str,
        end: usize,
        within: bool,
        hands: &impl Hands,
        mut byte: impl FnMut(usize) -> u64,
    ) -> usize {
        let place = |range: &Range<usize>| usize_of(byte(range.start))..usize_of(byte(range.end));
        let next = layout::read_on(&mut self.carried, text, end, within, (self.synonyms, hands), place);
        self.next_line += memchr::memchr_iter(b'\n', &text.as_bytes()[..next]).count() as u64;
        next
    }

    /// Goes behind the end of a line that is longer than a piece.
    fn skip_line<B: AsRef<[u8]>, E>(&mut self, len: u64, bytes: impl Fn(Span) -> Result<B, E>) -> Result<(), E> {
        while self.at < len {
            let raw = bytes(Span::new(self.at, self.len))?;
            let decoded = encoding::part(raw.as_ref(), self.encoding, self.page);
            let end = decoded.text.find('\n').or_else(|| decoded.text.find('\r'));
            let behind = end.map_or(decoded.text.len(), |end| end + 1);
            if behind == 0 {
                // A character that is cut off at the end of the source.
                self.at = len;
                break;
            }
            self.at += decoded.locator().span(&(0..behind)).len;
            if end.is_some() {
                self.next_line += 1;
                break;
            }
        }
        Ok(())
    }

    /// The present dump, which ends at the byte `end`.
    fn dump(&self, carried: Carried, end: u64) -> Dump {
        let place =
            |range: &Range<usize>| Span::new(range.start as u64, (range.end.saturating_sub(range.start)) as u64);
        let mut dump = super::build(carried.finish(self.synonyms), self.synonyms, place);
        dump.span = Span::new(self.from, end.saturating_sub(self.from));
        dump.line = self.line;
        dump
    }
}

/// Where a piece ends at the latest, so that the lines behind it are in view.
fn limit(text: &str) -> usize {
    text.len() - AHEAD.min(text.len() / 4)
}

fn usize_of(place: u64) -> usize {
    usize::try_from(place).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests;

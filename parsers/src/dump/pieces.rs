//! Dumps of any size, read piece by piece: what is held doesn't grow with the source.
//!
//! How a text is dressed shows at its beginning, so the beginning stands before each piece while it is undressed. A piece
//! ends where a line does that neither a value nor a trace goes on behind, and is read with the lines behind it in view.
//! Sources that fit into one piece and web pages are read as a whole; XML and JSON are made shorter first.

use std::borrow::Cow;
use std::ops::Range;

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
/// on, where one starts. `bytes` gives those of a span; what is longer than `piece`, mostly [`PIECE`], isn't held whole.
///
/// # Errors
/// Those of `bytes`; the dumps that were read before are taken.
pub fn read_pieces<B: AsRef<[u8]>, E>(
    piece: u64,
    len: u64,
    from: u64,
    mut bytes: impl FnMut(Span) -> Result<B, E>,
    synonyms: &Synonyms,
    mut take: impl FnMut(Dump) -> bool,
) -> Result<(), E> {
    let whole = Span::new(0, len);
    if len > piece
        && let Some(dumps) = marked_up(piece, len, &mut bytes, synonyms)?
    {
        let _all = dumps.into_iter().skip_while(|dump| dump.span.offset < from).all(&mut take);
        return Ok(());
    }
    if len > piece
        && let Some(mut pieces) = Pieces::begin(piece, len, &mut bytes, synonyms)?
    {
        pieces.start_at(from);
        return pieces.read(len, bytes, take);
    }
    let read = super::read(bytes(whole)?.as_ref(), synonyms);
    let _all = read.dumps.into_iter().skip_while(|dump| dump.span.offset < from).all(&mut take);
    Ok(())
}

/// The dumps of a source that is XML or JSON in UTF-8, as a whole; `None` for any other.
fn marked_up<B: AsRef<[u8]>, E>(
    piece: u64,
    len: u64,
    bytes: &mut impl FnMut(Span) -> Result<B, E>,
    synonyms: &Synonyms,
) -> Result<Option<Vec<Dump>>, E> {
    let (mark, is_xml) = {
        let first = bytes(Span::new(0, piece.min(64 << 10)))?;
        let first = first.as_ref();
        let (encoding, mark) = encoding::detect(first, || true);
        let decoded = encoding::part(&first[mark..], encoding, CodePage::Cp037);
        let is_xml = decoded.text.trim_start().starts_with('<');
        let opens = match is_xml {
            true => markup::xml(&decoded.text).is_some(),
            // Its first value may be longer than this; a heading in brackets shows as one where it is read.
            false => decoded.text.trim_start().starts_with(['{', '[']),
        };
        if encoding != Encoding::Utf8 || !opens || super::unboxed(&decoded.text) != decoded.text {
            return Ok(None);
        }
        (mark as u64, is_xml)
    };
    if !is_utf8(piece, len, bytes)? {
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
            if raw.is_empty() || !json.take(raw) {
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
    let parts = if is_xml { markup::xml(text) } else { markup::json(text, synonyms) };
    let Some(parts) = parts else { return Ok(None) };
    let place = |range: &Range<usize>| thinned.span(range);
    let line = |start: usize| thinned.place(start).1;
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
    fn begin<B: AsRef<[u8]>, E>(
        piece: u64,
        len: u64,
        bytes: &mut impl FnMut(Span) -> Result<B, E>,
        synonyms: &'s Synonyms,
    ) -> Result<Option<Self>, E> {
        let first = bytes(Span::new(0, piece))?;
        let first = first.as_ref();
        let mut valid = Ok(true);
        // Only where it matters is all of it looked at.
        let matters = encoding::detect(first, || true) == (Encoding::Utf8, 0);
        if matters {
            valid = is_utf8(piece, len, bytes);
        }
        let valid = valid?;
        let (encoding, mark) = encoding::detect(first, || valid);
        let page = if encoding == Encoding::Ebcdic { CodePage::of(first) } else { CodePage::Cp037 };
        let decoded = encoding::part(&first[mark..], encoding, page);
        let text = super::unboxed(&decoded.text);
        let Some(end) = memchr::memchr_iter(b'\n', &text.as_bytes()[..text.len().min(HEAD)]).last() else {
            return Ok(None);
        };
        let page_or_markup = unbox::is_page(&text)
            || text.trim_start().starts_with(['<', '{', '['])
                && (markup::xml(&text).is_some() || markup::json(&text, synonyms).is_some());
        if page_or_markup || text.len() != decoded.text.len() {
            return Ok(None);
        }
        Ok(Some(Self {
            len: piece,
            synonyms,
            encoding,
            page,
            dressed: matches!(text, Cow::Owned(_)) || matches!(unbox::plain(&text), Cow::Owned(_)),
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
            let _known = self.heads.starts(&head, self.synonyms);
            let _again = self.heads.pending();
            (self.at, self.from, self.begins) = (from, from, true);
        }
    }

    fn read<B: AsRef<[u8]>, E>(
        &mut self,
        len: u64,
        mut bytes: impl FnMut(Span) -> Result<B, E>,
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
                if !self.piece(&text, end.unwrap_or(text.len()), last, decoded.locator(), &mut take) {
                    return Ok(());
                }
                too_long
            };
            if too_long {
                let started = self.at;
                self.skip_line(len, &mut bytes)?;
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
        let unboxed = super::unboxed(&with_head);
        let plain = unbox::plain(&unboxed);
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
        let mut starts = self.heads.starts(&text[..end], self.synonyms);
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
            self.part(&text[from..start], start - from, false, |range| byte(from + range));
            let done = std::mem::replace(&mut self.carried, Carried::new());
            let dump = self.dump(done, byte(start));
            if !take(dump) {
                return false;
            }
            (from, self.from, self.line) = (start, byte(start), self.next_line);
        }
        let next = from + self.part(&text[from..], end - from, within, |at| byte(from + at));
        self.at = byte(next);
        true
    }

    /// Reads lines of the present dump; gives where the next ones start.
    fn part(&mut self, text: &str, end: usize, within: bool, mut byte: impl FnMut(usize) -> u64) -> usize {
        let place = |range: &Range<usize>| usize_of(byte(range.start))..usize_of(byte(range.end));
        let next = layout::read_on(&mut self.carried, text, end, within, self.synonyms, place);
        self.next_line += memchr::memchr_iter(b'\n', &text.as_bytes()[..next]).count() as u64;
        next
    }

    /// Goes behind the end of a line that is longer than a piece.
    fn skip_line<B: AsRef<[u8]>, E>(&mut self, len: u64, mut bytes: impl FnMut(Span) -> Result<B, E>) -> Result<(), E> {
        while self.at < len {
            let raw = bytes(Span::new(self.at, self.len))?;
            let decoded = encoding::part(raw.as_ref(), self.encoding, self.page);
            let end = decoded.text.find(['\n', '\r']);
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

/// Whether all of a source is UTF-8.
fn is_utf8<B: AsRef<[u8]>, E>(piece: u64, len: u64, bytes: &mut impl FnMut(Span) -> Result<B, E>) -> Result<bool, E> {
    let mut at = 0;
    while at < len {
        let raw = bytes(Span::new(at, piece))?;
        let raw = raw.as_ref();
        let valid = match std::str::from_utf8(raw) {
            Ok(_) => raw.len(),
            // A character may be cut by the end of the piece, not by that of the source.
            Err(error) if error.error_len().is_none() && at + (raw.len() as u64) < len => error.valid_up_to(),
            Err(_) => return Ok(false),
        };
        if valid == 0 {
            return Ok(raw.is_empty());
        }
        at += valid as u64;
    }
    Ok(true)
}

fn usize_of(place: u64) -> usize {
    usize::try_from(place).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::super::{Dumps, read};
    use super::*;

    /// What is read of a source in pieces of so many bytes.
    fn in_pieces(bytes: &[u8], piece: u64) -> Vec<Dump> {
        let mut dumps = Vec::new();
        let mut most = 0;
        let part = |span: Span| {
            most = most.max(span.len);
            Ok::<_, Infallible>(span.of(bytes).to_vec())
        };
        let taken = |dump| {
            dumps.push(dump);
            true
        };
        let Ok(()) = read_pieces(piece, bytes.len() as u64, 0, part, Synonyms::standard(), taken);
        assert!(most <= piece, "{most}");
        dumps
    }

    /// Without the place of the trace, which is one in the text of a dump or of a piece.
    fn told(mut dumps: Vec<Dump>) -> Vec<Dump> {
        dumps.iter_mut().filter_map(|dump| dump.trace.as_mut()).for_each(|trace| trace.range = 0..0);
        dumps
    }

    fn same(own: &Dump, other: &Dump) {
        for (a, b) in own.fields.iter().zip(other.fields.iter()) {
            assert_eq!(a, b);
        }
        assert_eq!(own.unparsed, other.unparsed);
        assert_eq!(
            own.trace.as_ref().map(|t| t
                .throwables
                .iter()
                .map(|t| (t.role, t.frames.len(), t.more, t.further, t.frames.last()))
                .collect::<Vec<_>>()),
            other.trace.as_ref().map(|t| t
                .throwables
                .iter()
                .map(|t| (t.role, t.frames.len(), t.more, t.further, t.frames.last()))
                .collect::<Vec<_>>())
        );
        assert_eq!(own, other);
    }

    /// A synthetic dump with so many fields and frames.
    fn dump(n: usize, fields: usize, frames: usize) -> String {
        use std::fmt::Write;
        let mut out = format!(
            "=====================\nM3 dump log {n}\n=====================\nProgram . . . : CRS008\nPanel . . . . : E\n\
User  . . . . : JD{n}\nCompany . . . : 100\n\njava.lang.IllegalStateException: READ_DSP ICFCMD\nof two lines\n"
        );
        for frame in 0..frames {
            let _infallible = writeln!(out, "\tat mvx.app.pgm.CRS008.M{frame}(CRS008.java:{frame})");
        }
        out.push_str("Caused by: java.io.IOException: x\n\tat a.B.c(B.java:1)\n\t... 2 more\n\nProgram stack\n-------------\nSYS\nCRS008\n\n");
        for field in 0..fields {
            let _infallible = match field % 40 {
                0 => writeln!(out, "\nFields of record {field}\n-------------------\nWW{field:04} = \"first\""),
                3 => writeln!(out, "Some words that nobody reads {field}"),
                7 => writeln!(out, "Text{field} . . : a value\n                with a second line"),
                11 => writeln!(out, "WX{field:04}    X'F0F1'    {field}"),
                _ => writeln!(out, "WW{field:04} = \"value {field}\""),
            };
        }
        out.push_str("\nSystem\n------\nVersion . . . : 15.1.2\nDivision  . . : AAA\n\n");
        out
    }

    #[test]
    fn in_pieces_a_dump_reads_as_it_does_in_one() {
        let one = dump(1, 1_200, 30);
        let several: String = (0..20).map(|n| dump(n, 50 + n * 17 % 200, n % 50)).collect();
        let boxed: String = one.lines().map(|line| format!("| {line:<90} |\n")).collect();
        for text in [one, several, boxed] {
            let latin: Vec<u8> = text.replace("JD1", "J\u{dc}RG").chars().map(|c| c as u8).collect();
            let utf16: Vec<u8> =
                [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
            let letters = text.replace("words", "Wörter „in“ 😀");
            let ebcdic = encoding::to_cp037(&text);
            for bytes in [
                text.replace('\n', "\r\n").into_bytes(),
                text.replace('\n', "\r").into_bytes(),
                latin,
                utf16,
                letters.into_bytes(),
                ebcdic,
                text.into_bytes(),
            ] {
                let Dumps { dumps, encoding } = read(&bytes, Synonyms::standard());
                let whole = told(dumps);
                for piece in [17_000] {
                    let pieces = told(in_pieces(&bytes, piece));
                    assert_eq!(pieces.len(), whole.len(), "{encoding:?} {piece}");
                    for (own, other) in pieces.iter().zip(&whole) {
                        same(own, other);
                    }
                }
            }
        }
    }

    #[test]
    fn a_trace_longer_than_a_piece_is_counted_whole() {
        let text = dump(1, 100, 5_000);
        let (whole, pieces) = (read(text.as_bytes(), Synonyms::standard()).dumps, in_pieces(text.as_bytes(), 50_000));
        same(&told(pieces)[0], &told(whole.clone())[0]);
        assert_eq!(whole[0].trace.as_ref().map(crate::trace::Trace::frames), Some(5_001));
    }

    #[test]
    fn frames_and_fields_that_are_too_many_are_counted() {
        let frames = dump(1, 1, crate::trace::MOST_FRAMES + 70);
        let fields = dump(1, 112_000, 3);
        for (text, piece) in [(&frames, 1 << 20), (&fields, 1 << 20)] {
            let whole = told(read(text.as_bytes(), Synonyms::standard()).dumps);
            assert_eq!(told(in_pieces(text.as_bytes(), piece)), whole);
            let trace = whole[0].trace.as_ref().expect("a trace");
            assert_eq!(trace.further_frames() > 0, text == &frames);
            assert_eq!(whole[0].further_fields > 0, text == &fields);
            assert_eq!(
                (whole[0].version.as_deref(), trace.frames()),
                (Some("15.1.2"), if text == &frames { 100_071 } else { 4 })
            );
        }
    }

    #[test]
    fn a_line_longer_than_a_piece_is_no_value_and_not_lost() {
        let long = "x1 ".repeat(40_000);
        let text = dump(1, 10, 2).replace("WW0005 = \"value 5\"", &format!("WW0005 = \"{long}\""));
        let found = in_pieces(text.as_bytes(), 20_000).swap_remove(0);
        let all =
            found.further.iter().chain(&found.unparsed).find(|span| span.len > long.len() as u64).expect("a place");
        assert!(all.of(text.as_bytes()).starts_with(b"WW0005"), "{found:?}");
        assert_eq!(
            (found.further_fields, found.version.as_deref(), found.division.as_deref()),
            (1, Some("15.1.2"), Some("AAA"))
        );
        assert!(
            found.fields.iter().any(|field| field.name == "WW0006") && !found.fields.iter().any(|f| f.name == "WW0005")
        );
    }

    #[test]
    fn reading_starts_and_ends_where_it_is_wanted() {
        let text: String = (0..60).map(|n| dump(n, 50, 3)).collect();
        let (mut read, mut taken) = (0, 0);
        let part = |span: Span| {
            read += span.len;
            Ok::<_, Infallible>(span.of(text.as_bytes()).to_vec())
        };
        let take = |_| {
            taken += 1;
            taken < 2
        };
        let Ok(()) = read_pieces(20_000, text.len() as u64, 0, part, Synonyms::standard(), take);
        let whole = super::super::read(text.as_bytes(), Synonyms::standard()).dumps;
        for nth in [1, 17, 59] {
            let (mut own, part) = (Vec::new(), |span: Span| Ok::<_, Infallible>(span.of(text.as_bytes())));
            let take = |dump| {
                own.push(dump);
                own.len() < 3
            };
            let from = whole[nth].span.offset;
            let Ok(()) = read_pieces(20_000, text.len() as u64, from, part, Synonyms::standard(), take);
            let fields = |dumps: &[Dump]| dumps.iter().map(|dump| (dump.span, dump.fields.clone())).collect::<Vec<_>>();
            assert_eq!(fields(&own), fields(&whole[nth..(nth + 3).min(60)]));
        }
        assert!(taken == 2 && read < 4 * 20_000 + text.len() as u64, "{taken} {read}");
    }

    #[test]
    fn large_json_states_the_same_facts_and_counts_its_values() {
        let frames: Vec<String> = (0..200).map(|n| format!("\tat mvx.app.pgm.CRS008.M{n}(CRS008.java:{n})")).collect();
        let dump = |user: &str| {
            let fields: serde_json::Map<_, _> =
                (0..1_500).map(|n| (format!("WW{n:04}"), format!("v\u{e4}lue \\ \" {n}").into())).collect();
            let long = "\u{e4}\\\t x".repeat(9_000);
            serde_json::json!({"program": "CRS008", "fields": fields, "buffer": long, "user": user, "company": "100",
                "stackTrace": format!("java.lang.Error: x\n{}", frames.join("\n")), "callStack": ["SYS", "CRS008"]})
        };
        for text in [
            serde_json::json!({"dumps": [dump("ANNA"), dump("BERT")]}).to_string(),
            serde_json::to_string_pretty(&dump("ANNA")).expect("JSON"),
            format!("{}\n{}\n", dump("ANNA"), dump("BERT")),
        ] {
            let whole = read(text.as_bytes(), Synonyms::standard()).dumps;
            let found = in_pieces(text.as_bytes(), 40_000);
            assert_eq!(found.len(), whole.len());
            for (own, other) in found.iter().zip(&whole) {
                assert_eq!((&own.user, &own.program, &own.company), (&other.user, &other.program, &other.company));
                assert_eq!((&own.call_stack, own.trace.as_ref().map(|t| t.frames())), (&other.call_stack, Some(200)));
            }
            let fields =
                |dumps: &[Dump]| dumps.iter().map(|dump| dump.fields.len() as u64 + dump.further_fields).sum::<u64>();
            assert_eq!(fields(&found), fields(&whole));
            let further: u64 = found.iter().map(|dump| dump.further_fields).sum();
            assert!(further > 500, "{further}");
            assert!(
                found.iter().flat_map(|dump| &dump.further).all(|span| span.of(text.as_bytes()).starts_with(b"\""))
            );
        }
    }

    #[test]
    fn large_xml_states_the_same_facts_and_counts_its_values() {
        use std::fmt::Write;
        let mut text = String::from("<?xml version=\"1.0\"?>\n<dump>\n <program>CRS008</program>\n <fields>\n");
        for n in 0..3_000 {
            let _infallible = match n % 3 {
                0 => writeln!(text, "  <field name=\"WW{n:04}\">value {n}</field>"),
                1 => writeln!(text, "  <field><name>WX{n:04}</name><value>{n}</value></field>"),
                _ => writeln!(text, "  <WY{n:04}>\u{e4} {n}</WY{n:04}>"),
            };
        }
        text.push_str(" </fields>\n <stackTrace><![CDATA[java.lang.IllegalStateException: x\n");
        for n in 0..1_500 {
            let _infallible = writeln!(text, "\tat mvx.app.pgm.CRS008.M{n}(CRS008.java:{n})");
        }
        text.push_str("]]></stackTrace>\n <user>JDOE</user>\n <callStack><program>SYS</program><program>CRS008</program></callStack>\n</dump>\n");
        let whole = read(text.as_bytes(), Synonyms::standard()).dumps.swap_remove(0);
        let found = in_pieces(text.as_bytes(), 40_000).swap_remove(0);
        let facts =
            |dump: &Dump| (dump.program.clone(), dump.user.clone(), dump.exception.clone(), dump.span, dump.line);
        assert_eq!(facts(&found), facts(&whole));
        assert!(found.fields.len() < 1_000 && !found.fields.is_empty(), "{}", found.fields.len());
        assert!(found.further_fields > 1_900, "{}", found.further_fields);
        for field in found.fields.iter() {
            assert!(field.span.of(text.as_bytes()).starts_with(b"<"), "{field:?}");
            assert!(
                whole
                    .fields
                    .iter()
                    .any(|other| (other.name, other.value, other.span) == (field.name, field.value, field.span)),
                "{field:?}"
            );
        }
        let all = found.further.iter().chain(&found.unparsed).all(|span| !span.of(text.as_bytes()).is_empty());
        assert!(all && found.trace.is_some_and(|trace| trace.frames() > 100));
    }
}

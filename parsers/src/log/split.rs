//! Cuts a log into records, in chunks as they come: bytes are pushed in, heads come out.
//!
//! Keeps no more than the start of one line. The heads cover the bytes that were pushed without gap or overlap.
//! Whether a record starts in a line is decided by that line (and as many behind it as a head may span), never by
//! what stood before, so that the parts of a log can be split on their own: [`Splitter::part`].

use super::days::Days;
use super::marks;
use super::reader::{HEADER, Looking, Reader, Start};
use super::text::{Encoding, line_end};
use super::{Head, Severity};
use crate::{Span, Stamp};
use std::sync::Arc;

/// So many bytes of a line (in its own encoding) decide whether a record starts there.
const WINDOW: usize = 4096;

/// The line number of what belongs to a record that starts before the part that is split.
const ELSEWHERE: u64 = 0;

/// So many bytes at the end of a line may hold a time behind the message.
const BEHIND: usize = 1024;

/// Finds the records in bytes that are pushed in.
#[derive(Debug)]
pub struct Splitter {
    reader: Arc<Reader>,
    /// Bytes from the start of a line that couldn't be decided yet.
    carry: Vec<u8>,
    /// Offset in the source of the next byte to look at.
    at: u64,
    line: u64,
    place: Place,
    open: Option<Head>,
    /// No record is looked for in lines that start here or behind.
    until: u64,
    /// The number of the first line that starts at or behind `until`, once it was seen.
    line_until: Option<u64>,
    /// The first record that isn't of this part was found, so that all of it are known.
    done: bool,
    /// The last bytes of the current line, where a time may stand behind the message.
    behind: Vec<u8>,
    looking: Box<Looking>,
    /// Where the lines end that are read as a whole.
    ends: marks::Places,
    days: Days,
}

/// What the next byte belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// A line starts here.
    LineStart,
    /// A line goes on here behind NUL bytes, undecided as at its start.
    BehindNuls,
    /// The rest of a line that has been looked at.
    InLine,
}

impl Splitter {
    /// A splitter for a log that starts at its first byte.
    #[must_use]
    pub fn new(reader: Arc<Reader>) -> Self {
        Self::starting_at(reader, 0, 1)
    }

    /// A splitter that starts inside a log, at the start of a line: its offset in bytes and its number from 1.
    #[must_use]
    pub fn starting_at(reader: Arc<Reader>, offset: u64, line: u64) -> Self {
        let looking = Box::new(reader.looking());
        Self {
            reader,
            carry: Vec::new(),
            at: offset,
            line,
            place: Place::LineStart,
            open: None,
            until: u64::MAX,
            line_until: None,
            done: false,
            behind: Vec::new(),
            looking,
            ends: marks::Places::default(),
            days: Days::default(),
        }
    }

    /// A splitter for one part of a log: the records that start in its lines from the one at `offset` on, up to those
    /// that start before `until`. The last of them is read to its end; what comes before the first belongs to a record
    /// of an earlier part and is passed over. Lines are counted from 1 at `offset`.
    ///
    /// A reader whose records are only known from what stands behind them can't be used so: [`Reader::in_parts`].
    #[must_use]
    pub fn part(reader: Arc<Reader>, offset: u64, until: u64) -> Self {
        let before = header(offset, ELSEWHERE);
        Self { until, open: Some(before), ..Self::starting_at(reader, offset, 1) }
    }

    /// Goes on behind a record with this time: in a log of times without a date, the day shows by it.
    #[must_use]
    pub fn after(self, last: Option<Stamp>) -> Self {
        Self { days: Days::behind(last), ..self }
    }

    /// Looks for no record in lines that start at or behind byte `until`.
    #[must_use]
    pub fn until(self, until: u64) -> Self {
        Self { until, ..self }
    }

    /// Whether all records of the part are known, so that nothing more need be pushed.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.done
    }

    /// How many lines have started by now, in a part those that start before its end.
    #[must_use]
    pub fn lines(&self) -> u64 {
        self.line_until.unwrap_or(self.line + u64::from(self.place == Place::InLine)) - 1
    }

    /// Takes the next bytes of the log and appends the heads of all records that ended in them to `out`.
    pub fn push(&mut self, chunk: &[u8], out: &mut Vec<Head>) {
        let mut from = 0;
        if !self.carry.is_empty() {
            // Enough of the chunk to decide the line that was left over; the rest is read where it stands.
            let mut joined = std::mem::take(&mut self.carry);
            let kept = joined.len();
            let most = WINDOW * self.reader.encoding.unit() * 2;
            joined.extend_from_slice(&chunk[..chunk.len().min(most)]);
            let done = self.run(&joined, kept, End::Open, out);
            if done < kept {
                joined.drain(..done);
                joined.extend_from_slice(&chunk[chunk.len().min(most)..]);
                self.carry = joined;
                return;
            }
            from = done - kept;
        }
        let rest = &chunk[from..];
        let done = self.run(rest, rest.len(), End::Open, out);
        self.carry.extend_from_slice(&rest[done..]);
    }

    /// The end of the log: decides what is left and gives the last head.
    pub fn finish(&mut self, out: &mut Vec<Head>) {
        let carry = std::mem::take(&mut self.carry);
        self.run(&carry, carry.len(), End::Closed, out);
        let reader = Arc::clone(&self.reader);
        self.look_behind(&reader);
        out.extend(self.open.take().filter(|open| open.line != ELSEWHERE));
    }

    /// The record that is still open, as far as it goes: for a log that grows, once it has been silent for a while.
    ///
    /// It comes again, longer perhaps, when its end is found.
    #[must_use]
    pub fn pending(&self) -> Option<Head> {
        self.open
    }

    /// How many bytes have been taken and wait for the rest of their line.
    #[must_use]
    pub fn undecided(&self) -> usize {
        self.carry.len()
    }

    /// Reads lines that start before `until`; gives how many bytes were used up.
    fn run(&mut self, bytes: &[u8], until: usize, end: End, out: &mut Vec<Head>) -> usize {
        let reader = Arc::clone(&self.reader);
        let unit = reader.encoding.unit();
        let mut i = 0;
        while i < bytes.len() && !self.done {
            if self.place == Place::InLine {
                match line_end(bytes, i, reader.encoding, reader.line_ends) {
                    Some(next) => {
                        self.note_end(&reader, &bytes[i..next]);
                        self.look_behind(&reader);
                        self.take(next - i);
                        i = next;
                        self.line += 1;
                        self.place = Place::LineStart;
                    }
                    None => {
                        let rest = bytes.len() - i;
                        let whole = if end == End::Closed { rest } else { rest / unit * unit };
                        self.note_end(&reader, &bytes[i..i + whole]);
                        self.take(whole);
                        return i + whole;
                    }
                }
                continue;
            }
            if i >= until {
                return i;
            }
            if self.place == Place::LineStart {
                i += self.whole_lines(&reader, &bytes[i..until.min(bytes.len())], &bytes[i..], out);
                if i >= until || i >= bytes.len() || self.is_behind_part() {
                    continue;
                }
            }
            match self.line_start(&reader, &bytes[i..], end, out) {
                Some(used) => i += used,
                None => return i,
            }
        }
        i
    }

    /// Reads whole lines of `rest` that start in `starts`, where nothing is in the way: nearly all of a log. Gives how many
    /// bytes they have.
    fn whole_lines(&mut self, reader: &Reader, starts: &[u8], rest: &[u8], out: &mut Vec<Head>) -> usize {
        let Some(mut open) = self.open else { return 0 };
        if reader.encoding != Encoding::Utf8
            || !reader.line_by_line
            || (open.layout == HEADER && open.line == self.line)
        {
            return 0;
        }
        let most = usize::try_from(self.until - self.at.min(self.until)).unwrap_or(usize::MAX).min(starts.len());
        let (mut i, mut line, line_end) = (0, self.line, reader.line_ends.byte());
        self.ends.start();
        while let Some(first) = rest.get(i).filter(|first| i < most && **first != 0) {
            let may_start = reader.first[usize::from(*first)];
            let Some(next) = self.ends.next(line_end, rest).map(|end| end + 1) else { break };
            if may_start && next - i > WINDOW {
                break;
            }
            // Nearly all heads are seen without a look at where their line ends.
            let found = match may_start {
                true => reader
                    .head_ahead(&rest[i..], &mut self.looking)
                    .or_else(|| reader.head(&rest[i..next], false, &mut self.looking)),
                false => None,
            };
            debug_assert!(!may_start || found == reader.head(&rest[i..next], false, &mut self.looking));
            if let Some(start) = found {
                let offset = self.at + i as u64;
                if open.line != ELSEWHERE {
                    out.push(ending(open, offset, line));
                }
                open = start.at(offset, line);
            }
            i = next;
            line += 1;
        }
        self.at += i as u64;
        if line > self.line {
            self.line = line;
            self.open = Some(ending(open, self.at, line));
        }
        i
    }

    /// At the start of a line behind the part: notes it, and ends the work where no record of the part is open.
    fn is_behind_part(&mut self) -> bool {
        if self.at < self.until {
            return false;
        }
        self.line_until.get_or_insert(self.line);
        self.done |= self.open.is_none_or(|open| open.line == ELSEWHERE);
        self.done
    }

    /// Decides about the line that starts `rest`; `None` where more bytes are needed. Gives how many bytes were used up.
    fn line_start(&mut self, reader: &Reader, rest: &[u8], end: End, out: &mut Vec<Head>) -> Option<usize> {
        let unit = reader.encoding.unit();
        if rest.len() < 2 * unit && end == End::Open && unit > 1 {
            return None;
        }
        if self.at == 0 {
            // The mark is three bytes at most.
            if rest.len() < 3 && end == End::Open {
                return None;
            }
            let mark = reader.encoding.mark(rest);
            if mark > 0 {
                self.open_header();
                self.take(mark);
                return Some(mark);
            }
        }
        if let Some(nuls) = nuls(rest, reader.encoding) {
            // Left by a truncation under the writer's feet; the record behind it starts at a line of its own.
            self.open_header();
            self.take(nuls);
            self.place = Place::BehindNuls;
            return Some(nuls);
        }
        if reader.encoding == Encoding::Utf8 && !reader.first[usize::from(rest[0])] {
            self.go_on_line();
            return Some(0);
        }
        let window = window(rest, reader, end)?;
        // Of a trace whose beginning is lost, the first line that is left starts a record: none is there to go on with.
        let first = self.open.is_none_or(|open| open.layout == HEADER && open.line == self.line);
        let start = match reader.encoding {
            Encoding::Utf8 => reader.head(window, first, &mut self.looking),
            _ => reader.head_inside(window, first, &mut self.looking),
        };
        match start {
            Some(_) if self.line_until.is_some() => {
                out.extend(self.open.take());
                self.done = true;
            }
            Some(start) => {
                let offset = self.close(out);
                let stamp = self.placed(reader, start.layout, start.stamp);
                let head = Start { stamp, ..start }.at(offset, self.line);
                self.open = Some(Head { span: Span::new(offset, self.at - offset), ..head });
                self.place = Place::InLine;
                // The line has been seen to its end where a head has but one.
                if reader.head_lines == 1 && !reader.time_in_tail && reader.ends_line(window) {
                    let len = window.len();
                    self.take(len);
                    self.line += 1;
                    self.place = Place::LineStart;
                    return Some(len);
                }
            }
            None => self.go_on_line(),
        }
        Some(0)
    }

    /// Keeps the end of the current line for as long as the record has no time.
    fn note_end(&mut self, reader: &Reader, bytes: &[u8]) {
        if !reader.time_in_tail || self.open.is_none_or(|open| open.stamp.is_some()) {
            return;
        }
        let most = BEHIND * reader.encoding.unit();
        let extra = (self.behind.len() + bytes.len()).saturating_sub(most);
        self.behind.drain(..extra.min(self.behind.len()) / 2 * 2);
        self.behind.extend_from_slice(&bytes[bytes.len().saturating_sub(most) / 2 * 2..]);
    }

    fn look_behind(&mut self, reader: &Reader) {
        if let Some(layout) = self.open.map(|open| open.layout)
            && !self.behind.is_empty()
        {
            let found = reader.time_behind(layout, &self.behind, &mut self.looking.caught);
            let stamp = self.placed(reader, layout, found);
            self.open.iter_mut().for_each(|open| open.stamp = stamp);
            self.behind.clear();
        }
    }

    /// A time with the day that the records before it show, where it has no date.
    fn placed(&mut self, reader: &Reader, layout: u16, stamp: Option<Stamp>) -> Option<Stamp> {
        if reader.is_undated(layout) { stamp.map(|stamp| self.days.place(stamp)) } else { stamp }
    }

    fn open_header(&mut self) {
        self.open.get_or_insert(header(self.at, self.line));
    }

    fn go_on_line(&mut self) {
        self.open_header();
        if let Some(open) = &mut self.open {
            open.lines = u32::try_from(self.line - open.line + 1).unwrap_or(u32::MAX);
        }
        self.place = Place::InLine;
    }

    fn take(&mut self, len: usize) {
        self.at += len as u64;
        if let Some(open) = &mut self.open {
            open.span.len = self.at - open.span.offset;
        }
    }

    /// Ends the open record and gives where the next one starts: here, or at the byte-order mark before it.
    fn close(&mut self, out: &mut Vec<Head>) -> u64 {
        match self.open.take() {
            Some(open) if open.layout == HEADER && open.line == self.line => open.span.offset,
            Some(open) if open.line == ELSEWHERE => self.at,
            Some(open) => {
                out.push(open);
                self.at
            }
            None => self.at,
        }
    }
}

/// A head whose record goes on to byte `end`, where line `line` starts.
fn ending(head: Head, end: u64, line: u64) -> Head {
    let lines = u32::try_from(line - head.line).unwrap_or(u32::MAX);
    Head { span: Span::new(head.span.offset, end - head.span.offset), lines, ..head }
}

/// Lines before the first record, as far as they are known.
fn header(offset: u64, line: u64) -> Head {
    Head {
        span: Span::new(offset, 0),
        line,
        lines: 1,
        stamp: None,
        level: None,
        severity: Severity::Unknown,
        layout: HEADER,
    }
}

/// Whether more bytes may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Open,
    Closed,
}

/// The bytes that decide: as many lines as a head may span, and never more than [`WINDOW`].
fn window<'b>(rest: &'b [u8], reader: &Reader, end: End) -> Option<&'b [u8]> {
    let most = WINDOW * reader.encoding.unit();
    let cut = &rest[..rest.len().min(most)];
    let mut at = 0;
    for _ in 0..reader.head_lines {
        match line_end(cut, at, reader.encoding, reader.line_ends) {
            Some(next) => at = next,
            None if cut.len() == most || end == End::Closed => return Some(cut),
            None => return None,
        }
    }
    Some(&cut[..at])
}

/// NUL bytes at the start of `rest`, `None` where there are none.
fn nuls(rest: &[u8], encoding: Encoding) -> Option<usize> {
    let len = rest.iter().take_while(|b| **b == 0).count() / encoding.unit() * encoding.unit();
    (len > 0).then_some(len)
}

#[cfg(test)]
mod tests;

//! What the lines of a group have in common at their start, part by part, until only messages are left.

use super::super::Layout;
use super::super::layout::{AnyLevel, Field, Form, Pad, Part};
use super::behind;
use super::cells;
use super::classify;
use super::group::{Group, opens_with_level_and_colon};
use super::rows::{Draft, Row, Slot, Work};
use super::shapes::{closing, inside, names_class, word_before};
use std::collections::HashMap;

/// Layouts of one group; more than one where an optional part was found.
pub(super) struct Induced {
    pub(super) layouts: Vec<Layout>,
    pub(super) notes: Vec<String>,
}

/// The layouts of a group of lines.
pub(super) fn induce(lines: &[Vec<u8>], group: &Group) -> Induced {
    let notes: Vec<String> = group.note.iter().cloned().collect();
    if let Some((rows, joined)) = cells::joined(lines, group) {
        let finished = Work::new(&rows, &joined).read();
        let layouts: Vec<Layout> = finished.iter().map(assemble).filter_map(cells::broken).collect();
        if !layouts.is_empty() {
            return Induced { layouts, notes };
        }
    }
    let work = Work::new(lines, group);
    let finished = match two_lines(&work) {
        Some(finished) => finished,
        None => work.read(),
    };
    let mut layouts: Vec<Layout> = finished.iter().map(assemble).collect();
    // The same head without what only some of the lines have behind the time is no layout of its own.
    layouts.retain(|layout| layout.head.iter().any(|p| !matches!(p, Part::Text(_))));
    // Nor are letters in the middle of words that happen to be one of a level: nothing tells such fields apart.
    let glued =
        |two: &[Part]| matches!(two, [Part::Field(first, Pad::None), Part::Field(..)] if *first != Field::Level);
    layouts.retain(|layout| !layout.head.windows(2).any(glued));
    Induced { layouts, notes }
}

impl Work<'_> {
    /// Reads on until nothing more is in common. Several results where the lines go different ways.
    fn read(mut self) -> Vec<Self> {
        for _ in 0..60 {
            if self.rows.is_empty() {
                break;
            }
            if self.time()
                || self.level()
                || self.word_that_may_lack()
                || self.blanks()
                || self.bracket()
                || self.punctuation()
            {
                continue;
            }
            if let Some(variants) = self.tag().or_else(|| self.optional_bracket()) {
                return variants;
            }
            // Two fields with nothing between them can't be told apart.
            let stuck = !self.ahead() && matches!(self.parts.last(), Some(Draft::Slot(..) | Draft::Level(_)));
            if stuck || !(self.opens_message() || self.word()) {
                break;
            }
        }
        self.message_below();
        self.message_in_brackets();
        self.number_of_thread();
        vec![self]
    }

    /// A word before a dash that some lines have and others don't, where the blanks around it are kept: log4j's `%c %x - %m`.
    fn word_that_may_lack(&mut self) -> bool {
        let open = !self.ahead() && matches!(self.parts.last(), Some(Draft::Slot(..))) && self.rows.len() >= 10;
        let lacks = |row: &Row| row.rest().starts_with(b"  - ");
        if !open || !(5..=95).contains(&self.share(lacks)) {
            return false;
        }
        let word = |row: &Row| {
            let len = row.rest().strip_prefix(b" ").and_then(|rest| word_before(rest, b" - "));
            if lacks(row) { Some(0) } else { len }
        };
        if !self.would_agree(97, |row| word(row).is_some()) {
            return false;
        }
        self.rows.retain(|row| word(row).is_some());
        let words: Vec<usize> = self.rows.iter().map(|row| word(row).unwrap_or(0)).collect();
        self.sign(" ");
        let starts: HashMap<*const u8, usize> = self.rows.iter().map(|row| row.text.as_ptr()).zip(words).collect();
        let slot = Slot { bracketed: false, kind: Some(Field::Column("ndc".into())) };
        self.slot(slot, |row| starts.get(&row.text.as_ptr()).copied().unwrap_or(0));
        true
    }

    /// A bracket that some lines have and others don't, before what all of them have: `[marker] - `, `(user) logger - `.
    fn optional_bracket(&self) -> Option<Vec<Self>> {
        if self.ahead() || self.complete() || self.rows.len() < 10 {
            return None;
        }
        let open = self.rows.iter().filter_map(Row::byte).find(|byte| b"[({<".contains(byte))?;
        let close = closing(open)?;
        let behind = |row: &Row| {
            let bare = row.rest();
            match inside(bare, open, close).filter(|_| row.byte() == Some(open)) {
                Some(len) => bare.get(len + 2..).unwrap_or_default().trim_ascii_start().to_vec(),
                None => bare.to_vec(),
            }
        };
        let has = |row: &Row| row.byte() == Some(open);
        if !(5..=95).contains(&self.share(has)) {
            return None;
        }
        // Either way all rows go on alike, so that the bracket is no name of one of them.
        let dashed = |row: &Row| behind(row).starts_with(b"- ") || behind(row) == b"-";
        let named = |row: &Row| {
            let rest = behind(row);
            let name = |sign: &str| Some(rest[..word_before(&rest, sign.as_bytes())?].trim_ascii_end());
            [" - ", ": ", " : "].into_iter().filter_map(name).any(classify::is_identifier)
        };
        let dashes = self.would_agree(97, dashed);
        if !dashes && !self.would_agree(97, named) {
            return None;
        }
        let goes_on = |row: &Row| if dashes { dashed(row) } else { named(row) };
        let part = |wanted: bool| {
            let mut part = self.clone();
            part.rows.retain(|row| has(row) == wanted && goes_on(row));
            part
        };
        Some([part(true), part(false)].into_iter().filter(|part| !part.rows.is_empty()).flat_map(Self::read).collect())
    }

    /// What stands in the last brackets is the message where nothing stands behind them.
    fn message_in_brackets(&mut self) {
        let nothing_left = |row: &Row| row.blanks() == row.rest().len();
        let [.., Draft::Text(before), Draft::Slot(slot, _), Draft::Text(_)] = self.parts.as_slice() else { return };
        let opens = before.bytes().last().and_then(closing).is_some() && self.slots[*slot].bracketed;
        if self.ahead() || self.rows.len() < 3 || self.slots.len() < 2 || !opens || !self.would_agree(97, nothing_left)
        {
            return;
        }
        self.parts.truncate(self.parts.len() - 2);
        self.slots.pop();
        for row in &mut self.rows {
            row.pos = row.fields.pop().map_or(row.pos, |(start, _)| start);
        }
    }

    /// A bracket that stands around the message: it closes at the end of the lines.
    fn opens_message(&mut self) -> bool {
        let Some(open) = self.rows.first().and_then(Row::byte) else { return false };
        let Some(close) = closing(open).filter(|_| !self.ahead() && self.level_done && self.rows.len() > 4) else {
            return false;
        };
        if self.last_text().ends_with(char::from(open))
            || !self.would_agree(98, |row| row.byte() == Some(open))
            || self.share(|row| row.text.last() == Some(&close)) < 50
        {
            return false;
        }
        self.rows.retain(|row| row.byte() == Some(open));
        self.sign(&char::from(open).to_string());
        true
    }

    /// A head that takes a line of its own, with the message below it, indented or not.
    fn message_below(&mut self) {
        let nothing_left = |row: &Row| row.blanks() == row.rest().len();
        if self.ahead() || self.rows.len() < 3 || !self.would_agree(99, nothing_left) {
            return;
        }
        let indent = |row: &Row| row.next.iter().take_while(|b| **b == b' ').count();
        let indented = self.rows.iter().filter(|row| !row.next.is_empty());
        let least = indented.map(indent).min().unwrap_or(0);
        let heads = self.heads();
        let message = |row: &Row| !row.next.is_empty() && !heads.contains(&row.next.as_ptr());
        if !self.would_agree(90, message) || (least == 0 && !self.level_done) {
            return;
        }
        self.pass_blanks(usize::MAX);
        while let Some(Draft::Text(text)) = self.parts.last_mut() {
            text.truncate(text.trim_end_matches(' ').len());
            if !text.is_empty() {
                break;
            }
            self.parts.pop();
        }
        self.parts.push(Draft::LineBreak);
        if least > 0 {
            self.text(&" ".repeat(least));
        }
    }

    fn time(&mut self) -> bool {
        if !self.time_ahead || !self.would_agree(85, |row| row.pos == row.time.0) {
            return false;
        }
        self.rows.retain(|row| row.pos == row.time.0);
        for row in &mut self.rows {
            row.pos = row.time.1;
        }
        self.parts.push(Draft::Time);
        self.time_ahead = false;
        self.right = None;
        true
    }

    fn level(&mut self) -> bool {
        let here = |row: &Row| row.level.is_some_and(|(at, _)| at == row.pos + row.blanks());
        let may_lead = self.parts.is_empty()
            || self.right.is_some()
            || self.last_text().ends_with(['[', '(', '<', '|', '"', '{', '=']);
        let at_once = |row: &Row| here(row) && (may_lead || row.blanks() == 0);
        if !self.level_ahead || !self.would_agree(85, at_once) {
            return false;
        }
        self.rows.retain(at_once);
        let leads = self.rows.iter().any(|row| row.blanks() > 0) || self.right.is_some();
        let mut width = 0;
        for row in &mut self.rows {
            let lead = row.blanks();
            let len = row.level.map_or(0, |(_, len)| len);
            width = width.max(lead + len);
            row.pos += lead + len;
        }
        let mut pad = Pad::None;
        if leads {
            pad = Pad::Right(width as u16);
        } else if self
            .would_agree(97, |row| row.rest().trim_ascii_start().first().is_some_and(|b| b"])>}|;\"".contains(b)))
            && self.rows.iter().any(|row| row.blanks() > 0)
            && !self.rows.iter().all(|row| row.rest().starts_with(b" |"))
        {
            let mut width = 0;
            for row in &mut self.rows {
                width = width.max(row.level.map_or(0, |(_, len)| len) + row.blanks());
                row.pos += row.blanks();
            }
            pad = Pad::Left(width as u16);
        }
        self.parts.push(Draft::Level(pad));
        self.level_ahead = false;
        self.level_done = true;
        self.right = None;
        true
    }

    /// A run of blanks, of one length or filling up the field before or behind it.
    fn blanks(&mut self) -> bool {
        let some = self.share(|row| row.blanks() > 0);
        if some == 0 || (self.parts.is_empty() && !self.ahead()) {
            return false;
        }
        if self.complete() && self.last_text().ends_with(' ') {
            return false;
        }
        if some < self.needed() {
            return self.fills_up() || self.fills_ahead();
        }
        let at_end = |row: &Row| row.blanks() == row.rest().len();
        self.agree(|row| row.blanks() > 0);
        let counted = self.rows.iter().filter(|row| !at_end(row)).map(Row::blanks);
        let (least, most) = (counted.clone().min().unwrap_or(1), counted.max().unwrap_or(1));
        if least == most {
            self.pass_blanks(least);
            self.text(&" ".repeat(least));
            return true;
        }
        if let Some(width) = self.filled(least) {
            self.pass_filled(width, least);
            self.pad_last(width);
            self.text(&" ".repeat(least));
            return true;
        }
        if self.last_text().ends_with(' ') {
            return false;
        }
        if self.separator.is_some() && self.share(|row| row.blanks() == least) >= 80 {
            // The text of a column may begin with blanks where it was cut.
            self.pass_blanks(least);
            self.text(&" ".repeat(least));
            return true;
        }
        if !self.ahead() && self.share(|row| row.blanks() == least || at_end(row)) >= 60 {
            // What more some rows have is the indentation of their messages.
            self.pass_blanks(least);
            self.text(&" ".repeat(least));
            return true;
        }
        // What follows is filled up in front.
        let next_len = |row: &Row| row.rest()[row.blanks()..].iter().take_while(|b| **b != b' ').count();
        let widest = self.rows.iter().map(|row| row.blanks() + next_len(row)).max().unwrap_or(0);
        self.right = Some((widest - least).min(200) as u16);
        for row in &mut self.rows {
            row.pos += row.blanks();
        }
        self.text(&" ".repeat(least));
        true
    }

    /// Blanks behind a field in some rows only, where its text is short.
    fn fills_up(&mut self) -> bool {
        let closes = |row: &Row| row.rest().get(row.blanks()).copied();
        let Some(next) = self.rows.first().and_then(closes) else { return false };
        if next.is_ascii_alphanumeric() || !self.would_agree(97, |row| closes(row) == Some(next)) {
            return false;
        }
        let Some(width) = self.filled(0).or_else(|| self.separator.map(|_| self.widest())) else { return false };
        self.agree(|row| closes(row) == Some(next));
        self.pass_blanks(usize::MAX);
        self.pad_last(width);
        true
    }

    /// Blanks before a field in some rows only, where its text is short: all fields with them are equally long.
    fn fills_ahead(&mut self) -> bool {
        let end = match self.last_text().as_bytes().last() {
            Some(sign @ (b'|' | b';' | b'\t' | b',')) => *sign,
            _ => return false,
        };
        let len = |row: &Row| row.rest().iter().take(300).position(|b| *b == end);
        let filled_behind = |row: &Row| len(row).is_some_and(|len| len > 0 && row.rest()[len - 1] == b' ');
        if self.share(filled_behind) > 3 {
            return false;
        }
        let Some(width) = self.rows.iter().filter(|row| row.blanks() > 0).find_map(len) else { return false };
        if !self.would_agree(97, |row| len(row) == Some(width) || (row.blanks() == 0 && len(row) > Some(width))) {
            return false;
        }
        self.right = Some(width.min(400) as u16);
        self.pass_blanks(usize::MAX);
        true
    }

    /// The most that the field before the blanks takes, with them.
    fn widest(&self) -> u16 {
        let width = |row: &Row| row.pos + row.blanks() - self.field_start(row).unwrap_or(row.pos);
        self.rows.iter().map(width).max().unwrap_or(0).min(400) as u16
    }

    /// Where the field before the blanks starts.
    fn field_start(&self, row: &Row) -> Option<usize> {
        match self.parts.last() {
            Some(Draft::Level(Pad::None)) => row.level.map(|(at, _)| at),
            Some(Draft::Slot(slot, Pad::None)) => row.fields.get(*slot).map(|(start, _)| *start),
            _ => None,
        }
    }

    /// The width to which the field before is filled up, if the blanks behind it are that. Some rows may have more,
    /// where their message is indented.
    fn filled(&self, least: usize) -> Option<u16> {
        let mut widths: HashMap<usize, usize> = HashMap::new();
        for row in &self.rows {
            let len = row.pos - self.field_start(row)?;
            if row.blanks() > least && row.blanks() < row.rest().len() {
                *widths.entry(len + row.blanks() - least).or_default() += 1;
            }
        }
        let width = widths.into_iter().max_by_key(|(width, rows)| (*rows, std::cmp::Reverse(*width)))?.0;
        let wanted = |row: &Row| least + width.saturating_sub(self.field_start(row).map_or(0, |start| row.pos - start));
        let ends = |row: &Row| row.blanks() == row.rest().len();
        let exact = self.share(|row| row.blanks() == wanted(row) || ends(row));
        let at_least = self.share(|row| row.blanks() >= wanted(row) || ends(row));
        (exact >= 80 && at_least >= 97).then_some(width.min(400) as u16)
    }

    fn pass_filled(&mut self, width: u16, least: usize) {
        let starts: Vec<usize> = self.rows.iter().map(|row| self.field_start(row).unwrap_or(row.pos)).collect();
        for (row, start) in self.rows.iter_mut().zip(starts) {
            let wanted = least + usize::from(width).saturating_sub(row.pos - start);
            row.pos += row.blanks().min(wanted);
        }
    }

    fn pass_blanks(&mut self, most: usize) {
        for row in &mut self.rows {
            row.pos += row.blanks().min(most);
        }
    }

    fn pad_last(&mut self, width: u16) {
        if let Some(Draft::Level(pad) | Draft::Slot(_, pad)) = self.parts.last_mut() {
            *pad = Pad::Left(width);
        }
    }

    /// A sign that all rows have here.
    fn punctuation(&mut self) -> bool {
        let Some(sign) = self.rows.first().and_then(Row::byte) else { return false };
        if !sign.is_ascii() {
            return self.symbol();
        }
        // `INFO/MainProcess`
        let joins = sign == b'/' && matches!(self.parts.last(), Some(Draft::Level(Pad::None)));
        let separates = b"|;,:=>])}\t-~\"*#^".contains(&sign) || joins;
        if !separates || self.complete() {
            return false;
        }
        let same = |row: &Row| row.byte() == Some(sign);
        let needed = if self.ahead() { 85 } else { 98 };
        if !self.would_agree(needed, same) {
            return false;
        }
        // A hyphen or an asterisk may begin a message; as a separator it stands by itself.
        let alone = |row: &Row| row.text.get(row.pos + 1).is_none_or(|b| b" -[(<|".contains(b) || *b == sign);
        // Between all columns, as `|` is: `10:15:02#INFO#main#com.foo.Bar#text`.
        let more = |row: &Row| {
            row.rest().iter().take(200).filter(|b| **b == sign).count() > 2 && row.rest().get(1) != Some(&b' ')
        };
        let begins = self.separator.is_none() && self.would_agree(98, more);
        let strong = b"*#~^".contains(&sign) && (self.separator == Some(sign) || begins);
        if b"-*#~^".contains(&sign) && !strong && !self.ahead() && !self.would_agree(98, alone) {
            return false;
        }
        if !self.ahead() && sign == b'"' && self.separator.is_none() {
            return false;
        }
        self.rows.retain(same);
        for row in &mut self.rows {
            row.pos += 1;
        }
        let tight = |row: &Row| row.byte().is_some_and(|b| b != b' ');
        if b"|;\t".contains(&sign) || strong || (sign == b',' && (self.parts.len() > 1 || self.would_agree(98, tight)))
        {
            self.separator.get_or_insert(sign);
        }
        self.text(&char::from(sign).to_string());
        true
    }

    /// A sign beyond ASCII that all rows have here: `¦`, `»`, `·`.
    fn symbol(&mut self) -> bool {
        let sign = |row: &Row| {
            let bytes = row.rest().get(..row.rest().len().min(4))?;
            let first = bytes.utf8_chunks().next()?.valid().chars().next()?;
            (!first.is_alphanumeric() && !first.is_whitespace()).then_some(first)
        };
        let Some(first) = self.rows.first().and_then(sign).filter(|_| !self.complete()) else { return false };
        if !self.would_agree(if self.ahead() { 85 } else { 98 }, |row| sign(row) == Some(first)) {
            return false;
        }
        self.rows.retain(|row| sign(row) == Some(first));
        self.sign(first.encode_utf8(&mut [0; 4]));
        true
    }

    /// Whether the head may well end here: everything that a head is known to have stands before a terminator.
    pub(super) fn complete(&self) -> bool {
        if self.ahead() || self.slots.is_empty() {
            return false;
        }
        let text = self.last_text();
        let dash = text.ends_with("- ") && !text.ends_with("--- ");
        let ends = dash || text.ends_with(": ") || text.ends_with(" > ") || text.ends_with("=> ");
        ends && (self.level_done || self.slots.len() > 1 || self.logger_found())
    }

    fn logger_score(&self, slot: usize) -> usize {
        let score = || classify::logger_score(&self.values(slot));
        *self.logger_scores.borrow_mut().entry((slot, self.rows.len())).or_insert_with(score)
    }

    pub(super) fn logger_found(&self) -> bool {
        (0..self.slots.len()).any(|slot| match &self.slots[slot].kind {
            Some(kind) => *kind == Field::Logger,
            None => match self.logger_score(slot) {
                ..60 => false,
                80.. => true,
                // An application may be called as a class is; then the class comes further on.
                _ => !self.would_agree(97, |row| names_class(row.rest())),
            },
        })
    }
}

/// The records of `java.util.logging` as it writes them by default: time, class and method, and below them the level
/// and the message.
fn two_lines<'a>(work: &Work<'a>) -> Option<Vec<Work<'a>>> {
    let below = |row: &Row| opens_with_level_and_colon(row.next);
    // Lines that begin with a level have one below each, too.
    if !work.time_ahead || work.rows.len() < 2 && work.rows.iter().any(|row| row.level.is_some()) {
        return None;
    }
    if work.share(below) < 60 || work.share(|row| row.time.0 == 0) < 100 {
        return None;
    }
    let mut variants = Vec::new();
    for words in [2, 1, 0] {
        let mut part = work.clone();
        part.rows.retain(|row| {
            below(row) && row.text[row.time.1..].split(|b| *b == b' ').filter(|w| !w.is_empty()).count() == words
        });
        if part.rows.is_empty() {
            continue;
        }
        part.parts = vec![Draft::Time];
        for row in &mut part.rows {
            row.pos = row.time.1;
        }
        let kinds = [Field::Logger, Field::Column("method".into())];
        for kind in kinds.into_iter().take(words) {
            part.pass_blanks(usize::MAX);
            part.text(" ");
            part.slot(Slot { bracketed: false, kind: Some(kind) }, |row| {
                row.rest().iter().take_while(|b| **b != b' ').count()
            });
        }
        part.parts.extend([Draft::LineBreak, Draft::Level(Pad::None), Draft::Text(": ".into())]);
        variants.push(part);
    }
    (!variants.is_empty()).then_some(variants)
}

/// The layout that was found, with its fields named.
fn assemble(work: &Work) -> Layout {
    let fields = classify::fields(work);
    let loggers = |slot: &usize| fields[*slot] == Field::Logger;
    let simple_logger = (0..fields.len()).find(loggers).is_some_and(|slot| {
        let values = work.values(slot);
        values.iter().filter(|name| name.contains(&b'.')).count() * 10 < values.len()
    });
    let mut head: Vec<Part> = Vec::with_capacity(work.parts.len());
    for draft in &work.parts {
        head.push(match draft {
            Draft::Text(text) => Part::Text(text.clone()),
            Draft::Time => match &work.format {
                Some(format) => Part::Time(format.clone()),
                None => continue,
            },
            Draft::Level(pad) => Part::Field(Field::Level, *pad),
            Draft::Slot(slot, pad) => Part::Field(fields[*slot].clone(), *pad),
            Draft::LineBreak => Part::LineBreak,
        });
    }
    let mut tail = Vec::new();
    // A message in quotes or brackets: what opens before it closes behind it.
    if let Some(Part::Text(text)) = head.last()
        && let Some(close) = text.bytes().last().and_then(closing)
        && work.share(|row| row.text.trim_ascii_end().last() == Some(&close)) > 50
    {
        let blank = if work.share(|row| row.text.ends_with(b" ")) > 50 { " " } else { "" };
        tail.push(Part::Text(format!("{}{blank}", char::from(close))));
    }
    if let Some((open, format, close)) = &work.tail {
        tail.extend([Part::Text(open.clone()), Part::Time(format.clone()), Part::Text(close.clone())]);
        tail.retain(|part| *part != Part::Text(String::new()));
    }
    if tail.is_empty() {
        tail.extend(behind::sign(work));
    }
    if let Some(separator) = work.separator.filter(|_| tail.is_empty() && !fields.contains(&Field::Logger)) {
        tail = behind::columns(work, separator).unwrap_or_default();
    }
    if tail.is_empty() {
        tail = behind::logger(work, &fields).or_else(|| behind::thread(work, &fields)).unwrap_or_default();
    }
    let any_level = if work.letters { AnyLevel::Letters } else { AnyLevel::Known };
    Layout { head, tail, any_level, simple_logger, form: Form::Parts }
}

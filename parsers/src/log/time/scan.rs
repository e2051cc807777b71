//! Which time format stands at a place: the shapes that programs are known to write, recognised without being told.
//!
//! Where day and month (or two-digit years) can't be told apart from one stamp, the format comes back with
//! [`Found::order`] open, for [`super::order`] to settle from all stamps of the file.

use super::{Digits, Item, TimeFormat, Unit, names};

/// A time stamp found at the start of some bytes.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) format: TimeFormat,
    pub(crate) len: usize,
    pub(crate) grade: Grade,
    /// Three or two numbers of a date whose order is open: indices of their items in `format`.
    pub(crate) order: Option<Open>,
}

/// A date whose numbers could be read in more than one order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Open {
    /// Index in the items of the first number; the second and third follow two and four items later.
    pub(crate) first: usize,
    pub(crate) kind: Numbers,
}

/// What an open date is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Numbers {
    /// `03/04/2026`.
    DayMonthYear4,
    /// `03/04/26`, also `26/03/04`.
    Three,
    /// `03-04`, no year.
    DayMonth,
}

/// How much a stamp says, from least to most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Grade {
    TimeOnly,
    NoYear,
    Epoch,
    Full,
}

/// The time stamp at the start of `bytes`.
pub(crate) fn scan(bytes: &[u8]) -> Option<Found> {
    let first = *bytes.first()?;
    if first.is_ascii_digit() {
        numeric(bytes)
    } else if first.is_ascii_alphabetic() || first >= 0x80 {
        named(bytes)
    } else {
        None
    }
}

/// Reads on through the bytes and notes the items of the format as it goes.
struct Cursor<'a> {
    b: &'a [u8],
    at: usize,
    items: Vec<Item>,
    order: Option<Open>,
}

fn numeric(b: &[u8]) -> Option<Found> {
    let run = digit_run(b);
    let mut c = Cursor { b, at: 0, items: Vec::with_capacity(16), order: None };
    if run <= 2 && b.get(run).is_some_and(|behind| *behind >= 0x80 || *behind == b' ') && names::month(b).is_some() {
        return month_first(c);
    }
    let dated = match run {
        8 | 14 | 17 => c.compact_date(4),
        6 => c.compact_date(2),
        4 => c.year_first(),
        1 | 2 => c.day_or_month_first(),
        _ => None,
    };
    if let Some(grade) = dated {
        if c.date_time_break().is_some() && c.clock(true).is_some() {
            c.tail();
            return c.found(grade);
        }
        return None;
    }
    if (1..=2).contains(&run) && b.get(run) == Some(&b':') {
        let mut c = Cursor { b, at: 0, items: Vec::new(), order: None };
        c.clock(false)?;
        c.tail();
        return c.found(Grade::TimeOnly);
    }
    if run == 6 && matches!(b.get(6), Some(b',' | b'.')) && digit_run(&b[7..]) == 3 {
        let mut c = Cursor { b, at: 0, items: Vec::new(), order: None };
        c.clock(true)?;
        c.tail();
        return c.found(Grade::TimeOnly);
    }
    epoch(b, run)
}

fn epoch(b: &[u8], run: usize) -> Option<Found> {
    let unit = match run {
        10 => Unit::Seconds,
        13 => Unit::Millis,
        16 => Unit::Micros,
        19 => Unit::Nanos,
        _ => return None,
    };
    // 2001 to 2033; a number outside is more likely to be something else.
    if !(b'1'..=b'1').contains(&b[0]) {
        return None;
    }
    let mut items = vec![Item::Epoch(unit)];
    let mut len = run;
    if unit == Unit::Seconds && b.get(run) == Some(&b'.') {
        let digits = digit_run(&b[run + 1..]);
        if (1..=9).contains(&digits) {
            items.extend([Item::Lit(b'.'), Item::Fraction(digits as u8)]);
            len += 1 + digits;
        }
    }
    let joined = match b.get(len..).unwrap_or_default() {
        [b':', rest @ ..] => rest.first().is_some_and(|next| *next != b' '),
        rest => rest.first().is_some_and(|next| next.is_ascii_alphanumeric() || *next == b'.'),
    };
    if joined {
        return None;
    }
    Some(Found { format: TimeFormat { items }, len, grade: Grade::Epoch, order: None })
}

fn named(b: &[u8]) -> Option<Found> {
    if !names::may_name(b) {
        return None;
    }
    // `mar.` is a month or, in some languages, a Tuesday.
    let weekday = names::weekday(b).and_then(|len| behind_weekday(b, len));
    weekday.or_else(|| month_first(Cursor { b, at: 0, items: Vec::with_capacity(16), order: None }))
}

/// A date that starts with a weekday of `len` bytes.
fn behind_weekday(b: &[u8], len: usize) -> Option<Found> {
    let mut c = Cursor { b, at: 0, items: Vec::with_capacity(16), order: None };
    c.push(Item::Weekday, len);
    if c.peek() == Some(b',') {
        c.lit()?;
    }
    c.blank()?;
    if c.peek()?.is_ascii_digit() {
        let rest = numeric(&b[c.at..])?;
        c.at += rest.len;
        let order = rest.order.map(|open| Open { first: open.first + c.items.len(), ..open });
        c.items.extend(rest.format.items);
        c.order = order;
        return (rest.grade == Grade::Full).then(|| c.found(Grade::Full))?;
    }
    month_first(c)
}

/// A date in which the month's name stands before the day.
fn month_first(mut c: Cursor<'_>) -> Option<Found> {
    let b = c.b;
    let (_, len) = names::month(&b[c.at..])?;
    c.push(Item::MonthName, len);
    c.blank()?;
    c.day()?;
    match c.peek()? {
        b',' => {
            c.lit()?;
            c.blank()?;
            c.year4()?;
            c.date_time_break()?;
            c.clock(false)?;
            c.tail();
            c.found(Grade::Full)
        }
        b' ' => {
            c.blank()?;
            if digit_run(&b[c.at..]) == 4 && c.year_ahead() {
                c.year4()?;
                c.date_time_break()?;
                c.clock(false)?;
                c.tail();
                return c.found(Grade::Full);
            }
            c.clock(false)?;
            c.tail();
            c.year_behind()
        }
        _ => None,
    }
}

impl Cursor<'_> {
    fn peek(&self) -> Option<u8> {
        self.b.get(self.at).copied()
    }

    fn push(&mut self, item: Item, len: usize) {
        self.items.push(item);
        self.at += len;
    }

    fn lit(&mut self) -> Option<()> {
        let byte = self.peek()?;
        self.push(Item::Lit(byte), 1);
        Some(())
    }

    fn blank(&mut self) -> Option<()> {
        (self.peek()? == b' ').then(|| self.lit())?
    }

    fn found(self, grade: Grade) -> Option<Found> {
        let format = TimeFormat { items: self.items };
        // The order of an open date is a guess so far, so reading it back may fail; anything else must succeed.
        if self.order.is_none() {
            let (_, len) = format.read(self.b)?;
            if len != self.at {
                return None;
            }
        }
        if self.b.get(self.at).is_some_and(|c| c.is_ascii_alphanumeric() || *c == b'_') {
            return None;
        }
        Some(Found { format, len: self.at, grade, order: self.order })
    }

    fn year4(&mut self) -> Option<()> {
        let year = value(self.b.get(self.at..self.at + 4)?)?;
        (1970..=2199).contains(&year).then(|| self.push(Item::Year4, 4))
    }

    fn year_ahead(&self) -> bool {
        self.b.get(self.at..self.at + 4).and_then(value).is_some_and(|year| (1970..=2199).contains(&year))
            && self.b.get(self.at + 4).is_some_and(|c| *c == b' ' || *c == b',')
    }

    fn day(&mut self) -> Option<()> {
        let blank = usize::from(self.peek() == Some(b' '));
        let run = digit_run(&self.b[self.at + blank..]);
        if run == 0 || run > 2 {
            return None;
        }
        let digits = if run == 2 && blank == 0 { Digits::Two } else { Digits::OneOrTwo };
        self.push(Item::Day(digits), blank + run);
        Some(())
    }

    /// `yyyyMMdd` or `yyMMdd`.
    fn compact_date(&mut self, year: usize) -> Option<Grade> {
        if year == 4 {
            self.year4()?;
        } else {
            self.push(Item::Year2, 2);
        }
        let month = value(self.b.get(self.at..self.at + 2)?)?;
        let day = value(self.b.get(self.at + 2..self.at + 4)?)?;
        if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
            return None;
        }
        self.push(Item::Month(Digits::Two), 2);
        self.push(Item::Day(Digits::Two), 2);
        Some(Grade::Full)
    }

    /// `yyyy-MM-dd`, `yyyy/M/d`, `yyyy.MM.dd`, `yyyy-MMM-dd`, `yyyy MMM dd`.
    fn year_first(&mut self) -> Option<Grade> {
        self.year4()?;
        let sep = self.peek().filter(|s| b"-/. ".contains(s))?;
        self.lit()?;
        let digits = digit_run(&self.b[self.at..]);
        match digits {
            1 | 2 if sep != b' ' => {
                let month = value(&self.b[self.at..self.at + digits])?;
                if !(1..=12).contains(&month) {
                    return None;
                }
                self.push(Item::Month(width(digits)), digits);
            }
            0 => {
                let (_, len) = names::month(&self.b[self.at..])?;
                self.push(Item::MonthName, len);
            }
            _ => return None,
        }
        (self.peek()? == sep).then(|| self.lit())??;
        let digits = digit_run(&self.b[self.at..]);
        (1..=2).contains(&digits).then(|| self.push(Item::Day(width(digits)), digits))?;
        Some(Grade::Full)
    }

    /// `dd/MM/yyyy`, `MM/dd/yy`, `yy/MM/dd`, `dd-MMM-yyyy`, `dd MMM yyyy`, `MM-dd`, `13. Jan 2026`.
    fn day_or_month_first(&mut self) -> Option<Grade> {
        let first = digit_run(self.b);
        let sep = *self.b.get(first)?;
        if !b"-/. ".contains(&sep) {
            return None;
        }
        let after = first + 1 + usize::from(sep == b'.' && self.b.get(first + 1) == Some(&b' '));
        if let Some((_, len)) = names::month(self.b.get(after..)?) {
            self.push(Item::Day(width(first)), first);
            while self.at < after {
                self.lit()?;
            }
            self.push(Item::MonthName, len);
            if !b"-/. ".contains(&self.peek()?) {
                return None;
            }
            // `13 Jan 10:15:02`
            let clock = |b: &[u8]| matches!(digit_run(b), 1 | 2) && b.get(digit_run(b)) == Some(&b':');
            if self.peek() == Some(b' ') && clock(&self.b[self.at + 1..]) {
                return Some(Grade::NoYear);
            }
            self.lit()?;
            if digit_run(&self.b[self.at..]) == 2 && sep != b' ' {
                self.push(Item::Year2, 2);
            } else {
                self.year4()?;
            }
            return Some(Grade::Full);
        }
        let second = digit_run(&self.b[first + 1..]);
        if sep == b' ' || !(1..=2).contains(&second) {
            return None;
        }
        self.push(Item::Day(width(first)), first);
        self.lit()?;
        self.push(Item::Month(width(second)), second);
        if self.peek()? != sep {
            if !(first == 2 && second == 2 && self.peek()? == b' ') {
                return None;
            }
            self.order = Some(Open { first: 0, kind: Numbers::DayMonth });
            return Some(Grade::NoYear);
        }
        self.lit()?;
        match digit_run(&self.b[self.at..]) {
            4 => {
                self.year4()?;
                self.order = Some(Open { first: 0, kind: Numbers::DayMonthYear4 });
            }
            2 => {
                self.push(Item::Year2, 2);
                self.order = Some(Open { first: 0, kind: Numbers::Three });
            }
            _ => return None,
        }
        Some(Grade::Full)
    }

    /// What stands between date and time of day.
    fn date_time_break(&mut self) -> Option<()> {
        match self.peek()? {
            b'T' | b'_' | b'-' | b':' | b'/' | b'|' | b'\t' => self.lit(),
            // A date and a time in columns of their own stand close together.
            b',' | b';' => {
                self.lit()?;
                if self.peek().is_some_and(|b| b.is_ascii_digit()) { Some(()) } else { self.blank() }
            }
            // `[2026-01-13] [10:15:02]`
            b']' => {
                let rest = &self.b[self.at + 1..];
                let between = if rest.starts_with(b" [") { 3 } else { 2 };
                if rest.get(between - 2) != Some(&b'[') || !rest.get(between - 1).is_some_and(u8::is_ascii_digit) {
                    return None;
                }
                (0..between).try_for_each(|_| self.lit())
            }
            b' ' => {
                self.lit()?;
                match self.peek()? {
                    // `13 Jan 2026 - 10:15:02`, `2026-01-13 | 10:15:02`, `13.01.2026 at 10:15:02`
                    b'-' | b'|' | b'@' if self.b.get(self.at + 1) == Some(&b' ') => {
                        self.lit()?;
                        self.lit()
                    }
                    b' ' => self.lit(),
                    // `26-01-13 Tue 10:15:02`
                    b if b.is_ascii_alphabetic() && names::weekday(&self.b[self.at..]).is_some() => {
                        let len = names::weekday(&self.b[self.at..])?;
                        self.push(Item::Weekday, len);
                        self.blank()
                    }
                    b'a' if self.b[self.at..].starts_with(b"at ") => {
                        for _ in 0..3 {
                            self.lit()?;
                        }
                        Some(())
                    }
                    _ => Some(()),
                }
            }
            // yyyyMMddHHmmss
            c if c.is_ascii_digit() => Some(()),
            _ => None,
        }
    }

    fn clock(&mut self, after_date: bool) -> Option<()> {
        let b = &self.b[self.at..];
        match digit_run(b) {
            run @ (1 | 2) => {
                let sep = *b.get(run)?;
                let dashed =
                    |b: &[u8]| b.len() >= 8 && b[5] == b'-' && digit_run(&b[3..]) == 2 && digit_run(&b[6..]) == 2;
                let other = after_date && run == 2 && (sep == b'.' || sep == b'-' && dashed(b));
                if sep != b':' && !other {
                    return None;
                }
                self.two(Item::Hour, run)?;
                self.lit()?;
                self.two(Item::Minute, 0)?;
                if self.peek() == Some(sep) && self.b.get(self.at + 1).is_some_and(u8::is_ascii_digit) {
                    self.lit()?;
                    self.two(Item::Second, 0)?;
                } else if !after_date {
                    return None;
                }
                Some(())
            }
            run @ (6 | 9) if after_date => {
                self.two(Item::Hour, 2)?;
                self.two(Item::Minute, 2)?;
                self.two(Item::Second, 2)?;
                if run == 9 {
                    self.push(Item::Fraction(3), 3);
                }
                Some(())
            }
            _ => None,
        }
    }

    /// One number of a clock; `run` digits, or as many as there are where it is 0.
    fn two(&mut self, item: fn(Digits) -> Item, run: usize) -> Option<()> {
        let run = if run == 0 { digit_run(&self.b[self.at..]) } else { run };
        if !(1..=2).contains(&run) {
            return None;
        }
        let number = value(&self.b[self.at..self.at + run])?;
        let most = if matches!(item(Digits::Two), Item::Hour(_)) { 23 } else { 60 };
        (number <= most).then(|| self.push(item(width(run)), run))
    }

    /// Fraction, half day and zone, where they stand.
    fn tail(&mut self) {
        self.fraction();
        if let Some((_, len)) = names::am_pm(&self.b[self.at..])
            && self.half_day_possible()
        {
            self.push(Item::AmPm, len);
        }
        self.zone();
    }

    fn half_day_possible(&mut self) -> bool {
        let b = self.b;
        let at = self.at;
        let blanked = b.get(at) == Some(&b' ')
            || b.get(at).is_some_and(|c| *c >= 0x80)
            || b.get(at).is_some_and(u8::is_ascii_alphabetic);
        if !blanked {
            return false;
        }
        for item in &mut self.items {
            if let Item::Hour(digits) = *item {
                *item = Item::Hour12(digits);
            }
        }
        true
    }

    fn fraction(&mut self) {
        let Some(sep) = self.peek().filter(|s| b".,:".contains(s)) else { return };
        let digits = digit_run(&self.b[self.at + 1..]);
        if digits == 0 || digits > 9 {
            return;
        }
        if sep == b':' {
            // A fourth number behind a colon is milliseconds; one to three digits, unpadded in some programs.
            if digits <= 3 && self.items.iter().any(|i| matches!(i, Item::Second(_))) {
                self.push(Item::Lit(b':'), 1);
                self.push(if digits == 3 { Item::Fraction(3) } else { Item::Millis }, digits);
            }
            return;
        }
        if !self.items.iter().any(|i| matches!(i, Item::Second(_))) {
            return;
        }
        self.push(Item::Lit(sep), 1);
        self.push(Item::Fraction(digits as u8), digits);
    }

    fn zone(&mut self) {
        let b = &self.b[self.at..];
        if let Some((_, len)) = names::offset(b)
            && (b[0] == b'Z'
                || b[0] == b'G'
                || b[0] == b'U'
                || len >= 5
                || !b.get(len).is_some_and(u8::is_ascii_alphanumeric))
            && (b[0] != b'-' || len >= 5 || len == 4 && self.has_dotted_clock())
        {
            self.push(Item::Offset, len);
        } else if b.first() == Some(&b' ')
            && let Some((_, len)) = names::offset(&b[1..])
            && len >= 5
        {
            self.push(Item::Lit(b' '), 1);
            self.push(Item::Offset, len);
        } else if b.starts_with(b" (")
            && let Some((_, len)) = names::offset(&b[2..])
            && len >= 3
            && b.get(2 + len) == Some(&b')')
        {
            // `10:15:02 (UTC+02:00)`
            self.push(Item::Lit(b' '), 1);
            self.push(Item::Lit(b'('), 1);
            self.push(Item::Offset, len);
            self.push(Item::Lit(b')'), 1);
        } else if b.first() == Some(&b' ')
            && b.get(1).is_some_and(|first| first.is_ascii_uppercase() || *first == b'[')
            && let Some((_, len)) = names::zone(&b[1..])
            && !b.get(1 + len).is_some_and(u8::is_ascii_alphanumeric)
            && names::may_be_zone(&b[1..=len])
        {
            self.push(Item::Lit(b' '), 1);
            self.push(Item::ZoneName, len);
        }
        // java.time.ZonedDateTime: +01:00[Europe/Berlin]
        let b = &self.b[self.at..];
        if b.first() == Some(&b'[')
            && matches!(self.items.last(), Some(Item::Offset))
            && let Some((_, len)) = names::zone(b)
        {
            self.push(Item::ZoneName, len);
        }
    }

    /// `10.15.02`, as Db2 writes it, with its zone in minutes behind.
    fn has_dotted_clock(&self) -> bool {
        self.items.windows(2).any(|two| matches!(two, [Item::Hour(_), Item::Lit(b'.')]))
    }

    /// `Sun Dec 04 04:47:44 CET 2005`: the year behind the time.
    fn year_behind(mut self) -> Option<Found> {
        let b = &self.b[self.at..];
        if b.first() == Some(&b' ') && digit_run(&b[1..]) == 4 {
            let kept = (self.at, self.items.len());
            self.lit()?;
            if self.year4().is_some() && !self.b.get(self.at).is_some_and(|c| c.is_ascii_alphanumeric() || *c == b'.') {
                return self.found(Grade::Full);
            }
            self.at = kept.0;
            self.items.truncate(kept.1);
        }
        self.found(Grade::NoYear)
    }
}

fn width(digits: usize) -> Digits {
    if digits == 2 { Digits::Two } else { Digits::OneOrTwo }
}

fn digit_run(b: &[u8]) -> usize {
    b.iter().take(24).take_while(|d| d.is_ascii_digit()).count()
}

fn value(b: &[u8]) -> Option<u32> {
    b.iter().try_fold(0_u32, |n, d| d.is_ascii_digit().then(|| n * 10 + u32::from(d - b'0')))
}

#[cfg(test)]
mod tests;

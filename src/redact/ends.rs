//! Where a secret ends, by what stands at a place: quotes, separators, lines, boundaries. It looks at the bytes at
//! hand and says where they don't suffice; it changes nothing.

use super::forms::{self, Look, Style};
use super::grammar;
use super::state::{Syntax, Until};

/// Whether a secret ends at a place.
pub(crate) enum Ends {
    /// No: so many bytes belong to it.
    No(usize),
    /// No: a digit of a number.
    Digit,
    /// No, but this byte of a number may stay.
    Sign,
    /// No: one of those that are counted.
    Counted,
    /// It can't be said yet.
    Short,
    /// Yes; so many bytes are to be skipped.
    Yes(usize),
}

/// Whether a secret that lasts until `until` ends at the start of `rest`, which isn't empty.
pub(crate) fn ends(rest: &[u8], syntax: Syntax, until: Until, last: bool) -> Ends {
    let byte = rest[0];
    match until {
        Until::Quote { ch, style: Style::Raw, level, escapes } => quote_ends(rest, ch, level, escapes, last),
        Until::Quote { ch, style, .. } => match forms::at(rest, 0, last) {
            Look::Short => Ends::Short,
            Look::Is(Some(c)) if c.style == style && c.ch == ch => Ends::Yes(0),
            Look::Is(Some(c)) if c.style == Style::Raw && outer_ends(style, c.ch) => Ends::Yes(0),
            Look::Is(c) => Ends::No(c.map_or(1, |c| c.len)),
        },
        Until::Number => match byte {
            b'0'..=b'9' => Ends::Digit,
            b'-' | b'+' | b'.' | b'e' | b'E' => Ends::Sign,
            _ => Ends::Yes(0),
        },
        Until::PathParameter(_) if matches!(byte, b'/' | b'?' | b'#' | b';') => Ends::Yes(0),
        Until::Separator(style) | Until::PathParameter(style) => separator_ends(rest, syntax, style, last),
        Until::Attribute if byte.is_ascii_whitespace() || byte == b'>' => Ends::Yes(0),
        Until::Attribute => Ends::No(1),
        Until::Cdata => ends_with(rest, b"]]>", last),
        // Not skipped: it may be the end of something else, too.
        Until::Pem => match ends_with(rest, b"-----", last) {
            Ends::Yes(_) => Ends::Yes(0),
            ends => ends,
        },
        Until::Line => line_ends(rest, last),
        Until::Cell { table } => cell_ends(rest, table, last),
        Until::Bracket => bracket_ends(rest, last),
        Until::Boundary => boundary_ends(rest, last),
        Until::Token if grammar::is_token(byte) => Ends::No(1),
        Until::Count(0) | Until::Token => Ends::Yes(0),
        Until::Count(_) => Ends::Counted,
        Until::Never => Ends::No(rest.len()),
    }
}

/// The end of a value without quotes.
fn separator_ends(rest: &[u8], syntax: Syntax, style: Style, last: bool) -> Ends {
    let c = match forms::at(rest, 0, last) {
        Look::Short => return Ends::Short,
        Look::Is(None) => return Ends::Yes(0),
        Look::Is(Some(c)) => c,
    };
    if matches!((c.ch, c.style), (b'\r' | b'\n' | b'&', Style::Raw)) {
        return Ends::Yes(0);
    }
    // An escaped separator ends it where the one before was escaped the same way.
    if c.style != Style::Raw && c.style == style && matches!(c.ch, b'&' | b'"' | b'\'' | b'<' | b';' | b' ') {
        return Ends::Yes(0);
    }
    if syntax == Syntax::Form || c.style != Style::Raw {
        let in_markup = matches!(c.style, Style::Entity(_)) && matches!(c.ch, b'"' | b'<' | b'>');
        return if in_markup && syntax != Syntax::Form { Ends::Yes(0) } else { Ends::No(c.len) };
    }
    let next = rest.get(1).copied();
    match c.ch {
        b' ' | b'\t' | b'"' | b'\'' | b'<' | b'>' | b';' | 0 => Ends::Yes(0),
        b',' | b')' | b']' | b'}' | b'\\' => match next {
            None if !last => Ends::Short,
            None => Ends::Yes(0),
            Some(next) if next.is_ascii_whitespace() || matches!(next, b'"' | b'\'' | b'<' | b',' | b';') => {
                Ends::Yes(0)
            }
            Some(b'n' | b'r') if c.ch == b'\\' => Ends::Yes(0),
            Some(_) => Ends::No(1),
        },
        _ => Ends::No(1),
    }
}

fn line_ends(rest: &[u8], last: bool) -> Ends {
    match forms::at(rest, 0, last) {
        Look::Short => Ends::Short,
        Look::Is(Some(c)) => match c.ch {
            b'\r' | b'\n' | b'"' | b'<' => Ends::Yes(0),
            b'\\' if c.style == Style::Raw => match rest.get(1) {
                None if !last => Ends::Short,
                Some(b'r' | b'n' | b'"') | None => Ends::Yes(0),
                Some(_) => Ends::No(1),
            },
            _ => Ends::No(c.len),
        },
        Look::Is(None) => Ends::Yes(0),
    }
}

/// The end of a column: more than one blank, or the last of the line.
fn cell_ends(rest: &[u8], table: bool, last: bool) -> Ends {
    const LONGEST_RUN: usize = 64;
    match rest[0] {
        b'|' if table => Ends::Yes(0),
        b' ' | b'\t' => {
            let run = rest.iter().take(LONGEST_RUN).take_while(|b| matches!(b, b' ' | b'\t')).count();
            match rest.get(run) {
                None if !last => Ends::Short,
                Some(b'|') if table => Ends::Yes(0),
                None | Some(b'\r' | b'\n') => Ends::Yes(0),
                Some(_) if run > 1 || rest[0] == b'\t' => Ends::Yes(0),
                Some(_) => Ends::No(run),
            }
        }
        _ => line_ends(rest, last),
    }
}

fn bracket_ends(rest: &[u8], last: bool) -> Ends {
    match (rest[0], rest.get(1)) {
        (b'\r' | b'\n', _) => Ends::Yes(0),
        (b']', None) if !last => Ends::Short,
        (b']', Some(next)) if next.is_ascii_alphanumeric() => Ends::No(1),
        (b']', _) => Ends::Yes(0),
        _ => Ends::No(1),
    }
}

/// The end of a string whose quote stands behind `level` backslashes. A quote inside it has more: an inner backslash
/// is written as `level + 1` of them, so the run before the closing quote is `level` more than a multiple of twice that.
pub(crate) fn quote_ends(rest: &[u8], quote: u8, level: usize, escapes: bool, last: bool) -> Ends {
    const LONGEST_RUN: usize = 64;
    let run = rest.iter().take(LONGEST_RUN).take_while(|b| **b == b'\\').count();
    let Some(next) = rest.get(run) else {
        return if last || run >= LONGEST_RUN { Ends::No(run.max(1)) } else { Ends::Short };
    };
    if *next != quote {
        return Ends::No(run.max(1));
    }
    if run < level {
        return Ends::Yes(0);
    }
    if !escapes {
        return if run == 0 { Ends::Yes(0) } else { Ends::No(run) };
    }
    if run % (2 * (level + 1)) == level { ends_behind(run - level) } else { Ends::No(run + 1) }
}

/// The string ends, but so many backslashes still belong to it.
fn ends_behind(inside: usize) -> Ends {
    if inside == 0 { Ends::Yes(0) } else { Ends::No(inside) }
}

fn ends_with(rest: &[u8], end: &[u8], last: bool) -> Ends {
    if rest.starts_with(end) {
        return Ends::Yes(end.len());
    }
    if !last && end.starts_with(rest) { Ends::Short } else { Ends::No(1) }
}

/// A part of a form ends at `CR LF - -`, or `LF - -` where lines end so.
fn boundary_ends(rest: &[u8], last: bool) -> Ends {
    for end in [&b"\r\n--"[..], b"\n--"] {
        match ends_with(rest, end, last) {
            Ends::Yes(_) => return Ends::Yes(0),
            Ends::Short => return Ends::Short,
            _ => {}
        }
    }
    Ends::No(1)
}

/// Whether a raw character ends the text in which escaped ones of that style stand.
fn outer_ends(style: Style, ch: u8) -> bool {
    match style {
        Style::Raw => false,
        Style::Entity(_) => matches!(ch, b'<' | b'"'),
        Style::Percent(_) => matches!(ch, b'&' | b'<' | b'"' | b' ' | b'\r' | b'\n'),
        Style::Unicode(_) => ch == b'"',
    }
}

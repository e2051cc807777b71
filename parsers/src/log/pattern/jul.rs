//! `java.util.logging.SimpleFormatter.format` strings: `%1$tF %1$tT %4$-7s [%3$s] %5$s%6$s%n`.

use super::super::layout::{Field, Pad, Part};
use super::super::time::{Digits, Item, TimeFormat, pattern::conversion};
use super::{Piece, column, expand};

/// The pieces of a format; one list for each way in which the caller (`%2$s`) may be written.
pub(super) fn parse(format: &str) -> Result<Vec<Vec<Piece>>, String> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut rest = format;
    while let Some(c) = rest.chars().next() {
        if c != '%' {
            rest = &rest[c.len_utf8()..];
            match (c, rest.chars().next()) {
                ('\\', Some('n')) => {
                    rest = &rest[1..];
                    pieces.push(Piece::Part(Part::LineBreak));
                }
                ('\n', _) => pieces.push(Piece::Part(Part::LineBreak)),
                _ => text(&mut pieces, c),
            }
            continue;
        }
        rest = one(&rest[1..], format, &mut pieces)?;
    }
    Ok(expand(&pieces))
}

fn text(pieces: &mut Vec<Piece>, c: char) {
    match pieces.last_mut() {
        Some(Piece::Part(Part::Text(text))) => text.push(c),
        _ => pieces.push(Piece::Part(Part::Text(c.into()))),
    }
}

/// One conversion behind its `%`; returns what follows it.
fn one<'a>(spec: &'a str, format: &str, pieces: &mut Vec<Piece>) -> Result<&'a str, String> {
    let end = spec.find(|c: char| c.is_ascii_alphabetic() || c == '%').ok_or("`%` without a conversion")?;
    let (flags, rest) = spec.split_at(end);
    let letter = rest.as_bytes()[0];
    let rest = &rest[1..];
    match letter {
        b'n' => pieces.push(Piece::Part(Part::LineBreak)),
        b'%' => text(pieces, '%'),
        b't' | b'T' => {
            let c = *rest.as_bytes().first().filter(|c| c.is_ascii()).ok_or("`%1$t` without a letter")?;
            time(c, pieces)?;
            return Ok(&rest[1..]);
        }
        b's' | b'S' => argument(flags, format, pieces)?,
        other => return Err(format!("`%{flags}{}` isn't used in java.util.logging formats", char::from(other))),
    }
    Ok(rest)
}

fn argument(flags: &str, format: &str, pieces: &mut Vec<Piece>) -> Result<(), String> {
    let (number, flags) = flags.split_once('$').ok_or("an argument without its number (`%4$s`)")?;
    let pad = pad(flags);
    let field = |field| Piece::Part(Part::Field(field, pad));
    match number {
        "2" => pieces.push(Piece::Maybe(Vec::new())),
        "3" => pieces.push(field(Field::Logger)),
        "4" => pieces.push(field(Field::Level)),
        "5" => pieces.push(Piece::Message),
        "6" => {}
        "1" => return Err("`%1$s` prints a date in no fixed form; use `%1$t...`".into()),
        other => return Err(format!("java.util.logging has no argument {other}")),
    }
    if number == "2" {
        // Class and method, or the logger's name where the caller isn't known. A format that names the logger itself has
        // it there.
        pieces.pop();
        let named = if format.contains("%3$") { Field::Column("class".into()) } else { Field::Logger };
        let class = Piece::Part(Part::Field(named, Pad::None));
        let blank = Piece::Part(Part::Text(" ".into()));
        pieces.extend([class, Piece::Maybe(vec![blank, column("method", Pad::None)])]);
    }
    Ok(())
}

fn pad(flags: &str) -> Pad {
    let flags = flags.split('.').next().unwrap_or("");
    match flags.trim_start_matches('-').parse() {
        Ok(width) if flags.starts_with('-') => Pad::Left(width),
        Ok(width) => Pad::Right(width),
        Err(_) => Pad::None,
    }
}

/// One date conversion; conversions with plain text between them are one stamp.
fn time(c: u8, pieces: &mut Vec<Piece>) -> Result<(), String> {
    let mut items = Vec::new();
    match c {
        b'c' => {
            for (at, c) in b"abdTZY".iter().enumerate() {
                if at > 0 {
                    items.push(Item::Lit(b' '));
                }
                conversion(*c, Digits::Two, None, &mut items)?;
            }
        }
        b'r' => {
            let colon = Item::Lit(b':');
            let two = Digits::Two;
            items.extend([Item::Hour12(two), colon.clone(), Item::Minute(two), colon, Item::Second(two), Item::AmPm]);
        }
        b'N' => items.push(Item::Fraction(9)),
        other => conversion(other, Digits::Two, None, &mut items)?,
    }
    let joined = match pieces.as_mut_slice() {
        [.., Piece::Part(Part::Time(before))] => {
            before.items.append(&mut items);
            return Ok(());
        }
        [.., Piece::Part(Part::Time(before)), Piece::Part(Part::Text(text))] if text.is_ascii() => {
            // The blank in front of AM or PM belongs to them.
            let text = if items.first() == Some(&Item::AmPm) { text.trim_end_matches(' ') } else { text.as_str() };
            before.items.extend(text.bytes().map(Item::Lit));
            before.items.append(&mut items);
            true
        }
        _ => false,
    };
    if joined {
        pieces.pop();
    } else {
        pieces.push(Piece::Part(Part::Time(TimeFormat { items })));
    }
    Ok(())
}

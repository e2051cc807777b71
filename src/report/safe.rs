//! Text from outside on a terminal: control characters are shown, not obeyed.

use std::borrow::Cow;

/// Text of several lines: line ends and tabs stay, a carriage return before a line end goes, every other control
/// character is shown as its picture (`␛`).
#[must_use]
pub fn lines(text: &str) -> Cow<'_, str> {
    if !text.contains(|c| is_control(c) && !matches!(c, '\n' | '\t')) {
        return Cow::Borrowed(text);
    }
    let text = text.replace("\r\n", "\n");
    Cow::Owned(text.chars().map(|c| if matches!(c, '\n' | '\t') { c } else { picture(c) }).collect())
}

/// Text of one line: line ends and tabs are shown too.
#[must_use]
pub fn line(text: &str) -> Cow<'_, str> {
    if !text.contains(is_control) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(picture).collect())
}

/// Control characters, and those that turn the direction of text around.
fn is_control(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// <https://www.unicode.org/charts/PDF/U2400.pdf>
fn picture(c: char) -> char {
    match c {
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        c if is_control(c) => '\u{fffd}',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_shown() {
        assert_eq!(lines("a\r\nb\tc\x1b[31m\u{202e}"), "a\nb\tc␛[31m\u{fffd}");
        assert_eq!(line("a\nb\x7f"), "a␊b␡");
        assert!(matches!(lines("plain\n"), Cow::Borrowed(_)));
    }
}

//! The blanks around what a line says. Most lines have none but spaces there, which is told faster by bytes than by
//! letters. It must not know what lines say.

/// [`str::trim`].
pub(crate) fn trim(line: &str) -> &str {
    let line = trim_start(line);
    let end = line.len() - line.bytes().rev().take_while(|b| matches!(b, b' ' | b'\n' | b'\r')).count();
    match line.as_bytes().get(..end).and_then(<[u8]>::last) {
        Some(last) if last.is_ascii_graphic() => &line[..end],
        _ => line.trim_end(),
    }
}

/// [`str::trim_start`].
pub(crate) fn trim_start(line: &str) -> &str {
    &line[indent(line)..]
}

/// Bytes of the blanks that a line starts with; all of one that is blank.
pub(crate) fn indent(line: &str) -> usize {
    let spaces = line.bytes().take_while(|b| *b == b' ').count();
    match line.as_bytes().get(spaces) {
        Some(first) if first.is_ascii_graphic() => spaces,
        _ => line.len() - line.trim_start().len(),
    }
}

/// A line without the carriage return that it ends in, which is asked of every line.
pub(crate) fn without_return(line: &str) -> &str {
    match line.as_bytes().last() {
        Some(b'\r') => &line[..line.len() - 1],
        _ => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn blanks_are_those_of_any_alphabet(line in "[ \t\r\n\u{b}\u{a0}\u{2003}é:a]{0,9}") {
            prop_assert_eq!(trim(&line), line.trim());
            prop_assert_eq!(trim_start(&line), line.trim_start());
            prop_assert_eq!(indent(&line), line.len() - line.trim_start().len());
            prop_assert_eq!(without_return(&line), line.strip_suffix('\r').unwrap_or(&line));
        }
    }
}

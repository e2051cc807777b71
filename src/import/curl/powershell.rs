//! The words of PowerShell: quotes that are doubled, the backtick as escape and at the end of continued lines.

use super::Words;

/// The commands in a text.
pub(super) fn commands(text: &str) -> Vec<Words> {
    let mut commands = Vec::new();
    let mut current = Words::default();
    let mut word: Option<Vec<u8>> = None;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let push = |word: &mut Option<Vec<u8>>, current: &mut Words, c: char| {
            if word.is_none() && current.words.is_empty() {
                current.at = at;
            }
            let mut own = [0; 4];
            word.get_or_insert_default().extend_from_slice(c.encode_utf8(&mut own).as_bytes());
        };
        match c {
            '`' => {
                let _line_break_of_windows = chars.next_if(|(_, c)| *c == '\r');
                match chars.next().map(|(_, c)| c) {
                    Some('\n') | None => {}
                    Some(c) => push(&mut word, &mut current, escaped(c)),
                }
            }
            '\'' | '"' => {
                word.get_or_insert_default();
                while let Some((_, inner)) = chars.next() {
                    if inner == c {
                        if chars.next_if(|(_, next)| *next == c).is_none() {
                            break;
                        }
                        push(&mut word, &mut current, c);
                    } else if inner == '`' && c == '"' {
                        if let Some((_, next)) = chars.next() {
                            push(&mut word, &mut current, escaped(next));
                        }
                    } else {
                        push(&mut word, &mut current, inner);
                    }
                }
            }
            '#' if word.is_none() => while chars.next_if(|(_, c)| *c != '\n').is_some() {},
            '\n' | ';' | '|' => {
                current.words.extend(word.take());
                if !current.words.is_empty() {
                    commands.push(std::mem::take(&mut current));
                }
            }
            c if c.is_whitespace() => current.words.extend(word.take()),
            c => push(&mut word, &mut current, c),
        }
    }
    current.words.extend(word);
    if !current.words.is_empty() {
        commands.push(current);
    }
    commands.iter_mut().for_each(|command| command.words.iter_mut().for_each(unescape));
    commands
}

fn escaped(c: char) -> char {
    match c {
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        '0' => '\0',
        c => c,
    }
}

/// Quotes within an argument are written `\"`, since Windows' own PowerShell hands them on bare.
fn unescape(word: &mut Vec<u8>) {
    if memchr::memmem::find(word, b"\\\"").is_some() {
        let text = String::from_utf8_lossy(word).replace("\\\"", "\"");
        *word = text.into_bytes();
    }
}

//! The words of cmd.exe: carets and continued lines first, then arguments as the C runtime takes them apart.

use super::Words;

/// The commands in a text.
pub(super) fn commands(text: &str) -> Vec<Words> {
    let mut commands = Vec::new();
    let (mut line, mut from) = (String::new(), None);
    let mut quoted = false;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let ends = match c {
            '^' if !quoted => {
                // A caret takes the line break behind it away, and the meaning of what comes then.
                if chars.next_if(|(_, c)| *c == '\r').is_some() | chars.next_if(|(_, c)| *c == '\n').is_some() {
                    chars.next_if(|(_, c)| *c == '\r');
                }
                line.extend(chars.next().map(|(_, c)| c));
                false
            }
            '%' if chars.peek().is_some_and(|(_, c)| *c == '%') => {
                chars.next();
                line.push('%');
                false
            }
            '"' => {
                quoted = !quoted;
                line.push(c);
                false
            }
            '\n' => true,
            '&' | '|' if !quoted => true,
            _ => {
                line.push(c);
                false
            }
        };
        if !ends && from.is_none() && !c.is_whitespace() {
            from = Some(at);
        }
        if ends {
            quoted = false;
            end(&mut line, &mut from, &mut commands);
        }
    }
    end(&mut line, &mut from, &mut commands);
    commands
}

fn end(line: &mut String, from: &mut Option<usize>, commands: &mut Vec<Words>) {
    let words: Vec<_> = arguments(line).into_iter().map(String::into_bytes).collect();
    let is_remark = words.first().is_some_and(|word| word.eq_ignore_ascii_case(b"rem") || word.starts_with(b"::"));
    if !words.is_empty() && !is_remark {
        commands.push(Words { at: from.unwrap_or(0), words, input: None });
    }
    line.clear();
    *from = None;
}

/// The arguments of a command line
/// (<https://learn.microsoft.com/cpp/c-language/parsing-c-command-line-arguments>).
pub(super) fn arguments(line: &str) -> Vec<String> {
    let chars: Vec<char> = line.chars().collect();
    let mut arguments = Vec::new();
    let mut current: Option<String> = None;
    let (mut quoted, mut at) = (false, 0);
    while let Some(c) = chars.get(at) {
        at += 1;
        match c {
            '\\' => {
                let count = 1 + chars[at..].iter().take_while(|c| **c == '\\').count();
                at += count - 1;
                let argument = current.get_or_insert_default();
                if chars.get(at) == Some(&'"') {
                    argument.push_str(&"\\".repeat(count / 2));
                    if count % 2 == 1 {
                        argument.push('"');
                        at += 1;
                    }
                } else {
                    argument.push_str(&"\\".repeat(count));
                }
            }
            '"' if quoted && chars.get(at) == Some(&'"') => {
                current.get_or_insert_default().push('"');
                at += 1;
            }
            '"' => {
                current.get_or_insert_default();
                quoted = !quoted;
            }
            ' ' | '\t' | '\r' if !quoted => arguments.extend(current.take()),
            c => current.get_or_insert_default().push(*c),
        }
    }
    arguments.extend(current);
    arguments
}

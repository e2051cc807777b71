//! What cmd.exe and then the C runtime make of a line, by the documented rules, against what was meant.

use proptest::prelude::*;

use super::*;

/// What cmd.exe hands to a program of a line in a command file: `%%` is a percent sign, a caret takes the meaning from the
/// character behind it, quotes take it from carets. What would end the command ends the test.
fn cmd(line: &str) -> String {
    let mut out = String::new();
    let mut chars = line.chars().peekable();
    let mut in_quotes = false;
    while let Some(c) = chars.next() {
        match c {
            '%' => {
                assert_eq!(chars.next(), Some('%'), "a lone percent sign in {line}");
                out.push('%');
            }
            '^' if !in_quotes => out.extend(chars.next()),
            '"' => {
                in_quotes = !in_quotes;
                out.push(c);
            }
            '&' | '|' | '<' | '>' | '(' | ')' if !in_quotes => panic!("{c} ends the command in {line}"),
            _ => out.push(c),
        }
    }
    out
}

/// The arguments of a command line as the C runtime takes it apart.
fn arguments(line: &str) -> Vec<String> {
    let mut arguments = Vec::new();
    let mut current: Option<String> = None;
    let mut in_quotes = false;
    let chars: Vec<char> = line.chars().collect();
    let mut at = 0;
    while at < chars.len() {
        match chars[at] {
            '\\' => {
                let count = chars[at..].iter().take_while(|c| **c == '\\').count();
                at += count;
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
                continue;
            }
            '"' => {
                current.get_or_insert_default();
                // Two quotes within quotes are one that is meant.
                if in_quotes && chars.get(at + 1) == Some(&'"') {
                    current.get_or_insert_default().push('"');
                    at += 1;
                } else {
                    in_quotes = !in_quotes;
                }
            }
            ' ' | '\t' if !in_quotes => arguments.extend(current.take()),
            c => current.get_or_insert_default().push(c),
        }
        at += 1;
    }
    arguments.extend(current);
    arguments
}

fn pieces(text: &str) -> Vec<Piece> {
    if text.is_empty() { Vec::new() } else { vec![Piece::Bytes(text.as_bytes().to_vec())] }
}

fn check(words: &[String]) {
    let line = words.iter().map(|text| word(&pieces(text))).collect::<Vec<_>>().join(" ");
    assert_eq!(arguments(&cmd(&line)), words, "{line}");
}

#[test]
fn arguments_come_through_both_readers() {
    let words = [
        "plain",
        "two words",
        "SOAPAction: \"\"",
        "a\\",
        "a b\\",
        "a\\\"b",
        "100% & more | <x> (y) ^z !w!",
        "%PATH%",
        "",
        "\"",
        "\\\\server\\x\\",
        "{\"a\": \"b\\\\\"}",
        "https://h/x?a=1&b=%20",
        "'",
    ];
    check(&words.map(str::to_owned));
    assert_eq!(word(&[Piece::Bytes(b"a ".to_vec()), Piece::Variable("MWS_X".to_owned())]), "^\"a %MWS_X%^\"");
}

proptest! {
    #[test]
    fn any_printable_arguments_come_through(words in prop::collection::vec("[ -~]{0,20}", 1..5)) {
        check(&words);
    }
}

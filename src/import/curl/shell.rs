//! The words of a shell of Unix: quotes, `$'...'`, continued lines, here-documents. Variables stay as they stand.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::Words;

/// The commands in a text.
pub(super) fn commands(text: &str) -> Vec<Words> {
    let mut reader =
        Reader { text, at: 0, commands: Vec::new(), current: Words::default(), word: None, awaited: Vec::new() };
    reader.read();
    reader.commands
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    commands: Vec<Words>,
    current: Words,
    word: Option<Vec<u8>>,
    /// Here-documents that begin behind this line: which command they are the input of, and the word that ends them.
    awaited: Vec<(usize, String)>,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn read(&mut self) {
        while let Some(c) = self.rest().chars().next() {
            let len = c.len_utf8();
            match c {
                '\\' if self.rest().starts_with("\\\r\n") => self.at += 3,
                '\\' if self.rest().starts_with("\\\n") => self.at += 2,
                '\\' => {
                    self.at += 1;
                    let escaped = self.rest().chars().next();
                    self.push(escaped.map_or("\\".to_owned(), String::from).as_bytes());
                    self.at += escaped.map_or(0, char::len_utf8);
                }
                '\'' => self.single(),
                '"' => self.double(),
                '$' if self.rest().starts_with("$'") => self.ansi(),
                '$' if self.rest().starts_with("$\"") => {
                    self.at += 1;
                    self.double();
                }
                '$' if self.rest().starts_with("${") => {
                    let end = self.rest().find('}').map_or(2, |end| end + 1);
                    let variable = self.rest()[..end].to_owned();
                    self.push(variable.as_bytes());
                    self.at += end;
                }
                '<' if self.rest().starts_with("<<") => self.here(),
                '#' if self.word.is_none() => self.at += self.rest().find('\n').unwrap_or(self.rest().len()),
                '\n' | ';' | '|' | '&' => {
                    self.end_command(c == '|');
                    self.at += 1;
                    if c == '\n' {
                        self.here_documents();
                    }
                }
                ' ' | '\t' | '\r' => {
                    self.end_word();
                    self.at += 1;
                }
                _ => {
                    let mut own = [0; 4];
                    self.push(c.encode_utf8(&mut own).as_bytes());
                    self.at += len;
                }
            }
        }
        self.end_command(false);
    }

    fn push(&mut self, bytes: &[u8]) {
        if self.word.is_none() && self.current.words.is_empty() {
            self.current.at = self.at;
        }
        self.word.get_or_insert_default().extend_from_slice(bytes);
    }

    fn end_word(&mut self) {
        self.current.words.extend(self.word.take());
    }

    fn end_command(&mut self, piped: bool) {
        self.end_word();
        if self.current.words.is_empty() {
            return;
        }
        let done = std::mem::take(&mut self.current);
        self.commands.push(done);
        if piped {
            self.current.at = self.at;
        }
    }

    fn single(&mut self) {
        self.at += 1;
        let end = self.rest().find('\'').unwrap_or(self.rest().len());
        let inner = self.rest()[..end].to_owned();
        self.push(inner.as_bytes());
        self.at = (self.at + end + 1).min(self.text.len());
    }

    fn double(&mut self) {
        self.at += 1;
        self.push(b"");
        while let Some(c) = self.rest().chars().next() {
            self.at += c.len_utf8();
            match c {
                '"' => return,
                '\\' => {
                    let next = self.rest().chars().next();
                    match next {
                        Some('\n') => self.at += 1,
                        Some(next @ ('$' | '`' | '"' | '\\')) => {
                            self.at += 1;
                            self.push(&[u8::try_from(next).unwrap_or(b'?')]);
                        }
                        _ => self.push(b"\\"),
                    }
                }
                _ => {
                    let mut own = [0; 4];
                    self.push(c.encode_utf8(&mut own).as_bytes());
                }
            }
        }
    }

    /// `$'...'`: the escapes of C, by which any byte can be written.
    fn ansi(&mut self) {
        self.at += 2;
        self.push(b"");
        while let Some(c) = self.rest().chars().next() {
            self.at += c.len_utf8();
            match c {
                '\'' => return,
                '\\' => self.escape(),
                _ => {
                    let mut own = [0; 4];
                    self.push(c.encode_utf8(&mut own).as_bytes());
                }
            }
        }
    }

    fn escape(&mut self) {
        let Some(c) = self.rest().chars().next() else { return self.push(b"\\") };
        self.at += c.len_utf8();
        let byte = match c {
            'n' => b'\n',
            'r' => b'\r',
            't' => b'\t',
            'a' => 7,
            'b' => 8,
            'e' | 'E' => 27,
            'f' => 12,
            'v' => 11,
            'x' => return self.number(16, 2, false),
            'u' => return self.number(16, 4, true),
            'U' => return self.number(16, 8, true),
            '0'..='7' => {
                self.at -= 1;
                return self.number(8, 3, false);
            }
            _ => {
                let mut own = [0; 4];
                return self.push(c.encode_utf8(&mut own).as_bytes());
            }
        };
        self.push(&[byte]);
    }

    fn number(&mut self, base: u32, most: usize, is_character: bool) {
        let digits: String = self.rest().chars().take(most).take_while(|c| c.is_digit(base)).collect();
        self.at += digits.len();
        let Ok(number) = u32::from_str_radix(&digits, base) else { return };
        if is_character {
            // A browser writes what is beyond the 16 bits as two surrogates.
            let low = if (0xd800..0xdc00).contains(&number) { self.low_surrogate() } else { None };
            let number = low.map_or(number, |low| 0x10000 + ((number - 0xd800) << 10) + (low - 0xdc00));
            let c = char::from_u32(number).unwrap_or(char::REPLACEMENT_CHARACTER);
            let mut own = [0; 4];
            self.push(c.encode_utf8(&mut own).as_bytes());
        } else {
            self.push(&[u8::try_from(number & 0xff).unwrap_or(0)]);
        }
    }

    fn low_surrogate(&mut self) -> Option<u32> {
        let digits = self.rest().strip_prefix("\\u")?.get(..4)?;
        let number = u32::from_str_radix(digits, 16).ok().filter(|number| (0xdc00..0xe000).contains(number))?;
        self.at += 6;
        Some(number)
    }

    fn here(&mut self) {
        self.end_word();
        self.at += if self.rest().starts_with("<<<") { 3 } else { 2 };
        let rest = self.rest().trim_start_matches(['-', ' ']);
        let start = self.text.len() - rest.len();
        let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '|' | ';' | '&')).unwrap_or(rest.len());
        let mark = rest[..end].trim_matches(['\'', '"']).to_owned();
        self.at = start + end;
        self.awaited.push((self.commands.len(), mark));
    }

    /// The documents of the line that just ended. What base64 takes apart, or cat passes on, is the input of what follows.
    fn here_documents(&mut self) {
        for (command, mark) in std::mem::take(&mut self.awaited) {
            let mut document = String::new();
            while !self.rest().is_empty() {
                let end = self.rest().find('\n').map_or(self.rest().len(), |end| end + 1);
                let line = self.rest()[..end].to_owned();
                self.at += end;
                if line.trim_end_matches(['\r', '\n']) == mark {
                    break;
                }
                document.push_str(&line);
            }
            let Some(first) = self.commands.get(command).and_then(|command| command.words.first()).cloned() else {
                continue;
            };
            let (reader, bytes) = match first.as_slice() {
                b"base64" => {
                    let coded: String = document.split_whitespace().collect();
                    (command + 1, STANDARD.decode(coded).unwrap_or_default())
                }
                b"cat" => (command + 1, document.into_bytes()),
                _ => (command, document.into_bytes()),
            };
            if let Some(reader) = self.commands.get_mut(reader) {
                reader.input = Some(bytes);
            }
        }
    }
}

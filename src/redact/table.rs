//! Secrets in a table of text: a first line of names, and in each line below the values in their order, between commas,
//! semicolons or tabs. It takes the text as it comes and knows nothing of the other places in which secrets stand.

use std::borrow::Cow;

use super::names::{self, Kind};
use super::search::{FILLER, Secret, TOKEN_BYTES};

/// A longer first line is none of names.
const LONGEST_HEAD: usize = 8192;

/// A text that may be a table.
#[derive(Debug)]
pub(crate) struct Table {
    /// Bytes that came by.
    at: u64,
    state: State,
    found: Vec<Secret>,
}

#[derive(Debug)]
enum State {
    /// In the first line, as far as it came; whether it is known to be a table, whose names may then have blanks.
    Head(Vec<u8>, bool),
    Rows(Rows),
    /// It is none, or one without secrets.
    None,
}

#[derive(Debug)]
struct Rows {
    separator: u8,
    /// The rule of each column whose values are secrets.
    rules: Vec<Option<&'static str>>,
    column: usize,
    quoted: bool,
    open: Option<Secret>,
}

impl Table {
    /// A text that is called a table, or may be one.
    pub(crate) fn new(called: bool) -> Self {
        Self { at: 0, state: State::Head(Vec::new(), called), found: Vec::new() }
    }

    /// Gives the next bytes with the secrets among them overwritten.
    pub(crate) fn mask<'a>(&mut self, bytes: &'a [u8]) -> Cow<'a, [u8]> {
        let mut rest = 0;
        if let State::Head(head, called) = &mut self.state {
            let line = memchr::memchr(b'\n', bytes);
            let of_head = &bytes[..line.unwrap_or(bytes.len())];
            head.extend_from_slice(&of_head[..of_head.len().min(LONGEST_HEAD + 1)]);
            if head.len() > LONGEST_HEAD {
                self.state = State::None;
            } else if let Some(line) = line {
                self.state = Rows::below(head, *called).map_or(State::None, State::Rows);
                rest = line + 1;
            } else {
                rest = bytes.len();
            }
        }
        let from = self.at;
        self.at += bytes.len() as u64;
        let State::Rows(rows) = &mut self.state else { return Cow::Borrowed(bytes) };
        let mut masked = Cow::Borrowed(bytes);
        for (n, byte) in bytes.iter().enumerate().skip(rest) {
            if let Some(rule) = rows.takes(*byte, &mut self.found) {
                rows.open(from + n as u64, rule, *byte);
                masked.to_mut()[n] = FILLER;
            }
        }
        masked
    }

    /// The secrets that ended since the last time; at the end of the text also the last one.
    pub(crate) fn take_found(&mut self, last: bool) -> Vec<Secret> {
        if let State::Rows(rows) = &mut self.state
            && last
        {
            self.found.extend(rows.open.take());
        }
        std::mem::take(&mut self.found)
    }
}

impl Rows {
    /// What the names in the first line say of the lines below; none where it has no such names, or none of a secret.
    fn below(head: &[u8], called: bool) -> Option<Self> {
        let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii();
        let count = |separator: &u8| head.iter().filter(|b| *b == separator).count();
        let separator = *[b',', b';', b'\t'].iter().max_by_key(|separator| count(separator))?;
        let fields: Vec<&[u8]> = head.split(|b| *b == separator).map(bare).collect();
        let named =
            |b: &u8| b.is_ascii_alphanumeric() || b"_-.#".contains(b) || !b.is_ascii() || (called && *b == b' ');
        let is_name = |field: &&[u8]| field.len() <= names::MAX_NAME && field.iter().all(named);
        if fields.len() < 2 || !fields.iter().all(is_name) || fields.iter().all(|field| field.is_empty()) {
            return None;
        }
        let rules: Vec<_> = fields.iter().map(|field| rule(field)).collect();
        // Of two columns, or with the secret first, it may be a list of names, each with its value beside it.
        let list = rules[0].is_some() || separator == b'\t' && fields.len() == 2;
        let any = rules.iter().any(Option::is_some) && (called || !list);
        any.then_some(Self { separator, rules, column: 0, quoted: false, open: None })
    }

    /// The rule by which that byte is overwritten, if it is.
    fn takes(&mut self, byte: u8, found: &mut Vec<Secret>) -> Option<&'static str> {
        let ends = !self.quoted && (byte == self.separator || byte == b'\n');
        if ends {
            self.column = if byte == b'\n' { 0 } else { self.column + 1 };
            found.extend(self.open.take());
            return None;
        }
        if byte == b'"' {
            // Twice within quotes it stands for itself, which comes to the same.
            self.quoted = !self.quoted;
            return None;
        }
        let blank = byte == b'\r' || byte == b' ' && self.open.is_none();
        self.rules.get(self.column).copied().flatten().filter(|_| !blank)
    }

    fn open(&mut self, at: u64, rule: &'static str, byte: u8) {
        let open = self.open.get_or_insert_with(|| Secret { offset: at, len: 0, rule, bytes: Vec::new() });
        open.len = at + 1 - open.offset;
        if open.bytes.len() < TOKEN_BYTES {
            open.bytes.push(byte);
        }
    }
}

/// Without quotes and blanks around it.
fn bare(field: &[u8]) -> &[u8] {
    let field = field.trim_ascii();
    field.strip_prefix(b"\"").and_then(|field| field.strip_suffix(b"\"")).unwrap_or(field).trim_ascii()
}

/// The rule for a column of that name. Of words that are short or common elsewhere, only those for a password count.
fn rule(name: &[u8]) -> Option<&'static str> {
    match names::kind(name)? {
        Kind::Secret(rule) if rule != "session-id" => Some(rule),
        Kind::Common(rule) if matches!(rule, "password" | "token") => Some(rule),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::mask_text;
    use super::super::planted::plan;
    use super::*;

    /// Tables in which `§...§` are the secrets.
    const TABLES: [(bool, &str); 11] = [
        (false, "user,password,company\nMWSUSR,§hunter2§,100\nOTHER,§x§,200\n"),
        (false, "user;pwd\r\nMWSUSR;§geheim 1§\r\nOTHER;§last§"),
        (false, "\"User\",\"Password\"\n\"A\",\"§with, comma§\"\n\"B\",\"\"\n"),
        (false, "user\taccess_token\tx\nA\t§abc§\t1\n"),
        (true, "password,user\n§abc§,U\n"),
        (false, "password,hunter\nuser,U\n"),
        (false, "Password\tHunter\nUser\tU\n"),
        (true, "User name,User password\nA,§b§\n"),
        (false, "Please enter user, password\nand, then\n"),
        (false, "item,code,sid,cs\nA,1,2,3\n"),
        (false, "password\nhunter\n"),
    ];

    #[test]
    fn columns_of_passwords_go_wherever_the_text_is_cut() {
        for (called, marked) in TABLES {
            let (text, masked, masks) = plan(marked);
            for size in [1, 2, 3, 7, text.len()] {
                let mut table = Table::new(called);
                let got: Vec<u8> =
                    text.as_bytes().chunks(size).flat_map(|piece| table.mask(piece).into_owned()).collect();
                assert_eq!(String::from_utf8_lossy(&got), masked);
                let found = table.take_found(true);
                assert_eq!(found.len(), masks, "{found:?}");
                for secret in found {
                    let at = usize::try_from(secret.offset).unwrap();
                    assert_eq!(&text.as_bytes()[at..at + secret.bytes.len()], secret.bytes);
                }
            }
        }
        assert_eq!(mask_text("user,password\nU,hunter2"), "user,password\nU,*******");
    }
}

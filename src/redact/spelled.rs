//! Names some of whose letters are written as escapes (`p%61ssword=`, `"pass\u0077ord":`), which a server reads like any
//! other. It looks at the bytes at hand and asks for more where they don't suffice.

use super::forms::{self, Look, Style};
use super::grammar;
use super::names;

/// A name as it is meant, and where it stands.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Spelled {
    pub(crate) name: Vec<u8>,
    pub(crate) from: usize,
    pub(crate) to: usize,
}

/// The name around the escaped letter at `at`.
pub(crate) fn name(bytes: &[u8], at: usize, last: bool) -> Look<Spelled> {
    let belongs = |c: &forms::Char| grammar::is_name(c.ch) && !matches!(c.style, Style::Entity(_));
    let (mut from, mut to, mut name) = (at, at, Vec::new());
    while name.len() <= names::MAX_NAME {
        let Some((c, start)) = forms::before(bytes, from).filter(|(c, _)| belongs(c)) else { break };
        name.push(c.ch);
        from = start;
    }
    name.reverse();
    while name.len() <= 2 * names::MAX_NAME {
        match forms::at(bytes, to, last) {
            Look::Short => return Look::Short,
            Look::Is(Some(c)) if belongs(&c) => {
                name.push(c.ch);
                to += c.len;
            }
            Look::Is(_) => break,
        }
    }
    Look::Is(Spelled { name, from, to })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_through_its_escapes() {
        for (text, at) in [("&p%61ssword=", 2), ("&%70assword=", 1), ("\"pass\\u0077ord\":", 5), ("&passwor%64=", 8)] {
            let Look::Is(spelled) = name(text.as_bytes(), at, false) else { panic!("{text}") };
            assert_eq!((spelled.name.as_slice(), spelled.from), (&b"password"[..], 1), "{text}");
            assert!(matches!(text.as_bytes()[spelled.to], b'=' | b'"'), "{text}");
        }
        assert_eq!(name(b"&p%61ss", 2, false), Look::Short);
    }
}

//! Fields behind what they are, on one line: `variables: [WWFACI=A02] [WWDIVI=AAA]`, `Fields : WWFACI=A02, WWDIVI=AAA`. It must
//! not know what they mean.

use super::super::section::{self, SectionKind};
use super::{rewritten, sample};

/// Bytes of a text that show whether it has such lines.
const SAMPLE: usize = 256 << 10;

/// The text with each such pair on a line of its own, byte for byte as long; `None` where it has none.
pub(crate) fn pairs(text: &str) -> Option<String> {
    memchr::memmem::find(sample(text, SAMPLE).as_bytes(), b"] [")?;
    rewritten(text, text, 1, opened, |line, open| {
        let end = line.trim_end().len();
        let name = &line[..open - 1];
        let pairs = line[open..end].replace("] [", " \n ").replace(['[', ']'], " ");
        format!("{name}\n{pairs}{}", &line[end..])
    })
}

/// The text with each field of a list of them on a line of its own, below its name as a heading, byte for byte as long; `None`
/// where it has no such list.
pub(crate) fn lists(text: &str) -> Option<String> {
    memchr::memmem::find(text.as_bytes(), b", ")?;
    rewritten(text, text, 1, list, |line, from| {
        let title = line[..from].trim_end_matches([' ', ':', '=']);
        let heading = format!("{title}:{}", " ".repeat(from - title.len() - 2));
        let end = line.trim_end().len();
        let (fields, ends) = (&line[from..end], &line[end..]);
        // A list may go on below.
        let fields = fields.strip_suffix(',').map_or_else(|| fields.to_owned(), |fields| format!("{fields} "));
        format!("{heading}\n{}{ends}", fields.replace(", ", " \n"))
    })
}

/// Where the fields of such a line begin.
fn list(line: &str) -> Option<usize> {
    let sign = line.find([':', '='])?;
    let title = line[..sign].trim();
    let from = sign + 1 + line[sign + 1..].len() - line[sign + 1..].trim_start().len();
    let field = |field: &str| {
        let (name, value) = field.split_once('=').unwrap_or_default();
        name.len() >= 4 && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()) && !value.contains('=')
    };
    let fields = line.get(from..)?.trim_end().trim_end_matches(',');
    let several = fields.contains(", ") && fields.split(", ").all(field);
    (several && from >= sign + 2 && section::kind(title) == SectionKind::Values).then_some(from)
}

/// Where the first bracket of such a line opens.
fn opened(line: &str) -> Option<usize> {
    let body = line.trim_end();
    let open = body.find(" [")? + 1;
    let name = body[..open].trim();
    let named = name.starts_with(char::is_alphabetic) && name.ends_with([':', '=']) && name.len() <= 60;
    let inner = body[open..].strip_prefix('[')?.strip_suffix(']')?;
    let pair = |pair: &str| {
        let (name, value) = pair.split_once('=').unwrap_or_default();
        let coded = name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'#' | b'.'));
        !name.is_empty() && coded && !value.contains(['[', ']'])
    };
    (named && inner.contains("] [") && inner.split("] [").all(pair)).then_some(open)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_in_a_list_are_lines() {
        let text = "User: JDOE\nFields   : WWFACI=A02, WWDIVI=AAA,\r\nMessage: WWFACI=A02, WWDIVI=AAA\n";
        let plain = lists(text).expect("a list");
        assert_eq!(plain.len(), text.len());
        assert_eq!(plain, "User: JDOE\nFields:   \nWWFACI=A02 \nWWDIVI=AAA \r\nMessage: WWFACI=A02, WWDIVI=AAA\n");
        for other in ["Fields: WWFACI=A02\n", "Fields:WWFACI=A02, WWDIVI=AAA\n", "Fields: a, b\n", ", ", ":, =", ""] {
            assert_eq!(lists(other), None, "{other}");
        }
    }

    #[test]
    fn pairs_in_brackets_are_lines() {
        let text = "user: JDOE\nvariables: [WWFACI=A02] [WWDIVI=]  \r\nx: [a] [b]\n";
        let plain = pairs(text).expect("pairs");
        assert_eq!(plain.len(), text.len());
        assert_eq!(plain, "user: JDOE\nvariables:\n WWFACI=A02 \n WWDIVI=   \r\nx: [a] [b]\n");
        for other in ["[a=b] [c=d]\n", "x: [a=b]\n", "x: [a=b] [c=d\n", "] [", ""] {
            assert_eq!(pairs(other), None, "{other}");
        }
    }
}

//! Fields behind what they are, on one line: `variables: [WWFACI=A02] [WWDIVI=AAA]`, `Fields : WWFACI=A02, WWDIVI=AAA`. It must
//! not know what they mean.

use super::super::fields;
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
    rewritten(text, text, 1, list, |line, (from, between)| {
        let title = line[..from].trim_end_matches([' ', ':', '=']);
        let heading = format!("{title}:{}", " ".repeat(from - title.len() - 2));
        let end = line.trim_end().len();
        let (fields, ends) = (&line[from..end], &line[end..]);
        // A list may go on below.
        let open = fields.strip_suffix(between.trim_end()).filter(|_| !between.trim_end().is_empty());
        let fields = open.map_or_else(|| fields.to_owned(), |fields| format!("{fields} "));
        let lines = fields.split(between).map(|field| match field.find(['=', ':']) {
            // `WWFACI:A02` may be anything.
            Some(sign) if between == "  " => format!("{}={}", &field[..sign], &field[sign + 1..]),
            _ => field.to_owned(),
        });
        format!("{heading}\n{}{ends}", lines.collect::<Vec<_>>().join(if between == " " { "\n" } else { " \n" }))
    })
}

/// What may stand between the fields of a list.
const BETWEEN: [&str; 4] = [", ", "; ", "  ", " "];

/// Where the fields of such a line begin, and what stands between them.
fn list(line: &str) -> Option<(usize, &'static str)> {
    let sign = line.find([':', '='])?;
    let title = line[..sign].trim();
    let from = sign + 1 + line[sign + 1..].len() - line[sign + 1..].trim_start().len();
    let fields = line.get(from..)?.trim_end();
    // Few lines have a field there.
    name_of(fields)?;
    let of = |between: &str| {
        let all = if between.trim_end().is_empty() { fields } else { fields.trim_end_matches(between.trim_end()) };
        // A blank may stand within values as well.
        let of_m3 = |field: &str| between != " " || field.split('=').next().is_some_and(fields::is_of_m3);
        all.contains(between) && all.split(between).all(|field| is_field(field) && of_m3(field))
    };
    let between = BETWEEN.into_iter().find(|between| of(between))?;
    (from >= sign + 2 && section::kind(title) == SectionKind::Values).then_some((from, between))
}

/// The name of a field, `WWFACI=A02`, `WWFACI = A02`, `WWFACI:A02`.
fn name_of(field: &str) -> Option<&str> {
    let name = field.split_once(['=', ':'])?.0.trim_end();
    (name.len() >= 4 && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())).then_some(name)
}

/// Whether a text is a field and its value, in which no other is assigned.
fn is_field(text: &str) -> bool {
    name_of(text).is_some() && text.split_once(['=', ':']).is_some_and(|(_, value)| !value.contains('='))
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
        let others = "Variables: WWFACI = A 2; WWDIVI = AAA\r\nfields: WWFACI:A02  WWDIVI:AAA\n";
        let single = "fields:  WWFACI=A02 WWDIVI=AAA IN60=1\n";
        assert_eq!(lists(single).as_deref(), Some("fields: \nWWFACI=A02\nWWDIVI=AAA\nIN60=1\n"));
        let plain = "Variables:\nWWFACI = A 2 \nWWDIVI = AAA\r\nfields:\nWWFACI=A02 \nWWDIVI=AAA\n";
        assert_eq!(lists(others).as_deref(), Some(plain));
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

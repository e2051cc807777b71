//! Names and values on lines of their own: `Sig[0].Name=Program` above `Sig[0].Value=CRS008`, as reports of Windows have
//! them, `fieldname: WWFACI` above `fieldvalue: C01`, as databases print rows. It must not know what the names mean.

use super::{filled, lines_in_twos, lines_of, rewritten, sample};
use crate::blank;

/// Bytes of a text that show whether it has such lines.
const SAMPLE: usize = 64 << 10;

/// Pairs of lines that a text has at least.
const FEWEST: usize = 3;

/// What the line with a name calls it, and what the line with the value calls that.
const NAMES: [&str; 12] = [
    "name",
    "fieldname",
    "field name",
    "field",
    "variable",
    "column name",
    "key",
    "feldname",
    "feld",
    "nom",
    "nombre",
    "campo",
];
const VALUES: [&str; 10] = [
    "value",
    "fieldvalue",
    "field value",
    "content",
    "contents",
    "current value",
    "wert",
    "feldwert",
    "valeur",
    "valor",
];

/// The text with each name before its value on one line, byte for byte as long: `- name: WWFACI` above `value: 'C01'` as
/// `WWFACI: 'C01'`; `None` where it has no such lines.
pub(crate) fn pairs(text: &str) -> Option<String> {
    // Nearly all texts have none.
    let seen = sample(text, SAMPLE);
    let told = lines_in_twos(seen).filter(|(name, value)| pair(name, value).is_some());
    if told.take(FEWEST).count() < FEWEST {
        return None;
    }
    let lines: Vec<&str> = lines_of(text).collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        let below = lines.get(at + 1).copied().unwrap_or_default();
        match pair(line, below) {
            Some((name, value)) => {
                let indent = line.len() - line.trim_start().len();
                let said = value.value.trim_end_matches(['\r', '\n']);
                let bare =
                    format!("{}{}{}{said}", &line[..indent], name.value.trim().trim_matches(['\'', '"']), value.sign);
                let end = &value.value[said.len()..];
                out.push_str(&format!("{bare}{}{end}", " ".repeat(line.len() + below.len() - bare.len() - end.len())));
                at += 2;
            }
            None => {
                out.push_str(line);
                at += 1;
            }
        }
    }
    Some(out)
}

/// What a line calls what it says, where that stands, and what it says.
struct Told<'l> {
    /// What stands before the word, but for signs of a list: `Sig[0].`
    place: &'l str,
    sign: char,
    value: &'l str,
}

/// A line with a name, and the line with its value below it.
fn pair<'l>(line: &'l str, below: &'l str) -> Option<(Told<'l>, Told<'l>)> {
    let name = told(line.trim_start().trim_start_matches(['-', '*']), &NAMES)?;
    let value = told(below, &VALUES)?;
    let word = name.value.trim().trim_matches(['\'', '"']);
    let named = !word.is_empty() && word.len() <= LONGEST_NAME && !word.contains(['=', ':', ',']);
    (named && name.place == value.place && name.sign == value.sign).then_some((name, value))
}

/// Bytes of the longest name.
const LONGEST_NAME: usize = 60;

fn told<'l>(line: &'l str, words: &[&str]) -> Option<Told<'l>> {
    let at = memchr::memchr2(b':', b'=', line.as_bytes())?;
    // Most names end in leaders, or otherwise than all of these words.
    let last = line.as_bytes()[..at].iter().rfind(|byte| !matches!(byte, b' ' | b'"'))?.to_ascii_lowercase();
    words.iter().find(|word| word.as_bytes().last() == Some(&last))?;
    let before = blank::trim(&line[..at]).trim_matches('"');
    let start = memchr::memrchr(b'.', before.as_bytes()).map_or(0, |dot| dot + 1);
    let word = &before.as_bytes()[start..];
    let same = |(own, known): (&u8, u8)| own.eq_ignore_ascii_case(&known) || *own == b'_' && known == b' ';
    let is = |known: &str| known.len() == word.len() && word.iter().zip(known.bytes()).all(same);
    let sign = if line.as_bytes()[at] == b':' { ':' } else { '=' };
    words.iter().any(|known| is(known)).then(|| Told { place: &before[..start], sign, value: &line[at + 1..] })
}

/// The text without what the command line of PostgreSQL writes beside the lines of a value: the bar before them and the
/// `+` behind all but the last; byte for byte, `None` where it has no rows one below the other.
pub(crate) fn in_rows(text: &str) -> Option<String> {
    memchr::memmem::find(sample(text, SAMPLE).as_bytes(), b"-[ RECORD ")?;
    let goes_on = |line: &str| line.trim_start().starts_with("| ");
    let lines: Vec<&str> = lines_of(text).collect();
    lines.iter().find(|line| goes_on(line))?;
    let mut out = String::with_capacity(text.len());
    for (at, line) in lines.iter().enumerate() {
        let said = line.trim_end();
        let ends = &line[said.len()..];
        let more = lines.get(at + 1).is_some_and(|below| goes_on(below)).then(|| said.strip_suffix('+')).flatten();
        let body = more.map_or(said.to_owned(), |said| format!("{said} "));
        out.push_str(&if goes_on(&body) { body.replacen('|', " ", 1) } else { body });
        out.push_str(ends);
    }
    Some(out)
}

/// The text with each object that is nothing but a name and its value as these, byte for byte as long:
/// `Field[name=WWFACI, value='C01']` as `WWFACI='C01'`; `None` where it has no such lines.
pub(crate) fn objects(text: &str) -> Option<String> {
    memchr::memmem::find(sample(text, SAMPLE).as_bytes(), b"value")?;
    rewritten(text, sample(text, SAMPLE), FEWEST, object, |line, (name, value)| {
        filled(&format!("{}{name}={value}", &line[..line.len() - line.trim_start().len()]), line)
    })
}

/// The name and the value of an object that is all of a line.
fn object(line: &str) -> Option<(&str, &str)> {
    let body = line.trim().trim_end_matches(',');
    let (class, members) = body.split_once(['[', '{', '('])?;
    let members = members.strip_suffix([']', '}', ')'])?;
    let rest = ["name=", "name: ", "name:"].iter().find_map(|said| members.strip_prefix(said))?;
    let (name, rest) = rest.split_once(", ").or_else(|| rest.split_once(','))?;
    let value = ["value=", "value: ", "value:"].iter().find_map(|said| rest.strip_prefix(said))?;
    let name = name.trim_matches(['\'', '"']);
    let plain = name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | ' '));
    (class.chars().all(char::is_alphanumeric) && plain && !name.is_empty()).then_some((name, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_of_a_list_are_names_and_values() {
        let text =
            "fields:\n  - name: A1\n    value: 'x'\n  - name: 'B2'\n    value: y\n  - name: C3\n    value: 1\nend: 1\n";
        let plain = pairs(text).expect("items");
        assert_eq!(plain.len(), text.len());
        let lines: Vec<&str> = plain.lines().map(str::trim).collect();
        assert_eq!(lines, ["fields:", "A1: 'x'", "B2: y", "C3: 1", "end: 1"]);
        assert_eq!(pairs("- name: a\n  value: 1\n"), None);
        let rows = "  fieldname: WXCUCD\n fieldvalue: SEK\n*** 2. row ***\n  fieldname: WBSAPR\n fieldvalue: 1.00\n  fieldname: A\n fieldvalue: \n";
        let plain = pairs(rows).expect("rows");
        let lines: Vec<&str> = plain.lines().map(str::trim).collect();
        assert_eq!((plain.len(), lines), (rows.len(), vec!["WXCUCD: SEK", "*** 2. row ***", "WBSAPR: 1.00", "A:"]));
    }

    #[test]
    fn objects_of_a_name_and_a_value_are_that() {
        let text = "Fields:\n  Field[name=WWFACI, value='C01']\nField{name='WWDIVI', value=AAA}\nField(name: X1, value: 2)\r\nend\n";
        let plain = objects(text).expect("objects");
        assert_eq!(plain.len(), text.len());
        let lines: Vec<&str> = plain.lines().map(str::trim).collect();
        assert_eq!(lines, ["Fields:", "WWFACI='C01'", "WWDIVI=AAA", "X1=2", "end"]);
        assert_eq!(objects("Field[name=A, value=1]\n"), None);
        assert_eq!(objects("a value\nb value\nc value\n"), None);
    }

    #[test]
    fn rows_of_a_value_have_no_bars_of_their_own() {
        let rows = "-[ RECORD 1 ]\nid    | 1\ntrace | at a.b.C.d(C.java:1) +\n      | at a.b.C.e(C.java:2)\n";
        let plain = in_rows(rows).expect("rows");
        assert_eq!(plain, "-[ RECORD 1 ]\nid    | 1\ntrace | at a.b.C.d(C.java:1)  \n        at a.b.C.e(C.java:2)\n");
        assert!(
            super::super::frames::behind_names(&plain)
                .is_some_and(|text| text.contains("trace :\nat a.b.C.d(C.java:1)  \n"))
        );
        assert_eq!(in_rows("a | b+\n"), None);
    }

    #[test]
    fn a_name_stands_before_its_value() {
        let text = "A=1\nSig[0].Name=Program\nSig[0].Value=CRS008\nSig[1].Name=User\r\nSig[1].Value=JDOE\r\nSig[2].Name=Panel\nSig[2].Value=E\n";
        let plain = pairs(text).expect("pairs");
        assert_eq!(plain.len(), text.len());
        let lines: Vec<String> =
            plain.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        assert_eq!(lines, ["A=1", "Program=CRS008", "User=JDOE", "Panel=E"]);
        for other in ["Sig[0].Name=Program\nSig[0].Value=CRS008\n", "name: a=b\nvalue: b\n", ""] {
            assert_eq!(pairs(other), None, "{other}");
        }
    }
}

//! Names and values on lines of their own, counted: `Sig[0].Name=Program` above `Sig[0].Value=CRS008`, as reports of
//! Windows have them. It must not know what the names mean.

use super::{blank, lines_of, rewritten, sample};

/// Bytes of a text that show whether it has such lines.
const SAMPLE: usize = 64 << 10;

/// Pairs of lines that a text has at least.
const FEWEST: usize = 3;

/// The text with each name before its value on one line, byte for byte as long; `None` where it has no such lines.
pub(crate) fn pairs(text: &str) -> Option<String> {
    // Nearly all texts have none.
    memchr::memmem::find(sample(text, SAMPLE).as_bytes(), b".Name=")?;
    let lines: Vec<&str> = lines_of(text).collect();
    let name_at = |at: usize| {
        let (name, value) = (member(lines.get(at)?, "Name")?, member(lines.get(at + 1)?, "Value")?);
        (name.0 == value.0 && !name.1.is_empty()).then_some(name.1)
    };
    let names: Vec<Option<&str>> = (0..lines.len()).map(name_at).collect();
    if names.iter().flatten().count() < FEWEST {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        match names[at] {
            Some(name) => {
                let next = lines[at + 1];
                let behind_sign = |line: &str| line.find('=').map_or(0, |sign| sign + 1);
                let (name_at, value_at) = (behind_sign(line), behind_sign(next));
                let fill = " ".repeat(line.len() - name_at - name.len() - 1);
                out.push_str(&format!("{}{name}={fill}", blank(&line[..name_at])));
                out.push_str(&format!("{}{}", blank(&next[..value_at]), &next[value_at..]));
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

/// The text with each name above its value on one line, as lists of YAML have them, byte for byte as long:
/// `- name: WWFACI` above `value: 'C01'` as `WWFACI: 'C01'`; `None` where it has no such lines.
pub(crate) fn items(text: &str) -> Option<String> {
    memchr::memmem::find(sample(text, SAMPLE).as_bytes(), b"name:")?;
    let lines: Vec<&str> = lines_of(text).collect();
    let item = |at: usize| {
        let name = lines.get(at)?.trim().strip_prefix("- ")?.trim_start().strip_prefix("name:")?.trim();
        let below = lines.get(at + 1)?;
        let value = below.trim_start().strip_prefix("value:")?;
        (!name.is_empty()).then_some((name.trim_matches(['\'', '"']), value))
    };
    if (0..lines.len()).filter_map(item).take(FEWEST).count() < FEWEST {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        match item(at) {
            Some((name, value)) => {
                let indent = line.len() - line.trim_start().len();
                let bare = format!("{}{name}:{}", &line[..indent], value.trim_end());
                let (len, end) = (line.len() + lines[at + 1].len(), value.len() - value.trim_end().len());
                out.push_str(&format!("{bare}{}{}", " ".repeat(len - end - bare.len()), &value[value.len() - end..]));
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

/// The text with each object that is nothing but a name and its value as these, byte for byte as long:
/// `Field[name=WWFACI, value='C01']` as `WWFACI='C01'`; `None` where it has no such lines.
pub(crate) fn objects(text: &str) -> Option<String> {
    memchr::memmem::find(sample(text, SAMPLE).as_bytes(), b"value")?;
    rewritten(text, sample(text, SAMPLE), FEWEST, object, |line, (name, value)| {
        let end = line.trim_end().len();
        let bare = format!("{}{name}={value}", &line[..line.len() - line.trim_start().len()]);
        format!("{bare}{}{}", " ".repeat(end - bare.len()), &line[end..])
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

/// The counted object and what it says, of a line such as `Sig[0].Name=Program`.
fn member<'l>(line: &'l str, which: &str) -> Option<(&'l str, &'l str)> {
    let (left, right) = line.split_once('=')?;
    let object = left.trim().strip_suffix(which)?.strip_suffix('.')?;
    object
        .ends_with(|c: char| c == ']' || c == ')' || c.is_ascii_digit())
        .then(|| (object, right.trim_end_matches(['\r', '\n'])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_of_a_list_are_names_and_values() {
        let text =
            "fields:\n  - name: A1\n    value: 'x'\n  - name: 'B2'\n    value: y\n  - name: C3\n    value: 1\nend: 1\n";
        let plain = items(text).expect("items");
        assert_eq!(plain.len(), text.len());
        let lines: Vec<&str> = plain.lines().map(str::trim).collect();
        assert_eq!(lines, ["fields:", "A1: 'x'", "B2: y", "C3: 1", "end: 1"]);
        assert_eq!(items("- name: a\n  value: 1\n"), None);
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
    fn a_name_stands_before_its_value() {
        let text = "A=1\nSig[0].Name=Program\nSig[0].Value=CRS008\nSig[1].Name=User\r\nSig[1].Value=JDOE\r\nSig[2].Name=Panel\nSig[2].Value=E\n";
        let plain = pairs(text).expect("pairs");
        assert_eq!(plain.len(), text.len());
        let lines: Vec<String> =
            plain.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        assert_eq!(lines, ["A=1", "Program= CRS008", "User= JDOE", "Panel= E"]);
        for other in
            ["Sig[0].Name=Program\nSig[0].Value=CRS008\n", "Name=a\nValue=b\nName=a\nValue=b\nName=a\nValue=b\n", ""]
        {
            assert_eq!(pairs(other), None, "{other}");
        }
    }
}

//! Names and values on lines of their own, counted: `Sig[0].Name=Program` above `Sig[0].Value=CRS008`, as reports of
//! Windows have them. It must not know what the names mean.

use super::{blank, lines_of, sample};

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

//! What other programs' notations put around values: the class of a value in YAML (`job: !!com.example.Job`), the pairs of
//! a map as PowerShell prints them (`Fields : {[WWFACI, A02], [WEDIVI, AAA]}`). It must not know what the names mean.

use super::{blank, rewritten, sample};

/// Bytes of a text that show whether it has such values.
const SAMPLE: usize = 64 << 10;

/// Tags that a text has at least.
const FEWEST_TAGS: usize = 2;

/// The text without the tags that YAML puts before values, byte for byte as long; `None` where it has too few.
pub(crate) fn untagged(text: &str) -> Option<String> {
    memchr::memmem::find(sample(text, SAMPLE).as_bytes(), b" !!")?;
    rewritten(text, sample(text, SAMPLE), FEWEST_TAGS, tag, |line, (start, end)| {
        format!("{}{}{}", &line[..start], blank(&line[start..end]), &line[end..])
    })
}

/// Where the tag starts and ends that stands before the value of a line, or before what follows below it.
fn tag(line: &str) -> Option<(usize, usize)> {
    let start = line.find(" !!")? + 1;
    let len = line[start..].find(char::is_whitespace).unwrap_or(line.len() - start);
    let named = |c: char| c.is_alphanumeric() || matches!(c, '!' | '.' | '$' | '/' | ':' | '_' | '-');
    let before = line[..start].trim_end();
    let opens = before.ends_with([':', '-']) && !before.contains(['"', '\'']);
    (opens && len > 3 && line[start..start + len].chars().all(named)).then_some((start, start + len))
}

/// The text with each pair of such a map on a line of its own, below its name as a heading, byte for byte as long; `None`
/// where it has none.
pub(crate) fn pairs(text: &str) -> Option<String> {
    memchr::memmem::find(sample(text, SAMPLE).as_bytes(), b"{[")?;
    rewritten(text, sample(text, SAMPLE), 1, map, |line, (name, open)| {
        let members = line[open + 1..].trim_end();
        let ends = &line[open + 1 + members.len()..];
        let members = members.trim_end_matches(['}', '.']);
        let mut out = format!("[{}]{}", &line[..name], blank(&line[name + 2..open + 1]));
        let mut at = 0;
        while let Some((start, comma, end)) = pair(&members[at..]) {
            out.push_str(&blank(&members[at..at + start]));
            let (key, value) = (&members[at + start + 1..at + comma], &members[at + comma + 2..at + end]);
            out.push_str(&format!("\n{key}= {value} "));
            at += end + 1;
        }
        out.push_str(&blank(&line[open + 1 + at..line.len() - ends.len()]));
        out.push_str(ends);
        out
    })
}

/// Where the name of a map ends, and where it opens; its pairs follow each other up to its end, or to where it was cut.
fn map(line: &str) -> Option<(usize, usize)> {
    let open = line.find("{[")?;
    let name = line[..open].trim_end().strip_suffix([':', '='])?.trim_end().len();
    let named = line.starts_with(char::is_alphabetic) && line[..name].chars().all(|c| c.is_alphanumeric() || c == '_');
    let members = line[open + 1..].trim_end();
    let cut = members.strip_suffix('}')?;
    let (mut at, mut found) = (0, 0);
    while let Some((start, _, end)) = pair(&cut[at..]) {
        let apart = matches!(cut[at..at + start].trim(), "," | "") && (found == 0) == (start == 0);
        if !apart {
            return None;
        }
        (at, found) = (at + end + 1, found + 1);
    }
    let rest = cut[at..].trim_matches([',', ' ', '.', '…']);
    (named && open >= name + 2 && found > 0 && rest.is_empty()).then_some((name, open))
}

/// Where the next pair `[name, value]` starts, where its comma stands, and where it ends: before the next one, or at the
/// end.
fn pair(text: &str) -> Option<(usize, usize, usize)> {
    let start = text.find('[')?;
    let comma = start + text[start..].find(", ")?;
    let is_name = text[start + 1..comma].chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '$' | '#' | '@'));
    let end = comma + text[comma..].find("], [").or_else(|| text[comma..].rfind(']'))?;
    (is_name && comma > start + 1).then_some((start, comma, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bare(text: Option<String>, of: &str) -> Option<String> {
        let text = text?;
        assert_eq!(text.len(), of.len());
        Some(text.lines().map(str::trim).collect::<Vec<_>>().join("|"))
    }

    #[test]
    fn tags_of_yaml_are_blanks() {
        let text = "job: !!com.example.Job\n  id: '47'\nuser: !!str JDOE\nsaid: \"a !!b\"\n- !!x.Y\n  a: b!!\n";
        assert_eq!(
            bare(untagged(text), text).as_deref(),
            Some("job:|id: '47'|user:       JDOE|said: \"a !!b\"|-|a: b!!")
        );
        for other in ["a: !!b\n", "it failed !!\nagain !!\nsay !! it\n", ""] {
            assert_eq!(untagged(other), None, "{other}");
        }
    }

    #[test]
    fn pairs_of_a_map_are_lines() {
        let text = "Fields         : {[WWFACI, A02], [WSTX, a, b [c]], [IN60, ]}\r\nStack : {A, B}\n";
        let plain = "[Fields]|WWFACI= A02|WSTX= a, b [c]|IN60=|Stack : {A, B}";
        assert_eq!(bare(pairs(text), text).as_deref(), Some(plain));
        let cut = "Fields : {[A, b], [C, d]...}\n";
        assert_eq!(bare(pairs(cut), cut).as_deref(), Some("[Fields]|A= b|C= d"));
        for other in ["x {[a, b]}\n", "List : {[1], [2]}\n", "Map : {[a, b], c}\n", "Map : {[a, b\n", ""] {
            assert_eq!(pairs(other), None, "{other}");
        }
    }
}

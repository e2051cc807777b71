//! Names and values in brackets of their own behind what they are: `variables: [WWFACI=A02] [WWDIVI=AAA]`. It must not know
//! what they mean.

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

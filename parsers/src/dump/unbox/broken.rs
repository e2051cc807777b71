//! Cells of separated values that go over lines, as a stack trace in a column does. It must not know what the columns are.

use super::{lines_of, sample, single};

/// Bytes of a text that show whether it has such cells.
const SAMPLE: usize = 64 << 10;

/// Cells that stand before such a one, at least.
const FEWEST: usize = 4;

/// The text with each such cell below its row, without its quotes, byte for byte as long; `None` where it has none.
pub(crate) fn cells(text: &str) -> Option<String> {
    memchr::memmem::find(sample(text, SAMPLE).as_bytes(), b",\"")
        .or_else(|| memchr::memmem::find(sample(text, SAMPLE).as_bytes(), b";\""))?;
    let mut out = String::with_capacity(text.len());
    // Whether the line before opened a cell that isn't closed yet.
    let mut open = false;
    let mut found = false;
    for line in lines_of(text) {
        match (open, opened(line)) {
            (false, Some(quote)) => {
                open = true;
                found = true;
                out.push_str(&format!("{}\n{}", &line[..quote], single(&line[quote + 1..], '"')));
            }
            (true, _) => match closed(line) {
                Some(quote) => {
                    let (said, behind) = (single(&line[..quote], '"'), &line[quote + 1..]);
                    // The next cell may go over lines as well.
                    open = behind.starts_with([',', ';', '\t'])
                        && behind[1..].starts_with('"')
                        && closed(&behind[2..]).is_none();
                    match open {
                        true => out.push_str(&format!("{said} \n {}", single(&behind[2..], '"'))),
                        false => out.push_str(&format!("{said} {behind}")),
                    }
                }
                None => out.push_str(&single(line, '"')),
            },
            (false, None) => out.push_str(line),
        }
    }
    // One that is never closed is a quote of another kind.
    (found && !open).then_some(out)
}

/// The quote on a row that opens a cell which isn't closed on its line.
fn opened(line: &str) -> Option<usize> {
    let separators = line.bytes().filter(|byte| matches!(byte, b',' | b';' | b'\t')).count();
    if separators < FEWEST || line.bytes().filter(|byte| *byte == b'"').count().is_multiple_of(2) {
        return None;
    }
    let quote = [",\"", ";\"", "\t\""].iter().filter_map(|sign| line.rfind(sign)).max()? + 1;
    (!line[quote + 1..].contains('"')).then_some(quote)
}

/// The quote that closes a cell of lines above; those doubled are part of it.
fn closed(line: &str) -> Option<usize> {
    let bytes = line.as_bytes();
    let mut at = 0;
    while let Some(quote) = memchr::memchr(b'"', &bytes[at..]).map(|n| at + n) {
        if bytes.get(quote + 1) != Some(&b'"') {
            return Some(quote);
        }
        at = quote + 2;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_in_a_column_stands_below_its_row() {
        let text = "A,B,C,D,TRACE\n1,2,\"x \"\"y\"\"\",4,\"a.B: said \n\tat a.B.c(B.java:7)\"\n5,6,7,8,9\n";
        let plain = cells(text).expect("cells");
        assert_eq!(plain, "A,B,C,D,TRACE\n1,2,\"x \"\"y\"\"\",4,\na.B: said \n\tat a.B.c(B.java:7) \n5,6,7,8,9\n");
        for other in ["1,2,3,4,\"5\"\n", "1,2,3,4,\"5\n", "a: 1, b: 2, c: \"x\n", ""] {
            assert_eq!(cells(other), None, "{other}");
        }
    }
}

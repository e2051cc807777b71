//! A web page as lines of text of the same length. It must not know what the page says.

/// The page without its tags: blocks start lines, cells of a table are split by bars. Byte for byte as long.
pub(super) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut cells = 0;
    while let Some(open) = rest.find('<') {
        out.push_str(&rest[..open]);
        rest = &rest[open..];
        let Some(end) = rest.find('>').map(|n| n + 1) else { break };
        let tag = name(&rest[..end]);
        let skipped =
            if matches!(tag.as_str(), "script" | "style" | "head") { end_of(rest, &tag).max(end) } else { end };
        let sign = match tag.as_str() {
            "tr" | "p" | "div" | "br" | "li" | "pre" | "table" | "dt" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6"
            | "ul" | "body" | "section" => {
                cells = 0;
                '\n'
            }
            "td" | "th" | "dd" => {
                cells += 1;
                if cells > 1 || tag == "dd" { '|' } else { ' ' }
            }
            _ => ' ',
        };
        out.push(sign);
        out.push_str(&" ".repeat(skipped - 1));
        rest = &rest[skipped..];
    }
    out.push_str(rest);
    out
}

fn name(tag: &str) -> String {
    let letters = tag.trim_start_matches('<').chars().take_while(char::is_ascii_alphanumeric);
    letters.collect::<String>().to_ascii_lowercase()
}

/// Where an element ends whose content is no text of the page.
fn end_of(rest: &str, tag: &str) -> usize {
    let close = format!("</{tag}");
    let found = rest.to_ascii_lowercase().find(&close);
    found.and_then(|at| rest[at..].find('>').map(|n| at + n + 1)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_and_blocks_become_lines() {
        let text = "<html><head><title>x</title></head><body><table><tr><th>Program</th><td>CRS008 é</td></tr></table><pre>\n a\n</pre></body>";
        let plain = plain(text);
        assert_eq!(plain.len(), text.len());
        let lines: Vec<String> = plain.lines().map(|l| l.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        assert_eq!(lines.iter().filter(|l| !l.is_empty()).collect::<Vec<_>>(), ["Program | CRS008 é", "a"]);
    }
}

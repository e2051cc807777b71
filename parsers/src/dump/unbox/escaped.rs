//! Markup that was escaped once more to stand in other markup: `&lt;user&gt;JDOE&lt;/user&gt;`.

/// The markup as it was, byte for byte as long; `None` for any other text. The blanks that fill it up stand outside of
/// its tags and values.
pub(crate) fn markup(text: &str) -> Option<String> {
    let start = text.trim_start_matches('\u{feff}').trim_start();
    if !start.starts_with("&lt;") || !(text.contains("&lt;/") || text.contains("/&gt;")) {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    // Whether a quote that comes next opens a value.
    let mut opens = true;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let known = [("&lt;", '<'), ("&gt;", '>'), ("&quot;", '"'), ("&#34;", '"'), ("&apos;", '\''), ("&#39;", '\'')];
        let Some((name, sign)) = known.into_iter().find(|(name, _)| rest.starts_with(name)) else {
            // What was escaped twice is escaped once now: `&amp;lt;` would be `&lt;`, with blanks behind.
            let escaped = rest.strip_prefix("&amp;").and_then(|inner| Some(inner.find(';').filter(|at| *at <= 6)? + 1));
            let len = escaped.map_or(1, |len| {
                out.push('&');
                out.push_str(&rest[5..5 + len]);
                out.push_str("    ");
                5 + len
            });
            if escaped.is_none() {
                out.push('&');
            }
            rest = &rest[len..];
            continue;
        };
        let fill = " ".repeat(name.len() - 1);
        let before = sign == '<' || matches!(sign, '"' | '\'') && opens;
        if matches!(sign, '"' | '\'') {
            opens = !opens;
        } else {
            opens = true;
        }
        if before {
            out.push_str(&fill);
        }
        out.push(sign);
        if !before {
            out.push_str(&fill);
        }
        rest = &rest[name.len()..];
    }
    out.push_str(rest);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escaped_markup_is_markup_of_the_same_length() {
        let text = "&lt;d user=&quot;J &amp;amp; D&quot;&gt;\n&lt;b&gt;x&lt;/b&gt;&lt;/d&gt;";
        let plain = markup(text).expect("markup");
        assert_eq!(plain, "   <d user=     \"J &amp;     D\"     >   \n   <b>   x   </b>      </d>   ");
        assert_eq!(plain.len(), text.len());
        assert_eq!(markup("a &lt; b"), None);
        assert_eq!(markup("&lt;unknown&gt;"), None);
    }
}

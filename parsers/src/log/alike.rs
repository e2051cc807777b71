//! What stays the same in messages that differ in numbers, ids and quoted values.

/// The message with numbers, ids and quoted text taken out, its first line only.
#[must_use]
pub fn alike(message: &str) -> String {
    let line = message.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let mut out = String::with_capacity(line.len());
    let mut quoted = false;
    for word in line.split_inclusive(|c: char| c.is_whitespace() || "=,;:()[]{}<>/\\\"'".contains(c)) {
        let (text, end) = match word.char_indices().next_back() {
            Some((at, c)) if c.is_whitespace() || "=,;:()[]{}<>/\\\"'".contains(c) => word.split_at(at),
            _ => (word, ""),
        };
        if !quoted {
            let varies = text.chars().any(|c| c.is_ascii_digit());
            out.push_str(if varies { "<*>" } else { text });
            out.push_str(end);
        }
        if end == "\"" {
            if quoted {
                out.push_str("<*>\"");
            }
            quoted = !quoted;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::alike;

    #[test]
    fn what_varies_is_taken_out() {
        assert_eq!(alike("Took 15 ms for CRS008 (user=jdoe)"), "Took <*> ms for <*> (user=jdoe)");
        assert_eq!(alike("Executing \"a b\" now\nmore"), "Executing \"<*>\" now");
        assert_eq!(alike(""), "");
    }
}

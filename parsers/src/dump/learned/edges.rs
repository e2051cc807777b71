//! What values begin and end with that they shouldn't share: who sees the same signs around several of them hasn't seen
//! where they begin and end. It must not know what the values mean.

/// What stands at the beginning and at the end of a value, where it is a sign or a word in small letters that others
/// may share.
pub(crate) fn of(value: &str) -> [Option<&str>; 2] {
    let value = value.trim();
    let end = value.find(|c: char| !c.is_alphanumeric()).unwrap_or(value.len());
    let first = match value.chars().next() {
        Some(c) if !c.is_alphanumeric() && !matches!(c, '*' | '-' | '.' | '/') => Some(&value[..c.len_utf8()]),
        // The word alone may be the value, and so may a word of another kind.
        _ => Some(&value[..end])
            .filter(|word| end < value.len() && !value[end..].starts_with(['.', '_', '-', '\\', '@']) && is_word(word)),
    };
    let start = value.char_indices().rev().find(|(_, c)| !c.is_alphanumeric()).map_or(0, |(at, c)| at + c.len_utf8());
    let last = match value.chars().next_back() {
        Some(c) if matches!(c, ')' | ']' | '}' | '>' | ';' | '"' | '\'' | '|' | '\\') => {
            Some(&value[value.len() - c.len_utf8()..])
        }
        _ => Some(&value[start..]).filter(|word| start > 0 && is_word(word)),
    };
    [first, last]
}

fn is_word(word: &str) -> bool {
    word.len() > 1 && word.chars().next_back().is_some_and(char::is_lowercase) && word.chars().all(char::is_alphabetic)
}

/// Which of some values share an edge with another one.
pub(crate) fn shared(values: &[&str]) -> Vec<bool> {
    let edges: Vec<[Option<&str>; 2]> = values.iter().map(|value| of(value)).collect();
    let shares = |at: usize| {
        (0..2).any(|side| {
            edges[at][side].is_some()
                && (0..edges.len()).any(|other| other != at && edges[other][side] == edges[at][side])
        })
    };
    (0..values.len()).map(shares).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_several_values_begin_or_end_with() {
        let shown = |values: &[&str]| shared(values).into_iter().map(u8::from).collect::<Vec<_>>();
        assert_eq!(shown(&["|| JDOE", "|| 4711", "PRD"]), [1, 1, 0]);
        assert_eq!(shown(&["Optional(JDOE)", "Optional(4711)"]), [1, 1]);
        assert_eq!(shown(&["JDOE ; from the job", "PRD ; from the job"]), [1, 1]);
        assert_eq!(shown(&["M3BE_PRD", "M3BE_15.1", "svc_mec", "svc_x", "*NONE", "*BLANKS", "JDOE (x)"]), [0; 7]);
    }
}

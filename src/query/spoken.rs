//! Words that look like operators to who writes a filter, and are none: what is looked for is what is written.

/// What is to be said of the first `or`, `and` or `not` among the terms that isn't written as an operator is, outside
/// quotes; `None` where there is none.
#[must_use]
pub fn taken_as_word(filter: &str) -> Option<String> {
    let unquoted = filter.split('"').step_by(2);
    let terms = filter.split_whitespace().count();
    let mut words = unquoted.flat_map(|part| part.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')')));
    let word = words.find(|word| {
        let operator = ["or", "and", "not"].iter().any(|known| word.eq_ignore_ascii_case(known));
        operator && terms > 1 && **word != *word.to_ascii_uppercase()
    })?;
    let does = if word.eq_ignore_ascii_case("not") { "negates" } else { "joins" };
    Some(format!("{word} is looked for as a word; {} {does}", word.to_ascii_uppercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_an_operator_is_told() {
        let told = |filter| taken_as_word(filter).unwrap_or_default();
        assert_eq!(told("user:a or user:b"), "or is looked for as a word; OR joins");
        assert_eq!(told("(user:a Not user:b)"), "Not is looked for as a word; NOT negates");
        assert_eq!(told("not is:failed"), "not is looked for as a word; NOT negates");
        for none in ["user:a OR user:b", "\"this or that\" is:failed", "or", "order and-then"] {
            assert_eq!(told(none), "", "{none}");
        }
    }
}

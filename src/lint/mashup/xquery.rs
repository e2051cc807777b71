//! Searches in the document archive.

use std::sync::LazyLock;

use regex::Regex;

use super::super::text::Found;
use super::super::xaml::{Value, Xaml};
use super::has_parameter;
use crate::model::{Artefact, LintRule, Weight};

pub(in super::super) const RULE: LintRule = LintRule {
    name: "mashup-search-xquery",
    artefacts: &[Artefact::Mashup],
    weight: Weight::Warning,
    on: true,
    looks_for: "a SearchXQuery for the document archive that compares with a value written into the mashup, or has no parameter at all",
    why: "It finds the same documents whatever is selected; document types and attributes differ between environments",
    remedy: "put a parameter in braces in place of the value ({CUNO}) and bind it",
    example: (
        "<mashup:Parameter TargetKey=\"SearchXQuery\" Value=\"/M3_Customer[@CUNO = &quot;Y60000&quot;]\" />",
        "<mashup:Parameter TargetKey=\"SearchXQuery\" Value=\"{}/M3_Customer[@CUNO = &quot;{CUNO}&quot;]\" />",
    ),
};

pub(super) fn check(xaml: &Xaml<'_>, at: usize, found: &mut Vec<Found>) {
    if xaml.plain(at, "TargetKey").or(xaml.plain(at, "Key")) != Some("SearchXQuery") {
        return;
    }
    let Some(Value::Literal { text, range }) = xaml.property(at, "Value") else { return };
    if !text.trim().is_empty() && is_hard_coded(&text) {
        let message = |shown: &str| format!("the search in the document archive is hard-coded: {shown}");
        found.push(Found::new(&RULE, range, ("SearchXQuery", &text), message));
    }
}

fn is_hard_coded(query: &str) -> bool {
    static COMPARED: LazyLock<Regex> = LazyLock::new(|| {
        let pattern = r#"(?:[=<>]|\blike\b|,)\s*(?:"([^"]*)"|'([^']*)'|([0-9][\w.]*))"#;
        Regex::new(pattern).expect("invariant: a pattern that compiles")
    });
    if !has_parameter(query.trim_start().strip_prefix("{}").unwrap_or(query)) {
        return true;
    }
    COMPARED.captures_iter(query).any(|compared| {
        let value = compared.iter().skip(1).flatten().next().map_or("", |value| value.as_str());
        !value.is_empty() && !has_parameter(value)
    })
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::{clean, hits};

    #[test]
    fn searches_compare_with_parameters() {
        for query in ["/M3_Customer[@CUNO = &quot;Y60000&quot;]", "/Invoice", "{}/A[@B='{C}' and @D='100']"] {
            let text = format!("<p TargetKey='SearchXQuery' Value=\"{query}\"/>");
            assert_eq!(hits(&text), [("mashup-search-xquery", query.to_owned())], "{query}");
        }
    }

    #[test]
    fn bound_searches_are_left_alone() {
        for query in ["{Binding Query}", "{}/A[@B = &quot;{C}&quot;]", "/A[@B='{C}' and @D like '{E}%']", ""] {
            clean(&format!("<p TargetKey='SearchXQuery' Value=\"{query}\"/>"));
        }
        clean("<p TargetKey='Search' Value='/Invoice'/>");
    }
}

//! Any other value that is written into a mashup. There are thousands of them in a large one, most of them on purpose, so
//! it is looked for on request only.

use super::super::text::Found;
use super::super::xaml::{Value, Xaml};
use super::{KEYS, has_parameter};
use crate::model::{Artefact, LintRule, Weight};

pub(in super::super) const RULE: LintRule = LintRule {
    name: "mashup-hard-coded-value",
    artefacts: &[Artefact::Mashup],
    weight: Weight::Warning,
    on: false,
    looks_for: "any literal in Value, DefaultValue, SelectedValue, SourceValue or TargetValue (on request: --deny)",
    why: "What differs between environments, companies or users must not be written into a mashup",
    remedy: "bind it, or take it from the profile or the user's context",
    example: (
        "<mashup:Parameter TargetKey=\"CONO\" Value=\"100\" />",
        "<mashup:Parameter TargetKey=\"CONO\" Value=\"{mashup:UserContextValue Path=M3/Company}\" />",
    ),
};

const ATTRIBUTES: [&str; 5] = ["Value", "DefaultValue", "SelectedValue", "SourceValue", "TargetValue"];

/// Keys whose values name a program or an operation, or are looked at by another rule.
const NAMES: [&str; 12] = [
    "WS.Operation",
    "WS.Contract",
    "MI.Program",
    "MI.Transaction",
    "WS.CredentialSource",
    "WS.Wsdl",
    "WS.Address",
    "WS.User",
    "WS.Password",
    "BaseUri",
    "SearchXQuery",
    "MI.OutputFields",
];

pub(super) fn check(xaml: &Xaml<'_>, at: usize, found: &mut Vec<Found>) {
    let key = KEYS.iter().find_map(|name| xaml.plain(at, name)).unwrap_or_default();
    if NAMES.contains(&key) {
        return;
    }
    for name in ATTRIBUTES {
        let Some(Value::Literal { text, range }) = xaml.property(at, name) else { continue };
        if text.trim().is_empty() || text.starts_with("mailto:{") || has_parameter(text.trim_start_matches("{}")) {
            continue;
        }
        let what = if key.is_empty() { name } else { key };
        let message = |shown: &str| format!("{what} is hard-coded: {shown}");
        found.push(Found::new(&RULE, range, (what, &text), message));
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::{clean, denied};

    #[test]
    fn values_are_looked_for_on_request() {
        let text = "<mashup:Parameter TargetKey='CONO' Value='100'/>";
        clean(text);
        assert_eq!(denied(text, "mashup-hard-coded-value"), ["100"]);
        for other in [
            "Value='{Binding A}'",
            "SourceKey='MI.Program' Value='CRS610MI'",
            "Value='mailto:{MAIL}'",
            "Value='{}{A}/b'",
        ] {
            assert!(denied(&format!("<p {other}/>"), "mashup-hard-coded-value").is_empty(), "{other}");
        }
    }
}

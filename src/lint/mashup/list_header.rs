//! Lists of M3 whose header can't be opened.

use super::super::text::Found;
use super::super::xaml::{Value, Xaml};
use crate::model::{Artefact, LintRule, Weight};

pub(in super::super) const RULE: LintRule = LintRule {
    name: "mashup-list-header",
    artefacts: &[Artefact::Mashup],
    weight: Weight::Warning,
    on: true,
    looks_for: "an m3:ListPanel whose IsListHeaderVisible isn't True",
    why: "Users can't open the list's header, so they can't change sorting order, view and filters",
    remedy: "set IsListHeaderVisible=\"True\" on the list",
    example: (
        "<m3:ListPanel Name=\"CustomerList\" />",
        "<m3:ListPanel Name=\"CustomerList\" IsListHeaderVisible=\"True\" />",
    ),
};

/// The namespace of M3's own controls.
const M3: &str = "clr-namespace:MForms.Mashup;assembly=MForms";

pub(super) fn check(xaml: &Xaml<'_>, at: usize, found: &mut Vec<Found>) {
    let element = &xaml.document.elements[at];
    if element.name != "ListPanel" || element.namespace.as_deref() != Some(M3) {
        return;
    }
    let (range, says) = match xaml.property(at, "IsListHeaderVisible") {
        Some(Value::Expression { .. }) => return,
        Some(Value::Literal { text, .. }) if text.trim().eq_ignore_ascii_case("true") => return,
        Some(Value::Literal { text, range }) => (range, format!("is {}", text.trim())),
        None => {
            let start = element.range.start;
            (start..start + 1 + xaml.written_name(at).len(), "isn't set".to_owned())
        }
    };
    let name = xaml.plain(at, "Name").or(xaml.plain(at, "x:Name")).unwrap_or_default();
    let list = if name.is_empty() { "a list".to_owned() } else { format!("the list {name}") };
    let message = |_: &str| format!("the header of {list} is hidden: IsListHeaderVisible {says}");
    found.push(Found::new(&RULE, range, (name, &says), message));
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::{clean, hits};

    #[test]
    fn headers_of_lists_are_visible() {
        assert_eq!(hits("<m3:ListPanel Name='A' />"), [("mashup-list-header", "<m3:ListPanel".to_owned())]);
        assert_eq!(hits("<m3:ListPanel IsListHeaderVisible='False'/>"), [("mashup-list-header", "False".to_owned())]);
        clean("<m3:ListPanel IsListHeaderVisible='True'/>");
        clean("<m3:ListPanel><m3:ListPanel.IsListHeaderVisible>True</m3:ListPanel.IsListHeaderVisible></m3:ListPanel>");
        clean("<m3:DetailPanel Name='A'/>");
        clean("<x:ListPanel xmlns:x='clr-namespace:Other;assembly=Other'/>");
    }
}

//! Buttons that refresh a list, but not the one they stand at. The developer copied the button and left its target.

use std::ops::Range;

use super::super::text::Found;
use super::super::xaml::Xaml;
use crate::model::{Artefact, LintRule, Weight};

pub(in super::super) const RULE: LintRule = LintRule {
    name: "mashup-refresh-target",
    artefacts: &[Artefact::Mashup],
    weight: Weight::Warning,
    on: true,
    looks_for: "a refresh button whose event names a control that isn't there, or another than the one it stands beside",
    why: "The button does nothing that can be seen: it refreshes a list elsewhere, or none",
    remedy: "set TargetName to the name of the control that the button stands beside",
    example: (
        "<mashup:Event TargetName=\"PurchaseOrderList\" TargetEventName=\"Refresh\" /> beside RequisitionList",
        "<mashup:Event TargetName=\"RequisitionList\" TargetEventName=\"Refresh\" /> beside RequisitionList",
    ),
};

/// Where the event of a button stands.
const BUTTONS: [&str; 2] = ["IconButton.CommandParameter", "CommandBarButton.CommandParameter"];

pub(super) fn check(xaml: &Xaml<'_>, found: &mut Vec<Found>) {
    for (at, event) in xaml.document.elements.iter().enumerate() {
        let Some(slot) = event.parent.filter(|_| event.name == "Event") else { continue };
        if !BUTTONS.contains(&xaml.document.elements[slot].name) {
            continue;
        }
        let Some(place) = xaml.attribute(at, "TargetName").filter(|place| !place.raw.trim_start().starts_with('{'))
        else {
            continue;
        };
        let refreshes = xaml.plain(at, "TargetEventName").is_none_or(|event| event == "Refresh");
        if refreshes && !place.raw.is_empty() {
            check_target(xaml, slot, place.raw, place.value_range, found);
        }
    }
}

fn check_target(xaml: &Xaml<'_>, slot: usize, target: &str, range: Range<usize>, found: &mut Vec<Found>) {
    let Some(named) = (0..xaml.document.elements.len()).find(|at| name(xaml, *at) == Some(target)) else {
        let message = |_: &str| format!("the button refreshes {target}, and no control has that name");
        return found.push(Found::new(&RULE, range, ("TargetName", target), message));
    };
    let kind = xaml.document.elements[named].name;
    // The nearest element around the button that has a control of the target's kind in it is what the button belongs to.
    let mut around = xaml.document.elements[slot].parent;
    while let Some(at) = around {
        let beside: Vec<_> = xaml
            .document
            .descendants(at)
            .filter(|(_, element)| element.name == kind)
            .filter_map(|(inner, _)| name(xaml, inner))
            .collect();
        if beside.contains(&target) {
            return;
        }
        if let [only] = beside[..] {
            let message = |_: &str| format!("the button refreshes {target}, and stands beside {only}");
            return found.push(Found::new(&RULE, range, ("TargetName", target), message));
        }
        if !beside.is_empty() {
            let message = |_: &str| format!("the button refreshes {target}, and stands beside {}", beside.join(", "));
            return found.push(Found::new(&RULE, range, ("TargetName", target), message));
        }
        around = xaml.document.elements[at].parent;
    }
}

fn name<'x>(xaml: &'x Xaml<'_>, at: usize) -> Option<&'x str> {
    xaml.plain(at, "Name").or_else(|| xaml.plain(at, "x:Name"))
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::{clean, hits};

    fn page(tab1: &str, tab2: &str) -> String {
        let tab = |target: &str, list: &str| {
            format!(
                "<StackPanel><ds:CommandBarButton><ds:CommandBarButton.CommandParameter>\
                 <mashup:Event TargetName=\"{target}\" TargetEventName=\"Refresh\"/>\
                 </ds:CommandBarButton.CommandParameter></ds:CommandBarButton>\
                 <m3:ListPanel Name=\"{list}\" IsListHeaderVisible=\"True\"/></StackPanel>"
            )
        };
        format!("<TabControl>{}{}</TabControl>", tab(tab1, "Orders"), tab(tab2, "Requisitions"))
    }

    #[test]
    fn a_button_refreshes_the_list_it_stands_beside() {
        let hit = [("mashup-refresh-target", "Orders".to_owned())];
        assert_eq!(hits(&page("Orders", "Orders")), hit);
        assert_eq!(hits(&page("Orders", "Nothing")), [("mashup-refresh-target", "Nothing".to_owned())]);
        clean(&page("Orders", "Requisitions"));
        clean(&page("{Binding A}", "Requisitions"));
    }

    #[test]
    fn a_bar_above_all_lists_may_refresh_any_of_them() {
        clean(
            "<Grid><ToolBar><ds:IconButton><ds:IconButton.CommandParameter><mashup:Event TargetName='B'/>\
             </ds:IconButton.CommandParameter></ds:IconButton></ToolBar>\
             <m3:ListPanel Name='A' IsListHeaderVisible='True'/><m3:ListPanel x:Name='B' IsListHeaderVisible='True'/></Grid>",
        );
        clean(&page("Orders", "Orders").replace("\"Refresh\"", "\"Clear\""));
    }
}

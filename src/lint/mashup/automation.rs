//! Links that run steps in M3 (MForms Automation): the fields of a step are those of the line that is selected.

use mwscope_parsers::xml;

use super::super::mapped::Mapped;
use super::super::text::Found;
use super::super::xaml::Xaml;
use super::{Link, has_parameter};
use crate::model::{Artefact, LintRule, Weight};

pub(in super::super) const RULE: LintRule = LintRule {
    name: "mashup-automation-value",
    artefacts: &[Artefact::Mashup],
    weight: Weight::Warning,
    on: true,
    looks_for: "a field of an mforms://_automation link whose value is written into the mashup",
    why: "The steps type the same value whatever is selected, and wherever the mashup is deployed",
    remedy: "put a parameter in braces in its place ({CUNO}) and bind it; where a bookmark does the same, use that",
    example: (
        "<field name=\"W1OBKV\">THIBAUD</field>, URL-coded in data=",
        "<field name=\"W1OBKV\">{CUNO}</field>, URL-coded in data=",
    ),
};

pub(super) fn check(link: &Link, found: &mut Vec<Found>) {
    let Some(query) = link.query(&["_automation", "automation"]) else { return };
    let Some((_, data)) = query.into_iter().find(|(name, _)| name == "data") else { return };
    let data = if data.text.trim_start().starts_with('<') { data } else { data.url_decoded() };
    steps(&data, found);
}

fn steps(data: &Mapped, found: &mut Vec<Found>) {
    let xaml = Xaml { text: &data.text, document: xml::read(&data.text) };
    for (at, field) in xaml.document.elements.iter().enumerate() {
        if !field.name.eq_ignore_ascii_case("field") || !xaml.document.is_leaf(at) {
            continue;
        }
        let value = field.text.trim();
        if value.is_empty() || has_parameter(value) {
            continue;
        }
        let name = field.attribute("name").unwrap_or("a field");
        let range = data.range_of(xaml.text_range(field.inner.clone()));
        let message = |shown: &str| format!("the automation has {name} hard-coded: {shown}");
        found.push(Found::new(&RULE, range, (name, value), message));
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::{clean, hits};

    #[test]
    fn fields_of_steps_are_parameters() {
        let coded = "<mashup:Event LinkUri=\"mforms://_automation?data=%3csequence%3e%3cstep+command%3d%22KEY%22%3e%3cfield+name%3d%22WWQTTP%22%3e1%3c%2ffield%3e%3cfield+name%3d%22W1OBKV%22%3e{CUNO}%3c%2ffield%3e%3c%2fstep%3e%3c%2fsequence%3e\"/>";
        assert_eq!(hits(coded), [("mashup-automation-value", "1".to_owned())]);
        let cdata = "<mashup:Link><mashup:Link.Uri><![CDATA[mforms://_automation/?data=<?xml version=\"1.0\"?><sequence>\
                     <step command=\"RUN\" value=\"CRS610\"/><step><field name=\"W1OBKV\">A & B</field></step></sequence>]]>\
                     </mashup:Link.Uri></mashup:Link>";
        assert_eq!(hits(cdata), [("mashup-automation-value", "A & B".to_owned())]);
        let escaped = "<e Uri=\"mforms://automation?data=&lt;sequence&gt;&lt;step&gt;&lt;field name='A'&gt;x&lt;/field&gt;&lt;/step&gt;&lt;/sequence&gt;\"/>";
        assert_eq!(hits(escaped), [("mashup-automation-value", "x".to_owned())]);
    }

    #[test]
    fn steps_without_values_of_their_own_are_left_alone() {
        clean(
            "<e Uri=\"mforms://_automation?data=%3csequence%3e%3cstep+command%3d%22RUN%22+value%3d%22CRS610%22+%2f%3e%3cstep%3e%3cfield+name%3d%22A%22%3e%3c%2ffield%3e%3cfield+name%3d%22B%22%3e%7bB%7d%3c%2ffield%3e%3c%2fstep%3e%3c%2fsequence%3e\"/>",
        );
        clean("<e Uri=\"mforms://other?data=%3cfield+name%3d%22A%22%3e1%3c%2ffield%3e\"/>");
    }
}

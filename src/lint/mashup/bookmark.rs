//! Links that open a program of M3 by a bookmark: keys, fields and parameters are those of the line that is selected.

use super::super::text::Found;
use super::{Link, has_parameter};
use crate::model::{Artefact, LintRule, Weight};

pub(in super::super) const RULE: LintRule = LintRule {
    name: "mashup-bookmark-value",
    artefacts: &[Artefact::Mashup],
    weight: Weight::Warning,
    on: true,
    looks_for: "a key, field or parameter of an mforms://bookmark link whose value is written into the mashup",
    why: "The link opens the same record, company or option whatever is selected, and wherever the mashup is deployed",
    remedy: "put a parameter in braces in its place ({CUNO}) and bind it",
    example: (
        "Uri=\"mforms://bookmark?program=CRS610&amp;keys=OKCONO,100,OKCUNO,{CUNO}\"",
        "Uri=\"mforms://bookmark?program=CRS610&amp;keys=OKCONO,{CONO},OKCUNO,{CUNO}\"",
    ),
};

pub(super) fn check(link: &Link, found: &mut Vec<Found>) {
    let Some(query) = link.query(&["bookmark"]) else { return };
    for (name, value) in query {
        if !matches!(name.as_str(), "keys" | "fields" | "parameters") {
            continue;
        }
        let parts = value.url_decoded().split(',');
        for pair in parts.chunks(2) {
            let [key, value] = pair else { continue };
            // A comma within a value was coded twice.
            let value = value.url_decoded().trimmed();
            let key = key.text.trim();
            if value.text.is_empty() || has_parameter(&value.text) {
                continue;
            }
            let message = |shown: &str| format!("the bookmark's {name} have {key} hard-coded: {shown}");
            found.push(Found::new(&RULE, value.range(), (key, &value.text), message));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::{clean, hits};

    #[test]
    fn values_of_bookmarks_are_parameters() {
        let link = "<mashup:Link Uri=\"mforms://bookmark?program=CRS610&amp;tablename=OCUSMA&amp;keys=OKCONO,100,OKCUNO,{CUNO}&amp;parameters=XXSINO%2c20\"/>";
        let expected = ["100", "20"].map(|value| ("mashup-bookmark-value", value.to_owned()));
        assert_eq!(hits(link), expected);
        assert_eq!(
            hits("<e LinkUri=\"MForms://Bookmark?fields=W1CUNO,A%2520B\"/>"),
            [("mashup-bookmark-value", "A%2520B".to_owned())]
        );
    }

    #[test]
    fn other_links_and_other_parts_are_left_alone() {
        clean(
            "<mashup:Link Uri=\"mforms://bookmark?program=CRS610&amp;keys=OKCONO,{CONO},OKCUNO,%7bCUNO%7d&amp;fields=W1,,W2,+\"/>",
        );
        clean(
            "<mashup:Link Uri=\"mforms://bookmark?program=CRS610&amp;option=5&amp;startpanel=E&amp;source=Mashup\"/>",
        );
        clean("<mashup:Link Uri=\"{Binding Path=Link}\"/>");
        clean("<mashup:Link Uri=\"Other/keys=A,1.xaml\"/>");
        clean("<mashup:Link Uri=\"http://h/bookmark?keys=A,1\"/>");
        clean("<mashup:Link Uri=\"mforms://bookmark?keys=A\"/>");
    }
}

//! The tree over well-formed and broken text, with quick-xml as the judge of the well-formed.

use proptest::prelude::*;
use quick_xml::events::Event;

use super::*;
use crate::xml::MAX_PROBLEMS;

#[test]
fn names_namespaces_and_text_are_read() {
    let text = r#"<s:E xmlns:s="urn:s" xmlns="urn:d"><B max='0' s:id="7">1 &lt; 2<C/><![CDATA[ & 3]]></B></s:E>"#;
    let document = read(text);
    assert_eq!(document.problems, []);
    let [envelope, b, c] = &document.elements[..] else { panic!("three elements: {document:?}") };
    assert_eq!((envelope.name, envelope.namespace.as_deref()), ("E", Some("urn:s")));
    assert_eq!((b.name, b.namespace.as_deref()), ("B", Some("urn:d")));
    assert_eq!((b.text.as_ref(), b.attribute("max"), b.attribute("id")), ("1 < 2 & 3", Some("0"), Some("7")));
    assert_eq!((c.parent, c.depth, &text[c.range.clone()]), (Some(1), 2, "<C/>"));
    assert_eq!(document.lineage(2).map(|(at, _)| at).collect::<Vec<_>>(), [2, 1, 0]);
    assert_eq!(document.lineage(99).count(), 0);
    assert!(text[b.inner.clone()].starts_with("1 &lt;") && text[b.inner.clone()].ends_with("]]>"));
}

#[test]
fn an_unescaped_value_costs_nothing_else() {
    let document = read("<a><Name>Smith & Sons <Ltd</Name><City>Aix</City></a>");
    let texts: Vec<_> = document.elements.iter().map(|e| (e.name, e.text.as_ref())).collect();
    assert_eq!(texts, [("a", ""), ("Name", "Smith & Sons <Ltd"), ("City", "Aix")]);
    let whats: Vec<_> = document.problems.iter().map(|problem| (problem.offset, problem.what.as_str())).collect();
    assert_eq!(whats, [(15, "an '&' that starts no reference"), (22, "a '<' that starts no tag")]);
}

#[test]
fn what_is_open_is_closed_where_its_parent_or_the_text_ends() {
    let document = read("<a><b>1<c>2</a></x>");
    assert_eq!(document.elements.iter().map(|e| e.range.clone()).collect::<Vec<_>>(), [0..15, 3..11, 7..11]);
    assert_eq!(document.problems.len(), 3);
    let document = read("<a><b>12");
    assert_eq!(document.elements[1].text, "12");
    assert_eq!(document.elements[0].range, 0..8);
    assert!(document.problems[0].what.contains("ends inside <b>"));
}

#[test]
fn a_namespace_ends_with_its_element() {
    let document = read("<a><b xmlns='urn:b'><c/></b><d xmlns='urn:d'/><e/></a>");
    let spaces: Vec<_> = document.elements.iter().map(|e| e.namespace.as_deref()).collect();
    assert_eq!(spaces, [None, Some("urn:b"), Some("urn:b"), Some("urn:d"), None]);
}

/// Text of a small well-formed document, four levels deep at most.
fn well_formed() -> impl Strategy<Value = String> {
    let leaf = "[a-z é&&[^<]]{0,8}".prop_map(|text: String| text);
    leaf.prop_recursive(4, 24, 4, |inner| {
        ("[A-Za-z][A-Za-z0-9.]{0,4}", "[a-z &&[^&]]{0,5}", prop::collection::vec(inner, 0..4))
            .prop_map(|(name, value, children)| format!("<{name} k=\"{value}\">{}</{name}>", children.concat()))
    })
    .prop_map(|inner| format!("<root>{inner}</root>"))
}

proptest! {
    #[test]
    fn well_formed_text_reads_as_quick_xml_reads_it(text in well_formed()) {
        let document = read(&text);
        prop_assert_eq!(&document.problems, &[]);
        let mut names = Vec::new();
        let mut reader = quick_xml::Reader::from_str(&text);
        loop {
            match reader.read_event().expect("the text is well-formed") {
                Event::Start(tag) => names.push(tag.local_name().as_ref().to_owned()),
                Event::Eof => break,
                _ => {}
            }
        }
        prop_assert_eq!(document.elements.iter().map(|e| e.name.to_owned()).collect::<Vec<_>>(), names);
    }

    #[test]
    fn what_is_read_down_to_a_depth_is_the_same_down_to_there(
        text in "(<[ab]>|</[ab]>|<a/>|[a &;<]|&lt;|<b k='1'>){0,24}",
        deepest in 0_usize..4,
    ) {
        let whole = read(&text);
        let part = read_down_to(&text, deepest, &[]);
        if whole.problems.len() < MAX_PROBLEMS {
            prop_assert!(part.problems.iter().all(|problem| whole.problems.contains(problem)));
        }
        let kept: Vec<_> = whole.elements.iter().filter(|e| e.depth <= deepest).collect();
        prop_assert_eq!(part.elements.len(), kept.len());
        for (ours, theirs) in part.elements.iter().zip(kept) {
            prop_assert_eq!((ours.name, ours.depth, &ours.range), (theirs.name, theirs.depth, &theirs.range));
            prop_assert!(ours.depth == deepest || ours.text == theirs.text);
        }
    }

    #[test]
    fn any_text_is_read_and_ranges_nest(text in "[<>/ab!?:xmlns='\" é&;-]{0,80}") {
        let document = read(&text);
        for element in &document.elements {
            prop_assert!(text.get(element.range.clone()).is_some() && text.get(element.inner.clone()).is_some());
            if let Some(parent) = element.parent {
                let parent = &document.elements[parent];
                prop_assert!(parent.range.start <= element.range.start && element.range.end <= parent.range.end);
            }
        }
    }
}

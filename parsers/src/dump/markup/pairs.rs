//! Which elements of a document hold a name and its value, learned from the names in them that are known.
//!
//! Documents have many ways to say one pair: two elements in a third, an attribute and a text, elements in turn. Where
//! elements of one form have known names, and values of the form that their facts have, all of that form are pairs.

use std::collections::{BTreeMap, HashMap};

use super::super::learned::Judged;
use super::super::synonyms::Synonyms;
use crate::xml::{Document, Element};

/// The pair that an element holds, and the last element that belongs to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Held<'d> {
    pub(super) name: &'d str,
    pub(super) value: &'d str,
    pub(super) last: usize,
}

/// How elements may hold a pair. Elements of one form have the same names at the same places.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Form<'d> {
    /// Two of few texts in an element, however deep: the names of the element and of those with the texts, and which of
    /// the texts they are.
    Two(&'d str, [&'d str; 2], (usize, usize)),
    /// An attribute, and the only text in the element: the names of both.
    Attribute(&'d str, &'d str),
    /// Two attributes: the names of the element and of both.
    Attributes(&'d str, &'d str, &'d str),
    /// An element with the name, and behind it one with the value: the names of what encloses them and of the first.
    InTurn(&'d str, &'d str),
}

/// Facts that have to be stated in one form.
const LEAST: usize = 3;

/// Elements that the forms are learned from.
const SAMPLE: usize = 4_000;

/// Elements below one that holds a pair, and texts or attributes of which two are the pair.
const MOST_BELOW: usize = 8;
const MOST_TEXTS: usize = 4;

/// All ways to choose two of some.
pub(super) fn two_of(count: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..count)
        .flat_map(move |first| (0..count).filter(move |second| *second != first).map(move |second| (first, second)))
}

/// The pairs in the elements below `root`, by the element that each starts with.
pub(super) fn held<'d>(document: &'d Document<'d>, root: usize, synonyms: &Synonyms) -> HashMap<usize, Held<'d>> {
    let mut forms: BTreeMap<Form<'d>, Vec<(usize, Held<'d>)>> = BTreeMap::new();
    for (at, element) in document.descendants(root).take(SAMPLE) {
        for (form, held) in in_element(document, at, element) {
            forms.entry(form).or_default().push((at, held));
        }
    }
    let stating = forms.into_iter().filter_map(|(form, found)| {
        let judged = Judged::of(found.iter().map(|(_, held)| (held.name, held.value)), synonyms);
        judged.holds(LEAST).then(|| (judged.facts.len(), form, found[0].0))
    });
    // The form that states most comes first and is kept.
    let mut stating: Vec<_> = stating.collect();
    stating.sort_by_key(|(facts, _, first)| (std::cmp::Reverse(*facts), *first));
    let stating: Vec<Form<'d>> = stating.into_iter().map(|(_, form, _)| form).collect();
    if stating.is_empty() {
        return HashMap::new();
    }
    let best = |(at, element): (usize, &'d Element<'d>)| {
        let mut of_it = in_element(document, at, element);
        let found = stating.iter().find_map(|form| of_it.iter().position(|(own, _)| own == form))?;
        Some((at, of_it.swap_remove(found).1))
    };
    document.descendants(root).filter_map(best).collect()
}

/// The pairs that an element may be the start of.
fn in_element<'d>(document: &'d Document<'d>, at: usize, element: &'d Element<'d>) -> Vec<(Form<'d>, Held<'d>)> {
    let mut found = Vec::new();
    let own = element.text.trim();
    let below: Vec<usize> = document.descendants(at).map(|(n, _)| n).take(MOST_BELOW + 1).collect();
    if below.len() > MOST_BELOW {
        return found;
    }
    let text = |n: usize| document.elements[n].text.trim();
    let leaves: Vec<usize> = below.iter().copied().filter(|n| document.is_leaf(*n)).collect();
    let only_leaves = below.iter().all(|n| document.is_leaf(*n) || text(*n).is_empty());
    if (2..=MOST_TEXTS).contains(&leaves.len()) && own.is_empty() && only_leaves {
        let last = leaves[leaves.len() - 1];
        for places in two_of(leaves.len()) {
            let two = [places.0, places.1].map(|place| leaves[place]);
            let names = two.map(|n| document.elements[n].name);
            let held = Held { name: text(two[0]), value: text(two[1]), last };
            found.push((Form::Two(element.name, names, places), held));
        }
    }
    if below.is_empty() && own.is_empty() && element.attributes.len() <= MOST_TEXTS {
        for (first, second) in two_of(element.attributes.len()) {
            let [(key, name), (other, value)] = [first, second].map(|n| &element.attributes[n]);
            let held = Held { name: name.trim(), value: value.trim(), last: at };
            found.push((Form::Attributes(element.name, key, other), held));
        }
    }
    let value = match leaves[..] {
        [] => Some((own, at)),
        [one] if own.is_empty() && only_leaves => Some((text(one), one)),
        _ => None,
    };
    if let Some((value, last)) = value.filter(|(value, _)| !value.is_empty()) {
        for (attribute, name) in &element.attributes {
            found.push((Form::Attribute(element.name, attribute), Held { name: name.trim(), value, last }));
        }
    }
    if below.is_empty()
        && let Some(next) = document.elements.get(at + 1).filter(|next| next.parent == element.parent)
        && document.is_leaf(at + 1)
        && next.name != element.name
    {
        let around = element.parent.map_or("", |parent| document.elements[parent].name);
        found.push((Form::InTurn(around, element.name), Held { name: own, value: next.text.trim(), last: at + 1 }));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const FACTS: [(&str, &str); 4] =
        [("Program", "CRS008"), ("Job type", "Batch"), ("Company", "100"), ("Version", "15.1")];

    fn shown(form: impl Fn(&str, &str) -> String) -> Vec<(String, String)> {
        let pairs: String = FACTS.iter().map(|(name, value)| form(name, value)).collect();
        let text = format!("<dump><list>{pairs}</list></dump>");
        let document = crate::xml::read(&text);
        let held = held(&document, 0, Synonyms::standard());
        let mut all: Vec<_> = held.into_iter().collect();
        all.sort_by_key(|(at, _)| *at);
        all.into_iter().map(|(_, held)| (held.name.to_owned(), held.value.to_owned())).collect()
    }

    #[test]
    fn names_and_values_in_elements() {
        let expected = FACTS.map(|(name, value)| (name.to_owned(), value.to_owned()));
        for form in [
            |n: &str, v: &str| format!("<r><c>{n}</c><c>{v}</c></r>"),
            |n: &str, v: &str| format!("<r><c><d>{n}</d></c><c><d>{v}</d></c></r>"),
            |n: &str, v: &str| format!("<void property=\"{n}\"><string>{v}</string></void>"),
            |n: &str, v: &str| format!("<Data Name='{n}'>{v}</Data>"),
            |n: &str, v: &str| format!("<r><n>{n}</n><t>CHAR</t><v>{v}</v></r>"),
            |n: &str, v: &str| format!("<p id='{n}' type='s' val='{v}'/>"),
            |n: &str, v: &str| format!("<key>{n}</key><string>{v}</string>"),
        ] {
            assert_eq!(shown(form), expected, "{}", form("Program", "CRS008"));
        }
        assert!(shown(|n, v| format!("<{0}>{v}</{0}>", n.replace(' ', ""))).is_empty());
    }
}

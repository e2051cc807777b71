//! XPath as far as it names one value: steps by local name, `//`, `*`, `[2]`, `[last()]`, `[Name='x']`, `[@a='x']`,
//! and at the end `@attribute` or `text()`.

use std::fmt;

use mwscope_parsers::xml::Document;

/// A path to elements or attributes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Steps {
    text: String,
    steps: Vec<Step>,
    attribute: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Step {
    /// Anywhere below, not only directly.
    below: bool,
    /// The local name, or `*`.
    name: String,
    tests: Vec<Test>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Test {
    Nth(usize),
    Last,
    /// What a child has as its text; `.` is the element itself.
    Text(String, String),
    Attribute(String, String),
}

/// What a path names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The element, as an index into [`Document::elements`].
    pub element: usize,
    /// The attribute's name as written, where one is named.
    pub attribute: Option<String>,
}

impl Steps {
    /// Reads a path that begins with `/`.
    ///
    /// # Errors
    /// With what is wrong.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong =
            |what: &str| format!("{text:?} {what}; write it as /Envelope/Body/Create/Facility[2] or //Facility/@id");
        let (mut rest, mut steps, mut attribute) = (text, Vec::new(), None);
        while !rest.is_empty() {
            rest = rest.strip_prefix('/').ok_or_else(|| wrong("has something behind a step that is none"))?;
            let below = rest.starts_with('/');
            rest = rest.strip_prefix('/').unwrap_or(rest);
            if rest == "text()" && !steps.is_empty() && !below {
                break;
            }
            if let Some(name) = rest.strip_prefix('@') {
                let is_name = !name.is_empty() && !name.contains(['/', '[']) && !steps.is_empty() && !below;
                attribute = Some(name.to_owned()).filter(|_| is_name);
                if attribute.is_none() {
                    return Err(wrong("names no attribute of an element"));
                }
                break;
            }
            let end = rest.find(['/', '[']).unwrap_or(rest.len());
            let name = rest[..end].trim();
            if name.is_empty() || name.contains([']', '@', '(', ')', '=']) {
                return Err(wrong("has a step that is no name"));
            }
            let name = name.rsplit(':').next().unwrap_or(name).to_owned();
            rest = &rest[end..];
            let mut tests = Vec::new();
            while let Some(inside) = rest.strip_prefix('[') {
                let end = end_of_test(inside).ok_or_else(|| wrong("has a [ without its ]"))?;
                tests.push(test(inside[..end].trim()).ok_or_else(|| wrong("has a condition that isn't known"))?);
                rest = &inside[end + 1..];
            }
            steps.push(Step { below, name, tests });
        }
        if steps.is_empty() {
            return Err(wrong("names no element"));
        }
        Ok(Self { text: text.to_owned(), steps, attribute })
    }

    /// The name that its last step has.
    #[must_use]
    pub fn last_name(&self) -> &str {
        self.attribute.as_deref().or_else(|| self.steps.last().map(|step| step.name.as_str())).unwrap_or_default()
    }

    /// Everything in a document that it names.
    #[must_use]
    pub fn find(&self, document: &Document<'_>) -> Vec<Found> {
        let mut at: Vec<Option<usize>> = vec![None];
        for step in &self.steps {
            at = step.from(document, &at).into_iter().map(Some).collect();
        }
        let elements = at.into_iter().flatten();
        let Some(name) = &self.attribute else {
            return elements.map(|element| Found { element, attribute: None }).collect();
        };
        let local = |key: &str| {
            key == name || key.rsplit_once(':').is_some_and(|(prefix, key)| prefix != "xmlns" && key == name)
        };
        let of = |element: usize| {
            let key = document.elements[element].attributes.iter().map(|(key, _)| *key).find(|key| local(key))?;
            Some(Found { element, attribute: Some(key.to_owned()) })
        };
        elements.filter_map(of).collect()
    }
}

impl Step {
    /// The elements that it leads to from each of `from`; `None` is the document.
    fn from(&self, document: &Document<'_>, from: &[Option<usize>]) -> Vec<usize> {
        let named = |at: usize| self.name == "*" || document.elements[at].name == self.name;
        let mut found: Vec<usize> = Vec::new();
        let mut all: Vec<usize> = Vec::new();
        for origin in from {
            let candidates: Vec<usize> = match (origin, self.below) {
                (None, true) => (0..document.elements.len()).collect(),
                (None, false) => {
                    (0..document.elements.len()).filter(|at| document.elements[*at].parent.is_none()).collect()
                }
                (Some(of), true) => document.descendants(*of).map(|(at, _)| at).collect(),
                (Some(of), false) => document.children(*of).map(|(at, _)| at).collect(),
            };
            let candidates: Vec<usize> = candidates.into_iter().filter(|at| named(*at)).collect();
            all.extend(&candidates);
            // A number counts among the children of one parent, as in XPath.
            let mut parents: Vec<Option<usize>> = Vec::new();
            for at in &candidates {
                let parent = document.elements[*at].parent;
                if !parents.contains(&parent) {
                    parents.push(parent);
                }
            }
            for parent in parents {
                let group = candidates.iter().copied().filter(|at| document.elements[*at].parent == parent);
                found.extend(self.pass(document, group.collect()));
            }
        }
        if found.is_empty() && self.below {
            // //Item[3] where each Item has a parent of its own: the third one.
            all.sort_unstable();
            all.dedup();
            found = self.pass(document, all);
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    fn pass(&self, document: &Document<'_>, mut group: Vec<usize>) -> Vec<usize> {
        for test in &self.tests {
            group = match test {
                Test::Nth(n) => group.get(n - 1).copied().into_iter().collect(),
                Test::Last => group.last().copied().into_iter().collect(),
                Test::Text(child, value) => {
                    group.into_iter().filter(|at| has_text(document, *at, child, value)).collect()
                }
                Test::Attribute(name, value) => {
                    group.into_iter().filter(|at| document.elements[*at].attribute(name) == Some(value)).collect()
                }
            };
        }
        group
    }
}

fn has_text(document: &Document<'_>, at: usize, child: &str, value: &str) -> bool {
    if matches!(child, "." | "text()") {
        return document.elements[at].text.trim() == value;
    }
    document.children(at).any(|(_, element)| element.name == child && element.text.trim() == value)
}

/// The `]` that ends a condition, quotes aside.
fn end_of_test(text: &str) -> Option<usize> {
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match (c, quote) {
            (c, Some(open)) if c == open => quote = None,
            (_, Some(_)) => {}
            ('"' | '\'', None) => quote = Some(c),
            (']', None) => return Some(at),
            _ => {}
        }
    }
    None
}

fn test(text: &str) -> Option<Test> {
    if text == "last()" {
        return Some(Test::Last);
    }
    if let Ok(n) = text.parse::<usize>() {
        return (n > 0).then_some(Test::Nth(n));
    }
    let (name, value) = text.split_once('=')?;
    let (name, value) = (name.trim(), value.trim());
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let value = value[1..].strip_suffix(quote)?.to_owned();
    match name.strip_prefix('@') {
        Some(name) => Some(Test::Attribute(name.to_owned(), value)),
        None => Some(Test::Text(name.rsplit(':').next().unwrap_or(name).to_owned(), value)),
    }
}

/// The path to each element of a document, numbered where there are several of one name beside each other.
#[must_use]
pub fn paths(document: &Document<'_>) -> Vec<String> {
    use std::collections::HashMap;
    let mut counts: HashMap<(Option<usize>, &str), usize> = HashMap::new();
    let numbers: Vec<usize> = document
        .elements
        .iter()
        .map(|element| {
            let count = counts.entry((element.parent, element.name)).or_default();
            *count += 1;
            *count
        })
        .collect();
    let mut paths: Vec<String> = Vec::with_capacity(document.elements.len());
    for (element, number) in document.elements.iter().zip(numbers) {
        let parent = element.parent.and_then(|at| paths.get(at)).map_or("", String::as_str);
        let several = counts.get(&(element.parent, element.name)).is_some_and(|count| *count > 1);
        let number = if several { format!("[{number}]") } else { String::new() };
        paths.push(format!("{parent}/{}{number}", element.name));
    }
    paths
}

impl fmt::Display for Steps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use mwscope_parsers::xml;

    use super::*;

    const TEXT: &str = "<s:a xmlns:s='n'><b id='1'><c>x</c><c>y</c></b><b><n>k</n><c v:id='2'>z</c></b></s:a>";

    fn found(path: &str) -> Vec<String> {
        let document = xml::read(TEXT);
        let paths = paths(&document);
        let steps = Steps::parse(path).expect(path);
        let show = |found: Found| match found.attribute {
            None => paths[found.element].clone(),
            Some(name) => format!("{}/@{name}", paths[found.element]),
        };
        steps.find(&document).into_iter().map(show).collect()
    }

    #[test]
    fn steps_lead_to_elements_and_attributes() {
        assert_eq!(found("/a/b/c"), ["/a/b[1]/c[1]", "/a/b[1]/c[2]", "/a/b[2]/c"]);
        assert_eq!(found("/a/b[1]/c[2]"), ["/a/b[1]/c[2]"]);
        assert_eq!(found("//c[3]"), ["/a/b[2]/c"]);
        assert_eq!(found("//c[last()]"), ["/a/b[1]/c[2]", "/a/b[2]/c"]);
        assert_eq!(found("//b[n='k']/c/text()"), ["/a/b[2]/c"]);
        assert_eq!(found("//b[@id=\"1\"]/*[.='y']"), ["/a/b[1]/c[2]"]);
        assert_eq!(found("//c/@id"), ["/a/b[2]/c/@v:id"]);
        assert_eq!(found("//x:b/@id"), ["/a/b[1]/@id"]);
        assert_eq!(found("/b"), Vec::<String>::new());
        for bad in ["/", "//", "/a/", "/@a", "/a[", "/a[0]", "/a[b]", "/a[x=y]", "/a]b", "/a/@b/c"] {
            assert!(Steps::parse(bad).is_err(), "{bad}");
        }
    }
}

//! `<MPD>` blocks in log messages: the display-program call as M3 Web Services hands it to M3.
//!
//! Nobody has published what stands in one, so it is read as XML of any shape: elements named like programs,
//! the usual names for service, user and company, and every value as a field. What isn't found stays `None`.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::{is_display_program, user};
use crate::xml::{self, Document};

/// One block.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mpd {
    /// Where it stands in the text, the end of the text where its closing tag is missing.
    pub range: Range<usize>,
    /// Whether its closing tag is there.
    pub complete: bool,
    /// The service, where it is named.
    pub service: Option<String>,
    /// The operation, where it is named.
    pub operation: Option<String>,
    /// The programs in the order in which they are named; the first is the one that is called.
    pub programs: Vec<String>,
    /// The user.
    pub user: Option<String>,
    /// Company.
    pub company: Option<String>,
    /// Division.
    pub division: Option<String>,
    /// Every value: path below the block's element, attributes as `A/@name`. Secrets are left out.
    pub fields: Vec<(String, String)>,
}

/// The start of a block, also where a logger has escaped it. Users and clients spell MDP both ways.
static START: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(<|&lt;)((?:[A-Za-z][\w.-]*:)?(?:MPD|MDP|mpd|mdp|Mpd|Mdp)(?:[A-Z_][\w.-]*)?)(?:[\s/>]|&gt;)")
        .expect("invariant: the pattern is constant")
});

/// The blocks of a text, in order; blocks inside a block belong to it.
#[must_use]
pub fn find(text: &str) -> Vec<Mpd> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = START.captures_at(text, at) {
        let (Some(whole), Some(name)) = (start.get(0), start.get(2)) else { break };
        let escaped = start.get(1).is_some_and(|open| open.as_str() == "&lt;");
        let block = block(text, whole.start(), name.as_str(), escaped);
        at = block.range.end.max(name.end());
        found.push(block);
    }
    found
}

fn block(text: &str, start: usize, name: &str, escaped: bool) -> Mpd {
    let close = if escaped { format!("&lt;/{name}&gt;") } else { format!("</{name}>") };
    let rest = &text[start..];
    let end = rest.find(&close).map(|at| at + close.len());
    let slice = &rest[..end.unwrap_or(rest.len())];
    let unescaped = if escaped { xml::unescape(slice) } else { slice.into() };
    let document = xml::read(&unescaped);
    let empty = end.is_none() && document.elements.first().is_some_and(|e| unescaped[e.range.clone()].ends_with("/>"));
    let len = match document.elements.first() {
        Some(element) if empty && !escaped => element.range.end,
        _ => slice.len(),
    };
    let mut mpd = read(&document);
    mpd.range = start..start + len;
    mpd.complete = end.is_some() || empty;
    mpd
}

fn read(document: &Document) -> Mpd {
    let fields = fields(document);
    let named = |names: &[&str]| {
        let same = |path: &str| {
            let name = path.rsplit(['/', '@']).next().unwrap_or(path);
            names.iter().any(|known| name.eq_ignore_ascii_case(known))
        };
        fields.iter().find(|(path, value)| same(path) && !value.is_empty()).map(|(_, value)| value.clone())
    };
    let mut programs: Vec<String> = Vec::new();
    let elements = document.elements.iter().map(|element| element.name);
    let values = fields.iter().map(|(_, value)| value.as_str());
    for word in named(&PROGRAM).as_deref().into_iter().chain(elements).chain(values) {
        if is_display_program(word) && !programs.iter().any(|known| known == word) {
            programs.push(word.to_owned());
        }
    }
    Mpd {
        service: named(&["service", "serviceName", "webService"]),
        operation: named(&["operation", "operationName", "method"]),
        user: named(&["user", "userId", "userName", "USID", "usid"]),
        company: named(&["company", "CONO"]),
        division: named(&["division", "DIVI"]),
        programs,
        fields,
        ..Mpd::default()
    }
}

const PROGRAM: [&str; 5] = ["program", "programName", "pgm", "PGMN", "pgmName"];

fn fields(document: &Document) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    let mut above: Vec<&str> = Vec::new();
    for (at, element) in document.elements.iter().enumerate() {
        above.truncate(element.depth.saturating_sub(1));
        if element.depth > 0 {
            above.push(element.name);
        }
        let path = above.join("/");
        if let Some((name, value)) = named_value(document, at) {
            let above = path.rsplit_once('/').map_or("", |(above, _)| above);
            fields.push((if above.is_empty() { name } else { format!("{above}/{name}") }, value));
            continue;
        }
        for (name, value) in element.attributes.iter().filter(|(name, _)| !name.starts_with("xmlns")) {
            let path = if path.is_empty() { format!("@{name}") } else { format!("{path}/@{name}") };
            fields.push((path, value.trim().to_owned()));
        }
        if document.is_leaf(at) && element.depth > 0 && above.len() < 64 {
            fields.push((path, element.text.trim().to_owned()));
        }
    }
    fields.retain(|(path, _)| !user::is_secret(path));
    fields
}

/// A field that an attribute names: `<FLD n="WWFACI">A01</FLD>`, `<field name="WWFACI" value="A01"/>`.
fn named_value(document: &Document, at: usize) -> Option<(String, String)> {
    let element = document.elements.get(at).filter(|element| element.depth > 0 && document.is_leaf(at))?;
    let name = ["n", "name", "id", "key", "field"].iter().find_map(|key| element.attribute(key))?;
    let value = element.attribute("value").or_else(|| element.attribute("v")).unwrap_or(&element.text).trim();
    let others = element.attributes.iter().filter(|(key, _)| !key.starts_with("xmlns")).count();
    // An element that says more than a name and a value is kept in all its parts.
    let plain = others == 1 || (others == 2 && element.text.trim().is_empty());
    (plain && !name.is_empty() && !value.is_empty()).then(|| (name.to_owned(), value.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_gives_what_it_names() {
        // Synthetic: the real shape isn't public.
        let text = "Executing <MPD service=\"Facility\" operation=\"Create\"><user>MWSUSR</user><password>pw</password>\n<CONO>100</CONO><CRS008><W1FACI>A01</W1FACI><CRS009/></CRS008></MPD> done";
        let [mpd] = &find(text)[..] else { panic!("one block") };
        assert!(text[mpd.range.clone()].starts_with("<MPD ") && text[mpd.range.clone()].ends_with("</MPD>"));
        assert_eq!((mpd.service.as_deref(), mpd.operation.as_deref()), (Some("Facility"), Some("Create")));
        assert_eq!((mpd.user.as_deref(), mpd.company.as_deref()), (Some("MWSUSR"), Some("100")));
        assert_eq!(mpd.programs, ["CRS008", "CRS009"]);
        assert!(mpd.fields.contains(&("CRS008/W1FACI".to_owned(), "A01".to_owned())));
        assert!(mpd.complete && !format!("{mpd:?}").contains("pw"));
    }

    #[test]
    fn fields_that_attributes_name_are_found() {
        let text = r#"<MPD><PGM name="CRS008" user="U"><PANEL id="E"><FLD n="WWFACI">A01</FLD><F name="X" value="1"/></PANEL></PGM></MPD>"#;
        let [mpd] = &find(text)[..] else { panic!("one block") };
        let fields: Vec<_> = mpd.fields.iter().map(|(path, value)| (path.as_str(), value.as_str())).collect();
        let expected = [
            ("PGM/@name", "CRS008"),
            ("PGM/@user", "U"),
            ("PGM/PANEL/@id", "E"),
            ("PGM/PANEL/WWFACI", "A01"),
            ("PGM/PANEL/X", "1"),
        ];
        assert_eq!(fields, expected);
        assert_eq!((mpd.programs.as_slice(), mpd.user.as_deref()), (["CRS008".to_owned()].as_slice(), Some("U")));
    }

    #[test]
    fn any_spelling_and_state_is_read() {
        let program = |text: &str| find(text).into_iter().map(|mpd| (mpd.programs, mpd.complete)).collect::<Vec<_>>();
        let crs008 = || vec!["CRS008".to_owned()];
        assert_eq!(program("<n:MDP><n:Program>CRS008</n:Program></n:MDP>"), [(crs008(), true)]);
        assert_eq!(program("&lt;MPD&gt;&lt;pgm&gt;CRS008&lt;/pgm&gt;&lt;/MPD&gt; x"), [(crs008(), true)]);
        assert_eq!(program("<MPDRequest><Panel program='CRS008'>"), [(crs008(), false)]);
        assert_eq!(program("<MPD pgm=\"CRS008\"/> then <MPD/>"), [(crs008(), true), (vec![], true)]);
        assert_eq!(program("MPD <MP> <MPDs> Unable to execute MPD! <"), []);
    }
}

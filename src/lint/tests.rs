//! What the rules' tests share: a mashup around a fragment, and what was found in it; then places in whole files.

use super::*;

/// A mashup around a fragment.
fn mashup(fragment: &str) -> String {
    format!(
        "<Grid xmlns=\"http://schemas.microsoft.com/winfx/2006/xaml/presentation\" \
         xmlns:x=\"http://schemas.microsoft.com/winfx/2006/xaml\" xmlns:sys=\"clr-namespace:System;assembly=mscorlib\" \
         xmlns:mashup=\"clr-namespace:Mango.UI.Services.Mashup;assembly=Mango.UI\" \
         xmlns:m3=\"clr-namespace:MForms.Mashup;assembly=MForms\" \
         xmlns:ds=\"clr-namespace:Mango.DesignSystem;assembly=DesignSystem\">\n{fragment}\n</Grid>"
    )
}

fn lint(text: &str, choice: Choice) -> Vec<Fault> {
    let mut linter = Linter::new(choice);
    let what = recognise(text.as_bytes()).unwrap_or(What::Script);
    linter.text("a", text.as_bytes(), what);
    linter.finish().faults
}

fn at(text: &str, fault: &Fault) -> String {
    let place = fault.place;
    let lines: Vec<&str> = text.split('\n').collect();
    let chars = |line: usize| lines.get(line - 1).map_or_else(Vec::new, |line| line.chars().collect::<Vec<_>>());
    let first = chars(place.line);
    let end = if place.line == place.end_line { place.end_column - 1 } else { first.len() };
    first[place.column - 1..end.min(first.len())].iter().collect()
}

/// Rules and what they point at in a mashup with this fragment.
pub(super) fn hits(fragment: &str) -> Vec<(&'static str, String)> {
    hits_of(&mashup(fragment))
}

/// Rules and what they point at in a file.
pub(super) fn hits_of(text: &str) -> Vec<(&'static str, String)> {
    lint(text, Choice::default()).iter().map(|fault| (fault.rule.name, at(text, fault))).collect()
}

/// What a rule that isn't looked for by itself finds in a mashup with this fragment.
pub(super) fn denied(fragment: &str, name: &str) -> Vec<String> {
    let mut choice = Choice::default();
    choice.deny(rule(name).expect("a rule"));
    let text = mashup(fragment);
    let faults = lint(&text, choice);
    faults.iter().filter(|fault| fault.rule.name == name).map(|fault| at(&text, fault)).collect()
}

/// Nothing is found in a mashup with this fragment.
pub(super) fn clean(fragment: &str) {
    clean_file(&mashup(fragment));
}

/// Nothing is found in a file.
pub(super) fn clean_file(text: &str) {
    let found = hits_of(text);
    assert!(found.is_empty(), "{text}\n{found:?}");
}

#[test]
fn rules_have_names_of_their_own_and_examples() {
    let names: HashSet<_> = RULES.iter().map(|rule| rule.name).collect();
    assert_eq!(names.len(), RULES.len());
    for one in RULES {
        assert!(rule(one.name).is_some() && !one.artefacts.is_empty(), "{}", one.name);
        assert!(!one.example.0.is_empty() && one.example.0 != one.example.1, "{}", one.name);
        assert!(!one.remedy.ends_with('.') && !one.looks_for.ends_with('.'), "{}", one.name);
    }
}

#[test]
fn rules_can_be_left_out_and_made_errors() {
    let text = mashup("<m3:ListPanel Name='A'/><p TargetKey='WS.Wsdl' Value='http://h/'/>");
    let faults =
        |choice: Choice| lint(&text, choice).iter().map(|fault| (fault.rule.name, fault.weight)).collect::<Vec<_>>();
    let mut choice = Choice::default();
    choice.deny(&mashup::list_header::RULE);
    choice.allow(&mashup::web_service::ADDRESS);
    assert_eq!(faults(choice), [("mashup-list-header", Weight::Error)]);
    assert_eq!(faults(Choice::default())[0], ("mashup-list-header", Weight::Warning));
}

#[test]
fn secrets_never_stand_in_what_is_said() {
    let texts = [
        mashup("<p Key='WS.Password' Value='hunter2'/>"),
        mashup("<p TargetKey='WS.Address' Value='http://jdoe:hunter2@m3/x'/>"),
        mashup("<mashup:Link Uri='mforms://bookmark?keys=PASSWORD,hunter2'/>"),
        mashup("<mashup:Parameter Key='REST.Password' Value='hunter2'/>"),
        "<a><b password='hunter2'/><c>http://u:hunter2@h/</c></a>".to_owned(),
        "set PW_PASSWORD=hunter2\ncurl -u jdoe:hunter2 http://jdoe:hunter2@h/\n".to_owned(),
        "<e:Envelope xmlns:e='u'><password>hunter2</password></e:Envelope>".to_owned(),
    ];
    for text in texts {
        let faults = lint(&text, Choice::default());
        assert!(!faults.is_empty(), "{text}");
        for fault in faults {
            let said = format!("{} {} {}", fault.message, fault.name, fault.found);
            assert!(!said.contains("hunter2"), "{said}");
        }
    }
}

#[test]
fn places_are_those_of_the_text_in_any_encoding() {
    let text = "\u{feff}<Grid xmlns=\"http://schemas.microsoft.com/winfx/2006/xaml/presentation\">\r\n  <!-- é😀 -->\r\n\t<p Title=\"é😀\"\r\n     \
                TargetKey=\"WS.Wsdl\"   Value=\"http://m3/\" />\r\n</Grid>\r\n";
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    for bytes in [text.as_bytes().to_vec(), wide, big] {
        let mut linter = Linter::new(Choice::default());
        linter.text("a", &bytes, recognise(&bytes).expect("a mashup"));
        let faults = linter.finish().faults;
        let places: Vec<_> =
            faults.iter().map(|fault| (fault.rule.name, fault.place.line, fault.place.column)).collect();
        assert_eq!(places, [("mashup-ws-address", 4, 35)]);
    }
}

//! What is known by its form is what reading each line gives.

use std::fmt::Write;

use proptest::prelude::*;

use super::super::super::hands::OneHand;
use super::super::Pair;
use super::super::beforehand::Beforehand;
use super::*;

/// What is read of a text, also when no more fields are kept: by forms, with parts of such sizes judged beforehand, or
/// line by line.
fn read(text: &str, full: bool, by_form: Option<[usize; 4]>) -> Layout<'_> {
    let mut reader = Reader::new(text, Synonyms::standard());
    reader.kept.bytes = if full { usize::MAX / 2 } else { 0 };
    match by_form {
        Some([block, largest, part, most]) => reader.beforehand = Beforehand::of([block, largest, part], most),
        None => {
            reader.beforehand = Beforehand::never();
            reader.alike.known.most = 0;
        }
    }
    reader.take_traces(text.len());
    reader.lines(text.len(), &OneHand);
    let Forms { by_form: forms, by_words, most } = &reader.alike.known;
    assert!(*most > 0 || forms.is_empty() && by_words.is_empty());
    reader.finish()
}

fn lines() -> impl Strategy<Value = String> {
    let name = prop_oneof!["WW[A-C][0-9]{1,3}", "[A-Z]{4}", Just("CONO".to_owned()), Just("Some field".to_owned())];
    let value = prop_oneof!["[0-9]{1,4}", "[a-z]{1,4} [0-9]", "[A-Z][0-9]{2}", Just(String::new())];
    (name, value, 0_usize..12, 0_usize..42).prop_map(|(name, value, notation, other)| match (other, notation) {
        (0, _) => String::new(),
        (1, _) => "-----".to_owned(),
        (2, _) => "A sentence that says nothing".to_owned(),
        (3, _) => format!("   {value}"),
        (4, _) => "Call stack:".to_owned(),
        (5, 0) => "Fields:".to_owned(),
        (5, 1) => format!("\tat mvx.app.A{value}.run(A.java:{other})"),
        (5, 2) => "Field values".to_owned(),
        (5, 3 | 4) => "| Field | Value |\n|-------|-------|".to_owned(),
        (6, 0) => format!("{name}\n    {value}"),
        (6, 1) => format!("{name}:\n{value}\n"),
        (6, 2) => format!("[{name}] {value}"),
        (6, 3) => format!("               goes on with {value}"),
        (6, 4) => format!("{name} PACKED(7,0) X'0{value}' 1"),
        (6, 5) => format!("  - name: {name}\n    value: {value}"),
        (6, 6) => format!("Row {value} of {name} is negative"),
        (6, 7) => "Name        Value".to_owned(),
        (6, 8) => format!("{name} [{value}]"),
        (6, 9) => format!("#{value}  mvx.app.A{value}.run(A.java:7)"),
        (6, 10) => format!("com.foo.A{value}: it broke"),
        (6, 11) => format!("com.foo.A{value}.run(A.java:7)"),
        (7, 0) => "Class     Method    File      Line".to_owned(),
        (7, 1) => "com.foo.A run       A.java    17".to_owned(),
        (7, 2) => format!("com.foo.a{value}: it broke"),
        (7, 3) => format!("com.foo.a says {value} (so to speak:7)"),
        (7, 4) => format!("  step {value}: call XX rc=0 took {value} us, key 100/AAA"),
        (7, 5) => format!("the user and the program said {value} of it"),
        (7, 6) => format!("Program said {value}; user JDOE"),
        (7, 7) => format!("user {value}"),
        (7, 8) => format!("Record MITMAS {value}\n    {name} . . . : {value}\n    WXAB . . : {value}"),
        (7, 10) => format!("000000{value}0  39 47 2E 41 42 44 00 41 3E 32 20 43 3B 2C 42 34  |9G.ABD.A>2 C;,B4|"),
        (7, 9) => format!("Record MITMAS {value}\n    {name}={value}"),
        (_, 0) => format!("{name} = \"{value}\""),
        (_, 1) => format!("{name}={value}"),
        (_, 2) => format!("{name} . . . : {value}"),
        (_, 3) => format!("  {name}: {value}"),
        (_, 4) => format!("| {name} | {value} |"),
        (_, 5) => format!("{name:<12}{value}"),
        (_, 6) => format!("{name}=1 XXAB={value}"),
        (_, 8) => format!("{name},{value}"),
        (_, 10) => format!("\"{name}\";\"{value}\""),
        (_, 11) => format!("{name:<12}text {value}"),
        (_, 7) => format!("<{name}>{value}</{name}>"),
        _ => format!("{name}.... {value}"),
    })
}

proptest! {
    #[test]
    fn lines_of_a_known_form_hold_what_they_would_hold_when_read(
        block in prop::collection::vec(lines(), 1..12),
        values in prop::collection::vec(0_u16..9999, 8),
        largest in 1_usize..600,
        part in 1_usize..200,
        most in 1_usize..400,
        full in prop::bool::ANY,
    ) {
        let mut text = String::from("Program: CRS008\n\n");
        for value in values {
            // The same lines with other numbers, as dumps have them.
            for line in &block {
                let _infallible = writeln!(text, "{}", line.replace('1', &value.to_string()));
            }
        }
        let (by_form, each) = (read(&text, full, Some([part, largest, part, most])), read(&text, full, None));
        prop_assert_eq!(by_form.further_count, each.further_count, "{}", text);
        prop_assert_eq!(&by_form.further, &each.further, "{}", text);
        prop_assert_eq!(&by_form.unparsed, &each.unparsed, "{}", text);
        let shown = |layout: &Layout<'_>| {
            let title = |p: &Pair<'_>| layout.sections[p.section].title.to_string();
            layout.pairs.iter().map(|p| (title(p), p.name.to_string(), p.value.to_string())).collect::<Vec<_>>()
        };
        prop_assert_eq!(shown(&by_form), shown(&each), "{}", text);
    }
}

#[test]
fn a_value_that_is_not_kept_goes_on_below_and_changes_no_other() {
    let text = "Program . . : CRS008\nWWTEXT. . . : a text\n              that goes on\nWWAB. . . . : b\n";
    let layout = read(text, true, Some([usize::MAX / 8; 4]));
    let kept: Vec<_> = layout.pairs.iter().map(|pair| (&*pair.name, &*pair.value)).collect();
    assert_eq!(kept, [("Program", "CRS008")]);
    let further: Vec<_> = layout.further.iter().map(|range| &text[range.clone()]).collect();
    assert_eq!(further, [text[21..].trim_end()]);
}

#[test]
fn words_that_may_be_names_say_nothing_where_they_said_nothing() {
    let text: String = (0..900).map(|n| format!("the user said {n:03} times that the program is slow\n")).collect();
    let mut reader = Reader::new(&text, Synonyms::standard());
    reader.lines(text.len(), &OneHand);
    assert_eq!((reader.alike.known.by_form.len(), reader.alike.known.by_words.len()), (0, 1));
    assert_eq!(reader.finish().unparsed.len(), 1);
}

#[test]
fn lines_like_others_are_not_read() {
    let text: String = (0..50).map(|n| format!("WW{n:04} . . . : value {n} of it\n")).collect();
    let mut reader = Reader::new(&text, Synonyms::standard());
    reader.kept.bytes = usize::MAX / 2;
    reader.lines(text.len(), &OneHand);
    let forms = reader.alike.known.by_form.len();
    let layout = reader.finish();
    assert_eq!((layout.further_count, layout.further.len()), (50, 1));
    assert!((1..=3).contains(&forms), "{forms}");
}

//! Notations that nobody foresaw, learned from the names in them that are known.

use super::*;

/// The text as it is read, with the signs between names and values shown.
fn shown(text: &str) -> Vec<String> {
    let plain = plain(text, Synonyms::standard());
    assert_eq!(plain.len(), text.len());
    if matches!(plain, Cow::Borrowed(_)) {
        return Vec::new();
    }
    let part = |part: &str| part.split(UNIT).map(str::trim).collect::<Vec<_>>().join("=");
    let lines = plain.lines().filter(|line| line.contains(UNIT));
    lines.flat_map(|line| line.split(RECORD).map(part).collect::<Vec<_>>()).collect()
}

const PAIRS: [&str; 6] = [
    "Program=CRS008",
    "User ID=EU\\JDOE",
    "Job type=Batch",
    "Company=100",
    "Version=15.1.4",
    "Last operation=READ_DSP ICFCMD",
];

/// A dump in a notation of pairs, one for each line.
fn dump(form: impl Fn(&str, &str) -> String) -> String {
    let lines: Vec<String> =
        PAIRS.iter().filter_map(|pair| pair.split_once('=')).map(|(name, value)| form(name, value)).collect();
    format!(
        "M3 dump\n\n{}\n\nStack trace:\njava.lang.NullPointerException\n\tat a.b.C.d(C.java:1)\n\tat e.F.g(Native Method)\n",
        lines.join("\n")
    )
}

#[test]
fn signs_between_names_and_values() {
    for form in [
        |n: &str, v: &str| format!("{n}~{v}"),
        |n: &str, v: &str| format!("{n} || {v}"),
        |n: &str, v: &str| format!("{n} ^ {v}"),
        |n: &str, v: &str| format!("  {n} ⇒ {v}"),
        |n: &str, v: &str| format!("set {n} to \"{v}\";"),
        |n: &str, v: &str| format!("General;\"{n}\";\"{v}\""),
        |n: &str, v: &str| format!("|*{n}*|{v}|"),
        |n: &str, v: &str| format!("<<{n}>> {{{v}}}"),
    ] {
        assert_eq!(shown(&dump(form)).join("|").replace('"', ""), PAIRS.join("|"), "{}", dump(form));
    }
}

#[test]
fn values_before_their_names() {
    let known: Vec<&str> = PAIRS.iter().filter(|pair| !pair.contains("type")).copied().collect();
    for form in [
        |n: &str, v: &str| format!("{v} <- {n}"),
        |n: &str, v: &str| format!("{v} ({n})"),
        |n: &str, v: &str| format!("{v}    # {n}"),
    ] {
        assert_eq!(shown(&dump(form)), known, "{}", dump(form));
    }
}

#[test]
fn pairs_side_by_side() {
    let all: Vec<(&str, &str)> = PAIRS.iter().filter_map(|pair| pair.split_once('=')).collect();
    let row = |form: &dyn Fn(&str, &str) -> String, between: &str| {
        let cells: Vec<String> = all.iter().map(|(name, value)| form(name, value)).collect();
        shown(&format!("M3 dump\n{}\n", cells.join(between)))
    };
    assert_eq!(row(&|n, v| format!("{n}\u{1}{v}"), "\u{2}"), PAIRS);
    assert_eq!(row(&|n, v| format!("{n}\t{v}"), "\t"), PAIRS);
    let quoted: Vec<String> = all.iter().map(|(name, value)| format!("{name}=\"{value}\"")).collect();
    assert_eq!(row(&|n, v| format!(":{n}=>\"{v}\""), ", "), quoted);
}

#[test]
fn names_and_values_in_turn() {
    for form in [
        |n: &str, v: &str| format!("{n}\n{v}"),
        |n: &str, v: &str| format!("|{n}\n|{v}"),
        |n: &str, v: &str| format!("Sig[0].Name={n}\nSig[0].Value={v}"),
        |n: &str, v: &str| format!("[\"{n}\"]=>\nstring(4) \"{v}\""),
    ] {
        assert_eq!(shown(&dump(form)).join("|").replace('"', ""), PAIRS.join("|"), "{}", dump(form));
    }
}

#[test]
fn what_is_known_or_no_notation_stays() {
    for text in [
        &dump(|n, v| format!("{n}: {v}")),
        &dump(|n, v| format!("{n} = {v}")),
        "The program ~ was started by the user ~ of the job ~\nand the company ~\n",
        "",
        "Program\nUser\nCompany\nJob\nVersion\n",
    ] {
        assert_eq!(shown(text), Vec::<String>::new(), "{text}");
    }
}

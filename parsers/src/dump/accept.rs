//! The form that a fact's values have: a company is a number, a program looks like one. What doesn't fit isn't the
//! fact, whatever name it stands under. It must not choose between several values.

use std::borrow::Cow;

use super::synonyms::{Fact, Synonyms};
use super::{operation, stack, table, when};
use crate::m3::names;
use crate::trace;

/// Columns that a value has at least that is set on several lines.
const LEAST_WIDTH: usize = 12;

/// The value in the form of the fact, and how much doubt the form leaves (0 for none); `None` where it doesn't fit.
pub(crate) fn value(fact: Fact, value: &str) -> Option<(String, u16)> {
    let value = unclosed(value);
    // A comma behind a code goes on with the list that it stands in.
    let value = if fact == Fact::Message { value } else { value.trim_end_matches([',', ';', ' ']) };
    let value = if matches!(fact, Fact::Message | Fact::CallStack) { value } else { without_rest(value) };
    let value = if matches!(fact, Fact::User | Fact::Job | Fact::Environment) { without_next(value) } else { value };
    if is_nothing(value) || goes_on_with_the_name(value) {
        return None;
    }
    let sure = |found: String| Some((found, 0));
    let value = said(fact, value);
    match fact {
        Fact::At => sure(value.to_owned()).filter(|_| when::stated(value).is_some() || when::either(value).is_some()),
        Fact::Date | Fact::Time => sure(value.to_owned()).filter(|_| value.bytes().any(|b| b.is_ascii_digit())),
        Fact::Program => program(value),
        Fact::Panel => panel(value).and_then(sure),
        Fact::User => user(value),
        Fact::Job => job(value).and_then(sure),
        Fact::Company => leading(value, 4, |c| c.is_ascii_digit()).and_then(sure),
        Fact::Division => leading(value, 3, |c| c.is_ascii_alphanumeric()).and_then(sure),
        Fact::Environment => environment(value).and_then(sure),
        Fact::Version => version(value).and_then(sure),
        Fact::Exception => exception(value).and_then(sure),
        Fact::Message => message(value),
        Fact::FailedAt => failed_at(value),
        Fact::Object => sure(value.to_owned()).filter(|_| operation::is_object(value)),
        Fact::CallStack => sure(value.to_owned()).filter(|_| !stack(value).is_empty()),
    }
}

/// A value without what a listing writes before it: the branches of a tree, `└── JDOE`, the number of a row and a gap,
/// `0  M3PRD`, its name again, `version is 15.1`; and without what stands around it in an attribute, `value="M3PRD"}`.
fn said(fact: Fact, value: &str) -> &str {
    let named = matches!(fact, Fact::User | Fact::Job | Fact::Environment | Fact::Program);
    let value = value.trim_start_matches(['└', '├', '│', '─', ' ']);
    let behind = value.trim_start_matches(|c: char| c.is_ascii_digit());
    let value = match behind.strip_prefix("  ").map(str::trim_start) {
        Some(own) if named && (1..=2).contains(&(value.len() - behind.len())) && !own.is_empty() => own,
        _ => value,
    };
    let value = match value.split_once(" is ") {
        Some((name, own)) if !name.contains(' ') && Synonyms::standard().knows(name) => own,
        _ => value,
    };
    let inner = value.strip_prefix("value=\"").and_then(|inner| Some(&inner[..inner.find('"')?]));
    inner.unwrap_or(value).trim()
}

/// A value without what goes on behind it as something else: behind a tab, a quote or a bracket that nothing opened.
fn without_rest(value: &str) -> &str {
    let value = value.split('\t').next().unwrap_or(value).trim_end();
    let value =
        if value.matches('"').count() == 1 { value.split('"').next().unwrap_or(value).trim_end() } else { value };
    let value = if value.contains('(') { value } else { value.trim_end_matches(')') };
    let value = if value.matches('\'').count() == 1 { value.trim_end_matches('\'') } else { value };
    // The side of a box: `JDOE          *`
    match value.strip_suffix('*').filter(|bare| bare.ends_with("  ")) {
        Some(bare) => bare.trim_end(),
        None => value,
    }
}

/// A value without the pair behind it, of which nothing else shows where it begins: `PRD; Gewijzigd door: QSECOFR`.
fn without_next(value: &str) -> &str {
    const LONGEST: usize = 30;
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.');
    let pair = |behind: &str| {
        let name = behind.split_once([':', '=']).map_or("", |(name, _)| name);
        name.starts_with(char::is_alphabetic) && name.len() <= LONGEST && name.chars().all(is_name)
    };
    let next = ["; ", ", "].iter().find_map(|sign| value.split_once(sign).filter(|(_, behind)| pair(behind)));
    next.map_or(value, |(own, _)| own.trim_end())
}

/// A value without the brackets or quotes that close it in as a whole: `[CRS008]`, `<CRS008>`.
pub(crate) fn unclosed(value: &str) -> &str {
    let value = value.trim();
    // `JDOE **`, at the end of a line that has stars on both sides.
    let bare = value.trim_end_matches('*');
    let value = if value.len() >= bare.len() + 2 && bare.ends_with(' ') { bare.trim_end() } else { value };
    // What closes a list that was opened before the name.
    let value = if value.contains('{') { value } else { value.trim_end_matches(['}', ' ']) };
    const BRACKETS: [(char, char); 14] = [
        ('(', ')'),
        ('[', ']'),
        ('<', '>'),
        ('{', '}'),
        ('"', '"'),
        ('\'', '\''),
        ('«', '»'),
        ('»', '«'),
        ('“', '”'),
        ('„', '“'),
        ('‘', '’'),
        ('‹', '›'),
        ('#', '#'),
        ('~', '~'),
    ];
    let inner = BRACKETS.iter().find_map(|(open, close)| {
        let inner = value.strip_prefix(*open)?.strip_suffix(*close)?;
        (!inner.contains([*open, *close])).then_some(inner.trim())
    });
    inner.unwrap_or(value)
}

/// A pair that may state several facts at once (`Company/division: 100/AAA`), as its parts; else the pair itself.
pub(crate) fn parts<'p>(name: &'p str, value: &'p str, synonyms: &Synonyms) -> Vec<(&'p str, &'p str)> {
    let whole = vec![(name, value)];
    if synonyms.knows(name) && !name.contains(['/', '&', '+']) {
        return whole;
    }
    let names: Vec<&str> = name
        .split(['/', '&', '+', ','])
        .flat_map(|n| n.split(" and "))
        .map(str::trim)
        .filter(|n| !n.is_empty())
        .collect();
    if names.len() < 2
        || !names.iter().all(|n| synonyms.knows(n))
        || (synonyms.knows(name) && when::find(value).is_some())
    {
        return whole;
    }
    // `User/Benutzer`
    if names_one(&names, synonyms) {
        return vec![(names[0], value)];
    }
    for separator in [&['/'][..], &[','], &[';'], &['|'], &['-'], &[' ']] {
        let values: Vec<&str> = value.split(separator).map(str::trim).filter(|v| !v.is_empty()).collect();
        if values.len() == names.len() {
            return names.into_iter().zip(values).collect();
        }
    }
    whole
}

/// Whether names are all for the same, as in two languages: `Fehlgeschlagene Operation / Failed operation`.
fn names_one(names: &[&str], synonyms: &Synonyms) -> bool {
    let first = |name: &&str| synonyms.meanings(None, name).first().map(|(fact, _)| *fact);
    let mut facts = names.iter().map(first);
    let one = facts.next();
    facts.all(|fact| Some(fact) == one)
}

/// What arrows between the programs say needn't be said by the name as well.
fn name_for_order<'n>(value: &str, name: &'n str) -> &'n str {
    if stack::is_backwards(value) { "" } else { name }
}

/// The programs of a stack that is a value, on one line or several.
pub(crate) fn stack(value: &str) -> Vec<String> {
    stack_by(value, "")
}

/// The programs of a stack that is the value of a name, which may say in which order they are.
pub(crate) fn stack_by(value: &str, name: &str) -> Vec<String> {
    let lines: Vec<&str> = value.lines().map(str::trim).filter(|l| !l.is_empty()).collect();
    let found = match lines.as_slice() {
        [one] => stack::inline(one),
        _ => lines.iter().map(|l| stack::entry(l)).collect::<Option<Vec<_>>>().unwrap_or_default(),
    };
    if stack::has_m3(&found) { stack::outermost_first(name_for_order(value, name), found) } else { Vec::new() }
}

/// The value without the breaks by which a long word was set on several lines, all but the last as wide.
pub(crate) fn rejoined(value: &str) -> Cow<'_, str> {
    let wide = || {
        let lines: Vec<&str> = value.lines().map(str::trim).collect();
        let (last, before) = lines.split_last()?;
        let width = before.first()?.chars().count();
        let as_wide = before.iter().all(|line| line.chars().count() == width) && last.chars().count() <= width;
        let in_words = !lines.iter().any(|line| line.is_empty() || line.contains(char::is_whitespace));
        (as_wide && in_words && width >= LEAST_WIDTH).then(|| lines.concat())
    };
    if value.contains('\n') { wide().map_or(Cow::Borrowed(value), Cow::Owned) } else { Cow::Borrowed(value) }
}

/// What stands behind the class in the value of a name that states an exception.
pub(crate) fn message_behind(value: &str) -> Option<String> {
    let (class, message) = trace::named_in(value)?;
    let colon = value[class.end..].starts_with(':');
    // `Unhandled exception java.lang.X (what it says)`
    let in_brackets = value[class.end..].strip_prefix(" (").and_then(|rest| rest.strip_suffix(')'));
    if let Some(said) = in_brackets.filter(|said| said.contains(' ')) {
        return Some(said.trim().to_owned());
    }
    message.filter(|_| colon && class.start == 0).map(|m| m.trim().to_owned())
}

/// Whether a value is the rest of its name with the value behind a sign that was taken for another: `number=100619` behind
/// `Job`.
fn goes_on_with_the_name(value: &str) -> bool {
    const RESTS: [&str; 8] = ["number", "name", "id", "code", "nbr", "no", "nr", "type"];
    let end = value.find(|c: char| !c.is_alphanumeric()).unwrap_or(value.len());
    let signed = value[end..].starts_with(|c: char| !c.is_whitespace() && !matches!(c, '-' | '_' | '.' | '/' | '\\'));
    signed && RESTS.iter().any(|rest| value[..end].eq_ignore_ascii_case(rest))
}

/// What programs write where they have nothing to say.
fn is_nothing(value: &str) -> bool {
    let bare = value.trim_matches(|c: char| matches!(c, '<' | '>' | '(' | ')' | '[' | ']' | '"' | '\''));
    let said = [
        "",
        "null",
        "none",
        "*none",
        "n/a",
        "na",
        "unknown",
        "not available",
        "not set",
        "empty",
        "undefined",
        "*blank",
        "*blanks",
        "blank",
        "nil",
        "unbekannt",
        "keine",
        "saknas",
        "inconnu",
        "not applicable",
        "?",
    ];
    said.contains(&bare.to_lowercase().as_str()) || !bare.contains(char::is_alphanumeric)
}

fn program(value: &str) -> Option<(String, u16)> {
    if let Some(at) = value.find("mvx.app.pgm.") {
        let class = value[at..]
            .split(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | '_' | '$')))
            .next()
            .unwrap_or_default();
        let path = class.trim_start_matches("mvx.app.pgm.").trim_start_matches("customer.");
        let name = path.split(['.', '$']).next().unwrap_or_default();
        return names::is_program(name).then(|| (name.to_owned(), 0));
    }
    let first = value
        .split(|c: char| c.is_whitespace() || matches!(c, '/' | '(' | ',' | ';' | '.' | ':' | '-'))
        .next()
        .unwrap_or_default();
    if names::is_program(first) {
        return Some((first.to_owned(), 0));
    }
    let capital = value.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
        && value.starts_with(|c: char| c.is_ascii_uppercase());
    (capital && (3..=10).contains(&value.len())).then(|| (value.to_owned(), 50))
}

/// `E`, `E1`, `CRS008/E`, `CRS008E`, with words behind it or not.
fn panel(value: &str) -> Option<String> {
    let first = value.split(|c: char| c.is_whitespace() || matches!(c, '(' | ',' | ';')).next()?;
    let capital =
        first.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || matches!(b, b'/' | b'-' | b'_'));
    let letter = first.starts_with(|c: char| c.is_ascii_uppercase());
    let alone = first.len() == value.len();
    let formed = first.len() <= 2 || first.split(['/', '-', '_']).next().is_some_and(names::is_program);
    // `DUMP` is a word.
    let alone = alone && (first.len() <= 3 || first.bytes().any(|b| b.is_ascii_digit()));
    (capital && letter && first.len() <= 14 && (alone || formed)).then(|| first.to_owned())
}

fn user(value: &str) -> Option<(String, u16)> {
    // `S-1-5-18` is how Windows names an account to itself.
    if value.contains('\n') || value.len() > 100 || value.starts_with("S-1-") {
        return None;
    }
    // A job has its user between its number and its name.
    if value.matches('/').count() == 2 && value.bytes().take(6).all(|b| b.is_ascii_digit()) {
        return None;
    }
    let first = value.split([' ', '(', ',']).next().unwrap_or_default();
    if first.len() == value.len() {
        return Some((value.to_owned(), 0));
    }
    let rest = value[first.len()..].trim_start();
    let of_a_company = rest.strip_prefix("in ").is_some_and(|rest| rest.bytes().any(|b| b.is_ascii_digit()));
    if first.len() >= 2 && (rest.starts_with(['(', '-', ',', '/', '[']) || of_a_company || is_apart(value, first)) {
        return Some((first.to_owned(), 0));
    }
    // Two words are a person's name, which has no digits; only where nothing better is stated.
    if value.bytes().any(|b| b.is_ascii_digit()) {
        return None;
    }
    Some((value.to_owned(), 150)).filter(|_| value.split_whitespace().count() <= 3)
}

/// Whether a wide gap stands behind the first word of a value, so that what follows describes it: `JDOE   John Doe`.
fn is_apart(value: &str, first: &str) -> bool {
    first.len() >= 2 && value[first.len()..].starts_with("  ")
}

/// A number, a name with digits, or a code: words alone say something about a job.
fn job(value: &str) -> Option<String> {
    let value = value.split("   ").next().unwrap_or(value).trim_end();
    // `817376, Gestart` of `Jobnummer=817376, Gestart door=...`
    let value =
        value.split_once(", ").filter(|(own, _)| own.bytes().any(|b| b.is_ascii_digit())).map_or(value, |(own, _)| own);
    let value = value.strip_prefix("job ").unwrap_or(value);
    let value = value.strip_prefix("is ").unwrap_or(value);
    let worded = value.contains(' ') && !value.bytes().any(|b| b.is_ascii_digit());
    // An address, and the name of another fact.
    let other = value.starts_with("0x") || value.contains(char::is_lowercase) && Synonyms::standard().knows(value);
    (!other && value.len() <= 100 && !value.contains('\n') && !worded).then(|| value.to_owned())
}

/// A short code at the start of the value, alone or with a description behind it.
fn leading(value: &str, longest: usize, fits: impl Fn(char) -> bool) -> Option<String> {
    let end = value.find(|c: char| !fits(c)).unwrap_or(value.len());
    let (code, rest) = value.split_at(end);
    let described = rest.is_empty() || rest.starts_with([' ', '(', '/', '-', ',', ';', ':']);
    ((1..=longest).contains(&code.len()) && described).then(|| code.to_owned())
}

/// A name, with words behind it or not; no sentence about what happened: `M3 BE - Abnormal termination`.
fn environment(value: &str) -> Option<String> {
    // `M3PRD / 16.0.0.7`
    let value = match value.split_once(" / ") {
        Some((name, version)) if version.starts_with(|c: char| c.is_ascii_digit()) => name.trim_end(),
        _ => value,
    };
    // `M3PRD, version 15.1.4`
    let stated = |rest: &str| ["version", "release", "ver"].iter().any(|name| rest.trim_start().starts_with(name));
    let value = value.split_once(',').filter(|(_, rest)| stated(rest)).map_or(value, |(name, _)| name.trim_end());
    // `M3PRD host=srv`: what the next pair on the line goes on with.
    let value = match value.split_once(' ') {
        Some((name, rest)) if rest.contains('=') => name,
        _ => value,
    };
    // `M3PRD   main site`, `M3PRD (main site)`
    let first = value.split_whitespace().next().unwrap_or_default();
    let described = || {
        let rest = value[first.len()..].trim_start();
        let words = |rest: &str| rest.starts_with(char::is_alphabetic) && rest.contains(char::is_lowercase);
        rest.starts_with('(') && rest.ends_with(')') || rest.strip_prefix("- ").is_some_and(words)
    };
    let coded = || !first.bytes().any(|byte| byte.is_ascii_lowercase());
    let value = if is_apart(value, first) || described() && coded() { first } else { value };
    let lower = value.to_lowercase();
    let says = ["abnormal", "terminat", "dump", "error", "exception"].iter().any(|word| lower.contains(word));
    let sentence = value.contains(' ') && says;
    // What the machine runs, what a program prints of a list, and what was cut out of markup.
    const OTHERS: [&str; 8] = ["java ", "z/os", "windows", "linux", "os/400", "ibm i", "array", "object"];
    let other = OTHERS.iter().any(|other| lower.starts_with(other)) || value.contains(['"', '{', '}', '<', '>', '%']);
    (!sentence && !other && value.len() <= 120 && !value.contains('\n')).then(|| value.to_owned())
}

fn version(value: &str) -> Option<String> {
    let lower = value.to_lowercase();
    let other = ["java", "jvm", "jdk", "jre", "windows", "linux", "grid"].iter().any(|w| lower.contains(w));
    let digit = value.bytes().any(|b| b.is_ascii_digit());
    // What the next pair on the line, or a sentence, goes on with.
    let value = value.split(", ").next().unwrap_or(value);
    let first = value.split(' ').next().unwrap_or(value);
    let value = if value.contains('=') { first } else { value };
    // `1.8.0_251` is one of Java's, and a digit alone that of something else.
    let of_java = first.starts_with("1.") && first.contains("_");
    let alone = value.len() == 1;
    // A number without dots is that of a kernel or a date, or it is an address.
    let bare = first.trim_start_matches(['v', 'V']);
    let number =
        (bare.len() == 3 || bare.len() > 5) && bare.bytes().all(|b| b.is_ascii_digit()) || first.starts_with("0x");
    (digit
        && !number
        && !of_java
        && !alone
        && !other
        && lower.trim() != "m3"
        && value.len() <= 100
        && !value.contains('\n')
        && when::find(value).is_none())
    .then(|| value.to_owned())
}

fn exception(value: &str) -> Option<String> {
    let (class, _) = trace::named_in(value)?;
    let before = value[..class.start].trim();
    (before.is_empty() || before.split_whitespace().count() <= 3).then(|| value[class].to_owned())
}

fn message(value: &str) -> Option<(String, u16)> {
    let lower = value.to_lowercase();
    let of_the_dump = lower.replace(['_', ' '], "").contains("abnormaltermination")
        || lower.contains("dump log")
        || lower.contains("dump created");
    let only_class = trace::named_in(value).is_some_and(|(class, message)| {
        class == (0..value.len())
            || class.start == 0 && message.is_some()
            || value[class.end..].starts_with(" (") && exception(value).is_some() && message_behind(value).is_some()
    });
    (!of_the_dump && !only_class && !table::is_message_id(value)).then(|| (value.to_owned(), 0))
}

/// An operation with its object, else a method of a program (`CRS008.PEDSP`) as the value states it.
fn failed_at(value: &str) -> Option<(String, u16)> {
    if value.contains('\n') {
        return None;
    }
    if let Some(found) = operation::stated(value) {
        let doubt = if operation::is_bare(&found) { 30 } else { 0 };
        return Some((found, doubt));
    }
    let (program, method) = value.split_once('.')?;
    let plain = method.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') && !method.is_empty();
    (names::is_program(program) && plain).then(|| (value.to_owned(), 400))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(fact: Fact, text: &str) -> Option<String> {
        value(fact, text).map(|(form, _)| form)
    }

    #[test]
    fn values_have_the_form_of_their_fact() {
        for (fact, text, expected) in [
            (Fact::Program, "CRS008 - Facility. Open", Some("CRS008")),
            (Fact::Program, "mvx.app.pgm.customer.CRS008", Some("CRS008")),
            (Fact::Program, "CRS008/E", Some("CRS008")),
            (Fact::Program, "the one", None),
            (Fact::Job, "«814791»", Some("814791")),
            (Fact::User, "„JDOE“", Some("JDOE")),
            (Fact::Job, "#814791#", Some("814791")),
            (Fact::Job, "814791,", Some("814791")),
            (Fact::Environment, "\"M3PRD\"}", Some("M3PRD")),
            (Fact::Environment, "M3PRD **", Some("M3PRD")),
            (Fact::Panel, "CRS008/E", Some("CRS008/E")),
            (Fact::Panel, "E (Details)", Some("E")),
            (Fact::Panel, "left of the door", None),
            (Fact::Company, "100", Some("100")),
            (Fact::Company, "100 (Acme)", Some("100")),
            (Fact::Company, "Acme", None),
            (Fact::Division, "AAA", Some("AAA")),
            (Fact::Division, "Sales", None),
            (Fact::User, "CORP\\jdoe", Some("CORP\\jdoe")),
            (Fact::User, "JDOE (John Doe)", Some("JDOE")),
            (Fact::User, "*NONE", None),
            (Fact::User, "JOB 4711", None),
            (Fact::Version, "M3", None),
            (Fact::Version, "1.8.0_251", None),
            (Fact::Version, "1", None),
            (Fact::Version, "15.1.4 host=srv", Some("15.1.4")),
            (Fact::Version, "14.1.0:SP3, created", Some("14.1.0:SP3")),
            (Fact::Version, "14.1.0:SP3\" Company", Some("14.1.0:SP3")),
            (Fact::Environment, "M3PRD\tHost: srv", Some("M3PRD")),
            (Fact::Environment, "M3PRD host=srv", Some("M3PRD")),
            (Fact::Environment, "M3PRD          *", Some("M3PRD")),
            (Fact::User, "MWSUSR))", Some("MWSUSR")),
            (Fact::Job, "344633          M3 LEVEL  10.1", Some("344633")),
            (Fact::Job, "Job type", None),
            (Fact::Job, "job is 94ba", Some("94ba")),
            (Fact::Version, "15.1.2:*NONE", Some("15.1.2:*NONE")),
            (Fact::Version, "Java 1.8", None),
            (
                Fact::Exception,
                "java.lang.NullPointerException: READ_DSP ICFCMD",
                Some("java.lang.NullPointerException"),
            ),
            (Fact::Exception, "0", None),
            (Fact::Exception, "mvx.db.DBException$LockTimeout", Some("mvx.db.DBException$LockTimeout")),
            (Fact::Message, "Abnormal termination of CRS008", None),
            (Fact::Message, "CPF9999", None),
            (Fact::Message, "CPF9999 in CRS008", Some("CPF9999 in CRS008")),
            (Fact::FailedAt, "READ_DSP ICFCMD", Some("READ_DSP ICFCMD")),
            (Fact::FailedAt, "2026-01-13 10:15:07", None),
        ] {
            assert_eq!(form(fact, text).as_deref(), expected, "{fact:?} {text}");
        }
    }

    #[test]
    fn a_pair_may_state_two_facts() {
        let table = Synonyms::standard();
        assert_eq!(parts("Company/Division", "100/AAA", table), [("Company", "100"), ("Division", "AAA")]);
        assert_eq!(parts("CONO / DIVI", "100 AAA", table), [("CONO", "100"), ("DIVI", "AAA")]);
        assert_eq!(parts("User", "A/B", table), [("User", "A/B")]);
        assert_eq!(parts("Date/Time", "2026-01-13 10:15:07", table), [("Date/Time", "2026-01-13 10:15:07")]);
    }
}

//! The titles of columns: which of them make what kind of table. It must not know where the cells of a line are.

use std::ops::Range;
use std::sync::LazyLock;

use super::super::synonyms::{Starts, Synonyms, words};
use super::{TableKind, cells, is_one_cell};

const NAME: &[&str] = &[
    "name",
    "field",
    "field name",
    "variable",
    "variable name",
    "key",
    "property",
    "parameter",
    "item",
    "element",
    "attribute",
    "fact",
    "feld",
    "feldname",
    "schlüssel",
    "eigenschaft",
    "fält",
    "fältnamn",
    "namn",
    "nyckel",
    "variabel",
    "champ",
    "nom",
    "clé",
    "merkmal",
];
const VALUE: &[&str] = &[
    "value",
    "content",
    "contents",
    "data",
    "current value",
    "values",
    "wert",
    "inhalt",
    "feldinhalt",
    "värde",
    "innehåll",
    "valeur",
    "contenu",
    "characters",
    "character value",
    "text value",
];
/// Names beside a value, where a table has no other column.
const DESCRIBED: &[&str] = &[
    "description",
    "designation",
    "label",
    "meaning",
    "beschreibung",
    "bezeichnung",
    "bedeutung",
    "beskrivning",
    "benämning",
    "beskrivelse",
    "libellé",
    "désignation",
    "descripción",
    "descrizione",
];
/// What stands for a name beside its description.
const CODE: &[&str] = &["code", "id", "kürzel", "kod", "koodi", "abbreviation", "short name", "abk", "kode", "código"];
const PROGRAM: &[&str] = &[
    "program",
    "pgm",
    "program name",
    "programm",
    "programme",
    "programnamn",
    "called program",
    "program on the stack",
    "program in stack",
];
const BESIDE_PROGRAM: &[&str] = &[
    "level",
    "lvl",
    "seq",
    "no",
    "nr",
    "depth",
    "method",
    "statement",
    "stmt",
    "line",
    "call level",
    "nivå",
    "stufe",
    "ebene",
    "niveau",
    "pos",
    "position",
    "function",
    "routine",
    "called from",
    "caller",
    "entry",
    "metod",
    "methode",
    "méthode",
    "step",
    "l",
    "source line",
    "num",
];
const ASIDE: &[&str] = &[
    "type",
    "length",
    "len",
    "attributes",
    "dec",
    "decimals",
    "hex",
    "format",
    "description",
    "text",
    "version",
    "class",
    "panel",
    "typ",
    "länge",
    "längd",
    "longueur",
    "size",
    "offset",
    "old value",
    "bytes",
    "value in hex",
    "hex value",
    "hexadecimal value",
    "hexadecimal",
    "pos",
    "position",
    "t",
    "ty",
    "lng",
    "lgth",
    "dc",
    "dp",
    "dcm",
    "start",
    "from",
    "to",
    "nr",
    "no",
];

const CLASS: &[&str] = &["class", "class name", "klasse", "klass", "classe"];
const METHOD: &[&str] = &["method", "method name", "methode", "metod", "méthode", "function"];
const FILE: &[&str] = &["file", "file name", "source", "source file", "datei", "fil", "fichier"];
const LINE: &[&str] = &["line", "line number", "line no", "source line", "zeile", "rad", "ligne"];

/// All titles, but those that only stand beside a class.
const ANY: [&[&str]; 6] = [NAME, VALUE, PROGRAM, BESIDE_PROGRAM, ASIDE, CLASS];

/// Whether a line is the header of a table of Java frames.
pub(crate) fn is_header_of_frames(line: &str) -> bool {
    static CLASSES: LazyLock<Starts> = LazyLock::new(|| starts(&[CLASS]));
    if is_one_cell(line) || !CLASSES.may_stand_in(line) {
        return false;
    }
    let titles: Vec<String> = cells(line).into_iter().map(|cell| column_title(&line[cell])).collect();
    frames(&titles).is_some()
}

fn frames(titles: &[String]) -> Option<TableKind> {
    let find = |names: &[&str]| titles.iter().position(|title| names.contains(&title.as_str()));
    let columns = [find(CLASS), find(METHOD), find(FILE), find(LINE)];
    let named = columns.iter().flatten().count();
    (columns[0].is_some() && columns[1].is_some() && named >= 3 && titles.len() <= named + 2)
        .then_some(TableKind::Frames(columns))
}

/// What these titles begin with.
fn starts(titles: &[&[&str]]) -> Starts {
    let mut starts = Starts::default();
    for title in titles.iter().copied().flatten() {
        starts.insert(&title.replace(' ', ""));
    }
    starts
}

/// Whether each word of a line is the title of a column that stacks have.
pub(super) fn are_of_a_stack(line: &str, words: &[Range<usize>]) -> bool {
    let title = |word: &Range<usize>| column_title(&line[word.clone()]);
    let named = |title: &String, lists: &[&[&str]]| lists.iter().any(|list| list.contains(&title.as_str()));
    let titles: Vec<String> = words.iter().map(title).collect();
    titles.iter().all(|title| named(title, &[PROGRAM, BESIDE_PROGRAM, ASIDE]))
        && titles.iter().any(|title| named(title, &[PROGRAM]))
}

/// Whether a cell may be the title of a column.
pub(crate) fn may_be_titled(cell: &str) -> bool {
    static BEGINNINGS: LazyLock<Starts> = LazyLock::new(|| starts(&ANY));
    static TITLES: LazyLock<[u64; 256]> = LazyLock::new(|| {
        let mut lengths = [0; 256];
        for title in ANY.into_iter().flatten() {
            lengths[usize::from(title.as_bytes()[0])] |= 1_u64 << (title.len() % 64);
        }
        lengths
    });
    let Some(first) = cell.bytes().next() else { return false };
    let is = |titles: &[&str]| titles.iter().any(|title| title.eq_ignore_ascii_case(cell));
    if !cell.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return BEGINNINGS.may_stand_in(cell);
    }
    // Few names have the first letter and the length of one.
    TITLES[usize::from(first.to_ascii_lowercase())] & 1 << (cell.len() % 64) != 0 && ANY.into_iter().any(is)
}

/// Whether words of a line may be titles of columns.
pub(crate) fn may_be_titles(line: &str) -> bool {
    // Any other title stands beside one of these.
    static TITLES: LazyLock<Starts> = LazyLock::new(|| starts(&[NAME, PROGRAM, CLASS]));
    TITLES.may_stand_in(line)
}

pub(super) fn column_title(cell: &str) -> String {
    if cell == "#" { "no".to_owned() } else { words(cell) }
}

/// What kind of table the titles of a line make, where they make one.
pub(super) fn kind(
    line: &str,
    columns: &[Range<usize>],
    titles: &[String],
    in_stack: bool,
    synonyms: &Synonyms,
) -> Option<TableKind> {
    if let Some(frames) = frames(titles) {
        return Some(frames);
    }
    let find = |names: &[&str]| titles.iter().position(|t| names.contains(&t.as_str()));
    let program = find(PROGRAM);
    let beside = find(BESIDE_PROGRAM).is_some();
    // `Program:  PPS200   Statement:  004200` has values beside its names.
    let named = columns.iter().filter(|c| line[(*c).clone()].ends_with(':')).count();
    let titled = named == 0 || named == columns.len();
    if let Some(at) = program.filter(|_| titled && (beside || in_stack)) {
        return Some(TableKind::Stack(at));
    }
    if let ([_, _], Some(name), Some(value)) = (columns, find(DESCRIBED), find(VALUE)) {
        return Some(TableKind::NameValue(name, value));
    }
    if let ([_, _, _], Some(_), Some(name), Some(value)) = (columns, find(CODE), find(DESCRIBED), find(VALUE)) {
        return Some(TableKind::NameValue(name, value));
    }
    // Each row below is a message of a job log, which says when it was sent.
    if titles.len() > 2 && matches!(titles[0].as_str(), "msgid" | "message id" | "msg id") {
        return Some(TableKind::OneRow(columns.to_vec()));
    }
    // Of several values, the last is that of the failure.
    const AT_FAILURE: &[&str] = &[
        "value at failure",
        "value at error",
        "value at dump",
        "value at abend",
        "value at end",
        "new value",
        "value now",
        "value after",
    ];
    const BEFORE: &[&str] = &["value at entry", "value at start", "previous value", "initial value", "value before"];
    if let (Some(name), Some(value), true) =
        (find(NAME), find(AT_FAILURE), find(BEFORE).is_some() || find(ASIDE).is_some() || titles.len() == 2)
    {
        return Some(TableKind::NameValue(name, value));
    }
    let listed = |t: &String| [NAME, VALUE, ASIDE].iter().any(|names| names.contains(&t.as_str()));
    if let (Some(name), Some(value)) = (find(NAME), find(VALUE)) {
        let strange = titles.iter().filter(|t| !t.is_empty() && !listed(t)).count();
        return (name != value && strange <= 1).then_some(TableKind::NameValue(name, value));
    }
    let keys = columns.iter().filter(|c| synonyms.knows(&line[(*c).clone()])).count();
    // `Umgebung | M3BEEnv`: a value that could be a name as well means what its name means.
    let meant = |c: &Range<usize>| synonyms.meanings(None, &line[c.clone()]).first().map(|(fact, _)| *fact);
    if let [name, value, rest @ ..] = columns
        && (rest.is_empty() || rest.len() == 1 && meant(name).is_some())
        && meant(name) == meant(value)
    {
        return None;
    }
    (keys >= 2 && keys * 3 >= columns.len() * 2 && !line.contains([':', '=']))
        .then(|| TableKind::OneRow(columns.to_vec()))
}

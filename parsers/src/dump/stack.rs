//! M3 program stacks: `SYS->MMS001`, a list of programs one below the other, numbered, nested by indentation.
//!
//! It must not know where in a dump a stack stands.

use crate::m3::names;

/// Words between a program and the one it calls.
const CALLS: [&str; 9] =
    [" calls ", " called ", " invokes ", " ruft ", " anropar ", " appelle ", " llama a ", " chiama ", " roept "];

/// Words between a program and the one that called it.
const CALLED_BY: [&str; 12] = [
    "<-",
    " < ",
    "←",
    " called by ",
    " called from ",
    " aufgerufen von ",
    " anropad av ",
    " anropat från ",
    " appelé par ",
    " llamado por ",
    " chiamato da ",
    " aangeroepen door ",
];

/// The programs of a stack on one line: `SYS -> MNS150 -> CRS008`, `SYS/CRS008`, `SYS calls CRS008`. Outermost first.
pub(crate) fn inline(text: &str) -> Vec<String> {
    // `MVX151PGM/MWS410` is one program, with its library.
    if text.trim().split_once('/').is_some_and(|(library, own)| is_library(library) && !own.contains('/')) {
        return Vec::new();
    }
    let backwards = is_backwards(text);
    let between: &[&str] = if backwards { &CALLED_BY } else { &CALLS };
    let text = between.iter().fold(text.replace("->", ">").replace("=>", ">"), |text, said| text.replace(said, ">"));
    let parts: Vec<&str> = text
        .split(['>', '→', '»', ',', ';', '|', '/', '\\', ' ', '\t'])
        .map(|part| part.trim_matches(['`', '"', '\'', '[', ']']))
        // `1:SYS 2:CRS008`
        .map(|part| {
            part.split_once(':').filter(|(n, _)| n.bytes().all(|b| b.is_ascii_digit())).map_or(part, |(_, p)| p)
        })
        .filter(|p| !p.is_empty())
        .collect();
    // `MVXCUST/MMS002` is one, with its library.
    if let [library, own] = parts.as_slice()
        && text.contains('/')
        && library.len() > 4
        && !names::is_program(library)
        && names::is_program(own)
    {
        return Vec::new();
    }
    let programs: Vec<String> = parts.iter().filter_map(|p| program(p)).collect();
    if programs.len() != parts.len() || !has_m3(&programs) {
        return Vec::new();
    }
    if backwards { programs.into_iter().rev().collect() } else { programs }
}

/// Whether each program on a line was called by the next.
pub(crate) fn is_backwards(line: &str) -> bool {
    CALLED_BY.iter().any(|said| line.contains(said))
}

/// Whether a line says of programs that one calls the next in words.
pub(crate) fn says_calls(line: &str) -> bool {
    CALLS.iter().any(|said| line.contains(said))
}

/// The program that a line of a stack names: behind a number, an arrow or a bracket, alone or with its method, panel or
/// version behind it.
pub(crate) fn entry(line: &str) -> Option<String> {
    // `[<0>] CRS008`, as the kernel of Linux writes it.
    let mut rest = line.trim().trim_start_matches("[<0>]");
    for _ in 0..4 {
        let before = rest;
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || "-=>+|*`\\_└├─│•·.:#[](){}→»^↳<".contains(c));
        rest = number(rest);
        for word in [
            "at ",
            "o ",
            "called ",
            "calls ",
            "program ",
            "Program ",
            "PROGRAM ",
            "by ",
            "pgm ",
            "PGM ",
            "level ",
            "Level ",
            "LEVEL ",
            "niveau ",
            "Niveau ",
            "NIVEAU ",
            "nivå ",
            "Nivå ",
            "nivel ",
            "Nivel ",
            "Ebene ",
            "Stufe ",
            "livello ",
            "Livello ",
            "from ",
            "in ",
            "In ",
            "aufgerufen ",
            "von ",
            "anropad ",
            "anropat ",
            "av ",
            "från ",
            "llamado ",
            "por ",
            "chiamato ",
            "da ",
            "aangeroepen ",
            "door ",
            "appelé ",
            "par ",
        ] {
            rest = rest.strip_prefix(word).unwrap_or(rest);
        }
        if rest == before {
            break;
        }
    }
    // `MVXCUST/MMS002`, with the library before it.
    if let Some((library, own)) = rest.split_once('/')
        && is_short_name(library)
        && (!names::is_program(library) || is_library(library))
        && (names::is_program(own.trim_end()) || own.trim_end() == "SYS")
    {
        rest = own;
    }
    let end = rest
        .find(|c: char| {
            c.is_whitespace() || matches!(c, ',' | ';' | '|' | '(' | ')' | '[' | ']' | ':' | '=' | '"' | '`')
        })
        .unwrap_or(rest.len());
    let found = program(&rest[..end])?;
    // A frame of Java is one of many that a program has.
    if rest.contains(".java") || rest.contains("(Native Method)") {
        return None;
    }
    // A field has its value behind it, a program at most the library it is of: `QCMD   QSYS`.
    let behind = rest[end..].trim();
    let library = || (4..=10).contains(&behind.len()) && behind.bytes().all(|b| b.is_ascii_uppercase());
    let alone = || !behind.contains(char::is_alphanumeric) || library();
    (found.len() <= 3 || names::is_program(&found) || alone()).then_some(found)
}

/// Whether a line of a stack names who called the program above it.
pub(crate) fn is_caller(line: &str) -> bool {
    let words = line.trim_start_matches(|c: char| !c.is_alphabetic()).to_lowercase();
    let starts = |line: &str| CALLED_BY.iter().any(|said| line.starts_with(said.trim_start()));
    let short = ["by ", "from ", "von ", "från "];
    starts(line.trim_start()) || starts(&words) || short.iter().any(|said| words.starts_with(said))
}

/// Behind a number that counts the entry: `1 `, `#2 `, `3. `, `04)`, `3.1.1 `.
fn number(rest: &str) -> &str {
    if !rest.starts_with(|c: char| c.is_ascii_digit()) {
        return rest;
    }
    let digits = rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let digits =
        if digits.starts_with([' ', '\t']) { digits } else { rest.trim_start_matches(|c: char| c.is_ascii_digit()) };
    if digits.len() == rest.len() {
        return rest;
    }
    let behind = digits.trim_start_matches(['.', ')', ':', ']', '/', '|', '=']);
    if behind.is_empty() || behind.starts_with([' ', '\t']) || behind.len() < digits.len() { behind } else { rest }
}

/// The program a word names: itself (`CRS008`, `SYS`), with its class (`mvx.app.pgm.CRS008`), method or panel.
fn program(word: &str) -> Option<String> {
    let word = word.trim_matches(['"', '\'', '.']);
    if let Some(at) = word.find("mvx.app.pgm.") {
        let class = &word[at..];
        let path = class.strip_prefix("mvx.app.pgm.")?;
        let path = path.strip_prefix("customer.").unwrap_or(path);
        let name = path.split(['.', '$', '(']).next()?;
        return (names::is_program(name) || is_short_name(name)).then(|| name.to_owned());
    }
    let name = word.split(['.', '/', '(', '$']).next()?;
    is_short_name(name).then(|| name.to_owned())
}

/// Whether a name that may be a program's says that it is a library's: `MVX151PGM`.
fn is_library(name: &str) -> bool {
    is_short_name(name) && (name.ends_with("PGM") || name.ends_with("LIB"))
}

/// Capitals and digits: `SYS`, `MVXCTL`, and every M3 program.
fn is_short_name(name: &str) -> bool {
    let short = (2..=10).contains(&name.len());
    let capital = name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    short && capital
}

/// Whether one of the programs has the form of an M3 program.
pub(crate) fn has_m3(programs: &[String]) -> bool {
    programs.iter().any(|p| names::is_program(p))
}

/// Whether a heading says that the program that was called last stands first: `Program stack, current program on top`.
pub(crate) fn is_innermost_first(title: &str) -> bool {
    const INNER: [&str; 11] = [
        "recent",
        "innermost",
        "newest",
        "latest",
        "last",
        "current",
        "active",
        "failing",
        "failed",
        "failure",
        "error",
    ];
    const WHOLE: &[&str] = &[
        "siste først",
        "nyest først",
        "sidste først",
        "plus récent d'abord",
        "plus récent en premier",
        "dernier d'abord",
        "dernier en premier",
        "mais recente primeiro",
        "último primeiro",
        "último primero",
        "più recente per primo",
        "più recente prima",
        "ultimo per primo",
        "laatste eerst",
        "uusin ensin",
        "viimeisin ensin",
        "od najnowszego",
        "ostatni pierwszy",
        "nyeste først",
        "seneste først",
        "0 = current",
        "top = current",
        "neuester zuerst",
        "neueste zuerst",
        "neuestes zuerst",
        "letzter aufruf zuerst",
        "senaste först",
        "nyast först",
        "du plus récent",
        "dal più recente",
        "más reciente primero",
        "nieuwste eerst",
        "senast anropade först",
        "sist anropade först",
        "sidst kaldte først",
        "sist kalte først",
        "zuletzt aufgerufene zuerst",
        "zuletzt aufgerufenes zuerst",
        "dernier appelé en premier",
        "dernier appelé d'abord",
        "último llamado primero",
        "ultimo chiamato per primo",
        "laatst aangeroepen eerst",
        "innerstes programm zuerst",
        "innerstes zuerst",
        "innerst först",
        "inderst først",
        "innerst først",
        "dal più interno",
        "du plus interne",
        "del más interno",
        "do mais interno",
        "van binnen naar buiten",
        "sisin ensin",
    ];
    let title = title.to_lowercase();
    let words: Vec<&str> = title.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    // `last call first`, `current program on top`, `program in error at the top`
    let on_top = |behind: &[&str]| {
        let end = behind.iter().take(3).position(|word| matches!(*word, "first" | "on" | "at"));
        // `programs active, outermost first`
        let outer = ["outermost", "oldest", "earliest", "outer", "caller"];
        let end = end.filter(|end| !behind[..*end].iter().any(|word| outer.contains(word)));
        // `active programs, first called at the top`
        let end = end.filter(|end| behind.get(end + 1).is_none_or(|next| *next != "called"));
        end.is_some_and(|end| behind[end] == "first" || behind[end..].iter().take(3).any(|word| *word == "top"))
    };
    let said = |at: usize| INNER.contains(&words[at]) && on_top(&words[at + 1..]);
    // `#0 is the program that failed`
    let numbered = |at: usize| {
        let is_first = matches!(words[at], "0" | "1") && words.get(at + 1) == Some(&"is");
        is_first && words[at + 2..].iter().take(4).any(|word| INNER.contains(word))
    };
    (0..words.len()).any(|at| said(at) || numbered(at)) || WHOLE.iter().any(|whole| title.contains(whole))
}

/// The numbers before the programs of a stack, as far as they fall from one to the next.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Levels {
    last: Option<u32>,
    falls: usize,
}

impl Levels {
    /// Takes the number before the next program, which may be the first.
    pub(crate) fn see(&mut self, number: Option<u32>, is_first: bool) {
        if is_first {
            self.falls = 0;
        } else if self.last.is_some_and(|last| number.is_some_and(|number| number + 1 == last)) {
            self.falls += 1;
        }
        self.last = number;
    }

    /// Whether the numbers of so many programs fell one by one to the first level, on which the outermost stands.
    pub(crate) fn fall_to_the_first(self, programs: usize) -> bool {
        programs > 1 && self.falls + 1 == programs && matches!(self.last, Some(0 | 1))
    }
}

/// The number that a line of a stack starts with.
pub(crate) fn level(line: &str) -> Option<u32> {
    let counted = line.trim_start_matches([' ', '\t', '#', '(', '[', '|']);
    counted[..counted.bytes().take_while(u8::is_ascii_digit).count()].parse().ok()
}

/// Puts the outermost program first, where the heading or `SYS`, from which every program is called, says that it is
/// last.
pub(crate) fn outermost_first(title: &str, mut programs: Vec<String>) -> Vec<String> {
    let from_sys = programs.len() > 1 && programs.last().is_some_and(|p| p == "SYS") && programs[0] != "SYS";
    if from_sys || is_innermost_first(title) {
        programs.reverse();
    }
    programs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stacks_on_one_line() {
        for text in [
            "SYS->MNS150->CRS008",
            "SYS > MNS150 > CRS008",
            "SYS/MNS150/CRS008",
            "SYS, MNS150, CRS008",
            "SYS → MNS150 → CRS008",
            "CRS008 <- MNS150 <- SYS",
            "SYS MNS150 CRS008",
        ] {
            assert_eq!(inline(text), ["SYS", "MNS150", "CRS008"], "{text}");
        }
        assert!(inline("see below").is_empty());
        assert!(inline("JOB USER").is_empty());
    }

    #[test]
    fn lines_of_a_stack() {
        for line in [
            "CRS008",
            "  CRS008",
            "1 CRS008",
            "#1  CRS008  PEDSP",
            "2. CRS008 15.1.2:*NONE",
            "-> CRS008",
            "  \\-- CRS008",
            "└─ CRS008",
            "[3] CRS008.PEDSP",
            "mvx.app.pgm.customer.CRS008",
            "03: CRS008/E",
            "3.1.1.1.1 CRS008",
            "called CRS008",
            "Program CRS008 (Facility)",
        ] {
            assert_eq!(entry(line).as_deref(), Some("CRS008"), "{line}");
        }
        for line in ["Number of calls: 3", "", "---", "the end"] {
            assert_eq!(entry(line), None, "{line}");
        }
    }

    #[test]
    fn the_order_is_turned_where_it_is_told() {
        let stack = |words: &[&str]| words.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>();
        assert_eq!(outermost_first("Call stack", stack(&["CRS008", "SYS"])), ["SYS", "CRS008"]);
        assert_eq!(outermost_first("Call stack (most recent call first)", stack(&["A", "B"])), ["B", "A"]);
        assert_eq!(outermost_first("Call stack", stack(&["MMS001", "CRS008"])), ["MMS001", "CRS008"]);
        assert_eq!(outermost_first("Programs active, outermost first", stack(&["A", "B"])), ["A", "B"]);
        assert_eq!(outermost_first("Stack (#0 is the program that failed)", stack(&["A", "B"])), ["B", "A"]);
    }
}

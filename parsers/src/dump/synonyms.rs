//! The names under which dumps state a fact: `PGMN`, `Program name` and `Programm` all mean the program.
//!
//! A name is compared without case, spaces and punctuation (`userId`, `User-ID` and `USER ID` are one). The table can
//! be extended by the user. It must not know how a name and its value were written.

mod languages;
mod lists;
mod starts;

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use super::edges::Edges;
use super::hashed::Hashed;
use lists::{BEFORE, BEHIND, GENERAL_TIMES, GENERIC, NAMES, OF, PHRASES, WHEN};
pub(crate) use starts::Starts;

/// A fact that a dump may state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Fact {
    /// Date and time of the dump.
    At,
    /// Only the date.
    Date,
    /// Only the time of day.
    Time,
    /// The program that ended.
    Program,
    /// The panel it was on.
    Panel,
    /// The M3 user.
    User,
    /// The job.
    Job,
    /// Company.
    Company,
    /// Division.
    Division,
    /// Environment.
    Environment,
    /// Version and fix level.
    Version,
    /// The exception's class.
    Exception,
    /// The exception's message.
    Message,
    /// Operation and object that failed.
    FailedAt,
    /// The object of the operation, where it is stated on its own.
    Object,
    /// The program stack.
    CallStack,
}

impl Fact {
    /// The fact that a user's table calls by this name: the names of the machine-readable output.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "at" => Self::At,
            "date" => Self::Date,
            "time" => Self::Time,
            "program" => Self::Program,
            "panel" => Self::Panel,
            "user" => Self::User,
            "job" => Self::Job,
            "company" => Self::Company,
            "division" => Self::Division,
            "environment" => Self::Environment,
            "version" => Self::Version,
            "exception" => Self::Exception,
            "exception_message" => Self::Message,
            "where" => Self::FailedAt,
            "object" => Self::Object,
            "call_stack" => Self::CallStack,
            _ => return None,
        })
    }
}

impl Fact {
    /// Whether its values are names or numbers of something.
    const fn is_code(self) -> bool {
        matches!(
            self,
            Self::Program | Self::Panel | Self::User | Self::Job | Self::Company | Self::Division | Self::Environment
        )
    }
}

/// Names of facts. [`Synonyms::default`] knows those in English, German, Swedish, French and eleven further
/// languages, and M3's field names.
#[derive(Clone, Debug)]
pub struct Synonyms {
    known: HashMap<String, Vec<(Fact, u16)>, Hashed>,
    /// The lengths of the names that start, and of those that end with each byte, a bit for each: most names of a
    /// program's fields show by these that they aren't known.
    lengths: [[u64; 256]; 2],
    starts: Starts,
}

/// Bytes of the longest name that is looked up.
const LONGEST_NAME: usize = 64;

/// Bytes of the longest of [`GENERIC`].
const LONGEST_GENERIC: usize = 11;

/// The rank of names in further languages: who states a fact in two languages states it in the better known one.
const FURTHER: u16 = 150;

static STANDARD: LazyLock<Synonyms> = LazyLock::new(|| {
    let mut synonyms = Synonyms { known: HashMap::default(), lengths: [[0; 256]; 2], starts: Starts::default() };
    for (fact, names) in NAMES {
        for (rank, name) in (0u16..).zip(names.split('|')) {
            let general = fact == Fact::At && GENERAL_TIMES.contains(&name);
            synonyms.insert(fact, name, if general { FURTHER + 50 } else { 10 + rank });
        }
    }
    for (fact, names) in languages::NAMES {
        names.split('|').for_each(|name| synonyms.insert(fact, name, FURTHER));
    }
    synonyms
});

/// What words that change nothing start with before a name, and end with behind it.
static FIRST: LazyLock<Edges> = LazyLock::new(|| Edges::first([BEFORE, OF].into_iter().flatten().copied()));
static LAST: LazyLock<Edges> = LazyLock::new(|| Edges::last([WHEN, PHRASES, BEHIND].into_iter().flatten().copied()));

impl Default for Synonyms {
    fn default() -> Self {
        STANDARD.clone()
    }
}

impl Synonyms {
    /// The table without anything of the user's.
    #[must_use]
    pub fn standard() -> &'static Self {
        &STANDARD
    }

    /// Adds a name of the user's, which goes before all that are known.
    pub fn add(&mut self, fact: Fact, name: &str) {
        self.insert(fact, name, 0);
    }

    fn insert(&mut self, fact: Fact, name: &str, rank: u16) {
        let name = squash(&words(name));
        if let (Some(first), Some(last)) = (name.as_bytes().first(), name.as_bytes().last()) {
            self.lengths[0][usize::from(*first)] |= 1 << (name.len() % 64);
            self.lengths[1][usize::from(*last)] |= 1 << (name.len() % 64);
            self.starts.insert(&name);
        }
        let facts = self.known.entry(name).or_default();
        if !facts.iter().any(|(known, _)| *known == fact) {
            facts.push((fact, rank));
            facts.sort_by_key(|(_, rank)| *rank);
        }
    }

    /// What a name may mean with the rank of that meaning (lower is better), best first; nothing for a name that isn't
    /// in the table. `section` is the heading that the name stands under, if there is one.
    #[must_use]
    pub fn meanings(&self, section: Option<&str>, name: &str) -> Vec<(Fact, u16)> {
        if section.is_none()
            && let Some(found) = self.of_one_word(name)
        {
            return found.to_vec();
        }
        let mut buffer = [0; LONGEST_NAME];
        let own = match short_words(name, &mut buffer) {
            Some(short) => Cow::Borrowed(short),
            None => Cow::Owned(words(name)),
        };
        let own: &str = &own;
        if own.is_empty() || own.len() > LONGEST_NAME || is_java_property(name) || is_of_another(name) {
            return Vec::new();
        }
        if let Some(section) = section.filter(|_| own.len() <= LONGEST_GENERIC && GENERIC.contains(&own)) {
            let found = self.exact(&format!("{} {own}", words(section)), 0);
            if !found.is_empty() {
                return found;
            }
            // `"usr": {"id": "JDOE"}`: it is what its section is called.
            if matches!(own, "id" | "uuid" | "name" | "code" | "no" | "nr" | "number") {
                let mut found = self.exact(&words(section), 100);
                found.retain(|(fact, _)| fact.is_code());
                if !found.is_empty() {
                    return found;
                }
            }
        }
        let found = self.exact(own, 0);
        if !found.is_empty() {
            return found;
        }
        let found = self.trimmed(own);
        if !found.is_empty() {
            return found;
        }
        let found = self.either(name);
        if !found.is_empty() {
            return found;
        }
        let found = self.in_brackets(name);
        if !found.is_empty() {
            return found;
        }
        // What stands behind a comma explains it: `Program stack, outermost first`.
        match name.split_once(", ") {
            Some((said, _)) => {
                let said = words(said);
                let found = self.exact(&said, 300);
                if found.is_empty() { self.trimmed(&said) } else { found }
            }
            None => self.with_code(own),
        }
    }

    /// The meaning that all parts of a name have: `Panel/Screen`, `CONO or company`.
    fn either(&self, name: &str) -> Vec<(Fact, u16)> {
        let bytes = name.as_bytes();
        if memchr::memchr2(b'/', b'|', bytes).is_none() && !bytes.windows(4).any(|or| or == b" or ") {
            return Vec::new();
        }
        let parts: Vec<&str> = name.split(['/', '|']).flat_map(|part| part.split(" or ")).collect();
        let [first, rest @ ..] = parts.as_slice() else { return Vec::new() };
        if rest.is_empty() || parts.len() > 3 {
            return Vec::new();
        }
        let of = |part: &str| self.exact(&words(part), 100);
        let mut shared = of(first);
        for part in rest {
            let own = of(part);
            shared.retain(|(fact, _)| own.iter().any(|(known, _)| known == fact));
        }
        shared
    }

    /// The meaning of what stands in brackets behind a name that means nothing: `Mandantengruppe (CONO)`.
    fn in_brackets(&self, name: &str) -> Vec<(Fact, u16)> {
        // Most names show by their last letter that they end otherwise.
        if name.ends_with(|c: char| c.is_ascii_alphanumeric()) {
            return Vec::new();
        }
        explained(name).map(|inner| self.exact(&words(inner), 400)).unwrap_or_default()
    }

    /// Whether a name is in the table.
    #[must_use]
    pub fn knows(&self, name: &str) -> bool {
        match self.of_one_word(name) {
            Some(found) => !found.is_empty(),
            None => !self.meanings(None, name).is_empty(),
        }
    }

    /// A name with the code of the same beside it: `userUsrprf`, `COMPANY_CONO`.
    fn with_code(&self, own: &str) -> Vec<(Fact, u16)> {
        let Some((said, code)) = own.rsplit_once(' ') else { return Vec::new() };
        let code = self.exact(code, 0);
        let mut found = if code.is_empty() { Vec::new() } else { self.exact(said, 0) };
        found.retain(|(fact, _)| code.first().is_some_and(|(meant, _)| meant == fact));
        found
    }

    /// Whether any part of a line may be known as a name.
    pub(crate) fn may_stand_in(&self, line: &str) -> bool {
        self.starts.may_stand_in(line)
    }

    /// The meanings of a name that is one word of ASCII, as nearly all fields of a program are called; such a word has
    /// nothing to take off. `None` for any other name.
    fn of_one_word(&self, name: &str) -> Option<&[(Fact, u16)]> {
        let mut squashed = [0; LONGEST_NAME];
        let squashed = squashed.get_mut(..name.len())?;
        let mut lower = false;
        for (byte, out) in name.bytes().zip(&mut *squashed) {
            // Where a small letter stands before a capital, another word begins.
            if !byte.is_ascii_alphanumeric() || lower && byte.is_ascii_uppercase() {
                return None;
            }
            lower = byte.is_ascii_lowercase();
            *out = byte.to_ascii_lowercase();
        }
        if squashed.is_empty() { None } else { Some(self.known_as(squashed)) }
    }

    /// What is known under a name in small letters without blanks.
    fn known_as(&self, squashed: &[u8]) -> &[(Fact, u16)] {
        let (Some(first), Some(last)) = (squashed.first(), squashed.last()) else { return &[] };
        let lengths = self.lengths[0][usize::from(*first)] & self.lengths[1][usize::from(*last)];
        if lengths & 1 << (squashed.len() % 64) == 0 {
            return &[];
        }
        let name = std::str::from_utf8(squashed).unwrap_or_default();
        self.known.get(name).map_or(&[], Vec::as_slice)
    }

    fn exact(&self, words: &str, worse: u16) -> Vec<(Fact, u16)> {
        self.squashed(words).iter().map(|(fact, rank)| (*fact, rank + worse)).collect()
    }

    /// What is known under some words.
    fn squashed(&self, words: &str) -> &[(Fact, u16)] {
        let mut buffer = [0; LONGEST_NAME];
        let mut len = 0;
        for byte in words.bytes().filter(|byte| *byte != b' ') {
            match buffer.get_mut(len).filter(|_| byte.is_ascii()) {
                Some(place) => *place = byte,
                None => return self.known_as(squash(words).as_bytes()),
            }
            len += 1;
        }
        self.known_as(&buffer[..len])
    }

    /// The meanings of a name without words that change nothing.
    fn trimmed(&self, own: &str) -> Vec<(Fact, u16)> {
        /// How a time is written, behind its name: `failedAtEpochMillis`.
        const COUNTED: [&str; 7] = [" epoch millis", " epoch ms", " epoch seconds", " epoch", " millis", " ms", " utc"];
        let mut rest = own;
        if let Some(happened) = COUNTED.iter().find_map(|counted| own.strip_suffix(counted)) {
            let mut found = self.exact(happened, 300);
            found.retain(|(fact, _)| *fact == Fact::At);
            return found;
        }
        while FIRST.may_start(rest)
            && let Some((_, behind)) = rest.split_once(' ').filter(|(first, _)| BEFORE.contains(first))
        {
            rest = behind;
            let found = self.exact(rest, 200);
            if !found.is_empty() {
                return found;
            }
        }
        let (may_start, may_end) = (FIRST.may_start(rest), LAST.may_end(rest));
        if may_end && let Some((happened, _)) = rest.rsplit_once(' ').filter(|(_, last)| WHEN.contains(last)) {
            let mut found = self.exact(happened, 300);
            found.retain(|(fact, _)| *fact == Fact::At);
            if !found.is_empty() {
                return found;
            }
        }
        let of = || OF.iter().find_map(|of| rest.strip_prefix(of)?.strip_prefix(' '));
        let aside = || PHRASES.iter().find_map(|phrase| rest.strip_suffix(phrase)?.strip_suffix(' '));
        let behind = || rest.rsplit_once(' ').filter(|(_, last)| BEHIND.contains(last)).map(|(before, _)| before);
        let of = if may_start { of() } else { None };
        let (aside, behind) = if may_end { (aside(), behind()) } else { (None, None) };
        [of, aside, behind]
            .into_iter()
            .flatten()
            .map(|rest| self.exact(rest, 300))
            .find(|found| !found.is_empty())
            .unwrap_or_default()
    }
}

/// A name as lower-case words with one space between them: `jobUUID`, `Job-UUID` and `JOB_UUID` become `job uuid`.
pub(crate) fn words(name: &str) -> String {
    let name = name.split('(').next().filter(|n| !n.trim().is_empty()).unwrap_or(name);
    let mut out = String::with_capacity(name.len() + 4);
    let mut before = ' ';
    for c in name.chars() {
        if c.is_ascii_alphanumeric() {
            // Nearly all are; the rest of the world's letters take longer.
            if c.is_ascii_uppercase() && before.is_lowercase() {
                out.push(' ');
            }
            out.push(c.to_ascii_lowercase());
        } else if !c.is_alphanumeric() {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
        } else {
            if c.is_uppercase() && before.is_lowercase() {
                out.push(' ');
            }
            out.extend(c.to_lowercase());
        }
        before = c;
    }
    out.truncate(out.trim_end().len());
    out
}

/// [`words`] of a name of ASCII without brackets, in a place of their own; `None` for any other name and where there is no
/// room for them. Most names of several words that are asked about aren't known, and none of them needs memory to show so.
fn short_words<'b>(name: &str, room: &'b mut [u8; LONGEST_NAME]) -> Option<&'b str> {
    let mut len = 0;
    let mut put = |byte: u8| {
        *room.get_mut(len)? = byte;
        len += 1;
        Some(())
    };
    let (mut lower, mut apart, mut begun) = (false, false, false);
    for byte in name.bytes() {
        if !byte.is_ascii() || byte == b'(' {
            return None;
        }
        if !byte.is_ascii_alphanumeric() {
            (lower, apart) = (false, true);
            continue;
        }
        if begun && (apart || lower && byte.is_ascii_uppercase()) {
            put(b' ')?;
        }
        put(byte.to_ascii_lowercase())?;
        (lower, apart, begun) = (byte.is_ascii_lowercase(), false, true);
    }
    std::str::from_utf8(&room[..len]).ok()
}

/// `user.name` is who runs the VM, not the M3 user.
pub(crate) fn is_java_property(name: &str) -> bool {
    const GROUPS: [&str; 8] = ["java.", "os.", "sun.", "file.", "jdk.", "awt.", "line.", "path."];
    const OF_USER: [&str; 9] =
        ["name", "home", "dir", "language", "country", "timezone", "region", "variant", "script"];
    // `jvm.user.name`
    let name = ["jvm.", "sys.", "system."].iter().find_map(|group| name.strip_prefix(group)).unwrap_or(name);
    // Few names have a point in them this near.
    let near = &name.as_bytes()[..name.len().min(5)];
    let of_user = || name.strip_prefix("user.").is_some_and(|rest| OF_USER.contains(&rest));
    near.contains(&b'.') && (GROUPS.iter().any(|group| name.starts_with(group)) || of_user()) && !name.contains(' ')
}

/// Words without blanks and accents: who writes in capitals or in code often leaves those out.
fn squash(words: &str) -> String {
    words.chars().filter(|c| *c != ' ').map(plain).collect()
}

fn plain(c: char) -> char {
    match c {
        'à' | 'á' | 'â' | 'ä' | 'å' | 'ã' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'í' | 'î' | 'ï' | 'ì' => 'i',
        'ó' | 'ô' | 'ö' | 'ø' | 'ò' | 'õ' => 'o',
        'ú' | 'û' | 'ü' | 'ù' => 'u',
        'ç' => 'c',
        'ñ' => 'n',
        other => other,
    }
}

/// Whether brackets behind a name say that it is another's: `User (database)`, `Version (Java)`, `Job (type)`.
pub(crate) fn is_of_another(name: &str) -> bool {
    const OTHERS: [&str; 30] = [
        "database",
        "db",
        "operating",
        "os",
        "java",
        "jvm",
        "client",
        "host",
        "type",
        "previous",
        "earlier",
        "last",
        "next",
        "created",
        "changed",
        "compiled",
        "default",
        "group",
        "parent",
        "caller",
        "browser",
        "windows",
        "datenbank",
        "betriebssystem",
        "typ",
        "vorherige",
        "databas",
        "operativsystem",
        "föregående",
        "système",
    ];
    explained(name).is_some_and(|inner| words(inner).split(' ').any(|word| OTHERS.contains(&word)))
}

/// What stands in brackets behind a name.
pub(crate) fn explained(name: &str) -> Option<&str> {
    name.trim_end().strip_suffix(')')?.split_once('(').map(|(_, inner)| inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn best(section: Option<&str>, name: &str) -> Option<Fact> {
        Synonyms::standard().meanings(section, name).first().map(|(fact, _)| *fact)
    }

    #[test]
    fn names_are_known_in_every_spelling() {
        for (name, fact) in [
            ("Program", Fact::Program),
            ("PGMN", Fact::Program),
            ("userId", Fact::User),
            ("User-ID", Fact::User),
            ("M3 user (logged on)", Fact::User),
            ("jobUUID", Fact::Job),
            ("Job No.", Fact::Job),
            ("CONO", Fact::Company),
            ("Company #", Fact::Company),
            ("Umgebung", Fact::Environment),
            ("Current panel", Fact::Panel),
            ("callStack", Fact::CallStack),
            ("Failing operation", Fact::FailedAt),
        ] {
            assert_eq!(best(None, name), Some(fact), "{name}");
        }
    }

    #[test]
    fn names_of_other_things_are_not() {
        for name in [
            "Java version",
            "user.name",
            "OS user",
            "Calling program",
            "Job type",
            "os.version",
            "",
            "Panel sequence",
            "DB user",
        ] {
            let found = Synonyms::standard().meanings(None, name);
            assert!(found.is_empty(), "{name}: {found:?}");
        }
    }

    #[test]
    fn a_section_gives_general_words_their_meaning() {
        assert_eq!(best(Some("Job"), "id"), Some(Fact::Job));
        assert_eq!(best(Some("Exception"), "class"), Some(Fact::Exception));
        assert_eq!(best(Some("Exception"), "message"), Some(Fact::Message));
        assert_eq!(best(Some("Program"), "version"), Some(Fact::Version));
        assert_eq!(best(Some("JVM"), "id"), None);
    }

    #[test]
    fn one_word_means_the_same_by_the_short_way() {
        let standard = Synonyms::standard();
        let all = standard.known.keys().map(String::as_str);
        for name in all.chain(["WW000001", "Program", "PGMN", "userId", "CONO1", "x", "", "jobUUID", "Ünion", "a b"]) {
            let long = standard.exact(&words(name), 0);
            for name in [name.to_owned(), name.to_uppercase()] {
                if let Some(short) = standard.of_one_word(&name) {
                    assert_eq!(short, standard.exact(&words(&name), 0), "{name}");
                }
            }
            assert!(long.is_empty() || standard.knows(name), "{name}");
        }
        assert!(standard.of_one_word("WW000001").is_some_and(<[_]>::is_empty));
        assert!(standard.of_one_word("PGMN").is_some_and(|found| !found.is_empty()));
        assert!(standard.of_one_word("userId").is_none());
    }

    proptest::proptest! {
        #[test]
        fn words_of_a_short_name_are_those_of_any(name in "[a-cA-C0-9 ._(/-]{0,40}|[aAé ]{0,9}|[a-z ]{60,70}") {
            let mut room = [0; LONGEST_NAME];
            if let Some(short) = short_words(&name, &mut room) {
                proptest::prop_assert_eq!(short, words(&name));
            } else {
                proptest::prop_assert!(name.contains('(') || !name.is_ascii() || words(&name).len() > LONGEST_NAME);
            }
        }
    }

    #[test]
    fn generic_words_are_none_longer_than_told() {
        assert_eq!(GENERIC.iter().map(|word| word.len()).max(), Some(LONGEST_GENERIC));
    }

    #[test]
    fn the_users_names_go_first() {
        let mut mine = Synonyms::default();
        mine.add(Fact::User, "Sachbearbeiter");
        assert_eq!(mine.meanings(None, "SACHBEARBEITER"), [(Fact::User, 0)]);
    }
}

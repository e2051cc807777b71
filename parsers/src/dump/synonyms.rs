//! The names under which dumps state a fact: `PGMN`, `Program name` and `Programm` all mean the program.
//!
//! A name is compared without case, spaces and punctuation (`userId`, `User-ID` and `USER ID` are one). The table can
//! be extended by the user. It must not know how a name and its value were written.

use std::collections::HashMap;
use std::sync::LazyLock;

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

/// Names of facts. [`Synonyms::default`] knows those in English, German, Swedish and French, and M3's field names.
#[derive(Clone, Debug)]
pub struct Synonyms {
    known: HashMap<String, Vec<(Fact, u16)>>,
}

// Best names first: where a dump states a fact under several, the first wins.
const NAMES: [(Fact, &str); 16] = [
    (
        Fact::At,
        "dump created|created|dump time|dumped|dumped at|dump date time|dump date|dump timestamp|time of dump|date of dump|timestamp|time stamp|date time|date and time|\
         time of failure|time of error|failure time|error time|error timestamp|failed at|failed|occurred|occurred at|abended at|\
         terminated|terminated at|termination time|stop time|stopped|stopped at|ended|ended at|end time|when|at|logged|logged at|written|\
         zeitpunkt|datum zeit|datum uhrzeit|erstellt|erstellt am|erstellt um|erzeugt|erzeugt am|zeitstempel|abbruchzeit|tidpunkt|skapad|skapat|date heure|date et heure|horodatage|généré le|date|time|zeit|uhrzeit|datum|\
         generated|generated at|generated on|dump generated|created on|dump taken|taken|taken at|crash time|crashed|crashed at|time of crash|event time|log time|logged on|failure timestamp|time of abend|abend time|written at|written on|ts|local time|server time|occurred on|time of occurrence|recorded|recorded at|error occurred|error occurred at|failed on|failure date|exception time|exception occurred at|snapshot time|report time|dump produced|produced|produced at|dump written|dump written at|time of dump creation|incident time|happened at|abnormal end at|ended abnormally at|date and time of failure|date time of failure|date and time of dump|timestmp|current time|creation timestamp|log timestamp|crash timestamp|crash date|error date|aborted at|time of abort|terminated on|time of termination|generation time|generated time",
    ),
    (Fact::Date, "dump date|date|datum|system date|run date|error date|failure date|created date|creation date"),
    (
        Fact::Time,
        "dump time|time|time of day|zeit|uhrzeit|tid|klockslag|heure|system time|run time|error time|failure time|created time|creation time",
    ),
    (
        Fact::Program,
        "program|failing program|failed program|program in error|program name|program id|pgm|pgmn|pgnm|pgm name|m3 program|program class|abended program|terminated program|\
         programm|programmname|programnamn|programme|nom du programme|procedure name|programid|application program|prog|pgm id|pgmid|program no|procedure|main program|running program|failing pgm|abending program|terminating program|m3 pgm|object program|calling object|\
         prg|module|module name|failing module|function program|m3 function|interactive program|executing program|crashed program|crashing program|aborted program|program aborted|ended program|faulting program|faulty program|program at fault|program being run|program in failure|transaction program|running pgm|mi program|api program|m3 program id|program name id|prgm|program running|failing prog|current prog|program failing|broken program|program that failed|program terminated",
    ),
    (
        Fact::Panel,
        "panel|current panel|active panel|panel id|panel name|pnl|panl|panelid|phead|panel in use|screen|screen id|display panel|last panel|bild|bildschirm|bildschirmbild|maske|panneau|écran|ecran|skärmbild|panel in error|panel code|pnl id|m3 panel|display|current screen|bild id|\
         panel letter|panel displayed|displayed panel|dsp panel|last displayed panel|panel shown|panel at failure|panel identity|panel header|failing panel|panel in failure|panel format|panel at error|displayed screen|panel active|panel version|panel screen|screen panel",
    ),
    (
        Fact::User,
        "user|user id|usid|userid|m3 user|m3 user id|user profile|user name|username|job user|signed on user|logged on user|logon user|session user|current user|responsible user|\
         run by|executed by|owner|benutzer|benutzerkennung|benutzer id|benutzername|anwender|användare|användarid|användar id|användarnamn|utilisateur|code utilisateur|nom utilisateur|nom d utilisateur|usr|uid|signed on as|signed on by|logged in user|logged in as|logged on as|executing user|run as|run for user|issued by|session owner|caller user|user code|m3 user name|login|login name|logon id|sign on user|signon user|utilisateur m3|\
         login user|user account|end user|job owner|requested by|requester|submitted by|submitter|run user|user identity|initiated by|user of job|interactive user|run under user|under user|userprofile|usrprf|operator|started by|responsible|resp|principal|account|account name|user in session|on behalf of|called by user|executed for|user logged on|user signed on",
    ),
    (
        Fact::Job,
        "job|job id|jobid|job uuid|jobuuid|job number|job no|job nr|job nbr|job num|jobnr|bjno|batch job|batch job number|batch job no|m3 job|m3 job id|job identity|job identifier|qualified job|job name|jobname|\
         auftrag|jobnummer|jobbnummer|jobb|jobb id|jobbid|travail|numéro de travail|id du travail|tâche|numéro du job|job identification|m3 job number|batch job id|jobno|job uid|unique job id|interactive job|job key|\
         job handle|job reference|subsystem job|job identification number|job ref|mvx job|movex job|job no name|job uuid id|jobhandle",
    ),
    (
        Fact::Company,
        "company|cono|company number|company no|company code|company id|cmp|comp|m3 company|company nbr|firma|firmennummer|firmen nr|firmennr|mandant|unternehmen|bolag|bolagsnummer|företag|företagsnummer|ftg|société|societe|no société|numéro de société|code société|comp no|comp|co|current company|processing company|cmpy|company cono|cono company|\
         legal company|cpy|company context|logon company|current cono|session company|user company|m3 cono|company nr",
    ),
    (
        Fact::Division,
        "division|divi|div|division code|division id|m3 division|division no|division number|geschäftsbereich|division divi|établissement divi|dv|current division|divn|division divi|\
         logon division|session division|user division|m3 divi|current divi|div code",
    ),
    (
        Fact::Environment,
        "environment|m3 environment|environment name|environment id|env|m3be environment|be environment|runtime environment|environment code|umgebung|umgebungsname|m3 umgebung|miljö|miljönamn|körmiljö|environnement|instance|system environment|envir|environ|runtime|m3 env|env name|be env|system|m3 system|database environment|tenant|\
         business engine environment|server environment|application environment|target environment|m3 be environment|environment instance|m3be env|m3be|run environment|env code",
    ),
    (
        Fact::Version,
        "program version|version|version information|pgm version|version release|version info|version and fix level|version and release|version release fix|m3 version|be version|m3be version|m3 be version|business engine version|release|m3 release|product version|program release|\
         programmversion|versionsnummer|versionsinformation|programversion|version du programme|utgåva|ver|vers|pgm release|version no|version number|fix version|program fix level|release level|version level|program level|software version|m3 be release|\
         version of program|application version|installed version|product level|product release|version string|program build|component version|release version|software release|ver rel|version sp|version service pack|version fix level|release fix|release fix level|m3 program version|version fix|version level fix|m3be release|be level|pgm level|version and fixlevel",
    ),
    (
        Fact::Exception,
        "exception|exception class|exception type|exception name|java exception|throwable|exception thrown|thrown exception|root exception|unhandled exception|uncaught exception|error class|error type|error|cause|caused by|failure|reason|\
         ausnahme|ausnahmeklasse|ausnahmetyp|java ausnahme|fehlerklasse|fehler|fehlertyp|undantag|undantagsklass|undantagstyp|fel|felklass|classe d exception|type d exception|classe exception|erreur|feltyp|exc|excp|java error|java exception class|thrown|exception raised|abend exception|abend reason|cause of failure|root cause|abend code|\
         throwable class|caught exception|failure type|failure class|raised exception|java throwable|type of exception|type of error|class of exception|thrown class|exception classname|exc class|exc type|runtime exception|exception kind|java class|abend|fault|fault type|ex|ex class|problem|error cause|terminating exception|fatal error|fatal exception|exception cause",
    ),
    (
        Fact::Message,
        "exception message|exception text|exception msg|exception detail|message text|error message|error text|message|msg|detail message|error description|reason|detail|error|exception description|failure message|\
         ausnahmetext|ausnahmemeldung|fehlermeldung|fehlertext|meldung|meldungstext|nachricht|felmeddelande|feltext|meddelande|undantagsmeddelande|undantagstext|message d erreur|message d exception|texte de l exception|message exception|texte d erreur|exception reason|exc message|exc text|error detail|java message|abend message|cause text|\
         exc msg|details|error details|error msg|exception details|reason text|failure text|failure reason|cause message|diagnostic message|throwable message|message of exception|failure details|err msg|err text|exception note|error info|exception info|java msg|msg text|msgtxt|errmsg|ex msg|ex message|fault text|fault message|problem text|exception message text",
    ),
    (
        Fact::FailedAt,
        "failing operation|failed operation|operation in error|operation|last operation|current operation|failed at|failing statement|failed statement|statement in error|statement|last statement|failing instruction|where|failed in|failure point|point of failure|error at|error location|location|failing i o|last i o|last i o operation|i o operation|io operation|last db operation|db operation|database operation|file operation|op code|opcode|operation code|failing op|failed on|failing call|abended at|active operation|last executed operation|executing|\
         fehlerstelle|fehlerhafte operation|fehlgeschlagene operation|abbruchstelle|letzte operation|letzte anweisung|anweisung|wo|operation objekt|misslyckad operation|felande operation|senaste operation|var|plats|opération|opération en erreur|opération en échec|opération échouée|dernière opération|lieu|où|instruction|op|oper|failing instr|executing operation|operation at failure|op in error|operation being executed|current statement|last op|last executed op|last database operation|failing statement operation|active statement|while executing|during operation|point of error|position|\
         operation in progress|operation in failure|failing action|operation failed|operation being performed|operation that failed|rpg operation|rpg op|operation file|operation object|operation and object|operation on|error in operation|error during|error in|occurred in|occurred during|failed during|failed while|failed executing|failure at|failure in|during|at operation|stopped at|stopped in|pending operation|was executing|executing statement|m3 operation|mvx operation|statement failed|statement being executed|failing db operation|failing operation object|abended in|crashed at|crashed in|crashed on|last m3 operation|failed op",
    ),
    (
        Fact::Object,
        "object|operation object|on object|file|file name|table|table name|record format|format|format name|display file|dsp file|device file|on file|target|record|objekt|datei|tabelle|format namn|fil|tabell|objet|fichier|operand|factor 2|entity|obj|on table|physical file|logical file|db file|dbfile|format record|display format|fmt|failing file|failing object|file in error|object in error|file format|database file|table file|\
         operation file|on format|display file name|failing table|object name",
    ),
    (
        Fact::CallStack,
        "call stack|callstack|program stack|program call stack|programstack|invocation stack|call chain|program chain|invocation chain|call path|program calls|active programs|called programs|program invocation stack|pgm stack|m3 call stack|m3 program stack|m3 stack|nested programs|stack of programs|\
         aufrufstapel|programmstapel|aufrufkette|programmaufrufe|anropsstack|programstack|anropskedja|pile d appels|pile des programmes|pile de programmes|pile d appel|chaîne d appels|stk|stack|pgm call stack|program nesting|nesting|call sequence|program calls stack|program trace|programs in stack|programs on stack|calling sequence|program path|\
         call hierarchy|called via|call trace|invocation path|program sequence|job stack|active calls|program invocations|call tree|call levels|call list|m3 call chain|m3 program call stack|pgm chain|pgm call chain|stack of calls|program hierarchy|invocations|m3 call path|calling programs|programs active",
    ),
];

// Words before or behind a name that change nothing.
const BEFORE: [&str; 34] = [
    "current",
    "active",
    "failing",
    "failed",
    "m3",
    "m3be",
    "movex",
    "be",
    "the",
    "actual",
    "abended",
    "logged",
    "aktuelle",
    "aktueller",
    "aktives",
    "dump",
    "dumped",
    "crashed",
    "crashing",
    "faulting",
    "aborted",
    "aborting",
    "broken",
    "executing",
    "running",
    "interactive",
    "terminated",
    "terminating",
    "abending",
    "mvx",
    "application",
    "effective",
    "affected",
    "present",
];
const BEHIND: [&str; 11] = ["name", "id", "no", "nr", "number", "nbr", "code", "num", "namn", "nummer", "identifier"];

const PHRASES: [&str; 10] = [
    "in error",
    "in failure",
    "at failure",
    "at fault",
    "in use",
    "at error",
    "at crash",
    "at time of failure",
    "at abend",
    "of job",
];

/// Words that say nothing without the section they stand in: `id` under `Job`, `class` under `Exception`.
const GENERIC: [&str; 19] = [
    "id",
    "name",
    "number",
    "no",
    "nr",
    "code",
    "value",
    "class",
    "type",
    "message",
    "text",
    "version",
    "key",
    "detail",
    "class name",
    "desc",
    "description",
    "stack",
    "msg",
];

static STANDARD: LazyLock<Synonyms> = LazyLock::new(|| {
    let mut synonyms = Synonyms { known: HashMap::new() };
    for (fact, names) in NAMES {
        for (rank, name) in (0u16..).zip(names.split('|')) {
            synonyms.insert(fact, name, 10 + rank);
        }
    }
    synonyms
});

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
        let facts = self.known.entry(squash(&words(name))).or_default();
        if !facts.iter().any(|(known, _)| *known == fact) {
            facts.push((fact, rank));
        }
    }

    /// What a name may mean with the rank of that meaning (lower is better), best first; nothing for a name that isn't
    /// in the table. `section` is the heading that the name stands under, if there is one.
    #[must_use]
    pub fn meanings(&self, section: Option<&str>, name: &str) -> Vec<(Fact, u16)> {
        let own = words(name);
        if own.is_empty() || own.len() > 64 || is_java_property(name) {
            return Vec::new();
        }
        if let Some(section) = section.filter(|_| GENERIC.contains(&own.as_str())) {
            let found = self.exact(&format!("{} {own}", words(section)), 0);
            if !found.is_empty() {
                return found;
            }
        }
        let found = self.exact(&own, 0);
        if !found.is_empty() {
            return found;
        }
        let found = self.trimmed(&own);
        if !found.is_empty() { found } else { self.either(name) }
    }

    /// The meaning that all parts of a name have: `Panel/Screen`, `CONO or company`.
    fn either(&self, name: &str) -> Vec<(Fact, u16)> {
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

    /// Whether a name is in the table.
    #[must_use]
    pub fn knows(&self, name: &str) -> bool {
        !self.meanings(None, name).is_empty()
    }

    fn exact(&self, words: &str, worse: u16) -> Vec<(Fact, u16)> {
        let found = self.known.get(&squash(words)).cloned().unwrap_or_default();
        let mut found: Vec<_> = found.into_iter().map(|(fact, rank)| (fact, rank + worse)).collect();
        found.sort_by_key(|(_, rank)| *rank);
        found
    }

    /// The meanings of a name without words that change nothing.
    fn trimmed(&self, own: &str) -> Vec<(Fact, u16)> {
        let mut rest = own;
        while let Some((first, behind)) = rest.split_once(' ').filter(|(first, _)| BEFORE.contains(first)) {
            rest = behind;
            let found = self.exact(rest, 200);
            if !found.is_empty() {
                return found;
            }
            debug_assert!(!first.is_empty());
        }
        let aside = PHRASES.iter().find_map(|phrase| rest.strip_suffix(phrase)?.strip_suffix(' '));
        let before = aside.or_else(|| rest.rsplit_once(' ').filter(|(_, last)| BEHIND.contains(last)).map(|(b, _)| b));
        before.map(|before| self.exact(before, 300)).unwrap_or_default()
    }
}

/// A name as lower-case words with one space between them: `jobUUID`, `Job-UUID` and `JOB_UUID` become `job uuid`.
pub(crate) fn words(name: &str) -> String {
    let name = name.split('(').next().filter(|n| !n.trim().is_empty()).unwrap_or(name);
    let mut out = String::with_capacity(name.len() + 4);
    let mut before = ' ';
    for c in name.chars() {
        if !c.is_alphanumeric() {
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

/// `user.name` is who runs the VM, not the M3 user.
fn is_java_property(name: &str) -> bool {
    const GROUPS: [&str; 9] = ["user.", "java.", "os.", "sun.", "file.", "jdk.", "awt.", "line.", "path."];
    GROUPS.iter().any(|group| name.starts_with(group)) && !name.contains(' ')
}

fn squash(words: &str) -> String {
    words.chars().filter(|c| *c != ' ').collect()
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
    fn the_users_names_go_first() {
        let mut mine = Synonyms::default();
        mine.add(Fact::User, "Sachbearbeiter");
        assert_eq!(mine.meanings(None, "SACHBEARBEITER"), [(Fact::User, 0)]);
    }
}

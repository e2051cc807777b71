//! Dumps written down: as the object for other programs, as facts for people, and as a text for those who mend the
//! program. Secrets in field values are overwritten.

mod handoff;

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::fmt::Write;

use mwscope_parsers::Stamp;
use mwscope_parsers::dump::{Dump, Field, Fields};
use mwscope_parsers::m3::names;
use mwscope_parsers::trace::{Throwable, Trace};
use serde::ser::{Serialize, SerializeMap as _, Serializer};
use serde_json::{Map, Value, json};

pub use handoff::handoff;

use super::exchange::Secrets;
use super::{mask, record, safe};
use crate::model::{DumpId, Explain, Gathered, GatheredDump};
use crate::redact;

/// How dumps are told.
#[derive(Clone, Copy, Debug)]
pub struct Telling {
    /// Whether secrets in field values are shown.
    pub secrets: Secrets,
    /// What is known of exceptions.
    pub explain: Explain,
}

/// The calls behind dumps, masked or not as asked, as text.
pub type Calls = HashMap<DumpId, String>;

/// All dumps as the object of the contract. Each is made when its turn comes to be written, and none stays.
#[must_use]
pub const fn json(gathered: &Gathered, telling: Telling) -> impl Serialize {
    All { gathered, telling }
}

struct All<'g> {
    gathered: &'g Gathered,
    telling: Telling,
}

impl Serialize for All<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        struct Dumps<'a, 'g>(&'a All<'g>);
        impl Serialize for Dumps<'_, '_> {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                let All { gathered, telling } = self.0;
                to.collect_seq(gathered.dumps.iter().map(|dump| one(dump, gathered, *telling)))
            }
        }
        let mut all = to.serialize_map(Some(2))?;
        all.serialize_entry("dumps", &Dumps(self))?;
        all.serialize_entry("groups", &groups(self.gathered).iter().map(Group::json).collect::<Vec<_>>())?;
        all.end()
    }
}

/// One dump as an object.
#[must_use]
pub fn one(found: &GatheredDump, gathered: &Gathered, telling: Telling) -> Value {
    let (dump, secrets) = (&found.dump, telling.secrets);
    let known = dump.trace.as_ref().and_then(telling.explain);
    let (fields, decoded, unread) = match found.fields() {
        Ok(all) => {
            let (fields, decoded) = fields(&all, secrets);
            (Some(fields), Some(decoded), None)
        }
        Err(error) => (None, None, Some(error.to_string())),
    };
    let frames = dump.frames().map(|f| json!({"class": f.class, "method": f.method, "file": f.file, "line": f.line}));
    let mut one = json!({
        "source": gathered.path(found.source),
        "id": found.id.to_string(),
        "line": dump.line,
        "at": dump.at.map(|stamp| stamp.to_rfc3339()),
        "program": dump.program,
        "panel": dump.panel,
        "user": dump.user,
        "job": dump.job,
        "company": dump.company,
        "division": dump.division,
        "environment": dump.environment,
        "version": dump.version,
        "exception": dump.exception,
        "exception_message": dump.exception_message.as_deref().map(|m| text(m, secrets)),
        "root": root_of(dump).map(|root| root.exception.as_str()),
        "where": dump.failed_at,
        "customer_code": dump.customer_code,
        "call_stack": dump.call_stack,
        "java_stack": frames.collect::<Vec<_>>(),
        "further_frames": dump.trace.as_ref().map_or(0, Trace::further_frames),
        "fields": fields,
        "decoded": decoded,
        "further_fields": dump.further_fields,
        "unparsed_bytes": dump.unparsed.iter().map(|span| span.len).sum::<u64>(),
        "summary": text(&dump.summary, secrets),
        "fingerprint": dump.fingerprint(),
        "known": known.as_ref().map(record::advice),
    });
    if let Some(why) = unread {
        one["fields_unread"] = why.into();
    }
    one
}

/// Fields by name, and what those mean that are written as hex or packed decimal. A name that comes again with another
/// value has its section with it, or its number.
fn fields(fields: &Fields, secrets: Secrets) -> (Map<String, Value>, Map<String, Value>) {
    let (mut map, mut decoded) = (Map::new(), Map::new());
    let mut again: HashMap<&str, usize> = HashMap::new();
    for field in fields.iter() {
        let value = Value::from(shown(&field, secrets));
        if map.get(field.name) == Some(&value) {
            continue;
        }
        let section = field.section.unwrap_or_default();
        let with_section = format!("{} ({section})", field.name);
        let name = if !map.contains_key(field.name) {
            field.name.to_owned()
        } else if !section.is_empty() && !map.contains_key(&with_section) {
            with_section
        } else {
            let number = again.entry(field.name).or_insert(1);
            *number += 1;
            format!("{} #{number}", field.name)
        };
        if let Some((kind, meaning)) = meaning(&field, secrets) {
            decoded.insert(name.clone(), json!({"as": kind, "value": meaning}));
        }
        map.insert(name, value);
    }
    (map, decoded)
}

/// What a value means that is written as hex or packed decimal, and what it was decoded from.
fn meaning(field: &Field<'_>, secrets: Secrets) -> Option<(&'static str, String)> {
    let meaning = field.meaning().filter(|_| secrets == Secrets::Shown || !is_secret(field.name))?;
    Some((meaning.kind(), text(meaning.text(), secrets).into_owned()))
}

fn shown(field: &Field<'_>, secrets: Secrets) -> String {
    if secrets == Secrets::Masked && is_secret(field.name) {
        return field.value.chars().map(|_| '*').collect();
    }
    text(field.value, secrets).into_owned()
}

fn is_secret(name: &str) -> bool {
    const WORDS: [&str; 27] = [
        "password",
        "passwd",
        "pwd",
        "passwort",
        "lösenord",
        "secret",
        "token",
        "cookie",
        "credential",
        "pswd",
        "passw",
        "paswd",
        "pasw",
        "pwrd",
        "passphrase",
        "jsessionid",
        "authorization",
        "bearer",
        "contraseña",
        "senha",
        "clave",
        "hasło",
        "heslo",
        "пароль",
        "密码",
        "パスワード",
        "wachtwoord",
    ];
    let lower = name.to_lowercase();
    // `pw hex`, and columns of M3 as programs have them: `WWPW`, `USPW`.
    let word = |word: &str| word == "pw" || (4..=6).contains(&word.len()) && word.ends_with("pw");
    WORDS.iter().any(|word| lower.contains(word))
        || lower.split(|c: char| !c.is_alphanumeric()).any(word)
        || redact::is_secret_field(name)
}

fn text(text: &str, secrets: Secrets) -> Cow<'_, str> {
    match secrets {
        Secrets::Masked => mask::masked(text),
        Secrets::Shown => Cow::Borrowed(text),
    }
}

/// Dumps of the same crash.
#[derive(Clone, Debug)]
struct Group<'g> {
    fingerprint: String,
    dumps: Vec<&'g GatheredDump>,
}

/// The dumps by crash, the most frequent first.
fn groups(gathered: &Gathered) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut places = HashMap::new();
    for dump in &gathered.dumps {
        let fingerprint = dump.dump.fingerprint();
        let at = *places.entry(fingerprint.clone()).or_insert_with(|| {
            groups.push(Group { fingerprint, dumps: Vec::new() });
            groups.len() - 1
        });
        groups[at].dumps.push(dump);
    }
    groups.sort_by_key(|group| std::cmp::Reverse(group.dumps.len()));
    groups
}

/// When something happened, in nanoseconds: what has no zone is taken as it stands.
fn instant(stamp: &Stamp) -> i64 {
    stamp.utc_ns().unwrap_or(stamp.civil.ns)
}

impl Group<'_> {
    fn json(&self) -> Value {
        let (first, last) = self.between();
        json!({
            "fingerprint": self.fingerprint,
            "count": self.dumps.len(),
            "times": self.times(),
            "first": first,
            "last": last,
            "users": self.users(),
            "dumps": self.dumps.iter().map(|dump| dump.id.to_string()).collect::<Vec<_>>(),
            "summary": self.sentence(),
        })
    }

    /// How often it happened: a dump that lies in two places tells of one crash. Those are copies that say the same of the
    /// same job at the same time.
    fn times(&self) -> usize {
        let mut told = HashSet::new();
        let mut times = 0;
        for dump in &self.dumps {
            let Dump { at, job, user, exception_message, call_stack, .. } = &*dump.dump;
            let key = (at, job, user, exception_message, call_stack);
            times += usize::from(at.is_none() || job.is_none() || told.insert(key));
        }
        times
    }

    fn users(&self) -> Vec<&str> {
        let mut users: Vec<&str> = self.dumps.iter().filter_map(|dump| dump.dump.user.as_deref()).collect();
        users.sort_unstable();
        users.dedup();
        users
    }

    /// The first and the last time, as stated.
    fn between(&self) -> (Option<String>, Option<String>) {
        let stamps = || self.dumps.iter().filter_map(|dump| dump.dump.at);
        let first = stamps().min_by_key(instant).map(|stamp| stamp.to_rfc3339());
        (first, stamps().max_by_key(instant).map(|stamp| stamp.to_rfc3339()))
    }

    /// `the same crash 14 times since 2026-01-13 10:15:07, 3 users, always customer code CRS008.PECHK`
    fn sentence(&self) -> String {
        let Some(dump) = self.dumps.first().map(|dump| &dump.dump) else { return String::new() };
        let (times, copies) = (self.times(), self.dumps.len());
        let once = times == 1;
        let mut sentence = if once { "once".to_owned() } else { format!("the same crash {times} times") };
        if times < copies {
            let _infallible = write!(sentence, " (in {copies} dumps, of which some are copies)");
        }
        if let (Some(first), _) = self.between() {
            let word = if once { "at" } else { "since" };
            let _infallible = write!(sentence, " {word} {}", first.replace('T', " "));
        }
        match self.users().as_slice() {
            [] => {}
            [one] => sentence.push_str(&format!(", user {one}")),
            users => sentence.push_str(&format!(", {} users", users.len())),
        }
        let always = if once { "" } else { "always " };
        let whose = if dump.customer_code { "customer code " } else { "" };
        if let Some(place) = dump.failed_at.as_deref() {
            let _infallible = write!(sentence, ", {always}{whose}{place}");
        }
        sentence
    }
}

/// The dumps for people: one in full, or several by crash, most frequent first.
#[must_use]
pub fn people(gathered: &Gathered, telling: Telling, calls: &Calls) -> String {
    let mut out = String::new();
    if let [dump] = gathered.dumps.as_slice() {
        return in_full(dump, gathered, telling, calls.get(&dump.id));
    }
    let groups = groups(gathered);
    let crashes =
        if groups.len() == 1 { "the same crash".to_owned() } else { format!("{} different crashes", groups.len()) };
    let _infallible = writeln!(out, "{} dumps, {crashes}", gathered.dumps.len());
    for group in &groups {
        let Some(newest) = group.dumps.iter().max_by_key(|dump| dump.dump.at.as_ref().map(instant)) else { continue };
        let program = newest.dump.program.as_deref().unwrap_or("a program");
        let exception = newest.dump.exception.as_deref().unwrap_or("no exception stated");
        let _infallible =
            writeln!(out, "\n{}, {}: {}", safe::line(program), safe::line(exception), safe::line(&group.sentence()));
        if let Some(advice) = newest.dump.trace.as_ref().and_then(telling.explain) {
            let _infallible = writeln!(out, "  cause: {}\n  remedy: {}", advice.cause, advice.remedy);
        }
        for dump in group.dumps.iter().take(LISTED) {
            let _infallible = writeln!(out, "  {:<5} {}", dump.id.to_string(), safe::line(&line_of(dump, gathered)));
        }
        if group.dumps.len() > LISTED {
            let _infallible = writeln!(out, "  ... {} more", group.dumps.len() - LISTED);
        }
    }
    out
}

/// Dumps of a group that are named one by one.
const LISTED: usize = 10;

fn line_of(found: &GatheredDump, gathered: &Gathered) -> String {
    let dump = &found.dump;
    let at = dump.at.map_or_else(|| "no time".to_owned(), |at| at.to_rfc3339().replace('T', " "));
    let user = dump.user.as_deref().unwrap_or("-");
    format!("{at}  {user}  {}:{}", gathered.path(found.source), dump.line)
}

/// A dump in full: the sentence, the facts, and the text to hand on.
#[must_use]
pub fn in_full(found: &GatheredDump, gathered: &Gathered, telling: Telling, call: Option<&String>) -> String {
    let mut out = String::new();
    let (dump, secrets) = (&found.dump, telling.secrets);
    let _infallible = writeln!(out, "{}\n", safe::lines(&text(&dump.summary, secrets)));
    for (name, value) in facts(dump, secrets) {
        let _infallible = writeln!(out, "  {name:<12} {}", safe::line(&value));
    }
    let fields = found.fields().map_or(0, |fields| fields.len());
    if fields > 0 {
        let _infallible = writeln!(out, "  {:<12} {fields}", "fields");
    }
    let _infallible = writeln!(out, "  {:<12} {}:{}", "in", safe::line(gathered.path(found.source)), dump.line);
    let unread: u64 = dump.unparsed.iter().map(|span| span.len).sum();
    if unread > 0 {
        let _infallible = writeln!(out, "  {:<12} {unread} bytes, kept as they are", "not read");
    }
    if let Some(advice) = dump.trace.as_ref().and_then(telling.explain) {
        let _infallible = writeln!(out, "\n  {:<12} {}\n  {:<12} {}", "cause", advice.cause, "remedy", advice.remedy);
    }
    let _infallible = writeln!(out, "\nTo send to the M3 developer:\n");
    out.push_str(&safe::lines(&handoff(found, telling, call)));
    out
}

/// What the dump's exception was thrown for, where that is another.
fn root_of(dump: &Dump) -> Option<&Throwable> {
    let root = dump.trace.as_ref()?.root()?;
    (!root.exception.is_empty() && dump.exception.as_deref() != Some(&root.exception)).then_some(root)
}

/// The facts that the dump states, by name.
fn facts(dump: &Dump, secrets: Secrets) -> Vec<(&'static str, String)> {
    let whose = match dump.customer_program() {
        Some(other) if dump.program.as_deref() != Some(other) => &format!("customer code in {other}"),
        _ if dump.customer_code => "customer code",
        _ => "standard code",
    };
    let traced = dump.customer_code || dump.frames().any(|frame| names::program_of(&frame.class).is_some());
    let program = dump.program.as_ref().map(|p| if traced { format!("{p}, {whose}") } else { p.clone() });
    let stack = (!dump.call_stack.is_empty()).then(|| dump.call_stack.join(" -> "));
    // The sentence names it, but for an exception whose message of several lines does that further down.
    let short = |throwable: &Throwable| throwable.exception.rsplit('.').next().unwrap_or_default().to_owned();
    let root = root_of(dump).filter(|root| !dump.summary.contains(&short(root))).map(|root| {
        let message = root.message.as_deref().map(|m| format!(": {}", text(m, secrets))).unwrap_or_default();
        format!("{}{message}", root.exception)
    });
    let trace = dump.trace.as_ref().map(|t| format!("{} frames, {} causes", t.frames(), t.causes().count()));
    let all = [
        ("at", dump.at.map(|stamp| stamp.to_rfc3339().replace('T', " "))),
        ("program", program),
        ("version", dump.version.clone()),
        ("panel", dump.panel.clone()),
        ("user", dump.user.clone()),
        ("job", dump.job.clone()),
        ("company", dump.company.clone()),
        ("division", dump.division.clone()),
        ("environment", dump.environment.clone()),
        ("exception", dump.exception.clone()),
        ("message", dump.exception_message.as_deref().map(|m| text(m, secrets).into_owned())),
        ("root cause", root),
        ("where", dump.failed_at.clone()),
        ("stack", stack),
        ("java stack", trace),
    ];
    all.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::Arc;

    use mwscope_parsers::dump;

    use super::*;
    use crate::model::{DumpId, FieldsElsewhere, Source, SourceId, SourceKind};

    const MASKED: Telling = Telling { secrets: Secrets::Masked, explain: |_| None };

    const TEXT: &str = "Dump (synthetic)\n================\nProgram . : CRS008\nVersion . : 15.1.2:*NONE\nUser  . . : MWSUSR\n\
Created . : 2026-01-13 10:15:07\n\njava.lang.NullPointerException: READ_DSP ICFCMD\n\tat mvx.app.pgm.customer.CRS008.PEDSP(CRS008.java:1412)\n\n\
Fields\n------\nWWFACI = \"C|1\"\nPASSWORD = \"secret\"\n\nnoise nobody reads\n";

    fn gathered(count: u32) -> Gathered {
        let read = dump::read(TEXT.as_bytes(), dump::Synonyms::standard());
        let dump = Arc::new(read.dumps.into_iter().next().expect("a dump"));
        let source = SourceId(0);
        let mut gathered = Gathered::new();
        let path = "a.log".to_owned();
        gathered.sources.push(Source { id: source, path, kind: SourceKind::Dump, items: 1, bytes: 1, layout: None });
        gathered.dumps = (0..count).map(|n| GatheredDump::new(DumpId(n), source, Arc::clone(&dump))).collect();
        gathered
    }

    #[derive(Debug)]
    struct Gone;

    impl FieldsElsewhere for Gone {
        fn of(&self, _: &Dump) -> io::Result<Fields> {
            Err(io::Error::other("the disk is gone"))
        }

        fn bytes(&self, _: &Dump) -> io::Result<Vec<u8>> {
            Err(io::Error::other("the disk is gone"))
        }
    }

    #[test]
    fn a_root_cause_below_a_message_of_several_lines_is_named() {
        let text = "javax.mail.MessagingException: Could not connect to SMTP host: m, port: 25;\n  nested exception is:\n\tjava.net.ConnectException: Connection refused\n\
                    \tat mvx.app.pgm.CRS008.PEDSP(CRS008.java:1412)\nCaused by: java.net.ConnectException: Connection refused\n\tat a.B.c(B.java:1)\n";
        let read = dump::read(text.as_bytes(), dump::Synonyms::standard());
        let mut gathered = gathered(1);
        let mailed =
            GatheredDump::new(DumpId(0), SourceId(0), Arc::new(read.dumps.into_iter().next().expect("a dump")));
        gathered.dumps = vec![mailed];
        let told = in_full(&gathered.dumps[0], &gathered, MASKED, None);
        assert!(told.contains("caused by ConnectException (\"Connection refused\")"), "{told}");
        assert_eq!(one(&gathered.dumps[0], &gathered, MASKED)["root"], "java.net.ConnectException");
    }

    #[test]
    fn fields_that_cant_be_read_any_more_are_said_to_be_so() {
        let mut gathered = gathered(1);
        let there = one(&gathered.dumps[0], &gathered, MASKED);
        assert!(there["fields"].is_object() && there.get("fields_unread").is_none(), "{there}");
        let GatheredDump { id, source, dump, .. } = gathered.dumps.remove(0);
        gathered.dumps.push(GatheredDump::without_fields(id, source, dump, Arc::new(Gone)));
        let gone = one(&gathered.dumps[0], &gathered, MASKED);
        assert_eq!((&gone["fields"], &gone["fields_unread"]), (&Value::Null, &"the disk is gone".into()));
        assert_eq!(gone["program"], "CRS008");
        let told = in_full(&gathered.dumps[0], &gathered, MASKED, None);
        assert!(told.contains("The field values can't be read any more: the disk is gone"), "{told}");
    }

    fn object(gathered: &Gathered, telling: Telling) -> Value {
        serde_json::to_value(json(gathered, telling)).expect("JSON")
    }

    #[test]
    fn the_object_has_every_fact_and_no_secret() {
        let value = object(&gathered(1), MASKED);
        let dump = &value["dumps"][0];
        assert_eq!((&dump["program"], &dump["where"]), (&json!("CRS008"), &json!("READ_DSP ICFCMD")));
        assert_eq!(dump["panel"], Value::Null);
        let frame =
            json!({"class": "mvx.app.pgm.customer.CRS008", "method": "PEDSP", "file": "CRS008.java", "line": 1412});
        assert_eq!(dump["java_stack"][0], frame);
        assert_eq!(dump["fields"], json!({"WWFACI": "C|1", "PASSWORD": "******"}));
        assert_eq!(dump["unparsed_bytes"], json!("noise nobody reads".len()));
        assert_eq!(
            object(&gathered(1), Telling { secrets: Secrets::Shown, ..MASKED })["dumps"][0]["fields"]["PASSWORD"],
            json!("secret")
        );
    }

    #[test]
    fn what_hex_and_packed_values_mean_stands_beside_them() {
        let text = TEXT.replace("WWFACI = \"C|1\"", "WWFACI = X'C3F0F1'\nWWORQT = X'0012345D'\nWWCODE = X'5C'");
        let dump = dump::read(text.as_bytes(), dump::Synonyms::standard()).dumps.swap_remove(0);
        let mut gathered = gathered(1);
        gathered.dumps = vec![GatheredDump::new(DumpId(0), SourceId(0), Arc::new(dump))];
        let told = &object(&gathered, MASKED)["dumps"][0];
        let fields = json!({"WWFACI": "X'C3F0F1'", "WWORQT": "X'0012345D'", "WWCODE": "X'5C'", "PASSWORD": "******"});
        assert_eq!(told["fields"], fields);
        let decoded =
            json!({"WWFACI": {"as": "EBCDIC", "value": "C01"}, "WWORQT": {"as": "packed", "value": "-12345"}});
        assert_eq!(told["decoded"], decoded);
        assert!(people(&gathered, MASKED, &Calls::new()).contains("| WWORQT | X'0012345D' = -12345 (packed) |"));
    }

    #[test]
    fn one_dump_is_told_in_full_with_what_to_send_on() {
        let text = people(&gathered(1), MASKED, &Calls::new());
        let sentence = "CRS008 (customer code) ended with NullPointerException on READ_DSP ICFCMD, for user MWSUSR at 2026-01-13 10:15:07.\n";
        assert!(text.starts_with(sentence), "{text}");
        assert!(
            text.contains("  version      15.1.2:*NONE\n") && text.contains("# CRS008: NullPointerException"),
            "{text}"
        );
        assert!(text.contains("| Fields | WWFACI | C\\|1 |") && !text.contains("secret"), "{text}");
    }

    #[test]
    fn what_is_known_and_what_was_called_go_with_it() {
        let explain: Explain =
            |_| Some(crate::model::Advice { rule: "known", cause: "It is old.".into(), remedy: "Renew it.".into() });
        let telling = Telling { explain, ..MASKED };
        let calls = Calls::from([(DumpId(0), "POST /a\n~~~~\n".to_owned())]);
        let text = people(&gathered(1), telling, &calls);
        assert!(text.contains("  cause        It is old.\n  remedy       Renew it.\n"), "{text}");
        assert!(text.contains("\n## The request behind it\n\n~~~~\nPOST /a\n~ ~~\n~~~~\n"), "{text}");
        assert_eq!(object(&gathered(1), telling)["dumps"][0]["known"]["rule"], json!("known"));
        assert!(people(&gathered(3), telling, &calls).contains("\n  remedy: Renew it.\n"));
    }

    #[test]
    fn several_are_told_by_crash() {
        let text = people(&gathered(14), MASKED, &Calls::new());
        let sentence =
            "the same crash 14 times since 2026-01-13 10:15:07, user MWSUSR, always customer code READ_DSP ICFCMD";
        assert!(text.contains(sentence) && text.contains("... 4 more"), "{text}");
    }

    #[test]
    fn fields_that_hold_secrets_are_known_by_their_names() {
        let secret = [
            "PSWD",
            "W1PSWD",
            "WEPASW",
            "PASSW",
            "PASWD",
            "ZZPWRD",
            "USPW",
            "WWPW",
            "pw hex",
            "JSESSIONID",
            "bearer",
            "Authorization",
            "senha",
            "パスワード",
            "Passwort",
        ];
        for name in secret {
            assert!(is_secret(name), "{name}");
        }
        for name in ["WWFACI", "PANEL", "SPWHLO", "PWHLOX", "Session", "User", "UPWARDS"] {
            assert!(!is_secret(name), "{name}");
        }
    }
}

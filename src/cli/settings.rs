//! Habits of a user that are defaults of the options: a file with comments in the folder of settings, and environment
//! variables. The command line goes before a variable, a variable before the file, the file before what is built in.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::OnceLock;

use clap::Command;
use clap::builder::{ArgPredicate, OsStr, Resettable};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::query;
use crate::redact::config_dir;
use crate::tui::Remap;

/// A setting.
#[derive(Debug)]
pub(super) struct Key {
    /// Its name in the file; what is before the dot is the table.
    pub(super) name: &'static str,
    /// The environment variable.
    pub(super) variable: &'static str,
    kind: Kind,
    /// What holds where nobody says anything, for people.
    pub(super) default: &'static str,
    /// What it is, for the comment in the file.
    pub(super) about: &'static str,
    /// A value for the comment in the file.
    pub(super) example: &'static str,
    /// The options whose default it is: subcommand and argument.
    options: &'static [(&'static str, &'static str)],
    /// The argument beside which the default doesn't hold.
    unless: Option<&'static str>,
}

impl Key {
    /// Whether its texts are headers, which may have secrets in them.
    pub(super) fn has_headers(&self) -> bool {
        self.kind == Kind::Headers
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    Number,
    Words(&'static [&'static str]),
    List,
    /// Headers. They may have commas in them: in a variable they stand a line each.
    Headers,
}

/// All settings, in the order in which they are shown.
pub(super) const KEYS: &[Key] = &[
    Key {
        name: "colour",
        variable: "MWSCOPE_COLOUR",
        kind: Kind::Words(&["auto", "always", "never"]),
        default: "auto",
        about: "Colour on screens, in lists and reports: auto (on a terminal, unless NO_COLOR is set), always, never",
        example: "\"never\"",
        options: &[],
        unless: None,
    },
    Key {
        name: "cache",
        variable: "MWSCOPE_CACHE",
        kind: Kind::Text,
        default: "the user's folder for caches",
        about: "Folder in which the indexes of large logs are kept",
        example: "\"/var/tmp/mwscope\"",
        options: &[],
        unless: None,
    },
    Key {
        name: "environments",
        variable: "MWSCOPE_ENVIRONMENTS",
        kind: Kind::Text,
        default: "environments.toml in the folder of settings",
        about: "File with the environments that replay calls",
        example: "\"/home/me/m3/environments.toml\"",
        options: &[("replay", "environments")],
        unless: None,
    },
    Key {
        name: "theme",
        variable: "MWSCOPE_THEME",
        kind: Kind::Words(&["terminal", "dark", "light", "colour-blind", "contrast", "none"]),
        default: "terminal, or none where NO_COLOR is set",
        about: "Colours of the screens: the terminal's own 16, for dark or light backgrounds, colour-blind, high contrast",
        example: "\"dark\"",
        options: &[],
        unless: None,
    },
    Key {
        name: "record.listen",
        variable: "MWSCOPE_LISTEN",
        kind: Kind::Text,
        default: "127.0.0.1:8888",
        about: "Address of the forward proxy, where neither --listen nor --reverse says another",
        example: "\"127.0.0.1:8899\"",
        options: &[("record", "listen")],
        unless: Some("reverse"),
    },
    Key {
        name: "record.body-limit",
        variable: "MWSCOPE_BODY_LIMIT",
        kind: Kind::Number,
        default: "64",
        about: "MiB kept of each body; all of it is forwarded",
        example: "16",
        options: &[("record", "body_limit")],
        unless: None,
    },
    Key {
        name: "record.upstream-proxy",
        variable: "MWSCOPE_UPSTREAM_PROXY",
        kind: Kind::Text,
        default: "none",
        about: "Proxy through which servers are reached",
        example: "\"proxy.example.com:3128\"",
        options: &[("record", "upstream_proxy")],
        unless: None,
    },
    Key {
        name: "record.push",
        variable: "MWSCOPE_PUSH",
        kind: Kind::List,
        default: "none",
        about: "Receivers that get what is recorded while it is, each as FORMAT=URL",
        example: "[\"otlp=http://collector.example.com:4318\"]",
        options: &[("record", "push")],
        unless: None,
    },
    Key {
        name: "record.push-header",
        variable: "MWSCOPE_PUSH_HEADER",
        kind: Kind::Headers,
        default: "none",
        about: "Headers that receivers want, here and in export; with FORMAT= in front for the one they are for",
        example: "[\"otlp=Authorization: Bearer ...\"]",
        options: &[("record", "push_header"), ("export", "header")],
        unless: None,
    },
    Key {
        name: "record.push-service",
        variable: "MWSCOPE_PUSH_SERVICE",
        kind: Kind::Text,
        default: "mws",
        about: "Name under which calls are found that are handed on (service.name)",
        example: "\"mws-prd\"",
        options: &[("record", "push_service"), ("export", "service")],
        unless: None,
    },
    Key {
        name: "record.push-index",
        variable: "MWSCOPE_PUSH_INDEX",
        kind: Kind::Text,
        default: "mwscope",
        about: "Index of OpenSearch into which is handed on",
        example: "\"m3-calls\"",
        options: &[("record", "push_index"), ("export", "index")],
        unless: None,
    },
    Key {
        name: "record.push-table",
        variable: "MWSCOPE_PUSH_TABLE",
        kind: Kind::Text,
        default: "mwscope",
        about: "Table of ClickHouse into which is handed on",
        example: "\"m3.calls\"",
        options: &[("record", "push_table"), ("export", "table")],
        unless: None,
    },
    Key {
        name: "log.zone",
        variable: "MWSCOPE_ZONE",
        kind: Kind::Text,
        default: "none: times without a zone stay so",
        about: "Time zone of logs that name none",
        example: "\"Europe/Stockholm\"",
        options: &[("log", "zone"), ("record", "zone")],
        unless: None,
    },
    Key {
        name: "log.layout",
        variable: "MWSCOPE_LAYOUT",
        kind: Kind::Text,
        default: "learned from each log",
        about: "Layout of logs, as a pattern of log4j or logback, or by name",
        example: "\"%d %-5p [%t] %c - %m%n\"",
        options: &[("log", "layout"), ("record", "layout"), ("import", "layout")],
        unless: None,
    },
    Key {
        name: "lint.allow",
        variable: "MWSCOPE_LINT_ALLOW",
        kind: Kind::List,
        default: "none",
        about: "Rules that lint doesn't look for",
        example: "[\"mashup-list-header\"]",
        options: &[("lint", "allow")],
        unless: None,
    },
    Key {
        name: "lint.deny",
        variable: "MWSCOPE_LINT_DENY",
        kind: Kind::List,
        default: "none",
        about: "Rules whose findings are errors for lint, also those that aren't looked for by themselves",
        example: "[\"hard-coded-address\"]",
        options: &[("lint", "deny")],
        unless: None,
    },
    Key {
        name: "lint.fail-on",
        variable: "MWSCOPE_LINT_FAIL_ON",
        kind: Kind::Words(&["warning", "error"]),
        default: "warning",
        about: "From what on the exit status of lint is 1: warning or error",
        example: "\"error\"",
        options: &[("lint", "fail_on")],
        unless: None,
    },
];

/// A value and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Value {
    pub(super) values: Vec<String>,
    /// `MWSCOPE_LISTEN`, or `config.toml:3`.
    pub(super) from: String,
}

/// What is set, by name.
#[derive(Clone, Debug, Default)]
pub(super) struct Settings {
    values: BTreeMap<&'static str, Value>,
    /// Other keys for the actions of the screens.
    keys: Remap,
}

/// What is wrong with the file or a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Trouble {
    /// The line of the file, from 1; 0 for a variable.
    pub(super) line: usize,
    pub(super) what: String,
    pub(super) remedy: String,
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line == 0 {
            return write!(f, "{}; {}", self.what, self.remedy);
        }
        let path = path().map_or_else(|| FILE.to_owned(), |path| path.display().to_string());
        write!(f, "{path}:{}: {}; {}", self.line, self.what, self.remedy)
    }
}

const FILE: &str = "config.toml";

/// The table of other keys for the actions of the screens.
const KEYS_TABLE: &str = "keys";

/// Where the file is, or would be.
pub(super) fn path() -> Option<PathBuf> {
    config_dir().map(|dir| dir.join(FILE))
}

/// What this run was started with; set once.
static IN_FORCE: OnceLock<Settings> = OnceLock::new();

impl Settings {
    /// The variables and the file of this user, and what is wrong with it.
    pub(super) fn of_user() -> (Self, Vec<Trouble>) {
        let text = path().and_then(|path| std::fs::read_to_string(path).ok()).unwrap_or_default();
        let (mut settings, mut troubles) = Self::of_file(&text);
        for key in KEYS {
            let set = std::env::var(key.variable).ok().filter(|value| !value.is_empty());
            if let Some(value) = set {
                let values = match key.kind {
                    Kind::List => list(&value),
                    Kind::Headers => {
                        value.lines().map(|line| line.trim().to_owned()).filter(|l| !l.is_empty()).collect()
                    }
                    Kind::Text | Kind::Number | Kind::Words(_) => vec![value],
                };
                match key.kind {
                    Kind::Words(words) if !words.contains(&values[0].as_str()) => {
                        let what = format!("{} can't be {}", key.variable, values[0]);
                        troubles.push(Trouble { line: 0, what, remedy: one_of(words) });
                    }
                    _ => drop(settings.values.insert(key.name, Value { values, from: key.variable.to_owned() })),
                }
            }
        }
        (settings, troubles)
    }

    /// What a file says.
    pub(super) fn of_file(text: &str) -> (Self, Vec<Trouble>) {
        let line_at = |at: usize| text.get(..at).map_or(1, |before| before.matches('\n').count() + 1);
        let mut settings = Self::default();
        let mut troubles = Vec::new();
        let table = match DeTable::parse(text) {
            Ok(table) => table.into_inner(),
            Err(error) => {
                let line = line_at(error.span().map_or(0, |span| span.start));
                let what = format!("it is no TOML: {}", error.message());
                troubles.push(Trouble {
                    line,
                    what,
                    remedy: "mwscope config init --force writes a new one".to_owned(),
                });
                return (settings, troubles);
            }
        };
        let mut remapped: BTreeMap<String, usize> = BTreeMap::new();
        if let Some(inner) = table.get(KEYS_TABLE).and_then(|value| value.get_ref().as_table()) {
            for (name, value) in inner {
                let line = line_at(name.span().start);
                remapped.insert(name.get_ref().to_string(), line);
                let read = match value.get_ref() {
                    DeValue::String(keys) => settings.keys.add(name.get_ref(), keys),
                    _ => Err(("keys are text".to_owned(), "write them in quotes: \"F7\", \"gb Ctrl-N\"".to_owned())),
                };
                troubles.extend(read.err().map(|(what, remedy)| Trouble { line, what, remedy }));
            }
            if let Err((name, (what, remedy))) = settings.keys.check() {
                let line = remapped.get(&name).copied().unwrap_or(1);
                troubles.push(Trouble { line, what, remedy });
            }
        }
        let mut take = |name: String, at: usize, value: &DeValue<'_>| {
            let line = line_at(at);
            match settings.take(&name, line, value) {
                Ok(()) => {}
                Err((what, remedy)) => troubles.push(Trouble { line, what, remedy }),
            }
        };
        for (name, value) in table.iter().filter(|(name, _)| name.get_ref() != KEYS_TABLE) {
            let at = name.span().start;
            match value.get_ref() {
                DeValue::Table(inner) => {
                    for (own, value) in inner {
                        take(format!("{}.{}", name.get_ref(), own.get_ref()), own.span().start, value.get_ref());
                    }
                }
                value => take(name.get_ref().to_string(), at, value),
            }
        }
        troubles.sort_by_key(|trouble| trouble.line);
        (settings, troubles)
    }

    fn take(&mut self, name: &str, line: usize, value: &DeValue<'_>) -> Result<(), (String, String)> {
        let Some(key) = KEYS.iter().find(|key| key.name == name) else {
            let names = KEYS.iter().map(|key| key.name);
            let remedy = query::nearest(name, names)
                .map_or_else(|| "mwscope config lists them".to_owned(), |near| format!("did you mean {near}?"));
            return Err((format!("there is no setting {name}"), remedy));
        };
        let values = read(key, value).map_err(|expected| (format!("{name} can't be this"), expected))?;
        self.values.insert(key.name, Value { values, from: format!("{FILE}:{line}") });
        Ok(())
    }

    /// The value of a setting, where somebody set it.
    pub(super) fn value(&self, name: &str) -> Option<&Value> {
        self.values.get(name)
    }

    /// Takes what the command line says of a setting that is no option of a command.
    pub(super) fn told(&mut self, name: &'static str, value: String) {
        self.values.insert(name, Value { values: vec![value], from: format!("--{name}") });
    }

    /// Makes the settings the defaults of the options.
    pub(super) fn apply(&self, mut command: Command) -> Command {
        for key in KEYS {
            let Some(value) = self.values.get(key.name) else { continue };
            for (subcommand, argument) in key.options {
                let values: Vec<OsStr> = value.values.iter().map(|value| OsStr::from(value.clone())).collect();
                command = command.mut_subcommand(*subcommand, |own| {
                    own.mut_arg(*argument, |arg| {
                        let arg = match key.unless {
                            Some(other) => {
                                arg.default_value_if(other, ArgPredicate::IsPresent, Resettable::<OsStr>::Reset)
                            }
                            None => arg,
                        };
                        arg.default_values(values)
                    })
                });
            }
        }
        command
    }

    /// Holds for the rest of this run.
    pub(super) fn enforce(self) {
        let _already = IN_FORCE.set(self);
    }
}

/// The value of a setting that is no option's.
pub(super) fn in_force(name: &str) -> Option<&'static str> {
    IN_FORCE.get()?.values.get(name)?.values.first().map(String::as_str)
}

/// The keys and the theme that the screens have instead of their own.
pub(super) fn screens() -> (Remap, Option<String>) {
    let keys = IN_FORCE.get().map(|settings| settings.keys.clone()).unwrap_or_default();
    (keys, in_force("theme").map(str::to_owned))
}

fn list(text: &str) -> Vec<String> {
    text.split(',').map(|word| word.trim().to_owned()).filter(|word| !word.is_empty()).collect()
}

/// A value as text; what would be right where it isn't.
fn read(key: &Key, value: &DeValue<'_>) -> Result<Vec<String>, String> {
    let text = |value: &DeValue<'_>| match value {
        DeValue::String(text) => Some(text.to_string()),
        _ => None,
    };
    match key.kind {
        Kind::Text => {
            text(value).map(|value| vec![value]).ok_or_else(|| format!("write it in quotes: {}", key.example))
        }
        Kind::Number => match value {
            DeValue::Integer(number) if number.as_str().parse::<u64>().is_ok() => Ok(vec![number.as_str().to_owned()]),
            _ => Err(format!("write a whole number: {}", key.example)),
        },
        Kind::Words(words) => {
            let known = text(value).filter(|value| words.contains(&value.as_str()));
            known.map(|value| vec![value]).ok_or_else(|| one_of(words))
        }
        Kind::List | Kind::Headers => {
            let DeValue::Array(all) = value else { return Err(format!("write a list: {}", key.example)) };
            let all = all.iter().map(|value: &Spanned<DeValue<'_>>| text(value.get_ref()));
            all.collect::<Option<Vec<_>>>().ok_or_else(|| format!("write a list of texts: {}", key.example))
        }
    }
}

fn one_of(words: &[&str]) -> String {
    format!("it can be \"{}\"", words.join("\", \""))
}

/// A file with all settings as comments.
pub(super) fn commented() -> String {
    let mut text = String::from(
        "# Settings of mwscope. The command line goes before an environment variable, a variable before this file.\n\
         # Take the # away in front of what should hold; mwscope config says what does, and from where.\n",
    );
    let mut table = "";
    for key in KEYS {
        let (own, name) = key.name.split_once('.').unwrap_or(("", key.name));
        if own != table {
            table = own;
            text.push_str(&format!("\n[{own}]\n"));
        }
        text.push_str(&format!(
            "\n# {}.\n# Default: {}. Variable: {}\n# {name} = {}\n",
            key.about, key.default, key.variable, key.example
        ));
    }
    text.push_str(
        "\n[keys]\n\n# Other keys for the actions of the screens, by name; mwscope config --keys lists them. Several stand \
         between\n# spaces, \"\" takes the keys away.\n# next-failure = \"F7 e\"\n",
    );
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_written_file_says_nothing_until_a_mark_is_taken_away() {
        let text = commented();
        let (settings, troubles) = Settings::of_file(&text);
        assert!(settings.values.is_empty() && troubles.is_empty(), "{troubles:?}");
        for key in KEYS {
            let name = key.name.rsplit('.').next().unwrap_or_default();
            let line = format!("# {name} = {}", key.example);
            assert_eq!(text.matches(&line).count(), 1, "{line}");
            let (settings, troubles) = Settings::of_file(&text.replace(&line, &line[2..]));
            assert!(settings.value(key.name).is_some() && troubles.is_empty(), "{}: {troubles:?}", key.name);
        }
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        let said = |text: &str| {
            let (_, troubles) = Settings::of_file(text);
            troubles.iter().map(|t| (t.line, t.what.clone(), t.remedy.clone())).collect::<Vec<_>>()
        };
        let unknown = said("# x\n\n[record]\nlisten = \"a\"\nbody-limt = 3\n");
        assert_eq!(
            unknown,
            [(5, "there is no setting record.body-limt".to_owned(), "did you mean record.body-limit?".to_owned())]
        );
        assert_eq!(said("colour = \"red\"")[0].2, "it can be \"auto\", \"always\", \"never\"");
        assert_eq!(
            said("[record]\nbody-limit = \"x\"")[0],
            (2, "record.body-limit can't be this".to_owned(), "write a whole number: 16".to_owned())
        );
        assert_eq!(said("a = [\n\nb")[0].0, 3);
        let keys = said("[keys]\nnext-failure = \"F7\"\nnext-failur = \"F8\"\ndown = 3\n");
        assert_eq!((keys[0].0, keys[0].2.as_str()), (3, "did you mean next-failure?"));
        assert_eq!(keys[1], (4, "keys are text".to_owned(), "write them in quotes: \"F7\", \"gb Ctrl-N\"".to_owned()));
        assert_eq!(said("[keys]\n\nmark = \"e\"\n")[0].0, 3, "e is another's");
        assert!(said("[keys]\nmark = \"e\"\nnext-failure = \"F7\"\n").is_empty());
        assert!(said("[lint]\nallow = [1]")[0].2.contains("list of texts"));
    }

    #[test]
    fn every_option_of_a_setting_exists() {
        let command = <super::super::Cli as clap::CommandFactory>::command();
        for (subcommand, argument) in KEYS.iter().flat_map(|key| key.options) {
            let own = command.find_subcommand(subcommand).unwrap_or_else(|| panic!("{subcommand}"));
            assert!(own.get_arguments().any(|arg| arg.get_id() == argument), "{subcommand} {argument}");
        }
    }
}

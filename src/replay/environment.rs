//! The user's environments (DEV, TST, PRD): addresses, who calls, certificates, limits, read from one TOML file. Commands
//! and prompts for passwords are named here, and run by others.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;

use super::change::nearest;
use super::draft::{Draft, Unsendable};

/// All environments of a file, by name.
#[derive(Clone, Debug, Default)]
pub struct Environments {
    all: BTreeMap<String, Environment>,
}

/// One environment.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Environment {
    /// The one address that it has: every server that is recorded becomes this one.
    pub url: Option<String>,
    /// Its addresses by what they are for (`mws`, `api`), the same words in every environment; or by the recorded address
    /// that they stand for.
    pub urls: BTreeMap<String, String>,
    /// The user who calls.
    pub user: Option<String>,
    /// The password, in clear.
    pub password: Option<String>,
    /// The command that prints it.
    pub password_command: Option<CommandLine>,
    /// The variable that holds it.
    pub password_env: Option<String>,
    /// The command that prints a bearer token.
    pub token_command: Option<CommandLine>,
    /// The variable that holds a bearer token.
    pub token_env: Option<String>,
    /// The company.
    pub company: Option<Text>,
    /// The division; an empty one is sent as such.
    pub division: Option<Text>,
    /// The MWS configuration.
    pub config: Option<Text>,
    /// Files with roots that certificates may lead to.
    pub ca: OneOrMore,
    /// The certificate to sign on with: `FILE[,KEYFILE]`.
    pub client_cert: Option<String>,
    /// The command that prints the password of its PKCS#12 file.
    pub client_cert_password_command: Option<CommandLine>,
    /// The proxy through which it is reached: `[USER:PASSWORD@]HOST:PORT`.
    pub proxy: Option<String>,
    /// Nothing is sent there but by its name.
    pub protected: bool,
    /// Requests a second, at most.
    pub rate: Option<f64>,
    /// Requests at the same time, at most.
    pub concurrency: Option<usize>,
}

/// A command, as one line for the shell or as its words.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(untagged)]
pub enum CommandLine {
    /// For the shell.
    Line(String),
    /// Program and arguments.
    Words(Vec<String>),
}

/// A text that may be written as a number.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(untagged)]
pub enum Text {
    /// In quotes.
    Text(String),
    /// Without.
    Number(i64),
}

/// One text or several.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(untagged)]
pub enum OneOrMore {
    /// One.
    One(PathBuf),
    /// Several.
    Several(Vec<PathBuf>),
}

impl Default for OneOrMore {
    fn default() -> Self {
        Self::Several(Vec::new())
    }
}

impl OneOrMore {
    /// All of them.
    #[must_use]
    pub fn all(&self) -> Vec<PathBuf> {
        match self {
            Self::One(path) => vec![path.clone()],
            Self::Several(paths) => paths.clone(),
        }
    }
}

impl Text {
    /// As it is sent.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(number) => number.to_string(),
        }
    }
}

/// A file as it may look.
pub const SAMPLE: &str = r#"[dev]
user = "MWSUSR"
password_command = "secret-tool lookup service m3-dev user MWSUSR"   # Linux; any command that prints it
company = 100
division = "AAA"

[dev.urls]
mws = "https://m3dev.example.com:20107"
api = "https://m3dev.example.com:21108"

[prd]
protected = true            # asks for its name before anything is sent
user = "MWSUSR"             # without a password it is asked for
company = 100
ca = "/etc/ssl/company-root.pem"
rate = 2
concurrency = 1

[prd.urls]
mws = "https://m3prd.example.com:20107"
api = "https://m3prd.example.com:21108"
"http://10.1.2.3:19007" = "https://m3prd.example.com:20107"   # a recorded address, and what it is here
"#;

impl Environments {
    /// Reads a file.
    ///
    /// # Errors
    /// With what is wrong and where.
    pub fn parse(text: &str) -> Result<Self, String> {
        let all: BTreeMap<String, Environment> = toml::from_str(text).map_err(|error| error.to_string())?;
        for (name, environment) in &all {
            environment.check().map_err(|what| format!("in [{name}]: {what}"))?;
        }
        Ok(Self { all })
    }

    /// The names, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.all.keys().map(String::as_str)
    }

    /// The environment of that name, letter case aside, with the name as it is written.
    ///
    /// # Errors
    /// Where there is none: those that there are, and the one that was probably meant.
    pub fn find(&self, name: &str) -> Result<(&str, &Environment), String> {
        if let Some((name, found)) = self.all.iter().find(|(there, _)| there.eq_ignore_ascii_case(name)) {
            return Ok((name, found));
        }
        let names: Vec<_> = self.names().collect();
        if names.is_empty() {
            return Err(format!("there is no environment {name}; there is none at all yet"));
        }
        let near = nearest(name, names.iter().map(|n| ((*n).to_owned(), (*n).to_owned())).collect());
        let meant = near.first().filter(|near| near.len().abs_diff(name.len()) <= 2 && near.len() > 1);
        let meant = meant.map(|near| format!("; did you mean {near}?")).unwrap_or_default();
        Err(format!("there is no environment {name}; there are {}{meant}", names.join(", ")))
    }

    /// Whether one of them has a password in clear.
    #[must_use]
    pub fn hold_a_password(&self) -> bool {
        let in_proxy = |e: &Environment| e.proxy.as_ref().is_some_and(|proxy| proxy.contains('@'));
        self.all.values().any(|environment| environment.password.is_some() || in_proxy(environment))
    }

    /// Moves a draft to the environment called `name`: its URL, and the host with it.
    ///
    /// # Errors
    /// When the environment has no address that stands for the recorded one.
    pub fn move_to(&self, name: &str, draft: &mut Draft) -> Result<(), Unsendable> {
        let (name, target) = self.find(name).map_err(|what| Unsendable::new(what, "name one of them"))?;
        let url = draft.url.clone();
        let own = target.url.iter().chain(target.urls.values());
        if own.clone().any(|base| rest_behind(&url, base).is_some()) {
            return Ok(());
        }
        // A recorded address that is named; the longest that fits.
        let mut named: Vec<(&str, &str)> =
            target.urls.iter().filter(|(key, _)| key.contains("://")).map(|(k, v)| (k.as_str(), v.as_str())).collect();
        for other in self.all.values() {
            for (word, base) in &other.urls {
                if let Some(here) = target.urls.get(word).filter(|_| !word.contains("://")) {
                    named.push((base, here));
                }
            }
        }
        named.sort_by_key(|(base, _)| std::cmp::Reverse(base.len()));
        if let Some((base, here)) = named.iter().find(|(base, _)| rest_behind(&url, base).is_some()) {
            let rest = rest_behind(&url, base).unwrap_or_default();
            draft.move_to(&joined(here, rest));
            return Ok(());
        }
        let origin = url.len() - draft.target().len();
        let only = match (&target.url, target.urls.len()) {
            (Some(only), _) => Some(only),
            (None, 1) => target.urls.values().next(),
            _ => None,
        };
        if let Some(only) = only {
            draft.move_to(&joined(only, &url[origin..]));
            return Ok(());
        }
        Err(Unsendable::new(
            format!("{name} has no address for {}", &url[..origin]),
            format!("add it to [{name}.urls], as \"{}\" = \"https://HOST:PORT\"", &url[..origin]),
        ))
    }
}

impl Environment {
    fn check(&self) -> Result<(), String> {
        for url in self.url.iter().chain(self.urls.values()).chain(self.urls.keys().filter(|key| key.contains("://"))) {
            if !url.starts_with("http://") && !url.starts_with("https://") {
                return Err(format!("{url:?} is no address; write https://HOST:PORT"));
            }
        }
        let sources = [self.password.is_some(), self.password_command.is_some(), self.password_env.is_some()];
        if sources.iter().filter(|there| **there).count() > 1 {
            return Err("more than one of password, password_command and password_env".to_owned());
        }
        if self.rate.is_some_and(|rate| !rate.is_finite() || rate <= 0.0) || self.concurrency == Some(0) {
            return Err("rate and concurrency must be more than 0".to_owned());
        }
        Ok(())
    }
}

/// What is behind `base` in `url`, where the URL begins with it: scheme and host in any case, the default port left out
/// or not.
fn rest_behind<'a>(url: &'a str, base: &str) -> Option<&'a str> {
    let (url_origin, url_rest) = divided(url);
    let (base_origin, base_rest) = divided(base.trim_end_matches('/'));
    if normal(url_origin) != normal(base_origin) {
        return None;
    }
    url_rest.strip_prefix(base_rest).filter(|rest| rest.is_empty() || rest.starts_with(['/', '?', ';']))
}

fn divided(url: &str) -> (&str, &str) {
    let start = url.find("://").map_or(0, |at| at + 3);
    url.split_at(url[start..].find(['/', '?', ';']).map_or(url.len(), |at| start + at))
}

fn normal(origin: &str) -> String {
    let lower = origin.to_ascii_lowercase();
    let (scheme, host) = lower.split_once("://").unwrap_or(("", &lower));
    let host = match scheme {
        "http" => host.strip_suffix(":80").unwrap_or(host),
        _ => host.strip_suffix(":443").unwrap_or(host),
    };
    format!("{scheme}://{host}")
}

fn joined(base: &str, rest: &str) -> String {
    format!("{}{rest}", base.trim_end_matches('/'))
}

impl std::fmt::Debug for Environment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Environment").field("urls", &self.urls).field("user", &self.user).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moved(environments: &Environments, name: &str, url: &str) -> Result<String, String> {
        let mut draft = Draft { url: url.to_owned(), ..Draft::default() };
        draft.set_header("Host", draft.authority().to_owned().as_str());
        environments.move_to(name, &mut draft).map_err(|why| why.to_string())?;
        assert_eq!(draft.headers.text("Host").as_deref(), Some(draft.authority()));
        Ok(draft.url)
    }

    #[test]
    fn calls_move_to_the_address_that_stands_for_theirs() {
        let read = Environments::parse(SAMPLE).expect("the sample");
        let to = |name, url| moved(&read, name, url);
        assert_eq!(
            to("DEV", "https://M3PRD.example.com:20107/mws/x?y"),
            Ok("https://m3dev.example.com:20107/mws/x?y".into())
        );
        assert_eq!(to("prd", "http://10.1.2.3:19007"), Ok("https://m3prd.example.com:20107".into()));
        assert_eq!(to("prd", "https://m3prd.example.com:21108/a"), Ok("https://m3prd.example.com:21108/a".into()));
        assert!(to("prd", "https://m3prd.example.com:211089/a").is_err_and(|why| why.contains("[prd.urls]")));
        assert!(to("dve", "http://x/").is_err_and(|why| why.contains("did you mean dev?")));
        let one = Environments::parse("[tst]\nurl = 'http://t:1/base/'\ncompany = 7").expect("one");
        assert_eq!(moved(&one, "tst", "https://any:2/a;b?c"), Ok("http://t:1/base/a;b?c".into()));
    }

    #[test]
    fn what_is_wrong_in_a_file_is_said() {
        for (text, said) in [
            ("[a]\nurl = 'ftp://x'", "no address"),
            ("[a]\npasword = 'x'", "unknown field `pasword`"),
            ("[a]\npassword = 'x'\npassword_env = 'y'", "more than one"),
            ("[a]\nrate = 0", "more than 0"),
            ("[a", ""),
        ] {
            let why = Environments::parse(text).map(|_| ()).expect_err(text);
            assert!(why.contains(said), "{text}: {why}");
        }
    }
}

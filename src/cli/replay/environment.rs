//! `--env NAME`: the file of environments, and what it takes to call there: passwords from commands, variables or the
//! terminal, certificates, proxy and limits.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::{Call, masked, way};
use crate::cli::output::{self, Failure};
use crate::proxy::{Identity, UpstreamProxy};
use crate::replay::{CommandLine, Credentials, Environment, Environments, SAMPLE};

/// The environment that is called.
pub(super) struct Chosen {
    /// Its name as it is written in the file.
    pub(super) name: String,
    all: Environments,
    environment: Environment,
    file: PathBuf,
}

impl Chosen {
    /// Reads the file and finds the environment in it.
    ///
    /// # Errors
    /// When there is no such file or environment; then with those that there are, or a sample.
    pub(super) fn read(name: &str, file: Option<&Path>) -> Result<Self, Failure> {
        let file = match file {
            Some(file) => file.to_owned(),
            None => default_file()?,
        };
        let shown = file.display().to_string();
        let bytes = std::fs::read(&file).map_err(|error| missing(&shown, &error))?;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let text = text.trim_start_matches('\u{feff}');
        let all = Environments::parse(text).map_err(|what| {
            Failure::path(&shown, what.trim().replace('\n', " "), "mend it, or see the README for a sample")
        })?;
        if all.hold_a_password() && others_can_read(&file) {
            output::say(&format!(
                "{shown}: holds a password and can be read by others; chmod 600 it, or use password_command"
            ));
        }
        let (name, environment) =
            all.find(name).map_err(|what| Failure::path(&shown, what, "name one of them with --env"))?;
        let (name, environment) = (name.to_owned(), environment.clone());
        Ok(Self { name, all, environment, file })
    }

    /// Whether nothing is sent there but by its name.
    pub(super) fn protected(&self) -> Option<&str> {
        self.environment.protected.then_some(self.name.as_str())
    }

    /// Requests a second and at the same time, at most.
    pub(super) fn limits(&self) -> (Option<f64>, Option<usize>) {
        (self.environment.rate, self.environment.concurrency)
    }

    /// Moves the calls there, with who calls. Without `really` no command is run and nobody is asked.
    ///
    /// # Errors
    /// When there is no address for a call, or no password.
    pub(super) fn put(&self, calls: &mut [Call], really: bool) -> Result<(), Failure> {
        for call in calls.iter_mut() {
            self.all.move_to(&self.name, &mut call.draft).map_err(|why| {
                Failure::path(self.file.display().to_string(), format!("{}: {}", call.id, why.what), why.remedy)
            })?;
        }
        let credentials = self.credentials(calls, really)?;
        masked::put(&credentials, calls, &format!("--env {}", self.name))
    }

    /// What the environment says of the way to its servers.
    ///
    /// # Errors
    /// When a file or a proxy that it names can't be used.
    pub(super) fn way(&self, really: bool) -> Result<way::Said, Failure> {
        let wrong = |what: String| {
            Failure::path(self.file.display().to_string(), format!("in [{}]: {what}", self.name), "mend it")
        };
        let environment = &self.environment;
        let upstream = environment.proxy.as_deref().map(UpstreamProxy::parse).transpose().map_err(wrong)?;
        let mut identities = Vec::new();
        if let Some(certificate) = environment.client_cert.as_deref().filter(|_| really) {
            let password = match &environment.client_cert_password_command {
                Some(command) => {
                    printed(command).map_err(|what| wrong(format!("client_cert_password_command: {what}")))?
                }
                None => String::new(),
            };
            identities.push(Identity::read(certificate, &password).map_err(|error| wrong(error.to_string()))?);
        }
        Ok(way::Said { upstream, roots: environment.ca.all(), identities })
    }

    fn credentials(&self, calls: &[Call], really: bool) -> Result<Credentials, Failure> {
        let environment = &self.environment;
        let wrong = |field: &str, what: String| {
            let what = format!("in [{}]: {field}: {what}", self.name);
            Failure::path(self.file.display().to_string(), what, "run the command by itself to see what is wrong")
        };
        let from = |command: &Option<CommandLine>, variable: &Option<String>, field: &str| match (command, variable) {
            // What is only shown is masked anyway.
            (Some(_), _) | (_, Some(_)) if !really => Ok(Some("********".to_owned())),
            (Some(command), _) => printed(command).map(Some).map_err(|what| wrong(&format!("{field}_command"), what)),
            (None, Some(name)) => match std::env::var(name) {
                Ok(value) => Ok(Some(value)),
                Err(_) => Err(wrong(&format!("{field}_env"), format!("the variable {name} is not set"))),
            },
            (None, None) => Ok(None),
        };
        let token = from(&environment.token_command, &environment.token_env, "token")?;
        let mut password = from(&environment.password_command, &environment.password_env, "password")?;
        password = password.or_else(|| environment.password.clone());
        let user = environment.user.clone();
        let wanted = user.clone().filter(|_| token.is_none() && password.is_none());
        if let Some(user) = wanted.filter(|_| {
            calls.iter().any(|call| call.draft.headers.first("Authorization").is_some() || !call.draft.holes.is_empty())
        }) {
            password = Some(if really { masked::password_of(&user)? } else { "********".to_owned() });
        }
        let text = |text: &Option<crate::replay::Text>| text.as_ref().map(crate::replay::Text::text);
        let (company, division, config) =
            (text(&environment.company), text(&environment.division), text(&environment.config));
        Ok(Credentials { user, password, token, company, division, config })
    }
}

/// `environments.toml` in the user's folder of settings.
fn default_file() -> Result<PathBuf, Failure> {
    let folder = crate::redact::config_dir().ok_or_else(|| {
        Failure::Usage("--env: there is no folder for settings; name the file with --environments FILE".to_owned())
    })?;
    Ok(folder.join("environments.toml"))
}

fn missing(path: &str, error: &io::Error) -> Failure {
    if error.kind() == io::ErrorKind::NotFound {
        output::say(&format!("{path} is where environments are looked for; a sample:"));
        // The sample is for people, line by line.
        let _closed = io::Write::write_all(&mut io::stderr(), SAMPLE.as_bytes());
        return Failure::path(
            path,
            "there is no such file, so there are no environments",
            "write it like the sample, or name it with --environments FILE",
        );
    }
    Failure::path(path, format!("can't be read: {error}"), "name another with --environments FILE")
}

/// The first line that a command prints.
fn printed(command: &CommandLine) -> Result<String, String> {
    let mut built = match command {
        CommandLine::Line(line) if cfg!(windows) => {
            let mut built = Command::new("cmd");
            built.args(["/C", line]);
            built
        }
        CommandLine::Line(line) => {
            let mut built = Command::new("sh");
            built.args(["-c", line]);
            built
        }
        CommandLine::Words(words) => {
            let (program, arguments) = words.split_first().ok_or("it is empty")?;
            let mut built = Command::new(program);
            built.args(arguments);
            built
        }
    };
    // It may ask on the terminal for what it needs itself.
    let output = built
        .stdin(Stdio::inherit())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("can't be run: {error}"))?;
    if !output.status.success() {
        return Err(format!("ended with {}", output.status));
    }
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = text.lines().next().unwrap_or_default().to_owned();
    if line.is_empty() { Err("printed nothing".to_owned()) } else { Ok(line) }
}

#[cfg(unix)]
fn others_can_read(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).is_ok_and(|metadata| metadata.permissions().mode() & 0o077 != 0)
}

/// Who may read a file on Windows is decided by the folder of the user, which is the user's own.
#[cfg(not(unix))]
fn others_can_read(_: &Path) -> bool {
    false
}

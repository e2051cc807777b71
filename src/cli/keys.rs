//! The keys of TLS connections in captures, as options of the commands that read captures.

use std::fs;
use std::path::PathBuf;

use clap::Args as ClapArgs;
use mwscope_parsers::wire::Secrets;

use super::output::{self, Failure};

/// Where the keys are.
#[derive(Debug, Default, ClapArgs)]
pub(super) struct Keys {
    /// A key log of the TLS connections in them (SSLKEYLOGFILE, or the output of javax.net.debug)
    #[arg(long, value_name = "FILE")]
    keylog: Vec<PathBuf>,
    /// The server's RSA private key (PEM or DER), for TLS with RSA key exchange
    #[arg(long, value_name = "FILE")]
    key: Vec<PathBuf>,
}

impl Keys {
    /// What the files hold.
    ///
    /// # Errors
    /// When one can't be read, or holds no keys.
    pub(super) fn read(&self) -> Result<Secrets, Failure> {
        let keys = Secrets::default();
        let read = |path: &PathBuf| {
            fs::read(path).map_err(|error| {
                Failure::path(path.display().to_string(), format!("it can't be read: {error}"), "look at the spelling")
            })
        };
        for path in &self.keylog {
            let learnt = keys.add_key_log(&read(path)?);
            if learnt.secrets == 0 {
                let remedy = "name the file that SSLKEYLOGFILE named, or the output of javax.net.debug";
                return Err(Failure::path(path.display().to_string(), "there are no secrets in it", remedy));
            }
            if let Some(problem) = learnt.problems.first() {
                output::say(&format!("{}: {problem}", path.display()));
            }
        }
        for path in &self.key {
            keys.add_rsa_key(&read(path)?)
                .map_err(|problem| Failure::path(path.display().to_string(), problem.what, problem.remedy))?;
        }
        Ok(keys)
    }
}

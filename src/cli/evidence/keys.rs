//! Keys that open the TLS in captures, from the files that the options name.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use mwscope_parsers::wire::Secrets;

use crate::cli::output::{self, Failure};

/// Files with keys.
#[derive(Debug, Default, Args)]
pub(in crate::cli) struct KeyFiles {
    /// A key log of the TLS connections in captures (SSLKEYLOGFILE, or the output of javax.net.debug)
    #[arg(long, value_name = "FILE")]
    keylog: Vec<PathBuf>,
    /// The server's RSA private key (PEM or DER), for TLS with RSA key exchange
    #[arg(long, value_name = "FILE")]
    key: Vec<PathBuf>,
}

impl KeyFiles {
    /// What the files hold.
    ///
    /// # Errors
    /// When one can't be read, or holds none.
    pub(in crate::cli) fn read(&self) -> Result<Secrets, Failure> {
        self.read_whole().map(|(keys, _)| keys)
    }

    /// What the files hold, and the texts of the key logs, one after the other: a pipe can't be read twice.
    ///
    /// # Errors
    /// As [`KeyFiles::read`].
    pub(in crate::cli) fn read_whole(&self) -> Result<(Secrets, Vec<u8>), Failure> {
        let keys = Secrets::default();
        let mut texts = Vec::new();
        for path in &self.keylog {
            let text = read(path)?;
            let learnt = keys.add_key_log(&text);
            texts.extend(text);
            texts.push(b'\n');
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
        Ok((keys, texts))
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(|error| {
        Failure::path(path.display().to_string(), format!("it can't be read: {error}"), "look at the spelling")
    })
}

//! `mwscope ca`: the certificate authority of this installation, to be trusted by the clients that are recorded.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Args as ClapArgs, Subcommand, ValueEnum};

use super::output::{Exit, Failure};
use crate::proxy::Authority;
use crate::redact::config_dir;

/// Shows, exports or renews the certificate authority with which TLS is opened up
#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Says where the certificate stands, whose it is, how long it holds, and its fingerprint
    Show,
    /// Writes the certificate for a client's trust store
    Export {
        /// File to write; standard output without it
        #[arg(value_name = "FILE")]
        file: Option<PathBuf>,
        /// How it is written: pem (most), der (Windows, Java, Android)
        #[arg(long, value_enum, default_value_t)]
        form: Form,
    },
    /// Makes a new authority; clients that trust the old one must be given the new
    Renew,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Form {
    #[default]
    Pem,
    Der,
}

/// Does what the subcommand says.
///
/// # Errors
/// When the authority can't be read or made, or the file can't be written.
pub(super) fn run(args: Args) -> Result<Exit, Failure> {
    match args.what {
        What::Show => show(&open()?)?,
        What::Export { file, form } => export(&open()?, file.as_deref(), form)?,
        What::Renew => show(&Authority::renew(&folder()?).map_err(unusable)?)?,
    }
    Ok(Exit::Answered)
}

/// The authority of this installation; made where there is none yet.
///
/// # Errors
/// When it can't be read or made.
pub(super) fn open() -> Result<Authority, Failure> {
    Authority::open(&folder()?).map_err(unusable)
}

fn folder() -> Result<PathBuf, Failure> {
    config_dir().ok_or_else(|| {
        let text = "there is no home folder for the certificate authority; set MWSCOPE_CONFIG_DIR to a folder";
        Failure::Usage(text.to_owned())
    })
}

fn unusable(error: io::Error) -> Failure {
    Failure::Other(anyhow::Error::new(error).context("the certificate authority can't be used"))
}

fn show(authority: &Authority) -> Result<(), Failure> {
    let path = authority.certificate_path();
    let mut out = io::stdout().lock();
    writeln!(out, "certificate  {}", path.display())?;
    writeln!(out, "describes    {}", authority.description())?;
    writeln!(out, "SHA-256      {}", authority.fingerprint())?;
    writeln!(out, "key          {}", authority.key_path().display())?;
    writeln!(out)?;
    let path = path.display();
    writeln!(
        out,
        "Java         keytool -importcert -alias mwscope -file \"{path}\" -keystore \"$JAVA_HOME/lib/security/cacerts\""
    )?;
    writeln!(out, "Windows      certutil -user -addstore Root \"{path}\"")?;
    writeln!(
        out,
        "Debian       sudo cp \"{path}\" /usr/local/share/ca-certificates/mwscope.crt && sudo update-ca-certificates"
    )?;
    writeln!(out, "Firefox      Settings, Privacy, Certificates, Authorities, Import")?;
    writeln!(out, "curl         curl --cacert \"{path}\"")?;
    Ok(())
}

fn export(authority: &Authority, file: Option<&Path>, form: Form) -> Result<(), Failure> {
    let bytes = match form {
        Form::Pem => authority.pem().into_bytes(),
        Form::Der => authority.certificate().to_vec(),
    };
    let Some(file) = file else {
        io::stdout().lock().write_all(&bytes)?;
        return Ok(());
    };
    let unwritable =
        |e: io::Error| Failure::path(file.display().to_string(), e.to_string(), "name a file that can be written");
    std::fs::write(file, bytes).map_err(unwritable)
}

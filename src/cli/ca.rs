//! `mwscope ca`: the certificate authority of this installation, to be trusted by the clients that are recorded.

use std::io::{self, IsTerminal, Write};
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
        /// How it is written: pem (most), der (Windows, Java, Android), p12 (a trust store for Java; password changeit)
        #[arg(long, value_enum, default_value_t)]
        form: Form,
    },
    /// Makes a new authority; clients that trust the old one must be given the new
    Renew {
        /// Domain or network that it shall be good for, and for nothing else
        #[arg(long, value_name = "DOMAIN|NETWORK", value_delimiter = ',')]
        only_for: Vec<String>,
    },
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Form {
    #[default]
    Pem,
    Der,
    P12,
}

/// What Java takes a trust store's password for when nothing is said.
const PASSWORD: &str = "changeit";

/// Does what the subcommand says.
///
/// # Errors
/// When the authority can't be read or made, or the file can't be written.
pub(super) fn run(args: Args) -> Result<Exit, Failure> {
    match args.what {
        What::Show => show(&open()?)?,
        What::Export { file, form } => export(&open()?, file.as_deref(), form)?,
        What::Renew { only_for } => {
            let renewed = Authority::renew(&folder()?, &only_for).map_err(|e| match e.kind() {
                io::ErrorKind::InvalidInput => Failure::Usage(format!("--only-for {e}")),
                _ => unusable(e),
            });
            show(&renewed?)?;
            let mut out = io::stdout().lock();
            writeln!(out)?;
            writeln!(
                out,
                "Clients trust the old certificate until they are given this one. keytool takes no name twice: before"
            )?;
            writeln!(out, "importing, keytool -delete -alias mwscope -keystore STORE.")?;
        }
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
    if !authority.only_for().is_empty() {
        writeln!(out, "only for     {}", authority.only_for().join(", "))?;
    }
    writeln!(out, "key          {}", authority.key_path().display())?;
    writeln!(out)?;
    let path = path.display();
    writeln!(
        out,
        "Java         keytool -importcert -alias mwscope -file \"{path}\" -keystore \"$JAVA_HOME/lib/security/cacerts\""
    )?;
    writeln!(
        out,
        "             or without touching it: mwscope ca export --form p12 trust.p12, then \
         -Djavax.net.ssl.trustStore=trust.p12 -Djavax.net.ssl.trustStorePassword={PASSWORD}"
    )?;
    writeln!(out, "Windows      certutil -user -addstore Root \"{path}\"")?;
    writeln!(
        out,
        "Debian       sudo cp \"{path}\" /usr/local/share/ca-certificates/mwscope.crt && sudo update-ca-certificates"
    )?;
    writeln!(out, "macOS        security add-trusted-cert -k ~/Library/Keychains/login.keychain-db \"{path}\"")?;
    writeln!(out, "Chromium     certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n mwscope -i \"{path}\" (on Linux)")?;
    writeln!(out, "Firefox      Settings, Privacy, Certificates, Authorities, Import")?;
    writeln!(out, "curl         curl --cacert \"{path}\"")?;
    Ok(())
}

fn export(authority: &Authority, file: Option<&Path>, form: Form) -> Result<(), Failure> {
    let bytes = match form {
        Form::Pem => authority.pem().into_bytes(),
        Form::Der => authority.certificate().to_vec(),
        Form::P12 => authority.pkcs12(PASSWORD).map_err(unusable)?,
    };
    let Some(file) = file else {
        if form != Form::Pem && io::stdout().is_terminal() {
            return Err(Failure::Usage("this form is no text; name a file to write it to".to_owned()));
        }
        io::stdout().lock().write_all(&bytes)?;
        return Ok(());
    };
    let unwritable =
        |e: io::Error| Failure::path(file.display().to_string(), e.to_string(), "name a file that can be written");
    std::fs::write(file, bytes).map_err(unwritable)
}

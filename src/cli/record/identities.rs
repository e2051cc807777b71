//! The certificates with which to sign on to servers, as options of the commands that connect with them.

use clap::Args as ClapArgs;

use crate::cli::output::Failure;
use crate::proxy::Identity;

/// `--client-cert` and what opens it.
#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct Identities {
    /// Certificate for servers that want one of the client: PEM (the key in the same file, or behind a comma) or PKCS#12;
    /// without HOST for all of them
    #[arg(long, value_name = "[HOST=]FILE[,KEYFILE]")]
    client_cert: Vec<String>,
    /// Password of the PKCS#12 files of --client-cert
    #[arg(long, value_name = "PASSWORD", env = "MWSCOPE_CLIENT_CERT_PASSWORD", hide_env_values = true)]
    client_cert_password: Option<String>,
}

impl Identities {
    /// The certificates that were named.
    ///
    /// # Errors
    /// With the file that can't be used, and why.
    pub(in crate::cli) fn read(&self) -> Result<Vec<Identity>, Failure> {
        let password = self.client_cert_password.as_deref().unwrap_or_default();
        let read = |text: &String| Identity::read(text, password);
        let read: Result<_, _> = self.client_cert.iter().map(read).collect();
        read.map_err(|e| Failure::Usage(format!("--client-cert {e}")))
    }
}

//! The options of `mwscope replay` that are about the way to the server, in the words of `mwscope record`.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args as ClapArgs;

use crate::cli::output::Failure;
use crate::cli::record::identities::Identities;
use crate::cli::record::limits;
use crate::proxy::{Accepted, Follow, Identity, Sender, Terms, Trust, UpstreamProxy};

#[derive(Debug, ClapArgs)]
pub(super) struct Way {
    /// Proxy through which servers are reached
    #[arg(
        long,
        visible_alias = "proxy",
        value_name = "[USER:PASSWORD@]HOST:PORT",
        env = "MWSCOPE_UPSTREAM_PROXY",
        hide_env_values = true
    )]
    upstream_proxy: Option<String>,
    /// PEM file with a root that servers' certificates may lead to, beside those of this computer
    #[arg(long, value_name = "FILE")]
    extra_root: Vec<PathBuf>,
    /// Server whose certificate is taken as it is
    #[arg(long, value_name = "HOST")]
    accept_cert: Vec<String>,
    /// Takes any server's certificate as it is
    #[arg(long)]
    insecure_upstream: bool,
    #[command(flatten)]
    identities: Identities,
    /// Sizes and times: NAME=VALUE of connect, handshake, answer, stall (30s, 5m, 2h), fields, head-bytes
    #[arg(long, value_name = "NAME=VALUE", value_delimiter = ',')]
    limit: Vec<String>,
    /// MiB kept of the body of an answer
    #[arg(long, value_name = "MIB", default_value_t = 64)]
    body_limit: u64,
    /// Takes a redirect for the answer, instead of following it as clients do
    #[arg(long)]
    no_redirects: bool,
}

/// What an environment says of the way, where the command line says nothing.
#[derive(Debug, Default)]
pub(super) struct Said {
    pub(super) upstream: Option<UpstreamProxy>,
    pub(super) roots: Vec<PathBuf>,
    pub(super) identities: Vec<Identity>,
}

impl Way {
    /// Whether redirects are followed.
    pub(super) fn follow(&self) -> Follow {
        if self.no_redirects { Follow::Never } else { Follow::AsClients }
    }

    /// What sends that way.
    ///
    /// # Errors
    /// When an option can't be read, or a file that it names.
    pub(super) fn sender(&self, said: Said) -> Result<Arc<Sender>, Failure> {
        let usage = |option: &'static str| move |what: String| Failure::Usage(format!("{option}: {what}"));
        let upstream = self.upstream_proxy.as_deref().map(UpstreamProxy::parse).transpose();
        let accepted = match self.insecure_upstream {
            true => Accepted::All,
            false => Accepted::Hosts(self.accept_cert.clone()),
        };
        let roots: Vec<_> = self.extra_root.iter().cloned().chain(said.roots).collect();
        // Those of the command line first: of several for one host the first counts.
        let identities = self.identities.read()?.into_iter().chain(said.identities).collect();
        let trust = Trust::new(&roots, accepted)
            .map_err(|e| Failure::Usage(format!("--extra-root {e}; name a PEM file with the root's certificate")))?
            .with_identities(identities);
        let terms = Terms {
            trust,
            upstream: upstream.map_err(usage("--upstream-proxy"))?.or(said.upstream),
            limits: limits::read(&self.limit).map_err(usage("--limit"))?,
            keep_body: self.body_limit.saturating_mul(1 << 20),
        };
        Ok(Arc::new(Sender::new(terms)))
    }
}

//! The options of `mwscope record` about breakpoints.

use std::sync::Arc;

use clap::Args as ClapArgs;

use super::limits;
use crate::cli::filters::with_saved;
use crate::cli::output::Failure;
use crate::engine::breaks::{self, Half};
use crate::proxy;
use crate::query::Filter;

#[derive(Debug, ClapArgs)]
pub(super) struct Breakpoints {
    /// Holds the requests that match until they are let go on the screen (gh); * holds all
    #[arg(long = "break", value_name = "FILTER")]
    requests: Option<String>,
    /// Holds the answers that match; for both, what can be known on the way
    #[arg(long = "break-response", value_name = "FILTER")]
    answers: Option<String>,
    /// How long a message is held at most; then it goes on as it came
    #[arg(long, value_name = "TIME", default_value = "10m")]
    break_timeout: String,
}

impl Breakpoints {
    /// Whether anything is to be held from the start.
    pub(super) fn any(&self) -> bool {
        self.requests.is_some() || self.answers.is_some()
    }

    /// What is held, of requests and of answers; filters that are saved in `paths` can be asked for.
    ///
    /// # Errors
    /// When a filter can't be read, or asks for what isn't known in time.
    pub(super) fn filters(&self, paths: &[String]) -> Result<[Option<Filter>; 2], Failure> {
        let read = |half, option: &str, text: &Option<String>| -> Result<Option<Filter>, Failure> {
            let Some(text) = text.as_deref().map(str::trim) else { return Ok(None) };
            let text = breaks::as_filter(if text.is_empty() { "*" } else { text });
            let filter = with_saved(paths, |saved| Filter::with_saved(text, saved))
                .map_err(|error| Failure::Usage(format!("{option} {text}: {error}")))?;
            breaks::check(half, &filter).map_err(|what| Failure::Usage(format!("{option} {text}: {what}")))?;
            Ok(Some(filter))
        };
        Ok([read(Half::Request, "--break", &self.requests)?, read(Half::Response, "--break-response", &self.answers)?])
    }

    /// Breakpoints for the proxy, nothing held yet.
    ///
    /// # Errors
    /// When the time can't be read.
    pub(super) fn proxy(&self) -> Result<Arc<proxy::Breaks>, Failure> {
        let text = &self.break_timeout;
        let wrong = || Failure::Usage(format!("--break-timeout: {text:?} is no time such as 30s, 10m or 2h"));
        let time = limits::duration(text).filter(|time| !time.is_zero()).ok_or_else(wrong)?;
        Ok(Arc::new(proxy::Breaks::new(time)))
    }
}

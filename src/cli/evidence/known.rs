//! The secrets of the exchanges that a command has read, overwritten wherever else they are said in what it writes: a
//! server that refuses a password may say it in its fault, or in its log, with nothing before it that gives it away.

use std::borrow::Cow;
use std::io::Write;

use serde_json::Value;

use crate::cli::output::Failure;
use crate::export::{Counts, Preparation, Scrub};
use crate::model::Gathered;

/// What is overwritten.
#[derive(Debug, Default)]
pub(crate) struct Known(Scrub);

impl Known {
    /// The secrets of what was read; none where they are to be shown.
    ///
    /// # Errors
    /// When the system gives no random bytes for the tokens of masks.
    pub(crate) fn of(gathered: &Gathered, show_secrets: bool) -> Result<Self, Failure> {
        if show_secrets || gathered.exchanges.is_empty() {
            return Ok(Self::default());
        }
        Ok(Self(Preparation::said_again(gathered).map_err(anyhow::Error::from)?))
    }

    /// Whether nothing is known.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A text as it may be shown.
    pub(crate) fn text(&self, mut text: String) -> String {
        self.0.text(&mut text, &mut Counts::default());
        text
    }

    /// What was written, as it may be shown. Of JSON the names of members stay, whatever a password is called.
    pub(crate) fn told(&self, written: Vec<u8>, is_json: bool) -> Vec<u8> {
        match self.0.bytes(&written, &mut Counts::default()) {
            Cow::Borrowed(_) => written,
            Cow::Owned(told) if !is_json => told,
            Cow::Owned(told) => self.values(&written).unwrap_or(told),
        }
    }

    fn values(&self, written: &[u8]) -> serde_json::Result<Vec<u8>> {
        let values = serde_json::Deserializer::from_slice(written).into_iter::<Value>();
        let mut values = values.collect::<serde_json::Result<Vec<_>>>()?;
        values.iter_mut().for_each(|value| self.value(value));
        let [one] = &values[..] else {
            let mut told = Vec::new();
            values.iter().try_for_each(|value| writeln!(told, "{value}")).map_err(serde_json::Error::io)?;
            return Ok(told);
        };
        // One line stays one.
        let pretty = written.trim_ascii_end().contains(&b'\n');
        let mut told = if pretty { serde_json::to_vec_pretty(one)? } else { serde_json::to_vec(one)? };
        told.extend_from_slice(&written[written.trim_ascii_end().len()..]);
        Ok(told)
    }

    fn value(&self, value: &mut Value) {
        match value {
            Value::String(text) => self.0.text(text, &mut Counts::default()),
            Value::Array(items) => items.iter_mut().for_each(|item| self.value(item)),
            Value::Object(members) => members.values_mut().for_each(|member| self.value(member)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}

//! Exchanges that hadn't ended when they were written down, so that who watches a service that hangs sees it hang: what is
//! said of them, which depends on whether somebody still writes the case.

use std::collections::BTreeMap;
use std::io;

use super::entry::Kind;
use super::persist;
use super::writer::Writer;
use crate::model::Exchange;

/// Says of an exchange that it hasn't ended, or that nobody saw it end; `written` is whether the case is still written,
/// where that is known.
pub(crate) fn say(exchange: &mut Exchange, written: Option<bool>) {
    let (name, text) = match written {
        Some(true) => (Exchange::UNDER_WAY, "it hasn't ended yet; its end will take the place of this"),
        Some(false) => {
            (Exchange::CUT_OFF, "the recording ended first, as when mwscope is killed; what came of it isn't known")
        }
        None => (
            Exchange::UNDER_WAY,
            "it hadn't ended when this was written down; whether the recording goes on can't be seen",
        ),
    };
    exchange.notes.push((name.to_owned(), text.to_owned()));
}

impl Writer {
    /// As [`Writer::prepare_answer`], for an exchange that hasn't ended; its end replaces it.
    ///
    /// # Errors
    /// As [`Writer::prepare`].
    pub fn prepare_under_way(&mut self, exchange: &mut Exchange, known: &[String]) -> io::Result<()> {
        let secrets = self.masking().answer(exchange, known);
        self.put_exchange(Kind::UnderWay, exchange, secrets)
    }

    /// Whoever wrote before saw no end of these, and nobody will.
    pub(super) fn settle(&mut self, under_way: BTreeMap<u32, Vec<u8>>) -> io::Result<()> {
        for payload in under_way.into_values() {
            let Ok(mut exchange) = persist::exchange_of_bytes(&payload) else { continue };
            say(&mut exchange, Some(false));
            self.put_exchange(Kind::Exchange, &mut exchange, Vec::new())?;
        }
        self.flush()
    }
}

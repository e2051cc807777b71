//! An exchange made ready to be handed on: its bodies brought into memory, its secrets overwritten.

use std::io;

use super::told::Told;
use crate::case::Masking;
use crate::model::{Body, BodyState, Exchange, Gathered, Kept};

/// What is done to each exchange before a format sees it.
#[derive(Debug)]
pub struct Preparation {
    masking: Masking,
}

impl Preparation {
    /// Secrets stay.
    #[must_use]
    pub const fn with_secrets() -> Self {
        Self { masking: Masking::Off }
    }

    /// Secrets are overwritten. Where the user's key for the tokens of masks can't be had, one of this run is taken, and
    /// the text says so.
    ///
    /// # Errors
    /// When the system gives no random bytes; nothing must be written then.
    pub fn masked() -> io::Result<(Self, Option<String>)> {
        let (masking, trouble) = Masking::of_user()?;
        Ok((Self { masking }, trouble))
    }

    /// The exchange as it may be written.
    #[must_use]
    pub fn exchange(&self, gathered: &Gathered, exchange: &Exchange, told: &mut Told) -> Exchange {
        let mut ready = exchange.clone();
        let responses = ready.interim.iter_mut().chain(ready.response.as_mut());
        for body in responses.map(|response| &mut response.body).chain([&mut ready.request.body]) {
            if let Err(error) = load(gathered, body) {
                told.say(exchange, &format!("a body can't be read: {error}"));
            }
        }
        self.mask(&mut ready);
        ready
    }

    fn mask(&self, ready: &mut Exchange) {
        if matches!(self.masking, Masking::Off) {
            return;
        }
        let request = ready.request.body.clone();
        let response = ready.response.as_ref().map(|response| response.body.clone());
        self.masking.exchange(ready, u64::MAX, &[]);
        // Where nothing had to be overwritten in a coded body, it is handed on as it came.
        ready.request.body = unless_masked(request, std::mem::take(&mut ready.request.body));
        if let (Some(now), Some(before)) = (&mut ready.response, response) {
            now.body = unless_masked(before, std::mem::take(&mut now.body));
        }
    }
}

fn load(gathered: &Gathered, body: &mut Body) -> io::Result<()> {
    if matches!(body.kept, Kept::InCase { .. } | Kept::InCapture { .. }) {
        match gathered.bodies.load(body) {
            Ok(bytes) => body.kept = Kept::of(bytes),
            Err(error) => {
                body.kept = Kept::Nothing;
                body.state = BodyState::Absent;
                return Err(error);
            }
        }
    }
    Ok(())
}

fn unless_masked(before: Body, after: Body) -> Body {
    if before.codings.is_empty() || after.state != before.state {
        return after;
    }
    let (Kept::Here(coded), Kept::Here(masked)) = (&before.kept, &after.kept) else { return after };
    let decoded = crate::model::coding::decode(&before, coded);
    if decoded.trouble.is_none() && decoded.bytes == *masked { before } else { after }
}

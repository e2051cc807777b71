//! Breakpoints for a front: filters say what is held, and a held message is a text to be looked at, edited and let go. What
//! is secret in it is masked in that text, and goes on as it was where nobody typed over it.

mod edit;
mod secrets;

use std::io;
use std::sync::Arc;

use crate::case::Masking;
use crate::model::{Exchange, Gathered, Investigation, facts};
use crate::proxy::core::hold::Message;
use crate::proxy::{self, Break, Happened, Verdict};
use crate::query::{Filter, Subject, Surroundings};

use super::now;

pub use crate::proxy::core::hold::Half;
pub use crate::proxy::{HoldId, Went};
pub use edit::Held;

/// The breakpoints of a recording.
pub struct Breaks {
    proxy: Arc<proxy::Breaks>,
    masking: Masking,
}

/// What happens to held messages.
pub enum News {
    /// One is held.
    Held(Arc<Held>),
    /// One isn't any more.
    Gone(HoldId, Went),
}

impl Breaks {
    /// Those of a proxy. What is shown of held messages is masked, unless `keep_secrets`.
    ///
    /// # Errors
    /// When the system gives no random bytes for masking.
    pub fn new(proxy: Arc<proxy::Breaks>, keep_secrets: bool) -> io::Result<Self> {
        let masking = if keep_secrets { Masking::Off } else { Masking::of_this_run()? };
        Ok(Self { proxy, masking })
    }

    /// Has what happens told. It is told on the proxy's own threads, so it must not wait.
    pub fn listen(&self, tell: impl Fn(News) + Send + Sync + 'static) {
        let masking = self.masking.clone();
        self.proxy.listen(move |happened| {
            tell(match happened {
                Happened::Gone { id, how } => News::Gone(id, how),
                Happened::Held { id, exchange, message } => {
                    News::Held(Arc::new(held(&masking, id, *exchange, message)))
                }
            });
        });
    }

    /// Holds what `filter` lets through from now on; nothing where there is none. What is held already stays.
    pub fn set(&self, half: Half, filter: Option<&Filter>) {
        self.proxy.set(half, filter.map(wanted));
    }

    /// Lets a message go as it was.
    pub fn let_go(&self, id: HoldId) {
        // Only what was edited can be refused.
        let _went = self.proxy.decide(id, Verdict::Go);
    }

    /// Lets a message go as `text` has it, which was made of the held one's.
    ///
    /// # Errors
    /// With what is wrong with it; it is still held.
    pub fn let_go_edited(&self, held: &Held, text: &str) -> Result<(), String> {
        if held.text.as_ref().is_ok_and(|shown| shown == text) {
            self.let_go(held.id);
            return Ok(());
        }
        self.proxy.decide(held.id, Verdict::Edit(edit::edited(&self.masking, held, text)?))
    }

    /// Lets a message go nowhere: its client's connection is closed.
    pub fn drop(&self, id: HoldId) {
        let _went = self.proxy.decide(id, Verdict::Drop);
    }

    /// Lets everything go as it was.
    pub fn let_all_go(&self) {
        self.proxy.let_all_go();
    }

    /// Ends all of it: nothing is held any more.
    pub fn end(&self) {
        self.proxy.end();
    }
}

/// What is typed for what is to be held, as a filter: a single `*` holds all.
#[must_use]
pub fn as_filter(typed: &str) -> &str {
    if typed == "*" { "url:*" } else { typed }
}

/// Why a filter can't say what is to be held.
///
/// # Errors
/// With the field that isn't known in time.
pub fn check(half: Half, filter: &Filter) -> Result<(), String> {
    let unknown = filter.unknown_on_the_way(half == Half::Response);
    let remedy = match half {
        Half::Request => "ask about the request, or hold the answer",
        Half::Response => "ask about request and answer alone",
    };
    unknown.map_or(Ok(()), |what| Err(format!("{what}; {remedy}")))
}

fn wanted(filter: &Filter) -> Break {
    let (filter, asks_body) = (filter.clone(), filter.asks_body());
    let around = Surroundings::new(Arc::new(Gathered::new()), Arc::new(Investigation::default()));
    Break {
        asks_body,
        wants: Arc::new(move |exchange| {
            if !asks_body {
                return filter.matches(&Subject::Exchange(exchange), &around);
            }
            let mut exchange = exchange.clone();
            exchange.call = facts::call_of(&exchange);
            filter.matches(&Subject::Exchange(&exchange), &around)
        }),
    }
}

fn held(masking: &Masking, id: HoldId, mut exchange: Exchange, message: Arc<Message>) -> Held {
    exchange.call = facts::call_of(&exchange);
    Held::new(masking, id, exchange, message, now::utc_ns())
}

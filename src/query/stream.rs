//! The texts of a TCP conversation by field: ends, names, and what the protocols inside it say in clear.

use mwscope_parsers::wire::{Facts, mi};

use crate::model::Stream;

use super::field::Field;
use super::texts::Pass;

/// The texts of one field.
pub(super) fn texts(field: Field, stream: &Stream, pass: &mut Pass<'_>) -> bool {
    let ends = &stream.tcp.ends;
    match field {
        Field::Client => pass(&ends.client.to_string()),
        Field::Server => pass(&ends.server.to_string()),
        Field::Protocol => stream.protocols.iter().any(|protocol| pass(protocol.word())),
        _ => stream.facts.iter().any(|facts| told(field, facts, pass)),
    }
}

fn told(field: Field, facts: &Facts, pass: &mut Pass<'_>) -> bool {
    let mut opt = |text: Option<&str>| text.is_some_and(&mut *pass);
    match (field, facts) {
        (Field::Host, Facts { tls: Some(tls), .. }) => opt(tls.sni()),
        (Field::Host, Facts { socks: Some(socks), .. }) => opt(socks.host.as_deref()),
        (Field::User, Facts { mi: Some(mi), .. }) => opt(mi.logon.as_ref().map(|logon| logon.user.as_str())),
        (Field::User, Facts { socks: Some(socks), .. }) => opt(socks.user.as_deref()),
        (Field::Program, Facts { mi: Some(mi), .. }) => opt(mi.logon.as_ref().map(|logon| logon.program.as_str())),
        (Field::Operation, Facts { mi: Some(mi), .. }) => mi.calls.iter().any(|call| pass(&call.transaction)),
        (Field::Fault, facts) => broken(facts, pass),
        (Field::Tls, Facts { tls: Some(tls), .. }) => {
            opt(tls.sni())
                || opt(tls.alpn.as_deref())
                || opt(tls.version().map(|version| version.to_string()).as_deref())
                || opt(tls.suite().map(|suite| suite.to_string()).as_deref())
                || tls.certificates.iter().any(|c| pass(&c.subject) || pass(&c.issuer) || pass(&c.sha256))
        }
        _ => false,
    }
}

/// Why something in it failed.
fn broken(facts: &Facts, pass: &mut Pass<'_>) -> bool {
    facts.tls.as_ref().and_then(|tls| tls.failure()).is_some_and(|text| pass(&text))
        || facts.ssh.as_ref().is_some_and(|ssh| ssh.mismatches.iter().any(|found| pass(&found.to_string())))
        || facts.socks.as_ref().and_then(|socks| socks.reply.filter(|_| !socks.granted)).is_some_and(&mut *pass)
        || facts
            .mi
            .as_ref()
            .is_some_and(|mi| mi.calls.iter().any(|call| matches!(&call.outcome, mi::Outcome::Nok(said) if pass(said))))
}

/// What its row shows.
pub(super) fn row(stream: &Stream, pass: &mut Pass<'_>) -> bool {
    let fields =
        [Field::Client, Field::Server, Field::Protocol, Field::Host, Field::User, Field::Program, Field::Fault];
    let greeted = |facts: &Facts| facts.ssh.as_ref().and_then(|ssh| ssh.server.greeting.clone());
    pass(&stream.id.to_string())
        || fields.into_iter().any(|field| texts(field, stream, pass))
        || stream.facts.iter().filter_map(greeted).any(|text| pass(&text))
}

/// What was said inside it, as far as it is held.
pub(super) fn inside(stream: &Stream, pass: &mut Pass<'_>) -> bool {
    let said = |facts: &Facts, pass: &mut Pass<'_>| {
        facts.mi.as_ref().is_some_and(|mi| mi.calls.iter().any(|call| pass(&call.transaction) || pass(&call.fields)))
            || facts
                .framed
                .as_ref()
                .is_some_and(|framed| framed.messages.iter().flat_map(|message| &message.text).any(|text| pass(text)))
            || facts.websocket.as_ref().is_some_and(|websocket| {
                websocket.frames.iter().any(|frame| pass(&String::from_utf8_lossy(&frame.payload)))
            })
    };
    texts(Field::Tls, stream, pass)
        || stream.facts.iter().any(|facts| said(facts, pass))
        || stream.troubles.iter().any(|trouble| pass(trouble))
}

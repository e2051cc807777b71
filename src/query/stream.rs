//! The texts of a TCP conversation by field: ends, names, and what the protocols inside it say in clear.

use mwscope_parsers::wire::{Facts, mi};
use serde_json::Value;

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
        _ => stream.facts.iter().any(|facts| told(field, facts, pass)) || written(field, stream, pass),
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

/// The same of what was written down, where the packets stayed with whoever handed the evidence on.
fn written(field: Field, stream: &Stream, pass: &mut Pass<'_>) -> bool {
    let mut any = |of: &str, places: &[&str]| places.iter().any(|place| opt(stream.told(of, place), pass));
    match field {
        Field::Host => any("tls", &["/sni"]) || any("socks", &["/host"]),
        Field::User => any("mi", &["/logon/user"]) || any("socks", &["/user"]),
        Field::Program => any("mi", &["/logon/program"]),
        Field::Operation => each(stream, "mi", "/calls", &["transaction"], pass),
        Field::Fault => {
            let granted = stream.told("socks", "/granted").and_then(Value::as_bool).unwrap_or_default();
            any("tls", &["/failure"])
                || !granted && any("socks", &["/reply"])
                || list(stream, "ssh", "/mismatches").any(|found| opt(Some(found), pass))
                || each(stream, "mi", "/calls", &["message"], pass)
        }
        Field::Tls => {
            any("tls", &["/sni", "/alpn", "/version", "/cipher"])
                || each(stream, "tls", "/certificates", &["subject", "issuer", "sha256"], pass)
        }
        _ => false,
    }
}

fn opt(value: Option<&Value>, pass: &mut Pass<'_>) -> bool {
    value.and_then(Value::as_str).is_some_and(pass)
}

fn list<'a>(stream: &'a Stream, of: &str, place: &str) -> impl Iterator<Item = &'a Value> {
    stream.told(of, place).and_then(Value::as_array).into_iter().flatten()
}

/// Members of all that a list of it has.
fn each(stream: &Stream, of: &str, place: &str, names: &[&str], pass: &mut Pass<'_>) -> bool {
    list(stream, of, place).any(|one| names.iter().any(|name| opt(one.get(name), pass)))
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
        || opt(stream.told("ssh", "/server"), pass)
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
        || each(stream, "mi", "/calls", &["transaction", "fields"], pass)
        || each(stream, "framed", "/messages", &["text"], pass)
        || each(stream, "websocket", "/frames", &["text"], pass)
        || stream.troubles.iter().any(|trouble| pass(trouble))
}

//! Streams written down: as the object that listings give to other programs, as one line, and in full.

mod inside;

use std::fmt::Write;

use mwscope_parsers::wire::{Ends, Facts, Protocol, Side, ssh, tls};
use serde_json::{Map, Value, json};

use super::exchange::{clock, duration};
use super::mask::{mask_value, masked};
use super::safe;
use crate::model::Stream;

use super::exchange::Secrets;

/// The object of `packets --streams`; fields may be added, none renamed.
#[must_use]
pub fn json(stream: &Stream, source: &str, secrets: Secrets) -> Value {
    let mut value = object(stream, source);
    if secrets == Secrets::Masked {
        mask_value(&mut value);
    }
    value
}

fn object(stream: &Stream, source: &str) -> Value {
    let tcp = &stream.tcp;
    let words = |protocols: &[Protocol]| protocols.iter().map(|protocol| protocol.word()).collect::<Vec<_>>();
    let inner: Vec<_> = stream.protocols.iter().skip(1).copied().filter(|p| *p != Protocol::Unknown).collect();
    let mut object = Map::new();
    let mut put = |name: &str, value: Value| _ = object.insert(name.to_owned(), value);
    put("source", json!(source));
    put("stream", json!(tcp.number));
    put("id", json!(stream.id.to_string()));
    put("client", json!(tcp.ends.client.to_string()));
    put("server", json!(tcp.ends.server.to_string()));
    put("started", json!(stream.started().map(|stamp| stamp.to_rfc3339())));
    put("ended", json!(stream.ended().map(|stamp| stamp.to_rfc3339())));
    put("client_bytes", json!(tcp.bytes.client));
    put("server_bytes", json!(tcp.bytes.server));
    put("client_gaps", json!(tcp.gaps.client));
    put("server_gaps", json!(tcp.gaps.server));
    put("midstream", json!(tcp.midstream));
    put("protocol", json!(stream.protocol().word()));
    put("inner", json!(words(&inner)));
    put("tcp", tcp_json(stream));
    for (name, value) in told(stream, ALL).into_iter().flatten() {
        put(&name, value);
    }
    put("troubles", json!(stream.troubles));
    Value::Object(object)
}

fn tcp_json(stream: &Stream) -> Value {
    let tcp = &stream.tcp;
    let both = |ends: &Ends<u32>| json!({"client": ends.client, "server": ends.server});
    json!({
        "packets": both(&tcp.packets),
        "handshake_ms": tcp.handshake().map(milliseconds),
        "round_trip_to_server_ms": tcp.round_trip_to_server().map(milliseconds),
        "retransmissions": both(&tcp.retransmissions),
        "out_of_order": both(&tcp.out_of_order),
        "conflicts": both(&tcp.conflicts),
        "zero_windows": both(&tcp.zero_windows),
        "keep_alives": both(&tcp.keep_alives),
        "reset_by": tcp.reset.map(Side::word),
    })
}

#[allow(clippy::cast_precision_loss, reason = "milliseconds for people and their programs")]
fn milliseconds(ns: u64) -> f64 {
    ns as f64 / 1e6
}

/// The lists of what was said in a stream one after the other.
const SAID: [&str; 3] = ["calls", "frames", "messages"];

/// All that was said, as far as it is written.
const ALL: usize = usize::MAX;

/// What is known of each protocol, by its word: from the packets, or as it was written down where they are elsewhere.
/// Of what was said no more than `most` is in it: a row of a list needs none, and is made anew for each picture.
fn told(stream: &Stream, most: usize) -> Vec<Map<String, Value>> {
    let written = (!stream.written.is_empty())
        .then(|| stream.written.iter().map(|(name, value)| (name.clone(), cut(value, most))).collect());
    stream.facts.iter().map(|facts| facts_json(facts, most)).chain(written).collect()
}

/// What was written down of a protocol, with at most so many of each list of what was said.
fn cut(written: &Value, most: usize) -> Value {
    let Value::Object(members) = written else { return written.clone() };
    let member = |(name, value): (&String, &Value)| match value {
        Value::Array(said) if SAID.contains(&name.as_str()) => {
            (name.clone(), said.iter().take(most).cloned().collect())
        }
        other => (name.clone(), other.clone()),
    };
    Value::Object(members.iter().map(member).collect())
}

/// The users that a stream names.
pub fn users(stream: &Stream) -> impl Iterator<Item = String> {
    let told = told(stream, 0).into_iter().map(Value::Object);
    told.flat_map(|facts| {
        let named = ["/mi/logon/user", "/socks/user"].map(|place| facts.pointer(place)?.as_str().map(str::to_owned));
        named.into_iter().flatten()
    })
}

fn facts_json(facts: &Facts, most: usize) -> Map<String, Value> {
    let mut told = Map::new();
    let mut put = |name: &str, value: Value| _ = told.insert(name.to_owned(), value);
    if let Some(tls) = &facts.tls {
        put("tls", tls_json(tls));
    }
    if let Some(ssh) = &facts.ssh {
        put("ssh", ssh_json(ssh));
    }
    if let Some(mi) = &facts.mi {
        put("mi", inside::mi(mi, most));
    }
    if let Some(socks) = &facts.socks {
        put("socks", inside::socks(socks));
    }
    if let Some(websocket) = &facts.websocket {
        put("websocket", inside::websocket(websocket, most));
    }
    if let Some(framed) = &facts.framed {
        put("framed", inside::framed(framed, most));
    }
    told
}

fn tls_json(tls: &tls::Facts) -> Value {
    let certificates = tls.certificates.iter().map(|certificate| {
        json!({
            "subject": certificate.subject, "issuer": certificate.issuer, "names": certificate.names,
            "not_before": certificate.not_before, "not_after": certificate.not_after,
            "key": certificate.key, "sha256": certificate.sha256,
        })
    });
    json!({
        "version": tls.version().map(|version| version.to_string()),
        "sni": tls.sni(),
        "cipher": tls.suite().map(|suite| suite.to_string()),
        "alpn": tls.alpn,
        "decrypted": tls.opened,
        "reason": tls.sealed.as_ref().map(ToString::to_string),
        "remedy": tls.sealed.as_ref().map(tls::Sealed::remedy),
        "failure": tls.failure(),
        "resumed": tls.resumed,
        "certificates": certificates.collect::<Vec<_>>(),
        "alerts": tls.alerts.iter().map(ToString::to_string).collect::<Vec<_>>(),
    })
}

fn ssh_json(ssh: &ssh::Facts) -> Value {
    let negotiated = ssh.negotiated.as_ref();
    let key = ssh.host_key.as_ref();
    json!({
        "client": ssh.client.greeting,
        "server": ssh.server.greeting,
        "kex": negotiated.and_then(|negotiated| negotiated.kex.clone()),
        "host_key": negotiated.and_then(|negotiated| negotiated.host_key.clone()),
        "cipher_client": negotiated.and_then(|negotiated| negotiated.cipher_client.clone()),
        "cipher_server": negotiated.and_then(|negotiated| negotiated.cipher_server.clone()),
        "mac_client": negotiated.and_then(|negotiated| negotiated.mac_client.clone()),
        "mac_server": negotiated.and_then(|negotiated| negotiated.mac_server.clone()),
        "host_key_type": key.map(|key| key.kind.clone()),
        "host_key_sha256": key.map(|key| key.sha256.clone()),
        "hassh": ssh.hassh(),
        "hassh_server": ssh.hassh_server(),
        "compression_client": negotiated.and_then(|negotiated| negotiated.compression_client.clone()),
        "compression_server": negotiated.and_then(|negotiated| negotiated.compression_server.clone()),
        "host_certificate": key.and_then(|key| key.certificate.as_deref()).map(host_certificate),
        "stopped": ssh.stopped,
        "mismatches": ssh.mismatches.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "disconnect": ssh.disconnect.as_ref().map(|found| found.description.clone()),
        "server_text": ssh.server.text,
    })
}

fn host_certificate(certificate: &ssh::Certificate) -> Value {
    json!({
        "id": certificate.id, "serial": certificate.serial, "principals": certificate.principals,
        "key_sha256": certificate.key_sha256, "ca_type": certificate.ca_kind, "ca_sha256": certificate.ca_sha256,
        "valid_after": certificate.valid_after, "valid_before": certificate.valid_before,
    })
}

/// What a listing says of a stream in one line: cells from left to right.
#[must_use]
pub fn cells(stream: &Stream) -> Vec<String> {
    let tcp = &stream.tcp;
    let bytes = |bytes: u64, gaps: u64| if gaps == 0 { bytes.to_string() } else { format!("{bytes} (-{gaps})") };
    let cells = [
        stream.id.to_string(),
        stream.started().map(clock).unwrap_or_default(),
        tcp.ends.client.to_string(),
        tcp.ends.server.to_string(),
        spoken(stream),
        bytes(tcp.bytes.client, tcp.gaps.client),
        bytes(tcp.bytes.server, tcp.gaps.server),
        duration(stream.duration_ns()),
        remark(stream),
    ];
    cells.into_iter().map(|cell| safe::line(&masked(&cell)).into_owned()).collect()
}

/// The names of [`cells`].
pub const COLUMNS: [&str; 9] = ["ID", "TIME", "CLIENT", "SERVER", "SPEAKS", "SENT", "ANSWERED", "TOOK", ""];

fn spoken(stream: &Stream) -> String {
    let spoken = stream.protocols.iter().enumerate().filter(|(n, p)| *n == 0 || **p != Protocol::Unknown);
    spoken.map(|(_, protocol)| protocol.word()).collect::<Vec<_>>().join(" > ")
}

/// What explains something, in a few words.
fn remark(stream: &Stream) -> String {
    let tcp = &stream.tcp;
    let mut remarks = Vec::new();
    if let Some(who) = tcp.reset {
        remarks.push(format!("reset by the {}", who.word()));
    }
    if tcp.midstream {
        remarks.push("began before the capture".to_owned());
    }
    let sum = |ends: &Ends<u32>| ends.client + ends.server;
    for (count, what) in [
        (sum(&tcp.retransmissions), "sent again"),
        (sum(&tcp.zero_windows), "zero windows"),
        (sum(&tcp.conflicts), "sent again differently"),
    ] {
        if count > 0 {
            remarks.push(format!("{count} {what}"));
        }
    }
    for facts in told(stream, 0) {
        let said = |of: &str, name: &str| facts.get(of)?.get(name)?.as_str().map(str::to_owned);
        let number = |of: &Value, name: &str| of.get(name).and_then(Value::as_u64);
        if let Some(tls) = facts.get("tls") {
            let opened = tls.get("decrypted").and_then(Value::as_bool).unwrap_or_default();
            remarks.extend(said("tls", "failure"));
            remarks.extend(said("tls", "sni"));
            remarks.extend(said("tls", "reason").filter(|_| !opened));
        }
        remarks.extend(said("ssh", "server"));
        let mismatch = facts.get("ssh").and_then(|ssh| ssh.pointer("/mismatches/0")?.as_str());
        remarks.extend(mismatch.map(str::to_owned));
        if let Some(mi) = facts.get("mi") {
            let logon = |name: &str| mi.get("logon")?.get(name)?.as_str();
            remarks.extend(logon("program").zip(logon("user")).map(|(program, user)| format!("{program} as {user}")));
            let count = |name: &str| number(mi, name).unwrap_or_default();
            remarks.push(format!("{} calls, {} refused (NOK)", count("call_count"), count("nok_count")));
        }
        if let Some(socks) = facts.get("socks") {
            remarks.extend(
                said("socks", "host").zip(number(socks, "port")).map(|(host, port)| format!("to {host}:{port}")),
            );
            let granted = socks.get("granted").and_then(Value::as_bool).unwrap_or_default();
            remarks.extend(said("socks", "reply").filter(|_| !granted));
        }
        remarks.extend(said("framed", "format"));
    }
    remarks.join(", ")
}

/// A stream in full.
#[must_use]
pub fn text(stream: &Stream, source: &str, secrets: Secrets) -> String {
    let mut out = String::new();
    let _infallible = writeln!(out, "stream {} ({source})", stream.id);
    lines(&mut out, "", &object(stream, source));
    match secrets {
        Secrets::Masked => masked(&out).into_owned(),
        Secrets::Shown => out,
    }
}

/// What the protocols of a stream say of themselves, without the lists of what was said: each call, frame or message.
#[must_use]
pub fn protocols(stream: &Stream, secrets: Secrets) -> String {
    let mut object = Map::new();
    for (name, mut value) in told(stream, 0).into_iter().flatten() {
        if let Value::Object(members) = &mut value {
            members.retain(|name, _| !SAID.contains(&name.as_str()));
        }
        object.insert(name, value);
    }
    if !stream.troubles.is_empty() {
        object.insert("troubles".to_owned(), json!(stream.troubles));
    }
    let mut out = String::new();
    lines(&mut out, "", &Value::Object(object));
    match secrets {
        Secrets::Masked => masked(&out).into_owned(),
        Secrets::Shown => out,
    }
}

/// The members of an object, one a line, what is unknown left out.
fn lines(out: &mut String, indent: &str, value: &Value) {
    let Value::Object(object) = value else { return };
    for (name, value) in object {
        let name = name.replace('_', " ");
        let text = match value {
            Value::Null => continue,
            Value::Array(list) if list.is_empty() => continue,
            Value::Array(list) if list.iter().all(Value::is_string) => {
                list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ")
            }
            Value::Array(list) => {
                for value in list {
                    let _infallible = writeln!(out, "{indent}{name}");
                    lines(out, &format!("{indent}  "), value);
                }
                continue;
            }
            Value::Object(_) => {
                let _infallible = writeln!(out, "{indent}{name}");
                lines(out, &format!("{indent}  "), value);
                continue;
            }
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let _infallible = writeln!(out, "{indent}{name:<18} {}", safe::line(&text));
    }
}

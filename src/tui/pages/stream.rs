//! A TCP conversation in words: what is known of it, what happened when, what was said in it.

use std::borrow::Cow;

use mwscope_parsers::wire::{Ends, Facts, Side, framed, mi, websocket};

use crate::model::{EventRef, Exchange, Stream};
use crate::query::Surroundings;
use crate::report::exchange::Secrets;
use crate::report::{masked, stream as report};
use crate::tui::effect::hex;
use crate::tui::model::streams::StreamView;
use crate::tui::model::text::Text;
use crate::tui::theme::Role;

use super::exchange::{answer_words, name};
use super::source_name;
use super::time::{clock, date_clock, since, size, took};

/// Calls of a conversation that are listed on its page; the time line has them all.
const MOST_CALLS: usize = 500;

/// A row of the list of conversations: id, client, server, what it speaks, bytes each way, how long, remarks.
pub(in crate::tui) struct Row {
    pub(in crate::tui) id: String,
    pub(in crate::tui) client: String,
    pub(in crate::tui) server: String,
    pub(in crate::tui) speaks: String,
    pub(in crate::tui) sent: String,
    pub(in crate::tui) answered: String,
    pub(in crate::tui) took: String,
    pub(in crate::tui) remark: String,
}

/// The row of a conversation, in the words of `packets --streams`.
pub(in crate::tui) fn row(stream: &Stream) -> Row {
    let mut cells = report::cells(stream).into_iter();
    let mut next = || cells.next().unwrap_or_default();
    let id = next();
    let _time_is_shown_on_the_time_line_s_clock = next();
    let (client, server, speaks, sent, answered) = (next(), next(), next(), next(), next());
    let _took_has_more_room_there = next();
    Row { id, client, server, speaks, sent, answered, took: took(stream.duration_ns()), remark: next() }
}

/// The row of a tunnel, as its recording tells of it.
pub(in crate::tui) fn tunnel_row(x: &Exchange) -> Row {
    let note = |name: &str| x.notes.iter().find(|(n, _)| n == name).map(|(_, text)| text.as_str());
    let inside = note("inside").and_then(|text| text.split([' ', ',']).next()).map(str::to_lowercase);
    let speaks = match (note("opened"), inside) {
        (Some(_), _) => "opened".to_owned(),
        (None, Some(inside)) => inside,
        (None, None) if x.status() == Some(101) => "upgraded".to_owned(),
        (None, None) => "unread".to_owned(),
    };
    let bytes = |end: fn((u64, u64)) -> u64| carried(x).map_or_else(|| "-".to_owned(), |both| end(both).to_string());
    let mut remarks: Vec<String> = x.outcome.broke_at().map(|(_, cause)| cause.to_owned()).into_iter().collect();
    let told = ["opened", "inside", "tunnelled unread", "upgraded"];
    remarks.extend(told.into_iter().filter_map(|name| note(name).map(str::to_owned)));
    Row {
        id: x.id.to_string(),
        client: x.client.clone().unwrap_or_default(),
        server: x.url.clone(),
        speaks,
        sent: bytes(|(up, _)| up),
        answered: bytes(|(_, down)| down),
        took: x.duration_ns.map(took).unwrap_or_default(),
        remark: masked(&remarks.join(", ")).into_owned(),
    }
}

/// How many bytes a tunnel carried from client and server, which its recording notes in words.
pub(in crate::tui) fn carried(x: &Exchange) -> Option<(u64, u64)> {
    let (_, text) = x.notes.iter().find(|(name, _)| name == "carried")?;
    let mut numbers = text.split(' ').filter_map(|word| word.parse().ok());
    Some((numbers.next()?, numbers.next()?))
}

/// A conversation in one line, for the time line.
pub(in crate::tui) fn in_a_line(stream: &Stream) -> String {
    let row = row(stream);
    format!("{} -> {}  {}  {}", row.client, row.server, row.speaks, row.remark).trim_end().to_owned()
}

/// A conversation in full.
pub(in crate::tui) fn page(around: &Surroundings, stream: &Stream, view: StreamView) -> Text {
    match view {
        StreamView::Facts => facts(around, stream),
        StreamView::Events => events(around, stream),
        StreamView::Messages => messages(stream),
    }
}

/// The first lines of it.
pub(in crate::tui) fn preview(around: &Surroundings, stream: &Stream) -> Vec<(String, Role)> {
    let row = row(stream);
    let mut out = vec![
        (format!("{} -> {}   speaks {}", row.client, row.server, row.speaks), Role::Plain),
        (tcp_line(stream), Role::Dim),
    ];
    if !row.remark.is_empty() {
        out.push((row.remark, if stream.failed() { Role::Fail } else { Role::Plain }));
    }
    let inside = around.exchanges_in(stream);
    let calls = inside.len();
    let failed = inside.filter(|x| x.failed()).count();
    if calls > 0 {
        out.push((format!("{}, {failed} failed   (ge shows them)", calls_in_it(calls)), Role::Dim));
    }
    out
}

fn calls_in_it(count: usize) -> String {
    format!("{count} call{} in it", if count == 1 { "" } else { "s" })
}

/// Bytes, packets and how long it took to connect.
fn tcp_line(stream: &Stream) -> String {
    let tcp = &stream.tcp;
    let connected = tcp.handshake().map_or(String::new(), |ns| format!("   connected in {}", took(ns)));
    let (up, down) = (size(tcp.bytes.client), size(tcp.bytes.server));
    format!(
        "client {up} in {} packets   server {down} in {} packets   took {}{connected}",
        tcp.packets.client,
        tcp.packets.server,
        took(stream.duration_ns())
    )
}

fn facts(around: &Surroundings, stream: &Stream) -> Text {
    let tcp = &stream.tcp;
    let mut out = Text::default();
    let words = row(stream);
    out.add(&format!("{} -> {}   speaks {}", words.client, words.server, words.speaks), Role::Title);
    let mut line = |name: &str, value: String, role: Role| {
        out.add(&format!("{name:18} {value}"), role);
    };
    let at = around.moment(EventRef::Stream(stream.id)).map(|moment| moment.utc_ns);
    let started = at.map_or_else(|| "not known".to_owned(), |ns| date_clock(ns, around.zone_minutes));
    line("started", started, Role::Plain);
    line("took", took(stream.duration_ns()), Role::Plain);
    match tcp.handshake() {
        Some(ns) => line("connected in", format!("{}, from the SYN to the ACK behind it", took(ns)), Role::Plain),
        None if tcp.midstream => {
            line("began", "before the capture: its handshake and first bytes are not there".to_owned(), Role::Warn);
        }
        None => line("connected", "never: no end of its handshake was captured".to_owned(), Role::Warn),
    }
    if let Some(ns) = tcp.round_trip_to_server() {
        line("to the server", format!("{}, from the SYN to the SYN/ACK", took(ns)), Role::Plain);
    }
    let both = |ends: (String, String)| format!("client {}, server {}", ends.0, ends.1);
    line("bytes", both((tcp.bytes.client.to_string(), tcp.bytes.server.to_string())), Role::Plain);
    line("packets", both((tcp.packets.client.to_string(), tcp.packets.server.to_string())), Role::Plain);
    if tcp.gaps.client + tcp.gaps.server > 0 {
        line("bytes missing", both((tcp.gaps.client.to_string(), tcp.gaps.server.to_string())), Role::Warn);
    }
    let counts: [(&str, &Ends<u32>, Role); 5] = [
        ("sent again", &tcp.retransmissions, Role::Warn),
        ("out of order", &tcp.out_of_order, Role::Plain),
        ("sent differently", &tcp.conflicts, Role::Warn),
        ("zero windows", &tcp.zero_windows, Role::Warn),
        ("keep-alives", &tcp.keep_alives, Role::Plain),
    ];
    for (name, ends, role) in counts {
        if ends.client + ends.server > 0 {
            line(name, both((ends.client.to_string(), ends.server.to_string())), role);
        }
    }
    if let Some(who) = tcp.reset {
        line("reset by", who.word().to_owned(), Role::Fail);
    }
    line("source", source_name(&around.gathered, stream.source), Role::Dim);
    let protocols = report::protocols(stream, Secrets::Masked);
    if !protocols.is_empty() {
        out.add("", Role::Plain);
        out.add_with(protocols.trim_end(), told);
    }
    calls(&mut out, around, stream);
    out
}

/// What a line about a protocol is.
fn told(line: &str) -> Role {
    let trimmed = line.trim_start();
    let begins = |words: &[&str]| words.iter().any(|word| trimmed.starts_with(word));
    match () {
        () if trimmed.len() == line.len() && !trimmed.contains("  ") => Role::Title,
        () if begins(&["failure", "mismatches", "alerts", "disconnect", "reply "]) => Role::Fail,
        () if begins(&["reason", "remedy", "troubles", "stopped", "gaps  "]) => Role::Warn,
        () => Role::Plain,
    }
}

fn calls(out: &mut Text, around: &Surroundings, stream: &Stream) {
    let count = around.exchanges_in(stream).len();
    if count == 0 {
        return;
    }
    out.add("", Role::Plain).add(&format!("{}  (Enter opens, ge: on the time line)", calls_in_it(count)), Role::Title);
    for x in around.exchanges_in(stream).take(MOST_CALLS) {
        call(out, around, x);
    }
    if count > MOST_CALLS {
        out.add(&format!("  {} more: ge shows all", count - MOST_CALLS), Role::Dim);
    }
}

fn call(out: &mut Text, around: &Surroundings, x: &Exchange) {
    let event = EventRef::Exchange(x.id);
    let at = around.moment(event).map_or(String::new(), |m| clock(m.utc_ns, around.zone_minutes));
    let took = x.duration_ns.map(took).unwrap_or_default();
    let line = format!("  {at}  {:<6} {took:>6}  {} {}  {}", x.id, x.request.method, name(x), answer_words(x));
    out.add_link(&line, if x.failed() { Role::Fail } else { Role::Plain }, event);
}

/// Something that happened in a conversation, at nanoseconds since 1970 on the capture's clock.
struct Happened {
    at: i64,
    text: String,
    role: Role,
    event: Option<EventRef>,
}

/// What happened when.
fn events(around: &Surroundings, stream: &Stream) -> Text {
    let tcp = &stream.tcp;
    let mut all: Vec<Happened> = Vec::new();
    let mut put = |at: Option<i64>, text: String, role: Role| {
        all.extend(at.map(|at| Happened { at, text, role, event: None }));
    };
    put(tcp.syn, "SYN: the client asks for a connection".to_owned(), Role::Plain);
    put(tcp.syn_ack, "SYN/ACK: the server takes it".to_owned(), Role::Plain);
    put(tcp.established, "ACK: connected".to_owned(), Role::Plain);
    if tcp.midstream {
        put(Some(tcp.first), "the capture begins in the middle of it".to_owned(), Role::Warn);
    }
    for facts in &stream.facts {
        told_by(facts, &mut put);
    }
    match tcp.reset {
        Some(who) => put(Some(tcp.last), format!("reset by the {}", who.word()), Role::Fail),
        None => put(Some(tcp.last), "last packet".to_owned(), Role::Dim),
    }
    for x in around.exchanges_in(stream) {
        let Some(at) = x.started.and_then(|stamp| stamp.utc_ns()) else { continue };
        let role = if x.failed() { Role::Fail } else { Role::Plain };
        let text = format!("{} {} {}  {}", x.id, x.request.method, name(x), answer_words(x));
        all.push(Happened { at, text, role, event: Some(EventRef::Exchange(x.id)) });
    }
    all.sort_by_key(|happened| happened.at);
    let mut out = Text::default();
    out.add("since its first packet   what", Role::Title);
    for Happened { at, text, role, event } in all {
        let line = format!("{:>22}   {}", since_first(tcp.first, at), masked(&text));
        match event {
            Some(event) => out.add_link(&line, role, event),
            None => out.add(&line, role),
        };
    }
    out
}

fn since_first(first: i64, at: i64) -> String {
    let ns = at.saturating_sub(first);
    // Packets lie closer together than the milliseconds of the time line.
    format!("{} .{:03}", since(ns), ns.unsigned_abs() / 1_000 % 1_000)
}

fn told_by(facts: &Facts, put: &mut impl FnMut(Option<i64>, String, Role)) {
    if let Some(tls) = &facts.tls {
        let offers = tls.sni().map_or(String::new(), |name| format!(" for {name}"));
        put(tls.client_hello_at, format!("TLS: the client's hello{offers}"), Role::Plain);
        let chosen = tls.version().map_or(String::new(), |version| format!(": {version}"));
        let suite = tls.suite().map_or(String::new(), |suite| format!(" with {suite}"));
        put(tls.server_hello_at, format!("TLS: the server's hello{chosen}{suite}"), Role::Plain);
        for alert in &tls.alerts {
            let role = if alert.fatal { Role::Fail } else { Role::Plain };
            put(Some(alert.at), format!("TLS alert of the {}: {alert}", alert.from.word()), role);
        }
    }
    if let Some(ssh) = &facts.ssh {
        for side in Side::BOTH {
            let party = ssh.party(side);
            let greeting = party.greeting.as_deref().unwrap_or_default();
            put(party.greeted_at, format!("SSH: the {} greets: {greeting}", side.word()), Role::Plain);
            put(party.encrypted_at, format!("SSH: the {} begins to encrypt", side.word()), Role::Plain);
        }
    }
    if let Some(mi) = &facts.mi {
        if let Some(logon) = &mi.logon {
            put(Some(logon.at), format!("MI: {} signs on to {}", logon.user, logon.program), Role::Plain);
            let greeting = mi.greeting.as_deref().unwrap_or_default();
            put(logon.answered_at, format!("MI: the server answers: {greeting}"), Role::Plain);
        }
        for call in &mi.calls {
            let (outcome, role) = mi_outcome(call);
            put(Some(call.at), format!("MI: {}  {outcome}", call.transaction), role);
        }
    }
    for message in facts.framed.iter().flat_map(|framed| &framed.messages) {
        put(
            Some(message.first),
            format!("message of the {}: {} bytes", message.from.word(), message.length),
            Role::Plain,
        );
    }
    for frame in facts.websocket.iter().flat_map(|websocket| &websocket.frames) {
        let text = format!("WebSocket {} of the {}: {} bytes", frame.kind.word(), frame.from.word(), frame.length);
        put(Some(frame.at), text, Role::Plain);
    }
}

fn mi_outcome(call: &mi::Call) -> (String, Role) {
    match &call.outcome {
        mi::Outcome::Open => ("no end seen".to_owned(), Role::Warn),
        mi::Outcome::Ok => (format!("OK, {} rows", call.rows), Role::Plain),
        mi::Outcome::Nok(said) => (format!("NOK {said}").trim_end().to_owned(), Role::Fail),
    }
}

/// What was said, as far as it is held.
fn messages(stream: &Stream) -> Text {
    let mut out = Text::default();
    let first = stream.tcp.first;
    for facts in &stream.facts {
        if let Some(mi) = &facts.mi {
            mi_calls(&mut out, mi, first);
        }
        if let Some(framed) = &facts.framed {
            framed_messages(&mut out, framed, first);
        }
        if let Some(websocket) = &facts.websocket {
            frames(&mut out, websocket, first);
        }
    }
    if out.len() == 0 {
        out.add("Nothing is held of what was said beside the calls: v shows facts and events.", Role::Dim);
    }
    out
}

fn mi_calls(out: &mut Text, mi: &mi::Facts, first: i64) {
    out.add(&format!("MI: {} calls, {} refused (NOK)", mi.call_count, mi.nok_count), Role::Title);
    out.add("since start    transaction      first answer    took     rows  outcome", Role::Dim);
    for call in &mi.calls {
        let (outcome, role) = mi_outcome(call);
        let span =
            |from: i64, to: Option<i64>| to.map_or(String::new(), |to| took(to.saturating_sub(from).unsigned_abs()));
        let answered = span(call.sent_at, call.answered_at);
        let done = span(call.at, call.done_at);
        let damaged = if call.damaged { "  bytes are missing" } else { "" };
        let line = format!(
            "{:<14} {:<16} {answered:>12} {done:>7} {:>8}  {outcome}{damaged}",
            since(call.at.saturating_sub(first)),
            call.transaction,
            call.rows
        );
        out.add(&masked(&line), role);
        if !call.fields.trim().is_empty() {
            out.add(&format!("{:15}{}", "", masked(call.fields.trim_end())), Role::Dim);
        }
    }
    rest(out, mi.calls.len(), mi.call_count, "calls");
}

fn framed_messages(out: &mut Text, framed: &framed::Facts, first: i64) {
    out.add(&format!("Messages of a protocol that isn't known: {}", framed.format), Role::Title);
    for message in &framed.messages {
        let damaged = if message.damaged { "  bytes are missing" } else { "" };
        let head = format!(
            "{:<14} {:<6} {:>8} bytes{damaged}",
            since(message.first.saturating_sub(first)),
            message.from.word(),
            message.length
        );
        out.add(&head, Role::Plain);
        for text in &message.text {
            out.add(&format!("{:15}{}", "", masked(text)), Role::Dim);
        }
    }
    rest(out, framed.messages.len(), framed.count[0] + framed.count[1], "messages");
}

fn frames(out: &mut Text, websocket: &websocket::Facts, first: i64) {
    out.add("WebSocket frames", Role::Title);
    for frame in &websocket.frames {
        let code = frame.close_code().map_or(String::new(), |code| format!("  code {code}"));
        let packed = if frame.compressed { "  compressed" } else { "" };
        let damaged = if frame.damaged { "  bytes are missing" } else { "" };
        let head = format!(
            "{:<14} {:<6} {:<12} {:>8} bytes{code}{packed}{damaged}",
            since(frame.at.saturating_sub(first)),
            frame.from.word(),
            frame.kind.word(),
            frame.length
        );
        out.add(&head, Role::Plain);
        let text = String::from_utf8_lossy(&frame.payload);
        match (masked(&text), frame.kind) {
            (text, websocket::Kind::Text) if !frame.compressed => {
                out.add(&text, Role::Dim);
            }
            // The hexadecimal digits would show what was masked.
            (Cow::Owned(text), _) => hex(out, text.as_bytes(), 16),
            (Cow::Borrowed(_), _) => hex(out, &frame.payload, 16),
        }
        if frame.length > frame.payload.len() as u64 {
            out.add(&format!("{:15}(only the first {} bytes are held)", "", frame.payload.len()), Role::Dim);
        }
    }
    rest(out, websocket.frames.len(), websocket.count[0] + websocket.count[1], "frames");
    if let Some(why) = &websocket.stopped {
        out.add(why, Role::Warn);
    }
}

/// What there was beyond what is kept.
fn rest(out: &mut Text, kept: usize, count: u64, what: &str) {
    let more = count.saturating_sub(kept as u64);
    if more > 0 {
        out.add(&format!("{more} more {what} were counted, not kept"), Role::Warn);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ExchangeId, Request, SourceId};

    #[test]
    fn what_a_tunnel_carried_is_read_from_its_note() {
        let mut x = Exchange::new(ExchangeId(1), SourceId(0), 0, "h:443".to_owned(), Request::default());
        assert_eq!(carried(&x), None);
        x.notes.push(("carried".to_owned(), "517 bytes from the client, 4711 from the server".to_owned()));
        assert_eq!(carried(&x), Some((517, 4711)));
    }

    #[test]
    fn packets_are_told_apart_to_the_microsecond() {
        assert_eq!(since_first(0, 1_002_003_004), "+0:01.002 .003");
    }
}

//! Conversations made by hand: every disorder that a capture may hold.

use super::super::ip::Stretch;
use super::*;

const CLIENT: &str = "10.0.0.1:4000";
const SERVER: &str = "10.0.0.2:80";

/// What came out of one conversation: `c` and `s` for bytes, `c?3` for a gap, `c.fin` for an end.
#[derive(Debug, Default)]
struct Log {
    lines: Vec<String>,
    closed: Vec<TcpFacts>,
}

impl Handler<u32> for Log {
    fn opened(&mut self, facts: &TcpFacts) -> u32 {
        facts.number
    }

    fn piece(&mut self, kept: &mut u32, _facts: &TcpFacts, side: Side, piece: Piece<'_>) {
        let side = if side == Side::Client { "c" } else { "s" };
        let number = if *kept == 0 { String::new() } else { kept.to_string() };
        let line = match piece {
            Piece::Data { bytes, .. } => {
                let text = String::from_utf8_lossy(bytes);
                let same = self.lines.last_mut().filter(|line| line.starts_with(&format!("{number}{side} ")));
                if let Some(line) = same {
                    line.push_str(&text);
                    return;
                }
                format!("{number}{side} {text}")
            }
            Piece::Gap { length, .. } => format!("{number}{side}?{length}"),
            Piece::End { how: End::Fin, .. } => format!("{number}{side}.fin"),
            Piece::End { how: End::Reset(_), .. } => format!("{number}{side}.reset"),
            Piece::End { how: End::Cut, .. } => format!("{number}{side}.cut"),
        };
        self.lines.push(line);
    }

    fn closed(&mut self, _kept: u32, facts: &TcpFacts) {
        self.closed.push(facts.clone());
    }
}

/// Packets in a file that is the concatenation of their payloads.
struct Wire {
    file: Vec<u8>,
    at: i64,
    log: Log,
    conversations: Conversations<u32>,
}

impl Again for Vec<u8> {
    fn read(&mut self, from: u64, len: usize, into: &mut Vec<u8>) -> bool {
        into.clear();
        into.extend_from_slice(&self[from as usize..][..len]);
        true
    }
}

impl Wire {
    fn new() -> Self {
        Self { file: Vec::new(), at: 0, log: Log::default(), conversations: Conversations::new() }
    }

    /// One packet: side, flags (`S`, `A`, `F`, `R`), number, acknowledged, payload; `+3` behind it cuts three bytes.
    fn send(&mut self, side: char, flags: &str, seq: u32, ack: u32, text: &str) -> &mut Self {
        self.at += 1_000_000;
        let (text, cut) = text.split_once('+').map_or((text, 0), |(text, cut)| (text, cut.parse().expect("a number")));
        let from = self.file.len() as u64;
        self.file.extend_from_slice(text.as_bytes());
        let (client, server) = (CLIENT.parse().expect("an end"), SERVER.parse().expect("an end"));
        let segment = Segment {
            at: self.at,
            from: if side == 'c' { client } else { server },
            to: if side == 'c' { server } else { client },
            seq,
            ack: flags.contains('A').then_some(ack),
            syn: flags.contains('S'),
            fin: flags.contains('F'),
            rst: flags.contains('R'),
            window: 1000,
            data: Stretch { bytes: text.as_bytes(), from: Some(from), cut },
        };
        self.conversations.segment(&segment, &mut self.file, &mut self.log);
        self
    }

    /// A handshake with 100 and 500 as the numbers before the first bytes.
    fn open(&mut self) -> &mut Self {
        self.send('c', "S", 100, 0, "").send('s', "SA", 500, 101, "").send('c', "A", 101, 501, "")
    }

    fn end(&mut self) -> Vec<String> {
        self.conversations.finish(&mut self.file, &mut self.log);
        std::mem::take(&mut self.log.lines)
    }
}

#[test]
fn what_is_in_order_comes_at_once() {
    let mut wire = Wire::new();
    wire.open().send('c', "A", 101, 501, "ask").send('s', "A", 501, 104, "answer");
    assert_eq!(wire.log.lines, ["c ask", "s answer"]);
    wire.send('c', "FA", 104, 507, "").send('s', "FA", 507, 105, "");
    assert_eq!(wire.end(), ["c ask", "s answer", "c.fin", "s.fin"]);
    let facts = &wire.log.closed[0];
    assert_eq!((facts.bytes.client, facts.bytes.server, facts.midstream), (3, 6, false));
    assert_eq!(facts.handshake(), Some(2_000_000));
}

#[test]
fn order_is_mended_and_each_byte_comes_once() {
    let mut wire = Wire::new();
    wire.open().send('c', "A", 104, 501, "def").send('c', "A", 101, 501, "abc").send('c', "A", 107, 501, "ghi");
    assert_eq!(wire.end(), ["c abcdefghi", "c.cut", "s.cut"]);
    assert_eq!((wire.log.closed[0].out_of_order.client, wire.log.closed[0].retransmissions.client), (1, 0));
    let mut wire = Wire::new();
    // Whole, part and several parts again.
    wire.open().send('c', "A", 101, 501, "abc").send('c', "A", 101, 501, "abc").send('c', "A", 102, 501, "bcd");
    wire.send('c', "A", 107, 501, "gh").send('c', "A", 105, 501, "efghij").send('c', "A", 101, 501, "abcdefghijk");
    assert_eq!(wire.end(), ["c abcdefghijk", "c.cut", "s.cut"]);
    assert_eq!((wire.log.closed[0].retransmissions.client, wire.log.closed[0].conflicts.client), (4, 0));
}

#[test]
fn where_bytes_overlap_the_first_stay_and_the_conflict_is_noted() {
    let mut wire = Wire::new();
    wire.open()
        .send('c', "A", 103, 501, "GOOD")
        .send('c', "A", 101, 501, "..EVIL..")
        .send('c', "A", 101, 501, "XXGOOD");
    assert_eq!(wire.end(), ["c ..GOOD..", "c.cut", "s.cut"]);
    assert_eq!(wire.log.closed[0].conflicts.client, 2);
}

#[test]
fn numbers_wrap() {
    let mut wire = Wire::new();
    wire.send('c', "S", u32::MAX - 2, 0, "").send('s', "SA", u32::MAX, u32::MAX - 1, "");
    wire.send('c', "A", u32::MAX - 1, 0, "ab").send('c', "A", 2, 0, "ef").send('c', "A", 0, 0, "cd");
    wire.send('s', "A", 0, 4, "answer");
    assert_eq!(wire.end(), ["c abcdef", "s answer", "c.cut", "s.cut"]);
}

#[test]
fn what_was_acknowledged_and_never_seen_is_a_gap_in_its_place() {
    let mut wire = Wire::new();
    wire.open().send('c', "A", 101, 501, "one").send('s', "A", 501, 109, "answer");
    // The answer waits for the bytes that it acknowledges.
    assert_eq!(wire.log.lines, ["c one"]);
    wire.send('c', "A", 109, 507, "two");
    assert_eq!(wire.end(), ["c one", "c?5", "s answer", "c two", "c.cut", "s.cut"]);
    // A byte too many is a FIN that wasn't captured.
    let mut wire = Wire::new();
    wire.open().send('s', "A", 501, 101, "answer").send('c', "FA", 101, 508, "");
    assert_eq!(wire.end(), ["s answer", "c.fin", "s.cut"]);
    assert_eq!(wire.log.closed[0].gaps, Ends::default());
    // Missing at the very end.
    let mut wire = Wire::new();
    wire.open().send('s', "A", 501, 101, "a").send('c', "A", 101, 502 + 2902, "");
    assert_eq!(wire.end(), ["s a", "s?2902", "c.cut", "s.cut"]);
}

#[test]
fn patience_ends_by_time_and_by_packets() {
    let mut wire = Wire::new();
    wire.open().send('s', "A", 511, 101, "later").send('c', "A", 101, 516, "");
    assert_eq!(wire.log.lines, [""; 0]);
    wire.at += 2_000_000_000;
    wire.send('c', "A", 101, 516, "");
    assert_eq!(wire.log.lines, ["s?10", "s later"]);
    let mut wire = Wire::new();
    wire.open().send('s', "A", 511, 101, "later").send('c', "A", 101, 516, "");
    for _ in 0..70 {
        wire.at -= 1_000_000;
        wire.send('c', "A", 101, 516, "");
    }
    assert_eq!(wire.log.lines, ["s?10", "s later"]);
}

#[test]
fn bytes_cut_by_the_capture_are_a_gap() {
    let mut wire = Wire::new();
    wire.open().send('c', "A", 101, 501, "abc+7").send('c', "A", 111, 501, "def");
    assert_eq!(wire.end(), ["c abc", "c?7", "c def", "c.cut", "s.cut"]);
}

#[test]
fn the_client_is_found_without_a_handshake() {
    let mut wire = Wire::new();
    wire.send('s', "A", 501, 104, "rest of a body").send('c', "A", 104, 515, "GET / HTTP/1.1");
    assert_eq!(wire.end(), ["s rest of a body", "c GET / HTTP/1.1", "c.cut", "s.cut"]);
    assert_eq!(wire.log.closed[0].ends.client.to_string(), CLIENT);
    assert!(wire.log.closed[0].midstream);
    // The SYN/ACK before the SYN.
    let mut wire = Wire::new();
    wire.send('s', "SA", 500, 101, "").send('c', "S", 100, 0, "").send('c', "A", 101, 501, "ask");
    assert_eq!(wire.end(), ["c ask", "c.cut", "s.cut"]);
    assert!(!wire.log.closed[0].midstream && wire.log.closed.len() == 1);
    // One direction only: what the other sent is known by its acknowledgements.
    let mut wire = Wire::new();
    wire.send('c', "S", 100, 0, "").send('c', "A", 101, 501, "ask").send('c', "A", 104, 521, "again");
    assert_eq!(wire.end(), ["c askagain", "s?20", "c.cut", "s.cut"]);
}

#[test]
fn the_same_ports_again_are_a_new_conversation() {
    let mut wire = Wire::new();
    wire.open().send('c', "A", 101, 501, "one").send('c', "FA", 104, 501, "").send('s', "FA", 501, 105, "");
    wire.send('c', "S", 9000, 0, "").send('s', "SA", 7000, 9001, "").send('c', "A", 9001, 7001, "two");
    let lines = wire.end();
    assert_eq!(lines, ["c one", "c.fin", "s.fin", "1c two", "1c.cut", "1s.cut"]);
    // Without having ended, too; a SYN that is sent again is none.
    let mut wire = Wire::new();
    wire.send('c', "S", 100, 0, "").open().send('c', "A", 101, 501, "one").send('c', "S", 9000, 0, "");
    assert_eq!(wire.end(), ["c one", "c.cut", "s.cut", "1c.cut", "1s.cut"]);
}

#[test]
fn probes_and_urgent_bytes_are_what_they_are() {
    let mut wire = Wire::new();
    wire.open().send('c', "A", 101, 501, "abc").send('s', "A", 501, 104, "");
    wire.send('c', "A", 103, 501, "\0").send('c', "A", 103, 501, "").send('c', "A", 104, 501, "d");
    assert_eq!(wire.end(), ["c abcd", "c.cut", "s.cut"]);
    assert_eq!((wire.log.closed[0].keep_alives.client, wire.log.closed[0].conflicts.client), (2, 0));
}

#[test]
fn a_reset_ends_both_and_says_who() {
    let mut wire = Wire::new();
    wire.open().send('c', "A", 101, 501, "ask").send('s', "RA", 501, 104, "");
    assert_eq!(wire.end(), ["c ask", "c.reset", "s.reset"]);
    assert_eq!(wire.log.closed[0].reset, Some(Side::Server));
}

#[test]
fn closed_conversations_are_let_go() {
    let mut wire = Wire::new();
    wire.open().send('c', "FA", 101, 501, "").send('s', "FA", 501, 102, "");
    assert!(wire.log.closed.is_empty());
    wire.at += 3_000_000_000;
    wire.send('c', "A", 102, 502, "");
    assert_eq!(wire.log.closed.len(), 1);
}

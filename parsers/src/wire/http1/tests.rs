//! Pairing of requests and responses, with and without gaps.

use proptest::prelude::*;

use super::*;

/// What comes out, one line for each exchange: number, request, statuses, bodies, and what is wrong.
#[derive(Default)]
struct Seen {
    http: Http1,
    bodies: Vec<(u32, Side, Vec<u8>)>,
    lines: Vec<String>,
    inner: Vec<String>,
    at: i64,
}

impl Seen {
    fn piece(&mut self, side: Side, piece: Piece<'_>) {
        let Self { http, bodies, lines, inner, .. } = self;
        http.piece(side, piece, &mut |found| match found {
            Found::Begins { .. } | Found::Trouble { .. } => {}
            Found::Body { number, side, bytes, .. } => bodies.push((number, side, bytes.to_vec())),
            Found::Inner { side, piece: Piece::Data { bytes, .. } } => {
                inner.push(format!(
                    "{} {}",
                    if side == Side::Client { "c" } else { "s" },
                    String::from_utf8_lossy(bytes)
                ));
            }
            Found::Inner { .. } => {}
            Found::Ends { number, pair } => {
                let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
                let body = |side| {
                    let parts = bodies.iter().filter(|(n, s, _)| (*n, *s) == (number, side));
                    parts.map(|(_, _, bytes)| text(bytes)).collect::<String>()
                };
                let wrong = |message: &Message| message.broken.map_or(String::new(), |broken| format!(" {broken:?}"));
                let request = pair.request.as_ref().map_or("?".to_owned(), |request| {
                    let (method, target) = (text(&request.method), text(&request.target));
                    format!("{method} {target} [{}]{}", body(Side::Client), wrong(request))
                });
                let interim: String = pair.interim.iter().map(|interim| format!("{} ", interim.status)).collect();
                let response = pair.response.as_ref().map_or(format!("{:?}", pair.unanswered), |response| {
                    format!("{interim}{} [{}]{}", response.status, body(Side::Server), wrong(response))
                });
                lines.push(format!("{number} {request} -> {response}"));
            }
        });
    }

    fn send(&mut self, side: char, text: &str) -> &mut Self {
        self.at += 1;
        let side = if side == 'c' { Side::Client } else { Side::Server };
        let at = self.at;
        match text.strip_prefix('?').and_then(|length| length.parse().ok()) {
            Some(length) => self.piece(side, Piece::Gap { at, length }),
            None => self.piece(side, Piece::Data { at, bytes: text.as_bytes(), from: Some(0) }),
        }
        self
    }

    fn end(&mut self, how: End) -> &[String] {
        self.piece(Side::Client, Piece::End { at: self.at, how });
        self.piece(Side::Server, Piece::End { at: self.at, how });
        &self.lines
    }
}

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: h\r\n\r\n")
}

#[test]
fn requests_and_responses_are_paired_however_they_are_cut() {
    let requests = format!("{}POST /b HTTP/1.1\r\nContent-Length: 4\r\n\r\nbody{}", get("/a"), get("/c"));
    let chunked = "HTTP/1.1 201 Made\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nX: y\r\n\r\n";
    let responses = format!("{OK}HTTP/1.1 100 Continue\r\n\r\n{chunked}HTTP/1.1 304 Same\r\n\r\n");
    for step in [1, 3, 10_000] {
        let mut seen = Seen::default();
        for (side, all) in [('c', &requests), ('s', &responses)] {
            for part in all.as_bytes().chunks(step) {
                seen.send(side, std::str::from_utf8(part).expect("ASCII"));
            }
        }
        assert_eq!(
            seen.end(End::Fin),
            ["0 GET /a [] -> 200 [ok]", "1 POST /b [body] -> 100 201 [abcde]", "2 GET /c [] -> 304 []"]
        );
    }
}

#[test]
fn a_body_ends_where_its_message_says() {
    let mut seen = Seen::default();
    seen.send('c', "HEAD /a HTTP/1.1\r\n\r\n").send('s', "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n");
    seen.send('c', &get("/b")).send('s', "HTTP/1.1 204 No\r\n\r\n").send('c', &get("/c"));
    seen.send('s', "HTTP/1.0 200 OK\r\n\r\nuntil").send('s', " the end");
    assert_eq!(
        seen.end(End::Fin),
        ["0 HEAD /a [] -> 200 []", "1 GET /b [] -> 204 []", "2 GET /c [] -> 200 [until the end]"]
    );
    let mut seen = Seen::default();
    seen.send('c', &get("/c")).send('s', "HTTP/1.0 200 OK\r\n\r\nuntil");
    assert_eq!(seen.end(End::Cut), ["0 GET /c [] -> 200 [until] Open"]);
}

#[test]
fn one_lost_response_shifts_nothing() {
    for lost in ["whole", "head", "tail"] {
        let mut seen = Seen::default();
        for n in 0..5 {
            seen.send('c', &get(&format!("/{n}")));
            let answer = format!("HTTP/1.1 21{n} OK\r\nContent-Length: 6\r\n\r\nanswer");
            match (n, lost) {
                (2, "whole") => seen.send('s', "?45"),
                (2, "head") => seen.send('s', "?20").send('s', &answer[20..]),
                (2, "tail") => seen.send('s', &answer[..42]).send('s', "?2"),
                _ => seen.send('s', &answer),
            };
        }
        let third = match lost {
            "tail" => "2 GET /2 [] -> 212 [answ] Missing",
            _ => "2 GET /2 [] -> Some(Missing)",
        };
        let expected = [
            "0 GET /0 [] -> 210 [answer]",
            "1 GET /1 [] -> 211 [answer]",
            third,
            "3 GET /3 [] -> 213 [answer]",
            "4 GET /4 [] -> 214 [answer]",
        ];
        assert_eq!(seen.end(End::Fin), expected, "{lost}");
    }
}

#[test]
fn a_lost_request_leaves_its_response_alone() {
    let mut seen = Seen::default();
    seen.send('c', &get("/0")).send('s', OK).send('c', "?30").send('s', OK).send('c', &get("/2"));
    seen.send('s', "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n");
    assert_eq!(seen.end(End::Fin), ["0 GET /0 [] -> 200 [ok]", "1 ? -> 200 [ok]", "2 GET /2 [] -> 404 []"]);
}

#[test]
fn a_gap_inside_a_body_is_counted_and_beyond_it_ends_it() {
    let long = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc";
    let mut seen = Seen::default();
    seen.send('c', &[get("/1"), get("/2"), get("/3")].concat());
    seen.send('s', long).send('s', "?5").send('s', &format!("ij{OK}{OK}"));
    let expected = ["0 GET /1 [] -> 200 [abcij] Missing", "1 GET /2 [] -> 200 [ok]", "2 GET /3 [] -> 200 [ok]"];
    assert_eq!(seen.end(End::Fin), expected);
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\n012";
    let mut seen = Seen::default();
    seen.send('c', &get("/1")).send('s', chunked).send('s', "?4").send('s', "789\r\n0\r\n\r\n");
    seen.send('c', &get("/2")).send('s', OK);
    assert_eq!(seen.end(End::Fin), ["0 GET /1 [] -> 200 [012789] Missing", "1 GET /2 [] -> 200 [ok]"]);
    let mut seen = Seen::default();
    seen.send('c', &get("/1")).send('s', chunked).send('s', "?40").send('s', "some rest\r\n0\r\n\r\n");
    seen.send('c', &get("/2")).send('s', OK);
    assert_eq!(seen.end(End::Fin), ["0 GET /1 [] -> 200 [012] Missing", "1 GET /2 [] -> 200 [ok]"]);
}

#[test]
fn of_a_request_line_that_was_cut_in_its_version_method_and_target_are_known() {
    for (cut, expected) in [
        ("GET /a/b.gif HTT", "0 GET /a/b.gif [] Missing -> 200 [ok]"),
        ("GET /a/b.g", "0 ? -> 200 [ok]"),
        ("GET /a b.gif HTT", "0 ? -> 200 [ok]"),
    ] {
        let mut seen = Seen::default();
        seen.send('c', cut).send('c', "?466").send('s', OK);
        assert_eq!(seen.end(End::Fin), [expected], "{cut}");
    }
}

#[test]
fn a_start_in_the_middle_of_a_body_finds_the_next_message() {
    let mut seen = Seen::default();
    seen.send('s', "rest of a body\r\nand more").send('c', &get("/1")).send('s', OK);
    assert_eq!(seen.end(End::Fin), ["0 GET /1 [] -> 200 [ok]"]);
}

#[test]
fn tunnels_and_upgrades_carry_something_else() {
    let mut seen = Seen::default();
    seen.send('c', "CONNECT h:443 HTTP/1.1\r\n\r\nhello").send('s', "HTTP/1.1 200 Yes\r\n\r\nworld").send('c', "!");
    assert_eq!(seen.end(End::Fin), ["0 CONNECT h:443 [] -> 200 []"]);
    assert_eq!(seen.inner, ["c hello", "s world", "c !"]);
    let mut seen = Seen::default();
    seen.send('c', "CONNECT h:443 HTTP/1.1\r\n\r\n").send('s', "HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n");
    seen.send('c', "CONNECT h:443 HTTP/1.1\r\nA: b\r\n\r\n").send('s', "HTTP/1.1 200 Yes\r\n\r\n").send('c', "in");
    assert_eq!(seen.end(End::Fin).len(), 2);
    assert_eq!(seen.inner, ["c in"]);
    let mut seen = Seen::default();
    seen.send('c', &get("/ws")).send('s', "HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\n\r\nframes");
    assert_eq!(seen.end(End::Fin), ["0 GET /ws [] -> 101 []"]);
    assert_eq!(seen.inner, ["s frames"]);
}

#[test]
fn an_exchange_that_breaks_off_says_how() {
    let mut seen = Seen::default();
    seen.send('c', &get("/1"));
    assert_eq!(seen.end(End::Reset(Side::Server)), ["0 GET /1 [] -> Some(Reset(Server))"]);
    let mut seen = Seen::default();
    seen.send('c', "POST /1 HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc");
    assert_eq!(seen.end(End::Cut), ["0 POST /1 [abc] Open -> Some(Open)"]);
    let mut seen = Seen::default();
    seen.send('c', "POST /1 HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc");
    seen.send('s', "HTTP/1.1 413 Large\r\nContent-Length: 2\r\n\r\nno").send('c', "defghij").send('c', &get("/2"));
    seen.send('s', OK);
    assert_eq!(seen.end(End::Fin), ["0 POST /1 [abcdefghij] -> 413 [no]", "1 GET /2 [] -> 200 [ok]"]);
}

#[test]
fn http_is_told_by_either_side() {
    assert_eq!(recognises(b"GET / HTTP/1.1\r\n", b""), Recognised::Yes);
    assert_eq!(recognises(b"POST /lo", b""), Recognised::More);
    assert_eq!(recognises(b"", b"HTTP/1.0 200 OK\r\n"), Recognised::Yes);
    assert_eq!(recognises(b"\x16\x03\x01", b""), Recognised::No);
    assert_eq!(recognises(b"SSH-2.0-x\r\n", b""), Recognised::No);
    assert_eq!(recognises(b"PRI * HTTP/2.0\r\n", b""), Recognised::No);
}

/// Pipelined requests, and the responses to them, each of whose bytes say which it answers.
fn pipelined(count: u8) -> (String, Vec<String>) {
    let name = |n: u8| char::from(b'a' + n).to_string();
    let answer = |n: u8| {
        let body = name(n).repeat(1 + usize::from(n) * 7 % 40);
        format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len())
    };
    ((0..count).map(|n| get(&format!("/{}", name(n)))).collect(), (0..count).map(answer).collect())
}

/// The exchanges whose response answers another request, and how many have both.
fn paired(lines: &[String]) -> (Vec<&String>, usize) {
    let after = |line: &str, what: &str| line.split(what).nth(1).and_then(|rest| rest.chars().next());
    let both: Vec<_> = lines.iter().filter(|line| line.contains("GET /") && line.contains("-> 200 [")).collect();
    // Of some only the head is there.
    let is_wrong = |line: &&String| after(line, "-> 200 [").is_some_and(|c| c != ']' && Some(c) != after(line, "/"));
    (both.iter().copied().filter(is_wrong).collect(), both.len())
}

#[test]
fn several_lost_responses_of_a_pipeline_shift_nothing() {
    let (requests, answers) = pipelined(10);
    let lost: usize = answers[4..7].iter().map(String::len).sum();
    let begin = || {
        let mut seen = Seen::default();
        seen.send('c', &requests).send('s', &answers[..4].concat()).send('s', &format!("?{lost}"));
        seen.send('s', &answers[7]).send('s', &answers[8..].concat());
        seen
    };
    let expected = |lines: &[String]| {
        assert_eq!(paired(lines).0, Vec::<&String>::new());
        let missing: Vec<_> = lines.iter().filter(|line| line.contains("Some(Missing)")).collect();
        assert_eq!((lines.len(), missing.len()), (10, 3), "{lines:?}");
        assert!(missing[0].contains("/e") && missing[2].contains("/g"), "{missing:?}");
    };
    expected(begin().end(End::Fin));
    let mut seen = begin();
    seen.send('c', &get("/10")).send('s', OK);
    assert!(seen.lines.last().is_some_and(|line| line == "10 GET /10 [] -> 200 [ok]"), "{:?}", seen.lines);
    expected(&seen.lines[..10]);
    // Where the capture ends there may have been more.
    let mut seen = begin();
    let lines = seen.end(End::Cut);
    assert_eq!(paired(lines), (Vec::new(), 4), "{lines:?}");
    assert_eq!(lines.iter().filter(|line| line.contains(" ? -> 200 [")).count(), 3, "{lines:?}");
}

#[test]
fn the_kind_of_a_request_counts_where_responses_of_a_pipeline_are_lost() {
    let head = "HEAD /h HTTP/1.1\r\n\r\n";
    let mut seen = Seen::default();
    seen.send('c', &[&get("/0"), &get("/1"), head, &get("/2")].concat()).send('s', OK).send('s', "?41");
    seen.send('s', "HTTP/1.1 200 OK\r\nContent-Length: 41\r\n\r\n").send('s', OK);
    let expected = [
        "0 GET /0 [] -> 200 [ok]",
        "1 GET /1 [] -> Some(Missing)",
        "2 HEAD /h [] -> 200 []",
        "3 GET /2 [] -> 200 [ok]",
    ];
    assert_eq!(seen.end(End::Fin), expected);
}

proptest! {
    #[test]
    fn no_gap_in_a_pipeline_pairs_what_does_not_belong_together(
        batches in proptest::collection::vec(1_u8..8, 1..4),
        from in 0_usize..1200,
        len in 1_usize..400,
        step in 1_usize..200,
        how in 0..2,
    ) {
        let count = batches.iter().sum();
        let (requests, answers) = pipelined(count);
        let requests: Vec<_> = requests.split_inclusive("\r\n\r\n").collect();
        let (mut seen, mut sent, mut gone) = (Seen::default(), 0, 0);
        let mut at = 0;
        for batch in batches {
            let batch = usize::from(batch);
            seen.send('c', &requests[sent..sent + batch].concat());
            let said = answers[sent..sent + batch].concat();
            sent += batch;
            // What of this batch's bytes is in the gap.
            let (a, b) = (from.saturating_sub(at).min(said.len()), (from + len).saturating_sub(at).min(said.len()));
            at += said.len();
            let mut parts: Vec<String> = said.as_bytes()[..a].chunks(step).map(|part| String::from_utf8_lossy(part).into_owned()).collect();
            if b > a {
                parts.push(format!("?{}", b - a));
                gone += 1;
            }
            parts.extend(said.as_bytes()[b..].chunks(step).map(|part| String::from_utf8_lossy(part).into_owned()));
            parts.iter().for_each(|part| _ = seen.send('s', part));
        }
        let lines = seen.end(if how == 0 { End::Fin } else { End::Cut }).to_vec();
        prop_assert_eq!(paired(&lines).0, Vec::<&String>::new(), "{:#?}", lines);
        let mut at = 0;
        let hit = answers.iter().filter(|answer| {
            let start = at;
            at += answer.len();
            start < from + len && from < at
        });
        // What the gap leaves alone is paired where it can be known.
        let hit = hit.count();
        if hit == 0 || (gone == 1 && how == 0) {
            prop_assert!(paired(&lines).1 >= usize::from(count) - hit, "{:#?}", lines);
        }
    }
}

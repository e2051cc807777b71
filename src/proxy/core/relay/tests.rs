//! Conversations as scripts: what each side does, and what the relay makes of it. No socket, no clock, no waiting.

use bytes::BytesMut;
use mwscope_parsers::http::{Asked, Limits};

use super::*;

/// A relay between two framers, with what was put out so far, a line each.
struct Talk {
    client: Framer,
    server: Framer,
    request: Box<Head>,
    rewrite: Option<Rewrite>,
}

enum Step {
    Client(&'static str),
    Server(&'static str),
    ClientEnds,
    ClientBreaks,
    ServerEnds,
    ServerBreaks,
    Late,
    Silent,
}

use Step::{Client, ClientBreaks, ClientEnds, Late, Server, ServerBreaks, ServerEnds, Silent};

impl Talk {
    fn new(request: &str) -> Self {
        let mut client = Framer::requests(Limits::default());
        let Some(Event::Head(request, _)) = client.step(request.as_bytes()).event else {
            panic!("{request:?} is no head")
        };
        let mut server = Framer::responses(Limits::default());
        server.expect(Asked::by(request.method()));
        Self { client, server, request, rewrite: None }
    }

    /// Plays the steps; gives a line for each output, and how it ended.
    fn play(mut self, steps: &[Step]) -> String {
        let mut relay = Relay::new(&mut self.client, &mut self.server, &self.request, self.rewrite);
        let (mut from_client, mut from_server, mut out) = (BytesMut::new(), BytesMut::new(), Vec::new());
        let mut lines = Vec::new();
        relay.client_bytes(&mut from_client, &mut out);
        for step in steps {
            match step {
                Client(bytes) => {
                    from_client.extend_from_slice(bytes.as_bytes());
                    relay.client_bytes(&mut from_client, &mut out);
                }
                Server(bytes) => {
                    from_server.extend_from_slice(bytes.as_bytes());
                    relay.server_bytes(&mut from_server, &mut out);
                }
                ClientEnds => relay.client_ended(&from_client, &mut out),
                ClientBreaks => relay.client_broke("reset"),
                ServerEnds => relay.server_ended(&from_server, &mut out),
                ServerBreaks => relay.server_broke("reset", false, &mut out),
                Late => relay.timed_out("5 s", false),
                Silent => relay.client_is_silent(&mut from_client, &mut out),
            }
            lines.extend(out.drain(..).map(|o| line(&o)));
        }
        let over = relay.is_over();
        let finish = relay.finish();
        lines.push(match (&finish.outcome, over) {
            (_, false) => "not over".to_owned(),
            (Outcome::Complete, true) if finish.keep_client && !finish.keep_server => {
                "complete, client stays, server goes".to_owned()
            }
            (Outcome::Complete, true) => format!("complete, client {}", keeps(finish.keep_client)),
            (outcome, true) => {
                let (stage, cause) = outcome.broke_at().expect("it broke");
                let told = finish.answer.map_or(String::new(), |t| format!(", told {}", t.status));
                let cause = cause.split(';').next().unwrap_or_default();
                let cause = cause.split('(').next().unwrap_or_default().trim();
                format!("{} at {}: {cause}{told}", outcome.word(), stage.word())
            }
        });
        if !from_client.is_empty() || !from_server.is_empty() {
            lines.push(format!("left: {:?} {:?}", text(&from_client), text(&from_server)));
        }
        lines.join("\n")
    }
}

fn line(output: &Output) -> String {
    match output {
        Output::ToServer(bytes) => format!("to server {:?}", text(bytes)),
        Output::ToClient(bytes) => format!("to client {:?}", text(bytes)),
        Output::Whole(message) => format!("whole {:?}", text(&message.payload)),
        Output::EndToServer => "end to server".to_owned(),
        Output::EndToClient => "end to client".to_owned(),
        Output::Fact(fact) => match fact {
            Fact::RequestBody(bytes) => format!("  request body {}", bytes.len()),
            Fact::ResponseBody(bytes) => format!("  answer body {}", bytes.len()),
            Fact::RequestEnd => "  request whole".to_owned(),
            Fact::RequestCut => "  request cut".to_owned(),
            Fact::ResponseEnd => "  answer whole".to_owned(),
            Fact::Interim(head) => format!("  interim {}", head.status()),
            Fact::Response(head) => format!("  answer {}", head.status()),
            Fact::RequestTrailers(_) | Fact::ResponseTrailers(_) => "  trailers".to_owned(),
            Fact::Edit(edit) => format!("  edit {}", edit.what),
            Fact::Note(name, _) => format!("  note {name}"),
        },
    }
}

fn keeps(keep: bool) -> &'static str {
    if keep { "stays" } else { "goes" }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

const GET: &str = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
const POST: &str = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\n";

#[test]
fn a_call_and_its_answer() {
    let played = Talk::new(POST).play(&[
        Client("bo"),
        Client("dyGET /next"),
        Server("HTTP/1.1 200 OK\r\nContent-Le"),
        Server("ngth: 2\r\n\r\nhi"),
    ]);
    insta::assert_snapshot!(played, @r#"
    to server "bo"
      request body 2
    to server "dy"
      request body 2
      request whole
    to client "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"
      answer 200
    to client "hi"
      answer body 2
      answer whole
    complete, client stays
    left: "GET /next" ""
    "#);
}

#[test]
fn continue_comes_before_the_body_and_is_no_answer() {
    let played = Talk::new(POST).play(&[
        Server("HTTP/1.1 100 Continue\r\n\r\n"),
        Client("body"),
        Server("HTTP/1.1 204 None\r\n\r\n"),
    ]);
    insta::assert_snapshot!(played, @r#"
    to client "HTTP/1.1 100 Continue\r\n\r\n"
      interim 100
    to server "body"
      request body 4
      request whole
    to client "HTTP/1.1 204 None\r\n\r\n"
      answer 204
      answer whole
    complete, client stays
    "#);
}

#[test]
fn an_answer_that_comes_early_waits_for_the_rest_of_the_request() {
    let played =
        Talk::new(POST).play(&[Client("bo"), Server("HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n"), Client("dy")]);
    insta::assert_snapshot!(played, @r#"
    to server "bo"
      request body 2
    to client "HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n"
      answer 401
      answer whole
      note early answer
    to server "dy"
      request body 2
      request whole
    complete, client stays
    "#);
    let played =
        Talk::new(POST).play(&[Client("bo"), Server("HTTP/1.1 413 No\r\nContent-Length: 0\r\n\r\n"), ServerEnds]);
    insta::assert_snapshot!(played, @r#"
    to server "bo"
      request body 2
    to client "HTTP/1.1 413 No\r\nContent-Length: 0\r\n\r\n"
      answer 413
      answer whole
      note early answer
      request cut
    complete, client goes
    "#);
}

#[test]
fn ends_and_breaks_of_the_server() {
    insta::assert_snapshot!(Talk::new(GET).play(&[ServerEnds]), @r#"
      request whole
    failed at wait: the server closed the connection without an answer, told 502
    "#);
    insta::assert_snapshot!(Talk::new(GET).play(&[Server("HTTP/1.1 2"), ServerEnds]), @r#"
      request whole
      answer 0
    failed at response-head: the server closed the connection inside the head of its answer, told 502
    left: "" "HTTP/1.1 2"
    "#);
    insta::assert_snapshot!(Talk::new(POST).play(&[Client("bo"), ServerBreaks]), @r#"
    to server "bo"
      request body 2
    failed at send: the server's connection broke: reset, told 502
    "#);
    insta::assert_snapshot!(Talk::new(GET).play(&[Server("HTTP/1.1 200 OK\r\n\r\nhi"), ServerEnds]), @r#"
      request whole
    to client "HTTP/1.1 200 OK\r\n\r\n"
      answer 200
    to client "hi"
      answer body 2
      answer whole
    complete, client goes
    "#);
    insta::assert_snapshot!(Talk::new(GET).play(&[Server("HTTP/1.1 200 OK\r\n\r\nhi"), ServerBreaks]), @r#"
      request whole
    to client "HTTP/1.1 200 OK\r\n\r\n"
      answer 200
    to client "hi"
      answer body 2
    failed at response-body: the server's connection broke: reset
    "#);
    insta::assert_snapshot!(Talk::new(GET).play(&[Server("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nhi"), ServerEnds]), @r#"
      request whole
    to client "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n"
      answer 200
    to client "hi"
      answer body 2
    failed at response-body: the server closed the connection with 1 byte of the answer missing
    "#);
}

#[test]
fn ends_and_breaks_of_the_client() {
    insta::assert_snapshot!(Talk::new(POST).play(&[Client("bo"), ClientEnds]), @r#"
    to server "bo"
      request body 2
    aborted at request-body: the client closed its connection inside the request body
    "#);
    insta::assert_snapshot!(Talk::new(GET).play(&[ClientBreaks]), @r#"
      request whole
    aborted at wait: the client's connection broke: reset
    "#);
    let answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
    insta::assert_snapshot!(Talk::new(GET).play(&[ClientEnds, Server(answer)]), @r#"
      request whole
    to client "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"
      answer 200
    to client "hi"
      answer body 2
      answer whole
    complete, client goes
    "#);
    insta::assert_snapshot!(Talk::new(GET).play(&[ClientEnds, Server(answer), ClientBreaks]), @r#"
      request whole
    to client "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"
      answer 200
    to client "hi"
      answer body 2
      answer whole
    aborted at wait: the client closed its connection before the answer came
    "#);
}

#[test]
fn each_wait_has_its_own_words() {
    insta::assert_snapshot!(Talk::new(POST).play(&[Client("bo"), Late]), @r#"
    to server "bo"
      request body 2
    failed at request-body: the client sent nothing of the request body for 5 s, told 408
    "#);
    insta::assert_snapshot!(Talk::new(GET).play(&[Late]), @r#"
      request whole
    failed at wait: no answer within 5 s, told 504
    "#);
    insta::assert_snapshot!(Talk::new(GET).play(&[Server("HTTP/1.1 200 OK\r\n\r\nhi"), Late]), @r#"
      request whole
    to client "HTTP/1.1 200 OK\r\n\r\n"
      answer 200
    to client "hi"
      answer body 2
    failed at response-body: the server sent nothing more of its answer for 5 s
    "#);
}

#[test]
fn behind_a_switch_both_sides_end_on_their_own() {
    let upgrade = "GET / HTTP/1.1\r\nHost: h\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n";
    let played = Talk::new(upgrade).play(&[
        Client("early"),
        Server("HTTP/1.1 101 Go\r\nUpgrade: x\r\n\r\n\u{1}"),
        Client("\u{2}"),
        ServerEnds,
        Client("more"),
        ClientEnds,
    ]);
    insta::assert_snapshot!(played, @r#"
      request whole
    to client "HTTP/1.1 101 Go\r\nUpgrade: x\r\n\r\n"
      answer 101
      answer whole
    to client "\u{1}"
    to server "early\u{2}"
    end to client
    to server "more"
    end to server
    complete, client goes
    "#);
}

#[test]
fn bytes_behind_an_answer_end_the_connection() {
    let played =
        Talk::new(GET).play(&[Server("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 Smuggled\r\n\r\n")]);
    insta::assert_snapshot!(played, @r#"
      request whole
    to client "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
      answer 200
      answer whole
      note unasked
    complete, client goes
    left: "" "HTTP/1.1 200 Smuggled\r\n\r\n"
    "#);
}

const ASKS: &str = "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n";
const REFUSED: &str = "HTTP/1.1 417 No\r\nContent-Length: 0\r\n\r\n";

#[test]
fn a_client_that_is_refused_before_its_body_may_send_it_or_the_next_request() {
    let body = Talk::new(ASKS).play(&[Server(REFUSED), Client("body")]);
    insta::assert_snapshot!(body, @r#"
    to client "HTTP/1.1 417 No\r\nContent-Length: 0\r\n\r\n"
      answer 417
      answer whole
      note early answer
    to server "body"
      request body 4
      request whole
    complete, client stays
    "#);
    let next = Talk::new(ASKS).play(&[Server(REFUSED), Client("GET /n HT"), Client("TP/1.1\r\nHost: h\r\n\r\n")]);
    insta::assert_snapshot!(next, @r#"
    to client "HTTP/1.1 417 No\r\nContent-Length: 0\r\n\r\n"
      answer 417
      answer whole
      note early answer
      note body not sent
    complete, client stays, server goes
    left: "GET /n HTTP/1.1\r\nHost: h\r\n\r\n" ""
    "#);
    let ends = Talk::new(ASKS).play(&[Server(REFUSED), ClientEnds]);
    assert!(ends.ends_with("note body not sent\ncomplete, client goes"), "{ends}");
    let silent = Talk::new(ASKS).play(&[Server(REFUSED), Silent]);
    assert!(silent.ends_with("note body not sent\ncomplete, client goes"), "{silent}");
}

#[test]
fn a_client_that_owes_its_body_is_taken_by_its_word() {
    // It was told to go on, or that it was well, or had not asked: what looks like a request is the body.
    let go_on = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 417 No\r\nContent-Length: 0\r\n\r\n";
    let well = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    for (request, answer) in [(ASKS, go_on), (ASKS, well), (POST, REFUSED)] {
        let played = Talk::new(request).play(&[Server(answer), Client("GET /n HTTP/1.1\r\nHost: h\r\n\r\n")]);
        assert!(played.contains("to server \"GET \""), "{played}");
    }
    // It had begun to send it.
    let begun = Talk::new(ASKS).play(&[Client("G"), Server(REFUSED), Client("ET / HTTP/1.1\r\n\r\n")]);
    assert!(begun.contains("to server \"ET \""), "{begun}");
}

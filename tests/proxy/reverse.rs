//! Reverse mode: for clients that know no proxy, with the addresses that servers give away leading back to us.

use std::io::Write;
use std::net::SocketAddr;

use mwscope::model::{Outcome, Stage};
use mwscope::proxy::core::{Endpoint, Scheme};
use mwscope::proxy::{Reverse, parse_reverse};

use crate::proxy::lab::{Client, Lab, Server, body, failure};

fn lab(server: &Server) -> Lab {
    let reverse = Reverse::parse(&format!("127.0.0.1:0=http://{}", server.address)).unwrap();
    Lab::with(|c| {
        c.listen.clear();
        c.reverse = vec![reverse];
    })
}

/// A server that answers any request with what `answer` makes of its own address, and gives back what it was asked.
fn answering(answer: impl Fn(SocketAddr) -> String + Send + Sync + 'static) -> Server {
    Server::new(move |mut client| {
        let head = client.head();
        client.send(answer(client.stream.local_addr().unwrap()));
        head
    })
}

#[test]
fn host_becomes_the_servers_and_nothing_else_changes() {
    let server = answering(|_| "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi".to_owned());
    let lab = lab(&server);
    let got =
        lab.talk(format!("GET /mws/Facility?a=b HTTP/1.1\r\nx-A:1\r\nHost: {}\r\nProxy-X: y\r\n\r\n", lab.address));
    assert_eq!(got, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi");
    let expected = format!("GET /mws/Facility?a=b HTTP/1.1\r\nx-A:1\r\nHost: {}\r\nProxy-X: y\r\n\r\n", server.address);
    assert_eq!(server.saw(), expected);
    let x = lab.exchange();
    assert_eq!(x.url, format!("http://{}/mws/Facility?a=b", server.address));
    let edits: Vec<_> = x.edits.iter().map(|e| e.what.as_str()).collect();
    assert_eq!(edits, ["Host: the upstream's"]);
}

#[test]
fn redirects_and_cookies_lead_back_to_us() {
    let server = answering(|us| {
        format!(
            "HTTP/1.1 302 Found\r\nLocation: http://{us}/login?x\r\nSet-Cookie: s=1; Domain=example.com; Path=/\r\n\
             Content-Length: 0\r\nConnection: close\r\n\r\n"
        )
    });
    let lab = lab(&server);
    let got = lab.talk(format!("GET / HTTP/1.1\r\nHost: {}\r\n\r\n", lab.address));
    let expected = format!(
        "HTTP/1.1 302 Found\r\nLocation: http://{}/login?x\r\nSet-Cookie: s=1; Path=/\r\nContent-Length: 0\r\n\
         Connection: close\r\n\r\n",
        lab.address
    );
    assert_eq!(got, expected);
    let edits = lab.exchange().edits;
    assert_eq!(edits.len(), 3);
    let cookie = ("cookie: Domain removed", Some("s; Domain=example.com; Path=/"), Some("s; Path=/"));
    assert!(edits.iter().any(|e| (e.what.as_str(), e.before.as_deref(), e.after.as_deref()) == cookie), "{edits:?}");
}

fn description(us: SocketAddr) -> String {
    format!(
        "<wsdl:definitions><xsd:import schemaLocation=\"http://{us}/mws/Facility?xsd=1\"/><wsdl:port>\
         <soap:address location='http://localhost:{}/mws/Facility'/></wsdl:port></wsdl:definitions>",
        us.port()
    )
}

fn led_back(us: SocketAddr) -> String {
    format!(
        "<wsdl:definitions><xsd:import schemaLocation=\"http://{us}/mws/Facility?xsd=1\"/><wsdl:port>\
         <soap:address location='http://{us}/mws/Facility'/></wsdl:port></wsdl:definitions>"
    )
}

#[test]
fn a_description_is_rewritten_however_it_is_framed() {
    for chunked in [true, false] {
        let server = answering(move |us| {
            let text = description(us);
            let head = "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n";
            match chunked {
                true => format!("{head}Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{text}\r\n0\r\n\r\n", text.len()),
                false => format!("{head}Content-Length: {}\r\n\r\n{text}", text.len()),
            }
        });
        let lab = lab(&server);
        let mut client = lab.client();
        let host = lab.address;
        client.send(format!("GET /mws/Facility?wsdl HTTP/1.1\r\nHost: {host}\r\nAccept-Encoding: gzip\r\n\r\n"));
        let head = client.head();
        let expected = led_back(lab.address);
        assert!(head.contains(&format!("Content-Length: {}\r\n", expected.len())), "{head}");
        assert!(!head.contains("Transfer-Encoding"), "{head}");
        assert_eq!(client.exactly(expected.len()), expected);
        assert!(!server.saw().contains("Accept-Encoding"), "a coded description can't be rewritten");
        let x = lab.exchange();
        assert_eq!(x.outcome, Outcome::Complete);
        assert_eq!(body(&x.response.unwrap().body), description(server.address), "what the server sent is recorded");
        assert_eq!(x.edits.iter().filter(|e| e.what == "address in the service description").count(), 2);
    }
}

#[test]
fn links_to_descriptions_in_a_list_of_services_lead_back_to_us() {
    let list = |host: SocketAddr, of: SocketAddr| {
        format!(
            "<html><body><h2>And now... Some Services</h2><ul><li>Facility <a href=\"http://{host}/mws/services/Facility?wsdl\">\
             <i>(wsdl)</i></a><li>Other <A HREF='http://other.example/x?wsdl'>(wsdl)</A></ul>\
             <a href=\"http://{of}/mws/servlet/AdminServlet\">admin</a></body></html>"
        )
    };
    for (path, rewritten) in [("/mws/services", true), ("/mws/services/", true), ("/mws/services/page", false)] {
        let server = answering(move |us| {
            let page = list(us, us);
            format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\n\r\n{page}", page.len())
        });
        let lab = lab(&server);
        let mut client = lab.client();
        client.send(format!("GET {path} HTTP/1.1\r\nHost: {}\r\nAccept-Encoding: gzip\r\n\r\n", lab.address));
        let expected = list(if rewritten { lab.address } else { server.address }, server.address);
        assert!(client.head().contains(&format!("Content-Length: {}\r\n", expected.len())));
        assert_eq!(client.exactly(expected.len()), expected);
        assert_eq!(server.saw().contains("Accept-Encoding"), !rewritten);
        let x = lab.exchange();
        assert_eq!(body(&x.response.as_ref().unwrap().body), list(server.address, server.address));
        assert_eq!(
            x.edits.iter().filter(|e| e.what == "address in the service description").count(),
            usize::from(rewritten)
        );
        let past = x.note("leads past the proxy").unwrap_or_default();
        assert_eq!(past.contains("other.example"), rewritten, "{:?}", x.notes);
    }
}

#[test]
fn a_description_that_comes_coded_unasked_is_rewritten_as_well() {
    let server = Server::new(move |mut client| {
        let head = client.head();
        let mut coded = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        coded.write_all(description(client.stream.local_addr().unwrap()).as_bytes()).unwrap();
        let coded = coded.finish().unwrap();
        client.send("HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Encoding: gzip\r\n");
        client.send(format!("Transfer-Encoding: chunked\r\n\r\n{:x}\r\n", coded.len()));
        client.send([&coded[..], b"\r\n0\r\n\r\n"].concat());
        head
    });
    let lab = lab(&server);
    let mut client = lab.client();
    client.send(format!("GET /mws/Facility?wsdl HTTP/1.1\r\nHost: {}\r\n\r\n", lab.address));
    let (head, expected) = (client.head(), led_back(lab.address));
    assert!(head.contains(&format!("Content-Length: {}\r\n", expected.len())), "{head}");
    assert!(!head.contains("Content-Encoding"), "{head}");
    assert_eq!(client.exactly(expected.len()), expected);
    assert!(lab.exchange().edits.iter().any(|e| e.what == "Content-Encoding removed"));
}

#[test]
fn a_description_is_known_by_its_content_and_all_its_addresses_are_rewritten() {
    // As {us} stands in the answer, and at the end in what the client gets of it.
    const WSDL: &str = "<w:definitions xmlns:w='http://schemas.xmlsoap.org/wsdl/' targetNamespace='http://{US}/ns'>\
        <!-- http://{US}/left --><w:port><a:EndpointReference><a:Address> http://{us}/F </a:Address></a:EndpointReference>\
        <p:PolicyReference URI='http://{us}/p'/><s:address location='http&#58;//{us}/F?a&amp;b'/><s:address \
        location='http://u:p@{us}/F'/></w:port></w:definitions>";
    let envelope = |body: &str| format!("<s:Envelope><s:Body>{body}</s:Body></s:Envelope>");
    let mex = envelope(&format!("<Metadata xmlns='http://schemas.xmlsoap.org/ws/2004/09/mex'>{WSDL}</Metadata>"));
    let plain = envelope("<r><a:EndpointReference><a:Address>http://{US}/F</a:Address></a:EndpointReference></r>");
    for (target, kind, document, edits) in [
        ("/services/17", "text/xml", WSDL.to_owned(), 4),
        ("/F?wsdl", "application/octet-stream", WSDL.to_owned(), 4),
        ("/mex", "application/soap+xml", mex, 4),
        (
            "/F?disco",
            "text/xml",
            "<discovery xmlns='http://schemas.xmlsoap.org/disco/'><contractRef ref='http://{us}/F'/>".into(),
            1,
        ),
        (
            "/application.wadl",
            "application/vnd.sun.wadl+xml",
            "<application xmlns='http://wadl.dev'><resources base='http://{us}/'/>".into(),
            1,
        ),
        ("/F", "text/xml", plain, 0),
    ] {
        let with = |us: &str, here: &str, document: &str| {
            document.replace("{us}", here).replace("{US}", us).replace("&#58;", if us == here { "&#58;" } else { ":" })
        };
        let answer = document.clone();
        let server = answering(move |us| {
            let text = with(&us.to_string(), &us.to_string(), &answer);
            format!(
                "HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nETag: \"1\"\r\nDigest: sha-256=x\r\nContent-Length: {}\r\n\
                 Connection: close\r\n\r\n{text}",
                text.len()
            )
        });
        let lab = lab(&server);
        let got = lab.talk(format!("GET {target} HTTP/1.1\r\nHost: {}\r\n\r\n", lab.address));
        let (head, text) = got.split_once("\r\n\r\n").unwrap();
        let expected = match edits {
            0 => with(&server.address.to_string(), &server.address.to_string(), &document),
            _ => with(&server.address.to_string(), &lab.address.to_string(), &document),
        };
        assert_eq!(text, expected, "{target}");
        assert!(head.contains(&format!("Content-Length: {}", expected.len())), "{head}");
        assert_eq!(head.contains("ETag") && head.contains("Digest"), edits == 0, "{head}");
        let x = lab.exchange();
        assert_eq!(
            x.edits.iter().filter(|e| e.what == "address in the service description").count(),
            edits,
            "{target}"
        );
        let left = x.notes.iter().filter(|(_, text)| text.contains("/left of this server: left as it came")).count();
        assert_eq!(left, usize::from(edits == 4), "{:?}", x.notes);
    }
}

#[test]
fn an_answer_that_is_no_description_streams() {
    let server = Server::new(|mut client| {
        client.head();
        client.send(
            "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nTransfer-Encoding: chunked\r\n\r\n6\r\n<items\r\n2\r\n> \r\n",
        );
        client.head();
        String::new()
    });
    let lab = lab(&server);
    let mut client = lab.client();
    client.send(format!("GET /items HTTP/1.1\r\nHost: {}\r\n\r\n", lab.address));
    client.until("6\r\n<items\r\n2\r\n> \r\n");
}

#[test]
fn rewriting_can_be_switched_off() {
    let server = answering(|us| {
        let text = description(us);
        format!("HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: {}\r\n\r\n{text}", text.len())
    });
    let reverse = Reverse::parse(&format!("127.0.0.1:0=http://{}", server.address)).unwrap();
    let lab = Lab::with(|c| {
        c.listen.clear();
        c.reverse = vec![reverse];
        c.rewrite = false;
    });
    let got =
        lab.talk(format!("GET /mws/Facility?wsdl HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", lab.address));
    assert!(got.ends_with(&description(server.address)));
}

#[test]
fn several_servers_and_tls_in_front_of_a_plain_one() {
    let (one, other) = (Server::answering("HTTP/1.1 200 One\r\n\r\n"), Server::answering("HTTP/1.1 200 Other\r\n\r\n"));
    let reverse = [&one, &other].map(|s| Reverse::parse(&format!("127.0.0.1:0=http://{}", s.address)).unwrap());
    let lab = Lab::with(|c| c.reverse = reverse.to_vec());
    let listening = lab.running.as_ref().unwrap().listening.clone();
    assert_eq!(listening.len(), 3);
    let mut client = Client::to(listening[1].address);
    client.send("GET / HTTP/1.0\r\n\r\n");
    assert_eq!(client.rest(), "HTTP/1.1 200 One\r\n\r\n");
    let mut client = Client::to(listening[2].address).secured("127.0.0.1", lab.authority.certificate()).unwrap();
    client.send("GET / HTTP/1.0\r\n\r\n");
    assert_eq!(client.rest(), "HTTP/1.1 200 Other\r\n\r\n");
}

#[test]
fn the_forward_proxys_own_address_may_stand_for_a_server() {
    let server = Server::answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi");
    let to = parse_reverse(&format!("http://{}", server.address)).unwrap().1;
    let lab = Lab::with(|c| c.stand_in = Some(to));
    assert!(lab.talk(format!("GET /mws HTTP/1.1\r\nHost: {}\r\n\r\n", lab.address)).ends_with("hi"));
    assert_eq!(lab.exchange().url, format!("http://{}/mws", server.address));
    let host = server.address;
    assert!(lab.talk(format!("GET http://{host}/a HTTP/1.1\r\nHost: {host}\r\n\r\n")).ends_with("hi"));
    assert_eq!(lab.exchange().url, format!("http://{host}/a"));
}

#[test]
fn a_server_that_closes_while_nothing_is_asked_closes_the_clients_connection() {
    let server = answering(|_| "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi".to_owned());
    let lab = lab(&server);
    let mut client = lab.client();
    client.send(format!("GET / HTTP/1.1\r\nHost: {}\r\n\r\n", lab.address));
    client.until("hi");
    assert_eq!(client.rest(), "", "as it would without us");
    assert_eq!(lab.exchange().outcome, Outcome::Complete);
    lab.nothing_more();
}

#[test]
fn tls_and_basic_stand_in_front_of_a_server_that_has_neither() {
    let server = Server::answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi");
    let to = Endpoint { scheme: Scheme::Http, host: "127.0.0.1".into(), port: server.address.port() };
    let lab = Lab::with(|c| {
        c.reverse = vec![Reverse { listen: ([127, 0, 0, 1], 0).into(), to }];
        c.reverse_credentials = Some("mec:pass".to_owned());
    });
    let here = lab.running.as_ref().unwrap().listening[1].address;
    let ask = |said: &str| {
        let mut client = Client::to(here).secured("127.0.0.1", lab.authority.certificate()).unwrap();
        client.send(format!("POST /sync HTTP/1.1\r\nHost: {here}\r\n{said}Content-Length: 1\r\n\r\nx"));
        client.rest()
    };
    for said in ["", "Authorization: Basic bm86bm8=\r\n"] {
        let got = ask(said);
        assert!(got.starts_with("HTTP/1.1 401 Unauthorized\r\n"), "{got}");
        assert!(got.contains("\r\nWWW-Authenticate: Basic realm=\"mwscope\"\r\n"), "{got}");
        let (stage, cause) = failure(&lab.exchange());
        assert!(stage == Stage::ProxyAuth && cause.contains("--reverse-auth"), "{cause}");
    }
    assert!(!server.was_asked());
    assert!(ask("Authorization: Basic bWVjOnBhc3M=\r\n").ends_with("hi"));
    let seen = server.saw();
    assert!(seen.starts_with("POST /sync HTTP/1.1\r\nHost: 127.0.0.1:") && !seen.contains("Basic"), "{seen}");
    let x = lab.exchange();
    assert!(x.edits.iter().any(|e| e.what == "Authorization removed" && e.before.is_none()), "{:?}", x.edits);
}

#[test]
fn each_address_of_a_description_leads_to_the_listener_of_its_own_server_and_to_no_other() {
    let other = Server::answering("HTTP/1.1 200 Other\r\n\r\n");
    let theirs = other.address;
    let at = [format!("http://{theirs}"), "http://example.com".to_owned(), "https://m3.example.com:21007".to_owned()];
    let text: String = at.iter().map(|at| format!("<soap:address location=\"{at}/svc\"/>")).collect();
    let server = answering(move |us| {
        let body = format!("<d><soap:address location=\"http://{us}/svc\"/>{text}</d>");
        let moved = format!("Location: http://{theirs}/x\r\n");
        format!("HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n{moved}Content-Length: {}\r\n\r\n{body}", body.len())
    });
    let reverse = [&server, &other].map(|s| Reverse::parse(&format!("127.0.0.1:0=http://{}", s.address)).unwrap());
    let lab = Lab::with(|c| {
        c.listen.clear();
        c.reverse = reverse.to_vec();
    });
    let listening = lab.running.as_ref().unwrap().listening.clone();
    let (here, beside) = (listening[0].address, listening[1].address);
    let mut client = Client::to(here);
    client.send(format!("GET /svc?wsdl HTTP/1.1\r\nHost: {here}\r\nConnection: close\r\n\r\n"));
    let got = client.rest();
    for led in [
        format!("Location: http://{beside}/x\r\n"),
        format!("location=\"http://{here}/svc\""),
        format!("location=\"http://{beside}/svc\""),
        format!("location=\"{}/svc\"", at[1]),
        format!("location=\"{}/svc\"", at[2]),
    ] {
        assert!(got.contains(&led), "{led} in {got}");
    }
    let x = lab.exchange();
    let said: Vec<_> = x.notes.iter().filter(|(name, _)| name == "leads past the proxy").collect();
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said[0].1.contains("add --reverse PORT=http://example.com for it"), "{said:?}");
}

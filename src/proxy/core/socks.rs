//! SOCKS as servers speak it: versions 4, 4a and 5 (RFC 1928, RFC 1929), of which CONNECT is served. Bytes of the client go
//! in, what is said to it and where it wants to be connected come out.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, Ipv6Addr};

use mwscope_parsers::http::HostPort;

use super::{Endpoint, Scheme, Trouble, same_secret};
use crate::model::Stage;

/// The longest user, password or name; version 5 can't say longer ones.
const LONGEST: usize = 255;

/// What a client asks by SOCKS, as far as it has come.
#[derive(Debug)]
pub struct Socks {
    version: u8,
    stage: At,
    /// `user:password` that it must give.
    wanted: Option<String>,
    user: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    Greeting,
    Credentials,
    Request,
}

/// What came of the next bytes.
#[derive(Debug, PartialEq, Eq)]
pub enum Step {
    /// More bytes are needed.
    More,
    /// So many bytes are taken, and this is said.
    Say(usize, Vec<u8>),
    /// So many bytes are taken, and the client wants to be connected there; the scheme is a guess.
    Connect(usize, Endpoint),
    /// This is said, and the connection is closed.
    Refuse(Vec<u8>, Trouble),
}

impl Socks {
    /// A client that begins with that version; `wanted` are the credentials that it must give.
    #[must_use]
    pub fn new(version: u8, wanted: Option<&str>) -> Self {
        let stage = if version == 5 { At::Greeting } else { At::Request };
        Self { version, stage, wanted: wanted.map(str::to_owned), user: None }
    }

    /// `SOCKS5` or `SOCKS4`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        if self.version == 5 { "SOCKS5" } else { "SOCKS4" }
    }

    /// The user that the client named.
    #[must_use]
    pub fn user(&self) -> Option<&str> {
        self.user.as_deref().filter(|user| !user.is_empty())
    }

    /// Looks at the bytes that came and were not taken.
    pub fn step(&mut self, input: &[u8]) -> Step {
        match (self.version, self.stage) {
            (5, At::Greeting) => self.greeting(input),
            (5, At::Credentials) => self.credentials(input),
            (5, At::Request) => self.request(input),
            _ => self.request_of_4(input),
        }
    }

    /// What is said to a client that is connected.
    #[must_use]
    pub fn connected(&self) -> Vec<u8> {
        self.reply(Reply::Connected)
    }

    /// What is said to a client that can't be connected, because of this.
    #[must_use]
    pub fn failed(&self, trouble: &Trouble) -> Vec<u8> {
        self.reply(Reply::of(trouble))
    }

    fn greeting(&mut self, input: &[u8]) -> Step {
        let Some([5, count]) = input.get(..2) else { return more_or(input, 5) };
        let Some(methods) = input.get(2..2 + usize::from(*count)) else { return Step::More };
        let used = 2 + methods.len();
        let (nothing, password) = (methods.contains(&0), methods.contains(&2));
        // Who is asked for nothing may say a password all the same.
        let method = match (&self.wanted, nothing, password) {
            (None, true, _) => 0,
            (_, _, true) => 2,
            (Some(_), ..) => {
                let text = "the client gave no credentials for the proxy; give it those that mwscope was started with \
                            (--proxy-auth), as user and password of SOCKS 5";
                return Step::Refuse(vec![5, 0xff], Trouble::new(Stage::ProxyAuth, text));
            }
            (None, ..) => {
                let text = "the client offers no way to sign on by SOCKS 5 that is understood here; have it offer none, or \
                            user and password";
                return Step::Refuse(vec![5, 0xff], Trouble::new(Stage::ProxyAuth, text));
            }
        };
        self.stage = if method == 2 { At::Credentials } else { At::Request };
        Step::Say(used, vec![5, method])
    }

    /// RFC 1929.
    fn credentials(&mut self, input: &[u8]) -> Step {
        let Some([version, len]) = input.get(..2) else { return Step::More };
        if *version != 1 {
            let text = "the client's credentials for SOCKS 5 can't be read";
            return Step::Refuse(vec![1, 1], Trouble::new(Stage::ProxyAuth, text));
        }
        let behind_user = 2 + usize::from(*len);
        let (Some(user), Some(len)) = (input.get(2..behind_user), input.get(behind_user)) else { return Step::More };
        let end = behind_user + 1 + usize::from(*len);
        let Some(password) = input.get(behind_user + 1..end) else { return Step::More };
        self.user = Some(String::from_utf8_lossy(user).into_owned());
        let said = [user, b":", password].concat();
        if self.wanted.as_ref().is_some_and(|wanted| !same_secret(wanted.as_bytes(), &said)) {
            let text = "the client's credentials for the proxy are wrong; give it those that mwscope was started with \
                        (--proxy-auth)";
            return Step::Refuse(vec![1, 1], Trouble::new(Stage::ProxyAuth, text));
        }
        self.stage = At::Request;
        Step::Say(end, vec![1, 0])
    }

    fn request(&self, input: &[u8]) -> Step {
        let Some([version, command, _, kind]) = input.get(..4) else { return more_or(input, 5) };
        if *version != 5 {
            return self.refuse(Reply::Failed, unread());
        }
        let (host, end) = match kind {
            1 => match input.get(4..8).and_then(|bytes| <[u8; 4]>::try_from(bytes).ok()) {
                Some(bytes) => (Ipv4Addr::from(bytes).to_string(), 8),
                None => return Step::More,
            },
            4 => match input.get(4..20).and_then(|bytes| <[u8; 16]>::try_from(bytes).ok()) {
                Some(bytes) => (Ipv6Addr::from(bytes).to_string(), 20),
                None => return Step::More,
            },
            3 => {
                let Some(len) = input.get(4).map(|len| usize::from(*len)) else { return Step::More };
                match input.get(5..5 + len) {
                    Some(name) => (String::from_utf8_lossy(name).into_owned(), 5 + len),
                    None => return Step::More,
                }
            }
            _ => {
                return self.refuse(
                    Reply::NoSuchAddress,
                    format!("the client asked SOCKS 5 for an address of kind {kind}, which there isn't"),
                );
            }
        };
        let Some(port) = input.get(end..end + 2) else { return Step::More };
        match command {
            1 => self.connect(end + 2, host, u16::from_be_bytes([port[0], port[1]])),
            2 => self.refuse(Reply::NotServed, not_served("BIND")),
            3 => self.refuse(Reply::NotServed, not_served("UDP ASSOCIATE")),
            _ => self.refuse(Reply::NotServed, not_served(&format!("command {command}"))),
        }
    }

    /// Versions 4 and 4a: the user, and for 4a the name, end with a zero.
    fn request_of_4(&mut self, input: &[u8]) -> Step {
        let Some(&[version, command, high, low, a, b, c, d]) = input.get(..8) else { return more_or(input, 4) };
        if version != 4 {
            return self.refuse(Reply::Failed, unread());
        }
        let text = |from: usize| -> Result<(String, usize), bool> {
            let rest = input.get(from..).unwrap_or_default();
            match rest.iter().position(|byte| *byte == 0) {
                Some(len) if len <= LONGEST => Ok((String::from_utf8_lossy(&rest[..len]).into_owned(), from + len + 1)),
                Some(_) => Err(true),
                None => Err(rest.len() > LONGEST),
            }
        };
        let (user, mut end) = match text(8) {
            Ok(found) => found,
            Err(true) => return self.refuse(Reply::Failed, unread()),
            Err(false) => return Step::More,
        };
        let mut host = Ipv4Addr::new(a, b, c, d).to_string();
        if (a, b, c) == (0, 0, 0) && d != 0 {
            (host, end) = match text(end) {
                Ok(found) => found,
                Err(true) => return self.refuse(Reply::Failed, unread()),
                Err(false) => return Step::More,
            };
        }
        self.user = Some(user);
        if self.wanted.is_some() {
            let text = "the client must give credentials for the proxy (--proxy-auth), and SOCKS 4 has no password; have it \
                        use SOCKS 5";
            return Step::Refuse(self.reply(Reply::NotAllowed), Trouble::new(Stage::ProxyAuth, text));
        }
        match command {
            1 => self.connect(end, host, u16::from_be_bytes([high, low])),
            2 => self.refuse(Reply::NotServed, not_served("BIND")),
            _ => self.refuse(Reply::NotServed, not_served(&format!("command {command}"))),
        }
    }

    fn connect(&self, used: usize, host: String, port: u16) -> Step {
        let written = if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") };
        let read = HostPort::of(written.as_bytes()).filter(|read| read.host == host && read.port == Some(port));
        if read.is_none() || port == 0 {
            return self.refuse(
                Reply::Failed,
                format!("the client wants to be connected with {written:?}, which is no host with a port"),
            );
        }
        Step::Connect(used, Endpoint { scheme: Scheme::Https, host, port })
    }

    fn refuse(&self, reply: Reply, cause: String) -> Step {
        Step::Refuse(self.reply(reply), Trouble::new(Stage::RequestHead, cause))
    }

    fn reply(&self, reply: Reply) -> Vec<u8> {
        match self.version {
            // The address from which we connected is of no use to the client.
            5 => vec![5, reply as u8, 0, 1, 0, 0, 0, 0, 0, 0],
            _ => vec![0, if reply == Reply::Connected { 0x5a } else { 0x5b }, 0, 0, 0, 0, 0, 0],
        }
    }
}

/// The replies of RFC 1928, 6.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reply {
    Connected = 0,
    Failed = 1,
    NotAllowed = 2,
    NetworkUnreachable = 3,
    HostUnreachable = 4,
    Refused = 5,
    Late = 6,
    NotServed = 7,
    NoSuchAddress = 8,
}

impl Reply {
    fn of(trouble: &Trouble) -> Self {
        match (trouble.stage, trouble.kind) {
            (Stage::Resolve, _) | (_, Some(ErrorKind::HostUnreachable)) => Self::HostUnreachable,
            (_, Some(ErrorKind::ConnectionRefused)) => Self::Refused,
            (_, Some(ErrorKind::NetworkUnreachable)) => Self::NetworkUnreachable,
            (_, Some(ErrorKind::TimedOut)) => Self::Late,
            // It would go round for ever.
            _ if trouble.status == 508 => Self::NotAllowed,
            _ => Self::Failed,
        }
    }
}

/// Bytes that can still become a request of that version, or never will.
fn more_or(input: &[u8], version: u8) -> Step {
    if input.first().is_none_or(|first| *first == version) {
        return Step::More;
    }
    Step::Refuse(Vec::new(), Trouble::new(Stage::RequestHead, unread()))
}

fn unread() -> String {
    "the client's SOCKS request can't be read; it may speak another protocol".to_owned()
}

fn not_served(what: &str) -> String {
    format!("the client asked SOCKS for {what}, which is not served; only CONNECT is, for what runs over TCP")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hands the bytes in up to each split, and gives what was said and what came of it at the end.
    fn played(version: u8, wanted: Option<&str>, bytes: &[u8], split: usize) -> (Vec<u8>, Result<String, String>) {
        let mut socks = Socks::new(version, wanted);
        let (mut at, mut said) = (0, Vec::new());
        for shown in [split, bytes.len()] {
            loop {
                match socks.step(&bytes[at..shown]) {
                    Step::More => break,
                    Step::Say(used, reply) => {
                        at += used;
                        said.extend(reply);
                    }
                    Step::Connect(used, to) => {
                        assert_eq!(at + used, bytes.len(), "everything is taken");
                        return (said, Ok(to.host_port()));
                    }
                    Step::Refuse(reply, trouble) => {
                        said.extend(reply);
                        return (said, Err(trouble.cause));
                    }
                }
            }
        }
        (said, Err("more".to_owned()))
    }

    #[track_caller]
    fn connects(version: u8, wanted: Option<&str>, bytes: &[u8], said: &[u8], to: &str) {
        for split in 0..=bytes.len() {
            assert_eq!(played(version, wanted, bytes, split), (said.to_vec(), Ok(to.to_owned())), "{split}");
        }
    }

    #[track_caller]
    fn refuses(version: u8, wanted: Option<&str>, bytes: &[u8], said: &[u8], why: &str) {
        for split in 0..=bytes.len() {
            let (got, came) = played(version, wanted, bytes, split);
            assert_eq!(got, said, "{split}");
            assert!(came.as_ref().is_err_and(|cause| cause.contains(why)), "{came:?}");
        }
    }

    #[test]
    fn addresses_of_all_kinds_are_read_however_they_are_cut() {
        connects(5, None, b"\x05\x01\x00\x05\x01\x00\x01\x7f\x00\x00\x01\x1f\x90", b"\x05\x00", "127.0.0.1:8080");
        connects(5, None, b"\x05\x02\x00\x02\x05\x01\x00\x03\x06erp.m3\x01\xbb", b"\x05\x00", "erp.m3:443");
        let v6 = [b"\x05\x01\x00\x05\x01\x00\x04".as_slice(), &[0; 15], b"\x01\x01\xbb"].concat();
        connects(5, None, &v6, b"\x05\x00", "[::1]:443");
        connects(4, None, b"\x04\x01\x1f\x90\x7f\x00\x00\x01jdoe\x00", b"", "127.0.0.1:8080");
        connects(4, None, b"\x04\x01\x01\xbb\x00\x00\x00\x07\x00erp.m3\x00", b"", "erp.m3:443");
    }

    #[test]
    fn credentials_must_be_those_that_are_wanted() {
        let asked = b"\x05\x01\x00\x01\x7f\x00\x00\x01\x00\x50";
        let with = |password: &[u8]| {
            [b"\x05\x02\x00\x02\x01\x01u".as_slice(), &[password.len() as u8], password, asked].concat()
        };
        connects(5, Some("u:p:w"), &with(b"p:w"), b"\x05\x02\x01\x00", "127.0.0.1:80");
        refuses(5, Some("u:p:w"), &with(b"p:x"), b"\x05\x02\x01\x01", "are wrong");
        refuses(5, Some("u:p"), &[b"\x05\x01\x00".as_slice(), asked].concat(), b"\x05\xff", "gave no credentials");
        refuses(
            4,
            Some("u:p"),
            b"\x04\x01\x00\x50\x7f\x00\x00\x01u\x00",
            b"\x00\x5b\x00\x00\x00\x00\x00\x00",
            "no password",
        );
        // Where none are wanted, who has some may say them.
        connects(
            5,
            None,
            &[b"\x05\x01\x02\x01\x01u\x01p".as_slice(), asked].concat(),
            b"\x05\x02\x01\x00",
            "127.0.0.1:80",
        );
        refuses(5, None, b"\x05\x01\x01", b"\x05\xff", "no way to sign on");
        refuses(5, None, b"\x05\x00", b"\x05\xff", "no way to sign on");
    }

    #[test]
    fn what_is_not_served_is_answered_by_its_code() {
        let asked = |command: u8, kind: u8| {
            [b"\x05\x01\x00\x05".as_slice(), &[command, 0, kind], b"\x7f\x00\x00\x01\x00\x50"].concat()
        };
        let said = |code: u8| [b"\x05\x00\x05".as_slice(), &[code], b"\x00\x01\x00\x00\x00\x00\x00\x00"].concat();
        refuses(5, None, &asked(2, 1), &said(7), "BIND, which is not served");
        refuses(5, None, &asked(3, 1), &said(7), "UDP ASSOCIATE, which is not served");
        refuses(5, None, &asked(9, 1), &said(7), "command 9");
        refuses(5, None, &asked(1, 2), &said(8), "address of kind 2");
        let rejected = b"\x00\x5b\x00\x00\x00\x00\x00\x00";
        refuses(4, None, b"\x04\x02\x00\x50\x7f\x00\x00\x01\x00", rejected, "BIND");
        refuses(5, None, b"\x05\x01\x00\x05\x01\x00\x01\x7f\x00\x00\x01\x00\x00", &said(1), "no host with a port");
        refuses(5, None, b"\x05\x01\x00\x05\x01\x00\x03\x03a b\x00\x50", &said(1), "no host with a port");
        refuses(5, None, b"\x05\x01\x00\x05\x01\x00\x03\x00\x00\x50", &said(1), "no host with a port");
        refuses(
            4,
            None,
            &[b"\x04\x01\x00\x50\x7f\x00\x00\x01".as_slice(), &[b'x'; 300]].concat(),
            rejected,
            "can't be read",
        );
    }

    #[test]
    fn a_failure_to_connect_is_said_by_its_cause() {
        let code =
            |trouble: Trouble| (Socks::new(5, None).failed(&trouble)[1], Socks::new(4, None).failed(&trouble)[1]);
        let dial = |kind| code(Trouble::new(Stage::Dial, "").with_kind(kind));
        assert_eq!(dial(ErrorKind::ConnectionRefused), (5, 0x5b));
        assert_eq!(dial(ErrorKind::NetworkUnreachable).0, 3);
        assert_eq!(dial(ErrorKind::HostUnreachable).0, 4);
        assert_eq!(dial(ErrorKind::TimedOut).0, 6);
        assert_eq!(code(Trouble::new(Stage::Resolve, "")).0, 4);
        assert_eq!(code(Trouble::new(Stage::Dial, "").with_status(508)).0, 2);
        assert_eq!(code(Trouble::new(Stage::UpstreamProxy, "")).0, 1);
        assert_eq!(Socks::new(4, None).connected(), b"\x00\x5a\x00\x00\x00\x00\x00\x00");
    }
}

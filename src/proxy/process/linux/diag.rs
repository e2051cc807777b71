//! One socket's number asked of the kernel, by a message of `NETLINK_SOCK_DIAG` (sock_diag(7)): it takes as long for one
//! connection among thousands as for one alone. Where it may not be asked, or doesn't know, the tables are still there.

use std::net::{IpAddr, SocketAddr};
use std::os::fd::OwnedFd;
use std::time::Duration;

use rustix::net::sockopt::{Timeout, set_socket_timeout};
use rustix::net::{AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, netlink, recv, send, socket_with};

use super::super::Ends;

/// `SOCK_DIAG_BY_FAMILY`, the kind of question and of answer.
const BY_FAMILY: u16 = 20;
/// `NLM_F_REQUEST`
const REQUEST: u16 = 1;
const HEADER: usize = 16;
const QUESTION: usize = HEADER + 56;
/// Where the number stands in an answer: behind its header, state, the connection, and what waits.
const NUMBER: usize = HEADER + 4 + 48 + 16;

/// Where the two ports stand in a question and in an answer, and their bytes.
const ASKED: usize = HEADER + 8;
const ANSWERED: usize = HEADER + 4;
const PORTS: usize = 4;

/// A line to the kernel.
pub(super) struct Diag(OwnedFd);

impl Diag {
    pub(super) fn open() -> Option<Self> {
        let kind = (AddressFamily::NETLINK, SocketType::DGRAM);
        let line = socket_with(kind.0, kind.1, SocketFlags::CLOEXEC, Some(netlink::SOCK_DIAG)).ok()?;
        // The kernel answers at once; one that doesn't isn't waited for.
        set_socket_timeout(&line, Timeout::Recv, Some(Duration::from_millis(50))).ok()?;
        Some(Self(line))
    }

    /// The number of the client's socket of a connection, 0 for one that no process has any more.
    pub(super) fn number(&self, ends: &Ends) -> Option<u64> {
        let asked = question(ends);
        send(&self.0, &asked, SendFlags::empty()).ok()?;
        let mut answer = [0; 1024];
        let (len, _) = recv(&self.0, &mut answer[..], RecvFlags::empty()).ok()?;
        // One that came too late for the question before isn't taken for this one's.
        let same = answer[ANSWERED..][..PORTS] == asked[ASKED..][..PORTS];
        number_in(answer.get(..len)?).filter(|_| same)
    }
}

/// A header and a `struct inet_diag_req_v2`. Numbers are the machine's, but for ports and addresses.
fn question(ends: &Ends) -> [u8; QUESTION] {
    const AF_INET: u8 = 2;
    const AF_INET6: u8 = 10;
    const TCP: u8 = 6;
    let mut asked = [0; QUESTION];
    let mut at = 0;
    let mut put = |bytes: &[u8]| {
        asked[at..at + bytes.len()].copy_from_slice(bytes);
        at += bytes.len();
    };
    let len = u32::try_from(QUESTION).unwrap_or(u32::MAX);
    put(&len.to_ne_bytes());
    put(&BY_FAMILY.to_ne_bytes());
    put(&REQUEST.to_ne_bytes());
    put(&[0; 8]);
    put(&[if ends.client.is_ipv4() { AF_INET } else { AF_INET6 }, TCP, 0, 0]);
    // In whatever state.
    put(&u32::MAX.to_ne_bytes());
    put(&ends.client.port().to_be_bytes());
    put(&ends.ours.port().to_be_bytes());
    put(&address(&ends.client));
    put(&address(&ends.ours));
    put(&[0; 4]);
    // No cookie: whichever it is.
    put(&[0xFF; 8]);
    asked
}

fn address(of: &SocketAddr) -> [u8; 16] {
    let mut room = [0; 16];
    match of.ip() {
        IpAddr::V4(ip) => room[..4].copy_from_slice(&ip.octets()),
        IpAddr::V6(ip) => room = ip.octets(),
    }
    room
}

/// The number in an answer that is one.
fn number_in(answer: &[u8]) -> Option<u64> {
    let kind = answer.get(4..6)?.try_into().map(u16::from_ne_bytes).ok()?;
    let number = answer.get(NUMBER..NUMBER + 4)?.try_into().map(u32::from_ne_bytes).ok()?;
    (kind == BY_FAMILY).then(|| u64::from(number))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::{TcpListener, TcpStream};

    #[test]
    fn the_kernel_tells_what_stands_in_its_table() {
        for listen in ["127.0.0.1:0", "[::1]:0"] {
            let Ok(listener) = TcpListener::bind(listen) else { continue };
            let ours = listener.local_addr().expect("it has an address");
            let client = TcpStream::connect(ours).expect("it listens");
            let ends = Ends::new(client.local_addr().expect("it has an address"), ours);
            // A system that can't be asked has the table alone.
            let Some(told) = Diag::open().and_then(|diag| diag.number(&ends)) else { return };
            let table = std::fs::read_to_string(if ours.is_ipv4() { "/proc/net/tcp" } else { "/proc/net/tcp6" });
            let table = table.expect("it is there");
            let mut listed = table.lines().skip(1).filter_map(super::super::in_line);
            assert_eq!(listed.find(|(_, there)| *there == ends), Some((told, ends)));
            let nobody = Ends::new(ends.ours, ends.client);
            assert_ne!(Diag::open().and_then(|diag| diag.number(&nobody)), Some(told));
        }
    }

    #[test]
    fn what_is_no_answer_has_no_number() {
        assert_eq!(number_in(&[]), None);
        let mut answer = [0; NUMBER + 4];
        answer[NUMBER] = 7;
        assert_eq!(number_in(&answer), None, "an error");
        answer[4..6].copy_from_slice(&BY_FAMILY.to_ne_bytes());
        assert_eq!(number_in(&answer), Some(u64::from(u32::from_ne_bytes([7, 0, 0, 0]))));
        assert_eq!(number_in(&answer[..NUMBER + 3]), None);
    }
}

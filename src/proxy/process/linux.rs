//! Linux: the kernel tells the socket's number for a connection, where it is asked for one as where all are listed
//! (`/proc/net/tcp`), and `/proc/PID/fd` the process for a socket's number.

mod diag;

use std::collections::{HashMap, HashSet};
use std::fs;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use super::Ends;
use diag::Diag;

/// The processes that have the clients' ends. New processes are looked at first: who just connected often just started.
pub(super) fn owners(ends: &[Ends], recent: &[u32]) -> HashMap<Ends, u32> {
    let mut sockets = sockets(ends);
    let mut owners = HashMap::new();
    let own = std::process::id();
    let listed = fs::read_dir("/proc").into_iter().flatten().flatten();
    let mut ids: Vec<u32> = listed.filter_map(|item| item.file_name().to_str()?.parse().ok()).collect();
    // This process has many handles, and as a rule isn't its own client.
    ids.sort_unstable_by_key(|id| (*id == own, std::cmp::Reverse(*id)));
    for id in recent.iter().chain(ids.iter().filter(|id| !recent.contains(id))) {
        if sockets.is_empty() {
            break;
        }
        for handle in handles(*id) {
            let socket =
                fs::read_link(format!("/proc/{id}/fd/{handle}")).ok().and_then(|to| socket_number(to.to_str()?));
            if let Some(ends) = socket.and_then(|number| sockets.remove(&number)) {
                owners.insert(ends, *id);
                if sockets.is_empty() {
                    break;
                }
            }
        }
    }
    owners
}

/// The handles of a process, the highest first: of one that has thousands open, the new one is among the last as a rule.
fn handles(id: u32) -> Vec<u32> {
    let listed = fs::read_dir(format!("/proc/{id}/fd")).into_iter().flatten().flatten();
    let mut handles: Vec<u32> = listed.filter_map(|handle| handle.file_name().to_str()?.parse().ok()).collect();
    handles.sort_unstable_by_key(|handle| std::cmp::Reverse(*handle));
    handles
}

/// `socket:[4711]`
fn socket_number(link: &str) -> Option<u64> {
    link.strip_prefix("socket:[")?.strip_suffix(']')?.parse().ok()
}

/// The file name of the program, as far as that may be known, else what the process calls itself.
pub(super) fn name(id: u32) -> Option<String> {
    let program = fs::read_link(format!("/proc/{id}/exe")).ok();
    let file = program.as_deref().and_then(|path| path.file_name()).map(|name| name.to_string_lossy().into_owned());
    file.or_else(|| fs::read_to_string(format!("/proc/{id}/comm")).ok().map(|name| name.trim_end().to_owned()))
}

/// The number of the client's socket of each connection that there is. The tables are long where there are thousands of
/// connections, so that only those of which the kernel doesn't tell at once are looked for in them.
fn sockets(ends: &[Ends]) -> HashMap<u64, Ends> {
    let mut wanted: HashSet<&Ends> = ends.iter().collect();
    let mut found = HashMap::new();
    if let Some(diag) = Diag::open() {
        wanted.retain(|ends| match diag.number(ends) {
            Some(number) => {
                found.insert(number, **ends);
                false
            }
            None => true,
        });
    }
    if wanted.is_empty() {
        return found;
    }
    // A client may use a socket of the other family for an address of IPv4, as Java does.
    for table in ["/proc/net/tcp", "/proc/net/tcp6"] {
        if found.len() < ends.len() {
            let text = fs::read_to_string(table).unwrap_or_default();
            let here = text.lines().skip(1).filter_map(in_line);
            found.extend(here.filter(|(_, there)| wanted.contains(there)));
        }
    }
    found
}

/// Whether a process has the client's end. One that all have let go of stands in the table for a while, without a number.
pub(super) fn is_held(ends: &Ends) -> Option<bool> {
    if let Some(number) = Diag::open().and_then(|diag| diag.number(ends)) {
        return Some(number != 0);
    }
    ["/proc/net/tcp", "/proc/net/tcp6"].iter().find_map(|table| {
        let text = fs::read_to_string(table).ok()?;
        let mut here = text.lines().skip(1).filter_map(in_line);
        here.find(|(_, there)| there == ends).map(|(number, _)| number != 0)
    })
}

/// `sl local remote state queues timer retransmits uid timeout inode ...`, addresses in hex.
fn in_line(line: &str) -> Option<(u64, Ends)> {
    let mut words = line.split_ascii_whitespace().skip(1);
    let (local, remote) = (address(words.next()?)?, address(words.next()?)?);
    Some((words.nth(6)?.parse().ok()?, Ends::new(local, remote)))
}

/// Groups of four bytes, each as a number of this machine.
fn address(text: &str) -> Option<SocketAddr> {
    let (ip, port) = text.split_once(':')?;
    let port = u16::from_str_radix(port, 16).ok()?;
    let group = |at: usize| {
        let number = u32::from_str_radix(ip.get(at * 8..at * 8 + 8)?, 16).ok()?;
        Some(number.to_ne_bytes())
    };
    let ip = match ip.len() {
        8 => IpAddr::V4(Ipv4Addr::from(group(0)?)),
        32 => {
            let mut bytes = [0; 16];
            for (at, four) in bytes.chunks_exact_mut(4).enumerate() {
                four.copy_from_slice(&group(at)?);
            }
            IpAddr::V6(Ipv6Addr::from(bytes))
        }
        _ => return None,
    };
    Some(SocketAddr::new(ip, port))
}

#[cfg(all(test, target_endian = "little"))]
mod tests {
    use super::*;

    #[test]
    fn lines_of_the_table_are_read() {
        let line = "   3: 0100007F:B5C2 0100007F:22B8 01 00000000:00000000 00:00000000 00000000  1000        0 83412 1 0000000000000000 20 4 30 10 -1";
        let end = |port| SocketAddr::from(([127, 0, 0, 1], port));
        let ends = Ends::new(end(46530), end(8888));
        assert_eq!(in_line(line), Some((83412, ends)));
        assert_eq!(in_line(&line.replace("0100007F", "0000000000000000FFFF00000100007F")), Some((83412, ends)));
        assert_eq!(socket_number("socket:[83412]"), Some(83412));
        assert_eq!(socket_number("/dev/null"), None);
    }
}

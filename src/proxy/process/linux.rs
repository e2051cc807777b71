//! Linux: `/proc/net/tcp` has the socket's number for a connection, `/proc/PID/fd` the process for a socket's number.

use std::fs;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use super::{Ends, same};

/// The process that has the client's end. New processes are looked at first: who just connected often just started.
pub(super) fn owner(ends: Ends, recent: &[u32]) -> Option<u32> {
    let socket = format!("socket:[{}]", socket(ends)?);
    let has = |id: &u32| {
        let Ok(handles) = fs::read_dir(format!("/proc/{id}/fd")) else { return false };
        handles.flatten().any(|handle| fs::read_link(handle.path()).is_ok_and(|to| to.as_os_str() == socket.as_str()))
    };
    if let Some(known) = recent.iter().find(|id| has(id)) {
        return Some(*known);
    }
    let own = std::process::id();
    let names = fs::read_dir("/proc").ok()?.flatten().filter_map(|item| item.file_name().to_str()?.parse().ok());
    let mut ids: Vec<u32> = names.collect();
    // This process has many handles, and as a rule isn't its own client.
    ids.sort_unstable_by_key(|id| (*id == own, std::cmp::Reverse(*id)));
    ids.into_iter().find(has)
}

/// The file name of the program, as far as that may be known, else what the process calls itself.
pub(super) fn name(id: u32) -> Option<String> {
    let program = fs::read_link(format!("/proc/{id}/exe")).ok();
    let file = program.as_deref().and_then(|path| path.file_name()).map(|name| name.to_string_lossy().into_owned());
    file.or_else(|| fs::read_to_string(format!("/proc/{id}/comm")).ok().map(|name| name.trim_end().to_owned()))
}

fn socket(ends: Ends) -> Option<u64> {
    // A client may use a socket of the other family for an address of this one, as Java does.
    let tables = match ends.client.ip() {
        IpAddr::V4(_) => &["/proc/net/tcp", "/proc/net/tcp6"][..],
        IpAddr::V6(_) => &["/proc/net/tcp6"],
    };
    tables.iter().find_map(|table| {
        let text = fs::read_to_string(table).ok()?;
        text.lines().skip(1).find_map(|line| in_line(line, ends))
    })
}

/// `sl local remote state queues timer retransmits uid timeout inode ...`, addresses in hex.
fn in_line(line: &str, ends: Ends) -> Option<u64> {
    let mut words = line.split_ascii_whitespace().skip(1);
    let (local, remote) = (words.next()?, words.next()?);
    let is = |text: &str, end: SocketAddr| address(text).is_some_and(|(ip, port)| same(ip, port, end));
    if !is(local, ends.client) || !is(remote, ends.ours) {
        return None;
    }
    words.nth(6)?.parse().ok()
}

/// Groups of four bytes, each as a number of this machine.
fn address(text: &str) -> Option<(IpAddr, u16)> {
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
    Some((ip, port))
}

#[cfg(all(test, target_endian = "little"))]
mod tests {
    use super::*;

    #[test]
    fn lines_of_the_table_are_read() {
        let line = "   3: 0100007F:B5C2 0100007F:22B8 01 00000000:00000000 00:00000000 00000000  1000        0 83412 1 0000000000000000 20 4 30 10 -1";
        let end = |port| SocketAddr::from(([127, 0, 0, 1], port));
        assert_eq!(in_line(line, Ends { client: end(46530), ours: end(8888) }), Some(83412));
        assert_eq!(in_line(line, Ends { client: end(8888), ours: end(46530) }), None);
        let mapped = line.replace("0100007F", "0000000000000000FFFF00000100007F");
        assert_eq!(in_line(&mapped, Ends { client: end(46530), ours: end(8888) }), Some(83412));
    }
}

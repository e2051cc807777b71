//! Windows: the table of TCP connections names the process of each.

use std::collections::HashMap;
use std::net::SocketAddr;

use netstat2::{AddressFamilyFlags, ProtocolFlags, ProtocolSocketInfo};
use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System};

use super::Ends;

/// The processes that have the clients' ends. One table tells it for all, so those found last are no help.
pub(super) fn owners(ends: &[Ends], _recent: &[u32]) -> HashMap<Ends, u32> {
    let families = AddressFamilyFlags::IPV4 | AddressFamilyFlags::IPV6;
    let Ok(connections) = netstat2::iterate_sockets_info(families, ProtocolFlags::TCP) else { return HashMap::new() };
    let owner = |connection: netstat2::SocketInfo| {
        let ProtocolSocketInfo::Tcp(tcp) = connection.protocol_socket_info else { return None };
        let local = SocketAddr::new(tcp.local_addr, tcp.local_port);
        let ends_here = Ends::new(local, SocketAddr::new(tcp.remote_addr, tcp.remote_port));
        let id = connection.associated_pids.first().copied();
        // Some tables name nobody, as wine does.
        id.filter(|id| *id != 0 && ends.contains(&ends_here)).map(|id| (ends_here, id))
    };
    connections.flatten().filter_map(owner).collect()
}

/// Whether a process has the client's end, where the table names one.
pub(super) fn is_held(ends: &Ends) -> Option<bool> {
    owners(&[*ends], &[]).contains_key(ends).then_some(true)
}

/// The file name of the program.
pub(super) fn name(id: u32) -> Option<String> {
    let id = Pid::from_u32(id);
    let mut system = System::new();
    system.refresh_processes_specifics(ProcessesToUpdate::Some(&[id]), false, ProcessRefreshKind::nothing());
    system.process(id).map(|process| process.name().to_string_lossy().into_owned())
}

//! Windows: the table of TCP connections names the process of each.

use netstat2::{AddressFamilyFlags, ProtocolFlags, ProtocolSocketInfo};
use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System};

use super::{Ends, same};

/// The process that has the client's end. One table tells it for all, so those found last are no help.
pub(super) fn owner(ends: Ends, _recent: &[u32]) -> Option<u32> {
    let families = AddressFamilyFlags::IPV4 | AddressFamilyFlags::IPV6;
    let connections = netstat2::iterate_sockets_info(families, ProtocolFlags::TCP).ok()?;
    connections.flatten().find_map(|connection| {
        let ProtocolSocketInfo::Tcp(tcp) = connection.protocol_socket_info else { return None };
        let ours =
            same(tcp.local_addr, tcp.local_port, ends.client) && same(tcp.remote_addr, tcp.remote_port, ends.ours);
        connection.associated_pids.first().copied().filter(|_| ours)
    })
}

/// The file name of the program.
pub(super) fn name(id: u32) -> Option<String> {
    let id = Pid::from_u32(id);
    let mut system = System::new();
    system.refresh_processes_specifics(ProcessesToUpdate::Some(&[id]), false, ProcessRefreshKind::nothing());
    system.process(id).map(|process| process.name().to_string_lossy().into_owned())
}

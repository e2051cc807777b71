//! Which end is the client, by the first bytes of a packet, where the handshake wasn't captured.

/// Whether who sent `bytes` is the client; `None` where they don't tell.
pub(super) fn is_client(bytes: &[u8]) -> Option<bool> {
    const METHODS: [&[u8]; 9] =
        [b"GET ", b"POST ", b"PUT ", b"HEAD ", b"DELETE ", b"OPTIONS ", b"CONNECT ", b"PATCH ", b"PRI * HTTP/2.0"];
    if bytes.starts_with(b"HTTP/1.") {
        return Some(false);
    }
    if METHODS.iter().any(|method| bytes.starts_with(method)) {
        return Some(true);
    }
    match bytes {
        // A TLS handshake record with a client's or a server's hello.
        [22, 3, _, _, _, 1, ..] => Some(true),
        [22, 3, _, _, _, 2, ..] => Some(false),
        _ => None,
    }
}

//! Error codes of HTTP/2 by name and in words (RFC 9113 section 7).

/// The code's name and what it means.
pub(super) fn error(code: u32) -> String {
    let (name, words) = match code {
        0 => ("NO_ERROR", "nothing went wrong"),
        1 => ("PROTOCOL_ERROR", "the other side broke the protocol"),
        2 => ("INTERNAL_ERROR", "an error inside this side"),
        3 => ("FLOW_CONTROL_ERROR", "more was sent than was allowed"),
        4 => ("SETTINGS_TIMEOUT", "settings weren't confirmed in time"),
        5 => ("STREAM_CLOSED", "a frame came for a closed stream"),
        6 => ("FRAME_SIZE_ERROR", "a frame had a wrong size"),
        7 => ("REFUSED_STREAM", "the request wasn't looked at; it may be sent again"),
        8 => ("CANCEL", "the stream is no longer needed"),
        9 => ("COMPRESSION_ERROR", "header fields couldn't be decompressed"),
        10 => ("CONNECT_ERROR", "the tunnel's connection was broken"),
        11 => ("ENHANCE_YOUR_CALM", "too much load"),
        12 => ("INADEQUATE_SECURITY", "the TLS connection isn't good enough"),
        13 => ("HTTP_1_1_REQUIRED", "HTTP/1.1 must be used"),
        _ => return format!("error code {code}"),
    };
    format!("{name}, {words}")
}

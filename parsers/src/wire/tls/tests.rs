//! Connections, in clear and opened.

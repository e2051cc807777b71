//! Conversations between a client and a server, as the relay sees them.

//! Keys that open what was encrypted: key logs (RFC 9850) and RSA keys.

use std::sync::{Arc, RwLock};

/// The keys at hand, shared by all conversations of a capture; a capture may bring some of its own while it is read.
#[derive(Clone, Debug, Default)]
pub struct Secrets {
    logs: Arc<RwLock<Vec<Vec<u8>>>>,
}

impl Secrets {
    /// Adds the text of a key log (a file, or a decryption-secrets block).
    pub fn add_key_log(&self, text: &[u8]) {
        if let Ok(mut logs) = self.logs.write() {
            logs.push(text.to_vec());
        }
    }
}

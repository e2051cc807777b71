//! What was found, written down: one output a file. It knows the model alone, so that every output can be tested
//! without a socket; reading bodies goes through the model's narrow view.

pub mod body;
pub mod exchange;
pub mod safe;

//! Sending a recorded request again, as it was or changed, and what is done with the answer. What is sent is a
//! [`Draft`], what comes of it an [`Exchange`](crate::model::Exchange) like any other.

mod draft;
mod peer;
pub mod wsdl;

pub use draft::{Draft, Unsendable};
pub use peer::Peer;

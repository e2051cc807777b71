//! Sending a recorded request again, as it was or changed, and what is done with the answer. What is sent is a
//! [`Draft`], what comes of it an [`Exchange`](crate::model::Exchange) like any other.

mod change;
pub mod code;
mod credentials;
pub mod draft;
pub mod escape;
mod peer;
mod place;
pub mod wsdl;

pub use change::{Change, nearest};
pub use credentials::{Credentials, missing};
pub use draft::{Draft, Hole, Unsendable};
pub use peer::Peer;
pub use place::{Found, Place, Steps, assignment, paths};

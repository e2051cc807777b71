//! Sending a recorded request again, as it was or changed, and what is done with the answer. What is sent is a
//! [`Draft`], what comes of it an [`Exchange`](crate::model::Exchange) like any other.

pub mod address;
pub mod answers;
mod change;
pub mod code;
mod credentials;
mod data;
pub mod draft;
mod environment;
pub mod escape;
pub mod flow;
pub mod minimise;
mod page;
pub mod parts;
mod peer;
mod place;
pub mod template;
pub mod wsdl;

pub use change::{Change, nearest};
pub use credentials::{Credentials, missing};
pub use data::{Data, Row};
pub use draft::{Draft, Hole, Unsendable};
pub use environment::{CommandLine, Environment, Environments, SAMPLE, Text};
pub use page::Page;
pub use peer::Peer;
pub use place::{Found, Place, Steps, assignment, paths};

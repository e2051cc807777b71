//! Where a request goes and what is changed in its head, decided from the head and the way it came.

use std::net::IpAddr;

use mwscope_parsers::http::{Ambiguity, Field, Head, HostPort, Start, Target, Version};

use super::patch::Patch;
use super::policy;
use super::upgrade;
use super::{Endpoint, Scheme, Trouble};
use crate::model::{Edit, Stage};

/// The paths of our own pages that no server has.
pub const OWN_PATHS: &[&[u8]] = &[b"/mwscope-ca.pem", b"/mwscope-ca.crt"];

/// The way a request came to us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// The client knows that it speaks to a proxy.
    Proxy {
        /// The other proxy that plain requests go to; they keep the form in which proxies are asked.
        chained: Option<Chained>,
        /// The server for requests of clients that take us for it.
        stands_for: Option<Stand>,
    },
    /// The client takes us for a server.
    Reverse(Stand),
    /// Inside a CONNECT to `to`, opened up.
    Inside {
        /// What the client asked to be connected with; the scheme is what it then spoke.
        to: Endpoint,
    },
}

impl Way {
    /// Our address at which a client arrived that takes us for a server.
    #[must_use]
    pub fn arrived_at(&self) -> Option<IpAddr> {
        match self {
            Self::Reverse(stand) | Self::Proxy { stands_for: Some(stand), .. } => stand.here.host.parse().ok(),
            Self::Proxy { stands_for: None, .. } | Self::Inside { .. } => None,
        }
    }
}

/// Another proxy on the way of plain requests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chained {
    /// What we say to it as `Proxy-Authorization`, in the place of what the client says.
    pub authorization: Option<String>,
    /// Whether what the client says there is meant for us.
    pub ours: bool,
}

/// A server that is stood in for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stand {
    /// The server.
    pub to: Endpoint,
    /// Where the client reached us, without the `Host` that it may have sent.
    pub here: Endpoint,
    /// Whether the client's credentials are for us, so that the server doesn't get them.
    pub guarded: bool,
}

/// What is to be done with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// It is sent on.
    Forward(Box<Forward>),
    /// A tunnel is asked for.
    Connect(Endpoint),
    /// It is meant for the proxy itself: a path on our own pages.
    Own(String),
}

impl Route {
    /// The address for the recording.
    #[must_use]
    pub fn url(self) -> String {
        match self {
            Self::Forward(forward) => forward.url,
            Self::Connect(to) => to.host_port(),
            Self::Own(path) => path,
        }
    }
}

/// A request that is sent on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forward {
    /// Where to.
    pub to: Endpoint,
    /// The absolute URL for the recording.
    pub url: String,
    /// The head's bytes as they are sent on.
    pub head: Vec<u8>,
    /// What was changed in them.
    pub edits: Vec<Edit>,
    /// Where the client takes us to be, where addresses in the answer must be written back to it.
    pub here: Option<Endpoint>,
}

/// Decides on one request.
///
/// # Errors
/// With what is wrong, where the request is refused.
pub fn decide(head: &Head, way: &Way) -> Result<Route, Trouble> {
    policy::check(head, Stage::RequestHead, policy::on_request)?;
    let mut patch = Patch::new(head);
    policy::mend(&mut patch, head, policy::on_request);
    upgrade::without_h2c(&mut patch, head);
    let target = Target::of(head.method(), head.target());
    match (way, target) {
        (Way::Proxy { .. }, Target::Authority(authority)) => connect(authority),
        (Way::Proxy { .. }, Target::Origin(path)) if OWN_PATHS.contains(&path) => Ok(Route::Own(text(path))),
        (Way::Proxy { stands_for: None, .. }, Target::Origin(path)) => Ok(Route::Own(text(path))),
        (_, Target::Absolute { scheme, authority, path }) => absolute(head, patch, way, scheme, authority, path),
        (Way::Reverse(stand) | Way::Proxy { stands_for: Some(stand), .. }, Target::Origin(_) | Target::Asterisk) => {
            Ok(reverse(head, patch, stand, url(&stand.to, head.target())))
        }
        (Way::Inside { to }, Target::Origin(_) | Target::Asterisk) => {
            let url = url(to, head.target());
            let (bytes, edits) = patch.finish();
            Ok(Route::Forward(Box::new(Forward { to: to.clone(), url, head: bytes, edits, here: None })))
        }
        (Way::Reverse(_) | Way::Inside { .. }, Target::Authority(_)) => Err(refuse(
            "CONNECT where no proxy was asked for; the client must use the address without --reverse as its proxy",
        )),
        (_, Target::Asterisk | Target::Other(_)) => {
            Err(refuse(format!("the target {:?} names no server; send an absolute URL", text(head.target()))))
        }
    }
}

fn connect(authority: &[u8]) -> Result<Route, Trouble> {
    let parts = HostPort::of(authority).filter(|parts| parts.port.is_some_and(|p| p != 0));
    let Some(HostPort { host, port: Some(port) }) = parts else {
        return Err(refuse(format!("CONNECT to {:?}, which is no host with a port", text(authority))));
    };
    Ok(Route::Connect(Endpoint { scheme: Scheme::Https, host: host.to_owned(), port }))
}

fn absolute(
    head: &Head,
    mut patch: Patch<'_>,
    way: &Way,
    scheme: &[u8],
    authority: &[u8],
    path: &[u8],
) -> Result<Route, Trouble> {
    let Some(known) = Scheme::named(scheme) else {
        return Err(refuse(format!("the scheme {:?}; only http and https are forwarded", text(scheme))));
    };
    let Some(parts) = HostPort::of(authority) else {
        return Err(refuse(format!("the target {:?} names no host", text(head.target()))));
    };
    let port = parts.port.unwrap_or(known.default_port());
    let named = Endpoint { scheme: known, host: parts.host.to_owned(), port };
    let path = match path {
        // RFC 9112, 3.2.4: the asterisk comes back where a client could only express it by an empty path.
        b"" if head.method() == b"OPTIONS" => b"*".to_vec(),
        [b'/', ..] => path.to_vec(),
        rest => [b"/", rest].concat(),
    };
    let to = match way {
        Way::Proxy { .. } => named,
        Way::Reverse(Stand { to, .. }) | Way::Inside { to } => to.clone(),
    };
    let url = url(&to, &path);
    // An upstream proxy wants the absolute form, for plain HTTP.
    let chained = match way {
        Way::Proxy { chained: Some(chained), .. } if to.scheme == Scheme::Http => Some(chained),
        _ => None,
    };
    if let (Start::Request { target, .. }, None) = (head.start(), chained) {
        patch.replace(target.clone(), &path, "request target: absolute to origin form");
    }
    if let Way::Reverse(stand) = way {
        return Ok(reverse(head, patch, stand, url));
    }
    agree_with_target(head, &mut patch, authority);
    match chained {
        None => hop_fields(head).for_each(|field| patch.remove(field)),
        Some(Chained { authorization, ours }) => {
            if *ours || authorization.is_some() {
                remove_all(head, &mut patch, b"Proxy-Authorization");
            }
            if let Some(value) = authorization {
                patch.insert_secret("Proxy-Authorization", value);
            }
        }
    }
    let (bytes, edits) = patch.finish();
    Ok(Route::Forward(Box::new(Forward { to, url, head: bytes, edits, here: None })))
}

fn reverse(head: &Head, mut patch: Patch<'_>, stand: &Stand, url: String) -> Route {
    let Stand { to, here, guarded } = stand;
    set_host(head, &mut patch, to);
    if *guarded {
        remove_all(head, &mut patch, b"Authorization");
    }
    let (bytes, edits) = patch.finish();
    let here = Some(seen_as(head, here));
    Route::Forward(Box::new(Forward { to: to.clone(), url, head: bytes, edits, here }))
}

fn remove_all(head: &Head, patch: &mut Patch<'_>, name: &[u8]) {
    let called = |field: &&Field| head.slice(&field.name).eq_ignore_ascii_case(name);
    head.fields().iter().filter(called).for_each(|field| patch.remove(field));
}

/// `Host` becomes the upstream's, where the client sent one or HTTP/1.1 wants one.
fn set_host(head: &Head, patch: &mut Patch<'_>, to: &Endpoint) {
    let authority = to.authority();
    match host_field(head) {
        Some(field) if head.slice(&field.value) == authority.as_bytes() => {}
        Some(field) => patch.replace(field.value.clone(), authority.as_bytes(), "Host: the upstream's"),
        None if head.version() == Version::Http11 => patch.insert("Host", &authority),
        None => {}
    }
}

/// RFC 9112, 3.2.2: the target's authority wins over `Host`.
fn agree_with_target(head: &Head, patch: &mut Patch<'_>, authority: &[u8]) {
    let doubts = |what| head.doubts().iter().any(|d| d.what == what);
    match host_field(head) {
        Some(field) if doubts(Ambiguity::HostDiffers) => {
            patch.replace(field.value.clone(), authority, "Host: the one in the request target");
        }
        None if doubts(Ambiguity::HostMissing) => patch.insert("Host", &text(authority)),
        _ => {}
    }
}

fn host_field(head: &Head) -> Option<&Field> {
    head.fields().iter().find(|f| head.slice(&f.name).eq_ignore_ascii_case(b"Host"))
}

/// Fields that a client says to its proxy, not to the server.
fn hop_fields(head: &Head) -> impl Iterator<Item = &Field> {
    head.fields().iter().filter(|f| head.slice(&f.name).get(..6).is_some_and(|n| n.eq_ignore_ascii_case(b"proxy-")))
}

/// Where the client takes us to be: what it wrote into `Host`, else where its connection arrived.
fn seen_as(head: &Head, here: &Endpoint) -> Endpoint {
    let named = head.get("Host").and_then(HostPort::of);
    named.map_or_else(
        || here.clone(),
        |HostPort { host, port }| Endpoint {
            scheme: here.scheme,
            host: host.to_owned(),
            port: port.unwrap_or(here.scheme.default_port()),
        },
    )
}

fn url(to: &Endpoint, path: &[u8]) -> String {
    let path = if path == b"*" { b"" } else { path };
    to.url(&String::from_utf8_lossy(path))
}

fn refuse(cause: impl Into<String>) -> Trouble {
    Trouble::new(Stage::RequestHead, cause).with_status(400)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests;

//! The client of the demonstration: a planned sequence of calls, sent through a proxy or straight. One connection
//! a call, which is what most SOAP clients do.

use std::net::SocketAddr;

use base64::Engine as _;
use bytes::Bytes;
use http::{HeaderValue, Method, Request, StatusCode, header};
use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioIo;
use quick_xml::escape::escape;
use tokio::net::TcpStream;

use super::services::{Kind, Operation, SERVICES, Service, namespace};
use super::{Dice, PASSWORD};

/// A call that the client is going to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// Service and operation in words, for people (`Facility.Create`).
    pub name: String,
    /// The method.
    pub method: Method,
    /// The path, with query or matrix parameters.
    pub path: String,
    /// The user in whose name it is made.
    pub user: &'static str,
    /// Whether credentials are sent at once or only when the server asks for them.
    pub sign_on: SignOn,
    /// The SOAP envelope, empty for a GET.
    pub body: String,
}

/// When credentials are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignOn {
    /// With the first request.
    AtOnce,
    /// After a 401.
    WhenAsked,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Told {
    /// The status of the last answer.
    pub status: StatusCode,
    /// Its body.
    pub body: Bytes,
}

/// Why no answer came back.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// No connection to proxy or server.
    #[error("can't connect to {peer}")]
    Connect {
        /// Who was called.
        peer: SocketAddr,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// The request can't be put into HTTP.
    #[error("can't make the request")]
    Request(#[from] http::Error),
    /// It broke on the way.
    #[error("the call broke")]
    Broken(#[from] hyper::Error),
}

/// Makes calls to one server.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The simulated MWS.
    pub server: SocketAddr,
    /// The HTTP proxy to go through; `None` to call straight.
    pub proxy: Option<SocketAddr>,
}

impl Caller {
    /// Makes a call, twice where it waits to be asked for credentials.
    ///
    /// # Errors
    /// When no whole answer comes back; an answer of whatever status is none.
    pub async fn call(&self, planned: &Planned) -> Result<Told, CallError> {
        if planned.sign_on == SignOn::WhenAsked {
            let told = self.send(planned, false).await?;
            if told.status != StatusCode::UNAUTHORIZED {
                return Ok(told);
            }
        }
        self.send(planned, true).await
    }

    async fn send(&self, planned: &Planned, signed: bool) -> Result<Told, CallError> {
        let peer = self.proxy.unwrap_or(self.server);
        let stream = TcpStream::connect(peer).await.map_err(|source| CallError::Connect { peer, source })?;
        let (mut sender, connection) = hyper::client::conn::http1::Builder::new()
            .title_case_headers(true)
            .handshake::<_, Full<Bytes>>(TokioIo::new(stream))
            .await?;
        // What breaks the connection breaks the request too, and is told there.
        tokio::spawn(connection);
        let response = sender.send_request(self.request(planned, signed)?).await?;
        let status = response.status();
        let body = response.into_body().collect().await?.to_bytes();
        Ok(Told { status, body })
    }

    fn request(&self, planned: &Planned, signed: bool) -> Result<Request<Full<Bytes>>, http::Error> {
        let target = match self.proxy {
            Some(_) => format!("http://{}{}", self.server, planned.path),
            None => planned.path.clone(),
        };
        let mut request = Request::builder()
            .method(&planned.method)
            .uri(target)
            .header(header::HOST, self.server.to_string())
            .header(header::USER_AGENT, concat!("mwscope-demo/", env!("CARGO_PKG_VERSION")))
            .header(header::CONNECTION, "close");
        if signed {
            let pair = format!("{}:{PASSWORD}", planned.user);
            let basic = format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(pair));
            request = request.header(header::AUTHORIZATION, basic);
        }
        if planned.method == Method::POST {
            request = request.header(header::CONTENT_TYPE, HeaderValue::from_static("text/xml; charset=utf-8"));
            request = request.header("SOAPAction", "\"\"");
        }
        request.body(Full::new(Bytes::from(planned.body.clone())))
    }
}

/// The first `calls` of the demonstration with that seed. The first seven show each kind once: successes, a
/// challenge that is answered, the program that crashes, a refusal (NOK) and a slow one; then chance decides.
#[must_use]
pub fn plan(seed: u64, calls: usize) -> Vec<Planned> {
    let mut dice = Dice::new(seed ^ 0x00C0_FFEE);
    (0..calls).map(|n| pick(n, &mut dice)).collect()
}

const USERS: [&str; 3] = ["MWSUSR", "EDIUSR", "WEBSHOP"];

fn pick(n: usize, dice: &mut Dice) -> Planned {
    let user = USERS[dice.below(3) as usize];
    let kind = if n < 7 { n as u64 } else { dice.below(12) };
    match kind {
        0 | 7 | 8 => soap("Facility", "Read", user, SignOn::AtOnce, dice),
        1 => soap("Customer", "GetBasicData", user, SignOn::WhenAsked, dice),
        2 => soap("Facility", "Create", "MWSUSR", SignOn::AtOnce, dice),
        4 => refused(user, dice),
        5 => soap("Stock", "PreAllocation", user, SignOn::AtOnce, dice),
        6 | 9 => soap("Customer", "GetBasicData", user, SignOn::AtOnce, dice),
        _ => soap("Item", "LstAlias", user, SignOn::AtOnce, dice),
    }
}

/// A call of the M3 API over REST that M3 refuses, in a response of status 200.
fn refused(user: &'static str, dice: &mut Dice) -> Planned {
    let customer = 900_000 + dice.below(1000);
    Planned {
        name: "CRS610MI.GetBasicData".to_owned(),
        method: Method::GET,
        path: format!(
            "/m3api-rest/execute/CRS610MI/GetBasicData;metadata=true;maxrecs=100;excludempty=false?CUNO={customer}"
        ),
        user,
        sign_on: SignOn::AtOnce,
        body: String::new(),
    }
}

fn soap(service: &str, operation: &str, user: &'static str, sign_on: SignOn, dice: &mut Dice) -> Planned {
    let (service, operation) = lookup(service, operation);
    Planned {
        name: format!("{}.{}", service.name, operation.name),
        method: Method::POST,
        path: format!("/mws-ws/services/{}", service.name),
        user,
        sign_on,
        body: envelope(service, operation, dice),
    }
}

fn lookup(service: &str, operation: &str) -> (&'static Service, &'static Operation) {
    SERVICES
        .iter()
        .find(|s| s.name == service)
        .and_then(|s| Some((s, s.operation(operation)?)))
        .expect("invariant: the plan names services that are simulated, see the test")
}

fn envelope(service: &Service, operation: &Operation, dice: &mut Dice) -> String {
    let mut fields = String::new();
    for field in operation.input {
        let value = value(field, dice);
        fields.push_str(&format!("<{field}>{}</{field}>", escape(&value)));
    }
    if let Some(wrapper) = operation.input_wrapper() {
        fields = format!("<{wrapper}>{fields}</{wrapper}>");
    }
    let all_rows = if matches!(operation.kind, Kind::Api(..)) { " maxRecords=\"0\"" } else { "" };
    let (name, space) = (operation.name, namespace(service.name, operation.name));
    format!(
        "<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns:cred=\"http://lawson.com/ws/credentials\">\
         <soapenv:Header><cred:lws><cred:company>100</cred:company><cred:division>AAA</cred:division></cred:lws></soapenv:Header>\
         <soapenv:Body><{name} xmlns=\"{space}\"{all_rows}>{fields}</{name}></soapenv:Body></soapenv:Envelope>"
    )
}

fn value(field: &str, dice: &mut Dice) -> String {
    match field {
        "Facility" => format!("A{:02}", 1 + dice.below(20)),
        "Name" => format!("Facility {}", 1 + dice.below(20)),
        "Country" => "SE".to_owned(),
        "Division" => "AAA".to_owned(),
        "Company" | "CONO" => "100".to_owned(),
        "CustomerNumber" => format!("{}", 100_000 + dice.below(900)),
        "ItemNumber" => format!("B-{}", 200 + dice.below(50)),
        "ORNO" => format!("{:010}", 4_500_000 + dice.below(999)),
        _ => String::new(),
    }
}

//! What to do on the client's side so that its calls come through the proxy, for each kind of client that calls M3.
//! Text for people; it changes nothing by itself. Nothing in it needs an administrator.

use std::net::{IpAddr, SocketAddr};
use std::path::Path;

/// Where the proxy is, as far as a client must know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The forward proxy's address.
    pub proxy: SocketAddr,
    /// The file with the authority's certificate.
    pub certificate: String,
}

/// A kind of client, and what is to be done there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// The word by which it is chosen (`soapui`).
    pub word: &'static str,
    /// Its name for people.
    pub name: &'static str,
    /// What to do, a line each.
    pub steps: Vec<String>,
}

/// The words by which clients are chosen, in the order of [`clients`].
pub const WORDS: [&str; 9] =
    ["designer", "soapui", "java", "dotnet", "smart-office", "browser", "curl", "python", "reverse"];

impl Place {
    /// The place for a client on this computer: an address that means all of them is this computer's own.
    #[must_use]
    pub fn new(listening: SocketAddr, certificate: impl Into<String>) -> Self {
        let ip = match listening.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::from([127, 0, 0, 1]),
            IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(std::net::Ipv6Addr::LOCALHOST),
            ip => ip,
        };
        Self { proxy: SocketAddr::new(ip, listening.port()), certificate: certificate.into() }
    }
}

/// All kinds of clients.
#[must_use]
pub fn clients(place: &Place) -> Vec<Client> {
    let Place { proxy, certificate: ca } = place;
    let (host, port) = (host(proxy.ip()), proxy.port());
    let keystore = trust_store(ca);
    let store = format!(
        "keytool -importcert -noprompt -alias mwscope -file \"{ca}\" -keystore \"{keystore}\" -storetype PKCS12 -storepass \
         changeit"
    );
    // keytool takes no name twice.
    let again = format!(
        "       again, as behind mwscope ca renew: first keytool -delete -alias mwscope -keystore \"{keystore}\" -storepass changeit"
    );
    let trust = format!("-Djavax.net.ssl.trustStore={keystore} -Djavax.net.ssl.trustStorePassword=changeit");
    let windows = format!("certutil -user -addstore Root \"{ca}\"");
    let of = |word, name, steps: &[String]| Client { word, name, steps: steps.to_vec() };
    vec![
        of(
            "designer",
            "MWS Designer, Eclipse",
            &[
                format!(
                    "Window, Preferences, General, Network Connections: Active Provider Manual; HTTP and HTTPS: {host} \
                     port {port}; take localhost and 127.0.0.1 out of the proxy bypass"
                ),
                format!("https: {store}"),
                format!("       and in eclipse.ini, below -vmargs, a line each: {trust}"),
                again.clone(),
            ],
        ),
        of(
            "soapui",
            "SoapUI",
            &[
                format!(
                    "File, Preferences, Proxy Settings: Manual, Host {host}, Port {port}, Excludes empty; the proxy \
                     button in the toolbar on"
                ),
                format!("https: {store}"),
                format!("       and in SoapUI's .vmoptions (bin folder), a line each: {trust}"),
                again.clone(),
            ],
        ),
        of(
            "java",
            "Java (IPA, MEC, any)",
            &[
                format!(
                    "-Dhttp.proxyHost={host} -Dhttp.proxyPort={port} -Dhttps.proxyHost={host} -Dhttps.proxyPort={port} \
                     -Dhttp.nonProxyHosts="
                ),
                "the last one because Java passes the proxy by for this computer itself".to_owned(),
                format!("https: {store}"),
                format!("       and {}", quoted(&trust)),
                again.clone(),
            ],
        ),
        of(
            "dotnet",
            ".NET",
            &[
                format!(
                    "Framework, in the program's .config: <system.net><defaultProxy><proxy \
                     proxyaddress=\"http://{host}:{port}\" bypassonlocal=\"false\"/></defaultProxy></system.net>"
                ),
                format!(".NET 5 and later: HTTP_PROXY=http://{host}:{port} HTTPS_PROXY=http://{host}:{port}"),
                format!("https: {windows}"),
            ],
        ),
        of(
            "smart-office",
            "Smart Office, and whatever uses the system's proxy",
            &[
                "mwscope record --system-proxy sets it and takes it back at the end; or Windows Settings, Network, Proxy, \
                 Manual"
                    .to_owned(),
                format!("       address {host} port {port}; https: {windows}"),
            ],
        ),
        of(
            "browser",
            "Browsers",
            &[
                format!(
                    "Chrome, Edge: start with --proxy-server={host}:{port} --proxy-bypass-list=\"<-loopback>\" and a \
                     --user-data-dir of its own"
                ),
                format!(
                    "Firefox: Settings, Network Settings, Manual: {host} port {port}, also for HTTPS; for this computer \
                     itself network.proxy.allow_hijacking_localhost in about:config"
                ),
                format!("https: {windows} (Firefox: Settings, Certificates, Authorities, Import {ca})"),
            ],
        ),
        of("curl", "curl", &[format!("curl --proxy http://{host}:{port} --noproxy \"\" --cacert \"{ca}\" URL")]),
        of(
            "python",
            "Python (requests, zeep)",
            &[format!(
                "HTTP_PROXY=http://{host}:{port} HTTPS_PROXY=http://{host}:{port} NO_PROXY= REQUESTS_CA_BUNDLE=\"{ca}\""
            )],
        ),
        of(
            "reverse",
            "A client that knows no proxy",
            &["mwscope record --reverse https://SERVER:PORT, and the address that it prints in place of the server's"
                .to_owned()],
        ),
    ]
}

/// Where a trust store with the certificate is made: beside it, since programs look for a bare name where they were started.
fn trust_store(certificate: &str) -> String {
    let beside = Path::new(certificate).with_file_name("mwscope.p12");
    std::path::absolute(&beside).unwrap_or(beside).display().to_string()
}

/// Options as a shell takes them: one with a space in its quotes.
fn quoted(options: &str) -> String {
    let has_space = options.matches(' ').count() > 1;
    if has_space {
        options.replace("trustStore=", "trustStore=\"").replace(".p12 ", ".p12\" ")
    } else {
        options.to_owned()
    }
}

/// An address as it stands before a port.
fn host(ip: IpAddr) -> String {
    if ip.is_ipv6() { format!("[{ip}]") } else { ip.to_string() }
}

/// The clients as text, one below the other; `only` is the word of the one that is wanted.
#[must_use]
pub fn text(place: &Place, only: Option<&str>) -> String {
    let mut text = String::new();
    for client in clients(place).iter().filter(|client| only.is_none_or(|word| word == client.word)) {
        text.push_str(client.name);
        text.push('\n');
        for step in &client.steps {
            text.push_str("  ");
            text.push_str(step);
            text.push('\n');
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_has_its_client_and_every_line_names_the_place() {
        let place = Place::new(SocketAddr::from(([0, 0, 0, 0], 8899)), "/x/mwscope-ca.pem");
        let all = clients(&place);
        assert_eq!(all.iter().map(|client| client.word).collect::<Vec<_>>(), WORDS);
        for client in all.iter().filter(|client| client.word != "reverse") {
            let text = text(&place, Some(client.word));
            assert!(text.contains("127.0.0.1") && text.contains("8899"), "{text}");
            assert!(text.contains("/x/mwscope-ca.pem"), "{text}");
        }
        let java = text(&place, Some("java"));
        let store = trust_store("/x/mwscope-ca.pem");
        assert!(Path::new(&store).is_absolute() && java.contains(&format!("trustStore={store} ")), "{java}");
        assert!(java.contains("keytool -delete -alias mwscope"), "{java}");
        assert_eq!(quoted("-DtrustStore=/a b/m.p12 -Dx"), "-DtrustStore=\"/a b/m.p12\" -Dx");
        let six = Place::new("[::1]:1".parse().expect("an address"), "ca");
        assert!(text(&six, Some("curl")).contains("http://[::1]:1 "));
    }
}

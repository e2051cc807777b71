//! What an authority is good for: the name constraints of its certificate (RFC 5280, 4.2.1.10), so that whoever gets hold
//! of its key can't stand for other hosts.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use rcgen::{CidrSubnet, GeneralSubtree, NameConstraints};
use rustls::pki_types::CertificateDer;
use x509_parser::extensions::{GeneralName, ParsedExtension};

use crate::proxy::config::Networks;

/// The constraints that permit these domains and networks and nothing else; none where there are none of them.
///
/// # Errors
/// With what is neither.
pub(super) fn permit(only_for: &[String]) -> io::Result<Option<NameConstraints>> {
    if only_for.is_empty() {
        return Ok(None);
    }
    let permitted_subtrees = only_for.iter().map(|text| subtree(text)).collect::<io::Result<Vec<_>>>()?;
    // A kind of name of which nothing is permitted is not constrained at all, unless all of it is excluded.
    let names = permitted_subtrees.iter().any(|s| matches!(s, GeneralSubtree::DnsName(_)));
    let networks = permitted_subtrees.iter().any(|s| matches!(s, GeneralSubtree::IpAddress(_)));
    let mut excluded_subtrees = Vec::new();
    if !networks {
        let all = [IpAddr::V4(Ipv4Addr::UNSPECIFIED), IpAddr::V6(Ipv6Addr::UNSPECIFIED)];
        excluded_subtrees.extend(all.map(|ip| GeneralSubtree::IpAddress(CidrSubnet::from_addr_prefix(ip, 0))));
    }
    if !names {
        excluded_subtrees.push(GeneralSubtree::DnsName(String::new()));
    }
    Ok(Some(NameConstraints { permitted_subtrees, excluded_subtrees }))
}

fn subtree(text: &str) -> io::Result<GeneralSubtree> {
    if let Some((address, bits)) = Networks::one(text) {
        return Ok(GeneralSubtree::IpAddress(CidrSubnet::from_addr_prefix(address, bits)));
    }
    let domain = text.trim_start_matches("*.").trim_start_matches('.').to_ascii_lowercase();
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
    if domain.is_empty() || !domain.chars().all(plain) || domain.contains("..") {
        let text = format!("{text:?} is no domain (example.com) and no network (10.0.0.0/8)");
        return Err(io::Error::new(io::ErrorKind::InvalidInput, text));
    }
    Ok(GeneralSubtree::DnsName(domain))
}

/// The domains and networks that a certificate permits.
pub(super) fn of(certificate: &CertificateDer<'_>) -> Vec<String> {
    let Ok((_, read)) = x509_parser::parse_x509_certificate(certificate) else { return Vec::new() };
    let constraints = read.extensions().iter().find_map(|extension| match extension.parsed_extension() {
        ParsedExtension::NameConstraints(constraints) => constraints.permitted_subtrees.as_ref(),
        _ => None,
    });
    constraints.into_iter().flatten().filter_map(|subtree| name(&subtree.base)).collect()
}

fn name(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(name) => Some((*name).to_owned()),
        GeneralName::IPAddress(bytes) => {
            let (address, mask) = bytes.split_at(bytes.len() / 2);
            let address = <[u8; 4]>::try_from(address).map(IpAddr::from);
            let address =
                address.or_else(|_| <[u8; 16]>::try_from(bytes.split_at(bytes.len() / 2).0).map(IpAddr::from));
            let bits: u32 = mask.iter().map(|byte| byte.count_ones()).sum();
            Some(format!("{}/{bits}", address.ok()?))
        }
        _ => None,
    }
}

/// Whether `host`, a name or an address, is below one of these domains or in one of these networks.
pub(super) fn cover(only_for: &[String], host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    only_for.iter().any(|permitted| match host.parse::<IpAddr>() {
        Ok(address) => {
            Networks::one(permitted).is_some_and(|_| Networks::parse(permitted).is_ok_and(|n| n.contain(address)))
        }
        Err(_) => host.strip_suffix(permitted.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_covered_by_domains_and_networks() {
        let only_for = ["example.com", "10.0.0.0/8"].map(str::to_owned);
        for host in ["example.com", "M3.Example.com", "a.b.example.com", "10.1.2.3"] {
            assert!(cover(&only_for, host), "{host}");
        }
        for host in ["badexample.com", "example.com.evil.org", "11.0.0.1", "::1", "com"] {
            assert!(!cover(&only_for, host), "{host}");
        }
    }

    #[test]
    fn what_is_neither_a_domain_nor_a_network_is_said() {
        for bad in ["", "*", "a b", "10.0.0.0/99", "a..b", "http://x"] {
            let error = permit(&[bad.to_owned()]).expect_err(bad).to_string();
            assert!(error.contains("10.0.0.0/8"), "{error}");
        }
    }
}

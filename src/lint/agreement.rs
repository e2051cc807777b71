//! Agreements and configurations as XML (of MEC, of other programs, services' descriptions): passwords and addresses in
//! clear. How MEC writes an agreement isn't public, so properties are known by their notation: an attribute, an element,
//! or a name with a value beside it.

use std::ops::Range;

use super::address;
use super::script;
use super::secret;
use super::text::Found;
use super::well_formed;
use super::xaml::{Value, Xaml};

/// Whether addresses are faults; a WSDL or a SoapUI project has them on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Addresses {
    Wanted,
    Expected,
}

/// Looks at a file of XML.
pub(super) fn check(text: &str, addresses: Addresses, found: &mut Vec<Found>) {
    let xaml = Xaml::read(text);
    well_formed::check(&xaml, found);
    for at in 0..xaml.document.elements.len() {
        for property in properties(&xaml, at) {
            property.check(addresses, found);
        }
        scripts(&xaml, at, addresses, found);
    }
    // One value may be a property in two ways.
    found.sort_by_key(|found| (found.range.start, found.rule.name));
    found.dedup_by(|one, other| one.rule == other.rule && one.range == other.range);
}

/// A name and a value.
struct Property<'a> {
    name: &'a str,
    value: String,
    raw: &'a str,
    range: Range<usize>,
}

impl Property<'_> {
    fn check(&self, addresses: Addresses, found: &mut Vec<Found>) {
        let name = self.name;
        if secret::is_secret(name) && secret::is_clear(&self.value) {
            let message = |_: &str| format!("{name} stands in clear");
            return found.push(Found::new(&secret::RULE, self.range.clone(), (name, &self.value), message));
        }
        let urls = address::find(self.raw);
        for url in &urls {
            let at = |range: &Range<usize>| self.range.start + range.start..self.range.start + range.end;
            if let Some(password) = &url.password {
                let message = |_: &str| format!("a password stands in the address of {}", url.host);
                found.push(Found::new(&secret::RULE, at(password), ("password", &self.raw[password.clone()]), message));
            }
            if addresses == Addresses::Wanted && !is_name_only(name) && address::names_a_server(&url.host) {
                let message = |shown: &str| format!("{name} is hard-coded: {shown}");
                found.push(Found::new(&address::RULE, at(&url.range), (name, &self.raw[url.range.clone()]), message));
            }
        }
        if urls.is_empty()
            && addresses == Addresses::Wanted
            && address::is_address_name(name)
            && address::is_host(&self.value)
        {
            let message = |shown: &str| format!("{name} is hard-coded: {shown}");
            found.push(Found::new(&address::RULE, self.range.clone(), (name, &self.value), message));
        }
    }
}

/// Names behind which a URI is a name, no address.
fn is_name_only(name: &str) -> bool {
    let local = name.rsplit(':').next().unwrap_or(name).to_ascii_lowercase();
    name.starts_with("xmlns")
        || local.ends_with("namespace")
        || local.ends_with("schemalocation")
        || matches!(
            local.as_str(),
            "ns" | "soapaction" | "action" | "systemid" | "publicid" | "profile" | "doctype" | "dtd" | "xsd" | "nsuri"
        )
}

/// What an element states: its attributes, its text under its own name, and its value under the name beside it.
fn properties<'a>(xaml: &'a Xaml<'_>, at: usize) -> Vec<Property<'a>> {
    let element = &xaml.document.elements[at];
    let mut properties = Vec::new();
    let places = xaml.attributes(at);
    for (place, (_, value)) in places.iter().zip(&element.attributes) {
        if is_a_name(place.name) || place.name.starts_with("xmlns") {
            continue;
        }
        let raw = &xaml.text[place.value_range.clone()];
        // `<property name="password" value="..."/>` is looked at under the name beside it.
        let name = if is_a_value(place.name) { beside(xaml, at).unwrap_or(place.name) } else { place.name };
        properties.push(Property { name, value: value.to_string(), raw, range: place.value_range.clone() });
    }
    if xaml.document.is_leaf(at)
        && !element.text.trim().is_empty()
        && let Some(Value::Literal { text, range } | Value::Expression { text, range }) = xaml.content(at)
    {
        let name = beside(xaml, at).unwrap_or(element.name);
        properties.push(Property { name, value: text, raw: &xaml.text[range.clone()], range });
    }
    properties
}

fn is_a_name(attribute: &str) -> bool {
    matches!(
        attribute.to_ascii_lowercase().as_str(),
        "name" | "key" | "id" | "property" | "field" | "param" | "parameter"
    )
}

fn is_a_value(attribute: &str) -> bool {
    matches!(attribute.to_ascii_lowercase().as_str(), "value" | "val" | "content" | "default" | "defaultvalue" | "text")
}

/// The name that stands beside a value: an attribute of the element or of the one around it, or the element before it.
fn beside<'a>(xaml: &'a Xaml<'_>, at: usize) -> Option<&'a str> {
    let named = |at: usize| {
        let attributes = &xaml.document.elements[at].attributes;
        attributes.iter().find(|(name, value)| is_a_name(name) && !value.is_empty()).map(|(_, value)| value.as_ref())
    };
    if let Some(name) = named(at) {
        return Some(name);
    }
    let element = &xaml.document.elements[at];
    if !is_a_value(element.name) && !element.name.to_ascii_lowercase().ends_with("value") {
        return None;
    }
    let around = element.parent?;
    let sibling = || {
        let children = xaml.document.children(around);
        let mut names = children.filter(|(_, child)| {
            let name = child.name.to_ascii_lowercase();
            is_a_name(child.name) || name.ends_with("name") || name.ends_with("key")
        });
        names.next().map(|(_, child)| child.text.trim()).filter(|name| !name.is_empty())
    };
    named(around).or_else(sibling)
}

/// Programs of several lines in an element.
fn scripts(xaml: &Xaml<'_>, at: usize, addresses: Addresses, found: &mut Vec<Found>) {
    let element = &xaml.document.elements[at];
    if !xaml.document.is_leaf(at) || element.text.trim().lines().count() < 2 {
        return;
    }
    let range = xaml.text_range(element.inner.clone());
    let raw = &xaml.text[range.clone()];
    if raw.trim_start().starts_with('<') {
        return;
    }
    let mut inside = Vec::new();
    script::check(raw, &mut inside);
    inside.retain(|found| addresses == Addresses::Wanted || found.rule != &address::RULE);
    found.extend(
        inside
            .into_iter()
            .map(|inside| Found { range: inside.range.start + range.start..inside.range.end + range.start, ..inside }),
    );
}

#[cfg(test)]
mod tests {
    use super::super::tests::{clean_file, hits_of};

    #[test]
    fn passwords_are_found_in_every_notation() {
        let all = "<Agreement><Channel type='SFTPOut' password='S3cret1'><Property name='Password' value='S3cret2'/>\
                   <Property name=\"passphrase\">S3cret3</Property><Property><Name>ftp.password</Name><Value>S3cret4</Value></Property>\
                   <Password><![CDATA[S3cret5]]></Password><Param key='pwd'><value>S3cret6</value></Param>\
                   <Url>jdbc:sqlserver://u:S3cret7@localhost</Url></Channel></Agreement>";
        let found = hits_of(all);
        let expected: Vec<_> = (1..=7).map(|n| ("clear-password", format!("S3cret{n}"))).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn addresses_are_found_where_they_are_none_of_a_name() {
        let found = hits_of(
            "<a:Agreement xmlns:a='http://other.example.com/ns'><Host>sftp.example.com</Host><Property name='URL' value='http://m3:21007/x'/>\
             <Property name='remoteHost' value='10.0.0.7'/><Namespace>http://example.com/ns</Namespace></a:Agreement>",
        );
        let expected =
            ["sftp.example.com", "http://m3:21007/x", "10.0.0.7"].map(|value| ("hard-coded-address", value.to_owned()));
        assert_eq!(found, expected);
    }

    #[test]
    fn what_stands_for_a_value_and_what_describes_a_service_is_left_alone() {
        clean_file(
            "<Agreement><!-- <Password>S3cret</Password> --><Property name='Password' value='${sftp.password}'/><Password/>\
             <Property name='PasswordFile' value='/etc/x'/><Property name='Port' value='22'/><Host>localhost</Host><Address>Main Street 1</Address>\
             <Property name='URL' value='${mws.url}/services'/></Agreement>",
        );
        clean_file(
            "<wsdl:definitions xmlns:wsdl='http://schemas.xmlsoap.org/wsdl/' xmlns:soap='u'><wsdl:port><soap:address \
             location='http://m3:21007/x'/></wsdl:port></wsdl:definitions>",
        );
    }

    #[test]
    fn programs_inside_are_looked_at() {
        let found =
            hits_of("<Agreement><Script><![CDATA[\nvar a = 1;\nsetPassword(\"S3cret\");\n]]></Script></Agreement>");
        assert_eq!(found, [("clear-password", "S3cret".to_owned())]);
    }
}

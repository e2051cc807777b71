//! Requests from nothing but a service's description, from outside: the simulated MWS describes its services.

use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;
use std::time::Duration;

use mwscope::demo::{self, Server};
use mwscope::engine::now;
use tokio::runtime::Runtime;

fn mwscope(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mwscope")).args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn server(runtime: &Runtime, folder: &Path) -> Server {
    let options = demo::Options {
        folder: folder.to_owned(),
        seed: 1,
        now: Arc::new(now::utc_ns),
        slow: Duration::from_millis(10),
    };
    runtime.block_on(Server::start(options)).unwrap()
}

#[test]
fn an_operation_is_listed_filled_in_held_against_its_description_and_called() {
    let runtime = Runtime::new().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let server = server(&runtime, folder.path());
    let wsdl = format!("{}?wsdl", server.url("Facility"));
    let listed = text(&mwscope(&["replay", "--wsdl", &wsdl]).stdout);
    assert!(listed.contains("Facility.Create  SOAP 1.1  http://127.0.0.1:"), "{listed}");
    let skeleton = text(&mwscope(&["replay", "--wsdl", &wsdl, "--operation", "create"]).stdout);
    assert!(
        skeleton.contains("<cred:company>?</cred:company>") && skeleton.contains("<!--Optional; string-->"),
        "{skeleton}"
    );
    let case = folder.path().join("made.mwscope");
    let save = format!("--save={}", case.display());
    let user = format!("MWSUSR:{}", demo::PASSWORD);
    let call = ["replay", "--wsdl", &wsdl, "--operation", "Create", "--user", &user];
    let sent = mwscope(&[&call[..], &["--set", "//Facility=A77", "--yes", &save]].concat());
    assert_eq!(sent.status.code(), Some(0), "{}", text(&sent.stderr));
    assert!(text(&sent.stderr).contains("left out, since nothing was given: lws, Name, Country, Division"));
    let listed = text(&mwscope(&["list", case.to_str().unwrap()]).stdout);
    assert!(listed.contains("Facility.Create"), "{listed}");
    let unnamed = mwscope(&[&call[..4], &["Nothing"]].concat());
    assert_eq!(unnamed.status.code(), Some(2));
    assert!(text(&unnamed.stderr).contains("there are Facility.Create"), "{}", text(&unnamed.stderr));
}

#[test]
fn a_file_with_what_it_includes_is_enough_and_what_does_not_fit_is_not_sent() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("xsd")).unwrap();
    let types = r#"<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:f" elementFormDefault="qualified">
        <xs:element name="Create"><xs:complexType><xs:sequence><xs:element name="Company" type="xs:int"/>
        <xs:element name="Name" type="xs:string" minOccurs="0"/></xs:sequence></xs:complexType></xs:element></xs:schema>"#;
    std::fs::write(folder.path().join("xsd/f.xsd"), types).unwrap();
    let wsdl = r#"<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:f="urn:f" xmlns:t="urn:t" targetNamespace="urn:t"
        xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/"><types><schema xmlns="http://www.w3.org/2001/XMLSchema">
        <import namespace="urn:f" schemaLocation="xsd/f.xsd"/></schema></types>
        <message name="m"><part name="p" element="f:Create"/></message>
        <portType name="P"><operation name="Create"><input message="t:m"/></operation></portType>
        <binding name="B" type="t:P"><soap:binding transport="http://schemas.xmlsoap.org/soap/http"/>
        <operation name="Create"><soap:operation soapAction="urn:do"/><input><soap:body use="literal"/></input></operation></binding>
        <service name="S"><port name="P" binding="t:B"><soap:address location="http://127.0.0.1:1/s"/></port></service></definitions>"#;
    let file = folder.path().join("s.wsdl");
    std::fs::write(&file, wsdl).unwrap();
    let file = file.to_str().unwrap();
    let dry = |sets: &[&str]| {
        let mut arguments = vec!["replay", "--wsdl", file, "--operation", "Create", "--dry-run"];
        sets.iter().for_each(|set| arguments.extend(["--set", set]));
        mwscope(&arguments)
    };
    let good = dry(&["//Company=100"]);
    let shown = text(&good.stdout);
    assert_eq!(good.status.code(), Some(0), "{}", text(&good.stderr));
    assert!(shown.contains("SOAPAction: \"urn:do\"") && shown.contains("<cre:Company>100</cre:Company>"), "{shown}");
    assert!(!shown.contains("Name>"), "{shown}");
    let wrong = dry(&["//Company=a"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(text(&wrong.stderr).contains("/Envelope/Body/Create/Company: \"a\" is no int"), "{}", text(&wrong.stderr));
    let missing = dry(&["//Name=x"]);
    assert!(text(&missing.stderr).contains("Company is missing"), "{}", text(&missing.stderr));
    let other = folder.path().join("call.curl");
    std::fs::write(&other, "curl -d hello http://127.0.0.1:1/plain\n").unwrap();
    let unheld = mwscope(&["replay", other.to_str().unwrap(), "x0", "--wsdl", file, "--dry-run"]);
    let said = text(&unheld.stderr);
    assert!(said.contains("x0: not held against the description: it names no operation"), "{said}");
    std::fs::remove_file(folder.path().join("xsd/f.xsd")).unwrap();
    assert!(text(&dry(&[]).stderr).contains("f.xsd: not there"));
    let none = mwscope(&["replay", "--wsdl", "captures/cases/crs008-facility/inputs/merged.log"]);
    assert_eq!(none.status.code(), Some(2));
}

//! Messages as MWS, IPS and other services send them. The envelopes are synthetic, built from public facts.

use super::*;

const CREATE: &str = r#"<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:cred="http://lawson.com/ws/credentials" xmlns:cre="http://your.company.net/Facility/Create">
 <soapenv:Header><cred:lws><cred:company>100</cred:company><cred:division>AAA</cred:division><cred:user>MWSUSR</cred:user><cred:password>secret</cred:password></cred:lws></soapenv:Header>
 <soapenv:Body><cre:Create maxRecords="0"><cre:CRS008><cre:Facility>A01</cre:Facility><cre:Name>Caf&#233; &amp; Co</cre:Name><cre:Line/><cre:Line n="2">x</cre:Line></cre:CRS008></cre:Create></soapenv:Body>
</soapenv:Envelope>"#;

fn paths(message: &Envelope) -> Vec<(&str, &str)> {
    message.fields.iter().map(|field| (field.path.as_str(), field.value.as_str())).collect()
}

#[test]
fn a_request_gives_credentials_operation_and_fields() {
    let message = read(CREATE.as_bytes(), Some("text/xml; charset=utf-8")).expect("an envelope");
    assert_eq!(message.problems, []);
    assert_eq!(message.version, Version::Soap11);
    assert_eq!(message.credentials.company.as_deref(), Some("100"));
    assert_eq!(message.credentials.user.as_deref(), Some("MWSUSR"));
    assert!(!format!("{message:?}").contains("secret"));
    let operation = message.operation.as_ref().expect("an operation");
    assert_eq!(operation.namespace.as_deref(), Some("http://your.company.net/Facility/Create"));
    assert_eq!(operation.attributes, [("maxRecords".to_owned(), "0".to_owned())]);
    assert_eq!(
        paths(&message),
        [
            ("CRS008/Facility", "A01"),
            ("CRS008/Name", "Café & Co"),
            ("CRS008/Line", ""),
            ("CRS008/Line[2]/@n", "2"),
            ("CRS008/Line[2]", "x"),
        ]
    );
    assert_eq!(message.fields[1].span.of(CREATE.as_bytes()), b"Caf&#233; &amp; Co");
    assert_eq!(message.parts, [Part { name: "CRS008".to_owned(), count: 1, items: 0 }]);
}

#[test]
fn spans_point_into_the_bytes_of_any_encoding() {
    let text = CREATE.replace("Caf&#233;", "Café");
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let message = read(&utf16, None).expect("an envelope");
    let bytes = message.fields[0].span.of(&utf16);
    assert_eq!(bytes, [b'A', 0, b'0', 0, b'1', 0]);

    let latin: Vec<u8> = text.chars().map(|c| c as u8).collect();
    let message = read(&latin, Some("text/xml; charset=ISO-8859-1")).expect("an envelope");
    assert_eq!(message.fields[1].value, "Café & Co");
    assert_eq!(message.fields[1].span.of(&latin), b"Caf\xe9 &amp; Co");

    let message = read(&latin, Some("text/xml; charset=utf-8")).expect("an envelope");
    assert_eq!(message.fields[1].value, "Caf\u{fffd} & Co");
    assert_eq!(message.fields[3].span.of(&latin), b"<cre:Line n=\"2\">");
    assert!(message.problems[0].what.contains("not valid UTF-8"));
}

#[test]
fn faults_of_both_versions_read_alike() {
    let old = r#"<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body><S:Fault><faultcode>S:Server</faultcode><faultstring> Item already exists </faultstring><faultactor>urn:x</faultactor><detail><e><line>one</line><line>two</line></e></detail></S:Fault></S:Body></S:Envelope>"#;
    let fault = read(old.as_bytes(), None).and_then(|message| message.fault).expect("a fault");
    assert_eq!(fault.code.as_deref(), Some("S:Server"));
    assert_eq!(fault.text.as_deref(), Some("Item already exists"));
    assert_eq!((fault.actor.as_deref(), fault.detail.as_deref()), (Some("urn:x"), Some("one\ntwo")));

    let new = r#"<Envelope xmlns="http://www.w3.org/2003/05/soap-envelope"><Body><Fault><Code><Value>Receiver</Value><Subcode><Value>a</Value><Subcode><Value>b</Value></Subcode></Subcode></Code><Reason><Text xml:lang="en">No such program</Text></Reason><Detail>plain</Detail></Fault></Body></Envelope>"#;
    let message = read(new.as_bytes(), None).expect("an envelope");
    assert_eq!(message.version, Version::Soap12);
    let fault = message.fault.expect("a fault");
    assert_eq!((fault.code.as_deref(), fault.text.as_deref()), (Some("Receiver"), Some("No such program")));
    assert_eq!((fault.subcodes, fault.detail.as_deref()), (vec!["a".to_owned(), "b".to_owned()], Some("plain")));
}

#[test]
fn a_broken_message_gives_what_it_has() {
    let cut = &CREATE[..CREATE.find("Caf").unwrap_or_default() + 3];
    let message = read(cut.as_bytes(), None).expect("an envelope");
    assert_eq!(paths(&message), [("CRS008/Facility", "A01"), ("CRS008/Name", "Caf")]);
    assert!(message.problems[0].what.contains("ends inside"));

    let raw = CREATE.replace("&amp;", "&");
    let message = read(raw.as_bytes(), None).expect("an envelope");
    assert_eq!(message.fields[1].value, "Café & Co");
    let problem = &message.problems[0];
    assert_eq!(&raw.as_bytes()[problem.offset as usize..][..2], b"& ");

    let undeclared = "<soap:Envelope><soap:Body><x:Get><x:Id>1</x:Id></x:Get></soap:Body></soap:Envelope>";
    let message = read(undeclared.as_bytes(), None).expect("an envelope");
    assert_eq!((message.version.clone(), paths(&message)), (Version::Unknown(None), vec![("Id", "1")]));
}

#[test]
fn the_root_part_of_a_package_is_found() {
    let package = format!(
        "--b1\r\nContent-Type: image/png\r\nContent-ID: <pic>\r\n\r\n\x01\x02\r\n--b1\r\nContent-Type: application/xop+xml; charset=UTF-8; type=\"text/xml\"\r\nContent-ID: <root>\r\n\r\n{CREATE}\r\n--b1--\r\n"
    );
    let content_type = r#"multipart/related; type="application/xop+xml"; boundary="b1"; start="<root>""#;
    let message = read(package.as_bytes(), Some(content_type)).expect("an envelope");
    assert_eq!(message.fields[0].span.of(package.as_bytes()), b"A01");
    let lost = &package[package.rfind("--b1\r\n").unwrap_or_default()..];
    assert_eq!(read(lost.as_bytes(), None).map(|message| message.fields.len()), Some(5));
}

#[test]
fn other_bodies_are_no_messages() {
    for body in ["", "<html/>", "{\"Envelope\":1}", "<Envelope><x/></Envelope>", "--\r\n\r\nEnvelope", "\u{0}Envelope"]
    {
        assert_eq!(read(body.as_bytes(), Some("multipart/related; boundary=")), None, "{body}");
    }
}

#[test]
fn security_headers_name_the_user_only() {
    let text = r#"<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Header><w:Security xmlns:w="urn:w"><w:UsernameToken><w:Username>JDOE</w:Username><w:Password>pw1</w:Password></w:UsernameToken></w:Security></e:Header><e:Body/></e:Envelope>"#;
    let message = read(text.as_bytes(), None).expect("an envelope");
    assert_eq!(message.credentials.token_user.as_deref(), Some("JDOE"));
    assert_eq!(message.operation, None);
    assert!(!format!("{message:?}").contains("pw1"));
}

#[test]
fn an_outline_is_the_message_without_its_fields() {
    let envelope = |body: &str| {
        format!(
            "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>{body}</s:Body></s:Envelope>"
        )
    };
    let row = "<o:RowItem><o:A><o:B>1</o:B></o:A></o:RowItem>";
    let answer = format!(
        "<o:LstResponse xmlns:o=\"urn:o\" max=\"2\">{row}{row}<o:RowCollection>{row}{row}{row}</o:RowCollection></o:LstResponse>"
    );
    let fault = "<s:Fault><faultstring>no</faultstring><detail><a><b><c>deep</c></b></a></detail></s:Fault>";
    let header = "<s:Header><lws><company>100</company></lws></s:Header>";
    let texts = [
        envelope(&answer),
        envelope(fault),
        envelope(&answer).replace("<s:Body>", &format!("{header}<s:Body>")),
        // Cut off, and inside something else.
        envelope(&answer)[..250].to_owned(),
        format!("<log><entry>{}</entry></log>", envelope(&answer)),
    ];
    for text in texts {
        let mut whole = read(text.as_bytes(), None).expect("a message");
        whole.fields.clear();
        assert_eq!(outline(text.as_bytes(), None), Some(whole), "{text}");
    }
    let with_fields = |names: &[&str]| outline_or(envelope(&answer).as_bytes(), None, names);
    assert_eq!(with_fields(&["CONO", "row", "max"]), outline(envelope(&answer).as_bytes(), None));
    assert_eq!(with_fields(&["CONO", "b"]), read(envelope(&answer).as_bytes(), None));
    let outlined = outline(envelope(&answer).as_bytes(), None).expect("a message");
    let parts: Vec<_> = outlined.parts.iter().map(|part| (part.name.as_str(), part.count, part.items)).collect();
    assert_eq!(parts, [("RowItem", 2, 0), ("RowCollection", 1, 3)]);
}

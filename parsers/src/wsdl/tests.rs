//! Descriptions in several documents, what a skeleton of them looks like, and what doesn't fit. All synthetic.

use super::{Description, QName, SoapVersion, Style, Text, references, skeleton, validate, without_placeholders};

const MAIN: &str = r#"<wsdl:definitions name="Facility" targetNamespace="urn:f" xmlns:tns="urn:f" xmlns:c="urn:create"
    xmlns:cred="http://lawson.com/ws/credentials" xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/"
    xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:xsd="http://www.w3.org/2001/XMLSchema">
  <wsdl:types><xsd:schema targetNamespace="urn:x"><xsd:import namespace="urn:create" schemaLocation="create.xsd"/></xsd:schema>
  <xsd:schema targetNamespace="http://lawson.com/ws/credentials" elementFormDefault="qualified">
    <xsd:element name="lws"><xsd:complexType><xsd:sequence><xsd:element name="company" type="xsd:int" minOccurs="0"/>
    </xsd:sequence></xsd:complexType></xsd:element></xsd:schema></wsdl:types>
  <wsdl:message name="in"><wsdl:part name="p" element="c:Create"/></wsdl:message>
  <wsdl:message name="head"><wsdl:part name="lws" element="cred:lws"/></wsdl:message>
  <wsdl:portType name="P"><wsdl:operation name="Create"><wsdl:documentation>Makes one.</wsdl:documentation>
    <wsdl:input message="tns:in"/></wsdl:operation></wsdl:portType>
  <wsdl:binding name="B" type="tns:P"><soap:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>
    <wsdl:operation name="Create"><soap:operation soapAction="urn:do"/>
      <wsdl:input><soap:header message="tns:head" part="lws" use="literal"/><soap:body use="literal"/></wsdl:input></wsdl:operation></wsdl:binding>
  <wsdl:service name="Facility"><wsdl:port name="FacilityPort" binding="tns:B"><soap:address location="http://m3:1/mws-ws/services/Facility"/></wsdl:port></wsdl:service>
</wsdl:definitions>"#;

const CREATE: &str = r#"<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:create" targetNamespace="urn:create" elementFormDefault="qualified">
  <xs:include schemaLocation="common.xsd"/>
  <xs:element name="Create"><xs:complexType><xs:sequence><xs:element name="CRS008" type="Panel"/></xs:sequence>
    <xs:attribute name="maxRecords" type="xs:int"/><xs:attribute name="mode" type="xs:string" use="required"/></xs:complexType></xs:element>
  <xs:complexType name="Panel"><xs:complexContent><xs:extension base="Base"><xs:sequence>
    <xs:element name="Name" minOccurs="0"><xs:simpleType><xs:restriction base="xs:string"><xs:maxLength value="5"/></xs:restriction></xs:simpleType></xs:element>
    <xs:choice><xs:element name="City" type="xs:string"/><xs:element name="Zip" type="xs:int"/></xs:choice>
    <xs:element name="Line" minOccurs="0" maxOccurs="unbounded" type="Panel"/>
  </xs:sequence></xs:extension></xs:complexContent></xs:complexType>
</xs:schema>"#;

/// Without a namespace of its own: it takes that of the one that includes it.
const COMMON: &str = r#"<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" elementFormDefault="qualified">
  <xs:complexType name="Base"><xs:sequence><xs:element name="Facility" type="Code"/></xs:sequence></xs:complexType>
  <xs:simpleType name="Code"><xs:restriction base="xs:string"><xs:enumeration value="A01"/><xs:enumeration value="B01"/></xs:restriction></xs:simpleType>
</xs:schema>"#;

fn description() -> Description {
    let text = |address: &str, text: &str, into: Option<&str>| Text {
        address: address.to_owned(),
        text: text.to_owned(),
        included_into: into.map(str::to_owned),
    };
    Description::read(&[
        text("main.wsdl", MAIN, None),
        text("create.xsd", CREATE, None),
        text("common.xsd", COMMON, Some("urn:create")),
    ])
}

#[test]
fn documents_say_what_they_refer_to() {
    let found: Vec<_> = [MAIN, CREATE].iter().flat_map(|text| references(text)).collect();
    let found: Vec<_> =
        found.iter().map(|reference| (reference.location.as_str(), reference.into.as_deref())).collect();
    assert_eq!(found, [("create.xsd", None), ("common.xsd", Some("urn:create"))]);
}

#[test]
fn an_operation_has_all_that_is_said_of_it() {
    let description = description();
    assert_eq!(description.problems, []);
    let operation = description.operation("facility.create").expect("letter case aside");
    assert_eq!(operation.address.as_deref(), Some("http://m3:1/mws-ws/services/Facility"));
    assert_eq!(
        (operation.action.as_str(), operation.version, &operation.style),
        ("urn:do", SoapVersion::Soap11, &Style::Document)
    );
    assert_eq!(operation.documentation.as_deref(), Some("Makes one."));
    assert_eq!(operation.headers[0].element, QName::new("http://lawson.com/ws/credentials", "lws"));
}

#[test]
fn a_skeleton_has_every_element_and_says_what_may_be_left_out() {
    let description = description();
    insta::assert_snapshot!(skeleton(&description, &description.operations[0]), @r#"
    <soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:cred="http://lawson.com/ws/credentials" xmlns:cre="urn:create">
      <soapenv:Header>
        <!--Optional:-->
        <cred:lws>
          <!--Optional; int-->
          <cred:company>?</cred:company>
        </cred:lws>
      </soapenv:Header>
      <soapenv:Body>
        <cre:Create mode="?">
          <cre:CRS008>
            <!--one of A01, B01-->
            <cre:Facility>?</cre:Facility>
            <!--Optional; string, at most 5 characters-->
            <cre:Name>?</cre:Name>
            <!--Choose one of the next 2 items:-->
            <!--string-->
            <cre:City>?</cre:City>
            <!--int-->
            <cre:Zip>?</cre:Zip>
            <!--Zero or more-->
            <!--Line as above, within itself-->
          </cre:CRS008>
          <!--Optional attributes: maxRecords-->
        </cre:Create>
      </soapenv:Body>
    </soapenv:Envelope>
    "#);
}

fn filled(inner: &str) -> String {
    format!(
        "<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/' xmlns:c='urn:create'><s:Body>\
         <c:Create mode='x'><c:CRS008>{inner}</c:CRS008></c:Create></s:Body></s:Envelope>"
    )
}

#[test]
fn what_fits_is_let_through_and_what_doesnt_is_named() {
    let description = description();
    let operation = &description.operations[0];
    let good = "<c:Facility>A01</c:Facility><c:Zip>5</c:Zip><c:Line><c:Facility>B01</c:Facility><c:City/></c:Line>";
    assert_eq!(validate(&description, operation, &filled(good)), []);
    let said = |text: &str| {
        let faults = validate(&description, operation, text);
        faults.iter().map(|fault| format!("{}: {}; {}", fault.path, fault.what, fault.remedy)).collect::<Vec<_>>()
    };
    let at = "/Envelope/Body/Create/CRS008";
    let wrong = [
        ("<c:Zip>5</c:Zip>", format!("{at}: Facility is missing; put it in, at its place")),
        (
            "<c:Facility>C99</c:Facility><c:City/>",
            format!("{at}/Facility: \"C99\" is not one of A01, B01; it holds one of A01, B01"),
        ),
        ("<c:Facility>A01</c:Facility>", format!("{at}: one of City, Zip is missing; put one of them in")),
        ("<c:Facility>A01</c:Facility><c:Zip>x</c:Zip>", format!("{at}/Zip: \"x\" is no int; it holds int")),
        (
            "<c:Facility>A01</c:Facility><c:Name>too long</c:Name><c:City/>",
            format!("{at}/Name: \"too long\" has 8 characters, 5 are allowed; it holds string, at most 5 characters"),
        ),
        (
            "<c:Facility>A01</c:Facility><c:City/><c:Zip>1</c:Zip>",
            format!("{at}/Zip: {{urn:create}}Zip is not expected here; it stands in the wrong place, or too often"),
        ),
        (
            "<c:Facility>A01</c:Facility><c:City/><Line/>",
            format!("{at}/Line: Line is not expected here; its namespace must be \"urn:create\""),
        ),
        (
            "<c:Facility>A01</c:Facility><c:City>?</c:City>",
            format!("{at}/City: the placeholder ? is still in it; give it a value (string), or leave it out"),
        ),
    ];
    for (inner, expected) in wrong {
        assert_eq!(said(&filled(inner)), [expected], "{inner}");
    }
    let without = filled(good).replace(" mode='x'", "");
    assert_eq!(said(&without), ["/Envelope/Body/Create: the attribute mode is missing; put it in"]);
    let soap12 =
        filled(good).replace("http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope");
    assert_eq!(said(&soap12).len(), 1);
}

#[test]
fn a_skeleton_that_is_filled_in_fits_once_the_rest_is_left_out() {
    let description = description();
    let operation = &description.operations[0];
    let skeleton = skeleton(&description, operation);
    let filled = skeleton
        .replacen(">?</cre:Facility>", ">A01</cre:Facility>", 1)
        .replacen(">?</cre:City>", ">Hof</cre:City>", 1)
        .replace("mode=\"?\"", "mode=\"1\"");
    let (sent, left_out) = without_placeholders(&filled);
    assert_eq!(validate(&description, operation, &sent), [], "{sent}");
    assert!(!sent.contains("<!--") && !sent.contains('?'), "{sent}");
    assert_eq!(
        left_out,
        ["/Envelope/Header/lws", "/Envelope/Body/Create/CRS008/Name", "/Envelope/Body/Create/CRS008/Zip"]
    );
}

#[test]
fn a_procedure_call_stands_in_an_element_of_its_name() {
    let rpc = MAIN
        .replace("style=\"document\"", "style=\"rpc\"")
        .replace("<soap:body use=\"literal\"/>", "<soap:body use=\"encoded\" namespace=\"urn:rpc\"/>")
        .replace("<wsdl:part name=\"p\" element=\"c:Create\"/>", "<wsdl:part name=\"code\" type=\"xsd:int\"/>");
    let description = Description::read(&[Text { text: rpc, ..Text::default() }]);
    let operation = &description.operations[0];
    let text = skeleton(&description, operation);
    assert!(
        text.contains("<cre:Create soapenv:encodingStyle=\"http://schemas.xmlsoap.org/soap/encoding/\">"),
        "{text}"
    );
    assert!(text.contains("<code xsi:type=\"xsd:int\">?</code>"), "{text}");
    assert_eq!(
        validate(&description, operation, &text.replace(">?</code>", ">7</code>")).len(),
        1,
        "the company is left"
    );
}

#[test]
fn what_is_no_wsdl_is_said() {
    for (text, said) in [
        ("<html/>", "this is no WSDL"),
        ("", "this is no WSDL"),
        ("<description xmlns='http://www.w3.org/ns/wsdl'/>", "this is WSDL 2.0"),
        ("<definitions xmlns='http://schemas.xmlsoap.org/wsdl/'/>", "it describes no operation that is called by SOAP"),
    ] {
        let description = Description::read(&[Text { text: text.to_owned(), ..Text::default() }]);
        assert_eq!(description.problems.last().map(|(_, problem)| problem.what.as_str()), Some(said), "{text}");
    }
}

#[test]
fn a_schema_that_nests_without_end_ends() {
    let endless = "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema' xmlns='urn:create' targetNamespace='urn:create'>\
        <xs:element name='Create'><xs:complexType><xs:sequence><xs:group ref='G'/></xs:sequence></xs:complexType></xs:element>\
        <xs:group name='G'><xs:sequence><xs:group ref='G'/><xs:element ref='Create'/><xs:element ref='Create'/></xs:sequence></xs:group></xs:schema>";
    let texts =
        [Text { text: MAIN.to_owned(), ..Text::default() }, Text { text: endless.to_owned(), ..Text::default() }];
    let description = Description::read(&texts);
    let text = skeleton(&description, &description.operations[0]);
    assert!(text.len() < 20_000_000);
    assert!(!validate(&description, &description.operations[0], &text).is_empty(), "placeholders are left");
}

proptest::proptest! {
    #[test]
    fn whatever_is_cut_out_or_doubled_nothing_panics(at in 0..MAIN.len(), len in 0..400_usize, schema in proptest::bool::ANY, doubled in proptest::bool::ANY) {
        let damage = |text: &str| {
            let (start, end) = (at.min(text.len()), (at + len).min(text.len()));
            let middle = if doubled { text[start..end].repeat(2) } else { String::new() };
            format!("{}{middle}{}", &text[..start], &text[end..])
        };
        let (main, create) = if schema { (MAIN.to_owned(), damage(CREATE)) } else { (damage(MAIN), CREATE.to_owned()) };
        let texts = [main, create, COMMON.to_owned()].map(|text| Text { text, included_into: Some("urn:create".to_owned()), ..Text::default() });
        let description = Description::read(&texts);
        for operation in &description.operations {
            let text = skeleton(&description, operation);
            let (text, _) = without_placeholders(&damage(&text));
            let faults = validate(&description, operation, &text);
            proptest::prop_assert!(faults.iter().all(|fault| fault.range.end <= text.len()));
        }
    }
}

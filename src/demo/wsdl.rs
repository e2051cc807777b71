//! The WSDL of a simulated service: WSDL 1.1, document/literal, one schema per operation namespace, and the
//! optional `lws` header with company and division. Clients such as zeep build their calls from it.

use super::services::{BASE, Operation, Service, namespace};

const CREDENTIALS: &str = "http://lawson.com/ws/credentials";

/// The definition of `service`, which is reached at `address`.
pub(super) fn wsdl(service: &Service, address: &str) -> String {
    let name = service.name;
    let mut spaces = String::new();
    let mut schemas = String::new();
    let mut messages = String::new();
    let mut ports = String::new();
    let mut bindings = String::new();
    for (n, operation) in service.operations.iter().enumerate() {
        let op = operation.name;
        spaces.push_str(&format!(" xmlns:o{n}=\"{}\"", namespace(name, op)));
        schemas.push_str(&schema(name, operation));
        messages.push_str(&format!(
            "<wsdl:message name=\"{op}\"><wsdl:part name=\"parameters\" element=\"o{n}:{op}\"/></wsdl:message>\
             <wsdl:message name=\"{op}Response\"><wsdl:part name=\"parameters\" element=\"o{n}:{op}Response\"/></wsdl:message>\n"
        ));
        ports.push_str(&format!(
            "<wsdl:operation name=\"{op}\"><wsdl:input message=\"tns:{op}\"/><wsdl:output message=\"tns:{op}Response\"/></wsdl:operation>\n"
        ));
        bindings.push_str(&format!(
            "<wsdl:operation name=\"{op}\"><soap:operation soapAction=\"\"/>\
             <wsdl:input><soap:header message=\"tns:lws\" part=\"lws\" use=\"literal\"/><soap:body parts=\"parameters\" use=\"literal\"/></wsdl:input>\
             <wsdl:output><soap:body use=\"literal\"/></wsdl:output></wsdl:operation>\n"
        ));
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <wsdl:definitions name=\"{name}\" targetNamespace=\"{BASE}/{name}\" xmlns:tns=\"{BASE}/{name}\" xmlns:cred=\"{CREDENTIALS}\"{spaces} \
         xmlns:wsdl=\"http://schemas.xmlsoap.org/wsdl/\" xmlns:soap=\"http://schemas.xmlsoap.org/wsdl/soap/\" xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\">\n\
         <wsdl:documentation>Synthetic: a simulated MWS service for demonstration, not by Infor.</wsdl:documentation>\n\
         <wsdl:types>\n{}{schemas}</wsdl:types>\n\
         <wsdl:message name=\"lws\"><wsdl:part name=\"lws\" element=\"cred:lws\"/></wsdl:message>\n{messages}\
         <wsdl:portType name=\"{name}\">\n{ports}</wsdl:portType>\n\
         <wsdl:binding name=\"{name}Binding\" type=\"tns:{name}\"><soap:binding style=\"document\" transport=\"http://schemas.xmlsoap.org/soap/http\"/>\n{bindings}</wsdl:binding>\n\
         <wsdl:service name=\"{name}\"><wsdl:port name=\"{name}Port\" binding=\"tns:{name}Binding\"><soap:address location=\"{address}\"/></wsdl:port></wsdl:service>\n\
         </wsdl:definitions>\n",
        header_schema()
    )
}

fn header_schema() -> String {
    let elements = optional("company") + &optional("division");
    format!("{}{}</xsd:schema>\n", open_schema(CREDENTIALS), element("lws", &elements))
}

fn schema(service: &str, operation: &Operation) -> String {
    let name = operation.name;
    let mut input: String = operation.input.iter().copied().map(optional).collect();
    if let Some(wrapper) = operation.input_wrapper() {
        input = element(&wrapper, &input);
    }
    let mut output: String = operation.output.iter().map(|(field, _)| optional(field)).collect();
    for wrapper in operation.output_wrappers().iter().rev() {
        output = repeated(wrapper, &output);
    }
    let request = element(name, &input);
    format!(
        "{}{request}{}</xsd:schema>\n",
        open_schema(&namespace(service, name)),
        element(&format!("{name}Response"), &output)
    )
}

fn open_schema(space: &str) -> String {
    format!("<xsd:schema targetNamespace=\"{space}\" elementFormDefault=\"qualified\">")
}

fn element(name: &str, content: &str) -> String {
    format!(
        "<xsd:element name=\"{name}\"><xsd:complexType><xsd:sequence>{content}</xsd:sequence></xsd:complexType></xsd:element>"
    )
}

fn repeated(name: &str, content: &str) -> String {
    element(name, content).replacen("<xsd:element ", "<xsd:element minOccurs=\"0\" maxOccurs=\"unbounded\" ", 1)
}

fn optional(name: &str) -> String {
    format!("<xsd:element name=\"{name}\" type=\"xsd:string\" minOccurs=\"0\"/>")
}

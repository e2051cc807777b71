//! SOAP bodies of the synthetic case, in the shapes that public clients of MWS send and read.

use super::scene::{Kind, Mws};

/// The request's envelope.
pub(super) fn request(call: &Mws) -> String {
    let Mws { service, operation, program, company, division, fields, kind } = call;
    let prefix = operation.to_ascii_lowercase().chars().take(3).collect::<String>();
    let fields: String =
        fields.iter().map(|(name, value)| format!("<{prefix}:{name}>{value}</{prefix}:{name}>")).collect();
    let inner = match kind {
        Kind::Display => format!("<{prefix}:{program}>{fields}</{prefix}:{program}>"),
        Kind::Api => format!("<{prefix}:{operation}Item>{fields}</{prefix}:{operation}Item>"),
        Kind::Sql => fields,
    };
    format!(
        "<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" \
         xmlns:cred=\"http://lawson.com/ws/credentials\" xmlns:{prefix}=\"http://your.company.net/{service}/{operation}\">\
         <soapenv:Header><cred:lws><cred:company>{company}</cred:company><cred:division>{division}</cred:division>\
         </cred:lws></soapenv:Header>\
         <soapenv:Body><{prefix}:{operation}>{inner}</{prefix}:{operation}></soapenv:Body></soapenv:Envelope>"
    )
}

/// The answer of a call that went well.
pub(super) fn answer(call: &Mws, rows: usize) -> String {
    let Mws { service, operation, program, fields, kind, .. } = call;
    let value = fields.first().map_or("", |(_, value)| value.as_str());
    let rows: String = match kind {
        Kind::Display => format!("<{program}><Facility>{value}</Facility><Message/></{program}>"),
        Kind::Api => format!("<{operation}ResponseItem><Name>Customer {value}</Name></{operation}ResponseItem>"),
        Kind::Sql => {
            let items: String = (0..rows).map(|n| format!("<new1Item><ITNO>SKU-{n:04}</ITNO></new1Item>")).collect();
            format!("<new1Collection>{items}</new1Collection>")
        }
    };
    format!(
        "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body>\
         <{operation}Response xmlns=\"http://your.company.net/{service}/{operation}\">{rows}</{operation}Response>\
         </soap:Body></soap:Envelope>"
    )
}

/// A fault.
pub(super) fn fault(text: &str) -> String {
    format!(
        "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body><soap:Fault>\
         <faultcode>soap:Server</faultcode><faultstring>{text}</faultstring></soap:Fault></soap:Body></soap:Envelope>"
    )
}

//! A SoapUI project with a test case whose steps are HTTP requests: they are sent as they stand here, without a WSDL.
//! Secrets are properties of the project, which SoapUI asks nobody for: they are to be set in it.

use super::Language;
use super::piece::{self, Piece};
use super::prepared::Prepared;
use crate::replay::escape;

pub(super) const LANGUAGE: Language = Language {
    name: "soapui",
    about: "a SoapUI project (HTTP test requests)",
    extension: "xml",
    begin: || {
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <con:soapui-project id=\"mwscope\" activeEnvironment=\"Default\" name=\"mwscope\" soapui-version=\"5.7.0\" \
         xmlns:con=\"http://eviware.com/soapui/config\">\n<con:settings/>\n\
         <con:testSuite id=\"mwscope-suite\" name=\"Recorded\"><con:settings/><con:runType>SEQUENTIAL</con:runType>\n\
         <con:testCase id=\"mwscope-case\" failOnError=\"false\" failTestCaseOnErrors=\"true\" keepSession=\"false\" maxResults=\"0\" \
         name=\"Recorded\" searchProperties=\"true\"><con:settings/>\n"
            .to_owned()
    },
    request,
    end: |_| {
        "<con:properties/></con:testCase>\n<con:properties/></con:testSuite>\n<con:properties/>\n</con:soapui-project>\n".to_owned()
    },
};

/// Where SoapUI keeps the headers of a request.
const HEADERS: &str = "com.eviware.soapui.impl.wsdl.WsdlRequest@request-headers";

fn request(prepared: &Prepared, n: usize) -> String {
    let title = if prepared.title.is_empty() { format!("Request {n}") } else { format!("{n} {}", prepared.title) };
    let mut notes: Vec<String> = prepared
        .variables
        .iter()
        .map(|variable| format!("Set the project's property {}: {}.", variable.name, variable.what))
        .collect();
    notes.extend(prepared.notes.iter().cloned());
    notes.push(
        "SoapUI adds Host, Content-Length, Connection and User-Agent, and where none is given Accept-Encoding."
            .to_owned(),
    );
    let (body, lost) = body(&prepared.body);
    notes.extend(lost);
    let media = prepared.plain_header("content-type").unwrap_or_default();
    let media = String::from_utf8_lossy(&media).into_owned();
    let media_type = media.split(';').next().unwrap_or_default().trim().to_owned();
    let mut fragment = String::from("<xml-fragment xmlns:con=\"http://eviware.com/soapui/config\">");
    for line in &prepared.headers {
        fragment.push_str(&format!(
            "<con:entry key=\"{}\" value=\"{}\"/>",
            escape::xml(&line.name),
            escape::xml(&text(&line.value))
        ));
    }
    fragment.push_str("</xml-fragment>");
    format!(
        "<con:testStep type=\"httprequest\" name=\"{}\" id=\"mwscope-step-{n}\"><con:settings/>\
         <con:description>{}</con:description>\n\
         <con:config method=\"{}\" xsi:type=\"con:HttpRequest\" name=\"{}\" id=\"mwscope-request-{n}\" mediaType=\"{}\" \
         postQueryString=\"false\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\
         <con:settings><con:setting id=\"{HEADERS}\">{}</con:setting></con:settings>\n\
         <con:endpoint>{}</con:endpoint>\n<con:request>{body}</con:request>\n\
         <con:credentials><con:authType>No Authorization</con:authType></con:credentials>\
         <con:jmsConfig JMSDeliveryMode=\"PERSISTENT\"/><con:jmsPropertyConfig/><con:parameters/></con:config></con:testStep>\n",
        escape::xml(&title),
        escape::xml(&notes.join(" ")),
        escape::xml(&prepared.method),
        escape::xml(&title),
        escape::xml(&media_type),
        escape::xml(&fragment),
        escape::xml(&text(&prepared.url())),
    )
}

/// Pieces as text; a secret is a property of the project, and a `${` that was meant is escaped as SoapUI has it.
fn text(pieces: &[Piece]) -> String {
    let one = |piece: &Piece| match piece {
        Piece::Bytes(bytes) => String::from_utf8_lossy(bytes).replace("${", "$${"),
        Piece::Variable(name) => format!("${{#Project#{name}}}"),
    };
    pieces.iter().map(one).collect()
}

/// The body, and what a project can't hold of it.
fn body(pieces: &[Piece]) -> (String, Option<String>) {
    let plain = pieces.iter().all(|piece| match piece {
        Piece::Bytes(bytes) => std::str::from_utf8(bytes).is_ok_and(|text| escape::not_in_xml(text).is_none()),
        Piece::Variable(_) => true,
    });
    if !plain {
        let len: usize = piece::plain(pieces).map_or(0, |bytes| bytes.len());
        return (String::new(), Some(format!("The body of {len} bytes is left out: it is no text that XML can hold.")));
    }
    let text = text(pieces);
    // A parser turns CR LF into LF; a reference stays what it is, but not in CDATA.
    let body = if text.contains('\r') {
        escape::xml(&text)
    } else {
        format!("<![CDATA[{}]]>", text.replace("]]>", "]]]]><![CDATA[>"))
    };
    (body, None)
}

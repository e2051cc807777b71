//! Synthetic projects in the notations of SoapUI and ReadyAPI.

use super::*;
use crate::model::Kept;

fn exchanges(inner: &str) -> Vec<Exchange> {
    let text = format!(
        "<?xml version=\"1.0\"?><con:soapui-project name=\"P\" xmlns:con=\"{NAMESPACE}\">{inner}</con:soapui-project>"
    );
    assert!(looks_like(text.as_bytes()));
    read(text.as_bytes(), SourceId(0), ExchangeId(0)).exchanges
}

fn headers(exchange: &Exchange) -> Vec<String> {
    exchange.request.headers.0.iter().map(|header| format!("{}: {}", header.name, header.text())).collect()
}

fn body(exchange: &Exchange) -> String {
    match &exchange.request.body.kept {
        Kept::Here(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        _ => String::new(),
    }
}

const CALL: &str = "<con:interface name='S' soapVersion='1_1'><con:operation name='Get' action='urn:get'>\
    <con:call name='Request 1'><con:settings><con:setting id='com.eviware.soapui.impl.wsdl.WsdlRequest@request-headers'>\
    &lt;xml-fragment xmlns:con='http://eviware.com/soapui/config'>&lt;con:entry key='X-A' value='1 &amp;amp; 2'/>&lt;/xml-fragment></con:setting></con:settings>\
    <con:encoding>UTF-8</con:encoding><con:endpoint>http://m3:21007/mws-ws/services/S</con:endpoint>\
    <con:request><![CDATA[<e:Envelope xmlns:e='u'/>]]></con:request>\
    <con:credentials><con:username>jdoe</con:username><con:password>pw</con:password><con:authType>Preemptive</con:authType></con:credentials>\
    </con:call></con:operation></con:interface>";

#[test]
fn requests_of_an_interface_are_read() {
    let all = exchanges(CALL);
    assert_eq!(
        (all.len(), all[0].url.as_str(), all[0].request.method.as_str()),
        (1, "http://m3:21007/mws-ws/services/S", "POST")
    );
    let expected = [
        "Host: m3:21007",
        "X-A: 1 & 2",
        "Content-Type: text/xml;charset=UTF-8",
        "SOAPAction: \"urn:get\"",
        "Authorization: Basic amRvZTpwdw==",
        "Content-Length: 25",
    ];
    assert_eq!(headers(&all[0]), expected);
    assert_eq!(body(&all[0]), "<e:Envelope xmlns:e='u'/>");
    assert!(all[0].notes.contains(&("name".to_owned(), "P / Request 1".to_owned())), "{:?}", all[0].notes);
}

#[test]
fn steps_of_a_test_case_are_read() {
    let steps = "<con:testSuite name='T'><con:testCase name='C'>\
        <con:testStep type='request' name='A'><con:config><con:interface>S</con:interface><con:operation>Get</con:operation>\
        <con:request name='A'><con:endpoint>${#Project#url}/S</con:endpoint><con:request>&lt;a/></con:request></con:request></con:config></con:testStep>\
        <con:testStep type='httprequest' name='B'><con:config method='PUT' mediaType='application/json'><con:endpoint>https://h/x</con:endpoint>\
        <con:request>{}</con:request><con:parameters><con:parameter><con:name>q</con:name><con:value>a b</con:value></con:parameter></con:parameters></con:config></con:testStep>\
        <con:testStep type='groovy' name='G'><con:config><script>x</script></con:config></con:testStep></con:testCase></con:testSuite>";
    let all = exchanges(&format!("{CALL}{steps}"));
    let shown: Vec<_> = all.iter().map(|x| (x.request.method.as_str(), x.url.as_str())).collect();
    assert_eq!(shown[1..], [("POST", "${#Project#url}/S"), ("PUT", "https://h/x?q=a%20b")]);
    assert!(headers(&all[1]).contains(&"SOAPAction: \"urn:get\"".to_owned()));
    assert!(headers(&all[2]).contains(&"Content-Type: application/json".to_owned()));
    assert!(all[2].notes.contains(&("name".to_owned(), "P / T / C / B".to_owned())), "{:?}", all[2].notes);
}

#[test]
fn resources_of_rest_are_read() {
    let rest = "<con:interface name='R'><con:resource name='a' path='/m3api-rest/execute'><con:resource name='b' path='{pgm}/Get'>\
        <con:parameters><con:parameter><con:name>pgm</con:name><con:style>TEMPLATE</con:style></con:parameter>\
        <con:parameter><con:name>X-H</con:name><con:style>HEADER</con:style></con:parameter></con:parameters>\
        <con:method name='m' method='GET'><con:request name='1' mediaType='application/json'><con:endpoint>http://h:1/</con:endpoint><con:request/>\
        <con:parameters><con:entry key='pgm' value='CRS610MI'/><con:entry key='X-H' value='v'/><con:entry key='CUNO' value='A&amp;B'/></con:parameters>\
        </con:request></con:method></con:resource></con:resource></con:interface>";
    let all = exchanges(rest);
    let shown: Vec<_> = all.iter().map(|x| (x.request.method.as_str(), x.url.as_str())).collect();
    assert_eq!(shown, [("GET", "http://h:1/m3api-rest/execute/CRS610MI/Get?CUNO=A%26B")]);
    assert_eq!(headers(&all[0]), ["Host: h:1", "X-H: v"]);
}

#[test]
fn parts_of_a_composite_project_and_encrypted_ones_are_known() {
    let part = format!("<con:interface xmlns:con='{NAMESPACE}' name='S'/>");
    assert!(looks_like(part.as_bytes()) && may_be_empty(part.as_bytes()));
    assert!(!looks_like(b"<a xmlns:con='http://eviware.com/soapui/config'/>"));
    let sealed = format!(
        "<con:soapui-project xmlns:con='{NAMESPACE}'><con:encryptedContent>abc</con:encryptedContent></con:soapui-project>"
    );
    let recorded = read(sealed.as_bytes(), SourceId(0), ExchangeId(0));
    assert!(recorded.exchanges.is_empty() && recorded.problems[0].what.contains("encrypted"));
    let cut = &CALL[..CALL.len() - 60];
    let cut = format!("<con:soapui-project xmlns:con='{NAMESPACE}'>{cut}");
    let recorded = read(cut.as_bytes(), SourceId(0), ExchangeId(0));
    assert!(recorded.exchanges.len() == 1 && !recorded.problems.is_empty());
}

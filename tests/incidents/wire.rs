//! What goes over the wire of a simulated site.

use mwscope_parsers::Civil;

use super::site::Fate;

pub(super) fn business(value: &str) -> String {
    format!("Record {value} does not exist")
}

pub(super) fn request(service: &str, operation: &str, program: &str, company: &str, value: &str) -> String {
    format!(
        "<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns:cred=\"http://lawson.com/ws/credentials\" \
         xmlns:o=\"http://your.company.net/{service}/{operation}\"><soapenv:Header><cred:lws><cred:company>{company}</cred:company></cred:lws></soapenv:Header>\
         <soapenv:Body><o:{operation}><o:{program}><o:Key>{value}</o:Key></o:{program}></o:{operation}></soapenv:Body></soapenv:Envelope>"
    )
}

pub(super) fn answer(fate: Fate, service: &str, operation: &str, program: &str, value: &str) -> (u16, String) {
    let fault = |text: &str| {
        format!(
            "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body><soap:Fault><faultcode>soap:Server</faultcode>\
             <faultstring>{text}</faultstring></soap:Fault></soap:Body></soap:Envelope>"
        )
    };
    match fate {
        Fate::Fine => (
            200,
            format!(
                "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body><{operation}Response xmlns=\"http://your.company.net/{service}/{operation}\">\
                 <{program}><Key>{value}</Key></{program}></{operation}Response></soap:Body></soap:Envelope>"
            ),
        ),
        Fate::Crash | Fate::Definition => (500, fault("Unable to execute MPD!")),
        Fate::Business => (500, fault(&business(value))),
        Fate::Nok => (200, "{\"Message\":\"Customer number is invalid   \",\"@type\":\"ServerReturnedNOK\",\"@code\":\"XIM0002\",\"@field\":\"CUNO\"}".to_owned()),
        Fate::Unauthorised => (401, String::new()),
        Fate::GatewayTimeOut => (504, String::new()),
        Fate::Malformed => (500, fault("Error reading XMLStreamReader: Unexpected character '&' (code 38)")),
    }
}

pub(super) fn http_date(ms: i64) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    let (y, _, d, h, mi, s, _) = Civil { ns: ms * 1_000_000 }.parts();
    let day = DAYS[ms.div_euclid(86_400_000).rem_euclid(7) as usize];
    format!("{day}, {d:02} Jan {y} {h:02}:{mi:02}:{s:02} GMT")
}

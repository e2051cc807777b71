//! Exchanges of every protocol. Addresses, bodies and parameters are put together from what clients and
//! documentation show in public; they are synthetic.

use super::*;

fn seen<'a>(method: &'a str, url: &'a str, request: &'a str, status: u16, response: &'a str) -> Seen<'a> {
    Seen {
        method,
        url,
        request: Part { headers: vec![], body: request.as_bytes() },
        status: Some(status),
        response: Part { headers: vec![], body: response.as_bytes() },
        without_fields: false,
    }
}

/// What it is, which is found without its fields too.
fn recognise(seen: &Seen<'_>) -> Call {
    let call = super::recognise(seen);
    let brief = super::recognise(&Seen { without_fields: true, ..seen.clone() });
    assert_eq!(Call { fields: Vec::new(), ..brief }, Call { fields: Vec::new(), ..call.clone() });
    call
}

fn envelope(header: &str, body: &str) -> String {
    format!(
        r#"<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:o="urn:o"><s:Header>{header}</s:Header><s:Body>{body}</s:Body></s:Envelope>"#
    )
}

/// Service, operation and program.
fn names(call: &Call) -> (&str, &str, &str) {
    let text = |name: &Option<String>| name.clone().unwrap_or_default().leak() as &str;
    (text(&call.service), text(&call.operation), text(&call.program))
}

const FAULT: &str =
    "<s:Fault><faultcode>s:Server</faultcode><faultstring>Unable to execute MPD!</faultstring></s:Fault>";

#[test]
fn a_display_program_service_is_read_with_its_fault() {
    let header = r#"<c:lws xmlns:c="http://lawson.com/ws/credentials"><c:company>100</c:company><c:division>AAA</c:division></c:lws>"#;
    let body = "<o:Create><o:CRS008><o:Facility>A01</o:Facility><o:MMS101><o:ItemNumber>I1</o:ItemNumber></o:MMS101></o:CRS008></o:Create>";
    let (request, response) = (envelope(header, body), envelope("", FAULT));
    let mut seen = seen("POST", "https://m3:19007/mws-ws/services/Facility", &request, 500, &response);
    seen.request.headers.push(("AUTHORIZATION", "Basic Q09SUFxKRE9FOng="));
    seen.response.headers.push(("X-Request-ID", "r-1"));
    let call = recognise(&seen);
    assert_eq!(call.protocol, "MWS SOAP");
    assert_eq!(call.kind, CallKind::DisplayProgram);
    assert_eq!(names(&call), ("Facility", "Create", "CRS008"));
    assert_eq!(call.user.as_deref(), Some("CORP\\JDOE"));
    assert_eq!((call.company.as_deref(), call.division.as_deref()), (Some("100"), Some("AAA")));
    assert_eq!(call.fault.as_deref(), Some("Unable to execute MPD!"));
    assert_eq!(call.fault_code.as_deref(), Some("s:Server"));
    assert_eq!(call.fields[1], ("CRS008/MMS101/ItemNumber".to_owned(), "I1".to_owned()));
    assert_eq!(call.ids, ["r-1"]);
    assert_eq!(call.nok, None);
}

#[test]
fn kinds_of_mws_services_are_told_apart() {
    let call = |url: &str, request: &str, response: &str| {
        let (request, response) = (envelope("", request), envelope("", response));
        recognise(&seen("POST", url, &request, 200, &response))
    };
    let api = call(
        "/lws-ws/lwsdev/SFCS?x",
        "<o:GetBasicData maxRecords='0'><o:GetBasicDataItem><o:Company>334</o:Company></o:GetBasicDataItem></o:GetBasicData>",
        "<o:GetBasicDataResponse><o:GetBasicDataResponseItem/><o:GetBasicDataResponseItem/></o:GetBasicDataResponse>",
    );
    assert_eq!((api.kind, api.rows, api.company.as_deref()), (CallKind::Api, Some(2), Some("334")));
    assert_eq!(names(&api), ("SFCS", "GetBasicData", ""));
    assert_eq!(api.fields[0], ("@maxRecords".to_owned(), "0".to_owned()));

    let sql = call(
        "/mws-ws/services/MO",
        "<o:MOData><o:Facility>A01</o:Facility></o:MOData>",
        "<o:MODataResponse><o:new1Collection><o:new1Item><o:A>1</o:A><o:B>2</o:B></o:new1Item><o:new1Item><o:A>3</o:A></o:new1Item></o:new1Collection></o:MODataResponse>",
    );
    assert_eq!((sql.kind, sql.rows), (CallKind::Sql, Some(2)));

    let unseen = call("/mws-ws/services/MPD_PPS044_Add", "", "<o:AddResponse><o:PPS044/></o:AddResponse>");
    assert_eq!((unseen.kind, names(&unseen)), (CallKind::DisplayProgram, ("MPD_PPS044_Add", "Add", "PPS044")));

    let ips = call("/T/M3/ips/service/CRS418WS", "<o:Upd><o:CRS418><o:WWORNO>1</o:WWORNO></o:CRS418></o:Upd>", "");
    assert_eq!((ips.protocol.as_str(), names(&ips)), ("IPS SOAP", ("CRS418WS", "Upd", "CRS418")));

    let wsdl = recognise(&seen("GET", "/mws-ws/services/Facility?wsdl", "", 200, "<definitions/>"));
    assert_eq!((wsdl.kind, names(&wsdl)), (CallKind::Definition, ("Facility", "", "")));
}

#[test]
fn a_refusal_inside_a_success_is_found() {
    let url = "https://h/m3api-rest/execute/CRS610MI/GetBasicData;metadata=true;cono=100;divi=AAA?CUNO=Y1&_rid=x";
    let body = r#"{"Message":"Customer number   is invalid      ","@type":"ServerReturnedNOK","@code":"XIM0002","@cfg":null,"@field":"CUNO  "}"#;
    let call = recognise(&seen("GET", url, "", 200, body));
    assert_eq!((call.kind, names(&call)), (CallKind::Api, ("CRS610MI", "GetBasicData", "CRS610MI")));
    assert_eq!((call.company.as_deref(), call.division.as_deref()), (Some("100"), Some("AAA")));
    assert_eq!(call.fields, [("CUNO".to_owned(), "Y1".to_owned())]);
    let nok = call.nok.expect("a refusal");
    assert_eq!((nok.code.as_deref(), nok.field.as_deref()), (Some("XIM0002"), Some("CUNO")));
    assert_eq!((nok.message.as_deref(), nok.partial), (Some("Customer number is invalid"), false));
}

#[test]
fn a_list_that_ends_in_an_error_is_partial() {
    let url = "/m3api-rest/execute/TST001MI/Lst10Out";
    let body = r#"{"Program":"TST001MI","Transaction":"Lst10Out","MIRecord":[{"NameValue":[],"RowIndex":0},{"RowIndex":1}],"ErrorMessage":{"@type":"ServerReturnedNOK","@code":"CPF9898","@field":"RCNT      ","Message":"Designed to fail!"}}"#;
    let call = recognise(&seen("GET", url, "", 200, body));
    assert_eq!(call.rows, Some(2));
    assert_eq!(call.nok.map(|nok| (nok.partial, nok.field)), Some((true, Some("RCNT".to_owned()))));

    let xml = r#"<miResult xmlns="http://lawson.com/m3/miaccess"><Program>TST001MI</Program><Transaction>Get</Transaction><MIRecord/><ErrorMessage code="XAU0008" field="CONO" type="ServerReturnedNOK"><Message>Not authorized </Message></ErrorMessage></miResult>"#;
    let call = recognise(&seen("GET", "/M3/m3api-rest/execute", "", 200, xml));
    assert_eq!((names(&call), call.rows), (("TST001MI", "Get", "TST001MI"), Some(1)));
    let nok = call.nok.expect("a refusal");
    assert_eq!(
        (nok.code.as_deref(), nok.message.as_deref(), nok.partial),
        (Some("XAU0008"), Some("Not authorized"), true)
    );
}

#[test]
fn the_second_version_is_read_in_bulk() {
    let request = r#"{"program":"CRS610MI","cono":100,"divi":"","transactions":[{"transaction":"Add","record":{"CUNO":"A","STAT":20}},{"transaction":"Add","record":{"CUNO":"B"}}]}"#;
    let response = r#"{"results":[{"transaction":"Add","records":[{"CUNO":"A"}]},{"transaction":"Add","errorMessage":"Customer exists   ","errorType":"ServerReturnedNOK","errorCode":"WCU0304","errorField":"CUNO  "}],"wasTerminated":false,"nrOfSuccessfullTransactions":1,"nrOfFailedTransactions":1}"#;
    let call = recognise(&seen("POST", "/M3/m3api-rest/v2/execute?_rid=1", request, 200, response));
    assert_eq!((call.protocol.as_str(), names(&call)), ("M3 API REST v2", ("CRS610MI", "Add", "CRS610MI")));
    assert_eq!(call.company.as_deref(), Some("100"));
    let fields: Vec<_> = call.fields.iter().map(|(path, value)| (path.as_str(), value.as_str())).collect();
    assert_eq!(fields, [("Add/CUNO", "A"), ("Add/STAT", "20"), ("Add[2]/CUNO", "B")]);
    let nok = call.nok.expect("a refusal");
    assert_eq!((nok.code.as_deref(), nok.partial), (Some("WCU0304"), true));

    let refused = r#"{"errorMessage":"No such transaction","errorType":"TransactionNotFound"}"#;
    let call = recognise(&seen("GET", "/m3api-rest/v2/execute/CRS610MI/Nope", "", 400, refused));
    assert_eq!(call.nok.and_then(|nok| nok.code).as_deref(), Some("TransactionNotFound"));
    let fine = r#"{"results":[{"transaction":"Get","records":[]}],"wasTerminated":false}"#;
    let call = recognise(&seen("GET", "/m3api-rest/v2/execute/CRS610MI/Get", "", 200, fine));
    assert_eq!((call.nok, call.rows), (None, Some(0)));
}

#[test]
fn mi_over_soap_is_read_by_program_and_transaction() {
    let request = envelope(
        "",
        "<o:Execute><o:Program>CRS610MI</o:Program><o:Transaction>GetBasicData</o:Transaction><o:Cono>100</o:Cono><o:MIRecord><o:RowIndex>0</o:RowIndex><o:NameValue><o:Name>CUNO</o:Name><o:Value>Y1</o:Value></o:NameValue><o:NameValue><o:Name>CONO</o:Name><o:Value>1</o:Value></o:NameValue></o:MIRecord></o:Execute>",
    );
    let response = envelope("", "<o:miResult><o:MIRecord/><o:MIRecord/></o:miResult>");
    let call = recognise(&seen("POST", "/m3api/MIAccess", &request, 200, &response));
    assert_eq!(names(&call), ("MIAccess", "GetBasicData", "CRS610MI"));
    assert_eq!((call.kind, call.rows, call.company.as_deref()), (CallKind::Api, Some(2), Some("100")));
    assert!(call.fields.contains(&("MIRecord/CUNO".to_owned(), "Y1".to_owned())), "{:?}", call.fields);
}

#[test]
fn a_panel_gives_program_user_and_job() {
    let response = "<Root mcv=\"1.0\"><Panels><Panel name=\"APA450BC\"><PHead>APS450/B1</PHead></Panel></Panels><SessionData><IID>e92d</IID><SID>c6a4</SID></SessionData><ControlData><User>AUSER</User><Cmp>ACompany</Cmp><Divi>ADivision</Divi><Cono>350</Cono><Div>210</Div><JobId>28e2cc40ebd44832891454e756c51443</JobId><Msg>Saved</Msg></ControlData></Root>";
    let call =
        recognise(&seen("POST", "/mne/servlet/MvxMCSvt", "CMDTP=RUN&CMDVAL=APS450&SID=c6a4&RID=1", 200, response));
    assert_eq!(names(&call), ("MvxMCSvt", "RUN/APS450", "APS450"));
    assert_eq!(call.user.as_deref(), Some("AUSER"));
    assert_eq!((call.company.as_deref(), call.division.as_deref()), (Some("350"), Some("210")));
    assert_eq!(call.ids, ["28e2cc40ebd44832891454e756c51443", "e92d"]);
    assert!(!format!("{call:?}").contains("c6a4"), "the session key is a secret");
    assert_eq!(call.nok, None);
    let gone = "<Root><Result>-1</Result><Msg>Session has expired</Msg></Root>";
    let call = recognise(&seen("POST", "/mne/servlet/MvxMCSvt", "CMDTP=KEY&CMDVAL=ENTER", 200, gone));
    assert_eq!(call.nok.and_then(|nok| nok.message).as_deref(), Some("Session has expired"));
}

#[test]
fn neighbours_are_known_by_what_they_show() {
    let mut token = seen(
        "POST",
        "https://sso/T/as/token.oauth2",
        "grant_type=password&username=U&password=P",
        400,
        r#"{"error":"invalid_grant","error_description":"Bad credentials"}"#,
    );
    token.request.headers.push(("Content-Type", "application/x-www-form-urlencoded"));
    let call = recognise(&token);
    assert_eq!((call.kind, call.user.as_deref()), (CallKind::SignOn, Some("U")));
    assert_eq!((call.fault.as_deref(), call.fault_code.as_deref()), (Some("Bad credentials"), Some("invalid_grant")));
    assert!(call.fields.iter().all(|(_, value)| value != "P"));

    let mec = recognise(&seen("POST", "/in/orders", "<x/>", 200, "<title>e-Collaborator HTTP Reply</title>"));
    assert_eq!(mec.protocol, "MEC HTTP");

    let soap = envelope("", "<o:Add><o:a>1</o:a></o:Add>");
    let call = recognise(&seen("POST", "/calc?x", &soap, 200, ""));
    assert_eq!((call.protocol.as_str(), names(&call)), ("SOAP", ("calc", "Add", "")));

    let plain = recognise(&seen("GET", "/x/MMS001", "", 500, r#"{"error":{"message":"broken"}}"#));
    assert_eq!((plain.protocol.as_str(), plain.program.as_deref()), ("HTTP", Some("MMS001")));
    assert_eq!(plain.fault.as_deref(), Some("broken"));
    assert_eq!(recognise(&Seen::default()).protocol, "HTTP");
}

#[test]
fn display_programs_are_known_by_their_form() {
    for word in ["CRS008", "MMS100", "PPS200", "OI100", "ABCS123"] {
        assert!(is_display_program(word), "{word}");
    }
    for word in ["CRS08", "CRS0080", "crs008", "C008", "ABCD123", "CRS610MI", "", "Facility", "é123"] {
        assert!(!is_display_program(word), "{word}");
    }
}

proptest::proptest! {
    #[test]
    fn anything_is_recognised_without_a_panic(
        path in "/(mws-ws|m3api-rest|mne|m3api|ips)/(execute|servlet|MIAccess|service)[;/?&=%a-zé]{0,12}",
        body in "[<{](MPD|Envelope|results|MIRecord|\\{|\\[|\"|:|,|s:|/|>|<| |é){0,30}",
    ) {
        let _ = recognise(&seen("POST", &path, &body, 500, &body));
        let _ = mpd::find(&body);
    }
}

#[test]
fn forms_of_the_web_administration_are_named_with_their_fields_and_without_passwords() {
    let url = "http://ipa.example.com/UserManagement/home?csk.gen=true";
    let call = recognise(&seen("GET", url, "", 200, "<html/>"));
    assert_eq!((call.protocol.as_str(), names(&call)), ("Landmark web", ("UserManagement", "home", "")));
    let sent = "csk.JobId=1&j_username=JDOE&j_password=secret&Action=Save";
    let mut posted = seen("POST", "http://ipa.example.com/lmprdlpa/LpaAdmin", sent, 302, "");
    posted.request.headers.push(("Content-Type", "application/x-www-form-urlencoded"));
    let call = recognise(&posted);
    assert_eq!(names(&call), ("LpaAdmin", "POST", ""));
    assert_eq!((call.user.as_deref(), call.kind), (Some("JDOE"), CallKind::SignOn));
    assert!(call.fields.iter().all(|(_, value)| value != "secret"), "{:?}", call.fields);
    assert_eq!(recognise(&seen("GET", "http://h/other/home?gen=true", "", 200, "")).protocol, "HTTP");
}

#[test]
fn what_passes_the_gateway_is_named_by_its_application_and_m3_calls_stay_what_they_are() {
    let url = "https://mingle-ionapi.example.com/TENANT/IDM/api/items/search?$query=x";
    let refused =
        recognise(&seen("GET", url, "", 403, r#"{"error":"invalid_scope","error_description":"not for you"}"#));
    assert_eq!((refused.protocol.as_str(), names(&refused)), ("ION API", ("IDM", "GET api/items/search", "")));
    assert_eq!(refused.fault.as_deref(), Some("not for you"));
    let m3 = "https://mingle-ionapi.example.com/TENANT/M3/m3api-rest/execute/CRS610MI/GetBasicData?CUNO=1";
    assert_eq!(recognise(&seen("GET", m3, "", 200, "{}")).protocol, "M3 API REST");
}

#[test]
fn the_event_hub_is_known_by_its_address() {
    let request = envelope("", "<o:Publish><o:Event>M3:MMS001:F</o:Event></o:Publish>");
    let call = recognise(&seen("POST", "http://h:1/eventhub-ws/services/Publisher", &request, 200, ""));
    assert_eq!((call.protocol.as_str(), names(&call)), ("Event Hub", ("Publisher", "Publish", "")));
    assert_eq!(recognise(&seen("GET", "http://h/event/hub", "", 200, "")).protocol, "HTTP");
}

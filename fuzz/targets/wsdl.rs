//! Service descriptions in three documents and a request; zero bytes divide them.
#![no_main]
use mwscope_parsers::wsdl::{Description, Text, references, skeleton, validate, without_placeholders};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let mut parts = text.split('\0').map(str::to_owned);
    let request = parts.next().unwrap_or_default();
    let texts: Vec<Text> = parts
        .take(3)
        .map(|text| Text { text, included_into: Some("urn:x".to_owned()), ..Text::default() })
        .collect();
    texts.iter().for_each(|text| drop(references(&text.text)));
    let description = Description::read(&texts);
    for operation in description.operations.iter().take(8) {
        let (sent, _) = without_placeholders(&skeleton(&description, operation));
        let faults = validate(&description, operation, &sent);
        assert!(faults.iter().all(|fault| fault.range.end <= sent.len()));
        drop(validate(&description, operation, &request));
    }
});

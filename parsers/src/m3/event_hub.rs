//! Web services of the Event Hub, known by their address alone, since nothing of their messages is public: what SOAP
//! says of them is taken over.

use super::call::Call;
use super::seen::Context;
use super::soap_call;

pub(super) fn recognise(context: &Context<'_>) -> Option<Call> {
    const NAME: &str = "eventhub";
    let named = |segment: &String| {
        // Nearly all end here.
        if segment.len() < NAME.len() {
            return false;
        }
        let word: String = segment.chars().filter(char::is_ascii_alphanumeric).collect();
        word.to_ascii_lowercase().contains(NAME)
    };
    let at = context.target.segments.iter().position(named)?;
    let messages = context.request().is_some() || context.response().is_some();
    let mut call = if messages || context.target.asks_for_definition() {
        soap_call::recognise(context)?
    } else {
        Call {
            operation: context.target.segments.last().filter(|_| context.target.segments.len() > at + 1).cloned(),
            ..Call::default()
        }
    };
    call.protocol = "Event Hub".to_owned();
    call.service = call.service.or_else(|| context.target.segment(at).map(str::to_owned));
    Some(call)
}

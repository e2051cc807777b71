//! mitmproxy flow files, version 20, which mitmproxy 10 and all later ones read: dictionaries in tnetstrings, one behind
//! the other. <https://github.com/mitmproxy/mitmproxy/blob/main/mitmproxy/io/compat.py>

mod state;
mod tnetstring;

use std::io::{self, Write};

use super::field::{Field, Kept};
use super::{Format, Out, Sink, Told};
use crate::model::Exchange;

/// The format.
pub(super) const FORMAT: Format = Format {
    name: "flow",
    about: "mitmproxy flow file",
    extension: "flow",
    binary: true,
    fields: FIELDS,
    begin: |out| Ok(Box::new(Flows { out: io::BufWriter::new(out), written: 0 })),
};

const NO_HEAD: &str = "mitmproxy has headers one by one, not the bytes of the head";

const FIELDS: &[(Field, Kept)] = &[
    (Field::Started, Kept::Kept),
    (Field::Duration, Kept::Kept),
    (Field::Client, Kept::Kept),
    (Field::Server, Kept::Kept),
    (Field::Process, Kept::Kept),
    (Field::Method, Kept::Kept),
    (Field::Url, Kept::Kept),
    (Field::Target, Kept::Kept),
    (Field::Http, Kept::Kept),
    (Field::RequestHeaders, Kept::Kept),
    (Field::RequestBody, Kept::Kept),
    (Field::RequestTrailers, Kept::Kept),
    (Field::RequestHead, Kept::Dropped(NO_HEAD)),
    (Field::Status, Kept::Kept),
    (Field::Reason, Kept::Kept),
    (Field::ResponseHttp, Kept::Kept),
    (Field::ResponseHeaders, Kept::Kept),
    (Field::ResponseBody, Kept::Kept),
    (Field::ResponseTrailers, Kept::Kept),
    (Field::ResponseHead, Kept::Dropped(NO_HEAD)),
    (Field::Interim, Kept::Kept),
    (Field::Outcome, Kept::Kept),
    (Field::Complete, Kept::Kept),
    (Field::Timings, Kept::Kept),
    (Field::Tls, Kept::Kept),
    (Field::Tunnel, Kept::Kept),
    (Field::Stream, Kept::Kept),
    (Field::Edits, Kept::Kept),
    (Field::Masks, Kept::Kept),
    (Field::Notes, Kept::Kept),
    (Field::Origin, Kept::Kept),
];

struct Flows {
    out: io::BufWriter<Box<dyn Out>>,
    written: u64,
}

impl Sink for Flows {
    fn put(&mut self, exchange: &Exchange, source: &str, told: &mut Told) -> io::Result<()> {
        self.written += 1;
        let state = state::of(exchange, &format!("{source}#{}#{}", exchange.index, self.written), told);
        self.out.write_all(&state.bytes())
    }

    fn finish(mut self: Box<Self>, _: &mut Told) -> io::Result<()> {
        self.out.flush()
    }
}

//! Requests as programs that send them: curl, Python, JavaScript, Java, a SoapUI project. What they look like is the
//! business of [`replay::code`](crate::replay::code); here they are put into one file.

use std::io::{self, Write};

use super::field::{Field, Kept};
use super::{Format, Out, Sink, Told};
use crate::model::Exchange;
use crate::model::gathered::InMemory;
use crate::replay::Draft;
use crate::replay::code::{self, Language, Program};

/// The formats, one for each language.
pub(super) const CURL: Format = Format {
    name: "curl",
    about: "curl commands for bash and zsh",
    extension: "sh",
    binary: false,
    fields: &table(AS_TOLD, Kept::Kept, Kept::Kept),
    begin: |out| begin(out, "curl"),
};
pub(super) const CMD: Format = Format {
    name: "curl-cmd",
    about: "curl commands for a command file of Windows",
    extension: "cmd",
    fields: &table(AS_TOLD, Kept::Kept, Kept::Kept),
    begin: |out| begin(out, "curl-cmd"),
    ..CURL
};
pub(super) const POWERSHELL: Format = Format {
    name: "curl-powershell",
    about: "curl commands for PowerShell",
    extension: "ps1",
    begin: |out| begin(out, "curl-powershell"),
    ..CURL
};
pub(super) const PYTHON: Format = Format {
    name: "python",
    about: "a Python 3 program, standard library alone",
    extension: "py",
    begin: |out| begin(out, "python"),
    ..CURL
};
pub(super) const FETCH: Format = Format {
    name: "fetch",
    about: "JavaScript for Node.js 18 and later",
    extension: "mjs",
    fields: &table(
        Kept::Changed(
            "fetch writes names in lower case, joins those that are there twice, and refuses some: named in a comment",
        ),
        Kept::Kept,
        Kept::Kept,
    ),
    begin: |out| begin(out, "fetch"),
    ..CURL
};
pub(super) const JAVA: Format = Format {
    name: "java",
    about: "a Java 11 program in one file",
    extension: "java",
    fields: &table(
        Kept::Changed("HttpClient sorts headers by name and refuses some: named in a comment"),
        Kept::Changed("characters that java.net.URI refuses are percent-coded"),
        Kept::Kept,
    ),
    begin: |out| begin(out, "java"),
    ..CURL
};
pub(super) const SOAPUI: Format = Format {
    name: "soapui",
    about: "a SoapUI project",
    extension: "xml",
    fields: &table(
        AS_TOLD,
        Kept::Kept,
        Kept::Changed("a body that is no text XML can hold is left out; the step says so"),
    ),
    begin: |out| begin(out, "soapui"),
    ..CURL
};

const AS_TOLD: Kept = Kept::Changed("Content-Length is counted anew; a masked secret is a variable with a name");
const NO_ANSWERS: Kept = Kept::Dropped("a program has what is sent, not what came back; --to har has both");
const NO_HISTORY: Kept =
    Kept::Dropped("a program sends now, from here; --to ndjson has where and when it was recorded");

/// What becomes of each field: headers, target and body are of the language, the rest is the same for all.
const fn table(headers: Kept, target: Kept, body: Kept) -> [(Field, Kept); 31] {
    [
        (Field::Started, NO_HISTORY),
        (Field::Duration, NO_HISTORY),
        (Field::Client, NO_HISTORY),
        (Field::Server, NO_HISTORY),
        (Field::Process, NO_HISTORY),
        (Field::Method, Kept::Kept),
        (Field::Url, Kept::Kept),
        (Field::Target, target),
        (Field::Http, Kept::Changed("sent as HTTP/1.1")),
        (Field::RequestHeaders, headers),
        (Field::RequestBody, body),
        (Field::RequestTrailers, Kept::Dropped("the languages have no trailers")),
        (Field::RequestHead, Kept::Dropped("a program writes the head anew")),
        (Field::Status, NO_ANSWERS),
        (Field::Reason, NO_ANSWERS),
        (Field::ResponseHttp, NO_ANSWERS),
        (Field::ResponseHeaders, NO_ANSWERS),
        (Field::ResponseBody, NO_ANSWERS),
        (Field::ResponseTrailers, NO_ANSWERS),
        (Field::ResponseHead, NO_ANSWERS),
        (Field::Interim, NO_ANSWERS),
        (Field::Outcome, NO_ANSWERS),
        (Field::Complete, NO_ANSWERS),
        (Field::Timings, NO_HISTORY),
        (Field::Tls, NO_HISTORY),
        (Field::Tunnel, NO_HISTORY),
        (Field::Stream, NO_HISTORY),
        (Field::Edits, NO_HISTORY),
        (Field::Masks, Kept::Changed("variables with names")),
        (Field::Notes, NO_HISTORY),
        (Field::Origin, NO_HISTORY),
    ]
}

fn begin(out: Box<dyn Out>, language: &str) -> io::Result<Box<dyn Sink>> {
    let language: &'static Language =
        Language::named(language).ok_or_else(|| io::Error::other(format!("there is no language {language}")))?;
    let program = Program::begin(language);
    let mut out = io::BufWriter::new(out);
    out.write_all(program.head().as_bytes())?;
    Ok(Box::new(Requests { out, program }))
}

struct Requests {
    out: io::BufWriter<Box<dyn Out>>,
    program: Program<'static>,
}

impl Sink for Requests {
    fn put(&mut self, exchange: &Exchange, source: &str, told: &mut Told) -> io::Result<()> {
        let draft = match Draft::of(exchange, &InMemory) {
            Ok(draft) => draft,
            Err(why) => {
                told.say(exchange, &why.what);
                return Ok(());
            }
        };
        let title = code::title(exchange, source);
        self.out.write_all(self.program.request(&draft, &title).as_bytes())
    }

    fn finish(mut self: Box<Self>, _: &mut Told) -> io::Result<()> {
        self.out.write_all(self.program.end().as_bytes())?;
        self.out.flush()
    }
}

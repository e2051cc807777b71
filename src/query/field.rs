//! The fields that a filter can ask about, and of which type each is. One field is one line here and one arm in
//! `eval`.

/// Which half of an exchange a term looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Half {
    Both,
    Request,
    Response,
}

/// What a term asks about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Field {
    Any,
    Body,
    Client,
    Code,
    Company,
    Division,
    Dump,
    Duration,
    Element,
    Exception,
    Fault,
    File,
    Finding,
    Frame,
    Header,
    Host,
    Id,
    Is,
    Kind,
    Last,
    Layer,
    Level,
    Logger,
    Mark,
    Message,
    Method,
    Near,
    Operation,
    Outcome,
    Path,
    Port,
    Program,
    Protocol,
    Server,
    Service,
    Session,
    Size,
    Source,
    Stage,
    Status,
    Thread,
    Time,
    Tls,
    Type,
    Url,
    User,
    With,
    Stream,
    Cause,
    Note,
    /// Never asked about: the parser puts the saved filter in its place.
    Saved,
}

/// How the values of a field are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    /// A plain value is part of the text.
    Text,
    /// A plain value is the whole.
    Code,
    /// One of these words.
    Words(&'static [&'static str]),
    /// Whole numbers; `5xx` for a range of hundred.
    Number,
    /// Bytes, with `k` and `M`.
    Size,
    /// `ms`, `s`, `m`, `h`; seconds without a unit.
    Duration,
    /// A time of day, a date, both, or `-5m` before the end.
    Time,
    /// A level, on one scale.
    Level,
    /// A number or text, by what is asked.
    Value,
    /// `x12`, `#12` or `12`.
    Exchange,
    /// An exchange and how far from it.
    Near,
}

/// What `is:` can ask.
pub(super) const IS: &[&str] = &[
    "failed",
    "error",
    "warn",
    "slow",
    "waiting",
    "marked",
    "seen",
    "cut",
    "replay",
    "challenge",
    "linked",
    "explained",
    "masked",
    "noted",
];
const KINDS: &[&str] = &["call", "exchange", "log", "record", "dump", "threads", "stream", "text"];
const SOURCES: &[&str] = &["proxy", "replay", "import"];
const LAYERS: &[&str] = &[
    "client",
    "network",
    "tls",
    "authentication",
    "service-definition",
    "mws-runtime",
    "m3-program",
    "m3-data",
    "configuration",
    "unknown",
];
const OUTCOMES: &[&str] = &["complete", "failed", "aborted", "open"];

/// Names, type and one line of help for every field; the first name is the one shown.
pub(super) const FIELDS: &[(&[&str], Field, Type, &str)] = &[
    (&["any"], Field::Any, Type::Text, "everything recorded: headers, bodies, traces, fields of dumps"),
    (&["body"], Field::Body, Type::Text, "the decoded body (req.body, resp.body)"),
    (&["client"], Field::Client, Type::Text, "who called, ip:port or process"),
    (&["code"], Field::Code, Type::Code, "fault code or M3 message id (XIM0002)"),
    (&["company", "cono"], Field::Company, Type::Code, "M3 company"),
    (&["division", "divi"], Field::Division, Type::Code, "M3 division"),
    (&["dump"], Field::Dump, Type::Code, "the dump of that id, and what belongs to it; * for any"),
    (&["dur", "took"], Field::Duration, Type::Duration, "how long it took"),
    (&["el", "field"], Field::Element, Type::Value, "el.NAME: an element of the body or a field of a dump"),
    (&["exc", "exception"], Field::Exception, Type::Text, "an exception's class or message, causes included"),
    (&["fault"], Field::Fault, Type::Text, "fault or refusal text"),
    (&["file", "source"], Field::File, Type::Text, "the source's path"),
    (&["finding"], Field::Finding, Type::Text, "what a finding of that id, rule or title rests on"),
    (&["frame"], Field::Frame, Type::Text, "a frame of a stack trace"),
    (&["header"], Field::Header, Type::Text, "a header, header.NAME for one of them"),
    (&["host"], Field::Host, Type::Text, "the host of the URL"),
    (&["id"], Field::Id, Type::Code, "x12, d3, SOURCE#INDEX or SOURCE:LINE"),
    (&["is"], Field::Is, Type::Words(IS), "failed error warn slow waiting marked seen cut replay ..."),
    (&["kind"], Field::Kind, Type::Words(KINDS), "call, log, dump, threads or stream"),
    (&["last"], Field::Last, Type::Duration, "so long before the newest event"),
    (&["layer"], Field::Layer, Type::Words(LAYERS), "the layer that its finding names"),
    (&["level", "sev"], Field::Level, Type::Level, "a record's level (level:>=warn)"),
    (&["logger"], Field::Logger, Type::Text, "the logger's name"),
    (&["mark"], Field::Mark, Type::Code, "mark:yes what is marked"),
    (&["message", "msg"], Field::Message, Type::Text, "a record's message"),
    (&["method"], Field::Method, Type::Code, "the request method"),
    (&["near"], Field::Near, Type::Near, "near:x12,5s: within 5 s of that call"),
    (&["note"], Field::Note, Type::Text, "a note of yours; * for any"),
    (&["op", "operation"], Field::Operation, Type::Text, "operation or transaction, also SERVICE.OPERATION"),
    (&["outcome"], Field::Outcome, Type::Words(OUTCOMES), "complete, failed, aborted or open"),
    (&["path"], Field::Path, Type::Text, "the path of the URL"),
    (&["port"], Field::Port, Type::Number, "the server's port"),
    (&["program", "pgm"], Field::Program, Type::Text, "the M3 program"),
    (&["protocol"], Field::Protocol, Type::Text, "MWS SOAP, M3 API REST ..."),
    (&["server"], Field::Server, Type::Text, "who answered, ip:port"),
    (&["service"], Field::Service, Type::Text, "the service"),
    (&["session", "job"], Field::Session, Type::Code, "a session, job or request id"),
    (&["size"], Field::Size, Type::Size, "bytes of the bodies (req.size, resp.size) or of the record"),
    (&["src"], Field::Source, Type::Words(SOURCES), "proxy, replay or import"),
    (&["stage"], Field::Stage, Type::Code, "the stage at which it broke"),
    (&["status"], Field::Status, Type::Number, "the status (status:5xx)"),
    (&["thread"], Field::Thread, Type::Code, "the thread's name"),
    (&["time"], Field::Time, Type::Time, "10:41, 10:41..10:43, a date, -5m"),
    (&["tls"], Field::Tls, Type::Text, "TLS version, cipher, name or certificate"),
    (&["type"], Field::Type, Type::Text, "the content type"),
    (&["url"], Field::Url, Type::Text, "the whole URL"),
    (&["user"], Field::User, Type::Code, "the user, with or without domain"),
    (&["with"], Field::With, Type::Exchange, "all that belongs to that call"),
    (&["stream"], Field::Stream, Type::Code, "the TCP conversation of that id (s3), and the calls in it"),
    (&["cause"], Field::Cause, Type::Code, "failures of that cause in the summary (c1)"),
    (&["saved"], Field::Saved, Type::Code, "the filter that is saved under that name"),
];

/// The fields with one line of help each, for completion and help.
pub fn fields() -> impl Iterator<Item = (&'static str, &'static str)> {
    FIELDS.iter().map(|(names, _, _, help)| (names[0], *help))
}

/// The field of that name.
pub(super) fn find(name: &str) -> Option<(Field, Type)> {
    FIELDS
        .iter()
        .find(|(names, ..)| names.iter().any(|n| n.eq_ignore_ascii_case(name)))
        .map(|(_, field, kind, _)| (*field, *kind))
}

/// The name that is most like `word`, where one is like it at all.
#[must_use]
pub fn nearest<'a>(word: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_ascii_lowercase();
    names
        .map(|name| (strsim::osa_distance(&word, name), name))
        .filter(|(d, name)| *d <= 1 + name.len() / 4 || (word.len() > 1 && name.starts_with(word.as_str())))
        .min_by_key(|(d, _)| *d)
        .map(|(_, name)| name)
}

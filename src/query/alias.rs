//! mitmproxy's short forms (`~c 500`, `~bq text`), rewritten to ours:
//! <https://docs.mitmproxy.org/stable/concepts/filters/>.

/// What a short form stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Alias {
    /// The field before its value, which is a regular expression there.
    Field(&'static str),
    /// A field whose value is a number.
    Number(&'static str),
    /// A whole filter.
    Whole(&'static str),
}

const ALIASES: &[(&str, Alias)] = &[
    ("all", Alias::Whole("")),
    ("b", Alias::Field("body")),
    ("bq", Alias::Field("req.body")),
    ("bs", Alias::Field("resp.body")),
    ("c", Alias::Number("status")),
    ("d", Alias::Field("host")),
    ("dst", Alias::Field("server")),
    ("e", Alias::Whole("outcome:failed,aborted")),
    ("h", Alias::Field("header")),
    ("hq", Alias::Field("req.header")),
    ("hs", Alias::Field("resp.header")),
    ("http", Alias::Whole("kind:call")),
    ("m", Alias::Field("method")),
    ("marked", Alias::Whole("is:marked")),
    ("note", Alias::Field("note")),
    ("q", Alias::Whole("kind:call -status:*")),
    ("replay", Alias::Whole("is:replay")),
    ("s", Alias::Whole("status:*")),
    ("src", Alias::Field("client")),
    ("t", Alias::Field("type")),
    ("tq", Alias::Field("req.type")),
    ("ts", Alias::Field("resp.type")),
    ("u", Alias::Field("url")),
];

/// The meaning of `~name`.
pub(super) fn find(name: &str) -> Option<Alias> {
    ALIASES.iter().find(|(n, _)| *n == name).map(|(_, alias)| *alias)
}

/// All names, for completion and errors.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    ALIASES.iter().map(|(name, _)| *name)
}

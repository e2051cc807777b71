//! The states of the search for secrets: where in a text it is, and where the present secret ends. Plain data.

use super::forms::Style;
use super::names::{self, Kind};

/// What the text is taken for; it decides how values end and which grammars are tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Syntax {
    /// XML or HTML.
    Markup,
    /// JSON.
    Json,
    /// `application/x-www-form-urlencoded`, or the query of a URL.
    Form,
    /// `multipart/*`.
    Multipart,
    /// Anything else that comes over a wire.
    Text,
    /// A file: a log, a dump. What it calls `sessionID` is an address there.
    File,
}

/// Where the search stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// Outside of secrets.
    Idle,
    /// Inside a secret.
    Value(Value),
    /// In a start tag whose element, or whose attribute `value`, is a secret.
    Tag(Tag),
    /// In an element that is a secret.
    Element(Element),
    /// In a JSON object or array all of whose values are secrets.
    Nested(Nested),
    /// In the headers of a form's part whose content is a secret; so many line ends in a row were seen.
    PartHead { rule: &'static str, ends: u8, seen: u16 },
    /// In base64 that is long enough to be looked into, and whose first so many bytes came.
    Coded(usize),
    /// Before a secret at a fixed place.
    Skip { rule: &'static str, left: u16, count: u16 },
}

/// A secret, how it ends, and what comes then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Value {
    pub(crate) rule: &'static str,
    pub(crate) until: Until,
    pub(crate) then: Box<State>,
}

/// Where a secret ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Until {
    /// At a quote written in that style with so many backslashes before it.
    Quote { ch: u8, style: Style, level: usize, escapes: bool },
    /// Behind the digits of a number.
    Number,
    /// At whatever separates values in this syntax; the separator before was written in that style.
    Separator(Style),
    /// As [`Until::Separator`], and at whatever ends a segment of a path.
    PathParameter(Style),
    /// At `]]>`.
    Cdata,
    /// At the end of the line, or of the string that the line stands in.
    Line,
    /// At the end of a column or of the line; in a table also at the bar behind its cell.
    Cell { table: bool },
    /// At the bracket behind which a value can end.
    Bracket,
    /// At a line end followed by two hyphens.
    Boundary,
    /// At a blank, or where the tag ends: the value of an attribute without quotes.
    Attribute,
    /// Behind the last character that a token may have.
    Token,
    /// At the line that ends a key in PEM (RFC 7468).
    Pem,
    /// After so many more.
    Count(u16),
    /// Nowhere.
    Never,
}

/// A start tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tag {
    pub(crate) rule: &'static str,
    pub(crate) style: Style,
    /// Whether the element's content is secret too.
    pub(crate) element: bool,
    /// Whether it has no content where it has a value, as HTML writes some that others write with content.
    pub(crate) either: bool,
    /// Whether that is so only where it is nothing but text.
    pub(crate) leaf: bool,
    /// Whether an equals sign was the last.
    pub(crate) equals: bool,
    /// The attribute name that was read last, and whether it has ended.
    pub(crate) attribute: Vec<u8>,
    pub(crate) ended: bool,
    /// The quote in which an attribute value that is no secret stands.
    pub(crate) quote: Option<u8>,
    pub(crate) slash: bool,
    pub(crate) backslashes: usize,
    pub(crate) seen: u16,
}

impl Tag {
    /// As [`Tag::new`], of an element that is secret only where it has nothing but text.
    pub(crate) fn leaf(rule: &'static str, style: Style) -> Self {
        Self { leaf: true, ..Self::new(rule, style, true) }
    }

    /// The rule by which the value of the attribute that was read last is a secret.
    pub(crate) fn secret(&self) -> Option<&'static str> {
        match names::kind(&self.attribute) {
            Some(named @ (Kind::Secret(_) | Kind::Common(_))) => Some(named.rule()),
            _ => names::is_value(&self.attribute).then_some(self.rule),
        }
    }

    pub(crate) const fn new(rule: &'static str, style: Style, element: bool) -> Self {
        Self {
            rule,
            style,
            element,
            either: false,
            leaf: false,
            equals: false,
            attribute: Vec::new(),
            ended: true,
            quote: None,
            slash: false,
            backslashes: 0,
            seen: 0,
        }
    }
}

/// The content of an element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Element {
    pub(crate) rule: &'static str,
    pub(crate) style: Style,
    /// Elements that are open inside.
    pub(crate) depth: u32,
    /// Whether it is secret only where it has nothing but text.
    pub(crate) leaf: bool,
    pub(crate) within: Within,
}

/// Where in an element's content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Within {
    /// White space before a text.
    Gap,
    /// Text.
    Text,
    /// A tag, opening or closing.
    Tag { opens: bool, slash: bool, quote: Option<u8> },
    /// A comment; so many hyphens in a row were seen.
    Comment(u8),
}

/// JSON inside a secret's member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Nested {
    pub(crate) rule: &'static str,
    /// Objects (true) and arrays (false) that are open.
    pub(crate) stack: Vec<bool>,
    /// Whether the next string is a value.
    pub(crate) value: bool,
    /// In a member's name: the quote's backslashes.
    pub(crate) name: Option<usize>,
    pub(crate) backslashes: usize,
}

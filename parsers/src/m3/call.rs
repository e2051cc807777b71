//! A call in M3's terms: the facts by which it is joined to logs and dumps.

/// What an exchange is about, as far as its bytes say; `None` is unknown, never a guess.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Call {
    /// The protocol it speaks, in a word or two (`MWS SOAP`, `M3 API REST`, `MNE`, `HTTP`).
    pub protocol: String,
    /// What kind of service it calls.
    pub kind: CallKind,
    /// The service (`Facility`).
    pub service: Option<String>,
    /// The operation or transaction (`Create`).
    pub operation: Option<String>,
    /// The M3 program (`CRS008`, `CRS610MI`).
    pub program: Option<String>,
    /// The user in whose name it is made, with the domain where one is sent (`CORP\JDOE`).
    pub user: Option<String>,
    /// Company, where sent.
    pub company: Option<String>,
    /// Division, where sent.
    pub division: Option<String>,
    /// Request fields in document order: path below the operation, and value. Secrets are left out.
    pub fields: Vec<(String, String)>,
    /// The SOAP fault's text, or that of another protocol's error body.
    pub fault: Option<String>,
    /// The fault's code, where there is one.
    pub fault_code: Option<String>,
    /// The fault's detail as plain text, where there is one.
    pub fault_detail: Option<String>,
    /// M3's own refusal (`NOK`), which may stand inside a status 200.
    pub nok: Option<Nok>,
    /// Result rows or records in the answer, where they can be counted.
    pub rows: Option<u64>,
    /// Ids that stand in both this exchange and a log: M3 job ids (32 hex digits), request and session ids.
    pub ids: Vec<String>,
}

/// The kind of service behind a call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CallKind {
    /// Not known.
    #[default]
    Other,
    /// M3 API (MI) through MWS, REST or MIAccess.
    Api,
    /// A display program (MDP, users write MPD).
    DisplayProgram,
    /// An SQL service.
    Sql,
    /// Reading a definition: `?wsdl`, a schema, discovery, metadata.
    Definition,
    /// Signing on: OAuth token, session, CSRF token.
    SignOn,
}

/// M3's refusal of a call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Nok {
    /// The message id (`XIM0002`).
    pub code: Option<String>,
    /// The field it speaks of.
    pub field: Option<String>,
    /// The text, with its padding removed.
    pub message: Option<String>,
    /// Whether rows were delivered before it, so that the list is incomplete.
    pub partial: bool,
}

//! One transaction: its name in 15 characters, its fields, and the rows and the end of its answer.

use super::super::prefixed::Message;

/// Characters of a transaction's name.
const NAME: usize = 15;

/// How much of the fields, of a row, or of a refusal is kept, in characters.
const KEPT: usize = 512;

/// One transaction and its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The transaction's name: `GetPriceLine`.
    pub transaction: String,
    /// The fields behind it as sent, at most their first 512 characters.
    pub fields: String,
    /// When its first byte came, in nanoseconds since 1970.
    pub at: i64,
    /// When its last byte came.
    pub sent_at: i64,
    /// When the first byte of the answer came.
    pub answered_at: Option<i64>,
    /// When the last byte of the answer came.
    pub done_at: Option<i64>,
    /// Rows of the answer (`REP`), and one more where its end carries fields.
    pub rows: u64,
    /// How it ended.
    pub outcome: Outcome,
    /// Bytes of the request, without its length.
    pub request_bytes: u64,
    /// Bytes of the answers, without their lengths.
    pub response_bytes: u64,
    /// Bytes of request or answer are missing.
    pub damaged: bool,
}

/// How a transaction ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Its end wasn't seen.
    Open,
    /// M3 did it.
    Ok,
    /// M3 refused it, and what it said.
    Nok(String),
}

/// What an answer begins with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer<'a> {
    /// The last, with perhaps a row.
    Ok(&'a str),
    /// A row, others follow.
    Row,
    Nok(&'a str),
}

impl<'a> Answer<'a> {
    pub(super) fn read(text: &'a str) -> Option<Self> {
        let token = |word: &str| {
            let rest = text.strip_prefix(word)?;
            (rest.is_empty() || rest.starts_with([' ', '\0'])).then_some(rest.trim_matches([' ', '\0']))
        };
        if let Some(rest) = token("NOK") {
            return Some(Self::Nok(rest));
        }
        token("REP").map(|_| Self::Row).or_else(|| token("OK").map(Self::Ok))
    }
}

impl Call {
    pub(super) fn new(text: &str, message: &Message) -> Self {
        let split = text.char_indices().nth(NAME).map_or(text.len(), |(at, _)| at);
        let (transaction, fields) = text.split_at(split);
        Self {
            transaction: transaction.trim_matches([' ', '\0']).to_owned(),
            fields: fields.trim_end_matches([' ', '\0']).chars().take(KEPT).collect(),
            at: message.first,
            sent_at: message.last,
            answered_at: None,
            done_at: None,
            rows: 0,
            outcome: Outcome::Open,
            request_bytes: message.length,
            response_bytes: 0,
            damaged: message.damaged,
        }
    }

    /// Takes an answer; true where it is the last.
    pub(super) fn take(&mut self, text: &str, message: &Message) -> bool {
        self.answered_at.get_or_insert(message.first);
        self.done_at = Some(message.last);
        self.response_bytes += message.length;
        self.damaged |= message.damaged;
        match Answer::read(text) {
            Some(Answer::Row) => {
                self.rows += 1;
                return false;
            }
            Some(Answer::Nok(said)) => self.outcome = Outcome::Nok(said.chars().take(KEPT).collect()),
            Some(Answer::Ok(row)) => {
                self.rows += u64::from(!row.is_empty());
                self.outcome = Outcome::Ok;
            }
            // Something else than an answer ends the call without saying how.
            None => {}
        }
        true
    }
}

/// A transaction's name at the front of a text, where one can stand there.
pub(super) fn name(text: &str) -> Option<&str> {
    let name = text.get(..text.len().min(NAME))?.trim_end();
    let fits = name.len() >= 3 && name.starts_with(|c: char| c.is_ascii_alphabetic());
    (fits && name.chars().all(|c| c.is_ascii_alphanumeric())).then_some(name)
}

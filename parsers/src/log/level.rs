//! The words logs use for how bad a record is. Knows the words and their weight, not where they stand in a line.

use super::Severity;
use std::fmt;

/// A level as a source writes it: `WARNING` stays `WARNING`, it is not turned into `WARN`.
///
/// Two bytes wide at most, so that an index of millions of records stays small; [`Level::word`] gives the word back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Level(u8);

// The most frequent first: the search is linear and nearly always ends in the first five.
const WORDS: [(&str, Severity); 156] = [
    ("INFO", Severity::Info),
    ("DEBUG", Severity::Debug),
    ("WARN", Severity::Warn),
    ("ERROR", Severity::Error),
    ("TRACE", Severity::Trace),
    ("NOTE", Severity::Note),
    ("FINE", Severity::Debug),
    ("WARNING", Severity::Warn),
    ("FATAL", Severity::Fatal),
    ("SEVERE", Severity::Error),
    ("CONFIG", Severity::Info),
    ("FINER", Severity::Trace),
    ("FINEST", Severity::Trace),
    ("I", Severity::Info),
    ("D", Severity::Debug),
    ("W", Severity::Warn),
    ("E", Severity::Error),
    ("V", Severity::Trace),
    ("T", Severity::Trace),
    ("N", Severity::Note),
    ("F", Severity::Fatal),
    ("S", Severity::Error),
    ("NOTICE", Severity::Note),
    ("VERBOSE", Severity::Debug),
    ("CRITICAL", Severity::Fatal),
    ("CRIT", Severity::Fatal),
    ("ERR", Severity::Error),
    ("EMERG", Severity::Fatal),
    ("EMERGENCY", Severity::Fatal),
    ("ALERT", Severity::Fatal),
    ("PANIC", Severity::Fatal),
    ("FAILURE", Severity::Error),
    ("INFORMATION", Severity::Info),
    ("INFORMATIONAL", Severity::Info),
    ("AUDIT", Severity::Info),
    ("ALL", Severity::Trace),
    ("OFF", Severity::Info),
    ("INF", Severity::Info),
    ("DBG", Severity::Debug),
    ("WRN", Severity::Warn),
    ("TRC", Severity::Trace),
    ("VRB", Severity::Debug),
    ("FTL", Severity::Fatal),
    ("SUCCESS", Severity::Info),
    ("DEBUG1", Severity::Debug),
    ("DEBUG2", Severity::Debug),
    ("DEBUG3", Severity::Debug),
    ("DEBUG4", Severity::Debug),
    ("DEBUG5", Severity::Debug),
    ("LOG", Severity::Info),
    // .NET's console.
    ("TRCE", Severity::Trace),
    ("DBUG", Severity::Debug),
    ("FAIL", Severity::Error),
    // log4j 2's `%p{length=3}` and `%p{length=4}`.
    ("FAT", Severity::Fatal),
    ("TRA", Severity::Trace),
    ("FATA", Severity::Fatal),
    ("ERRO", Severity::Error),
    ("DEBU", Severity::Debug),
    ("TRAC", Severity::Trace),
    // Programs of their own in German, French, Italian and Swedish.
    ("FEHLER", Severity::Error),
    ("HINWEIS", Severity::Note),
    ("INFORMATIONEN", Severity::Info),
    ("AUSFÜHRLICH", Severity::Debug),
    ("KRITISCH", Severity::Fatal),
    ("ERREUR", Severity::Error),
    ("ERRORE", Severity::Error),
    ("FEL", Severity::Error),
    // java.util.logging in the languages the JDK itself is translated to (and Java 8's French and Spanish).
    ("WARNUNG", Severity::Warn),
    ("SCHWERWIEGEND", Severity::Error),
    ("INFOS", Severity::Info),
    ("AVERTISSEMENT", Severity::Warn),
    ("GRAVE", Severity::Error),
    ("ADVERTENCIA", Severity::Warn),
    ("AVVERTENZA", Severity::Warn),
    ("FEIN", Severity::Debug),
    ("FEINER", Severity::Trace),
    ("AM FEINSTEN", Severity::Trace),
    ("KONFIGURATION", Severity::Info),
    ("ALLVARLIG", Severity::Error),
    ("VARNING", Severity::Warn),
    ("KONFIG", Severity::Info),
    ("FIN", Severity::Debug),
    ("FINARE", Severity::Trace),
    ("FINASTE", Severity::Trace),
    ("PRÉCIS", Severity::Debug),
    ("PLUS PRÉCIS", Severity::Trace),
    ("LE PLUS PRÉCIS", Severity::Trace),
    ("INFORMACIÓN", Severity::Info),
    ("CONFIGURAR", Severity::Info),
    ("DETALLADO", Severity::Debug),
    ("MUY DETALLADO", Severity::Trace),
    ("MÁS DETALLADO", Severity::Trace),
    ("INFORMAZIONI", Severity::Info),
    ("CONFIGURAZIONE", Severity::Info),
    ("BUONO", Severity::Debug),
    ("MIGLIORE", Severity::Trace),
    ("OTTIMALE", Severity::Trace),
    ("ADVERTÊNCIA", Severity::Warn),
    ("INFORMAÇÕES", Severity::Info),
    ("CONFIGURAÇÃO", Severity::Info),
    ("DETALHADO", Severity::Debug),
    ("MAIS DETALHADO", Severity::Trace),
    ("O MAIS DETALHADO", Severity::Trace),
    ("重大", Severity::Error),
    ("致命的", Severity::Error),
    ("警告", Severity::Warn),
    ("情報", Severity::Info),
    ("構成", Severity::Info),
    ("普通", Severity::Debug),
    ("詳細", Severity::Trace),
    ("最も詳細", Severity::Trace),
    // Chinese, simplified and traditional, and Korean.
    ("严重", Severity::Error),
    ("信息", Severity::Info),
    ("配置", Severity::Info),
    ("详细", Severity::Debug),
    ("较详细", Severity::Trace),
    ("非常详细", Severity::Trace),
    ("嚴重", Severity::Error),
    ("資訊", Severity::Info),
    ("組態", Severity::Info),
    ("較詳細", Severity::Trace),
    ("最詳細", Severity::Trace),
    ("심각", Severity::Error),
    ("경고", Severity::Warn),
    ("정보", Severity::Info),
    ("구성", Severity::Info),
    ("미세", Severity::Debug),
    ("보다 미세", Severity::Trace),
    ("가장 미세", Severity::Trace),
    // Oracle's diagnostic logs, Apache's traces, npm's most talkative level.
    ("NOTIFICATION", Severity::Info),
    ("INCIDENT_ERROR", Severity::Fatal),
    ("TRACE1", Severity::Trace),
    ("TRACE2", Severity::Trace),
    ("TRACE3", Severity::Trace),
    ("TRACE4", Severity::Trace),
    ("TRACE5", Severity::Trace),
    ("TRACE6", Severity::Trace),
    ("TRACE7", Severity::Trace),
    ("TRACE8", Severity::Trace),
    ("SILLY", Severity::Trace),
    // WebSphere's types of messages, which are levels only where nothing else stands: audit, configuration, what a program
    // prints and what it prints as an error, a type nobody knows, fine to finest, entry and exit.
    ("A", Severity::Note),
    ("C", Severity::Info),
    ("O", Severity::Info),
    ("R", Severity::Error),
    ("Z", Severity::Unknown),
    ("1", Severity::Debug),
    ("2", Severity::Trace),
    ("3", Severity::Trace),
    (">", Severity::Trace),
    ("<", Severity::Trace),
    // What PostgreSQL writes below a message, each a record of its own; words of any message without its sign behind them.
    ("STATEMENT", Severity::Info),
    ("DETAIL", Severity::Info),
    ("HINT", Severity::Info),
    ("CONTEXT", Severity::Info),
    ("QUERY", Severity::Info),
    ("LOCATION", Severity::Info),
];

/// From here on the words are those that [`alone`] knows.
const ALONE: usize = 140;
/// From here on they are levels only where [`SIGN`] follows.
const SIGNED: usize = 150;
/// What PostgreSQL writes behind a level: [documentation](https://www.postgresql.org/docs/current/runtime-config-logging.html).
const SIGN: &[u8] = b":  ";

/// For each first byte in either case, how long the words are that begin with it: a bit each. Nearly every word of a log
/// is none of a level, and this tells so.
static LENGTHS: [u32; 256] = {
    let mut lengths = [0; 256];
    let mut at = 0;
    while at < WORDS.len() {
        let word = WORDS[at].0.as_bytes();
        let bit = 1 << word.len();
        if at < ALONE || at >= SIGNED {
            lengths[word[0] as usize] |= bit;
            lengths[word[0].to_ascii_lowercase() as usize] |= bit;
        }
        at += 1;
    }
    lengths
};

/// The first words of levels that have several.
const FIRST_WORDS: [&str; 9] = ["AM", "PLUS", "LE", "MUY", "MÁS", "MAIS", "O", "보다", "가장"];

/// Levels that hardly a record has, and that are ordinary words in small letters: `logged off`, `see the log`.
const IN_CAPITALS: [&str; 3] = ["ALL", "OFF", "LOG"];

const OTHER: u8 = u8::MAX;

impl Level {
    /// A level word that isn't in the vocabulary; only a layout that was told can give one.
    pub const OTHER: Self = Self(OTHER);

    /// The level that `word` names, if it is written as levels are: all upper, all lower or Capitalised.
    ///
    /// A single letter must be upper case, or every article would be a level.
    #[must_use]
    pub fn of(word: &[u8]) -> Option<Self> {
        // What nearly every record of a log has.
        let usual = match word {
            b"INFO" => Some(0),
            b"DEBUG" => Some(1),
            b"WARN" => Some(2),
            b"ERROR" => Some(3),
            b"TRACE" => Some(4),
            b"NOTE" => Some(5),
            _ => None,
        };
        if usual.is_some() {
            return usual.map(Self);
        }
        let first = *word.first()?;
        let length = u32::try_from(word.len()).ok()?;
        if LENGTHS[usize::from(first)].checked_shr(length).unwrap_or(0) & 1 == 0 {
            return None;
        }
        let at = WORDS[..ALONE].iter().position(|(known, _)| word.eq_ignore_ascii_case(known.as_bytes()))?;
        let rest = &word[1..];
        let upper = !first.is_ascii_lowercase() && !rest.iter().any(u8::is_ascii_lowercase);
        let lower_rest = !rest.iter().any(u8::is_ascii_uppercase) && !IN_CAPITALS.contains(&WORDS[at].0);
        if upper || (lower_rest && word.len() > 1) { u8::try_from(at).ok().map(Self) } else { None }
    }

    /// The word in upper case; `None` for [`Level::OTHER`], whose word stands in the record alone.
    #[must_use]
    pub fn word(self) -> Option<&'static str> {
        WORDS.get(usize::from(self.0)).map(|(word, _)| *word)
    }

    /// A number for it that holds for this build of the program; [`Level::numbered`] gives the level back.
    #[must_use]
    pub fn number(self) -> u8 {
        self.0
    }

    /// The level with that number.
    #[must_use]
    pub fn numbered(number: u8) -> Self {
        if usize::from(number) < WORDS.len() { Self(number) } else { Self::OTHER }
    }

    /// How bad it is; [`Severity::Unknown`] for a word outside the vocabulary.
    #[must_use]
    pub fn severity(self) -> Severity {
        WORDS.get(usize::from(self.0)).map_or(Severity::Unknown, |(_, severity)| *severity)
    }

    /// The level that a user means by `word`, in any case.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        let word = word.to_ascii_uppercase();
        Self::of(word.as_bytes()).or_else(|| Self::signed(word.as_bytes()))
    }

    /// The level that `word` names where [`SIGN`] follows it.
    fn signed(word: &[u8]) -> Option<Self> {
        let at = WORDS[SIGNED..].iter().position(|(known, _)| known.as_bytes() == word)?;
        u8::try_from(SIGNED + at).ok().map(Self)
    }

    /// Whether it is one only by what follows it.
    pub(crate) fn needs_sign(self) -> bool {
        (SIGNED..WORDS.len()).contains(&usize::from(self.0))
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word().unwrap_or("OTHER"))
    }
}

/// The level word that starts `bytes` and its length; the word must end where its letters end.
pub(crate) fn at_start(bytes: &[u8]) -> Option<(Level, usize)> {
    if LENGTHS[usize::from(*bytes.first()?)] == 0 {
        return None;
    }
    let len = word_len(bytes);
    if let Some(level) = Level::of(&bytes[..len]) {
        return Some((level, len));
    }
    if bytes.get(len) == Some(&SIGN[0]) {
        let level = bytes[len..].starts_with(SIGN).then(|| Level::signed(&bytes[..len]))?;
        return level.map(|level| (level, len));
    }
    if bytes.get(len) != Some(&b' ') || !FIRST_WORDS.iter().any(|first| first.as_bytes() == &bytes[..len]) {
        return None;
    }
    // `AM FEINSTEN`, `LE PLUS PRÉCIS`
    let phrase = |(at, (word, _)): (usize, &(&str, Severity))| {
        let fits = word.len() > len && bytes.starts_with(word.as_bytes()) && word_len(&bytes[word.len()..]) == 0;
        fits.then(|| Some((Level(u8::try_from(at).ok()?), word.len())))?
    };
    WORDS.iter().enumerate().find_map(phrase)
}

/// The level that starts `bytes` and is one character which a blank follows, in a column of which no record has another word.
pub(crate) fn alone(bytes: &[u8]) -> Option<Level> {
    let ([letter], None | Some(b' ')) = (bytes.get(..1)?, bytes.get(1)) else { return None };
    let known = || WORDS[ALONE..SIGNED].iter().position(|(word, _)| word.as_bytes() == [*letter]);
    Level::of(&[*letter]).or_else(|| u8::try_from(ALONE + known()?).ok().map(Level))
}

/// How many level words stand in `bytes` behind anything but a letter or digit of ASCII, up to `most`: no record has a
/// level anywhere else.
pub(crate) fn count(bytes: &[u8], most: usize) -> usize {
    let fresh = |at: usize| at == 0 || !bytes[at - 1].is_ascii_alphanumeric();
    let may_start = |at: &usize| LENGTHS[usize::from(bytes[*at])] != 0 && fresh(*at);
    (0..bytes.len()).filter(may_start).filter(|at| at_start(&bytes[*at..]).is_some()).take(most).count()
}

/// Letters of all languages, digits and what joins words. What begins with the bytes C2 and E2 is a sign in UTF-8 (`¦`, `»`,
/// a dash), but for ordinals and ancient scripts.
static LETTERS: [bool; 256] = {
    let mut letters = [false; 256];
    let mut at = 0;
    while at < letters.len() {
        let sign = at == 0xC2 || at == 0xE2;
        letters[at] = at >= 0x80 && !sign || (at as u8).is_ascii_alphanumeric() || at as u8 == b'_';
        at += 1;
    }
    letters
};

/// Letters and digits at the start of `bytes`, 0 if more than any level has.
pub(crate) fn word_len(bytes: &[u8]) -> usize {
    let len = bytes.iter().take(21).take_while(|b| LETTERS[usize::from(**b)]).count();
    if len > 20 { 0 } else { len }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_keep_their_own_form() {
        for word in ["WARNING", "warning", "Warning"] {
            assert_eq!(Level::of(word.as_bytes()).and_then(Level::word), Some("WARNING"));
        }
        for (at, (word, _)) in WORDS[..ALONE].iter().enumerate() {
            assert_eq!(Level::of(word.as_bytes()).map(|level| usize::from(level.0)), Some(at), "{word}");
        }
        for (word, severity) in &WORDS[ALONE..SIGNED] {
            assert_eq!(Level::of(word.as_bytes()), None, "{word} is a level only where it stands alone");
            assert_eq!(
                alone(word.as_bytes()).map(|level| (level.word(), level.severity())),
                Some((Some(*word), *severity))
            );
        }
        assert_eq!(
            (alone(b"I x").and_then(Level::word), alone(b"Ix"), alone(b""), alone(b"Q")),
            (Some("I"), None, None, None)
        );
        for (at, (word, _)) in WORDS.iter().enumerate().skip(SIGNED) {
            assert_eq!(
                Level::of(word.as_bytes()),
                None,
                "{word} is a level only with what PostgreSQL writes behind it"
            );
            let read = |text: String| at_start(text.as_bytes()).map(|(level, len)| (usize::from(level.0), len));
            assert_eq!(read(format!("{word}:  x")), Some((at, word.len())));
            assert_eq!((read(format!("{word}: x")), read(format!("{word} x"))), (None, None));
            assert_eq!(Level::named(&word.to_lowercase()).and_then(Level::word), Some(*word));
            assert_eq!(count(format!("a {word}:  x {word} y").as_bytes(), 9), 1);
        }
        // `logged off`, `see the log`
        assert_eq!((Level::of(b"off"), Level::of(b"Log"), Level::of(b"all")), (None, None, None));
        assert_eq!(at_start("INFO¦main".as_bytes()).map(|(_, len)| len), Some(4));
        assert_eq!(Level::of(b"wARNING"), None);
        assert_eq!(Level::of(b"e"), None);
        assert_eq!(Level::of(b"E").map(Level::severity), Some(Severity::Error));
        assert_eq!(Level::named("note").map(Level::severity), Some(Severity::Note));
        assert_eq!(at_start(b"INFO: x").map(|(_, len)| len), Some(4));
        assert_eq!(at_start(b"INFOX x"), None);
        assert_eq!(at_start("AM FEINSTEN: x".as_bytes()).and_then(|(level, _)| level.word()), Some("AM FEINSTEN"));
        assert_eq!(at_start("LE PLUS PRÉCIS x".as_bytes()).map(|(_, len)| len), Some(15));
        assert_eq!(at_start(b"AM MORGEN x"), None);
        assert_eq!(at_start("警告: x".as_bytes()).map(|(level, _)| level.severity()), Some(Severity::Warn));
    }
}

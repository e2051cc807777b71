//! The seam between what carries bytes and what understands them: pieces of a conversation go into a dissector, and
//! what it finds comes out. It knows no protocol.

use super::pair::Pair;

/// Which end of a conversation a byte comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Side {
    /// The end that opened the conversation.
    Client,
    /// The end that was called.
    Server,
}

impl Side {
    /// Both, the client first: the order of arrays with one element for each.
    pub const BOTH: [Self; 2] = [Self::Client, Self::Server];

    /// Its name in a sentence.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Server => "server",
        }
    }

    /// The other end.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Client => Self::Server,
            Self::Server => Self::Client,
        }
    }
}

/// One in-order piece of one direction of a byte stream; each byte comes once. Times are nanoseconds since 1970 UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Bytes; never none.
    Data {
        /// When the packet was captured that carried them.
        at: i64,
        /// The bytes.
        bytes: &'a [u8],
        /// Where they stand in the (decompressed) capture file; `None` for bytes that don't stand there as they
        /// are: decrypted, decompressed, or put together from fragments.
        from: Option<u64>,
    },
    /// Bytes that are missing: sent, as the other end's acknowledgements or later bytes show, and not captured.
    Gap {
        /// When it was known.
        at: i64,
        /// How many; never 0.
        length: u64,
    },
    /// The direction has ended. Nothing follows on this side.
    End {
        /// When.
        at: i64,
        /// How.
        how: End,
    },
}

impl Piece<'_> {
    /// When it was captured, nanoseconds since 1970 UTC.
    #[must_use]
    pub const fn at(&self) -> i64 {
        match self {
            Self::Data { at, .. } | Self::Gap { at, .. } | Self::End { at, .. } => *at,
        }
    }
}

/// How a direction of a conversation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum End {
    /// By its sender, in order.
    Fin,
    /// By a reset; which end sent it.
    Reset(Side),
    /// The capture ended first, or the conversation was given up for a new one on the same ports.
    Cut,
}

/// What a dissector found. Exchanges are numbered by each dissector for itself, from 0.
#[derive(Debug)]
pub enum Found<'a> {
    /// An exchange has begun: the first byte of its request, or of a response whose request was not seen.
    Begins {
        /// Its number.
        number: u32,
        /// When.
        at: i64,
    },
    /// Payload bytes of a body: transfer coding removed, content coding still on. They come in order.
    Body {
        /// The exchange.
        number: u32,
        /// Whose body: the client's is the request's.
        side: Side,
        /// The bytes.
        bytes: &'a [u8],
        /// Where they stand in the capture file, as in [`Piece::Data`].
        from: Option<u64>,
    },
    /// Nothing more comes of that exchange.
    Ends {
        /// Its number.
        number: u32,
        /// What was seen of it, without the bodies.
        pair: Box<Pair>,
    },
    /// A piece of the byte stream that is carried inside (TLS, SOCKS, CONNECT), for another dissector.
    Inner {
        /// Which end it comes from.
        side: Side,
        /// The piece.
        piece: Piece<'a>,
    },
    /// Something that could not be read as it should, in words; the bytes were passed by.
    Trouble {
        /// When.
        at: i64,
        /// What is wrong, without a full stop.
        what: String,
    },
}

/// Makes something of the pieces of a conversation.
///
/// Both directions come through one call, in the order of time: a side's bytes come behind those of the other side
/// that it had acknowledged. After the `End` of both sides nothing comes any more, and everything must be given out.
pub trait Dissector: Send {
    /// Takes the next piece; what it finds goes to `found`.
    fn piece(&mut self, side: Side, piece: Piece<'_>, found: &mut dyn FnMut(Found<'_>));

    /// What the conversation speaks.
    fn protocol(&self) -> Protocol;

    /// What is known about the conversation by now, beside what was found in it.
    fn facts(&self) -> Facts {
        Facts::default()
    }
}

/// What a dissector knows about a conversation as a whole; each one fills in what is its own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Facts {
    /// Logon and transactions of an MI socket.
    pub mi: Option<Box<super::mi::Facts>>,
    /// Where a SOCKS client wanted to get.
    pub socks: Option<Box<super::socks::Facts>>,
    /// What SSH says in clear.
    pub ssh: Option<Box<super::ssh::Facts>>,
    /// The frames of a WebSocket.
    pub websocket: Option<Box<super::websocket::Facts>>,
    /// The messages of a protocol that isn't known.
    pub framed: Option<Box<super::framed::Facts>>,
    /// What TLS says in clear, or what was decrypted of its handshake.
    pub tls: Option<Box<super::tls::Facts>>,
}

/// What a conversation speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Protocol {
    /// HTTP/1.0 or 1.1.
    Http1,
    /// HTTP/2.
    Http2,
    /// TLS or SSL.
    Tls,
    /// SSH.
    Ssh,
    /// M3's MI sockets.
    Mi,
    /// SOCKS, of any version.
    Socks,
    /// WebSocket, behind an upgrade.
    WebSocket,
    /// Frames behind their length, of a protocol that isn't known.
    Framed,
    /// M3's BCI, whose format isn't public: frames as well, which are called so where the user says that they are.
    Bci,
    /// Nothing that is recognised, or nothing at all.
    #[default]
    Unknown,
}

impl Protocol {
    const ALL: [Self; 10] = [
        Self::Http1,
        Self::Http2,
        Self::Tls,
        Self::Ssh,
        Self::Mi,
        Self::Socks,
        Self::WebSocket,
        Self::Framed,
        Self::Bci,
        Self::Unknown,
    ];

    /// The protocol of that word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|protocol| protocol.word() == word)
    }

    /// The word used in machine-readable output.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Http1 => "http1",
            Self::Http2 => "http2",
            Self::Tls => "tls",
            Self::Ssh => "ssh",
            Self::Mi => "mi",
            Self::Socks => "socks",
            Self::WebSocket => "websocket",
            Self::Framed => "framed",
            Self::Bci => "bci",
            Self::Unknown => "unknown",
        }
    }
}

/// Whether the first bytes of a conversation are a dissector's. Each dissector has a function
/// `recognises(client: &[u8], server: &[u8]) -> Recognised` over the first bytes of both sides, either of them
/// perhaps empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Recognised {
    /// They are.
    Yes,
    /// They are not, whatever follows.
    No,
    /// They may be; more bytes are needed to tell.
    More,
}

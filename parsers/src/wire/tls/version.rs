//! Versions of TLS, by what is on the wire and by name.

use std::fmt;

/// A version of SSL or TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Version {
    /// SSL 3.0.
    Ssl30,
    /// TLS 1.0.
    Tls10,
    /// TLS 1.1.
    Tls11,
    /// TLS 1.2.
    Tls12,
    /// TLS 1.3.
    Tls13,
    /// A number that stands for no published version.
    Other(u16),
}

impl Version {
    /// The version that a number on the wire stands for.
    #[must_use]
    pub const fn from_wire(number: u16) -> Self {
        match number {
            0x0300 => Self::Ssl30,
            0x0301 => Self::Tls10,
            0x0302 => Self::Tls11,
            0x0303 => Self::Tls12,
            0x0304 => Self::Tls13,
            other => Self::Other(other),
        }
    }

    /// Whether each record of a block cipher carries its own initialisation vector.
    pub(super) const fn has_explicit_iv(self) -> bool {
        !matches!(self, Self::Ssl30 | Self::Tls10)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ssl30 => f.write_str("SSL 3.0"),
            Self::Tls10 => f.write_str("TLS 1.0"),
            Self::Tls11 => f.write_str("TLS 1.1"),
            Self::Tls12 => f.write_str("TLS 1.2"),
            Self::Tls13 => f.write_str("TLS 1.3"),
            Self::Other(number @ 0x7f00..=0x7fff) => write!(f, "TLS 1.3 draft {}", number & 0xff),
            Self::Other(number) => write!(f, "unknown version 0x{number:04x}"),
        }
    }
}

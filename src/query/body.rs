//! Bodies as text: content codings taken off, characters decoded. It reads through [`Bodies`] and keeps nothing.

use std::io;

use mwscope_parsers::http::MediaType;
use mwscope_parsers::xml;

use crate::model::coding::{self, Decoded};
use crate::model::{Bodies, Body, Headers};

/// The kept bytes of `body` without content codings.
///
/// # Errors
/// When the bytes can't be read any more.
pub fn decoded(bodies: &dyn Bodies, body: &Body) -> io::Result<Decoded> {
    Ok(coding::decode(body, &bodies.load(body)?))
}

/// Decoded bytes as text: by byte order mark, the charset of the content type, what the body declares, or UTF-8.
#[must_use]
pub fn text_of(bytes: &[u8], headers: &Headers) -> String {
    let charset = headers.text("content-type").and_then(|value| MediaType::charset_of(&value));
    xml::decode(bytes, charset.as_deref()).text.into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Header;

    #[test]
    fn characters_are_decoded_by_mark_then_header() {
        let none = Headers::default();
        assert_eq!(text_of("\u{feff}ä".as_bytes(), &none), "ä");
        let latin = Headers(vec![Header::new("Content-Type", "text/xml; charset=\"ISO-8859-1\"")]);
        assert_eq!(text_of(&[0xe4], &latin), "ä");
        assert_eq!(text_of(&[0xe4], &none), "\u{fffd}");
    }
}

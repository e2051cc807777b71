//! Content codings of a request: off before its body is changed, on again before it is sent.

use std::io::Write;

use bytes::Bytes;

use super::{Draft, Unsendable};
use crate::model::coding::{self, DECODED_LIMIT};

/// The body of `draft` without the codings that its headers name.
///
/// # Errors
/// When a coding isn't known, or the body isn't coded as its headers say.
pub fn plain(draft: &Draft) -> Result<Bytes, Unsendable> {
    let codings = coding::codings(&draft.headers);
    let decoded = coding::decode_as(&codings, &draft.body, DECODED_LIMIT);
    match decoded.trouble {
        None => Ok(decoded.bytes),
        Some(what) => Err(Unsendable::new(
            format!("the body can't be changed: {what}"),
            "send it as it is, or take its coding away with --remove header:Content-Encoding and give --body FILE",
        )),
    }
}

/// `plain` with the codings on that the headers of `draft` name.
///
/// # Errors
/// When a coding isn't known.
pub fn coded(draft: &Draft, plain: Bytes) -> Result<Bytes, Unsendable> {
    let mut bytes = plain;
    for coding in coding::codings(&draft.headers) {
        bytes = put_on(&coding, &bytes).ok_or_else(|| {
            let what = format!("the content coding {coding:?} can't be put on again");
            Unsendable::new(what, "take it away with --remove header:Content-Encoding")
        })?;
    }
    Ok(bytes)
}

impl Draft {
    /// Puts another body in the place of the one that is there, `plain` as it is without content coding.
    ///
    /// # Errors
    /// As [`coded`].
    pub fn set_plain_body(&mut self, plain: Bytes) -> Result<(), Unsendable> {
        let codings = coding::codings(&self.headers);
        self.body = coded(self, plain)?;
        let what = format!("body coded again as {}", codings.join(", "));
        if !codings.is_empty() && !self.edits.iter().any(|edit| edit.what == what) {
            self.edited(what, None, None);
        }
        Ok(())
    }
}

fn put_on(coding: &str, bytes: &[u8]) -> Option<Bytes> {
    // Writing into memory can't fail.
    match coding {
        "gzip" | "x-gzip" => {
            let mut to = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
            to.write_all(bytes).and_then(|()| to.finish()).ok().map(Bytes::from)
        }
        "deflate" => {
            let mut to = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
            to.write_all(bytes).and_then(|()| to.finish()).ok().map(Bytes::from)
        }
        "br" => {
            let mut out = Vec::new();
            {
                let mut to = brotli::CompressorWriter::new(&mut out, 4096, 5, 20);
                to.write_all(bytes).ok()?;
            }
            Some(out.into())
        }
        "zstd" => zstd::encode_all(bytes, 3).ok().map(Bytes::from),
        _ => None,
    }
}

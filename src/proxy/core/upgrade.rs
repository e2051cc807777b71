//! The offer to go over from HTTP/1.1 to HTTP/2 on a connection without TLS (`Upgrade: h2c`). A server may ignore it, and RFC
//! 9113, 3.1 has taken it back; taken up, the rest of the connection would pass unread. So it is not passed on, and what a
//! client asks stays a request of HTTP/1.1 that is relayed and recorded. Clients that know that the server speaks HTTP/2
//! begin with it, which is served.

use mwscope_parsers::http::{Field, Head};

use super::patch::Patch;

/// Takes the offer of h2c out of a request; other protocols that are offered stay.
pub fn without_h2c(patch: &mut Patch<'_>, head: &Head) {
    if !head.has_member("Upgrade", "h2c") {
        return;
    }
    let others = head.members("Upgrade").any(|offer| !offer.eq_ignore_ascii_case(b"h2c"));
    for field in head.fields() {
        let named = |name: &str| head.slice(&field.name).eq_ignore_ascii_case(name.as_bytes());
        if named("HTTP2-Settings") {
            patch.remove(field);
        } else if named("Upgrade") {
            without(patch, head, field, &["h2c"], "Upgrade: h2c isn't passed on; the call stays HTTP/1.1");
        } else if named("Connection") {
            let gone: &[&str] = if others { &["HTTP2-Settings"] } else { &["HTTP2-Settings", "Upgrade"] };
            without(patch, head, field, gone, "Connection: without what belongs to h2c");
        }
    }
}

/// Takes members out of a list; the field with the last of them.
fn without(patch: &mut Patch<'_>, head: &Head, field: &Field, gone: &[&str], what: &str) {
    let value = head.slice(&field.value);
    let members: Vec<&[u8]> = value.split(|b| *b == b',').map(<[u8]>::trim_ascii).collect();
    let stays = |member: &&&[u8]| !gone.iter().any(|gone| member.eq_ignore_ascii_case(gone.as_bytes()));
    let left: Vec<&[u8]> = members.iter().filter(stays).copied().collect();
    if left.len() == members.len() {
        return;
    }
    if left.is_empty() {
        patch.cut(field, what);
    } else {
        patch.replace(field.value.clone(), &left.join(&b", "[..]), what);
    }
}

#[cfg(test)]
mod tests {
    use mwscope_parsers::http::Limits;

    use super::*;

    fn sent(fields: &str) -> (String, Vec<String>) {
        let bytes = format!("GET / HTTP/1.1\r\nHost: h\r\n{fields}\r\n").into_bytes();
        let head = Head::request(bytes, 0, &Limits::default());
        let mut patch = Patch::new(&head);
        without_h2c(&mut patch, &head);
        let (bytes, edits) = patch.finish();
        let text = String::from_utf8(bytes).unwrap();
        let fields = text.strip_prefix("GET / HTTP/1.1\r\nHost: h\r\n").unwrap().strip_suffix("\r\n").unwrap();
        (fields.to_owned(), edits.into_iter().map(|edit| edit.what).collect())
    }

    #[test]
    fn the_offer_goes_with_all_that_belongs_to_it_and_nothing_else() {
        let (fields, edits) =
            sent("A: 1\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMA\r\nB:2\r\n");
        assert_eq!((fields.as_str(), edits.len()), ("A: 1\r\nB:2\r\n", 3));
        assert!(edits.contains(&"Upgrade: h2c isn't passed on; the call stays HTTP/1.1".to_owned()), "{edits:?}");
        let (fields, _) =
            sent("Connection: keep-alive,Upgrade,HTTP2-Settings\r\nUpgrade: H2C\r\nhttp2-settings: AAMA\r\n");
        assert_eq!(fields, "Connection: keep-alive\r\n");
        let (fields, _) =
            sent("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c, websocket\r\nHTTP2-Settings: AAMA\r\n");
        assert_eq!(fields, "Connection: Upgrade\r\nUpgrade: websocket\r\n");
        for untouched in
            ["Connection: Upgrade\r\nUpgrade: websocket\r\n", "HTTP2-Settings: AAMA\r\n", "Connection: close\r\n"]
        {
            assert_eq!(sent(untouched), (untouched.to_owned(), vec![]));
        }
    }
}

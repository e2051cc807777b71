//! Who calls, in each of the places where callers say it.

use super::*;
use crate::model::{Header, Headers};

fn draft(headers: &[(&str, &str)], body: &'static str) -> Draft {
    let mut all = vec![Header::new("Content-Type", "text/xml")];
    all.extend(headers.iter().map(|(name, value)| Header::new(*name, value)));
    let (method, url) = ("POST".to_owned(), "http://h/a;CONO=1?divi=A".to_owned());
    Draft { method, url, headers: Headers(all), body: body.into(), ..Draft::default() }
}

fn me() -> Credentials {
    let text = |text: &str| Some(text.to_owned());
    Credentials {
        user: text("ME"),
        password: text("p<"),
        company: text("200"),
        division: text("BBB"),
        ..Credentials::default()
    }
}

#[test]
fn a_user_name_token_is_signed_on_with_and_nothing_is_added() {
    let mut soap = draft(
        &[],
        "<E><UsernameToken><Username>X</Username><Password Type='u#PasswordText'>Y</Password></UsernameToken></E>",
    );
    me().put(&mut soap).expect("credentials");
    assert_eq!(
        soap.body,
        "<E><UsernameToken><Username>ME</Username><Password Type='u#PasswordText'>p&lt;</Password></UsernameToken></E>"
    );
    assert_eq!((soap.url.as_str(), soap.headers.first("Authorization")), ("http://h/a;CONO=200?divi=BBB", None));
    let mut digest = draft(
        &[],
        "<E><UsernameToken><Username>X</Username><Password Type='u#PasswordDigest'>Y</Password></UsernameToken></E>",
    );
    assert!(me().put(&mut digest).is_err_and(|why| why.what.contains("digest")));
}

#[test]
fn basic_is_replaced_or_added_and_other_schemes_stay() {
    let sent = |headers: &[(&str, &str)]| {
        let mut draft = draft(headers, "<E/>");
        me().put(&mut draft).expect("credentials");
        draft.headers.text("Authorization")
    };
    assert_eq!(sent(&[]).as_deref(), Some("Basic TUU6cDw="));
    assert_eq!(sent(&[("authorization", "basic WDpZ")]).as_deref(), Some("Basic TUU6cDw="));
    assert_eq!(sent(&[("Authorization", "NTLM TlRMTVNTUAAB")]).as_deref(), Some("Basic TUU6cDw="));
    assert_eq!(sent(&[("Authorization", "Bearer abc")]).as_deref(), Some("Bearer abc"));
    let masked = draft(&[("Authorization", "Basic TVdTVVNSO***")], "");
    assert_eq!(Credentials::recorded_user(&masked), None);
    let masked = draft(&[("Authorization", "Basic TVdTVVNSOmdl****")], "");
    assert_eq!(Credentials::recorded_user(&masked).as_deref(), Some("MWSUSR"));
}

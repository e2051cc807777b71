//! Making the table of ClickHouse that items go into, where it isn't there.

use std::io;
use std::sync::Arc;

use bytes::Bytes;

use super::body::with_settings;
use super::receiver::{broke, said};
use super::{Target, Wire};
use crate::model::{Header, Headers};
use crate::proxy::{Client, Follow, Sender};
use crate::redact::mask_text;
use crate::replay::Draft;
use crate::telemetry::clickhouse;

/// Has the receiver make its table.
///
/// # Errors
/// When it can't be reached or doesn't make it.
pub fn create_table(target: &Target, sender: &Arc<Sender>) -> io::Result<()> {
    let Wire::ClickHouse { table } = &target.wire else { return Ok(()) };
    let headers = target.headers.iter().map(|(name, value)| Header::new(name.clone(), value));
    let draft = Draft {
        method: "POST".to_owned(),
        url: with_settings(target.url.trim_end_matches('/'), &[]),
        headers: Headers(headers.collect()),
        body: Bytes::from(clickhouse::create(table)),
        ..Draft::default()
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let sent = runtime.block_on(Client::without_cookies(Arc::clone(sender), Follow::Never).send_all(&draft));
    let last = sent.last().ok_or_else(|| io::Error::other("nothing came of sending"))?;
    match last.status() {
        Some(200..=299) => Ok(()),
        Some(status) => Err(io::Error::other(format!("answers {status} and makes no table: {}", said(last)))),
        None => Err(io::Error::other(mask_text(&broke(last)).into_owned())),
    }
}

//! Clients that reach servers by SOCKS, on the same port as HTTP: connected where they want to be, then served as behind a
//! CONNECT, where TLS is opened up, HTTP recorded, and anything else passed unread.

use std::sync::Arc;
use std::time::Instant;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;

use super::core::socks::{Socks, Step};
use super::core::{Trouble, cause};
use super::forward::{Client, say};
use super::listen::Shared;
use super::reach;
use super::recording::{Journey, Recording};
use super::tunnel;
use crate::model::{Outcome, Request, Stage};

/// Serves a client that began with that version of SOCKS.
pub(super) async fn serve(shared: Arc<Shared>, mut client: Client, version: u8, began: Instant) {
    let mut socks = Socks::new(version, shared.config.credentials.as_deref());
    let greeted = timeout(shared.config.limits.head, greet(&mut client, &mut socks)).await;
    let to = match greeted {
        Ok(Asked::Connect(to)) => to,
        Ok(Asked::Refused(reply, trouble)) => {
            unasked(&shared, &client, began, &socks).failed(&trouble);
            return say(&mut client, &reply).await;
        }
        Ok(Asked::Gone(cause)) => {
            let outcome = Outcome::Aborted { stage: Stage::RequestHead, cause };
            return unasked(&shared, &client, began, &socks).finish(outcome);
        }
        Err(_) => {
            let limit = cause::words(shared.config.limits.head);
            let text = format!("the client did not finish its SOCKS request within {limit}");
            return unasked(&shared, &client, began, &socks).failed(&Trouble::new(Stage::RequestHead, text));
        }
    };
    // Behind a recorder that can't keep up, an exchange begins later; its facts are recorded in any case.
    let _waited = shared.tap.ready().await;
    let (method, target) = ("CONNECT".to_owned(), to.host_port());
    let request = Request { method, target, version: socks.name().to_owned(), ..Request::default() };
    let mut recording = Recording::begin_decoded(&shared.tap, &client.caller, began, request, to.host_port());
    recording.note("protocol", format!("{}, recorded as the CONNECT that it stands for", socks.name()));
    if let Some(user) = socks.user() {
        recording.note("user", user);
    }
    let mut journey = Journey::default();
    let reached = recording.shown_while(reach::wire(shared.means(&client.caller), &to, &mut journey)).await;
    recording.journey(journey);
    match reached {
        Ok(wire) => {
            let stands = tunnel::Stands { said: socks.connected(), inside: "SOCKS" };
            tunnel::open(shared, client, to, wire, recording, stands).await;
        }
        Err(trouble) => {
            say(&mut client, &socks.failed(&trouble)).await;
            recording.failed(&trouble);
        }
    }
}

/// The record of a connection on which no server was asked for. What it said isn't kept: it may hold a password.
fn unasked(shared: &Arc<Shared>, client: &Client, began: Instant, socks: &Socks) -> Recording {
    let mut recording = Recording::begin_without_head(&shared.tap, &client.caller, began, &[]);
    recording.note("protocol", socks.name());
    recording
}

enum Asked {
    Connect(super::core::Endpoint),
    Refused(Vec<u8>, Trouble),
    Gone(String),
}

/// Talks with the client until it is known where it wants to be connected.
async fn greet(client: &mut Client, socks: &mut Socks) -> Asked {
    loop {
        match socks.step(&client.buffer) {
            Step::Connect(used, to) => {
                let _taken = client.buffer.split_to(used);
                return Asked::Connect(to);
            }
            Step::Refuse(reply, trouble) => return Asked::Refused(reply, trouble),
            Step::Say(used, reply) => {
                let _taken = client.buffer.split_to(used);
                if let Err(error) = client.stream.write_all(&reply).await {
                    return Asked::Gone(format!(
                        "the client's connection broke inside a SOCKS request: {}",
                        cause::plain(&error)
                    ));
                }
            }
            Step::More => match client.stream.read_buf(&mut client.buffer).await {
                Ok(0) => return Asked::Gone("the client closed its connection inside a SOCKS request".to_owned()),
                Ok(_) => {}
                Err(error) => {
                    return Asked::Gone(format!(
                        "the client's connection broke inside a SOCKS request: {}",
                        cause::plain(&error)
                    ));
                }
            },
        }
    }
}

//! Takes a message to its receiver, once, within half a minute.
//!
//! | file | what it holds |
//! |---|---|
//! | `stream.rs` | a connection over TCP or TLS that ends when its time is over |
//! | `smtp.rs` | mail, by a dialogue of our own |
//! | `reply.rs` | what an SMTP server says |
//! | `wire.rs` | syslog |
//! | `http.rs` | a POST, and what its answer means |
//! | `guard.rs` | which addresses a URL may lead to |
//! | `https.rs` | TLS for a POST, with the authorities of the channel |
//! | `disk.rs` | files |

mod disk;
mod guard;
mod http;
mod https;
mod reply;
mod smtp;
mod stream;
mod wire;

use crate::channel::{Cef, Channel};
use crate::message::Message;
use crate::outcome::Outcome;
use model::Timestamp;

/// Takes a message to its receiver, once. `now` is the time in the signature of a webhook, and what a `Retry-After` with
/// a date is counted from.
#[must_use]
pub fn send(message: &Message, channel: &Channel, now: Timestamp) -> Outcome {
    if message.channel != channel.name() {
        let what = format!("a message for {} cannot be sent by {}", message.channel, channel.name());
        return Outcome::never(what, "write the notice for this channel");
    }
    match channel {
        Channel::Mail(mail) => smtp::send(message, mail),
        Channel::Webhook(webhook) => {
            http::post(&webhook.target, message, http::signed(webhook, message, now), now)
        }
        Channel::Slack(slack) => http::post(&slack.target, message, Vec::new(), now),
        Channel::Teams(teams) => http::post(&teams.target, message, Vec::new(), now),
        Channel::Ntfy(ntfy) => http::post(&ntfy.target, message, http::bearer(ntfy.token.as_ref()), now),
        Channel::Syslog(syslog) | Channel::Cef(Cef::Syslog(syslog)) => wire::send(message, &syslog.wire),
        Channel::Cef(Cef::File(path)) => disk::append(message, path),
        Channel::Folder(folder) => disk::place(message, &folder.directory),
    }
}

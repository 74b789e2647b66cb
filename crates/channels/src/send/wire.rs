//! Syslog over TCP or TLS. The protocol has no answer: a message is sent when the receiver took its bytes and did not
//! break the connection.

use super::stream::{self, Stream};
use crate::channel::Wire;
use crate::message::Message;
use crate::outcome::Outcome;
use std::io::{self, Write};
use std::time::Duration;

/// How long a receiver has to break the connection after the last byte.
const PATIENCE: Duration = Duration::from_secs(1);

pub(super) fn send(message: &Message, wire: &Wire) -> Outcome {
    let sent = || -> io::Result<()> {
        let mut stream = Stream::open(&wire.server)?;
        if wire.tls {
            stream.secure(&wire.server, &wire.authorities)?;
        }
        stream.write_all(&message.bytes)?;
        stream.finish(PATIENCE)
    };
    match sent() {
        Ok(()) => Outcome::Sent,
        Err(error) => stream::broken(&format!("the syslog receiver {}", wire.server), &error),
    }
}

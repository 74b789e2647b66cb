//! Messages of syslog that are sent to us: UDP, TCP and TLS become lines of a document that the readers of logs know.
//!
//! A listener is a document (`syslog-udp://0.0.0.0:514`), a message one line of it, word for word. Threads and blocking
//! sockets do it: a thread for each connection, with a bound on their number.
//!
//! A document is that of its address, whoever listens there when: after a restart it goes on.
//!
//! Invariants: on TCP and TLS nothing is lost, since a connection is not read while the queue is full and its sender
//! waits; on UDP the kernel drops what nobody reads, and how much it dropped is counted. Every message is bounded, and so
//! is the time that it may take.

pub(crate) mod drops;
pub(crate) mod framing;
pub(crate) mod message;
pub(crate) mod tcp;
pub(crate) mod tls;
pub(crate) mod udp;

use model::{Fault, Place, Problem};
use std::io;

/// How the documents of listeners begin.
pub(crate) const SCHEME: &str = "syslog-";

/// Why an address cannot be listened at.
pub(crate) fn cannot_listen(scheme: &str, address: &str, error: &io::Error) -> Problem {
    let help = match error.kind() {
        io::ErrorKind::PermissionDenied => {
            "ports below 1024 need the capability CAP_NET_BIND_SERVICE, or take a port above, as 5514"
        }
        io::ErrorKind::AddrInUse => "another program listens there; stop it, or take another port",
        io::ErrorKind::AddrNotAvailable => {
            "no interface of this machine has the address; 0.0.0.0 is all of them"
        }
        _ => "give an address and a port, as 0.0.0.0:5514 or [::]:5514",
    };
    Problem {
        source: format!("{scheme}://{address}"),
        place: Place::Whole,
        fault: Fault::Unreadable,
        what: format!("cannot be listened at: {error}"),
        help: Some(help.into()),
    }
}

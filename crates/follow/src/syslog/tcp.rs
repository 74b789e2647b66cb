//! Syslog over TCP (RFC 6587), and what both kinds of connections share.

use super::framing::{Framed, Framing};
use super::message::line;
use crate::health::Health;
use crate::options::Options;
use crate::pace::Pace;
use crate::queue::Queue;
use std::io::{self, Read};
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// How long a thread waits before it looks whether to stop.
const WAIT: Duration = Duration::from_millis(50);
/// How much of a connection is read at once.
const READ_BYTES: usize = 64 << 10;

/// How the bytes of a connection are opened: as they are, or from TLS.
pub(crate) type Open = Arc<dyn Fn(TcpStream) -> io::Result<Box<dyn Read>> + Send + Sync>;

/// What the connections of a listener share.
#[derive(Clone)]
pub(crate) struct Shared {
    pub(crate) queue: Arc<Queue>,
    pub(crate) options: Options,
    pub(crate) health: Health,
}

/// Listens at an address; gives the address with its port.
pub(crate) fn listen(scheme: &str, address: &str, open: Open, shared: &Shared) -> io::Result<SocketAddr> {
    let listener = TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    let local = listener.local_addr()?;
    let document: Arc<str> = format!("{scheme}://{local}").into();
    let shared = shared.clone();
    shared.queue.open();
    std::thread::Builder::new().spawn(move || {
        accept(&listener, &document, &open, &shared);
        shared.queue.close();
    })?;
    Ok(local)
}

fn accept(listener: &TcpListener, document: &Arc<str>, open: &Open, shared: &Shared) {
    let connections = Arc::new(AtomicUsize::new(0));
    while !shared.queue.stops() {
        let Ok((stream, from)) = listener.accept() else {
            std::thread::sleep(WAIT);
            continue;
        };
        if connections.load(Ordering::Relaxed) >= shared.options.connections_max {
            shared.health.add(|numbers| numbers.connections_refused += 1);
            continue;
        }
        connections.fetch_add(1, Ordering::Relaxed);
        shared.health.add(|numbers| numbers.connections += 1);
        let (connections, document, open, shared) =
            (Arc::clone(&connections), Arc::clone(document), Arc::clone(open), shared.clone());
        let counted = (Arc::clone(&connections), shared.health.clone());
        let started = std::thread::Builder::new().spawn(move || {
            let opened = stream
                .set_nonblocking(false)
                .and_then(|()| stream.set_read_timeout(Some(WAIT)))
                .and_then(|()| stream.set_write_timeout(Some(shared.options.idle)))
                .and_then(|()| open(stream));
            match opened {
                Ok(mut source) => serve(&mut *source, from.ip(), &document, &shared),
                Err(_) => shared.health.add(|numbers| numbers.connections_broken += 1),
            }
            connections.fetch_sub(1, Ordering::Relaxed);
            shared.health.add(|numbers| numbers.connections = numbers.connections.saturating_sub(1));
        });
        if started.is_err() {
            counted.0.fetch_sub(1, Ordering::Relaxed);
            counted.1.add(|numbers| {
                numbers.connections = numbers.connections.saturating_sub(1);
                numbers.connections_refused += 1;
            });
        }
    }
}

/// Reads a connection to its end.
fn serve(source: &mut dyn Read, from: IpAddr, document: &Arc<str>, shared: &Shared) {
    let mut framing = Framing::new(shared.options.message_bytes_max);
    let mut buffer = vec![0; READ_BYTES];
    // Since the last byte, and since the message began that is open.
    let (mut silent, mut begun) = (Pace::begin(), Pace::begin());
    while !shared.queue.stops() {
        let read = match source.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => {
                let open = framing.is_open() && begun.lasted() > shared.options.idle;
                if open || silent.lasted() > shared.options.idle {
                    shared.health.add(|numbers| numbers.connections_idle += 1);
                    break;
                }
                continue;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(_) => {
                shared.health.add(|numbers| numbers.connections_broken += 1);
                break;
            }
        };
        silent = Pace::begin();
        let was_open = framing.is_open();
        let mut lines = Vec::new();
        framing.push(buffer.get(..read).unwrap_or_default(), &mut |framed| {
            keep(&framed, from, shared, &mut lines)
        });
        if !was_open || !lines.is_empty() {
            begun = Pace::begin();
        } else if begun.lasted() > shared.options.idle {
            shared.health.add(|numbers| numbers.connections_idle += 1);
            break;
        }
        if !lines.is_empty() && !shared.queue.put(document, lines, false) {
            break;
        }
    }
    let mut lines = Vec::new();
    if let Some(framed) = framing.rest() {
        keep(&framed, from, shared, &mut lines);
    }
    if !lines.is_empty() {
        shared.queue.put(document, lines, false);
    }
}

/// Adds the line of a message.
fn keep(framed: &Framed, from: IpAddr, shared: &Shared, lines: &mut Vec<u8>) {
    if framed.passed_over > 0 {
        shared.health.add(|numbers| numbers.messages_cut += 1);
    }
    lines.extend(line(&framed.bytes, from, (shared.options.now)()).unwrap_or_default());
}

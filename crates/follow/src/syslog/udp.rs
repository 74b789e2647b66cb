//! Syslog over UDP (RFC 5426): one message a datagram.

use super::drops;
use super::message::line;
use crate::health::Health;
use crate::options::Options;
use crate::queue::Queue;
use std::io;
use std::net::{SocketAddr, UdpSocket};
use std::sync::Arc;
use std::time::Duration;

/// The largest datagram.
const DATAGRAM_BYTES_MAX: usize = 64 << 10;
/// How long the thread waits for a datagram before it looks whether to stop.
const WAIT: Duration = Duration::from_millis(100);

/// Listens at an address; gives the address with its port.
pub(crate) fn listen(
    address: &str,
    queue: &Arc<Queue>,
    options: &Options,
    health: &Health,
) -> io::Result<SocketAddr> {
    let socket = UdpSocket::bind(address)?;
    socket.set_read_timeout(Some(WAIT))?;
    let local = socket.local_addr()?;
    if let Some(inode) = drops::inode(&socket) {
        health.counts_drops_of(inode);
    }
    let document: Arc<str> = format!("syslog-udp://{local}").into();
    let (queue, options, health) = (Arc::clone(queue), options.clone(), health.clone());
    queue.open();
    std::thread::Builder::new().spawn(move || {
        receive(&socket, &document, &queue, &options, &health);
        queue.close();
    })?;
    Ok(local)
}

fn receive(socket: &UdpSocket, document: &Arc<str>, queue: &Queue, options: &Options, health: &Health) {
    let mut buffer = vec![0; DATAGRAM_BYTES_MAX];
    while !queue.stops() {
        // A time that is over, or an error that a datagram before it has caused, is no reason to end.
        let Ok((length, from)) = socket.recv_from(&mut buffer) else { continue };
        let whole = buffer.get(..length).unwrap_or_default();
        let kept = whole.get(..options.message_bytes_max).unwrap_or(whole);
        if kept.len() < whole.len() {
            health.add(|numbers| numbers.messages_cut += 1);
        }
        if let Some(line) = line(kept, from.ip(), (options.now)()) {
            queue.put(document, line, false);
        }
    }
}

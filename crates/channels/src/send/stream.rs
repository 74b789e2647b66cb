//! A connection over TCP or TLS that ends when its time is over, whatever the other side does.
//!
//! Timeouts of a socket count from byte to byte: a server that sends one now and then holds a thread for ever. Here a
//! thread of its own shuts the socket down after a fixed time, so that each dialogue has one limit. No clock is read.

use crate::channel::authorities::Authorities;
use crate::channel::server::Server;
use crate::clean::counted;
use crate::outcome::{Outcome, Why};
use rustls::pki_types::ServerName;
use rustls::{ClientConnection, StreamOwned};
use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream, ToSocketAddrs};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// How long a name may take to resolve and a server to accept.
const CONNECT_TIME: Duration = Duration::from_secs(10);
/// How long one address may take to accept.
const ADDRESS_TIME: Duration = Duration::from_secs(4);
/// How many addresses of a name are tried.
const ADDRESSES_MAX: usize = 4;
/// How long a dialogue may take; in tests of this file a receiver hangs, and one second shows as much.
const DIALOGUE_TIME: Duration = Duration::from_secs(if cfg!(test) { 1 } else { 20 });

/// A connection.
pub(super) struct Stream {
    carrier: Option<Carrier>,
    limit: Limit,
}

enum Carrier {
    Plain(TcpStream),
    Tls(Box<StreamOwned<ClientConnection, TcpStream>>),
}

impl Stream {
    /// A plain connection to this server.
    pub(super) fn open(server: &Server) -> io::Result<Self> {
        let (send, receive) = mpsc::channel();
        let (host, port) = (server.host().to_owned(), server.port());
        // Resolving cannot be given a time: its thread is left behind, and ends when the system gives up.
        thread::Builder::new().spawn(move || send.send(connected(&host, port)).ok())?;
        let socket = receive.recv_timeout(CONNECT_TIME).map_err(|_| too_long(CONNECT_TIME))??;
        socket.set_nodelay(true)?;
        let limit = Limit::of(&socket, DIALOGUE_TIME)?;
        Ok(Self { carrier: Some(Carrier::Plain(socket)), limit })
    }

    /// The same connection, from now on over TLS, with the certificate of this server.
    pub(super) fn secure(&mut self, server: &Server, authorities: &Authorities) -> io::Result<()> {
        let Some(Carrier::Plain(mut socket)) = self.carrier.take() else {
            return Err(io::Error::new(ErrorKind::NotConnected, "not a plain connection"));
        };
        let name = ServerName::try_from(server.host().to_owned()).map_err(io::Error::other)?;
        let config = authorities.client().map_err(io::Error::other)?;
        let mut connection = ClientConnection::new(config, name).map_err(io::Error::other)?;
        while connection.is_handshaking() {
            let (read, written) =
                connection.complete_io(&mut socket).map_err(|error| self.limit.name(error))?;
            if read + written == 0 {
                return Err(self.limit.name(ErrorKind::UnexpectedEof.into()));
            }
        }
        self.carrier = Some(Carrier::Tls(Box::new(StreamOwned::new(connection, socket))));
        Ok(())
    }

    pub(super) fn is_secure(&self) -> bool {
        matches!(self.carrier, Some(Carrier::Tls(_)))
    }

    fn socket(&self) -> io::Result<&TcpStream> {
        match &self.carrier {
            Some(Carrier::Plain(socket)) => Ok(socket),
            Some(Carrier::Tls(stream)) => Ok(stream.get_ref()),
            None => Err(ErrorKind::NotConnected.into()),
        }
    }

    /// Our address and that of the other side.
    pub(super) fn ends(&self) -> io::Result<(SocketAddr, SocketAddr)> {
        let socket = self.socket()?;
        Ok((socket.local_addr()?, socket.peer_addr()?))
    }

    /// Sends everything, and fails if the other side breaks the connection soon after. A receiver of syslog says nothing:
    /// that it took the bytes is the most that can be known.
    pub(super) fn finish(mut self, patience: Duration) -> io::Result<()> {
        if let Some(Carrier::Tls(stream)) = &mut self.carrier {
            stream.conn.send_close_notify();
        }
        self.flush()?;
        let socket = self.socket()?;
        socket.shutdown(Shutdown::Write)?;
        socket.set_read_timeout(Some(patience))?;
        match self.read(&mut [0; 512]) {
            Err(error) if !matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::UnexpectedEof) => {
                Err(error)
            }
            _ => Ok(()),
        }
    }
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = match &mut self.carrier {
            Some(Carrier::Plain(socket)) => socket.read(buffer),
            Some(Carrier::Tls(stream)) => stream.read(buffer),
            None => Err(ErrorKind::NotConnected.into()),
        };
        match read {
            Ok(0) if self.limit.is_over() => Err(too_long(DIALOGUE_TIME)),
            read => read.map_err(|error| self.limit.name(error)),
        }
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = match &mut self.carrier {
            Some(Carrier::Plain(socket)) => socket.write(bytes),
            Some(Carrier::Tls(stream)) => stream.write(bytes),
            None => Err(ErrorKind::NotConnected.into()),
        };
        written.map_err(|error| self.limit.name(error))
    }

    fn flush(&mut self) -> io::Result<()> {
        let flushed = match &mut self.carrier {
            Some(Carrier::Plain(socket)) => socket.flush(),
            Some(Carrier::Tls(stream)) => stream.flush(),
            None => Err(ErrorKind::NotConnected.into()),
        };
        flushed.map_err(|error| self.limit.name(error))
    }
}

/// Shuts a socket down when its time is over; dropped before that, it does nothing.
struct Limit {
    is_over: Arc<AtomicBool>,
    _ends: mpsc::Sender<()>,
}

impl Limit {
    fn of(socket: &TcpStream, time: Duration) -> io::Result<Self> {
        let is_over = Arc::new(AtomicBool::new(false));
        let (ends, ended) = mpsc::channel::<()>();
        let (socket, flag) = (socket.try_clone()?, Arc::clone(&is_over));
        thread::Builder::new().spawn(move || {
            if ended.recv_timeout(time) == Err(mpsc::RecvTimeoutError::Timeout) {
                flag.store(true, Ordering::SeqCst);
                // It may be closed already, which is as good.
                let _ = socket.shutdown(Shutdown::Both);
            }
        })?;
        Ok(Self { is_over, _ends: ends })
    }

    fn is_over(&self) -> bool {
        self.is_over.load(Ordering::SeqCst)
    }

    /// An error that our own limit made is named as that.
    fn name(&self, error: io::Error) -> io::Error {
        if self.is_over() { too_long(DIALOGUE_TIME) } else { error }
    }
}

fn too_long(time: Duration) -> io::Error {
    io::Error::new(ErrorKind::TimedOut, format!("not done within {}", counted(time.as_secs(), "second")))
}

/// A socket to the first of the addresses that accepts.
fn connected(host: &str, port: u16) -> io::Result<TcpStream> {
    let mut last = io::Error::new(ErrorKind::NotFound, "the name has no address");
    for address in (host, port).to_socket_addrs()?.take(ADDRESSES_MAX) {
        match TcpStream::connect_timeout(&address, ADDRESS_TIME) {
            Ok(socket) => return Ok(socket),
            Err(error) => last = error,
        }
    }
    Err(last)
}

/// A connection to this receiver that failed. All of it may pass: servers come back, certificates are renewed.
pub(super) fn broken(receiver: &str, error: &io::Error) -> Outcome {
    if let Some(tls) = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        let help = match tls {
            rustls::Error::InvalidCertificate(rustls::CertificateError::UnknownIssuer) => {
                "give the certificate of the authority that certified it"
            }
            rustls::Error::InvalidCertificate(_) => {
                "check the name that is asked for, and the certificate there"
            }
            _ => "check that the port is one for TLS",
        };
        return Outcome::Later {
            after: None,
            why: Why::with(format!("{receiver}: TLS failed ({tls})"), help),
        };
    }
    let said = match error.kind() {
        ErrorKind::ConnectionRefused => "refuses the connection".to_owned(),
        ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset | ErrorKind::BrokenPipe => {
            "ended the connection".to_owned()
        }
        _ => error.to_string(),
    };
    Outcome::later(format!("{receiver}: {said}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channel::{Channel, Mail, Security, Slack, Syslog, Wire};
    use crate::message::Message;
    use model::{NoticeId, Timestamp};
    use std::net::TcpListener;

    /// A receiver that says something, and then a byte now and then, for ever, or nothing at all.
    fn slow(first: &'static str, byte: Option<&'static str>) -> u16 {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
        let port = listener.local_addr().expect("an address").port();
        thread::spawn(move || {
            let (mut socket, _) = listener.accept().expect("a connection");
            socket.write_all(first.as_bytes()).expect("written");
            while byte.is_none_or(|byte| socket.write_all(byte.as_bytes()).is_ok()) {
                thread::sleep(Duration::from_millis(100));
            }
        });
        port
    }

    fn outcome(channel: &Channel) -> Outcome {
        let id = NoticeId::of("thread", "turn", "audience");
        let message = Message { id, channel: channel.name(), bytes: b"{}".to_vec(), beside: None };
        crate::send(&message, channel, Timestamp::EPOCH)
    }

    #[test]
    fn a_receiver_that_hangs_or_drips_ends_with_its_time() {
        let server = |port| Server::new("127.0.0.1", port).expect("a server");
        let mail = |port, security| {
            let address = || "a@b.example".parse().expect("an address");
            let (from, to, authorities) = (address(), vec![address()], Authorities::default());
            let (server, sign_in, unsubscribe) = (server(port), None, None);
            Channel::Mail(Mail { server, security, sign_in, from, to, authorities, unsubscribe })
        };
        let slack = |port| {
            let url = format!("http://127.0.0.1:{port}/").parse().expect("a URL");
            let allow = vec!["127.0.0.1".parse().expect("allowed")];
            let target = crate::channel::target::Target::new(url, allow, Authorities::default());
            Channel::Slack(Slack { target: target.expect("a target") })
        };
        let syslog = |port| {
            let wire = Wire { server: server(port), tls: true, authorities: Authorities::default() };
            Channel::Syslog(Syslog { wire, facility: 13 })
        };
        let channels = [
            mail(slow("", None), Security::Plain { allowed: false }),
            mail(slow("", Some("2")), Security::Plain { allowed: false }),
            mail(slow("", Some("220-still\r\n")), Security::Plain { allowed: false }),
            mail(slow("", None), Security::Tls),
            slack(slow("", None)),
            slack(slow("HTTP/1.1 503 Busy\r\ncontent-length: 9999\r\n\r\n", None)),
            slack(slow("HTTP/1.1 200 OK\r\nx: ", Some("y"))),
            syslog(slow("", None)),
        ];
        let (said, outcomes) = mpsc::channel();
        let count = channels.len();
        for channel in channels {
            let said = said.clone();
            thread::spawn(move || said.send((channel.name(), outcome(&channel))));
        }
        for _ in 0..count {
            let (name, outcome) = outcomes.recv_timeout(Duration::from_secs(5)).expect("an end");
            let Outcome::Later { why, .. } = outcome else { panic!("{name}: {outcome:?}") };
            let said = ["within 1 second", "answered 503"].iter().any(|said| why.what.contains(said));
            assert!(said, "{name}: {why}");
        }
    }

    const ENDLESS: &str = match str::from_utf8(&[b'2'; 10_000]) {
        Ok(text) => text,
        Err(_) => "",
    };

    #[test]
    fn an_endless_answer_is_not_kept() {
        let port = slow("", Some(ENDLESS));
        let mut stream =
            Stream::open(&Server::new("127.0.0.1", port).expect("a server")).expect("a connection");
        let error = crate::send::reply::Inbox::default().reply(&mut stream).expect_err("too long");
        assert_eq!(error.to_string(), "the answer has a line that is too long");
    }
}

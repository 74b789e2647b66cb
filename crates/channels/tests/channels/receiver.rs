//! Receivers on this machine that do what they are asked to: answer, stay silent, break off.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use channels::channel::authorities::Authorities;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

/// How long a receiver of a test waits before it gives up.
const PATIENCE: Duration = Duration::from_secs(10);

/// What a connection carries, with or without TLS.
pub(crate) trait Talk: Read + Write + Send {}
impl<T: Read + Write + Send> Talk for T {}

/// A certificate of an authority of our own, for `localhost` and 127.0.0.1.
pub(crate) struct Tls {
    pub(crate) server: Arc<ServerConfig>,
    pub(crate) authorities: Authorities,
}

pub(crate) fn tls() -> Tls {
    let authority_key = KeyPair::generate().expect("a key");
    let mut params = CertificateParams::new(Vec::new()).expect("parameters");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = params.self_signed(&authority_key).expect("a certificate");
    let authorities = Authorities::read(pem(authority.der()).as_bytes()).expect("authorities");
    let issuer = Issuer::new(params, authority_key);
    let key = KeyPair::generate().expect("a key");
    let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
    let certificate =
        CertificateParams::new(names).expect("parameters").signed_by(&key, &issuer).expect("a certificate");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.der().clone()],
            PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der())),
        )
        .expect("a certificate");
    Tls { server: Arc::new(config), authorities }
}

fn pem(certificate: &[u8]) -> String {
    let lines = STANDARD.encode(certificate);
    let lines: Vec<&str> =
        lines.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).expect("ASCII")).collect();
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
}

pub(crate) fn wrapped(server: &Arc<ServerConfig>, socket: TcpStream) -> Box<dyn Talk> {
    let connection = ServerConnection::new(Arc::clone(server)).expect("a connection");
    Box::new(StreamOwned::new(connection, socket))
}

/// A receiver of one connection, and what it saw.
pub(crate) fn receive<T: Send + 'static>(
    act: impl FnOnce(TcpStream) -> T + Send + 'static,
) -> (u16, JoinHandle<T>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let thread = std::thread::spawn(move || {
        let (socket, _) = listener.accept().expect("a connection");
        socket.set_read_timeout(Some(PATIENCE)).expect("a time");
        act(socket)
    });
    (port, thread)
}

/// A port on which nobody listens.
pub(crate) fn nobody() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    listener.local_addr().expect("an address").port()
}

/// Reads a request with its body, and answers.
pub(crate) fn http(stream: &mut dyn Talk, answer: &str) -> String {
    let mut reader = BufReader::new(stream);
    let mut request = String::new();
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) == 0 {
            return request;
        }
        if let Some(number) = line.to_ascii_lowercase().strip_prefix("content-length: ") {
            length = number.trim().parse().expect("a number");
        }
        request.push_str(&line);
        if line == "\r\n" {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("a body");
    request.push_str(&String::from_utf8(body).expect("text"));
    let stream = reader.into_inner();
    let _ = stream.write_all(answer.as_bytes()).and_then(|()| stream.flush());
    request
}

/// A server of SMTP that answers commands by how they begin, and writes down the dialogue.
pub(crate) struct Relay {
    /// The greeting, then pairs of a beginning and an answer; `.` answers the content. All else is `250 ok`.
    pub(crate) answers: &'static [(&'static str, &'static str)],
    pub(crate) tls: Option<Arc<ServerConfig>>,
    /// TLS from the first byte.
    pub(crate) at_once: bool,
}

impl Relay {
    pub(crate) fn serve(self) -> (u16, JoinHandle<(String, String)>) {
        receive(move |socket| {
            let mut said = (String::new(), String::new());
            let plain = socket.try_clone().expect("a socket");
            let stream = match &self.tls {
                Some(tls) if self.at_once => wrapped(tls, socket),
                _ => Box::new(socket),
            };
            if self.talk(stream, true, &mut said) {
                let tls = self.tls.as_ref().expect("TLS");
                said.0.push_str("(TLS)\n");
                self.talk(wrapped(tls, plain), false, &mut said);
            }
            said
        })
    }

    fn answer(&self, command: &str) -> &'static str {
        let matching = self.answers.iter().find(|(begin, _)| command.starts_with(begin));
        matching.map_or("250 ok", |(_, answer)| answer)
    }

    /// Gives true when TLS is to begin.
    fn talk(&self, stream: Box<dyn Talk>, greet: bool, said: &mut (String, String)) -> bool {
        let mut reader = BufReader::with_capacity(1, stream);
        let reply = |reader: &mut BufReader<Box<dyn Talk>>, answer: &str| {
            let stream = reader.get_mut();
            let _ = stream.write_all(format!("{answer}\r\n").as_bytes()).and_then(|()| stream.flush());
        };
        if greet {
            let greeting = self.answers.iter().find(|(begin, _)| *begin == "greeting");
            reply(&mut reader, greeting.map_or("220 relay.seaward.example", |(_, answer)| answer));
        }
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).unwrap_or(0) == 0 {
                return false;
            }
            said.0.push_str(line.trim_end());
            said.0.push('\n');
            let answer = self.answer(&line);
            if answer == "(break off)" {
                return false;
            }
            reply(&mut reader, answer);
            if line.starts_with("STARTTLS") && answer.starts_with("220") {
                return true;
            }
            if line.starts_with("DATA") && answer.starts_with("354") {
                loop {
                    let mut line = String::new();
                    if reader.read_line(&mut line).unwrap_or(0) == 0 || line == ".\r\n" {
                        break;
                    }
                    said.1.push_str(&line);
                }
                said.0.push_str("(content)\n");
                reply(&mut reader, self.answer("."));
            }
            if line.starts_with("QUIT") {
                return false;
            }
        }
    }
}

//! Syslog over TLS (RFC 5425): a certificate and its key, and a stream that is read as if it were plain.
//!
//! The server shows its certificate; senders are not asked for one of theirs. TLS 1.2 and 1.3, by rustls on ring.

use model::{Fault, Place, Problem};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::fs::File;
use std::io::{self, Read};
use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;

/// How long a file of a certificate or key may be.
const PEM_BYTES_MAX: u64 = 1 << 20;

/// The configuration for this certificate and key.
pub(crate) fn config(certificate: &Path, key: &Path) -> Result<Arc<ServerConfig>, Problem> {
    let chain = pem(certificate)?;
    let chain: Vec<_> = CertificateDer::pem_slice_iter(&chain).collect::<Result<_, _>>().unwrap_or_default();
    if chain.is_empty() {
        let help = "give the certificate and those of its issuers as PEM (BEGIN CERTIFICATE)";
        return Err(problem(certificate, "has no certificate", help));
    }
    let private = PrivateKeyDer::from_pem_slice(&pem(key)?).map_err(|_| {
        let help = "give the key as PEM without a password (BEGIN PRIVATE KEY)";
        problem(key, "has no private key", help)
    })?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let built = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map(|builder| builder.with_no_client_auth())
        .and_then(|builder| builder.with_single_cert(chain, private));
    built.map(Arc::new).map_err(|error| match error {
        rustls::Error::InconsistentKeys(_) => {
            let what = format!("is not the key of the certificate in {}", input::label_of(certificate));
            problem(key, &what, "give the key with which the certificate was requested")
        }
        other => {
            let what = format!("cannot be used with its certificate: {other}");
            problem(key, &what, "give a key of RSA, ECDSA (P-256, P-384) or Ed25519")
        }
    })
}

/// A connection as a stream of what it carries.
pub(crate) fn open(config: &Arc<ServerConfig>, stream: TcpStream) -> io::Result<Box<dyn Read>> {
    let connection = ServerConnection::new(Arc::clone(config)).map_err(io::Error::other)?;
    Ok(Box::new(Tls(StreamOwned::new(connection, stream))))
}

/// A stream over TLS. A sender that closes without saying so has ended: what it sent was checked record by record.
struct Tls(StreamOwned<ServerConnection, TcpStream>);

impl Read for Tls {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.0.read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(0),
            read => read,
        }
    }
}

fn pem(path: &Path) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    #[expect(clippy::disallowed_methods, reason = "bounded by take")]
    let read = File::open(path).and_then(|file| file.take(PEM_BYTES_MAX).read_to_end(&mut bytes));
    read.map_err(|error| {
        let help = match error.kind() {
            io::ErrorKind::PermissionDenied => "let the user that outpace runs as read it",
            _ => "check the path",
        };
        problem(path, &format!("cannot be read: {error}"), help)
    })?;
    Ok(bytes)
}

fn problem(path: &Path, what: &str, help: &str) -> Problem {
    Problem {
        source: input::label_of(path),
        place: Place::Whole,
        fault: Fault::Unreadable,
        what: what.to_owned(),
        help: Some(help.to_owned()),
    }
}

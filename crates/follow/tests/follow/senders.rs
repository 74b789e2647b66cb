//! Senders of syslog as they are: on UDP, on TCP in both framings and torn anywhere, on TLS, too many, too slow, too long.

use super::options;
use follow::{Follower, Options};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

const WAIT: Duration = Duration::from_secs(10);

fn follower(options: Options) -> Follower {
    Follower::new(&[], Vec::new(), options, Arc::default())
}

/// Lines until there are this many; which document they are from.
fn lines(follower: &mut Follower, count: usize) -> (String, Vec<String>) {
    let (mut document, mut text) = (String::new(), String::new());
    for _ in 0..200 {
        for piece in follower.next(Duration::from_millis(100)).pieces {
            text += std::str::from_utf8(&piece.bytes).unwrap();
            document = piece.document;
        }
        if text.lines().count() >= count {
            break;
        }
    }
    (document, text.lines().map(str::to_owned).collect())
}

const FIRST: &str = "<34>Oct 11 22:14:15 gate-1 su: 'su root' failed";
const SECOND: &str = "<165>1 2026-06-12T03:14:15.003Z mail-1 smtpd - ID47 - a\nb";
const SECOND_KEPT: &str = "<165>1 2026-06-12T03:14:15.003Z mail-1 smtpd - ID47 - a#012b";

#[test]
fn datagrams_are_lines_and_one_without_host_has_the_address_of_its_sender() {
    let mut follower = follower(options());
    let to = follower.syslog_udp("127.0.0.1:0").unwrap();
    let sender = UdpSocket::bind("127.0.0.1:0").unwrap();
    for message in [FIRST, SECOND, "<13>no head"] {
        sender.send_to(message.as_bytes(), to).unwrap();
    }
    let (document, lines) = lines(&mut follower, 3);
    assert_eq!(document, format!("syslog-udp://{to}"));
    assert_eq!(lines, [FIRST, SECOND_KEPT, "2026-06-12T03:14:15Z 127.0.0.1 <13>no head"]);
}

#[test]
fn a_stream_torn_at_every_byte_gives_the_same_messages() {
    let stream = format!("{} {SECOND}{FIRST}\n{} {FIRST}", SECOND.len(), FIRST.len());
    for at in 1..stream.len() {
        let mut follower = follower(options());
        let to = follower.syslog_tcp("127.0.0.1:0").unwrap();
        let mut sender = TcpStream::connect(to).unwrap();
        sender.set_nodelay(true).unwrap();
        let (one, two) = stream.as_bytes().split_at(at);
        sender.write_all(one).unwrap();
        if at % 40 == 0 {
            std::thread::sleep(Duration::from_millis(5));
        }
        sender.write_all(two).unwrap();
        drop(sender);
        assert_eq!(lines(&mut follower, 3).1, [SECOND_KEPT, FIRST, FIRST], "torn at {at}");
    }
}

#[test]
fn a_message_past_the_bound_is_cut_and_counted_and_garbage_is_a_line() {
    let mut follower = follower(Options { message_bytes_max: FIRST.len(), ..options() });
    let to = follower.syslog_tcp("127.0.0.1:0").unwrap();
    let mut sender = TcpStream::connect(to).unwrap();
    sender.write_all(format!("{FIRST}x\n{} {FIRST}xy", FIRST.len() + 2).as_bytes()).unwrap();
    sender.write_all(b"\x16\x03\x01\xff\n").unwrap();
    drop(sender);
    let mut text = Vec::new();
    while text.iter().filter(|byte| **byte == b'\n').count() < 3 {
        text.extend(follower.next(WAIT).pieces.into_iter().flat_map(|piece| piece.bytes));
    }
    let expected =
        [format!("{FIRST}\n{FIRST}\n").as_bytes(), b"2026-06-12T03:14:15Z 127.0.0.1 \x16\x03\x01\xff\n"]
            .concat();
    assert_eq!(text, expected);
    assert_eq!(follower.health().numbers().messages_cut, 2);
}

#[test]
fn one_connection_past_the_bound_is_refused_and_counted() {
    let mut follower = follower(Options { connections_max: 2, ..options() });
    let to = follower.syslog_tcp("127.0.0.1:0").unwrap();
    let mut kept: Vec<_> = (0..2).map(|_| TcpStream::connect(to).unwrap()).collect();
    until(|| follower.health().numbers().connections == 2);
    let mut refused = TcpStream::connect(to).unwrap();
    assert!(matches!(refused.read(&mut [0]), Ok(0) | Err(_)), "it is closed");
    assert_eq!(follower.health().numbers().connections_refused, 1);
    for sender in &mut kept {
        sender.write_all(format!("{FIRST}\n").as_bytes()).unwrap();
    }
    assert_eq!(lines(&mut follower, 2).1, [FIRST, FIRST]);
    drop(kept);
    until(|| follower.health().numbers().connections == 0);
}

#[test]
fn a_silent_connection_and_a_message_that_never_ends_are_closed() {
    let mut follower = follower(Options { idle: Duration::from_millis(300), ..options() });
    let to = follower.syslog_tcp("127.0.0.1:0").unwrap();
    let mut silent = TcpStream::connect(to).unwrap();
    silent.write_all(format!("{FIRST}\n").as_bytes()).unwrap();
    assert!(matches!(silent.read(&mut [0]), Ok(0) | Err(_)), "it is closed");
    let mut slow = TcpStream::connect(to).unwrap();
    let mut sent = 0;
    while slow.write_all(b"x").is_ok() && sent < 500 {
        sent += 1;
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(sent < 500, "it was closed while it sent");
    assert_eq!(follower.health().numbers().connections_idle, 2);
    let (_, lines) = lines(&mut follower, 2);
    assert_eq!(lines.len(), 2, "what a slow sender has sent is kept: {lines:?}");
}

#[test]
fn a_sender_waits_while_nobody_takes_and_nothing_is_lost() {
    let mut follower = follower(Options { waiting_bytes: 64 << 10, ..options() });
    let to = follower.syslog_tcp("127.0.0.1:0").unwrap();
    let count = 200_000;
    let sending = std::thread::spawn(move || {
        let mut sender = std::io::BufWriter::new(TcpStream::connect(to).unwrap());
        for number in 0..count {
            writeln!(sender, "<13>Jun 12 03:14:15 gate-1 app: {number}").unwrap();
        }
        sender.flush().unwrap();
    });
    std::thread::sleep(Duration::from_millis(300));
    assert!(!sending.is_finished(), "the sender waits");
    let mut next = 0;
    while next < count {
        let batch = follower.next(WAIT);
        for line in batch
            .pieces
            .iter()
            .flat_map(|piece| piece.bytes.split(|byte| *byte == b'\n'))
            .filter(|line| !line.is_empty())
        {
            assert_eq!(line, format!("<13>Jun 12 03:14:15 gate-1 app: {next}").as_bytes());
            next += 1;
        }
        assert!(!batch.pieces.is_empty());
    }
    sending.join().unwrap();
}

/// A certificate for `localhost` and its key, as files.
fn certificate(dir: &std::path::Path, name: &str) -> (PathBuf, PathBuf) {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let (certificate, key) = (dir.join(format!("{name}.pem")), dir.join(format!("{name}.key")));
    std::fs::write(&certificate, pem("CERTIFICATE", made.cert.der())).unwrap();
    std::fs::write(&key, pem("PRIVATE KEY", made.signing_key.serialized_der())).unwrap();
    (certificate, key)
}

fn pem(label: &str, der: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for group in der.chunks(3) {
        let bits =
            group.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
        for digit in 0..4 {
            let known = digit <= group.len();
            text.push(if known { DIGITS[(bits >> (18 - 6 * digit) & 63) as usize] as char } else { '=' });
        }
    }
    let lines: Vec<_> = text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

/// A connection over TLS that trusts this certificate.
fn connected(
    to: SocketAddr,
    certificate: &std::path::Path,
) -> rustls::StreamOwned<rustls::ClientConnection, TcpStream> {
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(&std::fs::read(certificate).unwrap()).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("localhost").unwrap();
    let connection = rustls::ClientConnection::new(Arc::new(config), name).unwrap();
    rustls::StreamOwned::new(connection, TcpStream::connect(to).unwrap())
}

#[test]
fn messages_over_tls_are_lines_and_who_speaks_no_tls_is_counted() {
    let dir = tempfile::tempdir().unwrap();
    let (certificate, key) = certificate(dir.path(), "a");
    let mut follower = follower(options());
    let to = follower.syslog_tls("127.0.0.1:0", &certificate, &key).unwrap();
    let mut sender = connected(to, &certificate);
    write!(sender, "{} {SECOND}{} {FIRST}", SECOND.len(), FIRST.len()).unwrap();
    sender.flush().unwrap();
    let (document, lines) = lines(&mut follower, 2);
    assert_eq!(
        (document, lines),
        (format!("syslog-tls://{to}"), vec![SECOND_KEPT.to_owned(), FIRST.to_owned()])
    );
    TcpStream::connect(to).unwrap().write_all(b"<13>plain\n").unwrap();
    until(|| follower.health().numbers().connections_broken == 1);
}

#[test]
fn a_wrong_certificate_or_key_is_a_clear_message() {
    let dir = tempfile::tempdir().unwrap();
    let ((one, one_key), (_, other_key)) = (certificate(dir.path(), "one"), certificate(dir.path(), "other"));
    let nothing = dir.path().join("nothing.pem");
    std::fs::write(&nothing, "no PEM").unwrap();
    let said = |certificate: &PathBuf, key: &PathBuf| {
        let problem = follower(options()).syslog_tls("127.0.0.1:0", certificate, key).unwrap_err();
        let text = format!("{problem} ({})", problem.help.as_deref().unwrap());
        text.replace(&format!("{}/", dir.path().display()), "")
    };
    assert_eq!(
        said(&nothing, &one_key),
        "nothing.pem: has no certificate (give the certificate and those of its issuers as PEM (BEGIN CERTIFICATE))"
    );
    assert_eq!(
        said(&one, &nothing),
        "nothing.pem: has no private key (give the key as PEM without a password (BEGIN PRIVATE KEY))"
    );
    assert_eq!(
        said(&one, &other_key),
        "other.key: is not the key of the certificate in one.pem (give the key with which the certificate was requested)"
            .replace("in one.pem", &format!("in {}", one.display()).replace(&format!("{}/", dir.path().display()), ""))
    );
    let missing = said(&dir.path().join("none.pem"), &one_key);
    assert!(
        missing.starts_with("none.pem: cannot be read: ") && missing.ends_with(" (check the path)"),
        "{missing}"
    );
}

#[test]
fn an_address_that_cannot_be_listened_at_is_a_clear_message() {
    let problem = follower(options()).syslog_udp("192.0.2.1:514").unwrap_err();
    assert_eq!(problem.source, "syslog-udp://192.0.2.1:514");
    assert!(problem.what.starts_with("cannot be listened at: "), "{}", problem.what);
    let problem = follower(options()).syslog_tcp("514").unwrap_err();
    assert_eq!(problem.help.as_deref(), Some("give an address and a port, as 0.0.0.0:5514 or [::]:5514"));
}

fn until(is_so: impl Fn() -> bool) {
    for _ in 0..400 {
        if is_so() {
            return;
        }
        std::thread::sleep(Duration::from_millis(25));
    }
    panic!("it never came to that");
}
